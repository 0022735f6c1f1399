//! The main job on the bundled sample: what a newcomer sees first.

use std::{collections::BTreeSet, fs, path::Path};

use sha2::{Digest, Sha256};

use crate::tool::{Tool, corpus};

/// The sample's configuration, with what it writes moved into the test's folder.
fn sample(tool: &Tool) -> Vec<String> {
    let config = fs::read_to_string(corpus("storyturn.toml")).unwrap();
    let folder = corpus("");
    let folder = folder.to_str().unwrap().trim_end_matches('/');
    let mut moved = String::new();
    for line in config.lines() {
        let line = line.replace("../target/sample/", tool.path("out/").to_str().unwrap());
        let line = match line.strip_prefix("path = \"").filter(|path| !path.starts_with('/')) {
            Some(path) => format!("path = \"{folder}/{path}"),
            None => line,
        };
        moved.push_str(&line);
        moved.push('\n');
    }
    // Of the report's intervals: how many draws they rest on is not what any test looks at.
    moved.push_str("\n[evaluate]\ndraws = 100\n");
    tool.write("sample.toml", moved);
    ["run", "--config", "sample.toml"].map(str::to_owned).to_vec()
}

/// Runs the sample in the tool's folder.
pub fn run_sample(tool: &Tool) -> crate::tool::Ran {
    let args = sample(tool);
    tool.done(&args.iter().map(String::as_str).collect::<Vec<_>>())
}

/// Runs the sample and says where its store lies.
pub fn sample_store(tool: &Tool) -> String {
    run_sample(tool);
    tool.path("out/store").to_str().unwrap().to_owned()
}

fn column(csv_text: &str, name: &str) -> Vec<String> {
    let mut reader = csv::Reader::from_reader(csv_text.as_bytes());
    let place = reader.headers().unwrap().iter().position(|header| header == name).unwrap();
    reader.records().map(|record| record.unwrap()[place].to_owned()).collect()
}

#[test]
fn a_first_run_shows_every_state() {
    let tool = Tool::new();
    let ran = run_sample(&tool);
    assert!(ran.err.contains("not market data"), "{}", ran.err);
    assert!(ran.out.contains("SPENT") && ran.out.contains("not a forecast"), "{}", ran.out);
    let table = tool.read("out/signal.csv");
    let days = column(&table, "day");
    let states = column(&table, "state");
    let commentary: BTreeSet<&str> = days
        .iter()
        .zip(&states)
        .filter(|(day, _)| day.as_str() >= "2024-03-01")
        .map(|(_, state)| state.as_str())
        .collect();
    for state in ["NEUTRAL", "METALS_LEAD", "SAFE_HAVEN", "TURNING", "BTC_FAVOURABLE", "SPENT"] {
        assert!(commentary.contains(state), "{state} is not among {commentary:?}");
    }
    let flags: Vec<&str> = days
        .iter()
        .zip(column(&table, "flag"))
        .filter(|(day, flag)| day.as_str() >= "2024-03-01" && flag == "1")
        .map(|(day, _)| day.as_str())
        .collect();
    assert_eq!(flags.len(), 1, "{flags:?}");
}

#[test]
fn a_second_run_finds_nothing_new_and_writes_the_same() {
    let tool = Tool::new();
    let first = run_sample(&tool);
    let before = (tool.read("out/signal.csv"), tool.read("out/days.csv"));
    let second = run_sample(&tool);
    assert!(second.err.contains("0 read"), "{}", second.err);
    assert_eq!((tool.read("out/signal.csv"), tool.read("out/days.csv")), before);
    assert_eq!(first.out, second.out);
    // The same inputs give the same bytes in another place too.
    let other = Tool::new();
    run_sample(&other);
    assert_eq!((other.read("out/signal.csv"), other.read("out/days.csv")), before);
}

#[test]
fn an_earlier_evening_sees_what_it_saw() {
    let tool = Tool::new();
    let store = sample_store(&tool);
    let whole = tool.done(&["export", "--store", &store]).out;
    let lines: Vec<&str> = whole.lines().collect();
    for evening in ["2024-03-20", "2024-05-07", "2024-06-10"] {
        let then = tool.done(&["export", "--store", &store, "--as-of", evening]).out;
        let then: Vec<&str> = then.lines().collect();
        assert_eq!(then, lines[..then.len()], "as of {evening}");
        assert!(then.last().unwrap().starts_with(evening));
    }
}

#[test]
fn a_page_without_an_article_is_rejected_by_name() {
    let tool = Tool::new();
    let page = corpus("rejected/2024-05-06-markets-section.html");
    let ran = tool.run(&["extract", page.to_str().unwrap()]);
    assert_eq!(ran.status, 3, "{}{}", ran.out, ran.err);
    let record: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert!(record["skipped"].is_string() && record["text"].is_null(), "{record}");
}

#[test]
fn extraction_finds_what_the_pages_say() {
    let tool = Tool::new();
    let truth: serde_json::Value =
        serde_json::from_slice(&fs::read(corpus("pages-truth.json")).unwrap()).unwrap();
    let ran = tool.done(&["extract", corpus("pages").to_str().unwrap()]);
    let (mut pages, mut titles, mut dates, mut hit, mut found, mut wanted) = (0, 0, 0, 0, 0, 0);
    for line in ran.out.lines() {
        let record: serde_json::Value = serde_json::from_str(line).unwrap();
        let name = Path::new(record["path"].as_str().unwrap()).file_name().unwrap().to_str().unwrap();
        let want = &truth[name.trim_end_matches(".gz").trim_end_matches(".html")];
        pages += 1;
        titles += usize::from(record["title"] == want["title"]);
        let published = record["published"].as_str().unwrap_or_default();
        dates += usize::from(published.get(..10) == want["date"].as_str());
        let words = |text: &serde_json::Value| -> Vec<String> {
            text.as_str().unwrap_or_default().split_whitespace().map(str::to_owned).collect()
        };
        let (text, body) = (words(&record["text"]), words(&want["articleBody"]));
        let known: BTreeSet<&String> = body.iter().collect();
        hit += text.iter().filter(|word| known.contains(word)).count();
        (found, wanted) = (found + text.len(), wanted + body.len());
    }
    assert_eq!(pages, truth.as_object().unwrap().len());
    // Floors: the pages are ours and clean; lowering one is a commit of its own.
    assert!(titles >= pages - 4, "titles right: {titles} of {pages}");
    assert!(dates >= pages - 4, "dates right: {dates} of {pages}");
    let (precision, recall) = (hit as f64 / found as f64, hit as f64 / wanted as f64);
    assert!(precision > 0.98 && recall > 0.97, "words: precision {precision:.3}, recall {recall:.3}");
}

#[test]
fn the_manifest_names_every_file_with_its_hash() {
    let manifest: toml::Table = fs::read_to_string(corpus("MANIFEST.toml")).unwrap().parse().unwrap();
    assert_eq!(manifest["illustration"].as_bool(), Some(true));
    assert_eq!(manifest["market_data"].as_bool(), Some(false));
    let mut listed = BTreeSet::from(["MANIFEST.toml".to_owned()]);
    for group in manifest["group"].as_array().unwrap() {
        assert!(group["licence"].as_str().is_some() && group["origin"].as_str().is_some());
        for (name, hash) in group["sha256"].as_table().unwrap() {
            let digest = Sha256::digest(fs::read(corpus(name)).unwrap());
            let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(Some(hex.as_str()), hash.as_str(), "{name} changed: run corpus/generate.py");
            listed.insert(name.clone());
        }
    }
    let mut found = BTreeSet::new();
    let mut folders = vec![corpus("")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.insert(path.strip_prefix(corpus("")).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    assert_eq!(found, listed);
}
