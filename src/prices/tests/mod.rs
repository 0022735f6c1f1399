//! Tests of `prices`: reading files, and series as they grow and are known.

mod answers;
mod growing;
mod reading;

use super::*;

const NOW: &str = "2026-01-26T12:00:00Z";

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}
