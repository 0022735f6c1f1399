//! The room's one error: what went wrong with which store, document or series.
//!
//! The tool tells them apart for its exit status: in use is 5, damaged is 6. Remedies are the tool's
//! to say, not here.

use std::{
    io,
    path::{Path, PathBuf},
};

use crate::document::DocumentId;

/// Why the store cannot do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Nothing is there.
    #[error("there is no store at {}", path.display())]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// Its lock is held.
    #[error("another process is using the store at {}", path.display())]
    InUse {
        /// The store.
        path: PathBuf,
    },
    /// Its bytes are not what was written.
    #[error("the store at {} is damaged: {what}", path.display())]
    Damaged {
        /// The store.
        path: PathBuf,
        /// One lower-case clause.
        what: String,
    },
    /// A later version of this tool wrote it.
    #[error("the store at {} has schema {found} and this version reads up to {known}", path.display())]
    Newer {
        /// The store.
        path: PathBuf,
        /// Its schema.
        found: u32,
        /// The newest that can be read.
        known: u32,
    },
    /// A file, or a folder with other things in it.
    #[error("{} is not a store and not an empty folder", path.display())]
    NotAStore {
        /// What was found there.
        path: PathBuf,
    },
    /// The file system refused.
    #[error("cannot read or write the store at {}", path.display())]
    Io {
        /// The store.
        path: PathBuf,
        /// What it said.
        source: io::Error,
    },
    /// No space is left.
    #[error("no space is left for the store at {}", path.display())]
    Full {
        /// The store.
        path: PathBuf,
        /// What the file system said.
        source: io::Error,
    },
    /// A document to be scored again that is not there.
    #[error("document {id} is not in the store")]
    UnknownDocument {
        /// Its identity.
        id: DocumentId,
    },
    /// A value that has no stored form.
    #[error("{subject} cannot be stored: {reason}")]
    Unstorable {
        /// A document or series.
        subject: String,
        /// One lower-case clause.
        reason: String,
    },
}

impl StoreError {
    /// What the file system said, told apart by kind.
    pub(super) fn from_io(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full { path, source },
            _ => Self::Io { path, source },
        }
    }
}
