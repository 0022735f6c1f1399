//! Stored forms of price series: a head, rows by year, and where they came from.
//!
//! The rules are those of `record`. A year's rows are one list, so that one new day rewrites one small value.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

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

/// One row of a series' year.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct ObservationRecord {
    pub(super) day: i32,
    close: f64,
    available_at: i128,
}

impl From<&Observation> for ObservationRecord {
    fn from(row: &Observation) -> Self {
        Self { day: row.day.0, close: row.close, available_at: row.available_at.as_nanosecond() }
    }
}

impl ObservationRecord {
    pub(super) fn read(self) -> Result<Observation, Reason> {
        let date =
            Timestamp::from_second(i64::from(self.day) * 24 * 60 * 60).map_err(|_| "its day is none")?;
        let day = date.to_zoned(jiff::tz::TimeZone::UTC).date().into();
        Ok(Observation { day, close: self.close, available_at: instant(self.available_at)? })
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
