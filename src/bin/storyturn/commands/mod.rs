//! One file per subcommand: settings in, one `pipeline` call, summary out.

mod check;
mod collect;
mod day;
mod days;
mod evaluate;
mod explain;
mod export;
mod extract;
mod hooks;
mod import;
mod init;
mod journal;
mod lexicon;
mod prices;
mod prove;
mod records;
mod report;
mod run;
mod signal;
mod store;
mod tag;

use std::thread;

use anyhow::Result;
use storyturn::{
    index::DayScore,
    pipeline::{Joined, TableSettings, joined, refresh, score_days},
    store::Store,
    tag::Tagger,
};

use crate::{
    args::{Args, Command},
    console::{Console, counted},
    exit::Exit,
    settings::Settings,
};

/// Carries out one command.
pub fn run(args: Args, console: &Console) -> Result<Exit> {
    let settings = || Settings::resolve(&args.shared);
    match args.command {
        // Must work where the configuration does not.
        Command::Init(args) => init::run(&args, console),
        Command::Run(args) => run::run(&args, &settings()?, console),
        Command::Collect(args) => collect::run(&args, &settings()?, console),
        Command::Import(args) => import::run(&args, &settings()?, console),
        Command::Extract(args) => extract::run(&args, &settings()?, console),
        Command::Tag(args) => tag::run(&args, &settings()?, console),
        Command::Explain(args) => explain::run(&args, &settings()?, console),
        Command::Days(args) => days::run(&args, &settings()?, console),
        Command::Day(args) => day::run(&args, &settings()?, console),
        Command::Prices(args) => prices::run(args, &settings()?, console),
        Command::Signal(args) => signal::run(&args, &settings()?, console),
        Command::Evaluate(args) => evaluate::run(&args, &settings()?, console),
        Command::Report(args) => report::run(&args, &settings()?, console),
        Command::Export(args) => export::run(&args, &settings()?, console),
        Command::Lexicon(args) => lexicon::run(args, &settings()?, console),
        Command::Hooks(args) => hooks::run(&args, &settings()?, console),
        Command::Store(args) => store::run(&args, &settings()?),
    }
}

/// The store brought up to date, with what is derived from it.
struct Derived {
    store: Store,
    tagger: Tagger,
    days: Vec<DayScore>,
}

impl Derived {
    /// What turns the store into the table.
    fn made_with<'a>(&'a self, settings: &'a Settings) -> TableSettings<'a> {
        let config = &settings.config;
        let lexicons = self.tagger.lexicons();
        TableSettings { lexicons, index: &config.index, panel: &config.panel, signal: &config.signal }
    }
}

/// Opens the store and brings it up to date with the lexicons and settings in force.
fn derive(settings: &Settings, console: &Console) -> Result<Derived> {
    // Lexicons take as long to read as many a store to open. The store is opened on this thread, where
    // memory, of which it takes much in small parts, costs less than on others.
    let (store, tagger) = thread::scope(|scope| {
        let tagger = scope.spawn(|| settings.tagger());
        (settings.open_store(false), tagger.join())
    });
    let mut store = store?;
    let tagger = tagger.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
    bring_up_to_date(&mut store, &tagger, settings, console)?;
    let days = days_of(&mut store, &tagger, settings)?;
    Ok(Derived { store, tagger, days })
}

/// Brings what is derived up to date with the lexicons and settings in force, and says what that took.
fn bring_up_to_date(
    store: &mut Store,
    tagger: &Tagger,
    settings: &Settings,
    console: &Console,
) -> Result<()> {
    let done = refresh(store, tagger, settings.summing(), console)?;
    if done.retagged > 0 {
        let (all, changed) = (counted(done.retagged, "article", "articles"), done.rescored);
        console.say(format_args!("the lexicon changed: {all} read again, {changed} with other numbers"));
    }
    console.detail(format_args!("{} summed again", counted(done.days, "day", "days")));
    Ok(())
}

fn days_of(store: &mut Store, tagger: &Tagger, settings: &Settings) -> Result<Vec<DayScore>> {
    let config = &settings.config;
    Ok(score_days(store, tagger.lexicons(), settings.summing(), &config.index, Some(settings.as_of))?)
}

fn join(derived: &Derived, settings: &Settings) -> Result<Joined> {
    let config = &settings.config;
    let lexicons = derived.tagger.lexicons();
    Ok(joined(&derived.store, &derived.days, lexicons, &config.panel, &config.signal, settings.as_of)?)
}

/// Why there is nothing to show by day: a clause, and what to do about it where something can be done.
struct Nothing {
    why: String,
    hint: Option<&'static str>,
}

impl Nothing {
    /// Looks at what the store holds. `prices` tells whether prices alone would have been something to show.
    fn of(store: &Store, settings: &Settings, prices: bool) -> Result<Self> {
        let stats = store.stats()?;
        let cut_off = settings.config.panel.cut_off;
        let Some(first) = stats.first.map(|first| cut_off.day_of(first)) else {
            return Ok(match (prices, stats.series.is_empty()) {
                (true, true) => Self {
                    why: "the store holds neither articles nor prices yet".to_owned(),
                    hint: Some("`storyturn import PATH` and `storyturn prices import FILE` bring them in"),
                },
                (true, false) => Self {
                    why: format!(
                        "the store holds no articles, and no Bitcoin price known by {}",
                        settings.as_of
                    ),
                    hint: Some("`storyturn prices list` shows when prices begin"),
                },
                (false, _) => Self {
                    why: "the store holds no articles yet".to_owned(),
                    hint: Some("`storyturn import PATH` brings them in, or `storyturn collect`"),
                },
            });
        };
        let articles = counted(stats.documents, "article", "articles");
        let why = if first <= settings.as_of || settings.is_looking_back {
            format!("{articles}, the first of {first}: none by {}", settings.as_of)
        } else {
            let over = cut_off.of(first).strftime("%Y-%m-%d at %H:%M");
            format!(
                "{articles}, the first of {first}, a day that is not over: scores per day begin on {over} UTC"
            )
        };
        Ok(Self { why, hint: None })
    }

    fn say(&self, console: &Console) {
        console.say(&self.why);
        if let Some(hint) = self.hint {
            console.hint(hint);
        }
    }
}

/// Said wherever the tool speaks of a state.
const DESCRIPTION: &str = "a description of what was said and paid, not a forecast";
