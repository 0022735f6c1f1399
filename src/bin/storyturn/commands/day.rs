//! `day`: one day taken apart.

mod telling;

use std::fmt::Write;

use anstyle::Style;
use anyhow::Result;
use storyturn::{
    calendar::Day,
    export::{Cell, Column, Table},
    index::DayScore,
    lexicon::Lexicons,
    pipeline::{DayView, StoryView, TopMention, day_view},
    signal::SignalRow,
    store::Store,
    tag::Tagger,
};

use super::{days, derive, join, signal};
use crate::{
    args::{DayArgs, Format},
    columns::{columns_of, shortened},
    console::{Console, plain},
    exit::{Exit, UsageError},
    marked::{BOLD, DIM, POLES, Piece, colour, styled, wrapped},
    output::{self, heading, items_within, wrap},
    page::{pictures, width},
    picture::Ink,
    settings::{Settings, ahead},
};

/// Columns of the page from which bars have room.
const WIDE: usize = 66;
/// Columns before a headline and before words, and the fewest left for them.
const TITLE_MARGIN: usize = 18;
const WORDS_MARGIN: usize = 22;
const LEAST_TITLE: usize = 24;
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
            let told = Told { view: &view, store: &derived.store, tagger: &derived.tagger };
            output::write_text(&args.table, &shown(args, score, row, &told)?)?;
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

/// What was told on the day, and where more of it is found.
struct Told<'a> {
    view: &'a DayView,
    store: &'a Store,
    tagger: &'a Tagger,
}

fn shown(args: &DayArgs, score: Option<&DayScore>, row: Option<&SignalRow>, told: &Told) -> Result<String> {
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
        narrative(&mut text, score, row, told.tagger.lexicons(), pictures(&args.table))?;
        stories(&mut text, args.day, told, args.most)?;
        mentions(&mut text, told.view, args.most, told.tagger.lexicons())?;
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
    write!(text, "\n{}", heading("Prices", "as known at the cut-off; change over 60 days"))?;
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
    let about = format!("{rank}; metals less btc, log return");
    writeln!(text, "  gap    {gap:>10}  {}", wrap(&about, 21).join("\n").trim_start())?;
    Ok(())
}

fn narrative(
    text: &mut String,
    score: &DayScore,
    row: Option<&SignalRow>,
    lexicons: &Lexicons,
    ink: Option<Ink>,
) -> Result<()> {
    // What is observed or archived somebody saw that day.
    let claimed = match score.by_basis[2] {
        0 => String::new(),
        claimed => format!("; {claimed} dated by their publishers alone"),
    };
    let (docs, sources, stories) = (score.docs, score.sources, score.stories);
    let about = format!("{docs} documents from {sources} sources, {stories} stories{claimed}");
    write!(text, "\n{}", heading("Narrative", &about))?;
    let number = |value: Option<f64>, decimals: usize| {
        value.map_or_else(|| "·".to_owned(), |value| output::number(value, decimals))
    };
    let poles = POLES.into_iter().zip(["fear / safe haven", "debasement / liquidity"].map(str::to_owned));
    let names = lexicons.narratives.iter().enumerate();
    let all =
        poles.chain(names.map(|(at, name)| (colour(at, lexicons), format!("  {}", name.replace('_', " ")))));
    let ink = ink.filter(|_| width() >= WIDE);
    let scale = ink.map_or_else(String::new, |ink| format!("  {}", days::scale_of(days::HALF, ink)));
    writeln!(text, "  {DIM}{:<26} {:>8} {:>7}{scale}{DIM:#}", "", "share", "z")?;
    for (place, (style, name)) in all.enumerate() {
        let mean = score.means.get(place).copied().flatten();
        let z = score.z.get(place).copied().flatten();
        let bar = ink
            .zip(z)
            .map_or_else(String::new, |(ink, z)| format!("  {}", days::lean(z, days::HALF, ink, style)));
        writeln!(text, "  {style}{name:<26}{style:#} {:>8} {:>7}{bar}", number(mean, 4), number(z, 2))?;
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
        let beside = figures.join("   ");
        if columns_of(&beside) + 2 <= width() {
            writeln!(text, "  {beside}")?;
        } else {
            for line in items_within(&figures, width().saturating_sub(2)).lines() {
                writeln!(text, "  {line}")?;
            }
        }
    }
    Ok(())
}

fn stories(text: &mut String, day: Day, told: &Told, most: usize) -> Result<()> {
    let all = &told.view.stories;
    let room = width().saturating_sub(TITLE_MARGIN).max(LEAST_TITLE);
    for (pole, title) in
        ["Stories of fear / safe haven", "Stories of debasement / liquidity"].into_iter().enumerate()
    {
        let telling: Vec<&StoryView> = all.iter().filter(|story| story.poles[pole] > 0.0).collect();
        write!(text, "\n{}", heading(title, &format!("{} of {}", telling.len(), all.len())))?;
        for story in telling.iter().take(most) {
            let first = telling::first_of(story, told.store, told.tagger)?;
            let title = match &first {
                Some(first) => telling::headline(first, told.tagger, room, TITLE_MARGIN),
                None => shortened(&plain(&story.title), room),
            };
            writeln!(
                text,
                "  {:.2}  {DIM}{}{DIM:#}  {title}",
                story.poles[pole],
                &story.id.to_string()[..8]
            )?;
            let sentence = first
                .and_then(|first| telling::sentence(&first, pole, told.tagger, room - 2, TITLE_MARGIN + 2));
            if let Some(sentence) = sentence {
                writeln!(text, "{:TITLE_MARGIN$}{DIM}›{DIM:#} {sentence}", "")?;
            }
            let docs = if story.docs > 1 { format!("; {} articles", story.docs) } else { String::new() };
            let since = if story.since < day { format!("; since {}", story.since) } else { String::new() };
            let sources = plain(&story.sources.join(", "));
            let before = match story.earlier.is_empty() {
                true => String::new(),
                false => format!("before: {}", plain(&earlier(story, EARLIER_SHOWN))),
            };
            for about in [format!("{sources}{docs}{since}"), before] {
                for line in wrap(&about, TITLE_MARGIN) {
                    writeln!(text, "{DIM}{line}{DIM:#}")?;
                }
            }
        }
    }
    Ok(())
}

fn mentions(text: &mut String, view: &DayView, most: usize, lexicons: &Lexicons) -> Result<()> {
    let about = "times asserted, reversed, counted for nothing";
    write!(text, "\n{}", heading("Words behind the scores", about))?;
    for (narrative, name) in lexicons.narratives.iter().enumerate() {
        let style = colour(narrative, lexicons);
        let mut found: Vec<Piece> = Vec::new();
        for mention in view.mentions.iter().filter(|mention| mention.narrative == narrative).take(most) {
            if !found.is_empty() {
                found.extend(styled("·", DIM));
            }
            let TopMention { words, asserted, reversed, idle, .. } = mention;
            let style = match (asserted, reversed) {
                (0, 0) => DIM,
                (0, _) => style.strikethrough(),
                _ => style,
            };
            found.extend(styled(words, style));
            found.extend(styled(&format!("{asserted}/{reversed}/{idle}"), Style::new()));
        }
        if !found.is_empty() {
            let room = width().saturating_sub(WORDS_MARGIN).max(LEAST_TITLE);
            let name = name.replace('_', " ");
            writeln!(text, "  {style}{name:<18}{style:#}  {}", wrapped(&found, room, WORDS_MARGIN))?;
        }
    }
    writeln!(text, "\n{DIM}`storyturn explain ID` shows an article sentence by sentence{DIM:#}")?;
    Ok(())
}
