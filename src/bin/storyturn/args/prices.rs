//! The flags of `prices`: providers that are asked, files that are read, series that are listed.
//!
//! What a provider is called and where it lies is the configuration's.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand, ValueHint};
use storyturn::calendar::{Clock, Day};

use super::TableArgs;

#[derive(Debug, Subcommand)]
pub enum PricesCommand {
    /// Ask the configured providers for closes that are new
    ///
    /// Asks for what came since the last stored day, and a few days before it for revisions; everything the first
    /// time. A close that differs from a stored one is kept beside it and counts from now on. A provider that fails
    /// is skipped with its reason; nothing stored is touched. `storyturn init` writes the usual providers.
    Fetch(PricesFetchArgs),
    /// Bring price files into the store: any CSV with a date and a close
    ///
    /// The series is told from the file's name (btc.csv, gold.csv, dtwexbgs.csv) or named with --series.
    /// The signal uses btc, gold, silver, dollar, real_yield and fed_upper; others are kept beside them.
    Import(PricesImportArgs),
    /// The price series in the store
    List(PricesListArgs),
}

#[derive(Debug, ClapArgs)]
pub struct PricesFetchArgs {
    /// Only providers of this series; may be given several times
    #[arg(long, value_name = "NAME")]
    pub series: Vec<String>,
    /// Only this provider, even where it is switched off; may be given several times
    #[arg(long = "provider", value_name = "NAME")]
    pub providers: Vec<String>,
    /// Ask from this day on, in place of what is new
    #[arg(long, value_name = "DATE")]
    pub from: Option<Day>,
    /// Show what would be asked; asks nobody
    #[arg(long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub table: TableArgs,
}

#[derive(Debug, ClapArgs)]
pub struct PricesImportArgs {
    /// CSV files or folders of them, each also with .gz; `-` is standard input
    #[arg(value_name = "FILE", required = true, value_hint = ValueHint::FilePath)]
    pub files: Vec<PathBuf>,
    /// The series the file feeds
    #[arg(long, value_name = "NAME")]
    pub series: Option<String>,
    /// When a row becomes available: 19:00, next-business-day, +7d, +2m [default: as the series usually is]
    #[arg(long, value_name = "CLOCK")]
    pub clock: Option<Clock>,
    /// Forget the stored rows of the series first: for a file that was wrong from the start
    #[arg(long)]
    pub replace: bool,
}

#[derive(Debug, ClapArgs)]
pub struct PricesListArgs {
    /// Only this series; may be given several times
    #[arg(long, value_name = "NAME")]
    pub series: Vec<String>,
    /// Every close that was changed or came in late: what was known, what is known since, and from when on
    #[arg(long, conflicts_with = "days")]
    pub revisions: bool,
    /// Every close as it is known now, with what gave it and on what its availability rests
    #[arg(long)]
    pub days: bool,
    #[command(flatten)]
    pub table: TableArgs,
}
