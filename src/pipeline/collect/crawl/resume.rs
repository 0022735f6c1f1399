//! Goes on where an earlier run stopped: what it announced and did not fetch.

use super::Crawl;
use crate::{
    collect::Outside,
    document::Published,
    pipeline::{PipelineError, collect::Retry},
    store::{AddressRecord, AddressState, Role},
};

impl Crawl<'_, '_> {
    /// Asks what waits, as much of it as the limits allow.
    pub(super) fn resume(&mut self) -> Result<(), PipelineError> {
        let now = self.options.now;
        let (mut wanted, mut settled) = (Vec::new(), Vec::new());
        let mut room: Vec<usize> = self.desks.all.iter().map(|desk| desk.source.limit).collect();
        for record in self.store.waiting(None) {
            let mut record = record?;
            let Some(place) = self.desks.place(&record.source) else { continue };
            let desk = &mut self.desks[place];
            let is_old = desk.source.leaves_aside(appeared(&record), now);
            if is_old && record.role == Role::Page {
                desk.summary.leave_aside(Outside::Old.as_str());
                record.state = AddressState::Refused;
                record.reason = Some(Outside::Old.as_str().to_owned());
                settled.push(record);
            } else if record.role == Role::Page && !desk.source.takes(&record.url) {
                // The patterns are others than when it was announced, and may be so again before it is old.
            } else if record.not_before.is_some_and(|at| at > now) {
                desk.summary.waiting += 1;
            } else if room[place] == 0 {
                desk.wait(record);
            } else {
                room[place] -= usize::from(record.role == Role::Page);
                wanted.push((place, record));
            }
        }
        if self.options.retry == Retry::Refused {
            let mut again = Vec::new();
            for record in self.store.addresses() {
                let record = record?;
                if record.state == AddressState::Refused
                    && record.role == Role::Page
                    && let Some(place) = self.desks.place(&record.source)
                    && room[place] > 0
                    && !self.desks[place].source.leaves_aside(appeared(&record), now)
                {
                    room[place] -= 1;
                    let state = AddressState::Waiting;
                    let record = AddressRecord { state, reason: None, tries: 0, not_before: None, ..record };
                    again.push(record.clone());
                    wanted.push((place, record));
                }
            }
            self.store.put_addresses(&again)?;
        }
        self.store.put_addresses(&settled)?;
        for (place, record) in wanted {
            // Before it is asked: what a listing claims must not take the room of what waits longer.
            self.submit(place, record, 1);
        }
        Ok(())
    }
}

/// When a page appeared, as far as is known before it is fetched: what was announced had appeared by then.
fn appeared(record: &AddressRecord) -> Published {
    record.published.unwrap_or(Published::At(record.first_seen))
}
