//! One line a narrative: its standardised score over the days, last, mean, lowest and highest, and as a
//! spark where there is room. Days without a score are gaps in the spark and count in no figure.

use anyhow::Result;
use storyturn::{
    calendar::Day,
    export::{Cell, Column, Table},
    index::DayScore,
    lexicon::Lexicons,
};

use crate::{
    args::{Format, TableArgs},
    columns::{Pad, aligned},
    marked::{BOLD, DIM, POLES, colour, pole_name},
    output::{self, number},
    page::width,
    picture::{Ink, gathered, range, spark},
};

/// Columns of the figures before the spark, with the gap behind them, and of the two days among them.
const FIGURES: usize = 82;
const DAYS: usize = 24;
/// Where the spark would have less room, the days of the extremes give way to it.
const GOOD_SPARK: usize = 36;
/// A narrower spark shows nothing.
const LEAST_SPARK: usize = 10;

/// What the days say of one narrative or pole.
struct Line {
    name: String,
    z: Vec<Option<f64>>,
    last: Option<f64>,
    mean: Option<f64>,
    low: Option<(Day, f64)>,
    high: Option<(Day, f64)>,
}

pub fn write(
    args: &TableArgs,
    form: Format,
    days: &[DayScore],
    lexicons: &Lexicons,
    ink: Option<Ink>,
) -> Result<()> {
    let names = lexicons.axis.poles.iter().map(|pole| &pole.name).chain(&lexicons.narratives);
    let lines: Vec<Line> = names.enumerate().map(|(place, name)| line(name, place, days)).collect();
    match form {
        Format::Table => output::write_text(args, &shown(&lines, days, lexicons, ink))?,
        _ => output::write_table(args, form, &table(&lines))?,
    }
    Ok(())
}

fn line(name: &str, place: usize, days: &[DayScore]) -> Line {
    let z: Vec<Option<f64>> = days.iter().map(|day| day.z.get(place).copied().flatten()).collect();
    let known: Vec<(Day, f64)> = days.iter().zip(&z).filter_map(|(day, z)| Some((day.day, (*z)?))).collect();
    let by_value = |one: &&(Day, f64), other: &&(Day, f64)| one.1.total_cmp(&other.1);
    let sum: f64 = known.iter().map(|(_, value)| value).sum();
    Line {
        name: name.to_owned(),
        last: z.last().copied().flatten(),
        mean: (!known.is_empty()).then(|| sum / known.len() as f64),
        low: known.iter().min_by(by_value).copied(),
        high: known.iter().max_by(by_value).copied(),
        z,
    }
}

fn table(lines: &[Line]) -> Table {
    let columns = ["narrative", "days", "z_last", "z_mean", "z_low", "z_low_day", "z_high", "z_high_day"];
    let extreme = |found: Option<(Day, f64)>| match found {
        Some((day, value)) => [Cell::Number(value), Cell::day(day)],
        None => [Cell::Missing, Cell::Missing],
    };
    let row = |line: &Line| {
        let days = line.z.iter().flatten().count();
        let mut cells =
            vec![Cell::text(line.name.as_str()), Cell::Count(days as i64), Cell::number(line.last)];
        cells.push(Cell::number(line.mean));
        cells.extend(extreme(line.low));
        cells.extend(extreme(line.high));
        cells
    };
    Table {
        columns: columns.map(|name| Column::new(name, "", "")).to_vec(),
        rows: lines.iter().map(row).collect(),
    }
}

fn shown(lines: &[Line], days: &[DayScore], lexicons: &Lexicons, ink: Option<Ink>) -> String {
    let mut room = width().saturating_sub(FIGURES);
    let has_days = ink.is_none() || room >= GOOD_SPARK.min(days.len());
    if !has_days {
        room = width().saturating_sub(FIGURES - DAYS);
    }
    // As many days to each mark.
    let each = days.len().div_ceil(room.max(1));
    let room = days.len().div_ceil(each.max(1));
    let drawn = ink.filter(|_| room >= LEAST_SPARK.min(days.len()));
    let heads = ["", "last", "mean", "lowest", "on", "highest", "on"];
    let dim = |head: &str| format!("{DIM}{head}{DIM:#}");
    let mut header: Vec<String> =
        heads.into_iter().filter(|head| has_days || *head != "on").map(dim).collect();
    let (first, last) = (days.first().map(|day| day.day), days.last().map(|day| day.day));
    let mut about = String::new();
    if let (Some(_), Some(first), Some(last)) = (drawn, first, last) {
        let each = if each > 1 { format!(", {each} days a mark") } else { String::new() };
        about = format!("; sparks from {first} to {last}{each}, each from its own lowest to its highest");
        header.push(String::new());
    }
    let figure = |value: Option<f64>| value.map_or_else(|| "·".to_owned(), |value| number(value, 2));
    let mut rows = vec![header];
    for (place, line) in lines.iter().enumerate() {
        // Poles stand before the narratives they are made of.
        let (style, name) = match place.checked_sub(lexicons.axis.poles.len()) {
            None => (POLES[place.min(1)], pole_name(&line.name)),
            Some(narrative) => (colour(narrative, lexicons), format!("  {}", line.name.replace('_', " "))),
        };
        let mut cells = vec![format!("{style}{name}{style:#}"), figure(line.last), figure(line.mean)];
        for found in [line.low, line.high] {
            cells.push(figure(found.map(|(_, value)| value)));
            cells.extend(has_days.then(|| found.map_or_else(|| "·".to_owned(), |(day, _)| day.to_string())));
        }
        if let Some(ink) = drawn {
            let z = gathered(&line.z, room);
            cells.push(format!(
                "{style}{}{style:#}",
                spark(&z, range(z.iter().copied()).unwrap_or_default(), ink)
            ));
        }
        rows.push(cells);
    }
    let mut pads = vec![Pad::After, Pad::Before, Pad::Before, Pad::Before];
    pads.extend(has_days.then_some(Pad::After));
    pads.push(Pad::Before);
    pads.resize(pads.len() + 2, Pad::After);
    let lines = aligned(&rows, &pads);
    let said = output::wrap(&format!("standard deviations from what its sources usually tell{about}"), 0);
    format!("{BOLD}Narratives{BOLD:#}\n{}\n{DIM}{}{DIM:#}\n", lines.join("\n"), said.join("\n"))
}
