//! How often the tagger is right, measured on a sample that a person labels.
//!
//! The flow: [`units`] cuts an article into sentences and says what the tagger makes of each; the
//! [`Sampler`] (`draw`) keeps a stratified sample of all of them, hits and non-hits; `sheet` writes it as
//! two tables and reads them back; [`judge`] weighs the labels up to the whole feed, with intervals.
//!
//! The two tables are the point: the *sheet* that a reader labels holds only what was said, in an order
//! that tells nothing, and the *key* holds what the tagger made of it. Stratum and weight would give the
//! verdict away, so they stand in the key too: a reader who sees the verdict agrees with it too often.
//!
//! A unit is a sentence (a title is one), since that is what the tagger judges and what a person can
//! label without reading an article through. Its own verdict does not depend on its neighbours.

use crate::{
    lexicon::{Lexicons, NarrativeId},
    tag::{Count, Field, TagCounts, Tagged},
};

mod draw;
mod judge;
mod sheet;

pub use draw::{Drawn, MOST_DRAWN, Sampler, SamplerUnit, UnitSource, unit};
pub use judge::{Agreement, Estimate, Judged, Measure, StratumCount, agreement, judge, verdicts};
pub use sheet::{
    KEY_COLUMNS, Key, KeyRow, Label, SHEET_COLUMNS, Sheet, SheetError, key_rows, read_key, read_sheet,
    sheet_rows,
};

/// What is audited: a pole of the axis or one narrative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// Position in the axis.
    Pole(usize),
    /// One narrative.
    Narrative(NarrativeId),
}

impl Target {
    /// The pole or narrative of this name.
    pub fn named(name: &str, lexicons: &Lexicons) -> Option<Self> {
        let pole = lexicons.axis.poles.iter().position(|pole| pole.name == name);
        pole.map(Self::Pole).or_else(|| lexicons.narrative(name).map(Self::Narrative))
    }

    /// Its name.
    pub fn name(self, lexicons: &Lexicons) -> &str {
        match self {
            Self::Pole(pole) => &lexicons.axis.poles[pole].name,
            Self::Narrative(narrative) => &lexicons.narratives[narrative],
        }
    }

    /// Whether it is this narrative, or a pole that holds it.
    pub fn holds(self, narrative: NarrativeId, lexicons: &Lexicons) -> bool {
        match self {
            Self::Pole(pole) => lexicons.axis.poles[pole].narratives.contains(&narrative),
            Self::Narrative(own) => own == narrative,
        }
    }

    /// Its count among those of an article.
    pub fn count(self, counts: &TagCounts) -> Count {
        match self {
            Self::Pole(pole) => counts.poles[pole],
            Self::Narrative(narrative) => counts.narratives[narrative],
        }
    }
}

/// What the tagger makes of a sentence: what a sample is drawn from, each part by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stratum {
    /// The story is told: a hit.
    Told,
    /// It is told as easing or refused.
    Reversed,
    /// Words of it stand there, but count for nothing: absent, doubted, left out by a rule, cancelled.
    Silent,
    /// Nothing of it, but words of another narrative: where a missed telling is likeliest.
    Near,
    /// Nothing at all.
    Rest,
}

impl Stratum {
    /// All, in order.
    pub const ALL: [Self; 5] = [Self::Told, Self::Reversed, Self::Silent, Self::Near, Self::Rest];

    /// The word used in keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Told => "told",
            Self::Reversed => "reversed",
            Self::Silent => "silent",
            Self::Near => "near",
            Self::Rest => "rest",
        }
    }

    /// The verdict of all its sentences, as a label says it.
    pub const fn verdict(self) -> i8 {
        match self {
            Self::Told => 1,
            Self::Reversed => -1,
            Self::Silent | Self::Near | Self::Rest => 0,
        }
    }

    const fn place(self) -> usize {
        self as usize
    }
}

/// A sentence of an article and what the tagger makes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnitHead {
    /// Its number in the article, the title being 0.
    pub sentence: u32,
    /// What is made of it.
    pub stratum: Stratum,
}

/// Every sentence of a tagged article that has words.
pub fn units(tagged: &Tagged, target: Target, lexicons: &Lexicons) -> Vec<UnitHead> {
    let contributions = tagged.contributions(&lexicons.axis);
    let mut mentions = tagged.mentions.iter().peekable();
    let mut heads = Vec::with_capacity(contributions.len());
    for one in contributions {
        let (mut of_target, mut of_any) = (false, false);
        while let Some(mention) = mentions.next_if(|mention| mention.sentence == one.sentence) {
            of_any = true;
            of_target |= target.holds(mention.narrative, lexicons);
        }
        if one.sentences == 0 {
            continue;
        }
        let count = match target {
            Target::Pole(pole) => one.poles[pole],
            Target::Narrative(narrative) => {
                let own = one.narratives.iter().find(|(other, _)| *other == narrative);
                own.map_or_else(Count::default, |(_, count)| *count)
            }
        };
        let stratum = match count.asserted.cmp(&count.reversed) {
            std::cmp::Ordering::Greater => Stratum::Told,
            std::cmp::Ordering::Less => Stratum::Reversed,
            std::cmp::Ordering::Equal if of_target => Stratum::Silent,
            std::cmp::Ordering::Equal if of_any => Stratum::Near,
            std::cmp::Ordering::Equal => Stratum::Rest,
        };
        heads.push(UnitHead { sentence: one.sentence, stratum });
    }
    heads
}

/// The verdict on a sentence that stands alone, with the lexicon of these counts.
pub fn verdict(count: Count) -> i8 {
    i8::from(count.asserted > count.reversed) - i8::from(count.asserted < count.reversed)
}

/// The word for a field in keys.
pub(super) fn field_name(field: Field) -> &'static str {
    if field == Field::Title { "title" } else { "text" }
}

#[cfg(test)]
mod tests;
