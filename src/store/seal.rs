//! The seal: a small file beside the database that says what was last known to be safe on disk.
//!
//! sled opens a database whose tail was cut and serves an earlier state, in which every counter
//! agrees with every row. Only a witness outside the database can tell. The seal is written after the
//! database has reached the disk, so the database may be ahead of its seal, after a kill, but never
//! behind. It is also what makes a folder a store, and names the schema before the engine touches a file.
//! A hostile seal can make a store be refused, no more.

use std::{fs, io, io::Write as _, path::Path};

use serde::{Deserialize, Serialize};

use super::{StoreError, migrate::SCHEMA, sled};

const FILE: &str = "seal.json";
const NEW_FILE: &str = "seal.json.new";
const FORMAT: &str = "storyturn store";
/// A seal is a hundred bytes; a longer file is something else.
const LONGEST: u64 = 4096;

/// What the seal says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Seal {
    format: String,
    pub(super) schema: u32,
    pub(super) batches: u64,
    pub(super) documents: u64,
    /// Over the numbers above.
    checksum: u32,
}

impl Seal {
    pub(super) fn new(schema: u32, batches: u64, documents: u64) -> Self {
        Self {
            format: FORMAT.to_owned(),
            schema,
            batches,
            documents,
            checksum: checksum(schema, batches, documents),
        }
    }

    /// The seal of the store at a path, `None` when nothing or an empty folder is there.
    pub(super) fn read_store(path: &Path) -> Result<Option<Self>, StoreError> {
        let failed = |source| StoreError::from_io(path, source);
        match fs::metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(error)),
            Ok(metadata) if !metadata.is_dir() => {
                return Err(StoreError::NotAStore { path: path.to_owned() });
            }
            Ok(_) => {}
        }
        if let Some(seal) = Self::read(path)? {
            return Ok(Some(seal));
        }
        if sled::is_present(path) {
            let what = format!("{FILE} is missing");
            return Err(StoreError::Damaged { path: path.to_owned(), what });
        }
        // A making that was cut short may have left a new seal and nothing else.
        let ours = |entry: io::Result<fs::DirEntry>| entry.is_ok_and(|entry| entry.file_name() == NEW_FILE);
        if fs::read_dir(path).map_err(failed)?.all(ours) {
            Ok(None)
        } else {
            Err(StoreError::NotAStore { path: path.to_owned() })
        }
    }

    /// Makes an empty store's folder and seal, before the engine makes its files: a folder of ours is
    /// never without one.
    pub(super) fn create(path: &Path) -> Result<Self, StoreError> {
        fs::create_dir_all(path).map_err(|source| StoreError::from_io(path, source))?;
        let seal = Self::new(SCHEMA, 0, 0);
        seal.write(path)?;
        Ok(seal)
    }

    /// The seal of a folder, `None` when there is none.
    fn read(folder: &Path) -> Result<Option<Self>, StoreError> {
        let path = folder.join(FILE);
        let failed = |source| StoreError::from_io(folder, source);
        let length = match fs::metadata(&path) {
            Ok(metadata) => metadata.len(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        let damaged =
            |what: &str| StoreError::Damaged { path: folder.to_owned(), what: format!("{FILE} {what}") };
        if length > LONGEST {
            return Err(damaged("is too long to be its seal"));
        }
        let bytes = fs::read(&path).map_err(failed)?;
        let seal: Self = serde_json::from_slice(&bytes).map_err(|_| damaged("does not read"))?;
        if seal.format != FORMAT || seal.checksum != checksum(seal.schema, seal.batches, seal.documents) {
            return Err(damaged("is not what was written"));
        }
        Ok(Some(seal))
    }

    /// Replaces the seal of a folder, whole or not at all, and waits until it is on disk.
    #[expect(clippy::disallowed_methods, reason = "the store writes files")]
    pub(super) fn write(&self, folder: &Path) -> Result<(), StoreError> {
        let write = || {
            // One name, so that kills leave at most one such file behind.
            let new = folder.join(NEW_FILE);
            let mut file = fs::File::create(&new)?;
            serde_json::to_writer(&mut file, self)?;
            file.write_all(b"\n")?;
            file.sync_all()?;
            fs::rename(new, folder.join(FILE))?;
            sled::sync_folder(folder)
        };
        write().map_err(|source| StoreError::from_io(folder, source))
    }
}

fn checksum(schema: u32, batches: u64, documents: u64) -> u32 {
    crc32fast::hash(format!("{schema} {batches} {documents}").as_bytes())
}
