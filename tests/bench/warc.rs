//! How fast a compressed web archive is read, in unpacked bytes a second on one thread, beside inflating
//! the same bytes with the same decompressor and doing nothing else.
//!
//! The archive is made here of real pages from the data beside the project (`STORYTURN_DATA`), or of the
//! corpus's pages where that is not there. Reading it is inflating, checksums, headers, HTTP, and a
//! capture of each page; the peer inflates into a buffer and drops it.

use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
};

use divan::{Bencher, black_box, counter::BytesCount};
use flate2::bufread::MultiGzDecoder;
use storyturn::{
    collect::{WarcOptions, read_warc},
    document::{Basis, Capture},
    export::WarcWriter,
};

fn main() {
    divan::main();
}

/// Pages enough that the archive does not fit a processor's cache.
const PAGES: usize = 400;

fn pages(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            pages(&path, found);
        } else if path.to_str().is_some_and(|path| path.ends_with(".html") || path.ends_with(".html.gz")) {
            found.push(path);
        }
    }
}

fn page(path: &Path) -> Vec<u8> {
    let bytes = fs::read(path).expect("it was listed");
    let mut page = Vec::new();
    match MultiGzDecoder::new(&bytes[..]).read_to_end(&mut page) {
        Ok(_) => page,
        Err(_) => bytes,
    }
}

/// The archive, and how many bytes it inflates to.
fn archive() -> (Vec<u8>, usize) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let data = std::env::var("STORYTURN_DATA").unwrap_or_else(|_| "../shared/data".to_owned());
    let mut found = Vec::new();
    pages(&root.join(data).join("pages"), &mut found);
    if found.is_empty() {
        pages(&root.join("corpus/pages"), &mut found);
    }
    found.sort();
    let mut bytes = Vec::new();
    let mut writer = WarcWriter::new(&mut bytes, "bench");
    for (number, path) in found.iter().take(PAGES).enumerate() {
        let capture = Capture {
            subject: String::new(),
            url: Some(format!("https://www.example.com/{number}")),
            content_type: Some("text/html; charset=utf-8".to_owned()),
            captured_at: "2024-03-01T00:00:00Z".parse().ok(),
            basis: Basis::Archived,
            body: page(path),
        };
        writer.write(&capture).expect("writing to memory does not fail");
    }
    writer.finish().expect("writing to memory does not fail");
    let inflated = inflate(&bytes);
    (bytes, inflated)
}

fn inflate(bytes: &[u8]) -> usize {
    let mut decoder = MultiGzDecoder::new(bytes);
    let mut buffer = vec![0; 64 << 10];
    let mut inflated = 0;
    loop {
        match decoder.read(&mut buffer).expect("what was written is whole") {
            0 => return inflated,
            read => inflated += black_box(&buffer[..read]).len(),
        }
    }
}

#[divan::bench(sample_count = 30, sample_size = 1)]
fn inflate_alone(bencher: Bencher) {
    let (bytes, inflated) = archive();
    bencher.counter(BytesCount::new(inflated)).bench(|| inflate(&bytes));
}

#[divan::bench(sample_count = 30, sample_size = 1)]
fn read_captures(bencher: Bencher) {
    let (bytes, inflated) = archive();
    bencher.counter(BytesCount::new(inflated)).bench(|| {
        let captures = read_warc("bench", &bytes[..], &WarcOptions::default());
        captures.map(|capture| capture.expect("what was written is whole").body.len()).sum::<usize>()
    });
}
