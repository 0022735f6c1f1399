//! The words of a text as the tagger reads them, for whoever counts words: `workbench::suggest`.
//!
//! A thin [`Sink`] over `tokens`; matching has its own, which keeps no words. Hostile text: one pass,
//! memory linear in the text.

use super::tokens::{self, Boundary, Extent, Packed, Sink};
use super::{Field, bounded};

/// One word of a title or text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextWord {
    /// First byte.
    pub start: usize,
    /// Byte after the last; a possessive 's stands behind it.
    pub end: usize,
    /// Words that no comma, colon, dash, bracket or end of a sentence parts share a number.
    pub part: u32,
    /// Whether it is a number.
    pub is_number: bool,
}

/// The words of a title, which is one sentence, or of a text.
pub fn words(field: Field, text: &str) -> Vec<TextWord> {
    let extent = if field == Field::Title { Extent::One } else { Extent::Several };
    let mut list = List { words: Vec::new(), part: 0 };
    tokens::scan(bounded(text), 0, extent, tokens::Writing::Spaced, &mut list);
    list.words
}

struct List {
    words: Vec<TextWord>,
    part: u32,
}

impl List {
    fn push(&mut self, start: usize, end: usize, is_number: bool) {
        self.words.push(TextWord { start, end, part: self.part, is_number });
    }
}

impl Sink for List {
    fn word(&mut self, start: usize, end: usize, _packed: Packed) {
        self.push(start, end, false);
    }

    fn number(&mut self, start: usize, end: usize) {
        self.push(start, end, true);
    }

    fn unusual(&mut self, start: usize, end: usize, _lower: &str, _exact: &str) {
        self.push(start, end, false);
    }

    fn boundary(&mut self, boundary: Boundary) {
        // A text has fewer parts than bytes, of which it has few enough.
        self.part += u32::from(boundary != Boundary::Soft);
    }

    fn sentence(&mut self, _end: usize) {
        self.part += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(field: Field, text: &str, expected: &str) {
        let mut told = String::new();
        let mut part = 0;
        for word in words(field, text) {
            told += if part == word.part { " " } else { "|" };
            part = word.part;
            told += &text[word.start..word.end];
        }
        assert_eq!(told.trim_start_matches([' ', '|']), expected, "{text:?}");
    }

    #[test]
    fn words_are_those_the_tagger_reads() {
        check(Field::Title, "Gold\u{2019}s safe-haven bid, 2.5% up", "Gold safe haven bid|2.5% up");
        check(Field::Text, "Fear eases. War (again) nears.", "Fear eases|War|again|nears");
        check(Field::Title, "", "");
    }
}
