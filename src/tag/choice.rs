//! Which of the hits in a sentence are mentions: the longest of each narrative, with `needs` and `unless`.
//!
//! Called by `sentence` once entries and context are found; leaves the chosen in `picks`, and in
//! `suppressed` those that an exception or an unmet need keeps from counting.

use super::matcher::Hit;
use super::rules::{Context, Rules, Term};
use super::sentence::{Pick, Scratch, Suppression};
use super::tokens::MOST_WORDS;
use crate::lexicon::Scope;

/// Lets the longest hit of each narrative win and notes why a hit does not count.
pub(super) fn choose(rules: &Rules, scratch: &mut Scratch, explain: bool) {
    let Scratch { tokens, hits, unless, groups, picks, suppressed, cues, .. } = scratch;
    let term = |hit: &Hit| rules.terms[hit.phrase as usize];
    hits.sort_unstable_by_key(|hit| {
        let Term { narrative, weight, .. } = term(hit);
        (narrative, u16::MAX - (hit.last - hit.first), hit.first, u16::MAX - weight, hit.phrase)
    });
    picks.clear();
    suppressed.clear();
    let mut narrative = u32::MAX;
    let mut taken = Taken::default();
    let mut unmet = 0;
    for hit in &*hits {
        let term = term(hit);
        if term.narrative != narrative {
            (narrative, taken, unmet) = (term.narrative, Taken::default(), suppressed.len());
        }
        if taken.overlaps(hit.first, hit.last) {
            continue;
        }
        let family = &rules.families[term.family as usize];
        let mut pick =
            Pick { entry: hit.phrase, narrative, first: hit.first, last: hit.last, suppressed: None };
        let met = family.needs.as_ref().is_none_or(|needs| {
            let beside = |one: &Hit| one.last < hit.first || one.first > hit.last;
            let raised = needs.when.is_empty()
                || groups.iter().any(|(group, one)| needs.when[*group as usize] && beside(one));
            !raised
                || groups.iter().any(|(group, one)| {
                    let near = needs.within == Scope::Sentence
                        || tokens[usize::from(one.first)].clause == tokens[usize::from(hit.first)].clause;
                    needs.asked[*group as usize] && near && beside(one)
                })
        });
        if !met {
            // It is no match, so it keeps no other from matching; noted for the explanation.
            pick.suppressed = Some(Suppression::Needs);
            if !suppressed[unmet..].iter().any(|one| one.first <= pick.last && pick.first <= one.last) {
                suppressed.push(pick);
            }
            continue;
        }
        taken.take(hit.first, hit.last);
        let exception = family.unless.then(|| exception(rules, unless, term.family, hit)).flatten();
        if let Some(nth) = exception {
            pick.suppressed = Some(Suppression::Unless(nth));
            suppressed.push(pick);
        } else {
            picks.push(pick);
        }
    }
    picks.sort_unstable_by_key(|pick| (pick.first, pick.last, pick.narrative));
    if explain {
        // What lies unmet under a mention that counts would only confuse.
        suppressed.retain(|one| {
            !picks.iter().any(|pick| {
                pick.narrative == one.narrative && pick.first <= one.last && one.first <= pick.last
            })
        });
    }
    // A cue inside a longer mention is part of that mention: "easing" in "monetary easing".
    cues.retain(|cue| {
        let from = picks.partition_point(|pick| pick.first + LONGEST_SPAN < cue.first);
        !picks[from..]
            .iter()
            .take_while(|pick| pick.first <= cue.first)
            .any(|pick| cue.last <= pick.last && pick.last - pick.first > cue.last - cue.first)
    });
}

/// Words from the first to the last of any hit, at most: sixteen steps, three of them gaps of five.
const LONGEST_SPAN: u16 = 32;

/// Which words of the sentence a narrative's mentions take.
#[derive(Default)]
struct Taken([u64; MOST_WORDS / 64]);

impl Taken {
    fn words(first: u16, last: u16) -> impl Iterator<Item = (usize, u64)> {
        (usize::from(first)..=usize::from(last)).map(|word| (word / 64, 1 << (word % 64)))
    }

    fn overlaps(&self, first: u16, last: u16) -> bool {
        Self::words(first, last).any(|(at, bit)| self.0[at] & bit != 0)
    }

    fn take(&mut self, first: u16, last: u16) {
        for (at, bit) in Self::words(first, last) {
            self.0[at] |= bit;
        }
    }
}

/// The exception of a family that overlaps a hit.
fn exception(rules: &Rules, unless: &[Hit], family: u32, hit: &Hit) -> Option<u32> {
    let from = unless.partition_point(|one| one.first + LONGEST_SPAN < hit.first);
    unless[from..]
        .iter()
        .take_while(|one| one.first <= hit.last)
        .filter(|one| one.last >= hit.first)
        .find_map(|one| match rules.contexts[one.phrase as usize] {
            Context::Unless { family: of, nth } if of == family => Some(nth),
            _ => None,
        })
}
