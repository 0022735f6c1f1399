//! The join: what is known when, staleness, highs and policy moves, and that nothing looks ahead.

use std::collections::BTreeMap;

use super::*;
use crate::calendar::{Clock, CutOff, Day};
use crate::prices::{Observation, Series, default_clock};

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn series(name: &str, rows: &[(&str, f64)]) -> Series {
    let clock = default_clock(name);
    let row = |(on, close): &(&str, f64)| Observation::new(day(on), *close, clock.available_at(day(on)));
    Series { rows: rows.iter().map(row).collect(), ..Series::new(name, clock) }
}

fn prices(series: impl IntoIterator<Item = Series>) -> BTreeMap<String, Series> {
    series.into_iter().map(|series| (series.name.clone(), series)).collect()
}

fn score(on: &str) -> DayScore {
    DayScore {
        day: day(on),
        docs: 5,
        sources: 3,
        stories: 5,
        coverage: Coverage::Enough,
        by_basis: [5, 0, 0],
        means: vec![Some(0.1), Some(0.2)],
        z: vec![Some(1.0), Some(2.0)],
        errors: vec![None; 2],
        btc_framing: None,
        mix_shift: None,
    }
}

fn build(days: &[DayScore], prices: &BTreeMap<String, Series>, cut_off: &str, until: Option<&str>) -> Panel {
    let options = PanelOptions { cut_off: cut_off.parse().unwrap(), ..PanelOptions::default() };
    Panel::build(days, prices, &options, until.map(day)).unwrap()
}

/// `day=value@observed` for every row, `-` where the leg is unknown.
fn shown(panel: &Panel, leg: Leg) -> String {
    let one = |row: &PanelRow| match row.quote(leg) {
        Some(quote) => format!("{}={}@{}", row.day.date().day(), quote.value, quote.observed.date().day()),
        None => format!("{}=-", row.day.date().day()),
    };
    panel.rows.iter().map(one).collect::<Vec<_>>().join(" ")
}

/// A Bitcoin close of 1 on each of these January days, so that the grid spans them.
fn january(from: i32, to: i32) -> Series {
    let rows: Vec<(String, f64)> = (from..=to).map(|date| (format!("2026-01-{date:02}"), 1.0)).collect();
    let rows: Vec<(&str, f64)> = rows.iter().map(|(on, close)| (on.as_str(), *close)).collect();
    series(BTC, &rows)
}

#[test]
fn a_close_is_carried_and_then_unknown() {
    let check = |name: &str, leg: Leg, rows: &[(&str, f64)], expected: &str| {
        let panel = build(&[], &prices([january(5, 16), series(name, rows)]), "24:00", None);
        assert_eq!(shown(&panel, leg), expected, "{name}");
    };
    check(
        GOLD,
        Leg::Gold,
        &[("2026-01-06", 7.0)],
        "5=- 6=7@6 7=7@6 8=7@6 9=7@6 10=7@6 11=7@6 12=7@6 13=7@6 14=- 15=- 16=-",
    );
    // Published a week late: its week of grace starts when it could count.
    check(
        DOLLAR,
        Leg::Dollar,
        &[("2025-12-30", 9.0), ("2026-01-02", 8.0)],
        "5=- 6=9@30 7=9@30 8=9@30 9=8@2 10=8@2 11=8@2 12=8@2 13=8@2 14=8@2 15=8@2 16=8@2",
    );
    check(
        REAL_YIELD,
        Leg::RealYield,
        &[("2026-01-02", -1.0), ("2026-01-09", 2.0)],
        "5=-1@2 6=-1@2 7=-1@2 8=-1@2 9=-1@2 10=-1@2 11=-1@2 12=2@9 13=2@9 14=2@9 15=2@9 16=2@9",
    );
}

#[test]
fn bitcoin_is_unknown_after_two_days() {
    let btc = series(BTC, &[("2026-01-05", 5.0), ("2026-01-09", 9.0)]);
    assert_eq!(
        shown(&build(&[], &prices([btc.clone()]), "24:00", None), Leg::Btc),
        "5=5@5 6=5@5 7=5@5 8=- 9=9@9"
    );
    // With an evening cut-off the last closed candle is the day before's.
    assert_eq!(shown(&build(&[], &prices([btc]), "22:00", None), Leg::Btc), "6=5@5 7=5@5 8=5@5 9=- 10=9@9");
}

#[test]
fn a_revision_counts_from_when_it_was_seen() {
    let mut gold = series(GOLD, &[("2026-01-05", 100.0), ("2026-01-07", 110.0)]);
    let seen = day("2026-01-08").start() + jiff::SignedDuration::from_hours(1);
    let revision = Observation::new(day("2026-01-05"), 50.0, seen);
    gold.rows.insert(1, revision);
    let panel = build(&[], &prices([january(5, 9), gold]), "24:00", None);
    assert_eq!(shown(&panel, Leg::Gold), "5=100@5 6=100@5 7=110@7 8=110@7 9=110@7");
    let known = |then: usize, now: usize| panel.close_before(Leg::Gold, now, now - then);
    assert_eq!(
        [known(0, 0), known(0, 2), known(0, 3), known(1, 4), known(2, 4)],
        [Some(100.0), Some(100.0), Some(50.0), Some(50.0), Some(110.0)]
    );
}

#[test]
fn the_days_span_bitcoin_and_news() {
    let check = |days: &[&str], series: Vec<Series>, until: Option<&str>, expected: Option<(&str, &str)>| {
        let days: Vec<DayScore> = days.iter().map(|on| score(on)).collect();
        let panel = build(&days, &prices(series), "24:00", until);
        let span = panel.rows.first().zip(panel.rows.last()).map(|(first, last)| (first.day, last.day));
        assert_eq!(span, expected.map(|(first, last)| (day(first), day(last))));
        assert!(panel.rows.windows(2).all(|pair| pair[1].day == pair[0].day + 1));
        let told = panel.rows.iter().filter_map(|row| row.news.as_ref()).filter(|news| news.docs > 0);
        assert_eq!(told.count(), days.len());
        // From the first day of news on, a day without has a count of none, whatever comes later.
        let since = panel.rows.iter().skip_while(|row| row.news.is_none());
        assert!(since.clone().all(|row| row.news.is_some()) && (days.is_empty() || since.count() > 0));
    };
    let gold = || series(GOLD, &[("1968-04-01", 38.0), ("2026-01-12", 5000.0)]);
    check(&[], vec![], None, None);
    check(&[], vec![january(5, 9), gold()], None, Some(("2026-01-05", "2026-01-12")));
    check(&["2026-01-03", "2026-01-20"], vec![january(5, 9)], None, Some(("2026-01-03", "2026-01-20")));
    check(&["2026-01-03", "2026-01-20"], vec![], None, Some(("2026-01-03", "2026-01-20")));
    check(&["2026-01-11"], vec![gold()], None, Some(("2026-01-11", "2026-01-12")));
    check(
        &["2026-01-06"],
        vec![january(5, 9), gold()],
        Some("2026-01-08"),
        Some(("2026-01-05", "2026-01-08")),
    );
    check(&[], vec![january(5, 9)], Some("2026-01-04"), None);
    check(
        &[],
        vec![series(BTC, &[("2024-02-27", 1.0), ("2024-03-01", 1.0)])],
        None,
        Some(("2024-02-27", "2024-03-01")),
    );
}

#[test]
fn a_session_needs_a_new_close_of_both_metals() {
    let silver = series(SILVER, &[("2026-01-06", 1.0), ("2026-01-07", 1.0), ("2026-01-09", 1.0)]);
    let gold =
        series(GOLD, &[("2026-01-05", 1.0), ("2026-01-07", 1.0), ("2026-01-08", 1.0), ("2026-01-09", 1.0)]);
    let sessions = |cut_off: &str| -> Vec<i8> {
        let panel = build(&[], &prices([january(1, 12), silver.clone(), gold.clone()]), cut_off, None);
        panel.rows.iter().filter(|row| row.session).map(|row| row.day.date().day()).collect()
    };
    assert_eq!(sessions("24:00"), [7, 9]);
    assert_eq!(sessions("12:00"), [8, 10]);
}

#[test]
fn policy_moves_before_the_panel_are_known() {
    let rows = [("2025-12-10", 4.0), ("2025-12-11", 3.75), ("2026-01-06", 3.75), ("2026-01-07", 4.25)];
    let panel = build(&[], &prices([january(5, 8), series(FED_UPPER, &rows)]), "24:00", None);
    let at = |row: usize| panel.rows[row].policy.map(|policy| (policy.last_cut, policy.last_rise));
    assert_eq!(at(0), None, "the rate of December is too old");
    assert_eq!(at(1), Some((Some(day("2025-12-11")), None)));
    assert_eq!(at(2), Some((Some(day("2025-12-11")), Some(day("2026-01-07")))));
}

#[test]
fn what_would_look_ahead_is_refused() {
    let check = |days: &[DayScore], series: Vec<Series>, until: Option<&str>, expected: &str| {
        let error =
            Panel::build(days, &prices(series), &PanelOptions::default(), until.map(day)).unwrap_err();
        assert_eq!(error.to_string(), expected);
    };
    check(
        &[score("2026-01-06"), score("2026-01-05")],
        vec![],
        None,
        "the score of 2026-01-05 would look ahead: it follows that of 2026-01-06",
    );
    check(
        &[score("2026-01-06"), score("2026-01-06")],
        vec![],
        None,
        "the score of 2026-01-06 would look ahead: it follows that of 2026-01-06",
    );
    check(
        &[score("2026-01-06")],
        vec![],
        Some("2026-01-05"),
        "the score of 2026-01-06 would look ahead: the panel ends on 2026-01-05",
    );
    let mut early = january(5, 6);
    early.rows[1].available_at = day("2026-01-05").start();
    check(
        &[],
        vec![early],
        None,
        "btc of 2026-01-06 would look ahead: it is available from 2026-01-05T00:00:00Z, before its day",
    );
    let mut unsorted = january(5, 6);
    unsorted.rows.swap(0, 1);
    check(&[], vec![unsorted], None, "btc of 2026-01-05 would look ahead: it follows that of 2026-01-06");
}

#[test]
fn rows_made_elsewhere_are_checked() {
    let mut rows = build(&[], &prices([january(5, 7)]), "24:00", None).rows;
    assert!(Panel::from_rows(rows.clone()).is_ok());
    rows[0].gold = Some(Quote { value: 1.0, observed: day("2026-01-06") });
    let error = Panel::from_rows(rows.clone()).unwrap_err().to_string();
    assert_eq!(error, "the row of 2026-01-05 would look ahead: it quotes gold of 2026-01-06");
    rows.remove(1);
    assert!(Panel::from_rows(rows).is_err());
}

#[test]
fn the_grid_agrees_with_the_golden_values() {
    for (name, points) in [("synth_01_asof_grid", 240), ("real_01_asof_grid", 468)] {
        check_golden_grid(name, points);
    }
}

fn check_golden_grid(name: &str, points: usize) {
    let Some((golden, prices)) = golden(name) else {
        return;
    };
    let options = PanelOptions { btc_stale_days: 7, ..PanelOptions::default() };
    let panel = Panel::build(&[], &prices, &options, None).unwrap();
    let sample = |end: &str| day(golden["definition"][end].as_str().unwrap());
    let (from, to) = (sample("sample_start"), sample("sample_end"));
    let mut compared = 0;
    for (name, leg) in [("btc", Leg::Btc), ("gold", Leg::Gold), ("silver", Leg::Silver), ("dxy", Leg::Dollar)]
    {
        for point in golden["values"][name].as_array().unwrap() {
            let row = &panel.rows[(day(point[0].as_str().unwrap()) - panel.rows[0].day) as usize];
            match (row.quote(leg), point[1].as_f64()) {
                (Some(quote), Some(expected)) => {
                    let close = (quote.value - expected).abs() <= 1e-9 * expected.abs().max(1.0);
                    assert!(close, "{name} on {}", row.day);
                    assert_eq!(Some(f64::from(row.day - quote.observed)), point[2].as_f64());
                }
                (None, None) => {}
                (quote, expected) => {
                    panic!("{name} on {}: {quote:?}, expected {expected:?}", row.day)
                }
            }
            compared += 1;
        }
        let inside = panel.rows.iter().filter(|row| row.day >= from && row.day <= to);
        let unknown = inside.filter(|row| row.quote(leg).is_none()).count() as u64;
        assert_eq!(Some(unknown), golden["definition"]["stale_null_counts"][name].as_u64(), "{name}");
    }
    assert_eq!(compared, points);
}

#[test]
fn a_cut_off_moves_what_counts() {
    let cut_off: CutOff = "18:00".parse().unwrap();
    assert_eq!(
        cut_off.day_of(Clock::SameDay { minutes: 19 * 60 }.available_at(day("2026-01-05"))),
        day("2026-01-06")
    );
    let panel = build(&[], &prices([january(5, 9), series(GOLD, &[("2026-01-06", 1.0)])]), "18:00", None);
    assert_eq!(shown(&panel, Leg::Gold), "6=- 7=1@6 8=1@6 9=1@6 10=1@6");
}
