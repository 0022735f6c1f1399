//! The "any file" provider: a CSV table with a date column and a close column, from wherever the
//! user has it. FRED, Yahoo, Stooq, MetaTrader and exchange downloads read as they come; what they
//! mean is checked in `checks`.
//!
//! Hostile input can make the file refused or its warnings odd; it cannot make it panic, and memory
//! stays within a small multiple of [`MAX_BYTES`]. Dates with the day or month first and decimal
//! commas are refused on purpose: a guess would be wrong for some file.

use std::io::Read;

use csv::{ByteRecord, ReaderBuilder};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::fields::{Number, day, number};
use super::{PriceError, checks};
use crate::calendar::Day;

/// A century of daily rows with a dozen columns has four megabytes.
const MAX_BYTES: u64 = 64 << 20;

/// Names of a date column, most telling first. MetaTrader has a date and a time column.
const DATE_NAMES: [&str; 8] =
    ["date", "day", "observation date", "datetime", "timestamp", "time", "open time", "unix"];

/// Names of a close column, most telling first: a plain close before an adjusted one, since
/// adjustments rewrite the past.
const CLOSE_NAMES: [&str; 14] = [
    "close",
    "closing price",
    "close price",
    "price",
    "value",
    "last",
    "close last",
    "last price",
    "settle",
    "settlement",
    "adj close",
    "adjusted close",
    "price usd",
    "priceusd",
];

/// A price table as read: ascending by day, each day once.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ParsedPrices {
    /// Day and close; finite, above zero where the series is a price.
    pub rows: Vec<(Day, f64)>,
    /// Rows that say they have no close.
    pub missing: u32,
    /// What a reader should look at, one clause each; nothing was dropped for it.
    pub warnings: Vec<String>,
    /// SHA-256 of the bytes, in hexadecimal.
    pub sha256: String,
}

/// Reads a table for a series. `file` names it in messages; `series` decides what its closes may
/// be; `now` is the instant after which no row can be dated.
pub fn parse_csv(
    file: &str,
    series: &str,
    text: impl Read,
    now: Timestamp,
) -> Result<ParsedPrices, PriceError> {
    let mut bytes = Vec::new();
    text.take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|source| PriceError::Read { file: file.to_owned(), source })?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(PriceError::TooLarge { file: file.to_owned(), limit: MAX_BYTES });
    }
    let sha256 = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let table = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    if let Some(found) = other_format(table) {
        return Err(PriceError::NotCsv { file: file.to_owned(), found });
    }
    let rows = Table { file, separator: separator(table), bytes: table }.rows()?;
    let checked = checks::check(file, series, rows, now)?;
    Ok(ParsedPrices { rows: checked.rows, missing: checked.missing, warnings: checked.warnings, sha256 })
}

fn other_format(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(b"PK\x03\x04") {
        return Some("a spreadsheet or ZIP archive");
    }
    if bytes.starts_with(&[0x1f, 0x8b]) {
        return Some("compressed with gzip");
    }
    let head = &bytes[..bytes.len().min(1024)];
    if head.contains(&0) {
        return Some("binary or UTF-16");
    }
    let head = String::from_utf8_lossy(head.trim_ascii_start()).to_lowercase();
    match () {
        () if head.is_empty() => Some("empty"),
        () if ["<!doctype", "<html", "<head", "<body", "<?xml"].iter().any(|tag| head.starts_with(tag)) => {
            Some("a web page")
        }
        () if head.starts_with(['{', '[']) => Some("JSON"),
        () => None,
    }
}

/// The separator that stands most often in the first line that has one.
fn separator(bytes: &[u8]) -> u8 {
    let count = |line: &[u8], separator: u8| line.iter().filter(|byte| **byte == separator).count();
    let most = |line: &[u8]| [b'\t', b';', b','].into_iter().max_by_key(|separator| count(line, *separator));
    bytes
        .split(|byte| matches!(byte, b'\n' | b'\r'))
        .find(|line| [b',', b';', b'\t'].iter().any(|separator| line.contains(separator)))
        .and_then(most)
        .unwrap_or(b',')
}

struct Table<'a> {
    file: &'a str,
    separator: u8,
    bytes: &'a [u8],
}

impl Table<'_> {
    fn rows(&self) -> Result<Vec<checks::Row>, PriceError> {
        let mut reader = ReaderBuilder::new()
            .delimiter(self.separator)
            .flexible(true)
            .has_headers(false)
            .from_reader(self.bytes);
        let mut records = reader.byte_records().filter(|record| !record.as_ref().is_ok_and(is_blank));
        let header = self.read(records.next())?.ok_or_else(|| self.empty())?;
        let Some(first) = self.read(records.next())? else {
            return Err(self.empty());
        };
        let (date, close) = self.columns(&header, &first)?;
        let mut rows = vec![self.row(&first, date, close)?];
        while let Some(record) = self.read(records.next())? {
            rows.push(self.row(&record, date, close)?);
        }
        Ok(rows)
    }

    fn empty(&self) -> PriceError {
        PriceError::Empty { file: self.file.to_owned() }
    }

    fn read(&self, record: Option<Result<ByteRecord, csv::Error>>) -> Result<Option<ByteRecord>, PriceError> {
        record.transpose().map_err(|error| PriceError::Read {
            file: self.file.to_owned(),
            source: std::io::Error::other(error),
        })
    }

    /// Positions of the date and the close, from the header and, where that does not say, from the
    /// first row.
    fn columns(&self, header: &ByteRecord, first: &ByteRecord) -> Result<(usize, usize), PriceError> {
        let refuse =
            |what: String| PriceError::Columns { file: self.file.to_owned(), line: line(header), what };
        let names: Vec<String> = header.iter().map(plain_name).collect();
        let shown = || names.iter().take(20).map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ");
        let named =
            |wanted: &[&str]| wanted.iter().find_map(|wanted| names.iter().position(|name| name == wanted));
        if header.get(0).is_some_and(|field| day(&text(field)).is_some()) {
            return Err(refuse("the first line is data; a header such as date,close is missing".to_owned()));
        }
        let is_date = |at: usize| first.get(at).is_some_and(|field| day(&text(field)).is_some());
        // A table written by pandas leaves the name of its index column empty.
        let unnamed =
            || names.iter().position(|name| name.is_empty() || name == "unnamed 0").filter(|at| is_date(*at));
        let Some(date) = named(&DATE_NAMES).or_else(unnamed) else {
            return Err(refuse(format!("no column is a date among {}", shown())));
        };
        let close = match named(&CLOSE_NAMES) {
            Some(close) => close,
            None => {
                let numeric = |at: &usize| {
                    *at != date
                        && first.get(*at).is_some_and(|field| !matches!(number(&text(field)), Number::Text))
                };
                let mut candidates = (0..names.len()).filter(numeric);
                match (candidates.next(), candidates.next()) {
                    (Some(only), None) => only,
                    (None, _) => {
                        return Err(refuse(format!("no column is a close among {}", shown())));
                    }
                    _ => {
                        return Err(refuse(format!("several columns might be the close: {}", shown())));
                    }
                }
            }
        };
        for at in [date, close] {
            if names.iter().filter(|name| **name == names[at]).count() > 1 {
                return Err(refuse(format!("two columns are called {:?}", names[at])));
            }
        }
        Ok((date, close))
    }

    fn row(&self, record: &ByteRecord, date: usize, close: usize) -> Result<checks::Row, PriceError> {
        let refuse = |what: String, hint| PriceError::Row {
            file: self.file.to_owned(),
            line: line(record),
            what,
            hint,
        };
        let (Some(date), Some(close)) = (record.get(date), record.get(close)) else {
            let what = format!("the row has {} fields, too few", record.len());
            return Err(refuse(
                what,
                "check whether the download is complete, and remove notes below the table",
            ));
        };
        let (date, close) = (text(date), text(close));
        let Some(day) = day(&date) else {
            let what = format!("{:?} is not a date", shortened(&date));
            return Err(refuse(what, "write dates as YYYY-MM-DD, and remove notes below the table"));
        };
        match number(&close) {
            Number::Given(close) => Ok(checks::Row { line: line(record), day, close: Some(close) }),
            Number::Missing => Ok(checks::Row { line: line(record), day, close: None }),
            Number::Text => {
                let what = format!("the close {:?} is not a number", shortened(&close));
                Err(refuse(
                    what,
                    "write closes with a decimal point, and leave them empty where there is none",
                ))
            }
        }
    }
}

fn is_blank(record: &ByteRecord) -> bool {
    record.iter().all(|field| field.trim_ascii().is_empty())
}

fn line(record: &ByteRecord) -> u64 {
    record.position().map_or(1, csv::Position::line)
}

fn text(field: &[u8]) -> String {
    String::from_utf8_lossy(field.trim_ascii()).into_owned()
}

fn shortened(text: &str) -> String {
    text.chars().take(40).collect()
}

/// A column's name in lower case, words separated by one space: `<CLOSE>`, `Adj_Close`, `Close/Last`.
fn plain_name(field: &[u8]) -> String {
    let words = text(field).to_lowercase();
    let words: Vec<&str> =
        words.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.join(" ")
}
