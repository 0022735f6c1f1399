//! Draws that can be repeated, sheets that are read strictly, and figures checked by hand.

use super::*;
use crate::{
    document::{Article, DocumentId},
    tag::Tagger,
};

fn tagger() -> Tagger {
    Tagger::new(Lexicons::built_in())
}

fn fear(lexicons: &Lexicons) -> Target {
    Target::named("fear_safe_haven", lexicons).expect("it is a pole")
}

#[test]
fn sentences_fall_into_strata() {
    let tagger = tagger();
    let target = fear(tagger.lexicons());
    let check = |title: &str, text: &str, expected: &str| {
        let heads = units(&tagger.tag(title, text, None), target, tagger.lexicons());
        let told: Vec<String> =
            heads.iter().map(|head| format!("{} {}", head.sentence, head.stratum.as_str())).collect();
        assert_eq!(told.join(", "), expected, "{title:?} {text:?}");
    };
    check("Panic grips Wall Street", "", "0 told");
    check("Trade war fears ease", "", "0 reversed");
    check("No sign of panic", "", "0 silent");
    check("Fed cuts interest rates", "", "0 near");
    check("A quiet lunch", "", "0 rest");
    check("", "A quiet lunch. Panic grips Wall Street.", "1 rest, 2 told");
    check("", "", "");
    assert_eq!(Target::named("joy", tagger.lexicons()), None);
    let fear = Target::named("fear", tagger.lexicons()).expect("it is a narrative");
    assert_eq!(fear.name(tagger.lexicons()), "fear");
}

const TITLES: [&str; 5] = [
    "Panic grips Wall Street",
    "Trade war fears ease",
    "No sign of panic",
    "Fed cuts interest rates",
    "A quiet lunch",
];

/// A sample from so many copies of each title, offered in this order.
fn drawn(seed: u64, size: usize, ids: impl Iterator<Item = u64>) -> Vec<Drawn> {
    let tagger = tagger();
    let lexicons = tagger.lexicons();
    let mut sampler = Sampler::new(seed, size);
    for id in ids {
        let title = TITLES[id as usize % TITLES.len()];
        let article = Article { title: title.to_owned(), source: "a".to_owned(), ..Article::default() };
        let tagged = tagger.tag(title, "", None);
        for head in units(&tagged, fear(lexicons), lexicons) {
            let id = DocumentId(id);
            let source = UnitSource { id, day: None, article: &article, tagged: &tagged };
            sampler.offer(id, head.sentence, head.stratum, || {
                unit(&source, head.sentence, fear(lexicons), &tagger)
            });
        }
    }
    sampler.finish()
}

#[test]
fn a_seed_draws_the_same_whatever_the_order() {
    let ids = |drawn: &[Drawn]| drawn.iter().map(|one| one.unit.id.clone()).collect::<Vec<_>>();
    let first = ids(&drawn(1, 40, 0..500));
    assert_eq!(first, ids(&drawn(1, 40, (0..500).rev())));
    assert_ne!(first, ids(&drawn(2, 40, 0..500)));
    assert_eq!(first.len(), 40);
}

#[test]
fn every_stratum_is_drawn_from_and_weights_add_up() {
    let all = drawn(1, 100, 0..1000);
    for stratum in Stratum::ALL {
        let of: Vec<&Drawn> = all.iter().filter(|one| one.stratum == stratum).collect();
        assert!(of.len() >= 10, "{stratum:?}");
        let sum: f64 = of.iter().map(|one| one.weight()).sum();
        assert!((sum - 200.0).abs() < 1e-9);
    }
    // A feed smaller than the sample is drawn whole.
    assert_eq!(drawn(1, 100, 0..20).len(), 20);
    assert!(drawn(1, 100, 0..0).is_empty());
    // The order does not tell the strata apart: no stratum fills the first half alone.
    let early = all[..50].iter().filter(|one| one.stratum == Stratum::Told).count();
    assert!((8..=27).contains(&early), "{early}");
}

fn table(columns: &[&str], rows: &[Vec<String>]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(columns).expect("a vector takes all");
    rows.iter().for_each(|row| writer.write_record(row).expect("a vector takes all"));
    String::from_utf8(writer.into_inner().expect("a vector takes all")).expect("it is text")
}

fn key_of(drawn: &[Drawn]) -> String {
    let rows: Vec<Vec<String>> =
        key_rows(drawn, "fear_safe_haven", "en 1 00000000", 1).into_iter().map(Vec::from).collect();
    table(&KEY_COLUMNS, &rows)
}

/// A sheet with these labels in its order.
fn sheet_of(drawn: &[Drawn], label: impl Fn(&Drawn) -> &'static str) -> String {
    let rows = sheet_rows(drawn).into_iter().zip(drawn).map(|(mut row, one)| {
        row[1] = label(one).to_owned();
        row.to_vec()
    });
    table(&SHEET_COLUMNS, &rows.collect::<Vec<_>>())
}

#[test]
fn a_sheet_comes_back_through_a_spreadsheet() {
    let drawn = drawn(1, 10, 0..100);
    let key = read_key("k.csv", &key_of(&drawn)).expect("the key is good");
    assert_eq!((key.rows.len(), key.target.as_str()), (10, "fear_safe_haven"));
    let sheet = sheet_of(&drawn, |_| "-1");
    let read = |text: &str| verdicts(&[&read_sheet("s.csv", text, &key).expect("the sheet is good")]);
    assert_eq!(read(&sheet), [Some(Label::Reversed); 10]);
    assert_eq!(read(&format!("\u{feff}{}", sheet.replace(",-1,", ",'-1,"))), [Some(Label::Reversed); 10]);
    assert_eq!(read(&sheet.replace(",-1,", ", \u{2212}1 ,")), [Some(Label::Reversed); 10]);
    assert_eq!(read(&sheet.replace(",-1,", ",-1.0,")), [Some(Label::Reversed); 10]);
    assert_eq!(read(&sheet.replace(",-1,", ",1.0,")), [Some(Label::Told); 10]);
    assert_eq!(read(&sheet.replace(",-1,", ",0.0,")), [Some(Label::Neither); 10]);
    assert_eq!(read(&sheet.replace(',', ";")), [Some(Label::Reversed); 10]);
    assert_eq!(read(&sheet.replace(",-1,", ",?,")), [None; 10]);
    assert_eq!(read(&sheet.replace(' ', "  ")), [Some(Label::Reversed); 10]);
    let half: String = sheet.lines().take(6).map(|line| format!("{line}\n")).collect();
    assert_eq!(read(&half).iter().flatten().count(), 5);
}

#[test]
fn what_would_make_a_figure_wrong_is_refused_with_its_line() {
    let drawn = drawn(1, 10, 0..100);
    let key = read_key("k.csv", &key_of(&drawn)).expect("the key is good");
    let sheet = sheet_of(&drawn, |_| "1");
    let check = |text: &str, expected: &str| {
        let error = read_sheet("s.csv", text, &key).expect_err("it is refused");
        assert!(error.to_string().starts_with(expected), "{error}\nis not\n{expected}");
        assert!(!error.hint.is_empty());
    };
    check(&sheet_of(&drawn, |_| ""), "s.csv:1: no row has a label yet");
    // The line ends of every system, and a note of two lines.
    for end in ["\r\n", "\r"] {
        let wrong = sheet.replace('\n', end).replacen(",1,", ",1.5,", 1);
        check(&wrong, "s.csv:2: label \"1.5\"");
    }
    let noted: Vec<String> = sheet
        .lines()
        .enumerate()
        .map(|(at, line)| match at {
            1 => format!("{line}\"a\r\nb\""),
            2 => line.replacen(",1,", ",yes,", 1),
            _ => line.to_owned(),
        })
        .collect();
    check(&noted.join("\r\n"), "s.csv:4: label \"yes\"");
    let id = &drawn[0].unit.id;
    check(&sheet.replacen(",1,", ",yes,", 1), "s.csv:2: label \"yes\" is not 1, 0, -1 or ?");
    check(&sheet.replacen(id, "00:7", 1), "s.csv:2: id \"00:7\" is not in the key");
    let text = &drawn[3].unit.text;
    let line: Vec<String> = sheet
        .lines()
        .enumerate()
        .map(|(at, line)| if at == 4 { line.replace(text.as_str(), "Rain") } else { line.to_owned() })
        .collect();
    check(&line.join("\n"), &format!("s.csv:5: the text of {} is not the one", drawn[3].unit.id));
    let twice = format!("{sheet}{}\n", sheet.lines().nth(1).expect("a row"));
    check(&twice, &format!("s.csv:12: id {id:?} stands there twice"));
    check("id,text\n", "s.csv:1: it has no column \"label\"");
    check("", "s.csv:1: it has no column \"id\"");
    let key_text = key_of(&drawn);
    let check_key = |text: &str, expected: &str| {
        let error = read_key("k.csv", text).expect_err("it is refused");
        assert!(error.to_string().starts_with(expected), "{error}\nis not\n{expected}");
    };
    check_key("", "k.csv:1: it has no column \"id\"");
    check_key(key_text.lines().next().expect("a header"), "k.csv:1: the key holds no sentence");
    check_key(&key_text.replacen(",fear_safe_haven,", ",fear,", 1), "k.csv:3: it mixes two samples");
    let size = format!(",{},", drawn[0].stratum_size);
    check_key(&key_text.replacen(&size, ",x,", 1), "k.csv:2: stratum_size \"x\" is no number");
}

/// Strata as `(stratum, size, labels told, reversed, neither)`.
fn judged(strata: &[(Stratum, u64, usize, usize, usize)]) -> Judged {
    let mut key = Key { target: String::new(), lexicon: String::new(), rows: Vec::new() };
    let mut labels = Vec::new();
    for &(stratum, stratum_size, told, reversed, neither) in strata {
        let given =
            [(Some(Label::Told), told), (Some(Label::Reversed), reversed), (Some(Label::Neither), neither)];
        // A stratum without a label was drawn all the same.
        let none = usize::from(told + reversed + neither == 0);
        for (label, times) in given.into_iter().chain([(None, none)]) {
            for _ in 0..times {
                let (id, checksum) = (labels.len().to_string(), String::new());
                key.rows.push(KeyRow {
                    id,
                    stratum,
                    stratum_size,
                    field: Field::Title,
                    language: None,
                    checksum,
                });
                labels.push(label);
            }
        }
    }
    judge(&key, &labels)
}

fn of(judged: &Judged, measure: Measure) -> (f64, f64, f64) {
    let one = judged.estimates.iter().find(|one| one.measure == measure).expect("all are there");
    let (low, high) = one.interval.expect("it has an interval");
    (one.value.expect("it is known"), low, high)
}

#[test]
fn labels_are_weighed_to_the_feed() {
    use Stratum::{Rest, Reversed, Told};
    let judged = judged(&[(Told, 100, 40, 5, 5), (Reversed, 40, 2, 6, 2), (Rest, 10_000, 1, 0, 99)]);
    let check = |measure, expected: f64| {
        let (value, low, high) = of(&judged, measure);
        assert!((value - expected).abs() < 1e-12, "{measure:?} {value}, not {expected}");
        assert!(low <= value && value <= high && low < high, "{measure:?} {low} {high}");
    };
    // 80 of 100 told are told; 8 of the reversed and 100 of the rest are missed.
    check(Measure::Precision, 0.8);
    check(Measure::Recall, 80.0 / 188.0);
    check(Measure::F1, 160.0 / 288.0);
    check(Measure::ReversedTold, 10.0 / 34.0);
    check(Measure::Share, 188.0 / 10_140.0);
}

#[test]
fn intervals_stay_honest_where_nothing_was_missed() {
    use Stratum::{Rest, Told};
    let few = judged(&[(Told, 100, 50, 0, 0), (Rest, 10_000, 0, 0, 30)]);
    let (value, low, high) = of(&few, Measure::Recall);
    assert_eq!((value, high), (1.0, 1.0));
    assert!(low < 0.3, "thirty sentences do not rule out some hundred misses: {low}");
    let many = judged(&[(Told, 100, 50, 0, 0), (Rest, 10_000, 0, 0, 3000)]);
    assert!(of(&many, Measure::Recall).1 > 0.9);
    // Fifty of fifty right: the posterior's lower end is near Jeffreys' .951.
    let (_, low, _) = of(&judged(&[(Told, 1_000_000, 50, 0, 0)]), Measure::Precision);
    assert!((low - 0.951).abs() < 0.005, "{low}");
    // A stratum that was labelled whole leaves no doubt.
    let (value, low, high) = of(&judged(&[(Told, 10, 8, 2, 0)]), Measure::Precision);
    assert_eq!((value, low, high), (0.8, 0.8, 0.8));
}

#[test]
fn a_stratum_without_labels_leaves_recall_unknown() {
    use Stratum::{Rest, Told};
    let judged = judged(&[(Told, 100, 4, 0, 1), (Rest, 1000, 0, 0, 0)]);
    let value =
        |measure| judged.estimates.iter().find(|one| one.measure == measure).and_then(|one| one.value);
    assert_eq!(
        (value(Measure::Precision), value(Measure::Recall), value(Measure::F1)),
        (Some(0.8), None, None)
    );
    assert_eq!(judged.unlabelled, 1);
}

#[test]
fn agreement_is_cohens() {
    let label = |text: &str| -> Vec<Option<Label>> {
        let of = |letter| match letter {
            '+' => Some(Label::Told),
            '0' => Some(Label::Neither),
            '-' => Some(Label::Reversed),
            _ => None,
        };
        text.chars().map(of).collect()
    };
    let check = |one: &str, other: &str| agreement(&label(one), &label(other));
    // 20 both told, 15 both not, 5 and 10 apart: the example of the textbooks, kappa .4.
    let (one, other) =
        ("+".repeat(25) + &"0".repeat(25), "+".repeat(20) + "00000" + &"+".repeat(10) + &"0".repeat(15));
    let found = check(&one, &other).expect("there are labels");
    let (kappa, (low, high)) = found.kappa.expect("both used two labels");
    assert!((found.raw.0 - 0.7).abs() < 1e-12 && (kappa - 0.4).abs() < 1e-12);
    assert!(low > 0.1 && low < 0.2 && high > 0.6 && high < 0.65, "{low} {high}");
    // Never apart, and still not certain.
    let same = check("+0-+0-", "+0-+0-").expect("there are labels");
    let (kappa, (low, high)) = same.kappa.expect("all labels are used");
    assert!((kappa - 1.0).abs() < 1e-12 && (high - 1.0).abs() < 1e-12 && low < 0.6);
    assert_eq!(check("000", "000").expect("there are labels").kappa, None);
    assert_eq!(check("0?", "?0"), None);
    assert_eq!(check("+?0", "+00").expect("there are labels").rows, 2);
}

proptest::proptest! {
    #[test]
    fn no_table_makes_it_panic(text in "(id|label|text|stratum|stratum_size|told|9|,|;|\t|\"|\n|'|\u{feff}|[a-z]){0,40}") {
        let _ = read_key("k", &text);
        let key = Key { target: String::new(), lexicon: String::new(), rows: Vec::new() };
        let _ = read_sheet("s", &text, &key);
    }
}
