//! `lexicon find`: a phrase in its contexts, one line a place, and below how often it occurs in how much.
//!
//! Lines are printed as they are found, so the first ones appear at once and memory stays small. On a
//! terminal the found words stand below each other; a line is cut to the width there is.

use std::io::Write;

use anstyle::Style;
use anyhow::Result;
use storyturn::{
    export::{Cell, Column, CsvText, ExportError, RowForm, RowWriter},
    lexicon::{Matching, PhraseError, is_han},
    pipeline::{FoundIn, PipelineError, Progress, find_term},
    tag::Field,
    workbench::{Census, Counted, Finder},
};

use super::{Source, nothing_matches, selection};
use crate::{
    args::{Format, LexiconFindArgs, MatchMode},
    columns::{Cut, Pad, columns_of, fitted, padded},
    console::{Console, counted},
    exit::Exit,
    output, page,
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
    let by_script = if args.term.contains(is_han) { "zh" } else { "en" };
    let language = args.language.as_deref().unwrap_or(by_script);
    let matching = match args.matching {
        Some(MatchMode::Exact) => Matching::Exact,
        Some(MatchMode::Inflected) => Matching::Inflected,
        Some(MatchMode::Stem) => Matching::Stem,
        None if language == "en" => Matching::Inflected,
        None => Matching::Exact,
    };
    // The phrase's own hints speak to who writes a lexicon file.
    let finder = Finder::new(&args.term, matching, language).map_err(|fault| PhraseError {
        hint: fault
            .hint
            .replace("match = \"stem\"", "--match stem")
            .replace("match = \"exact\"", "--match exact"),
        ..fault
    })?;
    let feed = &args.feed;
    let selection = selection(&feed.selection, settings)?;
    let source = Source::of(feed, settings)?;
    let format = output::format(&args.table, Format::Table)?;
    let width = page::width();
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
    if census.all.articles == 0 {
        console.warn(nothing_matches(&selection));
    }
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
