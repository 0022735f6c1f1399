//! Where a sentence ends: at which dots, question and exclamation marks.
//!
//! A dot ends no sentence after a title, an initial or before a lower-case letter; after a company's
//! abbreviation or an acronym only before a word that starts sentences. The lists are English.

use super::{Boundary, Packed, Scanner, Sink};

/// Titles before a name: the dot never ends a sentence.
const TITLES: [Packed; 19] = known([
    "mr", "mrs", "ms", "dr", "prof", "sen", "rep", "gov", "gen", "lt", "col", "sgt", "capt", "rev", "hon",
    "vs", "st", "messrs", "approx",
]);
/// The dot ends a sentence only before a word that starts one.
const ABBREVIATIONS: [Packed; 27] = known([
    "inc", "corp", "co", "ltd", "llc", "plc", "bros", "jr", "sr", "etc", "jan", "feb", "mar", "apr", "jun",
    "jul", "aug", "sep", "sept", "oct", "nov", "dec", "dept", "est", "fig", "al", "ave",
]);
/// Words in front of a number.
const BEFORE_NUMBERS: [Packed; 4] = known(["no", "nos", "art", "sec"]);
/// The longest of the words that a dot may belong to.
const LONGEST_SHORTENED: usize = 6;
/// Words that start a sentence after "in the U.S." where a name would go on.
const STARTERS: [Packed; 44] = known([
    "a",
    "after",
    "although",
    "an",
    "and",
    "as",
    "at",
    "but",
    "by",
    "for",
    "from",
    "he",
    "her",
    "his",
    "however",
    "if",
    "in",
    "investors",
    "it",
    "its",
    "many",
    "meanwhile",
    "more",
    "most",
    "now",
    "on",
    "our",
    "she",
    "since",
    "so",
    "some",
    "still",
    "that",
    "the",
    "their",
    "there",
    "these",
    "they",
    "this",
    "to",
    "we",
    "when",
    "while",
    "you",
]);

const fn known<const N: usize>(words: [&str; N]) -> [Packed; N] {
    let mut known = [[0; 2]; N];
    let mut at = 0;
    while at < N {
        let letters = words[at].as_bytes();
        let mut byte = 0;
        while byte < letters.len() {
            known[at][byte / 8] |= (letters[byte] as u64) << (byte % 8 * 8);
            byte += 1;
        }
        at += 1;
    }
    known
}

impl Scanner<'_> {
    /// One of `. ! ?`, or several.
    pub(super) fn stop<S: Sink>(&mut self, sink: &mut S) {
        let start = self.at;
        let mut stops = start;
        while matches!(self.bytes.get(stops), Some(b'.' | b'!' | b'?')) {
            stops += 1;
        }
        let single_dot = stops == start + 1 && self.bytes[start] == b'.';
        // What closes with the sentence belongs to it.
        let mut closed = stops;
        for letter in self.text[stops..].chars().take(4) {
            if !matches!(letter, '"' | '\'' | ')' | ']' | '\u{201d}' | '\u{2019}') {
                break;
            }
            closed += letter.len_utf8();
        }
        let next = self.text[closed..].chars().next();
        let spaced = next.is_none_or(|letter| letter.is_whitespace());
        if !spaced {
            // "today.The": a space was lost. "x.com", "yahoo!finance": a name.
            let joined = single_dot
                && next.is_some_and(char::is_uppercase)
                && self.last_word.1 == start
                && start - self.last_word.0 > 2
                && self.bytes[start - 1].is_ascii_lowercase();
            if joined || self.stops_characters(single_dot, next) {
                self.end(stops, sink);
            } else if !single_dot {
                sink.boundary(Boundary::Hard);
            }
            self.at = stops;
            return;
        }
        let following = self.following(closed);
        let dots = self.bytes[start] == b'.';
        let goes_on = dots && following.is_some_and(|(_, first)| first.is_lowercase())
            || single_dot && self.last_word.1 == start && self.abbreviated(following);
        self.at = if goes_on { stops } else { closed };
        if !goes_on {
            self.end(closed, sink);
        } else if !single_dot {
            sink.boundary(Boundary::Hard);
        }
    }

    /// Where the next word on this line begins, and its first character.
    pub(super) fn following(&self, at: usize) -> Option<(usize, char)> {
        // A bounded look: what starts a sentence starts it within a few characters.
        const FARTHEST: usize = 12;
        let mut skipped = self.text[at..].char_indices().take(FARTHEST);
        skipped
            .find(|(_, letter)| *letter == '\n' || letter.is_alphanumeric())
            .filter(|(_, first)| *first != '\n')
            .map(|(offset, first)| (at + offset, first))
    }

    /// Whether the dot after the last word is the word's own.
    fn abbreviated(&self, following: Option<(usize, char)>) -> bool {
        let Some((next, first)) = following else { return false };
        let (start, end) = self.last_word;
        if end - start > LONGEST_SHORTENED {
            return false;
        }
        // Shorter than eight bytes, so what is not letters shows in the length.
        let (word, letters) = self.letters(start);
        if letters != end - start {
            return false;
        }
        TITLES.contains(&word)
            || BEFORE_NUMBERS.contains(&word) && first.is_ascii_digit()
            || (ABBREVIATIONS.contains(&word) || letters == 1 && self.bytes[start].is_ascii_uppercase())
                && !self.is_starter(next)
    }

    /// Whether a word stands here, after a space, that starts a sentence rather than a name.
    pub(super) fn starts_sentence(&self, at: usize) -> bool {
        self.following(at).is_some_and(|(next, first)| first.is_uppercase() && self.is_starter(next))
    }

    fn is_starter(&self, at: usize) -> bool {
        STARTERS.contains(&self.letters(at).0)
    }
}
