//! What makes a table of closes doubtful. The first doubt that cannot be lived with refuses the
//! file; the rest become warnings, and nothing is dropped for being unlikely: silver did fall 31 %
//! in a day. Works on rows already read; which columns they came from is `csv`'s business.

use jiff::Timestamp;

use super::{BTC, GOLD, PriceError, SILVER, is_price, review::base_name, units};
use crate::calendar::Day;

/// A change from one close to the next that is pointed out. Larger ones are real now and then, and
/// mistakes (a missing digit, another currency) more often.
pub(super) const JUMP: f64 = 0.40;

/// The longest hole that is passed over in silence: beyond it the panel calls the close unknown.
/// Bitcoin trades every day; the longest closures of exchanges are shorter than a week.
pub(super) fn longest_hole(series: &str) -> i32 {
    if base_name(series) == BTC { 2 } else { 7 }
}

/// A jump that is back within this of where it came from is more likely a mistake than a move.
const BACK: f64 = 0.10;

/// Closes after a change of level that must stay there to make it a change of unit, not a bad print.
const STAYS: usize = 3;

/// Weekday rows that may lack a close. Holidays leave FRED's dailies 4 % of them.
const MAX_MISSING: f64 = 0.10;

/// Below this number of weekday rows the share is not judged: one holiday in a week is a fifth.
const MIN_ROWS_FOR_SHARE: u32 = 40;

/// Above every price and sum in any currency: the world's money in yen is 1e16.
const LARGEST: f64 = 1e18;
/// Below every price a bullion or coin ever had: Bitcoin began at less than a tenth of a cent.
const SMALLEST_PRICE: f64 = 1e-9;
/// Dates before it are typing errors: no daily close is older.
const EARLIEST_YEAR: i16 = 1800;

/// A series of which more than one pair of closes in so many is a hole is no daily one.
pub(super) const SPARSE: usize = 2;

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

/// Whether a close could be one: returns of what is not would have no end.
fn is_possible(series: &str, close: f64) -> bool {
    close.abs() <= LARGEST && (close >= SMALLEST_PRICE || !is_price(series))
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
        if let Some(close) = row.close.filter(|close| !is_possible(series, *close)) {
            let what = format!("the close of {series} on {} is {close:e}, which nothing costs", row.day);
            return refuse(row.line, what, "check the column and the unit of the closes");
        }
    }
    check_missing(file, &rows)?;
    rows.sort_by_key(|row| (row.day, row.line));
    let mut checked = Checked { rows: Vec::with_capacity(rows.len()), missing: 0, warnings: Vec::new() };
    let mut repeated = 0;
    let mut lines: Vec<u64> = Vec::with_capacity(rows.len());
    for row in &rows {
        let Some(close) = row.close else {
            checked.missing += 1;
            continue;
        };
        match checked.rows.last() {
            Some(&(day, first)) if day == row.day && first == close => repeated += 1,
            Some(&(day, first)) if day == row.day => {
                let before = lines.last().copied().unwrap_or_default();
                let what = format!("{day} has the close {close} here and {first} on line {before}");
                return refuse(row.line, what, "keep one row a day: the day's close, of one instrument");
            }
            _ => {
                checked.rows.push((row.day, close));
                lines.push(row.line);
            }
        }
    }
    if checked.rows.is_empty() {
        return Err(PriceError::Empty { file: file.to_owned() });
    }
    if repeated > 0 {
        let rows = if repeated == 1 { "row repeats" } else { "rows repeat" };
        checked.warnings.push(format!("{repeated} {rows} a day and its close"));
    }
    if let Some((at, what)) = change_of_unit(series, &checked.rows) {
        return refuse(lines[at], what, "bring all closes to one unit: dollars an ounce, dollars a coin");
    }
    if let Some((at, what)) = units::no_target(series, &checked.rows) {
        return refuse(
            lines[at],
            what,
            "fed_upper is the upper bound of the target range (FRED: DFEDTARU): give another rate another name \
             with --series",
        );
    }
    checked.warnings.extend(pointed_out(series, &checked.rows));
    Ok(checked)
}

/// Where a price changes by a factor between units and stays there.
fn change_of_unit(series: &str, rows: &[(Day, f64)]) -> Option<(usize, String)> {
    if !is_price(series) {
        return None;
    }
    let mut at = 1;
    while at < rows.len() {
        let ((from, before), (day, close)) = (rows[at - 1], rows[at]);
        let Some(between) = units::step(before, close).filter(|_| day - from <= longest_hole(GOLD)) else {
            at += 1;
            continue;
        };
        let after = &rows[at + 1..rows.len().min(at + 1 + STAYS)];
        match after.iter().position(|(_, later)| units::step(close, *later).is_some()) {
            // A bad print, and its way back.
            Some(returned) => at += returned + 2,
            None => {
                let [before, close] = [before, close].map(units::short);
                let what = format!(
                    "{series} goes from {before} on {from} to {close} on {day} and stays there, as between \
                     {between}"
                );
                return Some((at, what));
            }
        }
    }
    None
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

/// Two closes that follow each other.
type Pair = ((Day, f64), (Day, f64));

/// What a reader should look at in closes that passed, one clause each.
pub(super) fn pointed_out(series: &str, rows: &[(Day, f64)]) -> Vec<String> {
    let pairs = || rows.windows(2).map(|pair| (pair[0], pair[1]));
    let mut warnings = Vec::new();
    if is_price(series) {
        // Across a hole it is no move of a day, and the hole has a word of its own.
        let is_near = |(before, after): Pair| after.0 - before.0 <= longest_hole(GOLD);
        let is_jump = |before: f64, after: f64| (after / before - 1.0).abs() > JUMP;
        let returned = |at: usize| {
            let (before, next) = (rows[at].1, rows.get(at + 2)?);
            ((next.1 / before - 1.0).abs() <= BACK).then_some(*next)
        };
        let mut jumps: Vec<(usize, Pair)> = Vec::new();
        for (at, (before, after)) in
            pairs().enumerate().filter(|(_, pair)| is_near(*pair) && is_jump(pair.0.1, pair.1.1))
        {
            // The way back of a bad print is no jump of its own.
            let is_way_back = |(last, _): &(usize, Pair)| last + 1 == at && returned(*last).is_some();
            if !jumps.last().is_some_and(is_way_back) {
                jumps.push((at, (before, after)));
            }
        }
        spell_out(&mut warnings, jumps.into_iter(), "jumps", |(at, ((from, before), (day, after)))| {
            let change = 100.0 * (after / before - 1.0);
            let back = returned(at).map_or_else(String::new, |(day, close)| {
                format!(", back at {} on {day}: a mistake?", units::short(close))
            });
            let [before, after] = [before, after].map(units::short);
            format!("{day}: {change:+.0} % from {before} on {from} to {after}{back}")
        });
    }
    warnings.extend(units::level(series, rows));
    let gaps = pairs().filter(|((from, _), (to, _))| *to - *from > longest_hole(series));
    // Monthly series are all gaps: only a hole in something denser is worth a word.
    if gaps.clone().count() * SPARSE < rows.len() {
        spell_out(&mut warnings, gaps, "gaps", |((from, _), (to, _))| {
            format!("no close between {from} and {to}")
        });
    }
    if matches!(base_name(series), GOLD | SILVER) {
        let weekend = rows.iter().filter(|(day, _)| day.weekday() >= 5).count();
        if weekend > 0 {
            warnings
                .push(format!("{weekend} closes of {series} are dated to a weekend and count as sessions"));
        }
    }
    warnings
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
