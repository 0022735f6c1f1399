//! The polite client: addresses in, captures or reasons out. The only place that opens a connection.
//!
//! A [`Collector`] is a blocking door. Behind it one thread of its own runs everything asynchronous:
//! `crew` decides what may be asked when (robots.txt, one connection and a pause per host, retries,
//! redirects), `exchange` asks once within limits, `client` connects only to addresses that passed
//! `address`. What to fetch, in which order and what is stored of it is left to the caller.
//!
//! Whatever a server sends becomes an [`Outcome`] with a reason: never a panic, an endless wait or
//! more memory than about twice [`CollectorOptions::max_bytes`] for each connection. Cookies are not
//! kept; of credentials only a [`KeyHeader`] is added, for the origin it is meant for.

use std::{
    collections::BTreeSet,
    fmt,
    sync::mpsc,
    thread::{self, JoinHandle},
    time::Duration,
};

use jiff::Timestamp;
use tokio::sync::mpsc as commands;

use super::CollectError;
use crate::document::Capture;

mod client;
mod crew;
mod error;
mod exchange;
mod gate;
mod job;
mod kinds;
mod target;

pub use error::FetchError;

/// How the collector behaves: manners towards servers and limits against them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CollectorOptions {
    /// The `User-Agent` header in full: who asks, and where to complain. See [`user_agent`].
    pub user_agent: String,
    /// The name by which robots.txt addresses this tool, matched as RFC 9309 says.
    pub agent_token: String,
    /// Rest between the end of an answer and the next request to the same host.
    pub pause: Duration,
    /// A longer `Crawl-delay` is shortened to this.
    pub crawl_delay_max: Duration,
    /// Connections at a time in all; to one host there is never more than one.
    pub connections: usize,
    /// Hosts that may have private addresses: names or literal addresses, each for itself alone.
    pub allowed_hosts: BTreeSet<String>,
    /// Longest wait for a connection, name resolution and TLS included.
    pub connect_timeout: Duration,
    /// Longest silence: until the head of the answer is there, and between pieces of the body.
    pub idle_timeout: Duration,
    /// Longest time for one request and its answer.
    pub total_timeout: Duration,
    /// How often a request that failed for a passing reason is made again.
    pub retries: u32,
    /// Wait before the first retry; each later one waits twice as long as the one before.
    pub retry_pause: Duration,
    /// Longest wait within a run for a host that asks for one; a longer one is left for the next run.
    pub patience: Duration,
    /// Most bytes of a body, packed and unpacked.
    pub max_bytes: usize,
    /// A proxy for everything, `http://host:port`. It resolves names itself: the check of resolved
    /// addresses is then the proxy's, literal addresses are still checked here.
    pub proxy: Option<String>,
}

impl Default for CollectorOptions {
    fn default() -> Self {
        Self {
            user_agent: user_agent(None),
            agent_token: "storyturn".to_owned(),
            // A reader who opens one page after the other is about as fast.
            pause: Duration::from_secs(2),
            // With more, a hundred pages of one source would take more than an hour.
            crawl_delay_max: Duration::from_secs(30),
            // Hosts at a time: sources are few, and pages wait for pauses rather than for sockets.
            connections: 8,
            allowed_hosts: BTreeSet::new(),
            connect_timeout: Duration::from_secs(10),
            // Front pages made on request take several seconds; twice that is a server in trouble.
            idle_timeout: Duration::from_secs(20),
            // The largest body at 300 KB a second.
            total_timeout: Duration::from_secs(60),
            retries: 3,
            retry_pause: Duration::from_secs(2),
            // What a person would wait before coming back later.
            patience: Duration::from_secs(120),
            // The largest pages with commentary have not one MiB, full feeds and sitemaps a few.
            max_bytes: 10 << 20,
            proxy: None,
        }
    }
}

/// The header that says who asks: `storyturn/0.1.0 (+CONTACT)`. The contact is an address of the web
/// or of mail under which whoever runs the tool can be reached; without one servers can only block.
pub fn user_agent(contact: Option<&str>) -> String {
    let version = env!("CARGO_PKG_VERSION");
    contact.map_or(format!("storyturn/{version}"), |contact| format!("storyturn/{version} (+{contact})"))
}

/// One address to ask.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Request {
    /// The caller's own number, given back with the reply.
    pub ticket: u64,
    /// The address, `http` or `https`.
    pub url: String,
    /// The `ETag` of what the caller has, exactly as it came.
    pub etag: Option<String>,
    /// The `Last-Modified` of what the caller has, exactly as it came.
    pub last_modified: Option<String>,
    /// A pause of this source's own, in place of [`CollectorOptions::pause`].
    pub pause: Option<Duration>,
    /// What is looked for there.
    pub wants: Wants,
    /// Whether robots.txt is asked first.
    pub robots: RobotsUse,
    /// A key that the address asks for. It goes to the origin of `url` alone, never on to where that
    /// redirects.
    pub key: Option<KeyHeader>,
    /// JSON that is sent to the address (POST) in place of asking for what is there. No redirect is
    /// followed with it, any status from 200 to 299 will do, and the body of the answer is not read.
    pub post: Option<Vec<u8>>,
}

/// A header that carries a key. It does not show its value, and is stored nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyHeader {
    /// The header's name.
    pub name: String,
    /// The key.
    pub value: String,
}

impl fmt::Debug for KeyHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyHeader").field("name", &self.name).finish_non_exhaustive()
    }
}

/// What is looked for at an address: which content types are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Wants {
    /// A page to read: HTML, XHTML, XML or plain text.
    #[default]
    Page,
    /// A feed. Many are sent under wrong types; pictures, sound and the like are no feed.
    Feed,
    /// A sitemap, packed perhaps; as lenient as for feeds.
    Sitemap,
    /// JSON; as lenient as for feeds.
    Json,
    /// Whatever comes.
    Anything,
}

/// Whether robots.txt is asked first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RobotsUse {
    /// It is, and it is obeyed.
    #[default]
    Obey,
    /// It is not: an interface for programs that the user asks by name is not crawled.
    Skip,
}

/// What became of a [`Request`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The request's number.
    pub ticket: u64,
    /// The request's address, without user name, password and fragment.
    pub url: String,
    /// Whether the host was asked for it at all. It was not where the address, robots.txt or the host's
    /// need of rest forbade it.
    pub requested: bool,
    /// What came.
    pub outcome: Outcome,
}

/// What came of asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// A whole answer.
    Fetched(Fetched),
    /// What the caller has is still what is there (304).
    Unchanged {
        /// When the server said so.
        at: Timestamp,
        /// The `ETag` from now on.
        etag: Option<String>,
        /// The `Last-Modified` from now on.
        last_modified: Option<String>,
    },
    /// Nothing, and asking again soon would give the same.
    Refused(FetchError),
    /// Nothing this time: the retries did not help, or the host asked to be left alone.
    Later {
        /// The last reason.
        error: FetchError,
        /// When to ask again at the earliest, where that is known.
        not_before: Option<Timestamp>,
    },
}

/// A whole answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// The body with its content coding undone, under the address that gave it (the last one, after
    /// redirects), seen when its headers came.
    pub capture: Capture,
    /// The addresses that led there, the requested one first; empty without redirects.
    pub redirected: Vec<String>,
    /// Whether every redirect on the way was permanent (301, 308), and there was one.
    pub moved_permanently: bool,
    /// The `ETag`, exactly as it came.
    pub etag: Option<String>,
    /// The `Last-Modified`, exactly as it came.
    pub last_modified: Option<String>,
}

/// What one origin's robots.txt answered: to be kept for a day and given back at the next start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RobotsAnswer {
    /// Scheme, host and port: `https://example.org`.
    pub origin: String,
    /// When it answered; it is asked again a day later.
    pub fetched_at: Timestamp,
    /// What it said.
    pub answer: RobotsBody,
}

/// What a robots.txt says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RobotsBody {
    /// Its text, 500 KiB at most.
    Rules(Vec<u8>),
    /// There is none (a status from 400 to 499, or more than five redirects): everything is allowed.
    AllowAll {
        /// The status.
        status: u16,
    },
    /// It cannot be read for now: nothing is allowed.
    DisallowAll {
        /// The clause that says why.
        why: String,
    },
}

/// Whether an address may be asked, for `--dry-run`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permit {
    /// Whether it may.
    pub allowed: bool,
    /// Why, in one clause.
    pub why: String,
    /// The pause robots.txt asks for, as it is honoured.
    pub crawl_delay: Option<Duration>,
}

/// A door to the web: requests go in, replies come out, in any order.
///
/// Dropping it ends everything that is under way.
pub struct Collector {
    commands: Option<commands::UnboundedSender<Command>>,
    replies: mpsc::Receiver<Reply>,
    robots: mpsc::Receiver<RobotsAnswer>,
    in_flight: usize,
    thread: Option<JoinHandle<()>>,
}

/// What goes in by the door.
enum Command {
    Fetch(Request),
    Permit {
        url: String,
        answer: mpsc::Sender<Permit>,
    },
    /// The caller took a reply: there is room for another.
    Taken,
}

impl Collector {
    /// Opens the door. `robots` are answers kept from earlier; those older than a day are ignored.
    ///
    /// # Errors
    ///
    /// [`CollectError::Client`] for a user agent or proxy that cannot be one, and where the machine
    /// gives no thread.
    pub fn start(mut options: CollectorOptions, robots: Vec<RobotsAnswer>) -> Result<Self, CollectError> {
        let in_one_form = |host: String| host.trim_matches(['[', ']', '.']).to_lowercase();
        options.allowed_hosts = options.allowed_hosts.into_iter().map(in_one_form).collect();
        let (commands, orders) = commands::unbounded_channel();
        let (reply, replies) = mpsc::channel();
        let (robots_answer, robots_answers) = mpsc::channel();
        let failed = |source| CollectError::Client { source };
        let http = client::Http::new(&options)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| failed(Box::new(error)))?;
        let crew = crew::Crew::new(options, http, robots, reply, robots_answer);
        let run = move || {
            runtime.block_on(crew.run(orders));
            // A name server that does not answer must not hold up the end.
            runtime.shutdown_background();
        };
        let thread = thread::Builder::new().name("collect".to_owned()).spawn(run);
        let thread = Some(thread.map_err(|error| failed(Box::new(error)))?);
        Ok(Self { commands: Some(commands), replies, robots: robots_answers, in_flight: 0, thread })
    }

    /// Asks for an address; the reply comes by [`Collector::next`].
    pub fn submit(&mut self, request: Request) {
        self.send(Command::Fetch(request));
        self.in_flight += 1;
    }

    /// Requests without a reply so far.
    pub fn in_flight(&self) -> usize {
        self.in_flight
    }

    /// The next reply, waiting for it; `None` when every request has had its reply.
    ///
    /// Replies that are not taken hold up further requests: about as many bodies wait as there are
    /// connections.
    ///
    /// # Errors
    ///
    /// [`CollectError::Ended`] where no further reply will come.
    #[expect(
        clippy::should_implement_trait,
        reason = "after None more can be submitted: this is no iterator"
    )]
    pub fn next(&mut self) -> Result<Option<Reply>, CollectError> {
        if self.in_flight == 0 {
            return Ok(None);
        }
        let reply = self.replies.recv().map_err(|_| CollectError::Ended { unanswered: self.in_flight })?;
        Ok(Some(self.taken(reply)))
    }

    /// The next reply if there is one already.
    pub fn try_next(&mut self) -> Option<Reply> {
        let reply = self.replies.try_recv().ok()?;
        Some(self.taken(reply))
    }

    /// The answers of robots.txt that were fetched since the last call.
    pub fn robots(&mut self) -> Vec<RobotsAnswer> {
        self.robots.try_iter().collect()
    }

    /// Whether an address may be asked. Asks its host for robots.txt where that is not known, and for
    /// nothing else; waits for the answer.
    pub fn permits(&mut self, url: &str) -> Permit {
        self.permits_all(&[url]).remove(0)
    }

    /// The same for many addresses, whose hosts are asked side by side; one answer an address, in order.
    pub fn permits_all(&mut self, urls: &[&str]) -> Vec<Permit> {
        let ask = |url: &&str| {
            let (answer, answered) = mpsc::channel();
            self.send(Command::Permit { url: (*url).to_owned(), answer });
            answered
        };
        let asked: Vec<mpsc::Receiver<Permit>> = urls.iter().map(ask).collect();
        let ended =
            || Permit { allowed: false, why: "the collector has ended".to_owned(), crawl_delay: None };
        asked.into_iter().map(|answered| answered.recv().unwrap_or_else(|_| ended())).collect()
    }

    fn taken(&mut self, reply: Reply) -> Reply {
        self.in_flight -= 1;
        self.send(Command::Taken);
        reply
    }

    fn send(&self, command: Command) {
        // A thread that has ended is noticed where its answer is missed.
        let _ = self.commands.as_ref().is_some_and(|commands| commands.send(command).is_ok());
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        self.commands = None;
        let _ = self.thread.take().map(JoinHandle::join);
    }
}
