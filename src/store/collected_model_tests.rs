//! Any order of the calls collecting makes leaves marks and counters that agree, and loses nothing.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::{
    collected_tests::{answer, at, page},
    *,
};

/// One call, on addresses from 0 to 7.
#[derive(Debug, Clone)]
enum Call {
    Put(Vec<(u64, AddressState, i64)>),
    Capture(Vec<(u64, i64, usize)>),
    Read(Vec<(u64, i64)>),
}

fn any_call() -> impl Strategy<Value = Call> {
    let state = prop_oneof![
        Just(AddressState::Waiting),
        Just(AddressState::Read),
        Just(AddressState::Refused),
        Just(AddressState::Captured)
    ];
    prop_oneof![
        proptest::collection::vec((0_u64..8, state, 0_i64..9), 0..6).prop_map(Call::Put),
        proptest::collection::vec((0_u64..8, 0_i64..9, 0_usize..9000), 0..6).prop_map(Call::Capture),
        proptest::collection::vec((0_u64..8, 0_i64..9), 0..6).prop_map(Call::Read),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn marks_agree_with_states_whatever_is_called(calls in proptest::collection::vec(any_call(), 0..12)) {
        let mut store = Store::in_memory().unwrap();
        let mut first_seen = BTreeMap::new();
        let mut captured = BTreeMap::new();
        let mut unread = BTreeSet::new();
        for call in calls {
            let before = (store.meta.clone(), store.tally.clone());
            let done = match &call {
                Call::Put(records) => {
                    let record = |(n, state, seen): &(u64, AddressState, i64)| AddressRecord {
                        first_seen: at(*seen),
                        captured_at: Some(at(*seen)),
                        state: *state,
                        ..page(*n)
                    };
                    store.put_addresses(&records.iter().map(record).collect::<Vec<_>>())
                }
                Call::Capture(made) => {
                    let made: Vec<_> =
                        made.iter().map(|(n, second, size)| (page(*n), answer(*n, *second, *size))).collect();
                    store.put_captures(&made).map(drop)
                }
                Call::Read(read) => {
                    let reading = |(n, second): &(u64, i64)| Reading {
                        url: page(*n).url,
                        captured_at: at(*second),
                        document: None,
                        reason: None,
                    };
                    store.mark_read(&read.iter().map(reading).collect::<Vec<_>>())
                }
            };
            prop_assert!(store.verify().unwrap().is_sound(), "{:?}", store.verify());
            if let Err(error) = done {
                // Refused as a whole: a batch of this size is one.
                let is_refusal = matches!(error, StoreError::Unstorable { .. });
                prop_assert!(is_refusal);
                prop_assert!(matches!(call, Call::Put(_) | Call::Read(_)));
                prop_assert_eq!((&store.meta, &store.tally), (&before.0, &before.1));
            } else {
                match call {
                    Call::Put(records) => records.into_iter().for_each(|(n, _, seen)| {
                        first_seen.entry(n).or_insert(at(seen));
                    }),
                    Call::Capture(made) => made.into_iter().for_each(|(n, second, size)| {
                        first_seen.entry(n).or_insert(page(n).first_seen);
                        captured.entry((at(second), n)).or_insert_with(|| {
                            unread.insert((at(second), n));
                            answer(n, second, size)
                        });
                    }),
                    Call::Read(read) => read.into_iter().for_each(|(n, second)| {
                        unread.remove(&(at(second), n));
                    }),
                }
            }
            for (n, seen) in &first_seen {
                prop_assert_eq!(store.address(&page(*n).url).unwrap().unwrap().first_seen, *seen);
            }
            let mut kept: Vec<_> = store.captures().map(Result::unwrap).collect();
            kept.sort_by_key(|capture| (capture.captured_at, capture.subject.clone()));
            prop_assert_eq!(&kept, &captured.values().cloned().collect::<Vec<_>>());
            prop_assert_eq!(store.unread(usize::MAX, u64::MAX).unwrap().len(), unread.len());
        }
    }
}
