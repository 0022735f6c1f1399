//! The same checks one stage earlier, where articles become days: a stretch of the store's articles
//! around a cut-off is put into a store in memory and summed as `refresh` sums them, whole, cut,
//! poisoned and with one article late. Bodies are left out: the sums are made of stored counts.

use jiff::SignedDuration;
use rayon::prelude::*;

use super::{Check, Difference, Random, Tried, world::World};
use crate::{
    calendar::Day,
    document::{Article, Document},
    index::DayIndex,
    pipeline::{
        PipelineError, Progress, Silent, TableSettings,
        refresh::{day_indexes, reindex},
    },
    store::{Scored, Store},
    tag::{Count, TagCounts},
};

/// Days of articles before and after a cut-off: a story is told again for days, and what comes days
/// later must not fold into it.
const DAYS_BEFORE: i32 = 10;
const DAYS_AFTER: i32 = 3;

/// What is done at every cut-off.
const CHECKS: [&str; 3] = [
    "cut: all articles after the cut-off taken away",
    "poisoned: all articles after the cut-off shout in the words of earlier ones",
    "delayed: one article arrives days later than it did",
];

pub(super) fn checks(
    store: &Store,
    settings: TableSettings<'_>,
    world: &World,
    cut_offs: &[Day],
    random: &mut Random,
    progress: &dyn Progress,
) -> Result<Vec<Check>, PipelineError> {
    // A cut-off far from any article would prove nothing of articles: it moves to the next day with some.
    let days: Vec<Day> = world.days.iter().map(|index| index.day).collect();
    let mut told: Vec<Day> = if cut_offs.len() > days.len() {
        days
    } else {
        let spread = |at: usize| days.get(at * days.len() / cut_offs.len().max(1)).copied();
        (0..cut_offs.len()).filter_map(spread).collect()
    };
    told.dedup();
    let mut checks = CHECKS.map(|what| Check { what, cut_offs: 0, records: 0, rows: 0, difference: None });
    progress.begin("summing articles again", Some(told.len() as u64));
    for cut_off in told {
        for (check, tried) in checks.iter_mut().zip(at_cut_off(store, settings, cut_off, random)?) {
            let Some(Tried { records, rows, difference }) = tried else { continue };
            check.cut_offs += 1;
            check.records += records;
            check.rows += rows;
            check.difference = check.difference.take().or(difference);
        }
        progress.advance(1);
    }
    progress.end();
    Ok(checks.into_iter().filter(|check| check.cut_offs > 0).collect())
}

fn at_cut_off(
    store: &Store,
    settings: TableSettings<'_>,
    cut_off: Day,
    random: &mut Random,
) -> Result<[Option<Tried>; CHECKS.len()], PipelineError> {
    let clock = settings.panel.cut_off;
    let (from, to) = (clock.of(cut_off - DAYS_BEFORE), clock.of(cut_off + DAYS_AFTER));
    let scored = store.scored(from, to).collect::<Result<Vec<Scored>, _>>()?;
    let whole: Vec<(Document, TagCounts)> = scored.into_iter().map(document).collect();
    let later = whole.partition_point(|(document, _)| document.availability.at <= clock.of(cut_off));
    let (cut, poisoned) = (whole[..later].to_vec(), poisoned(&whole, later));
    let records = (whole.len() - later) as u64;
    let late = random.below(later);
    let mut worlds = vec![whole, cut, poisoned];
    let mut delayed = None;
    if later > 0 {
        let (mut moved, mut without) = (worlds[0].clone(), worlds[0].clone());
        without.remove(late);
        let (document, _) = &mut moved[late];
        delayed = Some(clock.day_of(document.availability.at));
        document.availability.at += SignedDuration::from_hours(24 * (1 + random.below(14)) as i64);
        worlds.extend([moved, without]);
    }
    let sums = worlds
        .into_par_iter()
        .map(|world| summed(&world, settings))
        .collect::<Result<Vec<Vec<DayIndex>>, PipelineError>>()?;
    let compared = |one: usize, other: usize, last: Day, records: u64| Tried {
        records,
        rows: sums[one].partition_point(|index| index.day <= last) as u64,
        difference: first_difference(&sums[one], &sums[other], cut_off, last),
    };
    let delayed = delayed.map(|day| {
        let mut tried = compared(0, 3, day - 1, 1);
        tried.difference = tried.difference.or_else(|| first_difference(&sums[4], &sums[3], cut_off, day));
        tried
    });
    Ok([Some(compared(0, 1, cut_off, records)), Some(compared(0, 2, cut_off, records)), delayed])
}

/// A document with no more than the sums need.
fn document(scored: Scored) -> (Document, TagCounts) {
    let article = Article { title: scored.title, source: scored.source, ..Article::default() };
    let document =
        Document { id: scored.id, article, availability: scored.available, fingerprint: scored.fingerprint };
    (document, scored.counts)
}

/// From `later` on, every article tells everything, and tells it as an earlier article told its story:
/// whoever folds across the cut-off takes it up.
fn poisoned(whole: &[(Document, TagCounts)], later: usize) -> Vec<(Document, TagCounts)> {
    let mut poisoned = whole.to_vec();
    let (earlier, after) = poisoned.split_at_mut(later);
    let last = earlier.len();
    for (at, (document, counts)) in after.iter_mut().enumerate() {
        if let Some((told, _)) = last.checked_sub(1 + at % last.max(1)).and_then(|at| earlier.get(at)) {
            document.fingerprint.clone_from(&told.fingerprint);
            document.article.title.clone_from(&told.article.title);
        }
        let all = Count { asserted: counts.sentences.max(1).saturating_mul(1000), reversed: 0, expected: 0 };
        counts.poles.fill(all);
        counts.narratives.fill(all);
    }
    poisoned
}

fn summed(
    world: &[(Document, TagCounts)],
    settings: TableSettings<'_>,
) -> Result<Vec<DayIndex>, PipelineError> {
    let (lexicons, summing) = (settings.lexicons, settings.summing());
    let mut store = Store::in_memory()?;
    store.put(world, &lexicons.narratives)?;
    reindex(&mut store, lexicons, summing, &Silent, &mut Default::default())?;
    day_indexes(&store, lexicons, summing)
}

fn first_difference(one: &[DayIndex], other: &[DayIndex], cut_off: Day, last: Day) -> Option<Difference> {
    let [one, other] = [one, other].map(|days| &days[..days.partition_point(|index| index.day <= last)]);
    let differing = one.iter().zip(other).find(|(one, other)| one != other);
    let (one, other) = match differing {
        Some((one, other)) => (Some(one), Some(other)),
        None => {
            let shorter = one.len().min(other.len());
            (one.get(shorter), other.get(shorter))
        }
    };
    let row = [one, other].into_iter().flatten().map(|index| index.day).min()?;
    let said = |index: Option<&DayIndex>| match index {
        None => "no articles".to_owned(),
        Some(index) => format!("{index:?}"),
    };
    let column = "the sums of its articles".to_owned();
    Some(Difference { cut_off, row, column, published: said(one), changed: said(other) })
}
