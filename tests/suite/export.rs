//! Published tables and records: names are contracts.

use crate::tool::Tool;

const COLUMNS: &str = "day,docs,sources,stories,coverage,fear,debasement,fear_z,debasement_z,narrative,narrative_7d,\
narrative_28d,turn,narrative_z,btc_framing,silver,gold,btc,dollar,real_yield,fed_upper,silver_60d,gold_60d,btc_60d,\
metals_60d,divergence_60d,divergence_rank,divergence_z,silver_high,gold_high,silver_gold_60d,dollar_60d,btc_20d,\
btc_range_60d,last_cut_days,state,state_days,flag,reason,lexicon";

fn small_store() -> Tool {
    let tool = Tool::new();
    let mut prices = "date,close\n".to_owned();
    for day in 1..=31 {
        prices.push_str(&format!("2024-01-{day:02},{}\n", 100 + day));
    }
    let article = "{\"title\":\"Gold hits record as investors flee to safe havens\",\"published\":\"2024-01-30T10:00:00Z\",\"source\":\"=cmd.example\"}\n";
    tool.write("btc.csv", &prices)
        .write("gold.csv", &prices)
        .write("silver.csv", &prices)
        .write("a.jsonl", article);
    tool.done(&["import", "a.jsonl"]);
    tool.done(&["prices", "import", "btc.csv", "gold.csv", "silver.csv"]);
    tool
}

#[test]
fn the_joined_table_has_the_columns_of_the_contract() {
    let tool = small_store();
    let csv = tool.done(&["export"]).out;
    assert_eq!(csv.lines().next(), Some(COLUMNS));
    assert_eq!(csv.lines().count(), 32);
    let row: Vec<&str> =
        csv.lines().find(|line| line.starts_with("2024-01-30")).unwrap().split(',').collect();
    assert_eq!(row[1..5], ["1", "1", "1", "thin"]);
    // No history yet: missing is empty, never zero.
    assert_eq!(row[7], "");
    let before: Vec<&str> =
        csv.lines().find(|line| line.starts_with("2024-01-05")).unwrap().split(',').collect();
    assert_eq!(before[1..7], ["", "", "", "", "", ""]);
}

#[test]
fn the_same_table_comes_as_json_and_as_a_file() {
    let tool = small_store();
    let json: serde_json::Value =
        serde_json::from_str(&tool.done(&["export", "--format", "json"]).out).unwrap();
    assert_eq!(json.as_array().unwrap().len(), 31);
    assert!(json[0]["fear_z"].is_null());
    assert_eq!(json[29]["docs"], 1);
    let lines = tool.done(&["export", "--format", "jsonl", "--last", "2"]).out;
    assert_eq!(lines.lines().count(), 2);
    tool.done(&["export", "-o", "out/signal.csv"]);
    assert_eq!(tool.read("out/signal.csv"), tool.done(&["export"]).out);
    tool.done(&["export", "-o", "out/signal.jsonl", "--last", "2"]);
    assert_eq!(tool.read("out/signal.jsonl"), lines);
    let leftovers = std::fs::read_dir(tool.path("out")).unwrap().count();
    assert_eq!(leftovers, 2, "no temporary file stays behind");
}

#[test]
fn days_have_both_poles_and_every_narrative() {
    let tool = small_store();
    let csv = tool.done(&["days", "--format", "csv"]).out;
    let header = csv.lines().next().unwrap();
    assert!(header.starts_with("day,docs,sources,stories,coverage,fear_safe_haven,fear_safe_haven_z,debasement_liquidity,debasement_liquidity_z,"));
    for narrative in [
        "fear",
        "geopolitics",
        "safe_haven",
        "debasement",
        "liquidity",
        "fiscal",
        "btc_hedge",
        "btc_risk",
        "metals_supply",
        "industrial_demand",
        "dollar",
        "rates",
    ] {
        assert!(header.contains(&format!(",{narrative},{narrative}_z")), "{narrative} is not in {header}");
    }
}

#[test]
fn tag_prints_the_record_of_the_contract_and_it_adds_up() {
    let tool = Tool::new();
    let ran = tool.run_with(
        &["tag", "-", "--mentions"],
        b"{\"id\":7,\"title\":\"Gold jumps on safe-haven demand as panic spreads\",\"text\":\"Fears eased later. The Fed cut rates.\",\"published\":\"2024-01-30\"}\n",
    );
    assert_eq!(ran.status, 0, "{}", ran.err);
    let record: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let keys = [
        "id",
        "published",
        "source",
        "words",
        "sentences",
        "fear_safe_haven",
        "debasement_liquidity",
        "balance",
        "narratives",
        "btc_framing",
        "lexicon",
        "mentions",
    ];
    let places: Vec<Option<usize>> = keys.iter().map(|key| ran.out.find(&format!("\"{key}\":"))).collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{}", ran.out);
    assert_eq!(record["id"], "7");
    let (fear, debasement) =
        (record["fear_safe_haven"].as_f64().unwrap(), record["debasement_liquidity"].as_f64().unwrap());
    assert!(fear > 0.0 && debasement > 0.0, "{record}");
    assert!((record["balance"].as_f64().unwrap() - (debasement - fear)).abs() < 1e-12);
    let title = "Gold jumps on safe-haven demand as panic spreads";
    for mention in record["mentions"].as_array().unwrap() {
        if mention["field"] == "title" {
            let (start, end) =
                (mention["start"].as_u64().unwrap() as usize, mention["end"].as_u64().unwrap() as usize);
            assert_eq!(mention["text"], title[start..end]);
        }
    }
}

#[test]
fn a_score_is_the_sum_that_explain_shows() {
    let tool = Tool::new();
    tool.write(
        "a.txt",
        "Gold surges on haven demand\nPanic gripped markets on Friday. Fears of war eased later in the day. Traders expect the Fed to cut rates soon.\n",
    );
    let shown = tool.done(&["explain", "a.txt"]).out;
    let json: serde_json::Value =
        serde_json::from_str(&tool.done(&["explain", "a.txt", "--format", "json"]).out).unwrap();
    let fear = json["fear_safe_haven"].as_f64().unwrap();
    assert!(shown.contains(&format!("= {fear:.4}")), "{shown}");
    assert!(shown.contains("reverse"), "{shown}");
}

#[test]
fn framing_is_measured_on_bitcoin_s_own_narratives() {
    let tool = Tool::new();
    let lines = "{\"title\":\"Bitcoin is digital gold, says fund\",\"published\":\"2024-01-29\",\"source\":\"a\"}\n\
        {\"title\":\"Budget deficit balloons as Fed cuts rates\",\"published\":\"2024-01-30\",\"source\":\"a\"}\n\
        {\"title\":\"Bitcoin trades like a risk asset in lockstep with tech stocks\",\"published\":\"2024-01-31\",\"source\":\"a\"}\n";
    tool.write("a.jsonl", lines);
    tool.done(&["import", "a.jsonl"]);
    let rows: Vec<serde_json::Value> = tool
        .done(&["export", "--format", "jsonl"])
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let framing: Vec<&serde_json::Value> = rows.iter().map(|row| &row["btc_framing"]).collect();
    assert_eq!(framing, [&serde_json::json!(1.0), &serde_json::Value::Null, &serde_json::json!(-1.0)]);
    assert!(rows[1]["debasement"].as_f64().unwrap() > 0.0);
}

#[test]
fn a_day_without_news_reads_the_same_whatever_comes_later() {
    let tool = Tool::new();
    let mut prices = "date,close\n".to_owned();
    for day in 1..=31 {
        prices.push_str(&format!("2024-01-{day:02},{}\n", 100 + day));
    }
    tool.write("btc.csv", prices);
    tool.write("a.jsonl", "{\"title\":\"Panic\",\"published\":\"2024-01-05\",\"source\":\"a\"}\n");
    tool.write("b.jsonl", "{\"title\":\"War\",\"published\":\"2024-01-20\",\"source\":\"a\"}\n");
    tool.done(&["prices", "import", "btc.csv"]);
    tool.done(&["import", "a.jsonl"]);
    let before = tool.done(&["export", "--to", "2024-01-15"]).out;
    tool.done(&["import", "b.jsonl"]);
    assert_eq!(tool.done(&["export", "--to", "2024-01-15"]).out, before);
}

#[test]
fn check_tells_whether_the_state_changed() {
    let tool = small_store();
    let ran = tool.run(&["signal", "--check"]);
    assert!([0, 4].contains(&ran.status), "{}", ran.err);
    // The first state of all is entered by the first row: as of that day nothing changed before.
    let first = tool.run(&["signal", "--check", "--as-of", "2024-01-02"]);
    assert_eq!(first.status, 0, "{}", first.err);
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link_and_a_pipe_a_pipe() {
    let tool = small_store();
    let table = tool.done(&["export"]).out;
    tool.write("kept/signal.csv", "old");
    std::os::unix::fs::symlink("kept/signal.csv", tool.path("link.csv")).unwrap();
    tool.done(&["export", "-o", "link.csv"]);
    assert!(tool.path("link.csv").is_symlink());
    assert_eq!(tool.read("kept/signal.csv"), table);
    let pipe = tool.path("pipe.csv");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let reader = std::thread::spawn(move || std::fs::read_to_string(pipe).unwrap());
    tool.done(&["export", "-o", "pipe.csv"]);
    assert_eq!(reader.join().unwrap(), table);
}
