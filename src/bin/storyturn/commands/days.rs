//! `days`: narrative scores per day.

use anyhow::Result;
use storyturn::{
    calendar::Day,
    export::{Cell, Column, Table, days_table},
    index::{Coverage, DayScore, MIX_SHIFT},
};

use super::{Derived, Nothing, derive};
use crate::{
    args::{DaysArgs, Format},
    console::Console,
    exit::Exit,
    output,
    settings::{Settings, span},
};

/// Days shown on a terminal when nothing is said.
const DAYS_SHOWN: i32 = 30;
/// Columns from which the bar has room.
const WIDE: usize = 96;
/// Cells on each side of the bar's middle, and the z at its end.
const BAR: usize = 8;
const BAR_Z: f64 = 2.5;

pub fn run(args: &DaysArgs, settings: &Settings, console: &Console) -> Result<Exit> {
    let derived = derive(settings, console)?;
    let (Some(first), Some(last)) = (derived.days.first(), derived.days.last()) else {
        Nothing::of(&derived.store, settings, false)?.say(console);
        return without_days(args, &derived);
    };
    let form = output::format(&args.table, Format::Table)?;
    let start = if form == Format::Table { first.day.max(last.day - (DAYS_SHOWN - 1)) } else { first.day };
    let (from, to) = span(&args.span, start, last.day)?;
    let days: Vec<DayScore> =
        derived.days.iter().filter(|day| (from..=to).contains(&day.day)).cloned().collect();
    if days.is_empty() {
        console.say(format_args!(
            "no articles between {from} and {to}; the store's run from {} to {}",
            first.day, last.day
        ));
        return without_days(args, &derived);
    }
    let lexicons = derived.tagger.lexicons();
    match form {
        Format::Table => output::write_table(&args.table, form, &reading_table(&days))?,
        _ => output::write_table(&args.table, form, &days_table(&days, lexicons))?,
    }
    if let Some((day, shift)) = shifted(&days) {
        console.say(format_args!(
            "note: up to {day}, {:.0} % of a week's documents came from other sources than before; scores speak of other voices",
            shift * 100.0
        ));
    }
    if form == Format::Table {
        console.hint("`storyturn day DATE` takes one day apart; narrative is half of debasement's z less fear's; --format csv has all of them");
    }
    Ok(Exit::Done)
}

/// A program that asked for a table gets one without rows: the header of a CSV file is part of its form.
fn without_days(args: &DaysArgs, derived: &Derived) -> Result<Exit> {
    let form = output::format(&args.table, Format::Table)?;
    if form != Format::Table {
        output::write_table(&args.table, form, &days_table(&[], derived.tagger.lexicons()))?;
    }
    Ok(Exit::Done)
}

/// The last of the days by which the mix of sources had shifted, and how far.
fn shifted(days: &[DayScore]) -> Option<(Day, f64)> {
    let shifted = days.iter().rev().filter_map(|score| score.mix_shift.map(|shift| (score.day, shift)));
    shifted.into_iter().find(|(_, shift)| *shift >= MIX_SHIFT)
}

/// What a reader wants first: coverage, both poles, and where the balance leans. The two columns named
/// coverage and the bar give way where nothing would be learnt from them or the terminal is too narrow.
fn reading_table(days: &[DayScore]) -> Table {
    let told = days.iter().any(|day| day.coverage != Coverage::Enough);
    let wide = usize::from(output::width()) >= WIDE;
    let mut columns = vec!["day", "docs", "sources", "stories"];
    columns.extend(told.then_some("coverage"));
    columns.extend(["fear", "z", "debasement", "z", "narrative"]);
    columns.extend(wide.then_some("fear ◂  ▸ debasement"));
    let row = |day: &DayScore| {
        let mean = |pole: usize| Cell::number(day.means.get(pole).copied().flatten());
        let z = |pole: usize| day.z.get(pole).copied().flatten();
        let balance = z(1).zip(z(0)).map(|(debasement, fear)| (debasement - fear) / 2.0);
        let mut cells = vec![
            Cell::day(day.day),
            Cell::Count(day.docs.into()),
            Cell::Count(day.sources.into()),
            Cell::Count(day.stories.into()),
        ];
        cells.extend(told.then(|| Cell::text(day.coverage.as_str())));
        cells.extend([mean(0), Cell::number(z(0)), mean(1), Cell::number(z(1)), Cell::number(balance)]);
        cells.extend(wide.then(|| balance.map_or(Cell::Missing, |balance| Cell::Text(bar(balance)))));
        cells
    };
    let columns = columns.into_iter().map(|name| Column::new(name, "", "")).collect();
    Table { columns, rows: days.iter().map(row).collect() }
}

/// A balance as a bar to the left (fear) or right (debasement) of a middle line.
pub fn bar(balance: f64) -> String {
    let cells = ((balance.abs() / BAR_Z).min(1.0) * BAR as f64).round() as usize;
    let filled = "█".repeat(cells);
    if balance < 0.0 {
        format!("{filled:>BAR$}│{:BAR$}", "")
    } else {
        format!("{:BAR$}│{filled:<BAR$}", "")
    }
}
