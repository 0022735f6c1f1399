//! `lexicon suggest`: words that set apart what is high on a narrative or pole.
//!
//! Prints candidates; no lexicon is written.

use anyhow::Result;
use storyturn::{
    export::{Cell, Column, Table},
    pipeline::{Apart, Progress, suggest},
    workbench::TermOptions,
};

use super::{Source, in_force, nothing_matches, selection, target};
use crate::{
    args::{Format, LexiconSuggestArgs, Unit},
    columns::shortened,
    console::{Console, counted},
    exit::{Exit, UsageError},
    output,
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
            let (id, example, term) = (one.id.to_string(), one.example, one.term);
            vec![
                Cell::text(term.as_str()),
                Cell::Number(one.z),
                Cell::Number(one.log_odds),
                Cell::Count(one.high.into()),
                Cell::Count(one.rest.into()),
                Cell::Count(one.sources.into()),
                Cell::text(if is_shown { id[..8].to_owned() } else { id }),
                Cell::text(if is_shown { around(&example, &term, EXAMPLE_SHOWN) } else { example }),
            ]
        })
        .collect();
    let columns = ["term", "z", "log_odds", "high", "rest", "sources", "id", "example"];
    let table = Table { columns: columns.map(|name| Column::new(name, "", "")).to_vec(), rows };
    output::write_table(&args.table, Format::Table, &table)?;
    console.say(format_args!("lexicon {}", in_force(tagger.lexicons())));
    let [high, rest] = counts.articles();
    if high + rest == 0 {
        console.warn(nothing_matches(&selection));
    }
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

/// The part of an example that holds the term, in so many characters.
fn around(example: &str, term: &str, room: usize) -> String {
    let letters: Vec<char> = example.chars().collect();
    let first: Vec<char> = term.split(' ').next().unwrap_or_default().chars().collect();
    let same = |one: &[char]| one.iter().flat_map(|letter| letter.to_lowercase()).eq(first.iter().copied());
    let at = letters.windows(first.len().max(1)).position(same).unwrap_or(0);
    // What stands in the first half is seen without a cut before it.
    if letters.len() <= room || at < room / 2 {
        return shortened(example, room);
    }
    let from = (at - room / 3).min(letters.len() - room);
    let rest: String = letters[from + 1..].iter().collect();
    format!("…{}", shortened(&rest, room - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_is_cut_to_where_its_term_stands() {
        let check = |example: &str, term: &str, expected: &str| {
            let shown = around(example, term, 20);
            assert_eq!(shown, expected);
            assert!(shown.chars().count() <= 20);
        };
        check("Zorbs topple", "zorbs topple", "Zorbs topple");
        check("A very quiet lunch in town as Zorbs topple it", "zorbs topple", "…n as Zorbs topple …");
        check("A very quiet lunch in town, Zorbs", "zorbs", "…unch in town, Zorbs");
        check("Zorbs in a very quiet lunch in town", "zorbs", "Zorbs in a very qui…");
        check("It has not the word that is looked for", "zorbs", "It has not the word…");
        check("", "zorbs", "");
    }
}
