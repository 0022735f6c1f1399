//! The scan for a reader: what moved, what it changed, and what the best of so many is worth.
//!
//! What moved without any effect is named in one line, and stands in the table of `export` in full.

use std::fmt::Write;

use anyhow::Result;
use storyturn::evaluate::{EvaluateOptions, HORIZONS, P_LIMIT, Record, Scan, Variant};

use super::{BOLD, DIM, chance, percent};
use crate::output::wrap;

pub fn write(text: &mut String, scan: &Scan, options: &EvaluateOptions) -> Result<()> {
    let by = 100.0 * options.scan_share;
    let judged = scan.variants.len() * HORIZONS.len();
    writeln!(text, "\n{BOLD}The scan{BOLD:#}  {DIM}each threshold moved by {by:.0} %, one at a time{DIM:#}")?;
    let survivors = scan.variants.iter().flat_map(|variant| &variant.records);
    let survivors = survivors.filter(|record| record.q.is_some_and(|q| q <= P_LIMIT)).count();
    let said = format!(
        "{judged} verdicts of {} variants: {} differ from the one in force, {survivors} have a q of .05 or less among \
         all of them. Each is one more variant tried; the best of them is no finding. A threshold at zero is moved \
         by {by:.0} % of its measure's standard deviation.",
        scan.variants.len(),
        scan.changed
    );
    for line in wrap(&said, 2) {
        writeln!(text, "{line}")?;
    }
    let held: String = HORIZONS.iter().map(|horizon| format!(" {:>12}", format!("{horizon} d, p"))).collect();
    writeln!(text, "{DIM}  {:<20} {:>8} {:>8} {:>5}{held}{DIM:#}", "", "from", "to", "flags")?;
    let now = cells(&scan.now);
    writeln!(text, "  {:<20} {:>8} {:>8} {:>5}{now}", "as it is", "", "", scan.flags)?;
    let idle = |variant: &Variant| {
        let mut pairs = variant.records.iter().zip(&scan.now);
        variant.flags == scan.flags && pairs.all(|(moved, now)| moved.difference == now.difference)
    };
    for variant in scan.variants.iter().filter(|variant| !idle(variant)) {
        let (from, to) = (figure(variant.value), figure(variant.moved));
        let cells = cells(&variant.records);
        writeln!(text, "  {:<20} {from:>8} {to:>8} {:>5}{cells}", variant.key, variant.flags)?;
    }
    let pairs = scan.variants.chunk_by(|one, other| one.key == other.key);
    let without: Vec<&str> =
        pairs.filter(|pair| pair.iter().all(idle)).filter_map(|pair| Some(pair.first()?.key)).collect();
    if !without.is_empty() {
        for line in wrap(&format!("Moved without any effect on the flags: {}.", without.join(", ")), 2) {
            writeln!(text, "{line}")?;
        }
    }
    let best: Vec<String> = HORIZONS
        .iter()
        .zip(&scan.best)
        .filter_map(|(horizon, best)| {
            best.map(|(best, luck)| format!("{best:+.1} ({horizon} days, luck {luck:+.1})"))
        })
        .collect();
    if !best.is_empty() {
        let best = best.join(", ");
        let deflated = HORIZONS.iter().zip(&scan.deflated).filter_map(|(horizon, deflated)| {
            deflated.map(|deflated| format!("{:.0} % ({horizon} days)", 100.0 * deflated))
        });
        let deflated: Vec<String> = deflated.collect();
        let chances = if deflated.is_empty() {
            String::new()
        } else {
            format!(
                " The chance that the best return for its risk is more than the luck of trying (deflated Sharpe ratio; \
                 95 % would be needed): {}.",
                deflated.join(", ")
            )
        };
        let says = format!(
            "The best variant in standard errors, beside what the best of so many worthless ones would reach: {best}.{chances}"
        );
        for line in wrap(&says, 2) {
            writeln!(text, "{line}")?;
        }
    }
    Ok(())
}

/// Difference and p over each horizon.
fn cells(records: &[Record]) -> String {
    let cell = |record: &Record| {
        format!(" {:>12}", format!("{} {:>5}", percent(record.difference), chance(record.p)))
    };
    records.iter().map(cell).collect()
}

fn figure(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() >= 1.0 { format!("{value:.0}") } else { format!("{value:.3}") }
}
