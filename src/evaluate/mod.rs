//! What followed: past states and measures against later returns, and what chance would have done.
//!
//! ```text
//! values of consecutive days -> returns -> sample, bootstrap, regression, chance -> leadlag, granger
//! ```
//!
//! Plain functions over slices. What is random is seeded and gives the same bits on any number of
//! threads. Missing is `None`, never zero, and a question that the history is too short for has no
//! answer rather than a bad one. Left out: how a state was made (`signal`), and files.
//!
//! ```
//! use storyturn::evaluate::{forward_returns, wilson};
//!
//! let closes = [Some(100.0), Some(110.0), None, Some(121.0), Some(99.0)];
//! let after = forward_returns(&closes, 1, 2);
//! assert_eq!(after, [Some(1.1_f64.ln()), None, None, None, None]);
//! let (low, high) = wilson(5, 5).expect("there are trials");
//! assert!(low < 0.57 && high == 1.0, "five of five prove little");
//! ```

mod bootstrap;
mod chance;
mod granger;
mod leadlag;
mod regression;
mod returns;
mod sample;

pub use self::bootstrap::{
    Draws, Shifted, SplitMix64, circular_shift, difference_draws, interval, rank_correlation_draws,
    shifted_correlation_p,
};
pub use self::chance::{
    Z_95, binomial_p, expected_best, f_chance, false_discovery, normal_quantile, normal_share,
    probabilistic_sharpe, smallest_detectable, wilson,
};
pub use self::granger::{Granger, granger};
pub use self::leadlag::{
    Banded, LagCorrelation, Weekly, lag_correlation, lead_band, weekly, whole_sample_correlation,
};
pub use self::regression::{Fit, Slope, least_squares, newey_west};
pub use self::returns::{Drawdown, drawdown, drawdowns, episodes, forward_returns, highs, trailing_returns};
pub use self::sample::{
    Bucket, average_ranks, bucket_edges, correlation, deviation, earlier_share, hit_rate, mean, pairs,
    quantile, quantile_table, rank_correlation,
};
