//! A file as one run of plain bytes, of which as much is held as a record needs.
//!
//! Above `gzip`, below `record`. Bytes are appended until a record is whole, looked at as a slice, and
//! dropped from the front. Where a gzip member begins a record, its place is kept as a wall: no record
//! reaches across it, whatever length it claims. Memory is what the layer above asks for; it asks for no
//! more than its limit.

use std::{collections::VecDeque, io::Read};

use super::{
    gzip::{Begins, CHUNK_BYTES, Filled, Inflate, is_gzip},
    window::Window,
};

/// Why no more bytes follow those that are held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stop {
    /// The file is over.
    End,
    /// The last bytes are not whole; more may follow behind the damage.
    Damaged(String),
    /// The last bytes are whole; something that is no record lies between them and what follows.
    Junk(String),
}

/// The bytes of one file.
pub(super) struct Stream<R> {
    source: Source<R>,
    buffer: Vec<u8>,
    /// The next byte to be taken.
    at: usize,
    /// Where in the run of plain bytes the buffer begins.
    offset: u64,
    /// Places in the run where a gzip member begins a record.
    walls: VecDeque<u64>,
    /// How many there were, those taken included.
    walls_seen: u64,
    stop: Option<Stop>,
}

enum Source<R> {
    Plain(Window<R>),
    Gzip(Box<Inflate<R>>),
}

impl<R: Read> Stream<R> {
    pub fn new(reader: R) -> Self {
        let mut window = Window::new(reader);
        let source = if is_gzip(&mut window) {
            Source::Gzip(Box::new(Inflate::new(window)))
        } else {
            Source::Plain(window)
        };
        let (buffer, walls) = (Vec::new(), VecDeque::new());
        Self { source, buffer, at: 0, offset: 0, walls, walls_seen: 0, stop: None }
    }

    /// Whether the file is compressed.
    pub fn is_gzip(&self) -> bool {
        matches!(self.source, Source::Gzip(_))
    }

    /// Whether members have been seen to begin with records, so that a record is looked for nowhere else.
    pub fn is_by_member(&self) -> bool {
        self.walls_seen > 1
    }

    /// The bytes that are held and not taken.
    pub fn held(&self) -> &[u8] {
        &self.buffer[self.at..]
    }

    /// Holds at least `wanted` bytes, where so many come before the next wall or stop; gives how many of
    /// what is held come before the next wall.
    pub fn ensure(&mut self, wanted: usize) -> usize {
        loop {
            let before_wall = self.wall().unwrap_or(usize::MAX).min(self.held().len());
            if before_wall >= wanted || self.wall().is_some() || !self.more() {
                return before_wall;
            }
        }
    }

    /// How many bytes lie before the next wall, where one is known; the wall at this very place is behind.
    pub fn wall(&self) -> Option<usize> {
        let here = self.position();
        let next = self.walls.iter().find(|place| **place > here)?;
        Some(usize::try_from(next - here).expect("walls lie within what is held"))
    }

    /// Whether a wall is at this very place.
    pub fn at_wall(&self) -> bool {
        let here = self.position();
        self.walls.contains(&here)
    }

    /// Takes bytes.
    pub fn take(&mut self, bytes: usize) {
        self.at += bytes;
        debug_assert!(self.at <= self.buffer.len());
        let here = self.position();
        while self.walls.front().is_some_and(|place| *place < here) {
            self.walls.pop_front();
        }
        // What is left is moved only when that is less than what was taken: each byte once at most.
        if self.at > self.buffer.len() / 2 {
            self.buffer.drain(..self.at);
            self.offset += self.at as u64;
            self.at = 0;
        }
    }

    /// Where in the run of plain bytes the next byte is.
    pub fn position(&self) -> u64 {
        self.offset + self.at as u64
    }

    /// Why nothing follows what is held.
    pub fn stop(&self) -> Option<&Stop> {
        self.stop.as_ref()
    }

    /// Goes on behind the stop; `false` where that is the end of the file.
    pub fn go_on(&mut self) -> bool {
        if self.stop == Some(Stop::End) {
            return false;
        }
        self.stop = None;
        true
    }

    /// Holds some more bytes, if none stop is reached.
    pub fn more(&mut self) -> bool {
        if self.stop.is_some() {
            return false;
        }
        let end = self.offset + self.buffer.len() as u64;
        let filled = match &mut self.source {
            Source::Gzip(inflate) => inflate.fill(&mut self.buffer),
            Source::Plain(window) => plain(window, &mut self.buffer),
        };
        self.stop = match filled {
            Filled::Bytes { begins } => {
                if begins == Begins::Record {
                    self.walls.push_back(end);
                    self.walls_seen += 1;
                }
                return true;
            }
            Filled::Damaged(reason) => Some(Stop::Damaged(reason)),
            Filled::Junk(reason) => Some(Stop::Junk(reason)),
            Filled::End => Some(Stop::End),
        };
        false
    }
}

/// Appends what was read ahead.
fn plain<R: Read>(window: &mut Window<R>, buffer: &mut Vec<u8>) -> Filled {
    window.mark();
    let bytes = window.ensure(1);
    let length = bytes.len().min(CHUNK_BYTES);
    buffer.extend_from_slice(&bytes[..length]);
    window.consume(length);
    match (length, window.failed()) {
        (0, true) => window.error().map_or(Filled::End, Filled::Damaged),
        (0, false) => Filled::End,
        _ => Filled::Bytes { begins: Begins::Nothing },
    }
}
