//! The hash table from packed words to classes, made for words that are mostly not in it.
//!
//! Written once by `vocabulary`, then only read. Filled from the lexicon alone, so no text can make
//! its probes long.

use super::tokens::Packed;

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
