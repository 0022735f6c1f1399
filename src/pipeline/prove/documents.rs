//! The same checks one stage earlier, where articles become days: a stretch of the store's articles
//! around a cut-off is put into a store in memory and summed as `refresh` sums them, whole, cut,
//! poisoned and with one article late. Bodies are left out: the sums are made of stored counts. Here too
//! a leak is planted first: stories that already know who tells them tomorrow.

use jiff::SignedDuration;
use rayon::prelude::*;

use super::{Check, Difference, Planted, Random, Tried, world::World};
use crate::{
    calendar::Day,
    document::{Article, Document},
    index::{DayIndex, ScoredDocument, day_index_within, stories_within},
    pipeline::{
        PipelineError, Progress, Silent, Summing, TableSettings,
        refresh::{day_indexes, reindex, scored_documents},
    },
    store::{Scored, Store},
    tag::{Count, TagCounts},
};

/// Days before a cut-off that are summed with their whole window behind them.
const DAYS_COMPARED: i32 = 8;

/// The leak: a story of the day takes in who tells it on the next.
pub(super) const LEAK: &str = "stories that take in the articles telling them tomorrow";

/// Days of articles before and after a cut-off: a story is told again throughout its window, and what
/// comes a window later must not fold into it.
fn stretch(summing: Summing) -> (i32, i32) {
    (summing.days_before() + DAYS_COMPARED, summing.days_before() + 1)
}

/// What is done at every cut-off.
const CHECKS: [&str; 3] = [
    "cut: all articles after the cut-off taken away",
    "poisoned: all articles after the cut-off shout in the words of earlier ones",
    "delayed: one article arrives days later than it did",
];

/// The planted leak, where any cut-off lies between two days of news, and the checks.
pub(super) fn checks(
    store: &Store,
    settings: TableSettings<'_>,
    world: &World,
    cut_offs: &[Day],
    random: &mut Random,
    progress: &dyn Progress,
) -> Result<(Option<Planted>, Vec<Check>), PipelineError> {
    // A cut-off far from any article would prove nothing of articles: it moves to the next day with some.
    let days: Vec<Day> = world.days.iter().map(|index| index.day).collect();
    let mut told: Vec<Day> = if cut_offs.len() > days.len() {
        days
    } else {
        let spread = |at: usize| days.get(at * days.len() / cut_offs.len().max(1)).copied();
        (0..cut_offs.len()).filter_map(spread).collect()
    };
    told.dedup();
    let mut planted: Option<Planted> = None;
    let mut checks = CHECKS.map(|what| Check { what, cut_offs: 0, records: 0, rows: 0, difference: None });
    progress.begin("summing articles again", Some(told.len() as u64));
    for cut_off in told {
        let around = Around::new(store, settings, cut_off)?;
        if planted.as_ref().is_none_or(|planted| planted.caught.is_none()) {
            planted = around.planted()?.or(planted);
        }
        for (check, tried) in checks.iter_mut().zip(around.tried(summed, random)?) {
            let Some(Tried { records, rows, difference }) = tried else { continue };
            check.cut_offs += 1;
            check.records += records;
            check.rows += rows;
            check.difference = check.difference.take().or(difference);
        }
        progress.advance(1);
    }
    progress.end();
    Ok((planted, checks.into_iter().filter(|check| check.cut_offs > 0).collect()))
}

/// How a stretch of articles becomes days: as `refresh` does it, or with the leak.
type Method = fn(&Told, TableSettings<'_>) -> Result<Vec<DayIndex>, PipelineError>;

/// Articles in the order in which they became available.
type Told = [(Document, TagCounts)];

/// The articles around a cut-off.
struct Around<'a> {
    settings: TableSettings<'a>,
    cut_off: Day,
    whole: Vec<(Document, TagCounts)>,
    /// The first of them after the cut-off.
    later: usize,
}

impl<'a> Around<'a> {
    fn new(store: &Store, settings: TableSettings<'a>, cut_off: Day) -> Result<Self, PipelineError> {
        let clock = settings.panel.cut_off;
        let (before, after) = stretch(settings.summing());
        let scored = store
            .scored(clock.of(cut_off - before), clock.of(cut_off + after))
            .collect::<Result<Vec<Scored>, _>>()?;
        let whole: Vec<(Document, TagCounts)> = scored.into_iter().map(document).collect();
        let later = whole.partition_point(|(document, _)| document.availability.at <= clock.of(cut_off));
        Ok(Self { settings, cut_off, whole, later })
    }

    /// The leak planted around this cut-off; `None` where it would change nothing of the day: nothing
    /// is told that day or the next, or nothing that could be told again.
    fn planted(&self) -> Result<Option<Planted>, PipelineError> {
        let day = |at: Option<usize>| {
            let (document, _) = self.whole.get(at?)?;
            Some(self.settings.panel.cut_off.day_of(document.availability.at))
        };
        let told = day(self.later.checked_sub(1)) == Some(self.cut_off);
        if !told || day(Some(self.later)) != Some(self.cut_off + 1) {
            return Ok(None);
        }
        let poisoned = poisoned(&self.whole, self.later);
        let [leaking_whole, leaking_poisoned] =
            [leaking(&self.whole, self.settings)?, leaking(&poisoned, self.settings)?];
        let [whole, poisoned] = [summed(&self.whole, self.settings)?, summed(&poisoned, self.settings)?];
        let of_the_day = |days: &[DayIndex]| days.iter().find(|index| index.day == self.cut_off).cloned();
        if of_the_day(&leaking_whole) == of_the_day(&whole)
            && of_the_day(&leaking_poisoned) == of_the_day(&poisoned)
        {
            return Ok(None);
        }
        let cut = leaking(&self.whole[..self.later], self.settings)?;
        let found = [cut, leaking_poisoned]
            .iter()
            .find_map(|changed| first_difference(&leaking_whole, changed, self.cut_off, self.cut_off));
        Ok(Some(Planted { what: LEAK, caught: found }))
    }

    fn tried(
        &self,
        method: Method,
        random: &mut Random,
    ) -> Result<[Option<Tried>; CHECKS.len()], PipelineError> {
        let Self { settings, cut_off, ref whole, later } = *self;
        let (cut, poisoned) = (whole[..later].to_vec(), poisoned(whole, later));
        let records = (whole.len() - later) as u64;
        let late = random.below(later);
        let mut worlds = vec![whole.clone(), cut, poisoned];
        let mut delayed = None;
        if later > 0 {
            let (mut moved, mut without) = (whole.clone(), whole.clone());
            without.remove(late);
            let (document, _) = &mut moved[late];
            delayed = Some(settings.panel.cut_off.day_of(document.availability.at));
            let (before, after) = stretch(settings.summing());
            let longest = (before + after).unsigned_abs() as usize + 1;
            document.availability.at += SignedDuration::from_hours(24 * (1 + random.below(longest)) as i64);
            worlds.extend([moved, without]);
        }
        let sums = worlds
            .into_par_iter()
            .map(|world| method(&world, settings))
            .collect::<Result<Vec<Vec<DayIndex>>, PipelineError>>()?;
        let compared = |one: usize, other: usize, last: Day, records: u64| Tried {
            records,
            rows: sums[one].partition_point(|index| index.day <= last) as u64,
            difference: first_difference(&sums[one], &sums[other], cut_off, last),
        };
        let delayed = delayed.map(|day| {
            let mut tried = compared(0, 3, day - 1, 1);
            tried.difference =
                tried.difference.or_else(|| first_difference(&sums[4], &sums[3], cut_off, day));
            tried
        });
        Ok([Some(compared(0, 1, cut_off, records)), Some(compared(0, 2, cut_off, records)), delayed])
    }
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

fn stored(world: &Told, settings: TableSettings<'_>) -> Result<Store, PipelineError> {
    let lexicons = settings.lexicons;
    let mut store = Store::in_memory()?;
    store.put(world, &lexicons.narratives)?;
    reindex(&mut store, lexicons, settings.summing(), &Silent, &mut Default::default())?;
    Ok(store)
}

fn summed(world: &Told, settings: TableSettings<'_>) -> Result<Vec<DayIndex>, PipelineError> {
    day_indexes(&stored(world, settings)?, settings.lexicons, settings.summing())
}

/// The same with the leak: each day is summed with those articles of the next that tell its stories.
fn leaking(world: &Told, settings: TableSettings<'_>) -> Result<Vec<DayIndex>, PipelineError> {
    let summing = settings.summing();
    let store = stored(world, settings)?;
    let honest = day_indexes(&store, settings.lexicons, summing)?;
    honest
        .iter()
        .map(|index| {
            let window: Vec<Vec<ScoredDocument>> = (-summing.days_before()..=1)
                .map(|shift| scored_documents(&store, summing.cut_off, index.day + shift))
                .collect::<Result<_, _>>()?;
            let Some((tomorrow, days)) = window.split_last() else {
                return Ok(index.clone());
            };
            let mut window: Vec<&[ScoredDocument]> = days.iter().map(Vec::as_slice).collect();
            let today = window.pop().unwrap_or_default();
            let again = stories_within(&[today, tomorrow]);
            let again =
                again.iter().filter(|story| !story.earlier.is_empty()).flat_map(|story| &story.members);
            let mut told = today.to_vec();
            told.extend(again.map(|member| tomorrow[*member].clone()));
            window.push(&told);
            Ok(day_index_within(index.day, &window))
        })
        .collect()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        document::{Availability, Basis, DocumentId, Fingerprint},
        index::IndexOptions,
        lexicon::Lexicons,
        panel::PanelOptions,
        signal::SignalOptions,
    };

    /// One story a day after day, by another source each time.
    fn told(days: i32, lexicons: &Lexicons) -> Vec<(Document, TagCounts)> {
        let told = |day: i32| {
            let title = (0..6).map(|word| day as u32 / 2 * 10 + word).collect();
            let article =
                Article { title: "t".to_owned(), source: format!("s{}", day % 5), ..Article::default() };
            let at = (Day(20_000) + day).start() + SignedDuration::from_hours(9);
            let counts = TagCounts {
                lexicon: lexicons.languages[0].id.clone(),
                words: 40,
                sentences: 4,
                narratives: vec![Count::default(); lexicons.narratives.len()],
                poles: [Count { asserted: 1000 * (day as u32 % 3), reversed: 0, expected: 0 }; 2],
            };
            let document = Document {
                id: DocumentId(day as u64),
                article,
                availability: Availability { at, basis: Basis::Claimed },
                fingerprint: Fingerprint { title, body: day as u64, ..Fingerprint::default() },
            };
            (document, counts)
        };
        (0..days).map(told).collect()
    }

    /// Whatever the window, both checks that take tomorrow away or change it find the leak, and neither
    /// finds anything in the sums as they are.
    #[test]
    fn every_window_is_looked_at_and_its_leak_found() {
        let (lexicons, panel, signal) =
            (Lexicons::built_in(), PanelOptions::default(), SignalOptions::default());
        for story_days in [1, 3, 31] {
            let index = IndexOptions { story_days, ..IndexOptions::default() };
            let settings =
                TableSettings { lexicons: &lexicons, index: &index, panel: &panel, signal: &signal };
            let store = stored(&told(120, &lexicons), settings).unwrap();
            let around = Around::new(&store, settings, Day(20_060)).unwrap();
            // The whole window of the first day that is compared, and the days on which the last is told again.
            let days = around.whole.len() as i32;
            assert_eq!(days, 2 * story_days as i32 - 2 + DAYS_COMPARED + 1, "{story_days}");
            let planted = around.planted().unwrap();
            assert!(planted.is_some_and(|planted| planted.caught.is_some()), "{story_days}");
            // The last day has no tomorrow, and there is nothing to take in.
            let last = Around::new(&store, settings, Day(20_119)).unwrap();
            assert_eq!(last.planted().unwrap(), None);
            let found = |method: Method| -> Vec<bool> {
                let tried = around.tried(method, &mut Random::new(1)).unwrap();
                tried.into_iter().map(|tried| tried.unwrap().difference.is_some()).collect()
            };
            assert_eq!(found(leaking)[..2], [true, true], "{story_days}");
            assert_eq!(found(summed), [false; 3], "{story_days}");
        }
    }
}
