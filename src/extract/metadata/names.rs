//! The headline without the site's name, and who wrote it.
//!
//! A title comes in several forms (JSON-LD, Open Graph, `h1`, `<title>`); each is stripped of the
//! site's name, and the others help to tell what that is. A byline is names, not addresses, roles or
//! dates.

use std::sync::LazyLock;

use regex::Regex;

use super::{
    Head, Node, Page, Tag, folded, is_elsewhere,
    linked::{Linked, plain},
    same,
};

/// What stands between a headline and a site's name.
const SEPARATORS: [&str; 13] =
    [" | ", " - ", " – ", " — ", " :: ", " » ", " « ", " · ", " • ", " › ", " ‹ ", " / ", " ~ "];
/// Whatever is longer is no headline, whoever calls it one.
const MAX_TITLE_BYTES: usize = 1000;
/// Visible bylines are short.
const MAX_BYLINE_CHARS: usize = 120;
/// An element with more nodes holds more than a byline.
const MAX_BYLINE_NODES: u32 = 40;

static BY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^\W*((written|posted|published|story|reported|words|text|article|veröffentlicht|erstellt|eingestellt|beitrag|artikel|publié|publicado|escrito|scritto|zeige\s+alle\s+beiträge|alle\s+beiträge|view\s+all\s+posts)\s+)?(by|von|par|por|door|di|autor(in)?|author|auteur|text|texte|автор)\b\s*:?\s+")
        .expect("the pattern is constant")
});
static BYLINE_END: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\s*(\||•|·|\bon\s+\w+day\b|\bposted\b|\bpublished\b|\bupdated\b|\s[–—-]\s|\d{1,2}[./:]\d|\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*\.?\s+\d|\b\d{1,2}\.?\s+\p{L}+\.?\s+\d{4}|\b\d{4}\b|,?\s*(senior|staff|chief|contributor|reporter|correspondent|editor|special\s+to)\b|\b(says|sagt|schreibt|dice)\b|\bam\s*$|\balle\s+(artikel|beiträge)|\bview\s+all\b|\bzeige\s+alle\b|\bimage\s*:|@).*$")
        .expect("the pattern is constant")
});

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
    let headline = linked.headline.as_deref().map(plain).and_then(strip);
    let graph = head.meta(&["og:title"]).map(plain).and_then(strip);
    let twitter = head.meta(&["twitter:title"]).map(plain).and_then(strip);
    let meta =
        head.meta(&["title", "dc.title", "parsely-title", "sailthru.title"]).map(plain).and_then(strip);
    let document = strip(plain(&head.title));
    let declared = usize::from(graph.is_some());
    let rest: Vec<String> = [graph, twitter, meta, document].into_iter().flatten().collect();
    // A heading that agrees with what is declared, or is the only one, is what a reader sees.
    let agreeing = all_headings.iter().find(|heading| rest.iter().any(|title| same(title, heading)));
    let only = (headings.len() == 1).then(|| headings.first()).flatten();
    let order =
        headline.iter().chain(agreeing).chain(&rest[..declared]).chain(only).chain(&rest).chain(&headings);
    let mut titles: Vec<String> = Vec::new();
    for title in order {
        if !titles.iter().any(|held| same(held, title)) {
            titles.push(title.clone());
        }
    }
    titles
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

/// `<meta>` names that carry authors.
const AUTHOR_METAS: [&str; 11] = [
    "author",
    "article:author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
    "byl",
    "article.author",
    "cxenseparse:author",
    "citation_author",
    "og:article:author",
];

/// The authors, joined by commas: declared, else visible. A publisher that names itself counts only
/// where nobody else is named.
pub(super) fn byline(page: &Page, head: &Head, linked: &Linked, site: Option<&str>) -> Option<String> {
    // "Example" and "Example.com" are the same house.
    let house = |name: &str| {
        folded(name.rsplit_once('.').filter(|(_, top)| top.len() < 4).map_or(name, |(name, _)| name))
    };
    let is_house = |name: &String| {
        [site, linked.publisher.as_deref()].into_iter().flatten().any(|site| house(site) == house(name))
    };
    let declared: Vec<String> = linked.authors.iter().filter_map(|name| clean(name)).collect();
    let metas =
        AUTHOR_METAS.iter().map(|name| head.all(name).filter_map(|value| clean(&plain(value))).collect());
    let sources: Vec<Vec<String>> = std::iter::once(declared).chain(metas).collect();
    let persons = sources.iter().map(|names| names.iter().filter(|name| !is_house(name)).cloned().collect());
    joined(persons.into_iter().find(|names: &Vec<String>| !names.is_empty()).unwrap_or_default())
        .or_else(|| visible(page).filter(|name| !is_house(name)))
        .or_else(|| joined(sources.into_iter().find(|names| !names.is_empty()).unwrap_or_default()))
}

/// Names in elements marked as author, by microdata, by relation, or by class; never a comment's.
fn visible(page: &Page) -> Option<String> {
    let all = |wanted: fn(&Node) -> bool, most: usize| {
        let found =
            page.elements().filter(|(index, node)| node.end - index < MAX_BYLINE_NODES && wanted(node));
        let found = found.take(40).filter(|(index, _)| !is_elsewhere(page, *index));
        joined(found.filter_map(|(index, _)| clean(&page.text_of(index))).take(most).collect())
    };
    all(|node| node.attribute("itemprop").is_some_and(|item| item.split(' ').any(|item| item == "author")), 6)
        .or_else(|| all(|node| node.tag == Tag::Link && named(node, "rel", &["author"]), 6))
        .or_else(|| {
            all(
                |node| named(node, "class", &["byline", "author", "autor", "auteur", "authorname", "writer"]),
                1,
            )
        })
}

fn named(node: &Node, key: &str, wanted: &[&str]) -> bool {
    node.attribute(key).is_some_and(|value| {
        let mut words = value.split(|letter: char| !letter.is_ascii_alphabetic());
        words.any(|word| wanted.iter().any(|wanted| word.eq_ignore_ascii_case(wanted)))
    })
}

fn joined(names: Vec<String>) -> Option<String> {
    let mut unique: Vec<String> = Vec::new();
    for name in names {
        if !unique.iter().any(|held| same(held, &name)) {
            unique.push(name);
        }
    }
    (!unique.is_empty()).then(|| unique.join(", "))
}

/// A name, without "By", dates, roles and addresses; `None` when nothing like a name is left.
fn clean(text: &str) -> Option<String> {
    let text = text.trim();
    if text.contains("://") || text.starts_with("www.") || text.len() > MAX_BYLINE_CHARS {
        return None;
    }
    let text = BY.replace(text, "");
    let text = BYLINE_END.replace(&text, "");
    let text =
        text.trim_matches(|letter: char| !letter.is_alphanumeric() && !matches!(letter, '.' | ')' | '"'));
    let text = text.trim_start_matches(['.', ')', '"']).trim_end_matches(['"']);
    let generic = [
        "admin",
        "administrator",
        "editor",
        "staff",
        "author",
        "by",
        "unknown",
        "guest",
        "redaktion",
        "webmaster",
    ];
    if text.contains(':') || text.to_lowercase().starts_with("veröffentlicht") {
        return None;
    }
    let letters = text.chars().filter(|letter| letter.is_alphabetic()).count();
    (letters >= 2 && !generic.contains(&text.to_lowercase().as_str())).then(|| text.to_owned())
}
