//! What origins said in their robots.txt, kept so that a day's runs ask once.
//!
//! The store gives the answer no meaning and no age: whoever reads the rules decides how long they hold.

use jiff::Timestamp;

use super::{
    Store, StoreError,
    collected_record::RobotsForm,
    key::{self, Kind},
};

/// The answer of one origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RobotsRecord {
    /// Scheme, host and port: `https://www.example.org`.
    pub origin: String,
    /// When it answered, or was found not to.
    pub fetched_at: Timestamp,
    /// What the answer amounts to.
    pub kind: RobotsKind,
    /// The file where there are rules; otherwise the status or the clause that says why there are none.
    pub body: Vec<u8>,
}

/// What an answer to a request for robots.txt amounts to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RobotsKind {
    /// The rules in the body.
    Rules,
    /// There is no such file: everything is allowed.
    AllowAll,
    /// The server failed or was not reached: nothing is allowed for now.
    DisallowAll,
}

impl Store {
    /// What an origin said last.
    pub fn robots(&self, origin: &str) -> Result<Option<RobotsRecord>, StoreError> {
        let key = key::named(Kind::Robots, origin);
        let Some(form) = self.read::<RobotsForm<'static>>(&key)? else {
            return Ok(None);
        };
        form.read(origin).map(Some).map_err(|reason| self.bad_row(&key, reason))
    }

    /// What every origin said last, by its name.
    pub fn robots_records(&self) -> impl Iterator<Item = Result<RobotsRecord, StoreError>> + '_ {
        self.database.scan(Kind::Robots.range()).map(|row| {
            let (key, value) = row?;
            let form: RobotsForm<'static> = self.decode(&key, &value)?;
            let origin = key::read_named(&key).ok_or_else(|| self.bad_row(&key, "its key does not read"))?;
            form.read(origin).map_err(|reason| self.bad_row(&key, reason))
        })
    }

    /// Keeps what an origin said in place of what it said before.
    pub fn put_robots(&mut self, record: &RobotsRecord) -> Result<(), StoreError> {
        let mut transaction = self.begin();
        let key = key::named(Kind::Robots, &record.origin);
        let value = self.encode(&key, &RobotsForm::from(record))?;
        transaction.set(self, key, value)?;
        self.commit_changes(transaction)
    }
}
