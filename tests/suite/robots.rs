//! robots.txt against the reference parser's vectors, and against files that hosts really serve.
//!
//! Our own vectors stand beside the parser; these files lie beside the project and are not part of it.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use storyturn::collect::Robots;

use crate::tool::shared_data;

/// The vectors are written byte by byte: a letter beyond ASCII stands for one byte.
fn bytes_of(text: &str) -> Vec<u8> {
    text.chars().map(|char| u8::try_from(u32::from(char)).expect("a byte a letter")).collect()
}

#[test]
fn every_vector_of_the_reference_parser_passes() {
    let Some(path) = shared_data("suites/robotstxt-google/vectors.json") else { return };
    let vectors: Vec<serde_json::Value> = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let mut wrong = Vec::new();
    for vector in &vectors {
        let text = |field: &str| vector[field].as_str().unwrap();
        let robots = Robots::parse(&bytes_of(text("robots")));
        let url = String::from_utf8_lossy(&bytes_of(text("url"))).into_owned();
        if robots.allows(text("agent"), &url) != vector["allow"].as_bool().unwrap() {
            wrong.push(vector);
        }
    }
    assert_eq!(vectors.len(), 142);
    assert!(wrong.is_empty(), "{} of {} are wrong: {wrong:#?}", wrong.len(), vectors.len());
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(files_below(&path));
        } else {
            files.push(path);
        }
    }
    files
}

/// Slow would be minutes: the bound only has to tell linear from worse on a busy machine.
const PATIENCE: Duration = Duration::from_secs(5);

#[test]
fn files_of_real_hosts_are_read_quickly_and_whole() {
    for (folder, at_least) in [
        ("suites/protego-robots", 400),
        ("suites/texting_robots/testdata", 10),
        ("suites/crawler-commons/src/test/resources/robots", 24),
    ] {
        let Some(folder) = shared_data(folder) else { return };
        let files = files_below(&folder);
        assert!(files.len() >= at_least, "{}", folder.display());
        let mut ruled = 0;
        for path in &files {
            let bytes = fs::read(path).unwrap();
            let began = Instant::now();
            let robots = Robots::parse(&bytes);
            for agent in ["storyturn", "googlebot", "*", ""] {
                for url in ["https://a.b/", "/search?q=a", "/%7Efoo/ü/*", "/a/b/c/d/e.php?x=1&y=2"] {
                    ruled += usize::from(robots.rule(agent, url).is_some());
                }
                robots.crawl_delay(agent);
            }
            assert!(began.elapsed() < PATIENCE, "{} took {:?}", path.display(), began.elapsed());
        }
        assert!(ruled > files.len() / 4, "hardly a rule was read in {}: {ruled}", folder.display());
    }
}

#[test]
fn hostile_patterns_take_no_longer_than_others() {
    let url = format!("/{}", "a".repeat(8 << 10));
    for rules in [
        format!("Disallow: /{}b\n", "a*".repeat(8_000)),
        format!("Disallow: /{}$\n", "*a".repeat(8_000)),
        format!("Disallow: /{}b\n", "a".repeat(4_000)),
        format!("Disallow: /*{}b\n", "a".repeat(4_000)),
        "Disallow: /*b\n".to_owned(),
        "Crawl-delay: 1\n".to_owned(),
        "User-agent: a\n".to_owned(),
        "User-agent: a\nCrawl-delay: 1\n".to_owned(),
    ] {
        let robots = "User-agent: *\n".to_owned() + &rules.repeat((500 << 10) / rules.len());
        let began = Instant::now();
        let robots = Robots::parse(robots.as_bytes());
        robots.rule("storyturn", &url);
        robots.crawl_delay("a");
        assert!(began.elapsed() < PATIENCE, "{:?} for {:.30}", began.elapsed(), rules);
    }
}
