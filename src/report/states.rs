//! States and conditions in plain words: a headline for each, what it means, what is missing for the next.
//!
//! The rules and their thresholds are `signal`'s and are read off its board, never repeated here; a threshold
//! that was changed is told as changed. A condition this room has no words for is told in the tool's own.

use super::view::{change, long_day, plain, share, signed};
use crate::calendar::Day;
use crate::signal::{Condition, Relation, SignalRow, State, StateBasis};

/// Decimals beyond which a value is not told from its threshold any more.
const MAX_DECIMALS: usize = 6;

/// The name of a state as a reader says it.
pub(super) const fn name(state: State) -> &'static str {
    match state {
        State::NoData => "No data",
        State::Unknown => "Unknown",
        State::Neutral => "Neutral",
        State::MetalsLead => "Metals lead",
        State::SafeHaven => "Safe haven",
        State::Debasement => "Debasement",
        State::Turning => "Turning",
        State::BtcFavourable => "Flag up",
        State::Spent => "Spent",
    }
}

/// What a state means, for the legend of the states.
pub(super) const fn meaning(state: State) -> &'static str {
    match state {
        State::NoData => {
            "what the state rests on has been missing for more than a week, or has never been there"
        }
        State::Unknown => "something is missing today; the state before is kept",
        State::Neutral => "no sustained lead of gold and silver over Bitcoin",
        State::MetalsLead => "gold and silver lead Bitcoin; which story drives them is not measured",
        State::SafeHaven => "gold and silver lead Bitcoin, and fear is the louder story",
        State::Debasement => "gold and silver lead Bitcoin, and debasement is the louder story",
        State::Turning => "the story moves from fear to debasement while metals lead",
        State::BtcFavourable => {
            "the dollar falls and Bitcoin rises after the turn: its first day is the flag"
        }
        State::Spent => {
            "a flag has run its course, well or badly; no new one until the gap is ordinary again"
        }
    }
}

/// Class of a state, for its colour.
pub(super) const fn class(state: State) -> &'static str {
    match state {
        State::NoData => "no-data",
        State::Unknown => "unknown",
        State::Neutral => "neutral",
        State::MetalsLead => "metals-lead",
        State::SafeHaven => "safe-haven",
        State::Debasement => "debasement",
        State::Turning => "turning",
        State::BtcFavourable => "btc-favourable",
        State::Spent => "spent",
    }
}

/// The rows on which the state published differs from the day before, with the state before.
pub(super) fn changes(rows: &[SignalRow]) -> Vec<(State, &SignalRow)> {
    let pairs = rows.windows(2).map(|pair| (pair[0].state, &pair[1]));
    pairs.filter(|(before, row)| *before != row.state).collect()
}

/// The last row with a flag.
pub(super) fn last_flag(rows: &[SignalRow]) -> Option<&SignalRow> {
    rows.iter().rev().find(|row| row.flag)
}

/// The first row of the state of the last one, days in between that are `UNKNOWN` passed over.
pub(super) fn entered(rows: &[SignalRow]) -> Option<&SignalRow> {
    let state = rows.last()?.state;
    let is_other = |row: &SignalRow| row.state != state && row.state != State::Unknown;
    let start = rows.iter().rposition(is_other).map_or(0, |before| before + 1);
    rows[start..].iter().find(|row| row.state == state)
}

/// The rule by which a state was entered, as its reason opens with it.
pub(super) fn rule_of(reason: &str) -> &str {
    let reason = reason.strip_prefix("price-only: ").unwrap_or(reason);
    reason.split(':').next().unwrap_or_default()
}

/// How a flag ended: the headline, and the clause that says why.
pub(super) fn ending(rule: &str) -> (&'static str, &'static str) {
    match rule {
        "FAILED" => ("The last flag failed", "Bitcoin had fallen too far below the price of that day"),
        "priced in" => ("The last flag has run its course", "the gap between metals and Bitcoin had closed"),
        "overheated" => ("The last flag has run its course", "everybody was telling the story by then"),
        "dollar rises" => ("The last flag lost its ground", "the dollar was rising again"),
        "flag expired" => ("The last flag grew old", "it had stood for as long as a flag may"),
        _ => ("The last flag is spent", "its conditions had ended"),
    }
}

/// The headline of the page.
pub(super) fn headline(rows: &[SignalRow]) -> &'static str {
    let Some(row) = rows.last() else { return "Nothing to report yet" };
    match row.state {
        State::NoData => "No state can be told",
        State::Unknown => "Today’s state cannot be told",
        State::Neutral => "Metals do not lead Bitcoin",
        State::MetalsLead => "Metals lead, Bitcoin lags",
        State::SafeHaven => "Metals lead Bitcoin, and the story is fear",
        State::Debasement => "Metals lead Bitcoin, and the story is debasement",
        State::Turning => "The story is turning from fear to debasement",
        State::BtcFavourable if row.basis == StateBasis::PriceOnly => "The flag is up, on prices alone",
        State::BtcFavourable => "The flag is up: the story has turned",
        State::Spent => ending(entered(rows).map_or("", |row| rule_of(&row.reason))).0,
    }
}

/// The sentence below it.
pub(super) fn standfirst(rows: &[SignalRow]) -> String {
    let Some(row) = rows.last() else { return String::new() };
    let since = entered(rows).map_or(row.day, |row| row.day);
    let on_prices =
        if row.basis == StateBasis::PriceOnly { " Prices alone say so; no story was measured." } else { "" };
    match row.state {
        State::NoData => {
            "What the state rests on has been missing for more than a week, or was never there.".to_owned()
        }
        State::Unknown => {
            let known = rows.iter().rev().find(|row| row.state != State::Unknown);
            let held = known.map_or(State::Neutral, |row| row.state);
            format!(
                "Something it rests on is missing. Until it is back, or a week has passed, the last known state is kept: {}.",
                name(held).to_lowercase()
            )
        }
        State::Neutral => format!(
            "Since {} there has been no sustained lead of gold and silver over Bitcoin: no wide gap opened by rising metals at new highs.{on_prices}",
            long_day(since)
        ),
        State::MetalsLead => format!(
            "Since {} gold and silver have led Bitcoin, by a gap that was among the widest of the record when it opened.{on_prices}",
            long_day(since)
        ),
        State::SafeHaven | State::Debasement => {
            let story = if row.state == State::SafeHaven {
                "fear: war, panic and the flight to safety"
            } else {
                "debasement: debt, easy money and the loss of its worth"
            };
            format!(
                "Gold and silver lead Bitcoin, and since {} the story has leaned, against its last half year, to {story}.",
                long_day(since)
            )
        }
        State::Turning => format!(
            "Since {} the press has moved from fear towards debasement while metals lead. The flag waits for a falling dollar and a rising Bitcoin.",
            long_day(since)
        ),
        State::BtcFavourable => format!(
            "Raised on {}: metals had led, the dollar was lower than 60 days before and Bitcoin rising.{on_prices}{}",
            long_day(since),
            since_flag(rows).map_or_else(String::new, |since| format!(" Bitcoin since: {since}.")),
        ),
        State::Spent => spent(rows, since),
    }
}

fn spent(rows: &[SignalRow], since: Day) -> String {
    let why = ending(entered(rows).map_or("", |row| rule_of(&row.reason))).1;
    let Some(flag) = last_flag(rows) else { return format!("Spent since {}: {why}.", long_day(since)) };
    let basis = if flag.basis == StateBasis::PriceOnly { ", raised on prices alone," } else { "" };
    let now = since_flag(rows).map_or_else(String::new, |since| format!(" Bitcoin since the flag: {since}."));
    format!("The flag of {}{basis} was taken down on {}: {why}.{now}", long_day(flag.day), long_day(since))
}

/// Bitcoin's change since the last flag's close.
fn since_flag(rows: &[SignalRow]) -> Option<String> {
    let (now, then) = (rows.last()?.btc?, last_flag(rows)?.btc?);
    Some(change((now / then).ln(), 1))
}

/// What leads on from a state, as the board has it.
pub(super) struct Next<'a> {
    /// Where to.
    pub to: State,
    /// Its conditions.
    pub conditions: Vec<&'a Condition>,
    /// Days in a row all of them have held, and how many it takes.
    pub held: (u32, u32),
}

/// The rule that leads on; `None` in a state that only ends.
pub(super) fn next(row: &SignalRow) -> Option<Next<'_>> {
    let is_on = |rule: &str| matches!(rule, "metals lead" | "turn" | "flag" | "rest over");
    let first = row.conditions.iter().find(|condition| is_on(condition.rule))?;
    let conditions = row.conditions.iter().filter(|condition| condition.rule == first.rule).collect();
    Some(Next { to: first.to, conditions, held: (first.streak_days, first.needed_days) })
}

/// How a condition's values are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Written {
    Change,
    ShareChange,
    Share,
    Score,
    Days,
}

/// A condition for a reader: what is compared, how it is written and on what scale it lies.
struct Measure {
    label: &'static str,
    written: Written,
    range: Option<(f64, f64)>,
}

fn measure(condition: &str) -> Option<Measure> {
    let of = |label, written, range| Some(Measure { label, written, range });
    match condition {
        "divergence_rank" => {
            of("Share of earlier days with a gap no wider", Written::Share, Some((0.0, 1.0)))
        }
        "metals_60d" => of("Metals, change over 60 days", Written::Change, None),
        "sessions since a 252-session high" => {
            of("Sessions since silver or gold made a one-year high", Written::Days, None)
        }
        "turn" => of("Turn of the story: its 7-day mean less its 28-day mean", Written::Score, None),
        "narrative_z" => of("Story against its last half year, standard deviations", Written::Score, None),
        "dollar_60d" => of("Dollar, change over 60 days", Written::Change, None),
        "btc_20d" => of("Bitcoin, change over 20 days", Written::Change, None),
        "Bitcoin since the flag" => of("Bitcoin since the flag", Written::ShareChange, None),
        "Bitcoin below its 60-day high" => of("Bitcoin below its 60-day high", Written::Share, None),
        "divergence_60d against half its peak" => {
            of("Gap against its share of the peak, log points", Written::Score, None)
        }
        "divergence_60d" => of("Gap: metals less Bitcoin, log points", Written::Score, None),
        "days since it began" => of("Days since this state began", Written::Days, None),
        "days since metals took the lead" => of("Days since metals took the lead", Written::Days, None),
        _ => None,
    }
}

/// A condition in words.
pub(super) struct Reading {
    /// What is compared.
    pub label: String,
    /// Today's value.
    pub value: String,
    /// The threshold, without the relation.
    pub threshold: String,
    /// The relation in words, such as `must be above`.
    pub relation: &'static str,
    /// Natural ends of its scale.
    pub range: Option<(f64, f64)>,
}

/// How a condition is read.
pub(super) fn reading(condition: &Condition) -> Reading {
    let measure = measure(condition.name);
    let written = measure.as_ref().map_or(Written::Score, |measure| measure.written);
    let (value, threshold) = pair(condition.value, condition.threshold, written);
    Reading {
        label: measure.as_ref().map_or_else(|| condition.name.to_owned(), |measure| measure.label.to_owned()),
        value,
        threshold,
        relation: match condition.relation {
            Relation::AtLeast => "at least",
            Relation::Above => "above",
            Relation::AtMost => "at most",
            Relation::Below => "below",
        },
        range: measure.and_then(|measure| measure.range),
    }
}

/// A value and its threshold, with as many decimals as it takes to tell them apart.
fn pair(value: Option<f64>, threshold: f64, written: Written) -> (String, String) {
    let mut decimals = match written {
        Written::Change | Written::ShareChange => 1,
        Written::Score => 2,
        Written::Share | Written::Days => 0,
    };
    let Some(value) = value else { return ("unknown".to_owned(), write(threshold, written, decimals)) };
    loop {
        let both = (write(value, written, decimals), write(threshold, written, decimals));
        if both.0 != both.1 || value == threshold || decimals >= MAX_DECIMALS {
            return both;
        }
        decimals += 1;
    }
}

fn write(value: f64, written: Written, decimals: usize) -> String {
    match written {
        _ if value.is_infinite() => "none yet".to_owned(),
        Written::Change => change(value, decimals),
        Written::ShareChange => format!("{}\u{a0}%", signed(100.0 * value, decimals)),
        Written::Share => share(value, decimals),
        Written::Score => signed(value, decimals),
        Written::Days => plain(value, decimals),
    }
}

/// What a condition that is not met still asks for.
pub(super) fn asked(condition: &Condition) -> String {
    let Reading { label, value, threshold, relation, .. } = reading(condition);
    let today = if condition.value.is_some() { format!("today {value}") } else { "unknown today".to_owned() };
    let is_zero = condition.threshold == 0.0;
    let up = matches!(condition.relation, Relation::Above | Relation::AtLeast);
    let wish = match (condition.name, up) {
        ("divergence_rank", true) => format!("a gap wider than on {threshold} of earlier days"),
        ("divergence_rank", false) => {
            format!("a narrower gap, wider than on fewer than {threshold} of earlier days")
        }
        ("metals_60d", true) if is_zero => "metals that have risen over 60 days".to_owned(),
        ("dollar_60d", false) if is_zero => "a dollar lower than 60 days before".to_owned(),
        ("btc_20d", true) if is_zero => "a Bitcoin higher than 20 days before".to_owned(),
        ("sessions since a 252-session high", _) => {
            format!("a one-year high of silver or gold within {threshold} sessions")
        }
        ("turn", true) => format!("a story that moves to debasement by {threshold} standard deviations"),
        ("narrative_z", true) => {
            format!("a story {threshold} standard deviations above its last half year")
        }
        ("days since it began", _) => format!("{threshold} days of rest"),
        _ => format!("{label} {relation} {threshold}"),
    };
    format!("{wish} ({today})")
}

#[cfg(test)]
mod tests;
