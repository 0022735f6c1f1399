//! `lexicon suggest`: words that set apart what is high on a narrative or pole.
//!
//! Prints candidates; no lexicon is written.

use anyhow::Result;
use storyturn::{
    export::{Cell, Column, Table},
    pipeline::{Apart, suggest},
    workbench::TermOptions,
};

use super::{Source, selection, target};
use crate::{
    args::{Format, LexiconSuggestArgs, Unit},
    console::{Console, counted},
    exit::{Exit, UsageError},
    output::{self, shortened},
    settings::Settings,
};

/// The share of days that are called high: enough days for their words, few enough to be loud.
const HIGH_DAYS: f64 = 0.2;
/// Characters of an example on a terminal.
const EXAMPLE_SHOWN: usize = 60;

pub fn run(args: &LexiconSuggestArgs, settings: &Settings, console: &Console) -> Result<Exit> {
    let tagger = settings.tagger()?;
    let target = target(&args.target, tagger.lexicons())?;
    let feed = &args.feed;
    let selection = selection(&feed.selection, settings)?;
    let apart = match args.by {
        Unit::Article => Apart::Articles(0.0),
        Unit::Day if feed.paths.iter().any(|path| path.as_os_str() == "-") => {
            return Err(
                UsageError::new("--by day reads its input twice, which standard input cannot be").into()
            );
        }
        Unit::Day => Apart::Days(HIGH_DAYS),
    };
    let source = Source::of(feed, settings)?;
    let options = TermOptions { all: args.all, least: args.least, most: args.most };
    let commentary = source.commentary(settings);
    let counts = suggest(commentary, &selection, &tagger, target, apart, &options, console)?;
    console.finish_skips();
    let is_shown = output::format(&args.table, Format::Table)? == Format::Table;
    let rows = counts
        .candidates(&options)
        .into_iter()
        .map(|one| {
            let (id, example) = (one.id.to_string(), one.example);
            vec![
                Cell::text(one.term),
                Cell::Number(one.z),
                Cell::Number(one.log_odds),
                Cell::Count(one.high.into()),
                Cell::Count(one.rest.into()),
                Cell::Count(one.sources.into()),
                Cell::text(if is_shown { id[..8].to_owned() } else { id }),
                Cell::text(if is_shown { shortened(&example, EXAMPLE_SHOWN) } else { example }),
            ]
        })
        .collect();
    let columns = ["term", "z", "log_odds", "high", "rest", "sources", "id", "example"];
    let table = Table { columns: columns.map(|name| Column::new(name, "", "")).to_vec(), rows };
    output::write_table(&args.table, Format::Table, &table)?;
    let [high, rest] = counts.articles();
    let groups = match args.by {
        Unit::Article => {
            format!("high: {} that tell {}; rest: {rest}", counted(high, "article", "articles"), args.target)
        }
        Unit::Day => {
            format!(
                "high: {} of the loudest fifth of days; rest: {rest}",
                counted(high, "article", "articles")
            )
        }
    };
    let copies = match counts.copies() {
        0 => String::new(),
        copies => format!("; {} of a headline left aside", counted(copies, "copy", "copies")),
    };
    console.say(format_args!("{groups}{copies}"));
    console.say("candidates, not entries: `storyturn lexicon find TERM` shows each in its contexts");
    Ok(Exit::Done)
}
