//! The room from outside: what loads, what is refused, and how the refusal reads.

use super::*;

fn file(name: &str, text: &str) -> SourceFile {
    SourceFile { name: name.to_owned(), text: text.to_owned() }
}

const AXIS: &str = r#"
name = "axis"
kind = "axis"
version = "1.0.0"
origin = "test"
licence = "MIT"
[[poles]]
name = "from"
narratives = ["fear"]
[[poles]]
name = "to"
narratives = ["money"]
[framing]
hedge = "money"
risk = "fear"
"#;

fn narrative(name: &str, language: &str, version: &str, rest: &str) -> SourceFile {
    let head = format!(
        "name = {name:?}\nkind = \"narrative\"\nversion = {version:?}\nlanguage = {language:?}\n\
         origin = \"test\"\nlicence = \"MIT\"\n"
    );
    file(&format!("{language}/{name}.toml"), &(head + rest))
}

/// An axis, a money narrative and a fear narrative that ends with `rest`, from line 7 on.
fn files(rest: &str) -> Vec<SourceFile> {
    vec![
        file("axis.toml", AXIS),
        narrative("money", "en", "1.0.0", "[[terms]]\nphrases = [\"money\"]"),
        narrative("fear", "en", "1.2.0", rest),
    ]
}

fn of_kind(kind: &str, rest: &str) -> SourceFile {
    let head = format!(
        "name = \"one\"\nkind = {kind:?}\nversion = \"1.0.0\"\nlanguage = \"en\"\norigin = \"test\"\nlicence = \"MIT\"\n"
    );
    file(&format!("en/{kind}.toml"), &(head + rest))
}

#[track_caller]
fn refused(rest: &str, expected: &str) {
    refused_files(&files(rest), expected);
}

#[track_caller]
fn refused_files(files: &[SourceFile], expected: &str) {
    let error = Lexicons::load(files).expect_err("it should be refused");
    assert!(error.to_string().contains(expected), "{error}\nis not\n{expected}");
    assert!(!error.hint.is_empty());
}

#[track_caller]
fn readings(phrase: &str, expected: usize) {
    let lexicons = Lexicons::load(&files(&format!("[[terms]]\nphrases = [{phrase:?}]"))).expect("it loads");
    let entries: Vec<_> = lexicons.languages[0].entries_of(0).collect();
    assert_eq!(entries[0].0.phrase.readings.len(), expected, "{:?}", entries[0].0.phrase.readings);
}

#[test]
fn the_built_in_lexicons_load() {
    if let Err(errors) = Lexicons::check(&Lexicons::built_in_files()) {
        let lines: Vec<String> = errors.iter().map(|error| format!("{error}\n  {}", error.hint)).collect();
        panic!("{}", lines.join("\n"));
    }
}

#[test]
fn every_lexicon_file_is_built_in() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/lexicons");
    let mut names = vec!["built in: axis.toml".to_owned()];
    for language in ["en", "zh"] {
        for file in std::fs::read_dir(format!("{root}/{language}")).expect("the folder is there") {
            names.push(format!(
                "built in: {language}/{}",
                file.expect("it can be listed").file_name().display()
            ));
        }
    }
    names.sort();
    let mut built_in: Vec<String> = Lexicons::built_in_files().into_iter().map(|file| file.name).collect();
    built_in.sort();
    assert_eq!(built_in, names);
}

#[test]
fn narratives_are_numbered_along_the_axis_then_by_name() {
    let mut files = files("[[terms]]\nphrases = [\"panic\"]");
    files.insert(0, narrative("zinc", "en", "1.0.0", "[[terms]]\nphrases = [\"zinc\"]"));
    files.insert(0, narrative("apple", "en", "1.0.0", "[[terms]]\nphrases = [\"apple\"]"));
    let lexicons = Lexicons::load(&files).expect("it loads");
    assert_eq!(lexicons.narratives, ["fear", "money", "apple", "zinc"]);
    assert_eq!((lexicons.axis.hedge, lexicons.axis.risk), (1, 0));
    let (entry, family) = lexicons.languages[0].entries_of(3).next().expect("zinc has a term");
    assert_eq!((entry.phrase.text.as_str(), entry.phrase.line, family.weight), ("zinc", 8, 1000));
    assert_eq!(family.file, "en/zinc.toml");
}

#[test]
fn the_identity_follows_the_content_only() {
    let id = |files: &[SourceFile]| Lexicons::load(files).expect("it loads").languages[0].id.clone();
    let mut files = files("[[terms]]\nphrases = [\"panic\"]");
    let first = id(&files);
    assert_eq!((first.language.as_str(), first.version.as_str()), ("en", "1.2.0"));
    files.reverse();
    files[0].name = "elsewhere/fear.toml".to_owned();
    files[0].text = files[0].text.replace('\n', "\r\n");
    assert_eq!(id(&files), first);
    files[0].text.push_str("\n# a word more");
    assert_ne!(id(&files).hash, first.hash);
}

#[test]
fn languages_live_side_by_side() {
    let mut files = files("[[terms]]\nphrases = [\"panic\"]");
    files.push(narrative("fear", "de", "1.0.0", "[[terms]]\nmatch = \"stem\"\nphrases = [\"ängste\"]"));
    files.push(narrative("money", "de", "2.0.0", "[[terms]]\nphrases = [\"geld\"]"));
    let lexicons = Lexicons::load(&files).expect("it loads");
    let language = |tag| lexicons.for_language(tag).id.language.as_str();
    assert_eq!((language(Some("de")), language(Some("de-AT")), language(Some("DE"))), ("de", "de", "de"));
    assert_eq!((language(Some("fr")), language(None)), ("en", "en"));
    files.pop();
    refused_files(&files, "de/fear.toml:1: language \"de\" has no file for narrative \"money\"");
}

#[test]
fn a_choice_of_single_words_stays_one_reading() {
    readings("panic", 1);
    readings("(fear|panic) (over|of) (war|crisis)", 1);
    readings("(fear|panic|) selling", 2);
    readings("(wall street|market|stock) fear", 2);
    readings("risk-(off|on)", 1);
    readings("fear ~2 (of|) ~3 war", 2);
}

#[test]
fn a_file_lies_in_the_folder_of_its_language() {
    let head = |name: &str, language: &str| SourceFile {
        name: name.to_owned(),
        text: format!(
            "name = \"fear\"\nkind = \"narrative\"\nversion = \"1\"\nlanguage = {language:?}\norigin = \"\"\n\
             licence = \"MIT\"\n[[terms]]\nphrases = [\"zorb\"]\n"
        ),
    };
    let check = |name: &str, language: &str, expected: &[&str]| {
        let said = Lexicons::check(&Lexicons::joined(vec![head(name, language)]));
        let said = said.err().unwrap_or_default();
        let said: Vec<String> = said.iter().map(ToString::to_string).collect();
        assert_eq!(said, expected, "{name} {language}");
    };
    check("mine/en/fear.toml", "en", &[]);
    check("my/fear.toml", "en", &[]);
    let said = "mine/en/fear.toml:4: the file stands in the folder \"en\" and its language is \"fr\"";
    check("mine/en/fear.toml", "fr", &[said]);
    let said = "zh\\fear.toml:4: the file stands in the folder \"zh\" and its language is \"en\"";
    check("zh\\fear.toml", "en", &[said]);
}

#[test]
fn faulty_phrases_are_refused_with_their_line() {
    let check = |phrase: &str, expected: &str| {
        refused(
            &format!("[[terms]]\nphrases = [\n  \"fine\",\n  {phrase:?},\n]"),
            &format!("en/fear.toml:10: {expected}"),
        );
    };
    check("", "a phrase is empty");
    check("   ", "a phrase is empty");
    check("(a|)", "phrase \"(a|)\" can be empty");
    check("~2 war", "phrase \"~2 war\" has a gap at an end");
    check("war ~1 (on|)", "phrase \"war ~1 (on|)\" has a gap at an end");
    check("war ~6 on", "gap \"~6\" is not one of ~1 to ~5");
    check("war ~3 ~3 on", "phrase \"war ~3 ~3 on\" has two gaps side by side");
    check("a ~1 b ~1 c ~1 d ~1 e", "phrase \"a ~1 b ~1 c ~1 d ~1 e\" has more than three gaps");
    check("de*", "glob \"de*\" starts with fewer than three letters");
    check("*ation", "glob \"*ation\" starts with fewer than three letters");
    check("pan*ic", "glob \"pan*ic\" has its `*` within the word");
    check("(a|(b|c)) d", "a choice in \"(a|(b|c)) d\" is nested");
    check("(a|b c", "a bracket in \"(a|b c\" is not closed");
    check("eas(e|ing)", "a bracket in \"eas(e|ing)\" touches a word");
    check("(eas)ing", "a bracket in \"(eas)ing\" touches a word");
    check("fears?", "\"fears?\" is not a word");
    check("=", "\"=\" names no word");
    check(&"(a b|c d) ".repeat(9), "phrase");
    check(&"a ".repeat(17), "phrase");
    check("fine", "phrase \"fine\" is already given at en/fear.toml:9");
    check("Fine", "phrase \"Fine\" is already given at en/fear.toml:9");
    check("(fine|fine)", "phrase \"(fine|fine)\" matches nothing but what en/fear.toml:9 matches");
}

#[test]
fn faulty_settings_are_refused_with_their_line() {
    let terms = |rest: &str| format!("[[terms]]\nphrases = [\"panic\"]\n{rest}");
    refused(&terms("weight = 1.5"), "en/fear.toml:9: weight 1.5 is not above 0 and at most 1");
    refused(&terms("weight = 0"), "en/fear.toml:9: weight 0 is not above 0 and at most 1");
    refused(&terms("weight = nan"), "en/fear.toml:9: weight NaN is not above 0 and at most 1");
    refused(&terms("wieght = 1"), "en/fear.toml:9: unknown field `wieght`");
    refused(&terms("match = \"fuzzy\""), "en/fear.toml:9: unknown variant `fuzzy`");
    refused(&terms("needs = { groups = [\"nobody\"] }"), "en/fear.toml:9: group \"nobody\" is unknown");
    refused(&terms("needs = { groups = [] }"), "en/fear.toml:9: needs names no group");
    refused("[[terms]]\nphrases = []", "en/fear.toml:8: the list of phrases is empty");
    refused("[[terms]\nphrases = []", "en/fear.toml:7: ");
    refused("", "missing field `terms`");
}

#[test]
fn faults_between_files_are_refused() {
    let good = || files("[[terms]]\nphrases = [\"panic\"]");
    let with = |file: SourceFile| [good(), vec![file]].concat();
    refused_files(&good()[1..], "no file has kind = \"axis\"");
    refused_files(&good()[..2], "axis.toml:9: narrative \"fear\" has no file");
    refused_files(&with(file("axis.toml", AXIS)), "a second axis is given");
    refused_files(&with(file("x.toml", "kind = \"poem\"")), "x.toml:1: kind \"poem\" is unknown");
    refused_files(&with(file("x.toml", "")), "x.toml:1: missing field `kind`");
    refused_files(
        &with(of_kind("group", "[[groups]]\nname = \"a\"\nphrases = [\"a*\"]")),
        "en/group.toml:9: glob",
    );
    let twice = "[[groups]]\nname = \"a\"\nphrases = [\"a\"]\n[[groups]]\nname = \"a\"\nphrases = [\"b\"]";
    refused_files(&with(of_kind("group", twice)), "en/group.toml:11: group \"a\" is defined twice");
    let cue = |rest: &str| of_kind("cues", &format!("[[cues]]\nphrases = [\"no\"]\n{rest}"));
    refused_files(&with(cue("role = \"absent\"\nreach = 25")), "en/cues.toml:10: reach 25 is not 0 to 24");
    refused_files(
        &with(cue("role = \"absent\"\nfor = [\"joy\"]")),
        "en/cues.toml:10: narrative \"joy\" is unknown",
    );
    refused_files(&with(cue("role = \"break\"\nreach = 2")), "a break cue has a side or a reach");
    refused_files(&with(cue("role = \"idle\"\nside = \"after\"")), "an idle cue has a side or a reach");
    refused_files(&with(cue("role = \"maybe\"")), "en/cues.toml:9: unknown variant `maybe`");
    let misnamed = SourceFile { name: "en/dread.toml".to_owned(), ..good().remove(2) };
    refused_files(&[good()[..2].to_vec(), vec![misnamed]].concat(), "stands in a file of another name");
    refused_files(&[], "no file has kind = \"axis\"");
}

#[test]
fn every_error_is_told_in_order() {
    let mut files = files("[[terms]]\nphrases = [\"panic\", \"de*\", \"a(b)\"]\nweight = 2");
    files.push(file("x.toml", "kind = \"poem\""));
    let errors = Lexicons::check(&files).expect_err("it should be refused");
    let lines: Vec<(&str, usize)> = errors.iter().map(|error| (error.file.as_str(), error.line)).collect();
    assert_eq!(lines, [("en/fear.toml", 8), ("en/fear.toml", 8), ("en/fear.toml", 9), ("x.toml", 1)]);
}

proptest::proptest! {
    #[test]
    fn no_file_makes_it_panic(text in "(name|kind|=|\"|\\[|\\]|\n|terms|phrases|narrative|[a-z~#*() ]){0,40}") {
        let _ = Lexicons::load(&[file("x.toml", &text)]);
    }

    #[test]
    fn no_phrase_makes_it_panic(phrase in "[a-c (|)~1-7*=#'’.é-]{0,30}") {
        let _ = Lexicons::load(&files(&format!("[[terms]]\nmatch = \"inflected\"\nphrases = [{}]", toml::Value::from(phrase))));
    }
}

const FORMS: &str = "name = \"forms\"\nkind = \"forms\"\nversion = \"1.0.0\"\nlanguage = \"zh\"\norigin = \"test\"\nlicence = \"MIT\"\n";

/// A Chinese lexicon of one phrase, with forms.
fn chinese(phrase: &str, forms: &str) -> Vec<SourceFile> {
    vec![
        file("axis.toml", AXIS),
        narrative("money", "zh", "1.0.0", "[[terms]]\nphrases = [\"钱\"]"),
        narrative("fear", "zh", "1.0.0", &format!("[[terms]]\nphrases = [{phrase:?}]")),
        file("zh/forms.toml", &format!("{FORMS}forms = {forms}\n")),
    ]
}

#[test]
fn a_character_is_a_step_of_all_its_forms() {
    let check = |phrase: &str, expected: &str| {
        let lexicons = Lexicons::load(&chinese(phrase, "[\"联聯\", \"储儲\"]")).expect("it loads");
        let entries: Vec<_> = lexicons.languages[0].entries_of(0).collect();
        let step = |step: &Step| match step {
            Step::Gap(width) => format!("~{width}"),
            Step::Word(patterns) => patterns
                .iter()
                .map(|pattern| match pattern {
                    WordPattern::Form(form) | WordPattern::Case(form) => form.clone(),
                    other => format!("{other:?}"),
                })
                .collect(),
        };
        let reading = |steps: &Vec<Step>| steps.iter().map(step).collect::<Vec<_>>().join(" ");
        let told: Vec<String> = entries[0].0.phrase.readings.iter().map(reading).collect();
        assert_eq!(told.join(" / "), expected, "{phrase}");
    };
    check("美联储", "美 联聯 储儲");
    check("美聯儲", "美 联聯 储儲");
    check("A股 ~2 (跌|大跌)", "a 股 ~2 大 跌 / a 股 ~2 跌");
    check("=QE ＱＥ２", "QE qe2");
    check("39万亿", "39 万 亿");
}

#[test]
fn what_has_no_meaning_beside_a_character_is_refused() {
    let refused =
        |phrase: &str, forms: &str, expected: &str| refused_files(&chinese(phrase, forms), expected);
    refused("=降息", "[]", "zh/fear.toml:8: \"=降息\" joins a sign to a character");
    refused("货币宽松*", "[]", "joins a sign to a character");
    refused("恐慌", "[\"联\"]", "zh/forms.toml:7: \"联\" is not two or more different characters");
    refused("恐慌", "[\"联联\"]", "is not two or more different characters");
    refused("恐慌", "[\"ab\"]", "is not two or more different characters");
    refused("恐慌", "[\"联聯\", \"聯連\"]", "character '聯' is given twice");
    // In another language a run of characters stays the word it is.
    let lexicons = Lexicons::load(&files("[[terms]]\nphrases = [\"恐慌\"]")).expect("it loads");
    let (entry, _) = lexicons.languages[0].entries_of(0).next().expect("fear has a term");
    assert_eq!(entry.phrase.readings[0].len(), 1);
}

#[test]
fn given_files_join_those_built_in_unless_they_have_an_axis() {
    let ids = |files: Vec<SourceFile>| {
        let lexicons = Lexicons::load(&Lexicons::joined(files)).expect("it loads");
        lexicons
            .languages
            .into_iter()
            .map(|one| (one.id.language, one.id.hash, one.entries.len()))
            .collect::<Vec<_>>()
    };
    let usual = Lexicons::built_in().languages;
    let built_in: Vec<_> =
        usual.iter().map(|one| (one.id.language.clone(), one.id.hash, one.entries.len())).collect();
    let copy = |name: &str| {
        let all = Lexicons::built_in_files();
        let mut file =
            all.into_iter().find(|file| file.name == format!("built in: {name}")).expect("it is there");
        file.name = format!("mine/{name}");
        file
    };
    // The same content under another path changes nothing.
    assert_eq!(ids(vec![copy("zh/fear.toml")]), built_in);
    // A file takes the place of its like, and only its language changes.
    let short = narrative("fear", "zh", "9.0.0", "[[terms]]\nphrases = [\"恐慌\"]");
    let changed = ids(vec![short]);
    assert_eq!(changed[0], built_in[0]);
    assert!(changed[1].1 != built_in[1].1 && changed[1].2 < built_in[1].2, "{changed:?}");
    // A language of its own comes in addition.
    let axis = Lexicons::built_in().axis;
    let names = Lexicons::built_in().narratives;
    let mut needed: Vec<usize> = axis.poles.iter().flat_map(|pole| pole.narratives.clone()).collect();
    needed.extend([axis.hedge, axis.risk]);
    let german: Vec<SourceFile> = needed
        .iter()
        .map(|&id| narrative(&names[id], "de", "1.0.0", "[[terms]]\nphrases = [\"angst\"]"))
        .collect();
    let languages: Vec<String> = ids(german).into_iter().map(|(language, ..)| language).collect();
    assert_eq!(languages, ["de", "en", "zh"]);
    // With an axis the files stand alone, and a file that cannot be read is told of by itself.
    assert_eq!(ids(files("[[terms]]\nphrases = [\"panic\"]")).len(), 1);
    assert_eq!(Lexicons::joined(vec![file("broken.toml", "kind =")]).len(), 1);
    assert!(Lexicons::joined(Vec::new()).is_empty());
}

#[test]
fn every_character_of_a_phrase_knows_its_traditional_form() {
    let lexicons = Lexicons::built_in();
    let chinese = lexicons.for_language(Some("zh"));
    let cues = chinese.cues.iter().map(|cue| &cue.phrase);
    let unless = chinese.families.iter().flat_map(|family| &family.unless);
    let groups = chinese.groups.iter().flat_map(|group| &group.phrases);
    let entries = chinese.entries.iter().map(|entry| &entry.phrase);
    // Big5 is the character set of the traditional script: what it lacks is written in another way there.
    let is_traditional = |form: &str| !encoding_rs::BIG5.encode(form).2;
    for step in
        entries.chain(cues).chain(unless).chain(groups).flat_map(|phrase| phrase.readings.iter().flatten())
    {
        let Step::Word(patterns) = step else { continue };
        let forms: Vec<&str> = patterns
            .iter()
            .filter_map(
                |pattern| if let WordPattern::Form(form) = pattern { Some(form.as_str()) } else { None },
            )
            .collect();
        // Numbers and acronyms have no forms.
        if forms.is_empty() {
            continue;
        }
        assert!(
            forms.iter().any(|form| is_traditional(form)),
            "{forms:?} has no traditional form in zh/forms.toml"
        );
    }
}
