//! What a measure told: rank correlation, quantile table and regression against later returns, and the
//! record year by year.

use super::{
    bootstrap::{Draws, interval, rank_correlation_draws, shifted_correlation_p},
    options::{ENTRY_DELAY, EvaluateOptions},
    record::{Base, MIN_DAYS},
    regression::{Slope, newey_west},
    sample::{self, Bucket},
    subject::Subject,
};
use crate::calendar::Day;

/// Parts of a quantile table: fifths.
const BUCKETS: usize = 5;

/// The rank correlation of a measure with what followed.
#[derive(Debug, Clone, PartialEq)]
pub struct RankCorrelation {
    /// The measure: a column of the joined table.
    pub measure: &'static str,
    /// Calendar days held.
    pub horizon: usize,
    /// Days with both.
    pub days: usize,
    /// Spearman's correlation.
    pub value: Option<f64>,
    /// Its 95 % interval by circular block bootstrap.
    pub interval: Option<(f64, f64)>,
    /// Share of circular shifts that correlate as much.
    pub p: Option<f64>,
    /// False-discovery rate among all records, correlations and event studies.
    pub q: Option<f64>,
    /// The same correlation in each calendar year, with its days.
    pub years: Vec<(i16, usize, f64)>,
    /// The correlation over everything that was known when each of these years began, for those that had
    /// [`MIN_DAYS`] of it.
    pub before: Vec<(i16, f64)>,
}

/// What followed each fifth of a measure, looking back on the whole span.
#[derive(Debug, Clone, PartialEq)]
pub struct Quantiles {
    /// The measure.
    pub measure: &'static str,
    /// Calendar days held.
    pub horizon: usize,
    /// The values that part the fifths.
    pub edges: Vec<f64>,
    /// From the lowest values to the highest.
    pub buckets: Vec<Bucket>,
}

/// The return that followed, explained by a measure.
#[derive(Debug, Clone, PartialEq)]
pub struct Explained {
    /// The measure.
    pub measure: &'static str,
    /// Calendar days held.
    pub horizon: usize,
    /// The fit, with Newey and West's errors.
    pub slope: Slope,
}

/// A subject in one calendar year, and what its record was before.
#[derive(Debug, Clone, PartialEq)]
pub struct Year {
    /// The year.
    pub year: i16,
    /// The subject's name.
    pub subject: String,
    /// Calendar days held.
    pub horizon: usize,
    /// Days of the set in the year with a return.
    pub days: usize,
    /// Mean return after them.
    pub mean: f64,
    /// Mean return after any day of the year.
    pub base: f64,
    /// Difference of the two means over everything that was known when the year began; `None` before the
    /// subject first had a return.
    pub before: Option<f64>,
}

/// A measure's values, and the same from the first row that counts.
pub(super) struct Measure {
    pub name: &'static str,
    pub values: Vec<Option<f64>>,
}

pub(super) fn rank_correlation(
    measure: &Measure,
    base: &Base,
    first: Day,
    options: &EvaluateOptions,
) -> RankCorrelation {
    let known = sample::pairs(&measure.values, &base.after);
    let of = |known: &[(usize, f64, f64)]| -> (Vec<f64>, Vec<f64>) {
        known.iter().map(|(_, measure, after)| (*measure, *after)).unzip()
    };
    let (left, right) = of(&known);
    let value = sample::rank_correlation(&left, &right).filter(|_| known.len() >= MIN_DAYS);
    let block = options.block_days.max(base.horizon);
    let draws = Draws { seed: options.seed, count: options.draws, block };
    let by_year = || known.chunk_by(|one, other| year(first, one.0) == year(first, other.0));
    let years = by_year().filter_map(|part| {
        let (left, right) = of(part);
        Some((year(first, part[0].0), part.len(), sample::rank_correlation(&left, &right)?))
    });
    let before = by_year().filter_map(|part| {
        let over = known.partition_point(|(at, ..)| is_over(*at, base.horizon, began(first, part[0].0)));
        let (left, right) = of(&known[..over]);
        Some((year(first, part[0].0), sample::rank_correlation(&left, &right).filter(|_| over >= MIN_DAYS)?))
    });
    RankCorrelation {
        measure: measure.name,
        horizon: base.horizon,
        days: known.len(),
        value,
        interval: value.and_then(|_| interval(&rank_correlation_draws(&left, &right, draws))),
        p: value.and_then(|_| shifted_correlation_p(&left, &right)),
        q: None,
        years: years.collect(),
        before: before.collect(),
    }
}

/// The place of the first day of the year that a day is in; below zero where the history starts within it.
fn began(first: Day, at: usize) -> i64 {
    at as i64 + 1 - i64::from((first + at as i32).date().day_of_year())
}

/// Whether the return after the day at this place was known before the day at another: walking forward,
/// a year may use no close of its own.
fn is_over(at: usize, horizon: usize, began: i64) -> bool {
    ((at + ENTRY_DELAY + horizon) as i64) < began
}

fn year(first: Day, at: usize) -> i16 {
    (first + at as i32).year()
}

pub(super) fn quantiles(measure: &Measure, base: &Base, from: usize) -> Option<Quantiles> {
    if sample::pairs(&measure.values, &base.after).len() < MIN_DAYS {
        return None;
    }
    let edges = sample::bucket_edges(&measure.values[from..], BUCKETS);
    // A measure that hardly varies has no fifths.
    if edges.windows(2).any(|pair| pair[0] >= pair[1]) {
        return None;
    }
    let buckets = sample::quantile_table(&measure.values, &edges, &base.after);
    Some(Quantiles { measure: measure.name, horizon: base.horizon, edges, buckets })
}

pub(super) fn explained(measure: &Measure, base: &Base) -> Option<Explained> {
    let known = sample::pairs(&measure.values, &base.after);
    let (values, after): (Vec<f64>, Vec<f64>) =
        known.iter().map(|(_, value, after)| (*value, *after)).unzip();
    // Overlap reaches as far as the horizon; half as much again lets its weights fade out.
    let lags = base.horizon * 3 / 2;
    let slope = newey_west(&values, &after, lags).filter(|_| known.len() >= MIN_DAYS)?;
    Some(Explained { measure: measure.name, horizon: base.horizon, slope })
}

/// The record of a subject in each year that has days of it.
pub(super) fn years(subject: &Subject, base: &Base, first: Day) -> Vec<Year> {
    let known: Vec<(usize, f64)> =
        base.after.iter().enumerate().filter_map(|(at, after)| Some((at, (*after)?))).collect();
    let means = |days: &[(usize, f64)]| {
        let inside: Vec<f64> =
            days.iter().filter(|(at, _)| subject.inside[*at]).map(|(_, after)| *after).collect();
        let all: Vec<f64> = days.iter().map(|(_, after)| *after).collect();
        Some((inside.len(), sample::mean(&inside)?, sample::mean(&all)?))
    };
    let mut found = Vec::new();
    for part in known.chunk_by(|one, other| year(first, one.0) == year(first, other.0)) {
        let Some((days, mean, all)) = means(part) else { continue };
        let over = known.partition_point(|(at, _)| is_over(*at, base.horizon, began(first, part[0].0)));
        found.push(Year {
            year: year(first, part[0].0),
            subject: subject.name.clone(),
            horizon: base.horizon,
            days,
            mean,
            base: all,
            before: means(&known[..over]).map(|(_, mean, all)| mean - all),
        });
    }
    found
}
