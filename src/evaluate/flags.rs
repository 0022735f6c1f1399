//! Each flag by itself: what Bitcoin did around it, and how far it fell on the way.
//!
//! For a reader to look at; what all of them together are worth is `record`'s to say.

use super::{
    events::{PATH_AFTER, PATH_BEFORE, PATH_STEP},
    options::{ENTRY_DELAY, HORIZONS},
    returns::drawdown,
};
use crate::calendar::Day;
use crate::signal::{SignalRow, StateBasis};

/// What followed one flag.
#[derive(Debug, Clone, PartialEq)]
pub struct FlagPath {
    /// The day it was raised.
    pub day: Day,
    /// What it rested on.
    pub basis: StateBasis,
    /// Bitcoin's close a day later; `None` where it is missing or still to come.
    pub entry: Option<f64>,
    /// Logarithmic returns from there over each of the horizons.
    pub returns: [Option<f64>; HORIZONS.len()],
    /// The deepest fall below the entry within the longest horizon, as a share, zero where it never fell,
    /// and its day; of the days there are.
    pub deepest: Option<(f64, Day)>,
    /// The deepest fall from a high reached after the entry, within the same days: what a holder who
    /// counts from his best day lived through. `None` where no later close is known.
    pub fall: Option<FlagFall>,
    /// Days of that horizon that are known.
    pub days: usize,
    /// Days after the entry, below zero before it, and the logarithmic change from the entry's close to the
    /// one there: the points of an event study that are known.
    pub path: Vec<(i32, f64)>,
}

/// A fall from a high after a flag.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FlagFall {
    /// As a share, zero where every close was a new high.
    pub deepest: f64,
    /// The day of the high.
    pub peak: Day,
    /// The day of the lowest close.
    pub trough: Day,
    /// The first day back at the high, within the horizon.
    pub recovery: Option<Day>,
}

pub(super) fn paths(rows: &[SignalRow], from: usize, first: Day, closes: &[Option<f64>]) -> Vec<FlagPath> {
    let flags = rows.iter().enumerate().skip(from).filter(|(_, row)| row.flag);
    let path = |(at, row): (usize, &SignalRow)| {
        let close = |at: usize| closes.get(at).copied().flatten().filter(|close| *close > 0.0);
        let start = at + ENTRY_DELAY;
        let entry = close(start);
        let longest = HORIZONS.into_iter().max().unwrap_or(0);
        let mut deepest = entry.map(|_| (0.0, first + start as i32));
        let known: Vec<(usize, f64)> =
            (start..=start + longest).filter_map(|at| Some((at, close(at)?))).collect();
        let days = known.iter().filter(|(at, _)| *at > start).count();
        for (at, close) in &known {
            let below = entry.map(|entry| close / entry - 1.0);
            if let Some(below) = below.filter(|below| deepest.is_some_and(|(least, _)| *below < least)) {
                deepest = Some((below, first + *at as i32));
            }
        }
        let fall = drawdown(&known.iter().map(|(_, close)| *close).collect::<Vec<f64>>());
        let on = |place: usize| first + known[place].0 as i32;
        let path = (PATH_BEFORE..=PATH_AFTER).step_by(PATH_STEP as usize).filter_map(|day| {
            let there = usize::try_from(start as i64 + i64::from(day)).ok()?;
            Some((day, (close(there)? / entry?).ln()))
        });
        FlagPath {
            day: row.day,
            basis: row.basis,
            entry,
            returns: HORIZONS.map(|horizon| Some((close(start + horizon)? / entry?).ln())),
            deepest: deepest.filter(|_| days > 0),
            fall: fall.filter(|_| days > 0 && entry.is_some()).map(|fall| FlagFall {
                deepest: fall.deepest,
                peak: on(fall.peak),
                trough: on(fall.trough),
                recovery: fall.recovery.map(on),
            }),
            days,
            path: path.collect(),
        }
    };
    flags.map(path).collect()
}
