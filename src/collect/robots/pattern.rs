//! One pattern of robots.txt against one address: `*`, a final `$`, percent-encoding.
//!
//! A pattern is cut at its stars once; matching looks for the pieces one after the other with the
//! standard library's linear search, so no pattern is slow. Two readings of the same pattern are kept
//! where they differ: by the letter (letters beyond ASCII encoded, hexadecimal digits in upper case),
//! and by the RFC's equivalence (what needs no encoding is decoded). Which rule wins is decided outside.

use std::fmt::Write as _;

/// The path of a rule.
#[derive(Debug, Clone)]
pub(super) struct Pattern {
    written: String,
    letter: Pieces,
    equivalent: Option<Pieces>,
}

/// An address in one of the two readings: path and query.
#[derive(Debug)]
pub(super) struct Target(String);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Pieces {
    /// What lies between the stars; the first is anchored at the start.
    pieces: Vec<String>,
    /// Whether the last is anchored at the end.
    to_end: bool,
    /// Its weight against other patterns: bytes with stars and dollar.
    length: usize,
}

impl Pattern {
    pub(super) fn new(written: &str) -> Self {
        let letter = lettered(written, Side::Pattern);
        let equivalent = equivalent(&letter, Side::Pattern);
        Self {
            written: written.to_owned(),
            letter: Pieces::new(&letter),
            equivalent: (equivalent != letter).then(|| Pieces::new(&equivalent)),
        }
    }

    pub(super) fn written(&self) -> &str {
        &self.written
    }

    pub(super) fn has_two_readings(&self) -> bool {
        self.equivalent.is_some()
    }

    /// The weight of the pattern if it matches.
    pub(super) fn matches(&self, target: &Target) -> Option<usize> {
        self.letter.matches(&target.0).then_some(self.letter.length)
    }

    pub(super) fn matches_equivalent(&self, target: &Target) -> Option<usize> {
        let pieces = self.equivalent.as_ref().unwrap_or(&self.letter);
        pieces.matches(&target.0).then_some(pieces.length)
    }

    /// `Allow: /a/index.html` permits the folder `/a/` too, as the reference parser has it.
    pub(super) fn folder_of_index(&self) -> Option<Self> {
        let slash = self.written.rfind('/')?;
        let mut folder =
            self.written[slash..].starts_with("/index.htm").then(|| Self::new(&self.written[..=slash]))?;
        for pieces in [Some(&mut folder.letter), folder.equivalent.as_mut()].into_iter().flatten() {
            pieces.to_end = true;
            pieces.length += 1;
        }
        folder.written.clone_from(&self.written);
        Some(folder)
    }
}

impl Pieces {
    fn new(pattern: &str) -> Self {
        let length = pattern.len();
        let body = pattern.strip_suffix('$');
        let pieces = body.unwrap_or(pattern).split('*').map(str::to_owned).collect();
        Self { pieces, to_end: body.is_some(), length }
    }

    /// Greedy from the left, which is enough where only stars vary.
    fn matches(&self, target: &str) -> bool {
        let Some((first, others)) = self.pieces.split_first() else { return true };
        let Some(mut rest) = target.strip_prefix(first.as_str()) else { return false };
        let Some((last, middle)) = others.split_last() else { return !self.to_end || rest.is_empty() };
        for piece in middle {
            let Some(at) = rest.find(piece.as_str()) else { return false };
            rest = &rest[at + piece.len()..];
        }
        if self.to_end { rest.ends_with(last.as_str()) } else { rest.contains(last.as_str()) }
    }
}

impl Target {
    /// An address by the letter, and by equivalence where that differs.
    pub(super) fn both(path: &str) -> (Self, Option<Self>) {
        let letter = lettered(path, Side::Address);
        let equivalent = equivalent(&letter, Side::Address);
        let differs = equivalent != letter;
        (Self(letter), differs.then_some(Self(equivalent)))
    }
}

/// Digits of encodings in upper case; in a pattern, what is beyond ASCII encoded too. An address is left
/// as it would be asked for.
fn lettered(text: &str, side: Side) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        match (char, hex_pair(chars.as_str().as_bytes())) {
            ('%', Some(byte)) => {
                push_encoded(&mut out, byte);
                chars.nth(1);
            }
            (char, _) if char.is_ascii() || side == Side::Address => out.push(char),
            (char, _) => {
                char.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| push_encoded(&mut out, byte));
            }
        }
    }
    out
}

/// Which side of a comparison a text stands on: in a pattern, stars and a final dollar have a meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Pattern,
    Address,
}

/// One form for all ways to write the same: what needs no encoding decoded, the two signs that mean
/// something in patterns encoded wherever they mean themselves. Takes what `lettered` gives.
fn equivalent(text: &str, side: Side) -> String {
    let mut out = String::with_capacity(text.len());
    let mut bytes = text.as_bytes().iter();
    while let Some(&byte) = bytes.next() {
        let ahead = bytes.as_slice();
        let meant = side == Side::Pattern && (byte == b'*' || ahead.is_empty());
        match byte {
            b'%' => match hex_pair(ahead).filter(|byte| is_unreserved(*byte)) {
                Some(decoded) => {
                    out.push(decoded.into());
                    bytes.nth(1);
                }
                None => out.push('%'),
            },
            b'*' | b'$' if !meant => push_encoded(&mut out, byte),
            0x80.. => push_encoded(&mut out, byte),
            _ => out.push(byte.into()),
        }
    }
    out
}

fn hex_pair(ahead: &[u8]) -> Option<u8> {
    let digit = |byte: u8| (byte as char).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    match ahead {
        [high, low, ..] => Some(digit(*high)? << 4 | digit(*low)?),
        _ => None,
    }
}

/// RFC 3986, 2.3.
fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

pub(super) fn push_encoded(out: &mut String, byte: u8) {
    write!(out, "%{byte:02X}").expect("writing to a string cannot fail");
}
