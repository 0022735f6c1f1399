//! One language's lexicon, compiled: tries, vocabulary, and the settings a hit is judged by.
//!
//! Made once per language, when the first article in it comes, then only read, from any thread.

use super::matcher::Trie;
use super::tokens::Writing;
use super::vocabulary::{Builder, Vocabulary};
use crate::lexicon::{BaseDirection, BaseModality, CueRole, Group, Lexicon, Scope, Side};

/// What `sentence` needs of an entry.
#[derive(Debug, Clone, Copy)]
pub(super) struct Term {
    pub(super) family: u32,
    pub(super) narrative: u32,
    pub(super) weight: u16,
    pub(super) direction: BaseDirection,
    pub(super) modality: BaseModality,
}

/// What the terms of one table share.
pub(super) struct FamilyRule {
    pub(super) unless: bool,
    /// Empty when nothing is needed.
    pub(super) needs: Option<NeedsRule>,
}

/// What `choice` needs of a condition.
pub(super) struct NeedsRule {
    /// One flag per group.
    pub(super) asked: Vec<bool>,
    pub(super) within: Scope,
    /// One flag per group whose naming raises the question; empty when it is always raised.
    pub(super) when: Vec<bool>,
}

/// What `direction` and `modality` need of a cue.
pub(super) struct CueRule {
    pub(super) role: CueRole,
    pub(super) side: Side,
    pub(super) reach: usize,
    pub(super) within: Scope,
    /// One flag per narrative.
    pub(super) applies: Vec<bool>,
}

/// What a phrase of the context trie is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Context {
    /// The exception of a family: its number there.
    Unless {
        family: u32,
        nth: u32,
    },
    Group(u32),
    Cue(u32),
}

/// A compiled lexicon.
pub(super) struct Rules {
    pub(super) writing: Writing,
    pub(super) vocabulary: Vocabulary,
    pub(super) entries: Trie,
    pub(super) context: Trie,
    /// By number in the context trie.
    pub(super) contexts: Vec<Context>,
    /// By number in the entry trie, which is the position in the lexicon.
    pub(super) terms: Vec<Term>,
    pub(super) families: Vec<FamilyRule>,
    pub(super) cues: Vec<CueRule>,
    /// The group of words that join equals ("and"), where the lexicon has one.
    pub(super) joins: Option<u32>,
    /// The group of words that keep a verb from taking an object ("over"), where the lexicon has one.
    pub(super) links: Option<u32>,
    /// The group of words that bring about what follows ("sparks"), where the lexicon has one.
    pub(super) raises: Option<u32>,
    /// The group of verbs that end a clause before "and", where the lexicon has one.
    pub(super) moves: Option<u32>,
}

impl Rules {
    /// Compiles.
    pub(super) fn new(lexicon: &Lexicon) -> Self {
        let mut builder = Builder::default();
        let mut entries = Trie::new();
        for (number, entry) in (0..).zip(&lexicon.entries) {
            for reading in &entry.phrase.readings {
                entries.add(number, reading, &mut builder);
            }
        }
        let mut context = Trie::new();
        let mut contexts = Vec::new();
        let families = lexicon.families.iter().zip(0..).flat_map(|(one, family)| {
            one.unless.iter().zip(0..).map(move |(phrase, nth)| (Context::Unless { family, nth }, phrase))
        });
        let groups = lexicon.groups.iter().zip(0..);
        let groups =
            groups.flat_map(|(one, at)| one.phrases.iter().map(move |phrase| (Context::Group(at), phrase)));
        let cues = lexicon.cues.iter().zip(0..).map(|(one, at)| (Context::Cue(at), &one.phrase));
        for (what, phrase) in families.chain(groups).chain(cues) {
            for reading in &phrase.readings {
                context.add(contexts.len() as u32, reading, &mut builder);
            }
            contexts.push(what);
        }
        let starts = (entries.finish(), context.finish());
        let group =
            |name: &str| lexicon.groups.iter().position(|group| group.name == name).map(|at| at as u32);
        let writing = if lexicon.is_by_character() { Writing::Characters } else { Writing::Spaced };
        Self {
            writing,
            vocabulary: builder.build(lexicon.stemmer(), starts.0, starts.1),
            entries,
            context,
            contexts,
            terms: lexicon
                .entries
                .iter()
                .map(|entry| {
                    let family = &lexicon.families[entry.family];
                    Term {
                        family: entry.family as u32,
                        narrative: family.narrative as u32,
                        weight: family.weight,
                        direction: family.direction,
                        modality: family.modality,
                    }
                })
                .collect(),
            families: lexicon
                .families
                .iter()
                .map(|family| FamilyRule {
                    unless: !family.unless.is_empty(),
                    needs: family.needs.as_ref().map(|needs| {
                        let flags = |named: &[usize]| {
                            (0..lexicon.groups.len()).map(|group| named.contains(&group)).collect()
                        };
                        let when = if needs.when.is_empty() { Vec::new() } else { flags(&needs.when) };
                        NeedsRule { asked: flags(&needs.groups), within: needs.within, when }
                    }),
                })
                .collect(),
            cues: lexicon
                .cues
                .iter()
                .map(|cue| CueRule {
                    role: cue.role,
                    side: cue.side,
                    reach: usize::from(cue.reach),
                    within: cue.within,
                    applies: cue.applies.clone(),
                })
                .collect(),
            joins: group(Group::JOINS),
            links: group(Group::LINKS),
            raises: group(Group::RAISES),
            moves: group(Group::MOVES),
        }
    }
}
