//! The few statistics that several rooms need: numbers from a seed, a mean, a correlation, the interval of a
//! share.
//!
//! Vocabulary, like `calendar`: it knows no room. Own and small on purpose, because a sample that somebody
//! spent a day labelling, a proof and an interval must be drawn again from their seed by any later version,
//! so no other crate's choice of generator may stand behind them. What asks a question of its own with them
//! stays in its room (`evaluate`, `workbench`).

/// Ends of the interval that holds 95 % of a normal variable, in standard deviations: z at .975.
pub const Z_95: f64 = 1.959_963_984_540_054;

/// The stream's step.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

/// A stream of evenly spread numbers, SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom
/// number generators", 2014), that can be entered at any place.
#[derive(Debug, Clone)]
pub struct SplitMix64 {
    state: u64,
}

impl SplitMix64 {
    /// The stream of a seed, entered after `passed` numbers.
    pub const fn new(seed: u64, passed: u64) -> Self {
        Self { state: seed.wrapping_add(STEP.wrapping_mul(passed)) }
    }

    /// The next number.
    pub const fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(STEP);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// The next number below `end`; 0 where that is 0.
    pub const fn below(&mut self, end: usize) -> usize {
        ((self.next_u64() as u128 * end as u128) >> 64) as usize
    }
}

/// All bits of a number mixed into all bits.
pub const fn mixed(number: u64) -> u64 {
    SplitMix64::new(number, 0).next_u64()
}

/// Mean; `None` of nothing.
pub fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// Pearson's correlation over as many pairs as both have; `None` where a side does not vary.
pub fn correlation(left: &[f64], right: &[f64]) -> Option<f64> {
    let n = left.len().min(right.len());
    let (left, right) = (&left[..n], &right[..n]);
    let (left_mean, right_mean) = (mean(left)?, mean(right)?);
    let (mut both, mut squares) = (0.0, [0.0; 2]);
    for (left, right) in left.iter().zip(right) {
        let (left, right) = (left - left_mean, right - right_mean);
        both += left * right;
        squares[0] += left * left;
        squares[1] += right * right;
    }
    let scale = (squares[0] * squares[1]).sqrt();
    // No rounding may carry a series that equals another past one.
    (scale > 0.0).then(|| (both / scale).clamp(-1.0, 1.0))
}

/// The 95 % interval of a share seen in so many trials (Wilson 1927). Trials may be a fraction, as where
/// weights make fewer of them.
pub fn wilson(share: f64, trials: f64) -> (f64, f64) {
    let square = Z_95 * Z_95;
    let middle = share + square / (2.0 * trials);
    let half = Z_95 * (share * (1.0 - share) / trials + square / (4.0 * trials * trials)).sqrt();
    let whole = 1.0 + square / trials;
    (((middle - half) / whole).max(0.0).min(share), ((middle + half) / whole).min(1.0).max(share))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_the_same_for_ever() {
        assert_eq!(mixed(0), 0xe220_a839_7b1d_cdaf);
        let mut stream = SplitMix64::new(7, 0);
        let first = [stream.next_u64(), stream.next_u64(), stream.next_u64()];
        assert_eq!(SplitMix64::new(7, 2).next_u64(), first[2]);
        assert!((0..1000).all(|_| stream.below(7) < 7) && stream.below(0) == 0);
    }

    #[test]
    fn what_does_not_vary_has_no_correlation() {
        assert_eq!(correlation(&[1.0, 2.0, 3.0], &[2.0, 4.0, 6.0]), Some(1.0));
        assert_eq!(correlation(&[1.0, 2.0, 3.0], &[3.0, 2.0, 1.0]), Some(-1.0));
        assert_eq!(correlation(&[1.0, 1.0], &[1.0, 2.0]), None);
        assert_eq!((correlation(&[], &[1.0]), mean(&[])), (None, None));
    }

    #[test]
    fn an_interval_holds_its_share() {
        for (share, trials) in [(0.0, 1.0), (1.0, 1.0), (0.5, 7.5), (1.0, 1e9), (0.0, 1e-3)] {
            let (low, high) = wilson(share, trials);
            assert!(0.0 <= low && low <= share && share <= high && high <= 1.0, "{share} of {trials}");
        }
        let (low, high) = wilson(0.5, 10.0);
        assert!((low - 0.236_593).abs() < 1e-6 && (high - 0.763_407).abs() < 1e-6, "{low} {high}");
    }
}
