//! Brings commentary to the workbench: from the store or from files, in order and in bounded memory.
//!
//! What is made of each article is `workbench`'s and runs on all cores; here is only where articles come
//! from, which of them are asked for, and how two passes or a day at a time are driven. Nothing is
//! written to the store.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use jiff::Timestamp;
use rayon::prelude::*;

use super::{
    Input, PipelineError, Progress, ReadArticle, Summing, import::read_articles, import::span,
    refresh::day_span,
};
use crate::{
    calendar::Day,
    document::{Article, Document, DocumentId, Skip},
    extract::ExtractOptions,
    index::{ScoredDocument, scores},
    store::Store,
    tag::Tagger,
    workbench::{
        Census, Drawn, Finder, Found, Key, Sampler, Sensitivity, Sheet, Target, TermOptions, UnitSource,
        Vocabulary, changes, read_key, read_sheet, terms, unit, units,
    },
};

/// Where commentary is read from.
#[derive(Clone, Copy)]
pub enum Commentary<'a> {
    /// The store, by time.
    Store(&'a Store),
    /// Files, in input order.
    Files(&'a [Input], &'a ExtractOptions),
}

/// Which of it.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Whose days are meant.
    pub summing: Summing,
    /// From this day on; articles without a date are then left aside.
    pub from: Option<Day>,
    /// Up to this day.
    pub to: Option<Day>,
    /// Only these sources; all where none is named.
    pub sources: Vec<String>,
}

/// One article that was asked for.
#[derive(Debug, Clone, Copy)]
pub struct Piece<'a> {
    /// Its identity; of an article outside the store, the one it would get.
    pub id: DocumentId,
    /// The day it counts for.
    pub day: Option<Day>,
    /// What it says.
    pub article: &'a Article,
}

/// Documents read from the store at a time.
const CHUNK_DOCUMENTS: usize = 1000;

impl Selection {
    fn wants(&self, day: Option<Day>, source: &str) -> bool {
        let in_time = match day {
            Some(day) => self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to),
            None => self.from.is_none() && self.to.is_none(),
        };
        in_time && (self.sources.is_empty() || self.sources.iter().any(|one| one == source))
    }

    fn span(&self) -> (Timestamp, Timestamp) {
        let from = self.from.map_or(Timestamp::MIN, |day| day_span(self.summing.cut_off, day).0);
        let to = self.to.map_or(Timestamp::MAX, |day| day_span(self.summing.cut_off, day).1);
        (from, to)
    }
}

/// Reads all that is asked for: `work` on all cores, `each` in order.
fn visit<T: Send>(
    commentary: Commentary<'_>,
    selection: &Selection,
    progress: &dyn Progress,
    work: impl Fn(Piece<'_>) -> T + Sync,
    mut each: impl FnMut(T) -> Result<(), PipelineError>,
) -> Result<(), PipelineError> {
    match commentary {
        Commentary::Store(store) => {
            let (from, to) = selection.span();
            progress.begin("reading the store", None);
            let mut documents = store.documents(from, to);
            loop {
                let chunk: Vec<Document> =
                    documents.by_ref().take(CHUNK_DOCUMENTS).collect::<Result<_, _>>()?;
                if chunk.is_empty() {
                    break;
                }
                let done: Vec<Option<T>> = chunk
                    .par_iter()
                    .map(|document| {
                        let day = Some(selection.summing.cut_off.day_of(document.availability.at));
                        let article = &document.article;
                        selection
                            .wants(day, &article.source)
                            .then(|| work(Piece { id: document.id, day, article }))
                    })
                    .collect();
                progress.advance(chunk.len() as u64);
                done.into_iter().flatten().try_for_each(&mut each)?;
            }
            progress.end();
            Ok(())
        }
        Commentary::Files(inputs, options) => {
            let one = |read: &ReadArticle| {
                let article = match &read.article {
                    Ok(article) => article,
                    Err(reason) => {
                        progress.skip(&Skip { subject: read.subject.clone(), reason: reason.clone() });
                        return None;
                    }
                };
                let day =
                    article.published.map(|published| selection.summing.cut_off.day_of(span(published).1));
                let id = DocumentId::of(article);
                selection.wants(day, &article.source).then(|| work(Piece { id, day, article }))
            };
            read_articles(inputs, options, progress, one, |done| done.map_or(Ok(()), &mut each))?;
            Ok(())
        }
    }
}

/// One place where a term was found.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundIn {
    /// The article.
    pub id: DocumentId,
    /// The day it counts for.
    pub day: Option<Day>,
    /// Who published it.
    pub source: String,
    /// The place.
    pub found: Found,
}

/// Finds a term everywhere, with so many characters on either side; says how often, and in how much.
pub fn find_term(
    commentary: Commentary<'_>,
    selection: &Selection,
    finder: &Finder,
    context: usize,
    progress: &dyn Progress,
    mut each: impl FnMut(FoundIn) -> Result<(), PipelineError>,
) -> Result<Census, PipelineError> {
    let mut census = Census::default();
    let work = |piece: Piece<'_>| {
        let found = finder.find(&piece.article.title, &piece.article.text, context);
        (piece.id, piece.day, piece.article.source.clone(), found)
    };
    visit(commentary, selection, progress, work, |(id, day, source, found)| {
        census.note(day, &source, found.len());
        found.into_iter().try_for_each(|found| each(FoundIn { id, day, source: source.clone(), found }))
    })?;
    Ok(census)
}

/// What was drawn for an audit.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// The sentences, in an order that tells nothing.
    pub drawn: Vec<Drawn>,
    /// Sentences there are, in the order of `Stratum::ALL`.
    pub counts: [u64; 5],
}

/// Draws a stratified sample of sentences to label.
pub fn draw_sample(
    commentary: Commentary<'_>,
    selection: &Selection,
    tagger: &Tagger,
    target: Target,
    (seed, size): (u64, usize),
    progress: &dyn Progress,
) -> Result<Sample, PipelineError> {
    // What is kept depends on seed and identities alone, so the order in which threads come is no matter.
    let sampler = Mutex::new(Sampler::new(seed, size));
    let work = |piece: Piece<'_>| {
        let Piece { id, day, article } = piece;
        let tagged = tagger.tag(&article.title, &article.text, article.language.as_deref());
        let heads = units(&tagged, target, tagger.lexicons());
        let source = UnitSource { id, day, article, tagged: &tagged };
        let mut sampler = sampler.lock().unwrap_or_else(PoisonError::into_inner);
        for head in heads {
            sampler.offer(id, head.sentence, head.stratum, || unit(&source, head.sentence, target, tagger));
        }
    };
    visit(commentary, selection, progress, work, |()| Ok(()))?;
    let sampler = sampler.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(Sample { counts: sampler.counts(), drawn: sampler.finish() })
}

/// Reads a key and the sheets that were labelled for it.
pub fn read_labels(key: &Path, sheets: &[PathBuf]) -> Result<(Key, Vec<Sheet>), PipelineError> {
    let read = |path: &Path| {
        let bytes =
            std::fs::read(path).map_err(|source| PipelineError::Read { path: path.to_owned(), source })?;
        // What is not UTF-8 is then another text, and refused with its line.
        Ok::<_, PipelineError>(String::from_utf8_lossy(&bytes).into_owned())
    };
    let key_text = read(key)?;
    let key = read_key(&key.display().to_string(), &key_text)?;
    let sheets = sheets
        .iter()
        .map(|path| Ok(read_sheet(&path.display().to_string(), &read(path)?, &key)?))
        .collect::<Result<_, PipelineError>>()?;
    Ok((key, sheets))
}

/// Leaves out each entry, over the days of the store, in the memory of a day.
pub fn sensitivity(
    store: &Store,
    selection: &Selection,
    tagger: &Tagger,
    progress: &dyn Progress,
) -> Result<Sensitivity, PipelineError> {
    let mut sums = Sensitivity::default();
    let before = selection.summing.days_before();
    // The days whose stories a day may go on with.
    let mut past: BTreeMap<Day, Vec<ScoredDocument>> = BTreeMap::new();
    let (from, to) = selection.span();
    let mut documents = store.documents(from, to).peekable();
    progress.begin("leaving out each entry", None);
    loop {
        let mut day = None;
        let mut of_day: Vec<Document> = Vec::new();
        while let Some(document) = documents.next_if(|next| {
            next.as_ref().map_or(true, |document| {
                let own = selection.summing.cut_off.day_of(document.availability.at);
                *day.get_or_insert(own) == own
            })
        }) {
            let document = document?;
            if selection.wants(day, &document.article.source) {
                of_day.push(document);
            }
        }
        let Some(day) = day else { break };
        progress.advance(of_day.len() as u64);
        let changed: Vec<_> = of_day
            .par_iter()
            .map(|document| {
                let article = &document.article;
                let language = article.language.as_deref();
                let at = tagger.lexicons().language_index(language);
                (at, changes(tagger, &article.title, &article.text, language))
            })
            .collect();
        let scored: Vec<ScoredDocument> = of_day
            .into_iter()
            .zip(&changed)
            .map(|(document, (_, changed))| ScoredDocument {
                id: document.id,
                source: document.article.source,
                fingerprint: document.fingerprint,
                basis: document.availability.basis,
                words: changed.counts.words,
                scores: scores(&changed.counts),
            })
            .collect();
        if !scored.is_empty() {
            past.retain(|earlier, _| *earlier >= day - before);
            past.insert(day, scored);
            let window: Vec<&[ScoredDocument]> =
                (-before..=0).map(|shift| past.get(&(day + shift)).map_or(&[][..], Vec::as_slice)).collect();
            sums.add_day(day, &window, &changed);
        }
    }
    progress.end();
    Ok(sums)
}

/// What is set apart: articles that tell the story, or the days on which it is loudest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Apart {
    /// Articles whose score is above this.
    Articles(f64),
    /// This share of days, those with the highest mean score.
    Days(f64),
}

/// Days with fewer articles say too little to be called high.
const LEAST_ARTICLES: u64 = 5;

/// Counts the words of both groups. Days are told apart in a first pass, so files are then read twice.
pub fn suggest(
    commentary: Commentary<'_>,
    selection: &Selection,
    tagger: &Tagger,
    target: Target,
    apart: Apart,
    options: &TermOptions,
    progress: &dyn Progress,
) -> Result<Vocabulary, PipelineError> {
    let score = |piece: &Piece<'_>| {
        let article = piece.article;
        let counts = tagger.count(&article.title, &article.text, article.language.as_deref());
        target.count(&counts).score(counts.sentences)
    };
    let mut loud: BTreeMap<Day, bool> = BTreeMap::new();
    if let Apart::Days(share) = apart {
        let mut days: BTreeMap<Day, (f64, u64)> = BTreeMap::new();
        visit(
            commentary,
            selection,
            progress,
            |piece| (piece.day, score(&piece)),
            |(day, score)| {
                if let Some(day) = day {
                    let sum = days.entry(day).or_default();
                    *sum = (sum.0 + score, sum.1 + 1);
                }
                Ok(())
            },
        )?;
        let mut ranked: Vec<(f64, Day)> = days
            .into_iter()
            .filter(|(_, (_, articles))| *articles >= LEAST_ARTICLES)
            .map(|(day, (sum, articles))| (sum / articles as f64, day))
            .collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        let high = (share * ranked.len() as f64).ceil() as usize;
        loud.extend(ranked.iter().enumerate().map(|(rank, (_, day))| (*day, rank < high)));
    }
    let mut vocabulary = Vocabulary::default();
    let work = |piece: Piece<'_>| {
        let article = piece.article;
        let tagged = tagger.tag(&article.title, &article.text, article.language.as_deref());
        let is_high = match apart {
            Apart::Articles(above) => {
                Some(target.count(&tagged.counts).score(tagged.counts.sentences) > above)
            }
            Apart::Days(_) => piece.day.and_then(|day| loud.get(&day).copied()),
        };
        let counted = terms(&article.title, &article.text, &tagged, options.all);
        (piece.id, article.title.clone(), article.source.clone(), counted, is_high)
    };
    visit(commentary, selection, progress, work, |(id, title, source, counted, is_high)| {
        if let Some(is_high) = is_high {
            vocabulary.add(id, &title, &source, counted, is_high);
        }
        Ok(())
    })?;
    Ok(vocabulary)
}
