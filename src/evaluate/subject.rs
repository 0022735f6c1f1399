//! What is put to the test: the flag, the states, the conditions behind them, and events.
//!
//! A subject is a set of days, each known at its own cut-off. Its thresholds are those of the signal, so
//! that what is tested is what is shown. Left out: what followed (`record`).

use super::{options::EvaluateOptions, returns::episodes};
use crate::panel::High;
use crate::signal::{SignalOptions, SignalRow, State};

/// Days that the dollar must have been up, in a row, before its fall counts as a turn: a month.
const TURN_DAYS: usize = 20;

/// What kind of set of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The day the flag is raised.
    Flag,
    /// The days in a state.
    State,
    /// The days on which a condition holds.
    Condition,
    /// The first day of each event.
    Event,
}

impl Kind {
    /// The word used in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Flag => "flag",
            Self::State => "state",
            Self::Condition => "condition",
            Self::Event => "event",
        }
    }
}

/// A set of days put to the test.
#[derive(Debug, Clone, PartialEq)]
pub struct Subject {
    /// Its name in tables.
    pub name: String,
    /// What kind of set.
    pub kind: Kind,
    /// For each row, whether its day is in the set.
    pub inside: Vec<bool>,
    /// What it needs and does not have, where it cannot be told at all.
    pub missing: Option<&'static str>,
}

/// The flag first, the states, then conditions and events.
pub(super) fn subjects(
    rows: &[SignalRow],
    from: usize,
    signal: &SignalOptions,
    options: &EvaluateOptions,
) -> Vec<Subject> {
    let set = |name: &str, kind: Kind, of: &dyn Fn(usize) -> bool| Subject {
        name: name.to_owned(),
        kind,
        inside: (0..rows.len()).map(|at| at >= from && of(at)).collect(),
        missing: None,
    };
    let known = |missing: &'static str, has: &dyn Fn(&SignalRow) -> bool, subject: Subject| Subject {
        missing: (!rows[from..].iter().any(has)).then_some(missing),
        ..subject
    };
    let dollar = "the dollar";
    let metals = "silver, gold and Bitcoin together";
    // A state is told by the gap; without it the machine has none.
    let has_gap = |row: &SignalRow| row.divergence_60d.is_some();
    let named = |state: State| {
        known(metals, &has_gap, set(state.as_str(), Kind::State, &|at| rows[at].state == state))
    };
    let mut found = vec![known(metals, &has_gap, set("flag", Kind::Flag, &|at| rows[at].flag))];
    let states = State::ALL.into_iter().filter(|state| !matches!(state, State::NoData | State::Unknown));
    found.extend(states.map(named));
    let news = "a narrative: 60 days of news with enough coverage";
    let rate = "the Fed's rate";
    let above = |value: Option<f64>, threshold: f64| value.is_some_and(|value| value > threshold);
    let at_least = |value: Option<f64>, threshold: f64| value.is_some_and(|value| value >= threshold);
    let below = |value: Option<f64>, threshold: f64| value.is_some_and(|value| value < threshold);
    let has_dollar = |row: &SignalRow| row.dollar_60d.is_some();
    let mut condition =
        |name: &str, missing, has: &dyn Fn(&SignalRow) -> bool, of: &dyn Fn(&SignalRow) -> bool| {
            found.push(known(missing, has, set(name, Kind::Condition, &|at| of(&rows[at]))));
        };
    condition("dollar falling", dollar, &has_dollar, &|row| below(row.dollar_60d, signal.flag_dollar_60d));
    condition("wide gap", metals, &|row| row.divergence_rank.is_some(), &|row| {
        at_least(row.divergence_rank, signal.lead_rank)
    });
    condition("wide gap, metals up", metals, &|row| row.divergence_rank.is_some(), &|row| {
        at_least(row.divergence_rank, signal.lead_rank) && above(row.metals_60d, signal.lead_metals_60d)
    });
    condition("recent cut", rate, &|row| row.fed_upper.is_some(), &|row| {
        row.last_cut_days.is_some_and(|days| days <= signal.recent_cut_days)
    });
    condition("story turning", news, &|row| row.turn.is_some(), &|row| {
        at_least(row.turn, signal.turn) && at_least(row.narrative_z, signal.turn_narrative_z)
    });
    condition("real yield falling", "the real yield", &|row| row.real_yield_60d.is_some(), &|row| {
        below(row.real_yield_60d, 0.0)
    });

    let gap = options.episode_gap_days;
    let mut event = |name: &str, missing, has: &dyn Fn(&SignalRow) -> bool, of: &dyn Fn(usize) -> bool| {
        let mut subject = set(name, Kind::Event, of);
        // The first of each episode is the event; what follows within it is the same news.
        let starts = episodes(&subject.inside, gap);
        subject.inside = (0..rows.len()).map(|at| starts.binary_search(&at).is_ok()).collect();
        found.push(known(missing, has, subject));
    };
    let high = |high: Option<High>| high.is_some_and(|high| high != High::None);
    event("silver high", "silver", &|row| row.silver_high.is_some(), &|at| high(rows[at].silver_high));
    event("gold high", "gold", &|row| row.gold_high.is_some(), &|at| high(rows[at].gold_high));
    event("Fed cut", rate, &|row| row.fed_upper.is_some(), &|at| rows[at].last_cut_days == Some(0));
    let turned = |at: usize, down: bool| {
        let side = |value: f64| if down { value >= 0.0 } else { value < 0.0 };
        let before = at.checked_sub(TURN_DAYS).map(|start| &rows[start..at]);
        let held = before.is_some_and(|before| before.iter().all(|row| row.dollar_60d.is_some_and(side)));
        held && rows[at].dollar_60d.is_some_and(|value| !side(value))
    };
    event("dollar turns down", dollar, &has_dollar, &|at| turned(at, true));
    event("dollar turns up", dollar, &has_dollar, &|at| turned(at, false));
    found
}
