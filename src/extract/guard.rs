//! What the parser may be given: the source rewritten so that parsing it takes bounded time and memory.
//!
//! Between `charset` and the DOM. A tree builder that follows the standard is quadratic on purpose-made
//! input: it walks the open elements for every `<p>`, compares every attribute of a tag with the
//! others, and reopens every unclosed `<b>` in every paragraph. So this pass, linear in the source,
//! drops what no later stage reads (scripts, styles, comments, drawings, plain formatting tags, most
//! attributes), which also halves the work on honest pages, and caps what is left: the depth, the
//! number of tags, the formatting left open. Past the caps tags disappear but their text stays, and
//! past the budget the rest of the page is cut. JSON-LD is set aside for `metadata`. What the tags
//! mean is left to the parser.

mod attribute;
#[cfg(test)]
mod tests;

use memchr::{memchr, memmem};

use super::Look;
use attribute::{ATTRIBUTES, attribute_value, name_end};

/// The source as the parser gets it.
#[derive(Debug, Default)]
pub(super) struct Guarded<'a> {
    /// HTML with bounded depth and size.
    pub html: String,
    /// The contents of `<script type="application/ld+json">`, in order.
    pub linked_data: Vec<&'a str>,
}

/// Elements open at once. Browsers stop nesting at 512.
const MAX_DEPTH: usize = 512;
/// Units of work: one for a tag, one more for each link or formatting element left open. Large honest
/// pages use a twentieth.
const BUDGET: usize = 400_000;
/// Formatting elements left open at once; an honest page leaves few.
const MAX_FORMATTING: usize = 32;
/// JSON-LD blocks kept; pages have one to ten.
const MAX_LINKED_DATA: usize = 64;

/// A tag name in lower case as a number: itself up to eight letters, a hash beyond.
const fn key(name: &[u8]) -> u64 {
    let mut packed: u64 = 0;
    let mut at = 0;
    while at < name.len() {
        packed = if name.len() <= 8 {
            packed << 8 | name[at].to_ascii_lowercase() as u64
        } else {
            (packed ^ name[at].to_ascii_lowercase() as u64).wrapping_mul(0x0100_0000_01b3)
        };
        at += 1;
    }
    packed
}

/// What becomes of an element.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// Dropped with its content.
    Drop,
    /// The tags are dropped, the content stays.
    Unwrap,
    /// Kept; its content is characters, not tags.
    Title,
    /// Kept, has no end tag.
    Void,
    /// Kept, closes itself before the next of its kind, so it does not deepen the tree.
    Flat,
    /// Kept, reopened by the parser until it is closed.
    Formatting,
    /// Kept.
    Keep,
}

macro_rules! fates {
    ($($fate:ident: $($name:literal)*;)*) => {
        fn fate(name: u64) -> Fate {
            $($(if name == const { key($name.as_bytes()) } { return Fate::$fate; })*)*
            Fate::Keep
        }
    };
}

// The commonest first: the list is walked for every tag.
fates! {
    Keep: "div" "span" "ul" "section" "article";
    Formatting: "a" "code" "small";
    Flat: "p" "li" "td" "tr" "th" "tbody" "thead" "tfoot" "dt" "dd" "option" "optgroup" "colgroup" "rt" "rp" "html" "head" "body";
    Void: "br" "meta" "link" "hr" "base" "wbr" "area" "col" "param" "keygen" "basefont" "bgsound" "frame" "source" "track";
    Drop: "script" "style" "svg" "noscript" "iframe" "noembed" "noframes" "xmp" "template" "textarea" "math" "canvas" "object";
    Unwrap: "b" "i" "u" "s" "em" "strong" "font" "big" "tt" "strike" "nobr" "img" "input" "picture" "embed" "plaintext" "image";
    Title: "title";
}

/// Rewrites a source. Never fails; time and memory are linear in its length.
pub(super) fn guard(source: &str) -> Guarded<'_> {
    guard_for(source, Look::Strict)
}

/// The same; a lenient look keeps what is printed for readers without scripts.
pub(super) fn guard_for(source: &str, look: Look) -> Guarded<'_> {
    let mut scan = Scan {
        source,
        look,
        guarded: Guarded { html: String::with_capacity(source.len() / 2), linked_data: Vec::new() },
        open: Vec::new(),
        formatting: 0,
        spent: 0,
        unclosed: Vec::new(),
    };
    scan.run();
    scan.guarded
}

struct Scan<'a> {
    source: &'a str,
    look: Look,
    guarded: Guarded<'a>,
    open: Vec<u64>,
    formatting: usize,
    spent: usize,
    /// Names whose end tag is known not to follow: searched for once, or the scan would be quadratic.
    unclosed: Vec<u64>,
}

/// A start tag read: where it ends, what was kept of it.
struct StartTag {
    end: usize,
    closes_itself: bool,
    linked_data: bool,
    shadow_root: bool,
}

impl<'a> Scan<'a> {
    fn run(&mut self) {
        let bytes = self.source.as_bytes();
        let mut at = 0;
        while let Some(offset) = memchr(b'<', &bytes[at..]) {
            let open = at + offset;
            self.guarded.html.push_str(&self.source[at..open]);
            at = match bytes.get(open + 1) {
                Some(letter) if letter.is_ascii_alphabetic() => self.start_tag(open),
                Some(b'/') if bytes.get(open + 2).is_some_and(u8::is_ascii_alphabetic) => self.end_tag(open),
                Some(b'!' | b'?' | b'/') => self.declaration(open),
                _ => {
                    // Escaped, or it might become a tag together with what follows a dropped one.
                    self.guarded.html.push_str("&lt;");
                    self.spent += 1;
                    open + 1
                }
            };
            if self.spent > BUDGET {
                return;
            }
        }
        self.guarded.html.push_str(&self.source[at..]);
    }

    /// Where a comment, a doctype or a processing instruction ends; nothing of it is kept.
    fn declaration(&mut self, open: usize) -> usize {
        let rest = &self.source[open..];
        let end = if rest.starts_with("<!-->") || rest.starts_with("<!--->") {
            rest.find('>').map(|at| at + 1)
        } else if let Some(comment) = rest.strip_prefix("<!--") {
            memmem::find(comment.as_bytes(), b"-->").map(|at| at + 7)
        } else {
            rest.find('>').map(|at| at + 1)
        };
        if rest.get(..9).is_some_and(|start| start.eq_ignore_ascii_case("<!doctype")) {
            self.guarded.html.push_str("<!doctype html>");
        }
        open + end.unwrap_or(rest.len())
    }

    fn end_tag(&mut self, open: usize) -> usize {
        let bytes = self.source.as_bytes();
        let name_end = name_end(bytes, open + 2);
        let end = memchr(b'>', &bytes[name_end..]).map_or(bytes.len(), |at| name_end + at + 1);
        let name = key(&bytes[open + 2..name_end]);
        self.spent += 1;
        match fate(name) {
            Fate::Drop | Fate::Unwrap | Fate::Void | Fate::Title => return end,
            Fate::Formatting => self.formatting = self.formatting.saturating_sub(1),
            Fate::Flat => {}
            Fate::Keep => {
                let overfull = self.open.len() > MAX_DEPTH;
                let nearest = self.open.len().saturating_sub(MAX_DEPTH);
                match self.open[nearest..].iter().rposition(|candidate| *candidate == name) {
                    Some(at) => self.open.truncate(nearest + at),
                    None if overfull => return end,
                    None => {}
                }
                if overfull {
                    return end;
                }
            }
        }
        self.guarded.html.push_str("</");
        self.guarded.html.push_str(&self.source[open + 2..name_end]);
        self.guarded.html.push('>');
        end
    }

    fn start_tag(&mut self, open: usize) -> usize {
        let bytes = self.source.as_bytes();
        let name_end = name_end(bytes, open + 1);
        let name = key(&bytes[open + 1..name_end]);
        let fate = match fate(name) {
            Fate::Drop if self.look == Look::Lenient && name == key(b"noscript") => Fate::Unwrap,
            fate => fate,
        };
        let before = self.guarded.html.len();
        self.guarded.html.push_str(&self.source[open..name_end]);
        let tag = self.attributes(name_end);
        self.spent += 1 + self.formatting;
        let keep = match fate {
            Fate::Drop => {
                self.guarded.html.truncate(before);
                if tag.closes_itself && name == key(b"svg") || tag.shadow_root {
                    return tag.end;
                }
                return self.dropped(name, &tag);
            }
            Fate::Unwrap => false,
            Fate::Title => {
                self.guarded.html.push('>');
                let (content, end) = self.content(name, tag.end);
                // Characters only: whatever looks like a tag in it stays text.
                self.guarded.html.push_str(&content.replace('<', "&lt;"));
                self.guarded.html.push_str("</title>");
                return end;
            }
            Fate::Void | Fate::Flat => true,
            Fate::Formatting => {
                let keep = self.formatting < MAX_FORMATTING;
                self.formatting += usize::from(keep);
                keep
            }
            Fate::Keep => {
                self.open.push(name);
                self.open.len() <= MAX_DEPTH
            }
        };
        if keep {
            self.guarded.html.push('>');
        } else {
            self.guarded.html.truncate(before);
        }
        tag.end
    }

    /// Where the content of a dropped element ends; JSON-LD is set aside on the way.
    fn dropped(&mut self, name: u64, tag: &StartTag) -> usize {
        // Without an end tag a script hides the rest of the page from every browser; the others are
        // forgiven, for the text behind them is seen.
        let (content, end) = if name == key(b"script") || name == key(b"style") {
            let at = self.closing(name, tag.end).unwrap_or(self.source.len());
            (&self.source[tag.end..at], at)
        } else {
            self.content(name, tag.end)
        };
        if tag.linked_data && self.guarded.linked_data.len() < MAX_LINKED_DATA {
            self.guarded.linked_data.push(content);
        }
        end
    }

    /// The characters up to the end tag of that name, and where they end; empty when none follows.
    fn content(&mut self, name: u64, from: usize) -> (&'a str, usize) {
        match self.closing(name, from) {
            Some(at) => (&self.source[from..at], at),
            None => ("", from),
        }
    }

    fn closing(&mut self, name: u64, from: usize) -> Option<usize> {
        if self.unclosed.contains(&name) {
            return None;
        }
        let bytes = self.source.as_bytes();
        let mut at = from;
        while let Some(offset) = memchr(b'<', &bytes[at..]) {
            let found = at + offset;
            if bytes.get(found + 1) != Some(&b'/') {
                at = found + 1;
                continue;
            }
            let end = name_end(bytes, found + 2);
            if key(&bytes[found + 2..end]) == name {
                return Some(found);
            }
            at = found + 2;
        }
        self.unclosed.push(name);
        None
    }

    /// Copies the attributes worth keeping, each once, so their number is bounded.
    fn attributes(&mut self, from: usize) -> StartTag {
        let bytes = self.source.as_bytes();
        let mut tag =
            StartTag { end: bytes.len(), closes_itself: false, linked_data: false, shadow_root: false };
        let mut seen = 0_u32;
        let mut at = from;
        loop {
            while bytes.get(at).is_some_and(|byte| byte.is_ascii_whitespace() || *byte == b'/') {
                tag.closes_itself = bytes[at] == b'/';
                at += 1;
            }
            match bytes.get(at) {
                None => return tag,
                Some(b'>') => {
                    tag.end = at + 1;
                    return tag;
                }
                Some(_) => {}
            }
            tag.closes_itself = false;
            let name_start = at;
            at += 1;
            while bytes
                .get(at)
                .is_some_and(|byte| !byte.is_ascii_whitespace() && !matches!(byte, b'/' | b'>' | b'='))
            {
                at += 1;
            }
            let name = &self.source[name_start..at];
            let (value, end) = attribute_value(self.source, at);
            at = end;
            if name.eq_ignore_ascii_case("type") && value.to_ascii_lowercase().contains("ld+json") {
                tag.linked_data = true;
            }
            tag.shadow_root |= name.eq_ignore_ascii_case("shadowrootmode");
            let Some(kept) = ATTRIBUTES.iter().position(|kept| kept.eq_ignore_ascii_case(name)) else {
                continue;
            };
            // Of styles only "display: none" is read, and they can be long.
            let wanted = ATTRIBUTES[kept] != "style" || value.contains("none");
            let quote = if value.contains('"') { '\'' } else { '"' };
            if seen & 1 << kept == 0 && wanted && !(quote == '\'' && value.contains('\'')) {
                seen |= 1 << kept;
                let html = &mut self.guarded.html;
                html.push(' ');
                html.push_str(ATTRIBUTES[kept]);
                html.push('=');
                html.push(quote);
                html.push_str(value);
                html.push(quote);
            }
        }
    }
}
