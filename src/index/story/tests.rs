//! Stories on hand-made fingerprints, then on random ones against comparing all pairs.

use proptest::prelude::*;

use super::*;
use crate::document::{Basis, DocumentId, Fingerprint};

fn document(id: u64, title: &[u32], body: u64) -> ScoredDocument {
    ScoredDocument {
        id: DocumentId(id),
        source: format!("source {}", id % 3),
        fingerprint: Fingerprint { title: title.to_vec(), body },
        basis: Basis::Claimed,
        words: 10,
        scores: vec![0.5],
    }
}

fn check(documents: &[(&[u32], u64)], expected: &[&[usize]]) {
    let documents: Vec<_> =
        (0..).zip(documents).map(|(id, (title, body))| document(id, title, *body)).collect();
    let told: Vec<_> = stories(&documents).into_iter().map(|story| story.members).collect();
    assert_eq!(told, expected, "{documents:?}");
}

#[test]
fn headlines_with_the_same_words_are_one_story() {
    check(&[], &[]);
    check(&[(&[1, 2], 0), (&[1, 3], 0), (&[1, 2], 0)], &[&[0, 2], &[1]]);
    check(&[(&[1], 0), (&[1], 0)], &[&[0], &[1]]);
    check(&[(&[], 0), (&[], 0)], &[&[0], &[1]]);
}

#[test]
fn headlines_that_share_most_words_are_one_story() {
    check(&[(&[1, 2, 3, 4], 0), (&[1, 2, 3, 5], 0)], &[&[0, 1]]);
    check(&[(&[1, 2, 3, 4, 5], 0), (&[1, 2, 3, 6, 7], 0)], &[&[0], &[1]]);
    check(&[(&[1, 2, 3, 4, 5, 6], 0), (&[1, 2, 3, 4, 7, 8], 0)], &[&[0], &[1]]);
    // Three words of three in common say less than four.
    check(&[(&[1, 2, 3], 0), (&[1, 2, 3, 4], 0)], &[&[0], &[1]]);
    // A chain holds together.
    check(&[(&[1, 2, 3, 4], 0), (&[3, 4, 5, 6], 0), (&[2, 3, 4, 5], 0)], &[&[0, 1, 2]]);
}

#[test]
fn near_equal_bodies_are_one_story() {
    check(&[(&[1, 2], 0xf0f0), (&[3, 4], 0xf0f7)], &[&[0, 1]]);
    check(&[(&[1, 2], 0xf0f0), (&[3, 4], 0xf0ff)], &[&[0], &[1]]);
    check(&[(&[1, 2], 1 | 1 << 63), (&[3, 4], 1 << 20 | 1)], &[&[0, 1]]);
    check(&[(&[1, 2], 0), (&[3, 4], 0)], &[&[0], &[1]]);
    check(&[(&[1, 2], 0), (&[3, 4], 1)], &[&[0], &[1]]);
}

#[test]
fn floods_stay_fast_and_whole_when_equal() {
    let flood = |words: fn(u32) -> Vec<u32>, body: fn(u64) -> u64| {
        let documents: Vec<_> = (0..20_000).map(|n| document(n, &words(n as u32), body(n))).collect();
        stories(&documents).len()
    };
    assert_eq!(flood(|_| vec![1, 2, 3, 4, 5], |n| n), 1);
    assert_eq!(flood(|n| vec![n + 10, n + 30_000], |_| 7), 1);
    // One word in common, all else different; and blocks in common, all else different.
    assert_eq!(flood(|n| vec![1, 3 * n + 2, 3 * n + 3, 3 * n + 4], |_| 0), 20_000);
    assert_eq!(flood(|_| vec![], |n| (n * 0x9e37) << 32 | n << 5 | 1), 20_000);
}

fn documents() -> impl Strategy<Value = Vec<ScoredDocument>> {
    let title = proptest::collection::btree_set(0_u32..12, 0..7);
    let body = prop_oneof![Just(0), 0_u64..64, any::<u64>()];
    let document = (0_u64..40, title, body)
        .prop_map(|(id, title, body)| document(id, &title.into_iter().collect::<Vec<_>>(), body));
    proptest::collection::vec(document, 0..25)
}

fn told(documents: &[ScoredDocument]) -> Vec<Vec<ScoredDocument>> {
    let member = |index: usize| documents[index].clone();
    stories(documents).into_iter().map(|story| story.members.into_iter().map(member).collect()).collect()
}

proptest! {
    #[test]
    fn the_order_of_the_input_does_not_matter(documents in documents(), turn in any::<prop::sample::Index>()) {
        let mut turned = documents.clone();
        turned.rotate_left(if documents.is_empty() { 0 } else { turn.index(documents.len()) });
        prop_assert_eq!(told(&documents), told(&turned));
        turned.reverse();
        prop_assert_eq!(told(&documents), told(&turned));
    }

    #[test]
    fn stories_are_what_comparing_all_pairs_gives(documents in documents()) {
        let mut all: Vec<_> = stories(&documents).into_iter().flat_map(|story| story.members).collect();
        all.sort_unstable();
        prop_assert_eq!(all, (0..documents.len()).collect::<Vec<_>>());

        let mut groups = Groups::new(documents.len());
        for (i, a) in documents.iter().enumerate() {
            for (j, b) in documents.iter().enumerate().skip(i + 1) {
                let (a, b) = (&a.fingerprint, &b.fingerprint);
                let shortest = a.title.len().min(b.title.len());
                let same = a.title == b.title && shortest >= MIN_WORDS_EQUAL;
                let similar = shortest >= MIN_WORDS_SIMILAR && is_similar(&a.title, &b.title);
                let bodies = a.body != 0 && b.body != 0 && (a.body ^ b.body).count_ones() <= MAX_BODY_BITS;
                if same || similar || bodies {
                    groups.join(i, j);
                }
            }
        }
        let mut story_of = vec![0; documents.len()];
        for (number, story) in stories(&documents).iter().enumerate() {
            story.members.iter().for_each(|member| story_of[*member] = number);
        }
        for i in 0..documents.len() {
            for j in 0..i {
                prop_assert_eq!(groups.root(i) == groups.root(j), story_of[i] == story_of[j]);
            }
        }
    }
}
