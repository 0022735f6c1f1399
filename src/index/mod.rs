//! Article scores to one narrative score per day, with its coverage.
//!
//! Stands between the store, which keeps scores of articles, and the panel, which joins days with
//! prices. Per day: articles that tell one story are folded ([`stories_within`] a window of days), a
//! story's weight is shared among its sources ([`day_index_within`]), and no source carries more than a
//! quarter ([`source_shares`]). Over days: every source is measured against its own past
//! ([`standardize()`]), and the shift in the mix of sources is told beside (`mix`).
//!
//! Invariants: the order of the input never matters; a day's scores depend on that day and strictly
//! earlier ones only; missing is `None`, never zero; counts of documents and sources travel along.
//! Cut-offs and availability are the caller's: what is handed in for a day counts for it. Prices,
//! states and files are unknown here.
//!
//! ```
//! use storyturn::{calendar::Day, index::{Coverage, IndexOptions, standardize}};
//!
//! let days = []; // one `day_index(day, &documents)` for each day with documents, ascending
//! // The positions of Bitcoin's hedge and risk narratives: see `framing`.
//! let scores = standardize(&days, &IndexOptions::default(), (8, 9));
//! assert!(scores.is_empty());
//! ```

use crate::{
    calendar::Day,
    document::{Basis, DocumentId, Fingerprint},
    lexicon::{Lexicons, NarrativeId},
    tag::TagCounts,
};

mod mix;
mod standardize;
mod story;
mod weight;

pub use mix::MIX_SHIFT;
pub use standardize::{IndexOptions, standardize};
pub use story::{Earlier, Story, stories, stories_within};
pub use weight::{MAX_SOURCE_SHARE, day_index, day_index_within, document_shares, source_shares};

/// One article as the index sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoredDocument {
    /// Its identity; ties are broken by it.
    pub id: DocumentId,
    /// Who published it.
    pub source: String,
    /// For grouping into stories.
    pub fingerprint: Fingerprint,
    /// How its availability is known.
    pub basis: Basis,
    /// Words read.
    pub words: u32,
    /// Scores in [0, 1]: the two poles, then every narrative. All documents have as many.
    pub scores: Vec<f64>,
}

/// An article's scores in the order of every list of scores here: the two poles, then every narrative.
pub fn scores(counts: &TagCounts) -> Vec<f64> {
    let counted = counts.poles.iter().chain(&counts.narratives);
    counted.map(|count| count.score(counts.sentences)).collect()
}

/// Where a narrative stands in such a list.
pub fn score_of(lexicons: &Lexicons, narrative: NarrativeId) -> usize {
    lexicons.axis.poles.len() + narrative
}

/// Where Bitcoin's hedge and risk narratives stand in such a list.
pub fn framing(lexicons: &Lexicons) -> (usize, usize) {
    (score_of(lexicons, lexicons.axis.hedge), score_of(lexicons, lexicons.axis.risk))
}

/// One source on one day.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceDay {
    /// The source.
    pub source: String,
    /// Its documents that day.
    pub docs: u32,
    /// Sum of its documents' weights after stories are folded.
    pub weight: f64,
    /// Weighted mean scores: the two poles, then every narrative.
    pub means: Vec<f64>,
}

/// One day before standardisation: everything needed of its articles, and nothing else.
#[derive(Debug, Clone, PartialEq)]
pub struct DayIndex {
    /// The day.
    pub day: Day,
    /// Documents.
    pub docs: u32,
    /// Words read.
    pub words: u64,
    /// Stories after folding repeats.
    pub stories: u32,
    /// Documents whose availability is observed, archived, claimed.
    pub by_basis: [u32; 3],
    /// Sources in alphabetical order.
    pub sources: Vec<SourceDay>,
}

/// Whether a day has documents enough to be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coverage {
    /// No document.
    None,
    /// Some, but too few or from too few sources.
    Thin,
    /// Enough.
    Enough,
}

impl Coverage {
    /// The word used in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Thin => "thin",
            Self::Enough => "enough",
        }
    }
}

/// One day's narrative scores. A score never travels without its coverage.
#[derive(Debug, Clone, PartialEq)]
pub struct DayScore {
    /// The day.
    pub day: Day,
    /// Documents.
    pub docs: u32,
    /// Distinct sources.
    pub sources: u32,
    /// Distinct stories.
    pub stories: u32,
    /// Enough to be believed or not.
    pub coverage: Coverage,
    /// Documents whose availability is observed, archived, claimed.
    pub by_basis: [u32; 3],
    /// Means in [0, 1]: the two poles, then every narrative; `None` without a document.
    pub means: Vec<Option<f64>>,
    /// Standardised scores in the same order; `None` where the past is too short.
    pub z: Vec<Option<f64>>,
    /// Standard errors of the standardised scores, in the same order: what each scatters by because of
    /// which documents happened to be written, were the sources telling what they are used to tell. By the
    /// past alone, documents taken as independent.
    pub errors: Vec<Option<f64>>,
    /// Bitcoin's framing in [-1, 1]: hedge minus risk over their sum.
    pub btc_framing: Option<f64>,
    /// What part of the last week's documents came from elsewhere than before, in [0, 1]; `None` where
    /// the past is too short. A warning is due from [`MIX_SHIFT`].
    pub mix_shift: Option<f64>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{lexicon::LexiconId, tag::Count};

    #[test]
    fn scores_are_the_poles_then_the_narratives() {
        let count = |asserted, reversed| Count { asserted, reversed, expected: 0 };
        let counts = TagCounts {
            lexicon: LexiconId { language: "en".to_owned(), version: "1".to_owned(), hash: 0 },
            words: 10,
            sentences: 4,
            narratives: vec![count(1000, 2000), count(4000, 0), count(0, 0)],
            poles: [count(2000, 0), count(1000, 0)],
        };
        assert_eq!(scores(&counts), [0.5, 0.25, 0.0, 1.0, 0.0]);
    }
}
