//! What makes a table of closes doubtful. The first doubt that cannot be lived with refuses the
//! file; the rest become warnings, and nothing is dropped for being unlikely: silver did fall 31 %
//! in a day. Works on rows already read; which columns they came from is `csv`'s business.

use jiff::Timestamp;

use super::{GOLD, PriceError, SILVER, is_price};
use crate::calendar::Day;

/// A change from one close to the next that is pointed out. Larger ones are real now and then, and
/// mistakes (a missing digit, another currency) more often.
const JUMP: f64 = 0.40;

/// A hole that is pointed out.
const GAP_DAYS: i32 = 31;

/// Weekday rows that may lack a close. Holidays leave FRED's dailies 4 % of them.
const MAX_MISSING: f64 = 0.10;

/// Below this number of weekday rows the share is not judged: one holiday in a week is a fifth.
const MIN_ROWS_FOR_SHARE: u32 = 40;

/// Dates before it are typing errors: no daily close is older.
const EARLIEST_YEAR: i16 = 1800;

/// Warnings of one kind that are spelled out.
const SPELLED_OUT: usize = 5;

/// One row as read, `close` being `None` where the file says there is none.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    pub line: u64,
    pub day: Day,
    pub close: Option<f64>,
}

/// Rows that passed, ascending, each day once, with what is worth a word.
#[derive(Debug)]
pub(super) struct Checked {
    pub rows: Vec<(Day, f64)>,
    pub missing: u32,
    pub warnings: Vec<String>,
}

pub(super) fn check(
    file: &str,
    series: &str,
    mut rows: Vec<Row>,
    now: Timestamp,
) -> Result<Checked, PriceError> {
    let refuse =
        |line: u64, what: String, hint| Err(PriceError::Row { file: file.to_owned(), line, what, hint });
    let today = Day::containing(now);
    for row in &rows {
        // As days, not as instants: the last day that can be written has no instant.
        if row.day > today {
            let what = format!("{} lies in the future", row.day);
            return refuse(row.line, what, "check the order of day, month and year");
        }
        if row.day.year() < EARLIEST_YEAR {
            let what = format!("{} is too early for a daily close", row.day);
            return refuse(
                row.line,
                what,
                "check the order of day, month and year, and the unit of timestamps",
            );
        }
        if let Some(close) = row.close.filter(|close| *close <= 0.0 && is_price(series)) {
            let what = format!("the close of {series} on {} is {close}, not above zero", row.day);
            return refuse(row.line, what, "leave the close empty where there is none");
        }
    }
    check_missing(file, &rows)?;
    rows.sort_by_key(|row| (row.day, row.line));
    let mut checked = Checked { rows: Vec::with_capacity(rows.len()), missing: 0, warnings: Vec::new() };
    let mut repeated = 0;
    let mut last_line = 0;
    for row in &rows {
        let Some(close) = row.close else {
            checked.missing += 1;
            continue;
        };
        match checked.rows.last() {
            Some(&(day, first)) if day == row.day && first == close => repeated += 1,
            Some(&(day, first)) if day == row.day => {
                let what = format!("{day} has the close {close} here and {first} on line {last_line}");
                return refuse(row.line, what, "keep one row a day: the day's close, of one instrument");
            }
            _ => {
                checked.rows.push((row.day, close));
                last_line = row.line;
            }
        }
    }
    if checked.rows.is_empty() {
        return Err(PriceError::Empty { file: file.to_owned() });
    }
    if repeated > 0 {
        checked.warnings.push(format!("{repeated} rows repeat a day and its close"));
    }
    warn(series, &mut checked);
    Ok(checked)
}

fn check_missing(file: &str, rows: &[Row]) -> Result<(), PriceError> {
    // Tables filled up to calendar days leave weekends empty on purpose.
    let weekdays = rows.iter().filter(|row| row.day.weekday() < 5);
    let (missing, rows) =
        weekdays.fold((0, 0), |(missing, rows), row| (missing + u32::from(row.close.is_none()), rows + 1));
    if rows >= MIN_ROWS_FOR_SHARE && f64::from(missing) > MAX_MISSING * f64::from(rows) {
        return Err(PriceError::TooManyMissing { file: file.to_owned(), missing, rows });
    }
    Ok(())
}

fn warn(series: &str, checked: &mut Checked) {
    let pairs = || checked.rows.windows(2).map(|pair| (pair[0], pair[1]));
    let mut warnings = Vec::new();
    if is_price(series) {
        let jumps = pairs().filter(|((_, before), (_, after))| (after / before - 1.0).abs() > JUMP);
        spell_out(&mut warnings, jumps, "jumps", |((from, before), (day, after))| {
            let change = 100.0 * (after / before - 1.0);
            format!("{day}: {change:+.0} % from {before} on {from} to {after}")
        });
    }
    let gaps = pairs().filter(|((from, _), (to, _))| *to - *from > GAP_DAYS);
    // Monthly series are all gaps: only a hole in something denser is worth a word.
    if gaps.clone().count() * 10 < checked.rows.len() {
        spell_out(&mut warnings, gaps, "gaps", |((from, _), (to, _))| {
            format!("no close between {from} and {to}")
        });
    }
    if matches!(series, GOLD | SILVER) {
        let weekend = checked.rows.iter().filter(|(day, _)| day.weekday() >= 5).count();
        if weekend > 0 {
            warnings
                .push(format!("{weekend} closes of {series} are dated to a weekend and count as sessions"));
        }
    }
    checked.warnings.extend(warnings);
}

fn spell_out<T>(
    warnings: &mut Vec<String>,
    found: impl Iterator<Item = T>,
    kind: &str,
    words: impl Fn(T) -> String,
) {
    let mut more = 0;
    for (number, item) in found.enumerate() {
        if number < SPELLED_OUT {
            warnings.push(words(item));
        } else {
            more += 1;
        }
    }
    if more > 0 {
        warnings.push(format!("{more} more {kind} like these"));
    }
}
