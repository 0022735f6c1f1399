//! Brings everything derived up to date, at the cost of what changed.
//!
//! Articles that another lexicon read are read again; days that were touched are summed again from
//! the counts of their articles; standardising, joining and the states run over days, of which there
//! are few, and are computed anew each time. The index of a day is kept in the store under a hash of
//! the settings that made it, so that another cut-off or axis never mixes with old sums.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::{PipelineError, Progress};
use crate::{
    calendar::{CutOff, Day},
    index::{
        DayIndex, DayScore, IndexOptions, ScoredDocument, SourceDay, day_index, framing, score_of, scores,
        standardize,
    },
    lexicon::{LexiconId, Lexicons},
    panel::{Panel, PanelOptions},
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
const INDEX_VERSION: u32 = 1;

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
    cut_off: CutOff,
    progress: &dyn Progress,
) -> Result<Refreshed, PipelineError> {
    let mut refreshed = Refreshed::default();
    store.use_narratives(&tagger.lexicons().narratives);
    retag(store, tagger, progress, &mut refreshed)?;
    reindex(store, tagger.lexicons(), cut_off, progress, &mut refreshed)?;
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
            .map(|document| {
                let article = &document.article;
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
fn settings_hash(lexicons: &Lexicons, cut_off: CutOff) -> u64 {
    let mut hash = Sha256::new();
    hash.update(INDEX_VERSION.to_be_bytes());
    hash.update(cut_off.to_string());
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
    cut_off: CutOff,
    progress: &dyn Progress,
    refreshed: &mut Refreshed,
) -> Result<(), PipelineError> {
    let settings = settings_hash(lexicons, cut_off);
    // Where the stored days were made with other settings, this marks every day as touched.
    store.put_days(settings, &[], &[])?;
    let dirty = store.dirty_days()?;
    if dirty.is_empty() {
        return Ok(());
    }
    // A UTC day's instants count for that day, the one before or the one after, by the cut-off.
    let days: BTreeSet<Day> =
        dirty.iter().flat_map(|day| (-1..=1).map(move |shift| Day(day + shift))).collect();
    progress.begin("summing days", Some(days.len() as u64));
    let mut days = days.into_iter().peekable();
    while days.peek().is_some() {
        let mut chunk = Vec::new();
        let mut documents = 0;
        while let Some(day) = days.next_if(|_| documents < CHUNK_SUMMED) {
            let (from, to) = day_span(cut_off, day);
            let scored = store.scored(from, to).collect::<Result<Vec<Scored>, _>>()?;
            documents += scored.len();
            chunk.push((day, scored));
        }
        let summed = chunk.len() as u64;
        let records: Vec<(i32, Option<DayRecord>)> = chunk
            .into_par_iter()
            .map(|(day, scored)| {
                let scored: Vec<ScoredDocument> = scored.into_iter().map(scored_document).collect();
                (day.0, (!scored.is_empty()).then(|| record_of(day_index(day, &scored))))
            })
            .collect();
        refreshed.days += records.iter().filter(|(_, record)| record.is_some()).count() as u64;
        store.put_days(settings, &records, &[])?;
        progress.advance(summed);
    }
    // Only now: an interrupted refresh finds its dirty days again.
    store.put_days(settings, &[], &dirty)?;
    progress.end();
    Ok(())
}

pub(super) fn scored_document(scored: Scored) -> ScoredDocument {
    let counts = &scored.counts;
    ScoredDocument {
        id: scored.id,
        fingerprint: scored.fingerprint,
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

/// The sums of every day in the store, ascending, as the lexicons and the cut-off in force made them.
pub(super) fn day_indexes(
    store: &Store,
    lexicons: &Lexicons,
    cut_off: CutOff,
) -> Result<Vec<DayIndex>, PipelineError> {
    let records = store.day_records(settings_hash(lexicons, cut_off))?;
    Ok(records.into_iter().map(index_of).collect())
}

/// The narrative scores of every day up to `until`, from the sums in the store. Run [`refresh`] first.
pub fn score_days(
    store: &Store,
    lexicons: &Lexicons,
    cut_off: CutOff,
    options: &IndexOptions,
    until: Option<Day>,
) -> Result<Vec<DayScore>, PipelineError> {
    let mut days = day_indexes(store, lexicons, cut_off)?;
    days.retain(|index| until.is_none_or(|until| index.day <= until));
    Ok(standardize(&days, options, framing(lexicons)))
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
    join_all(days, &all_prices(store)?, lexicons, options, signal_options, until)
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
