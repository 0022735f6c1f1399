//! On what the availability of a row's inputs rests: documents and closes that this tool saw come, and
//! those of which only a date is claimed.
//!
//! A backfill takes publishers and clocks at their word, and a state that rests on it is worth less than
//! one that was watched. Counted over the half year that the longest measure but the rank looks back on.

use std::collections::BTreeMap;

use super::{Joined, PipelineError, refresh::table_prices};
use crate::{
    calendar::{CutOff, Day},
    panel::Leg,
    prices::{Observation, Seen},
    signal::{Evidence, SignalRow},
    store::Store,
};

/// Days looked back on, the row's own included: as many as `narrative_z` usually is taken over.
const DAYS: i32 = 180;

/// What the inputs of a row's last half year rest on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Footing {
    /// Calendar days counted over.
    pub days: u32,
    /// Documents whose availability is observed, archived, claimed.
    pub documents: [u64; 3],
    /// Closes of the price columns whose availability is observed, claimed: one a day and column, the last
    /// one known at the row's cut-off.
    pub closes: [u64; 2],
}

/// Counts what stands behind a row.
pub(super) fn footing(
    store: &Store,
    joined: &Joined,
    cut_off: CutOff,
    row: &SignalRow,
) -> Result<Footing, PipelineError> {
    let days = row.day - (DAYS - 1)..=row.day;
    let mut footing = Footing { days: DAYS as u32, ..Footing::default() };
    let rows = &joined.panel.rows;
    let (from, to) =
        (rows.partition_point(|of| of.day < *days.start()), rows.partition_point(|of| of.day <= *days.end()));
    for news in rows[from..to].iter().filter_map(|row| row.news.as_ref()) {
        for (sum, documents) in footing.documents.iter_mut().zip(news.by_basis) {
            *sum += u64::from(documents);
        }
    }
    let (prices, until) = (table_prices(store)?, cut_off.of(row.day));
    for series in Leg::ALL.iter().filter_map(|leg| prices.get(leg.name())) {
        let from = series.rows.partition_point(|close| close.day < *days.start());
        let known = series.rows[from..].iter().filter(|close| close.available_at <= until);
        // Ascending: the later of two rows of a day takes its place.
        let latest: BTreeMap<Day, &Observation> = known.map(|close| (close.day, close)).collect();
        for close in latest.into_values().filter(|close| days.contains(&close.day)) {
            footing.closes[usize::from(series.seen(close) == Seen::Claimed)] += 1;
        }
    }
    Ok(footing)
}

impl Footing {
    /// The share of documents and closes whose date is only claimed, 0 to 1; `None` without any.
    fn claimed(&self) -> [Option<f64>; 2] {
        let share = |claimed: u64, all: u64| (all > 0).then(|| claimed as f64 / all as f64);
        [
            share(self.documents[2], self.documents.iter().sum()),
            share(self.closes[1], self.closes.iter().sum()),
        ]
    }

    /// As one more item of evidence; its value is the share of closes that are claimed.
    pub(super) fn evidence(&self) -> Evidence {
        let percent = |part: u64, all: u64| (100.0 * part as f64 / all as f64).round();
        let [observed, archived, claimed] = self.documents;
        let articles = observed + archived + claimed;
        let news = match articles {
            0 => "no articles".to_owned(),
            _ => format!(
                "{articles} articles, {} % seen as they came, {} % dated by an archive, {} % by their publisher",
                percent(observed, articles),
                percent(archived, articles),
                percent(claimed, articles)
            ),
        };
        let [seen, taken] = self.closes;
        let closes = seen + taken;
        let prices = match closes {
            0 => "no closes".to_owned(),
            _ => format!(
                "{closes} closes, {} % seen as they came, {} % dated by their clock alone",
                percent(seen, closes),
                percent(taken, closes)
            ),
        };
        let words = format!("the last {} days rest on {news}; on {prices}", self.days);
        Evidence { name: "claimed", value: self.claimed()[1], words }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_told_in_words_and_nothing_is_no_share() {
        let check = |documents: [u64; 3], closes: [u64; 2], value: Option<f64>, words: &str| {
            let told = Footing { days: 180, documents, closes }.evidence();
            assert_eq!((told.value, told.words.as_str()), (value, words));
        };
        check([0; 3], [0; 2], None, "the last 180 days rest on no articles; on no closes");
        check(
            [1, 0, 3],
            [5, 15],
            Some(0.75),
            "the last 180 days rest on 4 articles, 25 % seen as they came, 0 % dated by an archive, 75 % by their \
             publisher; on 20 closes, 25 % seen as they came, 75 % dated by their clock alone",
        );
    }
}
