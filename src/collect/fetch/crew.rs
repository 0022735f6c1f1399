//! Who is asked when: the order of everything that goes over the network.
//!
//! One task on the collector's thread owns all state: a queue for each host, the pace of each (`host`),
//! what each origin's robots.txt said (`gate`), what is under way. Jobs pass through it hop by hop, so
//! that a redirect to another host waits for that host's pause, asks that host's robots.txt and has
//! its address checked like any first address. A page that fails is tried again behind the other pages of
//! its host, so that a few broken ones cannot keep a run from the rest. A server decides how long its jobs
//! take, up to the time-outs and `patience`, and nothing else. How one hop is asked is `exchange`'s.

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
    CollectorOptions, Command, FetchError, Outcome, Reply, RobotsAnswer,
    client::{Http, host_name},
    error::bare_text,
    exchange::{Again, Answer, Content, Failure, exchange, now},
    gate::{Gate, Verdict, origin_of, robots_url},
    job::{End, Job, Purpose, permit},
    target,
};
use crate::collect::host::{Ended, Pace, PaceOptions, Ready};

/// The state behind the door.
pub(super) struct Crew {
    options: Arc<CollectorOptions>,
    pace_options: PaceOptions,
    http: Arc<Http>,
    replies: mpsc::Sender<Reply>,
    clock: Clock,
    pace: Pace,
    gate: Gate<Job>,
    /// In order of names, so that the same requests are made in the same order.
    queues: BTreeMap<String, Queue>,
    under_way: JoinSet<Result<Answer, Failure>>,
    jobs: HashMap<Id, Job>,
    /// Replies the caller has not taken.
    untaken: usize,
}

/// What is to be asked of one host.
#[derive(Default)]
struct Queue {
    ready: VecDeque<Job>,
    /// Pages that failed, and from when on they may be tried again: behind all that are ready.
    retries: Vec<(Timestamp, Job)>,
    /// What failed at the host last, unless something was answered since.
    trouble: Option<FetchError>,
}

/// A wall clock that never jumps: what the system's said at the start, and the time since.
struct Clock {
    wall: Timestamp,
    started: Instant,
}

enum Place {
    Front,
    Back,
}

impl Crew {
    pub(super) fn new(
        options: CollectorOptions,
        http: Http,
        robots: Vec<RobotsAnswer>,
        replies: mpsc::Sender<Reply>,
        robots_answers: mpsc::Sender<RobotsAnswer>,
    ) -> Self {
        let pace_options = PaceOptions {
            pause: options.pause,
            max_crawl_delay: options.crawl_delay_max,
            connections: 1,
            retries: options.retries,
            first_backoff: options.retry_pause,
            // Once the doubled wait is longer than patience, the host is left for the next run.
            max_backoff: Duration::MAX,
            patience: options.patience,
        };
        Self {
            clock: Clock { wall: now(), started: Instant::now() },
            pace: Pace::new(pace_options.clone()),
            pace_options,
            gate: Gate::new(&options, robots, robots_answers),
            options: Arc::new(options),
            http: Arc::new(http),
            replies,
            queues: BTreeMap::new(),
            under_way: JoinSet::new(),
            jobs: HashMap::new(),
            untaken: 0,
        }
    }

    /// Works until the door is closed.
    pub(super) async fn run(mut self, mut orders: UnboundedReceiver<Command>) {
        loop {
            let wake = self.start_what_may().map(|at| self.clock.instant(at));
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
            Command::Taken => self.untaken = self.untaken.saturating_sub(1),
            Command::Fetch(request) => match target::checked(&request.url, &self.options) {
                Ok(url) => self.enqueue(Job::new(Purpose::Page(request), url), &Place::Back),
                Err(error) => {
                    let url = bare_text(&request.url);
                    let outcome = Outcome::Refused(error);
                    self.reply(Some(Reply { ticket: request.ticket, url, requested: false, outcome }));
                }
            },
            Command::Permit { url, answer } => match target::checked(&url, &self.options) {
                Ok(url) => {
                    let job = Job::new(Purpose::Permit(answer), url);
                    // What is known need not wait for the host.
                    match self.gate.verdict(&job.url, now()) {
                        Verdict::Unknown => self.enqueue(job, &Place::Front),
                        _ => self.start(job),
                    }
                }
                Err(error) => permit(&answer, false, error.to_string(), None),
            },
        }
    }

    fn enqueue(&mut self, job: Job, place: &Place) {
        let queue = self.queues.entry(host_of(&job)).or_default();
        match place {
            Place::Front => queue.ready.push_front(job),
            Place::Back => queue.ready.push_back(job),
        }
    }

    /// Starts every job whose host is free and rested; the instant at which the next one may start.
    fn start_what_may(&mut self) -> Option<Timestamp> {
        let now = self.clock.now();
        let mut wake: Option<Timestamp> = None;
        let hosts: Vec<String> = self.queues.keys().cloned().collect();
        for host in hosts {
            while let Some((job, rests)) = self.next_job(&host, now, &mut wake) {
                match rests {
                    Some(error) => self.settle(job, error, End::Later(self.pace.not_before(&host))),
                    None => self.start(job),
                }
            }
            let done = |queue: &Queue| queue.ready.is_empty() && queue.retries.is_empty();
            if self.queues.get(&host).is_some_and(|queue| done(queue) && queue.trouble.is_none()) {
                self.queues.remove(&host);
            }
        }
        wake
    }

    /// The next job of a host that need not wait, and why it is not asked if its host is left alone.
    fn next_job(
        &mut self,
        host: &str,
        now: Timestamp,
        wake: &mut Option<Timestamp>,
    ) -> Option<(Job, Option<FetchError>)> {
        let room = self.options.connections.max(1);
        let queue = self.queues.get_mut(host)?;
        if self.pace.is_out_of_patience(host, now) {
            let why = queue.trouble.as_ref().map_or_else(String::new, FetchError::to_string);
            let mut job = queue.ready.pop_front().or_else(|| queue.retries.pop().map(|(_, job)| job))?;
            // One that was asked has a reason of its own.
            let error = job.trouble.take().unwrap_or(FetchError::HostResting { why });
            return Some((job, Some(error)));
        }
        queue.bring_retry(now);
        let Ready::At(opens) = self.pace.ready_at(host) else { return None };
        let opens = match queue.ready.front() {
            // Bodies that nobody takes must not pile up; what robots.txt says takes no room.
            Some(job) if job.is_page() && self.untaken >= room => return None,
            Some(_) => opens,
            None => opens.max(queue.retries.iter().map(|(at, _)| *at).min()?),
        };
        if opens > now {
            *wake = Some(wake.map_or(opens, |wake| wake.min(opens)));
            return None;
        }
        if self.under_way.len() >= room {
            return None;
        }
        Some((queue.ready.pop_front()?, None))
    }

    /// Asks robots.txt for leave, then the host.
    fn start(&mut self, job: Job) {
        if job.obeys_robots() {
            match (self.gate.verdict(&job.url, now()), &job.purpose) {
                (Verdict::Allowed { why, crawl_delay }, Purpose::Permit(answer)) => {
                    let crawl_delay = crawl_delay.map(|delay| delay.min(self.options.crawl_delay_max));
                    return permit(answer, true, why, crawl_delay);
                }
                (Verdict::Allowed { .. }, _) => {}
                (Verdict::Refused(error), _) => return self.settle(job, error, End::Refused),
                (Verdict::Unread { error, not_before }, _) => {
                    return self.settle(job, error, End::Later(Some(not_before)));
                }
                (Verdict::Unknown, _) => {
                    let origin = origin_of(&job.url);
                    let ask = robots_url(&job.url);
                    if self.gate.wait(&origin, job) {
                        self.enqueue(Job::new(Purpose::Robots { origin }, ask), &Place::Front);
                    }
                    return;
                }
            }
        }
        let host = host_of(&job);
        self.pace.set_pause(&host, job.pause());
        self.pace.set_crawl_delay(&host, self.gate.crawl_delay(&job.url));
        self.pace.begin(&host, self.clock.now());
        let (http, options, ask) =
            (Arc::clone(&self.http), Arc::clone(&self.options), job.ask(&self.options));
        let task = self.under_way.spawn(async move { exchange(&http, &options, &ask).await });
        self.jobs.insert(task.id(), job);
    }

    fn take_answer(&mut self, done: Result<(Id, Result<Answer, Failure>), JoinError>) {
        let (id, result) = done.unwrap_or_else(|ended| {
            let error = FetchError::Protocol { why: "reading its answer failed".to_owned() };
            (ended.id(), Err(Failure { error, again: Again::No }))
        });
        let Some(job) = self.jobs.remove(&id) else { return };
        let host = host_of(&job);
        let page = job.asked();
        let ended = match &result {
            Err(Failure { again: Again::Host(retry_after), .. }) => {
                Ended::Overloaded { retry_after: *retry_after }
            }
            Err(Failure { again: Again::Page, .. }) if job.is_page() => Ended::PageFailed { page: &page },
            // Without its robots.txt nothing may be asked.
            Err(Failure { again: Again::Page, .. }) => Ended::Overloaded { retry_after: None },
            Ok(Answer { content: Content::Redirect { .. }, .. }) => Ended::Redirected,
            _ => Ended::Answered,
        };
        let queue = self.queues.entry(host.clone()).or_default();
        match (&result, ended) {
            (_, Ended::Answered) => queue.trouble = None,
            (Err(Failure { error, .. }), _) => queue.trouble = Some(error.clone()),
            _ => {}
        }
        self.pace.done(&host, self.clock.now(), ended);
        match result {
            Ok(Answer { content: Content::Redirect { to, permanent }, .. }) => {
                self.redirect(job, &to, permanent);
            }
            Ok(answer) => self.deliver(job, answer),
            Err(failure) => self.fail(job, failure, &host),
        }
    }

    fn redirect(&mut self, mut job: Job, to: &Url, permanent: bool) {
        match job.turn(to, permanent, &self.options) {
            Ok(()) => self.enqueue(job, &Place::Front),
            Err(error) => self.settle(job, error, End::Refused),
        }
    }

    fn deliver(&mut self, job: Job, answer: Answer) {
        if let Purpose::Robots { origin } = &job.purpose {
            let text = if let Content::Body { bytes, .. } = answer.content { bytes } else { Vec::new() };
            let freed = self.gate.read(origin, answer.at, text);
            // The delay counts from this request on already.
            if let Some(first) = freed.first() {
                self.pace.set_crawl_delay(&host_of(first), self.gate.crawl_delay(&first.url));
            }
            self.free(freed);
        } else {
            self.reply(job.answered(answer));
        }
    }

    /// Tries again, now or later, or gives up.
    fn fail(&mut self, mut job: Job, failure: Failure, host: &str) {
        let Failure { error, again } = failure;
        job.failed += 1;
        job.trouble = Some(error.clone());
        let now = self.clock.now();
        let left = self.pace_options.may_retry(job.failed) && !self.pace.is_out_of_patience(host, now);
        match again {
            Again::No => self.settle(job, error, End::Refused),
            Again::Page if left && job.is_page() => {
                let wait = self.pace_options.wait_before_retry(job.failed, None).min(self.options.patience);
                let at = now.checked_add(wait).unwrap_or(Timestamp::MAX);
                self.queues.entry(host.to_owned()).or_default().retries.push((at, job));
            }
            // The pace makes the host wait, with all its jobs, or leaves it alone altogether.
            Again::Host(_) | Again::Page if left => self.enqueue(job, &Place::Front),
            Again::Host(_) => {
                let not_before = self.pace.not_before(host);
                self.settle(job, error, End::Later(not_before));
            }
            Again::Page => self.settle(job, error, End::Later(None)),
        }
    }

    /// Ends a job without an answer.
    fn settle(&mut self, job: Job, error: FetchError, end: End) {
        if let Purpose::Robots { origin } = &job.purpose {
            let not_before = if let End::Later(not_before) = end { not_before } else { None };
            let freed = self.gate.unread(origin, now(), &error, not_before);
            self.free(freed);
        } else {
            self.reply(job.unanswered(error, end));
        }
    }

    /// Jobs that waited for robots.txt: pages go back to the head of their queue in their order,
    /// questions need not wait for the host.
    fn free(&mut self, jobs: Vec<Job>) {
        for job in jobs.into_iter().rev() {
            if job.is_page() {
                self.enqueue(job, &Place::Front);
            } else {
                self.start(job);
            }
        }
    }

    fn reply(&mut self, reply: Option<Reply>) {
        let Some(reply) = reply else { return };
        self.untaken += 1;
        // A caller that has gone needs no reply.
        let _ = self.replies.send(reply);
    }
}

impl Queue {
    /// The retry that waits longest, if its time has come and nothing else is to be asked.
    fn bring_retry(&mut self, now: Timestamp) {
        if !self.ready.is_empty() {
            return;
        }
        let first = self.retries.iter().enumerate().min_by_key(|(_, (at, _))| *at);
        if let Some((index, _)) = first.filter(|(_, (at, _))| *at <= now) {
            let (_, job) = self.retries.remove(index);
            self.ready.push_back(job);
        }
    }
}

impl Clock {
    fn now(&self) -> Timestamp {
        self.wall.checked_add(self.started.elapsed()).unwrap_or(Timestamp::MAX)
    }

    fn instant(&self, at: Timestamp) -> Instant {
        let since = Duration::try_from(at.duration_since(self.wall)).unwrap_or_default();
        // What lies beyond the clock's reach is looked at again in an hour.
        let far = Duration::from_secs(3600);
        self.started.checked_add(since).unwrap_or_else(|| Instant::now() + far)
    }
}

/// The name under which a job's host is paced.
fn host_of(job: &Job) -> String {
    host_name(&job.url).expect("addresses without a host are refused by `target`")
}
