//! Weights and shares, small cases by hand, then their invariants.

use proptest::prelude::*;

use super::*;
use crate::document::{DocumentId, Fingerprint};

fn document(id: u64, source: &str, title: &[u32], score: f64) -> ScoredDocument {
    ScoredDocument {
        id: DocumentId(id),
        source: source.to_owned(),
        fingerprint: Fingerprint { title: title.to_vec(), body: 0, sketch: Vec::new() },
        basis: if id.is_multiple_of(2) { Basis::Observed } else { Basis::Claimed },
        words: 10,
        scores: vec![score, 1.0],
    }
}

fn told(documents: &[ScoredDocument]) -> Vec<(String, u32, f64, f64)> {
    let sources = day_index(Day(20_000), documents).sources.into_iter();
    sources.map(|source| (source.source, source.docs, source.weight, source.means[0])).collect()
}

#[test]
fn a_story_told_by_several_sources_is_shared_among_them() {
    let documents =
        [document(1, "b", &[1, 2], 1.0), document(2, "a", &[1, 2], 0.5), document(3, "a", &[3, 4], 0.0)];
    // 1.5 shared by two, and a story of its own.
    assert_eq!(told(&documents), [("a".into(), 2, 1.75, 0.375 / 1.75), ("b".into(), 1, 0.75, 1.0)]);
}

#[test]
fn repeating_oneself_adds_nothing() {
    let once = [document(1, "a", &[1, 2], 1.0), document(2, "a", &[3, 4], 0.0)];
    let repeated: Vec<_> =
        (1..=9).map(|id| document(id, "a", &[1, 2], 1.0)).chain([document(10, "a", &[3, 4], 0.0)]).collect();
    let (once, repeated) = (told(&once), told(&repeated));
    assert_eq!((once[0].1, repeated[0].1), (2, 10));
    assert!((once[0].2 - repeated[0].2).abs() < 1e-12 && (once[0].3 - repeated[0].3).abs() < 1e-12);
}

#[test]
fn counts_travel_along() {
    let documents =
        [document(1, "b", &[1, 2], 1.0), document(2, "a", &[1, 2], 0.5), document(3, "a", &[3, 4], 0.0)];
    let day = day_index(Day(20_000), &documents);
    assert_eq!((day.docs, day.words, day.stories, day.by_basis), (3, 30, 2, [1, 0, 2]));
    let empty = day_index(Day(20_000), &[]);
    assert_eq!((empty.docs, empty.stories, empty.sources.len()), (0, 0, 0));
}

fn check_shares(weights: &[f64], expected: &[f64]) {
    let shares = capped_shares(weights);
    let near = shares.iter().zip(expected).all(|(share, expected)| (share - expected).abs() < 1e-12);
    assert!(near && shares.len() == expected.len(), "{weights:?}: {shares:?}, expected {expected:?}");
}

#[test]
fn no_source_carries_more_than_a_quarter() {
    check_shares(&[], &[]);
    check_shares(&[7.0], &[1.0]);
    check_shares(&[1.0, 9.0], &[0.5, 0.5]);
    check_shares(&[1.0, 2.0, 9.0], &[1.0 / 3.0; 3]);
    check_shares(&[1.0, 2.0, 9.0, 5.0], &[0.25; 4]);
    check_shares(&[1.0; 5], &[0.2; 5]);
    check_shares(&[96.0, 1.0, 1.0, 1.0, 1.0], &[0.25, 0.1875, 0.1875, 0.1875, 0.1875]);
    // Pouring over once lifts the second above the cap as well.
    check_shares(&[60.0, 20.0, 5.0, 5.0, 5.0, 5.0], &[0.25, 0.25, 0.125, 0.125, 0.125, 0.125]);
    check_shares(&[0.0; 5], &[0.2; 5]);
    check_shares(&[1.0, 0.0, 0.0, 0.0, 0.0], &[0.25, 0.1875, 0.1875, 0.1875, 0.1875]);
    check_shares(&[f64::NAN, f64::INFINITY, -1.0, 1.0], &[0.25; 4]);
}

proptest! {
    #[test]
    fn shares_sum_to_one_under_the_cap_and_keep_the_order(weights in proptest::collection::vec(0.01_f64..1e6, 1..40)) {
        let shares = capped_shares(&weights);
        let cap = MAX_SOURCE_SHARE.max(1.0 / weights.len() as f64);
        prop_assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        prop_assert!(shares.iter().all(|share| *share > 0.0 && *share <= cap));
        for (i, a) in weights.iter().enumerate() {
            for (j, b) in weights.iter().enumerate() {
                prop_assert!(a > b || shares[i] <= shares[j]);
                // Those below the cap keep their proportion.
                if shares[i] < cap && shares[j] < cap {
                    prop_assert!((shares[i] * b - shares[j] * a).abs() <= 1e-9 * shares[j] * a);
                }
            }
        }
    }

    #[test]
    fn the_order_of_documents_does_not_matter(
        documents in proptest::collection::vec((0_u64..30, 0_usize..4, 0_u32..5, 0.0_f64..1.0), 0..30),
    ) {
        let documents: Vec<_> = documents
            .into_iter()
            .map(|(id, source, word, score)| document(id, ["a", "b", "c", ""][source], &[word, word + 1], score))
            .collect();
        let mut reversed = documents.clone();
        reversed.reverse();
        prop_assert_eq!(day_index(Day(1), &documents), day_index(Day(1), &reversed));
    }
}

#[test]
fn shares_of_documents_give_the_means_of_their_day() {
    let documents: Vec<ScoredDocument> = (0..40)
        .map(|id| {
            let source = ["a", "a", "a", "b", "c", "d"][id as usize % 6];
            document(id, source, &[id as u32 % 9, 100], f64::from(id as u32 % 5) / 4.0)
        })
        .collect();
    let shares = document_shares(&[&documents]);
    let day = day_index(Day(20_000), &documents);
    let of_sources = source_shares(&day);
    let mean: f64 = day.sources.iter().zip(&of_sources).map(|(source, share)| share * source.means[0]).sum();
    let by_document: f64 =
        documents.iter().zip(&shares).map(|(document, share)| share * document.scores[0]).sum();
    assert!((mean - by_document).abs() < 1e-12, "{mean} {by_document}");
    assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    assert!(document_shares(&[]).is_empty());
}
