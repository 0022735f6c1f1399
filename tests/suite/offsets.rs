//! Mentions stand where the caller's own text has them, whatever was cleaned out of it to read it.

use serde_json::{Value, json};

use crate::tool::{Tool, shared_data};

/// Every mention is the slice of the given field that its place names; returns how many there are.
#[track_caller]
fn check(given: &Value, record: &Value) -> usize {
    let mentions = record["mentions"].as_array().unwrap();
    for mention in mentions {
        let text = given[mention["field"].as_str().unwrap()].as_str().unwrap();
        let place = ["start", "end"].map(|end| usize::try_from(mention[end].as_u64().unwrap()).unwrap());
        assert_eq!(text.get(place[0]..place[1]), mention["text"].as_str(), "{mention} of {given}");
    }
    mentions.len()
}

fn lines(jsonl: &str) -> Vec<Value> {
    jsonl.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn rows(rows: &[Value]) -> String {
    rows.iter().map(|row| format!("{row}\n")).collect()
}

/// Texts with what cleaning takes out, and the same without it.
const CLEANED: &[(&str, &str, &str, &str)] = &[
    ("  Gold\u{a0}jumps as  safe\u{a0}haven", "", "Gold jumps as safe haven", ""),
    (
        "\u{feff}Curren\u{ad}cy debase\u{ad}ment",
        "Pa\u{200b}nic grips\u{202e} markets.\r\n\r\nFear spreads.",
        "Currency debasement",
        "Panic grips markets.\n\nFear spreads.",
    ),
    (
        "",
        "\n\n \u{0}Fears of a re\u{0}cession\u{2028}grow é\r\nPanic",
        "",
        "Fears of a recession\ngrow é\nPanic",
    ),
    ("避险\u{200b}情绪\u{3000}升温", "\u{a0}恐慌\u{a0}蔓延", "避险情绪 升温", "恐慌 蔓延"),
];

#[test]
fn a_mention_is_a_slice_of_what_was_given() {
    let tool = Tool::new();
    let given: Vec<Value> =
        CLEANED.iter().map(|one| json!({"id": "1", "title": one.0, "text": one.1})).collect();
    let clean: Vec<Value> =
        CLEANED.iter().map(|one| json!({"id": "1", "title": one.2, "text": one.3})).collect();
    tool.write("given.jsonl", rows(&given)).write("clean.jsonl", rows(&clean));
    let tagged = lines(&tool.done(&["tag", "--mentions", "given.jsonl"]).out);
    for (given, record) in given.iter().zip(&tagged) {
        assert!(check(given, record) > 0, "{given}");
    }
    // What they tell is what the cleaned texts tell.
    let scores = |name: &str| tool.done(&["tag", name]).out;
    assert_eq!(scores("given.jsonl"), scores("clean.jsonl"));
    for (given, expected) in given.iter().zip(&tagged) {
        tool.write("one.jsonl", given.to_string());
        let explained = tool.done(&["explain", "one.jsonl", "--format", "json"]).out;
        let explained: Value = serde_json::from_str(&explained).unwrap();
        assert_eq!(explained["mentions"], expected["mentions"]);
    }
    // A cell of a table is the caller's text too.
    let table = format!("title,text\n\"{}\",\"{}\"\n", CLEANED[1].0, CLEANED[1].1);
    tool.write("given.csv", table);
    let record = &lines(&tool.done(&["tag", "--mentions", "given.csv"]).out)[0];
    assert_eq!(record["mentions"], tagged[1]["mentions"]);
    check(&given[1], record);
}

#[test]
fn real_articles_hold_their_mentions() {
    let Some(path) = shared_data("news/articles_with_bodies.csv.gz") else { return };
    let table = flate2::read::MultiGzDecoder::new(std::fs::File::open(path).unwrap());
    let mut table = csv::Reader::from_reader(table);
    let given: Vec<Value> = table
        .records()
        .map(|row| row.unwrap())
        .filter(|row| !row[4].trim().is_empty())
        .step_by(8)
        .map(|row| json!({"title": row[2], "text": row[4], "language": "en"}))
        .collect();
    let tool = Tool::new();
    tool.write("given.jsonl", rows(&given));
    let tagged = lines(&tool.done(&["tag", "--mentions", "given.jsonl"]).out);
    assert_eq!(tagged.len(), given.len());
    let mentions: usize = given.iter().zip(&tagged).map(|(given, record)| check(given, record)).sum();
    assert!(mentions > 500, "{mentions}");
}
