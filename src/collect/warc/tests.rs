//! Archives of every dialect, whole and damaged, written here.
//!
//! Records over the limit are tested in `limits`, archives by other people's writers in `real`.

mod limits;
mod real;

use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use proptest::prelude::*;

use super::*;
use crate::collect::tests::Trickle;

/// A record with the header fields given, and a right length.
fn record(fields: &str, block: &str) -> Vec<u8> {
    let fields = fields.replace('\n', "\r\n");
    format!("WARC/1.0\r\n{fields}\r\nContent-Length: {}\r\n\r\n{block}\r\n\r\n", block.len()).into_bytes()
}

fn answer(number: usize) -> String {
    let body = format!("<html><p>page {number}, {}", "some words of it ".repeat(number * 7 % 50));
    format!("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 1\r\n\r\n{body}")
}

fn page(number: usize) -> Vec<u8> {
    let fields = format!(
        "WARC-Type: response\nWARC-Target-URI: https://www.example.com/{number}\nWARC-Date: 2024-03-01T00:00:{number:02}Z\nContent-Type: application/http; msgtype=response"
    );
    record(&fields, &answer(number))
}

fn member(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn info() -> Vec<u8> {
    record("WARC-Type: warcinfo\nContent-Type: application/warc-fields", "software: x\r\n")
}

/// Warcinfo and five pages, in the three ways to write them.
fn archive(how: &str) -> Vec<u8> {
    let records = [info(), page(1), page(2), page(3), page(4), page(5)];
    match how {
        "plain" => records.concat(),
        "members" => records.iter().flat_map(|record| member(record)).collect(),
        "stream" => member(&records.concat()),
        "blocks" => records.concat().chunks(100).flat_map(member).collect(),
        _ => panic!("{how}"),
    }
}

const WAYS: [&str; 4] = ["plain", "members", "stream", "blocks"];

/// Captures by the end of their address, skips by number and reason.
fn told(bytes: &[u8]) -> Vec<String> {
    let options = WarcOptions { max_record_bytes: 100_000, ..WarcOptions::default() };
    read_warc("f", bytes, &options)
        .map(|read| match read {
            Ok(capture) => capture.url.unwrap().rsplit('/').next().unwrap().to_owned(),
            Err(Skip { subject, reason }) => format!("{subject}: {reason}"),
        })
        .collect()
}

#[test]
fn a_damaged_record_is_one_skip_between_its_neighbours() {
    let check = |bytes: &[u8], expected: &[&str]| assert_eq!(told(bytes), expected);
    // Another checksum; a stream that breaks; a file that is cut.
    let members = archive("members");
    let third = [info(), page(1), page(2)].iter().flat_map(|record| member(record)).count();
    let fourth = third + member(&page(3)).len();
    let mut damaged = members.clone();
    damaged[fourth - 6] ^= 1;
    let reason = format!("f record 4: the checksum of its compressed data does not hold (from byte {third})");
    check(&damaged, &["1", "2", &reason, "4", "5"]);
    damaged[third + 14] ^= 0xff;
    let reason = format!("f record 4: its compressed data is damaged (from byte {third})");
    check(&damaged, &["1", "2", &reason, "4", "5"]);
    damaged[third] = b'x';
    let reason = format!("f record 4: no compressed record begins at byte {third}");
    check(&damaged, &["1", "2", &reason, "4", "5"]);
    let reason = format!("f record 4: the file ends inside its compressed data (from byte {third})");
    check(&members[..fourth - 9], &["1", "2", &reason]);
    check(&members[..fourth - 8], &["1", "2", &reason]);
}

#[test]
fn pages_are_captures_however_the_file_is_written() {
    for how in WAYS {
        for step in [1, 7, 100_000] {
            let bytes = archive(how);
            let mut captures = read_warc("f", Trickle::new(&bytes, step), &WarcOptions::default());
            let read: Vec<_> = captures.by_ref().map(Result::unwrap).collect();
            assert_eq!(read.len(), 5, "{how}");
            assert_eq!(
                read[1],
                Capture {
                    subject: "f record 3".to_owned(),
                    url: Some("https://www.example.com/2".to_owned()),
                    content_type: Some("text/html; charset=utf-8".to_owned()),
                    captured_at: Some("2024-03-01T00:00:02Z".parse().unwrap()),
                    basis: Basis::Archived,
                    body: answer(2).split_once("\r\n\r\n").unwrap().1.as_bytes().to_vec(),
                }
            );
            assert_eq!(captures.passed_over(), 0);
        }
    }
}

/// A `response` of this block, and what is read of it: its body, a skip's reason, or nothing.
fn check_block(fields: &str, block: &[u8], expected: &str) {
    let fields = format!("WARC-Target-URI: https://www.example.com/1\n{fields}");
    let mut bytes = record(&fields, "BLOCK");
    let place = bytes.windows(5).position(|window| window == b"BLOCK").unwrap();
    bytes.splice(place..place + 5, block.iter().copied());
    let text = format!("Content-Length: {}", block.len());
    let place = bytes.windows(17).position(|window| window == b"Content-Length: 5").unwrap();
    bytes.splice(place..place + 17, text.into_bytes());
    let options = WarcOptions { max_record_bytes: 1000, ..WarcOptions::default() };
    let mut captures = read_warc("f", &bytes[..], &options);
    let told = match captures.next() {
        Some(Ok(capture)) => String::from_utf8_lossy(&capture.body).into_owned(),
        Some(Err(skip)) => skip.reason,
        None => format!("{} passed over", captures.passed_over()),
    };
    let start = String::from_utf8_lossy(&block[..block.len().min(200)]).into_owned();
    assert_eq!(told, expected, "{fields} {start}");
}

#[test]
fn pages_are_told_from_what_an_archive_holds_beside_them() {
    let check = |head: &str, body: &[u8], expected: &str| {
        let block = [head.replace('\n', "\r\n").as_bytes(), b"\r\n\r\n", body].concat();
        check_block("WARC-Type: response", &block, expected);
    };
    let html = "HTTP/1.1 200 OK\nContent-Type: text/html";
    check(html, b"<p>a", "<p>a");
    check("HTTP/1.0 200\ncontent-type:TEXT/HTML ; charset=x", b"<p>a", "<p>a");
    check("HTTP/1.1 200 OK\nContent-Type: text/plain", b"a", "a");
    check("HTTP/1.1 200 OK\nContent-Type: application/xhtml+xml", b"a", "a");
    check("HTTP/1.1 200 OK\nX: y", b" <!DOCTYPE html><p>a", " <!DOCTYPE html><p>a");
    check("HTTP/1.1 200 OK\nX: y", b"\x89PNG", "1 passed over");
    check("HTTP/1.1 200 OK\nContent-Type: image/png", b"a", "1 passed over");
    check("HTTP/1.1 404 Not Found\nContent-Type: text/html", b"a", "1 passed over");
    check("SIP/2.0 200 OK\nContent-Type: text/html", b"a", "1 passed over");
    check(&format!("{html}\nTransfer-Encoding: chunked"), b"3\r\n<p>\r\n1\r\na\r\n0\r\n\r\n", "<p>a");
    check(&format!("{html}\nTransfer-Encoding: chunked"), b"<p>a", "<p>a");
    check(&format!("{html}\nContent-Encoding: gzip"), &member(b"<p>a"), "<p>a");
    let packed = [b"1\r\n\x1f\r\n".to_vec(), {
        let rest = member(b"<p>a")[1..].to_vec();
        [format!("{:x}\r\n", rest.len()).into_bytes(), rest, b"\r\n0\r\n\r\n".to_vec()].concat()
    }]
    .concat();
    check(&format!("{html}\nTransfer-Encoding: chunked\nContent-Encoding: gzip"), &packed, "<p>a");
    check(&format!("{html}\nContent-Encoding: gzip"), b"<p>a", "<p>a");
    check(&format!("{html}\nContent-Encoding: lzma"), b"x", "the content coding \"lzma\" is not known");
    let bomb = member(&vec![b'a'; 100_000]);
    let over = "the content is over the limit of 1000 bytes when unpacked";
    check(&format!("{html}\nContent-Encoding: gzip"), &bomb, over);
    check(html, &vec![b'a'; 100_000], "its 100044 bytes are over the limit of 1000");
    check("HTTP/1.1 200 OK\nContent-Type: image/png", &vec![b'a'; 100_000], "1 passed over");
    // Line feeds alone, as a crawl of 2009 has them.
    check_block("WARC-Type: response", b"HTTP/1.1 200 OK\nContent-Type: text/html\n\n<p>a", "<p>a");
    check_block("WARC-Type: resource\nContent-Type: text/html", b"<p>a", "<p>a");
    check_block("WARC-Type: conversion\nContent-Type: text/plain", b"a", "1 passed over");
    check_block("WARC-Type: revisit", b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", "1 passed over");
    check_block("WARC-Type: request", b"GET / HTTP/1.1\r\n\r\n", "0 passed over");
    check_block("X: y", b"HTTP/1.1 200 OK\r\n\r\n", "its header has no WARC-Type");
}

#[test]
fn dialects_of_the_frame_are_read() {
    let check = |text: &str, expected: &[&str]| assert_eq!(told(text.as_bytes()), expected, "{text:?}");
    let head = "WARC-Type: response\nWARC-Target-URI: <http://e.com/1>\n";
    let block = "HTTP/1.1 200 OK\nContent-Type: text/html\n\n<p>a";
    let length = block.len();
    let one = format!("WARC/0.18\n{head}Content-Length: {length}\n\n{block}\n\n");
    check(&one, &["1"]);
    check(&format!("\n\r\n\n{one}{one}"), &["1", "1"]);
    // No blank line after the block, none after the header, a folded line, none at the end.
    check(&format!("{}{one}", one.trim_end()), &["1", "1"]);
    check(&format!("WARC/1.0\n{head}Content-Length: {length}\n{block}\n\n{one}"), &["1", "1"]);
    check(&format!("WARC/1.1\nX: a\n b: c\n{head}Content-Length:\n {length}\n\n{block}"), &["1"]);
    check(
        &format!("{one}some words\nand more\n{one}"),
        &["1", &format!("f record 2: no record begins at byte {}: 20 bytes are passed over", one.len()), "1"],
    );
    for (length, reason) in [
        ("3", "its Content-Length of 3 is wrong: no record ends there"),
        ("90", "its Content-Length of 90 is wrong: no record ends there"),
        ("9000", "its Content-Length of 9000 is wrong: no record ends there"),
        ("900000000", "its Content-Length of 900000000 is wrong: no record ends there"),
        ("x", "its header has no readable Content-Length"),
    ] {
        let wrong = format!("WARC/1.0\n{head}Content-Length: {length}\n\n{block}\n\n");
        check(&format!("{one}{wrong}{one}{one}"), &["1", &format!("f record 2: {reason}"), "1", "1"]);
    }
    check("", &["f: it holds no record of a web archive"]);
    check("<html>", &["f record 1: no record begins at byte 0: 6 bytes are passed over"]);
    check(
        "filedesc://x.arc 0.0.0.0 2014\n",
        &["f: it is an ARC file, the format before WARC, not a WARC file"],
    );
}

/// Where each record of an archive lies.
fn places(how: &str) -> Vec<std::ops::Range<usize>> {
    let mut end = 0;
    let records = [info(), page(1), page(2), page(3), page(4), page(5)];
    let lengths = records.map(|record| if how == "plain" { record.len() } else { member(&record).len() });
    lengths
        .map(|length| {
            end..{
                end += length;
                end
            }
        })
        .to_vec()
}

/// Checks that every page outside the damage is delivered, unchanged and in order, with one skip at most
/// for each record that the damage touches.
fn check_neighbours(how: &str, bytes: &[u8], damage: std::ops::Range<usize>, told: &str) {
    let (skips, touched) = check_delivered(how, bytes, damage, told);
    assert!(skips <= touched, "{how}, {told}: {skips} skips for {touched} records");
}

/// Checks that every page outside the damage is delivered, unchanged and in order; gives the number of
/// skips and of the records that the damage touches.
fn check_delivered(how: &str, bytes: &[u8], damage: std::ops::Range<usize>, told: &str) -> (usize, usize) {
    let whole: Vec<Capture> =
        read_warc("f", &archive(how)[..], &WarcOptions::default()).map(Result::unwrap).collect();
    let touched = |place: &std::ops::Range<usize>| place.start < damage.end && damage.start < place.end;
    let places = places(how);
    let expected: Vec<&Capture> = whole
        .iter()
        .zip(&places[1..])
        .filter(|(_, place)| !touched(place))
        .map(|(capture, _)| capture)
        .collect();
    let read: Vec<_> = read_warc("f", bytes, &WarcOptions::default()).collect();
    let mut found = read.iter().flatten();
    for capture in expected {
        let same = |other: &&Capture| other.url == capture.url && other.body == capture.body;
        assert!(found.any(|other| same(&other)), "{how}, {told}: {:?} is lost\n{read:?}", capture.url);
    }
    let skips = read.iter().filter(|read| read.is_err()).count();
    (skips, places.iter().filter(|place| touched(place)).count())
}

#[test]
fn one_damaged_byte_costs_one_record_at_most() {
    for how in ["plain", "members"] {
        let mut bytes = archive(how);
        for place in 0..bytes.len() {
            let flip = [0x01, 0x10, 0xff][place % 3];
            bytes[place] ^= flip;
            check_neighbours(how, &bytes, place..place + 1, &format!("byte {place} ^ {flip}"));
            bytes[place] ^= flip;
        }
    }
    // No member to go on at: what can be read is read, and nothing panics.
    for how in ["stream", "blocks"] {
        let mut bytes = archive(how);
        for place in 0..bytes.len() {
            bytes[place] ^= 0xff;
            let read: Vec<_> = read_warc("f", &bytes[..], &WarcOptions::default()).collect();
            assert!(read.len() <= 20, "{how} {place}: {read:?}");
            bytes[place] ^= 0xff;
        }
    }
}

#[test]
fn a_cut_file_gives_all_before_the_cut() {
    for how in ["plain", "members"] {
        let bytes = archive(how);
        for end in 1..bytes.len() {
            check_neighbours(how, &bytes[..end], end..bytes.len(), &format!("cut at {end}"));
        }
    }
}

#[test]
fn a_member_damaged_before_it_shows_a_record_costs_the_one_before_nothing() {
    let mut bytes = archive("members");
    let place = places("members")[4].start;
    // After the damage the member inflates to a line end.
    bytes.splice(place + 4..place + 4, [0, 0, 0, 0, 0, 0, 0xe2, 0x42, 0]);
    check_neighbours("members", &bytes, place + 4..place + 5, "a line end");
}

#[test]
fn a_wrong_length_that_ends_by_chance_at_a_blank_line_hides_no_record() {
    let mut bytes = archive("plain");
    let (longer, next) = (places("plain")[4].clone(), places("plain")[5].clone());
    let header = bytes[next.clone()].windows(4).position(|end| end == b"\r\n\r\n").unwrap();
    // As many bytes lost from the page as there are up to the end of the next record's header.
    let lost = header + 4;
    bytes.drain(longer.end - 4 - lost..longer.end - 4);
    check_neighbours("plain", &bytes, longer.end - 4 - lost..longer.end - 4, "a page that lost its end");
}

#[test]
fn a_header_that_lost_its_end_does_not_take_the_next_one() {
    let mut bytes = archive("plain");
    let (cut, next) = (places("plain")[2].start + 40, places("plain")[4].start);
    bytes.splice(cut..next - 1, [0]);
    check_neighbours("plain", &bytes, cut..next - 1, "half a header");
}

proptest! {
    #[test]
    fn records_outside_any_damage_are_delivered(
        how in prop_oneof![Just("plain"), Just("members")],
        start in 0.0..1.0f64,
        length in 0usize..1500,
        with in prop::collection::vec(any::<u8>(), 0..1500),
    ) {
        let mut bytes = archive(how);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in the file")]
        let start = (start * bytes.len() as f64) as usize;
        let end = (start + length).min(bytes.len());
        bytes.splice(start..end, with);
        // Something put between two records damages neither, and is a skip of its own.
        let damage = start.saturating_sub(1)..end + 1;
        let (skips, touched) = check_delivered(how, &bytes, damage, "spliced");
        // Other bytes inside compressed data may inflate to the start of a record told several times.
        prop_assert!(how == "members" || skips <= touched, "{skips} skips for {touched} records");
    }

    #[test]
    fn no_bytes_do_harm(bytes in prop::collection::vec(any::<u8>(), 0..300), how in 0usize..3) {
        let start: &[u8] = [&b"WARC/1.0\r\n"[..], b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x00", b""][how];
        let bytes = [start, &bytes].concat();
        prop_assert!(read_warc("f", &bytes[..], &WarcOptions::default()).count() < 10);
        prop_assert!(read_warc("f", &member(&bytes)[..], &WarcOptions::default()).count() < 10);
    }
}
