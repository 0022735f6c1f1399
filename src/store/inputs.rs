//! Inputs: what was read of which file or address, so that a second run is cheap.
//!
//! The store gives the record no meaning: the pipeline compares hashes and decides.

use super::{
    InputRecord, Store, StoreError,
    key::{self, Kind},
};

impl Store {
    /// What was read of an input, by the name the pipeline gave it.
    pub fn input(&self, name: &str) -> Result<Option<InputRecord>, StoreError> {
        self.read(&key::named(Kind::Input, name))
    }

    /// Remembers what was read of an input. Call it after what was read has been put.
    pub fn put_input(&mut self, name: &str, record: &InputRecord) -> Result<(), StoreError> {
        let mut transaction = self.begin();
        let key = key::named(Kind::Input, name);
        let value = self.encode(&key, record)?;
        transaction.set(self, key, value)?;
        if transaction.writes.is_empty() { Ok(()) } else { self.commit(transaction) }
    }

    /// Forgets what was read of every input whose name begins so.
    pub fn forget_inputs(&mut self, prefix: &str) -> Result<(), StoreError> {
        let from = key::named(Kind::Input, prefix);
        let mut to = from.clone();
        // Names are UTF-8, in which this byte does not occur.
        to.push(u8::MAX);
        let mut transaction = self.begin();
        for row in self.database.scan((from, to)) {
            transaction.remove(row?.0);
        }
        if transaction.writes.is_empty() { Ok(()) } else { self.commit(transaction) }
    }
}
