//! Web archives to articles: several files at once, on all cores, in input order, in bounded memory.
//!
//! Each file has a thread that reads captures and one that has them extracted on all cores; both are a
//! few chunks ahead of the sink, which gets the articles file by file in the order of the inputs. What
//! an archive says of an article is when it was captured; the rest comes from the page. An archive of this
//! tool's own says its source as well, what its listing said, and which entries of a feed were taken. A
//! file that the user named must be readable; its damaged records are skips.

use std::{
    collections::VecDeque,
    sync::mpsc::{Receiver, sync_channel},
    thread::{Scope, ScopedJoinHandle},
};

use rayon::prelude::*;

use super::{
    Input, PipelineError, Progress, ReadArticle,
    collect::article_of,
    input::{Member, Opened, content_hash},
    intake::{CHUNK_BYTES, Sink, Tally, complete, key, unreadable},
    page::{Form, article},
};
use crate::{
    collect::{Source, SourceKind, WarcOptions, canonical_url, read_listing, read_warc},
    document::{Availability, Basis, Capture, DocumentId, Given, Origin, Skip},
    extract::ExtractOptions,
};

/// Captures read and extracted at a time, fewer where they are [`CHUNK_BYTES`] long together.
const CHUNK_CAPTURES: usize = 256;
/// Chunks of articles of one file that wait for the files before it.
const CHUNKS_AHEAD: usize = 4;
/// Files read at a time. Their pages are extracted on all cores whatever their number; more files would
/// cost memory and gain nothing.
const MOST_FILES: usize = 8;

/// One archive of an input.
pub(super) struct Archive<'a> {
    pub member: Member,
    pub input: &'a Input,
}

/// An archive being read, or the reason why it is not.
struct Started<'scope> {
    key: Option<String>,
    articles: Receiver<Vec<ReadArticle>>,
    /// Gives how many records were passed over.
    reader: ScopedJoinHandle<'scope, u64>,
}

/// Reads archives into the sink, and says how many of their records were passed over as no pages.
pub(super) fn read_archives(
    archives: &[Archive<'_>],
    options: &ExtractOptions,
    progress: &dyn Progress,
    sink: &mut dyn Sink,
) -> Result<u64, PipelineError> {
    let [first, rest @ ..] = archives else { return Ok(0) };
    let title = match rest.len() {
        0 => format!("reading {}", first.input.path.display()),
        more => format!("reading {} web archives", more + 1),
    };
    progress.begin(&title, Some(archives.len() as u64).filter(|count| *count > 1));
    let most = rayon::current_num_threads().clamp(2, MOST_FILES);
    let mut passed_over = 0;
    std::thread::scope(|scope| {
        // Dropped with an error, so that the threads find nobody waiting and end.
        let mut running = VecDeque::new();
        let mut waiting = archives.iter();
        loop {
            while running.len() < most
                && let Some(archive) = waiting.next()
            {
                running.push_back((archive, start(scope, archive, options, sink)));
            }
            let Some((archive, started)) = running.pop_front() else { break };
            match started {
                Ok(Some(started)) => {
                    // A file alone has no number of files to count.
                    let count = |articles| progress.advance(if rest.is_empty() { articles } else { 0 });
                    passed_over += finish(started, sink, count)?;
                }
                // It was read before.
                Ok(None) => {}
                Err(error @ PipelineError::Store(_)) => return Err(error),
                Err(error) => {
                    sink.take(vec![unreadable(error, &archive.member, archive.input)?])?;
                }
            }
            progress.advance(u64::from(!rest.is_empty()));
        }
        Ok(())
    })?;
    progress.end();
    Ok(passed_over)
}

/// Reads one archive that is open already.
pub(super) fn read_opened(
    opened: Opened,
    key: Option<String>,
    archive: &Archive<'_>,
    options: &ExtractOptions,
    sink: &mut dyn Sink,
) -> Result<u64, PipelineError> {
    std::thread::scope(|scope| finish(spawn(scope, opened, key, archive, options), sink, |_| ()))
}

/// Begins to read an archive, if its content is still wanted.
fn start<'scope, 'env>(
    scope: &'scope Scope<'scope, 'env>,
    archive: &'env Archive<'env>,
    options: &'env ExtractOptions,
    sink: &mut dyn Sink,
) -> Result<Option<Started<'scope>>, PipelineError> {
    let Archive { member, input } = archive;
    let key = content_hash(&member.path)?.map(|hash| key(&hash, member, input, options));
    if !sink.wants(key.as_deref())? {
        return Ok(None);
    }
    Ok(Some(spawn(scope, member.open()?, key, archive, options)))
}

fn spawn<'scope, 'env>(
    scope: &'scope Scope<'scope, 'env>,
    opened: Opened,
    key: Option<String>,
    archive: &'env Archive<'_>,
    options: &'env ExtractOptions,
) -> Started<'scope> {
    let (captures_out, captures_in) = sync_channel::<Vec<Result<(Capture, Origin), Skip>>>(1);
    let (articles_out, articles) = sync_channel(CHUNKS_AHEAD);
    let reader = scope.spawn(move || {
        let warc = WarcOptions { max_record_bytes: options.max_bytes, ..WarcOptions::default() };
        let mut captures = read_warc(&opened.name, opened.reader, &warc);
        let (mut chunk, mut bytes) = (Vec::new(), 0);
        while let Some(read) = captures.next() {
            bytes += read.as_ref().map_or(0, |capture| capture.body.len());
            chunk.push(read.map(|capture| (capture, captures.origin().clone())));
            if chunk.len() == CHUNK_CAPTURES || bytes > CHUNK_BYTES {
                bytes = 0;
                // Nobody receives when the sink failed: its error is the one to report.
                if captures_out.send(std::mem::take(&mut chunk)).is_err() {
                    return 0;
                }
            }
        }
        let _ = captures_out.send(chunk);
        captures.passed_over()
    });
    scope.spawn(move || {
        for chunk in captures_in {
            let articles =
                chunk.into_par_iter().flat_map_iter(|read| items(read, archive, options)).collect();
            if articles_out.send(articles).is_err() {
                return;
            }
        }
    });
    Started { key, articles, reader }
}

/// Takes all articles of one archive; `count` is told how many, as they come.
fn finish(started: Started<'_>, sink: &mut dyn Sink, count: impl Fn(u64)) -> Result<u64, PipelineError> {
    let Started { key, articles, reader } = started;
    let mut tally = Tally::default();
    for chunk in articles {
        let articles = chunk.len() as u64;
        tally.add(&sink.take(chunk)?);
        count(articles);
    }
    sink.finish(key.as_deref(), tally)?;
    Ok(reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
}

fn items(
    read: Result<(Capture, Origin), Skip>,
    archive: &Archive<'_>,
    options: &ExtractOptions,
) -> Vec<ReadArticle> {
    let path = &archive.member.path;
    let refused = |Skip { subject, reason }| {
        let (path, given_id) = (path.clone(), None);
        vec![ReadArticle {
            subject,
            path,
            given_id,
            captured: None,
            article: Err(reason),
            given: Given::default(),
            said: None,
        }]
    };
    match read {
        Ok((capture, origin)) if origin.is_feed => entries(&capture, &origin, archive)
            .unwrap_or_else(|reason| refused(Skip { subject: capture.subject, reason })),
        Ok((capture, origin)) => vec![page(capture, origin, archive, options)],
        Err(skip) => refused(skip),
    }
}

/// When a capture was made, where that is known.
fn captured(capture: &Capture) -> Option<Availability> {
    let known = capture.captured_at.filter(|_| capture.basis != Basis::Claimed);
    known.map(|at| Availability { at, basis: capture.basis })
}

/// The article on a page. What the page does not say, its listing does; its source is as collected.
fn page(capture: Capture, origin: Origin, archive: &Archive<'_>, options: &ExtractOptions) -> ReadArticle {
    let (mut said, rejection) = article(&capture, Form::of(&capture), options);
    let captured = captured(&capture);
    let (article, said) = match rejection {
        None => {
            said.source = origin.source.unwrap_or(said.source);
            if said.title.is_empty() {
                said.title = origin.title.unwrap_or_default();
            }
            if said.published.is_none() && origin.published.is_some() {
                said.published = origin.published;
                said.published_basis = Some(if origin.is_from_sitemap { "sitemap" } else { "feed" });
            }
            complete(&mut said, archive.input);
            if said.source.is_empty() {
                "unknown".clone_into(&mut said.source);
            }
            (Ok(said), None)
        }
        Some(reason) => (Err(reason), Some(said)),
    };
    let (subject, path) = (capture.subject, archive.member.path.clone());
    ReadArticle { subject, path, given_id: None, captured, article, given: Given::default(), said }
}

/// The articles in a feed: those that were taken when it was collected, or all of them where the archive
/// does not say which.
fn entries(capture: &Capture, origin: &Origin, archive: &Archive<'_>) -> Result<Vec<ReadArticle>, String> {
    let listing = read_listing(SourceKind::Feed, capture).map_err(|error| error.to_string())?;
    let name = origin.source.as_deref().unwrap_or("unknown");
    let source = Source::new(name, SourceKind::Feed, capture.url.as_deref().unwrap_or_default());
    let is_wanted = |id| origin.taken.as_ref().is_none_or(|taken| taken.contains(&id));
    let articles = (1..).zip(listing.entries).filter_map(|(number, entry)| {
        let url = canonical_url(&entry.url).filter(|url| is_wanted(DocumentId::of_url(url)))?;
        let mut article = article_of(entry, url, &source);
        complete(&mut article, archive.input);
        Some(ReadArticle {
            subject: format!("{} entry {number}", capture.subject),
            path: archive.member.path.clone(),
            given_id: None,
            captured: captured(capture),
            article: Ok(article),
            given: Given::default(),
            said: None,
        })
    });
    Ok(articles.collect())
}
