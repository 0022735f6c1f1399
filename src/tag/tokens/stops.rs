//! Where a sentence ends: at which dots, question and exclamation marks.
//!
//! A dot ends no sentence after a title, an initial or before a lower-case letter; after a company's
//! abbreviation or an acronym only before a word that starts sentences. The lists are English.

use super::{Boundary, Scanner, Sink};

/// Titles before a name: the dot never ends a sentence.
const TITLES: [&str; 19] = [
    "mr", "mrs", "ms", "dr", "prof", "sen", "rep", "gov", "gen", "lt", "col", "sgt", "capt", "rev", "hon",
    "vs", "st", "messrs", "approx",
];
/// The dot ends a sentence only before a word that starts one.
const ABBREVIATIONS: [&str; 27] = [
    "inc", "corp", "co", "ltd", "llc", "plc", "bros", "jr", "sr", "etc", "jan", "feb", "mar", "apr", "jun",
    "jul", "aug", "sep", "sept", "oct", "nov", "dec", "dept", "est", "fig", "al", "ave",
];
/// Words in front of a number.
const BEFORE_NUMBERS: [&str; 4] = ["no", "nos", "art", "sec"];
/// Words that start a sentence after "in the U.S." where a name would go on.
const STARTERS: [&str; 44] = [
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
];

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
            if joined {
                self.end(stops, sink);
            } else if !single_dot {
                sink.boundary(Boundary::Hard);
            }
            self.at = stops;
            return;
        }
        let (first, following) = self.following(closed);
        let dots = self.bytes[start] == b'.';
        let goes_on = dots && first.is_some_and(char::is_lowercase)
            || single_dot && self.last_word.1 == start && self.abbreviated(first, following);
        self.at = if goes_on { stops } else { closed };
        if !goes_on {
            self.end(closed, sink);
        } else if !single_dot {
            sink.boundary(Boundary::Hard);
        }
    }

    /// The first character of the next word on this line, and the word.
    pub(super) fn following(&self, at: usize) -> (Option<char>, &str) {
        // A bounded look: what starts a sentence starts it within a few characters.
        const FARTHEST: usize = 12;
        let rest = &self.text[at..];
        let mut skipped = rest.char_indices().take(FARTHEST);
        match skipped.find(|(_, letter)| *letter == '\n' || letter.is_alphanumeric()) {
            Some((offset, first)) if first != '\n' => {
                let word = &rest[offset..];
                let end = word.bytes().take(FARTHEST).take_while(u8::is_ascii_alphabetic).count();
                (Some(first), &word[..end])
            }
            _ => (None, ""),
        }
    }

    /// Whether the dot after the last word is the word's own.
    fn abbreviated(&self, first: Option<char>, following: &str) -> bool {
        let Some(first) = first else { return false };
        let word = &self.text[self.last_word.0..self.last_word.1];
        let is = |known: &&str| known.eq_ignore_ascii_case(word);
        let starter = is_starter(following);
        TITLES.iter().any(is)
            || BEFORE_NUMBERS.iter().any(is) && first.is_ascii_digit()
            || ABBREVIATIONS.iter().any(is) && !starter
            || word.len() == 1 && word.bytes().all(|letter| letter.is_ascii_uppercase()) && !starter
    }

    /// Whether a word stands here, after a space, that starts a sentence rather than a name.
    pub(super) fn starts_sentence(&self, at: usize) -> bool {
        let (first, following) = self.following(at);
        first.is_some_and(char::is_uppercase) && is_starter(following)
    }
}

fn is_starter(word: &str) -> bool {
    STARTERS.iter().any(|starter| starter.eq_ignore_ascii_case(word))
}
