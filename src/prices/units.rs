//! Units: what tells grams, kilograms, pence or thousandths from dollars an ounce.
//!
//! Three signs. A level that changes by one of the usual factors and stays there is a change of unit inside
//! a series: no market does that, and every return across it would be wrong, so it is refused. A whole
//! series at another level than its metal or coin had in that year is pointed out: returns are right all
//! the same.

use super::{BTC, DOLLAR, FED_UPPER, GOLD, REAL_YIELD, SILVER, review::base_name};
use crate::calendar::Day;

/// Factors between units, and what they are between.
const FACTORS: [(f64, &str); 4] = [
    (31.1035, "ounces and grams"),
    (32.1507, "ounces and kilograms"),
    (100.0, "dollars and cents, or pounds and pence"),
    (1000.0, "one and a thousand"),
];

/// How far from a factor a change may lie, as a logarithm: a market moves by this much in a day.
const NEAR: f64 = 0.12;

/// Which units a change of level lies between, if any.
pub(super) fn step(before: f64, after: f64) -> Option<&'static str> {
    let change = (after / before).ln().abs();
    if !change.is_finite() {
        return None;
    }
    let nearest = FACTORS.iter().map(|(factor, between)| ((change - factor.ln()).abs(), *between));
    nearest.filter(|(far, _)| *far <= NEAR).min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, between)| between)
}

/// A close in six digits, as messages show it.
pub(super) fn short(close: f64) -> f64 {
    let digits = 5 - close.abs().log10().floor().clamp(-9.0, 9.0) as i32;
    let scale = 10_f64.powi(digits);
    let rounded = (close * scale).round() / scale;
    if rounded.is_finite() { rounded } else { close }
}

/// Steps of the Fed's target: eighths and, in the eighties, sixteenths of a percent.
const TARGET_STEP: f64 = 0.0625;
/// How far a close may lie off a step: published to the hundredth, 3.625 would be 3.63 and no target.
const TARGET_SLACK: f64 = 1e-3;
/// The share of closes that may lie between two steps: mistakes, not another rate. A quarter of the effective
/// rate's closes lie on a step by chance, a twentieth of the real yield's.
const MOST_BETWEEN: f64 = 0.1;

/// The first close that says that a series of the target rate is another rate, by its place, and why.
pub(super) fn no_target(series: &str, rows: &[(Day, f64)]) -> Option<(usize, String)> {
    if base_name(series) != FED_UPPER {
        return None;
    }
    if let Some((at, (day, close))) = rows.iter().enumerate().find(|(_, (_, close))| *close < 0.0) {
        return Some((at, format!("{series} is {close} on {day}: a target rate is never negative")));
    }
    let is_between = |close: f64| {
        let steps = close / TARGET_STEP;
        (steps - steps.round()).abs() * TARGET_STEP > TARGET_SLACK
    };
    let between = rows.iter().enumerate().filter(|(_, (_, close))| is_between(*close));
    let (first, count) = (between.clone().next(), between.count());
    let (at, (day, close)) = first.filter(|_| count as f64 > MOST_BETWEEN * rows.len() as f64)?;
    let of = rows.len();
    let what = format!(
        "{series} is {close} on {day}, and {count} of {of} closes are no multiples of {TARGET_STEP}: a target \
         rate moves in such steps"
    );
    Some((at, what))
}

/// Usual levels by year, from public annual averages rounded to two digits; between them the last one
/// before holds.
const GOLD_LEVELS: &[(i16, f64)] = &[
    (1968, 39.0),
    (1973, 97.0),
    (1974, 160.0),
    (1978, 190.0),
    (1979, 310.0),
    (1980, 610.0),
    (1985, 320.0),
    (1990, 380.0),
    (2000, 280.0),
    (2005, 440.0),
    (2007, 700.0),
    (2010, 1200.0),
    (2015, 1200.0),
    (2020, 1800.0),
    (2024, 2400.0),
    (2025, 3400.0),
    (2026, 4700.0),
];
const SILVER_LEVELS: &[(i16, f64)] = &[
    (1968, 2.0),
    (1974, 4.7),
    (1979, 11.0),
    (1980, 21.0),
    (1981, 10.0),
    (1990, 4.8),
    (2005, 7.3),
    (2006, 12.0),
    (2010, 20.0),
    (2011, 35.0),
    (2013, 24.0),
    (2015, 16.0),
    (2020, 21.0),
    (2024, 28.0),
    (2025, 40.0),
    (2026, 80.0),
];
const BTC_LEVELS: &[(i16, f64)] = &[
    (2013, 190.0),
    (2014, 530.0),
    (2015, 270.0),
    (2016, 570.0),
    (2017, 4000.0),
    (2018, 7500.0),
    (2019, 7400.0),
    (2020, 11_000.0),
    (2021, 47_000.0),
    (2022, 28_000.0),
    (2023, 29_000.0),
    (2024, 66_000.0),
    (2025, 100_000.0),
];

/// A year's median this many times above or below the usual level is pointed out: metals never moved as
/// far from a year's average, and the smallest factor of [`FACTORS`] is larger.
const METAL_FACTOR: f64 = 5.0;
/// Bitcoin rose twentyfold within 2017, and its years' medians lie closer.
const BTC_FACTOR: f64 = 8.0;
/// Years after the last known level: nobody knows them, so only what is far off is told.
const LATER_FACTOR: f64 = 20.0;
/// Closes a year must have to be judged.
const MIN_CLOSES: usize = 20;
/// Percent beyond which a rate or yield is taken for basis points.
const MOST_PERCENT: f64 = 25.0;
/// Where an index of the dollar lies: all that are in use were 100 in some year.
const DOLLAR_RANGE: (f64, f64) = (40.0, 250.0);

/// What is odd about the level of a series, in one clause.
pub(super) fn level(series: &str, rows: &[(Day, f64)]) -> Option<String> {
    let series = base_name(series);
    let (levels, factor, unit) = match series {
        GOLD => (GOLD_LEVELS, METAL_FACTOR, "dollars an ounce"),
        SILVER => (SILVER_LEVELS, METAL_FACTOR, "dollars an ounce"),
        BTC => (BTC_LEVELS, BTC_FACTOR, "dollars a coin"),
        REAL_YIELD | FED_UPPER => {
            let odd = rows.iter().find(|(_, close)| close.abs() > MOST_PERCENT);
            return odd.map(|(day, close)| {
                format!("{series} is {close} on {day}: percent are expected, not basis points")
            });
        }
        DOLLAR => {
            let (least, most) = DOLLAR_RANGE;
            let odd = rows.iter().find(|(_, close)| !(least..=most).contains(close));
            return odd.map(|(day, close)| {
                format!("dollar is {close} on {day}: an index near 100 is expected, not an exchange rate")
            });
        }
        _ => return None,
    };
    let (first, last) = (levels.first()?.0, levels.last()?.0);
    let mut rest = rows;
    while let Some(year) = rest.first().map(|(day, _)| day.year()) {
        let (these, later) = rest.split_at(rest.partition_point(|(day, _)| day.year() <= year));
        rest = later;
        if these.len() < MIN_CLOSES || year < first {
            continue;
        }
        let mut closes: Vec<f64> = these.iter().map(|(_, close)| *close).collect();
        closes.sort_by(f64::total_cmp);
        let median = closes[closes.len() / 2];
        let usual = levels.iter().rev().find(|(from, _)| *from <= year)?.1;
        let factor = if year > last { LATER_FACTOR } else { factor };
        let times = median / usual;
        if (1.0 / factor..=factor).contains(&times) {
            continue;
        }
        let (times, way) = if times < 1.0 { (1.0 / times, "below") } else { (times, "above") };
        let between = step(1.0, times).map_or_else(String::new, |between| format!(", as between {between}"));
        let median = short(median);
        return Some(format!(
            "{series} is near {median} in {year}, about {times:.0} times {way} its level in {unit}{between}"
        ));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_between_units_is_told_from_a_move_of_the_market() {
        let check = |before: f64, after: f64, expected: Option<&str>| {
            assert_eq!(step(before, after), expected, "{before} to {after}");
        };
        check(2400.0, 77.2, Some("ounces and grams"));
        check(77.0, 2400.0, Some("ounces and grams"));
        check(30.0, 965.0, Some("ounces and kilograms"));
        check(30.0, 3000.0, Some("dollars and cents, or pounds and pence"));
        check(89_000.0, 89.0, Some("one and a thousand"));
        check(100.0, 69.0, None);
        check(100.0, 1000.0, None);
        check(0.0, 1.0, None);
        check(-1.0, 1.0, None);
    }

    #[test]
    fn a_target_rate_moves_in_steps_and_stays_above_zero() {
        let check = |series: &str, closes: &[f64], expected: Option<(usize, &str)>| {
            let from: Day = "2024-03-01".parse().unwrap();
            let rows: Vec<(Day, f64)> = (0..).zip(closes).map(|(at, close)| (from + at, *close)).collect();
            let found = no_target(series, &rows);
            assert_eq!(found.as_ref().map(|(at, what)| (*at, what.as_str())), expected, "{closes:?}");
        };
        check(FED_UPPER, &[0.25, 5.5, 5.375, 9.8125, 0.0], None);
        check(
            FED_UPPER,
            &[3.75, 3.63, 3.63],
            Some((
                1,
                "fed_upper is 3.63 on 2024-03-02, and 2 of 3 closes are no multiples of 0.0625: a target rate moves in such steps",
            )),
        );
        check(
            "fed_upper@other",
            &[0.25, -0.5],
            Some((1, "fed_upper@other is -0.5 on 2024-03-02: a target rate is never negative")),
        );
        // One mistake among many is no other rate.
        let mut closes = [5.5; 20];
        closes[7] = 5.33;
        check(FED_UPPER, &closes, None);
        check(REAL_YIELD, &[1.79, -0.3], None);
        check(FED_UPPER, &[], None);
    }

    fn check_level(series: &str, from: &str, close: f64, expected: Option<&str>) {
        let from: Day = from.parse().unwrap();
        let rows: Vec<(Day, f64)> = (0..30).map(|at| (from + at, close)).collect();
        assert_eq!(level(series, &rows).as_deref(), expected);
    }

    #[test]
    fn a_level_of_another_unit_is_pointed_out() {
        check_level(GOLD, "2024-03-01", 2300.0, None);
        check_level(GOLD, "1970-03-01", 35.0, None);
        check_level(
            GOLD,
            "2024-03-01",
            74.0,
            Some(
                "gold is near 74 in 2024, about 32 times below its level in dollars an ounce, as between ounces and kilograms",
            ),
        );
        check_level(
            "silver@other",
            "2024-03-01",
            2500.0,
            Some(
                "silver is near 2500 in 2024, about 89 times above its level in dollars an ounce, as between dollars and cents, or pounds and pence",
            ),
        );
        check_level(
            BTC,
            "2024-03-01",
            65.0,
            Some(
                "btc is near 65 in 2024, about 1015 times below its level in dollars a coin, as between one and a thousand",
            ),
        );
        check_level(BTC, "2011-03-01", 1.0, None);
        check_level(GOLD, "2031-03-01", 40_000.0, None);
        check_level(
            REAL_YIELD,
            "2024-03-01",
            185.0,
            Some("real_yield is 185 on 2024-03-01: percent are expected, not basis points"),
        );
        check_level(
            DOLLAR,
            "2024-03-01",
            1.08,
            Some("dollar is 1.08 on 2024-03-01: an index near 100 is expected, not an exchange rate"),
        );
        check_level("dxy", "2024-03-01", 1.08, None);
    }
}
