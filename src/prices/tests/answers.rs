//! Series as answers of providers are merged into them: late rows, other providers, what it looks like.

use proptest::prelude::*;

use super::*;

fn given(provider: &str, fetched_at: Timestamp) -> Provenance {
    Provenance { provider: provider.to_owned(), fetched_at, sha256: "ab".to_owned(), rows: 0 }
}

fn parsed(rows: &[(&str, f64)]) -> ParsedPrices {
    let rows = rows.iter().map(|(on, close)| (day(on), *close)).collect();
    ParsedPrices { rows, ..ParsedPrices::default() }
}

fn answer(
    series: &mut Series,
    provider: &str,
    rows: &[(&str, f64)],
    now: &str,
    before: Option<&str>,
) -> Merged {
    let answered = Answered { before: before.map(at) };
    let clock = series.clock;
    series.merge_answer(&parsed(rows), given(provider, at(now)), clock, answered)
}

fn shown(series: &Series) -> Vec<String> {
    let shown = |row: &Observation| {
        let giver = series.giver(row).map_or("?", |from| from.provider.as_str());
        format!("{}={} {} {giver} {}", row.day, row.close, row.available_at, series.seen(row).as_str())
    };
    series.rows.iter().map(shown).collect()
}

#[test]
fn a_close_that_an_answer_lacked_counts_from_when_it_came() {
    let mut gold = Series::new(GOLD, default_clock(GOLD));
    let first = [("2026-01-20", 10.0), ("2026-01-22", 12.0)];
    assert_eq!(answer(&mut gold, "desk", &first, "2026-01-22T20:00:00Z", None).added, 2);
    // The 21st was out by the first answer and not in it; the 19th was not asked for; the 23rd is new.
    let second = [("2026-01-19", 9.0), ("2026-01-21", 11.0), ("2026-01-22", 12.0), ("2026-01-23", 13.0)];
    let merged = answer(&mut gold, "desk", &second, "2026-01-23T20:00:00Z", Some("2026-01-22T20:00:00Z"));
    assert_eq!((merged.added, merged.late, merged.unchanged), (3, 1, 1));
    assert_eq!(
        shown(&gold),
        [
            "2026-01-19=9 2026-01-19T19:00:00Z desk claimed",
            "2026-01-20=10 2026-01-20T19:00:00Z desk claimed",
            "2026-01-21=11 2026-01-23T20:00:00Z desk observed",
            "2026-01-22=12 2026-01-22T19:00:00Z desk claimed",
            "2026-01-23=13 2026-01-23T19:00:00Z desk observed",
        ]
    );
}

#[test]
fn a_hole_in_a_file_that_a_provider_fills_counts_from_then_on() {
    let mut gold = Series::new(GOLD, default_clock(GOLD));
    let clock = gold.clock;
    let file = parsed(&[("2025-10-10", 10.0), ("2025-10-20", 20.0)]);
    gold.merge(&file, given("f.csv", at("2025-10-21T08:00:00Z")), clock, at("2025-10-21T08:00:00Z"));
    let rows = [("2025-10-09", 9.0), ("2025-10-13", 13.0), ("2025-10-21", 21.0)];
    let merged = answer(&mut gold, "desk", &rows, "2025-11-03T08:00:00Z", None);
    assert_eq!((merged.added, merged.late), (3, 1));
    assert_eq!(shown(&gold)[2], "2025-10-13=13 2025-11-03T08:00:00Z desk observed");
    // Windows of older history lie before newer rows of its own: no hole is filled.
    let mut btc = Series::new(BTC, default_clock(BTC));
    for (day, now) in [("2025-10-01", "10:00"), ("2024-01-01", "10:01"), ("2024-06-01", "10:02")] {
        let now = format!("2025-11-03T{now}:00Z");
        assert_eq!(answer(&mut btc, "desk", &[(day, 9.0)], &now, None).late, 0, "{day}");
    }
}

#[test]
fn what_the_first_answer_brings_is_claimed() {
    let mut gold = Series::new(GOLD, default_clock(GOLD));
    let basis = |series: &Series| series.rows.last().map(|row| series.seen(row).as_str()).unwrap();
    answer(&mut gold, "desk", &[("2026-01-21", 1.0)], "2026-01-22T08:00:00Z", None);
    assert_eq!(basis(&gold), "claimed");
    // Out at 19:00, after the answer of the morning.
    answer(&mut gold, "desk", &[("2026-01-22", 2.0)], "2026-01-23T08:00:00Z", Some("2026-01-22T08:00:00Z"));
    assert_eq!(basis(&gold), "observed");
    // Another one's first answer: the desk watched, this one did not.
    answer(&mut gold, "new", &[("2026-01-23", 3.0)], "2026-01-24T08:00:00Z", None);
    assert_eq!(basis(&gold), "claimed");
    // A day too late for a run of every day.
    answer(&mut gold, "desk", &[("2026-01-26", 4.0)], "2026-01-28T08:00:00Z", Some("2026-01-23T08:00:00Z"));
    assert_eq!(basis(&gold), "claimed");
}

#[test]
fn what_an_answer_has_no_more_is_named() {
    let mut btc = Series::new(BTC, default_clock(BTC));
    let days = ["2026-01-18", "2026-01-19", "2026-01-20", "2026-01-21"].map(|day| (day, 9.0));
    answer(&mut btc, "desk", &days, "2026-01-22T08:00:00Z", None);
    let lacking = |rows: &[(&str, f64)], by: &str| {
        btc.lacking(&parsed(rows), by).iter().map(Day::to_string).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(
        lacking(&[("2026-01-18", 9.0), ("2026-01-22", 9.0)], "desk"),
        "2026-01-19 2026-01-20 2026-01-21"
    );
    assert_eq!(lacking(&[("2026-01-20", 9.0), ("2026-01-21", 8.0)], "desk"), "");
    assert_eq!(lacking(&[("2026-01-18", 9.0), ("2026-01-22", 9.0)], "other"), "");
    assert_eq!(lacking(&[], "desk"), "");
}

#[test]
fn a_late_close_with_a_lag_counts_from_the_later_of_both() {
    let mut dollar = Series::new(DOLLAR, default_clock(DOLLAR));
    answer(&mut dollar, "desk", &[("2026-01-05", 120.0)], "2026-01-20T12:00:00Z", None);
    // Out on the 14th by its clock, seen on the 21st; the next one is seen before its clock strikes.
    let rows = [("2026-01-06", 121.0), ("2026-01-16", 122.0)];
    let merged = answer(&mut dollar, "desk", &rows, "2026-01-21T12:00:00Z", Some("2026-01-20T12:00:00Z"));
    assert_eq!((merged.added, merged.late), (2, 1));
    assert_eq!(shown(&dollar)[1], "2026-01-06=121 2026-01-21T12:00:00Z desk observed");
    assert_eq!(shown(&dollar)[2], "2026-01-16=122 2026-01-24T00:00:00Z desk observed");
}

#[test]
fn another_providers_closes_are_left_as_they_are() {
    let mut btc = Series::new(BTC, default_clock(BTC));
    answer(&mut btc, "first", &[("2026-01-20", 100.0), ("2026-01-21", 101.0)], "2026-01-22T06:00:00Z", None);
    let rows = [("2026-01-21", 101.2), ("2026-01-22", 102.0)];
    let merged = answer(&mut btc, "second", &rows, "2026-01-23T06:00:00Z", None);
    assert_eq!((merged.added, merged.others, merged.revised), (1, 1, 0));
    // Its own it may revise.
    let rows = [("2026-01-21", 101.3), ("2026-01-22", 102.5)];
    let merged = answer(&mut btc, "second", &rows, "2026-01-23T07:00:00Z", None);
    assert_eq!((merged.others, merged.revised), (1, 1));
    let review = btc.review();
    assert_eq!((review.days, review.revisions), (3, 1));
    assert_eq!(review.givers, [("first".to_owned(), 2), ("second".to_owned(), 2)]);
    let revised = btc.revisions();
    assert_eq!((revised[0].before.close, revised[0].after.close), (102.0, 102.5));
    // A file that the user names may revise anything.
    let clock = btc.clock;
    let merged = btc.merge(&parsed(&[("2026-01-20", 99.0)]), given("f.csv", at(NOW)), clock, at(NOW));
    assert_eq!(merged.revised, 1);
}

#[test]
fn bars_that_are_open_stay_out_whoever_says_so() {
    let mut btc = Series::new(BTC, default_clock(BTC));
    let open =
        ParsedPrices { open: vec![day("2026-01-23")], ..parsed(&[("2026-01-22", 1.0), ("2026-01-24", 2.0)]) };
    let clock = btc.clock;
    let merged =
        btc.merge_answer(&open, given("desk", at("2026-01-24T12:00:00Z")), clock, Answered::default());
    assert_eq!(merged.open, [day("2026-01-23"), day("2026-01-24")]);
    assert_eq!(shown(&btc).len(), 1);
}

fn rising(name: &str, closes: impl IntoIterator<Item = f64>) -> Series {
    let mut series = Series::new(name, default_clock(name));
    let rows: Vec<_> = (0..).zip(closes).map(|(at, close)| (day("2025-12-01") + at, close)).collect();
    let parsed = ParsedPrices { rows, ..ParsedPrices::default() };
    let (clock, now) = (series.clock, at("2028-01-01T00:00:00Z"));
    series.merge(&parsed, given("first", now), clock, now);
    series
}

#[test]
fn closes_of_another_instrument_do_not_fit() {
    let check = |name: &str, factor: f64, expected: &str| {
        let series = rising(name, (0..20).map(|at| 100.0 + f64::from(at)));
        let other = series.closes();
        let rows = other.rows.iter().map(|(day, close)| (*day, close * factor)).collect();
        let told = match series.fits(&ParsedPrices { rows, ..other }, "second", 5) {
            Ok(compared) => format!("{:.4}", compared.unwrap().median),
            // Which of many equal differences is the largest is rounding's to say.
            Err((other, differ)) => format!("not {other}: {}", differ.split(", most on").next().unwrap()),
        };
        assert_eq!(told, expected, "{name} times {factor}");
    };
    check(GOLD, 1.0, "0.0000");
    check(GOLD, 1.0005, "0.0005");
    check(GOLD, 1.003, "not first: 0.30 % in the median of 20 days");
    check(BTC, 1.003, "0.0030");
    check(BTC, 1.02, "not first: 2.00 % in the median of 20 days");
    check(GOLD, 1.0 / 31.1035, "not first: 0.032 times on 20 days, as between ounces and grams");
    check(
        "gold@desk",
        100.0,
        "not first: 100.000 times on 20 days, as between dollars and cents, or pounds and pence",
    );
    check(REAL_YIELD, 1.001, "0.1100");
    check(REAL_YIELD, 1.01, "not first: 1.10 points in the median of 20 days");
    // Its own closes are not compared, only the seam is.
    let series = rising(BTC, [100.0; 20]);
    assert_eq!(series.fits(&parsed(&[("2025-12-20", 150.0)]), "first", 5), Ok(None));
    let (other, differ) = series.fits(&parsed(&[("2025-12-21", 0.1)]), "first", 5).unwrap_err();
    assert_eq!(other, "first");
    assert_eq!(differ, "100 on 2025-12-20 and 0.1 on 2025-12-21, as between one and a thousand");
}

#[test]
fn what_was_one_instrument_once_is_judged_by_its_last_year() {
    let check = |name: &str, parted: usize, by: f64, expected: &str| {
        let series = rising(name, (0..600).map(|at| 100.0 + f64::from(at) / 100.0));
        let mut other = series.closes();
        let same = other.rows.len() - parted;
        for (_, close) in &mut other.rows[same..] {
            *close *= by;
        }
        let told = match series.fits(&other, "second", 10) {
            Ok(_) => "fits".to_owned(),
            Err((_, differ)) => differ.split(", most on").next().unwrap().to_owned(),
        };
        assert_eq!(told, expected, "{name}: {parted} days times {by}");
    };
    // COMEX and LBMA: the same fixing for decades, two instruments since.
    check(SILVER, 250, 1.011, "1.10 % in the median of the latest 250 days both have");
    check(GOLD, 200, 1.0033, "0.33 % in the median of the latest 250 days both have");
    check(GOLD, 400, 1.0033, "0.33 % in the median of 600 days");
    check(
        GOLD,
        250,
        0.01,
        "0.010 times on the latest 250 days both have, as between dollars and cents, or pounds and pence",
    );
    // A few corrected closes are a revision, however recent.
    check(SILVER, 100, 1.011, "fits");
    check(BTC, 250, 1.003, "fits");
    check(REAL_YIELD, 250, 1.01, "1.05 points in the median of the latest 250 days both have");
}

#[test]
fn a_review_finds_holes_and_jumps() {
    let mut btc = rising(BTC, [100.0, 100.0, 141.0, 100.0, 100.0, 100.0, 100.0, 100.0, 100.0, 100.0, 100.0]);
    let clock = btc.clock;
    btc.merge(&parsed(&[("2025-12-14", 100.0)]), given("first", at(NOW)), clock, at(NOW));
    let review = btc.review();
    assert_eq!(review.gaps, [(day("2025-12-11"), day("2025-12-14"))]);
    assert_eq!(review.jumps, [day("2025-12-03")]);
    // A yield jumps as it likes, and metals rest at weekends.
    assert_eq!(rising(REAL_YIELD, [0.1, 0.9]).review().jumps, []);
    assert_eq!(Series::new(GOLD, default_clock(GOLD)).review(), Review::default());
}

proptest! {
    #[test]
    fn what_was_known_stays_known(
        answers in proptest::collection::vec(
            (proptest::collection::btree_map(0..12_i32, 1..5_u8, 0..10), any::<bool>(), 0..2_usize),
            1..6,
        ),
    ) {
        let mut series = Series::new(BTC, default_clock(BTC));
        let mut before = None;
        let start = day("2026-01-01");
        let vintage = |series: &Series, on: Day| {
            let mut vintage = series.vintage();
            vintage.advance(on.end());
            vintage.known().iter().map(|known| (known.day, known.close)).collect::<Vec<_>>()
        };
        for (number, (rows, asked, who)) in (1..).zip(answers) {
            let now = start + 2 * number;
            let rows = rows.into_iter().map(|(at, close)| (start + at, f64::from(close))).collect();
            let parsed = ParsedPrices { rows, ..ParsedPrices::default() };
            let known: Vec<_> = (0..2 * number - 1).map(|at| vintage(&series, start + at)).collect();
            let covered = before.is_some();
            let from = given(["one", "two"][who], now.start());
            let answered = Answered { before: before.filter(|_| asked) };
            let merged = series.merge_answer(&parsed, from, default_clock(BTC), answered);
            // Only a backfill, which claims, adds to what past evenings would have shown.
            for (at, known) in (0..).zip(known) {
                let after = vintage(&series, start + at);
                prop_assert!(known.iter().all(|row| after.contains(row)), "{known:?} {after:?}");
            }
            prop_assert!(series.rows.is_sorted_by_key(|row| (row.day, row.available_at)));
            prop_assert!(series.rows.iter().all(|row| series.giver(row).is_some()));
            prop_assert!(merged.open.iter().all(|open| *open >= now));
            prop_assert!(covered || merged.late == 0);
            before = Some(now.start());
        }
        let review = series.review();
        let given: u64 = review.givers.iter().map(|(_, rows)| rows).sum();
        prop_assert_eq!(given, series.rows.len() as u64);
        prop_assert_eq!(review.days + review.revisions, given);
    }
}
