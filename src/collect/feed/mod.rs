//! Feeds: RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0, JSON Feed 1.0 and 1.1, from bytes to entries.
//!
//! In order: `charset` of the room makes text of the bytes, `xml` walks the markup leniently and
//! `vocabulary` says what an element means, `draft` gathers an entry from the several ways to say one
//! thing, `json` reads the other family; `text` makes plain text of HTML by way of `scan`, `date` reads
//! dates as feeds write them, `page` looks into a page that came instead. Nothing is fetched here: not a
//! link, not an external entity.
//!
//! What can be read is read, and what was wrong but survivable is a note. Hostile input can make
//! entries wrong, odd or few. It cannot cause a panic, nor more than linear time, nor more memory than a
//! few times its own size: entries, nesting, bindings, fields and expanded entities are capped, and
//! declared entities are never expanded within each other.

use crate::collect::{Entry, charset, entry::what_is};

mod capture;
mod date;
mod draft;
mod entities;
mod json;
mod page;
mod scan;
mod text;
mod vocabulary;
mod xml;

/// A feed as read. Texts are plain.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Feed {
    /// Its name.
    pub title: Option<String>,
    /// The address of the site or page it belongs to.
    pub link: Option<String>,
    /// The language it says it is in, as it writes it.
    pub language: Option<String>,
    /// The encoding its bytes were read in, by the name of the encoding standard.
    pub charset: &'static str,
    /// Its items in the order given; an item without an address has an empty `url`.
    pub entries: Vec<Entry>,
    /// What was wrong but survivable: lower-case clauses, each once.
    pub notes: Vec<String>,
}

/// Why bytes are no feed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum FeedError {
    /// A page came instead: a wrong address, a wall, an error shown with status 200.
    #[error("HTML where a feed was expected")]
    Html {
        /// The addresses of feeds that the page announces.
        announced: Vec<String>,
    },
    /// Neither markup nor JSON of a kind that is known.
    #[error("{found} where a feed was expected")]
    Other {
        /// What it is, in words.
        found: String,
    },
}

impl FeedError {
    /// What to do about it, where that is known.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Html { announced, .. } if !announced.is_empty() => {
                Some(format!("the page announces {}", announced.join(", ")))
            }
            _ => None,
        }
    }
}

/// More entries than any feed has and few enough to hold; the rest is left unread, with a note.
const MAX_ENTRIES: usize = 50_000;
/// A field longer than this is cut: the longest article is a tenth of it.
const MAX_FIELD_BYTES: usize = 4 << 20;
/// Addresses longer than this are no addresses.
const MAX_URL_BYTES: usize = 8 << 10;
/// Schemes of addresses that run or hold something instead of leading somewhere.
const SCRIPTS: [&str; 3] = ["javascript", "vbscript", "data"];
/// Notes are for people.
const MAX_NOTES: usize = 20;

/// Reads a feed. `content_type` is the `Content-Type` header as received; `base` is the address the
/// bytes came from, against which relative links are resolved (an empty or broken one leaves them as
/// they are).
pub fn read_feed(bytes: &[u8], content_type: Option<&str>, base: &str) -> Result<Feed, FeedError> {
    let charset::Decoded { text, charset, note } = charset::decode(bytes, content_type);
    let mut feed = Feed { charset, ..Feed::default() };
    feed.notes.extend(note);
    let trimmed = text.trim_start_matches(is_blank);
    let is_feed = match trimmed.chars().next() {
        None => false,
        Some('{') => json::read(trimmed, base, &mut feed),
        Some(_) => xml::read(trimmed, base, &mut feed),
    };
    match is_feed {
        true => Ok(feed),
        false if page::is_page(trimmed) => {
            Err(FeedError::Html { announced: page::announced_feeds(trimmed, base) })
        }
        false => {
            let found = what_is(trimmed.as_bytes());
            // It begins like one, and is cut off or drowned in its first element.
            let found = if found.ends_with(" feed") { "a broken feed".to_owned() } else { found };
            Err(FeedError::Other { found })
        }
    }
}

/// White space, or the byte order mark that a careless editor left inside.
fn is_blank(char: char) -> bool {
    char.is_whitespace() || char == '\u{feff}' || char == '\0'
}

/// Adds a note unless it is there.
fn note(feed: &mut Feed, what: &str) {
    if feed.notes.len() < MAX_NOTES && !feed.notes.iter().any(|note| note == what) {
        feed.notes.push(what.to_owned());
    }
}

/// An address made absolute. An absolute one stays as it is written; where nothing can be made of base
/// and reference, the reference stays too.
fn resolved(base: &str, reference: &str) -> String {
    let reference: String = reference.trim().chars().filter(|char| !char.is_ascii_control()).collect();
    if reference.is_empty() || reference.len() > MAX_URL_BYTES {
        return String::new();
    }
    let is_absolute = reference.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|char: char| char.is_ascii_alphabetic())
            && scheme.chars().all(|char| char.is_ascii_alphanumeric() || "+-.".contains(char))
    });
    if is_absolute {
        let scheme = reference.split(':').next().unwrap_or_default().to_ascii_lowercase();
        return if SCRIPTS.contains(&scheme.as_str()) { String::new() } else { reference };
    }
    url::Url::parse(base).and_then(|base| base.join(&reference)).map_or(reference, String::from)
}

/// A text's beginning, at most so many bytes of it.
fn cut(text: &str, max_bytes: usize) -> &str {
    let end = (0..=max_bytes.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    &text[..end.unwrap_or(0)]
}

/// `Some` of a text that says something.
fn said(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests;
