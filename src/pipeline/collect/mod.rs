//! Collecting: asks the configured sources, keeps what was fetched, reads articles out of it.
//!
//! ```text
//! plan    what would be asked, and what each host's robots.txt says (a dry run)
//! crawl   listings -> waiting addresses -> captures, written as they come
//! read    captures not yet read -> articles, tagged, in the store
//! ```
//!
//! What survives a kill at any instant: a listing's entity tag is written together with the addresses
//! it announced, a page's capture together with its address's new state, so that nothing stored is
//! fetched twice and nothing announced is lost. Reading is a stage of its own over captures that are not
//! read yet; repeating it changes nothing. An article counts from the instant it was first fetched; one
//! that was older than its source allows is left aside, or counts as its publisher claims where the
//! source says so.

mod crawl;
mod plan;
mod read;

use std::{
    collections::{BTreeMap, VecDeque},
    ops,
};

use jiff::Timestamp;

use super::{PipelineError, Progress};
use crate::{
    collect::{CollectorOptions, Source},
    extract::ExtractOptions,
    store::{AddressRecord, Role, Store},
    tag::Tagger,
};

pub use plan::{Planned, plan};
pub(super) use read::article_of;

/// What the caller decides about collecting.
#[derive(Debug, Clone)]
pub struct CollectOptions {
    /// The instant the run began: ages of articles are counted to it.
    pub now: Timestamp,
    /// How sources are asked.
    pub collector: CollectorOptions,
    /// How pages are read.
    pub extract: ExtractOptions,
    /// Whether addresses that were refused or given up before are asked again.
    pub retry: Retry,
}

/// Whether addresses that were refused or given up before are asked again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Retry {
    /// They are left alone.
    #[default]
    No,
    /// They are asked once more.
    Refused,
}

/// What collecting did, source by source in the order of the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CollectSummary {
    /// One for every source that is switched on.
    pub sources: Vec<SourceSummary>,
}

/// What collecting one source did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SourceSummary {
    /// Its name.
    pub name: String,
    /// Documents fetched: listings and pages.
    pub fetched: u64,
    /// Listings that had not changed since they were fetched before.
    pub unchanged: u64,
    /// Articles that were announced and are wanted, known ones among them.
    pub announced: u64,
    /// Articles that are new in the store.
    pub new: u64,
    /// Articles, or their addresses, that were known.
    pub known: u64,
    /// Announced articles that were left aside, by reason.
    pub outside: BTreeMap<String, u64>,
    /// Pages that wait for another run: over the limit, or put off by their host.
    pub waiting: u64,
    /// Listings and pages that could not be used, by reason.
    pub skipped: BTreeMap<String, u64>,
}

impl SourceSummary {
    fn skip(&mut self, reason: &str) {
        *self.skipped.entry(reason.to_owned()).or_default() += 1;
    }

    fn leave_aside(&mut self, reason: &str) {
        *self.outside.entry(reason.to_owned()).or_default() += 1;
    }
}

impl CollectSummary {
    /// How many inputs could not be used.
    pub fn skipped(&self) -> u64 {
        self.sources.iter().flat_map(|source| source.skipped.values()).sum()
    }

    /// How many articles are new in the store.
    pub fn added(&self) -> u64 {
        self.sources.iter().map(|source| source.new).sum()
    }
}

/// Asks every source that is switched on and brings what they announce into the store. What others
/// announced in a run that was cut off is read too: by their settings, where they are given.
pub fn collect(
    store: &mut Store,
    tagger: &Tagger,
    sources: &[Source],
    options: &CollectOptions,
    progress: &dyn Progress,
) -> Result<CollectSummary, PipelineError> {
    let mut desks = Desks::new(sources);
    crawl::crawl(store, &mut desks, options, progress)?;
    read::read(store, tagger, &mut desks, sources, options, progress)?;
    store.flush()?;
    Ok(CollectSummary { sources: desks.all.into_iter().map(|desk| desk.summary).collect() })
}

/// Pages over a source's limit that are held in case others may not be asked: half a megabyte of them.
const MOST_OVER_LIMIT: usize = 1000;

/// What is known of a listing, if it was read for this source and what is wanted of it now: only then may
/// it be asked for changes alone.
fn listing_as_read(known: AddressRecord, source: &Source) -> Option<AddressRecord> {
    let is_the_same =
        known.role == Role::Listing && known.source == source.name && known.scope == source.scope();
    is_the_same.then_some(known)
}

/// A source with what was done for it.
struct Desk<'a> {
    source: &'a Source,
    summary: SourceSummary,
    /// Pages asked in this run.
    asked: usize,
    /// Child sitemaps asked in this run.
    children: usize,
    /// The first pages over the limit, at most [`MOST_OVER_LIMIT`].
    over_limit: VecDeque<AddressRecord>,
}

impl Desk<'_> {
    /// Leaves a page to the next run, unless a place becomes free in this one.
    fn wait(&mut self, record: AddressRecord) {
        self.summary.waiting += 1;
        if record.role == Role::Page && self.over_limit.len() < MOST_OVER_LIMIT {
            self.over_limit.push_back(record);
        }
    }
}

/// The sources that are switched on.
struct Desks<'a> {
    all: Vec<Desk<'a>>,
    by_name: BTreeMap<&'a str, usize>,
}

impl<'a> Desks<'a> {
    fn new(sources: &'a [Source]) -> Self {
        let mut desks = Self { all: Vec::new(), by_name: BTreeMap::new() };
        for source in sources.iter().filter(|source| source.enabled) {
            desks.by_name.insert(&source.name, desks.all.len());
            let summary = SourceSummary { name: source.name.clone(), ..SourceSummary::default() };
            desks.all.push(Desk { source, summary, asked: 0, children: 0, over_limit: VecDeque::new() });
        }
        desks
    }

    /// The place of a source; `None` for one that is no longer configured or is switched off.
    fn place(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }
}

impl<'a> ops::Index<usize> for Desks<'a> {
    type Output = Desk<'a>;

    fn index(&self, place: usize) -> &Desk<'a> {
        &self.all[place]
    }
}

impl ops::IndexMut<usize> for Desks<'_> {
    fn index_mut(&mut self, place: usize) -> &mut Self::Output {
        &mut self.all[place]
    }
}
