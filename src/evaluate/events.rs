//! The event study: Bitcoin's path from two months before an event to half a year after it.
//!
//! The path is told from the close of the day after, where a reader of the event could have bought. Events
//! of one episode are one, so that no story is told twice; what windows still share of the calendar is
//! kept in both answers: the interval draws blocks of days with all the events in them, and luck is the
//! same events, as far apart as they were, at every other place of the calendar. A path has many days, and
//! some of them stand out by luck, so that one p asks of the whole path after the entry. Left out: returns
//! over the fixed horizons, which `record` judges.

use rayon::prelude::*;

use super::{
    bootstrap::{Draws, interval},
    options::{ENTRY_DELAY, EvaluateOptions},
    record::{MIN_DAYS, MIN_WINDOWS},
    returns::episodes,
    sample,
    subject::{Kind, Subject},
};

/// The first day of a path: as far back as the long returns of the signal look.
pub const PATH_BEFORE: i32 = -60;

/// The last day of a path: the longest horizon.
pub const PATH_AFTER: i32 = 180;

/// Days between two points of a path: near enough to draw, and few enough to list.
pub const PATH_STEP: i32 = 5;

/// Bitcoin around the events of a set.
#[derive(Debug, Clone, PartialEq)]
pub struct EventStudy {
    /// The set's name, as in the records.
    pub subject: String,
    /// What kind of set: events, or the flag.
    pub kind: Kind,
    /// Events with a close of the day after.
    pub events: usize,
    /// Those of them whose window shares days with that of the event before.
    pub overlapping: usize,
    /// From [`PATH_BEFORE`] to [`PATH_AFTER`], [`PATH_STEP`] days apart.
    pub points: Vec<PathPoint>,
    /// Share of rotations whose path, somewhere after the entry, is as far from that of any day; `None`
    /// where there is no event or too short a history.
    pub p: Option<f64>,
    /// False-discovery rate among all records, correlations and event studies.
    pub q: Option<f64>,
}

/// One point of a path. Changes are logarithmic, from the entry's close; before it, below zero is a rise
/// towards it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PathPoint {
    /// Calendar days after the entry; below zero before it.
    pub day: i32,
    /// Events with a close there: the last ones may not be old enough.
    pub events: usize,
    /// Their mean change.
    pub mean: Option<f64>,
    /// Its 95 % interval by circular block bootstrap; `None` of fewer than three events.
    pub interval: Option<(f64, f64)>,
    /// Mean change around any day.
    pub base: Option<f64>,
    /// What 95 of 100 rotations of as many events lie between.
    pub luck: Option<(f64, f64)>,
}

/// The changes from each day's entry to one day of the path, and what they are like on any day.
struct Column {
    day: i32,
    changes: Vec<Option<f64>>,
    base: f64,
    deviation: f64,
}

/// The paths around any day of the span, made once for all events.
pub(super) struct Paths {
    columns: Vec<Column>,
    days: usize,
}

impl Paths {
    /// `closes` of consecutive days, of which those from `from` on count as entries' days.
    pub(super) fn new(closes: &[Option<f64>], from: usize) -> Self {
        let close = |at: i64| {
            let close = usize::try_from(at).ok().and_then(|at| closes.get(at).copied().flatten());
            close.filter(|close| *close > 0.0)
        };
        let column = |day: i32| {
            let change = |at: usize| {
                let entry = (at + ENTRY_DELAY) as i64;
                Some((close(entry + i64::from(day))? / close(entry)?).ln())
            };
            let changes: Vec<Option<f64>> = (from..closes.len()).map(change).collect();
            let known: Vec<f64> = changes.iter().flatten().copied().collect();
            let base = sample::mean(&known)?;
            Some(Column { day, changes, base, deviation: sample::deviation(&known)? })
        };
        let path = (PATH_BEFORE..=PATH_AFTER).step_by(PATH_STEP as usize);
        Self { columns: path.filter_map(column).collect(), days: closes.len() - from }
    }

    /// Bitcoin around the episodes of a set; `from` is the first row of the span.
    pub(super) fn study(&self, subject: &Subject, from: usize, options: &EvaluateOptions) -> EventStudy {
        let at_entry = self.columns.iter().find(|column| column.day == 0);
        let known = |at: &usize| at_entry.is_some_and(|column| column.changes[*at].is_some());
        let starts: Vec<usize> =
            episodes(&subject.inside[from..], options.episode_gap_days).into_iter().filter(known).collect();
        let window = (PATH_AFTER - PATH_BEFORE) as usize;
        let overlapping = starts.windows(2).filter(|pair| pair[1] - pair[0] <= window).count();
        let enough = at_entry.map_or(0, |column| column.changes.iter().flatten().count()) >= MIN_DAYS;
        let drawn = if starts.len() >= MIN_WINDOWS && enough { self.drawn(&starts, options) } else { vec![] };
        let (luck, p) = if starts.is_empty() || !enough { (vec![], None) } else { self.rotated(&starts) };
        let point = |(place, column): (usize, &Column)| {
            let changes: Vec<f64> = starts.iter().filter_map(|at| column.changes[*at]).collect();
            PathPoint {
                day: column.day,
                events: changes.len(),
                mean: sample::mean(&changes),
                // Fewer events than an interval needs may be old enough.
                interval: drawn.get(place).copied().flatten().filter(|_| changes.len() >= MIN_WINDOWS),
                base: Some(column.base),
                luck: luck.get(place).copied().flatten(),
            }
        };
        EventStudy {
            subject: subject.name.clone(),
            kind: subject.kind,
            events: starts.len(),
            overlapping,
            points: if starts.is_empty() {
                vec![]
            } else {
                self.columns.iter().enumerate().map(point).collect()
            },
            p,
            q: None,
        }
    }

    /// The interval of the mean at each point.
    fn drawn(&self, starts: &[usize], options: &EvaluateOptions) -> Vec<Option<(f64, f64)>> {
        let block = options.block_days.max(PATH_AFTER as usize);
        let draws = Draws { seed: options.seed, count: options.draws, block };
        // Only events matter to the mean, so a draw is told by those its blocks hold.
        let of = |draw: usize| -> Vec<usize> {
            let inside = |start: usize, end: usize| {
                let first = starts.partition_point(|at| *at < start);
                first..starts.partition_point(|at| *at < end).max(first)
            };
            let blocks = draws.blocks(draw, self.days);
            let events = blocks.flat_map(|(start, length)| {
                let end = start + length;
                inside(start, end.min(self.days)).chain(inside(0, end.saturating_sub(self.days)))
            });
            events.collect()
        };
        let drawn: Vec<Vec<usize>> = (0..draws.count).into_par_iter().map(of).collect();
        let ends = |column: &Column| {
            let mean = |drawn: &Vec<usize>| {
                let known = drawn.iter().filter_map(|event| column.changes[starts[*event]]);
                let (sum, count) = known.fold((0.0, 0_u32), |(sum, count), value| (sum + value, count + 1));
                (count > 0).then(|| sum / f64::from(count))
            };
            interval(&drawn.iter().map(mean).collect::<Vec<_>>())
        };
        self.columns.par_iter().map(ends).collect()
    }

    /// What luck keeps the mean within at each point, and the chance of so far a path.
    fn rotated(&self, starts: &[usize]) -> (Vec<Option<(f64, f64)>>, Option<f64>) {
        // The distance from the base in standard errors of as many events, so that a rotation which puts
        // some of them where there is no close yet is compared as what it is.
        let distance = |column: &Column, shift: usize| {
            let known = starts.iter().filter_map(|at| column.changes[(at + shift) % self.days]);
            let (sum, count) = known.fold((0.0, 0_u32), |(sum, count), value| (sum + value, count + 1));
            let count = f64::from(count);
            (count > 0.0 && column.deviation > 0.0)
                .then(|| (sum / count - column.base) * count.sqrt() / column.deviation)
        };
        let path = |shift: usize| -> Vec<Option<f64>> {
            self.columns.iter().map(|column| distance(column, shift)).collect()
        };
        let rotations: Vec<Vec<Option<f64>>> = (0..self.days).into_par_iter().map(path).collect();
        let furthest = |path: &Vec<Option<f64>>| {
            let after = self.columns.iter().zip(path).filter(|(column, _)| column.day > 0);
            after.filter_map(|(_, distance)| *distance).map(f64::abs).fold(0.0, f64::max)
        };
        let seen = furthest(&rotations[0]);
        let as_far = rotations.iter().filter(|path| furthest(path) >= seen - 1e-9).count();
        let luck = self.columns.iter().enumerate().map(|(place, column)| {
            let events = starts.iter().filter(|at| column.changes[**at].is_some()).count();
            let (low, high) = interval(&rotations.iter().map(|path| path[place]).collect::<Vec<_>>())?;
            let end = |errors: f64| column.base + errors * column.deviation / (events as f64).sqrt();
            (events > 0).then(|| (end(low), end(high)))
        });
        (luck.collect(), (seen > 0.0).then(|| as_far as f64 / self.days as f64))
    }
}
