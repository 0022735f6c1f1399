//! The track record: what it comes to in sentences, each flag, and what followed with its intervals drawn.
//!
//! Sentences and verdicts are `evaluate`'s. An interval is that of the difference from any day, drawn around
//! the base rate, so that it stands beside the mean it belongs to. Left out: every figure, which
//! `storyturn evaluate --format csv` has.

use super::{
    Report,
    chart::{Interval, IntervalChart, IntervalGroup, Unit, interval_chart},
    escape::{Html, html},
    leads::is_of_leads,
    view::{
        MISSING, Table, chance, change, counted, figure, or_missing, prose, section, sentence, share,
        short_day, signed, time,
    },
};
use crate::evaluate::{HORIZONS, Kind, MAIN_HORIZON, MIN_WINDOWS, P_LIMIT, Record, Verdict};
use crate::signal::StateBasis;

/// What is drawn of the conditions and the states.
const DRAWN: [&str; 6] =
    ["flag", "story turning", "wide gap, metals up", "dollar falling", "real yield falling", "recent cut"];

/// The section.
pub(super) fn record(report: &Report<'_>) -> Html {
    let found = report.evaluation;
    let mut html = section("record", "What it was worth");
    let Some((first, last)) = found.span else {
        html!(html; "<p>There is no track record: the table has no day from " {time(report.evaluate.from)} " on.</p>\n</section>\n");
        return html;
    };
    html!(html; "<p>What Bitcoin did after each flag and condition, bought at the close of the next day, beside what it did after <em>any</em> day of " {time(first)} " to " {time(last)} ". A handful of episodes proves little; the intervals say how little.</p>\n");
    if !found.findings.is_empty() {
        html.markup("<ul class=\"findings\">\n");
        // What is said of leads stands beside their picture.
        let said = found.findings.iter().filter(|finding| !is_of_leads(finding));
        for finding in said {
            html!(html; "<li>" (prose(finding)) "</li>\n");
        }
        html.markup("</ul>\n");
    }
    if !found.unsaid.is_empty() {
        html.markup("<h3>What cannot be said</h3>\n<ul>\n");
        for clause in &found.unsaid {
            html!(html; "<li>" (sentence(clause)) "</li>\n");
        }
        html.markup("</ul>\n");
    }
    html.add(&flags(report));
    html.add(&drawn(report));
    html.add(&all(report));
    html.add(&correlations(report));
    html.markup("</section>\n");
    html
}

fn percent(value: Option<f64>) -> String {
    or_missing(value.map(|value| change(value, 0)))
}

fn flags(report: &Report<'_>) -> Html {
    let mut html = Html::new();
    html.markup("<h3>Each flag</h3>\n");
    let flags = &report.evaluation.flags;
    if flags.is_empty() {
        html!(html; "<p>No flag was raised in these years, so there is nothing to judge it by.</p>\n");
        return html;
    }
    let held: Vec<String> = HORIZONS.iter().map(|days| format!("#{days} days on")).collect();
    let mut columns = vec!["No.", "Raised", "On"];
    columns.extend(held.iter().map(String::as_str));
    columns.push("#Deepest fall");
    let caption = "Change of Bitcoin after each flag, from the close of the day after; deepest fall below that close within 180 days.";
    let mut table = Table::new("flags", caption, &columns);
    for (number, flag) in (1..).zip(flags) {
        let basis = match flag.basis {
            StateBasis::News => "news and prices",
            StateBasis::PriceOnly => "prices alone",
        };
        let mut cells = vec![number.to_string(), short_day(flag.day), basis.to_owned()];
        cells.extend(flag.returns.iter().map(|after| percent(*after)));
        let longest = HORIZONS.into_iter().max().unwrap_or(0);
        let so_far = if flag.days < longest { format!(", {} days known", flag.days) } else { String::new() };
        cells.push(match flag.deepest {
            Some((fall, day)) if fall <= -0.005 => {
                format!("{} on {}{so_far}", share(fall, 0), short_day(day))
            }
            Some(_) => format!("none{so_far}"),
            None => MISSING.to_owned(),
        });
        table.row(cells);
    }
    html.add(&table.html());
    html
}

/// One row of the drawing, its words made first.
struct Drawn<'a> {
    label: String,
    count: String,
    record: &'a Record,
}

fn drawn(report: &Report<'_>) -> Html {
    let mut html = Html::new();
    html.markup("<h3>With intervals</h3>\n");
    let found = report.evaluation;
    let of = |horizon: usize| -> Vec<Drawn<'_>> {
        let own = DRAWN.iter().filter_map(|name| {
            let is_it = |record: &&Record| record.subject == *name && record.horizon == horizon;
            found.records.iter().find(is_it).filter(|record| record.mean.is_some())
        });
        own.map(|record| Drawn {
            label: if record.subject == "flag" { "the flag".to_owned() } else { record.subject.clone() },
            count: counted(record.episodes as u64, "episode", "episodes"),
            record,
        })
        .collect()
    };
    let horizons: Vec<(String, Option<f64>, Vec<Drawn<'_>>)> = found
        .bases
        .iter()
        .map(|base| (format!("{} days on", base.horizon), base.mean, of(base.horizon)))
        .filter(|(.., rows)| !rows.is_empty())
        .collect();
    if horizons.is_empty() {
        html!(html; "<p>There is nothing to draw: neither a flag nor a condition has days with a later return.</p>\n");
        return html;
    }
    let around = |record: &Record, end: fn((f64, f64)) -> f64| Some(record.base? + end(record.interval?));
    let interval = |row: &Drawn<'_>| -> (Option<f64>, Option<f64>) {
        (around(row.record, |(low, _)| low), around(row.record, |(_, high)| high))
    };
    let groups = horizons
        .iter()
        .map(|(heading, base, rows)| IntervalGroup {
            heading,
            base: *base,
            rows: rows
                .iter()
                .map(|row| Interval {
                    label: &row.label,
                    low: interval(row).0,
                    mid: row.record.mean,
                    high: interval(row).1,
                    count: &row.count,
                    verdict: row.record.verdict.short(),
                    told: matches!(row.record.verdict, Verdict::Above | Verdict::Below),
                })
                .collect(),
        })
        .collect();
    let chart = IntervalChart {
        id: "chart-record",
        title: "What followed flags and conditions, beside any day",
        about: "For each horizon the mean change of Bitcoin after the flag and after the days of each condition, with 95 % intervals, beside the mean change after any day. The same figures stand in the table below.",
        axis: "mean change of Bitcoin",
        base_name: "after any day",
        unit: Unit::Change,
        groups,
    };
    let caption = format!(
        "Mean change of Bitcoin. Bars: 95 % intervals of the difference from any day (circular block bootstrap), drawn around the base rate; none where the days make up fewer than {MIN_WINDOWS} episodes and less than {MIN_WINDOWS} times the days held. Filled only where the verdict tells it from the base rate, which needs p of at most .05 and {} independent episodes.",
        report.evaluate.min_episodes
    );
    html.add(&figure(|width| interval_chart(&chart, width), &caption));
    html
}

fn all(report: &Report<'_>) -> Html {
    let mut html = Html::new();
    let caption = format!(
        "Flag, states, conditions and events: Bitcoin over the {MAIN_HORIZON} days after, beside any day. p: the share of all rotations of the calendar that differ as much; q: the same when the number of tests is allowed for."
    );
    let columns = [
        "Asked of",
        "#Days",
        "#Episodes",
        "#Mean",
        "#Any day",
        "#Difference, 95 %",
        "#p",
        "#q",
        "#Rose",
        "#Could show",
        "Verdict",
    ];
    let mut table = Table::new("records", caption, &columns);
    for record in report.evaluation.records.iter().filter(|record| record.horizon == MAIN_HORIZON) {
        let ends = record.interval.map(|(low, high)| format!("{} to {}", change(low, 0), change(high, 0)));
        let rose = record.hit_interval.map(|(low, high)| {
            format!(
                "{} of {} ({}–{})",
                record.hits,
                record.episodes,
                share(low, 0).replace("\u{a0}%", ""),
                share(high, 0)
            )
        });
        let verdict = match record.verdict {
            Verdict::Unsaid => format!("{}: {}", record.verdict.as_str(), prose(&record.why)),
            // The verdict is by p alone, here as in the sentences; what it owes to the number of questions is said.
            Verdict::Above | Verdict::Below if record.q.is_some_and(|q| q > P_LIMIT) => {
                format!("{}, but not when the number of tests is allowed for", record.verdict.as_str())
            }
            verdict => verdict.as_str().to_owned(),
        };
        table.row([
            subject(record),
            record.days.to_string(),
            record.episodes.to_string(),
            percent(record.mean),
            percent(record.base),
            or_missing(ends),
            or_missing(record.p.map(chance)),
            or_missing(record.q.map(chance)),
            or_missing(rose),
            or_missing(record.detectable.map(|least| change(least, 0))),
            verdict,
        ]);
    }
    html!(html; "<details><summary>All " (report.evaluation.records.iter().filter(|record| record.horizon == MAIN_HORIZON).count()) " questions over " (MAIN_HORIZON) " days, in figures</summary>\n" {table.html()});
    html!(html; "<p class=\"fine\">Rose: episodes after whose first day Bitcoin was higher, with Wilson’s 95 % interval. Could show: the smallest difference that so few episodes could have shown. " (counted(report.evaluation.variants as u64, "test was", "tests were")) " made in all.</p>\n</details>\n");
    html
}

fn subject(record: &Record) -> String {
    let kind = match record.kind {
        Kind::Flag | Kind::Condition => "",
        Kind::State => return format!("state {}", prose(&record.subject)),
        Kind::Event => "event: ",
    };
    format!("{kind}{}", record.subject)
}

fn correlations(report: &Report<'_>) -> Html {
    let mut html = Html::new();
    let known: Vec<_> = report.evaluation.correlations.iter().filter(|found| found.value.is_some()).collect();
    if known.is_empty() {
        return html;
    }
    let caption = "Rank correlation of measures with Bitcoin’s later change: −1 to +1, 0 is none.";
    let columns = ["Measure", "#Days on", "#Days", "#Correlation", "#95 %", "#p", "#q", "#Years above 0"];
    let mut table = Table::new("correlations", caption, &columns);
    for found in known {
        let measure = match found.measure {
            "divergence_60d" => "gap",
            "turn" => "turn of the story",
            other => other,
        };
        let above = found.years.iter().filter(|(.., value)| *value > 0.0).count();
        let ends = found.interval.map(|(low, high)| format!("{} to {}", signed(low, 2), signed(high, 2)));
        table.row([
            measure.to_owned(),
            found.horizon.to_string(),
            found.days.to_string(),
            or_missing(found.value.map(|value| signed(value, 2))),
            or_missing(ends),
            or_missing(found.p.map(chance)),
            or_missing(found.q.map(chance)),
            format!("{above} of {}", found.years.len()),
        ]);
    }
    html!(html; "<details><summary>Rank correlations</summary>\n" {table.html()} "</details>\n");
    html
}
