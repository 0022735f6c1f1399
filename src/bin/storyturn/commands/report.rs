//! `report`: one self-contained HTML page.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::Result;
use storyturn::{
    export::{ExportError, write_whole},
    pipeline::{Joined, ReportSettings, report},
};

use super::{Derived, Nothing, derive, join};
use crate::{
    args::ReportArgs,
    console::Console,
    exit::{Exit, UsageError},
    output,
    settings::Settings,
};

/// The file that is written when none is named.
const USUAL_FILE: &str = "storyturn.html";

pub fn run(args: &ReportArgs, settings: &Settings, console: &Console) -> Result<Exit> {
    let path = args.output.clone().or_else(|| settings.config.report.path.clone());
    let path = path.unwrap_or_else(|| USUAL_FILE.into());
    check_ending(&path)?;
    let derived = derive(settings, console)?;
    let joined = join(&derived, settings)?;
    write(&derived, &joined, args.from, &path, settings, console)?;
    if joined.rows.is_empty() {
        Nothing::of(&derived.store, settings, true)?.say(console);
    }
    Ok(Exit::Done)
}

/// Writes the page where it is asked for, and says so.
pub fn write(
    derived: &Derived,
    joined: &Joined,
    from: Option<storyturn::calendar::Day>,
    path: &Path,
    settings: &Settings,
    console: &Console,
) -> Result<()> {
    let made_with = ReportSettings { config: &settings.config, as_of: settings.as_of, from };
    let page = report(&derived.store, &derived.tagger, &derived.days, joined, made_with)?;
    if path.as_os_str() == "-" {
        let mut out = std::io::stdout().lock();
        out.write_all(page.as_bytes())
            .and_then(|()| out.flush())
            .map_err(|source| output::refused("standard output", source))?;
    } else {
        write_whole(path, |out| -> Result<(), ExportError> {
            out.write_all(page.as_bytes()).map_err(|source| output::refused("the report", source))
        })?;
    }
    let day = joined.rows.last().map_or(settings.as_of, |row| row.day);
    let target = if path.as_os_str() == "-" { PathBuf::from("standard output") } else { path.to_owned() };
    console.say(format_args!(
        "report: {day}, {} kB written to {}",
        page.len().div_ceil(1000),
        target.display()
    ));
    Ok(())
}

/// Refuses a file whose ending promises something else than a page.
fn check_ending(path: &Path) -> Result<()> {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    match ending.as_deref() {
        None | Some("html" | "htm") => Ok(()),
        Some(other) => {
            Err(UsageError::new(format!("a report is a page of HTML, not a file that ends in .{other}"))
                .hint("end it in .html")
                .into())
        }
    }
}
