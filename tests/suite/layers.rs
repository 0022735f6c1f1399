//! Rooms import only what the layout allows, and each file opens with its job.
//!
//! Every `crate::room` path in `src/` is compared with this table, which is the one of the layout. The
//! tool under `src/bin` is another crate and may use every room's front door.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use regex::Regex;

/// Room, and the rooms it may import. What is not in the order of the flow has a reason:
///
/// - `statistics` is vocabulary like `calendar`: what `evaluate`, `workbench` and the proofs of `pipeline`
///   would each write again.
/// - `store` keeps closes with what gave them, so it knows `prices`.
/// - `workbench` stands beside the flow; it asks `index` for a document's share of its day, because an entry
///   moves a day by as much.
/// - `export` knows every room whose figures it publishes, `evaluate` among them; `config` every room that
///   has options; `pipeline` all whose stages it runs, and it fills what `report` tells, the track record
///   among it. Elsewhere a track record is asked for by the tool itself.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("calendar", &[]),
    ("document", &[]),
    ("statistics", &[]),
    ("lexicon", &[]),
    ("collect", &["document"]),
    ("extract", &["document"]),
    ("tag", &["document", "lexicon"]),
    ("store", &["document", "lexicon", "prices", "tag"]),
    ("index", &["calendar", "document", "lexicon", "tag"]),
    ("workbench", &["calendar", "document", "index", "lexicon", "statistics", "tag"]),
    ("prices", &["calendar"]),
    ("panel", &["calendar", "index", "prices"]),
    ("signal", &["calendar", "panel"]),
    ("evaluate", &["calendar", "panel", "signal", "statistics"]),
    ("export", &["calendar", "document", "evaluate", "index", "lexicon", "panel", "signal", "tag"]),
    ("report", &["calendar", "evaluate", "index", "lexicon", "panel", "signal"]),
    ("config", &["calendar", "collect", "evaluate", "extract", "index", "panel", "prices", "signal", "tag"]),
    (
        "pipeline",
        &[
            "calendar",
            "collect",
            "config",
            "document",
            "evaluate",
            "export",
            "extract",
            "index",
            "lexicon",
            "panel",
            "prices",
            "report",
            "signal",
            "statistics",
            "store",
            "tag",
            "workbench",
        ],
    ),
];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn library_sources() -> Vec<(String, PathBuf, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    for path in sources(&src) {
        let inside = path.strip_prefix(&src).unwrap();
        let room = inside
            .components()
            .next()
            .unwrap()
            .as_os_str()
            .to_str()
            .unwrap()
            .trim_end_matches(".rs")
            .to_owned();
        if room != "bin" && room != "lib" {
            let text = fs::read_to_string(&path).unwrap();
            files.push((room, path, text));
        }
    }
    files
}

/// Rooms named after `crate::`, alone or in braces, comments left out.
fn imports(text: &str) -> Vec<String> {
    let code: String =
        text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let mut found = Vec::new();
    for capture in
        Regex::new(r"\bcrate::(?:\{((?:[^{}]|\{[^{}]*\})*)\}|([a-z_]+))").unwrap().captures_iter(&code)
    {
        if let Some(single) = capture.get(2) {
            found.push(single.as_str().to_owned());
        }
        if let Some(group) = capture.get(1) {
            let mut depth = 0;
            let mut item = String::new();
            for character in group.as_str().chars().chain([',']) {
                match character {
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    ',' if depth == 0 => {
                        found.push(item.trim().split("::").next().unwrap().to_owned());
                        item.clear();
                        continue;
                    }
                    _ => {}
                }
                item.push(character);
            }
        }
    }
    found.retain(|room| !room.is_empty());
    found
}

#[test]
fn rooms_import_only_what_the_layout_allows() {
    let table: BTreeMap<&str, &[&str]> = MAY_IMPORT.iter().copied().collect();
    let mut faults = Vec::new();
    for (room, path, text) in library_sources() {
        let allowed = table.get(room.as_str()).unwrap_or_else(|| panic!("{room} is not in the table"));
        for import in imports(&text) {
            if import != room && !allowed.contains(&import.as_str()) {
                faults.push(format!("{}: {room} may not import {import}", path.display()));
            }
        }
        if text.contains("super::super") {
            faults.push(format!("{}: super::super", path.display()));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn imports_are_found_in_every_form() {
    let text = "use crate::{calendar::Day, prices::{self, Series}};\nfn f() { crate::store::x() } // crate::comment is not seen here\n";
    let mut found = imports(text);
    found.sort();
    assert_eq!(found, ["calendar", "comment", "prices", "store"]);
    assert!(imports("//! crate::tag\n").is_empty());
}

#[test]
fn only_one_room_names_the_database_and_none_the_network() {
    for (room, path, text) in library_sources() {
        assert!(room == "store" || !text.contains("sled::"), "{} names the database", path.display());
        let fetches = path.ends_with("collect/fetch.rs")
            || path.parent().is_some_and(|folder| folder.ends_with("collect/fetch"));
        for network in ["std::net", "reqwest", "TcpStream", "tokio", "hyper"] {
            assert!(fetches || !text.contains(network), "{} names {network}", path.display());
        }
    }
}

#[test]
fn every_file_opens_with_its_job() {
    for path in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("//! "), "{} does not say what it is for", path.display());
    }
}
