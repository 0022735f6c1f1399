//! One test binary: behaviour through the public interface and the command line.
//!
//! `layers` keeps the rooms apart, `tool` is the harness that runs the real binary in a temporary
//! folder, the other modules hold one capability each.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test stops at the first surprise, and makes its own files"
)]

mod alerts;
mod archives;
mod bounds;
#[cfg(unix)]
mod browser;
mod captures;
mod chinese;
mod clauses;
mod collecting;
mod corpus;
mod damage;
mod documentation;
mod evaluating;
mod evidence;
mod export;
mod feeds;
mod fetching;
mod importing;
mod journal;
mod labelled;
mod layers;
mod lookahead;
mod loosening;
mod manners;
mod missing;
mod misuse;
mod offsets;
mod page;
mod pictures;
mod quality;
mod quotes;
mod real;
mod report;
mod requoted;
mod resuming;
mod robots;
mod server;
mod site;
mod sitemaps;
mod stance;
mod stories;
mod terminal;
mod tool;
mod waiting;
mod workbench;
