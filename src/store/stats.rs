//! Statistics: what is in the store, from its counters; only sources and series are walked through.

use jiff::Timestamp;

use crate::lexicon::LexiconId;

use super::{
    AddressState, Store, StoreError,
    database::Row,
    key::{self, Kind, Place},
    price_record::SeriesRecord,
};

/// What is in a store.
#[derive(Debug, Clone, PartialEq)]
pub struct StoreStats {
    /// Documents.
    pub documents: u64,
    /// Documents whose availability is observed, archived, claimed.
    pub by_basis: [u64; 3],
    /// Every source with its documents, most first, then by name.
    pub sources: Vec<(String, u64)>,
    /// When the first document became available.
    pub first: Option<Timestamp>,
    /// When the last document became available.
    pub last: Option<Timestamp>,
    /// Price series by name.
    pub series: Vec<SeriesStats>,
    /// Documents by the lexicon that counted them.
    pub lexicons: Vec<(LexiconId, u64)>,
    /// Addresses by state, in the order of [`AddressState::ALL`].
    pub addresses: [u64; AddressState::ALL.len()],
    /// Captures.
    pub captures: u64,
    /// Captures that were not read yet.
    pub unread: u64,
    /// Bytes of all captures' bodies, as received.
    pub captured_bytes: u64,
    /// Bytes on disk; 0 in memory.
    pub size_on_disk: u64,
    /// The schema of keys and records.
    pub schema: u32,
}

/// What is in a price series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesStats {
    /// Its name.
    pub name: String,
    /// Rows, revisions included.
    pub rows: u64,
    /// UTC day number of the first row.
    pub first: Option<i32>,
    /// UTC day number of the last row.
    pub last: Option<i32>,
}

impl Store {
    /// What is in the store.
    pub fn stats(&self) -> Result<StoreStats, StoreError> {
        let mut sources = Vec::new();
        for row in self.database.scan(Kind::Source.range()) {
            let (key, value) = row?;
            let name = key::read_named(&key).ok_or_else(|| self.bad_row(&key, "its key does not read"))?;
            sources.push((name.to_owned(), self.decode::<u64>(&key, &value)?));
        }
        sources.sort_by(|(a, more), (b, less)| less.cmp(more).then_with(|| a.cmp(b)));
        let mut series = Vec::new();
        for row in self.database.scan(Kind::Series.range()) {
            let (key, value) = row?;
            let name = key::read_named(&key).ok_or_else(|| self.bad_row(&key, "its key does not read"))?;
            let SeriesRecord { rows, span, .. } = self.decode(&key, &value)?;
            let (first, last) = span.unzip();
            series.push(SeriesStats { name: name.to_owned(), rows, first, last });
        }
        let end = |row: Option<Result<Row, StoreError>>| {
            Ok::<_, StoreError>(row.transpose()?.and_then(|(key, _)| Place::read(&key)).map(|place| place.at))
        };
        Ok(StoreStats {
            documents: self.meta.documents(),
            by_basis: self.meta.by_basis,
            sources,
            first: end(self.database.scan(Kind::Head.range()).next())?,
            last: end(self.database.scan(Kind::Head.range()).next_back())?,
            series,
            lexicons: self.documents_by_lexicon()?,
            addresses: self.tally.addresses,
            captures: self.tally.captures,
            unread: self.tally.unread,
            captured_bytes: self.tally.body_bytes,
            size_on_disk: self.database.size_on_disk()?,
            schema: self.meta.schema,
        })
    }
}
