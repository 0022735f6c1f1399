//! Stored forms of what collecting keeps: addresses, captures, robots answers and their counters.
//!
//! The rules are those of `record`. An address's form names its URL, so that two addresses of one hash
//! could not pass for each other; a capture's body lies in pieces of its own.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::document::{Capture, DocumentId};

use super::{
    AddressRecord, AddressState, RobotsKind, RobotsRecord, Role,
    envelope::Reason,
    record::{PublishedRecord, basis, basis_number, instant},
};

/// Everything known of an address; its key is the hash of `url`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct AddressForm<'a> {
    url: Cow<'a, str>,
    source: Cow<'a, str>,
    role: u8,
    first_seen: i128,
    state: u8,
    reason: Option<Cow<'a, str>>,
    tries: u32,
    not_before: Option<i128>,
    etag: Option<Cow<'a, str>>,
    last_modified: Option<Cow<'a, str>>,
    title: Option<Cow<'a, str>>,
    published: Option<PublishedRecord>,
    captured_at: Option<i128>,
    document: Option<u64>,
    scope: u64,
}

fn text(text: &Option<String>) -> Option<Cow<'_, str>> {
    text.as_deref().map(Cow::Borrowed)
}

fn own(text: Option<Cow<'_, str>>) -> Option<String> {
    text.map(Cow::into_owned)
}

impl<'a> From<&'a AddressRecord> for AddressForm<'a> {
    fn from(record: &'a AddressRecord) -> Self {
        Self {
            url: Cow::Borrowed(&record.url),
            source: Cow::Borrowed(&record.source),
            role: match record.role {
                Role::Listing => 0,
                Role::Page => 1,
            },
            first_seen: record.first_seen.as_nanosecond(),
            state: record.state.number() as u8,
            reason: text(&record.reason),
            tries: record.tries,
            not_before: record.not_before.map(Timestamp::as_nanosecond),
            etag: text(&record.etag),
            last_modified: text(&record.last_modified),
            title: text(&record.title),
            published: record.published.map(PublishedRecord::from),
            captured_at: record.captured_at.map(Timestamp::as_nanosecond),
            document: record.document.map(|id| id.0),
            scope: record.scope,
        }
    }
}

impl AddressForm<'_> {
    pub(super) fn read(self) -> Result<AddressRecord, Reason> {
        Ok(AddressRecord {
            url: self.url.into_owned(),
            source: self.source.into_owned(),
            role: match self.role {
                0 => Role::Listing,
                1 => Role::Page,
                _ => return Err("its role is unknown"),
            },
            first_seen: instant(self.first_seen)?,
            state: *AddressState::ALL.get(usize::from(self.state)).ok_or("its state is unknown")?,
            reason: own(self.reason),
            tries: self.tries,
            not_before: self.not_before.map(instant).transpose()?,
            etag: own(self.etag),
            last_modified: own(self.last_modified),
            title: own(self.title),
            published: self.published.map(PublishedRecord::read).transpose()?,
            captured_at: self.captured_at.map(instant).transpose()?,
            document: self.document.map(DocumentId),
            scope: self.scope,
        })
    }
}

/// A capture without its body; its key is the instant and the hash of `address`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct CaptureForm<'a> {
    pub(super) address: Cow<'a, str>,
    subject: Cow<'a, str>,
    url: Option<Cow<'a, str>>,
    content_type: Option<Cow<'a, str>>,
    basis: u8,
    /// Bytes of the body as received.
    pub(super) body_bytes: u64,
    /// Rows its packed body lies in; none for an empty one.
    pub(super) pieces: u32,
}

impl<'a> CaptureForm<'a> {
    pub(super) fn new(address: &'a str, capture: &'a Capture, pieces: u32) -> Self {
        Self {
            address: Cow::Borrowed(address),
            subject: Cow::Borrowed(&capture.subject),
            url: text(&capture.url),
            content_type: text(&capture.content_type),
            basis: basis_number(capture.basis) as u8,
            body_bytes: capture.body.len() as u64,
            pieces,
        }
    }

    /// The capture made at an instant, with its body.
    pub(super) fn into_capture(self, at: Timestamp, body: Vec<u8>) -> Result<Capture, Reason> {
        Ok(Capture {
            subject: self.subject.into_owned(),
            url: own(self.url),
            content_type: own(self.content_type),
            captured_at: Some(at),
            basis: basis(self.basis)?,
            body,
        })
    }
}

/// What an origin's robots.txt said; its key is the origin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct RobotsForm<'a> {
    fetched_at: i128,
    kind: u8,
    body: Cow<'a, [u8]>,
}

impl<'a> From<&'a RobotsRecord> for RobotsForm<'a> {
    fn from(record: &'a RobotsRecord) -> Self {
        Self {
            fetched_at: record.fetched_at.as_nanosecond(),
            kind: match record.kind {
                RobotsKind::Rules => 0,
                RobotsKind::AllowAll => 1,
                RobotsKind::DisallowAll => 2,
            },
            body: Cow::Borrowed(&record.body),
        }
    }
}

impl RobotsForm<'_> {
    pub(super) fn read(self, origin: &str) -> Result<RobotsRecord, Reason> {
        Ok(RobotsRecord {
            origin: origin.to_owned(),
            fetched_at: instant(self.fetched_at)?,
            kind: match self.kind {
                0 => RobotsKind::Rules,
                1 => RobotsKind::AllowAll,
                2 => RobotsKind::DisallowAll,
                _ => return Err("its kind of answer is unknown"),
            },
            body: self.body.into_owned(),
        })
    }
}

/// The counters of collecting, in one row, rewritten with every batch that changes them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct TallyRecord {
    /// By the number of their state.
    pub(super) addresses: [u64; AddressState::ALL.len()],
    pub(super) captures: u64,
    /// Bytes of all bodies as received.
    pub(super) body_bytes: u64,
    /// Captures that were not read yet.
    pub(super) unread: u64,
}
