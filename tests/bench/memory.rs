//! How much memory one page takes, as a multiple of its bytes: the most that was held at once while it
//! was extracted, counted by the allocator, over every page one after the other on one thread.
//!
//! The pages are those beside the project (`../shared/data/pages`, or where `STORYTURN_DATA` points),
//! else those of the corpus. The page's own bytes count: the caller holds them. Small pages are told
//! apart, for tables that every page needs weigh more in them than the page.

#![expect(clippy::print_stdout, reason = "figures are what it is for")]

mod pages;

use std::path::{Path, PathBuf};

use peak_alloc::PeakAlloc;
use storyturn::extract::{ExtractOptions, extract};

use pages::{capture, found};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// What a page may take, in its own sizes.
const MOST_TIMES: f64 = 40.0;
/// Pages from here on are held to it.
const SMALL_BYTES: usize = 20 << 10;

fn main() {
    let pages = pages();
    // What is made once (patterns, tables of words) belongs to no page.
    for page in pages.iter().take(20) {
        let _ = extract(&capture(page), &ExtractOptions::default());
    }
    let mut taken: Vec<(f64, usize, String)> = pages.iter().map(|page| measured(page)).collect();
    taken.sort_by(|one, other| one.0.total_cmp(&other.0));
    told("all pages", &taken);
    taken.retain(|(_, bytes, _)| *bytes >= SMALL_BYTES);
    told("pages of 20 KiB and more", &taken);
    if let Some((times, _, subject)) = taken.last() {
        assert!(*times <= MOST_TIMES, "{subject} takes {times:.1} times its size");
    }
}

/// The times its size a page takes, its size, its name.
fn measured(page: &Path) -> (f64, usize, String) {
    let before = ALLOCATOR.current_usage();
    let page = capture(page);
    ALLOCATOR.reset_peak_usage();
    let _ = extract(&page, &ExtractOptions::default());
    let taken = ALLOCATOR.peak_usage().saturating_sub(before);
    (taken as f64 / page.body.len().max(1) as f64, page.body.len(), page.subject)
}

fn told(title: &str, taken: &[(f64, usize, String)]) {
    let Some((most, bytes, subject)) = taken.last() else { return };
    let at = |share: f64| taken[((taken.len() - 1) as f64 * share) as usize].0;
    println!(
        "{title}: {} pages, median {:.1}, 90 % {:.1}, 99 % {:.1}, most {most:.1} times the page ({subject}, {bytes} bytes)",
        taken.len(),
        at(0.5),
        at(0.9),
        at(0.99),
    );
}

fn pages() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shared =
        std::env::var_os("STORYTURN_DATA").map_or_else(|| root.join("../shared/data"), PathBuf::from);
    let mut pages = found(&shared.join("pages"));
    if pages.is_empty() {
        pages = found(&root.join("corpus/pages"));
    }
    pages.retain(|page| page.extension().is_some_and(|end| end == "gz" || end == "html"));
    pages.sort();
    pages
}
