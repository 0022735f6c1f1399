//! `day`: one day taken apart.

use std::fmt::Write;

use anstyle::Style;
use anyhow::Result;
use storyturn::{
    calendar::Day,
    export::{Cell, Column, Table},
    index::DayScore,
    pipeline::{DayView, StoryView, day_view},
    signal::SignalRow,
};

use super::{derive, join, signal};
use crate::{
    args::{DayArgs, Format},
    console::{Console, plain},
    exit::{Exit, UsageError},
    output::{self, shortened, wrap},
    settings::{Settings, ahead},
};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
/// Earlier tellers shown of a story.
const EARLIER_SHOWN: usize = 6;

pub fn run(args: &DayArgs, settings: &Settings, console: &Console) -> Result<Exit> {
    if args.day > settings.as_of {
        let (day, last) = (args.day, settings.as_of);
        let message = format!("{day} {}: the last complete day is {last}", ahead(day, last));
        return Err(UsageError::new(message).into());
    }
    let derived = derive(settings, console)?;
    let joined = join(&derived, settings)?;
    let view = day_view(&derived.store, &derived.tagger, settings.summing(), args.day)?;
    let score = derived.days.iter().find(|score| score.day == args.day);
    let row = joined.rows.iter().find(|row| row.day == args.day);
    if score.is_none() && row.is_none() {
        console.say(format_args!("the store knows nothing of {}", args.day));
        console.hint("`storyturn store stats` shows which days it covers");
        return Ok(Exit::Done);
    }
    match output::format(&args.table, Format::Table)? {
        Format::Table => {
            let names = &derived.tagger.lexicons().narratives;
            output::write_text(&args.table, &shown(args, score, row, &view, names)?)?;
        }
        form => output::write_table(&args.table, form, &stories_table(args.day, &view))?,
    }
    Ok(Exit::Done)
}

/// The stories of the day as rows, for other programs.
fn stories_table(day: Day, view: &DayView) -> Table {
    let columns = ["day", "story", "title", "docs", "sources", "fear", "debasement", "since", "earlier"];
    let row = |story: &StoryView| {
        vec![
            Cell::day(day),
            Cell::text(story.id.to_string()),
            Cell::text(story.title.as_str()),
            Cell::Count(story.docs as i64),
            Cell::text(story.sources.join("; ")),
            Cell::Number(story.poles[0]),
            Cell::Number(story.poles[1]),
            Cell::day(story.since),
            Cell::text(earlier(story, usize::MAX)),
        ]
    };
    Table {
        columns: columns.map(|name| Column::new(name, "", "")).to_vec(),
        rows: view.stories.iter().map(row).collect(),
    }
}

/// Who told a story before, by day: `2024-06-03 desk, wire; 2024-06-04 wire`.
fn earlier(story: &StoryView, most: usize) -> String {
    let mut text = String::new();
    for (place, (day, source)) in story.earlier.iter().take(most).enumerate() {
        let before = place.checked_sub(1).and_then(|before| story.earlier.get(before));
        match before {
            Some((same, _)) if same == day => text.push_str(", "),
            Some(_) => text.push_str(&format!("; {day} ")),
            None => text.push_str(&format!("{day} ")),
        }
        text.push_str(source);
    }
    let more = story.earlier.len().saturating_sub(most);
    if more > 0 {
        text.push_str(&format!(" and {more} more"));
    }
    text
}

fn shown(
    args: &DayArgs,
    score: Option<&DayScore>,
    row: Option<&SignalRow>,
    view: &DayView,
    names: &[String],
) -> Result<String> {
    let mut text = String::new();
    if let Some(row) = row {
        writeln!(text, "{}", signal::heading(row))?;
        for line in wrap(&plain(&row.reason), 2) {
            writeln!(text, "{line}")?;
        }
        prices(&mut text, row)?;
    } else {
        writeln!(text, "{BOLD}{}{BOLD:#}", args.day)?;
    }
    if let Some(score) = score {
        narrative(&mut text, score, row, names)?;
        stories(&mut text, args.day, view, args.most)?;
        mentions(&mut text, view, args.most, names)?;
    } else {
        writeln!(text, "\n{DIM}no articles count for this day{DIM:#}")?;
    }
    Ok(text)
}

fn known(value: Option<f64>, shown: impl Fn(f64) -> String) -> String {
    value.map_or_else(|| "unknown".to_owned(), shown)
}

fn change(value: Option<f64>) -> String {
    known(value, |value| format!("{:+.1} %", value.exp_m1() * 100.0))
}

fn prices(text: &mut String, row: &SignalRow) -> Result<()> {
    let price = |value: Option<f64>| {
        known(value, |value| if value < 1000.0 { format!("{value:.2}") } else { format!("{value:.0}") })
    };
    let high = |high: Option<storyturn::signal::High>| match high {
        Some(storyturn::signal::High::None) | None => String::new(),
        Some(high) => format!(", {} high", high.as_str()),
    };
    writeln!(text, "\n{BOLD}Prices{BOLD:#} {DIM}as known at the cut-off; change over 60 days{DIM:#}")?;
    writeln!(
        text,
        "  silver {:>10}  {:>9}{}",
        price(row.silver),
        change(row.silver_60d),
        high(row.silver_high)
    )?;
    writeln!(text, "  gold   {:>10}  {:>9}{}", price(row.gold), change(row.gold_60d), high(row.gold_high))?;
    writeln!(text, "  btc    {:>10}  {:>9}", price(row.btc), change(row.btc_60d))?;
    writeln!(text, "  dollar {:>10}  {:>9}", price(row.dollar), change(row.dollar_60d))?;
    let gap = known(row.divergence_60d, |gap| format!("{gap:+.3}"));
    let rank = known(row.divergence_rank, |rank| format!("above {:.0} % of earlier days", rank * 100.0));
    writeln!(text, "  gap    {gap:>10}  {rank}; {DIM}metals less btc, log return{DIM:#}")?;
    Ok(())
}

fn narrative(text: &mut String, score: &DayScore, row: Option<&SignalRow>, names: &[String]) -> Result<()> {
    // What is observed or archived somebody saw that day.
    let claimed = match score.by_basis[2] {
        0 => String::new(),
        claimed => format!("; {claimed} dated by their publishers alone"),
    };
    writeln!(
        text,
        "\n{BOLD}Narrative{BOLD:#}  {DIM}{} documents from {} sources, {} stories{claimed}{DIM:#}",
        score.docs, score.sources, score.stories
    )?;
    let number = |value: Option<f64>, decimals: usize| {
        value.map_or_else(|| "·".to_owned(), |value| output::number(value, decimals))
    };
    let all = ["fear / safe haven", "debasement / liquidity"].into_iter().map(str::to_owned);
    let all = all.chain(names.iter().map(|name| format!("  {}", name.replace('_', " "))));
    writeln!(text, "  {DIM}{:<26} {:>8} {:>7}{DIM:#}", "", "share", "z")?;
    for (place, name) in all.enumerate() {
        let mean = score.means.get(place).copied().flatten();
        let z = score.z.get(place).copied().flatten();
        let bar = z.map_or_else(String::new, super::days::bar);
        writeln!(text, "  {name:<26} {:>8} {:>7}  {}", number(mean, 4), number(z, 2), bar.trim_end())?;
    }
    if let Some(row) = row {
        let figures = [
            ("narrative", row.narrative),
            ("7-day", row.narrative_7d),
            ("28-day", row.narrative_28d),
            ("turn", row.turn),
            ("z", row.narrative_z),
        ];
        let figures = figures.map(|(name, value)| {
            format!("{name} {}", value.map_or_else(|| "·".to_owned(), |value| format!("{value:+.2}")))
        });
        writeln!(text, "  {}", figures.join("   "))?;
    }
    Ok(())
}

fn stories(text: &mut String, day: Day, view: &DayView, most: usize) -> Result<()> {
    for (pole, heading) in
        ["Stories of fear / safe haven", "Stories of debasement / liquidity"].into_iter().enumerate()
    {
        let telling: Vec<&StoryView> = view.stories.iter().filter(|story| story.poles[pole] > 0.0).collect();
        writeln!(text, "\n{BOLD}{heading}{BOLD:#} {DIM}{} of {}{DIM:#}", telling.len(), view.stories.len())?;
        for story in telling.iter().take(most) {
            let others =
                if story.docs > 1 { format!(" {DIM}{} articles{DIM:#}", story.docs) } else { String::new() };
            let title =
                shortened(&plain(&story.title), usize::from(output::width()).saturating_sub(30).max(50));
            writeln!(
                text,
                "  {:.2}  {DIM}{}{DIM:#}  {title}{others}",
                story.poles[pole],
                &story.id.to_string()[..8]
            )?;
            let since = if story.since < day { format!("; since {}", story.since) } else { String::new() };
            writeln!(text, "                  {DIM}{}{since}{DIM:#}", plain(&story.sources.join(", ")))?;
            if !story.earlier.is_empty() {
                writeln!(
                    text,
                    "                  {DIM}before: {}{DIM:#}",
                    plain(&earlier(story, EARLIER_SHOWN))
                )?;
            }
        }
    }
    Ok(())
}

fn mentions(text: &mut String, view: &DayView, most: usize, names: &[String]) -> Result<()> {
    writeln!(
        text,
        "\n{BOLD}Words behind the scores{BOLD:#} {DIM}times asserted, reversed, counted for nothing{DIM:#}"
    )?;
    for (narrative, name) in names.iter().enumerate() {
        let found: Vec<String> = view
            .mentions
            .iter()
            .filter(|mention| mention.narrative == narrative)
            .take(most)
            .map(|mention| {
                format!("{} {}/{}/{}", mention.words, mention.asserted, mention.reversed, mention.idle)
            })
            .collect();
        if !found.is_empty() {
            let lines = wrap(&plain(&found.join("  ·  ")), 22);
            let name = name.replace('_', " ");
            writeln!(text, "  {name:<18}  {}", lines.join("\n").trim_start())?;
        }
    }
    writeln!(text, "\n{DIM}`storyturn explain ID` shows an article sentence by sentence{DIM:#}")?;
    Ok(())
}
