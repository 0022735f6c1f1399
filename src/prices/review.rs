//! What can be said of a stored series as a whole: holes, jumps, revisions, late rows, who gave it and
//! on what its availability rests; and how two providers of the same closes differ.
//!
//! Only points out: nothing is changed here, and nothing refused.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use super::{
    GOLD, Observation, ParsedPrices, Provenance, SILVER, Series,
    checks::{JUMP, SPARSE, longest_hole},
    is_price, units,
};
use crate::calendar::Day;

/// A row first seen later than this after its clock was not watched for: its availability is the
/// clock's claim. A day and a half lets a daily run be twelve hours late. What gave it must have given
/// something before that, too: the first answer of all brings yesterday's close, and nobody watched it come.
const WATCHED: SignedDuration = SignedDuration::from_hours(36);

/// On what a row's availability rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Seen {
    /// This tool fetched it when it came out, or saw that it came late or changed.
    Observed,
    /// Its series' clock says so: a file, a backfill.
    Claimed,
}

impl Seen {
    /// The word used in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Observed => "observed",
            Self::Claimed => "claimed",
        }
    }
}

/// A series looked over.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Review {
    /// Days with a close.
    pub days: u64,
    /// Rows that say something else for a day than an earlier row.
    pub revisions: u64,
    /// Rows whose availability was observed; the rest is claimed.
    pub observed: u64,
    /// Holes longer than the panel bridges: the closes on both sides.
    pub gaps: Vec<(Day, Day)>,
    /// Days whose close is more than 40 % from the one before.
    pub jumps: Vec<Day>,
    /// Who gave rows, with how many, in the order of the first.
    pub givers: Vec<(String, u64)>,
}

/// One change of a close.
#[derive(Debug, Clone, PartialEq)]
pub struct Revised {
    /// The day it is dated to.
    pub day: Day,
    /// What was known before, and from when on.
    pub before: Observation,
    /// What is known since, and from when on.
    pub after: Observation,
}

/// How the closes of an answer differ from another provider's that are stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// Whose closes are stored.
    pub other: String,
    /// Days both have.
    pub days: u64,
    /// Median difference: relative for prices, absolute for rates.
    pub median: f64,
    /// The largest difference, and its day.
    pub largest: (Day, f64),
    /// The median of new close over stored close.
    pub ratio: f64,
    /// The same three of the latest common days alone, where there are more than a year of them: what was
    /// one fixing once may be two instruments today.
    pub latest: Option<Latest>,
}

/// How closes differ on the latest days that both have.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Latest {
    /// How many days these are.
    pub days: u64,
    /// Median difference: relative for prices, absolute for rates.
    pub median: f64,
    /// The median of new close over stored close.
    pub ratio: f64,
}

impl Series {
    /// On what the availability of a row rests.
    pub fn seen(&self, row: &Observation) -> Seen {
        match self.giver(row) {
            Some(from) if row.available_at >= from.fetched_at => Seen::Observed,
            Some(from) if from.fetched_at.duration_since(row.available_at) <= WATCHED => {
                let was_watched = |earlier: &Provenance| {
                    earlier.provider == from.provider && earlier.fetched_at < row.available_at
                };
                if self.provenance.iter().any(was_watched) { Seen::Observed } else { Seen::Claimed }
            }
            _ => Seen::Claimed,
        }
    }

    /// Who gave a row; "unknown" of rows stored by early versions.
    fn giver_name(&self, row: &Observation) -> &str {
        self.giver(row).map_or("unknown", |from| from.provider.as_str())
    }

    /// Looks the series over, as it is known now.
    pub fn review(&self) -> Review {
        let mut review = Review::default();
        let mut givers: Vec<(String, u64)> = Vec::new();
        let mut last: Option<Observation> = None;
        let latest: BTreeMap<Day, Observation> = self.rows.iter().map(|row| (row.day, *row)).collect();
        for row in &self.rows {
            review.observed += u64::from(self.seen(row) == Seen::Observed);
            let name = self.giver_name(row);
            match givers.iter_mut().find(|(known, _)| known == name) {
                Some((_, count)) => *count += 1,
                None => givers.push((name.to_owned(), 1)),
            }
        }
        for row in latest.values() {
            if let Some(before) = last {
                let days = row.day - before.day;
                if days > longest_hole(&self.name) {
                    review.gaps.push((before.day, row.day));
                }
                let is_far = (row.close / before.close - 1.0).abs() > JUMP;
                if is_price(&self.name) && is_far && days <= longest_hole(GOLD) {
                    review.jumps.push(row.day);
                }
            }
            last = Some(*row);
        }
        review.days = latest.len() as u64;
        review.revisions = self.rows.len() as u64 - review.days;
        // A weekly or monthly series is all holes: none of them is worth a word.
        if review.gaps.len() * SPARSE >= latest.len() {
            review.gaps.clear();
        }
        review.givers = givers;
        review
    }

    /// Every change of a close, in the order of the days.
    pub fn revisions(&self) -> Vec<Revised> {
        let pairs = self.rows.windows(2).filter(|pair| pair[0].day == pair[1].day);
        pairs.map(|pair| Revised { day: pair[1].day, before: pair[0], after: pair[1] }).collect()
    }

    /// Closes of days that came in late: an earlier answer or file should have had them, and they count
    /// from when they were seen.
    pub fn late(&self) -> Vec<Observation> {
        let firsts = self
            .rows
            .iter()
            .enumerate()
            .filter(|(at, row)| at.checked_sub(1).is_none_or(|before| self.rows[before].day != row.day));
        let is_late = |row: &&Observation| {
            // Seen, and not when its clock says: what is available when it was taken in was dated by that.
            self.giver(row).is_some_and(|from| from.fetched_at == row.available_at)
                && row.available_at > self.clock.available_at(row.day)
        };
        firsts.map(|(_, row)| row).filter(is_late).copied().collect()
    }

    /// Days of the closes that `provider` gave which lie within the span of its new answer and not in it:
    /// it has them no more, or the answer has holes.
    pub fn lacking(&self, parsed: &ParsedPrices, provider: &str) -> Vec<Day> {
        let (Some((first, _)), Some((last, _))) = (parsed.rows.first(), parsed.rows.last()) else {
            return Vec::new();
        };
        let is_own = |row: &&Observation| self.giver(row).is_some_and(|from| from.provider == provider);
        let inside = self.rows.iter().filter(|row| (*first..=*last).contains(&row.day)).filter(is_own);
        let is_there = |day: Day| parsed.rows.binary_search_by_key(&day, |(day, _)| *day).is_ok();
        let mut days: Vec<Day> = inside.map(|row| row.day).filter(|day| !is_there(*day)).collect();
        days.dedup();
        days
    }

    /// How closes differ from those that others than `provider` gave; `None` where no day has both.
    pub fn compare(&self, parsed: &ParsedPrices, provider: &str) -> Option<Comparison> {
        let latest: BTreeMap<Day, &Observation> = self.rows.iter().map(|row| (row.day, row)).collect();
        let mut other = None;
        let mut differences: Vec<(f64, f64, Day)> = Vec::new();
        for (day, close) in &parsed.rows {
            let Some(row) = latest.get(day) else { continue };
            let giver = self.giver_name(row);
            if giver == provider {
                continue;
            }
            other = Some(giver.to_owned());
            let ratio = close / row.close;
            let difference =
                if is_price(&self.name) { (ratio - 1.0).abs() } else { (close - row.close).abs() };
            differences.push((difference, ratio, *day));
        }
        let largest =
            differences.iter().max_by(|a, b| a.0.total_cmp(&b.0)).map(|(by, _, day)| (*day, *by))?;
        // A day each and ascending, as parsed rows are: the latest stand last.
        let medians = |of: &[(f64, f64, Day)]| {
            (median(of.iter().map(|(by, ..)| *by)), median(of.iter().map(|(_, ratio, _)| *ratio)))
        };
        let (middle, ratio) = medians(&differences);
        let latest = differences.len().checked_sub(LATEST_DAYS).filter(|from| *from > 0).map(|from| {
            let (median, ratio) = medians(&differences[from..]);
            Latest { days: LATEST_DAYS as u64, median, ratio }
        });
        let days = differences.len() as u64;
        Some(Comparison { other: other?, days, median: middle, largest, ratio, latest })
    }
}

/// The upper of the two in the middle, of at least one value.
fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// A year of sessions, judged by itself: COMEX and LBMA silver are the same fixing before 2000, which is
/// most of their common days, and differ by 1 % today.
const LATEST_DAYS: usize = 250;

/// Largest median difference of two sources of one metal. Copies of a fixing or settlement agree to the cent;
/// London's two auctions of gold differ by 0.3 %, London's silver and New York's by 0.8 %, and mixing them
/// makes a lead or lag where there is none.
const OTHER_METAL: f64 = 0.001;
/// The same for other prices: exchanges of Bitcoin differ by 0.1 %, revisions of the dollar index by 0.4 %.
const OTHER_PRICE: f64 = 0.01;
/// The same for rates, in percentage points.
const OTHER_RATE: f64 = 0.25;

impl Series {
    /// Whether rows can belong to this series: compared with what others than `provider` gave, where at
    /// least `min_days` have both, over all of these and over the latest year of them, and with the close
    /// before the first new day.
    ///
    /// # Errors
    ///
    /// Whose closes they are not, and by how much, in words: another unit, currency or instrument.
    pub fn fits(
        &self,
        parsed: &ParsedPrices,
        provider: &str,
        min_days: u64,
    ) -> Result<Option<Comparison>, (String, String)> {
        let prices = is_price(&self.name);
        let compared = self.compare(parsed, provider);
        if let Some(Comparison { other, days, median, ratio, largest, latest }) = &compared {
            let all = (*days, *median, *ratio, format!("{days} days"));
            let latest = latest.map(|last| {
                (last.days, last.median, last.ratio, format!("the latest {} days both have", last.days))
            });
            for (days, median, ratio, on) in [Some(all), latest].into_iter().flatten() {
                if let Some(between) = units::step(1.0, ratio).filter(|_| prices) {
                    return Err((other.clone(), format!("{ratio:.3} times on {on}, as between {between}")));
                }
                let percent = format!("{:.2} %", 100.0 * median);
                let (limit, shown) = match base_name(&self.name) {
                    GOLD | SILVER => (OTHER_METAL, percent),
                    _ if prices => (OTHER_PRICE, percent),
                    _ => (OTHER_RATE, format!("{median:.2} points")),
                };
                if days >= min_days && median > limit {
                    let most = largest.0;
                    return Err((other.clone(), format!("{shown} in the median of {on}, most on {most}")));
                }
            }
        }
        let is_stored = |day: Day| self.rows.binary_search_by_key(&day, |row| row.day).is_ok();
        let first_new = parsed.rows.iter().find(|(day, _)| !is_stored(*day));
        if let Some((day, close)) = first_new.filter(|_| prices) {
            let before = self.rows.iter().rev().find(|row| row.day < *day);
            let before = before.filter(|row| *day - row.day <= longest_hole(GOLD));
            if let Some((before, between)) =
                before.and_then(|row| Some((row, units::step(row.close, *close)?)))
            {
                let other = self.giver_name(before);
                let (then, on) = (before.close, before.day);
                return Err((
                    other.to_owned(),
                    format!("{then} on {on} and {close} on {day}, as between {between}"),
                ));
            }
        }
        Ok(compared)
    }

    /// The closes as they are known now, as an answer would give them.
    pub fn closes(&self) -> ParsedPrices {
        let latest: BTreeMap<Day, f64> = self.rows.iter().map(|row| (row.day, row.close)).collect();
        ParsedPrices { rows: latest.into_iter().collect(), ..ParsedPrices::default() }
    }
}

/// The series' name without the provider that a second one of the same closes carries: `btc` of
/// `btc@kraken`.
pub fn base_name(name: &str) -> &str {
    name.split('@').next().unwrap_or(name)
}
