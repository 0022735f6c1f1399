//! sled behind the trait: the only file that names the engine.
//!
//! Every call runs inside `catch_unwind`, because this release panics on some damaged bytes: a panic
//! becomes [`StoreError::Damaged`], and its message stays off the screen. After one panic the engine
//! is not trusted again: every later call fails, and it is left unclosed. The lock error has no kind
//! of its own in sled and is recognised by its words. Flushing here means `flush()`, then `fsync` of
//! every file: this release's `flush` alone does not reach the disk.

use std::{
    cell::Cell,
    collections::BTreeSet,
    ffi::OsString,
    fs::File,
    io, mem,
    panic::{self, AssertUnwindSafe},
    path::{Path, PathBuf},
    sync::Once,
    thread,
    time::Duration,
};

use super::{
    AtEnd, StoreError,
    database::{Database, Row, Rows, Write},
};

/// The file that holds the rows, and the one that holds the engine's settings.
const DATABASE_FILE: &str = "db";
const FOLDER_OF_LONG_PAGES: &str = "blobs";
/// What a lock held elsewhere says of itself.
const LOCK_MESSAGE: &str = "could not acquire lock";
/// A store closed a moment ago may still be letting go of its lock on another thread: one fifth of a
/// second is long for that, and short for a user who is told that the store is in use.
const LOCK_TRIES: u32 = 20;
const LOCK_PAUSE: Duration = Duration::from_millis(10);

/// What the names of snapshots begin with, and what those of unfinished ones end in.
const SNAPSHOT: &str = "snap.";
const UNFINISHED_SNAPSHOT: &str = ".generating";

/// An open sled database.
pub(super) struct Sled {
    path: PathBuf,
    /// `Some` until dropped.
    database: Option<sled::Db>,
    /// Set by the first panic.
    broken: Cell<bool>,
    /// Long pages known to be on disk.
    synced: BTreeSet<OsString>,
    at_end: AtEnd,
    /// Whether something was written that is still in the engine's hands.
    unwritten: bool,
}

/// Whether the folder holds files of this engine.
pub(super) fn is_present(folder: &Path) -> bool {
    file(folder).exists()
}

/// The file without which there are no rows.
pub(super) fn file(folder: &Path) -> PathBuf {
    folder.join(DATABASE_FILE)
}

impl Sled {
    /// Opens the database in a folder, or makes one there.
    pub(super) fn open(path: &Path, cache_bytes: u64, at_end: AtEnd) -> Result<Self, StoreError> {
        let config = sled::Config::new()
            .path(path)
            .cache_capacity(cache_bytes)
            .mode(sled::Mode::LowSpace)
            .flush_every_ms(None);
        let mut tries = 1;
        // Snapshots only make opening faster: everything is in the log. One that a kill or a full disk cut
        // off makes this release panic, so it goes, the half-written ones first. It was this process that
        // held the lock when it panicked: nobody else's are taken.
        let mut doubtful = [UNFINISHED_SNAPSHOT, ""].into_iter();
        loop {
            match guarded(path, || config.open()) {
                Err(StoreError::InUse { .. }) if tries < LOCK_TRIES => thread::sleep(LOCK_PAUSE),
                Err(error @ StoreError::Damaged { .. }) => loop {
                    match doubtful.next() {
                        None => return Err(error),
                        Some(ending) if remove_snapshots(path, ending) => break,
                        Some(_) => {}
                    }
                },
                Err(error) => return Err(error),
                Ok(database) => {
                    return Ok(Self {
                        path: path.to_owned(),
                        database: Some(database),
                        broken: Cell::new(false),
                        synced: BTreeSet::new(),
                        at_end,
                        unwritten: false,
                    });
                }
            }
            tries += 1;
        }
    }

    fn run<T>(&self, call: impl FnOnce(&sled::Db) -> sled::Result<T>) -> Result<T, StoreError> {
        if self.broken.get() {
            return Err(damaged(&self.path, "the database stopped at damage found before"));
        }
        let database = self.database.as_ref().expect("the database is there until dropped");
        // Stays set when the call panics.
        self.broken.set(true);
        guarded(&self.path, || {
            let result = call(database);
            self.broken.set(false);
            result
        })
    }

    /// Pages longer than an eighth of a megabyte lie in files of their own, written once and without
    /// fsync. Each needs it once.
    fn sync_long_pages(&mut self) -> io::Result<()> {
        let folder = self.path.join(FOLDER_OF_LONG_PAGES);
        let mut present = BTreeSet::new();
        for entry in folder.read_dir()? {
            let name = entry?.file_name();
            if !self.synced.contains(&name) {
                match sync(&folder.join(&name)) {
                    // The engine has removed it meanwhile.
                    Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                    result => result?,
                }
            }
            present.insert(name);
        }
        if present != self.synced {
            sync_folder(&folder)?;
        }
        self.synced = present;
        Ok(())
    }
}

/// Removes the snapshots whose names end so, and says whether there were any.
#[expect(clippy::disallowed_methods, reason = "the store's own files")]
fn remove_snapshots(folder: &Path, ending: &str) -> bool {
    let Ok(entries) = folder.read_dir() else { return false };
    let mut removed = false;
    for entry in entries.flatten() {
        let name = entry.file_name();
        let is_meant = name.to_str().is_some_and(|name| name.starts_with(SNAPSHOT) && name.ends_with(ending));
        removed |= is_meant && std::fs::remove_file(entry.path()).is_ok();
    }
    removed
}

impl Database for Sled {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.run(|database| Ok(database.get(key)?.map(|value| value.to_vec())))
    }

    fn scan(&self, (from, to): (Vec<u8>, Vec<u8>)) -> Rows<'_> {
        if from >= to {
            return Box::new(std::iter::empty());
        }
        match self.run(|database| Ok(database.range(from..to))) {
            Ok(rows) => Box::new(Scan { sled: self, rows: Some(rows) }),
            Err(error) => Box::new(std::iter::once(Err(error))),
        }
    }

    fn apply(&mut self, writes: Vec<Write>) -> Result<(), StoreError> {
        let mut batch = sled::Batch::default();
        for (key, value) in writes {
            match value {
                Some(value) => batch.insert(key, value),
                None => batch.remove(key),
            }
        }
        self.unwritten = true;
        self.run(|database| database.apply_batch(batch))
    }

    fn write_out(&mut self) -> Result<(), StoreError> {
        self.run(|database| database.flush())?;
        self.unwritten = false;
        Ok(())
    }

    fn flush(&mut self) -> Result<(), StoreError> {
        self.write_out()?;
        sync(&file(&self.path)).map_err(|source| failed(&self.path, source))?;
        self.sync_long_pages().map_err(|source| failed(&self.path, source))
    }

    fn size_on_disk(&self) -> Result<u64, StoreError> {
        self.run(|database| database.size_on_disk())
    }
}

impl Drop for Sled {
    fn drop(&mut self) {
        if self.at_end == AtEnd::Leave && self.unwritten {
            // As closing would have done; a failure loses nothing that a flush has confirmed.
            let _ = self.write_out();
        }
        let Some(database) = self.database.take() else {
            return;
        };
        if self.broken.get() || self.at_end == AtEnd::Leave {
            // Closing would touch what is damaged, or cost what the end of the process gives for nothing.
            mem::forget(database);
        } else {
            // A failure to close loses nothing that a flush has confirmed.
            let _ = guarded(&self.path, || {
                drop(database);
                Ok(())
            });
        }
    }
}

/// Rows of a range; ends after its first error.
struct Scan<'a> {
    sled: &'a Sled,
    rows: Option<sled::Iter>,
}

impl Scan<'_> {
    fn advance(
        &mut self,
        step: impl FnOnce(&mut sled::Iter) -> Option<sled::Result<(sled::IVec, sled::IVec)>>,
    ) -> Option<Result<Row, StoreError>> {
        let rows = self.rows.as_mut()?;
        match self.sled.run(|_| step(rows).transpose()) {
            Ok(row) => row.map(|(key, value)| Ok((key.to_vec(), value.to_vec()))),
            Err(error) => {
                mem::forget(self.rows.take());
                Some(Err(error))
            }
        }
    }
}

impl Iterator for Scan<'_> {
    type Item = Result<Row, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.advance(Iterator::next)
    }
}

impl DoubleEndedIterator for Scan<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.advance(DoubleEndedIterator::next_back)
    }
}

/// Makes new names in a folder survive a loss of power; systems that cannot do so need no asking.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

fn sync(path: &Path) -> io::Result<()> {
    // Some systems only let a writer synchronise.
    File::options().read(true).write(true).open(path)?.sync_all()
}

fn damaged(path: &Path, what: impl Into<String>) -> StoreError {
    StoreError::Damaged { path: path.to_owned(), what: what.into() }
}

fn failed(path: &Path, source: io::Error) -> StoreError {
    if source.to_string().starts_with(LOCK_MESSAGE) {
        return StoreError::InUse { path: path.to_owned() };
    }
    StoreError::from_io(path, source)
}

/// Runs a call into the engine; a panic in it is damage.
fn guarded<T>(path: &Path, call: impl FnOnce() -> sled::Result<T>) -> Result<T, StoreError> {
    silence_panics_here();
    let before = QUIET.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(call));
    QUIET.set(before);
    match result {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(sled::Error::Io(source))) => Err(failed(path, source)),
        Ok(Err(sled::Error::Corruption { .. })) => {
            Err(damaged(path, "the database found bytes it did not write"))
        }
        Ok(Err(error)) => Err(damaged(path, format!("the database says: {error}").replace('\n', " "))),
        Err(panic) => {
            let said = panic.downcast_ref::<String>().map(String::as_str);
            let said = said.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no reason given");
            let line = said.lines().next().unwrap_or_default();
            Err(damaged(path, format!("the database stopped while reading it ({line})")))
        }
    }
}

thread_local! {
    /// Whether this thread is inside the engine.
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// The engine's own threads bear this name.
const ENGINE_THREADS: &str = "sled";

/// Keeps the message of a panic inside the engine off the screen: it is caught and told as an error.
/// Panics anywhere else go to the hook that was there before.
fn silence_panics_here() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let loud = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            let engine = thread::current().name().is_some_and(|name| name.starts_with(ENGINE_THREADS));
            if !engine && !QUIET.get() {
                loud(panic);
            }
        }));
    });
}
