//! No look-ahead, proven on made-up markets: cutting, poisoning and delaying inputs leave every
//! earlier row as it was, reasons and board included; a planted leak is caught by the same check.

use proptest::prelude::*;

use crate::calendar::Day;
use crate::panel::{Coverage, Market};
use crate::signal::{SignalOptions, SignalRow, State, signal};

/// Short windows, so that a short market passes through many states.
fn quick() -> SignalOptions {
    SignalOptions {
        rank_min_days: 20,
        z_min_sessions: 20,
        coverage_min_days: 6,
        narrative_z_days: 60,
        narrative_z_min_days: 20,
        enter_days: 1,
        flag_days: 2,
        lead_rank: 0.55,
        turn: 0.05,
        turn_narrative_z: 0.1,
        spent_days: 5,
        ..SignalOptions::default()
    }
}

const DAYS: usize = 460;

/// A market from a seed: walks with weekends and holes, news with thin and silent days.
fn market(seed: u64) -> Market {
    let mut state = seed;
    let mut uniform = move || {
        // SplitMix64 (Steele, Lea and Flood 2014).
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    };
    let first: Day = "2023-03-01".parse().unwrap();
    let mut market = Market::default();
    for (name, drift, size, weekends, lost) in [
        ("btc", 0.0, 0.06, true, 0.01),
        ("gold", 0.002, 0.02, false, 0.03),
        ("silver", 0.002, 0.04, false, 0.03),
        ("dollar", -0.0002, 0.008, false, 0.03),
        ("real_yield", 0.0, 0.02, false, 0.03),
        ("fed_upper", 0.0, 0.001, true, 0.0),
    ] {
        let mut level: f64 = 100.0;
        let mut silent = 0_u32;
        let closes: Vec<Option<f64>> = (0..DAYS)
            .map(|at| {
                level *= 1.0 + drift + size * (uniform() - 0.5);
                silent = if uniform() < 0.004 { 12 } else { silent.saturating_sub(1) };
                let open = weekends || (first + at as i32).weekday() < 5;
                (open && silent == 0 && uniform() >= lost).then_some(level)
            })
            .collect();
        market = market.with(name, first, &closes);
    }
    // Every third market runs without news.
    if seed.is_multiple_of(3) {
        return market;
    }
    let mut mood = 0.0;
    for at in 200..DAYS as i32 {
        mood += uniform() - 0.5;
        let coverage = if uniform() < 0.1 { Coverage::Thin } else { Coverage::Enough };
        if uniform() > 0.1 {
            market = market.with_news(first + at, coverage, -mood, mood + uniform());
        }
    }
    market
}

fn run(market: &Market) -> Vec<SignalRow> {
    signal(&market.panel(), &quick())
}

/// The first day up to `last` on which two runs differ. A run may end before `last` when nothing came
/// in on its last days; `market` says when something did.
fn first_difference(market: &Market, one: &[SignalRow], other: &[SignalRow], last: Day) -> Option<Day> {
    let days = |rows: &[SignalRow]| rows.partition_point(|row| row.day <= last);
    let (one, other) = (&one[..days(one)], &other[..days(other)]);
    let differing = one.iter().zip(other).find(|(one, other)| one != other).map(|(row, _)| row.day);
    let shorter = one.len().min(other.len());
    let beyond = [one, other].into_iter().flat_map(|rows| rows[shorter..].iter().map(|row| row.day));
    differing.or_else(|| beyond.filter(|day| market.has_news_or_close(*day)).min())
}

/// The check, against any way of making rows: what the day after `last` brings must not show.
fn leaks(market: &Market, last: Day, run: &dyn Fn(&Market) -> Vec<SignalRow>) -> bool {
    let full = run(market);
    let changed = [market.clone().cut_after(last), market.clone().poisoned_after(last)];
    changed.iter().any(|changed| first_difference(market, &full, &run(changed), last).is_some())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_comes_later_never_shows(seed in any::<u64>(), at in 80..DAYS as i32 - 20) {
        let market = market(seed);
        let last = market.prices["btc"].rows[0].day + at;
        prop_assert!(!leaks(&market, last, &run));
        // A panel that is told to end there is the beginning of the whole one.
        let (whole, part) = (market.panel(), market.panel_until(last));
        prop_assert_eq!(&whole.rows[..part.rows.len()], &part.rows[..]);
        prop_assert!(part.rows.last().is_none_or(|row| row.day <= last));
    }

    #[test]
    fn a_delayed_close_shows_only_from_its_day(seed in any::<u64>(), which in 0..6_usize, at in 0.1..0.9_f64, delay in 1..40_i32) {
        let before = market(seed);
        let mut after = before.clone();
        let name = ["btc", "gold", "silver", "dollar", "real_yield", "fed_upper"][which];
        let rows = &mut after.prices.get_mut(name).unwrap().rows;
        let position = (at * rows.len() as f64) as usize;
        let day = Day::containing(rows[position].available_at - jiff::SignedDuration::from_secs(1));
        rows[position].available_at += jiff::SignedDuration::from_hours(24 * i64::from(delay));
        let (full, delayed) = (run(&before), run(&after));
        prop_assert_eq!(first_difference(&after, &full, &delayed, day - 1), None);
        // On its own day the row is the one computed without the close.
        let mut without = before;
        without.prices.get_mut(name).unwrap().rows.remove(position);
        prop_assert_eq!(first_difference(&without, &run(&without), &delayed, day), None);
    }
}

#[test]
fn a_planted_leak_is_caught() {
    let centred = |market: &Market| {
        let mut rows = run(market);
        for at in 1..rows.len() {
            rows[at - 1].btc_20d = rows[at].btc_20d;
        }
        rows
    };
    let market = market(7);
    let last = market.prices["btc"].rows[0].day + 300;
    assert!(leaks(&market, last, &centred));
    assert!(!leaks(&market, last, &run));
}

/// The proofs above are worth something only where the made-up markets pass through the states.
#[test]
fn the_made_up_markets_reach_every_state() {
    let mut seen = std::collections::BTreeSet::new();
    for seed in 0..40 {
        seen.extend(run(&market(seed)).into_iter().map(|row| row.state));
    }
    let missing: Vec<_> = State::ALL.iter().filter(|state| !seen.contains(state)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
