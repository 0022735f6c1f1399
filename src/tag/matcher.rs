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

use std::{collections::HashMap, ops::Range};

use super::table::Bits;
use super::vocabulary::{Builder, Class, Element, Memory, Vocabulary};
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

/// What a walk needs of a set of places.
struct Set {
    /// The bits of all elements that can follow.
    bits: Bits,
    /// The set after a word that is none of them: 0 unless within a gap.
    otherwise: u32,
    /// Where its phrases are among [`Walker::ends`].
    ends: Range<u32>,
}

/// The sets of one trie met so far, and the moves between them.
#[derive(Default)]
pub(super) struct Walker {
    /// The first is empty: nothing can follow.
    sets: Vec<Set>,
    /// The places of each.
    places: Vec<Box<[Place]>>,
    /// The phrases of all sets.
    ends: Vec<(u32, bool)>,
    by_places: HashMap<(Box<[Place]>, Ends), u32>,
    /// The set after the first word, and its bits, by class; `u32::MAX` where not computed.
    first: Vec<(u32, Bits)>,
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
        let goes_on = |next: &Token| next.part == start.part && bits.meet(text.vocabulary.bits(next.class));
        if bits == Bits::ALL || text.tokens.get(first + 1).is_some_and(goes_on) {
            self.walk(trie, set, first, text, hits);
        }
    }

    fn walk(&mut self, trie: &Trie, set: u32, first: usize, text: &Sentence<'_>, hits: &mut Vec<Hit>) {
        let (mut set, mut last, part) = (set, first, text.tokens[first].part);
        loop {
            let known = &self.sets[set as usize];
            for &(phrase, gapped) in &self.ends[known.ends.start as usize..known.ends.end as usize] {
                hits.push(Hit { phrase, first: first as u16, last: last as u16, gapped });
            }
            last += 1;
            let Some(token) = text.tokens.get(last).filter(|token| token.part == part) else { return };
            set = if !known.bits.meet(text.vocabulary.bits(token.class)) {
                known.otherwise
            } else if let Some(next) = self.moves.get(set, token.class) {
                next
            } else {
                self.advance(trie, set, token.class, text)
            };
            if set == 0 {
                return;
            }
        }
    }

    /// The set after a first word.
    #[cold]
    fn begin(&mut self, trie: &Trie, class: Class, text: &Sentence<'_>) -> (u32, Bits) {
        if self.sets.is_empty() || self.sets.len() > MOST_SETS {
            *self = Self::default();
            self.intern(trie, Vec::new(), Vec::new());
        }
        let set = self.step(trie, &[(0, 0)], class, text);
        let Set { bits, otherwise, ends } = &self.sets[set as usize];
        let known = (set, if ends.is_empty() && *otherwise == 0 { *bits } else { Bits::ALL });
        let index = Vocabulary::index(class);
        if self.first.len() <= index {
            self.first.resize(index + 1, (u32::MAX, Bits::ALL));
        }
        self.first[index] = known;
        known
    }

    /// The set after one more word.
    #[cold]
    fn advance(&mut self, trie: &Trie, set: u32, class: Class, text: &Sentence<'_>) -> u32 {
        let places = self.places[set as usize].clone();
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
        // A gap narrows by one word; recursion ends with the widest gap.
        let narrowed: Vec<Place> =
            key.0.iter().filter(|(_, left)| *left > 0).map(|(node, left)| (*node, left - 1)).collect();
        let otherwise = if self.sets.is_empty() { 0 } else { self.intern(trie, narrowed, Vec::new()) };
        let following = key.0.iter().flat_map(|(node, _)| &trie.nodes[*node as usize].edges);
        let bits = Bits::of(following.map(|(element, _)| *element));
        let start = self.ends.len() as u32;
        self.ends.extend(&key.1);
        let number = self.sets.len() as u32;
        self.sets.push(Set { bits, otherwise, ends: start..self.ends.len() as u32 });
        self.places.push(key.0.clone());
        self.by_places.insert(key, number);
        number
    }
}

/// From a set and a class to the next set: open addressing.
#[derive(Default)]
struct Moves {
    /// The key, and in the lowest [`SET_BITS`] the next set; 0 is an empty slot, since nothing is walked
    /// from the set 0. Small, so that more of them stay near.
    slots: Vec<u64>,
    taken: usize,
}

/// Enough for [`MOST_SETS`] and one more.
const SET_BITS: u32 = 16;

impl Moves {
    #[inline]
    fn get(&self, set: u32, class: Class) -> Option<u32> {
        let key = Self::key(set, class);
        let mut at = self.slot(key)?;
        loop {
            let slot = self.slots[at];
            if slot >> SET_BITS == key {
                return Some((slot & ((1 << SET_BITS) - 1)) as u32);
            }
            if slot == 0 {
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
            self.slots = vec![0; (old.len() * 2).max(256)];
            old.into_iter().filter(|slot| *slot != 0).for_each(|slot| self.place(slot));
        }
        self.taken += 1;
        self.place(Self::key(set, class) << SET_BITS | u64::from(next));
    }

    fn place(&mut self, slot: u64) {
        let Some(mut at) = self.slot(slot >> SET_BITS) else { return };
        while self.slots[at] != 0 {
            at = (at + 1) & (self.slots.len() - 1);
        }
        self.slots[at] = slot;
    }

    /// Less than 2^45: a class has at most 29 bits without its flags.
    #[inline]
    fn key(set: u32, class: Class) -> u64 {
        u64::from(set) << 29 | Vocabulary::index(class) as u64
    }

    /// The first slot to look at; `None` while there are none.
    #[inline]
    fn slot(&self, key: u64) -> Option<usize> {
        let bits = self.slots.len().checked_ilog2()?;
        Some((key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - bits)) as usize)
    }
}
