//! The headline without the site's name.
//!
//! A title comes in several forms (JSON-LD, Open Graph, `h1`, `<title>`); each is stripped of the
//! site's name, and the others help to tell what that is, and which of them a reader sees.

use std::collections::HashSet;

use super::{
    Head, MAX_TITLE_BYTES, Page, folded,
    linked::{Linked, plain},
    same,
};

/// What stands between a headline and a site's name.
const SEPARATORS: [&str; 13] =
    [" | ", " - ", " – ", " — ", " :: ", " » ", " « ", " · ", " • ", " › ", " ‹ ", " / ", " ~ "];

/// Every form of the headline, the chosen one first.
pub(super) fn titles(
    page: &Page,
    head: &Head,
    linked: &Linked,
    site: Option<&str>,
    host: Option<&str>,
) -> Vec<String> {
    let texts = |wanted: fn(&str) -> bool, most: usize| -> Vec<String> {
        let found = page.elements().filter(|(_, node)| wanted(node.name())).take(most);
        let texts = found.map(|(index, _)| page.text_of(index));
        let label = host.and_then(|host| host.rsplit('.').nth(1));
        texts
            .filter(|text| !text.is_empty() && text.len() <= MAX_TITLE_BYTES)
            .filter(|text| ![site, label].iter().flatten().any(|site| same(site, text)))
            .collect()
    };
    let headings = texts(|name| name == "h1", 8);
    // Where the site's name is the first-level heading, the headline is a second-level one; and any
    // heading tells where the headline ends in a longer title.
    let all_headings: Vec<String> = headings.iter().cloned().chain(texts(|name| name == "h2", 12)).collect();
    let strip = |title: String| {
        if title.len() > MAX_TITLE_BYTES {
            return None;
        }
        let title = without_site(&title, &all_headings, site, host);
        Some(title).filter(|title| !title.is_empty())
    };
    // JSON-LD names the site elsewhere: what its headline says beyond the heading belongs to it.
    let headline = linked.headline.as_deref().map(plain).filter(|title| title.len() <= MAX_TITLE_BYTES);
    let headline =
        headline.map(|title| without_site(&title, &[], site, host)).filter(|title| !title.is_empty());
    let graph = head.meta(&["og:title"]).map(plain).and_then(strip);
    let twitter = head.meta(&["twitter:title"]).map(plain).and_then(strip);
    let meta =
        head.meta(&["title", "dc.title", "parsely-title", "sailthru.title"]).map(plain).and_then(strip);
    let document = strip(plain(&head.title));
    let shared: Vec<&String> = graph.iter().chain(&twitter).collect();
    let rest: Vec<&String> = shared.iter().copied().chain(&meta).chain(&document).collect();
    let agreeing =
        |with: &[&String]| all_headings.iter().find(|heading| with.iter().any(|title| same(title, heading)));
    let told = graph.iter().filter(|title| words(title).len() >= MIN_TITLE_WORDS);
    // What a reader sees: the only first-level heading, if the page elsewhere says nearly the same. Where
    // it says one thing more, that is a kicker or the site.
    let only = (headings.len() == 1).then(|| headings.first()).flatten();
    let seen = only.filter(|heading| rest.iter().any(|title| alike(title, heading)));
    let seen = seen.filter(|heading| !told.clone().any(|title| folded(heading).contains(&folded(title))));
    let order = headline
        .iter()
        .chain(agreeing(&shared))
        .chain(seen)
        .chain(told)
        .chain(agreeing(&rest))
        .chain(&graph)
        .chain(only)
        .chain(rest.iter().copied())
        .chain(&headings);
    let mut titles: Vec<String> = Vec::new();
    for title in order {
        if !titles.iter().any(|held| same(held, title)) {
            titles.push(title.clone());
        }
    }
    // A headline that was cut is whole elsewhere.
    if let Some(first) = titles.first() {
        let stem = folded(first);
        let is_cut = first.ends_with("...") || first.ends_with('…') || first.chars().count() >= CUT_CHARS;
        let whole = titles[1..].iter().find(|title| {
            let title = folded(title);
            title.len() > stem.len() && title.starts_with(&stem)
        });
        if let Some(whole) = whole.filter(|_| is_cut && !stem.is_empty()).cloned() {
            titles.retain(|held| *held != whole);
            titles.insert(0, whole);
        }
    }
    // "Kicker: Headline" in JSON-LD, where Open Graph says "Headline".
    if let (Some(headline), Some(graph)) = (&headline, &graph)
        && is_kicked(headline, graph)
    {
        titles.retain(|held| !same(held, graph));
        titles.insert(0, graph.clone());
    }
    titles
}

/// Whether a title is the other with a kicker before it.
fn is_kicked(long: &str, short: &str) -> bool {
    let after = |mark| long.split_once(mark).is_some_and(|(_, after)| same(after, short));
    after(": ") || after(" - ")
}

/// Publishing systems cut headlines to about this many characters: search engines ask for 110.
const CUT_CHARS: usize = 100;
/// A title of fewer words may as well be a section's.
const MIN_TITLE_WORDS: usize = 3;

fn words(title: &str) -> HashSet<String> {
    title
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// Whether two titles share half the words of the shorter one.
fn alike(left: &str, right: &str) -> bool {
    let (left, right) = (words(left), words(right));
    let shared = left.intersection(&right).count();
    let shorter = left.len().min(right.len());
    shorter >= MIN_TITLE_WORDS && 2 * shared >= shorter
}

/// Drops a part at the end or the start that names the site.
fn without_site(title: &str, headings: &[String], site: Option<&str>, host: Option<&str>) -> String {
    if headings.iter().any(|heading| same(heading, title)) {
        return title.to_owned();
    }
    for (at, mark) in SEPARATORS.iter().filter_map(|mark| title.find(mark).map(|at| (at, mark))) {
        let (front, back) = (&title[..at], &title[at + mark.len()..]);
        if let Some(heading) = headings.iter().find(|heading| same(heading, front) || same(heading, back)) {
            return heading.clone();
        }
    }
    let label = host.map(|host| host.rsplit('.').nth(1).unwrap_or(host)).unwrap_or_default();
    let names_site = |part: &str| {
        let part = folded(part);
        let named = site.map(folded).unwrap_or_default();
        !part.is_empty()
            && (part == named
                || !named.is_empty() && part.len() >= 4 && (named.contains(&part) || part.contains(&named))
                || host.is_some_and(|host| part == folded(host))
                || label.len() > 2 && part.contains(label))
    };
    let mut title = title;
    // Section and site: "Headline | Markets | Example".
    for _ in 0..3 {
        let last = SEPARATORS.iter().filter_map(|mark| title.rfind(mark).map(|at| (at, mark.len()))).max();
        let first = SEPARATORS.iter().filter_map(|mark| title.find(mark).map(|at| (at, mark.len()))).min();
        let (Some((last, last_length)), Some((first, first_length))) = (last, first) else {
            break;
        };
        let (front, back) = (title[..last].trim(), title[last + last_length..].trim());
        let (lead, tail) = (title[..first].trim(), title[first + first_length..].trim());
        if let Some(heading) = headings.iter().find(|heading| same(heading, front)) {
            return heading.clone();
        }
        if names_site(back) && !front.is_empty() {
            title = front;
        } else if names_site(lead) && !tail.is_empty() {
            title = tail;
        } else {
            break;
        }
    }
    title.trim().to_owned()
}
