//! Stored forms: what a row's payload is made of, apart from the domain types it is made from.
//!
//! Encoded with postcard inside `envelope`. A form, once released, never changes: another form gets
//! another version there and a step in `migrate`. Instants are nanoseconds since 1970, dates their
//! parts; bytes of any kind decode to a record or to a refusal, and a record whose values no domain
//! type can hold (a year 20000, an unknown basis) is refused too.

use std::{borrow::Cow, collections::BTreeMap};

use jiff::{Timestamp, civil::Date, tz::Offset};
use serde::{Deserialize, Serialize};

use crate::{
    document::{Article, Availability, Basis, Document, Fingerprint, Published},
    lexicon::LexiconId,
    tag::Count,
};

use super::{envelope::Reason, key::Place};

/// Words for where a publication date was read, by the number that stands for each. Only ever appended to.
const PUBLISHED_BASES: &[&str] = &[
    "json-ld",
    "opengraph",
    "meta",
    "time",
    "url",
    "text",
    "given",
    "feed",
    "sitemap",
    "header",
    "microdata",
    "warc",
    "file name",
];

/// The counters, in one row, rewritten with every batch.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct MetaRecord {
    pub(super) schema: u32,
    /// Batches applied so far; the seal beside the database remembers it too.
    pub(super) batches: u64,
    /// Rows of every kind, this one not counted.
    pub(super) rows: u64,
    /// By basis: observed, archived, claimed.
    pub(super) by_basis: [u64; 3],
    /// Documents by the number of the lexicon that counted them and by their language.
    pub(super) scores: BTreeMap<(u32, Option<String>), u64>,
    /// Lexicons numbered so far.
    pub(super) lexicons: u32,
    /// The settings the day rows were made with.
    pub(super) days_made_with: Option<u64>,
}

impl MetaRecord {
    pub(super) fn documents(&self) -> u64 {
        self.by_basis.iter().sum()
    }
}

/// Identity to place, with a hash of the text that tells whether a repeat says something else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct IdentityRecord {
    at: i128,
    pub(super) text: (u32, u32),
}

impl IdentityRecord {
    pub(super) fn new(document: &Document) -> Self {
        Self { at: document.availability.at.as_nanosecond(), text: text_hash(&document.article) }
    }

    pub(super) fn at(&self) -> Result<Timestamp, Reason> {
        instant(self.at)
    }
}

fn text_hash(article: &Article) -> (u32, u32) {
    (crc32fast::hash(article.title.as_bytes()), crc32fast::hash(article.text.as_bytes()))
}

/// Everything of a document but its body, with its score: what a pass over the scores reads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct HeadRecord<'a> {
    pub(super) basis: u8,
    pub(super) title: Cow<'a, str>,
    pub(super) source: Cow<'a, str>,
    url: Option<Cow<'a, str>>,
    byline: Option<Cow<'a, str>>,
    site: Option<Cow<'a, str>>,
    pub(super) language: Option<Cow<'a, str>>,
    published: Option<PublishedRecord>,
    published_basis: Option<u8>,
    modified: Option<PublishedRecord>,
    fingerprint_title: Cow<'a, [u32]>,
    fingerprint_body: u64,
    /// Bytes of the body's row; without a body there is no row.
    pub(super) body_bytes: u64,
    pub(super) score: ScoreRecord,
}

impl<'a> HeadRecord<'a> {
    /// Errors: a word for where the publication date was read that has no number here.
    pub(super) fn new(document: &'a Document, score: ScoreRecord) -> Result<Self, Reason> {
        let article = &document.article;
        let basis_of = |word: &str| PUBLISHED_BASES.iter().position(|known| *known == word);
        let published_basis = match article.published_basis {
            None => None,
            Some(word) => Some(basis_of(word).ok_or("where its date was read has no stored form")? as u8),
        };
        fn text(text: &Option<String>) -> Option<Cow<'_, str>> {
            text.as_deref().map(Cow::Borrowed)
        }
        Ok(Self {
            basis: basis_number(document.availability.basis) as u8,
            title: Cow::Borrowed(&article.title),
            source: Cow::Borrowed(&article.source),
            url: text(&article.url),
            byline: text(&article.byline),
            site: text(&article.site),
            language: text(&article.language),
            published: article.published.map(PublishedRecord::from),
            published_basis,
            modified: article.modified.map(PublishedRecord::from),
            fingerprint_title: Cow::Borrowed(&document.fingerprint.title),
            fingerprint_body: document.fingerprint.body,
            body_bytes: article.text.len() as u64,
            score,
        })
    }

    pub(super) fn availability(&self, place: Place) -> Result<Availability, Reason> {
        Ok(Availability { at: place.at, basis: basis(self.basis)? })
    }

    /// Takes the fingerprint out, leaving an empty one; its sketch lies in another row.
    pub(super) fn take_fingerprint(&mut self) -> Fingerprint {
        let title = std::mem::take(&mut self.fingerprint_title).into_owned();
        Fingerprint { title, body: self.fingerprint_body, sketch: Vec::new() }
    }

    /// Puts another fingerprint in its place, but for the sketch; whether that changed anything.
    pub(super) fn set_fingerprint(&mut self, fingerprint: &'a Fingerprint) -> bool {
        let same = *self.fingerprint_title == *fingerprint.title && self.fingerprint_body == fingerprint.body;
        self.fingerprint_title = Cow::Borrowed(&fingerprint.title);
        self.fingerprint_body = fingerprint.body;
        !same
    }

    /// The document at a place, with its body.
    pub(super) fn into_document(mut self, place: Place, text: String) -> Result<Document, Reason> {
        let own = |text: Option<Cow<'_, str>>| text.map(Cow::into_owned);
        let date = |date: Option<PublishedRecord>| date.map(PublishedRecord::read).transpose();
        let published_basis = match self.published_basis {
            None => None,
            Some(number) => {
                Some(*PUBLISHED_BASES.get(usize::from(number)).ok_or("where its date was read is unknown")?)
            }
        };
        Ok(Document {
            id: place.id,
            availability: self.availability(place)?,
            fingerprint: self.take_fingerprint(),
            article: Article {
                title: self.title.into_owned(),
                text,
                url: own(self.url),
                source: self.source.into_owned(),
                byline: own(self.byline),
                site: own(self.site),
                language: own(self.language),
                published: date(self.published)?,
                published_basis,
                modified: date(self.modified)?,
                ..Article::default()
            },
        })
    }
}

/// Position of a basis in every table of three.
pub(super) fn basis_number(basis: Basis) -> usize {
    match basis {
        Basis::Observed => 0,
        Basis::Archived => 1,
        Basis::Claimed => 2,
    }
}

pub(super) fn basis(number: u8) -> Result<Basis, Reason> {
    match number {
        0 => Ok(Basis::Observed),
        1 => Ok(Basis::Archived),
        2 => Ok(Basis::Claimed),
        _ => Err("its basis is unknown"),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum PublishedRecord {
    At(i128),
    On(i16, i8, i8),
    /// With the offset in seconds; came after the others, so a store without it reads as before.
    AtOffset(i128, i32),
}

impl From<Published> for PublishedRecord {
    fn from(published: Published) -> Self {
        match published {
            Published::At(at) => Self::At(at.as_nanosecond()),
            Published::AtOffset(at, offset) => Self::AtOffset(at.as_nanosecond(), offset.seconds()),
            Published::On(date) => Self::On(date.year(), date.month(), date.day()),
        }
    }
}

impl PublishedRecord {
    pub(super) fn read(self) -> Result<Published, Reason> {
        match self {
            Self::At(at) => instant(at).map(Published::At),
            Self::AtOffset(at, seconds) => {
                let offset = Offset::from_seconds(seconds).map_err(|_| "its offset is none")?;
                Ok(Published::at(instant(at)?, offset))
            }
            Self::On(year, month, day) => {
                Date::new(year, month, day).map(Published::On).map_err(|_| "its date is none")
            }
        }
    }
}

pub(super) fn instant(nanoseconds: i128) -> Result<Timestamp, Reason> {
    Timestamp::from_nanosecond(nanoseconds).map_err(|_| "its time is beyond the calendar")
}

/// A score: the lexicon by number, and only the narratives that were found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ScoreRecord {
    pub(super) lexicon: u32,
    pub(super) words: u32,
    pub(super) sentences: u32,
    pub(super) poles: [CountRecord; 2],
    /// Position in the lexicon row's narratives, and the count; zeros are left out.
    pub(super) narratives: Vec<(u16, CountRecord)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct CountRecord(u32, u32, u32);

impl From<Count> for CountRecord {
    fn from(count: Count) -> Self {
        Self(count.asserted, count.reversed, count.expected)
    }
}

impl From<CountRecord> for Count {
    fn from(CountRecord(asserted, reversed, expected): CountRecord) -> Self {
        Self { asserted, reversed, expected }
    }
}

/// A lexicon's identity and the narratives it counted, in the order of a score's positions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct LexiconRecord {
    pub(super) language: String,
    pub(super) version: String,
    pub(super) hash: u32,
    pub(super) narratives: Vec<String>,
}

impl LexiconRecord {
    pub(super) fn new(id: &LexiconId, narratives: &[String]) -> Self {
        let LexiconId { language, version, hash } = id.clone();
        Self { language, version, hash, narratives: narratives.to_vec() }
    }

    pub(super) fn id(&self) -> LexiconId {
        LexiconId { language: self.language.clone(), version: self.version.clone(), hash: self.hash }
    }
}

/// One day's numbers before standardisation, as `index` makes them. Kept so that an unchanged day is
/// not computed again.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct DayRecord {
    /// Documents.
    pub docs: u32,
    /// Words read.
    pub words: u64,
    /// Stories after folding repeats.
    pub stories: u32,
    /// Documents whose availability is observed, archived, claimed.
    pub by_basis: [u32; 3],
    /// Sources in alphabetical order.
    pub sources: Vec<SourceRecord>,
}

/// One source on one day.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SourceRecord {
    /// The source.
    pub source: String,
    /// Its documents that day.
    pub docs: u32,
    /// Sum of its documents' weights after stories are folded.
    pub weight: f64,
    /// Weighted mean scores in [0, 1]: the two poles, then every narrative.
    pub means: Vec<f64>,
}

/// What was read of one input: when its bytes are the same, it need not be read again.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct InputRecord {
    /// SHA-256 of the bytes, in hexadecimal.
    pub sha256: String,
    /// Rows or articles used.
    pub rows: u64,
    /// Rows or articles skipped.
    pub skipped: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn publication_times_come_back_with_their_offset() {
        let check = |text: &str, bytes: &[u8]| {
            let published = Published::parse(text).unwrap();
            let stored = postcard::to_stdvec(&PublishedRecord::from(published)).unwrap();
            // The first byte names the form: 0 and 1 are those of the first release.
            assert_eq!(&stored[..1], bytes, "{text}");
            let read: PublishedRecord = postcard::from_bytes(&stored).unwrap();
            assert_eq!(read.read(), Ok(published), "{text}");
        };
        check("2026-01-05T10:00:00Z", &[0]);
        check("2026-01-05", &[1]);
        check("2026-01-05T10:00:00-05:30", &[2]);
        assert!(PublishedRecord::AtOffset(0, i32::MAX).read().is_err());
    }
}
