//! Numbers to figures: decimals and signs for every unit, for one value or for a value beside its
//! threshold. No zero has a sign, and two values that differ are never written alike.
//!
//! Left out: the clauses around the figures (`words`).

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// A logarithmic return, as a change in percent.
    Change,
    /// A share, as a change in percent.
    Share,
    /// A share that something falls short by, in percent, without a sign.
    Distance,
    /// A rank in [0, 1].
    Rank,
    /// A score or a logarithmic gap, with its sign.
    Score,
    /// Days or sessions.
    Count,
}

/// Decimals beyond which two values are told apart no further: they differ by rounding alone.
const MAX_DECIMALS: usize = 15;

/// A value with the decimals of its unit.
pub(super) fn figure(value: f64, unit: Unit) -> String {
    written(value, unit, decimals(unit))
}

/// A value and its threshold, both with as many decimals as it takes to tell them apart.
pub(super) fn pair(value: f64, threshold: f64, unit: Unit) -> (String, String) {
    let mut decimals = decimals(unit);
    loop {
        let pair = (written(value, unit, decimals), written(threshold, unit, decimals));
        if pair.0 != pair.1 || value == threshold || decimals == MAX_DECIMALS {
            return pair;
        }
        decimals += 1;
    }
}

/// A value with its sign, and with as many decimals as it takes to tell it from zero.
pub(super) fn apart_from_zero(value: f64, unit: Unit) -> String {
    pair(value, 0.0, unit).0
}

/// A value with a sign unless it is written as zero.
pub(super) fn signed(value: f64, decimals: usize) -> String {
    match format!("{value:+.decimals$}") {
        text if is_zero(&text) => text[1..].to_owned(),
        text => text,
    }
}

/// A value with a minus sign at most, and none before zero.
pub(super) fn plain(value: f64, decimals: usize) -> String {
    match format!("{value:.decimals$}") {
        text if is_zero(&text) => text.trim_start_matches('-').to_owned(),
        text => text,
    }
}

fn is_zero(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b'+' | b'-' | b'.' | b'0'))
}

const fn decimals(unit: Unit) -> usize {
    match unit {
        Unit::Change | Unit::Share | Unit::Distance => 1,
        Unit::Rank | Unit::Score => 2,
        Unit::Count => 0,
    }
}

fn written(value: f64, unit: Unit, decimals: usize) -> String {
    match unit {
        Unit::Change => format!("{} %", signed(100.0 * value.exp_m1(), decimals)),
        Unit::Share => format!("{} %", signed(100.0 * value, decimals)),
        Unit::Distance => format!("{} %", plain(100.0 * value, decimals)),
        Unit::Score => signed(value, decimals),
        Unit::Count if value.is_infinite() => "none".to_owned(),
        Unit::Rank | Unit::Count => plain(value, decimals),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_have_the_decimals_that_tell_them_apart() {
        let check = |value: f64, threshold: f64, unit: Unit, expected: [&str; 2]| {
            let (value, threshold) = pair(value, threshold, unit);
            assert_eq!([value.as_str(), threshold.as_str()], expected);
        };
        check(0.93, 0.80, Unit::Rank, ["0.93", "0.80"]);
        check(0.803_735, 0.80, Unit::Rank, ["0.804", "0.800"]);
        check(0.80, 0.80, Unit::Rank, ["0.80", "0.80"]);
        check(-0.0007, 0.17, Unit::Score, ["0.00", "+0.17"]);
        check(-0.0007, 0.0, Unit::Score, ["-0.001", "0.000"]);
        check(-1e-20, 0.0, Unit::Score, ["0.000000000000000", "0.000000000000000"]);
        check(0.019_876, 0.02, Unit::Change, ["+2.01 %", "+2.02 %"]);
        check(-0.01, 0.0, Unit::Change, ["-1.0 %", "0.0 %"]);
        check(-0.0, 0.0, Unit::Change, ["0.0 %", "0.0 %"]);
        check(-0.21, -0.20, Unit::Share, ["-21.0 %", "-20.0 %"]);
        check(0.0204, 0.02, Unit::Distance, ["2.04 %", "2.00 %"]);
        check(f64::INFINITY, 20.0, Unit::Count, ["none", "20"]);
        check(30.0, 30.0, Unit::Count, ["30", "30"]);
    }

    #[test]
    fn no_zero_has_a_sign() {
        let check = |shown: String, expected: &str| assert_eq!(shown, expected);
        check(signed(-0.04, 1), "0.0");
        check(signed(0.04, 1), "0.0");
        check(signed(-0.06, 1), "-0.1");
        check(signed(0.06, 1), "+0.1");
        check(plain(-0.4, 0), "0");
        check(plain(-0.6, 0), "-1");
        check(plain(0.001, 2), "0.00");
        check(figure(-0.0001, Unit::Share), "0.0 %");
        check(figure(0.0001, Unit::Change), "0.0 %");
        check(apart_from_zero(-0.001, Unit::Score), "-0.001");
    }
}
