//! What was decided: flags over configuration over defaults, resolved once.
//!
//! The only place of the tool that reads the clock.

use std::path::{Path, PathBuf};

use anyhow::Result;
use jiff::Timestamp;
use storyturn::{
    calendar::Day,
    config::Config,
    lexicon::{Lexicons, SourceFile},
    pipeline::{PipelineError, Summing, read_config, read_lexicons},
    store::{AtEnd, OpenOptions, Store},
    tag::Tagger,
};

use crate::{
    args::{Shared, SpanArgs},
    exit::UsageError,
};

/// The configuration that is taken when none is named.
const USUAL_CONFIG: &str = "storyturn.toml";
/// The store that is used when none is named.
const USUAL_STORE: &str = "storyturn.db";

/// Everything a command needs beside its own flags.
pub struct Settings {
    /// The current time, read once.
    pub now: Timestamp,
    /// The configuration with its defaults filled in.
    pub config: Config,
    /// The configuration file, where there is one.
    pub config_file: Option<PathBuf>,
    /// The folder of the store.
    pub store: PathBuf,
    /// The last day that counts.
    pub as_of: Day,
    /// Whether that day was asked for.
    pub is_looking_back: bool,
    /// The folder of lexicons, where one is named.
    pub lexicons: Option<PathBuf>,
}

impl Settings {
    /// Reads the configuration and lets the flags override it.
    pub fn resolve(shared: &Shared) -> Result<Self> {
        let usual = Path::new(USUAL_CONFIG);
        let config_file = shared.config.clone().or_else(|| usual.is_file().then(|| usual.to_owned()));
        if let Some(path) = config_file.as_ref().filter(|path| !path.exists()) {
            return Err(UsageError::new(format!("there is no configuration file {}", path.display()))
                .hint("`storyturn init FILE` writes one with every key explained")
                .into());
        }
        let config = match &config_file {
            Some(path) => read_config(path)?,
            None => Config::default(),
        };
        #[expect(clippy::disallowed_methods, reason = "the tool reads the clock once and passes it on")]
        let now = Timestamp::now();
        let last = config.panel.cut_off.last_complete(now);
        if let Some(day) = shared.as_of
            && day > last
        {
            let message = format!("--as-of {day} {}: the last complete day is {last}", ahead(day, last));
            return Err(UsageError::new(message).into());
        }
        let store =
            shared.store.clone().or_else(|| config.store.clone()).unwrap_or_else(|| USUAL_STORE.into());
        let lexicons = shared.lexicons.clone().or_else(|| config.lexicons.clone());
        Ok(Self {
            now,
            config,
            config_file,
            store,
            as_of: shared.as_of.unwrap_or(last),
            is_looking_back: shared.as_of.is_some(),
            lexicons,
        })
    }

    /// The instant of an evening that is looked back on; `None` when the store is shown as it is.
    pub fn until(&self) -> Option<Timestamp> {
        self.is_looking_back.then(|| self.config.panel.cut_off.of(self.as_of))
    }

    /// Refuses to look back where nothing stored is shown: it would be ignored, and believed.
    pub fn shows_no_evening(&self, command: &str, hint: &'static str) -> Result<()> {
        if self.is_looking_back {
            let what = format!("--as-of shows an earlier evening, and {command}");
            return Err(UsageError::new(what).hint(hint).into());
        }
        Ok(())
    }

    /// What the sums of a day depend on.
    pub fn summing(&self) -> Summing {
        Summing { cut_off: self.config.panel.cut_off, story_days: self.config.index.story_days }
    }

    /// The lexicons in force, as files or as built in.
    pub fn lexicons(&self) -> Result<Lexicons, PipelineError> {
        match &self.lexicons {
            Some(folder) => {
                let files: Vec<SourceFile> = Lexicons::joined(read_lexicons(folder)?);
                Ok(Lexicons::load(&files)?)
            }
            None => Ok(Lexicons::built_in()),
        }
    }

    /// The lexicons, compiled.
    pub fn tagger(&self) -> Result<Tagger> {
        Ok(Tagger::new(self.lexicons()?))
    }

    /// Opens the store; `create` makes one where there is none.
    pub fn open_store(&self, create: bool) -> Result<Store> {
        // No command opens a store twice.
        let options = OpenOptions { create, at_end: AtEnd::Leave, ..OpenOptions::default() };
        Ok(Store::open(&self.store, &options)?)
    }
}

/// The first and last day asked for, from `first..=last` that there are.
pub fn span(args: &SpanArgs, first: Day, last: Day) -> Result<(Day, Day)> {
    let to = args.to.unwrap_or(last);
    let from = match (args.from, args.last) {
        (Some(from), _) => from,
        (None, Some(days)) => to - (days - 1),
        (None, None) => first,
    };
    if args.last == Some(0) {
        return Err(UsageError::new("--last 0 asks for no day: give 1 or more").into());
    }
    if from > to {
        // Only one of the two may have been given: the other is where the days begin or end.
        return Err(UsageError::new(format!("the first day {from} is after the last, {to}")).into());
    }
    Ok((from, to))
}

/// What is said of a day after the last complete one.
pub fn ahead(day: Day, last: Day) -> &'static str {
    if day == last + 1 { "is not over" } else { "lies in the future" }
}
