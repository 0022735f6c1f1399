//! One field of a feed in markup while it is read: text, markup inside it, and how it is coded.
//!
//! Atom says of each text whether it is plain, HTML or XHTML, escaped, inline or in base64; RSS says
//! nothing and means HTML. Markup inside is kept without attributes: only its text is wanted.

use super::{
    MAX_FIELD_BYTES, cut,
    draft::{Draft, Form},
    vocabulary::Field,
};

/// How a field is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    /// As text of this form.
    Text(Form),
    /// As markup, in which `&lt;` is a character.
    Inline,
    /// In base64, the form beneath.
    Base64(Form),
}

/// What an element's attributes say of its coding.
pub(super) struct Said<'a> {
    /// Atom's `type`.
    pub kind: Option<&'a str>,
    /// Atom 0.3's `mode`.
    pub mode: Option<&'a str>,
}

impl Said<'_> {
    /// How the field is written; `None` for what is no text: pictures, sounds.
    pub(super) fn coding(&self, field: Field, name: &str, is_atom: bool) -> Option<Coding> {
        let kind =
            self.kind.map(|kind| kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase());
        let mode = self.mode.map(|mode| mode.trim().to_ascii_lowercase()).unwrap_or_default();
        let is_text = matches!(field, Field::Title(_) | Field::Summary(_) | Field::Text(_));
        let Some(kind) = kind.filter(|_| is_text) else {
            // Atom's own names are plain where nothing is said, those of RSS are not.
            let plain = is_atom && is_text && matches!(name, "title" | "summary" | "content");
            let form = if plain { Form::Plain } else { Form::Unsaid };
            return Some(if mode == "base64" { Coding::Base64(form) } else { Coding::Text(form) });
        };
        let form = match kind.as_str() {
            "text" | "text/plain" => Form::Plain,
            "html" | "text/html" | "xhtml" | "application/xhtml+xml" => Form::Html,
            kind if kind.starts_with("text/") => Form::Plain,
            _ => Form::Unsaid,
        };
        let is_xml = kind == "xhtml" || kind.ends_with("+xml") || kind.ends_with("/xml");
        let is_binary = kind == "application/octet-stream"
            || ["image/", "audio/", "video/"].iter().any(|binary| kind.starts_with(binary)) && !is_xml;
        Some(match mode.as_str() {
            "base64" => Coding::Base64(form),
            "xml" if form != Form::Plain => Coding::Inline,
            "escaped" => Coding::Text(form),
            _ if is_xml => Coding::Inline,
            _ if is_binary => Coding::Base64(form),
            _ => Coding::Text(form),
        })
    }
}

/// Whether an author's `name` was met: it is the author then, without address and home page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Name {
    Unseen,
    Inside,
    Seen,
}

/// A field being read.
#[derive(Debug)]
pub(super) struct Capture {
    pub field: Field,
    coding: Coding,
    /// Text as it stands, up to the first element inside.
    pub text: String,
    /// The whole as HTML, once there is an element inside.
    markup: Option<String>,
    name: Name,
}

impl Capture {
    pub(super) fn new(field: Field, coding: Coding) -> Self {
        let markup = (coding == Coding::Inline).then(String::new);
        Self { field, coding, text: String::new(), markup, name: Name::Unseen }
    }

    /// Whether elements inside can only be a mistake, or HTML that nobody escaped.
    pub(super) fn holds_no_elements(&self) -> bool {
        matches!(self.coding, Coding::Text(Form::Unsaid))
    }

    /// Adds text; `false` if it does not fit any more.
    pub(super) fn push(&mut self, text: &str) -> bool {
        let is_person = matches!(self.field, Field::Author(_));
        if is_person && self.name == Name::Seen {
            return true;
        }
        let (to, text) = match &mut self.markup {
            Some(markup) if !is_person => (markup, quick_xml::escape::partial_escape(text)),
            _ => (&mut self.text, text.into()),
        };
        let fits = to.len() + text.len() <= MAX_FIELD_BYTES;
        if fits {
            to.push_str(&text);
        } else {
            let room = MAX_FIELD_BYTES.saturating_sub(to.len());
            to.push_str(cut(&text, room));
        }
        fits
    }

    /// An element inside begins.
    pub(super) fn start(&mut self, name: &str) {
        let local = name.rsplit(':').next().unwrap_or(name);
        if matches!(self.field, Field::Author(_)) {
            if local == "name" && self.name == Name::Unseen {
                self.text.clear();
                self.name = Name::Inside;
            }
            return;
        }
        let text = &self.text;
        let markup =
            self.markup.get_or_insert_with(|| quick_xml::escape::partial_escape(text.as_str()).into_owned());
        if markup.len() < MAX_FIELD_BYTES {
            markup.push_str(&format!("<{local}>"));
        }
    }

    /// An element inside ends.
    pub(super) fn end(&mut self, name: &str) {
        let local = name.rsplit(':').next().unwrap_or(name);
        if local == "name" && self.name == Name::Inside {
            self.name = Name::Seen;
        }
        if let Some(markup) = self.markup.as_mut().filter(|markup| markup.len() < MAX_FIELD_BYTES) {
            markup.push_str(&format!("</{local}>"));
        }
    }

    /// Gives what was read to a draft; an unreadable date comes back.
    pub(super) fn offer(self, draft: &mut Draft) -> Option<String> {
        match (self.markup, self.coding) {
            (_, Coding::Base64(form)) => {
                let text = from_base64(&self.text).and_then(|bytes| String::from_utf8(bytes).ok());
                draft.offer(self.field, &text.unwrap_or_default(), form)
            }
            (Some(markup), _) => draft.offer(self.field, &markup, Form::Html),
            (None, Coding::Text(form)) => draft.offer(self.field, &self.text, form),
            (None, Coding::Inline) => None,
        }
    }
}

/// Base64 in either alphabet, white space and padding passed over; `None` if it is none.
fn from_base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0_u32, 0);
    for byte in text.bytes().filter(|byte| !byte.is_ascii_whitespace() && *byte != b'=') {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(six);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xff).ok()?);
        }
    }
    Some(bytes)
}
