//! Paths around events, falls after flags, and years that may know only what was over before them.

use std::collections::BTreeSet;

use super::*;

/// A set of days by place, for a history of so many.
fn events(days: usize, at: &[usize]) -> Subject {
    let inside = (0..days).map(|day| at.contains(&day)).collect();
    Subject { name: "set".to_owned(), kind: Kind::Event, inside, missing: None }
}

/// Closes that wobble, and rise by a twentieth on each of the 20 days after the entries that follow `at`.
fn pushed(days: usize, at: &[usize]) -> Vec<Option<f64>> {
    let mut stream = SplitMix64::new(5, 0);
    let mut close = 100.0_f64;
    let mut next = |day: usize| {
        let noise = stream.next_u64() as f64 / u64::MAX as f64 - 0.5;
        let push = at.iter().any(|at| (at + 2..at + 22).contains(&day));
        close *= (0.04 * noise + if push { 0.05 } else { 0.0 }).exp();
        Some(close)
    };
    (0..days).map(&mut next).collect()
}

const TWELVE: [usize; 12] = [300, 560, 840, 1110, 1400, 1650, 1930, 2200, 2470, 2760, 3010, 3300];

fn study(closes: &[Option<f64>], from: usize, at: &[usize]) -> EventStudy {
    events::Paths::new(closes, from).study(&events(closes.len(), at), from, &few())
}

#[test]
fn a_path_that_events_push_is_found_and_none_is_made_up() {
    let found = study(&pushed(3700, &TWELVE), 0, &TWELVE);
    assert_eq!((found.events, found.overlapping), (12, 0));
    let at = |day: i32| found.points.iter().find(|point| point.day == day).expect("there is one");
    assert_eq!((at(0).mean, at(0).interval), (Some(0.0), Some((0.0, 0.0))));
    assert!(at(20).mean.is_some_and(|mean| (mean - 1.0).abs() < 0.1), "{:?}", at(20));
    assert!(at(20).interval.is_some_and(|(low, high)| low > 0.8 && high < 1.2), "{:?}", at(20));
    assert!(at(20).luck.is_some_and(|(_, high)| high < 0.8), "{:?}", at(20));
    assert!(at(-60).mean.is_some_and(|mean| mean.abs() < 0.1), "nothing came before");
    assert!(found.p.is_some_and(|p| p < 0.03), "{:?}", found.p);
    let elsewhere = TWELVE.map(|at| at + 120);
    let none = study(&pushed(3700, &[]), 0, &elsewhere);
    assert!(none.p.is_some_and(|p| p > 0.05), "{:?}", none.p);
}

#[test]
fn neighbouring_events_are_one_and_windows_that_meet_are_counted() {
    let closes = pushed(1500, &[]);
    let check = |at: &[usize], expected: (usize, usize)| {
        let found = study(&closes, 0, at);
        assert_eq!((found.events, found.overlapping), expected, "{at:?}");
    };
    check(&[], (0, 0));
    check(&[400, 450, 500], (1, 0));
    check(&[400, 500, 800], (3, 1));
    check(&[400, 641], (2, 0));
    check(&[400, 640], (2, 1));
}

#[test]
fn a_path_ends_where_the_history_does() {
    let closes = pushed(1500, &[]);
    let found = study(&closes, 100, &[110, 700, 1000, 1450]);
    let events = |day: i32| found.points.iter().find(|point| point.day == day).map(|point| point.events);
    assert_eq!((events(0), events(45), events(50), events(180)), (Some(4), Some(4), Some(3), Some(3)));
    assert_eq!(events(-60), Some(4), "closes before the span are known to it");
    let last = study(&closes, 0, &[1499]);
    assert_eq!((last.events, last.points.len(), last.p), (0, 0, None));
    let short = study(&closes[..300], 0, &[100]);
    assert_eq!((short.events, short.p), (1, None), "too short to tell luck");
    assert!(short.points.iter().all(|point| point.luck.is_none() && point.interval.is_none()));
    assert_eq!(study(&vec![None; 500], 0, &[100]).points, []);
    assert_eq!(study(&[], 0, &[]).points, []);
}

#[test]
fn a_paths_p_is_the_share_of_rotations_that_go_as_far() {
    let closes = pushed(700, &[100, 400]);
    let at = [100, 250, 400, 690];
    let found = study(&closes, 0, &at);
    // The definition once more, slowly.
    let change = |at: usize, day: i32| {
        let entry = at + ENTRY_DELAY;
        let there = usize::try_from(entry as i32 + day).ok()?;
        Some((closes.get(there).copied().flatten()? / closes.get(entry).copied().flatten()?).ln())
    };
    let furthest = |shift: usize| {
        (5..=180).step_by(5).fold(0.0_f64, |most, day| {
            let all: Vec<f64> = (0..700).filter_map(|at| change(at, day)).collect();
            let own: Vec<f64> = at.iter().filter_map(|at| change((at + shift) % 700, day)).collect();
            if own.is_empty() {
                return most;
            }
            let by = mean(&own).expect("some") - mean(&all).expect("some");
            most.max((by * (own.len() as f64).sqrt() / deviation(&all).expect("some")).abs())
        })
    };
    let seen = furthest(0);
    let as_far = (0..700).filter(|shift| furthest(*shift) >= seen - 1e-9).count();
    assert_eq!(found.p, Some(as_far as f64 / 700.0));
}

#[test]
fn a_flag_knows_its_path_and_its_falls() {
    let closes: Vec<f64> = (0..400)
        .map(|at| match at {
            0..=211 => 100.0,
            212 => 90.0,
            213..=219 => 150.0,
            220..=239 => 120.0,
            240 => 60.0,
            241..=260 => 100.0,
            _ => 160.0,
        })
        .collect();
    let market = Market::default().with("btc", FROM, &closes.iter().copied().map(Some).collect::<Vec<_>>());
    let panel = market.panel();
    let mut rows = signal(&panel, &SignalOptions::default());
    rows[210].flag = true;
    rows[399].flag = true;
    let found = evaluate(&panel, &rows, &SignalOptions::default(), &few());
    let [path, last] = &found.flags[..] else { panic!("{:?}", found.flags) };
    assert_eq!(path.deepest, Some((60.0 / 100.0 - 1.0, FROM + 240)));
    let fall = path.fall.expect("closes follow");
    assert_eq!((fall.deepest, fall.peak, fall.trough), (60.0 / 150.0 - 1.0, FROM + 213, FROM + 240));
    assert_eq!(fall.recovery, Some(FROM + 261));
    assert_eq!(path.path.len(), 49);
    assert!(path.path.contains(&(30, (100.0_f64 / 100.0).ln())) && path.path.contains(&(5, 1.5_f64.ln())));
    assert_eq!((last.fall, last.deepest, last.path.len(), last.days), (None, None, 0, 0));
}

#[test]
fn a_year_is_told_what_was_over_before_it_and_nothing_of_its_own() {
    // 2018 to 2023; closes of 2021 and later are changed, what 2021 was told is not.
    let first: Day = "2018-01-01".parse().expect("a date");
    let told = |from: &str, by: f64| {
        let from: Day = from.parse().expect("a date");
        let changed = |level, period| -> Vec<Option<f64>> {
            let closes = wave(2190, level, period, 0.3).into_iter().enumerate();
            closes
                .map(|(at, close)| {
                    close.map(|close| if first + at as i32 >= from { close * by } else { close })
                })
                .collect()
        };
        let market = Market::default()
            .with("btc", first, &changed(40_000.0, 61.0))
            .with("silver", first, &wave(2190, 25.0, 47.0, 0.2))
            .with("gold", first, &wave(2190, 1_900.0, 53.0, 0.1))
            .with("dollar", first, &wave(2190, 110.0, 83.0, 0.05));
        evaluated(&market, &few())
    };
    let (one, other) = (told("2021-01-01", 1.0), told("2021-01-01", 3.0));
    let before = |found: &Evaluation, year: i16| -> Vec<(String, Option<f64>)> {
        let own = found.years.iter().filter(|own| own.year == year && own.subject == "dollar falling");
        let own = own.map(|year| (year.subject.clone(), year.before));
        let gap = found.correlations.iter().filter(|found| found.measure == "divergence_60d");
        let gap = gap.flat_map(|found| found.before.iter().filter(|before| before.0 == year));
        own.chain(gap.map(|before| ("gap".to_owned(), Some(before.1)))).collect()
    };
    assert!(before(&one, 2021).len() == 5 && before(&one, 2021).iter().all(|before| before.1.is_some()));
    assert_eq!(before(&one, 2021), before(&other, 2021));
    assert_ne!(before(&one, 2022), before(&other, 2022));
    // Nor is anything of a return that ends in the year: the last days of the year before it do.
    let late = told("2020-12-31", 3.0);
    assert_ne!(before(&one, 2021), before(&late, 2021), "a close of its last day is known");
}

#[test]
fn a_series_that_is_short_takes_nothing_from_the_others() {
    let whole = market(1600);
    let mut short = market(1600);
    short = short.with("gold", FROM + 1200, &wave(400, 1_900.0, 53.0, 0.1));
    let (whole, found) = (evaluated(&whole, &few()), evaluated(&short, &few()));
    let of = |found: &Evaluation, cause: &str| -> Vec<GrangerRecord> {
        found.granger.iter().filter(|record| record.cause == cause).cloned().collect()
    };
    let f =
        |records: Vec<GrangerRecord>| -> Vec<f64> { records.iter().map(|record| record.test.f).collect() };
    assert!(!of(&whole, "silver").is_empty());
    assert_eq!(f(of(&whole, "silver")), f(of(&found, "silver")));
    assert!(of(&found, "gold").is_empty());
    let leads = found.lead_lag.expect("silver has enough");
    let metals: BTreeSet<&str> = leads.leads.iter().map(|lead| lead.metal).collect();
    assert_eq!(metals, BTreeSet::from(["silver"]));
    assert!(found.unsaid.iter().any(|says| says.contains("whether gold leads")), "{:?}", found.unsaid);
}
