//! The phrase language: one line of a lexicon to the word sequences it stands for.
//!
//! `source` hands in the phrase and its match mode, `assemble` keeps the result, `tag::matcher`
//! compiles it. A choice of single words stays one step (`(fear|panic)` is one place with two
//! words), only choices of several words multiply, so a phrase of long choices stays small.
//! Left out on purpose: nested choices and repetition; a phrase must be readable at a glance.
//! Hostile phrases: the limits below bound readings, words and gaps, so compiling is linear in the
//! file's size.

use rust_stemmers::{Algorithm, Stemmer};

use super::forms::{Forms, is_by_character, is_han, narrowed};
use super::{Matching, Phrase, inflect};

/// One place in a reading of a phrase.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// One word of the text: any of these, sorted.
    Word(Vec<WordPattern>),
    /// Up to this many other words.
    Gap(u8),
}

/// What one word of a text is compared with.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum WordPattern {
    /// The word in lower case, without possessive.
    Form(String),
    /// The Snowball stem.
    Stem(String),
    /// Pieces between `*`: the first starts the word, the last ends it, the others follow in order.
    Glob(Vec<String>),
    /// The word in exactly this case.
    Case(String),
    /// Any number.
    Number,
}

/// A phrase multiplies into at most this many readings; more means it should be several phrases.
const MOST_READINGS: usize = 256;
/// Where characters are words a choice of words is one of several words, which multiplies.
const MOST_READINGS_OF_CHARACTERS: usize = 1024;
/// Longer readings are sentences, not terms.
const MOST_STEPS: usize = 16;
/// Each gap multiplies the ways a text can match; three of five words are 216 at worst.
const MOST_GAPS: usize = 3;
/// A gap of more words than this joins what does not belong together.
const WIDEST_GAP: u8 = 5;
/// A shorter start before `*` matches words nobody thought of.
const SHORTEST_GLOB_START: usize = 3;

/// Reads one phrase. The error is one lower-case clause and what to do about it.
pub(super) fn parse(
    text: &str,
    matching: Matching,
    language: &str,
    forms: &Forms,
) -> Result<Vec<Vec<Step>>, Refusal> {
    let stemmer = match matching {
        Matching::Stem => Some(stem_algorithm(language).map(Stemmer::create).ok_or_else(|| {
            refusal(format!("no stemmer knows the language {language:?}"), "use match = \"exact\" and globs")
        })?),
        Matching::Inflected if language != "en" => {
            return Err(refusal(
                "only english can be inflected".to_owned(),
                "use match = \"stem\" or name the forms by choice",
            ));
        }
        _ => None,
    };
    let forms = is_by_character(language).then_some(forms);
    let reader = Reader { matching, stemmer, forms };
    let plain: String = text.chars().map(plain_punctuation).collect();
    let most_readings = if forms.is_some() { MOST_READINGS_OF_CHARACTERS } else { MOST_READINGS };
    let mut readings: Vec<Vec<Step>> = vec![Vec::new()];
    for part in parts(&plain)? {
        let alternatives = reader.alternatives(&part)?;
        if readings.len() * alternatives.len() > most_readings {
            return Err(refusal(
                format!("phrase {text:?} stands for more than {most_readings} word sequences"),
                "split it into several phrases; choices of single words do not multiply",
            ));
        }
        readings = readings
            .iter()
            .flat_map(|before| alternatives.iter().map(move |next| [before.as_slice(), next].concat()))
            .collect();
    }
    for reading in &mut readings {
        join_gaps(reading);
        check_reading(text, reading)?;
    }
    readings.sort_unstable();
    readings.dedup();
    Ok(readings)
}

/// Whether the pieces between `*` occur in order, the first at the start and the last at the end.
pub fn glob_matches(pieces: &[String], word: &str) -> bool {
    let [first, middle @ .., last] = pieces else { return false };
    let Some(mut rest) = word.strip_prefix(first.as_str()) else { return false };
    for piece in middle {
        match rest.find(piece.as_str()) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    rest.ends_with(last.as_str())
}

/// A phrase that is refused outside a file, on a command line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct PhraseError {
    /// One lower-case clause.
    pub what: String,
    /// What to do about it, for a `hint:` line.
    pub hint: String,
}

impl Phrase {
    /// Reads a phrase that stands in no file, in the language of lexicon entries.
    pub fn read(text: &str, matching: Matching, language: &str) -> Result<Self, PhraseError> {
        let readings = parse(text, matching, language, &Forms::default())
            .map_err(|Refusal { what, hint }| PhraseError { what, hint })?;
        Ok(Self { text: text.to_owned(), line: 0, readings })
    }
}

/// What is wrong with a phrase, and the remedy.
pub(super) struct Refusal {
    pub(super) what: String,
    pub(super) hint: String,
}

fn refusal(what: String, hint: &str) -> Refusal {
    Refusal { what, hint: hint.to_owned() }
}

/// The Snowball stemmer of a language, by its two letters.
pub(super) fn stem_algorithm(language: &str) -> Option<Algorithm> {
    Some(match language {
        "ar" => Algorithm::Arabic,
        "da" => Algorithm::Danish,
        "de" => Algorithm::German,
        "el" => Algorithm::Greek,
        "en" => Algorithm::English,
        "es" => Algorithm::Spanish,
        "fi" => Algorithm::Finnish,
        "fr" => Algorithm::French,
        "hu" => Algorithm::Hungarian,
        "it" => Algorithm::Italian,
        "nl" => Algorithm::Dutch,
        "no" => Algorithm::Norwegian,
        "pt" => Algorithm::Portuguese,
        "ro" => Algorithm::Romanian,
        "ru" => Algorithm::Russian,
        "sv" => Algorithm::Swedish,
        "ta" => Algorithm::Tamil,
        "tr" => Algorithm::Turkish,
        _ => return None,
    })
}

/// A word or the inside of a choice.
enum Part<'a> {
    Word(&'a str),
    Choice(&'a str),
}

/// Gaps that an optional choice between them leaves side by side are one.
fn join_gaps(reading: &mut Vec<Step>) {
    let mut at = 1;
    while at < reading.len() {
        if let [Step::Gap(one), Step::Gap(other)] = reading[at - 1..=at]
            && one + other <= WIDEST_GAP
        {
            reading[at - 1] = Step::Gap(one + other);
            reading.remove(at);
        } else {
            at += 1;
        }
    }
}

fn check_reading(text: &str, reading: &[Step]) -> Result<(), Refusal> {
    let gaps = reading.iter().filter(|step| matches!(step, Step::Gap(_))).count();
    let fault = if reading.is_empty() {
        ("can be empty", "keep at least one word outside optional choices")
    } else if matches!(reading.first(), Some(Step::Gap(_))) || matches!(reading.last(), Some(Step::Gap(_))) {
        ("has a gap at an end", "a gap stands between two words")
    } else if reading.windows(2).any(|pair| matches!(pair, [Step::Gap(_), Step::Gap(_)])) {
        (
            "has two gaps side by side",
            "write one gap; with what is optional left out, they add up to ~5 at most",
        )
    } else if gaps > MOST_GAPS {
        ("has more than three gaps", "split it into several phrases")
    } else if reading.len() > MOST_STEPS {
        ("is too long", "use at most sixteen words and gaps")
    } else {
        return Ok(());
    };
    Err(refusal(format!("phrase {text:?} {}", fault.0), fault.1))
}

/// Splits at spaces and hyphens; a choice is one part.
fn parts(phrase: &str) -> Result<Vec<Part<'_>>, Refusal> {
    let glued = || {
        refusal(
            format!("a bracket in {phrase:?} touches a word"),
            "put spaces around a choice: `risk (on|off)`",
        )
    };
    let mut parts = Vec::new();
    let mut rest = phrase;
    loop {
        rest = rest.trim_start_matches(is_separator);
        let Some(first) = rest.chars().next() else { return Ok(parts) };
        if first == '(' {
            let Some((inside, after)) = rest[1..].split_once(')') else {
                return Err(refusal(format!("a bracket in {phrase:?} is not closed"), "close it with `)`"));
            };
            if inside.contains('(') {
                return Err(refusal(
                    format!("a choice in {phrase:?} is nested"),
                    "write the alternatives side by side",
                ));
            }
            if !after.is_empty() && !after.starts_with(is_separator) {
                return Err(glued());
            }
            parts.push(Part::Choice(inside));
            rest = after;
        } else {
            let end = rest.find(is_separator).unwrap_or(rest.len());
            let word = &rest[..end];
            if word.contains(['(', ')', '|']) {
                return Err(glued());
            }
            parts.push(Part::Word(word));
            rest = &rest[end..];
        }
    }
}

/// Where the tokenizer of `tag` would part words too.
fn is_separator(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '-' | '/' | '&')
}

/// Curly quotes and long dashes as the straight ones.
fn plain_punctuation(letter: char) -> char {
    match letter {
        '\u{2018}' | '\u{2019}' | '\u{02bc}' | '\u{ff07}' => '\'',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        other => other,
    }
}

struct Reader<'f> {
    matching: Matching,
    stemmer: Option<Stemmer>,
    /// The written forms of characters, where each character is a word.
    forms: Option<&'f Forms>,
}

impl Reader<'_> {
    /// The step sequences a part can be; single words of a choice are gathered into one step.
    fn alternatives(&self, part: &Part<'_>) -> Result<Vec<Vec<Step>>, Refusal> {
        let inside = match part {
            Part::Word(word) => return Ok(vec![self.steps(word)?]),
            Part::Choice(inside) => inside,
        };
        let mut single: Vec<WordPattern> = Vec::new();
        let mut several: Vec<Vec<Step>> = Vec::new();
        for alternative in inside.split('|') {
            let words = alternative.split(is_separator).filter(|word| !word.is_empty());
            let steps = words.map(|word| self.steps(word)).collect::<Result<Vec<_>, _>>()?;
            let mut steps = steps.concat();
            match steps.as_mut_slice() {
                [Step::Word(patterns)] => single.append(patterns),
                _ => several.push(steps),
            }
        }
        if !single.is_empty() {
            single.sort_unstable();
            single.dedup();
            several.push(vec![Step::Word(single)]);
        }
        Ok(several)
    }

    /// One step, or one for each character where characters are words: `39万亿` is `39`, `万`, `亿`.
    fn steps(&self, word: &str) -> Result<Vec<Step>, Refusal> {
        let Some(forms) = self.forms else { return Ok(vec![self.step(word)?]) };
        let word: String = word.chars().map(narrowed).collect();
        if !word.contains(is_han) {
            return Ok(vec![self.step(&word)?]);
        }
        if word.contains(['*', '=', '#', '~']) {
            return Err(refusal(
                format!("{word:?} joins a sign to a character"),
                "put spaces around `~2`, `#` and `=QE`; `*` has no meaning beside a character",
            ));
        }
        let mut steps = Vec::new();
        let mut others = String::new();
        for letter in word.chars() {
            if !is_han(letter) {
                others.push(letter);
                continue;
            }
            if !others.is_empty() {
                steps.push(self.step(&std::mem::take(&mut others))?);
            }
            let written = forms.of(letter);
            steps.push(Step::Word(written.map(|form| WordPattern::Form(form.to_string())).collect()));
        }
        if !others.is_empty() {
            steps.push(self.step(&others)?);
        }
        Ok(steps)
    }

    fn step(&self, word: &str) -> Result<Step, Refusal> {
        if let Some(width) = word.strip_prefix('~') {
            return match width.parse::<u8>() {
                Ok(width) if (1..=WIDEST_GAP).contains(&width) => Ok(Step::Gap(width)),
                _ => {
                    Err(refusal(format!("gap {word:?} is not one of ~1 to ~5"), "write ~1, ~2, ~3, ~4 or ~5"))
                }
            };
        }
        if word == "#" {
            return Ok(Step::Word(vec![WordPattern::Number]));
        }
        if let Some(exact) = word.strip_prefix('=') {
            let exact = undotted(exact);
            if exact.is_empty() || !exact.chars().all(char::is_alphanumeric) {
                return Err(refusal(
                    format!("{word:?} names no word"),
                    "write the word in its case after `=`: `=QE`",
                ));
            }
            return Ok(Step::Word(vec![WordPattern::Case(exact)]));
        }
        if word.contains('*') {
            let pieces: Vec<String> = word.to_lowercase().split('*').map(str::to_owned).collect();
            let letters = pieces.iter().all(|piece| piece.chars().all(char::is_alphanumeric));
            if pieces[0].chars().count() < SHORTEST_GLOB_START || !letters {
                return Err(refusal(
                    format!("glob {word:?} starts with fewer than three letters"),
                    "write at least three letters before `*`",
                ));
            }
            if pieces.iter().skip(1).any(|piece| !piece.is_empty()) {
                return Err(refusal(
                    format!("glob {word:?} has its `*` within the word"),
                    "`*` stands at the end of a word: `devalu*`; name other forms by choice: `(a|b)`",
                ));
            }
            return Ok(Step::Word(vec![WordPattern::Glob(pieces)]));
        }
        self.word(word)
    }

    fn word(&self, word: &str) -> Result<Step, Refusal> {
        let lower = unpossessed(&undotted(word)).to_lowercase();
        let number = lower.starts_with(|letter: char| letter.is_ascii_digit());
        let allowed =
            |letter: char| letter.is_alphanumeric() || letter == '\'' || number && ".,%".contains(letter);
        if lower.is_empty() || !lower.chars().all(allowed) || lower.starts_with('\'') {
            return Err(refusal(
                format!("{word:?} is not a word"),
                "use letters, digits, `(a|b)`, `*`, `~N`, `=Word` and `#` only",
            ));
        }
        let patterns = match (self.matching, &self.stemmer) {
            _ if number => vec![WordPattern::Form(lower)],
            (Matching::Inflected, _) => inflect::forms(&lower).into_iter().map(WordPattern::Form).collect(),
            (Matching::Stem, Some(stemmer)) => vec![WordPattern::Stem(stemmer.stem(&lower).into_owned())],
            _ => vec![WordPattern::Form(lower)],
        };
        Ok(Step::Word(patterns))
    }
}

/// `U.S.` as the tokenizer reads it: `US`.
fn undotted(word: &str) -> String {
    let trimmed = word.strip_suffix('.').unwrap_or(word);
    let dotted = word.contains('.')
        && trimmed
            .split('.')
            .all(|piece| piece.chars().count() == 1 && piece.chars().all(char::is_alphabetic));
    if dotted { trimmed.replace('.', "") } else { word.to_owned() }
}

/// `Fed's` and `banks'` as the tokenizer reads them: `Fed`, `banks`.
fn unpossessed(word: &str) -> &str {
    let bare = word.strip_suffix("'s").or_else(|| word.strip_suffix("'S")).unwrap_or(word);
    let bare = bare.strip_suffix('\'').unwrap_or(bare);
    if bare.is_empty() { word } else { bare }
}
