//! One sentence at a time: words in, judged mentions out.
//!
//! The middle of the room. [`Reader`] receives the words of `tokens`, gives each its class, and at
//! the end of a sentence finds entries; most sentences have none and end there. For the others it
//! finds cues, groups and exceptions, lets the longest hit of a narrative win, checks `needs` and
//! `unless`, asks `direction` and `modality`, and hands what counts to `score`.
//!
//! Hostile text: a sentence has at most [`MOST_WORDS`] words, so the comparisons of hits with each
//! other are bounded per word; buffers are reused and bounded by one sentence.

use super::choice::choose;
use super::direction::{Around, Clause, Placed};
use super::explain::{base_direction, base_modality, describe, mention, reason};
use super::juncture::junctures;
use super::matcher::{Hit, Sentence as Words, Token, Walker};
use super::rules::{Context, Rules};
use super::score::Tally;
use super::tokens::{Boundary, MOST_WORDS, Packed, Sink};
use super::vocabulary::{Class, Memory, STARTS_CONTEXT, STARTS_ENTRY};
use super::{Field, Mention, Sentence};
use crate::lexicon::{Axis, CueRole, Lexicon};

/// A hit that was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pick {
    /// Position in [`Rules::terms`].
    pub(super) entry: u32,
    pub(super) narrative: u32,
    pub(super) first: u16,
    pub(super) last: u16,
    pub(super) suppressed: Option<Suppression>,
}

/// Why a hit does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Suppression {
    /// By this exception of its family.
    Unless(u32),
    Needs,
}

/// Buffers of one thread, kept between articles.
#[derive(Default)]
pub(super) struct Scratch {
    pub(super) memory: Memory,
    pub(super) entry_walker: Walker,
    pub(super) context_walker: Walker,
    pub(super) tokens: Vec<Token>,
    /// Words that can begin an entry.
    starts: Vec<u16>,
    pub(super) hits: Vec<Hit>,
    pub(super) context: Vec<Hit>,
    pub(super) unless: Vec<Hit>,
    pub(super) groups: Vec<(u32, Hit)>,
    pub(super) cues: Vec<Placed>,
    pub(super) breaks: Vec<Hit>,
    pub(super) picks: Vec<Pick>,
    pub(super) suppressed: Vec<Pick>,
    pub(super) joins: Vec<bool>,
    pub(super) links: Vec<bool>,
    pub(super) raises: Vec<bool>,
    pub(super) around: Around,
}

impl Scratch {
    /// Forgets what was learned from earlier articles, if it was much. The walkers know learned classes
    /// by number, so they forget too.
    pub(super) fn tidy(&mut self) {
        if self.memory.is_full() {
            *self = Self::default();
        }
    }
}

/// What a reader writes besides counts, when asked to.
pub(super) struct Details<'l> {
    pub(super) lexicon: &'l Lexicon,
    pub(super) mentions: Vec<Mention>,
    pub(super) sentences: Vec<Sentence>,
    /// Number of the sentence and of the entry, for every entry whose words stand there.
    pub(super) met: Vec<(u32, u32)>,
}

/// Reads one field of an article.
pub(super) struct Reader<'a, 'l> {
    rules: &'a Rules,
    axis: &'a Axis,
    scratch: &'a mut Scratch,
    tally: &'a mut Tally,
    details: Option<&'a mut Details<'l>>,
    /// Read as if this entry were not in the lexicon.
    pub(super) without: Option<u32>,
    field: Field,
    text: &'a str,
    /// Where the sentence before ended.
    from: usize,
    /// How many words of this sentence can begin an entry.
    starts: usize,
    part: u16,
    clause: u16,
    clauses: u16,
    /// Whether the clause has no word yet.
    fresh: bool,
    /// The clause around the open bracket.
    outer: Option<u16>,
}

impl<'a, 'l> Reader<'a, 'l> {
    /// For a field, its text, and where reading begins.
    pub(super) fn new(
        rules: &'a Rules,
        axis: &'a Axis,
        scratch: &'a mut Scratch,
        tally: &'a mut Tally,
        details: Option<&'a mut Details<'l>>,
        (field, text, from): (Field, &'a str, usize),
    ) -> Self {
        scratch.tokens.clear();
        scratch.starts.resize(MOST_WORDS, 0);
        Self {
            rules,
            axis,
            scratch,
            tally,
            details,
            without: None,
            field,
            text,
            from,
            starts: 0,
            part: 0,
            clause: 0,
            clauses: 0,
            fresh: true,
            outer: None,
        }
    }

    /// Ends the title, which is one sentence whatever stands in it.
    pub(super) fn finish_title(self) {
        if let Some(details) = self.details {
            let words = self.tally.has_words();
            let trimmed = if words { self.text.trim() } else { "" };
            let start = if words { self.text.len() - self.text.trim_start().len() } else { 0 };
            details.sentences.push(Sentence { field: Field::Title, start, end: start + trimmed.len() });
        }
        self.tally.end_title(self.axis);
    }

    #[inline]
    fn push(&mut self, start: usize, end: usize, class: Class) {
        // Written always and kept where it is one: a branch here would be foretold wrongly too often.
        self.scratch.starts[self.starts] = self.scratch.tokens.len() as u16;
        self.starts += usize::from(class & STARTS_ENTRY != 0);
        self.fresh = false;
        self.scratch.tokens.push(Token {
            start: start as u32,
            end: end as u32,
            class,
            part: self.part,
            clause: self.clause,
        });
    }

    fn next_clause(&mut self) {
        // Only empty brackets without end could wrap it, and they hold no words to confuse.
        self.clauses = self.clauses.wrapping_add(1);
        self.clause = self.clauses;
        self.fresh = true;
    }

    /// Judges the words gathered so far.
    fn judge(&mut self) {
        self.find_entries();
        if !self.scratch.hits.is_empty() {
            self.find_context();
            choose(self.rules, self.scratch, self.details.is_some());
            self.bend();
        }
        self.scratch.tokens.clear();
        self.starts = 0;
        (self.part, self.clause, self.clauses, self.outer) = (0, 0, 0, None);
        self.fresh = true;
    }

    fn find_entries(&mut self) {
        let Scratch { memory, tokens, starts, hits, entry_walker, .. } = &mut *self.scratch;
        let words = Words { tokens, vocabulary: &self.rules.vocabulary, memory };
        hits.clear();
        for &at in &starts[..self.starts] {
            entry_walker.find_at(&self.rules.entries, usize::from(at), &words, hits);
        }
        if let Some(without) = self.without {
            hits.retain(|hit| hit.phrase != without);
        }
        if let Some(details) = self.details.as_deref_mut() {
            let sentence = self.tally.sentence();
            details.met.extend(hits.iter().map(|hit| (sentence, hit.phrase)));
        }
    }

    /// Finds exceptions, groups and cues, and parts clauses at break words.
    fn find_context(&mut self) {
        let Scratch {
            memory,
            context_walker,
            tokens,
            hits,
            context,
            unless,
            groups,
            cues,
            breaks,
            joins,
            links,
            raises,
            ..
        } = &mut *self.scratch;
        let rules = self.rules;
        let words = Words { tokens, vocabulary: &rules.vocabulary, memory };
        context.clear();
        for (at, token) in tokens.iter().enumerate() {
            if token.class & STARTS_CONTEXT != 0 {
                context_walker.find_at(&rules.context, at, &words, context);
            }
        }
        context.sort_unstable_by_key(|hit| (hit.first, hit.last, hit.phrase));
        let role = |hit: &Hit| match rules.contexts[hit.phrase as usize] {
            Context::Cue(cue) => Some(rules.cues[cue as usize].role),
            _ => None,
        };
        breaks.clear();
        breaks.extend(context.iter().filter(|hit| role(hit) == Some(CueRole::Break)));
        junctures(rules, tokens, context, hits, breaks);
        // A break word inside a longer term or cue is part of it.
        if !breaks.is_empty() {
            let cues = context.iter().filter(|hit| role(hit).is_some_and(|role| role != CueRole::Break));
            let mut held = [false; MOST_WORDS];
            for one in hits.iter().chain(cues).filter(|one| !one.gapped) {
                held[usize::from(one.first) + 1..=usize::from(one.last)].fill(true);
            }
            for at in breaks.iter().map(|one| usize::from(one.first)) {
                if held[at] || at == 0 {
                    continue;
                }
                let old = tokens[at].clause;
                self.clauses = self.clauses.wrapping_add(1);
                for token in tokens[at..].iter_mut().filter(|token| token.clause == old) {
                    token.clause = self.clauses;
                }
            }
        }
        let whole = |hit: &Hit| {
            !hit.gapped || tokens[usize::from(hit.first)].clause == tokens[usize::from(hit.last)].clause
        };
        hits.retain(whole);
        context.retain(whole);
        unless.clear();
        groups.clear();
        cues.clear();
        joins.clear();
        joins.resize(tokens.len(), false);
        links.clear();
        links.resize(tokens.len(), false);
        raises.clear();
        raises.resize(tokens.len(), false);
        for hit in &*context {
            match rules.contexts[hit.phrase as usize] {
                Context::Unless { .. } => unless.push(*hit),
                Context::Group(group) => {
                    if Some(group) == rules.joins {
                        joins[usize::from(hit.first)] = true;
                    } else if Some(group) == rules.links {
                        links[usize::from(hit.first)] = true;
                    } else if Some(group) == rules.raises {
                        raises[usize::from(hit.first)] = true;
                    } else {
                        groups.push((group, *hit));
                    }
                }
                Context::Cue(cue) if rules.cues[cue as usize].role != CueRole::Break => {
                    cues.push(Placed { cue, first: hit.first, last: hit.last });
                }
                Context::Cue(_) => {}
            }
        }
    }

    /// Asks the cues, and hands over.
    fn bend(&mut self) {
        let Scratch { tokens, cues, picks, suppressed, joins, links, raises, around, .. } =
            &mut *self.scratch;
        let clause = Clause { rules: self.rules, tokens, cues, picks, joins, links, raises };
        for pick in clause.picks {
            let term = self.rules.terms[pick.entry as usize];
            around.gather(pick, &clause);
            let direction = around.direction(term.direction, pick, &clause);
            let modality = around.modality(term.modality, pick, &clause);
            self.tally.note(term.narrative as usize, term.weight, direction, modality);
            if let Some(details) = self.details.as_deref_mut() {
                let cue = describe(&around.effects, tokens, self.text);
                let place = (self.field, self.tally.sentence());
                details.mentions.push(mention(pick, &term, (direction, modality), place, tokens, cue));
            }
        }
        if let Some(details) = self.details.as_deref_mut() {
            for pick in suppressed {
                let term = self.rules.terms[pick.entry as usize];
                let unbent = (base_direction(&term), base_modality(&term));
                let place = (self.field, self.tally.sentence());
                let mut mention = mention(pick, &term, unbent, place, tokens, None);
                mention.suppressed = pick.suppressed.map(|why| reason(why, &term, details.lexicon));
                details.mentions.push(mention);
            }
        }
    }
}

impl Sink for Reader<'_, '_> {
    #[inline]
    fn word(&mut self, start: usize, end: usize, packed: Packed) {
        let text = self.text;
        let class = self.rules.vocabulary.plain(packed, || &text[start..end], &mut self.scratch.memory);
        self.push(start, end, class);
    }

    fn number(&mut self, start: usize, end: usize) {
        let class = self.rules.vocabulary.number(&self.text[start..end]);
        self.push(start, end, class);
    }

    fn unusual(&mut self, start: usize, end: usize, lower: &str, exact: &str) {
        let class = self.rules.vocabulary.unusual(lower, exact, &mut self.scratch.memory);
        self.push(start, end, class);
    }

    #[inline]
    fn boundary(&mut self, boundary: Boundary) {
        if let Some(last) = self.scratch.tokens.last()
            && boundary != Boundary::Soft
        {
            self.part = last.part + 1;
        }
        match (boundary, self.outer) {
            (Boundary::Open, None) => {
                self.outer = Some(self.clause);
                self.next_clause();
            }
            (Boundary::Close, Some(outer)) => {
                self.clause = outer;
                self.outer = None;
                self.fresh = false;
            }
            // Boundaries without words between them part nothing.
            _ if self.fresh => {}
            _ => self.next_clause(),
        }
    }

    fn sentence(&mut self, end: usize) {
        let words = self.scratch.tokens.len();
        self.tally.words(words);
        if self.field == Field::Title {
            // A long title comes in pieces and stays one sentence, which `finish_title` ends.
            self.judge();
            return;
        }
        if words == 0 {
            return;
        }
        self.judge();
        if let Some(details) = self.details.as_deref_mut() {
            let skipped = self.text[self.from..end].find(|letter: char| !letter.is_whitespace()).unwrap_or(0);
            let start = self.from + skipped;
            let length = self.text[start..end].trim_end().len();
            details.sentences.push(Sentence { field: self.field, start, end: start + length });
        }
        self.from = end;
        self.tally.end_sentence(self.axis);
    }
}
