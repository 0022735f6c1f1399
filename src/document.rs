//! Vocabulary: what was received and what was read out of it.
//!
//! A [`Capture`] is bytes as they came, an [`Article`] is text with metadata, a [`Document`] is an
//! article with an identity and the instant a reader could have had it. Every stage speaks in these
//! words; none of them knows files, formats or the database. Serialization is left out on purpose:
//! what is stored or published has types of its own in `store` and `export`.

use std::fmt;

use jiff::{
    Timestamp,
    civil::{Date, Time},
    tz::Offset,
};

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

/// A publication time: an instant, or a bare date when no time of day is known. Prints as RFC 3339 with
/// the offset it was given in, or as the date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Published {
    /// An instant given in UTC, or without a zone.
    At(Timestamp),
    /// An instant given in another zone: the offset tells on which day it appeared there. Made by
    /// [`Published::at`], which keeps offsets of zero out, so that equal times are equal values.
    AtOffset(Timestamp, Offset),
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
        let year = read.in_utc().date().year();
        (1900..=2199).contains(&year).then_some(read)
    }

    /// An instant as given at an offset.
    pub fn at(at: Timestamp, offset: Offset) -> Self {
        if offset == Offset::UTC { Self::At(at) } else { Self::AtOffset(at, offset) }
    }

    /// The instant, where a time of day is known.
    pub fn instant(self) -> Option<Timestamp> {
        match self {
            Self::At(at) | Self::AtOffset(at, _) => Some(at),
            Self::On(_) => None,
        }
    }

    /// The calendar date as the publisher would print it.
    pub fn date(self) -> Date {
        match self {
            Self::At(at) => Offset::UTC.to_datetime(at).date(),
            Self::AtOffset(at, offset) => offset.to_datetime(at).date(),
            Self::On(date) => date,
        }
    }

    /// The same without the offset: what identities are made of.
    pub fn in_utc(self) -> Self {
        self.instant().map_or(self, Self::At)
    }

    /// Whether an instant is midnight to the second, there or in UTC: how feeds, tables and pages write
    /// a date whose time is not known.
    pub fn is_midnight(self) -> bool {
        let is_midnight = |at, offset: Offset| offset.to_datetime(at).time() == Time::midnight();
        match self {
            Self::At(at) => is_midnight(at, Offset::UTC),
            Self::AtOffset(at, offset) => is_midnight(at, offset) || is_midnight(at, Offset::UTC),
            Self::On(_) => false,
        }
    }

    fn parse_any_year(text: &str) -> Option<Self> {
        if let Ok(at) = text.parse::<Timestamp>() {
            return Some(Self::at(at, written_offset(text)));
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
            .map(|at| Self::at(at, written_offset(text)))
            .or_else(|| {
                let zoned = jiff::fmt::rfc2822::parse(text).ok()?;
                Some(Self::at(zoned.timestamp(), zoned.offset()))
            })
    }
}

/// The offset that ends an instant (`+01:00`, `-0500`); UTC where none does.
fn written_offset(text: &str) -> Offset {
    let read = || {
        // A zone's name in brackets may follow; it says nothing new.
        let text = text.split('[').next()?;
        let sign = text.rfind(['+', '-']).filter(|at| *at > "2026-01-23".len())?;
        let digits: Vec<i32> = text[sign + 1..]
            .bytes()
            .filter(u8::is_ascii_digit)
            .map(|digit| i32::from(digit - b'0'))
            .collect();
        let [hours, more, rest @ ..] = digits.as_slice() else {
            return None;
        };
        let minutes = if let [tens, ones, ..] = rest { tens * 10 + ones } else { 0 };
        let seconds = ((hours * 10 + more) * 60 + minutes) * 60;
        Offset::from_seconds(if text.as_bytes()[sign] == b'-' { -seconds } else { seconds }).ok()
    };
    read().unwrap_or(Offset::UTC)
}

impl fmt::Display for Published {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(at) => write!(f, "{at}"),
            Self::AtOffset(at, offset) => write!(f, "{}", at.display_with_offset(*offset)),
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
    /// A two-letter language code in lower case: as declared, else as detected.
    pub language: Option<String>,
    /// When the publisher says it appeared.
    pub published: Option<Published>,
    /// Where `published` was read: `json-ld`, `opengraph`, `meta`, `time`, `url`, `text`, `given`,
    /// `file name`.
    pub published_basis: Option<&'static str>,
    /// When the publisher says it was changed last.
    pub modified: Option<Published>,
    /// What kind of page it was read from; not stored.
    pub kind: PageKind,
}

/// What kind of page a text was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PageKind {
    /// A text that was written and then published.
    #[default]
    Article,
    /// Entries added while something happens: what stands at its end was not there when it appeared.
    LiveBlog,
    /// The visible start of a text that must be paid for.
    Stub,
}

impl PageKind {
    /// The words used in records.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Article => "article",
            Self::LiveBlog => "live blog",
            Self::Stub => "paywalled stub",
        }
    }
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
        if let Some(url) = &article.url {
            return Self::of_url(url);
        }
        // In UTC: the same instant is the same document, whatever offset it was written with.
        let published = article.published.map(|published| published.in_utc().to_string()).unwrap_or_default();
        let mut hash = Sha256::new();
        for part in ["said", &article.source, &published, &article.title, &article.text] {
            hash.update(part.as_bytes());
            hash.update(b"\0");
        }
        Self::first_of(&hash.finalize())
    }

    /// The identity of an article under this address.
    pub fn of_url(url: &str) -> Self {
        use sha2::{Digest, Sha256};
        Self::first_of(&Sha256::new().chain_update(b"url\0").chain_update(url).finalize())
    }

    fn first_of(digest: &[u8]) -> Self {
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
        check("2026-01-23T08:00:00+01:00", Some("2026-01-23T08:00:00+01:00"));
        check("2026-01-23T08:00:00-05:00[Etc/GMT+5]", Some("2026-01-23T08:00:00-05:00"));
        check("2026-01-23T08:00:00.5-05:30", Some("2026-01-23T08:00:00.5-05:30"));
        check("2026-01-23T08:00:00-00:00", Some("2026-01-23T08:00:00Z"));
        check("2026-01-23 08:00:00 +0900", Some("2026-01-23T08:00:00+09:00"));
        check("2026-01-23 08:00:00", Some("2026-01-23T08:00:00Z"));
        check("2026-01-23 08:00:00 UTC", Some("2026-01-23T08:00:00Z"));
        check("2026-01-23T08:00:00+0000", Some("2026-01-23T08:00:00Z"));
        check("Fri, 23 Jan 2026 08:00:00 GMT", Some("2026-01-23T08:00:00Z"));
        check("Fri, 23 Jan 2026 08:00:00 -0500", Some("2026-01-23T08:00:00-05:00"));
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

    #[test]
    fn an_offset_tells_the_day_and_changes_no_identity() {
        let published = |text| Published::parse(text).unwrap();
        let local = published("2026-01-23T01:30:00+02:00");
        assert_eq!(local.date().to_string(), "2026-01-23");
        assert_eq!(local.in_utc(), published("2026-01-22T23:30:00Z"));
        assert_eq!(published("2026-01-23T01:30:00+00:00"), published("2026-01-23T01:30:00Z"));
        let id = |published| {
            let article = Article { title: "Gold".into(), published: Some(published), ..Article::default() };
            DocumentId::of(&article)
        };
        assert_eq!(id(local), id(local.in_utc()));
        assert_ne!(id(local), id(published("2026-01-22T23:30:01Z")));
    }

    #[test]
    fn midnight_is_that_of_the_publisher_or_of_utc() {
        let check = |text: &str, expected: bool| {
            assert_eq!(Published::parse(text).unwrap().is_midnight(), expected, "{text}");
        };
        check("2026-01-23T00:00:00Z", true);
        check("2026-01-23T00:00:00-05:00", true);
        check("2026-01-22T19:00:00-05:00", true);
        check("2026-01-23T00:00:01-05:00", false);
        check("2026-01-23", false);
    }
}
