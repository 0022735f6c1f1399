//! A series to paths: lines with their gaps, points that stand alone, and the area between a line and its
//! reference.
//!
//! Where there are more days than columns of pixels, a column keeps its lowest and its highest value, in
//! their order: no spike is lost, and the size is bounded by the width of the drawing. A gap narrower than a
//! column cannot be seen and closes.

use std::fmt::Write as _;

use super::svg::unit;

/// Paths of one series; each may be empty.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Trace {
    /// Two points and more in a row.
    pub line: String,
    /// Points without neighbours.
    pub dots: String,
    /// Between the line and the reference.
    pub area: String,
    /// The last point.
    pub end: Option<(f64, f64)>,
}

/// `at` gives the place of a day and a value. `columns` is how many columns of pixels there are; `floor` the
/// height of the reference where an area is wanted.
pub(super) fn trace(
    values: &[Option<f64>],
    columns: usize,
    floor: Option<f64>,
    at: impl Fn(usize, f64) -> Option<(f64, f64)>,
) -> Trace {
    let mut trace = Trace::default();
    let columns = columns.clamp(1, values.len().max(1));
    let mut run: Vec<(f64, f64)> = Vec::new();
    let mut day = 0;
    for column in 1..=columns {
        // No overflow: both are bounded by memory, and u128 holds their product.
        let next = (values.len() as u128 * column as u128 / columns as u128) as usize;
        let before = run.len();
        let points = (day..next).filter_map(|day| at(day, values[day]?));
        run.extend(extremes(points));
        if run.len() == before {
            trace.close(&mut run, floor);
        }
        day = next;
    }
    trace.close(&mut run, floor);
    trace
}

/// The lowest and the highest of some points, in their order; one where they are the same.
fn extremes(points: impl Iterator<Item = (f64, f64)>) -> impl Iterator<Item = (f64, f64)> {
    let mut found: Option<((f64, f64), (f64, f64))> = None;
    for point in points {
        found = Some(match found {
            None => (point, point),
            Some((low, high)) => {
                (if point.1 > low.1 { point } else { low }, if point.1 < high.1 { point } else { high })
            }
        });
    }
    found
        .into_iter()
        .flat_map(|(low, high)| match low.0.total_cmp(&high.0) {
            std::cmp::Ordering::Less => [Some(low), Some(high)],
            std::cmp::Ordering::Greater => [Some(high), Some(low)],
            std::cmp::Ordering::Equal => [Some(low), None],
        })
        .flatten()
}

impl Trace {
    fn close(&mut self, run: &mut Vec<(f64, f64)>, floor: Option<f64>) {
        let Some((first, last)) = run.first().copied().zip(run.last().copied()) else { return };
        self.end = Some(last);
        if run.len() == 1 {
            // Without length, with round ends: a dot as thick as the line.
            self.dots.push_str(&format!("M{} {}h0", unit(first.0), unit(first.1)));
        } else {
            let start = self.line.len();
            for (place, point) in run.iter().enumerate() {
                let before = if place == 0 { 'M' } else { ' ' };
                write!(self.line, "{before}{} {}", unit(point.0), unit(point.1)).expect("a string takes it");
            }
            if let Some(floor) = floor {
                let (from, to, floor) = (unit(first.0), unit(last.0), unit(floor));
                let rest = &self.line[start + 1..];
                write!(self.area, "M{from} {floor} {rest} {to} {floor}Z").expect("a string takes it");
            }
        }
        run.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(values: &[Option<f64>], columns: usize) -> Trace {
        trace(values, columns, Some(0.0), |day, value| Some((day as f64, value)))
    }

    #[test]
    fn gaps_stay_gaps_and_single_days_are_dots() {
        let trace = drawn(&[Some(1.0), Some(2.0), None, Some(3.0), None, Some(4.0), Some(5.5)], 100);
        assert_eq!(trace.line, "M0 1 1 2M5 4 6 5.5");
        assert_eq!(trace.dots, "M3 3h0");
        assert_eq!(trace.area, "M0 0 0 1 1 2 1 0ZM5 0 5 4 6 5.5 6 0Z");
        assert_eq!(trace.end, Some((6.0, 5.5)));
        assert_eq!(drawn(&[None, None], 10), Trace::default());
        assert_eq!(drawn(&[], 10), Trace::default());
    }

    #[test]
    fn a_column_keeps_its_extremes_in_their_order() {
        let values: Vec<Option<f64>> = [1.0, 5.0, 2.0, 4.0, 9.0, 3.0, 7.0, 7.0].map(Some).into();
        assert_eq!(drawn(&values, 2).line, "M0 1 1 5 4 9 5 3");
        let flat = vec![Some(1.0); 1000];
        assert_eq!(drawn(&flat, 10).line.matches(' ').count(), 19);
    }
}
