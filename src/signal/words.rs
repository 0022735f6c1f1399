//! Numbers to clauses: why a state was entered, what holds it, what is missing. Logarithmic returns are
//! given as plain changes in percent.
//!
//! Left out: deciding anything, and what gates nothing (`evidence`).

use std::fmt::Write;

use super::SignalOptions;
use super::board::{Inputs, LastSeen, Phase, Rule, RuleId, Test};
use super::figures::{Unit, apart_from_zero, figure, pair, plain, signed};
use super::measures::Context;
use super::{SignalRow, State, StateBasis};
use crate::calendar::Day;
use crate::panel::{High, Leg, Panel};

/// A value against its threshold as they stand today: `divergence_rank 0.93 >= 0.80`.
pub(super) fn condition(test: &Test) -> String {
    let (name, relation) = (test.name, test.relation.as_str());
    let Some(value) = test.value else {
        let threshold = figure(test.threshold, test.unit);
        return format!("{name} is unknown, {relation} {threshold} is needed");
    };
    let (value, threshold) = pair(value, test.threshold, test.unit);
    let by = if test.unit == Unit::Distance { "by " } else { "" };
    match test.met() {
        Some(true) => format!("{name} {by}{value} {relation} {threshold}"),
        _ => format!("{name} {by}{value}, {relation} {threshold} is needed"),
    }
}

fn listed<'t>(tests: impl Iterator<Item = &'t Test>) -> String {
    tests.map(condition).collect::<Vec<_>>().join("; ")
}

/// A rule that holds today, with `days` behind the conditions that they were counted of; an age has
/// its own clause: `divergence_rank 0.75 < 0.80 for 3 days; 32 days since it began (>= 30)`.
fn counted(rule: &Rule, days: &str) -> String {
    let mut words = listed(rule.tests.iter().filter(|test| test.sustained));
    if !words.is_empty() && rule.needed > 1 {
        words.push_str(days);
    }
    for test in rule.tests.iter().filter(|test| !test.sustained) {
        if !words.is_empty() {
            words.push_str("; ");
        }
        match test.value.filter(|_| test.unit == Unit::Count) {
            Some(age) => {
                let (age, threshold) = pair(age, test.threshold, test.unit);
                let _ = write!(words, "{age} {} ({} {threshold})", test.name, test.relation.as_str());
            }
            None => words.push_str(&condition(test)),
        }
    }
    words
}

/// Why a state was entered.
pub(super) fn entered(rule: &Rule, inputs: &Inputs<'_>) -> String {
    let mut reason = format!("{}: ", rule.id.name());
    let days = format!(" for {} days", rule.needed);
    if rule.id == RuleId::Lead {
        if let Some(rank) = rule.tests.first() {
            let _ = write!(reason, "{}{days}", condition(rank));
        }
        push_legs(&mut reason, inputs.row);
        push_high(&mut reason, inputs);
        push_story(&mut reason, inputs);
        return reason;
    }
    reason.push_str(&counted(rule, &days));
    match rule.id {
        RuleId::Flag => {
            push_legs(&mut reason, inputs.row);
            push_closed(&mut reason, inputs);
        }
        RuleId::PricedIn | RuleId::GapGone => push_legs(&mut reason, inputs.row),
        RuleId::Turn | RuleId::TurnLost => push_story(&mut reason, inputs),
        _ => {}
    }
    // The episode ends here: whatever is said of the spent flag later quotes this reason.
    if rule.to == Phase::Spent
        && let Some(flag) = inputs.episode.and_then(|episode| episode.flag_words())
    {
        let _ = write!(reason, "; {} days since {flag}", inputs.phase_age);
    }
    reason
}

/// What holds a state: how it came about where that matters, and what is missing for the next.
pub(super) fn held(
    phase: Phase,
    rules: &[Rule],
    streaks: &[u32],
    inputs: &Inputs<'_>,
    cause: &str,
    since: Day,
) -> String {
    let mut reason = String::new();
    if phase == Phase::Spent {
        let _ = write!(reason, "spent since {since} ({cause}); ");
    }
    let streak = |rule: &Rule| streaks[rule.id as usize];
    let progress = |rule: &Rule| counted(rule, &format!(" on {} of {} days", streak(rule), rule.needed));
    // A way out that is under way is said first: it is what may happen next.
    let leaving = rules.iter().filter(|rule| !is_way_on(rule.id) && rule.whole() && rule.needed > 1);
    for rule in leaving {
        let _ = write!(reason, "on the way out, {}: {}; ", rule.id.name(), progress(rule));
    }
    match rules.iter().find(|rule| is_way_on(rule.id)) {
        Some(rule) => {
            let mut unmet = rule.tests.iter().filter(|test| test.met() != Some(true)).peekable();
            let words = if unmet.peek().is_some() { listed(unmet) } else { progress(rule) };
            let _ = write!(reason, "next, {}: {words}", rule.id.name());
        }
        None => {
            let gap = inputs.row.divergence_60d.zip(inputs.episode);
            if let Some((gap, episode)) = gap {
                let _ =
                    write!(reason, "holds: gap {} of a peak of {}", signed(gap, 2), signed(episode.peak, 2));
            }
            let entry = inputs.row.btc.zip(inputs.episode.and_then(|episode| episode.entry));
            let flag = inputs.episode.and_then(|episode| episode.flag_words());
            if let (Some((btc, entry)), Some(flag)) = (entry, flag) {
                let _ = write!(reason, "; Bitcoin {} since {flag}", figure(btc / entry - 1.0, Unit::Share));
            }
            if let Some(dollar) = inputs.row.dollar_60d {
                let _ = write!(reason, "; dollar {} in 60 days", figure(dollar, Unit::Change));
            }
        }
    }
    reason
}

/// A lead that goes on under another name.
pub(super) fn renamed(before: State, row: &SignalRow, held: &str) -> String {
    let Some(z) = row.narrative_z else {
        return format!("no longer {before}; {held}");
    };
    let leads = if z < 0.0 { "fear leads again" } else { "debasement leads" };
    format!("{leads}, narrative_z {}, no longer {before}; {held}", apart_from_zero(z, Unit::Score))
}

fn is_way_on(id: RuleId) -> bool {
    matches!(id, RuleId::Lead | RuleId::Turn | RuleId::Flag | RuleId::Rest)
}

/// Both legs of the gap: most of it is Bitcoin's own weakness, and a reader must see that.
fn push_legs(reason: &mut String, row: &SignalRow) {
    if let (Some(metals), Some(btc)) = (row.metals_60d, row.btc_60d) {
        let (metals, btc) = (figure(metals, Unit::Change), figure(btc, Unit::Change));
        let _ = write!(reason, "; metals {metals}, Bitcoin {btc} in 60 days");
    }
}

/// How much of the gap was closed when the flag was raised: a flag may come when all of it is priced in.
fn push_closed(reason: &mut String, inputs: &Inputs<'_>) {
    let peak = inputs.episode.map(|episode| episode.peak).filter(|peak| *peak > 0.0);
    if let (Some(gap), Some(peak)) = (inputs.row.divergence_60d, peak) {
        let _ = write!(reason, "; {}", gap_closed(gap, peak, ""));
    }
}

/// The gap beside its peak: `gap +0.21 of a peak of +0.34, 38 % closed`.
pub(super) fn gap_closed(gap: f64, peak: f64, within: &str) -> String {
    let (shown, of) = (signed(gap, 2), signed(peak, 2));
    match 1.0 - gap / peak {
        closed if closed >= 1.0 => format!("gap {shown} of a peak of {of}{within}, all of it closed"),
        closed => {
            let closed = plain(100.0 * closed.max(0.0), 0);
            format!("gap {shown} of a peak of {of}{within}, {closed} % closed")
        }
    }
}

fn push_high(reason: &mut String, inputs: &Inputs<'_>) {
    let metals = [("silver", inputs.panel.silver_high), ("gold", inputs.panel.gold_high)];
    let youngest = metals
        .iter()
        .filter_map(|(name, highs)| highs.and_then(|highs| highs.last).map(|last| (name, last)))
        .min_by_key(|(_, (_, _, since))| *since);
    if let Some((name, (day, high, _))) = youngest {
        let kind = match high {
            High::AllTime => "an all-time high",
            High::LoadedHistory => "a high of the loaded history",
            High::YearHigh | High::None => "a 252-session high",
        };
        let when = match inputs.row.day - day {
            0 => "today".to_owned(),
            1 => "yesterday".to_owned(),
            days => format!("{days} days ago"),
        };
        let _ = write!(reason, "; {name} at {kind} {when}");
    }
}

fn push_story(reason: &mut String, inputs: &Inputs<'_>) {
    if let Some(z) = inputs.row.narrative_z.filter(|_| inputs.basis == StateBasis::News) {
        let leads = if z < 0.0 { "fear leads" } else { "debasement leads" };
        let _ = write!(reason, "; narrative_z {}: {leads}", apart_from_zero(z, Unit::Score));
    }
}

/// Which price is missing, and the day of the last one there was.
pub(super) fn missing_leg(panel: &Panel, at: usize, leg: Leg, last: Option<Day>, days: usize) -> String {
    let name = leg.name();
    match (panel.rows[at].quote(leg), last) {
        (Some(_), _) => match at.checked_sub(days) {
            Some(then) => {
                format!("{name} has no fresh close {days} days earlier, on {}", panel.rows[then].day)
            }
            None => {
                format!("{name} has no close {days} days earlier: its loaded history is too short")
            }
        },
        (None, Some(last)) => format!("{name}'s last close is of {last}"),
        // Everything else without a close has no state before it; this ends one.
        (None, None) if leg == Leg::Dollar => format!(
            "{name} has had no close up to this day, and no flag can be told without it (prices import --series \
             {name} FILE)"
        ),
        (None, None) => format!("{name} has had no close up to this day"),
    }
}

/// What the narrative lacks: articles at all, enough of them, or a past.
pub(super) fn missing_news(
    row: &SignalRow,
    context: &Context,
    last: &LastSeen,
    options: &SignalOptions,
) -> String {
    let (has, needs, window) = (context.covered, options.coverage_min_days, options.coverage_window_days);
    if has >= needs {
        let (needs, window) = (options.narrative_z_min_days, options.narrative_z_days);
        return format!("narrative_z needs {needs} days of the last {window}");
    }
    let covered = format!("{has} of the last {window} days are covered, {needs} are needed");
    match (last.news, last.narrative) {
        (Some(news), _) if has == 0 && row.day - news >= window as i32 => format!("no news since {news}"),
        // News ended; where it had thinned out before, that is what is missing.
        (Some(news), narrative) if news < row.day && narrative == Some(news) => {
            format!("no news since {news}: {covered}")
        }
        (Some(_), Some(narrative)) => format!("too little news: {covered}, the last was {narrative}"),
        (Some(_), None) => format!("too little news: {covered}"),
        (None, _) => "there has been no news up to this day".to_owned(),
    }
}
