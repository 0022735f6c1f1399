//! Actual cuts against expected ones: how much of what news tells of easing has happened, and how much
//! is yet to come. Days keep means alone, so the articles of the last two weeks are asked.

use super::{Joined, PipelineError, footing::footing, refresh::day_span};
use crate::{
    calendar::{CutOff, Day},
    lexicon::Lexicons,
    signal::{Evidence, SignalRow},
    store::Store,
};

/// The narrative that tells of cuts and other easing.
const EASING: &str = "liquidity";

/// Days that are looked at: between two decisions of the Fed lie six weeks, and what is expected of the
/// next one is told anew every week.
const DAYS: i32 = 14;

/// The item's name among the evidence.
const NAME: &str = "expected_cuts";

/// All evidence beside a row: what the row knows, what the articles of its last two weeks expect, and what
/// the dates of its last half year rest on.
pub fn evidence(
    store: &Store,
    lexicons: &Lexicons,
    cut_off: CutOff,
    joined: &Joined,
    row: &SignalRow,
) -> Result<Vec<Evidence>, PipelineError> {
    let mut evidence = row.evidence();
    // Expected cuts are read beside the actual ones.
    let place = evidence.iter().position(|item| item.name == "last_cut_days");
    let place = place.map_or(evidence.len(), |place| place + 1);
    evidence.insert(place, expected(store, lexicons, cut_off, row.day)?);
    evidence.push(footing(store, joined, cut_off, row)?.evidence());
    Ok(evidence)
}

fn expected(
    store: &Store,
    lexicons: &Lexicons,
    cut_off: CutOff,
    day: Day,
) -> Result<Evidence, PipelineError> {
    let (mut asserted, mut yet_to_come, mut telling) = (0_u64, 0_u64, 0_u32);
    if let Some(easing) = lexicons.narrative(EASING) {
        for scored in store.scored(day_span(cut_off, day - (DAYS - 1)).0, day_span(cut_off, day).1) {
            if let Some(count) = scored?.counts.narratives.get(easing).filter(|count| count.asserted > 0) {
                telling += 1;
                asserted += u64::from(count.asserted);
                yet_to_come += u64::from(count.expected);
            }
        }
    }
    if asserted == 0 {
        let words = format!("expected cuts are unknown: no article of the last {DAYS} days tells of easing");
        return Ok(Evidence { name: NAME, value: None, words });
    }
    let share = yet_to_come as f64 / asserted as f64;
    let percent = |share: f64| (100.0 * share).round();
    let words = format!(
        "of the easing (cuts, stimulus) that {telling} articles of the last {DAYS} days tell of, {} % is yet to come \
         and {} % has happened",
        percent(share),
        100.0 - percent(share)
    );
    Ok(Evidence { name: NAME, value: Some(share), words })
}
