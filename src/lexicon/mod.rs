//! Vocabulary: the lexicons. Narratives and their terms, cues that bend meaning, groups of actors
//! and assets, and the axis that says which narratives make which pole.
//!
//! The flow: [`SourceFile`]s (text and a name, no I/O here) go through `source` (TOML to raw tables,
//! each value with its line), `phrase`, `inflect` and `forms` (a phrase to the word sequences it stands for)
//! and `assemble` (names resolved across files) into [`Lexicons`]. Every file names its language, so
//! several languages live side by side; `tag` compiles one matcher for each.
//!
//! What the user wrote is refused when doubtful, with file, line and what to do: unknown keys, empty
//! phrases, unknown names, duplicates. Limits per phrase keep a hostile file from costing more than
//! its own size. Left out on purpose: finding anything in a text, which is `tag`'s.

use std::fmt;

mod advice;
mod assemble;
mod axis;
mod built_in;
mod forms;
mod inflect;
mod phrase;
mod source;
#[cfg(test)]
mod tests;
mod whole;

pub use axis::{Axis, Pole};
pub use forms::{is_han, narrowed};
pub use phrase::{PhraseError, Step, WordPattern, glob_matches};

/// Names one version of one language's lexicon: what made a score.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LexiconId {
    /// Two letters, lower case.
    pub language: String,
    /// The newest version among the language's files.
    pub version: String,
    /// A hash over the content of all its files and the axis, whatever order and paths they came in.
    pub hash: u32,
}

impl fmt::Display for LexiconId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {:08x}", self.language, self.version, self.hash)
    }
}

/// One lexicon file as text, under the name that error messages use.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// A path, or `built in: en/fear.toml`.
    pub name: String,
    /// The TOML text.
    pub text: String,
}

/// All lexicons in force: the axis, the narratives it names, and one lexicon per language.
#[derive(Debug, Clone)]
pub struct Lexicons {
    /// Which narratives make which pole.
    pub axis: Axis,
    /// Names of all narratives, those of the poles first in the order of the axis, then the context
    /// narratives in alphabetical order. A [`NarrativeId`] is a position in this list.
    pub narratives: Vec<String>,
    /// One per language, in alphabetical order of the language.
    pub languages: Vec<Lexicon>,
}

/// Position in [`Lexicons::narratives`].
pub type NarrativeId = usize;

/// The lexicon of one language: what `lexicon show` lists and `tag` compiles.
#[derive(Debug, Clone)]
pub struct Lexicon {
    /// Its identity.
    pub id: LexiconId,
    /// The heads of its files, in the order they were given.
    pub files: Vec<FileHead>,
    /// Families of terms that share settings: one per `[[terms]]` table.
    pub families: Vec<Family>,
    /// Every phrase that evokes a narrative, family by family. `tag` numbers mentions by position here.
    pub entries: Vec<Entry>,
    /// Every phrase that bends a meaning or ends a clause.
    pub cues: Vec<Cue>,
    /// Actors and assets that `needs` asks for.
    pub groups: Vec<Group>,
}

/// What a lexicon file says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileHead {
    /// The file's name, as given in [`SourceFile::name`].
    pub file: String,
    /// `narrative`, `cues`, `group` or `forms`.
    pub kind: &'static str,
    /// The narrative's name, or the file's own.
    pub name: String,
    /// As written, for example `1.2.0`.
    pub version: String,
    /// Where the terms come from.
    pub origin: String,
    /// An SPDX expression.
    pub licence: String,
    /// For a reader; may be empty.
    pub describe: String,
}

/// How the words of a phrase are compared with the words of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Matching {
    /// As written, without regard to case.
    #[default]
    Exact,
    /// Words of more than three letters in all their regular English forms.
    Inflected,
    /// By Snowball stem.
    Stem,
}

/// Where something is looked for around a mention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scope {
    /// In the clause of the mention.
    #[default]
    Clause,
    /// In its sentence.
    Sentence,
}

/// What the bare mention says of its narrative, before any cue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BaseDirection {
    /// It is there or growing.
    #[default]
    Asserted,
    /// It is gone or going ("risk appetite returns", for fear).
    Reversed,
}

/// Whether the bare mention speaks of a fact, before any cue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BaseModality {
    /// It is so.
    #[default]
    Realised,
    /// It is expected or hoped for.
    Expected,
}

/// A condition of a family: one of these groups must be named near the mention.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needs {
    /// Positions in [`Lexicon::groups`]; one of them is enough.
    pub groups: Vec<usize>,
    /// How near.
    pub within: Scope,
    /// Asked for only where one of these groups is named in the sentence; always when empty.
    pub when: Vec<usize>,
}

/// A family of terms that share settings.
#[derive(Debug, Clone)]
pub struct Family {
    /// What its terms evoke.
    pub narrative: NarrativeId,
    /// How their words are compared.
    pub matching: Matching,
    /// Thousandths, 1 to 1000.
    pub weight: u16,
    /// A mention that overlaps one of these is suppressed.
    pub unless: Vec<Phrase>,
    /// What must be named near a mention, if anything.
    pub needs: Option<Needs>,
    /// Before cues.
    pub direction: BaseDirection,
    /// Before cues.
    pub modality: BaseModality,
    /// The file it stands in.
    pub file: String,
}

/// One phrase that evokes a narrative.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Position in [`Lexicon::families`].
    pub family: usize,
    /// Its key and what it stands for.
    pub phrase: Phrase,
}

/// A phrase as written, and the word sequences it stands for.
#[derive(Debug, Clone)]
pub struct Phrase {
    /// As written in the file.
    pub text: String,
    /// Its line in the file, from 1; 0 where it stands in none.
    pub line: usize,
    /// The word sequences it stands for, choices multiplied out.
    pub readings: Vec<Vec<Step>>,
}

/// What a cue does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CueRole {
    /// Says there is none of it ("no sign of").
    Absent,
    /// Turns it round ("ease", "end of").
    Reverse,
    /// Cancels an absent or reverse cue that follows it ("fails to calm").
    Restore,
    /// Makes it expected ("bets on").
    Expect,
    /// Makes it doubted ("unlikely").
    Doubt,
    /// Does nothing, and keeps shorter cues within it from acting: the "to" of "react to".
    Idle,
    /// Ends a clause ("but").
    Break,
}

/// Where a cue stands relative to the mention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Side {
    /// "no sign of" panic.
    #[default]
    Before,
    /// tensions "ease".
    After,
    /// Both occur: "fading" fear, fear "fading".
    Either,
}

/// One phrase that bends the meaning of mentions near it.
#[derive(Debug, Clone)]
pub struct Cue {
    /// What it does.
    pub role: CueRole,
    /// Where it stands.
    pub side: Side,
    /// At most this many words between cue and mention.
    pub reach: u8,
    /// Whether it ends with its clause or reaches over commas ("once fear gives way to debt, deficits").
    pub within: Scope,
    /// One flag per narrative: whether it bends that narrative.
    pub applies: Vec<bool>,
    /// The words.
    pub phrase: Phrase,
    /// The file it stands in.
    pub file: String,
}

/// A named set of phrases: actors, assets, markets.
#[derive(Debug, Clone)]
pub struct Group {
    /// The name that `needs` uses.
    pub name: String,
    /// Any of them is a hit.
    pub phrases: Vec<Phrase>,
    /// The file it stands in.
    pub file: String,
}

impl Group {
    /// The name of words with which two cues stand side by side; see lexicons/en/grammar.toml.
    pub const JOINS: &str = "joins";
    /// The name of words behind which nothing is the verb's object.
    pub const LINKS: &str = "links";
    /// The name of words that bring about what follows.
    pub const RAISES: &str = "raises";
    /// The name of verbs that end a clause before "and".
    pub const MOVES: &str = "moves";

    /// Whether it has a meaning of its own, so that no `needs` has to name it.
    pub fn is_special(&self) -> bool {
        [Self::JOINS, Self::LINKS, Self::RAISES, Self::MOVES].contains(&self.name.as_str())
    }
}

/// What is wrong with a lexicon, with file and line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {what}")]
pub struct LexiconError {
    /// The file's name.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// One lower-case clause.
    pub what: String,
    /// What to do about it, for a `hint:` line.
    pub hint: String,
}

impl Lexicons {
    /// The lexicons built into the binary.
    pub fn built_in() -> Self {
        Self::load(&built_in::files()).expect("the built-in lexicons are loaded by a test")
    }

    /// The files built into the binary, for listing, copying and checking.
    pub fn built_in_files() -> Vec<SourceFile> {
        built_in::files()
    }

    /// The files in force when a user gives some: with an axis among them they stand alone, without one they
    /// extend those built in, a file taking the place of the one of the same language, kind and name.
    pub fn joined(given: Vec<SourceFile>) -> Vec<SourceFile> {
        built_in::joined(given)
    }

    /// Reads lexicon files; every file is checked, the first error in file order is returned.
    pub fn load(files: &[SourceFile]) -> Result<Self, LexiconError> {
        Self::check(files).map_err(|mut errors| errors.swap_remove(0))
    }

    /// As [`load`](Self::load), but returns every error, in order of file and line.
    pub fn check(files: &[SourceFile]) -> Result<Self, Vec<LexiconError>> {
        assemble::assemble(files)
    }

    /// Whether a lexicon reads this language.
    pub fn reads(&self, language: &str) -> bool {
        let primary = language.split(['-', '_']).next().unwrap_or(language).to_lowercase();
        self.languages.iter().any(|one| one.id.language == primary)
    }

    /// The lexicon for a language; English where the language is unknown or has none.
    pub fn for_language(&self, language: Option<&str>) -> &Lexicon {
        &self.languages[self.language_index(language)]
    }

    /// Position in [`languages`](Self::languages) of what [`for_language`](Self::for_language) answers.
    pub fn language_index(&self, language: Option<&str>) -> usize {
        let position = |wanted: &str| self.languages.iter().position(|one| one.id.language == wanted);
        // `en-GB` is read by `en`.
        let primary = language.map(|tag| tag.split(['-', '_']).next().unwrap_or(tag).to_lowercase());
        primary.as_deref().and_then(position).or_else(|| position("en")).unwrap_or(0)
    }

    /// The position of a narrative.
    pub fn narrative(&self, name: &str) -> Option<NarrativeId> {
        self.narratives.iter().position(|one| one == name)
    }
}

impl Lexicon {
    /// The entries of one narrative with their families, in order of file and line: what a listing shows.
    pub fn entries_of(&self, narrative: NarrativeId) -> impl Iterator<Item = (&Entry, &Family)> {
        self.entries
            .iter()
            .map(|entry| (entry, &self.families[entry.family]))
            .filter(move |(_, family)| family.narrative == narrative)
    }

    /// Whether every Chinese character is a word of its own: the language is written without spaces.
    pub fn is_by_character(&self) -> bool {
        forms::is_by_character(&self.id.language)
    }

    /// The stemmer of this language; `None` where Snowball has none.
    pub fn stemmer(&self) -> Option<rust_stemmers::Stemmer> {
        phrase::stem_algorithm(&self.id.language).map(rust_stemmers::Stemmer::create)
    }
}

impl Matching {
    /// The word used in lexicon files and listings.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Inflected => "inflected",
            Self::Stem => "stem",
        }
    }
}

impl Scope {
    /// The word used in lexicon files and listings.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Clause => "clause",
            Self::Sentence => "sentence",
        }
    }
}

impl CueRole {
    /// The word used in lexicon files and listings.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Reverse => "reverse",
            Self::Restore => "restore",
            Self::Expect => "expect",
            Self::Doubt => "doubt",
            Self::Idle => "idle",
            Self::Break => "break",
        }
    }
}
