//! The signal's tests: golden values and real history here, the machine and the look-ahead proofs in
//! files of their own.

mod lookahead;
mod machine;
mod play;

use super::*;
use crate::panel::{Leg, Market, Panel, PanelOptions, golden, real};

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn golden_rows(name: &str) -> Option<(serde_json::Value, Vec<SignalRow>)> {
    let (golden, prices) = golden(name)?;
    let options = PanelOptions { btc_stale_days: 7, ..PanelOptions::default() };
    let panel = Panel::build(&[], &prices, &options, None).unwrap();
    Some((golden, signal(&panel, &SignalOptions::default())))
}

fn check_column(
    values: &serde_json::Value,
    rows: &[SignalRow],
    tolerance: f64,
    column: impl Fn(&SignalRow) -> Option<f64>,
) -> usize {
    let values = values.as_array().unwrap();
    for point in values {
        let row = &rows[(day(point[0].as_str().unwrap()) - rows[0].day) as usize];
        match (column(row), point[1].as_f64()) {
            (Some(value), Some(expected)) => {
                assert!((value - expected).abs() <= tolerance, "{}: {value}, expected {expected}", row.day);
            }
            (None, None) => {}
            (value, expected) => panic!("{}: {value:?}, expected {expected:?}", row.day),
        }
    }
    values.len()
}

#[test]
fn returns_and_gap_agree_with_the_golden_values() {
    for (name, days, weeks) in [("synth_02_divergence", 2191, 313), ("real_02_divergence", 4318, 617)] {
        let Some((golden, rows)) = golden_rows(name) else { continue };
        let values = &golden["values"];
        assert_eq!(check_column(&values["D60"], &rows, 1e-9, |row| row.divergence_60d), days);
        assert_eq!(check_column(&values["metals60"], &rows, 1e-9, |row| row.metals_60d), weeks);
        assert_eq!(check_column(&values["btc60"], &rows, 1e-9, |row| row.btc_60d), weeks);
    }
}

/// The table shows 60 days; the returns it is made of hold over any span.
#[test]
fn gaps_over_other_spans_agree_with_the_golden_values() {
    for (name, weeks) in [("synth_02_divergence", 313), ("real_02_divergence", 617)] {
        let Some((golden, prices)) = golden(name) else { continue };
        let options = PanelOptions { btc_stale_days: 7, ..PanelOptions::default() };
        let panel = Panel::build(&[], &prices, &options, None).unwrap();
        for (column, span) in [("D20", 20), ("D90", 90)] {
            let change = |leg, at: usize| {
                let then = at.checked_sub(span).and_then(|_| panel.close_before(leg, at, span))?;
                Some((panel.rows[at].quote(leg)?.value / then).ln())
            };
            let points = golden["values"][column].as_array().unwrap();
            assert_eq!(points.len(), weeks, "{name} {column}");
            for point in points {
                let at = (day(point[0].as_str().unwrap()) - panel.rows[0].day) as usize;
                let legs = [Leg::Silver, Leg::Gold, Leg::Btc].map(|leg| change(leg, at));
                let gap = match legs {
                    [Some(silver), Some(gold), Some(btc)] => Some((silver + gold) / 2.0 - btc),
                    _ => None,
                };
                match (gap, point[1].as_f64()) {
                    (Some(gap), Some(expected)) => assert!((gap - expected).abs() <= 1e-9, "{name} {column}"),
                    (gap, expected) => assert_eq!(gap, expected, "{name} {column}"),
                }
            }
        }
    }
}

#[test]
fn the_standardised_gap_agrees_with_the_golden_values() {
    for (name, sessions) in [("synth_03_zscore", 1451), ("real_03_zscore", 2970)] {
        let Some((golden, rows)) = golden_rows(name) else { continue };
        let compared = check_column(&golden["values"]["session_z252"], &rows, 1e-8, |row| row.divergence_z);
        assert_eq!(compared, sessions);
        // The same window over calendar days.
        let mut window = rolling::Window::new(365);
        let standardised: Vec<Option<f64>> = rows
            .iter()
            .map(|row| {
                window.push(row.divergence_60d);
                row.divergence_60d.and_then(|gap| window.z(gap, 182))
            })
            .collect();
        let of = |row: &SignalRow| standardised[(row.day - rows[0].day) as usize];
        assert!(check_column(&golden["values"]["calendar_z365"], &rows, 1e-8, of) > 300);
    }
}

#[test]
fn the_rank_is_the_share_of_earlier_values_at_or_below() {
    let Some((_, rows)) = golden_rows("synth_02_divergence") else {
        return;
    };
    let mut earlier: Vec<f64> = Vec::new();
    for row in &rows {
        let expected = row
            .divergence_60d
            .filter(|_| earlier.len() >= 365)
            .map(|gap| earlier.iter().filter(|value| **value <= gap).count() as f64 / earlier.len() as f64);
        assert_eq!(row.divergence_rank, expected, "{}", row.day);
        earlier.extend(row.divergence_60d);
    }
}

#[test]
fn narrative_means_weigh_days_by_age_and_skip_missing_ones() {
    let start = day("2024-02-20");
    let mut market = Market::default();
    for at in 0..120 {
        // Every tenth day is silent, every eleventh thin.
        let coverage =
            if at % 11 == 0 { crate::panel::Coverage::Thin } else { crate::panel::Coverage::Enough };
        if at % 10 != 0 {
            let level = f64::from(at % 7) / 3.0;
            market = market.with_news(start + at, coverage, -level, level + f64::from(at) / 50.0);
        }
    }
    let rows = signal(&market.panel(), &SignalOptions::default());
    let direct = |at: usize, half_life: f64| {
        let terms = rows[..=at].iter().filter_map(|row| {
            Some((row.narrative?, 0.5_f64.powf(f64::from(rows[at].day - row.day) / half_life)))
        });
        let (sum, weights) =
            terms.fold((0.0, 0.0), |(sum, all), (value, weight)| (sum + value * weight, all + weight));
        sum / weights
    };
    for at in 20..rows.len() {
        let (fast, slow) = (rows[at].narrative_7d.unwrap(), rows[at].narrative_28d.unwrap());
        assert!((fast - direct(at, 7.0)).abs() < 1e-12 && (slow - direct(at, 28.0)).abs() < 1e-12);
        assert_eq!(rows[at].turn, Some(fast - slow));
        let known: Vec<f64> = rows[..=at].iter().filter_map(|row| row.narrative_7d).collect();
        let mean = known.iter().sum::<f64>() / known.len() as f64;
        let variance =
            known.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (known.len() - 1) as f64;
        match rows[at].narrative_z {
            Some(z) => {
                assert!(known.len() >= 60 && (z - (fast - mean) / variance.sqrt()).abs() < 1e-9);
            }
            None => assert!(known.len() < 60),
        }
    }
    assert_eq!(rows[5].narrative_7d, None, "five days of news are not coverage");
    assert!(rows[0].day == start + 1 && rows[8].day == day("2024-02-29"), "the leap day is a day");
    assert!(rows.iter().all(|row| row.fear.is_none() == row.narrative.is_none() || row.narrative.is_none()));
}

/// The price-only history that the project's figures quote; the list of changes is a record, and a
/// change to it a change of the signal.
#[test]
fn real_history_price_only() {
    let Some(market) = real() else { return };
    let rows = signal(&market.panel(), &SignalOptions::default());
    let from = rows.partition_point(|row| row.day < day("2014-01-01"));
    let changes = rows[from - 1..].windows(2).filter(|pair| pair[0].state != pair[1].state);
    for row in changes.map(|pair| &pair[1]) {
        eprintln!("{} {:<14} {}", row.day, row.state, row.reason);
    }
    let january = &rows[rows.partition_point(|row| row.day < day("2026-01-23"))];
    assert_eq!((january.silver_high, january.gold_high), (Some(High::AllTime), Some(High::AllTime)));
    assert!(january.silver_60d.unwrap() > 0.6 && january.btc_60d.unwrap().abs() < 0.05);
    assert_eq!(january.last_cut_days, Some(43));
    let flags: Vec<String> =
        rows[from..].iter().filter(|row| row.flag).map(|row| row.day.to_string()).collect();
    assert_eq!(
        flags,
        ["2016-03-28", "2016-09-14", "2018-02-23", "2019-10-29", "2024-08-27", "2025-04-21", "2025-10-07"]
    );
    assert!(
        rows.iter().all(|row| row.basis == StateBasis::PriceOnly && row.reason.starts_with("price-only: "))
    );
}
