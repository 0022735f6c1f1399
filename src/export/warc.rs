//! Captures to a web archive: `.warc.gz` of version 1.1, one gzip member a record.
//!
//! The way to keep what was collected, and the bridge between versions of the store. What
//! `collect::read_warc` reads back with `Media::Any` equals what was written but for two things: the
//! subject, which names the file it was read from, and the basis. A file is something anybody can write,
//! so what was observed comes back as archived; whoever restores a store keeps the basis beside the file.
//! What the collector knew of a capture is in fields of its record that begin with `WARC-Storyturn-`.
//! The answer's own head is not kept in a capture: a minimal one is written in its place. Nothing here
//! reads the clock: the same captures give the same bytes.

use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::ExportError;
use crate::document::{Capture, Origin};

/// Writes captures one after the other; [`crate::export::write_whole`] makes a file of them.
///
/// ```
/// use storyturn::{collect::{WarcOptions, read_warc}, document::{Basis, Capture}, export::WarcWriter};
///
/// let capture = Capture {
///     subject: "feed".into(), url: Some("https://www.example.com/".into()), content_type: Some("text/html".into()),
///     captured_at: Some("2024-03-01T09:30:00Z".parse()?), basis: Basis::Observed, body: b"<html>Silver".to_vec(),
/// };
/// let mut file = Vec::new();
/// let mut writer = WarcWriter::new(&mut file, "news.warc.gz");
/// writer.write(&capture)?;
/// writer.finish()?;
/// let read: Vec<_> = read_warc("news.warc.gz", &file[..], &WarcOptions::default()).map(Result::unwrap).collect();
/// let expected = Capture { subject: "news.warc.gz record 2".into(), basis: Basis::Archived, ..capture };
/// assert_eq!(read, [expected]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct WarcWriter<W> {
    out: W,
    subject: String,
    written: u64,
}

impl<W: Write> WarcWriter<W> {
    /// `subject` names the file in errors.
    pub fn new(out: W, subject: &str) -> Self {
        Self { out, subject: subject.to_owned(), written: 0 }
    }

    /// Writes one capture; before the first one the record that says what wrote the file.
    ///
    /// An address or media type keeps all but control characters, which would end its line. A capture
    /// without an instant gives a record without a date, which the format does not foresee.
    pub fn write(&mut self, capture: &Capture) -> Result<(), ExportError> {
        self.write_collected(capture, &Origin::default())
    }

    /// Writes one capture with what the collector knew of it; see [`Self::write`].
    pub fn write_collected(&mut self, capture: &Capture, origin: &Origin) -> Result<(), ExportError> {
        if self.written == 0 {
            self.write_warcinfo(capture.captured_at)?;
        }
        let mut block = b"HTTP/1.1 200 OK\r\n".to_vec();
        if let Some(content_type) = &capture.content_type {
            block.extend_from_slice(format!("Content-Type: {}\r\n", on_one_line(content_type)).as_bytes());
        }
        block.extend_from_slice(format!("Content-Length: {}\r\n\r\n", capture.body.len()).as_bytes());
        block.extend_from_slice(&capture.body);

        let mut fields = String::new();
        if let Some(url) = &capture.url {
            fields.push_str(&format!("WARC-Target-URI: {}\r\n", on_one_line(url)));
        }
        for (name, value) in origin.fields() {
            fields.push_str(&format!("{name}: {value}\r\n"));
        }
        let digest = hex(&Sha256::digest(&capture.body));
        fields.push_str(&format!("WARC-Payload-Digest: sha256:{digest}\r\n"));
        fields.push_str("Content-Type: application/http;msgtype=response\r\n");
        self.write_record("response", capture.captured_at, &fields, &block)?;
        self.written += 1;
        Ok(())
    }

    /// Ends the file, and says how many captures are in it. One of none says at least what wrote it.
    pub fn finish(mut self) -> Result<u64, ExportError> {
        if self.written == 0 {
            self.write_warcinfo(None)?;
        }
        Ok(self.written)
    }

    /// What wrote the file. Its date is the first capture's: the file's own would change its bytes from
    /// run to run.
    fn write_warcinfo(&mut self, at: Option<Timestamp>) -> Result<(), ExportError> {
        let block = format!(
            "software: storyturn/{}\r\nformat: WARC File Format 1.1\r\nconformsTo: http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\n",
            env!("CARGO_PKG_VERSION")
        );
        self.write_record("warcinfo", at, "Content-Type: application/warc-fields\r\n", block.as_bytes())
    }

    fn write_record(
        &mut self,
        kind: &str,
        at: Option<Timestamp>,
        fields: &str,
        block: &[u8],
    ) -> Result<(), ExportError> {
        let date = at.map(|at| format!("WARC-Date: {at}\r\n")).unwrap_or_default();
        let id = record_id(&[kind.as_bytes(), date.as_bytes(), fields.as_bytes(), block]);
        let head = format!(
            "WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Record-ID: {id}\r\n{date}{fields}Content-Length: {}\r\n\r\n",
            block.len()
        );
        let mut member = GzEncoder::new(&mut self.out, Compression::default());
        [head.as_bytes(), block, b"\r\n\r\n"]
            .into_iter()
            .try_for_each(|part| member.write_all(part))
            .and_then(|()| member.finish().map(drop))
            .map_err(|source| ExportError::Write { subject: self.subject.clone(), source })
    }
}

/// A name that only the same record has: a UUID of version 8, whose bits are the writer's own.
fn record_id(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let mut bits = [0; 16];
    bits.copy_from_slice(&hash.finalize()[..16]);
    bits[6] = bits[6] & 0x0f | 0x80;
    bits[8] = bits[8] & 0x3f | 0x80;
    let digits = hex(&bits);
    let [a, b, c, d, e] = [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]];
    format!("<urn:uuid:{a}-{b}-{c}-{d}-{e}>")
}

fn on_one_line(value: &str) -> String {
    value.chars().filter(|character| !character.is_control()).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::MultiGzDecoder;

    use super::*;
    use crate::document::Basis;

    #[test]
    fn records_are_as_the_format_says() {
        let capture = Capture {
            subject: "x".to_owned(),
            url: Some("https://e.com/\r\nWARC-Type: x".to_owned()),
            content_type: Some("text/html".to_owned()),
            captured_at: Some("2024-03-01T09:30:00.000000001Z".parse().unwrap()),
            basis: Basis::Observed,
            body: b"<p>a".to_vec(),
        };
        let write = |captures: &[&Capture]| {
            let mut bytes = Vec::new();
            let mut writer = WarcWriter::new(&mut bytes, "f");
            captures.iter().try_for_each(|capture| writer.write(capture)).unwrap();
            assert_eq!(writer.finish().unwrap(), captures.len() as u64);
            let mut text = String::new();
            MultiGzDecoder::new(&bytes[..]).read_to_string(&mut text).unwrap();
            (bytes, text)
        };
        let (bytes, text) = write(&[&capture]);
        assert_eq!(write(&[&capture]).0, bytes);
        let (info, response) = text.split_at(text.rfind("WARC/1.1").unwrap());
        assert!(info.starts_with("WARC/1.1\r\nWARC-Type: warcinfo\r\n"), "{info}");
        let expected = "WARC/1.1\r
WARC-Type: response\r
WARC-Record-ID: <urn:uuid:ID>\r
WARC-Date: 2024-03-01T09:30:00.000000001Z\r
WARC-Target-URI: https://e.com/WARC-Type: x\r
WARC-Payload-Digest: sha256:e71530e478475c7fb8137fe05abfac99f310334a496d9294dedc93cbaf1d3000\r
Content-Type: application/http;msgtype=response\r
Content-Length: 67\r
\r
HTTP/1.1 200 OK\r
Content-Type: text/html\r
Content-Length: 4\r
\r
<p>a\r
\r
";
        let at = response.find("uuid:").unwrap() + 5;
        let masked = format!("{}ID{}", &response[..at], &response[at + 36..]);
        assert_eq!(masked, expected);
        let other = Capture { body: b"<p>b".to_vec(), ..capture };
        assert_ne!(write(&[&other]).1[info.len()..], *response);
    }
}
