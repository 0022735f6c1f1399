//! The pace of each host: when the next request may begin.
//!
//! The fetcher asks [`Pace::ready_at`], says [`Pace::begin`] and [`Pace::done`], and sleeps in between;
//! nothing here sleeps, opens a connection or knows the time. One connection a host is the default, with
//! a pause that a host can lengthen (`Crawl-delay`) but never shorten. A host that is overloaded is left
//! alone until the instant it names, and twice as long each time it fails again. A page that fails says
//! nothing about its host until several different ones have failed with nothing answered in between.
//! There is no jitter: this is one client with one connection a host, and the same answers must give the
//! same schedule.
//!
//! A hostile host can slow itself down up to the caps, nobody else; it is forgotten when the run ends.

use std::{collections::HashMap, time::Duration};

use jiff::{SignedDuration, Timestamp};

/// How politely hosts are treated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PaceOptions {
    /// Rest between an answer and the next request. Counted from the end: whatever time the way there
    /// takes, the host sees at least this much between two requests.
    pub pause: Duration,
    /// The longest `Crawl-delay` that is honoured; a host that asks for more gets this much.
    pub max_crawl_delay: Duration,
    /// Requests under way at once to one host; 0 counts as 1.
    pub connections: usize,
    /// How often one address is tried again after a failure that may pass.
    pub retries: u32,
    /// The wait before the first retry; it doubles with each further one.
    pub first_backoff: Duration,
    /// The longest computed wait. A wait that the host names is kept whole.
    pub max_backoff: Duration,
    /// The longest wait that a run sits out: beyond it the host is left for the next run.
    pub patience: Duration,
}

impl Default for PaceOptions {
    fn default() -> Self {
        Self {
            // Slower than a person who reads, faster than a night's run needs.
            pause: Duration::from_secs(2),
            // A run of 500 pages at this pace is over within four hours; more would never end.
            max_crawl_delay: Duration::from_secs(30),
            connections: 1,
            retries: 3,
            first_backoff: Duration::from_secs(5),
            max_backoff: Duration::from_secs(5 * 60),
            // Busy hosts ask for seconds or minutes; one that asks for an hour means "not today".
            patience: Duration::from_secs(10 * 60),
        }
    }
}

/// How a request ended, as far as the pace is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended<'a> {
    /// The host answered, with whatever status: it is well.
    Answered,
    /// The host pointed elsewhere: how well it is shows what it answers there.
    Redirected,
    /// One page failed (500, a body broken off, a time-out): its own trouble, unless others fail too.
    PageFailed {
        /// What tells it from other pages.
        page: &'a str,
    },
    /// The host is overloaded or not there (429, 503, no connection, robots.txt out of reach); with the
    /// wait it asked for.
    Overloaded {
        /// From [`parse_retry_after`].
        retry_after: Option<Duration>,
    },
}

/// The pace of all hosts of one run.
#[derive(Debug, Clone)]
pub(super) struct Pace {
    options: PaceOptions,
    hosts: HashMap<String, Host>,
}

#[derive(Debug, Clone, Default)]
struct Host {
    under_way: usize,
    /// When something last began or ended.
    last: Option<Timestamp>,
    not_before: Option<Timestamp>,
    /// A pause of its own, in place of the options'.
    pause: Option<Duration>,
    crawl_delay: Duration,
    failures: u32,
    /// Different pages that failed since the host last answered, as many as matter.
    failed_pages: Vec<String>,
}

/// So many different pages failing in a row are the host's trouble. A site has a few broken ones for
/// months; where more stand side by side, its rests end with the first good one.
const HOST_FAILS: usize = 5;

/// When a host takes the next request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ready {
    /// From this instant on, which may have passed: [`Timestamp::MIN`] for a host never asked.
    At(Timestamp),
    /// When a request that is under way has ended.
    WhenDone,
}

impl Pace {
    /// No host has been asked anything yet.
    pub(super) fn new(options: PaceOptions) -> Self {
        Self { options, hosts: HashMap::new() }
    }

    /// When the next request to a host may begin. A host is a name and port, in whatever one form.
    pub(super) fn ready_at(&self, host: &str) -> Ready {
        let Some(state) = self.hosts.get(host) else { return Ready::At(Timestamp::MIN) };
        if state.under_way >= self.options.connections.max(1) {
            return Ready::WhenDone;
        }
        let paused = state
            .last
            .map(|last| later(last, state.pause.unwrap_or(self.options.pause).max(state.crawl_delay)));
        Ready::At(paused.max(state.not_before).unwrap_or(Timestamp::MIN))
    }

    /// A request begins. The caller has waited for [`Pace::ready_at`]; if not, the request counts anyway.
    pub(super) fn begin(&mut self, host: &str, now: Timestamp) {
        let state = self.host(host);
        state.under_way += 1;
        state.last = state.last.max(Some(now));
    }

    /// A request has ended. After failures in a row the whole host is left alone, twice as long each time.
    pub(super) fn done(&mut self, host: &str, now: Timestamp, ended: Ended<'_>) {
        let options = self.options.clone();
        let state = self.host(host);
        state.under_way = state.under_way.saturating_sub(1);
        state.last = state.last.max(Some(now));
        match ended {
            Ended::Answered => {
                state.failures = 0;
                state.failed_pages.clear();
            }
            Ended::Redirected => {}
            Ended::PageFailed { page } => {
                if state.failed_pages.len() < HOST_FAILS && !state.failed_pages.iter().any(|one| one == page)
                {
                    state.failed_pages.push(page.to_owned());
                }
                if state.failed_pages.len() >= HOST_FAILS {
                    state.rest(&options, now, None);
                }
            }
            Ended::Overloaded { retry_after } => state.rest(&options, now, retry_after),
        }
    }

    /// Sets the pause after the request that begins or has begun, `None` for the usual one.
    pub(super) fn set_pause(&mut self, host: &str, pause: Option<Duration>) {
        self.host(host).pause = pause;
    }

    /// Takes over what a host's robots.txt asks, within the cap.
    pub(super) fn set_crawl_delay(&mut self, host: &str, delay: Option<Duration>) {
        let cap = self.options.max_crawl_delay;
        self.host(host).crawl_delay = delay.unwrap_or_default().min(cap);
    }

    /// Whether a host wants to be left alone for longer than a run waits: what is left of it belongs to
    /// the next run, since coming back earlier than asked is no way to behave.
    pub(super) fn is_out_of_patience(&self, host: &str, now: Timestamp) -> bool {
        self.not_before(host).is_some_and(|until| until > later(now, self.options.patience))
    }

    /// The instant until which a failing host is left alone, where there is one.
    pub(super) fn not_before(&self, host: &str) -> Option<Timestamp> {
        self.hosts.get(host).and_then(|state| state.not_before)
    }

    fn host(&mut self, host: &str) -> &mut Host {
        if !self.hosts.contains_key(host) {
            self.hosts.insert(host.to_owned(), Host::default());
        }
        self.hosts.get_mut(host).expect("it was inserted above")
    }
}

impl Host {
    fn rest(&mut self, options: &PaceOptions, now: Timestamp, retry_after: Option<Duration>) {
        self.failures = self.failures.saturating_add(1);
        let mut wait = options.wait_before_retry(self.failures, retry_after);
        if self.failures > 1 {
            // One that asks for a second again and again would never be left alone.
            wait = wait.max(options.wait_before_retry(self.failures - 1, None));
        }
        self.not_before = self.not_before.max(Some(later(now, wait)));
    }
}

impl PaceOptions {
    /// The wait before a retry, `attempt` from 1: what the host asked, else doubling up to the cap.
    pub(super) fn wait_before_retry(&self, attempt: u32, retry_after: Option<Duration>) -> Duration {
        let factor = 1_u32.checked_shl(attempt.saturating_sub(1)).unwrap_or(u32::MAX);
        let computed = self.first_backoff.saturating_mul(factor);
        retry_after.map_or(computed.min(self.max_backoff), |asked| asked.max(self.pause))
    }

    /// Whether an address that has failed this often may be tried again.
    pub(super) fn may_retry(&self, failed: u32) -> bool {
        failed <= self.retries
    }
}

/// A wait that a host names: longer ones are cut here already, so that sums cannot overflow.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

/// Reads `Retry-After`: seconds, or one of the three forms of an HTTP date; a date in the past is no
/// wait. `None` for anything else. At most a day.
pub(super) fn parse_retry_after(value: &str, now: Timestamp) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than a number holds mean "never".
        return Some(value.parse().map_or(MAX_RETRY_AFTER, Duration::from_secs).min(MAX_RETRY_AFTER));
    }
    let until = parse_http_date(value)?;
    let wait = Duration::try_from(until.duration_since(now)).unwrap_or(Duration::ZERO);
    Some(wait.min(MAX_RETRY_AFTER))
}

/// Reads an HTTP date (RFC 9110, 5.6.7): `Fri, 23 Jan 2026 08:00:00 GMT` or one of the two old forms.
fn parse_http_date(value: &str) -> Option<Timestamp> {
    let value = value.trim();
    if let Ok(zoned) = jiff::fmt::rfc2822::parse(value) {
        return Some(zoned.timestamp());
    }
    ["%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"].iter().find_map(|form| {
        let civil = jiff::civil::DateTime::strptime(form, value).ok()?;
        Some(civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
    })
}

fn later(at: Timestamp, wait: Duration) -> Timestamp {
    let wait = SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX);
    at.checked_add(wait).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests;
