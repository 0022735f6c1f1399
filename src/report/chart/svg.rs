//! Markup: elements with classes and coordinates, escaped texts, and how much room a text takes.
//!
//! Every coordinate passes through [`unit`], so no `NaN`, no exponent and no sign of zero reaches the page.
//! A text from outside can show letters, nothing else: markup is escaped, control and bidirectional
//! characters are dropped, what is too long is cut.

use std::fmt::Write as _;

use super::Width;

impl Width {
    /// Units across.
    pub(super) const fn units(self) -> f64 {
        match self {
            Self::Wide => 960.0,
            Self::Narrow => 360.0,
        }
    }

    /// What tells the ids of the two drawings apart.
    pub(super) const fn suffix(self) -> &'static str {
        match self {
            Self::Wide => "wide",
            Self::Narrow => "narrow",
        }
    }
}

/// Size of the letters, in units; `chart.css` says the same.
pub(super) const LETTER: f64 = 13.0;

/// Size of the letters of titles, likewise.
const TITLE: f64 = 15.0;

/// Distance of the lines of a title, and how many there are at most.
const TITLE_ROW: f64 = 19.0;
const MOST_TITLES: usize = 3;

/// How much wider strong letters are.
const STRONG: f64 = 1.14;

/// Beyond this a coordinate is cut: far outside every drawing, and short to write.
const FAR: f64 = 99_999.0;

/// Letters beyond which a text is wider than every drawing, however narrow they are.
const LONGEST: usize = 400;

/// Which end of a text lies at its coordinate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// The inside of a drawing, written from top to bottom.
#[derive(Debug, Default)]
pub(super) struct Svg {
    body: String,
}

impl Svg {
    pub(super) fn rect(&mut self, class: &str, x: f64, y: f64, width: f64, height: f64) {
        let (x, y, width, height) = (unit(x), unit(y), unit(width.max(0.0)), unit(height.max(0.0)));
        self.add(format_args!(
            r#"<rect class="{class}" x="{x}" y="{y}" width="{width}" height="{height}"/>"#
        ));
    }

    pub(super) fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        let (x1, y1, x2, y2) = (unit(from.0), unit(from.1), unit(to.0), unit(to.1));
        self.add(format_args!(r#"<line class="{class}" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>"#));
    }

    pub(super) fn circle(&mut self, class: &str, at: (f64, f64), radius: f64) {
        let (x, y, radius) = (unit(at.0), unit(at.1), unit(radius.max(0.0)));
        self.add(format_args!(r#"<circle class="{class}" cx="{x}" cy="{y}" r="{radius}"/>"#));
    }

    /// Nothing for a path without points.
    pub(super) fn path(&mut self, class: &str, path: &str) {
        if !path.is_empty() {
            self.add(format_args!(r#"<path class="{class}" d="{path}"/>"#));
        }
    }

    pub(super) fn text(&mut self, class: &str, anchor: Anchor, at: (f64, f64), text: &str) {
        let anchor = match anchor {
            Anchor::Start => "",
            Anchor::Middle => r#" text-anchor="middle""#,
            Anchor::End => r#" text-anchor="end""#,
        };
        let (x, y, text) = (unit(at.0), unit(at.1), escape(text));
        self.add(format_args!(r#"<text class="{class}"{anchor} x="{x}" y="{y}">{text}</text>"#));
    }

    /// A title at the left, on as many lines as it takes; gives where its last line ends.
    pub(super) fn title(&mut self, text: &str, y: f64, room: f64) -> (f64, f64) {
        let lines = wrap(text, TITLE * STRONG, room, MOST_TITLES);
        let mut end = (0.0, y);
        for (place, line) in lines.iter().enumerate() {
            end = (text_width(line, TITLE * STRONG), y + TITLE_ROW * place as f64);
            self.text("title", Anchor::Start, (0.0, end.1), line);
        }
        end
    }

    /// What another drawing holds, on top of this.
    pub(super) fn append(&mut self, other: &Self) {
        self.body.push_str(&other.body);
    }

    fn add(&mut self, markup: std::fmt::Arguments<'_>) {
        self.body.write_fmt(markup).expect("a string takes every text");
    }

    /// The whole drawing. `id` is kept to letters, digits and hyphens; `facts` are attributes for a script that
    /// points at days.
    pub(super) fn finish(
        self,
        id: &str,
        class: &str,
        facts: &str,
        size: (f64, f64),
        title: &str,
        about: &str,
    ) -> String {
        let (width, height) = (unit(size.0), unit(size.1));
        let (id, title, about) = (name(id), escape(title), escape(about));
        let described = if about.is_empty() { String::new() } else { format!(" {id}-about") };
        let desc = if about.is_empty() { about } else { format!(r#"<desc id="{id}-about">{about}</desc>"#) };
        format!(
            r#"<svg class="chart {class}" role="img" aria-labelledby="{id}-title{described}" viewBox="0 0 {width} {height}"{facts}><title id="{id}-title">{title}</title>{desc}{}</svg>"#,
            self.body
        )
    }
}

/// Letters, digits and hyphens of an id.
pub(super) fn name(id: &str) -> String {
    id.chars().filter(|letter| letter.is_ascii_alphanumeric() || *letter == '-').collect()
}

/// A coordinate with one decimal at most.
pub(super) fn unit(value: f64) -> String {
    let value = if value.is_nan() { 0.0 } else { value.clamp(-FAR, FAR) };
    let text = format!("{value:.1}");
    let text = text.strip_suffix(".0").unwrap_or(&text);
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// A text between tags or quotes.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\t' | '\n' | '\r' => escaped.push(' '),
            _ if is_unseen(letter) => {}
            _ => escaped.push(letter),
        }
    }
    escaped
}

/// Control characters, those that turn the direction of text, and what XML does not allow.
fn is_unseen(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        || matches!(letter, '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// About how wide a text is, in units: somewhat more than in the common sans-serif faces, since nobody knows
/// which of them the reader has.
pub(super) fn text_width(text: &str, size: f64) -> f64 {
    text.chars().take(LONGEST).map(letter_width).sum::<f64>() * size
}

/// Share of the letter size.
fn letter_width(letter: char) -> f64 {
    match letter {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | '(' | ')' | ' ' | '\u{a0}' => 0.34,
        'f' | 't' | 'r' | '-' => 0.42,
        'm' | 'w' | 'M' | 'W' | '%' | '…' | '→' | '←' => 0.96,
        '0'..='9' => 0.63,
        'A'..='Z' | '+' | '−' | '×' | '=' | '<' | '>' => 0.76,
        _ if u32::from(letter) < 0x1100 => 0.62,
        _ => 1.05,
    }
}

/// At most so many lines of a text, broken between words; a word too long for a line is cut.
pub(super) fn wrap(text: &str, size: f64, room: f64, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let full = lines.len() == most;
        match lines.last_mut() {
            Some(line) if text_width(line, size) + text_width(word, size) + 0.34 * size <= room => {
                line.push(' ');
                line.push_str(word);
            }
            Some(line) if full => {
                // What is left out is not left out silently.
                *line = fit(&format!("{line} {word}"), size, room);
                break;
            }
            _ => lines.push(fit(word, size, room)),
        }
    }
    lines
}

/// As much of a text as has room, with an ellipsis where it is cut.
pub(super) fn fit(text: &str, size: f64, room: f64) -> String {
    if text_width(text, size) <= room {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut taken = text_width("…", size);
    for letter in text.chars() {
        taken += letter_width(letter) * size;
        if taken > room {
            break;
        }
        kept.push(letter);
    }
    kept.truncate(kept.trim_end().len());
    kept.push('…');
    kept
}
