//! The room that text takes on a terminal, in columns: Chinese characters and emoji take two.
//!
//! Characters are counted one by one, as most terminals do: an emoji joined of several takes the room of
//! each. Colours take none in [`aligned`]; elsewhere what is measured is the bare text.

use anstream::adapter::strip_str;
use unicode_width::UnicodeWidthChar;

/// What is left out of a text that has no room.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    Start,
    End,
}

/// Where blanks are put.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Pad {
    Before,
    After,
}

/// Columns a character takes on a terminal: none for combining marks, two for wide ones and most emoji.
pub fn columns(letter: char) -> usize {
    letter.width().unwrap_or(0)
}

/// Columns a text takes on a terminal.
pub fn columns_of(text: &str) -> usize {
    text.chars().map(columns).sum()
}

/// As much of a text as has room.
pub fn fitted(text: &str, room: usize, cut: Cut) -> String {
    let mut left = room;
    let mut fits = |letter: &char| {
        let fits = columns(*letter) <= left;
        left = left.saturating_sub(columns(*letter));
        fits
    };
    match cut {
        Cut::End => text.chars().take_while(&mut fits).collect(),
        Cut::Start => {
            let kept: Vec<char> = text.chars().rev().take_while(&mut fits).collect();
            kept.into_iter().rev().collect()
        }
    }
}

/// A text filled up with blanks to so many columns.
pub fn padded(text: &str, room: usize, pad: Pad) -> String {
    let blanks = " ".repeat(room.saturating_sub(columns_of(text)));
    if pad == Pad::Before { blanks + text } else { text.to_owned() + &blanks }
}

/// A text cut to so many columns, with a mark where it was.
pub fn shortened(text: &str, room: usize) -> String {
    if columns_of(text) <= room {
        return text.to_owned();
    }
    fitted(text, room.saturating_sub(1), Cut::End) + "…"
}

/// Rows as lines whose cells stand below each other, two columns apart; colours take no room.
pub fn aligned(rows: &[Vec<String>], pads: &[Pad]) -> Vec<String> {
    let bare = |cell: &str| columns_of(&strip_str(cell).to_string());
    let width = |place: usize| rows.iter().filter_map(|row| row.get(place)).map(|cell| bare(cell)).max();
    let widths: Vec<usize> = (0..pads.len()).map(|place| width(place).unwrap_or(0)).collect();
    let line = |row: &Vec<String>| {
        let mut line = String::new();
        for ((cell, width), pad) in row.iter().zip(&widths).zip(pads) {
            let blanks = " ".repeat(width - bare(cell));
            let gap = if line.is_empty() { "" } else { "  " };
            match pad {
                Pad::Before => line.extend([gap, &blanks, cell]),
                Pad::After => line.extend([gap, cell, &blanks]),
            }
        }
        line.truncate(line.trim_end().len());
        line
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_take_the_room_there_is() {
        let check = |text: &str, room, cut, expected: &str| assert_eq!(fitted(text, room, cut), expected);
        check("tariff war", 6, Cut::End, "tariff");
        check("tariff war", 3, Cut::Start, "war");
        check("美联储降息", 5, Cut::End, "美联");
        check("美联储降息", 5, Cut::Start, "降息");
        check("e\u{301}a", 1, Cut::End, "e\u{301}");
        check("", 3, Cut::Start, "");
        assert_eq!(padded("美", 4, Pad::Before), "  美");
        assert_eq!(padded("ab", 1, Pad::After), "ab");
    }

    #[test]
    fn marks_take_no_room_and_wide_characters_two() {
        let check = |text: &str, expected| assert_eq!(columns_of(text), expected, "{text}");
        check("gold", 4);
        check("e\u{301}", 1);
        check("שָׁלוֹם", 4);
        check("黄金", 4);
        check("ｇ⚡🚀", 6);
        check("금", 2);
        check("\u{200d}\u{fe0f}", 0);
    }

    #[test]
    fn what_is_too_long_ends_in_a_mark() {
        let check = |text: &str, room, expected: &str| {
            let cut = shortened(text, room);
            assert_eq!(cut, expected);
            assert!(columns_of(&cut) <= room.max(1));
        };
        check("tariff war", 10, "tariff war");
        check("tariff war", 9, "tariff w…");
        check("美联储降息", 6, "美联…");
        check("tariff", 0, "…");
    }

    #[test]
    fn cells_stand_below_each_other_whatever_their_width_and_colour() {
        let rows = [["黄金", "1", "a"], ["\u{1b}[1mgold\u{1b}[0m", "10", ""], ["e\u{301}", "", "b"]];
        let rows = rows.map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(
            aligned(&rows, &[Pad::After, Pad::Before, Pad::After]),
            ["黄金   1  a", "\u{1b}[1mgold\u{1b}[0m  10", "e\u{301}         b"]
        );
        assert_eq!(aligned(&[], &[Pad::After]), Vec::<String>::new());
    }
}
