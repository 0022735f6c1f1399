//! Captures: bodies as received, kept unchanged for ever, and which of them are still to be read.
//!
//! A capture is a row under its instant and the hash of its address, and its body, packed, in pieces of
//! 6 KiB: sled writes longer pages to files of their own, which it reads whole at every opening and
//! removes without regard to what has reached the disk. A capture comes with its pieces, its address and
//! the mark that it is unread in one batch, and the mark goes in the batch that says what was read.

use std::collections::HashSet;

use jiff::Timestamp;

use crate::document::{Capture, DocumentId};

use super::{
    AddressRecord, AddressState, Store, StoreError, Transaction,
    addresses::{AddressChanges, unstorable},
    collected_record::CaptureForm,
    database::Row,
    envelope::Codec,
    key::{self, Kind},
    visit::{AddressHash, Visit},
};

/// Sled's leaves hold up to 17 rows, and a leaf over 128 KiB becomes a file: 17 pieces stay below it.
const PIECE_BYTES: usize = 6 * 1024;
/// Packed bytes in one batch, of several captures. More costs memory and gains nothing.
const BYTES_PER_BATCH: usize = 1 << 20;
/// What a capture costs besides its body.
const ROW_BYTES: usize = 2048;
/// Reaching the disk costs milliseconds. What lies between is lost with the power, not with the
/// process, and is fetched again.
const FLUSH_EVERY_CAPTURES: u64 = 100;

/// What became of a batch of captures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PutCaptures {
    /// New ones.
    pub added: u64,
    /// Ones of an address and instant that were there already, left as they were.
    pub known: u64,
}

/// What reading a capture came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The address, as [`Store::unread`] gave it.
    pub url: String,
    /// When the capture was made.
    pub captured_at: Timestamp,
    /// The article that was read from it.
    pub document: Option<DocumentId>,
    /// Why there is none. One lower-case clause.
    pub reason: Option<String>,
}

impl Store {
    /// Keeps captures, each with its address, whose state becomes [`AddressState::Captured`] and whose
    /// `captured_at` the capture's. A capture is there with its address or not at all; those before one
    /// that is there are there. A capture of the same address and instant is never overwritten: it is
    /// counted, and its address left as it is. Returns when all would survive a kill; every hundred
    /// captures reach the disk, the rest when [`Store::flush`] returns.
    ///
    /// Errors: a capture without an instant.
    pub fn put_captures(&mut self, batch: &[(AddressRecord, Capture)]) -> Result<PutCaptures, StoreError> {
        let mut put = PutCaptures::default();
        let mut part = Part::new(self);
        for (address, capture) in batch {
            if part.bytes >= BYTES_PER_BATCH || part.seen.contains(&address.hash()) {
                part.commit(self, &mut put)?;
                part = Part::new(self);
            }
            part.add(self, address, capture)?;
        }
        part.commit(self, &mut put)?;
        self.unflushed_captures += put.added;
        if self.unflushed_captures >= FLUSH_EVERY_CAPTURES {
            self.flush()?;
        } else {
            self.database.write_out()?;
        }
        Ok(put)
    }

    /// Captures that were not read yet with their addresses, the oldest first: at most so many, and of
    /// so many bytes together, but one at least.
    pub fn unread(&self, most: usize, most_bytes: u64) -> Result<Vec<(AddressRecord, Capture)>, StoreError> {
        let mut found = Vec::new();
        let mut bytes = 0;
        for row in self.database.scan(Kind::Unread.range()).take(most) {
            let (key, _) = row?;
            let visit = self.visit(&key)?;
            let capture_key = visit.key(Kind::Capture);
            let form: Option<CaptureForm<'static>> = self.read(&capture_key)?;
            let form = form.ok_or_else(|| self.bad_row(&key, "its capture is not there"))?;
            bytes += form.body_bytes;
            if bytes > most_bytes && !found.is_empty() {
                break;
            }
            let address = self.read_address(visit.address)?;
            let address = address.ok_or_else(|| self.bad_row(&key, "its address is not there"))?;
            found.push((address, self.with_pieces(visit, form)?));
        }
        Ok(found)
    }

    /// Says what captures came to: each is unread no longer, and an address whose latest capture it was
    /// becomes [`AddressState::Read`]. Call it after the articles have been put: a kill in between reads
    /// them once more and changes nothing. All in one batch.
    ///
    /// Errors: an address that is not in the store.
    pub fn mark_read(&mut self, readings: &[Reading]) -> Result<(), StoreError> {
        let mut transaction = self.begin();
        let mut changes = AddressChanges::default();
        for reading in readings {
            let known = changes.find(self, &reading.url)?;
            let known = known.ok_or_else(|| unstorable(&reading.url, "it is not in the store"))?;
            let mut address = known.clone();
            let visit = Visit { at: reading.captured_at, address: address.hash() };
            self.unmark(&mut transaction, visit)?;
            address.document = reading.document.or(address.document);
            if address.state == AddressState::Captured && address.captured_at == Some(visit.at) {
                address.state = AddressState::Read;
                address.reason.clone_from(&reading.reason);
            }
            changes.set(address);
        }
        changes.write(self, &mut transaction)?;
        self.commit_changes(transaction)?;
        self.database.write_out()
    }

    /// Every capture in the order of time.
    pub fn captures(&self) -> impl Iterator<Item = Result<Capture, StoreError>> + '_ {
        self.database.scan(Kind::Capture.range()).map(|row| {
            let (key, value) = row?;
            self.with_pieces(self.visit(&key)?, self.decode(&key, &value)?)
        })
    }

    /// When the first and the last capture were made.
    pub fn captured(&self) -> Result<Option<(Timestamp, Timestamp)>, StoreError> {
        let end = |row: Option<Result<Row, StoreError>>| {
            row.transpose()?.map(|(key, _)| self.visit(&key).map(|visit| visit.at)).transpose()
        };
        let first = end(self.database.scan(Kind::Capture.range()).next())?;
        let last = end(self.database.scan(Kind::Capture.range()).next_back())?;
        Ok(first.zip(last))
    }

    /// Captures made after `from`, up to and including `to`, in the order of time, each with its address as
    /// it is now.
    pub fn captures_between(
        &self,
        from: Timestamp,
        to: Timestamp,
    ) -> impl Iterator<Item = Result<(AddressRecord, Capture), StoreError>> + '_ {
        self.database.scan(key::between(Kind::Capture, from, to)).map(|row| {
            let (key, value) = row?;
            let visit = self.visit(&key)?;
            let address = self.read_address(visit.address)?;
            let address = address.ok_or_else(|| self.bad_row(&key, "its address is not there"))?;
            Ok((address, self.with_pieces(visit, self.decode(&key, &value)?)?))
        })
    }

    pub(super) fn visit(&self, key: &[u8]) -> Result<Visit, StoreError> {
        Visit::read(key).ok_or_else(|| self.bad_row(key, "its key does not read"))
    }

    /// Joins a capture with its body.
    pub(super) fn with_pieces(
        &self,
        visit: Visit,
        form: CaptureForm<'static>,
    ) -> Result<Capture, StoreError> {
        let key = visit.key(Kind::Capture);
        let body = self.unpack(visit, &key, &form)?;
        form.into_capture(visit.at, body).map_err(|reason| self.bad_row(&key, reason))
    }

    fn unpack(&self, visit: Visit, key: &[u8], form: &CaptureForm<'_>) -> Result<Vec<u8>, StoreError> {
        let mut packed = Vec::new();
        let mut pieces = 0;
        for row in self.database.scan(visit.pieces()) {
            let (key, value) = row?;
            let mut codec = self.codec.borrow_mut();
            packed.extend_from_slice(&codec.open(&key, &value).map_err(|reason| self.bad_row(&key, reason))?);
            pieces += 1;
        }
        if pieces != form.pieces {
            return Err(self.bad_row(key, "its body is not all there"));
        }
        if pieces == 0 {
            return if form.body_bytes == 0 { Ok(packed) } else { Err(self.bad_row(key, "it has no body")) };
        }
        let body = self.codec.borrow_mut().open(key, &packed).map(std::borrow::Cow::into_owned);
        let body = body.map_err(|reason| self.bad_row(key, reason))?;
        if body.len() as u64 == form.body_bytes {
            Ok(body)
        } else {
            Err(self.bad_row(key, "its body is not the one that was written"))
        }
    }

    /// Removes the mark of an unread capture, if it is there.
    fn unmark(&self, transaction: &mut Transaction, visit: Visit) -> Result<(), StoreError> {
        let key = visit.key(Kind::Unread);
        let removed = transaction.writes.iter().any(|write| *write == (key.clone(), None));
        if !removed && self.database.get(&key)?.is_some() {
            transaction.remove(key);
            transaction.tally.unread = transaction.tally.unread.saturating_sub(1);
        }
        Ok(())
    }

    /// Refuses an address that claims a capture to be read where none is.
    pub(super) fn check_capture(
        &self,
        transaction: &Transaction,
        address: AddressHash,
        record: &AddressRecord,
    ) -> Result<(), StoreError> {
        if record.state != AddressState::Captured {
            return Ok(());
        }
        let key = record.captured_at.map(|at| Visit { at, address }.key(Kind::Unread));
        let marked = key.map(|key| {
            let written = transaction.writes.iter().any(|write| write.0 == key && write.1.is_some());
            Ok::<_, StoreError>(written || self.database.get(&key)?.is_some())
        });
        match marked.transpose()? {
            Some(true) => Ok(()),
            _ => Err(unstorable(&record.url, "it has no capture to be read")),
        }
    }
}

/// Captures of one batch.
struct Part {
    transaction: Transaction,
    changes: AddressChanges,
    seen: HashSet<AddressHash>,
    bytes: usize,
    put: PutCaptures,
}

impl Part {
    fn new(store: &Store) -> Self {
        Self {
            transaction: store.begin(),
            changes: AddressChanges::default(),
            seen: HashSet::new(),
            bytes: 0,
            put: PutCaptures::default(),
        }
    }

    fn add(&mut self, store: &Store, address: &AddressRecord, capture: &Capture) -> Result<(), StoreError> {
        let at = capture.captured_at.ok_or_else(|| unstorable(&address.url, "its capture has no instant"))?;
        let hash = address.hash();
        self.seen.insert(hash);
        self.bytes += ROW_BYTES;
        let before = self.changes.before(store, address)?;
        let visit = Visit { at, address: hash };
        let key = visit.key(Kind::Capture);
        if store.database.get(&key)?.is_some() {
            self.put.known += 1;
            return Ok(());
        }
        let mut after = address.clone();
        if let Some(before) = before {
            after.first_seen = before.first_seen;
        }
        after.state = AddressState::Captured;
        after.captured_at = Some(at);
        self.changes.set(after);
        let mut pieces = 0;
        if !capture.body.is_empty() {
            let packed = store.codec.borrow_mut().enclose(&key, &capture.body);
            let packed = packed.map_err(|error| unstorable(&address.url, &error.to_string()))?;
            for piece in packed.chunks(PIECE_BYTES) {
                let key = visit.piece(pieces);
                let value = Codec::enclose_packed(&key, piece);
                self.transaction.add(key, value);
                pieces += 1;
            }
            self.bytes += packed.len();
        }
        let value = store.encode(&key, &CaptureForm::new(&address.url, capture, pieces))?;
        self.transaction.add(key, value);
        let mark = visit.key(Kind::Unread);
        let value = store.encode(&mark, &())?;
        self.transaction.add(mark, value);
        let tally = &mut self.transaction.tally;
        tally.captures += 1;
        tally.unread += 1;
        tally.body_bytes += capture.body.len() as u64;
        self.put.added += 1;
        Ok(())
    }

    fn commit(mut self, store: &mut Store, put: &mut PutCaptures) -> Result<(), StoreError> {
        self.changes.write(store, &mut self.transaction)?;
        store.commit_changes(self.transaction)?;
        put.added += self.put.added;
        put.known += self.put.known;
        Ok(())
    }
}
