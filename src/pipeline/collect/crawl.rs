//! Asks listings, remembers what they announce, fetches the pages that are wanted.
//!
//! One reply at a time is taken from the collector; what it changes is written in one batch and flushed
//! as soon as no further reply is ready, so that a kill costs at most what was on the wire. `resume` goes
//! on where an earlier run stopped, `listings` asks the sources, `pages` says what becomes of an article's
//! page. Manners and limits of asking are the collector's, reading what came is `read`'s.

mod listings;
mod pages;
mod resume;

use std::collections::{HashMap, HashSet};

use super::{CollectOptions, Desks};
use crate::{
    collect::{Collector, Reply, Request, RobotsAnswer, RobotsBody, RobotsUse, SourceKind, Wants},
    document::{Capture, Skip},
    pipeline::{PipelineError, Progress},
    store::{AddressRecord, AddressState, Role, Store},
};

/// Captures written in one batch, and their bytes: a slow disk must not be behind by more.
const BATCH_CAPTURES: usize = 64;
const BATCH_BYTES: usize = 8 << 20;

/// What a ticket stands for.
struct Asked {
    desk: usize,
    record: AddressRecord,
    /// How many listings led to it.
    depth: u8,
}

struct Crawl<'a, 'd> {
    store: &'a mut Store,
    desks: &'a mut Desks<'d>,
    options: &'a CollectOptions,
    progress: &'a dyn Progress,
    collector: Collector,
    asked: HashMap<u64, Asked>,
    /// Their addresses.
    in_flight: HashSet<String>,
    tickets: u64,
    captures: Vec<(AddressRecord, Capture)>,
    bytes: usize,
    /// Where redirects led, and from where.
    landed: Vec<(String, AddressRecord)>,
}

/// Asks every source; returns when nothing is left to ask in this run.
pub(super) fn crawl(
    store: &mut Store,
    desks: &mut Desks<'_>,
    options: &CollectOptions,
    progress: &dyn Progress,
) -> Result<(), PipelineError> {
    let known = super::plan::robots(store)?;
    let collector = Collector::start(options.collector.clone(), known)?;
    let mut crawl = Crawl {
        store,
        desks,
        options,
        progress,
        collector,
        asked: HashMap::new(),
        in_flight: HashSet::new(),
        tickets: 0,
        captures: Vec::new(),
        bytes: 0,
        landed: Vec::new(),
    };
    progress.begin("collecting", None);
    crawl.resume()?;
    crawl.begin()?;
    while let Some(reply) = crawl.collector.next()? {
        crawl.take(reply)?;
        while crawl.captures.len() < BATCH_CAPTURES
            && crawl.bytes < BATCH_BYTES
            && let Some(reply) = crawl.collector.try_next()
        {
            crawl.take(reply)?;
        }
        crawl.write()?;
    }
    crawl.write()?;
    progress.end();
    Ok(())
}

fn wants(kind: SourceKind) -> Wants {
    match kind {
        SourceKind::Feed => Wants::Feed,
        SourceKind::Sitemap => Wants::Sitemap,
        SourceKind::Gdelt => Wants::Json,
        SourceKind::Section | SourceKind::Page => Wants::Page,
    }
}

impl Crawl<'_, '_> {
    fn submit(&mut self, place: usize, record: AddressRecord, depth: u8) {
        let source = self.desks[place].source;
        if !self.in_flight.insert(record.url.clone()) {
            return;
        }
        let is_page = record.role == Role::Page;
        self.desks[place].asked += usize::from(is_page);
        self.tickets += 1;
        self.collector.submit(Request {
            ticket: self.tickets,
            url: record.url.clone(),
            etag: record.etag.clone().filter(|_| !is_page),
            last_modified: record.last_modified.clone().filter(|_| !is_page),
            pause: source.pause,
            wants: if is_page { Wants::Page } else { wants(source.kind) },
            robots: RobotsUse::Obey,
            key: None,
            post: None,
        });
        self.asked.insert(self.tickets, Asked { desk: place, record, depth });
    }

    fn take(&mut self, reply: Reply) -> Result<(), PipelineError> {
        let asked = self.asked.remove(&reply.ticket).expect("every ticket was given out here");
        self.in_flight.remove(&asked.record.url);
        self.progress.advance(1);
        match asked.record.role {
            Role::Listing => self.take_listing(asked, reply),
            Role::Page => self.take_page(asked, reply),
        }
    }

    fn skip(&mut self, place: usize, url: &str, reason: &str, kind: &str) {
        let desk = &mut self.desks[place];
        desk.summary.skip(kind);
        let subject = format!("{}: {url}", desk.source.name);
        self.progress.skip(&Skip { subject, reason: reason.to_owned() });
    }

    /// Writes what came since, and returns when it would survive a loss of power.
    fn write(&mut self) -> Result<(), PipelineError> {
        let captures = std::mem::take(&mut self.captures);
        self.bytes = 0;
        self.store.put_captures(&captures)?;
        // After the captures: a kill in between must not make a page known that nobody has.
        for (url, from) in std::mem::take(&mut self.landed) {
            if self.store.address(&url)?.is_none_or(|known| known.state == AddressState::Waiting) {
                let reason = Some(format!("the page {} leads to", from.url));
                let known = AddressRecord::new(url, from.source, Role::Page, from.first_seen);
                self.store.put_addresses(&[AddressRecord { state: AddressState::Read, reason, ..known }])?;
            }
        }
        let answers = self.collector.robots();
        for RobotsAnswer { origin, answer, .. } in &answers {
            if let RobotsBody::AllowAll { status: status @ (401 | 403) } = answer {
                let desks = self.desks.all.iter().map(|desk| desk.source);
                let names: Vec<&str> = desks
                    .filter(|source| {
                        let below = source.url.strip_prefix(origin.as_str());
                        below.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
                    })
                    .map(|source| source.name.as_str())
                    .collect();
                let names = if names.is_empty() { String::new() } else { format!("{}: ", names.join(", ")) };
                self.progress.warn(&format!(
                    "{names}{origin}/robots.txt answered {status}, which counts as no rules (RFC 9309); the host \
                     may refuse collectors"
                ));
            }
        }
        super::plan::put_robots(self.store, answers)?;
        Ok(self.store.flush()?)
    }
}
