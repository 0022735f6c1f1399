//! How often the tagger says what a reader says, on the project's own labelled sets, `tests/labels`, and how
//! often two readers say the same.
//!
//! The labels hold no text: their ids are joined with the shared news files (`../shared/data/news`, or where
//! `STORYTURN_DATA` points; says loudly when they are not there) and every text is compared with its checksum.
//! An item is told when its pole's score is above 0, as the labelling rule of the set has it. Floors are a
//! little under what the development half reaches; the held half has no floor, so that nobody tunes to it.

use std::{
    collections::HashMap,
    fs::File,
    io::{Read, Write},
    path::Path,
};

use flate2::read::MultiGzDecoder;
use regex::Regex;
use sha2::{Digest, Sha256};
use storyturn::{lexicon::Lexicons, tag::Tagger};

use crate::tool::shared_data;

/// One labelled item with its text and what the tagger tells of it; poles in the order of the axis.
struct Item {
    labels: [i8; 2],
    unsure: bool,
    told: [bool; 2],
}

/// What a pole reaches.
struct Reached {
    precision: f64,
    recall: f64,
    f1: f64,
}

const POLES: [&str; 2] = ["fear", "debasement"];
/// The labelled sets, in the order they were made.
const SETS: [&str; 2] = ["commentary", "headlines"];

#[test]
fn the_development_half_is_read_as_readers_read_it() {
    for (set, floors) in SETS.into_iter().zip([[[0.80, 0.90], [0.86, 0.95]], [[0.85, 0.90], [0.82, 0.90]]]) {
        let Some(items) = labelled(set, "dev") else { return };
        report(&format!("dev {set}"), &items);
        check_floors(&items, floors);
    }
}

/// Floors by pole, of all items and of those that are sure.
fn check_floors(items: &[Item], floors: [[f64; 2]; 2]) {
    let sure: Vec<&Item> = items.iter().filter(|item| !item.unsure).collect();
    let all: Vec<&Item> = items.iter().collect();
    for (pole, floors) in floors.into_iter().enumerate() {
        for (items, floor) in [&all, &sure].into_iter().zip(floors) {
            let f1 = reached(items, pole).f1;
            assert!(f1 >= floor, "{}: F1 {f1:.3} is under the floor of {floor}", POLES[pole]);
        }
    }
    let told = reversed_told(&all);
    assert!(told <= 0.10, "{told:.3} of the reversed items are told");
}

/// The half nobody looks at while writing entries. Prints its figures once for a report:
/// `cargo test --test suite labelled -- --ignored`
#[test]
#[ignore = "the held half: run once for a report, never to tune"]
fn the_held_half_is_reported() {
    for set in SETS {
        let Some(items) = labelled(set, "held") else { return };
        report(&format!("held {set}"), &items);
    }
}

/// Cohen's kappa of the two readers, over told, reversed and neither. Items that tell something are drawn
/// more often than they are in a feed, which is where readers can differ.
#[test]
fn two_readers_find_the_same() {
    let second = table("second");
    for (set, floor) in SETS.into_iter().zip([0.92, 0.90]) {
        let first: HashMap<String, HashMap<String, String>> =
            table(set).into_iter().map(|label| (label["id"].clone(), label)).collect();
        for pole in POLES {
            let pairs: Vec<(&str, &str)> = second
                .iter()
                .filter_map(|label| Some((first.get(&label["id"])?[pole].as_str(), label[pole].as_str())))
                .collect();
            assert!(pairs.len() > 400, "{set} has {} items read twice", pairs.len());
            let share = |hit: &dyn Fn(&(&str, &str)) -> bool| {
                pairs.iter().filter(|pair| hit(pair)).count() as f64 / pairs.len() as f64
            };
            let agreed = share(&|(one, other)| one == other);
            let chance: f64 = ["-1", "0", "1"]
                .iter()
                .map(|label| share(&|(one, _)| one == label) * share(&|(_, other)| other == label))
                .sum();
            let kappa = (agreed - chance) / (1.0 - chance);
            assert!(kappa >= floor, "{set}, {pole}: kappa {kappa:.3} over {} items", pairs.len());
        }
    }
}

/// Written past the test runner, which would keep a passing test's words to itself.
fn report(half: &str, items: &[Item]) {
    let mut said = String::new();
    for (what, items) in [
        ("all", items.iter().collect::<Vec<_>>()),
        ("without unsure", items.iter().filter(|item| !item.unsure).collect()),
    ] {
        for (pole, name) in POLES.iter().enumerate() {
            let Reached { precision, recall, f1 } = reached(&items, pole);
            said +=
                &format!("{half}, {what}, {name}: precision {precision:.3} recall {recall:.3} F1 {f1:.3}\n");
        }
        said += &format!("{half}, {what}: {:.3} of the reversed items are told\n", reversed_told(&items));
    }
    std::io::stderr().write_all(said.as_bytes()).unwrap();
}

fn reached(items: &[&Item], pole: usize) -> Reached {
    let count = |test: &dyn Fn(&Item) -> bool| items.iter().filter(|item| test(item)).count().max(1) as f64;
    let hit = items.iter().filter(|item| item.told[pole] && item.labels[pole] == 1).count() as f64;
    let precision = hit / count(&|item| item.told[pole]);
    let recall = hit / count(&|item| item.labels[pole] == 1);
    Reached { precision, recall, f1: 2.0 * precision * recall / (precision + recall).max(f64::MIN_POSITIVE) }
}

/// Share of the reversed labels of either pole whose pole is told all the same.
fn reversed_told(items: &[&Item]) -> f64 {
    let reversed: Vec<bool> = items
        .iter()
        .flat_map(|item| (0..2).filter(|&pole| item.labels[pole] == -1).map(|pole| item.told[pole]))
        .collect();
    reversed.iter().filter(|told| **told).count() as f64 / reversed.len().max(1) as f64
}

/// One half of a set, tagged with the lexicons built in.
fn labelled(set: &str, half: &str) -> Option<Vec<Item>> {
    let news = shared_data("news")?;
    let labels: Vec<_> = table(set).into_iter().filter(|label| label["half"] == half).collect();
    let mut texts = HashMap::new();
    for label in &labels {
        let file = &label["source_file"];
        if !texts.contains_key(file) {
            texts.insert(file.clone(), rows(&news.join(file)));
        }
    }
    let tagger = Tagger::new(Lexicons::built_in());
    let items = labels.iter().map(|label| {
        let place: Vec<&str> = label["id"].split(':').collect();
        let (title, body) = &texts[&label["source_file"]][place[1].parse::<usize>().unwrap()];
        let (title, text) = match place.get(2) {
            Some(sentence) => ("", sentences(body)[sentence.parse::<usize>().unwrap()].clone()),
            None => (title.as_str(), String::new()),
        };
        let sum: String =
            Sha256::digest([title, &text].concat())[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(sum, label["sha256_16"], "the text of {} is another one", label["id"]);
        let counts = tagger.count(title, &text, Some("en"));
        Item {
            labels: POLES.map(|pole| label[pole].parse().unwrap()),
            unsure: label["unsure"] == "1",
            told: counts.poles.map(|pole| pole.score(counts.sentences) > 0.0),
        }
    });
    Some(items.collect())
}

/// The rows of a file of labels.
fn table(set: &str) -> Vec<HashMap<String, String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/labels/{set}.csv"));
    csv::Reader::from_path(path).unwrap().deserialize().map(Result::unwrap).collect()
}

/// Titles and texts of a table, in its order.
fn rows(path: &Path) -> Vec<(String, String)> {
    let mut table = String::new();
    MultiGzDecoder::new(File::open(path).unwrap()).read_to_string(&mut table).unwrap();
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let headers = reader.headers().unwrap().clone();
    let column = |name: &str| headers.iter().position(|header| header == name);
    let (title, text) = (column("title").unwrap(), column("text"));
    reader
        .records()
        .map(Result::unwrap)
        .map(|row| (row[title].to_owned(), text.map_or_else(String::new, |text| row[text].to_owned())))
        .collect()
}

/// The pieces sentences are numbered by, as the labels' README tells.
fn sentences(text: &str) -> Vec<String> {
    let end = Regex::new(r#"([.!?]["”’')\]]*)\s+["“‘'(\[]?[A-Z0-9]"#).unwrap();
    let mut pieces = Vec::new();
    for line in text.split('\n') {
        let mut from = 0;
        while let Some(found) = end.captures_at(line, from) {
            let cut = found.get(1).unwrap().end();
            pieces.push(&line[from..cut]);
            from = cut + line[cut..].find(|letter: char| !letter.is_whitespace()).unwrap();
        }
        pieces.push(&line[from..]);
    }
    let squashed = pieces.iter().map(|piece| piece.split_whitespace().collect::<Vec<_>>().join(" "));
    squashed.filter(|piece| !piece.is_empty()).collect()
}
