//! Scores: counts as they were given, under the lexicon that made them.
//!
//! A lexicon and the list of narratives it counted are kept once and numbered; a score names the
//! number and the narratives it found. Counts come back in the order of the narratives in force, the
//! list last given: a narrative the lexicon did not have is zero, one no longer in force is left out.
//! Counters per lexicon and language tell what is stale without reading a document.

use std::collections::{BTreeSet, HashMap};

use crate::{
    document::{Document, DocumentId},
    lexicon::LexiconId,
    tag::{Count, TagCounts},
};

use super::{
    FLUSH_EVERY_DOCUMENTS, Store, StoreError, Transaction,
    articles::{DOCUMENTS_PER_BATCH, unstorable},
    key::{self, Kind, Place},
    record::{LexiconRecord, ScoreRecord},
};

/// Where reading stale documents goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor(Place);

/// Some documents whose counts another lexicon made than the one in force.
#[derive(Debug, Clone, PartialEq)]
pub struct Stale {
    /// By time and then identity.
    pub documents: Vec<Document>,
    /// Where to go on; `None` at the end.
    pub next: Option<Cursor>,
}

/// A numbered lexicon, and where its narratives are among those in force.
pub(super) struct Interned {
    record: LexiconRecord,
    id: LexiconId,
    /// For each of its narratives the position to give it at.
    positions: Vec<Option<usize>>,
    /// How many positions there are.
    width: usize,
}

impl Interned {
    fn new(record: LexiconRecord, in_force: Option<&[String]>) -> Self {
        let names = in_force.unwrap_or(&record.narratives);
        let places: HashMap<&str, usize> =
            names.iter().enumerate().map(|(at, name)| (name.as_str(), at)).collect();
        let positions = record.narratives.iter().map(|name| places.get(name.as_str()).copied()).collect();
        Self { id: record.id(), positions, width: names.len(), record }
    }
}

impl Store {
    /// Says in which order counts are to come back. [`Store::put`] and [`Store::rescore`] say it too;
    /// a run that does neither says it here. Until then counts come in the order they were put in.
    pub fn use_narratives(&mut self, narratives: &[String]) {
        if self.narratives.as_deref() != Some(narratives) {
            self.narratives = Some(narratives.to_vec());
            let lexicons = std::mem::take(&mut self.lexicons).into_iter();
            self.lexicons = lexicons.map(|known| Interned::new(known.record, Some(narratives))).collect();
        }
    }

    /// How many documents were counted by another lexicon than `current` names for their language.
    /// Reads no document.
    pub fn stale_count(&self, current: &dyn Fn(Option<&str>) -> LexiconId) -> Result<u64, StoreError> {
        let stale = self.stale_scores(current)?;
        Ok(self
            .meta
            .scores
            .iter()
            .filter(|(score, _)| stale.contains(score))
            .map(|(_, documents)| documents)
            .sum())
    }

    /// The next stale documents, at most so many. Costs nothing when nothing is stale. Going on from
    /// the cursor passes each document once, whether those before it were scored again or not.
    pub fn stale(
        &self,
        current: &dyn Fn(Option<&str>) -> LexiconId,
        after: Option<Cursor>,
        most: usize,
    ) -> Result<Stale, StoreError> {
        let stale = self.stale_scores(current)?;
        let mut found = Stale { documents: Vec::new(), next: None };
        if stale.is_empty() {
            return Ok(found);
        }
        let (mut from, to) = Kind::Head.range();
        if let Some(Cursor(place)) = after {
            from = place.key(Kind::Head);
            from.push(0);
        }
        for row in self.database.scan((from, to)) {
            let (place, head) = self.read_head(&row?)?;
            let score = (head.score.lexicon, head.language.as_deref().map(str::to_owned));
            if stale.contains(&score) {
                found.documents.push(self.with_body(place, head)?);
                if found.documents.len() >= most {
                    found.next = Some(Cursor(place));
                    break;
                }
            }
        }
        Ok(found)
    }

    /// Replaces the counts and fingerprints of stored documents; their text stays. Returns how many have
    /// other numbers than before, and marks the days of those and of other fingerprints. Documents must
    /// be in the store.
    pub fn rescore(
        &mut self,
        batch: &[(Document, TagCounts)],
        narratives: &[String],
    ) -> Result<u64, StoreError> {
        self.use_narratives(narratives);
        let mut changed = 0;
        for part in batch.chunks(DOCUMENTS_PER_BATCH) {
            changed += self.rescore_part(part, narratives)?;
            if self.unflushed >= FLUSH_EVERY_DOCUMENTS {
                self.flush()?;
            }
        }
        Ok(changed)
    }

    fn rescore_part(
        &mut self,
        part: &[(Document, TagCounts)],
        narratives: &[String],
    ) -> Result<u64, StoreError> {
        let mut transaction = self.begin();
        let mut days = Vec::new();
        let mut changed = 0;
        let mut done: BTreeSet<DocumentId> = BTreeSet::new();
        // The last of several counts for one document wins, as it would in batches of their own.
        for (document, counts) in part.iter().rev() {
            let id = document.id;
            if !done.insert(id) {
                continue;
            }
            let (place, mut head) = self.head(id)?.ok_or(StoreError::UnknownDocument { id })?;
            let language = head.language.as_deref().map(str::to_owned);
            let score = self.score_of(&mut transaction, id, counts, narratives)?;
            let sketched = self.set_sketch(&mut transaction, place, &document.fingerprint.sketch)?;
            let marked = head.set_fingerprint(&document.fingerprint) || sketched;
            if marked {
                days.push(place.day());
            }
            if score == head.score && !marked {
                continue;
            }
            if self.differ(&head.score, &score) {
                changed += 1;
                days.push(place.day());
            }
            let before = (head.score.lexicon, language.clone());
            if let Some(documents) = transaction.meta.scores.get_mut(&before) {
                *documents = documents.saturating_sub(1);
                if *documents == 0 {
                    transaction.meta.scores.remove(&before);
                }
            }
            *transaction.meta.scores.entry((score.lexicon, language)).or_default() += 1;
            head.score = score;
            let key = place.key(Kind::Head);
            let value = self.encode(&key, &head)?;
            transaction.replace(key, value);
        }
        if !transaction.writes.is_empty() {
            self.mark(&mut transaction, &mut days)?;
            self.commit(transaction)?;
            self.dirty.extend(days);
            self.unflushed += done.len() as u64;
        }
        Ok(changed)
    }

    pub(super) fn load_lexicons(&mut self) -> Result<(), StoreError> {
        for number in 0..self.meta.lexicons {
            let record = self.read(&key::lexicon(number))?;
            let record = record.ok_or_else(|| self.damaged(format!("lexicon {number} is not there")))?;
            self.lexicons.push(Interned::new(record, None));
        }
        Ok(())
    }

    /// Counts by lexicon of the store, each with the identity of the lexicon.
    pub(super) fn documents_by_lexicon(&self) -> Result<Vec<(LexiconId, u64)>, StoreError> {
        let mut documents = std::collections::BTreeMap::new();
        for ((number, _), count) in &self.meta.scores {
            *documents.entry(self.interned(*number)?.id.clone()).or_default() += count;
        }
        Ok(documents.into_iter().collect())
    }

    pub(super) fn counts_of(&self, place: Place, score: &ScoreRecord) -> Result<TagCounts, StoreError> {
        let lexicon = self.interned(score.lexicon)?;
        let mut narratives = vec![Count::default(); lexicon.width];
        for (position, count) in &score.narratives {
            match lexicon.positions.get(usize::from(*position)) {
                Some(Some(at)) => narratives[*at] = (*count).into(),
                Some(None) => {}
                None => {
                    return Err(self.bad_row(&place.key(Kind::Head), "it counts a narrative without a name"));
                }
            }
        }
        Ok(TagCounts {
            lexicon: lexicon.id.clone(),
            words: score.words,
            sentences: score.sentences,
            narratives,
            poles: score.poles.map(Count::from),
        })
    }

    /// The stored form of counts, numbering their lexicon if it is new.
    pub(super) fn score_of(
        &mut self,
        transaction: &mut Transaction,
        id: DocumentId,
        counts: &TagCounts,
        narratives: &[String],
    ) -> Result<ScoreRecord, StoreError> {
        if counts.narratives.len() != narratives.len() || narratives.len() > usize::from(u16::MAX) {
            let reason = format!("it counts {} narratives of {}", counts.narratives.len(), narratives.len());
            return Err(unstorable(id, reason));
        }
        let found = counts.narratives.iter().enumerate().filter(|(_, count)| **count != Count::default());
        Ok(ScoreRecord {
            lexicon: self.number(transaction, &counts.lexicon, narratives)?,
            words: counts.words,
            sentences: counts.sentences,
            poles: counts.poles.map(Into::into),
            narratives: found.map(|(position, count)| (position as u16, (*count).into())).collect(),
        })
    }

    /// The number of a lexicon with its narratives. A new one is known at once and stored with the
    /// transaction: a number whose transaction failed is written again with the next one.
    fn number(
        &mut self,
        transaction: &mut Transaction,
        id: &LexiconId,
        narratives: &[String],
    ) -> Result<u32, StoreError> {
        let same = |known: &Interned| known.id == *id && known.record.narratives == narratives;
        // The latest is the likeliest.
        let number = match self.lexicons.iter().rposition(same) {
            Some(number) => number,
            None => {
                self.lexicons
                    .push(Interned::new(LexiconRecord::new(id, narratives), self.narratives.as_deref()));
                self.lexicons.len() - 1
            }
        };
        while (transaction.meta.lexicons as usize) <= number {
            let next = transaction.meta.lexicons;
            let key = key::lexicon(next);
            let value = self.encode(&key, &self.lexicons[next as usize].record)?;
            transaction.add(key, value);
            transaction.meta.lexicons += 1;
        }
        Ok(number as u32)
    }

    fn interned(&self, number: u32) -> Result<&Interned, StoreError> {
        self.lexicons
            .get(number as usize)
            .ok_or_else(|| self.damaged(format!("lexicon {number} is not there")))
    }

    /// Whether two scores read differently. Another list of narratives is another reading: positions
    /// in what is derived from them have moved.
    fn differ(&self, before: &ScoreRecord, after: &ScoreRecord) -> bool {
        let narratives = |score: &ScoreRecord| {
            self.lexicons.get(score.lexicon as usize).map(|known| &known.record.narratives)
        };
        let numbers = |score: &ScoreRecord| ScoreRecord { lexicon: 0, ..score.clone() };
        narratives(before) != narratives(after) || numbers(before) != numbers(after)
    }

    fn stale_scores(
        &self,
        current: &dyn Fn(Option<&str>) -> LexiconId,
    ) -> Result<BTreeSet<(u32, Option<String>)>, StoreError> {
        let mut stale = BTreeSet::new();
        for score in self.meta.scores.keys() {
            if self.interned(score.0)?.id != current(score.1.as_deref()) {
                stale.insert(score.clone());
            }
        }
        Ok(stale)
    }

    /// Marks days to be computed again; sorts them and drops those marked already.
    pub(super) fn mark(&self, transaction: &mut Transaction, days: &mut Vec<i32>) -> Result<(), StoreError> {
        days.sort_unstable();
        days.dedup();
        days.retain(|day| !self.dirty.contains(day));
        for day in days {
            let key = key::day(Kind::Dirty, *day);
            let value = self.encode(&key, &())?;
            transaction.add(key, value);
        }
        Ok(())
    }
}
