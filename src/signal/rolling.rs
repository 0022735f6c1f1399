//! Trailing statistics: rank among earlier values, standard score in a window, exponential mean
//! over days. Each reads values up to the current one and no further.
//!
//! Left out: what the values mean.

use std::collections::VecDeque;

/// How many earlier values lie at or below each new one: a binary indexed tree over the sorted
/// values (Fenwick 1994), so that a history costs n log n. The values are sorted beforehand only to
/// give each its place in the tree; a place says nothing of values not yet added.
pub(super) struct Ranks {
    sorted: Vec<f64>,
    counts: Vec<u32>,
    added: u32,
}

impl Ranks {
    pub(super) fn over(values: impl Iterator<Item = f64>) -> Self {
        let mut sorted: Vec<f64> = values.collect();
        sorted.sort_by(f64::total_cmp);
        sorted.dedup();
        let counts = vec![0; sorted.len() + 1];
        Self { sorted, counts, added: 0 }
    }

    /// Values added so far.
    pub(super) fn added(&self) -> u32 {
        self.added
    }

    /// The number of values added so far that are at or below this one; then adds it.
    pub(super) fn at_or_below_then_add(&mut self, value: f64) -> u32 {
        let place = self.sorted.partition_point(|sorted| *sorted <= value);
        let mut at_or_below = 0;
        let mut at = place;
        while at > 0 {
            at_or_below += self.counts[at];
            at &= at - 1;
        }
        at = place;
        while at > 0 && at < self.counts.len() {
            self.counts[at] += 1;
            at += at & at.wrapping_neg();
        }
        self.added += 1;
        at_or_below
    }
}

/// The last values of a window, unknown ones holding their place.
pub(super) struct Window {
    size: usize,
    values: VecDeque<Option<f64>>,
}

impl Window {
    pub(super) fn new(size: usize) -> Self {
        Self { size: size.max(1), values: VecDeque::new() }
    }

    pub(super) fn push(&mut self, value: Option<f64>) {
        if self.values.len() == self.size {
            self.values.pop_front();
        }
        self.values.push_back(value);
    }

    /// `(value - mean) / standard deviation` against the window, ddof 1; `None` with fewer than
    /// `least` known values or where they are all alike. Two passes: no error builds up over years.
    pub(super) fn z(&self, value: f64, least: usize) -> Option<f64> {
        let (mut known, mut sum) = (0_u32, 0.0);
        for value in self.values.iter().flatten() {
            known += 1;
            sum += value;
        }
        if (known as usize) < least.max(2) {
            return None;
        }
        let mean = sum / f64::from(known);
        let squares: f64 = self.values.iter().flatten().map(|value| (value - mean) * (value - mean)).sum();
        let deviation = (squares / f64::from(known - 1)).sqrt();
        // Equal values leave rounding errors, not zero.
        (deviation > 1e-12 * mean.abs().max(1e-12)).then(|| (value - mean) / deviation)
    }
}

/// An exponential mean over calendar days: a value's weight halves every so many days of age, and a
/// day without a value takes no part.
pub(super) struct ExponentialMean {
    kept_per_day: f64,
    sum: f64,
    weights: f64,
}

impl ExponentialMean {
    pub(super) fn new(half_life_days: f64) -> Self {
        Self { kept_per_day: 0.5_f64.powf(1.0 / half_life_days), sum: 0.0, weights: 0.0 }
    }

    /// One day on; `None` before the first value.
    pub(super) fn step(&mut self, value: Option<f64>) -> Option<f64> {
        self.sum *= self.kept_per_day;
        self.weights *= self.kept_per_day;
        if let Some(value) = value {
            self.sum += value;
            self.weights += 1.0;
        }
        (self.weights > 0.0).then(|| self.sum / self.weights)
    }
}
