//! The table of `days`: narrative scores per day with their coverage.

use std::borrow::Cow;

use super::{Cell, Column, Table};
use crate::{index::DayScore, lexicon::Lexicons};

/// One row a day: coverage first, then for both poles and every narrative the mean score and its
/// standardised form; last the standard errors of the latter, and the shift in the mix of sources.
pub fn days_table(days: &[DayScore], lexicons: &Lexicons) -> Table {
    let mut columns = vec![
        Column::new("day", "date", "the UTC calendar day"),
        Column::new("docs", "count", "documents that count for the day"),
        Column::new("sources", "count", "their distinct sources"),
        Column::new("stories", "count", "distinct stories they tell"),
        Column::new("coverage", "text", "enough, thin or none"),
    ];
    let poles = lexicons.axis.poles.iter().map(|pole| &pole.name);
    for name in poles.chain(&lexicons.narratives) {
        let about = format!("mean share of the day's texts that tell of {}", name.replace('_', " "));
        columns.push(Column { name: Cow::Owned(name.clone()), unit: "share", about: Cow::Owned(about) });
        let about = format!("{name} against each source's own past; varies by less than 1 where it is rare");
        columns.push(Column { name: Cow::Owned(format!("{name}_z")), unit: "z", about: Cow::Owned(about) });
    }
    for name in lexicons.axis.poles.iter().map(|pole| &pole.name).chain(&lexicons.narratives) {
        let about = format!(
            "standard error of {name}_z: its scatter by chance if sources told what they are used to"
        );
        columns.push(Column { name: Cow::Owned(format!("{name}_se")), unit: "z", about: Cow::Owned(about) });
    }
    let about = "part of the last week's documents that came from other sources than before";
    columns.push(Column::new("mix_shift", "share", about));
    Table { columns, rows: days.iter().map(row).collect() }
}

fn row(day: &DayScore) -> Vec<Cell> {
    let mut cells = vec![
        Cell::day(day.day),
        Cell::Count(day.docs.into()),
        Cell::Count(day.sources.into()),
        Cell::Count(day.stories.into()),
        Cell::text(day.coverage.as_str()),
    ];
    for (mean, z) in day.means.iter().zip(&day.z) {
        cells.push(Cell::number(*mean));
        cells.push(Cell::number(*z));
    }
    cells.extend(day.errors.iter().map(|error| Cell::number(*error)));
    cells.push(Cell::number(day.mix_shift));
    cells
}
