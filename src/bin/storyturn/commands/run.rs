//! `run`: the daily job.

use anyhow::Result;
use storyturn::{
    config::{ExportTable, PriceInput},
    export::{CsvText, days_table, joined_table, write_csv, write_json, write_jsonl, write_whole},
    pipeline::{
        CollectSummary, ImportOptions, ImportSummary, Input, Joined, PipelineError, PriceFile, Progress,
        Retry, TableSettings, collect, import, import_prices, listen, publish,
    },
};

use super::{
    Derived, bring_up_to_date, collect as collect_command, days_of, hooks, import as import_command, join,
    prices, report, signal,
};
use crate::{
    args::RunArgs,
    console::{Console, counted},
    exit::{Exit, UsageError},
    settings::Settings,
};

pub fn run(args: &RunArgs, settings: &Settings, console: &Console) -> Result<Exit> {
    let config = &settings.config;
    let has_sources = config.sources.iter().any(|source| source.enabled);
    let has_providers = config.providers.iter().any(|provider| provider.enabled);
    let asks = (has_sources || has_providers) && !args.offline;
    let has_files = !config.inputs.is_empty() || !config.prices.is_empty();
    if !has_files && !has_sources && !has_providers {
        let what = match &settings.config_file {
            Some(path) => format!("{} names neither sources, inputs, providers nor prices", path.display()),
            None => "there is no configuration: `run` does what storyturn.toml says".to_owned(),
        };
        let hint = match settings.config_file {
            Some(_) => "name them in [[source]], [[input]], [[provider]] and [[prices]] tables",
            None => "`storyturn init` writes a configuration with every key explained",
        };
        return Err(UsageError::new(what).hint(hint).into());
    }
    settings.shows_no_evening("a run writes today's files", "use `export --as-of DATE -o FILE`")?;
    if let Some(note) = &config.note {
        console.say(format_args!("note: {note}"));
    }
    let collecting = match asks.then(|| collect_command::options(settings, Retry::No)).transpose() {
        // What can be done without asking anybody is done: `init` leaves the contact to be filled in.
        Err(_) if has_files || settings.store.exists() => {
            console.warn("nothing is collected: [collect] has no contact, and hosts are told who asks");
            None
        }
        collecting => collecting?,
    };
    let tagger = settings.tagger()?;
    let mut store = settings.open_store(true)?;
    let options = ImportOptions { now: settings.now, extract: config.extract.clone() };
    // One bad input stops nothing: it is said, the rest is done, and the exit status tells.
    let mut failed = false;
    let mut collected = CollectSummary::default();
    let mut fetched = Vec::new();
    let asks = collecting.is_some();
    if let Some(options) = collecting.filter(|_| has_sources) {
        match collect(&mut store, &tagger, &config.sources, &options, console) {
            Ok(summary) => collected = summary,
            Err(error) => failed |= pass_over(error, console)?,
        }
        collect_command::say(&collected, console);
    }
    if asks && has_providers {
        match prices::for_run(&mut store, settings, console) {
            Ok(summaries) => fetched = summaries,
            Err(error) => failed |= pass_over(error.downcast::<PipelineError>()?, console)?,
        }
        prices::say_fetched(&fetched, console);
    }
    let mut summary = ImportSummary::default();
    for input in &config.inputs {
        let input = Input { source: input.source.clone(), ..Input::new(&input.path) };
        match import(&mut store, &tagger, &[input], &options, console) {
            Ok(imported) => summary += imported,
            Err(error) => failed |= pass_over(error, console)?,
        }
    }
    console.finish_skips();
    import_command::say(&summary, console);
    let mut summaries = Vec::new();
    for PriceInput { path, series, clock } in &config.prices {
        let file = PriceFile { path: path.clone(), series: series.clone(), clock: *clock, named: false };
        match import_prices(&mut store, &[file], false, settings.now, console) {
            Ok(imported) => summaries.extend(imported),
            Err(error) => failed |= pass_over(error, console)?,
        }
    }
    prices::say(&summaries, console);
    bring_up_to_date(&mut store, &tagger, settings, console)?;
    let days = days_of(&mut store, &tagger, settings)?;
    let mut derived = Derived { store, tagger, days };
    let joined = join(&derived, settings)?;
    // Before the files: a row that was in a file is in the journal, whenever this is killed.
    let made_with = TableSettings {
        lexicons: derived.tagger.lexicons(),
        index: &config.index,
        panel: &config.panel,
        signal: &config.signal,
    };
    listen(&mut derived.store, &config.hooks, &joined, settings.now)?;
    let published = publish(&mut derived.store, &joined, made_with, settings.now)?;
    if published > 0 {
        console.say(format_args!("journal: {} published", counted(published, "day", "days")));
    }
    let exported = export(&derived, &joined, settings, console);
    // After the files, which a hook may want to send, and whatever became of them.
    let unheard = hooks::fire(&mut derived.store, &joined, !args.offline, settings, console)?;
    exported?;
    signal::print_state(&derived, &joined, settings, console)?;
    Ok(match import_command::status(&summary) {
        _ if failed => Exit::Failed,
        Exit::Done if !fetched.is_empty() && prices::fetched_status(&fetched) == Exit::Skipped => {
            Exit::Skipped
        }
        Exit::Done if unheard => Exit::Skipped,
        Exit::Done => collect_command::status(&collected),
        skipped => skipped,
    })
}

/// Writes the configured files.
fn export(derived: &Derived, joined: &Joined, settings: &Settings, console: &Console) -> Result<()> {
    for file in &settings.config.exports {
        let table = match file.table {
            ExportTable::Signal => joined_table(&joined.panel, &joined.rows, &joined.lexicons),
            ExportTable::Days => days_table(&derived.days, derived.tagger.lexicons()),
        };
        write_whole(&file.path, |out| match file.path.extension().and_then(|ending| ending.to_str()) {
            Some("json") => write_json(&table, out),
            Some("jsonl" | "ndjson") => write_jsonl(&table, out),
            _ => write_csv(&table, CsvText::Guarded, out),
        })?;
        let days = counted(table.rows.len() as u64, "day", "days");
        console.say(format_args!("export: {days} written to {}", file.path.display()));
    }
    if let Some(path) = &settings.config.report.path {
        report::write(derived, joined, None, path, settings, console)?;
    }
    Ok(())
}

/// Says an error of one input and passes over it; an error of the store ends the run.
fn pass_over(error: PipelineError, console: &Console) -> Result<bool> {
    if matches!(error, PipelineError::Store(_)) {
        return Err(error.into());
    }
    console.error(&error.into());
    Ok(true)
}
