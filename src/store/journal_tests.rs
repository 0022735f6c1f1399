//! Tests of the journal: a day is published once, whatever comes after, and nothing is taken out unseen.

use jiff::Timestamp;

use super::{
    key::Kind,
    tests::{check_sound, create, on_both, open},
    *,
};

pub(super) fn publication(at: i64) -> Publication {
    Publication {
        at: Timestamp::from_second(at).unwrap(),
        version: "1".to_owned(),
        settings: at as u64,
        lexicons: "en".to_owned(),
        columns: ["day", "state", "reason"].map(str::to_owned).to_vec(),
    }
}

pub(super) fn row(day: i32, state: &str) -> PublishedRow {
    PublishedRow {
        day,
        news: [day as u8; 16],
        prices: [1; 16],
        cells: vec![Some(day.to_string()), Some(state.to_owned()), None],
    }
}

fn states(store: &Store) -> String {
    let rows = store.published().map(Result::unwrap);
    let shown =
        rows.map(|(number, row)| format!("{}:{}@{number}", row.day, row.cells[1].as_deref().unwrap()));
    shown.collect::<Vec<_>>().join(" ")
}

#[test]
fn a_day_is_published_once() {
    on_both(|store| {
        assert_eq!(store.publish(&publication(1), &[]).unwrap(), 0);
        assert!(store.publications().unwrap().is_empty());
        assert_eq!(store.publish(&publication(2), &[row(10, "A"), row(11, "A")]).unwrap(), 2);
        // A later revision: the days before stay, an earlier one that was not there is added.
        let revised = [row(9, "B"), row(10, "B"), row(11, "B"), row(12, "B")];
        assert_eq!(store.publish(&publication(3), &revised).unwrap(), 2);
        assert_eq!(store.publish(&publication(4), &revised).unwrap(), 0);
        assert_eq!(states(store), "9:B@1 10:A@0 11:A@0 12:B@1");
        assert_eq!(store.publications().unwrap(), [publication(2), publication(3)]);
        assert_eq!(store.published().nth(1).unwrap().unwrap().1, row(10, "A"));
        check_sound(store);
        let narrow = PublishedRow { cells: vec![None], ..row(13, "C") };
        assert!(matches!(store.publish(&publication(5), &[narrow]), Err(StoreError::Unstorable { .. })));
        assert_eq!(states(store), "9:B@1 10:A@0 11:A@0 12:B@1");
    });
}

#[test]
fn years_are_published_in_parts_that_go_on_after_a_kill() {
    let rows: Vec<PublishedRow> = (0..1234).map(|day| row(day, "A")).collect();
    on_both(|store| {
        // A kill left the first part.
        store.publish(&publication(1), &rows[..500]).unwrap();
        assert_eq!(store.publish(&publication(2), &rows).unwrap(), 734);
        assert_eq!(store.published_days().unwrap().len(), 1234);
        assert_eq!(store.publications().unwrap().len(), 3);
        check_sound(store);
    });
}

#[test]
fn it_outlives_the_process() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = create(folder.path());
    store.publish(&publication(1), &[row(1, "A")]).unwrap();
    drop(store);
    let store = open(folder.path()).unwrap();
    assert_eq!(states(&store), "1:A@0");
    check_sound(&store);
}

/// Checksums stop at bytes; the chain stops at rows written by a hand that knows the form.
#[test]
fn a_row_taken_out_or_written_anew_is_found() {
    let check = |meddle: &dyn Fn(&mut Store), says: &str| {
        let mut store = Store::in_memory().unwrap();
        store.publish(&publication(1), &[row(1, "A"), row(2, "A")]).unwrap();
        store.publish(&publication(2), &[row(3, "A")]).unwrap();
        meddle(&mut store);
        let report = store.verify().unwrap();
        assert!(report.bad.iter().any(|bad| bad.reason.contains(says)), "{says}: {report:?}");
    };
    let take = |store: &mut Store, key: Vec<u8>| {
        let mut transaction = store.begin();
        transaction.remove(key);
        store.commit(transaction).unwrap();
    };
    check(&|store| take(store, key::day(Kind::Published, 1)), "not all there");
    check(&|store| take(store, key::numbered_alone(Kind::Publication, 0)), "before it is not there");
    check(&|store| take(store, key::numbered_alone(Kind::Publication, 1)), "rows name it");
    let anew = |store: &mut Store| {
        // The row of another store in place of this one's.
        let mut other = Store::in_memory().unwrap();
        other.publish(&publication(1), &[row(1, "B")]).unwrap();
        let key = key::day(Kind::Published, 1);
        let value = other.database.get(&key).unwrap().unwrap();
        let mut transaction = store.begin();
        transaction.replace(key, value);
        store.commit(transaction).unwrap();
    };
    check(&anew, "not those that were published");
}

/// A database in memory whose process dies at a write: that one is lost whole, as the trait promises.
struct Dying {
    rows: std::sync::Arc<std::sync::Mutex<Memory>>,
    writes_left: usize,
}

impl Database for Dying {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.rows.lock().unwrap().get(key)
    }

    fn scan(&self, range: (Vec<u8>, Vec<u8>)) -> database::Rows<'_> {
        let rows: Vec<_> = self.rows.lock().unwrap().scan(range).collect();
        Box::new(rows.into_iter())
    }

    fn apply(&mut self, writes: Vec<Write>) -> Result<(), StoreError> {
        let Some(left) = self.writes_left.checked_sub(1) else {
            return Err(StoreError::Damaged { path: "(memory)".into(), what: "killed".to_owned() });
        };
        self.writes_left = left;
        self.rows.lock().unwrap().apply(writes)
    }

    fn write_out(&mut self) -> Result<(), StoreError> {
        Ok(())
    }

    fn flush(&mut self) -> Result<(), StoreError> {
        Ok(())
    }

    fn size_on_disk(&self) -> Result<u64, StoreError> {
        Ok(0)
    }
}

#[test]
fn a_kill_at_any_write_leaves_whole_publications_and_no_day_twice() {
    let rows: Vec<PublishedRow> = (0..1234).map(|day| row(day, "A")).collect();
    let later: Vec<PublishedRow> = (0..1500).map(|day| row(day, "B")).collect();
    // The first write makes the store; then come three publications, and one that goes on.
    for writes_left in 1..8 {
        let memory = std::sync::Arc::default();
        let start = |writes_left| {
            let rows = std::sync::Arc::clone(&memory);
            Store::start(Path::new("(memory)"), Box::new(Dying { rows, writes_left }), None).unwrap()
        };
        let mut dying = start(writes_left);
        let _ = dying.publish(&publication(1), &rows).and_then(|_| dying.publish(&publication(2), &later));
        drop(dying);

        let mut store = start(usize::MAX);
        check_sound(&store);
        let found: Vec<PublishedRow> = store.published().map(|row| row.unwrap().1).collect();
        assert!([0, 500, 1000, 1234, 1500].contains(&found.len()), "{} after {writes_left}", found.len());
        assert!(found.iter().eq(rows.iter().chain(&later[rows.len()..]).take(found.len())));
        // Whoever goes on adds what is missing, and what stood stands.
        assert_eq!(store.publish(&publication(3), &later).unwrap(), (1500 - found.len()) as u64);
        let whole: Vec<PublishedRow> = store.published().map(|row| row.unwrap().1).collect();
        assert_eq!((whole.len(), &whole[..found.len()]), (1500, &found[..]));
        check_sound(&store);
    }
}
