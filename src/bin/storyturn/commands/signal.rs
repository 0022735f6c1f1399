//! `signal`: the state today, how it came about, and what would move it on.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use anyhow::Result;
use storyturn::{
    pipeline::Joined,
    signal::{SignalRow, State, StateBasis},
};

use super::{DESCRIPTION, Derived, Nothing, derive, export, join, journal, prove};
use crate::{
    args::{Format, SignalArgs},
    console::{Console, plain},
    exit::Exit,
    output,
    settings::Settings,
};

/// A weekend and a holiday: data that end further back are worth a word.
const USUAL_LAG_DAYS: i32 = 4;
/// State changes listed.
const CHANGES_SHOWN: usize = 12;
const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

pub fn run(args: &SignalArgs, settings: &Settings, console: &Console) -> Result<Exit> {
    let derived = derive(settings, console)?;
    if let Some(cut_offs) = args.prove {
        return prove::run(args, cut_offs, &derived, settings, console);
    }
    let joined = join(&derived, settings)?;
    if args.journal {
        return journal::run(args, &derived, &joined, settings, console);
    }
    let asked = args.span.from.is_some() || args.span.to.is_some() || args.span.last.is_some();
    match output::format(&args.table, Format::Table)? {
        Format::Table if joined.rows.is_empty() => {
            output::write_text(&args.table, &no_state(&derived, settings, console)?)?;
        }
        Format::Table if asked => output::write_text(&args.table, &days(&joined, args)?)?,
        Format::Table => output::write_text(&args.table, &state(&joined))?,
        form => {
            let table = (&args.table, form);
            export::write(&derived, &joined, &args.span, table, settings, console)?;
        }
    }
    warn_if_old(&joined, settings, console);
    let changed = changes(&joined.rows)
        .last()
        .is_some_and(|row| Some(row.day) == joined.rows.last().map(|row| row.day));
    Ok(if args.check && changed { Exit::Changed } else { Exit::Done })
}

/// The state on standard output, as `run` ends with it.
pub fn print_state(derived: &Derived, joined: &Joined, settings: &Settings, console: &Console) -> Result<()> {
    if joined.rows.is_empty() {
        return output::print(&no_state(derived, settings, console)?);
    }
    warn_if_old(joined, settings, console);
    output::print(&state(joined))
}

/// What stands in place of a state where there is none.
fn no_state(derived: &Derived, settings: &Settings, console: &Console) -> Result<String> {
    let Nothing { why, hint } = Nothing::of(&derived.store, settings, true)?;
    if let Some(hint) = hint {
        console.hint(hint);
    }
    Ok(wrap(&format!("No state yet: {why}."), 0).join("\n") + "\n")
}

/// The state is that of the last day with data, which need not be today.
fn warn_if_old(joined: &Joined, settings: &Settings, console: &Console) {
    if let Some(row) = joined.rows.last() {
        let days = settings.as_of - row.day;
        if days > USUAL_LAG_DAYS {
            console.say(format_args!(
                "note: the data end on {}, {days} days before {}",
                row.day, settings.as_of
            ));
        }
    }
}

/// Rows on which the published state differs from the day before.
pub fn changes(rows: &[SignalRow]) -> Vec<&SignalRow> {
    let mut before = None;
    let mut found = Vec::new();
    for row in rows {
        if before.is_some_and(|before| before != row.state) {
            found.push(row);
        }
        before = Some(row.state);
    }
    found
}

pub fn style(state: State) -> Style {
    match state {
        State::SafeHaven => AnsiColor::Blue.on_default().bold(),
        State::Debasement | State::MetalsLead => AnsiColor::Yellow.on_default().bold(),
        State::Turning => AnsiColor::Magenta.on_default().bold(),
        State::BtcFavourable => AnsiColor::Green.on_default().bold(),
        State::Unknown | State::NoData => DIM,
        State::Neutral | State::Spent => BOLD,
    }
}

/// The day, its state and how long it has lasted, and whether the narrative had a part in it.
pub fn heading(row: &SignalRow) -> String {
    let style_of = style(row.state);
    let basis = match row.basis {
        _ if matches!(row.state, State::Unknown | State::NoData) => "",
        StateBasis::News => "",
        StateBasis::PriceOnly => ", on prices alone",
    };
    format!("{BOLD}{}{BOLD:#}  {style_of}{}{style_of:#}  day {}{basis}", row.day, row.state, row.state_days)
}

fn state(joined: &Joined) -> String {
    let mut text = String::new();
    let Some(row) = joined.rows.last() else { return text };
    let mut line = |line: String| {
        text.push_str(&line);
        text.push('\n');
    };
    line(heading(row));
    for part in wrap(&plain(&row.reason), 2) {
        line(part);
    }
    if !row.conditions.is_empty() {
        line(format!("\n{BOLD}What would move it on{BOLD:#}"));
        let mut rule = None;
        for condition in &row.conditions {
            if rule != Some((condition.to, condition.rule)) {
                rule = Some((condition.to, condition.rule));
                let streak = format!("{} of {} days", condition.streak_days, condition.needed_days);
                line(format!("  to {}: {}  {DIM}held {streak}{DIM:#}", condition.to, condition.rule));
            }
            let mark = match condition.met {
                Some(true) => "✓",
                Some(false) => "✗",
                None => "?",
            };
            line(format!("    {mark} {}", condition.words));
        }
    }
    if !row.evidence.is_empty() {
        line(format!("\n{BOLD}Beside it{BOLD:#} {DIM}listed as evidence, gates nothing{DIM:#}"));
        for evidence in &row.evidence {
            line(format!("  · {}", plain(evidence)));
        }
    }
    let changes = changes(&joined.rows);
    line(format!("\n{BOLD}How it came about{BOLD:#}"));
    for row in changes.iter().skip(changes.len().saturating_sub(CHANGES_SHOWN)) {
        let style_of = style(row.state);
        line(format!("  {}  {style_of}{}{style_of:#}", row.day, row.state));
        for part in wrap(&plain(&row.reason), 14) {
            line(part);
        }
    }
    if changes.is_empty() {
        line(format!("  {} since the first day, {}", row.state, joined.rows[0].day));
    } else if changes.len() > CHANGES_SHOWN {
        line(format!(
            "  {DIM}{} earlier changes: export, column state{DIM:#}",
            changes.len() - CHANGES_SHOWN
        ));
    }
    line(String::new());
    for part in
        wrap(&format!("This is {DESCRIPTION}. What such flags have been worth is not computed here."), 0)
    {
        line(format!("{DIM}{part}{DIM:#}"));
    }
    text
}

/// One line a day with the figures behind the state, and the reason under it where the state changed.
fn days(joined: &Joined, args: &SignalArgs) -> Result<String> {
    let mut text = String::new();
    let (Some(first), Some(last)) = (joined.rows.first(), joined.rows.last()) else { return Ok(text) };
    let (from, to) = crate::settings::span(&args.span, first.day, last.day)?;
    writeln!(
        text,
        "{DIM}{:<11} {:<15} {:>5} {:>7} {:>7} {:>7} {:>7} {:>7} {:>6} {:>7}{DIM:#}",
        "day", "state", "days", "narr 7d", "turn", "narr z", "metals", "btc", "rank", "dollar"
    )?;
    for row in joined.rows.iter().filter(|row| (from..=to).contains(&row.day)) {
        let style_of = style(row.state);
        let number =
            |value: Option<f64>| value.map_or_else(|| "·".to_owned(), |value| format!("{value:+.2}"));
        let percent = |value: Option<f64>| {
            value.map_or_else(|| "·".to_owned(), |value| format!("{:+.1}%", value.exp_m1() * 100.0))
        };
        writeln!(
            text,
            "{:<11} {style_of}{:<15}{style_of:#} {:>5} {:>7} {:>7} {:>7} {:>7} {:>7} {:>6} {:>7}",
            row.day.to_string(),
            row.state.as_str(),
            row.state_days,
            number(row.narrative_7d),
            number(row.turn),
            number(row.narrative_z),
            percent(row.metals_60d),
            percent(row.btc_60d),
            row.divergence_rank.map_or_else(|| "·".to_owned(), |rank| format!("{rank:.2}")),
            percent(row.dollar_60d),
        )?;
        for part in wrap(&plain(&row.reason), 12) {
            writeln!(text, "{DIM}{part}{DIM:#}")?;
        }
    }
    writeln!(text, "{DIM}metals, btc and dollar over 60 days; {DESCRIPTION}{DIM:#}")?;
    Ok(text)
}

/// Wraps a sentence to the terminal behind a margin.
pub fn wrap(text: &str, margin: usize) -> Vec<String> {
    let room = usize::from(output::width()).saturating_sub(margin).max(40);
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > room {
            lines.push(format!("{:margin$}{line}", ""));
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if !line.is_empty() {
        lines.push(format!("{:margin$}{line}", ""));
    }
    lines
}
