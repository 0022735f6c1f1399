//! What whoever collected a capture knew of it, and how a web archive's header says it.
//!
//! Written by `export`, read by `collect`: one spelling, so it stands here. Values are UTF-8, all but
//! visible ASCII as `%XX`, so that none can end its line. Anybody can write such fields: they can name a
//! source, a title or a date, as a row of any table can; they are cut at [`MOST_CHARS`] and lose their
//! control characters.

use std::fmt::Write;

use super::{DocumentId, Published};

/// No name or headline is longer; what is, is cut when it is written and when it is read.
const MOST_CHARS: usize = 1000;

/// What the collector knew of a capture.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origin {
    /// The source of its articles.
    pub source: Option<String>,
    /// The headline, as the listing that announced it says.
    pub title: Option<String>,
    /// When it appeared, as that listing says.
    pub published: Option<Published>,
    /// Whether that listing is a sitemap; otherwise it is a feed.
    pub is_from_sitemap: bool,
    /// Whether it is a feed whose entries are articles, not a page.
    pub is_feed: bool,
    /// Those of its entries that were taken; `None` for all.
    pub taken: Option<Vec<DocumentId>>,
}

impl Origin {
    /// The fields that say it, each with its name.
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        let word = |is: bool, word: &str| is.then(|| word.to_owned());
        let taken = self.taken.as_ref().map(|ids| ids.iter().map(DocumentId::to_string).collect::<Vec<_>>());
        let fields = [
            ("WARC-Storyturn-Source", self.source.as_deref().map(escape)),
            ("WARC-Storyturn-Role", word(self.is_feed, "entries")),
            ("WARC-Storyturn-Taken", taken.map(|ids| ids.join(" "))),
            ("WARC-Storyturn-Title", self.title.as_deref().map(escape)),
            ("WARC-Storyturn-Published", self.published.map(|published| published.to_string())),
            ("WARC-Storyturn-Listing", word(self.is_from_sitemap, "sitemap")),
        ];
        fields.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }

    /// Takes one field of a header, its name in lower case; passes over what it does not know.
    pub fn set(&mut self, name: &str, value: &str) {
        let text = || Some(unescape(value)).filter(|text| !text.is_empty());
        match name {
            "warc-storyturn-source" => self.source = text(),
            "warc-storyturn-role" => self.is_feed = value == "entries",
            "warc-storyturn-taken" => {
                let id = |word| u64::from_str_radix(word, 16).ok().map(DocumentId);
                self.taken = Some(value.split_whitespace().filter_map(id).collect());
            }
            "warc-storyturn-title" => self.title = text(),
            "warc-storyturn-published" => self.published = Published::parse(value),
            "warc-storyturn-listing" => self.is_from_sitemap = value == "sitemap",
            _ => {}
        }
    }
}

fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for byte in text.chars().take(MOST_CHARS).collect::<String>().bytes() {
        if byte.is_ascii_graphic() && byte != b'%' {
            escaped.push(char::from(byte));
        } else {
            write!(escaped, "%{byte:02X}").expect("a string takes all");
        }
    }
    escaped
}

fn unescape(value: &str) -> String {
    let bytes = value.as_bytes();
    let mut plain = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let digit = |at: usize| bytes.get(at).and_then(|byte| char::from(*byte).to_digit(16));
        match (bytes[at], digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                plain.push((high * 16 + low) as u8);
                at += 3;
            }
            (byte, ..) => {
                plain.push(byte);
                at += 1;
            }
        }
    }
    let text = String::from_utf8_lossy(&plain);
    let text: String = text.chars().filter(|char| !char.is_control()).take(MOST_CHARS).collect();
    text.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_back_and_end_no_line() {
        let origin = Origin {
            source: Some("Börse 50% \u{1f4c8}".to_owned()),
            title: Some("Gold: \"up\"".to_owned()),
            published: Published::parse("2026-01-20T08:00:00-05:00"),
            is_from_sitemap: true,
            is_feed: true,
            taken: Some(vec![DocumentId(1), DocumentId(u64::MAX)]),
        };
        let mut read = Origin::default();
        for (name, value) in origin.fields() {
            assert!(value.chars().all(|char| char == ' ' || char.is_ascii_graphic()), "{value}");
            read.set(&name.to_ascii_lowercase(), &value);
        }
        assert_eq!(read, origin);
        assert!(Origin::default().fields().is_empty());
    }

    #[test]
    fn what_anybody_may_write_is_cleaned() {
        let check = |value: &str, expected: Option<&str>| {
            let mut origin = Origin::default();
            origin.set("warc-storyturn-source", value);
            assert_eq!(origin.source.as_deref(), expected, "{value:?}");
        };
        check("a%0D%0AWARC-Type:%00b", Some("aWARC-Type:b"));
        check("%", Some("%"));
        check("%zz%4", Some("%zz%4"));
        check("%ff", Some("\u{fffd}"));
        check("%20%09", None);
        check(&"%C3%A4".repeat(MOST_CHARS + 1), Some(&"ä".repeat(MOST_CHARS)));
    }
}
