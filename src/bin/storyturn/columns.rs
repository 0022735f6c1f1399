//! The room that text takes on a terminal, in columns: Chinese characters take two.
//!
//! Knows nothing of colours: what is measured is the bare text.

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

/// Columns a character takes on a terminal: none for combining marks, two for East Asian wide ones.
pub fn columns(letter: char) -> usize {
    match letter {
        '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200d}' | '\u{fe00}'..='\u{fe0f}' => 0,
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f300}'..='\u{1faff}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
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
}
