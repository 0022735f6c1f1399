//! Conditions and endings in plain words.

use super::*;

fn condition(name: &'static str, value: Option<f64>, relation: Relation, threshold: f64) -> Condition {
    Condition {
        to: State::Neutral,
        rule: "rest over",
        name,
        value,
        relation,
        threshold,
        met: value.map(|value| relation.holds(value, threshold)),
        streak_days: 0,
        needed_days: 3,
        words: String::new(),
    }
}

#[test]
fn what_is_asked_for_is_said_plainly() {
    let check = |name, value, relation, threshold, expected: &str| {
        let said = asked(&condition(name, value, relation, threshold)).replace('\u{a0}', " ");
        assert_eq!(said, expected);
    };
    use Relation::{Above, AtLeast, AtMost, Below};
    check(
        "divergence_rank",
        Some(0.41),
        AtLeast,
        0.8,
        "a gap wider than on 80 % of earlier days (today 41 %)",
    );
    check("metals_60d", Some(-0.0274), Above, 0.0, "metals that have risen over 60 days (today −2.7 %)");
    check("metals_60d", None, Above, 0.05, "Metals, change over 60 days above +5.1 % (unknown today)");
    check("dollar_60d", Some(0.011), Below, 0.0, "a dollar lower than 60 days before (today +1.1 %)");
    check(
        "sessions since a 252-session high",
        Some(f64::INFINITY),
        AtMost,
        20.0,
        "a one-year high of silver or gold within 20 sessions (today none yet)",
    );
    check(
        "Bitcoin since the flag",
        Some(-0.1),
        AtMost,
        -0.2,
        "Bitcoin since the flag at most −20.0 % (today −10.0 %)",
    );
    check("something new", Some(1.0), AtLeast, 2.0, "something new at least +2.00 (today +1.00)");
}

#[test]
fn a_value_is_never_written_as_its_threshold() {
    let read = |value| {
        let reading = reading(&condition("divergence_rank", Some(value), Relation::AtLeast, 0.8));
        (reading.value.replace('\u{a0}', " "), reading.threshold.replace('\u{a0}', " "))
    };
    assert_eq!(read(0.94), ("94 %".into(), "80 %".into()));
    assert_eq!(read(0.7996), ("79.96 %".into(), "80.00 %".into()));
    assert_eq!(read(0.8), ("80 %".into(), "80 %".into()));
}

#[test]
fn the_rule_of_an_entry_is_its_first_word() {
    assert_eq!(rule_of("price-only: FAILED: Bitcoin since the flag"), "FAILED");
    assert_eq!(rule_of("priced in: gap"), "priced in");
    for rule in ["FAILED", "priced in", "overheated", "dollar rises", "flag expired"] {
        assert_ne!(ending(rule), ending(""), "{rule} has no words of its own");
    }
}
