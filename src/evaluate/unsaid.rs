//! What cannot be said of a history, and why: a series that is not loaded, too few days, no flag.
//!
//! One clause each, for the tool and the report to list beside the findings (`words`).

use super::{EvaluateOptions, Evaluation, HORIZONS, MIN_DAYS, weeks::least_weeks, words::of_measure};
use crate::panel::{Leg, Panel, PanelRow};
use crate::signal::SignalRow;

pub(super) fn unsaid(
    found: &Evaluation,
    panel: &Panel,
    rows: &[SignalRow],
    from: usize,
    options: &EvaluateOptions,
) -> Vec<String> {
    let least = least_weeks(options);
    let mut says = Vec::new();
    let (earlier, rows) = rows.split_at(from);
    if rows.is_empty() {
        let why = match panel.rows.last() {
            Some(row) => {
                format!("the history ends on {}, before the span's first day, {}", row.day, options.from)
            }
            None => "the span has no day with a close of btc or with news".to_owned(),
        };
        return vec![format!("nothing: {why}")];
    }
    for leg in [Leg::Btc, Leg::Silver, Leg::Gold, Leg::Dollar, Leg::RealYield, Leg::FedUpper] {
        let quoted = |row: &PanelRow| row.quote(leg).is_some();
        if panel.rows[from..].iter().any(quoted) {
            continue;
        }
        let has = if panel.rows.iter().any(quoted) { "has a close in the span" } else { "is loaded" };
        let lost = match leg {
            Leg::Btc => "without it nothing can be said of what followed",
            Leg::Silver | Leg::Gold => "without it there is no gap, no state and no flag",
            Leg::Dollar => "without it nothing can be said of a falling dollar, which raises the flag",
            Leg::RealYield => "nothing can be said of falling real yields",
            Leg::FedUpper => "nothing can be said of cuts",
        };
        says.push(format!("no {} {has}: {lost}", leg.name()));
    }
    let btc = rows.iter().any(|row| row.btc.is_some());
    for base in found.bases.iter().filter(|base| btc && base.days < MIN_DAYS) {
        says.push(format!(
            "returns over {} days: {} days have one, {MIN_DAYS} are needed to tell luck",
            base.horizon, base.days
        ));
    }
    if rows.iter().all(|row| row.turn.is_none()) {
        let why = if earlier.iter().any(|row| row.turn.is_some()) {
            "no day of the span has one"
        } else {
            "no news is loaded that it could be measured on"
        };
        says.push(format!("the narrative's turn: {why}"));
    } else if of_measure(found, "turn").is_empty() {
        let known = found.correlations.iter().filter(|found| found.measure == "turn");
        let most = known.map(|found| found.days).max().unwrap_or(0);
        says.push(format!(
            "whether the narrative's turn told anything: {most} days have both a turn and a return over {} days, {MIN_DAYS} are needed",
            HORIZONS[0]
        ));
    }
    if found.flags.is_empty() {
        says.push("what flags were worth: none was raised in the span".to_owned());
    }
    let led = |metal: &str| {
        found.lead_lag.iter().flat_map(|lead_lag| &lead_lag.leads).any(|lead| lead.metal == metal)
    };
    if btc && found.lead_lag.is_none() {
        says.push(format!(
            "whether metals lead: fewer than {least} weeks have Bitcoin and a metal, or a price never moves"
        ));
    } else if btc {
        for leg in [Leg::Silver, Leg::Gold].into_iter().filter(|leg| !led(leg.name())) {
            let metal = leg.name();
            says.push(format!(
                "whether {metal} leads: fewer than {least} weeks are shared by it and the others"
            ));
        }
    }
    says
}
