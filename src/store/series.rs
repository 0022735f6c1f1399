//! Price series: one head, one row a year, one row per file or answer that fed it.
//!
//! A new day rewrites its year and the head, nothing else: rows equal to what is stored are not
//! written. A series must come ascending, as `prices` keeps it; what it means is not looked at.

use std::{collections::BTreeMap, fmt::Display, str::FromStr};

use crate::prices::{Observation, Series};

use super::{
    Store, StoreError, Transaction,
    key::{self, Kind},
    price_record::{ProvenanceRecord, SeriesRecord, YearRecord},
};

impl Store {
    /// A series with all its rows.
    pub fn series(&self, name: &str) -> Result<Option<Series>, StoreError> {
        let key = key::named(Kind::Series, name);
        let Some(head) = self.read::<SeriesRecord>(&key)? else {
            return Ok(None);
        };
        let clock = head.clock.parse().map_err(|_| self.bad_row(&key, "its clock does not read"))?;
        let mut rows: Vec<Observation> = Vec::new();
        for row in self.database.scan(key::name_range(Kind::Chunk, name)) {
            let (key, value) = row?;
            for record in self.decode::<YearRecord>(&key, &value)?.rows {
                rows.push(record.read().map_err(|reason| self.bad_row(&key, reason))?);
            }
        }
        let mut provenance = Vec::new();
        for row in self.database.scan(key::name_range(Kind::Provenance, name)) {
            let (key, value) = row?;
            let record = self.decode::<ProvenanceRecord>(&key, &value)?;
            provenance.push(record.read().map_err(|reason| self.bad_row(&key, reason))?);
        }
        if rows.len() as u64 != head.rows
            || provenance.len() as u64 != u64::from(head.provenance)
            || !ascending(&rows)
        {
            return Err(self.bad_row(&key, "its rows are not those that were written"));
        }
        Ok(Some(Series { name: name.to_owned(), clock, rows, provenance }))
    }

    /// Names of all series, in byte order.
    pub fn series_names(&self) -> Result<Vec<String>, StoreError> {
        let heads = self.database.scan(Kind::Series.range());
        heads
            .map(|row| {
                let (key, _) = row?;
                let name = key::read_named(&key).map(str::to_owned);
                name.ok_or_else(|| self.bad_row(&key, "its key does not read"))
            })
            .collect()
    }

    /// Keeps a series in place of the one of the same name.
    pub fn put_series(&mut self, series: &Series) -> Result<(), StoreError> {
        let refuse = |reason: &str| {
            let subject = format!("series {}", series.name);
            Err(StoreError::Unstorable { subject, reason: reason.to_owned() })
        };
        if !ascending(&series.rows) {
            return refuse("its rows do not ascend by day and availability");
        }
        if !reads_back(&series.clock) {
            return refuse("its clock does not read back as it prints");
        }
        let name = &series.name;
        let mut transaction = self.begin();
        let mut years: BTreeMap<i16, YearRecord> = BTreeMap::new();
        for row in &series.rows {
            years.entry(row.day.year()).or_default().push(row);
        }
        let chunks =
            years.into_iter().map(|(year, rows)| (key::numbered(Kind::Chunk, name, year.into()), rows));
        self.replace_all(&mut transaction, key::name_range(Kind::Chunk, name), chunks)?;
        let sources = (0..).zip(&series.provenance);
        let sources = sources.map(|(at, from)| (key::numbered(Kind::Provenance, name, at), from.into()));
        self.replace_all::<ProvenanceRecord>(
            &mut transaction,
            key::name_range(Kind::Provenance, name),
            sources,
        )?;
        let head = SeriesRecord {
            clock: series.clock.to_string(),
            rows: series.rows.len() as u64,
            span: series.rows.first().zip(series.rows.last()).map(|(first, last)| (first.day.0, last.day.0)),
            provenance: series.provenance.len() as u32,
        };
        let key = key::named(Kind::Series, name);
        let value = self.encode(&key, &head)?;
        transaction.set(self, key, value)?;
        if transaction.writes.is_empty() { Ok(()) } else { self.commit(transaction) }
    }

    /// Makes the rows of a range these, writing only what differs.
    pub(super) fn replace_all<T: serde::Serialize>(
        &self,
        transaction: &mut Transaction,
        range: (Vec<u8>, Vec<u8>),
        rows: impl Iterator<Item = (Vec<u8>, T)>,
    ) -> Result<(), StoreError> {
        let mut known = self.database.scan(range).collect::<Result<BTreeMap<_, _>, _>>()?;
        for (key, record) in rows {
            let value = self.encode(&key, &record)?;
            match known.remove(&key) {
                None => transaction.add(key, value),
                Some(stored) if stored == value => {}
                Some(_) => transaction.replace(key, value),
            }
        }
        for key in known.into_keys() {
            transaction.remove(key);
        }
        Ok(())
    }
}

fn ascending(rows: &[Observation]) -> bool {
    rows.is_sorted_by_key(|row| (row.day, row.available_at))
}

/// A clock is stored as it prints itself.
fn reads_back<T: FromStr + Display + PartialEq>(value: &T) -> bool {
    value.to_string().parse().is_ok_and(|read: T| read == *value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_reads_back_as_it_prints_is_kept() {
        assert!(reads_back(&1.5));
        assert!(!reads_back(&f64::NAN));
    }
}
