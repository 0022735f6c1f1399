//! Hooks: whoever is to be told when the state changes, and what was told.
//!
//! The published rows are what fires: a day is published once, and nothing taken in later rewrites it, so
//! that a change is there once or not at all. What later data unmake is told all the same, marked as
//! `revised`, and the next published row leads back. A hook hears of changes after the last day that was
//! published when it was first known, or that its first run publishes: never of years of history.
//!
//! Changes are told in order, each hook by itself; one that could not be told is tried again by the next
//! run, and those behind it wait. A change is noted as told after it was: a kill in between costs a
//! repetition, which its `id` gives away. Told at least once, then, unless it has become too old.
//!
//! Left out: which commands tell anybody (`run` does), and the words about it.

mod command;
mod webhook;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use self::webhook::NotTaken;
use super::{Joined, PipelineError};
use crate::{
    calendar::Day,
    collect::CollectorOptions,
    config::{Hook, HookTarget},
    export::{Alert, Cell, Column, JOINED_COLUMNS, alert_json, joined_table},
    signal::{Change, SignalRow, State, StateBasis, changes},
    store::{PublishedRow, Store, Telling, Told},
};

/// How hooks are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HookOptions {
    /// How addresses are asked.
    pub collector: CollectorOptions,
    /// Tokens by the environment variable that holds them.
    pub tokens: BTreeMap<String, String>,
    /// Whether addresses are asked at all; commands run either way.
    pub asks: bool,
    /// The current time.
    pub now: Timestamp,
    /// Said in every record.
    pub note: &'static str,
}

/// What a hook was told.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HookSummary {
    /// The hook's name.
    pub hook: String,
    /// Changes it was told of.
    pub delivered: u64,
    /// Changes that had become too old.
    pub lapsed: u64,
    /// Changes that wait for the next run.
    pub waiting: u64,
    /// Why the first of them does; `None` where it was not tried.
    pub failed: Option<String>,
    /// What a command printed.
    pub heard: Vec<String>,
}

/// A change that a hook has not heard of.
#[derive(Debug, Clone, PartialEq)]
pub struct Pending {
    /// The change.
    pub change: Change,
    /// What tells it from every other.
    pub id: String,
    /// When its day was published.
    pub published_at: Timestamp,
    /// Its row as published.
    cells: Vec<Cell>,
}

/// The changes that a hook has not heard of, and is to.
#[derive(Debug, Clone, PartialEq)]
pub struct Waiting {
    /// In order of days.
    pub changes: Vec<Pending>,
    /// Until when it asked to be left alone.
    pub not_before: Option<Timestamp>,
    /// Whether it was known before this run.
    pub listens: bool,
}

/// Notes the hooks that are new; to be called before a run publishes, whose changes they hear of. On the
/// first publication of all they do not: what it publishes is history.
pub fn listen(
    store: &mut Store,
    hooks: &[Hook],
    joined: &Joined,
    now: Timestamp,
) -> Result<(), PipelineError> {
    if hooks.is_empty() {
        return Ok(());
    }
    let known: BTreeSet<String> = store.tellings()?.into_iter().map(|telling| telling.hook).collect();
    let published = store.published_days()?.last().map(|day| Day(*day));
    let Some(last) = published.or(joined.rows.last().map(|row| row.day)) else { return Ok(()) };
    let mut rows = joined.rows.iter().filter(|row| row.day <= last && row.state != State::Unknown);
    let state = rows.next_back().map_or("", |row| row.state.as_str());
    for hook in hooks.iter().filter(|hook| !known.contains(&hook.name)) {
        store.add_telling(&Telling {
            hook: hook.name.clone(),
            at: now,
            day: last.0,
            id: String::new(),
            from: String::new(),
            to: state.to_owned(),
            told: Told::Listening,
        })?;
    }
    Ok(())
}

/// Tells every hook of the published changes that it has not heard of. `track_record` is asked when the
/// flag stands.
pub fn fire_hooks(
    store: &mut Store,
    hooks: &[Hook],
    joined: &Joined,
    options: &HookOptions,
    track_record: &dyn Fn() -> Option<String>,
) -> Result<Vec<HookSummary>, PipelineError> {
    let mut summaries = Vec::new();
    for (hook, waiting) in pending(store, hooks)? {
        summaries.push(fire(store, hook, waiting, joined, options, track_record)?);
    }
    Ok(summaries)
}

/// For every hook, what it has not heard of.
pub fn pending<'a>(store: &Store, hooks: &'a [Hook]) -> Result<Vec<(&'a Hook, Waiting)>, PipelineError> {
    if hooks.is_empty() {
        return Ok(Vec::new());
    }
    let published = published_changes(store)?;
    let tellings = store.tellings()?;
    let of = |hook: &'a Hook| {
        let own = || tellings.iter().filter(|telling| telling.hook == hook.name);
        let begun = own().find(|telling| telling.told == Told::Listening).map(|telling| telling.day);
        let over: BTreeSet<i32> = own()
            .filter(|telling| matches!(telling.told, Told::Delivered | Told::Lapsed))
            .map(|telling| telling.day)
            .collect();
        let not_before = match own().next_back().map(|telling| &telling.told) {
            Some(Told::Failed { not_before, .. }) => *not_before,
            _ => None,
        };
        let is_news = |pending: &&Pending| {
            let Change { day, .. } = pending.change;
            begun.is_some_and(|begun| day.0 > begun) && !over.contains(&day.0) && hook.hears(&pending.change)
        };
        let changes = published.iter().filter(is_news).cloned().collect();
        (hook, Waiting { changes, not_before, listens: begun.is_some() })
    };
    Ok(hooks.iter().map(of).collect())
}

fn fire(
    store: &mut Store,
    hook: &Hook,
    waiting: Waiting,
    joined: &Joined,
    options: &HookOptions,
    track_record: &dyn Fn() -> Option<String>,
) -> Result<HookSummary, PipelineError> {
    let mut summary = HookSummary { hook: hook.name.clone(), ..HookSummary::default() };
    let today = Day::containing(options.now);
    let is_old = |pending: &Pending| i64::from(today - pending.change.day) > i64::from(hook.max_age_days);
    let (old, news): (Vec<Pending>, Vec<Pending>) = waiting.changes.into_iter().partition(is_old);
    for pending in old {
        store.add_telling(&telling(hook, &pending, options.now, Told::Lapsed))?;
        summary.lapsed += 1;
    }
    let is_asked = options.asks || matches!(hook.target, HookTarget::Command(_));
    summary.waiting = news.len() as u64;
    if !is_asked || news.is_empty() {
        return Ok(summary);
    }
    if let Some(until) = waiting.not_before.filter(|until| *until > options.now) {
        let until = until.strftime("%F %H:%M UTC");
        summary.failed = Some(format!("it is left alone until {until}, as it asked or its failures suggest"));
        return Ok(summary);
    }
    for pending in news {
        let json = record(&pending, joined, options, track_record);
        let (taken, heard) = tell(hook, &json, options)?;
        summary.heard.extend(heard);
        let told = match &taken {
            Ok(()) => Told::Delivered,
            Err(NotTaken { why, not_before }) => Told::Failed { why: why.clone(), not_before: *not_before },
        };
        store.add_telling(&telling(hook, &pending, options.now, told))?;
        match taken {
            Ok(()) => (summary.delivered, summary.waiting) = (summary.delivered + 1, summary.waiting - 1),
            Err(NotTaken { why, .. }) => {
                // What comes after it must not be heard before it.
                summary.failed = Some(why);
                break;
            }
        }
    }
    Ok(summary)
}

/// Tells these hooks of the last change, or of the last day where nothing has changed, marked as a test;
/// nothing of it is noted.
pub fn test_hooks(
    hooks: &[Hook],
    joined: &Joined,
    options: &HookOptions,
    track_record: &dyn Fn() -> Option<String>,
) -> Result<Vec<HookSummary>, PipelineError> {
    let Some(last) = joined.rows.last() else { return Ok(Vec::new()) };
    let unchanged = Change { day: last.day, from: last.state, to: last.state };
    let change = changes_of(&joined.rows).pop().unwrap_or(unchanged);
    let table = joined_table(&joined.panel, &joined.rows, &joined.lexicons);
    let at = joined.rows.iter().position(|row| row.day == change.day).unwrap_or_default();
    let cells = &table.rows[at];
    let row = &joined.rows[at];
    let evidence = track_record();
    let json = alert_json(&Alert {
        id: "test",
        test: true,
        day: change.day,
        from: change.from,
        to: change.to,
        basis: row.basis,
        flag: row.flag,
        published_at: None,
        revised: false,
        cells,
        conditions: &row.conditions,
        track_record: evidence.as_deref().filter(|_| change.to == State::BtcFavourable),
        note: options.note,
    });
    let test = |hook: &Hook| {
        let (taken, heard) = tell(hook, &json, options)?;
        let failed = taken.err().map(|not_taken| not_taken.why);
        let delivered = u64::from(failed.is_none());
        Ok(HookSummary { hook: hook.name.clone(), delivered, failed, heard, ..HookSummary::default() })
    };
    hooks.iter().map(test).collect()
}

/// Whether it was told, and what it said.
fn tell(
    hook: &Hook,
    json: &[u8],
    options: &HookOptions,
) -> Result<(Result<(), NotTaken>, Vec<String>), PipelineError> {
    Ok(match &hook.target {
        HookTarget::Command(words) => {
            let ended = command::run(words, json, hook.timeout);
            (ended.outcome.map_err(NotTaken::from), ended.heard)
        }
        HookTarget::Webhook { url, token } => {
            let how = (&options.collector, hook.timeout);
            (webhook::send(url, token.as_ref(), &options.tokens, json, how)?, Vec::new())
        }
    })
}

fn telling(hook: &Hook, pending: &Pending, at: Timestamp, told: Told) -> Telling {
    let Change { day, from, to } = pending.change;
    let (from, to) = (from.as_str().to_owned(), to.as_str().to_owned());
    Telling { hook: hook.name.clone(), at, day: day.0, id: pending.id.clone(), from, to, told }
}

/// The record of a change as it was published; its conditions as they are computed now.
fn record(
    pending: &Pending,
    joined: &Joined,
    options: &HookOptions,
    track_record: &dyn Fn() -> Option<String>,
) -> Vec<u8> {
    let Pending { change, id, published_at, cells } = pending;
    let row = joined.rows.iter().find(|row| row.day == change.day);
    let cell = |name: &str| cells.get(JOINED_COLUMNS.iter().position(|column| column.name == name)?);
    let flag = cell("flag") == Some(&Cell::Count(1));
    // As published, too: the reason says so.
    let basis = match cell("reason") {
        Some(Cell::Text(reason)) if reason.starts_with(StateBasis::PriceOnly.as_str()) => {
            StateBasis::PriceOnly
        }
        _ => StateBasis::News,
    };
    // A flag without its track record is a rumour.
    let evidence = (flag || change.to == State::BtcFavourable).then(track_record).flatten();
    alert_json(&Alert {
        id,
        test: false,
        day: change.day,
        from: change.from,
        to: change.to,
        basis,
        flag,
        published_at: Some(*published_at),
        revised: !changes_of(&joined.rows).contains(change),
        cells,
        conditions: row.map_or(&[], |row| &row.conditions),
        track_record: evidence.as_deref(),
        note: options.note,
    })
}

fn changes_of(rows: &[SignalRow]) -> Vec<Change> {
    changes(rows.iter().map(|row| (row.day, row.state)))
}

/// The changes among the published rows, each with its row.
fn published_changes(store: &Store) -> Result<Vec<Pending>, PipelineError> {
    let publications = store.publications()?;
    let mut states = Vec::new();
    let mut rows = BTreeMap::new();
    for row in store.published() {
        let (number, row) = row?;
        // A publication is written with its rows: only damage, which `verify` names, parts them.
        let Some(publication) = publications.get(number) else { continue };
        let of = |name: &str| {
            let place = publication.columns.iter().position(|column| column == name)?;
            row.cells.get(place).cloned().flatten()
        };
        // A state that a later version knows is none that could be told of here.
        let named = of("state");
        let Some(state) = State::ALL.into_iter().find(|state| Some(state.as_str()) == named.as_deref())
        else {
            continue;
        };
        states.push((Day(row.day), state));
        rows.insert(row.day, (number, row));
    }
    let pending = |change: Change| {
        let (number, row) = rows.remove(&change.day.0)?;
        let publication = publications.get(number)?;
        let cell = |column: &Column| {
            let place = publication.columns.iter().position(|name| *name == column.name);
            let written = place.and_then(|place| row.cells.get(place)).cloned().flatten();
            Cell::read(column, written.as_deref())
        };
        let cells = JOINED_COLUMNS.iter().map(cell).collect();
        let id = id(&change, &row, publication.at);
        Some(Pending { change, id, published_at: publication.at, cells })
    };
    Ok(changes(states).into_iter().filter_map(pending).collect())
}

/// A hash over what was published, which never changes.
fn id(change: &Change, row: &PublishedRow, published_at: Timestamp) -> String {
    let digest = Sha256::new()
        .chain_update(format!("{} {} {} {published_at}", change.day, change.from, change.to))
        .chain_update(row.news)
        .chain_update(row.prices)
        .finalize();
    digest.iter().take(8).fold(String::new(), |mut id, byte| {
        write!(id, "{byte:02x}").expect("writing to a string cannot fail");
        id
    })
}
