//! What an element of a feed means, whatever its dialect.
//!
//! Namespaces decide, by address where one is bound, by the customary prefix where none is; the dialects
//! of RSS and Atom are one family, since feeds mix them. Elements of other families (media, podcasts,
//! maps) mean nothing here: a `media:title` is no headline.

/// A family of elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    /// RSS of any version and Atom of any version, and no namespace at all.
    Feed,
    /// `dc:`, Dublin Core's first fifteen.
    Core,
    /// `dcterms:`, the later ones.
    Terms,
    /// `content:`, whose `encoded` is the whole text.
    Content,
    /// `rdf:`, the frame of RSS 1.0.
    Rdf,
    /// XHTML.
    Html,
    /// `itunes:`, whose summary and author serve when nothing better does.
    Podcast,
    /// Anything else.
    Other,
}

impl Family {
    /// By the address of a namespace; old feeds use many for the same thing.
    pub(super) fn of_address(address: &str) -> Self {
        let address = address.trim().to_ascii_lowercase();
        let starts = |with: &[&str]| with.iter().any(|start| address.starts_with(start));
        if address.is_empty() {
            Self::Feed
        } else if address.starts_with("http://purl.org/rss/1.0/modules/content") {
            Self::Content
        } else if starts(&[
            "http://purl.org/rss/1.0/modules/rss091",
            "http://purl.org/rss/1.0/modules/reference",
        ]) {
            Self::Other
        } else if address.starts_with("http://purl.org/rss/1.0/modules/dcterms")
            || address.contains("purl.org/dc/terms")
        {
            Self::Terms
        } else if address.contains("purl.org/dc/elements")
            || address.starts_with("http://purl.org/rss/1.0/modules/dc")
        {
            Self::Core
        } else if address.starts_with("http://purl.org/rss/1.0/modules/") {
            Self::Other
        } else if starts(&[
            "http://purl.org/rss/",
            "http://purl.org/net/rss1.1",
            "http://my.netscape.com/",
            "http://channel.netscape.com/rdf/simple/",
            "http://backend.userland.com/",
            "http://blogs.law.harvard.edu/",
            "http://cyber.law.harvard.edu/rss",
            "http://www.rssboard.org/rss",
            "http://purl.org/atom/",
            "http://purl.org/pie/",
            "http://purl.org/echo/",
            "http://example.com/newformat",
            "http://example.com/necho",
            "uri/of/echo/namespace",
            "http://www.w3.org/2005/atom",
            "https://www.w3.org/2005/atom",
        ]) {
            Self::Feed
        } else if address.contains("22-rdf-syntax-ns") {
            Self::Rdf
        } else if address.contains("1999/xhtml") {
            Self::Html
        } else if address.contains("itunes.com/dtds") {
            Self::Podcast
        } else {
            Self::Other
        }
    }

    /// By a prefix that nothing is bound to.
    pub(super) fn of_prefix(prefix: &str) -> Self {
        match prefix.to_ascii_lowercase().as_str() {
            "" | "atom" | "rss" | "atom10" | "atom03" | "a10" => Self::Feed,
            "dc" => Self::Core,
            "dcterms" | "dct" => Self::Terms,
            "content" => Self::Content,
            "rdf" => Self::Rdf,
            "xhtml" | "html" => Self::Html,
            "itunes" => Self::Podcast,
            _ => Self::Other,
        }
    }
}

/// Elements that hold others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holder {
    /// `rss`, `rdf:RDF`, Atom's `feed`, `channel`.
    Feed,
    /// `item`, `entry`.
    Entry,
    /// Elements whose titles and links are not the feed's: `image`, `textInput`, Atom's `source`.
    Aside,
}

impl Holder {
    pub(super) fn of(family: Family, name: &str) -> Option<Self> {
        match (family, name) {
            (Family::Feed | Family::Rdf | Family::Other, "rss" | "rdf" | "feed" | "channel") => {
                Some(Self::Feed)
            }
            (Family::Feed, "item" | "entry") => Some(Self::Entry),
            (Family::Feed, "image" | "textinput" | "source" | "cloud" | "contributor" | "generator") => {
                Some(Self::Aside)
            }
            _ => None,
        }
    }
}

/// What a field tells, and how good this way of telling it is: a higher rank wins, and of equal ones
/// the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Title(u8),
    Link,
    Id,
    Summary(u8),
    Text(u8),
    Published(u8),
    Updated(u8),
    /// Dublin Core's, which does not say of what.
    Date,
    Author(u8),
    Language,
}

impl Field {
    pub(super) fn of(family: Family, name: &str) -> Option<Self> {
        Some(match (family, name) {
            (Family::Feed, "title") => Self::Title(2),
            (Family::Core, "title") => Self::Title(1),
            (Family::Feed, "link") => Self::Link,
            (Family::Feed, "guid" | "id") => Self::Id,
            (Family::Feed, "description" | "summary") => Self::Summary(3),
            (Family::Core, "description") => Self::Summary(2),
            (Family::Podcast, "summary") => Self::Summary(1),
            (Family::Content, "encoded") => Self::Text(4),
            (Family::Feed, "content" | "encoded") => Self::Text(3),
            (Family::Feed | Family::Html, "body") | (Family::Feed, "fullitem") => Self::Text(2),
            (Family::Html, "div") => Self::Text(1),
            (Family::Feed, "pubdate" | "published") => Self::Published(4),
            (Family::Feed, "issued") => Self::Published(3),
            (Family::Terms, "issued" | "available") => Self::Published(3),
            (Family::Core, "date") => Self::Date,
            (Family::Feed | Family::Terms, "created") => Self::Published(1),
            (Family::Feed | Family::Terms, "updated" | "modified") => Self::Updated(2),
            (Family::Feed, "author") => Self::Author(3),
            (Family::Core, "creator" | "author") => Self::Author(2),
            (Family::Podcast, "author") => Self::Author(1),
            (Family::Feed | Family::Core, "language") => Self::Language,
            _ => return None,
        })
    }
}
