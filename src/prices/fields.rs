//! One field of a price table: a date or a close. A form that some file means otherwise (the day or
//! the month first, a decimal comma) is no date and no number here.
//!
//! Any text gives a value or none; nothing panics. Left out: what a row means.

use jiff::Timestamp;

use crate::calendar::Day;

/// What the files of this world write where there is no close.
const MISSING: [&str; 9] = ["", ".", "-", "null", "none", "nan", "na", "n/a", "#n/a"];

/// What a close column holds.
pub(super) enum Number {
    Given(f64),
    Missing,
    Text,
}

pub(super) fn number(text: &str) -> Number {
    if MISSING.iter().any(|missing| missing.eq_ignore_ascii_case(text)) {
        return Number::Missing;
    }
    let plain =
        |text: &str| text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'-' | b'+' | b'e' | b'E'));
    // Only whole groups of three before a decimal point leave no doubt that commas are thousands.
    let ungrouped = grouped(text).then(|| text.replace(',', ""));
    let text = ungrouped.as_deref().unwrap_or(text);
    match text.parse::<f64>() {
        Ok(number) if plain(text) && number.is_finite() => Number::Given(number),
        _ => Number::Text,
    }
}

fn grouped(text: &str) -> bool {
    let Some((whole, decimals)) = text.split_once('.') else {
        return false;
    };
    let mut groups = whole.split(',');
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    groups.next().is_some_and(|first| digits(first) && first.len() <= 3)
        && whole.contains(',')
        && groups.all(|group| digits(group) && group.len() == 3)
        && digits(decimals)
}

/// The UTC day of `2026-01-23`, `2026/01/23`, `2026.01.23`, `20260123`, an ISO instant, or a Unix
/// time in seconds, milliseconds or microseconds. A time of 00:00 is a date whatever its zone.
pub(super) fn day(text: &str) -> Option<Day> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    if digits && text.len() == 8 {
        return format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..]).parse().ok();
    }
    if digits && matches!(text.len(), 10 | 13 | 16) {
        let micros = text.parse::<i64>().ok()?.checked_mul(10_i64.pow((16 - text.len()) as u32))?;
        return Timestamp::from_microsecond(micros).ok().map(Day::containing);
    }
    let date = text.get(..10)?.replace(['/', '.'], "-").parse::<Day>().ok()?;
    let rest = text.get(10..)?;
    if rest.is_empty() {
        return Some(date);
    }
    let clock = rest.strip_prefix(['T', ' ', 't'])?;
    let (time, zone) = clock.split_at(clock.find(['Z', 'z', '+', '-', ' ']).unwrap_or(clock.len()));
    let time = if time.len() == 5 { format!("{time}:00") } else { time.to_owned() };
    let zone = match zone.trim() {
        "" | "UTC" | "GMT" => "Z",
        zone => zone,
    };
    // Both are checked even where the zone does not count: half a date is no date.
    let at = format!("{date}T{time}{zone}").parse::<Timestamp>().ok()?;
    let midnight = time.bytes().all(|byte| matches!(byte, b'0' | b':' | b'.'));
    Some(if midnight { date } else { Day::containing(at) })
}
