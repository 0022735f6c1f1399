//! gofeed's expectations: the parsed feed as JSON beside each input, in four shapes of one idea.

use std::{fs, path::Path};

use serde_json::Value;

use super::{Case, Kind, Statement, files};

pub fn cases(suite: &Path) -> Vec<Case> {
    let mut cases = Vec::new();
    for input in files(suite) {
        let name = input.file_name().unwrap().to_str().unwrap();
        let expected = match name.rsplit_once('.') {
            Some((stem, "xml")) => input.with_file_name(format!("{stem}.json")),
            Some((stem, "json")) => input.with_file_name(format!("{stem}_expected.json")),
            _ => continue,
        };
        let Ok(expected) = fs::read(&expected) else { continue };
        let expected: Value = serde_json::from_slice(&expected).unwrap();
        cases.push(Case {
            name: input.strip_prefix(suite).unwrap().display().to_string(),
            bytes: fs::read(&input).unwrap(),
            content_type: None,
            base: String::new(),
            statements: statements(&expected),
        });
    }
    cases
}

fn statements(feed: &Value) -> Vec<Statement> {
    let mut found = Vec::new();
    let mut state = |kind, entry, expected: Option<&Value>| {
        if let Some(expected) = expected.and_then(Value::as_str) {
            found.push(Statement { kind, entry, expected: Some(expected.to_owned()) });
        }
    };
    state(Kind::FeedTitle, 0, feed.get("title"));
    state(Kind::FeedLink, 0, link(feed));
    let entries = ["entries", "items"].iter().find_map(|name| feed.get(name)).and_then(Value::as_array);
    for (number, entry) in entries.into_iter().flatten().enumerate() {
        let first = |names: &[&str]| names.iter().find_map(|name| entry.get(name));
        state(Kind::Title, number, entry.get("title"));
        state(Kind::Link, number, link(entry));
        state(
            Kind::Published,
            number,
            first(&["publishedParsed", "published", "pubDateParsed", "pubDate", "date_published"]),
        );
        state(Kind::Updated, number, first(&["updatedParsed", "updated", "date_modified"]));
        for name in ["summary", "description"] {
            state(Kind::Text, number, entry.get(name));
        }
        // JSON Feed offers one text in two forms; we keep one.
        state(Kind::Text, number, first(&["content_html", "content_text"]));
        let content = entry.get("content");
        state(Kind::Text, number, content.and_then(|content| content.get("value")).or(content));
    }
    found
}

/// `link`, or the first of the `links` that leads to the thing itself.
fn link(of: &Value) -> Option<&Value> {
    let named = ["link", "url", "home_page_url"].iter().find_map(|name| of.get(name));
    let alternate = || {
        let links = of.get("links")?.as_array()?;
        let is_alternate = |link: &&Value| link.get("rel").is_none_or(|rel| rel == "alternate");
        links.iter().find(is_alternate)?.get("href")
    };
    named.or_else(alternate)
}
