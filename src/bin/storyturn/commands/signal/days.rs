//! One line a day with the figures behind the state, and the reason under it where it is another than the
//! day before.

use anstream::adapter::strip_str;
use anyhow::Result;
use storyturn::{pipeline::Joined, signal::SignalRow};

use super::{strip::strip, style};
use crate::{
    args::SignalArgs,
    columns::{Pad, aligned, columns_of},
    commands::{DESCRIPTION, days::lean},
    console::plain,
    marked::{CONTEXT, DIM, POLES},
    output::{hanging, wrap},
    page::{pictures, width},
    picture::{Ink, balance},
    settings::span,
};

/// Where bars of the gap end, in logarithms: metals 65 % ahead of Bitcoin within 60 days.
const GAP_LIMIT: f64 = 0.5;
/// What stands between the clauses of a reason.
const CLAUSE: &str = "; ";
/// Columns on each side of a bar's middle, where the page is wide and where it is less so.
const HALVES: [usize; 2] = [8, 5];

pub fn days(joined: &Joined, args: &SignalArgs) -> Result<String> {
    let (Some(first), Some(last)) = (joined.rows.first(), joined.rows.last()) else {
        return Ok(String::new());
    };
    let (from, to) = span(&args.span, first.day, last.day)?;
    let rows: Vec<SignalRow> =
        joined.rows.iter().filter(|row| (from..=to).contains(&row.day)).cloned().collect();
    let ink = pictures(&args.table);
    let mut text = ink.map_or_else(String::new, |ink| strip(&rows, ink));
    if !text.is_empty() {
        text.push('\n');
    }
    let lines = lines(&rows, ink);
    let mut lines = lines.iter();
    if let Some(head) = lines.next() {
        text.push_str(&format!("{head}\n"));
    }
    let mut before: Option<&SignalRow> = None;
    for (line, row) in lines.zip(&rows) {
        text.push_str(&format!("{line}\n"));
        let said = before.filter(|before| before.state == row.state).map_or("", |before| &before.reason);
        for part in wrap(&plain(&news(&row.reason, said)), 12) {
            text.push_str(&format!("{DIM}{part}{DIM:#}\n"));
        }
        before = Some(row);
    }
    let about = format!("metals, btc and dollar over 60 days; {DESCRIPTION}");
    for part in hanging("", &about, 0) {
        text.push_str(&format!("{DIM}{part}{DIM:#}\n"));
    }
    Ok(text)
}

/// A reason without the clauses that it begins with like the one of the day before: weeks would say the same
/// every day.
fn news(reason: &str, before: &str) -> String {
    let pairs = reason.split(CLAUSE).zip(before.split(CLAUSE));
    let known = pairs.take_while(|(clause, known)| clause == known).count();
    let rest: Vec<&str> = reason.split(CLAUSE).skip(known).collect();
    match (known, rest.is_empty()) {
        (0, _) => reason.to_owned(),
        (_, true) => String::new(),
        (_, false) => format!("… {}", rest.join(CLAUSE)),
    }
}

/// The head and the days, in the most columns that have room.
fn lines(rows: &[SignalRow], ink: Option<Ink>) -> Vec<String> {
    let usual = [
        Shown::Day,
        Shown::State,
        Shown::Days,
        Shown::Score("narr 7d", |row| row.narrative_7d),
        Shown::Score("turn", |row| row.turn),
        Shown::Score("narr z", |row| row.narrative_z),
        Shown::Change("metals", |row| row.metals_60d),
        Shown::Change("btc", |row| row.btc_60d),
        Shown::Rank,
        Shown::Change("dollar", |row| row.dollar_60d),
    ];
    let mut ways = Vec::new();
    if let Some(ink) = ink {
        let with_bars = |half| {
            let bars = [Shown::NarrativeBar(half, ink), Shown::GapBar(half, ink)];
            usual.iter().copied().chain(bars).collect::<Vec<_>>()
        };
        ways.extend(HALVES.map(with_bars));
    }
    ways.push(usual.to_vec());
    if ink.is_some() {
        ways.push([0, 1, 2, 3, 6, 7].map(|place| usual[place]).to_vec());
        ways.push([0, 1, 3].map(|place| usual[place]).to_vec());
    }
    let mut found = Vec::new();
    for columns in ways {
        let heads = columns.iter().map(|column| format!("{DIM}{}{DIM:#}", column.head()));
        let mut cells: Vec<Vec<String>> = vec![heads.collect()];
        cells.extend(rows.iter().map(|row| columns.iter().map(|column| column.cell(row)).collect()));
        let pads: Vec<Pad> = columns.iter().map(|column| column.pad()).collect();
        found = aligned(&cells, &pads);
        let widest = found.iter().map(|line| columns_of(&strip_str(line).to_string())).max();
        if widest <= Some(width()) {
            break;
        }
    }
    found
}

/// A column of the lines.
#[derive(Clone, Copy)]
enum Shown {
    Day,
    State,
    Days,
    Score(&'static str, fn(&SignalRow) -> Option<f64>),
    Change(&'static str, fn(&SignalRow) -> Option<f64>),
    Rank,
    NarrativeBar(usize, Ink),
    GapBar(usize, Ink),
}

impl Shown {
    fn head(self) -> String {
        match self {
            Self::Day => "day".to_owned(),
            Self::State => "state".to_owned(),
            Self::Days => "days".to_owned(),
            Self::Score(name, _) | Self::Change(name, _) => name.to_owned(),
            Self::Rank => "rank".to_owned(),
            Self::NarrativeBar(half, _) if half == HALVES[0] => "-2.5 narr 7d +2.5".to_owned(),
            Self::NarrativeBar(..) => " narr ±2.5".to_owned(),
            Self::GapBar(half, _) if half == HALVES[0] => "-0.5   gap   +0.5".to_owned(),
            Self::GapBar(..) => "  gap ±0.5".to_owned(),
        }
    }

    fn pad(self) -> Pad {
        match self {
            Self::Day | Self::State | Self::NarrativeBar(..) | Self::GapBar(..) => Pad::After,
            _ => Pad::Before,
        }
    }

    fn cell(self, row: &SignalRow) -> String {
        let known =
            |value: Option<f64>, shown: fn(f64) -> String| value.map_or_else(|| "·".to_owned(), shown);
        match self {
            Self::Day => row.day.to_string(),
            Self::State => {
                let style = style(row.state);
                format!("{style}{}{style:#}", row.state)
            }
            Self::Days => row.state_days.to_string(),
            Self::Score(_, value) => known(value(row), |value| format!("{value:+.2}")),
            Self::Change(_, value) => known(value(row), |value| format!("{:+.1}%", value.exp_m1() * 100.0)),
            Self::Rank => known(row.divergence_rank, |rank| format!("{rank:.2}")),
            Self::NarrativeBar(half, ink) => row
                .narrative_7d
                .map_or_else(String::new, |value| lean(value, half, ink, POLES[usize::from(value >= 0.0)])),
            Self::GapBar(half, ink) => row.divergence_60d.map_or_else(String::new, |gap| {
                format!("{CONTEXT}{}{CONTEXT:#}", balance(gap, GAP_LIMIT, half, ink).trim_end())
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_says_what_the_day_before_did_not() {
        let check = |reason, before, expected: &str| assert_eq!(news(reason, before), expected);
        check(
            "spent since May (why; how); next, 0.94",
            "spent since May (why; how); next, 0.95",
            "… next, 0.94",
        );
        check("next, 0.94", "next, 0.95", "next, 0.94");
        check("no news since May", "no news since May", "");
        check("no news since May; no gold", "no news since May", "… no gold");
        check("", "", "");
        check("lead", "", "lead");
    }
}
