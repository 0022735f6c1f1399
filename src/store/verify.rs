//! Verification: every row read, every checksum compared, everything counted again.
//!
//! Finds what opening does not look at. It changes nothing and repairs nothing: a damaged store is
//! restored from its backup. Damage the engine stops at ends the pass; the report says so.

use std::collections::BTreeMap;

use super::{
    DayRecord, InputRecord, Store, StoreError,
    collected_record::TallyRecord,
    journal::{PublicationRecord, PublishedRecord},
    key::{self, Kind, Place},
    price_record::{ProvenanceRecord, SeriesRecord, YearRecord},
    record::{HeadRecord, IdentityRecord, LexiconRecord, MetaRecord, basis_number},
    standard::{DaysSum, PieceRecord, Pieces},
    tellings::TellingRecord,
    verify_collected::says,
};

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VerifyReport {
    /// Rows read.
    pub checked: u64,
    /// Counters compared with a new count.
    pub recounts: Vec<Recount>,
    /// Rows that are not what was written.
    pub bad: Vec<BadRow>,
}

/// One counter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recount {
    /// What is counted.
    pub what: String,
    /// What the store says.
    pub stored: u64,
    /// What is there.
    pub counted: u64,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRow {
    /// Its kind and key.
    pub key: String,
    /// One lower-case clause.
    pub reason: String,
}

impl VerifyReport {
    /// Whether nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.bad.is_empty() && self.recounts.iter().all(|recount| recount.stored == recount.counted)
    }
}

/// What was counted on the way.
#[derive(Default)]
pub(super) struct Counted {
    rows: u64,
    meta: MetaRecord,
    sources: BTreeMap<String, (u64, u64)>,
    identities: u64,
    bodies: (u64, u64),
    /// Rows and provenance by series: stored, counted.
    series: BTreeMap<String, [(u64, u64); 2]>,
    /// Of the day rows, and what the standardised days say of themselves.
    days: DaysSum,
    pieces_of_days: Pieces,
    pub(super) tally: TallyRecord,
    /// Marks of addresses that wait.
    pub(super) waiting: u64,
    /// Pieces of bodies: as captures say, as they are there.
    pub(super) pieces: (u64, u64),
    /// Attempts to tell a hook, in their order.
    tellings: u32,
}

impl Store {
    /// Reads everything, compares every checksum and counts everything again. Bad rows are in the report;
    /// an error means that the store could not be read at all.
    pub fn verify(&self) -> Result<VerifyReport, StoreError> {
        let mut report = VerifyReport::default();
        let mut counted = Counted::default();
        for row in self.database.scan((vec![0], vec![u8::MAX; 2])) {
            let (key, value) = match row {
                Ok(row) => row,
                Err(StoreError::Damaged { what, .. }) => {
                    report.bad.push(BadRow { key: "database".to_owned(), reason: what });
                    break;
                }
                Err(error) => return Err(error),
            };
            report.checked += 1;
            if let Err(reason) = self.verify_row(&key, &value, &mut counted) {
                report.bad.push(BadRow { key: key::show(&key), reason });
            }
        }
        self.compare(&counted, &mut report);
        match self.verify_journal() {
            Ok(bad) => report.bad.extend(bad),
            // Damage the engine stops at is in the report already.
            Err(StoreError::Damaged { .. }) if !report.bad.is_empty() => {}
            Err(error) => return Err(error),
        }
        Ok(report)
    }

    fn verify_row(&self, key: &[u8], value: &[u8], counted: &mut Counted) -> Result<(), String> {
        let unread = "its key does not read";
        let kind = Kind::of(key).ok_or("its kind is unknown")?;
        if kind != Kind::Meta {
            counted.rows += 1;
        }
        match kind {
            Kind::Meta => drop(self.verified::<MetaRecord>(key, value)?),
            Kind::Lexicon => {
                key::read_number(key).ok_or(unread)?;
                self.verified::<LexiconRecord>(key, value)?;
                counted.meta.lexicons += 1;
            }
            Kind::Dirty => {
                let day = key::read_day(key).ok_or(unread)?;
                self.verified::<()>(key, value)?;
                if !self.dirty.contains(&day) {
                    return Err("the mark appeared after opening".to_owned());
                }
            }
            Kind::Day => {
                key::read_day(key).ok_or(unread)?;
                self.verified::<DayRecord>(key, value)?;
                counted.days.add(key, value);
            }
            Kind::Standard => {
                let number = key::read_number(key).ok_or(unread)?;
                counted.pieces_of_days.add(number, &self.verified::<PieceRecord>(key, value)?)?;
            }
            Kind::Input => {
                key::read_named(key).ok_or(unread)?;
                self.verified::<InputRecord>(key, value)?;
            }
            Kind::Source => {
                let name = key::read_named(key).ok_or(unread)?;
                counted.sources.entry(name.to_owned()).or_default().0 = self.verified(key, value)?;
            }
            Kind::Identity => {
                counted.identities += 1;
                let id = key::read_identity(key).ok_or(unread)?;
                let at = self.verified::<IdentityRecord>(key, value)?.at()?;
                let head = self
                    .database
                    .get(&Place { at, id }.key(Kind::Head))
                    .map_err(|error| error.to_string())?;
                head.ok_or("its document is not there")?;
            }
            Kind::Body => {
                counted.bodies.1 += 1;
                Place::read(key).ok_or(unread)?;
                self.codec.borrow_mut().open(key, value)?;
            }
            Kind::Sketch => self.verify_sketch(key, value)?,
            Kind::Head => self.verify_head(key, value, counted)?,
            Kind::Series => {
                let name = key::read_named(key).ok_or(unread)?;
                let head = self.verified::<SeriesRecord>(key, value)?;
                let series = counted.series.entry(name.to_owned()).or_default();
                (series[0].0, series[1].0) = (head.rows, head.provenance.into());
                self.series(name).map_err(|error| error.to_string())?;
            }
            Kind::Chunk => {
                let (name, _) = key::read_numbered(key).ok_or(unread)?;
                let rows = self.verified::<YearRecord>(key, value)?.rows.len();
                counted.series.entry(name.to_owned()).or_default()[0].1 += rows as u64;
            }
            Kind::Provenance => {
                let (name, _) = key::read_numbered(key).ok_or(unread)?;
                self.verified::<ProvenanceRecord>(key, value)?.read()?;
                counted.series.entry(name.to_owned()).or_default()[1].1 += 1;
            }
            Kind::Publication => {
                key::read_number(key).ok_or(unread)?;
                self.verified::<PublicationRecord>(key, value)?;
            }
            Kind::Published => {
                key::read_day(key).ok_or(unread)?;
                self.verified::<PublishedRecord>(key, value)?;
            }
            Kind::Telling => {
                let number = key::read_number(key).ok_or(unread)?;
                self.verified::<TellingRecord>(key, value)?.read()?;
                let expected = counted.tellings;
                counted.tellings = number.saturating_add(1);
                if number != expected {
                    return Err("the one before it is not there".to_owned());
                }
            }
            Kind::Address
            | Kind::Capture
            | Kind::Piece
            | Kind::Robots
            | Kind::Tally
            | Kind::Unread
            | Kind::Waiting => self.verify_collected(kind, key, value, counted)?,
        }
        Ok(())
    }

    /// A document with all its rows.
    fn verify_head(&self, key: &[u8], value: &[u8], counted: &mut Counted) -> Result<(), String> {
        let place = Place::read(key).ok_or("its key does not read")?;
        let head = self.verified::<HeadRecord<'static>>(key, value)?;
        counted.sources.entry(head.source.to_string()).or_default().1 += 1;
        let language = head.language.as_deref().map(str::to_owned);
        *counted.meta.scores.entry((head.score.lexicon, language)).or_default() += 1;
        counted.meta.by_basis[basis_number(head.availability(place)?.basis)] += 1;
        counted.bodies.0 += u64::from(head.body_bytes > 0);
        self.counts_of(place, &head.score).map_err(says)?;
        let identity_key = key::identity(place.id);
        let identity = self.read::<IdentityRecord>(&identity_key).map_err(says)?;
        let identity = identity.ok_or("its identity is not there")?;
        if identity.at()? != place.at {
            return Err("its identity names another time".to_owned());
        }
        let document = self.with_body(place, head).map_err(says)?;
        if IdentityRecord::new(&document) != identity {
            return Err("its text is not the one that was written".to_owned());
        }
        Ok(())
    }

    pub(super) fn verified<T: serde::de::DeserializeOwned>(
        &self,
        key: &[u8],
        value: &[u8],
    ) -> Result<T, String> {
        self.codec.borrow_mut().decode(key, value).map_err(str::to_owned)
    }

    /// Every counter beside its new count; long lists only where they differ.
    fn compare(&self, counted: &Counted, report: &mut VerifyReport) {
        let meta = &self.meta;
        let mut recount = |what: String, stored: u64, counted: u64, always: bool| {
            if always || stored != counted {
                report.recounts.push(Recount { what, stored, counted });
            }
        };
        recount("rows".to_owned(), meta.rows, counted.rows, true);
        recount("documents".to_owned(), meta.documents(), counted.meta.documents(), true);
        recount("identities".to_owned(), meta.documents(), counted.identities, true);
        recount("bodies".to_owned(), counted.bodies.0, counted.bodies.1, true);
        for (at, basis) in ["observed", "archived", "claimed"].into_iter().enumerate() {
            recount(format!("{basis} documents"), meta.by_basis[at], counted.meta.by_basis[at], true);
        }
        recount("lexicons".to_owned(), meta.lexicons.into(), counted.meta.lexicons.into(), true);
        let scores: std::collections::BTreeSet<_> =
            meta.scores.keys().chain(counted.meta.scores.keys()).collect();
        for score in scores {
            let [stored, found] =
                [meta, &counted.meta].map(|meta| meta.scores.get(score).copied().unwrap_or(0));
            let language = score.1.as_deref().unwrap_or("unknown");
            recount(format!("documents in language {language} by lexicon {}", score.0), stored, found, false);
        }
        for (what, stored, found) in self.compare_collected(counted) {
            recount(what, stored, found, false);
        }
        if let Some((pieces, days)) = counted.pieces_of_days.said() {
            recount("pieces of standardised days".to_owned(), pieces.0.into(), pieces.1.into(), false);
            recount("days that were standardised (their sum)".to_owned(), days, counted.days.sum(), false);
        }
        for (source, (stored, found)) in &counted.sources {
            recount(format!("documents of {source}"), *stored, *found, false);
        }
        for (name, [rows, provenance]) in &counted.series {
            recount(format!("rows of series {name}"), rows.0, rows.1, false);
            recount(format!("provenance of series {name}"), provenance.0, provenance.1, false);
        }
    }
}
