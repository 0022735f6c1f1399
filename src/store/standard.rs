//! Standardised days: what `index` makes of all day rows together, kept so that a run that finds nothing
//! new need not read and make it again.
//!
//! One list under one hash of everything it depends on beside the day rows; the day rows themselves cannot
//! change without it: every write that changes one removes the list. It lies in pieces, as the engine
//! keeps small rows well and large ones badly. Each piece also carries a sum over the day rows it was made
//! of, which reading does not look at, being free of them, and `verify` does.
//!
//! Left out: what a score means. A list that is not there is made again, at the cost of reading every day.

use serde::{Deserialize, Serialize};

use super::{
    Store, StoreError, Transaction,
    key::{self, Kind},
};

/// One day's scores over time, as `index` makes them.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct StandardRecord {
    /// UTC day number.
    pub day: i32,
    /// Documents.
    pub docs: u32,
    /// Distinct sources.
    pub sources: u32,
    /// Distinct stories.
    pub stories: u32,
    /// Enough to be believed or not.
    pub coverage: CoverageRecord,
    /// Documents whose availability is observed, archived, claimed.
    pub by_basis: [u32; 3],
    /// Mean scores: the two poles, then every narrative.
    pub means: Vec<Option<f64>>,
    /// Standardised scores in the same order.
    pub z: Vec<Option<f64>>,
    /// Their standard errors.
    pub errors: Vec<Option<f64>>,
    /// Bitcoin's framing.
    pub btc_framing: Option<f64>,
    /// The shift in the mix of sources.
    pub mix_shift: Option<f64>,
}

/// The words of `index` for a day's coverage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum CoverageRecord {
    /// No document.
    #[default]
    None,
    /// Too few documents or sources.
    Thin,
    /// Enough.
    Enough,
}

/// Days in a piece: with two dozen scores some seventy kilobytes, below what the engine puts in a file of
/// its own.
const DAYS_PER_PIECE: usize = 128;

/// Some of the days.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct PieceRecord {
    /// The hash given with the list.
    made_with: u64,
    /// See [`DaysSum`].
    pub(super) made_of: u64,
    /// Pieces of the whole list.
    pieces: u32,
    days: Vec<StandardRecord>,
}

impl Store {
    /// The standardised days that were put with this hash, ascending; `None` where there are none: never
    /// put, put with another hash, or a day has changed since.
    pub fn standard_days(&self, made_with: u64) -> Result<Option<Vec<StandardRecord>>, StoreError> {
        let mut days: Option<Vec<StandardRecord>> = None;
        let mut pieces = Pieces::default();
        for row in self.database.scan(Kind::Standard.range()) {
            let (key, value) = row?;
            let number = key::read_number(&key).ok_or_else(|| self.bad_row(&key, "its key does not read"))?;
            let piece: PieceRecord = self.decode(&key, &value)?;
            if piece.made_with != made_with {
                return Ok(None);
            }
            pieces.add(number, &piece).map_err(|reason| self.bad_row(&key, reason))?;
            days.get_or_insert_default().extend(piece.days);
        }
        match pieces.said() {
            Some(((said, there), _)) if said != there => {
                Err(self.damaged(format!("{said} pieces of standardised days are counted, {there} found")))
            }
            _ => Ok(days),
        }
    }

    /// Keeps what was made of all day rows as they are now, in place of what was kept before.
    pub fn put_standard_days(&mut self, made_with: u64, days: &[StandardRecord]) -> Result<(), StoreError> {
        let mut made_of = DaysSum::default();
        for row in self.database.scan(Kind::Day.range()) {
            let (key, value) = row?;
            made_of.add(&key, &value);
        }
        let made_of = made_of.sum();
        let parts = days.chunks(DAYS_PER_PIECE);
        let pieces = parts.len() as u32;
        let rows = (0..).zip(parts).map(|(number, days)| {
            let piece = PieceRecord { made_with, made_of, pieces, days: days.to_vec() };
            (key::numbered_alone(Kind::Standard, number), piece)
        });
        let mut transaction = self.begin();
        self.replace_all(&mut transaction, Kind::Standard.range(), rows)?;
        if transaction.writes.is_empty() { Ok(()) } else { self.commit(transaction) }
    }

    /// Removes the standardised days; part of every write that changes a day row.
    pub(super) fn forget_standard_days(&self, transaction: &mut Transaction) -> Result<(), StoreError> {
        for row in self.database.scan(Kind::Standard.range()) {
            transaction.remove(row?.0);
        }
        Ok(())
    }
}

/// A sum over day rows in the order of their keys. Their own checksums, which cover key and value, go in
/// whole: rows that differ have other sums, but for one in four thousand million.
#[derive(Default)]
pub(super) struct DaysSum {
    rows: u32,
    hash: crc32fast::Hasher,
}

impl DaysSum {
    pub(super) fn add(&mut self, key: &[u8], value: &[u8]) {
        self.rows += 1;
        self.hash.update(key);
        self.hash.update(value);
    }

    /// The number of rows stands above their hash.
    pub(super) fn sum(&self) -> u64 {
        u64::from(self.rows) << 32 | u64::from(self.hash.clone().finalize())
    }
}

/// Pieces as they come, and whether they are of one list.
#[derive(Default)]
pub(super) struct Pieces {
    /// Hash, sum and number of pieces, as the first said.
    first: Option<(u64, u64, u32)>,
    there: u32,
}

impl Pieces {
    pub(super) fn add(&mut self, number: u32, piece: &PieceRecord) -> Result<(), &'static str> {
        let said = (piece.made_with, piece.made_of, piece.pieces);
        if number != self.there || *self.first.get_or_insert(said) != said {
            return Err("it is of another list than the pieces before it");
        }
        self.there += 1;
        Ok(())
    }

    /// How many pieces there should be and are, and the sum over the days they were made of.
    pub(super) fn said(&self) -> Option<((u32, u32), u64)> {
        self.first.map(|(_, made_of, pieces)| ((pieces, self.there), made_of))
    }
}
