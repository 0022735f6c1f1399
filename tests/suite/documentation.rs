//! What the documentation says is what the tool does.

use std::{fs, path::Path};

use storyturn::export::JOINED_COLUMNS;

use crate::{
    corpus::{run_sample, sample_store},
    tool::Tool,
};

fn readme() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap()
}

#[test]
fn the_readme_explains_every_column_and_no_other() {
    let readme = readme();
    let rows: Vec<&str> = readme.lines().filter(|line| line.starts_with("| `")).collect();
    let documented: Vec<String> = rows
        .iter()
        .filter_map(|row| {
            let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
            (cells.len() == 3).then(|| cells.join(" | "))
        })
        .collect();
    let columns: Vec<String> = JOINED_COLUMNS
        .iter()
        .map(|column| format!("`{}` | {} | {}", column.name, column.unit, column.about))
        .collect();
    assert_eq!(documented, columns, "the README's data dictionary on the left, the tool's on the right");
}

#[test]
fn the_readme_shows_what_a_first_run_prints() {
    let readme = readme();
    let shown = readme.split("```text\n").nth(1).unwrap().split("```").next().unwrap();
    let tool = Tool::new();
    let ran = run_sample(&tool).out;
    let mut printed = ran.lines();
    // A line of `…` stands for lines left out; the others come as they are, in this order.
    for line in shown.lines().filter(|line| line.trim() != "…") {
        assert!(printed.any(|printed| printed == line), "a first run does not print, in its place:\n{line}");
    }
    // And the article it invites to look at is there.
    let id = readme.lines().find_map(|line| line.strip_prefix("storyturn explain ")).unwrap();
    let id = id.split_whitespace().next().unwrap();
    tool.done(&["--store", tool.path("out/store").to_str().unwrap(), "explain", id]);
}

#[test]
fn the_readme_shows_what_find_prints() {
    let readme = readme();
    let section = readme.split("## Judging the lexicon").nth(1).unwrap();
    let term = section.split("`storyturn lexicon find \"").nth(1).unwrap().split('"').next().unwrap();
    let shown = section.split("```text\n").nth(1).unwrap().split("```").next().unwrap();
    let tool = Tool::new();
    let store = sample_store(&tool);
    assert_eq!(tool.done(&["--store", &store, "lexicon", "find", term]).out, shown);
}

#[test]
fn the_readme_shows_the_help_as_it_is() {
    let help = Tool::new().done(&["--help"]).out;
    let commands: String = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .take_while(|line| !line.is_empty())
        .map(|line| format!("{line}\n"))
        .collect();
    assert!(!commands.is_empty());
    assert!(readme().contains(&commands), "the README's list of commands is not this one:\n{commands}");
}

#[test]
fn every_command_teaches_itself() {
    let tool = Tool::new();
    let help = tool.done(&["--help"]).out;
    let commands =
        help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let named =
        commands.filter(|line| !line.starts_with("   ")).filter_map(|line| line.split_whitespace().next());
    for command in named.filter(|name| *name != "help") {
        let own = tool.done(&[command, "--help"]).out;
        assert!(own.contains("Usage: storyturn"), "{command}");
    }
    for command in ["check", "show", "find", "audit", "sensitivity", "suggest"] {
        let own = tool.done(&["lexicon", command, "--help"]).out;
        assert!(own.contains(&format!("Usage: storyturn lexicon {command}")), "{command}");
    }
}

#[test]
fn the_readme_reads_chinese_as_the_tool_does() {
    let readme = readme();
    let paragraph = readme.split("**Languages.**").nth(1).unwrap().split("\n\n").next().unwrap();
    let code: Vec<&str> = paragraph.split('`').skip(1).step_by(2).collect();
    let title = code.iter().find(|code| !code.is_ascii()).unwrap();
    let tool = Tool::new();
    tool.write("news.jsonl", format!("{{\"title\":\"{title}\"}}"));
    let record: serde_json::Value =
        serde_json::from_str(&tool.done(&["tag", "--mentions", "news.jsonl"]).out).unwrap();
    let said = |mention: &serde_json::Value| {
        format!("{} {}", mention["narrative"].as_str().unwrap(), mention["direction"].as_str().unwrap())
    };
    let told: Vec<String> = record["mentions"].as_array().unwrap().iter().map(said).collect();
    let promised: Vec<&str> = code
        .iter()
        .copied()
        .filter(|code| code.ends_with("asserted") || code.ends_with("reversed"))
        .collect();
    assert_eq!(told, promised);
}
