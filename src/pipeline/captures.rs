//! What was collected, out of the store into a web archive, one capture at a time.

use std::io::Write;

use jiff::{SignedDuration, Timestamp};

use super::{PipelineError, Progress};
use crate::{calendar::Day, export::WarcWriter, store::Store};

/// Writes the captures of these days, both included, to a web archive in the order of time; all of them
/// without days. Returns how many. `subject` names the file in errors.
pub fn export_captures(
    store: &Store,
    (from, to): (Option<Day>, Option<Day>),
    subject: &str,
    out: &mut dyn Write,
    progress: &dyn Progress,
) -> Result<u64, PipelineError> {
    // The store leaves out the first instant and takes the last: a day is the other way round.
    let before = |at: Timestamp| at.saturating_sub(SignedDuration::from_nanos(1)).unwrap_or(at);
    let from = from.map_or(Timestamp::MIN, |day| before(day.start()));
    let to = to.map_or(Timestamp::MAX, |day| before(day.end()));
    let mut writer = WarcWriter::new(out, subject);
    progress.begin("writing captures", None);
    for capture in store.captures_between(from, to) {
        writer.write(&capture?)?;
        progress.advance(1);
    }
    progress.end();
    Ok(writer.finish()?)
}
