//! One provider at work: what it is asked next, what its answers bring, what is remembered of it.
//!
//! Works for `fetch`, which decides who is asked and when. What is remembered between runs (when it last
//! answered in full, the validators of a whole-history answer, when it wants to be left alone) is a row
//! among the addresses of collecting. A failure ends the desk with its reason; what it stored stays.

use std::collections::VecDeque;

use jiff::Timestamp;

use super::fetch::{FetchOptions, FetchSummary};
use crate::{
    calendar::Day,
    collect::{Fetched, KeyHeader, Request, RobotsUse, Wants},
    pipeline::{PipelineError, Progress},
    prices::{
        Answered, Comparison, Format, PriceError, Provenance, Provider, Series, default_clock, parse_answer,
    },
    store::{AddressRecord, AddressState, Role, Store},
};

/// Fewest days that two providers must share before one is refused for differing.
const MIN_SHARED_DAYS: u64 = 5;
/// A newest close that is older than this is pointed out: no daily series rests for so long.
const STALE_DAYS: i32 = 30;
/// Two providers of one thing that differ by more in the median are pointed out.
const WORTH_A_WORD: f64 = 0.01;

/// A provider at work.
pub(super) struct Desk<'a> {
    pub(super) provider: &'a Provider,
    series: Option<Series>,
    memory: Option<AddressRecord>,
    /// Those not yet answered, oldest first.
    pub(super) windows: VecDeque<(Day, Day)>,
    validators: (Option<String>, Option<String>),
    /// When the last answer came.
    answered_at: Option<Timestamp>,
    closes: u64,
    pub(super) summary: FetchSummary,
}

impl<'a> Desk<'a> {
    pub(super) fn open(
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
            let reason = desk.memory.as_ref().and_then(|memory| memory.reason.as_deref());
            let reason = reason.unwrap_or("it asked for that, or failed repeatedly");
            desk.skip(format!("it is left alone until {} ({reason})", until.strftime("%F %H:%M UTC")));
        }
        if let Some(key) = provider
            .key
            .as_ref()
            .filter(|key| provider.url.has_key() && !options.keys.contains_key(&key.variable))
        {
            desk.skip(format!("it wants a key: set {}", key.variable));
        }
        Ok(desk)
    }

    /// What is to be asked next, if anything is.
    pub(super) fn request(&self, ticket: usize, options: &FetchOptions) -> Option<Request> {
        if self.summary.skipped.is_some() {
            return None;
        }
        let (from, to) = self.windows.front()?;
        let provider = self.provider;
        let value = provider.key.as_ref().and_then(|key| options.keys.get(&key.variable));
        let header = provider.key.as_ref().and_then(|key| key.header.clone());
        let key = header.zip(value.cloned()).map(|(name, value)| KeyHeader { name, value });
        let (etag, last_modified) = self.validators.clone();
        Some(Request {
            ticket: ticket as u64,
            url: provider.url.fill_with(*from, *to, value.map(String::as_str)),
            etag,
            last_modified,
            pause: provider.pause,
            wants: if provider.format == Format::Csv { Wants::Anything } else { Wants::Json },
            // The user asks this interface by name, as its terms say: nothing is crawled.
            robots: RobotsUse::Skip,
            key,
            post: None,
        })
    }

    /// Brings one answer into the store.
    pub(super) fn take(
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
        let answered_before = self.memory.as_ref().and_then(|memory| memory.captured_at);
        let warnings = match (answered_before, self.summary.from) {
            (Some(_), Some(from)) => parsed.warnings_since(&self.provider.series, from),
            _ => parsed.warnings.clone(),
        };
        for warning in &warnings {
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
        let lacking = series.lacking(&parsed, name);
        if let (Some(first), Some(last)) = (lacking.first(), lacking.last()) {
            let count = lacking.len();
            let days = if count == 1 { "stored day is" } else { "stored days are" };
            progress.warn(&format!(
                "{name}: {count} {days} missing from its answer, from {first} to {last}: kept as stored"
            ));
        }
        let sha256 = parsed.sha256.clone();
        let provenance = Provenance { provider: name.clone(), fetched_at: at, sha256, rows: 0 };
        let answered = Answered { before: answered_before };
        let merged = series.merge_answer(&parsed, provenance, clock, answered);
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

    /// Notes that the whole history is what it was.
    pub(super) fn take_unchanged(
        &mut self,
        at: Timestamp,
        etag: Option<String>,
        last_modified: Option<String>,
    ) {
        self.summary.unchanged_answer = true;
        self.windows.clear();
        self.validators = (etag, last_modified);
        self.answered_at = Some(at);
    }

    /// Gives it up for now.
    pub(super) fn skip(&mut self, reason: String) {
        self.windows.clear();
        self.summary.skipped = Some(reason);
    }

    /// Remembers what the provider answered, when all of it has come.
    pub(super) fn close(
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

    /// Remembers until when it is left alone, and why: it asked for that, or its host failed repeatedly.
    /// The second kind is short, as the collector's own waits are, since not this address may have failed.
    pub(super) fn remember_rest(
        &self,
        store: &mut Store,
        until: Option<Timestamp>,
        reason: String,
    ) -> Result<(), PipelineError> {
        let Some(until) = until else { return Ok(()) };
        let address = address_of(self.provider);
        let known = self.memory.clone().unwrap_or_else(|| {
            let fresh = AddressRecord::new(address, &self.provider.name, Role::Listing, until);
            AddressRecord { state: AddressState::Read, ..fresh }
        });
        store.put_addresses(&[AddressRecord { not_before: Some(until), reason: Some(reason), ..known }])?;
        Ok(())
    }

    /// Compares what is kept beside another provider's series with that.
    pub(super) fn compare(&mut self, store: &Store, progress: &dyn Progress) -> Result<(), PipelineError> {
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

/// Where a provider's closes go: the first that is switched on feeds its series, others are kept beside it.
pub(super) fn stored_as(providers: &[Provider], provider: &Provider) -> String {
    let of_series = || providers.iter().filter(|other| other.series == provider.series);
    let first = of_series().find(|other| other.enabled).or_else(|| of_series().next());
    match first {
        Some(first) if first.name != provider.name => format!("{}@{}", provider.series, provider.name),
        _ => provider.series.clone(),
    }
}

/// The windows to ask for: at least one.
pub(super) fn windows(
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
pub(super) fn address_of(provider: &Provider) -> String {
    format!("{}#{}", provider.url.as_str(), provider.name)
}

/// The validators of the whole history as it is stored, if it is.
pub(super) fn validators(
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
