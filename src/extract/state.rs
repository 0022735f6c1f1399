//! The article in a page's own program: pages drawn by script carry it as JSON (`__NEXT_DATA__`, the
//! state of Redux or Apollo, the content of Fusion) and show nothing until the script has run.
//!
//! Read only where the page itself shows next to nothing. No key of any framework is known here: a
//! body is one long string, or a list whose items each hold one, and the one next to the headline is
//! preferred. Hostile scripts cost time in proportion to their length: a bounded number of values is
//! read, each at most once, and the parser refuses deep nesting.

use serde_json::{Deserializer, Map, Value};

use super::{baseline, block::count_words, body::folded, metadata::linked::plain};

/// Fewest words of a body; shorter strings are descriptions and captions.
const MIN_WORDS: usize = 60;
/// A paragraph in a list has at least this many words, or it is a label.
const MIN_PARAGRAPH_WORDS: usize = 5;
/// A body without the headline near it counts this much less.
const FOREIGN_WEIGHT: f32 = 0.3;
/// How many objects up the headline may stand.
const NEAR: usize = 3;
/// Values read in one script: a state, or the pieces it is sent in.
const MAX_VALUES: usize = 8;
/// Nodes of JSON looked at; the largest states have some hundred thousand.
const MAX_NODES: usize = 2_000_000;
/// Keys whose strings are not the article.
const OTHER_KEYS: [&str; 10] =
    ["caption", "related", "recommend", "comment", "author", "bio", "advert", "credit", "seo", "promo"];

/// The lines of the article in the scripts of a page; empty when none holds one.
pub(super) fn body(source: &str, headlines: &[String]) -> Vec<String> {
    let headlines: Vec<String> =
        headlines.iter().map(|headline| folded(headline)).filter(|line| !line.is_empty()).collect();
    let mut best = Best::default();
    let mut nodes = 0;
    for script in scripts(source) {
        for value in values(script) {
            visit(&value, &headlines, &mut best, &mut nodes);
        }
    }
    best.paragraphs.iter().flat_map(|text| baseline::linked_body(text)).collect()
}

#[derive(Default)]
struct Best {
    weight: f32,
    paragraphs: Vec<String>,
}

impl Best {
    fn offer(&mut self, paragraphs: Vec<String>, near: bool) {
        let words: usize = paragraphs.iter().map(|text| count_words(text)).sum();
        let weight = words as f32 * if near { 1.0 } else { FOREIGN_WEIGHT };
        if words >= MIN_WORDS && weight > self.weight {
            *self = Self { weight, paragraphs };
        }
    }
}

/// The contents of the page's scripts.
fn scripts(source: &str) -> impl Iterator<Item = &str> {
    source.split("<script").skip(1).filter_map(|rest| {
        let rest = &rest[rest.find('>')? + 1..];
        Some(&rest[..rest.find("</script").unwrap_or(rest.len())])
    })
}

/// The JSON values a script starts with or assigns.
fn values(script: &str) -> Vec<Value> {
    let mut found = Vec::new();
    let mut rest = script;
    // A value opens the script, or follows a sign that something is given it.
    let mut at_start = true;
    while found.len() < MAX_VALUES {
        let start = if at_start && rest.trim_start().starts_with(['{', '[']) {
            rest.len() - rest.trim_start().len()
        } else {
            let Some(sign) = rest.find(['=', '(']) else { break };
            let after = &rest[sign + 1..];
            sign + 1 + (after.len() - after.trim_start().len())
        };
        at_start = false;
        rest = &rest[start..];
        if !rest.starts_with(['{', '[']) {
            continue;
        }
        let mut stream = Deserializer::from_str(rest).into_iter::<Value>();
        match stream.next() {
            Some(Ok(value)) => {
                rest = &rest[stream.byte_offset()..];
                found.push(value);
            }
            // A program, not data: whatever else it assigns is small.
            _ if rest.len() == script.len() => break,
            _ => rest = &rest[1..],
        }
    }
    found
}

/// Offers every body below a value.
fn visit(value: &Value, headlines: &[String], best: &mut Best, nodes: &mut usize) {
    // Each with the number of objects since one that holds the headline.
    let mut open: Vec<(&Value, usize)> = vec![(value, NEAR + 1)];
    while let Some((value, away)) = open.pop() {
        *nodes += 1;
        if *nodes > MAX_NODES {
            return;
        }
        match value {
            Value::String(text) if count_words(text) >= MIN_WORDS => {
                best.offer(vec![text.clone()], away <= NEAR);
            }
            Value::Array(items) => {
                let paragraphs: Vec<String> = items.iter().filter_map(paragraph).collect();
                if paragraphs.len() > 1 {
                    best.offer(paragraphs, away <= NEAR);
                }
                open.extend(items.iter().map(|item| (item, away)));
            }
            Value::Object(object) => {
                let away = if holds_headline(object, headlines) { 0 } else { away.saturating_add(1) };
                let inner = object.iter().filter(|(key, _)| is_article(key));
                open.extend(inner.map(|(_, item)| (item, away)));
            }
            _ => {}
        }
    }
}

fn is_article(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    !OTHER_KEYS.iter().any(|other| key.contains(other))
}

fn holds_headline(object: &Map<String, Value>, headlines: &[String]) -> bool {
    // No headline is longer; folding every body would cost more than reading it.
    let is_headline = |value: &Value| {
        value.as_str().is_some_and(|text| text.len() < 600 && headlines.contains(&folded(&plain(text))))
    };
    object.iter().any(|(key, value)| match value {
        // `"headlines": {"basic": ...}`
        Value::Object(forms) => {
            (key.contains("headline") || key.contains("title")) && forms.values().any(is_headline)
        }
        value => is_headline(value),
    })
}

/// The paragraph an item of a list is or holds.
fn paragraph(item: &Value) -> Option<String> {
    let longest = match item {
        Value::String(text) => text,
        Value::Object(object) => {
            // The teaser of another article has a headline and a way there.
            if object.contains_key("headline") || object.contains_key("headlines") {
                return None;
            }
            object
                .iter()
                .filter(|(key, _)| is_article(key))
                .filter_map(|(_, value)| value.as_str())
                .filter(|text| !text.starts_with("http"))
                .max_by_key(|text| text.len())?
        }
        _ => return None,
    };
    // Marked as what it is, or formatting in it would be read as characters.
    (count_words(longest) >= MIN_PARAGRAPH_WORDS)
        .then(|| if longest.contains("</") { format!("<p>{longest}</p>") } else { longest.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROSE: &str = "Silver rose to a record on Friday as investors sought safety from falling currencies, and analysts \
        said that Bitcoin had not followed the metals so far this month.";

    fn check(script: &str, expected: &[&str]) {
        let source = format!("<div id=app></div><script>{script}</script>");
        assert_eq!(body(&source, &["Silver rises".to_owned()]), expected, "{script}");
    }

    #[test]
    fn the_body_beside_the_headline_is_found() {
        let long = [PROSE; 4].join(" ");
        let longer = format!("Elsewhere {}", [PROSE; 5].join(" "));
        check(&format!(r#"{{"props":{{"a":{{"title":"Silver rises","content":"{long}"}}}}}}"#), &[&long]);
        check(
            &format!(
                r#"window.__STATE__ = {{"x":{{"headlines":{{"basic":"Silver rises"}},"els":[{{"type":"text","content":"{PROSE}"}},{{"type":"text","content":"<b>{PROSE}</b>"}},{{"type":"image","url":"https://x"}},{{"content":"{PROSE}"}}]}}}};window.b={{}};"#
            ),
            &[PROSE; 3],
        );
        check(
            &format!(
                r#"var a = 1; self.x({{"more":{{"text":"{longer}"}},"this":{{"title":"Silver rises","html":"<p>{long}</p>"}}}})"#
            ),
            &[&long],
        );
    }

    #[test]
    fn programs_and_descriptions_hold_none() {
        check("if (a = {b}) { c = [d }", &[]);
        check(&format!(r#"{{"description":"{PROSE}"}}"#), &[]);
        check(&"=".repeat(100_000), &[]);
        check(&"=[".repeat(100_000), &[]);
        check(&"[".repeat(100_000), &[]);
    }
}
