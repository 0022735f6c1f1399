//! Any bytes as a sitemap, as a page of links and as an answer of GDELT: every address is of the web.

#![no_main]

use libfuzzer_sys::fuzz_target;
use storyturn::collect::{Sitemap, read_gdelt, read_links, read_sitemap};

fuzz_target!(|bytes: &[u8]| {
    let base = "https://www.example.com/markets/";
    let sitemap = read_sitemap(bytes, base).map(|sitemap| match sitemap {
        Sitemap::Pages(parsed) | Sitemap::Index(parsed) => parsed,
    });
    for parsed in [sitemap, read_links(bytes, base), read_gdelt(bytes)].into_iter().flatten() {
        assert!(parsed.entries.iter().all(|entry| entry.url.starts_with("http")));
    }
});
