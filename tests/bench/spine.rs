//! The main job in pieces, on text and prices made here: bytes a second beside the limit named.
//!
//! The limit of an import is the same rows parsed and thrown away (`read_only`); `import_again` is what a
//! run with nothing new pays. The join has no peer: its figure is days of history a second. Run with
//! `cargo bench --bench spine`.

use std::{collections::BTreeMap, fmt::Write as _, path::PathBuf};

use divan::{
    Bencher,
    counter::{BytesCount, ItemsCount},
};
use storyturn::{
    calendar::Day,
    collect::{RecordOptions, read_csv},
    export::{CsvText, joined_table, write_csv},
    extract::ExtractOptions,
    index::IndexOptions,
    lexicon::Lexicons,
    panel::{Panel, PanelOptions},
    pipeline::{ImportOptions, Input, Silent, import, refresh, score_days},
    prices::{Observation, Series, default_clock},
    signal::{SignalOptions, signal},
    store::Store,
    tag::Tagger,
};

fn main() {
    divan::main();
}

/// Headlines a day, and days: what a busy feed gives in a quarter.
const PER_DAY: usize = 100;
const DAYS: i32 = 90;

const TEXTS: &[&str] = &[
    "Gold jumps as investors flee to safe havens on fear of a wider war",
    "Fed cuts rates by 25 basis points and hints at more easing to come",
    "Exchange lists three new tokens after a quiet week",
    "Tariff fears ease as negotiators return to the table",
    "Deficit worries push bond yields higher and weaken the dollar",
    "Midfielder scores twice as champions win at home",
    "Bitcoin holds in a narrow range while silver climbs to a record",
    "Analysts see no sign of panic in money markets",
];

/// A CSV of headlines, deterministic, no two alike.
fn headlines() -> String {
    let mut csv = "published,source,title,url\n".to_owned();
    for day in 0..DAYS {
        for number in 0..PER_DAY {
            let text = TEXTS[(number * 7 + day as usize) % TEXTS.len()];
            let (date, hour, minute) = (Day(19_000 + day), number % 24, (number * 7) % 60);
            let source = format!("source{}.example", number % 17);
            writeln!(
                csv,
                "{date}T{hour:02}:{minute:02}:00Z,{source},{text} ({number}),https://{source}/{day}/{number}"
            )
            .expect("writing to a string does not fail");
        }
    }
    csv
}

fn file_of(csv: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("headlines.csv");
    #[expect(clippy::disallowed_methods, reason = "an input for the bench, in a folder of its own")]
    std::fs::write(&path, csv).expect("a temporary file");
    (folder, path)
}

fn options() -> ImportOptions {
    let now = "2026-01-01T00:00:00Z".parse().expect("a date");
    ImportOptions { now, extract: ExtractOptions::default() }
}

/// The limit of the import.
#[divan::bench]
fn read_only(bencher: Bencher) {
    let csv = headlines();
    let options = RecordOptions { max_record_bytes: 1 << 20, ..RecordOptions::default() };
    bencher.counter(BytesCount::new(csv.len())).bench(|| {
        read_csv("headlines", csv.as_bytes(), &options).expect("usable columns").filter(Result::is_ok).count()
    });
}

/// Parsed, identified, tagged, stored in memory and summed per day.
#[divan::bench(sample_count = 20)]
fn import_and_index(bencher: Bencher) {
    let csv = headlines();
    let (_folder, path) = file_of(&csv);
    let tagger = Tagger::new(Lexicons::built_in());
    bencher.counter(BytesCount::new(csv.len())).bench(|| {
        let mut store = Store::in_memory().expect("a store in memory");
        import(&mut store, &tagger, &[Input::new(&path)], &options(), &Silent).expect("importable");
        refresh(&mut store, &tagger, PanelOptions::default().cut_off, &Silent).expect("days");
    });
}

/// The same input, known already, and the days standardised again.
#[divan::bench(sample_count = 20)]
fn import_again(bencher: Bencher) {
    let csv = headlines();
    let (_folder, path) = file_of(&csv);
    let tagger = Tagger::new(Lexicons::built_in());
    let cut_off = PanelOptions::default().cut_off;
    let mut store = Store::in_memory().expect("a store in memory");
    import(&mut store, &tagger, &[Input::new(&path)], &options(), &Silent).expect("importable");
    bencher.counter(BytesCount::new(csv.len())).bench_local(|| {
        import(&mut store, &tagger, &[Input::new(&path)], &options(), &Silent).expect("importable");
        refresh(&mut store, &tagger, cut_off, &Silent).expect("days");
        score_days(&mut store, tagger.lexicons(), cut_off, &IndexOptions::default(), None).expect("days")
    });
}

/// Years of daily prices for the join.
const YEARS: i32 = 16;

fn prices() -> BTreeMap<String, Series> {
    let series = |(number, name): (usize, &str)| {
        let clock = default_clock(name);
        let mut series = Series::new(name, clock);
        let close =
            |day: Day| 100.0 + 40.0 * (f64::from(day.0) / 97.0 + number as f64).sin() + f64::from(day.0 % 13);
        series.rows = (0..YEARS * 365)
            .map(|day| Day(14_000 + day))
            .filter(|day| name == "btc" || day.weekday() < 5)
            .map(|day| Observation::new(day, close(day), clock.available_at(day)))
            .collect();
        (name.to_owned(), series)
    };
    ["btc", "silver", "gold", "dollar", "real_yield", "fed_upper"]
        .into_iter()
        .enumerate()
        .map(series)
        .collect()
}

/// Sixteen years of prices to panel, measures, states and CSV.
#[divan::bench(sample_count = 20)]
fn join_and_export(bencher: Bencher) {
    let prices = prices();
    bencher.counter(ItemsCount::new((YEARS * 365) as usize)).bench(|| {
        let panel = Panel::build(&[], &prices, &PanelOptions::default(), None).expect("no input looks ahead");
        let rows = signal(&panel, &SignalOptions::default());
        let mut bytes = Vec::new();
        write_csv(&joined_table(&panel, &rows, &[]), CsvText::Guarded, &mut bytes).expect("memory takes it");
        bytes
    });
}
