//! Gzip members one after the other, and the way back to the next one behind damage.
//!
//! Lowest layer of the reader: compressed bytes in, inflated bytes out, with a note wherever a member
//! begins that holds the start of a record. Inflating is done with one decompressor for all members. A
//! member that is damaged ends in [`Filled::Damaged`]; reading then goes on at the next member that
//! inflates to the start of a record, looked for from the damaged member's own start, because a damaged
//! stream may run on into what follows it. Hostile bytes can hide what follows only as far as they
//! damage it; memory is the read-ahead, whatever they inflate to.

use std::io::Read;

use flate2::{Crc, Decompress, FlushDecompress, Status};

use super::window::Window;

/// Inflated bytes asked for at a time: they stay in the cache until they are copied on.
pub(super) const CHUNK_BYTES: usize = 64 << 10;
/// What every record begins with.
pub(super) const MAGIC: &[u8] = b"WARC/";
/// Longest name or comment in a member's header; an archive's writer puts none or a short one.
const LONGEST_NAME: usize = 4 << 10;
/// A member's trailer: checksum and length.
const TRAILER_BYTES: usize = 8;

/// What begins with bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Begins {
    /// Nothing, as far as can be told.
    Nothing,
    /// A member of the file, and a record in it.
    Record,
}

/// What one call for more bytes gave.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Filled {
    /// Some bytes, of one member only.
    Bytes {
        /// What begins with them.
        begins: Begins,
    },
    /// The bytes before this are not whole: the clause says why. More may follow.
    Damaged(String),
    /// The bytes before this are whole, those after are passed over: the clause says why.
    Junk(String),
    /// Nothing more.
    End,
}

/// Where the reader stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before a member, or at the end.
    Between,
    /// Inside a member.
    Inside,
    /// Behind damage, with the next good member still to be found.
    Lost,
    /// Reading failed.
    Ended,
}

/// Inflates a file member by member.
pub(super) struct Inflate<R> {
    input: Window<R>,
    decompress: Decompress,
    checksum: Crc,
    /// Inflated bytes of this member, as its trailer counts them.
    length: u32,
    state: State,
    /// What is to be said before anything else is read.
    pending: Option<Filled>,
}

impl<R: Read> Inflate<R> {
    pub fn new(input: Window<R>) -> Self {
        Self {
            input,
            decompress: Decompress::new(false),
            checksum: Crc::new(),
            length: 0,
            state: State::Between,
            pending: None,
        }
    }

    /// Appends the next bytes to `out`.
    pub fn fill(&mut self, out: &mut Vec<u8>) -> Filled {
        if let Some(pending) = self.pending.take() {
            return pending;
        }
        if self.state == State::Lost {
            self.find_member();
            if let Some(pending) = self.pending.take() {
                return pending;
            }
        }
        let mut is_first = false;
        let start = out.len();
        loop {
            if self.state != State::Inside {
                match self.begin() {
                    Ok(true) => is_first = true,
                    Ok(false) => return Filled::End,
                    Err(ended) => return ended,
                }
            }
            let stepped = self.step(out);
            let fresh = &out[start..];
            if let Err(reason) = stepped {
                self.state = if self.input.failed() { State::Ended } else { State::Lost };
                if is_first && !fresh.starts_with(MAGIC) {
                    // A member that is damaged before it shows a record leaves what came before it whole:
                    // what it gave, a blank line perhaps, is not to be taken for that one's.
                    out.truncate(start);
                    return Filled::Junk(reason);
                }
                if fresh.is_empty() {
                    return Filled::Damaged(reason);
                }
                self.pending = Some(Filled::Damaged(reason));
            } else if fresh.is_empty() {
                continue;
            } else if is_first && fresh.len() < MAGIC.len() && self.state == State::Inside {
                // The first bytes of a member are held back until they say whether a record begins.
                continue;
            }
            let is_record = is_first && fresh.starts_with(MAGIC);
            return Filled::Bytes { begins: if is_record { Begins::Record } else { Begins::Nothing } };
        }
    }

    /// Begins the next member; `false` at the end of the file.
    fn begin(&mut self) -> Result<bool, Filled> {
        if self.state == State::Ended {
            return Ok(false);
        }
        // Tapes and disks pad with zeros.
        while self.input.ensure(1).first() == Some(&0) {
            let zeros = self.input.ensure(1).iter().take_while(|byte| **byte == 0).count();
            self.input.consume(zeros);
        }
        self.input.mark();
        if self.input.ensure(1).is_empty() {
            self.state = State::Ended;
            return self.input.error().map_or(Ok(false), |error| Err(Filled::Junk(error)));
        }
        if self.open_member() {
            return Ok(true);
        }
        let at = self.input.marked_at();
        self.state = State::Lost;
        Err(Filled::Junk(format!("no compressed record begins at byte {at}")))
    }

    /// Reads the member's header, so that inflating can begin.
    fn open_member(&mut self) -> bool {
        let mut wanted = 512;
        let header = loop {
            let bytes = self.input.ensure(wanted);
            match header_length(bytes) {
                Length::Is(length) => break length,
                Length::Short if bytes.len() >= wanted && wanted < Window::<R>::LONGEST => wanted *= 4,
                _ => return false,
            }
        };
        self.input.consume(header);
        self.decompress.reset(false);
        self.checksum.reset();
        self.length = 0;
        self.state = State::Inside;
        true
    }

    /// Inflates once; at the member's end checks its trailer.
    fn step(&mut self, out: &mut Vec<u8>) -> Result<(), String> {
        let at = self.input.marked_at();
        let damaged = || format!("its compressed data is damaged (from byte {at})");
        let input = self.input.ensure(1);
        if input.is_empty() {
            let ends = || format!("the file ends inside its compressed data (from byte {at})");
            return Err(self.input.error().unwrap_or_else(ends));
        }
        let start = out.len();
        out.resize(start + CHUNK_BYTES, 0);
        let (taken_before, given_before) = (self.decompress.total_in(), self.decompress.total_out());
        let status = self.decompress.decompress(input, &mut out[start..], FlushDecompress::None);
        let taken = self.decompress.total_in() - taken_before;
        let given = self.decompress.total_out() - given_before;
        out.truncate(start + usize::try_from(given).expect("no more than the room there was"));
        self.input.consume(usize::try_from(taken).expect("no more than there was"));
        self.checksum.update(&out[start..]);
        self.length =
            self.length.wrapping_add(u32::try_from(given).expect("no more than the room there was"));
        match status {
            Ok(Status::StreamEnd) => {
                let trailer = self.input.ensure(TRAILER_BYTES);
                let Some((sum, length)) = trailer.get(..TRAILER_BYTES).map(|trailer| trailer.split_at(4))
                else {
                    return Err(format!("the file ends inside its compressed data (from byte {at})"));
                };
                let holds = sum == self.checksum.sum().to_le_bytes() && length == self.length.to_le_bytes();
                self.input.consume(TRAILER_BYTES);
                self.state = State::Between;
                if holds {
                    Ok(())
                } else {
                    Err(format!("the checksum of its compressed data does not hold (from byte {at})"))
                }
            }
            // Neither bytes taken nor given: the stream waits for what does not exist.
            Ok(_) if taken == 0 && given == 0 => Err(damaged()),
            Ok(_) => Ok(()),
            Err(_) => Err(damaged()),
        }
    }

    /// Looks for the next member that inflates to the start of a record, behind the start of the one that
    /// was damaged.
    fn find_member(&mut self) {
        self.input.rewind();
        let first = self.input.ensure(1).len().min(1);
        self.input.consume(first);
        loop {
            let bytes = self.input.ensure(3);
            if bytes.len() < 3 {
                self.state = State::Ended;
                // What could not be read was said already, or is said with the next call.
                self.pending = self.input.error().map(Filled::Junk);
                return;
            }
            let near = bytes.windows(3).position(|window| window == MEMBER);
            let passed = near.unwrap_or(bytes.len() - 2);
            self.input.consume(passed);
            self.input.mark();
            if near.is_none() {
                continue;
            }
            if self.open_member() && self.begins_record() {
                self.input.rewind();
                self.state = State::Between;
                return;
            }
            self.input.rewind();
            self.input.consume(1);
        }
    }

    /// Whether the member just opened inflates to the start of a record.
    fn begins_record(&mut self) -> bool {
        let mut start = [0; MAGIC.len()];
        let mut held = 0;
        while held < start.len() {
            let input = self.input.ensure(1);
            let before = self.decompress.total_in();
            let status = self.decompress.decompress(input, &mut start[held..], FlushDecompress::None);
            let taken = usize::try_from(self.decompress.total_in() - before).expect("no more than there was");
            let given = usize::try_from(self.decompress.total_out()).expect("a few bytes") - held;
            self.input.consume(taken);
            held += given;
            if status.is_err() || (taken == 0 && given == 0) || matches!(status, Ok(Status::StreamEnd)) {
                break;
            }
        }
        start[..held] == *MAGIC
    }
}

/// Whether a file is compressed: its first bytes say so, or, where they are damaged, a member further on.
pub(super) fn is_gzip<R: Read>(window: &mut Window<R>) -> bool {
    let head = window.ensure(MAGIC.len());
    if head.starts_with(&MEMBER) || head.starts_with(MAGIC) {
        return !head.starts_with(MAGIC);
    }
    let ahead = window.ensure(Window::<R>::LONGEST);
    let has = |bytes: &[u8]| ahead.windows(bytes.len()).any(|window| window == bytes);
    has(&MEMBER) && !has(MAGIC)
}

/// What every member begins with: the magic number and the only method there is.
const MEMBER: [u8; 3] = [0x1f, 0x8b, 0x08];

/// How long a member's header is.
enum Length {
    Is(usize),
    Short,
    Bad,
}

/// RFC 1952: ten bytes, then what the flags announce.
fn header_length(bytes: &[u8]) -> Length {
    const CHECKED: u8 = 2;
    const EXTRA: u8 = 4;
    const NAME: u8 = 8;
    const COMMENT: u8 = 16;
    const RESERVED: u8 = 0xe0;
    let [0x1f, 0x8b, 8, flags, _, _, _, _, _, _, ..] = *bytes else {
        let is_start = MEMBER.starts_with(&bytes[..bytes.len().min(MEMBER.len())]);
        return if is_start || bytes.starts_with(&MEMBER) && bytes.len() < 10 {
            Length::Short
        } else {
            Length::Bad
        };
    };
    if flags & RESERVED != 0 {
        return Length::Bad;
    }
    let mut length = 10;
    if flags & EXTRA != 0 {
        let Some(&[low, high]) = bytes.get(length..length + 2) else { return Length::Short };
        length += 2 + usize::from(u16::from_le_bytes([low, high]));
    }
    for flag in [NAME, COMMENT] {
        if flags & flag != 0 {
            let rest = bytes.get(length..).unwrap_or_default();
            match rest.iter().take(LONGEST_NAME).position(|byte| *byte == 0) {
                Some(end) => length += end + 1,
                None if rest.len() >= LONGEST_NAME => return Length::Bad,
                None => return Length::Short,
            }
        }
    }
    if flags & CHECKED != 0 {
        length += 2;
    }
    if length <= bytes.len() { Length::Is(length) } else { Length::Short }
}
