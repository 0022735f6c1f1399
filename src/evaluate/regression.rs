//! Least squares, and standard errors that know overlapping returns repeat each other.
//!
//! Small problems, solved by Householder reflections; a column that adds nothing to the others makes no
//! fit rather than a wild one. Left out: which regression answers which question (`granger`, `mod`).

use super::chance::normal_share;

/// A column whose part beside the others is this share of it is a mixture of them: beyond, only rounding
/// is left.
const ALIKE: f64 = 1e-10;

/// Coefficients and what they leave unexplained.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// One for each column.
    pub coefficients: Vec<f64>,
    /// Sum of squared residuals.
    pub squares: f64,
    /// What each row leaves unexplained.
    pub residuals: Vec<f64>,
    /// The inverse of the columns' products, row by row.
    inverse: Vec<Vec<f64>>,
}

/// Explains `target` by columns of the same length; `None` with fewer rows than columns and one more,
/// or where a column is a mixture of those before it.
pub fn least_squares(columns: &[Vec<f64>], target: &[f64]) -> Option<Fit> {
    let (n, width) = (target.len(), columns.len());
    if n <= width || columns.iter().any(|column| column.len() != n) {
        return None;
    }
    let mut reduced: Vec<Vec<f64>> = columns.to_vec();
    let mut right = target.to_vec();
    for at in 0..width {
        let whole = norm(&columns[at]);
        let size = norm(&reduced[at][at..]);
        if size.is_nan() || size <= ALIKE * whole {
            return None;
        }
        let mut mirror = reduced[at][at..].to_vec();
        mirror[0] += size.copysign(mirror[0]);
        let square = dot(&mirror, &mirror);
        for column in reduced[at..].iter_mut().chain([&mut right]) {
            let twice = 2.0 * dot(&mirror, &column[at..]) / square;
            for (value, mirror) in column[at..].iter_mut().zip(&mirror) {
                *value -= twice * mirror;
            }
        }
    }
    let coefficients = solved(&reduced, &right[..width]);
    let residuals: Vec<f64> = (0..n)
        .map(|row| target[row] - (0..width).map(|at| coefficients[at] * columns[at][row]).sum::<f64>())
        .collect();
    // (R'R)^-1 is the product of R^-1 with itself turned over.
    let unit = |at: usize| (0..width).map(|row| f64::from(u8::from(row == at))).collect::<Vec<f64>>();
    let roots: Vec<Vec<f64>> = (0..width).map(|at| solved(&reduced, &unit(at))).collect();
    let entry = |row: usize, column: usize| (0..width).map(|at| roots[at][row] * roots[at][column]).sum();
    let inverse = (0..width).map(|row| (0..width).map(|column| entry(row, column)).collect()).collect();
    Some(Fit { coefficients, squares: dot(&residuals, &residuals), residuals, inverse })
}

/// Solves the triangle that the columns were reduced to.
fn solved(reduced: &[Vec<f64>], right: &[f64]) -> Vec<f64> {
    let mut solution = vec![0.0; right.len()];
    for row in (0..right.len()).rev() {
        let known: f64 = (row + 1..right.len()).map(|at| reduced[at][row] * solution[at]).sum();
        solution[row] = (right[row] - known) / reduced[row][row];
    }
    solution
}

fn dot(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(left, right)| left * right).sum()
}

fn norm(values: &[f64]) -> f64 {
    dot(values, values).sqrt()
}

/// One measure explained by another, with errors that allow for rows which repeat their neighbours.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Slope {
    /// Rows.
    pub n: usize,
    /// Value at a measure of zero, and its standard error.
    pub intercept: [f64; 2],
    /// Change for one unit of the measure, and its standard error.
    pub slope: [f64; 2],
    /// Chance of an intercept and of a slope as far from zero, both sides, by the normal distribution.
    pub p: [f64; 2],
    /// Share of the target's variance that is explained.
    pub explained: f64,
    /// Standard errors without allowance for neighbours, for comparison.
    pub plain_errors: [f64; 2],
}

/// Explains `target` by `measure`, both in order of days, with the standard errors of Newey and West
/// (1987): Bartlett weights up to `lags` days, no small-sample correction.
pub fn newey_west(measure: &[f64], target: &[f64], lags: usize) -> Option<Slope> {
    let n = target.len();
    let columns = [vec![1.0; n], measure.to_vec()];
    let fit = least_squares(&columns, target)?;
    let scored = |row: usize| [fit.residuals[row], fit.residuals[row] * measure[row]];
    let mut middle = [[0.0; 2]; 2];
    for lag in 0..=lags.min(n - 1) {
        let weight = 1.0 - lag as f64 / (lags + 1) as f64;
        let mut products = [[0.0; 2]; 2];
        for row in lag..n {
            let (now, then) = (scored(row), scored(row - lag));
            for (i, now) in now.iter().enumerate() {
                for (j, then) in then.iter().enumerate() {
                    products[i][j] += now * then;
                }
            }
        }
        for i in 0..2 {
            for j in 0..2 {
                let turned = if lag == 0 { 0.0 } else { products[j][i] };
                middle[i][j] += weight * (products[i][j] + turned);
            }
        }
    }
    let inverse = &fit.inverse;
    let variance = |at: usize| -> f64 {
        let inner = |i: usize| (0..2).map(|j| middle[i][j] * inverse[j][at]).sum::<f64>();
        (0..2).map(|i| inverse[at][i] * inner(i)).sum()
    };
    let errors = [0, 1].map(|at| variance(at).max(0.0).sqrt());
    let mean = target.iter().sum::<f64>() / n as f64;
    let spread: f64 = target.iter().map(|value| (value - mean).powi(2)).sum();
    let unexplained = fit.squares / (n - 2) as f64;
    Some(Slope {
        n,
        intercept: [fit.coefficients[0], errors[0]],
        slope: [fit.coefficients[1], errors[1]],
        p: [0, 1].map(|at| 2.0 * normal_share(-(fit.coefficients[at] / errors[at]).abs())),
        explained: 1.0 - fit.squares / spread,
        plain_errors: [0, 1].map(|at| (unexplained * inverse[at][at]).sqrt()),
    })
}
