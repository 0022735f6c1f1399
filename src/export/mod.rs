//! One schema per published table, one writer per format, and whole files or none.
//!
//! A [`Table`] is columns with names, units and meanings, and rows of cells. `joined`, `days` and
//! `evaluation` say what the published tables hold, `article` and `score` are the records that `extract`
//! and `tag` print, `alert` the one that a hook gets, `csv` and `json` write any table, `rows` one too long to hold. Missing is an empty cell
//! or `null`, never zero. Arithmetic on scores is left out on purpose: a column is copied from where it
//! was computed.
//!
//! ```
//! use storyturn::export::{Cell, Column, CsvText, Table, write_csv};
//!
//! let table = Table {
//!     columns: vec![Column::new("day", "date", "the day"), Column::new("fear", "share", "its score")],
//!     rows: vec![vec![Cell::Text("2024-03-01".into()), Cell::Missing]],
//! };
//! let mut bytes = Vec::new();
//! write_csv(&table, CsvText::Guarded, &mut bytes)?;
//! assert_eq!(String::from_utf8(bytes)?, "day,fear\n2024-03-01,\n");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod alert;
mod article;
mod csv;
mod days;
mod evaluation;
mod file;
mod joined;
mod json;
mod rows;
mod score;
mod table;
mod warc;

pub use alert::{Alert, ConditionRecord, alert_json};
pub use article::ArticleRecord;
pub use csv::{CsvText, guard, write_csv};
pub use days::days_table;
pub use evaluation::{EVALUATION_COLUMNS, evaluation_table};
pub use file::write_whole;
pub use joined::{JOINED_COLUMNS, joined_table};
pub use json::{write_json, write_jsonl};
pub use rows::{RowForm, RowWriter};
pub use score::{BeatenRecord, MentionRecord, NarrativeRecord, PoleRecord, ScoreRecord, SentenceRecord};
pub use table::{Cell, Column, Table};
pub use warc::WarcWriter;

/// Why a table or file was not written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The file or pipe refused.
    #[error("cannot write {subject}")]
    Write {
        /// The file, or what was being written.
        subject: String,
        /// The system's reason.
        source: std::io::Error,
    },
    /// The file would lie among those of a store, or replace one.
    #[error("{} lies in the folder of a store, where nothing else is written", path.display())]
    InStore {
        /// The file.
        path: std::path::PathBuf,
    },
}
