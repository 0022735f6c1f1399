//! Stores of earlier releases open, and read as they were written.
//!
//! `tests/store-v1` and its like hold the files of a store of that schema, each compressed. They were
//! written by the ignored test below and are never written again: a change of schema adds a folder beside
//! them. What they hold is spelled out here, apart from the other tests, so that it cannot drift with
//! them; what schema 2 added is in `compat_collected`.

use std::{fs, path::PathBuf};

use jiff::{Timestamp, civil::date};

use crate::{
    document::{Article, Availability, Basis, Document, DocumentId, Fingerprint, Published},
    lexicon::LexiconId,
    prices::{Observation, Provenance, Series},
    tag::{Count, TagCounts},
};

use super::{compat_collected as collected, *};

const FILES: [&str; 3] = ["conf", "db", "seal.json"];
const SETTINGS: u64 = 42;

fn folder(schema: u32) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/store-v{schema}"))
}

fn names() -> Vec<String> {
    ["fear", "liquidity", "rates"].map(str::to_owned).to_vec()
}

fn documents() -> Vec<(Document, TagCounts)> {
    let lexicon = LexiconId { language: "en".to_owned(), version: "2026.1".to_owned(), hash: 0xfeed_beef };
    let full = Document {
        id: DocumentId(0x00ab_cdef_0123_4567),
        article: Article {
            title: "Gold climbs – again".to_owned(),
            text: "Gold rose. The dollar fell.\n".repeat(30),
            url: Some("https://example.org/gold".to_owned()),
            source: "example.org".to_owned(),
            byline: Some("A. Writer".to_owned()),
            site: Some("Example".to_owned()),
            language: Some("en".to_owned()),
            published: Some(Published::On(date(2026, 1, 5))),
            published_basis: Some("json-ld"),
            modified: Some(Published::At(Timestamp::from_millisecond(1_767_607_200_500).unwrap())),
            ..Article::default()
        },
        availability: Availability {
            at: Timestamp::from_second(1_767_607_200).unwrap(),
            basis: Basis::Observed,
        },
        fingerprint: Fingerprint { title: vec![3, 4_000_000_000], body: u64::MAX, sketch: Vec::new() },
    };
    let bare = Document {
        id: DocumentId(7),
        article: Article { title: "Old".to_owned(), source: "archive".to_owned(), ..Article::default() },
        availability: Availability { at: Timestamp::from_nanosecond(-1).unwrap(), basis: Basis::Claimed },
        fingerprint: Fingerprint::default(),
    };
    let counts = |asserted| TagCounts {
        lexicon: lexicon.clone(),
        words: 150,
        sentences: 62,
        narratives: vec![
            Count { asserted, reversed: 0, expected: 1 },
            Count::default(),
            Count { asserted: 1, reversed: 2, expected: 0 },
        ],
        poles: [Count { asserted, reversed: 5, expected: 1 }, Count::default()],
    };
    vec![(bare, counts(1000)), (full, counts(250))]
}

fn day() -> DayRecord {
    let source =
        SourceRecord { source: "example.org".to_owned(), docs: 1, weight: 0.25, means: vec![0.1, 0.0, -0.5] };
    DayRecord { docs: 1, words: 150, stories: 1, by_basis: [1, 0, 0], sources: vec![source] }
}

fn series() -> Series {
    let row = |day: i16, close| Observation {
        day: date(2025, 12, 30).checked_add(jiff::Span::new().days(day)).unwrap().into(),
        close,
        available_at: Timestamp::from_second(1_767_120_000 + i64::from(day) * 86_400).unwrap(),
        given_by: None,
    };
    let fetched_at = Timestamp::from_second(1_767_607_200).unwrap();
    let provenance =
        Provenance { provider: "silver.csv".to_owned(), fetched_at, sha256: "00ff".to_owned(), rows: 3 };
    let rows = vec![row(0, 71.5), row(1, 70.25), row(3, 72.0)];
    Series {
        name: "silver".to_owned(),
        clock: "next-business-day".parse().unwrap(),
        rows,
        provenance: vec![provenance],
    }
}

fn input() -> InputRecord {
    InputRecord { sha256: "aa".repeat(32), rows: 2, skipped: 1 }
}

fn publication() -> Publication {
    Publication {
        at: Timestamp::new(1_767_650_400, 5).unwrap(),
        version: "0.1.0".to_owned(),
        settings: u64::MAX,
        lexicons: "en 2026.1 feedbeef".to_owned(),
        columns: ["day", "btc"].map(str::to_owned).to_vec(),
    }
}

fn published(day: i32, btc: Option<&str>) -> PublishedRow {
    let cells = vec![Some(format!("day {day}")), btc.map(str::to_owned)];
    PublishedRow { day, news: [7; 16], prices: [day as u8; 16], cells }
}

/// What schema 3 added.
fn check_journal(store: &Store) {
    let rows: Vec<_> = store.published().map(Result::unwrap).collect();
    assert_eq!(rows, [(0, published(-1, None)), (1, published(20_458, Some("89500")))]);
    assert_eq!(store.publications().unwrap(), [publication(), publication()]);
}

fn told() -> [Telling; 2] {
    let why = "it answered 500 Internal Server Error".to_owned();
    let telling = |hook: &str, day, to: &str, told| Telling {
        hook: hook.to_owned(),
        at: Timestamp::new(1_767_650_400, 5).unwrap(),
        day,
        id: "00000000feedbeef".to_owned(),
        from: "NEUTRAL".to_owned(),
        to: to.to_owned(),
        told,
    };
    let failed = Told::Failed { why, not_before: Some(Timestamp::from_second(1_767_654_000).unwrap()) };
    [telling("desk", 20_458, "TURNING", Told::Listening), telling("phone", -1, "SPENT", failed)]
}

/// A copy of the store of a schema, opened; `None` where there is none.
fn opened(schema: u32) -> Option<(tempfile::TempDir, Store)> {
    if !folder(schema).is_dir() {
        eprintln!("SKIPPED: tests/store-v{schema} is not there (a published package leaves it out)");
        return None;
    }
    let copy = tempfile::tempdir().unwrap();
    for file in FILES {
        let bytes = fs::read(folder(schema).join(format!("{file}.zst"))).unwrap();
        let bytes = zstd::decode_all(bytes.as_slice()).unwrap();
        #[expect(clippy::disallowed_methods, reason = "a test unpacks a store")]
        fs::write(copy.path().join(file), bytes).unwrap();
    }
    assert_eq!(Seal::read_store(copy.path()).unwrap().unwrap().schema, schema);
    let store = Store::open(copy.path(), &OpenOptions::default()).unwrap();
    let report = store.verify().unwrap();
    assert!(report.is_sound(), "{report:?}");
    Some((copy, store))
}

/// What every schema has held.
fn check_first(store: &Store) {
    for (document, counts) in documents() {
        assert_eq!(store.document(document.id).unwrap(), Some(document.clone()));
        assert_eq!(store.counts(document.id).unwrap(), Some(counts));
    }
    assert_eq!(store.stats().unwrap().documents, 2);
    assert_eq!(store.dirty_days().unwrap(), [-1]);
    assert_eq!(store.day_records(SETTINGS).unwrap(), [(20_458, day())]);
    assert_eq!(store.series("silver").unwrap(), Some(series()));
    assert_eq!(store.input("news.csv").unwrap(), Some(input()));
}

#[test]
fn a_store_of_schema_1_opens_and_reads() {
    let Some((copy, mut store)) = opened(1) else { return };
    // Opening took the step to the schema of today, which the version of then refuses by either number.
    assert_eq!(store.meta.schema, migrate::SCHEMA);
    assert_eq!(Seal::read_store(copy.path()).unwrap().unwrap().schema, migrate::SCHEMA);
    check_first(&store);
    // It goes on as a store of today.
    assert_eq!(store.put(&documents(), &names()).unwrap(), Put { added: 0, known: 2, changed: 0 });
    store.clear_days().unwrap();
    store.flush().unwrap();
    assert!(store.verify().unwrap().is_sound());
}

#[test]
fn a_store_of_schema_2_opens_and_reads() {
    let Some((_copy, mut store)) = opened(2) else { return };
    check_first(&store);
    collected::check(&store);
    // It goes on as a store of today.
    collected::go_on(&mut store);
    assert_eq!(store.publish(&publication(), &[published(3, None)]).unwrap(), 1);
    store.flush().unwrap();
    assert!(store.verify().unwrap().is_sound());
}

#[test]
fn a_store_of_schema_3_opens_and_reads() {
    let Some((_copy, mut store)) = opened(3) else { return };
    check_first(&store);
    collected::check(&store);
    check_journal(&store);
    // It goes on as a store of today.
    assert_eq!(store.publish(&publication(), &[published(-1, Some("1")), published(3, None)]).unwrap(), 1);
    store.add_telling(&told()[0]).unwrap();
    store.flush().unwrap();
    assert!(store.verify().unwrap().is_sound());
}

#[test]
fn a_store_of_schema_4_opens_and_reads() {
    let Some((_copy, mut store)) = opened(4) else { return };
    check_first(&store);
    collected::check(&store);
    check_journal(&store);
    assert_eq!(store.tellings().unwrap(), told());
    // It goes on as a store of today.
    store.add_telling(&told()[0]).unwrap();
    assert_eq!(store.tellings().unwrap().len(), 3);
    assert!(store.verify().unwrap().is_sound());
}

#[test]
#[ignore = "writes a store of today's schema, which is kept as it is"]
#[expect(clippy::disallowed_methods, reason = "a test writes the store to keep")]
fn write_a_store_of_this_schema() {
    let folder = folder(migrate::SCHEMA);
    assert!(!folder.exists(), "the store to keep is there already");
    let fresh = tempfile::tempdir().unwrap();
    let mut store =
        Store::open(fresh.path(), &OpenOptions { create: true, ..OpenOptions::default() }).unwrap();
    store.put(&documents(), &names()).unwrap();
    store.put_days(SETTINGS, &[(20_458, Some(day()))], &[20_458]).unwrap();
    store.put_series(&series()).unwrap();
    store.put_input("news.csv", &input()).unwrap();
    collected::put(&mut store);
    store.publish(&publication(), &[published(-1, None)]).unwrap();
    store.publish(&publication(), &[published(-1, Some("2")), published(20_458, Some("89500"))]).unwrap();
    for telling in told() {
        store.add_telling(&telling).unwrap();
    }
    store.flush().unwrap();
    drop(store);
    fs::create_dir_all(&folder).unwrap();
    for file in FILES {
        let packed = zstd::encode_all(fs::read(fresh.path().join(file)).unwrap().as_slice(), 19).unwrap();
        fs::write(folder.join(format!("{file}.zst")), packed).unwrap();
    }
}
