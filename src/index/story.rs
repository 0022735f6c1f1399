//! Which articles of one day tell the same story.
//!
//! Two articles are joined when their headlines have the same significant words, when their headlines
//! share most of them, or when their bodies are near-equal; a story is what hangs together. Pairs are
//! found through an index of rare words and of body blocks, so the work is near-linear, and bounded
//! when hostile headlines share everything. Articles are first brought into one order, so the input's
//! order never matters.
//!
//! Left out on purpose, for a later change here: a moving window of days (the first day of a story
//! keeps it; `stories` then takes the days' articles and earlier stories) and rewrites that share
//! facts but few words.

use std::{cmp::Ordering, collections::HashMap, hash::Hash};

use super::ScoredDocument;

/// Articles that tell one story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Story {
    /// Positions in the input; never empty, by document identity.
    pub members: Vec<usize>,
}

/// Headlines of one significant word ("Markets", "Update") are rubrics, not stories.
const MIN_WORDS_EQUAL: usize = 2;

/// Below four words, three shared of five are chance.
const MIN_WORDS_SIMILAR: usize = 4;

/// Headlines that share at least this part of all their words, as a fraction: 3 / 5. Wire copies with
/// a changed word or an added name stay above it; two reports on one subject fall below.
const MIN_OVERLAP: (usize, usize) = (3, 5);

/// Bits in which the similarity hashes of near-equal bodies may differ (Manku, Jain and Das Sarma,
/// "Detecting near-duplicates for web crawling", 2007: 3 of 64).
const MAX_BODY_BITS: u32 = 3;

/// One block more than bits may differ, so that one block is always equal.
const BODY_BLOCKS: u32 = MAX_BODY_BITS + 1;

/// Candidates kept per rare word or block. Real days stay far below; a flood of template headlines
/// then costs linear time and is at worst left in several stories.
const MAX_CANDIDATES: usize = 512;

/// Groups documents into stories, ordered by their first member's identity.
pub fn stories(documents: &[ScoredDocument]) -> Vec<Story> {
    let mut order: Vec<usize> = (0..documents.len()).collect();
    order.sort_by(|a, b| compare(&documents[*a], &documents[*b]));
    // From here on a document is known by its rank in that order.
    let title = |rank: usize| documents[order[rank]].fingerprint.title.as_slice();
    let body = |rank: usize| documents[order[rank]].fingerprint.body;
    let ranks = || 0..documents.len();

    let mut groups = Groups::new(documents.len());
    let titles = groups.join_equal(ranks().filter(|rank| title(*rank).len() >= MIN_WORDS_EQUAL), title);
    join_similar_titles(&mut groups, &titles, title);
    let bodies = groups.join_equal(ranks().filter(|rank| body(*rank) != 0), body);
    join_similar_bodies(&mut groups, &bodies, body);

    let mut stories: Vec<Story> = Vec::new();
    let mut story_of_root = vec![usize::MAX; documents.len()];
    for rank in ranks() {
        let root = groups.root(rank);
        if story_of_root[root] == usize::MAX {
            story_of_root[root] = stories.len();
            stories.push(Story { members: Vec::new() });
        }
        stories[story_of_root[root]].members.push(order[rank]);
    }
    stories
}

/// A total order on what documents say, so that equal sets of documents give equal stories.
fn compare(a: &ScoredDocument, b: &ScoredDocument) -> Ordering {
    let key =
        |document: &ScoredDocument| (document.id, document.fingerprint.body, document.words, document.basis);
    let scores = || {
        let pairs = a.scores.iter().zip(&b.scores);
        pairs.map(|(a, b)| a.total_cmp(b)).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    };
    key(a)
        .cmp(&key(b))
        .then_with(|| a.source.cmp(&b.source))
        .then_with(|| a.fingerprint.title.cmp(&b.fingerprint.title))
        .then_with(scores)
}

/// Joins headlines with enough words in common. Every pair above the overlap shares a word among the
/// rarest few of each (prefix filtering: Chaudhuri, Ganti and Kaushik 2006), so only those are indexed.
fn join_similar_titles<'a>(groups: &mut Groups, ranks: &[usize], title: impl Fn(usize) -> &'a [u32]) {
    let (numerator, denominator) = MIN_OVERLAP;
    let mut frequency: HashMap<u32, u32> = HashMap::new();
    let long_enough = || ranks.iter().copied().filter(|rank| title(*rank).len() >= MIN_WORDS_SIMILAR);
    for rank in long_enough() {
        for word in title(rank) {
            *frequency.entry(*word).or_default() += 1;
        }
    }
    let mut candidates: HashMap<u32, Vec<usize>> = HashMap::new();
    for rank in long_enough() {
        let words = title(rank);
        let mut rarest = words.to_vec();
        rarest.sort_unstable_by_key(|word| (frequency[word], *word));
        rarest.truncate(words.len() - (numerator * words.len()).div_ceil(denominator) + 1);
        for word in rarest {
            let known = candidates.entry(word).or_default();
            for other in known.iter() {
                if groups.root(*other) != groups.root(rank) && is_similar(words, title(*other)) {
                    groups.join(*other, rank);
                }
            }
            if known.len() < MAX_CANDIDATES {
                known.push(rank);
            }
        }
    }
}

/// Whether two ascending lists share enough of all their words.
fn is_similar(a: &[u32], b: &[u32]) -> bool {
    let (numerator, denominator) = MIN_OVERLAP;
    let (mut shared, mut i, mut j) = (0, 0, 0);
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            Ordering::Less => i += 1,
            Ordering::Greater => j += 1,
            Ordering::Equal => (shared, i, j) = (shared + 1, i + 1, j + 1),
        }
    }
    shared * denominator >= (a.len() + b.len() - shared) * numerator
}

/// Joins bodies whose hashes differ in few bits: one of their blocks is then equal.
fn join_similar_bodies(groups: &mut Groups, ranks: &[usize], body: impl Fn(usize) -> u64) {
    let width = u64::BITS / BODY_BLOCKS;
    let mut candidates: HashMap<(u32, u64), Vec<usize>> = HashMap::new();
    for rank in ranks.iter().copied() {
        for block in 0..BODY_BLOCKS {
            let bits = (body(rank) >> (block * width)) & ((1 << width) - 1);
            let known = candidates.entry((block, bits)).or_default();
            for other in known.iter() {
                if (body(rank) ^ body(*other)).count_ones() <= MAX_BODY_BITS {
                    groups.join(*other, rank);
                }
            }
            if known.len() < MAX_CANDIDATES {
                known.push(rank);
            }
        }
    }
}

/// Disjoint sets of ranks; the lowest rank of a set is its root.
struct Groups {
    parent: Vec<usize>,
}

impl Groups {
    fn new(len: usize) -> Self {
        Self { parent: (0..len).collect() }
    }

    fn root(&mut self, mut rank: usize) -> usize {
        while self.parent[rank] != rank {
            self.parent[rank] = self.parent[self.parent[rank]];
            rank = self.parent[rank];
        }
        rank
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.parent[a.max(b)] = a.min(b);
    }

    /// Joins what has the same key; the first of each, in order.
    fn join_equal<K: Eq + Hash>(
        &mut self,
        ranks: impl Iterator<Item = usize>,
        key: impl Fn(usize) -> K,
    ) -> Vec<usize> {
        let mut first_with: HashMap<K, usize> = HashMap::new();
        let mut firsts = Vec::new();
        for rank in ranks {
            let first = *first_with.entry(key(rank)).or_insert(rank);
            if first == rank {
                firsts.push(rank);
            } else {
                self.join(first, rank);
            }
        }
        firsts
    }
}

#[cfg(test)]
mod tests;
