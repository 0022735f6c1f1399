//! One article as a source announces it, before its page is fetched.
//!
//! Feeds, sitemaps, article lists and section pages are all read into this one shape; the frontier
//! takes it from there. Dates are the publisher's claims. Nothing here is fetched, compared or judged.
//! What a source sends instead of what was asked is told by name, here too: see [`what_is`].

use crate::document::Published;

/// What a feed, a sitemap or a list says of one page. Texts are plain, paragraphs one newline apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entry {
    /// The page's address, absolute where its source has a base; empty where none is given.
    pub url: String,
    /// The headline.
    pub title: Option<String>,
    /// When the publisher says it appeared.
    pub published: Option<Published>,
    /// When the publisher says it was changed last.
    pub updated: Option<Published>,
    /// A teaser or an abstract.
    pub summary: Option<String>,
    /// The whole text, where the source gives it.
    pub text: Option<String>,
    /// The author's name as printed.
    pub author: Option<String>,
    /// The language, as the source writes it.
    pub language: Option<String>,
    /// The source's own name for the item.
    pub id: Option<String>,
}

/// What could be read, and what was wrong with the rest.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parsed {
    /// In the order of the source.
    pub entries: Vec<Entry>,
    /// What was wrong but survivable, each one lower-case clause; at most a few, never one an entry.
    pub notes: Vec<String>,
}

/// Why bytes give no entries at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// Something else came.
    #[error("{found} where {expected} was expected")]
    NotThis {
        /// What was asked, in words: `a sitemap`.
        expected: &'static str,
        /// What came, in words: `HTML`, `an empty answer`, `JSON without the field articles`.
        found: String,
    },
}

/// How much of an unknown answer a message quotes: a sentence, not a page.
const QUOTED_CHARS: usize = 100;

/// How far into an answer its kind is looked for: past licences and comments, not past a page.
const SNIFFED_BYTES: usize = 4 << 10;

/// Says in words what bytes are, for "… where a feed was expected": from their first bytes alone.
/// Control characters of the answer never come back in the words.
pub fn what_is(bytes: &[u8]) -> String {
    const MAGIC: &[(&[u8], &str)] = &[
        (b"\x1f\x8b", "gzip"),
        (b"\x28\xb5\x2f\xfd", "zstd"),
        (b"%PDF", "a PDF"),
        (b"PK\x03\x04", "a ZIP archive"),
        (b"\x89PNG", "an image"),
        (b"GIF8", "an image"),
        (b"\xff\xd8\xff", "an image"),
    ];
    if let Some((_, name)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return (*name).to_owned();
    }
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(SNIFFED_BYTES)]);
    let head = head.trim_start_matches(['\u{feff}', '\u{fffd}', '\0']).trim_start();
    if head.is_empty() {
        return "an empty answer".to_owned();
    }
    if head.starts_with(['{', '[']) {
        return "JSON".to_owned();
    }
    match root_of(head).map(|name| name.to_ascii_lowercase()).as_deref() {
        Some("html" | "head" | "body" | "!doctype html" | "meta" | "script" | "title" | "div" | "p") => {
            "HTML".to_owned()
        }
        Some("rss" | "rdf") => "an RSS feed".to_owned(),
        Some("feed") => "an Atom feed".to_owned(),
        Some("urlset") => "a sitemap".to_owned(),
        Some("sitemapindex") => "a sitemap index".to_owned(),
        Some("error") => format!("an error answer ({})", quoted(head)),
        Some(name) => format!("XML with the root {}", quoted(name)),
        None => format!("the text {}", quoted(head)),
    }
}

/// The start of a text in quotes, without control characters, fit for a message.
pub(crate) fn quoted(text: &str) -> String {
    let mut words = String::new();
    for word in text.split(|char: char| char.is_whitespace() || char.is_control()) {
        if !word.is_empty() {
            words.extend((!words.is_empty()).then_some(' '));
            words.push_str(word);
        }
        if words.len() > QUOTED_CHARS {
            let end = words.char_indices().nth(QUOTED_CHARS).map_or(words.len(), |(at, _)| at);
            words.truncate(end);
            return format!("\"{words}…\"");
        }
    }
    format!("\"{words}\"")
}

/// The local name of the first element, or `!doctype html`; `None` for what does not open with markup.
fn root_of(head: &str) -> Option<&str> {
    let mut rest = head;
    loop {
        rest = rest.trim_start();
        let inside = rest.strip_prefix('<')?;
        if let Some(comment) = inside.strip_prefix("!--") {
            rest = comment.split_once("-->")?.1;
        } else if inside.starts_with('?') {
            rest = inside.split_once('>')?.1;
        } else if inside.get(..13).is_some_and(|start| start.eq_ignore_ascii_case("!doctype html")) {
            return inside.get(..13);
        } else if inside.starts_with('!') {
            // Another document type; its own subset may hold angle brackets.
            let end = inside.find('[').filter(|open| inside.find('>').is_none_or(|close| *open < close));
            rest = match end {
                Some(open) => inside[open..].split_once("]>")?.1,
                None => inside.split_once('>')?.1,
            };
        } else {
            let end = inside.find(|char: char| !(char.is_alphanumeric() || ":-_.".contains(char)));
            let name = &inside[..end.unwrap_or(inside.len())];
            let local = name.rsplit_once(':').map_or(name, |(_, local)| local);
            return (!local.is_empty()).then_some(local);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expected: &str) {
        assert_eq!(what_is(bytes), expected, "{}", String::from_utf8_lossy(bytes));
    }

    #[test]
    fn what_came_is_told_by_name() {
        check(b"", "an empty answer");
        check(b" \r\n", "an empty answer");
        check("\u{feff}<!DOCTYPE HTML><html>".as_bytes(), "HTML");
        check(b"<!-- saved -->\n<html lang=en>", "HTML");
        check(b"<?xml version='1.0'?><!DOCTYPE r [<!ENTITY a '<b>'>]>\n<rss version='2.0'>", "an RSS feed");
        check(b"<rdf:RDF xmlns='x'>", "an RSS feed");
        check(b"<a:feed>", "an Atom feed");
        check(b"<sm:urlset>", "a sitemap");
        check(b"<sitemapindex/>", "a sitemap index");
        check(b"<opml version='2'>", "XML with the root \"opml\"");
        check(b"{\"a\":1}", "JSON");
        check(b"\x1f\x8b\x08", "gzip");
        check(b"%PDF-1.7", "a PDF");
        check(b"Access \x1b[31m denied\n\nby policy", "the text \"Access [31m denied by policy\"");
        check(b"\xff\xfe", "an empty answer");
        check("é".repeat(300).as_bytes(), &format!("the text \"{}…\"", "é".repeat(100)));
    }

    #[test]
    fn an_error_reads_as_one_clause() {
        let error = SourceError::NotThis { expected: "a sitemap", found: what_is(b"<html>") };
        assert_eq!(error.to_string(), "HTML where a sitemap was expected");
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_get_a_short_name(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
            let name = what_is(&bytes);
            assert!(name.chars().count() < QUOTED_CHARS + 40 && !name.contains(char::is_control), "{name:?}");
        }

        #[test]
        fn any_markup_gets_a_short_name(text in "[<>!?\\-\\[\\] a:é]{0,60}") {
            assert!(!what_is(text.as_bytes()).is_empty());
        }
    }
}
