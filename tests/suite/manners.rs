//! The manners of the collector: what it asks, whom, how often, and where it does not go.
//!
//! The log of the server on loopback is what is judged: it sees what any host would see.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Barrier, Mutex,
        atomic::{AtomicU16, Ordering},
        mpsc,
    },
    time::Duration,
};

use storyturn::collect::{
    Collector, CollectorOptions, FetchError, Outcome, Permit, Request, RobotsAnswer, RobotsBody, RobotsUse,
};

use crate::{
    fetching::{fetch, options, request, told},
    server::{Answer, Part, Server},
};

#[test]
fn redirects_are_followed_and_told() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/robots.txt" => Answer::text("User-agent: storyturn\nDisallow: /private"),
        "/old" => Answer::redirect(302, "/new"),
        "/circle" => Answer::redirect(302, "/circle"),
        "/to-private" => Answer::redirect(302, "/private/x"),
        "/to-inside" => Answer::redirect(302, "http://10.0.0.1/admin"),
        "/to-spelled" => Answer::redirect(302, "http://0x7f.2/"),
        "/to-file" => Answer::redirect(302, "file:///etc/passwd"),
        "/to-nowhere" => Answer::status(302),
        "/to-port" => Answer::redirect(302, "http://127.0.0.1:25/"),
        "/to-name" => Answer::redirect(302, "http://localhost:49151/"),
        path if path.starts_with("/chain/") => {
            let left: u32 = path["/chain/".len()..].parse().unwrap();
            if left == 0 {
                Answer::html("end")
            } else {
                Answer::redirect(302, &format!("/chain/{}", left - 1))
            }
        }
        _ => Answer::html("here"),
    });
    let paths = [
        ("/old", "fetched here"),
        ("/circle", "refused: it redirects in a circle"),
        ("/to-private", "refused: its robots.txt disallows /private/x"),
        ("/to-inside", "refused: 10.0.0.1 is a private address"),
        ("/to-spelled", "refused: 127.0.0.2 is a loopback address"),
        ("/to-file", "refused: it is no http or https address"),
        ("/to-nowhere", "refused: it redirects without saying where to"),
        ("/to-port", "refused: port 25 belongs to another service"),
        ("/chain/10", "fetched end"),
        ("/chain/11", "refused: it redirects more than 10 times"),
    ];
    let outcomes = fetch(options(), paths.iter().map(|(path, _)| request(server.url(path))).collect());
    for ((path, expected), outcome) in paths.iter().zip(&outcomes) {
        assert_eq!(told(outcome), *expected, "{path}");
    }
    let Outcome::Fetched(fetched) = &outcomes[0] else { panic!() };
    assert_eq!(fetched.redirected, [server.url("/old")]);
    assert_eq!(fetched.capture.url.as_deref(), Some(server.url("/new").as_str()));
    assert!(!fetched.moved_permanently);

    // The name resolves to loopback, and only the literal is permitted.
    let outcome = &fetch(options(), vec![request(server.url("/to-name"))])[0];
    assert!(
        matches!(outcome, Outcome::Refused(FetchError::Address { kind: "a loopback address", .. })),
        "{outcome:?}"
    );
}

#[test]
fn permanent_redirects_are_told_and_lose_credentials() {
    let port = Arc::new(AtomicU16::new(0));
    let known = Arc::clone(&port);
    let server = Server::start(move |asked| match asked.path.as_str() {
        "/robots.txt" => Answer::status(404),
        "/a" => Answer::redirect(301, "/b"),
        "/b" => Answer::redirect(
            308,
            &format!("http://user:secret@127.0.0.1:{}/c#part", known.load(Ordering::SeqCst)),
        ),
        _ => Answer::html("here"),
    });
    port.store(server.port(), Ordering::SeqCst);
    let outcomes = fetch(options(), vec![request(server.url("/a"))]);
    let Outcome::Fetched(fetched) = &outcomes[0] else { panic!("{outcomes:?}") };
    assert!(fetched.moved_permanently);
    assert_eq!(fetched.redirected, [server.url("/a"), server.url("/b")]);
    assert_eq!(fetched.capture.url.as_deref(), Some(server.url("/c").as_str()));
    assert_eq!(server.log().last().unwrap().header("authorization"), None);
}

#[test]
fn addresses_inside_are_refused_unless_permitted_by_name() {
    let server = Server::start(|_| Answer::html("inside"));
    let port = server.port();
    let nobody = CollectorOptions { allowed_hosts: BTreeSet::new(), ..options() };
    for (url, expected) in [
        (server.url("/"), "refused: 127.0.0.1 is a loopback address".to_owned()),
        (format!("http://2130706433:{port}/"), "refused: 127.0.0.1 is a loopback address".to_owned()),
        (
            format!("http://[::ffff:127.0.0.1]:{port}/"),
            "refused: ::ffff:127.0.0.1 is an IPv4-mapped address".to_owned(),
        ),
        (format!("http://me:secret@127.0.0.1:{port}/"), {
            "refused: its address holds a user name or password, which are never sent".to_owned()
        }),
    ] {
        assert_eq!(told(&fetch(nobody.clone(), vec![request(url)])[0]), expected);
    }
    for name in ["localhost", "LOCALHOST."] {
        let outcome = &fetch(nobody.clone(), vec![request(format!("http://{name}:{port}/"))])[0];
        let Outcome::Refused(FetchError::Address { address, kind: "a loopback address" }) = outcome else {
            panic!("{outcome:?}")
        };
        assert!(address.contains(", which localhost"), "{address}");
    }
    assert!(server.log().is_empty(), "nothing may reach it: {:?}", server.paths());

    let by_name = CollectorOptions { allowed_hosts: ["LocalHost.".to_owned()].into(), ..options() };
    let outcomes =
        fetch(by_name, vec![request(format!("http://localhost:{port}/")), request(server.url("/"))]);
    assert_eq!(told(&outcomes[0]), "fetched inside");
    assert_eq!(told(&outcomes[1]), "refused: 127.0.0.1 is a loopback address");
}

#[test]
fn hosts_that_are_not_there_are_asked_later() {
    // A port that was free a moment ago.
    let url = Server::start(|_| Answer::status(404)).url("/");
    let outcomes = fetch(options(), vec![request(url.clone()), request(url)]);
    for outcome in &outcomes {
        assert!(
            told(outcome).starts_with("later, and when: its robots.txt could not be read: no connection: "),
            "{outcome:?}"
        );
    }
    let outcome = &fetch(options(), vec![request("http://no-such-host.invalid/".to_owned())])[0];
    assert_eq!(
        told(outcome),
        "later, and when: its robots.txt could not be read: no host is named no-such-host.invalid"
    );
}

#[test]
fn robots_txt_is_obeyed_and_kept_for_a_day() {
    let robots = |answer: fn() -> Answer, path: &str, expected: &str| {
        let server = Server::start(move |asked| match asked.path.as_str() {
            "/robots.txt" => answer(),
            "/elsewhere" => Answer::text("User-agent: *\nDisallow: /page"),
            path if path.starts_with("/on/") => {
                let left: u32 = path["/on/".len()..].parse().unwrap();
                let to = if left == 0 { "/elsewhere".to_owned() } else { format!("/on/{}", left - 1) };
                Answer::redirect(301, &to)
            }
            _ => Answer::html("here"),
        });
        assert_eq!(told(&fetch(options(), vec![request(server.url(path))])[0]), expected);
    };
    let disallowed = "refused: its robots.txt disallows /page?q=1";
    robots(|| Answer::text("User-agent: *\nDisallow: /page"), "/page?q=1#x", disallowed);
    robots(|| Answer::text("User-agent: other\nDisallow: /"), "/page", "fetched here");
    robots(|| Answer::text("User-agent: Storyturn/2.0\nDisallow: /p"), "/page?q=1", disallowed);
    for status in [400, 401, 403, 404, 410, 451] {
        let server = Server::start(move |asked| match asked.path.as_str() {
            "/robots.txt" => Answer::status(status),
            _ => Answer::html("here"),
        });
        assert_eq!(
            told(&fetch(options(), vec![request(server.url("/page"))])[0]),
            "fetched here",
            "{status}"
        );
    }
    // Five redirects are followed, with more there is none.
    robots(|| Answer::redirect(301, "/on/3"), "/page?q=1", disallowed);
    robots(|| Answer::redirect(301, "/on/4"), "/page?q=1", "fetched here");
    robots(|| Answer::redirect(301, "/robots.txt"), "/page?q=1", "fetched here");
    // A body over 500 KiB is read up to there.
    robots(
        || Answer::text([b"User-agent: *\nDisallow: /page\n#", vec![b'a'; 600 << 10].as_slice()].concat()),
        "/page?q=1",
        disallowed,
    );
    robots(
        || Answer::text([vec![b'\n'; 500 << 10].as_slice(), b"User-agent: *\nDisallow: /page\n"].concat()),
        "/page?q=1",
        "fetched here",
    );
    robots(
        || Answer::status(500),
        "/page",
        "later, and when: its robots.txt could not be read: it answered 500 Internal Server Error",
    );
    robots(
        || Answer::raw(vec![Part::Bytes(b"nonsense, not HTTP".to_vec())]),
        "/page",
        "later, and when: its robots.txt could not be read: it did not answer in HTTP: invalid HTTP version parsed",
    );
    robots(
        || Answer::text("User-agent: *").with("Content-Encoding", "gzip, none-such"),
        "/page",
        "later, and when: its robots.txt could not be read: \
         its body cannot be decompressed: the content coding \"none-such\" is not known",
    );
}

/// Answers of robots.txt as a store would keep them.
fn kept(server: &Server, hours_ago: i64, answer: RobotsBody) -> Vec<RobotsAnswer> {
    let fetched_at = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(hours_ago);
    vec![RobotsAnswer { origin: server.url(""), fetched_at, answer }]
}

#[test]
fn answers_of_robots_txt_are_handed_out_and_taken_back() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/robots.txt" => {
            Answer::text("User-agent: *\nDisallow: /private\nAllow: /private/open\nCrawl-delay: 90\n")
        }
        _ => Answer::html("here"),
    });
    let mut collector = Collector::start(options(), Vec::new()).unwrap();
    let denied = collector.permits(&server.url("/private/x"));
    assert_eq!((denied.allowed, denied.why.as_str()), (false, "its robots.txt disallows /private/x"));
    let permitted = collector.permits(&server.url("/page"));
    let expected = Permit {
        allowed: true,
        why: "its robots.txt allows it".to_owned(),
        crawl_delay: Some(Duration::from_secs(30)),
    };
    assert_eq!(permitted, expected);
    let by_rule = collector.permits(&server.url("/private/open"));
    let why = "its robots.txt line 3: Allow: /private/open, for all agents";
    assert_eq!((by_rule.allowed, by_rule.why.as_str()), (true, why));
    assert!(!collector.permits("http://10.0.0.1/").allowed);
    assert_eq!(server.paths(), ["/robots.txt"], "asked once, and for nothing else");
    let handed_out = collector.robots();
    assert_eq!((handed_out.len(), &handed_out[0].origin), (1, &server.url("")));
    assert!(collector.robots().is_empty());
    assert!(collector.next().unwrap().is_none());

    let mut next_run = Collector::start(options(), handed_out).unwrap();
    assert!(!next_run.permits(&server.url("/private/x")).allowed);
    assert_eq!(server.count("/robots.txt"), 1, "kept");
    let yesterdays = kept(&server, 25, RobotsBody::AllowAll { status: 404 });
    assert!(!Collector::start(options(), yesterdays).unwrap().permits(&server.url("/private/x")).allowed);
    let in_trouble = RobotsBody::DisallowAll { why: "it answered 500".to_owned() };
    let permit = Collector::start(options(), kept(&server, 0, in_trouble.clone()))
        .unwrap()
        .permits(&server.url("/page"));
    assert_eq!(
        (permit.allowed, permit.why.as_str()),
        (false, "its robots.txt could not be read: it answered 500")
    );
    let an_hour_later =
        Collector::start(options(), kept(&server, 2, in_trouble)).unwrap().permits(&server.url("/page"));
    assert!(an_hour_later.allowed, "a host in trouble is asked again within the day");
    assert_eq!(server.count("/robots.txt"), 3);

    let skipping = Request { robots: RobotsUse::Skip, ..request(server.url("/private/x")) };
    assert_eq!(told(&fetch(options(), vec![skipping])[0]), "fetched here");
    assert_eq!(server.count("/robots.txt"), 3);
}

#[test]
fn one_host_has_one_connection_and_a_pause() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/robots.txt" => Answer::text("User-agent: *\nCrawl-delay: 0.03"),
        _ => Answer::html("here"),
    });
    let pages = |count: usize| (0..count).map(|page| request(server.url(&format!("/{page}")))).collect();
    let gaps = |from: usize| -> Vec<Duration> {
        let log = server.log();
        log[from..].windows(2).map(|pair| pair[1].at - pair[0].at).collect()
    };
    // The delay that robots.txt asks for, as a server sees it.
    fetch(options(), pages(4));
    assert!(gaps(0).iter().all(|gap| *gap >= Duration::from_millis(25)), "{:?}", gaps(0));
    // Capped, and the own pause where it is longer.
    let paused = CollectorOptions {
        crawl_delay_max: Duration::from_millis(1),
        pause: Duration::from_millis(20),
        ..options()
    };
    fetch(paused, pages(3));
    assert!(gaps(5).iter().all(|gap| *gap >= Duration::from_millis(15)), "{:?}", gaps(5));
    // In order, one at a time, however many there are.
    let start = server.log().len();
    let hurried = CollectorOptions { crawl_delay_max: Duration::ZERO, ..options() };
    fetch(hurried, pages(60));
    let expected: Vec<String> = (0..60).map(|page| format!("/{page}")).collect();
    assert_eq!(server.paths()[start + 1..], expected);
    assert_eq!(server.most_at_once(), 1);
}

#[test]
fn hosts_are_asked_side_by_side() {
    // Each answer waits for the other: only two connections at once get both.
    let meeting = Barrier::new(2);
    let server = Server::start(move |_| {
        meeting.wait();
        Answer::html("met")
    });
    let both = CollectorOptions {
        allowed_hosts: ["127.0.0.1".to_owned(), "localhost".to_owned()].into(),
        ..options()
    };
    let skip = |url| Request { robots: RobotsUse::Skip, ..request(url) };
    let requests = vec![skip(server.url("/a")), skip(format!("http://localhost:{}/b", server.port()))];
    assert!(fetch(both, requests).iter().all(|outcome| told(outcome) == "fetched met"));
}

#[test]
fn a_host_that_asks_for_a_rest_gets_it_whole() {
    let server = Server::start(|asked| match (asked.path.as_str(), asked.before) {
        ("/robots.txt", _) => Answer::status(404),
        ("/0", 0) => Answer::status(429).with("Retry-After", "1"),
        _ => Answer::html("here"),
    });
    let outcomes = fetch(options(), (0..3).map(|page| request(server.url(&format!("/{page}")))).collect());
    assert!(outcomes.iter().all(|outcome| told(outcome) == "fetched here"));
    assert_eq!(server.paths(), ["/robots.txt", "/0", "/0", "/1", "/2"]);
    let log = server.log();
    assert!(log[2].at - log[1].at >= Duration::from_millis(990));
}

#[test]
fn a_host_that_asks_for_more_than_a_run_waits_is_left_for_the_next() {
    for (status, retry_after) in
        [(429, "3600"), (503, "Fri, 23 Jan 2099 08:00:00 GMT"), (429, "99999999999999999999")]
    {
        let server = Server::start(move |asked| match asked.path.as_str() {
            "/robots.txt" => Answer::status(404),
            _ => Answer::status(status).with("Retry-After", retry_after),
        });
        let outcomes =
            fetch(options(), (0..3).map(|page| request(server.url(&format!("/{page}")))).collect());
        let soonest = jiff::Timestamp::now() + jiff::SignedDuration::from_mins(59);
        for (page, outcome) in outcomes.iter().enumerate() {
            let Outcome::Later { error, not_before: Some(not_before) } = outcome else {
                panic!("{outcome:?}")
            };
            assert!(*not_before > soonest, "{not_before}");
            assert_eq!(error.to_string().contains("left alone for now"), page > 0, "{error}");
        }
        assert_eq!(server.paths(), ["/robots.txt", "/0"], "the others are not asked");
    }
    // The same before a robots.txt.
    let server = Server::start(|_| Answer::status(429).with("Retry-After", "3600"));
    let outcomes = fetch(options(), vec![request(server.url("/a")), request(server.url("/b"))]);
    assert!(
        outcomes.iter().all(|outcome| matches!(outcome, Outcome::Later { not_before: Some(_), .. })),
        "{outcomes:?}"
    );
    assert_eq!(server.paths(), ["/robots.txt"]);
}

#[test]
fn bodies_that_nobody_takes_do_not_pile_up() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/robots.txt" => Answer::status(404),
        _ => Answer::html("here"),
    });
    let few = CollectorOptions { connections: 2, ..options() };
    let mut collector = Collector::start(few, Vec::new()).unwrap();
    for ticket in 0..20 {
        collector.submit(Request { ticket, ..request(server.url(&format!("/{ticket}"))) });
    }
    // A question about permission goes through all the same, and tells that the queue was looked at.
    assert!(collector.permits(&server.url("/x")).allowed);
    let first = collector.next().unwrap().unwrap();
    assert_eq!(first.ticket, 0);
    assert!(server.log().len() <= 1 + 2 + 2, "{:?}", server.paths());
    let mut rest = 0;
    while collector.next().unwrap().is_some() {
        rest += 1;
    }
    assert_eq!((rest, collector.in_flight()), (19, 0));
    assert!(collector.try_next().is_none());
}

#[test]
fn dropping_the_collector_ends_what_is_under_way() {
    let (reached, arrived) = mpsc::channel();
    let reached = Mutex::new(reached);
    let server = Server::start(move |_| {
        reached.lock().unwrap().send(()).unwrap();
        Answer::raw(vec![Part::Hang])
    });
    let mut collector = Collector::start(options(), Vec::new()).unwrap();
    collector.submit(request(server.url("/")));
    arrived.recv().unwrap();
    drop(collector);
}

#[test]
fn options_that_cannot_work_are_refused_at_the_start() {
    for options in [
        CollectorOptions { user_agent: "two\nlines".to_owned(), ..options() },
        CollectorOptions { proxy: Some("no proxy".to_owned()), ..options() },
    ] {
        assert!(Collector::start(options, Vec::new()).is_err());
    }
}

#[test]
fn only_a_configured_proxy_is_used() {
    // It gets the whole address in the request line.
    let proxy = Server::start(|asked| Answer::html(format!("proxied {}", asked.path)));
    let through = CollectorOptions { proxy: Some(proxy.url("")), ..options() };
    let asked = Request { robots: RobotsUse::Skip, ..request("http://example.invalid/page".to_owned()) };
    assert_eq!(told(&fetch(through, vec![asked])[0]), "fetched proxied http://example.invalid/page");
}

#[test]
fn a_page_in_trouble_does_not_hold_up_the_others_and_a_host_in_trouble_is_left_alone() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/robots.txt" => Answer::status(404),
        "/0" => Answer::status(500),
        _ => Answer::html("here"),
    });
    let pages = |count: usize| (0..count).map(|page| request(server.url(&format!("/{page}")))).collect();
    let waiting = CollectorOptions { retry_pause: Duration::from_millis(20), ..options() };
    let outcomes = fetch(waiting, pages(3));
    assert_eq!(told(&outcomes[0]), "later: it answered 500 Internal Server Error");
    assert_eq!(server.paths()[1..], ["/0", "/1", "/0", "/2", "/0"]);

    let server = Server::start(|asked| match asked.path.as_str() {
        "/robots.txt" => Answer::status(404),
        _ => Answer::status(500),
    });
    let pages = (0..200).map(|page| request(server.url(&format!("/{page}")))).collect();
    let impatient = CollectorOptions {
        retry_pause: Duration::from_millis(4),
        patience: Duration::from_millis(100),
        ..options()
    };
    let outcomes = fetch(impatient, pages);
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Outcome::Later { .. })));
    let expected = "left alone for now: it answered 500 Internal Server Error";
    assert!(told(&outcomes[199]).ends_with(expected), "{:?}", outcomes[199]);
    // Doubling from 4 ms, the sixth wait is longer than 100 ms; a slow machine may get to another.
    assert!(server.log().len() <= 1 + 8, "{:?}", server.paths());
}
