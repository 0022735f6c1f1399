//! The workbench on the command line: what an analyst types, sees, labels and reads back.

use std::path::Path;

use crate::{
    corpus::sample_store,
    tool::{Tool, shared_data},
};

const ROWS: &str = "\
published,source,title,url,text
2024-03-01T10:00:00Z,a.example,Panic grips Wall Street,https://a.example/1,
2024-03-01T11:00:00Z,b.example,Trade war fears ease,https://b.example/2,
2024-03-02T10:00:00Z,a.example,Fed cuts interest rates,https://a.example/3,Nobody spoke of panic. A quiet lunch followed.
2024-04-02T10:00:00Z,b.example,\"No sign of panic, says \u{1b}[31mbank\",https://b.example/4,
2024-04-03T10:00:00Z,c.example,A quiet lunch,https://c.example/5,
";

/// A folder with these rows in a store.
fn rows() -> Tool {
    let tool = Tool::new();
    tool.write("rows.csv", ROWS);
    tool.done(&["import", "rows.csv"]);
    tool
}

#[test]
fn find_shows_a_term_in_its_contexts_and_counts_it() {
    let tool = rows();
    let shown = tool.done(&["lexicon", "find", "panic"]);
    let lines: Vec<&str> = shown.out.lines().collect();
    assert_eq!(lines.len(), 3, "{}", shown.out);
    let column = |line: &str| line.to_lowercase().find("panic").unwrap();
    assert!(lines.iter().all(|line| column(line) == column(lines[0])), "{}", shown.out);
    assert!(lines[0].contains("2024-03-01  a.example"), "{}", shown.out);
    assert!(lines.iter().all(|line| line.chars().count() <= 100), "{}", shown.out);
    assert!(!shown.out.contains('\u{1b}'));
    for said in ["3 places in 3 of 5 articles", "2024-03", "2024-04", "a.example"] {
        assert!(shown.err.contains(said), "{said}\n{}", shown.err);
    }
    // From a file it says the same, in every form.
    let from_file = tool.done(&["lexicon", "find", "panic", "rows.csv"]);
    assert_eq!(from_file.out, shown.out);
    let csv = tool.done(&["lexicon", "find", "panic", "--format", "csv"]).out;
    assert!(csv.starts_with("id,day,source,field,start,before,words,after\n"), "{csv}");
    let jsonl = tool.done(&["lexicon", "find", "panic", "--format", "jsonl", "--context", "9"]).out;
    let found: Vec<serde_json::Value> =
        jsonl.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((found[1]["field"].as_str(), found[1]["before"].as_str()), (Some("text"), Some("spoke of ")));
    assert_eq!(found[2]["after"], ", says [3");
    let json = tool.done(&["lexicon", "find", "panic", "--format", "json"]).out;
    assert_eq!(serde_json::from_str::<Vec<serde_json::Value>>(&json).unwrap().len(), 3);
}

#[test]
fn find_takes_the_phrase_language_spans_and_limits() {
    let tool = rows();
    let check = |args: &[&str], places: &str, shown: usize| {
        let ran = tool.done(&[&["lexicon", "find"], args].concat());
        assert!(ran.err.contains(places), "{args:?}\n{}", ran.err);
        assert_eq!(ran.out.lines().count(), shown, "{args:?}\n{}", ran.out);
    };
    check(&["(panic|lunch)"], "5 places in 4 of 5 articles", 5);
    check(&["cuts ~1 rate"], "1 place in 1 of 5 articles", 1);
    check(&["cuts ~1 rate", "--match", "exact"], "0 places in 0 of 5 articles", 0);
    check(&["fear", "--match", "stem"], "1 place in 1 of 5 articles", 1);
    check(&["panic", "--limit", "1"], "3 places, 1 shown in 3 of 5", 1);
    check(&["panic", "--from", "2024-04-01"], "1 place in 1 of 2 articles", 1);
    check(&["panic", "--to", "2024-03-01"], "1 place in 1 of 2 articles", 1);
    check(&["panic", "--source", "a.example"], "2 places in 2 of 2 articles", 2);
    check(&["panic", "--as-of", "2024-03-31"], "2 places in 2 of 3 articles", 2);
    let filtered = "no articles match the days and sources asked for";
    check(&["panic", "--source", "bogus"], filtered, 0);
    check(&["panic", "--from", "2031-01-01"], filtered, 0);
    // A term is read in the language of its script.
    tool.write("zh.jsonl", r#"{"title":"市场避险情绪升温","published":"2024-03-01"}"#);
    check(&["避险", "zh.jsonl"], "1 place in 1 of 1 article", 1);
    check(&["避险", "zh.jsonl", "--match", "exact"], "1 place in 1 of 1 article", 1);
}

#[test]
fn a_bad_term_span_or_target_is_refused_with_what_to_do() {
    let tool = rows();
    let check = |args: &[&str], says: &[&str]| {
        let ran = tool.run(&[&["lexicon"], args].concat());
        assert_eq!(ran.status, 2, "{args:?}\n{}{}", ran.out, ran.err);
        assert!(says.iter().all(|word| ran.err.contains(word)), "{args:?}\n{}", ran.err);
    };
    check(
        &["find", "de*"],
        &["glob \"de*\" starts with fewer than three letters", "hint: write at least three"],
    );
    check(&["find", ""], &["can be empty", "hint:"]);
    check(
        &["find", "war", "--match", "inflected", "--language", "de"],
        &["only english can be inflected", "hint: use --match stem"],
    );
    check(&["find", "war", "--from", "2024-03-02", "--to", "2024-03-01"], &["is after the last"]);
    check(&["audit", "joy", "-o", "joy.csv"], &["no narrative or pole \"joy\"", "fear_safe_haven"]);
    check(&["audit", "fear"], &["two files", "hint: name the sheet with -o"]);
    check(&["audit"], &["NARRATIVE|POLE"]);
    check(&["audit", "--read", "none.csv"], &["no key none.key.csv", "hint: --key"]);
    check(&["suggest", "joy"], &["no narrative or pole \"joy\""]);
    check(&["suggest", "fear", "-", "--by", "day"], &["twice"]);
    check(&["sensitivity", "joy"], &["no narrative \"joy\""]);
    tool.write("fear.csv", "mine");
    check(&["audit", "fear", "-o", "fear.csv"], &["fear.csv is already there", "hint:"]);
    assert_eq!(tool.read("fear.csv"), "mine");
}

/// Labels every row of a sheet.
fn label(sheet: &str, label: impl Fn(&str) -> &'static str) -> String {
    let mut reader = csv::Reader::from_reader(sheet.as_bytes());
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(reader.headers().unwrap()).unwrap();
    for row in reader.records() {
        let row = row.unwrap();
        let mut cells: Vec<&str> = row.iter().collect();
        cells[1] = label(&row[2]);
        writer.write_record(&cells).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

fn by_words(text: &str) -> &'static str {
    match text {
        text if text.contains("No sign") || text.contains("ease") => "-1",
        text if text.contains("Panic") => "1",
        text if text.contains("followed") => "?",
        _ => "0",
    }
}

#[test]
fn a_sample_is_drawn_blind_labelled_and_read_back() {
    let tool = rows();
    let drawn = tool.done(&["lexicon", "audit", "fear_safe_haven", "-o", "fear.csv", "--size", "10"]);
    for said in ["told", "reversed", "rest", "7 sentences to label in fear.csv", "hint: label 1, 0, -1 or ?"]
    {
        assert!(drawn.err.contains(said), "{said}\n{}", drawn.err);
    }
    let sheet = tool.read("fear.csv");
    assert!(sheet.starts_with("id,label,text,context,note\n"), "{sheet}");
    // The reader's sheet does not give the verdict away.
    assert!(!["told", "reversed", "stratum", "weight"].iter().any(|word| sheet.contains(word)), "{sheet}");
    assert!(
        sheet.contains("Fed cuts interest rates") && sheet.contains("[...] A quiet lunch followed."),
        "{sheet}"
    );
    let key = tool.read("fear.key.csv");
    assert!(key.starts_with("id,target,stratum,stratum_size,stratum_drawn,weight,said,"), "{key}");
    // The same seed draws the same, from a file too and on one thread.
    let mut again =
        tool.command(&["lexicon", "audit", "fear_safe_haven", "rows.csv", "-o", "again.csv", "--size", "10"]);
    assert!(again.env("RAYON_NUM_THREADS", "1").output().unwrap().status.success());
    assert_eq!((tool.read("again.csv"), tool.read("again.key.csv")), (sheet.clone(), key));

    tool.write("anna.csv", label(&sheet, by_words));
    tool.write("ben.csv", label(&sheet, |text| if text.contains("Fed") { "1" } else { by_words(text) }));
    let read =
        tool.done(&["lexicon", "audit", "--read", "anna.csv", "--key", "fear.key.csv", "--format", "jsonl"]);
    let rows: Vec<serde_json::Value> =
        read.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let measure = |name: &str| rows.iter().find(|row| row["measure"] == name).unwrap();
    assert_eq!(measure("precision")["value"], 1.0);
    assert_eq!(measure("recall")["value"], 1.0);
    assert_eq!(measure("reversed_told")["value"], 0.0);
    assert_eq!(measure("precision")["labels"], 1);
    for row in &rows {
        let of = |end: &str| row[end].as_f64().unwrap();
        assert!(of("low") <= of("value") && of("value") <= of("high"), "{row}");
    }
    assert!(read.err.contains("6 of 7 rows labelled"), "{}", read.err);
    let both = tool.done(&[
        "lexicon",
        "audit",
        "--read",
        "anna.csv",
        "ben.csv",
        "--key",
        "fear.key.csv",
        "--format",
        "csv",
    ]);
    assert!(both.out.contains("\"anna.csv, ben.csv\",agreement,0.833333,"), "{}", both.out);
    assert!(both.out.contains("kappa") && both.out.contains("where all agree"), "{}", both.out);
    assert!(read.err.contains("drawn with lexicon en 0.") && read.err.contains("judged with the same"));
    assert!(tool.read("fear.key.csv").contains(",-1,"), "a verdict is a number");
    // Another lexicon in force is judged by the same labels, and said to be another.
    copy(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/lexicons")), &tool.path("lexicons"));
    let liquidity = tool.read("lexicons/en/fear.toml");
    tool.write("lexicons/en/fear.toml", liquidity + "\n[[terms]]\nphrases = [\"fed cuts interest rates\"]\n");
    let read = ["lexicon", "audit", "--read", "anna.csv", "--key", "fear.key.csv", "--lexicons", "lexicons"];
    let now = tool.done(&read).err;
    assert!(
        now.contains("the lexicon changed since the draw") && now.contains("1 sentence is judged otherwise"),
        "{now}"
    );
    assert!(now.contains("precision 0.500"), "{now}");
    assert!(
        now.contains("warning: drawn with lexicon en 0.") && now.contains(", judged with en 0."),
        "{now}"
    );
    tool.write("empty.csv", &sheet);
    let empty = tool.run(&["lexicon", "audit", "--read", "empty.csv", "--key", "fear.key.csv"]);
    assert!(empty.status == 2 && empty.err.contains("empty.csv:1: no row has a label yet"), "{}", empty.err);
}

#[test]
fn a_sheet_that_would_mislead_is_refused_with_file_and_line() {
    let tool = rows();
    tool.done(&["lexicon", "audit", "fear", "-o", "fear.csv", "--size", "10"]);
    let sheet = label(&tool.read("fear.csv"), |_| "0");
    let check = |content: String, says: &[&str]| {
        tool.write("fear.csv", content);
        let ran = tool.run(&["lexicon", "audit", "--read", "fear.csv"]);
        assert_eq!(ran.status, 2, "{}{}", ran.out, ran.err);
        assert!(says.iter().all(|word| ran.err.contains(word)), "{}", ran.err);
    };
    check(sheet.replacen(",0,", ",maybe,", 1), &["fear.csv:2", "label \"maybe\"", "hint:"]);
    check(
        sheet.replace("Panic grips", "Calm grips"),
        &["fear.csv:", "is not the one that was drawn", "hint:"],
    );
    check(format!("{sheet}ff:0,1,Rain,,\n"), &["fear.csv:9", "id \"ff:0\" is not in the key", "hint:"]);
}

#[test]
fn sensitivity_tells_what_leaving_an_entry_out_moves() {
    let tool = rows();
    copy(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/lexicons")), &tool.path("lex"));
    let liquidity = tool.read("lex/en/liquidity.toml");
    let line = liquidity.lines().count() + 2;
    tool.write("lex/en/liquidity.toml", liquidity + "[[terms]]\nphrases = [\"quiet lunch\"]\n");
    let csv = tool.done(&["lexicon", "sensitivity", "--lexicons", "lex", "--format", "csv"]);
    let mut reader = csv::Reader::from_reader(csv.out.as_bytes());
    let header = reader.headers().unwrap().clone();
    let column = |row: &csv::StringRecord, name: &str| {
        row[header.iter().position(|column| column == name).unwrap()].to_owned()
    };
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert!(csv.err.contains("5 articles on 4 days"), "{}{}", csv.out, csv.err);
    let moved: Vec<f64> = rows.iter().map(|row| column(row, "moved").parse().unwrap()).collect();
    assert!(moved.is_sorted_by(|one, other| one >= other), "{moved:?}");
    let lunch = rows.iter().find(|row| column(row, "entry") == "quiet lunch").unwrap();
    let told = ["narrative", "articles", "lost", "gained", "days", "line"].map(|name| column(lunch, name));
    assert_eq!(told.join(" "), format!("liquidity 2 1 0 2 {line}"));
    let shown = tool.done(&["lexicon", "sensitivity", "liquidity", "--lexicons", "lex", "--most", "1"]).out;
    assert_eq!(shown.lines().count(), 2, "{shown}");
}

#[test]
fn suggest_names_words_the_lexicon_lacks() {
    let tool = Tool::new();
    let mut rows = "published,source,title,url,text\n".to_owned();
    for number in 0..60 {
        let (name, source) = (char::from(b'a' + number % 20), number % 4);
        rows += &format!(
            "2024-03-01T10:00:00Z,s{source},Panic on Wall Street as zorbs topple {name}{number},,\n"
        );
        rows += &format!("2024-03-02T10:00:00Z,s{source},A quiet lunch in town {name}{number},,\n");
        rows += &format!("2024-03-02T11:00:00Z,s{source},Fed cuts interest rates once {name}{number},,\n");
    }
    tool.write("rows.csv", rows);
    tool.done(&["import", "rows.csv"]);
    let found = tool.done(&["lexicon", "suggest", "fear_safe_haven", "--format", "csv"]);
    assert!(found.out.lines().nth(1).is_some_and(|line| line.contains("zorbs")), "{}", found.out);
    assert!(!found.out.lines().any(|line| line.starts_with("panic,")), "{}", found.out);
    assert!(found.err.contains("60 articles that tell fear_safe_haven; rest: 120"), "{}", found.err);
    let all = tool.done(&["lexicon", "suggest", "fear_safe_haven", "--all", "--format", "csv"]);
    assert!(all.out.contains("panic"), "{}", all.out);
    let days = tool.done(&["lexicon", "suggest", "fear_safe_haven", "--by", "day", "--format", "csv"]);
    assert!(days.out.contains("zorbs"), "{}{}", days.out, days.err);
}

#[test]
fn check_warns_and_strictly_refuses() {
    let tool = Tool::new();
    copy(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/lexicons")), &tool.path("lex"));
    let fear = tool.read("lex/en/fear.toml");
    let lines = fear.lines().count();
    tool.write("lex/en/fear.toml", fear + "[[terms]]\nphrases = [\"zorb*\", \"zorbing\"]\n");
    let warned = tool.done(&["lexicon", "check", "lex"]);
    let said = format!("fear.toml:{}: phrase \"zorbing\" adds nothing: \"zorb*\"", lines + 2);
    assert!(warned.err.contains(&said) && warned.err.contains("hint: drop it"), "{}", warned.err);
    let lines: Vec<&str> = warned.out.lines().collect();
    assert!(lines[0].starts_with("en ") && lines[0].contains(" entries, it can be used; "), "{}", warned.out);
    assert!(lines[1].starts_with("zh ") && lines[1].ends_with(" entries, no fault found"), "{}", warned.out);
    assert_eq!(tool.run(&["lexicon", "check", "lex", "--strict"]).status, 2);
    // Beside a file of one's own what is built in is no concern, and its answer is data.
    let own = "name = \"dollar\"\nkind = \"narrative\"\nversion = \"9\"\nlanguage = \"en\"\norigin = \"\"\n\
               licence = \"MIT\"\n[[terms]]\nphrases = [\"zorb*\", \"zorbing\"]\n";
    tool.write("own/en/dollar.toml", own);
    let warned = tool.done(&["lexicon", "check", "own", "-v"]);
    assert!(warned.err.contains("dollar.toml:8: phrase \"zorbing\""), "{}", warned.err);
    let quiet = tool.done(&["lexicon", "check", "-q", "--lexicons", "own"]);
    assert_eq!((quiet.out, quiet.err), (warned.out, String::new()));
}

#[test]
fn a_folder_without_lexicons_is_refused() {
    let tool = Tool::new();
    tool.write("empty/notes.txt", "nothing");
    let check = |folder: &str, says: &str| {
        for args in [&["lexicon", "check", folder][..], &["lexicon", "show", "--lexicons", folder]] {
            let ran = tool.run(args);
            assert_eq!(ran.status, 2, "{args:?}\n{}", ran.err);
            assert!(ran.err.contains(says) && ran.err.contains("hint: name a folder"), "{}", ran.err);
        }
    };
    check("empty", "no lexicon files in empty");
    check("missing", "there is no folder missing");
    check("empty/notes.txt", "no folder but a file: empty/notes.txt");
}

#[test]
fn the_mentions_of_explain_add_up_to_its_score_exactly() {
    let tool = Tool::new();
    let store = sample_store(&tool);
    let found =
        tool.done(&["--store", &store, "lexicon", "find", "(the|a|as|on|to)", "--format", "jsonl"]).out;
    let mut ids: Vec<String> = found
        .lines()
        .map(|line| {
            serde_json::from_str::<serde_json::Value>(line).unwrap()["id"].as_str().unwrap().to_owned()
        })
        .collect();
    ids.sort();
    ids.dedup();
    let axis =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("lexicons/axis.toml")).unwrap();
    let axis: toml::Table = axis.parse().unwrap();
    let (mut told, mut suppressed) = (0, 0);
    for id in ids.iter().step_by(ids.len() / 40 + 1) {
        let json = tool.done(&["--store", &store, "explain", id, "--format", "json"]).out;
        let record: serde_json::Value = serde_json::from_str(&json).unwrap();
        let mentions = record["mentions"].as_array().unwrap();
        suppressed += mentions.iter().filter(|one| !one["suppressed"].is_null()).count();
        assert!(record["beaten"].is_array() && record["title"].is_string(), "{record}");
        assert!(mentions.iter().all(|one| one["line"].as_u64() > Some(0) && one["file"].is_string()));
        for pole in axis["poles"].as_array().unwrap() {
            let narratives: Vec<&str> =
                pole["narratives"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
            let mut most = std::collections::BTreeMap::new();
            for one in mentions.iter().filter(|one| {
                one["suppressed"].is_null()
                    && one["modality"] != "doubted"
                    && narratives.contains(&one["narrative"].as_str().unwrap())
            }) {
                let weight = (one["weight"].as_f64().unwrap() * 1000.0).round() as i64;
                let times = if one["field"] == "title" { 2 } else { 1 };
                let sum: &mut [i64; 2] = most.entry(one["sentence"].as_u64().unwrap()).or_default();
                match one["direction"].as_str().unwrap() {
                    "asserted" => sum[0] = sum[0].max(times * weight),
                    "reversed" => sum[1] = sum[1].max(times * weight),
                    _ => {}
                }
            }
            let net: i64 = most.values().map(|[asserted, reversed]| asserted - reversed).sum();
            let sentences = record["sentences"].as_f64().unwrap();
            let own: f64 = record["by_sentence"].as_array().unwrap().iter().fold(0.0, |sum, one| {
                let pole = &one["poles"][pole["name"].as_str().unwrap()];
                sum + pole["asserted"].as_f64().unwrap() - pole["reversed"].as_f64().unwrap()
            });
            assert_eq!((own * 1000.0).round() as i64, net, "the rows of sentences add up as well");
            let score = if sentences > 0.0 { net.max(0) as f64 / (1000.0 * sentences) } else { 0.0 };
            // To the last bit, as it is written: a reader of JSON may round.
            let written = format!("\"{}\": {score:?},", pole["name"].as_str().unwrap());
            assert!(json.contains(&written), "{written}\n{json}");
            told += u32::from(score > 0.0);
        }
    }
    assert!(told > 5 && suppressed > 0, "{told} {suppressed}");
}

#[test]
fn reading_again_gives_the_same_on_any_number_of_threads() {
    let tool = Tool::new();
    copy(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/lexicons")), &tool.path("lex"));
    let fear = tool.read("lex/en/fear.toml");
    let mut outs = Vec::new();
    for threads in ["1", "3"] {
        let store = sample_store(&tool);
        tool.write("lex/en/fear.toml", fear.clone() + "\n[[terms]]\nphrases = [\"quiet\", \"silver\"]\n");
        let days = |expected: bool| {
            let mut command =
                tool.command(&["--store", &store, "days", "--lexicons", "lex", "--format", "csv"]);
            let ran = command.env("RAYON_NUM_THREADS", threads).output().unwrap();
            let said = String::from_utf8(ran.stderr).unwrap();
            assert!(ran.status.success() && said.contains("articles read again") == expected, "{said}");
            String::from_utf8(ran.stdout).unwrap()
        };
        let first = days(true);
        assert_eq!(first, days(false), "what was read once is not read again");
        outs.push(first);
        std::fs::remove_dir_all(tool.path("out")).unwrap();
    }
    assert_eq!(outs[0], outs[1]);
}

#[test]
fn a_feed_of_fifty_thousand_headlines_is_judged_at_once() {
    let Some(news) = shared_data("news/headlines_2025-08_2026-01.csv.gz") else { return };
    let tool = Tool::new();
    tool.done_with_skips(&["import", news.to_str().unwrap()]);
    let found = tool.done(&["lexicon", "find", "safe haven"]);
    assert!(found.err.contains("of 51429 articles") && found.out.lines().count() > 10, "{}", found.err);
    let moved = tool.done(&["lexicon", "sensitivity", "--format", "csv"]);
    assert!(moved.out.lines().count() > 100 && moved.err.contains("51429 articles"), "{}", moved.err);
    let drawn = tool.done(&["lexicon", "audit", "debasement_liquidity", "-o", "d.csv"]);
    assert!(drawn.err.contains("200 sentences to label"), "{}", drawn.err);
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
