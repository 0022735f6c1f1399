//! Any bytes as a web archive: each capture is within the limit, each record is counted once.

#![no_main]

use libfuzzer_sys::fuzz_target;
use storyturn::collect::{Media, WarcOptions, read_warc, warc_records};

fuzz_target!(|bytes: &[u8]| {
    let options = WarcOptions { max_record_bytes: 1 << 20, media: Media::Any };
    for capture in read_warc("fuzz", bytes, &options).flatten() {
        assert!(capture.body.len() <= options.max_record_bytes);
    }
    let pages = WarcOptions { media: Media::Pages, ..options.clone() };
    let found = read_warc("fuzz", bytes, &pages).flatten().count();
    assert!(found <= warc_records("fuzz", bytes, &options).count());
});
