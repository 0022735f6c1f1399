//! Hatching: the lines themselves, cut to their boxes.
//!
//! SVG has patterns for this, but a browser that prints writes every tile of them: a page of thirteen megabytes
//! instead of one. Drawn lines also need no ids. Lines keep to one grid, so that boxes side by side match.

use super::svg::unit;

/// Which lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hatch {
    /// Rising to the right.
    Single,
    /// Crossed.
    Double,
}

/// Lines inside a box of `from` and `to`, left to right and top to bottom, `step` apart. A box too large for
/// its step gets none.
pub(super) fn hatch(kind: Hatch, from: (f64, f64), to: (f64, f64), step: f64) -> String {
    let mut path = String::new();
    let known = [from.0, from.1, to.0, to.1].into_iter().all(f64::is_finite);
    if !known || step < 1.0 || to.0 <= from.0 || to.1 <= from.1 || (to.0 - from.0) + (to.1 - from.1) > 5000.0
    {
        return path;
    }
    let mut add = |one: (f64, f64), other: (f64, f64)| {
        if other.0 - one.0 > 0.2 {
            path.push_str(&format!("M{} {}L{} {}", unit(one.0), unit(one.1), unit(other.0), unit(other.1)));
        }
    };
    let multiples = |low: f64, high: f64| {
        ((low / step).ceil() as i64..=(high / step).floor() as i64).map(move |count| count as f64 * step)
    };
    for sum in multiples(from.0 + from.1, to.0 + to.1) {
        let (left, right) = (from.0.max(sum - to.1), to.0.min(sum - from.1));
        add((left, sum - left), (right, sum - right));
    }
    if kind == Hatch::Double {
        for difference in multiples(from.0 - to.1, to.0 - from.1) {
            let (left, right) = (from.0.max(difference + from.1), to.0.min(difference + to.1));
            add((left, left - difference), (right, right - difference));
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_stay_in_their_box() {
        let check = |kind, from, to, expected: &str| assert_eq!(hatch(kind, from, to, 6.0), expected);
        check(Hatch::Single, (0.0, 0.0), (6.0, 6.0), "M0 6L6 0");
        check(Hatch::Single, (10.0, 0.0), (16.0, 6.0), "M10 2L12 0M12 6L16 2");
        check(Hatch::Double, (0.0, 0.0), (6.0, 6.0), "M0 6L6 0M0 0L6 6");
        check(Hatch::Single, (6.0, 0.0), (0.0, 6.0), "");
        check(Hatch::Single, (0.0, f64::NAN), (6.0, 6.0), "");
        check(Hatch::Double, (0.0, 0.0), (1e9, 6.0), "");
    }
}
