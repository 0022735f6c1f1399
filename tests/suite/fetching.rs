//! Fetching through the public door: pages, limits, and everything a hostile server could send.
//!
//! A server on loopback plays every part. How politely is asked, and where not at all, is in `manners`.

use std::{
    env, fs,
    io::{self, Read, Write},
    process::Command,
    sync::{Mutex, mpsc},
    thread,
    time::Duration,
};

use storyturn::collect::{Collector, CollectorOptions, Outcome, Request, RobotsUse, Wants};

use crate::{
    server::{Answer, Asked, Part, Server},
    tool::shared_data,
};

/// No pauses, and time-outs that a test can wait for.
pub fn options() -> CollectorOptions {
    CollectorOptions {
        pause: Duration::ZERO,
        allowed_hosts: ["127.0.0.1".to_owned()].into(),
        connect_timeout: Duration::from_secs(5),
        idle_timeout: Duration::from_secs(5),
        total_timeout: Duration::from_secs(10),
        retries: 2,
        retry_pause: Duration::from_millis(1),
        max_bytes: 1 << 20,
        ..CollectorOptions::default()
    }
}

/// Asks for addresses with a collector of its own; the outcomes in order of the addresses.
pub fn fetch(options: CollectorOptions, requests: Vec<Request>) -> Vec<Outcome> {
    let mut collector = Collector::start(options, Vec::new()).unwrap();
    let mut outcomes: Vec<Option<Outcome>> = vec![None; requests.len()];
    for (ticket, request) in requests.into_iter().enumerate() {
        collector.submit(Request { ticket: ticket as u64, ..request });
    }
    while let Some(reply) = collector.next().unwrap() {
        assert!(outcomes[reply.ticket as usize].replace(reply.outcome).is_none(), "two replies");
    }
    outcomes.into_iter().map(|outcome| outcome.expect("a reply to every request")).collect()
}

pub fn request(url: String) -> Request {
    Request { url, ..Request::default() }
}

/// An outcome in one line.
pub fn told(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Fetched(fetched) => format!("fetched {}", String::from_utf8_lossy(&fetched.capture.body)),
        Outcome::Unchanged { .. } => "unchanged".to_owned(),
        Outcome::Refused(error) => format!("refused: {error}"),
        Outcome::Later { error, not_before: None } => format!("later: {error}"),
        Outcome::Later { error, not_before: Some(_) } => format!("later, and when: {error}"),
    }
}

/// One page of a server without robots.txt.
fn check_with(
    options: CollectorOptions,
    answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static,
    expected: &str,
) {
    let server = Server::start(move |asked| match asked.path.as_str() {
        "/robots.txt" => Answer::status(404),
        _ => answer(asked),
    });
    let outcomes = fetch(options, vec![request(server.url("/page"))]);
    assert_eq!(told(&outcomes[0]).replace(&server.port().to_string(), "PORT"), expected);
}

fn check(answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static, expected: &str) {
    check_with(options(), answer, expected);
}

#[test]
fn a_page_arrives_with_what_is_known_of_it() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/robots.txt" => Answer::text("User-agent: *\nDisallow: /private\n"),
        _ => Answer::html("<p>gold")
            .with("ETag", "\"v1\"")
            .with("Last-Modified", "Fri, 23 Jan 2026 08:00:00 GMT"),
    });
    let outcomes = fetch(options(), vec![request(server.url("/page#part"))]);
    let Outcome::Fetched(fetched) = &outcomes[0] else { panic!("{outcomes:?}") };
    assert_eq!(fetched.capture.url.as_deref(), Some(server.url("/page").as_str()));
    assert_eq!(fetched.capture.body, b"<p>gold");
    assert_eq!(fetched.capture.content_type.as_deref(), Some("text/html; charset=utf-8"));
    assert_eq!(fetched.etag.as_deref(), Some("\"v1\""));
    assert_eq!(fetched.last_modified.as_deref(), Some("Fri, 23 Jan 2026 08:00:00 GMT"));
    assert!(fetched.redirected.is_empty() && !fetched.moved_permanently);
    assert_eq!(server.paths(), ["/robots.txt", "/page"]);
    let log = server.log();
    assert_eq!(log[1].header("accept-encoding"), Some("gzip, deflate, br, zstd"));
    assert!(log[1].header("user-agent").unwrap().starts_with("storyturn/"));
    for absent in ["cookie", "referer", "authorization", "if-none-match"] {
        assert_eq!(log[1].header(absent), None);
    }
    assert!(log.iter().all(|asked| asked.connection == 0), "one connection serves both");
}

#[test]
fn bodies_come_through_their_codings() {
    check(|_| Answer::html("plain"), "fetched plain");
    check(|_| Answer::chunked("text/html", &[b"in ", b"pieces"]), "fetched in pieces");
    check(|_| Answer::parts(None, vec![Part::Bytes(b"until the end".to_vec())]), "fetched until the end");
    let packed = |coding: &'static str, bytes: Vec<u8>| {
        check(move |_| Answer::html(bytes.clone()).with("Content-Encoding", coding), "fetched packed");
    };
    packed("gzip", gzip(b"packed"));
    packed("zstd", zstd::encode_all(&b"packed"[..], 1).unwrap());
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn statuses_are_told_and_passing_ones_tried_again() {
    for (status, reason) in [(401, "Unauthorized"), (403, "Forbidden"), (404, "Not Found"), (410, "Gone")] {
        check(move |_| Answer::status(status), &format!("refused: it answered {status} {reason}"));
    }
    check(|_| Answer::status(204), "refused: it answered 204 No Content");
    check(|_| Answer::status(206), "refused: it answered 206 Partial Content");
    check(|_| Answer::status(304), "refused: it answered 304 Not Modified");
    check(|_| Answer::status(300), "refused: it answered 300 Multiple Choices");
    check(|_| Answer::status(999), "later: it answered 999");
    for status in [500, 502, 504, 408] {
        check(
            move |asked| if asked.before < 2 { Answer::status(status) } else { Answer::html("well") },
            "fetched well",
        );
    }
    check(|_| Answer::status(500), "later: it answered 500 Internal Server Error");
    check(|_| Answer::status(503), "later, and when: it answered 503 Service Unavailable");
}

#[test]
fn what_the_caller_has_is_not_sent_again() {
    let server = Server::start(|asked| match asked.header("if-none-match") {
        Some("\"v1\"") => Answer::status(304).with("ETag", "\"v1\""),
        _ if asked.path == "/robots.txt" => Answer::status(404),
        _ => Answer::html("new").with("ETag", "\"v2\""),
    });
    let conditional = |etag: &str| Request {
        etag: Some(etag.to_owned()),
        last_modified: Some("Fri, 23 Jan 2026 08:00:00 GMT".to_owned()),
        ..request(server.url("/feed"))
    };
    let outcomes =
        fetch(options(), vec![conditional("\"v1\""), conditional("\"v0\""), conditional("\"bro\nken\"")]);
    let Outcome::Unchanged { etag, last_modified, .. } = &outcomes[0] else { panic!("{outcomes:?}") };
    assert_eq!(etag.as_deref(), Some("\"v1\""));
    assert_eq!(last_modified.as_deref(), Some("Fri, 23 Jan 2026 08:00:00 GMT"));
    assert_eq!(told(&outcomes[1]), "fetched new");
    assert_eq!(told(&outcomes[2]), "fetched new");
    assert_eq!(server.log()[1].header("if-modified-since"), Some("Fri, 23 Jan 2026 08:00:00 GMT"));
}

#[test]
fn limits_hold_whatever_a_server_says() {
    let mib = || vec![b'a'; 1 << 20];
    check(move |_| Answer::html([mib(), vec![b'a']].concat()), "refused: it sent more than 1 MiB");
    let endless = || vec![Part::Endless(vec![b'a'; 1 << 14])];
    check(move |_| Answer::parts(None, endless()), "refused: it sent more than 1 MiB");
    check(move |_| Answer::parts(Some(1 << 40), endless()), "refused: it sent more than 1 MiB");
    let bomb = gzip(&vec![0; 8 << 20]);
    check(
        move |_| Answer::html(bomb.clone()).with("Content-Encoding", "gzip"),
        "refused: it sent more than 1 MiB after decompression",
    );
    check(
        |_| Answer::html("x").with("Content-Encoding", "gzip, gzip, gzip, gzip, gzip, gzip, gzip"),
        "refused: its body cannot be decompressed: the content has 7 codings one over the other, more than 5",
    );
    let head =
        |bytes: &[u8]| vec![Part::Bytes(b"HTTP/1.1 200 OK\r\n".to_vec()), Part::Endless(bytes.to_vec())];
    let too_large = "refused: the head of its answer is too large";
    check(move |_| Answer::raw(head(b"X-Header: one more\r\n")), too_large);
    check(move |_| Answer::raw(head(b"X-Header-without-an-end")), too_large);
}

#[test]
fn what_is_cut_short_is_not_taken_for_the_whole() {
    let part = || vec![Part::Bytes(b"half".to_vec())];
    check(move |_| Answer::parts(Some(8), part()), "later: its body broke off after 4 bytes of 8");
    check(
        |_| {
            Answer::raw(vec![Part::Bytes(
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n".to_vec(),
            )])
        },
        "later: its body broke off after 4 bytes",
    );
    let whole = gzip(b"the whole text of a page");
    let half = whole[..whole.len() - 6].to_vec();
    check(
        move |_| Answer::html(half.clone()).with("Content-Encoding", "gzip"),
        "later: its body broke off after 38 bytes",
    );
    check(
        move |asked| {
            if asked.before == 0 { Answer::parts(Some(8), part()) } else { Answer::html("the rest") }
        },
        "fetched the rest",
    );
    check(
        |_| {
            Answer::raw(vec![Part::Bytes(
                b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nhalf!".to_vec(),
            )])
        },
        "later: it did not answer in HTTP: invalid content-length parsed",
    );
}

#[test]
fn nonsense_is_told_as_such() {
    let raw = |bytes: &'static [u8]| move |_: &Asked| Answer::raw(vec![Part::Bytes(bytes.to_vec())]);
    check(raw(b""), "later: it closed the connection without an answer");
    check(
        raw(b"220 mail.example ESMTP\r\n"),
        "later: it did not answer in HTTP: invalid HTTP version parsed",
    );
    check(raw(b"<html>no head</html>"), "later: it did not answer in HTTP: invalid HTTP version parsed");
    check(
        raw(b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n"),
        "later: it did not answer in HTTP: invalid HTTP header parsed",
    );
    check(raw(&[0; 64]), "later: it did not answer in HTTP: invalid HTTP version parsed");
}

/// Time-outs that a test can sit out.
fn hasty() -> CollectorOptions {
    CollectorOptions {
        connect_timeout: Duration::from_millis(100),
        idle_timeout: Duration::from_millis(20),
        retries: 0,
        ..options()
    }
}

/// One page of a slow server, which is not asked for robots.txt: only what is meant may be late.
fn check_slow(options: CollectorOptions, parts: impl Fn() -> Answer + Send + Sync + 'static, expected: &str) {
    let server = Server::start(move |_| parts());
    let asked = Request { robots: RobotsUse::Skip, ..request(server.url("/page")) };
    assert_eq!(told(&fetch(options, vec![asked])[0]), expected);
}

#[test]
fn slow_servers_are_left_behind() {
    let silent = "later: it sent no answer within 0.12 seconds";
    check_slow(hasty(), || Answer::raw(vec![Part::Hang]), silent);
    // A head that never ends, one hint after the other.
    let hints = || Answer::raw(vec![Part::Endless(b"HTTP/1.1 103 Early Hints\r\n\r\n".to_vec())]);
    check_slow(hasty(), hints, silent);
    check_slow(
        CollectorOptions { connect_timeout: Duration::from_secs(5), ..hasty() },
        || Answer::parts(None, vec![Part::Bytes(b"a".to_vec()), Part::Hang]),
        "later: it stopped sending within 0.02 seconds",
    );
    // A drip that is never silent for long: only the total time-out ends it.
    let (drops, tap) = mpsc::channel();
    let tap = Mutex::new(Some(tap));
    let dripping = thread::spawn(move || {
        // Ends when the connection does.
        while drops.send(b"a".to_vec()).is_ok() {
            thread::sleep(Duration::from_millis(10));
        }
    });
    check_slow(
        CollectorOptions { total_timeout: Duration::from_millis(200), retries: 0, ..options() },
        move || Answer::parts(None, vec![Part::Drip(tap.lock().unwrap().take().unwrap())]),
        "later: it was not done within 0.2 seconds",
    );
    dripping.join().unwrap();
}

#[test]
fn types_that_cannot_be_meant_are_refused() {
    for content_type in ["image/png", "application/pdf", "video/mp4", "application/zip"] {
        check(
            move |_| Answer::new(200, content_type, "x"),
            &format!("refused: it sent {content_type} where a page was asked for"),
        );
    }
    check(|_| Answer::new(200, "application/xhtml+xml", "x"), "fetched x");
    let server = Server::start(|asked| match asked.path.as_str() {
        "/robots.txt" => Answer::status(404),
        _ => Answer::new(200, "image/png", "x"),
    });
    for (wants, expected) in [
        (Wants::Feed, "refused: it sent image/png where a feed was asked for"),
        (Wants::Anything, "fetched x"),
    ] {
        let asked = Request { wants, ..request(server.url("/")) };
        assert_eq!(told(&fetch(options(), vec![asked])[0]), expected);
    }
}

/// Set in the child whose memory is measured.
const BOMB: &str = "STORYTURN_TEST_BOMB";

#[test]
fn bombs_are_refused_in_little_memory() {
    let mut bombs = vec![("gzip".to_owned(), gzip(&vec![0; 64 << 20]))];
    bombs.push(("gzip, gzip".to_owned(), gzip(&bombs[0].1)));
    bombs.push(("zstd".to_owned(), zstd::encode_all(io::repeat(0).take(256 << 20), 1).unwrap()));
    if let Some(folder) = shared_data("suites/scrapy-compressed/tests/sample_data/compressed") {
        for coding in ["br", "deflate", "gzip", "zstd"] {
            let bytes = fs::read(folder.join(format!("bomb-{coding}.bin"))).unwrap();
            bombs.push((coding.to_owned(), bytes));
        }
    }
    let expected: Vec<String> = bombs.iter().map(|(coding, _)| coding.clone()).collect();
    let server = Server::start(move |asked| match asked.path.trim_start_matches('/').parse::<usize>() {
        Ok(index) => Answer::html(bombs[index].1.clone()).with("Content-Encoding", &bombs[index].0),
        Err(_) => Answer::status(404),
    });
    let urls: Vec<String> = (0..expected.len()).map(|index| server.url(&format!("/{index}"))).collect();
    let child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "fetching::a_child_asks_for_bombs", "--ignored", "--nocapture"])
        .env(BOMB, urls.join(" "))
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&child.stdout);
    let refused = told.matches("it sent more than 10 MiB after decompression").count();
    assert_eq!(refused, expected.len(), "{expected:?} {told}");
    // Where the system tells it: the most memory the child ever had, its own code included.
    let peak = told.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    if let Some(peak) = peak {
        let kib: u64 = peak.trim().trim_end_matches(" kB").parse().unwrap();
        assert!(kib < 100 << 10, "{kib} KiB at most");
    }
}

#[test]
#[ignore = "the child of another test"]
fn a_child_asks_for_bombs() {
    let Ok(urls) = env::var(BOMB) else { return };
    let defaults = CollectorOptions { max_bytes: CollectorOptions::default().max_bytes, ..options() };
    for outcome in fetch(defaults, urls.split(' ').map(|url| request(url.to_owned())).collect()) {
        println!("{}", told(&outcome));
    }
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    println!("{}", status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or_default());
}

#[test]
fn what_is_posted_goes_to_its_address_alone() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/moved" => Answer::redirect(307, "/a"),
        "/busy" if asked.before == 0 => Answer::status(500),
        // A picture of any length: what is said to that is not read.
        _ => Answer::parts(None, vec![Part::Endless(vec![b'x'; 1 << 16])]),
    });
    let post =
        |url: String| Request { robots: RobotsUse::Skip, post: Some(b"{\"a\":1}".to_vec()), ..request(url) };
    let check = |options: CollectorOptions, url: String, expected: &str| {
        assert_eq!(told(&fetch(options, vec![post(url.clone())])[0]), expected, "{url}");
    };
    check(options(), server.url("/a"), "fetched ");
    check(options(), server.url("/busy"), "fetched ");
    check(options(), server.url("/moved"), "refused: it redirects, and what is sent to it goes nowhere else");
    let strict = || CollectorOptions { allowed_hosts: Default::default(), ..options() };
    check(strict(), server.url("/b"), "refused: 127.0.0.1 is a loopback address");
    check(strict(), "http://[::1]:8080/".to_owned(), "refused: ::1 is a loopback address");
    check(strict(), "ftp://a.example/".to_owned(), "refused: it is no http or https address");
    let log = server.log();
    assert_eq!(server.paths(), ["/a", "/busy", "/busy", "/moved"]);
    for asked in log {
        assert_eq!((asked.method.as_str(), asked.body.as_slice()), ("POST", b"{\"a\":1}".as_slice()));
        assert_eq!(asked.header("content-type"), Some("application/json"));
    }
}
