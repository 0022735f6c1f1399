//! Web archives to captures, in bounded memory, past any damage.
//!
//! ```text
//! window -> gzip -> stream -> record -> http -> Capture
//!  bytes    members   plain    header    page
//! ```
//!
//! Reads WARC 0.17 to 1.1, plain, compressed record by record or as one stream, from any reader. Pages
//! in `response` and `resource` records become captures; a damaged record is one [`Skip`] with its place
//! and reason, and every intact record before and behind it is delivered. Everything else an archive
//! holds is passed over and counted. Hostile archives can lose their own records; they cannot panic, hang
//! or hold more memory than a few times [`WarcOptions::max_record_bytes`]. ARC files are refused by name.

mod gzip;
mod header;
mod http;
mod record;
mod stream;
#[cfg(test)]
mod tests;
mod window;

use std::io::Read;

use crate::document::{Basis, Capture, Origin, Skip};

use header::RecordHeader;
use http::{Payload, is_page, payload};
use record::{MAX_HEADER_BYTES, Raw, Records, Wholeness};

/// What a caller may decide about web archives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WarcOptions {
    /// Largest page in bytes, packed or not; a larger one is skipped without being held.
    pub max_record_bytes: usize,
    /// What is a capture and what is passed over.
    pub media: Media,
}

/// Which answers and resources become captures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Media {
    /// HTML, XHTML and plain text from the web; what a site tells robots is not among them.
    #[default]
    Pages,
    /// All of them, whatever their media type: for reading back what `export` wrote.
    Any,
}

impl Default for WarcOptions {
    fn default() -> Self {
        // As `extract` takes them: what is longer gives no article.
        Self { max_record_bytes: 16 << 20, media: Media::Pages }
    }
}

/// The captures of one file, in its order; see [`read_warc`].
pub struct Captures<R> {
    records: Records<R>,
    options: WarcOptions,
    passed_over: u64,
    origin: Origin,
}

/// Reads the pages of a web archive. `name` opens the subjects of captures and skips:
/// `news.warc.gz record 12`.
///
/// A capture's address is the record's target, its instant the record's date with the basis
/// [`Basis::Archived`]; a record whose date cannot be read gives a capture without one, of the basis
/// [`Basis::Claimed`]. Content and transfer codings are undone; a body that was cut is used as far as it
/// goes. A reading error in the middle is a last skip, after which nothing follows.
pub fn read_warc<R: Read>(name: &str, reader: R, options: &WarcOptions) -> Captures<R> {
    let records = Records::new(name, reader, options.max_record_bytes.saturating_add(MAX_HEADER_BYTES));
    Captures { records, options: options.clone(), passed_over: 0, origin: Origin::default() }
}

impl<R> Captures<R> {
    /// How many answers, resources and the like so far were no pages: another status than 200, another
    /// media type, a page that lies elsewhere. Questions and notes of the crawler do not count.
    pub fn passed_over(&self) -> u64 {
        self.passed_over
    }

    /// What the archive says of how the capture given last was collected; nothing, for most archives.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }
}

impl<R: Read> Iterator for Captures<R> {
    type Item = Result<Capture, Skip>;

    fn next(&mut self) -> Option<Self::Item> {
        let WarcOptions { max_record_bytes, media } = self.options;
        loop {
            let (number, reason) = match self.records.next()? {
                Err(skip) => return Some(Err(skip)),
                Ok(Raw { number, state: Wholeness::Damaged(reason), .. }) => (number, reason),
                Ok(Raw { number, state: Wholeness::TooLarge, header, block, declared, .. }) => {
                    if !is_page(&header, block, wanted(&header, media)) {
                        self.passed_over += u64::from(may_be_page(&header.kind));
                        continue;
                    }
                    (number, format!("its {declared} bytes are over the limit of {max_record_bytes}"))
                }
                Ok(Raw { number, state: Wholeness::Whole, header, block, .. }) => {
                    match payload(&header, block, wanted(&header, media), max_record_bytes) {
                        Payload::Page { content_type, body } => {
                            let basis = if header.date.is_some() { Basis::Archived } else { Basis::Claimed };
                            let (url, captured_at) = (header.target, header.date);
                            self.origin = header.origin;
                            let subject = self.records.subject(number);
                            return Some(Ok(Capture {
                                subject,
                                url,
                                content_type,
                                captured_at,
                                basis,
                                body,
                            }));
                        }
                        Payload::Other => {
                            self.passed_over += u64::from(may_be_page(&header.kind));
                            continue;
                        }
                        Payload::Unusable(error) => (number, error.to_string()),
                    }
                }
            };
            return Some(Err(Skip { subject: self.records.subject(number), reason }));
        }
    }
}

/// A feed whose entries are articles is wanted wherever pages are.
fn wanted(header: &RecordHeader, media: Media) -> Media {
    if header.origin.is_feed { Media::Any } else { media }
}

/// Whether records of this kind hold what someone fetched.
fn may_be_page(kind: &str) -> bool {
    !matches!(kind, "warcinfo" | "request" | "metadata" | "continuation")
}
