//! Tables as CSV (RFC 4180, line feeds).
//!
//! A spreadsheet runs a cell that starts with `=`, `+`, `-`, `@`, a tab or a control character as a
//! formula or command. Text comes from strangers, so such cells get a leading `'` unless the caller
//! asks for raw text. Numbers are written by this tool and are left alone.

use std::{borrow::Cow, io::Write};

use super::{Cell, ExportError, Table, table::rounded};

/// Whether text cells are protected from being run by a spreadsheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CsvText {
    /// Text that a spreadsheet would run gets a leading `'`.
    #[default]
    Guarded,
    /// Text is written as it is.
    Raw,
}

/// Writes the header and every row.
pub fn write_csv(table: &Table, text: CsvText, out: impl Write) -> Result<(), ExportError> {
    let mut writer = csv::Writer::from_writer(out);
    let failed = |error: csv::Error| {
        // The system's own error must stay itself: a closed pipe is told by its kind.
        let source = match error.into_kind() {
            csv::ErrorKind::Io(source) => source,
            other => std::io::Error::other(format!("{other:?}")),
        };
        ExportError::Write { subject: "the table as CSV".to_owned(), source }
    };
    writer.write_record(table.columns.iter().map(|column| column.name.as_ref())).map_err(failed)?;
    for row in &table.rows {
        for cell in row {
            match cell {
                Cell::Missing => writer.write_field(""),
                Cell::Count(count) => writer.write_field(count.to_string()),
                Cell::Number(number) => writer.write_field(rounded(*number).to_string()),
                Cell::Text(value) => match text {
                    CsvText::Guarded => writer.write_field(guard(value).as_ref()),
                    CsvText::Raw => writer.write_field(value),
                },
            }
            .map_err(failed)?;
        }
        writer.write_record(None::<&[u8]>).map_err(failed)?;
    }
    writer.flush().map_err(|source| ExportError::Write { subject: "the table as CSV".to_owned(), source })
}

/// Puts a `'` before text that a spreadsheet would run.
pub fn guard(text: &str) -> Cow<'_, str> {
    match text.chars().next() {
        Some(first) if matches!(first, '=' | '+' | '-' | '@') || first.is_control() => {
            Cow::Owned(format!("'{text}"))
        }
        _ => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::Column;

    fn check(cell: Cell, text: CsvText, expected: &str) {
        let table = Table { columns: vec![Column::new("a", "text", "")], rows: vec![vec![cell]] };
        let mut bytes = Vec::new();
        write_csv(&table, text, &mut bytes).unwrap();
        assert_eq!(String::from_utf8(bytes).unwrap(), format!("a\n{expected}\n"));
    }

    #[test]
    fn text_that_a_spreadsheet_would_run_is_guarded() {
        check(Cell::text("=1+1"), CsvText::Guarded, "'=1+1");
        check(Cell::text("@import"), CsvText::Guarded, "'@import");
        check(Cell::text("\tx"), CsvText::Guarded, "'\tx");
        check(Cell::text("-5 %, says, \"he\""), CsvText::Guarded, "\"'-5 %, says, \"\"he\"\"\"");
        check(Cell::text("=1+1"), CsvText::Raw, "=1+1");
        check(Cell::text("gold"), CsvText::Guarded, "gold");
    }

    #[test]
    fn numbers_are_short_and_missing_is_empty() {
        check(Cell::Number(-0.1), CsvText::Guarded, "-0.1");
        check(Cell::Number(-0.000_000_01), CsvText::Guarded, "0");
        check(Cell::Number(1.0 / 3.0), CsvText::Guarded, "0.333333");
        check(Cell::number(Some(f64::NAN)), CsvText::Guarded, "\"\"");
        check(Cell::Missing, CsvText::Guarded, "\"\"");
    }
}
