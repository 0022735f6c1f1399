//! Which of a page's dates is its publication, and where it was read.
//!
//! Called by the room's `metadata`. The sources in order of trust: JSON-LD, Open Graph, metas named for
//! publication, microdata, `<time>`, metas named only "date" (often the last change), the address, the
//! text around the headline, data for scripts. The first credible one counts; a date after the capture
//! is passed over, and "updated" never answers. A publisher that gives its instant in UTC still prints
//! the day of its own zone: where address or text name a neighbouring day, the offset is read off
//! that. What the words of a date look like is known to `dates`.

use std::sync::LazyLock;

use jiff::{
    SignedDuration, Timestamp, ToSpan,
    civil::Date,
    tz::{Offset, TimeZone},
};
use regex::Regex;

use crate::document::Published;

use super::{
    Head, Node, Page, Tag,
    dates::{self, Order},
    is_elsewhere,
    linked::Linked,
    scripts,
    visible::{self, MAX_DATE_LINE_CHARS, UPDATED},
};

/// A publication time and where it was read.
pub(super) type Dated = (Published, &'static str);

/// What bounds and disambiguates a date.
pub(super) struct Clues<'a> {
    /// The page's address.
    pub url: Option<&'a str>,
    /// Which number of `03/04/2024` is the month.
    pub order: Order,
    /// Nothing is published after it was captured.
    pub captured_at: Option<Timestamp>,
    /// The node of the headline, where one was found.
    pub headline: Option<u32>,
}

/// An element with more nodes holds more than a date.
pub(super) const MAX_DATE_NODES: u32 = 24;
/// Elements looked at for a visible date: the head of the page, not its archive.
pub(super) const MAX_DATE_LINES: usize = 400;
/// Times looked at in a live blog, which has some hundred entries.
const MAX_ENTRIES: usize = 5000;
/// The zones most people live in, in hours around UTC: beyond them a neighbouring day is a misreading.
const ZONES: std::ops::RangeInclusive<i32> = -8..=13;

/// Open Graph names.
const GRAPH_METAS: [&str; 5] = [
    "article:published_time",
    "og:published_time",
    "og:article:published_time",
    "og:pubdate",
    "article:published",
];
/// `<meta>` names that carry the day of publication.
const PUBLISHED_METAS: [&str; 31] = [
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
    "parsely-pub-date",
    "sailthru.date",
    "dc.date.issued",
    "dc.date.created",
    "dcterms.created",
    "dcterms.issued",
    "dcterms.available",
    "datepublished",
    "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime",
    "article_date_original",
    "originalpublicationdate",
    "publication_date",
    "citation_publication_date",
    "citation_online_date",
    "displaydate",
    "bt:pubdate",
    "date_published",
    "shareaholic:article_published_time",
    "article_publication_date",
    "publicationdate",
];
/// `<meta>` names that carry a day and do not say of what.
const DATE_METAS: [&str; 4] = ["date", "dc.date", "dcterms.date", "article:date"];
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

/// The publication and the last change. `source` is the page as it came, for what scripts hold.
pub(super) fn publication(
    page: &Page,
    head: &Head,
    linked: &Linked,
    source: &str,
    clues: &Clues,
) -> (Option<Dated>, Option<Published>) {
    let meta =
        |names: &[&str]| names.iter().find_map(|name| head.all(name).find_map(|value| clues.stamp(value)));
    let marked = |name: &str| {
        let mut found = page.elements().filter(|(_, node)| {
            node.attribute("itemprop").is_some_and(|item| item.split(' ').any(|item| item == name))
        });
        found.find_map(|(index, node)| stamp_of(page, index, node, clues))
    };
    let modified = (linked.modified.as_deref().and_then(|text| clues.stamp(text)))
        .or_else(|| meta(&MODIFIED_METAS))
        .or_else(|| marked("dateModified"));
    let in_data = linked.published.as_deref().and_then(|text| clues.stamp(text));
    let published = (in_data.map(|stamp| (stamp, "json-ld")))
        .or_else(|| meta(&GRAPH_METAS).map(|stamp| (stamp, "opengraph")))
        .or_else(|| meta(&PUBLISHED_METAS).map(|stamp| (stamp, "meta")))
        .or_else(|| marked("datePublished").map(|stamp| (stamp, "meta")))
        .or_else(|| time_element(page, clues).map(|stamp| (stamp, "time")))
        .or_else(|| visible::near_headline(page, clues).map(|date| (Published::On(date), "text")))
        .or_else(|| meta(&DATE_METAS).map(|stamp| (stamp, "meta")))
        .or_else(|| in_url(clues).map(|date| (Published::On(date), "url")))
        .or_else(|| visible::in_named(page, clues).map(|date| (Published::On(date), "text")))
        .or_else(|| {
            let text = scripts::published(source)?;
            clues.stamp(text).map(|stamp| (stamp, "text"))
        })
        .or_else(|| visible::anywhere(page, clues).map(|date| (Published::On(date), "text")));
    let published = published.map(|(published, basis)| (as_printed(published, page, head, clues), basis));
    (published, modified)
}

static ENTRY_STAMP: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#""date(?:Published|Modified)"\s*:\s*"([^"]{8,40})""#).expect("the pattern is constant")
});

/// The latest of a page's last change, the times in its JSON-LD and those printed in it, other than
/// beside it: when the last entry of a live blog was written, or somewhat later.
pub(super) fn latest(
    modified: Option<Published>,
    page: &Page,
    blocks: &[&str],
    clues: &Clues,
) -> Option<Published> {
    let declared = blocks.iter().flat_map(|block| ENTRY_STAMP.captures_iter(block));
    let declared = declared.filter_map(|found| clues.stamp(found.get(1)?.as_str()));
    let times = page.elements().filter(|(_, node)| node.tag == Tag::Time).take(MAX_ENTRIES);
    let printed = times
        .filter(|(index, _)| !is_elsewhere(page, *index))
        .filter_map(|(_, node)| clues.stamp(node.attribute("datetime")?));
    // A date without a time may be as late as its end.
    let ended = |stamp: &Published| {
        let end = stamp.date().saturating_add(1.day()).to_zoned(TimeZone::UTC);
        stamp.instant().or_else(|| end.ok().map(|end| end.timestamp()))
    };
    // Of two that are the same the declared one counts, which is given with its zone.
    let later = |held, stamp| if ended(&stamp) > ended(&held) { stamp } else { held };
    modified.into_iter().chain(declared).chain(printed).reduce(later)
}

impl Clues<'_> {
    /// A readable date that is not past the capture.
    fn stamp(&self, text: &str) -> Option<Published> {
        dates::stamp(text, self.order).filter(|stamp| self.is_past(*stamp))
    }

    /// Whether it was there when the page was captured.
    pub fn is_past(&self, stamp: Published) -> bool {
        self.captured_at.is_none_or(|captured| match stamp {
            Published::At(at) | Published::AtOffset(at, _) => at <= captured,
            Published::On(date) => date <= Offset::UTC.to_datetime(captured).date(),
        })
    }
}

fn in_url(clues: &Clues) -> Option<Date> {
    dates::in_url(clues.url?).filter(|date| clues.is_past(Published::On(*date)))
}

/// An instant given in UTC, at the offset of the publisher where the page shows it.
fn as_printed(published: Published, page: &Page, head: &Head, clues: &Clues) -> Published {
    let Published::At(at) = published else {
        return published;
    };
    // A date without a time is the publisher's own already.
    if published.is_midnight() {
        return published;
    }
    // The same instant with its offset, in another place.
    let stamps = GRAPH_METAS.iter().chain(&PUBLISHED_METAS).chain(&DATE_METAS);
    let mut stamps = stamps.flat_map(|name| head.all(name)).filter_map(|value| clues.stamp(value));
    let alike = |stamp: &Published| {
        matches!(stamp, Published::AtOffset(..))
            && stamp.instant().is_some_and(|other| is_same_minute(at, other))
    };
    if let Some(Published::AtOffset(_, offset)) = stamps.find(alike) {
        return Published::at(at, offset);
    }
    let day = published.date();
    let printed =
        in_url(clues).or_else(|| visible::near_headline(page, clues)).filter(|printed| *printed != day);
    printed.and_then(|printed| offset_to(at, printed)).map_or(published, |offset| Published::at(at, offset))
}

fn is_same_minute(at: Timestamp, other: Timestamp) -> bool {
    at.duration_since(other).abs() < SignedDuration::from_mins(1)
}

/// The offset nearest to UTC, in whole hours, at which the instant falls on that day.
fn offset_to(at: Timestamp, day: Date) -> Option<Offset> {
    let mut offsets: Vec<i32> = ZONES.collect();
    offsets.sort_by_key(|hours| hours.abs());
    let offsets = offsets.into_iter().filter_map(|hours| Offset::from_hours(hours as i8).ok());
    offsets.into_iter().find(|offset| offset.to_datetime(at).date() == day)
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
    let first_heading = || page.elements().find(|(_, node)| node.name() == "h1").map(|(index, _)| index);
    let headline = clues.headline.or_else(first_heading).unwrap_or(0);
    let mut first = None;
    let mut after_headline = None;
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
        if index > headline {
            after_headline.get_or_insert(stamp);
        }
    }
    after_headline.or(first)
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
