//! Tests of days, price series and inputs.

use jiff::Timestamp;

use crate::prices::{Observation, Provenance, Series};

use super::{
    tests::{check_sound, counts, document, names, on_both},
    *,
};

fn day_record(docs: u32) -> DayRecord {
    let source =
        SourceRecord { source: "a".to_owned(), docs, weight: 0.1, means: vec![0.1, f64::MIN_POSITIVE] };
    DayRecord { docs, words: 80, stories: 1, by_basis: [0, 0, docs], sources: vec![source] }
}

#[test]
fn days_hold_for_their_settings_only() {
    on_both(|store| {
        let batch = [(1, "2026-01-05T10:00:00Z"), (2, "2026-01-05T23:59:59Z"), (3, "1969-12-31T12:00:00Z")]
            .map(|(n, at)| (document(n, at), counts(&[1])));
        store.put(&batch, &names("fear")).unwrap();
        let days = [(-1, Some(day_record(1))), (20_458, Some(day_record(2))), (20_000, None)];
        store.put_days(7, &days, &[-1, 20_458]).unwrap();
        assert_eq!(store.day_records(7).unwrap(), [(-1, day_record(1)), (20_458, day_record(2))]);
        assert_eq!(store.day_records(8).unwrap(), []);
        assert_eq!(store.dirty_days().unwrap(), [0; 0]);
        check_sound(store);
        store.put_days(7, &[(-1, None)], &[]).unwrap();
        assert_eq!(store.day_records(7).unwrap(), [(20_458, day_record(2))]);
        // Other settings: everything is marked, in the write that removes the old days.
        store.put_days(8, &[(20_458, Some(day_record(3)))], &[20_458]).unwrap();
        assert_eq!(store.day_records(8).unwrap(), [(20_458, day_record(3))]);
        assert_eq!(store.dirty_days().unwrap(), [-1]);
        store.clear_days().unwrap();
        assert_eq!(store.day_records(8).unwrap(), []);
        assert_eq!(store.dirty_days().unwrap(), [-1, 20_458]);
        check_sound(store);
    });
}

pub(super) fn series(name: &str, days: std::ops::Range<i32>) -> Series {
    let at = |day: i32| Timestamp::from_second(i64::from(day) * 86_400 + 68_400).unwrap();
    let rows = days.map(|day| Observation {
        day: at(day).to_zoned(jiff::tz::TimeZone::UTC).date().into(),
        close: f64::from(day) / 3.0,
        available_at: at(day),
        given_by: (day % 3 != 0).then_some(0),
    });
    let provenance =
        Provenance { provider: "file".to_owned(), fetched_at: at(20_000), sha256: "ab".to_owned(), rows: 3 };
    Series {
        name: name.to_owned(),
        clock: "19:00".parse().unwrap(),
        rows: rows.collect(),
        provenance: vec![provenance],
    }
}

#[test]
fn series_come_back_and_go() {
    on_both(|store| {
        let [btc, odd] = [series("btc", 19_000..20_000), series("b\0tc\u{ffff}", -400..3)];
        for series in [&btc, &odd, &series("btc", 0..0), &btc] {
            store.put_series(series).unwrap();
            assert_eq!(store.series(&series.name).unwrap().as_ref(), Some(series));
        }
        assert_eq!(store.series_names().unwrap(), [odd.name.as_str(), "btc"]);
        let stats =
            SeriesStats { name: "btc".to_owned(), rows: 1000, first: Some(19_000), last: Some(19_999) };
        assert_eq!(store.stats().unwrap().series[1], stats);
        check_sound(store);
        // A replacement may be shorter: nothing of the longer one stays.
        let emptied = Series { rows: Vec::new(), provenance: Vec::new(), ..btc };
        store.put_series(&emptied).unwrap();
        assert_eq!(store.series("btc").unwrap(), Some(emptied));
        assert_eq!(store.series(&odd.name).unwrap(), Some(odd.clone()));
        check_sound(store);
        let mut wrong = odd;
        wrong.rows.reverse();
        assert!(matches!(store.put_series(&wrong), Err(StoreError::Unstorable { .. })));
    });
}

#[test]
fn a_new_day_rewrites_one_year() {
    let mut store = Store::in_memory().unwrap();
    store.put_series(&series("btc", 10_000..20_000)).unwrap();
    let before = store.meta.clone();
    store.put_series(&series("btc", 10_000..20_000)).unwrap();
    assert_eq!(store.meta, before, "nothing new, nothing written");
    store.put_series(&series("btc", 10_000..20_001)).unwrap();
    assert_eq!((store.meta.rows, store.meta.batches), (before.rows, before.batches + 1));
}

#[test]
fn inputs_are_remembered() {
    on_both(|store| {
        let record = InputRecord { sha256: "ab".to_owned(), rows: 5, skipped: 1 };
        assert_eq!(store.input("news/a.csv").unwrap(), None);
        store.put_input("news/a.csv", &record).unwrap();
        store.put_input("", &InputRecord::default()).unwrap();
        assert_eq!(store.input("news/a.csv").unwrap(), Some(record));
        check_sound(store);
    });
}
