//! A cut that is made, one that is hoped for, one that is doubted and one that is taken back are four
//! different things: sentences of our own, in families whose siblings no label holds.
//!
//! Each line says what the built-in lexicon must make of a headline for the pole of debasement and liquidity.
//! Left out on purpose: how often it is right on real headlines, which `labelled` measures.

use storyturn::{lexicon::Lexicons, tag::Tagger};

/// What a headline tells of looser or weaker money.
#[derive(Debug, PartialEq)]
enum Told {
    /// It happens.
    Made,
    /// It is hoped for, planned or feared.
    Expected,
    /// Not at all: doubted, refused, or about something else.
    Nothing,
    /// The other way round.
    Reversed,
}

fn check(headlines: &[&str], expected: &Told) {
    let tagger = Tagger::new(Lexicons::built_in());
    for headline in headlines {
        let pole = tagger.count(headline, "", Some("en")).poles[1];
        let told = match (pole.asserted, pole.expected, pole.reversed) {
            (0, _, 0) => Told::Nothing,
            (asserted, _, reversed) if reversed >= asserted => Told::Reversed,
            (asserted, expected, _) if expected >= asserted => Told::Expected,
            _ => Told::Made,
        };
        assert_eq!(told, *expected, "{headline}: {pole:?}");
    }
}

#[test]
fn money_is_loosened() {
    check(
        &[
            "The RBNZ slashes its cash rate by half a point",
            "Norges Bank lowers rates for first time since 2020",
            "ECB delivers third straight cut",
            "Bank of Canada eases for fourth time",
            "PBOC lowers reserve requirement for big banks",
            "Fed pumps $50 billion into repo market",
            "ECB begins buying covered bonds",
            "Tokyo unveils 21 trillion yen stimulus package",
        ],
        &Told::Made,
    );
}

#[test]
fn loosening_is_only_hoped_for() {
    check(
        &[
            "Fed seen cutting in September",
            "Traders price in two cuts by year-end",
            "Waller backs July cut",
            "ECB easing bets increase",
            "Fed to start buying Treasury bills",
            "Stocks rise on rate cut hopes",
            "Trump promises tariff dividend checks",
            "Goolsbee says Fed rates can come down",
        ],
        &Told::Expected,
    );
}

#[test]
fn doubts_and_other_cuts_tell_nothing() {
    check(
        &[
            "Fed unlikely to cut before June",
            "September rate cut not a done deal, says Fisher",
            "BOJ holds off on easing",
            "BoE to cut growth forecasts",
            "Fed survey shows banks easing mortgage lending standards",
            "OPEC cuts output",
            "Company cuts jobs",
            "Inflation risks easing",
            "Silver supply deficit persists",
            "Trade deficit widens",
            "Sears to offer cash for gold",
            "Uniswap liquidity pools surge",
        ],
        &Told::Nothing,
    );
}

#[test]
fn loosening_is_taken_back() {
    check(
        &[
            "Fed hikes rates by 75 bps",
            "Fed signals slower pace of cuts",
            "ECB ends asset purchases",
            "Rate-cut hopes crushed by hot CPI",
            "Rate cut odds tumble",
            "Probability of December interest rate cut falls below 50%",
            "Hot jobs data dash hopes of Fed easing",
            "Powell: no hurry to cut",
            "Worries about Fed stimulus curb",
            "Central bank drops easing bias",
            "Stimulus withdrawn",
            "Germany posts budget surplus",
        ],
        &Told::Reversed,
    );
}

#[test]
fn money_loses_its_worth() {
    check(
        &[
            "Argentina devalues peso by 50%",
            "Egypt floats pound",
            "Bitcoin soars as investors flee fiat",
            "Gold climbs as dollar retreats",
            "Silver surges as greenback tumbles",
            "Central banks diversify away from dollar into gold",
            "The dollar is losing purchasing power",
            "Fitch cuts France to A+",
            "US deficit widens to $1.8 trillion",
            "Debt-laden Italy faces market test",
        ],
        &Told::Made,
    );
    check(
        &[
            "Dollar slips vs yen",
            "Gold falls as dollar pares losses",
            "Debt-laden Barrick sells mine",
            "Petrobras may sell dollar bonds",
            "Porsche renews dollar hedges",
            "Bitcoin treasury raises buying power",
        ],
        &Told::Nothing,
    );
}
