//! `lexicon`: `check` and `show` here, the tools of the workbench in files of their own.
//!
//! What the tools share is here too: which commentary they read, over which days, for which narrative.

mod audit;
mod find;
mod sensitivity;
mod suggest;

use anyhow::{Result, bail};
use storyturn::{
    export::{Cell, Column, Table},
    lexicon::{BaseDirection, BaseModality, Entry, Family, Lexicon, Lexicons, Matching, Scope},
    pipeline::{Commentary, Input, Progress, Selection, read_lexicons},
    store::Store,
    workbench::Target,
};

use crate::{
    args::{Feed, Format, LexiconCheckArgs, LexiconCommand, LexiconShowArgs, SelectionArgs},
    console::{Console, counted},
    exit::{Exit, UsageError},
    output::{self, shortened},
    settings::Settings,
};

/// Characters of a cell shown on a terminal; csv and json have all of it.
const CELL_SHOWN: usize = 48;

pub fn run(command: LexiconCommand, settings: &Settings, console: &Console) -> Result<Exit> {
    match command {
        LexiconCommand::Check(args) => check(&args, settings, console),
        LexiconCommand::Show(args) => show(&args, settings),
        LexiconCommand::Find(args) => find::run(&args, settings, console),
        LexiconCommand::Audit(args) => audit::run(&args, settings, console),
        LexiconCommand::Sensitivity(args) => sensitivity::run(&args, settings, console),
        LexiconCommand::Suggest(args) => suggest::run(&args, settings, console),
    }
}

/// What a tool of the workbench reads: files where some are named, else the store.
struct Source {
    store: Option<Store>,
    inputs: Vec<Input>,
}

impl Source {
    fn of(feed: &Feed, settings: &Settings) -> Result<Self> {
        let input = |path| Input { kind: feed.kind, ..Input::new(path) };
        let inputs: Vec<Input> = feed.paths.iter().map(input).collect();
        let store = if inputs.is_empty() { Some(settings.open_store(false)?) } else { None };
        Ok(Self { store, inputs })
    }

    fn commentary<'a>(&'a self, settings: &'a Settings) -> Commentary<'a> {
        match &self.store {
            Some(store) => Commentary::Store(store),
            None => Commentary::Files(&self.inputs, &settings.config.extract),
        }
    }
}

/// The days and sources asked for; an evening in the past sees nothing that came later.
fn selection(asked: &SelectionArgs, settings: &Settings) -> Result<Selection> {
    let SelectionArgs { from, to, ref sources } = *asked;
    if let (Some(from), Some(to)) = (from, to)
        && from > to
    {
        return Err(UsageError::new(format!("the first day {from} is after the last, {to}")).into());
    }
    let to = if settings.is_looking_back {
        Some(to.map_or(settings.as_of, |to| to.min(settings.as_of)))
    } else {
        to
    };
    Ok(Selection { summing: settings.summing(), from, to, sources: sources.clone() })
}

/// The narrative or pole of this name.
fn target(name: &str, lexicons: &Lexicons) -> Result<Target> {
    Target::named(name, lexicons).ok_or_else(|| {
        let poles = lexicons.axis.poles.iter().map(|pole| pole.name.as_str());
        let known: Vec<&str> = poles.chain(lexicons.narratives.iter().map(String::as_str)).collect();
        UsageError::new(format!("there is no narrative or pole {name:?}; there are {}", known.join(", ")))
            .into()
    })
}

/// Every fault is named, not the first alone: a lexicon is mended in one go.
fn check(args: &LexiconCheckArgs, settings: &Settings, console: &Console) -> Result<Exit> {
    let files = match args.folder.as_ref().or(settings.lexicons.as_ref()) {
        Some(folder) => Lexicons::joined(read_lexicons(folder)?),
        None => Lexicons::built_in_files(),
    };
    match Lexicons::check(&files) {
        Ok(lexicons) => {
            let warnings = lexicons.warnings();
            for warning in &warnings {
                console.warn(&warning.to_string());
                console.hint(&warning.hint);
            }
            let found = match warnings.len() {
                0 => "no fault found".to_owned(),
                many => format!("it can be used; {}", counted(many as u64, "warning", "warnings")),
            };
            for lexicon in &lexicons.languages {
                let entries = counted(lexicon.entries.len() as u64, "entry", "entries");
                console.say(format_args!("{}: {entries}, {found}", lexicon.id));
            }
            Ok(if args.strict && !warnings.is_empty() { Exit::Usage } else { Exit::Done })
        }
        Err(faults) => {
            let many = faults.len();
            for fault in faults {
                let error = anyhow::Error::from(fault);
                console.error(&error);
            }
            if many == 0 {
                bail!("the lexicon cannot be used");
            }
            Ok(Exit::Usage)
        }
    }
}

fn show(args: &LexiconShowArgs, settings: &Settings) -> Result<Exit> {
    let lexicons = settings.lexicons()?;
    if let Some(narrative) = &args.narrative
        && !lexicons.narratives.contains(narrative)
    {
        let known = lexicons.narratives.join(", ");
        return Err(UsageError::new(format!("there is no narrative {narrative:?}; there are {known}")).into());
    }
    let mut rows = Vec::new();
    for lexicon in &lexicons.languages {
        for (place, name) in lexicons.narratives.iter().enumerate() {
            if args.narrative.as_ref().is_none_or(|wanted| wanted == name) {
                rows.extend(
                    lexicon.entries_of(place).map(|(entry, family)| row(name, entry, family, lexicon)),
                );
            }
        }
    }
    let columns = ["narrative", "phrase", "match", "weight", "says", "unless", "needs", "file", "line"];
    if output::format(&args.table, Format::Table)? == Format::Table {
        for cell in rows.iter_mut().flatten() {
            if let Cell::Text(text) = cell {
                *text = shortened(text, CELL_SHOWN);
            }
        }
    }
    let table = Table { columns: columns.map(|name| Column::new(name, "", "")).to_vec(), rows };
    output::write_table(&args.table, Format::Table, &table)?;
    Ok(Exit::Done)
}

fn row(narrative: &str, entry: &Entry, family: &Family, lexicon: &Lexicon) -> Vec<Cell> {
    let matching = match family.matching {
        Matching::Exact => "exact",
        Matching::Inflected => "inflected",
        Matching::Stem => "stem",
    };
    let says = match (family.direction, family.modality) {
        (BaseDirection::Reversed, _) => "reversed",
        (BaseDirection::Asserted, BaseModality::Expected) => "expected",
        (BaseDirection::Asserted, BaseModality::Realised) => "asserted",
    };
    let unless: Vec<&str> = family.unless.iter().map(|phrase| phrase.text.as_str()).collect();
    let needs = family.needs.as_ref().map_or_else(String::new, |needs| {
        let names = |groups: &[usize]| {
            groups.iter().map(|group| lexicon.groups[*group].name.as_str()).collect::<Vec<_>>().join(" or ")
        };
        let within = if needs.within == Scope::Clause { "clause" } else { "sentence" };
        let asked = format!("{} in the {within}", names(&needs.groups));
        if needs.when.is_empty() { asked } else { format!("{asked} beside {}", names(&needs.when)) }
    });
    vec![
        Cell::text(narrative),
        Cell::text(entry.phrase.text.as_str()),
        Cell::text(matching),
        Cell::Number(f64::from(family.weight) / 1000.0),
        Cell::text(says),
        Cell::text(unless.join("; ")),
        Cell::text(needs),
        Cell::text(family.file.as_str()),
        Cell::Count(entry.phrase.line as i64),
    ]
}
