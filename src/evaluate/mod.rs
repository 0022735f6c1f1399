//! What followed: past states and measures against Bitcoin's later returns, and what chance would have
//! done.
//!
//! ```text
//! panel, rows -> subject (sets of days), closes -> record, measured, weeks, flags -> words
//!                closes -> events (paths around a set's episodes)
//!                values of consecutive days -> returns, sample, bootstrap, chance, regression
//! ```
//!
//! [`evaluate`] asks the questions; the statistics are plain functions over slices, and public. What is
//! random is seeded and gives the same bits on any number of threads. Missing is `None`, never zero; a
//! question that the history is too short for gets no answer and the reason. Returns start at the close of
//! the day after, so that nobody trades on a close he is still waiting for. Left out: how a state was
//! made (`signal`), and files.
//!
//! ```
//! use storyturn::evaluate::{forward_returns, wilson};
//!
//! let closes = [Some(100.0), Some(110.0), None, Some(121.0), Some(99.0)];
//! let after = forward_returns(&closes, 1, 2);
//! assert_eq!(after, [Some((121.0_f64 / 110.0).ln()), None, None, None, None]);
//! let (low, high) = wilson(5, 5).expect("there are trials");
//! assert!(low < 0.57 && high > 0.99, "five of five prove little");
//! ```

mod bootstrap;
mod chance;
mod events;
mod flags;
mod granger;
mod leadlag;
mod measured;
mod options;
mod record;
mod regression;
mod returns;
mod sample;
mod scan;
mod subject;
mod unsaid;
mod weeks;
mod words;

use crate::calendar::Day;
use crate::panel::{Leg, Panel};
use crate::signal::{SignalOptions, SignalRow};

pub use crate::statistics::{SplitMix64, Z_95};

use self::measured::Measure;

pub use self::bootstrap::{
    Draws, Shifted, circular_shift, difference_draws, interval, rank_correlation_draws, shifted_correlation_p,
};
pub use self::chance::{
    binomial_p, expected_best, f_chance, false_discovery, normal_quantile, normal_share,
    probabilistic_sharpe, smallest_detectable, wilson,
};
pub use self::events::{EventStudy, PATH_AFTER, PATH_BEFORE, PATH_STEP, PathPoint};
pub use self::flags::{FlagFall, FlagPath};
pub use self::granger::{Granger, granger};
pub use self::leadlag::{Banded, LagCorrelation, Weekly, lag_correlation, lead_band, weekly};
pub use self::measured::{Explained, Quantiles, RankCorrelation, Year};
pub use self::options::{ENTRY_DELAY, EvaluateOptions, HORIZONS, MAIN_HORIZON};
pub use self::record::{Base, MIN_DAYS, MIN_WINDOWS, P_LIMIT, Record, Verdict};
pub use self::regression::{Fit, Slope, least_squares, newey_west};
pub use self::returns::{Drawdown, drawdown, drawdowns, episodes, forward_returns};
pub use self::sample::{
    Bucket, average_ranks, bucket_edges, correlation, deviation, hit_rate, mean, pairs, quantile,
    quantile_table, rank_correlation,
};
pub use self::scan::{Scan, Variant, scan};
pub use self::subject::{Kind, Subject};
pub use self::weeks::{GrangerRecord, Lead, LeadLag, MIN_WEEKS};

/// Everything asked of a history, and the answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// The first and the last day of the span; `None` where there is no row in it.
    pub span: Option<(Day, Day)>,
    /// What Bitcoin did after any day, for each of the [`HORIZONS`].
    pub bases: Vec<Base>,
    /// What it did after the days of each subject, subject by subject.
    pub records: Vec<Record>,
    /// Rank correlations of measures with what followed.
    pub correlations: Vec<RankCorrelation>,
    /// What followed each fifth of a measure.
    pub quantiles: Vec<Quantiles>,
    /// The return that followed, explained by the dollar.
    pub explained: Vec<Explained>,
    /// Weekly lead-lag; `None` where the history is too short or a series missing.
    pub lead_lag: Option<LeadLag>,
    /// Granger tests.
    pub granger: Vec<GrangerRecord>,
    /// Bitcoin's path around events and flags.
    pub studies: Vec<EventStudy>,
    /// Each flag.
    pub flags: Vec<FlagPath>,
    /// Year by year, at [`MAIN_HORIZON`].
    pub years: Vec<Year>,
    /// Tests made, each a chance to be fooled.
    pub variants: usize,
    /// What it comes to, a sentence or two each, for a reader without statistics.
    pub findings: Vec<String>,
    /// What cannot be said, and why.
    pub unsaid: Vec<String>,
}

/// Asks every question of the rows from the span's first day on. `rows` are those of the panel.
pub fn evaluate(
    panel: &Panel,
    rows: &[SignalRow],
    signal: &SignalOptions,
    options: &EvaluateOptions,
) -> Evaluation {
    let history = History::new(panel, rows, options.from);
    let bases: Vec<Base> = HORIZONS.map(|horizon| record::base(&history.btc, history.from, horizon)).into();
    let subjects = subject::subjects(rows, history.from, signal, options);
    let asked = subjects.iter().flat_map(|subject| bases.iter().map(move |base| (subject, base)));
    let mut records: Vec<Record> =
        asked.map(|(subject, base)| record::record(subject, base, options, true)).collect();
    let measures = history.measures(rows);
    let both = measures.iter().flat_map(|measure| bases.iter().map(move |base| (measure, base)));
    let mut correlations: Vec<RankCorrelation> = both
        .clone()
        .map(|(measure, base)| measured::rank_correlation(measure, base, history.first, options))
        .collect();
    let quantiles =
        both.filter_map(|(measure, base)| measured::quantiles(measure, base, history.from)).collect();
    let dollar = Measure { name: "dollar_60d", values: history.within(rows, |row| row.dollar_60d) };
    let explained = bases.iter().filter_map(|base| measured::explained(&dollar, base)).collect();
    let main = bases.iter().filter(|base| base.horizon == MAIN_HORIZON);
    let years = main
        .flat_map(|base| subjects.iter().map(move |subject| (subject, base)))
        .flat_map(|(subject, base)| measured::years(subject, base, history.first))
        .collect();
    let paths = events::Paths::new(&history.btc, history.from);
    let told = subjects.iter().filter(|subject| matches!(subject.kind, Kind::Flag | Kind::Event));
    let mut studies: Vec<EventStudy> =
        told.map(|subject| paths.study(subject, history.from, options)).collect();
    share_discoveries(&mut records, &mut correlations, &mut studies);
    let [silver, gold, dollar] = [Leg::Silver, Leg::Gold, Leg::Dollar].map(|leg| own_closes(panel, leg));
    let from = history.from;
    let start = history.first + from as i32;
    let (btc, silver, gold) =
        (("btc", &history.btc[from..]), ("silver", &silver[from..]), ("gold", &gold[from..]));
    let present = |(_, closes): &weeks::Closes<'_>| closes.iter().any(Option::is_some);
    let metals: Vec<weeks::Closes<'_>> = [silver, gold].into_iter().filter(present).collect();
    let others: Vec<weeks::Closes<'_>> =
        [silver, gold, ("dollar", &dollar[from..])].into_iter().filter(present).collect();
    let lead_lag = weeks::lead_lag(start, btc, &metals, options);
    let granger = weeks::granger_tests(start, btc, &others, options);
    let tested = records.iter().filter(|record| record.p.is_some()).count()
        + correlations.iter().filter(|correlation| correlation.p.is_some()).count()
        + studies.iter().filter(|study| study.p.is_some()).count();
    let leads = lead_lag.iter().flat_map(|found| &found.leads).filter(|lead| lead.p.is_some()).count();
    let mut evaluation = Evaluation {
        span: rows.get(from).zip(rows.last()).map(|(first, last)| (first.day, last.day)),
        bases,
        records,
        correlations,
        quantiles,
        explained,
        studies,
        flags: flags::paths(rows, from, history.first, &history.btc),
        years,
        variants: tested + leads + granger.len(),
        lead_lag,
        granger,
        findings: Vec::new(),
        unsaid: Vec::new(),
    };
    evaluation.unsaid = unsaid::unsaid(&evaluation, panel, rows, from, options);
    evaluation.findings = words::findings(&evaluation, signal, options);
    evaluation
}

/// What the flags up to the last row were worth, in a few sentences: to be shown with every flag. Cheap,
/// since it draws nothing; `None` where no flag was raised.
pub fn flag_evidence(panel: &Panel, rows: &[SignalRow], options: &EvaluateOptions) -> Option<String> {
    let history = History::new(panel, rows, options.from);
    let base = record::base(&history.btc, history.from, MAIN_HORIZON);
    let inside = rows.iter().enumerate().map(|(at, row)| at >= history.from && row.flag).collect();
    let subject = Subject { name: "flag".to_owned(), kind: Kind::Flag, inside, missing: None };
    let record = record::record(&subject, &base, options, false);
    let span = (rows.get(history.from)?.day, rows.last()?.day);
    words::flag(span, &flags::paths(rows, history.from, history.first, &history.btc), &record, options)
}

/// False-discovery rates among everything that asks what followed.
fn share_discoveries(
    records: &mut [Record],
    correlations: &mut [RankCorrelation],
    studies: &mut [EventStudy],
) {
    let asked = records.iter_mut().map(|record| (record.p, &mut record.q));
    let asked = asked.chain(correlations.iter_mut().map(|found| (found.p, &mut found.q)));
    let asked: Vec<(Option<f64>, &mut Option<f64>)> =
        asked.chain(studies.iter_mut().map(|study| (study.p, &mut study.q))).collect();
    let known: Vec<f64> = asked.iter().filter_map(|(p, _)| *p).collect();
    let mut rates = false_discovery(&known).into_iter();
    for (p, q) in asked {
        *q = p.and_then(|_| rates.next());
    }
}

/// The rows that count, with Bitcoin's closes on their own days.
struct History {
    first: Day,
    /// The first row that counts; the number of rows where none does.
    from: usize,
    btc: Vec<Option<f64>>,
}

impl History {
    fn new(panel: &Panel, rows: &[SignalRow], from: Day) -> Self {
        Self {
            first: rows.first().map_or(from, |row| row.day),
            from: rows.partition_point(|row| row.day < from),
            btc: own_closes(panel, Leg::Btc),
        }
    }

    fn within(&self, rows: &[SignalRow], of: impl Fn(&SignalRow) -> Option<f64>) -> Vec<Option<f64>> {
        rows.iter().enumerate().map(|(at, row)| of(row).filter(|_| at >= self.from)).collect()
    }

    fn measures(&self, rows: &[SignalRow]) -> Vec<Measure> {
        vec![
            Measure { name: "divergence_60d", values: self.within(rows, |row| row.divergence_60d) },
            Measure { name: "turn", values: self.within(rows, |row| row.turn) },
        ]
    }
}

/// The closes of a series, each on the day it is dated to, as known at the end: both ends of a return are
/// then of one vintage.
fn own_closes(panel: &Panel, leg: Leg) -> Vec<Option<f64>> {
    let mut closes = vec![None; panel.rows.len()];
    let Some(first) = panel.rows.first().map(|row| row.day) else { return closes };
    let last = panel.rows.len() - 1;
    for (at, row) in panel.rows.iter().enumerate() {
        let Some(quote) = row.quote(leg) else { continue };
        let place = usize::try_from(quote.observed - first).ok();
        if let Some(close) = place.and_then(|place| closes.get_mut(place)) {
            *close = panel.close_before(leg, last, last - at);
        }
    }
    closes
}

#[cfg(test)]
mod tests;
