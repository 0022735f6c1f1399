//! References in a feed's text: XML's five, numbers, HTML's names, and what the feed declares itself.
//!
//! Declared entities are where XML bombs are made. Here a declared value is text and never holds another
//! reference to a declared one, external and parameter entities do not exist, and all expansions of a
//! feed together may not exceed [`MAX_EXPANDED_BYTES`]: what goes beyond stays written as it was.

use std::borrow::Cow;

use super::text::{character_reference, unescaped};

/// Declarations kept; a feed that abbreviates a few names needs a handful.
const MAX_DECLARED: usize = 64;
/// A longer value is no abbreviation.
const MAX_VALUE_BYTES: usize = 1024;
/// All expansions of declared entities in one feed.
const MAX_EXPANDED_BYTES: usize = 64 << 10;

/// What a feed declared, and how much of it was used.
#[derive(Debug, Default)]
pub(super) struct Entities {
    declared: Vec<(String, String)>,
    expanded: usize,
}

impl Entities {
    /// Takes the plain internal entities out of a document type declaration.
    pub(super) fn declare(&mut self, declaration: &str) {
        for part in declaration.split("<!ENTITY").skip(1).take(MAX_DECLARED) {
            let Some((name, value)) = part.trim_start().split_once(|char: char| char.is_ascii_whitespace())
            else {
                continue;
            };
            let value = value.trim_start();
            let Some(quote) = value.chars().next().filter(|quote| matches!(quote, '"' | '\'')) else {
                continue;
            };
            let Some((value, _)) = value[1..].split_once(quote) else { continue };
            // A hostile feed has many declarations of types, too.
            if self.declared.len() >= MAX_DECLARED {
                return;
            }
            let is_plain = name != "%" && value.len() <= MAX_VALUE_BYTES && !value.contains('<');
            // `unescaped` knows characters only, so no declared entity comes in through another.
            if is_plain && self.declared.iter().all(|(declared, _)| declared != name) {
                self.declared.push((name.to_owned(), unescaped(value).into_owned()));
            }
        }
    }

    /// What `&name;` stands for.
    pub(super) fn resolve(&mut self, name: &str) -> Option<Cow<'_, str>> {
        if let Some((_, value)) = self.declared.iter().find(|(declared, _)| declared == name) {
            self.expanded += value.len();
            return (self.expanded <= MAX_EXPANDED_BYTES).then_some(Cow::Borrowed(value));
        }
        character_reference(name)
    }
}
