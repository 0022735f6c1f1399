//! The board: what would move the state on, condition by condition; how the state came about; and what
//! stands beside it and gates nothing.
//!
//! Words, values and thresholds are read off `signal`'s board, whose own clause stands with each condition,
//! so that nothing is told here that the machine does not move by.

use super::{
    Report, chart,
    escape::{Html, html},
    states::{Reading, changes, class, meaning, name, reading},
    view::{counted, long_day, prose, section, sentence, time},
};
use crate::signal::{Condition, Relation, SignalRow, State};

/// Changes of state that are listed; the others are in the long picture.
const CHANGES_SHOWN: usize = 8;

/// What would move the state on.
pub(super) fn board(report: &Report<'_>) -> Html {
    let mut html = section("board", "What would move it on");
    let Some(row) = report.rows.last() else {
        html!(html; "<p>There is no day, so there is no state that anything could move.</p>\n</section>\n");
        return html;
    };
    html!(html; "<p>From <strong>" (name(row.state)) "</strong> (" (meaning(row.state)) ") these rules lead on. All conditions of a rule must hold together, so many days in a row. The thresholds were set by reasoning; none was fitted to what followed.</p>\n");
    if matches!(row.state, State::Unknown | State::NoData) {
        html!(html; "<p>None of them can apply before what is missing has come back.</p>\n");
    }
    for (number, rule) in row.conditions.chunk_by(|one, other| one.rule == other.rule).enumerate() {
        html.add(&rule_of(number, rule));
    }
    html.add(&came_about(report));
    html.markup("</section>\n");
    html
}

fn rule_of(number: usize, rule: &[Condition]) -> Html {
    let mut html = Html::new();
    let Some(first) = rule.first() else { return html };
    let met = rule.iter().filter(|condition| condition.met == Some(true)).count();
    html!(html; "<div class=\"rule\">\n<h3>To <span class=\"state state-" (class(first.to)) "\">" (name(first.to)) "</span> <span class=\"by\">by the rule “" (first.rule) "”</span></h3>\n");
    html!(html; "<p class=\"tally\">" (met) " of " (counted(rule.len() as u64, "condition", "conditions")) " met; held ");
    html!(html; (first.streak_days) " of " (counted(first.needed_days.into(), "day", "days")) " in a row</p>\n<ul class=\"conditions\">\n");
    for (place, condition) in rule.iter().enumerate() {
        let Reading { label, value, threshold, relation, range } = reading(condition);
        let (mark, word) = match condition.met {
            Some(true) => ("met", "met"),
            Some(false) => ("unmet", "not met"),
            None => ("unsure", "unknown"),
        };
        let title = format!("{label}: {value}; {relation} {threshold} is asked for; {word}");
        let meter = chart::meter(&chart::Meter {
            id: &format!("meter-{number}-{place}"),
            title: &title,
            value: condition.value.filter(|value| value.is_finite()),
            value_words: &value,
            threshold: condition.threshold,
            threshold_words: &threshold,
            above: matches!(condition.relation, Relation::AtLeast | Relation::Above),
            met: condition.met,
            range,
        });
        html!(html; "<li class=\"" (mark) "\"><p class=\"asks\">" (label) ": <strong>" (value) "</strong>, " (relation) " " (threshold) " is asked for</p>\n<div class=\"meter\">");
        html!(html; {Html::drawn(meter)} "</div>\n<p class=\"own\">" (prose(&condition.words)) "</p></li>\n");
    }
    html.markup("</ul>\n</div>\n");
    html
}

/// The last changes of state, the newest first.
fn came_about(report: &Report<'_>) -> Html {
    let mut html = Html::new();
    let changes = changes(report.rows);
    html.markup("<h3 id=\"changes\">How it came about</h3>\n");
    let Some((last, first)) = report.rows.last().zip(report.rows.first()) else { return html };
    if changes.is_empty() {
        html!(html; "<p>" (name(last.state)) " since the first day, " {time(first.day)} ".</p>\n");
        return html;
    }
    html.markup("<ol class=\"changes\">\n");
    for (_, row) in changes.iter().rev().take(CHANGES_SHOWN) {
        html.add(&change(row));
    }
    html.markup("</ol>\n");
    let more = changes.len().saturating_sub(CHANGES_SHOWN);
    if more > 0 {
        let words = counted(more as u64, "earlier change", "earlier changes");
        html!(html; "<p class=\"fine\">" (words) " since " (long_day(first.day)) ": <code>storyturn signal --changes</code>.</p>\n");
    }
    html
}

fn change(row: &SignalRow) -> Html {
    let mut html = Html::new();
    html!(html; "<li>" {time(row.day)} ": <span class=\"state state-" (class(row.state)) "\">" (name(row.state)) "</span> ");
    html!(html; "<span class=\"own\">" (prose(&row.reason)) "</span></li>\n");
    html
}

/// What stands beside the state.
pub(super) fn evidence(report: &Report<'_>) -> Html {
    let mut html = section("evidence", "Beside it");
    if report.evidence.is_empty() {
        html!(html; "<p>There is no day that anything could stand beside.</p>\n</section>\n");
        return html;
    }
    html!(html; "<p>Listed for the reader’s own judgement; none of it moves the state.</p>\n<ul class=\"evidence\">\n");
    for item in report.evidence {
        html.markup(if item.value.is_some() { "<li>" } else { "<li class=\"unsure\">" });
        html!(html; (sentence(&item.words)) "</li>\n");
    }
    html.markup("</ul>\n</section>\n");
    html
}
