//! Feeds other people test their readers with: what is stated about them, and what we read.
//!
//! The suites of gofeed (expected JSON beside each feed) and feedparser (an `Expect:` line inside) lie
//! in the shared data. A *statement* is what a case says of the feed's title or link, or of an entry's
//! title, link, date (published, pubDate, issued, created, updated, modified) or text (summary,
//! description, content); a *case* is a file with at least one, right when all of them hold. What is
//! said of other things (authors, images, tags, generators, a feed's own dates and description) is another
//! reader's business. Every `links[n].href` counts as the link, though two of them lead elsewhere.
//!
//! The suites state HTML where we give plain text, and do not say which of their values are HTML: so a
//! text is right if it equals the expected one either literally or after [`tagless`], a rule of its own
//! that shares nothing with the reader; white space is left out on both sides. Paragraphs are tested in
//! the room.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "figures and skips are told")]

mod feedparser;
mod gofeed;

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use jiff::{Timestamp, civil};
use regex::{Captures, Regex};
use serde_json::Value;
use storyturn::{
    collect::{Entry, Feed, read_feed},
    document::Published,
};

/// Where a statement points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    FeedTitle,
    FeedLink,
    Title,
    Link,
    Published,
    Updated,
    Text,
}

/// What is stated: of the feed, or of the entry with this number.
#[derive(Debug)]
struct Statement {
    kind: Kind,
    entry: usize,
    /// `None` states that there is none.
    expected: Option<String>,
}

/// A feed with what is stated of it.
struct Case {
    name: String,
    bytes: Vec<u8>,
    content_type: Option<String>,
    base: String,
    statements: Vec<Statement>,
}

fn suites() -> Option<PathBuf> {
    let data = env::var_os("STORYTURN_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from);
    let suites = data.join("suites");
    if suites.is_dir() {
        return Some(suites);
    }
    eprintln!("SKIPPED: no folder {}; set STORYTURN_DATA", suites.display());
    None
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

/// HTML to text by the plainest rule: no scripts, no comments, no tags, entities decoded.
fn tagless(html: &str) -> String {
    static HIDDEN: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?is)<!--.*?-->|<(?:script|style)\b.*?</(?:script|style)\s*>").unwrap()
    });
    static TAG: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?s)</?[a-zA-Z!?][^>]*>").unwrap());
    static ENTITY: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"&(#[xX][0-9a-fA-F]+|#[0-9]+|[a-zA-Z]+);").unwrap());
    let bare = HIDDEN.replace_all(html, "");
    let bare = TAG.replace_all(&bare, "");
    let decoded = ENTITY.replace_all(&bare, |found: &Captures<'_>| {
        let code = |digits: &str, radix| u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
        let character = match &found[1] {
            "lt" => Some('<'),
            "gt" => Some('>'),
            "amp" => Some('&'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            "nbsp" => Some('\u{a0}'),
            name => match name.strip_prefix('#') {
                Some(hex) if hex.starts_with(['x', 'X']) => code(&hex[1..], 16),
                Some(digits) => code(digits, 10),
                None => None,
            },
        };
        character.map_or_else(|| found[0].to_owned(), String::from)
    });
    decoded.into_owned()
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|char| !char.is_whitespace()).collect()
}

fn same_text(ours: Option<&str>, expected: Option<&str>) -> bool {
    let ours = squeezed(ours.unwrap_or_default());
    let expected = expected.unwrap_or_default();
    ours == squeezed(expected) || ours == squeezed(&tagless(expected))
}

/// Dates are stated as strings or, by feedparser, as a tuple of numbers in UTC.
fn same_instant(ours: Option<Published>, expected: &str) -> bool {
    let numbers: Vec<i16> =
        expected.trim_matches(['(', ')']).split(',').filter_map(|part| part.trim().parse().ok()).collect();
    let expected = match numbers[..] {
        [year, month, day, hour, minute, second, ..] => {
            let small = |number| i8::try_from(number).unwrap();
            civil::datetime(year, small(month), small(day), small(hour), small(minute), small(second), 0)
                .to_zoned(jiff::tz::TimeZone::UTC)
                .unwrap()
                .timestamp()
        }
        _ => match expected.parse::<Timestamp>() {
            Ok(at) => at,
            Err(_) => match jiff::fmt::rfc2822::parse(expected) {
                Ok(at) => at.timestamp(),
                Err(_) => return false,
            },
        },
    };
    match ours {
        Some(Published::At(at) | Published::AtOffset(at, _)) => at == expected,
        Some(Published::On(date)) => {
            date.to_zoned(jiff::tz::TimeZone::UTC).is_ok_and(|midnight| midnight.timestamp() == expected)
        }
        None => false,
    }
}

fn holds(statement: &Statement, feed: &Feed) -> bool {
    let entry: Option<&Entry> = feed.entries.get(statement.entry);
    let expected = statement.expected.as_deref();
    let same_link = |ours: &str| ours.trim() == expected.unwrap_or_default().trim();
    match (statement.kind, entry) {
        (Kind::FeedTitle, _) => same_text(feed.title.as_deref(), expected),
        (Kind::FeedLink, _) => same_link(feed.link.as_deref().unwrap_or_default()),
        (_, None) => false,
        (Kind::Title, Some(entry)) => same_text(entry.title.as_deref(), expected),
        (Kind::Link, Some(entry)) => same_link(&entry.url),
        (Kind::Published, Some(entry)) => same_instant(entry.published, expected.unwrap_or_default()),
        (Kind::Updated, Some(entry)) => same_instant(entry.updated, expected.unwrap_or_default()),
        // One text stands for the other where a feed has only one of them.
        (Kind::Text, Some(entry)) => {
            same_text(entry.summary.as_deref(), expected) || same_text(entry.text.as_deref(), expected)
        }
    }
}

/// Cases and statements that hold, per kind, and what does not.
#[derive(Default)]
struct Score {
    cases: usize,
    right: usize,
    kinds: BTreeMap<Kind, (usize, usize)>,
    failures: Vec<String>,
}

impl Score {
    fn share(&self) -> f64 {
        self.right as f64 / self.cases as f64
    }
}

fn score(name: &str, cases: &[Case]) -> Score {
    let mut score = Score::default();
    for case in cases.iter().filter(|case| !case.statements.is_empty()) {
        score.cases += 1;
        let read = read_feed(&case.bytes, case.content_type.as_deref(), &case.base);
        let mut right = true;
        for statement in &case.statements {
            let held = read.as_ref().is_ok_and(|feed| holds(statement, feed));
            let (holding, all) = score.kinds.entry(statement.kind).or_default();
            *holding += usize::from(held);
            *all += 1;
            if !held {
                right = false;
                let ours = match &read {
                    Ok(feed) if matches!(statement.kind, Kind::FeedTitle | Kind::FeedLink) => {
                        format!("{:?} {:?}", feed.title, feed.link)
                    }
                    Ok(feed) => format!("{:?}", feed.entries.get(statement.entry)),
                    Err(error) => error.to_string(),
                };
                score.failures.push(format!("{}: {statement:?}, read {ours}", case.name));
            }
        }
        score.right += usize::from(right);
    }
    println!("{name}: {} of {} cases right ({:.1} %)", score.right, score.cases, 100.0 * score.share());
    for (kind, (holding, all)) in &score.kinds {
        println!("  {kind:?}: {holding} of {all} statements");
    }
    for failure in &score.failures {
        println!("  wrong: {failure}");
    }
    score
}

/// The share of cases that must be right; lowering it is a commit of its own.
const FLOOR: f64 = 0.97;

#[test]
fn gofeed_states_what_we_read() {
    let Some(suites) = suites() else { return };
    let score = score("gofeed", &gofeed::cases(&suites.join("gofeed/testdata")));
    assert!(score.cases > 90 && score.share() >= FLOOR, "{}", score.failures.join("\n"));
}

#[test]
fn feedparser_states_what_we_read() {
    let Some(suites) = suites() else { return };
    let mut all = Score::default();
    for folder in ["wellformed", "entities", "encoding", "illformed"] {
        let score = score(folder, &feedparser::cases(&suites.join("feedparser"), folder));
        if folder == "wellformed" {
            assert!(score.cases > 400 && score.share() >= FLOOR, "{}", score.failures.join("\n"));
        }
        all.cases += score.cases;
        all.right += score.right;
    }
    assert!(all.cases > 500 && all.share() >= FLOOR, "{} of {} feeds", all.right, all.cases);
}

#[test]
fn encodings_are_told_by_mark_header_and_declaration_in_this_order() {
    let Some(suites) = suites() else { return };
    let (mut right, mut wrong) = (0, Vec::new());
    for (case, label) in feedparser::encodings(&suites.join("feedparser")) {
        // RFC 7303 did away with ASCII as what `text/xml` means.
        if label == "us-ascii" {
            continue;
        }
        let charset =
            read_feed(&case.bytes, case.content_type.as_deref(), &case.base).map(|feed| feed.charset);
        let expected = match encoding_rs::Encoding::for_label(label.as_bytes()) {
            Some(encoding) => encoding.name(),
            None if label.starts_with("utf-32") => "UTF-32",
            None => &label,
        };
        if charset.as_ref().is_ok_and(|charset| *charset == expected) {
            right += 1;
        } else {
            wrong.push(format!("{}: {label}, read {charset:?}", case.name));
        }
    }
    println!("encodings: {right} right, {} wrong", wrong.len());
    for wrong in &wrong {
        println!("  wrong: {wrong}");
    }
    // The two are twins of what is said: GBK is read as GB 18030, KOI8-U differs in four letters.
    assert!(right >= 20 && wrong.len() <= 2, "{wrong:?}");
}

#[test]
fn every_feed_of_every_suite_is_read_or_refused() {
    let Some(suites) = suites() else { return };
    for (suite, at_least) in
        [("feedvalidator", 1000), ("feedparser", 900), ("gofeed", 900), ("defusedxml", 8)]
    {
        let (mut read, mut refused) = (0, BTreeMap::<String, usize>::new());
        for path in files(&suites.join(suite)) {
            let bytes = fs::read(&path).unwrap();
            match read_feed(&bytes, None, "https://desk.example/feed") {
                Ok(_) => read += 1,
                Err(error) => *refused.entry(error.to_string()).or_default() += 1,
            }
            // Cut anywhere, and with a byte wrong, it is still read or refused.
            let middle = bytes.len() / 2;
            let mut wrong = bytes.clone();
            if let Some(byte) = wrong.get_mut(middle) {
                *byte ^= 0x3c;
            }
            let _ = read_feed(&wrong, None, "");
            let _ = read_feed(&bytes[..middle], None, "");
        }
        let all = read + refused.values().sum::<usize>();
        println!("{suite}: {read} of {all} files read as feeds");
        for (error, times) in &refused {
            println!("  {times} times: {error}");
        }
        assert!(all >= at_least, "{suite} has {all} files");
    }
}

#[test]
fn our_own_feeds_are_read_whole() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/feeds");
    let mut feeds = 0;
    for path in files(&folder) {
        let name = path.file_name().unwrap().to_str().unwrap();
        let Some(stem) = name.strip_suffix(".expected.json").filter(|stem| *stem != "sitemap") else {
            continue;
        };
        let expected: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        let endings = ["xml", "json"].map(|ending| folder.join(format!("{stem}.{ending}")));
        let input = endings.iter().find(|input| input.exists()).unwrap();
        let feed = read_feed(&fs::read(input).unwrap(), None, "").unwrap();
        assert_eq!(feed.title.as_deref(), expected["outlet"].as_str(), "{stem}");
        assert_eq!(feed.notes, Vec::<String>::new(), "{stem}");
        let entries = expected["entries"].as_array().unwrap();
        assert_eq!(feed.entries.len(), entries.len(), "{stem}");
        for (entry, expected) in feed.entries.iter().zip(entries) {
            assert_eq!(entry.title.as_deref(), expected["title"].as_str(), "{stem}");
            assert_eq!(Some(entry.url.as_str()), expected["link"].as_str(), "{stem}");
            let published = Published::parse(expected["published"].as_str().unwrap());
            assert_eq!(entry.published.map(Published::in_utc), published, "{stem}: {}", entry.url);
        }
        feeds += 1;
    }
    assert!(feeds >= 6, "{feeds} feeds");
}
