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
use super::{Columns, PriceError, checks};
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
    /// Days whose bars were still open when the provider answered: left out, they have no close yet.
    pub open: Vec<Day>,
    /// SHA-256 of the bytes, in hexadecimal.
    pub sha256: String,
}

impl ParsedPrices {
    /// What is to be looked at from a day on: of a history that is read again and again, what was pointed
    /// out before need not be.
    pub fn warnings_since(&self, series: &str, day: Day) -> Vec<String> {
        let before = self.rows.partition_point(|(known, _)| *known < day).saturating_sub(1);
        checks::pointed_out(series, &self.rows[before..])
    }
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
    parse_table(file, series, &bytes, &Columns::default(), now)
}

/// The same from bytes, with the columns named that are meant.
pub(super) fn parse_table(
    file: &str,
    series: &str,
    bytes: &[u8],
    columns: &Columns,
    now: Timestamp,
) -> Result<ParsedPrices, PriceError> {
    let table = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Some(found) = other_format(table) {
        return Err(PriceError::NotCsv { file: file.to_owned(), found });
    }
    let (rows, outside) =
        Table { file, separator: separator(table), bytes: table, wanted: columns }.rows()?;
    let checks::Checked { rows, missing, mut warnings } = checks::check(file, series, rows, now)?;
    warnings.splice(0..0, outside);
    Ok(ParsedPrices { rows, missing, warnings, open: Vec::new(), sha256: hash(bytes) })
}

/// SHA-256 in hexadecimal.
pub(super) fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Bytes of a page in which its title is looked for.
const TITLE_WITHIN: usize = 4096;

/// What bytes are that are no table, as a noun phrase.
pub(super) fn other_format(bytes: &[u8]) -> Option<String> {
    let named = |name: &str| Some(name.to_owned());
    if bytes.starts_with(b"PK\x03\x04") {
        return named("a spreadsheet or ZIP archive");
    }
    if bytes.starts_with(&[0x1f, 0x8b]) {
        return named("compressed with gzip");
    }
    let head = &bytes[..bytes.len().min(TITLE_WITHIN)];
    if head[..head.len().min(1024)].contains(&0) {
        return named("binary or UTF-16");
    }
    let head = String::from_utf8_lossy(head.trim_ascii_start());
    // Places are the same in both: only ASCII letters differ.
    let (title, head) = (&head, head.to_ascii_lowercase());
    match () {
        () if head.is_empty() => named("empty"),
        () if ["<!doctype", "<html", "<head", "<body", "<?xml"].iter().any(|tag| head.starts_with(tag)) => {
            let rest = head.find("<title").and_then(|at| title[at..].split_once('>'));
            let title = rest.and_then(|(_, rest)| rest.split('<').next()).map(str::trim).unwrap_or_default();
            Some(match title.is_empty() {
                true => "a web page".to_owned(),
                false => format!("a web page titled {:?}", shortened(title)),
            })
        }
        () if head.starts_with(['{', '[']) => named("JSON"),
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
    wanted: &'a Columns,
}

impl Table<'_> {
    /// The rows, and what is odd about the columns they came from.
    fn rows(&self) -> Result<(Vec<checks::Row>, Option<String>), PriceError> {
        let mut reader = ReaderBuilder::new()
            .delimiter(self.separator)
            .flexible(true)
            .has_headers(false)
            .from_reader(self.bytes);
        let mut records = reader.byte_records().filter(|record| !record.as_ref().is_ok_and(is_blank));
        let header = self.read(records.next())?.ok_or_else(|| self.empty())?;
        let Some(mut record) = self.read(records.next())? else {
            return Err(self.empty());
        };
        let mut rows = Vec::new();
        let (date, close, range) = if is_klines(&header) {
            let (date, close, range) = KLINES;
            rows.push(self.row(&header, date, close)?);
            (date, close, Some(range))
        } else {
            let (date, close) = self.columns(&header, &record)?;
            (date, close, range_columns(&header))
        };
        let (mut judged, mut outside) = (0_u32, 0_u32);
        loop {
            self.no_more_fields_than(header.len(), &record)?;
            let row = self.row(&record, date, close)?;
            if let Some(is_inside) = range.and_then(|(low, high)| within(&record, low, row.close, high)) {
                judged += 1;
                outside += u32::from(!is_inside);
            }
            rows.push(row);
            match self.read(records.next())? {
                Some(next) => record = next,
                None => break,
            }
        }
        let told =
            (outside > 0).then(|| format!("{outside} of {judged} closes lie outside their low and high"));
        match told {
            Some(told) if judged >= MIN_JUDGED && f64::from(outside) > MAX_OUTSIDE * f64::from(judged) => {
                Err(PriceError::Columns {
                    file: self.file.to_owned(),
                    line: line(&header),
                    what: format!("{told}: the columns have another order"),
                })
            }
            told => Ok((rows, told)),
        }
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
        // A column that was asked for by name is that one or none.
        let asked = |name: &Option<String>| match name {
            None => Ok(None),
            Some(name) => match named(&[&plain_name(name.as_bytes())]) {
                None => Err(refuse(format!("no column is called {name:?} among {}", shown()))),
                found => Ok(found),
            },
        };
        let Some(date) = asked(&self.wanted.date)?.or_else(|| named(&DATE_NAMES)).or_else(unnamed) else {
            return Err(refuse(format!("no column is a date among {}", shown())));
        };
        let close = match asked(&self.wanted.close)?.or_else(|| named(&CLOSE_NAMES)) {
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

    /// A decimal comma cuts a number in two, and its first part would pass for the close.
    fn no_more_fields_than(&self, width: usize, record: &ByteRecord) -> Result<(), PriceError> {
        if record.iter().skip(width).all(|field| field.trim_ascii().is_empty()) {
            return Ok(());
        }
        Err(PriceError::Row {
            file: self.file.to_owned(),
            line: line(record),
            what: format!("the row has {} fields, the header {width}", record.len()),
            hint: "write closes with a decimal point and without separators of thousands, and give every column a name",
        })
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

/// Date, close, low and high of Binance's bulk files, which have no header.
const KLINES: (usize, usize, (usize, usize)) = (0, 4, (3, 2));

/// Whether a first line is a kline: twelve fields, the first a stamp in milliseconds or, since 2025, in
/// microseconds, as is the seventh, when it closes.
fn is_klines(header: &ByteRecord) -> bool {
    let is_stamp = |at: usize| {
        header
            .get(at)
            .is_some_and(|field| matches!(field.len(), 13 | 16) && field.iter().all(u8::is_ascii_digit))
    };
    header.len() == 12 && is_stamp(0) && is_stamp(6)
}

/// Share of closes that may lie outside their low and high: settlements after the session do.
const MAX_OUTSIDE: f64 = 0.10;
/// Fewer closes with a low and a high are too few to refuse a file over.
const MIN_JUDGED: u32 = 10;

/// Columns of lows and highs, where both are there.
fn range_columns(header: &ByteRecord) -> Option<(usize, usize)> {
    let named = |wanted: &str| header.iter().position(|field| plain_name(field) == wanted);
    named("low").zip(named("high"))
}

/// Whether a close lies between its low and high, give or take what rounding does.
fn within(record: &ByteRecord, low: usize, close: Option<f64>, high: usize) -> Option<bool> {
    const SLACK: f64 = 1e-4;
    let given = |at: usize| match number(&text(record.get(at)?)) {
        Number::Given(number) => Some(number),
        _ => None,
    };
    let (low, close, high) = (given(low)?, close?, given(high)?);
    let slack = SLACK * close.abs();
    Some((low - slack..=high + slack).contains(&close))
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
