//! Panel to measures, states and flags: what the prices and the narrative say, day by day.
//!
//! ```text
//! Panel -> measures (numbers) -> states (machine on the board's rules) -> SignalRow
//! ```
//!
//! A row depends on its own day and on earlier ones only: every window is trailing, every rank is
//! against strictly earlier days, no threshold is fitted. Missing is `None`, never zero, and a day
//! on which a rule's input is missing is [`State::Unknown`], never neutral. The states describe a
//! regime; what they have been worth is `evaluate`'s question, and how a score was made `index`'s.
//!
//! ```
//! use std::collections::BTreeMap;
//! use storyturn::panel::{Panel, PanelOptions};
//! use storyturn::prices::{BTC, Observation, Series, default_clock};
//! use storyturn::signal::{SignalOptions, State, signal};
//!
//! let clock = default_clock(BTC);
//! let day = "2026-01-23".parse()?;
//! let row = Observation::new(day, 89_500.0, clock.available_at(day));
//! let series = Series { rows: vec![row], ..Series::new(BTC, clock) };
//! let prices = BTreeMap::from([(BTC.to_owned(), series)]);
//!
//! let panel = Panel::build(&[], &prices, &PanelOptions::default(), None)?;
//! let rows = signal(&panel, &SignalOptions::default());
//! assert_eq!((rows[0].btc, rows[0].state), (Some(89_500.0), State::NoData));
//! assert!(rows[0].reason.starts_with("price-only: btc has no close 60 days earlier"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod board;
mod changes;
mod evidence;
mod figures;
mod measures;
mod options;
mod rolling;
mod rules;
mod states;
mod words;

pub use self::changes::{Change, changes};
pub use self::evidence::{Evidence, Facts};
pub use self::options::{Mode, SignalOptions};
pub use crate::panel::High;

use std::fmt;

use crate::calendar::Day;
use crate::panel::Panel;

/// Where the story stands. The names are those of the published table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Inputs have been missing for more than a week, or have never been there.
    NoData,
    /// Inputs are missing today; the state before is frozen.
    Unknown,
    /// No gap worth a name.
    Neutral,
    /// Metals lead Bitcoin; which story drives them is not known.
    MetalsLead,
    /// Metals lead and fear is the louder story.
    SafeHaven,
    /// Metals lead and debasement is the louder story.
    Debasement,
    /// The story is turning from fear to debasement.
    Turning,
    /// The turn, with a falling dollar and a rising Bitcoin. Entering it is the flag.
    BtcFavourable,
    /// The flag has run its course; the reason says how.
    Spent,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 9] = [
        Self::NoData,
        Self::Unknown,
        Self::Neutral,
        Self::MetalsLead,
        Self::SafeHaven,
        Self::Debasement,
        Self::Turning,
        Self::BtcFavourable,
        Self::Spent,
    ];

    /// The name as published.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoData => "NO_DATA",
            Self::Unknown => "UNKNOWN",
            Self::Neutral => "NEUTRAL",
            Self::MetalsLead => "METALS_LEAD",
            Self::SafeHaven => "SAFE_HAVEN",
            Self::Debasement => "DEBASEMENT",
            Self::Turning => "TURNING",
            Self::BtcFavourable => "BTC_FAVOURABLE",
            Self::Spent => "SPENT",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What a day's state rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StateBasis {
    /// Narrative and prices.
    News,
    /// Prices alone: the narrative has never been measurable, or the options say so.
    PriceOnly,
}

impl StateBasis {
    /// The word used in tables and records.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::News => "news",
            Self::PriceOnly => "price-only",
        }
    }
}

/// How a condition compares its value with its threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Relation {
    /// `>=`
    AtLeast,
    /// `>`
    Above,
    /// `<=`
    AtMost,
    /// `<`
    Below,
}

impl Relation {
    /// Whether a value stands in this relation to a threshold.
    pub fn holds(self, value: f64, threshold: f64) -> bool {
        match self {
            Self::AtLeast => value >= threshold,
            Self::Above => value > threshold,
            Self::AtMost => value <= threshold,
            Self::Below => value < threshold,
        }
    }

    /// The sign.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AtLeast => ">=",
            Self::Above => ">",
            Self::AtMost => "<=",
            Self::Below => "<",
        }
    }
}

/// One line of the board: something that would move the state on, and how far it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// The state it leads to, together with the other conditions of the same `rule`.
    pub to: State,
    /// The rule it belongs to, in words: all conditions of a rule must be met together.
    pub rule: &'static str,
    /// The measure compared: a column's name, or what it is in words.
    pub name: &'static str,
    /// Today's value, in the units of the measure.
    pub value: Option<f64>,
    /// How the two compare when the condition is met.
    pub relation: Relation,
    /// The threshold, in the same units.
    pub threshold: f64,
    /// Met today; `None` where the value is unknown.
    pub met: Option<bool>,
    /// Days in a row the whole rule, all its conditions, has held in this state: today included, at
    /// most `needed_days`.
    pub streak_days: u32,
    /// Days in a row it takes; of a condition on an age or on the day itself, the last alone.
    pub needed_days: u32,
    /// The line as a reader sees it.
    pub words: String,
}

impl Condition {
    /// How far the value is from meeting the condition, in its units; 0 where it is met, `None` where the
    /// value is unknown or there is none that could come near.
    pub fn distance(&self) -> Option<f64> {
        let value = self.value.filter(|value| value.is_finite())?;
        let met = self.relation.holds(value, self.threshold);
        Some(if met { 0.0 } else { (value - self.threshold).abs() })
    }
}

/// One day of the published table, with what explains it. Returns (`*_60d`, `*_20d`) are logarithmic;
/// words give the plain change in percent.
#[derive(Debug, Clone, PartialEq)]
pub struct SignalRow {
    /// The day.
    pub day: Day,
    /// Mean fear of the day's articles, in [0, 1].
    pub fear: Option<f64>,
    /// Mean debasement of the day's articles, in [0, 1].
    pub debasement: Option<f64>,
    /// Fear, standardised.
    pub fear_z: Option<f64>,
    /// Debasement, standardised.
    pub debasement_z: Option<f64>,
    /// `(debasement_z - fear_z) / 2`, on days with enough coverage.
    pub narrative: Option<f64>,
    /// Exponential mean of `narrative`, half-life 7 days.
    pub narrative_7d: Option<f64>,
    /// Exponential mean of `narrative`, half-life 28 days.
    pub narrative_28d: Option<f64>,
    /// `narrative_7d - narrative_28d`.
    pub turn: Option<f64>,
    /// `narrative_7d` against its own last 180 days, in standard deviations.
    pub narrative_z: Option<f64>,
    /// Bitcoin's framing, -1 (risk asset) to 1 (hedge).
    pub btc_framing: Option<f64>,
    /// Silver, dollars an ounce.
    pub silver: Option<f64>,
    /// Gold, dollars an ounce.
    pub gold: Option<f64>,
    /// Bitcoin, dollars.
    pub btc: Option<f64>,
    /// Trade-weighted dollar, index points.
    pub dollar: Option<f64>,
    /// Ten-year real yield, percent.
    pub real_yield: Option<f64>,
    /// Upper bound of the Fed's target range, percent.
    pub fed_upper: Option<f64>,
    /// Silver's return over 60 calendar days.
    pub silver_60d: Option<f64>,
    /// Gold's return over 60 calendar days.
    pub gold_60d: Option<f64>,
    /// Bitcoin's return over 60 calendar days.
    pub btc_60d: Option<f64>,
    /// Mean of silver's and gold's.
    pub metals_60d: Option<f64>,
    /// `metals_60d - btc_60d`.
    pub divergence_60d: Option<f64>,
    /// Share of strictly earlier values of `divergence_60d` at or below today's.
    pub divergence_rank: Option<f64>,
    /// `divergence_60d` against the last 252 sessions, in standard deviations.
    pub divergence_z: Option<f64>,
    /// The high silver's close made; `None` without a new close this day or without history enough.
    pub silver_high: Option<High>,
    /// The high gold's close made, likewise.
    pub gold_high: Option<High>,
    /// `silver_60d - gold_60d`: above zero where silver leads.
    pub silver_gold_60d: Option<f64>,
    /// The dollar's return over 60 calendar days.
    pub dollar_60d: Option<f64>,
    /// Bitcoin's return over 20 calendar days.
    pub btc_20d: Option<f64>,
    /// Logarithm of highest over lowest Bitcoin close of the last 60 days.
    pub btc_range_60d: Option<f64>,
    /// Change of the real yield over 60 calendar days, percentage points.
    pub real_yield_60d: Option<f64>,
    /// Days since the last actual cut of the policy rate.
    pub last_cut_days: Option<u32>,
    /// Days since its last actual rise.
    pub last_rise_days: Option<u32>,
    /// Where the story stands.
    pub state: State,
    /// What that rests on.
    pub basis: StateBasis,
    /// Days under this name, today included; days of `UNKNOWN` in between count on.
    pub state_days: u32,
    /// `BTC_FAVOURABLE` is entered today.
    pub flag: bool,
    /// Why the state was entered, or what holds it and what is missing for the next.
    pub reason: String,
    /// What the state cannot do without and does not have, one input each, in words; empty on a valid day.
    pub missing: Vec<String>,
    /// The board: what would move the state on.
    pub conditions: Vec<Condition>,
    /// Figures behind [`SignalRow::evidence`] that are no columns.
    pub facts: Facts,
}

/// Every day of the panel with its measures, its state and the reasons.
pub fn signal(panel: &Panel, options: &SignalOptions) -> Vec<SignalRow> {
    let (mut rows, context) = measures::measure(panel, options);
    states::run(panel, &mut rows, &context, options);
    rows
}

#[cfg(test)]
mod tests;
