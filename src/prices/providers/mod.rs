//! Answers of price providers: one file a format, bytes in, closes out, no I/O.
//!
//! ```text
//! bytes -> JSON or table -> lbma coinbase binance kraken coingecko yahoo | csv -> checks -> ParsedPrices
//! ```
//!
//! An answer in another shape is refused with the field that differs; a page of HTML, an error that came
//! with status 200, and an answer that breaks off are told as what they are. A bar whose day was not over
//! when the answer was made is left out and named: it is no close. Hostile bytes can make an answer be
//! refused or its closes be anything a close can be; they cannot make anything panic, and memory stays
//! within some thirty times [`MAX_ANSWER_BYTES`].

mod binance;
mod candle;
mod coinbase;
mod coingecko;
mod json;
mod kraken;
mod lbma;
mod yahoo;

use jiff::Timestamp;
use serde_json::Value;

pub use self::lbma::is_currency as is_lbma_currency;
pub use self::yahoo::is_currency as is_yahoo_currency;

use self::json::{Fault, Field, said};
use super::{
    Format, PriceError, Provider, checks,
    csv::{ParsedPrices, hash, other_format, parse_table},
};
use crate::calendar::Day;

/// The longest history there is, LBMA's since 1968, has one megabyte.
pub const MAX_ANSWER_BYTES: usize = 8 << 20;

/// The closes of an answer before they are checked, and the days whose bars were still open.
#[derive(Debug, Default)]
struct Bars {
    rows: Vec<checks::Row>,
    open: Vec<Day>,
}

/// Reads what a provider answered; `at` is the instant of the answer, after which nothing can be over.
///
/// # Errors
///
/// Whatever makes the answer no table of daily closes; see [`PriceError`].
pub fn parse_answer(provider: &Provider, bytes: &[u8], at: Timestamp) -> Result<ParsedPrices, PriceError> {
    let name = &provider.name;
    if bytes.len() > MAX_ANSWER_BYTES {
        return Err(PriceError::TooLarge { file: name.clone(), limit: MAX_ANSWER_BYTES as u64 });
    }
    let read: fn(&Field<'_>, &Provider, Timestamp) -> Result<Bars, Fault> = match provider.format {
        Format::Csv => return parse_table(name, &provider.series, bytes, &provider.columns, at),
        Format::Lbma => |root, provider, _| lbma::read(root, provider.columns.close.as_deref()),
        Format::Coinbase => |root, _, at| coinbase::read(root, at),
        Format::Binance => |root, _, at| binance::read(root, at),
        Format::Kraken => |root, _, at| kraken::read(root, at),
        Format::Coingecko => |root, _, at| coingecko::read(root, at),
        Format::Yahoo => |root, provider, at| yahoo::read(root, provider.columns.close.as_deref(), at),
    };
    let value = json_of(name, bytes)?;
    let bars = read(&Field::root(&value), provider, at).map_err(|fault| match (fault, said(&value)) {
        (Fault::Said(words), _) | (Fault::Shape { .. }, Some(words)) => {
            PriceError::Said { file: name.clone(), words }
        }
        (Fault::Shape { field, what }, None) => PriceError::Shape { file: name.clone(), field, what },
    })?;
    let Bars { rows, mut open } = bars;
    open.sort_unstable();
    open.dedup();
    if !open.is_empty() && rows.iter().all(|row| row.close.is_none()) {
        let (missing, sha256) = (rows.len() as u32, hash(bytes));
        return Ok(ParsedPrices { open, missing, sha256, ..ParsedPrices::default() });
    }
    let checked = checks::check(name, &provider.series, rows, at)?;
    let checks::Checked { rows, missing, warnings } = checked;
    Ok(ParsedPrices { rows, missing, warnings, open, sha256: hash(bytes) })
}

fn json_of(name: &str, bytes: &[u8]) -> Result<Value, PriceError> {
    let body = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let other = |found: String| PriceError::NotJson { file: name.to_owned(), found };
    match other_format(body) {
        Some(found) if found == "empty" => return Err(other("nothing".to_owned())),
        Some(found) if found != "JSON" => return Err(other(found)),
        _ => {}
    }
    serde_json::from_slice(body).map_err(|error| {
        other(match error.classify() {
            serde_json::error::Category::Eof => format!("JSON that breaks off after {} bytes", bytes.len()),
            _ if matches!(body.trim_ascii_start().first(), Some(b'{' | b'[')) => {
                format!("broken JSON (line {}, column {})", error.line(), error.column())
            }
            _ => "text".to_owned(),
        })
    })
}

/// The UTC instant of a stamp in seconds, milliseconds or microseconds, told by its size: seconds reach
/// these numbers in the year 5138, milliseconds were below in March 1973.
fn instant(stamp: i64) -> Option<Timestamp> {
    const FROM_MILLIS: i64 = 100_000_000_000;
    const FROM_MICROS: i64 = 100_000_000_000_000;
    match stamp.unsigned_abs() {
        size if size >= FROM_MICROS.unsigned_abs() => Timestamp::from_microsecond(stamp),
        size if size >= FROM_MILLIS.unsigned_abs() => Timestamp::from_millisecond(stamp),
        _ => Timestamp::from_second(stamp),
    }
    .ok()
}

#[cfg(test)]
mod tests;
