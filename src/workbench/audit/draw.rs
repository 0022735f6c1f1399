//! Which sentences are drawn: the same for a seed, whatever order articles come in and on however many
//! threads.
//!
//! Every sentence gets a number from seed, article and place; of each stratum those with the smallest
//! numbers are kept (bottom-k sampling), which is a simple random sample of the stratum. Only as many
//! sentences are held as can be drawn, so memory does not grow with the feed. Adding articles later
//! changes the sample only where a new one displaces an old one.

use std::collections::BTreeMap;

use super::{Stratum, Target};
use crate::{
    calendar::Day,
    document::{Article, DocumentId},
    statistics::mixed,
    tag::{Field, Tagged, Tagger, thousandths},
    workbench::{find::first_characters, find::last_characters},
};

/// Sentences drawn at most: nobody labels more at a time, and they are held in memory.
pub const MOST_DRAWN: usize = 20_000;

/// How a sample is shared out, in hundredths by [`Stratum`]: precision hangs on what is told, recall on
/// the strata without a hit, where each sentence stands for thousands. What a small stratum cannot fill
/// goes to the others.
const SHARES: [usize; 5] = [35, 10, 15, 20, 20];

/// Characters of neighbouring sentences shown beside one.
const NEIGHBOUR: usize = 200;

/// A sentence that may be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SamplerUnit {
    /// The article's identity and the number of the sentence: `1fe943190c55e2ab:0`.
    pub id: String,
    /// The sentence.
    pub text: String,
    /// Day, source, title and neighbours.
    pub context: String,
    /// Title or text.
    pub field: Field,
    /// The article's language, where it is known.
    pub language: Option<String>,
    /// What the tagger found, in words.
    pub mentions: String,
}

/// Keeps a sample of every stratum while articles come by.
#[derive(Debug)]
pub struct Sampler {
    seed: u64,
    size: usize,
    counts: [u64; 5],
    kept: [BTreeMap<u64, SamplerUnit>; 5],
}

/// A sentence that was drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawn {
    /// The sentence.
    pub unit: SamplerUnit,
    /// What the tagger makes of it.
    pub stratum: Stratum,
    /// Sentences of its stratum, in all.
    pub stratum_size: u64,
    /// Sentences of its stratum that were drawn.
    pub stratum_drawn: u64,
}

impl Drawn {
    /// How many sentences it stands for.
    pub fn weight(&self) -> f64 {
        self.stratum_size as f64 / self.stratum_drawn.max(1) as f64
    }
}

impl Sampler {
    /// For a sample of so many sentences, at most [`MOST_DRAWN`].
    pub fn new(seed: u64, size: usize) -> Self {
        Self { seed, size: size.min(MOST_DRAWN), counts: [0; 5], kept: Default::default() }
    }

    /// Offers a sentence; `unit` is called where it may be drawn.
    pub fn offer(
        &mut self,
        id: DocumentId,
        sentence: u32,
        stratum: Stratum,
        unit: impl FnOnce() -> SamplerUnit,
    ) {
        let place = stratum.place();
        self.counts[place] += 1;
        let number = mixed(mixed(id.0 ^ mixed(self.seed)) ^ u64::from(sentence));
        let kept = &mut self.kept[place];
        let full = kept.len() >= self.size;
        if full && kept.last_key_value().is_none_or(|(largest, _)| number >= *largest) {
            return;
        }
        if full {
            kept.pop_last();
        }
        kept.insert(number, unit());
    }

    /// Sentences seen of each stratum, in the order of [`Stratum::ALL`].
    pub fn counts(&self) -> [u64; 5] {
        self.counts
    }

    /// The sample, in an order that tells nothing of the strata.
    pub fn finish(self) -> Vec<Drawn> {
        let sizes = self.kept.each_ref().map(BTreeMap::len);
        let quotas = quotas(self.size, sizes);
        let mut drawn: Vec<(u64, Drawn)> = Vec::new();
        for (stratum, kept) in Stratum::ALL.into_iter().zip(self.kept) {
            let quota = quotas[stratum.place()];
            let stratum_size = self.counts[stratum.place()];
            drawn.extend(kept.into_iter().take(quota).map(|(number, unit)| {
                let drawn = Drawn { unit, stratum, stratum_size, stratum_drawn: quota as u64 };
                // Mixed once more: the smallest numbers of a rare stratum are larger than those of others.
                (mixed(number), drawn)
            }));
        }
        drawn.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.unit.id.cmp(&b.1.unit.id)));
        drawn.into_iter().map(|(_, drawn)| drawn).collect()
    }
}

/// Shares a sample out; what one stratum cannot fill is shared out again among those that can.
fn quotas(size: usize, available: [usize; 5]) -> [usize; 5] {
    let mut quotas = [0; 5];
    loop {
        let left = size - quotas.iter().sum::<usize>();
        let open: Vec<usize> = (0..5).filter(|&place| quotas[place] < available[place]).collect();
        let shares: usize = open.iter().map(|&place| SHARES[place]).sum();
        if left == 0 || open.is_empty() {
            return quotas;
        }
        let before = left;
        for &place in &open {
            let more = (before * SHARES[place] / shares).min(available[place] - quotas[place]);
            quotas[place] += more;
        }
        // What rounding leaves goes one by one, to the first that can take it.
        if size - quotas.iter().sum::<usize>() == before {
            for &place in open.iter().take(before) {
                quotas[place] += 1;
            }
        }
    }
}

/// An article whose sentences may be drawn.
#[derive(Debug, Clone, Copy)]
pub struct UnitSource<'a> {
    /// Its identity.
    pub id: DocumentId,
    /// The day it counts for.
    pub day: Option<Day>,
    /// What it says.
    pub article: &'a Article,
    /// What the tagger makes of it.
    pub tagged: &'a Tagged,
}

/// A sentence of an article with what a reader needs to understand it and what the tagger found there.
pub fn unit(source: &UnitSource<'_>, sentence: u32, target: Target, tagger: &Tagger) -> SamplerUnit {
    let UnitSource { id, day, article, tagged } = *source;
    let lexicons = tagger.lexicons();
    let entry = |number: u32| tagger.entry(article.language.as_deref(), number).0;
    let place = sentence as usize;
    let of = |field| if field == Field::Title { article.title.as_str() } else { article.text.as_str() };
    let words = |place: usize| {
        let one = tagged.sentences[place];
        &of(one.field)[one.start..one.end]
    };
    let field = tagged.sentences[place].field;
    let mut context: Vec<String> = day.map(|day| day.to_string()).into_iter().collect();
    if !article.source.is_empty() {
        context.push(article.source.clone());
    }
    if field == Field::Text {
        context.push(first_characters(&article.title, NEIGHBOUR));
        let neighbour = |place: usize| {
            tagged.sentences.get(place).filter(|one| one.field == Field::Text).map(|_| words(place))
        };
        let before = place.checked_sub(1).and_then(neighbour).map(|text| last_characters(text, NEIGHBOUR));
        let after = neighbour(place + 1).map(|text| first_characters(text, NEIGHBOUR));
        context.push(format!("{} [...] {}", before.unwrap_or_default(), after.unwrap_or_default()));
    }
    context.retain(|part| !part.trim().is_empty());
    let mentions = tagged
        .mentions
        .iter()
        .filter(|mention| mention.sentence == sentence && target.holds(mention.narrative, lexicons))
        .map(|mention| {
            let says = match &mention.suppressed {
                Some(why) => format!("left out: {why}"),
                None => format!("{} {}", mention.direction.as_str(), mention.modality.as_str()),
            };
            let cue = mention.cue.as_ref().map(|cue| format!(", {cue}")).unwrap_or_default();
            let weight = thousandths(u32::from(mention.weight));
            let found = &of(mention.field)[mention.start..mention.end];
            format!("{found:?} by {:?} weight {weight}: {says}{cue}", entry(mention.entry))
        });
    SamplerUnit {
        id: format!("{id}:{sentence}"),
        text: words(place).split_whitespace().collect::<Vec<_>>().join(" "),
        mentions: mentions.collect::<Vec<_>>().join("; "),
        context: context.join(" | "),
        field,
        language: article.language.clone(),
    }
}
