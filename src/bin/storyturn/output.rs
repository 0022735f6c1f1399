//! Standard output and output files: one table, in the form that was asked for.

use std::io::{BufWriter, Write};

use anyhow::Result;
use comfy_table::{CellAlignment, ContentArrangement, Table as ShownTable, presets};
use storyturn::export::{Cell, CsvText, ExportError, Table, write_csv, write_json, write_jsonl, write_whole};

use crate::{
    args::{Format, TableArgs},
    columns::{columns, columns_of},
    console::plain,
    exit::UsageError,
    marked::{BOLD, DIM},
    page::{self, width},
};

/// Narrower than this no text is folded: a date, an id or a name stays on its line.
const LEAST_TEXT: usize = 24;

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
        Format::Table => {
            // Where nobody's terminal is too narrow, a row is a line.
            let room = page::pictures(args).map(|_| width());
            write_text(args, &(shown(table, room) + "\n"))
        }
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

/// A table for reading: text to the left, numbers to the right with few decimals, missing as a dot. Within
/// `room`, where there is one, the widest texts are folded until a line holds its row.
pub fn shown(table: &Table, room: Option<usize>) -> String {
    let is_text = |place: usize| {
        table.columns[place].unit == "text"
            || table.rows.iter().any(|row| matches!(row[place], Cell::Text(_)))
    };
    let texts: Vec<bool> = (0..table.columns.len()).map(is_text).collect();
    let mut rows: Vec<Vec<String>> =
        table.rows.iter().map(|row| row.iter().map(shown_cell).collect()).collect();
    if let Some(room) = room {
        let widest = |place: usize| {
            let cells = rows.iter().map(|row| columns_of(&row[place]));
            cells.chain([columns_of(&table.columns[place].name)]).max().unwrap_or(0)
        };
        let widths = folded_widths((0..texts.len()).map(widest).collect(), &texts, room);
        for row in &mut rows {
            for (cell, width) in row.iter_mut().zip(&widths) {
                *cell = fold(cell, *width);
            }
        }
    }
    let mut shown = ShownTable::new();
    shown.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    shown.set_header(table.columns.iter().map(|column| column.name.as_ref()));
    shown.add_rows(rows);
    for (place, is_text) in texts.into_iter().enumerate() {
        if !is_text && let Some(column) = shown.column_mut(place) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    // Every line opens with one space of padding, which the first column does not need.
    let lines = shown.lines().map(|line| line.get(1..).unwrap_or_default().trim_end().to_owned());
    lines.collect::<Vec<_>>().join("\n")
}

fn shown_cell(cell: &Cell) -> String {
    match cell {
        Cell::Missing => "·".to_owned(),
        Cell::Count(count) => count.to_string(),
        Cell::Number(number) => few_decimals(*number),
        Cell::Text(text) => plain(text),
    }
}

/// Takes from the widest column of text until all have room, down to [`LEAST_TEXT`].
fn folded_widths(mut widths: Vec<usize>, texts: &[bool], room: usize) -> Vec<usize> {
    // Columns stand two spaces apart.
    let needed: usize = widths.iter().map(|width| width + 2).sum::<usize>().saturating_sub(2);
    for _ in room..needed {
        let foldable =
            widths.iter_mut().zip(texts).filter(|(width, is_text)| **is_text && **width > LEAST_TEXT);
        match foldable.map(|(width, _)| width).max() {
            Some(widest) => *widest -= 1,
            None => break,
        }
    }
    widths
}

/// Folds a text at its spaces into lines of this width, and words that are longer where they must end.
pub fn fold(text: &str, width: usize) -> String {
    if columns_of(text) <= width {
        return text.to_owned();
    }
    let mut lines: Vec<String> = vec![String::new()];
    let mut used = 0;
    for word in text.split_whitespace() {
        let mut word: Vec<char> = word.chars().collect();
        let wide = |word: &[char]| word.iter().map(|letter| columns(*letter)).sum::<usize>();
        let line = lines.last_mut().expect("there is always a line");
        if used > 0 && used + 1 + wide(&word) <= width {
            line.push(' ');
            line.extend(&word);
            used += 1 + wide(&word);
            continue;
        }
        if used > 0 {
            lines.push(String::new());
        }
        while wide(&word) > width {
            let mut room = width;
            let fits = |letter: &&char| {
                let fits = columns(**letter) <= room;
                room = room.saturating_sub(columns(**letter));
                fits
            };
            // One letter at least, however narrow: every turn makes the word shorter.
            let rest = word.split_off(word.iter().take_while(fits).count().max(1));
            lines.last_mut().expect("there is always a line").extend(word);
            lines.push(String::new());
            word = rest;
        }
        used = wide(&word);
        lines.last_mut().expect("there is always a line").extend(word);
    }
    lines.join("\n")
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

/// Wraps a sentence to the page behind a margin.
pub fn wrap(text: &str, margin: usize) -> Vec<String> {
    hanging("", text, margin)
}

/// The same, with a mark at the end of the first line's margin.
pub fn hanging(mark: &str, text: &str, margin: usize) -> Vec<String> {
    let room = width().saturating_sub(margin).max(LEAST_TEXT);
    let folded = fold(text, room);
    let lines = folded.lines().enumerate();
    lines
        .map(
            |(at, line)| {
                if at == 0 { format!("{mark:>margin$}{line}") } else { format!("{:margin$}{line}", "") }
            },
        )
        .collect()
}

/// A heading with what stands below it said beside it, or where that has no room, in lines of its own.
pub fn heading(title: &str, about: &str) -> String {
    if columns_of(title) + 2 + columns_of(about) <= width() {
        return format!("{BOLD}{title}{BOLD:#}  {DIM}{about}{DIM:#}\n");
    }
    let lines = wrap(about, 2).into_iter().map(|line| format!("{DIM}{line}{DIM:#}\n"));
    format!("{BOLD}{title}{BOLD:#}\n{}", lines.collect::<String>())
}

/// Items with a point between, in lines that break between items.
pub fn items_within(items: &[String], width: usize) -> String {
    let mut lines = vec![String::new()];
    for item in items {
        let line = lines.last_mut().expect("there is always a line");
        if line.is_empty() {
            line.push_str(item);
        } else if columns_of(line) + 3 + columns_of(item) <= width {
            line.push_str(" · ");
            line.push_str(item);
        } else {
            lines.push(item.clone());
        }
    }
    lines.iter().map(|line| fold(line, width.max(1))).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use storyturn::export::Column;

    use super::*;

    fn check(rows: &[[&str; 2]], room: Option<usize>, expected: &str) {
        let columns = vec![
            Column::new("n", "count", ""),
            Column::new("url", "text", ""),
            Column::new("why", "text", ""),
        ];
        let row = |[url, why]: &[&str; 2]| vec![Cell::Count(7), Cell::text(*url), Cell::text(*why)];
        let table = Table { columns, rows: rows.iter().map(row).collect() };
        assert_eq!(shown(&table, room), expected);
    }

    #[test]
    fn texts_stand_to_the_left_and_no_line_ends_in_blanks() {
        check(&[["a", "b"]], None, "n  url  why\n7  a    b");
        let long = "x".repeat(240);
        check(&[["", ""], ["", &long]], None, &format!("n  url  why\n7  ·    ·\n7  ·    {long}"));
        check(&[["", ""]], Some(20), "n  url  why\n7  ·    ·");
    }

    #[test]
    fn the_widest_texts_are_folded_to_the_room_there_is() {
        let why = "not found 12, off topic 3, too old 4";
        check(&[["a", why]], Some(33), "n  url  why\n7  a    not found 12, off topic\n        3, too old 4");
        let url = "https://desk.example/a-long-path";
        check(
            &[[url, ""]],
            Some(10),
            "n  url                       why\n7  https://desk.example/a-l  ·\n   ong-path",
        );
    }
}
