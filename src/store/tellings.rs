//! What hooks were told of changes of state, attempt by attempt, for ever.
//!
//! Beside the published rows: those say what the state was, these say who heard of it. An attempt is a row
//! that is added when it is over and never replaced or removed, so that a kill between a delivery and its
//! row costs one repetition, and no change is passed over. Rows are numbered without gaps, which `verify`
//! checks; there are a few for each change, so that all are read where one is asked about.
//!
//! Left out: which changes a hook is to hear of, and telling it (`pipeline`).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Store, StoreError,
    envelope::Reason,
    key::{self, Kind},
    record::instant,
};

/// One attempt to tell a hook of a change, or a note that concerns it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Telling {
    /// The hook's name.
    pub hook: String,
    /// When.
    pub at: Timestamp,
    /// The day number: of the change; for [`Told::Listening`] of the last day it does not hear of.
    pub day: i32,
    /// What tells the change from all others; empty for [`Told::Listening`].
    pub id: String,
    /// The state before, likewise.
    pub from: String,
    /// The state that was entered, or the one there was when the hook began to listen.
    pub to: String,
    /// What became of it.
    pub told: Told,
}

/// What became of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// The hook is new: it hears of what changes after this day.
    Listening,
    /// It was told.
    Delivered,
    /// It was not, and is to be told again.
    Failed {
        /// The clause that says why.
        why: String,
        /// When it may be asked again at the earliest, where it said so.
        not_before: Option<Timestamp>,
    },
    /// The change has become too old to be news, and was never told.
    Lapsed,
}

/// A stored attempt; its key is its number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct TellingRecord {
    hook: String,
    at: i128,
    day: i32,
    id: String,
    from: String,
    to: String,
    told: u8,
    why: String,
    not_before: Option<i128>,
}

impl Store {
    /// Adds an attempt, and returns when it would survive a loss of power: what was delivered is not to be
    /// delivered again.
    pub fn add_telling(&mut self, telling: &Telling) -> Result<(), StoreError> {
        let last = self.database.scan(Kind::Telling.range()).next_back().transpose()?;
        let number = match last {
            None => 0,
            Some((key, _)) => {
                let last = key::read_number(&key).and_then(|number| number.checked_add(1));
                last.ok_or_else(|| self.bad_row(&key, "its key does not read"))?
            }
        };
        let key = key::numbered_alone(Kind::Telling, number);
        let value = self.encode(&key, &TellingRecord::new(telling))?;
        let mut transaction = self.begin();
        transaction.add(key, value);
        self.commit(transaction)?;
        self.flush()
    }

    /// Every attempt, in their order.
    pub fn tellings(&self) -> Result<Vec<Telling>, StoreError> {
        let rows = self.database.scan(Kind::Telling.range());
        rows.map(|row| {
            let (key, value) = row?;
            let record = self.decode::<TellingRecord>(&key, &value)?;
            record.read().map_err(|reason| self.bad_row(&key, reason))
        })
        .collect()
    }
}

impl TellingRecord {
    fn new(telling: &Telling) -> Self {
        let Telling { hook, at, day, id, from, to, told } = telling.clone();
        let (told, why, not_before) = match told {
            Told::Listening => (0, String::new(), None),
            Told::Delivered => (1, String::new(), None),
            Told::Failed { why, not_before } => (2, why, not_before.map(Timestamp::as_nanosecond)),
            Told::Lapsed => (3, String::new(), None),
        };
        Self { hook, at: at.as_nanosecond(), day, id, from, to, told, why, not_before }
    }

    pub(super) fn read(self) -> Result<Telling, Reason> {
        let Self { hook, at, day, id, from, to, told, why, not_before } = self;
        let told = match told {
            0 => Told::Listening,
            1 => Told::Delivered,
            2 => Told::Failed { why, not_before: not_before.map(instant).transpose()? },
            3 => Told::Lapsed,
            _ => return Err("what became of it is not known here"),
        };
        Ok(Telling { hook, at: instant(at)?, day, id, from, to, told })
    }
}
