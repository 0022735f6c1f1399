//! Standard output and output files: one table, in the form that was asked for.

use std::io::{BufWriter, Write};

use anyhow::Result;
use comfy_table::{Cell as ShownCell, CellAlignment, ContentArrangement, Table as ShownTable, presets};
use storyturn::export::{Cell, CsvText, ExportError, Table, write_csv, write_json, write_jsonl, write_whole};

use crate::{
    args::{Format, TableArgs},
    console::plain,
    exit::UsageError,
};

/// Columns of a terminal that does not say how wide it is.
const USUAL_WIDTH: u16 = 100;

/// The form asked for: by the flag, else by the file's ending, else what suits the command.
pub fn format(args: &TableArgs, otherwise: Format) -> Result<Format> {
    if let Some(format) = args.format {
        return Ok(format);
    }
    let ending = args.output.as_ref().and_then(|path| path.extension()).and_then(|ending| ending.to_str());
    match ending {
        Some("csv") => Ok(Format::Csv),
        Some("json") => Ok(Format::Json),
        Some("jsonl" | "ndjson") => Ok(Format::Jsonl),
        Some("txt") => Ok(Format::Table),
        None => Ok(otherwise),
        Some(other) => Err(UsageError::new(format!("no format is known for files that end in .{other}"))
            .hint("use .csv, .json, .jsonl or .txt, or say --format")
            .into()),
    }
}

/// Writes a table where and how the flags say.
pub fn write_table(args: &TableArgs, otherwise: Format, table: &Table) -> Result<()> {
    let text = if args.csv_raw { CsvText::Raw } else { CsvText::Guarded };
    match format(args, otherwise)? {
        Format::Csv => write_data(args, |out| write_csv(table, text, out)),
        Format::Json => write_data(args, |out| write_json(table, out)),
        Format::Jsonl => write_data(args, |out| write_jsonl(table, out)),
        Format::Table => write_text(args, &(shown(table) + "\n")),
    }
}

/// Writes data, byte for byte, where the flags say: standard output, or a whole file.
pub fn write_data(
    args: &TableArgs,
    fill: impl FnOnce(&mut dyn Write) -> Result<(), ExportError>,
) -> Result<()> {
    match args.output.as_deref().filter(|path| path.as_os_str() != "-") {
        Some(path) => write_whole(path, fill)?,
        None => {
            let mut out = BufWriter::new(std::io::stdout().lock());
            fill(&mut out)?;
            out.flush().map_err(|source| refused("standard output", source))?;
        }
    }
    Ok(())
}

/// Writes text for reading, with its colours where they can be seen.
pub fn write_text(args: &TableArgs, text: &str) -> Result<()> {
    match args.output.as_deref().filter(|path| path.as_os_str() != "-") {
        Some(path) => {
            let plain = anstream::adapter::strip_str(text).to_string();
            write_whole(path, |out| {
                out.write_all(plain.as_bytes()).map_err(|source| refused("the text", source))
            })?;
        }
        None => print(text)?,
    }
    Ok(())
}

/// Prints text for reading on standard output.
pub fn print(text: &str) -> Result<()> {
    let mut out = anstream::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|source| refused("standard output", source))?;
    Ok(())
}

/// An error of writing something.
pub fn refused(subject: &str, source: std::io::Error) -> ExportError {
    ExportError::Write { subject: subject.to_owned(), source }
}

/// A reader that went away is a quiet success.
pub fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
        .any(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}

/// How wide text may be.
pub fn width() -> u16 {
    terminal_size::terminal_size().map_or(USUAL_WIDTH, |(width, _)| width.0)
}

/// A table for reading: numbers to the right with few decimals, missing as a dot.
pub fn shown(table: &Table) -> String {
    let mut shown = ShownTable::new();
    shown.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    shown.set_header(table.columns.iter().map(|column| column.name.as_ref()));
    for row in &table.rows {
        shown.add_row(row.iter().map(|cell| match cell {
            Cell::Missing => ShownCell::new("·").set_alignment(CellAlignment::Right),
            Cell::Count(count) => ShownCell::new(count).set_alignment(CellAlignment::Right),
            Cell::Number(number) => ShownCell::new(few_decimals(*number)).set_alignment(CellAlignment::Right),
            Cell::Text(text) => ShownCell::new(plain(text)),
        }));
    }
    for (place, _) in table.columns.iter().enumerate() {
        let right = table.rows.iter().all(|row| !matches!(row[place], Cell::Text(_)));
        if right && let Some(column) = shown.column_mut(place) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    // Every line opens with one space of padding, which the first column does not need.
    let lines = shown.lines().map(|line| line.get(1..).unwrap_or_default().trim_end().to_owned());
    lines.collect::<Vec<_>>().join("\n")
}

/// A number with so many decimals; what rounds to zero has no sign.
pub fn number(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    match text.strip_prefix('-') {
        Some(size) if !size.bytes().any(|byte| byte.is_ascii_digit() && byte != b'0') => size.to_owned(),
        _ => text,
    }
}

/// Few decimals for large numbers, three for small ones.
fn few_decimals(value: f64) -> String {
    match value.abs() {
        size if size >= 1000.0 => number(value, 0),
        size if size >= 10.0 => number(value, 2),
        _ => number(value, 3),
    }
}
