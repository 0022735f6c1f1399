//! Any bytes as robots.txt, asked about addresses that are in it: the answers agree with each other.

#![no_main]

use libfuzzer_sys::fuzz_target;
use storyturn::collect::Robots;

fuzz_target!(|bytes: &[u8]| {
    let robots = Robots::parse(bytes);
    // Its own first lines are the likeliest addresses to meet a rule.
    let text = String::from_utf8_lossy(bytes);
    for path in text.lines().filter_map(|line| line.split_once(':')).take(4).map(|(_, value)| value.trim()) {
        for agent in ["storyturn", "*", ""] {
            let rule = robots.rule(agent, path);
            assert_eq!(robots.allows(agent, path), rule.is_none_or(|rule| rule.allowed));
        }
    }
    let _ = (robots.crawl_delay("storyturn"), robots.sitemaps().count());
});
