//! Tables (CSV and its kin) to records: one article a row, columns known by name.
//!
//! `csv-core` splits the bytes; a small watch beside it knows where a record and its quoted fields
//! begin, for messages and for two kinds of damage that a lenient parser hides: a quote that is never
//! closed and takes the rest of the file, and one that is closed by a later row's quote, so that the
//! rows between become one. Both are a skip that says which lines are lost. A record over the limit
//! is passed over in bounded memory. A header that spans lines is left out on purpose.

use std::{
    borrow::Cow,
    io::{BufRead, Read},
};

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use crate::document::Skip;

use super::{
    CollectError, Dates, Record, RecordOptions,
    record::{Fields, Text, fill, open},
};

mod watch;

use watch::Watch;

/// A column's meaning with the names it goes by, the preferred first.
struct Role {
    names: &'static [&'static str],
}

const ID: usize = 0;
const TITLE: usize = 1;
const TEXT: usize = 2;
const PUBLISHED: usize = 3;
const SOURCE: usize = 4;
const URL: usize = 5;
const BYLINE: usize = 6;
const LANGUAGE: usize = 7;

/// In the order of the constants above.
const ROLES: [Role; 8] = [
    Role { names: &["id"] },
    Role { names: &["title", "headline"] },
    Role { names: &["text", "content", "body", "article"] },
    Role { names: &["published", "published_at", "pubdate", "datetime", "date", "time"] },
    Role { names: &["source", "site", "outlet", "publisher", "domain"] },
    Role { names: &["url", "link"] },
    Role { names: &["byline", "author", "authors"] },
    Role { names: &["language", "lang"] },
];

/// Separators told from the header; of equals the first wins.
const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];

/// A header of a thousand long names fits; what is longer is no table.
const MAX_HEADER_BYTES: usize = 64 << 10;

/// Fields kept of one record beyond the header's, so that a message can say how many there are.
const SPARE_FIELDS: usize = 1024;

/// Column of each role, where there is one.
type Columns = [Option<usize>; ROLES.len()];

/// The rows of one input.
pub(super) struct Rows<R> {
    name: String,
    reader: Text<R>,
    options: RecordOptions,
    parser: Reader,
    watch: Watch,
    columns: Columns,
    /// How many columns the header has.
    width: usize,
    /// The record in hand: its fields without separators, and the end of each.
    record: Vec<u8>,
    ends: Vec<usize>,
    finished: bool,
}

impl<R: Read> Rows<R> {
    pub fn new(name: &str, reader: R, options: &RecordOptions) -> Result<Self, CollectError> {
        let mut reader = open(name, reader)?;
        let (header, lines, separator) = read_header(name, &mut reader)?;
        let (separator, found) = match separator {
            Some(separator) => (separator, split(&header, separator)),
            None => SEPARATORS
                .iter()
                .map(|separator| (*separator, split(&header, *separator)))
                .rev()
                .max_by_key(|(_, found)| (columns(found).iter().flatten().count(), found.len()))
                .expect("there are separators"),
        };
        let columns = columns(&found);
        let missing = if columns[PUBLISHED].is_none() && options.dates == Dates::Needed {
            Some(("the date", &[PUBLISHED][..]))
        } else if columns[TITLE].is_none() && columns[TEXT].is_none() {
            Some(("title or text", &[TITLE, TEXT][..]))
        } else {
            None
        };
        if let Some((missing, roles)) = missing {
            let accepted: Vec<_> = roles.iter().flat_map(|role| ROLES[*role].names).copied().collect();
            let (found, accepted) = (listed(&found), accepted.join(", "));
            return Err(CollectError::Columns { name: name.to_owned(), missing, found, accepted });
        }
        Ok(Self {
            name: name.to_owned(),
            reader,
            options: options.clone(),
            parser: ReaderBuilder::new().delimiter(separator).build(),
            watch: Watch::new(separator, lines + 1),
            columns,
            width: found.len(),
            record: vec![0; 4 << 10],
            ends: vec![0; found.len() + SPARE_FIELDS],
            finished: false,
        })
    }

    fn refuse(&self, reason: String) -> Skip {
        Skip { subject: format!("{} line {}", self.name, self.watch.record_line), reason }
    }

    /// Reads the next record: its number of fields, or `None` at the end.
    fn advance(&mut self) -> Result<Option<usize>, Skip> {
        let (mut length, mut fields, mut overflow) = (0, 0, None);
        self.watch.start();
        let limit = self.options.max_record_bytes;
        loop {
            let input = match fill(&mut self.reader) {
                Ok(input) => input,
                Err(error) => {
                    self.finished = true;
                    self.watch.record_line = self.watch.line;
                    return Err(self.refuse(format!("reading stopped here: {error}")));
                }
            };
            let at_end = input.is_empty();
            let (result, read, written, ended) =
                self.parser.read_record(input, &mut self.record[length..], &mut self.ends[fields..]);
            self.watch.see(&input[..read]);
            self.reader.consume(read);
            length += written;
            fields += ended;
            if length > limit {
                overflow = Some(format!("the record is over the limit of {limit} bytes"));
            }
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull if overflow.is_none() => {
                    self.record.resize(2 * self.record.len(), 0);
                }
                ReadRecordResult::OutputFull => {}
                ReadRecordResult::OutputEndsFull => {
                    overflow.get_or_insert_with(|| format!("the record has over {} fields", self.ends.len()));
                }
                ReadRecordResult::Record => {
                    return match self.watch.damage(at_end).or(overflow) {
                        Some(reason) => Err(self.refuse(reason)),
                        None => Ok(Some(fields)),
                    };
                }
                ReadRecordResult::End => {
                    self.finished = true;
                    return Ok(None);
                }
            }
            if overflow.is_some() {
                // What is passed over is written over.
                (length, fields) = (0, 0);
            }
        }
    }

    fn field(&self, index: usize) -> &[u8] {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.record[start..self.ends[index]]
    }

    /// `None` for a row of empty cells, which says as little as an empty line.
    fn record(&self, fields: usize) -> Option<Result<Record, Skip>> {
        if (0..fields).all(|index| self.field(index).trim_ascii().is_empty()) {
            return None;
        }
        let surplus_is_empty = (self.width..fields).all(|index| self.field(index).trim_ascii().is_empty());
        if fields < self.width || !surplus_is_empty {
            let reason = format!("{fields} fields where the header has {}{}", self.width, self.watch.span());
            return Some(Err(self.refuse(reason)));
        }
        let Ok(text) = std::str::from_utf8(&self.record[..self.ends[fields - 1]]) else {
            return Some(Err(self.refuse("not UTF-8".to_owned())));
        };
        let cell = |role: usize| {
            let index = self.columns[role]?;
            let start = if index == 0 { 0 } else { self.ends[index - 1] };
            // A letter cut in two by a separator is valid only as a whole: such a cell is no text.
            text.get(start..self.ends[index]).map(Cow::Borrowed)
        };
        let fields = Fields {
            id: cell(ID),
            title: cell(TITLE),
            text: cell(TEXT),
            published: cell(PUBLISHED),
            source: cell(SOURCE),
            url: cell(URL),
            byline: cell(BYLINE),
            language: cell(LANGUAGE),
            ..Fields::default()
        };
        let subject = format!("{} line {}", self.name, self.watch.record_line);
        Some(fields.into_record(subject, self.options.default_source.as_deref()))
    }
}

impl<R: Read> Iterator for Rows<R> {
    type Item = Result<Record, Skip>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.finished {
            match self.advance() {
                Err(skip) => return Some(Err(skip)),
                Ok(None) => {}
                Ok(Some(fields)) => {
                    if let Some(record) = self.record(fields) {
                        return Some(record);
                    }
                }
            }
        }
        None
    }
}

/// The first line that is not blank, how many lines that took, and the separator where a line
/// `sep=;` before it, as spreadsheets write it, names one.
fn read_header<R: Read>(
    name: &str,
    reader: &mut Text<R>,
) -> Result<(Vec<u8>, u64, Option<u8>), CollectError> {
    let (mut line, mut lines, mut separator) = (Vec::new(), 0, None);
    loop {
        let failed = |source| CollectError::Read { name: name.to_owned(), source };
        let chunk = fill(reader).map_err(failed)?;
        let at_end = chunk.is_empty();
        let end = chunk.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
        line.extend_from_slice(&chunk[..end.unwrap_or(chunk.len())]);
        let mut consumed = end.map_or(chunk.len(), |end| end + 1);
        let carriage_return = end.is_some_and(|end| chunk[end] == b'\r');
        reader.consume(consumed);
        if carriage_return {
            consumed = usize::from(fill(reader).map_err(failed)?.first() == Some(&b'\n'));
            reader.consume(consumed);
        }
        if line.len() > MAX_HEADER_BYTES {
            let (name, line) = (name.to_owned(), lines + 1);
            return Err(CollectError::Header { name, line, limit: MAX_HEADER_BYTES });
        }
        lines += u64::from(end.is_some());
        if end.is_none() && !at_end {
            continue;
        }
        match line.trim_ascii() {
            [] if at_end => {
                return Err(CollectError::Empty { name: name.to_owned() });
            }
            [b's', b'e', b'p', b'=', named] => separator = Some(*named),
            [] => {}
            _ => return Ok((line, lines, separator)),
        }
        if at_end {
            return Err(CollectError::Empty { name: name.to_owned() });
        }
        line.clear();
    }
}

/// The fields of the header line.
fn split(header: &[u8], separator: u8) -> Vec<String> {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(header);
    let mut record = csv::ByteRecord::new();
    // Reading from memory into bytes cannot fail; were it to, no column is found and the file refused.
    let _ = reader.read_byte_record(&mut record);
    record.iter().map(|field| String::from_utf8_lossy(field).trim().to_owned()).collect()
}

/// Among a role's names the preferred one wins, among equal names the first column.
fn columns(found: &[String]) -> Columns {
    let position = |name: &&str| found.iter().position(|column| column.eq_ignore_ascii_case(name));
    ROLES.each_ref().map(|role| role.names.iter().find_map(position))
}

/// The columns for a message: few and short enough to read.
fn listed(found: &[String]) -> String {
    const MOST: usize = 20;
    let mut names: Vec<_> = found.iter().take(MOST).map(|name| super::record::shorten(name)).collect();
    if found.len() > MOST {
        names.push(format!("and {} more", found.len() - MOST));
    }
    format!("{:?}", names.join(", "))
}

#[cfg(test)]
mod tests;
