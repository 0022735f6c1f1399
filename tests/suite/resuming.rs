//! Collects a site of two thousand pages with the real tool, killed five times on the way, and once more
//! while it reads what it has.
//!
//! What the store holds after each kill is the yardstick: all of it is there at the end, unchanged, and
//! none of it is asked for again. The server kills the tool, at some requests while it waits for the
//! answer and at others while it works, so that no test sleeps.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Read as _,
    process::{Child, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use jiff::Timestamp;
use storyturn::{
    document::{Basis, Capture},
    store::{AddressRecord, AddressState, OpenOptions, Role, Store},
};

use crate::{
    server::Asked,
    site::{ARTICLES, Fate, Site, announced, is_forbidden, path, title},
    tool::Tool,
};

/// Requests of a run after which it is killed, and when.
const KILLS: [(usize, Moment); 5] = [
    (40, Moment::Waiting),
    (150, Moment::Working),
    (310, Moment::Waiting),
    (350, Moment::Working),
    (400, Moment::Working),
];
/// Pages of the sitemaps in a run: more than any killed run gets to, less than what is left then.
const SITEMAP_LIMIT: usize = 450;
/// Runs after the kills by which everything must be there.
const MOST_RUNS: usize = 4;
/// The crawl delay as capped by the configuration.
const DELAY: Duration = Duration::from_millis(2);
/// Answers that a kill may cost: what came while the last ones were being written. On a quiet machine two.
const LOST_PER_KILL: usize = 16;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment {
    /// While the request waits for its answer.
    Waiting,
    /// Some time after the answer went out.
    Working,
    /// Some time after the last answer, when the store was written to again.
    Reading,
}

/// Times the store is written to before a kill while reading: once for what came, then for articles.
const WRITES: usize = 5;

/// The running tool, in reach of the server.
#[derive(Default)]
struct Running {
    child: Option<Child>,
    /// Requests left until the kill.
    left: Option<(usize, Moment)>,
}

impl Running {
    fn is_running(&mut self) -> bool {
        self.child.as_mut().is_some_and(|child| child.try_wait().unwrap().is_none())
    }

    fn kill(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// One run: the requests it made, and its exit status; `None` when killed.
struct Run {
    requests: Vec<Asked>,
    status: Option<i32>,
    summary: String,
}

struct Bench {
    tool: Tool,
    site: Site,
    running: Arc<Mutex<Running>>,
    runs: Vec<Run>,
}

impl Bench {
    fn new() -> Self {
        let running = Arc::new(Mutex::new(Running::default()));
        let reached = Arc::clone(&running);
        let tool = Tool::new();
        let database = tool.path("storyturn.db/db");
        let site = Site::start(move |_| {
            let mut running = reached.lock().unwrap();
            let Some((left, moment)) = &mut running.left else { return };
            *left = left.saturating_sub(1);
            if *left > 0 {
                return;
            }
            let moment = *moment;
            running.left = None;
            match moment {
                Moment::Waiting => running.kill(),
                Moment::Working => {
                    let reached = Arc::clone(&reached);
                    // As good as at random: behind whatever the machine does first.
                    thread::spawn(move || {
                        (0..20).for_each(|_| thread::yield_now());
                        reached.lock().unwrap().kill();
                    });
                }
                Moment::Reading => {
                    let (reached, database) = (Arc::clone(&reached), database.clone());
                    thread::spawn(move || {
                        let written =
                            || std::fs::metadata(&database).and_then(|file| file.modified()).unwrap();
                        let (mut last, mut writes) = (written(), 0);
                        while writes < WRITES && reached.lock().unwrap().is_running() {
                            let now = written();
                            writes += usize::from(now != last);
                            last = now;
                            thread::yield_now();
                        }
                        reached.lock().unwrap().kill();
                    });
                }
            }
        });
        tool.write("storyturn.toml", site.config(SITEMAP_LIMIT));
        Self { tool, site, running, runs: Vec::new() }
    }

    /// Runs the tool to its end, or to the kill.
    fn run(&mut self, sources: &[&str], kill: Option<(usize, Moment)>) -> &Run {
        let before = self.site.server.log().len();
        let mut command = self.tool.command(&[&["collect", "--format", "json"], sources].concat());
        let errors = std::fs::File::create(self.tool.path("errors.txt")).unwrap();
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(errors).spawn().unwrap();
        let mut out = child.stdout.take().unwrap();
        *self.running.lock().unwrap() = Running { child: Some(child), left: kill };
        let mut summary = String::new();
        // Ends with the process.
        out.read_to_string(&mut summary).unwrap();
        let mut running = std::mem::take(&mut *self.running.lock().unwrap());
        let status = running.child.take().unwrap().wait().unwrap().code();
        let requests = self.site.server.log().split_off(before);
        assert_eq!(status.is_none(), kill.is_some(), "{status:?} {}", self.tool.read("errors.txt"));
        self.runs.push(Run { requests, status, summary });
        self.runs.last().unwrap()
    }

    /// What the store holds now.
    fn held(&self) -> Held {
        self.held_in("storyturn.db")
    }

    fn held_in(&self, store: &str) -> Held {
        let store = Store::open(&self.tool.path(store), &OpenOptions::default()).unwrap();
        let report = store.verify().unwrap();
        assert!(report.is_sound(), "{report:?}");
        let addresses = store.addresses().map(Result::unwrap).map(|record| (record.url.clone(), record));
        let captures = store.captures().map(Result::unwrap).map(|capture| {
            let at = capture.captured_at.unwrap();
            ((at, capture.subject.clone()), capture)
        });
        Held {
            addresses: addresses.collect(),
            captures: captures.collect(),
            documents: store.documents(Timestamp::MIN, Timestamp::MAX).map(Result::unwrap).collect(),
        }
    }
}

struct Held {
    addresses: BTreeMap<String, AddressRecord>,
    captures: BTreeMap<(Timestamp, String), Capture>,
    documents: Vec<storyturn::document::Document>,
}

impl Held {
    /// Paths that need not be asked for again.
    fn settled(&self, base: &str) -> BTreeSet<String> {
        // Where a redirect led is known before what lies there is stored.
        let is_stored = |record: &&AddressRecord| {
            record.captured_at.is_some()
                && matches!(record.state, AddressState::Captured | AddressState::Read)
        };
        let pages = self.addresses.values().filter(is_stored).filter(|record| record.role == Role::Page);
        let fetched = self.captures.values().filter_map(|capture| capture.url.as_deref());
        let urls = pages.map(|record| record.url.as_str()).chain(fetched);
        urls.filter_map(|url| url.strip_prefix(base)).map(str::to_owned).collect()
    }
}

/// The article a path belongs to, by its own address or the one it is announced under.
fn number_of(path: &str, numbers: &BTreeMap<String, usize>) -> Option<usize> {
    numbers.get(path).copied()
}

#[test]
fn a_site_is_collected_whole_however_often_the_tool_is_killed() {
    let mut bench = Bench::new();
    let base = bench.site.server.url("");
    let numbers: BTreeMap<String, usize> =
        (0..ARTICLES).flat_map(|number| [(path(number), number), (announced(number), number)]).collect();

    let mut before: Option<Held> = None;
    let killed = KILLS.map(|kill| (&[][..], Some(kill)));
    // One listing that has not changed, then all that was fetched and never read.
    let reading = (&["--source", "markets"][..], Some((1, Moment::Reading)));
    let runs = killed.into_iter().chain([reading]).chain([(&[][..], None); MOST_RUNS]);
    for (sources, kill) in runs {
        bench.run(sources, kill);
        let held = bench.held();
        if let Some(before) = &before {
            check_kept(before, &held);
            let settled = before.settled(&base);
            let again: Vec<&str> =
                bench.runs.last().unwrap().requests.iter().map(|asked| asked.path.as_str()).collect();
            let again: Vec<&str> = again
                .into_iter()
                .filter(|path| numbers.contains_key(*path) && settled.contains(*path))
                .collect();
            assert_eq!(again, [""; 0], "asked again though stored, in run {}", bench.runs.len());
        }
        let waiting = held.addresses.values().filter(|record| {
            record.state == AddressState::Waiting && record.role == Role::Page && record.tries == 0
        });
        if kill == reading.1 {
            let states = |state| held.addresses.values().filter(|record| record.state == state).count();
            let (read, unread) = (states(AddressState::Read), states(AddressState::Captured));
            assert!(!held.documents.is_empty() && read > 0 && unread > 0, "{read} read, {unread} not");
        }
        let is_done = kill.is_none() && waiting.count() == 0;
        before = Some(held);
        if is_done {
            break;
        }
    }
    let held = before.unwrap();
    check_whole(&held, &base);
    check_manners(&bench, &numbers);
    check_told(&bench);

    // Nothing is left to do, and that is what is done.
    let listings = held.addresses.values().filter(|record| record.role == Role::Listing).count();
    let run = bench.run(&[], None);
    let pages: Vec<&Asked> = run.requests.iter().filter(|asked| numbers.contains_key(&asked.path)).collect();
    assert!(pages.is_empty(), "{pages:?}");
    assert!(run.requests.len() <= listings + 2, "{:?}", run.requests);
    check_kept(&held, &bench.held());
    check_archive(&bench, &held);
}

/// The archive of what was collected gives another store the same articles.
fn check_archive(bench: &Bench, held: &Held) {
    bench.tool.done(&["export", "--captures", "site.warc.gz"]);
    let ran = bench.tool.run(&["import", "site.warc.gz", "--store", "again.db"]);
    let again = bench.held_in("again.db").documents;
    assert_eq!(again.len(), held.documents.len(), "{}", ran.err);
    for (document, again) in held.documents.iter().zip(&again) {
        assert_eq!((again.id, again.availability.at), (document.id, document.availability.at));
        assert_eq!(again.availability.basis, Basis::Archived);
        assert_eq!(
            (&again.article.title, &again.article.text),
            (&document.article.title, &document.article.text)
        );
    }
}

/// What was there is there: first sight, captures to the byte, articles.
fn check_kept(before: &Held, after: &Held) {
    for (url, record) in &before.addresses {
        let now = after.addresses.get(url).unwrap_or_else(|| panic!("{url} is forgotten"));
        assert_eq!(now.first_seen, record.first_seen, "{url}");
        if record.state != AddressState::Waiting && record.role == Role::Page {
            assert_ne!(now.state, AddressState::Waiting, "{url}");
        }
    }
    for (key, capture) in &before.captures {
        assert_eq!(after.captures.get(key), Some(capture), "{key:?}");
    }
    let documents: BTreeMap<_, _> = after.documents.iter().map(|document| (document.id, document)).collect();
    for document in &before.documents {
        assert_eq!(documents.get(&document.id), Some(&document));
    }
}

/// Every article that can be had is there once, as its page says, from the instant it was fetched.
fn check_whole(held: &Held, base: &str) {
    let expected: BTreeSet<String> = (0..ARTICLES)
        .filter(|number| Fate::of(*number).is_good())
        .map(|number| format!("{base}{}", path(number)))
        .collect();
    let captured: Vec<&str> = held.captures.values().filter_map(|capture| capture.url.as_deref()).collect();
    let distinct: BTreeSet<String> = captured.iter().map(|url| (*url).to_owned()).collect();
    let missing: Vec<&String> = expected.difference(&distinct).collect();
    assert!(missing.is_empty(), "{} are missing, {:?} first", missing.len(), missing[0]);
    assert_eq!(captured.iter().filter(|url| expected.contains(**url)).count(), expected.len(), "once each");

    let mut titles: BTreeMap<&str, &storyturn::document::Document> = BTreeMap::new();
    for document in &held.documents {
        let url = document.article.url.as_deref().unwrap();
        assert!(titles.insert(url, document).is_none(), "{url} twice");
    }
    for number in (0..ARTICLES).filter(|number| Fate::of(*number).is_good()) {
        let url = format!("{base}{}", path(number));
        let document = titles.remove(url.as_str()).unwrap_or_else(|| panic!("no article of {url}"));
        assert_eq!(document.article.title, title(number));
        assert!(document.article.text.contains(&format!("paragraph 1 of note {number}.")), "{url}");
        assert_eq!(document.availability.basis, Basis::Observed);
        let capture = held.captures.values().find(|capture| capture.url.as_deref() == Some(&url)).unwrap();
        assert_eq!(Some(document.availability.at), capture.captured_at);
    }
    assert!(titles.is_empty(), "{:?}", titles.keys());
    for number in (0..ARTICLES).filter(|number| !Fate::of(*number).is_good()) {
        let record = &held.addresses[&format!("{base}{}", announced(number))];
        let expected =
            if Fate::of(number).may_pass() { AddressState::Waiting } else { AddressState::Refused };
        let is_read = Fate::of(number) == Fate::Pdf && record.state == AddressState::Read;
        assert!(record.state == expected || is_read, "{record:?}");
        assert!(record.reason.is_some() || record.tries > 0, "{record:?}");
    }
}

/// What a host may expect of its guests.
fn check_manners(bench: &Bench, numbers: &BTreeMap<String, usize>) {
    let Site { server, elsewhere } = &bench.site;
    assert_eq!(elsewhere.paths(), [""; 0], "out of scope");
    let forbidden: Vec<String> = server.paths().into_iter().filter(|path| is_forbidden(path)).collect();
    assert_eq!(forbidden, [""; 0]);
    assert_eq!(server.count("/about"), 0, "no article");
    assert_eq!(server.most_at_once(), 1, "requests at a time");
    assert!(server.count("/robots.txt") <= 2, "robots.txt is kept for a day");
    let mut most = 0;
    for (place, run) in bench.runs.iter().enumerate() {
        for pair in run.requests.windows(2) {
            let gap = pair[1].at - pair[0].at;
            assert!(gap >= DELAY, "{gap:?} before {} in run {place}", pair[1].path);
        }
        // Those of the sitemaps alone.
        let asked = run.requests.iter().filter_map(|asked| number_of(&asked.path, numbers));
        let asked: BTreeSet<usize> = asked.filter(|number| (40..1875).contains(number)).collect();
        assert!(asked.len() <= SITEMAP_LIMIT, "{} sitemap pages in run {place}", asked.len());
        most = most.max(asked.len());
    }
    assert!(most > SITEMAP_LIMIT - 10, "the limit was reached by {most}");
    for asked in server.log() {
        let agent = asked.header("user-agent").unwrap_or_default();
        assert!(agent.starts_with("storyturn/") && agent.contains("desk@example.org"), "{agent}");
        assert_eq!(asked.header("cookie"), None, "{}", asked.path);
    }
    // What was asked twice: failures that passed, and what a kill took away before it was stored.
    let again: usize = (0..ARTICLES)
        .filter(|number| matches!(Fate::of(*number), Fate::Served | Fate::Moved))
        .map(|number| server.count(&path(number)).saturating_sub(1))
        .sum();
    assert!(again <= KILLS.len() * LOST_PER_KILL, "{again} pages were fetched twice");
    let conditional = server.log().into_iter().filter(|asked| asked.header("if-none-match").is_some());
    assert!(conditional.count() > 0, "listings are asked for what changed");
}

/// Every failure is named in what the last runs say, and they end with the status that says so.
fn check_told(bench: &Bench) {
    let ended: Vec<&Run> = bench.runs.iter().filter(|run| run.status.is_some()).collect();
    assert!(ended.iter().any(|run| run.status == Some(3)), "{:?}", ended.last().unwrap().status);
    let summary = &ended.last().unwrap().summary;
    assert!(summary.contains("\"archive\""), "{summary}");
}
