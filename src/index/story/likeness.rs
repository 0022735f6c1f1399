//! How alike two tellings are, weighed by how rare what they share is within the window.
//!
//! Headlines: the weight of shared words over that of all words. Two outlets that choose the same rare
//! words tell the same; one outlet repeats its own phrases from day to day, so within a source more is
//! asked, and phrases it uses in many headlines count for nothing. Prices that go up and prices that
//! go down are never one story. Bodies: the same over the pairs of neighbouring words kept in sketches,
//! where a rewrite in other words keeps a tenth and two texts on one subject share a fortieth; headlines
//! must agree in part as well. Weights are whole numbers, so that no platform's logarithm decides.

use std::{
    cmp::{Ordering, Reverse},
    collections::HashMap,
};

use crate::document::{Fingerprint, WordKind};

/// One article as it is compared.
pub(super) struct Telling<'a> {
    pub(super) day: usize,
    /// The same number for the same source.
    pub(super) source: u32,
    pub(super) fingerprint: &'a Fingerprint,
}

/// What share of the weight of two headlines must be shared, in hundredths, and in how many words. Few
/// words must agree more. Set by reading pairs of real headlines on both sides: those of different outlets
/// are still nearly always one story at 0.4, those of one outlet are not before 0.65.
const TITLES: u64 = 42;
const TITLES_WORDS: usize = 4;
const SHORT_TITLES: u64 = 60;
const SHORT_TITLES_WORDS: usize = 3;
/// The same for headlines of one source.
const SAME_SOURCE_TITLES: u64 = 65;
/// Of the words that headlines of one source share, so many must not be its phrases.
const SAME_SOURCE_OWN_WORDS: usize = 2;
/// A word in more headlines of one source within the window is one of its phrases.
const PHRASE: u32 = 4;

/// What share of the weight of two sketches must be shared, in hundredths: a rewrite whose headline has a
/// word in common; one whose headline agrees in part; whatever the headlines say.
/// Set by reading pairs of real articles on both sides.
const REWRITE: u64 = 10;
const REWRITE_WITH_TITLE: u64 = 6;
const COPY: u64 = 50;
/// Fewer shared pairs of words are chance.
const MIN_PAIRS: usize = 6;
/// A headline agrees in part when it shares so many words, or half of the shorter one's.
const PARTLY: usize = 3;
/// A pair of words in more articles of one source within the window belongs to the source.
const OWN_PARAGRAPH: u32 = 2;
/// A pair of words in more articles within the window leads to no candidates, though it weighs a little.
const RARE: usize = 32;
/// Candidates share so many rare pairs of words.
const MIN_RARE_PAIRS: u32 = 4;
/// As many hashes as a sketch holds: of two sketches' hashes so many of the smallest are known of both.
const SKETCH_HASHES: usize = 128;

/// Counts over a window.
pub(super) struct Likeness {
    titles: Rarity,
    sketches: Rarity,
}

/// In how many tellings a hash occurs, over all and by source, where that is more than one.
#[derive(Default)]
struct Rarity {
    tellings: u32,
    of: HashMap<u32, u32>,
    of_source: HashMap<(u32, u32), u32>,
}

/// What two tellings share.
#[derive(Default)]
struct Shared {
    count: usize,
    /// Of these, not phrases of the source.
    own: usize,
    weight: u64,
    /// Weight of all that either has.
    of: u64,
}

impl Shared {
    fn reaches(&self, hundredths: u64) -> bool {
        self.weight * 100 >= self.of * hundredths
    }
}

impl Likeness {
    pub(super) fn learn(tellings: &[Telling<'_>]) -> Self {
        let learnt = |hashes: fn(&Fingerprint) -> &[u32]| {
            Rarity::learn(tellings.iter().map(|telling| (telling.source, hashes(telling.fingerprint))))
        };
        Self { titles: learnt(|of| &of.title), sketches: learnt(|of| &of.sketch) }
    }

    /// The weightiest of a headline's words: what remains without them is too little to be alike by.
    pub(super) fn telling_words(&self, title: &[u32]) -> Vec<u32> {
        let weight = |word: u32| self.titles.weight(word);
        let mut words = title.to_vec();
        words.sort_unstable_by_key(|word| (Reverse(weight(*word)), *word));
        let all: u64 = words.iter().map(|word| weight(*word)).sum();
        let mut rest = all;
        let enough = words.iter().position(|word| {
            let is_too_little = rest * 100 < all * TITLES;
            rest -= weight(*word);
            is_too_little
        });
        words.truncate(enough.unwrap_or(words.len()));
        words
    }

    /// Whether two headlines tell one story.
    pub(super) fn titles(&self, a: &Telling<'_>, b: &Telling<'_>) -> bool {
        let (left, right) = (&a.fingerprint.title, &b.fingerprint.title);
        if contradict(left, right) {
            return false;
        }
        let mut shared = Shared::default();
        for (hash, side) in merged(left, right) {
            let weight = self.titles.weight(hash);
            shared.of += weight;
            if side == Ordering::Equal {
                shared.count += 1;
                shared.weight += weight;
                shared.own += usize::from(self.titles.of_source(a.source, hash) <= PHRASE);
            }
        }
        if a.source != b.source {
            return shared.count >= TITLES_WORDS && shared.reaches(TITLES)
                || shared.count >= SHORT_TITLES_WORDS && shared.reaches(SHORT_TITLES);
        }
        a.day == b.day
            && shared.count >= TITLES_WORDS
            && shared.own >= SAME_SOURCE_OWN_WORDS
            && shared.reaches(SAME_SOURCE_TITLES)
            && !numbers_differ(left, right)
    }

    /// Pairs of these ranks whose sketches meet in rare places, each once, ascending.
    pub(super) fn sketch_pairs(&self, tellings: &[Telling<'_>], ranks: &[usize]) -> Vec<(usize, usize)> {
        let mut met: Vec<(u32, usize)> = Vec::new();
        for rank in ranks {
            let hashes = tellings[*rank].fingerprint.sketch.iter();
            met.extend(hashes.filter(|hash| self.sketches.of(**hash) > 1).map(|hash| (*hash, *rank)));
        }
        met.sort_unstable();
        let mut pairs: HashMap<(usize, usize), u32> = HashMap::new();
        for meeting in met.chunk_by(|a, b| a.0 == b.0).filter(|meeting| meeting.len() <= RARE) {
            for (place, (_, b)) in meeting.iter().enumerate() {
                for (_, a) in &meeting[..place] {
                    *pairs.entry((*a, *b)).or_default() += 1;
                }
            }
        }
        let mut pairs: Vec<_> =
            pairs.into_iter().filter(|(_, met)| *met >= MIN_RARE_PAIRS).map(|(pair, _)| pair).collect();
        pairs.sort_unstable();
        pairs
    }

    /// Whether one body is a rewrite of the other.
    pub(super) fn bodies(&self, a: &Telling<'_>, b: &Telling<'_>) -> bool {
        let same_source = a.source == b.source;
        let mut shared = Shared::default();
        for (hash, side) in merged(&a.fingerprint.sketch, &b.fingerprint.sketch).take(SKETCH_HASHES) {
            if same_source && self.sketches.of_source(a.source, hash) > OWN_PARAGRAPH {
                continue;
            }
            let weight = self.sketches.weight(hash);
            shared.of += weight;
            if side == Ordering::Equal {
                shared.count += 1;
                shared.weight += weight;
            }
        }
        if shared.count < MIN_PAIRS {
            return false;
        }
        if shared.reaches(COPY) {
            return true;
        }
        let (left, right) = (&a.fingerprint.title, &b.fingerprint.title);
        if contradict(left, right) {
            return false;
        }
        let words = merged(left, right).filter(|(_, side)| *side == Ordering::Equal).count();
        let half = words > 0 && words * 2 >= left.len().min(right.len());
        if same_source {
            return half && shared.reaches(REWRITE);
        }
        words > 0 && shared.reaches(REWRITE)
            || (half || words >= PARTLY) && shared.reaches(REWRITE_WITH_TITLE)
    }
}

impl Rarity {
    fn learn<'a>(tellings: impl Iterator<Item = (u32, &'a [u32])>) -> Self {
        let mut learnt = Self::default();
        let mut met: Vec<(u32, u32)> = Vec::new();
        for (source, hashes) in tellings {
            learnt.tellings += u32::from(!hashes.is_empty());
            met.extend(hashes.iter().map(|hash| (*hash, source)));
        }
        met.sort_unstable();
        // Most occur once: sorting tells, and only the others are kept.
        for meeting in met.chunk_by(|a, b| a.0 == b.0).filter(|meeting| meeting.len() > 1) {
            learnt.of.insert(meeting[0].0, meeting.len() as u32);
            for own in meeting.chunk_by(|a, b| a.1 == b.1).filter(|own| own.len() > 1) {
                learnt.of_source.insert((own[0].1, own[0].0), own.len() as u32);
            }
        }
        learnt
    }

    /// In how many tellings; one where it was never met.
    fn of(&self, hash: u32) -> u32 {
        self.of.get(&hash).copied().unwrap_or(1)
    }

    fn of_source(&self, source: u32, hash: u32) -> u32 {
        self.of_source.get(&(source, hash)).copied().unwrap_or(1)
    }

    /// One and the logarithm of how many tellings there are for each that has it (inverse document
    /// frequency), in sixteenths of a binary digit. Two that have it weigh as one that has: what a pair
    /// shares must not weigh less because it is shared.
    fn weight(&self, hash: u32) -> u64 {
        sixteenths(self.tellings).saturating_sub(sixteenths(self.of(hash).max(2))) + ONE
    }
}

/// One natural unit in sixteenths of a binary digit.
const ONE: u64 = 23;

/// The binary logarithm of one more than a count, in sixteenths, straight between the powers of two.
fn sixteenths(count: u32) -> u64 {
    let number = u64::from(count) + 1;
    let digits = number.ilog2();
    u64::from(digits) * 16 + ((number << 4 >> digits) & 15)
}

/// Whether one headline says up alone and the other down alone.
fn contradict(a: &[u32], b: &[u32]) -> bool {
    let course = |title: &[u32]| {
        let says = |kind: WordKind| title.iter().any(|word| WordKind::of(*word) == kind);
        i32::from(says(WordKind::Up)) - i32::from(says(WordKind::Down))
    };
    course(a) * course(b) < 0
}

/// Whether both name numbers and none is the same.
fn numbers_differ(a: &[u32], b: &[u32]) -> bool {
    let numbers = |title: &[u32]| title.iter().any(|word| WordKind::of(*word) == WordKind::Number);
    let same =
        || merged(a, b).any(|(word, side)| side == Ordering::Equal && WordKind::of(word) == WordKind::Number);
    numbers(a) && numbers(b) && !same()
}

/// Two ascending lists as one, each number once, with the side it is on: `Less` for the first alone.
fn merged<'a>(a: &'a [u32], b: &'a [u32]) -> impl Iterator<Item = (u32, Ordering)> + 'a {
    let (mut i, mut j) = (0, 0);
    std::iter::from_fn(move || {
        let (hash, side) = match (a.get(i), b.get(j)) {
            (None, None) => return None,
            (Some(left), None) => (*left, Ordering::Less),
            (None, Some(right)) => (*right, Ordering::Greater),
            (Some(left), Some(right)) => (*left.min(right), left.cmp(right)),
        };
        i += usize::from(side.is_le());
        j += usize::from(side.is_ge());
        Some((hash, side))
    })
}
