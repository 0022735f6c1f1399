//! The database as the store needs it: ordered keys, ranges, writes that happen together or not at all.
//!
//! The way to another engine: no type of any engine appears here. [`Memory`] is one such engine, for
//! tests and demonstrations, and shows that the trait asks for nothing only one engine has.

use std::collections::BTreeMap;

use super::StoreError;

/// A key and its value.
pub(super) type Row = (Vec<u8>, Vec<u8>);
/// Rows of a range, from either end.
pub(super) type Rows<'a> = Box<dyn DoubleEndedIterator<Item = Result<Row, StoreError>> + 'a>;
/// A key with its new value, or `None` to remove it.
pub(super) type Write = (Vec<u8>, Option<Vec<u8>>);

/// An ordered map from bytes to bytes that survives its process.
pub(super) trait Database: Send {
    /// The value of a key.
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError>;
    /// Rows from the first key up to, not including, the second, ascending. The iterator ends after its
    /// first error.
    fn scan(&self, range: (Vec<u8>, Vec<u8>)) -> Rows<'_>;
    /// All of these or, after a crash, none. A key written twice has its last value.
    fn apply(&mut self, writes: Vec<Write>) -> Result<(), StoreError>;
    /// Returns when everything applied would survive the end of this process, however it comes.
    fn write_out(&mut self) -> Result<(), StoreError>;
    /// Returns when everything applied would survive a loss of power.
    fn flush(&mut self) -> Result<(), StoreError>;
    /// Bytes on disk.
    fn size_on_disk(&self) -> Result<u64, StoreError>;
}

/// A database that ends with its process.
#[derive(Default)]
pub(super) struct Memory {
    rows: BTreeMap<Vec<u8>, Vec<u8>>,
}

impl Database for Memory {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.rows.get(key).cloned())
    }

    fn scan(&self, (from, to): (Vec<u8>, Vec<u8>)) -> Rows<'_> {
        if from >= to {
            return Box::new(std::iter::empty());
        }
        Box::new(self.rows.range(from..to).map(|(key, value)| Ok((key.clone(), value.clone()))))
    }

    fn apply(&mut self, writes: Vec<Write>) -> Result<(), StoreError> {
        for (key, value) in writes {
            match value {
                Some(value) => self.rows.insert(key, value),
                None => self.rows.remove(&key),
            };
        }
        Ok(())
    }

    fn write_out(&mut self) -> Result<(), StoreError> {
        Ok(())
    }

    fn flush(&mut self) -> Result<(), StoreError> {
        Ok(())
    }

    fn size_on_disk(&self) -> Result<u64, StoreError> {
        Ok(0)
    }
}
