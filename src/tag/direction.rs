//! What the cues of a clause make of a mention: asserted, absent or reversed.
//!
//! After `sentence` has chosen the mentions. Cues in front of a mention nest from the inside out, so
//! the nearest acts first: a reversal turns the mention round, a second one turns it back ("end to
//! easing tensions"), an absence takes a plain mention away but a reversal back ("no sign of easing
//! tensions"), a restoring cue undoes what stands inside it ("fails to calm fears"). Behind a mention
//! only the nearest cue acts ("tensions ease and fade" is reversed once), unless something between
//! the two denies it ("fears do not ease"). A verb with an object of its own is left to the object:
//! in "ceasefire calms war fears" the ceasefire is not calmed. A verb that raises something parts cue
//! and mention: in "end of aid sparks fears" nothing is ended but aid. Nor is what begins with a
//! preposition the object of the verb before it ("lower on tariffs").

use super::Direction;
use super::matcher::Token;
use super::rules::Rules;
use super::sentence::Pick;
use super::tokens::Writing;
use crate::lexicon::{BaseDirection, CueRole, Scope, Side};

/// A cue found in the sentence: words `first` to `last`, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Placed {
    /// Position in [`Rules::cues`].
    pub(super) cue: u32,
    pub(super) first: u16,
    pub(super) last: u16,
}

/// What a cue did to a mention, for the explanation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    Reversed,
    Absent,
    /// Undid the cue named next to it.
    Restored,
    Expected,
    Doubted,
}

/// A sentence with its cues and mentions.
pub(super) struct Clause<'a> {
    pub(super) rules: &'a Rules,
    pub(super) tokens: &'a [Token],
    /// In order of place, those inside longer mentions left out.
    pub(super) cues: &'a [Placed],
    /// The mentions that count, in order of place.
    pub(super) picks: &'a [Pick],
    /// One flag per word: joins equals.
    pub(super) joins: &'a [bool],
    /// One flag per word: keeps a verb from having an object.
    pub(super) links: &'a [bool],
    /// One flag per word: brings about what follows.
    pub(super) raises: &'a [bool],
}

impl Clause<'_> {
    /// Whether one of the words between two places raises what follows.
    fn raised(&self, after: u16, before: u16) -> bool {
        self.raises
            .get(usize::from(after) + 1..usize::from(before))
            .is_some_and(|words| words.contains(&true))
    }
}

/// The cues around one mention. Kept between mentions for its memory.
#[derive(Default)]
pub(super) struct Around {
    /// In front, nearest first.
    pub(super) before: Vec<Placed>,
    /// Behind, nearest first; those that act on what stands before them.
    pub(super) after: Vec<Placed>,
    /// Behind, nearest first; those that act on what follows them.
    modifiers: Vec<Placed>,
    /// What acted.
    pub(super) effects: Vec<(Effect, Placed)>,
    /// Cues that were used up on another cue.
    spent: Vec<Placed>,
}

/// No cue further away than this can act: the longest reach, and as many words of other cues.
const FARTHEST: usize = 40;
/// A reversal nests on another over at most this many words: "end to the easing".
const NESTING_WORDS: usize = 2;
/// Words between a verb and its object: "calms some fears".
const OBJECT_WORDS: usize = 1;
/// Characters between them where those are the words: 缓解全球市场恐慌.
const OBJECT_CHARACTERS: usize = 4;

impl Around {
    /// Gathers the cues that can act on a mention: of its clause and for its narrative, the longest
    /// of overlapping ones.
    pub(super) fn gather(&mut self, mention: &Pick, clause: &Clause<'_>) {
        self.before.clear();
        self.after.clear();
        self.modifiers.clear();
        self.effects.clear();
        self.spent.clear();
        let (first, last) = (usize::from(mention.first), usize::from(mention.last));
        let from = clause.cues.partition_point(|cue| usize::from(cue.first) + FARTHEST < first);
        for placed in &clause.cues[from..] {
            if usize::from(placed.first) > last + FARTHEST {
                break;
            }
            let rule = &clause.rules.cues[placed.cue as usize];
            if !rule.applies[mention.narrative as usize] {
                continue;
            }
            let start_clause = clause.tokens[usize::from(placed.first)].clause;
            if usize::from(placed.last) < first {
                let near = rule.within == Scope::Sentence || start_clause == clause.tokens[first].clause;
                if rule.side != Side::After && near {
                    self.before.push(*placed);
                }
            } else if usize::from(placed.first) > last && start_clause == clause.tokens[last].clause {
                if rule.side != Side::Before {
                    self.after.push(*placed);
                }
                if rule.side != Side::After && denies(rule.role) {
                    self.modifiers.push(*placed);
                }
            }
        }
        keep_longest(&mut self.before);
        self.before.reverse();
        keep_longest(&mut self.after);
        keep_longest(&mut self.modifiers);
        let after = &self.after;
        self.modifiers
            .retain(|one| !after.iter().any(|other| overlap(one, other) && length(other) >= length(one)));
    }

    /// The direction of a mention after its cues.
    pub(super) fn direction(
        &mut self,
        base: BaseDirection,
        mention: &Pick,
        clause: &Clause<'_>,
    ) -> Direction {
        let mut state = State::Plain;
        self.behind(&mut state, mention, clause);
        self.in_front(&mut state, mention, clause);
        match (state, base) {
            (State::Absent, _) => Direction::Absent,
            (State::Plain, BaseDirection::Asserted) | (State::Reversed, BaseDirection::Reversed) => {
                Direction::Asserted
            }
            (State::Plain, BaseDirection::Reversed) | (State::Reversed, BaseDirection::Asserted) => {
                Direction::Reversed
            }
        }
    }

    /// Whether a cue acted on another cue instead of the mention.
    pub(super) fn is_spent(&self, placed: &Placed) -> bool {
        self.spent.contains(placed)
    }

    /// The nearest cue behind the mention.
    fn behind(&mut self, state: &mut State, mention: &Pick, clause: &Clause<'_>) {
        let mut words = 0;
        let nearest = self.after.iter().copied().find(|placed| {
            let rule = &clause.rules.cues[placed.cue as usize];
            let between = (placed.first - mention.last - 1) as usize;
            let near = between.saturating_sub(words) <= rule.reach;
            words += length(placed);
            near && matches!(rule.role, CueRole::Reverse | CueRole::Absent)
                && !has_object(placed, mention, clause)
                && !clause.raised(mention.last, placed.first)
        });
        let Some(nearest) = nearest else { return };
        let denied = self.modifiers.iter().rev().copied().find(|placed| {
            let reach = clause.rules.cues[placed.cue as usize].reach;
            placed.last < nearest.first && usize::from(nearest.first - placed.last) - 1 <= reach
        });
        if let Some(denied) = denied {
            self.effects.push((Effect::Restored, denied));
            self.spent.push(denied);
            return;
        }
        if clause.rules.cues[nearest.cue as usize].role == CueRole::Absent {
            state.take_away();
            self.effects.push((Effect::Absent, nearest));
        } else {
            state.turn();
            self.effects.push((Effect::Reversed, nearest));
        }
    }

    /// The cues in front, from the nearest outwards.
    fn in_front(&mut self, state: &mut State, mention: &Pick, clause: &Clause<'_>) {
        let mut words = 0;
        let mut inner: Option<Placed> = None;
        for placed in &self.before {
            let rule = &clause.rules.cues[placed.cue as usize];
            let between = usize::from(mention.first - placed.last) - 1;
            let near = between.saturating_sub(words) <= rule.reach;
            words += length(placed);
            // A second cue of the same words (a phrase listed in two families) stands on nothing.
            let to_inner =
                inner.map(|inner| usize::from(inner.first).checked_sub(usize::from(placed.last) + 1));
            if to_inner == Some(None) {
                continue;
            }
            let near_inner = to_inner.flatten().is_some_and(|between| between <= rule.reach);
            match rule.role {
                CueRole::Reverse
                    if near
                        && !clause.raised(placed.last, mention.first)
                        && clause.links.get(usize::from(mention.first)) != Some(&true) =>
                {
                    let joined = inner.is_some_and(|inner| {
                        let between = &clause.joins[usize::from(placed.last) + 1..usize::from(inner.first)];
                        between.len() > NESTING_WORDS || between.contains(&true)
                    });
                    if !joined {
                        state.turn();
                        self.effects.push((Effect::Reversed, *placed));
                        inner = Some(*placed);
                    }
                }
                // "does not spark fears" denies the sparking itself.
                CueRole::Absent
                    if (near || near_inner)
                        && !clause.raised(placed.last + 1, mention.first.max(placed.last + 1)) =>
                {
                    let effect = if *state == State::Plain { Effect::Absent } else { Effect::Restored };
                    state.take_away();
                    self.effects.push((effect, *placed));
                    inner = Some(*placed);
                }
                CueRole::Restore if near_inner && *state != State::Plain => {
                    *state = State::Plain;
                    self.effects.push((Effect::Restored, *placed));
                    inner = None;
                }
                CueRole::Doubt if near_inner && *state == State::Reversed => {
                    *state = State::Plain;
                    self.effects.push((Effect::Restored, *placed));
                    self.spent.push(*placed);
                    inner = None;
                }
                _ => {}
            }
        }
    }
}

/// What cues have made of a mention so far.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Plain,
    Absent,
    Reversed,
}

impl State {
    fn turn(&mut self) {
        *self = match self {
            Self::Plain => Self::Reversed,
            Self::Reversed => Self::Plain,
            Self::Absent => Self::Absent,
        };
    }

    /// No sign of it; no sign of its easing; no lack of it.
    fn take_away(&mut self) {
        *self = match self {
            Self::Plain => Self::Absent,
            Self::Absent | Self::Reversed => Self::Plain,
        };
    }
}

fn denies(role: CueRole) -> bool {
    matches!(role, CueRole::Absent | CueRole::Restore | CueRole::Doubt)
}

/// Whether a cue behind a mention also stands before another one, as a verb before its object.
fn has_object(placed: &Placed, mention: &Pick, clause: &Clause<'_>) -> bool {
    let next = usize::from(placed.last) + 1;
    if clause.links.get(next) == Some(&true) {
        return false;
    }
    let words = match clause.rules.writing {
        Writing::Spaced => OBJECT_WORDS,
        Writing::Characters => OBJECT_CHARACTERS,
    };
    let from = clause.picks.partition_point(|pick| usize::from(pick.first) < next);
    clause.picks[from..]
        .iter()
        .take_while(|object| usize::from(object.first) <= next + words)
        .filter(|object| {
            *object != mention
                && clause.tokens[next].clause == clause.tokens[usize::from(mention.last)].clause
        })
        .any(|object| {
            let same_start = clause.cues.partition_point(|cue| cue.first < placed.first);
            clause.cues[same_start..].iter().take_while(|cue| cue.first == placed.first).any(|cue| {
                let rule = &clause.rules.cues[cue.cue as usize];
                cue.last == placed.last
                    && rule.side != Side::After
                    && rule.role == CueRole::Reverse
                    && rule.applies[object.narrative as usize]
            })
        })
}

pub(super) fn length(placed: &Placed) -> usize {
    usize::from(placed.last - placed.first) + 1
}

fn overlap(one: &Placed, other: &Placed) -> bool {
    one.first <= other.last && other.first <= one.last
}

/// Of cues that overlap the longest stays, of equals the first; cues of the same extent all stay,
/// they have different roles. The result is in order of place.
fn keep_longest(cues: &mut Vec<Placed>) {
    if cues.len() < 2 {
        return;
    }
    cues.sort_by_key(|one| (usize::MAX - length(one), one.first, one.cue));
    let mut kept = 0;
    for at in 0..cues.len() {
        let one = cues[at];
        let same = |other: &Placed| (one.first, one.last) == (other.first, other.last);
        if cues[..kept].iter().all(|other| same(other) || !overlap(&one, other)) {
            cues[kept] = one;
            kept += 1;
        }
    }
    cues.truncate(kept);
    cues.sort_by_key(|one| (one.first, one.cue));
}
