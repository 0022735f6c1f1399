//! Reads articles out of inputs, in input order, in bounded memory, on all cores.
//!
//! Files of records are parsed on a thread of their own while the caller works on the chunk before;
//! pages are read and extracted in parallel, a chunk at a time. What is done with the articles is the
//! [`Sink`]'s business: `import` stores them, `tag` and `extract` print them. A file that the user named
//! must be readable; one of many in a folder or a list that is not becomes a skip.

use std::{
    path::{Path, PathBuf},
    sync::mpsc,
};

use rayon::prelude::*;

use super::{
    Input, Kind, PipelineError, Progress,
    archive::{Archive, read_archives, read_opened},
    input::{Member, Opened, content_hash, left_aside, members},
    page::Page,
};
use crate::{
    collect::{Dates, Record, RecordOptions, read_csv, read_jsonl},
    document::{Article, Availability, Given, Skip},
    extract::ExtractOptions,
};

/// Records handed on at a time: enough to keep every core busy, little enough to hold.
const CHUNK_RECORDS: usize = 1000;
/// A chunk is handed on sooner when its texts are this long together.
pub(super) const CHUNK_BYTES: usize = 8 << 20;
/// Pages read and extracted at a time, fewer where their files are [`CHUNK_BYTES`] long together.
const CHUNK_PAGES: usize = 64;
/// What a byte of a compressed page is taken to hold: pages shrink to a tenth or so.
const INFLATED: u64 = 10;

/// One article as it was read, or the reason there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadArticle {
    /// What messages call it.
    pub subject: String,
    /// The file it was read from.
    pub path: PathBuf,
    /// The id the input gave it.
    pub given_id: Option<String>,
    /// When it was received or archived, where that is known.
    pub captured: Option<Availability>,
    /// The article, or one clause.
    pub article: Result<Article, String>,
    /// A record's title and text before they were cleaned, where that changed them.
    pub given: Given,
    /// What a page without an article says of itself; its text is empty.
    pub said: Option<Article>,
}

/// What was left aside on the way, which is no fault of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReadSummary {
    /// Records of web archives that are no pages: pictures, redirects, errors.
    pub passed_over: u64,
}

/// What became of one article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    /// It was of use.
    Kept,
    /// It was not, and never will be.
    Skipped,
    /// It was not yet: another day may accept it.
    Early,
}

/// What became of all articles of one content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Tally {
    pub kept: u64,
    pub skipped: u64,
    pub early: u64,
}

impl Tally {
    pub fn add(&mut self, taken: &[Taken]) {
        for taken in taken {
            match taken {
                Taken::Kept => self.kept += 1,
                Taken::Skipped => self.skipped += 1,
                Taken::Early => self.early += 1,
            }
        }
    }
}

/// What becomes of the articles.
pub(super) trait Sink {
    /// Whether content with this key is still to be read; `None` is content that can be read only once.
    fn wants(&mut self, key: Option<&str>) -> Result<bool, PipelineError>;
    /// Whether articles are of use without a date.
    fn dates(&self) -> Dates;
    /// Takes the next articles, in input order, and says what became of each; a sink that remembers
    /// nothing says nothing.
    fn take(&mut self, items: Vec<ReadArticle>) -> Result<Vec<Taken>, PipelineError>;
    /// All articles of the content with this key were taken.
    fn finish(&mut self, key: Option<&str>, tally: Tally) -> Result<(), PipelineError>;
}

/// Reads every input into the sink.
pub(super) fn intake(
    inputs: &[Input],
    options: &ExtractOptions,
    progress: &dyn Progress,
    sink: &mut dyn Sink,
) -> Result<ReadSummary, PipelineError> {
    let mut summary = ReadSummary::default();
    let mut archives: Vec<Archive<'_>> = Vec::new();
    for input in inputs {
        let found = members(input);
        // Archives are read together, before anything that follows them.
        let together = matches!(&found, Ok((members, _)) if members.iter().all(is_archive));
        if !together {
            summary.passed_over += read_archives(&std::mem::take(&mut archives), options, progress, sink)?;
        }
        let (members, others) = match found {
            Ok(found) => found,
            Err(error) => {
                let member = Member { path: input.path.clone(), kind: input.kind };
                sink.take(vec![unreadable(error, &member, input)?])?;
                continue;
            }
        };
        if others > 0 {
            progress.warn(&left_aside(&input.path, others));
        }
        if together {
            archives.extend(members.into_iter().map(|member| Archive { member, input }));
            continue;
        }
        progress.begin(
            &format!("reading {}", input.path.display()),
            Some(members.len() as u64).filter(|count| *count > 1),
        );
        let mut pages = Vec::new();
        let mut bytes = 0;
        for member in members {
            if !is_archive(&member) {
                summary.passed_over +=
                    read_archives(&std::mem::take(&mut archives), options, progress, sink)?;
            }
            match member.kind.or_else(|| Kind::of_path(&member.path)) {
                Some(kind @ (Kind::Html | Kind::Text)) => {
                    bytes += size(&member.path);
                    pages.push((member, kind));
                }
                Some(Kind::Warc) => {
                    read_pages(&std::mem::take(&mut pages), input, options, progress, sink)?;
                    archives.push(Archive { member, input });
                    continue;
                }
                _ => {
                    read_pages(&std::mem::take(&mut pages), input, options, progress, sink)?;
                    match read_member(&member, input, options, sink) {
                        Ok(read) => summary.passed_over += read.passed_over,
                        Err(error) => drop(sink.take(vec![unreadable(error, &member, input)?])?),
                    }
                    progress.advance(1);
                }
            }
            if pages.len() == CHUNK_PAGES || bytes > CHUNK_BYTES as u64 {
                bytes = 0;
                read_pages(&std::mem::take(&mut pages), input, options, progress, sink)?;
            }
        }
        read_pages(&pages, input, options, progress, sink)?;
        progress.end();
    }
    summary.passed_over += read_archives(&archives, options, progress, sink)?;
    Ok(summary)
}

fn is_archive(member: &Member) -> bool {
    member.kind.or_else(|| Kind::of_path(&member.path)) == Some(Kind::Warc)
}

/// About how many bytes a page will take in memory; one that cannot be looked at takes none.
fn size(path: &Path) -> u64 {
    let on_disk = std::fs::metadata(path).map_or(0, |metadata| metadata.len());
    if path.extension().is_some_and(|ending| ending == "gz") { on_disk * INFLATED } else { on_disk }
}

/// A file that gives no article. One the user named is the whole request, and its error ends the run;
/// one among many in a folder or a list stops nothing.
pub(super) fn unreadable(
    error: PipelineError,
    member: &Member,
    input: &Input,
) -> Result<ReadArticle, PipelineError> {
    let name = member.name();
    let reason = match &error {
        _ if member.path == input.path && !input.listed => return Err(error),
        PipelineError::Read { source, .. } => source.to_string(),
        PipelineError::Records(source) => source.to_string(),
        _ => return Err(error),
    };
    // The subject says the name already.
    let reason = reason.strip_prefix(&name).map_or(reason.as_str(), str::trim_start).to_owned();
    let (path, article) = (member.path.clone(), Err(reason));
    Ok(ReadArticle {
        subject: name,
        path,
        given_id: None,
        captured: None,
        article,
        given: Given::default(),
        said: None,
    })
}

/// Names a content together with all that decides what is read out of it: what the user said about the
/// input, and for a page the names that may date it or name its source and the limits it is held to.
pub(super) fn key(hash: &str, member: &Member, input: &Input, options: &ExtractOptions) -> String {
    let published = input.published.map(|published| published.to_string());
    let told = format!("{hash} {:?} {:?} {:?}", input.kind, input.source, published);
    match member.kind.or_else(|| Kind::of_path(&member.path)) {
        Some(Kind::Csv | Kind::Jsonl) => return told,
        Some(Kind::Warc) => return format!("{told} {options:?}"),
        _ => {}
    }
    let folder = member.path.parent().and_then(|folder| folder.file_name());
    format!("{told} {folder:?} {:?} {options:?}", member.path.file_name())
}

/// Reads one file whose kind must be looked up in its bytes, or a file of records.
fn read_member(
    member: &Member,
    input: &Input,
    options: &ExtractOptions,
    sink: &mut dyn Sink,
) -> Result<ReadSummary, PipelineError> {
    let key = content_hash(&member.path)?.map(|hash| key(&hash, member, input, options));
    let mut summary = ReadSummary::default();
    if !sink.wants(key.as_deref())? {
        return Ok(summary);
    }
    let opened = member.open()?;
    let mut tally = Tally::default();
    match opened.kind {
        Kind::Html | Kind::Text => {
            let page = Page::read(opened, member, options)?;
            tally.add(&sink.take(vec![page.item(options, input)])?);
        }
        Kind::Csv | Kind::Jsonl => read_records(opened, member, input, sink, &mut tally)?,
        Kind::Warc => {
            let archive = Archive { member: member.clone(), input };
            summary.passed_over = read_opened(opened, key, &archive, options, sink)?;
            return Ok(summary);
        }
    }
    sink.finish(key.as_deref(), tally)?;
    Ok(summary)
}

/// Parses a file of records on its own thread, two chunks ahead of the sink.
fn read_records(
    opened: Opened,
    member: &Member,
    input: &Input,
    sink: &mut dyn Sink,
    tally: &mut Tally,
) -> Result<(), PipelineError> {
    let options = RecordOptions {
        default_source: input.source.clone(),
        dates: if input.published.is_some() { Dates::Optional } else { sink.dates() },
        ..RecordOptions::default()
    };
    let records: Box<dyn Iterator<Item = Result<Record, Skip>> + Send> = match opened.kind {
        Kind::Csv => Box::new(read_csv(&opened.name, opened.reader, &options)?),
        _ => Box::new(read_jsonl(&opened.name, opened.reader, &options)?),
    };
    std::thread::scope(|scope| {
        let (sender, receiver) = mpsc::sync_channel(2);
        scope.spawn(move || {
            let mut chunk = Vec::with_capacity(CHUNK_RECORDS);
            let mut bytes = 0;
            for record in records {
                if let Ok(record) = &record {
                    bytes += record.article.text.len() + record.article.title.len() + record.given.bytes();
                }
                chunk.push(record);
                if chunk.len() == CHUNK_RECORDS || bytes > CHUNK_BYTES {
                    bytes = 0;
                    // The receiver is gone when the sink failed: its error is the one to report.
                    if sender.send(std::mem::take(&mut chunk)).is_err() {
                        return;
                    }
                }
            }
            let _ = sender.send(chunk);
        });
        for chunk in receiver {
            let items = chunk.into_iter().map(|record| record_item(record, member, input)).collect();
            tally.add(&sink.take(items)?);
        }
        Ok(())
    })
}

fn record_item(record: Result<Record, Skip>, member: &Member, input: &Input) -> ReadArticle {
    let path = member.path.clone();
    match record {
        Ok(Record { subject, mut article, id, given }) => {
            complete(&mut article, input);
            ReadArticle {
                subject,
                path,
                given_id: id,
                captured: None,
                article: Ok(article),
                given,
                said: None,
            }
        }
        Err(Skip { subject, reason }) => ReadArticle {
            subject,
            path,
            given_id: None,
            captured: None,
            article: Err(reason),
            given: Given::default(),
            said: None,
        },
    }
}

/// Fills in what the user said about the whole input, and what nobody said but the script shows.
pub(super) fn complete(article: &mut Article, input: &Input) {
    if let Some(source) = &input.source
        && article.source.is_empty()
    {
        article.source.clone_from(source);
    }
    if let Some(published) = input.published
        && article.published.is_none()
    {
        article.published = Some(published);
        article.published_basis = Some("given");
    }
    article.detect_language();
}

fn read_pages(
    members: &[(Member, Kind)],
    input: &Input,
    options: &ExtractOptions,
    progress: &dyn Progress,
    sink: &mut dyn Sink,
) -> Result<(), PipelineError> {
    let read = |(member, _): &(Member, Kind)| {
        let page = Page::read(member.open()?, member, options)?;
        let key = key(&page.hash(), member, input, options);
        Ok((page, key))
    };
    let pages: Vec<Result<(Page, String), PipelineError>> = members.par_iter().map(read).collect();
    let (mut keys, mut wanted) = (Vec::new(), Vec::new());
    for (page, (member, _)) in pages.into_iter().zip(members) {
        match page {
            Ok((page, key)) if sink.wants(Some(&key))? => {
                keys.push(Some(key));
                wanted.push(Ok(page));
            }
            Ok(_) => {}
            Err(error) => {
                keys.push(None);
                wanted.push(Err(unreadable(error, member, input)?));
            }
        }
    }
    let item = |page: Result<Page, ReadArticle>| {
        page.map_or_else(|unreadable| unreadable, |page| page.item(options, input))
    };
    let taken = sink.take(wanted.into_par_iter().map(item).collect())?;
    for (key, taken) in keys.iter().zip(taken) {
        if key.is_some() {
            let mut tally = Tally::default();
            tally.add(&[taken]);
            sink.finish(key.as_deref(), tally)?;
        }
    }
    progress.advance(members.len() as u64);
    Ok(())
}
