//! Gathers what the report tells beside the table: the track record, the week's stories (`week`), what is
//! loaded and which settings are not the usual ones.
//!
//! The track record is computed once, here. Sources are counted over the sums of days, so that nothing is
//! walked through article by article. Left out: the page, which is the room `report`'s.

mod week;

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Joined, PipelineError, Summing, outlook, refresh::day_indexes};
use crate::{
    calendar::Day,
    config::Config,
    evaluate::{EvaluateOptions, evaluate},
    index::DayScore,
    lexicon::Lexicons,
    panel::Leg,
    prices::Series,
    report::{ChangedSetting, NewsSource, PriceSource, Report, render},
    store::Store,
    tag::Tagger,
};

/// What the report is made with, beside what is stored.
#[derive(Debug, Clone, Copy)]
pub struct ReportSettings<'a> {
    /// The configuration in force.
    pub config: &'a Config,
    /// The evening it speaks of: that of the days and the join.
    pub as_of: Day,
    /// First day of the track record, where it is not the configuration's.
    pub from: Option<Day>,
}

/// The report on a joined table, as one HTML page.
pub fn report(
    store: &Store,
    tagger: &Tagger,
    days: &[DayScore],
    joined: &Joined,
    settings: ReportSettings<'_>,
) -> Result<String, PipelineError> {
    let ReportSettings { config, as_of, from } = settings;
    let from = from.or(config.report.from).unwrap_or(config.evaluate.from);
    let options = EvaluateOptions { from, ..config.evaluate.clone() };
    let evaluation = evaluate(&joined.panel, &joined.rows, &config.signal, &options);
    let lexicons = tagger.lexicons();
    let cut_off = config.panel.cut_off;
    let summing = Summing { cut_off, story_days: config.index.story_days };
    let beside =
        joined.rows.last().map(|row| outlook::evidence(store, lexicons, cut_off, joined, row)).transpose()?;
    let last_news = days.iter().rev().find(|score| score.docs > 0).map(|score| score.day);
    let week = last_news.map(|last| week::week(store, tagger, summing, last)).transpose()?;
    let (series, other_series) = series(store, cut_off.of(as_of))?;
    let by_basis = days.iter().fold([0; 3], |mut sums, score| {
        (0..3).for_each(|basis| sums[basis] += u64::from(score.by_basis[basis]));
        sums
    });
    Ok(render(&Report {
        as_of,
        version: env!("CARGO_PKG_VERSION"),
        note: config.note.as_deref(),
        cut_off,
        panel: &joined.panel,
        rows: &joined.rows,
        evidence: beside.as_deref().unwrap_or_default(),
        signal: &config.signal,
        evaluate: &options,
        evaluation: &evaluation,
        lexicons,
        week,
        sources: sources(store, lexicons, summing, as_of)?,
        by_basis,
        series,
        other_series,
        settings: config
            .changed()
            .into_iter()
            .map(|changed| ChangedSetting { key: changed.key, value: changed.value, usual: changed.usual })
            .collect(),
    }))
}

/// Who was read up to a day, most documents first.
fn sources(
    store: &Store,
    lexicons: &Lexicons,
    summing: Summing,
    until: Day,
) -> Result<Vec<NewsSource>, PipelineError> {
    let mut found: BTreeMap<String, NewsSource> = BTreeMap::new();
    for index in day_indexes(store, lexicons, summing)?.into_iter().filter(|index| index.day <= until) {
        for source in index.sources {
            let (name, docs) = (source.source, u64::from(source.docs));
            let known = found.entry(name).or_insert_with_key(|name| NewsSource {
                name: name.clone(),
                docs: 0,
                first: index.day,
                last: index.day,
            });
            known.docs += docs;
            known.last = index.day;
        }
    }
    let mut sources: Vec<NewsSource> = found.into_values().collect();
    sources.sort_by(|a, b| b.docs.cmp(&a.docs).then_with(|| a.name.cmp(&b.name)));
    Ok(sources)
}

/// The series that the signal uses as they were known at an instant, and the names of the others.
fn series(store: &Store, until: Timestamp) -> Result<(Vec<PriceSource>, Vec<String>), PipelineError> {
    let mut found = Vec::new();
    for leg in Leg::ALL {
        let Some(mut series) = store.series(leg.name())? else { continue };
        series.rows.retain(|row| row.available_at <= until);
        found.extend(price_source(&series));
    }
    let mut others = store.series_names()?;
    others.retain(|name| Leg::ALL.iter().all(|leg| leg.name() != name));
    Ok((found, others))
}

fn price_source(series: &Series) -> Option<PriceSource> {
    let review = series.review();
    let last_giver = series.rows.iter().filter_map(|row| row.given_by).max();
    let last_giver = last_giver.and_then(|place| series.provenance.get(place as usize));
    Some(PriceSource {
        name: series.name.clone(),
        days: review.days,
        first: series.rows.first()?.day,
        last: series.rows.last()?.day,
        givers: review.givers,
        sha256: last_giver.map(|from| from.sha256.clone()),
        clock: series.clock.to_string(),
        revisions: review.revisions,
        observed: review.observed,
    })
}
