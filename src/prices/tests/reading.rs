//! Files as people have them: what is read, what is refused, what is pointed out.

use super::*;

fn parse(series: &str, text: &str) -> Result<ParsedPrices, PriceError> {
    parse_csv("file.csv", series, text.as_bytes(), at(NOW))
}

/// The rows read, as `day=close`, and the number without a close.
fn check_rows(text: &str, expected: &str) {
    let parsed = parse(BTC, text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
    let mut shown: Vec<String> = parsed.rows.iter().map(|(day, close)| format!("{day}={close}")).collect();
    if parsed.missing > 0 {
        shown.push(format!("{} missing", parsed.missing));
    }
    assert_eq!(shown.join(" "), expected, "{text:?}");
    assert_eq!(parsed.sha256.len(), 64);
}

#[test]
fn files_read_as_they_are_downloaded() {
    let two = "2026-01-22=1.5 2026-01-23=2";
    check_rows("date,close\n2026-01-22,1.5\n2026-01-23,2\n", two);
    check_rows(
        "\u{feff}Date,Open,High,Low,Close,Adj Close,Volume\r\n2026-01-22,9,9,9,1.5,9,9\r\n2026-01-23,9,9,9,2,9,9\r\n",
        two,
    );
    check_rows(
        "observation_date,DTWEXBGS\n2026-01-22,1.5\n2026-01-23,2\n2026-01-26,.\n",
        "2026-01-22=1.5 2026-01-23=2 1 missing",
    );
    check_rows("DATE;VALUE\n2026-01-22;1.5\n2026-01-23;2\n", two);
    check_rows("day\tprice\n2026-01-22\t1.5\n2026-01-23\t2\n", two);
    check_rows("<DATE>\t<OPEN>\t<CLOSE>\t<VOL>\n2026.01.22\t9\t1.5\t0\n2026.01.23\t9\t2\t0\n", two);
    check_rows("timestamp,close\n1769040000,1.5\n1769126400000,2\n", two);
    check_rows(",Close\n2026-01-22 00:00:00-05:00,1.5\n2026-01-23T00:00:00+01:00,2\n", two);
    check_rows("time,last\n2026-01-22T23:59:59Z,1.5\n2026-01-23 16:00,2\n", two);
    check_rows("Date,Close/Last\n20260122,\"1.5\"\n2026/01/23,2\n", two);
    check_rows("date,name,usd\n2026-01-23,x,2\n2026-01-22,x,1.5\n", two);
    check_rows("date,close\n\n2026-01-22,1.5\n,\n2026-01-23,2", two);
    check_rows("date,close\n2026-01-22,\"1,234.5\"\n", "2026-01-22=1234.5");
    check_rows(
        "date,close\n2026-01-20,null\n2026-01-21,\n2026-01-22,1.5\n2026-01-23,N/A\n",
        "2026-01-22=1.5 3 missing",
    );
    check_rows("date,close\n2026-01-22,1.5\n2026-01-22,1.5\n", "2026-01-22=1.5");
    check_rows("date,close\n2024-02-29,1.5\n", "2024-02-29=1.5");
    check_rows(
        "1769040000000000,1,3,1,1.5,9,1769126399999999,9,9,9,9,0\n1769126400000000,1,3,1,2,9,1769212799999999,9,9,9,9,0\n",
        two,
    );
    check_rows("date,close,note\n2026-01-22,1.5,\"caf\u{e9}, \"\"quoted\"\"\"\n", "2026-01-22=1.5");
}

fn check_refused(series: &str, text: &str, expected: &str) {
    let error = parse(series, text).expect_err(text);
    assert_eq!(error.to_string(), expected, "{text:?}");
    assert!(!error.hint().is_empty() && !error.hint().ends_with('.'));
}

#[test]
fn doubtful_files_are_refused_with_file_and_line() {
    check_refused(
        BTC,
        "date,close\n2026-01-22,1.5\n2026-01-23,high\n",
        "file.csv:3: the close \"high\" is not a number",
    );
    check_refused(BTC, "date,close\n2026-01-22,inf\n", "file.csv:2: the close \"inf\" is not a number");
    check_refused(BTC, "date,close\n2026-01-22,1e999\n", "file.csv:2: the close \"1e999\" is not a number");
    check_refused(BTC, "date;close\n2026-01-22;1,5\n", "file.csv:2: the close \"1,5\" is not a number");
    check_refused(
        BTC,
        "date,close\n2026-01-22,1.5\n2026-02-30,2\n",
        "file.csv:3: \"2026-02-30\" is not a date",
    );
    check_refused(BTC, "date,close\n01/22/2026,1.5\n", "file.csv:2: \"01/22/2026\" is not a date");
    check_refused(
        BTC,
        "date,close\n2026-01-22,1.5\nSource: somebody\n",
        "file.csv:3: the row has 1 fields, too few",
    );
    // A decimal comma without quotes would leave the dollars and drop the cents.
    check_refused(BTC, "date,close\n2026-01-22,30,55\n", "file.csv:2: the row has 3 fields, the header 2");
    check_refused(
        BTC,
        "date,close\n2026-01-22,1.5\n2026-01-23,2\n2026-01-22,1.6\n",
        "file.csv:4: 2026-01-22 has the close 1.6 here and 1.5 on line 2",
    );
    check_refused(BTC, "date,close\n2026-01-27,1.5\n", "file.csv:2: 2026-01-27 lies in the future");
    check_refused(
        BTC,
        "date,close\n0202-01-27,1.5\n",
        "file.csv:2: 0202-01-27 is too early for a daily close",
    );
    check_refused(
        GOLD,
        "date,close\n2026-01-22,0\n",
        "file.csv:2: the close of gold on 2026-01-22 is 0, not above zero",
    );
    check_refused(
        BTC,
        "date,close\n2026-01-22,1e300\n2026-01-23,1e-300\n",
        "file.csv:2: the close of btc on 2026-01-22 is 1e300, which nothing costs",
    );
    check_refused(
        BTC,
        "date,name\n2026-01-22,x\n",
        "file.csv:1: no column is a close among \"date\", \"name\"",
    );
    check_refused(
        BTC,
        "when,close\n2026-01-22,1\n",
        "file.csv:1: no column is a date among \"when\", \"close\"",
    );
    check_refused(
        BTC,
        "date,low,high\n2026-01-22,1,2\n",
        "file.csv:1: several columns might be the close: \"date\", \"low\", \"high\"",
    );
    check_refused(BTC, "date,close,close\n2026-01-22,1,2\n", "file.csv:1: two columns are called \"close\"");
    check_refused(
        BTC,
        "2026-01-22,1\n2026-01-23,2\n",
        "file.csv:1: the first line is data; a header such as date,close is missing",
    );
    check_refused(BTC, "  <!DOCTYPE html><html>", "file.csv is a web page, not a CSV table");
    check_refused(BTC, "{\"date\":1}", "file.csv is JSON, not a CSV table");
    check_refused(BTC, "", "file.csv is empty, not a CSV table");
    check_refused(BTC, "date,close\n", "file.csv holds no close");
    check_refused(BTC, "date,close\n2026-01-22,\n", "file.csv holds no close");
    let mut text = "date,close\n".to_owned();
    for row in 0..100 {
        let close = if row % 6 == 0 { "" } else { "5" };
        text.push_str(&format!("{},{close}\n", day("2025-01-01") + row));
    }
    check_refused(BTC, &text, "file.csv: 13 of 72 weekdays have no close");
    assert!(parse_csv("utf16.csv", BTC, &b"\xff\xfed\0a\0t\0e\0"[..], at(NOW)).is_err());
}

#[test]
fn rates_may_be_negative_and_jump() {
    let parsed = parse(REAL_YIELD, "date,close\n2026-01-21,-1.2\n2026-01-22,0\n2026-01-23,0.9\n").unwrap();
    assert_eq!((parsed.rows.len(), parsed.warnings.len()), (3, 0));
}

#[test]
fn unlikely_closes_are_pointed_out_and_kept() {
    let check = |series: &str, text: &str, expected: &[&str]| {
        assert_eq!(parse(series, text).unwrap().warnings, expected);
    };
    check(
        BTC,
        "date,close\n2026-01-21,100\n2026-01-22,141\n2026-01-23,84.5\n",
        &[
            "2026-01-22: +41 % from 100 on 2026-01-21 to 141",
            "2026-01-23: -40 % from 141 on 2026-01-22 to 84.5",
        ],
    );
    check(
        BTC,
        "date,close\n2026-01-21,100\n2026-01-22,140\n2026-01-22,140\n",
        &["1 row repeats a day and its close"],
    );
    check(
        SILVER,
        "date,close\n2026-01-23,100\n2026-01-24,100\n",
        &["1 closes of silver are dated to a weekend and count as sessions"],
    );
    check(
        BTC,
        "date,close\n2026-01-20,100\n2026-01-21,53\n2026-01-22,101\n",
        &["2026-01-21: -47 % from 100 on 2026-01-20 to 53, back at 101 on 2026-01-22: a mistake?"],
    );
    let mut text = "date,close\n".to_owned();
    for row in (0..20).chain(60..80) {
        text.push_str(&format!("{},{}\n", day("2025-01-01") + row, 100_000 << (row / 2 % 4)));
    }
    let warnings = parse(BTC, &text).unwrap().warnings;
    assert_eq!(warnings.len(), 7, "{warnings:?}");
    assert_eq!(warnings[5], "13 more jumps like these");
    assert_eq!(warnings[6], "no close between 2025-01-20 and 2025-03-02");
    let hole = (1..12).chain(14..20).map(|day| format!("2026-01-{day:02},100\n")).collect::<String>();
    check(BTC, &format!("date,close\n{hole}"), &["no close between 2026-01-11 and 2026-01-14"]);
    check("dxy", &format!("date,close\n{hole}"), &[]);
    let again = parse(BTC, &format!("date,close\n{hole}")).unwrap();
    assert_eq!(again.warnings_since(BTC, day("2026-01-14")).len(), 1);
    assert_eq!(again.warnings_since(BTC, day("2026-01-15")), [] as [&str; 0]);
    assert_eq!(again.warnings_since(BTC, day("2027-01-15")), [] as [&str; 0]);
}

#[test]
fn another_unit_within_a_table_is_refused() {
    let closes = |closes: &[f64]| {
        let rows = closes.iter().enumerate();
        let rows = rows.map(|(at, close)| format!("{},{close}\n", day("2026-01-05") + at as i32));
        format!("date,close\n{}", rows.collect::<String>())
    };
    let check = |series: &str, text: &str, expected: &str| {
        let told = match parse(series, text) {
            Ok(parsed) => parsed.warnings.join("; "),
            Err(error) => error.to_string(),
        };
        assert_eq!(told, expected, "{text:?}");
    };
    check(
        GOLD,
        &closes(&[4600.0, 4610.0, 148.0, 149.0, 150.0]),
        "file.csv:4: gold goes from 4610 on 2026-01-06 to 148 on 2026-01-07 and stays there, as between ounces and grams",
    );
    check(
        BTC,
        &closes(&[89.1, 89_000.0, 90_000.0]),
        "file.csv:3: btc goes from 89.1 on 2026-01-05 to 89000 on 2026-01-06 and stays there, as between one and a thousand",
    );
    // One bad print is pointed out.
    check(
        SILVER,
        &closes(&[90.0, 9000.0, 91.0, 92.0]),
        "2026-01-06: +9900 % from 90 on 2026-01-05 to 9000, back at 91 on 2026-01-07: a mistake?",
    );
    // It did fall by a third on a day.
    check(SILVER, &closes(&[114.0, 78.5, 80.0]), "");
}

#[test]
fn closes_outside_their_low_and_high_are_in_the_wrong_column() {
    let mut text = "date,open,high,low,close\n".to_owned();
    for row in 0..10 {
        text.push_str(&format!("{},50,40,45,60\n", day("2026-01-05") + row));
    }
    check_refused(
        BTC,
        &text,
        "file.csv:1: 10 of 10 closes lie outside their low and high: the columns have another order",
    );
    let one = "date,open,high,low,close\n2026-01-05,1,3,1,2\n2026-01-06,1,3,1,3.5\n".to_owned()
        + &(7..26).map(|day| format!("2026-01-{day:02},1,3,1,3\n")).collect::<String>();
    let warnings = parse(BTC, &one).unwrap().warnings;
    assert_eq!(warnings[0], "1 of 21 closes lie outside their low and high");
}

#[test]
fn series_are_known_by_their_file_names() {
    for (stem, series) in [
        ("DTWEXBGS", "dollar"),
        ("dfii10", "real_yield"),
        ("real_yield_10y", "real_yield"),
        ("DFEDTARU", "fed_upper"),
        ("fed_funds_upper", "fed_upper"),
        ("BTC", "btc"),
        ("btc-USD", "btc"),
        ("Gold", "gold"),
        ("dxy", "dxy"),
        ("m2", "m2"),
    ] {
        assert_eq!(series_for_file(stem), series);
    }
    let clocks = [BTC, GOLD, SILVER, DOLLAR, REAL_YIELD, FED_UPPER, "m2"]
        .map(|series| default_clock(series).to_string());
    assert_eq!(clocks, ["24:00", "19:00", "19:00", "+7d", "next-business-day", "19:00", "+2m"]);
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300)) {
        let _ = parse_csv("any", BTC, &bytes[..], at(NOW));
    }

    #[test]
    fn no_rows_make_the_reader_panic(rows in "(date|time|,|;|\t|close|[0-9]{1,17}|[-+./:TZe\" ]|\n|\u{e9}|2026-01-2[0-9]|1\\.5){0,60}") {
        let _ = parse_csv("any", BTC, rows.as_bytes(), at(NOW));
        let _ = parse_csv("any", BTC, format!("date,close\n{rows}").as_bytes(), at(NOW));
    }
}
