//! One series growing: new rows, unchanged rows, revisions. Nothing that was once stored is
//! changed or removed; a different close for a stored day stands beside it from now on.
//!
//! Left out: parsing, and what was known when (see `vintage`).

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Observation, ParsedPrices, Provenance, Series};
use crate::calendar::{Clock, Day};

/// Two closes are the same below this relative difference: single-precision feeds print 4020.199951
/// for 4020.20, and no series here is quoted finer than one part in a million.
const SAME_CLOSE: f64 = 1e-6;

/// What a merge did with the rows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Merged {
    /// Days that were not stored before.
    pub added: u32,
    /// Days stored with this close already.
    pub unchanged: u32,
    /// Days stored with another close; both are kept.
    pub revised: u32,
    /// Open bars, left out: the day's close was not out yet.
    pub open: Vec<Day>,
}

impl Series {
    /// An empty series.
    pub fn new(name: impl Into<String>, clock: Clock) -> Self {
        Self { name: name.into(), clock, rows: Vec::new(), provenance: Vec::new() }
    }

    /// Takes in the rows of one file or answer. A new day is available from when the clock says; a
    /// different close for a stored day from `now`. A day whose close is dated by the same day's
    /// clock and not out at `now` is an open bar and left out; a row published with a lag is final
    /// when it can be read, and is kept with the later instant of its clock. The provenance is kept,
    /// with the number of rows, when it added or revised any.
    pub fn merge(
        &mut self,
        parsed: &ParsedPrices,
        mut provenance: Provenance,
        clock: Clock,
        now: Timestamp,
    ) -> Merged {
        let mut latest: BTreeMap<Day, Observation> = self.rows.iter().map(|row| (row.day, *row)).collect();
        let mut merged = Merged::default();
        for &(day, close) in parsed.rows.iter().filter(|(_, close)| close.is_finite()) {
            let out = clock.available_at(day);
            if out > now && matches!(clock, Clock::SameDay { .. }) {
                merged.open.push(day);
                continue;
            }
            let available_at = match latest.get(&day) {
                Some(stored) if same(stored.close, close) => {
                    merged.unchanged += 1;
                    continue;
                }
                Some(stored) => {
                    merged.revised += 1;
                    now.max(out).max(stored.available_at)
                }
                None => {
                    merged.added += 1;
                    out
                }
            };
            let row = Observation { day, close, available_at };
            latest.insert(day, row);
            self.rows.push(row);
        }
        // Stable: of two rows available at the same instant the one taken in later stays later.
        self.rows.sort_by_key(|row| (row.day, row.available_at));
        self.clock = clock;
        provenance.rows = merged.added + merged.revised;
        if provenance.rows > 0 {
            self.provenance.push(provenance);
        }
        merged
    }
}

fn same(stored: f64, close: f64) -> bool {
    (stored - close).abs() <= SAME_CLOSE * stored.abs().max(close.abs())
}
