//! `lexicon sensitivity`: each entry left out in turn, and what moves.
//!
//! Over the store alone, whose days are what moves.

use anyhow::Result;
use storyturn::{
    export::{Cell, Column, Table},
    lexicon::Lexicons,
    pipeline::{Progress, sensitivity},
    workbench::Influence,
};

use super::{in_force, nothing_matches, selection};
use crate::{
    args::{Format, LexiconSensitivityArgs},
    columns::shortened,
    console::{Console, counted},
    exit::{Exit, UsageError},
    output,
    settings::Settings,
};

/// Entries shown on a terminal.
const SHOWN: usize = 25;
/// Characters of a phrase shown on a terminal.
const PHRASE_SHOWN: usize = 44;

pub fn run(args: &LexiconSensitivityArgs, settings: &Settings, console: &Console) -> Result<Exit> {
    let tagger = settings.tagger()?;
    let lexicons = tagger.lexicons();
    if let Some(narrative) = &args.narrative
        && lexicons.narrative(narrative).is_none()
    {
        let known = lexicons.narratives.join(", ");
        return Err(UsageError::new(format!("there is no narrative {narrative:?}; there are {known}")).into());
    }
    let selection = selection(&args.selection, settings)?;
    let store = settings.open_store(false)?;
    let sums = sensitivity(&store, &selection, &tagger, console)?;
    let whole = sums.whole();
    let is_shown = output::format(&args.table, Format::Table)? == Format::Table;
    let of_narrative = |one: &Influence| {
        let (language, entry) = one.entry;
        let lexicon = &lexicons.languages[language];
        let own = lexicon.families[lexicon.entries[entry as usize].family].narrative;
        args.narrative.as_ref().is_none_or(|wanted| *wanted == lexicons.narratives[own])
    };
    let most = args.most.unwrap_or(if is_shown { SHOWN } else { usize::MAX });
    let all: Vec<Influence> = sums.influences().into_iter().filter(of_narrative).collect();
    let rows = all.iter().take(most).map(|one| row(one, lexicons, is_shown)).collect();
    let columns = [
        ("narrative", "text", "what the entry tells"),
        ("entry", "text", "its phrase"),
        ("articles", "count", "articles whose score differs without it"),
        ("lost", "count", "articles that tell a pole with it and no longer without"),
        ("gained", "count", "articles that tell a pole only without it"),
        ("fear", "share x 1000", "how far the mean of all days moves without it"),
        ("debasement", "share x 1000", "the same for the other pole"),
        ("days", "count", "days whose balance moves"),
        ("turned", "count", "days whose balance changes its sign"),
        ("farthest", "share", "the farthest a day's balance moves"),
        ("moved", "share x 1000", "mean of how far the balance moves either way"),
        ("correlation", "", "of the daily balance without it with the full one"),
        ("file", "text", "where it stands"),
        ("line", "count", "its line"),
    ];
    let mut table =
        Table { columns: columns.map(|(name, unit, about)| Column::new(name, unit, about)).to_vec(), rows };
    if is_shown {
        // Too wide for a terminal: the file is told by the narrative.
        table.columns.truncate(12);
        table.rows.iter_mut().for_each(|row| row.truncate(12));
    }
    output::write_table(&args.table, Format::Table, &table)?;
    console.say(format_args!("lexicon {}", in_force(lexicons)));
    if whole.articles == 0 {
        console.warn(nothing_matches(&selection));
    }
    let entries: usize = lexicons.languages.iter().map(|language| language.entries.len()).sum();
    console.say(format_args!(
        "{} on {}: {} tell fear, {} debasement; mean share {} and {}",
        counted(whole.articles, "article", "articles"),
        counted(whole.days as u64, "day", "days"),
        whole.told[0],
        whole.told[1],
        output::number(whole.means[0], 4),
        output::number(whole.means[1], 4)
    ));
    console.say(format_args!(
        "{} of {} move a pole here; fear, debasement and moved are in thousandths of a share",
        whole.entries,
        counted(entries as u64, "entry", "entries")
    ));
    Ok(Exit::Done)
}

fn row(one: &Influence, lexicons: &Lexicons, is_shown: bool) -> Vec<Cell> {
    let (language, number) = one.entry;
    let lexicon = &lexicons.languages[language];
    let entry = &lexicon.entries[number as usize];
    let family = &lexicon.families[entry.family];
    let phrase =
        if is_shown { shortened(&entry.phrase.text, PHRASE_SHOWN) } else { entry.phrase.text.clone() };
    let both = |counts: [u64; 2]| Cell::Count((counts[0] + counts[1]) as i64);
    vec![
        Cell::text(lexicons.narratives[family.narrative].as_str()),
        Cell::text(phrase),
        Cell::Count(one.articles as i64),
        both(one.lost),
        both(one.gained),
        Cell::Number(1000.0 * one.means[0]),
        Cell::Number(1000.0 * one.means[1]),
        Cell::Count(one.days as i64),
        Cell::Count(one.turned as i64),
        Cell::Number(one.farthest),
        Cell::Number(1000.0 * one.moved),
        Cell::number(one.correlation),
        Cell::text(family.file.as_str()),
        Cell::Count(entry.phrase.line as i64),
    ]
}
