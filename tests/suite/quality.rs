//! How well pages are read, against what people marked on real ones: floors a little under what is
//! reached. The measures are those of the shared check, `extraction.py`; lowering a floor is a commit of
//! its own. The pages lie beside the project (`../shared/data/pages`, or where `STORYTURN_DATA` points);
//! says loudly when they do not. The floors on the project's own pages are in `corpus.rs`.

use std::{
    collections::HashMap,
    fs,
    io::Read,
    path::{Path, PathBuf},
};

use flate2::read::MultiGzDecoder;
use rayon::prelude::*;
use serde_json::Value;
use storyturn::{
    document::{Basis, Capture},
    extract::{ExtractOptions, extract},
};

use crate::tool::shared_data;

#[test]
fn bodies_of_single_articles() {
    let Some(set) = shared_data("pages/scrapinghub") else { return };
    assert_floor("scrapinghub", body_f1(&read(&set)), 0.972);
}

#[test]
fn bodies_of_many_publishers() {
    let Some(set) = shared_data("pages/publishers") else { return };
    assert_floor("publishers", body_f1(&read(&set)), 0.969);
}

#[test]
fn sentences_of_blogs_shops_and_news() {
    let Some(set) = shared_data("pages/trafilatura") else { return };
    assert_floor("trafilatura", sentence_f1(&read(&set)), 0.935);
}

fn assert_floor(set: &str, reached: f64, floor: f64) {
    assert!(reached >= floor, "{set}: {reached:.4} is under the floor of {floor}");
}

/// What was marked on each page of a set, and the text found on it.
fn read(set: &Path) -> Vec<(Value, String)> {
    let truth = fs::read(set.join("truth.json")).unwrap();
    let truth: HashMap<String, Value> = serde_json::from_slice(&truth).unwrap();
    let mut pages: Vec<(String, Value)> = truth.into_iter().collect();
    pages.sort_by(|left, right| left.0.cmp(&right.0));
    let html = set.join("html");
    pages
        .into_par_iter()
        .map(|(name, marked)| {
            let found = text(&html.join(format!("{name}.html.gz")));
            (marked, found)
        })
        .collect()
}

fn text(page: &PathBuf) -> String {
    let mut body = Vec::new();
    let file = fs::File::open(page).unwrap();
    MultiGzDecoder::new(file).read_to_end(&mut body).unwrap();
    let capture = Capture {
        subject: page.display().to_string(),
        url: None,
        content_type: None,
        captured_at: None,
        basis: Basis::Claimed,
        body,
    };
    extract(&capture, &ExtractOptions::default()).map(|article| article.text).unwrap_or_default()
}

/// The F1 of precision and recall in runs of four words, each the mean over pages.
fn body_f1(pages: &[(Value, String)]) -> f64 {
    let (mut precisions, mut recalls) = (Vec::new(), Vec::new());
    for (marked, found) in pages {
        let Some(wanted) = marked["articleBody"].as_str() else { continue };
        let (wanted, found) = (shingles(wanted), shingles(found));
        let sum = |counts: &HashMap<Vec<&str>, usize>| counts.values().sum::<usize>();
        let hit: usize = wanted.iter().map(|(run, count)| count.min(found.get(run).unwrap_or(&0))).sum();
        if sum(&found) > 0 {
            precisions.push(hit as f64 / sum(&found) as f64);
        }
        if sum(&wanted) > 0 {
            recalls.push(hit as f64 / sum(&wanted) as f64);
        }
    }
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len().max(1) as f64;
    f1(mean(&precisions), mean(&recalls))
}

fn shingles(text: &str) -> HashMap<Vec<&str>, usize> {
    const LENGTH: usize = 4;
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    let words: Vec<&str> = text.split(|letter| !is_word(letter)).filter(|word| !word.is_empty()).collect();
    let mut counts = HashMap::new();
    for run in words.windows(LENGTH.min(words.len()).max(1)) {
        *counts.entry(run.to_vec()).or_default() += 1;
    }
    counts
}

/// The F1 of sentences that must and must not be in the text, over all pages at once.
fn sentence_f1(pages: &[(Value, String)]) -> f64 {
    let squashed = |text: &str| text.split_whitespace().collect::<String>();
    let (mut hit, mut missed, mut extra) = (0, 0, 0);
    for (marked, found) in
        pages.iter().filter(|(marked, _)| marked["with"].as_array().is_some_and(|with| !with.is_empty()))
    {
        let found = squashed(found);
        let holds = |sentence: &&Value| found.contains(&squashed(sentence.as_str().unwrap()));
        let with = marked["with"].as_array().unwrap();
        let held = with.iter().filter(holds).count();
        hit += held;
        missed += with.len() - held;
        extra += marked["without"].as_array().unwrap().iter().filter(holds).count();
    }
    f1(
        f64::from(hit as u32) / f64::from((hit + extra) as u32),
        f64::from(hit as u32) / f64::from((hit + missed) as u32),
    )
}

fn f1(precision: f64, recall: f64) -> f64 {
    2.0 * precision * recall / (precision + recall)
}
