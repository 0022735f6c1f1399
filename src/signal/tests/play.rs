//! A stage for the state machine: days written by hand as a script, played to rows.

use crate::calendar::Day;
use crate::panel::{High, Highs, Panel, PanelRow, Quote};
use crate::signal::{SignalOptions, SignalRow, measures, measures::Context, states};

/// Days on which nothing is the matter: no gap, no high, a flat dollar.
const CALM: &str = "rank=.6 metals=.05 high=99 div=.1 dollar=.01 btc20=-.01 btc=100 btc_high=120";

/// Plays days written as `COUNT NAME=VALUE ...; ...`, each segment keeping what the one before set
/// (`none` for unknown), and gives every row.
pub(super) fn play(script: &str, options: &SignalOptions) -> Vec<SignalRow> {
    let start: Day = "2024-02-01".parse().unwrap();
    let mut values: Vec<(String, Option<f64>)> = Vec::new();
    let set = |values: &mut Vec<(String, Option<f64>)>, assignments: &str| {
        for assignment in assignments.split_whitespace() {
            let (name, value) = assignment.split_once('=').unwrap();
            let value = (value != "none").then(|| value.parse().unwrap());
            values.retain(|(known, _)| known != name);
            values.push((name.to_owned(), value));
        }
    };
    set(&mut values, CALM);
    let (mut panel_rows, mut measured) = (Vec::new(), Vec::new());
    for segment in script.split(';') {
        let (count, assignments) = segment.trim().split_once(' ').unwrap_or((segment.trim(), ""));
        set(&mut values, assignments);
        for _ in 0..count.parse::<u32>().unwrap() {
            let day = start + panel_rows.len() as i32;
            let of =
                |name: &str| values.iter().find(|(known, _)| known == name).and_then(|(_, value)| *value);
            panel_rows.push(panel_row(day, &of));
            measured.push((
                of("rank"),
                of("div"),
                of("turn"),
                of("z"),
                of("metals"),
                of("dollar"),
                of("btc20"),
                of("btc"),
                of("btc_high"),
                of("silver_60d_gone"),
            ));
        }
    }
    let panel = Panel::from_rows(panel_rows).unwrap();
    let (mut rows, mut context) = measures::measure(&panel, options);
    for ((row, context), given) in rows.iter_mut().zip(&mut context).zip(&measured) {
        (row.divergence_rank, row.divergence_60d) = (given.0, given.1);
        (row.turn, row.narrative_z) = (given.2, given.3);
        (row.metals_60d, row.dollar_60d, row.btc_20d) =
            (given.4, given.5, given.6.filter(|_| given.7.is_some()));
        row.silver_60d = given.4.filter(|_| given.9.is_none());
        (row.gold_60d, row.btc_60d) =
            (given.4, given.4.zip(given.1).map(|(metals, gap)| metals - gap).filter(|_| given.7.is_some()));
        *context =
            Context { earlier: 400, covered: 14, gap: given.1, btc_high: given.8, fiscal_z: Some(1.0) };
    }
    states::run(&panel, &mut rows, &context, options);
    rows
}

fn panel_row(day: Day, of: &dyn Fn(&str) -> Option<f64>) -> PanelRow {
    let quote = |value: Option<f64>| value.map(|value| Quote { value, observed: day });
    let highs = of("high").map(|since| Highs {
        today: None,
        last: (since < 99.0).then(|| (day - since as i32, High::YearHigh, since as u32)),
        measurable: true,
    });
    PanelRow {
        day,
        news: None,
        btc: quote(of("btc")),
        silver: quote(Some(30.0)),
        gold: quote(Some(2000.0)),
        dollar: quote(of("dollar").map(|_| 100.0)),
        real_yield: None,
        fed_upper: None,
        silver_high: highs,
        gold_high: highs,
        btc_drawdown: None,
        policy: None,
        session: true,
    }
}

/// `N STATE` at every change, N being the day from 1; `*` marks the flag.
pub(super) fn changes(rows: &[SignalRow]) -> String {
    let mut last = None;
    let mut shown = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        if last != Some(row.state) {
            shown.push(format!("{} {}{}", at + 1, row.state, if row.flag { "*" } else { "" }));
        } else {
            assert!(!row.flag, "a flag without a change on day {}", at + 1);
        }
        last = Some(row.state);
    }
    shown.join(", ")
}
