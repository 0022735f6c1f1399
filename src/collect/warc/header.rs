//! Header fields of a record and of the HTTP answer inside it: lines of a name, a colon and a value.
//!
//! Archives hold every dialect: line feeds alone, folded lines, lines without a colon, a missing blank
//! line. What can be read is read; only the end of the fields must be known. Hostile fields can lie; they
//! cost no more than their length, which the caller limits.

use jiff::Timestamp;

use crate::document::Origin;

/// What the reader needs of a record's own header.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct RecordHeader {
    /// `WARC-Type`, in lower case.
    pub kind: String,
    /// `Content-Length`.
    pub length: Option<u64>,
    /// `Content-Type`.
    pub content_type: Option<String>,
    /// `WARC-Target-URI` without the brackets that some writers put around it.
    pub target: Option<String>,
    /// `WARC-Date`.
    pub date: Option<Timestamp>,
    /// `WARC-Identified-Payload-Type`.
    pub identified_type: Option<String>,
    /// `WARC-Storyturn-…`.
    pub origin: Origin,
}

impl RecordHeader {
    /// Reads the fields of a header whose version line is left out.
    pub fn read(fields: &[u8]) -> Self {
        let mut header = Self::default();
        for (name, value) in Fields(fields) {
            let set = |field: &mut Option<String>| {
                if field.is_none() && !value.is_empty() {
                    *field = Some(value.clone());
                }
            };
            match name.as_str() {
                "warc-type" => header.kind = value.to_ascii_lowercase(),
                "content-length" if header.length.is_none() => header.length = digits(&value),
                "content-type" => set(&mut header.content_type),
                "warc-target-uri" => {
                    let bare = value.strip_prefix('<').and_then(|value| value.strip_suffix('>'));
                    let bare = bare.unwrap_or(&value).trim();
                    header.target = Some(bare.to_owned()).filter(|target| !target.is_empty());
                }
                "warc-date" => header.date = date(&value),
                "warc-identified-payload-type" => set(&mut header.identified_type),
                name => header.origin.set(name, &value),
            }
        }
        header
    }
}

/// `Content-Length` is digits and nothing else; a sign or a fraction is damage.
fn digits(value: &str) -> Option<u64> {
    value.bytes().all(|byte| byte.is_ascii_digit()).then(|| value.parse().ok()).flatten()
}

/// RFC 3339 with any precision; early versions also wrote offsets without a colon.
fn date(value: &str) -> Option<Timestamp> {
    let read = value.parse().ok();
    read.or_else(|| Timestamp::strptime("%Y-%m-%dT%H:%M:%S%z", value).ok())
}

/// Where the fields end and what they announce begins.
///
/// `None` where no end is in sight: neither a blank line nor, where a record's header lacks one, the
/// status line of an HTTP answer.
pub(super) fn fields_end(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut start = 0;
    while let Some(length) = bytes[start..].iter().position(|byte| *byte == b'\n') {
        let line = bytes[start..start + length].strip_suffix(b"\r").unwrap_or(&bytes[start..start + length]);
        if line.is_empty() {
            return Some((start, start + length + 1));
        }
        if start > 0 && line.starts_with(b"HTTP/1.") && !line.contains(&b':') {
            return Some((start, start));
        }
        start += length + 1;
    }
    None
}

/// Names in lower case and values, folded lines joined; lines without a colon are passed over.
pub(super) struct Fields<'a>(pub &'a [u8]);

impl Iterator for Fields<'_> {
    type Item = (String, String);

    fn next(&mut self) -> Option<(String, String)> {
        loop {
            if self.0.is_empty() {
                return None;
            }
            let line = self.line();
            let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
            let name = String::from_utf8_lossy(&line[..colon]).trim().to_ascii_lowercase();
            let mut value = String::from_utf8_lossy(line[colon + 1..].trim_ascii()).into_owned();
            while matches!(self.0.first(), Some(b' ' | b'\t')) {
                let folded = String::from_utf8_lossy(self.line()).trim().to_owned();
                value.push(' ');
                value.push_str(&folded);
            }
            return Some((name, value.trim().to_owned()));
        }
    }
}

impl<'a> Fields<'a> {
    fn line(&mut self) -> &'a [u8] {
        let end = self.0.iter().position(|byte| *byte == b'\n').unwrap_or(self.0.len());
        let (line, rest) = self.0.split_at(end);
        self.0 = rest.get(1..).unwrap_or_default();
        line.strip_suffix(b"\r").unwrap_or(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_in_every_dialect() {
        let check = |text: &str, expected: &[(&str, &str)]| {
            let found: Vec<_> = Fields(text.as_bytes()).collect();
            let found: Vec<_> = found.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            assert_eq!(found, expected, "{text:?}");
        };
        check("A: b\r\nC:d\r\n", &[("a", "b"), ("c", "d")]);
        check("A: b\nC :  d \n", &[("a", "b"), ("c", "d")]);
        check("A: b\r\n c\r\n\td\r\nE: f", &[("a", "b c d"), ("e", "f")]);
        check("A:\r\n b\r\n", &[("a", "b")]);
        check("nothing\r\nA: b: c\r\n", &[("a", "b: c")]);
        check("A: \u{fffd}\n\n", &[("a", "\u{fffd}")]);
        check("", &[]);
    }

    #[test]
    fn the_end_of_the_fields_is_found() {
        let check = |text: &str, expected: Option<(usize, usize)>| {
            assert_eq!(fields_end(text.as_bytes()), expected, "{text:?}");
        };
        check("A: b\r\n\r\nrest", Some((6, 8)));
        check("A: b\n\nrest", Some((5, 6)));
        check("\r\nrest", Some((0, 2)));
        check("A: b\r\nHTTP/1.1 200 OK\r\n", Some((6, 6)));
        check("HTTP/1.1 200 OK\r\nA: b\r\n\r\n", Some((23, 25)));
        check("A: b\r\n", None);
        check("", None);
    }

    #[test]
    fn a_header_says_what_it_can() {
        let read = |text: &str| RecordHeader::read(text.as_bytes());
        let header = read(
            "WARC-Type: Response\r\nwarc-target-uri: <http://e.com/>\r\nWARC-Date: 2024-03-01T01:02:03.123456789Z\r\nContent-Length: 12\r\n",
        );
        assert_eq!((header.kind.as_str(), header.length), ("response", Some(12)));
        assert_eq!(header.target.as_deref(), Some("http://e.com/"));
        assert_eq!(header.date.unwrap().to_string(), "2024-03-01T01:02:03.123456789Z");
        assert_eq!(read("Content-Length: -1\n").length, None);
        assert_eq!(read("Content-Length: 99999999999999999999\n").length, None);
        assert_eq!(read("Content-Length:\n").length, None);
        // A crawl of 2009 dated its records so.
        assert_eq!(read("WARC-Date: 2009-03-65T08:43:19-0800\n").date, None);
        assert_eq!(
            read("WARC-Date: 2009-03-05T08:43:19-0800\n").date.unwrap().to_string(),
            "2009-03-05T16:43:19Z"
        );
        assert_eq!(read("WARC-Target-URI: \n").target, None);
    }
}
