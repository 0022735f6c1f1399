//! Storyturn reads market commentary and says, day by day, which story the market is telling
//! itself, and whether that story is turning in Bitcoin's favour.
//!
//! The rooms, in the order data flows through them:
//!
//! ```text
//! collect -> extract -> tag -> store -> index -> panel -> signal -> export
//!  bytes      text     mentions kept   per day  + prices  states    files
//! ```
//!
//! `calendar`, `document` and `lexicon` are the vocabulary all of them speak; `config` turns one file
//! into every room's options; `pipeline` knows the order, what is new and what was skipped.

pub mod calendar;
pub mod collect;
pub mod config;
pub mod document;
pub mod export;
pub mod extract;
pub mod index;
pub mod lexicon;
pub mod panel;
pub mod prices;
pub mod signal;
pub mod store;
pub mod tag;
