//! What chance alone would do: intervals of shares, many tests at once, and how small an effect a history
//! of this length could show.
//!
//! Distributions come from `statrs`. Left out: resampling, which needs the days (`bootstrap`).

use crate::statistics::{self, Z_95};
use statrs::distribution::{Binomial, ContinuousCDF, Discrete, FisherSnedecor, Normal};

/// Power at which an effect counts as detectable: four times of five, the usual choice.
const POWER: f64 = 0.8;

/// Euler and Mascheroni's constant.
const EULER: f64 = 0.577_215_664_901_532_9;

/// The share of a standard normal variable below a value.
pub fn normal_share(value: f64) -> f64 {
    Normal::standard().cdf(value)
}

/// The value below which a share in (0, 1) of a standard normal variable lies.
pub fn normal_quantile(share: f64) -> f64 {
    Normal::standard().inverse_cdf(share)
}

/// The chance of an F statistic as large as this, with these degrees of freedom above and below; `None`
/// where they are not above zero.
pub fn f_chance(f: f64, above: f64, below: f64) -> Option<f64> {
    Some(FisherSnedecor::new(above, below).ok()?.sf(f))
}

/// The 95 % interval of a share of which `hits` of `trials` were seen (Wilson 1927); `None` of none.
pub fn wilson(hits: usize, trials: usize) -> Option<(f64, f64)> {
    (trials > 0).then(|| statistics::wilson(hits as f64 / trials as f64, trials as f64))
}

/// The chance of hits as unlikely as these or more where each trial hits with `rate`, both sides.
pub fn binomial_p(hits: u64, trials: u64, rate: f64) -> Option<f64> {
    let binomial = Binomial::new(rate, trials).ok()?;
    // Outcomes of equal chance may differ in their last digits.
    let seen = binomial.pmf(hits) * (1.0 + 1e-7);
    let chance: f64 = (0..=trials).map(|hits| binomial.pmf(hits)).filter(|chance| *chance <= seen).sum();
    Some(chance.min(1.0))
}

/// False-discovery rates of tests tried together (Benjamini and Hochberg 1995), in the order given: with
/// all tests of at most this rate believed, that share of them is expected to be false.
pub fn false_discovery(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|left, right| p_values[*right].total_cmp(&p_values[*left]));
    let (tests, mut least) = (p_values.len() as f64, 1.0_f64);
    let mut rates = vec![1.0; p_values.len()];
    for (above, place) in order.into_iter().enumerate() {
        least = least.min(p_values[place] * tests / (tests - above as f64));
        rates[place] = least;
    }
    rates
}

/// The smallest difference of a mean that `n` independent observations with this standard deviation
/// would show at 5 % both sides, four times of five.
pub fn smallest_detectable(deviation: f64, n: usize) -> Option<f64> {
    (n > 0).then(|| (Z_95 + normal_quantile(POWER)) * deviation / (n as f64).sqrt())
}

/// The probability that a Sharpe ratio seen over `n` periods is above `benchmark`, given its returns'
/// skewness and (not excess) kurtosis (Bailey and López de Prado 2012). All ratios per period.
pub fn probabilistic_sharpe(sharpe: f64, benchmark: f64, n: usize, skewness: f64, kurtosis: f64) -> f64 {
    let spread = (1.0 - skewness * sharpe + (kurtosis - 1.0) / 4.0 * sharpe * sharpe).sqrt();
    normal_share((sharpe - benchmark) * (n as f64 - 1.0).sqrt() / spread)
}

/// The best of so many worthless variants is expected to reach this (Bailey and López de Prado 2014);
/// `variance` is that of the variants' results. `None` of fewer than two.
pub fn expected_best(variance: f64, variants: usize) -> Option<f64> {
    let variants = (variants > 1).then_some(variants as f64)?;
    let of = |share: f64| normal_quantile(1.0 - share);
    let best = (1.0 - EULER) * of(1.0 / variants) + EULER * of(1.0 / (variants * std::f64::consts::E));
    Some(variance.sqrt() * best)
}
