//! `signal --prove`: what was proven on the user's own store, and where it failed.
//!
//! The command fails where a row looks ahead, and where a leak planted on purpose is not found.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use anyhow::Result;
use storyturn::{
    export::{Cell, Column, Table},
    pipeline::{Check, Difference, Planted, Proof, ProveOptions, prove},
};

use super::{Derived, Nothing};
use crate::{
    args::{CutOffs, Format, SignalArgs},
    columns::shortened,
    console::{Console, counted, plain},
    exit::Exit,
    output::{self, wrap},
    settings::Settings,
};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const GOOD: Style = AnsiColor::Green.on_default().bold();
const BAD: Style = AnsiColor::Red.on_default().bold();
/// Characters shown of a value that differs: a reason is a sentence, the sums of a day are a page.
const VALUE_SHOWN: usize = 160;

pub fn run(
    args: &SignalArgs,
    CutOffs(cut_offs): CutOffs,
    derived: &Derived,
    settings: &Settings,
    console: &Console,
) -> Result<Exit> {
    let options = ProveOptions { cut_offs, seed: args.seed };
    let proof = prove(&derived.store, derived.made_with(settings), settings.as_of, options, console)?;
    if proof.span.is_none() {
        Nothing::of(&derived.store, settings, true)?.say(console);
    }
    match output::format(&args.table, Format::Table)? {
        Format::Table => output::write_text(&args.table, &shown(&proof, args.seed)?)?,
        form => output::write_table(&args.table, form, &table(&proof))?,
    }
    Ok(if proof.holds() { Exit::Done } else { Exit::Failed })
}

fn shown(proof: &Proof, seed: u64) -> Result<String> {
    let mut text = String::new();
    let Some((first, last)) = proof.span else {
        writeln!(text, "There is no row yet, and nothing to prove.")?;
        return Ok(text);
    };
    let mark = |good: bool| if good { format!("{GOOD}✓{GOOD:#}") } else { format!("{BAD}✗{BAD:#}") };
    writeln!(
        text,
        "{BOLD}Leaks planted on purpose{BOLD:#} {DIM}a check that misses one proves nothing{DIM:#}"
    )?;
    for Planted { what, caught } in &proof.planted {
        writeln!(text, "  {} {what}", mark(caught.is_some()))?;
        match caught {
            Some(Difference { row, column, .. }) => {
                writeln!(text, "      {DIM}caught: {column} of {row}{DIM:#}")?;
            }
            None => writeln!(
                text,
                "      {BAD}not caught{BAD:#}: more cut-offs may catch it, --prove all tries every day"
            )?,
        }
    }
    if proof.planted.is_empty() {
        writeln!(text, "  {DIM}none: too little is stored for any of them to change a row{DIM:#}")?;
    }
    writeln!(text, "\n{BOLD}No look-ahead{BOLD:#} {DIM}rows from {first} to {last}, seed {seed}{DIM:#}")?;
    for check in &proof.checks {
        let Check { what, cut_offs, records, rows, difference } = check;
        writeln!(text, "  {} {what}", mark(difference.is_none()))?;
        let cut_offs = counted(*cut_offs as u64, "cut-off", "cut-offs");
        let records = counted(*records, "record", "records");
        writeln!(text, "      {DIM}{cut_offs}, {records} changed, {rows} rows compared{DIM:#}")?;
        if let Some(Difference { cut_off, row, column, published, changed }) = difference {
            let value = |value: &str| shortened(&plain(value), VALUE_SHOWN);
            writeln!(text, "      {BAD}differs{BAD:#} at the cut-off of {cut_off}: {column} of {row}")?;
            writeln!(text, "        as shown   {}", value(published))?;
            writeln!(text, "        otherwise  {}", value(changed))?;
        }
    }
    let result = if proof.holds() {
        "No row saw what came after its day. This holds for what the store says of when each input came in; \
         `store stats` shows how much of that was seen, archived or only claimed."
    } else if proof.checks.iter().any(|check| check.difference.is_some()) {
        "A row saw what came after its day. That is a fault of the tool: please report it, with what is \
         printed here."
    } else if !proof.proves_something() {
        "Nothing is proven: too little is stored for a look ahead to show, had there been one. Import more \
         prices or articles."
    } else {
        "Nothing is proven: a check that misses a planted leak may miss another. Try more cut-offs."
    };
    writeln!(text)?;
    for line in wrap(result, 0) {
        writeln!(text, "{line}")?;
    }
    Ok(text)
}

fn table(proof: &Proof) -> Table {
    let columns = [
        "check",
        "what",
        "result",
        "cut_offs",
        "records",
        "rows",
        "cut_off",
        "row",
        "column",
        "published",
        "changed",
    ];
    let where_it_is = |difference: Option<&Difference>| {
        let Some(Difference { cut_off, row, column, published, changed }) = difference else {
            return vec![Cell::Missing; 5];
        };
        let texts = [column, published, changed].map(|text| Cell::text(text.as_str()));
        [Cell::day(*cut_off), Cell::day(*row)].into_iter().chain(texts).collect()
    };
    let planted = proof.planted.iter().map(|Planted { what, caught }| {
        let result = if caught.is_some() { "caught" } else { "missed" };
        let cells = [Cell::text("planted"), Cell::text(*what), Cell::text(result)];
        cells.into_iter().chain(vec![Cell::Missing; 3]).chain(where_it_is(caught.as_ref())).collect()
    });
    let checks = proof.checks.iter().map(|check| {
        let result = if check.difference.is_none() { "holds" } else { "fails" };
        let counts = [check.cut_offs as i64, check.records as i64, check.rows as i64].map(Cell::Count);
        let cells = [Cell::text("proof"), Cell::text(check.what), Cell::text(result)];
        cells.into_iter().chain(counts).chain(where_it_is(check.difference.as_ref())).collect()
    });
    Table {
        columns: columns.map(|name| Column::new(name, "", "")).to_vec(),
        rows: planted.chain(checks).collect(),
    }
}
