//! Words that set articles high on a pole apart from the rest: candidates for a person to judge.
//!
//! Counts words and sequences of two and three words in both groups and compares their log-odds, shrunk
//! by an informative Dirichlet prior that is the whole feed (Monroe, Colaresi and Quinn, "Fightin'
//! words", 2008, equations 15 to 22): what is rare in both groups comes out near zero, not on top. A
//! sequence counts once an article, so that one long article cannot shout. What an entry of any
//! narrative already matches is passed over where it stands, so that what is left is what the lexicon
//! does not know. A candidate is only ever that: whether it tells the story is for a reader to say.

use std::collections::{HashMap, HashSet};

use super::find::{first_characters, last_characters};
use crate::{
    document::DocumentId,
    tag::{Field, Tagged, words},
};

/// What is counted and shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TermOptions {
    /// Words already in the lexicon, too.
    pub all: bool,
    /// Shown only where so many articles of the high group hold it.
    pub least: u32,
    /// Candidates shown at most.
    pub most: usize,
}

/// What is counted of one article: each sequence once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Terms {
    /// The sequence, and the sentence or title around its first place.
    terms: Vec<(String, u32)>,
    /// Snippets that `terms` point to.
    snippets: Vec<String>,
}

/// A word or sequence that sets the groups apart.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Its words.
    pub term: String,
    /// Log-odds of the high group less those of the rest, over their standard error.
    pub z: f64,
    /// Log-odds of the high group less those of the rest.
    pub log_odds: f64,
    /// Articles of the high group that hold it.
    pub high: u32,
    /// Articles of the rest that hold it.
    pub rest: u32,
    /// About how many sources it comes from: up to 64 are told apart.
    pub sources: u32,
    /// Words around its first place in the high group.
    pub example: String,
    /// The article of the example.
    pub id: DocumentId,
}

/// Words in a sequence, at most.
const LONGEST: usize = 3;
/// The prior weighs as much as so many sequences of each length: small beside any feed, large beside a
/// sequence that was seen a few times. Monroe and others take 500 words, a speaker's day.
const PRIOR: f64 = 500.0;
/// Characters of an example.
const EXAMPLE: usize = 160;
/// Characters of a sentence whose places have one example.
const CHUNK: usize = 80;
/// Characters before them.
const BEFORE: usize = 40;
/// Sequences counted at once; past it those seen once are forgotten, which costs rare ones a count.
const MOST_TERMS: usize = 4_000_000;
/// A candidate of which most occurrences lie in a stronger one says nothing new.
const COVERED: f64 = 0.7;
/// Sources of the high group that must share a candidate: one outlet's habit tells no story.
const LEAST_SOURCES: u32 = 2;

/// Function words of English: a candidate neither begins nor ends with one.
const FUNCTION_WORDS: &str = " a about above after again all also am amid among an and any are as at be because been \
before being below between both but by can could did do does doing down during each few for from further get gets \
got had has have having he her here hers him his how i if in into is it its itself just let like may me might more \
most much must my new no nor not now of off on once one only or other our out over own per s said same say says she \
should so some still such than that the their them then there these they this those through to too under until up \
upon us very via vs was we were what when where which while who whom why will with would you your t re ve ll d m ";

/// Counts a title's and text's sequences; `all` counts those that entries match as well.
pub fn terms(title: &str, text: &str, tagged: &Tagged, all: bool) -> Terms {
    let mut counted = Terms::default();
    let mut seen: HashSet<String> = HashSet::new();
    for (field, within) in [(Field::Title, title), (Field::Text, text)] {
        // A text that repeats its title is read from behind it, as the tagger does.
        let from = tagged.sentences.iter().find(|one| one.field == field).map_or(0, |one| one.start);
        let known: Vec<(usize, usize)> = tagged
            .mentions
            .iter()
            .filter(|one| one.field == field && !all)
            .map(|one| (one.start, one.end))
            .collect();
        let mut list: Vec<(String, u32, bool, usize)> = Vec::new();
        for word in words(field, within).into_iter().filter(|word| word.start >= from) {
            let place = known.partition_point(|(_, end)| *end <= word.start);
            let taken = known.get(place).is_some_and(|(start, _)| *start < word.end);
            let lower = within[word.start..word.end].to_lowercase();
            list.push((lower, word.part, taken || word.is_number, word.start));
        }
        for first in 0..list.len() {
            for length in 1..=LONGEST {
                let Some(window) = list.get(first..first + length) else { break };
                let last = &window[length - 1];
                if last.2 || last.1 != window[0].1 {
                    break;
                }
                if is_function_word(&window[0].0) {
                    break;
                }
                if is_function_word(&last.0) {
                    continue;
                }
                let term = window.iter().map(|word| word.0.as_str()).collect::<Vec<_>>().join(" ");
                if seen.insert(term.clone()) {
                    let snippet = counted.snippet(within, tagged, field, window[0].3);
                    counted.terms.push((term, snippet));
                }
            }
        }
    }
    counted
}

impl Terms {
    /// The sentence around a place, as a number.
    fn snippet(&mut self, within: &str, tagged: &Tagged, field: Field, at: usize) -> u32 {
        let sentence =
            tagged.sentences.iter().find(|one| one.field == field && one.start <= at && at < one.end);
        let (start, end) = sentence.map_or((at, within.len()), |one| (one.start, one.end));
        // Places near each other share a snippet: an example each would fill memory with text.
        let mut chunk = start;
        for (count, (offset, _)) in within[start..].char_indices().enumerate() {
            if start + offset > at {
                break;
            }
            if count % CHUNK == 0 {
                chunk = start + offset;
            }
        }
        let before = last_characters(&within[start..chunk], BEFORE);
        let snippet = before + &first_characters(&within[chunk..end], EXAMPLE);
        if self.snippets.last() != Some(&snippet) {
            self.snippets.push(snippet);
        }
        self.snippets.len() as u32 - 1
    }
}

fn is_function_word(word: &str) -> bool {
    word.chars().count() < 2 && word.is_ascii()
        || FUNCTION_WORDS.contains(word) && FUNCTION_WORDS.contains(&format!(" {word} "))
}

#[derive(Debug, Clone, Copy)]
struct Count {
    high: u32,
    rest: u32,
    /// One bit a source of the high group.
    sources: u64,
    /// Position among the examples; none while only the rest holds it.
    example: u32,
}

const NO_EXAMPLE: u32 = u32::MAX;

/// Sequences of both groups with their counts.
#[derive(Debug, Default)]
pub struct Vocabulary {
    counts: HashMap<String, Count>,
    examples: Vec<(DocumentId, String)>,
    /// Headlines seen, so that a copied one counts once.
    titles: HashSet<u64>,
    articles: [u64; 2],
    copies: u64,
}

impl Vocabulary {
    /// Counts an article in the high group or the rest. A title seen before is a copy and left aside.
    pub fn add(&mut self, id: DocumentId, title: &str, source: &str, terms: Terms, is_high: bool) {
        let lower = title.to_lowercase();
        if !title.trim().is_empty() && !self.titles.insert(hashed(lower.trim())) {
            self.copies += 1;
            return;
        }
        self.articles[usize::from(!is_high)] += 1;
        let source = 1 << (hashed(source) % 64);
        let mut examples: HashMap<u32, u32> = HashMap::new();
        for (term, snippet) in terms.terms {
            let count = self.counts.entry(term).or_insert(Count {
                high: 0,
                rest: 0,
                sources: 0,
                example: NO_EXAMPLE,
            });
            if !is_high {
                count.rest += 1;
                continue;
            }
            count.high += 1;
            count.sources |= source;
            if count.example == NO_EXAMPLE {
                count.example = *examples.entry(snippet).or_insert_with(|| {
                    self.examples.push((id, terms.snippets[snippet as usize].clone()));
                    self.examples.len() as u32 - 1
                });
            }
        }
        if self.counts.len() > MOST_TERMS {
            self.counts.retain(|_, count| count.high + count.rest > 1);
        }
    }

    /// Articles of the high group and of the rest.
    pub fn articles(&self) -> [u64; 2] {
        self.articles
    }

    /// Articles left aside as copies.
    pub fn copies(&self) -> u64 {
        self.copies
    }

    /// Candidates, the surest first.
    pub fn candidates(&self, options: &TermOptions) -> Vec<Candidate> {
        let length = |term: &str| term.bytes().filter(|byte| *byte == b' ').count();
        let mut totals = [[0.0; 2]; LONGEST];
        for (term, count) in &self.counts {
            let total = &mut totals[length(term)];
            total[0] += f64::from(count.high);
            total[1] += f64::from(count.rest);
        }
        let mut found: Vec<Candidate> = self
            .counts
            .iter()
            .filter(|(_, count)| count.high >= options.least && count.sources.count_ones() >= LEAST_SOURCES)
            .map(|(term, count)| {
                let (log_odds, z) = log_odds([count.high, count.rest], totals[length(term)]);
                let (id, example) = self.examples[count.example as usize].clone();
                let term = term.clone();
                let sources = count.sources.count_ones();
                Candidate { term, z, log_odds, high: count.high, rest: count.rest, sources, example, id }
            })
            .filter(|candidate| candidate.z > LEAST_Z && candidate.log_odds > LEAST_LOG_ODDS)
            .collect();
        found.sort_by(|a, b| b.z.total_cmp(&a.z).then_with(|| a.term.cmp(&b.term)));
        let mut kept: Vec<Candidate> = Vec::new();
        for candidate in found {
            if kept.len() == options.most {
                break;
            }
            if !kept.iter().any(|stronger| says_the_same(stronger, &candidate)) {
                kept.push(candidate);
            }
        }
        kept
    }
}

/// One standard error in a hundred is passed by chance; of thousands of words some still are.
const LEAST_Z: f64 = 2.33;
/// In a large feed words of every day are surely a little more frequent; a candidate has odds of e to 1.
const LEAST_LOG_ODDS: f64 = 1.0;

/// Log-odds of the first group less those of the second, and over their standard error. `counts` of one
/// sequence, `totals` of all sequences of its length.
fn log_odds(counts: [u32; 2], totals: [f64; 2]) -> (f64, f64) {
    let counts = counts.map(f64::from);
    // The prior has the proportions of both groups together.
    let prior = PRIOR * (counts[0] + counts[1]) / (totals[0] + totals[1]);
    let odds = |group: usize| {
        let with = counts[group] + prior;
        (with / (totals[group] + PRIOR - with).max(f64::MIN_POSITIVE)).ln()
    };
    let log_odds = odds(0) - odds(1);
    let variance = 1.0 / (counts[0] + prior) + 1.0 / (counts[1] + prior);
    (log_odds, log_odds / variance.sqrt())
}

/// Whether a candidate holds, or lies in, a stronger one, in mostly the same articles.
fn says_the_same(stronger: &Candidate, candidate: &Candidate) -> bool {
    let (long, short) = if stronger.term.len() > candidate.term.len() {
        (&stronger.term, &candidate.term)
    } else {
        (&candidate.term, &stronger.term)
    };
    let within = format!(" {long} ").contains(&format!(" {short} "));
    let (few, many) = (stronger.high.min(candidate.high), stronger.high.max(candidate.high));
    within && f64::from(few) >= COVERED * f64::from(many)
}

/// A hash that is the same everywhere: FNV-1a (Fowler, Noll, Vo).
fn hashed(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{lexicon::Lexicons, tag::Tagger};

    #[track_caller]
    fn check(title: &str, all: bool, expected: &str) {
        let tagger = Tagger::new(Lexicons::built_in());
        let tagged = tagger.tag(title, "", None);
        let terms = terms(title, "", &tagged, all);
        let found: Vec<&str> = terms.terms.iter().map(|(term, _)| term.as_str()).collect();
        assert_eq!(found.join(", "), expected, "{title:?}");
    }

    #[test]
    fn sequences_end_at_clauses_function_words_and_known_entries() {
        check(
            "Copper tumbles, miners weep",
            false,
            "copper, copper tumbles, tumbles, miners, miners weep, weep",
        );
        check("The state of copper", false, "state, state of copper, copper");
        check("Panic visits copper", false, "visits, visits copper, copper");
        check(
            "Panic visits copper",
            true,
            "panic, panic visits, panic visits copper, visits, visits copper, copper",
        );
        check("Copper copper at 3", false, "copper, copper copper");
    }

    #[test]
    fn the_log_odds_are_those_of_the_paper() {
        // By hand: prior 500 * 30 / 3000 = 5; ln(25 / 1475) - ln(15 / 2485); variance 1/25 + 1/15.
        let (delta, z) = log_odds([20, 10], [1000.0, 2000.0]);
        let expected = (25.0f64 / 1475.0).ln() - (15.0f64 / 2485.0).ln();
        assert!((delta - expected).abs() < 1e-12);
        assert!((z - expected / (1.0f64 / 25.0 + 1.0 / 15.0).sqrt()).abs() < 1e-12);
        assert!(log_odds([1, 0], [1000.0, 2000.0]).1 < 2.0, "what was seen once is never sure");
    }

    #[test]
    fn what_sets_apart_comes_first_and_copies_count_once() {
        let tagger = Tagger::new(Lexicons::built_in());
        let mut vocabulary = Vocabulary::default();
        for number in 0..400u64 {
            for (title, is_high) in [
                (format!("Zorbs spread in copper hall {}", word(number)), true),
                (format!("Copper hall opens {}", word(number)), false),
            ] {
                for _ in 0..2 {
                    let tagged = tagger.tag(&title, "", None);
                    let counted = terms(&title, "", &tagged, false);
                    vocabulary.add(
                        DocumentId(number),
                        &title,
                        &format!("source {}", number % 5),
                        counted,
                        is_high,
                    );
                }
            }
        }
        assert_eq!((vocabulary.articles(), vocabulary.copies()), ([400, 400], 800));
        let found = vocabulary.candidates(&TermOptions { all: false, least: 5, most: 5 });
        // Of equals the first in the alphabet; those that lie in it are passed over.
        assert!(found[0].term.contains("spread"), "{found:?}");
        assert_eq!((found[0].high, found[0].rest, found[0].id), (400, 0, DocumentId(0)));
        assert!(found[0].example.starts_with("Zorbs spread"));
        assert!(
            found.iter().all(|one| !one.term.contains("opens") && one.term != "copper hall"),
            "{found:?}"
        );
    }

    /// A word of its own for every number.
    fn word(number: u64) -> String {
        (0..3)
            .map(|digit| char::from(b'a' + (number / 8u64.pow(digit) % 8) as u8))
            .chain(['q', 'q'])
            .collect()
    }
}
