//! The plain fallback: every paragraph on the page, then the body its own metadata carries.
//!
//! Used when `body` finds too little. Nothing is weighed here, so the text may hold a stray line; a
//! page that fails here too has no article. The metadata's copy comes last because publishers cut it,
//! flatten it or fill it with markup.

use scraper::Html;

use super::{
    block::{blocks, count_words},
    guard::guard,
    page::{Page, Tag},
    prune::is_silent,
};

/// A paragraph with more of its characters in links is navigation.
const LINKED_PARAGRAPH: f32 = 0.5;

/// All paragraphs of a page, in order.
pub(super) fn paragraphs(page: &Page) -> Vec<String> {
    let silent = |index: u32| {
        let node = page.node(index);
        is_silent(node) || matches!(node.tag, Tag::Nav | Tag::Footer | Tag::Aside)
    };
    blocks(page, silent)
        .into_iter()
        .filter(|block| {
            matches!(block.tag, Tag::Paragraph | Tag::Quote) && block.link_share < LINKED_PARAGRAPH
        })
        .map(|block| block.text)
        .collect()
}

/// The lines of an `articleBody`, which may hold markup, escaped or not.
pub(super) fn linked_body(body: &str) -> Vec<String> {
    let escaped = body.contains("&lt;p") || body.contains("&lt;div");
    let unescaped = if escaped {
        body.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    } else {
        body.to_owned()
    };
    let marked = if unescaped.contains("<p") || unescaped.contains("<br") || unescaped.contains("<div") {
        unescaped
    } else {
        // Plain text: its line breaks are paragraphs.
        unescaped.replace('<', "&lt;").replace('\n', "<br><br>")
    };
    let html = Html::parse_document(&guard(&marked).html);
    let page = Page::new(&html);
    blocks(&page, |index| is_silent(page.node(index))).into_iter().map(|block| block.text).collect()
}

/// Words in all lines.
pub(super) fn words(lines: &[String]) -> usize {
    lines.iter().map(|line| count_words(line)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_paragraph_outside_navigation() {
        let html =
            Html::parse_document("<nav><p>Home</p></nav><div><p>One.</p><span>x</span><p>Two.</p></div>");
        assert_eq!(paragraphs(&Page::new(&html)), ["One.", "Two."]);
    }

    #[test]
    fn the_body_in_metadata_with_and_without_markup() {
        let check = |body: &str, expected: &[&str]| assert_eq!(linked_body(body), expected, "{body}");
        check("One.\n\nTwo.", &["One.", "Two."]);
        check("<p>One &amp; only.</p><p>Two.</p>", &["One & only.", "Two."]);
        check("&lt;p&gt;One.&lt;/p&gt;", &["One."]);
        check("1 < 2", &["1 < 2"]);
    }
}
