//! Documents: taking them in once, finding them by identity, reading them in the order of time.
//!
//! A document is up to four rows: identity to place, place to head (all but the body, with the score),
//! place to body, place to the body's sketch. A pass over scores reads heads alone. The first version
//! wins: a known identity is counted, compared by a hash of its text, and left as it is.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use crate::{
    document::{Availability, Document, DocumentId, Fingerprint},
    tag::TagCounts,
};

use super::{
    FLUSH_EVERY_DOCUMENTS, Store, StoreError, Transaction,
    database::Row,
    key::{self, Kind, Place},
    record::{HeadRecord, IdentityRecord, basis_number},
    sketches,
};

/// Documents in one write. More costs memory and gains nothing; fewer rewrite the counters too often.
pub(super) const DOCUMENTS_PER_BATCH: usize = 500;

/// What became of a batch of documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Put {
    /// New ones.
    pub added: u64,
    /// Ones that were there already.
    pub known: u64,
    /// Known ones that say something else now; the first version is kept.
    pub changed: u64,
}

/// A document as `index` needs it, without its body.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    /// Its identity.
    pub id: DocumentId,
    /// From when on it may count.
    pub available: Availability,
    /// Who published it.
    pub source: String,
    /// The headline.
    pub title: String,
    /// For telling repeats of one story.
    pub fingerprint: Fingerprint,
    /// Its score.
    pub counts: TagCounts,
}

impl Store {
    /// Takes documents in, each with the counts of its text. `narratives` names the positions in
    /// [`TagCounts::narratives`]. A document is there whole or not at all; the batch may be cut
    /// short by an error or a kill, and putting it again completes it. Every thousand documents reach
    /// the disk; the rest when [`Store::flush`] returns.
    pub fn put(&mut self, batch: &[(Document, TagCounts)], narratives: &[String]) -> Result<Put, StoreError> {
        self.use_narratives(narratives);
        let mut put = Put::default();
        for part in batch.chunks(DOCUMENTS_PER_BATCH) {
            self.put_part(part, narratives, &mut put)?;
            if self.unflushed >= FLUSH_EVERY_DOCUMENTS {
                self.flush()?;
            }
        }
        Ok(put)
    }

    /// A document by its identity.
    pub fn document(&self, id: DocumentId) -> Result<Option<Document>, StoreError> {
        self.head(id)?.map(|(place, head)| self.with_body(place, head)).transpose()
    }

    /// Whether a document is in the store.
    pub fn contains(&self, id: DocumentId) -> Result<bool, StoreError> {
        Ok(self.database.get(&key::identity(id))?.is_some())
    }

    /// A document's counts.
    pub fn counts(&self, id: DocumentId) -> Result<Option<TagCounts>, StoreError> {
        self.head(id)?.map(|(place, head)| self.counts_of(place, &head.score)).transpose()
    }

    /// Identities whose hexadecimal digits start so, ascending, at most so many. What is no prefix of
    /// an identity finds none.
    pub fn find(&self, hex_prefix: &str, most: usize) -> Result<Vec<DocumentId>, StoreError> {
        let Some(range) = key::identities(hex_prefix) else {
            return Ok(Vec::new());
        };
        let found = self.database.scan(range).take(most);
        found
            .map(|row| {
                let (key, _) = row?;
                key::read_identity(&key).ok_or_else(|| self.bad_row(&key, "its key does not read"))
            })
            .collect()
    }

    /// Documents available after `from`, up to and including `to`, by time and then identity.
    pub fn documents(
        &self,
        from: Timestamp,
        to: Timestamp,
    ) -> impl Iterator<Item = Result<Document, StoreError>> + '_ {
        self.database.scan(key::between(Kind::Head, from, to)).map(|row| {
            let (place, head) = self.read_head(&row?)?;
            self.with_body(place, head)
        })
    }

    /// The same documents without their bodies, with their scores.
    pub fn scored(
        &self,
        from: Timestamp,
        to: Timestamp,
    ) -> impl Iterator<Item = Result<Scored, StoreError>> + '_ {
        // Both are in the order of places.
        let mut sketches = self.sketches(from, to).peekable();
        self.database.scan(key::between(Kind::Head, from, to)).map(move |row| {
            let row = row?;
            let (place, mut head) = self.read_head(&row)?;
            let mut fingerprint = head.take_fingerprint();
            while let Some(found) =
                sketches.next_if(|found| found.as_ref().map_or(true, |(at, _)| *at <= place))
            {
                let (at, sketch) = found?;
                if at == place {
                    fingerprint.sketch = sketch;
                }
            }
            Ok(Scored {
                id: place.id,
                available: head.availability(place).map_err(|reason| self.bad_row(&row.0, reason))?,
                fingerprint,
                counts: self.counts_of(place, &head.score)?,
                source: head.source.into_owned(),
                title: head.title.into_owned(),
            })
        })
    }

    fn put_part(
        &mut self,
        part: &[(Document, TagCounts)],
        narratives: &[String],
        put: &mut Put,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin();
        let mut outcome = *put;
        let mut fresh: HashMap<DocumentId, IdentityRecord> = HashMap::new();
        let mut sources: BTreeMap<&str, u64> = BTreeMap::new();
        let mut days = Vec::new();
        for (document, counts) in part {
            let identity = IdentityRecord::new(document);
            let key = key::identity(document.id);
            let known = match fresh.get(&document.id) {
                Some(known) => Some(known.clone()),
                None => self.read(&key)?,
            };
            if let Some(known) = known {
                outcome.known += 1;
                outcome.changed += u64::from(known.text != identity.text);
                continue;
            }
            self.add(&mut transaction, document, counts, narratives)?;
            transaction.add(key.clone(), self.encode(&key, &identity)?);
            fresh.insert(document.id, identity);
            *sources.entry(&document.article.source).or_default() += 1;
            days.push(key::day_of(document.availability.at));
            outcome.added += 1;
        }
        if !fresh.is_empty() {
            for (source, documents) in sources {
                let key = key::named(Kind::Source, source);
                let known: u64 = self.read(&key)?.unwrap_or_default();
                let value = self.encode(&key, &(known + documents))?;
                transaction.set(self, key, value)?;
            }
            self.mark(&mut transaction, &mut days)?;
            self.commit(transaction)?;
            self.dirty.extend(days);
            self.unflushed += fresh.len() as u64;
        }
        *put = outcome;
        Ok(())
    }

    /// Adds the rows of place and body, and what they change in the counters.
    fn add(
        &mut self,
        transaction: &mut Transaction,
        document: &Document,
        counts: &TagCounts,
        narratives: &[String],
    ) -> Result<(), StoreError> {
        let place = Place { at: document.availability.at, id: document.id };
        let score = self.score_of(transaction, document.id, counts, narratives)?;
        let language = document.article.language.clone();
        *transaction.meta.scores.entry((score.lexicon, language)).or_default() += 1;
        transaction.meta.by_basis[basis_number(document.availability.basis)] += 1;
        let head = HeadRecord::new(document, score).map_err(|reason| unstorable(document.id, reason))?;
        let key = place.key(Kind::Head);
        let value = self.encode(&key, &head)?;
        transaction.add(key, value);
        if !document.article.text.is_empty() {
            let key = place.key(Kind::Body);
            let value = self.codec.borrow_mut().enclose(&key, document.article.text.as_bytes());
            transaction.add(key, value.map_err(|error| unstorable(document.id, error))?);
        }
        if !document.fingerprint.sketch.is_empty() {
            let key = place.key(Kind::Sketch);
            let value = sketches::enclosed(&key, &document.fingerprint.sketch);
            transaction.add(key, value);
        }
        Ok(())
    }

    /// Where a document lies and its head.
    pub(super) fn head(&self, id: DocumentId) -> Result<Option<(Place, HeadRecord<'static>)>, StoreError> {
        let key = key::identity(id);
        let Some(identity) = self.read::<IdentityRecord>(&key)? else {
            return Ok(None);
        };
        let place = Place { at: identity.at().map_err(|reason| self.bad_row(&key, reason))?, id };
        match self.read(&place.key(Kind::Head))? {
            Some(head) => Ok(Some((place, head))),
            None => Err(self.bad_row(&key, "its document is not there")),
        }
    }

    pub(super) fn read_head(&self, (key, value): &Row) -> Result<(Place, HeadRecord<'static>), StoreError> {
        let place = Place::read(key).ok_or_else(|| self.bad_row(key, "its key does not read"))?;
        Ok((place, self.decode(key, value)?))
    }

    pub(super) fn with_body(&self, place: Place, head: HeadRecord<'static>) -> Result<Document, StoreError> {
        let text = self.body(place, head.body_bytes)?;
        let document = head.into_document(place, text);
        let mut document = document.map_err(|reason| self.bad_row(&place.key(Kind::Head), reason))?;
        document.fingerprint.sketch = self.sketch(place)?;
        Ok(document)
    }

    pub(super) fn body(&self, place: Place, bytes: u64) -> Result<String, StoreError> {
        if bytes == 0 {
            return Ok(String::new());
        }
        let key = place.key(Kind::Body);
        let value = self.database.get(&key)?.ok_or_else(|| self.bad_row(&key, "it is not there"))?;
        let body = self.codec.borrow_mut().open(&key, &value).map(std::borrow::Cow::into_owned);
        let body = body.map_err(|reason| self.bad_row(&key, reason))?;
        match String::from_utf8(body) {
            Ok(text) if text.len() as u64 == bytes => Ok(text),
            _ => Err(self.bad_row(&key, "it is not the text that was written")),
        }
    }
}

pub(super) fn unstorable(id: DocumentId, reason: impl std::fmt::Display) -> StoreError {
    StoreError::Unstorable { subject: format!("document {id}"), reason: reason.to_string() }
}
