//! The exit statuses of the tool, in one place.

use std::{error::Error, process::ExitCode};

use storyturn::{
    collect::CollectError,
    lexicon::{LexiconError, PhraseError},
    pipeline::PipelineError,
    store::StoreError,
};

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// 0: done.
    Done = 0,
    /// 1: could not do what was asked.
    Failed = 1,
    /// 2: usage or configuration.
    Usage = 2,
    /// 3: done, but some inputs were skipped, or a hook could not be told.
    Skipped = 3,
    /// 4: `signal --check` found a change.
    Changed = 4,
    /// 5: the store is in use.
    InUse = 5,
    /// 6: the store is damaged.
    Damaged = 6,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// What the user wrote, on the command line or in a file, cannot be used: exit status 2.
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
pub struct UsageError {
    /// One clause.
    what: String,
    /// What to do.
    hint: Option<&'static str>,
}

impl UsageError {
    /// What is wrong.
    pub fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), hint: None }
    }

    /// What to do about it.
    pub fn hint(self, hint: &'static str) -> Self {
        Self { hint: Some(hint), ..self }
    }
}

impl Exit {
    /// The status that fits an error.
    pub fn of(error: &anyhow::Error) -> Self {
        if error.is::<UsageError>() || error.is::<PhraseError>() {
            return Self::Usage;
        }
        match error.chain().find_map(store_error) {
            Some(StoreError::InUse { .. }) => return Self::InUse,
            Some(StoreError::Damaged { .. }) => return Self::Damaged,
            _ => {}
        }
        match error.downcast_ref::<PipelineError>() {
            Some(
                PipelineError::Config { .. }
                | PipelineError::Lexicon(_)
                | PipelineError::LexiconFolder { .. }
                | PipelineError::Sheet(_),
            ) => Self::Usage,
            _ => Self::Failed,
        }
    }
}

/// The store's error, bare or as a stage passed it on: a transparent wrapper hides what it wraps from
/// the chain of causes.
fn store_error<'a>(cause: &'a (dyn Error + 'static)) -> Option<&'a StoreError> {
    match cause.downcast_ref::<PipelineError>() {
        Some(PipelineError::Store(source)) => Some(source),
        _ => cause.downcast_ref(),
    }
}

/// What the user can do about an error, where there is something to do.
pub fn hint_for(error: &anyhow::Error) -> Option<String> {
    if let Some(UsageError { hint: Some(hint), .. }) = error.downcast_ref() {
        return Some((*hint).to_owned());
    }
    for cause in error.chain() {
        match store_error(cause) {
            Some(StoreError::Missing { .. }) => {
                return Some(
                    "`storyturn import PATH` or `storyturn run` makes a store; --store names another"
                        .to_owned(),
                );
            }
            Some(StoreError::InUse { .. }) => {
                return Some("wait until the other storyturn has ended, or use another --store".to_owned());
            }
            Some(StoreError::Damaged { path, .. }) => {
                return Some(format!(
                    "restore a copy of {0}; or move {0} aside and import and collect again: what was imported is \
                     made anew, what was collected is lost unless `export --captures` wrote it",
                    path.display()
                ));
            }
            Some(StoreError::Newer { .. }) => {
                return Some("use the storyturn that wrote it, or a newer one".to_owned());
            }
            Some(StoreError::NotAStore { .. }) => {
                return Some("--store names the folder of a store, or one that is new or empty".to_owned());
            }
            Some(StoreError::Full { .. }) => {
                return Some("make room and repeat: what was written before is kept".to_owned());
            }
            _ => {}
        }
        if let Some(fault) = cause.downcast_ref::<LexiconError>() {
            return Some(fault.hint.clone());
        }
        if let Some(fault) = cause.downcast_ref::<PhraseError>() {
            return Some(fault.hint.clone());
        }
        match cause.downcast_ref::<PipelineError>() {
            Some(PipelineError::Sheet(fault)) => return Some(fault.hint.to_owned()),
            Some(PipelineError::Unknown(_)) => {
                return Some(
                    "`storyturn day DATE` lists articles with their ids; a path must exist".to_owned(),
                );
            }
            Some(PipelineError::Records(CollectError::Columns { .. })) => {
                return Some(
                    "the header needs a date and a title or a text: published,source,title,url,text"
                        .to_owned(),
                );
            }
            Some(PipelineError::Records(CollectError::NotText { .. } | CollectError::Header { .. })) => {
                return Some(
                    "--kind says what an input holds; text must be UTF-8, plain or in gzip".to_owned(),
                );
            }
            Some(PipelineError::Clock { .. }) => {
                return Some(
                    "--replace forgets the stored rows and reads the file by the new clock".to_owned(),
                );
            }
            Some(PipelineError::SeriesName(_)) => {
                return Some("name the series with --series: up to 64 plain characters".to_owned());
            }
            Some(PipelineError::Ambiguous { .. }) => return Some("give more digits of the id".to_owned()),
            Some(PipelineError::Price(source)) => {
                return Some(format!("{}; nothing of this file was taken in", source.hint()));
            }
            Some(PipelineError::LexiconFolder { .. }) => {
                return Some(
                    "name a folder with lexicon files that end in .toml; without one, those built in are used"
                        .to_owned(),
                );
            }
            Some(PipelineError::Config { .. }) => {
                return Some("`storyturn init` writes a file with every key explained".to_owned());
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(error: impl Into<anyhow::Error>, expected: Exit, has_hint: bool) {
        let error = error.into();
        assert_eq!(Exit::of(&error), expected, "{error}");
        assert_eq!(hint_for(&error).is_some(), has_hint, "{error}");
    }

    #[test]
    fn a_wrapped_error_keeps_its_status_and_its_hint() {
        let damaged = || StoreError::Damaged { path: "s".into(), what: "a row".to_owned() };
        check(damaged(), Exit::Damaged, true);
        check(PipelineError::from(damaged()), Exit::Damaged, true);
        check(anyhow::Error::from(PipelineError::from(damaged())).context("import"), Exit::Damaged, true);
        let in_use = || StoreError::InUse { path: "s".into() };
        check(in_use(), Exit::InUse, true);
        check(PipelineError::from(in_use()), Exit::InUse, true);
        check(StoreError::NotAStore { path: "s".into() }, Exit::Failed, true);
        check(UsageError::new("no"), Exit::Usage, false);
        check(PipelineError::Unknown("ab".to_owned()), Exit::Failed, true);
    }
}
