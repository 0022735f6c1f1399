//! Series as files are merged into them, and what was known of them when.

use std::{fs::File, path::PathBuf};

use super::*;

fn merge(series: &mut Series, rows: &[(&str, f64)], now: &str) -> Merged {
    let rows = rows.iter().map(|(on, close)| (day(on), *close)).collect();
    let parsed = ParsedPrices { rows, ..ParsedPrices::default() };
    let provenance =
        Provenance { provider: "file.csv".to_owned(), fetched_at: at(now), sha256: String::new(), rows: 9 };
    let clock = series.clock;
    series.merge(&parsed, provenance, clock, at(now))
}

fn shown(series: &Series) -> Vec<String> {
    series.rows.iter().map(|row| format!("{}={} {}", row.day, row.close, row.available_at)).collect()
}

#[test]
fn merging_adds_keeps_and_revises() {
    let mut gold = Series::new(GOLD, default_clock(GOLD));
    let merged = merge(&mut gold, &[("2026-01-22", 10.0), ("2026-01-23", 11.0)], "2026-01-24T00:00:00Z");
    assert_eq!(merged, Merged { added: 2, ..Merged::default() });
    let rows = [("2026-01-21", 9.0), ("2026-01-22", 10.5), ("2026-01-23", 11.000_001), ("2026-01-26", 12.0)];
    let merged = merge(&mut gold, &rows, "2026-01-26T12:00:00Z");
    assert_eq!(
        merged,
        Merged { added: 1, unchanged: 1, revised: 1, open: vec![day("2026-01-26")], ..Merged::default() }
    );
    assert_eq!(
        shown(&gold),
        [
            "2026-01-21=9 2026-01-21T19:00:00Z",
            "2026-01-22=10 2026-01-22T19:00:00Z",
            "2026-01-22=10.5 2026-01-26T12:00:00Z",
            "2026-01-23=11 2026-01-23T19:00:00Z",
        ]
    );
    assert_eq!(gold.provenance.iter().map(|provenance| provenance.rows).collect::<Vec<_>>(), [2, 2]);
    // The same file again changes nothing; what was revised away and back is revised twice.
    let before = gold.clone();
    assert_eq!(merge(&mut gold, &rows, "2026-01-26T13:00:00Z").unchanged, 3);
    assert_eq!(gold, before);
    assert_eq!(merge(&mut gold, &[("2026-01-22", 10.0)], "2026-01-27T00:00:00Z").revised, 1);
    assert_eq!(gold.vintage_on("2026-01-25T00:00:00Z"), "2026-01-21=9 2026-01-22=10 2026-01-23=11");
    assert_eq!(gold.vintage_on("2026-01-26T12:00:00Z"), "2026-01-21=9 2026-01-22=10.5 2026-01-23=11");
    assert_eq!(gold.vintage_on("2026-01-27T00:00:00Z"), "2026-01-21=9 2026-01-22=10 2026-01-23=11");
}

impl Series {
    fn vintage_on(&self, instant: &str) -> String {
        let mut vintage = self.vintage();
        vintage.advance(at(instant));
        vintage
            .known()
            .iter()
            .map(|known| format!("{}={}", known.day, known.close))
            .collect::<Vec<_>>()
            .join(" ")
    }
}

#[test]
fn a_hole_that_a_later_file_fills_counts_from_then_on() {
    let mut gold = Series::new(GOLD, default_clock(GOLD));
    merge(
        &mut gold,
        &[("2025-10-09", 9.0), ("2025-10-10", 10.0), ("2025-10-20", 20.0)],
        "2025-10-21T08:00:00Z",
    );
    let rows = [("2025-10-08", 8.0), ("2025-10-13", 13.0), ("2025-10-20", 20.0), ("2025-10-21", 21.0)];
    let merged = merge(&mut gold, &rows, "2025-11-03T08:00:00Z");
    assert_eq!((merged.added, merged.late, merged.unchanged), (3, 1, 1));
    assert_eq!(
        shown(&gold),
        [
            // Older history and newer days are claimed by the clock.
            "2025-10-08=8 2025-10-08T19:00:00Z",
            "2025-10-09=9 2025-10-09T19:00:00Z",
            "2025-10-10=10 2025-10-10T19:00:00Z",
            "2025-10-13=13 2025-11-03T08:00:00Z",
            "2025-10-20=20 2025-10-20T19:00:00Z",
            "2025-10-21=21 2025-10-21T19:00:00Z",
        ]
    );
    let before = gold.clone();
    assert_eq!(merge(&mut gold, &rows, "2025-11-04T08:00:00Z").unchanged, 4);
    assert_eq!(gold, before);
    // Files of one import are one import, whatever their order.
    let mut years = Series::new(GOLD, default_clock(GOLD));
    for day in ["2019-03-01", "2021-03-01", "2020-03-02"] {
        assert_eq!(merge(&mut years, &[(day, 9.0)], "2025-11-03T08:00:00Z").late, 0, "{day}");
    }
    assert_eq!(merge(&mut years, &[("2020-03-03", 9.0)], "2025-11-03T09:00:00Z").late, 1);
    // A replaced series is a new one.
    let mut fresh = Series::new(GOLD, default_clock(GOLD));
    assert_eq!(merge(&mut fresh, &rows, "2025-11-03T08:00:00Z").late, 0);
}

#[test]
fn a_close_published_with_a_lag_is_no_open_bar() {
    let mut dollar = Series::new(DOLLAR, default_clock(DOLLAR));
    assert_eq!(merge(&mut dollar, &[("2026-01-23", 120.0)], "2026-01-26T12:00:00Z").added, 1);
    assert_eq!(shown(&dollar), ["2026-01-23=120 2026-01-31T00:00:00Z"]);
    // Revised before it counts, it counts from the same instant, as revised.
    merge(&mut dollar, &[("2026-01-23", 121.0)], "2026-01-27T12:00:00Z");
    assert_eq!(dollar.vintage_on("2026-01-30T23:59:59Z"), "");
    assert_eq!(dollar.vintage_on("2026-01-31T00:00:00Z"), "2026-01-23=121");
}

fn rising(from: &str, closes: &[f64]) -> Series {
    let mut series = Series::new(GOLD, default_clock(GOLD));
    let rows = closes.iter().enumerate().map(|(at, close)| (day(from) + at as i32, *close)).collect();
    let parsed = ParsedPrices { rows, ..ParsedPrices::default() };
    let provenance =
        Provenance { provider: String::new(), fetched_at: at(NOW), sha256: String::new(), rows: 0 };
    series.merge(&parsed, provenance, default_clock(GOLD), at(NOW));
    series
}

#[test]
fn highs_need_a_year_and_all_time_needs_1968() {
    let check = |from: &str, closes: &[f64], expected: Option<High>| {
        let series = rising(from, closes);
        let mut vintage = series.vintage();
        vintage.advance(at(NOW));
        assert_eq!(vintage.last().unwrap().high, expected);
    };
    let flat = |days: usize, last: f64| [vec![1.0; days], vec![last]].concat();
    check("2020-01-01", &flat(251, 2.0), None);
    check("2020-01-01", &flat(252, 2.0), Some(High::LoadedHistory));
    check("2020-01-01", &flat(252, 1.0), Some(High::None));
    check("1968-03-01", &flat(252, 2.0), Some(High::AllTime));
    check("1969-01-01", &flat(252, 2.0), Some(High::LoadedHistory));
    check("1968-03-01", &[vec![3.0], flat(252, 2.0)].concat(), Some(High::YearHigh));
}

#[test]
fn a_revision_reclassifies_from_when_it_was_seen() {
    let mut gold = rising("2020-01-01", &[vec![1.0; 252], vec![2.0]].concat());
    merge(&mut gold, &[("2020-05-01", 3.0)], "2026-01-26T12:00:00Z");
    let mut vintage = gold.vintage();
    assert_eq!(vintage.advance(at("2026-01-26T11:59:59Z")), []);
    assert_eq!(vintage.last().unwrap().high, Some(High::LoadedHistory));
    assert_eq!(
        vintage.advance(at("2026-01-26T12:00:00Z")),
        [Revision { observed: day("2020-05-01"), close: 3.0 }]
    );
    assert_eq!((vintage.last().unwrap().high, vintage.last().unwrap().last_high), (Some(High::None), None));
}

/// After the last close of every file.
const AFTER: &str = "2026-09-01T00:00:00Z";

/// A golden file, and the closes of a series it was made from; skipped loudly where they are not there.
fn golden(name: &str, series: &str) -> Option<(serde_json::Value, Series)> {
    let shared = std::env::var_os("STORYTURN_DATA").map_or_else(|| "../shared/data".into(), PathBuf::from);
    let (folder, prices) = match name.starts_with("real_") {
        true => (shared.join("golden"), shared.join("prices")),
        false => (PathBuf::from("tests/golden"), PathBuf::from("tests/golden/synth")),
    };
    let path = folder.join(format!("{name}.json"));
    let Ok(file) = File::open(&path) else {
        eprintln!("SKIPPED: {} is not there; STORYTURN_DATA says where the shared data lies", path.display());
        return None;
    };
    let text = File::open(prices.join(format!("{series}.csv"))).unwrap();
    let parsed = parse_csv(series, series, text, at(AFTER)).unwrap();
    let mut grown = Series::new(series, default_clock(series));
    let provenance =
        Provenance { provider: String::new(), fetched_at: at(AFTER), sha256: String::new(), rows: 0 };
    grown.merge(&parsed, provenance, default_clock(series), at(AFTER));
    Some((serde_json::from_reader(file).unwrap(), grown))
}

fn sample(golden: &serde_json::Value) -> (Day, Day) {
    let end = |end: &str| day(golden["definition"][end].as_str().unwrap());
    (end("sample_start"), end("sample_end"))
}

#[test]
fn highs_agree_with_the_golden_values() {
    for (name, highest) in [("synth_09_highs", High::LoadedHistory), ("real_09_highs", High::AllTime)] {
        for metal in [GOLD, SILVER] {
            let Some((golden, series)) = golden(name, metal) else { continue };
            let (from, to) = sample(&golden);
            let mut vintage = series.vintage();
            vintage.advance(at(AFTER));
            let inside = || vintage.known().iter().filter(|known| known.day >= from && known.day <= to);
            let highs = inside().filter(|known| known.high == Some(highest));
            let highs: Vec<String> = highs.map(|known| known.day.to_string()).collect();
            let expected = &golden["values"][metal];
            assert_eq!(serde_json::json!(highs), expected["ath"], "{name} {metal}");
            let mut years = std::collections::BTreeMap::new();
            for known in inside().filter(|known| known.high.is_some_and(|high| high != High::None)) {
                *years.entry(known.day.year().to_string()).or_insert(0) += 1;
            }
            assert_eq!(serde_json::json!(years), expected["high252_count_by_year"], "{name} {metal}");
        }
    }
}

#[test]
fn drawdowns_agree_with_the_golden_values() {
    for name in ["synth_10_drawdown", "real_10_drawdown"] {
        for asset in [BTC, GOLD, SILVER] {
            let Some((golden, mut series)) = golden(name, asset) else { continue };
            let (from, to) = sample(&golden);
            // The peak of the golden values starts with their sample.
            series.rows.retain(|row| row.day >= from && row.day <= to);
            let mut vintage = series.vintage();
            vintage.advance(at(AFTER));
            let known = vintage.known();
            let expected = &golden["values"][asset];
            let near =
                |value: f64, expected: &serde_json::Value| (value - expected.as_f64().unwrap()).abs() <= 1e-9;
            let deepest = known.iter().min_by(|a, b| a.drawdown().total_cmp(&b.drawdown())).unwrap();
            assert!(near(deepest.drawdown(), &expected["max_drawdown"]), "{name} {asset}");
            assert_eq!(deepest.day.to_string(), expected["trough"].as_str().unwrap());
            assert!(near(known.last().unwrap().drawdown(), &expected["last_drawdown"]), "{name} {asset}");
            let points = expected["series"].as_array().unwrap();
            assert!(points.len() >= 30);
            for point in points {
                let on = day(point[0].as_str().unwrap());
                let known = known.iter().find(|known| known.day == on).unwrap();
                assert!(near(known.drawdown(), &point[1]), "{name} {asset} on {on}");
            }
        }
    }
}
