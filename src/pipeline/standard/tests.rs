//! Whatever happens to a store between two questions, the answer is that of making everything anew.

use std::{collections::BTreeSet, sync::LazyLock};

use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::{
    calendar::CutOff,
    document::{Article, Availability, Basis, Document, DocumentId, Fingerprint},
    index::{DayIndex, SourceDay},
    pipeline::{Silent, refresh::reindex},
    tag::{Count, TagCounts},
};

const FIRST: i32 = 20_000;
const DAYS: i32 = 24;

/// What can happen between two questions.
#[derive(Debug, Clone)]
enum Step {
    /// An article of a day, from a source, with a score.
    Put(i32, u8, u32),
    /// The article put at this place is read otherwise.
    Rescore(prop::sample::Index, u32),
    /// Days are summed again.
    Reindex,
    /// All days are to be summed again.
    Clear,
    /// One option of the index is another.
    Option(usize),
    /// Days end otherwise, or stories last longer.
    Summing(usize),
    /// Bitcoin's hedge and risk narratives change places, or narratives have other names.
    Lexicon(usize),
    /// The scores up to a day, counted from the first.
    Ask(Option<i32>),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0..DAYS, 0_u8..3, 0_u32..4).prop_map(|(day, source, score)| Step::Put(day, source, score)),
        1 => (any::<prop::sample::Index>(), 0_u32..4).prop_map(|(place, score)| Step::Rescore(place, score)),
        3 => Just(Step::Reindex),
        1 => Just(Step::Clear),
        1 => (0_usize..8).prop_map(Step::Option),
        1 => (0_usize..3).prop_map(Step::Summing),
        1 => (0_usize..3).prop_map(Step::Lexicon),
        6 => proptest::option::of(-1..DAYS + 2).prop_map(Step::Ask),
    ]
}

fn options(number: usize) -> IndexOptions {
    let mut options = IndexOptions { min_history_days: 2, window_days: 9, ..IndexOptions::default() };
    match number {
        1 => options.min_docs = 2,
        2 => options.min_sources = 1,
        3 => options.window_days = 5,
        4 => options.min_history_days = 4,
        5 => options.weekday_prior_days = 1.0,
        6 => options.spread_prior_days = 1.0,
        7 => options.story_days = 2,
        _ => {}
    }
    options
}

fn summing(number: usize) -> Summing {
    match number {
        1 => "22:30".parse::<CutOff>().unwrap().into(),
        2 => Summing { story_days: 1, ..Summing::default() },
        _ => Summing::default(),
    }
}

fn lexicons(number: usize) -> Lexicons {
    static BUILT_IN: LazyLock<Lexicons> = LazyLock::new(Lexicons::built_in);
    let mut lexicons = BUILT_IN.clone();
    match number {
        1 => std::mem::swap(&mut lexicons.axis.hedge, &mut lexicons.axis.risk),
        2 => lexicons.narratives.swap(0, 1),
        _ => {}
    }
    lexicons
}

fn counts(lexicons: &Lexicons, score: u32) -> TagCounts {
    let count = |share: u32| Count { asserted: 500 * (share % 4), ..Count::default() };
    TagCounts {
        lexicon: lexicons.languages[0].id.clone(),
        words: 40,
        sentences: 2,
        narratives: (0..).take(lexicons.narratives.len()).map(|number| count(score + number)).collect(),
        poles: [count(score), count(score + 1)],
    }
}

fn document(number: u64, day: i32, source: u8) -> Document {
    let second = i64::from(FIRST + day) * 86_400 + 40_000 + (number * 997 % 46_000) as i64;
    let article = Article { title: format!("t{number}"), source: format!("s{source}"), ..Article::default() };
    let fingerprint = Fingerprint { title: vec![number as u32], body: number, sketch: Vec::new() };
    let availability = Availability { at: Timestamp::from_second(second).unwrap(), basis: Basis::Claimed };
    Document { id: DocumentId(number), article, availability, fingerprint }
}

/// As it was before anything was kept.
fn anew(
    store: &Store,
    lexicons: &Lexicons,
    summing: Summing,
    options: &IndexOptions,
    until: Option<Day>,
) -> Vec<DayScore> {
    let mut days = day_indexes(store, lexicons, summing).unwrap();
    days.retain(|index| until.is_none_or(|until| index.day <= until));
    standardize(&days, options, framing(lexicons))
}

/// Takes the steps; says how often kept scores were there to answer with.
fn check(steps: &[Step]) -> usize {
    let mut store = Store::in_memory().unwrap();
    let (mut index, mut sums, mut words) = (options(0), summing(0), lexicons(0));
    let mut put: Vec<Document> = Vec::new();
    let mut answered = 0;
    for step in steps {
        match step {
            Step::Put(day, source, score) => {
                let document = document(put.len() as u64, *day, *source);
                store.put(&[(document.clone(), counts(&words, *score))], &words.narratives).unwrap();
                put.push(document);
            }
            Step::Rescore(_, _) if put.is_empty() => {}
            Step::Rescore(place, score) => {
                let document = place.get(&put).clone();
                store.rescore(&[(document, counts(&words, *score))], &words.narratives).unwrap();
            }
            Step::Reindex => {
                store.use_narratives(&words.narratives);
                reindex(&mut store, &words, sums, &Silent, &mut Default::default()).unwrap();
            }
            Step::Clear => store.clear_days().unwrap(),
            Step::Option(number) => index = options(*number),
            Step::Summing(number) => sums = summing(*number),
            Step::Lexicon(number) => words = lexicons(*number),
            Step::Ask(until) => {
                let until = until.map(|until| Day(FIRST + until));
                let kept = store.standard_days(made_with(&words, sums, &index)).unwrap();
                answered += usize::from(kept.is_some());
                let expected = anew(&store, &words, sums, &index, until);
                assert_eq!(score_days(&mut store, &words, sums, &index, until).unwrap(), expected);
                let report = store.verify().unwrap();
                assert!(report.is_sound(), "{report:?}");
            }
        }
    }
    answered
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn kept_scores_are_those_made_anew(steps in proptest::collection::vec(step(), 0..60)) {
        check(&steps);
    }
}

#[test]
fn the_same_question_is_answered_from_what_is_kept() {
    let mut steps: Vec<Step> =
        (0..DAYS).flat_map(|day| [Step::Put(day, 0, 1), Step::Put(day, 1, day as u32)]).collect();
    steps.extend([Step::Reindex, Step::Ask(None), Step::Ask(Some(7)), Step::Reindex, Step::Ask(None)]);
    assert_eq!(check(&steps), 2);
    // An article that is not summed yet changes no score.
    steps.extend([Step::Put(3, 2, 3), Step::Ask(None), Step::Reindex, Step::Ask(None), Step::Ask(Some(2))]);
    assert_eq!(check(&steps), 4);
    // Other options, and back: one list is kept, the last.
    steps.extend([Step::Option(3), Step::Ask(None), Step::Option(0), Step::Ask(None), Step::Ask(None)]);
    assert_eq!(check(&steps), 5);
}

#[test]
fn every_option_counts() {
    let all = (0..8).flat_map(|option| {
        let sums = (0..3).map(summing);
        sums.flat_map(move |sums| {
            (0..3).map(move |words| made_with(&lexicons(words), sums, &options(option)))
        })
    });
    let all: Vec<u64> = all.collect();
    let distinct: BTreeSet<u64> = all.iter().copied().collect();
    assert_eq!(distinct.len(), all.len());
}

/// What a store of an earlier version kept must not be taken for what this one makes.
#[test]
fn other_scores_have_another_version() {
    let source = |day: i32, number: i32| SourceDay {
        source: format!("s{number}"),
        docs: 1 + (day * number % 5) as u32,
        weight: 1.0 + f64::from(number),
        means: (0..3).map(|score| f64::from((day * day + score * number + 3) % 11) / 16.0).collect(),
    };
    let days = (0..2 * DAYS).filter(|day| day % 9 != 4).map(|day| DayIndex {
        day: Day(FIRST + day),
        docs: 9,
        words: 90,
        stories: 4,
        by_basis: [9, 0, 0],
        sources: (0..1 + day % 4).map(|number| source(day, number)).collect(),
    });
    let days: Vec<DayIndex> = days.collect();
    let mut hash = Sha256::new();
    for score in standardize(&days, &options(0), (1, 2)) {
        let each = [score.means, score.z, score.errors].into_iter().flatten();
        for number in each.chain([score.btc_framing, score.mix_shift]) {
            hash.update(number.map_or(0, f64::to_bits).to_be_bytes());
        }
        hash.update([score.coverage as u8]);
    }
    let digest: String = hash.finalize()[..4].iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(
        (SCORES_VERSION, digest.as_str()),
        (1, "24b1e9e4"),
        "standardising gives other scores: raise SCORES_VERSION"
    );
}
