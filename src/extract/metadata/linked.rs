//! JSON-LD: what a page says of itself in `<script type="application/ld+json">`.
//!
//! Reads the objects that describe an article and leaves the rest (breadcrumbs, organisations,
//! products). Of several articles the one with the page's address or headline counts; those in lists of
//! others do not. Broken JSON is repaired once and else ignored; deep nesting is refused by the parser,
//! and the number of objects looked at is bounded.

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use scraper::Html;
use serde_json::{Map, Value};

use crate::extract::{body::folded, guard::guard, page::push_collapsed};

/// What the article's object says; text is not yet cleaned.
#[derive(Debug, Default)]
pub(super) struct Linked {
    pub headline: Option<String>,
    pub published: Option<String>,
    pub modified: Option<String>,
    pub authors: Vec<String>,
    pub publisher: Option<String>,
    pub language: Option<String>,
    pub body: Option<String>,
}

/// What the page says elsewhere, to tell its own article from those it lists.
#[derive(Debug, Default)]
pub(super) struct About {
    /// Forms of the headline, folded, perhaps with the site's name.
    pub titles: Vec<String>,
    /// The address, as [`bare`] leaves it.
    pub address: Option<String>,
}

/// Objects looked at on one page; a page describes a few dozen things.
const MAX_OBJECTS: usize = 10_000;
/// Keys under which a page lists articles that are not its own.
const LISTS: [&str; 12] = [
    "itemListElement",
    "hasPart",
    "review",
    "reviews",
    "comment",
    "mentions",
    "citation",
    "isBasedOn",
    "subjectOf",
    "liveBlogUpdate",
    "relatedLink",
    "video",
];

/// An object and whether it stands in a list of others.
type Found<'a> = (&'a Map<String, Value>, bool);

/// Reads the blocks of a page.
pub(super) fn read(blocks: &[&str], about: &About) -> Linked {
    let values: Vec<Value> = blocks.iter().filter_map(|block| parse(block)).collect();
    let mut objects: Vec<Found> = Vec::new();
    let mut open: Vec<(&Value, bool)> = values.iter().rev().map(|value| (value, false)).collect();
    while let Some((value, listed)) = open.pop() {
        match value {
            Value::Array(items) => open.extend(items.iter().rev().map(|item| (item, listed))),
            Value::Object(object) if objects.len() < MAX_OBJECTS => {
                objects.push((object, listed));
                let inner = object.iter().filter(|(_, value)| value.is_object() || value.is_array());
                open.extend(inner.map(|(key, value)| (value, listed || LISTS.contains(&key.as_str()))));
            }
            _ => {}
        }
    }
    let names: HashMap<&str, &Map<String, Value>> = objects
        .iter()
        .filter(|(object, _)| object.contains_key("name"))
        .filter_map(|(object, _)| Some((object.get("@id")?.as_str()?, *object)))
        .collect();
    // The page's own article first; what it leaves open, other descriptions of the same may say.
    let mut articles: Vec<(u8, &Map<String, Value>)> =
        objects.iter().filter_map(|found| Some((rank(found, about)?, found.0))).collect();
    articles.sort_by_key(|(rank, _)| std::cmp::Reverse(*rank));
    let mut linked = Linked::default();
    let least = articles.first().map_or(0, |(rank, _)| (*rank).max(MATCHES));
    for (position, (rank, object)) in articles.iter().take(MAX_DESCRIPTIONS).enumerate() {
        if position == 0 || *rank >= least {
            linked.complete(fill(object, &names));
        }
    }
    for (object, _) in objects.iter().filter(|(object, _)| kind(object) == Kind::Page).take(1) {
        let page = fill(object, &names);
        linked.complete(Linked { headline: None, body: None, publisher: None, ..page });
    }
    if linked.authors.is_empty() {
        linked.authors = only_person(&objects);
    }
    linked
}

/// Descriptions of one article that are put together.
const MAX_DESCRIPTIONS: usize = 3;
/// The rank from which on an object is known to describe the page's article.
const MATCHES: u8 = 4;

/// How surely an object describes the article of the page; `None` where it does not.
fn rank((object, listed): &Found, about: &About) -> Option<u8> {
    let address = |value: &Value| match value {
        Value::String(address) => Some(bare(address)),
        Value::Object(object) => {
            let id = object.get("@id").or_else(|| object.get("url"))?;
            id.as_str().map(bare)
        }
        _ => None,
    };
    let mut addresses =
        ["url", "mainEntityOfPage", "@id"].iter().filter_map(|key| address(object.get(*key)?));
    let same_address = about.address.is_some() && addresses.any(|address| Some(address) == about.address);
    let headline = string(object.get("headline")).or_else(|| string(object.get("name")));
    let headline = headline.map(|headline| folded(&plain(&headline))).unwrap_or_default();
    let same_headline =
        headline.len() >= MIN_HEADLINE_BYTES && about.titles.iter().any(|title| title.contains(&headline));
    let matches = u8::from(same_address) * 4 + u8::from(same_headline) * 4;
    match kind(object) {
        Kind::Article if *listed => (matches > 0).then_some(matches),
        Kind::Article => Some(matches + 2),
        // A recipe, a video: the page's article where it has no other.
        Kind::Work if !listed => (same_headline).then_some(1),
        _ => None,
    }
}

/// Shorter headlines stand in other words.
const MIN_HEADLINE_BYTES: usize = 8;

/// An address without scheme, `www.`, query, fragment and final stroke, in lower case.
pub(super) fn bare(url: &str) -> String {
    let url = url.trim();
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    rest.strip_prefix("www.").unwrap_or(rest).trim_end_matches('/').to_lowercase()
}

/// The person a page describes beside its article without tying the two: a blog's writer.
fn only_person(objects: &[Found]) -> Vec<String> {
    let mut persons = objects
        .iter()
        .filter(|(object, listed)| !listed && types(object).contains(&"Person"))
        .filter_map(|(object, _)| string(object.get("name")));
    match (persons.next(), persons.next()) {
        (Some(name), None) => vec![plain(&name)],
        _ => Vec::new(),
    }
}

impl Linked {
    fn complete(&mut self, other: Self) {
        fn or<T>(own: &mut Option<T>, other: Option<T>) {
            if own.is_none() {
                *own = other;
            }
        }
        or(&mut self.headline, other.headline);
        or(&mut self.published, other.published);
        or(&mut self.modified, other.modified);
        or(&mut self.publisher, other.publisher);
        or(&mut self.language, other.language);
        or(&mut self.body, other.body);
        if self.authors.is_empty() {
            self.authors = other.authors;
        }
    }
}

fn fill(object: &Map<String, Value>, names: &Names) -> Linked {
    let first = |keys: &[&str]| keys.iter().find_map(|key| string(object.get(*key)));
    let people = |keys: &[&str]| {
        let mut found = keys.iter().filter_map(|key| object.get(*key)).map(|value| people(value, names));
        found.find(|people| !people.is_empty()).unwrap_or_default()
    };
    Linked {
        headline: first(&["headline", "name"]),
        published: first(&["datePublished", "dateCreated", "uploadDate"]),
        modified: first(&["dateModified"]),
        language: first(&["inLanguage"]),
        body: first(&["articleBody", "text"]),
        publisher: people(&["publisher"]).into_iter().next(),
        authors: people(&["author", "creator", "contributor"]),
    }
}

#[derive(PartialEq, Eq)]
enum Kind {
    Article,
    Page,
    /// Something else that is made and has a headline.
    Work,
    Other,
}

fn types(object: &Map<String, Value>) -> Vec<&str> {
    let types = match object.get("@type") {
        Some(Value::String(one)) => vec![one.as_str()],
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    types.into_iter().map(|name| name.rsplit(['/', ':']).next().unwrap_or(name)).collect()
}

fn kind(object: &Map<String, Value>) -> Kind {
    let types = types(object);
    let article = |name: &&str| {
        name.ends_with("Article")
            || name.ends_with("Posting") && *name != "JobPosting"
            || matches!(*name, "Report" | "CreativeWork")
    };
    if types.iter().any(article) {
        Kind::Article
    } else if types.iter().any(|name| name.ends_with("WebPage")) {
        Kind::Page
    } else if types.iter().any(|name| {
        matches!(*name, "Recipe" | "VideoObject" | "HowTo" | "Review" | "PodcastEpisode" | "BlogPost")
    }) {
        Kind::Work
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
    serde_json::from_str(block).ok().or_else(|| serde_json::from_str(&repaired(block)).ok())
}

/// What publishers get wrong in JSON, put right: raw line ends in strings, backslashes before what needs
/// none, commas before a closing bracket.
fn repaired(block: &str) -> String {
    let mut out = String::with_capacity(block.len());
    let mut in_string = false;
    let mut letters = block.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => {
                in_string = !in_string;
                out.push(letter);
            }
            '\\' if in_string => match letters.next() {
                Some(escaped @ ('"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't' | 'u')) => {
                    out.push('\\');
                    out.push(escaped);
                }
                Some(needless) => out.push(needless),
                None => {}
            },
            _ if letter.is_control() => out.push(' '),
            ']' | '}' if !in_string => {
                let kept = out.trim_end().trim_end_matches(',').len();
                out.truncate(kept);
                out.push(letter);
            }
            _ => out.push(letter),
        }
    }
    out
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

/// Objects with a name, by their `@id`.
type Names<'a> = HashMap<&'a str, &'a Map<String, Value>>;

/// Names of persons or organisations: a string, an object, a reference to one, or a list of these.
fn people(value: &Value, names: &Names) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut open: Vec<&Value> = vec![value];
    while let Some(item) = open.pop() {
        match item {
            Value::Array(items) if found.len() < MAX_PEOPLE => {
                open.extend(items.iter().take(MAX_PEOPLE).rev());
            }
            Value::String(name) => found.push(name.clone()),
            Value::Object(object) => {
                let id = object.get("@id").and_then(Value::as_str);
                let object = if object.contains_key("name") {
                    object
                } else {
                    id.and_then(|id| names.get(id)).copied().unwrap_or(object)
                };
                let spelled = || {
                    let parts = [string(object.get("givenName"))?, string(object.get("familyName"))?];
                    Some(parts.join(" "))
                };
                match object.get("name") {
                    // A list of names stands under one "name" too.
                    Some(Value::Array(names)) => {
                        found.extend(names.iter().take(MAX_PEOPLE).filter_map(|name| string(Some(name))));
                    }
                    name => found.extend(string(name).or_else(spelled)),
                }
            }
            _ => {}
        }
    }
    found.iter().map(|name| plain(name)).filter(|name| !name.is_empty()).collect()
}

/// Names read of one article.
const MAX_PEOPLE: usize = 64;

/// Text that may hold markup or entities, as plain characters. The markup is as little to be trusted as
/// the page's.
pub(in crate::extract) fn plain(text: &str) -> String {
    let mut out = String::new();
    if text.contains(['&', '<']) {
        let html = Html::parse_fragment(&guard(text).html);
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
