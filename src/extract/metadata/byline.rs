//! Who wrote it: names, not addresses, roles, dates or the house.
//!
//! Declared authors (JSON-LD, metas) come first, then what a reader sees: elements marked as author by
//! microdata, relation or class, links to an author's page, and lines that say "By ..." beside the
//! headline. A full name anywhere is better than an account's name or the house's, and these only
//! answer where nobody else is named. Visible text counts where it looks like a name, so that a
//! sentence that begins with "By" is not one. Cleaning one candidate is the work of `person`.

use super::{
    Head, Node, Page, Tag, folded, is_elsewhere,
    linked::{Linked, plain},
    person::{clean, is_agency, is_full_name, is_name, says_by, split},
    same,
};

/// What tells a writer from the house, and where bylines stand.
pub(super) struct Around<'a> {
    /// The site's name.
    pub site: Option<&'a str>,
    /// The host of the page.
    pub host: Option<&'a str>,
    /// The node of the headline.
    pub headline: Option<u32>,
}

/// An element with more nodes holds more than a byline.
const MAX_BYLINE_NODES: u32 = 40;
/// Visible bylines are short.
const MAX_BYLINE_CHARS: usize = 120;
/// Names taken from one kind of place.
const MAX_NAMES: usize = 6;
/// Nodes before and after the headline among which a byline stands.
const BEFORE_HEADLINE: u32 = 40;
const AFTER_HEADLINE: u32 = 160;

/// `<meta>` names that carry authors.
const AUTHOR_METAS: [&str; 14] = [
    "author",
    "article:author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dc.contributor",
    "dcterms.creator",
    "byl",
    "article.author",
    "cxenseparse:author",
    "citation_author",
    "og:article:author",
    "twitter:misc:written by",
    "twitter:misc:verfasst von",
];
/// What Twitter cards of blogs call the field that holds the author.
const WRITTEN_BY: [&str; 12] = [
    "written by",
    "verfasst von",
    "geschrieben von",
    "écrit par",
    "escrito por",
    "scritto da",
    "geschreven door",
    "napisane przez",
    "skrevet af",
    "skrevet av",
    "skriven av",
    "author",
];
/// Parts of addresses of authors' pages.
const AUTHOR_PAGES: [&str; 16] = [
    "/newsteam/",
    "/profile/",
    "/author/",
    "/authors/",
    "/autor/",
    "/autoren/",
    "/autori/",
    "/autores/",
    "/auteur/",
    "/auteurs/",
    "/staff/",
    "/reporter/",
    "/reporters/",
    "/journalist/",
    "/contributor/",
    "/redakteur/",
];

/// The authors, joined by commas.
pub(super) fn byline(page: &Page, head: &Head, linked: &Linked, around: &Around) -> Option<String> {
    let is_house = |name: &str| is_house(name, linked, around);
    let names =
        |text: &str| -> Vec<String> { split(&plain(text)).iter().filter_map(|name| clean(name)).collect() };
    let persons = |found: &[String]| -> Vec<String> {
        let mut persons: Vec<String> = found.iter().filter(|name| !is_house(name)).cloned().collect();
        // Beside a full name the rest is roles and places, unless it is as full.
        if persons.iter().any(|name| is_full_name(name)) {
            persons.retain(|name| is_name(name));
        }
        persons
    };
    let full = |found: &[String], is_full: fn(&str) -> bool| -> Option<String> {
        let persons = persons(found);
        persons.iter().any(|name| is_full(name)).then(|| joined(persons))?
    };
    // Looked up one after the other: most pages name somebody in the first place.
    let mut sources = std::iter::once(linked.authors.iter().flat_map(|text| names(text)).collect())
        .chain(AUTHOR_METAS.iter().map(|name| head.all(name).flat_map(names).collect()))
        .chain(std::iter::once_with(|| card(head).map(names).unwrap_or_default()));
    let mut declared: Vec<Vec<String>> = Vec::new();
    let told = sources.find_map(|found: Vec<String>| {
        declared.push(found);
        full(declared.last()?, |name| is_full_name(name) || is_agency(name))
    });
    let mut visible: Vec<Vec<String>> = Vec::new();
    let seen = || {
        let places = Places { page, head, near: near_headline(page, around).collect() };
        PLACES.iter().find_map(|place| {
            visible.push(place(&places));
            full(visible.last()?, is_full_name)
        })
    };
    if let Some(byline) = told.or_else(seen) {
        return Some(byline);
    }
    let any = |found: &Vec<String>| joined(persons(found));
    (declared.iter().find_map(any))
        .or_else(|| declared.into_iter().find_map(joined))
        .or_else(|| visible.iter().find_map(any))
        .or_else(|| visible.into_iter().find_map(joined))
}

/// Whether a name is that of the site, its publisher or its host: "Example" and "Example.com" are the
/// same house.
fn is_house(name: &str, linked: &Linked, around: &Around) -> bool {
    let bare = |name: &str| {
        folded(name.rsplit_once('.').filter(|(_, top)| top.len() < 4).map_or(name, |(name, _)| name))
    };
    let name = bare(name);
    [around.site, linked.publisher.as_deref(), around.host]
        .into_iter()
        .flatten()
        .any(|house| bare(house) == name)
}

/// The author of a Twitter card.
fn card<'a>(head: &Head<'a>) -> Option<&'a str> {
    [("twitter:label1", "twitter:data1"), ("twitter:label2", "twitter:data2")].iter().find_map(
        |(label, data)| {
            let label = head.meta(&[label])?.to_lowercase();
            WRITTEN_BY.contains(&label.as_str()).then(|| head.meta(&[data]))?
        },
    )
}

/// Where a reader sees names; never a comment's.
struct Places<'a> {
    page: &'a Page<'a>,
    head: &'a Head<'a>,
    /// Nodes around the headline.
    near: Vec<u32>,
}

/// The kinds of places, surest first.
const PLACES: [fn(&Places) -> Vec<String>; 6] = [
    |places| places.marked(),
    |places| places.related(),
    |places| places.classed(),
    |places| places.linked(),
    |places| places.said(),
    |places| places.opening(),
];

impl Places<'_> {
    /// By microdata.
    fn marked(&self) -> Vec<String> {
        let is_author = |item: &str| item.split(' ').any(|item| item == "author");
        self.all(|node| node.attribute("itemprop").is_some_and(is_author), MAX_NAMES)
    }

    /// By relation.
    fn related(&self) -> Vec<String> {
        self.all(|node| node.tag == Tag::Link && named(node, "rel", &["author"]), MAX_NAMES)
    }

    /// By class.
    fn classed(&self) -> Vec<String> {
        let names = ["byline", "author", "autor", "auteur", "authorname", "writer", "authors", "autoren"];
        self.all(|node| named(node, "class", &names) || named(node, "data-testid", &names), 1)
    }

    /// Links to authors' pages beside the headline.
    fn linked(&self) -> Vec<String> {
        let links = self.near.iter().copied().filter(|index| {
            let node = self.page.node(*index);
            let is_author = |link: &str| AUTHOR_PAGES.iter().any(|part| link.contains(part));
            node.tag == Tag::Link && node.attribute("href").is_some_and(is_author)
        });
        let names = links.flat_map(|index| self.cleaned(&self.page.text_of(index)));
        names.filter(|name| is_full_name(name)).take(MAX_NAMES).collect()
    }

    /// A line beside the headline that says who.
    fn said(&self) -> Vec<String> {
        let said = self.lines().filter(|text| says_by(text)).map(|text| self.cleaned(&text));
        said.filter(|names| !names.is_empty() && names.iter().all(|name| is_name(name)))
            .take(1)
            .flatten()
            .collect()
    }

    /// A name alone in its line, which the page's description begins with: the text begins with it.
    fn opening(&self) -> Vec<String> {
        let description = self.head.meta(&["og:description", "description"]).map(plain).unwrap_or_default();
        self.lines()
            .find(|text| description.starts_with(text.as_str()) && is_full_name(text))
            .into_iter()
            .collect()
    }

    fn lines(&self) -> impl Iterator<Item = String> {
        let lines = self.near.iter().copied().filter(|index| is_line(self.page, *index));
        lines.map(|index| self.page.text_of(index))
    }

    fn cleaned(&self, text: &str) -> Vec<String> {
        if text.len() > MAX_BYLINE_CHARS {
            return Vec::new();
        }
        split(text).iter().filter_map(|name| clean(name)).collect()
    }

    /// The names in the first elements of a kind.
    fn all(&self, wanted: impl Fn(&Node) -> bool, most: usize) -> Vec<String> {
        let page = self.page;
        let found =
            page.elements().filter(|(index, node)| node.end - index < MAX_BYLINE_NODES && wanted(node));
        let found = found.take(MAX_BYLINE_NODES as usize).filter(|(index, _)| !is_elsewhere(page, *index));
        let found = found.map(|(index, _)| self.cleaned(&page.text_of(index)));
        found.filter(|names| !names.is_empty()).take(most).flatten().collect()
    }
}

/// Nodes below the headline, then above it.
fn near_headline(page: &Page, around: &Around) -> impl Iterator<Item = u32> {
    let (above, below) = around.headline.map_or((0..0, 0..0), |headline| {
        let end = page.node(headline).end;
        (
            headline.saturating_sub(BEFORE_HEADLINE)..headline,
            end..(end + AFTER_HEADLINE).min(page.nodes.len() as u32),
        )
    });
    below.chain(above)
}

/// Whether an element may be a line with a byline, in size.
fn is_line(page: &Page, index: u32) -> bool {
    let node = page.node(index);
    let length = || page.inside(index).map(|at| page.node(at).text.trim().len()).sum::<usize>();
    node.element.is_some()
        && node.end - index < MAX_BYLINE_NODES
        && (4..=MAX_BYLINE_CHARS).contains(&length())
}

/// Whether an attribute holds one of the words; humps part words as other marks do.
fn named(node: &Node, key: &str, wanted: &[&str]) -> bool {
    node.attribute(key).is_some_and(|value| {
        let mut start = 0;
        let bytes = value.as_bytes();
        (0..=bytes.len()).any(|at| {
            let hump = at > start
                && bytes.get(at).is_some_and(u8::is_ascii_uppercase)
                && bytes[at - 1].is_ascii_lowercase();
            if bytes.get(at).is_some_and(u8::is_ascii_alphabetic) && !hump {
                return false;
            }
            let word = &bytes[start.min(at)..at];
            start = if hump { at } else { at + 1 };
            wanted.iter().any(|wanted| word.eq_ignore_ascii_case(wanted.as_bytes()))
        })
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
