//! A dry run: what would be asked now, in what manner, and whether each host's robots.txt allows it.
//!
//! Only robots.txt is asked, where no answer of the last day is known; nothing is written.

use std::time::Duration;

use super::{CollectOptions, listing_as_read};
use crate::{
    collect::{
        Collector, CollectorOptions, Permit, RobotsAnswer, RobotsBody, Source, SourceKind, canonical_url,
    },
    pipeline::{PipelineError, Progress},
    store::{AddressState, RobotsKind, RobotsRecord, Role, Store},
};

/// One request that collecting would make, or would not.
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

/// What collecting would ask, in the order of the configuration, each source with the pages that wait from
/// earlier runs; and what it would not ask, with the reason. What the listings would announce is not known
/// before they are asked.
pub fn plan(
    store: Option<&Store>,
    sources: &[Source],
    options: &CollectOptions,
    progress: &dyn Progress,
) -> Result<Vec<Planned>, PipelineError> {
    let known = store.map(robots).transpose()?.unwrap_or_default();
    // Nobody waits for a dry run: a host that is not there is said not to be there at once.
    let collector = CollectorOptions { retries: 0, ..options.collector.clone() };
    let mut collector = Collector::start(collector, known)?;
    let mut planned = Vec::new();
    for source in sources {
        plan_source(store, source, options, &mut planned)?;
    }
    progress.begin("asking robots.txt", None);
    let open: Vec<&str> =
        planned.iter().filter(|planned| planned.allowed).map(|planned| planned.url.as_str()).collect();
    let mut permits = collector.permits_all(&open).into_iter();
    for planned in planned.iter_mut().filter(|planned| planned.allowed) {
        let Permit { allowed, why, crawl_delay } = permits.next().expect("an answer to every address");
        planned.allowed = allowed;
        planned.why = why;
        planned.pause = planned.pause.max(crawl_delay.unwrap_or_default());
    }
    progress.end();
    Ok(planned)
}

/// What is to be asked for one source; whether its hosts allow it is still open.
fn plan_source(
    store: Option<&Store>,
    source: &Source,
    options: &CollectOptions,
    planned: &mut Vec<Planned>,
) -> Result<(), PipelineError> {
    let mut add = |what: &'static str, url: String, conditional: bool, ruled_out: Option<String>| {
        planned.push(Planned {
            source: source.name.clone(),
            what,
            url,
            conditional,
            allowed: ruled_out.is_none(),
            why: ruled_out.unwrap_or_default(),
            pause: source.pause.unwrap_or(options.collector.pause),
        });
    };
    let url = canonical_url(&source.url).unwrap_or_else(|| source.url.clone());
    if !source.enabled {
        add(source.kind.as_str(), url, false, Some("the source is switched off".to_owned()));
        return Ok(());
    }
    let known = store.map(|store| store.address(&url)).transpose()?.flatten();
    match (source.kind, known) {
        (SourceKind::Page, Some(known)) => match known.state {
            // Among those that wait, below.
            AddressState::Waiting => {}
            AddressState::Captured | AddressState::Read => {
                let when = known.captured_at.map_or(String::new(), |at| format!(" on {}", at.strftime("%F")));
                add("page", url, false, Some(format!("it was fetched{when}")));
            }
            AddressState::Refused => {
                let why = known.reason.map_or(String::new(), |reason| format!(": {reason}"));
                add("page", url, false, Some(format!("it was refused before{why}")));
            }
        },
        (kind, known) => {
            let known = known.and_then(|known| listing_as_read(known, source));
            let conditional = known.is_some_and(|known| known.etag.or(known.last_modified).is_some());
            add(kind.as_str(), url, conditional, None);
        }
    }
    let mut room = source.limit;
    for record in store.iter().flat_map(|store| store.waiting(None)) {
        let record = record?;
        if record.source != source.name || record.role != Role::Page || room == 0 {
            continue;
        }
        let resting = record.not_before.filter(|at| *at > options.now);
        room -= usize::from(resting.is_none());
        let why = resting.map(|until| format!("it rests until {}", until.strftime("%F %H:%M UTC")));
        add("page", record.url, false, why);
    }
    Ok(())
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
