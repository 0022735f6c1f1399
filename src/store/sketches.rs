//! Sketches: a few hashes of a body, by which a rewrite of it is known.
//!
//! A row of its own beside the head, because headlines have none and heads were released without one. The
//! payload is the hashes, four bytes each, little-endian and ascending: they do not compress. A store of
//! an older schema has none until its documents are read again ([`Store::rescore`]); what has no sketch
//! is compared by headline and body alone.

use jiff::Timestamp;

use super::{
    Store, StoreError, Transaction,
    envelope::{Codec, Reason},
    key::{self, Kind, Place},
};

impl Store {
    /// The sketch of the document at a place; empty where there is none.
    pub(super) fn sketch(&self, place: Place) -> Result<Vec<u32>, StoreError> {
        let key = place.key(Kind::Sketch);
        self.database.get(&key)?.map_or(Ok(Vec::new()), |value| self.read_sketch(&key, &value))
    }

    /// Sketches of documents available after `from`, up to and including `to`, by place.
    pub(super) fn sketches(
        &self,
        from: Timestamp,
        to: Timestamp,
    ) -> impl Iterator<Item = Result<(Place, Vec<u32>), StoreError>> + '_ {
        self.database.scan(key::between(Kind::Sketch, from, to)).map(|row| {
            let (key, value) = row?;
            let place = Place::read(&key).ok_or_else(|| self.bad_row(&key, "its key does not read"))?;
            Ok((place, self.read_sketch(&key, &value)?))
        })
    }

    /// Keeps a document's sketch; whether that changed anything.
    pub(super) fn set_sketch(
        &self,
        transaction: &mut Transaction,
        place: Place,
        sketch: &[u32],
    ) -> Result<bool, StoreError> {
        if self.sketch(place)? == sketch {
            return Ok(false);
        }
        let key = place.key(Kind::Sketch);
        if sketch.is_empty() {
            transaction.remove(key);
        } else {
            let value = enclosed(&key, sketch);
            transaction.set(self, key, value)?;
        }
        Ok(true)
    }

    fn read_sketch(&self, key: &[u8], value: &[u8]) -> Result<Vec<u32>, StoreError> {
        let payload = self.codec.borrow_mut().open(key, value).map(std::borrow::Cow::into_owned);
        payload.and_then(|payload| read(&payload)).map_err(|reason| self.bad_row(key, reason))
    }

    pub(super) fn verify_sketch(&self, key: &[u8], value: &[u8]) -> Result<(), String> {
        let place = Place::read(key).ok_or("its key does not read")?;
        read(&self.codec.borrow_mut().open(key, value)?)?;
        let head = self.database.get(&place.key(Kind::Head)).map_err(|error| error.to_string())?;
        head.map(drop).ok_or_else(|| "its document is not there".to_owned())
    }
}

/// A sketch in its envelope.
pub(super) fn enclosed(key: &[u8], sketch: &[u32]) -> Vec<u8> {
    let payload: Vec<u8> = sketch.iter().flat_map(|hash| hash.to_le_bytes()).collect();
    Codec::enclose_packed(key, &payload)
}

/// Any bytes are a sketch or are refused.
fn read(payload: &[u8]) -> Result<Vec<u32>, Reason> {
    let (hashes, rest) = payload.as_chunks::<4>();
    let sketch: Vec<u32> = hashes.iter().map(|bytes| u32::from_le_bytes(*bytes)).collect();
    let ascends = sketch.windows(2).all(|pair| pair[0] < pair[1]);
    if rest.is_empty() && ascends && !sketch.is_empty() {
        Ok(sketch)
    } else {
        Err("its record does not read")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_bytes_are_a_sketch_or_refused(payload: Vec<u8>, hashes: std::collections::BTreeSet<u32>) {
            let _ = read(&payload);
            let sketch: Vec<u32> = hashes.into_iter().collect();
            let value = enclosed(b"key", &sketch);
            let payload = Codec::new().unwrap().open(b"key", &value).unwrap().into_owned();
            prop_assert_eq!(read(&payload).ok().unwrap_or_default(), sketch);
        }
    }
}
