//! The language of a text by its script alone: Chinese, Japanese, Korean or not known.
//!
//! For articles whose source declares no language. Judged by the first letters of title and text; a
//! word of other letters counts as much as one character, so that `Fed降息25bp` is Chinese and an English
//! sentence with 腾讯 in it is not. Left out on purpose: telling apart languages that share a script, and a
//! Japanese headline that has neither kana nor a character of Japan's own, which reads as Chinese.

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

#[cfg(test)]
mod tests {
    use super::language_by_script;

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
