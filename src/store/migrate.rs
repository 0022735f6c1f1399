//! Schemas: which ones this version reads, and the steps from an older one to the newest.
//!
//! A schema changes when a key's layout or a record's form does, or when rows appear that an older
//! version would take for damage. Each later schema adds a step, run at opening inside one batch, and a
//! folder like `tests/store-v1` stays behind as the store it must still open. Newer schemas are refused,
//! and nothing is written to them.
//!
//! - 1: documents, scores, days, prices, inputs.
//! - 2: addresses, captures, robots and their counters. The rows of schema 1 are as they were, so its
//!   step writes the number alone.
//! - 3: the journal of published rows, which begins with the next publication; sketches of bodies in rows
//!   of their own, made for older documents when those are read again; and a price row names what gave it:
//!   a year is read in either form and written in the new one; standardised days, made when next asked
//!   for. The step writes the number alone.
//! - 4: what hooks were told of changes of state, which begins with the first hook. The step writes the
//!   number alone.

use std::path::Path;

use super::{Store, StoreError};

/// The schema written.
pub(super) const SCHEMA: u32 = 4;

/// Lets through the schemas that this version reads, after the steps below.
pub(super) fn check(path: &Path, found: u32) -> Result<(), StoreError> {
    match found {
        1..=SCHEMA => Ok(()),
        0 => Err(StoreError::Damaged { path: path.to_owned(), what: "it has no schema".to_owned() }),
        _ => Err(StoreError::Newer { path: path.to_owned(), found, known: SCHEMA }),
    }
}

impl Store {
    /// Takes the steps from an older schema. A kill leaves a seal of the older schema beside a database
    /// of the newer one: both versions look at both numbers.
    pub(super) fn migrate(&mut self) -> Result<(), StoreError> {
        if self.meta.schema == SCHEMA {
            return Ok(());
        }
        let mut step = self.begin();
        step.meta.schema = SCHEMA;
        self.commit(step)?;
        self.flush()
    }
}
