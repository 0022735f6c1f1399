//! Vocabulary: days, cut-offs and clocks. The only place where an instant becomes a day.
//!
//! A [`Day`] is a UTC calendar day. It ends, for this tool, at its [`CutOff`]: what became available
//! at or before that instant counts for the day, everything later for a following one. A [`Clock`]
//! says when an observation dated to a day becomes available. The current time is left out on
//! purpose: it enters through arguments.

use std::{fmt, ops, str::FromStr};

use jiff::{SignedDuration, Span, Timestamp, ToSpan, civil::Date, civil::Weekday, tz::TimeZone};

/// Minutes in a day, and the default cut-off: midnight ending the day.
pub const MINUTES_PER_DAY: u16 = 24 * 60;

/// A UTC calendar day, counted from 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

impl Day {
    /// The calendar day an instant falls on, in UTC, whatever the cut-off.
    pub fn containing(at: Timestamp) -> Self {
        Self::from(at.to_zoned(TimeZone::UTC).date())
    }

    /// Midnight at the start of the day.
    pub fn start(self) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * i64::from(self.0))
    }

    /// Midnight at the end of the day.
    pub fn end(self) -> Timestamp {
        (self + 1).start()
    }

    /// The Gregorian date.
    pub fn date(self) -> Date {
        Date::constant(1970, 1, 1) + self.0.days()
    }

    /// The Gregorian year.
    pub fn year(self) -> i16 {
        self.date().year()
    }

    /// Monday is 0, Sunday is 6.
    pub fn weekday(self) -> usize {
        (self.0 + 3).rem_euclid(7) as usize
    }
}

impl From<Date> for Day {
    fn from(date: Date) -> Self {
        let span = date.since(Date::constant(1970, 1, 1)).expect("dates lie within days of each other");
        Self(span.get_days())
    }
}

impl ops::Add<i32> for Day {
    type Output = Self;
    fn add(self, days: i32) -> Self {
        Self(self.0 + days)
    }
}

impl ops::Sub<i32> for Day {
    type Output = Self;
    fn sub(self, days: i32) -> Self {
        Self(self.0 - days)
    }
}

impl ops::Sub for Day {
    type Output = i32;
    fn sub(self, earlier: Self) -> i32 {
        self.0 - earlier.0
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.date())
    }
}

/// A text that is no date in the form `YYYY-MM-DD`, or no clock.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// Not a date.
    #[error("{0:?} is not a date in the form YYYY-MM-DD")]
    Date(String),
    /// Not a time of day.
    #[error("{0:?} is not a time of day from 00:01 to 24:00")]
    CutOff(String),
    /// Not a clock.
    #[error("{0:?} is not a clock such as 19:00, next-business-day, +7d or +2m")]
    Clock(String),
}

impl FromStr for Day {
    type Err = CalendarError;
    fn from_str(text: &str) -> Result<Self, CalendarError> {
        let plain = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        let date = plain.then(|| text.parse::<Date>().ok()).flatten();
        date.map(Self::from).ok_or_else(|| CalendarError::Date(text.to_owned()))
    }
}

/// The instant of a day after which news counts for the next one: minutes after midnight UTC,
/// 1 to 1440. The default, 24:00, is the midnight that ends the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CutOff {
    minutes: u16,
}

impl Default for CutOff {
    fn default() -> Self {
        Self { minutes: MINUTES_PER_DAY }
    }
}

impl CutOff {
    /// The cut-off instant of a day.
    pub fn of(self, day: Day) -> Timestamp {
        day.start() + SignedDuration::from_mins(i64::from(self.minutes))
    }

    /// The first day whose cut-off is at or after the instant: the day the instant counts for.
    pub fn day_of(self, at: Timestamp) -> Day {
        let day = Day::containing(at);
        // The midnight that starts a day still counts for the day it ends.
        if at <= self.of(day - 1) {
            day - 1
        } else if at <= self.of(day) {
            day
        } else {
            day + 1
        }
    }

    /// The last day that is complete at an instant: its cut-off is at or before it.
    pub fn last_complete(self, now: Timestamp) -> Day {
        let day = Day::containing(now);
        if self.of(day) <= now { day } else { day - 1 }
    }
}

impl fmt::Display for CutOff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.minutes / 60, self.minutes % 60)
    }
}

fn time_of_day(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    if hours.len() != 2 || minutes.len() != 2 {
        return None;
    }
    let (hours, minutes) = (hours.parse::<u16>().ok()?, minutes.parse::<u16>().ok()?);
    (minutes < 60 && hours * 60 + minutes <= MINUTES_PER_DAY).then_some(hours * 60 + minutes)
}

impl FromStr for CutOff {
    type Err = CalendarError;
    fn from_str(text: &str) -> Result<Self, CalendarError> {
        match time_of_day(text) {
            Some(minutes) if minutes > 0 => Ok(Self { minutes }),
            _ => Err(CalendarError::CutOff(text.to_owned())),
        }
    }
}

/// When an observation dated to a day becomes available.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Clock {
    /// On the same day, this many minutes after midnight UTC; written `19:00`, `24:00`.
    SameDay {
        /// 0 to 1440.
        minutes: u16,
    },
    /// At the end of the next Monday to Friday; written `next-business-day`.
    NextBusinessDay,
    /// At the end of the day this many days later; written `+7d`.
    Days(u16),
    /// At the end of the same date this many months later; written `+2m`.
    Months(u16),
}

impl Clock {
    /// The instant an observation of this day becomes available.
    pub fn available_at(self, observed: Day) -> Timestamp {
        match self {
            Self::SameDay { minutes } => observed.start() + SignedDuration::from_mins(i64::from(minutes)),
            Self::NextBusinessDay => {
                let mut day = observed + 1;
                while matches!(day.date().weekday(), Weekday::Saturday | Weekday::Sunday) {
                    day = day + 1;
                }
                day.end()
            }
            Self::Days(days) => (observed + i32::from(days)).end(),
            Self::Months(months) => Day::from(observed.date() + Span::new().months(i64::from(months))).end(),
        }
    }
}

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SameDay { minutes } => write!(f, "{:02}:{:02}", minutes / 60, minutes % 60),
            Self::NextBusinessDay => f.write_str("next-business-day"),
            Self::Days(days) => write!(f, "+{days}d"),
            Self::Months(months) => write!(f, "+{months}m"),
        }
    }
}

impl FromStr for Clock {
    type Err = CalendarError;
    fn from_str(text: &str) -> Result<Self, CalendarError> {
        let later = |unit: char| text.strip_prefix('+')?.strip_suffix(unit)?.parse::<u16>().ok();
        // A century of days or months is longer than any publication lag: beyond it, a typing error.
        if text == "next-business-day" {
            Ok(Self::NextBusinessDay)
        } else if let Some(days) = later('d').filter(|days| *days <= 366) {
            Ok(Self::Days(days))
        } else if let Some(months) = later('m').filter(|months| *months <= 24) {
            Ok(Self::Months(months))
        } else if let Some(minutes) = time_of_day(text) {
            Ok(Self::SameDay { minutes })
        } else {
            Err(CalendarError::Clock(text.to_owned()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_day_of(cut_off: &str, at: &str, expected: &str) {
        let cut_off: CutOff = cut_off.parse().unwrap();
        assert_eq!(cut_off.day_of(at.parse().unwrap()).to_string(), expected, "{at} with cut-off {cut_off}");
    }

    #[test]
    fn an_instant_counts_for_the_day_whose_cut_off_it_meets() {
        check_day_of("24:00", "2026-01-23T00:00:01Z", "2026-01-23");
        check_day_of("24:00", "2026-01-23T23:59:59Z", "2026-01-23");
        check_day_of("24:00", "2026-01-24T00:00:00Z", "2026-01-23");
        check_day_of("22:00", "2026-01-23T22:00:00Z", "2026-01-23");
        check_day_of("22:00", "2026-01-23T22:00:01Z", "2026-01-24");
        check_day_of("22:00", "2026-01-23T00:00:00Z", "2026-01-23");
        check_day_of("24:00", "1969-12-31T12:00:00-05:00", "1969-12-31");
    }

    #[test]
    fn every_instant_lies_between_two_cut_offs() {
        let cut_off: CutOff = "22:00".parse().unwrap();
        for minutes in 0..3000 {
            let at = Day(19_000).start() + SignedDuration::from_mins(minutes);
            let day = cut_off.day_of(at);
            assert!(at <= cut_off.of(day) && at > cut_off.of(day - 1));
        }
    }

    /// A day is a UTC day: clocks put forward or back in New York move no cut-off, and the hour that
    /// comes twice is two hours.
    #[test]
    fn clocks_put_forward_or_back_move_no_cut_off() {
        check_day_of("24:00", "2024-03-10T01:59:59-05:00", "2024-03-10");
        check_day_of("24:00", "2024-03-10T03:00:00-04:00", "2024-03-10");
        check_day_of("24:00", "2024-03-10T19:59:59-04:00", "2024-03-10");
        check_day_of("24:00", "2024-03-10T20:00:01-04:00", "2024-03-11");
        check_day_of("06:00", "2024-11-03T01:30:00-04:00", "2024-11-03");
        check_day_of("06:00", "2024-11-03T01:30:00-05:00", "2024-11-04");
        check_day_of("22:00", "2024-11-03T17:00:00-05:00", "2024-11-03");
        check_day_of("22:00", "2024-11-03T18:00:00-04:00", "2024-11-03");
        check_day_of("22:00", "2024-11-03T18:00:00-05:00", "2024-11-04");
        // Two days of 23 and 25 local hours are two days here.
        for first in ["2024-03-09", "2024-11-02"] {
            let day: Day = first.parse().unwrap();
            let cut_off = CutOff::default();
            assert_eq!(cut_off.of(day + 1).duration_since(cut_off.of(day)), SignedDuration::from_hours(24));
        }
    }

    fn check_clock(clock: &str, day: &str, expected: &str) {
        let parsed: Clock = clock.parse().unwrap();
        assert_eq!(parsed.to_string(), clock);
        assert_eq!(parsed.available_at(day.parse().unwrap()).to_string(), expected, "{clock} on {day}");
    }

    #[test]
    fn clocks_say_when_an_observation_is_out() {
        check_clock("19:00", "2026-01-23", "2026-01-23T19:00:00Z");
        check_clock("24:00", "2026-01-23", "2026-01-24T00:00:00Z");
        check_clock("next-business-day", "2026-01-23", "2026-01-27T00:00:00Z");
        check_clock("+7d", "2026-01-23", "2026-01-31T00:00:00Z");
        check_clock("+2m", "2025-12-31", "2026-03-01T00:00:00Z");
    }

    #[test]
    fn days_are_strict_about_their_form() {
        for text in ["", "2026-1-3", "2026-02-30", "20260123", "2026-01-23T00:00:00", "٢٠٢٦-٠١-٢٣"] {
            assert!(text.parse::<Day>().is_err(), "{text}");
        }
        assert_eq!("2024-02-29".parse::<Day>().unwrap().to_string(), "2024-02-29");
        assert_eq!("2026-01-23".parse::<Day>().unwrap().weekday(), 4);
    }
}
