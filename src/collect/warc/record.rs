//! Records out of a stream of bytes, one at a time, and the way on behind those that are damaged.
//!
//! Above `stream`, below the front page. A record is believed when what follows its block is the next
//! record, a blank line or the end; otherwise its length is wrong, and the next record is looked for from
//! the start of its block: at the next gzip member where members begin records, else at the next line
//! that reads as one. Hostile bytes cannot hide the records that follow them, nor make a record larger
//! than the limit be held. One thing they can do: in a damaged file that is not compressed by record, a
//! page that holds the text of a record may be taken for one.

use std::{io::Read, num::NonZero};

use super::{
    gzip::MAGIC,
    header::{Fields, RecordHeader, fields_end},
    stream::{Stop, Stream},
};
use crate::document::Skip;

/// Largest header of a record or an HTTP answer: addresses reach some kilobytes, cookies more.
pub(super) const MAX_HEADER_BYTES: usize = 64 << 10;
/// A version line fits with room to spare.
const VERSION_BYTES: usize = 16;
/// A version line and the name that opens the next line: what shows that a record begins.
const OPENING_BYTES: usize = VERSION_BYTES + 16;
/// Blank lines after a block that are looked at.
const BLANK_BYTES: usize = 16;

/// One record, or as much of it as there is.
#[derive(Debug)]
pub(super) struct Raw<'a> {
    pub number: u64,
    pub header: RecordHeader,
    /// The length its header says.
    pub declared: u64,
    /// What there is of the block; its start where it is over the limit.
    pub block: &'a [u8],
    pub state: Wholeness,
}

/// Whether a block can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wholeness {
    /// As it was written, which may be less than the header says.
    Whole,
    /// Not as it was written, for this reason.
    Damaged(String),
    /// Over the limit, and not held.
    TooLarge,
}

/// The records of one file.
pub(super) struct Records<R> {
    name: String,
    stream: Stream<R>,
    max_block_bytes: usize,
    number: u64,
    /// The start of a block that is not held.
    peeked: Vec<u8>,
    /// What the record handed out last takes of the stream.
    taken: usize,
    /// Whether the next record must be looked for.
    lost: bool,
    finished: bool,
}

impl<R: Read> Records<R> {
    pub fn new(name: &str, reader: R, max_block_bytes: usize) -> Self {
        Self {
            name: name.to_owned(),
            stream: Stream::new(reader),
            max_block_bytes,
            number: 0,
            peeked: Vec::new(),
            taken: 0,
            lost: false,
            finished: false,
        }
    }

    /// What messages call a record.
    pub fn subject(&self, number: u64) -> String {
        format!("{} record {number}", self.name)
    }

    /// The next record, or why there is none where one should be.
    pub fn next(&mut self) -> Option<Result<Raw<'_>, Skip>> {
        self.stream.take(std::mem::take(&mut self.taken));
        if std::mem::take(&mut self.lost) {
            // The damage was told with the record that had it.
            self.find_record();
        }
        if self.finished {
            return None;
        }
        self.pass_blank_lines();
        if self.stream.held().is_empty() {
            return match self.stream.stop().cloned() {
                Some(Stop::Damaged(reason) | Stop::Junk(reason)) => {
                    self.stream.go_on();
                    Some(Err(self.skip(reason)))
                }
                _ => self.finish(),
            };
        }
        let limit = self.stream.ensure(VERSION_BYTES);
        match version_length(&self.stream.held()[..limit]) {
            Some(version) => Some(self.read_record(version)),
            None => Some(Err(self.pass_junk())),
        }
    }

    fn finish<T>(&mut self) -> Option<Result<T, Skip>> {
        self.finished = true;
        let nothing =
            || Skip { subject: self.name.clone(), reason: "it holds no record of a web archive".to_owned() };
        (self.number == 0).then(|| Err(nothing()))
    }

    fn skip(&mut self, reason: String) -> Skip {
        self.number += 1;
        Skip { subject: self.subject(self.number), reason }
    }

    fn pass_blank_lines(&mut self) {
        while self.stream.ensure(1) > 0 {
            let blank = self.stream.held().iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            if blank == 0 {
                return;
            }
            self.stream.take(blank);
        }
    }

    /// Passes over what is no record.
    fn pass_junk(&mut self) -> Skip {
        let from = self.stream.position();
        if from == 0
            && let Some(what) = other_format(self.stream.held())
        {
            self.finished = true;
            return Skip { subject: self.name.clone(), reason: format!("it is {what}, not a WARC file") };
        }
        let damage = self.find_record();
        let passed = self.stream.position() - from;
        self.skip(
            damage.unwrap_or_else(|| {
                format!("no record begins at byte {from}: {passed} bytes are passed over")
            }),
        )
    }

    /// Takes bytes up to where the next record seems to begin. Damage met on the way is passed over too,
    /// and given for the message.
    fn find_record(&mut self) -> Option<String> {
        loop {
            let wall = self.stream.wall();
            let limit = wall.unwrap_or(self.stream.held().len());
            if !self.stream.is_by_member()
                && let Some(place) = opening(&self.stream.held()[..limit])
            {
                self.stream.take(place);
                return None;
            }
            if wall.is_some() {
                self.stream.take(limit);
                return None;
            }
            self.stream.take(limit.saturating_sub(OPENING_BYTES));
            if !self.stream.more() {
                self.stream.take(self.stream.held().len());
                let reason = match self.stream.stop() {
                    Some(Stop::Damaged(reason) | Stop::Junk(reason)) => Some(reason.clone()),
                    _ => None,
                };
                self.stream.go_on();
                return reason;
            }
        }
    }

    /// Reads the record whose version line is `version` bytes long.
    fn read_record(&mut self, version: usize) -> Result<Raw<'_>, Skip> {
        let own_member = self.stream.at_wall();
        let (fields, block) = match self.find_fields(version) {
            Ok(found) => found,
            Err(reason) => return Err(self.skip(reason)),
        };
        if runs_on(&self.stream.held()[version..fields]) {
            return Err(self.leave(version, "its header has no end"));
        }
        let header = RecordHeader::read(&self.stream.held()[version..fields]);
        let Some(declared) = header.length else {
            return Err(self.leave(version, "its header has no readable Content-Length"));
        };
        let mut state = match usize::try_from(declared) {
            Ok(length) if length <= self.max_block_bytes => self.hold(block, length, own_member),
            _ => self.pass_over(block, declared),
        };
        if header.kind.is_empty() && state.1 == Wholeness::Whole {
            state.1 = Wholeness::Damaged("its header has no WARC-Type".to_owned());
        }
        self.number += 1;
        let (length, state) = state;
        let block = match state {
            _ if !self.peeked.is_empty() => &self.peeked[..],
            _ => &self.stream.held()[block..block + length],
        };
        Ok(Raw { number: self.number, header, declared, block, state })
    }

    /// Where the fields of the header end and the block begins.
    fn find_fields(&mut self, version: usize) -> Result<(usize, usize), String> {
        let mut wanted = 2 << 10;
        loop {
            let limit = self.stream.ensure(wanted);
            if let Some((end, block)) = fields_end(&self.stream.held()[version..limit]) {
                return Ok((version + end, version + block));
            }
            if limit >= MAX_HEADER_BYTES {
                self.stream.take(version);
                self.find_record();
                return Err(format!("its header has more than {MAX_HEADER_BYTES} bytes"));
            }
            if limit < wanted {
                self.stream.take(version);
                // A member that holds a version and nothing else ends where the next record begins.
                let damage = if self.stream.at_wall() { None } else { self.find_record() };
                return Err(damage.unwrap_or_else(|| "its header has no end".to_owned()));
            }
            wanted = 2 * limit;
        }
    }

    /// Leaves a record whose end is not known.
    fn leave(&mut self, taken: usize, reason: &str) -> Skip {
        self.stream.take(taken);
        self.find_record();
        self.skip(reason.to_owned())
    }

    /// Holds a block and judges it by what follows. Gives the length of what there is of it.
    fn hold(&mut self, block: usize, length: usize, own_member: bool) -> (usize, Wholeness) {
        self.peeked.clear();
        let end = block + length;
        let limit = self.stream.ensure(end);
        if limit < end {
            return self.cut(block, limit, length);
        }
        self.taken = end;
        let limit = self.stream.ensure(end + BLANK_BYTES + MAGIC.len());
        let after = &self.stream.held()[end..limit];
        let blank = after.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let lines = after[..blank].iter().filter(|byte| **byte == b'\n').count();
        let next = &after[blank..];
        if next.is_empty() {
            if let (true, Some(Stop::Damaged(reason))) = (own_member, self.stream.stop().cloned()) {
                self.stream.go_on();
                return (length, Wholeness::Damaged(reason));
            }
            return (length, Wholeness::Whole);
        }
        if next.starts_with(&MAGIC[..MAGIC.len().min(next.len())]) {
            return (length, Wholeness::Whole);
        }
        // A second blank line ends a record too; what follows it is another matter, unless the block runs
        // over the start of the next record and ends by chance where that one's header does.
        let overruns = || !self.stream.is_by_member() && opening(&self.stream.held()[block..end]).is_some();
        if lines >= 2 && !overruns() {
            return (length, Wholeness::Whole);
        }
        self.taken = block;
        self.lost = true;
        (length, Wholeness::Damaged(wrong_length(length as u64)))
    }

    /// Judges a block that ends before its length is reached.
    fn cut(&mut self, block: usize, limit: usize, length: usize) -> (usize, Wholeness) {
        let held = &self.stream.held()[block..limit];
        if !self.stream.is_by_member() && opening(held).is_some() {
            self.taken = block;
            self.lost = true;
            return (held.len(), Wholeness::Damaged(wrong_length(length as u64)));
        }
        self.taken = limit;
        let (there, is_gzip) = (held.len(), self.stream.is_gzip());
        if self.stream.wall().is_none() {
            match self.stream.stop().cloned() {
                Some(Stop::Damaged(reason)) => {
                    self.stream.go_on();
                    return (there, Wholeness::Damaged(reason));
                }
                Some(Stop::End) if !is_gzip => {
                    let reason = format!("the file ends after {there} of its {length} bytes");
                    return (there, Wholeness::Damaged(reason));
                }
                _ => {}
            }
        }
        // The member is as it was written, and so is what it holds: a body that its writer cut.
        let held = held.strip_suffix(b"\r\n\r\n").or_else(|| held.strip_suffix(b"\n\n")).unwrap_or(held);
        (held.len(), Wholeness::Whole)
    }

    /// Passes over a block that is too large to hold, keeping its start.
    fn pass_over(&mut self, block: usize, declared: u64) -> (usize, Wholeness) {
        let limit = self.stream.ensure(block + MAX_HEADER_BYTES);
        self.peeked.clear();
        self.peeked.extend_from_slice(&self.stream.held()[block..limit.max(block)]);
        if self.peeked.is_empty() {
            // So that an empty start is not taken for a block that is held.
            self.peeked.push(b'\n');
        }
        let trusted = says_length(&self.peeked, declared);
        self.stream.take(block);
        let mut left = declared;
        while left > 0 && !self.stream.at_wall() {
            let limit = self.stream.ensure(OPENING_BYTES + 1);
            let near = usize::try_from(left).unwrap_or(usize::MAX).min(limit);
            let mut kept = 0;
            if !trusted && !self.stream.is_by_member() {
                if let Some(place) = opening(&self.stream.held()[..near]) {
                    self.stream.take(place);
                    return (0, Wholeness::Damaged(wrong_length(declared)));
                }
                // A record may begin in the last bytes and show itself with those that follow.
                if near as u64 != left && limit > OPENING_BYTES && self.stream.wall().is_none() {
                    kept = OPENING_BYTES;
                }
            }
            // Each turn takes something or is the last.
            let Some(taken) = NonZero::new(near - kept) else { break };
            self.stream.take(taken.get());
            left -= taken.get() as u64;
        }
        (0, Wholeness::TooLarge)
    }
}

fn wrong_length(declared: u64) -> String {
    format!("its Content-Length of {declared} is wrong: no record ends there")
}

/// Whether an HTTP answer says itself that it fills the block.
fn says_length(block: &[u8], declared: u64) -> bool {
    let Some((end, body)) = fields_end(block).filter(|_| block.starts_with(b"HTTP/")) else { return false };
    Fields(&block[..end]).any(|(name, value)| {
        name == "content-length" && value.parse::<u64>().is_ok_and(|length| length == declared - body as u64)
    })
}

/// The length of a line `WARC/1.0`, its end included.
fn version_length(bytes: &[u8]) -> Option<usize> {
    let rest = bytes.strip_prefix(MAGIC)?;
    let end = rest.iter().take(VERSION_BYTES - MAGIC.len()).position(|byte| *byte == b'\n')?;
    let line = rest[..end].trim_ascii_end();
    let dot = line.iter().position(|byte| *byte == b'.')?;
    let is_number = |digits: &[u8]| !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    (is_number(&line[..dot]) && is_number(&line[dot + 1..])).then_some(MAGIC.len() + end + 1)
}

/// The first place that reads as the start of a record: a version, and below it a field of its header.
/// Not only at the start of a line: the damage may have taken the line end before it.
fn opening(bytes: &[u8]) -> Option<usize> {
    let mut start = 0;
    loop {
        start += bytes[start..].iter().position(|byte| *byte == MAGIC[0])?;
        if let Some(version) = version_length(&bytes[start..])
            && is_field(&bytes[start + version..])
        {
            return Some(start);
        }
        start += 1;
    }
}

/// Whether a header holds a line that begins the next record: then its own end is lost.
fn runs_on(fields: &[u8]) -> bool {
    fields.split_inclusive(|byte| *byte == b'\n').any(|line| version_length(line).is_some())
}

fn is_field(line: &[u8]) -> bool {
    [&b"warc-"[..], b"content-"]
        .iter()
        .any(|name| line.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name)))
}

/// What a file is that someone might take for a web archive.
fn other_format(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        _ if bytes.starts_with(b"filedesc:") => Some("an ARC file, the format before WARC"),
        [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Some("compressed with zstd"),
        [0x50, 0x4b, 3, 4, ..] => Some("a ZIP file"),
        _ => None,
    }
}
