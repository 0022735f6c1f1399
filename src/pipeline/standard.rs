//! The scores of days against their past, made once and kept in the store for as long as they hold.
//!
//! Standardising reads every day there is, which is most of what a run costs that finds nothing new. What
//! comes of it depends on the sums of days, which the store looks after, and on what goes into
//! [`made_with`]. Both are compared on every use: whatever differs makes the scores anew. The proofs never
//! come here: they standardise for themselves.

use sha2::{Digest, Sha256};

use super::{
    PipelineError, Summing,
    refresh::{day_indexes, settings_hash},
};
use crate::{
    calendar::Day,
    index::{Coverage, DayScore, IndexOptions, framing, standardize},
    lexicon::Lexicons,
    store::{CoverageRecord, StandardRecord, Store},
};

/// Raised when standardising itself changes what it gives: a test holds it to that.
const SCORES_VERSION: u32 = 1;

/// The narrative scores of every day up to `until`, from the sums in the store: as kept by an earlier run,
/// or made now and kept. Run [`refresh`](super::refresh()) first.
pub fn score_days(
    store: &mut Store,
    lexicons: &Lexicons,
    summing: impl Into<Summing>,
    options: &IndexOptions,
    until: Option<Day>,
) -> Result<Vec<DayScore>, PipelineError> {
    let summing = summing.into();
    let made_with = made_with(lexicons, summing, options);
    let mut scores = match store.standard_days(made_with)? {
        Some(kept) => kept.into_iter().map(score_of).collect(),
        None => {
            let days = day_indexes(store, lexicons, summing)?;
            let scores = standardize(&days, options, framing(lexicons));
            let records: Vec<StandardRecord> = scores.iter().map(record_of).collect();
            store.put_standard_days(made_with, &records)?;
            store.flush()?;
            scores
        }
    };
    if let Some(until) = until {
        // A day's scores depend on no later day; but the list ends with a day that has documents.
        scores.truncate(scores.partition_point(|score| score.day <= until));
        while scores.pop_if(|score| score.docs == 0).is_some() {}
    }
    Ok(scores)
}

/// Everything the scores depend on beside the sums of days.
fn made_with(lexicons: &Lexicons, summing: Summing, options: &IndexOptions) -> u64 {
    // Every option is named, so that a new one cannot be forgotten here.
    let IndexOptions {
        story_days,
        min_docs,
        min_sources,
        window_days,
        min_history_days,
        weekday_prior_days,
        spread_prior_days,
    } = options;
    let (hedge, risk) = framing(lexicons);
    let mut hash = Sha256::new();
    hash.update(SCORES_VERSION.to_be_bytes());
    hash.update(settings_hash(lexicons, summing).to_be_bytes());
    for number in [story_days, min_docs, min_sources, window_days, min_history_days] {
        hash.update(number.to_be_bytes());
    }
    for number in [weekday_prior_days, spread_prior_days] {
        hash.update(number.to_bits().to_be_bytes());
    }
    for place in [hedge, risk] {
        hash.update((place as u64).to_be_bytes());
    }
    let digest = hash.finalize();
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    u64::from_be_bytes(first)
}

fn record_of(score: &DayScore) -> StandardRecord {
    let DayScore { day, docs, sources, stories, coverage, by_basis, .. } = *score;
    let DayScore { btc_framing, mix_shift, .. } = *score;
    let coverage = match coverage {
        Coverage::None => CoverageRecord::None,
        Coverage::Thin => CoverageRecord::Thin,
        Coverage::Enough => CoverageRecord::Enough,
    };
    let (means, z, errors) = (score.means.clone(), score.z.clone(), score.errors.clone());
    StandardRecord {
        day: day.0,
        docs,
        sources,
        stories,
        coverage,
        by_basis,
        means,
        z,
        errors,
        btc_framing,
        mix_shift,
    }
}

fn score_of(record: StandardRecord) -> DayScore {
    let coverage = match record.coverage {
        CoverageRecord::None => Coverage::None,
        CoverageRecord::Thin => Coverage::Thin,
        CoverageRecord::Enough => Coverage::Enough,
    };
    DayScore {
        day: Day(record.day),
        docs: record.docs,
        sources: record.sources,
        stories: record.stories,
        coverage,
        by_basis: record.by_basis,
        means: record.means,
        z: record.z,
        errors: record.errors,
        btc_framing: record.btc_framing,
        mix_shift: record.mix_shift,
    }
}

#[cfg(test)]
mod tests;
