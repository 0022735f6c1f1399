//! Inputs that are missing: named, shown, and the state says so rather than guessing.

use crate::tool::Tool;

/// 500 days from 2023-01-01, by number.
fn prices(lost: impl Fn(i32) -> bool, close: impl Fn(i32) -> f64) -> String {
    let start = jiff::civil::date(2023, 1, 1);
    let mut csv = "date,close\n".to_owned();
    for day in (0..500).filter(|day| !lost(*day)) {
        let date = start.checked_add(jiff::Span::new().days(day)).unwrap();
        csv.push_str(&format!("{date},{}\n", close(day)));
    }
    csv
}

/// A series and the days lost of it.
type Kept<'a> = (&'a str, fn(i32) -> bool);

/// A store with these series, each whole but for the days lost of it.
fn store(series: &[Kept<'_>]) -> Tool {
    let tool = Tool::new();
    for (name, lost) in series {
        let level = if *name == "btc" { 30_000.0 } else { 100.0 };
        let file = format!("{name}.csv");
        tool.write(&file, prices(lost, |day| level + f64::from(day % 17)));
        tool.done(&["prices", "import", &file]);
    }
    tool
}

const WHOLE: fn(i32) -> bool = |_| false;
const NO_END: fn(i32) -> bool = |day| day >= 480;

#[test]
fn a_series_that_is_missing_or_ends_is_named() {
    let check = |series: &[Kept<'_>], says: &[&str]| {
        let shown = store(series).done(&["signal"]).out.split_whitespace().collect::<Vec<_>>().join(" ");
        for words in says {
            assert!(shown.contains(words), "{words:?} is not in\n{shown}");
        }
    };
    check(
        &[("btc", WHOLE), ("silver", WHOLE)],
        &[
            "NO_DATA",
            "What must come back first ? gold has had no close up to this day",
            "gold's highs are unknown",
            "real yields are unknown",
            "actual cuts are unknown",
            "expected cuts are unknown",
            "fiscal worry is unknown",
            "the gap is unknown",
        ],
    );
    check(
        &[("btc", WHOLE), ("silver", NO_END), ("gold", WHOLE), ("dollar", WHOLE)],
        &["NO_DATA", "silver's last close is of 2024-04-24"],
    );
    // UNKNOWN for a week: silver is stale a week after its last close.
    check(
        &[("btc", WHOLE), ("silver", |day| day >= 490), ("gold", WHOLE)],
        &["UNKNOWN", "silver's last close is of 2024-05-04", "is frozen"],
    );
    check(
        &[("btc", |day| day >= 496), ("silver", WHOLE), ("gold", WHOLE)],
        &["UNKNOWN", "btc's last close is of"],
    );
    // Without a dollar a calm state is told; the board says what is unknown.
    check(&[("btc", WHOLE), ("silver", WHOLE), ("gold", WHOLE)], &["NEUTRAL", "the dollar is unknown"]);
}

/// Metals rise while Bitcoin falls: they take the lead, and the flag would ask for the dollar.
#[test]
fn a_lead_without_a_dollar_is_unknown_and_says_what_to_do() {
    let tool = Tool::new();
    let rising = |day: i32| 100.0 + f64::from(day % 17) / 10.0 + f64::from((day - 460).max(0));
    let falling = |day: i32| 30_000.0 - 100.0 * f64::from((day - 460).max(0));
    tool.write("btc.csv", prices(WHOLE, falling));
    tool.write("silver.csv", prices(WHOLE, rising)).write("gold.csv", prices(WHOLE, rising));
    tool.done(&["prices", "import", "btc.csv", "silver.csv", "gold.csv"]);
    let changes = tool.done(&["signal", "--changes", "--format", "csv"]).out;
    let states: Vec<&str> = changes.lines().skip(1).map(|line| line.split(',').nth(2).unwrap()).collect();
    assert_eq!(states, ["NEUTRAL", "METALS_LEAD", "UNKNOWN", "NO_DATA"], "{changes}");
    assert!(changes.contains("dollar has had no close up to this day"), "{changes}");
    let shown = tool.done(&["signal"]).out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(shown.contains("What must come back first ? dollar has had no close"), "{shown}");
    // What it says to do helps.
    assert!(shown.contains("prices import --series dollar FILE"), "{shown}");
    tool.write("d.csv", prices(WHOLE, |day| 120.0 - f64::from(day) / 100.0));
    tool.done(&["prices", "import", "--series", "dollar", "d.csv"]);
    let now = tool.done(&["signal", "--changes", "--format", "csv"]).out;
    assert!(now.contains(",METALS_LEAD,") && !now.contains("NO_DATA,price"), "{now}");
}

#[test]
fn a_series_without_a_value_is_refused_whole() {
    let tool = Tool::new();
    for (file, body) in [
        ("gold.csv", "date,close\n2024-01-01,nan\n2024-01-02,NaN\n"),
        ("silver.csv", "date,close\n2024-01-01,.\n2024-01-02,\n"),
        ("btc.csv", "date,close\n"),
    ] {
        tool.write(file, body);
        let ran = tool.run(&["prices", "import", file]);
        assert!(ran.status == 1 && ran.err.contains(file) && ran.err.contains("hint:"), "{file} {}", ran.err);
    }
}

#[test]
fn a_gap_is_unknown_and_never_filled() {
    let tool = store(&[("btc", |day| (300..310).contains(&day)), ("silver", WHOLE), ("gold", WHOLE)]);
    let csv = tool.done(&["export"]).out;
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let headers = reader.headers().unwrap().clone();
    let place = |name: &str| headers.iter().position(|header| header == name).unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 500, "a day without a close is a day");
    for (number, row) in rows.iter().enumerate() {
        // Two days old, a close still counts.
        let known = !(302..310).contains(&number);
        assert_eq!(!row[place("btc")].is_empty(), known, "{}", &row[0]);
    }
}
