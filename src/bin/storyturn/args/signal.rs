//! The flags of `signal`, `evaluate` and `report`: today's state, its proof, its track record and the page.
//!
//! Thresholds are no flags: they stand in the configuration, each with its reason.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueHint};
use storyturn::calendar::Day;

use super::{SpanArgs, TableArgs};

#[derive(Debug, ClapArgs)]
pub struct SignalArgs {
    /// Exit with status 4 when the state changed on the last day with data; with -q print that change on
    /// a line of its own, and nothing otherwise. Days on which inputs are missing are a pause, no change
    #[arg(long)]
    pub check: bool,
    /// Only the state of the last day, with its board and evidence: one object with --format json
    #[arg(long, conflicts_with_all = ["changes", "prove", "journal", "from", "to", "last"])]
    pub state: bool,
    /// Every change of state with its reason, one row each
    #[arg(long, conflicts_with_all = ["prove", "journal"])]
    pub changes: bool,
    /// Prove on your own store that no row sees what came after its day, at so many cut-offs or at
    /// `all`; exits with status 1 where one does, or where too little is stored to tell
    #[arg(
        long, value_name = "CUT-OFFS", num_args = 0..=1, default_missing_value = "24", value_parser = cut_offs,
        conflicts_with_all = ["check", "journal", "from", "to", "last"]
    )]
    pub prove: Option<CutOffs>,
    /// Chooses the cut-offs and records of --prove: the same seed, the same proof
    #[arg(long, value_name = "NUMBER", default_value_t = 1, requires = "prove")]
    pub seed: u64,
    /// Show what `run` published, and where a published row reads otherwise now; nothing published is
    /// ever rewritten
    #[arg(long, conflicts_with = "check")]
    pub journal: bool,
    #[command(flatten)]
    pub span: SpanArgs,
    #[command(flatten)]
    pub table: TableArgs,
}

/// How many cut-offs `--prove` tries; `None` is every day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CutOffs(pub Option<usize>);

fn cut_offs(text: &str) -> Result<CutOffs, String> {
    match text.parse() {
        _ if text == "all" => Ok(CutOffs(None)),
        Ok(count) if count > 0 => Ok(CutOffs(Some(count))),
        _ => Err("use a number of cut-offs, 1 or more, or all".to_owned()),
    }
}

#[derive(Debug, ClapArgs)]
pub struct EvaluateArgs {
    /// Move each threshold of the signal up and down by a quarter, and show what becomes of the verdict
    #[arg(long)]
    pub scan: bool,
    /// First day that counts [default: 2014-09-17, or as the configuration says]
    #[arg(long, value_name = "DATE")]
    pub from: Option<Day>,
    #[command(flatten)]
    pub table: TableArgs,
}

#[derive(Debug, ClapArgs)]
pub struct ReportArgs {
    /// Where to write the page, - for standard output [default: storyturn.html, or as the configuration says]
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,
    /// First day of the track record and of the long picture [default: 2014-09-17, or as the configuration says]
    #[arg(long, value_name = "DATE")]
    pub from: Option<Day>,
}
