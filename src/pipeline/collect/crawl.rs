//! Asks listings, remembers what they announce, fetches the pages that are wanted.
//!
//! One reply at a time is taken from the collector; what it changes is written in one batch and flushed
//! as soon as no further reply is ready, so that a kill costs at most what was on the wire.

use std::collections::{HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};

use super::{CollectOptions, Desks, Retry};
use crate::{
    collect::{
        Collector, Entry, Listing, Outcome, Outside, Reading, Reply, Request, RobotsAnswer, RobotsBody,
        RobotsUse, SourceKind, Wants, canonical_url, read_listing,
    },
    document::{Capture, DocumentId, Skip},
    pipeline::{PipelineError, Progress},
    store::{AddressRecord, AddressState, Role, Store},
};

/// Captures written in one batch, and their bytes: a slow disk must not be behind by more.
const BATCH_CAPTURES: usize = 64;
const BATCH_BYTES: usize = 8 << 20;
/// Runs in which a page may fail for a passing reason before it is given up.
const MOST_TRIES: u32 = 5;
/// First time a page that failed is left alone; doubled with every further failure.
const REST: SignedDuration = SignedDuration::from_mins(30);
/// An index of sitemaps may name indexes, which may name sitemaps; the protocol allows not even that.
const MOST_DEPTH: u8 = 3;
/// Most child sitemaps of one source in a run: ten years of monthly ones.
const MOST_CHILDREN: usize = 120;

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
    children: HashMap<usize, usize>,
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
        children: HashMap::new(),
        captures: Vec::new(),
        bytes: 0,
        landed: Vec::new(),
    };
    progress.begin("collecting", None);
    crawl.resume()?;
    crawl.begin()?;
    while let Some(reply) = crawl.collector.next() {
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
    /// Goes on where an earlier run stopped: what it announced and did not fetch.
    fn resume(&mut self) -> Result<(), PipelineError> {
        let now = self.options.now;
        let (mut wanted, mut settled) = (Vec::new(), Vec::new());
        let mut room: Vec<usize> = self.desks.all.iter().map(|desk| desk.source.limit).collect();
        for record in self.store.waiting(None) {
            let mut record = record?;
            let Some(place) = self.desks.place(&record.source) else { continue };
            let desk = &mut self.desks[place];
            let is_old = record.published.is_some_and(|published| desk.source.leaves_aside(published, now));
            if is_old && record.role == Role::Page {
                desk.summary.leave_aside(Outside::Old.as_str());
                record.state = AddressState::Refused;
                record.reason = Some(Outside::Old.as_str().to_owned());
                settled.push(record);
            } else if record.not_before.is_some_and(|at| at > now) || room[place] == 0 {
                desk.summary.waiting += 1;
            } else {
                room[place] -= usize::from(record.role == Role::Page);
                wanted.push((place, record));
            }
        }
        if self.options.retry == Retry::Refused {
            for record in self.store.addresses() {
                let record = record?;
                if record.state == AddressState::Refused
                    && record.role == Role::Page
                    && record.reason.as_deref() != Some(Outside::Old.as_str())
                    && let Some(place) = self.desks.place(&record.source)
                    && room[place] > 0
                {
                    room[place] -= 1;
                    let state = AddressState::Waiting;
                    wanted.push((place, AddressRecord { state, tries: 0, not_before: None, ..record }));
                }
            }
            let again: Vec<AddressRecord> = wanted.iter().map(|(_, record)| record.clone()).collect();
            self.store.put_addresses(&again)?;
        }
        self.store.put_addresses(&settled)?;
        for (place, record) in wanted {
            // Before it is asked: what a listing claims must not take the room of what waits longer.
            self.submit(place, record, 1);
        }
        Ok(())
    }

    /// Asks every source's own address.
    fn begin(&mut self) -> Result<(), PipelineError> {
        for place in 0..self.desks.all.len() {
            let source = self.desks[place].source;
            if source.kind == SourceKind::Page {
                let entry = Entry { url: source.url.clone(), ..Entry::default() };
                let waiting = self.announce(place, vec![entry], self.options.now)?;
                self.put_and_submit(place, None, waiting)?;
            } else {
                self.ask_listing(place, &source.url, 0, None)?;
            }
        }
        Ok(())
    }

    /// Asks a listing, with the validators of the time before where what was wanted then is wanted now.
    fn ask_listing(
        &mut self,
        place: usize,
        url: &str,
        depth: u8,
        changed: Option<Timestamp>,
    ) -> Result<(), PipelineError> {
        let url = canonical_url(url).unwrap_or_else(|| url.to_owned());
        let source = self.desks[place].source;
        let scope = source.scope();
        let known = self.store.address(&url)?.filter(|record| record.role == Role::Listing);
        let known = known.filter(|record| record.scope == scope && record.source == source.name);
        // A child sitemap that has not changed since it was read is not asked at all.
        if let (Some(changed), Some(read)) = (changed, known.as_ref().and_then(|record| record.captured_at))
            && changed < read
        {
            self.desks[place].summary.unchanged += 1;
            return Ok(());
        }
        let record = known.unwrap_or_else(|| AddressRecord {
            scope,
            ..AddressRecord::new(url, source.name.clone(), Role::Listing, self.options.now)
        });
        self.submit(place, record, depth);
        Ok(())
    }

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

    fn take_listing(&mut self, asked: Asked, reply: Reply) -> Result<(), PipelineError> {
        let Asked { desk: place, mut record, depth } = asked;
        let source = self.desks[place].source;
        let fetched = match reply.outcome {
            Outcome::Fetched(fetched) => fetched,
            Outcome::Unchanged { .. } => {
                self.desks[place].summary.unchanged += 1;
                return Ok(());
            }
            Outcome::Refused(error) | Outcome::Later { error, .. } => {
                // It is asked in every run anyway.
                self.skip(place, &record.url, &error.to_string(), &error.kind());
                return Ok(());
            }
        };
        self.desks[place].summary.fetched += 1;
        let at = fetched.capture.captured_at.unwrap_or(self.options.now);
        let listing = match read_listing(source.kind, &fetched.capture) {
            Ok(listing) => listing,
            Err(error) => {
                let hint = error.hint().map_or(String::new(), |hint| format!("; {hint}"));
                self.skip(place, &record.url, &format!("{error}{hint}"), &error.to_string());
                return Ok(());
            }
        };
        let Listing { entries, children, notes } = listing;
        for note in notes {
            self.progress.warn(&format!("{}: {}: {note}", source.name, record.url));
        }
        record.state = AddressState::Read;
        record.captured_at = Some(at);
        // An index that did not change says nothing about the sitemaps it names.
        let lasting = children.is_empty();
        record.etag = fetched.etag.filter(|_| lasting);
        record.last_modified = fetched.last_modified.filter(|_| lasting);
        if source.read == Reading::Entry {
            record.state = AddressState::Captured;
            self.bytes += fetched.capture.body.len();
            self.captures.push((record, fetched.capture));
            return Ok(());
        }
        let waiting = self.announce(place, entries, at)?;
        self.put_and_submit(place, Some(record), waiting)?;
        for child in children {
            let asked = self.children.entry(place).or_default();
            if depth >= MOST_DEPTH || *asked >= MOST_CHILDREN {
                self.desks[place].summary.leave_aside("sitemaps beyond the limit");
                continue;
            }
            if child.changed.is_some_and(|changed| source.leaves_aside(changed, at)) {
                continue;
            }
            *asked += 1;
            let changed = child.changed.and_then(|changed| changed.instant());
            self.ask_listing(place, &child.url, depth + 1, changed)?;
        }
        Ok(())
    }

    /// The announced articles that are wanted and not known, as addresses that wait.
    fn announce(
        &mut self,
        place: usize,
        entries: Vec<Entry>,
        seen: Timestamp,
    ) -> Result<Vec<AddressRecord>, PipelineError> {
        let mut waiting: Vec<AddressRecord> = Vec::new();
        let mut met = HashSet::new();
        let desk = &mut self.desks[place];
        for entry in entries {
            let url = match desk.source.admits(&entry, seen) {
                Ok(url) => url,
                Err(outside) => {
                    desk.summary.leave_aside(outside.as_str());
                    continue;
                }
            };
            desk.summary.announced += 1;
            if self.store.address(&url)?.is_some() || self.store.contains(DocumentId::of_url(&url))? {
                desk.summary.known += 1;
            } else if met.insert(url.clone()) {
                waiting.push(AddressRecord {
                    title: entry.title,
                    published: entry.published,
                    ..AddressRecord::new(url, desk.source.name.clone(), Role::Page, seen)
                });
            }
        }
        Ok(waiting)
    }

    /// Remembers a listing together with what it announced, then asks as much of that as the limit allows.
    fn put_and_submit(
        &mut self,
        place: usize,
        listing: Option<AddressRecord>,
        waiting: Vec<AddressRecord>,
    ) -> Result<(), PipelineError> {
        match listing {
            Some(listing) => drop(self.store.announce(&listing, &waiting)?),
            None => self.store.put_addresses(&waiting)?,
        }
        for record in waiting {
            if self.desks[place].asked < self.desks[place].source.limit {
                self.submit(place, record, 1);
            } else {
                self.desks[place].summary.waiting += 1;
            }
        }
        Ok(())
    }

    fn take_page(&mut self, asked: Asked, reply: Reply) -> Result<(), PipelineError> {
        let Asked { desk: place, mut record, .. } = asked;
        match reply.outcome {
            Outcome::Fetched(fetched) => {
                self.desks[place].summary.fetched += 1;
                let landed = fetched.capture.url.as_deref().and_then(canonical_url);
                if let Some(landed) = landed.filter(|landed| *landed != record.url) {
                    self.landed.push((landed, record.clone()));
                }
                record.state = AddressState::Captured;
                record.captured_at = fetched.capture.captured_at;
                self.bytes += fetched.capture.body.len();
                self.captures.push((record, fetched.capture));
                Ok(())
            }
            Outcome::Unchanged { .. } => {
                self.refuse(place, record, "it answered 304 to a first request", "answered 304")
            }
            Outcome::Refused(error) => self.refuse(place, record, &error.to_string(), &error.kind()),
            Outcome::Later { error, not_before } => {
                record.tries += 1;
                if record.tries >= MOST_TRIES {
                    let reason = format!("given up after {MOST_TRIES} runs: {error}");
                    return self.refuse(place, record, &reason, &error.kind());
                }
                self.skip(place, &record.url, &format!("{error}; another run asks again"), &error.kind());
                self.desks[place].summary.waiting += 1;
                let rest = REST * (1 << (record.tries - 1));
                record.not_before = not_before.max(self.options.now.checked_add(rest).ok());
                Ok(self.store.put_addresses(&[record])?)
            }
        }
    }

    fn refuse(
        &mut self,
        place: usize,
        mut record: AddressRecord,
        reason: &str,
        kind: &str,
    ) -> Result<(), PipelineError> {
        self.skip(place, &record.url, reason, kind);
        record.state = AddressState::Refused;
        record.reason = Some(reason.to_owned());
        Ok(self.store.put_addresses(&[record])?)
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
                    .filter(|source| source.url.starts_with(origin))
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
