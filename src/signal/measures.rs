//! Every number of the published table: returns, gap, rank, standard scores, narrative means.
//!
//! Returns compare the quotes of two rows, the older one as known today (see
//! `Panel::close_before`). A measure is unknown where any input is; nothing is filled in.
//! Left out: states and reasons, which `states` writes into the same rows.

use crate::calendar::Day;
use crate::panel::{Coverage, Highs, Leg, Panel, PanelRow};

use super::rolling::{ExponentialMean, Ranks, Window};
use super::{Facts, SignalOptions, SignalRow, State, StateBasis};

/// Calendar days of the long returns: the columns are named for it.
const LONG_DAYS: usize = 60;

/// Calendar days of Bitcoin's short return.
const SHORT_DAYS: usize = 20;

/// Known days the 60-day range needs: a few lost candles do not move it, half a window would.
const RANGE_MIN_DAYS: usize = 54;

/// Half-lives in days: a week of news against a month of it.
const HALF_LIVES: [f64; 2] = [7.0, 28.0];

/// What the rules need beside the published columns.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Context {
    /// Known earlier values of the gap.
    pub earlier: u32,
    /// Days with enough coverage and a narrative among the last fourteen.
    pub covered: u32,
    /// The gap.
    pub gap: Option<f64>,
    /// Bitcoin's highest close of the last 60 days.
    pub btc_high: Option<f64>,
    /// The fiscal narrative's standard score.
    pub fiscal_z: Option<f64>,
}

pub(super) fn measure(panel: &Panel, options: &SignalOptions) -> (Vec<SignalRow>, Vec<Context>) {
    let mut rows: Vec<SignalRow> =
        panel.rows.iter().enumerate().map(|(at, row)| of_the_day(panel, at, row)).collect();
    let mut context = vec![Context::default(); rows.len()];
    gap(panel, &mut rows, &mut context, options);
    range(&mut rows, &mut context);
    range_ranks(&mut rows, options);
    narrative(panel, &mut rows, &mut context, options);
    (rows, context)
}

fn of_the_day(panel: &Panel, at: usize, row: &PanelRow) -> SignalRow {
    let value = |leg| row.quote(leg).map(|quote| quote.value);
    let back = |leg, days| panel.close_before(leg, at, days);
    let change = |leg, days| {
        let (now, then) = (value(leg)?, back(leg, days)?);
        (now > 0.0 && then > 0.0).then(|| (now / then).ln())
    };
    let mean = |pole: usize| row.news.as_ref()?.means.get(pole).copied().flatten();
    let z = |pole: usize| row.news.as_ref()?.z.get(pole).copied().flatten();
    let days_since = |day: Option<Day>| day.and_then(|day| u32::try_from(row.day - day).ok());
    let [silver_60d, gold_60d, btc_60d] =
        [Leg::Silver, Leg::Gold, Leg::Btc].map(|leg| change(leg, LONG_DAYS));
    let both_metals = silver_60d.zip(gold_60d);
    let metals_60d = both_metals.map(|(silver, gold)| (silver + gold) / 2.0);
    let covered = row.news.as_ref().is_some_and(|news| news.coverage == Coverage::Enough);
    SignalRow {
        day: row.day,
        fear: mean(0),
        debasement: mean(1),
        fear_z: z(0),
        debasement_z: z(1),
        narrative: z(0).zip(z(1)).filter(|_| covered).map(|(fear, debasement)| (debasement - fear) / 2.0),
        narrative_7d: None,
        narrative_28d: None,
        turn: None,
        narrative_z: None,
        btc_framing: row.news.as_ref().and_then(|news| news.btc_framing),
        silver: value(Leg::Silver),
        gold: value(Leg::Gold),
        btc: value(Leg::Btc),
        dollar: value(Leg::Dollar),
        real_yield: value(Leg::RealYield),
        fed_upper: value(Leg::FedUpper),
        silver_60d,
        gold_60d,
        btc_60d,
        metals_60d,
        divergence_60d: metals_60d.zip(btc_60d).map(|(metals, btc)| metals - btc),
        divergence_rank: None,
        divergence_z: None,
        silver_high: row.silver_high.and_then(|highs| highs.today),
        gold_high: row.gold_high.and_then(|highs| highs.today),
        silver_gold_60d: both_metals.map(|(silver, gold)| silver - gold),
        dollar_60d: change(Leg::Dollar, LONG_DAYS),
        btc_20d: change(Leg::Btc, SHORT_DAYS),
        btc_range_60d: None,
        real_yield_60d: value(Leg::RealYield)
            .zip(back(Leg::RealYield, LONG_DAYS))
            .map(|(now, then)| now - then),
        last_cut_days: days_since(row.policy.and_then(|policy| policy.last_cut)),
        last_rise_days: days_since(row.policy.and_then(|policy| policy.last_rise)),
        state: State::NoData,
        basis: StateBasis::PriceOnly,
        state_days: 0,
        flag: false,
        reason: String::new(),
        missing: Vec::new(),
        conditions: Vec::new(),
        facts: facts(row),
    }
}

fn gap(panel: &Panel, rows: &mut [SignalRow], context: &mut [Context], options: &SignalOptions) {
    let mut ranks = Ranks::over(rows.iter().filter_map(|row| row.divergence_60d));
    let mut sessions = Window::new(options.z_sessions);
    for ((row, panel_row), context) in rows.iter_mut().zip(&panel.rows).zip(context) {
        context.earlier = ranks.added();
        context.gap = row.divergence_60d;
        if panel_row.session {
            sessions.push(row.divergence_60d);
        }
        let Some(divergence) = row.divergence_60d else {
            continue;
        };
        let at_or_below = ranks.at_or_below_then_add(divergence);
        row.divergence_rank = (context.earlier >= options.rank_min_days.max(1))
            .then(|| f64::from(at_or_below) / f64::from(context.earlier));
        row.divergence_z = sessions.z(divergence, options.z_min_sessions);
    }
}

fn range(rows: &mut [SignalRow], context: &mut [Context]) {
    for at in 0..rows.len() {
        let window = &rows[(at + 1).saturating_sub(LONG_DAYS)..=at];
        let mut known = 0;
        let (mut low, mut high) = (f64::INFINITY, 0.0_f64);
        for btc in window.iter().filter_map(|row| row.btc) {
            known += 1;
            (low, high) = (low.min(btc), high.max(btc));
        }
        if known >= RANGE_MIN_DAYS && low > 0.0 {
            rows[at].btc_range_60d = Some((high / low).ln());
            context[at].btc_high = Some(high);
        }
    }
}

/// How narrow the range is beside its own past, told as the gap's rank is.
fn range_ranks(rows: &mut [SignalRow], options: &SignalOptions) {
    let mut ranks = Ranks::over(rows.iter().filter_map(|row| row.btc_range_60d));
    for row in rows {
        let Some(range) = row.btc_range_60d else { continue };
        let earlier = ranks.added();
        let at_or_below = ranks.at_or_below_then_add(range);
        row.facts.btc_range_rank =
            (earlier >= options.rank_min_days.max(1)).then(|| f64::from(at_or_below) / f64::from(earlier));
    }
}

fn facts(row: &PanelRow) -> Facts {
    let last = |highs: Option<Highs>| highs.filter(|highs| highs.measurable).map(|highs| highs.last);
    Facts {
        silver_high: last(row.silver_high),
        gold_high: last(row.gold_high),
        btc_drawdown: row.btc_drawdown,
        ..Facts::default()
    }
}

fn narrative(panel: &Panel, rows: &mut [SignalRow], context: &mut [Context], options: &SignalOptions) {
    let [mut fast, mut slow] = HALF_LIVES.map(ExponentialMean::new);
    let mut half_year = Window::new(options.narrative_z_days);
    for at in 0..rows.len() {
        let (fast, slow) = (fast.step(rows[at].narrative), slow.step(rows[at].narrative));
        let window = &rows[(at + 1).saturating_sub(options.coverage_window_days as usize)..=at];
        let covered = window.iter().filter(|row| row.narrative.is_some()).count();
        context[at].covered = covered as u32;
        let fiscal = options.fiscal_column.zip(panel.rows[at].news.as_ref());
        context[at].fiscal_z = fiscal.and_then(|(column, news)| news.z.get(column).copied().flatten());
        let given = context[at].covered >= options.coverage_min_days;
        let row = &mut rows[at];
        (row.narrative_7d, row.narrative_28d) = (fast.filter(|_| given), slow.filter(|_| given));
        row.turn = row.narrative_7d.zip(row.narrative_28d).map(|(fast, slow)| fast - slow);
        half_year.push(row.narrative_7d);
        row.narrative_z = row.narrative_7d.and_then(|mean| half_year.z(mean, options.narrative_z_min_days));
    }
}
