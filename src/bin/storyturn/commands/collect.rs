//! `collect`: asks the configured sources.

use std::collections::BTreeMap;

use anyhow::Result;
use serde::Serialize;
use storyturn::{
    collect::Source,
    export::{Cell, Column, ExportError, Table},
    pipeline::{CollectOptions, CollectSummary, Planned, Retry, SourceSummary, collect, plan},
};

use super::bring_up_to_date;
use crate::{
    args::{CollectArgs, Format},
    console::{Console, counted},
    exit::{Exit, UsageError},
    output,
    settings::Settings,
};

pub fn run(args: &CollectArgs, settings: &Settings, console: &Console) -> Result<Exit> {
    let hint = "leave --as-of to `days`, `signal` and `export`";
    settings.shows_no_evening("what is collected is first seen today", hint)?;
    let sources = chosen(args, settings)?;
    let options = options(settings, if args.retry { Retry::Refused } else { Retry::No })?;
    if args.dry_run {
        // A dry run makes no store.
        let store = settings.store.exists().then(|| settings.open_store(false)).transpose()?;
        let planned = plan(store.as_ref(), &sources, &options, console)?;
        output::write_table(&args.table, Format::Table, &planned_table(&planned))?;
        return Ok(Exit::Done);
    }
    let tagger = settings.tagger()?;
    let mut store = settings.open_store(true)?;
    let summary = collect(&mut store, &tagger, &sources, &options, console)?;
    console.finish_skips();
    bring_up_to_date(&mut store, &tagger, settings, console)?;
    write_summary(args, &summary)?;
    if summary.added() > 0 {
        console.hint(
            "what is first seen today counts for today; `storyturn days` shows it once the day is over (UTC)",
        );
    }
    Ok(status(&summary))
}

/// All sources; those that are switched on in the configuration, or that were named, are to be asked.
fn chosen(args: &CollectArgs, settings: &Settings) -> Result<Vec<Source>> {
    let all = &settings.config.sources;
    if let Some(unknown) = args.sources.iter().find(|name| all.iter().all(|source| source.name != **name)) {
        return Err(UsageError::new(format!("no source is called {unknown:?}"))
            .hint("give a name of one of the configuration's [[source]] tables")
            .into());
    }
    let mut chosen = all.clone();
    if !args.sources.is_empty() {
        chosen.iter_mut().for_each(|source| source.enabled = args.sources.contains(&source.name));
    }
    if chosen.iter().all(|source| !source.enabled) {
        return Err(UsageError::new("no source is configured, or all are switched off")
            .hint("`storyturn init` writes a configuration with well-known sources to choose from")
            .into());
    }
    Ok(chosen)
}

/// How sources are asked; refuses to ask anybody without saying who asks.
pub fn options(settings: &Settings, retry: Retry) -> Result<CollectOptions> {
    if settings.config.contact.is_none() {
        return Err(UsageError::new("collecting needs a contact: hosts are told who asks")
            .hint("set contact = \"you@example.org\" (or a page about you) in [collect]")
            .into());
    }
    let collector = settings.config.collect.clone();
    Ok(CollectOptions { now: settings.now, collector, extract: settings.config.extract.clone(), retry })
}

/// 3 where something was skipped, 0 otherwise.
pub fn status(summary: &CollectSummary) -> Exit {
    if summary.skipped() > 0 { Exit::Skipped } else { Exit::Done }
}

/// A line for `run`, and one for every source that could not be read as usual.
pub fn say(summary: &CollectSummary, console: &Console) {
    let sum = |count: fn(&SourceSummary) -> u64| summary.sources.iter().map(count).sum::<u64>();
    let mut line = format!(
        "collected from {}: {} fetched, {}, {} known",
        counted(summary.sources.len() as u64, "source", "sources"),
        sum(|source| source.fetched),
        counted(summary.added(), "new article", "new articles"),
        sum(|source| source.known),
    );
    let rest = [
        (sum(|source| source.unchanged), "listings unchanged"),
        (sum(|source| source.outside.values().sum()), "left aside"),
        (sum(|source| source.waiting), "waiting"),
        (summary.skipped(), "skipped"),
    ];
    for (count, what) in rest {
        if count > 0 {
            line.push_str(&format!(", {count} {what}"));
        }
    }
    console.say(line);
    for source in summary.sources.iter().filter(|source| !source.skipped.is_empty()) {
        console.say(format_args!("  {}: {}", source.name, told(&source.skipped)));
    }
}

/// `off topic 12, too old 3`
fn told(reasons: &BTreeMap<String, u64>) -> String {
    let told: Vec<String> = reasons.iter().map(|(reason, count)| format!("{reason} {count}")).collect();
    told.join(", ")
}

/// One source, for programs: counts, and the reasons behind them by name.
#[derive(Serialize)]
struct SummaryRecord<'a> {
    source: &'a str,
    fetched: u64,
    unchanged: u64,
    new: u64,
    known: u64,
    left_aside: u64,
    waiting: u64,
    skipped: u64,
    left_aside_why: &'a BTreeMap<String, u64>,
    skipped_why: &'a BTreeMap<String, u64>,
}

impl<'a> From<&'a SourceSummary> for SummaryRecord<'a> {
    fn from(source: &'a SourceSummary) -> Self {
        Self {
            source: &source.name,
            fetched: source.fetched,
            unchanged: source.unchanged,
            new: source.new,
            known: source.known,
            left_aside: source.outside.values().sum(),
            waiting: source.waiting,
            skipped: source.skipped.values().sum(),
            left_aside_why: &source.outside,
            skipped_why: &source.skipped,
        }
    }
}

fn write_summary(args: &CollectArgs, summary: &CollectSummary) -> Result<()> {
    let format = output::format(&args.table, Format::Table)?;
    if !matches!(format, Format::Json | Format::Jsonl) {
        return output::write_table(&args.table, Format::Table, &summary_table(summary));
    }
    let records: Vec<SummaryRecord<'_>> = summary.sources.iter().map(SummaryRecord::from).collect();
    let mut text = Vec::new();
    if format == Format::Json {
        serde_json::to_writer_pretty(&mut text, &records)?;
        text.push(b'\n');
    } else {
        for record in &records {
            serde_json::to_writer(&mut text, record)?;
            text.push(b'\n');
        }
    }
    output::write_data(&args.table, |out| {
        let subject = "the summary".to_owned();
        out.write_all(&text).map_err(|source| ExportError::Write { subject, source })
    })
}

fn summary_table(summary: &CollectSummary) -> Table {
    let columns = vec![
        Column::new("source", "text", "the source's name"),
        Column::new("fetched", "count", "listings and pages fetched"),
        Column::new("unchanged", "count", "listings that had not changed"),
        Column::new("new", "count", "articles new in the store"),
        Column::new("known", "count", "announced articles that were known"),
        Column::new("left_aside", "count", "announced articles that are not wanted"),
        Column::new("waiting", "count", "pages left for another run"),
        Column::new("skipped", "count", "listings and pages that could not be used"),
        Column::new("why", "text", "the reasons, each with its count"),
    ];
    let count = |count: u64| Cell::Count(count.cast_signed());
    let row = |source: &SourceSummary| {
        let mut why: Vec<String> = Vec::new();
        why.extend(Some(told(&source.skipped)).filter(|told| !told.is_empty()));
        why.extend(
            Some(told(&source.outside))
                .filter(|told| !told.is_empty())
                .map(|told| format!("left aside: {told}")),
        );
        vec![
            Cell::text(&source.name),
            count(source.fetched),
            count(source.unchanged),
            count(source.new),
            count(source.known),
            count(source.outside.values().sum()),
            count(source.waiting),
            count(source.skipped.values().sum()),
            Cell::text(why.join("; ")),
        ]
    };
    Table { columns, rows: summary.sources.iter().map(row).collect() }
}

fn planned_table(planned: &[Planned]) -> Table {
    let columns = vec![
        Column::new("source", "text", "the source's name"),
        Column::new("what", "text", "feed, sitemap, section, gdelt or page"),
        Column::new("url", "text", "the address"),
        Column::new("allowed", "text", "whether robots.txt and the address rules allow it"),
        Column::new("conditional", "text", "whether only what changed is asked for"),
        Column::new("pause_secs", "seconds", "between two requests to the host"),
        Column::new("why", "text", "the rule that decided"),
    ];
    let yes = |is: bool| Cell::text(if is { "yes" } else { "no" });
    let row = |planned: &Planned| {
        vec![
            Cell::text(&planned.source),
            Cell::text(planned.what),
            Cell::text(&planned.url),
            yes(planned.allowed),
            yes(planned.conditional),
            Cell::Number(planned.pause.as_secs_f64()),
            Cell::text(&planned.why),
        ]
    };
    Table { columns, rows: planned.iter().map(row).collect() }
}
