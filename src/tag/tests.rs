//! The room from outside, on a small lexicon of its own and on sentences of our own.

use super::*;
use crate::lexicon::SourceFile;

mod properties;

const HEAD: &str = "version = \"1.0.0\"\nlanguage = \"en\"\norigin = \"test\"\nlicence = \"MIT\"\n";

fn tagger() -> Tagger {
    let file = |name: &str, text: String| SourceFile { name: format!("en/{name}.toml"), text };
    let narrative =
        |name: &str, rest: &str| file(name, format!("name = {name:?}\nkind = \"narrative\"\n{HEAD}{rest}"));
    let axis = r#"
        name = "axis"
        kind = "axis"
        version = "1.0.0"
        origin = "test"
        licence = "MIT"
        poles = [{ name = "from", narratives = ["fear", "war"] }, { name = "to", narratives = ["money"] }]
        framing = { hedge = "hedge", risk = "risk" }
    "#;
    let files = [
        file("axis", axis.to_owned()),
        narrative(
            "fear",
            r#"
            [[terms]]
            match = "inflected"
            phrases = ["(fear|panic)", "panic selling", "risk (aversion|off)", "flight ~2 to (safety|quality)"]
            unless = ["panic button", "fear of missing out"]
            [[terms]]
            weight = 0.5
            phrases = ["nervous"]
            needs = { groups = ["market"] }
            [[terms]]
            phrases = ["wobble"]
            needs = { groups = ["market"], within = "sentence", when = ["bank"] }
            [[terms]]
            direction = "reversed"
            phrases = ["risk appetite", "=CALM"]
            [[terms]]
            phrases = ["crash ~5 of ~5 century"]
            "#,
        ),
        narrative(
            "war",
            r#"
            [[terms]]
            phrases = ["war", "(tension|tensions)", "world's worst", "=US tariffs", "over duties"]
            unless = ["war on drugs"]
            [[terms]]
            direction = "reversed"
            phrases = ["ceasefire"]
            "#,
        ),
        narrative(
            "money",
            r##"
            [[terms]]
            phrases = ["rate (cut|cuts)", "=QE", "# basis points", "monetary easing", "devalu*", "printing money"]
            [[terms]]
            match = "stem"
            weight = 0.8
            phrases = ["debasement"]
            [[terms]]
            phrases = ["liquidity"]
            needs = { groups = ["market", "bank"], within = "sentence" }
            [[terms]]
            modality = "expected"
            phrases = ["cut hopes"]
            "##,
        ),
        narrative("hedge", "[[terms]]\nphrases = [\"digital gold\"]"),
        narrative("risk", "[[terms]]\nphrases = [\"tech stock\"]"),
        file(
            "direction",
            format!("name = \"direction\"\nkind = \"cues\"\n{HEAD}")
                + r#"
            cues = [
                { role = "absent", phrases = ["no (sign|signs) of", "without", "not", "no"], reach = 3 },
                { role = "reverse", side = "either", match = "inflected", phrases = ["ease", "fade", "calm"] },
                { role = "reverse", phrases = ["end of", "end to", "dents"], not_for = ["money"] },
                { role = "reverse", phrases = ["calm"], reach = 1 },    # the same words in two families
                { role = "reverse", side = "after", phrases = ["crushed", "(rise|rises)"], for = ["money"], reach = 1 },
                { role = "absent", side = "after", phrases = ["unfounded"], reach = 1 },
                { role = "reverse", phrases = ["close of", "lull in"] },
                { role = "reverse", phrases = ["close of"], reach = 6 },
                { role = "absent", phrases = ["lull in"] },
                { role = "restore", phrases = ["fails to", "fail to", "unable to", "despite efforts to"] },
                { role = "expect", phrases = ["bets on", "may", "(hopes|hope) for", "expected"] },
                { role = "expect", side = "after", phrases = ["expected", "ahead"], reach = 2 },
                { role = "doubt", phrases = ["unlikely", "doubts over"] },
                { role = "doubt", side = "after", phrases = ["unlikely"], reach = 2 },
                { role = "idle", phrases = ["than expected", "calm shattered", "hopes for calm"] },
                { role = "break", phrases = ["but", "while", "as", "even though"] },
            ]"#,
        ),
        file(
            "groups",
            format!("name = \"groups\"\nkind = \"group\"\n{HEAD}")
                + r#"
            groups = [
                { name = "market", match = "inflected", phrases = ["market", "wall street"] },
                { name = "bank", phrases = ["fed", "central bank"] },
                { name = "joins", phrases = ["and"] },
                { name = "links", phrases = ["over", "of", "between"] },
                { name = "raises", phrases = ["sparks", "spark"] },
                { name = "moves", phrases = ["grows", "rages"] },
            ]"#,
        ),
    ];
    Tagger::new(Lexicons::load(&files).unwrap_or_else(|error| panic!("{error}")))
}

/// Every mention as `narrative:words`, with `-` where reversed, `0` absent, `?` expected, `!` doubted
/// and `x` suppressed.
#[track_caller]
fn check(title: &str, expected: &str) {
    let tagger = tagger();
    let tagged = tagger.tag(title, "", None);
    let told: Vec<String> = tagged
        .mentions
        .iter()
        .map(|mention| {
            let mark = match (&mention.suppressed, mention.direction, mention.modality) {
                (Some(_), ..) => "x",
                (_, _, Modality::Doubted) => "!",
                (_, Direction::Absent, _) => "0",
                (_, Direction::Reversed, _) => "-",
                (_, _, Modality::Expected) => "?",
                _ => "",
            };
            format!(
                "{mark}{}:{}",
                tagger.lexicons().narratives[mention.narrative],
                &title[mention.start..mention.end]
            )
        })
        .collect();
    assert_eq!(told.join(", "), expected, "{title:?}: {:#?}", tagged.mentions);
}

#[test]
fn phrases_are_found_whatever_their_case_and_punctuation() {
    check("Panic grips traders", "fear:Panic");
    check("PANIC SELLING HITS MARKETS", "fear:PANIC SELLING");
    check("panics, panicked", "fear:panics");
    check("Risk-off mood", "fear:Risk-off");
    check("risk\u{2011}off and risk\u{2013}off", "fear:risk\u{2011}off, fear:risk\u{2013}off");
    check("risk, aversion", "");
    check("the war\u{2019}s cost, the war's cost", "war:war, war:war");
    check("\u{201c}war\u{201d} (war) 'war' war.", "war:war, war:war, war:war, war:war");
    check("the world\u{2019}s worst", "war:world\u{2019}s worst");
    check("warfare, unwar, wars", "");
    check("w\u{ad}ar", "war:w\u{ad}ar");
}

#[test]
fn patterns_match_what_they_say() {
    check("QE is back, qe is not", "money:QE");
    check("Q.E. is back", "money:Q.E.");
    check("U.S. tariffs, US tariffs, us tariffs", "war:U.S. tariffs, war:US tariffs");
    check(
        "25 basis points, 0.25 basis points, 25-basis points",
        "money:25 basis points, money:0.25 basis points, money:25-basis points",
    );
    check("many basis points", "");
    check("devaluation, devalues, devolution, devalu", "money:devaluation, money:devalues, money:devalu");
    check("printing money, print_ing money, prints money", "money:printing money");
    check("debased, debasing, debase, base", "money:debased, money:debasing, money:debase");
    check("flight to safety", "fear:flight to safety");
    check("flight of capital to quality", "fear:flight of capital to quality");
    check("flight of much foreign capital to quality", "");
    check("flight, to quality", "");
    check("flight but back to quality", "");
    check("STAY CALM, calm", "-fear:CALM");
}

#[test]
fn the_longest_wins_within_a_narrative_and_all_count_across() {
    check("panic selling", "fear:panic selling");
    check("panic selling panic", "fear:panic selling, fear:panic");
    check("war panic", "war:war, fear:panic");
}

#[test]
fn exceptions_suppress() {
    check("hit the panic button", "xfear:panic");
    check("panic, button", "fear:panic");
    check("the war on drugs is a war", "xwar:war, war:war");
    check("the fear of missing out", "xfear:fear");
}

#[test]
fn needs_must_be_met_near() {
    check("nervous investors", "xfear:nervous");
    check("nervous markets", "fear:nervous");
    check("nervous investors, calm markets", "xfear:nervous");
    check("nervous investors (markets)", "xfear:nervous");
    check("markets (shut) nervous", "fear:nervous");
    check("liquidity returns, says the Fed's man", "money:liquidity");
    check("liquidity returns, says Fred", "xmoney:liquidity");
    check("a wobble in Spain", "fear:wobble");
    check("a wobble at the Fed", "xfear:wobble");
    check("a wobble at the Fed, says the market", "fear:wobble");
}

#[test]
fn cues_in_front_bend() {
    check("no sign of panic", "0fear:panic");
    check("no sign of any real panic", "0fear:panic");
    check("no sign of it in this whole panic", "fear:panic");
    check("no sign of rain, panic", "fear:panic");
    check("without panic", "0fear:panic");
    check("Deal eases tensions", "-war:tensions");
    check("easing tensions", "-war:tensions");
    check("an end to the war", "-war:war");
    check("end of monetary easing", "money:monetary easing");
    check("dents risk appetite", "fear:risk appetite");
    check("no risk appetite", "0fear:risk appetite");
}

#[test]
fn cues_behind_bend() {
    check("tensions ease", "-war:tensions");
    check("war fears fade", "-war:war, -fear:fears");
    check("tensions fade and ease", "-war:tensions");
    check("tensions ease: panic", "-war:tensions, fear:panic");
    check("panic unfounded", "0fear:panic");
    check("rate cut bets crushed", "-money:rate cut");
    check("rate cut rises", "-money:rate cut");
    check("war rises", "war:war");
}

#[test]
fn what_is_raised_is_not_reversed() {
    check("end of aid sparks fears", "fear:fears");
    check("no aid sparks fears", "fear:fears");
    check("does not spark fears", "0fear:fears");
    check("fears spark aid to calm", "fear:fears");
    check("fears ease and spark aid", "-fear:fears");
    check("shares ease over duties", "war:over duties");
}

#[test]
fn reversals_nest() {
    check("fails to calm fears", "fear:fears");
    check("calm fears", "-fear:fears");
    check("Fed fails to calm fears", "fear:fears");
    check("despite efforts to calm the panic", "fear:panic");
    check("fears fail to ease", "fear:fears");
    check("fears do not ease", "fear:fears");
    check("no sign of easing tensions", "war:tensions");
    check("no sign of tensions easing", "war:tensions");
    check("end to calm fears", "fear:fears");
    check("calming and easing fears", "-fear:fears");
    check("unlikely to ease tensions", "war:tensions");
}

#[test]
fn a_cue_that_stands_in_two_tables_acts_once() {
    check("close of the war", "-war:war");
    check("close of easing tensions", "war:tensions");
    check("lull in war", "0war:war");
    check("no lull in war", "war:war");
}

#[test]
fn a_verb_belongs_to_its_object() {
    check("ceasefire calms panic", "-war:ceasefire, -fear:panic");
    check("ceasefire eases the panic", "-war:ceasefire, -fear:panic");
    check("tensions ease over war", "-war:tensions, -war:war");
    check("Monetary easing, war", "money:Monetary easing, war:war");
    check("war monetary easing", "war:war, money:monetary easing");
}

#[test]
fn clauses_bound_the_reach() {
    check("tensions remain as fears ease", "war:tensions, -fear:fears");
    check("no panic but war", "0fear:panic, war:war");
    check("panic \u{2014} easing", "fear:panic");
    check("panic - easing", "fear:panic");
    check("panic-easing", "-fear:panic");
    check("panic; ease", "fear:panic");
    check("panic even though it eases", "fear:panic");
    check("says \u{201c}there is no end to it\u{201d} panic", "fear:panic");
    check("says \u{201c}no\u{201d} panic", "0fear:panic");
    check("tensions (war) ease", "-war:tensions, war:war");
}

#[test]
fn and_ends_a_clause_between_two_statements() {
    check("war grows and panic eases", "war:war, -fear:panic");
    check("panic eases and war grows", "-fear:panic, war:war");
    check("panic eases and the new war still rages", "-fear:panic, war:war");
    check("war and panic ease", "-war:war, -fear:panic");
    check("tensions ease and fade", "-war:tensions");
    check("war eases and calms panic", "-war:war, -fear:panic");
    check("war grows and panic", "war:war, fear:panic");
    check("war grows, and panic eases", "war:war, -fear:panic");
}

#[test]
fn an_idle_cue_keeps_those_within_it_idle() {
    check("rate cut deeper than expected", "money:rate cut");
    check("rate cut expected", "?money:rate cut");
    check("calm shattered, panic", "fear:panic");
    check("calm shattered panic", "fear:panic");
    check("hopes for calm in war", "war:war");
}

#[test]
fn modality_is_read() {
    check("bets on rate cuts", "?money:rate cuts");
    check("rate cut expected", "?money:rate cut");
    check("rate cuts lie ahead", "?money:rate cuts");
    check("Fed delivers rate cut", "money:rate cut");
    check("rate cut unlikely", "!money:rate cut");
    check("doubts over a rate cut", "!money:rate cut");
    check("cut hopes", "?money:cut hopes");
    check("hopes for a ceasefire", "-war:ceasefire");
}

#[test]
fn explanations_name_the_words() {
    let tagged = tagger().tag("Fed fails to calm fears, hits panic button, nervous", "", None);
    let told: Vec<_> =
        tagged.mentions.iter().map(|one| (one.cue.as_deref(), one.suppressed.as_deref())).collect();
    assert_eq!(
        told,
        [
            (Some("reversed by \"calm\", restored by \"fails to\""), None),
            (None, Some("unless \"panic button\"")),
            (None, Some("needs market in the clause")),
        ]
    );
    assert_eq!(tagger().entry(None, tagged.mentions[0].entry), ("(fear|panic)", "en/fear.toml"));
    assert_eq!(tagger().entry(None, u32::MAX), ("", ""));
}

#[track_caller]
fn check_counts(title: &str, text: &str, sentences: u32, narrative: &str, expected: (u32, u32, u32)) {
    let tagger = tagger();
    let counts = tagger.count(title, text, None);
    let id = tagger.lexicons().narrative(narrative).expect("it is there");
    let count = counts.narratives[id];
    assert_eq!(
        (counts.sentences, (count.asserted, count.reversed, count.expected)),
        (sentences, expected),
        "{title:?} {text:?}"
    );
}

#[test]
fn sentences_count_once_and_the_title_twice() {
    check_counts("Panic", "", 2, "fear", (2000, 0, 0));
    check_counts("", "Panic. Panic and panic. Calm.", 3, "fear", (2000, 0, 0));
    check_counts("Panic! Panic? Panic.", "No panic.", 3, "fear", (2000, 0, 0));
    check_counts("Quiet", "Nervous markets. Panic in nervous markets.", 4, "fear", (1500, 0, 0));
    check_counts("", "Panic eases. Panic.", 2, "fear", (1000, 1000, 0));
    check_counts("", "A rate cut. A rate cut may come, debased.", 2, "money", (2000, 0, 0));
    check_counts("", "A debased coin may see a rate cut.", 1, "money", (1000, 0, 200));
    check_counts("", "", 0, "fear", (0, 0, 0));
    check_counts("***", " \n -- \n", 0, "fear", (0, 0, 0));
}

#[test]
fn a_title_repeated_by_the_text_counts_once() {
    check_counts("Panic", "Panic\nMore.", 3, "fear", (2000, 0, 0));
    check_counts("Panic", "  Panic. More.", 3, "fear", (2000, 0, 0));
    check_counts("Panic", "Panic", 2, "fear", (2000, 0, 0));
    check_counts("Panic", "Panic grew. More.", 4, "fear", (3000, 0, 0));
}

#[test]
fn the_pole_counts_a_sentence_once() {
    let counts = tagger().count("War and panic", "War. Tensions ease. A rate cut.", None);
    assert_eq!(counts.poles[0], Count { asserted: 3000, reversed: 1000, expected: 0 });
    assert_eq!(counts.poles[1], Count { asserted: 1000, reversed: 0, expected: 0 });
    assert_eq!(counts.poles[0].score(counts.sentences), 0.4);
    assert_eq!(counts.words, 9);
}

#[test]
fn framing_weighs_hedge_against_risk() {
    let tagger = tagger();
    let framing = |text: &str| tagger.count("", text, None).btc_framing(tagger.lexicons());
    assert_eq!(framing("Digital gold. Digital gold. A tech stock. Rain."), Some(1.0 / 3.0));
    assert_eq!(framing("A tech stock."), Some(-1.0));
    assert_eq!(framing("Rain."), None);
    assert_eq!(framing(""), None);
}

#[test]
fn memories_do_not_leak_between_articles() {
    let tagger = tagger();
    let first = tagger.tag("devaluing debasements", "", None);
    for word in 0..5000 {
        tagger.count(&format!("devalu{word:x} debas{word:x}"), "", None);
    }
    assert_eq!(tagger.tag("devaluing debasements", "", None), first);
}
