//! Brings everything derived up to date, at the cost of what changed.
//!
//! Articles that another lexicon read are read again; days that were touched are summed again from
//! the counts of their articles; joining and the states run over days, of which there are few, and are
//! computed anew each time. The index of a day is kept in the store under a hash of
//! the settings that made it, so that another cut-off or axis never mixes with old sums.

use std::collections::{BTreeMap, BTreeSet, btree_map::Entry};

use jiff::Timestamp;
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::{PipelineError, Progress};
use crate::{
    calendar::{CutOff, Day},
    extract::{fingerprint, headline_words},
    index::{
        DayIndex, DayScore, IndexOptions, ScoredDocument, SourceDay, day_index_within, score_of, scores,
    },
    lexicon::{LexiconId, Lexicons},
    panel::{Leg, Panel, PanelOptions},
    prices::Series,
    signal::{SignalOptions, SignalRow, signal},
    store::{DayRecord, Scored, SourceRecord, Stale, Store},
    tag::Tagger,
};

/// Documents tagged again at a time.
const CHUNK_DOCUMENTS: usize = 1000;

/// Days are summed together until they hold this many documents: enough to keep every core busy, and a
/// bound on memory whatever a day holds.
const CHUNK_SUMMED: usize = 20_000;

/// Part of the settings hash: raised when the sums themselves change their meaning.
const INDEX_VERSION: u32 = 2;

/// What the sums of a day depend on beside its articles and their scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summing {
    /// When a day ends.
    pub cut_off: CutOff,
    /// Days within which repeats are one story, the day itself included; at least one.
    pub story_days: u32,
}

impl Default for Summing {
    /// Days that end at midnight, with the usual window.
    fn default() -> Self {
        CutOff::default().into()
    }
}

impl From<CutOff> for Summing {
    /// With the usual window of days.
    fn from(cut_off: CutOff) -> Self {
        Self { cut_off, story_days: IndexOptions::default().story_days }
    }
}

impl Summing {
    /// Days looked at before the one asked about.
    pub(super) fn days_before(self) -> i32 {
        // A month: beyond it nobody repeats, and the window's articles are held in memory.
        self.story_days.clamp(1, 31) as i32 - 1
    }
}

/// What had to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Refreshed {
    /// Documents read again because their lexicon changed.
    pub retagged: u64,
    /// Of these, documents whose numbers changed.
    pub rescored: u64,
    /// Days summed again.
    pub days: u64,
}

/// Re-tags what another lexicon read and recomputes the days that were touched.
pub fn refresh(
    store: &mut Store,
    tagger: &Tagger,
    summing: impl Into<Summing>,
    progress: &dyn Progress,
) -> Result<Refreshed, PipelineError> {
    let summing = summing.into();
    let mut refreshed = Refreshed::default();
    store.use_narratives(&tagger.lexicons().narratives);
    retag(store, tagger, progress, &mut refreshed)?;
    reindex(store, tagger.lexicons(), summing, progress, &mut refreshed)?;
    if refreshed != Refreshed::default() {
        store.flush()?;
    }
    Ok(refreshed)
}

fn retag(
    store: &mut Store,
    tagger: &Tagger,
    progress: &dyn Progress,
    refreshed: &mut Refreshed,
) -> Result<(), PipelineError> {
    let current = |language: Option<&str>| tagger.lexicon_id(language).clone();
    let stale = store.stale_count(&current)?;
    if stale == 0 {
        return Ok(());
    }
    progress.begin("tagging again with the changed lexicon", Some(stale));
    let mut cursor = None;
    loop {
        let Stale { documents, next } = store.stale(&current, cursor, CHUNK_DOCUMENTS)?;
        let rescored: Vec<_> = documents
            .into_par_iter()
            .map(|mut document| {
                let article = &document.article;
                // Of an older release, or of this one: the same numbers then.
                document.fingerprint = fingerprint(&article.title, &article.text);
                let counts = tagger.count(&article.title, &article.text, article.language.as_deref());
                (document, counts)
            })
            .collect();
        refreshed.retagged += rescored.len() as u64;
        refreshed.rescored += store.rescore(&rescored, &tagger.lexicons().narratives)?;
        progress.advance(rescored.len() as u64);
        cursor = next;
        if cursor.is_none() {
            break;
        }
    }
    progress.end();
    Ok(())
}

/// What the stored sums depend on beside the documents' counts.
pub(super) fn settings_hash(lexicons: &Lexicons, summing: Summing) -> u64 {
    let mut hash = Sha256::new();
    hash.update(INDEX_VERSION.to_be_bytes());
    hash.update(summing.cut_off.to_string());
    hash.update(summing.days_before().to_be_bytes());
    for name in lexicons.axis.poles.iter().map(|pole| &pole.name).chain(&lexicons.narratives) {
        hash.update(name);
        hash.update([0]);
    }
    let digest = hash.finalize();
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    u64::from_be_bytes(first)
}

pub(super) fn reindex(
    store: &mut Store,
    lexicons: &Lexicons,
    summing: Summing,
    progress: &dyn Progress,
    refreshed: &mut Refreshed,
) -> Result<(), PipelineError> {
    let settings = settings_hash(lexicons, summing);
    // Where the stored days were made with other settings, this marks every day as touched.
    store.put_days(settings, &[], &[])?;
    let dirty = store.dirty_days()?;
    if dirty.is_empty() {
        return Ok(());
    }
    // A UTC day's instants count for that day, the one before or the one after, by the cut-off; and what
    // is told on a day is known on those after it that look back so far.
    let before = summing.days_before();
    let days: BTreeSet<Day> =
        dirty.iter().flat_map(|day| (-1..=1 + before).map(move |shift| Day(day + shift))).collect();
    progress.begin("summing days", Some(days.len() as u64));
    let mut days = days.into_iter().peekable();
    // The documents of the days in hand and of those their windows reach back to.
    let mut held: BTreeMap<Day, Vec<ScoredDocument>> = BTreeMap::new();
    while days.peek().is_some() {
        let mut chunk = Vec::new();
        let mut documents = 0;
        while let Some(day) = days.next_if(|_| documents < CHUNK_SUMMED) {
            for day in (-before..=0).map(|shift| day + shift) {
                if let Entry::Vacant(vacant) = held.entry(day) {
                    let scored = vacant.insert(scored_documents(store, summing.cut_off, day)?);
                    documents += scored.len();
                }
            }
            chunk.push(day);
        }
        let summed = chunk.len() as u64;
        let last = chunk.last().copied();
        let records: Vec<(i32, Option<DayRecord>)> = chunk
            .into_par_iter()
            .map(|day| {
                let window: Vec<&[ScoredDocument]> =
                    (-before..=0).map(|shift| held[&(day + shift)].as_slice()).collect();
                (day.0, (!held[&day].is_empty()).then(|| record_of(day_index_within(day, &window))))
            })
            .collect();
        held.retain(|day, _| last.is_some_and(|last| *day + before > last));
        refreshed.days += records.iter().filter(|(_, record)| record.is_some()).count() as u64;
        store.put_days(settings, &records, &[])?;
        progress.advance(summed);
    }
    // Only now: an interrupted refresh finds its dirty days again.
    store.put_days(settings, &[], &dirty)?;
    progress.end();
    Ok(())
}

/// The documents that count for a day, by time.
pub(super) fn scored_documents(
    store: &Store,
    cut_off: CutOff,
    day: Day,
) -> Result<Vec<ScoredDocument>, PipelineError> {
    let (from, to) = day_span(cut_off, day);
    let scored = store.scored(from, to).collect::<Result<Vec<Scored>, _>>()?;
    Ok(scored.into_par_iter().map(scored_document).collect())
}

fn scored_document(scored: Scored) -> ScoredDocument {
    let counts = &scored.counts;
    let mut fingerprint = scored.fingerprint;
    // Headlines that an older release took in were cut into words otherwise. One that is empty stands for
    // a first sentence, which is not at hand.
    if !scored.title.trim().is_empty() {
        fingerprint.title = headline_words(&scored.title);
    }
    ScoredDocument {
        id: scored.id,
        fingerprint,
        basis: scored.available.basis,
        words: counts.words,
        scores: scores(counts),
        source: scored.source,
    }
}

fn record_of(index: DayIndex) -> DayRecord {
    let source = |day: SourceDay| SourceRecord {
        source: day.source,
        docs: day.docs,
        weight: day.weight,
        means: day.means,
    };
    DayRecord {
        docs: index.docs,
        words: index.words,
        stories: index.stories,
        by_basis: index.by_basis,
        sources: index.sources.into_iter().map(source).collect(),
    }
}

fn index_of((day, record): (i32, DayRecord)) -> DayIndex {
    let source = |record: SourceRecord| SourceDay {
        source: record.source,
        docs: record.docs,
        weight: record.weight,
        means: record.means,
    };
    DayIndex {
        day: Day(day),
        docs: record.docs,
        words: record.words,
        stories: record.stories,
        by_basis: record.by_basis,
        sources: record.sources.into_iter().map(source).collect(),
    }
}

/// The sums of every day in the store, ascending, as the lexicons and settings in force made them.
pub(super) fn day_indexes(
    store: &Store,
    lexicons: &Lexicons,
    summing: Summing,
) -> Result<Vec<DayIndex>, PipelineError> {
    let records = store.day_records(settings_hash(lexicons, summing))?;
    Ok(records.into_iter().map(index_of).collect())
}

/// Everything that turns what is stored into the table.
#[derive(Debug, Clone, Copy)]
pub struct TableSettings<'a> {
    /// The lexicons in force.
    pub lexicons: &'a Lexicons,
    /// How articles become days.
    pub index: &'a IndexOptions,
    /// How days and prices are joined.
    pub panel: &'a PanelOptions,
    /// When states change.
    pub signal: &'a SignalOptions,
}

impl TableSettings<'_> {
    /// What the sums of a day depend on.
    pub(super) fn summing(self) -> Summing {
        Summing { cut_off: self.panel.cut_off, story_days: self.index.story_days }
    }
}

/// Days, prices and states, joined by day.
#[derive(Debug, Clone)]
pub struct Joined {
    /// The panel.
    pub panel: Panel,
    /// Measures and states, one for each row of the panel.
    pub rows: Vec<SignalRow>,
    /// The lexicons behind the narrative columns.
    pub lexicons: Vec<LexiconId>,
}

/// Joins the days with the prices and runs the states, up to `until`.
pub fn joined(
    store: &Store,
    days: &[DayScore],
    lexicons: &Lexicons,
    options: &PanelOptions,
    signal_options: &SignalOptions,
    until: Day,
) -> Result<Joined, PipelineError> {
    join_all(days, &table_prices(store)?, lexicons, options, signal_options, until)
}

/// The price series that the table is made of, by name; a store may hold many others.
pub(super) fn table_prices(store: &Store) -> Result<BTreeMap<String, Series>, PipelineError> {
    let mut prices = BTreeMap::new();
    for name in Leg::ALL.map(Leg::name) {
        if let Some(series) = store.series(name)? {
            prices.insert(name.to_owned(), series);
        }
    }
    Ok(prices)
}

/// Every price series in the store, by name.
pub(super) fn all_prices(store: &Store) -> Result<BTreeMap<String, Series>, PipelineError> {
    let mut prices = BTreeMap::new();
    for name in store.series_names()? {
        if let Some(series) = store.series(&name)? {
            prices.insert(name, series);
        }
    }
    Ok(prices)
}

/// The same join of days and prices that no store holds, or holds otherwise.
pub(super) fn join_all(
    days: &[DayScore],
    prices: &BTreeMap<String, Series>,
    lexicons: &Lexicons,
    options: &PanelOptions,
    signal_options: &SignalOptions,
    until: Day,
) -> Result<Joined, PipelineError> {
    let panel = Panel::build(days, prices, options, Some(until))?;
    let fiscal = lexicons.narrative("fiscal").map(|narrative| score_of(lexicons, narrative));
    let rows = signal(&panel, &SignalOptions { fiscal_column: fiscal, ..signal_options.clone() });
    // All that are in force, used or not: which ones were used depends on documents that came later.
    let lexicons: Vec<LexiconId> = lexicons.languages.iter().map(|lexicon| lexicon.id.clone()).collect();
    Ok(Joined { panel, rows, lexicons })
}

/// The cut-offs a day lies between: what became available after the first, up to and including the
/// second, counts for it.
pub(super) fn day_span(cut_off: CutOff, day: Day) -> (Timestamp, Timestamp) {
    (cut_off.of(day - 1), cut_off.of(day))
}
