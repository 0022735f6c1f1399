//! Stored forms of price series: a head, rows by year, and where they came from.
//!
//! The rules are those of `record`. A year's rows are one list, so that one new day rewrites one small value.

use std::fmt;

use jiff::Timestamp;
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{SeqAccess, Visitor},
};

use crate::prices::{Observation, Provenance};

use super::{envelope::Reason, record::instant};

/// A price series without its rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SeriesRecord {
    /// As `Clock` prints itself.
    pub(super) clock: String,
    pub(super) rows: u64,
    /// Day numbers of the first and last row.
    pub(super) span: Option<(i32, i32)>,
    pub(super) provenance: u32,
}

/// The rows of a series' year.
///
/// Schema 1 and 2 wrote [`Self::early`] alone. It is written empty now, which no year of theirs was, and
/// followed by [`Self::rows`]: so each form is told from the other by its first byte.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub(super) struct YearRecord {
    early: Vec<EarlyRecord>,
    pub(super) rows: Vec<ObservationRecord>,
}

impl<'de> Deserialize<'de> for YearRecord {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Forms;

        impl<'de> Visitor<'de> for Forms {
            type Value = YearRecord;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the rows of a year")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<YearRecord, A::Error> {
                let early: Vec<EarlyRecord> = parts.next_element()?.unwrap_or_default();
                if early.is_empty() {
                    let rows = parts.next_element()?.unwrap_or_default();
                    return Ok(YearRecord { early, rows });
                }
                let rows = early.into_iter().map(ObservationRecord::from).collect();
                Ok(YearRecord { early: Vec::new(), rows })
            }
        }

        from.deserialize_tuple(2, Forms)
    }
}

impl YearRecord {
    pub(super) fn push(&mut self, row: &Observation) {
        self.rows.push(row.into());
    }
}

/// One row as schema 1 and 2 wrote it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct EarlyRecord {
    day: i32,
    close: f64,
    available_at: i128,
}

impl From<EarlyRecord> for ObservationRecord {
    fn from(EarlyRecord { day, close, available_at }: EarlyRecord) -> Self {
        Self { day, close, available_at, given_by: None }
    }
}

/// One row of a series' year.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct ObservationRecord {
    pub(super) day: i32,
    close: f64,
    available_at: i128,
    given_by: Option<u32>,
}

impl From<&Observation> for ObservationRecord {
    fn from(row: &Observation) -> Self {
        let Observation { day, close, available_at, given_by } = *row;
        Self { day: day.0, close, available_at: available_at.as_nanosecond(), given_by }
    }
}

impl ObservationRecord {
    pub(super) fn read(self) -> Result<Observation, Reason> {
        let date =
            Timestamp::from_second(i64::from(self.day) * 24 * 60 * 60).map_err(|_| "its day is none")?;
        let day = date.to_zoned(jiff::tz::TimeZone::UTC).date().into();
        let Self { close, given_by, .. } = self;
        Ok(Observation { day, close, available_at: instant(self.available_at)?, given_by })
    }
}

/// One file or answer that fed a series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ProvenanceRecord {
    provider: String,
    fetched_at: i128,
    sha256: String,
    rows: u32,
}

impl From<&Provenance> for ProvenanceRecord {
    fn from(from: &Provenance) -> Self {
        Self {
            provider: from.provider.clone(),
            fetched_at: from.fetched_at.as_nanosecond(),
            sha256: from.sha256.clone(),
            rows: from.rows,
        }
    }
}

impl ProvenanceRecord {
    pub(super) fn read(self) -> Result<Provenance, Reason> {
        let Self { provider, fetched_at, sha256, rows } = self;
        Ok(Provenance { provider, fetched_at: instant(fetched_at)?, sha256, rows })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_of_either_form_reads() {
        let early = |day| EarlyRecord { day, close: 1.5, available_at: 7 };
        for rows in [vec![early(0)], vec![early(-3), early(20_000)]] {
            let bytes = postcard::to_stdvec(&rows).unwrap();
            let (read, rest): (YearRecord, _) = postcard::take_from_bytes(&bytes).unwrap();
            assert!(rest.is_empty());
            assert_eq!(read.rows, rows.into_iter().map(ObservationRecord::from).collect::<Vec<_>>());
        }
        let row = ObservationRecord { day: 5, close: -0.5, available_at: -7, given_by: Some(300) };
        for rows in
            [vec![], vec![row.clone()], vec![ObservationRecord { given_by: None, ..row.clone() }, row]]
        {
            let year = YearRecord { early: Vec::new(), rows };
            let bytes = postcard::to_stdvec(&year).unwrap();
            assert_eq!(postcard::take_from_bytes::<YearRecord>(&bytes).unwrap(), (year, &[][..]));
        }
    }
}
