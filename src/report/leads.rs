//! Does Bitcoin follow metals at a fixed distance: the correlations of every lag, and the band that luck
//! keeps within.

use super::{
    Report,
    chart::{LagChart, LagSeries, lag_chart},
    escape::{Html, html},
    view::{counted, figure, plain, prose, section},
};
use crate::evaluate::MIN_WEEKS;

/// How the sentence on leads begins, in either form.
const SENTENCE: [&str; 2] = ["Bitcoin does not follow", " correlations of "];

/// What the sentence on the past of one and the future of the other has, in either form.
const GRANGER: &str = " Granger tests with ";

/// Whether a finding is one on leads.
pub(super) fn is_of_leads(finding: &str) -> bool {
    finding.starts_with(SENTENCE[0])
        || (finding.starts_with("Of ") && finding.contains(SENTENCE[1]))
        || finding.contains(GRANGER)
}

/// The section.
pub(super) fn leads(report: &Report<'_>) -> Html {
    let mut html = section("leads", "Does Bitcoin follow metals?");
    let Some(found) = report.evaluation.lead_lag.as_ref().filter(|found| !found.leads.is_empty()) else {
        html!(html; "<p>It cannot be said: fewer than " (MIN_WEEKS) " weeks have a close of Bitcoin and of a metal, and below that any lag may stand out by luck.</p>\n</section>\n");
        return html;
    };
    let said: Vec<String> = report
        .evaluation
        .findings
        .iter()
        .filter(|finding| is_of_leads(finding))
        .map(|said| prose(said))
        .collect();
    for said in &said {
        html!(html; "<p>" (said) "</p>\n");
    }
    let series = found
        .leads
        .chunk_by(|one, other| one.metal == other.metal)
        .map(|leads| LagSeries {
            name: leads[0].metal,
            class: if leads[0].metal == "silver" { "silver" } else { "gold" },
            points: leads.iter().map(|lead| (lead.seen.lag, Some(lead.seen.correlation))).collect(),
        })
        .collect();
    let chart = LagChart {
        id: "chart-leads",
        title: "Weekly returns of metals against those of Bitcoin some weeks later",
        about: said
            .first()
            .map_or("Correlations by lag, and the band that luck stays within.", String::as_str),
        axis: "weeks by which Bitcoin comes later",
        band_name: "luck stays within",
        band: Some(found.band),
        exempt: Some(0),
        series,
    };
    let caption = format!(
        "Correlation of weekly returns over {}. Lag 0 is the same week and no lead. The band of ±{} holds all lags of both metals at once in 95 of 100 draws without any lead.",
        counted(found.weeks as u64, "week", "weeks"),
        plain(found.band, 2)
    );
    html.add(&figure(|width| lag_chart(&chart, width), &caption));
    html.markup("</section>\n");
    html
}
