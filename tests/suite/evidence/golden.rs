//! The golden files of the evidence: their cases, their series, and how a value is compared.
//!
//! A case that is not there is skipped out loud. What is compared with what is the business of the tests.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;
use storyturn::{
    calendar::{Clock, Day},
    evaluate::{Weekly, forward_returns, weekly},
    panel::{Panel, PanelOptions},
    prices::{Provenance, Series, parse_csv},
    signal::{SignalOptions, SignalRow, signal},
};

use crate::tool::shared_data;

/// The files, and the names of their series in the tool.
const LEGS: [(&str, &str); 4] = [("btc", "btc"), ("gold", "gold"), ("silver", "silver"), ("dxy", "dollar")];

/// A case: where its golden files and series lie, and the days it is about.
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) golden: PathBuf,
    pub(super) first: Day,
    /// The joined table as the tool makes it, closes known on their own evening and Bitcoin's, as the files
    /// have it, for a week.
    pub(super) rows: Vec<SignalRow>,
    pub(super) own: BTreeMap<&'static str, Vec<(Day, f64)>>,
    pub(super) from: Day,
    pub(super) to: Day,
}

pub(super) fn cases() -> Vec<Case> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let synthetic = root.join("tests/golden");
    let mut cases = vec![Case::read("synth", &synthetic, &synthetic.join("synth"))];
    if let Some((golden, prices)) = shared_data("golden").zip(shared_data("prices")) {
        cases.push(Case::read("real", &golden, &prices));
    }
    cases
}

pub(super) fn day(text: &Value) -> Day {
    text.as_str().unwrap().parse().unwrap()
}

impl Case {
    pub(super) fn read(name: &'static str, golden: &Path, folder: &Path) -> Self {
        let definition = &json(&golden.join(format!("{name}_06_ic.json")))["definition"];
        let (from, to) = (day(&definition["sample_start"]), day(&definition["sample_end"]));
        let prices = LEGS.map(|(file, leg)| (leg.to_owned(), series(folder, file, leg))).into();
        let options = PanelOptions { btc_stale_days: 7, ..PanelOptions::default() };
        let panel = Panel::build(&[], &prices, &options, None).unwrap();
        let rows = signal(&panel, &SignalOptions::default());
        let closes = |leg: &str| prices[leg].rows.iter().map(|row| (row.day, row.close)).collect();
        let own = LEGS.map(|(file, leg)| (file, closes(leg))).into();
        Self { name, golden: golden.to_owned(), first: rows[0].day, rows, own, from, to }
    }

    pub(super) fn golden(&self, file: &str) -> Value {
        json(&self.golden.join(format!("{}_{file}.json", self.name)))["values"].take()
    }

    /// A column of the joined table over the sample.
    pub(super) fn column<T>(&self, of: impl Fn(&SignalRow) -> T) -> Vec<T> {
        let sample = (self.from - self.first) as usize..=(self.to - self.first) as usize;
        self.rows[sample].iter().map(of).collect()
    }

    pub(super) fn divergence(&self) -> Vec<Option<f64>> {
        self.column(|row| row.divergence_60d)
    }

    /// Returns over so many days, from the close of the day itself, as the golden files have it.
    pub(super) fn forward(&self, horizon: usize) -> Vec<Option<f64>> {
        forward_returns(&self.column(|row| row.btc), 0, horizon)
    }

    pub(super) fn weekly(&self, metal: &str) -> Weekly {
        let series = LEGS.map(|(series, _)| {
            let mut closes = vec![None; (self.to - self.from) as usize + 1];
            for (day, close) in self.own[series].iter().filter(|row| (self.from..=self.to).contains(&row.0)) {
                closes[(*day - self.from) as usize] = Some(*close);
            }
            closes
        });
        let place = LEGS.iter().position(|(series, _)| *series == metal).unwrap();
        let all = weekly(self.from, &[&series[0], &series[1], &series[2], &series[3]]);
        Weekly { weeks: all.weeks, returns: vec![all.returns[0].clone(), all.returns[place].clone()] }
    }
}

pub(super) fn json(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// A file as `prices import` takes it, each close known on its own evening.
fn series(folder: &Path, file: &str, leg: &str) -> Series {
    let now = "2026-09-01T00:00:00Z".parse().unwrap();
    let text = fs::read(folder.join(format!("{file}.csv"))).unwrap();
    let parsed = parse_csv(file, leg, text.as_slice(), now).unwrap();
    let clock = Clock::SameDay { minutes: 19 * 60 };
    let mut series = Series::new(leg, clock);
    let provenance =
        Provenance { provider: file.to_owned(), fetched_at: now, sha256: String::new(), rows: 0 };
    series.merge(&parsed, provenance, clock, now);
    series
}

pub(super) fn close_to(what: &str, seen: f64, expected: &Value, tolerance: f64) {
    let expected = expected.as_f64().unwrap();
    let off = (seen - expected).abs();
    assert!(
        off <= tolerance || off <= tolerance * expected.abs(),
        "{what}: {seen} is not {expected}, off by {off:e}"
    );
}

/// Within a share of the value alone.
pub(super) fn near(what: &str, seen: f64, expected: &Value, tolerance: f64) {
    let expected = expected.as_f64().unwrap();
    assert!((seen - expected).abs() <= tolerance * expected.abs(), "{what}: {seen} is not {expected}");
}

pub(super) fn list(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap()
}

pub(super) fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

pub(super) fn numbers(value: &Value) -> Vec<f64> {
    list(value).iter().map(number).collect()
}

pub(super) fn horizon(text: &str) -> usize {
    text.parse().unwrap()
}

pub(super) fn fields(value: &Value) -> &serde_json::Map<String, Value> {
    value.as_object().unwrap()
}
