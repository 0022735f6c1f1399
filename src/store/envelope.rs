//! Envelopes: every value travels with the version of its form, a checksum over its key and itself,
//! and is compressed where that pays.
//!
//! Layout: version (1 byte), flags (1), CRC-32 little-endian (4) over key, version, flags and rest;
//! then the payload, or its length (4, little-endian) and a zstd frame. What is in a payload is
//! `record`'s business. A value read back may be any bytes: a wrong one is refused with a reason,
//! and a false length cannot ask for more than [`LONGEST`].

use std::{borrow::Cow, io};

use serde::{Serialize, de::DeserializeOwned};

/// The version written, and the newest that can be read.
pub(super) const FORM: u8 = 1;
/// No article is as long; beyond it a length is damage, and a text is refused.
pub(super) const LONGEST: usize = 256 * 1024 * 1024;

const COMPRESSED: u8 = 1;
const HEADER_BYTES: usize = 6;
/// A shorter payload gains little over zstd's frame and takes most of the time: a headline's row of 150
/// bytes stays as it is.
const COMPRESS_FROM: usize = 256;
/// Chosen by measurement for bodies of 2 KB, see DESIGN.md: 55,000 of them a second.
const LEVEL: i32 = 3;

/// Why a value cannot be read: one lower-case clause.
pub(super) type Reason = &'static str;

/// Makes and opens envelopes; keeps zstd's working memory between calls.
pub(super) struct Codec {
    compressor: zstd::bulk::Compressor<'static>,
    decompressor: zstd::bulk::Decompressor<'static>,
}

impl Codec {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self {
            compressor: zstd::bulk::Compressor::new(LEVEL)?,
            decompressor: zstd::bulk::Decompressor::new()?,
        })
    }

    /// Puts a payload under a key into an envelope. Errors: longer than [`LONGEST`], or no memory.
    pub(super) fn enclose(&mut self, key: &[u8], payload: &[u8]) -> io::Result<Vec<u8>> {
        if payload.len() > LONGEST {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "longer than a value may be"));
        }
        let packed =
            if payload.len() < COMPRESS_FROM { None } else { Some(self.compressor.compress(payload)?) };
        Ok(match packed {
            Some(packed) if packed.len() + 4 < payload.len() => {
                let length = (payload.len() as u32).to_le_bytes();
                sealed(key, COMPRESSED, &[&length, &packed])
            }
            _ => sealed(key, 0, &[payload]),
        })
    }

    /// Puts a payload that is known not to compress into an envelope, as it is.
    pub(super) fn enclose_packed(key: &[u8], payload: &[u8]) -> Vec<u8> {
        sealed(key, 0, &[payload])
    }

    /// Takes a payload out of its envelope.
    pub(super) fn open<'v>(&mut self, key: &[u8], value: &'v [u8]) -> Result<Cow<'v, [u8]>, Reason> {
        let [form, flags, sum @ ..] = value.first_chunk::<HEADER_BYTES>().ok_or("its value is cut short")?;
        let rest = &value[HEADER_BYTES..];
        if u32::from_le_bytes(*sum) != checksum(key, value) {
            return Err("its checksum differs");
        }
        if *form > FORM {
            return Err("its form is newer than this version knows");
        }
        if flags & COMPRESSED == 0 {
            return Ok(Cow::Borrowed(rest));
        }
        let (length, packed) = rest.split_first_chunk::<4>().ok_or("its value is cut short")?;
        let length = u32::from_le_bytes(*length) as usize;
        if length > LONGEST {
            return Err("its length is beyond any value's");
        }
        let payload = self.decompressor.decompress(packed, length).map_err(|_| "it does not decompress")?;
        if payload.len() == length { Ok(Cow::Owned(payload)) } else { Err("its length differs") }
    }

    pub(super) fn encode<T: Serialize>(&mut self, key: &[u8], record: &T) -> io::Result<Vec<u8>> {
        let payload = postcard::to_stdvec(record).map_err(io::Error::other)?;
        self.enclose(key, &payload)
    }

    pub(super) fn decode<T: DeserializeOwned>(&mut self, key: &[u8], value: &[u8]) -> Result<T, Reason> {
        let payload = self.open(key, value)?;
        match postcard::take_from_bytes(&payload) {
            Ok((record, [])) => Ok(record),
            _ => Err("its record does not read"),
        }
    }
}

fn sealed(key: &[u8], flags: u8, rest: &[&[u8]]) -> Vec<u8> {
    let mut value = vec![FORM, flags, 0, 0, 0, 0];
    value.extend(rest.iter().copied().flatten());
    let sum = checksum(key, &value);
    value[2..HEADER_BYTES].copy_from_slice(&sum.to_le_bytes());
    value
}

fn checksum(key: &[u8], value: &[u8]) -> u32 {
    let mut hash = crc32fast::Hasher::new();
    hash.update(key);
    hash.update(&value[..2]);
    hash.update(&value[HEADER_BYTES..]);
    hash.finalize()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn payloads_come_back(key: Vec<u8>, start: Vec<u8>, repeat in 0_usize..40) {
            let payload = start.repeat(repeat);
                let mut codec = Codec::new().unwrap();
            let value = codec.enclose(&key, &payload).unwrap();
            prop_assert_eq!(codec.open(&key, &value), Ok(Cow::Borrowed(payload.as_slice())));
        }

        #[test]
        fn a_flipped_bit_is_refused(length in 1_usize..2000, at: prop::sample::Index, bit in 0..8) {
            let mut codec = Codec::new().unwrap();
            let mut value = codec.enclose(b"key", &vec![b'a'; length]).unwrap();
            *at.get_mut(&mut value) ^= 1_u8 << bit;
            prop_assert!(codec.open(b"key", &value).is_err());
        }

        #[test]
        fn any_bytes_are_refused_or_read(value: Vec<u8>) {
            let _ = Codec::new().unwrap().open(b"key", &value);
        }
    }

    #[test]
    fn a_value_under_another_key_is_refused() {
        let mut codec = Codec::new().unwrap();
        let value = codec.enclose(b"one", b"payload").unwrap();
        assert_eq!(codec.open(b"two", &value), Err("its checksum differs"));
    }

    #[test]
    fn a_newer_form_is_refused_as_such() {
        let mut codec = Codec::new().unwrap();
        let mut value = codec.enclose(b"key", b"payload").unwrap();
        value[0] = FORM + 1;
        let sum = checksum(b"key", &value);
        value[2..HEADER_BYTES].copy_from_slice(&sum.to_le_bytes());
        assert_eq!(codec.open(b"key", &value), Err("its form is newer than this version knows"));
    }
}
