//! Goes on where an earlier run stopped: what it announced and did not fetch.

use super::Crawl;
use crate::{
    collect::Outside,
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
}
