//! Price series: bytes in, series out, and what was known of a series at an instant.
//!
//! ```text
//! any file ------------> csv ------+-> checks -> Series::merge, merge_answer -> Vintage -> panel
//! a provider's answer -> providers +             (nothing is forgotten)         (as known at a cut-off)
//! ```
//!
//! A [`Series`] keeps every close it was ever given: a close that changes later is a second
//! [`Observation`] of the same day, available from the moment the change was seen, so what was
//! known on a past day stays known. Rows new to a series take their availability from its clock,
//! which is a claim unless this tool watched them come; revisions, and rows that an earlier answer should
//! have had, are dated by when they were seen. Each row names what gave it. Files are opened, and addresses
//! fetched, elsewhere: parsers take readers or bytes. Missing closes are never filled in.
//!
//! ```
//! use storyturn::prices::{BTC, Provenance, Series, default_clock, parse_csv};
//!
//! let now = "2026-01-23T12:00:00Z".parse()?;
//! let file = "date,close\n2026-01-21,89000\n2026-01-22,.\n2026-01-23,91000\n";
//! let parsed = parse_csv("btc.csv", BTC, file.as_bytes(), now)?;
//! assert_eq!((parsed.rows.len(), parsed.missing), (2, 1));
//!
//! let mut series = Series::new(BTC, default_clock(BTC));
//! let sha256 = parsed.sha256.clone();
//! let provenance = Provenance { provider: "btc.csv".into(), fetched_at: now, sha256, rows: 0 };
//! let merged = series.merge(&parsed, provenance, default_clock(BTC), now);
//! // At noon the day's candle is still open: it is left out.
//! assert_eq!((merged.added, merged.open.len()), (1, 1));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod checks;
mod csv;
mod fields;
mod provider;
mod providers;
mod review;
mod series;
mod units;
mod vintage;

pub use self::csv::{ParsedPrices, parse_csv};
pub use self::provider::{Columns, Format, KeySource, Provider, UrlTemplate};
pub use self::providers::{MAX_ANSWER_BYTES, is_lbma_currency, is_yahoo_currency, parse_answer};
pub use self::review::{Comparison, Latest, Review, Revised, Seen, base_name};
pub use self::series::{Answered, Merged};
pub use self::vintage::{High, Known, Revision, Vintage};

use jiff::Timestamp;

use crate::calendar::{Clock, Day, MINUTES_PER_DAY};

/// Bitcoin in dollars.
pub const BTC: &str = "btc";
/// Gold in dollars an ounce.
pub const GOLD: &str = "gold";
/// Silver in dollars an ounce.
pub const SILVER: &str = "silver";
/// The trade-weighted dollar, an index.
pub const DOLLAR: &str = "dollar";
/// The ten-year real yield in percent; may be negative.
pub const REAL_YIELD: &str = "real_yield";
/// The upper bound of the Fed's target range in percent.
pub const FED_UPPER: &str = "fed_upper";

/// One close as one provider gave it at one time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Observation {
    /// The day it is dated to.
    pub day: Day,
    /// The close; never NaN. Units are the series' own.
    pub close: f64,
    /// From when on it may count.
    pub available_at: Timestamp,
    /// What gave it: its place in [`Series::provenance`]. Not known of rows stored by early versions.
    pub given_by: Option<u32>,
}

impl Observation {
    /// One of which it is not known what gave it.
    pub const fn new(day: Day, close: f64, available_at: Timestamp) -> Self {
        Self { day, close, available_at, given_by: None }
    }
}

/// Where rows came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    /// A file name or provider.
    pub provider: String,
    /// When it was taken in.
    pub fetched_at: Timestamp,
    /// SHA-256 of the bytes, in hexadecimal.
    pub sha256: String,
    /// Rows it added or revised.
    pub rows: u32,
}

/// One named series, ascending by day, then by availability: a later row for the same day is a revision.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// `btc`, `gold`, `silver`, `dollar`, `real_yield`, `fed_upper`, or any other.
    pub name: String,
    /// When a row dated to a day becomes available.
    pub clock: Clock,
    /// The rows.
    pub rows: Vec<Observation>,
    /// Every file or answer that fed it, oldest first.
    pub provenance: Vec<Provenance>,
}

/// Why a price file was refused. Every message names the file and, where there is one, the line;
/// [`PriceError::hint`] says what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum PriceError {
    /// The reader failed.
    #[error("{file} cannot be read")]
    Read {
        /// The file.
        file: String,
        /// Why.
        source: std::io::Error,
    },
    /// Larger than any table of daily closes.
    #[error("{file} has more than {limit} bytes, too many for daily closes")]
    TooLarge {
        /// The file.
        file: String,
        /// The limit in bytes.
        limit: u64,
    },
    /// Another format, as seen from its first bytes.
    #[error("{file} is {found}, not a CSV table")]
    NotCsv {
        /// The file.
        file: String,
        /// What it looks like.
        found: String,
    },
    /// Another format where JSON was asked for.
    #[error("{file} sent {found} where JSON was expected")]
    NotJson {
        /// The provider.
        file: String,
        /// What it looks like.
        found: String,
    },
    /// JSON of another shape than the provider's.
    #[error("{file} answered in another shape: {field} {what}")]
    Shape {
        /// The provider.
        file: String,
        /// The path to the field, as in `chart.result[0].meta.gmtoffset`.
        field: String,
        /// One clause.
        what: String,
    },
    /// An error of the provider's own, sent as if it were an answer.
    #[error("{file} answered with an error: {words}")]
    Said {
        /// The provider.
        file: String,
        /// Its words, quoted and shortened.
        words: String,
    },
    /// No date column, no close column, or several that might be it.
    #[error("{file}:{line}: {what}")]
    Columns {
        /// The file.
        file: String,
        /// The header's line, from 1.
        line: u64,
        /// One clause, with the columns found.
        what: String,
    },
    /// One row that cannot be meant as it stands.
    #[error("{file}:{line}: {what}")]
    Row {
        /// The file.
        file: String,
        /// The line, from 1.
        line: u64,
        /// One clause.
        what: String,
        /// What to do.
        hint: &'static str,
    },
    /// Closes of another instrument, unit or currency than those that are stored.
    #[error("{file}: its closes of {series} are not those of {other}: {differ}")]
    Other {
        /// The file or provider.
        file: String,
        /// The series.
        series: String,
        /// Whose closes are stored.
        other: String,
        /// By how much they differ, in words.
        differ: String,
    },
    /// Rows enough, closes too few.
    #[error("{file}: {missing} of {rows} weekdays have no close")]
    TooManyMissing {
        /// The file.
        file: String,
        /// Weekday rows without a close.
        missing: u32,
        /// Weekday rows.
        rows: u32,
    },
    /// A header and no close.
    #[error("{file} holds no close")]
    Empty {
        /// The file.
        file: String,
    },
}

impl PriceError {
    /// What to do about it: one clause.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Read { .. } => "check that the file exists and may be read",
            Self::TooLarge { .. } => "give one row a day: a date and a close",
            Self::NotCsv { .. } => {
                "download the table itself as CSV in UTF-8, with a header such as date,close"
            }
            Self::NotJson { .. } => {
                "open the provider's address in a browser: it may want a key, or refuse robots"
            }
            Self::Shape { .. } => {
                "compare the provider's format and url with its documentation: its interface may have changed"
            }
            Self::Said { .. } => "check the provider's url, and its key where it wants one",
            Self::Columns { .. } => "name one column date and one close, and remove what else might be meant",
            Self::Row { hint, .. } => hint,
            Self::Other { .. } => {
                "keep two instruments apart as two series (`prices import --series NAME`), or forget the stored one with \
                 `prices import --replace`"
            }
            Self::TooManyMissing { .. } => {
                "download the series again, or remove the rows that have no close on purpose"
            }
            Self::Empty { .. } => "download the series again",
        }
    }
}

/// When the closes of a series become available, unless the configuration says otherwise: Bitcoin
/// at midnight, COMEX metals and a Fed decision at 19:00 (conservative for the earlier London
/// fixes), the weekly dollar index seven days later, FRED dailies the next business day.
pub fn default_clock(series: &str) -> Clock {
    /// The COMEX settlement is out by 18:30 UTC, a Fed decision by 19:00.
    const EVENING: Clock = Clock::SameDay { minutes: 19 * 60 };
    match series {
        GOLD | SILVER | FED_UPPER => EVENING,
        DOLLAR => Clock::Days(7),
        // Dated to the first of its month, published late in the next.
        "m2" => Clock::Months(2),
        REAL_YIELD | "nominal_yield_10y" | "fed_funds_effective" => Clock::NextBusinessDay,
        _ => Clock::SameDay { minutes: MINUTES_PER_DAY },
    }
}

/// The series a file is meant for, by its name without extension and without regard to case:
/// FRED's identifiers and the plain names. Anything else keeps its own name, `dxy` too: it is
/// another index than the one the thresholds are meant for.
pub fn series_for_file(stem: &str) -> &str {
    const KNOWN: [(&str, &str); 18] = [
        ("btc", BTC),
        ("bitcoin", BTC),
        ("btc-usd", BTC),
        ("btc_usd", BTC),
        ("btcusd", BTC),
        ("cbbtcusd", BTC),
        ("gold", GOLD),
        ("silver", SILVER),
        ("dollar", DOLLAR),
        ("dtwexbgs", DOLLAR),
        ("real_yield", REAL_YIELD),
        ("real_yield_10y", REAL_YIELD),
        ("dfii10", REAL_YIELD),
        ("fed_upper", FED_UPPER),
        ("fed_funds_upper", FED_UPPER),
        ("dfedtaru", FED_UPPER),
        ("fed-upper", FED_UPPER),
        ("real-yield", REAL_YIELD),
    ];
    KNOWN.iter().find(|(known, _)| known.eq_ignore_ascii_case(stem)).map_or(stem, |(_, series)| series)
}

/// Whether the closes are prices, of which logarithms are taken: these must be above zero.
fn is_price(series: &str) -> bool {
    matches!(base_name(series), BTC | GOLD | SILVER | DOLLAR)
}

#[cfg(test)]
mod tests;
