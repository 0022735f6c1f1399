//! One series growing: new rows, late rows, unchanged rows, revisions. Nothing that was once stored is
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
    /// Of these, days that an earlier answer or file should have had and had not: they count from now on.
    pub late: u32,
    /// Days stored with this close already.
    pub unchanged: u32,
    /// Days stored with another close; both are kept.
    pub revised: u32,
    /// Days for which another provider's close is stored: it stays, this one is not kept.
    pub others: u32,
    /// Open bars, left out: the day's close was not out yet.
    pub open: Vec<Day>,
}

/// What is known of a provider's earlier answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Answered {
    /// When it last answered in full.
    pub before: Option<Timestamp>,
}

/// Whose closes a merge may revise.
enum Manner<'a> {
    /// Anybody's: the user named the file.
    File,
    /// Its own: where two providers disagree, the first one's close stands.
    Answer { provider: &'a str, answered: Answered },
}

impl Series {
    /// An empty series.
    pub fn new(name: impl Into<String>, clock: Clock) -> Self {
        Self { name: name.into(), clock, rows: Vec::new(), provenance: Vec::new() }
    }

    /// Takes in the rows of one file. A new day is available from when the clock says; a
    /// different close for a stored day from `now`. A new day between the first and the last that were
    /// stored before `now` fills a hole: it is available from `now` as well, since evenings past were shown
    /// without it. Days before the first are older history and days after the last are news: both are
    /// claimed by their clock, as are those of files that are taken in at the same `now`, in any order. A
    /// day whose close is dated by the same day's
    /// clock and not out at `now` is an open bar and left out; a row published with a lag is final
    /// when it can be read, and is kept with the later instant of its clock. The provenance is kept,
    /// with the number of rows, when it added or revised any.
    pub fn merge(
        &mut self,
        parsed: &ParsedPrices,
        provenance: Provenance,
        clock: Clock,
        now: Timestamp,
    ) -> Merged {
        self.take_in(parsed, provenance, clock, now, &Manner::File)
    }

    /// Takes in the rows of one answer of a provider, made at `provenance.fetched_at`. As with a file, but
    /// another provider's closes are left as they are, and it is the holes between these that are filled;
    /// and a day that was not in an earlier answer, though its clock says that it was out by then, was late:
    /// it is available from when it was first seen.
    pub fn merge_answer(
        &mut self,
        parsed: &ParsedPrices,
        provenance: Provenance,
        clock: Clock,
        answered: Answered,
    ) -> Merged {
        let (provider, at) = (provenance.provider.clone(), provenance.fetched_at);
        self.take_in(parsed, provenance, clock, at, &Manner::Answer { provider: &provider, answered })
    }

    /// The provider or file that gave a row.
    pub fn giver(&self, row: &Observation) -> Option<&Provenance> {
        self.provenance.get(row.given_by? as usize)
    }

    /// The first and the last day of the rows that were taken in before an instant. A provider's own rows
    /// are left out for its answers: these come window by window, and the windows of older history that is
    /// asked for later lie before newer rows of its own without filling a hole.
    fn span_before(&self, now: Timestamp, counts: impl Fn(&Observation) -> bool) -> Option<(Day, Day)> {
        let is_earlier =
            |row: &&Observation| counts(row) && self.giver(row).is_none_or(|from| from.fetched_at < now);
        Some((self.rows.iter().find(is_earlier)?.day, self.rows.iter().rev().find(is_earlier)?.day))
    }

    fn take_in(
        &mut self,
        parsed: &ParsedPrices,
        mut provenance: Provenance,
        clock: Clock,
        now: Timestamp,
        manner: &Manner<'_>,
    ) -> Merged {
        let mut latest: BTreeMap<Day, Observation> = self.rows.iter().map(|row| (row.day, *row)).collect();
        let is_foreign = |row: &Observation| match manner {
            Manner::File => false,
            Manner::Answer { provider, .. } => self.giver(row).is_none_or(|from| from.provider != *provider),
        };
        // Days before the first this provider gave were not asked for: they are history, not late.
        let own_first = latest.values().find(|row| !is_foreign(row)).map(|row| row.day);
        let answered_before = match manner {
            Manner::Answer { answered: Answered { before }, .. } => before.zip(own_first),
            Manner::File => None,
        };
        let span = self.span_before(now, |row| matches!(manner, Manner::File) || is_foreign(row));
        let mut merged = Merged { open: parsed.open.clone(), ..Merged::default() };
        let given_by = u32::try_from(self.provenance.len()).ok();
        let mut fresh = Vec::new();
        for &(day, close) in parsed.rows.iter().filter(|(_, close)| close.is_finite()) {
            let out = clock.available_at(day);
            if out > now && matches!(clock, Clock::SameDay { .. }) {
                merged.open.push(day);
                continue;
            }
            let available_at = match latest.get(&day) {
                Some(stored) if is_foreign(stored) => {
                    merged.others += 1;
                    continue;
                }
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
                    let was_lacking =
                        answered_before.is_some_and(|(before, first)| out <= before && day > first);
                    let is_late = was_lacking || span.is_some_and(|(first, last)| first < day && day < last);
                    merged.late += u32::from(is_late);
                    if is_late { now.max(out) } else { out }
                }
            };
            let row = Observation { day, close, available_at, given_by };
            latest.insert(day, row);
            fresh.push(row);
        }
        self.rows.extend(fresh);
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

pub(super) fn same(stored: f64, close: f64) -> bool {
    (stored - close).abs() <= SAME_CLOSE * stored.abs().max(close.abs())
}
