//! A page that came where a feed was expected: how it is known, and which feeds it announces.
//!
//! Only for the error that is shown; the page itself is not read. Linear in the page's length.

use crate::collect::entry::what_is;

use super::{
    resolved,
    scan::{Piece, Scanner},
};

/// Announcements beyond these help nobody.
const MAX_ANNOUNCED: usize = 5;
/// A page shows itself within its first tags.
const TAGS_LOOKED_AT: usize = 50;
/// Media types of feeds, as `<link rel=alternate>` gives them.
const FEED_TYPES: [&str; 5] = [
    "application/rss+xml",
    "application/atom+xml",
    "application/rdf+xml",
    "application/feed+json",
    "application/json",
];

/// Whether a text that is no feed is a page: by its first element, or by what stands behind a few words
/// that a broken server says first.
pub(super) fn is_page(text: &str) -> bool {
    let tags = Scanner::new(text).filter_map(|piece| match piece {
        Piece::Tag(tag) => Some(tag.name),
        Piece::Text(_) => None,
    });
    let is_json = text.starts_with(['{', '[']);
    let is_html = |name: String| matches!(name.as_str(), "html" | "head" | "body");
    !is_json && (what_is(text.as_bytes()) == "HTML" || tags.take(TAGS_LOOKED_AT).any(is_html))
}

/// Addresses of the feeds that a page announces in `<link rel=alternate>`, absolute.
pub(super) fn announced_feeds(text: &str, base: &str) -> Vec<String> {
    let mut base = base.to_owned();
    let mut found = Vec::new();
    for piece in Scanner::new(text) {
        let Piece::Tag(tag) = piece else { continue };
        if tag.name == "base"
            && let Some(href) = tag.attribute("href")
        {
            base = resolved(&base, &href);
        }
        if tag.name != "link" || tag.is_end {
            continue;
        }
        let kind = tag.attribute("type").unwrap_or_default().to_ascii_lowercase();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        let rel = tag.attribute("rel").unwrap_or_default().to_ascii_lowercase();
        let is_feed = rel.split_whitespace().any(|word| word == "feed")
            || rel.split_whitespace().any(|word| word == "alternate") && FEED_TYPES.contains(&kind);
        if is_feed && let Some(href) = tag.attribute("href") {
            let address = resolved(&base, &href);
            if !address.is_empty() && !found.contains(&address) {
                found.push(address);
            }
        }
        if found.len() == MAX_ANNOUNCED {
            break;
        }
    }
    found
}
