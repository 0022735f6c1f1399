//! Vocabulary: what was received and what was read out of it.
//!
//! A [`Capture`] is bytes as they came, an [`Article`] is text with metadata, a [`Document`] is an
//! article with an identity and the instant a reader could have had it. Every stage speaks in these
//! words; none of them knows files, formats or the database. Serialization is left out on purpose:
//! what is stored or published has types of its own in `store` and `export`.

use std::fmt;

use jiff::Timestamp;

mod given;
mod origin;
mod published;
mod script;

pub use given::{Cleaning, Given, GivenText};
pub use origin::Origin;
pub use published::{Published, zone_minutes};
pub use script::{Script, language_by_script, other_script};

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

impl Article {
    /// Gives an article that declares no language the one that has its script to itself: Chinese, Japanese
    /// or Korean.
    pub fn detect_language(&mut self) {
        if self.language.is_none() {
            self.language = language_by_script(&self.title, &self.text).map(str::to_owned);
        }
    }
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

    /// The kind of that word.
    pub fn named(word: &str) -> Option<Self> {
        [Self::Article, Self::LiveBlog, Self::Stub].into_iter().find(|kind| kind.as_str() == word)
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
    /// Hashes of the headline's significant words, ascending, each once. The lowest two bits of each
    /// are its [`WordKind`].
    pub title: Vec<u32>,
    /// A similarity hash of the body's word triples; 0 for a text too short to have one.
    pub body: u64,
    /// The smallest hashes of the body's pairs of neighbouring words, ascending, each once; empty for a
    /// text too short to have them.
    pub sketch: Vec<u32>,
}

/// What a headline's word says beside what it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WordKind {
    /// Nothing.
    Plain = 0,
    /// How much, or when.
    Number = 1,
    /// That something goes up.
    Up = 2,
    /// That something goes down.
    Down = 3,
}

impl WordKind {
    /// The kind of a headline's word.
    pub const fn of(hash: u32) -> Self {
        match hash & 0b11 {
            0 => Self::Plain,
            1 => Self::Number,
            2 => Self::Up,
            _ => Self::Down,
        }
    }
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
}
