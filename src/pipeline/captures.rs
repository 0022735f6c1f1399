//! What was collected, out of the store into a web archive, one capture at a time.
//!
//! With each goes what the store knows of it, so that the archive gives the same articles under the same
//! sources elsewhere. What a source wanted is the configuration's business and not asked here: of a feed
//! that is read by entry, the entries that became articles are named.

use std::io::Write;

use jiff::{SignedDuration, Timestamp};

use super::{PipelineError, Progress};
use crate::{
    calendar::Day,
    collect::{SourceKind, canonical_url, read_listing},
    document::{Capture, DocumentId, Origin},
    export::WarcWriter,
    store::{AddressRecord, AddressState, Role, Store},
};

/// Entries of one feed that are named: 34 KB of a header, of which readers take 64.
const MOST_TAKEN: usize = 2000;

/// Writes the captures of these days, both included, to a web archive in the order of time; all of them
/// without days, and none that was made after `until`. Returns how many. `subject` names the file in
/// errors.
pub fn export_captures(
    store: &Store,
    (from, to): (Option<Day>, Option<Day>),
    until: Option<Timestamp>,
    subject: &str,
    out: &mut dyn Write,
    progress: &dyn Progress,
) -> Result<u64, PipelineError> {
    // The store leaves out the first instant and takes the last: a day is the other way round.
    let before = |at: Timestamp| at.saturating_sub(SignedDuration::from_nanos(1)).unwrap_or(at);
    let from = from.map_or(Timestamp::MIN, |day| before(day.start()));
    let to = to.map_or(Timestamp::MAX, |day| before(day.end())).min(until.unwrap_or(Timestamp::MAX));
    let mut writer = WarcWriter::new(out, subject);
    progress.begin("writing captures", None);
    for collected in store.captures_between(from, to) {
        let (address, capture) = collected?;
        writer.write_collected(&capture, &origin(store, address, &capture)?)?;
        progress.advance(1);
    }
    progress.end();
    Ok(writer.finish()?)
}

fn origin(store: &Store, address: AddressRecord, capture: &Capture) -> Result<Origin, PipelineError> {
    let mut origin = Origin { source: Some(address.source), ..Origin::default() };
    if address.role == Role::Page {
        (origin.title, origin.published) = (address.title, address.published);
        // A list of many publishers is not the source of its articles.
        if let Some(document) = address.document.map(|id| store.document(id)).transpose()?.flatten() {
            origin.source = Some(document.article.source);
            origin.is_from_sitemap = document.article.published_basis == Some("sitemap");
        }
        return Ok(origin);
    }
    origin.is_feed = true;
    let is_unread = address.state == AddressState::Captured && address.captured_at == capture.captured_at;
    if !is_unread {
        let mut taken = Vec::new();
        let entries = read_listing(SourceKind::Feed, capture).map(|listing| listing.entries);
        for entry in entries.unwrap_or_default() {
            let id = canonical_url(&entry.url).map(|url| DocumentId::of_url(&url));
            if let Some(id) = id
                && taken.len() < MOST_TAKEN
                && !taken.contains(&id)
                && store.contains(id)?
            {
                taken.push(id);
            }
        }
        origin.taken = Some(taken);
    }
    Ok(origin)
}
