//! `signal`: the state today, how it came about, and what would move it on.

mod board;
mod days;
mod strip;

use anstyle::{AnsiColor, Style};
use anyhow::Result;
use serde_json::json;
use storyturn::{
    calendar::Day,
    evaluate::flag_evidence,
    export::{Cell, Column, ConditionRecord, Table},
    pipeline::{Joined, evidence},
    signal::{Evidence, High, SignalRow, State, StateBasis},
};

use self::{board::board, strip::strip};
use super::{DESCRIPTION, Derived, Nothing, check, derive, export, join, journal, prove};
use crate::{
    args::{Format, SignalArgs},
    console::{Console, Volume, plain},
    exit::{Exit, UsageError},
    marked::{BOLD, DIM, POLES},
    output::{self, hanging, wrap},
    page::{drawn, pictures},
    picture::Ink,
    settings::{Settings, span},
};

/// A weekend and a holiday: data that end further back are worth a word.
const USUAL_LAG_DAYS: i32 = 4;
/// State changes listed.
const CHANGES_SHOWN: usize = 12;

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
    let found = args.check.then(|| check::changed(&joined)).flatten();
    let is_for_cron = args.check && console.volume == Volume::Quiet && !asked && !args.changes;
    match output::format(&args.table, Format::Table)? {
        // Whoever is mailed what a command prints wants a line when something has happened, else nothing.
        Format::Table if is_for_cron => {
            output::write_text(
                &args.table,
                &found.map(|change| check::line(&joined, &change)).unwrap_or_default(),
            )?;
        }
        form if args.state && form != Format::Table => {
            record(args, form, &derived, &joined, settings, console)?;
        }
        form if args.changes && form != Format::Table => {
            output::write_table(&args.table, form, &changes_table(&joined, args)?)?;
        }
        Format::Table if joined.rows.is_empty() => {
            output::write_text(&args.table, &no_state(&derived, settings, console)?)?;
        }
        Format::Table if args.changes => output::write_text(&args.table, &all_changes(&joined, args)?)?,
        Format::Table if asked => output::write_text(&args.table, &days::days(&joined, args)?)?,
        Format::Table => {
            let beside = beside(&derived, &joined, settings)?;
            let mut page = state(&joined, &beside, settings, pictures(&args.table));
            if !args.state {
                page.push_str(&history(&joined));
            }
            page.push_str(&closing());
            output::write_text(&args.table, &page)?;
        }
        form => {
            let table = (&args.table, form);
            export::write(&derived, &joined, &args.span, table, settings, console)?;
        }
    }
    warn_if_old(&joined, settings, console);
    if args.check {
        check::say(&joined, found.as_ref(), console);
    }
    Ok(if found.is_some() { Exit::Changed } else { Exit::Done })
}

/// The state on standard output, as `run` ends with it.
pub fn print_state(derived: &Derived, joined: &Joined, settings: &Settings, console: &Console) -> Result<()> {
    if joined.rows.is_empty() {
        return output::print(&no_state(derived, settings, console)?);
    }
    warn_if_old(joined, settings, console);
    let page = state(joined, &beside(derived, joined, settings)?, settings, drawn());
    output::print(&(page + &history(joined) + &closing()))
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
        State::SafeHaven => POLES[0],
        State::Debasement => POLES[1],
        State::MetalsLead => AnsiColor::Yellow.on_default(),
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

/// The evidence beside the last row.
fn beside(derived: &Derived, joined: &Joined, settings: &Settings) -> Result<Vec<Evidence>> {
    let Some(row) = joined.rows.last() else { return Ok(Vec::new()) };
    let (lexicons, cut_off) = (derived.tagger.lexicons(), settings.config.panel.cut_off);
    Ok(evidence(&derived.store, lexicons, cut_off, joined, row)?)
}

/// The state of the last day as one JSON object: what the page says, for programs.
fn record(
    args: &SignalArgs,
    form: Format,
    derived: &Derived,
    joined: &Joined,
    settings: &Settings,
    console: &Console,
) -> Result<()> {
    if form == Format::Csv {
        let what = "--state is one nested object, which CSV cannot hold".to_owned();
        return Err(UsageError::new(what).hint("use --format json, or --changes for a table").into());
    }
    let Some(row) = joined.rows.last() else {
        Nothing::of(&derived.store, settings, true)?.say(console);
        return output::write_data(&args.table, |out| {
            writeln!(out, "null").map_err(|source| output::refused("the state", source))
        });
    };
    let conditions = row.conditions.iter().map(ConditionRecord::from);
    let evidence = beside(derived, joined, settings)?;
    let evidence = evidence.iter().map(|item| {
        let mut told = json!({ "name": item.name, "value": item.value, "words": item.words });
        for (name, figure) in figures(row, item.name) {
            told[name] = figure;
        }
        told
    });
    let last = changes(&joined.rows).pop();
    let record = json!({
        "day": row.day.to_string(),
        "state": row.state.as_str(),
        "basis": row.basis.as_str(),
        "state_days": row.state_days,
        "flag": row.flag,
        "reason": row.reason,
        "missing": row.missing,
        "changed_today": check::changed(joined).is_some(),
        "last_change": last.map(|last| json!({ "day": last.day.to_string(), "reason": last.reason })),
        "conditions": conditions.collect::<Vec<_>>(),
        "evidence": evidence.collect::<Vec<_>>(),
        "note": DESCRIPTION,
    });
    output::write_data(&args.table, |out| {
        let written = match form {
            Format::Json => serde_json::to_writer_pretty(&mut *out, &record),
            _ => serde_json::to_writer(&mut *out, &record),
        };
        written
            .map_err(std::io::Error::from)
            .and_then(|()| writeln!(out))
            .map_err(|source| output::refused("the state", source))
    })
}

/// What the words of an item tell beside its value: both legs of the gap, the kind and day of a high, the
/// change of the real yield. Null where it is not known.
fn figures(row: &SignalRow, item: &str) -> Vec<(&'static str, serde_json::Value)> {
    let high = |last: Option<(Day, High, u32)>| {
        let (day, kind) = last.map(|(day, high, _)| (day.to_string(), high.as_str())).unzip();
        vec![("kind", json!(kind)), ("day", json!(day))]
    };
    match item {
        "divergence_60d" => vec![
            ("metals_60d", json!(row.metals_60d)),
            ("btc_60d", json!(row.btc_60d)),
            ("divergence_rank", json!(row.divergence_rank)),
        ],
        "silver_high" => high(row.facts.silver_high.flatten()),
        "gold_high" => high(row.facts.gold_high.flatten()),
        "real_yield" => vec![("real_yield_60d", json!(row.real_yield_60d))],
        _ => Vec::new(),
    }
}

/// The changes within the days asked for, each with the state before it.
fn changes_within<'a>(joined: &'a Joined, args: &SignalArgs) -> Result<Vec<(State, &'a SignalRow)>> {
    let (Some(first), Some(last)) = (joined.rows.first(), joined.rows.last()) else { return Ok(Vec::new()) };
    let (from, to) = span(&args.span, first.day, last.day)?;
    let pairs = joined.rows.windows(2).map(|pair| (pair[0].state, &pair[1]));
    Ok(pairs.filter(|(before, row)| *before != row.state && (from..=to).contains(&row.day)).collect())
}

fn changes_table(joined: &Joined, args: &SignalArgs) -> Result<Table> {
    let columns = ["day", "from", "to", "basis", "flag", "reason"];
    let row = |(before, row): (State, &SignalRow)| {
        vec![
            Cell::day(row.day),
            Cell::text(before.as_str()),
            Cell::text(row.state.as_str()),
            Cell::text(row.basis.as_str()),
            Cell::Count(row.flag.into()),
            Cell::text(row.reason.as_str()),
        ]
    };
    Ok(Table {
        columns: columns.map(|name| Column::new(name, "", "")).to_vec(),
        rows: changes_within(joined, args)?.into_iter().map(row).collect(),
    })
}

fn all_changes(joined: &Joined, args: &SignalArgs) -> Result<String> {
    let mut text = String::new();
    for (_, row) in changes_within(joined, args)? {
        push_change(&mut text, row);
    }
    if text.is_empty() {
        text.push_str("The state did not change on these days.\n");
    }
    Ok(text)
}

fn push_change(text: &mut String, row: &SignalRow) {
    let style_of = style(row.state);
    text.push_str(&format!("  {}  {style_of}{}{style_of:#}\n", row.day, row.state));
    for part in wrap(&plain(&row.reason), 14) {
        text.push_str(&part);
        text.push('\n');
    }
}

fn state(joined: &Joined, evidence: &[Evidence], settings: &Settings, ink: Option<Ink>) -> String {
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
    if let Some(drawn) = ink.map(|ink| strip(&joined.rows, ink)).filter(|drawn| !drawn.is_empty()) {
        line(format!("\n{}", drawn.trim_end_matches('\n')));
    }
    if !row.missing.is_empty() {
        line(format!("\n{BOLD}What must come back first{BOLD:#}"));
        for missing in &row.missing {
            for part in hanging("? ", &plain(missing), 4) {
                line(part);
            }
        }
    }
    text.push_str(&board(&joined.rows, ink));
    let mut line = |line: String| {
        text.push_str(&line);
        text.push('\n');
    };
    line(format!("\n{}", output::heading("Beside it", "listed as evidence, gates nothing").trim_end()));
    for Evidence { words, .. } in evidence {
        for part in hanging("· ", &plain(words), 4) {
            line(part);
        }
    }
    // A flag without its track record is a rumour.
    if row.state == State::BtcFavourable
        && let Some(evidence) = flag_evidence(&joined.panel, &joined.rows, &settings.config.evaluate)
    {
        line(format!("\n{BOLD}What such flags were worth{BOLD:#}"));
        for part in wrap(&evidence, 2) {
            line(part);
        }
    }
    text
}

/// The last changes of state, each with its reason.
fn history(joined: &Joined) -> String {
    let mut text = String::new();
    let (Some(first), Some(last)) = (joined.rows.first(), joined.rows.last()) else { return text };
    let changes = changes(&joined.rows);
    text.push_str(&format!("\n{BOLD}How it came about{BOLD:#}\n"));
    for row in changes.iter().skip(changes.len().saturating_sub(CHANGES_SHOWN)) {
        push_change(&mut text, row);
    }
    if changes.is_empty() {
        text.push_str(&format!("  {} since the first day, {}\n", last.state, first.day));
    } else if changes.len() > CHANGES_SHOWN {
        let earlier = changes.len() - CHANGES_SHOWN;
        text.push_str(&format!("  {DIM}{earlier} earlier changes: signal --changes{DIM:#}\n"));
    }
    text
}

/// What the page is and is not.
fn closing() -> String {
    let words = format!("This is {DESCRIPTION}. What past flags were worth: `storyturn evaluate`.");
    wrap(&words, 0).into_iter().fold("\n".to_owned(), |text, part| text + &format!("{DIM}{part}{DIM:#}\n"))
}
