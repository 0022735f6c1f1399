//! Warnings from outside: what is said, where, and what is rightly let pass.

use crate::lexicon::{Lexicons, SourceFile};

const HEAD: &str = "version = \"1.0.0\"\nlanguage = \"en\"\norigin = \"test\"\nlicence = \"MIT\"\n";

/// Fear's terms begin at line 7, cues and groups too.
fn lexicons(fear: &str, cues: &str, groups: &str) -> Lexicons {
    let file = |name: &str, kind: &str, rest: &str| SourceFile {
        name: format!("{name}.toml"),
        text: format!("name = {name:?}\nkind = {kind:?}\n{HEAD}{rest}"),
    };
    let axis = "name = \"axis\"\nkind = \"axis\"\nversion = \"1.0.0\"\norigin = \"test\"\nlicence = \"MIT\"\n\
        poles = [{ name = \"from\", narratives = [\"fear\"] }, { name = \"to\", narratives = [\"money\"] }]\n\
        framing = { hedge = \"money\", risk = \"fear\" }\n";
    let mut files = vec![
        SourceFile { name: "axis.toml".to_owned(), text: axis.to_owned() },
        file("fear", "narrative", fear),
        file("money", "narrative", "terms = [{ phrases = [\"money\"] }]"),
    ];
    if !cues.is_empty() {
        files.push(file("cues", "cues", cues));
    }
    if !groups.is_empty() {
        files.push(file("groups", "group", groups));
    }
    Lexicons::load(&files).unwrap_or_else(|error| panic!("{error}"))
}

#[track_caller]
fn check(lexicons: &Lexicons, expected: &[&str]) {
    let said: Vec<String> = lexicons.warnings().iter().map(ToString::to_string).collect();
    let is_expected = said.len() == expected.len()
        && said.iter().zip(expected).all(|(said, expected)| said.starts_with(expected));
    assert!(is_expected, "{said:#?}\nare not\n{expected:#?}");
    assert!(lexicons.warnings().iter().all(|one| !one.hint.is_empty()));
}

#[track_caller]
fn check_terms(fear: &str, expected: &[&str]) {
    check(
        &lexicons(fear, "", "groups = [{ name = \"market\", phrases = [\"market\"] }]\n"),
        &[expected, UNUSED].concat(),
    );
}

const UNUSED: &[&str] = &["groups.toml:7: group \"market\" is named by no `needs`"];

#[test]
fn entries_that_never_win_are_told() {
    let check = check_terms;
    check(
        "[[terms]]\nmatch = \"inflected\"\nphrases = [\"panic\", \"fear\",\n\"fears\"]",
        &[
            "fear.toml:10: phrase \"fears\" adds nothing: \"fear\" at fear.toml:9 matches the same words and stands before it",
        ],
    );
    check(
        "[[terms]]\nphrases = [\"devaluation\", \"devalu*\"]",
        &[
            "fear.toml:8: phrase \"devaluation\" adds nothing: \"devalu*\" at fear.toml:8 matches the same words under",
        ],
    );
    check(
        "[[terms]]\nphrases = [\"(war|conflict) fears\"]\n[[terms]]\nweight = 0.5\nphrases = [\"war fears\"]",
        &[
            "fear.toml:11: phrase \"war fears\" adds nothing: \"(war|conflict) fears\" at fear.toml:8 matches the same words and weighs more",
        ],
    );
    check(
        "[[terms]]\nphrases = [\"flight ~3 safety\", \"flight ~2 safety\"]",
        &["fear.toml:8: phrase \"flight ~2 safety\""],
    );
    check(
        "[[terms]]\nmatch = \"stem\"\nphrases = [\"debasement\"]\n[[terms]]\nphrases = [\"debased\"]",
        &["fear.toml:11: phrase \"debased\""],
    );
    check("[[terms]]\nphrases = [\"qe\"]\n[[terms]]\nphrases = [\"=QE\"]", &["fear.toml:10: phrase \"=QE\""]);
    check("[[terms]]\nphrases = [\"# bps\", \"25 bps\"]", &["fear.toml:8: phrase \"25 bps\""]);
    check("[[terms]]\nphrases = [\"panic*\", \"panicked*\"]", &["fear.toml:8: phrase \"panicked*\""]);
}

#[test]
fn entries_that_can_win_are_let_pass() {
    let check = |fear: &str| check_terms(fear, &[]);
    check("[[terms]]\nphrases = [\"war\", \"trade war\", \"war fears\"]");
    // What is special stands first or weighs more.
    check(
        "[[terms]]\ndirection = \"reversed\"\nphrases = [\"panic over\"]\n[[terms]]\nphrases = [\"panic (over|on)\"]",
    );
    check("[[terms]]\nweight = 0.5\nphrases = [\"panic*\"]\n[[terms]]\nphrases = [\"panicked\"]");
    check("[[terms]]\nphrases = [\"(panic|fear) grips\", \"(fear|worry) grips\"]");
    check("[[terms]]\nphrases = [\"flight ~2 safety\", \"flight safety\"]");
    check("[[terms]]\nphrases = [\"=QE\"]\n[[terms]]\nphrases = [\"qe\"]");
    // Other narratives count beside it.
    check("[[terms]]\nphrases = [\"money\"]");
}

#[test]
fn entries_that_contradict_each_other_are_told() {
    let reversed = "[[terms]]\ndirection = \"reversed\"\nphrases = [\"(panic|fear) (gone|spent)\"]\n";
    check_terms(
        &format!("{reversed}[[terms]]\nphrases = [\"(fear|worry) (spent|grows)\"]"),
        &[
            "fear.toml:11: phrase \"(fear|worry) (spent|grows)\" and \"(panic|fear) (gone|spent)\" at fear.toml:9 match the same words and say the opposite",
        ],
    );
    check_terms(&format!("{reversed}[[terms]]\nphrases = [\"(fear|worry) grows\"]"), &[]);
}

#[test]
fn what_needs_something_near_does_not_always_win() {
    let groups = "groups = [{ name = \"market\", phrases = [\"market\"] }]\n";
    let needing = "[[terms]]\nphrases = [\"nervous*\"]\nneeds = { groups = [\"market\"] }\n";
    check(&lexicons(&format!("{needing}[[terms]]\nphrases = [\"nervous\"]"), "", groups), &[]);
    let both = format!("{needing}[[terms]]\nphrases = [\"nervous\"]\nneeds = {{ groups = [\"market\"] }}");
    check(&lexicons(&both, "", groups), &["fear.toml:11: phrase \"nervous\" adds nothing"]);
}

#[test]
fn entries_that_any_text_holds_are_told() {
    check_terms(
        "[[terms]]\nphrases = [\"panic\", \"the\",\n\"#\", \"(rout|it)\", \"the rout\"]",
        &[
            "fear.toml:8: phrase \"the\" is met in almost every text",
            "fear.toml:9: phrase \"#\" is met",
            "fear.toml:9: phrase \"(rout|it)\" is met",
        ],
    );
}

#[test]
fn exceptions_that_always_or_never_hold_are_told() {
    check_terms(
        "[[terms]]\nphrases = [\"panic button\", \"panic\"]\nunless = [\"panic button\"]",
        &[
            "fear.toml:8: phrase \"panic button\" can never count: unless \"panic button\" at line 9 holds wherever it matches",
        ],
    );
    check_terms(
        "[[terms]]\nphrases = [\"panic\"]\nunless = [\"panic button\",\n\"gold medal\"]",
        &[
            "fear.toml:10: unless \"gold medal\" can never apply: no phrase of its table shares a word with it",
        ],
    );
    check_terms("[[terms]]\nphrases = [\"pan*\"]\nunless = [\"panama\", \"tin ~2 roof\"]", &[]);
}

#[test]
fn cues_and_groups_that_nothing_reaches_are_told() {
    let fear = "[[terms]]\nphrases = [\"panic\"]";
    let cues = r#"cues = [
        { role = "reverse", phrases = ["ease", "end of"], for = ["fear"] },
        { role = "absent", phrases = ["no"], for = ["fear"], not_for = ["fear"] },
        { role = "reverse", phrases = ["end of"], reach = 2, for = ["fear"] },
        { role = "reverse", side = "either", phrases = ["fade"] },
        { role = "reverse", side = "after", phrases = ["fade"] },
        { role = "expect", phrases = ["ease"] },
        { role = "break", phrases = ["but"] },
    ]"#;
    check(
        &lexicons(fear, cues, ""),
        &[
            "cues.toml:9: cue \"no\" bends nothing",
            "cues.toml:10: cue \"end of\" adds nothing: \"end of\" at cues.toml:8 does the same",
            "cues.toml:12: cue \"fade\" adds nothing: \"fade\" at cues.toml:11 does the same",
        ],
    );
    let groups =
        "groups = [{ name = \"joins\", phrases = [\"and\"] }, { name = \"links\", phrases = [\"over\"] },
{ name = \"raises\", phrases = [\"spark\"] }, { name = \"bank\", phrases = [\"fed\"] }]\n";
    check(&lexicons(fear, "", groups), &["groups.toml:8: group \"bank\" is named by no `needs`"]);
}
