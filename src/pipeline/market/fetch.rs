//! Asks the configured providers for what is new and brings it into the store.
//!
//! Each provider is asked window by window, oldest first, several providers side by side; what an answer
//! brought is in the store before the next window is asked, so that a run that is killed goes on where it
//! was and no hole is left behind it. A provider that fails is skipped with its reason: the others, and
//! what is stored, are not touched. What is remembered of a provider between runs (when it last answered in
//! full, the validators of a whole-history answer, when it wants to be left alone) is a row among the
//! addresses of collecting. Keys come in by an argument, go out in one header, and are kept nowhere.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    time::Duration,
};

use jiff::Timestamp;

use crate::{
    calendar::Day,
    collect::{Collector, CollectorOptions, Fetched, KeyHeader, Outcome, Request, RobotsUse, Wants},
    document::Skip,
    pipeline::{PipelineError, Progress},
    prices::{
        Answered, Comparison, Format, PriceError, Provenance, Provider, Series, default_clock, parse_answer,
    },
    store::{AddressRecord, AddressState, Role, Store},
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

/// Fewest days that two providers must share before one is refused for differing.
const MIN_SHARED_DAYS: u64 = 5;
/// A newest close that is older than this is pointed out: no daily series rests for so long.
const STALE_DAYS: i32 = 30;
/// Two providers of one thing that differ by more in the median are pointed out.
const WORTH_A_WORD: f64 = 0.01;

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
            Outcome::Unchanged { at, etag, last_modified } => {
                desk.summary.unchanged_answer = true;
                desk.windows.clear();
                desk.validators = (etag, last_modified);
                desk.answered_at = Some(at);
            }
            Outcome::Refused(error) => desk.skip(error.to_string()),
            Outcome::Later { error, not_before } => {
                desk.skip(error.to_string());
                desk.remember_rest(store, not_before)?;
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

/// Where a provider's closes go: the first that is switched on feeds its series, others are kept beside it.
fn stored_as(providers: &[Provider], provider: &Provider) -> String {
    let of_series = || providers.iter().filter(|other| other.series == provider.series);
    let first = of_series().find(|other| other.enabled).or_else(|| of_series().next());
    match first {
        Some(first) if first.name != provider.name => format!("{}@{}", provider.series, provider.name),
        _ => provider.series.clone(),
    }
}

/// The windows to ask for: at least one.
fn windows(
    provider: &Provider,
    series: Option<&Series>,
    from: Option<Day>,
    now: Timestamp,
) -> Vec<(Day, Day)> {
    let stored = series.and_then(|series| series.rows.last()).map(|row| row.day);
    let new = stored.map(|last| last - i32::from(provider.overlap_days));
    let to = Day::containing(now);
    provider.windows(from.or(new).unwrap_or(provider.since), to)
}

/// The name under which a provider is remembered among the addresses.
fn address_of(provider: &Provider) -> String {
    format!("{}#{}", provider.url.as_str(), provider.name)
}

/// The validators of the whole history as it is stored, if it is.
fn validators(
    memory: &AddressRecord,
    provider: &Provider,
    series: Option<&Series>,
) -> Option<(Option<String>, Option<String>)> {
    let is_stored =
        || series.is_some_and(|series| series.provenance.iter().any(|from| from.provider == provider.name));
    let are_there = memory.etag.is_some() || memory.last_modified.is_some();
    (are_there && !provider.url.has_places() && is_stored())
        .then(|| (memory.etag.clone(), memory.last_modified.clone()))
}

/// A provider at work.
struct Desk<'a> {
    provider: &'a Provider,
    series: Option<Series>,
    memory: Option<AddressRecord>,
    /// Those not yet answered, oldest first.
    windows: VecDeque<(Day, Day)>,
    validators: (Option<String>, Option<String>),
    /// When the last answer came.
    answered_at: Option<Timestamp>,
    closes: u64,
    summary: FetchSummary,
}

impl<'a> Desk<'a> {
    fn open(
        store: &Store,
        providers: &[Provider],
        provider: &'a Provider,
        options: &FetchOptions,
        now: Timestamp,
    ) -> Result<Self, PipelineError> {
        let name = stored_as(providers, provider);
        let series = store.series(&name)?;
        let memory = store.address(&address_of(provider))?;
        let windows: VecDeque<_> = windows(provider, series.as_ref(), options.from, now).into();
        let from = windows.front().map(|(from, _)| *from);
        let known = memory.as_ref().filter(|_| options.from.is_none());
        let validators = known.and_then(|memory| validators(memory, provider, series.as_ref()));
        let mut desk = Self {
            provider,
            memory,
            windows,
            validators: validators.unwrap_or_default(),
            answered_at: None,
            closes: 0,
            summary: FetchSummary {
                provider: provider.name.clone(),
                series: name,
                from,
                ..FetchSummary::default()
            },
            series,
        };
        if let Some(clock) = provider.clock
            && let Some(stored) = desk.series.as_ref().map(|series| series.clock)
            && stored != clock
        {
            let error = PipelineError::Clock { series: desk.summary.series.clone(), stored, asked: clock };
            desk.skip(format!(
                "{error}; set clock = \"{stored}\", name another series, or forget the stored rows with `prices \
                 import --replace`"
            ));
        }
        if let Some(until) =
            desk.memory.as_ref().and_then(|memory| memory.not_before).filter(|until| *until > now)
        {
            desk.skip(format!("it asked to be left alone until {}", until.strftime("%F %H:%M UTC")));
        }
        Ok(desk)
    }

    /// What is to be asked next, if anything is.
    fn request(&self, ticket: usize, options: &FetchOptions) -> Option<Request> {
        if self.summary.skipped.is_some() {
            return None;
        }
        let (from, to) = self.windows.front()?;
        let provider = self.provider;
        let key = provider.key.as_ref().and_then(|key| {
            let value = options.keys.get(&key.variable)?.clone();
            Some(KeyHeader { name: key.header.clone(), value })
        });
        let (etag, last_modified) = self.validators.clone();
        Some(Request {
            ticket: ticket as u64,
            url: provider.url.fill(*from, *to),
            etag,
            last_modified,
            pause: provider.pause,
            wants: if provider.format == Format::Csv { Wants::Anything } else { Wants::Json },
            // The user asks this interface by name, as its terms say: nothing is crawled.
            robots: RobotsUse::Skip,
            key,
        })
    }

    /// Brings one answer into the store.
    fn take(
        &mut self,
        store: &mut Store,
        fetched: Fetched,
        progress: &dyn Progress,
    ) -> Result<(), PipelineError> {
        let Fetched { capture, etag, last_modified, .. } = fetched;
        // Every fetched capture says when it came.
        let at = capture.captured_at.expect("the collector dates what it fetched");
        self.summary.answers += 1;
        self.windows.pop_front();
        self.answered_at = Some(at);
        self.validators = (etag, last_modified);
        let parsed = match parse_answer(self.provider, &capture.body, at) {
            Ok(parsed) => parsed,
            // Before a market opened there is nothing: later windows may have something.
            Err(PriceError::Empty { .. }) => return Ok(()),
            Err(error) => {
                self.skip(error.to_string());
                return Ok(());
            }
        };
        let name = &self.provider.name;
        for warning in &parsed.warnings {
            progress.warn(&format!("{name}: {warning}"));
        }
        let clock = self.provider.clock.or(self.series.as_ref().map(|series| series.clock));
        let clock = clock.unwrap_or_else(|| default_clock(&self.provider.series));
        let mut series =
            self.series.take().unwrap_or_else(|| Series::new(self.summary.series.as_str(), clock));
        match series.fits(&parsed, name, MIN_SHARED_DAYS) {
            Ok(compared) => self.summary.compared = compared.or(self.summary.compared.take()),
            Err((other, differ)) => {
                let (file, series_name) = (name.clone(), series.name.clone());
                self.skip(PriceError::Other { file, series: series_name, other, differ }.to_string());
                self.series = Some(series);
                return Ok(());
            }
        }
        let sha256 = parsed.sha256.clone();
        let provenance = Provenance { provider: name.clone(), fetched_at: at, sha256, rows: 0 };
        let before = self.memory.as_ref().and_then(|memory| memory.captured_at);
        let merged = series.merge_answer(&parsed, provenance, clock, Answered { before });
        if merged.added + merged.revised > 0 {
            store.put_series(&series)?;
        }
        self.series = Some(series);
        self.closes += parsed.rows.len() as u64;
        let summary = &mut self.summary;
        summary.added += u64::from(merged.added);
        summary.late += u64::from(merged.late);
        summary.unchanged += u64::from(merged.unchanged);
        summary.revised += u64::from(merged.revised);
        summary.others += u64::from(merged.others);
        summary.open += merged.open.len() as u64;
        summary.missing += u64::from(parsed.missing);
        summary.newest = parsed.rows.last().map(|(day, _)| *day).max(summary.newest);
        Ok(())
    }

    fn skip(&mut self, reason: String) {
        self.windows.clear();
        self.summary.skipped = Some(reason);
    }

    /// Remembers what the provider answered, when all of it has come.
    fn close(
        &mut self,
        store: &mut Store,
        options: &FetchOptions,
        now: Timestamp,
        progress: &dyn Progress,
    ) -> Result<(), PipelineError> {
        if self.summary.skipped.is_some() {
            return Ok(());
        }
        if self.closes == 0 && !self.summary.unchanged_answer {
            let since = self.summary.from.map_or(String::new(), |from| format!(" since {from}"));
            self.skip(format!("it has no close{since}"));
            return Ok(());
        }
        let to = Day::containing(now);
        if let Some(newest) = self.summary.newest.filter(|newest| to - *newest > STALE_DAYS) {
            progress.warn(&format!("{}: its newest close is of {newest}", self.provider.name));
        }
        // What was asked for by date says nothing of the days before it.
        if options.from.is_some() {
            return Ok(());
        }
        let (etag, last_modified) = self.validators.clone();
        let record = AddressRecord {
            state: AddressState::Read,
            captured_at: self.answered_at,
            etag,
            last_modified,
            ..AddressRecord::new(address_of(self.provider), &self.provider.name, Role::Listing, now)
        };
        store.put_addresses(&[record])?;
        Ok(())
    }

    /// Remembers until when it wants to be left alone.
    fn remember_rest(&self, store: &mut Store, until: Option<Timestamp>) -> Result<(), PipelineError> {
        let Some(until) = until else { return Ok(()) };
        let address = address_of(self.provider);
        let known = self.memory.clone().unwrap_or_else(|| {
            let fresh = AddressRecord::new(address, &self.provider.name, Role::Listing, until);
            AddressRecord { state: AddressState::Read, ..fresh }
        });
        store.put_addresses(&[AddressRecord { not_before: Some(until), ..known }])?;
        Ok(())
    }

    /// Compares what is kept beside another provider's series with that.
    fn compare(&mut self, store: &Store, progress: &dyn Progress) -> Result<(), PipelineError> {
        if let Some(own) = self.series.as_ref().filter(|own| own.name != self.provider.series)
            && let Some(first) = store.series(&self.provider.series)?
        {
            self.summary.compared = first.compare(&own.closes(), &self.provider.name);
        }
        let name = &self.provider.name;
        if let Some(compared) = self.summary.compared.as_ref().filter(|one| one.median > WORTH_A_WORD) {
            let Comparison { other, days, median, largest: (day, most), .. } = compared;
            progress.warn(&format!(
                "{name}: its closes differ from those of {other} by {median:.3} in the median of {days} days, by \
                 {most:.3} on {day}"
            ));
        }
        Ok(())
    }
}
