//! Tables as one JSON array or as JSON lines: one object a row, keys in column order.

use std::io::Write;

use serde::{Serialize, Serializer, ser::SerializeMap};

use super::{Cell, ExportError, Table, table::rounded};

/// One row as an object.
struct Row<'a>(&'a Table, &'a [Cell]);

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.1.len()))?;
        for (column, cell) in self.0.columns.iter().zip(self.1) {
            map.serialize_entry(&column.name, cell)?;
        }
        map.end()
    }
}

/// Missing is null, numbers are rounded as in every other form.
impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Missing => serializer.serialize_unit(),
            Self::Count(count) => count.serialize(serializer),
            Self::Number(number) => rounded(*number).serialize(serializer),
            Self::Text(text) => text.serialize(serializer),
        }
    }
}

fn failed(source: impl Into<std::io::Error>) -> ExportError {
    ExportError::Write { subject: "the table as JSON".to_owned(), source: source.into() }
}

/// Writes an array, one row a line.
pub fn write_json(table: &Table, mut out: impl Write) -> Result<(), ExportError> {
    for (number, row) in table.rows.iter().enumerate() {
        out.write_all(if number == 0 { b"[\n" } else { b",\n" }).map_err(failed)?;
        serde_json::to_writer(&mut out, &Row(table, row)).map_err(failed)?;
    }
    out.write_all(if table.rows.is_empty() { b"[]\n" } else { b"\n]\n" }).map_err(failed)?;
    out.flush().map_err(failed)
}

/// Writes one object a line.
pub fn write_jsonl(table: &Table, mut out: impl Write) -> Result<(), ExportError> {
    for row in &table.rows {
        serde_json::to_writer(&mut out, &Row(table, row)).map_err(failed)?;
        out.write_all(b"\n").map_err(failed)?;
    }
    out.flush().map_err(failed)
}
