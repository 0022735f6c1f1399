//! The first screen: the day, the state in a sentence, four figures, what is missing for the next state.
//!
//! It must be understood by somebody who reads nothing else. What makes the state doubtful stands here too:
//! inputs that are missing or old, a basis of prices alone, the user's own note.

use super::{
    Report,
    escape::{Html, html},
    states::{asked, class, entered, headline, name, next, standfirst},
    view::{MISSING, change, counted, listed, long_day, plain, price, prose, sentence, share, signed, time},
};
use crate::signal::{SignalRow, State, StateBasis};

/// A weekend and a holiday: data that end further back are worth a word.
const USUAL_LAG_DAYS: i32 = 4;

/// Of the story's balance, in standard deviations: closer to zero neither pole leads.
const EVEN: f64 = 0.05;

/// The first section.
pub(super) fn head(report: &Report<'_>) -> Html {
    let mut html = Html::new();
    html!(html; "<section id=\"state\" aria-labelledby=\"headline\">\n");
    if let Some(note) = report.note {
        html!(html; "<p class=\"note\" role=\"note\"><strong>Note.</strong> <span dir=\"auto\">" (note) "</span></p>\n");
    }
    html.add(&chip(report));
    html!(html; "<h1 id=\"headline\">" (headline(report.rows)) "</h1>\n");
    let Some(row) = report.rows.last() else {
        html.add(&nothing(report));
        html.markup("</section>\n");
        return html;
    };
    html!(html; "<p class=\"standfirst\">" (standfirst(report.rows)) "</p>\n");
    html.add(&figures(report, row));
    html.add(&missing(row));
    html.add(&on(row));
    html.add(&worth(report, row));
    html.add(&old(report, row));
    html.markup("</section>\n");
    html
}

/// The state as a label with its age.
fn chip(report: &Report<'_>) -> Html {
    let mut html = Html::new();
    let Some(row) = report.rows.last() else { return html };
    let basis = match row.basis {
        _ if matches!(row.state, State::Unknown | State::NoData) => "",
        StateBasis::News => ", on news and prices",
        StateBasis::PriceOnly => ", on prices alone",
    };
    html!(html; "<p class=\"chip\"><span class=\"state state-" (class(row.state)) "\">" (name(row.state)) "</span> ");
    html!(html; "<span class=\"age\">day " (row.state_days) (basis) "</span></p>\n");
    html
}

/// What stands in place of a state where the table is empty.
fn nothing(report: &Report<'_>) -> Html {
    let mut html = Html::new();
    let evening = long_day(report.as_of);
    let why = match (report.sources.is_empty(), report.series.is_empty()) {
        (true, true) => format!(
            "The store holds neither commentary nor prices that were known on the evening of {evening}, so there is no state, no picture and no track record."
        ),
        (true, false) => format!(
            "The store holds prices, but no Bitcoin price and no commentary that was known on the evening of {evening}. There is no day to speak of."
        ),
        (false, _) => format!("None of the commentary in the store counts for a day up to {evening}."),
    };
    html!(html; "<p class=\"standfirst\">" (why) "</p>\n");
    html!(html; "<p>To fill it: <code>storyturn import PATH</code> brings in articles and headlines from files, ");
    html!(html; "<code>storyturn collect</code> gathers them from the sources that are configured, ");
    html!(html; "<code>storyturn prices import FILE</code> or <code>storyturn prices fetch</code> bring in closes of Bitcoin, silver, gold and the dollar. ");
    html!(html; "<code>storyturn init</code> writes a configuration to start from, and <code>storyturn run</code> does all of it daily.</p>\n");
    html
}

fn figure(html: &mut Html, label: &str, value: &str, about: &str) {
    html!(html; "<div><dt>" (label) "</dt><dd class=\"value\">" (value) "</dd><dd class=\"about\">" (about) "</dd></div>\n");
}

fn figures(report: &Report<'_>, row: &SignalRow) -> Html {
    let mut html = Html::new();
    html.markup("<dl class=\"figures\">\n");
    let of = |value: Option<f64>| value.map_or_else(|| MISSING.to_owned(), |value| change(value, 1));
    let metals = match (row.silver, row.gold) {
        (Some(silver), Some(gold)) => {
            format!("silver {}, gold {}, dollars an ounce", price(silver), price(gold))
        }
        (Some(silver), None) => format!("silver {} dollars an ounce, gold unknown", price(silver)),
        (None, Some(gold)) => format!("silver unknown, gold {} dollars an ounce", price(gold)),
        (None, None) => "silver and gold unknown".to_owned(),
    };
    figure(&mut html, "Metals, 60 days", &of(row.metals_60d), &metals);
    let btc = row.btc.map_or_else(|| "price unknown".to_owned(), |btc| format!("{} dollars", price(btc)));
    figure(&mut html, "Bitcoin, 60 days", &of(row.btc_60d), &btc);
    let (gap, about) = match (row.divergence_rank, row.divergence_60d) {
        (Some(rank), _) => (share(rank, 0), "of earlier days had a gap no wider".to_owned()),
        (None, Some(gap)) => {
            (signed(gap, 2), format!("log points; not ranked before {} days", report.signal.rank_min_days))
        }
        (None, None) => (MISSING.to_owned(), "a price of the two is unknown".to_owned()),
    };
    figure(&mut html, "Width of the gap", &gap, &about);
    let (story, about) = match row.narrative_7d {
        Some(balance) => {
            let lean = match balance {
                balance if balance.abs() < EVEN => "Even",
                balance if balance < 0.0 => "Fear",
                _ => "Debasement",
            };
            let about = format!("balance {}; below 0 fear, above 0 debasement", signed(balance, 2));
            (lean, about)
        }
        None => ("Not told", no_story(report, row)),
    };
    figure(&mut html, "The week’s story", story, &about);
    html.markup("</dl>\n");
    html
}

/// Why there is no balance of the story.
fn no_story(report: &Report<'_>, row: &SignalRow) -> String {
    let has_news = report.panel.rows.iter().any(|row| row.news.as_ref().is_some_and(|news| news.docs > 0));
    match (has_news, row.basis) {
        (false, _) => "no commentary is loaded for this time".to_owned(),
        (true, StateBasis::PriceOnly) => "too little commentary so far to measure it".to_owned(),
        (true, StateBasis::News) => "too little commentary of these days".to_owned(),
    }
}

/// What must come back before a state can be told.
fn missing(row: &SignalRow) -> Html {
    let mut html = Html::new();
    if row.missing.is_empty() {
        return html;
    }
    html.markup("<div class=\"callout\"><p><strong>What must come back first:</strong></p>\n<ul>\n");
    for clause in &row.missing {
        html!(html; "<li>" (sentence(clause)) "</li>\n");
    }
    html.markup("</ul></div>\n");
    html
}

/// What is missing for the next state, or that a rule is on its way.
fn on(row: &SignalRow) -> Html {
    let mut html = Html::new();
    if matches!(row.state, State::NoData | State::Unknown) {
        return html;
    }
    let Some(next) = next(row) else {
        html!(html; "<p class=\"next\"><strong>How it ends:</strong> the flag comes down when the gap has closed, when the dollar rises, when everybody tells the story, when Bitcoin has fallen too far, or with age. <a href=\"#board\">How far each is</a>.</p>\n");
        return html;
    };
    let unmet: Vec<String> = next
        .conditions
        .iter()
        .filter(|condition| condition.met != Some(true))
        .map(|one| asked(one))
        .collect();
    html!(html; "<p class=\"next\"><strong>For the next state, “" (name(next.to)) "”, ");
    if unmet.is_empty() {
        let days = counted(next.held.1.into(), "day", "days");
        html!(html; "nothing is missing</strong> but time: it has held for " (next.held.0) " of " (days) " in a row. ");
    } else {
        html!(html; "there is missing:</strong> " (listed(&unmet)) ". ");
    }
    html!(html; "<a href=\"#board\">The whole board</a>.</p>\n");
    html
}

/// A flag never stands without its record.
fn worth(report: &Report<'_>, row: &SignalRow) -> Html {
    let mut html = Html::new();
    let record = report.evaluation.findings.first().filter(|_| !report.evaluation.flags.is_empty());
    if let Some(record) = record.filter(|_| row.state == State::BtcFavourable) {
        html!(html; "<p class=\"callout\"><strong>What such flags were worth:</strong> " (prose(record)) "</p>\n");
    }
    html
}

/// That the data end long before the evening.
fn old(report: &Report<'_>, row: &SignalRow) -> Html {
    let mut html = Html::new();
    let days = report.as_of - row.day;
    if days > USUAL_LAG_DAYS {
        html!(html; "<p class=\"callout\"><strong>The data end on </strong>" {time(row.day)} ", " (plain(days.into(), 0)) " days before " {time(report.as_of)} ": all of this speaks of that day.</p>\n");
    }
    if let Some(since) = entered(report.rows).filter(|_| row.state == State::Unknown) {
        html!(html; "<p>Unknown since " {time(since.day)} ".</p>\n");
    }
    html
}
