//! What can only be said of a language's files together: repeated phrases, missing narratives, identity.
//!
//! Called by `assemble` once all files of the language are read.

use std::collections::HashMap;

use super::assemble::{Assembly, Draft};
use super::{Axis, Entry, LexiconError, NarrativeId, Step};

/// Raised whenever the same lexicon gives other counts: a change of `tag`'s rules is a change of what made a
/// score, and what was read before is then read again.
const READING_VERSION: u32 = 1;

impl Assembly<'_> {
    /// Refuses a phrase given twice, and one that stands for nothing another does not stand for.
    pub(super) fn identical_terms(&mut self, draft: &Draft<'_>) {
        let lexicon = &draft.lexicon;
        let mut texts: HashMap<(NarrativeId, String), &Entry> = HashMap::new();
        let mut readings: HashMap<(NarrativeId, &[Step]), &Entry> = HashMap::new();
        for entry in &lexicon.entries {
            let family = &lexicon.families[entry.family];
            let at = self.files.iter().position(|file| file.name == family.file).unwrap_or_default();
            let place =
                |other: &Entry| format!("{}:{}", lexicon.families[other.family].file, other.phrase.line);
            let error = |what: String, hint: &str| LexiconError {
                file: family.file.clone(),
                line: entry.phrase.line,
                what,
                hint: hint.to_owned(),
            };
            let key = (family.narrative, entry.phrase.text.to_lowercase());
            if let Some(other) = texts.insert(key, entry) {
                let what = format!("phrase {:?} is already given at {}", entry.phrase.text, place(other));
                self.errors.push((at, error(what, "drop one of the two")));
                continue;
            }
            let covered =
                |reading: &Vec<Step>| readings.get(&(family.narrative, reading.as_slice())).copied();
            let others: Vec<Option<&Entry>> = entry.phrase.readings.iter().map(covered).collect();
            if let Some(Some(other)) = others.first()
                && others.iter().all(Option::is_some)
            {
                let what = format!(
                    "phrase {:?} matches nothing but what {} matches",
                    entry.phrase.text,
                    place(other)
                );
                self.errors.push((at, error(what, "drop it, it could never be reached")));
                continue;
            }
            for reading in &entry.phrase.readings {
                readings.entry((family.narrative, reading.as_slice())).or_insert(entry);
            }
        }
    }

    /// A language without one of the axis' narratives would score 0 for it for ever.
    pub(super) fn narratives_present(&mut self, draft: &Draft<'_>, axis: &Axis) {
        let on_axis = axis.poles.iter().flat_map(|pole| &pole.narratives).chain([&axis.hedge, &axis.risk]);
        let first = draft.contents.values().min().copied().unwrap_or_default();
        for &id in on_axis {
            let name = self.narratives[id].clone();
            if !draft.contents.contains_key(&("narrative", name.clone())) {
                let what =
                    format!("language {:?} has no file for narrative {name:?}", draft.lexicon.id.language);
                self.error::<()>(first, 0, what, "add the file, the axis names the narrative");
            }
        }
    }

    /// Content and the way it is read: kind, name and text in a fixed order, line ends as one newline.
    pub(super) fn hash(&self, draft: &Draft<'_>, axis: Option<usize>) -> u32 {
        let mut hash = crc32fast::Hasher::new();
        hash.update(&READING_VERSION.to_be_bytes());
        for at in axis.iter().chain(draft.contents.values()) {
            for line in self.files[*at].text.lines() {
                hash.update(line.as_bytes());
                hash.update(b"\n");
            }
            hash.update(b"\0");
        }
        hash.finalize()
    }
}
