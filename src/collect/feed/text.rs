//! HTML inside a feed to plain text, and references to characters.
//!
//! A scanner, not a tree: one pass, one buffer, so neither nesting nor a million attributes cost more
//! than their length. Paragraphs are what block elements part; scripts, styles and the like are left
//! out. What is article and what is furniture is not asked here: a feed gives little of the latter.
//! Hostile input can make the text odd, nothing else.

use std::borrow::Cow;

use html5ever::data::NAMED_ENTITIES;

use super::scan::{Piece, Scanner};

/// Elements that begin and end a paragraph.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "br",
    "center",
    "dd",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "title",
    "tr",
    "ul",
];
/// Names of references are short; what is longer is an ampersand in a text.
const MAX_REFERENCE_BYTES: usize = 32;

/// HTML to paragraphs of plain text, one newline apart.
pub(super) fn html_text(html: &str) -> String {
    let mut paragraphs = Paragraphs::default();
    let mut scanner = Scanner::new(html);
    while let Some(piece) = scanner.next() {
        match piece {
            Piece::Text(text) => paragraphs.push(&unescaped(text)),
            Piece::Tag(tag) => {
                if BLOCKS.contains(&tag.name.as_str()) {
                    paragraphs.end();
                }
                if !tag.is_end && !tag.is_empty {
                    scanner.skip_hidden(&tag.name);
                }
            }
        }
    }
    paragraphs.end();
    paragraphs.done
}

/// Plain text with its lines kept, each with single spaces.
pub(super) fn plain_text(text: &str) -> String {
    let mut paragraphs = Paragraphs::default();
    for line in text.lines() {
        paragraphs.push(line);
        paragraphs.end();
    }
    paragraphs.done
}

/// Text in one line.
pub(super) fn one_line(text: &str) -> String {
    let words = text.split(is_space).map(printable).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// White space, or a zero, which a terminal shows as none.
fn is_space(char: char) -> bool {
    char.is_whitespace() || char == '\0'
}

/// A word without control characters: XML forbids them, feeds have them, terminals obey them.
fn printable(word: &str) -> Cow<'_, str> {
    if word.chars().any(char::is_control) {
        Cow::Owned(word.chars().filter(|char| !char.is_control()).collect())
    } else {
        Cow::Borrowed(word)
    }
}

/// Whether a text that may be plain or HTML is HTML: an end tag or a reference gives it away, while
/// `<` alone may be arithmetic.
pub(super) fn looks_like_html(text: &str) -> bool {
    let bytes = text.as_bytes();
    let end_tag = || bytes.windows(3).any(|three| &three[..2] == b"</" && three[2].is_ascii_alphabetic());
    let empty = || ["<br", "<img ", "<hr", "<p>"].iter().any(|tag| text.contains(tag));
    let reference = || {
        text.match_indices('&').any(|(at, _)| {
            reference_at(&text[at..]).is_some_and(|(name, length)| {
                text.as_bytes().get(at + length - 1) == Some(&b';') && character_reference(name).is_some()
            })
        })
    };
    end_tag() || reference() || empty()
}

/// What `&name;` stands for: a number (those of windows-1252 as the HTML standard maps them) or one of
/// HTML's names.
pub(super) fn character_reference(name: &str) -> Option<Cow<'static, str>> {
    let Some(number) = name.strip_prefix('#') else {
        return named(name).map(Cow::Owned);
    };
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => number.parse().ok()?,
    };
    let character = match code {
        0x80..=0x9f => {
            let byte = [u8::try_from(code).ok()?];
            let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&byte);
            text.chars().next()?
        }
        0 => char::REPLACEMENT_CHARACTER,
        _ => char::from_u32(code)?,
    };
    Some(Cow::Owned(character.to_string()))
}

/// What HTML's name stands for: one character or two. html5ever's table, as quick-xml's own has hundreds
/// of them wrong (0.42: `&gamma;` is a semicolon).
fn named(name: &str) -> Option<String> {
    let (first, second) = *NAMED_ENTITIES.get(format!("{name};").as_str())?;
    let characters = [first, second].into_iter().filter(|code| *code != 0).filter_map(char::from_u32);
    Some(characters.collect()).filter(|text: &String| !text.is_empty())
}

/// Text with its references resolved; what is none stays as it is.
pub(super) fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut done = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        done.push_str(&rest[..at]);
        rest = &rest[at..];
        match reference_at(rest).and_then(|(name, length)| Some((character_reference(name)?, length))) {
            Some((character, length)) => {
                done.push_str(&character);
                rest = &rest[length..];
            }
            None => {
                done.push('&');
                rest = &rest[1..];
            }
        }
    }
    done.push_str(rest);
    Cow::Owned(done)
}

/// Name and length of the reference a text begins with.
fn reference_at(text: &str) -> Option<(&str, usize)> {
    let body = &text.as_bytes()[1..text.len().min(MAX_REFERENCE_BYTES + 2)];
    let length =
        body.iter().position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'#').unwrap_or(body.len());
    let closed = body.get(length) == Some(&b';');
    // Without a semicolon only numbers are read: "AT&Tlt" is no reference, "&copy=1" is an address.
    (length > 0 && (closed || body[0] == b'#')).then(|| (&text[1..=length], 1 + length + usize::from(closed)))
}

#[derive(Default)]
struct Paragraphs {
    done: String,
    line: String,
    space: bool,
}

impl Paragraphs {
    fn push(&mut self, text: &str) {
        for word in text.split_inclusive(is_space) {
            let bare = word.trim_end_matches(is_space);
            if !bare.is_empty() {
                if self.space && !self.line.is_empty() {
                    self.line.push(' ');
                }
                self.line.push_str(&printable(bare));
                self.space = false;
            }
            self.space |= bare.len() < word.len();
        }
    }

    fn end(&mut self) {
        if !self.line.is_empty() {
            if !self.done.is_empty() {
                self.done.push('\n');
            }
            self.done.push_str(&self.line);
            self.line.clear();
        }
        self.space = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_are_what_blocks_part() {
        let check = |html: &str, expected: &str| assert_eq!(html_text(html), expected, "{html:?}");
        check("<p>One  <b>bold</b>\n word</p>\n\n<p> Two</p>", "One bold word\nTwo");
        check("a<br>b<BR/>c<hr>d", "a\nb\nc\nd");
        check("<ul><li>a<li>b</ul>", "a\nb");
        check("gold<em>en</em>, 1&nbsp;234 &mdash; &#8364;5 &#x80;5", "golden, 1 234 — €5 €5");
        check("a<!-- b -->c<![CDATA[ d ]]>e<?f?>g", "aceg");
        check("a<script>if (1 < 2) x('</b>')</script >b<style>c", "ab");
        check("a<object><p>b</p></object>c<iframe>d", "acd");
        check("1 < 2 && 3 > 2 <3 &amp; &nosuch; AT&T &lt;b&gt;", "1 < 2 && 3 > 2 <3 & &nosuch; AT&T <b>");
        check("<a title='x>y' href=z>b</a> <a title=\"c>d</a>", "b d");
        check("é<é>", "é<é>");
        check("a\u{0}b\u{1b}[31mc", "a b[31mc");
        check("a<!-- b", "a");
        check("a<b", "a<b");
        check("", "");
    }

    #[test]
    fn a_title_is_html_when_it_gives_itself_away() {
        let check = |text: &str, expected: bool| assert_eq!(looks_like_html(text), expected, "{text:?}");
        for text in ["<b>a</b>", "a &amp; b", "a<br>b", "&#8217;", "a&mdash;b"] {
            check(text, true);
        }
        for text in
            ["", "a < b", "if a<b then c>d", "AT&T", "a & b;", "&nosuch;", "<blink> tag", "&", "<", "</"]
        {
            check(text, false);
        }
    }
}
