//! What feeds the panel: one series walking through the days, the span of days there are, and the
//! checks that nothing looks ahead.
//!
//! Left out: the rows' shape, and the loop over days (`mod`).

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{DayScore, High, Highs, Leg, PanelError, PanelOptions, PanelRow, PolicyMoves, Quote};
use crate::calendar::{CutOff, Day};
use crate::prices::{BTC, GOLD, Known, Observation, Revision, SILVER, Series, Vintage};

/// A revision and the first row that knew it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Revised {
    pub day: Day,
    pub observed: Day,
    pub close: f64,
}

/// One series on its way through the days.
pub(super) struct Walk<'a> {
    pub leg: Leg,
    series: &'a Series,
    vintage: Vintage<'a>,
    observed: Option<Day>,
    /// Whether a close came in this day.
    pub fresh: bool,
    options: PanelOptions,
}

impl<'a> Walk<'a> {
    pub(super) fn new(leg: Leg, series: &'a Series, options: PanelOptions) -> Self {
        Self { leg, series, vintage: series.vintage(), observed: None, fresh: false, options }
    }

    /// One day on: fills the leg's columns, and says what was changed of earlier closes.
    pub(super) fn step(&mut self, day: Day, row: &mut PanelRow) -> Vec<Revised> {
        let revisions = self.vintage.advance(self.options.cut_off.of(day));
        let seen = self.observed;
        let Some(last) = self.vintage.last() else {
            return Vec::new();
        };
        self.observed = Some(last.day);
        let counts_from = || self.options.cut_off.day_of(self.series.clock.available_at(last.day));
        let limit = if self.leg == Leg::Btc { self.options.btc_stale_days } else { self.options.stale_days };
        self.fresh = seen.map_or_else(|| counts_from() == day, |seen| last.day > seen);
        // No close counts before its day, so a young one needs no look at the clock.
        let limit = i32::from(limit);
        if day - last.day <= limit || day - counts_from() <= limit {
            let quote = Some(Quote { value: last.close, observed: last.day });
            match self.leg {
                Leg::Btc => (row.btc, row.btc_drawdown) = (quote, Some(last.drawdown())),
                Leg::Silver => (row.silver, row.silver_high) = (quote, self.highs(seen)),
                Leg::Gold => (row.gold, row.gold_high) = (quote, self.highs(seen)),
                Leg::Dollar => row.dollar = quote,
                Leg::RealYield => row.real_yield = quote,
                Leg::FedUpper => {
                    row.fed_upper = quote;
                    row.policy = Some(PolicyMoves { last_cut: last.last_fall, last_rise: last.last_rise });
                }
            }
        }
        let revised =
            |revision: Revision| Revised { day, observed: revision.observed, close: revision.close };
        revisions.into_iter().map(revised).collect()
    }

    /// `seen` is the last close the day before knew: what came in since is this day's. On the first
    /// day of a panel the whole history comes in at once; only its last close can be the day's own.
    fn highs(&self, seen: Option<Day>) -> Option<Highs> {
        let known = self.vintage.known();
        let newest = known.last()?;
        let came_in = |close: &Known| seen.map_or(close.day == newest.day, |seen| close.day > seen);
        let new = known.iter().rev().take_while(|close| self.fresh && came_in(close));
        let last = newest.last_high.map(|at| {
            let (day, high) = (known[at].day, known[at].high.unwrap_or(High::None));
            (day, high, (known.len() - 1 - at) as u32)
        });
        Some(Highs {
            today: new.filter_map(|close| close.high).max(),
            last,
            measurable: newest.high.is_some(),
        })
    }
}

pub(super) fn check_days(days: &[DayScore], until: Option<Day>) -> Result<(), PanelError> {
    let refuse =
        |day: Day, why: String| Err(PanelError::LookAhead { input: format!("the score of {day}"), why });
    if let Some(pair) = days.windows(2).find(|pair| pair[0].day >= pair[1].day) {
        return refuse(pair[1].day, format!("it follows that of {}", pair[0].day));
    }
    match (days.last(), until) {
        (Some(last), Some(until)) if last.day > until => {
            refuse(last.day, format!("the panel ends on {until}"))
        }
        _ => Ok(()),
    }
}

pub(super) fn check_series(series: &Series) -> Result<(), PanelError> {
    let refuse = |day: Day, why: String| {
        Err(PanelError::LookAhead { input: format!("{} of {day}", series.name), why })
    };
    let early = |row: &&Observation| row.available_at < row.day.start();
    if let Some(row) = series.rows.iter().find(early) {
        return refuse(row.day, format!("it is available from {}, before its day", row.available_at));
    }
    for pair in series.rows.windows(2) {
        if (pair[0].day, pair[0].available_at) > (pair[1].day, pair[1].available_at) {
            return refuse(pair[1].day, format!("it follows that of {}", pair[0].day));
        }
    }
    Ok(())
}

pub(super) fn span(
    days: &[DayScore],
    prices: &BTreeMap<String, Series>,
    cut_off: CutOff,
    until: Option<Day>,
) -> Option<(Day, Day)> {
    let until = until.map(|until| cut_off.of(until));
    let counted = |name: &str| {
        let rows = prices.get(name).map_or(&[][..], |series| &series.rows);
        // A revision is no new price: correcting an old close does not make the panel longer.
        let firsts = rows.chunk_by(|row, next| row.day == next.day).map(|rows| rows[0].available_at);
        let within = firsts.filter(|at| until.is_none_or(|until| *at <= until));
        let span = within.fold(None, |span: Option<(Timestamp, Timestamp)>, at| {
            Some(span.map_or((at, at), |(first, last)| (first.min(at), last.max(at))))
        });
        span.map(|(first, last)| (cut_off.day_of(first), cut_off.day_of(last)))
    };
    let news = days.first().zip(days.last()).map(|(first, last)| (first.day, last.day));
    let (btc, metals) = (counted(BTC), [counted(SILVER), counted(GOLD)]);
    let first = [btc, news].iter().flatten().map(|(first, _)| *first).min()?;
    let last = [btc, news].iter().chain(&metals).flatten().map(|(_, last)| *last).max()?;
    Some((first, last.max(first)))
}
