//! The language of a text whose page declares none: by its small words, or its script.
//!
//! After `body`, on the article's text. Counts the words that are frequent in one language and rare in
//! the others; the answer is `None` where too few are found or two languages come close, for a wrong
//! language keeps an article from its lexicon. Only the languages news comes in are known.

/// Words looked at: the answer is settled long before.
const MAX_WORDS: usize = 400;
/// Fewer words say nothing.
const MIN_WORDS: usize = 20;
/// The small words listed make up this share of the words of a text in their language; measured, they
/// are a sixth to a third.
const MIN_SHARE: f32 = 0.08;
/// The first language has this many times the small words of the second.
const MIN_LEAD: f32 = 1.5;

/// Small words by language. Those of related languages are chosen to differ.
const SMALL_WORDS: [(&str, &str); 16] = [
    (
        "en",
        "the and of to in is that for with was on are this by from have has not been which will its their were would",
    ),
    (
        "de",
        "der die und das den von ist mit für auf nicht ein eine dem des sich auch als wird sind bei einen hat zum zur oder nach wie",
    ),
    (
        "fr",
        "le et la les des est dans une pour qui sur pas avec plus ce cette sont aux ont mais nous vous leur été ses était du au",
    ),
    (
        "es",
        "que del el y se los las una por con para del más como pero sus este esta al fue han entre también desde sobre hay años lo la",
    ),
    (
        "it",
        "il di che per una non con del della sono gli nel alla dei anche dal più delle come questo essere ha nella degli",
    ),
    (
        "pt",
        "não uma com os dos para mais por das foi ao pela pelo são mas também seu sua já até ele isso em na no",
    ),
    (
        "nl",
        "het een van dat zijn voor niet met ook maar aan wordt naar door deze bij over heeft kan uit werd zich om",
    ),
    (
        "pl",
        "nie się na że jest to przez ale jak od po dla są być tym oraz który które jego może także już za",
    ),
    ("sv", "och att är för inte ett från också jag när där eller efter blir mycket än under"),
    ("fi", "ja on ei se että oli ovat myös mutta kun joka sen hän ole tai kuin mukaan jos vain ovat"),
    ("tr", "ve bir bu için olarak ile daha çok olan gibi da de ancak kadar sonra değil ise olduğu"),
    ("cs", "je se na že to jsem jako ale pro by jsou není také být jeho který které už tak podle při"),
    ("hu", "az hogy nem egy és is ez már volt mint csak meg azt lehet sem pedig még vagy volt"),
    ("ru", "в и не на что с по как это для но его из был от также так или же за при"),
    ("bg", "на да се от за са че ще като това ни до при след или той тя им който които"),
    ("uk", "і в не на що з та як це для але його із був від також або до у під"),
];

/// The two-letter code, where the text is clearly in one language.
pub(in crate::extract) fn detected(text: &str) -> Option<&'static str> {
    if let Some(code) = by_script(text) {
        return Some(code);
    }
    let mut counts = [0_u32; SMALL_WORDS.len()];
    let mut read = 0_u32;
    let words = text.split(|letter: char| !letter.is_alphabetic()).filter(|word| !word.is_empty());
    for word in words.take(MAX_WORDS) {
        read += 1;
        // Longer words are in no list.
        if word.len() > 16 {
            continue;
        }
        let word = word.to_lowercase();
        for ((_, list), count) in SMALL_WORDS.iter().zip(&mut counts) {
            *count += u32::from(list.split(' ').any(|small| small == word));
        }
    }
    let mut order: Vec<usize> = (0..counts.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(counts[*at]));
    let (first, second) = (counts[order[0]] as f32, counts[order[1]] as f32);
    let is_clear =
        read as usize >= MIN_WORDS && first >= MIN_SHARE * read as f32 && first >= MIN_LEAD * second;
    is_clear.then(|| SMALL_WORDS[order[0]].0)
}

/// Languages that have a script of their own, by most of the first letters.
fn by_script(text: &str) -> Option<&'static str> {
    const LETTERS: usize = 400;
    const SCRIPTS: [(&str, std::ops::RangeInclusive<char>); 6] = [
        ("ja", '\u{3040}'..='\u{30ff}'),
        ("ko", '\u{ac00}'..='\u{d7a3}'),
        ("el", '\u{370}'..='\u{3ff}'),
        ("he", '\u{590}'..='\u{5ff}'),
        ("th", '\u{e00}'..='\u{e7f}'),
        ("zh", '\u{4e00}'..='\u{9fff}'),
    ];
    let letters = || text.chars().filter(|letter| letter.is_alphabetic()).take(LETTERS);
    let all = letters().count();
    // Japanese is written in Chinese characters too: a fifth of its own settles it.
    SCRIPTS.iter().find_map(|(code, range)| {
        let own = letters().filter(|letter| range.contains(letter)).count();
        (all >= MIN_WORDS && (2 * own > all || *code == "ja" && 5 * own > all)).then_some(*code)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(detected(text), expected, "{text}");
    }

    #[test]
    fn small_words_tell() {
        check(
            "Silver rose to a record on Friday as investors sought safety, and the dollar fell for the third day in a row, which has not been seen since the spring.",
            Some("en"),
        );
        check(
            "Der Goldpreis ist am Freitag auf ein Rekordhoch gestiegen, weil die Anleger nach Sicherheit suchen und der Dollar seit drei Tagen fällt.",
            Some("de"),
        );
        check(
            "L'or a atteint un record vendredi, les investisseurs cherchent la sécurité et le dollar est en baisse pour la troisième fois dans une semaine qui a été agitée sur les marchés.",
            Some("fr"),
        );
        check(
            "El oro subió el viernes a un máximo histórico por la búsqueda de seguridad de los inversores, y el dólar cayó por tercer día entre las principales monedas.",
            Some("es"),
        );
    }

    #[test]
    fn scripts_tell() {
        check(&"金価格は金曜日に最高値を更新した。".repeat(3), Some("ja"));
        check(&"黄金价格周五创下历史新高投资者寻求安全".repeat(3), Some("zh"));
        check(&"금값이 금요일 사상 최고치를 기록했다 ".repeat(3), Some("ko"));
    }

    #[test]
    fn what_is_unclear_stays_unknown() {
        check("", None);
        check("Gold 2000", None);
        check(&"Lorem ipsum dolor sit amet consectetur ".repeat(9), None);
        check(&"the der les los ".repeat(20), None);
    }

    proptest::proptest! {
        #[test]
        fn nothing_panics(text in ".{0,300}") {
            let _ = detected(&text);
        }
    }
}
