//! The axis: which narratives make which pole, and thereby the number of every narrative.

use std::collections::BTreeSet;

use toml::Spanned;

use super::assemble::Assembly;
use super::source::{self, Raw, RawAxis};
use super::{LexiconError, NarrativeId};

/// The poles, in order: the first is where the story comes from (fear), the second where it turns to
/// (debasement).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Axis {
    /// Exactly two.
    pub poles: [Pole; 2],
    /// The narrative that speaks of Bitcoin as a hedge.
    pub hedge: NarrativeId,
    /// The narrative that speaks of Bitcoin as a risk asset.
    pub risk: NarrativeId,
}

/// One end of the axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pole {
    /// Its name, as records and columns spell it.
    pub name: String,
    /// The narratives that make it.
    pub narratives: Vec<NarrativeId>,
}

impl Assembly<'_> {
    /// Finds the axis and numbers the narratives.
    pub(super) fn axis(&mut self, raws: &[(usize, Raw)], complete: bool) -> Option<Axis> {
        let axes: Vec<(usize, &RawAxis)> = raws
            .iter()
            .filter_map(|(at, raw)| if let Raw::Axis(axis) = raw { Some((*at, axis)) } else { None })
            .collect();
        let (at, raw) = match axes.as_slice() {
            [one] => *one,
            [] if !complete => return None,
            [] => {
                let file =
                    self.files.first().map_or_else(|| "axis.toml".to_owned(), |file| file.name.clone());
                return self.report(
                    0,
                    LexiconError {
                        file,
                        line: 1,
                        what: "no file has kind = \"axis\"".to_owned(),
                        hint: "add axis.toml, which says which narratives make which pole".to_owned(),
                    },
                );
            }
            [.., (second, axis)] => {
                let byte = axis.framing.span().start;
                return self.error(
                    *second,
                    byte,
                    "a second axis is given",
                    "keep one file with kind = \"axis\"",
                );
            }
        };
        let [first, second] = raw.poles.as_slice() else {
            let byte = raw.poles.first().map_or(0, |pole| pole.span().start);
            return self.error(
                at,
                byte,
                "the axis has other than two poles",
                "give two [[poles]], from and to",
            );
        };
        let defined: BTreeSet<&str> =
            raws.iter()
                .filter_map(|(_, raw)| {
                    if let Raw::Narrative(one) = raw { Some(one.name.get_ref().as_str()) } else { None }
                })
                .collect();
        for pole in [first, second] {
            for narrative in &pole.get_ref().narratives {
                if self.narratives.contains(narrative.get_ref()) {
                    let what = format!("narrative {:?} is on the axis twice", narrative.get_ref());
                    self.error::<()>(at, narrative.span().start, what, "name each narrative once");
                } else {
                    self.narratives.push(narrative.get_ref().clone());
                }
            }
        }
        let context: Vec<String> = defined
            .iter()
            .filter(|name| !self.narratives.iter().any(|known| known == *name))
            .map(|name| (*name).to_owned())
            .collect();
        self.narratives.extend(context);
        let framing = raw.framing.get_ref();
        let mut id_of = |name: &Spanned<String>| {
            if complete && !defined.contains(name.get_ref().as_str()) {
                let what = format!("narrative {:?} has no file", name.get_ref());
                return self.error(at, name.span().start, what, "add the file or correct the name");
            }
            self.narratives.iter().position(|known| known == name.get_ref())
        };
        let mut pole = |pole: &source::RawPole| Pole {
            name: pole.name.get_ref().clone(),
            narratives: pole.narratives.iter().filter_map(&mut id_of).collect(),
        };
        let poles = [pole(first.get_ref()), pole(second.get_ref())];
        let (hedge, risk) = (id_of(&framing.hedge), id_of(&framing.risk));
        Some(Axis { poles, hedge: hedge?, risk: risk? })
    }
}
