//! `prices fetch` and `run` against providers on loopback, each in its own shape, well and badly.
//!
//! Dates are fixed and long past; what is still open is dated far ahead. So no test depends on the day.

use std::io::Write as _;

use insta::assert_snapshot;

use crate::{
    collecting::{configured, masked},
    server::{Answer, Asked, Server},
    tool::{Ran, Tool},
};

/// Midnight of 1 March 2024, a Friday.
const START: i64 = 1_709_251_200;
const DAY: i64 = 86_400;
/// A day that is not over for a long time.
const FAR: i64 = 4_000_000_000 / DAY * DAY;

pub fn json(body: impl Into<Vec<u8>>) -> Answer {
    Answer::new(200, "application/json", body)
}

pub fn provider(name: &str, series: &str, format: &str, url: &str, more: &str) -> String {
    format!(
        "[[provider]]\nname = \"{name}\"\nseries = \"{series}\"\nformat = \"{format}\"\nurl = \"{url}\"\n\
         since = \"2024-03-01\"\n{more}\n"
    )
}

/// A candle of Coinbase.
pub fn candle(day: i64, close: f64) -> String {
    format!("[{},{},{},{},{close},12.5]", START + day * DAY, close - 5.0, close + 5.0, close - 1.0)
}

fn every_shape(asked: &Asked) -> Answer {
    let path = asked.path.split('?').next().unwrap();
    let at = |day: i64| START + day * DAY;
    match path {
        "/coinbase" => json(format!(
            "[[{FAR},1,3,2,2,1],{},{},{}]",
            candle(3, 67_000.0),
            candle(1, 62_000.0),
            candle(0, 61_000.0)
        )),
        "/binance" => json(format!(
            "[[{},\"1\",\"3\",\"1\",\"2.5\",\"9\",0],[{},\"1\",\"3\",\"1\",\"2.6\",\"9\",0],[{},\"1\",\"3\",\"1\",\"2.7\",\"9\",0]]",
            at(0) * 1000,
            at(1) * 1_000_000,
            FAR * 1000
        )),
        "/kraken" => json(format!(
            "{{\"error\":[],\"result\":{{\"XETHZUSD\":[[{},\"1\",\"3\",\"1\",\"2.5\",\"2\",\"9\",1],[{},\"1\",\"3\",\"1\",\"2.6\",\"2\",\"9\",1]],\"last\":{}}}}}",
            at(0),
            at(1),
            at(0)
        )),
        "/coingecko" => json(format!(
            "{{\"prices\":[[{},2.5],[{},2.6],[{},2.7]],\"total_volumes\":[]}}",
            at(1) * 1000,
            at(2) * 1000,
            (at(2) + 40_000) * 1000
        )),
        "/yahoo" => json(format!(
            "{{\"chart\":{{\"result\":[{{\"meta\":{{\"gmtoffset\":-18000}},\"timestamp\":[{},{},{}],\"indicators\":{{\"quote\":[{{\"close\":[23.4,null,23.9]}}]}}}}],\"error\":null}}}}",
            at(0) + 18_000,
            at(3) + 18_000,
            FAR
        )),
        "/lbma.json" => json(
            "[{\"is_cms_locked\":0,\"d\":\"2024-03-01\",\"v\":[2050.5,1620.1,1890.2]},{\"is_cms_locked\":0,\"d\":\"2024-03-04\",\"v\":[0,0,0]},{\"is_cms_locked\":0,\"d\":\"2024-03-05\",\"v\":[2120.1,1660.1,1950.2]}]",
        ),
        "/fred" => Answer::new(
            200,
            "application/csv",
            "observation_date,DFII10\n2024-03-01,1.82\n2024-03-04,.\n2024-03-05,1.79\n",
        ),
        "/any.csv" => {
            Answer::new(200, "text/plain", "Date,Open,High,Low,Close,Volume\n2024-03-01,1,3,1,2,5\n")
        }
        _ => Answer::status(404),
    }
}

#[test]
fn each_provider_is_read_in_its_own_shape() {
    let server = Server::start(every_shape);
    let tool = Tool::new();
    let url = |path: &str| server.url(path);
    let providers = [
        provider("coinbase", "btc", "coinbase", &url("/coinbase?start={from}T00:00:00Z&end={to}"), ""),
        provider("binance", "ada", "binance", &url("/binance?startTime={from_ms}&limit=1000"), ""),
        provider("kraken", "eth", "kraken", &url("/kraken?since={from_secs}"), ""),
        provider("coingecko", "sol", "coingecko", &url("/coingecko?days={days}"), "history_days = 365"),
        provider(
            "yahoo",
            "silver",
            "yahoo",
            &url("/yahoo?period1={from_secs}&period2={to_secs}"),
            "clock = \"19:00\"",
        ),
        provider("lbma", "gold", "lbma", &url("/lbma.json"), "close = \"usd\"\nclock = \"16:00\""),
        provider("fred", "real_yield", "csv", &url("/fred?id=DFII10&cosd={from}"), "close = \"DFII10\""),
        provider("any", "other", "csv", &url("/any.csv"), ""),
    ];
    configured(&tool, &providers.concat());
    let ran = tool.run(&["prices", "fetch", "--format", "csv", "-q"]);
    // The first day asked of a year's reach depends on today.
    let shown: Vec<&str> = ran.out.lines().filter(|line| !line.starts_with("coingecko")).collect();
    assert_eq!(ran.status, 0, "{}{}", ran.out, ran.err);
    assert_snapshot!(shown.join("\n"), @r"
    provider,series,from,newest,added,late,known,revised,others,open,missing,why
    coinbase,btc,2024-03-01,2024-03-04,3,0,0,0,0,1,0,
    binance,ada,2024-03-01,2024-03-02,2,0,0,0,0,1,0,
    kraken,eth,2024-03-01,2024-03-01,1,0,0,0,0,1,0,
    yahoo,silver,2024-03-01,2024-03-01,1,0,0,0,0,1,1,
    lbma,gold,2024-03-01,2024-03-05,2,0,0,0,0,0,1,
    fred,real_yield,2024-03-01,2024-03-05,2,0,0,0,0,0,1,
    any,other,2024-03-01,2024-03-01,1,0,0,0,0,0,0,
    ");
    assert!(ran.out.contains(",2024-03-02,2,0,0,0,0,1,0,\n"), "{}", ran.out);
    let list = tool.done(&["prices", "list", "--days", "--format", "csv"]).out;
    let lines: Vec<&str> = list.lines().map(|line| line.rsplitn(4, ',').nth(3).unwrap()).collect();
    assert_snapshot!(lines.join("\n"), @r"
    series,day,close,available_at,basis
    ada,2024-03-01,2.5,2024-03-02T00:00:00Z,claimed
    ada,2024-03-02,2.6,2024-03-03T00:00:00Z,claimed
    btc,2024-03-01,61000,2024-03-02T00:00:00Z,claimed
    btc,2024-03-02,62000,2024-03-03T00:00:00Z,claimed
    btc,2024-03-04,67000,2024-03-05T00:00:00Z,claimed
    eth,2024-03-01,2.5,2024-03-02T00:00:00Z,claimed
    gold,2024-03-01,2050.5,2024-03-01T16:00:00Z,claimed
    gold,2024-03-05,2120.1,2024-03-05T16:00:00Z,claimed
    other,2024-03-01,2,2024-03-02T00:00:00Z,claimed
    real_yield,2024-03-01,1.82,2024-03-05T00:00:00Z,claimed
    real_yield,2024-03-05,1.79,2024-03-07T00:00:00Z,claimed
    silver,2024-03-01,23.4,2024-03-01T19:00:00Z,claimed
    sol,2024-03-01,2.5,2024-03-02T00:00:00Z,claimed
    sol,2024-03-02,2.6,2024-03-03T00:00:00Z,claimed
    ");
    // Every row names who gave it, when, and the bytes it came from.
    for line in list.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        assert!(!cells[5].is_empty() && cells[6].contains('T') && cells[7].len() == 64, "{line}");
    }
    // Nothing is crawled: robots.txt is not asked, and who asks is told.
    assert!(server.paths().iter().all(|path| path != "/robots.txt"));
    let log = server.log();
    assert!(log.iter().all(|asked| asked.header("user-agent").unwrap().ends_with("(+desk@example.org)")));
    let asked = server.paths().join(" ");
    for expected in
        ["/coinbase?start=2024-03-01T00:00:00Z&end=2", "startTime=1709251200000&", "since=1709251200 "]
    {
        assert!(asked.contains(expected), "{asked}");
    }
    tool.done(&["store", "verify"]);
}

/// Answers one path with what a test says, by how often it was asked before.
pub fn fetched(
    more: &str,
    format: &str,
    answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static,
) -> (Ran, Server, Tool) {
    let server = Server::start(answer);
    let tool = Tool::new();
    configured(&tool, &provider("desk", "btc", format, &server.url("/x?from={from}"), more));
    let ran = tool.run(&["prices", "fetch", "--format", "csv"]);
    (ran, server, tool)
}

fn check_skipped(format: &str, answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static, expected: &str) {
    let (ran, server, tool) = fetched("", format, answer);
    let told = masked(&ran, &server);
    assert_eq!(ran.status, 3, "{told}");
    let skipped = told.lines().find_map(|line| line.strip_prefix("skipped: prices of btc from desk: "));
    assert_eq!(skipped, Some(expected), "{told}");
    let list = tool.done(&["prices", "list", "--format", "csv"]).out;
    assert_eq!(list.lines().count(), 1, "nothing is stored: {list}");
}

#[test]
fn a_provider_that_fails_is_skipped_with_its_reason() {
    check_skipped("coinbase", |_| Answer::status(500), "it answered 500 Internal Server Error");
    check_skipped("coinbase", |_| Answer::status(404), "it answered 404 Not Found");
    let page = "<!doctype html><title>Checking your browser</title>";
    check_skipped(
        "coinbase",
        move |_| Answer::html(page),
        "desk sent a web page titled \"Checking your browser\" where JSON was expected",
    );
    check_skipped(
        "csv",
        move |_| Answer::html(page),
        "desk is a web page titled \"Checking your browser\", not a CSV table",
    );
    check_skipped(
        "coinbase",
        |_| json("[[1709251200,1,3,2"),
        "desk sent JSON that breaks off after 18 bytes where JSON was expected",
    );
    check_skipped("coinbase", |_| json("[]"), "it has no close since 2024-03-01");
    check_skipped("csv", |_| json("date,close\n"), "it has no close since 2024-03-01");
    check_skipped("coinbase", |_| json(""), "desk sent nothing where JSON was expected");
    check_skipped(
        "coingecko",
        |_| json("{\"values\":[]}"),
        "desk answered in another shape: prices is missing",
    );
    check_skipped(
        "kraken",
        |_| json("{\"error\":[\"EQuery:Unknown asset pair\"]}"),
        "desk answered with an error: \"EQuery:Unknown asset pair\"",
    );
    check_skipped(
        "coinbase",
        |_| json("[[1709251200,3,1,2,2,1]]"),
        "desk answered in another shape: [0][4] is a close of 2 outside its low 3 and high 1: the columns have another order",
    );
    check_skipped("coinbase", |_| json(format!("[[{FAR},1,3,2,2,1]]")), "it has no close since 2024-03-01");
    check_skipped(
        "csv",
        |_| Answer::text("date,close\n2094-01-01,5\n"),
        "desk:2: 2094-01-01 lies in the future",
    );
    check_skipped(
        "coinbase",
        |_| Answer::new(200, "image/png", "x"),
        "it sent image/png where JSON was asked for",
    );
}

#[test]
fn what_passes_is_asked_again_and_packed_answers_are_unpacked() {
    let good = || json(format!("[{}]", candle(0, 61_000.0)));
    let (ran, server, _) =
        fetched("", "coinbase", move |asked| if asked.before == 0 { Answer::status(500) } else { good() });
    assert!(ran.status == 0 && server.log().len() == 2, "{}{}", ran.out, ran.err);
    let (ran, ..) = fetched("", "coinbase", |_| {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(format!("[{}]", candle(0, 61_000.0)).as_bytes()).unwrap();
        json(packed.finish().unwrap()).with("Content-Encoding", "gzip")
    });
    assert!(ran.out.contains("desk,btc,2024-03-01,2024-03-01,1,0,0,0,0,0,0,"), "{}{}", ran.out, ran.err);
}

#[test]
fn a_provider_that_asks_for_rest_is_left_alone_in_the_next_run_too() {
    let (ran, server, tool) = fetched("", "coinbase", |_| Answer::status(429).with("Retry-After", "86400"));
    assert_eq!(ran.status, 3);
    assert!(ran.err.contains("it answered 429 Too Many Requests"), "{}", ran.err);
    assert_eq!(server.log().len(), 1);
    let again = tool.run(&["prices", "fetch"]);
    assert_eq!((again.status, server.log().len()), (3, 1), "{}", again.err);
    assert!(again.err.contains("it is left alone until 2"), "{}", again.err);
    assert!(again.err.contains("UTC (it answered 429 Too Many Requests)"), "{}", again.err);
    let plan = tool.done(&["prices", "fetch", "--dry-run"]).out;
    assert!(plan.contains("it rests until 2"), "{plan}");
}

#[test]
fn a_key_goes_to_its_provider_and_nowhere_else() {
    const KEY: &str = "CG-very-secret-1234";
    let elsewhere = Server::start(|_| json("{\"prices\":[]}"));
    let away = elsewhere.url("/away");
    let server = Server::start(move |asked| match asked.path.as_str() {
        "/leads-away" => Answer::redirect(302, &away),
        _ => json(format!("{{\"prices\":[[{},2.5]]}}", (START + DAY) * 1000)),
    });
    let tool = Tool::new();
    let key = "key_env = \"STORYTURN_TEST_KEY\"\nkey_header = \"x-cg-demo-api-key\"";
    let providers = [
        provider("gecko", "sol", "coingecko", &server.url("/direct"), key),
        provider("lost", "ada", "coingecko", &server.url("/leads-away"), key),
        provider(
            "asked",
            "eth",
            "coingecko",
            &server.url("/asked?key={key}"),
            "key_env = \"STORYTURN_TEST_KEY\"",
        ),
    ];
    configured(&tool, &providers.concat());
    let run = |args: &[&str]| {
        let output = tool.command(args).env("STORYTURN_TEST_KEY", KEY).output().unwrap();
        let text = [output.stdout, output.stderr].concat();
        let text = String::from_utf8(text).unwrap();
        assert!(!text.contains("secret"), "{text}");
        text
    };
    assert!(run(&["prices", "fetch", "--dry-run"]).contains("with the key in STORYTURN_TEST_KEY"));
    assert!(server.paths().is_empty(), "a dry run asks nobody");
    run(&["prices", "fetch", "-v"]);
    let log = server.log();
    let (asked, headed): (Vec<_>, Vec<_>) = log.iter().partition(|asked| asked.path.starts_with("/asked"));
    assert!(headed.len() == 2 && headed.iter().all(|asked| asked.header("x-cg-demo-api-key") == Some(KEY)));
    assert_eq!(asked[0].path, format!("/asked?key={KEY}"));
    assert!(elsewhere.log().iter().all(|asked| asked.header("x-cg-demo-api-key").is_none()));
    assert_eq!(elsewhere.log().len(), 1);
    for entry in std::fs::read_dir(tool.path("storyturn.db")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            assert!(!bytes.windows(KEY.len()).any(|part| part == KEY.as_bytes()), "{}", path.display());
        }
    }
    let ran = tool.run(&["prices", "fetch", "--provider", "asked"]);
    assert!(ran.err.contains("it wants a key: set STORYTURN_TEST_KEY"), "{}", ran.err);
    // Without it, it is asked all the same, and the plan says what to set.
    let plan = tool.done(&["prices", "fetch", "--dry-run"]).out;
    assert!(plan.contains("without a key: set STORYTURN_TEST_KEY"), "{plan}");
}

#[test]
fn a_run_fetches_when_it_may_and_goes_on_without_those_that_fail() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/bad" => Answer::html("<html>"),
        _ => json(format!("[{},{}]", candle(1, 62_000.0), candle(0, 61_000.0))),
    });
    let tool = Tool::new();
    let providers = provider("good", "btc", "coinbase", &server.url("/good"), "")
        + &provider("bad", "gold", "lbma", &server.url("/bad"), "")
        + &provider("off", "silver", "lbma", &server.url("/off"), "enabled = false")
        + "[[export]]\npath = \"signal.csv\"\n";
    configured(&tool, &providers);
    let ran = tool.run(&["run", "--offline"]);
    assert!(ran.status == 0 && server.paths().is_empty(), "{}", ran.err);
    let ran = tool.run(&["run"]);
    assert_eq!(ran.status, 3, "{}", ran.err);
    assert!(
        ran.err.contains("skipped: prices of gold from bad: bad sent a web page where JSON was expected"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("prices from 2 providers: 2 new closes, 1 skipped"), "{}", ran.err);
    assert!(tool.read("signal.csv").contains("62000"));
    assert_eq!(server.count("/off"), 0);
}

#[test]
fn what_cannot_be_asked_is_said_before_anybody_is() {
    let tool = Tool::new();
    configured(&tool, &provider("desk", "btc", "csv", "https://desk.example/x", "enabled = false"));
    let check = |args: &[&str], says: &str| {
        let ran = tool.run(args);
        assert!(
            ran.status == 2 && ran.err.contains(says) && ran.err.contains("hint:"),
            "{args:?} {}",
            ran.err
        );
    };
    check(&["prices", "fetch", "--provider", "dask"], "no provider is called \"dask\"");
    check(&["prices", "fetch", "--series", "gold"], "no provider feeds a series \"gold\"");
    check(&["prices", "fetch"], "no provider is switched on");
    check(&["prices", "fetch", "--as-of", "2024-03-01"], "--as-of");
    tool.write("storyturn.toml", "");
    check(&["prices", "fetch"], "needs a contact");
    // A dry run asks nobody, so nobody need be told who asks.
    tool.done(&["prices", "fetch", "--dry-run"]);
    // Without providers of its own, a configuration has the usual ones.
    tool.write("storyturn.toml", "[collect]\ncontact = \"desk@example.org\"\n");
    let plan = tool.done(&["prices", "fetch", "--dry-run", "--format", "csv"]).out;
    assert!(
        plan.contains("coinbase,btc,yes,2015-07-20,") && plan.contains("kraken,btc@kraken,no,"),
        "{plan}"
    );
    assert!(!tool.path("storyturn.db").exists(), "a dry run makes no store");
}
