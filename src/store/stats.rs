//! Statistics: what is in the store, from its counters; only sources and series are walked through.
//! Of an earlier instant nothing is counted, so everything until then is walked through.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::lexicon::LexiconId;

use super::{
    AddressState, Store, StoreError,
    collected_record::CaptureForm,
    database::Row,
    key::{self, Kind, Place},
    price_record::SeriesRecord,
    record::basis_number,
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
    /// Days whose row was published, and the first and last of them.
    pub published: Option<(u64, i32, i32)>,
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
            published: span(&self.published_days()?),
            size_on_disk: self.database.size_on_disk()?,
            schema: self.meta.schema,
        })
    }

    /// What was in the store at an instant: documents available by then, captures made by then, closes
    /// known by then. What was not kept by time stays empty: addresses and their states, the lexicons
    /// that read, the bytes on disk.
    pub fn stats_at(&self, instant: Timestamp) -> Result<StoreStats, StoreError> {
        let mut stats = StoreStats {
            documents: 0,
            by_basis: [0; 3],
            sources: Vec::new(),
            first: None,
            last: None,
            series: Vec::new(),
            lexicons: Vec::new(),
            addresses: [0; AddressState::ALL.len()],
            captures: 0,
            unread: 0,
            captured_bytes: 0,
            published: None,
            size_on_disk: 0,
            schema: self.meta.schema,
        };
        let mut sources: BTreeMap<String, u64> = BTreeMap::new();
        for row in self.database.scan(key::between(Kind::Head, Timestamp::MIN, instant)) {
            let row = row?;
            let (place, head) = self.read_head(&row)?;
            let basis = head.availability(place).map_err(|reason| self.bad_row(&row.0, reason))?.basis;
            stats.documents += 1;
            stats.by_basis[basis_number(basis)] += 1;
            stats.first = stats.first.or(Some(place.at));
            stats.last = Some(place.at);
            *sources.entry(head.source.into_owned()).or_default() += 1;
        }
        stats.sources = sources.into_iter().collect();
        stats.sources.sort_by(|(a, more), (b, less)| less.cmp(more).then_with(|| a.cmp(b)));
        for row in self.database.scan(key::between(Kind::Capture, Timestamp::MIN, instant)) {
            let (key, value) = row?;
            stats.captures += 1;
            stats.captured_bytes += self.decode::<CaptureForm<'static>>(&key, &value)?.body_bytes;
        }
        for name in self.series_names()? {
            let Some(series) = self.series(&name)? else { continue };
            let known = || series.rows.iter().filter(|row| row.available_at <= instant);
            if let (Some(first), Some(last)) = (known().next(), known().next_back()) {
                let (first, last) = (Some(first.day.0), Some(last.day.0));
                stats.series.push(SeriesStats { name, rows: known().count() as u64, first, last });
            }
        }
        let publications = self.publications()?;
        let mut days = BTreeSet::new();
        for row in self.published() {
            let (number, row) = row?;
            if publications.get(number).is_some_and(|publication| publication.at <= instant) {
                days.insert(row.day);
            }
        }
        stats.published = span(&days);
        Ok(stats)
    }
}

fn span(days: &BTreeSet<i32>) -> Option<(u64, i32, i32)> {
    Some((days.len() as u64, *days.first()?, *days.last()?))
}
