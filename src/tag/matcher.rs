//! Many phrases in one pass over the classes of a sentence's words.
//!
//! Between `vocabulary` and `sentence`. All entries form one trie, all cues, groups and exceptions a
//! second one that is walked only for sentences in which an entry was found. A trie is walked from
//! every word that can begin a phrase. Since a word can satisfy several steps and a gap can end
//! early, the places reached form a set; the sets met and the moves between them are remembered in a
//! [`Walker`], so that a usual word costs one look-up. Which of overlapping hits wins is `sentence`'s
//! to say.
//!
//! Hostile text can make many sets; a walker forgets all of them when [`MOST_SETS`] or [`MOST_MOVES`]
//! is passed, and making one costs no more than walking the trie would.

use std::collections::HashMap;

use super::vocabulary::{Builder, Class, Element, Memory, Vocabulary, bits_of};
use crate::lexicon::Step;

/// One word of a sentence.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    /// First byte in the field.
    pub(super) start: u32,
    /// Byte after the last.
    pub(super) end: u32,
    /// What it can be.
    pub(super) class: Class,
    /// Words between two hard boundaries share a part; phrases lie within one.
    pub(super) part: u16,
    /// Words of one clause share a number; cues and gaps lie within one.
    pub(super) clause: u16,
}

/// A phrase found: words `first` to `last`, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hit {
    /// Its number, as given to [`Trie::add`].
    pub(super) phrase: u32,
    pub(super) first: u16,
    pub(super) last: u16,
    /// Whether other words may lie between its own.
    pub(super) gapped: bool,
}

/// Many phrases over elements.
pub(super) struct Trie {
    /// Node 0 is the root.
    nodes: Vec<Node>,
}

#[derive(Default)]
struct Node {
    /// Ascending once finished.
    edges: Vec<(Element, u32)>,
    /// Width, and the node whose edges may then be taken.
    gaps: Vec<(u8, u32)>,
    phrases: Vec<u32>,
    /// Whether a gap leads here.
    gapped: bool,
}

impl Trie {
    /// An empty one.
    pub(super) fn new() -> Self {
        Self { nodes: vec![Node::default()] }
    }

    /// Adds one reading of a phrase.
    pub(super) fn add(&mut self, phrase: u32, reading: &[Step], builder: &mut Builder) {
        let mut at = 0;
        for step in reading {
            let next = self.nodes.len() as u32;
            let node = &mut self.nodes[at];
            let gapped = node.gapped || matches!(step, Step::Gap(_));
            let known = match step {
                Step::Word(patterns) => {
                    let element = builder.element(patterns);
                    let known = node.edges.iter().find(|(one, _)| *one == element).map(|(_, target)| *target);
                    if known.is_none() {
                        node.edges.push((element, next));
                    }
                    known
                }
                Step::Gap(width) => {
                    let known = node.gaps.iter().find(|(one, _)| one == width).map(|(_, target)| *target);
                    if known.is_none() {
                        node.gaps.push((*width, next));
                    }
                    known
                }
            };
            if known.is_none() {
                self.nodes.push(Node { gapped, ..Node::default() });
            }
            at = known.unwrap_or(next) as usize;
        }
        let phrases = &mut self.nodes[at].phrases;
        if !phrases.contains(&phrase) {
            phrases.push(phrase);
        }
    }

    /// Ends adding; returns one flag per element: whether a phrase begins with it.
    pub(super) fn finish(&mut self) -> Vec<bool> {
        for node in &mut self.nodes {
            node.edges.sort_unstable();
        }
        let root = &self.nodes[0].edges;
        let mut starts = vec![false; root.last().map_or(0, |(element, _)| *element as usize + 1)];
        root.iter().for_each(|(element, _)| starts[*element as usize] = true);
        starts
    }
}

/// A place in a trie: a node, and how many words may still pass before its edges are taken.
type Place = (u32, u8);

/// Phrases that end at a word, and whether they have gaps.
type Ends = Box<[(u32, bool)]>;

/// A set of places.
#[derive(Default)]
struct Set {
    places: Box<[Place]>,
    phrases: Ends,
    /// The bits of all elements that can follow, all bits where any word can.
    bits: u64,
}

/// The sets of one trie met so far, and the moves between them.
#[derive(Default)]
pub(super) struct Walker {
    /// The first is empty: nothing can follow.
    sets: Vec<Set>,
    by_places: HashMap<(Box<[Place]>, Ends), u32>,
    /// The set after the first word, and its bits, by class; `u32::MAX` where not computed.
    first: Vec<(u32, u64)>,
    moves: Moves,
}

/// Sets remembered; real text of all kinds meets a few thousand.
const MOST_SETS: usize = 1 << 14;
/// Moves remembered.
const MOST_MOVES: usize = 1 << 17;

/// What the walk reads.
pub(super) struct Sentence<'a> {
    pub(super) tokens: &'a [Token],
    pub(super) vocabulary: &'a Vocabulary,
    pub(super) memory: &'a Memory,
}

impl Walker {
    /// Every phrase that begins at a word, in all its extents. Most words that begin a phrase are not
    /// followed by what goes on with it, which the bits tell.
    #[inline]
    pub(super) fn find_at(&mut self, trie: &Trie, first: usize, text: &Sentence<'_>, hits: &mut Vec<Hit>) {
        let start = &text.tokens[first];
        let (set, bits) = match self.first.get(Vocabulary::index(start.class)) {
            Some(&known) if known.0 != u32::MAX => known,
            _ => self.begin(trie, start.class, text),
        };
        let goes_on = |next: &Token| next.part == start.part && bits & text.vocabulary.bits(next.class) != 0;
        if bits == u64::MAX || text.tokens.get(first + 1).is_some_and(goes_on) {
            self.walk(trie, set, first, text, hits);
        }
    }

    fn walk(&mut self, trie: &Trie, set: u32, first: usize, text: &Sentence<'_>, hits: &mut Vec<Hit>) {
        let (mut set, mut last, part) = (set, first, text.tokens[first].part);
        loop {
            let known = &self.sets[set as usize];
            for &(phrase, gapped) in &known.phrases {
                hits.push(Hit { phrase, first: first as u16, last: last as u16, gapped });
            }
            if known.places.is_empty() {
                return;
            }
            last += 1;
            let Some(token) = text.tokens.get(last).filter(|token| token.part == part) else { return };
            if known.bits != u64::MAX && known.bits & text.vocabulary.bits(token.class) == 0 {
                return;
            }
            set = match self.moves.get(set, token.class) {
                Some(next) => next,
                None => self.advance(trie, set, token.class, text),
            };
        }
    }

    /// The set after a first word.
    #[cold]
    fn begin(&mut self, trie: &Trie, class: Class, text: &Sentence<'_>) -> (u32, u64) {
        if self.sets.is_empty() || self.sets.len() > MOST_SETS {
            *self = Self::default();
            self.intern(trie, Vec::new(), Vec::new());
        }
        let set = self.step(trie, &[(0, 0)], class, text);
        let Set { phrases, bits, .. } = &self.sets[set as usize];
        let known = (set, if phrases.is_empty() { *bits } else { u64::MAX });
        let index = Vocabulary::index(class);
        if self.first.len() <= index {
            self.first.resize(index + 1, (u32::MAX, 0));
        }
        self.first[index] = known;
        known
    }

    /// The set after one more word.
    #[cold]
    fn advance(&mut self, trie: &Trie, set: u32, class: Class, text: &Sentence<'_>) -> u32 {
        let places = self.sets[set as usize].places.clone();
        if self.sets.len() > MOST_SETS {
            // The set that is walked from is gone too, which is why its places were taken first.
            *self = Self::default();
            self.intern(trie, Vec::new(), Vec::new());
            return self.step(trie, &places, class, text);
        }
        let next = self.step(trie, &places, class, text);
        self.moves.insert(set, class, next);
        next
    }

    fn step(&mut self, trie: &Trie, places: &[Place], class: Class, text: &Sentence<'_>) -> u32 {
        let elements = text.vocabulary.elements(class, text.memory);
        let (mut next, mut phrases): (Vec<Place>, Vec<(u32, bool)>) = (Vec::new(), Vec::new());
        for &(at, left) in places {
            if left > 0 {
                next.push((at, left - 1));
            }
            let edges = &trie.nodes[at as usize].edges;
            // The root has an edge for every step, other nodes a few.
            let taken: Vec<u32> = if edges.len() > elements.len() {
                let of = |element: &Element| edges.binary_search_by_key(element, |(one, _)| *one).ok();
                elements.iter().filter_map(of).map(|edge| edges[edge].1).collect()
            } else {
                let has = |(element, _): &&(Element, u32)| elements.binary_search(element).is_ok();
                edges.iter().filter(has).map(|(_, target)| *target).collect()
            };
            for target in taken {
                let node = &trie.nodes[target as usize];
                phrases.extend(node.phrases.iter().map(|&phrase| (phrase, node.gapped)));
                if !node.edges.is_empty() {
                    next.push((target, 0));
                }
                next.extend(node.gaps.iter().map(|&(width, beyond)| (beyond, width)));
            }
        }
        // Of one node the place with most words left can do all the others can.
        next.sort_unstable_by_key(|&(node, left)| (node, u8::MAX - left));
        next.dedup_by_key(|place| place.0);
        phrases.sort_unstable();
        phrases.dedup();
        self.intern(trie, next, phrases)
    }

    fn intern(&mut self, trie: &Trie, places: Vec<Place>, phrases: Vec<(u32, bool)>) -> u32 {
        let key = (places.into_boxed_slice(), phrases.into_boxed_slice());
        if let Some(&known) = self.by_places.get(&key) {
            return known;
        }
        let number = self.sets.len() as u32;
        let following = key.0.iter().flat_map(|(node, _)| &trie.nodes[*node as usize].edges);
        let passes = key.0.iter().any(|(_, left)| *left > 0);
        let bits = if passes { u64::MAX } else { bits_of(following.map(|(element, _)| *element)) };
        self.sets.push(Set { places: key.0.clone(), phrases: key.1.clone(), bits });
        self.by_places.insert(key, number);
        number
    }
}

/// From a set and a class to the next set: open addressing.
#[derive(Default)]
struct Moves {
    /// The key plus one, so that 0 is an empty slot; and the set.
    slots: Vec<(u64, u32)>,
    taken: usize,
}

impl Moves {
    #[inline]
    fn get(&self, set: u32, class: Class) -> Option<u32> {
        let key = Self::key(set, class);
        let mut at = self.slot(key)?;
        loop {
            let (known, next) = self.slots[at];
            if known == key {
                return Some(next);
            }
            if known == 0 {
                return None;
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }

    fn insert(&mut self, set: u32, class: Class, next: u32) {
        if self.taken >= MOST_MOVES {
            *self = Self::default();
        }
        if self.taken * 2 >= self.slots.len() {
            let old = std::mem::take(&mut self.slots);
            self.slots = vec![(0, 0); (old.len() * 2).max(256)];
            for (key, next) in old.into_iter().filter(|(key, _)| *key != 0) {
                self.place(key, next);
            }
        }
        self.taken += 1;
        self.place(Self::key(set, class), next);
    }

    fn place(&mut self, key: u64, next: u32) {
        let Some(mut at) = self.slot(key) else { return };
        while self.slots[at].0 != 0 {
            at = (at + 1) & (self.slots.len() - 1);
        }
        self.slots[at] = (key, next);
    }

    #[inline]
    fn key(set: u32, class: Class) -> u64 {
        (u64::from(set) << 32 | u64::from(class)) + 1
    }

    /// The first slot to look at; `None` while there are none.
    #[inline]
    fn slot(&self, key: u64) -> Option<usize> {
        let bits = self.slots.len().checked_ilog2()?;
        Some((key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - bits)) as usize)
    }
}
