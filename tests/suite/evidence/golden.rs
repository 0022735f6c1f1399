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
    calendar::Day,
    evaluate::{Weekly, forward_returns, trailing_returns, weekly},
};

use crate::tool::shared_data;

/// Days after which a value that was not followed by another is unknown, as the golden files have it.
const STALE_DAYS: usize = 7;

/// A case: where its golden files and series lie, and the days it is about.
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) golden: PathBuf,
    pub(super) first: Day,
    pub(super) grid: BTreeMap<&'static str, Vec<Option<f64>>>,
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
        let own: BTreeMap<_, _> =
            ["btc", "gold", "silver", "dxy"].map(|series| (series, closes(folder, series))).into();
        let first = own["btc"][0].0;
        let grid = own.iter().map(|(series, rows)| (*series, carried(rows, first, to))).collect();
        Self { name, golden: golden.to_owned(), first, grid, own, from, to }
    }

    pub(super) fn golden(&self, file: &str) -> Value {
        json(&self.golden.join(format!("{}_{file}.json", self.name)))["values"].take()
    }

    /// The sample's part of values over the grid.
    pub(super) fn sample<T: Clone>(&self, values: &[T]) -> Vec<T> {
        values[(self.from - self.first) as usize..=(self.to - self.first) as usize].to_vec()
    }

    pub(super) fn divergence(&self) -> Vec<Option<f64>> {
        let [silver, gold, btc] =
            ["silver", "gold", "btc"].map(|series| trailing_returns(&self.grid[series], 60));
        let legs = silver.iter().zip(&gold).zip(&btc);
        legs.map(|((silver, gold), btc)| Some(((*silver)? + (*gold)?) / 2.0 - (*btc)?)).collect()
    }

    /// Returns over so many days, from the close of the day itself, as the golden files have it.
    pub(super) fn forward(&self, horizon: usize) -> Vec<Option<f64>> {
        forward_returns(&self.sample(&self.grid["btc"]), 0, horizon)
    }

    pub(super) fn weekly(&self, metal: &str) -> Weekly {
        let series = ["btc", "gold", "silver", "dxy"].map(|series| {
            let mut closes = vec![None; (self.to - self.from) as usize + 1];
            for (day, close) in self.own[series].iter().filter(|row| (self.from..=self.to).contains(&row.0)) {
                closes[(*day - self.from) as usize] = Some(*close);
            }
            closes
        });
        let place = ["btc", "gold", "silver", "dxy"].iter().position(|series| *series == metal).unwrap();
        let all = weekly(self.from, &[&series[0], &series[1], &series[2], &series[3]]);
        Weekly { weeks: all.weeks, returns: vec![all.returns[0].clone(), all.returns[place].clone()] }
    }
}

pub(super) fn json(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

pub(super) fn closes(folder: &Path, series: &str) -> Vec<(Day, f64)> {
    let text = fs::read_to_string(folder.join(format!("{series}.csv"))).unwrap();
    let rows = text.lines().skip(1).filter_map(|line| line.split_once(','));
    rows.map(|(day, close)| (day.parse().unwrap(), close.trim().parse().unwrap())).collect()
}

pub(super) fn carried(rows: &[(Day, f64)], first: Day, last: Day) -> Vec<Option<f64>> {
    let value = |day: Day| {
        let (from, close) = *rows[..rows.partition_point(|row| row.0 <= day)].last()?;
        ((day - from) as usize <= STALE_DAYS).then_some(close)
    };
    (first.0..=last.0).map(|day| value(Day(day))).collect()
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
