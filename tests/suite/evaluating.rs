//! `evaluate` as a reader meets it: on the sample, on too little, in every form.

use serde_json::Value;
use storyturn::export::EVALUATION_COLUMNS;

use crate::{corpus::sample_store, tool::Tool};

/// A sample whose evidence takes few draws: what is tested here does not hang on their number.
fn sampled() -> (Tool, String) {
    let tool = Tool::new();
    let store = sample_store(&tool);
    tool.write("few.toml", "[evaluate]\ndraws = 100\n");
    (tool, store)
}

#[test]
fn the_sample_says_what_it_can_and_what_it_cannot() {
    let (tool, store) = sampled();
    let ran = tool.done(&["--store", &store, "--config", "few.toml", "evaluate"]);
    for words in [
        "What it comes to",
        "The flag was raised 2 times",
        "Not distinguishable from the base rate",
        "What cannot be said",
        "whether the narrative's turn told anything",
        "States, conditions, events",
        "Around events and flags",
        "a description of what was said and paid, not a forecast",
    ] {
        assert!(ran.out.contains(words), "{words:?} is not in:\n{}", ran.out);
    }
    assert!(!ran.out.contains("NaN") && !ran.out.contains("inf"), "{}", ran.out);
    assert!(
        ran.out.lines().all(|line| line.chars().count() <= 120 && line.trim_end() == line),
        "{}",
        ran.out
    );
}

#[test]
fn every_form_has_every_figure_and_the_same_bytes_each_time() {
    let (tool, store) = sampled();
    let table = |format: &str| {
        tool.done(&["--store", &store, "--config", "few.toml", "evaluate", "--format", format]).out
    };
    let csv = table("csv");
    let header: Vec<&str> = EVALUATION_COLUMNS.iter().map(|column| column.name.as_ref()).collect();
    assert_eq!(csv.lines().next(), Some(header.join(",").as_str()));
    for part in [
        "base,",
        "record,",
        "correlation,",
        "quantile,",
        "lead,",
        "granger,",
        "slope,",
        "year,",
        "event,",
        "path,",
        "flag,",
    ] {
        assert!(csv.lines().any(|line| line.starts_with(part)), "no {part} in the table");
    }
    assert_eq!(csv, table("csv"));
    let json: Vec<Value> = serde_json::from_str(&table("json")).unwrap();
    assert_eq!(json.len() + 1, csv.lines().count());
    let never = json.iter().find(|row| row["part"] == "correlation" && row["subject"] == "turn").unwrap();
    assert!(never["value"].is_null() && never["p"].is_null(), "missing is not zero: {never}");
}

#[test]
fn a_scan_counts_what_it_tries() {
    let (tool, store) = sampled();
    let ran = tool.done(&["--store", &store, "--config", "few.toml", "evaluate", "--scan"]);
    let said = ran.out.lines().find(|line| line.contains("verdicts of")).unwrap();
    assert!(said.contains(" variants: "), "{said}");
    assert!(ran.out.contains("\n  flag_btc_20d ") && ran.out.contains("as it is"), "{}", ran.out);
}

#[test]
fn too_little_is_no_error_and_says_why() {
    let tool = Tool::new();
    tool.write("btc.csv", "date,close\n2024-01-01,42000\n2024-01-02,42500\n2024-01-03,43000\n");
    tool.done(&["prices", "import", "btc.csv"]);
    let ran = tool.done(&["evaluate"]);
    for words in [
        "no silver is loaded",
        "returns over 30 days: 0 days have one",
        "none was raised",
        "which the span does not have: dollar falling; dollar turns down; dollar turns up",
    ] {
        assert!(ran.out.contains(words), "{words:?} is not in:\n{}", ran.out);
    }
    assert!(!ran.out.contains("verdict") && !ran.out.contains("0 %"), "a table without rows: {}", ran.out);
    let late = tool.done(&["evaluate", "--from", "2025-01-01"]).out;
    assert!(
        late.contains("the history ends on 2024-01-03, before the span's first day, 2025-01-01"),
        "{late}"
    );
    assert!(!late.contains("States, conditions"), "{late}");
    let all = tool.done(&["evaluate", "--from", "1800-01-01"]).out;
    assert!(all.contains("2024-01-01 to 2024-01-03"), "{all}");
    assert_eq!(
        tool.done(&["evaluate", "--from", "2025-01-01", "--format", "json"]).out.trim().chars().next(),
        Some('[')
    );
    let empty = Tool::new();
    empty.write("one.csv", "published,source,title\n2024-01-01,a,Gold rises\n");
    empty.done(&["import", "one.csv"]);
    let ran = empty.done(&["evaluate"]);
    assert!(ran.out.contains("cannot be said") || ran.out.contains("No track record yet"), "{}", ran.out);
}

#[test]
fn settings_that_cannot_be_meant_are_refused() {
    let check = |line: &str, says: &str| {
        let tool = Tool::new();
        tool.write("c.toml", format!("[evaluate]\n{line}\n"));
        let ran = tool.run(&["--config", "c.toml", "evaluate"]);
        assert_eq!(ran.status, 2, "{}", ran.err);
        assert!(ran.err.contains("line 2") && ran.err.contains(says), "{}", ran.err);
    };
    check("draws = 5", "use 100 to 1000000");
    check("lead_weeks = 0", "use 1 to 52");
    check("scan_share = 1.5", "use 0.01 to 0.99");
    check("from = \"soon\"", "soon");
    check("min_episodes = 0", "use 1 or more");
}
