//! Any bytes as a feed: no panic, no hang, no more than a few times its size in memory.

#![no_main]

use libfuzzer_sys::fuzz_target;
use storyturn::collect::read_feed;

fuzz_target!(|bytes: &[u8]| {
    let content_type = [None, Some("text/xml; charset=utf-16"), Some("application/feed+json")];
    // The first byte chooses what the server calls it, so that one input stays one feed.
    let content_type = content_type[bytes.first().map_or(0, |first| usize::from(*first) % 3)];
    if let Ok(feed) = read_feed(bytes, content_type, "https://www.example.com/feed.xml") {
        assert!(feed.entries.iter().all(|entry| entry.title.as_deref() != Some("")));
    }
});
