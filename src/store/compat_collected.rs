//! What stores of schema 2 and later hold of collecting: every state, kind and optional field once.
//!
//! Spelled out apart from the other tests, as the kept stores hold it; see `compat_tests`.

use jiff::{Timestamp, tz::Offset};

use crate::document::{Basis, Capture, DocumentId, Published};

use super::{AddressRecord, AddressState, PutCaptures, Reading, RobotsKind, RobotsRecord, Role, Store};

fn at(second: i64) -> Timestamp {
    Timestamp::new(1_767_607_200 + second, 7).unwrap()
}

fn page(path: &str, seen: i64) -> AddressRecord {
    AddressRecord::new(format!("https://example.org/{path}"), "Desk", Role::Page, at(seen))
}

fn listing() -> AddressRecord {
    AddressRecord {
        state: AddressState::Read,
        etag: Some("\"5\"".to_owned()),
        last_modified: Some("Mon, 05 Jan 2026 10:00:00 GMT".to_owned()),
        captured_at: Some(at(1)),
        scope: u64::MAX,
        ..AddressRecord::new("https://example.org/feed", "Desk", Role::Listing, at(0))
    }
}

fn waiting() -> AddressRecord {
    AddressRecord {
        reason: Some("it answered 500 Internal Server Error".to_owned()),
        tries: 2,
        not_before: Some(at(3600)),
        title: Some("Gold \u{2013} again".to_owned()),
        published: Some(Published::at(at(-60), Offset::constant(-5))),
        ..page("waiting", 2)
    }
}

fn refused() -> AddressRecord {
    let reason = Some("its robots.txt disallows /refused".to_owned());
    AddressRecord { state: AddressState::Refused, reason, ..page("refused", 3) }
}

/// Announced as they wait, one to be read later and one read at once.
fn captured() -> [(AddressRecord, Capture); 2] {
    let capture = |path: &str, seen: i64, body: Vec<u8>| Capture {
        subject: format!("https://example.org/{path}"),
        url: Some(format!("https://www.example.org/{path}")),
        content_type: Some("text/html".to_owned()).filter(|_| path == "read"),
        captured_at: Some(at(seen)),
        basis: Basis::Observed,
        body,
    };
    // Too random to be packed into one row.
    let mut state = 1_u64;
    let bytes = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 56) as u8
    });
    let bytes = bytes.take(20_000).collect();
    [
        (page("unread", 4), capture("unread", 10, bytes)),
        (page("read", 5), capture("read", 11, b"<p>a".to_vec())),
    ]
}

fn reading() -> Reading {
    let url = page("read", 5).url;
    Reading { url, captured_at: at(11), document: Some(DocumentId(7)), reason: None }
}

fn robots() -> [RobotsRecord; 3] {
    let record = |host: &str, kind, body: &str| RobotsRecord {
        origin: format!("https://{host}"),
        fetched_at: at(0),
        kind,
        body: body.as_bytes().to_vec(),
    };
    [
        record("a.example", RobotsKind::Rules, "User-agent: *\nDisallow: /refused\n"),
        record("b.example", RobotsKind::AllowAll, "404"),
        record("c.example", RobotsKind::DisallowAll, "it answered 500 Internal Server Error"),
    ]
}

/// Puts all of it.
pub(super) fn put(store: &mut Store) {
    let announced = captured().map(|(address, _)| address);
    store.announce(&listing(), &[&[waiting(), refused()], &announced[..]].concat()).unwrap();
    store.put_captures(&captured()).unwrap();
    store.mark_read(&[reading()]).unwrap();
    robots().iter().for_each(|record| store.put_robots(record).unwrap());
}

/// Checks that all of it is there.
pub(super) fn check(store: &Store) {
    let [(unread, first), (read, second)] = captured();
    let unread = AddressRecord { state: AddressState::Captured, captured_at: first.captured_at, ..unread };
    let read = AddressRecord {
        state: AddressState::Read,
        captured_at: second.captured_at,
        document: Some(DocumentId(7)),
        ..read
    };
    for expected in [listing(), waiting(), refused(), unread.clone(), read] {
        assert_eq!(store.address(&expected.url).unwrap(), Some(expected));
    }
    let waits: Vec<_> = store.waiting(None).map(Result::unwrap).collect();
    assert_eq!(waits, [waiting()]);
    let captures: Vec<_> = store.captures().map(Result::unwrap).collect();
    assert_eq!(captures, [first.clone(), second]);
    assert_eq!(store.unread(10, u64::MAX).unwrap(), [(unread, first)]);
    let said: Vec<_> = store.robots_records().map(Result::unwrap).collect();
    assert_eq!(said, robots());
    let stats = store.stats().unwrap();
    assert_eq!((stats.addresses, stats.captures, stats.unread), ([1, 1, 2, 1], 2, 1));
    assert_eq!(stats.captured_bytes, 20_004);
}

/// Goes on collecting: what is there is known, what waits is fetched, what is unread is read.
pub(super) fn go_on(store: &mut Store) {
    assert_eq!(store.put_captures(&captured()).unwrap(), PutCaptures { added: 0, known: 2 });
    let [(_, first), _] = captured();
    let fetched = Capture { captured_at: Some(at(20)), ..first };
    assert_eq!(store.put_captures(&[(waiting(), fetched)]).unwrap(), PutCaptures { added: 1, known: 0 });
    let url = page("unread", 4).url;
    store.mark_read(&[Reading { url, captured_at: at(10), ..reading() }]).unwrap();
    let stats = store.stats().unwrap();
    assert_eq!((stats.addresses, stats.captures, stats.unread), ([0, 1, 3, 1], 3, 1));
}
