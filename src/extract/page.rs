//! The parsed page as a flat list: every node in document order, each knowing where its subtree ends.
//!
//! Between the DOM (`scraper`) and everything that reads it. On a flat list "all descendants" is a
//! range, "sum over the subtree" is one backward pass and nothing needs recursion, so a page nested
//! 100,000 levels deep costs no stack. Comments and doctypes are left out. What the nodes mean is the
//! business of `prune` and `body`.

use std::ops::Range;

use scraper::{Html, Node as DomNode, node::Element};

/// What an element is to a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Tag {
    /// Characters.
    Text,
    /// Part of a line: spans, unknown elements.
    Inline,
    Link,
    Break,
    /// Starts a line: divisions and whatever else is laid out as a block.
    Block,
    Paragraph,
    Item,
    Quote,
    Preformatted,
    Heading,
    Row,
    Cell,
    Table,
    List,
    Article,
    Main,
    Section,
    Aside,
    Nav,
    Header,
    Footer,
    Figure,
    Caption,
    Form,
    /// Buttons, selections, labels: things to operate, not to read.
    Control,
    Time,
    Body,
    /// `<meta>`, `<link>`, `<title>`, `<head>`, `<base>`.
    Head,
}

impl Tag {
    fn of(name: &str) -> Self {
        match name {
            "a" => Self::Link,
            "br" => Self::Break,
            "p" => Self::Paragraph,
            "li" | "dd" | "dt" => Self::Item,
            "blockquote" => Self::Quote,
            "pre" => Self::Preformatted,
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Self::Heading,
            "tr" => Self::Row,
            "td" | "th" => Self::Cell,
            "table" | "tbody" | "thead" | "tfoot" => Self::Table,
            "ul" | "ol" | "dl" | "menu" => Self::List,
            "article" => Self::Article,
            "main" => Self::Main,
            "section" => Self::Section,
            "aside" => Self::Aside,
            "nav" => Self::Nav,
            "header" | "hgroup" => Self::Header,
            "footer" => Self::Footer,
            "figure" | "amp-img" | "amp-carousel" | "video" | "audio" => Self::Figure,
            "figcaption" | "caption" => Self::Caption,
            "form" | "fieldset" | "search" => Self::Form,
            "button" | "select" | "option" | "optgroup" | "label" | "legend" | "dialog" | "datalist"
            | "progress" | "meter" => Self::Control,
            "time" => Self::Time,
            "body" => Self::Body,
            "meta" | "link" | "title" | "head" | "base" => Self::Head,
            "div" | "html" | "center" | "address" | "details" | "summary" | "hr" | "dir" | "frameset"
            | "noframes" => Self::Block,
            _ => Self::Inline,
        }
    }

    /// Whether a line ends where it starts and where it ends.
    pub fn breaks_line(self) -> bool {
        !matches!(
            self,
            Self::Text | Self::Inline | Self::Link | Self::Break | Self::Cell | Self::Time | Self::Head
        )
    }
}

/// One node.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node<'a> {
    /// What it is.
    pub tag: Tag,
    /// The index of its parent; the root is its own.
    pub parent: u32,
    /// The index after its last descendant.
    pub end: u32,
    /// Its characters, for text; else empty.
    pub text: &'a str,
    /// The element, for all but text.
    pub element: Option<&'a Element>,
}

impl<'a> Node<'a> {
    /// An attribute's value.
    pub fn attribute(&self, name: &str) -> Option<&'a str> {
        self.element?.attr(name)
    }

    /// The element's name; empty for text.
    pub fn name(&self) -> &'a str {
        self.element.map_or("", |element| element.name())
    }
}

/// The nodes in document order. Never empty: node 0 is the document.
#[derive(Debug)]
pub(super) struct Page<'a> {
    pub nodes: Vec<Node<'a>>,
}

impl<'a> Page<'a> {
    /// Flattens a parsed document.
    pub fn new(html: &'a Html) -> Self {
        let mut nodes = vec![Node { tag: Tag::Block, parent: 0, end: 0, text: "", element: None }];
        let root = html.tree.root();
        let mut next = root.first_child();
        let mut parent = 0_u32;
        while let Some(node) = next {
            let index = nodes.len() as u32;
            let kept = match node.value() {
                DomNode::Text(text) => {
                    nodes.push(Node { tag: Tag::Text, parent, end: index + 1, text, element: None });
                    false
                }
                DomNode::Element(element) => {
                    nodes.push(Node {
                        tag: Tag::of(element.name()),
                        parent,
                        end: index + 1,
                        text: "",
                        element: Some(element),
                    });
                    true
                }
                _ => false,
            };
            if kept && let Some(child) = node.first_child() {
                parent = index;
                next = Some(child);
                continue;
            }
            let mut at = node;
            next = loop {
                if let Some(sibling) = at.next_sibling() {
                    break Some(sibling);
                }
                match at.parent() {
                    Some(up) if up.id() != root.id() => {
                        nodes[parent as usize].end = nodes.len() as u32;
                        parent = nodes[parent as usize].parent;
                        at = up;
                    }
                    _ => break None,
                }
            };
        }
        nodes[0].end = nodes.len() as u32;
        Self { nodes }
    }

    /// The descendants of a node.
    pub fn inside(&self, index: u32) -> Range<u32> {
        index + 1..self.nodes[index as usize].end
    }

    /// The node at an index.
    pub fn node(&self, index: u32) -> &Node<'a> {
        &self.nodes[index as usize]
    }

    /// All characters below a node, white space collapsed, a space where a line ends.
    pub fn text_of(&self, index: u32) -> String {
        let mut text = String::new();
        // Where the lines that are open end; lines nest, so the innermost comes last.
        let mut ends: Vec<u32> = Vec::new();
        for at in self.inside(index) {
            let node = self.node(at);
            while ends.last().is_some_and(|end| *end <= at) {
                ends.pop();
                push_collapsed(&mut text, " ");
            }
            push_collapsed(&mut text, node.text);
            if node.tag.breaks_line() || matches!(node.tag, Tag::Break | Tag::Cell) {
                push_collapsed(&mut text, " ");
                ends.push(node.end);
            }
        }
        text.truncate(text.trim_end().len());
        text
    }

    /// Elements in document order.
    pub fn elements(&self) -> impl Iterator<Item = (u32, &Node<'a>)> {
        self.nodes
            .iter()
            .enumerate()
            .filter(|(_, node)| node.element.is_some())
            .map(|(index, node)| (index as u32, node))
    }
}

/// Appends text with runs of white space as one space, none at the start of a line; characters that
/// take no room (soft hyphen, zero-width space and joiners' marks, byte order mark) are dropped, for
/// they split words in two.
pub(super) fn push_collapsed(line: &mut String, text: &str) {
    let mut rest = text;
    // Runs of ordinary characters are copied whole: this is where most time goes.
    while let Some(first) = rest.chars().next() {
        if first.is_whitespace() || first.is_control() {
            if !line.is_empty() && !line.ends_with([' ', '\n']) {
                line.push(' ');
            }
            rest = rest.trim_start_matches(|letter: char| letter.is_whitespace() || letter.is_control());
        } else if is_weightless(first) {
            rest = &rest[first.len_utf8()..];
        } else {
            let end = run_end(rest);
            line.push_str(&rest[..end]);
            rest = &rest[end..];
        }
    }
}

fn is_weightless(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{200e}' | '\u{200f}')
}

/// Where a run of characters that need no care ends.
fn run_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        // Single spaces between words are part of the run.
        if bytes[at] == b' ' {
            if at == 0 || bytes.get(at + 1).is_none_or(|next| *next <= b' ' || *next >= 0x80) {
                return at;
            }
            at += 1;
        } else if bytes[at] < b' ' || bytes[at] == 0x7f {
            return at;
        } else if bytes[at] < 0x80 {
            at += 1;
        } else {
            let Some(letter) = text[at..].chars().next() else {
                return at;
            };
            if letter.is_whitespace() || letter.is_control() || is_weightless(letter) {
                return at;
            }
            at += letter.len_utf8();
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_collapses_and_weightless_characters_go() {
        let check = |text: &str, expected: &str| {
            let mut line = String::new();
            push_collapsed(&mut line, text);
            assert_eq!(line, expected, "{text:?}");
        };
        check("  a \n\t b\u{a0}c ", "a b c ");
        check("de\u{ad}base\u{200b}ment", "debasement");
        check("a \u{2009}b é  ü", "a b é ü");
        check("one two three", "one two three");
        check("\u{0}\u{1}x\u{7f}y", "x y");
    }

    #[test]
    fn nodes_are_in_document_order_and_subtrees_are_ranges() {
        let html = Html::parse_document("<div><p>a<b>b</b></p><p>c</p></div>d");
        let page = Page::new(&html);
        let (body, _) = page.elements().find(|(_, node)| node.tag == Tag::Body).unwrap();
        assert_eq!(page.text_of(body), "ab c d");
        let (first, _) = page.elements().find(|(_, node)| node.tag == Tag::Paragraph).unwrap();
        assert_eq!(page.text_of(first), "ab");
        for (index, node) in page.nodes.iter().enumerate().skip(1) {
            let parent = page.node(node.parent);
            assert!((node.parent as usize) < index && node.end <= parent.end && node.end > index as u32);
        }
    }
}
