//! No evening sees what came after it: `signal --prove`, and `--as-of` on every command.

use crate::{corpus::sample_store, tool::Tool};

#[test]
fn the_sample_is_proven_and_planted_leaks_are_caught() {
    let tool = Tool::new();
    let store = sample_store(&tool);
    let ran = tool.done(&["signal", "--prove", "6", "--store", &store]);
    assert!(ran.out.contains("No row saw what came after its day"), "{}", ran.out);
    assert_eq!(ran.out.matches("caught: ").count(), 4, "{}", ran.out);
    assert!(ran.out.contains("stories that take in the articles telling them tomorrow"), "{}", ran.out);
    assert!(!ran.out.contains('✗'), "{}", ran.out);
    // The same seed, the same proof; another chooses other cut-offs.
    let few = |seed: &str| {
        tool.done(&["signal", "--prove", "2", "--seed", seed, "--store", &store, "--format", "json"]).out
    };
    let json = few("1");
    assert_eq!(few("1"), json);
    assert_ne!(few("2"), json);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let results: Vec<&str> =
        json.as_array().unwrap().iter().filter_map(|row| row["result"].as_str()).collect();
    assert_eq!(
        results,
        [
            "caught", "caught", "caught", "caught", "holds", "holds", "holds", "holds", "holds", "holds",
            "holds", "holds"
        ]
    );
    for wrong in ["0", "-1", "some"] {
        assert_eq!(tool.run(&["signal", &format!("--prove={wrong}"), "--store", &store]).status, 2);
    }
}

#[test]
fn there_is_nothing_to_prove_before_the_first_row() {
    let tool = Tool::new();
    tool.write("gold.csv", "date,close\n1968-04-01,38\n2024-01-02,2000\n");
    tool.done(&["prices", "import", "gold.csv"]);
    let ran = tool.run(&["signal", "--prove"]);
    assert!(ran.status == 1 && ran.out.contains("nothing to prove"), "{}{}", ran.out, ran.err);
    // Two rows, and nothing that could have looked ahead.
    let tool = Tool::new();
    tool.write("btc.csv", "date,close\n2024-01-01,40000\n2024-01-02,40001\n");
    tool.done(&["prices", "import", "btc.csv"]);
    let ran = tool.run(&["signal", "--prove"]);
    assert!(ran.status == 1 && ran.out.contains("Nothing is proven: too little"), "{}{}", ran.out, ran.err);
}

/// A store whose metals begin in 1968 and whose Bitcoin begins in 2024, with one article.
fn small() -> Tool {
    let tool = Tool::new();
    let mut btc = "date,close\n".to_owned();
    let mut gold = "date,close\n1968-04-01,38\n1970-01-05,35\n".to_owned();
    for day in 1..=31 {
        btc.push_str(&format!("2024-01-{day:02},{}\n", 40_000 + day));
        gold.push_str(&format!("2023-12-{day:02},{}\n2024-01-{day:02},{}\n", 2000 + day, 2031 + day));
    }
    tool.write("btc.csv", btc).write("gold.csv", &gold).write("silver.csv", &gold);
    let article = "{\"title\":\"Gold hits record as investors flee to safety\",\"published\":\"2024-01-20T10:00:00Z\",\"source\":\"desk.example\"}\n";
    tool.write("a.jsonl", article);
    tool.done(&["import", "a.jsonl"]);
    tool.done(&["prices", "import", "btc.csv", "gold.csv", "silver.csv"]);
    tool
}

#[test]
fn an_evening_has_no_row_that_a_later_one_lacks() {
    let tool = small();
    let whole = tool.done(&["export"]).out;
    let lines: Vec<&str> = whole.lines().collect();
    for (evening, rows) in
        [("1968-04-01", 0), ("1970-01-05", 0), ("2023-12-31", 0), ("2024-01-01", 1), ("2024-01-20", 20)]
    {
        let then = tool.done(&["export", "--as-of", evening]).out;
        let then: Vec<&str> = then.lines().collect();
        assert_eq!(then, lines[..=rows], "as of {evening}");
    }
    let none = tool.done(&["signal", "--as-of", "2023-12-31"]);
    assert!(none.out.contains("No state yet"), "{}", none.out);
}

#[test]
fn metals_are_looked_back_on_before_the_first_row() {
    let tool = small();
    let csv = tool.done(&["export", "--last", "1"]).out;
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let headers = reader.headers().unwrap().clone();
    let row = reader.records().next().unwrap().unwrap();
    let value = |name: &str| row[headers.iter().position(|header| header == name).unwrap()].to_owned();
    // From 2023-12-02 to 2024-01-31; Bitcoin has no such past.
    assert_eq!(value("metals_60d"), format!("{:.6}", (2062.0_f64 / 2002.0).ln()).trim_end_matches('0'));
    assert_eq!(value("btc_60d"), "");
}

#[test]
fn every_command_that_reads_the_store_looks_back() {
    let tool = small();
    let before = ["--as-of", "2024-01-19"];
    let run = |args: &[&str]| tool.run(&[args, &before].concat());
    let id = tool.done(&["day", "2024-01-20", "--format", "json"]).out;
    let id: serde_json::Value = serde_json::from_str(&id).unwrap();
    let id = id[0]["story"].as_str().unwrap()[..8].to_owned();

    let explained = run(&["explain", &id]);
    assert_eq!(explained.status, 1, "{}", explained.out);
    assert!(
        explained.err.contains("was not there yet: it counts from 2024-01-20T10:00:00Z"),
        "{}",
        explained.err
    );
    assert_eq!(tool.run(&["explain", &id, "--as-of", "2024-01-20"]).status, 0);

    let days = run(&["days"]);
    assert!(
        days.status == 0 && days.out.is_empty() && days.err.contains("none by 2024-01-19"),
        "{}",
        days.err
    );
    // A program that reads tables gets one without rows.
    let header = run(&["days", "--format", "csv"]).out;
    assert!(header.starts_with("day,docs,") && header.lines().count() == 1, "{header}");
    let all = tool.done(&["days", "--format", "csv"]).out;
    assert_eq!(all.lines().next(), header.lines().next());
    assert_eq!(run(&["days", "--format", "jsonl"]).out, "");
    let day = run(&["day", "2024-01-20"]);
    assert!(day.status == 2 && day.err.contains("2024-01-20"), "{}", day.err);
    let signal = run(&["signal", "--format", "jsonl"]);
    assert_eq!(signal.out.lines().count(), 19);

    let prices: serde_json::Value =
        serde_json::from_str(&run(&["prices", "list", "--format", "json"]).out).unwrap();
    let list: Vec<(&str, i64, &str)> = prices
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            (row["series"].as_str().unwrap(), row["rows"].as_i64().unwrap(), row["last"].as_str().unwrap())
        })
        .collect();
    assert_eq!(list, [("btc", 19, "2024-01-19"), ("gold", 52, "2024-01-19"), ("silver", 52, "2024-01-19")]);
    let none = tool.done(&["prices", "list", "--as-of", "1960-01-01"]);
    assert!(none.err.contains("no prices of the store were out by 1960-01-01"), "{}", none.err);

    let stats = run(&["store", "stats", "--format", "csv"]).out;
    assert!(
        stats.contains("\narticles,0\n")
            && stats.contains("prices of btc,\"19 rows, 2024-01-01 to 2024-01-19\""),
        "{stats}"
    );
    let later = tool.done(&["store", "stats", "--format", "csv", "--as-of", "2024-01-20"]).out;
    assert!(later.contains("\narticles,1\n") && later.contains("desk.example,1"), "{later}");

    for writes in [
        vec!["run"],
        vec!["collect"],
        vec!["import", "a.jsonl"],
        vec!["prices", "import", "btc.csv"],
        vec!["tag", "a.jsonl"],
        vec!["extract", "a.jsonl"],
        vec!["store", "verify"],
    ] {
        let ran = run(&writes);
        assert_eq!(ran.status, 2, "{writes:?} {}", ran.err);
    }
}
