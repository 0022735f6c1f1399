//! Pages cut, doubled and damaged: those of the corpus and, where they lie beside the project, real ones.
//! Nothing panics, and what is still found is an article.

use std::{fs, io::Read, path::PathBuf, sync::LazyLock};

use flate2::read::MultiGzDecoder;
use proptest::prelude::*;
use storyturn::{
    document::{Basis, Capture},
    extract::{ExtractOptions, extract},
};

use crate::tool::shared_data;

/// Of each folder so many pages, spread over it.
const PAGES_OF_A_FOLDER: usize = 4;
/// Larger pages only take longer.
const MOST_BYTES: usize = 120_000;

static PAGES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let corpus = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus/pages");
    let mut folders: Vec<PathBuf> =
        fs::read_dir(corpus).unwrap().map(|entry| entry.unwrap().path()).collect();
    let sets = ["scrapinghub", "publishers", "trafilatura", "dates"];
    folders.extend(sets.iter().filter_map(|set| shared_data(&format!("pages/{set}/html"))));
    let mut pages = Vec::new();
    for folder in folders {
        let mut files: Vec<PathBuf> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        let step = (files.len() / PAGES_OF_A_FOLDER).max(1);
        pages.extend(files.iter().step_by(step).map(bytes).filter(|page| page.len() < MOST_BYTES));
    }
    pages
});

fn bytes(file: &PathBuf) -> Vec<u8> {
    let stored = fs::read(file).unwrap();
    let mut page = Vec::new();
    if MultiGzDecoder::new(stored.as_slice()).read_to_end(&mut page).is_ok() { page } else { stored }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]
    #[test]
    fn damaged_pages_give_articles_or_reasons(
        which in any::<prop::sample::Index>(),
        damage in proptest::collection::vec(
            (0_u8..5, any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<u8>()),
            1..12,
        ),
    ) {
        let mut body = which.get(&PAGES).clone();
        for (kind, at, length, byte) in damage {
            if body.is_empty() {
                break;
            }
            let at = at.index(body.len());
            let end = at + length.index((body.len() - at).min(400) + 1);
            match kind {
                0 => drop(body.drain(at..end)),
                1 => body.truncate(at.max(2000)),
                2 => {
                    let doubled = body[at..end].repeat(3);
                    body.splice(at..at, doubled);
                }
                3 => body[at] = byte,
                // Tags matter most: one is left open, or opened.
                _ => body[at] = if byte % 2 == 0 { b'<' } else { b'>' },
            }
        }
        let capture = Capture {
            subject: "damaged".to_owned(),
            url: None,
            content_type: None,
            captured_at: None,
            basis: Basis::Claimed,
            body,
        };
        let options = ExtractOptions { min_words: 1, ..ExtractOptions::default() };
        if let Ok(article) = extract(&capture, &options) {
            prop_assert!(article.text.lines().all(|line| !line.trim().is_empty()));
            prop_assert!(!article.text.is_empty() && !article.title.contains('\n'));
        }
    }
}
