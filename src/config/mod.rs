//! One TOML file to every room's options.
//!
//! Every key is optional and leaves the room's own default alone where it is not given; an unknown key
//! is refused with its line, because a typing error that is silently ignored changes numbers. Paths
//! are relative to the folder the file lies in. Which flags override what is the tool's business.
//!
//! ```
//! use std::path::Path;
//! use storyturn::config::Config;
//!
//! let config = Config::parse("[signal]\nlead_rank = 0.9\n", Path::new("."))?;
//! assert_eq!(config.signal.lead_rank, 0.9);
//! assert!(Config::parse("[signal]\nlead_rnak = 0.9\n", Path::new(".")).is_err());
//! # Ok::<(), storyturn::config::ConfigError>(())
//! ```

mod consistent;
mod hooks;
mod providers;
mod sources;
mod tables;

use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use crate::{
    calendar::{Clock, Day},
    collect::{CollectorOptions, Source},
    evaluate::EvaluateOptions,
    extract::ExtractOptions,
    index::IndexOptions,
    panel::PanelOptions,
    prices::Provider,
    signal::SignalOptions,
};
use hooks::HookTables;
use providers::ProviderTable;
use sources::{CollectTable, SourceTable};
use tables::{DaysTable, EvaluateTable, ExtractTable, PanelTable, SignalTable};

pub use hooks::{Hook, HookTarget, TokenPlace, TokenSource};

/// A commented configuration to start from: every key with its default.
pub const EXAMPLE: &str = include_str!("example.toml");

/// Well-known sources to choose from, as tables to put below [`EXAMPLE`].
pub const SOURCES: &str = include_str!("sources.toml");

/// Well-known providers of prices to choose from, as tables to put below [`SOURCES`].
pub const PROVIDERS: &str = include_str!("providers.toml");

/// Everything a configuration file can say.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Config {
    /// Said at the start of every run: what a reader of the results must know about the inputs.
    pub note: Option<String>,
    /// Folder of the store.
    pub store: Option<PathBuf>,
    /// Folder of lexicon files that join those built in, or with an axis of their own replace them.
    pub lexicons: Option<PathBuf>,
    /// Places that `collect` asks.
    pub sources: Vec<Source>,
    /// Who asks, told to every host; nothing is collected without it.
    pub contact: Option<String>,
    /// How they are asked.
    pub collect: CollectorOptions,
    /// Articles that `run` brings in.
    pub inputs: Vec<ArticleInput>,
    /// Price files that `run` brings in.
    pub prices: Vec<PriceInput>,
    /// Places that `prices fetch` asks.
    pub providers: Vec<Provider>,
    /// Files that `run` writes.
    pub exports: Vec<ExportFile>,
    /// Who is told when the state changes.
    pub hooks: Vec<Hook>,
    /// The page it writes last.
    pub report: ReportFile,
    /// How pages are read.
    pub extract: ExtractOptions,
    /// How articles become days.
    pub index: IndexOptions,
    /// How days and prices are joined.
    pub panel: PanelOptions,
    /// When states change.
    pub signal: SignalOptions,
    /// How their track record is computed.
    pub evaluate: EvaluateOptions,
}

/// A file or folder of articles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArticleInput {
    /// Where it is.
    pub path: PathBuf,
    /// Who published the articles, where they do not say.
    pub source: Option<String>,
}

/// A price file, or a folder of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceInput {
    /// Where it is.
    pub path: PathBuf,
    /// The series it feeds; told from its name where it is not said.
    pub series: Option<String>,
    /// When its rows become available; as the series usually is where it is not said.
    pub clock: Option<Clock>,
}

/// A file that `run` writes; its ending says the format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportFile {
    /// Where to.
    pub path: PathBuf,
    /// Which table.
    pub table: ExportTable,
}

/// The report.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReportFile {
    /// Where to; a run writes none where it is not said.
    pub path: Option<PathBuf>,
    /// First day of its track record and of its long picture, where it is not that of `[evaluate]`.
    pub from: Option<Day>,
}

/// A setting that differs from what it usually is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// Table and key, such as `signal.lead_rank`.
    pub key: String,
    /// Its value, as the file writes it.
    pub value: String,
    /// The value it has where the file says nothing.
    pub usual: String,
}

/// A published table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ExportTable {
    /// The joined table with its states.
    #[default]
    Signal,
    /// Narrative scores per day.
    Days,
}

/// Why a configuration is refused: the line and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct ConfigError {
    /// From 1.
    pub line: usize,
    /// One clause.
    pub what: String,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default, expecting = "a table of keys")]
struct File {
    note: Option<String>,
    store: StoreTable,
    lexicons: LexiconsTable,
    collect: CollectTable,
    source: Vec<Spanned<SourceTable>>,
    input: Vec<InputTable>,
    prices: Vec<PricesTable>,
    provider: Vec<Spanned<ProviderTable>>,
    export: Vec<ExportTableEntry>,
    hooks: Option<Spanned<HookTables>>,
    report: ReportTable,
    extract: ExtractTable,
    days: DaysTable,
    panel: PanelTable,
    signal: SignalTable,
    evaluate: EvaluateTable,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default, expecting = "a table of keys")]
struct StoreTable {
    path: Option<PathBuf>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default, expecting = "a table of keys")]
struct LexiconsTable {
    path: Option<PathBuf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table of keys")]
struct InputTable {
    path: PathBuf,
    source: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table of keys")]
struct PricesTable {
    path: PathBuf,
    series: Option<String>,
    #[serde(default, deserialize_with = "tables::parsed")]
    clock: Option<Clock>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table of keys")]
struct ExportTableEntry {
    #[serde(deserialize_with = "tables::export_path")]
    path: PathBuf,
    #[serde(default)]
    table: ExportTable,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default, expecting = "a table of keys")]
struct ReportTable {
    #[serde(deserialize_with = "tables::page_path")]
    path: Option<PathBuf>,
    #[serde(deserialize_with = "tables::parsed")]
    from: Option<Day>,
}

impl Config {
    /// Reads a configuration; relative paths in it start from `folder`.
    pub fn parse(text: &str, folder: &Path) -> Result<Self, ConfigError> {
        let file: File = toml::from_str(text).map_err(|error| ConfigError {
            line: error.span().map_or(1, |span| line_of(text, span.start)),
            what: error.message().replace('\n', " "),
        })?;
        let at = |path: PathBuf| folder.join(path);
        let mut config = Self {
            note: file.note,
            store: file.store.path.map(at),
            lexicons: file.lexicons.path.map(at),
            inputs: file
                .input
                .into_iter()
                .map(|input| ArticleInput { path: at(input.path), source: input.source })
                .collect(),
            prices: file
                .prices
                .into_iter()
                .map(|prices| PriceInput {
                    path: at(prices.path),
                    series: prices.series,
                    clock: prices.clock,
                })
                .collect(),
            exports: file
                .export
                .into_iter()
                .map(|export| ExportFile { path: at(export.path), table: export.table })
                .collect(),
            report: ReportFile { path: file.report.path.map(at), from: file.report.from },
            ..Self::default()
        };
        config.sources = sources::sources(file.source)
            .map_err(|(span, what)| ConfigError { line: line_of(text, span.start), what })?;
        config.providers = providers::providers(file.provider)
            .map_err(|(span, what)| ConfigError { line: line_of(text, span.start), what })?;
        config.hooks = hooks::hooks(file.hooks, folder)
            .map_err(|(span, what)| ConfigError { line: line_of(text, span.start), what })?;
        config.contact = file.collect.apply(&mut config.collect);
        file.extract.apply(&mut config.extract);
        file.days.apply(&mut config.index);
        file.panel.apply(&mut config.panel);
        file.signal.apply(&mut config.signal);
        file.evaluate.apply(&mut config.evaluate);
        consistent::check(text, &config.index, &config.signal)?;
        Ok(config)
    }

    /// The numbers that differ from what they usually are: whoever reads a result must know of them.
    pub fn changed(&self) -> Vec<Changed> {
        let mut found = ExtractTable::changed(&self.extract);
        found.extend(DaysTable::changed(&self.index));
        found.extend(PanelTable::changed(&self.panel));
        found.extend(SignalTable::changed(&self.signal));
        found.extend(EvaluateTable::changed(&self.evaluate));
        found
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}

#[cfg(test)]
mod tests;
