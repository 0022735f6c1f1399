//! What JSON lines give, good and damaged; every input is read in small steps as from a slow pipe.

use proptest::prelude::*;

use super::*;
use crate::collect::{
    read_jsonl,
    tests::{Trickle, told},
};

fn read(input: &[u8], max_record_bytes: usize) -> Vec<String> {
    let options = RecordOptions { max_record_bytes, ..RecordOptions::default() };
    told(read_jsonl("f", Trickle::new(input, 7), &options).unwrap())
}

fn check(input: &str, expected: &[&str]) {
    assert_eq!(read(input.as_bytes(), 1000), expected, "{input:?}");
}

#[test]
fn the_published_fields_are_read() {
    check(
        r#"{"id":7,"title":"Gold up","text":null,"published":"2026-01-23T08:00:00Z","source":"desk","url":"https://e.com/a#b","extra":[{}]}"#,
        &["f line 1: id 7 | Gold up |  | 2026-01-23T08:00:00Z given | desk | https://e.com/a"],
    );
    check(r#"{"id":"x-7","text":"Gold up"}"#, &["f line 1: id x-7 |  | Gold up |  |  | "]);
    check(
        r#"{"path":"p","title":"T","published":"2026-01-23","published_basis":"meta","skipped":null,"words":3}"#,
        &["f line 1: id  | T |  | 2026-01-23 meta |  | "],
    );
    check("\u{feff}{\"title\":\"T\"}\r\n", &["f line 1: id  | T |  |  |  | "]);
}

#[test]
fn a_bad_line_is_a_skip_and_the_next_is_read() {
    let good = r#"{"title":"T"}"#;
    let told = |line: &str, reason: &str| {
        check(
            &format!("\n{line}\n \n{good}"),
            &[&format!("f line 2 skipped: {reason}"), "f line 4: id  | T |  |  |  | "],
        );
    };
    told("{\"title\"", "not JSON at column 8: EOF while parsing an object");
    told("[1,2]", "not a JSON object");
    told("[null,\"title\"]", "not a JSON object");
    told("<html>", "not a JSON object");
    told(r#"{"title":5}"#, "not a record at column 10: invalid type: integer `5`, expected a string");
    told(r#"{"title":"a","id":[1]}"#, "not a record at column 22: the id is neither text nor a number");
    told(r#"{"title":"\ud800"}"#, "not JSON at column 17: unexpected end of hex escape");
    told(r#"{"title":null,"text":" "}"#, "neither title nor text");
    told(r#"{"title":"a","published":"soon"}"#, "unreadable date \"soon\"");
    told(r#"{"title":"a","skipped":"no article"}"#, "already skipped by extract: no article");
    told(&format!("{{\"x\":{}", "[".repeat(900)), "not JSON at column 905: EOF while parsing a list");
}

#[test]
fn a_line_over_the_limit_is_passed_over() {
    let input = format!("{{\"title\":\"{}\"}}\n{{\"title\":\"T\"}}\n", "a".repeat(5000));
    let expected =
        ["f line 1 skipped: the line has 5012 bytes, over the limit of 100", "f line 2: id  | T |  |  |  | "];
    assert_eq!(read(input.as_bytes(), 100), expected);
}

#[test]
fn bytes_that_are_no_text_are_a_skip() {
    let expected = ["f line 1 skipped: not UTF-8 at byte 11", "f line 2: id  | T |  |  |  | "];
    assert_eq!(read(b"{\"title\":\"\xff\"}\n{\"title\":\"T\"}", 100), expected);
}

#[test]
fn an_endless_line_ends_in_a_reading_error_without_filling_memory() {
    let endless = std::io::repeat(b'a').take(64 << 20);
    let options = RecordOptions { max_record_bytes: 1 << 10, ..RecordOptions::default() };
    let skips = told(read_jsonl("f", endless, &options).unwrap());
    assert_eq!(skips, ["f line 1 skipped: the line has 67108864 bytes, over the limit of 1024"]);
}

proptest! {
    #[test]
    fn any_bytes_give_records_or_skips(input in proptest::collection::vec(any::<u8>(), 0..200), step in 1_usize..9) {
        let options = RecordOptions { max_record_bytes: 50, ..RecordOptions::default() };
        if let Ok(records) = read_jsonl("f", Trickle::new(&input, step), &options) {
            prop_assert!(records.count() <= input.len() + 1);
        }
    }
}
