//! What `vocabulary` and `matcher` look words up in: the hash table from packed words to classes, made
//! for words that are mostly not in it, and a filter that tells most words no phrase goes on with.
//!
//! Written once by `vocabulary`, then only read. Filled from the lexicon alone, so no text can make
//! its probes long.

use super::tokens::Packed;
use super::vocabulary::Element;

/// Two of a hundred and twenty-eight bits for each element of a set, one in each half.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Bits(u64, u64);

impl Bits {
    /// What every set may share an element with.
    pub(super) const ALL: Self = Self(u64::MAX, u64::MAX);

    pub(super) fn of(elements: impl Iterator<Item = Element>) -> Self {
        elements.fold(Self::default(), |Self(low, high), element| {
            let mixed = element.wrapping_mul(0x9e37_79b1);
            Self(low | 1 << (mixed >> 26), high | 1 << (mixed >> 20 & 63))
        })
    }

    /// Whether two sets can share an element; false only when they do not.
    #[inline]
    pub(super) fn meet(self, other: Self) -> bool {
        self.0 & other.0 != 0 && self.1 & other.1 != 0
    }
}

/// Spreads a word over 64 bits; the upper ones depend on every letter.
#[inline]
pub(super) fn mixed(packed: Packed) -> u64 {
    // Odd constants with even bits, as in Fibonacci hashing.
    (packed[0] ^ packed[1].wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29))
        .wrapping_mul(0xd6e8_feb8_6659_fd93)
}

/// Open addressing over packed words, behind a bit per hash that spares most probes.
pub(super) struct Table {
    seen: Box<[u64; 1024]>,
    slots: Vec<(Packed, u32)>,
    shift: u32,
}

impl Table {
    /// An empty table.
    pub(super) fn with_room_for(words: usize) -> Self {
        let slots = (words * 2).next_power_of_two().max(16);
        Self {
            seen: Box::new([0; 1024]),
            slots: vec![([0; 2], 0); slots],
            shift: 64 - slots.trailing_zeros(),
        }
    }

    #[inline]
    pub(super) fn get(&self, word: Packed) -> Option<u32> {
        let hash = mixed(word);
        let bit = (hash >> 48) as usize;
        if self.seen[bit / 64] & (1 << (bit % 64)) == 0 {
            return None;
        }
        let mut at = (hash >> self.shift) as usize;
        loop {
            let (known, value) = self.slots[at];
            if known == word {
                return Some(value);
            }
            // At most half of the slots are taken, so an empty one comes.
            if known == [0; 2] {
                return None;
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }

    pub(super) fn insert(&mut self, word: Packed, value: u32) {
        let hash = mixed(word);
        let bit = (hash >> 48) as usize;
        self.seen[bit / 64] |= 1 << (bit % 64);
        let mut at = (hash >> self.shift) as usize;
        while self.slots[at].0 != [0; 2] {
            at = (at + 1) & (self.slots.len() - 1);
        }
        self.slots[at] = (word, value);
    }
}
