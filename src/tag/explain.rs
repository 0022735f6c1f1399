//! Chosen hits as mentions for a reader: places, and in words what bent or suppressed them.
//!
//! Called by `sentence` only when mentions are asked for; counting does without.

use super::direction::{Effect, Placed};
use super::matcher::Token;
use super::rules::Term;
use super::sentence::{Pick, Suppression};
use super::{Direction, Field, Mention, Modality};
use crate::lexicon::{BaseDirection, BaseModality, Lexicon};

pub(super) fn mention(
    pick: &Pick,
    term: &Term,
    bent: (Direction, Modality),
    place: (Field, u32),
    tokens: &[Token],
    cue: Option<String>,
) -> Mention {
    Mention {
        field: place.0,
        start: tokens[usize::from(pick.first)].start as usize,
        end: tokens[usize::from(pick.last)].end as usize,
        narrative: term.narrative as usize,
        entry: pick.entry,
        direction: bent.0,
        modality: bent.1,
        weight: term.weight,
        sentence: place.1,
        cue,
        suppressed: None,
    }
}

pub(super) fn base_direction(term: &Term) -> Direction {
    match term.direction {
        BaseDirection::Asserted => Direction::Asserted,
        BaseDirection::Reversed => Direction::Reversed,
    }
}

pub(super) fn base_modality(term: &Term) -> Modality {
    match term.modality {
        BaseModality::Realised => Modality::Realised,
        BaseModality::Expected => Modality::Expected,
    }
}

/// The words that bent a mention, for a reader.
pub(super) fn describe(effects: &[(Effect, Placed)], tokens: &[Token], text: &str) -> Option<String> {
    let one = |(effect, placed): &(Effect, Placed)| {
        let start = tokens[usize::from(placed.first)].start as usize;
        let end = tokens[usize::from(placed.last)].end as usize;
        let verb = match effect {
            Effect::Reversed => "reversed by",
            Effect::Absent => "absent by",
            Effect::Restored => "restored by",
            Effect::Expected => "expected by",
            Effect::Doubted => "doubted by",
        };
        format!("{verb} {:?}", &text[start..end])
    };
    (!effects.is_empty()).then(|| effects.iter().map(one).collect::<Vec<_>>().join(", "))
}

/// Why a hit does not count.
pub(super) fn reason(why: Suppression, term: &Term, lexicon: &Lexicon) -> String {
    let family = &lexicon.families[term.family as usize];
    match why {
        Suppression::Unless(nth) => format!("unless {:?}", family.unless[nth as usize].text),
        Suppression::Needs => {
            let Some(needs) = &family.needs else { return String::new() };
            let names = |groups: &[usize]| {
                groups
                    .iter()
                    .map(|&group| lexicon.groups[group].name.as_str())
                    .collect::<Vec<_>>()
                    .join(" or ")
            };
            let asked = format!("needs {} in the {}", names(&needs.groups), needs.within.as_str());
            if needs.when.is_empty() { asked } else { format!("{asked} beside {}", names(&needs.when)) }
        }
    }
}
