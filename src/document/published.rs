//! When something appeared, as its publisher says it: an instant with its offset, or a bare date.
//!
//! Reads dates as records, mail and pages write them by the book; `collect::feed` and `extract` bring
//! what is written otherwise into one of these forms. Text that can be taken two ways is no date. Any
//! text may come: it costs linear time and at worst is none.

use std::fmt;

use jiff::{
    Timestamp,
    civil::{Date, Time},
    tz::Offset,
};

/// A publication time: an instant, or a bare date when no time of day is known. Prints as RFC 3339 with
/// the offset it was given in, or as the date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Published {
    /// An instant given in UTC, or without a zone.
    At(Timestamp),
    /// An instant given in another zone: the offset tells on which day it appeared there. Made by
    /// [`Published::at`], which keeps offsets of zero out, so that equal times are equal values.
    AtOffset(Timestamp, Offset),
    /// A calendar date without a time.
    On(Date),
}

impl Published {
    /// Reads RFC 3339, RFC 2822 (`Fri, 23 Jan 2026 08:00:00 GMT`), `YYYY-MM-DD HH:MM:SS` (taken as
    /// UTC), offsets without a colon (`+0000`), a bare `YYYY-MM-DD`, or a date with the month in
    /// English letters (`January 23, 2026`, `23 Jan 2026`). Anything else is `None`, and so is a year
    /// outside 1900 to 2199: a typing error, or bait for arithmetic on days.
    pub fn parse(text: &str) -> Option<Self> {
        let read = Self::parse_any_year(text.trim())?;
        let year = read.in_utc().date().year();
        (1900..=2199).contains(&year).then_some(read)
    }

    /// Reads a date of mail (RFC 2822), its zone an offset or one of the names [`zone_minutes`] knows. By
    /// the rules of mail an unknown name counts as UTC, which is hours off the truth: here it is `None`.
    pub fn parse_mail(text: &str) -> Option<Self> {
        // "(PST)" after an offset is a comment.
        let text = text.split('(').next()?.trim();
        let (clock, zone) = text.rsplit_once(char::is_whitespace)?;
        let zoned = if zone.starts_with(|char: char| char.is_ascii_alphabetic()) {
            let minutes = zone_minutes(&zone.to_ascii_lowercase())?;
            let sign = if minutes < 0 { '-' } else { '+' };
            let offset = format!("{sign}{:02}{:02}", minutes.abs() / 60, minutes.abs() % 60);
            jiff::fmt::rfc2822::parse(&format!("{clock} {offset}"))
        } else {
            jiff::fmt::rfc2822::parse(text)
        };
        let zoned = zoned.ok()?;
        Some(Self::at(zoned.timestamp(), zoned.offset()))
    }

    /// An instant as given at an offset.
    pub fn at(at: Timestamp, offset: Offset) -> Self {
        if offset == Offset::UTC { Self::At(at) } else { Self::AtOffset(at, offset) }
    }

    /// The instant, where a time of day is known.
    pub fn instant(self) -> Option<Timestamp> {
        match self {
            Self::At(at) | Self::AtOffset(at, _) => Some(at),
            Self::On(_) => None,
        }
    }

    /// The calendar date as the publisher would print it.
    pub fn date(self) -> Date {
        match self {
            Self::At(at) => Offset::UTC.to_datetime(at).date(),
            Self::AtOffset(at, offset) => offset.to_datetime(at).date(),
            Self::On(date) => date,
        }
    }

    /// The same without the offset: what identities are made of.
    pub fn in_utc(self) -> Self {
        self.instant().map_or(self, Self::At)
    }

    /// Whether an instant is midnight to the second, there or in UTC: how feeds, tables and pages write
    /// a date whose time is not known.
    pub fn is_midnight(self) -> bool {
        let is_midnight = |at, offset: Offset| offset.to_datetime(at).time() == Time::midnight();
        match self {
            Self::At(at) => is_midnight(at, Offset::UTC),
            Self::AtOffset(at, offset) => is_midnight(at, offset) || is_midnight(at, Offset::UTC),
            Self::On(_) => false,
        }
    }

    fn parse_any_year(text: &str) -> Option<Self> {
        if let Ok(at) = text.parse::<Timestamp>() {
            return Some(Self::at(at, written_offset(text)));
        }
        if text.len() == 10 {
            return text.parse::<Date>().ok().map(Self::On);
        }
        let civil = text.strip_suffix(" UTC").unwrap_or(text);
        if let Ok(at) = civil.parse::<jiff::civil::DateTime>() {
            return at.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| Self::At(zoned.timestamp()));
        }
        // A month in letters tells day from month.
        let lettered = ["%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%d %b %Y"];
        if let Some(date) = lettered.iter().find_map(|form| Date::strptime(form, text).ok()) {
            return Some(Self::On(date));
        }
        ["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M:%S%z", "%Y-%m-%dT%H:%M%z", "%Y-%m-%d %H:%M:%S %z"]
            .iter()
            .find_map(|form| Timestamp::strptime(form, text).ok())
            .map(|at| Self::at(at, written_offset(text)))
            .or_else(|| Self::parse_mail(text))
    }
}

/// The offset that ends an instant (`+01:00`, `-0500`); UTC where none does.
fn written_offset(text: &str) -> Offset {
    let read = || {
        // A zone's name in brackets may follow; it says nothing new.
        let text = text.split('[').next()?;
        let sign = text.rfind(['+', '-']).filter(|at| *at > "2026-01-23".len())?;
        let digits: Vec<i32> = text[sign + 1..]
            .bytes()
            .filter(u8::is_ascii_digit)
            .map(|digit| i32::from(digit - b'0'))
            .collect();
        let [hours, more, rest @ ..] = digits.as_slice() else {
            return None;
        };
        let minutes = if let [tens, ones, ..] = rest { tens * 10 + ones } else { 0 };
        let seconds = ((hours * 10 + more) * 60 + minutes) * 60;
        Offset::from_seconds(if text.as_bytes()[sign] == b'-' { -seconds } else { seconds }).ok()
    };
    read().unwrap_or(Offset::UTC)
}

impl fmt::Display for Published {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(at) => write!(f, "{at}"),
            Self::AtOffset(at, offset) => write!(f, "{}", at.display_with_offset(*offset)),
            Self::On(date) => write!(f, "{date}"),
        }
    }
}

/// RFC 822's zones and the few other names publishers use that mean one thing only, in minutes from UTC.
const ZONES: &[(&str, i32)] = &[
    ("z", 0),
    ("ut", 0),
    ("utc", 0),
    ("gmt", 0),
    ("wet", 0),
    ("west", 60),
    ("cet", 60),
    ("cest", 120),
    ("mez", 60),
    ("mesz", 120),
    ("eet", 120),
    ("eest", 180),
    ("msk", 180),
    ("jst", 540),
    ("aest", 600),
    ("aedt", 660),
    ("nzst", 720),
    ("nzdt", 780),
    ("est", -300),
    ("edt", -240),
    ("et", -300),
    ("cst", -360),
    ("cdt", -300),
    ("mst", -420),
    ("mdt", -360),
    ("pst", -480),
    ("pdt", -420),
    ("akst", -540),
    ("akdt", -480),
    ("hst", -600),
];

/// Minutes from UTC of a zone's name in lower case; `None` for names that stand for several zones (`ist`).
/// `cst` is America's, by RFC 822.
pub fn zone_minutes(name: &str) -> Option<i32> {
    ZONES.iter().find(|(known, _)| *known == name).map(|(_, minutes)| *minutes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn publication_times_are_read_in_the_forms_of_records_and_feeds() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(Published::parse(text).map(|read| read.to_string()).as_deref(), expected, "{text:?}");
        };
        check(" 2026-01-23 ", Some("2026-01-23"));
        check("2026-01-23T08:00:00+01:00", Some("2026-01-23T08:00:00+01:00"));
        check("2026-01-23T08:00:00-05:00[Etc/GMT+5]", Some("2026-01-23T08:00:00-05:00"));
        check("2026-01-23T08:00:00.5-05:30", Some("2026-01-23T08:00:00.5-05:30"));
        check("2026-01-23T08:00:00-00:00", Some("2026-01-23T08:00:00Z"));
        check("2026-01-23 08:00:00 +0900", Some("2026-01-23T08:00:00+09:00"));
        check("2026-01-23 08:00:00", Some("2026-01-23T08:00:00Z"));
        check("2026-01-23 08:00:00 UTC", Some("2026-01-23T08:00:00Z"));
        check("2026-01-23T08:00:00+0000", Some("2026-01-23T08:00:00Z"));
        check("Fri, 23 Jan 2026 08:00:00 GMT", Some("2026-01-23T08:00:00Z"));
        check("Fri, 23 Jan 2026 08:00:00 -0500", Some("2026-01-23T08:00:00-05:00"));
        check("Fri, 23 Jan 2026 08:00:00 -0500 (EST)", Some("2026-01-23T08:00:00-05:00"));
        check("Fri, 23 Jan 2026 08:00:00 EST", Some("2026-01-23T08:00:00-05:00"));
        check("Fri, 23 Jan 2026 08:00:00 JST", Some("2026-01-23T08:00:00+09:00"));
        // India's, Israel's or Ireland's.
        check("Fri, 23 Jan 2026 08:00:00 IST", None);
        for text in ["January 23, 2026", "Jan 23, 2026", "23 January 2026", "23 Jan 2026", "jan 23, 2026"] {
            check(text, Some("2026-01-23"));
        }
        check("May 9, 2019", Some("2019-05-09"));
        for text in [
            "",
            "soon",
            "23.01.2026",
            "01/23/2026",
            "9999-12-31",
            "0001-01-01",
            "-002026-01-23",
            "2026-02-30",
        ] {
            check(text, None);
        }
        check("9999-12-30T21:00:00Z", None);
    }

    #[test]
    fn midnight_is_that_of_the_publisher_or_of_utc() {
        let check = |text: &str, expected: bool| {
            assert_eq!(Published::parse(text).unwrap().is_midnight(), expected, "{text}");
        };
        check("2026-01-23T00:00:00Z", true);
        check("2026-01-23T00:00:00-05:00", true);
        check("2026-01-22T19:00:00-05:00", true);
        check("2026-01-23T00:00:01-05:00", false);
        check("2026-01-23", false);
    }
}
