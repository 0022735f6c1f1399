//! The record that `tag` and `explain` print: one article's scores, and on request every mention.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    document::Given,
    lexicon::{Lexicons, Phrase},
    tag::{Contribution, Count, Direction, Field, Mention, Modality, TagCounts, Tagged, thousandths},
};

/// One article's scores. Field names are a contract.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ScoreRecord {
    /// The article's own id, or the sixteen digits this tool gave it.
    pub id: Option<String>,
    /// RFC 3339 or a bare date.
    pub published: Option<String>,
    /// Who published it.
    pub source: Option<String>,
    /// Its headline, where asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Words read.
    pub words: u32,
    /// Sentences read, the title counting as two.
    pub sentences: u32,
    /// Share of the text that tells of fear and flight to safety, in [0, 1].
    pub fear_safe_haven: f64,
    /// Share of the text that tells of debasement and liquidity, in [0, 1].
    pub debasement_liquidity: f64,
    /// `debasement_liquidity - fear_safe_haven`, in [-1, 1].
    pub balance: f64,
    /// Every narrative that occurs.
    pub narratives: BTreeMap<String, NarrativeRecord>,
    /// Bitcoin's framing in [-1, 1], hedge minus risk; null when it is spoken of as neither.
    pub btc_framing: Option<f64>,
    /// The lexicon that made the scores.
    pub lexicon: String,
    /// Every mention, where asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mentions: Option<Vec<MentionRecord>>,
    /// Every sentence with what it gives, where asked for: summed over sentences, `asserted` less `reversed`
    /// over `sentences` is the score of a pole, or 0 where that is less.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by_sentence: Option<Vec<SentenceRecord>>,
    /// Entries that a longer match kept from being mentions, where asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub beaten: Option<Vec<BeatenRecord>>,
}

/// An entry whose words stand in a sentence without becoming a mention: a longer match of its narrative
/// won, or a clause parts them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BeatenRecord {
    /// Number of the sentence, the title being 0.
    pub sentence: u32,
    /// Its narrative.
    pub narrative: String,
    /// Its phrase.
    pub entry: String,
    /// The file it stands in.
    pub file: String,
    /// Its line there, from 1.
    pub line: usize,
}

/// What one sentence gives to either pole; counts are in sentences, the title counting as two.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SentenceRecord {
    /// Its number, the title being 0.
    pub sentence: u32,
    /// `title` or `text`.
    pub field: &'static str,
    /// What it counts as: 2 for a title, 1 for a sentence, 0 for a title without words.
    pub counts_as: u32,
    /// Its words.
    pub text: String,
    /// By pole.
    pub poles: BTreeMap<String, PoleRecord>,
}

/// What one sentence gives to one pole.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "as in `NarrativeRecord`")]
pub struct PoleRecord {
    pub asserted: f64,
    pub reversed: f64,
    pub expected: f64,
}

impl SentenceRecord {
    /// Every sentence of a tagged article, in order.
    pub fn all(tagged: &Tagged, title: &str, text: &str, lexicons: &Lexicons) -> Vec<Self> {
        let pole = |count: &Count| PoleRecord {
            asserted: thousandths(count.asserted),
            reversed: thousandths(count.reversed),
            expected: thousandths(count.expected),
        };
        let record = |one: &Contribution| {
            let sentence = tagged.sentences[one.sentence as usize];
            let (field, within) = match sentence.field {
                Field::Title => ("title", title),
                Field::Text => ("text", text),
            };
            Self {
                sentence: one.sentence,
                field,
                counts_as: one.sentences,
                text: within.get(sentence.start..sentence.end).unwrap_or_default().trim().to_owned(),
                poles: lexicons
                    .axis
                    .poles
                    .iter()
                    .map(|one| one.name.clone())
                    .zip(one.poles.iter().map(pole))
                    .collect(),
            }
        };
        tagged.contributions(&lexicons.axis).iter().map(record).collect()
    }
}

/// One narrative in one article; counts are in sentences, the title counting as two.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(
    missing_docs,
    reason = "the names say it; `expected` is the part of `asserted` that has not happened yet"
)]
pub struct NarrativeRecord {
    pub score: f64,
    pub asserted: f64,
    pub reversed: f64,
    pub expected: f64,
}

/// One term found at one place.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MentionRecord {
    /// `title` or `text`: what the offsets point into.
    pub field: &'static str,
    /// First byte.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
    /// The words found.
    pub text: String,
    /// The narrative they evoke.
    pub narrative: String,
    /// The lexicon's entry.
    pub entry: String,
    /// The file it stands in.
    pub file: String,
    /// Its line there, from 1.
    pub line: usize,
    /// `asserted`, `absent` or `reversed`.
    pub direction: &'static str,
    /// `realised`, `expected` or `doubted`.
    pub modality: &'static str,
    /// In (0, 1].
    pub weight: f64,
    /// Number of the sentence, the title being 0.
    pub sentence: u32,
    /// The words that bent it.
    pub cue: Option<String>,
    /// Why it does not count, where it does not.
    pub suppressed: Option<String>,
}

impl ScoreRecord {
    /// The record of one article's counts.
    pub fn of(counts: &TagCounts, lexicons: &Lexicons) -> Self {
        let [fear, debasement] = counts.poles.map(|pole| pole.score(counts.sentences));
        let narratives = lexicons.narratives.iter().zip(&counts.narratives);
        Self {
            id: None,
            published: None,
            source: None,
            title: None,
            words: counts.words,
            sentences: counts.sentences,
            fear_safe_haven: fear,
            debasement_liquidity: debasement,
            balance: counts.balance(),
            narratives: narratives
                .filter(|(_, count)| **count != Count::default())
                .map(|(name, count)| (name.clone(), NarrativeRecord::of(*count, counts.sentences)))
                .collect(),
            btc_framing: counts.btc_framing(lexicons),
            lexicon: counts.lexicon.to_string(),
            mentions: None,
            by_sentence: None,
            beaten: None,
        }
    }
}

impl NarrativeRecord {
    fn of(count: Count, in_sentences: u32) -> Self {
        Self {
            score: count.score(in_sentences),
            asserted: thousandths(count.asserted),
            reversed: thousandths(count.reversed),
            expected: thousandths(count.expected),
        }
    }
}

impl MentionRecord {
    /// The record of one mention; `entry` is its lexicon entry with the file it stands in.
    pub fn of(
        mention: &Mention,
        title: &str,
        text: &str,
        entry: (&Phrase, &str),
        lexicons: &Lexicons,
    ) -> Self {
        let (field, within) = match mention.field {
            Field::Title => ("title", title),
            Field::Text => ("text", text),
        };
        Self {
            field,
            start: mention.start,
            end: mention.end,
            text: within.get(mention.start..mention.end).unwrap_or_default().to_owned(),
            narrative: lexicons.narratives[mention.narrative].clone(),
            entry: entry.0.text.clone(),
            file: entry.1.to_owned(),
            line: entry.0.line,
            direction: match mention.direction {
                Direction::Asserted => "asserted",
                Direction::Absent => "absent",
                Direction::Reversed => "reversed",
            },
            modality: match mention.modality {
                Modality::Realised => "realised",
                Modality::Expected => "expected",
                Modality::Doubted => "doubted",
            },
            weight: thousandths(u32::from(mention.weight)),
            sentence: mention.sentence,
            cue: mention.cue.clone(),
            suppressed: mention.suppressed.clone(),
        }
    }

    /// The same mention in the title and text as they were given, where cleaning changed them.
    pub fn within(mut self, given: &Given) -> Self {
        let given = if self.field == "title" { &given.title } else { &given.text };
        if let Some(given) = given {
            let place = given.place(self.start..self.end);
            given.text()[place.clone()].clone_into(&mut self.text);
            (self.start, self.end) = (place.start, place.end);
        }
        self
    }
}
