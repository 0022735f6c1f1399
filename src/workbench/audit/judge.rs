//! Labels weighed up to the whole feed, and how sure that is.
//!
//! Each stratum was drawn by itself, so a label stands for its stratum's size over its labelled
//! sentences (Horvitz and Thompson); rows without a label are taken to be like the labelled ones of
//! their stratum. Intervals of 95 % are those recommended by Webber, "Approximate recall confidence
//! intervals" (ACM Transactions on Information Systems 31, 2013) for such samples: the yield of each
//! stratum has a beta-binomial posterior with prior 1/2, and the measures are read from many draws of
//! all of them. Resampling the sample instead would call recall certain wherever no miss happened to be
//! drawn. Agreement: Cohen's kappa; its interval takes Wilson's for the raw agreement and chance
//! agreement as known (Cohen 1960), which does not shrink to nothing when two readers never differ.

use super::{Key, Label, Sheet, Stratum};
use crate::{statistics::wilson, workbench::random::Random};

/// What is measured, weighted to the whole feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Of what the tagger tells, the share that readers tell.
    Precision,
    /// Of what readers tell, the share that the tagger tells.
    Recall,
    /// The harmonic mean of both.
    F1,
    /// Of what readers call reversed, the share that the tagger tells all the same.
    ReversedTold,
    /// The share of all sentences that readers tell.
    Share,
}

impl Measure {
    /// All, in order.
    pub const ALL: [Self; 5] = [Self::Precision, Self::Recall, Self::F1, Self::ReversedTold, Self::Share];

    /// The name in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Precision => "precision",
            Self::Recall => "recall",
            Self::F1 => "f1",
            Self::ReversedTold => "reversed_told",
            Self::Share => "share_told",
        }
    }
}

/// A measure with its interval of 95 %.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// What.
    pub measure: Measure,
    /// The weighted estimate; `None` where nothing bears on it, or a stratum has no label.
    pub value: Option<f64>,
    /// Both ends; they include the estimate.
    pub interval: Option<(f64, f64)>,
    /// Labelled sentences the measure is a share of; for F1 those of precision and recall together.
    pub labelled: u64,
}

/// What one reader's labels say of the tagger.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// In the order of [`Measure::ALL`].
    pub estimates: Vec<Estimate>,
    /// In the order of [`Stratum::ALL`], those that were drawn from.
    pub strata: Vec<StratumCount>,
    /// Rows without a label: empty, `?`, or not in the sheet.
    pub unlabelled: u64,
}

/// The labels of one stratum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StratumCount {
    /// Which.
    pub stratum: Stratum,
    /// Sentences in all.
    pub size: u64,
    /// Sentences with a label.
    pub labelled: u64,
    /// Labelled 1.
    pub told: u64,
    /// Labelled -1.
    pub reversed: u64,
}

/// Draws from the posterior: the ends then keep still in the third decimal.
const DRAWS: usize = 10_000;
/// The prior of Webber's recommendation, for either outcome.
const PRIOR: f64 = 0.5;
/// Fixed: an interval is a property of the labels, not of a run.
const SEED: u64 = 2013;

/// Judges the tagger by labels in the order of the key's rows.
pub fn judge(key: &Key, labels: &[Option<Label>]) -> Judged {
    let mut strata: Vec<StratumCount> = Vec::new();
    let mut unlabelled = 0;
    for stratum in Stratum::ALL {
        let mut count = StratumCount { stratum, size: 0, labelled: 0, told: 0, reversed: 0 };
        for (row, label) in key.rows.iter().zip(labels).filter(|(row, _)| row.stratum == stratum) {
            count.size = row.stratum_size;
            match label {
                None => unlabelled += 1,
                Some(label) => {
                    count.labelled += 1;
                    count.told += u64::from(*label == Label::Told);
                    count.reversed += u64::from(*label == Label::Reversed);
                }
            }
        }
        if count.size > 0 {
            strata.push(count);
        }
    }
    let expected: Vec<Yield> = strata.iter().map(StratumCount::expected).collect();
    let is_whole = |stratum: &StratumCount| stratum.labelled > 0;
    let told_known = strata.iter().filter(|one| one.stratum == Stratum::Told).all(is_whole);
    let all_known = strata.iter().all(is_whole);
    let mut random = Random::new(SEED);
    let mut drawn: [Vec<f64>; 5] = Default::default();
    for _ in 0..DRAWS {
        let yields: Vec<Yield> = strata.iter().map(|one| one.drawn(&mut random)).collect();
        for (values, measure) in drawn.iter_mut().zip(Measure::ALL) {
            values.extend(measured(measure, &strata, &yields));
        }
    }
    let of = |test: &dyn Fn(&StratumCount) -> u64| strata.iter().map(test).sum::<u64>();
    let told = of(&|one| if one.stratum == Stratum::Told { one.labelled } else { 0 });
    let estimates = Measure::ALL
        .into_iter()
        .zip(&mut drawn)
        .map(|(measure, values)| {
            let known = if measure == Measure::Precision { told_known } else { all_known };
            let value = measured(measure, &strata, &expected).filter(|_| known);
            let labelled = match measure {
                Measure::Precision => told,
                Measure::Recall => of(&|one| one.told),
                Measure::F1 => told + of(&|one| if one.stratum == Stratum::Told { 0 } else { one.told }),
                Measure::ReversedTold => of(&|one| one.reversed),
                Measure::Share => of(&|one| one.labelled),
            };
            let interval = value.and_then(|value| {
                let (low, high) = middle(values)?;
                Some((low.min(value), high.max(value)))
            });
            Estimate { measure, value, interval, labelled }
        })
        .collect();
    Judged { estimates, strata, unlabelled }
}

/// Sentences of a stratum that readers tell and reverse.
#[derive(Debug, Clone, Copy)]
struct Yield {
    told: f64,
    reversed: f64,
}

impl StratumCount {
    /// The labels weighed up.
    fn expected(&self) -> Yield {
        let weight = self.size as f64 / self.labelled.max(1) as f64;
        Yield { told: self.told as f64 * weight, reversed: self.reversed as f64 * weight }
    }

    /// One draw from what the stratum may hold: the labelled as they are, the others by chance.
    fn drawn(&self, random: &mut Random) -> Yield {
        let (told, reversed) = (self.told as f64, self.reversed as f64);
        let neither = self.labelled as f64 - told - reversed;
        let open = self.size.saturating_sub(self.labelled) as f64;
        let share = random.beta(told + PRIOR, reversed + neither + PRIOR);
        let more_told = binomial(random, open, share);
        let share = random.beta(reversed + PRIOR, neither + PRIOR);
        let more_reversed = binomial(random, open - more_told, share);
        Yield { told: told + more_told, reversed: reversed + more_reversed }
    }
}

/// A binomial by its normal approximation: beside the doubt about `share` its own spread is small.
fn binomial(random: &mut Random, trials: f64, share: f64) -> f64 {
    let mean = trials * share;
    (mean + (mean * (1.0 - share)).max(0.0).sqrt() * random.normal()).clamp(0.0, trials.max(0.0))
}

fn measured(measure: Measure, strata: &[StratumCount], yields: &[Yield]) -> Option<f64> {
    let sum = |test: &dyn Fn(Stratum) -> bool, of: &dyn Fn(&StratumCount, &Yield) -> f64| {
        let both = strata.iter().zip(yields).filter(|(one, _)| test(one.stratum));
        both.map(|(one, found)| of(one, found)).sum::<f64>()
    };
    let (any, told) = (|_: Stratum| true, |stratum| stratum == Stratum::Told);
    let size = |one: &StratumCount, _: &Yield| one.size as f64;
    let (hit, wanted) = (sum(&told, &|_, found| found.told), sum(&any, &|_, found| found.told));
    let (part, whole) = match measure {
        Measure::Precision => (hit, sum(&told, &size)),
        Measure::Recall => (hit, wanted),
        Measure::F1 => (2.0 * hit, sum(&told, &size) + wanted),
        Measure::ReversedTold => {
            (sum(&told, &|_, found| found.reversed), sum(&any, &|_, found| found.reversed))
        }
        Measure::Share => (wanted, sum(&any, &size)),
    };
    (whole > 0.0).then(|| part / whole)
}

/// The middle 95 % of values.
fn middle(values: &mut [f64]) -> Option<(f64, f64)> {
    values.sort_by(f64::total_cmp);
    let at =
        |share: f64| values.get((share * (values.len().saturating_sub(1)) as f64).round() as usize).copied();
    Some((at(0.025)?, at(0.975)?))
}

/// How far two readers agree on the rows both have labelled.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Agreement {
    /// Rows with both labels.
    pub rows: u64,
    /// Share of equal labels, and its interval.
    pub raw: (f64, (f64, f64)),
    /// Cohen's kappa and its interval; `None` where both only ever gave one and the same label.
    pub kappa: Option<(f64, (f64, f64))>,
}

/// Agreement of two readers; `None` where no row has both labels.
pub fn agreement(one: &[Option<Label>], other: &[Option<Label>]) -> Option<Agreement> {
    let both: Vec<(Label, Label)> =
        one.iter().zip(other).filter_map(|(one, other)| Some(((*one)?, (*other)?))).collect();
    let rows = both.len() as f64;
    if both.is_empty() {
        return None;
    }
    let equal = both.iter().filter(|(one, other)| one == other).count() as f64 / rows;
    let by_chance: f64 = [Label::Reversed, Label::Neither, Label::Told]
        .into_iter()
        .map(|label| {
            let share = |of: &dyn Fn(&(Label, Label)) -> Label| {
                both.iter().filter(|pair| of(pair) == label).count() as f64 / rows
            };
            share(&|pair| pair.0) * share(&|pair| pair.1)
        })
        .sum();
    let interval = wilson(equal, rows);
    let beyond = |raw: f64| (raw - by_chance) / (1.0 - by_chance);
    let kappa = (by_chance < 1.0).then(|| (beyond(equal), (beyond(interval.0), beyond(interval.1))));
    Some(Agreement { rows: both.len() as u64, raw: (equal, interval), kappa })
}

/// A reader's labels, or the labels on which all readers agree.
pub fn verdicts(sheets: &[&Sheet]) -> Vec<Option<Label>> {
    let rows = sheets.first().map_or(0, |sheet| sheet.rows.len());
    let label = |sheet: &Sheet, row: usize| sheet.rows[row].as_ref().and_then(|(_, label)| *label);
    (0..rows)
        .map(|row| {
            let first = label(sheets[0], row);
            first.filter(|_| sheets.iter().all(|sheet| label(sheet, row) == first))
        })
        .collect()
}
