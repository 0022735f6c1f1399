//! Asks the configured providers for what is new and brings it into the store.
//!
//! Each provider (`desk`) is asked window by window, oldest first, several providers side by side; what an
//! answer brought is in the store before the next window is asked, so that a run that is killed goes on where
//! it was and no hole is left behind it. A provider that fails is skipped with its reason: the others, and
//! what is stored, are not touched. Keys come in by an argument and are kept nowhere.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use jiff::Timestamp;

use super::desk::{Desk, address_of, stored_as, validators, windows};
use crate::{
    calendar::Day,
    collect::{Collector, CollectorOptions, Outcome},
    document::Skip,
    pipeline::{PipelineError, Progress},
    prices::{Comparison, Provider},
    store::Store,
};

/// What the caller decides about fetching prices.
#[derive(Clone, Default)]
pub struct FetchOptions {
    /// How providers are asked.
    pub collector: CollectorOptions,
    /// The first day to ask for, in place of what is new.
    pub from: Option<Day>,
    /// The providers to ask, switched on or not, in place of all that are switched on.
    pub only: Option<BTreeSet<String>>,
    /// Keys, by the environment variable that held them.
    pub keys: BTreeMap<String, String>,
}

impl FetchOptions {
    fn asks(&self, provider: &Provider) -> bool {
        self.only.as_ref().map_or(provider.enabled, |only| only.contains(&provider.name))
    }
}

/// What one provider brought.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FetchSummary {
    /// Its name.
    pub provider: String,
    /// The series its closes went into: the one it feeds, or `SERIES@NAME` beside another provider's.
    pub series: String,
    /// The first day asked for.
    pub from: Option<Day>,
    /// Answers received.
    pub answers: u64,
    /// Whether it said that nothing has changed.
    pub unchanged_answer: bool,
    /// Days that were not stored.
    pub added: u64,
    /// Of these, days that came later than their clock says.
    pub late: u64,
    /// Days that were stored with this close.
    pub unchanged: u64,
    /// Days stored with another close of its own: both are kept.
    pub revised: u64,
    /// Days for which another provider's close stands.
    pub others: u64,
    /// Bars that were not over.
    pub open: u64,
    /// Days for which it says that there is no close.
    pub missing: u64,
    /// The last day it gave a close for.
    pub newest: Option<Day>,
    /// How its closes differ from another's of the same series.
    pub compared: Option<Comparison>,
    /// Why it could not be used.
    pub skipped: Option<String>,
}

/// One request that fetching would make, or would not.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedFetch {
    /// The provider.
    pub provider: String,
    /// The series its closes would go into.
    pub series: String,
    /// The address of the first request.
    pub url: String,
    /// First day asked for.
    pub from: Day,
    /// Last day asked for.
    pub to: Day,
    /// How many requests it takes.
    pub requests: u64,
    /// Whether it would be asked.
    pub asked: bool,
    /// Why not, or what is to be known about it.
    pub why: String,
    /// Pause between two requests to its host.
    pub pause: Duration,
}

/// What would be asked now, in the order of the configuration. Nobody is asked, nothing is written.
pub fn plan_prices(
    store: Option<&Store>,
    providers: &[Provider],
    options: &FetchOptions,
    now: Timestamp,
) -> Result<Vec<PlannedFetch>, PipelineError> {
    let mut planned = Vec::new();
    for provider in providers {
        let series_name = stored_as(providers, provider);
        let series = store.map(|store| store.series(&series_name)).transpose()?.flatten();
        let memory = store.map(|store| store.address(&address_of(provider))).transpose()?.flatten();
        let windows = windows(provider, series.as_ref(), options.from, now);
        let (from, to) = (windows[0].0, windows[windows.len() - 1].1);
        let resting = memory.as_ref().and_then(|memory| memory.not_before).filter(|until| *until > now);
        let conditional =
            memory.is_some_and(|memory| validators(&memory, provider, series.as_ref()).is_some());
        let (asked, why) = match resting {
            _ if !options.asks(provider) => {
                let why = if provider.enabled { "it is not asked for" } else { "it is switched off" };
                (false, why.to_owned())
            }
            Some(until) => (false, format!("it rests until {}", until.strftime("%F %H:%M UTC"))),
            None => (true, notes(provider, options, conditional)),
        };
        planned.push(PlannedFetch {
            provider: provider.name.clone(),
            series: series_name,
            url: provider.url.fill(windows[0].0, windows[0].1),
            from,
            to,
            requests: windows.len() as u64,
            asked,
            why,
            pause: provider.pause.unwrap_or(options.collector.pause),
        });
    }
    Ok(planned)
}

fn notes(provider: &Provider, options: &FetchOptions, conditional: bool) -> String {
    let mut notes = Vec::new();
    if conditional {
        notes.push("only if it has changed".to_owned());
    } else if !provider.url.has_places() {
        notes.push("its whole history".to_owned());
    }
    if let Some(key) = &provider.key {
        let given = options.keys.contains_key(&key.variable);
        notes.push(format!(
            "{} {}",
            if given { "with the key in" } else { "without a key: set" },
            key.variable
        ));
    }
    notes.join(", ")
}

/// Asks every provider that is switched on for what is new since the last stored day, or from the day
/// that the options name.
pub fn fetch_prices(
    store: &mut Store,
    providers: &[Provider],
    options: &FetchOptions,
    now: Timestamp,
    progress: &dyn Progress,
) -> Result<Vec<FetchSummary>, PipelineError> {
    let mut desks = Vec::new();
    for provider in providers.iter().filter(|provider| options.asks(provider)) {
        desks.push(Desk::open(store, providers, provider, options, now)?);
    }
    let mut collector = Collector::start(options.collector.clone(), Vec::new())?;
    progress.begin("fetching prices", Some(desks.iter().map(|desk| desk.windows.len() as u64).sum()));
    for (ticket, desk) in desks.iter().enumerate() {
        if let Some(request) = desk.request(ticket, options) {
            collector.submit(request);
        }
    }
    while let Some(reply) = collector.next()? {
        let ticket = usize::try_from(reply.ticket).expect("tickets are places among the desks");
        let desk = &mut desks[ticket];
        progress.advance(1);
        match reply.outcome {
            Outcome::Fetched(fetched) => desk.take(store, fetched, progress)?,
            Outcome::Unchanged { at, etag, last_modified } => desk.take_unchanged(at, etag, last_modified),
            Outcome::Refused(error) => desk.skip(error.to_string()),
            Outcome::Later { error, not_before } => {
                desk.skip(error.to_string());
                desk.remember_rest(store, not_before, error.to_string())?;
            }
        }
        if let Some(request) = desk.request(ticket, options) {
            collector.submit(request);
        } else {
            desk.close(store, options, now, progress)?;
        }
    }
    progress.end();
    for desk in &mut desks {
        desk.compare(store, progress)?;
        if let Some(reason) = &desk.summary.skipped {
            let subject = format!("prices of {} from {}", desk.summary.series, desk.provider.name);
            progress.skip(&Skip { subject, reason: reason.clone() });
        }
    }
    store.flush()?;
    Ok(desks.into_iter().map(|desk| desk.summary).collect())
}
