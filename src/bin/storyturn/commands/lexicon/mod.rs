//! `lexicon check` and `lexicon show`.

use anyhow::{Result, bail};
use storyturn::{
    export::{Cell, Column, Table},
    lexicon::{BaseDirection, BaseModality, Entry, Family, Lexicon, Lexicons, Matching, Scope},
    pipeline::read_lexicons,
};

use super::explain::shortened;
use crate::{
    args::{Format, LexiconCheckArgs, LexiconCommand, LexiconShowArgs},
    console::{Console, counted},
    exit::{Exit, UsageError},
    output,
    settings::Settings,
};

/// Characters of a cell shown on a terminal; csv and json have all of it.
const CELL_SHOWN: usize = 48;

pub fn run(command: LexiconCommand, settings: &Settings, console: &Console) -> Result<Exit> {
    match command {
        LexiconCommand::Check(args) => check(&args, settings, console),
        LexiconCommand::Show(args) => show(&args, settings),
    }
}

/// Every fault is named, not the first alone: a lexicon is mended in one go.
fn check(args: &LexiconCheckArgs, settings: &Settings, console: &Console) -> Result<Exit> {
    let files = match args.folder.as_ref().or(settings.lexicons.as_ref()) {
        Some(folder) => Lexicons::joined(read_lexicons(folder)?),
        None => Lexicons::built_in_files(),
    };
    match Lexicons::check(&files) {
        Ok(lexicons) => {
            for lexicon in &lexicons.languages {
                console.say(format_args!(
                    "{}: {}, no fault found",
                    lexicon.id,
                    counted(lexicon.entries.len() as u64, "entry", "entries")
                ));
            }
            Ok(Exit::Done)
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
