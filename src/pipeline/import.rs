//! Brings articles into the store: identity, availability, counts, one batch after the other.
//!
//! Content that was read before, by its hash, is not read again; an article that is known, by its
//! identity, is left as it was first read. So an interrupted import is repeated without harm and a
//! repeated one changes nothing.

use std::ops;

use jiff::{SignedDuration, Timestamp};
use rayon::prelude::*;

use super::{
    Input, PipelineError, Progress,
    intake::{ReadArticle, ReadSummary, Sink, Taken, Tally, intake},
    language::{Unread, language_of},
};
use crate::{
    calendar::Day,
    collect::Dates,
    document::{Article, Availability, Basis, Document, DocumentId, PageKind, Published, Skip},
    extract::{ExtractOptions, fingerprint},
    store::{InputRecord, Store},
    tag::{MOST_BYTES, TagCounts, Tagger},
};

/// What the caller decides about an import.
#[derive(Debug, Clone)]
pub struct ImportOptions {
    /// The current time: nothing may be dated after it.
    pub now: Timestamp,
    /// How pages are read.
    pub extract: ExtractOptions,
}

/// What an import did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ImportSummary {
    /// Files whose content was read before, and so were not read again.
    pub unchanged_files: u64,
    /// Articles read.
    pub read: u64,
    /// Articles that were new.
    pub added: u64,
    /// Articles that were known.
    pub known: u64,
    /// Known articles that came with another text; the first version is kept.
    pub changed: u64,
    /// Inputs that could not be used.
    pub skipped: u64,
    /// Inputs that could not be used when their unchanged file was read.
    pub skipped_before: u64,
    /// Records of web archives that are no pages, which is no fault of them.
    pub passed_over: u64,
}

impl ops::AddAssign for ImportSummary {
    fn add_assign(&mut self, other: Self) {
        self.unchanged_files += other.unchanged_files;
        self.read += other.read;
        self.added += other.added;
        self.known += other.known;
        self.changed += other.changed;
        self.skipped += other.skipped;
        self.skipped_before += other.skipped_before;
        self.passed_over += other.passed_over;
    }
}

/// A document ready for the store, with its counts.
pub(super) type Prepared = (Document, TagCounts);

/// Why an article is not taken in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    /// Nobody said when it appeared.
    #[error("it has no date, so it counts for no day")]
    Undated,
    /// Its day has not begun: another run may take it.
    #[error("it is dated {0}, in the future")]
    Future(Published),
    /// Its archive's clock is wrong, or another run may take it.
    #[error("it was archived at {0}, in the future")]
    ArchivedLater(Timestamp),
    /// It is older than any series it could be joined with.
    #[error("it is dated {0}, before {FIRST_DAY}: a date misread, or a typing error")]
    TooEarly(Published),
    /// No lexicon reads it: as a text without a mention it would dilute its day.
    #[error(transparent)]
    Unread(#[from] Unread),
    /// The tagger would read only the start of it.
    #[error("its text has {0} bytes, more than the {MOST_BYTES} that are read")]
    TooLong(usize),
}

/// How far ahead of the clock a page that is there may be dated: a local time without its zone, taken as
/// UTC, is up to fourteen hours ahead of it.
const OBSERVED_AHEAD: SignedDuration = SignedDuration::from_hours(24);

/// No price series goes back further; one misread year would give every day since a row.
const FIRST_DAY: Day = Day(-730);

/// A day, of whatever zone.
const A_DAY: SignedDuration = SignedDuration::from_hours(24);

/// When a publication time has begun, and from when on all of it has passed. A date without a time counts
/// at the end of its day, and has come once the day has begun. Midnight to the second is how feeds and
/// tables write such a date; taken as an instant it would count for the day before, on which nobody
/// could have read it. Its day ends a day later, in whatever zone.
pub(super) fn span(published: Published) -> (Timestamp, Timestamp) {
    match published {
        Published::On(date) => (Day::from(date).start(), Day::from(date).end()),
        Published::At(at) | Published::AtOffset(at, _) if published.is_midnight() => (at, at + A_DAY),
        Published::At(at) | Published::AtOffset(at, _) => (at, at),
    }
}

/// Gives an article its identity and availability, and tags it. `captured` is when it was received or
/// archived, where that is known; it is available when its publisher claims otherwise.
pub(super) fn prepare(
    mut article: Article,
    captured: Option<Availability>,
    tagger: &Tagger,
    now: Timestamp,
) -> Result<Prepared, Refusal> {
    let published = article.published.ok_or(Refusal::Undated)?;
    let (begun, mut at) = span(published);
    if article.kind == PageKind::LiveBlog {
        // What stands in it was written until its last change; one that says none, or one to come, may
        // have gone on for a day. A later one is a careless change at worst: it delays, nothing more.
        let last = article.modified.map(span).filter(|(begun, _)| *begun <= now);
        at = at.max(last.map_or(at + A_DAY, |(_, at)| at));
    }
    let is_observed = captured.is_some_and(|captured| captured.basis == Basis::Observed);
    let latest = if is_observed { now.saturating_add(OBSERVED_AHEAD).unwrap_or(now) } else { now };
    if begun > latest {
        return Err(Refusal::Future(published));
    }
    if let Some(captured) = captured.filter(|captured| captured.at > now) {
        return Err(Refusal::ArchivedLater(captured.at));
    }
    if begun < FIRST_DAY.start() {
        return Err(Refusal::TooEarly(published));
    }
    article.language = language_of(&article, tagger.lexicons())?.map(str::to_owned);
    if article.text.len() > MOST_BYTES {
        return Err(Refusal::TooLong(article.text.len()));
    }
    let counts = tagger.count(&article.title, &article.text, article.language.as_deref());
    let fingerprint = fingerprint(&article.title, &article.text);
    let id = DocumentId::of(&article);
    // Whoever captured it had it then. What this tool saw was there, whatever its page says; an archive's
    // capture before publication is a date misread, and the later of the two looks ahead in neither case.
    let availability = match captured {
        Some(captured) if captured.at >= begun || is_observed => captured,
        Some(captured) => Availability { at, ..captured },
        None => Availability { at, basis: Basis::Claimed },
    };
    Ok((Document { id, article, availability, fingerprint }, counts))
}

/// Imports every input into the store.
pub fn import(
    store: &mut Store,
    tagger: &Tagger,
    inputs: &[Input],
    options: &ImportOptions,
    progress: &dyn Progress,
) -> Result<ImportSummary, PipelineError> {
    let mut importer =
        Importer { store, tagger, now: options.now, progress, summary: ImportSummary::default() };
    let read = intake(inputs, &options.extract, progress, &mut importer)?;
    importer.summary.passed_over = read.passed_over;
    importer.store.flush()?;
    Ok(importer.summary)
}

struct Importer<'a> {
    store: &'a mut Store,
    tagger: &'a Tagger,
    now: Timestamp,
    progress: &'a dyn Progress,
    summary: ImportSummary,
}

impl Importer<'_> {
    /// What is taken of a content depends on the languages that can be read.
    fn settled(&self, key: &str) -> String {
        let languages = self.tagger.lexicons().languages.iter().map(|lexicon| lexicon.id.language.as_str());
        format!("{key} {}", languages.collect::<Vec<_>>().join(","))
    }
}

impl Sink for Importer<'_> {
    fn wants(&mut self, key: Option<&str>) -> Result<bool, PipelineError> {
        let known = key.map(|key| self.store.input(&self.settled(key))).transpose()?.flatten();
        if let Some(known) = &known {
            self.summary.unchanged_files += 1;
            self.summary.skipped_before += known.skipped;
        }
        Ok(known.is_none())
    }

    fn dates(&self) -> Dates {
        Dates::Needed
    }

    fn take(&mut self, items: Vec<ReadArticle>) -> Result<Vec<Taken>, PipelineError> {
        let (tagger, now) = (self.tagger, self.now);
        let prepared: Vec<Result<Prepared, (Taken, Skip)>> = items
            .into_par_iter()
            .map(|ReadArticle { subject, captured, article, .. }| {
                let (taken, reason) = match article.map(|article| prepare(article, captured, tagger, now)) {
                    Ok(Ok(document)) => return Ok(document),
                    Ok(Err(refusal @ (Refusal::Future(_) | Refusal::ArchivedLater(_)))) => {
                        (Taken::Early, refusal.to_string())
                    }
                    Ok(Err(refusal)) => (Taken::Skipped, refusal.to_string()),
                    Err(reason) => (Taken::Skipped, reason),
                };
                Err((taken, Skip { subject, reason }))
            })
            .collect();
        self.summary.read += prepared.len() as u64;
        let mut batch = Vec::with_capacity(prepared.len());
        let mut all = Vec::with_capacity(prepared.len());
        for item in prepared {
            match item {
                Ok(document) => {
                    batch.push(document);
                    all.push(Taken::Kept);
                }
                Err((taken, skip)) => {
                    self.summary.skipped += 1;
                    self.progress.skip(&skip);
                    all.push(taken);
                }
            }
        }
        let put = self.store.put(&batch, &self.tagger.lexicons().narratives)?;
        self.summary.added += put.added;
        self.summary.known += put.known;
        self.summary.changed += put.changed;
        Ok(all)
    }

    fn finish(&mut self, key: Option<&str>, tally: Tally) -> Result<(), PipelineError> {
        // What another day may accept is read again on that day.
        if let Some(key) = key.filter(|_| tally.early == 0) {
            let Tally { kept, skipped, .. } = tally;
            self.store.put_input(
                &self.settled(key),
                &InputRecord { rows: kept, skipped, ..InputRecord::default() },
            )?;
        }
        Ok(())
    }
}

/// Reads articles without a store: `work` gets every article, or the reason there is none, on all cores;
/// `each` gets what it made of them, in input order. Says what was left aside.
pub fn read_articles<T: Send>(
    inputs: &[Input],
    options: &ExtractOptions,
    progress: &dyn Progress,
    work: impl Fn(&ReadArticle) -> T + Sync,
    each: impl FnMut(T) -> Result<(), PipelineError>,
) -> Result<ReadSummary, PipelineError> {
    intake(inputs, options, progress, &mut Printer { work, each })
}

struct Printer<W, E> {
    work: W,
    each: E,
}

impl<T, W, E> Sink for Printer<W, E>
where
    T: Send,
    W: Fn(&ReadArticle) -> T + Sync,
    E: FnMut(T) -> Result<(), PipelineError>,
{
    fn wants(&mut self, _key: Option<&str>) -> Result<bool, PipelineError> {
        Ok(true)
    }

    fn dates(&self) -> Dates {
        Dates::Optional
    }

    fn take(&mut self, items: Vec<ReadArticle>) -> Result<Vec<Taken>, PipelineError> {
        let done: Vec<T> = items.par_iter().map(&self.work).collect();
        done.into_iter().try_for_each(&mut self.each)?;
        Ok(Vec::new())
    }

    fn finish(&mut self, _key: Option<&str>, _tally: Tally) -> Result<(), PipelineError> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::Lexicons;

    #[test]
    fn a_capture_says_when_an_article_could_be_read() {
        let tagger = Tagger::new(Lexicons::built_in());
        let now = "2024-06-01T00:00:00Z".parse().unwrap();
        let titled = |published: &str| Article {
            title: "Gold jumps".to_owned(),
            published: Published::parse(published),
            ..Article::default()
        };
        let check_article = |article: Article, captured: Option<&str>, expected: &str| {
            let (published, modified) = (article.published, article.modified);
            let captured =
                captured.map(|at| Availability { at: at.parse().unwrap(), basis: Basis::Archived });
            let told = match prepare(article, captured, &tagger, now) {
                Ok((Document { availability: Availability { at, basis }, .. }, _)) => format!("{at} {basis}"),
                Err(refusal) => refusal.to_string(),
            };
            assert_eq!(told, expected, "{published:?} {modified:?} {captured:?}");
        };
        let check = |published: &str, captured: Option<&str>, expected: &str| {
            check_article(titled(published), captured, expected);
        };
        check("2024-03-01T08:00:00Z", None, "2024-03-01T08:00:00Z claimed");
        check("2024-03-01", None, "2024-03-02T00:00:00Z claimed");
        check("2024-03-01T08:00:00Z", Some("2024-03-05T09:00:00Z"), "2024-03-05T09:00:00Z archived");
        // A date without a time has come when someone captured it on that day.
        check("2024-03-01", Some("2024-03-01T15:00:00Z"), "2024-03-01T15:00:00Z archived");
        check("2024-03-01T00:00:00Z", Some("2024-03-01T15:00:00Z"), "2024-03-01T15:00:00Z archived");
        // Never before its publication, of which one is a date misread.
        check("2024-03-01T08:00:00Z", Some("2024-02-28T15:00:00Z"), "2024-03-01T08:00:00Z archived");
        check("2024-03-01", Some("2024-02-28T15:00:00Z"), "2024-03-02T00:00:00Z archived");
        // Its text is as late as its last entry; whoever captured it had it then.
        let live = |published: &str, modified: &str, captured: Option<&str>, expected: &str| {
            check_article(
                Article {
                    kind: PageKind::LiveBlog,
                    modified: Published::parse(modified),
                    ..titled(published)
                },
                captured,
                expected,
            );
        };
        live("2024-03-01T08:00:00Z", "2024-03-01T21:30:00Z", None, "2024-03-01T21:30:00Z claimed");
        live("2024-03-01T08:00:00Z", "2024-03-01", None, "2024-03-02T00:00:00Z claimed");
        live("2024-03-01T08:00:00Z", "2024-02-01T08:00:00Z", None, "2024-03-01T08:00:00Z claimed");
        live("2024-03-01T08:00:00Z", "", None, "2024-03-02T08:00:00Z claimed");
        live("2024-03-01T08:00:00Z", "2094-03-01T08:00:00Z", None, "2024-03-02T08:00:00Z claimed");
        let captured = Some("2024-03-01T12:00:00Z");
        live("2024-03-01T08:00:00Z", "2024-03-01T11:30:00Z", captured, "2024-03-01T12:00:00Z archived");
        let later = "it was archived at 2030-01-01T00:00:00Z, in the future";
        check("2024-03-01", Some("2030-01-01T00:00:00Z"), later);
        check("", Some("2024-02-28T15:00:00Z"), "it has no date, so it counts for no day");
    }

    #[test]
    fn what_was_seen_had_appeared_whatever_the_zone_of_its_date() {
        let tagger = Tagger::new(Lexicons::built_in());
        let seen: Timestamp = "2024-03-01T03:00:00Z".parse().unwrap();
        let check = |published: &str, expected: &str| {
            let published = Published::parse(published);
            let article = Article { title: "Gold jumps".to_owned(), published, ..Article::default() };
            let captured = Availability { at: seen, basis: Basis::Observed };
            let told = match prepare(article, Some(captured), &tagger, seen) {
                Ok((Document { availability: Availability { at, basis }, .. }, _)) => format!("{at} {basis}"),
                Err(refusal) => refusal.to_string(),
            };
            assert_eq!(told, expected, "{published:?}");
        };
        check("2024-03-01T02:00:00Z", "2024-03-01T03:00:00Z observed");
        // Ten in the morning in Singapore, its zone left out; and the date there late in the evening in UTC.
        check("2024-03-01T10:00:00", "2024-03-01T03:00:00Z observed");
        check("2024-03-02", "2024-03-01T03:00:00Z observed");
        check("2024-03-02T03:00:01Z", "it is dated 2024-03-02T03:00:01Z, in the future");
    }
}
