//! Each provider's shape, as it comes and as it does not.

use proptest::prelude::*;

use super::*;
use crate::prices::{Columns, GOLD, REAL_YIELD, provider::tests::provider};

/// Made at noon on 26 January 2026, a Monday.
const AT: &str = "2026-01-26T12:00:00Z";

fn parse(format: Format, series: &str, answer: &str) -> Result<ParsedPrices, PriceError> {
    let provider = Provider { series: series.to_owned(), ..provider(format) };
    parse_answer(&provider, answer.as_bytes(), AT.parse().unwrap())
}

/// Rows as `day=close`, then days still open, then the number without a close.
fn check_of(format: Format, series: &str, answer: &str, expected: &str) {
    let parsed = parse(format, series, answer).unwrap_or_else(|error| panic!("{answer}: {error}"));
    let mut shown: Vec<String> = parsed.rows.iter().map(|(day, close)| format!("{day}={close}")).collect();
    shown.extend(parsed.open.iter().map(|day| format!("{day} open")));
    if parsed.missing > 0 {
        shown.push(format!("{} missing", parsed.missing));
    }
    assert_eq!(shown.join(" "), expected, "{answer}");
    assert_eq!(parsed.sha256.len(), 64);
}

fn check(format: Format, answer: &str, expected: &str) {
    check_of(format, "btc", answer, expected);
}

fn check_refused(format: Format, answer: &str, expected: &str) {
    let error = parse(format, "btc", answer).expect_err(answer);
    assert_eq!(error.to_string(), expected, "{answer}");
    assert!(!error.hint().is_empty());
}

/// Midnight of 23 January 2026 and the days after it.
const D23: i64 = 1_769_126_400;
const DAY: i64 = 86_400;

#[test]
fn lbma_gives_three_currencies_and_zero_is_missing() {
    let answer = r#"[{"is_cms_locked":0,"d":"1968-01-02","v":[35.2,0,0]},
        {"is_cms_locked":0,"d":"2026-01-22","v":[4900.5,3600.1,4100.2]},
        {"is_cms_locked":0,"d":"2026-01-23","v":[0,3601,4101]},
        {"is_cms_locked":0,"d":"2026-01-26","v":[null,3601,4101]}]"#;
    check_of(Format::Lbma, GOLD, answer, "1968-01-02=35.2 2026-01-22=4900.5 2 missing");
    let pounds =
        Provider { columns: Columns { close: Some("GBP".to_owned()), date: None }, ..provider(Format::Lbma) };
    let parsed = parse_answer(&pounds, answer.as_bytes(), AT.parse().unwrap()).unwrap();
    assert_eq!(parsed.rows.len(), 3);
    check_refused(
        Format::Lbma,
        r#"[{"d":"2026-01-22"}]"#,
        "lbma answered in another shape: [0].v is missing",
    );
    check_refused(
        Format::Lbma,
        r#"[{"d":"22.1.26","v":[1]}]"#,
        "lbma answered in another shape: [0].d is \"22.1.26\", no date",
    );
    check_refused(
        Format::Lbma,
        r#"[{"d":"2026-01-22","v":[]}]"#,
        "lbma answered in another shape: [0].v[0] is missing",
    );
    check_refused(
        Format::Lbma,
        r#"[{"d":"2026-01-22","v":["a"]}]"#,
        "lbma answered in another shape: [0].v[0] is \"a\" where a price is expected",
    );
    check_refused(
        Format::Lbma,
        r#"{"prices":[]}"#,
        "lbma answered in another shape: the answer is an object where an array is expected",
    );
    check_refused(Format::Lbma, "[]", "lbma holds no close");
}

#[test]
fn coinbase_gives_the_newest_first_and_the_open_day_too() {
    let answer = format!(
        "[[{},88000,89000,88500,88900,1.5],[{},87000,90000,89000,89500.5,900],[{D23},86000,91000,88000,89000,1000]]",
        D23 + 3 * DAY,
        D23 + DAY
    );
    check(Format::Coinbase, &answer, "2026-01-23=89000 2026-01-24=89500.5 2026-01-26 open");
    check(Format::Coinbase, &format!("[[{},1,3,2,2,1]]", D23 + 3 * DAY), "2026-01-26 open");
    check_refused(
        Format::Coinbase,
        &format!("[[{D23},88000,86000,91000,89000,1000]]"),
        "coinbase answered in another shape: [0][4] is a close of 89000 outside its low 88000 and high 86000: \
         the columns have another order",
    );
    check_refused(
        Format::Coinbase,
        r#"{"message":"NotFound"}"#,
        "coinbase answered with an error: \"NotFound\"",
    );
    check_refused(
        Format::Coinbase,
        &format!("[[{},1,3,2,2,1]]", D23 + 3600),
        "coinbase answered in another shape: [0][0] is 2026-01-23T01:00:00Z, not the start of a day",
    );
    check_refused(
        Format::Coinbase,
        &format!("[[{D23},1,3]]"),
        "coinbase answered in another shape: [0][4] is missing",
    );
    check_refused(
        Format::Coinbase,
        "[[\"x\",1,3,2,2,1]]",
        "coinbase answered in another shape: [0][0] is a text where a whole number is expected",
    );
    check_refused(
        Format::Coinbase,
        "[[9223372036854775807,1,3,2,2,1]]",
        "coinbase answered in another shape: [0][0] is no instant",
    );
    // Twice the same day with one close is once, with two closes is doubtful.
    let twice = format!("[[{D23},1,3,2,2,1],[{D23},1,3,2,2,1]]");
    check(Format::Coinbase, &twice, "2026-01-23=2");
    let twice = format!("[[{D23},1,3,2,2,1],[{D23},1,3,2,2.5,1]]");
    check_refused(Format::Coinbase, &twice, "coinbase:2: 2026-01-23 has the close 2.5 here and 2 on line 1");
}

#[test]
fn binance_gives_texts_in_milliseconds_or_microseconds() {
    let row = |stamp: i64, close: &str| {
        format!("[{stamp},\"2\",\"3\",\"1\",\"{close}\",\"9\",0,\"0\",1,\"0\",\"0\",\"0\"]")
    };
    let answer = format!(
        "[{},{},{}]",
        row(D23 * 1000, "2.5"),
        row((D23 + DAY) * 1_000_000, "2.75"),
        row((D23 + 3 * DAY) * 1000, "2.9")
    );
    check(Format::Binance, &answer, "2026-01-23=2.5 2026-01-24=2.75 2026-01-26 open");
    check_refused(
        Format::Binance,
        r#"{"code":-1121,"msg":"Invalid symbol."}"#,
        "binance answered with an error: \"Invalid symbol.\"",
    );
    check_refused(
        Format::Binance,
        &format!("[{}]", row(D23 * 1000, "high")),
        "binance answered in another shape: [0][4] is \"high\" where a price is expected",
    );
}

#[test]
fn kraken_leaves_the_last_row_uncommitted_and_errors_come_with_status_200() {
    let row = |stamp: i64| format!("[{stamp},\"2\",\"3\",\"1\",\"2.5\",\"2.2\",\"9.1\",17]");
    let answer = |rows: &[String]| {
        format!("{{\"error\":[],\"result\":{{\"XXBTZUSD\":[{}],\"last\":{D23}}}}}", rows.join(","))
    };
    // Also the last row of a day that is over is left out.
    check(Format::Kraken, &answer(&[row(D23), row(D23 + DAY)]), "2026-01-23=2.5 2026-01-24 open");
    check(Format::Kraken, &answer(&[row(D23)]), "2026-01-23 open");
    check_refused(Format::Kraken, &answer(&[]), "kraken holds no close");
    check_refused(
        Format::Kraken,
        r#"{"error":["EGeneral:Invalid arguments"]}"#,
        "kraken answered with an error: \"EGeneral:Invalid arguments\"",
    );
    check_refused(
        Format::Kraken,
        r#"{"error":[],"result":{"A":[],"B":[],"last":1}}"#,
        "kraken answered in another shape: result has 2 pairs where one is expected",
    );
    check_refused(Format::Kraken, r#"{"result":{}}"#, "kraken answered in another shape: error is missing");
    check_refused(
        Format::Kraken,
        r#"{"error":[],"result":{"XXBTZUSD":[]}}"#,
        "kraken answered in another shape: result.last is missing",
    );
}

#[test]
fn coingecko_stamps_a_close_with_the_midnight_that_ends_it() {
    let ms = |days: i64, secs: i64| (D23 + days * DAY + secs) * 1000;
    let answer = format!(
        "{{\"prices\":[[{},1.5],[{},2.5],[{},2.7]],\"market_caps\":[]}}",
        ms(1, 0),
        ms(2, 0),
        ms(3, 43_000)
    );
    check(Format::Coingecko, &answer, "2026-01-23=1.5 2026-01-24=2.5 2026-01-26 open");
    // A live point in the first minute of a day is not the close of the day before.
    let answer = format!("{{\"prices\":[[{},1.5],[{},2.5],[{},2.7]]}}", ms(1, 0), ms(2, 0), ms(2, 30));
    check(Format::Coingecko, &answer, "2026-01-23=1.5 2026-01-24=2.5 2026-01-25 open");
    check(
        Format::Coingecko,
        &format!("{{\"prices\":[[{},null],[{},2.5]]}}", ms(1, 0), ms(2, 0)),
        "2026-01-24=2.5 1 missing",
    );
    check_refused(
        Format::Coingecko,
        &format!("{{\"prices\":[[{},1.5],[{},2.5],[{},2.6]]}}", ms(1, 0), ms(1, 3600), ms(1, 7200)),
        "coingecko answered in another shape: prices[1][0] is 2026-01-24T01:00:00Z, not midnight: ask for interval=daily",
    );
    check_refused(
        Format::Coingecko,
        r#"{"status":{"error_code":429,"error_message":"You've exceeded the Rate Limit"}}"#,
        "coingecko answered with an error: \"You've exceeded the Rate Limit\"",
    );
    check_refused(
        Format::Coingecko,
        r#"{"values":[]}"#,
        "coingecko answered in another shape: prices is missing",
    );
}

#[test]
fn yahoo_dates_by_the_exchange_and_the_last_bar_is_live() {
    let answer = |offset: i64, stamps: &[i64], closes: &str| {
        let stamps: Vec<String> = stamps.iter().map(i64::to_string).collect();
        format!(
            "{{\"chart\":{{\"result\":[{{\"meta\":{{\"gmtoffset\":{offset}}},\"timestamp\":[{}],\
             \"indicators\":{{\"quote\":[{{\"close\":[{closes}]}}]}}}}],\"error\":null}}}}",
            stamps.join(",")
        )
    };
    // New York: sessions of futures begin at midnight there, 05:00 UTC in winter.
    let here = [5 * 3600 + D23, 5 * 3600 + D23 + 3 * DAY, D23 + 3 * DAY + 11 * 3600];
    check(Format::Yahoo, &answer(-18_000, &here, "100.9,110.5,110.7"), "2026-01-23=100.9 2026-01-26 open");
    check(Format::Yahoo, &answer(-18_000, &here[..2], "null,110.5"), "2026-01-26 open 1 missing");
    // Tokyo: a session of the 23rd begins on the 22nd, in UTC.
    check(Format::Yahoo, &answer(32_400, &[D23 - 9 * 3600], "7"), "2026-01-23=7");
    // A summer's session of London, asked in winter: 23:00 UTC on the day before.
    check(Format::Yahoo, &answer(0, &[1_752_620_400], "7"), "2025-07-16=7");
    check_refused(
        Format::Yahoo,
        &answer(0, &[D23], "1,2"),
        "yahoo answered in another shape: chart.result[0].indicators.quote[0].close has 2 values for 1 timestamps",
    );
    check_refused(
        Format::Yahoo,
        r#"{"chart":{"result":[{"meta":{},"timestamp":[],"indicators":{"quote":[{"close":[]}]}}],"error":null}}"#,
        "yahoo answered in another shape: chart.result[0].meta.gmtoffset is missing",
    );
    check_refused(
        Format::Yahoo,
        r#"{"chart":{"result":null,"error":{"code":"Not Found","description":"No data found, symbol may be delisted"}}}"#,
        "yahoo answered with an error: \"No data found, symbol may be delisted\"",
    );
    check_refused(
        Format::Yahoo,
        &answer(99_999, &[D23], "1"),
        "yahoo answered in another shape: chart.result[0].meta.gmtoffset is 99999, no offset in seconds",
    );
}

#[test]
fn yahoo_in_another_currency_must_be_meant() {
    let check = |meta: &str, meant: Option<&str>, expected: &str| {
        let answer = format!(
            "{{\"chart\":{{\"result\":[{{\"meta\":{{{meta}\"gmtoffset\":0}},\"timestamp\":[{D23}],\
             \"indicators\":{{\"quote\":[{{\"close\":[7]}}]}}}}],\"error\":null}}}}"
        );
        let columns = Columns { date: None, close: meant.map(str::to_owned) };
        let provider = Provider { columns, ..provider(Format::Yahoo) };
        let told = match parse_answer(&provider, answer.as_bytes(), AT.parse().unwrap()) {
            Ok(parsed) => parsed.rows[0].1.to_string(),
            Err(error) => error.to_string(),
        };
        assert_eq!(told, expected, "{meta} {meant:?}");
    };
    let refused = |what: &str| {
        format!("yahoo answered in another shape: chart.result[0].meta.currency {what} says that it is meant")
    };
    check("\"currency\":\"USD\",", None, "7");
    check("", None, "7");
    check("\"currency\":null,", None, "7");
    check("\"currency\":\"GBp\",", None, &refused("is \"GBp\", not USD: close = \"GBp\""));
    check("\"currency\":\"GBp\",", Some("GBp"), "7");
    check("\"currency\":\"GBp\",", Some("GBP"), &refused("is \"GBp\", not GBP: close = \"GBp\""));
}

#[test]
fn a_table_says_missing_with_a_dot_and_its_columns_may_be_named() {
    let fred = "observation_date,DFII10\n2026-01-22,1.92\n2026-01-23,.\n";
    check_of(Format::Csv, REAL_YIELD, fred, "2026-01-22=1.92 1 missing");
    check_of(
        Format::Csv,
        REAL_YIELD,
        "DATE,DFII10\n2026-01-22,-1.1\n2026-01-23,\n",
        "2026-01-22=-1.1 1 missing",
    );
    check_of(Format::Csv, "stoxx", "Date,Open,High,Low,Close,Volume\n2026-01-23,1,3,1,2,9\n", "2026-01-23=2");
    let named = |close: &str| {
        let columns = Columns { date: Some("when".to_owned()), close: Some(close.to_owned()) };
        let provider = Provider { columns, ..provider(Format::Csv) };
        let table = "when,usd,close\n2026-01-23,5,6\n";
        parse_answer(&provider, table.as_bytes(), AT.parse().unwrap())
    };
    assert_eq!(named("USD").unwrap().rows[0].1, 5.0);
    let expected = "csv:1: no column is called \"chf\" among \"when\", \"usd\", \"close\"";
    assert_eq!(named("chf").unwrap_err().to_string(), expected);
}

#[test]
fn what_is_no_answer_is_told_as_what_it_is() {
    let page = "<!DOCTYPE html><html><head><title>Just a moment...</title></head>";
    check_refused(
        Format::Coinbase,
        page,
        "coinbase sent a web page titled \"Just a moment...\" where JSON was expected",
    );
    check_refused(Format::Csv, page, "csv is a web page titled \"Just a moment...\", not a CSV table");
    check_refused(Format::Yahoo, "<html><body>no", "yahoo sent a web page where JSON was expected");
    check_refused(Format::Kraken, "Too Many Requests\n", "kraken sent text where JSON was expected");
    check_refused(Format::Kraken, "", "kraken sent nothing where JSON was expected");
    check_refused(
        Format::Binance,
        "[[1769126400000,\"1\"",
        "binance sent JSON that breaks off after 19 bytes where JSON was expected",
    );
    check_refused(
        Format::Binance,
        "[[1,,2]]",
        "binance sent broken JSON (line 1, column 5) where JSON was expected",
    );
    check_refused(
        Format::Coinbase,
        "null",
        "coinbase answered in another shape: the answer is null where an array is expected",
    );
    let huge = " ".repeat(MAX_ANSWER_BYTES + 1);
    assert!(matches!(parse(Format::Csv, "btc", &huge), Err(PriceError::TooLarge { .. })));
    let deep = "[".repeat(100_000);
    assert!(matches!(parse(Format::Coinbase, "btc", &deep), Err(PriceError::NotJson { .. })));
}

#[test]
fn closes_that_cannot_be_are_refused_in_every_format() {
    check_refused(
        Format::Coinbase,
        &format!("[[{D23},-2,3,2,-1,1]]"),
        "coinbase:1: the close of btc on 2026-01-23 is -1, not above zero",
    );
    check_refused(
        Format::Coinbase,
        "[[-9999999999,1,3,2,2,1]]",
        "coinbase answered in another shape: [0][0] is 1653-02-10T06:13:21Z, not the start of a day",
    );
    // A date after the answer was made is an open bar where it is one of a candle, a mistake in a table.
    check(Format::Coinbase, &format!("[[{},1,3,2,2,1]]", D23 + 30 * DAY), "2026-02-22 open");
    check_refused(Format::Csv, "date,close\n2026-02-22,1\n", "csv:2: 2026-02-22 lies in the future");
}

fn near_json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<i64>().prop_map(|number| number.to_string()),
        (D23 - 9 * DAY..D23 + 9 * DAY).prop_map(|number| number.to_string()),
        (-4_i64..9).prop_map(|days| (D23 + days * DAY).to_string()),
        (-4_i64..9).prop_map(|days| ((D23 + days * DAY) * 1000).to_string()),
        any::<f64>().prop_map(|number| serde_json::json!(number).to_string()),
        "\"[0-9.e-]{0,6}\"",
        Just("\"2026-01-22\"".to_owned()),
    ];
    leaf.prop_recursive(5, 60, 6, |inner| {
        let names = prop::sample::select(vec![
            "chart",
            "result",
            "meta",
            "gmtoffset",
            "timestamp",
            "indicators",
            "quote",
            "close",
            "error",
            "prices",
            "XXBTZUSD",
            "last",
            "d",
            "v",
            "message",
        ]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::vec((names, inner), 0..5).prop_map(|fields| {
                let fields: Vec<String> =
                    fields.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
                format!("{{{}}}", fields.join(","))
            }),
        ]
    })
}

proptest! {
    #[test]
    fn no_bytes_make_a_reader_panic(bytes: Vec<u8>, format in prop::sample::select(Format::ALL.to_vec())) {
        let _ = parse_answer(&provider(format), &bytes, AT.parse().unwrap());
    }

    #[test]
    fn no_json_makes_a_reader_panic(answer in near_json(), format in prop::sample::select(Format::ALL.to_vec())) {
        if let Ok(parsed) = parse(format, "btc", &answer) {
            let today: Day = "2026-01-26".parse().unwrap();
            prop_assert!(parsed.rows.iter().all(|(day, close)| *day <= today && *close > 0.0));
            prop_assert!(parsed.rows.is_sorted_by(|a, b| a.0 < b.0));
        }
    }
}
