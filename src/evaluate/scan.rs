//! What the flag's verdict owes to its thresholds: each moved up and down by a share, one at a time, and
//! the whole history judged again.
//!
//! Every move is a variant tried and is counted as one; the scan is there to show how little or how much
//! hangs on a number, not to find a better one. A threshold at zero has no share to move by, so it moves
//! by that share of the standard deviation of what it is compared with. Counts of days and sessions move
//! by one at least. How much must be known before a rule may speak is no threshold and stays.

use rayon::prelude::*;

use super::{
    History,
    chance::{expected_best, false_discovery, probabilistic_sharpe},
    options::{EvaluateOptions, HORIZONS},
    record::{Base, MIN_WINDOWS, Record, Verdict, base, record},
    sample,
    subject::{Kind, Subject},
};
use crate::panel::Panel;
use crate::signal::{SignalOptions, SignalRow, signal};

/// The flag with one threshold moved.
#[derive(Debug, Clone, PartialEq)]
pub struct Variant {
    /// The key of `[signal]` that was moved.
    pub key: &'static str,
    /// Its value in force.
    pub value: f64,
    /// Its value in this variant.
    pub moved: f64,
    /// Flags raised in the span.
    pub flags: usize,
    /// Their record over each horizon, without bootstrap; the q values are among all variants.
    pub records: Vec<Record>,
}

/// Every variant, and what it comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Scan {
    /// The thresholds as they are.
    pub now: Vec<Record>,
    /// Flags raised as they are.
    pub flags: usize,
    /// Two for each threshold: down, then up.
    pub variants: Vec<Variant>,
    /// Verdicts that are others than in force, of all variants and horizons.
    pub changed: usize,
    /// For each horizon, the largest difference of any variant, and what the best of so many worthless
    /// ones is expected to reach, both in standard errors.
    pub best: Vec<Option<(f64, f64)>>,
    /// For each horizon, the probability that the best variant's Sharpe ratio is above what the best of so
    /// many worthless ones would show (the deflated ratio of Bailey and López de Prado 2014), returns being
    /// those of its episodes beyond the base rate. Below .95 the best is no better than the luck of trying.
    pub deflated: Vec<Option<f64>>,
}

/// A threshold, read and written, and what it is compared with where that is a measure.
struct Knob {
    key: &'static str,
    get: fn(&SignalOptions) -> f64,
    set: fn(&mut SignalOptions, f64),
    is_count: bool,
    measure: fn(&SignalRow) -> Option<f64>,
}

macro_rules! knobs {
    ($($field:ident: $kind:ident $(by $measure:ident)?,)*) => {
        &[$(Knob {
            key: stringify!($field),
            get: |options| knobs!(@get options.$field, $kind),
            set: |options, value| knobs!(@set options.$field, $kind, value),
            is_count: knobs!(@is_count $kind),
            measure: |_row| knobs!(@measure _row $(, $measure)?),
        }),*]
    };
    (@get $place:expr, number) => { $place };
    (@get $place:expr, count) => { f64::from($place) };
    (@set $place:expr, number, $value:ident) => { $place = $value };
    (@set $place:expr, count, $value:ident) => { $place = $value as u32 };
    (@is_count number) => { false };
    (@is_count count) => { true };
    (@measure $row:ident) => { None };
    (@measure $row:ident, $measure:ident) => { $row.$measure };
}

const KNOBS: &[Knob] = knobs! {
    enter_days: count,
    lead_rank: number,
    lead_metals_60d: number by metals_60d,
    lead_high_sessions: count,
    leave_rank: number,
    lead_max_days: count,
    turn: number,
    turn_narrative_z: number,
    turn_lost: number by turn,
    turn_lost_days: count,
    flag_dollar_60d: number by dollar_60d,
    flag_btc_20d: number by btc_20d,
    flag_days: count,
    spent_gap_share: number,
    spent_gap: number by divergence_60d,
    hot_narrative_z: number,
    hot_days: count,
    hot_below_high: number,
    spent_dollar_60d: number,
    flag_max_days: count,
    failed_change: number,
    spent_days: count,
    spent_rank: number,
    unknown_days: count,
};

/// Judges the flag again with each threshold moved.
pub fn scan(panel: &Panel, rows: &[SignalRow], options: &SignalOptions, evaluate: &EvaluateOptions) -> Scan {
    let history = History::new(panel, rows, evaluate.from);
    let bases: Vec<Base> = HORIZONS.map(|horizon| base(&history.btc, history.from, horizon)).into();
    let (flags, now) = judged(rows, history.from, &bases, evaluate);
    let moves: Vec<(&Knob, f64)> = KNOBS
        .iter()
        .flat_map(|knob| {
            moved(knob, options, rows, evaluate.scan_share).into_iter().map(move |to| (knob, to))
        })
        .collect();
    let mut variants: Vec<Variant> = moves
        .into_par_iter()
        .map(|(knob, to)| {
            let mut moved = options.clone();
            (knob.set)(&mut moved, to);
            let (flags, records) = judged(&signal(panel, &moved), history.from, &bases, evaluate);
            Variant { key: knob.key, value: (knob.get)(options), moved: to, flags, records }
        })
        .collect();
    let every = || variants.iter().flat_map(|variant| &variant.records);
    let known: Vec<f64> = every().filter_map(|record| record.p).collect();
    let changed = variants
        .iter()
        .flat_map(|variant| variant.records.iter().zip(&now))
        .filter(|(record, now)| record.verdict != now.verdict)
        .count();
    let best = bases.iter().enumerate().map(|(place, base)| best(&variants, place, base)).collect();
    let deflated = bases.iter().enumerate().map(|(place, base)| deflated(&variants, place, base)).collect();
    let mut rates = false_discovery(&known).into_iter();
    for record in variants.iter_mut().flat_map(|variant| &mut variant.records) {
        record.q = record.p.and_then(|_| rates.next());
    }
    Scan { now, flags, variants, changed, best, deflated }
}

fn judged(
    rows: &[SignalRow],
    from: usize,
    bases: &[Base],
    options: &EvaluateOptions,
) -> (usize, Vec<Record>) {
    let inside: Vec<bool> = rows.iter().enumerate().map(|(at, row)| at >= from && row.flag).collect();
    let flags = inside.iter().filter(|inside| **inside).count();
    let subject = Subject { name: "flag".to_owned(), kind: Kind::Flag, inside, missing: None };
    (flags, bases.iter().map(|base| record(&subject, base, options, false)).collect())
}

/// The two values a threshold is moved to; none where it cannot be.
fn moved(knob: &Knob, options: &SignalOptions, rows: &[SignalRow], share: f64) -> Vec<f64> {
    let value = (knob.get)(options);
    let step = if value == 0.0 {
        let known: Vec<f64> = rows.iter().filter_map(knob.measure).collect();
        sample::deviation(&known).unwrap_or(0.0) * share
    } else {
        value.abs() * share
    };
    let step = if knob.is_count { step.round().max(1.0) } else { step };
    let both = [value - step, value + step];
    // A count of 0 would switch the rule off.
    both.into_iter().filter(|to| *to != value && !(knob.is_count && *to < 1.0)).collect()
}

/// The largest difference over one horizon in standard errors, beside what luck would give the best.
fn best(variants: &[Variant], place: usize, base: &Base) -> Option<(f64, f64)> {
    let deviation = base.deviation?;
    let errors = |variant: &Variant| {
        let record = &variant.records[place];
        let tested = record.verdict != Verdict::Unsaid && record.episodes > 0;
        tested.then(|| record.difference.map(|by| by * (record.episodes as f64).sqrt() / deviation)).flatten()
    };
    let known: Vec<f64> = variants.iter().filter_map(errors).collect();
    let largest = known.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    // Worthless variants have a variance of one standard error, if they were independent.
    Some((largest, expected_best(1.0, known.len())?))
}

/// The deflated Sharpe ratio of the best variant over one horizon; `None` where fewer than two variants have
/// a ratio.
fn deflated(variants: &[Variant], place: usize, base: &Base) -> Option<f64> {
    let beyond = |variant: &Variant| -> Vec<f64> {
        let mean = base.mean.unwrap_or(0.0);
        variant.records[place].outcomes.iter().map(|outcome| outcome - mean).collect()
    };
    let ratio = |variant: &Variant| {
        let outcomes = beyond(variant);
        let deviation = sample::deviation(&outcomes).filter(|deviation| *deviation > 0.0)?;
        let tested = outcomes.len() >= MIN_WINDOWS && variant.records[place].verdict != Verdict::Unsaid;
        tested.then(|| Some((sample::mean(&outcomes)? / deviation, outcomes)))?
    };
    let known: Vec<(f64, Vec<f64>)> = variants.iter().filter_map(ratio).collect();
    let ratios: Vec<f64> = known.iter().map(|(ratio, _)| *ratio).collect();
    let luck = expected_best(sample::deviation(&ratios)?.powi(2), ratios.len())?;
    let (best, outcomes) = known.iter().max_by(|one, other| one.0.total_cmp(&other.0))?;
    let (n, mean) = (outcomes.len() as f64, sample::mean(outcomes)?);
    let moment = |power: i32| outcomes.iter().map(|value| (value - mean).powi(power)).sum::<f64>() / n;
    let deviation = moment(2).sqrt();
    let (skewness, kurtosis) = (moment(3) / deviation.powi(3), moment(4) / deviation.powi(4));
    // So few outcomes can be skewed beyond what the formula knows.
    Some(probabilistic_sharpe(*best, luck, outcomes.len(), skewness, kurtosis)).filter(|p| p.is_finite())
}
