//! The regular forms of an English word, for entries with `match = "inflected"`.
//!
//! Works when a lexicon loads, never on text. It makes too many forms rather than too few: a form
//! that is no English word never occurs, so it costs nothing. Irregular forms are left out on
//! purpose; an entry names them by choice, `(crisis|crises)`.

/// Words up to this length stay as they are: most are function words, and `car`, `cars`, `caring`
/// shows why short nouns should name their own forms.
const LONGEST_FIXED_LETTERS: usize = 3;

/// The word itself and its regular English forms, lower case, each once.
pub(super) fn forms(word: &str) -> Vec<String> {
    let mut forms = vec![word.to_owned()];
    let plain = word.chars().all(|letter| letter.is_ascii_lowercase());
    if !plain || word.len() <= LONGEST_FIXED_LETTERS {
        return forms;
    }
    let bytes = word.as_bytes();
    let (last, before) = (bytes[bytes.len() - 1], bytes[bytes.len() - 2]);
    let root = &word[..word.len() - 1];
    let mut push = |stem: &str, endings: &[&str]| {
        for ending in endings {
            let form = format!("{stem}{ending}");
            if !forms.contains(&form) {
                forms.push(form);
            }
        }
    };
    match last {
        b'y' if !is_vowel(before) => {
            push(root, &["ies", "ied"]);
            push(word, &["ing"]);
        }
        b'e' if before == b'i' => {
            push(word, &["s", "d"]);
            push(&word[..word.len() - 2], &["ying"]);
        }
        b'e' => {
            push(word, &["s", "d"]);
            push(root, &["ing"]);
            // "agree", "free": the e stays.
            if before == b'e' {
                push(word, &["ing"]);
            }
        }
        _ => {
            let hisses = matches!(last, b's' | b'x' | b'z') || word.ends_with("ch") || word.ends_with("sh");
            if hisses {
                push(word, &["es"]);
            } else if last == b'o' {
                push(word, &["s", "es"]);
            } else {
                push(word, &["s"]);
            }
            push(word, &["ed", "ing"]);
            if doubles(bytes) {
                let doubled = format!("{word}{}", char::from(last));
                push(&doubled, &["ed", "ing"]);
            }
        }
    }
    forms
}

/// Consonant, vowel, consonant at the end: "plan", "planned".
fn doubles(word: &[u8]) -> bool {
    let [.., first, second, third] = word else { return false };
    !is_vowel(*first) && is_vowel(*second) && !is_vowel(*third) && !matches!(third, b'w' | b'x' | b'y')
}

fn is_vowel(letter: u8) -> bool {
    matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u')
}

#[cfg(test)]
mod tests {
    use super::forms;

    #[track_caller]
    fn check(word: &str, expected: &str) {
        assert_eq!(forms(word).join(" "), expected);
    }

    #[test]
    fn regular_forms_are_made() {
        check("fear", "fear fears feared fearing");
        check("ease", "ease eases eased easing");
        check("worry", "worry worries worried worrying");
        check("plan", "plan plans planed planing planned planning");
        check("crash", "crash crashes crashed crashing");
        check("free", "free frees freed freing freeing");
        check("play", "play plays played playing");
        check("untie", "untie unties untied untying");
    }

    #[test]
    fn short_words_and_foreign_letters_stay() {
        check("cut", "cut");
        check("g20x", "g20x");
        check("über", "über");
        check("", "");
    }
}
