//! Keyword in context: where a phrase stands in a text, and the words around it.
//!
//! The term is written as lexicon entries are and is found by the tagger itself, on a lexicon that
//! holds nothing else: what `find` shows is what an entry of these words would match, in every detail of
//! words, hyphens, possessives and clauses. `pipeline` brings the articles, one after the other;
//! nothing is kept but counts, so memory does not grow with what is searched.

use std::collections::BTreeMap;

use crate::{
    calendar::Day,
    lexicon::{
        Axis, BaseDirection, BaseModality, Entry, Family, Lexicon, LexiconId, Lexicons, Matching, Phrase,
        PhraseError, Pole,
    },
    tag::{Field, Tagger},
};

/// Finds one phrase in texts.
pub struct Finder {
    tagger: Tagger,
}

/// One place where the phrase stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Title or text.
    pub field: Field,
    /// First byte in the field.
    pub start: usize,
    /// The characters before it, spaces single, control characters left out.
    pub before: String,
    /// The words found.
    pub words: String,
    /// The characters after it.
    pub after: String,
}

impl Finder {
    /// For a phrase as lexicon entries are written; `language` says how words are inflected and stemmed.
    pub fn new(term: &str, matching: Matching, language: &str) -> Result<Self, PhraseError> {
        let phrase = Phrase::read(term, matching, language)?;
        let pole = |name: &str| Pole { name: name.to_owned(), narratives: Vec::new() };
        let family = Family {
            narrative: 0,
            matching,
            weight: 1000,
            unless: Vec::new(),
            needs: None,
            direction: BaseDirection::Asserted,
            modality: BaseModality::Realised,
            file: String::new(),
        };
        let lexicon = Lexicon {
            id: LexiconId { language: language.to_owned(), version: "0".to_owned(), hash: 0 },
            files: Vec::new(),
            families: vec![family],
            entries: vec![Entry { family: 0, phrase }],
            cues: Vec::new(),
            groups: Vec::new(),
        };
        let axis = Axis { poles: [pole("from"), pole("to")], hedge: 0, risk: 0 };
        let lexicons = Lexicons { axis, narratives: vec!["term".to_owned()], languages: vec![lexicon] };
        Ok(Self { tagger: Tagger::new(lexicons) })
    }

    /// Every place in an article, in order, with so many characters on either side.
    pub fn find(&self, title: &str, text: &str, context: usize) -> Vec<Found> {
        // Most articles do not hold it, and counting is the fast path.
        if self.tagger.count(title, text, None).narratives[0].asserted == 0 {
            return Vec::new();
        }
        let place = |field, start: usize, end: usize| {
            let within = if field == Field::Title { title } else { text };
            Found {
                field,
                start,
                before: last_characters(&within[..start], context),
                words: squeezed(&within[start..end]).trim().to_owned(),
                after: first_characters(&within[end..], context),
            }
        };
        let mentions = self.tagger.tag(title, text, None).mentions;
        mentions.iter().map(|one| place(one.field, one.start, one.end)).collect()
    }
}

/// The start of a text as one line: at most so many characters.
pub fn first_characters(text: &str, most: usize) -> String {
    // Spaces may fold away: four times as many characters are enough to fill the room but for rows of blanks.
    let end = text.char_indices().nth(most.saturating_mul(4)).map_or(text.len(), |(at, _)| at);
    let line = squeezed(&text[..end]);
    let cut = line.char_indices().nth(most).map_or(line.len(), |(at, _)| at);
    line[..cut].trim_end().to_owned()
}

/// The end of a text as one line: at most so many characters.
pub fn last_characters(text: &str, most: usize) -> String {
    let from =
        text.char_indices().rev().nth(most.saturating_mul(4).saturating_sub(1)).map_or(0, |(at, _)| at);
    let line = squeezed(&text[from..]);
    let cut = line.char_indices().rev().nth(most.saturating_sub(1)).map_or(0, |(at, _)| at);
    if most == 0 { String::new() } else { line[cut..].trim_start().to_owned() }
}

/// A text on one line: blanks single, control and bidirectional characters left out.
fn squeezed(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_whitespace() {
            if !line.ends_with(' ') {
                line.push(' ');
            }
        } else if !letter.is_control()
            && !matches!(letter, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        {
            line.push(letter);
        }
    }
    line
}

/// How often the phrase was found, and in how much: the footer of a concordance.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Census {
    /// Everything that was searched.
    pub all: Counted,
    /// By year and month; articles without a date are in none.
    pub months: BTreeMap<(i16, i8), Counted>,
    /// By source.
    pub sources: BTreeMap<String, Counted>,
}

/// Hits, and the articles behind them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counted {
    /// Places found.
    pub hits: u64,
    /// Articles with at least one.
    pub hit_articles: u64,
    /// Articles searched.
    pub articles: u64,
}

/// Sources counted by name; the rest are counted together, so that no file can fill memory with names.
const MOST_SOURCES: usize = 10_000;
/// What the rest are called.
const OTHER_SOURCES: &str = "(others)";

impl Census {
    /// Counts one article that was searched.
    pub fn note(&mut self, day: Option<Day>, source: &str, hits: usize) {
        self.all.note(hits);
        if let Some(day) = day {
            let date = day.date();
            self.months.entry((date.year(), date.month())).or_default().note(hits);
        }
        match self.sources.get_mut(source) {
            Some(known) => known.note(hits),
            None => {
                let name = if self.sources.len() < MOST_SOURCES { source } else { OTHER_SOURCES };
                self.sources.entry(name.to_owned()).or_default().note(hits);
            }
        }
    }

    /// The months summed to years.
    pub fn years(&self) -> BTreeMap<i16, Counted> {
        let mut years: BTreeMap<i16, Counted> = BTreeMap::new();
        for ((year, _), month) in &self.months {
            let year = years.entry(*year).or_default();
            year.hits += month.hits;
            year.hit_articles += month.hit_articles;
            year.articles += month.articles;
        }
        years
    }
}

impl Counted {
    fn note(&mut self, hits: usize) {
        self.hits += hits as u64;
        self.hit_articles += u64::from(hits > 0);
        self.articles += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(term: &str, matching: Matching, title: &str, text: &str, expected: &[&str]) {
        let finder = Finder::new(term, matching, "en").expect("the phrase is good");
        let shown: Vec<String> = finder
            .find(title, text, 12)
            .into_iter()
            .map(|one| format!("{}[{}]{}", one.before, one.words, one.after))
            .collect();
        assert_eq!(shown, expected, "{term:?} in {title:?}, {text:?}");
    }

    #[test]
    fn a_term_is_found_as_an_entry_would_be() {
        let exact = Matching::Exact;
        check("safe haven", exact, "The safe-haven bid", "", &["The [safe-haven] bid"]);
        check("war", exact, "The war\u{2019}s end", "No wars.", &["The [war]\u{2019}s end"]);
        check("war", Matching::Inflected, "Warring", "", &[]);
        check("fear", Matching::Inflected, "Fears feared", "", &["[Fears] feared", "Fears [feared]"]);
        check("debas*", exact, "On debasement", "", &["On [debasement]"]);
        check("flight ~2 safety", exact, "A flight to safety", "", &["A [flight to safety]"]);
        check(
            "(gold|silver) rally",
            exact,
            "Silver rally, gold rally",
            "",
            &["[Silver rally], gold rally", "lver rally, [gold rally]"],
        );
        check("=QE", exact, "QE and qe", "", &["[QE] and qe"]);
    }

    #[test]
    fn contexts_are_one_clean_line() {
        check(
            "war",
            Matching::Exact,
            "",
            "a\u{1b}[31m long\n\n  story of war\tand\u{202e} peace again",
            &["ng story of [war] and peace a"],
        );
        assert_eq!(last_characters("grüße an alle", 6), "n alle");
        assert_eq!((first_characters("ab", 0), last_characters("ab", 0)), (String::new(), String::new()));
    }

    #[test]
    fn a_bad_phrase_says_what_to_do() {
        let error = Finder::new("de*", Matching::Exact, "en").err().expect("it is refused");
        assert_eq!(error.to_string(), "glob \"de*\" starts with fewer than three letters");
        assert_eq!(error.hint, "write at least three letters before `*`");
        assert!(Finder::new("", Matching::Exact, "en").is_err());
        assert!(Finder::new("war", Matching::Inflected, "zz").is_err());
    }

    #[test]
    fn counts_are_kept_by_month_year_and_source() {
        let mut census = Census::default();
        let day = |text: &str| Day::from(text.parse::<jiff::civil::Date>().expect("a date"));
        census.note(Some(day("2025-12-31")), "a", 2);
        census.note(Some(day("2026-01-01")), "a", 0);
        census.note(None, "b", 1);
        assert_eq!(census.all, Counted { hits: 3, hit_articles: 2, articles: 3 });
        assert_eq!(census.months[&(2026, 1)], Counted { hits: 0, hit_articles: 0, articles: 1 });
        assert_eq!(census.years().len(), 2);
        assert_eq!(census.sources["a"].articles, 2);
    }
}
