//! `signal --journal` and `export --published`: what `run` published, and what reads otherwise now.
//!
//! Only reads: publishing is left to `run`.

use std::fmt::Write;

use anstyle::Style;
use anyhow::Result;
use storyturn::{
    calendar::Day,
    export::{Cell, Column, JOINED_COLUMNS, Table},
    pipeline::{Joined, Journal, JournalRow, ReadOtherwise, journal},
};

use super::{Derived, export::say_written, join};
use crate::{
    args::{ExportArgs, Format, SignalArgs, SpanArgs},
    columns::shortened,
    console::{Console, counted, plain},
    exit::Exit,
    output::{self, wrap},
    settings::{Settings, span},
};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
/// Days shown on a terminal, the last ones.
const DAYS_SHOWN: usize = 12;
/// Characters shown of a value.
const VALUE_SHOWN: usize = 70;

pub fn run(
    args: &SignalArgs,
    derived: &Derived,
    joined: &Joined,
    settings: &Settings,
    console: &Console,
) -> Result<Exit> {
    let journal = within(read(derived, joined, settings, console)?, &args.span)?;
    match output::format(&args.table, Format::Table)? {
        Format::Table => output::write_text(&args.table, &shown(&journal)?)?,
        form => output::write_table(&args.table, form, &differences(&journal))?,
    }
    Ok(Exit::Done)
}

/// The rows as published, with the columns of the joined table the instant behind them, and the hashes of what they were made of.
pub fn export(args: &ExportArgs, derived: &Derived, settings: &Settings, console: &Console) -> Result<Exit> {
    let joined = join(derived, settings)?;
    let journal = within(read(derived, &joined, settings, console)?, &args.span)?;
    let mut columns = JOINED_COLUMNS.to_vec();
    columns.push(Column::new("published_at", "date", "when `run` published the row"));
    columns.push(Column::new("news_hash", "hash", "all news that counted by then"));
    columns.push(Column::new("prices_hash", "hash", "all prices that counted by then"));
    let row = |row: &JournalRow| {
        let published_at = format!("{:.0}", row.published_at);
        let beside = [&published_at, &row.news_hash, &row.prices_hash].map(|text| Cell::text(text.as_str()));
        row.cells.iter().cloned().chain(beside).collect()
    };
    let table = Table { columns, rows: journal.rows.iter().map(row).collect() };
    output::write_table(&args.table, Format::Csv, &table)?;
    say_written(args, table.rows.len(), console);
    Ok(Exit::Done)
}

fn read(derived: &Derived, joined: &Joined, settings: &Settings, console: &Console) -> Result<Journal> {
    let journal = journal(&derived.store, joined, derived.made_with(settings), settings.until())?;
    if journal.rows.is_empty() {
        match settings.is_looking_back {
            true => console.say(format_args!("nothing had been published by {}", settings.as_of)),
            false => {
                console.say("nothing has been published yet");
                console.hint("`storyturn run` publishes each day once, when it is complete");
            }
        }
    }
    Ok(journal)
}

fn within(mut journal: Journal, days: &SpanArgs) -> Result<Journal> {
    if let (Some(first), Some(last)) = (journal.rows.first(), journal.rows.last()) {
        let (from, to) = span(days, first.day, last.day)?;
        journal.rows.retain(|row| (from..=to).contains(&row.day));
    }
    Ok(journal)
}

fn shown(journal: &Journal) -> Result<String> {
    let mut text = String::new();
    let (Some((from, to)), Some(first), Some(last)) =
        (journal.published, journal.rows.first(), journal.rows.last())
    else {
        return Ok(text);
    };
    let rows = journal.rows.len() as u64;
    let happened = journal.rows.iter().filter(|row| row.as_it_happened).count() as u64;
    writeln!(
        text,
        "{BOLD}{}{BOLD:#} from {} to {}",
        counted(rows, "published row", "published rows"),
        first.day,
        last.day
    )?;
    let when = format!(
        "Published between {from:.0} and {to:.0}: {happened} within two days of their evening, {} in hindsight, as a \
         first run publishes all days before it.",
        rows - happened
    );
    for line in wrap(&when, 2) {
        writeln!(text, "{line}")?;
    }
    let changed: Vec<&JournalRow> = journal.rows.iter().filter(|row| !row.otherwise.is_empty()).collect();
    if changed.is_empty() {
        writeln!(text, "  Every one of them is computed the same now.")?;
        return Ok(text);
    }
    let changed_rows = counted(changed.len() as u64, "row reads", "rows read");
    writeln!(text, "\n{BOLD}{changed_rows} otherwise now{BOLD:#} {DIM}what was published stands{DIM:#}")?;
    if changed.len() > DAYS_SHOWN {
        let earlier = changed.len() - DAYS_SHOWN;
        writeln!(text, "  {DIM}{earlier} earlier ones: --format csv has all of them{DIM:#}")?;
    }
    for row in &changed[changed.len().saturating_sub(DAYS_SHOWN)..] {
        let causes = match row.causes.as_slice() {
            [] => "cause unknown".to_owned(),
            causes => format!("since then other {}", causes.join(", ")),
        };
        writeln!(text, "  {}  {DIM}published {:.0}; {causes}{DIM:#}", row.day, row.published_at)?;
        for ReadOtherwise { column, published, now } in &row.otherwise {
            let value = |value: &Option<String>| match value {
                Some(value) => shortened(&plain(value), VALUE_SHOWN),
                None => "·".to_owned(),
            };
            writeln!(text, "    {column:<16} {}  now  {}", value(published), value(now))?;
        }
    }
    Ok(text)
}

fn differences(journal: &Journal) -> Table {
    let columns = ["day", "published_at", "column", "published", "now", "causes", "news_hash", "prices_hash"];
    let cells = |day: Day, row: &JournalRow, other: &ReadOtherwise| {
        let value = |value: &Option<String>| Cell::text(value.clone().unwrap_or_default());
        vec![
            Cell::day(day),
            Cell::text(format!("{:.0}", row.published_at)),
            Cell::text(other.column.as_str()),
            value(&other.published),
            value(&other.now),
            Cell::text(row.causes.join(" ")),
            Cell::text(row.news_hash.as_str()),
            Cell::text(row.prices_hash.as_str()),
        ]
    };
    let rows =
        journal.rows.iter().flat_map(|row| row.otherwise.iter().map(|other| cells(row.day, row, other)));
    Table { columns: columns.map(|name| Column::new(name, "", "")).to_vec(), rows: rows.collect() }
}
