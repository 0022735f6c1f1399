//! Schemas: which ones this version reads, and the steps from an older one to the newest.
//!
//! A schema changes when a key's layout or a record's form does. Schema 1 is the first, so there is no
//! step yet; each later schema adds one, run at opening inside one batch, and `tests/store-v1` stays
//! behind as the store it must still open. Newer schemas are refused, and nothing is written to them.

use std::path::Path;

use super::StoreError;

/// The schema written.
pub(super) const SCHEMA: u32 = 1;

/// Lets through a schema that this version reads as it is.
pub(super) fn check(path: &Path, found: u32) -> Result<(), StoreError> {
    match found {
        SCHEMA => Ok(()),
        0 => Err(StoreError::Damaged { path: path.to_owned(), what: "it has no schema".to_owned() }),
        _ => Err(StoreError::Newer { path: path.to_owned(), found, known: SCHEMA }),
    }
}
