//! What becomes of an article's page: kept, tried again in another run, or refused for good.
//!
//! Only what was asked counts: a page that robots.txt or its address rules out gives its place under the
//! limit to the next that waits, and one whose host rests has failed in nothing.

use jiff::SignedDuration;

use super::{Asked, Crawl};
use crate::{
    collect::{Outcome, Reply, canonical_url},
    pipeline::PipelineError,
    store::{AddressRecord, AddressState},
};

/// Runs in which a page may fail for a passing reason before it is given up.
const MOST_TRIES: u32 = 5;
/// First time a page that failed is left alone; doubled with every further failure.
const REST: SignedDuration = SignedDuration::from_mins(30);

impl Crawl<'_, '_> {
    pub(super) fn take_page(&mut self, asked: Asked, reply: Reply) -> Result<(), PipelineError> {
        let Asked { desk: place, mut record, .. } = asked;
        let Reply { requested, outcome, .. } = reply;
        match outcome {
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
            Outcome::Refused(error) => {
                self.refuse(place, record, &error.to_string(), &error.kind())?;
                if requested { Ok(()) } else { self.ask_another(place) }
            }
            Outcome::Later { error, not_before } => {
                record.tries += u32::from(requested);
                if record.tries >= MOST_TRIES {
                    let reason = format!("given up after {MOST_TRIES} runs: {error}");
                    return self.refuse(place, record, &reason, &error.kind());
                }
                self.skip(place, &record.url, &format!("{error}; another run asks again"), &error.kind());
                self.desks[place].summary.waiting += 1;
                let rest = REST * (1 << record.tries.saturating_sub(1));
                record.reason = Some(error.to_string());
                record.not_before = not_before.max(self.options.now.checked_add(rest).ok());
                Ok(self.store.put_addresses(&[record])?)
            }
        }
    }

    /// Gives the place of a page that was not asked to one that is over the limit.
    fn ask_another(&mut self, place: usize) -> Result<(), PipelineError> {
        self.desks[place].asked -= 1;
        while let Some(next) = self.desks[place].over_limit.pop_front() {
            // A redirect may have led to it meanwhile.
            let known = self.store.address(&next.url)?;
            if known.is_some_and(|known| known.state == AddressState::Waiting) {
                self.desks[place].summary.waiting -= 1;
                self.submit(place, next, 1);
                break;
            }
        }
        Ok(())
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
}
