//! Any bytes under any `Content-Encoding`: what comes out is within the limit.

#![no_main]

use libfuzzer_sys::fuzz_target;
use storyturn::collect::{dechunk, decode};

const LIMIT: usize = 1 << 20;

fuzz_target!(|bytes: &[u8]| {
    let [choice, packed @ ..] = bytes else { return };
    let codings = ["gzip", "deflate", "br", "zstd", "gzip, br", "deflate, zstd, gzip", "identity", "x-unknown"];
    if let Ok(decoded) = decode(codings[usize::from(*choice) % codings.len()], packed, LIMIT) {
        assert!(decoded.bytes.len() <= LIMIT);
    }
    if let Some(joined) = dechunk(packed) {
        assert!(joined.bytes.len() <= packed.len());
    }
});
