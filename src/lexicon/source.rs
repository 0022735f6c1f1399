//! One lexicon file: TOML text to raw tables, every value that can be wrong with its place.
//!
//! First step of the room; `assemble` gives the tables meaning. Unknown keys and kinds are refused
//! here, names that live in other files are not looked at. These are the only types of the room that
//! derive deserialization: they spell the file format and nothing else uses them.

use serde::Deserialize;
use toml::Spanned;

use super::{LexiconError, SourceFile};

/// A file that parsed.
pub(super) enum Raw {
    Narrative(RawNarrative),
    Cues(RawCues),
    Groups(RawGroups),
    Forms(RawForms),
    Axis(RawAxis),
}

/// `kind = "narrative"`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawNarrative {
    pub(super) name: Spanned<String>,
    #[serde(rename = "kind")]
    _kind: String,
    pub(super) version: Spanned<String>,
    pub(super) language: Spanned<String>,
    pub(super) origin: String,
    pub(super) licence: String,
    #[serde(default)]
    pub(super) describe: String,
    pub(super) terms: Vec<Spanned<RawTerms>>,
}

/// `kind = "cues"`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCues {
    pub(super) name: Spanned<String>,
    #[serde(rename = "kind")]
    _kind: String,
    pub(super) version: Spanned<String>,
    pub(super) language: Spanned<String>,
    pub(super) origin: String,
    pub(super) licence: String,
    #[serde(default)]
    pub(super) describe: String,
    pub(super) cues: Vec<Spanned<RawCue>>,
}

/// `kind = "group"`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawGroups {
    pub(super) name: Spanned<String>,
    #[serde(rename = "kind")]
    _kind: String,
    pub(super) version: Spanned<String>,
    pub(super) language: Spanned<String>,
    pub(super) origin: String,
    pub(super) licence: String,
    #[serde(default)]
    pub(super) describe: String,
    pub(super) groups: Vec<Spanned<RawGroup>>,
}

/// `kind = "forms"`: which characters are one character in several scripts.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawForms {
    pub(super) name: Spanned<String>,
    #[serde(rename = "kind")]
    _kind: String,
    pub(super) version: Spanned<String>,
    pub(super) language: Spanned<String>,
    pub(super) origin: String,
    pub(super) licence: String,
    #[serde(default)]
    pub(super) describe: String,
    pub(super) forms: Vec<Spanned<String>>,
}

/// `kind = "axis"`: no language, it holds for all.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawAxis {
    #[serde(rename = "name")]
    _name: String,
    #[serde(rename = "kind")]
    _kind: String,
    #[serde(rename = "version")]
    _version: String,
    #[serde(rename = "origin")]
    _origin: String,
    #[serde(rename = "licence")]
    _licence: String,
    #[serde(rename = "describe", default)]
    _describe: String,
    pub(super) poles: Vec<Spanned<RawPole>>,
    pub(super) framing: Spanned<RawFraming>,
}

/// One `[[poles]]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPole {
    pub(super) name: Spanned<String>,
    pub(super) narratives: Vec<Spanned<String>>,
}

/// `[framing]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawFraming {
    pub(super) hedge: Spanned<String>,
    pub(super) risk: Spanned<String>,
}

/// One `[[terms]]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawTerms {
    #[serde(rename = "match", default)]
    pub(super) matching: RawMatching,
    pub(super) weight: Option<Spanned<f64>>,
    pub(super) phrases: Spanned<Vec<Spanned<String>>>,
    #[serde(default)]
    pub(super) unless: Vec<Spanned<String>>,
    pub(super) needs: Option<Spanned<RawNeeds>>,
    #[serde(default)]
    pub(super) direction: RawDirection,
    #[serde(default)]
    pub(super) modality: RawModality,
}

/// What a family asks for near its mentions.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawNeeds {
    pub(super) groups: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) within: RawScope,
    #[serde(default)]
    pub(super) when: Vec<Spanned<String>>,
}

/// One `[[cues]]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCue {
    pub(super) role: RawRole,
    pub(super) side: Option<RawSide>,
    pub(super) reach: Option<Spanned<i64>>,
    #[serde(default)]
    pub(super) within: RawScope,
    #[serde(rename = "match", default)]
    pub(super) matching: RawMatching,
    pub(super) phrases: Spanned<Vec<Spanned<String>>>,
    #[serde(rename = "for")]
    pub(super) only: Option<Vec<Spanned<String>>>,
    #[serde(default)]
    pub(super) not_for: Vec<Spanned<String>>,
}

/// One `[[groups]]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawGroup {
    pub(super) name: Spanned<String>,
    #[serde(rename = "match", default)]
    pub(super) matching: RawMatching,
    pub(super) phrases: Spanned<Vec<Spanned<String>>>,
}

/// A file, and where its offsets lie.
pub(super) struct Place<'a>(pub(super) &'a SourceFile);

impl Place<'_> {
    /// The line of a byte, from 1.
    pub(super) fn line(&self, byte: usize) -> usize {
        let before = self.0.text.as_bytes().get(..byte).unwrap_or(self.0.text.as_bytes());
        1 + before.iter().filter(|&&letter| letter == b'\n').count()
    }

    /// An error at a byte.
    pub(super) fn error(
        &self,
        byte: usize,
        what: impl Into<String>,
        hint: impl Into<String>,
    ) -> LexiconError {
        LexiconError {
            file: self.0.name.clone(),
            line: self.line(byte),
            what: what.into(),
            hint: hint.into(),
        }
    }
}

/// Only the key that says how to read the rest.
#[derive(Deserialize)]
struct Kind {
    kind: Spanned<String>,
}

/// Reads one file.
pub(super) fn parse(file: &SourceFile) -> Result<Raw, LexiconError> {
    let kind = table::<Kind>(file)?.kind;
    match kind.get_ref().as_str() {
        "narrative" => table(file).map(Raw::Narrative),
        "cues" => table(file).map(Raw::Cues),
        "group" => table(file).map(Raw::Groups),
        "forms" => table(file).map(Raw::Forms),
        "axis" => table(file).map(Raw::Axis),
        other => Err(Place(file).error(
            kind.span().start,
            format!("kind {other:?} is unknown"),
            "use narrative, cues, group, forms or axis",
        )),
    }
}

fn table<T: serde::de::DeserializeOwned>(file: &SourceFile) -> Result<T, LexiconError> {
    toml::from_str(&file.text).map_err(|error| {
        let byte = error.span().map_or(0, |span| span.start);
        let what = error.message().lines().collect::<Vec<_>>().join(", ");
        Place(file).error(byte, what, "the format is described at the head of lexicons/axis.toml")
    })
}

/// `match`.
#[derive(Deserialize, Clone, Copy, Default)]
#[serde(rename_all = "lowercase")]
pub(super) enum RawMatching {
    #[default]
    Exact,
    Inflected,
    Stem,
}

impl From<RawMatching> for super::Matching {
    fn from(raw: RawMatching) -> Self {
        match raw {
            RawMatching::Exact => Self::Exact,
            RawMatching::Inflected => Self::Inflected,
            RawMatching::Stem => Self::Stem,
        }
    }
}

/// `within`.
#[derive(Deserialize, Clone, Copy, Default)]
#[serde(rename_all = "lowercase")]
pub(super) enum RawScope {
    #[default]
    Clause,
    Sentence,
}

impl From<RawScope> for super::Scope {
    fn from(raw: RawScope) -> Self {
        match raw {
            RawScope::Clause => Self::Clause,
            RawScope::Sentence => Self::Sentence,
        }
    }
}

/// `direction`.
#[derive(Deserialize, Clone, Copy, Default)]
#[serde(rename_all = "lowercase")]
pub(super) enum RawDirection {
    #[default]
    Asserted,
    Reversed,
}

impl From<RawDirection> for super::BaseDirection {
    fn from(raw: RawDirection) -> Self {
        match raw {
            RawDirection::Asserted => Self::Asserted,
            RawDirection::Reversed => Self::Reversed,
        }
    }
}

/// `modality`.
#[derive(Deserialize, Clone, Copy, Default)]
#[serde(rename_all = "lowercase")]
pub(super) enum RawModality {
    #[default]
    Realised,
    Expected,
}

impl From<RawModality> for super::BaseModality {
    fn from(raw: RawModality) -> Self {
        match raw {
            RawModality::Realised => Self::Realised,
            RawModality::Expected => Self::Expected,
        }
    }
}

/// `role`.
#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
pub(super) enum RawRole {
    Absent,
    Reverse,
    Restore,
    Expect,
    Doubt,
    Idle,
    Break,
}

impl From<RawRole> for super::CueRole {
    fn from(raw: RawRole) -> Self {
        match raw {
            RawRole::Absent => Self::Absent,
            RawRole::Reverse => Self::Reverse,
            RawRole::Restore => Self::Restore,
            RawRole::Expect => Self::Expect,
            RawRole::Doubt => Self::Doubt,
            RawRole::Idle => Self::Idle,
            RawRole::Break => Self::Break,
        }
    }
}

/// `side`.
#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
pub(super) enum RawSide {
    Before,
    After,
    Either,
}

impl From<RawSide> for super::Side {
    fn from(raw: RawSide) -> Self {
        match raw {
            RawSide::Before => Self::Before,
            RawSide::After => Self::After,
            RawSide::Either => Self::Either,
        }
    }
}
