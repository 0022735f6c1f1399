//! The plain fallback: every paragraph on the page, then the body its own metadata carries.
//!
//! Used when `body` finds too little. Nothing is weighed here, so the text may hold a stray line; a
//! page that fails here too has no article. The metadata's copy comes last because publishers cut it,
//! flatten it or fill it with markup.

use scraper::Html;

use super::{
    Look,
    block::{blocks, count_words},
    body::{PROSE_WORDS, body},
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
        is_silent(node, Look::Strict) || matches!(node.tag, Tag::Nav | Tag::Footer | Tag::Aside)
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
pub(super) fn linked_body(text: &str) -> Vec<String> {
    let escaped = text.contains("&lt;p") || text.contains("&lt;div");
    let unescaped = if escaped {
        text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    } else {
        text.to_owned()
    };
    let marked = if unescaped.contains("<p") || unescaped.contains("<br") || unescaped.contains("<div") {
        unescaped
    } else {
        // Plain text: its line breaks are paragraphs.
        unescaped.replace('<', "&lt;").replace('\n', "<br><br>")
    };
    let html = Html::parse_document(&guard(&marked).html);
    let page = Page::new(&html);
    let all = blocks(&page, |index| is_silent(page.node(index), Look::Strict));
    let all: Vec<String> =
        all.into_iter().map(|block| block.text).filter(|line| !is_placeholder(line)).collect();
    // Markup from an editor holds captions and boxes like a page.
    let mut chosen = body(&page, &[], &[], Look::Strict);
    chosen.retain(|line| !is_placeholder(line));
    if words(&chosen) > words(&all) / 2 { chosen } else { all }
}

/// `$$AD$$`, `{{image}}`, `[gallery]`: where a program puts something in.
fn is_placeholder(line: &str) -> bool {
    !line.contains(' ')
        && [("$$", "$$"), ("{{", "}}"), ("[", "]"), ("%%", "%%"), ("##", "##")]
            .iter()
            .any(|(open, close)| line.starts_with(open) && line.ends_with(close))
}

/// Words in lines that are long enough to be sentences.
pub(super) fn prose_words(lines: &[String]) -> usize {
    lines.iter().map(|line| count_words(line)).filter(|words| *words >= PROSE_WORDS).sum()
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
        check("<p>One.</p>$$AD$$<p>Two.</p>", &["One.", "Two."]);
    }
}
