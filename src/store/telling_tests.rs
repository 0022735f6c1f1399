//! Tests of what hooks were told: rows are added, never changed, and none is taken out unseen.

use jiff::Timestamp;

use super::{
    tests::{check_sound, create, on_both, open},
    *,
};

pub(super) fn telling(day: i32, told: Told) -> Telling {
    Telling {
        hook: "desk".to_owned(),
        at: Timestamp::new(1_767_650_400, 5).unwrap(),
        day,
        id: format!("{day:016x}"),
        from: "NEUTRAL".to_owned(),
        to: "TURNING".to_owned(),
        told,
    }
}

fn every_kind() -> [Telling; 4] {
    let why = "exit status 1".to_owned();
    let not_before = Some(Timestamp::from_second(1_767_654_000).unwrap());
    [Told::Listening, Told::Failed { why, not_before }, Told::Delivered, Told::Lapsed]
        .map(|told| telling(-1, told))
}

#[test]
fn attempts_come_back_in_their_order() {
    on_both(|store| {
        assert_eq!(store.tellings().unwrap(), []);
        for telling in every_kind() {
            store.add_telling(&telling).unwrap();
        }
        assert_eq!(store.tellings().unwrap(), every_kind());
        check_sound(store);
    });
}

#[test]
fn they_outlive_the_process() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = create(folder.path());
    store.add_telling(&telling(1, Told::Delivered)).unwrap();
    drop(store);
    let store = open(folder.path()).unwrap();
    assert_eq!(store.tellings().unwrap(), [telling(1, Told::Delivered)]);
    check_sound(&store);
}

#[test]
fn one_that_was_taken_out_is_missed() {
    let mut store = Store::in_memory().unwrap();
    for telling in every_kind() {
        store.add_telling(&telling).unwrap();
    }
    let mut transaction = store.begin();
    transaction.remove(key::numbered_alone(Kind::Telling, 1));
    store.commit(transaction).unwrap();
    let report = store.verify().unwrap();
    assert!(report.bad.iter().any(|bad| bad.reason.contains("before it is not there")), "{report:?}");
}
