//! Normal, gamma and beta numbers from a seed, for the intervals of an audit.
//!
//! The stream is that of `statistics`. Its integers are exact on every system; the numbers made of them
//! here, which only intervals use, agree to the last digits.

use crate::statistics::{SplitMix64, mixed};

/// The stream of a seed, which is mixed first: seeds that follow each other share nothing.
#[derive(Debug, Clone)]
pub(super) struct Random(SplitMix64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(SplitMix64::new(mixed(seed), 0))
    }

    /// In (0, 1): never either end, so that its logarithm is a number.
    fn unit(&mut self) -> f64 {
        ((self.0.next_u64() >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    }

    /// Standard normal, by Box and Muller.
    pub(super) fn normal(&mut self) -> f64 {
        (-2.0 * self.unit().ln()).sqrt() * (std::f64::consts::TAU * self.unit()).cos()
    }

    /// Gamma of this shape and scale 1 (Marsaglia and Tsang, "A simple method for generating gamma
    /// variables", 2000); a shape below 1 is raised by one and brought back by a power.
    fn gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            let power = self.unit().powf(1.0 / shape);
            return self.gamma(shape + 1.0) * power;
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = self.normal();
            let v = (1.0 + c * x).powi(3);
            if v > 0.0 && self.unit().ln() < 0.5 * x * x + d - d * v + d * v.ln() {
                return d * v;
            }
        }
    }

    /// Beta, as a share of two gammas.
    pub(super) fn beta(&mut self, a: f64, b: f64) -> f64 {
        let (x, y) = (self.gamma(a), self.gamma(b));
        // Both can round to zero for tiny shapes only; then either end is as good.
        if x + y > 0.0 { x / (x + y) } else { 0.5 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_the_same_for_ever() {
        let first = Random::new(7).unit();
        assert_eq!(first, Random::new(7).unit());
        assert_eq!(first, ((mixed(mixed(7)) >> 11) as f64 + 0.5) / (1u64 << 53) as f64);
    }

    #[track_caller]
    fn check(mean: f64, variance: f64, mut draw: impl FnMut() -> f64) {
        const DRAWS: usize = 40_000;
        let drawn: Vec<f64> = (0..DRAWS).map(|_| draw()).collect();
        let found = drawn.iter().sum::<f64>() / DRAWS as f64;
        let spread = drawn.iter().map(|one| (one - found).powi(2)).sum::<f64>() / DRAWS as f64;
        assert!((found - mean).abs() < 0.02, "mean {found}, not {mean}");
        assert!((spread - variance).abs() < 0.05 * variance, "variance {spread}, not {variance}");
    }

    #[test]
    fn draws_have_the_moments_they_should() {
        let mut random = Random::new(1);
        check(0.0, 1.0, || random.normal());
        let beta = |a: f64, b: f64| (a / (a + b), a * b / ((a + b).powi(2) * (a + b + 1.0)));
        for (a, b) in [(0.5, 0.5), (3.5, 20.5), (0.5, 30.5)] {
            let (mean, variance) = beta(a, b);
            check(mean, variance, || random.beta(a, b));
        }
    }
}
