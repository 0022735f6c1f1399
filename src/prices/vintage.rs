//! A series as it was known at an instant: the closes in order of availability, each with the high
//! it made and the last move before it. `panel` walks one vintage a series through its cut-offs.
//!
//! Nothing here looks past the instant it was advanced to. A revision reclassifies the rows after
//! it from that instant on, and only from then on. Cost: a row is looked at once, and once more for
//! each advance that brings a revision of an earlier row.

use jiff::Timestamp;

use super::{Observation, Series};
use crate::calendar::Day;

/// Earlier closes a 252-session high is measured against: a year of trading days.
const YEAR_SESSIONS: usize = 252;

/// A history that starts later cannot show an all-time high: gold traded freely from 1968 on.
const ALL_TIME_FROM_YEAR: i16 = 1968;

/// A hole this long may hide a high, so "all-time" is not claimed across it. Exchanges have not
/// closed for longer.
const LONGEST_GAP_DAYS: i32 = 31;

/// The high a close made. Every one but `None` is a 252-session high as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum High {
    /// No high.
    None,
    /// Above the 252 closes before it.
    YearHigh,
    /// Above every close loaded, of a history too short or too broken to call it all-time.
    LoadedHistory,
    /// Above every close since 1968.
    AllTime,
}

impl High {
    /// The word used in tables and records.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::YearHigh => "252-session",
            Self::LoadedHistory => "loaded-history",
            Self::AllTime => "all-time",
        }
    }
}

/// One close with what could be said of it when it was known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Known {
    /// The day it is dated to.
    pub day: Day,
    /// The close.
    pub close: f64,
    /// The high it made; `None` with fewer than 252 closes before it.
    pub high: Option<High>,
    /// Position of the last close that made a high, this one included.
    pub last_high: Option<usize>,
    /// The last day whose close was below the one before it: for a policy rate, the last cut.
    pub last_fall: Option<Day>,
    /// The last day whose close was above the one before it.
    pub last_rise: Option<Day>,
    highest: f64,
    unbroken: bool,
}

impl Known {
    /// How far the close lies below the highest up to it, as a share: 0 at the top, -0.2 a fifth below.
    pub fn drawdown(&self) -> f64 {
        self.close / self.highest - 1.0
    }
}

/// A change to a close that was known already.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Revision {
    /// The day the close is dated to.
    pub observed: Day,
    /// What it is now said to be.
    pub close: f64,
}

/// A series as known at the instant it was last advanced to.
#[derive(Debug, Clone)]
pub struct Vintage<'a> {
    rows: Vec<&'a Observation>,
    next: usize,
    known: Vec<Known>,
}

impl Series {
    /// The series before anything of it was known.
    pub fn vintage(&self) -> Vintage<'_> {
        let mut rows: Vec<&Observation> = self.rows.iter().collect();
        rows.sort_by_key(|row| row.available_at);
        Vintage { rows, next: 0, known: Vec::new() }
    }
}

impl Vintage<'_> {
    /// Takes in all that was available at or before the instant; says what it changed of before.
    pub fn advance(&mut self, to: Timestamp) -> Vec<Revision> {
        let mut revisions = Vec::new();
        let mut first_changed = self.known.len();
        while let Some(row) = self.rows.get(self.next).filter(|row| row.available_at <= to) {
            self.next += 1;
            let at = self.known.partition_point(|known| known.day < row.day);
            let fresh = Known {
                day: row.day,
                close: row.close,
                high: None,
                last_high: None,
                last_fall: None,
                last_rise: None,
                highest: row.close,
                unbroken: false,
            };
            match self.known.get_mut(at) {
                Some(known) if known.day == row.day => {
                    known.close = row.close;
                    revisions.push(Revision { observed: row.day, close: row.close });
                }
                Some(_) => self.known.insert(at, fresh),
                None => self.known.push(fresh),
            }
            first_changed = first_changed.min(at);
        }
        for position in first_changed..self.known.len() {
            self.known[position] = self.classified(position);
        }
        revisions
    }

    /// Every close known, ascending by day.
    pub fn known(&self) -> &[Known] {
        &self.known
    }

    /// The last close known.
    pub fn last(&self) -> Option<&Known> {
        self.known.last()
    }

    fn classified(&self, position: usize) -> Known {
        let (earlier, Known { day, close, .. }) = (&self.known[..position], self.known[position]);
        let Some(before) = earlier.last() else {
            let unbroken = day.year() <= ALL_TIME_FROM_YEAR;
            return Known { high: None, last_high: None, highest: close, unbroken, ..self.known[position] };
        };
        let unbroken = before.unbroken && day - before.day <= LONGEST_GAP_DAYS;
        let high = earlier.len().checked_sub(YEAR_SESSIONS).map(|from| {
            // From the newest back: most closes meet a higher one within days.
            if earlier[from..].iter().rev().any(|known| known.close >= close) {
                High::None
            } else if before.highest >= close {
                High::YearHigh
            } else if unbroken {
                High::AllTime
            } else {
                High::LoadedHistory
            }
        });
        Known {
            day,
            close,
            high,
            last_high: if high.is_some_and(|high| high != High::None) {
                Some(position)
            } else {
                before.last_high
            },
            last_fall: if close < before.close { Some(day) } else { before.last_fall },
            last_rise: if close > before.close { Some(day) } else { before.last_rise },
            highest: before.highest.max(close),
            unbroken,
        }
    }
}
