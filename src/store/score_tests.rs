//! Tests of what becomes of scores when lexicons and narratives change.

use crate::{
    document::Document,
    tag::{Count, TagCounts},
};

use super::{
    tests::{check_sound, count, counts, document, lexicon, names, on_both},
    *,
};

#[test]
fn counts_come_in_the_order_of_the_narratives_in_force() {
    on_both(|store| {
        let put = document(1, "2026-01-05T10:00:00Z");
        store.put(&[(put.clone(), counts(&[1, 0, 3]))], &names("fear war rates")).unwrap();
        store.use_narratives(&names("rates new fear"));
        let narratives = store.counts(put.id).unwrap().unwrap().narratives;
        assert_eq!(narratives, [count(3), Count::default(), count(1)]);
    });
}

#[test]
fn counts_that_do_not_match_their_names_are_refused() {
    on_both(|store| {
        let put = (document(1, "2026-01-05T10:00:00Z"), counts(&[1, 2]));
        let error = store.put(&[put], &names("fear")).unwrap_err();
        assert!(matches!(error, StoreError::Unstorable { .. }), "{error}");
        check_sound(store);
    });
}

#[test]
fn stale_documents_are_those_another_lexicon_counted() {
    on_both(|store| {
        let narratives = names("fear");
        let batch: Vec<_> = (0..10).map(|n| (document(n, "2026-01-05T10:00:00Z"), counts(&[2]))).collect();
        store.put(&batch, &narratives).unwrap();
        let none = |_: Option<&str>| lexicon("en", 1);
        assert_eq!(store.stale_count(&none).unwrap(), 0);
        assert_eq!(store.stale(&none, None, 4).unwrap(), Stale { documents: Vec::new(), next: None });
        // Only documents known to be English are counted anew; the five others stay.
        let current = |language: Option<&str>| lexicon("en", if language == Some("en") { 2 } else { 1 });
        assert_eq!(store.stale_count(&current).unwrap(), 5);
        store.put_days(1, &[], &[20_458]).unwrap();
        let (mut after, mut seen) = (None, 0);
        loop {
            let stale = store.stale(&current, after, 2).unwrap();
            seen += stale.documents.len();
            let again = |document: &Document| {
                let asserted = if document.article.title.ends_with('4') { 9 } else { 2 };
                TagCounts { lexicon: lexicon("en", 2), ..counts(&[asserted]) }
            };
            let batch: Vec<_> =
                stale.documents.iter().map(|document| (document.clone(), again(document))).collect();
            let changed = store.rescore(&batch, &narratives).unwrap();
            assert_eq!(
                changed,
                batch.iter().filter(|(_, counts)| counts.narratives[0] == count(9)).count() as u64
            );
            after = stale.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen, 5);
        assert_eq!(store.stale_count(&current).unwrap(), 0);
        assert_eq!(store.dirty_days().unwrap(), [20_458]);
        assert_eq!(store.stats().unwrap().lexicons, [(lexicon("en", 1), 5), (lexicon("en", 2), 5)]);
        check_sound(store);
    });
}

#[test]
fn equal_numbers_under_a_new_lexicon_leave_the_day_alone() {
    on_both(|store| {
        let put = document(1, "2026-01-05T10:00:00Z");
        store.put(&[(put.clone(), counts(&[2]))], &names("fear")).unwrap();
        store.put_days(1, &[], &[20_458]).unwrap();
        let again = TagCounts { lexicon: lexicon("en", 2), ..counts(&[2]) };
        assert_eq!(store.rescore(&[(put.clone(), again.clone())], &names("fear")).unwrap(), 0);
        assert_eq!(store.dirty_days().unwrap(), [0; 0]);
        assert_eq!(store.counts(put.id).unwrap(), Some(again));
        let unknown = document(7, "2026-01-05T10:00:00Z");
        let error = store.rescore(&[(unknown, counts(&[2]))], &names("fear")).unwrap_err();
        assert!(matches!(error, StoreError::UnknownDocument { .. }), "{error}");
    });
}
