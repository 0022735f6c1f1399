//! Days to standardised scores: every source against its own past.
//!
//! Sources differ in what they write about and on which weekdays, so a day's mean moves when the mix
//! of sources does. Here each source-day is measured in standard deviations from that source's own
//! trailing window, strictly before the day, its weekday's habit removed. The day is the average over
//! sources in units of its own deviation (Stouffer's method for combining z-scores, with weights as
//! Lipták gave them), so that a z of one says as much with thirty sources as with three. A source-day
//! with few documents is noisy: its deviation is never measured with less than the noise that so few
//! documents have. What that noise makes of the day's z is its standard error ([`Past::noise`]).
//!
//! Sums over the window are kept in fixed point (integers), so that what leaves the window is
//! subtracted exactly: no drift, and a day's result depends on the window's content alone, not on when
//! the history began. Choosing sources, smoothing over days and states are left to others.

use std::collections::HashMap;

use crate::calendar::Day;

use super::{Coverage, DayIndex, DayScore, SourceDay, mix::Mix, source_shares, weight::shares_of_voices};

/// What a caller may decide.
#[derive(Debug, Clone, PartialEq)]
pub struct IndexOptions {
    /// Calendar days within which articles can tell one story, the last included. Used when days are summed.
    pub story_days: u32,
    /// Fewest documents of a day that can be believed.
    pub min_docs: u32,
    /// Fewest sources of a day that can be believed: with two, one is half of it.
    pub min_sources: u32,
    /// Length of a source's past in calendar days: a year holds every season once.
    pub window_days: u32,
    /// Fewest days with documents in a source's window before it is heard: two weeks see every weekday
    /// twice. Its weight then grows from day to day and is whole after twice as many, or the one document
    /// that completes its history would move the day.
    pub min_history_days: u32,
    /// A weekday's habit is believed by half after this many of that weekday.
    pub weekday_prior_days: f64,
    /// A source's own spread is believed by half after this many days; before, that of all sources.
    pub spread_prior_days: f64,
}

impl Default for IndexOptions {
    fn default() -> Self {
        Self {
            story_days: 3,
            min_docs: 5,
            min_sources: 3,
            window_days: 365,
            min_history_days: 14,
            weekday_prior_days: 8.0,
            spread_prior_days: 30.0,
        }
    }
}

/// One source-day counts for five standard deviations at most: beyond, it says no more than "much".
const MAX_Z: f64 = 5.0;

/// One score for every calendar day from the first with documents to the last given.
///
/// `days` are ascending, each at most once, with equally many means everywhere, in [0, 1]; `framing`
/// are the positions of Bitcoin's hedge and risk narratives among the means. Days that are not given
/// have [`Coverage::None`] and no scores.
pub fn standardize<'a>(
    days: &'a [DayIndex],
    options: &IndexOptions,
    framing: (usize, usize),
) -> Vec<DayScore> {
    debug_assert!(days.windows(2).all(|pair| pair[0].day < pair[1].day), "days ascend");
    // Before the first document there is nothing to say, not even how many scores there will be.
    let first = days.iter().position(|day| !day.sources.is_empty());
    let days = &days[first.unwrap_or(days.len())..];
    let width = days.first().map_or(0, |day| day.sources[0].means.len());
    let mut numbers: HashMap<&'a str, usize> = HashMap::new();
    let mut window = Window { options, width, pasts: Vec::new() };
    let window_days = i64::from(options.window_days.min(MAX_WINDOW_DAYS));
    let mut mix = Mix::new(window_days);
    // Of each day so far, the numbers of its sources.
    let mut numbered: Vec<Vec<usize>> = Vec::new();
    let mut scores: Vec<DayScore> = Vec::new();
    // The first day still in the window.
    let mut oldest = 0;
    for today in days {
        while let Some(last) = scores.last().map(|score| score.day).filter(|last| *last + 1 < today.day) {
            scores.push(without_documents(last + 1, width));
        }
        while i64::from(today.day - days[oldest].day) > window_days {
            window.count(&days[oldest], &numbered[oldest], -1);
            oldest += 1;
        }
        let number = |source: &'a SourceDay| {
            let next = numbers.len();
            *numbers.entry(&source.source).or_insert(next)
        };
        let sources: Vec<usize> = today.sources.iter().map(number).collect();
        window.pasts.resize_with(numbers.len(), || Past::new(width));
        window.pasts.iter_mut().filter(|past| past.is_stale).for_each(Past::refresh);
        let z = window.standardize(today, &sources);
        let mut score = day_score(today, z, width, options, framing);
        score.mix_shift = mix.step(today);
        scores.push(score);
        window.count(today, &sources, 1);
        numbered.push(sources);
    }
    scores
}

/// A mean as promised: what is no number in [0, 1] must not spoil the sums of a year.
fn said(source: &SourceDay, position: usize) -> f64 {
    let mean = source.means.get(position).copied().unwrap_or(0.0);
    if mean >= 0.0 { mean.min(1.0) } else { 0.0 }
}

/// A calendar day of which nothing is known.
fn without_documents(day: Day, width: usize) -> DayScore {
    DayScore {
        day,
        docs: 0,
        sources: 0,
        stories: 0,
        coverage: Coverage::None,
        by_basis: [0; 3],
        means: vec![None; width],
        z: vec![None; width],
        errors: vec![None; width],
        btc_framing: None,
        mix_shift: None,
    }
}

fn day_score(
    today: &DayIndex,
    z: Vec<Option<(f64, f64)>>,
    width: usize,
    options: &IndexOptions,
    (hedge, risk): (usize, usize),
) -> DayScore {
    let sources = today.sources.len() as u32;
    let coverage = match today.docs {
        0 => Coverage::None,
        docs if docs >= options.min_docs && sources >= options.min_sources => Coverage::Enough,
        _ => Coverage::Thin,
    };
    let shares = source_shares(today);
    let mean = |position: usize| {
        let parts = today.sources.iter().zip(&shares).map(|(source, share)| share * said(source, position));
        (sources > 0).then(|| parts.sum::<f64>().clamp(0.0, 1.0))
    };
    let means: Vec<Option<f64>> = (0..width).map(mean).collect();
    let known = |position: usize| means.get(position).copied().flatten();
    let btc_framing = known(hedge).zip(known(risk)).and_then(|(hedge, risk)| {
        let both = hedge + risk;
        (both > 0.0).then(|| (hedge - risk) / both)
    });
    let (docs, stories, by_basis) = (today.docs, today.stories, today.by_basis);
    let (z, errors) = z.into_iter().map(Option::unzip).unzip();
    let (day, mix_shift) = (today.day, None);
    DayScore { day, docs, sources, stories, coverage, by_basis, means, z, errors, btc_framing, mix_shift }
}

/// What the sources said within the window, as sums.
struct Window<'a> {
    options: &'a IndexOptions,
    /// How many scores there are.
    width: usize,
    /// By the source's number.
    pasts: Vec<Past>,
}

/// One source's days within the window.
struct Past {
    /// Days with documents.
    days: u32,
    by_weekday: [u32; 7],
    /// Documents.
    docs: u64,
    /// By score.
    sums: Vec<Sums>,
    /// By score, the sum over days of documents times the squared distance of the day's mean from the
    /// source's: as documents vary independently, each day adds one variance of a document.
    document_squares: Vec<f64>,
    /// Whether days came or went since these squares were taken.
    is_stale: bool,
}

/// Sums over days of a source's daily mean `x`, in units of [`ONE`] and its square.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Sums {
    x: i64,
    x_by_weekday: [i64; 7],
    x_squared: i64,
    docs_x: i64,
    docs_x_squared: i128,
}

/// A mean of one in fixed point: a sixteen-millionth is far below what one sentence adds to a day, and
/// its square, summed over [`MAX_WINDOW_DAYS`], stays within 64 bits.
const ONE: f64 = (1_u64 << 24) as f64;

/// More documents than any source has in a day count as that many.
const MAX_DOCS: u32 = 1 << 20;

/// Forty-four years: a longer window is cut to it.
const MAX_WINDOW_DAYS: u32 = 1 << 14;

/// The least spread of single documents, that of a source of which one document in a hundred tells the
/// story: a source that never did must not shout when it does. A source that is heard for the first time
/// has about a hundred documents behind it (113 in the median over the headlines of 2025). Without the
/// story they do not tell "never" from "one in a hundred", of which they are so once in three times: no
/// finer spread is claimed.
/// The price: where hardly one document in a hundred tells a narrative, its z varies by less than one.
///
/// The value is not blind: it was .05 before, and the two were compared by the correlation with the daily
/// geopolitical-risk index of 2025, which liked .1 a little better. That says nothing for other years.
const MIN_DOCUMENT_SPREAD: f64 = 0.1;

/// What all sources together weigh in a source's own rate, in documents that tell the story: one, so that
/// a source that never told a rare story is not certain never to, and one that tells it often is itself.
const RATE_PRIOR_TOLD: f64 = 1.0;

/// What all sources together weigh in the part of the binary variance that a source shows, in days on
/// which that variance would be one: of a rare story few days say anything.
const PART_PRIOR: f64 = 1.0;

/// How all sources together tell a narrative.
#[derive(Clone, Copy)]
struct Usual {
    /// Mean of single documents.
    rate: f64,
    /// Part of the variance of documents that tell a story or do not, as the days show it.
    part: f64,
}

/// Variance of what is one at this rate and else zero.
fn binary_variance(rate: f64) -> f64 {
    rate * (1.0 - rate)
}

impl Window<'_> {
    /// Adds a day, or takes it out again.
    fn count(&mut self, day: &DayIndex, sources: &[usize], sign: i64) {
        let weekday = day.day.weekday();
        for (source, number) in day.sources.iter().zip(sources) {
            let past = &mut self.pasts[*number];
            let docs = i64::from(source.docs.min(MAX_DOCS));
            past.days = past.days.wrapping_add_signed(sign as i32);
            past.by_weekday[weekday] = past.by_weekday[weekday].wrapping_add_signed(sign as i32);
            past.docs = past.docs.wrapping_add_signed(sign * docs);
            for (position, sums) in past.sums.iter_mut().enumerate() {
                // Half up: never negative, so truncation rounds.
                let x = (said(source, position) * ONE + 0.5) as i64;
                sums.x += sign * x;
                sums.x_by_weekday[weekday] += sign * x;
                sums.x_squared += sign * x * x;
                sums.docs_x += sign * docs * x;
                sums.docs_x_squared += i128::from(sign * docs) * i128::from(x * x);
            }
            past.is_stale = true;
        }
    }

    /// The day's standardised scores with their standard errors, by what the window held before it.
    fn standardize(&self, today: &DayIndex, sources: &[usize]) -> Vec<Option<(f64, f64)>> {
        // A spread takes two days at least.
        let enough = |past: &Past| past.days >= self.options.min_history_days.max(2);
        let heard: Vec<(&SourceDay, &Past)> = today
            .sources
            .iter()
            .zip(sources)
            .map(|(source, number)| (source, &self.pasts[*number]))
            .filter(|(_, past)| enough(past))
            .collect();
        if heard.is_empty() {
            return vec![None; self.width];
        }
        // New sources come in gradually; where all are new, none is behind the others.
        let phases: Vec<f64> = heard.iter().map(|(_, past)| self.phase(past)).collect();
        let longest = phases.iter().copied().fold(0.0, f64::max);
        let parts = || phases.iter().map(|phase| phase / longest);
        // The square root grows slowly: noise falls with it, and so does what is gained by listening.
        let of_docs = heard.iter().map(|(source, _)| f64::from(source.docs).sqrt());
        let weights: Vec<f64> = of_docs.zip(parts()).map(|(weight, part)| weight * part).collect();
        let shares = shares_of_voices(&weights, parts().sum());
        // What independent sources average to deviates by this much.
        let unit = shares.iter().map(|share| share * share).sum::<f64>().sqrt();
        let weekday = today.day.weekday();
        let score = |position: usize| {
            let pooled = self.pooled_variance(position);
            let usual = self.usual(position);
            let (mut sum, mut squares) = (0.0, 0.0);
            for ((source, past), share) in heard.iter().zip(&shares) {
                let expected = past.expected(position, weekday, self.options.weekday_prior_days);
                let prior = (pooled, self.options.spread_prior_days);
                let spread = past.spread(position, source.docs, prior);
                let noise = past.noise(position, source.docs, usual);
                let deviation = (said(source, position) - expected) / spread;
                sum += share * deviation.clamp(-MAX_Z, MAX_Z);
                squares += (share * noise / spread) * (share * noise / spread);
            }
            Some((sum / unit, squares.sqrt() / unit))
        };
        (0..self.width).map(score).collect()
    }

    /// How far a source's history has grown, in (0, 1]: it is whole at twice what it takes to be heard.
    fn phase(&self, past: &Past) -> f64 {
        let least = self.options.min_history_days.max(2);
        let whole = f64::from(least) + 1.0;
        ((f64::from(past.days) - f64::from(least) + 1.0) / whole).clamp(1.0 / whole, 1.0)
    }

    /// What a source is taken for that has not told enough itself.
    fn usual(&self, position: usize) -> Usual {
        let (mut told, mut docs, mut shown, mut binary) = (0.0, 0.0, 0.0, 0.0);
        for past in self.pasts.iter().filter(|past| past.days > 1) {
            told += past.sums[position].docs_x as f64 / ONE;
            docs += past.docs as f64;
            shown += past.document_squares[position];
            binary += f64::from(past.days - 1) * binary_variance(past.rate(position, 0.0));
        }
        Usual {
            rate: if docs > 0.0 { told / docs } else { 0.0 },
            part: if binary > 0.0 { (shown / binary).min(1.0) } else { 1.0 },
        }
    }

    /// Variance of single documents about their source's mean, over all sources.
    fn pooled_variance(&self, position: usize) -> f64 {
        let (mut squares, mut freedom) = (0.0, 0.0);
        for past in self.pasts.iter().filter(|past| past.days > 1) {
            squares += past.document_squares[position];
            freedom += f64::from(past.days - 1);
        }
        if freedom > 0.0 { squares / freedom } else { 0.0 }
    }
}

/// The moments; each needs days in the window, two for a spread.
impl Past {
    fn new(width: usize) -> Self {
        Self {
            days: 0,
            by_weekday: [0; 7],
            docs: 0,
            sums: vec![Sums::default(); width],
            document_squares: vec![0.0; width],
            is_stale: false,
        }
    }

    fn mean(&self, position: usize) -> f64 {
        self.sums[position].x as f64 / ONE / f64::from(self.days)
    }

    /// What the source says on such a weekday: its mean, and the weekday's habit as far as enough days
    /// show it.
    fn expected(&self, position: usize, weekday: usize, prior_days: f64) -> f64 {
        let mean = self.mean(position);
        let days = f64::from(self.by_weekday[weekday]);
        if days == 0.0 {
            return mean;
        }
        let weekday_mean = self.sums[position].x_by_weekday[weekday] as f64 / ONE / days;
        mean + (weekday_mean - mean) * days / (days + prior_days)
    }

    /// Standard deviation to expect of a day with so many documents: that of the source's days, but not
    /// below the noise of the documents, whose variance is the source's own where its days are many and
    /// the pooled one (with its weight in days) where they are few.
    fn spread(&self, position: usize, docs: u32, (pooled, prior_days): (f64, f64)) -> f64 {
        let freedom = f64::from(self.days - 1);
        let mean = self.mean(position);
        let squares = self.sums[position].x_squared as f64 / ONE / ONE - f64::from(self.days) * mean * mean;
        let of_days = (squares / freedom).max(0.0);
        let of_documents = (self.document_squares[position] + pooled * prior_days) / (freedom + prior_days);
        let least = MIN_DOCUMENT_SPREAD * MIN_DOCUMENT_SPREAD;
        of_days.max(of_documents.max(least) / f64::from(docs.max(1))).sqrt()
    }

    /// Standard error of a mean of so many documents that tell what the source is used to tell: the
    /// variance of a document over their number. That variance is the rate times what it lacks to one,
    /// exact where a document tells the story or does not, as headlines do, and otherwise too much (Bhatia
    /// and Davis 2000, "A better bound on the variance"), times the part of it that past days show. By the
    /// past alone: on a louder day chance is somewhat greater.
    fn noise(&self, position: usize, docs: u32, usual: Usual) -> f64 {
        let rate = self.rate(position, usual.rate);
        let known = f64::from(self.days - 1) * binary_variance(self.rate(position, 0.0));
        let shown = self.document_squares[position] + PART_PRIOR * usual.part;
        // Above one it is days that differ, not documents.
        let part = (shown / (known + PART_PRIOR)).min(1.0);
        (binary_variance(rate) * part / f64::from(docs.max(1))).sqrt()
    }

    /// What the source's documents tell in the mean. A source that told little is believed together with
    /// [`RATE_PRIOR_TOLD`] documents of the usual rate (none where that is zero).
    fn rate(&self, position: usize, usual: f64) -> f64 {
        let told = self.sums[position].docs_x as f64 / ONE;
        let (more, of) = if usual > 0.0 { (RATE_PRIOR_TOLD, RATE_PRIOR_TOLD / usual) } else { (0.0, 0.0) };
        ((told + more) / (self.docs as f64 + of).max(1.0)).clamp(0.0, 1.0)
    }

    /// Takes the squares from the sums; exactly the same from the same days, whatever came between.
    fn refresh(&mut self) {
        self.is_stale = false;
        for position in 0..self.sums.len() {
            let sums = &self.sums[position];
            let mean = if self.days > 0 { self.mean(position) } else { 0.0 };
            let squares = (sums.docs_x_squared as f64 / ONE - 2.0 * mean * sums.docs_x as f64) / ONE;
            self.document_squares[position] = (squares + mean * mean * self.docs as f64).max(0.0);
        }
    }
}

#[cfg(test)]
mod tests;
