//! `prices fetch`: asks the configured providers; and the part of `run` that does.
//!
//! The only place that reads keys, from the variables that the configuration names; none is ever printed.

use std::collections::BTreeMap;

use anyhow::Result;
use storyturn::{
    config::{Config, PROVIDERS},
    export::{Cell, Column, Table},
    pipeline::{FetchOptions, FetchSummary, PlannedFetch, Progress, Retry, fetch_prices, plan_prices},
    prices::{Comparison, Provider},
    store::Store,
};

use crate::{
    args::{Format, PricesFetchArgs},
    commands::collect,
    console::{Console, counted},
    exit::{Exit, UsageError},
    output,
    settings::Settings,
};

pub fn fetch(args: &PricesFetchArgs, settings: &Settings, console: &Console) -> Result<Exit> {
    let hint = "use --from DATE to ask for earlier closes";
    settings.shows_no_evening("what is fetched is first seen today", hint)?;
    let providers = configured(args, settings, console)?;
    let asked = providers.iter().filter(|provider| is_asked(provider, args));
    let only = asked.map(|provider| provider.name.clone()).collect();
    let options = FetchOptions {
        from: args.from,
        only: Some(only),
        ..options(settings, &providers, args.dry_run, console)?
    };
    if args.dry_run {
        // A dry run makes no store.
        let store = settings.store.exists().then(|| settings.open_store(false)).transpose()?;
        let planned = plan_prices(store.as_ref(), &providers, &options, settings.now)?;
        output::write_table(&args.table, Format::Table, &planned_table(&planned))?;
        return Ok(Exit::Done);
    }
    let mut store = settings.open_store(true)?;
    let summaries = fetch_prices(&mut store, &providers, &options, settings.now, console)?;
    console.finish_skips();
    output::write_table(&args.table, Format::Table, &summary_table(&summaries))?;
    if summaries.iter().any(|summary| summary.revised > 0) {
        console.hint(
            "`storyturn prices list --revisions` shows what was known before, and since when it is not",
        );
    }
    if summaries.iter().any(|summary| summary.skipped.is_some()) {
        console.hint("a file is always an alternative: `storyturn prices import --series NAME FILE`");
    }
    Ok(status(&summaries))
}

/// What `run` asks: the configured providers that are switched on.
pub fn for_run(store: &mut Store, settings: &Settings, console: &Console) -> Result<Vec<FetchSummary>> {
    let providers = &settings.config.providers;
    let options = options(settings, providers, false, console)?;
    Ok(fetch_prices(store, providers, &options, settings.now, console)?)
}

/// 3 where a provider was skipped, 0 otherwise.
pub fn status(summaries: &[FetchSummary]) -> Exit {
    if summaries.iter().any(|summary| summary.skipped.is_some()) { Exit::Skipped } else { Exit::Done }
}

/// A line for `run`.
pub fn say(summaries: &[FetchSummary], console: &Console) {
    let sum = |count: fn(&FetchSummary) -> u64| summaries.iter().map(count).sum::<u64>();
    let mut line = format!(
        "prices from {}: {}",
        counted(summaries.len() as u64, "provider", "providers"),
        counted(sum(|summary| summary.added), "new close", "new closes"),
    );
    let rest = [
        (sum(|summary| summary.revised), "revised: from now on, days before keep what was known then"),
        (sum(|summary| summary.late), "late"),
        (sum(|summary| u64::from(summary.skipped.is_some())), "skipped"),
    ];
    for (count, what) in rest {
        if count > 0 {
            line.push_str(&format!(", {count} {what}"));
        }
    }
    console.say(line);
}

/// All providers; refuses names that none of them has.
fn configured(args: &PricesFetchArgs, settings: &Settings, console: &Console) -> Result<Vec<Provider>> {
    let mut providers = settings.config.providers.clone();
    if providers.is_empty() {
        console.say("no [[provider]] is configured: the usual ones are asked");
        providers = usual();
    }
    let unknown = |wanted: &[String], known: fn(&Provider) -> &str| {
        wanted.iter().find(|name| providers.iter().all(|provider| known(provider) != **name)).cloned()
    };
    if let Some(name) = unknown(&args.providers, |provider| &provider.name) {
        return Err(UsageError::new(format!("no provider is called {name:?}"))
            .hint("`storyturn prices fetch --dry-run` lists them")
            .into());
    }
    if let Some(name) = unknown(&args.series, |provider| &provider.series) {
        return Err(UsageError::new(format!("no provider feeds a series {name:?}"))
            .hint("`storyturn prices fetch --dry-run` lists them; `prices import` takes a file of your own")
            .into());
    }
    if !args.dry_run && providers.iter().all(|provider| !is_asked(provider, args)) {
        return Err(UsageError::new("no provider is switched on")
            .hint("--provider NAME asks one all the same")
            .into());
    }
    Ok(providers)
}

/// The providers that ship with the tool.
fn usual() -> Vec<Provider> {
    Config::parse(PROVIDERS, std::path::Path::new("")).expect("the presets are tested").providers
}

fn is_asked(provider: &Provider, args: &PricesFetchArgs) -> bool {
    let of_series = args.series.is_empty() || args.series.contains(&provider.series);
    let named = args.providers.contains(&provider.name);
    of_series && (named || args.providers.is_empty() && provider.enabled)
}

/// How providers are asked, and the keys that the environment holds for them. A dry run asks nobody: no
/// contact is needed.
fn options(
    settings: &Settings,
    providers: &[Provider],
    is_dry: bool,
    console: &Console,
) -> Result<FetchOptions> {
    let collector = match is_dry {
        true => settings.config.collect.clone(),
        false => collect::options(settings, Retry::No)?.collector,
    };
    let mut keys = BTreeMap::new();
    for key in providers.iter().filter_map(|provider| provider.key.as_ref()) {
        match std::env::var(&key.variable) {
            Ok(value) if value.chars().all(|char| char.is_ascii_graphic()) && !value.is_empty() => {
                keys.insert(key.variable.clone(), value);
            }
            // It is not told what it holds.
            Ok(_) => console.warn(&format!("{} holds no key: it is not sent", key.variable)),
            Err(_) => {}
        }
    }
    Ok(FetchOptions { collector, keys, ..FetchOptions::default() })
}

fn summary_table(summaries: &[FetchSummary]) -> Table {
    let columns = vec![
        Column::new("provider", "text", "the provider's name"),
        Column::new("series", "text", "the series its closes are kept in"),
        Column::new("from", "date", "first day asked for"),
        Column::new("newest", "date", "last day it gave a close for"),
        Column::new("added", "count", "days that were not stored"),
        Column::new("late", "count", "of these, days that an earlier answer should have had"),
        Column::new("known", "count", "days stored with this close"),
        Column::new("revised", "count", "days stored with another close: both are kept"),
        Column::new("others", "count", "days for which another provider's close stands"),
        Column::new("open", "count", "bars that were not over, left out"),
        Column::new("missing", "count", "days it says have no close"),
        Column::new("why", "text", "why it was skipped; how it differs from another provider"),
    ];
    let count = |count: u64| Cell::Count(count.cast_signed());
    let row = |one: &FetchSummary| {
        vec![
            Cell::text(&one.provider),
            Cell::text(&one.series),
            one.from.map_or(Cell::Missing, Cell::day),
            one.newest.map_or(Cell::Missing, Cell::day),
            count(one.added),
            count(one.late),
            count(one.unchanged),
            count(one.revised),
            count(one.others),
            count(one.open),
            count(one.missing),
            Cell::text(why(one)),
        ]
    };
    Table { columns, rows: summaries.iter().map(row).collect() }
}

fn why(one: &FetchSummary) -> String {
    if let Some(reason) = &one.skipped {
        return format!("skipped: {reason}");
    }
    if let Some(Comparison { other, days, median, largest: (day, most), .. }) = &one.compared {
        return format!(
            "differs from {other} by {median:.4} in the median of {days} days, {most:.4} on {day}"
        );
    }
    if one.unchanged_answer { "not changed".to_owned() } else { String::new() }
}

fn planned_table(planned: &[PlannedFetch]) -> Table {
    let columns = vec![
        Column::new("provider", "text", "the provider's name"),
        Column::new("series", "text", "the series its closes would be kept in"),
        Column::new("asked", "text", "whether it would be asked"),
        Column::new("from", "date", "first day asked for"),
        Column::new("to", "date", "last day asked for"),
        Column::new("requests", "count", "how many it takes"),
        Column::new("pause_secs", "seconds", "between two requests to the host"),
        Column::new("url", "text", "the first address"),
        Column::new("why", "text", "what is to be known about it"),
    ];
    let row = |planned: &PlannedFetch| {
        vec![
            Cell::text(&planned.provider),
            Cell::text(&planned.series),
            Cell::text(if planned.asked { "yes" } else { "no" }),
            Cell::day(planned.from),
            Cell::day(planned.to),
            Cell::Count(planned.requests.cast_signed()),
            Cell::Number(planned.pause.as_secs_f64()),
            Cell::text(&planned.url),
            Cell::text(&planned.why),
        ]
    };
    Table { columns, rows: planned.iter().map(row).collect() }
}
