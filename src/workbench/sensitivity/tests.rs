//! Leaving out by the short way against a lexicon that really lacks the entry, and sums by hand.

use super::*;
use crate::{
    document::{Basis, DocumentId, Fingerprint},
    lexicon::{Lexicon, Lexicons, SourceFile},
    tag::Tagger,
};

const HEAD: &str = "version = \"1.0.0\"\nlanguage = \"en\"\norigin = \"test\"\nlicence = \"MIT\"\n";

/// A lexicon in which entries hide each other, cues stand in entries, and clauses part at break words.
fn lexicons() -> Lexicons {
    let file = |name: &str, kind: &str, rest: &str| SourceFile {
        name: format!("en/{name}.toml"),
        text: format!("name = {name:?}\nkind = {kind:?}\n{HEAD}{rest}"),
    };
    let axis = r#"
        poles = [{ name = "from", narratives = ["fear"] }, { name = "to", narratives = ["money"] }]
        framing = { hedge = "money", risk = "fear" }
    "#;
    let axis = axis.to_owned();
    let head =
        "name = \"axis\"\nkind = \"axis\"\nversion = \"1.0.0\"\norigin = \"test\"\nlicence = \"MIT\"\n";
    let files = [
        SourceFile { name: "axis.toml".to_owned(), text: head.to_owned() + &axis },
        file(
            "fear",
            "narrative",
            r#"
            [[terms]]
            phrases = ["war", "trade war", "trade war (fears|panic)", "panic", "fears", "run on banks"]
            unless = ["war room"]
            [[terms]]
            weight = 0.5
            phrases = ["trade", "risk ~2 off", "nerves"]
            needs = { groups = ["market"] }
            [[terms]]
            direction = "reversed"
            phrases = ["calm"]
            "#,
        ),
        file(
            "money",
            "narrative",
            "[[terms]]\nphrases = [\"easing\", \"easing panic\", \"rate cut\", \"cut as expected\"]\n",
        ),
        file(
            "direction",
            "cues",
            r#"cues = [
                { role = "reverse", side = "either", phrases = ["easing", "calm", "ends"] },
                { role = "absent", phrases = ["no"] },
                { role = "break", phrases = ["as", "but", "on"] },
            ]"#,
        ),
        file("groups", "group", "groups = [{ name = \"market\", phrases = [\"market\", \"banks\"] }]\n"),
    ];
    Lexicons::load(&files).unwrap_or_else(|error| panic!("{error}"))
}

/// The same lexicons without one entry.
fn without(lexicons: &Lexicons, entry: usize) -> Lexicons {
    let mut less = lexicons.clone();
    less.languages[0].entries.remove(entry);
    less
}

/// Both ways to leave out every entry agree on an article.
#[track_caller]
fn check(tagger: &Tagger, taggers: &[Tagger], title: &str, text: &str) {
    let changes = changes(tagger, title, text, None);
    assert_eq!(changes.counts, tagger.count(title, text, None));
    for (entry, less) in taggers.iter().enumerate() {
        let brute = less.count(title, text, None).poles;
        let found = changes.without.iter().find(|(number, _)| *number as usize == entry);
        let short = found.map_or(changes.counts.poles, |(_, poles)| *poles);
        assert_eq!(short, brute, "without entry {entry} in {title:?} {text:?}");
    }
}

fn taggers(lexicons: &Lexicons) -> Vec<Tagger> {
    let entries: &Lexicon = &lexicons.languages[0];
    (0..entries.entries.len()).map(|entry| Tagger::new(without(lexicons, entry))).collect()
}

#[test]
fn a_shorter_match_takes_the_place_and_cues_inside_wake() {
    let lexicons = lexicons();
    let (tagger, all) = (Tagger::new(lexicons.clone()), taggers(&lexicons));
    for title in [
        "trade war fears",
        "Trade war panic hits market",
        "trade war ends",
        "easing panic",
        "no easing panic, no war",
        "run on banks, war room",
        "risk is off as market calm",
        "rate cut as expected",
        "war as calm ends",
        "",
        "nothing here",
    ] {
        check(&tagger, &all, title, "");
        check(&tagger, &all, "", title);
        check(&tagger, &all, title, &format!("{title}. Panic in the war room!\n{title} {title}"));
    }
}

proptest::proptest! {
    #[test]
    fn the_short_way_equals_brute_force(
        title in "(trade |war |fears |panic |easing |no |calm |ends |as |market |risk |off |cut |rate |expected |run |on |banks |room |x |, |\\. |U\\.S\\. |\n|\u{2019}){0,9}",
        text in "(trade |war |fears |panic |easing |no |calm |ends |as |market |risk |off |cut |rate |expected |run |on |banks |room |x |, |\\. |U\\.S\\. |\n|\"|\\(|\\)){0,24}",
    ) {
        static BOTH: std::sync::OnceLock<(Tagger, Vec<Tagger>)> = std::sync::OnceLock::new();
        let (tagger, all) = BOTH.get_or_init(|| {
            let lexicons = lexicons();
            (Tagger::new(lexicons.clone()), taggers(&lexicons))
        });
        check(tagger, all, &title, &text);
    }
}

fn document(id: u64, source: &str, changes: &ArticleChanges) -> ScoredDocument {
    ScoredDocument {
        id: DocumentId(id),
        source: source.to_owned(),
        fingerprint: Fingerprint::default(),
        basis: Basis::Claimed,
        words: changes.counts.words,
        scores: crate::index::scores(&changes.counts),
    }
}

#[test]
fn what_moves_is_summed_by_day() {
    let lexicons = lexicons();
    let tagger = Tagger::new(lexicons.clone());
    let entry = |phrase: &str| {
        let entries = &lexicons.languages[0].entries;
        entries.iter().position(|entry| entry.phrase.text == phrase).expect("it is there") as u32
    };
    let mut sums = Sensitivity::default();
    let days: [&[&str]; 3] = [&["panic", "rate cut", "rain"], &["war", "war"], &["rain"]];
    for (day, titles) in days.iter().enumerate() {
        let changed: Vec<(usize, ArticleChanges)> =
            titles.iter().map(|title| (0, changes(&tagger, title, "", None))).collect();
        let documents: Vec<ScoredDocument> = (0..)
            .zip(&changed)
            .map(|(id, (_, changes))| document(id, &format!("source {id}"), changes))
            .collect();
        sums.add_day(Day(day as i32), &[&documents], &changed);
    }
    let whole = sums.whole();
    assert_eq!((whole.articles, whole.told, whole.days, whole.entries), (6, [3, 1], 3, 3));
    let near = |one: f64, other: f64| assert!((one - other).abs() < 1e-12, "{one} is not {other}");
    near(whole.means[0], (1.0 / 3.0 + 1.0) / 3.0);
    let influences = sums.influences();
    let of = |phrase: &str| influences.iter().find(|one| one.entry.1 == entry(phrase)).expect("it moves");
    assert_eq!(influences[0].entry.1, entry("war"), "what moves most comes first");
    let war = of("war");
    assert_eq!((war.articles, war.lost, war.gained, war.days, war.turned), (2, [2, 0], [0, 0], 1, 1));
    near(war.means[0], -1.0 / 3.0);
    near(war.farthest, 1.0);
    near(war.moved, 1.0 / 3.0);
    assert_eq!(war.correlation, None, "the balance no longer varies");
    // Fear and debasement cancel on the first day.
    let cut = of("rate cut");
    assert_eq!((cut.days, cut.turned, cut.lost), (1, 1, [0, 1]));
    near(cut.farthest, -1.0 / 3.0);
    assert!(cut.correlation.expect("it varies") > 0.9);
}
