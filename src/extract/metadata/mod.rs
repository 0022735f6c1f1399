//! What a page says of itself: title, byline, site, address, language, dates.
//!
//! Beside `body`, on the same flat page. Each question has its sources in order of trust, and the
//! first credible answer counts. A date later than the capture is an error of the publisher and is
//! passed over; "updated" never answers when a page was published. What the words of a date look like
//! is known to `dates`, what JSON-LD looks like to `linked`.

mod dates;
mod head;
pub(super) mod linked;
mod names;
#[cfg(test)]
mod tests;

use jiff::{Timestamp, tz::TimeZone};

use crate::document::Published;

use super::{
    body::folded,
    page::{Node, Page, Tag},
};
use head::Head;
use linked::{Linked, plain};

/// What was read.
#[derive(Debug, Default)]
pub(super) struct Metadata {
    pub title: String,
    /// Every form the headline has on the page, for `body` to leave out.
    pub headlines: Vec<String>,
    /// What the page gives as its summary, for `body` to find above the first paragraph.
    pub summaries: Vec<String>,
    pub byline: Option<String>,
    pub site: Option<String>,
    pub url: Option<String>,
    pub language: Option<String>,
    pub published: Option<(Published, &'static str)>,
    pub modified: Option<Published>,
}

/// A line with a date in it is at most this long.
const MAX_DATE_LINE_CHARS: usize = 160;
/// An element with more nodes holds more than a date.
const MAX_DATE_NODES: u32 = 24;
/// Elements looked at for a visible date: the head of the page, not its archive.
const MAX_DATE_LINES: usize = 400;

/// `<meta>` names that carry the day of publication.
const PUBLISHED_METAS: [&str; 32] = [
    "date",
    "pubdate",
    "publishdate",
    "publish-date",
    "publish_date",
    "pub_date",
    "published",
    "published-date",
    "published_time",
    "published_at",
    "article.published",
    "article:published",
    "parsely-pub-date",
    "sailthru.date",
    "dc.date",
    "dc.date.issued",
    "dc.date.created",
    "dcterms.created",
    "dcterms.issued",
    "dcterms.date",
    "dcterms.available",
    "datepublished",
    "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime",
    "article_date_original",
    "originalpublicationdate",
    "publication_date",
    "citation_publication_date",
    "displaydate",
    "bt:pubdate",
    "date_published",
    "shareaholic:article_published_time",
];
/// `<meta>` names that carry the day of the last change.
const MODIFIED_METAS: [&str; 8] = [
    "article:modified_time",
    "og:updated_time",
    "lastmod",
    "last-modified",
    "dc.date.modified",
    "dcterms.modified",
    "datemodified",
    "article.updated",
];
/// Words before a date that is not the day of publication.
const UPDATED: [&str; 16] = [
    "updated",
    "update",
    "modified",
    "aktualisiert",
    "zuletzt",
    "mis à jour",
    "modifié",
    "actualizado",
    "atualizado",
    "aggiornato",
    "bijgewerkt",
    "aktualizacja",
    "oppdatert",
    "uppdaterad",
    "обновлено",
    "оновлено",
];

/// Reads a page. `url` is where it was fetched, `captured_at` when.
pub(super) fn metadata(
    page: &Page,
    linked: &Linked,
    url: Option<&str>,
    captured_at: Option<Timestamp>,
) -> Metadata {
    let head = Head::read(page);
    let site = head.meta(&["og:site_name"]).map(plain).or_else(|| linked.publisher.clone()).or_else(|| {
        head.meta(&[
            "application-name",
            "apple-mobile-web-app-title",
            "al:android:app_name",
            "twitter:app:name:iphone",
        ])
        .map(plain)
    });
    let site = site.filter(|site| !site.is_empty());
    let address = head.canonical(url);
    let language = head.language(linked);
    let host = address.as_deref().or(url).and_then(super::host);
    let titles = names::titles(page, &head, linked, site.as_deref(), host);
    let (published, modified) = publication(
        page,
        &head,
        linked,
        &Clues { url: url.or(address.as_deref()), language: language.as_deref(), captured_at },
    );
    Metadata {
        title: titles.first().cloned().unwrap_or_default(),
        headlines: titles,
        summaries: ["og:description", "description"]
            .iter()
            .filter_map(|name| head.meta(&[name]))
            .map(plain)
            .collect(),
        byline: names::byline(page, &head, linked, site.as_deref()),
        site,
        url: address,
        language,
        published,
        modified,
    }
}

/// What bounds and disambiguates a date.
struct Clues<'a> {
    url: Option<&'a str>,
    language: Option<&'a str>,
    captured_at: Option<Timestamp>,
}

impl Clues<'_> {
    fn stamp(&self, text: &str) -> Option<Published> {
        dates::stamp(text, self.language).filter(|stamp| self.is_past(*stamp))
    }

    /// Nothing is published after it was captured.
    fn is_past(&self, stamp: Published) -> bool {
        self.captured_at.is_none_or(|captured| match stamp {
            Published::At(at) | Published::AtOffset(at, _) => at <= captured,
            Published::On(date) => date <= captured.to_zoned(TimeZone::UTC).date(),
        })
    }
}

fn publication(
    page: &Page,
    head: &Head,
    linked: &Linked,
    clues: &Clues,
) -> (Option<(Published, &'static str)>, Option<Published>) {
    let marked = |name: &str| {
        let mut found = page.elements().filter(|(_, node)| {
            node.attribute("itemprop").is_some_and(|item| item.split(' ').any(|item| item == name))
        });
        found.find_map(|(index, node)| stamp_of(page, index, node, clues))
    };
    let modified = (linked.modified.as_deref().and_then(|text| clues.stamp(text)))
        .or_else(|| MODIFIED_METAS.iter().find_map(|name| clues.stamp(head.meta(&[name])?)))
        .or_else(|| marked("dateModified"));
    let published = (linked
        .published
        .as_deref()
        .and_then(|text| clues.stamp(text))
        .map(|stamp| (stamp, "json-ld")))
    .or_else(|| {
        let graph =
            ["article:published_time", "og:published_time", "og:article:published_time", "og:pubdate"];
        graph.iter().find_map(|name| clues.stamp(head.meta(&[name])?)).map(|stamp| (stamp, "opengraph"))
    })
    .or_else(|| {
        PUBLISHED_METAS.iter().find_map(|name| clues.stamp(head.meta(&[name])?)).map(|stamp| (stamp, "meta"))
    })
    .or_else(|| marked("datePublished").map(|stamp| (stamp, "meta")))
    .or_else(|| time_element(page, clues).map(|stamp| (stamp, "time")))
    .or_else(|| {
        Some(Published::On(dates::in_url(clues.url?)?))
            .filter(|stamp| clues.is_past(*stamp))
            .map(|stamp| (stamp, "url"))
    })
    .or_else(|| visible_date(page, clues).map(|stamp| (stamp, "text")));
    (published, modified)
}

fn stamp_of(page: &Page, index: u32, node: &Node, clues: &Clues) -> Option<Published> {
    // Nested elements so named must not cost their whole text each.
    if node.end - index > MAX_DATE_NODES {
        return None;
    }
    let value = node
        .attribute("datetime")
        .or_else(|| node.attribute("content"))
        .filter(|value| !value.trim().is_empty());
    value.and_then(|value| clues.stamp(value)).or_else(|| clues.stamp(&page.text_of(index)))
}

/// `<time>` elements: one that is named as the publication, else the first after the headline, else
/// the first; never one in a list of other articles or among comments, nor one that says "updated".
fn time_element(page: &Page, clues: &Clues) -> Option<Published> {
    let heading = page.elements().find(|(_, node)| node.name() == "h1").map_or(0, |(index, _)| index);
    let mut first = None;
    let mut after_heading = None;
    for (index, node) in page.elements().filter(|(_, node)| node.tag == Tag::Time).take(MAX_DATE_LINES) {
        if says_updated(page, index) || is_elsewhere(page, index) {
            continue;
        }
        let Some(stamp) = stamp_of(page, index, node, clues) else {
            continue;
        };
        let class = node.attribute("class").unwrap_or_default();
        if node.attribute("pubdate").is_some() || class.contains("publish") || class.contains("entry-date") {
            return Some(stamp);
        }
        first.get_or_insert(stamp);
        if index > heading {
            after_heading.get_or_insert(stamp);
        }
    }
    after_heading.or(first)
}

/// The element's class or the words just before it say that this is the last change.
fn says_updated(page: &Page, index: u32) -> bool {
    let node = page.node(index);
    let class = |node: &Node| node.attribute("class").unwrap_or_default().to_lowercase();
    let own = class(node);
    if (own.contains("updated") || own.contains("modified")) && !own.contains("publish") {
        return true;
    }
    let before = page.nodes[..index as usize]
        .iter()
        .rev()
        .take(4)
        .find(|node| !node.text.trim().is_empty() || node.tag.breaks_line());
    let before = before.map_or("", |node| node.text);
    if before.len() > MAX_DATE_LINE_CHARS {
        return false;
    }
    let before = before.to_lowercase();
    UPDATED.iter().any(|word| before.contains(word))
}

/// Inside a sidebar, a list of other articles, or comments.
fn is_elsewhere(page: &Page, index: u32) -> bool {
    let mut at = page.node(index).parent;
    // Deeper than this nothing more is learnt of a date.
    for _ in 0..24 {
        let node = page.node(at);
        if matches!(node.tag, Tag::Aside | Tag::Nav | Tag::Footer) && node.parent != 0
            || super::prune::hints(node).comments
        {
            return true;
        }
        if at == 0 || matches!(node.tag, Tag::Body | Tag::Main) {
            return false;
        }
        at = node.parent;
    }
    false
}

/// A date a reader sees: first where an element is named for it, then in any short line near the top.
fn visible_date(page: &Page, clues: &Clues) -> Option<Published> {
    const NAMES: [&str; 14] = [
        "date",
        "time",
        "publish",
        "posted",
        "pubdate",
        "byline",
        "meta",
        "datum",
        "fecha",
        "data",
        "info",
        "author",
        "article-head",
        "post-head",
    ];
    let named = |node: &Node| {
        ["class", "id", "itemprop"].iter().filter_map(|key| node.attribute(key)).any(|value| {
            let value = value.to_ascii_lowercase();
            NAMES.iter().any(|name| value.contains(name))
        })
    };
    let body = page.elements().find(|(_, node)| node.tag == Tag::Body).map_or(0, |(index, _)| index);
    let candidates = page
        .elements()
        .filter(|(index, node)| *index > body && node.end - index < MAX_DATE_NODES && named(node))
        .take(MAX_DATE_LINES);
    for (index, _) in candidates {
        if let Some(date) = date_in_line(&page.text_of(index), clues)
            && !is_elsewhere(page, index)
        {
            return Some(date);
        }
    }
    let texts = page.nodes.iter().filter(|node| {
        node.tag == Tag::Text && node.text.len() < MAX_DATE_LINE_CHARS && node.text.trim().len() > 5
    });
    texts.take(2 * MAX_DATE_LINES).find_map(|node| date_in_line(node.text, clues))
}

fn date_in_line(text: &str, clues: &Clues) -> Option<Published> {
    if text.len() > MAX_DATE_LINE_CHARS || !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let lower = text.to_lowercase();
    // "Published 12 March, updated 14 March": only what stands before "updated" answers.
    let before =
        UPDATED.iter().filter_map(|word| lower.find(word)).min().map_or(lower.as_str(), |at| &lower[..at]);
    let date = Published::On(dates::written(before, clues.language)?);
    clues.is_past(date).then_some(date)
}

/// Whether two texts say the same but for case, spaces and punctuation.
fn same(left: &str, right: &str) -> bool {
    folded(left) == folded(right)
}
