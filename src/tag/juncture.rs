//! Where "and" ends a clause: between two statements that each have a verb of their own.
//!
//! Called by `sentence` before clauses are parted at break words. In "war fears rise and haven demand
//! eases" only the demand eases, while in "war and recession fears ease" both do. There is no grammar
//! here: a mention with a verb before the "and", a mention right behind it, and a verb behind that one.
//! Verbs are the cues that stand behind mentions and the words of the groups `moves` and `raises`. A verb
//! right behind the "and" shares the subject in front ("eases and calms war fears") and parts nothing.
//!
//! Hostile text: every word is looked at a bounded number of times.

use super::matcher::{Hit, Token};
use super::rules::{Context, Rules};
use super::tokens::MOST_WORDS;
use crate::lexicon::{CueRole, Side};

/// Words from a mention to the "and", its verb among them: "fears rise sharply in Asia and".
const LEFT_WORDS: usize = 4;
/// Words between the "and" and the next mention: "and the new tariffs bite".
const RIGHT_WORDS: usize = 2;
/// The verb is at most this many words behind it: "tariffs still bite".
const VERB_WORDS: usize = 2;

/// Adds the words that end a clause to the breaks. Hits and context are those of one sentence.
pub(super) fn junctures(
    rules: &Rules,
    tokens: &[Token],
    context: &[Hit],
    hits: &[Hit],
    breaks: &mut Vec<Hit>,
) {
    let is_group = |hit: &Hit, of: Option<u32>| {
        of.is_some()
            && matches!(rules.contexts[hit.phrase as usize], Context::Group(group) if Some(group) == of)
    };
    if !context.iter().any(|hit| is_group(hit, rules.joins)) {
        return;
    }
    let mut verbs = [false; MOST_WORDS];
    let mut turns = [false; MOST_WORDS];
    for hit in context {
        let (first, last) = (usize::from(hit.first), usize::from(hit.last));
        if is_group(hit, rules.moves) || is_group(hit, rules.raises) {
            verbs[first..=last].fill(true);
        } else if let Context::Cue(cue) = rules.contexts[hit.phrase as usize] {
            let cue = &rules.cues[cue as usize];
            turns[first] |= cue.side != Side::After && cue.role != CueRole::Break;
            let bends = matches!(cue.role, CueRole::Reverse | CueRole::Absent);
            verbs[first] |= cue.side != Side::Before && bends;
        }
    }
    // By place: whether an entry ends there, and one past the end of the longest that begins there.
    let mut ends = [false; MOST_WORDS];
    let mut until = [0; MOST_WORDS];
    for hit in hits.iter().filter(|hit| !hit.gapped) {
        ends[usize::from(hit.last)] = true;
        let until = &mut until[usize::from(hit.first)];
        *until = (*until).max(usize::from(hit.last) + 1);
    }
    let same = |one: usize, other: usize| tokens[one].clause == tokens[other].clause;
    for join in context.iter().filter(|hit| is_group(hit, rules.joins)) {
        let at = usize::from(join.first);
        let is_said = (at.saturating_sub(LEFT_WORDS)..at).any(|verb| {
            verbs[verb] && same(verb, at) && ends[at.saturating_sub(LEFT_WORDS + 1)..verb].contains(&true)
        });
        let next =
            (at + 1..tokens.len().min(at + 2 + RIGHT_WORDS)).find(|&next| until[next] > 0 && same(next, at));
        let Some(next) = next.filter(|_| is_said) else { continue };
        if (at + 1..next).any(|word| verbs[word] || turns[word]) {
            continue;
        }
        let behind = until[next]..tokens.len().min(until[next] + VERB_WORDS);
        let holds_verb = until[next] > next + 1 && verbs[until[next] - 1];
        if holds_verb || behind.into_iter().any(|verb| verbs[verb] && same(verb, at)) {
            breaks.push(*join);
        }
    }
}
