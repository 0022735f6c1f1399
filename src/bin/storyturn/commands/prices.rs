//! `prices import` and `prices list`.

use anyhow::Result;
use storyturn::{
    export::{Cell, Column, Table},
    pipeline::{Input, PriceFile, PriceSummary, import_prices},
};

use crate::{
    args::{Format, PricesCommand, PricesImportArgs, PricesListArgs},
    console::{Console, counted},
    exit::{Exit, UsageError},
    output,
    settings::Settings,
};

pub fn run(command: PricesCommand, settings: &Settings, console: &Console) -> Result<Exit> {
    match command {
        PricesCommand::Import(args) => import(&args, settings, console),
        PricesCommand::List(args) => list(&args, settings, console),
    }
}

fn import(args: &PricesImportArgs, settings: &Settings, console: &Console) -> Result<Exit> {
    if args.series.is_some() && (args.files.len() > 1 || args.files[0].is_dir()) {
        let message =
            "--series names the series of one file: give one file, or let the names of several files tell";
        return Err(UsageError::new(message.to_owned()).into());
    }
    if args.series.is_none() && args.files.iter().any(|file| file.as_os_str() == "-") {
        return Err(
            UsageError::new("standard input has no name: give --series NAME with `-`".to_owned()).into()
        );
    }
    settings.shows_no_evening("prices are taken in now", "leave --as-of out")?;
    let files: Vec<PriceFile> = args
        .files
        .iter()
        .map(|path| PriceFile {
            path: path.clone(),
            series: args.series.clone(),
            clock: args.clock,
            named: true,
        })
        .collect();
    // A path that is not there must not leave an empty store behind.
    files.iter().try_for_each(|file| Input::new(&file.path).exists())?;
    let mut store = settings.open_store(true)?;
    let summaries = import_prices(&mut store, &files, args.replace, settings.now, console)?;
    say(&summaries, console);
    Ok(Exit::Done)
}

/// One line for each file.
pub fn say(summaries: &[PriceSummary], console: &Console) {
    let unchanged = summaries.iter().filter(|summary| summary.unchanged_file).count() as u64;
    for summary in summaries.iter().filter(|summary| !summary.unchanged_file) {
        let PriceSummary { series, added, unchanged, revised, missing, .. } = summary;
        let mut line = format!("prices of {series}: {added} new, {unchanged} known");
        if *revised > 0 {
            line.push_str(&format!(", {revised} revised: from now on, days before keep what was known then"));
        }
        if *missing > 0 {
            line.push_str(&format!(", {missing} without a value"));
        }
        console.say(line);
    }
    if summaries.iter().any(|summary| summary.revised > 0) {
        console.hint(
            "`prices import --replace` forgets a series first: for a file that was wrong from the start",
        );
    }
    if unchanged > 0 {
        console.say(format_args!("prices: {} unchanged since read", counted(unchanged, "file", "files")));
    }
}

/// The last part of a path: what tells one file from another.
fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn list(args: &PricesListArgs, settings: &Settings, console: &Console) -> Result<Exit> {
    let store = settings.open_store(false)?;
    let mut rows = Vec::new();
    for name in store.series_names()? {
        let Some(mut series) = store.series(&name)? else { continue };
        if let Some(until) = settings.until() {
            // A row out by then may have been taken in since: prices count from when they were out.
            series.rows.retain(|row| row.available_at <= until);
            series.provenance.retain(|from| from.fetched_at <= until);
            if series.rows.is_empty() {
                continue;
            }
        }
        let (first, last) = (series.rows.first(), series.rows.last());
        rows.push(vec![
            Cell::text(name),
            Cell::Count(series.rows.len() as i64),
            first.map_or(Cell::Missing, |row| Cell::day(row.day)),
            last.map_or(Cell::Missing, |row| Cell::day(row.day)),
            Cell::number(last.map(|row| row.close)),
            Cell::text(series.clock.to_string()),
            Cell::text(series.provenance.last().map(|from| file_name(&from.provider)).unwrap_or_default()),
            Cell::text(
                series.provenance.last().map(|from| format!("{:.0}", from.fetched_at)).unwrap_or_default(),
            ),
        ]);
    }
    if rows.is_empty() && settings.is_looking_back {
        console.say(format_args!("no prices of the store were out by {}", settings.as_of));
    } else if rows.is_empty() {
        console.say("the store holds no prices yet");
        console.hint("`storyturn prices import FILE` brings them in");
    }
    let columns = ["series", "rows", "first", "last", "close", "available", "from", "taken in"];
    let table = Table { columns: columns.map(|name| Column::new(name, "", "")).to_vec(), rows };
    output::write_table(&args.table, Format::Table, &table)?;
    Ok(Exit::Done)
}
