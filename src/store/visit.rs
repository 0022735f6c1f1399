//! Keys of what collecting keeps: the hash of an address, and an address with an instant.
//!
//! The rules are those of `key`, whose kinds these are.

use jiff::Timestamp;

use super::key::{INSTANT_BYTES, Kind, instant, read_instant};

/// Half of a SHA-256: enough that whoever chooses addresses cannot find two alike.
const ADDRESS_BYTES: usize = 16;
/// An instant and an address.
const VISIT_BYTES: usize = INSTANT_BYTES + ADDRESS_BYTES;

/// Sixteen bytes that stand for an address. Nobody can make two addresses that share them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct AddressHash([u8; ADDRESS_BYTES]);

impl AddressHash {
    pub(super) fn of(url: &str) -> Self {
        use sha2::{Digest, Sha256};
        let digest = Sha256::digest(url.as_bytes());
        let mut first = [0; ADDRESS_BYTES];
        first.copy_from_slice(&digest[..ADDRESS_BYTES]);
        Self(first)
    }

    pub(super) fn key(self) -> Vec<u8> {
        let mut key = vec![Kind::Address as u8];
        key.extend(self.0);
        key
    }

    pub(super) fn read(key: &[u8]) -> Option<Self> {
        Some(Self(key.get(1..)?.try_into().ok()?))
    }
}

/// An instant and an address: when it was first seen, or when it was captured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Visit {
    pub(super) at: Timestamp,
    pub(super) address: AddressHash,
}

impl Visit {
    pub(super) fn key(self, kind: Kind) -> Vec<u8> {
        let mut key = Vec::with_capacity(1 + VISIT_BYTES + 4);
        key.push(kind as u8);
        key.extend(instant(self.at.as_nanosecond()));
        key.extend(self.address.0);
        key
    }

    pub(super) fn read(key: &[u8]) -> Option<Self> {
        let (at, address) = key.get(1..)?.split_at_checked(INSTANT_BYTES)?;
        Some(Self { at: read_instant(at)?, address: AddressHash(address.try_into().ok()?) })
    }

    /// The key of a piece of the body.
    pub(super) fn piece(self, number: u32) -> Vec<u8> {
        let mut key = self.key(Kind::Piece);
        key.extend(number.to_be_bytes());
        key
    }

    pub(super) fn read_piece(key: &[u8]) -> Option<(Self, u32)> {
        let (visit, number) = key.split_at_checked(1 + VISIT_BYTES)?;
        Some((Self::read(visit)?, u32::from_be_bytes(number.try_into().ok()?)))
    }

    /// The keys of all pieces of the body.
    pub(super) fn pieces(self) -> (Vec<u8>, Vec<u8>) {
        let mut to = self.piece(u32::MAX);
        to.push(0);
        (self.piece(0), to)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::store::key::tests::any_instant;

    proptest! {
        #[test]
        fn visits_sort_by_time_and_pieces_by_number(
            a in any_instant(),
            b in any_instant(),
            urls in any::<(u8, u8)>(),
            number in any::<u32>(),
        ) {
            let visit = |at, url: u8| Visit { at, address: AddressHash::of(&url.to_string()) };
            let [a, b] = [visit(a, urls.0), visit(b, urls.1)];
            prop_assert_eq!(a.cmp(&b), a.key(Kind::Capture).cmp(&b.key(Kind::Capture)));
            prop_assert_eq!(Visit::read(&a.key(Kind::Unread)), Some(a));
            prop_assert_eq!(AddressHash::read(&a.address.key()), Some(a.address));
            prop_assert_eq!(Visit::read_piece(&a.piece(number)), Some((a, number)));
            let (from, to) = b.pieces();
            let key = a.piece(number);
            prop_assert_eq!(key >= from && key < to, a == b);
        }

        #[test]
        fn readers_take_any_bytes(key in proptest::collection::vec(any::<u8>(), 0..60)) {
            let _ = (AddressHash::read(&key), Visit::read(&key), Visit::read_piece(&key));
        }
    }
}
