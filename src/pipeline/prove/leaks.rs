//! Leaks that are planted on purpose, each a mistake that is made in earnest: joining by the date a
//! figure is for, a centred window, standardising with the whole history. None is ever in the way of
//! a table that is shown.

use super::world::World;
use crate::{
    export::{Cell, JOINED_COLUMNS},
    index::DayScore,
    prices::BTC,
};

/// A mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leak {
    /// Prices are joined by the day they are dated to, whenever they were published.
    DatedJoin,
    /// A return is centred: it looks a day ahead.
    CentredReturn,
    /// News is standardised with the mean of its whole history.
    WholeHistory,
}

/// The column that is centred.
const CENTRED: &str = "btc_20d";

impl Leak {
    pub(super) const ALL: [Self; 3] = [Self::DatedJoin, Self::CentredReturn, Self::WholeHistory];

    pub(super) const fn what(self) -> &'static str {
        match self {
            Self::DatedJoin => "prices joined by the day they are dated to, not by when they were out",
            Self::CentredReturn => "Bitcoin's 20-day return taken a day ahead",
            Self::WholeHistory => "news standardised with the mean of all days, later ones too",
        }
    }

    /// Whether the mistake would change anything: it needs a late price, a return, some news.
    pub(super) fn can_be_planted(self, world: &World) -> bool {
        let late = || world.prices.values().flat_map(|series| &series.rows);
        match self {
            Self::DatedJoin => late().any(|row| row.available_at > row.day.end()),
            // A return over twenty days, and one after it.
            Self::CentredReturn => world.prices.get(BTC).is_some_and(|btc| btc.rows.len() > 30),
            Self::WholeHistory => world.days.len() > 30,
        }
    }

    pub(super) fn inputs(self, world: &World) -> World {
        let mut world = world.clone();
        if self == Self::DatedJoin {
            for series in world.prices.values_mut() {
                for row in &mut series.rows {
                    row.available_at = row.available_at.min(row.day.end());
                }
                series.rows.sort_by_key(|row| (row.day, row.available_at));
            }
        }
        world
    }

    pub(super) fn scores(self, scores: &mut [DayScore]) {
        if self != Self::WholeHistory {
            return;
        }
        let fear = |score: &DayScore| score.z.first().copied().flatten();
        let known: Vec<f64> = scores.iter().filter_map(fear).collect();
        let mean = known.iter().sum::<f64>() / known.len().max(1) as f64;
        for score in scores {
            if let Some(Some(fear)) = score.z.first_mut() {
                *fear -= mean;
            }
        }
    }

    pub(super) fn table(self, rows: &mut [Vec<Cell>]) {
        let column = JOINED_COLUMNS.iter().position(|column| column.name == CENTRED);
        if let Some(column) = column.filter(|_| self == Self::CentredReturn) {
            for at in 1..rows.len() {
                rows[at - 1][column] = rows[at][column].clone();
            }
        }
    }
}
