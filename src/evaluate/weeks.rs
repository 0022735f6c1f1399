//! The weekly questions: do metals lead Bitcoin, and does either's past help to tell the other.
//!
//! Asks `leadlag` and `granger` of series by their own closes; with fewer than [`MIN_WEEKS`] there is no
//! answer.

use super::{
    bootstrap::Draws,
    chance::false_discovery,
    granger::{Granger, granger},
    leadlag::{LagCorrelation, lag_correlation, lead_band, weekly},
    options::EvaluateOptions,
};
use crate::calendar::Day;

/// Weeks below which leads are not looked for: two years, four times the longest lag.
pub const MIN_WEEKS: usize = 104;

/// One lag of one metal.
#[derive(Debug, Clone, PartialEq)]
pub struct Lead {
    /// The metal.
    pub metal: &'static str,
    /// Weeks by which Bitcoin comes later, pairs of weeks and their correlation.
    pub seen: LagCorrelation,
    /// Share of draws whose largest correlation of all lags and both metals is at least as large. `None`
    /// for lag 0, which is the same week and no lead.
    pub p: Option<f64>,
}

/// Every lag of both metals, and the band that luck alone keeps within.
#[derive(Debug, Clone, PartialEq)]
pub struct LeadLag {
    /// Weekly returns compared.
    pub weeks: usize,
    /// The correlation that 95 of 100 draws without any lead stay within at all lags.
    pub band: f64,
    /// By metal, then by lag.
    pub leads: Vec<Lead>,
}

/// One Granger test.
#[derive(Debug, Clone, PartialEq)]
pub struct GrangerRecord {
    /// Whose past is asked.
    pub cause: &'static str,
    /// Whose next week is to be told.
    pub effect: &'static str,
    /// The answer.
    pub test: Granger,
    /// False-discovery rate among all Granger tests.
    pub q: f64,
}

/// A series by its own closes, one place a day.
pub(super) type Closes<'a> = (&'static str, &'a [Option<f64>]);

/// Weekly returns below which leads are not looked for.
pub(super) fn least_weeks(options: &EvaluateOptions) -> usize {
    MIN_WEEKS.max(4 * options.lead_weeks)
}

/// `first` is the day of the first close.
pub(super) fn lead_lag(
    first: Day,
    btc: Closes<'_>,
    metals: &[Closes<'_>],
    options: &EvaluateOptions,
) -> Option<LeadLag> {
    let least = least_weeks(options);
    let together = |metals: &[Closes<'_>]| {
        let series: Vec<&[Option<f64>]> = [btc].iter().chain(metals).map(|(_, closes)| *closes).collect();
        weekly(first, &series)
    };
    // One band for all metals needs their common weeks, so one that has too few stays out of it.
    let enough = |metal: &Closes<'_>| together(&[*metal]).returns[0].len() >= least;
    let mut metals: Vec<Closes<'_>> = metals.iter().filter(|metal| enough(metal)).copied().collect();
    let mut weekly = together(&metals);
    if weekly.returns[0].len() < least {
        // Each has enough, but not the same weeks: the longest speaks alone.
        let longest = metals.iter().max_by_key(|metal| together(&[**metal]).returns[0].len()).copied();
        metals = longest.into_iter().collect();
        weekly = together(&metals);
    }
    let (btc, leading) = weekly.returns.split_first().filter(|_| !metals.is_empty())?;
    let leading: Vec<&[f64]> = leading.iter().map(Vec::as_slice).collect();
    let draws = Draws { seed: options.seed, count: options.draws, block: options.block_weeks };
    let (banded, band) = lead_band(&leading, btc, options.lead_weeks as i32, draws)?;
    let mut leads = Vec::new();
    for (place, (metal, _)) in metals.iter().enumerate() {
        let same_week = lag_correlation(leading[place], btc, 0);
        leads.extend(same_week.map(|seen| Lead { metal, seen, p: None }));
        let own = banded.iter().filter(|banded| banded.series == place);
        leads.extend(own.map(|banded| Lead { metal, seen: banded.seen, p: Some(banded.p) }));
    }
    Some(LeadLag { weeks: btc.len(), band, leads })
}

/// Both ways between Bitcoin and each other series, over the weeks that both have: a series that is short
/// takes nothing from the others.
pub(super) fn granger_tests(
    first: Day,
    btc: Closes<'_>,
    others: &[Closes<'_>],
    options: &EvaluateOptions,
) -> Vec<GrangerRecord> {
    let mut found = Vec::new();
    for other in others {
        let weekly = weekly(first, &[btc.1, other.1]);
        let [of_btc, of_other] = &weekly.returns[..] else { continue };
        if of_btc.len() < MIN_WEEKS {
            continue;
        }
        let ways = [(other.0, btc.0, of_other, of_btc), (btc.0, other.0, of_btc, of_other)];
        for (cause, effect, from, to) in ways {
            let tests = (1..=options.granger_weeks).filter_map(|lags| granger(from, to, lags));
            found.extend(tests.map(|test| GrangerRecord { cause, effect, test, q: 1.0 }));
        }
    }
    let rates = false_discovery(&found.iter().map(|record| record.test.p).collect::<Vec<f64>>());
    for (record, q) in found.iter_mut().zip(rates) {
        record.q = q;
    }
    found
}
