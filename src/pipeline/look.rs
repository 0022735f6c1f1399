//! Answers questions about one day and one article, down to the sentence and the lexicon entry.
//!
//! Mentions are not stored: they are found again in the stored text with the lexicon in force, which
//! gives the same counts as those stored (`refresh` saw to it).

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use rayon::prelude::*;

use super::{
    PipelineError, Summing,
    language::language_of,
    refresh::{day_span, scored_documents},
};
use crate::{
    calendar::Day,
    document::{Article, Document, DocumentId},
    index::{ScoredDocument, Story, stories_within},
    lexicon::NarrativeId,
    store::{Store, StoreError},
    tag::{Direction, Field, Modality, Tagged, Tagger},
};

/// Articles whose ids begin alike that are looked at for one that was there at an instant.
const MOST_ALIKE: usize = 1000;

/// One article with everything its score is made of.
#[derive(Debug, Clone)]
pub struct Explained {
    /// Its identity in the store; of an article outside the store, the one it would get.
    pub id: DocumentId,
    /// The article.
    pub article: Article,
    /// Counts, mentions and sentences.
    pub tagged: Tagged,
    /// Number of the sentence and of the entry: whose words stand there too, but inside a longer match of
    /// their narrative, or parted by a clause.
    pub beaten: Vec<(u32, u32)>,
}

/// Tags an article with every mention, in the language that [`language_of`] tells; what no lexicon reads any
/// more is read as its stored score was, as if it were in the usual one.
pub fn explain(mut article: Article, tagger: &Tagger) -> Explained {
    if let Ok(language) = language_of(&article, tagger.lexicons()) {
        article.language = language.map(str::to_owned);
    }
    let (tagged, mut beaten) =
        tagger.tag_with_met(&article.title, &article.text, article.language.as_deref());
    let told: BTreeSet<(u32, u32)> = tagged.mentions.iter().map(|one| (one.sentence, one.entry)).collect();
    beaten.retain(|one| !told.contains(one));
    Explained { id: DocumentId::of(&article), article, tagged, beaten }
}

/// The article in the store whose id starts with these digits; as of an instant, one that was there then.
pub fn find(store: &Store, prefix: &str, until: Option<Timestamp>) -> Result<Document, PipelineError> {
    let unknown = || PipelineError::Unknown(prefix.to_owned());
    let mut found = Vec::new();
    let mut later = None;
    for id in store.find(prefix, if until.is_some() { MOST_ALIKE } else { 2 })? {
        let document = store.document(id)?.ok_or_else(unknown)?;
        let at = document.availability.at;
        if until.is_none_or(|until| at <= until) {
            found.push(document);
        } else {
            later = Some(at);
        }
    }
    match (found.pop(), found.is_empty(), later) {
        (Some(document), true, _) => Ok(document),
        (Some(_), false, _) => Err(PipelineError::Ambiguous(prefix.to_owned())),
        (None, _, Some(at)) => Err(PipelineError::NotYet(prefix.to_owned(), at)),
        (None, _, None) => Err(unknown()),
    }
}

/// One story of a day.
#[derive(Debug, Clone, PartialEq)]
pub struct StoryView {
    /// The headline of its first article, by availability.
    pub title: String,
    /// That article.
    pub id: DocumentId,
    /// Its sources, each once, in alphabetical order.
    pub sources: Vec<String>,
    /// Its articles.
    pub docs: usize,
    /// Mean scores of its articles: the two poles.
    pub poles: [f64; 2],
    /// The day it began: this one, or the earliest that leads here from day to day.
    pub since: Day,
    /// Its articles of the days before within the window, which this day's tellers stand behind.
    pub earlier_docs: usize,
    /// Who told it on those days: each day and source once, the earliest first.
    pub earlier: Vec<(Day, String)>,
}

/// How often the same words were found on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopMention {
    /// The narrative.
    pub narrative: NarrativeId,
    /// The words as found, in lower case.
    pub words: String,
    /// Mentions that assert it.
    pub asserted: u32,
    /// Mentions that reverse it.
    pub reversed: u32,
    /// Mentions that say it is absent, that doubt it or that a rule left out.
    pub idle: u32,
}

/// One day taken apart.
#[derive(Debug, Clone, PartialEq)]
pub struct DayView {
    /// Its stories, those that weigh most on either pole first.
    pub stories: Vec<StoryView>,
    /// The words that counted or might have, the most frequent first.
    pub mentions: Vec<TopMention>,
}

/// Takes one day apart: stories and mentions.
pub fn day_view(
    store: &Store,
    tagger: &Tagger,
    summing: impl Into<Summing>,
    day: Day,
) -> Result<DayView, PipelineError> {
    let summing = summing.into();
    let (from, to) = day_span(summing.cut_off, day);
    let titles = store.scored(from, to).enumerate().map(|(place, scored)| {
        let scored = scored?;
        Ok((scored.id, (place, scored.title)))
    });
    let titles: BTreeMap<DocumentId, (usize, String)> = titles.collect::<Result<_, StoreError>>()?;
    let mut past = Past { store, summing, days: BTreeMap::new(), stories: BTreeMap::new() };
    let stories = past.stories(day)?.clone();
    let since = stories.iter().map(|story| past.since(day, story)).collect::<Result<Vec<Day>, _>>()?;
    let tellers: Vec<Vec<(Day, String)>> = stories.iter().map(|story| past.tellers(day, story)).collect();
    let documents: &[ScoredDocument] = past.documents(day)?;
    let mut views: Vec<StoryView> = stories
        .into_iter()
        .zip(since)
        .zip(tellers)
        .map(|((story, since), earlier)| {
            let members: Vec<&ScoredDocument> =
                story.members.iter().map(|member| &documents[*member]).collect();
            let first =
                members.iter().min_by_key(|member| titles[&member.id].0).expect("a story has members");
            let mut sources: Vec<String> = members.iter().map(|member| member.source.clone()).collect();
            sources.sort();
            sources.dedup();
            let mean = |pole: usize| {
                members.iter().map(|member| member.scores[pole]).sum::<f64>() / members.len() as f64
            };
            StoryView {
                title: titles[&first.id].1.clone(),
                id: first.id,
                sources,
                docs: members.len(),
                poles: [mean(0), mean(1)],
                since,
                earlier_docs: story.earlier.len(),
                earlier,
            }
        })
        .collect();
    let weight =
        |story: &StoryView| story.poles[0].max(story.poles[1]) * (1.0 + (story.sources.len() as f64).ln());
    views.sort_by(|a, b| weight(b).total_cmp(&weight(a)).then_with(|| a.id.cmp(&b.id)));

    let texts = store.documents(from, to).collect::<Result<Vec<_>, _>>()?;
    let mentions = texts.par_iter().map(|document| mentions_of(&document.article, tagger)).reduce(
        BTreeMap::new,
        |mut left, right| {
            for (key, counts) in right {
                let sum = left.entry(key).or_insert([0; 3]);
                (0..3).for_each(|kind| sum[kind] += counts[kind]);
            }
            left
        },
    );
    let mut mentions: Vec<TopMention> = mentions
        .into_iter()
        .map(|((narrative, words), [asserted, reversed, idle])| TopMention {
            narrative,
            words,
            asserted,
            reversed,
            idle,
        })
        .collect();
    mentions.sort_by_key(|mention| std::cmp::Reverse(mention.asserted + mention.reversed));
    Ok(DayView { stories: views, mentions })
}

/// Days before the one asked about, each read and grouped once.
struct Past<'a> {
    store: &'a Store,
    summing: Summing,
    days: BTreeMap<Day, Vec<ScoredDocument>>,
    stories: BTreeMap<Day, Vec<Story>>,
}

/// A story is followed back so many times from one window to the one before.
const MAX_WINDOWS_BACK: usize = 10;

impl Past<'_> {
    fn documents(&mut self, day: Day) -> Result<&[ScoredDocument], PipelineError> {
        if !self.days.contains_key(&day) {
            let documents = scored_documents(self.store, self.summing.cut_off, day)?;
            self.days.insert(day, documents);
        }
        Ok(&self.days[&day])
    }

    fn stories(&mut self, day: Day) -> Result<&Vec<Story>, PipelineError> {
        if !self.stories.contains_key(&day) {
            let window: Vec<Day> = (-self.summing.days_before()..=0).map(|shift| day + shift).collect();
            for day in &window {
                self.documents(*day)?;
            }
            let window: Vec<&[ScoredDocument]> = window.iter().map(|day| self.days[day].as_slice()).collect();
            self.stories.insert(day, stories_within(&window));
        }
        Ok(&self.stories[&day])
    }

    /// Who told a story on the days before within the window; these days have been read for it.
    fn tellers(&self, day: Day, story: &Story) -> Vec<(Day, String)> {
        let told = story.earlier.iter().filter_map(|earlier| {
            let on = day - self.summing.days_before() + earlier.day as i32;
            let document = self.days.get(&on)?.get(earlier.member)?;
            Some((on, document.source.clone()))
        });
        told.collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// The day a story began: its earliest article's, and of the story that article told, and so on.
    fn since(&mut self, day: Day, story: &Story) -> Result<Day, PipelineError> {
        let (mut day, mut story) = (day, story.clone());
        for _ in 0..MAX_WINDOWS_BACK {
            let Some(first) = story.earlier.first().copied() else { break };
            day = day - self.summing.days_before() + first.day as i32;
            let told = self.stories(day)?.iter().find(|told| told.members.contains(&first.member));
            match told {
                Some(told) => story = told.clone(),
                None => break,
            }
        }
        Ok(day)
    }
}

fn mentions_of(article: &Article, tagger: &Tagger) -> BTreeMap<(NarrativeId, String), [u32; 3]> {
    let language = article.language.as_deref();
    let mut counts = BTreeMap::new();
    for mention in tagger.tag(&article.title, &article.text, language).mentions {
        let within = if mention.field == Field::Title { &article.title } else { &article.text };
        let words = within[mention.start..mention.end].to_lowercase();
        let kinds: &mut [u32; 3] = counts.entry((mention.narrative, words)).or_insert([0; 3]);
        let kind = match mention.direction {
            _ if mention.suppressed.is_some() || mention.modality == Modality::Doubted => 2,
            Direction::Asserted => 0,
            Direction::Reversed => 1,
            Direction::Absent => 2,
        };
        kinds[kind] += 1;
    }
    counts
}
