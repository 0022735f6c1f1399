//! Dates as feeds really write them.
//!
//! [`Published::parse`] reads numbers written by the book. The rest is read here by parts: two-digit
//! years, wrong or missing weekdays, single digits, missing seconds, zones by name (the American ones
//! of RFC 822, and `Z`, `UT`, `GMT`), month before day, W3C fragments and ISO's ordinal and week dates.
//! What a reader could take two ways stays `None`: `01/02/2026`, a month or year without a day, zone
//! names that stand for several zones (`IST`, `CST` is America's by RFC 822), any weekday or month not in
//! English. A time without a zone is taken as UTC, as everywhere in this tool.

use crate::document::{Published, zone_minutes};

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
/// Longer text is no date.
const MAX_DATE_BYTES: usize = 80;
/// RFC 2822's rule for two digits: 00 to 49 are this century's.
const CENTURY_TURN: i32 = 50;

/// A date of a feed, or `None` where it is none or says two things.
pub(super) fn date(text: &str) -> Option<Published> {
    let text = text.trim();
    if text.is_empty() || text.len() > MAX_DATE_BYTES || !text.is_ascii() {
        return None;
    }
    // By the book, but for zone names: mail's rules take an unknown one for UTC, hours off the truth.
    let has_word = text.as_bytes().windows(2).any(|two| two.iter().all(u8::is_ascii_alphabetic));
    if !has_word
        && text.len() > "2026-01-23".len()
        && let Some(read) = Published::parse(text)
    {
        return Some(read);
    }
    Published::parse(&lettered(text).or_else(|| numeric(text))?)
}

/// A date with the month in letters, to RFC 3339.
fn lettered(text: &str) -> Option<String> {
    // "(PST)" after an offset is a comment.
    let text = text.split('(').next().unwrap_or_default().to_ascii_lowercase();
    let (mut day, mut month, mut year, mut time, mut zone) = (None, None, None, None, None);
    let words =
        text.split(|char: char| char.is_ascii_whitespace() || char == ',').filter(|word| !word.is_empty());
    // "23-Jan-2026" is three words.
    let words: Vec<&str> = words
        .flat_map(|word| {
            let parts: Vec<&str> = word.split('-').collect();
            if parts.len() == 3 && month_number(parts[1]).is_some() { parts } else { vec![word] }
        })
        .collect();
    let mut afternoon = None;
    for word in words {
        if word.contains(':') && time.is_none() {
            let (clock, offset) = split_offset(word);
            time = Some(clock);
            zone = zone.or(offset);
        } else if matches!(word, "am" | "pm") {
            afternoon = Some(word == "pm");
        } else if let Some(number) = month_number(word).filter(|_| month.is_none()) {
            month = Some(number);
        } else if let Some(number) = day_number(word).filter(|_| day.is_none()) {
            day = Some(number);
        } else if let Some(number) = year_number(word).filter(|_| year.is_none()) {
            year = Some(number);
        } else if time.is_some() && zone.is_none() {
            zone = Some(word);
        } else if !is_weekday(word) && word != "at" {
            return None;
        }
    }
    let day = format!("{:04}-{:02}-{:02}", year?, month?, day?);
    match time {
        None => Some(day),
        Some(time) => Some(format!("{day}T{}{}", clock(time, afternoon)?, offset(zone)?)),
    }
}

/// A date in numbers, the year first, to RFC 3339.
fn numeric(text: &str) -> Option<String> {
    let text = text.to_ascii_lowercase();
    let (date, time) = match text.split_once(['t', ' ']) {
        // "2026-w04-5" has no `t`; "20260123t080000z" has one.
        Some((date, time)) => (date, Some(time.trim())),
        None => (text.as_str(), None),
    };
    let date = calendar_date(date)?;
    let Some(time) = time.filter(|time| !time.is_empty()) else { return Some(date) };
    let (time, zone) = match time.split_once(' ') {
        Some((time, zone)) => (time, Some(zone.trim())),
        None => split_offset(time),
    };
    Some(format!("{date}T{}{}", clock(time, None)?, offset(zone)?))
}

fn calendar_date(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split(['-', '/']).collect();
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    match parts[..] {
        [year, month, day] if year.len() == 4 && [year, month, day].iter().all(|part| digits(part)) => {
            Some(format!("{year}-{month:0>2}-{day:0>2}"))
        }
        [year, week, weekday] if year.len() == 4 => week_date(year, week.strip_prefix('w')?, weekday),
        [year, ordinal] if year.len() == 4 && ordinal.len() == 3 && digits(ordinal) => {
            ordinal_date(year, ordinal)
        }
        [packed] if packed.len() == 8 && digits(packed) => {
            Some(format!("{}-{}-{}", &packed[..4], &packed[4..6], &packed[6..]))
        }
        [packed] if packed.len() == 7 && digits(packed) => ordinal_date(&packed[..4], &packed[4..]),
        _ => None,
    }
}

fn ordinal_date(year: &str, ordinal: &str) -> Option<String> {
    let first = jiff::civil::Date::new(year.parse().ok()?, 1, 1).ok()?;
    let ordinal: i16 = ordinal.parse().ok()?;
    (1..=first.days_in_year())
        .contains(&ordinal)
        .then(|| first.with().day_of_year(ordinal).build().ok())?
        .map(|date| date.to_string())
}

fn week_date(year: &str, week: &str, weekday: &str) -> Option<String> {
    let weekday = jiff::civil::Weekday::from_monday_one_offset(weekday.parse().ok()?).ok()?;
    let date = jiff::civil::ISOWeekDate::new(year.parse().ok()?, week.parse().ok()?, weekday).ok()?;
    Some(date.date().to_string())
}

/// A clock and the offset or zone stuck to it: `10:14:55-08:00`, `10:14z`.
fn split_offset(word: &str) -> (&str, Option<&str>) {
    match word.find(|char: char| matches!(char, '+' | '-') || char.is_ascii_alphabetic()) {
        Some(at) if at > 0 => (&word[..at], Some(&word[at..])),
        _ => (word, None),
    }
}

/// A time of day to `HH:MM:SS`, missing parts zero; 24:00 is refused, a leap second is the one before.
fn clock(text: &str, afternoon: Option<bool>) -> Option<String> {
    let text = text.split(['.', ',']).next()?;
    let packed = text.len() == 6 || text.len() == 4;
    let parts: Vec<&str> = if text.contains(':') {
        text.split(':').collect()
    } else if packed {
        (0..text.len()).step_by(2).filter_map(|at| text.get(at..at + 2)).collect()
    } else {
        vec![text]
    };
    if parts.len() > 3 {
        return None;
    }
    let number = |at: usize| match parts.get(at) {
        None | Some(&"") if at > 0 => Some(0),
        Some(part) if part.len() <= 2 => part.parse::<u32>().ok(),
        _ => None,
    };
    let (mut hour, minute, second) = (number(0)?, number(1)?, number(2)?.min(60));
    match afternoon {
        Some(_) if hour > 12 || hour == 0 => return None,
        Some(true) if hour < 12 => hour += 12,
        Some(false) if hour == 12 => hour = 0,
        _ => {}
    }
    Some(format!("{hour:02}:{minute:02}:{:02}", second.min(59)))
}

/// A zone to `+HH:MM`; none is UTC, one that is unknown is none of our guessing.
fn offset(zone: Option<&str>) -> Option<String> {
    let Some(zone) = zone.filter(|zone| !zone.is_empty()) else { return Some("Z".to_owned()) };
    // "GMT+1" and "UTC-0500" are an offset with a prefix.
    let zone = ["gmt", "utc"]
        .iter()
        .find_map(|prefix| zone.strip_prefix(prefix).filter(|rest| rest.starts_with(['+', '-'])))
        .unwrap_or(zone);
    if let Some(minutes) = zone_minutes(zone) {
        let sign = if minutes < 0 { '-' } else { '+' };
        return Some(format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60));
    }
    let digits: String = zone[1..].chars().filter(|char| *char != ':').collect();
    let sign = zone.chars().next().filter(|sign| matches!(sign, '+' | '-'))?;
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes) = match digits.len() {
        1 | 2 => (digits.as_str(), "00"),
        3 => digits.split_at(1),
        4 => digits.split_at(2),
        _ => return None,
    };
    Some(format!("{sign}{hours:0>2}:{minutes}"))
}

fn month_number(word: &str) -> Option<u32> {
    let word = word.trim_end_matches('.');
    let names = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let found = names
        .iter()
        .zip(MONTHS)
        .position(|(name, short)| *name == word || short == word || (word == "sept" && short == "sep"))?;
    u32::try_from(found + 1).ok()
}

fn day_number(word: &str) -> Option<u32> {
    let word = ["st", "nd", "rd", "th"].iter().find_map(|ending| word.strip_suffix(ending)).unwrap_or(word);
    (word.len() <= 2).then(|| word.parse().ok())?.filter(|day| (1..=31).contains(day))
}

fn year_number(word: &str) -> Option<i32> {
    let year: i32 = word.bytes().all(|byte| byte.is_ascii_digit()).then(|| word.parse().ok())??;
    match word.len() {
        4 => Some(year),
        2 if year < CENTURY_TURN => Some(2000 + year),
        2 | 3 => Some(1900 + year),
        _ => None,
    }
}

fn is_weekday(word: &str) -> bool {
    let word = word.trim_end_matches('.');
    let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    word.len() >= 2 && days.iter().any(|day| day.starts_with(word)) || matches!(word, "tues" | "thurs")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(date(text).map(|read| read.in_utc().to_string()).as_deref(), expected, "{text:?}");
    }

    #[test]
    fn dates_of_mail_are_read_with_their_usual_faults() {
        for text in [
            "Thu, 01 Jan 2004 19:48:21 GMT",
            "Mon, 01 Jan 2004 19:48:21 GMT",
            "01 Jan 2004 19:48:21 GMT",
            "Thu, 1 Jan 04 19:48:21 UT",
            "Thu, 01 Jan 2004 14:48:21 EST",
            "Thu, 01 Jan 2004 15:48:21 EDT",
            "Thu, 01 Jan 2004 11:48:21 PST",
            "Thu, 01 Jan 2004 11:48:21 -0800 (PST)",
            "Thursday, January 01, 2004 7:48:21 PM GMT",
            "Thu Jan 1 19:48:21 GMT 2004",
            "1-Jan-2004 19:48:21 +0000",
            "Thu, 01 Jan 2004 20:48:21 +1:00",
            "Thu, 01 Jan 2004 20:48:21 GMT+1",
        ] {
            check(text, Some("2004-01-01T19:48:21Z"));
        }
        check("Thu, 01 Jan 2004 19:48 GMT", Some("2004-01-01T19:48:00Z"));
        check("Thu, 01 Jan 2004", Some("2004-01-01"));
        check("31 Dec 99 23:59:60 Z", Some("1999-12-31T23:59:59Z"));
        check("Sept. 3rd, 2025", Some("2025-09-03"));
    }

    #[test]
    fn fragments_of_iso_dates_are_read_down_to_the_day() {
        check("2003-12-31T10:14:55.5-08:00", Some("2003-12-31T18:14:55.5Z"));
        check("2003-12-31T10:14Z", Some("2003-12-31T10:14:00Z"));
        check("2003-12-31T10Z", Some("2003-12-31T10:00:00Z"));
        check("2003-12-31T10:14:55", Some("2003-12-31T10:14:55Z"));
        check("2003-12-31 10:14:55 EST", Some("2003-12-31T15:14:55Z"));
        check("20031231T101455Z", Some("2003-12-31T10:14:55Z"));
        check("2003-1-3T1:2:3Z", Some("2003-01-03T01:02:03Z"));
        check("20031231", Some("2003-12-31"));
        check("2003-365", Some("2003-12-31"));
        check("2003-W52-3", Some("2003-12-24"));
        check("2003/12/31", Some("2003-12-31"));
    }

    #[test]
    fn what_can_be_taken_two_ways_is_no_date() {
        for text in [
            "",
            "soon",
            "2003",
            "2003-12",
            "01/02/2026",
            "1.2.2026",
            "03-12-31",
            "2003-366",
            "2003-W60-1",
            "Thu, 01 Jan 2004 19:48:21 IST",
            "Thu, 01 Janvier 2004 19:48:21 GMT",
            "Thu, 41 Jan 2004 19:48:21 GMT",
            "Thu, 01 Jan 2004 29:48:21 GMT",
            "1 Jan 2 Feb 2004",
            "é",
            "2004-01-01T+",
            "-",
            "+",
            ":",
            "jan : +",
        ] {
            check(text, None);
        }
    }
}
