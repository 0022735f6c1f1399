//! The state machine on days written by hand: every way in, every way out, and what is missing.

use super::play::{changes, play};
use crate::calendar::Day;
use crate::signal::board::LastSeen;
use crate::signal::measures::Context;
use crate::signal::{Condition, Mode, SignalOptions, SignalRow, State, words};

fn check(script: &str, expected: &str) {
    let rows = play(script, &SignalOptions::default());
    assert_eq!(changes(&rows), expected, "{script}");
    assert!(rows.iter().all(|row| !row.reason.is_empty() && row.state_days >= 1));
}

/// Reasons on these days must contain these words.
fn check_reasons(script: &str, expected: &[(usize, &str)]) {
    let rows = play(script, &SignalOptions::default());
    for (day, words) in expected {
        let reason = &rows[day - 1].reason;
        assert!(reason.contains(words), "day {day} says {reason:?}, not {words:?}");
    }
}

/// Metals take the lead on day 4.
const LEAD: &str = "1; 3 rank=.9 metals=.27 div=.4 high=5";

#[test]
fn metals_lead_after_three_days_of_all_conditions() {
    check(LEAD, "1 NEUTRAL, 4 METALS_LEAD");
    check("1; 2 rank=.8 metals=.1 high=20; 5 rank=.79", "1 NEUTRAL");
    check("1; 2 rank=.9 metals=.1 high=20; 1 rank=.7; 3 rank=.9", "1 NEUTRAL, 7 METALS_LEAD");
    check("1; 9 rank=.9 metals=0 high=5", "1 NEUTRAL");
    check("1; 9 rank=.9 metals=.1 high=21", "1 NEUTRAL");
    check("1; 9 rank=.9 metals=.1 high=99", "1 NEUTRAL");
}

#[test]
fn a_lead_is_named_after_the_louder_story() {
    check(&format!("1 turn=0 z=-.8; {}", &LEAD[3..]), "1 NEUTRAL, 4 SAFE_HAVEN");
    check(
        "1 turn=0 z=.1; 4 rank=.9 metals=.2 high=5; 2 z=-.1; 2 z=0",
        "1 NEUTRAL, 4 DEBASEMENT, 6 SAFE_HAVEN, 8 DEBASEMENT",
    );
    let rows = play("1 turn=0 z=.1; 4 rank=.9 metals=.2 high=5; 2 z=-.1; 2 z=0", &SignalOptions::default());
    let days: Vec<u32> = rows.iter().map(|row| row.state_days).collect();
    assert_eq!(days, [1, 2, 3, 1, 2, 1, 2, 1, 2], "days count under the published name");
}

#[test]
fn a_lead_ends_when_the_gap_is_gone_or_old() {
    check(&format!("{LEAD}; 3 rank=.5; 3 rank=.49; 2"), "1 NEUTRAL, 4 METALS_LEAD, 10 NEUTRAL");
    check(&format!("{LEAD}; 2 rank=.49; 1 rank=.5; 2 rank=.4"), "1 NEUTRAL, 4 METALS_LEAD");
    check(&format!("{LEAD}; 179 rank=.7; 3"), "1 NEUTRAL, 4 METALS_LEAD, 184 NEUTRAL");
}

#[test]
fn the_story_turns_and_may_turn_back() {
    let lead = format!("1 turn=0 z=-.8; {}", &LEAD[3..]);
    check(
        &format!("{lead}; 2 turn=.25 z=.5; 1 turn=.24; 3 turn=.3"),
        "1 NEUTRAL, 4 SAFE_HAVEN, 5 DEBASEMENT, 10 TURNING",
    );
    check(
        &format!("{lead}; 3 turn=.25 z=.5; 4 turn=-.1; 1 turn=0; 5 turn=-.1; 1"),
        "1 NEUTRAL, 4 SAFE_HAVEN, 5 DEBASEMENT, 7 TURNING, 17 DEBASEMENT",
    );
    // A lead older than 180 days does not start anew after a lost turn.
    check(
        &format!("{lead}; 3 turn=.3 z=.6; 175 turn=.1; 5 turn=-.1 z=-1; 4"),
        "1 NEUTRAL, 4 SAFE_HAVEN, 5 DEBASEMENT, 7 TURNING, 187 SAFE_HAVEN, 188 NEUTRAL, 191 SAFE_HAVEN",
    );
}

#[test]
fn missing_news_is_told_by_its_last_day() {
    let day = |text: &str| -> Day { text.parse().unwrap() };
    let check = |covered: u32, news: Option<&str>, narrative: Option<&str>, expected: &str| {
        let options = SignalOptions::default();
        let row = &play("1", &options)[0];
        let context = Context { covered, ..Context::default() };
        let last = LastSeen { news: news.map(day), narrative: narrative.map(day), ..LastSeen::default() };
        assert_eq!(words::missing_news(row, &context, &last, &options), expected);
    };
    let covered = "8 of the last 14 days are covered, 10 are needed";
    let (january, today) = (Some("2024-01-03"), Some("2024-02-01"));
    check(0, january, january, "no news since 2024-01-03");
    check(8, Some("2024-01-28"), Some("2024-01-28"), &format!("no news since 2024-01-28: {covered}"));
    check(8, today, january, &format!("too little news: {covered}, the last was 2024-01-03"));
    check(8, Some("2024-01-31"), None, &format!("too little news: {covered}"));
    check(0, None, None, "there has been no news up to this day");
    check(10, today, today, "narrative_z needs 60 days of the last 180");
}

/// The flag is raised on day 12.
const FLAG: &str =
    "1 turn=0 z=-.8; 3 rank=.9 metals=.27 div=.4 high=5; 3 turn=.3 z=.6; 5 dollar=-.01 btc20=.02";

#[test]
fn the_flag_needs_a_falling_dollar_and_a_rising_bitcoin() {
    let head = "1 NEUTRAL, 4 SAFE_HAVEN, 5 DEBASEMENT, 7 TURNING";
    check(FLAG, &format!("{head}, 12 BTC_FAVOURABLE*"));
    check(&FLAG.replace("dollar=-.01", "dollar=0"), head);
    check(&FLAG.replace("btc20=.02", "btc20=0"), head);
    check(&FLAG.replace("; 5 dollar", "; 4 dollar"), head);
    // Streaks count within the state: a dollar that has long been falling must fall on.
    check(
        &FLAG.replace("1 turn=0", "1 dollar=-.01 btc20=.02 turn=0"),
        &format!("{head}, 12 BTC_FAVOURABLE*"),
    );
    check_reasons(
        FLAG,
        &[(
            12,
            "flag: dollar_60d -1.0 % < 0.0 %; btc_20d +2.0 % > 0.0 % for 5 days; metals +31.0 %, Bitcoin -12.2 % in 60 days",
        )],
    );
}

#[test]
fn without_news_prices_alone_raise_the_flag() {
    let script = format!("{LEAD}; 5 dollar=-.01 btc20=.02");
    check(&script, "1 NEUTRAL, 4 METALS_LEAD, 9 BTC_FAVOURABLE*");
    check_reasons(&script, &[(1, "price-only: "), (9, "price-only: flag: ")]);
    // A way out comes before the flag.
    check(&format!("{LEAD}; 2 dollar=-.01 btc20=.02; 3 rank=.4"), "1 NEUTRAL, 4 METALS_LEAD, 9 NEUTRAL");
    let forced = SignalOptions { mode: Mode::PriceOnly, ..SignalOptions::default() };
    let rows = play(&FLAG.replace("3 turn=.3 z=.6; ", ""), &forced);
    assert_eq!(changes(&rows), "1 NEUTRAL, 4 METALS_LEAD, 9 BTC_FAVOURABLE*");
}

#[test]
fn a_flag_keeps_its_origin() {
    check_reasons(
        &format!("{FLAG}; 1; 3 div=0; 1"),
        &[
            (13, "Bitcoin 0.0 % since the flag of 2024-02-12; "),
            (16, "; 4 days since the flag of 2024-02-12"),
            (17, "; 4 days since the flag of 2024-02-12); next, rest over"),
        ],
    );
    // The narrative becomes measurable after the flag.
    let script = format!("{LEAD}; 5 dollar=-.01 btc20=.02; 2; 1 turn=0 z=1; 3 div=0; 1");
    check_reasons(
        &script,
        &[
            (11, "price-only: holds: "),
            (11, "since the price-only flag of 2024-02-09"),
            (12, "Bitcoin 0.0 % since the price-only flag of 2024-02-09"),
            (15, "; 6 days since the price-only flag of 2024-02-09"),
            (16, "since the price-only flag of 2024-02-09); next"),
        ],
    );
    assert!(play(&script, &SignalOptions::default())[11].reason.starts_with("holds: "));
}

#[test]
fn a_flag_is_spent_in_five_ways() {
    let check = |ending: &str, spent: Option<usize>, words: &str| {
        let script = format!("{FLAG}; {ending}");
        let rows = play(&script, &SignalOptions::default());
        let found = rows.iter().position(|row| row.state == State::Spent).map(|at| at + 1);
        assert_eq!(found, spent, "{ending}");
        if let Some(day) = spent {
            assert!(rows[day - 1].reason.starts_with(words), "{:?}", rows[day - 1].reason);
        }
    };
    check("3 div=0", Some(15), "priced in: ");
    check("5 div=.01; 2 div=-.1; 3 div=.1", None, "");
    check("10 btc=79", Some(15), "FAILED: Bitcoin since the flag -21.0 % <= -20.0 % for 3 days");
    check("10 btc=80", Some(15), "FAILED: ");
    check("10 btc=80.1", None, "");
    check("9 z=2 btc_high=102; 1 z=1.9; 9 z=2", None, "");
    check("11 z=2 btc_high=102", Some(22), "overheated: ");
    check("11 z=2 btc_high=103; 1 btc_high=102", Some(24), "overheated: ");
    check("3 dollar=.0201", Some(15), "dollar rises: ");
    check("9 dollar=.02", None, "");
    check("180 dollar=0", Some(192), "flag expired: 180 days since it began (>= 180)");
}

#[test]
fn a_spent_flag_rests_thirty_days_and_until_the_gap_is_smaller() {
    let head = "1 NEUTRAL, 4 SAFE_HAVEN, 5 DEBASEMENT, 7 TURNING, 12 BTC_FAVOURABLE*, 15 SPENT";
    check(&format!("{FLAG}; 3 div=0 z=0; 29 rank=.5; 3"), &format!("{head}, 45 NEUTRAL"));
    check(&format!("{FLAG}; 3 div=0 z=0; 60 rank=.8; 3 rank=.79; 1"), &format!("{head}, 78 NEUTRAL"));
    check_reasons(
        &format!("{FLAG}; 3 div=0; 5"),
        &[(16, "spent since 2024-02-15 (priced in: "), (16, "next, rest over: ")],
    );
    // Thirty-two days after the flag was spent, the gap is small for the third day.
    check_reasons(
        &format!("{FLAG}; 3 div=0 z=0; 29 rank=.8; 3 rank=.7"),
        &[(47, "rest over: divergence_rank 0.70 < 0.80 for 3 days; 32 days since it began (>= 30)")],
    );
}

/// The streaks of one rule on the board of every day from `from` on.
fn check_streaks(script: &str, rule: &str, from: usize, expected: &[u32]) {
    let rows = play(script, &SignalOptions::default());
    let streak = |row: &SignalRow| row.conditions.iter().find(|c| c.rule == rule).map(|c| c.streak_days);
    let streaks: Vec<u32> = rows[from - 1..].iter().filter_map(streak).collect();
    assert_eq!(streaks, expected, "{script}");
    let ill = |c: &&Condition| c.streak_days > c.needed_days || (c.streak_days > 0 && c.met != Some(true));
    assert_eq!(rows.iter().flat_map(|row| &row.conditions).find(ill), None, "{script}");
}

#[test]
fn the_board_counts_days_of_the_whole_rule() {
    // The rank has long held, the age not yet.
    check_streaks(&format!("{FLAG}; 3 div=0 z=0; 5 rank=.5"), "rest over", 15, &[0; 6]);
    // The age has long been reached, the rank holds from now on.
    check_streaks(&format!("{FLAG}; 3 div=0 z=0; 40 rank=.8; 2 rank=.7"), "rest over", 55, &[0, 1, 2]);
    // The story is hot, and Bitcoin near its high on some days only.
    let hot = format!("{FLAG}; 3 z=2 btc_high=103; 2 btc_high=102; 1 btc_high=103; 1 btc_high=102");
    check_streaks(&hot, "overheated", 13, &[0, 0, 0, 1, 2, 0, 1]);
    check_reasons(
        &hot,
        &[(
            17,
            "on the way out, overheated: narrative_z +2.00 >= +2.00 on 5 of 10 days; Bitcoin below its 60-day high by 1.96 % <= 2.00 %; holds",
        )],
    );
    let rows = play(&hot, &SignalOptions::default());
    assert!(!rows[14].reason.contains("overheated"), "{:?}", rows[14].reason);
    assert_eq!(rows[14].conditions[4].words, "Bitcoin below its 60-day high by 2.9 %, <= 2.0 % is needed");
}

#[test]
fn missing_inputs_freeze_the_state_and_then_end_it() {
    check("2; 3 rank=none; 2 rank=.6", "1 NEUTRAL, 3 UNKNOWN, 6 NEUTRAL");
    check(&format!("{LEAD}; 7 btc=none; 2 btc=100"), "1 NEUTRAL, 4 METALS_LEAD, 5 UNKNOWN, 12 METALS_LEAD");
    check(
        &format!("{LEAD}; 8 btc=none; 4 btc=100"),
        "1 NEUTRAL, 4 METALS_LEAD, 5 UNKNOWN, 12 NO_DATA, 13 NEUTRAL, 16 METALS_LEAD",
    );
    // A streak does not survive an unknown day.
    check(
        "1; 2 rank=.9 metals=.1 high=5; 1 btc=none; 2 btc=100; 1",
        "1 NEUTRAL, 4 UNKNOWN, 5 NEUTRAL, 7 METALS_LEAD",
    );
    let rows = play("2; 3 btc=none; 2 btc=100", &SignalOptions::default());
    assert_eq!(
        rows.iter().map(|row| row.state_days).collect::<Vec<_>>(),
        [1, 2, 1, 2, 3, 6, 7],
        "frozen days count on"
    );
    check_reasons(
        "2; 3 btc=none",
        &[(4, "btc's last close is of 2024-02-02; NEUTRAL since 2024-02-01 is frozen, day 2 of 7")],
    );
    check_reasons(
        "2 turn=0 z=1; 3 turn=none z=none btc=none dollar=none",
        &[(
            3,
            "narrative_z needs 60 days of the last 180; btc's last close is of 2024-02-02; dollar's last close is of 2024-02-02; NEUTRAL since",
        )],
    );
    check_reasons("2; 1 silver_60d_gone=1", &[(3, "silver has no close 60 days earlier")]);
    check_reasons("2; 1 rank=none", &[(3, "divergence_rank needs 365 earlier days")]);
}

#[test]
fn lost_coverage_is_unknown_once_the_narrative_was_measurable() {
    check("3; 3 turn=0 z=1; 2 turn=none z=none; 2 turn=0 z=1", "1 NEUTRAL, 7 UNKNOWN, 9 NEUTRAL");
    check("1 turn=0 z=1; 9 turn=none z=none; 1 z=1 turn=0", "1 NEUTRAL, 2 UNKNOWN, 9 NO_DATA, 11 NEUTRAL");
}

#[test]
fn the_dollar_freezes_once_it_was_known_or_is_needed() {
    check("2; 2 dollar=none; 1 dollar=0", "1 NEUTRAL, 3 UNKNOWN, 5 NEUTRAL");
    // Neutral, nothing asks for a dollar; with metals in the lead, the flag does.
    check("30 dollar=none", "1 NEUTRAL");
    let never = format!("{}; 5 btc20=.02", LEAD.replacen("1;", "1 dollar=none;", 1));
    check(&never, "1 NEUTRAL, 4 METALS_LEAD, 5 UNKNOWN");
    let says = "price-only: dollar has had no close up to this day, and no flag can be told without it (prices \
                import --series dollar FILE); METALS_LEAD since 2024-02-04 is frozen, day 1 of 7";
    check_reasons(&never, &[(5, says)]);
    // And stays so: a second lead would be as blind as the first.
    check(&format!("{never}; 200"), "1 NEUTRAL, 4 METALS_LEAD, 5 UNKNOWN, 12 NO_DATA");
    check(
        &format!("{never}; 9; 9 dollar=.01"),
        "1 NEUTRAL, 4 METALS_LEAD, 5 UNKNOWN, 12 NO_DATA, 19 NEUTRAL, 22 METALS_LEAD",
    );
    // With news, the turn comes no nearer either.
    check(
        &FLAG.replace("1 turn=0", "1 dollar=none turn=0").replace("5 dollar=-.01", "5"),
        "1 NEUTRAL, 4 SAFE_HAVEN, 5 UNKNOWN, 12 NO_DATA",
    );
    let missing = |script: &str| play(script, &SignalOptions::default()).pop().unwrap().missing;
    assert_eq!(missing(&never).len(), 1);
    assert_eq!(missing("2; 1 btc=none dollar=none").len(), 2);
    assert!(missing("2").is_empty());
}

#[test]
fn the_first_days_have_no_data() {
    check("2 rank=none; 1 rank=.5", "1 NO_DATA, 3 NEUTRAL");
    check("2 btc=none", "1 NO_DATA");
    check_reasons("2 btc=none", &[(1, "btc has had no close up to this day")]);
}

#[test]
fn the_board_shows_what_the_machine_moves_by() {
    let rows = play(&format!("{LEAD}; 2 dollar=-.01 btc20=.02"), &SignalOptions::default());
    let board = |at: usize| -> Vec<String> {
        let line = |c: &Condition| {
            format!("{} {} {:?} {}/{} {}", c.to, c.rule, c.met, c.streak_days, c.needed_days, c.words)
        };
        rows[at].conditions.iter().map(line).collect()
    };
    assert_eq!(
        board(2),
        [
            "METALS_LEAD metals lead Some(true) 2/3 divergence_rank 0.90 >= 0.80",
            "METALS_LEAD metals lead Some(true) 2/3 metals_60d +31.0 % > 0.0 %",
            "METALS_LEAD metals lead Some(true) 2/3 sessions since a 252-session high 5 <= 20",
        ]
    );
    assert_eq!(
        board(5),
        [
            "NEUTRAL gap gone Some(false) 0/3 divergence_rank 0.90, < 0.50 is needed",
            "NEUTRAL lead expired Some(false) 0/1 days since metals took the lead 2, >= 180 is needed",
            "BTC_FAVOURABLE flag Some(true) 2/5 dollar_60d -1.0 % < 0.0 %",
            "BTC_FAVOURABLE flag Some(true) 2/5 btc_20d +2.0 % > 0.0 %",
        ]
    );
    check_reasons(
        LEAD,
        &[(
            4,
            "metals lead: divergence_rank 0.90 >= 0.80 for 3 days; metals +31.0 %, Bitcoin -12.2 % in 60 days; silver at a 252-session high 5 days ago",
        )],
    );
    check_reasons(LEAD, &[(3, "sessions since a 252-session high 5 <= 20 on 2 of 3 days")]);
}
