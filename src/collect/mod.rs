//! Sources and discovery: bytes from outside to captures, and files of records to articles.
//!
//! ```text
//! source -> Collector -> capture -> listing -> entries that the source admits
//! wanted    fetch host    bytes     feed sitemap page gdelt       addresses
//!           robots address          warc -> captures     table jsonl -> articles
//! ```
//!
//! First room of the pipeline. A [`Source`] says where commentary is announced and what of it is wanted; a
//! [`Collector`] asks politely and within limits, the only place that opens a connection; [`read_listing`]
//! turns what a source answered into [`Entry`]s; [`read_warc`] reads web archives, [`read_csv`] and
//! [`read_jsonl`] files of records. Readers take bytes or a reader: paths stay outside, scores and the
//! database are unknown here. What was seen before is remembered by the pipeline.
//!
//! A record that cannot be used is a [`Skip`] with its line and reason and the reading goes on; only
//! a file that cannot be read as what it was given for is a [`CollectError`]. Hostile input can cause
//! skips. It cannot cause a panic, nor use more memory than a few times
//! [`RecordOptions::max_record_bytes`], nor more than linear time.
//!
//! ```
//! use storyturn::collect::{RecordOptions, read_csv};
//!
//! let table = "published,source,title\n2026-01-23,desk,Gold at a record high\n";
//! let records = read_csv("notes.csv", table.as_bytes(), &RecordOptions::default())?;
//! for record in records {
//!     let record = record.expect("the row has a title and a date");
//!     assert_eq!(record.subject, "notes.csv line 2");
//!     assert_eq!(record.article.title, "Gold at a record high");
//! }
//! # Ok::<(), storyturn::collect::CollectError>(())
//! ```

use std::{
    error::Error,
    io::{self, Read},
};

use crate::document::{Article, Given, Skip};

mod address;
mod charset;
mod coding;
mod entry;
mod feed;
mod fetch;
mod frontier;
mod gdelt;
mod host;
mod jsonl;
mod listing;
mod page;
mod record;
mod robots;
mod sitemap;
mod source;
mod table;
mod warc;

pub use coding::CodingError;
pub use entry::{Entry, Parsed, SourceError};
pub use feed::{Feed, FeedError, read_feed};
pub use fetch::{
    Collector, CollectorOptions, FetchError, Fetched, KeyHeader, Outcome, Permit, Reply, Request,
    RobotsAnswer, RobotsBody, RobotsUse, Wants, user_agent,
};
pub use frontier::{canonical_url, same_site};
pub use gdelt::{GdeltQuery, GdeltWindow};
pub use listing::{Child, Listing, ListingError, read_listing};
pub use robots::{Robots, RobotsRule};
pub use sitemap::{Sitemap, read_sitemap};
pub use source::{
    Older, Outside, Pattern, Reading, Source, SourceKind, Topics, USUAL_LIMIT, USUAL_MAX_AGE_DAYS,
};
pub use warc::{Captures, Media, WarcOptions, read_warc};

/// One article as a file of records gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// What a message calls it: `FILE line 12`, the line on which the record begins.
    pub subject: String,
    /// Its text and metadata, cleaned; `published_basis` is `given` unless the record says better.
    pub article: Article,
    /// The input's own name for it, where it has one.
    pub id: Option<String>,
    /// Title and text before they were cleaned, where that changed them.
    pub given: Given,
}

/// What a caller may decide about files of records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordOptions {
    /// The source of records that name neither a source nor an address.
    pub default_source: Option<String>,
    /// Largest record in bytes; a larger one is skipped.
    pub max_record_bytes: usize,
    /// Whether a table is refused that has no column of dates.
    pub dates: Dates,
}

/// Whether records are of use without a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dates {
    /// They are not: a table without a column of dates is a mistake.
    #[default]
    Needed,
    /// They are: nobody asks when a text appeared, or the user says it.
    Optional,
}

/// A long book has a few megabytes of text: what is larger is no article, but must not exhaust memory.
const MAX_RECORD_BYTES: usize = 16 << 20;

impl Default for RecordOptions {
    fn default() -> Self {
        Self { default_source: None, max_record_bytes: MAX_RECORD_BYTES, dates: Dates::Needed }
    }
}

/// Why a file gives no records at all.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// The first bytes could not be read.
    #[error("{name} cannot be read")]
    Read {
        /// The input.
        name: String,
        /// The cause.
        source: io::Error,
    },
    /// The first bytes belong to another format.
    #[error("{name} is {what}, not text in UTF-8")]
    NotText {
        /// The input.
        name: String,
        /// What it is, in words.
        what: &'static str,
    },
    /// No header, no record.
    #[error("{name} is empty")]
    Empty {
        /// The input.
        name: String,
    },
    /// The first line is too long to be a header.
    #[error("{name} line {line} is no header: it has more than {limit} bytes")]
    Header {
        /// The input.
        name: String,
        /// The line of the would-be header.
        line: u64,
        /// The limit.
        limit: usize,
    },
    /// The header lacks a column that is needed.
    #[error("{name} has no column for {missing}: found {found}; accepted are {accepted}")]
    Columns {
        /// The input.
        name: String,
        /// What is missing, in words.
        missing: &'static str,
        /// The columns it has.
        found: String,
        /// The names that would do.
        accepted: String,
    },
    /// The collector has broken down: what was asked last gets no reply.
    #[error("the collector ended with {unanswered} requests unanswered")]
    Ended {
        /// How many.
        unanswered: usize,
    },
    /// The collector cannot be started: a user agent or proxy that cannot be one, or no thread.
    #[error("the collector cannot start")]
    Client {
        /// The cause.
        source: Box<dyn Error + Send + Sync>,
    },
}

/// Reads a table with a header: one article a row.
///
/// Columns are known by name without regard to case; the separator (`,`, `;` or tab) is told from the
/// header. Rows with a date that cannot be read are skipped; rows without one give an article whose
/// `published` is `None`. A reading error in the middle is a last skip, after which nothing follows.
pub fn read_csv<R: Read>(
    name: &str,
    reader: R,
    options: &RecordOptions,
) -> Result<impl Iterator<Item = Result<Record, Skip>> + use<R>, CollectError> {
    table::Rows::new(name, reader, options)
}

/// Reads JSON lines: one article a line, in the fields of the `tag` and `extract` records.
///
/// Blank lines and unknown fields are ignored. A line that `extract` marked as skipped is a skip here
/// too. A reading error in the middle is a last skip, after which nothing follows.
pub fn read_jsonl<R: Read>(
    name: &str,
    reader: R,
    options: &RecordOptions,
) -> Result<impl Iterator<Item = Result<Record, Skip>> + use<R>, CollectError> {
    jsonl::Lines::new(name, reader, options)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A reader that gives a few bytes at a time, as a slow pipe does.
    pub(super) struct Trickle<'a> {
        bytes: &'a [u8],
        step: usize,
    }

    impl<'a> Trickle<'a> {
        pub(super) fn new(bytes: &'a [u8], step: usize) -> Self {
            Self { bytes, step }
        }
    }

    impl Read for Trickle<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let step = self.step.min(buffer.len()).min(self.bytes.len());
            buffer[..step].copy_from_slice(&self.bytes[..step]);
            self.bytes = &self.bytes[step..];
            Ok(step)
        }
    }

    /// Records and skips in one line each.
    pub(super) fn told(records: impl Iterator<Item = Result<Record, Skip>>) -> Vec<String> {
        let told = |record: Result<Record, Skip>| match record {
            Err(skip) => format!("{} skipped: {}", skip.subject, skip.reason),
            Ok(Record { subject, article, id, .. }) => format!(
                "{subject}: id {} | {} | {} | {} | {} | {}",
                id.unwrap_or_default(),
                article.title,
                article.text,
                article
                    .published
                    .map_or(String::new(), |at| format!("{at} {}", article.published_basis.unwrap_or("?"))),
                article.source,
                article.url.unwrap_or_default(),
            ),
        };
        records.map(told).collect()
    }

    /// Gives its bytes, then fails.
    struct Broken<'a>(&'a [u8]);

    impl Read for Broken<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            match self.0.read(buffer)? {
                0 => Err(io::Error::other("disk gone")),
                read => Ok(read),
            }
        }
    }

    #[test]
    fn a_reading_error_in_the_middle_is_a_last_skip() {
        let options = RecordOptions::default();
        let records = read_csv("f", Broken(b"title,date\na,2026-01-23\nb,"), &options).unwrap();
        let expected = [
            "f line 2: id  | a |  | 2026-01-23 given |  | ",
            "f line 3 skipped: reading stopped here: disk gone",
        ];
        assert_eq!(told(records), expected);
        let records = read_jsonl("f", Broken(b"{\"title\":\"a\"}\n{"), &options).unwrap();
        let expected = ["f line 1: id  | a |  |  |  | ", "f line 2 skipped: reading stopped here: disk gone"];
        assert_eq!(told(records), expected);
        assert!(matches!(read_csv("f", Broken(b""), &options), Err(CollectError::Read { .. })));
    }
}
