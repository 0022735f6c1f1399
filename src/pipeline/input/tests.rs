//! What a file is told by, and how lists of paths are read.
//!
//! Files on disk are left to `tests/suite/importing.rs`.

use super::*;

fn check_bytes(head: &str, expected: Kind) {
    assert_eq!(Kind::of_bytes(head.as_bytes()), expected, "{head:?}");
}

#[test]
fn standard_input_is_told_by_its_first_bytes() {
    check_bytes("{\"title\":\"a\"}\n", Kind::Jsonl);
    check_bytes("\u{feff}\n {\"title\":\"a\"}", Kind::Jsonl);
    check_bytes("<!doctype html>", Kind::Html);
    check_bytes("published,source,title,url\n", Kind::Csv);
    check_bytes("Date;Headline\n", Kind::Csv);
    check_bytes("published\ttitle\n", Kind::Csv);
    check_bytes("Gold rises, again, on haven demand\n", Kind::Text);
    check_bytes("", Kind::Text);
}

#[test]
fn a_file_is_told_by_its_ending() {
    for (name, expected) in [
        ("a.jsonl", Some(Kind::Jsonl)),
        ("a.NDJSON.gz", Some(Kind::Jsonl)),
        ("a.csv.gz", Some(Kind::Csv)),
        ("a.htm", Some(Kind::Html)),
        ("a.txt", Some(Kind::Text)),
        ("a.gz", None),
        ("a", None),
        ("a.pdf", None),
    ] {
        assert_eq!(Kind::of_path(Path::new(name)), expected, "{name}");
    }
}

#[test]
fn a_list_of_paths_is_read_line_by_line() {
    let check = |list: &[u8], expected: &[&str]| {
        let expected: Vec<PathBuf> = expected.iter().map(PathBuf::from).collect();
        assert_eq!(paths_of(list).unwrap(), expected, "{:?}", String::from_utf8_lossy(list));
    };
    check(b"", &[]);
    check(b"# work\n\n a b.csv \r\n-\nc.csv", &["a b.csv", "-", "c.csv"]);
    check("\u{2003}\u{fc}.csv\n".as_bytes(), &["\u{fc}.csv"]);
    let longest = "x".repeat(64 << 10);
    check(format!("{longest}\n{longest}").as_bytes(), &[&longest, &longest]);
}

#[test]
fn a_line_longer_than_a_path_refuses_the_list_and_is_not_held() {
    for end in ["", "\n", "\nb.csv\n"] {
        let list = format!("a.csv\n{}{end}", "x".repeat((64 << 10) + 1));
        let error = paths_of(list.as_bytes()).unwrap_err().to_string();
        assert_eq!(error, "line 2 is longer than any path: over 65536 bytes");
    }
    // Without an end: it would never return if it read on.
    assert!(paths_of(BufReader::new(std::io::repeat(b'x'))).is_err());
}

#[test]
fn a_path_that_is_not_utf_8_is_taken_where_the_system_has_such() {
    let read = paths_of(&b"a.csv\n \xfc.csv\r\nb.csv\n"[..]);
    if cfg!(unix) {
        let names: Vec<Vec<u8>> =
            read.unwrap().iter().map(|path| path.as_os_str().as_encoded_bytes().to_vec()).collect();
        assert_eq!(names, [&b"a.csv"[..], b"\xfc.csv", b"b.csv"]);
    } else {
        assert_eq!(read.unwrap_err().to_string(), "line 2 is not UTF-8");
    }
}
