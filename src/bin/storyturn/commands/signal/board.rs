//! The board: what would move the state on, line by line, and how near it is.
//!
//! A meter runs from the farthest that the measure was from its threshold in the last 90 days, where it is
//! empty, to the threshold, where it is full. It is drawn where that is known.

use storyturn::signal::{Condition, SignalRow};

use super::strip::DAYS;
use crate::{
    console::plain,
    marked::{BOLD, DIM},
    output::{hanging, heading},
    page::width,
    picture::{Ink, meter, pips},
};

/// Columns of a meter, and of the page from which it has room.
const METER: usize = 10;
const WIDE: usize = 72;
/// Fewer days do not tell what is far.
const LEAST_DAYS: usize = 10;

/// The lines of the last row's board.
pub fn board(rows: &[SignalRow], ink: Option<Ink>) -> String {
    let Some(row) = rows.last().filter(|row| !row.conditions.is_empty()) else { return String::new() };
    let ink = ink.filter(|_| width() >= WIDE);
    let before = &rows[rows.len().saturating_sub(DAYS)..];
    let title = "What would move it on";
    let mut text = match ink {
        Some(_) => {
            let days = before.len();
            format!(
                "\n{}",
                heading(title, &format!("meters: from the farthest of {days} days to the threshold"))
            )
        }
        None => format!("\n{BOLD}{title}{BOLD:#}\n"),
    };
    let mut rule = None;
    for condition in &row.conditions {
        if rule != Some((condition.to, condition.rule)) {
            rule = Some((condition.to, condition.rule));
            let (held, needed) = (condition.streak_days, condition.needed_days);
            let pips = ink.map_or_else(String::new, |ink| pips(held, needed, ink));
            let held = format!("  {DIM}held {held} of {needed} days {pips}",);
            text.push_str(&format!("  to {}: {}{}{DIM:#}\n", condition.to, condition.rule, held.trim_end()));
        }
        let mark = match condition.met {
            Some(true) => "✓",
            Some(false) => "✗",
            None => "?",
        };
        let drawn = ink.map_or_else(String::new, |ink| {
            reached(condition, before).map_or_else(|| " ".repeat(METER), |share| meter(share, METER, ink))
                + " "
        });
        let mark = format!("{mark} {drawn}");
        let margin = 4 + mark.chars().count();
        for part in hanging(&mark, &plain(&condition.words), margin) {
            text.push_str(&part);
            text.push('\n');
        }
    }
    text
}

/// What part of the way to the threshold is done, from the farthest of these days.
fn reached(condition: &Condition, before: &[SignalRow]) -> Option<f64> {
    let distance = condition.distance()?;
    if condition.met == Some(true) {
        return Some(1.0);
    }
    // Ages begin at zero; everything else is as far as it has been.
    let farthest = if condition.name.starts_with("days since") {
        condition.threshold
    } else {
        let values: Vec<f64> =
            before.iter().filter_map(|row| value(row, condition)).filter(|value| value.is_finite()).collect();
        let unmet = values.iter().filter(|value| !condition.relation.holds(**value, condition.threshold));
        let farthest = unmet.map(|value| (value - condition.threshold).abs()).max_by(f64::total_cmp);
        farthest.filter(|_| values.len() >= LEAST_DAYS)?
    };
    (farthest > 0.0).then(|| (1.0 - distance / farthest).clamp(0.0, 1.0))
}

/// What a condition compares, on another day: a column, or what stood on that day's own board.
fn value(row: &SignalRow, condition: &Condition) -> Option<f64> {
    match condition.name {
        "divergence_rank" => row.divergence_rank,
        "divergence_60d" | "divergence_60d against half its peak" => row.divergence_60d,
        "metals_60d" => row.metals_60d,
        "dollar_60d" => row.dollar_60d,
        "btc_20d" => row.btc_20d,
        "turn" => row.turn,
        "narrative_z" => row.narrative_z,
        name => row.conditions.iter().find(|one| one.name == name).and_then(|one| one.value),
    }
}
