//! Words: plain ones eight letters at a time, all others letter by letter.

use super::{KINDS, Kind, PACKED_BYTES, Packed, Scanner, Sink, is_apostrophe, is_ignorable};

/// Longer runs of letters and dots are no acronym; also keeps the look ahead bounded.
const LONGEST_ACRONYM: usize = 6;

/// Packs a lower-case word; `None` when it is too long.
pub(in crate::tag) fn pack(lower: &str) -> Option<Packed> {
    let bytes = lower.as_bytes();
    if bytes.len() > PACKED_BYTES {
        return None;
    }
    let mut padded = [0; PACKED_BYTES];
    padded[..bytes.len()].copy_from_slice(bytes);
    Some([load(&padded, 0), load(&padded, 8)])
}

/// Writes a packed word into a buffer and returns it as text.
pub(in crate::tag) fn unpack(packed: Packed, buffer: &mut [u8; PACKED_BYTES]) -> &str {
    buffer[..8].copy_from_slice(&packed[0].to_le_bytes());
    buffer[8..].copy_from_slice(&packed[1].to_le_bytes());
    let length = buffer.iter().position(|&byte| byte == 0).unwrap_or(PACKED_BYTES);
    std::str::from_utf8(&buffer[..length]).unwrap_or_default()
}

impl Scanner<'_> {
    /// A word that starts with an ASCII letter.
    #[inline]
    pub(super) fn word<S: Sink>(&mut self, sink: &mut S) {
        let start = self.at;
        let (packed, length) = self.letters(start);
        let end = start + length;
        let next = self.bytes.get(end).copied().unwrap_or_default();
        // What most words are followed by; the space needs no look of its own.
        let after = if next == b' ' { Some(end + 1) } else { self.behind(next, end, length) };
        if let Some(after) = after
            && length < PACKED_BYTES
        {
            sink.word(start, end, packed);
            self.counted(start, end, sink);
            self.at = after;
        } else {
            self.slow_word(sink);
        }
    }

    /// The ASCII letters from here, in lower case, and how many they are; at most sixteen.
    #[inline]
    pub(super) fn letters(&self, at: usize) -> (Packed, usize) {
        let (first, others) = others(load(self.bytes, at));
        if others != 0 {
            let (first, letters) = before(first, others);
            return ([first, 0], letters);
        }
        let (second, others) = self::others(load(self.bytes, at + 8));
        let (second, more) = if others == 0 { (second, 8) } else { before(second, others) };
        ([first, second], 8 + more)
    }

    /// Where to go on behind so many letters, when they are a word for themselves.
    fn behind(&self, next: u8, end: usize, length: usize) -> Option<usize> {
        let kind = KINDS[usize::from(next)];
        let apart = if matches!(kind, Kind::Apostrophe | Kind::High) {
            let mut letters = self.text[end..].chars();
            let letter = letters.next()?;
            if is_apostrophe(letter) {
                if let Some(after) = self.possessive(end) {
                    return Some(after);
                }
                !letters.next().is_some_and(|after| self.continues(after))
            } else {
                !self.continues(letter)
            }
        } else {
            kind != Kind::Letter && kind != Kind::Digit && (kind != Kind::Stop || length > 1)
        };
        apart.then_some(end)
    }

    /// Any word, letter by letter.
    pub(super) fn slow_word<S: Sink>(&mut self, sink: &mut S) {
        let start = self.at;
        let (mut lower, mut exact) = (std::mem::take(&mut self.lower), std::mem::take(&mut self.exact));
        lower.clear();
        exact.clear();
        let mut end = self.acronym(start, &mut exact);
        let mut next = end;
        if end > start {
            lower.extend(exact.chars().flat_map(char::to_lowercase));
            next = self.possessive(end).unwrap_or(end);
        } else {
            let mut letters = self.text[start..].char_indices().peekable();
            while let Some((offset, letter)) = letters.next() {
                let at = start + offset;
                if is_ignorable(letter) {
                    next = at + letter.len_utf8();
                } else if self.continues(letter) {
                    end = at + letter.len_utf8();
                    next = end;
                    let letter = self.narrowed(letter);
                    if letter.is_ascii() {
                        lower.push(letter.to_ascii_lowercase());
                    } else {
                        lower.extend(letter.to_lowercase());
                    }
                    exact.push(letter);
                } else if is_apostrophe(letter) {
                    if let Some(after) = self.possessive(at) {
                        next = after;
                        break;
                    }
                    if !letters.peek().is_some_and(|&(_, after)| self.continues(after)) {
                        break;
                    }
                    lower.push('\'');
                    exact.push('\'');
                } else {
                    break;
                }
            }
        }
        self.at = next.max(start + 1);
        if end > start {
            sink.unusual(start, end, &lower, &exact);
            let after = self.at;
            self.counted(start, end, sink);
            self.at = after;
            // The last dot of an acronym may end the sentence too.
            if self.bytes[end - 1] == b'.' && after == end && self.starts_sentence(end) {
                self.end(end, sink);
            }
        }
        (self.lower, self.exact) = (lower, exact);
    }

    /// `U.S.` or `a.m`: its end, with the letters in `exact`; `start` when it is none.
    fn acronym(&self, start: usize, exact: &mut String) -> usize {
        let letter = |at: usize| self.bytes.get(at).copied().filter(u8::is_ascii_alphabetic);
        let mut at = start;
        let mut pairs = 0;
        while let Some(one) = letter(at).filter(|_| pairs < LONGEST_ACRONYM) {
            if self.bytes.get(at + 1) == Some(&b'.') {
                exact.push(char::from(one));
                at += 2;
                pairs += 1;
            } else if pairs > 0 && !self.continues_ascii(at + 1) {
                exact.push(char::from(one));
                at += 1;
                pairs += 1;
                break;
            } else {
                // "J.Powell": the dots part words after all.
                pairs = 0;
                break;
            }
        }
        if pairs < 2 || self.continues_ascii(at) {
            exact.clear();
            return start;
        }
        at
    }

    fn continues_ascii(&self, at: usize) -> bool {
        self.bytes.get(at).is_some_and(u8::is_ascii_alphanumeric)
    }

    /// Where the text goes on after `'s`, if that stands here and ends the word.
    fn possessive(&self, at: usize) -> Option<usize> {
        let mut letters = self.text[at..].chars();
        let mark = letters.next().filter(|&mark| is_apostrophe(mark))?;
        letters.next().filter(|letter| matches!(letter, 's' | 'S'))?;
        if letters.next().is_some_and(|after| self.continues(after)) {
            None
        } else {
            Some(at + mark.len_utf8() + 1)
        }
    }

    pub(super) fn number<S: Sink>(&mut self, sink: &mut S) {
        let start = self.at;
        let digit = |at: usize| self.bytes.get(at).is_some_and(u8::is_ascii_digit);
        let mut end = start;
        while digit(end) || matches!(self.bytes.get(end), Some(b'.' | b',')) && digit(end + 1) {
            end += 1;
        }
        while self.bytes.get(end).is_some_and(u8::is_ascii_alphanumeric) {
            end += 1;
        }
        if self.bytes.get(end) == Some(&b'%') {
            end += 1;
        }
        let next = self.possessive(end).unwrap_or(end);
        sink.number(start, end);
        self.counted(start, end, sink);
        self.at = next;
    }
}

/// The bit that parts upper from lower case, in every byte.
const LOWER: u64 = 0x2020_2020_2020_2020;

/// Eight bytes from here, zero-padded at the end of the text.
fn load(bytes: &[u8], at: usize) -> u64 {
    let rest = bytes.get(at..).unwrap_or_default();
    if let Some(eight) = rest.first_chunk::<8>() {
        return u64::from_le_bytes(*eight);
    }
    let mut padded = [0; 8];
    padded[..rest.len()].copy_from_slice(rest);
    u64::from_le_bytes(padded)
}

/// Eight bytes with letters in lower case, and the highest bit of each byte that is no ASCII letter.
/// Adding moves a letter's byte over that bit, without carrying into the next since it is cleared first.
#[inline]
fn others(eight: u64) -> (u64, u64) {
    const HIGH: u64 = 0x8080_8080_8080_8080;
    const EACH: u64 = 0x0101_0101_0101_0101;
    let lower = eight | LOWER;
    let low = lower & !HIGH;
    let at_least_a = low + EACH * (0x80 - b'a' as u64);
    let beyond_z = low + EACH * (0x80 - b'z' as u64 - 1);
    (lower, (!(at_least_a ^ beyond_z) | eight) & HIGH)
}

/// The bytes before the first other one, of which there is one, and how many they are.
#[inline]
fn before(lower: u64, others: u64) -> (u64, usize) {
    (lower & ((others ^ (others - 1)) >> 8), others.trailing_zeros() as usize / 8)
}
