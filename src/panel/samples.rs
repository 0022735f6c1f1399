//! Markets for the tests of `panel` and `signal`: golden synthetic ones from `tests/golden`, the real
//! one from the shared data, and made-up ones from closures. Test code only.

use std::{collections::BTreeMap, fs::File, path::Path, path::PathBuf};

use super::{Coverage, DayScore, Panel, PanelOptions};
use crate::calendar::{Clock, Day};
use crate::prices::{Observation, Provenance, Series, default_clock, parse_csv, series_for_file};

/// Scores and prices, as a panel takes them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Market {
    pub days: Vec<DayScore>,
    pub prices: BTreeMap<String, Series>,
}

impl Market {
    pub(crate) fn panel(&self) -> Panel {
        Panel::build(&self.days, &self.prices, &PanelOptions::default(), None).expect("nothing looks ahead")
    }

    /// The panel as of a day, prices being what they are.
    pub(crate) fn panel_until(&self, day: Day) -> Panel {
        let days: Vec<DayScore> = self.days.iter().filter(|score| score.day <= day).cloned().collect();
        Panel::build(&days, &self.prices, &PanelOptions::default(), Some(day)).expect("nothing looks ahead")
    }

    /// Adds a close a day for which there is one, with the series' default clock.
    pub(crate) fn with(mut self, name: &str, from: Day, closes: &[Option<f64>]) -> Self {
        let clock = default_clock(name);
        let closes = closes.iter().enumerate().filter_map(|(at, close)| Some((from + at as i32, (*close)?)));
        let row = |(day, close)| Observation::new(day, close, clock.available_at(day));
        let rows = closes.map(row).collect();
        self.prices.insert(name.to_owned(), Series { rows, ..Series::new(name, clock) });
        self
    }

    /// Adds a day of news with these standard scores of fear and debasement.
    pub(crate) fn with_news(mut self, day: Day, coverage: Coverage, fear: f64, debasement: f64) -> Self {
        self.days.push(DayScore {
            day,
            docs: 6,
            sources: 3,
            stories: 6,
            coverage,
            by_basis: [6, 0, 0],
            means: vec![Some(0.2), Some(0.1), Some(0.0)],
            z: vec![Some(fear), Some(debasement), Some(1.25)],
            errors: vec![None; 3],
            btc_framing: Some(0.5),
            mix_shift: None,
        });
        self
    }

    /// Whether this day brings news, or a close of Bitcoin or a metal.
    pub(crate) fn has_news_or_close(&self, day: Day) -> bool {
        let cut_off = PanelOptions::default().cut_off;
        let legs = ["btc", "silver", "gold"];
        let mut rows = legs.iter().filter_map(|leg| self.prices.get(*leg)).flat_map(|series| &series.rows);
        self.days.iter().any(|score| score.day == day)
            || rows.any(|row| cut_off.day_of(row.available_at) == day)
    }

    /// What is left when the world ends with this day: the cut that no earlier row may notice.
    pub(crate) fn cut_after(mut self, day: Day) -> Self {
        let until = PanelOptions::default().cut_off.of(day);
        self.days.retain(|score| score.day <= day);
        for series in self.prices.values_mut() {
            series.rows.retain(|row| row.available_at <= until);
        }
        self
    }

    /// The same world up to this day, and nonsense after it.
    pub(crate) fn poisoned_after(mut self, day: Day) -> Self {
        let until = PanelOptions::default().cut_off.of(day);
        for score in self.days.iter_mut().filter(|score| score.day > day) {
            score.z.fill(Some(1e9));
            score.means.fill(Some(1e9));
        }
        for series in self.prices.values_mut() {
            for row in series.rows.iter_mut().filter(|row| row.available_at > until) {
                row.close = 1e9;
            }
        }
        self
    }
}

/// A golden file and the series it was made from, each available on its own day: `synth_*` of the
/// repository, `real_*` of the shared data. Says so and gives nothing where the files are not there: a
/// packaged crate leaves them out.
pub(crate) fn golden(name: &str) -> Option<(serde_json::Value, BTreeMap<String, Series>)> {
    let (golden, prices) = match name.starts_with("real_") {
        true => (shared().join("golden"), shared().join("prices")),
        false => (PathBuf::from("tests/golden"), PathBuf::from("tests/golden/synth")),
    };
    let path = golden.join(format!("{name}.json"));
    let Ok(file) = File::open(&path) else {
        eprintln!("SKIPPED: {} is not there; STORYTURN_DATA says where the shared data lies", path.display());
        return None;
    };
    let golden = serde_json::from_reader(file).expect("golden files are JSON");
    let clock = |_: &str| Clock::SameDay { minutes: 19 * 60 };
    let files = [("btc", "btc"), ("gold", "gold"), ("silver", "silver"), ("dxy", "dollar")];
    Some((golden, load(&prices, &files, clock)))
}

fn shared() -> PathBuf {
    std::env::var_os("STORYTURN_DATA").map_or_else(|| PathBuf::from("../shared/data"), PathBuf::from)
}

/// The real market, where the shared data is at hand; says so where it is not.
pub(crate) fn real() -> Option<Market> {
    let folder = shared().join("prices");
    if !folder.is_dir() {
        eprintln!(
            "SKIPPED: {} is not there; STORYTURN_DATA says where the shared data lies",
            folder.display()
        );
        return None;
    }
    let files = ["btc", "gold", "silver", "dtwexbgs", "real_yield_10y", "fed_funds_upper"];
    let prices = load(&folder, &files.map(|file| (file, series_for_file(file))), default_clock);
    Some(Market { days: Vec::new(), prices })
}

fn load(folder: &Path, files: &[(&str, &str)], clock: impl Fn(&str) -> Clock) -> BTreeMap<String, Series> {
    let now = "2026-09-01T00:00:00Z".parse().expect("an instant");
    let mut prices = BTreeMap::new();
    for (file, name) in files {
        let text = File::open(folder.join(format!("{file}.csv"))).expect("price files lie together");
        let parsed = parse_csv(file, name, text, now).expect("sample files are clean");
        let mut series = Series::new(*name, clock(name));
        let sha256 = parsed.sha256.clone();
        let provenance = Provenance { provider: (*file).to_owned(), fetched_at: now, sha256, rows: 0 };
        series.merge(&parsed, provenance, clock(name), now);
        prices.insert((*name).to_owned(), series);
    }
    prices
}
