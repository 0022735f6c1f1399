//! Speed of the store: headlines in, scores out; pages in, captures out.
//!
//! `cargo bench --no-default-features --bench store`. The goal for 50,000 headlines is under
//! 2.5 s of processor time and 150 MB; disks differ, so wall time says less.

use jiff::Timestamp;
use storyturn::{
    document::{Article, Availability, Basis, Capture, Document, DocumentId, Fingerprint},
    lexicon::LexiconId,
    store::{AddressRecord, OpenOptions, Role, Store},
    tag::{Count, TagCounts},
};

const HEADLINES: u64 = 50_000;
/// As many as the pipeline hands over at a time.
const BATCH: usize = 1000;

fn main() {
    divan::main();
}

/// Headlines over six months, a body of so many bytes each.
fn documents(body: usize) -> Vec<(Document, TagCounts)> {
    let lexicon = LexiconId { language: "en".to_owned(), version: "1.0".to_owned(), hash: 7 };
    let one = |n: u64| {
        let id = DocumentId(n.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let mut text = String::new();
        let mut word = n;
        while text.len() < body {
            word = word.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            text.push_str(
                ["gold ", "liquidity ", "the ", "central bank ", "of ", "yields ", "fell "]
                    [(word >> 40) as usize % 7],
            );
        }
        let article = Article {
            title: format!("Gold climbs to another record as traders weigh rate cuts and deficits {n:08}"),
            text,
            url: Some(format!("https://www.example.org/markets/2026/gold-record-{n:08}")),
            source: format!("outlet {}", n % 40),
            language: Some("en".to_owned()),
            ..Article::default()
        };
        let at = Timestamp::from_second(1_754_000_000 + 311 * n as i64).expect("a time of this century");
        let fingerprint = Fingerprint {
            title: (0..8).map(|k| (n as u32).wrapping_add(k << 28)).collect(),
            body: n,
            sketch: Vec::new(),
        };
        let mut narratives = vec![Count::default(); 12];
        narratives[(n % 12) as usize].asserted = 1000;
        let poles = [narratives[0], narratives[4]];
        let counts = TagCounts { lexicon: lexicon.clone(), words: 12, sentences: 2, narratives, poles };
        (
            Document { id, article, availability: Availability { at, basis: Basis::Claimed }, fingerprint },
            counts,
        )
    };
    (0..HEADLINES).map(one).collect()
}

fn names() -> Vec<String> {
    (0..12).map(|n| format!("narrative {n}")).collect()
}

fn filled(folder: &std::path::Path, documents: &[(Document, TagCounts)]) -> Store {
    let options = OpenOptions { create: true, ..OpenOptions::default() };
    let mut store = Store::open(folder, &options).expect("an empty folder becomes a store");
    for batch in documents.chunks(BATCH) {
        store.put(batch, &names()).expect("documents are put");
    }
    store.flush().expect("the store reaches the disk");
    store
}

#[divan::bench(args = [0, 2000], sample_count = 3, sample_size = 1)]
fn put_50_000(bencher: divan::Bencher<'_, '_>, body: usize) {
    let documents = documents(body);
    bencher.with_inputs(|| tempfile::tempdir().expect("a folder")).bench_refs(|folder| {
        filled(folder.path(), &documents);
    });
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn put_50_000_known(bencher: divan::Bencher<'_, '_>) {
    let documents = documents(0);
    let folder = tempfile::tempdir().expect("a folder");
    let mut store = filled(folder.path(), &documents);
    bencher.bench_local(|| store.put(&documents, &names()).expect("documents are put"));
}

#[divan::bench(args = [0, 2000], sample_count = 3, sample_size = 1)]
fn scored_50_000(bencher: divan::Bencher<'_, '_>, body: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = filled(folder.path(), &documents(body));
    bencher.bench_local(|| store.scored(Timestamp::MIN, Timestamp::MAX).filter(Result::is_ok).count());
}

const PAGES: u64 = 2000;

/// Pages of 80 KB that pack to a sixth, as pages of news do.
fn pages() -> Vec<(AddressRecord, Capture)> {
    let mut word = 1_u64;
    let mut page = |n: u64| {
        let mut body = Vec::new();
        while body.len() < 80_000 {
            word = word.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let end = if (word >> 50).is_multiple_of(9) { "</p><p class=\"paragraph\">" } else { " " };
            body.extend(format!("w{:x}{end}", (word >> 33) % 4000).into_bytes());
        }
        let url = format!("https://www.example.org/markets/2026/gold-record-{n:08}");
        let at = Timestamp::from_second(1_754_000_000 + n as i64).expect("a time of this century");
        let capture = Capture {
            subject: url.clone(),
            url: Some(url.clone()),
            content_type: Some("text/html".to_owned()),
            captured_at: Some(at),
            basis: Basis::Observed,
            body,
        };
        (AddressRecord::new(url, "example", Role::Page, at), capture)
    };
    (0..PAGES).map(&mut page).collect()
}

/// So many pages a call; every hundred reach the disk.
fn collected(folder: &std::path::Path, pages: &[(AddressRecord, Capture)], at_a_time: usize) -> Store {
    let options = OpenOptions { create: true, ..OpenOptions::default() };
    let mut store = Store::open(folder, &options).expect("an empty folder becomes a store");
    for batch in pages.chunks(at_a_time) {
        store.put_captures(batch).expect("captures are put");
    }
    store.flush().expect("the store reaches the disk");
    store
}

#[divan::bench(args = [1, 20], sample_count = 3, sample_size = 1)]
fn put_2000_pages(bencher: divan::Bencher<'_, '_>, at_a_time: usize) {
    let pages = pages();
    let bytes: usize = pages.iter().map(|(_, capture)| capture.body.len()).sum();
    let bencher = bencher.counter(divan::counter::BytesCount::new(bytes));
    bencher.with_inputs(|| tempfile::tempdir().expect("a folder")).bench_refs(|folder| {
        let store = collected(folder.path(), &pages, at_a_time);
        drop(store);
        if std::env::var_os("STORE_BYTES").is_some() {
            tell_bytes(folder.path(), bytes);
        }
    });
}

/// Bytes received and bytes on disk.
#[expect(clippy::print_stderr, reason = "a figure divan has no column for")]
fn tell_bytes(folder: &std::path::Path, received: usize) {
    let size = |name: &str| std::fs::metadata(folder.join(name)).map_or(0, |metadata| metadata.len());
    let blobs = std::fs::read_dir(folder.join("blobs")).map_or(0, Iterator::count);
    eprintln!("received {received}, on disk {} and {blobs} other files", size("db"));
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn captures_2000(bencher: divan::Bencher<'_, '_>) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = collected(folder.path(), &pages(), 20);
    bencher.bench_local(|| store.captures().filter(Result::is_ok).count());
}
