//! The store: what was received, documents with their scores, days, prices and what was read, kept
//! between runs.
//!
//! Place in the flow: `collect` hands over captures, `tag` scored documents; `index` and `panel` read.
//! It computes nothing itself. Everything is one ordered map of rows (`key`), each a versioned record
//! (`record`) in a checked envelope (`envelope`), written in batches that happen together or not at all,
//! with the counters in the same batch. sled lies behind the trait `database` and is named in `sled` alone.
//!
//! What holds:
//! - The first version of a document is kept; a repeat never changes it. A capture never changes, nor
//!   does the instant an address was first seen.
//! - An address that is to be fetched is marked so, and a capture that is to be read, in the batch that
//!   makes it so: a run that was cut off goes on from the marks.
//! - A row once published is never written again, whatever is taken in later; nor is what a hook was told.
//! - Every set of counts names its lexicon, and comes back in the order of the narratives in force.
//! - A kill at any instant leaves the state of some batch; what [`Store::flush`] confirmed is never lost
//!   unnoticed: the `seal` beside the database remembers how far it was.
//! - Bytes changed by anyone else end in [`StoreError::Damaged`] at opening, at reading or in
//!   [`Store::verify`]; never in a panic. A store crafted to deceive can lie, as its checksums are no
//!   signatures, and can cost memory up to 256 MB a value.
//!
//! ```
//! use storyturn::store::Store;
//! let store = Store::in_memory()?;
//! assert_eq!(store.stats()?.documents, 0);
//! # Ok::<(), storyturn::store::StoreError>(())
//! ```

mod addresses;
mod articles;
mod captures;
mod collected_record;
mod database;
mod days;
mod envelope;
mod error;
mod inputs;
mod journal;
mod key;
mod migrate;
mod price_record;
mod record;
mod robots;
mod scores;
mod seal;
mod series;
mod sketches;
mod sled;
mod standard;
mod stats;
mod tellings;
mod verify;
mod verify_collected;
mod visit;

#[cfg(test)]
mod collected_model_tests;
#[cfg(test)]
mod collected_tests;
#[cfg(test)]
mod compat_collected;
#[cfg(test)]
mod compat_tests;
#[cfg(test)]
mod damage_tests;
#[cfg(test)]
mod derived_tests;
#[cfg(test)]
mod journal_tests;
#[cfg(test)]
mod score_tests;
#[cfg(test)]
mod standard_tests;
#[cfg(test)]
mod telling_tests;
#[cfg(test)]
mod tests;

use std::{
    cell::RefCell,
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use serde::{Serialize, de::DeserializeOwned};

use collected_record::TallyRecord;
use database::{Database, Memory, Write};
use envelope::{Codec, Reason};
use key::Kind;
use record::MetaRecord;
use scores::Interned;
use seal::Seal;

pub use addresses::{AddressRecord, AddressState, Announced, Role};
pub use articles::{Put, Scored};
pub use captures::{PutCaptures, Reading};
pub use error::StoreError;
pub use journal::{InputHash, Publication, PublishedRow};
pub use record::{DayRecord, InputRecord, SourceRecord};
pub use robots::{RobotsKind, RobotsRecord};
pub use scores::{Cursor, Stale};
pub use standard::{CoverageRecord, StandardRecord};
pub use stats::{SeriesStats, StoreStats};
pub use tellings::{Telling, Told};
pub use verify::{BadRow, Recount, VerifyReport};

/// Reaching the disk costs milliseconds, repeating a thousand headlines as well: neither dominates.
const FLUSH_EVERY_DOCUMENTS: u64 = 1000;

/// The database of documents, scores, days, prices and inputs. One process at a time.
pub struct Store {
    path: PathBuf,
    database: Box<dyn Database>,
    codec: RefCell<Codec>,
    meta: MetaRecord,
    tally: TallyRecord,
    /// By number.
    lexicons: Vec<Interned>,
    /// The narratives that counts are given in the order of, once known.
    narratives: Option<Vec<String>>,
    dirty: BTreeSet<i32>,
    /// Documents written since the last flush.
    unflushed: u64,
    /// Captures written since the last flush.
    unflushed_captures: u64,
    /// Batches that the seal beside the database vouches for: a store in memory has none.
    sealed: Option<u64>,
}

/// How to open a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenOptions {
    /// Memory the engine may keep pages in; 64 MiB by default.
    pub cache_bytes: u64,
    /// Whether a store is made where there is none; not by default.
    pub create: bool,
    /// What dropping the store does to the engine.
    pub at_end: AtEnd,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self { cache_bytes: 64 << 20, create: false, at_end: AtEnd::default() }
    }
}

/// What dropping a store does to the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AtEnd {
    /// It is closed, and the store can be opened again.
    #[default]
    Close,
    /// What was written goes out, and the rest is left to the end of the process, which gives back at
    /// once what taking apart costs a third of opening. Until then the store stays in use.
    Leave,
}

impl Store {
    /// Opens the store in a folder, or makes one in a new or empty folder when `create` is set.
    /// Waits at most a fifth of a second for another process to let go of it.
    pub fn open(path: &Path, options: &OpenOptions) -> Result<Self, StoreError> {
        let seal = match Seal::read_store(path)? {
            Some(seal) => seal,
            None if options.create => Seal::create(path)?,
            None => {
                return Err(StoreError::Missing { path: path.to_owned() });
            }
        };
        migrate::check(path, seal.schema)?;
        let damaged = |what: String| StoreError::Damaged { path: path.to_owned(), what };
        // The engine would make an empty database in place of a lost one.
        let length = fs::metadata(sled::file(path)).map_or(0, |metadata| metadata.len());
        if seal.batches > 0 && length == 0 {
            return Err(damaged("its database file is missing or empty".to_owned()));
        }
        let database = Box::new(sled::Sled::open(path, options.cache_bytes, options.at_end)?);
        let store = Self::start(path, database, Some(&seal))?;
        if store.meta.batches < seal.batches {
            return Err(damaged(format!(
                "its database goes back to {} documents where {} had been written",
                store.meta.documents(),
                seal.documents
            )));
        }
        Ok(store)
    }

    /// A store that ends with the process, for tests and demonstrations.
    pub fn in_memory() -> Result<Self, StoreError> {
        Self::start(Path::new("(memory)"), Box::new(Memory::default()), None)
    }

    /// Returns when everything written would survive a loss of power; at once when nothing was.
    pub fn flush(&mut self) -> Result<(), StoreError> {
        if self.sealed == Some(self.meta.batches) {
            return Ok(());
        }
        self.database.flush()?;
        self.unflushed = 0;
        self.unflushed_captures = 0;
        if self.sealed.is_some() {
            Seal::new(self.meta.schema, self.meta.batches, self.meta.documents()).write(&self.path)?;
            self.sealed = Some(self.meta.batches);
        }
        Ok(())
    }

    /// Reads the counters, or writes the first ones, and all that is kept in memory.
    fn start(path: &Path, database: Box<dyn Database>, seal: Option<&Seal>) -> Result<Self, StoreError> {
        let codec = Codec::new().map_err(|source| StoreError::from_io(path, source))?;
        let mut store = Self {
            path: path.to_owned(),
            database,
            codec: RefCell::new(codec),
            meta: MetaRecord::default(),
            tally: TallyRecord::default(),
            lexicons: Vec::new(),
            narratives: None,
            dirty: BTreeSet::new(),
            unflushed: 0,
            unflushed_captures: 0,
            sealed: seal.map(|seal| seal.batches),
        };
        match store.read::<MetaRecord>(&key::meta())? {
            Some(meta) => store.meta = meta,
            None if store.database.scan((vec![0], vec![u8::MAX])).next().is_some() => {
                return Err(store.damaged("it has rows but no counters"));
            }
            // Nothing may be written here: it would take the place of what was lost.
            None if seal.is_some_and(|seal| seal.batches > 0) => {
                return Err(store.damaged("its database is empty and was not"));
            }
            None => {
                store.meta.schema = migrate::SCHEMA;
                let first = store.begin();
                store.commit(first)?;
                store.flush()?;
            }
        }
        migrate::check(path, store.meta.schema)?;
        store.migrate()?;
        store.check_ends()?;
        store.load_tally()?;
        store.load_lexicons()?;
        store.load_dirty()?;
        Ok(store)
    }

    /// The part of `verify` that is free: documents are there exactly when they are counted.
    fn check_ends(&self) -> Result<(), StoreError> {
        let mut heads = self.database.scan(Kind::Head.range());
        for end in [heads.next(), heads.next_back()] {
            let Some(row) = end.transpose()? else {
                continue;
            };
            if key::Place::read(&row.0).is_none() {
                return Err(self.damaged(format!("the key {} does not read", key::show(&row.0))));
            }
            self.decode::<record::HeadRecord<'static>>(&row.0, &row.1)?;
        }
        let found = self.database.scan(Kind::Head.range()).next().transpose()?.is_some();
        if found != (self.meta.documents() > 0) {
            return Err(
                self.damaged(format!("{} documents are counted and cannot be found", self.meta.documents()))
            );
        }
        Ok(())
    }

    /// Addresses and captures are there exactly when they are counted.
    fn load_tally(&mut self) -> Result<(), StoreError> {
        self.tally = self.read(&key::tally())?.unwrap_or_default();
        let addresses: u64 = self.tally.addresses.iter().sum();
        for (kind, counted) in [
            (Kind::Address, addresses),
            (Kind::Capture, self.tally.captures),
            (Kind::Unread, self.tally.unread),
            (Kind::Waiting, self.tally.addresses[AddressState::Waiting.number()]),
        ] {
            let found = self.database.scan(kind.range()).next().transpose()?.is_some();
            if found != (counted > 0) {
                let kind = format!("{kind:?}").to_lowercase();
                return Err(
                    self.damaged(format!("{counted} rows of kind {kind} are counted and cannot be found"))
                );
            }
        }
        Ok(())
    }

    fn damaged(&self, what: impl Into<String>) -> StoreError {
        StoreError::Damaged { path: self.path.clone(), what: what.into() }
    }

    /// The record under a key.
    fn read<T: DeserializeOwned>(&self, key: &[u8]) -> Result<Option<T>, StoreError> {
        self.database.get(key)?.map(|value| self.decode(key, &value)).transpose()
    }

    fn decode<T: DeserializeOwned>(&self, key: &[u8], value: &[u8]) -> Result<T, StoreError> {
        let record = self.codec.borrow_mut().decode(key, value);
        record.map_err(|reason| self.bad_row(key, reason))
    }

    fn encode<T: Serialize>(&self, key: &[u8], record: &T) -> Result<Vec<u8>, StoreError> {
        let value = self.codec.borrow_mut().encode(key, record);
        value.map_err(|source| StoreError::from_io(&self.path, source))
    }

    fn bad_row(&self, key: &[u8], reason: Reason) -> StoreError {
        self.damaged(format!("row {}: {reason}", key::show(key)))
    }

    fn begin(&self) -> Transaction {
        Transaction { writes: Vec::new(), meta: self.meta.clone(), tally: self.tally.clone() }
    }

    /// Writes a transaction with its counters: all of it or nothing.
    fn commit(&mut self, mut transaction: Transaction) -> Result<(), StoreError> {
        if transaction.tally != self.tally {
            let key = key::tally();
            let value = self.encode(&key, &transaction.tally)?;
            transaction.set(self, key, value)?;
        }
        transaction.meta.batches += 1;
        let key = key::meta();
        let value = self.encode(&key, &transaction.meta)?;
        transaction.writes.push((key, Some(value)));
        self.database.apply(transaction.writes)?;
        self.meta = transaction.meta;
        self.tally = transaction.tally;
        Ok(())
    }
}

/// Writes that are to happen together, and the counters as they will be.
struct Transaction {
    writes: Vec<Write>,
    meta: MetaRecord,
    tally: TallyRecord,
}

impl Transaction {
    /// A row whose key is not in the store.
    fn add(&mut self, key: Vec<u8>, value: Vec<u8>) {
        self.meta.rows += 1;
        self.writes.push((key, Some(value)));
    }

    /// A row whose key is in the store.
    fn replace(&mut self, key: Vec<u8>, value: Vec<u8>) {
        self.writes.push((key, Some(value)));
    }

    /// A row that may be there already.
    fn set(&mut self, store: &Store, key: Vec<u8>, value: Vec<u8>) -> Result<(), StoreError> {
        match store.database.get(&key)? {
            None => self.add(key, value),
            Some(known) if known == value => {}
            Some(_) => self.replace(key, value),
        }
        Ok(())
    }

    /// Removes a row that is in the store.
    fn remove(&mut self, key: Vec<u8>) {
        self.meta.rows = self.meta.rows.saturating_sub(1);
        self.writes.push((key, None));
    }
}
