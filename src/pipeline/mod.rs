//! The order of stages, and what was done and skipped on the way.
//!
//! `input` opens what the user named and tells what kind it is, `import` brings documents in and
//! tags them, `market` brings prices in, `refresh` brings everything derived up to date (re-tag what an
//! older lexicon read, recompute the days that were touched), `standard` measures days against the past,
//! once for the same days, `look` answers questions about one day or one article, `outlook` asks the
//! articles behind a row what they expect, `footing` counts what is seen and what only claimed, `report`
//! gathers what the page tells beside the table, `journal` publishes rows and compares them with today's,
//! `hooks` tells whoever waits for a change of what was published,
//! `prove` shows on the store itself that nothing looks ahead, `workbench` brings commentary to whoever
//! judges a lexicon. `collect` fetches it. Each stage does only what is new: importing the same file twice
//! changes nothing, and a run after one new day costs that day.
//!
//! Invariants: this is the only room that opens input files; it never prints, reads no clock (the
//! current time is an argument) and reports through [`Progress`]; one bad input stops nothing, it is
//! a [`Skip`] in the summary.

mod archive;
mod captures;
mod collect;
mod footing;
mod glob;
mod hooks;
mod import;
mod input;
mod intake;
mod journal;
mod language;
mod look;
mod market;
mod outlook;
mod page;
mod prove;
mod refresh;
mod report;
mod settings_form;
mod standard;
mod workbench;

use std::path::PathBuf;

use jiff::Timestamp;

use crate::{
    calendar::Clock, collect::CollectError, document::Skip, export::ExportError, lexicon::LexiconError,
    panel::PanelError, prices::PriceError, store::StoreError, workbench::SheetError,
};

pub use captures::export_captures;
pub use collect::{CollectOptions, CollectSummary, Planned, Retry, SourceSummary, collect, plan};
pub use hooks::{HookOptions, HookSummary, Pending, Waiting, fire_hooks, listen, pending, test_hooks};
pub use import::{ImportOptions, ImportSummary, import, read_articles};
pub use input::{Input, Kind, read_config, read_lexicons, read_paths};
pub use intake::{ReadArticle, ReadSummary};
pub use journal::{Journal, JournalRow, ReadOtherwise, journal, publish};
pub use language::{Unread, language_of};
pub use look::{DayView, Explained, StoryView, TopMention, day_view, explain, find};
pub use market::{
    FetchOptions, FetchSummary, PlannedFetch, PriceFile, PriceSummary, fetch_prices, import_prices,
    plan_prices,
};
pub use outlook::evidence;
pub use prove::{Check, Difference, Planted, Proof, ProveOptions, USUAL_CUT_OFFS, prove};
pub use refresh::{Joined, Refreshed, Summing, TableSettings, joined, refresh};
pub use report::{ReportSettings, report};
pub use standard::score_days;
pub use workbench::{
    Apart, Commentary, FoundIn, Sample, Selection, draw_sample, find_term, read_labels, sensitivity, suggest,
};

/// Why a stage could not go on.
#[derive(Debug, thiserror::Error)]
pub enum PipelineError {
    /// An input named by the user cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The path as the user wrote it.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A file of records cannot be used at all; the reason names it.
    #[error(transparent)]
    Records(#[from] CollectError),
    /// A price file is refused; the reason names it.
    #[error(transparent)]
    Price(#[from] PriceError),
    /// No series is called so.
    #[error("{0:?} is no name for a series")]
    SeriesName(String),
    /// The rows that are stored became available by another clock.
    #[error("the stored rows of {series} count from {stored}, not from {asked}")]
    Clock {
        /// The series.
        series: String,
        /// The clock of its rows.
        stored: Clock,
        /// The clock asked for.
        asked: Clock,
    },
    /// The configuration is refused.
    #[error("cannot use the configuration {}", path.display())]
    Config {
        /// The path.
        path: PathBuf,
        /// Its reason.
        source: crate::config::ConfigError,
    },
    /// The lexicon is refused.
    #[error("the lexicon cannot be used")]
    Lexicon(#[from] LexiconError),
    /// A folder of lexicons is none, or holds none.
    #[error("{what} {}", path.display())]
    LexiconFolder {
        /// The path as the user wrote it.
        path: PathBuf,
        /// What is wrong, to be read before the path.
        what: &'static str,
    },
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The join.
    #[error("the days and prices cannot be joined")]
    Panel(#[from] PanelError),
    /// A file could not be written.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// A labelled sheet or its key is refused; the reason names file and line.
    #[error(transparent)]
    Sheet(#[from] SheetError),
    /// No article in the store answers to this name.
    #[error("no article in the store has an id that starts with {0:?}")]
    Unknown(String),
    /// The article came later than the instant that was asked for.
    #[error("the article {0:?} was not there yet: it counts from {1}")]
    NotYet(String, Timestamp),
    /// Several articles answer to this name.
    #[error("more than one article in the store has an id that starts with {0:?}")]
    Ambiguous(String),
}

/// Where a long stage reports to. Calls may come from any thread.
pub trait Progress: Sync {
    /// A stage begins; `total` is in the stage's own unit where it is known.
    fn begin(&self, stage: &str, total: Option<u64>);
    /// So much more is done.
    fn advance(&self, by: u64);
    /// The stage is over.
    fn end(&self);
    /// An input was skipped.
    fn skip(&self, skip: &Skip);
    /// Something the user should know that stops nothing.
    fn warn(&self, warning: &str);
}

/// Reports nowhere.
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _stage: &str, _total: Option<u64>) {}
    fn advance(&self, _by: u64) {}
    fn end(&self) {}
    fn skip(&self, _skip: &Skip) {}
    fn warn(&self, _warning: &str) {}
}
