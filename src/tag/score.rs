//! Mentions to an article's counts, and back: which sentence gave how much.
//!
//! Last step of the room. Within a sentence each narrative counts once, with its heaviest asserting
//! and its heaviest reversing mention; a pole counts over the mentions of all its narratives. What is
//! doubted or absent counts nothing. The expected part of a sentence is what its realised mentions
//! do not already give. [`Tally`] sums while reading, [`Tagged::contributions`] sums the kept mentions
//! again; the two agree exactly, which is tested.

use super::{Count, Direction, Field, Mention, Modality, Tagged};
use crate::lexicon::{Axis, NarrativeId};

/// A title is read first and says most: it counts as this many sentences.
pub(super) const TITLE_SENTENCES: u32 = 2;

/// What one sentence gives to the counts, the title's weight included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contribution {
    /// Its number; position in [`Tagged::sentences`].
    pub sentence: u32,
    /// What it counts as in [`TagCounts::sentences`](super::TagCounts::sentences): 2 for a title, 1 for
    /// a sentence of the text, 0 for a title without words.
    pub sentences: u32,
    /// The narratives it speaks of, in order; others get nothing.
    pub narratives: Vec<(NarrativeId, Count)>,
    /// In the order of the axis.
    pub poles: [Count; 2],
}

impl Tagged {
    /// Every sentence with what it gives; summed over sentences this is [`Tagged::counts`].
    pub fn contributions(&self, axis: &Axis) -> Vec<Contribution> {
        let mut mentions = self.mentions.iter().filter(|mention| mention.suppressed.is_none()).peekable();
        (0..)
            .zip(&self.sentences)
            .map(|(number, sentence)| {
                let sentences = match sentence.field {
                    Field::Title if sentence.start == sentence.end => 0,
                    Field::Title => TITLE_SENTENCES,
                    Field::Text => 1,
                };
                let mut most: Vec<(NarrativeId, Most)> = Vec::new();
                while let Some(mention) = mentions.next_if(|mention| mention.sentence == number) {
                    let at = most.partition_point(|(narrative, _)| *narrative < mention.narrative);
                    if most.get(at).is_none_or(|(narrative, _)| *narrative != mention.narrative) {
                        most.insert(at, (mention.narrative, Most::default()));
                    }
                    most[at].1.note(mention.weight, mention.direction, mention.modality);
                }
                let pole = |at: usize| {
                    let mut pole = Most::default();
                    for (_, one) in
                        most.iter().filter(|(narrative, _)| axis.poles[at].narratives.contains(narrative))
                    {
                        pole.join(*one);
                    }
                    pole.count(sentences)
                };
                let poles = [pole(0), pole(1)];
                let narratives = most
                    .iter()
                    .map(|(narrative, most)| (*narrative, most.count(sentences)))
                    .filter(|(_, count)| *count != Count::default())
                    .collect();
                Contribution { sentence: number, sentences, narratives, poles }
            })
            .collect()
    }
}

/// The heaviest mentions of a narrative in one sentence, in thousandths.
#[derive(Debug, Clone, Copy, Default)]
struct Most {
    asserted: u16,
    realised: u16,
    reversed: u16,
}

impl Most {
    fn note(&mut self, weight: u16, direction: Direction, modality: Modality) {
        match (direction, modality) {
            (_, Modality::Doubted) | (Direction::Absent, _) => {}
            (Direction::Reversed, _) => self.reversed = self.reversed.max(weight),
            (Direction::Asserted, Modality::Expected) => self.asserted = self.asserted.max(weight),
            (Direction::Asserted, Modality::Realised) => {
                self.asserted = self.asserted.max(weight);
                self.realised = self.realised.max(weight);
            }
        }
    }

    fn join(&mut self, other: Self) {
        self.asserted = self.asserted.max(other.asserted);
        self.realised = self.realised.max(other.realised);
        self.reversed = self.reversed.max(other.reversed);
    }

    fn count(self, sentences: u32) -> Count {
        let times = |weight: u16| u32::from(weight) * sentences;
        Count {
            asserted: times(self.asserted),
            reversed: times(self.reversed),
            expected: times(self.asserted - self.realised),
        }
    }
}

impl Count {
    fn add(&mut self, other: Self) {
        self.asserted += other.asserted;
        self.reversed += other.reversed;
        self.expected += other.expected;
    }
}

/// Counts while reading. The sums fit 32 bits because a field is read up to `MOST_BYTES`.
#[derive(Default)]
pub(super) struct Tally {
    most: Vec<Most>,
    /// Narratives the sentence speaks of.
    touched: Vec<usize>,
    pub(super) narratives: Vec<Count>,
    pub(super) poles: [Count; 2],
    pub(super) words: u32,
    pub(super) sentences: u32,
    number: u32,
    sentence_words: usize,
}

impl Tally {
    /// Empty, for so many narratives.
    pub(super) fn reset(&mut self, narratives: usize) {
        self.most.clear();
        self.most.resize(narratives, Most::default());
        self.touched.clear();
        self.narratives.clear();
        self.narratives.resize(narratives, Count::default());
        self.poles = [Count::default(); 2];
        (self.words, self.sentences, self.number, self.sentence_words) = (0, 0, 0, 0);
    }

    /// The number of the sentence that is being read.
    pub(super) fn sentence(&self) -> u32 {
        self.number
    }

    /// Whether the sentence has words.
    pub(super) fn has_words(&self) -> bool {
        self.sentence_words > 0
    }

    pub(super) fn words(&mut self, words: usize) {
        self.words += words as u32;
        self.sentence_words += words;
    }

    pub(super) fn note(&mut self, narrative: usize, weight: u16, direction: Direction, modality: Modality) {
        self.touched.push(narrative);
        self.most[narrative].note(weight, direction, modality);
    }

    /// Ends the title, which counts only when it has words.
    pub(super) fn end_title(&mut self, axis: &Axis) {
        let weight = if self.sentence_words > 0 { TITLE_SENTENCES } else { 0 };
        self.end(weight, axis);
    }

    /// Ends a sentence of the text.
    pub(super) fn end_sentence(&mut self, axis: &Axis) {
        self.end(1, axis);
    }

    fn end(&mut self, sentences: u32, axis: &Axis) {
        self.sentences += sentences;
        self.number += 1;
        self.sentence_words = 0;
        if self.touched.is_empty() {
            return;
        }
        let mut poles = [Most::default(); 2];
        self.touched.sort_unstable();
        self.touched.dedup();
        for &narrative in &self.touched {
            let most = std::mem::take(&mut self.most[narrative]);
            self.narratives[narrative].add(most.count(sentences));
            for (pole, joined) in axis.poles.iter().zip(&mut poles) {
                if pole.narratives.contains(&narrative) {
                    joined.join(most);
                }
            }
        }
        self.touched.clear();
        for (pole, joined) in self.poles.iter_mut().zip(poles) {
            pole.add(joined.count(sentences));
        }
    }
}

/// Mentions in order of place, as readers expect them.
pub(super) fn in_order(mentions: &mut [Mention]) {
    mentions.sort_by_key(|one| (one.sentence, one.start, one.end, one.narrative, one.entry));
}
