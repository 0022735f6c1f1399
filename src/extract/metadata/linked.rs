//! JSON-LD: what a page says of itself in `<script type="application/ld+json">`.
//!
//! Reads the objects that describe an article and leaves the rest (breadcrumbs, organisations,
//! products). Broken JSON is repaired once, where control characters broke it, and else ignored; deep
//! nesting is refused by the parser, and the number of objects looked at is bounded.

use std::collections::HashMap;

use scraper::Html;
use serde_json::{Map, Value};

use crate::extract::page::push_collapsed;

/// What the article's object says; text is not yet cleaned.
#[derive(Debug, Default)]
pub(in crate::extract) struct Linked {
    pub headline: Option<String>,
    pub published: Option<String>,
    pub modified: Option<String>,
    pub authors: Vec<String>,
    pub publisher: Option<String>,
    pub language: Option<String>,
    pub body: Option<String>,
}

/// Objects looked at on one page; a page describes a few dozen things.
const MAX_OBJECTS: usize = 10_000;

/// Reads the blocks of a page.
pub(in crate::extract) fn read(blocks: &[&str]) -> Linked {
    let values: Vec<Value> = blocks.iter().filter_map(|block| parse(block)).collect();
    let mut objects: Vec<&Map<String, Value>> = Vec::new();
    let mut open: Vec<&Value> = values.iter().rev().collect();
    while let Some(value) = open.pop() {
        match value {
            Value::Array(items) => open.extend(items.iter().rev()),
            Value::Object(object) if objects.len() < MAX_OBJECTS => {
                objects.push(object);
                open.extend(object.values().filter(|value| value.is_object() || value.is_array()));
            }
            _ => {}
        }
    }
    let names: HashMap<&str, &str> = objects
        .iter()
        .filter_map(|object| Some((object.get("@id")?.as_str()?, object.get("name")?.as_str()?)))
        .collect();
    let mut linked = Linked::default();
    let articles = objects.iter().filter(|object| kind(object) == Kind::Article);
    // A page that lists other articles describes itself first.
    for object in articles.take(1) {
        fill(&mut linked, object, &names);
    }
    for object in objects.iter().filter(|object| kind(object) == Kind::Page).take(1) {
        linked.published = linked.published.or_else(|| string(object.get("datePublished")));
        linked.modified = linked.modified.or_else(|| string(object.get("dateModified")));
        linked.language = linked.language.or_else(|| string(object.get("inLanguage")));
    }
    linked
}

fn fill(linked: &mut Linked, object: &Map<String, Value>, names: &HashMap<&str, &str>) {
    linked.headline = string(object.get("headline")).or_else(|| string(object.get("name")));
    linked.published = string(object.get("datePublished")).or_else(|| string(object.get("dateCreated")));
    linked.modified = string(object.get("dateModified"));
    linked.language = string(object.get("inLanguage"));
    linked.body = string(object.get("articleBody")).or_else(|| string(object.get("text")));
    linked.publisher = object.get("publisher").into_iter().flat_map(|value| people(value, names)).next();
    linked.authors = object
        .get("author")
        .or_else(|| object.get("creator"))
        .map(|value| people(value, names))
        .unwrap_or_default();
}

#[derive(PartialEq, Eq)]
enum Kind {
    Article,
    Page,
    Other,
}

fn kind(object: &Map<String, Value>) -> Kind {
    let types: Vec<&str> = match object.get("@type") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
        _ => return Kind::Other,
    };
    let article = |name: &&str| {
        let name = name.rsplit(['/', ':']).next().unwrap_or(name);
        name.ends_with("Article")
            || name.ends_with("Posting") && name != "JobPosting"
            || matches!(name, "Report" | "Review" | "CreativeWork")
    };
    if types.iter().any(article) {
        Kind::Article
    } else if types.iter().any(|name| name.ends_with("WebPage")) {
        Kind::Page
    } else {
        Kind::Other
    }
}

fn parse(block: &str) -> Option<Value> {
    let block = block
        .trim()
        .trim_start_matches("<!--")
        .trim_start_matches("//<![CDATA[")
        .trim_start_matches("<![CDATA[");
    let block =
        block.trim_end().trim_end_matches("-->").trim_end_matches("//]]>").trim_end_matches("]]>").trim();
    let block = block.trim_end_matches(';');
    serde_json::from_str(block).ok().or_else(|| {
        let repaired: String =
            block.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
        serde_json::from_str(&repaired).ok()
    })
}

fn string(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Array(items) => string(items.first()),
        Value::Object(object) => string(object.get("name").or_else(|| object.get("@value"))),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Names of persons or organisations: a string, an object, a reference to one, or a list of these.
fn people(value: &Value, names: &HashMap<&str, &str>) -> Vec<String> {
    let items = match value {
        Value::Array(items) => items.as_slice(),
        one => std::slice::from_ref(one),
    };
    let name = |item: &Value| match item {
        Value::String(name) => Some(name.clone()),
        Value::Object(object) => string(object.get("name")).or_else(|| {
            object
                .get("@id")
                .and_then(Value::as_str)
                .and_then(|id| names.get(id))
                .map(|name| (*name).to_owned())
        }),
        _ => None,
    };
    items.iter().filter_map(name).map(|name| plain(&name)).filter(|name| !name.is_empty()).collect()
}

/// Text that may hold markup or entities, as plain characters.
pub(in crate::extract) fn plain(text: &str) -> String {
    let mut out = String::new();
    if text.contains(['&', '<']) {
        let html = Html::parse_fragment(text);
        for node in html.tree.nodes() {
            if let Some(text) = node.value().as_text() {
                push_collapsed(&mut out, text);
            }
        }
    } else {
        push_collapsed(&mut out, text);
    }
    out.truncate(out.trim_end().len());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_article_is_found_wherever_it_stands() {
        for block in [
            r#"{"@type":"NewsArticle","headline":"H","datePublished":"2024-03-12","author":{"name":"Jane Doe"}}"#,
            r#"[{"@type":"BreadcrumbList"},{"@type":["Article","X"],"headline":"H","datePublished":"2024-03-12","author":["Jane Doe"]}]"#,
            r##"{"@graph":[{"@type":"BlogPosting","headline":"H","datePublished":"2024-03-12","author":{"@id":"#j"}},{"@id":"#j","name":"Jane Doe"}]}"##,
            "<!-- {\"@type\":\"Article\",\"headline\":\"H\",\"datePublished\":\"2024-03-12\",\"x\":\"a\nb\",\"author\":\"Jane Doe\"}; -->",
        ] {
            let linked = read(&[block]);
            assert_eq!(linked.headline.as_deref(), Some("H"), "{block}");
            assert_eq!(linked.published.as_deref(), Some("2024-03-12"), "{block}");
            assert_eq!(linked.authors, ["Jane Doe"], "{block}");
        }
    }

    #[test]
    fn what_is_no_article_is_left() {
        let linked = read(&[r#"{"@type":"JobPosting","headline":"H"}"#, "{broken", "[[[[]]]]", ""]);
        assert_eq!(linked.headline, None);
        assert!(read(&[&"[".repeat(100_000)]).headline.is_none());
    }

    #[test]
    fn entities_are_read() {
        assert_eq!(plain("Gold &amp; silver <b>rise</b>"), "Gold & silver rise");
    }
}
