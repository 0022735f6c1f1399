//! Bringing articles and prices in: kinds of input, repetition, what a lexicon change costs.

use std::io::Write;

use flate2::{Compression, write::GzEncoder};

use crate::tool::Tool;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

const ROWS: &str = "published,source,title,url\n\
    2024-03-01T08:00:00Z,a.example,Panic grips markets as war spreads,https://a.example/1\n\
    2024-03-02T08:00:00Z,b.example,Fed cuts rates and restarts quantitative easing,https://b.example/2\n";

const LINES: &str = "{\"title\":\"Panic grips markets as war spreads\",\"published\":\"2024-03-01T08:00:00Z\",\"source\":\"a.example\",\"url\":\"https://a.example/1\"}\n\
    {\"title\":\"Fed cuts rates and restarts quantitative easing\",\"published\":\"2024-03-02T08:00:00Z\",\"source\":\"b.example\",\"url\":\"https://b.example/2\"}\n";

fn documents(tool: &Tool) -> String {
    let stats = tool.done(&["store", "stats", "--format", "csv"]).out;
    stats.lines().find(|line| line.starts_with("articles,")).unwrap_or_default().to_owned()
}

fn check(name: &str, content: &[u8], expected: &str) {
    let tool = Tool::new();
    tool.write(name, content);
    tool.done(&["import", name]);
    assert_eq!(documents(&tool), expected, "{name}");
}

#[test]
fn every_kind_of_input_is_read_plain_and_compressed() {
    let page = "<html><head><title>Panic grips markets</title><meta property='article:published_time' content='2024-03-01T08:00:00Z'>\
        <link rel='canonical' href='https://a.example/1'></head><body><article><h1>Panic grips markets</h1><p>Investors fled to gold as fear spread \
        through markets and the war went on, and nobody in the trading rooms of the city could say how long it would last.</p>\
        <p>Safe-haven demand lifted bullion to a record while shares fell sharply across every market that was open on the day.</p></article></body></html>";
    for (name, content, expected) in [
        ("rows.csv", ROWS, "articles,2"),
        ("lines.jsonl", LINES, "articles,2"),
        ("page.html", page, "articles,1"),
    ] {
        check(name, content.as_bytes(), expected);
        check(&format!("{name}.gz"), &gzip(content.as_bytes()), expected);
    }
}

#[test]
fn plain_text_takes_its_date_from_the_command() {
    let tool = Tool::new();
    tool.write(
        "note.txt",
        "Haven demand lifts gold\nInvestors fled to safety as fear of war spread through the markets.\n",
    );
    let undated = tool.run(&["import", "note.txt"]);
    assert_eq!(undated.status, 3);
    assert!(undated.err.contains("it has no date"), "{}", undated.err);
    tool.done(&["import", "note.txt", "--published", "2024-03-01", "--source", "letters"]);
    assert_eq!(documents(&tool), "articles,1");
}

#[test]
fn a_note_that_gets_its_date_by_renaming_is_read_again() {
    let tool = Tool::new();
    tool.write(
        "notes/letter.txt",
        "Haven demand lifts gold\nInvestors fled to safety as fear of war spread.\n",
    );
    assert_eq!(tool.run(&["import", "notes"]).status, 3);
    std::fs::rename(tool.path("notes/letter.txt"), tool.path("notes/2024-03-01-letter.txt")).unwrap();
    tool.done(&["import", "notes"]);
    assert_eq!(documents(&tool), "articles,1");
}

#[test]
fn what_is_dated_in_the_future_is_read_again_and_the_rest_is_not() {
    let tool = Tool::new();
    for (day, word) in [("2024-03-01", "gold"), ("2024-03-02", "silver"), ("2124-03-03", "bonds")] {
        let text = format!(
            "Haven demand lifts {word}\nInvestors fled to {word} as fear of war spread everywhere.\n"
        );
        tool.write(&format!("notes/{day}.txt"), text);
    }
    for (new, unchanged) in [("2 new", ""), ("0 new", "2 files unchanged")] {
        let ran = tool.run(&["import", "notes"]);
        assert_eq!(ran.status, 3, "{}", ran.err);
        assert!(ran.err.contains("2124-03-03, in the future"), "{}", ran.err);
        assert!(ran.err.contains(new) && ran.err.contains(unchanged), "{}", ran.err);
    }
}

#[test]
fn an_unusable_file_in_a_folder_is_a_skip_and_the_rest_is_read() {
    let tool = Tool::new();
    tool.write("all/a.csv", "foo,bar\n1,2\n").write("all/b.csv", ROWS).write("all/c.csv", "");
    tool.write("all/d.jsonl", LINES);
    let ran = tool.run(&["import", "all"]);
    assert_eq!(ran.status, 3, "{}", ran.err);
    assert!(ran.err.contains("all/a.csv: has no column for"), "{}", ran.err);
    assert!(ran.err.contains("all/c.csv: is empty"), "{}", ran.err);
    assert_eq!(documents(&tool), "articles,2");
}

#[test]
fn a_pattern_means_the_files_it_fits() {
    let tool = Tool::new();
    let note = "Haven demand lifts gold\nInvestors fled to safety as fear of war spread.\n";
    for name in ["2024-03-01-b.txt", "2024-03-02-a.txt", "2024-03-03-a.md", ".2024-03-04-a.txt"] {
        tool.write(&format!("notes/{name}"), format!("{name} {note}"));
    }
    let told = tool.done(&["extract", "notes/*.txt"]).out;
    let paths: Vec<&str> = told.lines().filter_map(|line| line.split('"').nth(3)).collect();
    assert_eq!(paths, ["notes/2024-03-01-b.txt", "notes/2024-03-02-a.txt"]);
    assert_eq!(tool.run(&["extract", "notes/*.html"]).status, 1);
    // Where a file has that very name, it is meant: such names there are everywhere but on Windows.
    if cfg!(unix) {
        tool.write("notes/2024-*.txt", note);
        assert_eq!(tool.done(&["extract", "notes/2024-*.txt"]).out.lines().count(), 1);
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_is_read_once_and_whole() {
    let tool = Tool::new();
    tool.write("lines.jsonl", LINES);
    let path = tool.path("pipe.jsonl");
    assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
    let feeder = std::thread::spawn(move || std::fs::write(path, LINES).unwrap());
    tool.done(&["import", "pipe.jsonl"]);
    feeder.join().unwrap();
    assert_eq!(documents(&tool), "articles,2");
}

#[test]
fn a_table_needs_dates_only_where_they_are_asked_for() {
    let tool = Tool::new();
    tool.write("titles.csv", "title\nPanic grips markets as war spreads\n");
    let tagged = tool.done(&["tag", "titles.csv"]).out;
    assert!(tagged.contains("\"published\":null"), "{tagged}");
    assert_eq!(tool.run(&["import", "titles.csv"]).status, 1);
    tool.done(&["import", "titles.csv", "--published", "2024-03-01"]);
    assert_eq!(documents(&tool), "articles,1");
}

#[test]
fn standard_input_is_an_input() {
    let tool = Tool::new();
    let ran = tool.run_with(&["import", "-"], LINES.as_bytes());
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert_eq!(documents(&tool), "articles,2");
}

#[test]
fn importing_twice_changes_nothing() {
    let tool = Tool::new();
    tool.write("rows.csv", ROWS).write("lines.jsonl", LINES);
    tool.done(&["import", "rows.csv"]);
    let before = tool.done(&["days", "--format", "csv"]).out;
    let again = tool.done(&["import", "rows.csv"]);
    assert!(again.err.contains("unchanged"), "{}", again.err);
    // The same articles in another file are known by their address.
    let other = tool.done(&["import", "lines.jsonl"]);
    assert!(other.err.contains("0 new, 2 known"), "{}", other.err);
    assert_eq!(tool.done(&["days", "--format", "csv"]).out, before);
}

#[test]
fn after_a_replacement_other_files_of_the_series_are_read_again() {
    let tool = Tool::new();
    tool.write("old/btc.csv", "date,close\n2024-01-01,100\n2024-01-02,101\n")
        .write("new/btc.csv", "date,close\n2024-01-03,10\n")
        .write("mended/btc.csv", "date,close\n2024-01-03,102\n");
    tool.done(&["prices", "import", "old/btc.csv", "new/btc.csv"]);
    tool.done(&["prices", "import", "--replace", "mended/btc.csv"]);
    let rows = |tool: &Tool| {
        let list = tool.done(&["prices", "list", "--format", "csv"]).out;
        list.lines().nth(1).unwrap().split(',').take(5).collect::<Vec<_>>().join(",")
    };
    assert_eq!(rows(&tool), "btc,1,2024-01-03,2024-01-03,102");
    tool.done(&["prices", "import", "old/btc.csv"]);
    assert_eq!(rows(&tool), "btc,3,2024-01-01,2024-01-03,102");
    assert!(tool.done(&["store", "verify"]).out.contains("whole"));
}

#[test]
fn another_cut_off_gives_what_a_new_store_would() {
    // The second article counts for the day after, where the day ends at 22:00; the third for the day
    // before, where it ends at midnight.
    let rows = "published,source,title,url\n\
        2024-03-01T08:00:00Z,a.example,Panic grips markets,https://a.example/1\n\
        2024-03-01T23:00:00Z,b.example,War spreads and fear grows,https://b.example/2\n\
        2024-03-04T00:00:00Z,c.example,Fed cuts rates,https://c.example/3\n";
    let tool = Tool::new();
    tool.write("rows.csv", rows).write("early.toml", "[panel]\ncut_off = \"22:00\"\n");
    tool.done(&["import", "rows.csv"]);
    let days = |tool: &Tool, args: &[&str]| tool.done(&[args, &["days", "--format", "csv"]].concat()).out;
    let late = days(&tool, &[]);
    let early = days(&tool, &["--config", "early.toml"]);
    assert_ne!(early, late);
    assert_eq!(days(&tool, &["--config", "early.toml"]), early);
    assert_eq!(days(&tool, &[]), late);
    let fresh = Tool::new();
    fresh.write("rows.csv", rows).write("early.toml", "[panel]\ncut_off = \"22:00\"\n");
    fresh.done(&["--config", "early.toml", "import", "rows.csv"]);
    assert_eq!(days(&fresh, &["--config", "early.toml"]), early);
}

#[test]
fn the_order_of_inputs_does_not_matter() {
    let (forward, backward) = (Tool::new(), Tool::new());
    let mut rows: Vec<&str> = ROWS.lines().collect();
    forward.write("rows.csv", rows.join("\n"));
    rows[1..].reverse();
    backward.write("rows.csv", rows.join("\n"));
    let days = |tool: &Tool| {
        tool.done(&["import", "rows.csv"]);
        tool.done(&["days", "--format", "csv"]).out
    };
    assert_eq!(days(&forward), days(&backward));
}

#[test]
fn a_revised_article_does_not_rewrite_the_past() {
    let tool = Tool::new();
    tool.write("rows.csv", ROWS)
        .write("later.csv", ROWS.replace("Panic grips markets", "Calm returns to markets"));
    tool.done(&["import", "rows.csv"]);
    let before = tool.done(&["days", "--format", "csv"]).out;
    let revised = tool.done(&["import", "later.csv"]);
    assert!(revised.err.contains("1 known with another text (the first version is kept)"), "{}", revised.err);
    assert_eq!(tool.done(&["days", "--format", "csv"]).out, before);
}

#[test]
fn a_bad_row_is_skipped_named_and_counted() {
    let tool = Tool::new();
    tool.write("rows.csv", format!("{ROWS}yesterday,a.example,No such date,https://a.example/3\n2124-01-01,a.example,Too early,https://a.example/4\n1904-01-01,a.example,Too late,https://a.example/5\n"));
    let ran = tool.run(&["import", "rows.csv"]);
    assert_eq!(ran.status, 3);
    assert!(ran.err.contains("rows.csv line 4") && ran.err.contains("yesterday"), "{}", ran.err);
    assert!(ran.err.contains("in the future"), "{}", ran.err);
    assert!(ran.err.contains("2 new") && ran.err.contains("3 skipped"), "{}", ran.err);
    assert_eq!(documents(&tool), "articles,2");
}

#[test]
fn what_another_day_may_accept_is_tried_again() {
    let tool = Tool::new();
    tool.write("a.jsonl", "{\"title\":\"Panic\",\"published\":\"2124-01-01\"}\n");
    assert_eq!(tool.run(&["import", "a.jsonl"]).status, 3);
    let again = tool.run(&["import", "a.jsonl"]);
    assert_eq!(again.status, 3, "{}", again.err);
    assert!(again.err.contains("1 read") && again.err.contains("1 skipped"), "{}", again.err);
}

#[test]
fn one_bad_file_of_a_folder_stops_nothing() {
    let tool = Tool::new();
    tool.write("in/a.csv", "foo,bar\n1,2\n").write("in/b.csv", ROWS).write("in/c.png", "not ours");
    tool.write("in/d.html", "")
        .write("in/2024-03-03-e.txt", "War fears\nPanic spread on the markets as war fears grew.\n");
    let ran = tool.run(&["import", "in"]);
    assert_eq!(ran.status, 3, "{}", ran.err);
    assert!(ran.err.contains("a.csv") && ran.err.contains("d.html"), "{}", ran.err);
    assert!(ran.err.contains("1 file of another kind"), "{}", ran.err);
    assert!(ran.err.contains("3 new, 0 known, 2 skipped"), "{}", ran.err);
    // What was settled is not read again; what could not be read is tried again.
    let again = tool.run(&["import", "in"]);
    assert!(again.err.contains("1 read, 0 new, 0 known, 1 skipped; 3 files unchanged"), "{}", again.err);
}

#[test]
fn revised_prices_are_kept_beside_what_was_known() {
    let tool = Tool::new();
    tool.write("btc.csv", "date,close\n2024-03-01,100\n2024-03-02,101\n");
    let first = tool.done(&["prices", "import", "btc.csv"]);
    assert!(first.err.contains("prices of btc: 2 new"), "{}", first.err);
    let again = tool.done(&["prices", "import", "btc.csv"]);
    assert!(again.err.contains("unchanged"), "{}", again.err);
    tool.write("btc.csv", "date,close\n2024-03-01,100\n2024-03-02,105\n2024-03-03,106\n");
    let revised = tool.done(&["prices", "import", "btc.csv"]);
    assert!(revised.err.contains("1 new, 1 known, 1 revised"), "{}", revised.err);
    let list = tool.done(&["prices", "list", "--format", "csv"]).out;
    assert!(list.contains("btc,4,2024-03-01,2024-03-03,106"), "{list}");
}

#[test]
fn a_hole_filled_later_leaves_past_evenings_as_they_were() {
    let rows = |days: &[u32]| {
        let lines = days.iter().map(|day| format!("2025-10-{day:02},{}\n", 4000 + day));
        format!("date,close\n{}", lines.collect::<String>())
    };
    let tool = Tool::new();
    tool.write("gold.csv", rows(&[8, 9, 10, 20, 21]));
    tool.done(&["prices", "import", "gold.csv"]);
    let evening = |tool: &Tool| tool.done(&["--as-of", "2025-10-20", "prices", "list", "--days"]).out;
    let before = evening(&tool);
    tool.write("gold.csv", rows(&[7, 8, 9, 10, 13, 14, 15, 20, 21, 22]));
    let filled = tool.done(&["prices", "import", "gold.csv"]);
    assert!(filled.err.contains("5 new, 5 known, 3 of the new fill a hole: from now on"), "{}", filled.err);
    let after = evening(&tool);
    assert!(!after.contains("2025-10-13") && after.contains("2025-10-10"), "{before}{after}");
    let days = tool.done(&["prices", "list", "--days", "--format", "csv"]).out;
    assert!(
        days.lines().any(|line| line.starts_with("gold,2025-10-13") && line.contains(",observed,")),
        "{days}"
    );
    assert!(tool.done(&["prices", "import", "gold.csv"]).err.contains("unchanged"));
    assert_eq!(tool.done(&["prices", "list", "--days", "--format", "csv"]).out, days);
}

#[test]
fn another_instrument_or_rate_is_refused_with_the_way_out() {
    let rows = |closes: &mut dyn FnMut(u32) -> f64| {
        let lines = (0..600).map(|at| {
            format!("{}-{:02}-{:02},{}\n", 2020 + at / 300, 1 + at / 25 % 12, 1 + at % 25, closes(at))
        });
        format!("date,close\n{}", lines.collect::<String>())
    };
    let tool = Tool::new();
    tool.write("silver.csv", rows(&mut |at| 20.0 + f64::from(at) / 100.0))
        .write(
            "silver_lbma.csv",
            rows(&mut |at| (20.0 + f64::from(at) / 100.0) * if at < 350 { 1.0 } else { 1.01 }),
        )
        .write("effective.csv", "date,close\n2026-01-05,3.63\n2026-01-06,3.64\n2026-01-07,3.75\n");
    tool.done(&["prices", "import", "silver.csv"]);
    let check = |args: &[&str], says: &[&str]| {
        let ran = tool.run(args);
        assert!(ran.status != 0 && says.iter().all(|says| ran.err.contains(says)), "{args:?} {}", ran.err);
    };
    check(
        &["prices", "import", "--series", "silver", "silver_lbma.csv"],
        &["1.00 % in the median of the latest 250 days both have", "--series NAME", "--replace"],
    );
    check(
        &["prices", "import", "--series", "fed_upper", "effective.csv"],
        &["effective.csv:2: fed_upper is 3.63 on 2026-01-05", "DFEDTARU"],
    );
}

#[test]
fn a_changed_lexicon_reads_again_what_it_must() {
    let tool = Tool::new();
    tool.write("rows.csv", ROWS);
    tool.done(&["import", "rows.csv"]);
    let built_in = env!("CARGO_MANIFEST_DIR").to_owned() + "/lexicons";
    copy(std::path::Path::new(&built_in), &tool.path("lexicons"));
    // The same content under another path is the same lexicon: nothing is read again.
    let same = tool.done(&["days", "--lexicons", "lexicons", "--format", "csv"]);
    assert!(!same.err.contains("lexicon changed"), "{}", same.err);
    let fear = tool.read("lexicons/en/fear.toml");
    tool.write("lexicons/en/fear.toml", fear + "\n[[terms]]\nphrases = [\"restarts quantitative\"]\n");
    let changed = tool.done(&["days", "--lexicons", "lexicons", "--format", "csv"]);
    assert!(changed.err.contains("2 articles read again, 1 with other numbers"), "{}", changed.err);
    assert_ne!(changed.out, same.out);
    let settled = tool.done(&["days", "--lexicons", "lexicons", "--format", "csv"]);
    assert!(!settled.err.contains("lexicon changed"), "{}", settled.err);
    assert_eq!(settled.out, changed.out);
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
