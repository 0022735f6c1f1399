//! Storyturn reads market commentary and says, day by day, which story the market is telling
//! itself, and whether that story is turning in Bitcoin's favour.
//!
//! The rooms, in the order data flows through them:
//!
//! ```text
//! collect -> extract -> tag -> store -> index -> panel -> signal -> evaluate -> export / report
//!  bytes      text     mentions kept   per day  + prices  states    evidence     files    page
//! ```
//!
//! `calendar`, `document`, `lexicon` and `statistics` are the vocabulary all of them speak; `config` turns one file
//! into every room's options; `workbench` is for judging a lexicon, beside the flow; `pipeline` knows the
//! order, what is new and what was skipped.
//!
//! What holds everywhere:
//!
//! - A score for a day uses only documents available before that day's cut-off, a price only from the
//!   instant it could be known. The join refuses what would look ahead.
//! - Missing is not zero. A score never travels without its coverage, nor without the lexicon that made it.
//! - One bad input stops nothing: it becomes a skip with a subject and a reason.
//! - The same inputs give the same bytes; time enters through arguments.
//!
//! One text, read and explained:
//!
//! ```
//! use storyturn::{lexicon::Lexicons, tag::Tagger};
//!
//! let tagger = Tagger::new(Lexicons::built_in());
//! let tagged = tagger.tag("Gold jumps on safe-haven demand", "Fears of war eased on Friday.", Some("en"));
//! let [fear, debasement] = tagged.counts.poles.map(|pole| pole.score(tagged.counts.sentences));
//! // The title, which counts as two sentences, asserts it; the sentence below takes one back.
//! assert_eq!((fear, debasement), (1.0 / 3.0, 0.0));
//! ```
//!
//! Days and prices, joined into states:
//!
//! ```
//! use std::collections::BTreeMap;
//! use storyturn::{export::{CsvText, joined_table, write_csv}, panel::Panel, prices::{Series, default_clock, parse_csv}};
//! use storyturn::{prices::Provenance, signal::signal};
//!
//! let now = "2024-02-01T00:00:00Z".parse()?;
//! let file = "date,close\n2024-01-01,42000\n2024-01-02,42500\n";
//! let parsed = parse_csv("btc.csv", "btc", file.as_bytes(), now)?;
//! let mut btc = Series::new("btc", default_clock("btc"));
//! let from = Provenance { provider: "btc.csv".into(), fetched_at: now, sha256: parsed.sha256.clone(), rows: 0 };
//! btc.merge(&parsed, from, btc.clock, now);
//!
//! let prices = BTreeMap::from([("btc".to_owned(), btc)]);
//! let panel = Panel::build(&[], &prices, &Default::default(), None)?;
//! let rows = signal(&panel, &Default::default());
//! let mut csv = Vec::new();
//! write_csv(&joined_table(&panel, &rows, &[]), CsvText::Guarded, &mut csv)?;
//! assert!(String::from_utf8(csv)?.contains("NO_DATA"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod calendar;
pub mod collect;
pub mod config;
pub mod document;
pub mod evaluate;
pub mod export;
pub mod extract;
pub mod index;
pub mod lexicon;
pub mod panel;
pub mod pipeline;
pub mod prices;
pub mod report;
pub mod signal;
pub mod statistics;
pub mod store;
pub mod tag;
pub mod workbench;
