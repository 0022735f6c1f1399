//! `export`: the joined table, or what was collected.

use std::{
    io::{BufWriter, Write},
    path::Path,
};

use anyhow::Result;
use storyturn::{
    calendar::Day,
    export::{Cell, Column, JOINED_COLUMNS, Table, joined_table, write_whole},
    pipeline::{Joined, PipelineError, export_captures},
};

use super::{Derived, Nothing, derive, join, journal};
use crate::{
    args::{ExportArgs, Format, SpanArgs, TableArgs},
    console::{Console, counted},
    exit::{Exit, UsageError},
    output,
    settings::{Settings, span},
};

/// The ending of a web archive whose records are compressed one by one, as they are written here.
const ARCHIVE_ENDING: &str = ".warc.gz";

pub fn run(args: &ExportArgs, settings: &Settings, console: &Console) -> Result<Exit> {
    if args.dictionary {
        output::write_table(&args.table, Format::Table, &dictionary())?;
        return Ok(Exit::Done);
    }
    if let Some(path) = &args.captures {
        return captures(path, &args.span, settings, console);
    }
    let derived = derive(settings, console)?;
    if args.published {
        return journal::export(args, &derived, settings, console);
    }
    let (table, joined) = ((&args.table, Format::Csv), join(&derived, settings)?);
    let rows = write(&derived, &joined, &args.span, table, settings, console)?;
    say_written(args, rows, console);
    Ok(Exit::Done)
}

/// Says what a file holds now.
pub fn say_written(args: &ExportArgs, rows: usize, console: &Console) {
    if let Some(path) = args.table.output.as_ref().filter(|path| path.as_os_str() != "-") {
        console.say(format_args!("{} written to {}", counted(rows as u64, "day", "days"), path.display()));
    }
}

/// Writes what was collected, as it was received. Nothing is derived for that.
fn captures(path: &Path, days: &SpanArgs, settings: &Settings, console: &Console) -> Result<Exit> {
    if let (Some(from), Some(to)) = (days.from, days.to) {
        span(days, from, to)?;
    }
    let is_stdout = path.as_os_str() == "-";
    if !is_stdout && !path.to_string_lossy().to_ascii_lowercase().ends_with(ARCHIVE_ENDING) {
        let what = format!(
            "captures are written as a compressed web archive, and {} ends otherwise",
            path.display()
        );
        return Err(UsageError::new(what)
            .hint("use a name that ends in .warc.gz, or - for standard output")
            .into());
    }
    let days = (days.from, days.to);
    let store = settings.open_store(false)?;
    if is_stdout {
        let mut out = BufWriter::new(std::io::stdout().lock());
        export_captures(&store, days, settings.until(), "standard output", &mut out, console)?;
        out.flush().map_err(|source| output::refused("standard output", source))?;
        return Ok(Exit::Done);
    }
    let mut written = 0;
    write_whole(path, |out| {
        written = export_captures(&store, days, settings.until(), &path.display().to_string(), out, console)?;
        Ok::<_, PipelineError>(())
    })?;
    console.say(format_args!("{} written to {}", counted(written, "capture", "captures"), path.display()));
    if written == 0 {
        match store.captured()? {
            Some((first, last)) => {
                let (first, last) = (Day::containing(first), Day::containing(last));
                console.say(format_args!("the store's captures run from {first} to {last}"));
            }
            None => console.hint("`storyturn collect` fetches the configured sources and keeps what comes"),
        }
    }
    Ok(Exit::Done)
}

/// Writes the days asked for; their number is returned.
pub fn write(
    derived: &Derived,
    joined: &Joined,
    days: &SpanArgs,
    (args, otherwise): (&TableArgs, Format),
    settings: &Settings,
    console: &Console,
) -> Result<usize> {
    let mut table = joined_table(&joined.panel, &joined.rows, &joined.lexicons);
    if let (Some(first), Some(last)) = (joined.rows.first(), joined.rows.last()) {
        let (from, to) = span(days, first.day, last.day)?;
        let inside: Vec<bool> = joined.rows.iter().map(|row| (from..=to).contains(&row.day)).collect();
        let mut inside = inside.into_iter();
        table.rows.retain(|_| inside.next().unwrap_or(false));
        if table.rows.is_empty() {
            console.say(format_args!(
                "no day between {from} and {to}; the table runs from {} to {}",
                first.day, last.day
            ));
        }
    } else {
        Nothing::of(&derived.store, settings, true)?.say(console);
    }
    output::write_table(args, otherwise, &table)?;
    Ok(table.rows.len())
}

fn dictionary() -> Table {
    let row = |column: &Column| {
        vec![Cell::text(column.name.as_ref()), Cell::text(column.unit), Cell::text(column.about.as_ref())]
    };
    Table {
        columns: ["column", "unit", "meaning"].map(|name| Column::new(name, "", "")).to_vec(),
        rows: JOINED_COLUMNS.iter().map(row).collect(),
    }
}
