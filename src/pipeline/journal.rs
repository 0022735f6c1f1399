//! The journal: each row of the joined table as it was published, beside the row as it is computed now.
//!
//! `run` publishes, and nothing else does: whoever tries other thresholds with `export` or `signal`
//! publishes nothing by it. A day is published once, when it is complete. What differs later is shown
//! with its cause, as far as hashes tell: the hash of a day goes over all news, or all prices, that
//! count by that day, so that the first day of a revision is the first whose hash differs.
//!
//! Left out: correcting anything. A published row stands.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use super::{
    Joined, PipelineError, TableSettings,
    refresh::{day_indexes, table_prices},
    settings_form::{is_made_with, settings_hash},
};
use crate::{
    calendar::{CutOff, Day},
    export::{Cell, JOINED_COLUMNS, joined_table},
    index::DayIndex,
    panel::Leg,
    prices::Series,
    store::{InputHash, Publication, PublishedRow, Store},
};

/// A row published within two days of its cut-off was published as it happened: a daily run that was
/// missed once is not hindsight.
const AS_IT_HAPPENED: SignedDuration = SignedDuration::from_hours(48);

/// What was published, and what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Journal {
    /// When something was published, first to last.
    pub published: Option<(Timestamp, Timestamp)>,
    /// Every published row, by day.
    pub rows: Vec<JournalRow>,
}

/// One row as it was published.
#[derive(Debug, Clone, PartialEq)]
pub struct JournalRow {
    /// The day.
    pub day: Day,
    /// When.
    pub published_at: Timestamp,
    /// Within two days of the day's end; otherwise in hindsight, as a first run publishes years.
    pub as_it_happened: bool,
    /// The hash of all news that counted by that day, in hexadecimal.
    pub news_hash: String,
    /// The hash of all prices that did.
    pub prices_hash: String,
    /// In the order of [`JOINED_COLUMNS`].
    pub cells: Vec<Cell>,
    /// The columns that read otherwise now.
    pub otherwise: Vec<ReadOtherwise>,
    /// What changed since, of: news, prices, settings, lexicon, version. Given only where a column reads
    /// otherwise.
    pub causes: Vec<&'static str>,
}

/// One column of a published row that reads otherwise now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadOtherwise {
    /// The column.
    pub column: String,
    /// As published; `None` where it was empty.
    pub published: Option<String>,
    /// As computed now.
    pub now: Option<String>,
}

/// Publishes every row that was not published before, exactly once; says how many.
pub fn publish(
    store: &mut Store,
    joined: &Joined,
    settings: TableSettings<'_>,
    now: Timestamp,
) -> Result<u64, PipelineError> {
    let known = store.published_days()?;
    if joined.rows.iter().all(|row| known.contains(&row.day.0)) {
        return Ok(0);
    }
    let hashes = input_hashes(store, settings)?;
    let table = joined_table(&joined.panel, &joined.rows, &joined.lexicons);
    let rows = joined.rows.iter().zip(&table.rows).filter(|(row, _)| !known.contains(&row.day.0));
    let rows: Vec<PublishedRow> = rows
        .map(|(row, cells)| {
            let [news, prices] = hashes.by(row.day);
            PublishedRow { day: row.day.0, news, prices, cells: cells.iter().map(Cell::written).collect() }
        })
        .collect();
    let publication = Publication {
        at: now,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        settings: settings_hash(settings),
        lexicons: lexicons(joined),
        columns: table.columns.iter().map(|column| column.name.clone().into_owned()).collect(),
    };
    Ok(store.publish(&publication, &rows)?)
}

/// The journal beside the table as it is computed now; only what was published by `until`.
pub fn journal(
    store: &Store,
    joined: &Joined,
    settings: TableSettings<'_>,
    until: Option<Timestamp>,
) -> Result<Journal, PipelineError> {
    let publications = store.publications()?;
    let hashes = input_hashes(store, settings)?;
    let table = joined_table(&joined.panel, &joined.rows, &joined.lexicons);
    let computed: BTreeMap<Day, &Vec<Cell>> =
        joined.rows.iter().map(|row| row.day).zip(&table.rows).collect();
    let lexicons = lexicons(joined);
    // Whether they were made with the settings of now.
    let alike: Vec<bool> =
        publications.iter().map(|publication| is_made_with(settings, publication.settings)).collect();
    let mut rows = Vec::new();
    for row in store.published() {
        let (number, published) = row?;
        // A publication is written with its rows: only damage, which `verify` names, parts them.
        let Some(publication) = publications.get(number) else { continue };
        if until.is_some_and(|until| publication.at > until) {
            continue;
        }
        let day = Day(published.day);
        let of = |name: &str| {
            let place = publication.columns.iter().position(|column| column == name)?;
            published.cells.get(place).cloned().flatten()
        };
        let written: Vec<Option<String>> = JOINED_COLUMNS.iter().map(|column| of(&column.name)).collect();
        let today = computed.get(&day);
        let otherwise: Vec<ReadOtherwise> = JOINED_COLUMNS
            .iter()
            .zip(&written)
            .enumerate()
            // A column that is younger than the row was not published with it.
            .filter(|(_, (column, _))| publication.columns.iter().any(|known| *known == column.name))
            .filter_map(|(place, (column, published))| {
                let now = today.and_then(|cells| cells.get(place)).and_then(Cell::written);
                let (column, published) = (column.name.clone().into_owned(), published.clone());
                (published != now).then_some(ReadOtherwise { column, published, now })
            })
            .collect();
        let [news, prices] = hashes.by(day);
        let causes = [
            ("news", news != published.news),
            ("prices", prices != published.prices),
            ("settings", !alike[number]),
            ("lexicon", lexicons != publication.lexicons),
            ("version", env!("CARGO_PKG_VERSION") != publication.version),
        ];
        let differs = !otherwise.is_empty();
        let causes = causes.into_iter().filter(|(_, changed)| *changed && differs);
        rows.push(JournalRow {
            day,
            published_at: publication.at,
            as_it_happened: publication.at.duration_since(settings.panel.cut_off.of(day)) <= AS_IT_HAPPENED,
            news_hash: hexadecimal(published.news),
            prices_hash: hexadecimal(published.prices),
            cells: JOINED_COLUMNS
                .iter()
                .zip(&written)
                .map(|(column, written)| Cell::read(column, written.as_deref()))
                .collect(),
            otherwise,
            causes: causes.map(|(cause, _)| cause).collect(),
        });
    }
    let times = || rows.iter().map(|row| row.published_at);
    Ok(Journal { published: times().min().zip(times().max()), rows })
}

fn hexadecimal(hash: InputHash) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn lexicons(joined: &Joined) -> String {
    joined.lexicons.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// Hashes of all inputs up to a day, by the days on which they change.
struct InputHashes([BTreeMap<Day, InputHash>; 2]);

impl InputHashes {
    /// Of news and prices.
    fn by(&self, day: Day) -> [InputHash; 2] {
        let last =
            |hashes: &BTreeMap<Day, InputHash>| hashes.range(..=day).next_back().map(|(_, hash)| *hash);
        [&self.0[0], &self.0[1]].map(|hashes| last(hashes).unwrap_or_default())
    }
}

fn input_hashes(store: &Store, settings: TableSettings<'_>) -> Result<InputHashes, PipelineError> {
    let cut_off = settings.panel.cut_off;
    let days = day_indexes(store, settings.lexicons, settings.summing())?;
    let news = days.iter().map(|index| (index.day, bytes_of_day(index)));
    let prices = bytes_of_prices(&table_prices(store)?, cut_off);
    Ok(InputHashes([chained(news), chained(prices.into_iter())]))
}

/// Each day's hash goes over the one before it.
fn chained(days: impl Iterator<Item = (Day, Vec<u8>)>) -> BTreeMap<Day, InputHash> {
    let mut chain = InputHash::default();
    days.map(|(day, bytes)| {
        let digest = Sha256::new().chain_update(chain).chain_update(bytes).finalize();
        chain.copy_from_slice(&digest[..16]);
        (day, chain)
    })
    .collect()
}

fn bytes_of_day(index: &DayIndex) -> Vec<u8> {
    let mut bytes = Vec::new();
    bytes.extend(index.day.0.to_be_bytes());
    bytes.extend(index.docs.to_be_bytes());
    bytes.extend(index.stories.to_be_bytes());
    for source in &index.sources {
        bytes.extend((source.source.len() as u64).to_be_bytes());
        bytes.extend(source.source.as_bytes());
        bytes.extend(source.docs.to_be_bytes());
        bytes.extend(source.weight.to_bits().to_be_bytes());
        bytes.extend(source.means.iter().flat_map(|mean| mean.to_bits().to_be_bytes()));
    }
    bytes
}

/// Closes by the day they came in.
fn bytes_of_prices(prices: &BTreeMap<String, Series>, cut_off: CutOff) -> BTreeMap<Day, Vec<u8>> {
    let mut days: BTreeMap<Day, Vec<u8>> = BTreeMap::new();
    for leg in Leg::ALL {
        let rows = prices.get(leg.name()).map_or(&[][..], |series| &series.rows);
        for row in rows {
            let bytes = days.entry(cut_off.day_of(row.available_at)).or_default();
            bytes.push(code(leg));
            bytes.extend(row.day.0.to_be_bytes());
            bytes.extend(row.close.to_bits().to_be_bytes());
            bytes.extend(row.available_at.as_nanosecond().to_be_bytes());
        }
    }
    days
}

/// What stands for a leg in stored hashes: never another number, and never one that was another's.
fn code(leg: Leg) -> u8 {
    match leg {
        Leg::Btc => 0,
        Leg::Silver => 1,
        Leg::Gold => 2,
        Leg::Dollar => 3,
        Leg::RealYield => 4,
        Leg::FedUpper => 5,
    }
}
