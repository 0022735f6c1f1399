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
    calendar::Clock,
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
#[serde(deny_unknown_fields, default)]
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
    extract: ExtractTable,
    days: DaysTable,
    panel: PanelTable,
    signal: SignalTable,
    evaluate: EvaluateTable,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct StoreTable {
    path: Option<PathBuf>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct LexiconsTable {
    path: Option<PathBuf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InputTable {
    path: PathBuf,
    source: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PricesTable {
    path: PathBuf,
    series: Option<String>,
    #[serde(default, deserialize_with = "tables::parsed")]
    clock: Option<Clock>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExportTableEntry {
    #[serde(deserialize_with = "tables::export_path")]
    path: PathBuf,
    #[serde(default)]
    table: ExportTable,
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
}

fn line_of(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_refused(text: &str, line: usize, says: &str) {
        let error = Config::parse(text, Path::new("")).unwrap_err();
        assert_eq!(error.line, line, "{text}: {error}");
        assert!(error.what.contains(says), "{error}");
    }

    #[test]
    fn what_is_doubtful_is_refused_with_its_line() {
        check_refused("[signal]\nlead_rnak = 0.9\n", 2, "lead_rnak");
        check_refused("\n[singal]\n", 2, "singal");
        check_refused("[signal]\nlead_rank = \"high\"\n", 2, "invalid type");
        check_refused("[signal]\nturn = 0.5\nlead_rank = nan\n", 3, "finite");
        check_refused("[signal]\nlead_rank = 80\n", 2, "80 is no share: use 0 to 1");
        check_refused("[signal]\nleave_rank = -0.1\n", 2, "use 0 to 1");
        check_refused("[signal]\nspent_dollar_60d = 2\n", 2, "0.02 is 2 %");
        check_refused("[signal]\nfailed_change = 0.2\n", 2, "-0.2 is 20 % down");
        check_refused("[signal]\nturn = 25.0\n", 2, "use -10 to 10");
        check_refused("[panel]\ncut_off = \"25:00\"\n", 2, "25:00");
        check_refused("[[prices]]\npath = \"a\"\nclock = \"soon\"\n", 3, "soon");
        check_refused("[[export]]\npath = \"signal.parquet\"\n", 2, "signal.parquet");
        check_refused("[[input]]\nsource = \"a\"\n", 1, "path");
        check_refused("[signal]\nenter_days = 0\n", 2, "use 1 or more");
        check_refused("[signal]\nz_min_sessions = 1\n", 2, "use 2 to 36500");
        check_refused("[signal]\nz_sessions = 1000000000000\n", 2, "use 2 to 36500");
        check_refused("[signal]\nlead_max_days = 40000\n", 2, "use 1 to 36500");
        check_refused("[days]\nstory_days = 32\n", 2, "use 1 to 31");
        check_refused("[days]\nspread_prior_days = -1.0\n", 2, "use 0 to 36500");
        check_refused("[signal\n", 1, "");
    }

    #[test]
    fn a_source_that_cannot_be_meant_is_refused_with_its_line() {
        let check = |table: &str, line: usize, says: &str| {
            check_refused(&format!("[[source]]\nname = \"desk\"\n{table}\n"), line, says);
        };
        check("kind = \"fed\"\nurl = \"https://desk.example/\"", 3, "use \"feed\", \"sitemap\"");
        check("kind = \"feed\"", 1, "needs a url");
        check("kind = \"feed\"\nurl = \"desk.example\"", 1, "no http or https address");
        check("kind = \"section\"\nurl = \"https://desk.example/\"", 1, "needs include");
        check("kind = \"feed\"\nurl = \"https://desk.example/\"\ninclude = [\"(\"]", 5, "is no pattern");
        check("kind = \"feed\"\nurl = \"https://desk.example/\"\ntopics = [\"-\"]", 5, "is no word");
        check("kind = \"feed\"\nurl = \"https://desk.example/\"\nlimit = 0", 5, "use 1 or more");
        check("kind = \"gdelt\"", 1, "needs a query");
        check("kind = \"page\"\nurl = \"https://desk.example/\"\nread = \"entry\"", 1, "only a feed");
        let same = |name: &str| {
            format!("[[source]]\nname = \"{name}\"\nkind = \"feed\"\nurl = \"https://a.example/\"\n")
        };
        check_refused(&(same("a") + &same("b")), 5, "another source has the url");
        let twice =
            "[[source]]\nname = \"desk\"\nkind = \"feed\"\nurl = \"https://desk.example/\"\n".repeat(2);
        check_refused(&twice, 5, "two sources are called \"desk\"");
        check_refused("[collect]\ncontact = \"me\"\n", 2, "no contact");
        check_refused("[collect]\npause_secs = -1.0\n", 2, "no time to wait");
        for proxy in
            ["::::", "", "proxy.example", "proxy.example:3128", "socks5://a:1", "http://:1", "http://a:b"]
        {
            check_refused(
                &format!("[collect]\npause_secs = 1\nproxy = {proxy:?}\n"),
                3,
                "no address of a proxy",
            );
        }
        for proxy in ["http://proxy.example:3128", "http://me:secret@[::1]:3128/", "https://proxy"] {
            let config = Config::parse(&format!("[collect]\nproxy = {proxy:?}\n"), Path::new("")).unwrap();
            assert_eq!(config.collect.proxy.as_deref(), Some(proxy));
        }
    }

    #[test]
    fn the_preset_sources_cover_every_subject_and_can_be_used() {
        let config = Config::parse(SOURCES, Path::new("")).unwrap();
        let switched_on = config.sources.iter().filter(|source| source.enabled).count();
        assert!(switched_on >= 15, "{switched_on}");
        for subject in ["Mining", "Kitco", "CoinDesk", "Bitcoin", "Federal Reserve", "CNBC"] {
            assert!(config.sources.iter().any(|source| source.name.contains(subject)), "{subject}");
        }
        let mut above = "";
        for line in SOURCES.lines() {
            assert!(line != "[[source]]" || above.starts_with("# "), "a source without a word about it");
            above = line;
        }
        // Plain http would let anybody on the way write the commentary.
        assert!(config.sources.iter().all(|source| source.url.starts_with("https://")));
    }

    #[test]
    fn a_provider_that_cannot_be_meant_is_refused_with_its_line() {
        let url = "url = \"https://a.example/{from}\"";
        let check = |table: &str, line: usize, says: &str| {
            check_refused(&format!("[[provider]]\nname = \"a\"\nseries = \"btc\"\n{table}\n"), line, says);
        };
        check(&format!("{url}\nformat = \"stock\""), 5, "use \"lbma\", \"coinbase\"");
        check("format = \"csv\"", 1, "url");
        check("format = \"csv\"\nurl = \"https://a.example/{start}\"", 1, "{start} is no place");
        check("format = \"csv\"\nurl = \"a.example\"", 1, "no http or https address");
        check(&format!("{url}\nformat = \"lbma\"\nclose = \"chf\""), 1, "no currency of LBMA");
        check(&format!("{url}\nformat = \"kraken\"\nclose = \"usd\""), 1, "cannot be chosen");
        check(&format!("{url}\nformat = \"csv\"\nclock = \"noon\""), 6, "noon");
        check(&format!("{url}\nformat = \"csv\"\nsince = \"2015\""), 6, "2015");
        check(&format!("{url}\nformat = \"csv\"\ndays_per_request = 0"), 6, "use 1 or more");
        check(
            "url = \"https://a.example/\"\nformat = \"csv\"\ndays_per_request = 9",
            1,
            "needs {from} and {to}",
        );
        check(&format!("{url}\nformat = \"csv\"\nkey_env = \"A\""), 1, "a key needs key_env");
        check(&format!("{url}\nformat = \"csv\"\nseries = \"btc\""), 6, "duplicate");
        let key = "key_env = \"CG-secret\"\nkey_header = \"x-key\"";
        check(&format!("{url}\nformat = \"csv\"\n{key}"), 1, "name of an environment variable");
        let told = format!("[[provider]]\nname = \"a\"\nseries = \"btc\"\n{url}\nformat = \"csv\"\n{key}\n");
        assert!(!Config::parse(&told, Path::new("")).unwrap_err().what.contains("secret"));
        let twice = format!("[[provider]]\nname = \"a\"\nseries = \"btc\"\n{url}\nformat = \"csv\"\n");
        check_refused(&twice.repeat(2), 6, "two providers are called \"a\"");
        check_refused(&twice.replace("btc", "btc@a"), 1, "no name for a series");
    }

    #[test]
    fn the_preset_providers_feed_every_series_once_and_name_every_format() {
        let config = Config::parse(PROVIDERS, Path::new("")).unwrap();
        let mut fed: Vec<&str> =
            config.providers.iter().filter(|one| one.enabled).map(|one| one.series.as_str()).collect();
        fed.sort_unstable();
        assert_eq!(fed, ["btc", "dollar", "fed_upper", "gold", "real_yield", "silver"]);
        for format in crate::prices::Format::ALL {
            assert!(config.providers.iter().any(|provider| provider.format == format), "{format}");
        }
        for provider in &config.providers {
            assert!(provider.url.as_str().starts_with("https://"), "{}", provider.name);
            assert!(provider.clock.is_some(), "{}", provider.name);
        }
        // What `init` writes is read as a whole.
        let all = format!("{EXAMPLE}{SOURCES}{PROVIDERS}");
        assert_eq!(Config::parse(&all, Path::new("")).unwrap().providers, config.providers);
    }

    #[test]
    fn the_example_says_every_default_and_nothing_else() {
        let mut config = Config::parse(EXAMPLE, Path::new("")).unwrap();
        assert!(config.store.take().is_some());
        assert_eq!(config, Config::default());
        // Its commented lines are keys with their defaults: switched on, they change nothing either.
        let switched_on: String =
            EXAMPLE.lines().map(|line| line.strip_prefix("#:").unwrap_or(line).to_owned() + "\n").collect();
        let mut config = Config::parse(&switched_on, Path::new("")).unwrap();
        assert!(!config.inputs.is_empty() && !config.prices.is_empty() && !config.exports.is_empty());
        config.store = None;
        (config.inputs, config.prices, config.exports) = (Vec::new(), Vec::new(), Vec::new());
        assert_eq!(config.hooks.len(), 2);
        config.hooks = Vec::new();
        (config.note, config.lexicons) = (None, None);
        assert!(config.collect.proxy.take().is_some());
        assert_eq!(config, Config::default());
        for key in tables::KEYS
            .iter()
            .flat_map(|keys| keys.iter())
            .chain(sources::COLLECT_KEYS)
            .chain(hooks::HOOK_KEYS)
        {
            assert!(switched_on.contains(&format!("\n{key} = ")), "the example does not explain {key}");
        }
    }

    #[test]
    fn paths_start_from_the_file() {
        let config =
            Config::parse("[store]\npath = \"s\"\n[[input]]\npath = \"/abs\"\n", Path::new("f")).unwrap();
        assert_eq!(config.store, Some(PathBuf::from("f/s")));
        assert_eq!(config.inputs[0].path, PathBuf::from("/abs"));
    }
}
