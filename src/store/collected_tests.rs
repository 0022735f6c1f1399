//! Tests of addresses, captures and robots answers, on both engines.

use jiff::Timestamp;

use crate::document::{Basis, Capture, DocumentId, Published};

use super::{
    tests::{ALWAYS, check_sound, create, on_both, open},
    *,
};

pub(super) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_770_000_000 + second).unwrap()
}

pub(super) fn page(number: u64) -> AddressRecord {
    let url = format!("https://news.example/{number}");
    AddressRecord::new(url, "example", Role::Page, at(number as i64))
}

/// An answer of so many bytes that do not compress.
pub(super) fn answer(number: u64, second: i64, bytes: usize) -> Capture {
    let mut state = number;
    let noise = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) as u8
    });
    Capture {
        subject: format!("https://news.example/{number}"),
        url: Some(format!("https://news.example/{number}?seen")),
        content_type: number.is_multiple_of(2).then(|| "text/html".to_owned()),
        captured_at: Some(at(second)),
        basis: Basis::Observed,
        body: noise.take(bytes).collect(),
    }
}

pub(super) fn robots(kind: RobotsKind, body: &[u8]) -> RobotsRecord {
    RobotsRecord { origin: "https://news.example".to_owned(), fetched_at: at(1), kind, body: body.to_vec() }
}

fn urls(records: impl IntoIterator<Item = Result<AddressRecord, StoreError>>) -> Vec<String> {
    records.into_iter().map(|record| record.unwrap().url.replace("https://news.example/", "")).collect()
}

fn captures(store: &Store) -> Vec<Capture> {
    store.captures().map(Result::unwrap).collect()
}

#[test]
fn addresses_come_back() {
    on_both(|store| {
        let full = AddressRecord {
            state: AddressState::Refused,
            reason: Some("robots.txt does not allow it".to_owned()),
            tries: 3,
            not_before: Some(at(99)),
            etag: Some("W/\"1\"".to_owned()),
            last_modified: Some("Fri, 23 Jan 2026 08:00:00 GMT".to_owned()),
            title: Some("Gold climbs".to_owned()),
            published: Published::parse("2026-01-05"),
            captured_at: Some(at(-1)),
            document: Some(DocumentId(7)),
            scope: u64::MAX,
            role: Role::Listing,
            ..page(1)
        };
        store.put_addresses(&[full.clone(), page(2)]).unwrap();
        assert_eq!(store.address(&full.url).unwrap(), Some(full));
        assert_eq!(store.address(&page(2).url).unwrap(), Some(page(2)));
        assert_eq!(store.address("https://news.example/3").unwrap(), None);
        assert_eq!(store.stats().unwrap().addresses, [1, 0, 0, 1]);
        assert_eq!(store.addresses().count(), 2);
        check_sound(store);
    });
}

#[test]
fn first_sight_is_kept_for_ever() {
    on_both(|store| {
        let later = AddressRecord { first_seen: at(500), tries: 1, ..page(1) };
        let kept = AddressRecord { first_seen: at(1), ..later.clone() };
        store.put_addresses(&[page(1), later.clone()]).unwrap();
        assert_eq!(store.address(&later.url).unwrap(), Some(kept.clone()));
        store.put_addresses(std::slice::from_ref(&later)).unwrap();
        assert_eq!(store.address(&later.url).unwrap(), Some(kept));
        store.put_captures(&[(later.clone(), answer(1, 600, 9))]).unwrap();
        assert_eq!(store.address(&later.url).unwrap().unwrap().first_seen, at(1));
        check_sound(store);
    });
}

#[test]
fn waiting_addresses_come_in_the_order_of_first_sight() {
    on_both(|store| {
        store.put_addresses(&[page(30), page(4), page(100), page(5)]).unwrap();
        assert_eq!(urls(store.waiting(None)), ["4", "5", "30", "100"]);
        assert_eq!(urls(store.waiting(Some(&page(5)))), ["30", "100"]);
        let refused = AddressRecord { state: AddressState::Refused, ..page(30) };
        store.put_addresses(std::slice::from_ref(&refused)).unwrap();
        assert_eq!(urls(store.waiting(Some(&refused))), ["100"]);
        assert_eq!(urls(store.waiting(None)), ["4", "5", "100"]);
        store.put_addresses(&[page(30)]).unwrap();
        assert_eq!(urls(store.waiting(None)), ["4", "5", "30", "100"]);
        check_sound(store);
    });
}

#[test]
fn what_is_announced_again_is_left_as_it_is() {
    on_both(|store| {
        let listing = |etag: &str| AddressRecord {
            role: Role::Listing,
            state: AddressState::Read,
            etag: Some(etag.to_owned()),
            ..AddressRecord::new("https://news.example/feed", "example", Role::Listing, at(0))
        };
        let many: Vec<_> = (0..2500).map(page).collect();
        let put = store.announce(&listing("1"), &many).unwrap();
        assert_eq!(put, Announced { added: 2500, known: 0 });
        let captured = (page(7), answer(7, 9000, 20));
        store.put_captures(&[captured]).unwrap();
        let before = store.address(&page(7).url).unwrap();
        let again = [page(7), page(9000), page(9000), listing("0")];
        let put = store.announce(&listing("2"), &again).unwrap();
        assert_eq!(put, Announced { added: 1, known: 3 });
        assert_eq!(store.address(&page(7).url).unwrap(), before);
        assert_eq!(store.address(&listing("").url).unwrap(), Some(listing("2")));
        assert_eq!(store.waiting(None).count(), 2500);
        check_sound(store);
    });
}

#[test]
fn captures_come_back_in_the_order_of_time_and_are_read_once() {
    on_both(|store| {
        let sizes = [0, 1, 255, 6000, 6144, 20_000, 700_000];
        let batch: Vec<_> =
            (0..).zip(sizes).map(|(n, size)| (page(n), answer(n, 90 - n as i64, size))).collect();
        assert_eq!(store.put_captures(&batch).unwrap(), PutCaptures { added: 7, known: 0 });
        let mut expected: Vec<_> = batch.iter().map(|(_, capture)| capture.clone()).collect();
        expected.reverse();
        assert_eq!(captures(store), expected);
        let between = |from, to| {
            let between = store.captures_between(from, to).map(Result::unwrap);
            between.map(|(_, capture)| capture).collect::<Vec<_>>()
        };
        assert_eq!(between(ALWAYS.0, ALWAYS.1), expected);
        assert_eq!(between(at(84), at(86)), expected[1..3]);
        check_sound(store);

        assert_eq!(store.unread(2, u64::MAX).unwrap().len(), 2);
        assert_eq!(store.unread(9, 1).unwrap().len(), 1, "one at least");
        assert_eq!(store.unread(9, 720_000).unwrap().len(), 2);
        let unread = store.unread(9, u64::MAX).unwrap();
        assert_eq!(unread.iter().map(|(_, capture)| capture.clone()).collect::<Vec<_>>(), expected);
        assert!(unread.iter().all(|(address, capture)| {
            (address.state, address.captured_at) == (AddressState::Captured, capture.captured_at)
        }));
        let reading = |(address, capture): &(AddressRecord, Capture)| Reading {
            url: address.url.clone(),
            captured_at: capture.captured_at.unwrap(),
            document: (capture.body.len() > 300).then_some(DocumentId(1)),
            reason: (capture.body.len() <= 300).then(|| "too short".to_owned()),
        };
        let readings: Vec<_> = unread.iter().map(reading).collect();
        store.mark_read(&readings[..3]).unwrap();
        assert_eq!(store.unread(9, u64::MAX).unwrap(), unread[3..]);
        // Twice is once.
        store.mark_read(&readings).unwrap();
        store.mark_read(&readings).unwrap();
        assert_eq!(store.unread(9, u64::MAX).unwrap(), []);
        let short = store.address(&page(1).url).unwrap().unwrap();
        assert_eq!(
            (short.state, short.reason.as_deref(), short.document),
            (AddressState::Read, Some("too short"), None)
        );
        assert_eq!(store.address(&page(5).url).unwrap().unwrap().document, Some(DocumentId(1)));
        let stats = store.stats().unwrap();
        assert_eq!((stats.addresses, stats.captures, stats.unread), ([0, 0, 7, 0], 7, 0));
        assert_eq!(stats.captured_bytes, sizes.iter().sum::<usize>() as u64);
        assert_eq!(captures(store), expected);
        check_sound(store);
    });
}

#[test]
fn a_capture_is_never_overwritten() {
    on_both(|store| {
        let other = Capture { body: b"other".to_vec(), ..answer(1, 5, 0) };
        store.put_captures(&[(page(1), answer(1, 5, 10))]).unwrap();
        let put = store.put_captures(&[(page(1), other), (page(1), answer(1, 6, 11))]).unwrap();
        assert_eq!(put, PutCaptures { added: 1, known: 1 });
        assert_eq!(captures(store), [answer(1, 5, 10), answer(1, 6, 11)]);
        // Both are to be read; the address is read when its latest is.
        let read =
            |second| Reading { url: page(1).url, captured_at: at(second), document: None, reason: None };
        store.mark_read(&[read(5)]).unwrap();
        check_sound(store);
        assert_eq!(store.stats().unwrap().addresses, [0, 1, 0, 0]);
        store.mark_read(&[read(6)]).unwrap();
        assert_eq!(store.stats().unwrap().addresses, [0, 0, 1, 0]);
        check_sound(store);
    });
}

#[test]
fn an_address_fetched_anew_before_it_was_read_stays_to_be_fetched() {
    on_both(|store| {
        store.put_captures(&[(page(1), answer(1, 5, 10))]).unwrap();
        store.put_addresses(&[page(1)]).unwrap();
        let [(address, _)] = store.unread(9, 99).unwrap().try_into().unwrap();
        assert_eq!(address.state, AddressState::Waiting);
        let reading = Reading { url: address.url, captured_at: at(5), document: None, reason: None };
        store.mark_read(&[reading]).unwrap();
        assert_eq!(store.stats().unwrap().addresses, [1, 0, 0, 0]);
        check_sound(store);
    });
}

#[test]
fn what_cannot_be_kept_is_refused_with_its_address() {
    on_both(|store| {
        let check = |result: Result<(), StoreError>, expected: &str| {
            assert_eq!(result.unwrap_err().to_string(), expected);
        };
        let claims = AddressRecord { state: AddressState::Captured, ..page(1) };
        let reason = "https://news.example/1 cannot be stored: it has no capture to be read";
        check(store.put_addresses(std::slice::from_ref(&claims)), reason);
        check(store.put_addresses(&[AddressRecord { captured_at: Some(at(3)), ..claims }]), reason);
        let timeless = Capture { captured_at: None, ..answer(1, 0, 5) };
        let reason = "https://news.example/1 cannot be stored: its capture has no instant";
        check(store.put_captures(&[(page(1), timeless)]).map(drop), reason);
        let unknown = Reading { url: page(1).url, captured_at: at(0), document: None, reason: None };
        let reason = "https://news.example/1 cannot be stored: it is not in the store";
        check(store.mark_read(&[unknown]), reason);
        assert_eq!(store.stats().unwrap().addresses, [0; 4]);
        check_sound(store);
    });
}

#[test]
fn robots_answers_are_replaced() {
    on_both(|store| {
        assert_eq!(store.robots("https://news.example").unwrap(), None);
        for record in [
            robots(RobotsKind::Rules, b"User-agent: *\xff"),
            robots(RobotsKind::AllowAll, b""),
            robots(RobotsKind::DisallowAll, b""),
        ] {
            store.put_robots(&record).unwrap();
            assert_eq!(store.robots("https://news.example").unwrap(), Some(record));
        }
        assert_eq!(store.robots("http://news.example").unwrap(), None);
        check_sound(store);
    });
}

#[test]
fn a_kill_after_a_call_loses_nothing_and_leaves_no_half() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = create(folder.path());
    let mut state = (0, 0, 0);
    let left = |step: u64, expected: (u64, u64, u64)| {
        // What the files hold now is what a killed process leaves.
        let copy = damage_tests::copy(folder.path());
        let found = open(copy.path()).unwrap();
        check_sound(&found);
        let stats = found.stats().unwrap();
        assert_eq!(
            (stats.addresses.iter().sum(), stats.captures, stats.unread),
            expected,
            "after step {step}"
        );
        let bodies = found.captures().map(|capture| capture.unwrap().body.len() as u64).sum::<u64>();
        assert_eq!(bodies, stats.captured_bytes);
    };
    for step in 0..12 {
        let pages: Vec<_> = (step * 10..step * 10 + 10).map(page).collect();
        store.announce(&AddressRecord { role: Role::Listing, ..page(9_999) }, &pages).unwrap();
        state.0 += 10 + u64::from(step == 0);
        left(step, state);
        let captured: Vec<_> = pages.into_iter().zip(step * 10..).take(8).collect();
        let captured: Vec<_> = captured
            .into_iter()
            .map(|(page, n)| (page, answer(n, n as i64, 3000 * (n as usize % 40))))
            .collect();
        store.put_captures(&captured).unwrap();
        state = (state.0, state.1 + 8, state.2 + 8);
        left(step, state);
        let readings: Vec<_> = store
            .unread(5, u64::MAX)
            .unwrap()
            .into_iter()
            .map(|(address, capture)| Reading {
                url: address.url,
                captured_at: capture.captured_at.unwrap(),
                document: None,
                reason: None,
            })
            .collect();
        store.mark_read(&readings).unwrap();
        state.2 -= 5;
        left(step, state);
    }
}

#[test]
fn a_log_cut_anywhere_is_noticed_or_an_earlier_state() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = create(folder.path());
    for n in 0..30 {
        store.put_captures(&[(page(n), answer(n, n as i64, 20_000))]).unwrap();
    }
    let whole = damage_tests::copy(folder.path());
    drop(store);
    let bytes = fs::read(whole.path().join("db")).unwrap();
    let end = bytes.iter().rposition(|byte| *byte != 0).unwrap();
    let mut earlier = 0;
    for cut in (1..40).map(|part| end * part / 40) {
        let copy = damage_tests::copy(whole.path());
        damage_tests::write(copy.path().join("db"), &bytes[..cut]);
        let store = match open(copy.path()) {
            Ok(store) => store,
            Err(StoreError::Damaged { .. } | StoreError::Io { .. }) => continue,
            Err(error) => panic!("cut to {cut}: {error}"),
        };
        // Nothing was flushed, so nothing was promised: but what is there is there whole.
        check_sound(&store);
        let found = captures(&store);
        let expected: Vec<_> = (0..found.len() as u64).map(|n| answer(n, n as i64, 20_000)).collect();
        assert!(found == expected, "cut to {cut} of {end}");
        earlier += 1;
    }
    assert!(earlier > 5, "only {earlier} cuts opened");
}

#[test]
fn a_long_body_lies_in_no_file_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = create(folder.path());
    let long = (page(1), answer(1, 5, 16 << 20));
    let others: Vec<_> = (2..60).map(|n| (page(n), answer(n, n as i64, 30_000))).collect();
    store.put_captures(std::slice::from_ref(&long)).unwrap();
    store.put_captures(&others).unwrap();
    store.flush().unwrap();
    assert_eq!(fs::read_dir(folder.path().join("blobs")).unwrap().count(), 0);
    drop(store);
    let store = open(folder.path()).unwrap();
    assert!(captures(&store).contains(&long.1));
    check_sound(&store);
}
