//! Each entry left out: what moves.
//!
//! [`changes`] asks one article what each of its entries does there; [`Sensitivity`] sums over days.
//! An entry that does not stand in a sentence changes nothing in it, so only sentences that hold an
//! entry are read again, once for each entry they hold, and everything else is kept. Reading again and
//! not merely subtracting matters: without an entry a shorter match can win, a cue inside it can wake,
//! a clause can part. A day's mean is linear in its articles' scores, with shares that do not depend on
//! them (`index::document_shares`), so a day moves by what its articles move times their shares.

use std::collections::BTreeMap;

use crate::{
    calendar::Day,
    index::{ScoredDocument, document_shares},
    statistics::correlation,
    tag::{Count, Field, TagCounts, Tagger},
};

/// What an article's entries do for its scores.
#[derive(Debug, Clone, PartialEq)]
pub struct ArticleChanges {
    /// Its counts with the whole lexicon.
    pub counts: TagCounts,
    /// For every entry without which a pole's counts differ: its number, and the counts without it.
    pub without: Vec<(u32, [Count; 2])>,
}

/// Reads an article once with the whole lexicon, and what it holds again without each entry there.
pub fn changes(tagger: &Tagger, title: &str, text: &str, language: Option<&str>) -> ArticleChanges {
    let (tagged, met) = tagger.tag_with_met(title, text, language);
    let counts = tagged.counts.clone();
    let mut moved: BTreeMap<u32, [Shift; 2]> = BTreeMap::new();
    let contributions =
        if met.is_empty() { Vec::new() } else { tagged.contributions(&tagger.lexicons().axis) };
    for of_sentence in met.chunk_by(|one, other| one.0 == other.0) {
        let number = of_sentence[0].0 as usize;
        let (sentence, contribution) = (&tagged.sentences[number], &contributions[number]);
        let (alone_title, alone_text) = match sentence.field {
            Field::Title => (&title[sentence.start..sentence.end], ""),
            Field::Text => ("", &text[sentence.start..sentence.end]),
        };
        let alone = tagger.count(alone_title, alone_text, language);
        if alone.sentences != contribution.sentences || alone.poles != contribution.poles {
            // Where its neighbours change how a sentence is cut, the whole article is read again.
            return changes_of_whole(tagger, (title, text), language, counts, &met);
        }
        for &(_, entry) in of_sentence {
            let without = tagger.count_without(alone_title, alone_text, language, entry);
            if without.poles != alone.poles {
                let moved = moved.entry(entry).or_default();
                for (moved, (with, without)) in moved.iter_mut().zip(alone.poles.iter().zip(without.poles)) {
                    moved.add(*with, without);
                }
            }
        }
    }
    let without = moved
        .into_iter()
        .map(|(entry, [from, to])| (entry, [from.applied(counts.poles[0]), to.applied(counts.poles[1])]))
        .filter(|(_, poles)| *poles != counts.poles)
        .collect();
    ArticleChanges { counts, without }
}

fn changes_of_whole(
    tagger: &Tagger,
    (title, text): (&str, &str),
    language: Option<&str>,
    counts: TagCounts,
    met: &[(u32, u32)],
) -> ArticleChanges {
    let mut entries: Vec<u32> = met.iter().map(|(_, entry)| *entry).collect();
    entries.sort_unstable();
    entries.dedup();
    let without = entries
        .into_iter()
        .map(|entry| (entry, tagger.count_without(title, text, language, entry).poles))
        .filter(|(_, poles)| *poles != counts.poles)
        .collect();
    ArticleChanges { counts, without }
}

/// How a count differs.
#[derive(Debug, Clone, Copy, Default)]
struct Shift {
    asserted: i64,
    reversed: i64,
    expected: i64,
}

impl Shift {
    fn add(&mut self, with: Count, without: Count) {
        self.asserted += i64::from(without.asserted) - i64::from(with.asserted);
        self.reversed += i64::from(without.reversed) - i64::from(with.reversed);
        self.expected += i64::from(without.expected) - i64::from(with.expected);
    }

    fn applied(self, count: Count) -> Count {
        let sum = |count: u32, shift: i64| u32::try_from(i64::from(count) + shift).unwrap_or(0);
        Count {
            asserted: sum(count.asserted, self.asserted),
            reversed: sum(count.reversed, self.reversed),
            expected: sum(count.expected, self.expected),
        }
    }
}

/// What leaving out one entry moves, over all days.
#[derive(Debug, Clone, PartialEq)]
pub struct Influence {
    /// Position among the lexicon's languages, and the entry's number there.
    pub entry: (usize, u32),
    /// Articles of which either pole's score differs.
    pub articles: u64,
    /// Articles that tell a pole with it and no longer without it.
    pub lost: [u64; 2],
    /// Articles that tell a pole only without it.
    pub gained: [u64; 2],
    /// How far the mean of all days moves, of either pole.
    pub means: [f64; 2],
    /// Days whose balance differs.
    pub days: u64,
    /// Days whose balance has another sign without it.
    pub turned: u64,
    /// The farthest a day's balance moves, with its sign.
    pub farthest: f64,
    /// The mean over all days of how far the balance moves either way: entries are ranked by it.
    pub moved: f64,
    /// Correlation of the daily balance without it with the full one; `None` where either does not vary.
    pub correlation: Option<f64>,
}

/// Sums of what each entry does, day by day.
#[derive(Debug, Default)]
pub struct Sensitivity {
    /// Both poles' means of every day.
    days: Vec<(Day, [f64; 2])>,
    articles: u64,
    told: [u64; 2],
    entries: BTreeMap<(usize, u32), Sums>,
}

#[derive(Debug, Default)]
struct Sums {
    articles: u64,
    lost: [u64; 2],
    gained: [u64; 2],
    /// Position of the day, and how far both poles' means move.
    days: Vec<(u32, [f64; 2])>,
}

/// What was looked at, with the whole lexicon.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Whole {
    /// Articles.
    pub articles: u64,
    /// Articles that tell either pole.
    pub told: [u64; 2],
    /// Days with articles.
    pub days: usize,
    /// The mean of all days, of either pole.
    pub means: [f64; 2],
    /// Entries that moved anything.
    pub entries: usize,
}

impl Sensitivity {
    /// Adds a day, the last of a window of days of documents: for each document of that day its changes and
    /// the position of the language that read it.
    pub fn add_day(&mut self, day: Day, window: &[&[ScoredDocument]], changes: &[(usize, ArticleChanges)]) {
        let documents = window.last().copied().unwrap_or_default();
        let place = self.days.len() as u32;
        let mut means = [0.0; 2];
        for ((document, share), (language, changes)) in
            documents.iter().zip(document_shares(window)).zip(changes)
        {
            self.articles += 1;
            let sentences = changes.counts.sentences;
            let full = [document.scores[0], document.scores[1]];
            for pole in 0..2 {
                means[pole] += share * full[pole];
                self.told[pole] += u64::from(full[pole] > 0.0);
            }
            for (entry, poles) in &changes.without {
                let without = poles.map(|count| count.score(sentences));
                let sums = self.entries.entry((*language, *entry)).or_default();
                sums.articles += u64::from(without != full);
                let mut moved = [0.0; 2];
                for pole in 0..2 {
                    sums.lost[pole] += u64::from(full[pole] > 0.0 && without[pole] == 0.0);
                    sums.gained[pole] += u64::from(full[pole] == 0.0 && without[pole] > 0.0);
                    moved[pole] = share * (without[pole] - full[pole]);
                }
                match sums.days.last_mut().filter(|(last, _)| *last == place) {
                    Some((_, sum)) => (0..2).for_each(|pole| sum[pole] += moved[pole]),
                    None => sums.days.push((place, moved)),
                }
            }
        }
        self.days.push((day, means));
    }

    /// What was looked at.
    pub fn whole(&self) -> Whole {
        let mean = |pole: usize| {
            self.days.iter().map(|(_, means)| means[pole]).sum::<f64>() / self.days.len().max(1) as f64
        };
        Whole {
            articles: self.articles,
            told: self.told,
            days: self.days.len(),
            means: [mean(0), mean(1)],
            entries: self.entries.len(),
        }
    }

    /// Every entry that moved anything, the one that moves most first.
    pub fn influences(&self) -> Vec<Influence> {
        let balance: Vec<f64> = self.days.iter().map(|(_, [from, to])| to - from).collect();
        let mut all: Vec<Influence> =
            self.entries.iter().map(|(entry, sums)| self.influence(*entry, sums, &balance)).collect();
        all.sort_by(|a, b| b.moved.total_cmp(&a.moved).then_with(|| a.entry.cmp(&b.entry)));
        all
    }

    fn influence(&self, entry: (usize, u32), sums: &Sums, balance: &[f64]) -> Influence {
        let days = balance.len().max(1) as f64;
        let mut without = balance.to_vec();
        let mut influence = Influence {
            entry,
            articles: sums.articles,
            lost: sums.lost,
            gained: sums.gained,
            means: [0.0; 2],
            days: 0,
            turned: 0,
            farthest: 0.0,
            moved: 0.0,
            correlation: None,
        };
        for (place, [from, to]) in &sums.days {
            let before = balance[*place as usize];
            let after = without_rounding(before + to - from);
            without[*place as usize] = after;
            let moved = after - before;
            influence.means[0] += from / days;
            influence.means[1] += to / days;
            if moved.abs() <= ROUNDING {
                continue;
            }
            influence.days += 1;
            influence.turned += u64::from(sign(before) != sign(after));
            influence.moved += moved.abs() / days;
            if moved.abs() > influence.farthest.abs() {
                influence.farthest = moved;
            }
        }
        influence.correlation = correlation(balance, &without);
        influence
    }
}

/// Sums of shares differ in their last digits with the order they were made in.
const ROUNDING: f64 = 1e-12;

fn without_rounding(value: f64) -> f64 {
    if value.abs() <= ROUNDING { 0.0 } else { value }
}

fn sign(value: f64) -> i8 {
    i8::from(value > ROUNDING) - i8::from(value < -ROUNDING)
}

#[cfg(test)]
mod tests;
