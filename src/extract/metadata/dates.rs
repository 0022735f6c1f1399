//! Dates as publishers write them: in attributes, in addresses, in sentences of many languages.
//!
//! Text in, [`Published`] out. An instant needs a time of day (taken as UTC where no zone is given, and
//! with its offset where one is); without one a date stays a bare date. Which date of a page counts is for the module above.

use std::sync::LazyLock;

use jiff::{Timestamp, civil, tz};
use regex::{Captures, Regex};

use crate::document::Published;

/// Pages before the web are misread numbers.
const FIRST_YEAR: i16 = 1994;
/// No publisher dates an article this far on; without a capture time it is all that bounds a date.
const LAST_YEAR: i16 = 2099;

static ISO: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?x)(?:^|[^0-9])([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})
        (?:(?:T|\s+|\s*,\s*)([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.,][0-9]+)?)?\s*(Z(?-u:\b)|UTC(?-u:\b)|GMT(?-u:\b)|[+-][0-9]{2}:?[0-9]{2}|[+-][0-9]{2}(?-u:\b))?)?",
    )
    .expect("the pattern is constant")
});
static COMPACT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^([0-9]{4})([0-9]{2})([0-9]{2})(?:T?([0-9]{2}):?([0-9]{2})(?::?([0-9]{2}))?(Z|[+-][0-9]{2}:?[0-9]{2})?)?$")
        .expect("the pattern is constant")
});
static DAY_MONTH_YEAR: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:^|[^0-9.])([0-9]{1,2})(?:st|nd|rd|th|er|º|ª|\.)?[\s,-]{0,2}(?:de\s+|of\s+|da\s+)?(\p{L}{3,12})\.?[\s,-]{0,2}(?:de\s+|del\s+|do\s+)?[’']?([0-9]{4})(?-u:\b)")
        .expect("the pattern is constant")
});
static MONTH_DAY_YEAR: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)(\p{L}{3,12})\.?\s{0,2}([0-9]{1,2})(?:st|nd|rd|th)?,?\s{0,2}(?:of\s+|at\s+)?([0-9]{4})(?-u:\b)",
    )
    .expect("the pattern is constant")
});
static YEAR_MONTH_DAY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"([0-9]{4})\s?(?:年|년|\.)\s?(?:([0-9]{1,2})\s?[月월]|(\p{L}{3,12}))\s?([0-9]{1,2})")
        .expect("the pattern is constant")
});
static NUMERIC: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:^|[^0-9.])([0-9]{1,2})([./-])\s?([0-9]{1,2})[./-]\s?([0-9]{4}|[0-9]{2})(?:[^0-9.]|\.[^0-9]|\.?$)")
        .expect("the pattern is constant")
});
static IN_URL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[/_-]([0-9]{4})([/_-])([0-9]{1,2})[/_-]([0-9]{1,2})(?:[/_.-]|$)|[/_-](20[0-9]{2})([0-9]{2})([0-9]{2})(?:[0-9]{4,6})?(?:[/_.-]|$)|/(20[0-9]{2})/([0-9]{2})([0-9]{2})/|[/_-]([0-9]{2})[._-]([0-9]{2})[._-](20[0-9]{2})(?:[/_.-]|$)")
        .expect("the pattern is constant")
});

/// First letters of month names, January first, in the languages news comes in. The longest that
/// fits counts.
const MONTHS: [&str; 12] = [
    "jan jän ene gen sty oca янв січ яну ian ιαν tammi led xan",
    "feb fév fev lut şub фев лют φεβ helmi úno fébr",
    "mars mar mär maa már мар бер μαρ mrz bře mrt",
    "apr avr abr kwi nis апр кві απρ huhti dub ápr avril",
    "may mai maj mei mag мая май тра μαΐ μαι touko kvě máj",
    "jun juin giu cze haz июн юни чер ιουν kesä jún iun června červen xuñ",
    "jul juil lug lip tem июл юли лип ιουλ heinä júl iul července červenec xul",
    "aug ago aoû aou sie ağu авг сер αυγ elo srp agu",
    "sep set wrz eyl сен сеп вер σεπ syys zář szept",
    "oct okt ott out paź eki окт жов οκτ loka říj oci",
    "nov lis kas ноя лис ное νοε marras noi",
    "dec dez déc dic gru ara дек гру δεκ joulu pro des",
];

/// Which number of `03/04/2024` is the month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// The second: the world.
    DayFirst,
    /// The first: American English.
    MonthFirst,
}

/// Where English is written the British way.
const DAY_FIRST_REGIONS: [&str; 14] =
    ["gb", "uk", "au", "nz", "ie", "in", "za", "sg", "hk", "my", "ng", "ke", "pk", "mt"];

impl Order {
    /// By the habit of a language, its region (`GB`) and the page's host; where a page says neither, it
    /// is read as American.
    pub fn of(language: Option<&str>, region: Option<&str>, host: Option<&str>) -> Self {
        let top = host.and_then(|host| host.rsplit('.').next()).filter(|top| top.len() == 2);
        let is_day_first = |region: &str| DAY_FIRST_REGIONS.contains(&region.to_ascii_lowercase().as_str());
        match language {
            None | Some("en") if !region.is_some_and(is_day_first) && !top.is_some_and(is_day_first) => {
                Self::MonthFirst
            }
            _ => Self::DayFirst,
        }
    }
}

/// A machine-readable stamp: RFC 3339 and its relatives, RFC 2822, `20240312`, else a written date.
pub(super) fn stamp(text: &str, order: Order) -> Option<Published> {
    let text = text.trim();
    // Whatever is longer is not a stamp; slicing at a character keeps this total.
    if text.len() > 120 || text.len() < 6 {
        return None;
    }
    let read = |found: &Captures, at: usize| found.get(at).and_then(|part| part.as_str().parse::<i16>().ok());
    if let Some(found) = ISO.captures(text).or_else(|| COMPACT.captures(text)) {
        let day = date(read(&found, 1)?, read(&found, 2)?, read(&found, 3)?)?;
        let (Some(hour), Some(minute)) = (read(&found, 4), read(&found, 5)) else {
            return Some(Published::On(day));
        };
        let Ok(time) =
            civil::Time::new(hour as i8, minute as i8, read(&found, 6).unwrap_or(0).min(59) as i8, 0)
        else {
            return Some(Published::On(day));
        };
        let offset = found.get(7).map_or(Some(tz::Offset::UTC), |zone| offset(zone.as_str()))?;
        return offset.to_timestamp(day.to_datetime(time)).ok().map(|at| Published::at(at, offset));
    }
    if let Some(read) = Published::parse_mail(text) {
        return Some(read);
    }
    if text.len() >= 10 && text.len() <= 13 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let number: i64 = text.parse().ok()?;
        let at = if text.len() == 13 {
            Timestamp::from_millisecond(number)
        } else {
            Timestamp::from_second(number)
        };
        return at.ok().filter(|at| plausible(at.to_zoned(tz::TimeZone::UTC).year())).map(Published::At);
    }
    written(text, order).map(Published::On)
}

fn offset(zone: &str) -> Option<tz::Offset> {
    let sign = match zone.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return Some(tz::Offset::UTC),
    };
    let digits: Vec<i32> =
        zone.chars().filter_map(|digit| digit.to_digit(10)).map(|digit| digit as i32).collect();
    let minutes = digits.first()? * 600
        + digits.get(1)? * 60
        + digits.get(2).unwrap_or(&0) * 10
        + digits.get(3).unwrap_or(&0);
    tz::Offset::from_seconds(sign * minutes * 60).ok()
}

/// The first date written out in a text: "12 March 2024", "March 12, 2024", "12.03.2024".
pub(super) fn written(text: &str, order: Order) -> Option<civil::Date> {
    first_written(text, order).map(|(_, date)| date)
}

/// The same with the offset in bytes at which it begins, or at which the character before it does.
pub(super) fn first_written(text: &str, order: Order) -> Option<(usize, civil::Date)> {
    let number =
        |found: &Captures, at: usize| found.get(at).and_then(|part| part.as_str().parse::<i16>().ok());
    let named = |found: &Captures, at: usize| found.get(at).and_then(|part| month(part.as_str()));
    let mut best: Option<(usize, civil::Date)> = None;
    let mut offer = |at: usize, day: Option<civil::Date>| {
        if let Some(day) = day
            && best.is_none_or(|(held, _)| at < held)
        {
            best = Some((at, day));
        }
    };
    for found in DAY_MONTH_YEAR.captures_iter(text) {
        offer(
            found.get_match().start(),
            (|| date(number(&found, 3)?, named(&found, 2)?, number(&found, 1)?))(),
        );
    }
    for found in MONTH_DAY_YEAR.captures_iter(text) {
        offer(
            found.get_match().start(),
            (|| date(number(&found, 3)?, named(&found, 1)?, number(&found, 2)?))(),
        );
    }
    for found in ISO.captures_iter(text) {
        offer(
            found.get_match().start(),
            (|| date(number(&found, 1)?, number(&found, 2)?, number(&found, 3)?))(),
        );
    }
    for found in YEAR_MONTH_DAY.captures_iter(text) {
        let month = number(&found, 2).or_else(|| named(&found, 3));
        offer(found.get_match().start(), (|| date(number(&found, 1)?, month?, number(&found, 4)?))());
    }
    for found in NUMERIC.captures_iter(text) {
        offer(found.get_match().start(), numeric(&found, order));
    }
    best
}

/// Day and month by the language's habit, unless only one reading is a date.
fn numeric(found: &Captures, order: Order) -> Option<civil::Date> {
    let number = |at: usize| found.get(at).and_then(|part| part.as_str().parse::<i16>().ok());
    let (first, second, year) = (number(1)?, number(3)?, number(4)?);
    let year = if year < 100 { 2000 + year } else { year };
    // Nobody writes the month first with dots.
    let month_first = order == Order::MonthFirst && &found[2] != ".";
    let (day, month) = if month_first { (second, first) } else { (first, second) };
    date(year, month, day).or_else(|| date(year, day, month))
}

/// A date in an address: `/2024/03/12/`, `-2024-03-12-`, `/20240312`.
pub(super) fn in_url(url: &str) -> Option<civil::Date> {
    let number =
        |found: &Captures, at: usize| found.get(at).and_then(|part| part.as_str().parse::<i16>().ok());
    IN_URL.captures_iter(url).find_map(|found| {
        let [year, month, day] = if found.get(1).is_some() {
            [1, 3, 4]
        } else if found.get(5).is_some() {
            [5, 6, 7]
        } else if found.get(8).is_some() {
            [8, 9, 10]
        } else {
            [13, 12, 11]
        };
        date(number(&found, year)?, number(&found, month)?, number(&found, day)?)
    })
}

fn month(word: &str) -> Option<i16> {
    let word = word.to_lowercase();
    let names = (1..)
        .zip(MONTHS)
        .flat_map(|(month, names)| names.split(' ').map(move |name| (name.len(), month, name)));
    names.filter(|(_, _, name)| word.starts_with(name)).max().map(|(_, month, _)| month)
}

fn plausible(year: i16) -> bool {
    (FIRST_YEAR..=LAST_YEAR).contains(&year)
}

fn date(year: i16, month: i16, day: i16) -> Option<civil::Date> {
    let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    plausible(year).then(|| civil::Date::new(year, month, day).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_stamp(text: &str, expected: &str) {
        assert_eq!(
            stamp(text, Order::MonthFirst).map(|found| found.to_string()).unwrap_or_default(),
            expected,
            "{text:?}"
        );
    }

    #[test]
    fn stamps() {
        check_stamp("2024-03-12T10:30:00+02:00", "2024-03-12T10:30:00+02:00");
        check_stamp("2024-03-12T10:30:00.123+0000", "2024-03-12T10:30:00Z");
        check_stamp("2024-03-12T10:30Z", "2024-03-12T10:30:00Z");
        check_stamp("2024-03-12 10:30:00", "2024-03-12T10:30:00Z");
        check_stamp("2024-03-12 10:30:00 -0500", "2024-03-12T10:30:00-05:00");
        check_stamp("2024-03-12", "2024-03-12");
        check_stamp("20240312", "2024-03-12");
        check_stamp("20240312T103000Z", "2024-03-12T10:30:00Z");
        check_stamp("Tue, 12 Mar 2024 10:30:00 GMT", "2024-03-12T10:30:00Z");
        check_stamp("1710239400", "2024-03-12T10:30:00Z");
        check_stamp("March 12, 2024", "2024-03-12");
        check_stamp("2024-13-45", "");
        check_stamp("0001-01-01T00:00:00Z", "");
        check_stamp("yesterday", "");
    }

    fn check_written(text: &str, language: &str, expected: &str) {
        assert_eq!(
            written(text, Order::of(Some(language), None, None))
                .map(|day| day.to_string())
                .unwrap_or_default(),
            expected,
            "{text:?}"
        );
    }

    #[test]
    fn written_dates() {
        check_written("By Jane Doe, March 12, 2024", "en", "2024-03-12");
        check_written("Mar. 12th, 2024 at noon", "en", "2024-03-12");
        check_written("12 March 2024", "en", "2024-03-12");
        check_written("Stand: 12. März 2024", "de", "2024-03-12");
        check_written("12 de marzo de 2024", "es", "2024-03-12");
        check_written("1er août 2023", "fr", "2023-08-01");
        check_written("12 marca 2024", "pl", "2024-03-12");
        check_written("12 марта 2024", "ru", "2024-03-12");
        check_written("2024年3月12日", "ja", "2024-03-12");
        check_written("12.03.2024", "de", "2024-03-12");
        check_written("03/12/2024", "en", "2024-03-12");
        check_written("12/03/2024", "fr", "2024-03-12");
        check_written("25/03/2024", "en", "2024-03-25");
        check_written("version 1.2.2024.5", "en", "");
        check_written("costs 12 dollars 2024", "en", "");
    }

    #[test]
    fn dates_in_addresses() {
        let check = |url: &str, expected: &str| {
            assert_eq!(in_url(url).map(|day| day.to_string()).unwrap_or_default(), expected, "{url}");
        };
        check("https://example.com/2024/03/12/silver", "2024-03-12");
        check("https://example.com/news/silver-2024-03-12.html", "2024-03-12");
        check("https://example.com/a/20240312/silver", "2024-03-12");
        check("https://example.com/news/12-03-2024", "2024-03-12");
        check("https://example.com/2024/03/silver", "");
        check("https://example.com/story-12345678", "");
    }
}
