//! The manners of the collector: what it asks, whom and how often. Where it does not go is in `bounds`.
//!
//! The log of the server on loopback is what is judged: it sees what any host would see.

use std::{
    sync::{Barrier, Mutex, mpsc},
    time::Duration,
};

use storyturn::collect::{Collector, CollectorOptions, Outcome, Request, RobotsUse};

use crate::{
    fetching::{fetch, options, request, told},
    server::{Answer, Part, Server},
};

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
    // No connection is no page's trouble: where rules are known or not asked for, the host rests.
    let url = Server::start(|_| Answer::status(404)).url("/");
    let skip = |page: u32| Request { robots: RobotsUse::Skip, ..request(format!("{url}{page}")) };
    let impatient = CollectorOptions { patience: Duration::from_millis(3), retries: 9, ..options() };
    let outcomes = fetch(impatient, (0..3).map(skip).collect());
    assert!(told(&outcomes[0]).starts_with("later, and when: no connection: "), "{outcomes:?}");
    let rests = "later, and when: its host is left alone for now: no connection: ";
    assert!(outcomes[1..].iter().all(|outcome| told(outcome).starts_with(rests)), "{outcomes:?}");
    let outcome = &fetch(options(), vec![request("http://no-such-host.invalid/".to_owned())])[0];
    assert_eq!(
        told(outcome),
        "later, and when: its robots.txt could not be read: no host is named no-such-host.invalid"
    );
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
    assert_eq!(server.paths()[1..], ["/0", "/1", "/2", "/0", "/0"]);

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
    // From the fifth page on, doubling from 4 ms: the sixth wait is longer than 100 ms. A slow machine may
    // get to another two.
    assert!(server.log().len() <= 1 + 4 + 8, "{:?}", server.paths());
}

#[test]
fn a_few_broken_pages_do_not_keep_the_rest_from_being_asked() {
    let broken: [fn() -> Answer; 5] = [
        || Answer::status(500),
        || Answer::status(504),
        || Answer::parts(Some(8), vec![Part::Bytes(b"half".to_vec())]),
        || Answer::raw(vec![Part::Bytes(b"220 mail.example ESMTP\r\n".to_vec())]),
        || Answer::raw(vec![Part::Hang]),
    ];
    for broken in broken {
        let server = Server::start(move |asked| match asked.path.as_str() {
            "/robots.txt" => Answer::status(404),
            "/0" | "/1" => broken(),
            _ => Answer::html("here"),
        });
        let paused = CollectorOptions {
            pause: Duration::from_millis(5),
            connect_timeout: Duration::from_millis(150),
            idle_timeout: Duration::from_millis(50),
            retries: 3,
            retry_pause: Duration::from_millis(5),
            // Two pages with their retries were more than enough to use this up.
            patience: Duration::from_millis(20),
            ..options()
        };
        let pages = (0..12).map(|page| request(server.url(&format!("/{page}")))).collect();
        let outcomes = fetch(paused, pages);
        for (page, outcome) in outcomes.iter().enumerate() {
            match page {
                // For reasons of their own.
                0 | 1 => assert!(
                    told(outcome).starts_with("later: it") && !told(outcome).contains("left alone"),
                    "{outcome:?}"
                ),
                _ => assert_eq!(told(outcome), "fetched here"),
            }
        }
        // The retries come behind the other pages.
        let expected: Vec<String> = (0..12).map(|page| format!("/{page}")).collect();
        assert_eq!(server.paths()[1..13], expected);
        assert_eq!((server.count("/0"), server.count("/1"), server.log().len()), (4, 4, 19));
        assert_eq!(server.most_at_once(), 1);
        let log = server.log();
        assert!(log.windows(2).all(|pair| pair[1].at - pair[0].at >= Duration::from_millis(4)));
    }
}

#[test]
fn retries_of_a_page_wait_twice_as_long_each_time() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/robots.txt" => Answer::status(404),
        _ => Answer::status(500),
    });
    let waiting = CollectorOptions { retry_pause: Duration::from_millis(20), retries: 3, ..options() };
    fetch(waiting, vec![request(server.url("/page"))]);
    let log = server.log();
    let gaps: Vec<Duration> = log[1..].windows(2).map(|pair| pair[1].at - pair[0].at).collect();
    assert_eq!(gaps.len(), 3);
    for (gap, wait) in gaps.iter().zip([20, 40, 80]) {
        assert!(*gap >= Duration::from_millis(wait - 1), "{gaps:?}");
    }
}

#[test]
fn a_site_of_nothing_but_broken_pages_is_asked_a_bounded_number_of_times() {
    // Plainly, or behind a redirect, which is no sign of health.
    for redirects in [false, true] {
        let server = Server::start(move |asked| match asked.path.as_str() {
            "/robots.txt" => Answer::status(404),
            path if redirects && !path.ends_with('/') => Answer::redirect(302, &format!("{path}/")),
            _ => Answer::status(502),
        });
        let impatient = CollectorOptions {
            retry_pause: Duration::from_millis(4),
            patience: Duration::from_millis(100),
            retries: 3,
            ..options()
        };
        let pages = (0..20).map(|page| request(server.url(&format!("/{page}")))).collect();
        let outcomes = fetch(impatient, pages);
        assert!(outcomes.iter().all(|outcome| matches!(outcome, Outcome::Later { .. })), "{outcomes:?}");
        assert_eq!(told(&outcomes[0]), "later, and when: it answered 502 Bad Gateway");
        let failed = server.paths().iter().filter(|path| path.ends_with('/') == redirects).count();
        assert!(failed <= 1 + 4 + 8, "{:?}", server.paths());
    }
}

#[test]
fn a_good_page_among_many_broken_ones_ends_the_rests() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/robots.txt" => Answer::status(404),
        "/7" | "/15" | "/23" => Answer::html("here"),
        _ => Answer::status(500),
    });
    let waiting = CollectorOptions {
        retries: 0,
        retry_pause: Duration::from_millis(4),
        // Three rests in a row are within it, not six.
        patience: Duration::from_millis(100),
        ..options()
    };
    let outcomes = fetch(waiting, (0..24).map(|page| request(server.url(&format!("/{page}")))).collect());
    assert!([7, 15, 23].iter().all(|page| told(&outcomes[*page]) == "fetched here"), "{outcomes:?}");
    assert_eq!(server.log().len(), 1 + 24);
}
