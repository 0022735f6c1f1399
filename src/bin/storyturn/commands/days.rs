//! `days`: narrative scores per day.

mod narratives;

use anstream::adapter::strip_str;
use anstyle::Style;
use anyhow::Result;
use storyturn::{
    calendar::Day,
    export::days_table,
    index::{Coverage, DayScore, MIX_SHIFT},
};

use super::{Derived, Nothing, derive};
use crate::{
    args::{DaysArgs, Format},
    columns::{Pad, aligned, columns_of},
    console::{Console, counted},
    exit::Exit,
    marked::{DIM, POLES},
    output::{self, wrap},
    page::{pictures, width},
    picture::{Ink, balance, bar},
    settings::{Settings, span},
};

/// Days shown on a terminal when nothing is said.
const DAYS_SHOWN: i32 = 30;
/// Columns on each side of a bar's middle, on most pages and where its ends can be named, and the score at
/// its ends; what lies beyond has an arrow.
pub const HALF: usize = 8;
const WIDE_HALF: usize = 18;
const BAR_Z: f64 = 2.5;
/// Columns of the bar of documents.
const DOCS_BAR: usize = 8;

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
        _ if args.narratives => {
            let (lexicons, ink) = (lexicons, pictures(&args.table));
            narratives::write(&args.table, form, &days, lexicons, ink)?;
        }
        Format::Table => output::write_text(&args.table, &reading(&days, pictures(&args.table)))?,
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

/// What a reader wants first: coverage, both poles, and where the balance leans; below it, the span in a
/// line.
fn reading(days: &[DayScore], ink: Option<Ink>) -> String {
    let told = days.iter().any(|day| day.coverage != Coverage::Enough);
    let most = days.iter().map(|day| day.docs).max().unwrap_or(0);
    let mut ways = ways(ink);
    let lines = loop {
        let Some(columns) = ways.next() else { break Vec::new() };
        // What all days have alike says nothing.
        let columns: Vec<Shown> = columns.into_iter().filter(|one| told || *one != Shown::Coverage).collect();
        let heads = columns.iter().map(|column| format!("{DIM}{}{DIM:#}", column.head(most)));
        let mut rows: Vec<Vec<String>> = vec![heads.collect()];
        rows.extend(days.iter().map(|day| columns.iter().map(|column| column.cell(day, most)).collect()));
        let pads: Vec<Pad> = columns.iter().map(|column| column.pad()).collect();
        let lines = aligned(&rows, &pads);
        let widest = lines.iter().map(|line| columns_of(&strip_str(line).to_string())).max();
        if widest <= Some(width()) || ways.len() == 0 || ink.is_none() {
            break lines;
        }
    };
    lines.join("\n") + "\n" + &summary(days)
}

/// Columns of the table, from the widest page to the narrowest; where nothing is drawn, one set.
fn ways(ink: Option<Ink>) -> std::vec::IntoIter<Vec<Shown>> {
    use Shown::{Balance, Coverage, Day, Docs, DocsBar, Mean, NamedZ, Narrative, Sources, Stories, Z};
    let usual = [Day, Docs, Sources, Stories, Coverage, Mean(0), Z(0), Mean(1), Z(1), Narrative];
    let Some(ink) = ink else { return vec![usual.to_vec()].into_iter() };
    let drawn = |bar: Option<usize>, half: usize| {
        let mut columns = usual.to_vec();
        columns.splice(2..2, bar.map(|width| DocsBar(width, ink)));
        columns.push(Balance(half, ink));
        columns
    };
    let narrow = vec![Day, Docs, NamedZ(0), NamedZ(1), Narrative];
    let with_bar = vec![Day, Docs, Coverage, NamedZ(0), NamedZ(1), Narrative, Balance(HALF, ink)];
    vec![
        drawn(Some(16), WIDE_HALF),
        drawn(Some(DOCS_BAR), WIDE_HALF),
        drawn(Some(DOCS_BAR), HALF),
        drawn(None, HALF),
        with_bar,
        usual.to_vec(),
        narrow,
    ]
    .into_iter()
}

/// A column of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    Day,
    Docs,
    /// Documents as a bar of so many columns, the longest for the day with most.
    DocsBar(usize, Ink),
    Sources,
    Stories,
    Coverage,
    /// The share of a pole.
    Mean(usize),
    /// The standardised score of a pole, beside its share and alone.
    Z(usize),
    NamedZ(usize),
    Narrative,
    /// The narrative as a bar with so many columns on each side.
    Balance(usize, Ink),
}

impl Shown {
    fn head(self, most: u32) -> String {
        match self {
            Self::Day => "day".to_owned(),
            Self::Docs => "docs".to_owned(),
            Self::DocsBar(width, _) => format!("0{most:>0$}", width - 1),
            Self::Sources => "sources".to_owned(),
            Self::Stories => "stories".to_owned(),
            Self::Coverage => "coverage".to_owned(),
            Self::Mean(pole) => ["fear", "debasement"][pole].to_owned(),
            Self::Z(_) => "z".to_owned(),
            Self::NamedZ(pole) => ["fear z", "debasement z"][pole].to_owned(),
            Self::Narrative => "narrative".to_owned(),
            Self::Balance(half, ink) => scale_of(half, ink),
        }
    }

    fn pad(self) -> Pad {
        match self {
            Self::Day | Self::DocsBar(..) | Self::Coverage | Self::Balance(..) => Pad::After,
            _ => Pad::Before,
        }
    }

    fn cell(self, day: &DayScore, most: u32) -> String {
        let number =
            |value: Option<f64>| value.map_or_else(|| "·".to_owned(), |value| output::number(value, 3));
        let z = |pole: usize| day.z.get(pole).copied().flatten();
        match self {
            Self::Day => day.day.to_string(),
            Self::Docs => day.docs.to_string(),
            Self::DocsBar(width, ink) => bar(f64::from(day.docs) / f64::from(most.max(1)), width, ink),
            Self::Sources => day.sources.to_string(),
            Self::Stories => day.stories.to_string(),
            Self::Coverage => day.coverage.as_str().to_owned(),
            Self::Mean(pole) => number(day.means.get(pole).copied().flatten()),
            Self::Z(pole) | Self::NamedZ(pole) => number(z(pole)),
            Self::Narrative => number(narrative(day)),
            Self::Balance(half, ink) => narrative(day)
                .map_or_else(String::new, |value| lean(value, half, ink, POLES[usize::from(value >= 0.0)])),
        }
    }
}

/// Half of debasement's score less fear's.
fn narrative(day: &DayScore) -> Option<f64> {
    let z = |pole: usize| day.z.get(pole).copied().flatten();
    z(1).zip(z(0)).map(|(debasement, fear)| (debasement - fear) / 2.0)
}

/// What stands above bars of a balance: where they end, and where there is room whose ends these are.
pub fn scale_of(half: usize, ink: Ink) -> String {
    let [left, right] = if ink == Ink::Blocks { ["◂", "▸"] } else { ["<", ">"] };
    let (mut low, mut high) = (format!("{left} -{BAR_Z}"), format!("+{BAR_Z} {right}"));
    if half >= WIDE_HALF {
        (low, high) = (format!("{low} fear"), format!("debasement {high}"));
    }
    format!("{low:<half$}0{high:>half$}")
}

/// A score as a bar to the left of a middle line, below zero, or to the right.
pub fn lean(value: f64, half: usize, ink: Ink, style: Style) -> String {
    format!("{style}{}{style:#}", balance(value, BAR_Z, half, ink).trim_end())
}

/// The span in a line: how many days, how far the narrative went, and how much there was to read.
fn summary(days: &[DayScore]) -> String {
    let known: Vec<(Day, f64)> = days.iter().filter_map(|day| Some((day.day, narrative(day)?))).collect();
    let by_value = |one: &&(Day, f64), other: &&(Day, f64)| one.1.total_cmp(&other.1);
    let (Some(least), Some(most)) = (known.iter().min_by(by_value), known.iter().max_by(by_value)) else {
        return String::new();
    };
    if days.len() < 2 {
        return String::new();
    }
    let mean = known.iter().map(|(_, value)| value / known.len() as f64).sum::<f64>();
    let (fewest, docs) = (days.iter().map(|day| day.docs).min(), days.iter().map(|day| day.docs).max());
    let unknown = match days.len() - known.len() {
        0 => String::new(),
        days => format!(", unknown on {}", counted(days as u64, "day", "days")),
    };
    let words = format!(
        "{} days: narrative {} on {} to {} on {}, mean {}{unknown}; {} to {} documents a day",
        days.len(),
        output::number(least.1, 2),
        least.0,
        output::number(most.1, 2),
        most.0,
        output::number(mean, 2),
        fewest.unwrap_or(0),
        docs.unwrap_or(0),
    );
    wrap(&words, 0).into_iter().map(|line| format!("{DIM}{line}{DIM:#}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_stands_above_its_bars() {
        let check = |half, ink, expected: &str| assert_eq!(scale_of(half, ink), expected);
        check(HALF, Ink::Blocks, "◂ -2.5  0  +2.5 ▸");
        check(HALF, Ink::Ascii, "< -2.5  0  +2.5 >");
        check(WIDE_HALF, Ink::Blocks, "◂ -2.5 fear       0 debasement +2.5 ▸");
    }
}
