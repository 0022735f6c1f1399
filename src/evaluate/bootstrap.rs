//! Resampling that keeps the dependence of neighbouring days: circular blocks and circular shifts.
//!
//! Daily returns over 30 or 180 days overlap, so that neighbours say nearly the same and the usual
//! formulas take one story for a hundred. Blocks of days are drawn instead (Politis and Romano 1992), and
//! a set of days is compared with itself moved to every other place on the calendar.
//!
//! All draws come from one stream that any thread can enter at any place (`statistics`): the same seed gives the same bits on any number of threads. Sums over blocks are
//! differences of running sums, so that a draw costs its blocks and not its days.

use rayon::prelude::*;

use super::sample;
use crate::statistics::SplitMix64;

/// Rounding between two ways to one and the same sum.
const ROUNDING: f64 = 1e-12;

/// How resampling is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Draws {
    /// Seed of the stream.
    pub seed: u64,
    /// Draws.
    pub count: usize,
    /// Neighbours that are drawn together.
    pub block: usize,
}

impl Draws {
    /// The blocks of one draw from `n` values: where each starts and how long it is. The last is cut so
    /// that they add up to `n`; one that reaches the end goes on at the beginning.
    pub fn blocks(self, draw: usize, n: usize) -> impl Iterator<Item = (usize, usize)> {
        let block = self.block.clamp(1, n.max(1));
        let blocks = n.div_ceil(block);
        let mut stream = SplitMix64::new(self.seed, (draw * blocks) as u64);
        (0..blocks).map(move |at| (stream.below(n), block.min(n - at * block)))
    }
}

/// Running sums of several columns over a circle of values.
struct Circle<const COLUMNS: usize> {
    sums: Vec<[f64; COLUMNS]>,
}

impl<const COLUMNS: usize> Circle<COLUMNS> {
    /// Sums of what is given for each place, `n` of them, twice around.
    fn new(n: usize, of: impl Fn(usize) -> [f64; COLUMNS]) -> Self {
        let mut sums = vec![[0.0; COLUMNS]];
        let mut sum = [0.0; COLUMNS];
        for place in (0..n).chain(0..n) {
            for (sum, value) in sum.iter_mut().zip(of(place)) {
                *sum += value;
            }
            sums.push(sum);
        }
        Self { sums }
    }

    /// The sums over the blocks of a draw.
    fn drawn(&self, draws: Draws, draw: usize) -> [f64; COLUMNS] {
        let mut total = [0.0; COLUMNS];
        for (start, length) in draws.blocks(draw, self.sums.len() / 2) {
            for (column, total) in total.iter_mut().enumerate() {
                *total += self.sums[start + length][column] - self.sums[start][column];
            }
        }
        total
    }
}

/// The 95 % interval of a statistic over its draws; `None` where fewer than half of them have one.
pub fn interval(draws: &[Option<f64>]) -> Option<(f64, f64)> {
    let mut known: Vec<f64> = draws.iter().flatten().copied().collect();
    if known.len() * 2 < draws.len() {
        return None;
    }
    known.sort_by(f64::total_cmp);
    Some((sample::sorted_quantile(&known, 0.025)?, sample::sorted_quantile(&known, 0.975)?))
}

/// The mean of the values whose place is in the set, less the mean of all, for each draw; `None` for a
/// draw without a place of the set.
pub fn difference_draws(values: &[f64], inside: &[bool], draws: Draws) -> Vec<Option<f64>> {
    let n = values.len().min(inside.len());
    // Less the mean, the sums stay small and lose fewer digits.
    let centre = sample::mean(&values[..n]).unwrap_or(0.0);
    let circle = Circle::new(n, |place| {
        let (value, inside) = (values[place] - centre, f64::from(u8::from(inside[place])));
        [value, value * inside, inside]
    });
    if n == 0 {
        return Vec::new();
    }
    let difference = |draw| {
        let [all, within, count] = circle.drawn(draws, draw);
        (count > 0.5).then(|| within / count - all / n as f64)
    };
    (0..draws.count).into_par_iter().map(difference).collect()
}

/// The rank correlation for each draw: Pearson's of the ranks that the whole sample gave; `None` for a
/// draw in which a side does not vary.
pub fn rank_correlation_draws(left: &[f64], right: &[f64], draws: Draws) -> Vec<Option<f64>> {
    let n = left.len().min(right.len());
    if n == 0 {
        return Vec::new();
    }
    // Shares of the sample around zero instead of ranks: the same correlation, from smaller sums.
    let centred = |values: &[f64]| -> Vec<f64> {
        let share = |rank: f64| (rank - (n + 1) as f64 / 2.0) / n as f64;
        sample::average_ranks(&values[..n]).into_iter().map(share).collect()
    };
    let (left, right) = (centred(left), centred(right));
    let circle = Circle::new(n, |place| {
        let (left, right) = (left[place], right[place]);
        [left, right, left * left, right * right, left * right]
    });
    let correlation = |draw| {
        let [left, right, left_square, right_square, both] =
            circle.drawn(draws, draw).map(|sum| sum / n as f64);
        let scale = (left_square - left * left) * (right_square - right * right);
        // What is left of equal ranks is rounding.
        (scale > 1e-18).then(|| (both - left * right) / scale.sqrt())
    };
    (0..draws.count).into_par_iter().map(correlation).collect()
}

/// A set of days compared with itself at every other place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shifted {
    /// Mean inside the set less mean of all.
    pub difference: f64,
    /// Share of all rotations, the one as it is included, that differ at least as much, both sides.
    pub p: f64,
    /// What 95 of 100 rotations lie between, as differences.
    pub middle: (f64, f64),
}

/// Rotates a set of places around the calendar; `None` where the set is empty. Days that follow each
/// other stay together, so that a set of one long stretch is not taken for many days.
pub fn circular_shift(values: &[f64], inside: &[bool]) -> Option<Shifted> {
    let n = values.len().min(inside.len());
    let centre = sample::mean(&values[..n])?;
    let circle = Circle::new(n, |place| [values[place] - centre]);
    // Stretches of the set: a rotation is then a few differences of running sums.
    let mut stretches: Vec<(usize, usize)> = Vec::new();
    for place in (0..n).filter(|place| inside[*place]) {
        match stretches.last_mut() {
            Some((start, length)) if *start + *length == place => *length += 1,
            _ => stretches.push((place, 1)),
        }
    }
    let days: usize = stretches.iter().map(|(_, length)| length).sum();
    if days == 0 {
        return None;
    }
    let at = |shift: usize| {
        let moved = stretches.iter().map(|(start, length)| ((start + shift) % n, length));
        let sum: f64 =
            moved.map(|(start, length)| circle.sums[start + length][0] - circle.sums[start][0]).sum();
        sum / days as f64
    };
    let mut all: Vec<f64> = (0..n).into_par_iter().map(at).collect();
    let difference = all[0];
    let as_far = all.iter().filter(|other| other.abs() >= difference.abs() - ROUNDING).count();
    all.sort_by(f64::total_cmp);
    let middle = (sample::sorted_quantile(&all, 0.025)?, sample::sorted_quantile(&all, 0.975)?);
    Some(Shifted { difference, p: as_far as f64 / n as f64, middle })
}

/// The share of rotations of one side against the other, the one as it is included, whose rank
/// correlation is at least as far from zero; `None` where there is none.
pub fn shifted_correlation_p(left: &[f64], right: &[f64]) -> Option<f64> {
    let n = left.len().min(right.len());
    sample::rank_correlation(&left[..n], &right[..n])?;
    let centred = |values: &[f64]| -> Vec<f64> {
        let middle = (n + 1) as f64 / 2.0;
        sample::average_ranks(&values[..n]).into_iter().map(|rank| (rank - middle) / n as f64).collect()
    };
    let (left, right) = (centred(left), centred(right));
    let twice: Vec<f64> = right.iter().chain(&right).copied().collect();
    // Ranks and their spread are the same in every rotation, so the sum of products orders them.
    let product = |shift: usize| left.iter().zip(&twice[shift..]).map(|(l, r)| l * r).sum::<f64>().abs();
    let all: Vec<f64> = (0..n).into_par_iter().map(product).collect();
    let as_far = all.iter().filter(|other| **other >= all[0] - ROUNDING * n as f64).count();
    Some(as_far as f64 / n as f64)
}
