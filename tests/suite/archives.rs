//! Web archives: what is written is read back, and what an archive holds becomes articles.

use std::io::Read;

use jiff::Timestamp;
use proptest::prelude::*;
use storyturn::{
    collect::{Media, WarcOptions, read_warc},
    document::{Basis, Capture},
    export::WarcWriter,
};

use crate::tool::{Tool, corpus};

/// Captures as a collector has them: addresses and media types that fit on a line, any bytes.
fn captures() -> impl Strategy<Value = Vec<Capture>> {
    let body = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..400),
        "(WARC/1.0\r\nWARC-Type: response\r\nContent-Length: [0-9]{1,9}\r\n\r\n|HTTP/1.1 200 OK\r\n|\r\n|[0-9a-f]\r\n|<p>é){0,9}"
            .prop_map(String::into_bytes),
        Just(vec![b'x'; 200_000]),
    ];
    let one = (
        prop::option::of("https?://[a-z]{1,8}\\.example/[!-~é]{0,40}"),
        prop::option::of("[a-z]{1,9}/[a-z+]{1,9}(; charset=[A-Za-z0-9-]{1,9})?"),
        prop::option::of((-377_000_000_000i64..253_000_000_000, 0..1_000_000_000)),
        prop_oneof![Just(Basis::Observed), Just(Basis::Archived), Just(Basis::Claimed)],
        body,
    );
    let capture = one.prop_map(|(url, content_type, at, basis, body)| Capture {
        subject: "made".to_owned(),
        url,
        content_type,
        captured_at: at.map(|(seconds, nanoseconds)| Timestamp::new(seconds, nanoseconds).unwrap()),
        basis,
        body,
    });
    prop::collection::vec(capture, 0..6)
}

fn written(captures: &[Capture]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer = WarcWriter::new(&mut bytes, "f");
    captures.iter().try_for_each(|capture| writer.write(capture)).unwrap();
    assert_eq!(writer.finish().unwrap(), captures.len() as u64);
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn what_is_written_is_read_back(captures in captures()) {
        let options = WarcOptions { media: Media::Any, ..WarcOptions::default() };
        let bytes = written(&captures);
        prop_assert_eq!(&written(&captures), &bytes);
        let read: Result<Vec<_>, _> = read_warc("f", &bytes[..], &options).collect();
        let expected = captures.into_iter().enumerate().map(|(index, capture)| Capture {
            subject: format!("f record {}", index + 2),
            basis: if capture.captured_at.is_some() { Basis::Archived } else { Basis::Claimed },
            ..capture
        });
        prop_assert_eq!(read.unwrap(), expected.collect::<Vec<_>>());
    }
}

/// A page, captured on the tenth day after it says it appeared.
fn archived_page(number: usize) -> Capture {
    let day = format!("2024-03-{number:02}");
    let body = format!(
        "<html lang=en><head><title>Panic grips markets {number}</title><meta property='article:published_time' content='{day}T08:00:00Z'>\
        </head><body><article><h1>Panic grips markets {number}</h1><p>Investors fled to gold as fear spread \
        through markets and the war went on, and nobody in the trading rooms of the city could say how long it would last.</p>\
        <p>Safe-haven demand lifted bullion to a record while shares fell sharply across every market that was open on the day.</p></article></body></html>"
    );
    Capture {
        subject: String::new(),
        url: Some(format!("https://{number}.example/page")),
        content_type: Some("text/html; charset=utf-8".to_owned()),
        captured_at: Some(format!("2024-03-{:02}T20:00:00Z", number + 10).parse().unwrap()),
        basis: Basis::Observed,
        body: body.into_bytes(),
    }
}

fn archive(numbers: std::ops::Range<usize>) -> Vec<u8> {
    written(&numbers.map(archived_page).collect::<Vec<_>>())
}

fn titles(out: &str) -> Vec<usize> {
    let title = |line: &str| line.split("Panic grips markets ").nth(1)?.split('"').next()?.parse().ok();
    out.lines().filter_map(title).collect()
}

#[test]
fn archived_pages_count_from_the_day_of_their_capture() {
    let tool = Tool::new();
    tool.write("a.warc.gz", archive(1..4));
    let imported = tool.done(&["import", "a.warc.gz"]);
    assert!(imported.err.contains("articles: 3 read, 3 new, 0 known"), "{}", imported.err);
    let days = tool.done(&["days", "--format", "csv"]).out;
    let with_documents = days.lines().skip(1).filter(|line| line.split(',').nth(1) == Some("1"));
    let found: Vec<&str> = with_documents.map(|line| &line[..10]).collect();
    assert_eq!(found, ["2024-03-11", "2024-03-12", "2024-03-13"], "{days}");
    let again = tool.done(&["import", "a.warc.gz"]);
    assert!(again.err.contains("1 file unchanged"), "{}", again.err);
}

#[test]
fn several_archives_are_read_in_their_order() {
    let tool = Tool::new();
    let mut paths = vec!["extract".to_owned()];
    for number in 1..10 {
        let name = format!("{number}.warc.gz");
        tool.write(&name, archive(number..number + 2));
        paths.push(name);
    }
    let args: Vec<&str> = paths.iter().map(String::as_str).collect();
    let expected: Vec<usize> = (1..10).flat_map(|number| [number, number + 1]).collect();
    assert_eq!(titles(&tool.done(&args).out), expected);
    // The same by a list, from a folder, and unpacked on standard input.
    let list = format!("# work\n\n{}\n", paths[2..].join("\n"));
    let listed = tool.run_with(&["extract", &paths[1], "--paths-from", "-"], list.as_bytes());
    assert_eq!((listed.status, titles(&listed.out)), (0, expected.clone()), "{}", listed.err);
    assert_eq!(titles(&tool.done(&["extract", "."]).out), expected);
    let mut plain = Vec::new();
    flate2::read::MultiGzDecoder::new(&archive(1..3)[..]).read_to_end(&mut plain).unwrap();
    assert_eq!(titles(&tool.run_with(&["extract", "-"], &plain).out), [1, 2]);
    assert_eq!(titles(&tool.run_with(&["extract", "-"], &archive(1..3)).out), [1, 2]);
}

#[test]
fn damage_in_an_archive_is_a_skip_and_stops_nothing() {
    let tool = Tool::new();
    let mut bytes = archive(1..6);
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0xff;
    tool.write("a.warc.gz", &bytes).write("b.warc.gz", archive(6..7));
    let ran = tool.run(&["extract", "a.warc.gz", "b.warc.gz"]);
    assert_eq!((ran.status, titles(&ran.out)), (3, vec![1, 2, 4, 5, 6]), "{}", ran.err);
    assert!(ran.err.contains("skipped: a.warc.gz record 4: "), "{}", ran.err);
    let arc = tool.write("c.arc", "filedesc://x 0.0.0.0 2014 text/plain 75\n").run(&["import", "c.arc"]);
    assert!(arc.status == 3 && arc.err.contains("c.arc: it is an ARC file"), "{} {}", arc.status, arc.err);
    let missing = tool.run(&["import", "--paths-from", "none.txt"]);
    assert!(missing.status == 1 && missing.err.contains("cannot read none.txt"), "{}", missing.err);
    let list = b"gone.warc.gz\ngone.html\nb.warc.gz\n";
    let rest = tool.run_with(&["extract", "--paths-from", "-"], list);
    assert_eq!((rest.status, rest.out.lines().count()), (3, 3), "{}", rest.err);
    let rest = tool.run_with(&["import", "--paths-from", "-"], list);
    assert!(rest.status == 3 && rest.err.contains("1 new, 0 known, 2 skipped"), "{}", rest.err);
    assert!(rest.err.contains("skipped: gone.html: No such file"), "{}", rest.err);
    let typed = tool.run_with(&["import", "gone.html", "--paths-from", "-"], list);
    assert!(typed.status == 1 && typed.err.contains("cannot read gone.html"), "{}", typed.err);
    let twice = tool.run_with(&["import", "-", "--paths-from", "-"], b"x.csv");
    assert!(twice.status == 2 && twice.err.contains("cannot be both"), "{}", twice.err);
}

#[test]
fn the_corpus_s_crawl_is_read_as_it_says() {
    let path = corpus("warc/metalsdesk.warc.gz");
    let expected = std::fs::read_to_string(corpus("warc/metalsdesk.expected.json")).unwrap();
    let expected: serde_json::Value = serde_json::from_str(&expected).unwrap();
    let expected = expected.as_array().unwrap();
    let text = |entry: &serde_json::Value, field: &str| entry[field].as_str().unwrap().to_owned();

    let mut captures = read_warc("f", std::fs::File::open(&path).unwrap(), &WarcOptions::default());
    let read: Vec<Capture> = captures.by_ref().map(Result::unwrap).collect();
    // What it tells robots, a redirect and a picture.
    assert_eq!(captures.passed_over(), 3);
    let told = |capture: &Capture| (capture.url.clone().unwrap(), capture.captured_at.unwrap().to_string());
    let addresses: Vec<_> =
        expected.iter().map(|entry| (text(entry, "url"), text(entry, "captured"))).collect();
    assert_eq!(read.iter().map(told).collect::<Vec<_>>(), addresses);

    let tool = Tool::new();
    let ran = tool.done(&["extract", path.to_str().unwrap()]);
    let titles = ran.out.lines().map(|line| text(&serde_json::from_str(line).unwrap(), "title"));
    let given: Vec<_> = expected.iter().map(|entry| text(entry, "title")).collect();
    assert_eq!(titles.collect::<Vec<_>>(), given);
    assert!(ran.err.contains("passed over as no pages: 3 records"), "{}", ran.err);

    tool.done(&["import", path.to_str().unwrap()]);
    let days = tool.done(&["days", "--format", "csv"]).out;
    for entry in expected {
        let day = text(entry, "captured")[..10].to_owned();
        assert!(days.lines().any(|line| line.starts_with(&format!("{day},1,"))), "{day}\n{days}");
    }

    // Damaged anywhere, it gives every other page as it was.
    let mut bytes = std::fs::read(&path).unwrap();
    for place in (0..bytes.len()).step_by(37) {
        bytes[place] ^= 0x20;
        let damaged = read_warc("f", &bytes[..], &WarcOptions::default());
        let left =
            damaged.flatten().filter(|capture| read.iter().any(|whole| whole.body == capture.body)).count();
        assert!(left + 1 >= read.len(), "byte {place}: {left} of {} pages", read.len());
        bytes[place] ^= 0x20;
    }
}
