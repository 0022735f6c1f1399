//! Article and lexicon to mentions and counts.
//!
//! The flow: `tokens` (words, clauses, sentences) -> `vocabulary` (words to classes) -> `matcher`
//! (phrases in one pass) -> `sentence` (the longest hit wins, `needs`, `unless`) -> `direction` and
//! `modality` (what cues make of a mention) -> `score` (counts). `rules` is a lexicon compiled for it.
//!
//! Invariants: byte offsets point into the given title or text and lie on character boundaries;
//! [`Tagger::count`] and [`Tagger::tag`] give the same counts; the contributions of sentences add up
//! to the counts exactly; every set of counts names the lexicon that made it.
//!
//! Any string is read, in time and memory linear in its length: sentences are cut at 256 words, a
//! field is read up to [`MOST_BYTES`]. Left out on purpose: parsing grammar, and learning from text.
//!
//! ```
//! use storyturn::{lexicon::Lexicons, tag::{Direction, Tagger}};
//!
//! let tagger = Tagger::new(Lexicons::built_in());
//! let tagged = tagger.tag("Trade war fears ease", "", None);
//! assert!(tagged.mentions.iter().any(|mention| mention.direction == Direction::Reversed));
//! assert_eq!(tagged.counts.sentences, 2);
//! ```

use std::sync::{Mutex, OnceLock, PoisonError};

use crate::lexicon::{LexiconId, Lexicons, NarrativeId};

mod choice;
mod direction;
mod explain;
mod juncture;
mod leave_out;
mod matcher;
mod modality;
mod rules;
mod score;
mod sentence;
mod table;
#[cfg(test)]
mod tests;
mod tokens;
mod vocabulary;
mod words;

pub use score::Contribution;
pub use words::{TextWord, words};

use rules::Rules;
use score::Tally;
use sentence::{Details, Reader, Scratch};
use tokens::Extent;

/// The title or the text of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The headline.
    Title,
    /// The body.
    Text,
}

/// What a mention says of its narrative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// +1
    Asserted,
    /// 0
    Absent,
    /// -1
    Reversed,
}

/// Whether what is said has happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Modality {
    /// It is so.
    Realised,
    /// It is expected or hoped for.
    Expected,
    /// It is doubted: counts for nothing.
    Doubted,
}

impl Direction {
    /// The word used in records and tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Asserted => "asserted",
            Self::Absent => "absent",
            Self::Reversed => "reversed",
        }
    }
}

impl Modality {
    /// The word used in records and tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Realised => "realised",
            Self::Expected => "expected",
            Self::Doubted => "doubted",
        }
    }
}

/// One term found at one place.
#[derive(Debug, Clone, PartialEq)]
pub struct Mention {
    /// Title or text.
    pub field: Field,
    /// First byte in the field.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
    /// The narrative it evokes.
    pub narrative: NarrativeId,
    /// The entry's key: its phrase as written in the lexicon; see [`Tagger::entry`].
    pub entry: u32,
    /// After cues.
    pub direction: Direction,
    /// After cues.
    pub modality: Modality,
    /// Thousandths, 1 to 1000.
    pub weight: u16,
    /// Number of the sentence in the article, the title being 0: position in [`Tagged::sentences`].
    pub sentence: u32,
    /// The words that bent it, in words for a reader: "reversed by \"ease\"".
    pub cue: Option<String>,
    /// Why it does not count at all, where it does not: "unless \"panic button\"", "needs market in the clause".
    pub suppressed: Option<String>,
}

/// One sentence's place, for reading a score back to its sentences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sentence {
    /// Title or text.
    pub field: Field,
    /// First byte.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
}

/// Thousandths of sentences that assert and reverse something; the title counts as two sentences.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count {
    /// Sum over sentences of the largest asserting weight.
    pub asserted: u32,
    /// Sum over sentences of the largest reversing weight.
    pub reversed: u32,
    /// The part of `asserted` that is expected, not realised.
    pub expected: u32,
}

/// Thousandths of a sentence or weight as the number they stand for.
pub fn thousandths(value: u32) -> f64 {
    f64::from(value) / 1000.0
}

impl Count {
    /// `(asserted - reversed, not below 0) / sentences`: a share of the text in [0, 1]; 0 for an empty text.
    pub fn score(self, sentences: u32) -> f64 {
        if sentences == 0 {
            return 0.0;
        }
        f64::from(self.asserted.saturating_sub(self.reversed)) / (1000.0 * f64::from(sentences))
    }
}

/// What is kept of a tagged article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagCounts {
    /// The lexicon that made it.
    pub lexicon: LexiconId,
    /// Words in title and text.
    pub words: u32,
    /// Sentences, the title counting as two.
    pub sentences: u32,
    /// In the order of [`Lexicons::narratives`].
    pub narratives: Vec<Count>,
    /// In the order of the axis.
    pub poles: [Count; 2],
}

impl TagCounts {
    /// The second pole's score less the first's, in [-1, 1]: the nearest number to the exact fraction.
    pub fn balance(&self) -> f64 {
        let net = |count: Count| i64::from(count.asserted.saturating_sub(count.reversed));
        let [from, to] = self.poles;
        if self.sentences == 0 {
            return 0.0;
        }
        (net(to) - net(from)) as f64 / (1000.0 * f64::from(self.sentences))
    }

    /// Hedge minus risk over their sum, in [-1, 1]; `None` when Bitcoin is spoken of as neither.
    pub fn btc_framing(&self, lexicons: &Lexicons) -> Option<f64> {
        let score =
            |narrative: NarrativeId| self.narratives.get(narrative).map(|count| count.score(self.sentences));
        let (hedge, risk) = (score(lexicons.axis.hedge)?, score(lexicons.axis.risk)?);
        (hedge + risk > 0.0).then(|| (hedge - risk) / (hedge + risk))
    }
}

/// A tagged article: counts, and what they are made of.
#[derive(Debug, Clone, PartialEq)]
pub struct Tagged {
    /// The counts.
    pub counts: TagCounts,
    /// Every mention in order of place, the suppressed ones too.
    pub mentions: Vec<Mention>,
    /// Every sentence in order; the first is the title, of no extent when the article has none.
    pub sentences: Vec<Sentence>,
}

/// A field is read up to here (8 MiB, a shelf of books), so that even a text of two-byte sentences
/// keeps its sum of thousandths within 32 bits.
pub const MOST_BYTES: usize = 8 << 20;

/// What one thread needs while reading; boxed, since it moves in and out of a list for every article.
type Buffers = Box<(Scratch, Tally)>;

/// Compiled lexicons, ready to read text on any thread.
pub struct Tagger {
    lexicons: Lexicons,
    /// One per language, compiled when the first article in it comes: most runs meet one language.
    rules: Vec<OnceLock<Rules>>,
    /// Buffers to reuse, one list per language since they remember its classes.
    scratch: Vec<Mutex<Vec<Buffers>>>,
}

impl Tagger {
    /// Ready to read all languages of these lexicons.
    pub fn new(lexicons: Lexicons) -> Self {
        let rules = lexicons.languages.iter().map(|_| OnceLock::new()).collect();
        let scratch = lexicons.languages.iter().map(|_| Mutex::default()).collect();
        Self { lexicons, rules, scratch }
    }

    /// What it was made from.
    pub fn lexicons(&self) -> &Lexicons {
        &self.lexicons
    }

    /// The identity of the lexicon that reads this language.
    pub fn lexicon_id(&self, language: Option<&str>) -> &LexiconId {
        &self.lexicons.for_language(language).id
    }

    /// Counts only: the fast path.
    pub fn count(&self, title: &str, text: &str, language: Option<&str>) -> TagCounts {
        self.read(title, text, language, None, None)
    }

    /// Counts with every mention. A text that opens with the title is read from behind it.
    pub fn tag(&self, title: &str, text: &str, language: Option<&str>) -> Tagged {
        self.tag_with_met(title, text, language).0
    }

    /// The phrase of an entry as the lexicon file writes it, and the file it stands in; empty for a
    /// number no entry has.
    pub fn entry(&self, language: Option<&str>, entry: u32) -> (&str, &str) {
        let lexicon = self.lexicons.for_language(language);
        lexicon.entries.get(entry as usize).map_or(("", ""), |entry| {
            (entry.phrase.text.as_str(), lexicon.families[entry.family].file.as_str())
        })
    }

    fn read(
        &self,
        title: &str,
        text: &str,
        language: Option<&str>,
        without: Option<u32>,
        mut details: Option<&mut Details<'_>>,
    ) -> TagCounts {
        let at = self.lexicons.language_index(language);
        let rules = self.rules[at].get_or_init(|| Rules::new(&self.lexicons.languages[at]));
        let axis = &self.lexicons.axis;
        let (title, text) = (bounded(title), bounded(text));
        // A poisoned list only holds buffers, which are reset before use.
        let pool = || self.scratch[at].lock().unwrap_or_else(PoisonError::into_inner);
        let mut buffers = pool().pop().unwrap_or_default();
        let (scratch, tally) = &mut *buffers;
        scratch.tidy();
        tally.reset(self.lexicons.narratives.len());

        let mut reader =
            Reader::new(rules, axis, scratch, tally, details.as_deref_mut(), (Field::Title, title, 0));
        reader.without = without;
        tokens::scan(title, 0, Extent::One, rules.writing, &mut reader);
        reader.finish_title();
        let from = behind_title(title, text);
        let mut reader = Reader::new(rules, axis, scratch, tally, details, (Field::Text, text, from));
        reader.without = without;
        tokens::scan(text, from, Extent::Several, rules.writing, &mut reader);

        let counts = TagCounts {
            lexicon: self.lexicons.languages[at].id.clone(),
            words: tally.words,
            sentences: tally.sentences,
            narratives: tally.narratives.clone(),
            poles: tally.poles,
        };
        pool().push(buffers);
        counts
    }
}

/// The longest start of a text that is read.
fn bounded(text: &str) -> &str {
    if text.len() <= MOST_BYTES {
        return text;
    }
    let end = (0..=MOST_BYTES).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    &text[..end]
}

/// Where to begin reading a text that may repeat its title as its first line or sentence: many
/// extractors and feeds do, and it would count three times.
fn behind_title(title: &str, text: &str) -> usize {
    let title = title.trim();
    let skipped = text.len() - text.trim_start().len();
    let Some(rest) = text[skipped..].strip_prefix(title).filter(|_| !title.is_empty()) else { return 0 };
    let ends = match rest.trim_start_matches([' ', '\t', '\r']).chars().next() {
        None | Some('\n' | '。' | '！' | '？') => true,
        Some('.' | '!' | '?') => rest[1..].starts_with(char::is_whitespace) || rest.len() == 1,
        Some(_) => title.ends_with(['.', '!', '?']) && rest.starts_with(char::is_whitespace),
    };
    if ends { text.len() - rest.len() } else { 0 }
}
