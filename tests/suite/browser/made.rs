//! The reports that are read: made by the real tool from stores of each kind.
//!
//! All addresses in them end in `.example`, so that a request for one is told from the browser's own.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::{
    corpus::{run_sample, sample_store},
    tool::{Tool, corpus},
};

/// The sample's last day.
const LAST: &str = "2024-06-28";

/// Few draws of chance: what is tested here does not hang on their number.
const FEW_DRAWS: &str = "[evaluate]\ndraws = 100\n";

/// Written by the tool, as of an evening, beside what it was made from.
fn report(tool: &Tool, store: &str, config: &str, as_of: &str) -> PathBuf {
    tool.write("report.toml", config);
    let made = ["--store", store, "--config", "report.toml", "--as-of", as_of, "report", "-o", "report.html"];
    tool.done(&made);
    tool.path("report.html")
}

/// The bundled sample: news and prices, every state.
pub fn sample(tool: &Tool) -> PathBuf {
    let store = sample_store(tool);
    report(tool, &store, FEW_DRAWS, LAST)
}

/// Prices alone, and those three weeks old.
pub fn prices_only(tool: &Tool) -> PathBuf {
    let prices = corpus("prices");
    tool.done(&["--store", "store", "prices", "import", prices.to_str().unwrap()]);
    report(tool, "store", FEW_DRAWS, "2024-07-19")
}

/// A single headline: too little for anything.
pub fn one_headline(tool: &Tool) -> PathBuf {
    tool.write("one.csv", "published,source,title\n2024-01-01,a.example,Gold rises\n");
    tool.done(&["--store", "store", "import", "one.csv"]);
    report(tool, "store", FEW_DRAWS, "2024-01-02")
}

/// A store that holds nothing.
pub fn empty(tool: &Tool) -> PathBuf {
    tool.write("none.csv", "published,source,title\n");
    tool.done(&["--store", "store", "import", "none.csv"]);
    report(tool, "store", FEW_DRAWS, LAST)
}

/// The sample, and in its last week what an enemy of the reader would publish, loud enough to be shown.
pub fn hostile(tool: &Tool) -> PathBuf {
    run_sample(tool);
    let store = tool.path("out/store").to_str().unwrap().to_owned();
    let lines: Vec<String> = hostile_articles().iter().map(Value::to_string).collect();
    tool.write("hostile.jsonl", lines.join("\n"));
    tool.done(&["--store", &store, "import", "hostile.jsonl"]);
    let note = "note = \"</p><script>document.title='note'</script> \u{202e}a note\"\n";
    report(tool, &store, &format!("{note}{FEW_DRAWS}"), LAST)
}

/// What must be read in the hostile report as the text it is.
pub const HOSTILE_WORDS: [&str; 5] = [
    "<script>document.documentElement.dataset.title",
    "\"><img src=http://outside.example/title.png onerror=alert(1)>",
    "</style></title></main></body></html>",
    "<svg onload=alert(2)>",
    "</p><script>document.title='note'</script>",
];

fn hostile_articles() -> Vec<Value> {
    let long = format!("Safe-haven demand surges in {}", "Eastmarch".repeat(1_100));
    let wordy = format!("Currency debasement and money printing {}", "and more of the same ".repeat(500));
    let told = [
        (
            "Safe-haven demand jumps on war fears <script>document.documentElement.dataset.title=''</script>",
            "javascript:document.documentElement.dataset.link=''",
        ),
        (
            "\"><img src=http://outside.example/title.png onerror=alert(1)> safe-haven demand soars in Brockwell",
            "https://outside.example/\" onmouseover=\"alert(3)",
        ),
        (
            "\u{202e}Safe-haven buying\u{2066} surges\u{200f} שלום العالم in Cindermoor",
            "data:text/html,<script>alert(4)</script>",
        ),
        (
            "Safe-haven\u{0} demand\u{7} surges\u{1b}[31m in\u{85} Dunmere\u{2028} on\u{feff} war fears\u{ffff}",
            "https://user:secret@outside.example/dunmere",
        ),
        (&long, "https://outside.example/long"),
        (
            "</style></title></main></body></html> Safe-haven demand up on war fears </svg> & &lt;b&gt; &#x3c;i",
            "//outside.example/no-scheme",
        ),
        (
            "Currency debasement feared <svg onload=alert(2)> as money printing returns to Fenwick",
            " java\nscript:alert(5)",
        ),
        (&wordy, "file:///etc/hostname"),
        (
            "Z\u{317}\u{35b}a\u{332}\u{489}l\u{33a}g\u{316}o\u{349} currency debasement 💥👩‍👩‍👧‍👦 as money printing goes on in 黄金",
            "https://outside.example/<script>alert(6)</script>",
        ),
        ("Currency debasement {{7*7}} ${7*7} <%= 7*7 %> as money printing goes on in Glenrow", "#week"),
    ];
    // Two who tell it weigh more than one; the second would also be something else.
    let sources = ["loud.example".to_owned(), format!("<u>loud</u>\u{202e}{}.example", "very".repeat(60))];
    let mut articles = Vec::new();
    for (number, (title, url)) in told.iter().enumerate() {
        for (place, source) in sources.iter().enumerate() {
            articles.push(json!({
                "id": format!("hostile-{number}-{place}"),
                "published": format!("2024-06-27T0{number}:{place}0:00Z"),
                "source": source,
                "title": title,
                "url": if place == 0 { (*url).to_owned() } else { format!("https://loud.example/{number}") },
            }));
        }
    }
    articles
}
