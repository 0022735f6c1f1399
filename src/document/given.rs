//! From a place in a cleaned text back to the same place in the text as it was given.
//!
//! A table or record brings a title and a text; what cannot be seen is taken out of them before anything
//! is read. Whoever gave them must find a mention in their own copy, so a text that cleaning changed is
//! kept beside a list of edits; one that it left alone costs nothing. Pages and notes have no such copy:
//! their article is what was read out of them. Memory is linear in the text, at worst some six times it.

use std::ops::Range;

/// What the title and text of a record were before they were cleaned, where cleaning changed them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Given {
    /// The headline's.
    pub title: Option<GivenText>,
    /// The body's.
    pub text: Option<GivenText>,
}

/// A text as it was given, and where its bytes stand in the cleaned one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenText {
    text: String,
    /// Behind each edit: a byte of the cleaned text and the byte here that it was. Ascending in both.
    edits: Vec<(usize, usize)>,
}

impl Given {
    /// How many bytes are kept.
    pub fn bytes(&self) -> usize {
        let kept = |one: &GivenText| one.text.len() + size_of_val(one.edits.as_slice());
        [&self.title, &self.text].into_iter().flatten().map(kept).sum()
    }
}

impl GivenText {
    /// The whole of it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where a stretch of the cleaned text stands here: from its first character to its last, with what
    /// was dropped between them. Ends lie on character boundaries; a place behind the end is the end.
    pub fn place(&self, cleaned: Range<usize>) -> Range<usize> {
        let is_boundary = |at: &usize| self.text.is_char_boundary(*at);
        let first = self.byte(cleaned.start).min(self.text.len());
        let start = (0..=first).rev().find(is_boundary).unwrap_or(0);
        if cleaned.is_empty() {
            return start..start;
        }
        // A character may have been longer than the one in its stead: its end is looked for here.
        let behind = self.byte(cleaned.end - 1) + 1;
        let end = (behind..self.text.len()).find(is_boundary).unwrap_or(self.text.len());
        start..end.max(start)
    }

    fn byte(&self, cleaned: usize) -> usize {
        let behind = self.edits.partition_point(|(at, _)| *at <= cleaned);
        let (at, given) = behind.checked_sub(1).map_or((0, 0), |last| self.edits[last]);
        given + (cleaned - at)
    }
}

/// Cleans a text character by character and remembers what it changed.
#[derive(Debug)]
pub struct Cleaning<'a> {
    given: &'a str,
    /// How much of it has been dealt with.
    at: usize,
    cleaned: String,
    edits: Vec<(usize, usize)>,
}

impl<'a> Cleaning<'a> {
    /// Begins at the start of a text.
    pub fn of(given: &'a str) -> Self {
        Self { given, at: 0, cleaned: String::with_capacity(given.len()), edits: Vec::new() }
    }

    /// What has been cleaned so far.
    pub fn cleaned(&self) -> &str {
        &self.cleaned
    }

    /// The next character of the given text is kept as this one; `None` drops it.
    pub fn push(&mut self, next: char, kept: Option<char>) {
        self.at += next.len_utf8();
        if let Some(kept) = kept {
            self.cleaned.push(kept);
        }
        if kept.map_or(0, char::len_utf8) != next.len_utf8() {
            let edit = (self.cleaned.len(), self.at);
            match self.edits.last_mut().filter(|last| last.0 == edit.0) {
                Some(last) => *last = edit,
                None => self.edits.push(edit),
            }
        }
    }

    /// The cleaned text without white space at its end, and the given one where the two differ.
    pub fn finish(mut self) -> (String, Option<GivenText>) {
        self.cleaned.truncate(self.cleaned.trim_end().len());
        let given = (self.cleaned != self.given)
            .then(|| GivenText { text: self.given.to_owned(), edits: self.edits });
        (self.cleaned, given)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `~` drops, `—` becomes a dash.
    fn cleaned(text: &str) -> (String, Option<GivenText>) {
        let mut cleaning = Cleaning::of(text);
        for next in text.chars() {
            let kept = match next {
                '~' => None,
                '—' => Some('-'),
                next => Some(next),
            };
            cleaning.push(next, kept);
        }
        cleaning.finish()
    }

    #[track_caller]
    fn check(text: &str, words: &str, expected: &str) {
        let (cleaned, given) = cleaned(text);
        let start = cleaned.find(words).unwrap();
        let place = start..start + words.len();
        let given = given.unwrap();
        assert_eq!(&given.text()[given.place(place)], expected, "{text:?}");
    }

    #[test]
    fn a_place_is_found_again() {
        check("~~gold", "gold", "gold");
        check("go~ld", "gold", "go~ld");
        check("~gold~ rises", "gold", "gold");
        check("~gold~ rises", "rises", "rises");
        check("a—b c", "a-b", "a—b");
        check("a— c", "a-", "a—");
        check("a—~— é c", "é", "é");
        check("gold  ", "gold", "gold");
    }

    #[test]
    fn what_was_left_alone_is_not_kept() {
        for text in ["", "gold", "gold é\n\nrises"] {
            assert_eq!(cleaned(text), (text.to_owned(), None));
        }
        assert_eq!(Given::default().bytes(), 0);
    }

    #[test]
    fn no_place_is_outside_or_within_a_character() {
        let (_, given) = cleaned("~é—~a");
        let given = given.unwrap();
        for start in 0..12 {
            for end in start..12 {
                assert!(given.text().get(given.place(start..end)).is_some(), "{start}..{end}");
            }
        }
    }
}
