//! Archives of other people's writers, where the shared suites lie beside the project.
//!
//! Counts are compared with those of an independent reader; damage must cost no more than its place.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::*;

/// Every archive of the shared suites, by name.
fn suites() -> Vec<PathBuf> {
    let data = std::env::var("STORYTURN_DATA").unwrap_or_else(|_| "../shared/data".to_owned());
    let suites = Path::new(env!("CARGO_MANIFEST_DIR")).join(data).join("suites");
    let mut found = Vec::new();
    let mut folders: Vec<_> = ["warcio", "jwarc", "cc-whirlwind"].map(|suite| suites.join(suite)).into();
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else {
            eprintln!("SKIPPED: no archives at {}; set STORYTURN_DATA", folder.display());
            continue;
        };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn name(path: &Path) -> &str {
    path.file_name().unwrap().to_str().unwrap()
}

/// Name, records, and whether the reference gave up there.
fn reference_counts() -> Vec<(String, usize, bool)> {
    let data = std::env::var("STORYTURN_DATA").unwrap_or_else(|_| "../shared/data".to_owned());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(data).join("suites/warc-reference-counts.txt");
    let Ok(text) = fs::read_to_string(&path) else {
        eprintln!("SKIPPED: no {}; set STORYTURN_DATA", path.display());
        return Vec::new();
    };
    let counts = text.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        let (name, count) = (words.next()?, words.next()?.parse().ok()?);
        Some((name.to_owned(), count, words.nth(1).is_some()))
    });
    counts.collect()
}

/// Records of every kind, damaged ones among them.
fn count_records(bytes: &[u8]) -> usize {
    let mut records = Records::new("f", bytes, WarcOptions::default().max_record_bytes + MAX_HEADER_BYTES);
    std::iter::from_fn(|| records.next().map(|record| record.is_ok())).filter(|is_ok| *is_ok).count()
}

#[test]
fn records_are_counted_as_an_independent_reader_counted_them() {
    let files = suites();
    let mut compared = 0;
    for (listed, expected, gave_up) in reference_counts() {
        let Some(path) = files.iter().find(|path| name(path) == listed) else { continue };
        let count = count_records(&fs::read(path).unwrap());
        eprintln!("{listed}: {count}, expected {expected}{}", if gave_up { " or more" } else { "" });
        assert!(count == expected || (gave_up && count > expected), "{listed}: {count}, not {expected}");
        compared += 1;
    }
    assert!(files.is_empty() || compared >= 15, "only {compared} files were found");
}

#[test]
fn real_archives_survive_damage_anywhere() {
    for path in suites() {
        let mut bytes = fs::read(&path).unwrap();
        let whole = count_records(&bytes);
        for place in (0..bytes.len()).step_by(bytes.len() / 40 + 1) {
            bytes[place] ^= 0xff;
            let left = count_records(&bytes);
            // What ends a member ends what it holds: some of these files are of odd members.
            assert!(
                left + 2 > whole || ["bad", "wrong"].iter().any(|odd| name(&path).contains(odd)),
                "{} {place}: {left} of {whole}",
                path.display()
            );
            let _ = read_warc("f", &bytes[..], &WarcOptions::default()).count();
            bytes[place] ^= 0xff;
        }
    }
}
