//! Schedules played by hand: pauses, waits and failures of hosts, without a clock.
//!
//! What a server sees of them is tested in `tests/suite/manners.rs`.

use super::*;

const START: &str = "2026-01-23T08:00:00Z";

fn at(secs: i64) -> Timestamp {
    START.parse::<Timestamp>().unwrap() + SignedDuration::from_secs(secs)
}

fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

fn pace(connections: usize) -> Pace {
    Pace::new(PaceOptions {
        pause: secs(2),
        max_crawl_delay: secs(30),
        connections,
        retries: 2,
        first_backoff: secs(5),
        max_backoff: secs(60),
        patience: secs(600),
    })
}

fn check(pace: &Pace, host: &str, expected: i64) {
    assert_eq!(pace.ready_at(host), Ready::At(at(expected)), "{host}");
}

#[test]
fn a_pause_lies_between_requests_to_one_host_and_none_between_hosts() {
    let mut pace = pace(1);
    assert_eq!(pace.ready_at("a"), Ready::At(Timestamp::MIN));
    pace.begin("a", at(0));
    assert_eq!(pace.ready_at("a"), Ready::WhenDone);
    assert_eq!(pace.ready_at("b"), Ready::At(Timestamp::MIN));
    pace.done("a", at(1), Ended::Answered);
    check(&pace, "a", 3);
}

#[test]
fn connections_share_the_pause() {
    let mut pace = pace(2);
    pace.begin("a", at(0));
    check(&pace, "a", 2);
    pace.begin("a", at(2));
    assert_eq!(pace.ready_at("a"), Ready::WhenDone);
    pace.done("a", at(9), Ended::Answered);
    check(&pace, "a", 11);
}

#[test]
fn a_crawl_delay_lengthens_the_pause_up_to_its_cap_and_never_shortens_it() {
    for (asked, expected) in [(Some(10), 10), (Some(9_999), 30), (Some(1), 2), (Some(0), 2), (None, 2)] {
        let mut pace = pace(1);
        pace.set_crawl_delay("a", asked.map(secs));
        pace.begin("a", at(0));
        pace.done("a", at(0), Ended::Answered);
        check(&pace, "a", expected);
    }
}

#[test]
fn a_source_has_a_pause_of_its_own_after_its_requests() {
    let mut pace = pace(1);
    for (pause, crawl_delay, expected) in [(Some(7), 0, 7), (Some(0), 0, 0), (Some(0), 5, 5), (None, 0, 2)] {
        pace.set_crawl_delay("a", Some(secs(crawl_delay)));
        pace.set_pause("a", pause.map(secs));
        pace.begin("a", at(0));
        pace.done("a", at(0), Ended::Answered);
        check(&pace, "a", expected);
    }
}

#[test]
fn a_failing_host_is_left_alone_twice_as_long_each_time() {
    let mut pace = pace(1);
    let mut now = 0;
    for wait in [5, 10, 20, 40, 60, 60] {
        pace.begin("a", at(now));
        pace.done("a", at(now), Ended::Overloaded { retry_after: None });
        check(&pace, "a", now + wait);
        now += wait;
    }
    pace.begin("a", at(now));
    pace.done("a", at(now), Ended::Answered);
    check(&pace, "a", now + 2);
}

#[test]
fn a_host_that_names_a_wait_gets_it_even_when_no_run_waits_so_long() {
    for (asked, expected, gone) in [(30, 30, false), (0, 2, false), (600, 600, false), (9_999, 9_999, true)] {
        let mut pace = pace(1);
        pace.begin("a", at(0));
        pace.done("a", at(0), Ended::Overloaded { retry_after: Some(secs(asked)) });
        check(&pace, "a", expected);
        assert_eq!(pace.is_out_of_patience("a", at(0)), gone, "{asked}");
        assert!(!pace.is_out_of_patience("a", at(9_999)));
    }
}

#[test]
fn a_host_that_names_short_waits_without_end_is_left_alone_all_the_same() {
    let mut pace = pace(1);
    let mut now = 0;
    for wait in [3, 5, 10, 20, 40, 60] {
        pace.begin("a", at(now));
        pace.done("a", at(now), Ended::Overloaded { retry_after: Some(secs(3)) });
        check(&pace, "a", now + wait);
        now += wait;
    }
}

#[test]
fn a_later_answer_does_not_cut_a_wait_short() {
    let mut pace = pace(2);
    pace.begin("a", at(0));
    pace.begin("a", at(2));
    pace.done("a", at(3), Ended::Overloaded { retry_after: Some(secs(40)) });
    pace.done("a", at(4), Ended::Answered);
    check(&pace, "a", 43);
}

#[test]
fn pages_that_fail_are_their_hosts_trouble_once_several_do_and_nothing_is_answered() {
    let mut pace = pace(1);
    let mut now = 0;
    let mut ends = |ended: Ended<'_>, wait: i64| {
        pace.begin("a", at(now));
        pace.done("a", at(now), ended);
        check(&pace, "a", now + wait);
        now += wait;
    };
    let failed = |page| Ended::PageFailed { page };
    // Two broken pages may fail as often as they like.
    for _ in 0..9 {
        ends(failed("1"), 2);
        ends(failed("2"), 2);
    }
    ends(failed("3"), 2);
    ends(failed("4"), 2);
    ends(Ended::Answered, 2);
    for page in ["1", "2", "3", "4"] {
        // What points elsewhere is no sign of health.
        ends(Ended::Redirected, 2);
        ends(failed(page), 2);
    }
    ends(failed("5"), 5);
    ends(failed("1"), 10);
    ends(Ended::Redirected, 2);
    ends(failed("6"), 20);
    ends(Ended::Answered, 2);
    ends(failed("6"), 2);
}

#[test]
fn extremes_neither_overflow_nor_end_the_schedule() {
    let options = PaceOptions {
        pause: Duration::MAX,
        first_backoff: Duration::MAX,
        max_backoff: Duration::MAX,
        patience: Duration::MAX,
        connections: 0,
        ..PaceOptions::default()
    };
    assert_eq!(options.wait_before_retry(u32::MAX, None), Duration::MAX);
    assert!(options.may_retry(3) && !options.may_retry(4));
    let mut pace = Pace::new(options);
    pace.begin("a", Timestamp::MAX);
    pace.done("a", Timestamp::MAX, Ended::Overloaded { retry_after: None });
    assert_eq!(pace.ready_at("a"), Ready::At(Timestamp::MAX));
}

fn check_retry_after(value: &str, expected: Option<u64>) {
    assert_eq!(parse_retry_after(value, at(0)), expected.map(secs), "{value}");
}

#[test]
fn retry_after_is_seconds_or_a_date() {
    check_retry_after("120", Some(120));
    check_retry_after(" 0 ", Some(0));
    check_retry_after("99999999999999999999999", Some(86_400));
    check_retry_after("Fri, 23 Jan 2026 08:01:30 GMT", Some(90));
    check_retry_after("Friday, 23-Jan-26 08:01:30 GMT", Some(90));
    check_retry_after("Fri Jan 23 08:01:30 2026", Some(90));
    check_retry_after("Sun Feb  1 08:00:00 2026", Some(86_400));
    check_retry_after("Fri, 23 Jan 2026 07:00:00 GMT", Some(0));
    check_retry_after("Fri, 23 Jan 2099 07:00:00 GMT", Some(86_400));
    for value in ["", "-1", "1.5", "soon", "2026-01-23", "Fri, 99 Jan 2026 08:00:00 GMT"] {
        check_retry_after(value, None);
    }
}

proptest::proptest! {
    #[test]
    fn any_header_gives_at_most_a_day(value in ".{0,40}") {
        assert!(parse_retry_after(&value, at(0)).is_none_or(|wait| wait <= MAX_RETRY_AFTER));
    }
}
