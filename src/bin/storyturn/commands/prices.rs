//! `prices`: import; fetching and listing have files of their own.

mod fetch;
mod list;

use anyhow::Result;
use storyturn::pipeline::{Input, PriceFile, PriceSummary, import_prices};

pub use fetch::{for_run, say as say_fetched, status as fetched_status};

use crate::{
    args::{PricesCommand, PricesImportArgs},
    console::{Console, counted},
    exit::{Exit, UsageError},
    settings::Settings,
};

pub fn run(command: PricesCommand, settings: &Settings, console: &Console) -> Result<Exit> {
    match command {
        PricesCommand::Fetch(args) => fetch::fetch(&args, settings, console),
        PricesCommand::Import(args) => import(&args, settings, console),
        PricesCommand::List(args) => list::list(&args, settings, console),
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
        let PriceSummary { series, added, late, unchanged, revised, missing, .. } = summary;
        let mut line = format!("prices of {series}: {added} new, {unchanged} known");
        if *late > 0 {
            line.push_str(&format!(
                ", {late} of the new fill a hole: from now on, evenings past were shown without"
            ));
        }
        if *revised > 0 {
            line.push_str(&format!(", {revised} revised: from now on, days before keep what was known then"));
        }
        if *missing > 0 {
            line.push_str(&format!(", {missing} without a value"));
        }
        console.say(line);
    }
    if summaries.iter().any(|summary| summary.revised + summary.late > 0) {
        console.hint(
            "`prices import --replace` forgets a series first: for a file that was wrong from the start",
        );
    }
    if unchanged > 0 {
        console.say(format_args!("prices: {} unchanged since read", counted(unchanged, "file", "files")));
    }
}
