//! Codings of every kind, whole, cut, damaged, nested and made to burst.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use flate2::{
    Compression,
    write::{DeflateEncoder, GzEncoder, ZlibEncoder},
};
use proptest::prelude::*;

use super::*;

fn packed(coding: &str, bytes: &[u8]) -> Vec<u8> {
    match coding {
        "gzip" => {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        }
        "deflate" => {
            let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        }
        "raw" => {
            let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        }
        "zstd" => zstd::encode_all(bytes, 3).unwrap(),
        _ => panic!("{coding}"),
    }
}

fn page() -> Vec<u8> {
    (0..2000).flat_map(|line| format!("<p>line {line} of a page, {}\n", line * line).into_bytes()).collect()
}

const LIMIT: usize = 1 << 20;

#[test]
fn codings_are_undone_one_by_one_and_one_over_the_other() {
    let page = page();
    let check = |encodings: &str, bytes: &[u8]| {
        let expected = Decoded { bytes: page.clone(), truncated: false };
        assert!(decode(encodings, bytes, LIMIT) == Ok(expected), "{encodings}");
    };
    check("", &page);
    check("identity", &page);
    check("gzip", &packed("gzip", &page));
    check(" X-GZIP ,", &packed("gzip", &page));
    check("deflate", &packed("deflate", &page));
    check("deflate", &packed("raw", &page));
    check("zstd", &packed("zstd", &page));
    check("gzip, zstd", &packed("zstd", &packed("gzip", &page)));
    check("deflate, identity, gzip", &packed("gzip", &packed("raw", &page)));
    let (head, tail) = page.split_at(1000);
    let mut members = packed("gzip", head);
    members.extend(packed("gzip", b""));
    members.extend(packed("gzip", tail));
    check("gzip", &members);
    members.extend([0; 100]);
    check("gzip", &members);
    // A body that was unpacked before it was stored.
    check("gzip", &page);
    check("br", &page);
    check("zstd", &page);
}

#[test]
fn what_cannot_be_decoded_is_said() {
    let check = |encodings: &str, bytes: &[u8], expected: &str| {
        assert_eq!(decode(encodings, bytes, LIMIT).unwrap_err().to_string(), expected);
    };
    check("compress", b"\x1f\x9d", "the content coding \"compress\" is not known");
    check("gzip, utf-8", b"", "the content coding \"utf-8\" is not known");
    check("gzip", b"no gzip", "the content is not gzip");
    check("zstd", b"no zstd", "the content is not zstd");
    let layers = "gzip,gzip,gzip,gzip,gzip,gzip";
    check(layers, b"", "the content has 6 codings one over the other, more than 5");
    let large = vec![0; LIMIT + 1];
    for (encodings, bytes) in
        [("", &large), ("gzip", &packed("gzip", &large)), ("zstd", &packed("zstd", &large))]
    {
        check(encodings, bytes, "the content is over the limit of 1048576 bytes when unpacked");
    }
    assert!(!decode("gzip", &packed("gzip", &large[..LIMIT]), LIMIT).unwrap().truncated);
    assert_eq!(decode("br", b"", LIMIT), Ok(Decoded::default()));
}

#[test]
fn a_bomb_between_two_codings_is_refused_too() {
    // The outer layer grows without end, the inner one would give nothing of it: empty stored blocks.
    let endless = packed("gzip", &[0, 0, 0, 0xff, 0xff].repeat(1 << 20));
    assert_eq!(decode("deflate, gzip", &endless, LIMIT), Err(CodingError::TooLarge { limit: LIMIT }));
}

#[test]
fn a_cut_or_damaged_stream_gives_what_it_held() {
    let page = page();
    for coding in ["gzip", "deflate", "raw", "zstd"] {
        let header = if coding == "raw" { "deflate" } else { coding };
        let whole = packed(coding, &page);
        for end in [whole.len() / 2, whole.len() - 1] {
            let decoded = decode(header, &whole[..end], LIMIT);
            let Ok(decoded) = decoded else { continue };
            assert!(decoded.truncated && page.starts_with(&decoded.bytes), "{coding} cut at {end}");
        }
    }
    let mut checksum = packed("gzip", &page);
    let place = checksum.len() - 6;
    checksum[place] ^= 1;
    assert_eq!(decode("gzip", &checksum, LIMIT), Ok(Decoded { bytes: page, truncated: true }));
}

#[test]
fn chunks_are_joined() {
    let check = |bytes: &str, expected: Option<(&str, bool)>| {
        let decoded = dechunk(bytes.as_bytes());
        let told = decoded.map(|decoded| (String::from_utf8(decoded.bytes).unwrap(), decoded.truncated));
        assert_eq!(told.as_ref().map(|(text, truncated)| (text.as_str(), *truncated)), expected, "{bytes:?}");
    };
    check("4\r\nabcd\r\n2;x=y\r\nef\r\n0\r\n\r\n", Some(("abcdef", false)));
    check("4\nabcd\n0\nTrailer: x\n\n", Some(("abcd", false)));
    check(" 004 \r\nabcd\r\n0\r\n", Some(("abcd", false)));
    check("A\r\nabcdefghij\r\n0\r\n\r\n", Some(("abcdefghij", false)));
    check("0\r\n\r\n", Some(("", false)));
    check("4\r\nabcd\r\n", Some(("abcd", true)));
    check("8\r\nabcd", Some(("abcd", true)));
    check("4\r\nabcdef\r\n0\r\n", Some(("abcd", true)));
    check("ffffffffffffffff\r\nabcd", Some(("abcd", true)));
    check("fffffffffffffffff\r\nabcd", None);
    check("+4\r\nabcd\r\n0\r\n", None);
    check("<html>\r\n", None);
    check("", None);
    check(&format!("4;{}\r\nabcd", "x".repeat(300)), None);
}

proptest! {
    #[test]
    fn no_bytes_do_harm(bytes in prop::collection::vec(any::<u8>(), 0..300), at in 0usize..2000, byte in any::<u8>()) {
        let page = page();
        for coding in ["gzip", "deflate", "br", "zstd", "gzip,br", "br,deflate"] {
            let _ = decode(coding, &bytes, 1000);
        }
        for coding in ["gzip", "deflate", "zstd"] {
            let mut damaged = packed(coding, &page);
            let place = at % damaged.len();
            damaged[place] = byte;
            if let Ok(decoded) = decode(coding, &damaged, LIMIT) {
                prop_assert!(decoded.bytes.len() <= LIMIT);
            }
        }
        dechunk(&bytes);
    }
}

/// The folder of packed pages and bombs in the shared data, where it is there.
fn suite() -> Option<PathBuf> {
    let data = std::env::var("STORYTURN_DATA").unwrap_or_else(|_| "../shared/data".to_owned());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join(data)
        .join("suites/scrapy-compressed/tests/sample_data/compressed");
    if !folder.exists() {
        eprintln!("SKIPPED: no packed pages at {}; set STORYTURN_DATA", folder.display());
        return None;
    }
    Some(folder)
}

#[test]
fn packed_pages_of_a_crawler_s_suite() {
    let Some(folder) = suite() else { return };
    let read = |name: &str| fs::read(folder.join(name)).unwrap();
    for (encodings, name) in [
        ("gzip", "html-gzip.bin"),
        ("br", "html-br.bin"),
        ("deflate", "html-rawdeflate.bin"),
        ("deflate", "html-zlibdeflate.bin"),
        ("zstd", "html-zstd-static-content-size.bin"),
        ("zstd", "html-zstd-static-no-content-size.bin"),
        ("zstd", "html-zstd-streaming-no-content-size.bin"),
        ("gzip, deflate", "html-gzip-deflate.bin"),
        ("gzip, deflate, gzip", "html-gzip-deflate-gzip.bin"),
    ] {
        let page = decode(encodings, &read(name), LIMIT).unwrap();
        // The page differs by a few bytes from coding to coding.
        assert!(
            !page.truncated && (74_800..74_900).contains(&page.bytes.len()),
            "{name} {}",
            page.bytes.len()
        );
        // Of zstd a block is read whole or not at all, and these pages are one block.
        match decode(encodings, &read(name)[..3000], LIMIT) {
            Ok(cut) => assert!(cut.truncated && page.bytes.starts_with(&cut.bytes), "{name}, cut"),
            Err(error) => assert_eq!(error, CodingError::Damaged("zstd".to_owned()), "{name}, cut"),
        }
        // The first bytes say the most: windows, tables, sizes.
        let mut damaged = read(name);
        for place in (0..100).chain((100..damaged.len()).step_by(61)) {
            damaged[place] ^= 0x55;
            let _ = decode(encodings, &damaged, LIMIT);
            damaged[place] ^= 0x55;
        }
    }
    for (name, length) in [
        ("truncated-crc-error-short.gz", 3_700),
        ("truncated-crc-error.gz", 25_000),
        ("unexpected-eof.gz", 8_500),
    ] {
        let decoded = decode("gzip", &read(name), LIMIT).unwrap();
        assert!(decoded.truncated && decoded.bytes.len() > length, "{name} {}", decoded.bytes.len());
    }
}

#[test]
fn bombs_of_a_crawler_s_suite_are_refused() {
    let Some(folder) = suite() else { return };
    for (coding, name) in [
        ("br", "bomb-br.bin"),
        ("deflate", "bomb-deflate.bin"),
        ("gzip", "bomb-gzip.bin"),
        ("zstd", "bomb-zstd.bin"),
    ] {
        let bytes = fs::read(folder.join(name)).unwrap();
        let refused = decode(coding, &bytes, 8 << 20);
        assert_eq!(refused, Err(CodingError::TooLarge { limit: 8 << 20 }), "{name}");
    }
}
