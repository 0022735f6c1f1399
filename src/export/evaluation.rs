//! The tables of `evaluate`: every figure of the track record on a row of its own, with what it is about.
//!
//! One long table, so that a spreadsheet can filter it: `part` says which question, `subject` of what,
//! and the columns that a question does not have are empty. Returns are logarithms.

use super::{Cell, Column, Table};
use crate::evaluate::{Evaluation, HORIZONS, Record, Scan};

/// Every column in order.
pub const EVALUATION_COLUMNS: &[Column] = &[
    Column::new(
        "part",
        "text",
        "base, record, correlation, quantile, lead, granger, slope, year, event, path, flag or scan",
    ),
    Column::new("subject", "text", "what it is about: a state, condition, event, measure or pair of series"),
    Column::new("kind", "text", "of a record flag, state, condition or event; of a scan the key moved"),
    Column::new("at", "text", "day of a flag, calendar year, or value a threshold was moved to"),
    Column::new(
        "horizon",
        "days",
        "calendar days from the close of the day after; of a path below zero before it",
    ),
    Column::new("lag", "weeks", "weeks that Bitcoin comes later, or lags of a Granger test"),
    Column::new("bucket", "count", "fifth of the measure, 1 the lowest"),
    Column::new("days", "count", "days, or weeks of a lead, that have what is asked"),
    Column::new("episodes", "count", "independent episodes among them"),
    Column::new(
        "value",
        "",
        "mean log return; of others the correlation, F statistic, slope or deepest fall",
    ),
    Column::new("median", "log return", "median return"),
    Column::new("base", "log return", "mean return after any day of the same span"),
    Column::new("difference", "log return", "value less base"),
    Column::new(
        "low",
        "",
        "lower end of the 95 % interval of difference, correlation or slope; of a lead the band",
    ),
    Column::new("high", "", "upper end of the same"),
    Column::new("p", "share", "chance of as much by luck: circular shift, family-wise for leads"),
    Column::new("q", "share", "false-discovery rate among all tests of its kind"),
    Column::new("hits", "count", "episodes after which Bitcoin rose"),
    Column::new("hit_rate", "share", "their share, of a base or quantile that of days"),
    Column::new("hit_low", "share", "lower end of its Wilson interval"),
    Column::new("hit_high", "share", "upper end of the same"),
    Column::new("base_hit_rate", "share", "share of any days after which Bitcoin rose"),
    Column::new(
        "detectable",
        "log return",
        "smallest difference that so many independent windows could have shown",
    ),
    Column::new("verdict", "text", "above, below, not distinguishable from the base rate, or cannot be said"),
    Column::new("why", "text", "what the verdict rests on"),
    Column::new("before", "", "difference or correlation over all that was known when the year began"),
    Column::new(
        "hit_p",
        "share",
        "chance of as many hits, were each episode like any day; no part of the verdict",
    ),
    Column::new("luck_low", "log return", "of a path, lower end of what luck makes of as many events"),
    Column::new("luck_high", "log return", "upper end of the same"),
    Column::new("whole_sample", "share", "of a lead, as statsmodels' unadjusted ccf has it, to compare"),
];

/// A row under construction, by column name.
struct Row(Vec<Cell>);

impl Row {
    fn new(part: &str, subject: &str) -> Self {
        let row = Self(vec![Cell::Missing; EVALUATION_COLUMNS.len()]);
        row.text("part", part).text("subject", subject)
    }

    fn put(mut self, name: &str, cell: Cell) -> Self {
        let place = EVALUATION_COLUMNS.iter().position(|column| column.name == name);
        self.0[place.expect("rows name only columns there are")] = cell;
        self
    }

    fn text(self, name: &str, text: impl Into<String>) -> Self {
        self.put(name, Cell::text(text))
    }

    fn count(self, name: &str, count: usize) -> Self {
        self.put(name, Cell::Count(i64::try_from(count).unwrap_or(i64::MAX)))
    }

    fn number(self, name: &str, value: Option<f64>) -> Self {
        self.put(name, Cell::number(value))
    }

    fn ends(self, [low, high]: [&str; 2], interval: Option<(f64, f64)>) -> Self {
        self.number(low, interval.map(|ends| ends.0)).number(high, interval.map(|ends| ends.1))
    }
}

const ENDS: [&str; 2] = ["low", "high"];

/// Every figure; with a scan, its variants after them.
pub fn evaluation_table(found: &Evaluation, scan: Option<&Scan>) -> Table {
    let mut rows = Vec::new();
    rows.extend(found.bases.iter().map(|base| {
        let row = Row::new("base", "any day").count("horizon", base.horizon).count("days", base.days);
        let row = row.number("value", base.mean).number("median", base.median);
        row.number("hit_rate", base.hit_rate)
    }));
    rows.extend(
        found.records.iter().map(|record| record_row("record", record).text("kind", record.kind.as_str())),
    );
    for found in &found.correlations {
        let row = Row::new("correlation", found.measure).count("horizon", found.horizon);
        let row = row.count("days", found.days).number("value", found.value).ends(ENDS, found.interval);
        rows.push(row.number("p", found.p).number("q", found.q));
        rows.extend(found.years.iter().map(|(year, days, value)| {
            let row = Row::new("correlation", found.measure).count("horizon", found.horizon);
            let before = found.before.iter().find(|before| before.0 == *year).map(|before| before.1);
            let row = row.text("at", year.to_string()).count("days", *days).number("value", Some(*value));
            row.number("before", before)
        }));
    }
    for quantiles in &found.quantiles {
        rows.extend(quantiles.buckets.iter().map(|bucket| {
            let row = Row::new("quantile", quantiles.measure).count("horizon", quantiles.horizon);
            let row = row.count("bucket", bucket.bucket).count("days", bucket.days);
            row.number("value", bucket.mean)
                .number("median", bucket.median)
                .number("hit_rate", bucket.hit_rate)
        }));
    }
    if let Some(lead_lag) = &found.lead_lag {
        rows.extend(lead_lag.leads.iter().map(|lead| {
            let row = Row::new("lead", &format!("{} to btc", lead.metal));
            let row = row.put("lag", Cell::Count(lead.seen.lag.into())).count("days", lead.seen.pairs);
            let row = row.number("value", Some(lead.seen.correlation)).number("p", lead.p);
            let row = row.number("whole_sample", Some(lead.seen.whole_sample));
            row.ends(ENDS, Some((-lead_lag.band, lead_lag.band)))
        }));
    }
    rows.extend(found.granger.iter().map(|record| {
        let row = Row::new("granger", &format!("{} to {}", record.cause, record.effect));
        let row = row.count("lag", record.test.lags).number("value", Some(record.test.f));
        row.number("p", Some(record.test.p)).number("q", Some(record.q))
    }));
    rows.extend(found.explained.iter().map(|found| {
        let [slope, error] = found.slope.slope;
        let reach = crate::evaluate::Z_95 * error;
        let row = Row::new("slope", found.measure).count("horizon", found.horizon);
        let row = row.count("days", found.slope.n).number("value", Some(slope));
        row.ends(ENDS, Some((slope - reach, slope + reach))).number("p", Some(found.slope.p[1]))
    }));
    rows.extend(found.years.iter().map(|year| {
        let row = Row::new("year", &year.subject).text("at", year.year.to_string());
        let row = row.count("horizon", year.horizon).count("days", year.days);
        let row = row.number("value", Some(year.mean)).number("base", Some(year.base));
        let row = row.number("difference", Some(year.mean - year.base)).number("before", year.before);
        row.text("why", year.before.map_or_else(String::new, |before| format!("before: {before:+.4}")))
    }));
    for study in &found.studies {
        let row = Row::new("event", &study.subject).text("kind", study.kind.as_str());
        let row = row.count("episodes", study.events).number("p", study.p).number("q", study.q);
        rows.push(row.text(
            "why",
            match study.events {
                0 => "none has a close of the day after".to_owned(),
                _ => format!("{} share days with the one before", study.overlapping),
            },
        ));
        rows.extend(study.points.iter().map(|point| {
            let row = Row::new("path", &study.subject).text("kind", study.kind.as_str());
            let row = row.put("horizon", Cell::Count(point.day.into())).count("episodes", point.events);
            let row = row.number("value", point.mean).number("base", point.base);
            let difference = point.mean.zip(point.base).map(|(mean, base)| mean - base);
            let row = row.number("difference", difference).ends(ENDS, point.interval);
            row.ends(["luck_low", "luck_high"], point.luck)
        }));
    }
    for path in &found.flags {
        let flag = || Row::new("flag", path.basis.as_str()).text("at", path.day.to_string());
        rows.extend(HORIZONS.iter().zip(path.returns).map(|(horizon, after)| {
            flag().count("horizon", *horizon).text("kind", "return").number("value", after)
        }));
        let fall = path.deepest;
        let row = flag().text("kind", "deepest fall").count("days", path.days);
        let row = row.number("value", fall.map(|(fall, _)| fall));
        rows.push(row.text("why", fall.map_or_else(String::new, |(_, day)| format!("on {day}"))));
        let row = flag().text("kind", "fall from a high").count("days", path.days);
        let row = row.number("value", path.fall.map(|fall| fall.deepest));
        rows.push(row.text(
            "why",
            path.fall.map_or_else(String::new, |fall| {
                let back = fall
                    .recovery
                    .map_or_else(|| ", not back yet".to_owned(), |day| format!(", back on {day}"));
                format!("from {} to {}{back}", fall.peak, fall.trough)
            }),
        ));
        rows.extend(path.path.iter().map(|(day, change)| {
            flag()
                .text("kind", "path")
                .put("horizon", Cell::Count((*day).into()))
                .number("value", Some(*change))
        }));
    }
    if let Some(scan) = scan {
        for ((horizon, best), deflated) in HORIZONS.iter().zip(&scan.best).zip(&scan.deflated) {
            let row = |kind: &str| Row::new("scan", "flag").text("kind", kind).count("horizon", *horizon);
            let best_row = row("best, standard errors").number("value", best.map(|(best, _)| best));
            rows.push(best_row.number("base", best.map(|(_, luck)| luck)));
            rows.push(row("best, deflated Sharpe").number("value", *deflated));
        }
        rows.extend(scan.now.iter().map(|record| record_row("scan", record).text("kind", "as it is")));
        rows.extend(scan.variants.iter().flat_map(|variant| {
            variant.records.iter().map(|record| {
                let moved = format!("{}", super::table::rounded(variant.moved));
                record_row("scan", record).text("kind", variant.key).text("at", moved)
            })
        }));
    }
    Table { columns: EVALUATION_COLUMNS.to_vec(), rows: rows.into_iter().map(|row| row.0).collect() }
}

fn record_row(part: &str, record: &Record) -> Row {
    let row = Row::new(part, &record.subject).count("horizon", record.horizon);
    let row = row.count("days", record.days).count("episodes", record.episodes);
    let row = row.number("value", record.mean).number("median", record.median).number("base", record.base);
    let row = row.number("difference", record.difference).ends(ENDS, record.interval);
    let row = row.number("p", record.p).number("q", record.q).count("hits", record.hits);
    let row = row.number("hit_rate", record.hit_rate()).ends(["hit_low", "hit_high"], record.hit_interval);
    let row = row.number("base_hit_rate", record.base_hit_rate).number("detectable", record.detectable);
    let row = row.number("hit_p", record.hit_p);
    row.text("verdict", record.verdict.as_str()).text("why", &*record.why)
}
