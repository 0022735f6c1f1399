//! One self-contained HTML page: the state today, the pictures, the track record, and what all of it rests
//! on.
//!
//! ```text
//! rows, evaluation, stories, sources -> view (labelled text) + chart (inline SVG) -> page (one string)
//! ```
//!
//! For a reader of a newsletter first: plain words before figures, figures before tables. It needs no script
//! to be read and loads nothing from elsewhere, which its own content policy holds it to (`policy`). Whatever
//! text comes from outside goes through one door (`escape`). What cannot be said is said, with the reason;
//! there is never an empty picture.
//!
//! The same input gives the same bytes. Nothing is computed here that another room has computed; verdicts
//! are those of `evaluate`, reasons those of `signal`. Left out: files, the store, the clock.

mod board;
mod chart;
mod escape;
mod head;
mod leads;
mod method;
mod page;
mod pictures;
mod policy;
mod record;
mod sources;
mod states;
mod view;
mod week;

use crate::calendar::{CutOff, Day};
use crate::evaluate::{EvaluateOptions, Evaluation};
use crate::lexicon::Lexicons;
use crate::panel::Panel;
use crate::signal::{Evidence, SignalOptions, SignalRow};

/// Everything the page tells.
#[derive(Debug, Clone)]
pub struct Report<'a> {
    /// The evening it speaks of.
    pub as_of: Day,
    /// The version of the tool.
    pub version: &'a str,
    /// What a reader must know about the inputs, in the user's own words.
    pub note: Option<&'a str>,
    /// The instant that ends a day.
    pub cut_off: CutOff,
    /// Days and prices as joined.
    pub panel: &'a Panel,
    /// Measures and states, one for each row of the panel.
    pub rows: &'a [SignalRow],
    /// What stands beside the state of the last row.
    pub evidence: &'a [Evidence],
    /// The thresholds in force.
    pub signal: &'a SignalOptions,
    /// How the track record was computed.
    pub evaluate: &'a EvaluateOptions,
    /// The track record.
    pub evaluation: &'a Evaluation,
    /// The lexicons in force.
    pub lexicons: &'a Lexicons,
    /// The last week with news.
    pub week: Option<Week>,
    /// Who was read, most documents first.
    pub sources: Vec<NewsSource>,
    /// Documents whose availability is observed, archived, claimed.
    pub by_basis: [u64; 3],
    /// The price series that the signal uses, in the order of the panel; those that are loaded.
    pub series: Vec<PriceSource>,
    /// Other series that are in the store.
    pub other_series: Vec<String>,
    /// Settings that are not as they come.
    pub settings: Vec<ChangedSetting>,
}

/// The stories of seven days.
#[derive(Debug, Clone, PartialEq)]
pub struct Week {
    /// The first day.
    pub first: Day,
    /// The last day: the last with a document.
    pub last: Day,
    /// Documents of these days.
    pub docs: usize,
    /// Stories they told, each counted once.
    pub stories: usize,
    /// Of these, stories that told of either pole.
    pub telling: usize,
    /// Those that weigh most, each once, the heaviest first.
    pub chosen: Vec<Story>,
}

/// One story of the week.
#[derive(Debug, Clone, PartialEq)]
pub struct Story {
    /// The headline of the article that tells most; may be empty.
    pub title: Vec<Piece>,
    /// That article's id, by which the tool explains it.
    pub id: String,
    /// Its address, as it was given.
    pub url: Option<String>,
    /// Who published it.
    pub source: String,
    /// The first day of the week on which the story was told.
    pub first: Day,
    /// The last.
    pub last: Day,
    /// Articles that told it.
    pub docs: usize,
    /// Their sources, each once, in alphabetical order.
    pub sources: Vec<String>,
    /// Mean scores of its articles: the two poles.
    pub poles: [f64; 2],
    /// The sentence of the text with most words that counted; `None` where only the headline has any.
    pub telling: Option<Vec<Piece>>,
    /// The narratives it told, as the lexicons name them.
    pub narratives: Vec<String>,
}

/// A part of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The words.
    pub text: String,
    /// What they counted for; `None` for the words between.
    pub counted: Option<Counted>,
}

/// What words counted for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// The pole: 0 or 1; `None` for a narrative on neither.
    pub pole: Option<usize>,
    /// The narrative.
    pub narrative: String,
    /// They say that it goes, not that it comes.
    pub is_reversed: bool,
}

/// A source of news.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewsSource {
    /// Its name.
    pub name: String,
    /// Its documents.
    pub docs: u64,
    /// The first day with one.
    pub first: Day,
    /// The last.
    pub last: Day,
}

/// A price series.
#[derive(Debug, Clone, PartialEq)]
pub struct PriceSource {
    /// Its name.
    pub name: String,
    /// Days with a close known by the evening.
    pub days: u64,
    /// The first of them.
    pub first: Day,
    /// The last.
    pub last: Day,
    /// Files or providers, with the closes each gave.
    pub givers: Vec<(String, u64)>,
    /// SHA-256 of what was taken in last, in hexadecimal.
    pub sha256: Option<String>,
    /// When a close counts, as the configuration writes it.
    pub clock: String,
    /// Closes that were changed afterwards.
    pub revisions: u64,
    /// Closes whose availability was observed; that of the others is claimed.
    pub observed: u64,
}

/// A setting that is not as it comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedSetting {
    /// Table and key.
    pub key: String,
    /// Its value.
    pub value: String,
    /// The value as it comes.
    pub usual: String,
}

/// The page.
pub fn render(report: &Report<'_>) -> String {
    page::page(report)
}
