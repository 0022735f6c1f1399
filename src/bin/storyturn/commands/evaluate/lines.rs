//! The sections of `evaluate` beside the flag's and the sets': measures, leads, tests, years, and Bitcoin
//! around events.

use storyturn::evaluate::{Evaluation, GrangerRecord, LeadLag, MAIN_HORIZON, P_LIMIT};

use super::{DIM, Signed, chance, percent, share};
use crate::output::{self, wrap};

/// Lags on a line.
const LAGS_A_LINE: usize = 9;

/// Days around an event that have a column.
const AROUND: [i32; 6] = [-60, -30, 30, 60, 90, 180];

/// Bitcoin around events: the mean change from and to the entry, and below it what luck makes of as many.
pub(super) fn event_lines(found: &Evaluation) -> Vec<String> {
    let told: Vec<_> = found.studies.iter().filter(|study| study.events > 0).collect();
    let Some(first) = told.first() else { return Vec::new() };
    let row = |name: &str, events: &str, cells: &dyn Fn(i32) -> String, p: &str, q: &str| {
        let cells: String = AROUND.iter().map(|day| format!(" {:>12}", cells(*day))).collect();
        format!("  {name:<18} {events:>6}{cells} {p:>6} {q:>6}")
    };
    let head = row("", "events", &|day| format!("{day:+} d"), "p", "q");
    let mut lines = vec![format!("{DIM}{head}{DIM:#}")];
    for study in &told {
        let at = |day: i32| study.points.iter().find(|point| point.day == day);
        let mean = |day: i32| percent(at(day).and_then(|point| point.mean));
        let (p, q) = (chance(study.p), chance(study.q));
        lines.push(row(&study.subject, &study.events.to_string(), &mean, &p, &q));
        if study.p.is_some() {
            let luck = |day: i32| {
                let (low, high) = at(day).and_then(|point| point.luck).unzip();
                if low.is_some() { format!("{} {}", percent(low), percent(high)) } else { "·".to_owned() }
            };
            lines.push(format!("{DIM}{}{DIM:#}", row("  luck", "", &luck, "", "").trim_end()));
        }
    }
    let any =
        |day: i32| percent(first.points.iter().find(|point| point.day == day).and_then(|point| point.base));
    lines.push(row("any day", "", &any, "", ""));
    lines
}

pub(super) fn correlation_lines(found: &Evaluation) -> Vec<String> {
    let known: Vec<_> = found.correlations.iter().filter(|found| found.value.is_some()).collect();
    if known.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![format!(
        "{DIM}  {:<16} {:>4} {:>6} {:>11} {:>16} {:>6} {:>6}  {}{DIM:#}",
        "", "held", "days", "correlation", "95 %", "p", "q", "years above zero"
    )];
    lines.extend(known.iter().map(|found| {
        let above = found.years.iter().filter(|(.., value)| *value > 0.0).count();
        let (low, high) = found.interval.map_or_else(
            || (String::new(), String::new()),
            |(low, high)| (format!("{low:+.2}"), format!(" to {high:+.2}")),
        );
        format!(
            "  {:<16} {:>4} {:>6} {:>11} {:>16} {:>6} {:>6}  {above} of {}",
            found.measure,
            found.horizon,
            found.days,
            found.value.map_or_else(String::new, |value| format!("{value:+.2}")),
            low + &high,
            chance(found.p),
            chance(found.q),
            found.years.len(),
        )
    }));
    lines
}

pub(super) fn fifths(found: &Evaluation) -> Vec<String> {
    let mut lines = Vec::new();
    for quantiles in found.quantiles.iter().filter(|quantiles| quantiles.horizon == MAIN_HORIZON) {
        let cell = |value: Option<f64>| format!("{:>9}", percent(value));
        let means: String = quantiles.buckets.iter().map(|bucket| cell(bucket.mean)).collect();
        let rose =
            quantiles.buckets.iter().map(|bucket| format!("{:>9}", format!("{} %", share(bucket.hit_rate))));
        let edges: String = quantiles.edges.iter().map(|edge| format!("{edge:>+9.2}")).collect();
        lines.push(format!(
            "  {:<16} {DIM}lowest fifth to highest, parted at{edges}{DIM:#}",
            quantiles.measure
        ));
        lines.push(format!("    {:<12} {means}", "mean after"));
        lines.push(format!("    {:<12} {}", "rose", rose.collect::<String>()));
    }
    lines
}

pub(super) fn lead_lines(found: &LeadLag) -> Vec<String> {
    let mut lines = Vec::new();
    for metal in found.leads.chunk_by(|one, other| one.metal == other.metal) {
        for (at, part) in metal.chunks(LAGS_A_LINE).enumerate() {
            let cells: String = part
                .iter()
                .map(|lead| {
                    let outside = lead.p.is_some_and(|p| p <= P_LIMIT);
                    let mark = if outside { "*" } else { " " };
                    let correlation = output::number(lead.seen.correlation, 2).signed();
                    format!(" {DIM}{:>2}{DIM:#} {correlation:>5}{mark}", lead.seen.lag)
                })
                .collect();
            lines.push(format!("  {:<7}{cells}", if at == 0 { metal[0].metal } else { "" }));
        }
    }
    lines.push(format!(
        "  {DIM}{} weeks; lag 0 is the same week and no lead; * outside the band{DIM:#}",
        found.weeks
    ));
    lines
}

pub(super) fn granger_lines(found: &Evaluation) -> Vec<String> {
    let ways = found.granger.chunk_by(|one, other| (one.cause, one.effect) == (other.cause, other.effect));
    let line = |way: &[GrangerRecord]| {
        let least = way.iter().min_by(|one, other| one.test.p.total_cmp(&other.test.p))?;
        let pair = format!("{} to {}", least.cause, least.effect);
        let p = chance(Some(least.test.p));
        Some(format!(
            "  {pair:<16} smallest p of {} {p} at {} {}, q {}",
            way.len(),
            least.test.lags,
            if least.test.lags == 1 { "week" } else { "weeks" },
            chance(Some(least.q))
        ))
    };
    ways.filter_map(line).collect()
}

pub(super) fn year_lines(found: &Evaluation) -> Vec<String> {
    let shown = ["flag", "BTC_FAVOURABLE", "dollar falling", "wide gap", "story turning"];
    let mut lines = Vec::new();
    for name in shown {
        let own: Vec<_> = found.years.iter().filter(|year| year.subject == name).collect();
        let cells: Vec<String> = own
            .iter()
            .map(|year| format!("{} {}", year.year, percent(Some(year.mean - year.base))))
            .collect();
        let told: Vec<bool> =
            own.iter().filter_map(|year| Some((year.before? > 0.0) == (year.mean > year.base))).collect();
        let kept = told.iter().filter(|kept| **kept).count();
        if !cells.is_empty() {
            let word = if told.is_empty() {
                String::new()
            } else {
                format!("; on the side of the record before in {kept} of {}", told.len())
            };
            let body = format!("{}{word}", cells.join(", "));
            for (at, line) in wrap(&body, 18).into_iter().enumerate() {
                lines.push(if at == 0 { format!("  {name:<16}{}", &line[18..]) } else { line });
            }
        }
    }
    lines
}
