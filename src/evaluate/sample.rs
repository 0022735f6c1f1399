//! A sample described: mean, spread, quantiles, ranks and correlation, and the quantile table of one
//! measure against what followed.
//!
//! Plain functions over slices of finite numbers; whoever has gaps drops them first with [`pairs`],
//! because a missing value is never zero. Left out: intervals and chance (`chance`, `bootstrap`).

use crate::statistics;

pub use crate::statistics::mean;

/// Standard deviation with divisor `n - 1`; `None` of fewer than two values.
pub fn deviation(values: &[f64]) -> Option<f64> {
    let mean = mean(values).filter(|_| values.len() > 1)?;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    Some((squares / (values.len() - 1) as f64).sqrt())
}

/// The value below which a share `at` in [0, 1] of the sample lies, linear between neighbours (type 7 of
/// Hyndman and Fan 1996, the default of numpy and R); `None` of nothing.
pub fn quantile(values: &[f64], at: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted_quantile(&sorted, at)
}

/// [`quantile`] of values that ascend.
pub(super) fn sorted_quantile(sorted: &[f64], at: f64) -> Option<f64> {
    let place = at.clamp(0.0, 1.0) * sorted.len().checked_sub(1)? as f64;
    let (below, share) = (place.floor() as usize, place.fract());
    let above = (below + 1).min(sorted.len() - 1);
    Some(sorted[below] + share * (sorted[above] - sorted[below]))
}

/// Ranks from 1; equal values share the mean of their ranks.
pub fn average_ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|left, right| values[*left].total_cmp(&values[*right]));
    let mut ranks = vec![0.0; values.len()];
    let mut before = 0;
    for group in order.chunk_by(|left, right| values[*left] == values[*right]) {
        let shared = before as f64 + (group.len() + 1) as f64 / 2.0;
        for place in group {
            ranks[*place] = shared;
        }
        before += group.len();
    }
    ranks
}

/// Pearson's correlation; `None` with fewer than three pairs or where a side does not vary.
pub fn correlation(left: &[f64], right: &[f64]) -> Option<f64> {
    statistics::correlation(left, right).filter(|_| left.len().min(right.len()) > 2)
}

/// Spearman's rank correlation, ties sharing their mean rank.
pub fn rank_correlation(left: &[f64], right: &[f64]) -> Option<f64> {
    correlation(&average_ranks(left), &average_ranks(right))
}

/// The days on which both are known, with their place: what may be compared.
pub fn pairs(left: &[Option<f64>], right: &[Option<f64>]) -> Vec<(usize, f64, f64)> {
    let both = left.iter().zip(right).enumerate();
    both.filter_map(|(place, (left, right))| Some((place, (*left)?, (*right)?))).collect()
}

/// What followed a fifth of a measure's values.
#[derive(Debug, Clone, PartialEq)]
pub struct Bucket {
    /// From 1, the lowest values.
    pub bucket: usize,
    /// Days with a value in the bucket and a return after it.
    pub days: usize,
    /// Mean logarithmic return after them.
    pub mean: Option<f64>,
    /// Median of the same.
    pub median: Option<f64>,
    /// Share of returns above zero.
    pub hit_rate: Option<f64>,
    /// Their standard deviation.
    pub deviation: Option<f64>,
}

/// The edges that part a sample in equal shares: `buckets - 1` quantiles of the values known.
pub fn bucket_edges(values: &[Option<f64>], buckets: usize) -> Vec<f64> {
    let mut known: Vec<f64> = values.iter().flatten().copied().collect();
    known.sort_by(f64::total_cmp);
    (1..buckets).filter_map(|edge| sorted_quantile(&known, edge as f64 / buckets as f64)).collect()
}

/// What followed the values between these edges; a value on an edge belongs below it.
pub fn quantile_table(values: &[Option<f64>], edges: &[f64], after: &[Option<f64>]) -> Vec<Bucket> {
    let mut returns = vec![Vec::new(); edges.len() + 1];
    for (_, value, after) in pairs(values, after) {
        returns[edges.iter().filter(|edge| **edge < value).count()].push(after);
    }
    let bucket = |(place, returns): (usize, &Vec<f64>)| Bucket {
        bucket: place + 1,
        days: returns.len(),
        mean: mean(returns),
        median: quantile(returns, 0.5),
        hit_rate: hit_rate(returns),
        deviation: deviation(returns),
    };
    returns.iter().enumerate().map(bucket).collect()
}

/// Share of values above zero; `None` of nothing.
pub fn hit_rate(values: &[f64]) -> Option<f64> {
    let hits = values.iter().filter(|value| **value > 0.0).count();
    (!values.is_empty()).then(|| hits as f64 / values.len() as f64)
}
