//! `hooks test` and `hooks list`, and the part of `run` that tells hooks.
//!
//! The only place that reads tokens, from the variables that the configuration names; none is ever printed.

use std::collections::BTreeMap;

use anyhow::Result;
use storyturn::{
    calendar::Day,
    config::{Hook, HookTarget},
    evaluate::flag_evidence,
    export::{Cell, Column, Table},
    pipeline::{HookOptions, HookSummary, Joined, Progress, Waiting, fire_hooks, pending, test_hooks},
    store::{Store, Telling, Told},
};

use super::{DESCRIPTION, derive, join};
use crate::{
    args::{Format, HooksCommand, HooksListArgs, HooksTestArgs},
    console::{Console, counted},
    exit::{Exit, UsageError},
    output,
    settings::Settings,
};

pub fn run(command: &HooksCommand, settings: &Settings, console: &Console) -> Result<Exit> {
    settings.shows_no_evening("hooks are told of what is published now", "leave --as-of out")?;
    match command {
        HooksCommand::Test(args) => test(args, settings, console),
        HooksCommand::List(args) => list(args, settings, console),
    }
}

/// Tells the hooks what was published; says what failed. Whether something did.
pub fn fire(
    store: &mut Store,
    joined: &Joined,
    asks: bool,
    settings: &Settings,
    console: &Console,
) -> Result<bool> {
    let options = options(settings, asks);
    let evidence = || flag_evidence(&joined.panel, &joined.rows, &settings.config.evaluate);
    let summaries = fire_hooks(store, &settings.config.hooks, joined, &options, &evidence)?;
    for summary in &summaries {
        say(summary, console);
    }
    let has_failed = summaries.iter().any(|summary| summary.failed.is_some());
    if has_failed {
        console.hint(
            "the next run tries again; `storyturn hooks test` tries at once, `hooks list` shows what failed",
        );
    }
    Ok(has_failed)
}

fn say(summary: &HookSummary, console: &Console) {
    let HookSummary { hook, delivered, lapsed, waiting, failed, heard } = summary;
    for line in heard {
        console.detail(format_args!("hook {hook}: {line}"));
    }
    if *delivered > 0 {
        console.say(format_args!("hook {hook}: told of {}", counted(*delivered, "change", "changes")));
    }
    if *lapsed > 0 {
        let changes = counted(*lapsed, "change is", "changes are");
        console.warn(&format!("hook {hook}: {changes} too old to be told, by its max_age_days"));
    }
    match failed {
        Some(why) if *waiting > 0 => {
            let changes = counted(*waiting, "change waits", "changes wait");
            console.warn(&format!("hook {hook}: {why}; {changes} for the next run"));
        }
        Some(why) => console.warn(&format!("hook {hook}: {why}")),
        None if *waiting > 0 => {
            let changes = counted(*waiting, "change waits", "changes wait");
            console.say(format_args!("hook {hook}: {changes} for a run that is not --offline"));
        }
        None => {}
    }
}

fn options(settings: &Settings, asks: bool) -> HookOptions {
    let mut tokens = BTreeMap::new();
    for hook in &settings.config.hooks {
        if let HookTarget::Webhook { token: Some(token), .. } = &hook.target
            && let Ok(value) = std::env::var(&token.variable)
        {
            tokens.insert(token.variable.clone(), value);
        }
    }
    let collector = settings.config.collect.clone();
    HookOptions { collector, tokens, asks, now: settings.now, note: DESCRIPTION }
}

fn test(args: &HooksTestArgs, settings: &Settings, console: &Console) -> Result<Exit> {
    let all = &settings.config.hooks;
    if let Some(unknown) = args.hooks.iter().find(|name| all.iter().all(|hook| hook.name != **name)) {
        return Err(UsageError::new(format!("no hook is called {unknown:?}"))
            .hint("`storyturn hooks list` shows their names")
            .into());
    }
    let chosen = |hook: &&Hook| args.hooks.is_empty() || args.hooks.contains(&hook.name);
    let hooks: Vec<Hook> = all.iter().filter(chosen).cloned().collect();
    if hooks.is_empty() {
        return Err(none().into());
    }
    let derived = derive(settings, console)?;
    let joined = join(&derived, settings)?;
    if joined.rows.is_empty() {
        return Err(UsageError::new("the store has no day to tell of yet")
            .hint("`storyturn run` brings in what the configuration names")
            .into());
    }
    let evidence = || flag_evidence(&joined.panel, &joined.rows, &settings.config.evaluate);
    let summaries = test_hooks(&hooks, &joined, &options(settings, true), &evidence)?;
    for summary in &summaries {
        match &summary.failed {
            None => console.say(format_args!("hook {}: took the test", summary.hook)),
            Some(why) => console.warn(&format!("hook {}: {why}", summary.hook)),
        }
        // Whoever tries a hook wants to see what it says.
        for line in &summary.heard {
            console.say(format_args!("  {line}"));
        }
    }
    let has_failed = summaries.iter().any(|summary| summary.failed.is_some());
    Ok(if has_failed { Exit::Failed } else { Exit::Done })
}

fn none() -> UsageError {
    UsageError::new("no hook is configured")
        .hint("`storyturn init` writes a file that explains [hooks]: a command or a webhook, told when the state changes")
}

fn list(args: &HooksListArgs, settings: &Settings, console: &Console) -> Result<Exit> {
    let store = settings.open_store(false)?;
    let hooks = &settings.config.hooks;
    let tellings = store.tellings()?;
    if hooks.is_empty() && tellings.is_empty() {
        return Err(none().into());
    }
    let pending = pending(&store, hooks)?;
    let table = told(&tellings, &pending);
    output::write_table(&args.table, Format::Table, &table)?;
    for (hook, _) in pending.iter().filter(|(_, waiting)| !waiting.listens) {
        console.say(format_args!(
            "hook {} ({}) is new: it listens from the next run on",
            hook.name, hook.target
        ));
    }
    Ok(Exit::Done)
}

/// Every hook with its changes: one row each, attempts counted.
fn told(tellings: &[Telling], pending: &[(&Hook, Waiting)]) -> Table {
    let columns = vec![
        Column::new("hook", "text", "its name"),
        Column::new("day", "date", "the day of the change, or the last one before it listened"),
        Column::new("from", "text", "the state before"),
        Column::new("to", "text", "the state after"),
        Column::new("what", "text", "listening, delivered, waiting, failed or lapsed"),
        Column::new("attempts", "count", "how often it was tried"),
        Column::new("at", "date", "when it was noted last"),
        Column::new("id", "text", "the id of the change"),
        Column::new("why", "text", "why it failed last"),
    ];
    // The first note of a change keeps its place.
    let mut places: BTreeMap<(&str, i32, &str), usize> = BTreeMap::new();
    let mut notes: Vec<(&Telling, i64)> = Vec::new();
    for telling in tellings {
        let place = *places.entry((&telling.hook, telling.day, &telling.id)).or_insert(notes.len());
        if place == notes.len() {
            notes.push((telling, 0));
        }
        let attempts = i64::from(matches!(telling.told, Told::Delivered | Told::Failed { .. }));
        notes[place] = (telling, notes[place].1 + attempts);
    }
    let mut rows: Vec<Vec<Cell>> = notes
        .into_iter()
        .map(|(telling, attempts)| {
            let (what, why) = match &telling.told {
                Told::Listening => ("listening", ""),
                Told::Delivered => ("delivered", ""),
                Told::Failed { why, .. } => ("failed", why.as_str()),
                Told::Lapsed => ("lapsed", ""),
            };
            vec![
                Cell::text(telling.hook.as_str()),
                Cell::day(Day(telling.day)),
                Cell::text(telling.from.as_str()),
                Cell::text(telling.to.as_str()),
                Cell::text(what),
                if telling.told == Told::Listening { Cell::Missing } else { Cell::Count(attempts) },
                Cell::text(format!("{:.0}", telling.at)),
                Cell::text(telling.id.as_str()),
                Cell::text(why),
            ]
        })
        .collect();
    for (hook, waiting) in pending {
        for pending in &waiting.changes {
            let change = pending.change;
            if places.contains_key(&(hook.name.as_str(), change.day.0, pending.id.as_str())) {
                continue;
            }
            rows.push(vec![
                Cell::text(hook.name.as_str()),
                Cell::day(change.day),
                Cell::text(change.from.as_str()),
                Cell::text(change.to.as_str()),
                Cell::text("waiting"),
                Cell::Count(0),
                Cell::Missing,
                Cell::text(pending.id.as_str()),
                Cell::Missing,
            ]);
        }
    }
    Table { columns, rows }
}
