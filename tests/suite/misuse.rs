//! Bad input on the command line: a clear error or a counted skip, the right status, nothing lost.

use std::process::Stdio;

use crate::tool::Tool;

/// Runs in a fresh folder with these files; the error must name what is wrong and, after `hint:`, what to do.
fn check(files: &[(&str, &str)], args: &[&str], status: i32, says: &[&str]) -> Tool {
    let tool = Tool::new();
    for (name, content) in files {
        tool.write(name, content);
    }
    let ran = tool.run(args);
    assert_eq!(ran.status, status, "{args:?}\n{}{}", ran.out, ran.err);
    for word in says {
        assert!(ran.err.contains(word), "{args:?} does not say {word:?}:\n{}", ran.err);
    }
    assert!(!ran.err.contains("panicked"), "{}", ran.err);
    tool
}

#[test]
fn a_csv_without_usable_columns_is_refused() {
    check(
        &[("a.csv", "foo,bar\n1,2\n")],
        &["import", "a.csv"],
        1,
        &["a.csv", "foo", "title", "published", "hint:"],
    );
}

#[test]
fn a_price_file_with_text_in_the_close_column_is_refused_with_its_line() {
    check(
        &[("btc.csv", "date,close\n2024-03-01,100\n2024-03-02,cheap\n")],
        &["prices", "import", "btc.csv"],
        1,
        &["btc.csv:3", "cheap", "hint:"],
    );
}

#[test]
fn a_web_page_instead_of_prices_is_refused() {
    check(
        &[("btc.csv", "<!doctype html><title>Sorry</title>")],
        &["prices", "import", "btc.csv"],
        1,
        &["btc.csv", "web page", "hint:"],
    );
}

#[test]
fn another_instrument_in_the_place_of_a_price_file_is_refused_and_a_correction_is_not() {
    let tool = Tool::new();
    let file = |close: &dyn Fn(i32) -> f64| {
        let rows: Vec<String> = (1..=12).map(|day| format!("2024-01-{day:02},{}\n", close(day))).collect();
        format!("date,close\n{}", rows.concat())
    };
    let ounce = |day: i32| 2000.0 + f64::from(day);
    tool.write("gold.csv", file(&ounce)).done(&["prices", "import", "gold.csv"]);
    tool.write("gold.csv", file(&|day| if day < 4 { 2001.5 } else { ounce(day) }));
    let ran = tool.done(&["prices", "import", "gold.csv"]);
    assert!(ran.err.contains("3 revised"), "{}", ran.err);
    let closes = || tool.done(&["prices", "list", "--days", "--format", "csv"]).out;
    let before = closes();
    // Gold in euros, or of another market: no day of it is a correction.
    tool.write("gold.csv", file(&|day| 0.92 * ounce(day)));
    let ran = tool.run(&["prices", "import", "gold.csv"]);
    assert_eq!(ran.status, 1);
    let says = "gold.csv: its closes of gold are not those of gold.csv as it was before";
    assert!(ran.err.contains(says) && ran.err.contains("--replace"), "{}", ran.err);
    assert_eq!(closes(), before);
    tool.done(&["prices", "import", "--replace", "gold.csv"]);
}

#[test]
fn a_lexicon_with_a_typing_error_is_refused_with_file_and_line() {
    let fear = "name = \"fear\"\nkind = \"narrative\"\nversion = \"1\"\nlanguage = \"en\"\norigin = \"x\"\nlicence = \"MIT\"\n\n[[terms]]\nphrase = [\"panic\"]\n";
    check(&[("lex/fear.toml", fear)], &["lexicon", "check", "lex"], 2, &["fear.toml", ":9", "phrase"]);
}

#[test]
fn an_unknown_config_key_is_refused_with_its_line() {
    check(
        &[("storyturn.toml", "[store]\npath = \"a.db\"\n\n[signal]\nrank_enterr = 0.9\n")],
        &["days"],
        2,
        &["storyturn.toml", "line 5", "rank_enterr", "hint:"],
    );
}

#[test]
fn a_store_that_is_not_there_is_said() {
    check(&[], &["days"], 1, &["storyturn.db", "hint:", "import"]);
}

#[test]
fn a_folder_that_is_no_store_is_left_alone() {
    let tool = check(&[("storyturn.db/letter.txt", "mine")], &["import", "-"], 1, &["storyturn.db", "hint:"]);
    assert_eq!(tool.read("storyturn.db/letter.txt"), "mine");
}

#[test]
fn a_date_in_the_future_is_refused() {
    check(&[], &["--as-of", "2999-01-01", "days"], 2, &["--as-of 2999-01-01", "future"]);
    check(&[], &["days", "--from", "2024-13-01"], 2, &["2024-13-01", "YYYY-MM-DD"]);
}

#[test]
fn dates_and_spans_at_the_end_of_the_calendar_are_refused() {
    check(
        &[("btc.csv", "date,close\n2024-03-01,100\n9999-12-31,5\n")],
        &["prices", "import", "btc.csv"],
        1,
        &["btc.csv:3", "future", "hint:"],
    );
    check(&[], &["days", "--last", "0"], 2, &["--last"]);
    check(&[], &["days", "--last", "4000000000"], 2, &["--last"]);
}

#[test]
fn a_missing_file_is_said_by_name() {
    check(&[], &["import", "nothing.csv"], 1, &["nothing.csv"]);
    check(&[], &["explain", "nothing.txt"], 1, &["nothing.txt", "a path must exist"]);
    check(&[], &["run"], 2, &["configuration", "hint:"]);
    check(&[], &["--config", "no.toml", "days"], 2, &["no.toml", "hint:"]);
}

#[test]
fn empty_inputs_are_no_error_and_no_article() {
    check(&[("a.jsonl", "")], &["import", "a.jsonl"], 0, &["0 read"]);
    check(&[("a.txt", "")], &["import", "a.txt", "--published", "2024-01-01"], 3, &["a.txt", "empty"]);
}

#[test]
fn a_store_in_use_is_said_and_nothing_is_lost() {
    let tool = Tool::new();
    tool.write("a.jsonl", "{\"title\":\"Panic\",\"published\":\"2024-03-01\"}\n");
    tool.done(&["import", "a.jsonl"]);
    // An import that waits for its standard input holds the store.
    let mut holder = tool.command(&["import", "-", "--kind", "jsonl"]);
    let mut holder =
        holder.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = holder.stdin.take().unwrap();
    // One line read proves that the store is open: the answer to a line without a date is a skip.
    std::io::Write::write_all(&mut stdin, &b"{\"title\":\"x\"}\n".repeat(1000)).unwrap();
    let mut said = String::new();
    let mut stderr = std::io::BufReader::new(holder.stderr.take().unwrap());
    std::io::BufRead::read_line(&mut stderr, &mut said).unwrap();
    assert!(said.contains("skipped"), "{said}");
    let ran = tool.run(&["store", "stats"]);
    assert_eq!(ran.status, 5, "{}", ran.err);
    assert!(ran.err.contains("another process is using the store"), "{}", ran.err);
    drop(stdin);
    std::io::copy(&mut stderr, &mut std::io::sink()).unwrap();
    holder.wait().unwrap();
    assert!(tool.done(&["store", "stats"]).out.contains("articles"));
}

#[test]
fn a_damaged_store_ends_in_its_own_status() {
    let tool = Tool::new();
    let line = |day: usize| {
        format!("{{\"title\":\"Panic {day}\",\"published\":\"2024-03-01\",\"source\":\"s{day}\"}}\n")
    };
    tool.write("a.jsonl", (0..500).map(line).collect::<String>());
    tool.done(&["import", "a.jsonl"]);
    let file = tool.path("storyturn.db/db");
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.iter().position(|byte| *byte != 0).unwrap() + 4000;
    bytes[middle..middle + 64].fill(0xa5);
    std::fs::write(&file, bytes).unwrap();
    let opened = tool.run(&["store", "verify"]);
    assert_eq!(opened.status, 6, "{}{}", opened.out, opened.err);
    assert!(!opened.err.contains("panicked"), "{}", opened.err);
}

#[test]
fn a_huge_line_is_a_skip_in_bounded_memory() {
    let tool = Tool::new();
    let mut content = b"{\"title\":\"Panic\",\"published\":\"2024-03-01\"}\n{\"title\":\"".to_vec();
    content.resize(content.len() + (40 << 20), b'x');
    content.extend_from_slice(b"\"}\n{\"title\":\"War spreads\",\"published\":\"2024-03-01\"}\n");
    tool.write("a.jsonl", content);
    let ran = tool.run(&["import", "a.jsonl"]);
    assert_eq!(ran.status, 3, "{}", ran.err);
    assert!(ran.err.contains("a.jsonl line 2"), "{}", ran.err);
    assert!(ran.err.contains("2 new"), "{}", ran.err);
}

#[test]
fn a_reader_that_goes_away_is_a_quiet_success() {
    let tool = Tool::new();
    let lines = "{\"title\":\"Panic grips markets\"}\n".repeat(50_000);
    tool.write("a.jsonl", lines);
    let mut child = tool.command(&["tag", "a.jsonl"]);
    let mut child = child.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_reader_that_goes_away_from_a_table_is_a_quiet_success_too() {
    let tool = Tool::new();
    let mut prices = "date,close\n".to_owned();
    for day in 0..3000 {
        prices.push_str(&format!("{},{}\n", storyturn::calendar::Day(15_000 + day), 100 + day));
    }
    tool.write("btc.csv", prices);
    tool.done(&["prices", "import", "btc.csv"]);
    for format in ["csv", "json", "jsonl"] {
        let mut child = tool.command(&["export", "--format", format]);
        let mut child = child.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{format}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(output.stderr.is_empty(), "{format}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn a_path_that_is_not_there_leaves_no_store_behind() {
    let tool = check(&[], &["import", "nothing.csv"], 1, &["nothing.csv"]);
    assert!(!tool.path("storyturn.db").exists());
}

#[test]
fn one_bad_input_of_a_run_stops_nothing() {
    let config = "[[input]]\npath = \"bad.csv\"\n[[input]]\npath = \"good.jsonl\"\n[[prices]]\npath = \"btc.csv\"\n[[prices]]\npath = \"gold.csv\"\n[[export]]\npath = \"out.csv\"\n";
    let good = "{\"title\":\"Panic\",\"published\":\"2024-03-01\",\"source\":\"a\"}\n";
    let files = [
        ("storyturn.toml", config),
        ("bad.csv", "foo,bar\n"),
        ("good.jsonl", good),
        ("btc.csv", "date,close\n2024-03-01,cheap\n"),
        ("gold.csv", "date,close\n2024-03-01,2000\n"),
    ];
    let tool =
        check(&files, &["run"], 1, &["bad.csv", "btc.csv:2", "1 new", "prices of gold: 1 new", "export"]);
    assert!(tool.read("out.csv").contains("2024-03-01"));
    check(&files, &["run", "--as-of", "2024-03-01"], 2, &["--as-of", "hint:"]);
}

#[test]
fn text_from_outside_cannot_drive_the_terminal() {
    let tool = Tool::new();
    tool.write("a.txt", "Panic \u{1b}]0;owned\u{7} grips \u{202e}markets\nWar spreads and investors flee to gold as fear grows in every market.\n");
    let ran = tool.done(&["explain", "a.txt"]);
    for unsafe_character in ['\u{1b}', '\u{7}', '\u{202e}'] {
        assert!(!ran.out.contains(unsafe_character), "{:?}", ran.out);
    }
}

#[test]
fn an_export_that_cannot_be_written_leaves_the_old_file() {
    let tool = Tool::new();
    tool.write("a.jsonl", "{\"title\":\"Panic\",\"published\":\"2024-03-01\"}\n");
    tool.done(&["import", "a.jsonl"]);
    tool.write("out.csv/occupied", "here");
    let ran = tool.run(&["days", "--format", "csv", "-o", "out.csv"]);
    assert_eq!(ran.status, 1, "{}", ran.err);
    assert!(ran.err.contains("out.csv"), "{}", ran.err);
    assert_eq!(tool.read("out.csv/occupied"), "here");
}
