//! The journal: what `run` published stands, whatever is taken in later, and the difference is shown.

use std::process::Stdio;

use crate::tool::Tool;

fn prices(days: i32, at: impl Fn(i32) -> f64) -> String {
    let mut csv = "date,close\n".to_owned();
    for day in 1..=days {
        csv.push_str(&format!("2024-01-{day:02},{}\n", at(day)));
    }
    csv
}

const CONFIG: &str = "[store]\npath = \"store\"\n[[prices]]\npath = \"btc.csv\"\n[[prices]]\npath = \"gold.csv\"\n\
[[prices]]\npath = \"silver.csv\"\n[[export]]\npath = \"signal.csv\"\n";

/// A store of twenty days that was published once.
fn published() -> Tool {
    let tool = Tool::new();
    let metal = prices(20, |day| 2000.0 + f64::from(day));
    tool.write("storyturn.toml", CONFIG)
        .write("btc.csv", prices(20, |day| 40_000.0 + f64::from(day)))
        .write("gold.csv", &metal)
        .write("silver.csv", &metal);
    let ran = tool.done(&["run"]);
    assert!(ran.err.contains("journal: 20 days published"), "{}", ran.err);
    tool
}

/// The rows as published, without the instant and the hashes behind them.
fn rows(tool: &Tool) -> String {
    let csv = tool.done(&["export", "--published"]).out;
    csv.lines().map(|line| format!("{}\n", line.rsplitn(4, ',').nth(3).unwrap())).collect()
}

#[test]
fn what_was_published_is_what_was_exported() {
    let tool = published();
    assert_eq!(rows(&tool), tool.read("signal.csv"));
    let json = tool.done(&["export", "--published", "--format", "json", "--last", "1"]).out;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((json[0]["day"].as_str(), json[0]["btc"].as_f64()), (Some("2024-01-20"), Some(40_020.0)));
    assert!(json[0]["published_at"].as_str().unwrap().starts_with("20"));
    let hashes = ["news_hash", "prices_hash"].map(|name| json[0][name].as_str().unwrap());
    let hexadecimal = |hash: &str| hash.len() == 32 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    assert!(hashes.into_iter().all(hexadecimal) && hashes[0] != hashes[1], "{hashes:?}");
    let shown = tool.done(&["signal", "--journal"]).out;
    assert!(shown.contains("20 published rows from 2024-01-01 to 2024-01-20"), "{shown}");
    assert!(shown.contains("20 in hindsight"), "{shown}");
    assert!(shown.contains("computed the same now"), "{shown}");
    let stats = tool.done(&["store", "stats"]).out;
    assert!(stats.contains("20 rows, 2024-01-01 to 2024-01-20"), "{stats}");
    assert!(tool.done(&["store", "verify"]).out.contains("whole"));
}

#[test]
fn a_day_is_published_exactly_once() {
    let tool = published();
    let before = tool.done(&["export", "--published"]).out;
    let again = tool.done(&["run"]);
    assert!(!again.err.contains("journal:"), "{}", again.err);
    assert_eq!(tool.done(&["export", "--published"]).out, before);
    // One new day, one new row; whoever looks publishes nothing.
    tool.write("btc.csv", prices(21, |day| 40_000.0 + f64::from(day)));
    tool.done(&["prices", "import", "btc.csv"]);
    for looks in [vec!["export"], vec!["signal"], vec!["day", "2024-01-21"]] {
        tool.done(&looks);
        assert_eq!(tool.done(&["export", "--published"]).out, before, "{looks:?}");
    }
    let ran = tool.done(&["run"]);
    assert!(ran.err.contains("journal: 1 day published"), "{}", ran.err);
    let after = tool.done(&["export", "--published"]).out;
    assert!(after.starts_with(&before) && after.lines().count() == 22, "{after}");
}

#[test]
fn a_revision_changes_no_published_row_and_no_earlier_evening() {
    let tool = published();
    let before = rows(&tool);
    // A revised close counts from now on: the days before keep what was known.
    tool.write("gold.csv", prices(20, |day| if day == 10 { 2500.0 } else { 2000.0 + f64::from(day) }));
    let ran = tool.done(&["run"]);
    assert!(ran.err.contains("1 revised"), "{}", ran.err);
    assert_eq!(rows(&tool), before);
    let shown = tool.done(&["signal", "--journal"]).out;
    assert!(shown.contains("computed the same now"), "{shown}");
}

#[test]
fn what_reads_otherwise_now_is_shown_with_its_cause() {
    let tool = published();
    let before = rows(&tool);
    // The file was wrong from the start: the rows as computed now are others, those published stand.
    tool.write("gold.csv", prices(20, |day| if day == 10 { 2500.0 } else { 2000.0 + f64::from(day) }));
    tool.done(&["prices", "import", "--replace", "gold.csv"]);
    tool.done(&["run"]);
    assert_eq!(rows(&tool), before);
    let csv = tool.done(&["signal", "--journal", "--format", "csv"]).out;
    let differences: Vec<Vec<&str>> = csv.lines().skip(1).map(|line| line.split(',').collect()).collect();
    assert_eq!(differences.len(), 1, "{csv}");
    let [day, _, column, was, now, cause, _, _] = differences[0][..] else { panic!("{csv}") };
    assert_eq!((day, column, was, now, cause), ("2024-01-10", "gold", "2010", "2500", "prices"));
    let shown = tool.done(&["signal", "--journal"]).out;
    assert!(
        shown.contains("1 row reads otherwise now") && shown.contains("since then other prices"),
        "{shown}"
    );
    assert!(tool.done(&["store", "verify"]).out.contains("whole"));

    // News of then that comes in late, claimed for then.
    let article = "{\"title\":\"Gold hits record on haven demand\",\"published\":\"2024-01-15T10:00:00Z\",\"source\":\"desk.example\"}\n";
    tool.write("a.jsonl", article);
    tool.done(&["import", "a.jsonl"]);
    let csv = tool.done(&["signal", "--journal", "--format", "csv", "--from", "2024-01-15"]).out;
    assert!(csv.contains("2024-01-15,") && csv.contains(",docs,,1,news prices"), "{csv}");

    // Other settings.
    tool.write("storyturn.toml", format!("{CONFIG}[panel]\nstale_days = 1\n[signal]\nlead_rank = 0.9\n"));
    let csv = tool.done(&["signal", "--journal", "--format", "csv"]).out;
    assert!(csv.contains("settings"), "{csv}");
    assert_eq!(rows(&tool), before);
}

#[test]
fn before_the_first_publication_there_was_nothing() {
    let tool = published();
    let ran = tool.done(&["signal", "--journal", "--as-of", "2024-01-20"]);
    assert!(ran.err.contains("nothing had been published by 2024-01-20"), "{}", ran.err);
    let fresh = Tool::new();
    fresh.write("btc.csv", prices(5, f64::from));
    fresh.done(&["prices", "import", "btc.csv"]);
    let ran = fresh.done(&["signal", "--journal"]);
    assert!(ran.err.contains("nothing has been published yet") && ran.err.contains("hint:"), "{}", ran.err);
    assert_eq!(fresh.done(&["export", "--published"]).out.lines().count(), 1);
}

/// More than two publications' worth.
const DAYS: i32 = 1300;
/// Times the database is seen to change before a kill.
const KILLS: [usize; 9] = [0, 1, 2, 3, 4, 5, 6, 8, 12];

#[test]
fn a_kill_at_any_instant_publishes_no_day_twice_and_none_by_half() {
    let tool = Tool::new();
    let closes = |base: f64| {
        let mut csv = "date,close\n".to_owned();
        let mut day: jiff::civil::Date = "2020-01-01".parse().unwrap();
        for number in 0..DAYS {
            csv.push_str(&format!("{day},{}\n", base + f64::from(number)));
            day = day.tomorrow().unwrap();
        }
        csv
    };
    tool.write("storyturn.toml", CONFIG)
        .write("btc.csv", closes(40_000.0))
        .write("gold.csv", closes(2000.0))
        .write("silver.csv", closes(2000.0));
    let database = tool.path("store/db");
    let published = || tool.done(&["export", "--published"]).out;
    let mut before = String::new();
    for changes in KILLS {
        let mut child =
            tool.command(&["run", "-q"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let written = || std::fs::metadata(&database).and_then(|file| file.modified()).ok();
        let (mut last, mut seen) = (written(), 0);
        while seen < changes && child.try_wait().unwrap().is_none() {
            let now = written();
            seen += usize::from(now != last);
            last = now;
            std::thread::yield_now();
        }
        let _ = child.kill();
        child.wait().unwrap();
        if !tool.path("store/seal.json").exists() {
            continue;
        }
        assert!(tool.done(&["store", "verify"]).out.contains("whole"), "after {changes} changes");
        let after = published();
        assert!(after.starts_with(&before), "what was published stands");
        let rows = after.lines().count() as i32 - 1;
        assert!([0, 500, 1000, DAYS].contains(&rows), "{rows} days after {changes} changes");
        before = after;
    }
    tool.done(&["run", "-q"]);
    let after = published();
    assert!(after.starts_with(&before));
    let days: Vec<&str> = after.lines().skip(1).map(|line| line.split(',').next().unwrap()).collect();
    assert_eq!((days.len() as i32, days[0]), (DAYS, "2020-01-01"));
    assert!(days.is_sorted_by(|a, b| a < b), "a day each");
    assert!(tool.done(&["store", "verify"]).out.contains("whole"));
}
