//! The language of a text by its script alone: Chinese, Japanese, Korean or not known; and whether the
//! script is another than Latin, in which several languages are written.
//!
//! For articles whose source declares no language. Judged by the first letters of title and text; a
//! word of other letters counts as much as one character, so that `Fed降息25bp` is Chinese and an English
//! sentence with 腾讯 in it is not. Left out on purpose: telling apart languages that share a script, and a
//! Japanese headline that has neither kana nor a character of Japan's own, which reads as Chinese.

use std::ops::RangeInclusive;

/// Letters looked at: the answer is settled long before.
const MOST_LETTERS: usize = 400;
/// A single character is a sign or a name.
const FEWEST_CHARACTERS: u32 = 2;
/// One letter of Japan's own in so many characters is Japanese: its headlines have one in eight at least,
/// while a Chinese text has one in a name.
const CHARACTERS_A_KANA: u32 = 12;
/// One Korean syllable in so many characters is Korean, which quotes Chinese characters now and then.
const CHARACTERS_A_SYLLABLE: u32 = 4;
/// Characters as Japan alone writes them: neither the traditional nor the simplified Chinese form.
const JAPANESE_FORMS: &str =
    "円価経済総戦対応変売発気実図関観権検験険営拡県広鉱黒歳雑従続単団弾鉄転伝闘徳読両緑労録恵撃厳圧";

/// `zh`, `ja` or `ko`, where most of what a text says is written so.
pub fn language_by_script(title: &str, text: &str) -> Option<&'static str> {
    let (mut han, mut kana, mut hangul, mut words) = (0_u32, 0, 0, 0);
    // Within a run of letters and digits; one that starts with a digit is a number, whatever unit it has.
    let mut in_run = false;
    let letters = title.chars().chain([' ']).chain(text.chars());
    for letter in letters.take(4 * MOST_LETTERS) {
        let was_in_run = std::mem::take(&mut in_run);
        match letter {
            _ if letter.is_ascii_digit() => in_run = true,
            _ if letter.is_ascii_alphabetic() => {
                words += u32::from(!was_in_run);
                in_run = true;
            }
            _ if letter.is_ascii() => {}
            '\u{3041}'..='\u{30fa}' | '\u{30fc}'..='\u{30ff}' | '\u{ff66}'..='\u{ff9d}' => kana += 1,
            '\u{ac00}'..='\u{d7a3}' | '\u{1100}'..='\u{11ff}' => hangul += 1,
            '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{323af}' => {
                han += 1;
                kana += u32::from(JAPANESE_FORMS.contains(letter));
            }
            _ if letter.is_alphabetic() => {
                words += u32::from(!was_in_run);
                in_run = true;
            }
            _ => {}
        }
        if han + kana + hangul + words >= MOST_LETTERS as u32 {
            break;
        }
    }
    let all = han + kana + hangul;
    if all < FEWEST_CHARACTERS || all <= words {
        None
    } else if hangul * CHARACTERS_A_SYLLABLE > han {
        Some("ko")
    } else if kana > 0 && kana * CHARACTERS_A_KANA >= han {
        Some("ja")
    } else {
        Some("zh")
    }
}

/// A script in which neither English nor Chinese is written.
#[derive(Debug, PartialEq, Eq)]
pub struct Script {
    /// Its name in English.
    pub name: &'static str,
    /// Two-letter codes of the languages written in it that news comes in.
    pub languages: &'static [&'static str],
    letters: &'static [RangeInclusive<char>],
}

/// In the order of their code points.
const SCRIPTS: [Script; 17] = [
    script("Greek", &["el"], &['\u{370}'..='\u{3ff}', '\u{1f00}'..='\u{1fff}']),
    script(
        "Cyrillic",
        &["ru", "uk", "bg", "be", "sr", "mk", "kk", "ky", "mn", "tg"],
        &['\u{400}'..='\u{52f}', '\u{1c80}'..='\u{1c8f}', '\u{2de0}'..='\u{2dff}'],
    ),
    script("Armenian", &["hy"], &['\u{530}'..='\u{58f}']),
    script("Hebrew", &["he", "yi"], &['\u{590}'..='\u{5ff}', '\u{fb1d}'..='\u{fb4f}']),
    script(
        "Arabic",
        &["ar", "fa", "ur", "ps", "ku", "ug"],
        &['\u{600}'..='\u{6ff}', '\u{750}'..='\u{77f}', '\u{8a0}'..='\u{8ff}', '\u{fb50}'..='\u{feff}'],
    ),
    script("Devanagari", &["hi", "mr", "ne"], &['\u{900}'..='\u{97f}']),
    script("Bengali", &["bn", "as"], &['\u{980}'..='\u{9ff}']),
    script("Gurmukhi", &["pa"], &['\u{a00}'..='\u{a7f}']),
    script("Gujarati", &["gu"], &['\u{a80}'..='\u{aff}']),
    script("Tamil", &["ta"], &['\u{b80}'..='\u{bff}']),
    script("Indic", &["or", "te", "kn", "ml", "si"], &['\u{b00}'..='\u{b7f}', '\u{c00}'..='\u{dff}']),
    script("Thai", &["th"], &['\u{e00}'..='\u{e7f}']),
    script("Lao", &["lo"], &['\u{e80}'..='\u{eff}']),
    script("Tibetan", &["bo", "dz"], &['\u{f00}'..='\u{fff}']),
    script("Burmese", &["my"], &['\u{1000}'..='\u{109f}']),
    script("Georgian", &["ka"], &['\u{10a0}'..='\u{10ff}', '\u{1c90}'..='\u{1cbf}']),
    script("Ethiopic or Khmer", &["am", "ti", "km"], &['\u{1200}'..='\u{139f}', '\u{1780}'..='\u{17ff}']),
];

const fn script(
    name: &'static str,
    languages: &'static [&'static str],
    letters: &'static [RangeInclusive<char>],
) -> Script {
    Script { name, languages, letters }
}

/// The script of most of the first letters of title and text, where it is not the one of English or of
/// Chinese; a formula or a name in Greek letters makes no text Greek.
pub fn other_script(title: &str, text: &str) -> Option<&'static Script> {
    let mut counts = [0_usize; SCRIPTS.len()];
    let mut read = 0;
    let letters = title.chars().chain(text.chars()).take(4 * MOST_LETTERS);
    for letter in letters.filter(|letter| letter.is_alphabetic()).take(MOST_LETTERS) {
        read += 1;
        let own = |script: &Script| script.letters.iter().any(|range| range.contains(&letter));
        if letter >= FIRST_OTHER_LETTER
            && let Some(at) = SCRIPTS.iter().position(own)
        {
            counts[at] += 1;
        }
    }
    let most = (0..SCRIPTS.len()).max_by_key(|at| counts[*at])?;
    (2 * counts[most] > read).then_some(&SCRIPTS[most])
}

/// The first of them all; below it stands Latin.
const FIRST_OTHER_LETTER: char = '\u{370}';

#[cfg(test)]
mod tests {
    use super::{language_by_script, other_script};

    #[test]
    fn other_scripts_are_named() {
        let check = |title: &str, expected: Option<&str>| {
            for (title, text) in [(title, ""), ("", title)] {
                assert_eq!(other_script(title, text).map(|script| script.name), expected, "{title}");
            }
        };
        check("Золото дорожает: ФРС снизит ставку", Some("Cyrillic"));
        check("الذهب يرتفع مع تصاعد المخاوف", Some("Arabic"));
        check("הזהב עולה", Some("Hebrew"));
        check("सोना महंगा हुआ", Some("Devanagari"));
        check("ราคาทองคำพุ่ง", Some("Thai"));
        check("Ο χρυσός ανεβαίνει", Some("Greek"));
        check("ოქრო ძვირდება", Some("Georgian"));
        for latin in [
            "",
            "25 %",
            "Gold jumps",
            "Goldpreis fällt über Nacht",
            "Vàng tăng giá",
            "α and β of gold",
            "Ставка: Fed holds",
            "避险情绪",
            "🚀",
        ] {
            check(latin, None);
        }
    }

    #[track_caller]
    fn check(title: &str, expected: Option<&str>) {
        assert_eq!(language_by_script(title, ""), expected, "{title}");
        assert_eq!(language_by_script("", title), expected, "{title}");
    }

    #[test]
    fn chinese_is_known_by_its_characters() {
        for title in [
            "避险情绪升温",
            "避險情緒升溫，金價創新高",
            "Fed降息25bp",
            "BTC避险",
            "比特币ETF净流入10亿美元",
            "美联储：QE 不会重启",
            "无印良品の关税影响有限，投资者继续买入黄金避险",
        ] {
            check(title, Some("zh"));
        }
    }

    #[test]
    fn japanese_and_korean_are_not_chinese() {
        for title in
            ["金価格は最高値を更新", "米利下げ観測", "円安進行で輸出株高", "日銀の利上げ", "ビットコイン急落"]
        {
            check(title, Some("ja"));
        }
        for title in ["금값 사상 최고치", "美 연준 금리 인하", "비트코인 급락"] {
            check(title, Some("ko"));
        }
    }

    #[test]
    fn other_languages_stay_unknown() {
        for title in [
            "",
            "25%",
            "Gold jumps as fear grips markets",
            "Tencent (腾讯) shares fall on tariff fears",
            "金",
            "Золото дорожает",
            "ذهب",
            "🚀🚀",
        ] {
            check(title, None);
        }
    }
}
