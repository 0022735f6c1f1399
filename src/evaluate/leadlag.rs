//! Who moves first: weekly returns of a metal against those of Bitcoin, weeks apart.
//!
//! With 26 lags and two metals, some correlation stands out by luck. The band is therefore family-wise:
//! the largest correlation of all lags and metals at once, over draws in which the metals' weeks are
//! shuffled in blocks and Bitcoin's are not, stays inside it 95 times of 100.

use rayon::prelude::*;

use super::{bootstrap::Draws, sample};
use crate::calendar::Day;

/// Friday, in [`Day::weekday`]'s count: weeks end with the metals' last session.
const FRIDAY: usize = 4;

/// Weekly logarithmic returns of several series, over the weeks that all of them have.
#[derive(Debug, Clone, PartialEq)]
pub struct Weekly {
    /// The last days of the weeks, one more than there are returns.
    pub weeks: Vec<Day>,
    /// For each series, its returns from week to week.
    pub returns: Vec<Vec<f64>>,
}

/// The correlation at one lag.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LagCorrelation {
    /// Weeks that Bitcoin comes later; below zero it comes first.
    pub lag: i32,
    /// Pairs of weeks.
    pub pairs: usize,
    /// Pearson's correlation, both sides centred on the pairs that overlap.
    pub correlation: f64,
    /// The same with means and spreads of the whole sample and its length as divisor, as statsmodels'
    /// unadjusted `ccf` has it: smaller the further apart the weeks are. For comparison with other tools.
    pub whole_sample: f64,
}

/// What is seen at one lag and what chance makes of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Banded {
    /// Which of the leading series, in the order given.
    pub series: usize,
    /// The correlation.
    pub seen: LagCorrelation,
    /// Share of draws whose largest correlation of all is at least as large.
    pub p: f64,
}

/// Closes of consecutive days from `first` on, each on its own day and none carried on, as returns from
/// week to week. A week counts with its last close; one in which a series has none is left out, and the
/// next return spans both. A week that is not over is left out too.
pub fn weekly(first: Day, series: &[&[Option<f64>]]) -> Weekly {
    let days = series.iter().map(|closes| closes.len()).min().unwrap_or(0);
    let mut found = Weekly { weeks: Vec::new(), returns: vec![Vec::new(); series.len()] };
    let mut before: Option<Vec<f64>> = None;
    let fridays = (0..days).filter(|at| (first + *at as i32).weekday() == FRIDAY);
    for friday in fridays {
        let week = friday.saturating_sub(6)..=friday;
        let last = |closes: &&[Option<f64>]| closes[week.clone()].iter().rev().find_map(|close| *close);
        let Some(values) = series.iter().map(last).collect::<Option<Vec<f64>>>() else { continue };
        if values.iter().any(|value| *value <= 0.0) {
            continue;
        }
        found.weeks.push(first + friday as i32);
        for (returns, (now, then)) in found.returns.iter_mut().zip(values.iter().zip(before.iter().flatten()))
        {
            returns.push((now / then).ln());
        }
        before = Some(values);
    }
    found
}

/// The correlation of `leading` with `following` so many weeks later; `None` with fewer than three pairs or
/// where a side does not vary.
pub fn lag_correlation(leading: &[f64], following: &[f64], lag: i32) -> Option<LagCorrelation> {
    let n = leading.len().min(following.len());
    let shift = lag.unsigned_abs() as usize;
    let pairs = n.checked_sub(shift)?;
    let (early, late) = if lag < 0 { (following, leading) } else { (leading, following) };
    let correlation = sample::correlation(&early[..pairs], &late[shift..n])?;
    let (early, late) = (centred(&early[..n]), centred(&late[..n]));
    let squares = |values: &[f64]| values.iter().map(|value| value * value).sum::<f64>();
    let sum: f64 = early[..pairs].iter().zip(&late[shift..]).map(|(early, late)| early * late).sum();
    let whole_sample = sum / (squares(&early) * squares(&late)).sqrt();
    Some(LagCorrelation { lag, pairs, correlation, whole_sample })
}

/// Every lag from 1 to `most` for each leading series against `following`, as one family, and the band
/// that holds all of them in 95 of 100 draws without any lead. `None` where nothing can be compared.
pub fn lead_band(
    leading: &[&[f64]],
    following: &[f64],
    most: i32,
    draws: Draws,
) -> Option<(Vec<Banded>, f64)> {
    let n = leading.iter().map(|series| series.len()).min()?.min(following.len());
    let seen: Vec<(usize, LagCorrelation)> = leading
        .iter()
        .enumerate()
        .flat_map(|(place, series)| (1..=most).map(move |lag| (place, *series, lag)))
        .filter_map(|(place, series, lag)| {
            Some((place, lag_correlation(&series[..n], &following[..n], lag)?))
        })
        .collect();
    if seen.is_empty() || draws.count == 0 {
        return None;
    }
    let following = Moments::new(&following[..n]);
    let centred: Vec<Vec<f64>> = leading.iter().map(|series| centred(&series[..n])).collect();
    let largest = |draw: usize| {
        // The metals keep their own company: their weeks are drawn together.
        let blocks = draws.blocks(draw, n);
        let weeks: Vec<usize> =
            blocks.flat_map(|(start, length)| (start..start + length).map(|at| at % n)).collect();
        let correlations = centred.iter().flat_map(|series| {
            let drawn = Moments::new(&weeks.iter().map(|week| series[*week]).collect::<Vec<f64>>());
            let at = |lag: usize| drawn.correlation(&following, lag).abs();
            (1..=most as usize).map(at).collect::<Vec<f64>>()
        });
        correlations.fold(0.0, f64::max)
    };
    let mut chance: Vec<f64> = (0..draws.count).into_par_iter().map(largest).collect();
    chance.sort_by(f64::total_cmp);
    let band = sample::sorted_quantile(&chance, 0.95)?;
    let share = |seen: f64| {
        let below = chance.partition_point(|other| *other < seen);
        (chance.len() - below) as f64 / chance.len() as f64
    };
    let banded =
        |(series, seen): (usize, LagCorrelation)| Banded { series, seen, p: share(seen.correlation.abs()) };
    Some((seen.into_iter().map(banded).collect(), band))
}

/// Values around their mean.
fn centred(values: &[f64]) -> Vec<f64> {
    let mean = sample::mean(values).unwrap_or(0.0);
    values.iter().map(|value| value - mean).collect()
}

/// A series with the running sums of it and of its squares: what a correlation at any lag needs beside the
/// products, which are most of the work of a draw.
struct Moments {
    values: Vec<f64>,
    sums: Vec<[f64; 2]>,
}

impl Moments {
    fn new(values: &[f64]) -> Self {
        let values = centred(values);
        let mut sums = vec![[0.0; 2]];
        let mut sum = [0.0; 2];
        for value in &values {
            sum = [sum[0] + value, sum[1] + value * value];
            sums.push(sum);
        }
        Self { values, sums }
    }

    /// The sum and the spread around their mean of the values between two places.
    fn between(&self, from: usize, to: usize) -> (f64, f64) {
        let [sum, squares] = [0, 1].map(|at| self.sums[to][at] - self.sums[from][at]);
        (sum, squares - sum * sum / (to - from) as f64)
    }

    /// Pearson's correlation with another series so many places later; 0 where a side does not vary.
    fn correlation(&self, later: &Self, lag: usize) -> f64 {
        let n = self.values.len();
        if lag + 2 >= n {
            return 0.0;
        }
        let (early, late) = (&self.values[..n - lag], &later.values[lag..]);
        let products: f64 = early.iter().zip(late).map(|(early, late)| early * late).sum();
        let ((early, early_spread), (late, late_spread)) = (self.between(0, n - lag), later.between(lag, n));
        let scale = (early_spread * late_spread).sqrt();
        let both = products - early * late / (n - lag) as f64;
        if scale > 0.0 { both / scale } else { 0.0 }
    }
}
