//! Dates a reader sees, where no markup names one: beside the headline, then anywhere near the top.
//!
//! Beside `published`, which asks last for these. A date counts in a line that is there for its sake: a
//! short one, or one it opens; prose has dates too. Lines among comments, in lists of other articles,
//! and dates called something else ("updated", "member since") are passed over. Every look is bounded.

use jiff::civil::Date;

use crate::document::Published;

use super::{
    Node, Page, Tag, dates, is_elsewhere,
    published::{Clues, MAX_DATE_LINES, MAX_DATE_NODES},
};

/// A line with a date in it is at most this long.
pub(super) const MAX_DATE_LINE_CHARS: usize = 160;
/// In a longer line than this, a date counts only where it opens the line: prose has dates too.
const MAX_SHORT_LINE_CHARS: usize = 80;
/// A date that starts this early opens its line: "Berlin, 12. März 2024 – ...".
const MAX_DATE_LEAD_CHARS: usize = 20;
/// Nodes before and after the headline among which its date line stands.
const BEFORE_HEADLINE: u32 = 40;
const AFTER_HEADLINE: u32 = 120;
/// Words before a date that is not the day of publication: the last change, a member's first day.
pub(super) const UPDATED: [&str; 26] = [
    "registriert",
    "mitglied seit",
    "joined",
    "member since",
    "registered",
    "updated",
    "update:",
    "modified",
    "aktualisiert",
    "zuletzt",
    "letzte änderung",
    "geändert",
    "mis à jour",
    "modifié",
    "actualizado",
    "actualización",
    "atualizado",
    "aggiornato",
    "bijgewerkt",
    "aktualizacja",
    "oppdatert",
    "uppdaterad",
    "opdateret",
    "güncelleme",
    "обновлено",
    "оновлено",
];

/// Words of classes and names of elements that hold a date.
const DATE_NAMES: [&str; 14] = [
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

fn is_named_for_dates(node: &Node) -> bool {
    ["class", "id", "itemprop"].iter().filter_map(|key| node.attribute(key)).any(|value| {
        let value = value.to_ascii_lowercase();
        DATE_NAMES.iter().any(|name| value.contains(name))
    })
}

/// The date in an element named for dates.
pub(super) fn in_named(page: &Page, clues: &Clues) -> Option<Date> {
    let body = page.elements().find(|(_, node)| node.tag == Tag::Body).map_or(0, |(index, _)| index);
    let candidates = page
        .elements()
        .filter(|(index, node)| {
            *index > body && node.end - index < MAX_DATE_NODES && is_named_for_dates(node)
        })
        .take(MAX_DATE_LINES);
    let mut candidates = candidates.map(|(index, _)| (index, date_in_line(&page.text_of(index), clues)));
    candidates.find_map(|(index, date)| date.filter(|_| !is_elsewhere(page, index)))
}

/// The date in any short line near the top.
pub(super) fn anywhere(page: &Page, clues: &Clues) -> Option<Date> {
    let texts = page.nodes.iter().filter(|node| {
        node.tag == Tag::Text && node.text.len() < MAX_DATE_LINE_CHARS && node.text.trim().len() > 5
    });
    texts.take(2 * MAX_DATE_LINES).find_map(|node| date_in_line(node.text, clues))
}

/// The date line of the headline: below it, else above it.
pub(super) fn near_headline(page: &Page, clues: &Clues) -> Option<Date> {
    let headline = clues.headline?;
    let end = page.node(headline).end;
    let below = end..(end + AFTER_HEADLINE).min(page.nodes.len() as u32);
    let above = headline.saturating_sub(BEFORE_HEADLINE)..headline;
    below.chain(above.rev()).find_map(|index| {
        let node = page.node(index);
        let date = if node.tag == Tag::Text {
            let is_long = may_hold_date(node.text).then(|| is_long_line(page, index)).flatten();
            is_long.and_then(|is_long| date_line(node.text.trim(), is_long, clues))
        } else if node.end - index < MAX_DATE_NODES && is_named_for_dates(node) {
            date_line(&page.text_of(index), false, clues)
        } else {
            None
        };
        date.filter(|_| !is_elsewhere(page, index))
    })
}

/// Whether a text has the digits of a date; most lines have not, and are not looked at again.
fn may_hold_date(text: &str) -> bool {
    text.bytes().filter(u8::is_ascii_digit).nth(2).is_some()
}

/// Whether a text stands in a short line (`Some(false)`) or opens a long one (`Some(true)`), and is no
/// link: the words of a sentence may be cut up by links and marks.
fn is_long_line(page: &Page, index: u32) -> Option<bool> {
    let mut line = page.node(index).parent;
    while !page.node(line).tag.breaks_line() {
        if page.node(line).tag == Tag::Link {
            return None;
        }
        line = page.node(line).parent;
    }
    let texts = page.inside(line).map(|at| (at, page.node(at).text.trim()));
    let (mut opens, mut length) = (false, 0);
    for (at, text) in texts.filter(|(_, text)| !text.is_empty()) {
        opens |= at == index && length == 0;
        length += text.len();
        if length > MAX_DATE_LINE_CHARS {
            return opens.then_some(true);
        }
    }
    Some(false)
}

/// The date in a line that is there for its sake: short, or opened by it.
fn date_line(text: &str, is_long: bool, clues: &Clues) -> Option<Date> {
    if text.len() <= MAX_SHORT_LINE_CHARS && !is_long {
        return date_in_line(text, clues);
    }
    // Long enough for any date that starts in the lead.
    let head: String = text.chars().take(2 * MAX_DATE_LEAD_CHARS).collect();
    let head = head.to_lowercase();
    let (at, date) = dates::first_written(&head, clues.order)?;
    let lead = head[..at].trim();
    let is_opening = lead.is_empty() || lead.ends_with([',', '(', '|', '–', '-', '—', ':', '•']);
    (is_opening && clues.is_past(Published::On(date))).then_some(date)
}

fn date_in_line(text: &str, clues: &Clues) -> Option<Date> {
    if text.len() > MAX_DATE_LINE_CHARS || !may_hold_date(text) {
        return None;
    }
    let lower = text.to_lowercase();
    // "Published 12 March, updated 14 March": only what stands before "updated" answers.
    let before =
        UPDATED.iter().filter_map(|word| lower.find(word)).min().map_or(lower.as_str(), |at| &lower[..at]);
    let date = dates::written(before, clues.order)?;
    clues.is_past(Published::On(date)).then_some(date)
}
