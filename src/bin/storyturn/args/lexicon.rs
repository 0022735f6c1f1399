//! The flags of `lexicon` and of its workbench, which reads the store or, but for `sensitivity`, files.
//!
//! A term stays the text that was typed: reading it is the workbench's.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand, ValueEnum, ValueHint, value_parser};
use storyturn::{calendar::Day, pipeline::Kind};

use super::{TableArgs, kind};

#[derive(Debug, Subcommand)]
pub enum LexiconCommand {
    /// Read every lexicon file and say what is wrong, with file and line
    ///
    /// What cannot be used is an error; what can never match, never counts or says nothing new is a warning.
    Check(LexiconCheckArgs),
    /// List the entries
    Show(LexiconShowArgs),
    /// Show a phrase in its contexts, over the store or over files
    ///
    /// TERM is written as lexicon entries are: `rate (cut|cuts)`, `devalu*`, `flight ~2 safety`, `=QE`. What is
    /// shown is what an entry of these words would match. How often, by month or year and by source, goes to
    /// standard error.
    Find(LexiconFindArgs),
    /// Draw a sample of sentences to label, or read labelled ones: precision and recall
    ///
    /// Draws hits and non-hits of a narrative or pole, so that misses are found too, into two files: the sheet
    /// (-o) holds what was said and an empty label, the key beside it what the tagger made of it, so that
    /// whoever labels does not see the verdict. Label 1 where the story is told as present or growing, -1 where it
    /// is told as easing, refused or taken back, 0 otherwise, ? where you cannot say. Then --read the sheet; with
    /// the sheets of two readers their agreement is told as well.
    ///
    /// All measures are weighted to the whole feed. precision: of what the tagger tells, the share that the reader
    /// tells; recall: of what the reader tells, the share that the tagger tells; f1: their harmonic mean;
    /// reversed_told: of what the reader labels -1, the share that the tagger tells all the same (lower is
    /// better); share_told: the share of all sentences that the reader tells.
    #[command(after_help = AUDIT_EXAMPLES)]
    Audit(LexiconAuditArgs),
    /// Leave out each entry in turn and say what moves, over the days of the store
    Sensitivity(LexiconSensitivityArgs),
    /// Words that set apart what is high on a narrative or pole: candidates for a person to judge
    ///
    /// Words and sequences of two and three, by log-odds with an informative prior (Monroe, Colaresi and Quinn
    /// 2008), those the lexicon has left out. A candidate is no entry: look at it with `lexicon find` first.
    Suggest(LexiconSuggestArgs),
}

const AUDIT_EXAMPLES: &str = "\
Examples:
  storyturn lexicon audit fear_safe_haven -o fear.csv      sheet fear.csv and key fear.key.csv
  storyturn lexicon audit --read fear.csv                  what the labels say
  storyturn lexicon audit --read anna.csv ben.csv --key fear.key.csv";

#[derive(Debug, ClapArgs)]
pub struct LexiconCheckArgs {
    /// A folder of lexicon files [default: those in force]
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub folder: Option<PathBuf>,
    /// Take warnings for errors: exit with status 2
    #[arg(long)]
    pub strict: bool,
}

#[derive(Debug, ClapArgs)]
pub struct LexiconShowArgs {
    /// Only this narrative or pole; or `cues`, or a group that entries need near them
    #[arg(value_name = "NAME")]
    pub narrative: Option<String>,
    #[command(flatten)]
    pub table: TableArgs,
}

/// Which days and sources of the commentary.
#[derive(Debug, Clone, ClapArgs)]
pub struct SelectionArgs {
    /// First day, as YYYY-MM-DD
    #[arg(long, value_name = "DATE")]
    pub from: Option<Day>,
    /// Last day, as YYYY-MM-DD
    #[arg(long, value_name = "DATE")]
    pub to: Option<Day>,
    /// Only this source; may be given several times
    #[arg(long = "source", value_name = "NAME")]
    pub sources: Vec<String>,
}

/// Where a tool of the workbench reads commentary, and which of it.
#[derive(Debug, Clone, ClapArgs)]
pub struct Feed {
    /// Files or folders to read in place of the store; `-` is standard input
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,
    /// What the files hold, where their names do not say: jsonl, csv, text, html or warc
    #[arg(long, value_name = "KIND", value_parser = kind)]
    pub kind: Option<Kind>,
    #[command(flatten)]
    pub selection: SelectionArgs,
}

#[derive(Debug, ClapArgs)]
pub struct LexiconFindArgs {
    /// The phrase, as a lexicon entry is written
    #[arg(value_name = "TERM")]
    pub term: String,
    #[command(flatten)]
    pub feed: Feed,
    /// How its words are compared [default: inflected in English, else exact]
    #[arg(long = "match", value_name = "MODE")]
    pub matching: Option<MatchMode>,
    /// The language of its words, for inflection and stems [default: by its script, zh or en]
    #[arg(long, value_name = "CODE")]
    pub language: Option<String>,
    /// Show so many places; all are counted
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,
    /// Characters on either side, in csv and json [default: 80; on a terminal what has room]
    #[arg(long, value_name = "N", value_parser = value_parser!(u16).range(0..=1000))]
    pub context: Option<u16>,
    #[command(flatten)]
    pub table: TableArgs,
}

/// How words are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MatchMode {
    /// As written, without regard to case.
    Exact,
    /// In all regular English forms.
    Inflected,
    /// By stem.
    Stem,
}

#[derive(Debug, ClapArgs)]
pub struct LexiconAuditArgs {
    /// The narrative or pole, as `lexicon show` and `tag` name them
    #[arg(value_name = "NARRATIVE|POLE", required_unless_present = "read")]
    pub target: Option<String>,
    #[command(flatten)]
    pub feed: Feed,
    /// Sentences to draw
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = value_parser!(u16).range(10..=20_000))]
    pub size: u16,
    /// The same seed draws the same sentences
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Read these labelled sheets, one a reader, and say how often the tagger is right
    #[arg(long, value_name = "FILE", num_args = 1.., value_hint = ValueHint::FilePath,
        conflicts_with_all = ["target", "paths", "kind", "from", "to", "sources"])]
    pub read: Vec<PathBuf>,
    /// The key of the sheets [default: the first sheet's name with .key.csv]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub key: Option<PathBuf>,
    #[command(flatten)]
    pub table: TableArgs,
}

#[derive(Debug, ClapArgs)]
pub struct LexiconSensitivityArgs {
    /// Only entries of this narrative
    #[arg(value_name = "NARRATIVE")]
    pub narrative: Option<String>,
    #[command(flatten)]
    pub selection: SelectionArgs,
    /// How many entries to show, those that move most first; csv and json have all that move anything
    #[arg(long, value_name = "N")]
    pub most: Option<usize>,
    #[command(flatten)]
    pub table: TableArgs,
}

/// What is set apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Unit {
    /// Articles that tell the story from the rest.
    Article,
    /// The fifth of days on which it is loudest from the rest.
    Day,
}

#[derive(Debug, ClapArgs)]
pub struct LexiconSuggestArgs {
    /// The narrative or pole, as `lexicon show` and `tag` name them
    #[arg(value_name = "NARRATIVE|POLE")]
    pub target: String,
    #[command(flatten)]
    pub feed: Feed,
    /// What is set apart from what: articles that tell the story, or days on which it is loud
    #[arg(long, value_name = "UNIT", default_value = "article")]
    pub by: Unit,
    /// Words that entries of the lexicon match, too
    #[arg(long)]
    pub all: bool,
    /// Only words that so many articles of the high group hold
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub least: u32,
    /// How many candidates to show
    #[arg(long, value_name = "N", default_value_t = 30)]
    pub most: usize,
    #[command(flatten)]
    pub table: TableArgs,
}
