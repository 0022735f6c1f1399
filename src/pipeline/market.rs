//! Brings price files, and what providers answer (`fetch`), into the store.
//!
//! A file's rows are merged into its series: what is new is added, what differs from a stored row is
//! a revision that counts from now on, and what was known then stays known. A day that fills a hole
//! between stored ones counts from now on too. The files of one call are one import, in any order.

mod desk;
mod fetch;

pub use fetch::{FetchOptions, FetchSummary, PlannedFetch, fetch_prices, plan_prices};

use std::path::PathBuf;

use jiff::Timestamp;

use super::{
    Input, Kind, PipelineError, Progress,
    input::{Member, content_hash, left_aside, members},
};
use crate::{
    calendar::Clock,
    prices::{Comparison, PriceError, Provenance, Series, default_clock, parse_csv, series_for_file},
    store::{InputRecord, Store},
};

/// A price file the user named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceFile {
    /// The file, or `-`.
    pub path: PathBuf,
    /// The series it feeds; told from the file's name where the user did not say.
    pub series: Option<String>,
    /// When its rows become available; the series' usual clock where the user did not say.
    pub clock: Option<Clock>,
    /// Whether the user named it just now: such a file is read again when another file has fed its
    /// series since. A run leaves it alone, or two files that disagree would revise each other for ever.
    pub named: bool,
}

/// Names longer than this are typing errors, and are shown in tables.
const MAX_NAME_BYTES: usize = 64;

/// Days that a file must share with what is stored before it is refused for differing: a handful of
/// corrected closes is a revision.
const MIN_SHARED_DAYS: u64 = 10;

/// No file's name: nobody's closes are left out of a comparison.
const ANYBODY: &str = "";

/// Copies of one series differ by less than this in the median, however they are rounded.
const OTHERWISE_EQUAL: f64 = 1e-4;

/// What one price file brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceSummary {
    /// The series.
    pub series: String,
    /// The file was read before, and was not read again.
    pub unchanged_file: bool,
    /// Rows that were new.
    pub added: u64,
    /// Of these, rows that fill a hole in what was imported before: they count from now on.
    pub late: u64,
    /// Rows that were known.
    pub unchanged: u64,
    /// Rows that differ from what was known.
    pub revised: u64,
    /// Rows that say there is no value.
    pub missing: u64,
}

/// Imports price files; a folder gives each of its CSV files a series of its own. With `replace`, the
/// series is emptied first: for a file that was wrong from the start.
pub fn import_prices(
    store: &mut Store,
    files: &[PriceFile],
    replace: bool,
    now: Timestamp,
    progress: &dyn Progress,
) -> Result<Vec<PriceSummary>, PipelineError> {
    let mut summaries = Vec::new();
    for file in files {
        let (mut members, mut others) = members(&Input::new(file.path.clone()))?;
        if members.len() > 1 {
            let found = members.len();
            members.retain(|member| Kind::of_path(&member.path) == Some(Kind::Csv));
            others += found - members.len();
        }
        if others > 0 {
            progress.warn(&left_aside(&file.path, others));
        }
        for member in members {
            summaries.push(import_file(store, &member, file, replace, now, progress)?);
        }
    }
    store.flush()?;
    Ok(summaries)
}

fn import_file(
    store: &mut Store,
    member: &Member,
    file: &PriceFile,
    replace: bool,
    now: Timestamp,
    progress: &dyn Progress,
) -> Result<PriceSummary, PipelineError> {
    let stem = member.path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let stem = stem.split('.').next().unwrap_or_default();
    let name = file.series.clone().unwrap_or_else(|| series_for_file(stem).to_owned());
    let is_plain = |name: &str| name.trim() == name && !name.chars().any(char::is_control);
    if name.is_empty() || name.len() > MAX_NAME_BYTES || !is_plain(&name) {
        return Err(PipelineError::SeriesName(name));
    }
    let key = content_hash(&member.path)?.map(|hash| format!("{}{hash} {:?}", inputs_of(&name), file.clock));
    let mut summary = PriceSummary {
        series: name.clone(),
        unchanged_file: false,
        added: 0,
        late: 0,
        unchanged: 0,
        revised: 0,
        missing: 0,
    };
    let stored = if replace { None } else { store.series(&name)? };
    let read_before = key.as_ref().map(|key| store.input(key)).transpose()?.flatten();
    if let (Some(record), Some(stored)) = (read_before, &stored) {
        let last = stored.provenance.last().map(|from| from.sha256.as_str());
        let again = file.named && member.path == file.path && last != Some(&record.sha256);
        if !again {
            summary.unchanged_file = true;
            return Ok(summary);
        }
    }
    if let (Some(asked), Some(stored)) = (file.clock, &stored)
        && asked != stored.clock
    {
        return Err(PipelineError::Clock { series: name, stored: stored.clock, asked });
    }
    let clock =
        file.clock.or(stored.as_ref().map(|series| series.clock)).unwrap_or_else(|| default_clock(&name));
    let mut series = stored.unwrap_or_else(|| Series::new(&name, clock));
    let parsed = parse_csv(&member.name(), &name, member.open()?.reader, now)?;
    for warning in &parsed.warnings {
        progress.warn(&format!("{}: {warning}", member.path.display()));
    }
    let refused = |(other, differ): (String, String)| {
        let file = member.name();
        let other = if other == file { format!("{file} as it was before") } else { other };
        PriceError::Other { file, series: name.clone(), other, differ }
    };
    let compared = series.fits(&parsed, &member.name(), MIN_SHARED_DAYS).map_err(refused)?;
    // With its own earlier closes as well: another instrument saved in the place of this one is no revision.
    series.fits(&parsed, ANYBODY, MIN_SHARED_DAYS).map_err(refused)?;
    if let Some(Comparison { other, days, median, largest: (day, most), .. }) = compared
        && days >= MIN_SHARED_DAYS
        && median > OTHERWISE_EQUAL
    {
        progress.warn(&format!(
            "{}: its closes differ from those of {other} by {median:.4} in the median of {days} days, by {most:.4} on \
             {day}: another instrument is better kept as another series",
            member.path.display()
        ));
    }
    let rows = parsed.rows.len();
    let missing = u64::from(parsed.missing);
    let provenance =
        Provenance { provider: member.name(), fetched_at: now, sha256: parsed.sha256.clone(), rows: 0 };
    let merged = series.merge(&parsed, provenance, clock, now);
    if replace {
        // The rows of other files go too: these must be read again when they are given again.
        store.forget_inputs(&inputs_of(&name))?;
    }
    store.put_series(&series)?;
    for day in &merged.open {
        progress.warn(&format!("{}: the close of {day} is not out yet, left out", member.path.display()));
    }
    // A file with an open bar says more tomorrow, though it may not change.
    if let Some(key) = key.filter(|_| merged.open.is_empty()) {
        store.put_input(&key, &InputRecord { sha256: parsed.sha256, rows: rows as u64, skipped: 0 })?;
    }
    summary.added = merged.added.into();
    summary.late = merged.late.into();
    summary.unchanged = merged.unchanged.into();
    summary.revised = merged.revised.into();
    summary.missing = missing;
    Ok(summary)
}

/// What the keys of all files of a series begin with; quoted, so that no name is another's beginning.
fn inputs_of(series: &str) -> String {
    format!("price {series:?} ")
}
