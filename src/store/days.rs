//! Days: numbers derived from documents, and the marks of days to be computed again.
//!
//! A day's record holds only for the settings it was made with: one hash stands for all of them. A mark
//! is set in the batch that changes a day's documents or scores and cleared in the batch that brings
//! its new record, so that a kill in between computes a day twice and never leaves one out. What was
//! made of the days as a whole (`standard`) goes in the write that changes one of them.

use super::{
    DayRecord, Store, StoreError,
    key::{self, Kind, Place},
};

impl Store {
    /// UTC day numbers whose documents or scores changed since their mark was cleared, ascending.
    pub fn dirty_days(&self) -> Result<Vec<i32>, StoreError> {
        Ok(self.dirty.iter().copied().collect())
    }

    /// All days as computed with these settings, ascending; none when they were made with others.
    pub fn day_records(&self, settings_hash: u64) -> Result<Vec<(i32, DayRecord)>, StoreError> {
        if self.meta.days_made_with != Some(settings_hash) {
            return Ok(Vec::new());
        }
        let rows = self.database.scan(Kind::Day.range());
        rows.map(|row| {
            let (key, value) = row?;
            let day = key::read_day(&key).ok_or_else(|| self.bad_row(&key, "its key does not read"))?;
            Ok((day, self.decode(&key, &value)?))
        })
        .collect()
    }

    /// Keeps days computed with these settings; `None` removes a day that has no document any more.
    /// The marks of `cleared_dirty` go in the same write. Days made with other settings go first, as
    /// [`Store::clear_days`] does it.
    pub fn put_days(
        &mut self,
        settings_hash: u64,
        days: &[(i32, Option<DayRecord>)],
        cleared_dirty: &[i32],
    ) -> Result<(), StoreError> {
        if self.meta.days_made_with.is_some_and(|made_with| made_with != settings_hash) {
            self.clear_days()?;
        }
        let mut transaction = self.begin();
        transaction.meta.days_made_with = Some(settings_hash);
        // The last of several records for one day wins, as it would in writes of their own.
        let days: std::collections::BTreeMap<i32, &Option<DayRecord>> =
            days.iter().map(|(day, record)| (*day, record)).collect();
        for (day, record) in days {
            let key = key::day(Kind::Day, day);
            if let Some(record) = record {
                let value = self.encode(&key, record)?;
                transaction.set(self, key, value)?;
            } else if self.database.get(&key)?.is_some() {
                transaction.remove(key);
            }
        }
        if !transaction.writes.is_empty() {
            self.forget_standard_days(&mut transaction)?;
        }
        let mut still_dirty = self.dirty.clone();
        for day in cleared_dirty {
            if still_dirty.remove(day) {
                transaction.remove(key::day(Kind::Dirty, *day));
            }
        }
        let nothing_new = transaction.writes.is_empty() && transaction.meta == self.meta;
        if !nothing_new {
            self.commit(transaction)?;
            self.dirty = still_dirty;
        }
        Ok(())
    }

    /// Removes all days and marks every day that has documents, so that all of them are computed again
    /// however often that is interrupted.
    pub fn clear_days(&mut self) -> Result<(), StoreError> {
        let mut transaction = self.begin();
        for row in self.database.scan(Kind::Day.range()) {
            transaction.remove(row?.0);
        }
        self.forget_standard_days(&mut transaction)?;
        transaction.meta.days_made_with = None;
        let mut days = self.days_with_documents()?;
        self.mark(&mut transaction, &mut days)?;
        self.commit(transaction)?;
        self.dirty.extend(days);
        Ok(())
    }

    pub(super) fn load_dirty(&mut self) -> Result<(), StoreError> {
        let mut dirty = std::collections::BTreeSet::new();
        for row in self.database.scan(Kind::Dirty.range()) {
            let (key, value) = row?;
            self.decode::<()>(&key, &value)?;
            dirty.insert(key::read_day(&key).ok_or_else(|| self.bad_row(&key, "its key does not read"))?);
        }
        self.dirty = dirty;
        Ok(())
    }

    /// Goes from day to day, one lookup each.
    fn days_with_documents(&self) -> Result<Vec<i32>, StoreError> {
        let mut days = Vec::new();
        let (mut from, to) = Kind::Head.range();
        while let Some(row) = self.database.scan((from, to.clone())).next() {
            let (key, _) = row?;
            let place = Place::read(&key).ok_or_else(|| self.bad_row(&key, "its key does not read"))?;
            days.push(place.day());
            from = key::from_day(Kind::Head, i64::from(place.day()) + 1);
        }
        Ok(days)
    }
}
