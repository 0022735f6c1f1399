//! The flags exactly as typed, each optional. What they mean, and what holds when they are not given,
//! is decided in `settings`.
//!
//! Here the flags that commands share and the commands with few of their own; `lexicon`, `prices` and
//! `signal` have the others.

mod hooks;
mod lexicon;
mod prices;
mod signal;

use std::path::PathBuf;

use clap::{
    Args as ClapArgs, Parser, Subcommand, ValueEnum, ValueHint,
    builder::{PossibleValuesParser, TypedValueParser},
    value_parser,
};
use storyturn::{calendar::Day, document::Published, pipeline::Kind};

pub use hooks::{HooksCommand, HooksListArgs, HooksTestArgs};
pub use lexicon::{
    Feed, LexiconAuditArgs, LexiconCheckArgs, LexiconCommand, LexiconFindArgs, LexiconSensitivityArgs,
    LexiconShowArgs, LexiconSuggestArgs, MatchMode, SelectionArgs, Unit,
};
pub use prices::{PricesCommand, PricesFetchArgs, PricesImportArgs, PricesListArgs};
pub use signal::{CutOffs, EvaluateArgs, ReportArgs, SignalArgs};

/// Which story the market is telling itself, and whether it is turning in Bitcoin's favour.
///
/// Storyturn reads market commentary, scores day by day how the story shifts from fear and safe haven to
/// debasement and liquidity, joins that with the price gap between metals and Bitcoin, and flags the
/// days on which the story turns. It describes; it does not forecast.
#[derive(Debug, Parser)]
#[command(version, about, max_term_width = 100, arg_required_else_help = true, after_help = EXAMPLES)]
pub struct Args {
    #[command(flatten)]
    pub shared: Shared,
    #[command(subcommand)]
    pub command: Command,
}

const EXAMPLES: &str = "\
A first run, on the sample that ships with the source:
  storyturn run --config corpus/storyturn.toml

Your own material, step by step:
  storyturn import headlines.csv.gz articles/      commentary into the store
  storyturn collect                                or gathered from the configured sources
  storyturn prices fetch                           closes from the configured providers
  storyturn prices import prices/                  or from files, one series a file
  storyturn days --last 30                         narrative scores per day
  storyturn signal                                 the state today, and what would move it on
  storyturn evaluate                               what past flags and states were worth
  storyturn report                                 all of it as one page to read and to send
  storyturn export -o signal.csv                   the joined table

Exit status:
  0  done                                       4  `signal --check` found a change
  1  could not do what was asked                5  the store is in use
  2  usage or configuration                     6  the store is damaged
  3  done, but some inputs were skipped or a hook could not be told";

/// Flags that stand before or after any command.
#[derive(Debug, Clone, ClapArgs)]
pub struct Shared {
    /// Folder of the store [default: storyturn.db, or as the configuration says]
    #[arg(long, global = true, value_name = "DIR", value_hint = ValueHint::DirPath, help_heading = "Everywhere")]
    pub store: Option<PathBuf>,
    /// Configuration file [default: storyturn.toml, where there is one]
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Everywhere")]
    pub config: Option<PathBuf>,
    /// Folder of lexicon files that join those built in, or with an axis.toml replace them; what the store holds is read again with them
    #[arg(long, global = true, value_name = "DIR", value_hint = ValueHint::DirPath, help_heading = "Everywhere")]
    pub lexicons: Option<PathBuf>,
    /// Show what would have been shown on the evening of this day
    #[arg(long, global = true, value_name = "DATE", help_heading = "Everywhere")]
    pub as_of: Option<Day>,
    /// Say nothing but errors
    #[arg(short, long, global = true, conflicts_with = "verbose", help_heading = "Everywhere")]
    pub quiet: bool,
    /// Say more: every skipped input, how many days were summed again
    #[arg(short, long, global = true, help_heading = "Everywhere")]
    pub verbose: bool,
    /// Columns of a page, and pictures on it [default: the terminal's; in a pipe or file 100, without pictures]
    #[arg(long, global = true, value_name = "COLUMNS", value_parser = value_parser!(u16).range(60..=1000), help_heading = "Everywhere")]
    pub width: Option<u16>,
    /// When to use colours; NO_COLOR is obeyed
    #[arg(long, global = true, value_name = "WHEN", help_heading = "Everywhere")]
    pub color: Option<ColorChoice>,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Flags of every command that prints a table.
#[derive(Debug, Clone, ClapArgs)]
pub struct TableArgs {
    /// Form of the output [default: by the ending of FILE, else what suits the command]
    #[arg(short, long, value_name = "FORMAT")]
    pub format: Option<Format>,
    /// Write here instead of standard output; the file appears whole or not at all
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,
    /// Write text to CSV as it is, without the ' that keeps a spreadsheet from running it
    #[arg(long)]
    pub csv_raw: bool,
}

/// Flags of every command that prints a nested record for each article.
#[derive(Debug, Clone, ClapArgs)]
pub struct RecordArgs {
    /// Form of the output [default: by the ending of FILE, else jsonl]
    #[arg(short, long, value_name = "FORMAT", value_parser = PossibleValuesParser::new(["json", "jsonl"]).map(|name| nested(&name)))]
    pub format: Option<Format>,
    /// Write here instead of standard output; the file appears whole or not at all
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,
}

impl RecordArgs {
    /// The same flags among those of a table.
    pub fn table(&self) -> TableArgs {
        TableArgs { format: self.format, output: self.output.clone(), csv_raw: false }
    }
}

fn nested(name: &str) -> Format {
    match name {
        "table" => Format::Table,
        "json" => Format::Json,
        _ => Format::Jsonl,
    }
}

/// Form of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Aligned columns for reading.
    Table,
    /// Comma-separated values with a header.
    Csv,
    /// One JSON array.
    Json,
    /// One JSON object a line.
    Jsonl,
}

/// Longest span that `--last` takes: more days than any calendar here has, few enough to count back.
const MOST_DAYS: i64 = 1_000_000;

/// A span of days.
#[derive(Debug, Clone, ClapArgs)]
pub struct SpanArgs {
    /// First day, as YYYY-MM-DD
    #[arg(long, value_name = "DATE", conflicts_with = "last")]
    pub from: Option<Day>,
    /// Last day, as YYYY-MM-DD
    #[arg(long, value_name = "DATE")]
    pub to: Option<Day>,
    /// Only this many days, up to the last
    #[arg(long, value_name = "DAYS", value_parser = value_parser!(i32).range(1..=MOST_DAYS))]
    pub last: Option<i32>,
}

/// How inputs are read.
#[derive(Debug, Clone, ClapArgs)]
pub struct InputArgs {
    /// Files or folders: .jsonl, .csv, .txt, .html, .warc, each also with .gz; `-` is standard input
    #[arg(value_name = "PATH", required_unless_present = "paths_from", value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,
    /// Read more paths from this file, one a line, after those given; `-` is standard input
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub paths_from: Option<PathBuf>,
    /// What the inputs hold, where their names and first bytes do not say: jsonl, csv, text, html or warc
    #[arg(long, value_name = "KIND", value_parser = kind)]
    pub kind: Option<Kind>,
}

fn kind(text: &str) -> Result<Kind, String> {
    match text {
        "jsonl" => Ok(Kind::Jsonl),
        "csv" => Ok(Kind::Csv),
        "text" => Ok(Kind::Text),
        "html" => Ok(Kind::Html),
        "warc" => Ok(Kind::Warc),
        _ => Err("use jsonl, csv, text, html or warc".to_owned()),
    }
}

fn published(text: &str) -> Result<Published, String> {
    Published::parse(text).ok_or_else(|| "use a date such as 2024-03-01 or 2024-03-01T09:30:00Z".to_owned())
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write a commented storyturn.toml to start from
    Init(InitArgs),
    /// The daily job: collect, import, tag, join, flag, export, report, tell the hooks
    ///
    /// Asks the sources and reads the files of the configuration, does only what is new since the last run,
    /// writes the exports, tells the hooks and shows the state. Safe to repeat; goes on where an interrupted run stopped.
    Run(RunArgs),
    /// Gather commentary from the configured feeds, sitemaps and pages
    ///
    /// Asks each host politely: robots.txt is obeyed, one connection and a pause per host, only what changed
    /// is asked for again. What is fetched is kept as it came; a run that was stopped goes on where it was.
    Collect(CollectArgs),
    /// Bring articles from files into the store: JSON lines, CSV, text, HTML, web archives
    ///
    /// CSV columns are matched by name: published (or date), source, title, url, text (or content).
    /// JSON lines take the same names. The pages of a web archive (WARC) count from the instant at which
    /// they were archived. Importing the same file twice changes nothing.
    Import(ImportArgs),
    /// Print the article found on each page as JSON lines; touches no store
    Extract(ExtractArgs),
    /// Print narrative scores of texts or articles as JSON lines; touches no store
    ///
    /// Reads text, HTML, web archives, CSV, or JSON lines with title, text, published, source, url and id (a title or
    /// a text is enough) and prints one object for each.
    Tag(TagArgs),
    /// Show one article with every mention, its rule and weight, adding up to the score
    Explain(ExplainArgs),
    /// Narrative scores per day, with the coverage behind them
    ///
    /// Beside the two poles, fear_safe_haven and debasement_liquidity, stand the narratives they are made
    /// of: fear and debasement here are two of those, and not the columns of these names in `export`,
    /// which are the poles.
    Days(DaysArgs),
    /// One day taken apart: its state, prices, stories and mentions
    ///
    /// Articles tell one story when they do so within story_days calendar days, weekends included: the
    /// day itself and, of the usual three, the two before it.
    Day(DayArgs),
    /// Price series: fetch, import and list
    #[command(subcommand)]
    Prices(PricesCommand),
    /// The state today with its reasons, what would move it on, and how it came about
    ///
    /// As csv, json or jsonl, and with --from, --to or --last, it prints the joined table, one row a day.
    /// Every threshold is shown beside its value, and is a setting: `storyturn init` writes them all, each with
    /// its reason, under [signal]. None was fitted.
    Signal(SignalArgs),
    /// The track record: what past flags and states were worth, beside the base rate and luck
    ///
    /// Compares Bitcoin's return after each flag, state, condition and event with that after any day of the same
    /// span, from the close of the day after. As csv, json or jsonl it prints every figure on a row of its own.
    Evaluate(EvaluateArgs),
    /// One self-contained HTML page: state, pictures, the week's stories, track record
    ///
    /// It loads nothing from elsewhere, needs no script to be read, fits a phone and can be printed. The same
    /// store, settings and --as-of give the same page.
    Report(ReportArgs),
    /// The joined table of narrative scores, prices, measures and states, one row a day
    Export(ExportArgs),
    /// The lexicons: check, show, and the workbench to judge them
    #[command(subcommand)]
    Lexicon(LexiconCommand),
    /// Whoever is told when the state changes: try them, and see what they were told
    #[command(subcommand)]
    Hooks(HooksCommand),
    /// The store: what it holds, and whether it is whole
    #[command(subcommand)]
    Store(StoreCommand),
}

#[derive(Debug, ClapArgs)]
pub struct InitArgs {
    /// Where to write it
    #[arg(value_name = "FILE", default_value = "storyturn.toml")]
    pub file: PathBuf,
}

#[derive(Debug, ClapArgs)]
pub struct RunArgs {
    /// Ask nobody: use what the store and the named files hold
    #[arg(long)]
    pub offline: bool,
}

#[derive(Debug, ClapArgs)]
pub struct CollectArgs {
    /// Show what would be asked, and what each host's robots.txt says; fetches nothing else
    #[arg(long)]
    pub dry_run: bool,
    /// Only this source, even where it is switched off; may be given several times
    #[arg(long = "source", value_name = "NAME")]
    pub sources: Vec<String>,
    /// Ask once more for pages that were refused or given up before
    #[arg(long)]
    pub retry: bool,
    #[command(flatten)]
    pub table: TableArgs,
}

#[derive(Debug, ClapArgs)]
pub struct ImportArgs {
    #[command(flatten)]
    pub inputs: InputArgs,
    /// Who published the articles, where they do not say
    #[arg(long, value_name = "NAME")]
    pub source: Option<String>,
    /// When the articles appeared, where they do not say
    #[arg(long, value_name = "DATE", value_parser = published)]
    pub published: Option<Published>,
}

#[derive(Debug, ClapArgs)]
pub struct ExtractArgs {
    #[command(flatten)]
    pub inputs: InputArgs,
    #[command(flatten)]
    pub records: RecordArgs,
}

#[derive(Debug, ClapArgs)]
pub struct TagArgs {
    #[command(flatten)]
    pub inputs: InputArgs,
    /// Add every mention with its place in the given title or text, entry, direction and weight (json and jsonl)
    #[arg(long)]
    pub mentions: bool,
    #[command(flatten)]
    pub records: RecordArgs,
}

#[derive(Debug, ClapArgs)]
pub struct ExplainArgs {
    /// A file with one article, `-`, or the id of an article in the store (its first digits are enough)
    #[arg(value_name = "ID|PATH")]
    pub article: PathBuf,
    /// Form of the output: a page for reading, or one object [default: by the ending of FILE, else table]
    #[arg(short, long, value_name = "FORMAT", value_parser = PossibleValuesParser::new(["table", "json", "jsonl"]).map(|name| nested(&name)))]
    pub format: Option<Format>,
    /// Write here instead of standard output; the file appears whole or not at all
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,
}

impl ExplainArgs {
    /// The same flags among those of a table.
    pub fn table(&self) -> TableArgs {
        TableArgs { format: self.format, output: self.output.clone(), csv_raw: false }
    }
}

#[derive(Debug, ClapArgs)]
pub struct DaysArgs {
    /// One line a narrative instead of one a day: its standardised scores over these days
    #[arg(long)]
    pub narratives: bool,
    #[command(flatten)]
    pub span: SpanArgs,
    #[command(flatten)]
    pub table: TableArgs,
}

#[derive(Debug, ClapArgs)]
pub struct DayArgs {
    /// The day, as YYYY-MM-DD
    #[arg(value_name = "DATE")]
    pub day: Day,
    /// How many stories and entries to show of each kind
    #[arg(long, value_name = "N", default_value_t = 6)]
    pub most: usize,
    #[command(flatten)]
    pub table: TableArgs,
}

#[derive(Debug, ClapArgs)]
pub struct ExportArgs {
    /// Print what each column means instead of the table
    #[arg(long)]
    pub dictionary: bool,
    /// The rows as `run` once published them, with the instant, instead of as they are computed now
    #[arg(long, conflicts_with_all = ["dictionary", "captures"])]
    pub published: bool,
    /// Write what was collected on these days to a web archive (.warc.gz) instead of the table; - for
    /// standard output
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with_all = ["dictionary", "output", "format", "csv_raw", "last"])]
    pub captures: Option<PathBuf>,
    #[command(flatten)]
    pub span: SpanArgs,
    #[command(flatten)]
    pub table: TableArgs,
}

#[derive(Debug, Subcommand)]
pub enum StoreCommand {
    /// What the store holds
    Stats(StoreStatsArgs),
    /// Recount everything and check every checksum
    Verify(StoreStatsArgs),
}

#[derive(Debug, ClapArgs)]
pub struct StoreStatsArgs {
    #[command(flatten)]
    pub table: TableArgs,
}
