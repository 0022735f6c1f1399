//! Content and transfer codings undone: what a server or an archive packed, as plain bytes.
//!
//! Stands between the bytes on the wire (`fetch`) or in a record (`warc`) and everything that reads
//! pages. Codings are undone as a stream, so that memory stays at the limit and a few buffers whatever
//! a bomb would grow to, in every layer of a coding over a coding. Hostile bytes can give fewer bytes
//! than were meant, or an error; they cannot give more than the limit, ask for a large window or panic.
//! What to do with half a page is left to the caller, which is told that it is half.

use std::{
    cell::Cell,
    io::{self, BufRead, BufReader, Read},
};

use flate2::bufread::{DeflateDecoder, GzDecoder, ZlibDecoder};

/// Bytes with their coding undone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Decoded {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Whether they end early: the coded bytes were cut short or are damaged from some place on, or
    /// their checksum does not hold.
    pub truncated: bool,
}

/// Why nothing was decoded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodingError {
    /// No coding is called so, or none that is used on the web.
    #[error("the content coding {0:?} is not known")]
    Unknown(String),
    /// Nobody packs a page so often; a bomb does.
    #[error("the content has {0} codings one over the other, more than {MOST_CODINGS}")]
    Layers(usize),
    /// The bytes are not in the coding they claim, or damaged at their start.
    #[error("the content is not {0}")]
    Damaged(String),
    /// More bytes than the caller allows, in the end or between two codings.
    #[error("the content is over the limit of {limit} bytes when unpacked")]
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
}

/// Codings in one header. Two are an accident, three a test suite; each costs a decompressor.
const MOST_CODINGS: usize = 5;
/// Bytes that pass from one coding to the next at a time.
const BETWEEN_BYTES: usize = 32 << 10;
/// A coding makes what it cannot shrink larger by its frames alone: far less than this of a page.
const FRAMES_BYTES: usize = 64 << 10;
/// Largest window in powers of two: the 8 MiB that RFC 9659 allows a server; what asks for more
/// memory than that is refused before it gets any.
const ZSTD_WINDOW_LOG: u32 = 23;

/// Undoes what a `Content-Encoding` header names, the last coding first, up to `limit` bytes.
///
/// Knows `gzip` (of several members too), `deflate` (with the zlib wrapper and without), `br`, `zstd`
/// and `identity`. Bytes that are plainly text though the header says otherwise are given as they are:
/// archives store unpacked bodies under the header of packed ones.
pub fn decode(encodings: &str, bytes: &[u8], limit: usize) -> Result<Decoded, CodingError> {
    let codings = codings(encodings)?;
    let plain = |bytes: &[u8]| match bytes.len() {
        length if length > limit => Err(CodingError::TooLarge { limit }),
        _ => Ok(Decoded { bytes: bytes.to_vec(), truncated: false }),
    };
    if codings.is_empty() || bytes.is_empty() {
        return plain(bytes);
    }
    let over = Cell::new(false);
    let mut reader: Box<dyn Read + '_> = Box::new(bytes);
    for (layer, coding) in codings.iter().rev().enumerate() {
        reader = match layer {
            0 => coding.undo(bytes),
            _ => {
                let capped = Capped { reader, left: limit.saturating_add(FRAMES_BYTES), over: &over };
                coding.undo(BufReader::with_capacity(BETWEEN_BYTES, capped))
            }
        };
    }
    let mut unpacked = Vec::new();
    let ended = reader.take((limit as u64).saturating_add(1)).read_to_end(&mut unpacked);
    if over.get() || unpacked.len() > limit {
        return Err(CodingError::TooLarge { limit });
    }
    if ended.is_err() && unpacked.is_empty() {
        return if is_text(bytes) { plain(bytes) } else { Err(CodingError::Damaged(encodings.to_owned())) };
    }
    Ok(Decoded { bytes: unpacked, truncated: ended.is_err() })
}

/// Undoes the chunks of an HTTP/1.1 body. `None` where the bytes do not begin with a chunk: archives
/// store joined bodies under the header of chunked ones. Trailers are passed over.
pub fn dechunk(bytes: &[u8]) -> Option<Decoded> {
    let (mut size, mut rest) = chunk_size(bytes)?;
    // Never more than what is there: a size is only a claim.
    let mut joined = Vec::with_capacity(bytes.len());
    let truncated = loop {
        if size == 0 {
            break false;
        }
        let held = rest.len().min(size);
        joined.extend_from_slice(&rest[..held]);
        rest = &rest[held..];
        let after = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n"));
        match after.and_then(chunk_size) {
            Some(next) => (size, rest) = next,
            None => break true,
        }
    };
    Some(Decoded { bytes: joined, truncated })
}

/// The size a chunk's first line names, and what follows the line.
fn chunk_size(bytes: &[u8]) -> Option<(usize, &[u8])> {
    /// A size of 16 digits is more than any body has; an extension of a screenful is no extension.
    const LONGEST_LINE: usize = 256;
    let end = bytes.iter().take(LONGEST_LINE).position(|byte| *byte == b'\n')?;
    let line = bytes[..end].split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
    // `from_str_radix` takes a sign too.
    if !line.first()?.is_ascii_hexdigit() {
        return None;
    }
    let size = usize::from_str_radix(std::str::from_utf8(line).ok()?, 16).ok()?;
    Some((size, &bytes[end + 1..]))
}

/// One layer of packing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Coding {
    Gzip,
    Deflate,
    Brotli,
    Zstd,
}

impl Coding {
    fn undo<'a>(self, mut packed: impl BufRead + 'a) -> Box<dyn Read + 'a> {
        match self {
            Self::Gzip => Box::new(Members(Some(GzDecoder::new(packed)))),
            Self::Deflate => {
                // Two bytes tell the wrapper: the method and a check that they are a multiple of 31.
                // A reading error shows again when the decoder reads.
                let wrapped = matches!(packed.fill_buf(), Ok([method, check, ..])
                    if method & 0x8f == 0x08 && u16::from_be_bytes([*method, *check]) % 31 == 0);
                if wrapped {
                    Box::new(ZlibDecoder::new(packed))
                } else {
                    Box::new(DeflateDecoder::new(packed))
                }
            }
            Self::Brotli => {
                use brotli_decompressor::{
                    BrotliDecoderParameter::BROTLI_DECODER_PARAM_LARGE_WINDOW, Decompressor,
                };
                let mut decoder = Decompressor::new(packed, BETWEEN_BYTES);
                // A window of a gigabyte is an extension that no server may use unasked.
                decoder.set_parameter(BROTLI_DECODER_PARAM_LARGE_WINDOW, 0);
                Box::new(decoder)
            }
            Self::Zstd => match zstd::stream::read::Decoder::with_buffer(packed) {
                Ok(mut decoder) => match decoder.window_log_max(ZSTD_WINDOW_LOG) {
                    Ok(()) => Box::new(decoder),
                    Err(error) => Box::new(Failed(Some(error))),
                },
                Err(error) => Box::new(Failed(Some(error))),
            },
        }
    }
}

/// The codings of a header, in the order in which they were applied.
fn codings(encodings: &str) -> Result<Vec<Coding>, CodingError> {
    let mut codings = Vec::new();
    for name in encodings.split(',').map(str::trim) {
        codings.push(match name.to_ascii_lowercase().as_str() {
            "" | "identity" => continue,
            "gzip" | "x-gzip" => Coding::Gzip,
            "deflate" => Coding::Deflate,
            "br" => Coding::Brotli,
            "zstd" => Coding::Zstd,
            // A header can be long; a message is not.
            _ => return Err(CodingError::Unknown(name.chars().take(40).collect())),
        });
    }
    if codings.len() > MOST_CODINGS { Err(CodingError::Layers(codings.len())) } else { Ok(codings) }
}

/// Whether bytes begin as a page or feed does, which no packed bytes do but by chance.
fn is_text(bytes: &[u8]) -> bool {
    let start = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    matches!(start.first(), Some(b'<' | b'{' | b'['))
}

/// Gzip members one after the other, up to whatever else follows them.
struct Members<R>(Option<GzDecoder<R>>);

impl<R: BufRead> Read for Members<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.0 {
            match member.read(buffer)? {
                0 if !buffer.is_empty() => {
                    let mut rest = self.0.take().expect("it was read from").into_inner();
                    // Padding after the last member is common, and no damage.
                    if rest.fill_buf()?.first() == Some(&0x1f) {
                        self.0 = Some(GzDecoder::new(rest));
                    }
                }
                read => return Ok(read),
            }
        }
        Ok(0)
    }
}

/// Ends in an error, and remembers it, where a layer gives more than any coding of the limit takes.
struct Capped<'a, R> {
    reader: R,
    left: usize,
    over: &'a Cell<bool>,
}

impl<R: Read> Read for Capped<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        match self.left.checked_sub(read) {
            Some(left) => {
                self.left = left;
                Ok(read)
            }
            None => {
                self.over.set(true);
                Err(io::Error::from(io::ErrorKind::FileTooLarge))
            }
        }
    }
}

/// A decoder that could not be made: no memory.
struct Failed(Option<io::Error>);

impl Read for Failed {
    fn read(&mut self, _buffer: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

#[cfg(test)]
mod tests;
