//! No look-ahead, proven on the user's own store: what comes after a day must not show in its row.
//!
//! Three checks at each of many cut-offs, each comparing the exported table cell by cell, to the last
//! bit: everything after the cut-off is cut away (and `--as-of` must say the same), it is poisoned, or
//! one record is made to arrive later than it did. `world` holds the inputs and changes them,
//! `documents` does the same one stage earlier, where articles become days. The idea is that of
//! lookahead checkers for trading strategies, which are known to miss leaks: so leaks are planted
//! first (`leaks`), and a check that does not find them proves nothing.
//!
//! Left out on purpose: what the store says of when an input became available. A date that the
//! publisher back-dated is taken as it stands; the basis of availability tells how much rests on that.

mod documents;
mod leaks;
mod world;

#[cfg(test)]
mod tests;

use rayon::prelude::*;

use self::{
    leaks::Leak,
    world::{Method, Moved, Published, World, first_difference},
};
use super::{
    PipelineError, Progress, TableSettings,
    refresh::{all_prices, day_indexes},
};
use crate::{calendar::Day, statistics::SplitMix64, store::Store};

/// Cut-offs that are tried unless another number is asked for: every half year of a decade and more,
/// in seconds.
pub const USUAL_CUT_OFFS: usize = 24;

/// Of these, the cut-offs at which articles are summed again: a quarter, as each costs as much as all
/// that follows from it.
const CUT_OFFS_PER_SUMMED: usize = 4;

/// What to try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProveOptions {
    /// How many cut-offs, spread over all days; `None` tries every day.
    pub cut_offs: Option<usize>,
    /// Chooses the cut-offs and the records: the same seed, the same proof.
    pub seed: u64,
}

/// What was proven, or where it failed.
#[derive(Debug, Clone, PartialEq)]
pub struct Proof {
    /// The first and last row of the table; `None` where there is none, and nothing to prove.
    pub span: Option<(Day, Day)>,
    /// Leaks that were planted to see whether the checks find them.
    pub planted: Vec<Planted>,
    /// The checks.
    pub checks: Vec<Check>,
}

/// One planted leak.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planted {
    /// What was done wrongly on purpose.
    pub what: &'static str,
    /// Where it was found; `None` when the check is blind to it.
    pub caught: Option<Difference>,
}

/// One check over all its cut-offs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What was changed.
    pub what: &'static str,
    /// Cut-offs tried.
    pub cut_offs: usize,
    /// Records moved, poisoned or taken away, each counted as often as that was done.
    pub records: u64,
    /// Rows compared.
    pub rows: u64,
    /// The first difference, by cut-off.
    pub difference: Option<Difference>,
}

/// Two rows that should be equal and are not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The cut-off after which something was changed.
    pub cut_off: Day,
    /// The first row that shows it.
    pub row: Day,
    /// Its first column that does.
    pub column: String,
    /// What the table says.
    pub published: String,
    /// What it says after the change.
    pub changed: String,
}

impl Proof {
    /// Whether every planted leak was found and no other. A check that never had a leak to find, or no
    /// row to look at, proves nothing.
    pub fn holds(&self) -> bool {
        self.proves_something()
            && self.planted.iter().all(|planted| planted.caught.is_some())
            && self.checks.iter().all(|check| check.difference.is_none())
    }

    /// Whether there was enough to look at: a leak that could be planted, and rows that were compared.
    pub fn proves_something(&self) -> bool {
        !self.planted.is_empty() && self.checks.iter().any(|check| check.rows > 0)
    }
}

/// Proves on what is stored that the table up to `until` does not look ahead. Run `refresh` first.
pub fn prove(
    store: &Store,
    settings: TableSettings<'_>,
    until: Day,
    options: ProveOptions,
    progress: &dyn Progress,
) -> Result<Proof, PipelineError> {
    let days = day_indexes(store, settings.lexicons, settings.summing())?;
    let world = World::new(days, all_prices(store)?, settings.panel.cut_off);
    let method = Method { settings, leak: None };
    let full = method.published(&world, until)?;
    let Some(span) = full.span() else {
        return Ok(Proof { span: None, planted: Vec::new(), checks: Vec::new() });
    };
    let mut random = Random::new(options.seed);
    let news = world.days.first().zip(world.days.last()).map(|(first, last)| (first.day, last.day));
    let cut_offs = cut_offs(span, news, options.cut_offs, &mut random);
    let mut planted = plant(&world, settings, until, &cut_offs, progress)?;
    let mut checks = table_checks(&world, &method, &full, until, &cut_offs, options.seed, progress)?;
    let summed: Vec<Day> = match options.cut_offs {
        None => cut_offs,
        Some(_) => cut_offs.into_iter().step_by(CUT_OFFS_PER_SUMMED).collect(),
    };
    let (leak, of_articles) = documents::checks(store, settings, &world, &summed, &mut random, progress)?;
    planted.extend(leak);
    checks.extend(of_articles);
    Ok(Proof { span: Some(span), planted, checks })
}

/// Days spread over the span, one from each of so many equal parts; half of them over the days with
/// news, which may be the last months of many years.
fn cut_offs(
    span: (Day, Day),
    news: Option<(Day, Day)>,
    count: Option<usize>,
    random: &mut Random,
) -> Vec<Day> {
    let Some(count) = count else {
        return (span.0.0..=span.1.0).map(Day).collect();
    };
    let mut spread = |(first, last): (Day, Day), count: usize| -> Vec<Day> {
        let days = (last - first + 1).max(1) as usize;
        let count = count.min(days);
        let day = |part: usize| {
            let (from, to) = (part * days / count, (part + 1) * days / count);
            first + (from + random.below(to - from)) as i32
        };
        (0..count).map(day).collect()
    };
    let of_news = news.map_or_else(Vec::new, |news| spread(news, count / 2));
    let mut days = spread(span, count - of_news.len());
    // News may have been read that no row counts yet.
    days.extend(of_news.into_iter().filter(|day| (span.0..=span.1).contains(day)));
    days.sort_unstable();
    days.dedup();
    days
}

/// Plants every leak that these inputs can have, and looks for it at one cut-off after another, the
/// latest first, until it is found.
fn plant(
    world: &World,
    settings: TableSettings<'_>,
    until: Day,
    cut_offs: &[Day],
    progress: &dyn Progress,
) -> Result<Vec<Planted>, PipelineError> {
    let leaks: Vec<Leak> = Leak::ALL.into_iter().filter(|leak| leak.can_be_planted(world)).collect();
    progress.begin("planting leaks", Some(leaks.len() as u64));
    let planted = leaks
        .into_par_iter()
        .map(|leak| {
            let method = Method { settings, leak: Some(leak) };
            let full = method.published(world, until)?;
            let mut caught = None;
            for &cut_off in cut_offs.iter().rev() {
                let (cut, _) = world.cut_after(cut_off);
                caught = first_difference(&full, &method.published(&cut, until)?, world, cut_off, cut_off);
                if caught.is_some() {
                    break;
                }
            }
            progress.advance(1);
            Ok(Planted { what: leak.what(), caught })
        })
        .collect::<Result<Vec<_>, PipelineError>>()?;
    progress.end();
    Ok(planted)
}

/// The checks on days and prices, in the order of [`TABLE_CHECKS`].
fn table_checks(
    world: &World,
    method: &Method<'_>,
    full: &Published,
    until: Day,
    cut_offs: &[Day],
    seed: u64,
    progress: &dyn Progress,
) -> Result<Vec<Check>, PipelineError> {
    progress.begin("looking for what looks ahead", Some(cut_offs.len() as u64));
    let tried = cut_offs
        .par_iter()
        .map(|&cut_off| {
            let tried = at_cut_off(world, method, full, until, cut_off, seed);
            progress.advance(1);
            tried
        })
        .collect::<Result<Vec<_>, PipelineError>>()?;
    progress.end();
    let checks = TABLE_CHECKS.iter().enumerate().map(|(place, what)| {
        let tried = || tried.iter().filter_map(|tried| tried[place].as_ref());
        Check {
            what,
            cut_offs: tried().count(),
            records: tried().map(|tried| tried.records).sum(),
            rows: tried().map(|tried| tried.rows).sum(),
            difference: tried().find_map(|tried| tried.difference.clone()),
        }
    });
    Ok(checks.filter(|check| check.cut_offs > 0).collect())
}

/// What is done at every cut-off.
const TABLE_CHECKS: [&str; 5] = [
    "cut: all days and prices after the cut-off taken away",
    "as of: --as-of that evening, with everything still in the store",
    "poisoned: everything after the cut-off is not a number",
    "poisoned: everything after the cut-off is 1e9",
    "delayed: one price arrives days later than it did",
];

/// One check at one cut-off.
struct Tried {
    records: u64,
    rows: u64,
    difference: Option<Difference>,
}

fn at_cut_off(
    world: &World,
    method: &Method<'_>,
    full: &Published,
    until: Day,
    cut_off: Day,
    seed: u64,
) -> Result<[Option<Tried>; TABLE_CHECKS.len()], PipelineError> {
    let rows = full.rows_to(cut_off);
    let compared = |changed: &Published, records: u64| Tried {
        records,
        rows,
        difference: first_difference(full, changed, world, cut_off, cut_off),
    };
    let (cut, taken) = world.cut_after(cut_off);
    let cut = compared(&method.published(&cut, until)?, taken);
    let as_of = compared(&method.published(world, cut_off)?, 0);
    let poisoned = |poison: f64| -> Result<Tried, PipelineError> {
        let (poisoned, records) = world.poisoned_after(cut_off, poison);
        Ok(compared(&method.published(&poisoned, until)?, records))
    };
    let (not_a_number, huge) = (poisoned(f64::NAN)?, poisoned(1e9)?);
    let mut random = Random::new(seed ^ (cut_off.0 as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let delayed = match world.delayed(cut_off, &mut random) {
        None => None,
        Some(Moved { day, moved, without }) => {
            let (moved, without) = (method.published(&moved, until)?, method.published(&without, until)?);
            let before = first_difference(full, &moved, world, cut_off, day - 1);
            // On the day it came in, the row is the one without it.
            let difference = before.or_else(|| first_difference(&without, &moved, world, cut_off, day));
            Some(Tried { records: 1, rows: full.rows_to(day), difference })
        }
    };
    Ok([Some(cut), Some(as_of), Some(not_a_number), Some(huge), delayed])
}

/// Choices from a seed: small, and the same everywhere.
pub(super) struct Random(SplitMix64);

impl Random {
    pub(super) const fn new(seed: u64) -> Self {
        Self(SplitMix64::new(seed, 0))
    }

    const fn next(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number below `end`; 0 where `end` is. By the remainder, as ever, so that a seed goes on to choose
    /// the records it always chose.
    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }
}
