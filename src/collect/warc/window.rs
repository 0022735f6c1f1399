//! A reader with a read-ahead and a memory: bytes can be looked at before they are taken, and taken back
//! up to a mark.
//!
//! Under `gzip`, which must go back to a damaged member's start. What lies further back than
//! [`HISTORY_BYTES`] is forgotten, so that memory is fixed whatever a member's size.

use std::io::{ErrorKind, Read};

/// How far back a search for the next member can begin. Damaged data shows itself within some thousand
/// bytes; a megabyte is beyond any that was seen.
const HISTORY_BYTES: usize = 1 << 20;
/// The whole of it: a history and as much again, so that each byte is moved at most once.
const BUFFER_BYTES: usize = 2 * HISTORY_BYTES;

/// The read-ahead.
pub(super) struct Window<R> {
    reader: R,
    buffer: Vec<u8>,
    /// Next byte to be taken, end of what was read, and the mark: `mark <= next <= filled`.
    next: usize,
    filled: usize,
    mark: usize,
    /// Where in the file the buffer begins.
    offset: u64,
    ended: bool,
    error: Option<String>,
    failed: bool,
}

impl<R: Read> Window<R> {
    /// The most that can be looked at ahead.
    pub const LONGEST: usize = 128 << 10;

    pub fn new(reader: R) -> Self {
        let buffer = Vec::new();
        Self {
            reader,
            buffer,
            next: 0,
            filled: 0,
            mark: 0,
            offset: 0,
            ended: false,
            error: None,
            failed: false,
        }
    }

    /// At least `wanted` bytes where the file has so many, at most all that was read ahead.
    pub fn ensure(&mut self, wanted: usize) -> &[u8] {
        debug_assert!(wanted <= 4 * Self::LONGEST);
        while self.filled - self.next < wanted && !self.ended {
            if self.filled == self.buffer.len() {
                self.make_room();
            }
            match self.reader.read(&mut self.buffer[self.filled..]) {
                Ok(0) => self.ended = true,
                Ok(read) => self.filled += read,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    self.ended = true;
                    self.failed = true;
                    self.error = Some(format!("reading stopped here: {error}"));
                }
            }
        }
        &self.buffer[self.next..self.filled]
    }

    /// Takes bytes that were looked at.
    pub fn consume(&mut self, bytes: usize) {
        self.next += bytes;
        debug_assert!(self.next <= self.filled);
    }

    /// Remembers this place.
    pub fn mark(&mut self) {
        self.mark = self.next;
    }

    /// Goes back to the mark, or as near to it as is remembered.
    pub fn rewind(&mut self) {
        self.next = self.mark;
    }

    /// Where in the file the mark is.
    pub fn marked_at(&self) -> u64 {
        self.offset + self.mark as u64
    }

    /// The reading error that ended the file, once.
    pub fn error(&mut self) -> Option<String> {
        self.error.take()
    }

    /// Whether a reading error ended the file.
    pub fn failed(&self) -> bool {
        self.failed
    }

    fn make_room(&mut self) {
        if self.buffer.len() < BUFFER_BYTES {
            // Most pipes and small files never need it all.
            self.buffer.resize((2 * self.buffer.len()).clamp(super::gzip::CHUNK_BYTES, BUFFER_BYTES), 0);
            return;
        }
        self.mark = self.mark.max(self.next.saturating_sub(HISTORY_BYTES));
        self.buffer.copy_within(self.mark..self.filled, 0);
        self.offset += self.mark as u64;
        self.next -= self.mark;
        self.filled -= self.mark;
        self.mark = 0;
    }
}
