//! feedparser's expectations: a comment in each feed, with request headers and a Python expression.

use std::{fs, path::Path, sync::LazyLock};

use regex::Regex;
use url::Url;

use super::{Case, Kind, Statement, files};

/// Feeds with the encoding they are said to be in, by whichever label.
pub fn encodings(suite: &Path) -> Vec<(Case, String)> {
    static ENCODING: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"encoding == u?'([^']+)'").unwrap());
    let cases = ["encoding", "wellformed", "illformed"].into_iter().flat_map(|folder| cases(suite, folder));
    cases
        .filter_map(|case| {
            let readable: String =
                String::from_utf8_lossy(&case.bytes).chars().filter(|char| *char != '\0').collect();
            let label = ENCODING.captures(&readable)?[1].to_owned();
            Some((case, label))
        })
        .collect()
}

pub fn cases(suite: &Path, folder: &str) -> Vec<Case> {
    let tests = suite.join("tests");
    let mut cases = Vec::new();
    for input in files(&tests.join(folder)) {
        let bytes = fs::read(&input).unwrap();
        // Enough to read a comment in any encoding that has ASCII in it.
        let readable: String = String::from_utf8_lossy(&bytes).chars().filter(|char| *char != '\0').collect();
        let name = input.strip_prefix(&tests).unwrap().display().to_string();
        let mut base = Url::parse("http://127.0.0.1:8097/tests/").unwrap().join(&name).unwrap();
        if let Some(location) = header(&readable, "Content-Location")
            && let Ok(joined) = base.join(&location)
            // Whoever fetches takes no other base.
            && joined.scheme() == "http"
        {
            base = joined;
        }
        cases.push(Case {
            name,
            bytes,
            content_type: header(&readable, "Content-type"),
            base: base.into(),
            statements: statements(&readable),
        });
    }
    cases
}

fn header(readable: &str, name: &str) -> Option<String> {
    let header = Regex::new(&format!(r"(?mi)^\s*Header:\s*{name}:\s*(.*?)\s*$")).unwrap();
    Some(header.captures(readable)?[1].to_owned())
}

fn statements(readable: &str) -> Vec<Statement> {
    static EXPECT: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?m)^\s*Expect:\s*(.*?)\s*$").unwrap());
    // feed['title'] == u'…', also with a dot, and chains of several equals.
    static PATH: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"^(not )?(feed|entries\[(\d+)\])((?:\[[^\]]*\]|\.\w+(?:\('link'\))?)+)\s*(?:==\s*)?"#)
            .unwrap()
    });
    let Some(expect) = EXPECT.captures(readable) else { return Vec::new() };
    let mut found = Vec::new();
    for conjunct in conjuncts(&expect[1]) {
        let mut rest = conjunct.as_str();
        let mut subjects = Vec::new();
        while let Some(path) = PATH.captures(rest) {
            let entry = path.get(3).map(|number| number.as_str().parse().unwrap());
            let field: String =
                path[4].chars().filter(|char| !matches!(char, '[' | ']' | '\'' | '"')).collect();
            subjects.push((entry, field.trim_start_matches('.').to_owned(), path.get(1).is_some()));
            rest = &rest[path[0].len()..];
        }
        for (entry, field, negated) in subjects {
            let Some(kind) = kind(entry, &field) else { continue };
            let expected = if negated {
                None
            } else {
                let Some(literal) = literal(rest) else { continue };
                Some(literal)
            };
            found.push(Statement { kind, entry: entry.unwrap_or(0), expected });
        }
    }
    found
}

/// The kind of statement a path makes, if it is one we count.
fn kind(entry: Option<usize>, field: &str) -> Option<Kind> {
    let is_link = |field: &str| field == "link" || (field.starts_with("links") && field.ends_with("href"));
    Some(match (entry, field) {
        (None, "title" | "title_detailvalue") => Kind::FeedTitle,
        (None, field) if is_link(field) => Kind::FeedLink,
        (None, _) => return None,
        (Some(_), "title" | "title_detailvalue") => Kind::Title,
        (Some(_), field) if is_link(field) || field.starts_with("has_key(link") => Kind::Link,
        (
            Some(_),
            "published" | "published_parsed" | "created" | "created_parsed" | "issued" | "issued_parsed",
        ) => Kind::Published,
        (Some(_), "updated" | "updated_parsed" | "modified" | "modified_parsed") => Kind::Updated,
        (Some(_), "summary" | "summary_detailvalue" | "description") => Kind::Text,
        (Some(_), field) if field.starts_with("content") && field.ends_with("value") => Kind::Text,
        _ => return None,
    })
}

/// Parts of the expression between `and`s, quoted ones left alone.
fn conjuncts(expression: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut quote = None;
    let mut escaped = false;
    for character in expression.chars() {
        let last = parts.last_mut().unwrap();
        last.push(character);
        match quote {
            Some(_) if escaped => escaped = false,
            Some(_) if character == '\\' => escaped = true,
            Some(open) if open == character => quote = None,
            Some(_) => {}
            None if matches!(character, '\'' | '"') && !last.ends_with("['") => quote = Some(character),
            None if last.ends_with("['") => quote = Some('\''),
            None if last.ends_with(" and ") => {
                last.truncate(last.len() - " and ".len());
                parts.push(String::new());
            }
            None => {}
        }
    }
    parts.into_iter().map(|part| part.trim().to_owned()).collect()
}

/// A Python string or tuple.
fn literal(text: &str) -> Option<String> {
    if text.starts_with('(') {
        return Some(text.to_owned());
    }
    let text = text.strip_prefix('u').unwrap_or(text);
    let quote = text.chars().next().filter(|char| matches!(char, '\'' | '"'))?;
    let mut read = String::new();
    let mut rest = text[1..].chars();
    while let Some(character) = rest.next() {
        if character == quote {
            // Strings may be joined by a plus.
            let more =
                rest.as_str().trim_start().strip_prefix('+').and_then(|more| literal(more.trim_start()));
            return Some(read + &more.unwrap_or_default());
        }
        if character != '\\' {
            read.push(character);
            continue;
        }
        let digits = match rest.next()? {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            'n' => {
                read.push('\n');
                continue;
            }
            't' => {
                read.push('\t');
                continue;
            }
            other => {
                read.push(other);
                continue;
            }
        };
        let hex: String = rest.by_ref().take(digits).collect();
        read.push(u32::from_str_radix(&hex, 16).ok().and_then(char::from_u32)?);
    }
    None
}
