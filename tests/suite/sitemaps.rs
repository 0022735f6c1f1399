//! Sitemaps of other projects' suites: how many entries each gives, and what the notes say.

use std::{fs, io::Read};

use flate2::read::MultiGzDecoder;
use storyturn::collect::{Sitemap, read_sitemap};

use crate::tool::shared_data;

/// File, and what it gives; counted with `grep -o '<url>'` and the like. Errors are what the user reads.
const EXPECTED: &[(&str, &str)] = &[
    ("sitemaps/atom.xml", "an Atom feed where a sitemap was expected"),
    ("rss/feed.rss", "an RSS feed where a sitemap was expected"),
    ("rss/xmlRss_pubDate.xml", "an RSS feed where a sitemap was expected"),
    ("sitemaps/sitemap-with-bom.txt", "2 pages"),
    ("sitemaps/sitemap.badns.xml", "2 pages"),
    ("sitemaps/sitemap.index.xml", "15 sitemaps"),
    ("sitemaps/sitemap.ns.xml", "2 pages"),
    ("sitemaps/sitemap.txt", "2 pages"),
    ("sitemaps/sitemap.txt.gz", "5 pages"),
    ("sitemaps/xmlSitemap.gz", "5 pages, 4 dated"),
    ("sitemaps/extension/hebdenbridgetimes-articles-sitemap.xml", "74 pages, 74 dated"),
    ("sitemaps/extension/pagemaps-sitemap.xml", "2 pages"),
    ("sitemaps/extension/shinpaideshou-news-sitemap.xml", "3 pages, 3 dated, 3 titled"),
    ("sitemaps/extension/sitemap-images.xml", "1 pages"),
    ("sitemaps/extension/sitemap-links.xml", "3 pages"),
    ("sitemaps/extension/sitemap-mobile.xml", "3 pages"),
    ("sitemaps/extension/sitemap-news.xml", "2 pages, 2 dated, 2 titled"),
    ("sitemaps/extension/sitemap-videos-tvshow.xml", "1 pages"),
    ("sitemaps/extension/sitemap-videos.xml", "3 pages"),
];

fn told(bytes: &[u8]) -> String {
    let (parsed, kind) = match read_sitemap(bytes, "http://www.example.com/sitemap.xml") {
        Ok(Sitemap::Pages(parsed)) => (parsed, "pages"),
        Ok(Sitemap::Index(parsed)) => (parsed, "sitemaps"),
        Err(error) => return error.to_string(),
    };
    let mut told = format!("{} {kind}", parsed.entries.len());
    let dated = parsed.entries.iter().filter(|each| each.updated.or(each.published).is_some()).count();
    let titled = parsed.entries.iter().filter(|each| each.title.is_some()).count();
    for (count, what) in [(dated, "dated"), (titled, "titled")] {
        if count > 0 {
            told.push_str(&format!(", {count} {what}"));
        }
    }
    parsed.notes.iter().for_each(|note| told.push_str(&format!("; {note}")));
    told
}

#[test]
fn sitemaps_of_other_suites_are_read() {
    let Some(folder) = shared_data("suites/crawler-commons/src/test/resources") else { return };
    let found: Vec<(&str, String)> = EXPECTED
        .iter()
        .map(|(name, _)| {
            let mut bytes = fs::read(folder.join(name)).unwrap();
            if name.ends_with(".gz") {
                let mut inflated = Vec::new();
                MultiGzDecoder::new(bytes.as_slice()).read_to_end(&mut inflated).unwrap();
                bytes = inflated;
            }
            (*name, told(&bytes))
        })
        .collect();
    let expected: Vec<(&str, String)> =
        EXPECTED.iter().map(|(name, told)| (*name, (*told).to_owned())).collect();
    assert_eq!(found, expected);
}
