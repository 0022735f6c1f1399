//! Any bytes as the answer of a provider, in each format: closes of days that are over, or a stated refusal.

#![no_main]

use libfuzzer_sys::fuzz_target;
use storyturn::{
    calendar::Day,
    prices::{Columns, Format, Provider, parse_answer},
};

fuzz_target!(|bytes: &[u8]| {
    let Some((first, answer)) = bytes.split_first() else { return };
    let at = "2026-01-26T12:00:00Z".parse().expect("an instant");
    let today = Day::containing(at);
    let provider = Provider {
        name: "desk".to_owned(),
        series: ["btc", "real_yield"][usize::from(first / 128)].to_owned(),
        url: "https://prices.example/".parse().expect("an address"),
        format: Format::ALL[usize::from(*first) % Format::ALL.len()],
        columns: Columns::default(),
        clock: None,
        enabled: true,
        since: today,
        overlap_days: 7,
        days_per_request: None,
        history_days: None,
        pause: None,
        key: None,
    };
    match parse_answer(&provider, answer, at) {
        Ok(parsed) => {
            assert!(parsed.rows.iter().all(|(day, close)| *day <= today && close.is_finite()));
            assert!(parsed.rows.is_sorted_by(|a, b| a.0 < b.0));
        }
        Err(error) => assert!(!error.to_string().is_empty() && !error.hint().is_empty()),
    }
});
