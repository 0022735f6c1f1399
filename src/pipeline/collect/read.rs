//! Reads the captures that are not read yet: articles, tagged, into the store.
//!
//! An article's source is the configured one's name, its address the one it is announced under unless the
//! page names another on the same site; what the page does not say of title and date, its listing does.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rayon::prelude::*;

use super::{CollectOptions, Desks};
use crate::{
    collect::{Entry, Listing, Older, Outside, Source, SourceKind, read_listing},
    document::{Article, Availability, Basis, Capture, Skip},
    extract::ExtractOptions,
    pipeline::{
        PipelineError, Progress,
        import::{Prepared, prepare},
        page::{Form, article},
    },
    store::{AddressRecord, Reading, Role, Store},
    tag::Tagger,
};

/// Captures read at a time: enough for every core, little enough to hold.
const CHUNK_CAPTURES: usize = 64;
const CHUNK_BYTES: u64 = 32 << 20;

/// What was found in one capture.
#[derive(Default)]
struct Found {
    documents: Vec<Prepared>,
    /// Entries of a feed that are wanted.
    announced: u64,
    /// What was left aside.
    outside: Vec<Outside>,
    /// Why something gave no article.
    refused: Vec<String>,
}

/// Reads every capture that is not read yet.
pub(super) fn read(
    store: &mut Store,
    tagger: &Tagger,
    desks: &mut Desks<'_>,
    sources: &[Source],
    options: &CollectOptions,
    progress: &dyn Progress,
) -> Result<(), PipelineError> {
    let configured: BTreeMap<&str, &Source> =
        sources.iter().map(|source| (source.name.as_str(), source)).collect();
    progress.begin("reading what was collected", None);
    loop {
        let chunk = store.unread(CHUNK_CAPTURES, CHUNK_BYTES)?;
        if chunk.is_empty() {
            break;
        }
        let found: Vec<Found> = chunk
            .par_iter()
            .map(|(record, capture)| match configured.get(record.source.as_str()) {
                Some(source) => find(source, record, capture, tagger, &options.extract),
                None => find(&fallback(record), record, capture, tagger, &options.extract),
            })
            .collect();
        let mut by_desk: BTreeMap<Option<usize>, Vec<Prepared>> = BTreeMap::new();
        let mut marks = Vec::with_capacity(chunk.len());
        for ((record, capture), found) in chunk.iter().zip(found) {
            let place = desks.place(&record.source);
            let reason = found.refused.first().cloned();
            marks.push(Reading {
                url: record.url.clone(),
                captured_at: capture.captured_at.expect("a kept capture has its instant"),
                document: found.documents.first().map(|(document, _)| document.id),
                reason: reason.or_else(|| found.outside.first().map(ToString::to_string)),
            });
            if let Some(place) = place {
                let summary = &mut desks[place].summary;
                summary.announced += found.announced;
                found.outside.iter().for_each(|outside| summary.leave_aside(outside.as_str()));
                found.refused.iter().for_each(|reason| summary.skip(reason));
            }
            for reason in found.refused {
                let subject = format!("{}: {}", record.source, record.url);
                progress.skip(&Skip { subject, reason });
            }
            by_desk.entry(place).or_default().extend(found.documents);
        }
        for (place, documents) in by_desk {
            let put = store.put(&documents, &tagger.lexicons().narratives)?;
            if let Some(place) = place {
                let summary = &mut desks[place].summary;
                summary.new += put.added;
                summary.known += put.known;
            }
        }
        store.mark_read(&marks)?;
        progress.advance(chunk.len() as u64);
    }
    progress.end();
    Ok(())
}

/// Stands in for a source that is no longer configured: its name is kept, and what it wanted when it was
/// fetched is wanted now.
fn fallback(record: &AddressRecord) -> Source {
    let kind = if record.role == Role::Listing { SourceKind::Feed } else { SourceKind::Page };
    Source { max_age_days: u32::MAX, ..Source::new(&record.source, kind, &record.url) }
}

fn find(
    source: &Source,
    record: &AddressRecord,
    capture: &Capture,
    tagger: &Tagger,
    options: &ExtractOptions,
) -> Found {
    let mut found = Found::default();
    let seen = capture.captured_at.expect("a kept capture has its instant");
    match record.role {
        Role::Page => match article(capture, Form::of(capture), options) {
            (_, Some(reason)) => found.refused.push(reason),
            (mut article, None) => {
                complete(&mut article, source, record);
                found.add(article, source, seen, tagger);
            }
        },
        Role::Listing => match read_listing(source.kind, capture) {
            Ok(Listing { entries, .. }) => {
                for entry in entries {
                    match source.admits(&entry, seen) {
                        Ok(url) => {
                            found.announced += 1;
                            found.add(article_of(entry, url, source), source, seen, tagger);
                        }
                        Err(outside) => found.outside.push(outside),
                    }
                }
            }
            Err(error) => found.refused.push(error.to_string()),
        },
    }
    found
}

impl Found {
    fn add(&mut self, article: Article, source: &Source, seen: Timestamp, tagger: &Tagger) {
        let Some(published) = article.published else {
            self.refused.push("neither the page nor its listing says when it appeared".to_owned());
            return;
        };
        let is_old = source.is_old(published, seen);
        if is_old && source.older == Older::Skip {
            self.outside.push(Outside::Old);
            return;
        }
        // History counts as its publisher claims, and stays marked so.
        let observed = Availability { at: seen, basis: Basis::Observed };
        let availability = Some(observed).filter(|_| !is_old);
        match prepare(article, availability, tagger, seen) {
            Ok(document) => self.documents.push(document),
            Err(refusal) => self.refused.push(refusal.to_string()),
        }
    }
}

/// Fills in what the page does not say from its listing and its source.
fn complete(article: &mut Article, source: &Source, record: &AddressRecord) {
    let url = article.url.get_or_insert_with(|| record.url.clone());
    article.source = source.publisher(Some(url));
    if article.title.is_empty()
        && let Some(title) = &record.title
    {
        article.title.clone_from(title);
    }
    if article.published.is_none() && record.published.is_some() {
        article.published = record.published;
        article.published_basis = Some(listing_basis(source.kind));
    }
}

fn listing_basis(kind: SourceKind) -> &'static str {
    match kind {
        SourceKind::Sitemap => "sitemap",
        _ => "feed",
    }
}

/// `en` of `en-US`; `None` for what begins with no two-letter code.
fn two_letters(language: &str) -> Option<String> {
    let code = language.split(['-', '_']).next().unwrap_or_default();
    (code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_alphabetic()))
        .then(|| code.to_ascii_lowercase())
}

/// An article as its feed gives it.
pub(in crate::pipeline) fn article_of(entry: Entry, url: String, source: &Source) -> Article {
    Article {
        title: entry.title.unwrap_or_default(),
        text: entry.text.or(entry.summary).unwrap_or_default(),
        source: source.publisher(Some(&url)),
        url: Some(url),
        byline: entry.author,
        language: entry.language.as_deref().and_then(two_letters),
        published: entry.published.or(entry.updated),
        published_basis: entry.published.or(entry.updated).map(|_| "feed"),
        modified: entry.updated,
        ..Article::default()
    }
}
