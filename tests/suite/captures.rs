//! What was collected comes out of the store as a web archive, equal to what went in, and as the same
//! articles once it is imported.

use std::{fs::File, process::Stdio};

use jiff::{SignedDuration, Timestamp};
use storyturn::{
    collect::{Media, WarcOptions, read_warc},
    document::{Basis, Capture, Document},
    store::{AddressRecord, OpenOptions, Role, Store},
};

use crate::{
    collecting::{configured, feed, host, page, source},
    server::{Answer, Server},
    tool::Tool,
};

/// Captures as collecting keeps them, some hours apart from the last hour of a day on.
fn captures() -> Vec<Capture> {
    let start: Timestamp = "2026-01-20T22:59:59.999999999Z".parse().unwrap();
    let one = |number: i64| {
        let url = format!("https://news.example/{number}?q=ä");
        Capture {
            subject: url.clone(),
            url: Some(url),
            content_type: (number != 2).then(|| "text/html; charset=utf-8".to_owned()),
            captured_at: Some(start + SignedDuration::from_hours(number)),
            basis: Basis::Observed,
            body: format!("<html>Silver {number}\r\n\r\nWARC/1.1\r\n\0")
                .repeat(number as usize * 9000)
                .into_bytes(),
        }
    };
    (0..6).map(one).collect()
}

fn collected(captures: &[Capture]) -> Tool {
    let tool = Tool::new();
    let options = OpenOptions { create: true, ..OpenOptions::default() };
    let mut store = Store::open(&tool.path("storyturn.db"), &options).unwrap();
    let batch: Vec<_> = captures
        .iter()
        .map(|capture| {
            let (url, at) = (capture.url.clone().unwrap(), capture.captured_at.unwrap());
            (AddressRecord::new(url, "example", Role::Page, at), capture.clone())
        })
        .collect();
    store.put_captures(&batch).unwrap();
    store.flush().unwrap();
    tool
}

/// What an archive holds, its own names for its records taken back.
fn read(bytes: impl std::io::Read) -> Vec<Capture> {
    let options = WarcOptions { media: Media::Any, ..WarcOptions::default() };
    let read = read_warc("archive", bytes, &options).map(Result::unwrap);
    read.map(|capture| {
        assert_eq!(capture.basis, Basis::Archived, "anybody can write a file");
        Capture { subject: capture.url.clone().unwrap(), basis: Basis::Observed, ..capture }
    })
    .collect()
}

#[test]
fn what_was_collected_is_written_to_an_archive_and_read_back_equal() {
    let put = captures();
    let tool = collected(&put);
    let ran = tool.done(&["export", "--captures", "all.warc.gz"]);
    assert_eq!((ran.out.as_str(), ran.err.as_str()), ("", "6 captures written to all.warc.gz\n"));
    assert_eq!(read(File::open(tool.path("all.warc.gz")).unwrap()), put);

    let mut command = tool.command(&["export", "--captures", "-"]);
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success());
    assert!(output.stdout == std::fs::read(tool.path("all.warc.gz")).unwrap(), "the same bytes");
}

#[test]
fn days_are_those_of_the_capture_both_included() {
    let put = captures();
    let tool = collected(&put);
    let check = |days: &[&str], expected: std::ops::Range<usize>| {
        tool.done(&[&["export", "--captures", "some.warc.gz"], days].concat());
        assert_eq!(read(File::open(tool.path("some.warc.gz")).unwrap()), put[expected], "{days:?}");
    };
    check(&["--to", "2026-01-20"], 0..2);
    check(&["--from", "2026-01-21"], 2..6);
    check(&["--from", "2026-01-20", "--to", "2026-01-20"], 0..2);
    check(&["--from", "2026-01-22"], 0..0);
    assert_eq!(
        tool.run(&["export", "--captures", "x.warc.gz", "--from", "2026-01-22", "--to", "2026-01-20"]).status,
        2
    );
    let ran = tool.done(&["export", "--captures", "x.warc.gz", "--from", "2026-01-22"]);
    assert!(ran.err.contains("captures run from 2026-01-20 to 2026-01-21"), "{}", ran.err);
    assert_eq!(tool.run(&["export", "--captures", "x.warc.gz", "-o", "y"]).status, 2);
    let ran = tool.run(&["export", "--captures", "x.warc"]);
    assert!(ran.status == 2 && ran.err.contains("x.warc ends otherwise"), "{}", ran.err);
    assert!(ran.err.contains("hint: use a name that ends in .warc.gz") && !tool.path("x.warc").exists());
}

#[test]
fn a_store_without_captures_gives_an_archive_without_any() {
    let tool = collected(&[]);
    let ran = tool.done(&["export", "--captures", "none.warc.gz"]);
    assert!(ran.err.contains("0 captures written") && ran.err.contains("hint:"), "{}", ran.err);
    assert_eq!(read(File::open(tool.path("none.warc.gz")).unwrap()), []);
    assert_eq!(Tool::new().run(&["export", "--captures", "none.warc.gz"]).status, 1);
}

/// The articles in a tool's store.
fn documents(tool: &Tool) -> Vec<Document> {
    let store = Store::open(&tool.path("storyturn.db"), &OpenOptions::default()).unwrap();
    store.documents(Timestamp::MIN, Timestamp::MAX).map(Result::unwrap).collect()
}

#[test]
fn an_archive_of_what_was_collected_gives_the_same_articles_elsewhere() {
    let server = Server::start(|asked| {
        let at = host(asked);
        let news = "xmlns:news=\"http://www.google.com/schemas/sitemap-news/0.9\"";
        match asked.path.as_str() {
            "/robots.txt" => Answer::status(404),
            "/feed" => Answer::new(200, "application/rss+xml", feed(&at, &["/bare", "/full"])),
            "/entries" => {
                Answer::new(200, "application/rss+xml", feed(&at, &["/in/a", "/out/b", "/in/\u{e4}"]))
            }
            "/map" => Answer::new(
                200,
                "application/xml",
                format!(
                    "<?xml version=\"1.0\"?><urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" \
                     {news}><url><loc>{at}/bare-too</loc><news:news>\
                     <news:publication_date>2026-01-23T09:00:00-05:00</news:publication_date>\
                     <news:title>Silver, 5%: \u{201c}up\u{201d}</news:title></news:news></url></urlset>"
                ),
            ),
            // Neither headline nor date: its listing knows them.
            path if path.starts_with("/bare") => {
                let text = "Gold rose to a record as investors sought safety from the war. ".repeat(8);
                Answer::html(format!("<html lang=en><body><article><p>{text}</p></article></body></html>"))
            }
            path => Answer::html(page(&format!("Story {path}"))),
        }
    });
    let tool = Tool::new();
    let sources = source("Pages \u{e4}", "feed", &server.url("/feed"), "")
        + &source("whole", "feed", &server.url("/entries"), "read = \"entry\"\nexclude = [\"/out/\"]")
        + &source("map", "sitemap", &server.url("/map"), "");
    configured(&tool, &sources);
    tool.done(&["collect"]);
    let collected = documents(&tool);
    let mut told: Vec<_> = collected.iter().map(|document| document.article.source.as_str()).collect();
    told.sort_unstable();
    assert_eq!(told, ["Pages \u{e4}", "Pages \u{e4}", "map", "whole", "whole"]);
    let bases =
        |basis| collected.iter().filter(|document| document.article.published_basis == Some(basis)).count();
    assert_eq!((bases("feed"), bases("sitemap")), (3, 1));

    tool.done(&["export", "--captures", "all.warc.gz"]);
    let other = Tool::new();
    other.write("all.warc.gz", std::fs::read(tool.path("all.warc.gz")).unwrap());
    other.done(&["import", "all.warc.gz"]);
    let expected: Vec<_> = collected
        .into_iter()
        .map(|mut document| {
            assert_eq!(document.availability.basis, Basis::Observed);
            document.availability.basis = Basis::Archived;
            document
        })
        .collect();
    assert_eq!(documents(&other), expected);
}
