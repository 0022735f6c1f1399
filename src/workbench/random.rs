//! Chance that is the same everywhere: numbers from a seed, for draws and for intervals.
//!
//! Own and small on purpose: a sample that somebody spent a day labelling must be drawn again from its
//! seed by any later version, so no other crate's choice of generator may stand behind it. Integers are
//! exact on every system; gamma and normal numbers, which only intervals use, agree to the last digits.

/// SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
#[derive(Debug, Clone)]
pub(super) struct Random(u64);

/// Mixes all bits of a number into all bits.
pub(super) fn mixed(number: u64) -> u64 {
    let mut bits = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(mixed(seed))
    }

    fn next(&mut self) -> u64 {
        let number = mixed(self.0);
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        number
    }

    /// In (0, 1): never either end, so that its logarithm is a number.
    fn unit(&mut self) -> f64 {
        ((self.next() >> 11) as f64 + 0.5) / (1u64 << 53) as f64
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
        let mut random = Random::new(7);
        let first: Vec<u64> = (0..2).map(|_| random.next()).collect();
        let mut again = Random::new(7);
        assert_eq!(first, [again.next(), again.next()]);
        assert_eq!(mixed(0), 0xe220_a839_7b1d_cdaf);
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
