//! Vocabulary: what was received and what was read out of it.
//!
//! A [`Capture`] is bytes as they came, an [`Article`] is text with metadata, a [`Document`] is an
//! article with an identity and the instant a reader could have had it. Every stage speaks in these
//! words; none of them knows files, formats or the database. Serialization is left out on purpose:
//! what is stored or published has types of its own in `store` and `export`.

use std::fmt;

use jiff::{Timestamp, civil::Date};

/// Bytes as received, with all that is known of where they came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capture {
    /// What a message calls it: a path, an address, an archive and record number.
    pub subject: String,
    /// The address the bytes answer to, where one is known.
    pub url: Option<String>,
    /// The `Content-Type` header, where there was one.
    pub content_type: Option<String>,
    /// When it was received or archived; `None` for a file of unknown age.
    pub captured_at: Option<Timestamp>,
    /// How `captured_at` is known.
    pub basis: Basis,
    /// The body, decompressed.
    pub body: Vec<u8>,
}

/// How the instant of availability is known, from strongest to weakest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// This tool saw it then.
    Observed,
    /// An archive saw it then.
    Archived,
    /// The publisher says so.
    Claimed,
}

impl Basis {
    /// The word used in tables, records and configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Observed => "observed",
            Self::Archived => "archived",
            Self::Claimed => "claimed",
        }
    }
}

impl fmt::Display for Basis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A publication time: an instant, or a bare date when no time of day is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Published {
    /// An instant with a known zone.
    At(Timestamp),
    /// A calendar date without a time.
    On(Date),
}

impl Published {
    /// Reads RFC 3339, RFC 2822 (`Fri, 23 Jan 2026 08:00:00 GMT`), `YYYY-MM-DD HH:MM:SS` (taken as
    /// UTC), offsets without a colon (`+0000`), a bare `YYYY-MM-DD`, or a date with the month in
    /// English letters (`January 23, 2026`, `23 Jan 2026`). Anything else is `None`, and so is a year
    /// outside 1900 to 2199: a typing error, or bait for arithmetic on days.
    pub fn parse(text: &str) -> Option<Self> {
        let read = Self::parse_any_year(text.trim())?;
        let year = match read {
            Self::At(at) => at.to_zoned(jiff::tz::TimeZone::UTC).year(),
            Self::On(date) => date.year(),
        };
        (1900..=2199).contains(&year).then_some(read)
    }

    fn parse_any_year(text: &str) -> Option<Self> {
        if let Ok(at) = text.parse::<Timestamp>() {
            return Some(Self::At(at));
        }
        if text.len() == 10 {
            return text.parse::<Date>().ok().map(Self::On);
        }
        let civil = text.strip_suffix(" UTC").unwrap_or(text);
        if let Ok(at) = civil.parse::<jiff::civil::DateTime>() {
            return at.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| Self::At(zoned.timestamp()));
        }
        // A month in letters tells day from month.
        let lettered = ["%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%d %b %Y"];
        if let Some(date) = lettered.iter().find_map(|form| Date::strptime(form, text).ok()) {
            return Some(Self::On(date));
        }
        ["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M:%S%z", "%Y-%m-%dT%H:%M%z", "%Y-%m-%d %H:%M:%S %z"]
            .iter()
            .find_map(|form| Timestamp::strptime(form, text).ok())
            .or_else(|| jiff::fmt::rfc2822::parse(text).ok().map(|zoned| zoned.timestamp()))
            .map(Self::At)
    }
}

impl fmt::Display for Published {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(at) => write!(f, "{at}"),
            Self::On(date) => write!(f, "{date}"),
        }
    }
}

/// Main text and metadata of one page, note or headline. Text that is not known is empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Article {
    /// The headline, without the site's name.
    pub title: String,
    /// Paragraphs separated by one newline; empty for a bare headline.
    pub text: String,
    /// The canonical address.
    pub url: Option<String>,
    /// Who published it, as scores are standardised: a host name or the name an import gave.
    pub source: String,
    /// The authors' names as printed.
    pub byline: Option<String>,
    /// The site's own name.
    pub site: Option<String>,
    /// A two-letter language code in lower case.
    pub language: Option<String>,
    /// When the publisher says it appeared.
    pub published: Option<Published>,
    /// Where `published` was read: `json-ld`, `opengraph`, `meta`, `time`, `url`, `text`, `given`,
    /// `file name`.
    pub published_basis: Option<&'static str>,
    /// When the publisher says it was changed last.
    pub modified: Option<Published>,
}

/// The instant from which a reader could have had a document, and how that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Availability {
    /// The instant.
    pub at: Timestamp,
    /// How it is known.
    pub basis: Basis,
}

/// Sixty-four bits that name a document, printed as sixteen hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentId(pub u64);

impl DocumentId {
    /// The identity of an article: its address where it has one, else all that was said and when.
    /// The same article imported twice is the same document, whatever file it came in.
    pub fn of(article: &Article) -> Self {
        use sha2::{Digest, Sha256};
        let mut hash = Sha256::new();
        if let Some(url) = &article.url {
            hash.update(b"url\0");
            hash.update(url.as_bytes());
        } else {
            let published = article.published.map(|published| published.to_string()).unwrap_or_default();
            for part in ["said", &article.source, &published, &article.title, &article.text] {
                hash.update(part.as_bytes());
                hash.update(b"\0");
            }
        }
        let digest = hash.finalize();
        let mut first = [0; 8];
        first.copy_from_slice(&digest[..8]);
        Self(u64::from_be_bytes(first))
    }
}

impl fmt::Display for DocumentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// What a text is about, small enough to keep and to compare: hashes of its telling words. Made by
/// `extract::fingerprint`, compared by `index::story`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fingerprint {
    /// Hashes of the headline's significant words, ascending, each once.
    pub title: Vec<u32>,
    /// A similarity hash of the body's word triples; 0 for a text too short to have one.
    pub body: u64,
}

/// An article with an identity and the instant it became available.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its identity.
    pub id: DocumentId,
    /// What it says.
    pub article: Article,
    /// From when on it may count.
    pub availability: Availability,
    /// For telling repeats of one story.
    pub fingerprint: Fingerprint,
}

/// One input that could not be used, and why. Skips are values: they are counted in the summary
/// and the exit status, and never end a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skip {
    /// A path, a line, an address.
    pub subject: String,
    /// One lower-case clause.
    pub reason: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn publication_times_are_read_in_the_forms_of_records_and_feeds() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(Published::parse(text).map(|read| read.to_string()).as_deref(), expected, "{text:?}");
        };
        check(" 2026-01-23 ", Some("2026-01-23"));
        check("2026-01-23T08:00:00+01:00", Some("2026-01-23T07:00:00Z"));
        check("2026-01-23 08:00:00", Some("2026-01-23T08:00:00Z"));
        check("2026-01-23 08:00:00 UTC", Some("2026-01-23T08:00:00Z"));
        check("2026-01-23T08:00:00+0000", Some("2026-01-23T08:00:00Z"));
        check("Fri, 23 Jan 2026 08:00:00 GMT", Some("2026-01-23T08:00:00Z"));
        check("Fri, 23 Jan 2026 08:00:00 -0500", Some("2026-01-23T13:00:00Z"));
        for text in ["January 23, 2026", "Jan 23, 2026", "23 January 2026", "23 Jan 2026", "jan 23, 2026"] {
            check(text, Some("2026-01-23"));
        }
        check("May 9, 2019", Some("2019-05-09"));
        for text in [
            "",
            "soon",
            "23.01.2026",
            "01/23/2026",
            "9999-12-31",
            "0001-01-01",
            "-002026-01-23",
            "2026-02-30",
        ] {
            check(text, None);
        }
        check("9999-12-30T21:00:00Z", None);
    }
}
