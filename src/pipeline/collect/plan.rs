//! A dry run: what would be asked now, in what manner, and whether each host's robots.txt allows it.
//!
//! Only robots.txt is asked, where no answer of the last day is known; nothing is written.

use std::time::Duration;

use super::CollectOptions;
use crate::{
    collect::{Collector, Permit, RobotsAnswer, RobotsBody, Source},
    pipeline::{PipelineError, Progress},
    store::{RobotsKind, RobotsRecord, Role, Store},
};

/// One request that collecting would make.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    /// The source it is made for.
    pub source: String,
    /// What lies at the address: the source's kind, or `page` for an article that waits.
    pub what: &'static str,
    /// The address.
    pub url: String,
    /// Whether it is asked only for what changed since it was fetched before.
    pub conditional: bool,
    /// Whether it would be made at all.
    pub allowed: bool,
    /// Why, in words.
    pub why: String,
    /// Pause between two requests to its host.
    pub pause: Duration,
}

/// What collecting would ask, in the order of the configuration; listings first, then the pages that
/// wait from earlier runs. What the listings would announce is not known before they are asked.
pub fn plan(
    store: Option<&Store>,
    sources: &[Source],
    options: &CollectOptions,
    progress: &dyn Progress,
) -> Result<Vec<Planned>, PipelineError> {
    let known = store.map(robots).transpose()?.unwrap_or_default();
    let mut collector = Collector::start(options.collector.clone(), known)?;
    let mut planned = Vec::new();
    progress.begin("asking robots.txt", Some(sources.len() as u64));
    for source in sources.iter().filter(|source| source.enabled) {
        let mut ask = |what: &'static str, url: &str, conditional: bool| {
            let Permit { allowed, why, crawl_delay } = collector.permits(url);
            let pause = source.pause.unwrap_or(options.collector.pause);
            let pause = pause.max(crawl_delay.unwrap_or_default());
            planned.push(Planned {
                source: source.name.clone(),
                what,
                url: url.to_owned(),
                conditional,
                allowed,
                why,
                pause,
            });
        };
        let known = store.map(|store| store.address(&source.url)).transpose()?.flatten();
        let conditional = known.is_some_and(|known| known.etag.or(known.last_modified).is_some());
        ask(source.kind.as_str(), &source.url, conditional);
        let mut room = source.limit;
        for record in store.iter().flat_map(|store| store.waiting(None)) {
            let record = record?;
            if record.source != source.name || record.role != Role::Page || room == 0 {
                continue;
            }
            if record.not_before.is_none_or(|at| at <= options.now) {
                room -= 1;
                ask("page", &record.url, false);
            }
        }
        progress.advance(1);
    }
    progress.end();
    Ok(planned)
}

/// The robots.txt answers that are kept.
pub(super) fn robots(store: &Store) -> Result<Vec<RobotsAnswer>, PipelineError> {
    let answer = |record: RobotsRecord| {
        let words = || String::from_utf8_lossy(&record.body).into_owned();
        let answer = match record.kind {
            RobotsKind::Rules => RobotsBody::Rules(record.body),
            RobotsKind::AllowAll => RobotsBody::AllowAll { status: words().parse().unwrap_or_default() },
            RobotsKind::DisallowAll => RobotsBody::DisallowAll { why: words() },
        };
        RobotsAnswer { origin: record.origin, fetched_at: record.fetched_at, answer }
    };
    store.robots_records().map(|record| Ok(answer(record?))).collect()
}

/// Keeps newly fetched ones.
pub(super) fn put_robots(store: &mut Store, answers: Vec<RobotsAnswer>) -> Result<(), PipelineError> {
    for RobotsAnswer { origin, fetched_at, answer } in answers {
        let (kind, body) = match answer {
            RobotsBody::Rules(body) => (RobotsKind::Rules, body),
            RobotsBody::AllowAll { status } => (RobotsKind::AllowAll, status.to_string().into_bytes()),
            RobotsBody::DisallowAll { why } => (RobotsKind::DisallowAll, why.into_bytes()),
        };
        store.put_robots(&RobotsRecord { origin, fetched_at, kind, body })?;
    }
    Ok(())
}
