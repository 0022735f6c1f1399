//! The record of a set of days: what Bitcoin did after them, beside what it did after any day.
//!
//! The mean runs over all days of the set, chance over rotations and blocks that keep neighbours together,
//! and the hit rate over the first days of episodes, because only those are independent.

use super::{
    bootstrap::{Draws, circular_shift, difference_draws, interval},
    chance::{binomial_p, smallest_detectable, wilson},
    options::{ENTRY_DELAY, EvaluateOptions},
    returns::{episodes, forward_returns},
    sample,
    subject::{Kind, Subject},
};

/// Days with a return below which chance is not computed: a year, less holds one season.
pub const MIN_DAYS: usize = 365;

/// Episodes, or stretches as long as the horizon, below which there is no interval: one or two drawn again
/// and again are always themselves, and look certain.
pub const MIN_WINDOWS: usize = 3;

/// p above which nothing is called distinguishable.
pub const P_LIMIT: f64 = 0.05;

/// What Bitcoin did after any day of the span.
#[derive(Debug, Clone, PartialEq)]
pub struct Base {
    /// Calendar days held.
    pub horizon: usize,
    /// Days with a return.
    pub days: usize,
    /// Mean logarithmic return.
    pub mean: Option<f64>,
    /// Median of the same.
    pub median: Option<f64>,
    /// Share of returns above zero.
    pub hit_rate: Option<f64>,
    /// Their standard deviation.
    pub deviation: Option<f64>,
    /// For each row its return; `None` outside the span and where a close is missing.
    pub after: Vec<Option<f64>>,
}

/// The verdict on a record, by the rule that is printed with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Higher than after any day, p at most .05 and enough episodes.
    Above,
    /// Lower, likewise.
    Below,
    /// p above .05, or too few episodes.
    NotDistinguishable,
    /// Nothing to say it about.
    Unsaid,
}

impl Verdict {
    /// In words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Above => "above the base rate",
            Self::Below => "below the base rate",
            Self::NotDistinguishable => "not distinguishable from the base rate",
            Self::Unsaid => "cannot be said",
        }
    }

    /// In a word or two, where the column's head or the caption says against what.
    pub const fn short(self) -> &'static str {
        match self {
            Self::Above => "above",
            Self::Below => "below",
            Self::NotDistinguishable => "not distinguishable",
            Self::Unsaid => "cannot be said",
        }
    }
}

/// What followed a set of days over one horizon. Returns are logarithmic.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// The set's name.
    pub subject: String,
    /// What kind of set.
    pub kind: Kind,
    /// Calendar days held.
    pub horizon: usize,
    /// Days of the set with a return after them.
    pub days: usize,
    /// Independent episodes among them.
    pub episodes: usize,
    /// Mean return after the set's days.
    pub mean: Option<f64>,
    /// Median of the same.
    pub median: Option<f64>,
    /// Mean return after any day.
    pub base: Option<f64>,
    /// `mean - base`.
    pub difference: Option<f64>,
    /// Its 95 % interval by circular block bootstrap; `None` where it would rest on fewer episodes, or
    /// stretches as long as the horizon, than [`MIN_WINDOWS`].
    pub interval: Option<(f64, f64)>,
    /// Share of circular shifts that differ as much.
    pub p: Option<f64>,
    /// False-discovery rate among all records, correlations and event studies.
    pub q: Option<f64>,
    /// Episodes after whose first day Bitcoin rose.
    pub hits: usize,
    /// Their share, and its Wilson interval.
    pub hit_interval: Option<(f64, f64)>,
    /// Share of all days after which it rose.
    pub base_hit_rate: Option<f64>,
    /// The chance of hits as unlikely as these, if each episode rose as often as any day did (binomial, both
    /// sides): the other face of the interval. The verdict does not use it, and it is no further variant.
    pub hit_p: Option<f64>,
    /// The return after the first day of each episode, in order: what is hit or not.
    pub outcomes: Vec<f64>,
    /// The smallest difference that so many episodes, or stretches as long as the horizon, could have shown.
    pub detectable: Option<f64>,
    /// The verdict.
    pub verdict: Verdict,
    /// What the verdict rests on, or why there is none: one clause.
    pub why: String,
}

impl Record {
    /// Share of episodes after which Bitcoin rose.
    pub fn hit_rate(&self) -> Option<f64> {
        (self.episodes > 0).then(|| self.hits as f64 / self.episodes as f64)
    }
}

pub(super) fn base(closes: &[Option<f64>], from: usize, horizon: usize) -> Base {
    let mut after = forward_returns(closes, ENTRY_DELAY, horizon);
    after[..from].fill(None);
    let known: Vec<f64> = after.iter().flatten().copied().collect();
    Base {
        horizon,
        days: known.len(),
        mean: sample::mean(&known),
        median: sample::quantile(&known, 0.5),
        hit_rate: sample::hit_rate(&known),
        deviation: sample::deviation(&known),
        after,
    }
}

/// What followed the days of a subject. `draws` is `false` where the interval is not asked for.
pub(super) fn record(subject: &Subject, base: &Base, options: &EvaluateOptions, draws: bool) -> Record {
    let known: Vec<usize> = (0..base.after.len()).filter(|at| base.after[*at].is_some()).collect();
    let values: Vec<f64> = base.after.iter().flatten().copied().collect();
    let inside: Vec<bool> = known.iter().map(|at| subject.inside[*at]).collect();
    let returns: Vec<f64> =
        values.iter().zip(&inside).filter(|(_, inside)| **inside).map(|(value, _)| *value).collect();
    let counted: Vec<bool> =
        subject.inside.iter().zip(&base.after).map(|(inside, after)| *inside && after.is_some()).collect();
    let starts = episodes(&counted, options.episode_gap_days.max(base.horizon));
    let outcomes: Vec<f64> = starts.iter().filter_map(|at| base.after[*at]).collect();
    let hits = outcomes.iter().filter(|after| **after > 0.0).count();
    let enough = values.len() >= MIN_DAYS;
    let shifted = circular_shift(&values, &inside).filter(|_| enough);
    let block = options.block_days.max(base.horizon);
    let drawing = Draws { seed: options.seed, count: options.draws, block };
    // The mean of a long stretch rests on more than its first day.
    let windows = starts.len().max(returns.len() / base.horizon);
    let interval = (draws && shifted.is_some() && windows >= MIN_WINDOWS && options.draws > 0)
        .then(|| interval(&difference_draws(&values, &inside, drawing)))
        .flatten();
    let mean = sample::mean(&returns);
    let mut record = Record {
        subject: subject.name.clone(),
        kind: subject.kind,
        horizon: base.horizon,
        days: returns.len(),
        episodes: starts.len(),
        mean,
        median: sample::quantile(&returns, 0.5),
        base: base.mean,
        difference: mean.zip(base.mean).map(|(mean, base)| mean - base),
        interval,
        p: shifted.map(|shifted| shifted.p),
        q: None,
        hits,
        hit_interval: wilson(hits, starts.len()),
        base_hit_rate: base.hit_rate,
        hit_p: base
            .hit_rate
            .filter(|_| !outcomes.is_empty())
            .and_then(|rate| binomial_p(hits as u64, outcomes.len() as u64, rate)),
        outcomes,
        detectable: base.deviation.and_then(|deviation| smallest_detectable(deviation, windows)),
        verdict: Verdict::Unsaid,
        why: String::new(),
    };
    (record.verdict, record.why) = judged(&record, subject, base, options);
    record
}

fn judged(record: &Record, subject: &Subject, base: &Base, options: &EvaluateOptions) -> (Verdict, String) {
    if let Some(missing) = subject.missing {
        return (Verdict::Unsaid, format!("needs {missing}, which the span does not have"));
    }
    if base.days < MIN_DAYS {
        let (has, horizon) = (base.days, base.horizon);
        let why = format!("only {has} days have a return over {horizon} days, {MIN_DAYS} are needed");
        return (Verdict::Unsaid, why);
    }
    let (Some(p), Some(difference)) = (record.p, record.difference) else {
        let ever = subject.inside.iter().any(|inside| *inside);
        let why = if ever { "none is old enough to have a return" } else { "it never happened" };
        return (Verdict::Unsaid, why.to_owned());
    };
    let (episodes, least) = (record.episodes, options.min_episodes);
    match (p <= P_LIMIT, episodes >= least) {
        (true, true) if difference > 0.0 => (Verdict::Above, format!("p {p:.3}, {episodes} episodes")),
        (true, true) => (Verdict::Below, format!("p {p:.3}, {episodes} episodes")),
        (true, false) => {
            (Verdict::NotDistinguishable, format!("p {p:.3}, but {episodes} episodes, {least} are needed"))
        }
        (false, _) => (Verdict::NotDistinguishable, format!("p {p:.3}")),
    }
}
