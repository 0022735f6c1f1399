//! The page of the signal as programs read it: today's state as one object, and every change as a row.

use crate::{corpus::sample_store, tool::Tool};

#[test]
fn the_state_comes_as_one_object_with_all_evidence() {
    let tool = Tool::new();
    let store = sample_store(&tool);
    let json = |args: &[&str]| -> serde_json::Value {
        let args = [&["signal", "--store", &store, "--state", "--format", "json"], args].concat();
        serde_json::from_str(&tool.done(&args).out).unwrap()
    };
    let state = json(&["--as-of", "2024-06-05"]);
    assert_eq!(
        (state["day"].as_str(), state["state"].as_str()),
        (Some("2024-06-05"), Some("BTC_FAVOURABLE"))
    );
    assert_eq!((state["flag"].as_bool(), state["changed_today"].as_bool()), (Some(true), Some(true)));
    let names: Vec<&str> =
        state["evidence"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect();
    let all = [
        "divergence_60d",
        "silver_high",
        "gold_high",
        "silver_gold_60d",
        "btc_range_60d",
        "real_yield",
        "dollar_60d",
        "last_cut_days",
        "expected_cuts",
        "fiscal_z",
        "btc_framing",
        "gap_closed",
        "claimed",
    ];
    assert_eq!(names, all);
    let item = |name: &str| {
        state["evidence"].as_array().unwrap().iter().find(|item| item["name"] == name).unwrap().clone()
    };
    let gap = item("divergence_60d");
    let legs = gap["metals_60d"].as_f64().unwrap() - gap["btc_60d"].as_f64().unwrap();
    assert!(
        (legs - gap["value"].as_f64().unwrap()).abs() < 1e-12 && gap["divergence_rank"].is_f64(),
        "{gap}"
    );
    assert!(item("real_yield").get("real_yield_60d").is_some());
    for metal in ["silver_high", "gold_high"] {
        let high = item(metal);
        let (words, day) = (high["words"].as_str().unwrap(), high["day"].as_str().unwrap());
        assert!(words.ends_with(day) || (words.ends_with("today") && day == "2024-06-05"), "{high}");
        assert!(["252-session", "loaded-history", "all-time"].contains(&high["kind"].as_str().unwrap()));
    }
    assert_eq!(state["missing"].as_array().map(Vec::len), Some(0));
    let board = state["conditions"].as_array().unwrap();
    for condition in board {
        let (value, threshold) =
            (condition["value"].as_f64().unwrap(), condition["threshold"].as_f64().unwrap());
        let distance = condition["distance"].as_f64().unwrap();
        let expected = if condition["met"] == true { 0.0 } else { (value - threshold).abs() };
        assert!((distance - expected).abs() < 1e-12, "{condition}");
    }
    // Before there was any news the items are there all the same, unknown.
    let before = json(&["--as-of", "2023-06-05"]);
    let unknown = before["evidence"].as_array().unwrap().iter().filter(|item| item["value"].is_null());
    let unknown: Vec<&str> = unknown.map(|item| item["name"].as_str().unwrap()).collect();
    assert!(
        ["expected_cuts", "fiscal_z", "btc_framing"].iter().all(|name| unknown.contains(name)),
        "{unknown:?}"
    );
    assert_eq!(before["basis"], "price-only");

    let args = ["signal", "--store", &store, "--state", "--format", "csv"];
    assert_eq!(tool.run(&args).status, 2);
}

#[test]
fn the_state_alone_leaves_out_how_it_came_about() {
    let tool = Tool::new();
    let store = sample_store(&tool);
    let page = tool.done(&["signal", "--store", &store]).out;
    let state = tool.done(&["signal", "--store", &store, "--state"]).out;
    let (before, after) = page.split_once("How it came about").unwrap();
    assert!(state.starts_with(before.trim_end()) && !state.contains("How it came about"), "{state}");
    let (_, closing) = after.split_once("\n\n").unwrap();
    assert!(state.ends_with(closing), "{state}");
}

#[test]
fn every_change_is_a_row_with_its_reason() {
    let tool = Tool::new();
    let store = sample_store(&tool);
    let csv = tool.done(&["signal", "--store", &store, "--changes", "--format", "csv"]).out;
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let changes: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let table = tool.done(&["export", "--store", &store]).out;
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let headers = reader.headers().unwrap().clone();
    let place = |name: &str| headers.iter().position(|header| header == name).unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let expected: Vec<[String; 5]> = rows
        .windows(2)
        .filter(|pair| pair[0][place("state")] != pair[1][place("state")])
        .map(|pair| {
            let cell = |row: &csv::StringRecord, name: &str| row[place(name)].to_owned();
            let (before, after) = (&pair[0], &pair[1]);
            [
                cell(after, "day"),
                cell(before, "state"),
                cell(after, "state"),
                cell(after, "flag"),
                cell(after, "reason"),
            ]
        })
        .collect();
    let shown: Vec<[String; 5]> =
        changes.iter().map(|row| [0, 1, 2, 4, 5].map(|column| row[column].to_owned())).collect();
    assert_eq!(shown, expected);
    assert!(shown.len() > 8 && shown.iter().all(|change| change[4].len() > 20));
    let spring = tool.done(&["signal", "--store", &store, "--changes", "--from", "2024-06-01"]).out;
    assert!(spring.contains("2024-06-05  BTC_FAVOURABLE") && !spring.contains("2024-05-26"), "{spring}");
}
