//! What followed: returns after a day, episodes that do not share a story, falls from a high.
//!
//! All over values of consecutive days, `None` where a value is not known. Nothing is filled in: a day
//! whose entry or exit is not known has no return, and what has no return is not counted as zero.

/// The logarithmic return of each day over `horizon` days, entered `delay` days after it.
pub fn forward_returns(closes: &[Option<f64>], delay: usize, horizon: usize) -> Vec<Option<f64>> {
    let close = |at: usize| closes.get(at).copied().flatten().filter(|close| *close > 0.0);
    let after = |at: usize| Some((close(at + delay + horizon)? / close(at + delay)?).ln());
    (0..closes.len()).map(after).collect()
}

/// The first days of episodes: days of a set between which at most `gap` days pass belong to one.
pub fn episodes(inside: &[bool], gap: usize) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut last: Option<usize> = None;
    for at in (0..inside.len()).filter(|at| inside[*at]) {
        if last.is_none_or(|last| at - last > gap) {
            starts.push(at);
        }
        last = Some(at);
    }
    starts
}

/// A fall from a high.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drawdown {
    /// The deepest, as a share: −0.2 is a fall by a fifth.
    pub deepest: f64,
    /// Place of the high it fell from.
    pub peak: usize,
    /// Place of its lowest close.
    pub trough: usize,
    /// Place of the first close back at the high; `None` until then.
    pub recovery: Option<usize>,
}

/// The distance of each close below the highest so far, as a share, zero at a high.
pub fn drawdowns(closes: &[f64]) -> Vec<f64> {
    let mut high = f64::NEG_INFINITY;
    let below = |close: &f64| {
        high = high.max(*close);
        close / high - 1.0
    };
    closes.iter().map(below).collect()
}

/// The deepest fall; `None` of nothing.
pub fn drawdown(closes: &[f64]) -> Option<Drawdown> {
    let below = drawdowns(closes);
    let mut trough = 0;
    for (at, depth) in below.iter().enumerate() {
        if *depth < *below.get(trough)? {
            trough = at;
        }
    }
    let high = closes.get(..=trough)?.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let peak = closes.iter().position(|close| *close == high)?;
    let recovery = (trough..closes.len()).find(|at| *at > trough && closes[*at] >= high);
    Some(Drawdown { deepest: below[trough], peak, trough, recovery })
}
