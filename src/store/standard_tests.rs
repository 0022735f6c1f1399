//! Tests of standardised days: they come back as long as nothing they were made of changed.

use super::{
    standard::PieceRecord,
    tests::{check_sound, counts, document, names, on_both},
    *,
};

fn day(docs: u32) -> DayRecord {
    DayRecord { docs, ..DayRecord::default() }
}

fn standard(days: std::ops::Range<i32>) -> Vec<StandardRecord> {
    let of = |day| StandardRecord {
        day,
        docs: 3,
        coverage: CoverageRecord::Thin,
        z: vec![None, Some(f64::from(day) / 3.0)],
        mix_shift: Some(0.1),
        ..StandardRecord::default()
    };
    days.map(of).collect()
}

#[test]
fn standardised_days_hold_until_a_day_changes() {
    on_both(|store| {
        store.put_days(7, &[(1, Some(day(1))), (2, Some(day(2)))], &[]).unwrap();
        assert_eq!(store.standard_days(5).unwrap(), None);
        for length in [300, 256, 1, 0, 300] {
            store.put_standard_days(5, &standard(0..length)).unwrap();
            assert_eq!(store.standard_days(5).unwrap(), (length > 0).then(|| standard(0..length)));
            assert_eq!(store.standard_days(6).unwrap(), None);
            check_sound(store);
        }
        // Nothing of a day changes: nothing is forgotten, and nothing written twice.
        let batches = store.meta.batches;
        store.put_standard_days(5, &standard(0..300)).unwrap();
        store.put_days(7, &[(2, Some(day(2))), (3, None)], &[]).unwrap();
        assert_eq!(store.meta.batches, batches);
        store.put(&[(document(1, "2026-01-05T10:00:00Z"), counts(&[1]))], &names("fear")).unwrap();
        store.put_days(7, &[], &[20_458]).unwrap();
        assert_eq!(store.standard_days(5).unwrap(), Some(standard(0..300)));
        check_sound(store);
        let changes: [&dyn Fn(&mut Store); 5] = [
            &|store| store.put_days(7, &[(2, Some(day(9)))], &[]).unwrap(),
            &|store| store.put_days(7, &[(9, Some(day(9)))], &[]).unwrap(),
            &|store| store.put_days(7, &[(1, None)], &[]).unwrap(),
            &|store| store.put_days(8, &[], &[]).unwrap(),
            &|store| store.clear_days().unwrap(),
        ];
        for (number, change) in changes.iter().enumerate() {
            store.put_standard_days(5, &standard(0..300)).unwrap();
            change(store);
            assert_eq!(store.standard_days(5).unwrap(), None, "change {number}");
            check_sound(store);
        }
    });
}

#[test]
fn standardised_days_of_other_days_are_found_out() {
    let mut store = Store::in_memory().unwrap();
    store.put_days(7, &[(1, Some(day(1))), (2, Some(day(2)))], &[]).unwrap();
    store.put_standard_days(5, &standard(0..300)).unwrap();
    let rows: Vec<_> = store.database.scan(Kind::Standard.range()).map(Result::unwrap).collect();
    // A day changes behind the store's back.
    let key = key::day(Kind::Day, 2);
    let [other, before] = [day(3), day(2)].map(|day| store.encode(&key, &day).unwrap());
    store.database.apply(vec![(key.clone(), Some(other))]).unwrap();
    assert!(!store.verify().unwrap().is_sound());
    store.database.apply(vec![(key, Some(before))]).unwrap();
    check_sound(&store);
    // A piece is gone, or of another list: neither is read as the whole.
    for (key, value) in rows {
        let mut piece: PieceRecord = store.decode(&key, &value).unwrap();
        piece.made_of = 1;
        let other = store.encode(&key, &piece).unwrap();
        for changed in [None, Some(other)] {
            store.database.apply(vec![(key.clone(), changed)]).unwrap();
            assert!(matches!(store.standard_days(5), Err(StoreError::Damaged { .. })));
            assert!(!store.verify().unwrap().is_sound());
        }
        store.database.apply(vec![(key, Some(value))]).unwrap();
    }
    check_sound(&store);
}
