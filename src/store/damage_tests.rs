//! Tests of what damage and kills do to a store on disk: an error or the store as it was, and never
//! a panic or a silent loss.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::document::Document;

use super::{
    derived_tests::series,
    tests::{ALWAYS, counts, create, document, names, open},
    *,
};

/// Enough for several pages and a few hundred kilobytes of log.
const DOCUMENTS: u64 = 150;

fn batch(numbers: std::ops::Range<u64>) -> Vec<(Document, crate::tag::TagCounts)> {
    let at = |n: u64| format!("2026-01-{:02}T10:00:{:02}Z", n % 28 + 1, n % 60);
    numbers.map(|n| (document(n, &at(n)), counts(&[n as u32, 5]))).collect()
}

/// A closed store's files.
struct Image {
    folder: tempfile::TempDir,
}

impl Image {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut store = create(folder.path());
        store.put(&batch(0..DOCUMENTS), &names("fear rates")).unwrap();
        store.put_series(&series("btc", 19_000..20_000)).unwrap();
        store.flush().unwrap();
        drop(store);
        Self { folder }
    }

    /// A copy to damage.
    fn copy(&self) -> tempfile::TempDir {
        copy(self.folder.path())
    }

    fn file(&self, name: &str) -> Vec<u8> {
        fs::read(self.folder.path().join(name)).unwrap()
    }
}

#[expect(clippy::disallowed_methods, reason = "a test copies a store to damage the copy")]
pub(super) fn copy(from: &Path) -> tempfile::TempDir {
    let to = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_file() {
            fs::copy(entry.path(), to.path().join(entry.file_name())).unwrap();
        }
    }
    to
}

#[expect(clippy::disallowed_methods, reason = "a test damages a store")]
pub(super) fn write(path: PathBuf, bytes: &[u8]) {
    fs::write(path, bytes).unwrap();
}

fn everything(store: &Store) -> Result<Vec<Document>, StoreError> {
    store.documents(ALWAYS.0, ALWAYS.1).collect()
}

/// Whether the damage was noticed; fails when it was not and something is missing.
#[track_caller]
fn noticed(folder: &Path, what: &str) -> bool {
    let store = match open(folder) {
        Ok(store) => store,
        Err(StoreError::Damaged { .. } | StoreError::Io { .. } | StoreError::Newer { .. }) => {
            return true;
        }
        Err(error) => panic!("{what}: {error}"),
    };
    match store.verify() {
        Ok(report) if report.is_sound() => {}
        _ => return true,
    }
    let mut expected: Vec<_> = batch(0..DOCUMENTS).into_iter().map(|(document, _)| document).collect();
    expected.sort_by_key(|document| (document.availability.at, document.id));
    assert!(everything(&store).unwrap() == expected, "{what}: documents differ unnoticed");
    assert_eq!(store.series("btc").unwrap(), Some(series("btc", 19_000..20_000)), "{what}");
    false
}

#[test]
fn a_flipped_byte_is_noticed_or_harmless() {
    let image = Image::new();
    let bytes = image.file("db");
    let used: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at] != 0).collect();
    let mut found = 0;
    let positions = used.iter().step_by(used.len() / 150 + 1);
    for at in positions {
        let copy = image.copy();
        let mut bytes = bytes.clone();
        bytes[*at] ^= 1 << (at % 8);
        write(copy.path().join("db"), &bytes);
        found += u32::from(noticed(copy.path(), &format!("byte {at}")));
    }
    assert!(found > 30, "only {found} flips were noticed");
}

#[test]
fn a_cut_file_is_noticed_or_harmless() {
    let image = Image::new();
    let bytes = image.file("db");
    let end = bytes.iter().rposition(|byte| *byte != 0).unwrap();
    for cut in (0..=60).map(|part| end * part / 60).chain([1, 20, end - 1, end + 1, bytes.len() - 1]) {
        let copy = image.copy();
        write(copy.path().join("db"), &bytes[..cut]);
        let noticed = noticed(copy.path(), &format!("cut to {cut} of {end}"));
        assert!(noticed || cut > end / 2, "cut to {cut} of {end}");
        // Looking at it must not have made it pass.
        assert_eq!(noticed, self::noticed(copy.path(), &format!("cut to {cut} of {end}, again")));
    }
}

#[test]
fn other_files_in_ruins_are_noticed_or_harmless() {
    let image = Image::new();
    for name in ["conf", "seal.json", "db"] {
        let bytes = image.file(name);
        for at in (0..bytes.len()).step_by(bytes.len() / 100 + 1) {
            for ruin in [bytes[..at].to_vec(), [&bytes[..at], b"\xff"].concat()] {
                let copy = image.copy();
                write(copy.path().join(name), &ruin);
                noticed(copy.path(), &format!("{name} at {at}"));
            }
        }
        for ruin in [&b""[..], b"garbage", &[0; 4096], &[0xff; 100_000]] {
            let copy = image.copy();
            write(copy.path().join(name), ruin);
            noticed(copy.path(), &format!("{name} of {} bytes", ruin.len()));
        }
        let copy = image.copy();
        #[expect(clippy::disallowed_methods, reason = "a test damages a store")]
        fs::remove_file(copy.path().join(name)).unwrap();
        noticed(copy.path(), &format!("no {name}"));
    }
}

#[test]
fn a_snapshot_cut_short_costs_nothing() {
    let image = Image::new();
    // The engine writes one when it has read its log.
    drop(open(image.folder.path()).unwrap());
    let snapshot = fs::read_dir(image.folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .find(|name| name.starts_with("snap."))
        .expect("opening writes a snapshot");
    let whole = image.file(&snapshot);
    let check = |name: &str, bytes: &[u8]| {
        let copy = image.copy();
        write(copy.path().join(name), bytes);
        let store = open(copy.path()).unwrap();
        assert_eq!(everything(&store).unwrap().len() as u64, DOCUMENTS, "{name} of {} bytes", bytes.len());
        assert!(store.verify().unwrap().is_sound(), "{name} of {} bytes", bytes.len());
    };
    // As a kill or a full disk leaves it while it is written: beside the one before, or in its place.
    let unfinished = "snap.0000000000654E82.generating";
    for name in [unfinished, &snapshot] {
        for length in [0, 1, 12, 100, whole.len() / 2, whole.len() - 1] {
            check(name, &whole[..length]);
        }
    }
}

#[test]
fn blocks_of_rubbish_are_noticed_or_harmless() {
    let image = Image::new();
    let bytes = image.file("db");
    let used = bytes.iter().rposition(|byte| *byte != 0).unwrap();
    for start in (0..used).step_by(used / 40 + 1) {
        for (filler, length) in [(0, 512), (0, 20_000), (0xff, 16), (0x55, 4096)] {
            let copy = image.copy();
            let mut bytes = bytes.clone();
            let end = (start + length).min(bytes.len());
            bytes[start..end].fill(filler);
            write(copy.path().join("db"), &bytes);
            noticed(copy.path(), &format!("{length} bytes of {filler} at {start}"));
        }
    }
}

#[test]
fn a_kill_at_any_moment_keeps_what_was_flushed() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = create(folder.path());
    let mut flushed = 0;
    for step in 0..30 {
        store.put(&batch(step * 10..step * 10 + 10), &names("fear rates")).unwrap();
        if step % 7 == 3 {
            store.flush().unwrap();
            flushed = (step + 1) * 10;
        }
        // What the files hold now is what a killed process leaves.
        let left = copy(folder.path());
        let found = open(left.path()).unwrap();
        let report = found.verify().unwrap();
        assert!(report.is_sound(), "{report:?}");
        let documents = found.stats().unwrap().documents;
        assert!(
            documents >= flushed && documents.is_multiple_of(10),
            "{documents} of {flushed} after step {step}"
        );
        for (document, counts) in batch(0..documents) {
            assert_eq!(found.document(document.id).unwrap(), Some(document.clone()));
            assert_eq!(found.counts(document.id).unwrap(), Some(counts));
        }
    }
}

#[test]
fn an_engine_left_to_the_end_of_the_process_has_written_everything() {
    let folder = tempfile::tempdir().unwrap();
    let options = OpenOptions { create: true, at_end: AtEnd::Leave, ..OpenOptions::default() };
    let mut store = Store::open(folder.path(), &options).unwrap();
    store.put(&batch(0..10), &names("fear rates")).unwrap();
    drop(store);
    assert!(matches!(open(folder.path()), Err(StoreError::InUse { .. })), "until the process ends");
    let left = copy(folder.path());
    let found = open(left.path()).unwrap();
    assert!(found.verify().unwrap().is_sound());
    assert_eq!(found.stats().unwrap().documents, 10);
}

#[test]
fn a_long_text_survives_and_its_loss_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = create(folder.path());
    let mut long = batch(0..1);
    let mut state = 1_u64;
    let noise = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        char::from(b' ' + (state >> 33) as u8 % 90)
    });
    long[0].0.article.text = noise.take(2_000_000).collect();
    store.put(&long, &names("fear rates")).unwrap();
    store.flush().unwrap();
    drop(store);
    let store = open(folder.path()).unwrap();
    assert_eq!(everything(&store).unwrap(), [long[0].0.clone()]);
    drop(store);
    // The copy leaves out the folder the engine keeps long pages in.
    let bare = copy(folder.path());
    let sound = open(bare.path()).and_then(|store| store.verify()).is_ok_and(|report| report.is_sound());
    assert!(!sound);
}

#[track_caller]
fn check_refused(path: &Path, expected: fn(&StoreError) -> bool, message: &str) {
    for create in [false, true] {
        let error = Store::open(path, &OpenOptions { create, ..OpenOptions::default() }).err().unwrap();
        assert!(expected(&error), "{error:?}");
        let shown = error.to_string().replace(&path.display().to_string(), "PATH");
        assert_eq!(shown, message);
    }
}

#[test]
fn what_is_no_store_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let nothing = folder.path().join("nothing");
    assert!(matches!(open(&nothing), Err(StoreError::Missing { .. })));
    assert!(!nothing.exists());
    let empty = tempfile::tempdir().unwrap();
    assert!(matches!(open(empty.path()), Err(StoreError::Missing { .. })));

    let not_a_store = |error: &StoreError| matches!(error, StoreError::NotAStore { .. });
    write(folder.path().join("letter.txt"), b"Dear reader");
    check_refused(folder.path(), not_a_store, "PATH is not a store and not an empty folder");
    check_refused(
        &folder.path().join("letter.txt"),
        not_a_store,
        "PATH is not a store and not an empty folder",
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_store_is_made_where_folders_are_missing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a/b");
    drop(create(&path));
    assert_eq!(open(&path).unwrap().stats().unwrap().documents, 0);
}

#[test]
fn a_newer_store_is_refused_and_left_alone() {
    let image = Image::new();
    const KNOWN: u32 = migrate::SCHEMA;
    Seal::new(KNOWN + 1, 1, 1).write(image.folder.path()).unwrap();
    let before = image.file("db");
    check_refused(
        image.folder.path(),
        |error| matches!(error, StoreError::Newer { found, .. } if *found == KNOWN + 1),
        &format!("the store at PATH has schema {} and this version reads up to {KNOWN}", KNOWN + 1),
    );
    assert!(before == image.file("db"));
}

#[test]
fn a_store_in_use_is_refused_and_free_afterwards() {
    let image = Image::new();
    for _ in 0..20 {
        let store = open(image.folder.path()).unwrap();
        drop(store);
    }
    let store = open(image.folder.path()).unwrap();
    check_refused(
        image.folder.path(),
        |error| matches!(error, StoreError::InUse { .. }),
        "another process is using the store at PATH",
    );
    drop(store);
    assert!(!noticed(image.folder.path(), "after use"));
}

#[test]
fn a_making_cut_short_is_completed() {
    let folder = tempfile::tempdir().unwrap();
    Seal::create(folder.path()).unwrap();
    assert_eq!(open(folder.path()).unwrap().stats().unwrap().documents, 0);
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_is_an_error() {
    use std::os::unix::fs::PermissionsExt as _;
    let image = Image::new();
    let path = image.folder.path();
    let seal = path.join("seal.json");
    for path in [path, path.join("db").as_path(), path.join("conf").as_path()] {
        fs::set_permissions(path, fs::Permissions::from_mode(0o555)).unwrap();
    }
    if fs::File::options().append(true).open(path.join("db")).is_ok() {
        eprintln!("SKIPPED: this user may write where nobody may");
    } else {
        let error = open(path).err().unwrap();
        assert!(matches!(error, StoreError::Io { .. }), "{error:?}");
    }
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    assert!(seal.exists());
}

#[test]
fn an_older_database_under_a_newer_seal_is_noticed() {
    let image = Image::new();
    let before = image.copy();
    let mut store = open(image.folder.path()).unwrap();
    let added = batch(DOCUMENTS..DOCUMENTS + 10);
    store.put(&added, &names("fear rates")).unwrap();
    store.flush().unwrap();
    drop(store);
    write(before.path().join("seal.json"), &image.file("seal.json"));
    for _ in 0..2 {
        let StoreError::Damaged { what, .. } = open(before.path()).err().unwrap() else { panic!() };
        assert_eq!(what, "its database goes back to 150 documents where 160 had been written");
    }
}
