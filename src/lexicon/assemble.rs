//! Raw tables of all files to [`Lexicons`]: names resolved, phrases read, duplicates refused.
//!
//! Last step of the room. Errors are gathered, never stop the work, and come out in the order of
//! the files; an error that follows from another (a narrative whose file did not parse) is kept
//! back, so that every line of the answer is something to repair.

use std::collections::{BTreeMap, HashMap};

use toml::Spanned;

use super::forms::Forms;
use super::source::{self, Place, Raw, RawCue, RawGroup, RawNarrative, RawTerms};
use super::{
    Axis, Cue, CueRole, Entry, Family, FileHead, Group, Lexicon, LexiconError, LexiconId, Lexicons, Matching,
    NarrativeId, Needs, Phrase, Scope, Side, SourceFile, phrase,
};

/// Words between cue and mention where the file does not say.
const USUAL_REACH: u8 = 4;
/// A cue further away bends something else; also bounds the work per mention.
const LONGEST_REACH: u8 = 24;

/// Reads all files into lexicons, or tells everything that is wrong with them.
pub(super) fn assemble(files: &[SourceFile]) -> Result<Lexicons, Vec<LexiconError>> {
    let mut work = Assembly { files, errors: Vec::new(), narratives: Vec::new() };
    let raws: Vec<(usize, Raw)> = files
        .iter()
        .enumerate()
        .filter_map(|(at, file)| match source::parse(file) {
            Ok(raw) => Some((at, raw)),
            Err(error) => work.report(at, error),
        })
        .collect();
    // What follows compares files with each other; with one missing it would accuse the others.
    let complete = work.errors.is_empty();
    let axis = work.axis(&raws, complete);
    let languages = work.languages(&raws, axis.as_ref(), complete);
    work.finish(axis, languages)
}

pub(super) struct Assembly<'a> {
    pub(super) files: &'a [SourceFile],
    /// With the position of the file, for the order.
    pub(super) errors: Vec<(usize, LexiconError)>,
    pub(super) narratives: Vec<String>,
}

/// The lexicon of one language while its files are read.
pub(super) struct Draft<'a> {
    pub(super) lexicon: Lexicon,
    /// Where each narrative, cue file and group file stands, for "already defined in".
    pub(super) contents: BTreeMap<(&'static str, String), usize>,
    groups: HashMap<String, usize>,
    narratives: Vec<(usize, &'a RawNarrative)>,
    pub(super) forms: Forms,
}

impl<'a> Assembly<'a> {
    pub(super) fn report<T>(&mut self, file: usize, error: LexiconError) -> Option<T> {
        self.errors.push((file, error));
        None
    }

    pub(super) fn error<T>(
        &mut self,
        file: usize,
        byte: usize,
        what: impl Into<String>,
        hint: impl Into<String>,
    ) -> Option<T> {
        let error = Place(&self.files[file]).error(byte, what, hint);
        self.report(file, error)
    }

    fn finish(mut self, axis: Option<Axis>, languages: Vec<Lexicon>) -> Result<Lexicons, Vec<LexiconError>> {
        if self.errors.is_empty()
            && let Some(axis) = axis
        {
            return Ok(Lexicons { axis, narratives: self.narratives, languages });
        }
        self.errors.sort_by_key(|(file, error)| (*file, error.line));
        Err(self.errors.into_iter().map(|(_, error)| error).collect())
    }

    fn languages(&mut self, raws: &'a [(usize, Raw)], axis: Option<&Axis>, complete: bool) -> Vec<Lexicon> {
        let mut drafts: BTreeMap<String, Draft<'a>> = BTreeMap::new();
        for (at, raw) in raws {
            self.head(*at, raw, &mut drafts);
        }
        let complete = complete && self.errors.is_empty();
        // Forms first, since all phrases are read with them.
        for (at, raw) in raws {
            if let Raw::Forms(file) = raw
                && let Some(draft) = drafts.get_mut(file.language.get_ref())
            {
                self.forms(*at, draft, file);
            }
        }
        // Then groups: terms name them, from whatever file.
        for (at, raw) in raws {
            if let Raw::Groups(file) = raw
                && let Some(draft) = drafts.get_mut(file.language.get_ref())
            {
                for group in &file.groups {
                    self.group(*at, draft, group.get_ref());
                }
            }
        }
        for (at, raw) in raws {
            match raw {
                Raw::Narrative(file) => {
                    if let Some(draft) = drafts.get_mut(file.language.get_ref()) {
                        draft.narratives.push((*at, file));
                        for terms in &file.terms {
                            self.family(*at, draft, file.name.get_ref(), terms.get_ref(), complete);
                        }
                    }
                }
                Raw::Cues(file) => {
                    if let Some(draft) = drafts.get_mut(file.language.get_ref()) {
                        for cue in &file.cues {
                            self.cue(*at, draft, cue, complete);
                        }
                    }
                }
                Raw::Groups(_) | Raw::Forms(_) | Raw::Axis(_) => {}
            }
        }
        let shared = raws.iter().find_map(|(at, raw)| matches!(raw, Raw::Axis(_)).then_some(*at));
        drafts
            .into_values()
            .map(|mut draft| {
                self.identical_terms(&draft);
                if complete && let Some(axis) = axis {
                    self.narratives_present(&draft, axis);
                }
                draft.lexicon.id.hash = self.hash(&draft, shared);
                draft.lexicon
            })
            .collect()
    }

    /// Notes a file under its language, and that its name is free.
    fn head(&mut self, at: usize, raw: &Raw, drafts: &mut BTreeMap<String, Draft<'a>>) -> Option<()> {
        let (kind, name, version, language, origin, licence, describe) = match raw {
            Raw::Axis(_) => return None,
            Raw::Narrative(f) => {
                ("narrative", &f.name, &f.version, &f.language, &f.origin, &f.licence, &f.describe)
            }
            Raw::Cues(f) => ("cues", &f.name, &f.version, &f.language, &f.origin, &f.licence, &f.describe),
            Raw::Groups(f) => ("group", &f.name, &f.version, &f.language, &f.origin, &f.licence, &f.describe),
            Raw::Forms(f) => ("forms", &f.name, &f.version, &f.language, &f.origin, &f.licence, &f.describe),
        };
        let code = language.get_ref();
        if code.len() != 2 || !code.bytes().all(|letter| letter.is_ascii_lowercase()) {
            let what = format!("language {code:?} is not two lower-case letters");
            return self.error(at, language.span().start, what, "use an ISO 639-1 code such as \"en\"");
        }
        let mut parts = self.files[at].name.rsplit(['/', '\\', ' ']);
        let (named, folder) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        if folder != code && (folder == "zh" || phrase::stem_algorithm(folder).is_some()) {
            let what = format!("the file stands in the folder {folder:?} and its language is {code:?}");
            let hint = "correct the language, or move the file to the folder of its language";
            return self.error(at, language.span().start, what, hint);
        }
        if kind == "narrative" && named.strip_suffix(".toml").is_some_and(|stem| stem != name.get_ref()) {
            let what = format!("narrative {:?} stands in a file of another name", name.get_ref());
            return self.error(at, name.span().start, what, "name the file after its narrative");
        }
        if version.get_ref().split('.').any(|part| part.parse::<u32>().is_err()) {
            let what = format!("version {:?} is not numbers and dots", version.get_ref());
            return self.error(at, version.span().start, what, "write a version such as \"1.0.0\"");
        }
        let draft = drafts.entry(code.clone()).or_insert_with(|| Draft {
            lexicon: Lexicon {
                id: LexiconId { language: code.clone(), version: version.get_ref().clone(), hash: 0 },
                files: Vec::new(),
                families: Vec::new(),
                entries: Vec::new(),
                cues: Vec::new(),
                groups: Vec::new(),
            },
            contents: BTreeMap::new(),
            groups: HashMap::new(),
            narratives: Vec::new(),
            forms: Forms::default(),
        });
        let newest = &mut draft.lexicon.id.version;
        if version_numbers(version.get_ref()) > version_numbers(newest) {
            newest.clone_from(version.get_ref());
        }
        draft.lexicon.files.push(FileHead {
            file: self.files[at].name.clone(),
            kind,
            name: name.get_ref().clone(),
            version: version.get_ref().clone(),
            origin: origin.clone(),
            licence: licence.clone(),
            describe: describe.clone(),
        });
        if let Some(earlier) = draft.contents.insert((kind, name.get_ref().clone()), at) {
            let what =
                format!("{kind} {:?} is already defined in {}", name.get_ref(), self.files[earlier].name);
            return self.error(at, name.span().start, what, "keep one file, or rename one");
        }
        Some(())
    }

    fn group(&mut self, at: usize, draft: &mut Draft<'a>, raw: &RawGroup) -> Option<()> {
        let name = raw.name.get_ref();
        if draft.groups.contains_key(name) {
            let what = format!("group {name:?} is defined twice");
            return self.error(at, raw.name.span().start, what, "merge the two or rename one");
        }
        draft.groups.insert(name.clone(), draft.lexicon.groups.len());
        let phrases = self.phrases(at, &raw.phrases, raw.matching.into(), draft);
        let file = self.files[at].name.clone();
        draft.lexicon.groups.push(Group { name: name.clone(), phrases, file });
        Some(())
    }

    fn family(
        &mut self,
        at: usize,
        draft: &mut Draft<'a>,
        name: &str,
        raw: &RawTerms,
        complete: bool,
    ) -> Option<()> {
        let matching: Matching = raw.matching.into();
        let weight = match &raw.weight {
            None => 1000,
            Some(given) => match thousandths(*given.get_ref()) {
                Some(weight) => weight,
                None => {
                    let what = format!("weight {} is not above 0 and at most 1", given.get_ref());
                    self.error::<()>(at, given.span().start, what, "use a weight from 0.001 to 1");
                    1000
                }
            },
        };
        let phrases = self.phrases(at, &raw.phrases, matching, draft);
        let unless = raw.unless.iter().filter_map(|one| self.phrase(at, one, matching, draft)).collect();
        let needs = raw.needs.as_ref().map(|needs| {
            let place = needs.span().start;
            let needs = needs.get_ref();
            if needs.groups.is_empty() {
                self.error::<()>(at, place, "needs names no group", "name one group or drop the key");
            }
            let mut known = |groups: &[Spanned<String>]| {
                let find = |group: &Spanned<String>| {
                    let known = draft.groups.get(group.get_ref()).copied();
                    if known.is_none() && complete {
                        let what = format!("group {:?} is unknown", group.get_ref());
                        let hint = "add it to a file with kind = \"group\"";
                        self.error::<()>(at, group.span().start, what, hint);
                    }
                    known
                };
                groups.iter().filter_map(find).collect()
            };
            Needs { groups: known(&needs.groups), within: needs.within.into(), when: known(&needs.when) }
        });
        // Without an axis nothing has a number; the missing axis is what gets reported.
        let narrative = self.narratives.iter().position(|known| known == name)?;
        let family = draft.lexicon.families.len();
        draft.lexicon.families.push(Family {
            narrative,
            matching,
            weight,
            unless,
            needs,
            direction: raw.direction.into(),
            modality: raw.modality.into(),
            file: self.files[at].name.clone(),
        });
        draft.lexicon.entries.extend(phrases.into_iter().map(|phrase| Entry { family, phrase }));
        Some(())
    }

    fn cue(
        &mut self,
        at: usize,
        draft: &mut Draft<'a>,
        spanned: &Spanned<RawCue>,
        complete: bool,
    ) -> Option<()> {
        let raw = spanned.get_ref();
        let role: CueRole = raw.role.into();
        let reach = match &raw.reach {
            None => USUAL_REACH,
            Some(given) => match u8::try_from(*given.get_ref()) {
                Ok(reach) if reach <= LONGEST_REACH => reach,
                _ => {
                    let what = format!("reach {} is not 0 to {LONGEST_REACH}", given.get_ref());
                    self.error::<()>(at, given.span().start, what, "count the words between cue and mention");
                    USUAL_REACH
                }
            },
        };
        if matches!(role, CueRole::Break | CueRole::Idle) && (raw.side.is_some() || raw.reach.is_some()) {
            let (what, advice) = if role == CueRole::Break {
                ("a break cue has a side or a reach", "drop both: it ends the clause for every mention")
            } else {
                (
                    "an idle cue has a side or a reach",
                    "drop both: it keeps shorter cues idle wherever it stands",
                )
            };
            return self.error(at, spanned.span().start, what, advice);
        }
        let mut id_of = |name: &Spanned<String>| {
            let known = self.narratives.iter().position(|known| known == name.get_ref());
            if known.is_none() && complete {
                let what = format!("narrative {:?} is unknown", name.get_ref());
                self.error::<()>(at, name.span().start, what, "correct the name or add its file");
            }
            known
        };
        let only: Option<Vec<NarrativeId>> =
            raw.only.as_ref().map(|only| only.iter().filter_map(&mut id_of).collect());
        let not: Vec<NarrativeId> = raw.not_for.iter().filter_map(&mut id_of).collect();
        let applies: Vec<bool> = (0..self.narratives.len())
            .map(|id| only.as_ref().is_none_or(|only| only.contains(&id)) && !not.contains(&id))
            .collect();
        let side = match role {
            CueRole::Idle => Side::Either,
            _ => raw.side.map(Into::into).unwrap_or_default(),
        };
        let within: Scope = raw.within.into();
        if within == Scope::Sentence && (role != CueRole::Expect || side != Side::Before) {
            let what = "only an expect cue that stands before its mention reaches over commas";
            return self.error(at, spanned.span().start, what, "drop within, or split the cue off");
        }
        for phrase in self.phrases(at, &raw.phrases, raw.matching.into(), draft) {
            let file = self.files[at].name.clone();
            let applies = applies.clone();
            draft.lexicon.cues.push(Cue { role, side, reach, within, applies, phrase, file });
        }
        Some(())
    }

    fn phrases(
        &mut self,
        at: usize,
        raw: &Spanned<Vec<Spanned<String>>>,
        matching: Matching,
        draft: &Draft<'_>,
    ) -> Vec<Phrase> {
        if raw.get_ref().is_empty() {
            self.error::<()>(
                at,
                raw.span().start,
                "the list of phrases is empty",
                "give a phrase or drop the table",
            );
        }
        raw.get_ref().iter().filter_map(|one| self.phrase(at, one, matching, draft)).collect()
    }

    fn phrase(
        &mut self,
        at: usize,
        raw: &Spanned<String>,
        matching: Matching,
        draft: &Draft<'_>,
    ) -> Option<Phrase> {
        let (text, byte) = (raw.get_ref(), raw.span().start);
        if text.trim().is_empty() {
            return self.error(at, byte, "a phrase is empty", "write its words or drop it");
        }
        match phrase::parse(text, matching, &draft.lexicon.id.language, &draft.forms) {
            Ok(readings) => {
                let line = Place(&self.files[at]).line(byte);
                Some(Phrase { text: text.clone(), line, readings })
            }
            Err(refusal) => self.error(at, byte, refusal.what, refusal.hint),
        }
    }
}

/// A weight in thousandths; `None` outside (0, 1].
fn thousandths(weight: f64) -> Option<u16> {
    let rounded = (weight * 1000.0).round();
    // Rounded and in range, so the conversion is exact.
    (weight > 0.0 && (1.0..=1000.0).contains(&rounded)).then_some(rounded as u16)
}

fn version_numbers(version: &str) -> Vec<u32> {
    version.split('.').map(|part| part.parse().unwrap_or_default()).collect()
}
