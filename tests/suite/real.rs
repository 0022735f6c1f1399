//! The main job on real headlines and prices, where they lie beside the project; says loudly when not.

use crate::tool::{Tool, shared_data};

#[test]
fn five_months_of_headlines_join_with_prices_since_1968() {
    let Some(headlines) = shared_data("news/headlines_2025-08_2026-01.csv.gz") else { return };
    let Some(prices) = shared_data("prices") else { return };
    let tool = Tool::new();
    // A few dozen are in languages that no lexicon reads.
    let imported = tool.done_with_skips(&["import", headlines.to_str().unwrap()]);
    assert!(imported.err.contains("51686 read"), "{}", imported.err);
    let files: Vec<String> = ["btc", "silver", "gold", "dtwexbgs", "real_yield_10y", "fed_funds_upper"]
        .map(|name| prices.join(format!("{name}.csv")).to_str().unwrap().to_owned())
        .to_vec();
    let mut args = vec!["prices", "import"];
    args.extend(files.iter().map(String::as_str));
    tool.done(&args);
    let csv = tool.done(&["export", "--from", "2026-01-15", "--to", "2026-01-31"]).out;
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let headers = reader.headers().unwrap().clone();
    let mut days = 0;
    for record in reader.records() {
        let record = record.unwrap();
        days += 1;
        for (name, value) in headers.iter().zip(&record) {
            // Every column is filled where data exists; these may rightly be empty.
            let may_be_empty = ["btc_framing", "silver_high", "gold_high"].contains(&name);
            assert!(may_be_empty || !value.is_empty(), "{name} is empty on {}", &record[0]);
        }
    }
    assert_eq!(days, 17);
    let day = tool.done(&["day", "2026-01-23"]).out;
    assert!(day.contains("Stories of fear / safe haven") && day.contains("silver"), "{day}");
}

#[test]
fn the_two_commentaries_lean_to_safe_haven_with_debasement_later() {
    let Some(articles) = shared_data("articles") else { return };
    let tool = Tool::new();
    for entry in std::fs::read_dir(articles).unwrap() {
        let path = entry.unwrap().path();
        let shown = tool.done(&["explain", path.to_str().unwrap()]).out;
        assert!(
            shown.contains(
                "It leans to fear / safe haven now, with debasement / liquidity as the later phase"
            ),
            "{shown}"
        );
    }
}
