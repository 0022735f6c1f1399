//! Asks listings, and remembers what they announce before any of it is fetched.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};

use super::{Asked, Crawl};
use crate::{
    collect::{Entry, Listing, Outcome, Outside, Reading, Reply, SourceKind, canonical_url, read_listing},
    document::DocumentId,
    pipeline::{PipelineError, collect::listing_as_read},
    store::{AddressRecord, AddressState, Role},
};

/// An index of sitemaps may name indexes, which may name sitemaps; the protocol allows not even that.
const MOST_DEPTH: u8 = 3;
/// Most child sitemaps of one source in a run: ten years of monthly ones.
const MOST_CHILDREN: usize = 120;

impl Crawl<'_, '_> {
    /// Asks every source's own address.
    pub(super) fn begin(&mut self) -> Result<(), PipelineError> {
        for place in 0..self.desks.all.len() {
            let source = self.desks[place].source;
            if source.kind == SourceKind::Page {
                let entry = Entry { url: source.url.clone(), ..Entry::default() };
                let waiting = self.announce(place, vec![entry], self.options.now)?;
                self.put_and_submit(place, None, waiting)?;
            } else {
                let _ = self.ask_listing(place, &source.url, 0, None)?;
            }
        }
        Ok(())
    }

    /// Asks a listing, with the validators of the time before where what was wanted then is wanted now;
    /// `false` for one that is known not to have changed.
    fn ask_listing(
        &mut self,
        place: usize,
        url: &str,
        depth: u8,
        changed: Option<Timestamp>,
    ) -> Result<bool, PipelineError> {
        let url = canonical_url(url).unwrap_or_else(|| url.to_owned());
        let source = self.desks[place].source;
        let known = self.store.address(&url)?.and_then(|known| listing_as_read(known, source));
        // A child sitemap that has not changed since it was read is not asked at all.
        if let (Some(changed), Some(read)) = (changed, known.as_ref().and_then(|record| record.captured_at))
            && changed < read
        {
            self.desks[place].summary.unchanged += 1;
            return Ok(false);
        }
        let record = known.unwrap_or_else(|| AddressRecord {
            scope: source.scope(),
            ..AddressRecord::new(url, source.name.clone(), Role::Listing, self.options.now)
        });
        self.submit(place, record, depth);
        Ok(true)
    }

    pub(super) fn take_listing(&mut self, asked: Asked, reply: Reply) -> Result<(), PipelineError> {
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
            if depth >= MOST_DEPTH || self.desks[place].children >= MOST_CHILDREN {
                self.desks[place].summary.leave_aside("sitemaps beyond the limit");
                continue;
            }
            if child.changed.is_some_and(|changed| source.leaves_aside(changed, at)) {
                continue;
            }
            let changed = child.changed.and_then(|changed| changed.instant());
            let asked = self.ask_listing(place, &child.url, depth + 1, changed)?;
            // Only those: the next run gets to what this one does not.
            self.desks[place].children += usize::from(asked);
        }
        Ok(())
    }

    /// The announced articles that are wanted and not known, as addresses that wait; with those that wait
    /// for a source which is asked no longer.
    fn announce(
        &mut self,
        place: usize,
        entries: Vec<Entry>,
        seen: Timestamp,
    ) -> Result<Vec<AddressRecord>, PipelineError> {
        let mut waiting: Vec<AddressRecord> = Vec::new();
        let mut met = HashSet::new();
        let mut orphans = Vec::new();
        for entry in entries {
            let desk = &mut self.desks[place];
            let url = match desk.source.admits(&entry, seen) {
                Ok(url) => url,
                Err(outside) => {
                    desk.summary.leave_aside(outside.as_str());
                    continue;
                }
            };
            desk.summary.announced += 1;
            let known = self.store.address(&url)?;
            // Whose source is called otherwise now, or is switched off: nobody else would ask it.
            let is_orphan = |known: &AddressRecord| {
                let waits = known.state == AddressState::Waiting && known.role == Role::Page;
                waits && self.desks.place(&known.source).is_none()
            };
            let is_orphan = known.as_ref().is_some_and(is_orphan);
            let desk = &mut self.desks[place];
            match known {
                Some(known) if is_orphan => {
                    if met.insert(url) {
                        orphans.push(AddressRecord { source: desk.source.name.clone(), ..known });
                    }
                }
                Some(AddressRecord { state: AddressState::Read, .. }) => desk.summary.known += 1,
                Some(AddressRecord { state: AddressState::Refused, reason, .. }) => {
                    let is_old = reason.as_deref() == Some(Outside::Old.as_str());
                    desk.summary.leave_aside(if is_old { Outside::Old.as_str() } else { "refused before" });
                }
                // It is counted where it is fetched, read or left waiting.
                Some(_) => {}
                None if self.store.contains(DocumentId::of_url(&url))? => desk.summary.known += 1,
                None if !met.insert(url.clone()) => {}
                None => {
                    // Atom need not say more than when an entry was changed; a sitemap's word for it tells less.
                    let changed = entry.updated.filter(|_| desk.source.kind == SourceKind::Feed);
                    let published = entry.published.or(changed);
                    // A nanosecond apart, so that pages wait in the order of their listing.
                    let nth = SignedDuration::from_nanos(waiting.len() as i64);
                    let seen = seen.checked_add(nth).unwrap_or(seen);
                    waiting.push(AddressRecord {
                        title: entry.title,
                        published,
                        ..AddressRecord::new(url, desk.source.name.clone(), Role::Page, seen)
                    });
                }
            }
        }
        self.store.put_addresses(&orphans)?;
        waiting.extend(orphans);
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
            if record.not_before.is_some_and(|at| at > self.options.now) {
                self.desks[place].summary.waiting += 1;
            } else if self.desks[place].asked < self.desks[place].source.limit {
                self.submit(place, record, 1);
            } else {
                self.desks[place].wait(record);
            }
        }
        Ok(())
    }
}
