//! What kind of page the text was read from: an article, a live blog, the visible start of a paid one.
//!
//! After the body is known. What the page declares counts most (JSON-LD, `article:content_tier`), then
//! its address and the names of its elements. A wrong mark loses nothing: the text stays as it is.

use std::sync::LazyLock;

use regex::Regex;

use crate::document::PageKind;

use super::page::{Page, Tag};

/// A text of fewer words is a stub where the page declares itself locked. A short locked report has more.
const STUB_WORDS: usize = 200;
/// The text of a stub is at most this share of the words the page declares.
const STUB_SHARE: f32 = 0.5;
/// Elements named as a live blog that are looked at: the first of them is near the top.
const MAX_NAMED: usize = 5000;

static LIVE_TYPE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#""@type"\s*:\s*\[?\s*"(https?://schema\.org/)?LiveBlogPosting""#)
        .expect("the pattern is constant")
});
static LIVE_ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^https?://[^/]+/(.*[/_-])?(live-?blog|live-?updates?|live-?ticker|newsblog|live-?reporting|as-it-happened)([/._-]|$)|^https?://[^/]+/([^?#]*/)?live/[^?#]+")
        .expect("the pattern is constant")
});
static LOCKED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#""isAccessibleForFree"\s*:\s*"?(?i:false|no)\b"#).expect("the pattern is constant")
});
static WORD_COUNT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#""wordCount"\s*:\s*"?(\d{1,6})\b"#).expect("the pattern is constant"));

/// What a page says of its kind, before it is known how much text it shows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Signs {
    /// It is a live blog, whatever its text.
    pub is_live: bool,
    is_locked: bool,
    /// The words its text has by its own account; 0 where it gives none.
    declared_words: usize,
}

impl Signs {
    /// Reads a page, its JSON-LD and its address.
    pub fn read(page: &Page, linked: &[&str], url: Option<&str>) -> Self {
        let declared =
            linked.iter().filter_map(|block| WORD_COUNT.captures(block)?[1].parse::<usize>().ok()).max();
        Self {
            is_live: linked.iter().any(|block| LIVE_TYPE.is_match(block))
                || url.is_some_and(|url| LIVE_ADDRESS.is_match(url))
                || is_named_live(page),
            is_locked: is_locked(page, linked),
            declared_words: declared.unwrap_or_default(),
        }
    }

    /// The kind of the page when its text has so many words: a stub is locked, and short or much
    /// shorter than declared.
    pub fn kind(self, words: usize) -> PageKind {
        let is_cut = (words as f32) < STUB_SHARE * self.declared_words as f32;
        if self.is_live {
            PageKind::LiveBlog
        } else if self.is_locked && (words < STUB_WORDS || is_cut) {
            PageKind::Stub
        } else {
            PageKind::Article
        }
    }
}

fn is_named_live(page: &Page) -> bool {
    let holders =
        page.elements().filter(|(_, node)| matches!(node.tag, Tag::Body | Tag::Main | Tag::Article));
    holders.take(MAX_NAMED).any(|(_, node)| {
        ["class", "id", "itemtype"].iter().filter_map(|name| node.attribute(name)).any(|value| {
            let value = value.to_ascii_lowercase();
            ["liveblog", "live-blog", "live_blog", "liveticker", "live-ticker"]
                .iter()
                .any(|name| value.contains(name))
        })
    })
}

fn is_locked(page: &Page, linked: &[&str]) -> bool {
    linked.iter().any(|block| LOCKED.is_match(block))
        || page.elements().any(|(_, node)| {
            node.tag == Tag::Head
                && node
                    .attribute("property")
                    .or_else(|| node.attribute("name"))
                    .is_some_and(|name| name == "article:content_tier")
                && node.attribute("content").is_some_and(|tier| tier.eq_ignore_ascii_case("locked"))
        })
}

#[cfg(test)]
mod tests {
    use scraper::Html;

    use super::*;

    fn check(html: &str, linked: &str, url: &str, words: usize, expected: PageKind) {
        let html = Html::parse_document(html);
        assert_eq!(
            Signs::read(&Page::new(&html), &[linked], Some(url)).kind(words),
            expected,
            "{linked} {url}"
        );
    }

    #[test]
    fn live_blogs_are_told_by_type_address_and_name() {
        let url = "https://example.com/markets/silver";
        check("", r#"{"@type": "LiveBlogPosting"}"#, url, 900, PageKind::LiveBlog);
        check(
            "",
            r#"{"@type": "NewsArticle", "articleBody": "the LiveBlogPosting type"}"#,
            url,
            900,
            PageKind::Article,
        );
        for live in [
            "https://example.com/live/2024/03/12/markets",
            "https://example.com/markets/silver-live-updates",
            "https://example.com/a/live-blog/1",
            "https://example.com/markets-liveticker-100.html",
        ] {
            check("", "", live, 900, PageKind::LiveBlog);
        }
        for other in [
            "https://live.example.com/a",
            "https://example.com/how-to-live-well",
            "https://example.com/olive/oil",
            "https://example.com/live/",
        ] {
            check("", "", other, 900, PageKind::Article);
        }
        check("<main class='page liveblog--open'>", "", url, 900, PageKind::LiveBlog);
    }

    #[test]
    fn stubs_are_short_and_locked() {
        let url = "https://example.com/markets/silver";
        let locked = r#"{"isAccessibleForFree": "False", "wordCount": 900}"#;
        check("", locked, url, 120, PageKind::Stub);
        check("", locked, url, 400, PageKind::Stub);
        check("", locked, url, 850, PageKind::Article);
        check("", r#"{"isAccessibleForFree": true, "wordCount": 900}"#, url, 120, PageKind::Article);
        check("<meta property=article:content_tier content=locked>", "", url, 120, PageKind::Stub);
        check("<meta property=article:content_tier content=free>", "", url, 120, PageKind::Article);
    }
}
