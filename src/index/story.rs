//! Which articles of a day tell the same story, and which of the days before told it already.
//!
//! Two articles are joined when their headlines have the same significant words, when their headlines or
//! bodies are alike by the weight of what they share (`likeness`), or when their bodies are near-equal;
//! a story is what hangs together within a moving window of days. How rare a word is, is learnt from that
//! window alone, which ends with the day asked about: what comes later changes nothing. Pairs are found
//! through an index of rare words, body blocks and sketch hashes, so the work is near-linear, and
//! bounded when hostile headlines share everything. Articles are first brought into one order, so
//! the input's order never matters.
//!
//! Left out on purpose: events. What happens next is another story, though it concerns the same people;
//! a rise and the fall that follows it are two.

use std::{cmp::Ordering, collections::HashMap, hash::Hash};

use super::ScoredDocument;
use likeness::{Likeness, Telling};

mod likeness;

/// Articles that tell one story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Story {
    /// Positions in the day's articles; never empty, by document identity.
    pub members: Vec<usize>,
    /// Who told it on earlier days of the window, by day and then document identity.
    pub earlier: Vec<Earlier>,
}

/// An article of an earlier day that tells a story of the day asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Earlier {
    /// Position of its day in the window, 0 for the first.
    pub day: usize,
    /// Position in that day's articles.
    pub member: usize,
}

/// Headlines of one significant word ("Markets", "Update") are rubrics, not stories.
const MIN_WORDS_EQUAL: usize = 2;

/// Bits in which the similarity hashes of near-equal bodies may differ (Manku, Jain and Das Sarma,
/// "Detecting near-duplicates for web crawling", 2007: 3 of 64).
const MAX_BODY_BITS: u32 = 3;

/// One block more than bits may differ, so that one block is always equal.
const BODY_BLOCKS: u32 = MAX_BODY_BITS + 1;

/// Candidates kept per rare word or block. Real days stay far below; a flood of template headlines
/// then costs linear time and is at worst left in several stories.
const MAX_CANDIDATES: usize = 512;

/// Groups one day's documents into stories, ordered by their first member's identity.
pub fn stories(documents: &[ScoredDocument]) -> Vec<Story> {
    stories_within(&[documents])
}

/// Groups the documents of the last of these consecutive days into stories, ordered by their first
/// member's identity, knowing the days before it.
pub fn stories_within(window: &[&[ScoredDocument]]) -> Vec<Story> {
    let mut order: Vec<(usize, usize)> = Vec::new();
    for (day, documents) in window.iter().enumerate() {
        let start = order.len();
        order.extend((0..documents.len()).map(|member| (day, member)));
        order[start..].sort_by(|a, b| compare(&documents[a.1], &documents[b.1]));
    }
    // From here on a document is known by its rank in that order.
    let mut sources: HashMap<&str, u32> = HashMap::new();
    let tellings: Vec<Telling<'_>> = order
        .iter()
        .map(|(day, member)| {
            let document = &window[*day][*member];
            let next = sources.len() as u32;
            let source = *sources.entry(&document.source).or_insert(next);
            Telling { day: *day, source, fingerprint: &document.fingerprint }
        })
        .collect();
    let mut groups = group(&tellings);

    let Some(today) = window.len().checked_sub(1) else { return Vec::new() };
    let mut stories: Vec<Story> = Vec::new();
    let mut story_of_root = vec![usize::MAX; order.len()];
    let first_today = order.partition_point(|(day, _)| *day < today);
    for (rank, (_, member)) in order.iter().enumerate().skip(first_today) {
        let root = groups.root(rank);
        if story_of_root[root] == usize::MAX {
            story_of_root[root] = stories.len();
            stories.push(Story { members: Vec::new(), earlier: Vec::new() });
        }
        stories[story_of_root[root]].members.push(*member);
    }
    for (rank, (day, member)) in order.iter().enumerate().take(first_today) {
        if let Some(story) = stories.get_mut(story_of_root[groups.root(rank)]) {
            story.earlier.push(Earlier { day: *day, member: *member });
        }
    }
    stories
}

/// Joins all that is one story; ranks are the positions of the tellings.
fn group(tellings: &[Telling<'_>]) -> Groups {
    let title = |rank: usize| tellings[rank].fingerprint.title.as_slice();
    let body = |rank: usize| tellings[rank].fingerprint.body;
    let sketch = |rank: usize| tellings[rank].fingerprint.sketch.as_slice();
    let ranks = || 0..tellings.len();

    let mut groups = Groups::new(tellings.len());
    let titled = ranks().filter(|rank| title(*rank).len() >= MIN_WORDS_EQUAL);
    // A source's headline that comes back another day is a rubric ("Net Asset Value(s)", "What happened in
    // crypto today"): of a hundred such pairs read, most were. Of other sources it is a repeat (`likeness`).
    groups.join_equal(titled, |rank| (title(rank), tellings[rank].day));
    let likeness = Likeness::learn(tellings);
    // One of each kind is enough: the others are in its story already.
    let telling = |rank: usize| (title(rank), tellings[rank].source, tellings[rank].day);
    let titled = first_of_each(ranks().filter(|rank| title(*rank).len() >= MIN_WORDS_EQUAL), telling);
    join_alike_titles(&mut groups, &titled, tellings, &likeness);

    let bodies = groups.join_equal(ranks().filter(|rank| body(*rank) != 0), body);
    join_near_bodies(&mut groups, &bodies, body);

    let sketched = ranks().filter(|rank| !sketch(*rank).is_empty());
    groups.join_equal(sketched.clone(), sketch);
    let sketched = first_of_each(sketched, |rank| (sketch(rank), telling(rank)));
    for (a, b) in likeness.sketch_pairs(tellings, &sketched) {
        if groups.root(a) != groups.root(b) && likeness.bodies(&tellings[a], &tellings[b]) {
            groups.join(a, b);
        }
    }
    groups
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
        .then_with(|| a.fingerprint.sketch.cmp(&b.fingerprint.sketch))
        .then_with(scores)
}

/// Joins headlines that are alike, looking only where the weightiest words of both meet (prefix
/// filtering: Chaudhuri, Ganti and Kaushik 2006).
fn join_alike_titles(groups: &mut Groups, ranks: &[usize], tellings: &[Telling<'_>], likeness: &Likeness) {
    let mut candidates: HashMap<u32, Vec<usize>> = HashMap::new();
    for rank in ranks.iter().copied() {
        for word in likeness.telling_words(&tellings[rank].fingerprint.title) {
            let known = candidates.entry(word).or_default();
            for other in known.iter().copied() {
                if groups.root(other) != groups.root(rank)
                    && likeness.titles(&tellings[other], &tellings[rank])
                {
                    groups.join(other, rank);
                }
            }
            if known.len() < MAX_CANDIDATES {
                known.push(rank);
            }
        }
    }
}

/// Joins bodies whose hashes differ in few bits: one of their blocks is then equal.
fn join_near_bodies(groups: &mut Groups, ranks: &[usize], body: impl Fn(usize) -> u64) {
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

/// The first rank with each key, in order.
fn first_of_each<K: Eq + Hash>(ranks: impl Iterator<Item = usize>, key: impl Fn(usize) -> K) -> Vec<usize> {
    let mut seen = std::collections::HashSet::new();
    ranks.filter(|rank| seen.insert(key(*rank))).collect()
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
