//! Fetching prices once more: what is new, late or revised, what broke off, what another provider says.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use crate::{
    collecting::configured,
    quotes::{candle, fetched, json, provider},
    server::{Answer, Server},
    tool::Tool,
};

#[test]
fn a_second_run_asks_for_what_is_new_and_keeps_what_was_known() {
    let (ran, server, tool) = fetched("", "coinbase", |asked| {
        let mut candles = vec![candle(10, 71_000.0), candle(8, 69_000.0), candle(7, 68_000.0)];
        if asked.path.contains("from=2024-03-04") {
            // Revised, late, new.
            candles[1] = candle(8, 69_500.0);
            candles.extend([candle(9, 70_000.0), candle(11, 72_000.0)]);
        }
        json(format!("[{}]", candles.join(",")))
    });
    assert_eq!(ran.status, 0, "{}", ran.err);
    let again = tool.run(&["prices", "fetch", "--format", "csv"]);
    assert_eq!(
        server.paths(),
        ["/x?from=2024-03-01", "/x?from=2024-03-04"],
        "a week before the last stored day"
    );
    assert!(again.out.contains("desk,btc,2024-03-04,2024-03-12,2,2,2,1,0,0,0,"), "{}", again.out);
    let revisions = tool.done(&["prices", "list", "--revisions", "--format", "csv"]).out;
    assert!(revisions.contains("btc,2024-03-09,69000,2024-03-10T00:00:00Z,69500,20"), "{revisions}");
    // Days that came in late had no close before.
    for late in ["btc,2024-03-10,,,70000,20", "btc,2024-03-12,,,72000,20"] {
        assert!(revisions.contains(late), "{revisions}");
    }
    assert_eq!(revisions.lines().count(), 4);
    let days = tool.done(&["prices", "list", "--days", "--format", "csv"]).out;
    let basis: Vec<&str> = days.lines().skip(1).map(|line| line.split(',').nth(4).unwrap()).collect();
    // Seen late or revised is observed; a backfill is the clock's claim.
    assert_eq!(basis, ["claimed", "claimed", "observed", "observed", "claimed", "observed"], "{days}");
    let list = tool.done(&["prices", "list", "--format", "csv"]).out;
    assert!(list.contains("btc,6,2024-03-08,2024-03-12,72000,24:00,desk,"), "{list}");
    assert!(list.trim_end().ends_with(",1,0,0,3,desk 6"), "{list}");
    let day = |as_of: &str| tool.done(&["export", "--as-of", as_of, "--format", "csv"]).out;
    // On the evening of the 9th the first close was known, whatever was said later.
    assert!(day("2024-03-12").contains("2024-03-09") && !day("2024-03-12").contains("69500"));
    tool.done(&["store", "verify"]);
}

#[test]
fn a_long_history_is_asked_page_by_page_and_taken_up_where_it_broke() {
    let broken = Arc::new(AtomicUsize::new(1));
    let breaks = Arc::clone(&broken);
    let server = Server::start(move |asked| {
        let from = asked.path.split("from=").nth(1).unwrap().split('&').next().unwrap();
        if from == "2024-03-21" && breaks.load(Ordering::SeqCst) == 1 {
            return Answer::status(404);
        }
        // Twenty candles a page, none outside March and April.
        let first = jiff::civil::Date::strptime("%F", from).unwrap();
        let first = (first.since(jiff::civil::date(2024, 3, 1)).unwrap().get_days()) as i64;
        let candles: Vec<String> = (first..first + 10)
            .rev()
            .filter(|day| (0..60).contains(day))
            .map(|day| candle(day, 60_000.0 + day as f64))
            .collect();
        json(format!("[{}]", candles.join(",")))
    });
    let tool = Tool::new();
    let url = server.url("/x?from={from}&to={to}");
    configured(&tool, &provider("desk", "btc", "coinbase", &url, "days_per_request = 10\noverlap_days = 3"));
    let ran = tool.run(&["prices", "fetch", "-q"]);
    assert_eq!(ran.status, 3, "{}", ran.err);
    assert_eq!(
        server.paths(),
        [
            "/x?from=2024-03-01&to=2024-03-10",
            "/x?from=2024-03-11&to=2024-03-20",
            "/x?from=2024-03-21&to=2024-03-30"
        ],
        "what is behind a failure is not asked: it would leave a hole"
    );
    let list = || tool.done(&["prices", "list", "--format", "csv"]).out;
    assert!(list().contains("btc,20,2024-03-01,2024-03-20,"), "{}", list());
    broken.store(0, Ordering::SeqCst);
    assert_eq!(tool.run(&["prices", "fetch", "-q"]).status, 0);
    assert_eq!(server.paths()[3], "/x?from=2024-03-17&to=2024-03-26");
    assert!(list().contains("btc,60,2024-03-01,2024-04-29,"), "{}", list());
    // A day that is asked for by name is asked for.
    let asked = server.paths().len();
    tool.run(&["prices", "fetch", "-q", "--from", "2024-03-05"]);
    assert_eq!(server.paths()[asked], "/x?from=2024-03-05&to=2024-03-14");
}

#[test]
fn a_whole_history_is_asked_for_only_when_it_has_changed() {
    let server = Server::start(|asked| match asked.header("if-none-match") {
        Some("\"7\"") => Answer::status(304),
        _ => json("[{\"d\":\"2024-03-01\",\"v\":[2050.5,0,0]}]").with("ETag", "\"7\""),
    });
    let tool = Tool::new();
    configured(&tool, &provider("lbma", "gold", "lbma", &server.url("/gold_pm.json"), "clock = \"16:00\""));
    tool.done(&["prices", "fetch", "-q"]);
    let again = tool.done(&["prices", "fetch", "--format", "csv"]);
    assert!(again.out.contains("not changed"), "{}", again.out);
    // Once the rows are forgotten, they are asked for again.
    tool.write("gold.csv", "date,close\n2024-03-04,2070\n");
    tool.done(&["prices", "import", "--replace", "gold.csv", "--clock", "16:00"]);
    let whole = tool.done(&["prices", "fetch", "--format", "csv"]);
    assert!(whole.out.contains("lbma,gold,2024-02-26,2024-03-01,1,0,"), "{}", whole.out);
}

#[test]
fn two_providers_of_one_series_are_compared_and_not_mixed() {
    let server = Server::start(|asked| {
        let factor = match asked.path.as_str() {
            "/second" => 1.0005,
            "/grams" => 1.0 / 31.1035,
            "/pounds" => 0.78,
            _ => 1.0,
        };
        let rows: String =
            (1..=9).map(|day| format!("2024-03-0{day},{}\n", 2000.0 * factor + f64::from(day))).collect();
        Answer::text(format!("date,close\n{rows}"))
    });
    let tool = Tool::new();
    let two = |second: &str| {
        provider("first", "gold", "csv", &server.url("/first"), "")
            + &provider("second", "gold", "csv", &server.url(second), "")
    };
    configured(&tool, &two("/second"));
    let ran = tool.done(&["prices", "fetch", "--format", "csv"]);
    assert!(ran.out.contains("first,gold,"), "{}", ran.out);
    let compared = "second,gold@second,2024-03-01,2024-03-09,9,0,0,0,0,0,0,\"differs from first by 0.0005 in the median of 9 days";
    assert!(ran.out.contains(compared), "{}", ran.out);
    // The second alone does not become the first.
    let alone = tool.done(&["prices", "fetch", "--provider", "second", "--format", "csv"]);
    assert!(alone.out.contains("second,gold@second,") && !alone.out.contains("first,gold,"), "{}", alone.out);
    // Another one in its place must be of the same kind.
    let check = |url: &str, says: &str| {
        configured(&tool, &provider("other", "gold", "csv", &server.url(url), ""));
        let ran = tool.run(&["prices", "fetch"]);
        assert!(ran.status == 3 && ran.err.contains(says), "{}", ran.err);
    };
    check("/grams", "other: its closes of gold are not those of first: 0.03");
    check("/pounds", "other: its closes of gold are not those of first: 21.9");
    configured(&tool, &provider("other", "gold", "csv", &server.url("/second"), "clock = \"13:00\""));
    let ran = tool.run(&["prices", "fetch"]);
    assert!(
        ran.err.contains("the stored rows of gold count from 19:00, not from 13:00; set clock"),
        "{}",
        ran.err
    );
    // One that agrees goes on where the first ended; what is there stays the first's.
    configured(&tool, &provider("other", "gold", "csv", &server.url("/second"), ""));
    let ran = tool.done(&["prices", "fetch", "--format", "csv"]);
    assert!(
        ran.out.contains("other,gold,2024-03-02,2024-03-09,0,0,0,0,9,0,0,\"differs from first"),
        "{}",
        ran.out
    );
}
