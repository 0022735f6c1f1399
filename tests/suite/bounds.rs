//! Where the collector does not go: what robots.txt forbids, addresses inside, redirects that lead there.
//!
//! The log of the server on loopback is what is judged: it sees what any host would see.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicU16, Ordering},
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
