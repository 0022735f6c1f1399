//! Granger's question: does the past of one series help to tell the next value of another, beyond what
//! that other's own past tells?
//!
//! Answered by comparing two fits over the same rows (Granger 1969), as statsmodels does. It says nothing
//! about causes, and with many lags tried some answer yes by luck: the caller counts them.

use statrs::distribution::{ChiSquared, ContinuousCDF};

use super::{chance::f_chance, regression::least_squares};

/// The answer for one number of lags.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Granger {
    /// Lags of each series.
    pub lags: usize,
    /// F statistic.
    pub f: f64,
    /// Its chance without any help.
    pub p: f64,
    /// Degrees of freedom of the denominator.
    pub freedom: usize,
    /// Chi-squared statistic of the sums of squares, and its chance.
    pub chi2: [f64; 2],
    /// Likelihood ratio, and its chance.
    pub likelihood_ratio: [f64; 2],
}

/// Whether `cause` helps to tell `effect` with this many lags; `None` where the series are too short for
/// them or do not vary.
pub fn granger(cause: &[f64], effect: &[f64], lags: usize) -> Option<Granger> {
    let n = effect.len().min(cause.len());
    let rows = n.checked_sub(lags).filter(|_| lags > 0)?;
    let freedom = rows.checked_sub(2 * lags + 1).filter(|freedom| *freedom > 0)?;
    let lagged = |series: &[f64], lag: usize| series[lags - lag..n - lag].to_vec();
    let target = &effect[lags..n];
    let mut columns = vec![vec![1.0; rows]];
    columns.extend((1..=lags).map(|lag| lagged(effect, lag)));
    let alone = least_squares(&columns, target)?.squares;
    columns.extend((1..=lags).map(|lag| lagged(cause, lag)));
    let helped = least_squares(&columns, target)?.squares;
    let f = (alone - helped) / lags as f64 / (helped / freedom as f64);
    let chi2 = rows as f64 * (alone - helped) / helped;
    let ratio = rows as f64 * (alone / helped).ln();
    let by_chi2 = ChiSquared::new(lags as f64).ok()?;
    // Rounding may take a worthless fit below zero.
    let [f, chi2, ratio] = [f, chi2, ratio].map(|statistic| statistic.max(0.0));
    if !f.is_finite() || !chi2.is_finite() {
        return None;
    }
    let p = f_chance(f, lags as f64, freedom as f64)?;
    Some(Granger {
        lags,
        f,
        p,
        freedom,
        chi2: [chi2, by_chi2.sf(chi2)],
        likelihood_ratio: [ratio, by_chi2.sf(ratio)],
    })
}
