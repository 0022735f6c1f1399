//! Tests of what the store promises its users, on both engines.

use std::path::Path;

use jiff::{Timestamp, civil::date};
use proptest::prelude::*;

use crate::{
    document::{Article, Availability, Basis, Document, DocumentId, Fingerprint, Published},
    lexicon::LexiconId,
    tag::{Count, TagCounts},
};

use super::*;

pub(super) const ALWAYS: (Timestamp, Timestamp) = (Timestamp::MIN, Timestamp::MAX);

pub(super) fn lexicon(language: &str, hash: u32) -> LexiconId {
    LexiconId { language: language.to_owned(), version: "1.0".to_owned(), hash }
}

pub(super) fn names(names: &str) -> Vec<String> {
    names.split_whitespace().map(str::to_owned).collect()
}

pub(super) fn count(asserted: u32) -> Count {
    Count { asserted, reversed: asserted / 3, expected: asserted / 2 }
}

pub(super) fn counts(asserted: &[u32]) -> TagCounts {
    TagCounts {
        lexicon: lexicon("en", 1),
        words: 12,
        sentences: 3,
        narratives: asserted.iter().copied().map(count).collect(),
        poles: [count(asserted.iter().sum()), count(7)],
    }
}

/// Any document from a number, with a body when the number is even.
pub(super) fn document(number: u64, at: &str) -> Document {
    let text = if number.is_multiple_of(2) {
        format!("Gold rose {number} times.\n").repeat(20)
    } else {
        String::new()
    };
    Document {
        id: DocumentId(number.wrapping_mul(0x9e37_79b9_7f4a_7c15)),
        article: Article {
            title: format!("Headline {number}"),
            text,
            url: Some(format!("https://example.org/{number}")),
            source: format!("source {}", number % 3),
            byline: number.is_multiple_of(5).then(|| "A. Writer".to_owned()),
            site: None,
            language: number.is_multiple_of(2).then(|| "en".to_owned()),
            published: Some(Published::On(date(2026, 1, 5))),
            published_basis: Some("given"),
            modified: Some(Published::At("2026-01-05T10:00:00.5Z".parse().unwrap())),
            ..Article::default()
        },
        availability: Availability { at: at.parse().unwrap(), basis: Basis::Claimed },
        fingerprint: Fingerprint {
            title: vec![1, 77, 4_000_000_000],
            body: number,
            sketch: vec![1, number as u32 | 2],
        },
    }
}

/// Runs a check on each engine.
pub(super) fn on_both(check: impl Fn(&mut Store)) {
    check(&mut Store::in_memory().unwrap());
    let folder = tempfile::tempdir().unwrap();
    check(&mut create(folder.path()));
}

pub(super) fn create(folder: &Path) -> Store {
    Store::open(folder, &OpenOptions { create: true, ..OpenOptions::default() }).unwrap()
}

pub(super) fn open(folder: &Path) -> Result<Store, StoreError> {
    Store::open(folder, &OpenOptions::default())
}

fn ids<'a>(documents: impl IntoIterator<Item = &'a Document>) -> Vec<DocumentId> {
    documents.into_iter().map(|document| document.id).collect()
}

#[track_caller]
pub(super) fn check_sound(store: &Store) {
    let report = store.verify().unwrap();
    assert!(report.is_sound(), "{report:?}");
}

#[test]
fn what_is_put_comes_back() {
    on_both(|store| {
        let names = names("fear liquidity rates");
        let batch: Vec<_> =
            (0..20).map(|n| (document(n, "2026-01-05T10:00:00Z"), counts(&[n as u32, 0, 5]))).collect();
        let put = store.put(&batch, &names).unwrap();
        assert_eq!(put, Put { added: 20, known: 0, changed: 0 });
        for (document, counts) in &batch {
            assert_eq!(store.document(document.id).unwrap().as_ref(), Some(document));
            assert_eq!(store.counts(document.id).unwrap().as_ref(), Some(counts));
        }
        assert_eq!(store.document(DocumentId(5)).unwrap(), None);
        assert_eq!(store.counts(DocumentId(5)).unwrap(), None);
        check_sound(store);
    });
}

#[test]
fn the_first_version_is_kept() {
    on_both(|store| {
        let first = document(2, "2026-01-05T10:00:00Z");
        let mut later = first.clone();
        later.availability.at = "2026-01-09T10:00:00Z".parse().unwrap();
        let mut changed = later.clone();
        changed.article.text.push('!');
        let names = names("fear");
        let batch = [&first, &later, &changed].map(|document| (document.clone(), counts(&[1])));
        assert_eq!(store.put(&batch, &names).unwrap(), Put { added: 1, known: 2, changed: 1 });
        assert_eq!(store.put(&batch, &names).unwrap(), Put { added: 0, known: 3, changed: 1 });
        assert_eq!(store.document(first.id).unwrap(), Some(first));
        assert_eq!(store.dirty_days().unwrap(), [20_458]);
        assert_eq!(store.stats().unwrap().documents, 1);
        check_sound(store);
    });
}

#[test]
fn time_bounds_exclude_the_first_and_include_the_last_instant() {
    let times = [
        "1969-12-31T23:59:59.999999999Z",
        "1970-01-01T00:00:00Z",
        "2026-01-05T10:00:00Z",
        "2026-01-05T10:00:00.1Z",
    ];
    on_both(|store| {
        let batch: Vec<_> =
            times.iter().enumerate().map(|(n, at)| (document(n as u64, at), counts(&[1]))).collect();
        store.put(&batch, &names("fear")).unwrap();
        let check = |from: &str, to: &str, expected: &[usize]| {
            let (from, to) = (from.parse().unwrap(), to.parse().unwrap());
            let expected: Vec<_> = expected.iter().map(|n| batch[*n].0.id).collect();
            let documents: Vec<_> = store.documents(from, to).map(Result::unwrap).collect();
            assert_eq!(ids(&documents), expected, "{from} to {to}");
            let scored: Vec<_> = store.scored(from, to).map(|scored| scored.unwrap().id).collect();
            assert_eq!(scored, expected, "{from} to {to}");
        };
        check("1969-01-01T00:00:00Z", "2027-01-01T00:00:00Z", &[0, 1, 2, 3]);
        check(times[0], times[2], &[1, 2]);
        check(times[2], times[2], &[]);
        check(times[3], times[2], &[]);
        check(times[2], times[3], &[3]);
        assert_eq!(store.dirty_days().unwrap(), [-1, 0, 20_458]);
    });
}

#[test]
fn scores_come_without_bodies_and_with_everything_else() {
    on_both(|store| {
        let put = document(10, "2026-01-05T10:00:00Z");
        store.put(&[(put.clone(), counts(&[4]))], &names("fear")).unwrap();
        let Scored { id, available, source, title, fingerprint, counts: score } =
            store.scored(ALWAYS.0, ALWAYS.1).next().unwrap().unwrap();
        assert_eq!((id, available, fingerprint), (put.id, put.availability, put.fingerprint));
        assert_eq!((source, title, score), (put.article.source, put.article.title, counts(&[4])));
    });
}

#[test]
fn identities_are_found_by_their_first_digits() {
    on_both(|store| {
        let mut batch: Vec<_> = (0..3).map(|n| (document(n, "2026-01-05T10:00:00Z"), counts(&[1]))).collect();
        for ((document, _), id) in batch.iter_mut().zip([0xab00, 0xab01, 0xcd << 56]) {
            document.id = DocumentId(id);
        }
        store.put(&batch, &names("fear")).unwrap();
        let check = |prefix: &str, most: usize, expected: &[u64]| {
            let found: Vec<_> = store.find(prefix, most).unwrap().into_iter().map(|id| id.0).collect();
            assert_eq!(found, expected, "{prefix}");
        };
        check("", 9, &[0xab00, 0xab01, 0xcd << 56]);
        check("0", 9, &[0xab00, 0xab01]);
        check("0", 1, &[0xab00]);
        check("000000000000ab01", 9, &[0xab01]);
        check("CD", 9, &[0xcd << 56]);
        check("xyz", 9, &[]);
    });
}

#[test]
fn statistics_tell_what_is_there() {
    on_both(|store| {
        let batch: Vec<_> =
            (0..7).map(|n| (document(n, &format!("2026-01-0{}T10:00:00Z", n + 1)), counts(&[1]))).collect();
        store.put(&batch, &names("fear")).unwrap();
        let stats = store.stats().unwrap();
        assert_eq!((stats.documents, stats.by_basis, stats.schema), (7, [0, 0, 7], migrate::SCHEMA));
        let sources =
            [("source 0", 3), ("source 1", 2), ("source 2", 2)].map(|(name, docs)| (name.to_owned(), docs));
        assert_eq!(stats.sources, sources);
        assert_eq!(
            (stats.first, stats.last),
            (Some(batch[0].0.availability.at), Some(batch[6].0.availability.at))
        );
    });
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), ".{0,30}", ".{0,10}".prop_map(|text| text.repeat(100))]
}

prop_compose! {
    fn any_document()(
        id in 0_u64..40,
        at in -2_000_000_000_000_i64..2_000_000_000_000,
        basis in prop_oneof![Just(Basis::Observed), Just(Basis::Archived), Just(Basis::Claimed)],
        (title, text, source) in (any_text(), any_text(), ".{0,3}"),
        language in proptest::option::of("[a-z]{2}"),
        url in proptest::option::of(any_text()),
        hashes in proptest::collection::vec(any::<u32>(), 0..5),
        body in any::<u64>(),
        sketch in proptest::collection::btree_set(any::<u32>(), 0..5),
    ) -> Document {
        Document {
            id: DocumentId(id),
            article: Article { title, text, source, language, url, ..Article::default() },
            availability: Availability { at: Timestamp::from_millisecond(at).unwrap(), basis },
            fingerprint: Fingerprint { title: hashes, body, sketch: sketch.into_iter().collect() },
        }
    }
}

#[test]
fn a_changed_row_is_named_and_never_read() {
    let mut store = Store::in_memory().unwrap();
    let batch: Vec<_> = (0..9).map(|n| (document(n, "2026-01-05T10:00:00Z"), counts(&[1]))).collect();
    store.put(&batch, &names("fear")).unwrap();
    store.put_series(&derived_tests::series("btc", 0..900)).unwrap();
    store.put_days(1, &[(3, Some(DayRecord::default()))], &[]).unwrap();
    store.put_standard_days(1, &[StandardRecord::default()]).unwrap();
    store.put_input("a.csv", &InputRecord::default()).unwrap();
    store.put_addresses(&[collected_tests::page(1)]).unwrap();
    let captured = [2, 3].map(|n| (collected_tests::page(n), collected_tests::answer(n, 5, 9000)));
    store.put_captures(&captured).unwrap();
    store.put_robots(&collected_tests::robots(RobotsKind::Rules, b"")).unwrap();
    store.publish(&journal_tests::publication(1), &[journal_tests::row(3, "A")]).unwrap();
    store.add_telling(&telling_tests::telling(3, Told::Delivered)).unwrap();
    let rows: Vec<_> = store.database.scan((vec![0], vec![u8::MAX])).map(Result::unwrap).collect();
    let kinds: BTreeSet<u8> = rows.iter().map(|(key, _)| key[0]).collect();
    assert_eq!(kinds.len(), Kind::ALL.len(), "a row of every kind");
    for (key, value) in rows {
        let mut changed = value.clone();
        *changed.last_mut().unwrap() ^= 1;
        for other in [Some(changed), Some(Vec::new())] {
            store.database.apply(vec![(key.clone(), other)]).unwrap();
            let report = store.verify().unwrap();
            assert!(
                report.bad.iter().any(|bad| bad.key == key::show(&key)),
                "{} {report:?}",
                key::show(&key)
            );
            let read: Result<Vec<_>, _> = store.documents(ALWAYS.0, ALWAYS.1).collect();
            assert_eq!(read.is_err(), matches!(key[0], b'h' | b'b' | b's'), "{}", key::show(&key));
            let received: Result<Vec<_>, _> = store.captures().collect();
            assert_eq!(received.is_err(), matches!(key[0], b'c' | b'e'), "{}", key::show(&key));
        }
        store.database.apply(vec![(key.clone(), None)]).unwrap();
        assert!(key[0] == b'm' || !store.verify().unwrap().is_sound(), "{} removed", key::show(&key));
        store.database.apply(vec![(key, Some(value))]).unwrap();
    }
    check_sound(&store);
}

#[test]
fn a_store_may_move_to_another_thread() {
    fn check<T: Send>() {}
    check::<Store>();
}

proptest! {
    #[test]
    fn any_documents_are_counted_and_come_back(
        batches in proptest::collection::vec(proptest::collection::vec((any_document(), 0_u32..3), 0..12), 0..5),
    ) {
        let mut store = Store::in_memory().unwrap();
        let mut kept = std::collections::BTreeMap::new();
        for batch in batches {
            let batch: Vec<_> = batch.into_iter().map(|(document, score)| (document, counts(&[score, 0]))).collect();
            store.put(&batch, &names("fear rates")).unwrap();
            for (document, counts) in batch {
                kept.entry(document.id).or_insert((document, counts));
            }
        }
        prop_assert!(store.verify().unwrap().is_sound());
        let mut expected: Vec<_> = kept.into_values().collect();
        expected.sort_by_key(|(document, _)| (document.availability.at, document.id));
        let found: Vec<_> = store.documents(ALWAYS.0, ALWAYS.1).map(Result::unwrap).collect();
        prop_assert_eq!(&found, &expected.iter().map(|(document, _)| document.clone()).collect::<Vec<_>>());
        for (document, counts) in expected {
            prop_assert_eq!(store.counts(document.id).unwrap(), Some(counts));
        }
    }
}
