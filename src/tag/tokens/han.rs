//! Text written without spaces: every Chinese character is a word, and so is every run of other letters.
//!
//! Called by the scanner for what is no ASCII, where the lexicon's language is written so. Sentences
//! end at 。！？； too, brackets and quotation marks of full width are brackets and quotation marks,
//! letters and digits of full width are read as the usual ones. What stands between two characters,
//! a space or a sign, ends the clause, for headlines put a space where a sentence has a comma; marks
//! of quotation do not. Offsets are those of the text as written.

use super::{Boundary, Packed, SHORTEST_QUOTATION, Scanner, Sink, Writing, in_word, is_ignorable, pack};
use crate::lexicon::{is_han, narrowed};

/// As many characters as [`SHORTEST_QUOTATION`] words.
const SHORTEST_QUOTED_CHARACTERS: usize = 2 * SHORTEST_QUOTATION + 1;

impl Scanner<'_> {
    /// Takes a letter or sign that means something here; false leaves it to the usual way.
    pub(super) fn character<S: Sink>(&mut self, letter: char, sink: &mut S) -> bool {
        let bytes = letter.len_utf8();
        match letter {
            // A stroke that is set between two headlines, among the characters by its number only.
            '\u{4e28}' | '｜' => self.boundary(bytes, Boundary::Hard, sink),
            letter if is_han(letter) => self.han(letter, sink),
            '；' | '｡' | '．' => {
                self.at += bytes;
                self.end(self.at, sink);
            }
            '（' | '【' | '［' | '〔' => self.boundary(bytes, Boundary::Open, sink),
            '）' | '】' | '］' | '〕' => self.boundary(bytes, Boundary::Close, sink),
            '「' | '『' => {
                self.quotation = Some(self.words);
                self.at += bytes;
            }
            '」' | '』' => {
                self.close_quotation(sink);
                self.at += bytes;
            }
            '０'..='９' => self.wide_number(sink),
            _ => return false,
        }
        true
    }

    fn han<S: Sink>(&mut self, letter: char, sink: &mut S) {
        let (start, end) = (self.at, self.at + letter.len_utf8());
        let before = self.last_word.1;
        if self.words > 0 && before == self.characters_end && !self.text[before..start].chars().all(is_within)
        {
            sink.boundary(Boundary::Hard);
        }
        let mut buffer = [0; 4];
        let packed: Packed = pack(letter.encode_utf8(&mut buffer)).unwrap_or_default();
        sink.word(start, end, packed);
        self.characters_end = end;
        self.counted(start, end, sink);
    }

    /// A number that starts with a digit of full width.
    fn wide_number<S: Sink>(&mut self, sink: &mut S) {
        let start = self.at;
        let mut end = start;
        let mut letters = self.text[start..].chars().peekable();
        while let Some(letter) = letters.next() {
            let narrow = narrowed(letter);
            let digits_follow = letters.peek().is_some_and(|next| narrowed(*next).is_ascii_digit());
            if !narrow.is_ascii_alphanumeric() && narrow != '%' && !(narrow == '.' && digits_follow) {
                break;
            }
            end += letter.len_utf8();
            if narrow == '%' {
                break;
            }
        }
        sink.number(start, end);
        self.counted(start, end, sink);
    }

    /// Whether a letter goes on with the word before it.
    pub(super) fn continues(&self, letter: char) -> bool {
        in_word(letter) && !(self.writing == Writing::Characters && is_han(letter))
    }

    /// A letter as words are compared by it.
    pub(super) fn narrowed(&self, letter: char) -> char {
        if self.writing == Writing::Characters { narrowed(letter) } else { letter }
    }

    /// Words from which on a quotation is a clause.
    pub(super) fn shortest_quotation(&self) -> usize {
        match self.writing {
            Writing::Spaced => SHORTEST_QUOTATION,
            Writing::Characters => SHORTEST_QUOTED_CHARACTERS,
        }
    }

    /// Whether stops with no space behind them end a sentence: before a character they do, a single dot
    /// only behind one as well.
    pub(super) fn stops_characters(&self, single_dot: bool, next: Option<char>) -> bool {
        self.writing == Writing::Characters
            && next.is_some_and(is_han)
            && (!single_dot || self.characters_end == self.last_word.1 && self.last_word.1 == self.at)
    }
}

/// Marks that may stand inside a phrase, or that part it by themselves.
fn is_within(letter: char) -> bool {
    is_ignorable(letter)
        || matches!(
            letter,
            '"' | '\'' | '\u{2018}'
                ..='\u{201f}'
                    | '「'
                    | '」'
                    | '『'
                    | '』'
                    | '《'
                    | '》'
                    | '〈'
                    | '〉'
                    | '('
                    | ')'
                    | '（'
                    | '）'
                    | '【'
                    | '】'
                    | '['
                    | ']'
                    | '［'
                    | '］'
                    | '〔'
                    | '〕'
        )
}
