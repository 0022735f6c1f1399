//! Standardising on hand-made days, then on random ones against a plain recomputation.

use proptest::prelude::*;

use super::*;

fn source(name: &str, docs: u32, means: &[f64]) -> SourceDay {
    SourceDay { source: name.to_owned(), docs, weight: f64::from(docs), means: means.to_vec() }
}

fn day(day: i32, sources: Vec<SourceDay>) -> DayIndex {
    let docs = sources.iter().map(|source| source.docs).sum();
    DayIndex {
        day: Day(day),
        docs,
        words: 10 * u64::from(docs),
        stories: docs,
        by_basis: [docs, 0, 0],
        sources,
    }
}

/// One source with one score.
fn days(values: &[f64], docs: u32) -> Vec<DayIndex> {
    (0..).zip(values).map(|(number, value)| day(number, vec![source("a", docs, &[*value])])).collect()
}

fn z(days: &[DayIndex], options: &IndexOptions) -> Vec<Option<f64>> {
    standardize(days, options, (0, 0)).into_iter().map(|score| score.z[0]).collect()
}

fn plain() -> IndexOptions {
    IndexOptions { weekday_prior_days: f64::INFINITY, spread_prior_days: 0.0, ..IndexOptions::default() }
}

#[test]
fn every_calendar_day_has_a_score_and_missing_is_not_zero() {
    let abc =
        || vec![source("a", 3, &[0.25, 0.0]), source("b", 1, &[0.25, 0.0]), source("c", 1, &[0.25, 0.0])];
    let given = [day(10, abc()), day(13, vec![source("a", 9, &[0.0, 0.5])]), day(14, vec![])];
    let scores = standardize(&given, &IndexOptions::default(), (0, 1));
    let told: Vec<_> = scores
        .iter()
        .map(|score| (score.day.0, score.coverage, score.means.clone(), score.btc_framing))
        .collect();
    let nothing = vec![None, None];
    assert_eq!(
        told,
        [
            (10, Coverage::Enough, vec![Some(0.25), Some(0.0)], Some(1.0)),
            (11, Coverage::None, nothing.clone(), None),
            (12, Coverage::None, nothing.clone(), None),
            (13, Coverage::Thin, vec![Some(0.0), Some(0.5)], Some(-1.0)),
            (14, Coverage::None, nothing.clone(), None),
        ]
    );
    assert!(scores.iter().all(|score| score.z == nothing));
    assert_eq!(
        (scores[0].docs, scores[0].sources, scores[0].stories, scores[0].by_basis),
        (5, 3, 5, [5, 0, 0])
    );
}

#[test]
fn framing_without_a_word_on_bitcoin_is_unknown() {
    let scores = standardize(&[day(1, vec![source("a", 1, &[0.0, 0.0])])], &IndexOptions::default(), (0, 1));
    assert_eq!(scores[0].btc_framing, None);
    // Positions that do not exist are unknown as well.
    assert_eq!(standardize(&days(&[0.5], 1), &IndexOptions::default(), (7, 8))[0].btc_framing, None);
}

#[test]
fn a_source_is_heard_after_its_history_and_measured_on_it() {
    // Fourteen days of 0.1 and 0.3 in turn: mean 0.2, variance 14 / 13 * 0.01.
    let mut values: Vec<f64> = (0..14).map(|n| if n % 2 == 0 { 0.1 } else { 0.3 }).collect();
    values.extend([0.4, 0.0]);
    let z = z(&days(&values, 100), &plain());
    assert_eq!(z[..14], [None; 14]);
    assert!((z[14].unwrap() - 0.2 / (0.14_f64 / 13.0).sqrt()).abs() < 1e-6, "{z:?}");
    assert!(z[15].unwrap() < -1.5);
}

#[test]
fn a_silent_past_does_not_make_a_whisper_infinite() {
    let mut values = vec![0.0; 400];
    values.extend([0.05, 1.0]);
    let z = z(&days(&values, 20), &IndexOptions::default());
    assert_eq!(z[399], Some(0.0));
    // One document of twenty.
    assert!(z[400].unwrap() > 2.0 && z[400].unwrap() < 2.5);
    assert_eq!(z[401], Some(MAX_Z));
    // Next to a source that does tell the story, and with one document, it is a smaller surprise.
    let both = |n: i32| day(n, vec![source("a", 1, &[f64::from(n % 3 / 2)]), source("b", 1, &[0.0])]);
    let mut given: Vec<_> = (0..30).map(both).collect();
    given.push(day(30, vec![source("b", 1, &[1.0])]));
    let last = standardize(&given, &IndexOptions::default(), (0, 0)).pop().unwrap();
    assert!(last.z[0].unwrap() < 4.5, "{:?}", last.z);
}

#[test]
fn errors_shrink_with_documents() {
    let error = |docs: u32, sources: usize| {
        let names = ["a", "b", "c", "d"];
        let mut given: Vec<_> = (0..60)
            .map(|n| {
                // Days differ by more than documents do.
                let mean = f64::from(n % 4) / 4.0;
                day(n, names.map(|name| source(name, 100, &[mean])).to_vec())
            })
            .collect();
        let last = names[..sources].iter().map(|name| source(name, docs, &[0.5])).collect();
        given.push(day(60, last));
        standardize(&given, &IndexOptions::default(), (0, 0)).pop().unwrap().errors[0].unwrap()
    };
    assert!(error(1_000_000, 4) < 0.01 && error(100, 4) > 0.1);
    // In units of what so many sources deviate by: the same for four as for one.
    assert!((error(10, 4) - error(10, 1)).abs() < 1e-9);
    assert!(error(1, 1) <= 1.0 && error(100, 1) < 0.3 && error(1_000_000, 1) > 0.0);
    let first = standardize(&days(&[0.5, 0.5], 3), &IndexOptions::default(), (0, 0));
    assert_eq!((first[1].errors[0], first[1].z[0]), (None, None));
}

/// Days of as many sources, each with so many documents, of which each tells the story by the rate of the
/// day, and then this much of it. The generator is splitmix64 from a fixed seed: nothing varies from run
/// to run.
fn drawn(rates: &[f64], sources: usize, docs: u32, told: f64) -> Vec<DayIndex> {
    let mut state = 20_251_121_u64;
    let mut next = || {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    };
    let one_day = |(number, rate): (i32, &f64)| {
        let source = |place: usize| {
            let telling = (0..docs).filter(|_| next() < *rate).count();
            source(&format!("s{place:02}"), docs, &[telling as f64 * told / f64::from(docs)])
        };
        day(number, (0..sources).map(source).collect())
    };
    (0..).zip(rates).map(one_day).collect()
}

#[test]
fn the_standard_error_is_what_chance_alone_moves() {
    let check = |rate: f64, sources: usize, docs: u32, told: f64| {
        let scores = standardize(&drawn(&[rate; 900], sources, docs, told), &IndexOptions::default(), (0, 0));
        let scores = &scores[100..];
        let count = scores.len() as f64;
        let z: Vec<f64> = scores.iter().map(|score| score.z[0].unwrap()).collect();
        let mean = z.iter().sum::<f64>() / count;
        let scatter = (z.iter().map(|z| (z - mean).powi(2)).sum::<f64>() / (count - 1.0)).sqrt();
        let error = scores.iter().map(|score| score.errors[0].unwrap()).sum::<f64>() / count;
        assert!((scatter / error - 1.0).abs() < 0.15, "{rate} {sources} {docs} {told}: {scatter} {error}");
        scatter
    };
    // Common and rare, few and many, headlines and texts of which a part tells the story.
    for (rate, sources, docs) in [(0.3, 12, 20), (0.05, 12, 20), (0.3, 3, 4), (0.05, 20, 60), (0.6, 1, 30)] {
        let scatter = check(rate, sources, docs, 1.0);
        assert!((scatter - 1.0).abs() < 0.15, "{rate} {sources} {docs}: {scatter}");
    }
    check(0.3, 12, 20, 0.4);
    check(0.05, 12, 20, 0.4);
    // Far below one in a hundred, z varies by less than one, and its error says so.
    assert!(check(0.001, 12, 20, 1.0) < 0.5);
    assert!(check(0.002, 5, 40, 1.0) < 0.6);
    assert!(check(0.0002, 30, 20, 1.0) < 0.2);
}

#[test]
fn a_rate_that_doubles_stands_well_above_the_standard_error() {
    for (rate, sources, docs) in [(0.2, 12, 20), (0.05, 12, 40), (0.01, 16, 60)] {
        let rates = [[rate; 365].as_slice(), &[2.0 * rate; 7]].concat();
        let scores = standardize(&drawn(&rates, sources, docs, 1.0), &IndexOptions::default(), (0, 0));
        let week = &scores[365..];
        let mean = |of: fn(&DayScore) -> f64| week.iter().map(of).sum::<f64>() / week.len() as f64;
        let (z, error) = (mean(|score| score.z[0].unwrap()), mean(|score| score.errors[0].unwrap()));
        assert!(z > 2.5 * error, "{rate}: {z} with an error of {error}");
    }
}

#[test]
fn a_source_comes_in_gradually() {
    // What one more day of history of a new, shouting source adds to the day beside others.
    let last = |others: usize, history: i32| {
        let one = |n: i32, loud: f64| {
            let quiet = f64::from(n % 3) / 10.0;
            let mut sources: Vec<_> =
                (0..others).map(|place| source(&format!("s{place}"), 4, &[quiet])).collect();
            if n >= 60 - history {
                sources.push(source("z", 4, &[if n == 60 { loud } else { quiet }]));
            }
            day(n, sources)
        };
        let given: Vec<_> = (0..=60).map(|n| one(n, 1.0)).collect();
        standardize(&given, &IndexOptions::default(), (0, 0)).pop().unwrap().z[0].unwrap()
    };
    for others in [1, 2, 3, 4, 12] {
        let all: Vec<f64> = (13..=29).map(|history| last(others, history)).collect();
        let whole = all[15] - all[0];
        assert!(whole > 1.0, "{others}: {all:?}");
        assert!(all.windows(2).all(|pair| (pair[1] - pair[0]).abs() < 0.3 * whole), "{others}: {all:?}");
        assert!((all[16] - all[15]).abs() < 0.1, "{others}: {all:?}");
    }
}

#[test]
fn few_documents_are_measured_with_their_noise() {
    let mut given = days(&[0.1, 0.2, 0.3].repeat(20), 50);
    given.push(day(60, vec![source("a", 50, &[0.4])]));
    let many = z(&given, &IndexOptions::default())[60].unwrap();
    given[60].sources[0].docs = 1;
    let one = z(&given, &IndexOptions::default())[60].unwrap();
    assert!(many > 2.0 && one > 0.0 && one < 0.5, "{many} with fifty documents, {one} with one");
}

#[test]
fn a_weekdays_habit_is_no_news() {
    // Loud Sundays for a year.
    let value = |n: i32| {
        if Day(n).weekday() == 6 { 0.5 } else { 0.1 + 0.01 * f64::from(n % 3) }
    };
    let values: Vec<f64> = (0..364).map(value).collect();
    let habit = z(&days(&values, 40), &IndexOptions::default());
    let none = z(&days(&values, 40), &plain());
    let sunday = (357..364).find(|n| Day(*n).weekday() == 6).unwrap() as usize;
    assert!(habit[sunday].unwrap().abs() < 0.5 && none[sunday].unwrap() > 2.0);
}

#[test]
fn what_left_the_window_is_forgotten_to_the_last_digit() {
    let values: Vec<f64> = (0..300).map(|n| f64::from(n * n % 97) / 97.0).collect();
    let options = IndexOptions { window_days: 60, ..IndexOptions::default() };
    let given = days(&values, 7);
    let long = standardize(&given, &options, (0, 0));
    let short = standardize(&given[200..], &options, (0, 0));
    assert_eq!(long[260..], short[60..]);
}

#[test]
fn no_source_carries_more_than_a_quarter_of_the_standardised_day() {
    let all = |n: i32, loud: f64| {
        let quiet = f64::from(n % 2) / 10.0;
        let others = ["b", "c", "d", "e"].map(|name| source(name, 1, &[quiet]));
        day(n, [vec![source("a", 900, &[loud])], others.to_vec()].concat())
    };
    let mut given: Vec<_> = (0..40).map(|n| all(n, f64::from(n % 2) / 10.0)).collect();
    let calm = z(&[given.clone(), vec![all(40, 0.0)]].concat(), &IndexOptions::default())[40].unwrap();
    given.push(all(40, 1.0));
    let loud = z(&given, &IndexOptions::default())[40].unwrap();
    // A quarter for the loud one, three sixteenths for each of the others, brought back to unit variance.
    let unit = (1.0 / 16.0 + 4.0 * (3.0_f64 / 16.0).powi(2)).sqrt();
    let most = 0.25 * 2.0 * MAX_Z / unit;
    assert!(loud - calm <= most && loud - calm > most / 2.0, "{calm} to {loud}");
}

fn any_days() -> impl Strategy<Value = Vec<DayIndex>> {
    let of_source = (prop::sample::select(vec!["a", "b", "c", "d", "e"]), 1_u32..30, 0_u32..=40, 0_u32..=3);
    let one_day = (1_i32..4, proptest::collection::vec(of_source, 0..5));
    proptest::collection::vec(one_day, 1..70).prop_map(|steps| {
        let mut number = 19_000;
        let one_day = |(step, mut sources): (i32, Vec<(&str, u32, u32, u32)>)| {
            number += step;
            sources.sort_by_key(|source| source.0);
            sources.dedup_by_key(|source| source.0);
            let means = |x: u32, y: u32| [f64::from(x) / 40.0, f64::from(y) / 30.0];
            day(
                number,
                sources.into_iter().map(|(name, docs, x, y)| source(name, docs, &means(x, y))).collect(),
            )
        };
        steps.into_iter().map(one_day).collect()
    })
}

fn options() -> impl Strategy<Value = IndexOptions> {
    (2_u32..100, 2_u32..9).prop_map(|(window_days, min_history_days)| IndexOptions {
        window_days,
        min_history_days,
        ..IndexOptions::default()
    })
}

/// The same definition, from the days themselves and in floating point.
fn recomputed(given: &[DayIndex], today: &DayIndex, options: &IndexOptions, position: usize) -> Option<f64> {
    let window = |name: &str| -> Vec<(usize, f64, f64)> {
        let past = given
            .iter()
            .filter(|day| day.day < today.day && today.day - day.day <= options.window_days as i32);
        past.flat_map(|day| day.sources.iter().map(move |source| (day.day.weekday(), source)))
            .filter(|(_, source)| source.source == name)
            .map(|(weekday, source)| (weekday, f64::from(source.docs), source.means[position]))
            .collect()
    };
    let mean = |rows: &[(usize, f64, f64)]| rows.iter().map(|row| row.2).sum::<f64>() / rows.len() as f64;
    let squares = |rows: &[(usize, f64, f64)], weighted: bool| {
        let mean = mean(rows);
        rows.iter().map(|row| if weighted { row.1 } else { 1.0 } * (row.2 - mean).powi(2)).sum::<f64>()
    };
    let mut pasts = ["a", "b", "c", "d", "e"].map(window).to_vec();
    pasts.retain(|rows| rows.len() > 1);
    let freedom: f64 = pasts.iter().map(|rows| rows.len() as f64 - 1.0).sum();
    let pooled =
        if freedom > 0.0 { pasts.iter().map(|rows| squares(rows, true)).sum::<f64>() / freedom } else { 0.0 };
    let mut heard = today.sources.clone();
    heard.retain(|source| window(&source.source).len() >= options.min_history_days as usize);
    let grown = |source: &SourceDay| {
        let least = options.min_history_days as f64;
        ((window(&source.source).len() as f64 - least + 1.0) / (least + 1.0)).min(1.0)
    };
    let most = heard.iter().map(grown).fold(0.0, f64::max);
    let weight = |source: &SourceDay| f64::from(source.docs).sqrt() * grown(source) / most;
    let voices = heard.iter().map(|source| grown(source) / most).sum();
    let shares = shares_of_voices(&heard.iter().map(weight).collect::<Vec<_>>(), voices);
    let z = |source: &SourceDay| {
        let rows = window(&source.source);
        let freedom = rows.len() as f64 - 1.0;
        let mut same = rows.clone();
        same.retain(|row| row.0 == today.day.weekday());
        let days = same.len() as f64;
        let habit = if same.is_empty() {
            0.0
        } else {
            (mean(&same) - mean(&rows)) * days / (days + options.weekday_prior_days)
        };
        let prior = options.spread_prior_days;
        let documents = ((squares(&rows, true) + pooled * prior) / (freedom + prior)).max(0.01);
        let variance = (squares(&rows, false) / freedom).max(documents / f64::from(source.docs));
        ((source.means[position] - mean(&rows) - habit) / variance.sqrt()).clamp(-5.0, 5.0)
    };
    let unit = shares.iter().map(|share| share * share).sum::<f64>().sqrt();
    let sum = || heard.iter().zip(&shares).map(|(source, share)| share * z(source)).sum::<f64>();
    (!heard.is_empty()).then(|| sum() / unit)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn cutting_the_future_changes_nothing_before(given in any_days(), options in options(), cut in any::<prop::sample::Index>()) {
        let whole = standardize(&given, &options, (0, 1));
        let cut = standardize(&given[..cut.index(given.len()) + 1], &options, (0, 1));
        // Bit for bit, not about.
        prop_assert_eq!(format!("{:?}", &whole[..cut.len()]), format!("{cut:?}"));
    }

    #[test]
    fn poison_in_the_future_changes_nothing_before(given in any_days(), options in options()) {
        let before = standardize(&given, &options, (0, 1));
        let last = given.last().unwrap().day.0;
        let poison = day(last + 1, vec![source("a", u32::MAX, &[f64::NAN, 1e9]), source("z", 0, &[f64::INFINITY, -1.0])]);
        let poisoned = standardize(&[given.clone(), vec![poison]].concat(), &options, (0, 1));
        prop_assert_eq!(format!("{:?}", &poisoned[..before.len()]), format!("{before:?}"));
    }

    #[test]
    fn running_sums_give_what_recomputing_gives(given in any_days(), options in options()) {
        let scores = standardize(&given, &options, (0, 1));
        for today in &given {
            let Some(score) = scores.iter().find(|score| score.day == today.day) else {
                prop_assert!(today.sources.is_empty());
                continue;
            };
            for position in 0..score.z.len() {
                match (score.z[position], recomputed(&given, today, &options, position)) {
                    (Some(z), Some(expected)) => prop_assert!((z - expected).abs() < 1e-5, "{z} {expected}"),
                    (z, expected) => prop_assert_eq!(z, expected),
                }
            }
        }
    }

    #[test]
    fn scores_stay_within_their_bounds(given in any_days(), options in options()) {
        for score in standardize(&given, &options, (0, 1)) {
            prop_assert!(score.means.iter().flatten().all(|mean| (0.0..=1.0).contains(mean)));
            let most = MAX_Z * f64::from(score.sources.max(1)).sqrt() + 1e-9;
            prop_assert!(score.z.iter().flatten().all(|z| z.abs() <= most));
            prop_assert!(score.btc_framing.is_none_or(|framing| framing.abs() <= 1.0));
        }
    }
}
