//! The rules as data: which conditions lead from where to where. The machine in `states` moves by
//! the very conditions that a reader is shown, so the two cannot drift apart.
//!
//! Left out: the rules themselves (`rules`), phases over time (`states`), phrasing (`words`).

use super::figures::Unit;
use super::measures::Context;

use super::{Relation, SignalRow, State, StateBasis};
use crate::calendar::Day;
use crate::panel::{Leg, PanelRow};

/// Where the machine stands; `METALS_LEAD` has its two other names only when published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    NoData,
    Neutral,
    MetalsLead,
    Turning,
    BtcFavourable,
    Spent,
}

/// A rule's identity: its streak is counted under it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RuleId {
    Lead,
    GapGone,
    LeadOld,
    Turn,
    TurnLost,
    Flag,
    Failed,
    PricedIn,
    Overheated,
    DollarUp,
    FlagOld,
    Rest,
}

impl RuleId {
    pub(super) const COUNT: usize = Self::Rest as usize + 1;

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Lead => "metals lead",
            Self::GapGone => "gap gone",
            Self::LeadOld => "lead expired",
            Self::Turn => "turn",
            Self::TurnLost => "turn lost",
            Self::Flag => "flag",
            Self::Failed => "FAILED",
            Self::PricedIn => "priced in",
            Self::Overheated => "overheated",
            Self::DollarUp => "dollar rises",
            Self::FlagOld => "flag expired",
            Self::Rest => "rest over",
        }
    }
}

/// One comparison.
pub(super) struct Test {
    pub name: &'static str,
    pub value: Option<f64>,
    pub relation: Relation,
    pub threshold: f64,
    pub unit: Unit,
    /// Must hold on every day of the streak, not on its last day alone.
    pub sustained: bool,
}

impl Test {
    pub(super) fn met(&self) -> Option<bool> {
        self.value.map(|value| self.relation.holds(value, self.threshold))
    }
}

/// Conditions that must be met together, so many days in a row.
pub(super) struct Rule {
    pub id: RuleId,
    pub to: Phase,
    pub needed: u32,
    pub tests: Vec<Test>,
}

impl Rule {
    /// Whether the conditions that must last are met today; of a rule that has none, all others.
    pub(super) fn sustained(&self) -> bool {
        let mut lasting = self.tests.iter().filter(|test| test.sustained).peekable();
        match lasting.peek() {
            Some(_) => lasting.all(|test| test.met() == Some(true)),
            None => self.on_the_day(),
        }
    }

    /// Whether every condition is met today.
    pub(super) fn whole(&self) -> bool {
        self.tests.iter().all(|test| test.met() == Some(true))
    }

    /// Whether the conditions that need not last are met today.
    pub(super) fn on_the_day(&self) -> bool {
        self.tests.iter().filter(|test| !test.sustained).all(|test| test.met() == Some(true))
    }
}

/// A gap from the day metals took the lead until it is spent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Episode {
    /// Days since it began.
    pub age: u32,
    /// The largest gap.
    pub peak: f64,
    /// Bitcoin's close on the flag day, once there is one.
    pub entry: Option<f64>,
    /// That day and what the flag was raised on: the basis may change after it.
    pub flag: Option<(Day, StateBasis)>,
}

impl Episode {
    /// The flag in words, once there is one.
    pub(super) fn flag_words(&self) -> Option<String> {
        self.flag.map(|(day, basis)| match basis {
            StateBasis::News => format!("the flag of {day}"),
            StateBasis::PriceOnly => format!("the price-only flag of {day}"),
        })
    }
}

/// The last days on which inputs were there, for the day on which they no longer are.
#[derive(Debug, Default)]
pub(super) struct LastSeen {
    /// A day with articles.
    pub news: Option<Day>,
    /// A day with articles enough for a narrative.
    pub narrative: Option<Day>,
    /// The day of the last close, in the order of [`Leg::ALL`].
    pub closes: [Option<Day>; Leg::ALL.len()],
}

impl LastSeen {
    pub(super) fn see(&mut self, panel: &PanelRow, row: &SignalRow) {
        if panel.news.as_ref().is_some_and(|news| news.docs > 0) {
            self.news = Some(row.day);
        }
        if row.narrative.is_some() {
            self.narrative = Some(row.day);
        }
        for (leg, last) in Leg::ALL.into_iter().zip(&mut self.closes) {
            *last = panel.quote(leg).map(|quote| quote.observed).or(*last);
        }
    }

    pub(super) fn close(&self, leg: Leg) -> Option<Day> {
        self.closes.get(leg as usize).copied().flatten()
    }
}

/// What the rules look at on one day.
pub(super) struct Inputs<'a> {
    pub row: &'a SignalRow,
    pub panel: &'a PanelRow,
    pub context: &'a Context,
    pub basis: StateBasis,
    pub episode: Option<Episode>,
    /// Days since the phase was entered.
    pub phase_age: u32,
}

impl Inputs<'_> {
    /// Closes since the younger of the two metals' last 252-session highs; infinite where both
    /// histories are long enough and hold none, unknown where one is too short to tell.
    pub(super) fn sessions_since_high(&self) -> Option<f64> {
        let highs = [self.panel.silver_high?, self.panel.gold_high?];
        let youngest = highs.iter().filter_map(|highs| highs.last).map(|(_, _, since)| since).min();
        let measurable = highs.iter().all(|highs| highs.measurable);
        youngest.map(f64::from).or(measurable.then_some(f64::INFINITY))
    }
}

/// The name under which a phase is published.
pub(super) fn published(phase: Phase, row: &SignalRow, basis: StateBasis) -> State {
    match phase {
        Phase::NoData => State::NoData,
        Phase::Neutral => State::Neutral,
        Phase::MetalsLead => match row.narrative_z.filter(|_| basis == StateBasis::News) {
            None => State::MetalsLead,
            Some(z) if z < 0.0 => State::SafeHaven,
            Some(_) => State::Debasement,
        },
        Phase::Turning => State::Turning,
        Phase::BtcFavourable => State::BtcFavourable,
        Phase::Spent => State::Spent,
    }
}
