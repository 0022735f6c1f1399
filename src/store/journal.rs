//! The journal: every row of the joined table as it was first published, for ever.
//!
//! A publication is one act of publishing: when, by which version, with which settings and lexicons,
//! and the columns of its rows. A day is published once: rows are added and never replaced or removed,
//! whatever is imported later. A publication and its rows are one write, so that a kill leaves a row
//! published or not; publishing again adds what is missing. Each publication carries a hash over itself,
//! its rows and the one before it: taking a row out, or writing it anew, breaks the chain that `verify`
//! follows.
//!
//! Left out: what a row means, and how it compares with what is computed now (`pipeline`).

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{
    BadRow, Store, StoreError,
    key::{self, Kind},
    record::instant,
};

/// Rows in one write: a first run publishes years, and a write is held in memory whole.
const ROWS_PER_PUBLICATION: usize = 500;

/// Half of a SHA-256.
pub type InputHash = [u8; 16];

/// How and when rows were published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    /// When.
    pub at: Timestamp,
    /// The version that computed the rows.
    pub version: String,
    /// A hash of the settings they were computed with.
    pub settings: u64,
    /// The lexicons in force.
    pub lexicons: String,
    /// The columns of its rows, in order.
    pub columns: Vec<String>,
}

/// One day as it was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedRow {
    /// The day number.
    pub day: i32,
    /// A hash over all news that counted by the day.
    pub news: InputHash,
    /// A hash over all prices that counted by the day.
    pub prices: InputHash,
    /// The cells as files have them, in the order of the publication's columns; `None` where empty.
    pub cells: Vec<Option<String>>,
}

/// A stored publication; its key is its number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PublicationRecord {
    at: i128,
    version: String,
    settings: u64,
    lexicons: String,
    columns: Vec<String>,
    rows: u32,
    /// Over the chain before it, itself and its rows.
    chain: [u8; 32],
}

/// A stored row; its key is its day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PublishedRecord {
    publication: u32,
    news: InputHash,
    prices: InputHash,
    cells: Vec<Option<String>>,
}

impl Store {
    /// Publishes these rows, those of days that were published before left out; says how many were
    /// added. Rows must ascend by day and be as wide as the columns.
    pub fn publish(&mut self, publication: &Publication, rows: &[PublishedRow]) -> Result<u64, StoreError> {
        let known = self.published_days()?;
        let new: Vec<&PublishedRow> = rows.iter().filter(|row| !known.contains(&row.day)).collect();
        for rows in new.chunks(ROWS_PER_PUBLICATION) {
            let (number, chain) =
                match self.database.scan(Kind::Publication.range()).next_back().transpose()? {
                    None => (0, [0; 32]),
                    Some((key, value)) => {
                        let unread = || self.bad_row(&key, "its key does not read");
                        let last = key::read_number(&key).ok_or_else(unread)?;
                        (last + 1, self.decode::<PublicationRecord>(&key, &value)?.chain)
                    }
                };
            let mut record = PublicationRecord {
                at: publication.at.as_nanosecond(),
                version: publication.version.clone(),
                settings: publication.settings,
                lexicons: publication.lexicons.clone(),
                columns: publication.columns.clone(),
                rows: rows.len() as u32,
                chain: [0; 32],
            };
            let mut transaction = self.begin();
            let mut hashes = Vec::with_capacity(rows.len());
            for row in rows {
                if row.cells.len() != publication.columns.len() {
                    return Err(StoreError::Unstorable {
                        subject: format!("the row of day {}", row.day),
                        reason: "it is not as wide as its columns".to_owned(),
                    });
                }
                let published = PublishedRecord {
                    publication: number,
                    news: row.news,
                    prices: row.prices,
                    cells: row.cells.clone(),
                };
                hashes.push(published.hash(row.day));
                let key = key::day(Kind::Published, row.day);
                let value = self.encode(&key, &published)?;
                transaction.add(key, value);
            }
            record.chain = record.chained(chain, &hashes);
            let key = key::numbered_alone(Kind::Publication, number);
            let value = self.encode(&key, &record)?;
            transaction.add(key, value);
            self.commit(transaction)?;
        }
        if !new.is_empty() {
            self.flush()?;
        }
        Ok(new.len() as u64)
    }

    /// Numbers of the days that were published.
    pub fn published_days(&self) -> Result<BTreeSet<i32>, StoreError> {
        let rows = self.database.scan(Kind::Published.range());
        rows.map(|row| {
            let (key, _) = row?;
            key::read_day(&key).ok_or_else(|| self.bad_row(&key, "its key does not read"))
        })
        .collect()
    }

    /// Every publication, in their order.
    pub fn publications(&self) -> Result<Vec<Publication>, StoreError> {
        let records = self.database.scan(Kind::Publication.range());
        records
            .map(|row| {
                let (key, value) = row?;
                let record = self.decode::<PublicationRecord>(&key, &value)?;
                let at = instant(record.at).map_err(|reason| self.bad_row(&key, reason))?;
                let PublicationRecord { version, settings, lexicons, columns, .. } = record;
                Ok(Publication { at, version, settings, lexicons, columns })
            })
            .collect()
    }

    /// Every row as it was published, by day, with the number of its publication.
    pub fn published(&self) -> impl Iterator<Item = Result<(usize, PublishedRow), StoreError>> + '_ {
        self.database.scan(Kind::Published.range()).map(|row| {
            let (key, value) = row?;
            let day = key::read_day(&key).ok_or_else(|| self.bad_row(&key, "its key does not read"))?;
            let PublishedRecord { publication, news, prices, cells } = self.decode(&key, &value)?;
            Ok((publication as usize, PublishedRow { day, news, prices, cells }))
        })
    }

    /// Follows the chain of publications: what breaks it, by publication.
    pub(super) fn verify_journal(&self) -> Result<Vec<BadRow>, StoreError> {
        let mut rows: BTreeMap<u32, Vec<[u8; 32]>> = BTreeMap::new();
        let mut bad = Vec::new();
        for row in self.database.scan(Kind::Published.range()) {
            let (key, value) = row?;
            // Rows that do not read are told one by one elsewhere.
            let Ok(record) = self.decode::<PublishedRecord>(&key, &value) else { continue };
            if let Some(day) = key::read_day(&key) {
                rows.entry(record.publication).or_default().push(record.hash(day));
            }
        }
        let mut chain = [0; 32];
        let mut next = 0;
        for row in self.database.scan(Kind::Publication.range()) {
            let (key, value) = row?;
            let Ok(record) = self.decode::<PublicationRecord>(&key, &value) else { continue };
            let number = key::read_number(&key).unwrap_or(u32::MAX);
            let hashes = rows.remove(&number).unwrap_or_default();
            let mut refuse = |reason: &str| {
                bad.push(BadRow { key: key::show(&key), reason: reason.to_owned() });
            };
            if number != next {
                refuse("the publication before it is not there");
            } else if record.rows as usize != hashes.len() {
                refuse("its rows are not all there");
            } else if record.chain != record.chained(chain, &hashes) {
                refuse("its rows are not those that were published");
            }
            (chain, next) = (record.chain, number.saturating_add(1));
        }
        for number in rows.into_keys() {
            let reason = "rows name it, and it is not there".to_owned();
            bad.push(BadRow { key: key::show(&key::numbered_alone(Kind::Publication, number)), reason });
        }
        Ok(bad)
    }
}

impl PublishedRecord {
    fn hash(&self, day: i32) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(day.to_be_bytes());
        hash.update(self.news);
        hash.update(self.prices);
        for cell in &self.cells {
            match cell {
                Some(text) => update_text(&mut hash, text),
                // No text is as long.
                None => hash.update(u64::MAX.to_be_bytes()),
            }
        }
        hash.finalize().into()
    }
}

impl PublicationRecord {
    fn chained(&self, before: [u8; 32], rows: &[[u8; 32]]) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(before);
        hash.update(self.at.to_be_bytes());
        hash.update(self.settings.to_be_bytes());
        for text in [&self.version, &self.lexicons].into_iter().chain(&self.columns) {
            update_text(&mut hash, text);
        }
        for row in rows {
            hash.update(row);
        }
        hash.finalize().into()
    }
}

/// The length comes first, so that no text runs into the next.
fn update_text(hash: &mut Sha256, text: &str) {
    hash.update((text.len() as u64).to_be_bytes());
    hash.update(text);
}
