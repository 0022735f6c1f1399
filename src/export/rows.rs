//! Rows as they come: a table too long to hold, as CSV, JSON or JSON lines.
//!
//! The same bytes as `csv` and `json` write for a whole table, which are used for each row.

use std::io::Write;

use super::{Cell, Column, CsvText, ExportError, Table, write_csv, write_jsonl};

/// The form of a table that is written row by row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowForm {
    /// A header, then one line a row.
    Csv(CsvText),
    /// One array.
    Json,
    /// One object a line.
    Jsonl,
}

/// Writes a table row by row. [`RowWriter::finish`] ends it; without that an array stays open.
pub struct RowWriter<'a> {
    out: &'a mut dyn Write,
    form: RowForm,
    /// Holds one row at a time.
    table: Table,
    rows: u64,
}

impl<'a> RowWriter<'a> {
    /// Begins with the header, where the form has one.
    pub fn new(out: &'a mut dyn Write, form: RowForm, columns: Vec<Column>) -> Result<Self, ExportError> {
        let table = Table { columns, rows: Vec::new() };
        if let RowForm::Csv(text) = form {
            write_csv(&table, text, &mut *out)?;
        }
        Ok(Self { out, form, table, rows: 0 })
    }

    /// Writes a row as wide as the columns.
    pub fn write(&mut self, row: Vec<Cell>) -> Result<(), ExportError> {
        self.table.rows = vec![row];
        let mut line = Vec::new();
        match self.form {
            RowForm::Csv(text) => {
                write_csv(&self.table, text, &mut line)?;
                // The header holds no line end: columns are named by this tool.
                let header = line.iter().position(|byte| *byte == b'\n').map_or(0, |end| end + 1);
                line.drain(..header);
            }
            RowForm::Json => {
                write_jsonl(&self.table, &mut line)?;
                line.pop();
                self.put(if self.rows == 0 { b"[\n" } else { b",\n" })?;
            }
            RowForm::Jsonl => write_jsonl(&self.table, &mut line)?,
        }
        self.rows += 1;
        self.put(&line)
    }

    /// Ends the table.
    pub fn finish(self) -> Result<(), ExportError> {
        let Self { out, form, rows, .. } = self;
        let end: &[u8] = match (form, rows) {
            (RowForm::Json, 0) => b"[]\n",
            (RowForm::Json, _) => b"\n]\n",
            _ => b"",
        };
        out.write_all(end).and_then(|()| out.flush()).map_err(failed)
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), ExportError> {
        self.out.write_all(bytes).map_err(failed)
    }
}

fn failed(source: std::io::Error) -> ExportError {
    ExportError::Write { subject: "the rows".to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::write_json;

    #[test]
    fn rows_give_the_bytes_of_the_whole_table() {
        let columns = vec![Column::new("a", "text", ""), Column::new("b", "count", "")];
        let all = [vec![Cell::text("=x\ny"), Cell::Count(1)], vec![Cell::Missing, Cell::Number(0.5)]];
        for most in 0..=2 {
            let table = Table { columns: columns.clone(), rows: all[..most].to_vec() };
            for form in
                [RowForm::Csv(CsvText::Guarded), RowForm::Csv(CsvText::Raw), RowForm::Json, RowForm::Jsonl]
            {
                let (mut whole, mut out) = (Vec::new(), Vec::new());
                match form {
                    RowForm::Csv(text) => write_csv(&table, text, &mut whole),
                    RowForm::Json => write_json(&table, &mut whole),
                    RowForm::Jsonl => write_jsonl(&table, &mut whole),
                }
                .expect("a vector takes all");
                let mut writer = RowWriter::new(&mut out, form, columns.clone()).expect("a vector takes all");
                for row in &table.rows {
                    writer.write(row.clone()).expect("a vector takes all");
                }
                writer.finish().expect("a vector takes all");
                assert_eq!(String::from_utf8(out), String::from_utf8(whole), "{form:?}");
            }
        }
    }
}
