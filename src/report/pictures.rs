//! The two pictures over time: the last twelve months, and the whole history with its flags.
//!
//! Both have the states shaded and the flags numbered as in the track record. A series that is not there has no
//! pane, and the page says why. The seven-day means of fear and debasement are made here for the eye alone:
//! nothing is decided by them. Left out: drawing (`chart`).

use super::{
    Report,
    chart::{Bar, BarChart, Line, Mark, Pane, Scale, Span, Strip, TimeChart, Unit, bar_chart, time_chart},
    escape::{Html, html},
    states::{class, meaning, name},
    view::{Table, change, counted, figure, long_day, or_missing, section, share, short_day, signed, time},
};
use crate::index::Coverage;
use crate::signal::{SignalRow, State};

/// Days of the short picture.
const YEAR_DAYS: usize = 365;

/// Fewest days that make a picture: two weeks.
const MIN_DAYS: usize = 14;

/// Days of the table below it.
const TABLE_DAYS: usize = 14;

/// Days of the means of fear and debasement.
const MEAN_DAYS: usize = 7;

/// Heights of the panes.
const TALL: u32 = 150;
const LOW: u32 = 110;

type Values = Vec<Option<f64>>;

/// The last twelve months.
pub(super) fn year(report: &Report<'_>) -> Html {
    let mut html = section("year", "The last twelve months");
    let rows = &report.rows[report.rows.len().saturating_sub(YEAR_DAYS)..];
    let Some((first, last)) = rows.first().zip(rows.last()).filter(|_| rows.len() >= MIN_DAYS) else {
        html.add(&too_short(rows.len()));
        return html;
    };
    let start = report.rows.len() - rows.len();
    let [fear, debasement] = [mean_of(rows, |row| row.fear_z), mean_of(rows, |row| row.debasement_z)];
    let balance = values(rows, |row| row.narrative_7d);
    let (metals, btc) = (values(rows, |row| row.metals_60d), values(rows, |row| row.btc_60d));
    let gap = values(rows, |row| row.divergence_60d);
    let prices = [|row: &SignalRow| row.silver, |row: &SignalRow| row.gold, |row: &SignalRow| row.btc]
        .map(|of| indexed(&values(rows, of)));
    let coverage: Vec<Coverage> = report.panel.rows[start..]
        .iter()
        .map(|row| row.news.as_ref().map_or(Coverage::None, |news| news.coverage))
        .collect();
    let mut panes = vec![
        pane(
            "Fear and debasement",
            Unit::Deviations,
            TALL,
            Some(0.0),
            vec![("Fear", "fear", &fear), ("Debasement", "debasement", &debasement)],
        ),
        pane(
            "Balance of the story",
            Unit::Deviations,
            LOW,
            Some(0.0),
            vec![("Balance", "narrative", &balance)],
        ),
        pane(
            "Change over 60 days",
            Unit::Change,
            TALL,
            Some(0.0),
            vec![("Metals", "gold", &metals), ("Bitcoin", "btc", &btc)],
        ),
        pane("Gap: metals less Bitcoin", Unit::LogPoints, LOW, Some(0.0), vec![("Gap", "gap", &gap)]),
        pane(
            "Prices, first day 100",
            Unit::Index,
            TALL,
            Some(100.0),
            vec![
                ("Silver", "silver", &prices[0]),
                ("Gold", "gold", &prices[1]),
                ("Bitcoin", "btc", &prices[2]),
            ],
        ),
    ];
    let has_news = coverage.iter().any(|day| *day != Coverage::None);
    panes.retain(|pane| !pane.lines.is_empty());
    let strips = if has_news { vec![Strip { title: "News behind it", days: &coverage }] } else { Vec::new() };
    let about = about(report, rows, &[("metals", Unit::Change, &metals), ("Bitcoin", Unit::Change, &btc)]);
    let labels = flag_labels(report);
    let chart = TimeChart {
        id: "chart-year",
        title: "The story and the prices of the last twelve months",
        about: &about,
        first: first.day,
        panes,
        strips,
        spans: spans(rows),
        marks: marks(report, &labels),
    };
    if !has_news {
        html!(html; "<p>No commentary is loaded for these months, so the story is not drawn: prices alone.</p>\n");
    } else if balance.iter().all(Option::is_none) {
        html!(html; "<p>There is commentary, but too little of it for a balance: the story is measured from 10 of 14 days with enough news on.</p>\n");
    }
    if metals.iter().all(Option::is_none) {
        html!(html; "<p>A price of silver, gold or 60 days before is not known, so there is no change of metals and no gap to draw.</p>\n");
    }
    let of_news = if has_news {
        " Hatched in the strip of news: days with too little of it. Fear and debasement are means of 7 days, in standard deviations from their usual; the balance is above 0 where debasement is louder."
    } else {
        ""
    };
    let caption = format!(
        "{} to {}. Shading: the state of each day. Numbered triangles: flags, as in the track record.{of_news} Changes are plain percent over 60 calendar days, the gap is in log points; a gap in a line is a gap in the data.",
        long_day(first.day),
        long_day(last.day)
    );
    html.add(&figure(|width| time_chart(&chart, width), &caption));
    html.add(&legend(rows));
    html.add(&balances(report, rows));
    html.add(&days(report, rows));
    html.markup("</section>\n");
    html
}

/// The whole history.
pub(super) fn history(report: &Report<'_>) -> Html {
    let mut html = section("history", "The whole history");
    let from = report.rows.partition_point(|row| row.day < report.evaluate.from);
    let rows = &report.rows[from..];
    let Some((first, last)) = rows.first().zip(rows.last()).filter(|_| rows.len() >= MIN_DAYS) else {
        html.add(&too_short(rows.len()));
        return html;
    };
    let btc = values(rows, |row| row.btc);
    let gap = values(rows, |row| row.divergence_60d);
    let dollar = values(rows, |row| row.dollar_60d);
    let balance = values(rows, |row| row.narrative_7d);
    let mut panes = vec![
        pane_on("Bitcoin, dollars", Unit::Dollars, Scale::Log, TALL, None, vec![("Bitcoin", "btc", &btc)]),
        pane("Gap: metals less Bitcoin", Unit::LogPoints, LOW, Some(0.0), vec![("Gap", "gap", &gap)]),
        pane(
            "Dollar, change over 60 days",
            Unit::Change,
            LOW,
            Some(0.0),
            vec![("Dollar", "dollar", &dollar)],
        ),
        pane(
            "Balance of the story",
            Unit::Deviations,
            LOW,
            Some(0.0),
            vec![("Balance", "narrative", &balance)],
        ),
    ];
    panes.retain(|pane| !pane.lines.is_empty());
    let labels = flag_labels(report);
    let about = about(report, rows, &[("the gap", Unit::LogPoints, &gap)]);
    let chart = TimeChart {
        id: "chart-history",
        title: "Bitcoin, the gap, the dollar and the story over the whole history",
        about: &about,
        first: first.day,
        panes,
        strips: Vec::new(),
        spans: spans(rows),
        marks: marks(report, &labels),
    };
    let flags = report.evaluation.flags.len() as u64;
    html!(html; "<p>From " {time(first.day)} " to " {time(last.day)} ": ");
    if flags == 0 {
        html!(html; "no flag was raised.</p>\n");
    } else {
        html!(html; (counted(flags, "flag was", "flags were")) " raised, numbered here and in the <a href=\"#record\">track record</a>.</p>\n");
    }
    let caption = "Bitcoin on a scale of equal ratios. Shading: states. Numbered triangles: flags. Days before the first are left out of the track record, as Bitcoin’s market was thin; ranks still use them.";
    html.add(&figure(|width| time_chart(&chart, width), caption));
    html.add(&legend(rows));
    html.markup("</section>\n");
    html
}

fn too_short(days: usize) -> Html {
    let mut html = Html::new();
    let has = counted(days as u64, "day", "days");
    html!(html; "<p>There is no picture: the table has " (has) " to draw, and " (MIN_DAYS) " are the least.</p>\n</section>\n");
    html
}

fn values(rows: &[SignalRow], of: impl Fn(&SignalRow) -> Option<f64>) -> Values {
    rows.iter().map(of).collect()
}

/// Trailing means of the known values of seven days, most of which must be known.
fn mean_of(rows: &[SignalRow], of: impl Fn(&SignalRow) -> Option<f64>) -> Values {
    let mean = |at: usize| {
        let window = &rows[(at + 1).saturating_sub(MEAN_DAYS)..=at];
        let known: Vec<f64> = window.iter().filter_map(&of).collect();
        (2 * known.len() > MEAN_DAYS).then(|| known.iter().sum::<f64>() / known.len() as f64)
    };
    (0..rows.len()).map(mean).collect()
}

/// Prices as parts of the first known one, which is 100.
fn indexed(prices: &[Option<f64>]) -> Values {
    let first = prices.iter().flatten().copied().find(|price| *price > 0.0);
    prices.iter().map(|price| Some(100.0 * (*price)? / first?)).collect()
}

type Named<'a> = (&'a str, &'static str, &'a Values);

fn pane<'a>(
    title: &'a str,
    unit: Unit,
    height: u32,
    reference: Option<f64>,
    lines: Vec<Named<'a>>,
) -> Pane<'a> {
    let scale = if unit == Unit::Index { Scale::Log } else { Scale::Linear };
    pane_on(title, unit, scale, height, reference, lines)
}

/// A pane with the lines that have anything to show.
fn pane_on<'a>(
    title: &'a str,
    unit: Unit,
    scale: Scale,
    height: u32,
    reference: Option<f64>,
    lines: Vec<Named<'a>>,
) -> Pane<'a> {
    let known = lines.into_iter().filter(|(.., values)| values.iter().any(Option::is_some));
    let lines = known.map(|(name, class, values)| Line { name, class, values }).collect();
    Pane { title, unit, scale, lines, height, reference }
}

/// The runs of days in one state.
fn spans(rows: &[SignalRow]) -> Vec<Span> {
    let runs = rows.chunk_by(|one, other| one.state == other.state);
    runs.filter_map(|run| {
        let (first, last) = run.first().zip(run.last())?;
        Some(Span { from: first.day, to: last.day, state: first.state })
    })
    .collect()
}

/// Numbers of the flags, as the track record has them.
fn flag_labels(report: &Report<'_>) -> Vec<String> {
    (1..=report.evaluation.flags.len()).map(|number| number.to_string()).collect()
}

fn marks<'a>(report: &Report<'_>, labels: &'a [String]) -> Vec<Mark<'a>> {
    let flags = report.evaluation.flags.iter().zip(labels);
    flags.map(|(flag, label)| Mark { day: flag.day, label }).collect()
}

/// The text alternative: what there is to see, in sentences.
fn about(report: &Report<'_>, rows: &[SignalRow], lines: &[(&str, Unit, &Values)]) -> String {
    let Some((first, last)) = rows.first().zip(rows.last()) else { return String::new() };
    let mut text = format!("From {} to {}.", long_day(first.day), long_day(last.day));
    for (name, unit, values) in lines {
        // As the pane has it: the gap is no change of anything.
        let written = |value: f64| match unit {
            Unit::LogPoints => format!("{} log points", signed(value, 2)),
            _ => change(value, 0),
        };
        let known = || values.iter().flatten().copied();
        let (low, high) = (known().fold(f64::INFINITY, f64::min), known().fold(f64::NEG_INFINITY, f64::max));
        if let Some(end) = values.iter().rev().flatten().next() {
            text.push_str(&format!(
                " Over 60 days {name} ranged from {} to {} and ended at {}.",
                written(low),
                written(high),
                written(*end)
            ));
        }
    }
    let inside = report.evaluation.flags.iter().filter(|flag| flag.day >= first.day);
    let flags: Vec<String> = inside.map(|flag| long_day(flag.day)).collect();
    match flags.len() {
        0 => text.push_str(" No flag was raised."),
        _ => text.push_str(&format!(" Flags were raised on {}.", flags.join(", "))),
    }
    text.push_str(&format!(" The state at the end is {}.", name(last.state).to_lowercase()));
    text
}

/// The states that occur, in the order of the machine, with what they mean.
fn legend(rows: &[SignalRow]) -> Html {
    let mut html = Html::new();
    html.markup("<details class=\"legend\"><summary>What the states mean</summary>\n<dl>\n");
    for state in State::ALL.into_iter().filter(|state| rows.iter().any(|row| row.state == *state)) {
        html!(html; "<div><dt><span class=\"state state-" (class(state)) "\">" (name(state)) "</span></dt><dd>" (meaning(state)) " <code>" (state.as_str()) "</code></dd></div>\n");
    }
    html.markup("</dl></details>\n");
    html
}

/// The balance of each of the last days, with what stands behind it.
fn balances(report: &Report<'_>, rows: &[SignalRow]) -> Html {
    let mut html = Html::new();
    let start = rows.len().saturating_sub(TABLE_DAYS);
    let offset = report.rows.len() - rows.len();
    let labels: Vec<(String, String)> = (start..rows.len())
        .map(|at| {
            let news = report.panel.rows[offset + at].news.as_ref();
            let note = news.map_or_else(
                || "no news".to_owned(),
                |news| counted(news.docs.into(), "article", "articles"),
            );
            (short_day(rows[at].day), note)
        })
        .collect();
    let own = &rows[start..];
    if own.iter().all(|row| row.narrative.is_none()) {
        return html;
    }
    let bars = own
        .iter()
        .zip(&labels)
        .map(|(row, (label, note))| Bar { label, value: row.narrative, note })
        .collect();
    let chart = BarChart {
        id: "chart-balances",
        title: "The story of each of the last days",
        about: "Bars to the left: fear is louder than usual; to the right: debasement is. The figures stand in the table of the last days.",
        unit: Unit::Deviations,
        left: ("fear", "fear"),
        right: ("debasement", "debasement"),
        bars,
    };
    let caption =
        "Balance of the story, day by day, in standard deviations; no bar where too little was read to tell.";
    html.markup("<h3>Day by day</h3>\n");
    html.add(&figure(|width| bar_chart(&chart, width), caption));
    html
}

/// The figures behind the last days.
fn days(report: &Report<'_>, rows: &[SignalRow]) -> Html {
    let start = rows.len().saturating_sub(TABLE_DAYS);
    let mut table = Table::new(
        "days",
        "The last days in figures. Balance and turn in standard deviations, changes in percent; articles are those that count for the day.",
        &[
            "Day",
            "State",
            "#Articles",
            "#Balance, 7 days",
            "#Turn",
            "#Metals, 60 days",
            "#Bitcoin, 60 days",
            "#Gap’s rank",
            "#Dollar, 60 days",
        ],
    );
    let offset = report.rows.len() - rows.len();
    for (at, row) in rows.iter().enumerate().skip(start).rev() {
        let docs = report.panel.rows[offset + at].news.as_ref().map(|news| news.docs.to_string());
        let percent = |value: Option<f64>| or_missing(value.map(|value| change(value, 1)));
        let score = |value: Option<f64>| or_missing(value.map(|value| signed(value, 2)));
        table.row([
            short_day(row.day),
            name(row.state).to_owned(),
            or_missing(docs),
            score(row.narrative_7d),
            score(row.turn),
            percent(row.metals_60d),
            percent(row.btc_60d),
            or_missing(row.divergence_rank.map(|rank| share(rank, 0))),
            percent(row.dollar_60d),
        ]);
    }
    let mut html = Html::new();
    html!(html; "<details><summary>The last " (rows.len() - start) " days in figures</summary>\n" {table.html()} "</details>\n");
    html
}
