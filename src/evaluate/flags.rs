//! Each flag by itself: what Bitcoin did after it, and how far it fell on the way.
//!
//! For a reader to look at; what all of them together are worth is `record`'s to say.

use super::options::{ENTRY_DELAY, HORIZONS};
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
    /// Days of that horizon that are known.
    pub days: usize,
}

pub(super) fn paths(rows: &[SignalRow], from: usize, first: Day, closes: &[Option<f64>]) -> Vec<FlagPath> {
    let flags = rows.iter().enumerate().skip(from).filter(|(_, row)| row.flag);
    let path = |(at, row): (usize, &SignalRow)| {
        let close = |at: usize| closes.get(at).copied().flatten();
        let start = at + ENTRY_DELAY;
        let entry = close(start);
        let longest = HORIZONS.into_iter().max().unwrap_or(0);
        let mut deepest = entry.map(|_| (0.0, first + start as i32));
        let mut days = 0;
        for (later, close) in (start + 1..=start + longest).filter_map(|later| Some((later, close(later)?))) {
            days += 1;
            let below = entry.map(|entry| close / entry - 1.0);
            if let Some(below) = below.filter(|below| deepest.is_some_and(|(least, _)| *below < least)) {
                deepest = Some((below, first + later as i32));
            }
        }
        FlagPath {
            day: row.day,
            basis: row.basis,
            entry,
            returns: HORIZONS.map(|horizon| Some((close(start + horizon)? / entry?).ln())),
            deepest: deepest.filter(|_| days > 0),
            days,
        }
    };
    flags.map(path).collect()
}
