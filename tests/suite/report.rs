//! The report as its reader gets it: from the sample, from too little, from hostile input. A page is parsed and
//! held to what it promises: no error, nothing loaded, nothing run but what its policy names.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

use html5ever::tokenizer::{
    BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts, states::RawKind,
};
use scraper::{Html, Selector};
use sha2::{Digest, Sha256};

use crate::{
    corpus::{run_sample, sample_store},
    tool::Tool,
};

/// Draws are not what is tested here.
const FEW: &str = "[evaluate]\ndraws = 100\n";

fn select(page: &Html, what: &str) -> Vec<String> {
    let selector = Selector::parse(what).unwrap();
    page.select(&selector).map(|element| element.text().collect()).collect()
}

fn attributes(page: &Html, name: &str) -> Vec<String> {
    let all = Selector::parse("*").unwrap();
    page.select(&all).filter_map(|element| element.attr(name)).map(str::to_owned).collect()
}

/// Base64 as the standard has it, apart from the product's own.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits: Vec<u8> = bytes.iter().flat_map(|byte| (0..8).rev().map(move |at| byte >> at & 1)).collect();
    let letter = |six: &[u8]| {
        let number = (0..6).fold(0, |number, at| number << 1 | six.get(at).copied().unwrap_or(0));
        LETTERS[usize::from(number)] as char
    };
    let text: String = bits.chunks(6).map(letter).collect();
    text.clone() + &"=".repeat((4 - text.len() % 4) % 4)
}

/// Reads the page tag by tag: every error of the syntax, and every tag that is not closed where it should be.
#[derive(Default)]
struct Strict {
    open: RefCell<Vec<String>>,
    tags: RefCell<BTreeMap<String, usize>>,
    errors: RefCell<Vec<String>>,
}

impl TokenSink for Strict {
    type Handle = ();

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<()> {
        match token {
            Token::ParseError(error) => self.errors.borrow_mut().push(format!("line {line}: {error}")),
            Token::NullCharacterToken => self.errors.borrow_mut().push(format!("line {line}: a null")),
            Token::TagToken(tag) if tag.kind == TagKind::EndTag => {
                let open = self.open.borrow_mut().pop();
                if open.as_deref() != Some(&*tag.name) {
                    self.errors.borrow_mut().push(format!("line {line}: </{}> closes {open:?}", tag.name));
                }
            }
            Token::TagToken(tag) => {
                let name = tag.name.to_string();
                *self.tags.borrow_mut().entry(name.clone()).or_default() += 1;
                if !tag.self_closing && !matches!(&*name, "meta" | "br" | "hr") {
                    self.open.borrow_mut().push(name.clone());
                }
                match &*name {
                    "style" => return TokenSinkResult::RawData(RawKind::Rawtext),
                    "script" => return TokenSinkResult::RawData(RawKind::ScriptData),
                    _ => {}
                }
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

/// The tags of a page; it has no error.
fn read_strictly(html: &str) -> BTreeMap<String, usize> {
    let input = BufferQueue::default();
    input.push_back(html.into());
    let tokenizer =
        Tokenizer::new(Strict::default(), TokenizerOpts { exact_errors: true, ..TokenizerOpts::default() });
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    let Strict { open, tags, errors } = tokenizer.sink;
    assert!(errors.borrow().is_empty(), "{:#?}", errors.borrow());
    assert!(open.borrow().is_empty(), "never closed: {:?}", open.borrow());
    tags.into_inner()
}

/// Everything that holds for every page, whatever is on it. Gives what a reader can read.
fn examine(html: &str) -> String {
    let page = Html::parse_document(html);
    // A browser repairs what stands where it must not, by adding or moving elements.
    let mut built: BTreeMap<String, usize> = BTreeMap::new();
    for element in page.select(&Selector::parse("*").unwrap()) {
        *built.entry(element.value().name().to_ascii_lowercase()).or_default() += 1;
    }
    assert_eq!(built, read_strictly(html));
    let ids = attributes(&page, "id");
    let known: BTreeSet<&String> = ids.iter().collect();
    assert_eq!(known.len(), ids.len(), "an id is there twice: {ids:?}");
    for name in ["aria-labelledby", "aria-describedby"] {
        for target in attributes(&page, name).iter().flat_map(|value| value.split_whitespace()) {
            assert!(ids.iter().any(|id| id == target), "{name}: no {target}");
        }
    }
    for href in attributes(&page, "href") {
        let is_here = href.strip_prefix('#').is_some_and(|target| ids.iter().any(|id| id == target));
        assert!(is_here || href.starts_with("https://") || href.starts_with("http://"), "{href}");
    }
    let all = Selector::parse("*").unwrap();
    for element in page.select(&all) {
        let name = element.value().name();
        assert!(
            !["link", "iframe", "img", "object", "embed", "base", "form", "image"].contains(&name),
            "{name}"
        );
        for (attribute, value) in element.value().attrs() {
            let loads = ["src", "srcset", "data", "poster", "action", "background", "style"];
            assert!(
                !loads.contains(&attribute) && !attribute.starts_with("on"),
                "<{name} {attribute}={value:?}>"
            );
            assert!(attribute == "href" || !value.trim_start().starts_with("http"), "{attribute}={value:?}");
            assert!(!value.to_ascii_lowercase().contains("javascript:"), "{attribute}={value:?}");
        }
    }
    for link in page.select(&Selector::parse("main a[href^=http]").unwrap()) {
        assert_eq!(link.attr("rel"), Some("noopener noreferrer nofollow"));
    }
    let [policy] = &attributes(&page, "http-equiv")[..] else { panic!("one policy") };
    assert_eq!(policy, "Content-Security-Policy");
    let first = html.find("http-equiv").unwrap();
    assert!(html.find("<style").unwrap() > first && html.find("<script").unwrap() > first);
    let policy =
        page.select(&Selector::parse("[http-equiv]").unwrap()).next().unwrap().attr("content").unwrap();
    assert!(policy.starts_with("default-src 'none'; "), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    for (element, directive) in [("style", "style-src"), ("script", "script-src")] {
        let [content] = &select(&page, element)[..] else { panic!("one {element}") };
        let hash = base64(&Sha256::digest(content.as_bytes()));
        assert!(policy.contains(&format!("{directive} 'sha256-{hash}'")), "{policy}\n{element} {hash}");
        assert!(!content.contains("url(") && !content.contains("@import"), "{element} loads something");
    }
    for asked in select(&page, ".asks") {
        assert!(!asked.contains('_'), "a condition has no words for readers: {asked}");
    }
    let mut level = 0;
    for heading in page.select(&Selector::parse("h1, h2, h3, h4, h5, h6").unwrap()) {
        let own = heading.value().name()[1..].parse::<usize>().unwrap();
        assert!(own <= level + 1, "h{own} under h{level}: {}", heading.text().collect::<String>());
        level = own;
    }
    assert_eq!(select(&page, "h1").len(), 1);
    assert_eq!(attributes(&page, "lang"), ["en"]);
    for table in page.select(&Selector::parse("table").unwrap()) {
        assert!(table.select(&Selector::parse("caption").unwrap()).next().is_some());
        assert!(table.select(&Selector::parse("th").unwrap()).all(|head| head.attr("scope").is_some()));
        let box_of = table.parent().and_then(scraper::ElementRef::wrap).unwrap();
        assert_eq!((box_of.attr("tabindex"), box_of.attr("role")), (Some("0"), Some("region")));
    }
    for drawing in page.select(&Selector::parse("svg").unwrap()) {
        assert_eq!(drawing.attr("role"), Some("img"));
        assert!(drawing.attr("aria-labelledby").is_some(), "a drawing without a name");
    }
    assert_eq!(select(&page, "main").len(), 1);
    let body = Selector::parse("body").unwrap();
    let text = page.select(&body).flat_map(|body| body.text()).collect::<Vec<_>>().join(" ");
    for nonsense in ["NaN", "inf %", "+inf", "−inf", "-inf", "None)", "Some("] {
        assert!(!text.contains(nonsense), "{nonsense} on the page");
    }
    assert!(html.len() < 1_500_000, "{} bytes", html.len());
    text
}

fn holds(text: &str, says: &[&str]) {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in says {
        assert!(text.contains(words), "{words:?} is not on the page:\n{text}");
    }
}

/// The report of a store, and what a reader can read of it.
fn report(tool: &Tool, store: &str, more: &[&str]) -> (String, String) {
    tool.write("few.toml", FEW);
    let mut args = vec!["--store", store, "--config", "few.toml", "report", "-o", "-"];
    args.extend(more);
    let html = tool.done(&args).out;
    let text = examine(&html);
    (html, text)
}

#[test]
fn a_run_writes_the_sample_s_page_and_the_command_writes_the_same() {
    let tool = Tool::new();
    let ran = run_sample(&tool);
    assert!(ran.err.contains("report: 2024-06-28, "), "{}", ran.err);
    let html = tool.read("out/report.html");
    let text = examine(&html);
    holds(
        &text,
        &[
            "invented outlets, events and prices, not market data",
            "The last flag has run its course",
            "The flag of 5 June 2024 was taken down on 22 June 2024: the gap between metals and Bitcoin had closed.",
            "For the next state, “Neutral”, there is missing: 30 days of rest (today 6).",
            "The last twelve months",
            "What would move it on",
            "From Spent",
            "Beside it",
            "The week’s stories",
            "Told as fear",
            "Told as debasement",
            "The whole history",
            "2 flags were raised",
            "Not distinguishable from the base rate",
            "What cannot be said",
            "Does Bitcoin follow metals?",
            "claimed by the publishers themselves for 100 %",
            "metalsdesk.example",
            "btc.csv (1,275)",
            "a description of what was said and paid, not a forecast",
        ],
    );
    let page = Html::parse_document(&html);
    assert!(!select(&page, "mark.fear").is_empty() && !select(&page, ".story a[href]").is_empty());
    assert!((6..=12).contains(&select(&page, ".story").len()));

    let config = tool.path("sample.toml");
    let config = config.to_str().unwrap();
    let again = |threads: &str| {
        let mut command = tool.command(&["--config", config, "report", "-o", threads]);
        assert!(command.env("RAYON_NUM_THREADS", threads).status().unwrap().success());
        std::fs::rename(tool.path(threads), tool.path("moved.html")).unwrap();
        tool.read("moved.html")
    };
    assert!(again("1") == html, "one thread writes another page");
    assert!(again("3") == html, "three threads write another page");
}

#[test]
fn an_earlier_evening_has_its_own_page() {
    let tool = Tool::new();
    let store = sample_store(&tool);
    let (_, text) = report(&tool, &store, &["--as-of", "2024-06-08"]);
    holds(
        &text,
        &[
            "The flag is up: the story has turned",
            "Raised on 5 June 2024",
            "What such flags were worth:",
            "How it ends:",
            "as of the evening of 8 June 2024",
        ],
    );
    assert!(!text.contains("22 June 2024"), "the page of an evening knows what came after");
    let (_, text) = report(&tool, &store, &["--as-of", "2024-05-10"]);
    holds(
        &text,
        &["Metals lead Bitcoin, and the story is fear", "a story that moves to debasement by +0.25"],
    );
    let (_, text) = report(&tool, &store, &["--as-of", "2024-05-29"]);
    holds(&text, &["The story is turning from fear to debasement"]);
    let (_, text) = report(&tool, &store, &["--from", "2023-01-01"]);
    holds(&text, &["1 flag was raised", "From 1 January 2023"]);
}

#[test]
fn hostile_texts_do_nothing() {
    let tool = Tool::new();
    let titles = [
        "<script>alert(1)</script> panic as gold jumps",
        "</style></title><img src=x onerror=alert(1)> safe haven demand",
        "\"><svg onload=alert(1)> currency debasement fears",
        "]]> --> <!-- panic selling &lt;b&gt; & 'quotes' \"more\"",
        "\u{202e}ruoy si sihT\u{202c} safe haven demand \u{2066}x",
        "ذعر في الأسواق safe haven demand \u{200f}",
        "\u{1b}[31mcurrency debasement\u{0}\u{7}\u{85} worries",
        "{{constructor}} ${alert(1)} safe haven rush",
    ];
    let mut lines = String::new();
    for (number, title) in titles.iter().enumerate() {
        let hour = number + 1;
        let url = [
            "javascript:alert(1)",
            "https://desk.example/<b>?a=\"&b='",
            "data:text/html,x",
            "//desk.example/x",
        ][number % 4];
        let source = ["<b>desk</b>", "a\" onclick=\"x", "</p>wire", "desk.example"][number % 4];
        let text = format!("The story: {title}. Safe haven demand </p><script>x</script> rose on panic.");
        lines.push_str(
            &serde_json::json!({
                "title": title, "text": text, "source": source, "url": format!("{url}#{number}"),
                "published": format!("2024-03-04T{hour:02}:00:00Z"),
            })
            .to_string(),
        );
        lines.push('\n');
    }
    let long = format!("Panic {}", "é\u{301}".repeat(5000));
    let sentence = format!("{} safe haven demand {}", "word ".repeat(2000), "word ".repeat(2000));
    for (number, (title, text)) in
        [(long.as_str(), "Safe haven."), ("Gold", sentence.as_str())].iter().enumerate()
    {
        lines.push_str(
            &serde_json::json!({
                "title": title, "text": text, "source": "s".repeat(500),
                "published": format!("2024-03-04T1{number}:00:00Z"),
            })
            .to_string(),
        );
        lines.push('\n');
    }
    tool.write("news.jsonl", lines).write("note.toml", format!("note = \"<i>\\u202E'&\"\n{FEW}"));
    tool.run(&["import", "news.jsonl"]);
    let html = tool.done(&["--config", "note.toml", "report", "-o", "-"]).out;
    let text = examine(&html);
    let page = Html::parse_document(&html);
    assert_eq!(select(&page, "script").len(), 1);
    assert!(!select(&page, ".story").is_empty());
    holds(&text, &["<script>alert(1)</script>", "]]> -->", "<b>desk</b>"]);
    let stories = select(&page, ".story").concat();
    assert!(
        !stories.chars().any(|letter| matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
    );
    let longest = select(&page, ".story h4, .story blockquote, .story .by")
        .iter()
        .map(|part| part.chars().count())
        .max();
    assert!(longest.is_some_and(|longest| longest < 700), "{longest:?}");
    assert!(stories.contains('…'));
}

#[test]
fn an_empty_store_says_how_to_fill_it() {
    let tool = Tool::new();
    tool.write("none.jsonl", "");
    tool.run(&["import", "none.jsonl"]);
    let ran = tool.done(&["report"]);
    assert!(ran.err.contains("storyturn.html") && ran.err.contains("hint:"), "{}", ran.err);
    let text = examine(&tool.read("storyturn.html"));
    holds(
        &text,
        &[
            "Nothing to report yet",
            "The store holds neither commentary nor prices",
            "storyturn prices import FILE",
            "There is no picture",
            "There is no track record",
            "There is no day, so there is no state",
        ],
    );
}

/// So many days of prices from 2021-01-01, unlike each other.
fn priced(tool: &Tool, days: i32, series: &[&str]) {
    for (number, name) in series.iter().enumerate() {
        let mut csv = "date,close\n".to_owned();
        for day in 0..days {
            let date = jiff::civil::date(2021, 1, 1).checked_add(jiff::Span::new().days(day)).unwrap();
            let wave = (f64::from(day) / (20.0 + 7.0 * number as f64)).sin();
            csv.push_str(&format!("{date},{:.2}\n", 100.0 * (number + 1) as f64 * (1.0 + 0.2 * wave)));
        }
        tool.write(&format!("{name}.csv"), csv);
        tool.done(&["prices", "import", &format!("{name}.csv")]);
    }
}

#[test]
fn prices_alone_are_told_as_such() {
    let tool = Tool::new();
    priced(&tool, 900, &["btc", "silver", "gold", "dollar"]);
    let (_, text) = report(&tool, "storyturn.db", &[]);
    holds(
        &text,
        &[
            "on prices alone",
            "No commentary is loaded",
            "no commentary is loaded for this time",
            "None: everything on this page is said of prices alone",
            "Not loaded: real yield and fed upper",
            "The data end on",
        ],
    );
}

#[test]
fn a_short_history_says_what_it_is_too_short_for() {
    let tool = Tool::new();
    priced(&tool, 10, &["btc", "silver", "gold", "dollar"]);
    let (_, text) = report(&tool, "storyturn.db", &[]);
    holds(
        &text,
        &[
            "No state can be told",
            "What must come back first",
            "There is no picture: the table has 10 days to draw, and 14 are the least",
            "No flag was raised",
            "365 are needed to tell luck",
            "It cannot be said: fewer than 104 weeks",
        ],
    );
    let tool = Tool::new();
    priced(&tool, 1, &["btc"]);
    let (_, text) = report(&tool, "storyturn.db", &[]);
    holds(&text, &["the table has 1 day to draw", "No silver is loaded", "Not loaded: silver, gold, dollar"]);
}

#[test]
fn a_series_that_is_missing_is_named() {
    let tool = Tool::new();
    priced(&tool, 500, &["btc", "gold", "dollar"]);
    let (_, text) = report(&tool, "storyturn.db", &[]);
    holds(
        &text,
        &[
            "No silver is loaded: without it there is no gap, no state and no flag",
            "there is no change of metals and no gap to draw",
            "silver unknown",
        ],
    );
    let tool = Tool::new();
    priced(&tool, 500, &["silver", "gold"]);
    let (_, text) = report(&tool, "storyturn.db", &[]);
    holds(&text, &["Nothing to report yet", "The store holds prices, but no Bitcoin price"]);
}

#[test]
fn a_file_that_is_no_page_is_refused() {
    let tool = Tool::new();
    for name in ["report.pdf", "report.csv"] {
        let ran = tool.run(&["report", "-o", name]);
        assert_eq!(ran.status, 2, "{}", ran.err);
        assert!(ran.err.contains("page of HTML") && ran.err.contains("hint:"), "{}", ran.err);
    }
}

#[test]
fn changed_settings_are_on_the_page() {
    let tool = Tool::new();
    let store = sample_store(&tool);
    tool.write("other.toml", format!("{FEW}seed = 7\n[signal]\nlead_rank = 0.9\n[report]\npath = \"mine.html\"\nfrom = \"2022-01-01\"\n"));
    tool.done(&["--store", &store, "--config", "other.toml", "report"]);
    let text = examine(&tool.read("mine.html"));
    holds(
        &text,
        &[
            "evaluate.draws 100 10000",
            "evaluate.seed 7 20260123",
            "signal.lead_rank 0.9 0.8",
            "From 1 January 2022",
        ],
    );
}
