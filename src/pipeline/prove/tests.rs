//! The proofs on made-up stores: they hold, they find every planted leak, and each check alone finds one.

use proptest::prelude::*;

use super::*;
use crate::{
    calendar::{Clock, CutOff},
    document::{Article, Availability, Basis, Document, DocumentId, Fingerprint},
    index::IndexOptions,
    lexicon::Lexicons,
    panel::Leg,
    panel::PanelOptions,
    pipeline::Silent,
    pipeline::refresh::reindex,
    prices::{Observation, Series, default_clock},
    signal::SignalOptions,
    tag::{Count, TagCounts},
};

/// Everything a store is made of, from a seed.
struct Made {
    store: Store,
    lexicons: Lexicons,
    panel: PanelOptions,
}

/// Short windows, so that few days pass through many states.
fn quick() -> SignalOptions {
    SignalOptions {
        rank_min_days: 20,
        z_min_sessions: 20,
        coverage_min_days: 6,
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

fn unit(random: &mut Random) -> f64 {
    random.below(1_000_000) as f64 / 1e6
}

/// Prices over `days` days with holidays, holes, late and revised rows by a clock of their own, and news
/// over their second half. The cut-off is any minute of the day.
fn made(seed: u64, days: usize) -> Made {
    let mut random = Random::new(seed);
    let lexicons = Lexicons::built_in();
    let first = Day(18_000 + random.below(2000) as i32);
    let cut_off = match random.below(3) {
        0 => CutOff::default(),
        _ => {
            let minutes = 1 + random.below(1440);
            format!("{:02}:{:02}", minutes / 60, minutes % 60).parse().unwrap()
        }
    };
    let panel = PanelOptions { cut_off, ..PanelOptions::default() };
    let mut store = Store::in_memory().unwrap();
    for leg in Leg::ALL {
        let clock = match random.below(4) {
            0 => Clock::Days(random.below(10) as u16),
            1 => Clock::Months(1),
            _ => default_clock(leg.name()),
        };
        let mut series = Series::new(leg.name(), clock);
        let mut level = 100.0;
        let start = random.below(60) as i32 - 30;
        for at in 0..days as i32 {
            level *= 1.0 + 0.06 * (unit(&mut random) - 0.5);
            let day = first + start + at;
            let closed = day.weekday() > 4 && leg != Leg::Btc || random.below(25) == 0;
            if closed {
                continue;
            }
            let at = clock.available_at(day);
            series.rows.push(Observation { day, close: level, available_at: at, given_by: None });
            if random.below(30) == 0 {
                let later = at + jiff::SignedDuration::from_hours(1 + random.below(400) as i64);
                series.rows.push(Observation {
                    day,
                    close: level * 1.01,
                    available_at: later,
                    given_by: None,
                });
            }
        }
        series.rows.sort_by_key(|row| (row.day, row.available_at));
        store.put_series(&series).unwrap();
    }
    let mut documents = Vec::new();
    for at in days / 2..days {
        for number in 0..random.below(9) {
            // Any instant of the day, the cut-off itself among them.
            let day = first + at as i32;
            let at = match random.below(8) {
                0 => cut_off.of(day),
                _ => day.start() + jiff::SignedDuration::from_secs(random.below(86_400) as i64),
            };
            documents.push(document(at, number, &lexicons, &mut random));
        }
    }
    store.use_narratives(&lexicons.narratives);
    store.put(&documents, &lexicons.narratives).unwrap();
    reindex(&mut store, &lexicons, cut_off.into(), &Silent, &mut Default::default()).unwrap();
    Made { store, lexicons, panel }
}

fn document(
    at: jiff::Timestamp,
    number: usize,
    lexicons: &Lexicons,
    random: &mut Random,
) -> (Document, TagCounts) {
    let count = |random: &mut Random| Count {
        asserted: 500 * random.below(5) as u32,
        reversed: 500 * random.below(2) as u32,
        expected: 0,
    };
    let counts = TagCounts {
        lexicon: lexicons.languages[0].id.clone(),
        words: 40,
        sentences: 4,
        narratives: lexicons.narratives.iter().map(|_| count(random)).collect(),
        poles: [count(random), count(random)],
    };
    // Few stories, told again and again.
    let fingerprint = Fingerprint {
        title: (0..6).map(|word| (random.below(4) * 10 + word) as u32).collect(),
        body: random.next(),
        sketch: (0..8).map(|word| (word * 10 + random.below(3)) as u32).collect(),
    };
    let article =
        Article { title: format!("t{number}"), source: format!("s{}", number % 4), ..Article::default() };
    let availability = Availability { at, basis: Basis::Claimed };
    let document = Document { id: DocumentId(random.next()), article, availability, fingerprint };
    (document, counts)
}

fn proof(made: &Made, cut_offs: Option<usize>, seed: u64) -> Proof {
    let (index, signal) = (IndexOptions::default(), quick());
    let settings =
        TableSettings { lexicons: &made.lexicons, index: &index, panel: &made.panel, signal: &signal };
    let options = ProveOptions { cut_offs, seed };
    prove(&made.store, settings, Day(40_000), options, &Silent).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn made_up_stores_do_not_look_ahead(seed in any::<u64>()) {
        let proof = proof(&made(seed, 160), Some(6), seed);
        for check in &proof.checks {
            prop_assert_eq!(&check.difference, &None, "{}", check.what);
        }
        prop_assert_eq!(proof.checks.len(), TABLE_CHECKS.len() + 3);
        prop_assert!(proof.checks[..4].iter().all(|check| check.rows > 0));
    }
}

#[test]
fn every_planted_leak_is_caught() {
    for seed in 0..4 {
        let proof = proof(&made(seed, 200), Some(12), seed);
        assert_eq!(proof.planted.len(), Leak::ALL.len() + 1);
        assert!(proof.holds(), "{proof:?}");
    }
}

/// What `--prove` would say of a tool that leaks: each check finds each leak, not one check alone.
#[test]
fn each_check_finds_a_leak_by_itself() {
    let made = made(5, 200);
    let (index, signal) = (IndexOptions::default(), quick());
    let settings =
        TableSettings { lexicons: &made.lexicons, index: &index, panel: &made.panel, signal: &signal };
    let days = day_indexes(&made.store, &made.lexicons, made.panel.cut_off.into()).unwrap();
    let world = World::new(days, all_prices(&made.store).unwrap(), made.panel.cut_off);
    let until = Day(40_000);
    for leak in Leak::ALL {
        let method = Method { settings, leak: Some(leak) };
        let full = method.published(&world, until).unwrap();
        let cut_offs = cut_offs(full.span().unwrap(), None, Some(40), &mut Random::new(3));
        let checks = table_checks(&world, &method, &full, until, &cut_offs, 3, &Silent).unwrap();
        let found: Vec<bool> = checks.iter().map(|check| check.difference.is_some()).collect();
        // A delayed price shows nothing of a leak in the news, and a mean of not-a-number is unknown.
        let expected: &[usize] = if leak == Leak::WholeHistory { &[0, 1, 3] } else { &[0, 1, 2, 3, 4] };
        assert!(expected.iter().all(|at| found[*at]), "{}: {found:?}", leak.what());
    }
}

#[test]
fn cut_offs_are_spread_and_the_same_for_the_same_seed() {
    let span = (Day(100), Day(199));
    let chosen = |count, seed| cut_offs(span, None, count, &mut Random::new(seed));
    for (part, day) in chosen(Some(10), 1).iter().enumerate() {
        assert!((100 + part as i32 * 10..110 + part as i32 * 10).contains(&day.0));
    }
    assert_eq!(chosen(Some(10), 1), chosen(Some(10), 1));
    assert_ne!(chosen(Some(10), 1), chosen(Some(10), 2));
    assert_eq!(chosen(None, 1).len(), 100);
    assert_eq!(chosen(Some(500), 1), chosen(None, 1));
    let late = cut_offs(span, Some((Day(190), Day(250))), Some(10), &mut Random::new(1));
    assert!(late.is_sorted() && late.iter().filter(|day| day.0 >= 190).count() >= 2, "{late:?}");
    assert!(late.iter().all(|day| (100..200).contains(&day.0)));
}

#[test]
fn an_empty_store_has_nothing_to_prove() {
    let made = Made {
        store: Store::in_memory().unwrap(),
        lexicons: Lexicons::built_in(),
        panel: PanelOptions::default(),
    };
    let proof = proof(&made, None, 1);
    assert!(proof.span.is_none() && !proof.proves_something() && !proof.holds());
}
