//! How the evidence is computed, each setting with its reason.
//!
//! `config` fills them in from `[evaluate]`. Left out: the thresholds under test, which are `signal`'s.

use crate::calendar::Day;

/// Horizons of the returns that follow, calendar days: from a month to the upper end of "weeks to months".
pub const HORIZONS: [usize; 4] = [30, 60, 90, 180];

/// The horizon where one must stand for all: walk-forward by year, and the sentences.
pub const MAIN_HORIZON: usize = 90;

/// Days after the signal's on which Bitcoin is bought: the close of the next day is the first that a
/// reader of the day's signal can get.
pub const ENTRY_DELAY: usize = 1;

/// How the evidence is computed.
#[derive(Debug, Clone, PartialEq)]
pub struct EvaluateOptions {
    /// First day that counts: Bitcoin's market before was thin, and its returns of those years would be
    /// the base rate of all others. Signals still use earlier prices for their ranks.
    pub from: Day,
    /// Draws of the bootstrap: the ends of an interval then move by a hundredth of it from seed to seed.
    pub draws: usize,
    /// Seed of the draws: any number does.
    pub seed: u64,
    /// Neighbouring days drawn together; never fewer than the horizon, whose returns overlap so long.
    pub block_days: usize,
    /// Neighbouring weeks drawn together for the lead-lag band: two months of calm or of storm.
    pub block_weeks: usize,
    /// Days between two days of a set beyond which they are two episodes; never fewer than the horizon.
    pub episode_gap_days: usize,
    /// Episodes below which nothing is called distinguishable, whatever p says.
    pub min_episodes: usize,
    /// Longest lag of metals against Bitcoin, weeks: half a year.
    pub lead_weeks: usize,
    /// Most lags of the Granger tests, weeks: two months.
    pub granger_weeks: usize,
    /// Share by which the scan moves each threshold, up and down.
    pub scan_share: f64,
}

impl Default for EvaluateOptions {
    fn default() -> Self {
        Self {
            from: Day(16_330), // 2014-09-17
            draws: 10_000,
            seed: 20_260_123,
            block_days: 90,
            block_weeks: 8,
            episode_gap_days: 90,
            min_episodes: 10,
            lead_weeks: 26,
            granger_weeks: 8,
            scan_share: 0.25,
        }
    }
}
