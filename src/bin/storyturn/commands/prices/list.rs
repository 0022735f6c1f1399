//! `prices list`: the series in the store, their closes, and what was changed in them.
//!
//! With `--as-of` only closes that were out by that evening. Nothing is judged here: `prices` points out.

use anyhow::Result;
use jiff::Timestamp;
use storyturn::{
    export::{Cell, Column, Table},
    prices::{Observation, Provenance, Review, Revised, Series},
};

use crate::{
    args::{Format, PricesListArgs},
    console::Console,
    exit::{Exit, UsageError},
    output,
    settings::Settings,
};

pub fn list(args: &PricesListArgs, settings: &Settings, console: &Console) -> Result<Exit> {
    let store = settings.open_store(false)?;
    let names = store.series_names()?;
    if let Some(unknown) = args.series.iter().find(|wanted| !names.contains(wanted)) {
        return Err(UsageError::new(format!("the store has no series {unknown:?}"))
            .hint("`storyturn prices list` shows those it has")
            .into());
    }
    let mut all = Vec::new();
    for name in names.iter().filter(|name| args.series.is_empty() || args.series.contains(name)) {
        let Some(mut series) = store.series(name)? else { continue };
        if let Some(until) = settings.until() {
            // A row out by then may have been taken in since: prices count from when they were out.
            series.rows.retain(|row| row.available_at <= until);
            if series.rows.is_empty() {
                continue;
            }
        }
        all.push(series);
    }
    if all.is_empty() && settings.is_looking_back {
        console.say(format_args!("no prices of the store were out by {}", settings.as_of));
    } else if all.is_empty() {
        console.say("the store holds no prices yet");
        console.hint("`storyturn prices fetch` or `storyturn prices import FILE` brings them in");
    }
    let table = match (args.revisions, args.days) {
        (true, _) => revisions(&all),
        (_, true) => days(&all),
        _ => overview(&all, settings.until(), console),
    };
    output::write_table(&args.table, Format::Table, &table)?;
    Ok(Exit::Done)
}

fn overview(all: &[Series], until: Option<Timestamp>, console: &Console) -> Table {
    let columns = vec![
        Column::new("series", "text", "the series' name; NAME@PROVIDER is a second provider's"),
        Column::new("rows", "count", "closes stored, revisions among them"),
        Column::new("first", "date", "first day with a close"),
        Column::new("last", "date", "last day with a close"),
        Column::new("close", "", "its close, in the series' own unit"),
        Column::new("available", "text", "when a close counts: UTC on its day, or later"),
        Column::new("from", "text", "the file or provider that gave rows last"),
        Column::new("taken in", "instant", "when it did"),
        Column::new("revisions", "count", "closes that were changed: `prices list --revisions` shows them"),
        Column::new("gaps", "count", "holes longer than a close is carried over: 7 days, for btc 2"),
        Column::new("jumps", "count", "closes more than 40 % from the one before"),
        Column::new("observed", "count", "rows whose availability was seen; that of the others is claimed"),
        Column::new("givers", "text", "who gave rows, with how many"),
    ];
    let row = |series: &Series| {
        let (first, last) = (series.rows.first(), series.rows.last());
        let was_read = |from: &&Provenance| until.is_none_or(|until| from.fetched_at <= until);
        let given = series.provenance.iter().rfind(was_read);
        let Review { revisions, observed, gaps, jumps, givers, .. } = series.review();
        for (from, to) in &gaps {
            console.detail(format_args!("{}: no close between {from} and {to}", series.name));
        }
        for day in &jumps {
            console.detail(format_args!("{}: jumps by more than 40 % on {day}", series.name));
        }
        let givers: Vec<String> =
            givers.iter().map(|(name, rows)| format!("{} {rows}", file_name(name))).collect();
        vec![
            Cell::text(&series.name),
            Cell::Count(series.rows.len() as i64),
            first.map_or(Cell::Missing, |row| Cell::day(row.day)),
            last.map_or(Cell::Missing, |row| Cell::day(row.day)),
            Cell::number(last.map(|row| row.close)),
            Cell::text(series.clock.to_string()),
            Cell::text(given.map(|from| file_name(&from.provider)).unwrap_or_default()),
            Cell::text(given.map(|from| format!("{:.0}", from.fetched_at)).unwrap_or_default()),
            Cell::Count(revisions.cast_signed()),
            Cell::Count(gaps.len() as i64),
            Cell::Count(jumps.len() as i64),
            Cell::Count(observed.cast_signed()),
            Cell::text(givers.join(", ")),
        ]
    };
    Table { columns, rows: all.iter().map(row).collect() }
}

fn revisions(all: &[Series]) -> Table {
    let columns = vec![
        Column::new("series", "text", "the series' name"),
        Column::new("day", "date", "the day the close is dated to"),
        Column::new("before", "", "what was known; empty where the day came in late"),
        Column::new("known_from", "instant", "from when on"),
        Column::new("after", "", "what is known since"),
        Column::new("since", "instant", "from when on"),
        Column::new("change", "share", "after less before, as a share of before"),
        Column::new("giver", "text", "the file or provider that changed it"),
    ];
    // A change has a close before it; a day that came in late has none.
    let row = |series: &Series, before: Option<Observation>, after: Observation| {
        let giver = series.giver(&after).map(|from| file_name(&from.provider).to_owned());
        vec![
            Cell::text(&series.name),
            Cell::day(after.day),
            Cell::number(before.map(|before| before.close)),
            Cell::text(before.map(|before| before.available_at.to_string()).unwrap_or_default()),
            Cell::Number(after.close),
            Cell::text(after.available_at.to_string()),
            Cell::number(before.map(|before| after.close / before.close - 1.0)),
            Cell::text(giver.unwrap_or_default()),
        ]
    };
    let rows = all.iter().flat_map(|series| {
        let changed =
            series.revisions().into_iter().map(|Revised { before, after, .. }| (Some(before), after));
        let late = series.late().into_iter().map(|late| (None, late));
        let mut told: Vec<(Option<Observation>, Observation)> = late.chain(changed).collect();
        told.sort_by_key(|(_, after)| (after.day, after.available_at));
        told.into_iter().map(|(before, after)| row(series, before, after)).collect::<Vec<_>>()
    });
    Table { columns, rows: rows.collect() }
}

fn days(all: &[Series]) -> Table {
    let columns = vec![
        Column::new("series", "text", "the series' name"),
        Column::new("day", "date", "the day the close is dated to"),
        Column::new("close", "", "the close; of a day with revisions each has a row"),
        Column::new("available_at", "instant", "from when on it counts"),
        Column::new("basis", "text", "observed: this tool saw it come; claimed: its clock says so"),
        Column::new("giver", "text", "the file or provider that gave it"),
        Column::new("fetched_at", "instant", "when it was taken in"),
        Column::new("sha256", "text", "of the bytes it was read from"),
    ];
    let mut rows = Vec::new();
    for series in all {
        for row in &series.rows {
            let giver = series.giver(row);
            let told = |what: fn(&Provenance) -> String| Cell::text(giver.map(what).unwrap_or_default());
            rows.push(vec![
                Cell::text(&series.name),
                Cell::day(row.day),
                Cell::Number(row.close),
                Cell::text(row.available_at.to_string()),
                Cell::text(series.seen(row).as_str()),
                told(|from| file_name(&from.provider).to_owned()),
                told(|from| format!("{:.0}", from.fetched_at)),
                told(|from| from.sha256.clone()),
            ]);
        }
    }
    Table { columns, rows }
}

/// The last part of a path: what tells one file from another.
fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
