//! `evaluate`: what past flags and states were worth, beside the base rate and luck.
//!
//! Sections for a reader here and in `scan`; every figure on a row is `export`'s table. Figures, verdicts and
//! sentences are those of `storyturn::evaluate`.

mod lines;
mod scan;

use std::fmt::Write;

use anstyle::Style;
use anyhow::Result;
use storyturn::{
    evaluate::{
        EvaluateOptions, Evaluation, FlagPath, HORIZONS, Kind, MAIN_HORIZON, Record, Verdict, evaluate,
    },
    export::evaluation_table,
};

use self::lines::{correlation_lines, event_lines, fifths, granger_lines, lead_lines, year_lines};
use super::{DESCRIPTION, Nothing, derive, join};
use crate::{
    args::{EvaluateArgs, Format},
    console::Console,
    exit::Exit,
    output::{self, wrap},
    settings::Settings,
};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

pub fn run(args: &EvaluateArgs, settings: &Settings, console: &Console) -> Result<Exit> {
    let derived = derive(settings, console)?;
    let joined = join(&derived, settings)?;
    let config = &settings.config;
    let options =
        EvaluateOptions { from: args.from.unwrap_or(config.evaluate.from), ..config.evaluate.clone() };
    let found = evaluate(&joined.panel, &joined.rows, &config.signal, &options);
    let scanned =
        args.scan.then(|| storyturn::evaluate::scan(&joined.panel, &joined.rows, &config.signal, &options));
    match output::format(&args.table, Format::Table)? {
        Format::Table if joined.rows.is_empty() => {
            let Nothing { why, hint } = Nothing::of(&derived.store, settings, true)?;
            output::write_text(&args.table, &format!("No track record yet: {why}.\n"))?;
            if let Some(hint) = hint {
                console.hint(hint);
            }
        }
        Format::Table => {
            let mut text = reading(&found, &options);
            if let Some(scanned) = &scanned {
                scan::write(&mut text, scanned, &options)?;
            }
            close(&mut text)?;
            output::write_text(&args.table, &text)?;
            if found.span.is_none() {
                console.hint(
                    "--from DAY counts another span; `storyturn prices list` shows when prices begin and end",
                );
            } else {
                console.hint("--format csv has every figure: all horizons, lags and years");
            }
        }
        form => output::write_table(&args.table, form, &evaluation_table(&found, scanned.as_ref()))?,
    }
    Ok(Exit::Done)
}

fn close(text: &mut String) -> Result<()> {
    let rule = format!(
        "This is {DESCRIPTION}. Mean changes are of logarithms, returned to percent. p: the share of all rotations of the \
         calendar that differ as much, around events at any day after them. q: the false-discovery rate among all such tests. The difference's interval is by \
         circular block bootstrap, that of how often Bitcoin rose is Wilson's, over independent episodes."
    );
    writeln!(text)?;
    for line in wrap(&rule, 0) {
        writeln!(text, "{DIM}{line}{DIM:#}")?;
    }
    Ok(())
}

/// Everything for a reader; what has no figures has no section.
fn reading(found: &Evaluation, options: &EvaluateOptions) -> String {
    let mut text = String::new();
    let mut section = |title: &str, about: &str, lines: Vec<String>| {
        if !lines.is_empty() {
            let gap = if text.is_empty() { "" } else { "\n" };
            let about = if about.is_empty() { String::new() } else { format!("  {DIM}{about}{DIM:#}") };
            text.push_str(&format!("{gap}{BOLD}{title}{BOLD:#}{about}\n"));
            for line in lines {
                text.push_str(line.trim_end());
                text.push('\n');
            }
        }
    };
    let span = found.span.map_or_else(
        || format!("no day from {} on", options.from),
        |(first, last)| format!("{first} to {last}, Bitcoin bought at the close of the day after"),
    );
    section("What it comes to", &span, points(&found.findings));
    let unsaid_of = if found.findings.is_empty() { span.as_str() } else { "" };
    section("What cannot be said", unsaid_of, points(&found.unsaid));
    section("The flag", "against any day of the span", flag_lines(found));
    section(
        "Each flag",
        "change of Bitcoin after it; its deepest fall below the entry, and from a high since",
        each_flag(&found.flags),
    );
    let about = format!("over {MAIN_HORIZON} days, against any day of the span");
    section("States, conditions, events", &about, record_lines(found));
    let about = "Bitcoin beside its close of the day after; luck: 95 of 100 places on the calendar";
    section("Around events and flags", about, event_lines(found));
    section("Measures", "rank correlation with what followed, -1 to +1", correlation_lines(found));
    section(
        "By fifths",
        &format!("of all days of the span, with hindsight; {MAIN_HORIZON} days after"),
        fifths(found),
    );
    if let Some(leads) = &found.lead_lag {
        let about =
            format!("weekly returns, Bitcoin so many weeks later; luck keeps within ±{:.2}", leads.band);
        section("Lead and lag", &about, lead_lines(leads));
    }
    section("Granger tests", "does the past week of one help to tell the other's next", granger_lines(found));
    let about =
        format!("over {MAIN_HORIZON} days, less any day of the year; before: the record when the year began");
    section("Year by year", &about, year_lines(found));
    text
}

fn points(sentences: &[String]) -> Vec<String> {
    let mut lines = Vec::new();
    for sentence in sentences {
        for (at, line) in wrap(sentence, 4).into_iter().enumerate() {
            lines.push(if at == 0 { format!("  ·{}", &line[3..]) } else { line });
        }
    }
    lines
}

/// A logarithmic return as a plain change.
fn percent(value: Option<f64>) -> String {
    let text = |value: f64| {
        let change = 100.0 * value.exp_m1();
        // A broken close can make a number of three hundred digits.
        if change >= 1e6 { format!("{change:.0e}%") } else { format!("{}%", output::number(change, 0)) }
    };
    value.map_or_else(|| "·".to_owned(), |value| text(value).signed())
}

trait Signed {
    /// With a plus where there is no minus and it is not zero.
    fn signed(self) -> String;
}

impl Signed for String {
    fn signed(self) -> String {
        let is_zero = !self.bytes().any(|byte| (b'1'..=b'9').contains(&byte));
        if self.starts_with('-') || is_zero { self } else { format!("+{self}") }
    }
}

fn share(value: Option<f64>) -> String {
    value.map_or_else(|| "·".to_owned(), |value| format!("{:.0}", 100.0 * value))
}

fn chance(value: Option<f64>) -> String {
    match value {
        None => "·".to_owned(),
        Some(value) if value < 0.001 => "<.001".to_owned(),
        Some(value) if value >= 0.9995 => "1".to_owned(),
        Some(value) => format!("{value:.3}").trim_start_matches('0').to_owned(),
    }
}

fn ends(interval: Option<(f64, f64)>) -> String {
    interval.map_or_else(
        || "·".to_owned(),
        |(low, high)| format!("{} to {}", percent(Some(low)), percent(Some(high))),
    )
}

fn flag_lines(found: &Evaluation) -> Vec<String> {
    let own: Vec<&Record> = found.records.iter().filter(|record| record.kind == Kind::Flag).collect();
    if own.iter().all(|record| record.days == 0) {
        return Vec::new();
    }
    let mut lines = vec![format!(
        "{DIM}  {:>4} {:>6} {:>7} {:>17} {:>6} {:>6}  {:<18} {:>7} {:>9}  {}{DIM:#}",
        "held",
        "mean",
        "any day",
        "difference (95 %)",
        "p",
        "q",
        "rose (95 %)",
        "any day",
        "could show",
        "verdict"
    )];
    lines.extend(own.iter().map(|record| {
        let rose = format!("{} of {}", record.hits, record.episodes);
        let rose = match record.hit_interval {
            Some((low, high)) => format!("{rose} ({}-{} %)", share(Some(low)), share(Some(high))),
            None => rose,
        };
        format!(
            "  {:>4} {:>6} {:>7} {:>17} {:>6} {:>6}  {:<18} {:>7} {:>9}  {}",
            record.horizon,
            percent(record.mean),
            percent(record.base),
            ends(record.interval),
            chance(record.p),
            chance(record.q),
            rose,
            format!("{} %", share(record.base_hit_rate)),
            percent(record.detectable),
            record.verdict.short(),
        )
    }));
    lines
}

fn each_flag(flags: &[FlagPath]) -> Vec<String> {
    if flags.is_empty() {
        return Vec::new();
    }
    let held: String = HORIZONS.iter().map(|horizon| format!(" {:>7}", format!("{horizon} d"))).collect();
    let mut lines = vec![format!("{DIM}  {:<12}{held}  deepest fall{DIM:#}", "day")];
    lines.extend(flags.iter().map(|path| {
        let returns: String = path.returns.iter().map(|after| format!(" {:>7}", percent(*after))).collect();
        let fall = match path.deepest {
            Some((fall, day)) if fall <= -0.005 => format!("{:.0} % on {day}", 100.0 * fall),
            Some(_) => "none".to_owned(),
            None => "·".to_owned(),
        };
        let longest = HORIZONS.last().copied().unwrap_or(0);
        let back = match path.fall {
            Some(fall) if fall.deepest <= -0.005 => format!("; {:.0} % from its high", 100.0 * fall.deepest),
            _ => String::new(),
        };
        let far = if path.days < longest { format!(", {} days known", path.days) } else { String::new() };
        format!(
            "  {:<12}{returns}  {fall}{back}{far}  {DIM}{}{DIM:#}",
            path.day.to_string(),
            path.basis.as_str()
        )
    }));
    lines
}

fn record_lines(found: &Evaluation) -> Vec<String> {
    if found.span.is_none() {
        return Vec::new();
    }
    let main =
        found.records.iter().filter(|record| record.horizon == MAIN_HORIZON && record.kind != Kind::Flag);
    let (said, unsaid): (Vec<&Record>, Vec<&Record>) =
        main.partition(|record| record.verdict != Verdict::Unsaid || record.days > 0);
    let mut lines = Vec::new();
    if !said.is_empty() {
        lines.push(format!(
            "{DIM}  {:<20} {:>5} {:>8} {:>6} {:>7} {:>17} {:>6} {:>6} {:>8}  {}{DIM:#}",
            "", "days", "episodes", "mean", "any day", "difference (95 %)", "p", "q", "rose", "verdict"
        ));
    }
    lines.extend(said.iter().map(|record| {
        format!(
            "  {:<20} {:>5} {:>8} {:>6} {:>7} {:>17} {:>6} {:>6} {:>8}  {}",
            record.subject,
            record.days,
            record.episodes,
            percent(record.mean),
            percent(record.base),
            ends(record.interval),
            chance(record.p),
            chance(record.q),
            format!("{} of {}", record.hits, record.episodes),
            record.verdict.short(),
        )
    }));
    // One line for each reason, however many it keeps from being told.
    let mut reasons: Vec<(&str, Vec<&str>)> = Vec::new();
    for record in unsaid {
        match reasons.iter_mut().find(|(why, _)| *why == record.why) {
            Some((_, names)) => names.push(&record.subject),
            None => reasons.push((&record.why, vec![&record.subject])),
        }
    }
    for (why, names) in reasons {
        lines.extend(
            wrap(&format!("{why}: {}", names.join("; ")), 2).iter().map(|line| format!("{DIM}{line}{DIM:#}")),
        );
    }
    lines
}
