//! What loads and yet does nothing: entries that can never win or never count, exceptions that can never
//! apply, cues and groups that nothing reaches.
//!
//! After `assemble`, for `lexicon check` alone. Says only what is sure from the patterns themselves: one
//! covers another when it accepts every text the other accepts, over the same words. Two entries that only
//! partly meet are no fault, the longest match is for that. Work is bounded by comparing phrases that
//! begin alike.

use std::collections::HashMap;

use rust_stemmers::Stemmer;

use super::{
    Cue, CueRole, Entry, Family, Lexicon, LexiconError, Lexicons, Phrase, Scope, Side, Step, WordPattern,
    glob_matches, inflect,
};

impl Lexicons {
    /// What does nothing, in order of language, file and line: each with what to do about it. A lexicon
    /// with such entries works, but not as whoever wrote it may think.
    pub fn warnings(&self) -> Vec<LexiconError> {
        let mut all = Vec::new();
        for lexicon in &self.languages {
            let mut found = Advice { lexicon, stemmer: lexicon.stemmer(), said: Vec::new() };
            found.entries(self.narratives.len());
            found.exceptions();
            found.cues(&self.narratives);
            found.groups();
            let place = |file: &str| lexicon.files.iter().position(|head| head.file == file);
            found.said.sort_by_key(|one| (place(&one.file), one.line));
            all.append(&mut found.said);
        }
        all
    }
}

struct Advice<'a> {
    lexicon: &'a Lexicon,
    stemmer: Option<Stemmer>,
    said: Vec<LexiconError>,
}

/// Readings by what their first word can be: a covering reading begins with the same form, or openly.
#[derive(Default)]
struct ByFirst<'a> {
    forms: HashMap<String, Vec<(usize, &'a [Step])>>,
    open: Vec<(usize, &'a [Step])>,
}

impl<'a> ByFirst<'a> {
    fn add(&mut self, number: usize, reading: &'a [Step]) {
        let Some(Step::Word(patterns)) = reading.first() else { return };
        let mut is_open = false;
        for pattern in patterns {
            match pattern {
                WordPattern::Form(form) => {
                    self.forms.entry(form.clone()).or_default().push((number, reading));
                }
                WordPattern::Case(exact) => {
                    self.forms.entry(exact.to_lowercase()).or_default().push((number, reading));
                }
                WordPattern::Stem(_) | WordPattern::Glob(_) | WordPattern::Number => is_open = true,
            }
        }
        if is_open {
            self.open.push((number, reading));
        }
    }

    /// Every reading whose first word can be the first word of this one.
    fn beginning_alike(&self, reading: &[Step]) -> Vec<(usize, &'a [Step])> {
        let Some(Step::Word(patterns)) = reading.first() else { return Vec::new() };
        let form = |pattern: &WordPattern| match pattern {
            WordPattern::Form(form) => self.forms.get(form),
            WordPattern::Case(exact) => self.forms.get(&exact.to_lowercase()),
            _ => None,
        };
        patterns.iter().filter_map(form).flatten().chain(&self.open).copied().collect()
    }

    /// Readings that may cover this one.
    fn candidates(&self, reading: &[Step]) -> impl Iterator<Item = (usize, &'a [Step])> {
        let form = match reading.first() {
            Some(Step::Word(patterns)) => patterns.iter().find_map(|pattern| match pattern {
                WordPattern::Form(form) => Some(form.clone()),
                WordPattern::Case(exact) => Some(exact.to_lowercase()),
                _ => None,
            }),
            _ => None,
        };
        let alike = form.and_then(|form| self.forms.get(&form)).map_or(&[][..], Vec::as_slice);
        alike.iter().chain(&self.open).copied()
    }
}

impl Advice<'_> {
    fn say(&mut self, file: &str, line: usize, what: String, hint: &str) {
        self.said.push(LexiconError { file: file.to_owned(), line, what, hint: hint.to_owned() });
    }

    fn family(&self, entry: &Entry) -> &Family {
        &self.lexicon.families[entry.family]
    }

    /// Entries that another of their narrative always beats, or whose own exceptions always hold.
    fn entries(&mut self, narratives: usize) {
        let lexicon = self.lexicon;
        let mut by_first: Vec<ByFirst<'_>> = (0..narratives).map(|_| ByFirst::default()).collect();
        for (number, entry) in lexicon.entries.iter().enumerate() {
            let of_narrative = &mut by_first[self.family(entry).narrative];
            entry.phrase.readings.iter().for_each(|reading| of_narrative.add(number, reading));
        }
        for (number, entry) in lexicon.entries.iter().enumerate() {
            let family = &lexicon.families[entry.family];
            if entry.phrase.readings.iter().any(|reading| is_everywhere(reading)) {
                let what = format!("phrase {:?} is met in almost every text", brief(&entry.phrase.text));
                self.say(&family.file, entry.phrase.line, what, "add the words that make it tell something");
            }
            let by_first = &by_first[family.narrative];
            let beaten = |reading: &Vec<Step>| {
                by_first
                    .candidates(reading)
                    .filter(|(other, steps)| *other != number && self.covers(steps, reading))
                    .map(|(other, _)| other)
                    .find(|other| self.beats(*other, number))
            };
            let winners: Option<Vec<usize>> = entry.phrase.readings.iter().map(beaten).collect();
            if let Some(winner) = winners.and_then(|winners| winners.first().copied()) {
                let other = &lexicon.entries[winner];
                let of_other = self.family(other);
                let place = format!("{}:{}", of_other.file, other.phrase.line);
                let why = if of_other.weight > family.weight {
                    "matches the same words and weighs more"
                } else if winner < number {
                    "matches the same words and stands before it"
                } else {
                    "matches the same words under the same settings"
                };
                let what = format!(
                    "phrase {:?} adds nothing: {:?} at {place} {why}",
                    brief(&entry.phrase.text),
                    brief(&other.phrase.text)
                );
                let (file, line) = (family.file.clone(), entry.phrase.line);
                self.say(&file, line, what, "drop it; or move it before the other, with settings of its own");
                continue;
            }
            let excepted = |reading: &Vec<Step>| {
                family
                    .unless
                    .iter()
                    .find(|unless| unless.readings.iter().any(|one| self.lies_in(one, reading)))
            };
            let always: Option<Vec<&Phrase>> = entry.phrase.readings.iter().map(excepted).collect();
            if let Some(unless) = always.and_then(|always| always.first().copied()) {
                let what = format!(
                    "phrase {:?} can never count: unless {:?} at line {} holds wherever it matches",
                    brief(&entry.phrase.text),
                    brief(&unless.text),
                    unless.line
                );
                let (file, line) = (family.file.clone(), entry.phrase.line);
                self.say(&file, line, what, "drop it, or give it a [[terms]] table of its own");
            }
            if let Some(other) = self.contradicted(number, by_first) {
                let other = &lexicon.entries[other];
                let what = format!(
                    "phrase {:?} and {:?} at {}:{} match the same words and say the opposite",
                    brief(&entry.phrase.text),
                    brief(&other.phrase.text),
                    self.family(other).file,
                    other.phrase.line
                );
                let (file, line) = (self.family(entry).file.clone(), entry.phrase.line);
                self.say(&file, line, what, "name the words in one of the two only");
            }
        }
    }

    /// An earlier entry of the other direction that matches some of the same words. Where one of the two
    /// covers the other, the special case is meant and wins or is told to be beaten.
    fn contradicted(&self, number: usize, by_first: &ByFirst<'_>) -> Option<usize> {
        let entry = &self.lexicon.entries[number];
        let direction = self.family(entry).direction;
        let clashes = |reading: &Vec<Step>| {
            by_first.beginning_alike(reading).into_iter().find_map(|(other, steps)| {
                let one = &self.lexicon.entries[other];
                let is_opposite = other < number && self.family(one).direction != direction;
                let meet = || {
                    steps.len() == reading.len() && steps.iter().zip(reading).all(|(a, b)| self.meets(a, b))
                };
                let is_special = || self.covers(steps, reading) || self.covers(reading, steps);
                (is_opposite && meet() && !is_special()).then_some(other)
            })
        };
        entry.phrase.readings.iter().find_map(clashes)
    }

    /// Whether one entry wins wherever both match the same words.
    fn beats(&self, winner: usize, loser: usize) -> bool {
        let (one, other) = (&self.lexicon.entries[winner], &self.lexicon.entries[loser]);
        let (family, of_other) = (self.family(one), self.family(other));
        // What needs something near may be no match; then the other is one.
        let is_sure = family.needs.is_none() || family.needs == of_other.needs;
        // Within one table it is no matter which of them wins.
        let is_same = one.family == other.family && (winner < loser || !self.covers_all(other, one));
        is_sure
            && (family.weight > of_other.weight
                || family.weight == of_other.weight && winner < loser
                || is_same)
    }

    /// Whether every reading of one entry is covered by some reading of another.
    fn covers_all(&self, big: &Entry, small: &Entry) -> bool {
        small
            .phrase
            .readings
            .iter()
            .all(|reading| big.phrase.readings.iter().any(|one| self.covers(one, reading)))
    }

    /// Exceptions that share no word with any phrase they could except.
    fn exceptions(&mut self) {
        let lexicon = self.lexicon;
        for (number, family) in lexicon.families.iter().enumerate() {
            let steps: Vec<&Step> = lexicon
                .entries
                .iter()
                .filter(|entry| entry.family == number)
                .flat_map(|entry| entry.phrase.readings.iter().flatten())
                .collect();
            for unless in &family.unless {
                let meets = unless
                    .readings
                    .iter()
                    .flatten()
                    .any(|step| steps.iter().any(|one| self.meets(one, step)));
                if !meets {
                    let what = format!(
                        "unless {:?} can never apply: no phrase of its table shares a word with it",
                        unless.text
                    );
                    self.say(&family.file, unless.line, what, "drop it, or correct its words");
                }
            }
        }
    }

    /// Cues that bend no narrative, and cues that another does the work of.
    fn cues(&mut self, narratives: &[String]) {
        let lexicon = self.lexicon;
        let has_entries: Vec<bool> =
            (0..narratives.len()).map(|id| lexicon.entries_of(id).next().is_some()).collect();
        let mut by_first = ByFirst::default();
        for (number, cue) in lexicon.cues.iter().enumerate() {
            cue.phrase.readings.iter().for_each(|reading| by_first.add(number, reading));
        }
        for (number, cue) in lexicon.cues.iter().enumerate() {
            let reaches = cue.applies.iter().zip(&has_entries).any(|(applies, has)| *applies && *has);
            if cue.role != CueRole::Break && !reaches {
                let what =
                    format!("cue {:?} bends nothing: no narrative it is for has an entry", cue.phrase.text);
                self.say(&cue.file, cue.phrase.line, what, "correct `for` and `not_for`, or drop it");
                continue;
            }
            let done = |reading: &Vec<Step>| {
                by_first
                    .candidates(reading)
                    .filter(|(other, steps)| *other != number && self.covers(steps, reading))
                    .map(|(other, _)| other)
                    .find(|other| {
                        let one = &lexicon.cues[*other];
                        does_the_work_of(one, cue) && (*other < number || !does_the_work_of(cue, one))
                    })
            };
            let doers: Option<Vec<usize>> = cue.phrase.readings.iter().map(done).collect();
            if let Some(doer) = doers.and_then(|doers| doers.first().copied()) {
                let one = &lexicon.cues[doer];
                let what = format!(
                    "cue {:?} adds nothing: {:?} at {}:{} does the same wherever it stands",
                    brief(&cue.phrase.text),
                    brief(&one.phrase.text),
                    one.file,
                    one.phrase.line
                );
                self.say(&cue.file, cue.phrase.line, what, "drop one of the two");
            }
        }
    }

    /// Groups that no condition names.
    fn groups(&mut self) {
        let lexicon = self.lexicon;
        for (number, group) in lexicon.groups.iter().enumerate() {
            let needs = lexicon.families.iter().filter_map(|family| family.needs.as_ref());
            let mut named = needs.flat_map(|needs| needs.groups.iter().chain(&needs.when));
            if group.is_special() || named.any(|named| *named == number) {
                continue;
            }
            let line = group.phrases.first().map_or(1, |phrase| phrase.line);
            let what = format!("group {:?} is named by no `needs`", group.name);
            self.say(&group.file, line, what, "name it in a `needs`, or drop it");
        }
    }

    /// Whether a reading accepts every text another accepts, over the same words.
    fn covers(&self, big: &[Step], small: &[Step]) -> bool {
        big.len() == small.len() && big.iter().zip(small).all(|(big, small)| self.step_covers(big, small))
    }

    /// Whether an exception's words lie in every text a reading accepts.
    fn lies_in(&self, exception: &[Step], reading: &[Step]) -> bool {
        reading.windows(exception.len()).any(|window| self.covers(exception, window))
    }

    fn step_covers(&self, big: &Step, small: &Step) -> bool {
        match (big, small) {
            (Step::Gap(big), Step::Gap(small)) => big >= small,
            (Step::Word(big), Step::Word(small)) => {
                let accepted = |small| big.iter().any(|big| self.accepts(big, small));
                small.iter().all(accepted) || is_form_of(big, small)
            }
            _ => false,
        }
    }

    /// Whether some word can satisfy both, as far as can be told: in doubt it can.
    fn meets(&self, one: &Step, other: &Step) -> bool {
        let (Step::Word(one), Step::Word(other)) = (one, other) else { return true };
        one.iter().any(|one| {
            other.iter().any(|other| match (one, other) {
                (WordPattern::Glob(one), WordPattern::Glob(other)) => {
                    one[0].starts_with(&other[0]) || other[0].starts_with(&one[0])
                }
                (WordPattern::Glob(_), WordPattern::Stem(_))
                | (WordPattern::Stem(_), WordPattern::Glob(_)) => true,
                (one, other) => self.accepts(one, other) || self.accepts(other, one),
            })
        })
    }

    /// Whether a pattern accepts every word another accepts.
    fn accepts(&self, big: &WordPattern, small: &WordPattern) -> bool {
        use WordPattern::{Case, Form, Glob, Number, Stem};
        let stems_to = |word: &str, stem: &str| {
            self.stemmer.as_ref().is_some_and(|stemmer| stemmer.stem(word).as_ref() == stem)
        };
        match (big, small) {
            (Glob(big), Form(word)) => glob_matches(big, word),
            (Glob(big), Case(word)) => glob_matches(big, &word.to_lowercase()),
            (Glob(big), Glob(small)) => {
                big == small
                    || matches!(big.as_slice(), [start, end] if end.is_empty() && small[0].starts_with(start.as_str()))
            }
            (Stem(stem), Form(word)) => stems_to(word, stem),
            (Stem(stem), Case(word)) => stems_to(&word.to_lowercase(), stem),
            (Form(form), Case(word)) => *form == word.to_lowercase(),
            (Number, Form(word)) => word.starts_with(|letter: char| letter.is_ascii_digit()),
            (big, small) => big == small,
        }
    }
}

/// Whether the second is an inflected form inflected once more (`fears`, `fearses`) and the first has it:
/// what is made of a form is no word.
fn is_form_of(big: &[WordPattern], small: &[WordPattern]) -> bool {
    let form = |pattern: &WordPattern| match pattern {
        WordPattern::Form(form) => Some(form.clone()),
        _ => None,
    };
    let Some(base) = small.iter().filter_map(form).min_by_key(String::len) else { return false };
    let forms = inflect::forms(&base);
    let is_inflected =
        forms.len() > 1 && small.iter().all(|one| form(one).is_some_and(|one| forms.contains(&one)));
    let holds_base = big.iter().filter_map(form).any(|one| one == base);
    let root = |one: String| one.len() < base.len() && inflect::forms(&one).contains(&base);
    is_inflected && holds_base && big.iter().filter_map(form).any(root)
}

/// Words that tell nothing by themselves, in the languages that are built in and those like them.
const EVERYWHERE: &str = " a an and are as at be but by for from has have he if in is it its not of on or our she so \
that the their they this to was we were which will with you \
的 了 是 在 和 与 也 有 这 不 就 都 及 或 der die das und ist le la les des et est el los las y es ";

/// Whether a reading is nothing but a number or a word that stands in almost every text.
fn is_everywhere(reading: &[Step]) -> bool {
    let [Step::Word(patterns)] = reading else { return false };
    patterns.iter().any(|pattern| match pattern {
        WordPattern::Number => true,
        WordPattern::Form(word) => EVERYWHERE.contains(&format!(" {word} ")),
        WordPattern::Stem(_) | WordPattern::Glob(_) | WordPattern::Case(_) => false,
    })
}

/// As much of a phrase as a message has room for; the line tells the rest.
fn brief(phrase: &str) -> String {
    const ROOM: usize = 60;
    if phrase.chars().count() <= ROOM {
        phrase.to_owned()
    } else {
        phrase.chars().take(ROOM - 1).chain(['…']).collect()
    }
}

/// Whether one cue does to every mention what another does, wherever both stand.
fn does_the_work_of(one: &Cue, other: &Cue) -> bool {
    one.role == other.role
        && (one.side == other.side || one.side == Side::Either)
        && one.reach >= other.reach
        && (one.within == other.within || one.within == Scope::Sentence)
        && one.applies.iter().zip(&other.applies).all(|(one, other)| *one || !other)
}

#[cfg(test)]
mod tests;
