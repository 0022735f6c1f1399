//! Everything the table is made of, what can be done to it, and the comparison of two tables.
//!
//! Nothing here knows how a table is made beyond calling the stages in their order, as the commands
//! do: the proof is of the product, not of a model of it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;

use super::{Difference, Random, leaks::Leak};
use crate::{
    calendar::{CutOff, Day},
    export::{Cell, JOINED_COLUMNS, joined_table},
    index::{DayIndex, DayScore, framing, standardize},
    panel::Leg,
    pipeline::{PipelineError, TableSettings, refresh::join_all},
    prices::Series,
};

/// Closes among which one is chosen to arrive late: about two weeks.
const LATEST_CLOSES: usize = 10;

/// Longest delay in days: past every staleness and the dollar's week.
const LONGEST_DELAY_DAYS: usize = 40;

/// The inputs: days as summed from articles, and prices with their availability.
#[derive(Debug, Clone)]
pub(super) struct World {
    pub days: Vec<DayIndex>,
    pub prices: BTreeMap<String, Series>,
    pub cut_off: CutOff,
    /// Days on which news, or a close of Bitcoin or a metal, came in: these have rows.
    heard: BTreeSet<Day>,
}

/// A world in which one close arrives late, and the same without it.
pub(super) struct Moved {
    /// The day for which it counted first.
    pub day: Day,
    pub moved: World,
    pub without: World,
}

impl World {
    pub(super) fn new(days: Vec<DayIndex>, mut prices: BTreeMap<String, Series>, cut_off: CutOff) -> Self {
        // What the table does not use proves nothing of it.
        prices.retain(|name, _| Leg::ALL.iter().any(|leg| leg.name() == name));
        let closes = [Leg::Btc, Leg::Silver, Leg::Gold].into_iter().filter_map(|leg| prices.get(leg.name()));
        let closes = closes.flat_map(|series| series.rows.chunk_by(|row, next| row.day == next.day));
        let heard = closes.map(|rows| cut_off.day_of(rows[0].available_at));
        let heard = heard.chain(days.iter().map(|day| day.day)).collect();
        Self { days, prices, cut_off, heard }
    }

    /// What is left when the world ends with this day, and how many records went.
    pub(super) fn cut_after(&self, day: Day) -> (Self, u64) {
        let (mut cut, until) = (self.clone(), self.cut_off.of(day));
        cut.days.retain(|index| index.day <= day);
        let mut taken = (self.days.len() - cut.days.len()) as u64;
        for series in cut.prices.values_mut() {
            let before = series.rows.len();
            series.rows.retain(|row| row.available_at <= until);
            taken += (before - series.rows.len()) as u64;
        }
        (cut, taken)
    }

    /// The same world up to this day, and nonsense after it.
    pub(super) fn poisoned_after(&self, day: Day, poison: f64) -> (Self, u64) {
        let (mut poisoned, until) = (self.clone(), self.cut_off.of(day));
        let mut records = 0;
        for index in poisoned.days.iter_mut().filter(|index| index.day > day) {
            records += 1;
            (index.docs, index.stories, index.words) = (1_000_000, 1_000_000, 1_000_000);
            for source in &mut index.sources {
                source.means.fill(poison);
                source.docs = 1_000_000;
            }
        }
        for row in poisoned.prices.values_mut().flat_map(|series| &mut series.rows) {
            if row.available_at > until {
                row.close = poison;
                records += 1;
            }
        }
        (poisoned, records)
    }

    /// Delays one of the last closes that were known on this day; `None` where none was.
    pub(super) fn delayed(&self, cut_off: Day, random: &mut Random) -> Option<Moved> {
        let until = self.cut_off.of(cut_off);
        let known = |series: &Series| {
            let mut known: Vec<usize> =
                (0..series.rows.len()).filter(|at| series.rows[*at].available_at <= until).collect();
            known.sort_by_key(|at| series.rows[*at].available_at);
            known.split_off(known.len().saturating_sub(LATEST_CLOSES))
        };
        let candidates: Vec<(&String, Vec<usize>)> = self
            .prices
            .iter()
            .map(|(name, series)| (name, known(series)))
            .filter(|(_, known)| !known.is_empty())
            .collect();
        let (name, known) = candidates.get(random.below(candidates.len()))?;
        let at = known[random.below(known.len())];
        let (mut moved, mut without) = (self.clone(), self.clone());
        let day = self.cut_off.day_of(self.prices.get(*name)?.rows[at].available_at);
        without.prices.get_mut(*name)?.rows.remove(at);
        let rows = &mut moved.prices.get_mut(*name)?.rows;
        let delay = 24 * (1 + random.below(LONGEST_DELAY_DAYS)) as i64;
        rows[at].available_at += SignedDuration::from_hours(delay);
        rows.sort_by_key(|row| (row.day, row.available_at));
        Some(Moved { day, moved, without })
    }

    /// Whether something came in on this day that gives it a row.
    fn has_row(&self, day: Day) -> bool {
        self.heard.contains(&day)
    }
}

/// How a table is made of a world: as published, or with a leak planted.
pub(super) struct Method<'a> {
    pub settings: TableSettings<'a>,
    pub leak: Option<Leak>,
}

/// The exported table, row by row.
pub(super) struct Published {
    rows: Vec<(Day, Vec<Cell>)>,
}

impl Published {
    pub(super) fn span(&self) -> Option<(Day, Day)> {
        self.rows.first().zip(self.rows.last()).map(|(first, last)| (first.0, last.0))
    }

    /// The number of rows up to this day.
    pub(super) fn rows_to(&self, day: Day) -> u64 {
        self.rows.partition_point(|row| row.0 <= day) as u64
    }
}

impl Method<'_> {
    /// The table of a world up to `until`, through the stages in their order.
    pub(super) fn published(&self, world: &World, until: Day) -> Result<Published, PipelineError> {
        let TableSettings { lexicons, index, panel, signal } = self.settings;
        let leaking = self.leak.map(|leak| leak.inputs(world));
        let world = leaking.as_ref().unwrap_or(world);
        let days = &world.days[..world.days.partition_point(|index| index.day <= until)];
        let mut scores: Vec<DayScore> = standardize(days, index, framing(lexicons));
        if let Some(leak) = self.leak {
            leak.scores(&mut scores);
        }
        let joined = join_all(&scores, &world.prices, lexicons, panel, signal, until)?;
        let mut table = joined_table(&joined.panel, &joined.rows, &joined.lexicons).rows;
        if let Some(leak) = self.leak {
            leak.table(&mut table);
        }
        Ok(Published { rows: joined.rows.iter().map(|row| row.day).zip(table).collect() })
    }
}

/// The first row up to `last` that differs, and its first column. A table may end early where nothing
/// came in any more: `world` knows the days that have rows.
pub(super) fn first_difference(
    published: &Published,
    changed: &Published,
    world: &World,
    cut_off: Day,
    last: Day,
) -> Option<Difference> {
    let difference = |row: Day, column: &str, one: String, other: String| {
        Some(Difference { cut_off, row, column: column.to_owned(), published: one, changed: other })
    };
    let [one, other] = [published, changed].map(|table| &table.rows[..table.rows_to(last) as usize]);
    let (mut one, mut other) = (one.iter().peekable(), other.iter().peekable());
    loop {
        let (left, right) = (one.peek().map(|row| row.0), other.peek().map(|row| row.0));
        let there = |yes: bool| if yes { "a row" } else { "no row" }.to_owned();
        match (left, right) {
            (None, None) => return None,
            (Some(day), Some(same)) if day == same => {
                let (left, right) = (one.next()?, other.next()?);
                let cells = left.1.iter().zip(&right.1).zip(JOINED_COLUMNS);
                if let Some(((left, right), column)) = cells.into_iter().find(|((l, r), _)| !same_cell(l, r))
                {
                    return difference(day, &column.name, shown(left), shown(right));
                }
            }
            (left, right) => {
                let is_left = right.is_none_or(|right| left.is_some_and(|left| left < right));
                let day = if is_left { one.next()?.0 } else { other.next()?.0 };
                if world.has_row(day) {
                    return difference(day, "day", there(is_left), there(!is_left));
                }
            }
        }
    }
}

/// Equal to the last bit: stricter than the bytes of a file, which has six decimals.
fn same_cell(left: &Cell, right: &Cell) -> bool {
    match (left, right) {
        (Cell::Number(left), Cell::Number(right)) => left.to_bits() == right.to_bits(),
        _ => left == right,
    }
}

fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Missing => "nothing".to_owned(),
        Cell::Count(count) => count.to_string(),
        Cell::Number(number) => number.to_string(),
        Cell::Text(text) => text.clone(),
    }
}
