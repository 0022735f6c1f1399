//! Text with its mentions marked, wrapped to the page: a colour a pole, and a tag behind the words.
//!
//! The tag says everything that the colour says, so that nothing is lost where there is none. Used by `explain`
//! for every sentence and by `day` for those that tell a story; what a mention is, `storyturn::tag` decides.

use anstyle::{AnsiColor, Style};
use storyturn::{
    lexicon::{Lexicons, NarrativeId},
    tag::{Direction, Mention, Modality},
};

use crate::{
    columns::{columns, columns_of},
    console::plain,
};

pub const BOLD: Style = Style::new().bold();
pub const DIM: Style = Style::new().dimmed();
/// One colour a pole, fear first.
pub const POLES: [Style; 2] = [AnsiColor::Blue.on_default().bold(), AnsiColor::Yellow.on_default().bold()];
/// What belongs to neither pole.
pub const CONTEXT: Style = AnsiColor::Cyan.on_default();

/// A word or tag: its columns, its form on the terminal, and whether no blank stands before it.
pub struct Piece {
    width: usize,
    text: String,
    is_glued: bool,
}

/// A stretch of text with these mentions, all of them inside it, as pieces to be wrapped. Tags are left out
/// where nobody asks for them.
pub fn pieces(
    text: &str,
    start: usize,
    mentions: &[&Mention],
    lexicons: &Lexicons,
    tags: Tags,
) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut at = 0;
    for (mention, others) in drawn(mentions) {
        let (from, to) = (mention.start - start, mention.end - start);
        words(&text[at..from], None, at > 0, &mut pieces);
        let is_glued = from > 0 && !text[..from].ends_with(char::is_whitespace);
        words(&text[from..to], Some(style(mention, lexicons)), is_glued, &mut pieces);
        at = to;
        for one in [mention].into_iter().chain(others).filter(|_| tags == Tags::Shown) {
            let tag = tag_of(one, lexicons);
            let width = columns_of(&tag);
            pieces.push(Piece { width, text: format!("{DIM}{tag}{DIM:#}"), is_glued: false });
        }
    }
    words(&text[at..], None, at > 0, &mut pieces);
    pieces
}

/// Words that stand beside the text.
pub fn styled(text: &str, style: Style) -> Vec<Piece> {
    let mut pieces = Vec::new();
    words(text, Some(style), false, &mut pieces);
    pieces
}

/// Whether what each mention says stands behind its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tags {
    Shown,
    LeftOut,
}

/// Lines of so many columns, the later ones behind a margin.
pub fn wrapped(pieces: &[Piece], room: usize, margin: usize) -> String {
    let mut text = String::new();
    let mut used = 0;
    for Piece { width, text: piece, is_glued } in pieces {
        let blank = usize::from(!is_glued);
        if used > 0 && used + blank + width > room {
            text.push('\n');
            text.push_str(&" ".repeat(margin));
            used = 0;
        } else if used > 0 && !is_glued {
            text.push(' ');
            used += 1;
        }
        text.push_str(piece);
        used += width;
    }
    text
}

/// The pole a narrative belongs to.
fn pole_of(narrative: NarrativeId, lexicons: &Lexicons) -> Option<usize> {
    lexicons.axis.poles.iter().position(|pole| pole.narratives.contains(&narrative))
}

/// A pole's name for a reader.
pub fn pole_name(name: &str) -> String {
    name.replace('_', " / ").replacen("fear / safe / haven", "fear / safe haven", 1)
}

/// The colour of a narrative: that of its pole, or the one of those on neither.
pub fn colour(narrative: NarrativeId, lexicons: &Lexicons) -> Style {
    pole_of(narrative, lexicons).map_or(CONTEXT, |pole| POLES[pole])
}

/// Struck through where it is turned around, absent or doubted, dimmed where it is left out.
pub fn style(mention: &Mention, lexicons: &Lexicons) -> Style {
    let style = colour(mention.narrative, lexicons);
    match (mention.direction, mention.modality) {
        _ if mention.suppressed.is_some() => DIM,
        (Direction::Asserted, Modality::Realised | Modality::Expected) => style,
        (Direction::Absent | Direction::Reversed, _) | (_, Modality::Doubted) => style.strikethrough(),
    }
}

/// `[+fear]`, `[-fear]` reversed, `[0 fear]` absent or doubted, `[+fear?]` expected, `[× fear]` left out.
pub fn tag_of(mention: &Mention, lexicons: &Lexicons) -> String {
    let name = &lexicons.narratives[mention.narrative];
    match (mention.direction, mention.modality) {
        _ if mention.suppressed.is_some() => format!("[× {name}]"),
        (_, Modality::Doubted) | (Direction::Absent, _) => format!("[0 {name}]"),
        (Direction::Reversed, _) => format!("[-{name}]"),
        (Direction::Asserted, Modality::Expected) => format!("[+{name}?]"),
        (Direction::Asserted, Modality::Realised) => format!("[+{name}]"),
    }
}

/// The mentions that mark their words, in order of place, each with those that claim some of the same words
/// and add their tag alone. What counts goes before what is left out, then the first before later ones.
fn drawn<'a>(mentions: &[&'a Mention]) -> Vec<(&'a Mention, Vec<&'a Mention>)> {
    let mut drawn: Vec<(&Mention, Vec<&Mention>)> = Vec::new();
    for is_counted in [true, false] {
        for mention in mentions.iter().filter(|one| one.suppressed.is_none() == is_counted) {
            let after = drawn.partition_point(|(one, _)| one.end <= mention.start);
            match drawn.get_mut(after) {
                Some((one, others)) if one.start < mention.end => others.push(mention),
                _ => drawn.insert(after, (mention, Vec::new())),
            }
        }
    }
    drawn
}

/// Splits a stretch of text into words, and what is written without spaces into its characters. `follows`
/// tells that other text stands right before it.
fn words(text: &str, style: Option<Style>, follows: bool, pieces: &mut Vec<Piece>) {
    let styled =
        |word: &str| style.map_or_else(|| word.to_owned(), |style| format!("{style}{word}{style:#}"));
    let text = plain(text);
    let mut is_glued = follows && !text.starts_with(char::is_whitespace);
    for word in text.split_whitespace() {
        let mut start = 0;
        for (at, letter) in word.char_indices() {
            let end = at + letter.len_utf8();
            // A line may end after a wide character, but not before a sign that follows one.
            let is_end = word[end..].chars().next().is_none_or(|next| {
                columns(letter) == 2 && next.is_alphanumeric() || columns(next) == 2 && next.is_alphanumeric()
            });
            if is_end {
                let piece = &word[start..end];
                pieces.push(Piece { width: columns_of(piece), text: styled(piece), is_glued });
                start = end;
                is_glued = true;
            }
        }
        is_glued = false;
    }
}

#[cfg(test)]
mod tests;
