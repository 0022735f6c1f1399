//! Ten years of a busy desk: a million articles, daily prices, and what each command then costs.
//!
//! `cargo bench --bench scale` fills a store in a temporary folder through the public interface (seeded:
//! the same articles every time, one in four with a body, one in twelve a repeat), then runs each step
//! in a process of its own, as a command would, and prints seconds and peak memory beside the goal.
//! `SCALE_ARTICLES=100000` makes it smaller; `SCALE_STORE=DIR` keeps the store there for a profiler.
//! Collecting and tagging are left out: `spine` and `tag` measure them.

use std::{
    path::{Path, PathBuf},
    time::Instant,
};

use jiff::Timestamp;
use storyturn::{
    calendar::Day,
    document::{Article, Availability, Basis, Document, DocumentId},
    extract::fingerprint,
    index::IndexOptions,
    lexicon::Lexicons,
    panel::PanelOptions,
    pipeline::{Silent, Summing, joined, refresh, score_days},
    prices::{Observation, Series, default_clock},
    signal::SignalOptions,
    store::{AtEnd, OpenOptions, Store},
    tag::{Count, TagCounts, Tagger},
};

/// That of the tool.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const YEARS: i32 = 10;
const FIRST_DAY: i32 = 16_800;
const DAYS: i32 = YEARS * 365 + YEARS / 4;
/// Metals begin in 1968: an all-time high needs them.
const FIRST_PRICE: i32 = -730;
const SOURCES: u64 = 60;
/// What one new day brings.
const NEW: u64 = 1000;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    // Cargo adds `--bench`; a step is named by the process that starts it.
    match arguments.iter().position(|argument| argument == "--step") {
        Some(at) => step(&arguments[at + 1], Path::new(&arguments[at + 2])),
        None => all(),
    }
}

/// Every step with its goal: seconds and mebibytes.
const STEPS: [(&str, Option<f64>, &str); 4] = [
    ("fill", None, "articles and prices put"),
    ("rebuild", Some(30.0), "all days summed again, joined, states"),
    ("same", Some(0.3), "signal with nothing new"),
    ("day", Some(2.0), "signal after one new day of 1,000 articles"),
];

#[expect(clippy::print_stdout, clippy::disallowed_methods, reason = "the figures are what it is for")]
fn all() {
    let kept = std::env::var_os("SCALE_STORE").map(PathBuf::from);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = kept.unwrap_or_else(|| folder.path().join("store"));
    println!("{} articles over {DAYS} days", articles());
    for (name, goal, what) in STEPS {
        if name == "fill" && store.exists() {
            continue;
        }
        let program = std::env::current_exe().expect("this program");
        let begun = Instant::now();
        let ended = std::process::Command::new(program).arg("--step").arg(name).arg(&store).status();
        let all = begun.elapsed().as_secs_f64();
        assert!(ended.is_ok_and(|ended| ended.success()), "{name}");
        let goal = goal.map_or_else(String::new, |goal| format!(", goal {goal} s and 500 MB"));
        println!("    {all:.2} s from start to end of the process: {what}{goal}");
    }
}

fn articles() -> u64 {
    std::env::var("SCALE_ARTICLES").ok().and_then(|count| count.parse().ok()).unwrap_or(1_000_000)
}

/// One step in this process, timed from its first instruction to its last.
#[expect(clippy::print_stdout, clippy::disallowed_methods, reason = "time and figures are what it is for")]
fn step(name: &str, path: &Path) {
    let begun = Instant::now();
    let options = OpenOptions { create: name == "fill", at_end: AtEnd::Leave, ..OpenOptions::default() };
    let (store, tagger) = std::thread::scope(|scope| {
        let tagger = scope.spawn(|| Tagger::new(Lexicons::built_in()));
        (Store::open(path, &options), tagger.join())
    });
    let (mut store, tagger) = (store.expect("a store"), tagger.expect("the lexicons"));
    let opened = begun.elapsed().as_secs_f64();
    let mut told = String::new();
    match name {
        "fill" => fill(&mut store, &tagger),
        "rebuild" => store.clear_days().expect("the days are cleared"),
        "day" => {
            // The next ones, so that a store that is kept has a new day every time.
            let next = articles().max(store.stats().expect("counts").documents);
            put(&mut store, &tagger, next..next + NEW, DAYS);
        }
        _ => {}
    }
    if name != "fill" {
        let put = begun.elapsed().as_secs_f64();
        let summing = Summing::from(PanelOptions::default().cut_off);
        let done = refresh(&mut store, &tagger, summing, &Silent).expect("days");
        let refreshed = begun.elapsed().as_secs_f64();
        let more = store.stats().expect("counts").documents.saturating_sub(articles());
        let until = Day(FIRST_DAY + DAYS + (more / NEW) as i32);
        let days = score_days(&mut store, tagger.lexicons(), summing, &IndexOptions::default(), Some(until));
        let days = days.expect("scores");
        let scored = begun.elapsed().as_secs_f64();
        let lexicons = tagger.lexicons();
        let (panel, signal) = (PanelOptions::default(), SignalOptions::default());
        let joined = joined(&store, &days, lexicons, &panel, &signal, until).expect("rows");
        let all = begun.elapsed().as_secs_f64();
        told = format!(
            " (open {opened:.2}, put {:.2}, {} days summed {:.2}, standardised {:.2}, {} rows joined {:.2})",
            put - opened,
            done.days,
            refreshed - put,
            scored - refreshed,
            joined.rows.len(),
            all - scored,
        );
    }
    store.flush().expect("the store reaches the disk");
    println!("{name:<8} {:>7.2} s {:>5} MB{told}", begun.elapsed().as_secs_f64(), peak());
}

/// The most memory this process held, in megabytes; 0 where the system does not say.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0");
    line.split_whitespace().next().and_then(|kilobytes| kilobytes.parse::<u64>().ok()).unwrap_or(0) / 1000
}

fn fill(store: &mut Store, tagger: &Tagger) {
    put(store, tagger, 0..articles(), DAYS);
    for (number, name) in
        ["btc", "silver", "gold", "dollar", "real_yield", "fed_upper"].into_iter().enumerate()
    {
        let clock = default_clock(name);
        let first = if matches!(name, "silver" | "gold") { FIRST_PRICE } else { FIRST_DAY - 1000 };
        let close = |day: Day| {
            100.0 + 40.0 * (f64::from(day.0) / 97.0 + number as f64).sin() + f64::from(day.0.rem_euclid(13))
        };
        let mut series = Series::new(name, clock);
        series.rows = (first..FIRST_DAY + DAYS)
            .map(Day)
            .filter(|day| name == "btc" || day.weekday() < 5)
            .map(|day| Observation {
                day,
                close: close(day),
                available_at: clock.available_at(day),
                given_by: None,
            })
            .collect();
        store.put_series(&series).expect("prices are put");
    }
}

fn put(store: &mut Store, tagger: &Tagger, numbers: std::ops::Range<u64>, days: i32) {
    let names = tagger.lexicons().narratives.clone();
    let mut batch = Vec::with_capacity(1000);
    for number in numbers {
        batch.push(article(number, days, tagger));
        if batch.len() == 1000 {
            store.put(&batch, &names).expect("articles are put");
            batch.clear();
        }
    }
    store.put(&batch, &names).expect("articles are put");
}

/// The same number gives the same article.
fn article(number: u64, days: i32, tagger: &Tagger) -> (Document, TagCounts) {
    let total = articles();
    // What comes after the last is of the days after, one new day at a time.
    let day =
        if number < total { number * days as u64 / total } else { days as u64 + (number - total) / NEW };
    // One in twelve repeats what another source said a moment before.
    let said = if number.is_multiple_of(12) { number.saturating_sub(1) } else { number };
    let mut seed = said;
    let mut word = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        // Few words are frequent, most are rare: the square of a uniform number.
        let share = (seed >> 40) as f64 / (1_u64 << 24) as f64;
        format!("w{:x}", (share * share * 20_000.0) as u64)
    };
    let title: Vec<String> = (0..9).map(|_| word()).collect();
    let words = if number.is_multiple_of(4) { 300 } else { 0 };
    let text: Vec<String> = (0..words).map(|_| word()).collect();
    let (title, text) = (title.join(" "), text.join(" "));
    let second = (i64::from(FIRST_DAY) + day as i64) * 86_400 + (number * 311 % 86_000) as i64;
    let article = Article {
        url: Some(format!("https://source{}.example/{number}", number * 7 % SOURCES)),
        source: format!("source{}.example", number * 7 % SOURCES),
        language: Some("en".to_owned()),
        title,
        text,
        ..Article::default()
    };
    let narratives = tagger.lexicons().narratives.len();
    let mut counts = TagCounts {
        lexicon: tagger.lexicon_id(Some("en")).clone(),
        words: 9 + words,
        sentences: 2 + words / 20,
        narratives: vec![Count::default(); narratives],
        poles: [Count::default(); 2],
    };
    if said % 10 < 3 {
        counts.narratives[said as usize % narratives].asserted = 1000;
        counts.poles[said as usize % 2].asserted = 1000;
    }
    let at = Timestamp::from_second(second).expect("a time of these decades");
    let document = Document {
        id: DocumentId::of(&article),
        fingerprint: fingerprint(&article.title, &article.text),
        availability: Availability { at, basis: Basis::Claimed },
        article,
    };
    (document, counts)
}
