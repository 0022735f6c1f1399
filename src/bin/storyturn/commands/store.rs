//! `store stats` and `store verify`.

use anyhow::Result;
use jiff::Timestamp;
use storyturn::{
    calendar::Day,
    export::{Cell, Column, Table},
    store::AddressState,
};

use crate::{
    args::{Format, StoreCommand, StoreStatsArgs},
    console::counted,
    exit::Exit,
    output,
    settings::Settings,
};

/// Sources listed by name.
const SOURCES_SHOWN: usize = 12;

pub fn run(command: &StoreCommand, settings: &Settings) -> Result<Exit> {
    match command {
        StoreCommand::Stats(args) => stats(args, settings),
        StoreCommand::Verify(args) => verify(args, settings),
    }
}

fn stats(args: &StoreStatsArgs, settings: &Settings) -> Result<Exit> {
    let store = settings.open_store(false)?;
    let stats = match settings.until() {
        Some(until) => store.stats_at(until)?,
        None => store.stats()?,
    };
    let mut rows = vec![["store".to_owned(), settings.store.display().to_string()]];
    if settings.is_looking_back {
        rows.push(["as of".to_owned(), settings.as_of.to_string()]);
    }
    rows.push(["schema".to_owned(), stats.schema.to_string()]);
    if !settings.is_looking_back {
        rows.push(["size on disk, bytes".to_owned(), stats.size_on_disk.to_string()]);
    }
    rows.push(["articles".to_owned(), stats.documents.to_string()]);
    for (basis, documents) in ["observed", "archived", "claimed"].iter().zip(stats.by_basis) {
        rows.push([format!("  availability {basis}"), documents.to_string()]);
    }
    if let (Some(first), Some(last)) = (stats.first, stats.last) {
        rows.push(["  first available".to_owned(), to_the_second(first)]);
        rows.push(["  last available".to_owned(), to_the_second(last)]);
    }
    rows.push(["sources".to_owned(), stats.sources.len().to_string()]);
    let for_reading = output::format(&args.table, Format::Table)? == Format::Table;
    let shown = if for_reading { SOURCES_SHOWN } else { usize::MAX };
    for (source, documents) in stats.sources.iter().take(shown) {
        rows.push([format!("  {source}"), documents.to_string()]);
    }
    if stats.sources.len() > shown {
        let others: u64 = stats.sources[shown..].iter().map(|(_, documents)| documents).sum();
        let rest = counted((stats.sources.len() - shown) as u64, "other", "others");
        rows.push([format!("  {rest}"), others.to_string()]);
    }
    rows.push(["captures".to_owned(), stats.captures.to_string()]);
    if stats.captures > 0 {
        rows.push(["  bytes received".to_owned(), stats.captured_bytes.to_string()]);
    }
    // How far each address was on an earlier evening is not kept.
    if !settings.is_looking_back {
        if stats.captures > 0 {
            rows.push(["  not read yet".to_owned(), stats.unread.to_string()]);
        }
        rows.push(["addresses".to_owned(), stats.addresses.iter().sum::<u64>().to_string()]);
    }
    for (state, addresses) in AddressState::ALL.into_iter().zip(stats.addresses) {
        if addresses > 0 {
            rows.push([format!("  {}", state.as_str()), addresses.to_string()]);
        }
    }
    for (lexicon, documents) in &stats.lexicons {
        rows.push([format!("read by lexicon {lexicon}"), documents.to_string()]);
    }
    for series in &stats.series {
        let day = |day: Option<i32>| day.map_or_else(String::new, |day| Day(day).to_string());
        let span =
            format!("{}, {} to {}", counted(series.rows, "row", "rows"), day(series.first), day(series.last));
        rows.push([format!("prices of {}", series.name), span]);
    }
    if let Some((days, first, last)) = stats.published {
        let span = format!("{}, {} to {}", counted(days, "row", "rows"), Day(first), Day(last));
        rows.push(["published".to_owned(), span]);
    }
    let columns = ["what", "value"].map(|name| Column::new(name, "", "")).to_vec();
    // Read by a person, indented and to the left; by a program, plain and typed.
    let cells = |[what, value]: [String; 2]| match (for_reading, value.parse::<i64>()) {
        (false, Ok(count)) => vec![Cell::text(what.trim()), Cell::Count(count)],
        (false, Err(_)) => vec![Cell::text(what.trim()), Cell::Text(value)],
        (true, _) => vec![Cell::Text(what), Cell::Text(value)],
    };
    let table = Table { columns, rows: rows.into_iter().map(cells).collect() };
    output::write_table(&args.table, Format::Table, &table)?;
    Ok(Exit::Done)
}

/// An instant as it is told to a reader.
fn to_the_second(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn verify(args: &StoreStatsArgs, settings: &Settings) -> Result<Exit> {
    settings.shows_no_evening("`store verify` reads the files as they are", "leave --as-of out")?;
    let report = settings.open_store(false)?.verify()?;
    let columns = ["finding", "detail"].map(|name| Column::new(name, "", "")).to_vec();
    let mut rows = vec![vec![Cell::Text("records checked".to_owned()), Cell::Count(report.checked as i64)]];
    for recount in report.recounts.iter().filter(|recount| recount.stored != recount.counted) {
        let detail = format!("{}: {} are there, {} should be", recount.what, recount.counted, recount.stored);
        rows.push(vec![Cell::Text("count".to_owned()), Cell::Text(detail)]);
    }
    for bad in &report.bad {
        rows.push(vec![
            Cell::Text("bad record".to_owned()),
            Cell::Text(format!("{}: {}", bad.key, bad.reason)),
        ]);
    }
    let result = if report.is_sound() { "whole" } else { "damaged" };
    rows.push(vec![Cell::Text("result".to_owned()), Cell::Text(result.to_owned())]);
    output::write_table(&args.table, Format::Table, &Table { columns, rows })?;
    Ok(if report.is_sound() { Exit::Done } else { Exit::Damaged })
}
