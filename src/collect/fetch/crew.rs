//! Who is asked when: the order of everything that goes over the network.
//!
//! One task on the collector's thread owns all state: a queue for each host, what each origin's
//! robots.txt said, what is under way. Jobs pass through it hop by hop, so that a redirect to another
//! host waits for that host's pause, asks that host's robots.txt and has its address checked like any
//! first address. Servers decide how long a job takes up to `patience` and the time-outs, and nothing
//! else. How one hop is asked is `exchange`'s.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::{Arc, mpsc},
    time::Duration,
};

use jiff::Timestamp;
use tokio::{
    sync::mpsc::UnboundedReceiver,
    task::{Id, JoinError, JoinSet},
    time::{Instant, sleep_until},
};
use url::Url;

use super::{
    CollectorOptions, Command, FetchError, Fetched, Outcome, Permit, Reply, Request, RobotsAnswer, RobotsUse,
    Wants,
    client::{Http, host_name},
    error::bare,
    exchange::{Again, Answer, Ask, Content, Failure, Overflow, exchange, now},
    gate::{Gate, ROBOTS_BYTES, Verdict, origin_of, robots_url},
    target,
};
use crate::document::{Basis, Capture};

/// Failures to reach a host in a row after which it is left alone: as many as one page's tries.
const UNREACHABLE_LIMIT: u32 = 4;

/// The state behind the door.
pub(super) struct Crew {
    options: Arc<CollectorOptions>,
    http: Arc<Http>,
    replies: mpsc::Sender<Reply>,
    gate: Gate<Job>,
    /// In order of names, so that the same requests are made in the same order.
    hosts: BTreeMap<String, Host>,
    under_way: JoinSet<Result<Answer, Failure>>,
    jobs: HashMap<Id, Job>,
    /// Replies the caller has not taken.
    waiting: usize,
}

/// A queue and a pace.
#[derive(Default)]
struct Host {
    busy: bool,
    open_at: Option<Instant>,
    ready: VecDeque<Job>,
    retries: Vec<(Instant, Job)>,
    unreachable: u32,
    resting: Option<Rest>,
}

/// A host that is left alone until then.
#[derive(Clone)]
struct Rest {
    until: Instant,
    not_before: Timestamp,
    error: FetchError,
}

/// One thing to be asked, hop by hop.
pub(super) struct Job {
    purpose: Purpose,
    /// Where it has got to.
    url: Url,
    /// Where it has been.
    passed: Vec<Url>,
    permanently: bool,
    attempt: u32,
}

enum Purpose {
    Page(Request),
    Permit(mpsc::Sender<Permit>),
    Robots { origin: String },
}

impl Crew {
    pub(super) fn new(
        options: CollectorOptions,
        http: Http,
        robots: Vec<RobotsAnswer>,
        replies: mpsc::Sender<Reply>,
        robots_answers: mpsc::Sender<RobotsAnswer>,
    ) -> Self {
        Self {
            gate: Gate::new(&options, robots, robots_answers),
            options: Arc::new(options),
            http: Arc::new(http),
            replies,
            hosts: BTreeMap::new(),
            under_way: JoinSet::new(),
            jobs: HashMap::new(),
            waiting: 0,
        }
    }

    /// Works until the door is closed.
    pub(super) async fn run(mut self, mut orders: UnboundedReceiver<Command>) {
        loop {
            let wake = self.start_what_may();
            tokio::select! {
                order = orders.recv() => match order {
                    None => return,
                    Some(order) => self.take_order(order),
                },
                Some(done) = self.under_way.join_next_with_id() => self.take_answer(done),
                () = sleep_until(wake.unwrap_or_else(Instant::now)), if wake.is_some() => {}
            }
        }
    }

    fn take_order(&mut self, order: Command) {
        match order {
            Command::Taken => self.waiting -= 1,
            Command::Fetch(request) => match target::checked(&request.url, &self.options) {
                Ok(url) => self.enqueue(Job::new(Purpose::Page(request), url), Place::Back),
                Err(error) => {
                    let url = Url::parse(&request.url)
                        .map_or_else(|_| request.url.clone(), |url| bare(&url).into());
                    self.reply(request.ticket, url, Outcome::Refused(error));
                }
            },
            Command::Permit { url, answer } => match target::checked(&url, &self.options) {
                // What is known need not wait for the host.
                Ok(url) if !matches!(self.gate.verdict(&url, now()), Verdict::Unknown) => {
                    self.start("", Job::new(Purpose::Permit(answer), url));
                }
                Ok(url) => self.enqueue(Job::new(Purpose::Permit(answer), url), Place::Front),
                Err(error) => answer_permit(&answer, false, error.to_string(), None),
            },
        }
    }

    fn enqueue(&mut self, job: Job, place: Place) {
        let host = self.hosts.entry(host_name(&job.url).unwrap_or_default()).or_default();
        match place {
            Place::Front => host.ready.push_front(job),
            Place::Back => host.ready.push_back(job),
        }
    }

    /// Starts every job whose host is free and rested; the instant at which the next one may start.
    fn start_what_may(&mut self) -> Option<Instant> {
        let now = Instant::now();
        let mut wake: Option<Instant> = None;
        let names: Vec<String> = self.hosts.keys().cloned().collect();
        for name in names {
            while let Some(host) = self.hosts.get_mut(&name) {
                if host.busy || self.under_way.len() >= self.options.connections.max(1) {
                    break;
                }
                host.bring_retries(now);
                if host.resting.as_ref().is_some_and(|rest| rest.until <= now) {
                    host.resting = None;
                }
                if let Some(rest) = host.resting.clone() {
                    match host.ready.pop_front() {
                        Some(job) => self.put_off(job, rest),
                        None => break,
                    }
                    continue;
                }
                let opens = match host.ready.front() {
                    // Bodies that nobody takes must not pile up; questions about robots.txt have none.
                    Some(Job { purpose: Purpose::Page(_), .. })
                        if self.waiting >= self.options.connections.max(1) =>
                    {
                        break;
                    }
                    Some(_) => host.open_at,
                    None => host.retries.iter().map(|(at, _)| *at).min(),
                };
                if let Some(opens) = opens.filter(|opens| *opens > now) {
                    wake = Some(wake.map_or(opens, |wake| wake.min(opens)));
                    break;
                }
                let Some(job) = host.ready.pop_front() else { break };
                self.start(&name, job);
            }
            let idle = |host: &Host| {
                !host.busy
                    && host.ready.is_empty()
                    && host.retries.is_empty()
                    && host.resting.is_none()
                    && host.unreachable == 0
                    && host.open_at.is_none_or(|opens| opens <= now)
            };
            if self.hosts.get(&name).is_some_and(idle) {
                self.hosts.remove(&name);
            }
        }
        wake
    }

    /// Asks robots.txt for leave, then the host.
    fn start(&mut self, name: &str, job: Job) {
        let free = match &job.purpose {
            Purpose::Page(request) => request.robots == RobotsUse::Skip,
            Purpose::Permit(_) => false,
            Purpose::Robots { .. } => true,
        };
        if !free {
            match self.gate.verdict(&job.url, now()) {
                Verdict::Allowed { .. } if matches!(job.purpose, Purpose::Page(_)) => {}
                Verdict::Allowed { why, crawl_delay } => return job.answer_permit(true, why, crawl_delay),
                Verdict::Refused(error) => return self.settle(job, error, Settled::Refused),
                Verdict::Unread { error, not_before } => {
                    return self.settle(job, error, Settled::Later(Some(not_before)));
                }
                Verdict::Unknown => {
                    let origin = origin_of(&job.url);
                    let ask = robots_url(&job.url);
                    if self.gate.wait(&origin, job) {
                        self.enqueue(Job::new(Purpose::Robots { origin }, ask), Place::Front);
                    }
                    return;
                }
            }
        }
        let (http, options, ask) =
            (Arc::clone(&self.http), Arc::clone(&self.options), job.ask(&self.options));
        let task = self.under_way.spawn(async move { exchange(&http, &options, &ask).await });
        self.jobs.insert(task.id(), job);
        if let Some(host) = self.hosts.get_mut(name) {
            host.busy = true;
        }
    }

    fn take_answer(&mut self, done: Result<(Id, Result<Answer, Failure>), JoinError>) {
        let (id, result) = match done {
            Ok((id, result)) => (id, result),
            Err(error) => {
                let error_of = FetchError::Protocol { why: "reading its answer failed".to_owned() };
                (error.id(), Err(Failure { error: error_of, again: Again::No }))
            }
        };
        let Some(job) = self.jobs.remove(&id) else { return };
        let now = Instant::now();
        let pause = match &job.purpose {
            Purpose::Page(request) => request.pause.unwrap_or(self.options.pause),
            Purpose::Permit(_) | Purpose::Robots { .. } => self.options.pause,
        };
        let host = self.hosts.entry(host_name(&job.url).unwrap_or_default()).or_default();
        host.busy = false;
        host.open_at = Some(now + pause.max(self.gate.crawl_delay(&job.url).unwrap_or_default()));
        match &result {
            Err(Failure { again: Again::Unreachable, .. }) => host.unreachable += 1,
            _ => host.unreachable = 0,
        }
        match result {
            Ok(Answer { content: Content::Redirect { to, permanent }, .. }) => {
                self.redirect(job, to, permanent)
            }
            Ok(answer) => self.deliver(job, answer),
            Err(failure) => self.fail(job, failure, now),
        }
    }

    /// Sends a job to where it was redirected, if it may go there.
    fn redirect(&mut self, mut job: Job, to: Url, permanent: bool) {
        job.permanently = permanent && (job.permanently || job.passed.is_empty());
        let to = bare(&to);
        job.passed.push(std::mem::replace(&mut job.url, to));
        let robots = matches!(job.purpose, Purpose::Robots { .. });
        match target::redirected(&job.passed, &job.url, robots, &self.options) {
            Ok(()) => self.enqueue(job, Place::Front),
            Err(error) => self.settle(job, error, Settled::Refused),
        }
    }

    fn deliver(&mut self, job: Job, answer: Answer) {
        let Answer { at, etag, last_modified, content } = answer;
        let (ticket, url, outcome) = match (job.purpose, content) {
            (Purpose::Robots { origin }, content) => {
                let rules = if let Content::Body { bytes, .. } = content { bytes } else { Vec::new() };
                let freed = self.gate.read(&origin, at, rules);
                return self.free(freed);
            }
            // Permits are answered without asking.
            (Purpose::Permit(_), _) => return,
            (Purpose::Page(request), Content::Body { content_type, bytes }) => {
                let url = bare(&job.url).to_string();
                let capture = Capture {
                    subject: url.clone(),
                    url: Some(url),
                    content_type,
                    captured_at: Some(at),
                    basis: Basis::Observed,
                    body: bytes,
                };
                let redirected = job.passed.iter().map(|url| bare(url).into()).collect();
                let moved_permanently = job.permanently;
                let fetched = Fetched { capture, redirected, moved_permanently, etag, last_modified };
                (request.ticket, job.passed.first().unwrap_or(&job.url).clone(), Outcome::Fetched(fetched))
            }
            (Purpose::Page(request), _) => {
                let outcome = Outcome::Unchanged {
                    at,
                    etag: etag.or(request.etag),
                    last_modified: last_modified.or(request.last_modified),
                };
                (request.ticket, job.passed.first().unwrap_or(&job.url).clone(), outcome)
            }
        };
        self.reply(ticket, bare(&url).into(), outcome);
    }

    /// Tries again, now or later, or gives up.
    fn fail(&mut self, mut job: Job, failure: Failure, now: Instant) {
        let Failure { error, again } = failure;
        let left = job.attempt < self.options.retries;
        let doubled = self.options.retry_pause.saturating_mul(1 << job.attempt.min(16));
        let backoff = doubled.min(self.options.patience);
        job.attempt += 1;
        let name = host_name(&job.url).unwrap_or_default();
        let host = self.hosts.entry(name).or_default();
        match again {
            Again::No => self.settle(job, error, Settled::Refused),
            Again::Host(wait) => {
                let wait = wait.unwrap_or(backoff);
                let until = now.checked_add(wait).unwrap_or(now);
                host.open_at = host.open_at.max(Some(until));
                let not_before = not_before(wait);
                if wait > self.options.patience {
                    host.resting = Some(Rest { until, not_before, error: error.clone() });
                    self.settle(job, error, Settled::Later(Some(not_before)));
                } else if left {
                    host.ready.push_front(job);
                } else {
                    self.settle(job, error, Settled::Later(Some(not_before)));
                }
            }
            Again::Unreachable if host.unreachable >= UNREACHABLE_LIMIT => {
                let rest = self.options.patience;
                let until = now.checked_add(rest).unwrap_or(now);
                host.resting = Some(Rest { until, not_before: not_before(rest), error: error.clone() });
                // The next one after the rest is the only try until one succeeds.
                host.unreachable = UNREACHABLE_LIMIT - 1;
                self.settle(job, error, Settled::Later(Some(not_before(rest))));
            }
            Again::Page | Again::Unreachable if left => host.retries.push((now + backoff, job)),
            Again::Page | Again::Unreachable => self.settle(job, error, Settled::Later(None)),
        }
    }

    /// Ends a job without an answer.
    fn settle(&mut self, job: Job, error: FetchError, settled: Settled) {
        let url = bare(job.passed.first().unwrap_or(&job.url)).into();
        match job.purpose {
            Purpose::Page(request) => {
                let outcome = match settled {
                    Settled::Refused => Outcome::Refused(error),
                    Settled::Later(not_before) => Outcome::Later { error, not_before },
                };
                self.reply(request.ticket, url, outcome);
            }
            Purpose::Permit(answer) => answer_permit(&answer, false, error.to_string(), None),
            Purpose::Robots { origin } => {
                let not_before = if let Settled::Later(not_before) = settled { not_before } else { None };
                let freed = self.gate.unread(&origin, now(), &error, not_before);
                self.free(freed);
            }
        }
    }

    /// Ends a job because its host rests.
    fn put_off(&mut self, job: Job, rest: Rest) {
        let error = FetchError::HostResting { why: rest.error.to_string() };
        self.settle(job, error, Settled::Later(Some(rest.not_before)));
    }

    /// Jobs that waited for robots.txt, back to the head of their queue in their order.
    fn free(&mut self, jobs: Vec<Job>) {
        for job in jobs.into_iter().rev() {
            self.enqueue(job, Place::Front);
        }
    }

    fn reply(&mut self, ticket: u64, url: String, outcome: Outcome) {
        self.waiting += 1;
        // A caller that has gone needs no reply.
        let _ = self.replies.send(Reply { ticket, url, outcome });
    }
}

enum Place {
    Front,
    Back,
}

enum Settled {
    Refused,
    Later(Option<Timestamp>),
}

fn not_before(wait: Duration) -> Timestamp {
    now().checked_add(wait).unwrap_or(Timestamp::MAX)
}

fn answer_permit(answer: &mpsc::Sender<Permit>, allowed: bool, why: String, crawl_delay: Option<Duration>) {
    let _ = answer.send(Permit { allowed, why, crawl_delay });
}

impl Host {
    fn bring_retries(&mut self, now: Instant) {
        let mut index = 0;
        while index < self.retries.len() {
            if self.retries[index].0 <= now {
                let (_, job) = self.retries.swap_remove(index);
                self.ready.push_front(job);
            } else {
                index += 1;
            }
        }
    }
}

impl Job {
    fn new(purpose: Purpose, url: Url) -> Self {
        Self { purpose, url, passed: Vec::new(), permanently: false, attempt: 0 }
    }

    fn ask(&self, options: &CollectorOptions) -> Ask {
        let url = self.url.clone();
        match &self.purpose {
            Purpose::Page(request) => Ask {
                url,
                wants: request.wants,
                etag: request.etag.clone(),
                last_modified: request.last_modified.clone(),
                limit: options.max_bytes,
                overflow: Overflow::Refuse,
            },
            Purpose::Permit(_) | Purpose::Robots { .. } => Ask {
                url,
                wants: Wants::Anything,
                etag: None,
                last_modified: None,
                limit: ROBOTS_BYTES,
                overflow: Overflow::Ignore,
            },
        }
    }

    fn answer_permit(self, allowed: bool, why: String, crawl_delay: Option<Duration>) {
        if let Purpose::Permit(answer) = self.purpose {
            answer_permit(&answer, allowed, why, crawl_delay);
        }
    }
}
