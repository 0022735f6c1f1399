//! Who does what to whom in a headline: small words that look like hopes, two statements joined by "and",
//! ends that undo each other, and traps. Sentences of our own, in families whose siblings no label holds.
//!
//! Each check says which of the two poles the built-in lexicon must find told, and whether as done or expected.
//! Left out on purpose: how often that is right on real headlines, which `labelled` measures.

use storyturn::{lexicon::Lexicons, tag::Tagger};

/// What a headline says of a pole: `+` it is told as so, `?` as expected, `-` reversed, `0` nothing.
#[track_caller]
fn check(pole: usize, expected: &str, headlines: &[&str]) {
    let tagger = Tagger::new(Lexicons::built_in());
    for headline in headlines {
        let count = tagger.count(headline, "", Some("en")).poles[pole];
        let told = match (count.asserted, count.expected, count.reversed) {
            (0, _, 0) => "0",
            (asserted, expected, reversed) if asserted > reversed && expected >= asserted => "?",
            (asserted, _, reversed) if asserted > reversed => "+",
            (asserted, _, reversed) if asserted == reversed => "+-",
            _ => "-",
        };
        assert_eq!(told, expected, "{headline}: {count:?}");
    }
}

const FEAR: usize = 0;
const MONEY: usize = 1;

#[test]
fn a_preposition_is_no_plan() {
    check(
        MONEY,
        "+",
        &[
            "Shares respond to ECB rate cut",
            "Gold gains attributed to Fed rate cut",
            "Bank of England cuts rates more than forecast",
        ],
    );
    check(
        FEAR,
        "+",
        &[
            "Freight slump tied to trade war",
            "Layoffs due to trade war mount",
            "Panic was seen across global stock markets",
        ],
    );
    check(MONEY, "?", &["Norges Bank to cut rates", "RBA set to cut rates", "Riksbank likely to cut rates"]);
    check(FEAR, "?", &["Brazil to impose tariffs on steel", "Ottawa about to slap sanctions on Russia"]);
}

#[test]
fn and_joins_statements_or_subjects() {
    check(
        FEAR,
        "+-",
        &[
            "Trade war fears grow and haven demand fades",
            "Recession fears fade and trade tensions flare",
            "Safe haven demand wanes and war rages in Sudan",
        ],
    );
    check(
        FEAR,
        "-",
        &["Trade war fears and recession worries fade", "Geopolitical tensions ease and haven demand fades"],
    );
}

#[test]
fn two_ends_undo_each_other() {
    check(
        FEAR,
        "+",
        &[
            "No ceasefire in Sudan war",
            "No sign of a truce in Sudan war",
            "Bid to ease trade tensions collapses",
            "Weekend calm shattered by drone attack",
            "White House ends tariff waivers",
            "Stock market rout is far from over",
            "Funds dump equities for bonds",
        ],
    );
    check(FEAR, "?", &["Hopes that recession fears would fade evaporate"]);
    check(MONEY, "?", &["Hike bets fade", "Rate hike bets fade"]);
    check(MONEY, "-", &["Payrolls dashing hopes of rate cut"]);
    check(MONEY, "+", &["Money supply growth quickens as central banks print"]);
}

#[test]
fn what_is_gone_or_never_came() {
    check(
        FEAR,
        "-",
        &["War premium seeps out of crude", "Fear leaves Wall Street", "Trade tensions collapse"],
    );
    check(
        FEAR,
        "0",
        &[
            "Traders doubt recession is near",
            "Recession odds are slim",
            "The recession never came",
            "Haven demand nowhere in sight",
        ],
    );
    check(MONEY, "-", &["The debasement trade looks dead"]);
    check(MONEY, "0", &["Is the debasement trade dead?"]);
}

#[test]
fn words_borrowed_for_something_else() {
    check(
        FEAR,
        "0",
        &[
            "Exchange reopens withdrawals after prolonged shutdown",
            "Trade war chest",
            "Man indicted over espionage for Iran paid in bitcoin",
        ],
    );
    check(
        MONEY,
        "0",
        &["Miner acquires Sound Money", "What a pandemic stimulus check would be worth in bitcoin"],
    );
}
