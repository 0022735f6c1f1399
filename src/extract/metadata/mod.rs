//! What a page says of itself: title, byline, site, address, language, dates.
//!
//! Beside `body`, on the same flat page. Each question has its sources in order of trust, and the
//! first credible answer counts. A date later than the capture is an error of the publisher and is
//! passed over; "updated" never answers when a page was published. What the words of a date look like
//! is known to `dates`, what JSON-LD looks like to `linked`.

mod byline;
mod dates;
mod head;
pub(super) mod language;
pub(super) mod linked;
mod person;
mod published;
mod scripts;
#[cfg(test)]
mod tests;
mod titles;
mod visible;

use jiff::Timestamp;

use crate::document::Published;

use super::{
    body::folded,
    page::{Node, Page, Tag},
};
use dates::Order;
use head::Head;
use linked::{About, plain};
use published::Clues;

/// What was read.
#[derive(Debug)]
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
    /// The body JSON-LD carries, for where the page has none.
    pub linked_body: Option<String>,
    /// Which number of a numeric date is the month.
    order: Order,
}

impl Metadata {
    /// When a live blog was last written to, as far as the page tells: the latest of its last change and
    /// its entries' times. What stands in it may be as late, so the later is taken where they differ.
    pub fn last_entry(
        &self,
        page: &Page,
        blocks: &[&str],
        captured_at: Option<Timestamp>,
    ) -> Option<Published> {
        let clues = Clues { url: None, order: self.order, captured_at, headline: None };
        published::latest(self.modified, page, blocks, &clues)
    }
}

/// Whatever is longer is no headline, whoever calls it one.
const MAX_TITLE_BYTES: usize = 1000;

/// Reads a page. `blocks` is its JSON-LD, `source` the page as it came, `url` where it was fetched,
/// `captured_at` when.
pub(super) fn metadata(
    page: &Page,
    blocks: &[&str],
    source: &str,
    url: Option<&str>,
    captured_at: Option<Timestamp>,
) -> Metadata {
    let head = Head::read(page);
    let address = head.canonical(url);
    let headings = page.elements().filter(|(_, node)| node.name() == "h1").take(8);
    let about = About {
        titles: [head.meta(&["og:title"]).unwrap_or_default(), &head.title]
            .into_iter()
            .filter(|title| title.len() <= MAX_TITLE_BYTES)
            .map(|title| folded(&plain(title)))
            .chain(headings.map(|(index, _)| folded(&page.text_of(index))))
            // Each is compared with every object of the page's data.
            .filter(|title| title.len() <= MAX_TITLE_BYTES)
            .collect(),
        address: address.as_deref().map(linked::bare),
    };
    let linked = &linked::read(blocks, &about);
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
    let language = head.language(linked);
    let host = address.as_deref().or(url).and_then(super::host);
    let titles = titles::titles(page, &head, linked, site.as_deref(), host);
    let headline = headline(page, &titles);
    let clues = Clues {
        url: url.or(address.as_deref()),
        order: Order::of(language.as_deref(), head.region(linked), host),
        captured_at,
        headline,
    };
    let (published, modified) = published::publication(page, &head, linked, source, &clues);
    Metadata {
        title: titles.first().cloned().unwrap_or_default(),
        headlines: titles,
        summaries: ["og:description", "description"]
            .iter()
            .filter_map(|name| head.meta(&[name]))
            .map(plain)
            .collect(),
        byline: byline::byline(
            page,
            &head,
            linked,
            &byline::Around { site: site.as_deref(), host, headline },
        ),
        site,
        order: clues.order,
        url: address,
        language,
        published,
        modified,
        linked_body: linked.body.clone(),
    }
}

/// The heading that says a form of the title.
fn headline(page: &Page, titles: &[String]) -> Option<u32> {
    const MAX_HEADINGS: usize = 24;
    let titles: Vec<String> = titles.iter().map(|title| folded(title)).collect();
    let mut headings = page.elements().filter(|(_, node)| node.tag == Tag::Heading).take(MAX_HEADINGS);
    headings.find(|(index, _)| titles.contains(&folded(&page.text_of(*index)))).map(|(index, _)| index)
}

/// Inside a sidebar, a list of other articles, or comments.
fn is_elsewhere(page: &Page, index: u32) -> bool {
    let mut at = page.node(index).parent;
    // Deeper than this nothing more is learnt of a date.
    for _ in 0..24 {
        let node = page.node(at);
        // An aside may be the box with the article's own date and author.
        let is_own =
            node.tag == Tag::Aside && node.attribute("class").is_some_and(|class| class.contains("meta"));
        if matches!(node.tag, Tag::Aside | Tag::Nav | Tag::Footer) && node.parent != 0 && !is_own
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

/// Whether two texts say the same but for case, spaces and punctuation.
fn same(left: &str, right: &str) -> bool {
    folded(left) == folded(right)
}
