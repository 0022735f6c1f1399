//! Days to places on the time axis: where the ticks lie and what is written there.
//!
//! Years, quarters, months, weeks or days, whichever has room; a year stands where its January would, or below
//! the first label where there is no January.
//! Days outside the years 1 to 9999 are taken as the nearest inside.

use jiff::civil::Date;

use super::svg::{LETTER, text_width};
use crate::calendar::Day;

/// The days of 0001-01-01 and 9999-12-31.
const FIRST: i32 = -719_162;
const LAST: i32 = 2_932_896;

/// Least space between two labels, units.
const SPACE: f64 = 12.0;

/// A tick and its label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DateTick {
    pub day: Day,
    pub label: String,
    /// The label is a year.
    pub is_year: bool,
    /// The year below the label, where no label says it.
    pub year: Option<String>,
}

impl DateTick {
    fn new(day: Day, step: Option<Step>) -> Self {
        let date = day.date();
        let is_year = match step {
            Some(Step::Days(_)) => false,
            // A year begins where January would stand.
            Some(Step::Months(_)) => date.month() == 1,
            Some(Step::Years(_)) | None => true,
        };
        let label = match step {
            _ if is_year => date.year().to_string(),
            Some(Step::Days(_)) => format!("{} {}", date.day(), month(date)),
            _ => month(date).to_owned(),
        };
        Self { day, label, is_year, year: None }
    }
}

/// How far ticks lie apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Days(i32),
    Months(i32),
    Years(i32),
}

/// From the finest; two months are no quarter, and nobody counts in them.
const STEPS: [Step; 14] = [
    Step::Days(1),
    Step::Days(2),
    Step::Days(7),
    Step::Days(14),
    Step::Months(1),
    Step::Months(3),
    Step::Months(6),
    Step::Years(1),
    Step::Years(2),
    Step::Years(5),
    Step::Years(10),
    Step::Years(20),
    Step::Years(100),
    Step::Years(1000),
];

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A day that has a date.
pub(super) fn inside(day: Day) -> Day {
    Day(day.0.clamp(FIRST, LAST))
}

/// `23 January 2026` in short.
pub(super) fn short(day: Day) -> String {
    let date = inside(day).date();
    format!("{} {} {}", date.day(), month(date), date.year())
}

fn month(date: Date) -> &'static str {
    MONTHS[(date.month() as usize - 1).min(11)]
}

/// Ticks of `count` days from `first` on over a length.
pub(super) fn ticks(first: Day, count: usize, length: f64) -> Vec<DateTick> {
    let first = inside(first);
    let last = inside(Day(first.0.saturating_add(i32::try_from(count.max(1) - 1).unwrap_or(i32::MAX))));
    let per_day = length / f64::from(last - first + 1);
    let step = STEPS.into_iter().find(|step| room(*step) <= per_day * f64::from(least_days(*step)));
    let mut ticks: Vec<DateTick> = days(first, last, step.unwrap_or(STEPS[STEPS.len() - 1]))
        .into_iter()
        .map(|day| DateTick::new(day, step))
        .collect();
    if !ticks.iter().any(|tick| tick.is_year)
        && let Some(tick) = ticks.first_mut()
    {
        tick.year = Some(tick.day.year().to_string());
    }
    if ticks.is_empty() {
        ticks.push(DateTick { day: first, label: short(first), is_year: false, year: None });
    }
    ticks
}

/// Room a label of the step takes.
fn room(step: Step) -> f64 {
    let widest = match step {
        Step::Days(_) => "28 Nov",
        Step::Months(_) => "2026",
        Step::Years(_) => "2026",
    };
    text_width(widest, LETTER) + SPACE
}

/// Fewest days between two ticks.
const fn least_days(step: Step) -> i32 {
    match step {
        Step::Days(days) => days,
        Step::Months(1) => 28,
        Step::Months(months) => months * 30,
        Step::Years(years) => years * 365,
    }
}

fn days(first: Day, last: Day, step: Step) -> Vec<Day> {
    let start = first.date();
    match step {
        // Weeks begin on Mondays; single days where the axis begins.
        Step::Days(step) => {
            let offset = if step % 7 == 0 { (7 - first.weekday() as i32) % 7 } else { 0 };
            (first.0 + offset..=last.0).step_by(step as usize).map(Day).collect()
        }
        Step::Months(step) => {
            let from = i32::from(start.year()) * 12 + i32::from(start.month()) - 1;
            let months = (from..).filter(|month| month.rem_euclid(step) == 0);
            firsts(months.map(|month| (month.div_euclid(12), month.rem_euclid(12) + 1)), first, last)
        }
        Step::Years(step) => {
            let years = (i32::from(start.year())..).filter(|year| year.rem_euclid(step) == 0);
            firsts(years.map(|year| (year, 1)), first, last)
        }
    }
}

/// First days of months, from the first that lies inside to the last.
fn firsts(months: impl Iterator<Item = (i32, i32)>, first: Day, last: Day) -> Vec<Day> {
    months
        .map_while(|(year, month)| Date::new(i16::try_from(year).ok()?, month as i8, 1).ok().map(Day::from))
        .skip_while(|day| *day < first)
        .take_while(|day| *day <= last)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_those_that_have_room() {
        let check = |first: &str, count: usize, length: f64, expected: &str| {
            let ticks = ticks(first.parse().unwrap(), count, length);
            let written: Vec<String> = ticks
                .iter()
                .map(|tick| match &tick.year {
                    Some(year) => format!("{}/{year}", tick.label),
                    None => tick.label.clone(),
                })
                .collect();
            assert_eq!(written.join(" "), expected, "{first} + {count} over {length}");
        };
        check("2025-07-24", 365, 780.0, "Aug Sep Oct Nov Dec 2026 Feb Mar Apr May Jun Jul");
        check("2025-07-24", 365, 290.0, "Oct 2026 Apr Jul");
        check("2014-09-17", 4320, 780.0, "2015 2016 2017 2018 2019 2020 2021 2022 2023 2024 2025 2026");
        check("2014-09-17", 4320, 290.0, "2016 2018 2020 2022 2024 2026");
        check("1976-01-01", 18_263, 780.0, "1980 1985 1990 1995 2000 2005 2010 2015 2020 2025");
        check("2026-01-23", 1, 780.0, "23 Jan/2026");
        check(
            "2026-01-23",
            10,
            780.0,
            "23 Jan/2026 24 Jan 25 Jan 26 Jan 27 Jan 28 Jan 29 Jan 30 Jan 31 Jan 1 Feb",
        );
        check("2026-01-23", 10, 100.0, "26 Jan/2026");
        check("2026-01-24", 2, 40.0, "24 Jan 2026");
    }

    #[test]
    fn no_day_is_too_far() {
        for day in [i32::MIN, i32::MAX, -800_000, 3_000_000] {
            assert!(!ticks(Day(day), 400, 300.0).is_empty());
        }
        assert!(ticks(Day(FIRST), usize::MAX, 300.0).len() < 20);
    }
}
