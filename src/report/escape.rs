//! The one door through which text gets onto the page.
//!
//! Markup is a literal of the source or the work of another part of this room ([`Html`], a chart); everything
//! else is text and is escaped, in element content and in double-quoted attributes alike. Hostile text can
//! therefore say anything and do nothing: it closes no element, starts no attribute and no script, and what
//! turns the reading direction of its surroundings or has no place in a page (control characters, bidi
//! overrides, noncharacters) is dropped. Addresses pass only as `http` and `https`.

use std::fmt::{self, Display, Write};

use url::Url;

/// Longest address that is made a link: longer ones carry data, not places.
const LONGEST_ADDRESS: usize = 2000;

/// Markup under construction.
#[derive(Debug, Clone, Default)]
pub(super) struct Html(String);

/// Writes markup: literals as they are, `(values)` escaped, `{parts}` as the [`Html`] they are.
macro_rules! html {
    ($to:expr;) => { () };
    ($to:expr; $markup:literal $($rest:tt)*) => {{
        $to.markup($markup);
        $crate::report::escape::html!($to; $($rest)*)
    }};
    ($to:expr; ($value:expr) $($rest:tt)*) => {{
        $to.text(&$value);
        $crate::report::escape::html!($to; $($rest)*)
    }};
    ($to:expr; {$part:expr} $($rest:tt)*) => {{
        $to.add(&$part);
        $crate::report::escape::html!($to; $($rest)*)
    }};
}

pub(super) use html;

impl Html {
    /// Nothing yet.
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// What a chart drew: it has passed a door of its own.
    pub(super) fn drawn(svg: String) -> Self {
        Self(svg)
    }

    /// Markup of the source.
    pub(super) fn markup(&mut self, markup: &'static str) {
        self.0.push_str(markup);
    }

    /// A style or script of the source, which no escape reaches; it must not close its own element.
    pub(super) fn embedded(&mut self, code: &str) {
        debug_assert!(!code.contains("</"), "a style or script closes its element");
        self.0.push_str(code);
    }

    /// Text, escaped.
    pub(super) fn text(&mut self, text: &(impl Display + ?Sized)) {
        // Writing to a string does not fail, and a value that refuses to be shown shows nothing.
        let _ = write!(Escaping(&mut self.0), "{text}");
    }

    /// A part made elsewhere in this room.
    pub(super) fn add(&mut self, part: &Self) {
        self.0.push_str(&part.0);
    }

    /// Whether there is anything.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The markup.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Escapes what is written to it.
struct Escaping<'a>(&'a mut String);

impl Write for Escaping<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for letter in text.chars() {
            match letter {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                letter if is_space(letter) => self.0.push(' '),
                letter if is_dropped(letter) => {}
                letter => self.0.push(letter),
            }
        }
        Ok(())
    }
}

fn is_space(letter: char) -> bool {
    matches!(letter, '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Whether a character has no place in text: it would be an error of the page, or turn its neighbours around.
/// The marks that Arabic and Hebrew are written with stay.
fn is_dropped(letter: char) -> bool {
    let is_noncharacter = |code: u32| code & 0xfffe == 0xfffe || (0xfdd0..=0xfdef).contains(&code);
    letter.is_control()
        || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
        || is_noncharacter(u32::from(letter))
}

/// The start of a text, at most so many characters with the ellipsis that says that there is more.
pub(super) fn cut(text: &str, most: usize) -> String {
    let text = text.trim();
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some(_) => {
            let kept: String = text.chars().take(most.saturating_sub(1)).collect();
            format!("{}…", kept.trim_end())
        }
    }
}

/// An address that may be followed from the page.
pub(super) fn address(given: &str) -> Option<String> {
    let url = Url::parse(given).ok().filter(|_| given.len() <= LONGEST_ADDRESS)?;
    let is_web = matches!(url.scheme(), "http" | "https") && url.has_host();
    // A name before the host makes another host look like it.
    let is_plain = url.username().is_empty() && url.password().is_none();
    (is_web && is_plain).then(|| url.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(text: &str) -> String {
        let mut html = Html::new();
        html.text(text);
        html.0
    }

    #[test]
    fn text_can_say_anything_and_do_nothing() {
        let check = |text: &str, expected: &str| assert_eq!(escaped(text), expected);
        check("Gold & silver", "Gold &amp; silver");
        check("</style><script>alert(1)</script>", "&lt;/style&gt;&lt;script&gt;alert(1)&lt;/script&gt;");
        check("\" onload='x'", "&quot; onload=&#39;x&#39;");
        check("]]> <!-- -->", "]]&gt; &lt;!-- --&gt;");
        check("&lt;b&gt;", "&amp;lt;b&amp;gt;");
        check("a\nb\tc\u{2028}d", "a b c d");
        check("a\0b\u{1b}[31mc\u{7f}\u{9b}", "ab[31mc");
        check("\u{202e}moc.live\u{202c} \u{2066}x\u{2069}", "moc.live x");
        check("שלום\u{200f} سلام", "שלום\u{200f} سلام");
        check("\u{ffff}\u{fdd0}\u{1fffe}\u{feff}x", "x");
        check("金价", "金价");
    }

    #[test]
    fn markup_is_kept_and_values_are_escaped() {
        let mut part = Html::new();
        html!(part; "<b>" ("<") "</b>");
        let mut whole = Html::new();
        html!(whole; "<p title=\"" ("a\"b") "\">" {part} (7) "</p>");
        assert_eq!(whole.as_str(), "<p title=\"a&quot;b\"><b>&lt;</b>7</p>");
    }

    #[test]
    fn a_cut_falls_between_characters() {
        let check = |text: &str, most, expected: &str| assert_eq!(cut(text, most), expected);
        check("Gold", 4, "Gold");
        check("Golden", 4, "Gol…");
        check(" Gold and silver ", 6, "Gold…");
        check("金价再创新高", 4, "金价再…");
        check("", 4, "");
        assert_eq!(cut(&"é".repeat(10_000), 200).chars().count(), 200);
    }

    #[test]
    fn only_places_of_the_web_are_links() {
        let check = |given: &str, expected: Option<&str>| assert_eq!(address(given).as_deref(), expected);
        check("https://desk.example/a?b=c&d", Some("https://desk.example/a?b=c&d"));
        check("HTTP://Desk.example/a b\"c", Some("http://desk.example/a%20b%22c"));
        check("java\nscript:alert(1)", None);
        check("javascript://desk.example/%0aalert(1)", None);
        check("data:text/html,x", None);
        check("//desk.example/", None);
        check("https://bank.example@desk.example/", None);
        check("file:///etc/passwd", None);
        check(&format!("https://desk.example/{}", "a".repeat(3000)), None);
    }
}
