//! `lexicon`: `check` here, `show` and the tools of the workbench in files of their own.
//!
//! What the tools share is here too: which commentary they read, over which days, for which narrative.

mod audit;
mod find;
mod sensitivity;
mod show;
mod suggest;

use anyhow::{Result, bail};
use storyturn::{
    lexicon::{LexiconError, Lexicons},
    pipeline::{Commentary, Input, Progress, Selection, read_lexicons},
    store::Store,
    workbench::Target,
};

use crate::{
    args::{Feed, LexiconCheckArgs, LexiconCommand, SelectionArgs},
    console::{Console, Volume, counted},
    exit::{Exit, UsageError},
    output,
    settings::Settings,
};

pub fn run(command: LexiconCommand, settings: &Settings, console: &Console) -> Result<Exit> {
    match command {
        LexiconCommand::Check(args) => check(&args, settings, console),
        LexiconCommand::Show(args) => show::run(&args, settings),
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

/// The lexicons by name, version and hash: what a figure rests on.
fn in_force(lexicons: &Lexicons) -> String {
    lexicons.languages.iter().map(|one| one.id.to_string()).collect::<Vec<_>>().join("; ")
}

/// What to say where nothing was read: a filter that lets nothing pass looks like an empty feed.
fn nothing_matches(selection: &Selection) -> &'static str {
    let is_filtered = selection.from.is_some() || selection.to.is_some() || !selection.sources.is_empty();
    if is_filtered {
        "no articles match the days and sources asked for"
    } else {
        "there are no articles to read"
    }
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

/// Every fault is named, not the first alone: a lexicon is mended in one go. What is built in is not the
/// user's to mend: beside a folder of theirs it is only counted, unless more is asked for.
fn check(args: &LexiconCheckArgs, settings: &Settings, console: &Console) -> Result<Exit> {
    let folder = args.folder.as_ref().or(settings.lexicons.as_ref());
    let given = folder.map(|folder| read_lexicons(folder)).transpose()?;
    let own: Option<Vec<String>> =
        given.as_ref().map(|files| files.iter().map(|file| file.name.clone()).collect());
    let files = given.map_or_else(Lexicons::built_in_files, Lexicons::joined);
    match Lexicons::check(&files) {
        Ok(lexicons) => {
            let is_own = |file: &String| own.as_ref().is_none_or(|own| own.contains(file));
            let (warnings, others): (Vec<_>, Vec<_>) =
                lexicons.warnings().into_iter().partition(|warning| is_own(&warning.file));
            let shown = if console.volume == Volume::Verbose { &others[..] } else { &[] };
            for warning in warnings.iter().chain(shown) {
                console.warn(&warning.to_string());
                console.hint(&warning.hint);
            }
            if shown.len() < others.len() {
                console.say(format_args!(
                    "{} of files built in not shown; -v shows them",
                    counted(others.len() as u64, "warning", "warnings")
                ));
            }
            let mut text = String::new();
            for lexicon in &lexicons.languages {
                let is_of =
                    |warning: &&LexiconError| lexicon.files.iter().any(|one| one.file == warning.file);
                let found = match warnings.iter().filter(is_of).count() {
                    0 => "no fault found".to_owned(),
                    many => format!("it can be used; {}", counted(many as u64, "warning", "warnings")),
                };
                let entries = counted(lexicon.entries.len() as u64, "entry", "entries");
                text.push_str(&format!("{}: {entries}, {found}\n", lexicon.id));
            }
            output::print(&text)?;
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
