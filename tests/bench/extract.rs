//! How fast pages are read, in megabytes of page a second: bare parsing with `scraper`, extraction on
//! one thread and on two, over the same pages in the same run.
//!
//! The pages are those beside the project (`../shared/data/pages`, or where `STORYTURN_DATA` points),
//! at most twenty megabytes of them, every third of each set; else those of the corpus. Extraction is
//! body and metadata together; it may be faster than parsing, for it parses less than the whole page.

mod pages;

use std::path::{Path, PathBuf};

use divan::{Bencher, counter::BytesCount};
use rayon::prelude::*;
use scraper::Html;
use storyturn::{
    document::Capture,
    extract::{ExtractOptions, extract},
};

use pages::{capture, found};

const MOST_BYTES: usize = 20_000_000;

fn main() {
    divan::main();
}

/// Every third page of each set, or all pages of the corpus.
fn pages() -> Vec<Capture> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shared =
        std::env::var_os("STORYTURN_DATA").map_or_else(|| root.join("../shared/data"), PathBuf::from);
    let mut files = Vec::new();
    for set in ["scrapinghub", "publishers", "trafilatura", "dates"] {
        let mut pages = found(&shared.join("pages").join(set).join("html"));
        pages.sort();
        files.extend(pages.into_iter().step_by(3));
    }
    if files.is_empty() {
        files = found(&root.join("corpus/pages"));
        files.sort();
    }
    let mut bytes = 0;
    files
        .iter()
        .map(|file| capture(file))
        .take_while(|page| {
            bytes += page.body.len();
            bytes <= MOST_BYTES
        })
        .collect()
}

fn size(pages: &[Capture]) -> BytesCount {
    BytesCount::new(pages.iter().map(|page| page.body.len()).sum::<usize>())
}

fn words(page: &Capture) -> usize {
    extract(page, &ExtractOptions::default()).map_or(0, |article| article.text.len())
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn peer_parse(bencher: Bencher<'_, '_>) {
    let pages = pages();
    let texts: Vec<_> = pages.iter().map(|page| String::from_utf8_lossy(&page.body)).collect();
    bencher
        .counter(size(&pages))
        .bench(|| texts.iter().map(|text| Html::parse_document(text).tree.nodes().len()).sum::<usize>());
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn one_thread(bencher: Bencher<'_, '_>) {
    let pages = pages();
    bencher.counter(size(&pages)).bench(|| pages.iter().map(words).sum::<usize>());
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn two_threads(bencher: Bencher<'_, '_>) {
    let pages = pages();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().expect("two threads can be had");
    bencher
        .counter(size(&pages))
        .bench(|| pool.install(|| pages.par_iter().with_max_len(1).map(words).sum::<usize>()));
}

/// The largest page.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn largest(bencher: Bencher<'_, '_>) {
    let pages = pages();
    let largest = pages.iter().max_by_key(|page| page.body.len()).expect("there are pages");
    bencher.counter(BytesCount::new(largest.body.len())).bench(|| words(largest));
}
