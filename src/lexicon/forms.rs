//! Chinese characters: which letters they are, and which of them are one character in several scripts.
//!
//! A phrase is written in one script and matches both: when a lexicon loads, each of its characters
//! stands for all its written forms (聯 and 联), as an English word stands for its inflections. Text is
//! never rewritten, so offsets point into what was written. The table is a lexicon file of its own
//! (`kind = "forms"`), hashed like the others. Left out on purpose: words that differ between places
//! (聯準會, 聯儲局); entries name them.

use std::collections::HashMap;

use super::assemble::{Assembly, Draft};
use super::source::RawForms;

/// Whether a language is written without spaces, so that each of its characters is read as a word.
pub(super) fn is_by_character(language: &str) -> bool {
    language == "zh"
}

/// Whether a letter is a Chinese character, of any script and age.
#[inline]
pub fn is_han(letter: char) -> bool {
    matches!(letter,
        '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{3007}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{323af}')
}

/// Letters, digits and signs of full width (`ＱＥ２％`) as the usual ones; all others as they are.
pub fn narrowed(letter: char) -> char {
    match letter {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter),
        other => other,
    }
}

/// The written forms of characters that have several.
#[derive(Debug, Default)]
pub(super) struct Forms(HashMap<char, Box<[char]>>);

impl Forms {
    /// All forms of a character, itself among them, ascending.
    pub(super) fn of(&self, letter: char) -> impl Iterator<Item = char> {
        let forms = self.0.get(&letter).map_or_else(|| vec![letter], |forms| forms.to_vec());
        forms.into_iter()
    }
}

impl Assembly<'_> {
    /// Reads a table of forms into its language.
    pub(super) fn forms(&mut self, at: usize, draft: &mut Draft<'_>, file: &RawForms) {
        for given in &file.forms {
            let mut forms: Vec<char> = given.get_ref().chars().collect();
            forms.sort_unstable();
            forms.dedup();
            let byte = given.span().start;
            if forms.len() < 2
                || forms.len() < given.get_ref().chars().count()
                || !forms.iter().copied().all(is_han)
            {
                let what = format!("{:?} is not two or more different characters", given.get_ref());
                self.error::<()>(at, byte, what, "write the forms of one character side by side: \"联聯\"");
            } else if let Some(known) = forms.iter().find(|form| draft.forms.0.contains_key(form)) {
                let what = format!("character {known:?} is given twice");
                self.error::<()>(at, byte, what, "put all its forms into one string");
            } else {
                for &form in &forms {
                    draft.forms.0.insert(form, forms.as_slice().into());
                }
            }
        }
    }
}
