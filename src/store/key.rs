//! Keys: one byte for the kind of row, then bytes whose order is the order of time or of names.
//!
//! Alone in knowing how a key is laid out. Numbers are big-endian with the sign bit flipped, so that
//! negative ones sort first; instants are twelve bytes, whole seconds rounded down and nanoseconds.
//! Keys read back from a database may be any bytes: the readers here return `None`, never panic.

use jiff::Timestamp;

use crate::document::DocumentId;

/// Seconds and nanoseconds.
pub(super) const INSTANT_BYTES: usize = 12;
/// An instant and an identity, which make a document's place in time.
const PLACE_BYTES: usize = INSTANT_BYTES + 8;
const NANOS_PER_SECOND: i128 = 1_000_000_000;
const SECONDS_PER_DAY: i64 = 24 * 60 * 60;

/// What a row holds; the discriminant is the first byte of its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Kind {
    /// Hash of an address to all that is known of it.
    Address = b'a',
    /// Place in time to body text; no row for an empty body.
    Body = b'b',
    /// Visit to what was received, but for the body.
    Capture = b'c',
    /// Day number: marks a day whose numbers are to be computed again.
    Dirty = b'd',
    /// Visit and number to a piece of the body received.
    Piece = b'e',
    /// Name of an input to what was read of it.
    Input = b'f',
    /// Origin to what its robots.txt said.
    Robots = b'g',
    /// Place in time to an article's metadata, fingerprint and score.
    Head = b'h',
    /// Identity to place in time and a hash of the text.
    Identity = b'i',
    /// Number to one act of publishing.
    Publication = b'j',
    /// The one row of the counters of collecting.
    Tally = b'k',
    /// Number to a lexicon's identity and the narratives it counted.
    Lexicon = b'l',
    /// The one row of counters.
    Meta = b'm',
    /// Day number to the day's row as it was first published.
    Published = b'n',
    /// Source to the number of its documents.
    Source = b'o',
    /// Series and year to that year's rows.
    Chunk = b'p',
    /// Series to its clock and length.
    Series = b'q',
    /// Series and number to one file or answer that fed it.
    Provenance = b'r',
    /// Place in time to a body's sketch; no row for a body too short to have one.
    Sketch = b's',
    /// Number to a piece of the standardised days.
    Standard = b't',
    /// Visit: marks a capture that was not read yet.
    Unread = b'u',
    /// Number to one attempt to tell a hook of a change.
    Telling = b'v',
    /// First sight of an address: marks one that is to be fetched.
    Waiting = b'w',
    /// Day number to a day's numbers.
    Day = b'y',
}

impl Kind {
    pub(super) const ALL: [Self; 24] = [
        Self::Address,
        Self::Body,
        Self::Capture,
        Self::Dirty,
        Self::Piece,
        Self::Input,
        Self::Robots,
        Self::Head,
        Self::Identity,
        Self::Publication,
        Self::Tally,
        Self::Lexicon,
        Self::Meta,
        Self::Published,
        Self::Source,
        Self::Chunk,
        Self::Series,
        Self::Provenance,
        Self::Sketch,
        Self::Standard,
        Self::Unread,
        Self::Telling,
        Self::Waiting,
        Self::Day,
    ];

    /// The kind of a key, `None` for a first byte that names none.
    pub(super) fn of(key: &[u8]) -> Option<Self> {
        let first = *key.first()?;
        Self::ALL.into_iter().find(|kind| *kind as u8 == first)
    }

    /// All keys of the kind: from, and up to but not including.
    pub(super) fn range(self) -> (Vec<u8>, Vec<u8>) {
        (vec![self as u8], vec![self as u8 + 1])
    }
}

/// Where a document lies: keys of its head and body share these bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) at: Timestamp,
    pub(super) id: DocumentId,
}

impl Place {
    pub(super) fn key(self, kind: Kind) -> Vec<u8> {
        let mut key = Vec::with_capacity(1 + PLACE_BYTES);
        key.push(kind as u8);
        key.extend(instant(self.at.as_nanosecond()));
        key.extend(self.id.0.to_be_bytes());
        key
    }

    pub(super) fn read(key: &[u8]) -> Option<Self> {
        let (at, id) = key.get(1..)?.split_at_checked(INSTANT_BYTES)?;
        Some(Self { at: read_instant(at)?, id: DocumentId(u64::from_be_bytes(id.try_into().ok()?)) })
    }

    /// The UTC day number the place falls on.
    pub(super) fn day(self) -> i32 {
        day_of(self.at)
    }
}

/// The UTC day number of an instant, rounded down.
pub(super) fn day_of(at: Timestamp) -> i32 {
    let seconds = at.as_nanosecond().div_euclid(NANOS_PER_SECOND) as i64;
    // A timestamp lies within 9999 years of 1970, which is under four million days.
    seconds.div_euclid(SECONDS_PER_DAY) as i32
}

/// Keys of a kind placed after `from`, up to and including `to`.
pub(super) fn between(kind: Kind, from: Timestamp, to: Timestamp) -> (Vec<u8>, Vec<u8>) {
    let bound = |at: Timestamp| {
        let mut key = vec![kind as u8];
        key.extend(instant(at.as_nanosecond() + 1));
        key
    };
    (bound(from), bound(to))
}

/// The first key of a kind placed on the day or later.
pub(super) fn from_day(kind: Kind, day: i64) -> Vec<u8> {
    let mut key = vec![kind as u8];
    key.extend(instant(i128::from(day) * i128::from(SECONDS_PER_DAY) * NANOS_PER_SECOND));
    key
}

pub(super) fn instant(nanoseconds: i128) -> [u8; INSTANT_BYTES] {
    let seconds = nanoseconds.div_euclid(NANOS_PER_SECOND) as i64;
    let rest = nanoseconds.rem_euclid(NANOS_PER_SECOND) as u32;
    let mut bytes = [0; INSTANT_BYTES];
    bytes[..8].copy_from_slice(&(seconds ^ i64::MIN).to_be_bytes());
    bytes[8..].copy_from_slice(&rest.to_be_bytes());
    bytes
}

pub(super) fn read_instant(bytes: &[u8]) -> Option<Timestamp> {
    let (seconds, rest) = bytes.split_at_checked(8)?;
    let seconds = i64::from_be_bytes(seconds.try_into().ok()?) ^ i64::MIN;
    let rest = u32::from_be_bytes(rest.try_into().ok()?);
    if i128::from(rest) >= NANOS_PER_SECOND {
        return None;
    }
    Timestamp::from_nanosecond(i128::from(seconds) * NANOS_PER_SECOND + i128::from(rest)).ok()
}

pub(super) fn identity(id: DocumentId) -> Vec<u8> {
    let mut key = vec![Kind::Identity as u8];
    key.extend(id.0.to_be_bytes());
    key
}

pub(super) fn read_identity(key: &[u8]) -> Option<DocumentId> {
    Some(DocumentId(u64::from_be_bytes(key.get(1..)?.try_into().ok()?)))
}

/// Keys of all identities whose sixteen digits start with these; `None` when they cannot.
pub(super) fn identities(hex_prefix: &str) -> Option<(Vec<u8>, Vec<u8>)> {
    if hex_prefix.len() > 16 || !hex_prefix.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let fill = |digit: &str| {
        let digits = format!("{hex_prefix}{}", digit.repeat(16 - hex_prefix.len()));
        u64::from_str_radix(&digits, 16).ok().map(|id| identity(DocumentId(id)))
    };
    let mut end = fill("f")?;
    end.push(0);
    Some((fill("0")?, end))
}

/// A day's key; days before 1970 sort first.
pub(super) fn day(kind: Kind, day: i32) -> Vec<u8> {
    let mut key = vec![kind as u8];
    key.extend((day ^ i32::MIN).to_be_bytes());
    key
}

pub(super) fn read_day(key: &[u8]) -> Option<i32> {
    Some(i32::from_be_bytes(key.get(1..)?.try_into().ok()?) ^ i32::MIN)
}

pub(super) fn meta() -> Vec<u8> {
    vec![Kind::Meta as u8]
}

pub(super) fn tally() -> Vec<u8> {
    vec![Kind::Tally as u8]
}

pub(super) fn lexicon(number: u32) -> Vec<u8> {
    numbered_alone(Kind::Lexicon, number)
}

/// A key that is a number and nothing else.
pub(super) fn numbered_alone(kind: Kind, number: u32) -> Vec<u8> {
    let mut key = vec![kind as u8];
    key.extend(number.to_be_bytes());
    key
}

pub(super) fn read_number(key: &[u8]) -> Option<u32> {
    Some(u32::from_be_bytes(key.get(1..)?.try_into().ok()?))
}

/// A key that ends in a name.
pub(super) fn named(kind: Kind, name: &str) -> Vec<u8> {
    let mut key = vec![kind as u8];
    key.extend(name.as_bytes());
    key
}

pub(super) fn read_named(key: &[u8]) -> Option<&str> {
    std::str::from_utf8(key.get(1..)?).ok()
}

/// A key made of a name and a number within the name. The length comes first, so that no name's keys
/// fall among another's.
pub(super) fn numbered(kind: Kind, name: &str, number: i32) -> Vec<u8> {
    let mut key = name_range(kind, name).0;
    key.extend((number ^ i32::MIN).to_be_bytes());
    key
}

pub(super) fn read_numbered(key: &[u8]) -> Option<(&str, i32)> {
    let (length, rest) = key.get(1..)?.split_at_checked(4)?;
    let length = u32::from_be_bytes(length.try_into().ok()?);
    let (name, number) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    let number = i32::from_be_bytes(number.try_into().ok()?) ^ i32::MIN;
    Some((std::str::from_utf8(name).ok()?, number))
}

/// All numbered keys of a name.
pub(super) fn name_range(kind: Kind, name: &str) -> (Vec<u8>, Vec<u8>) {
    let mut from = vec![kind as u8];
    from.extend((name.len() as u32).to_be_bytes());
    from.extend(name.as_bytes());
    let mut to = from.clone();
    // Longer than any number's four bytes, and not below any of them.
    to.extend([u8::MAX; 5]);
    (from, to)
}

/// A key as a message shows it: the kind, then hexadecimal digits.
pub(super) fn show(key: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut shown =
        Kind::of(key).map_or_else(|| "unknown".to_owned(), |kind| format!("{kind:?}").to_lowercase());
    shown.push(' ');
    for byte in key.iter().skip(1).take(64) {
        write!(shown, "{byte:02x}").expect("writing to a string cannot fail");
    }
    shown
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    pub(in crate::store) fn any_instant() -> impl Strategy<Value = Timestamp> {
        (Timestamp::MIN.as_nanosecond()..=Timestamp::MAX.as_nanosecond())
            .prop_map(|nanoseconds| Timestamp::from_nanosecond(nanoseconds).unwrap())
    }

    proptest! {
        #[test]
        fn byte_order_is_time_order(a in any_instant(), b in any_instant(), ids in any::<(u64, u64)>()) {
            let [a, b] = [(a, ids.0), (b, ids.1)].map(|(at, id)| Place { at, id: DocumentId(id) });
            prop_assert_eq!(a.cmp(&b), a.key(Kind::Head).cmp(&b.key(Kind::Head)));
            prop_assert_eq!(Place::read(&a.key(Kind::Body)), Some(a));
            prop_assert!(a.key(Kind::Head) >= from_day(Kind::Head, i64::from(a.day())));
            prop_assert!(a.key(Kind::Head) < from_day(Kind::Head, i64::from(a.day()) + 1));
            let (from, to) = between(Kind::Head, a.at, b.at);
            let key = b.key(Kind::Head);
            prop_assert_eq!(key >= from && key < to, a.at < b.at);
        }

        #[test]
        fn numbers_and_names_come_back(day_number in any::<i32>(), name in ".{0,40}", other in ".{0,40}") {
            prop_assert_eq!(read_day(&day(Kind::Dirty, day_number)), Some(day_number));
            let key = numbered(Kind::Chunk, &name, day_number);
            prop_assert_eq!(read_numbered(&key), Some((name.as_str(), day_number)));
            let (from, to) = name_range(Kind::Chunk, &other);
            prop_assert_eq!(key >= from && key < to, name == other);
        }

        #[test]
        fn readers_take_any_bytes(key in proptest::collection::vec(any::<u8>(), 0..40)) {
            let _ = (Kind::of(&key), Place::read(&key), read_identity(&key), read_day(&key));
            let _ = (read_number(&key), read_named(&key), read_numbered(&key), show(&key));
        }

        #[test]
        fn a_prefix_finds_exactly_its_identities(id in any::<u64>(), digits in 0_usize..=16, other in any::<u64>()) {
            let prefix = &DocumentId(id).to_string()[..digits];
            let (from, to) = identities(prefix).unwrap();
            for id in [id, other] {
                let key = identity(DocumentId(id));
                prop_assert_eq!(key >= from && key < to, DocumentId(id).to_string().starts_with(prefix));
            }
        }
    }

    #[test]
    fn what_is_no_prefix_finds_nothing() {
        for text in ["g", "0x", "00000000000000000", "é", " ", "+1"] {
            assert_eq!(identities(text), None, "{text}");
        }
        assert!(identities("AB").is_some());
    }
}
