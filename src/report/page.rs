//! The whole page: its head with the content policy, the sections in the order in which they are read.
//!
//! One string with style and script in it, so that it can be sent as it is. Left out: what the sections say.

use super::{
    Report, board,
    chart::{CHART_CSS, COLOURS_CSS},
    escape::{Html, html},
    head, leads, method, pictures,
    policy::policy,
    record, sources,
    states::{headline, name},
    view::{long_day, time},
    week,
};

/// How the page looks; colours are the charts'.
const STYLE: &str = include_str!("style.css");

/// What a reader with scripts gets beside.
const SCRIPT: &str = include_str!("script.js");

/// Sections with their names in the contents.
const CONTENTS: [(&str, &str); 9] = [
    ("year", "Twelve months"),
    ("board", "What would move it on"),
    ("evidence", "Beside it"),
    ("week", "The week’s stories"),
    ("history", "Whole history"),
    ("record", "What it was worth"),
    ("leads", "Metals and Bitcoin"),
    ("sources", "What this rests on"),
    ("method", "Method and limits"),
];

pub(super) fn page(report: &Report<'_>) -> String {
    let style = [COLOURS_CSS, CHART_CSS, STYLE].join("\n");
    let day = report.rows.last().map_or(report.as_of, |row| row.day);
    let state = report.rows.last().map_or("No data", |row| name(row.state));
    let mut html = Html::new();
    html!(html; "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    html!(html; "<meta http-equiv=\"Content-Security-Policy\" content=\"" (policy(&style, SCRIPT)) "\">\n");
    html!(html; "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"generator\" content=\"Storyturn " (report.version) "\">\n");
    html!(html; "<title>Storyturn, " (long_day(day)) ": " (state) "</title>\n<meta name=\"description\" content=\"" (headline(report.rows)) ". The market’s story and the gap between metals and Bitcoin, as of " (long_day(day)) ".\">\n");
    html.markup("<style>");
    html.embedded(&style);
    html!(html; "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#state\">Skip to the state of the day</a>\n");
    html!(html; "<header class=\"masthead\">\n<p class=\"brand\">Storyturn</p>\n<p class=\"dateline\">" {time(day)} "</p>\n</header>\n<main>\n");
    html.add(&head::head(report));
    html.markup("<nav aria-label=\"On this page\">\n<ul>\n");
    for (id, title) in CONTENTS {
        html!(html; "<li><a href=\"#" (id) "\">" (title) "</a></li>\n");
    }
    html.markup("</ul>\n</nav>\n");
    let sections = [
        pictures::year(report),
        board::board(report),
        board::evidence(report),
        week::week(report),
        pictures::history(report),
        record::record(report),
        leads::leads(report),
        sources::sources(report),
        method::method(report),
    ];
    sections.iter().for_each(|section| html.add(section));
    html!(html; "</main>\n<footer>\n<p>A description of what was said and paid, not a forecast. Made by Storyturn " (report.version) " as of the evening of " {time(report.as_of)} ", UTC; the same store and settings give the same page.</p>\n</footer>\n<script>");
    html.embedded(SCRIPT);
    html.markup("</script>\n</body>\n</html>\n");
    html.as_str().to_owned()
}
