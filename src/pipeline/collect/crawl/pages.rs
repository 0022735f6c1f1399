//! What becomes of an article's page: kept, tried again in another run, or refused for good.

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
}
