//! The join by day: narrative scores and prices as they were known at each day's cut-off.
//!
//! Every calendar day has a row. A price is the last close available at the cut-off; it is unknown
//! once it is older than the limit, and nothing is interpolated. Age counts from the day a close
//! could count for first: the dollar index, published a week late, is not stale on its first
//! Saturday. Histories that start before the panel travel in the rows, as the high the last close
//! made and the last move of the policy rate.
//!
//! What would look ahead is an error. Left out: measures and rules (`signal`), and where the
//! scores come from.

mod walk;

use std::collections::BTreeMap;

use self::walk::{Revised, Walk, check_days, check_series, span};

use crate::calendar::{CutOff, Day};
use crate::prices::{BTC, DOLLAR, FED_UPPER, GOLD, REAL_YIELD, SILVER, Series};

pub use crate::index::{Coverage, DayScore};
pub use crate::prices::High;

/// A close as known at the cut-off.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quote {
    /// The close, in the series' own units.
    pub value: f64,
    /// The day it is dated to.
    pub observed: Day,
}

/// What the closes of a metal up to a day say of its highs, over its whole history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Highs {
    /// The high made by a close that came in this day; `None` on a day without a new close, and
    /// with fewer than 252 closes before it.
    pub today: Option<High>,
    /// The last close that made a high: its day, the high, and the closes since.
    pub last: Option<(Day, High, u32)>,
    /// Whether the history is long enough to tell: more than 252 closes.
    pub measurable: bool,
}

/// When the policy rate last moved, as far as its history is loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PolicyMoves {
    /// The last cut.
    pub last_cut: Option<Day>,
    /// The last rise.
    pub last_rise: Option<Day>,
}

/// One calendar day.
#[derive(Debug, Clone, PartialEq)]
pub struct PanelRow {
    /// The day.
    pub day: Day,
    /// The narrative scores of the day.
    pub news: Option<DayScore>,
    /// Bitcoin, dollars.
    pub btc: Option<Quote>,
    /// Silver, dollars an ounce.
    pub silver: Option<Quote>,
    /// Gold, dollars an ounce.
    pub gold: Option<Quote>,
    /// Trade-weighted dollar, index points.
    pub dollar: Option<Quote>,
    /// Ten-year real yield, percent.
    pub real_yield: Option<Quote>,
    /// Upper bound of the Fed's target range, percent.
    pub fed_upper: Option<Quote>,
    /// Silver's highs; `None` where silver is unknown.
    pub silver_high: Option<Highs>,
    /// Gold's highs; `None` where gold is unknown.
    pub gold_high: Option<Highs>,
    /// How far Bitcoin's close lies below its highest, as a share at most 0; `None` where it is unknown.
    pub btc_drawdown: Option<f64>,
    /// The policy rate's moves; `None` where the rate is unknown.
    pub policy: Option<PolicyMoves>,
    /// A session: both metals have a new close.
    pub session: bool,
}

/// One of the price columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Leg {
    /// Bitcoin.
    Btc,
    /// Silver.
    Silver,
    /// Gold.
    Gold,
    /// The dollar.
    Dollar,
    /// The real yield.
    RealYield,
    /// The policy rate.
    FedUpper,
}

/// Calendar days without a gap, ascending.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    /// The rows.
    pub rows: Vec<PanelRow>,
    /// What was known on the days before the first row, so that its returns have an older end.
    lead_in: Vec<[Option<Quote>; Leg::ALL.len()]>,
    revised: BTreeMap<Leg, Vec<Revised>>,
}

/// Days before the first row that are remembered: the longest return looks back as far.
const LEAD_IN_DAYS: i32 = 60;

/// How the join is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PanelOptions {
    /// The instant that ends a day.
    pub cut_off: CutOff,
    /// Days after which a close that has not been followed by another is unknown: a week spans
    /// every exchange holiday.
    pub stale_days: u16,
    /// The same for Bitcoin, which trades every day.
    pub btc_stale_days: u16,
}

impl Default for PanelOptions {
    fn default() -> Self {
        Self { cut_off: CutOff::default(), stale_days: 7, btc_stale_days: 2 }
    }
}

/// Why no panel is built.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PanelError {
    /// An input would let a day see what came after it.
    #[error("{input} would look ahead: {why}")]
    LookAhead {
        /// Which input.
        input: String,
        /// One clause.
        why: String,
    },
}

impl Leg {
    /// Every price column.
    pub const ALL: [Self; 6] =
        [Self::Btc, Self::Silver, Self::Gold, Self::Dollar, Self::RealYield, Self::FedUpper];

    /// The name of its series.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Btc => BTC,
            Self::Silver => SILVER,
            Self::Gold => GOLD,
            Self::Dollar => DOLLAR,
            Self::RealYield => REAL_YIELD,
            Self::FedUpper => FED_UPPER,
        }
    }
}

impl PanelRow {
    /// The quote of one price column.
    pub fn quote(&self, leg: Leg) -> Option<Quote> {
        match leg {
            Leg::Btc => self.btc,
            Leg::Silver => self.silver,
            Leg::Gold => self.gold,
            Leg::Dollar => self.dollar,
            Leg::RealYield => self.real_yield,
            Leg::FedUpper => self.fed_upper,
        }
    }
}

impl Panel {
    /// Joins by day, from the first day with Bitcoin or news to the last day with Bitcoin, a metal or
    /// news, and not past `until`. There is no row without either: metals alone begin decades before
    /// Bitcoin, and a day that a later panel does not have is no day of an earlier one. Scores must
    /// ascend by day and end at `until`; closes that became available later are passed over.
    pub fn build(
        days: &[DayScore],
        prices: &BTreeMap<String, Series>,
        options: &PanelOptions,
        until: Option<Day>,
    ) -> Result<Self, PanelError> {
        check_days(days, until)?;
        let mut legs = Vec::new();
        for leg in Leg::ALL {
            if let Some(series) = prices.get(leg.name()) {
                check_series(series)?;
                legs.push(Walk::new(leg, series, *options));
            }
        }
        let mut panel = Self { rows: Vec::new(), lead_in: Vec::new(), revised: BTreeMap::new() };
        let Some((first, last)) = span(days, prices, options.cut_off, until) else {
            return Ok(panel);
        };
        let mut news = days.iter().skip_while(|score| score.day < first).peekable();
        for day in (first.0.saturating_sub(LEAD_IN_DAYS)..=last.0).map(Day) {
            let mut row = PanelRow::empty(day);
            row.news = news.next_if(|score| score.day == day).cloned();
            // Once there was news, a day without is a day without documents, whether more comes later or not.
            if let (None, Some(first)) = (&row.news, days.first())
                && day > first.day
            {
                row.news = Some(without_documents(day, first.means.len()));
            }
            for walk in &mut legs {
                let revised = walk.step(day, &mut row);
                if !revised.is_empty() {
                    panel.revised.entry(walk.leg).or_default().extend(revised);
                }
            }
            if day < first {
                panel.lead_in.push(Leg::ALL.map(|leg| row.quote(leg)));
                continue;
            }
            let fresh = |leg| legs.iter().any(|walk: &Walk<'_>| walk.leg == leg && walk.fresh);
            row.session = fresh(Leg::Silver) && fresh(Leg::Gold);
            panel.rows.push(row);
        }
        Ok(panel)
    }

    /// A panel of rows made elsewhere: consecutive days, each quoting nothing of a later day.
    pub fn from_rows(rows: Vec<PanelRow>) -> Result<Self, PanelError> {
        let refuse = |row: &PanelRow, why: String| {
            Err(PanelError::LookAhead { input: format!("the row of {}", row.day), why })
        };
        if let Some(pair) = rows.windows(2).find(|pair| pair[1].day != pair[0].day + 1) {
            return refuse(&pair[1], format!("it follows that of {}", pair[0].day));
        }
        for row in &rows {
            for leg in Leg::ALL {
                if let Some(quote) = row.quote(leg).filter(|quote| quote.observed > row.day) {
                    return refuse(row, format!("it quotes {} of {}", leg.name(), quote.observed));
                }
            }
        }
        Ok(Self { rows, lead_in: Vec::new(), revised: BTreeMap::new() })
    }

    /// The close quoted `days` before row `now`, as it was known at row `now`: a revision between the
    /// two counts, so that both ends of a return are of one vintage. Sixty days before the first row
    /// are known too; nothing older is.
    pub fn close_before(&self, leg: Leg, now: usize, days: usize) -> Option<f64> {
        let to = self.rows.get(now)?.day;
        let quote = match now.checked_sub(days) {
            Some(then) => self.rows.get(then)?.quote(leg)?,
            None => {
                let before = self.lead_in.len().checked_sub(days - now)?;
                self.lead_in.get(before)?.get(leg as usize).copied().flatten()?
            }
        };
        let Some(revised) = self.revised.get(&leg) else {
            return Some(quote.value);
        };
        let from = to - i32::try_from(days).ok()?;
        let known = revised.partition_point(|revision| revision.day <= to);
        let later = revised[..known].iter().rev().take_while(|revision| revision.day > from);
        let newest = later.clone().find(|revision| revision.observed == quote.observed);
        Some(newest.map_or(quote.value, |revision| revision.close))
    }
}

/// The score of a day without documents.
fn without_documents(day: Day, scores: usize) -> DayScore {
    DayScore {
        day,
        docs: 0,
        sources: 0,
        stories: 0,
        coverage: Coverage::None,
        by_basis: [0; 3],
        means: vec![None; scores],
        z: vec![None; scores],
        errors: vec![None; scores],
        btc_framing: None,
        mix_shift: None,
    }
}

impl PanelRow {
    fn empty(day: Day) -> Self {
        Self {
            day,
            news: None,
            btc: None,
            silver: None,
            gold: None,
            dollar: None,
            real_yield: None,
            fed_upper: None,
            silver_high: None,
            gold_high: None,
            btc_drawdown: None,
            policy: None,
            session: false,
        }
    }
}

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;

#[cfg(test)]
pub(crate) use self::samples::{Market, golden, real};
