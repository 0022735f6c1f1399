//! Stories on hand-made fingerprints, then on random ones against comparing all pairs.

use proptest::prelude::*;

use super::*;
use crate::document::{Basis, DocumentId, Fingerprint, WordKind};

/// Words are numbers here, all of the plain kind; three sources take turns.
fn document(id: u64, title: &[u32], body: u64) -> ScoredDocument {
    ScoredDocument {
        id: DocumentId(id),
        source: format!("source {}", id % 3),
        fingerprint: Fingerprint {
            title: title.iter().map(|word| word * 4).collect(),
            body,
            sketch: Vec::new(),
        },
        basis: Basis::Claimed,
        words: 10,
        scores: vec![0.5],
    }
}

fn sketched(id: u64, title: &[u32], sketch: impl IntoIterator<Item = u32>) -> ScoredDocument {
    let mut document = document(id, title, 0);
    // Hashes of neighbouring numbers are far apart.
    document.fingerprint.sketch = sketch.into_iter().map(|n| n.wrapping_mul(0x9e37_79b1)).collect();
    document.fingerprint.sketch.sort_unstable();
    document
}

fn members(documents: &[ScoredDocument]) -> Vec<Vec<usize>> {
    stories(documents).into_iter().map(|story| story.members).collect()
}

fn check(documents: &[(&[u32], u64)], expected: &[&[usize]]) {
    let documents: Vec<_> =
        (0..).zip(documents).map(|(id, (title, body))| document(id, title, *body)).collect();
    assert_eq!(members(&documents), expected, "{documents:?}");
}

#[test]
fn headlines_with_the_same_words_are_one_story() {
    check(&[], &[]);
    check(&[(&[1, 2], 0), (&[1, 3], 0), (&[1, 2], 0)], &[&[0, 2], &[1]]);
    check(&[(&[1], 0), (&[1], 0)], &[&[0], &[1]]);
    check(&[(&[], 0), (&[], 0)], &[&[0], &[1]]);
}

#[test]
fn headlines_of_two_sources_that_share_enough_are_one_story() {
    check(&[(&[1, 2, 3, 4, 5], 0), (&[1, 2, 3, 4, 6], 0)], &[&[0, 1]]);
    check(&[(&[1, 2, 3, 4, 5, 6, 7], 0), (&[1, 2, 3, 4, 8, 9, 10], 0)], &[&[0], &[1]]);
    // Three words must be most of both.
    check(&[(&[1, 2, 3], 0), (&[1, 2, 3, 4], 0)], &[&[0, 1]]);
    check(&[(&[1, 2, 3, 4], 0), (&[1, 2, 3, 5], 0)], &[&[0, 1]]);
    check(&[(&[1, 2, 3, 4], 0), (&[1, 2, 3, 5, 6], 0)], &[&[0], &[1]]);
    // A chain holds together.
    check(&[(&[1, 2, 3, 4, 5], 0), (&[3, 4, 5, 6, 7], 0), (&[2, 3, 4, 5, 6], 0)], &[&[0, 1, 2]]);
}

#[test]
fn rare_words_say_more_than_common_ones() {
    let mut documents = vec![document(0, &[1, 2, 3, 4, 5, 6, 7], 0), document(1, &[1, 2, 3, 4, 8, 9, 10], 0)];
    // What they do not share becomes common: the rest is what they are about.
    documents.extend((2..60).map(|id| document(id, &[5, 6, 7, 8, 9, 10, 100 + id as u32], 0)));
    assert!(members(&documents).contains(&vec![0, 1]));
}

#[test]
fn one_source_repeats_its_phrases() {
    let of_one = |titles: &[&[u32]]| -> Vec<Vec<usize>> {
        let documents: Vec<_> =
            (0..).zip(titles).map(|(number, title)| document(3 * number, title, 0)).collect();
        members(&documents)
    };
    assert_eq!(of_one(&[&[1, 2, 3, 4, 5], &[1, 2, 3, 4, 6, 7]]), [[0], [1]]);
    assert_eq!(of_one(&[&[1, 2, 3, 4, 5], &[1, 2, 3, 4, 5, 6]]), [[0, 1]]);
    // "Price analysis of X on this day": nothing but phrases is shared.
    let rubrics: Vec<Vec<u32>> = (10..20).map(|subject| vec![1, 2, 3, 4, 5, 6, subject]).collect();
    let rubrics: Vec<&[u32]> = rubrics.iter().map(Vec::as_slice).collect();
    assert_eq!(of_one(&rubrics).len(), 10);
}

#[test]
fn a_rise_and_a_fall_are_two_stories() {
    let told = |sources: [u64; 2], kinds: [WordKind; 2]| {
        let mut documents = sources.map(|source| document(source, &[1, 2, 3, 4, 5, 6], 0));
        for (document, kind) in documents.iter_mut().zip(kinds) {
            document.fingerprint.title.push(1000 | kind as u32);
        }
        members(&documents).len()
    };
    assert_eq!(told([0, 1], [WordKind::Up, WordKind::Up]), 1);
    assert_eq!(told([0, 1], [WordKind::Up, WordKind::Down]), 2);
    assert_eq!(told([0, 1], [WordKind::Up, WordKind::Plain]), 1);
    // Amounts change while a story is told; within a source another amount is another report.
    let mut documents = [0, 3].map(|source| document(source, &[1, 2, 3, 4, 5, 6, 7, 8], 0));
    documents[0].fingerprint.title.push(1000 | WordKind::Number as u32);
    documents[1].fingerprint.title.push(2000 | WordKind::Number as u32);
    assert_eq!(members(&documents).len(), 2);
    documents[1].source = "another".to_owned();
    assert_eq!(members(&documents).len(), 1);
}

#[test]
fn near_equal_bodies_are_one_story() {
    check(&[(&[1, 2], 0xf0f0), (&[3, 4], 0xf0f7)], &[&[0, 1]]);
    check(&[(&[1, 2], 0xf0f0), (&[3, 4], 0xf0ff)], &[&[0], &[1]]);
    check(&[(&[1, 2], 1 | 1 << 63), (&[3, 4], 1 << 20 | 1)], &[&[0, 1]]);
    check(&[(&[1, 2], 0), (&[3, 4], 0)], &[&[0], &[1]]);
    check(&[(&[1, 2], 0), (&[3, 4], 1)], &[&[0], &[1]]);
}

#[test]
fn rewrites_share_rare_pairs_of_words_and_part_of_the_headline() {
    let told = |titles: [&[u32]; 2], shared: u32, sources: [u64; 2]| {
        let other = |from: u32| (from..from + 100 - shared).chain(10_000..10_000 + shared);
        let documents =
            [sketched(sources[0], titles[0], other(0)), sketched(sources[1], titles[1], other(1000))];
        members(&documents).len() == 1
    };
    let (one, two, many): (&[u32], &[u32], &[u32]) = (&[1, 2, 3, 4], &[1, 2, 5, 6], &[1, 7, 8, 9]);
    assert!(told([one, two], 18, [0, 1]));
    assert!(!told([one, &[5, 6, 7, 8]], 18, [0, 1]));
    assert!(told([one, many], 24, [0, 1]));
    assert!(!told([one, many], 16, [0, 1]));
    // Copies are copies.
    assert!(told([one, &[5, 6, 7, 8]], 80, [0, 1]));
    // The same source needs the headline's word too.
    assert!(told([one, two], 26, [0, 3]));
    assert!(!told([one, many], 26, [0, 3]));
}

#[test]
fn a_story_goes_on_for_a_window_of_days() {
    let days = [
        vec![document(0, &[1, 2, 3, 4, 5], 0), document(1, &[20, 21, 22], 0)],
        vec![document(4, &[1, 2, 3, 4, 5, 6], 0), document(5, &[1, 2], 0)],
        vec![document(7, &[30, 31], 0), document(8, &[1, 2, 3, 4, 6], 0), document(9, &[1, 2], 0)],
    ];
    let window: Vec<&[ScoredDocument]> = days.iter().map(Vec::as_slice).collect();
    let told = stories_within(&window);
    let earlier = |day, member| Earlier { day, member };
    assert_eq!(told[0], Story { members: vec![0], earlier: vec![] });
    assert_eq!(told[1], Story { members: vec![1], earlier: vec![earlier(0, 0), earlier(1, 0)] });
    // The same source's headline, or a short one, on another day is a rubric.
    assert_eq!(told[2], Story { members: vec![2], earlier: vec![] });
    assert_eq!(stories_within(&window[2..])[1].earlier, []);
    let rubric = |id| vec![document(id, &[1, 2, 3, 4, 5, 6], 0)];
    let told = |ids: [u64; 2]| stories_within(&[&rubric(ids[0]), &rubric(ids[1])])[0].earlier.len();
    assert_eq!((told([0, 3]), told([0, 1])), (0, 1));
    assert_eq!(stories_within(&[]), []);
}

#[test]
fn floods_stay_fast_and_whole_when_equal() {
    let flood = |make: &dyn Fn(u64) -> ScoredDocument| {
        let documents: Vec<_> = (0..20_000).map(make).collect();
        stories(&documents).len()
    };
    assert_eq!(flood(&|n| document(n, &[1, 2, 3, 4, 5], n)), 1);
    assert_eq!(flood(&|n| document(n, &[n as u32 + 10, n as u32 + 30_000], 7)), 1);
    // One word in common, all else different; and blocks and pairs in common, all else different.
    let apart = |n: u64| (1..4).map(|k| 3 * n as u32 + k + 1).collect::<Vec<u32>>();
    assert_eq!(flood(&|n| document(n, &[&[1], apart(n).as_slice()].concat(), 0)), 20_000);
    assert_eq!(flood(&|n| document(n, &[], (n * 0x9e37) << 32 | n << 5 | 1)), 20_000);
    let sketches =
        |make: &dyn Fn(u32) -> ScoredDocument| stories(&(0..3000).map(make).collect::<Vec<_>>()).len();
    let of = |n: u32, common: u32| (0..40).map(move |k| if k < common { k } else { k * 3000 + n });
    assert_eq!(sketches(&|_| sketched(1, &[], 0..128)), 1);
    assert_eq!(sketches(&|n| sketched(n.into(), &apart(n.into()), of(n, 5))), 3000);
    // More in common than anything that could be looked up: left in several stories.
    assert_eq!(sketches(&|n| sketched(n.into(), &apart(n.into()), of(n, 35))), 3000);
}

fn documents() -> impl Strategy<Value = Vec<ScoredDocument>> {
    let title = proptest::collection::btree_set(0_u32..40, 0..7);
    let body = prop_oneof![Just(0), 0_u64..64, any::<u64>()];
    let sketch = proptest::collection::btree_set(0_u32..30, 0..20);
    let document = (0_u64..40, title, body, sketch).prop_map(|(id, title, body, sketch)| {
        let mut document = document(id, &[], body);
        document.fingerprint.title = title.into_iter().collect();
        document.fingerprint.sketch = sketch.into_iter().collect();
        document
    });
    proptest::collection::vec(document, 0..25)
}

type Told = Vec<(Vec<ScoredDocument>, Vec<(usize, ScoredDocument)>)>;

fn told(window: &[&[ScoredDocument]]) -> Told {
    let today = window.last().copied().unwrap_or_default();
    let story = |story: Story| {
        let earlier = story.earlier.into_iter();
        (
            story.members.into_iter().map(|member| today[member].clone()).collect(),
            earlier.map(|told| (told.day, window[told.day][told.member].clone())).collect(),
        )
    };
    stories_within(window).into_iter().map(story).collect()
}

proptest! {
    #[test]
    fn the_order_of_the_input_does_not_matter(
        days in proptest::collection::vec(documents(), 1..4),
        turn in any::<prop::sample::Index>(),
    ) {
        let window = |days: &[Vec<ScoredDocument>]| {
            told(&days.iter().map(Vec::as_slice).collect::<Vec<_>>())
        };
        let mut turned = days.clone();
        for day in &mut turned {
            let by = if day.is_empty() { 0 } else { turn.index(day.len()) };
            day.rotate_left(by);
        }
        prop_assert_eq!(window(&days), window(&turned));
        turned.iter_mut().for_each(|day| day.reverse());
        prop_assert_eq!(window(&days), window(&turned));
    }

    #[test]
    fn stories_are_what_comparing_all_pairs_gives(days in proptest::collection::vec(documents(), 1..4)) {
        let window: Vec<&[ScoredDocument]> = days.iter().map(Vec::as_slice).collect();
        let found = stories_within(&window);
        let mut all: Vec<_> = found.iter().flat_map(|story| story.members.clone()).collect();
        all.sort_unstable();
        prop_assert_eq!(all, (0..days.last().unwrap().len()).collect::<Vec<_>>());

        let places: Vec<(usize, usize)> = (0..days.len())
            .flat_map(|day| (0..days[day].len()).map(move |member| (day, member)))
            .collect();
        let tellings: Vec<Telling<'_>> = places
            .iter()
            .map(|(day, member)| {
                let document = &days[*day][*member];
                let source = document.source.bytes().last().unwrap().into();
                Telling { day: *day, source, fingerprint: &document.fingerprint }
            })
            .collect();
        let likeness = Likeness::learn(&tellings);
        let mut groups = Groups::new(tellings.len());
        for (i, a) in tellings.iter().enumerate() {
            for (j, b) in tellings.iter().enumerate().skip(i + 1) {
                let (one, two) = (a.fingerprint, b.fingerprint);
                let shortest = one.title.len().min(two.title.len());
                let same = one.title == two.title && shortest >= MIN_WORDS_EQUAL && a.day == b.day;
                let alike = shortest >= MIN_WORDS_EQUAL && likeness.titles(a, b);
                let bodies = one.body != 0 && two.body != 0 && (one.body ^ two.body).count_ones() <= MAX_BODY_BITS;
                let rewritten = !one.sketch.is_empty() && (one.sketch == two.sketch || likeness.bodies(a, b));
                if same || alike || bodies || rewritten {
                    groups.join(i, j);
                }
            }
        }
        let mut story_of: HashMap<(usize, usize), usize> = HashMap::new();
        for (number, story) in found.iter().enumerate() {
            story_of.extend(story.members.iter().map(|member| ((days.len() - 1, *member), number)));
            story_of.extend(story.earlier.iter().map(|told| ((told.day, told.member), number)));
        }
        let today = places.partition_point(|(day, _)| day + 1 < days.len());
        for i in today..places.len() {
            for j in 0..i {
                let same = story_of.get(&places[i]) == story_of.get(&places[j]);
                prop_assert_eq!(groups.root(i) == groups.root(j), same);
            }
        }
    }
}
