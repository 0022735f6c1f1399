//! From a word of the text to its class: which steps of which phrases it can be.
//!
//! Between `tokens` and `matcher`. Every distinct step of a lexicon (a set of word patterns) is an
//! *element*; a *class* is the set of elements a word satisfies, so that matching compares small
//! numbers and never looks at letters again. Words that stand in the lexicon have their class
//! computed when it is compiled. Other words can only satisfy a glob or a stem; a bit table over
//! their first three letters rejects almost all of them, the rest is resolved once and cached in the
//! thread's [`Memory`].
//!
//! Hostile text: the cache has a fixed size, and new classes are sets of globs and stems of the
//! lexicon, whose number the lexicon bounds; past [`MOST_LEARNED`] a memory starts afresh.

use std::collections::{BTreeSet, HashMap};

use rust_stemmers::Stemmer;

use super::table::{Bits, Table, mixed};
use super::tokens::{PACKED_BYTES, Packed, pack, unpack};
use crate::lexicon::{WordPattern, glob_matches};

/// A class: a number, and two flags in its upper bits that say whether a phrase can begin with it, so
/// that most words need no further look.
pub(super) type Class = u32;
/// The class of words no phrase contains.
pub(super) const UNKNOWN: Class = 0;
/// Set in a class with which an entry can begin.
pub(super) const STARTS_ENTRY: Class = 1 << 31;
/// Set in a class with which a cue, a group's phrase or an exception can begin.
pub(super) const STARTS_CONTEXT: Class = 1 << 30;
/// The bits of the number; the one above it is free for [`CASED`].
const NUMBER: Class = (1 << 29) - 1;
/// A distinct step.
pub(super) type Element = u32;

/// All words of one language's lexicon, compiled.
pub(super) struct Vocabulary {
    table: Table,
    /// Words too long to pack.
    long: HashMap<Box<str>, u32>,
    /// The elements of each class, ascending.
    classes: Vec<Box<[Element]>>,
    /// The bits of each class's elements; see [`Vocabulary::bits`].
    bits: Vec<Bits>,
    /// For each word with exact-case patterns: the class otherwise, and by case.
    cased: Vec<(Class, Vec<(String, Class)>)>,
    globs: Vec<(Vec<String>, Vec<Element>)>,
    stems: HashMap<String, Vec<Element>>,
    stemmer: Option<Stemmer>,
    /// One bit for each start of three letters that a glob or stem can have.
    starts: Box<[u64; 512]>,
    number: Class,
    entry_starts: Vec<bool>,
    context_starts: Vec<bool>,
}

/// Marks a value of the table as a position in `cased`.
const CASED: u32 = 1 << 29;
/// Words resolved lately; a power of two.
const CACHED: usize = 2048;
/// Classes learned from text before a memory starts afresh: far above any real number.
const MOST_LEARNED: usize = 4096;

/// What a thread remembers of words outside the lexicon.
#[derive(Default)]
pub(super) struct Memory {
    cache: Vec<(Packed, Class)>,
    learned: Vec<Box<[Element]>>,
    by_elements: HashMap<Box<[Element]>, Class>,
}

/// Gathers the steps of all phrases, then compiles.
#[derive(Default)]
pub(super) struct Builder {
    elements: HashMap<Vec<WordPattern>, Element>,
}

impl Builder {
    /// The element of a step.
    pub(super) fn element(&mut self, patterns: &[WordPattern]) -> Element {
        if let Some(&known) = self.elements.get(patterns) {
            return known;
        }
        let next = Element::try_from(self.elements.len()).expect("a lexicon has fewer than 2^32 steps");
        self.elements.insert(patterns.to_vec(), next);
        next
    }

    /// Compiles; the flags say with which elements an entry or a context phrase begins.
    pub(super) fn build(
        self,
        stemmer: Option<Stemmer>,
        entry_starts: Vec<bool>,
        context_starts: Vec<bool>,
    ) -> Vocabulary {
        let mut forms: HashMap<String, Vec<Element>> = HashMap::new();
        let mut cases: HashMap<String, HashMap<String, Vec<Element>>> = HashMap::new();
        let mut globs: HashMap<Vec<String>, Vec<Element>> = HashMap::new();
        let mut stems: HashMap<String, Vec<Element>> = HashMap::new();
        let mut numbers: Vec<Element> = Vec::new();
        for (patterns, element) in self.elements {
            for pattern in patterns {
                match pattern {
                    WordPattern::Form(form) => forms.entry(form).or_default().push(element),
                    WordPattern::Stem(stem) => stems.entry(stem).or_default().push(element),
                    WordPattern::Glob(pieces) => globs.entry(pieces).or_default().push(element),
                    WordPattern::Case(exact) => {
                        cases
                            .entry(exact.to_lowercase())
                            .or_default()
                            .entry(exact)
                            .or_default()
                            .push(element);
                    }
                    WordPattern::Number => numbers.push(element),
                }
            }
        }
        let mut vocabulary = Vocabulary {
            table: Table::with_room_for(0),
            long: HashMap::new(),
            classes: vec![Box::default()],
            bits: vec![Bits::default()],
            cased: Vec::new(),
            globs: globs.into_iter().collect(),
            stems,
            stemmer,
            starts: Box::new([0; 512]),
            number: 0,
            entry_starts,
            context_starts,
        };
        vocabulary.globs.sort_unstable();
        vocabulary.note_starts();
        let mut interned = HashMap::from([(Box::default(), 0)]);
        vocabulary.number = vocabulary.intern(numbers.clone(), &mut interned);
        let words: BTreeSet<&String> = forms.keys().chain(cases.keys()).collect();
        let mut packed = Vec::new();
        for word in words {
            let mut elements = forms.get(word).cloned().unwrap_or_default();
            vocabulary.collect_open(word, &mut elements);
            if word.starts_with(|letter: char| letter.is_ascii_digit()) {
                elements.extend(&numbers);
            }
            let mut value = vocabulary.intern(elements.clone(), &mut interned);
            if let Some(exact) = cases.get(word) {
                let mut exact: Vec<(&String, &Vec<Element>)> = exact.iter().collect();
                exact.sort_unstable();
                let by_case = exact
                    .into_iter()
                    .map(|(exact, more)| {
                        (
                            exact.clone(),
                            vocabulary.intern([elements.as_slice(), more].concat(), &mut interned),
                        )
                    })
                    .collect();
                vocabulary.cased.push((value, by_case));
                value = CASED | (vocabulary.cased.len() - 1) as u32;
            }
            match pack(word) {
                Some(key) => packed.push((key, value)),
                None => {
                    vocabulary.long.insert(word.as_str().into(), value);
                }
            }
        }
        vocabulary.table = Table::with_room_for(packed.len());
        for (key, value) in packed {
            vocabulary.table.insert(key, value);
        }
        vocabulary
    }
}

impl Vocabulary {
    /// The class of a plain word; `exact` is the word as the text writes it, which few words need.
    #[inline]
    pub(super) fn plain<'t>(
        &self,
        packed: Packed,
        exact: impl FnOnce() -> &'t str,
        memory: &mut Memory,
    ) -> Class {
        match self.table.get(packed) {
            Some(value) => self.by_case(value, exact),
            None if self.may_start(packed[0]) => self.open(packed, memory),
            None => UNKNOWN,
        }
    }

    /// The class of any word.
    pub(super) fn unusual(&self, lower: &str, exact: &str, memory: &mut Memory) -> Class {
        if let Some(packed) = pack(lower) {
            return self.plain(packed, || exact, memory);
        }
        match self.long.get(lower) {
            Some(&value) => self.by_case(value, || exact),
            None => {
                let mut elements = Vec::new();
                self.collect_open(lower, &mut elements);
                memory.learn(elements, self)
            }
        }
    }

    /// The class of a number.
    pub(super) fn number(&self, text: &str) -> Class {
        // Of the bytes in a number only letters have the bit 0x40; moved down it makes them lower-case.
        let lower = |eight: u64| eight | (eight & 0x4040_4040_4040_4040) >> 1;
        let known = pack(text).and_then(|packed| self.table.get(packed.map(lower)));
        known.map_or(self.number, |value| self.by_case(value, || text))
    }

    /// The number of a class, without its flags.
    #[inline]
    pub(super) fn index(class: Class) -> usize {
        (class & NUMBER) as usize
    }

    /// The elements of a class, ascending.
    pub(super) fn elements<'a>(&'a self, class: Class, memory: &'a Memory) -> &'a [Element] {
        let at = Self::index(class);
        self.classes.get(at).unwrap_or_else(|| &memory.learned[at - self.classes.len()])
    }

    /// The bits of a class's elements; learned classes have all bits.
    #[inline]
    pub(super) fn bits(&self, class: Class) -> Bits {
        self.bits.get(Self::index(class)).copied().unwrap_or(Bits::ALL)
    }

    #[inline]
    fn by_case<'t>(&self, value: u32, exact: impl FnOnce() -> &'t str) -> Class {
        if value & CASED == 0 {
            return value;
        }
        let exact = exact();
        let (otherwise, by_case) = &self.cased[(value & !CASED) as usize];
        by_case.iter().find(|(known, _)| known == exact).map_or(*otherwise, |(_, class)| *class)
    }

    #[inline]
    fn may_start(&self, first: u64) -> bool {
        let at = start_index(first);
        self.starts[at / 64] & (1 << (at % 64)) != 0
    }

    /// A word outside the lexicon that starts like a glob or a stem.
    #[cold]
    fn open(&self, packed: Packed, memory: &mut Memory) -> Class {
        if memory.cache.is_empty() {
            memory.cache.resize(CACHED, ([0; 2], 0));
        }
        let slot = (mixed(packed) >> 40) as usize % CACHED;
        let (known, class) = memory.cache[slot];
        if known == packed {
            return class;
        }
        let mut buffer = [0; PACKED_BYTES];
        let mut elements = Vec::new();
        self.collect_open(unpack(packed, &mut buffer), &mut elements);
        let class = memory.learn(elements, self);
        memory.cache[slot] = (packed, class);
        class
    }

    /// Elements of globs and stems that a word satisfies.
    fn collect_open(&self, word: &str, elements: &mut Vec<Element>) {
        for (pieces, more) in &self.globs {
            if glob_matches(pieces, word) {
                elements.extend(more);
            }
        }
        if let Some(stemmer) = &self.stemmer
            && !self.stems.is_empty()
            && word.len() <= LONGEST_STEMMED
            && let Some(more) = self.stems.get(stemmer.stem(word).as_ref())
        {
            elements.extend(more);
        }
    }

    fn intern(&mut self, mut elements: Vec<Element>, interned: &mut HashMap<Box<[Element]>, Class>) -> Class {
        elements.sort_unstable();
        elements.dedup();
        let elements = elements.into_boxed_slice();
        if let Some(&known) = interned.get(&elements) {
            return known;
        }
        let class = self.classes.len() as Class | self.flags(&elements);
        interned.insert(elements.clone(), class);
        self.bits.push(Bits::of(elements.iter().copied()));
        self.classes.push(elements);
        class
    }

    fn flags(&self, elements: &[Element]) -> Class {
        let starts =
            |flags: &[bool]| elements.iter().any(|&element| flags.get(element as usize) == Some(&true));
        let flag = |flags: &[bool], flag: Class| if starts(flags) { flag } else { 0 };
        flag(&self.entry_starts, STARTS_ENTRY) | flag(&self.context_starts, STARTS_CONTEXT)
    }

    /// Fills the bit table. Snowball keeps a word's first letters and changes its end, so a stem less
    /// its last letter starts the word; the few English words that are stemmed by list are added. For
    /// other languages, which also change letters inside, every start is allowed.
    fn note_starts(&mut self) {
        let mut starts: Vec<String> = self.globs.iter().map(|(pieces, _)| pieces[0].clone()).collect();
        if let Some(stemmer) = &self.stemmer
            && !self.stems.is_empty()
        {
            let ascii = self.stems.keys().all(|stem| stem.is_ascii());
            if !ascii || stemmer.stem("relational") != "relat" || stemmer.stem("dying") != "die" {
                self.starts.fill(u64::MAX);
                return;
            }
            starts.extend(self.stems.keys().map(|stem| stem[..stem.len() - 1].to_owned()));
            let listed = [
                "dying", "lying", "tying", "skies", "skis", "idly", "gently", "ugly", "early", "only",
                "singly",
            ];
            starts.extend(
                listed
                    .iter()
                    .filter(|word| self.stems.contains_key(stemmer.stem(word).as_ref()))
                    .map(|&word| word.into()),
            );
        }
        for start in starts {
            let bytes = start.as_bytes();
            let known = bytes.len().min(3);
            let low = |at: usize| bytes.get(at).map_or(0, |&byte| u64::from(byte) << (8 * at));
            let first = low(0) | low(1) | low(2);
            // Letters that are not known can be any of the thirty-two values.
            for rest in 0..1usize << (5 * (3 - known)) {
                let at = start_index(first) | rest << (5 * known);
                self.starts[at / 64] |= 1 << (at % 64);
            }
        }
    }
}

/// Longer words are no words of a language; stemming them would only cost.
const LONGEST_STEMMED: usize = 64;

impl Memory {
    fn learn(&mut self, mut elements: Vec<Element>, vocabulary: &Vocabulary) -> Class {
        if elements.is_empty() {
            return 0;
        }
        elements.sort_unstable();
        elements.dedup();
        let elements = elements.into_boxed_slice();
        if let Some(&known) = self.by_elements.get(&elements) {
            return known;
        }
        let number = (vocabulary.classes.len() + self.learned.len()) as Class;
        let class = number | vocabulary.flags(&elements);
        self.by_elements.insert(elements.clone(), class);
        self.learned.push(elements);
        class
    }

    /// Whether so much was learned that it is time to forget; only between articles, since tokens name
    /// learned classes.
    pub(super) fn is_full(&self) -> bool {
        self.learned.len() > MOST_LEARNED
    }
}

/// Five bits of each of the first three letters.
#[inline]
fn start_index(first: u64) -> usize {
    (first & 31 | (first >> 8 & 31) << 5 | (first >> 16 & 31) << 10) as usize
}
