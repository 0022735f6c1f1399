//! The last weeks as a strip: the states, the narrative and the gap, one mark a day, on one axis of days.

use anstyle::Style;
use storyturn::{
    calendar::Day,
    signal::{SignalRow, State},
};

use super::style;
use crate::{
    marked::{BOLD, CONTEXT, DIM, POLES},
    output::{items_within, number, wrap},
    page::width,
    picture::{Ink, range, spark},
};

/// Days on a strip where the page is wide enough.
pub const DAYS: usize = 90;
/// Fewer show nothing that their rows would not.
const LEAST: usize = 7;
/// Columns before the marks, and behind them for the scale.
const MARGIN: usize = 16;
const SCALE: usize = 17;

/// A strip of the last of these days, as many as have room; nothing where that is next to none.
pub fn strip(rows: &[SignalRow], ink: Ink) -> String {
    let room = width().saturating_sub(MARGIN + SCALE).min(DAYS);
    let rows = &rows[rows.len().saturating_sub(room)..];
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return String::new() };
    if rows.len() < LEAST {
        return String::new();
    }
    let mut text = format!("{BOLD}The last {} days{BOLD:#}  {DIM}one mark a day{DIM:#}\n", rows.len());
    text.push_str(&format!("  {:<14}{}\n", "state", states(rows, ink)));
    let by_sign = |value: f64| POLES[usize::from(value >= 0.0)];
    text.push_str(&line("narrative 7d", rows, |row| row.narrative_7d, by_sign, ink));
    text.push_str(&line("gap 60d", rows, |row| row.divergence_60d, |_| CONTEXT, ink));
    text.push_str(&format!("{:MARGIN$}{DIM}{}{DIM:#}\n", "", axis(first.day, last.day, rows.len())));
    let met: Vec<String> = State::ALL
        .into_iter()
        .filter(|state| rows.iter().any(|row| row.state == *state))
        .map(|state| format!("{} {state}", letter(state, ink)))
        .collect();
    for part in items_within(&met, width().saturating_sub(2)).lines() {
        text.push_str(&format!("  {DIM}{part}{DIM:#}\n"));
    }
    let about = "narrative: fear below zero, debasement above; gap: metals less Bitcoin, log return; each from its \
                 lowest to its highest of these days";
    for part in wrap(about, 2) {
        text.push_str(&format!("{DIM}{part}{DIM:#}\n"));
    }
    text
}

/// One letter a state, none twice.
fn letter(state: State, ink: Ink) -> char {
    match state {
        State::NoData if ink == Ink::Ascii => '.',
        State::NoData => '·',
        State::Unknown => '?',
        State::Neutral => 'N',
        State::MetalsLead => 'M',
        State::SafeHaven => 'H',
        State::Debasement => 'D',
        State::Turning => 'T',
        State::BtcFavourable => 'B',
        State::Spent => 'S',
    }
}

/// A state's letter where it begins, and a line for as long as it lasts.
fn states(rows: &[SignalRow], ink: Ink) -> String {
    let rule = if ink == Ink::Blocks { "━" } else { "-" };
    let runs = rows.chunk_by(|one, other| one.state == other.state);
    runs.map(|run| {
        let (state, style) = (run[0].state, style(run[0].state));
        // What is not known has no line.
        let rule = if matches!(state, State::NoData | State::Unknown) {
            letter(state, ink).to_string()
        } else {
            rule.to_owned()
        };
        format!("{style}{}{}{style:#}", letter(state, ink), rule.repeat(run.len() - 1))
    })
    .collect()
}

/// A measure as a spark in the colours of its values, with its scale behind it.
fn line(
    name: &str,
    rows: &[SignalRow],
    value: impl Fn(&SignalRow) -> Option<f64>,
    colour: impl Fn(f64) -> Style,
    ink: Ink,
) -> String {
    let values: Vec<Option<f64>> = rows.iter().map(value).collect();
    let Some((low, high)) = range(values.iter().copied()) else {
        return format!("  {name:<14}{DIM}unknown on all of these days{DIM:#}\n");
    };
    let marks: Vec<(Option<Style>, char)> = values
        .iter()
        .zip(spark(&values, (low, high), ink).chars())
        .map(|(value, mark)| (value.map(&colour), mark))
        .collect();
    let drawn = marks.chunk_by(|(one, _), (other, _)| one == other).map(|run| {
        let marks: String = run.iter().map(|(_, mark)| mark).collect();
        run[0].0.map_or(marks.clone(), |style| format!("{style}{marks}{style:#}"))
    });
    let signed = |value: f64| {
        let value = number(value, 2);
        if value.starts_with('-') { value } else { format!("+{value}") }
    };
    format!("  {name:<14}{}  {DIM}{} to {}{DIM:#}\n", drawn.collect::<String>(), signed(low), signed(high))
}

/// Both ends of the days, below the first mark and the last.
fn axis(first: Day, last: Day, marks: usize) -> String {
    let (first, last) = (first.to_string(), last.to_string());
    if marks > first.len() + last.len() {
        let blanks = marks - first.len() - last.len();
        format!("{first}{}{last}", " ".repeat(blanks))
    } else {
        format!("{first} to {last}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_states_share_a_letter() {
        for ink in [Ink::Blocks, Ink::Ascii] {
            let mut letters: Vec<char> = State::ALL.into_iter().map(|state| letter(state, ink)).collect();
            letters.sort_unstable();
            letters.dedup();
            assert_eq!(letters.len(), State::ALL.len());
        }
    }

    #[test]
    fn the_axis_ends_where_the_marks_end() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        let check =
            |marks, expected: &str| assert_eq!(axis(day("2024-05-01"), day("2024-06-05"), marks), expected);
        check(24, "2024-05-01    2024-06-05");
        check(21, "2024-05-01 2024-06-05");
        check(9, "2024-05-01 to 2024-06-05");
    }
}
