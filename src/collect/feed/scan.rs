//! Tags of HTML and the text between them, in one pass.
//!
//! Comments, declarations and instructions are passed over, quoted attributes are kept together, a `<`
//! that begins nothing is text. What was looked for in vain is not looked for again, so that the time
//! is linear whatever is left open. What tags mean is known elsewhere, but for what they hide.

use super::text::unescaped;

/// Elements whose content is no text for a reader, up to their own end tag.
const HIDDEN: [&str; 8] =
    ["applet", "iframe", "noembed", "noscript", "object", "script", "style", "template"];

/// A tag with its name in lower case.
pub(super) struct Tag<'a> {
    pub name: String,
    pub is_end: bool,
    pub is_empty: bool,
    inside: &'a str,
}

impl Tag<'_> {
    /// The value of an attribute, unescaped.
    pub(super) fn attribute(&self, wanted: &str) -> Option<String> {
        let mut rest = self.inside;
        loop {
            rest = rest.trim_start_matches(|char: char| char.is_ascii_whitespace() || char == '/');
            if rest.is_empty() {
                return None;
            }
            let end = rest
                .find(|char: char| char == '=' || char == '/' || char.is_ascii_whitespace())
                .unwrap_or(rest.len())
                .max(1);
            // A stray character beyond ASCII is part of a name; `=` alone is one byte.
            let (name, after) = rest.split_at(end);
            let after_space = after.trim_start();
            let Some(value) = after_space.strip_prefix('=').filter(|_| name != "=") else {
                rest = after;
                continue;
            };
            let value = value.trim_start();
            let (value, after) = match value.chars().next() {
                Some(quote @ ('"' | '\'')) => value[1..].split_once(quote).unwrap_or((&value[1..], "")),
                _ => {
                    value.split_at(value.find(|char: char| char.is_ascii_whitespace()).unwrap_or(value.len()))
                }
            };
            if name.eq_ignore_ascii_case(wanted) {
                return Some(unescaped(value).into_owned());
            }
            rest = after;
        }
    }
}

/// A run of text between tags, or a tag.
pub(super) enum Piece<'a> {
    Text(&'a str),
    Tag(Tag<'a>),
}

/// Tags and the text between them; comments, declarations and instructions are passed over.
pub(super) struct Scanner<'a> {
    rest: &'a str,
    /// Once no `>` (or no end of a comment) follows, none ever will: looked for once, not at every `<`.
    no_more_tags: bool,
    no_more_ends: [bool; 3],
    /// Hidden elements whose end does not come any more, likewise.
    endless: [bool; HIDDEN.len()],
}

impl<'a> Scanner<'a> {
    pub(super) fn new(html: &'a str) -> Self {
        Self { rest: html, no_more_tags: false, no_more_ends: [false; 3], endless: [false; HIDDEN.len()] }
    }

    /// After the start of a hidden element, passes over everything up to and with its end. One that
    /// never ends hides nothing, but for scripts and styles: half a script is no text.
    pub(super) fn skip_hidden(&mut self, name: &str) {
        let Some(number) = HIDDEN.iter().position(|hidden| *hidden == name) else { return };
        if self.endless[number] {
            return;
        }
        let mut from = 0;
        while let Some(found) = self.rest[from..].find("</") {
            let at = from + found + 2;
            let candidate = self.rest.as_bytes().get(at..at + name.len());
            if candidate.is_some_and(|candidate| candidate.eq_ignore_ascii_case(name.as_bytes())) {
                let end = self.rest[at..].find('>').map_or(self.rest.len(), |close| at + close + 1);
                self.rest = &self.rest[end..];
                return;
            }
            from = at;
        }
        self.endless[number] = true;
        if matches!(name, "script" | "style") {
            self.rest = "";
        }
    }

    fn tag(&mut self) -> Option<Tag<'a>> {
        let open = &self.rest[1..];
        let (is_end, named) = open.strip_prefix('/').map_or((false, open), |named| (true, named));
        if self.no_more_tags || !named.starts_with(|char: char| char.is_ascii_alphabetic()) {
            return None;
        }
        let name =
            named.find(|char: char| !(char.is_ascii_alphanumeric() || matches!(char, ':' | '-' | '_')));
        let (name, attributes) = named.split_at(name.unwrap_or(named.len()));
        let Some(close) = closing(attributes) else {
            self.no_more_tags = true;
            return None;
        };
        let inside = &attributes[..close];
        self.rest = &attributes[close + 1..];
        Some(Tag { name: name.to_ascii_lowercase(), is_end, is_empty: inside.ends_with('/'), inside })
    }

    /// Passes over `<!…>` and `<?…>`.
    fn declaration(&mut self) -> bool {
        if !self.rest.starts_with("<!") && !self.rest.starts_with("<?") {
            return false;
        }
        let (end, length) = if self.rest.starts_with("<!--") {
            ("-->", 4)
        } else if self.rest.starts_with("<![CDATA[") {
            ("]]>", 9)
        } else {
            (">", 2)
        };
        let kind = usize::from(length > 2) + usize::from(length == 9);
        if self.no_more_ends[kind] {
            return false;
        }
        match self.rest[length..].find(end) {
            Some(close) => self.rest = &self.rest[length + close + end.len()..],
            // As in a browser, a comment that never ends hides what follows.
            None if length == 4 => self.rest = "",
            None => {
                self.no_more_ends[kind] = true;
                return false;
            }
        }
        true
    }
}

impl<'a> Iterator for Scanner<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        loop {
            if self.rest.is_empty() {
                return None;
            }
            if self.rest.starts_with('<') {
                if self.declaration() {
                    continue;
                }
                if let Some(tag) = self.tag() {
                    return Some(Piece::Tag(tag));
                }
            }
            // A `<` that begins no tag is text.
            let first = self.rest.chars().next().map_or(0, char::len_utf8);
            let length = self.rest[first..].find('<').map_or(self.rest.len(), |at| first + at);
            let (text, rest) = self.rest.split_at(length);
            self.rest = rest;
            return Some(Piece::Text(text));
        }
    }
}

/// Where a tag closes, quoted values passed over; a quote that never closes is none.
fn closing(attributes: &str) -> Option<usize> {
    let bytes = attributes.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'>' => return Some(at),
            quote @ (b'"' | b'\'') if at > 0 && matches!(bytes[at - 1], b'=' | b' ') => {
                match bytes[at + 1..].iter().position(|byte| *byte == quote) {
                    Some(end) => at += end + 1,
                    None => return bytes[at..].iter().position(|byte| *byte == b'>').map(|end| at + end),
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}
