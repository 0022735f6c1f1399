//! `lexicon find`: a phrase in its contexts, one line a place, and below how often it occurs in how much.
//!
//! Lines are printed as they are found, so the first ones appear at once and memory stays small. On a
//! terminal the found words stand below each other; a line is cut to the width there is.

use std::io::Write;

use anstyle::Style;
use anyhow::Result;
use storyturn::{
    export::{Cell, Column, CsvText, ExportError, RowForm, RowWriter},
    lexicon::Matching,
    pipeline::{FoundIn, PipelineError, find_term},
    tag::Field,
    workbench::{Census, Counted, Finder},
};

use super::{Source, selection};
use crate::{
    args::{Format, LexiconFindArgs, MatchMode},
    console::{Console, counted},
    exit::Exit,
    output,
    settings::Settings,
};

const BOLD: Style = Style::new().bold();
/// Characters on either side where csv and json do not say.
const CONTEXT: u16 = 80;
/// Columns of a source's name on a terminal.
const SOURCE: usize = 18;
/// Columns before the context: id, day, source, and two blanks after each.
const HEAD: usize = 8 + 2 + 10 + 2 + SOURCE + 2;
/// Narrower than this a context says nothing.
const LEAST_CONTEXT: usize = 16;
/// Sources named in the footer.
const SOURCES_SHOWN: usize = 8;
/// With more months than this the footer counts years.
const MOST_MONTHS: usize = 24;

pub fn run(args: &LexiconFindArgs, settings: &Settings, console: &Console) -> Result<Exit> {
    let matching = match args.matching {
        MatchMode::Exact => Matching::Exact,
        MatchMode::Inflected => Matching::Inflected,
        MatchMode::Stem => Matching::Stem,
    };
    let finder = Finder::new(&args.term, matching, &args.language)?;
    let feed = &args.feed;
    let selection = selection(&feed.selection, settings)?;
    let source = Source::of(feed, settings)?;
    let format = output::format(&args.table, Format::Table)?;
    let width = usize::from(output::width());
    let context = match (format, args.context) {
        (_, Some(context)) => usize::from(context),
        (Format::Table, None) => width,
        _ => usize::from(CONTEXT),
    };
    let mut failed = None;
    let mut census = Census::default();
    let mut shown = 0;
    let written = output::write_data(&args.table, |out| {
        let mut lines = Lines::new(out, format, args, width)?;
        let each = |found: FoundIn| {
            shown += 1;
            if args.limit.is_none_or(|limit| shown <= limit) {
                lines.write(found)?;
            }
            Ok(())
        };
        match find_term(source.commentary(settings), &selection, &finder, context, console, each) {
            Ok(counted) => {
                census = counted;
                lines.finish()
            }
            Err(PipelineError::Export(error)) => Err(error),
            Err(error) => {
                // The file must not appear, and the input's error is the one to show.
                failed = Some(error);
                Err(output::refused("the places", std::io::Error::other("the input failed")))
            }
        }
    });
    if let Some(error) = failed {
        return Err(error.into());
    }
    written?;
    console.finish_skips();
    footer(&census, args.limit, console);
    Ok(Exit::Done)
}

/// How often, by month or year and by source, each beside how much was searched.
fn footer(census: &Census, limit: Option<u64>, console: &Console) {
    let all = &census.all;
    let places = counted(all.hits, "place", "places");
    let cut =
        limit.filter(|limit| *limit < all.hits).map_or(String::new(), |limit| format!(", {limit} shown"));
    console.say(format_args!(
        "{places}{cut} in {} of {}",
        all.hit_articles,
        counted(all.articles, "article", "articles")
    ));
    let line = |name: &str, one: &Counted| {
        let share = 100.0 * one.hit_articles as f64 / one.articles.max(1) as f64;
        format!(
            "  {name:<24} {:>7} in {:>6} of {:>7}  {share:>6.2} %",
            one.hits, one.hit_articles, one.articles
        )
    };
    if all.hits == 0 {
        return;
    }
    if census.months.len() > MOST_MONTHS {
        for (year, one) in census.years() {
            console.say(line(&year.to_string(), &one));
        }
    } else {
        for ((year, month), one) in &census.months {
            console.say(line(&format!("{year}-{month:02}"), one));
        }
    }
    let mut sources: Vec<(&String, &Counted)> =
        census.sources.iter().filter(|(_, one)| one.hits > 0).collect();
    sources.sort_by(|a, b| b.1.hits.cmp(&a.1.hits).then_with(|| a.0.cmp(b.0)));
    for (name, one) in sources.iter().take(SOURCES_SHOWN) {
        let name = if name.is_empty() { "(no source)" } else { name.as_str() };
        console.say(line(&fitted(name, 24, Cut::End), one));
    }
    if let Some(more) = sources.len().checked_sub(SOURCES_SHOWN).filter(|more| *more > 0) {
        console.say(format_args!("  … and {}", counted(more as u64, "more source", "more sources")));
    }
}

/// Places, written as they come.
enum Lines<'a> {
    Rows(RowWriter<'a>),
    Shown { out: &'a mut dyn Write, width: usize, is_styled: bool },
}

impl<'a> Lines<'a> {
    fn new(
        out: &'a mut dyn Write,
        format: Format,
        args: &LexiconFindArgs,
        width: usize,
    ) -> Result<Self, ExportError> {
        let text = if args.table.csv_raw { CsvText::Raw } else { CsvText::Guarded };
        let form = match format {
            Format::Csv => RowForm::Csv(text),
            Format::Json => RowForm::Json,
            Format::Jsonl => RowForm::Jsonl,
            Format::Table => {
                let to_file = args.table.output.as_deref().is_some_and(|path| path.as_os_str() != "-");
                let choice = anstream::AutoStream::choice(&std::io::stdout());
                let is_styled = !to_file && choice != anstream::ColorChoice::Never;
                return Ok(Self::Shown { out, width, is_styled });
            }
        };
        let columns = ["id", "day", "source", "field", "start", "before", "words", "after"];
        let columns = columns.map(|name| Column::new(name, "", "")).to_vec();
        Ok(Self::Rows(RowWriter::new(out, form, columns)?))
    }

    fn write(&mut self, one: FoundIn) -> Result<(), ExportError> {
        let FoundIn { id, day, source, found } = one;
        match self {
            Self::Rows(rows) => rows.write(vec![
                Cell::text(id.to_string()),
                day.map_or(Cell::Missing, Cell::day),
                Cell::text(source),
                Cell::text(if found.field == Field::Title { "title" } else { "text" }),
                Cell::Count(found.start as i64),
                Cell::text(found.before),
                Cell::text(found.words),
                Cell::text(found.after),
            ]),
            Self::Shown { out, width, is_styled } => {
                let room = width.saturating_sub(HEAD).max(2 * LEAST_CONTEXT);
                let before = room * 2 / 5;
                let words = fitted(&found.words, room - before, Cut::End);
                let left = room - before - columns_of(&words);
                let day = day.map_or_else(|| "-".to_owned(), |day| day.to_string());
                let (id, source) = (id.to_string(), fitted(&source, SOURCE, Cut::End));
                // The blank between is part of the text: the found words may stand within a word.
                let before = fitted(&found.before, before, Cut::Start);
                let after = fitted(&found.after, left, Cut::End);
                let (on, off) =
                    if *is_styled { (format!("{BOLD}"), format!("{BOLD:#}")) } else { Default::default() };
                let line = format!(
                    "{}  {day:<10}  {}  {}{on}{words}{off}{after}",
                    &id[..8],
                    padded(&source, SOURCE, Pad::After),
                    padded(&before, room * 2 / 5, Pad::Before),
                );
                writeln!(out, "{}", line.trim_end()).map_err(|source| output::refused("the places", source))
            }
        }
    }

    fn finish(self) -> Result<(), ExportError> {
        match self {
            Self::Rows(rows) => rows.finish(),
            Self::Shown { out, .. } => out.flush().map_err(|source| output::refused("the places", source)),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Cut {
    Start,
    End,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Pad {
    Before,
    After,
}

/// Columns a character takes on a terminal: none for combining marks, two for East Asian wide ones.
fn columns(letter: char) -> usize {
    match letter {
        '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200d}' | '\u{fe00}'..='\u{fe0f}' => 0,
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f300}'..='\u{1faff}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
}

fn columns_of(text: &str) -> usize {
    text.chars().map(columns).sum()
}

/// As much of a text as has room.
fn fitted(text: &str, room: usize, cut: Cut) -> String {
    let mut left = room;
    let mut fits = |letter: &char| {
        let fits = columns(*letter) <= left;
        left = left.saturating_sub(columns(*letter));
        fits
    };
    match cut {
        Cut::End => text.chars().take_while(&mut fits).collect(),
        Cut::Start => {
            let kept: Vec<char> = text.chars().rev().take_while(&mut fits).collect();
            kept.into_iter().rev().collect()
        }
    }
}

fn padded(text: &str, room: usize, pad: Pad) -> String {
    let blanks = " ".repeat(room.saturating_sub(columns_of(text)));
    if pad == Pad::Before { blanks + text } else { text.to_owned() + &blanks }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_take_the_room_there_is() {
        let check = |text: &str, room, cut, expected: &str| assert_eq!(fitted(text, room, cut), expected);
        check("tariff war", 6, Cut::End, "tariff");
        check("tariff war", 3, Cut::Start, "war");
        check("美联储降息", 5, Cut::End, "美联");
        check("美联储降息", 5, Cut::Start, "降息");
        check("e\u{301}a", 1, Cut::End, "e\u{301}");
        check("", 3, Cut::Start, "");
        assert_eq!(padded("美", 4, Pad::Before), "  美");
        assert_eq!(padded("ab", 1, Pad::After), "ab");
    }
}
