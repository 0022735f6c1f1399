//! The page as lines of text: paragraphs, list items, quotes, headings and rows in reading order.
//!
//! Between `page` and the two that choose, `prune` and `body`. A block is a run of characters that a
//! browser would lay out as one paragraph; it remembers how much of it is link and which element holds
//! it. Choosing among blocks is left out on purpose. Hostile pages can make many blocks, never more
//! than they have text nodes and line breaks.

use super::page::{Page, Tag, push_collapsed};

/// One line of the page.
#[derive(Debug, Clone)]
pub(super) struct Block {
    /// Its characters, white space collapsed, never empty.
    pub text: String,
    /// The nearest element around it that starts a line.
    pub node: u32,
    /// What that element, or one between it and the next division, is: paragraph, item, heading.
    pub tag: Tag,
    /// Words separated by white space; for scripts that write without spaces, a third of the letters.
    pub words: usize,
    /// The share of its characters inside links, 0 to 1.
    pub link_share: f32,
}

impl Block {
    /// Whether it ends as a sentence does.
    pub fn ends_as_sentence(&self) -> bool {
        self.text
            .trim_end_matches(['"', '\'', '”', '’', '»', ')', ']', '“', '*', ' '])
            .ends_with(['.', '!', '?', '…', ':', ';', '。', '！', '？', '।', '۔', '؟'])
    }
}

/// Two line breaks, or one after a finished sentence, part paragraphs.
const BREAK: char = '\n';
/// A table cell this long holds a layout, not a value: it starts a line of its own.
const LAYOUT_CELL_CHARS: usize = 120;
/// Characters per word in scripts that do not part words.
const UNSPACED_CHARS_PER_WORD: usize = 3;

/// Reads the lines of the subtrees for which `skip` is false.
pub(super) fn blocks(page: &Page, skip: impl Fn(u32) -> bool) -> Vec<Block> {
    let mut reader = Reader { page, blocks: Vec::new(), line: String::new(), linked: 0, holder: 0 };
    let mut open: Vec<u32> = Vec::new();
    // Where the innermost link ends: links do not nest.
    let mut link_end = 0;
    let mut index = 1;
    while index < page.nodes.len() as u32 {
        while let Some(top) = open.last()
            && page.node(*top).end <= index
        {
            reader.flush();
            open.pop();
        }
        reader.holder = open.last().copied().unwrap_or(0);
        let node = page.node(index);
        if skip(index) {
            if node.tag.breaks_line() {
                reader.flush();
            }
            index = node.end;
            continue;
        }
        match node.tag {
            Tag::Text => {
                let before = reader.line.len();
                push_collapsed(&mut reader.line, node.text);
                if index < link_end {
                    reader.linked += reader.line.len() - before;
                }
            }
            Tag::Break => reader.line.push(BREAK),
            Tag::Link => link_end = node.end,
            Tag::Cell if reader.line.len() > LAYOUT_CELL_CHARS => reader.flush(),
            Tag::Cell => push_collapsed(&mut reader.line, " "),
            tag if tag.breaks_line() => {
                reader.flush();
                open.push(index);
            }
            _ => {}
        }
        index += 1;
    }
    reader.holder = open.last().copied().unwrap_or(0);
    reader.flush();
    reader.blocks
}

struct Reader<'p, 'a> {
    page: &'p Page<'a>,
    blocks: Vec<Block>,
    line: String,
    /// Bytes of the line that lie in links.
    linked: usize,
    holder: u32,
}

impl Reader<'_, '_> {
    fn flush(&mut self) {
        let link_share = self.linked as f32 / self.line.len().max(1) as f32;
        let tag = self.kind();
        for text in paragraphs(&self.line) {
            let words = count_words(&text);
            self.blocks.push(Block { text, node: self.holder, tag, words, link_share: link_share.min(1.0) });
        }
        self.line.clear();
        self.linked = 0;
    }

    /// A paragraph in a list item is an item; what stands in a quote is a quote.
    fn kind(&self) -> Tag {
        let mut at = self.holder;
        // Three levels up: a division inside an item inside a quote.
        for _ in 0..3 {
            let tag = self.page.node(at).tag;
            if matches!(tag, Tag::Item | Tag::Quote | Tag::Heading | Tag::Row | Tag::Preformatted) {
                return tag;
            }
            at = self.page.node(at).parent;
        }
        self.page.node(self.holder).tag
    }
}

/// Parts a line at its breaks.
fn paragraphs(line: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut joined = String::new();
    let mut breaks = 0;
    for piece in line.split(BREAK) {
        let piece = piece.trim();
        if piece.is_empty() {
            breaks += 1;
            continue;
        }
        if !joined.is_empty() {
            // A break inside a sentence is layout; after one it is a paragraph.
            if breaks > 0 || joined.ends_with(['.', '!', '?', ':', '"', '”', '…']) {
                out.push(std::mem::take(&mut joined));
            } else {
                joined.push(' ');
            }
        }
        joined.push_str(piece);
        breaks = 0;
    }
    if !joined.is_empty() {
        out.push(joined);
    }
    out
}

/// Words as white space parts them; letters of scripts without spaces count a third each.
pub(super) fn count_words(text: &str) -> usize {
    let mut spaced = 0;
    let mut before = b' ';
    let mut ascii = true;
    for byte in text.bytes() {
        spaced += usize::from(before.is_ascii_whitespace() && !byte.is_ascii_whitespace());
        ascii &= byte.is_ascii();
        before = byte;
    }
    if ascii {
        return spaced;
    }
    let unspaced = text.chars().filter(|letter| matches!(*letter as u32, 0x0e00..=0x0eff | 0x1000..=0x109f | 0x3040..=0x30ff | 0x3400..=0x9fff | 0x20000..=0x3ffff)).count();
    spaced + unspaced / UNSPACED_CHARS_PER_WORD
}

#[cfg(test)]
mod tests {
    use scraper::Html;

    use super::*;

    fn check(html: &str, expected: &[&str]) {
        let html = Html::parse_document(html);
        let page = Page::new(&html);
        let found = blocks(&page, |index| page.node(index).tag == Tag::Head);
        assert_eq!(found.iter().map(|block| block.text.as_str()).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn lines_as_a_reader_sees_them() {
        check("<p>One <b>two</b></p><p>three</p>", &["One two", "three"]);
        check("<div>Loose<p>first</p>tail<ul><li>a<li>b</ul></div>", &["Loose", "first", "tail", "a", "b"]);
        check("Done.<br>Next<br>goes on<br><br>New", &["Done.", "Next goes on", "New"]);
        check("<table><tr><th>Day<th>Price<tr><td>1<td>2</table>", &["Day Price", "1 2"]);
        check("<head><title>x</title></head><p> </p>", &[]);
    }

    #[test]
    fn the_linked_share_is_measured() {
        let html = Html::parse_document("<p>ab<a>cdefgh</a></p><p>plain</p>");
        let found = blocks(&Page::new(&html), |_| false);
        assert!((found[0].link_share - 0.75).abs() < 1e-6 && found[1].link_share == 0.0);
    }

    #[test]
    fn words_of_scripts_without_spaces() {
        assert_eq!(count_words("gold and silver"), 3);
        assert_eq!(count_words("ビットコインは上昇した。"), 1 + 11 / 3);
    }
}
