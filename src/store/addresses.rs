//! Addresses: what collecting knows of each, and which are waiting to be fetched.
//!
//! An address is one row under the hash of its URL; one that waits has a mark as well, in the order of
//! first sight. Both change in one batch. Records are written in the order they are given, a thousand in
//! a batch: when one is there, all before it are. So a listing whose validators come after the addresses
//! it announced can be cut off from them by no kill, which is what [`Store::announce`] does.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::document::{DocumentId, Published};

use super::{
    Store, StoreError, Transaction,
    collected_record::AddressForm,
    key::Kind,
    visit::{AddressHash, Visit},
};

/// Addresses in one batch. A sitemap names up to 50,000, which as one batch would take 50 MB.
const ADDRESSES_PER_BATCH: usize = 1000;

/// What collecting knows of one address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressRecord {
    /// The address in canonical form: its identity.
    pub url: String,
    /// The configured source it belongs to.
    pub source: String,
    /// What it is fetched for.
    pub role: Role,
    /// When it was first seen. Kept for ever: a later put does not change it.
    pub first_seen: Timestamp,
    /// How far it is.
    pub state: AddressState,
    /// Why it is so: the last failure of a waiting one, why one was refused, why a page that was read
    /// gave no article. One lower-case clause.
    pub reason: Option<String>,
    /// Attempts that failed since the last success.
    pub tries: u32,
    /// Not to be fetched before.
    pub not_before: Option<Timestamp>,
    /// The validator of the last answer.
    pub etag: Option<String>,
    /// The other validator of the last answer, as the server wrote it.
    pub last_modified: Option<String>,
    /// The headline, as the listing that announced it says.
    pub title: Option<String>,
    /// When it was published, as the listing that announced it says.
    pub published: Option<Published>,
    /// When its latest capture was made.
    pub captured_at: Option<Timestamp>,
    /// The article that was read from it.
    pub document: Option<DocumentId>,
    /// What was wanted of a listing when it was read last, as a number of the caller's: for another scope
    /// it must be read again though it has not changed.
    pub scope: u64,
}

impl AddressRecord {
    /// An address seen for the first time, waiting.
    pub fn new(url: impl Into<String>, source: impl Into<String>, role: Role, first_seen: Timestamp) -> Self {
        Self {
            url: url.into(),
            source: source.into(),
            role,
            first_seen,
            state: AddressState::Waiting,
            reason: None,
            tries: 0,
            not_before: None,
            etag: None,
            last_modified: None,
            title: None,
            published: None,
            captured_at: None,
            document: None,
            scope: 0,
        }
    }

    pub(super) fn hash(&self) -> AddressHash {
        AddressHash::of(&self.url)
    }

    fn mark(&self) -> Option<Vec<u8>> {
        let visit = Visit { at: self.first_seen, address: self.hash() };
        (self.state == AddressState::Waiting).then(|| visit.key(Kind::Waiting))
    }
}

/// What an address is fetched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// The addresses it names: a feed, a sitemap, a section page, a list of articles.
    Listing,
    /// Its own text.
    Page,
}

/// How far an address is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AddressState {
    /// To be fetched, at once or later.
    Waiting,
    /// Fetched; its capture is to be read.
    Captured,
    /// Read: into an article, or, for a listing, into the addresses it names; or not usable, with the reason.
    Read,
    /// Not to be fetched, with the reason.
    Refused,
}

impl AddressState {
    /// Every state, in the order of [`StoreStats::addresses`](super::StoreStats::addresses).
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Captured, Self::Read, Self::Refused];

    /// The word used in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Captured => "captured",
            Self::Read => "read",
            Self::Refused => "refused",
        }
    }

    /// Its position in [`Self::ALL`].
    pub(super) const fn number(self) -> usize {
        self as usize
    }
}

/// What became of announced addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Announced {
    /// New ones.
    pub added: u64,
    /// Ones that were there already, left as they were.
    pub known: u64,
}

impl Store {
    /// What is known of an address, in canonical form.
    pub fn address(&self, url: &str) -> Result<Option<AddressRecord>, StoreError> {
        Ok(self.read_address(AddressHash::of(url))?.filter(|record| record.url == url))
    }

    /// Every address, in no telling order.
    pub fn addresses(&self) -> impl Iterator<Item = Result<AddressRecord, StoreError>> + '_ {
        self.database.scan(Kind::Address.range()).map(|row| {
            let (key, value) = row?;
            self.decode_address(&key, &value)
        })
    }

    /// Addresses that wait, the one first seen first; those to be fetched later are among them. Going on
    /// after an address works whatever became of it meanwhile.
    pub fn waiting(
        &self,
        after: Option<&AddressRecord>,
    ) -> impl Iterator<Item = Result<AddressRecord, StoreError>> + '_ {
        let (mut from, to) = Kind::Waiting.range();
        if let Some(record) = after {
            from = Visit { at: record.first_seen, address: record.hash() }.key(Kind::Waiting);
            from.push(0);
        }
        self.database.scan((from, to)).map(|row| {
            let (key, _) = row?;
            let visit = Visit::read(&key).ok_or_else(|| self.bad_row(&key, "its key does not read"))?;
            let record = self.read_address(visit.address)?;
            record.ok_or_else(|| self.bad_row(&key, "its address is not there"))
        })
    }

    /// Keeps these addresses, each in place of what was known of it but for `first_seen`. When one is
    /// there after a kill, all before it are. Returns when they would survive a kill; [`Store::flush`]
    /// makes them survive a loss of power.
    ///
    /// Errors: state [`Captured`](AddressState::Captured) without a capture that waits to be read, which
    /// [`Store::put_captures`] alone brings about.
    pub fn put_addresses(&mut self, records: &[AddressRecord]) -> Result<(), StoreError> {
        for part in records.chunks(ADDRESSES_PER_BATCH) {
            let mut changes = AddressChanges::default();
            for record in part {
                let before = changes.before(self, record)?;
                let mut after = record.clone();
                if let Some(before) = before {
                    after.first_seen = before.first_seen;
                }
                changes.set(after);
            }
            let mut transaction = self.begin();
            changes.write(self, &mut transaction)?;
            self.commit_changes(transaction)?;
        }
        self.database.write_out()
    }

    /// Keeps the addresses a listing announced, as they are given, unless they are known; then the
    /// listing itself, as [`Store::put_addresses`] does. A kill in between loses none: the listing has
    /// its former validators then, and is fetched again. The listing is not to be among the addresses.
    pub fn announce(
        &mut self,
        listing: &AddressRecord,
        announced: &[AddressRecord],
    ) -> Result<Announced, StoreError> {
        let mut outcome = Announced::default();
        for part in announced.chunks(ADDRESSES_PER_BATCH) {
            let mut changes = AddressChanges::default();
            for record in part {
                if changes.before(self, record)?.is_some() || record.url == listing.url {
                    outcome.known += 1;
                } else {
                    outcome.added += 1;
                    changes.set(record.clone());
                }
            }
            let mut transaction = self.begin();
            changes.write(self, &mut transaction)?;
            self.commit_changes(transaction)?;
        }
        self.put_addresses(std::slice::from_ref(listing))?;
        Ok(outcome)
    }

    pub(super) fn read_address(&self, hash: AddressHash) -> Result<Option<AddressRecord>, StoreError> {
        let key = hash.key();
        self.database.get(&key)?.map(|value| self.decode_address(&key, &value)).transpose()
    }

    pub(super) fn decode_address(&self, key: &[u8], value: &[u8]) -> Result<AddressRecord, StoreError> {
        let form: AddressForm<'static> = self.decode(key, value)?;
        form.read().map_err(|reason| self.bad_row(key, reason))
    }

    pub(super) fn commit_changes(&mut self, transaction: Transaction) -> Result<(), StoreError> {
        if transaction.writes.is_empty() { Ok(()) } else { self.commit(transaction) }
    }
}

/// Addresses as they are and as they will be after one batch.
#[derive(Default)]
pub(super) struct AddressChanges {
    changes: HashMap<AddressHash, (Option<AddressRecord>, Option<AddressRecord>)>,
}

impl AddressChanges {
    /// What is known of an address, changes so far included.
    pub(super) fn before(
        &mut self,
        store: &Store,
        record: &AddressRecord,
    ) -> Result<Option<&AddressRecord>, StoreError> {
        self.find(store, &record.url)
    }

    /// The same by URL.
    pub(super) fn find(&mut self, store: &Store, url: &str) -> Result<Option<&AddressRecord>, StoreError> {
        let hash = AddressHash::of(url);
        let (before, after) = match self.changes.entry(hash) {
            std::collections::hash_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::hash_map::Entry::Vacant(free) => free.insert((store.read_address(hash)?, None)),
        };
        let known = after.as_ref().or(before.as_ref());
        if known.is_some_and(|known| known.url != url) {
            return Err(unstorable(url, "another address has the same hash"));
        }
        Ok(known)
    }

    /// What an address is to be. It was looked for before.
    pub(super) fn set(&mut self, record: AddressRecord) {
        let change = self.changes.entry(record.hash()).or_default();
        change.1 = Some(record);
    }

    /// Adds the rows that differ, with their marks and counts.
    pub(super) fn write(self, store: &Store, transaction: &mut Transaction) -> Result<(), StoreError> {
        for (hash, (before, after)) in self.changes {
            let Some(after) = after else { continue };
            if before.as_ref() == Some(&after) {
                continue;
            }
            store.check_capture(transaction, hash, &after)?;
            let key = hash.key();
            let value = store.encode(&key, &AddressForm::from(&after))?;
            transaction.tally.addresses[after.state.number()] += 1;
            if let Some(before) = &before {
                let count = &mut transaction.tally.addresses[before.state.number()];
                *count = count.saturating_sub(1);
                transaction.replace(key, value);
            } else {
                transaction.add(key, value);
            }
            let [marked, mark] =
                [before.as_ref(), Some(&after)].map(|record| record.and_then(AddressRecord::mark));
            match (marked, mark) {
                (Some(marked), None) => transaction.remove(marked),
                (None, Some(mark)) => {
                    let value = store.encode(&mark, &())?;
                    transaction.add(mark, value);
                }
                // First sight does not change, so neither does the mark.
                _ => {}
            }
        }
        Ok(())
    }
}

pub(super) fn unstorable(url: &str, reason: &str) -> StoreError {
    StoreError::Unstorable { subject: url.to_owned(), reason: reason.to_owned() }
}
