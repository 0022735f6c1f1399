//! Records over the limit: passed over wherever they stand, and hiding no other.
//!
//! Damage is left to the tests above, but for records cut short within their member.

use super::*;

#[test]
fn a_record_over_the_limit_is_passed_over_wherever_it_stands() {
    let many = " ".repeat(17 << 20);
    let length = many.len() + "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n".len();
    let over = |number| format!("f record {number}: its {length} bytes are over the limit of 16777216");
    for (kind, head, is_page) in [
        // No Content-Length in the head, so that nothing confirms the record's own.
        ("response", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", true),
        ("metadata", "fetchTimeMs: 1\r\n", false),
        ("request", "POST / HTTP/1.1\r\n\r\n", false),
    ] {
        let large = record(&format!("WARC-Type: {kind}"), &format!("{head}{many}"));
        let others = [member(&page(1)), member(&page(2))];
        for at in 0..3 {
            let mut members = others.to_vec();
            members.insert(at, member(&large));
            let told: Vec<String> = read_warc("f", &members.concat()[..], &WarcOptions::default())
                .map(|read| match read {
                    Ok(capture) => capture.url.unwrap().rsplit('/').next().unwrap().to_owned(),
                    Err(Skip { subject, reason }) => format!("{subject}: {reason}"),
                })
                .collect();
            let mut expected = vec!["1".to_owned(), "2".to_owned()];
            if is_page {
                expected.insert(at, over(at + 1));
            }
            assert_eq!(told, expected, "{kind} at {at}");
        }
    }
}

/// What a generated record is, and where its member ends.
#[derive(Debug, Clone)]
struct Written {
    kind: &'static str,
    head: &'static str,
    body: usize,
    /// What is left of the member: all, all but the block, or the version line.
    end: End,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum End {
    Whole,
    BeforeBlock,
    BehindVersion,
}

impl Written {
    fn bytes(&self, number: usize) -> Vec<u8> {
        let fields = format!("WARC-Type: {}\nWARC-Target-URI: https://e.com/{number}", self.kind);
        let mut bytes = record(&fields, &format!("{}{}", self.head, "w ".repeat(self.body)));
        let end = match self.end {
            End::Whole => bytes.len(),
            End::BeforeBlock => bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4,
            End::BehindVersion => "WARC/1.0\r\n".len(),
        };
        bytes.truncate(end);
        bytes
    }
}

fn written() -> impl Strategy<Value = Written> {
    let kind = prop::sample::select(vec!["response", "request", "metadata", "resource", "warcinfo"]);
    let head = prop::sample::select(vec![
        "",
        "HTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n",
    ]);
    // Around the limit, what is kept of a search, and one and two readings ahead.
    let body = prop_oneof![6 => 0usize..120, 1 => 32_600usize..32_800, 1 => 65_400usize..65_600];
    let end = prop_oneof![6 => Just(End::Whole), 1 => Just(End::BeforeBlock), 1 => Just(End::BehindVersion)];
    (kind, head, body, end).prop_map(|(kind, head, body, end)| Written { kind, head, body, end })
}

proptest! {
    #[test]
    fn records_over_a_tiny_limit_hide_no_other(
        mut records in prop::collection::vec(written(), 1..8),
        how in prop::sample::select(WAYS.to_vec()),
        step in prop_oneof![Just(100_000usize), 1usize..100],
    ) {
        const LIMIT: usize = 64;
        if how != "members" {
            // Only a member ends a record before its length does.
            records.iter_mut().for_each(|record| record.end = End::Whole);
        }
        let parts: Vec<Vec<u8>> = records.iter().enumerate().map(|(n, record)| record.bytes(n)).collect();
        let bytes = match how {
            "plain" => parts.concat(),
            "members" => parts.iter().flat_map(|part| member(part)).collect(),
            "stream" => member(&parts.concat()),
            _ => parts.concat().chunks(100).flat_map(member).collect(),
        };
        let mut expected = Vec::new();
        for (number, record) in records.iter().enumerate() {
            let length = record.head.len() + 2 * record.body;
            if record.end == End::Whole {
                expected.push((format!("https://e.com/{number}"), length <= LIMIT));
            }
        }
        let mut read = Records::new("f", Trickle::new(&bytes, step), LIMIT);
        let mut found = Vec::new();
        let mut turns = 0;
        while let Some(record) = read.next() {
            turns += 1;
            prop_assert!(turns <= records.len() + 1);
            let Ok(Raw { header, state, .. }) = record else { continue };
            let target = header.target.unwrap();
            if expected.iter().any(|(url, _)| *url == target) {
                prop_assert!(!matches!(state, Wholeness::Damaged(_)), "{state:?}");
                found.push((target, state == Wholeness::Whole));
            }
        }
        prop_assert_eq!(found, expected);
    }
}
