//! JSON lines to records: the fields that `tag` reads and `extract` writes.
//!
//! One line, one object. A line over the limit is passed over in bounded memory; a line that is no
//! such object becomes a skip with its line and column. Unknown fields are passed over
//! without recursion, so deep brackets cost nothing. Arrays of objects over many lines are left out on purpose:
//! they cannot be read in bounded memory and resumed after a bad record.

use std::{
    borrow::Cow,
    io::{BufRead, Read},
};

use serde::Deserialize;

use crate::document::Skip;

use super::{
    CollectError, Record, RecordOptions,
    record::{Fields, Text, fill, open, shorten},
};

/// The lines of one input.
pub(super) struct Lines<R> {
    name: String,
    reader: Text<R>,
    options: RecordOptions,
    /// The line in hand, from 1.
    number: u64,
    line: Vec<u8>,
    finished: bool,
}

/// The published records' fields; others are ignored.
#[derive(Deserialize)]
struct Row<'a> {
    #[serde(borrow, default)]
    id: Option<Id<'a>>,
    #[serde(borrow, default)]
    title: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    text: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    published: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    published_basis: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    modified: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    source: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    url: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    byline: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    site: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    language: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    kind: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    skipped: Option<Cow<'a, str>>,
}

/// Databases number their rows, archives name them.
#[derive(Deserialize)]
#[serde(untagged, expecting = "the id is neither text nor a number")]
enum Id<'a> {
    Number(serde_json::Number),
    Text(#[serde(borrow)] Cow<'a, str>),
}

impl<R: Read> Lines<R> {
    pub fn new(name: &str, reader: R, options: &RecordOptions) -> Result<Self, CollectError> {
        let reader = open(name, reader)?;
        let (name, options) = (name.to_owned(), options.clone());
        Ok(Self { name, reader, options, number: 0, line: Vec::new(), finished: false })
    }

    fn subject(&self) -> String {
        format!("{} line {}", self.name, self.number)
    }

    fn refuse(&self, reason: String) -> Skip {
        Skip { subject: self.subject(), reason }
    }

    /// Reads the next line into `self.line`; false at the end.
    fn advance(&mut self) -> Result<bool, Skip> {
        self.line.clear();
        self.number += 1;
        let limit = self.options.max_record_bytes;
        let (mut length, mut ended) = (0_usize, false);
        while !ended {
            let chunk = match fill(&mut self.reader) {
                Ok(chunk) => chunk,
                Err(error) => {
                    self.finished = true;
                    return Err(self.refuse(format!("reading stopped here: {error}")));
                }
            };
            if chunk.is_empty() {
                break;
            }
            let end = chunk.iter().position(|byte| *byte == b'\n');
            let part = &chunk[..end.unwrap_or(chunk.len())];
            length += part.len();
            if length <= limit {
                self.line.extend_from_slice(part);
            }
            ended = end.is_some();
            let consumed = part.len() + usize::from(ended);
            self.reader.consume(consumed);
        }
        if length > limit {
            return Err(self.refuse(format!("the line has {length} bytes, over the limit of {limit}")));
        }
        Ok(ended || length > 0)
    }

    fn record(&self) -> Result<Record, Skip> {
        let text = std::str::from_utf8(&self.line)
            .map_err(|error| self.refuse(format!("not UTF-8 at byte {}", error.valid_up_to() + 1)))?;
        // The parser would take an array for the fields in order.
        if !text.trim_start().starts_with('{') {
            return Err(self.refuse("not a JSON object".to_owned()));
        }
        let row: Row = serde_json::from_str(text).map_err(|error| self.refuse(complaint(&error)))?;
        if let Some(reason) = row.skipped {
            return Err(self.refuse(format!("already skipped by extract: {}", shorten(&reason))));
        }
        let id = row.id.map(|id| match id {
            Id::Number(number) => number.to_string().into(),
            Id::Text(text) => text,
        });
        let fields = Fields {
            id,
            title: row.title,
            text: row.text,
            published: row.published,
            published_basis: row.published_basis,
            modified: row.modified,
            source: row.source,
            url: row.url,
            byline: row.byline,
            site: row.site,
            language: row.language,
            kind: row.kind,
        };
        fields.into_record(self.subject(), self.options.default_source.as_deref())
    }
}

/// The parser's words with the column only: its line is always the first, ours is in the subject.
fn complaint(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let what = message.split(" at line ").next().unwrap_or(&message);
    let kind = if error.is_data() { "not a record" } else { "not JSON" };
    format!("{kind} at column {}: {what}", error.column())
}

impl<R: Read> Iterator for Lines<R> {
    type Item = Result<Record, Skip>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.finished {
            match self.advance() {
                Err(skip) => return Some(Err(skip)),
                Ok(false) => self.finished = true,
                Ok(true) if self.line.iter().all(u8::is_ascii_whitespace) => {}
                Ok(true) => return Some(self.record()),
            }
        }
        None
    }
}

#[cfg(test)]
mod tests;
