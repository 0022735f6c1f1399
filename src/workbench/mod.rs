//! The workbench: what a person needs to judge a lexicon and to better it.
//!
//! Beside the flow, not in it: nothing here makes a score that is published. `find` shows a phrase in its
//! contexts, `audit` draws a sample to label and says how often the tagger is right, `sensitivity`
//! says what each entry moves, `suggest` names words that a lexicon may lack. `random` is chance that
//! is the same everywhere.
//!
//! Invariants: every number can be made again from the same articles, lexicon and seed; what a sample
//! says of the whole comes with an interval; nothing is learned from text without a person's judgement.
//! Texts and tables come as arguments; files, the store and the order of articles are `pipeline`'s.

mod audit;
mod find;
mod random;
mod sensitivity;
mod suggest;

pub use audit::{
    Agreement, Drawn, Estimate, Judged, KEY_COLUMNS, Key, KeyRow, Label, MOST_DRAWN, Measure, SHEET_COLUMNS,
    Sampler, SamplerUnit, Sheet, SheetError, Stratum, StratumCount, Target, UnitHead, UnitSource, agreement,
    judge, key_rows, read_key, read_sheet, sheet_rows, unit, units, verdict, verdicts,
};
pub use find::{Census, Counted, Finder, Found, first_characters, last_characters};
pub use sensitivity::{ArticleChanges, Influence, Sensitivity, Whole, changes};
pub use suggest::{Candidate, TermOptions, Terms, Vocabulary, terms};
