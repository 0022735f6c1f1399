//! How much an article counts: within its story, its source, its day.
//!
//! A story told by many weighs more than one told once, but slowly; its weight is shared equally among
//! the sources that tell it, and a source's part among its own tellings, so that repeating oneself
//! adds nothing. A story goes on: who tells it on a later day stands behind those who told it before, and
//! what the day adds is what its tellers add to the queue. So a repeat the next day counts, because
//! that day's readers are told it too, but less the oftener it was told; it is never nothing, or a day on
//! which everyone repeats would be silent. Nobody's weight ever changes for what is told later: the queue
//! behind a day is made of that day and of those before it. Over the day no source carries more than a
//! quarter. Sums are taken in one fixed order and without functions whose last digit differs between
//! systems, so that the same documents give the same bytes. Comparing days is left to `standardize`.

use std::collections::{BTreeMap, BTreeSet};

use crate::{calendar::Day, document::Basis};

use super::{DayIndex, ScoredDocument, SourceDay, Story, stories_within};

/// One voice must not be the market's mood: at most a quarter of a day, or equal shares where there are
/// fewer than four sources.
pub const MAX_SOURCE_SHARE: f64 = 0.25;

/// One day's documents folded into stories and sources. Any order; the result is the same.
///
/// Every document should have as many scores, finite and in [0, 1]; only the shortest length is kept.
pub fn day_index(day: Day, documents: &[ScoredDocument]) -> DayIndex {
    day_index_within(day, &[documents])
}

/// The last of these consecutive days folded into stories and sources, knowing the days before it.
///
/// Any order of the documents; the result is the same. Every document of that day should have as many
/// scores, finite and in [0, 1]; only the shortest length is kept.
pub fn day_index_within(day: Day, window: &[&[ScoredDocument]]) -> DayIndex {
    let documents = window.last().copied().unwrap_or_default();
    struct Sum {
        docs: u32,
        weight: f64,
        scores: Vec<f64>,
    }
    let width = documents.iter().map(|document| document.scores.len()).min().unwrap_or(0);
    let stories = stories_within(window);
    let weights = weights(window, &stories);
    let mut sums: BTreeMap<&str, Sum> = BTreeMap::new();
    for story in &stories {
        for member in &story.members {
            let document = &documents[*member];
            let empty = || Sum { docs: 0, weight: 0.0, scores: vec![0.0; width] };
            let sum = sums.entry(&document.source).or_insert_with(empty);
            sum.docs += 1;
            sum.weight += weights[*member];
            for (sum, score) in sum.scores.iter_mut().zip(&document.scores) {
                *sum += weights[*member] * score;
            }
        }
    }
    let of_basis = |basis| documents.iter().filter(|document| document.basis == basis).count() as u32;
    let source = |(source, Sum { docs, weight, scores }): (&str, Sum)| SourceDay {
        source: source.to_owned(),
        docs,
        weight,
        // Rounding must not carry a mean of ones past one.
        means: scores.into_iter().map(|sum| (sum / weight).clamp(0.0, 1.0)).collect(),
    };
    DayIndex {
        day,
        docs: documents.len() as u32,
        words: documents.iter().map(|document| u64::from(document.words)).sum(),
        stories: stories.len() as u32,
        by_basis: [Basis::Observed, Basis::Archived, Basis::Claimed].map(of_basis),
        sources: sums.into_iter().map(source).collect(),
    }
}

/// What each document of a day carries of the day's means, in the order given; sums to 1. It does not
/// depend on scores: how a changed score moves its day is its change times this.
pub fn document_shares(window: &[&[ScoredDocument]]) -> Vec<f64> {
    let documents = window.last().copied().unwrap_or_default();
    let weights = weights(window, &stories_within(window));
    let mut sources: BTreeMap<&str, f64> = BTreeMap::new();
    for (document, weight) in documents.iter().zip(&weights) {
        *sources.entry(&document.source).or_default() += weight;
    }
    let totals: Vec<f64> = sources.values().copied().collect();
    let shares: BTreeMap<&str, f64> = sources
        .iter()
        .zip(capped_shares(&totals))
        .map(|((source, total), share)| (*source, share / total))
        .collect();
    documents
        .iter()
        .zip(weights)
        .map(|(document, weight)| weight * shares[document.source.as_str()])
        .collect()
}

/// What each document of the last day weighs within its source and story, before sources are capped.
fn weights(window: &[&[ScoredDocument]], stories: &[Story]) -> Vec<f64> {
    let documents = window.last().copied().unwrap_or_default();
    let mut weights = vec![0.0; documents.len()];
    for story in stories {
        let mut tellings: BTreeMap<&str, u32> = BTreeMap::new();
        for member in &story.members {
            *tellings.entry(&documents[*member].source).or_default() += 1;
        }
        let before: BTreeSet<(usize, &str)> =
            story.earlier.iter().map(|told| (told.day, &*window[told.day][told.member].source)).collect();
        let share = story_weight(before.len(), tellings.len()) / tellings.len() as f64;
        for member in &story.members {
            weights[*member] = share / f64::from(tellings[documents[*member].source.as_str()]);
        }
    }
    weights
}

/// What so many sources add to a story that sources told so many times on days before. Of a new story 1,
/// 1.5, 1.83, 2.08 ...: the harmonic number grows as the logarithm does, and each teller adds one over
/// its place in the queue.
fn story_weight(before: usize, sources: usize) -> f64 {
    (before + 1..=before + sources).map(|place| 1.0 / place as f64).sum()
}

/// What each source of a day carries of its means, in the order of `sources`; sums to 1.
pub fn source_shares(day: &DayIndex) -> Vec<f64> {
    let weights: Vec<f64> = day.sources.iter().map(|source| source.weight).collect();
    capped_shares(&weights)
}

/// Shares in proportion to weights, but none above the cap: what the largest lose goes to the others
/// in proportion, until none is above (water-filling). Weights that are not positive count as zero.
pub(super) fn capped_shares(weights: &[f64]) -> Vec<f64> {
    shares_of_voices(weights, weights.len() as f64)
}

/// The same where some of the weights belong to sources that are not fully heard yet: `voices` counts
/// those by the part that is, from 1 to as many as there are weights, so that the cap does not jump as one
/// comes in.
pub(super) fn shares_of_voices(weights: &[f64], voices: f64) -> Vec<f64> {
    let count = weights.len();
    let cap = MAX_SOURCE_SHARE.max(1.0 / voices.max(1.0));
    let weight = |index: usize| {
        if weights[index].is_finite() { weights[index].max(0.0) } else { 0.0 }
    };
    let mut ascending: Vec<usize> = (0..count).collect();
    ascending.sort_by(|a, b| weight(*a).total_cmp(&weight(*b)));
    // Sums from the smallest up: the rest of the day below each source, exact to the last digit.
    let mut sums = Vec::with_capacity(count);
    let mut sum = 0.0;
    for index in &ascending {
        sum += weight(*index);
        sums.push(sum);
    }
    let mut shares = vec![cap; count];
    for capped in 0..count {
        let rest = count - capped;
        let left = 1.0 - capped as f64 * cap;
        let total = sums[rest - 1];
        let share = |index: usize| {
            if total > 0.0 { weight(index) / total * left } else { left / rest as f64 }
        };
        if share(ascending[rest - 1]) <= cap {
            for index in &ascending[..rest] {
                shares[*index] = share(*index);
            }
            break;
        }
    }
    shares
}

#[cfg(test)]
mod tests;
