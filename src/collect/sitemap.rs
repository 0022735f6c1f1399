//! Sitemaps: which pages a site announces, with dates and, in news sitemaps, headlines.
//!
//! Bytes, already decompressed, and the sitemap's own address in; entries out, or the addresses of
//! further sitemaps where it is an index. XML by the protocol of sitemaps.org with the news extension,
//! and plain lists of addresses. Feeds served as sitemaps are told by name: they have a reader of their
//! own. Whether an address belongs to the site is decided outside.
//!
//! Read in one pass, as far as it is well formed: damage ends the reading with a note and keeps what came
//! before. Hostile input can announce up to [`MAX_ADDRESSES`] pages. Entities are never defined, so none
//! can expand; nesting and lengths are bounded.

use quick_xml::{Reader, events::Event};

use super::{Entry, Parsed, SourceError, charset::decode, entry::what_is, page::Base};
use crate::document::Published;

/// The protocol's own limit for one file.
pub const MAX_ADDRESSES: usize = 50_000;

/// Extensions nest four deep; beyond this nothing honest is found.
const MAX_DEPTH: usize = 64;

/// Twice the longest address that resolves, so that one cut here is refused there; headlines are shorter.
const MAX_FIELD_BYTES: usize = 16 << 10;

/// What a sitemap announces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sitemap {
    /// Pages: address, `updated`, and from the news extension `published`, title and language.
    Pages(Parsed),
    /// Further sitemaps: address and `updated`.
    Index(Parsed),
}

/// Reads a sitemap. Addresses are resolved against the sitemap's own.
pub fn read_sitemap(bytes: &[u8], base: &str) -> Result<Sitemap, SourceError> {
    let text = decode(bytes, None).text;
    let found = what_is(text.as_bytes());
    let base = Base::new(base);
    match found.as_str() {
        // The root may come late, or the declaration be damaged: the parser decides.
        "a sitemap" => Ok(Sitemap::Pages(read_xml(&text, &base))),
        "a sitemap index" => Ok(Sitemap::Index(read_xml(&text, &base))),
        _ => read_lines(&text)
            .map(Sitemap::Pages)
            .ok_or(SourceError::NotThis { expected: "a sitemap", found: named(found, bytes) }),
    }
}

/// Bytes that are no text are told from the bytes themselves.
fn named(found: String, bytes: &[u8]) -> String {
    if found.starts_with("the text") { what_is(bytes) } else { found }
}

/// A list of addresses, one a line; `None` when the first line is none.
fn read_lines(text: &str) -> Option<Parsed> {
    let mut parsed = Parsed::default();
    let mut faults = Faults::default();
    // Each line is absolute by the protocol; a word would resolve against any base.
    let base = Base::new("");
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        match base.resolve(line) {
            Some(_) if parsed.entries.len() == MAX_ADDRESSES => {
                faults.more = true;
                break;
            }
            Some(url) => parsed.entries.push(Entry { url, ..Entry::default() }),
            None if parsed.entries.is_empty() => return None,
            None => faults.addresses += 1,
        }
    }
    faults.tell(&mut parsed.notes);
    (!parsed.entries.is_empty()).then_some(parsed)
}

/// Elements that matter, by local name; which `title` is meant is told by its parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tag {
    /// `url` or `sitemap`.
    Item,
    Loc,
    Lastmod,
    News,
    Publication,
    Title,
    PublicationDate,
    Language,
    Other,
}

#[derive(Debug, Default)]
struct Faults {
    addresses: usize,
    dates: usize,
    more: bool,
}

/// What one item says, as written.
#[derive(Debug, Default)]
struct Item {
    loc: String,
    /// Text directly in the item, where some indexes have their address.
    bare: String,
    lastmod: String,
    title: String,
    published: String,
    language: String,
}

fn read_xml(text: &str, base: &Base) -> Parsed {
    let mut parsed = Parsed::default();
    let mut faults = Faults::default();
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    // Unclosed and crossed elements are common and harmless here, and so is `&` in addresses.
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;

    let mut open: Vec<Tag> = Vec::new();
    let mut item: Option<Item> = None;
    let mut ended = false;
    loop {
        let event = match reader.read_event() {
            Ok(event) => event,
            Err(error) => {
                let at = reader.error_position();
                parsed.notes.push(format!("the XML breaks at byte {at} ({error}): the rest is left out"));
                break;
            }
        };
        match event {
            Event::Start(start) => {
                let tag = Tag::named(start.local_name().as_ref());
                if tag == Tag::Item {
                    // An item that was never closed ends where the next begins.
                    finish(item.replace(Item::default()), base, &mut parsed, &mut faults);
                    open.clear();
                }
                open.push(tag);
                if open.len() > MAX_DEPTH {
                    parsed.notes.push(format!("elements nest deeper than {MAX_DEPTH}: the rest is left out"));
                    break;
                }
            }
            Event::End(end) => {
                let tag = Tag::named(end.local_name().as_ref());
                if let Some(place) = open.iter().rposition(|each| *each == tag) {
                    open.truncate(place);
                }
                ended |= matches!(end.local_name().as_ref(), "urlset" | "sitemapindex");
                if tag == Tag::Item {
                    finish(item.take(), base, &mut parsed, &mut faults);
                }
            }
            Event::Text(text) => push(&open, item.as_mut(), &text.xml10_content()),
            Event::CData(text) => push(&open, item.as_mut(), &text.xml10_content()),
            Event::GeneralRef(reference) => {
                let name = reference.xml10_content();
                let char = match reference.resolve_char_ref() {
                    Ok(Some(char)) => Some(char),
                    _ => predefined(&name),
                };
                match char {
                    Some(char) => push(&open, item.as_mut(), char.encode_utf8(&mut [0; 4])),
                    // Most likely a bare `&` in an address.
                    None => push(&open, item.as_mut(), &format!("&{name};")),
                }
            }
            Event::Eof => {
                if !ended {
                    parsed.notes.push("it breaks off before its end".to_owned());
                }
                break;
            }
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
        if faults.more {
            break;
        }
    }
    // An address that breaks off is another address.
    finish(
        item.filter(|item| !item.loc.is_empty() && !open.contains(&Tag::Loc)),
        base,
        &mut parsed,
        &mut faults,
    );
    faults.tell(&mut parsed.notes);
    parsed
}

fn predefined(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => None,
    }
}

impl Tag {
    fn named(name: impl AsRef<[u8]>) -> Self {
        match name.as_ref() {
            b"url" | b"sitemap" => Self::Item,
            b"loc" => Self::Loc,
            b"lastmod" => Self::Lastmod,
            b"news" => Self::News,
            b"publication" => Self::Publication,
            b"title" => Self::Title,
            b"publication_date" => Self::PublicationDate,
            b"language" => Self::Language,
            _ => Self::Other,
        }
    }
}

/// Adds text to the field it stands in.
fn push(open: &[Tag], item: Option<&mut Item>, text: &str) {
    let Some(item) = item else { return };
    let field = match open {
        [Tag::Item] => &mut item.bare,
        [Tag::Item, Tag::Loc] => &mut item.loc,
        [Tag::Item, Tag::Lastmod] => &mut item.lastmod,
        [Tag::Item, Tag::News, Tag::Title] => &mut item.title,
        [Tag::Item, Tag::News, Tag::PublicationDate] => &mut item.published,
        [Tag::Item, Tag::News, Tag::Publication, Tag::Language] => &mut item.language,
        _ => return,
    };
    let text = if field.is_empty() { text.trim_start() } else { text };
    let room = MAX_FIELD_BYTES.saturating_sub(field.len());
    let end = (0..=room.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    field.push_str(&text[..end]);
}

fn finish(item: Option<Item>, base: &Base, parsed: &mut Parsed, faults: &mut Faults) {
    let Some(item) = item else { return };
    let address = if item.loc.is_empty() { &item.bare } else { &item.loc };
    let Some(url) = base.resolve(address) else {
        faults.addresses += 1;
        return;
    };
    if parsed.entries.len() == MAX_ADDRESSES {
        faults.more = true;
        return;
    }
    let mut date = |text: &str| {
        let read = Published::parse(text);
        faults.dates += usize::from(read.is_none() && !text.trim().is_empty());
        read
    };
    let (updated, published) = (date(&item.lastmod), date(&item.published));
    let words = |text: &str| {
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        (!words.is_empty()).then_some(words)
    };
    parsed.entries.push(Entry {
        url,
        title: words(&item.title),
        published,
        updated,
        language: words(&item.language),
        ..Entry::default()
    });
}

impl Faults {
    fn tell(&self, notes: &mut Vec<String>) {
        if self.more {
            notes.push(format!("more than {MAX_ADDRESSES} addresses: the rest is left out"));
        }
        if self.addresses > 0 {
            notes.push(format!("{} items have no usable address", self.addresses));
        }
        if self.dates > 0 {
            notes.push(format!("{} dates cannot be read", self.dates));
        }
    }
}

#[cfg(test)]
mod tests;
