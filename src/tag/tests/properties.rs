//! What holds for any text: generated, hostile and real.

use std::sync::LazyLock;

use proptest::{prelude::*, test_runner::TestCaseError};

use super::*;

#[test]
fn hostile_text_is_read_in_bounded_time() {
    let tagger = tagger();
    let repeat = |piece: &str| piece.repeat(200_000 / piece.len());
    for piece in [
        "a",
        "panic ",
        "no panic ease ",
        "a.",
        "U.S.",
        "(",
        "()",
        "\"",
        "' ",
        "\u{0}",
        "é",
        "war on drugs ",
        "- ",
        "~",
    ] {
        let text = repeat(piece);
        let tagged = tagger.tag(&text, &text, None);
        assert_eq!(tagged.counts, tagger.count(&text, &text, None));
    }
    assert_eq!(tagger.count("", &repeat("panic "), None).sentences, 200_000 / 6 / 256 + 1);
}

#[test]
fn hostile_chinese_is_read_in_bounded_time() {
    for piece in [
        "恐",
        "恐慌",
        "没有",
        "没有恐慌缓解",
        "市场恐慌情绪蔓延美联储降息",
        "恐慌。",
        "（",
        "（）",
        "「恐」",
        "“",
        "。",
        "｜",
        "恐 ",
        "恐\u{3000}",
        "恐\u{200b}",
        "５",
        "５．",
        "🚀恐慌",
        "Fed降息25bp",
        "\u{20000}",
    ] {
        let text = piece.repeat(100_000 / piece.len());
        let tagged = BUILT_IN.tag(&text, &text, Some("zh"));
        assert_eq!(tagged.counts, BUILT_IN.count(&text, &text, Some("zh")), "{piece}");
    }
    let text = "恐".repeat(100_000);
    let counts = BUILT_IN.count("", &text, Some("zh"));
    assert_eq!((counts.words, counts.sentences), (100_000, 100_000 / 256 + 1));
}

/// Headlines from beside the project, where they are there.
fn real_headlines(most: usize) -> Vec<String> {
    let root = std::env::var("STORYTURN_DATA").unwrap_or_else(|_| "../shared/data".to_owned());
    let path = format!("{root}/news/headlines_2025-08_2026-01.csv.gz");
    let Ok(file) = std::fs::File::open(&path) else {
        eprintln!("SKIPPED: {path} is not there; set STORYTURN_DATA");
        return Vec::new();
    };
    let mut rows = csv::Reader::from_reader(flate2::read::GzDecoder::new(file));
    rows.records().take(most).map(|row| row.expect("the file is sound")[2].to_owned()).collect()
}

#[test]
fn real_headlines_keep_the_promises() {
    let tagger = Tagger::new(Lexicons::built_in());
    let headlines = real_headlines(5000);
    let mut telling = 0;
    for title in &headlines {
        let tagged = tagger.tag(title, "", None);
        assert_eq!(tagged.counts, tagger.count(title, "", None));
        assert!(tagged.mentions.iter().all(|one| title.get(one.start..one.end).is_some()));
        telling += usize::from(tagged.counts.poles.iter().any(|pole| pole.asserted + pole.reversed > 0));
    }
    // Crypto outlets tell either story seldom, but they do.
    assert!(headlines.is_empty() || (50..2000).contains(&telling), "{telling} tell either story");
}

/// Words with an invisible letter are read letter by letter, all others eight letters at a time; words
/// before a dot are left as they are, since an abbreviation is known by its letters alone.
fn with_soft_hyphens(title: &str) -> String {
    let soft = |word: &str| {
        let mut letters = word.chars();
        let whole = word.bytes().take(2).filter(u8::is_ascii_alphabetic).count() == 2 && !word.contains('.');
        match letters.next().filter(|_| whole) {
            Some(first) => format!("{first}\u{ad}{}", letters.as_str()),
            None => word.to_owned(),
        }
    };
    let starts_anew = |before: &str| before.ends_with(['.', '\u{2026}', '"', '\u{201d}']);
    let words: Vec<&str> = title.split(' ').collect();
    let before = std::iter::once("").chain(words.iter().copied());
    let softened = words.iter().zip(before);
    softened
        .map(|(word, before)| if starts_anew(before) { (*word).to_owned() } else { soft(word) })
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn the_short_way_reads_words_as_the_long_way_does() {
    let tagger = Tagger::new(Lexicons::built_in());
    for title in real_headlines(5000) {
        let softened = with_soft_hyphens(&title);
        let told = |title: &str| {
            let tagged = tagger.tag(title, "", None);
            let mentions = tagged.mentions.iter();
            let kept: Vec<_> =
                mentions.map(|one| (one.entry, one.direction, one.modality, one.weight)).collect();
            (tagged.counts, kept)
        };
        assert_eq!(told(&title), told(&softened), "{title:?}");
    }
}

fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just(" ".to_owned()),
        "[ .,;:!?()\"'\n—–’“”-]{1,3}",
        "(panic|fear|war|rate cuts|QE|U.S. tariffs|no|ease|fails to|may|unlikely|but|and|Fed|market|nervous|panic button|flight)",
        "[a-zA-Z0-9]{1,9}",
        "\\PC{1,4}",
        any::<char>().prop_map(String::from),
    ];
    proptest::collection::vec(piece, 0..60).prop_map(|pieces| pieces.join(" ").replace("  ", ""))
}

/// Chinese of both scripts among other letters, signs and forms of full width.
fn mixed_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "(避险情绪|避險情緒|恐慌|降息|加息|關稅|关税|贬值|赤字|市场|央行|美联储|比特币|不|没有|未能|缓解|緩解|落空|预期|或|但|危机公关|放鸽子)",
        2 => "[。！？；，、：「」『』（）【】“”《》｜·—…　]{1,2}",
        1 => "[ .,;:!?()\"'\n/-]{1,2}",
        2 => "[\u{4e00}-\u{9fff}]{1,6}",
        1 => "(Fed|QE|QT|BTC|25bp|39|ＱＥ|５０％|２．５|の|恐\u{200b}慌|e\u{301}|🚀|👨‍👩‍👧|\u{20000}|\u{f900})",
        1 => "[a-zA-Z0-9]{1,5}",
        1 => any::<char>().prop_map(String::from),
    ];
    proptest::collection::vec(piece, 0..50).prop_map(|pieces| pieces.concat())
}

/// Compiled once: the lexicons built in are large.
static BUILT_IN: LazyLock<Tagger> = LazyLock::new(|| Tagger::new(Lexicons::built_in()));

proptest! {
    #[test]
    fn what_is_told_holds_for_any_text(title in text(), text in text()) {
        holds(&tagger(), &title, &text, None)?;
    }

    #[test]
    fn what_is_told_holds_for_any_mix_of_scripts(title in mixed_text(), text in mixed_text()) {
        holds(&BUILT_IN, &title, &text, Some("zh"))?;
    }

    #[test]
    fn any_string_is_read(title in "\\PC*", text in any::<String>()) {
        let tagger = tagger();
        prop_assert_eq!(tagger.tag(&title, &text, None).counts, tagger.count(&title, &text, Some("xx")));
    }
}

/// Places lie in the text, numbers in their bounds, and the sum over sentences is the count.
fn holds(tagger: &Tagger, title: &str, text: &str, language: Option<&str>) -> Result<(), TestCaseError> {
    let tagged = tagger.tag(title, text, language);
    prop_assert_eq!(&tagged.counts, &tagger.count(title, text, language));
    let of = |field| if field == Field::Title { title } else { text };
    for mention in &tagged.mentions {
        let sentence = tagged.sentences[mention.sentence as usize];
        prop_assert_eq!(mention.field, sentence.field);
        prop_assert!(mention.start < mention.end);
        prop_assert!(sentence.start <= mention.start && mention.end <= sentence.end);
        prop_assert!(of(mention.field).get(mention.start..mention.end).is_some());
        prop_assert!((1..=1000).contains(&mention.weight));
    }
    let mut last = 0;
    for (number, sentence) in tagged.sentences.iter().enumerate() {
        prop_assert!(of(sentence.field).get(sentence.start..sentence.end).is_some());
        prop_assert_eq!(sentence.field == Field::Title, number == 0);
        if number > 0 {
            prop_assert!(last <= sentence.start && sentence.start < sentence.end);
            last = sentence.end;
        }
    }
    let counts = &tagged.counts;
    for count in counts.narratives.iter().chain(&counts.poles) {
        prop_assert!(count.asserted <= 1000 * counts.sentences && count.reversed <= 1000 * counts.sentences);
        prop_assert!(count.expected <= count.asserted);
        prop_assert!((0.0..=1.0).contains(&count.score(counts.sentences)));
    }
    // The sum over sentences is the stored count.
    let contributions = tagged.contributions(&tagger.lexicons().axis);
    let mut sum = TagCounts {
        sentences: 0,
        narratives: vec![Count::default(); counts.narratives.len()],
        poles: Default::default(),
        ..counts.clone()
    };
    let add = |to: &mut Count, from: Count| {
        to.asserted += from.asserted;
        to.reversed += from.reversed;
        to.expected += from.expected;
    };
    for one in &contributions {
        sum.sentences += one.sentences;
        one.narratives.iter().for_each(|(narrative, count)| add(&mut sum.narratives[*narrative], *count));
        sum.poles.iter_mut().zip(one.poles).for_each(|(pole, count)| add(pole, count));
    }
    prop_assert_eq!(&sum, counts);
    Ok(())
}
