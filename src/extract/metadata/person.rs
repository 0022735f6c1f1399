//! One candidate for a writer's name: cut to the name, and judged.
//!
//! Text in, text out, for `byline`. Knows "By" in several languages, roles, dates and what else stands
//! around names; knows no page. Names are told by their shape alone, so a name in lower case is missed
//! and a place may be taken for one.

use std::sync::LazyLock;

use regex::Regex;

/// Whatever is longer is no name with what stands around it.
const MAX_BYLINE_CHARS: usize = 160;
/// Names have at most this many words.
const MAX_NAME_WORDS: usize = 5;

static BY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^\W*((written|posted|published|story|reported|words|text|article|veröffentlicht|erstellt|eingestellt|(ein\s+)?beitrag|blog\s+beitrag|(ein\s+|mehr\s+)?artikel|more|geschrieben|verfasst|ein\s+gastbeitrag|publié|publicado|escrito|scritto|zeige\s+alle\s+beiträge|alle\s+beiträge|view\s+all\s+posts)\s+)?(by|von|par|por|door|di|autor(en|in|es)?|authors?|auteurs?|from|text|texte|автор|tekst|av|af)\s*:?\s+")
        .expect("the pattern is constant")
});
static DATED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^\W*((posted|published|veröffentlicht|publié|geschrieben|erstellt)\s+)?((on|am|le|el)\s+)?(\p{L}{2,10},?\s+)?([0-9]{1,2}[./-]\s?[0-9]{1,2}[./-]\s?[0-9]{2,4}|[0-9]{1,2}\.?\s+\p{L}{3,10}\.?\s+[0-9]{4}|\p{L}{3,10}\.?\s+[0-9]{1,2},?\s+[0-9]{4}|[0-9]{4}-[0-9]{2}-[0-9]{2})(,?\s*(um\s+|at\s+)?[0-9]{1,2}[:.h][0-9]{2}(\s*uhr)?)?\s*([|/•·,–—-]+|(?-i:by|von|par|por)(?-u:\b))\s*")
        .expect("the pattern is constant")
});
static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[^0-9|•·]{5,40}[|•·][^0-9]{0,20}[0-9]{1,4}[./ -]").expect("the pattern is constant")
});
static END: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\s*(\||//|•|·|(?-u:\b)on\s+\w+day(?-u:\b)|(?-u:\b)posted(?-u:\b)|(?-u:\b)published(?-u:\b)|(?-u:\b)updated(?-u:\b)|(?-u:\b)veröffentlicht(?-u:\b)|\s[–—-]\s|\(|[0-9]{1,2}[./:][0-9]|(?-u:\b)(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*\.?\s+[0-9]|(?-u:\b)[0-9]{1,2}\.?\s+\p{L}+\.?\s+[0-9]{4}|(?-u:\b)[0-9]{1,2}\.?\s+(januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember)(?-u:\b)|(?-u:\b)[0-9]{4}(?-u:\b)|(?-u:\b)(says|sagt|schreibt|dice)(?-u:\b)|\s(am|um|on|at|le)\s*$|(?-u:\b)am\s+\w+(tag|woch)(?-u:\b)|(?-u:\b)alle\s+(artikel|beiträge)|(?-u:\b)view\s+all(?-u:\b)|(?-u:\b)zeige\s+alle(?-u:\b)|(?-u:\b)(image|illustration|illustrationen|fotos?|photos?|bild|bilder)(?-u:\b)|(?-u:\b)(datum|date|stand|kategorie|category|lesezeit|shares?|follow|folgen)(?-u:\b)\s*:?|@).*$")
        .expect("the pattern is constant")
});
static ROLE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(,?\s*(?-u:\b)(senior|staff|chief|contributor|contributing|reporter|correspondent|editor|special\s+to|chefredakteur(in)?|redakteur(in)?|redaktion|korrespondent(in)?|journalist(in)?|autor(in)?)(?-u:\b).*|\s+기자)$")
        .expect("the pattern is constant")
});
static JOINED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\s*(?:[,;]|\s(?:and|und|et|y|og|och|en|ja|i|&|with|mit|/)\s)\s*")
        .expect("the pattern is constant")
});

/// Words that are no name alone.
const GENERIC: [&str; 16] = [
    "admin",
    "administrator",
    "editor",
    "staff",
    "author",
    "by",
    "unknown",
    "guest",
    "webmaster",
    "autor",
    "publiziert",
    "follow",
    "folgen",
    "published",
    "posted",
    "about",
];
/// Words of buttons: a text with one is no name.
const BUTTONS: [&str; 12] = [
    "twitter",
    "facebook",
    "whatsapp",
    "linkedin",
    "instagram",
    "pinterest",
    "telegram",
    "newsletter",
    "login",
    "share",
    "teilen",
    "mehr",
];
/// Agencies, whose short names are as good as a person's full one.
const AGENCIES: [&str; 28] = [
    "afp",
    "ap",
    "reuters",
    "dpa",
    "apa",
    "sid",
    "ansa",
    "efe",
    "tass",
    "xinhua",
    "pa",
    "upi",
    "bloomberg",
    "sda",
    "kna",
    "epd",
    "dts",
    "anp",
    "belga",
    "ritzau",
    "ntb",
    "tt",
    "stt",
    "bns",
    "pti",
    "ani",
    "kyodo",
    "yonhap",
];
/// Small words inside names.
const PARTICLES: [&str; 28] = [
    "de", "la", "van", "von", "der", "den", "del", "di", "da", "dos", "das", "do", "du", "le", "al", "el",
    "bin", "bint", "ibn", "ten", "ter", "zu", "zur", "vom", "af", "av", "y", "e",
];

/// Whether a line says that it names its writer: "By Jane Doe", "12 March 2024 - Jane Doe", "Jane Doe |
/// 12.03.2024".
pub(super) fn says_by(text: &str) -> bool {
    let text = text.trim();
    DATED.is_match(text) || BY.is_match(text) || NAMED.is_match(text)
}

/// The candidates in a text that may name several writers.
pub(super) fn split(text: &str) -> Vec<String> {
    let text = text.trim();
    if text.len() > 8 * MAX_BYLINE_CHARS {
        return Vec::new();
    }
    // "Jane Doe": most have nothing to part.
    if !text.contains([',', ';', '&', '/']) && text.split(' ').nth(2).is_none() {
        return vec![text.to_owned()];
    }
    let parts: Vec<&str> = JOINED.split(text).map(str::trim).filter(|part| !part.is_empty()).collect();
    if parts.len() < 2 {
        return vec![text.to_owned()];
    }
    // Parts only where each could be a writer: "Smith, John" and "Reuters and agencies" stay whole.
    let names = parts.iter().filter_map(|part| clean(part)).filter(|name| is_full_name(name)).count();
    if names > 0 { parts.into_iter().map(str::to_owned).collect() } else { vec![text.to_owned()] }
}

/// A name, without "By", dates, roles and addresses; `None` when nothing like a name is left.
pub(super) fn clean(text: &str) -> Option<String> {
    let text = text.trim();
    if text.contains("://") || text.starts_with("www.") || text.chars().count() > MAX_BYLINE_CHARS {
        return None;
    }
    // An address of a mailbox names nobody.
    if text.contains('@') && !text.contains(char::is_whitespace) {
        return None;
    }
    let text = DATED.replace(text, "");
    let text = BY.replace(&text, "");
    // Twice: behind a date that is gone, "on" is an end too.
    let text = END.replace(&text, "");
    let text = END.replace(&text, "");
    let bare = ROLE.replace(&text, "");
    // "Jane Doe, senior editor" but "Example staff reporter".
    let text = if is_full_name(trimmed(&bare)) || bare.ends_with(is_hangul) { &bare } else { &text };
    let text = trimmed(text);
    let lower = text.to_lowercase();
    if text.contains(':') || lower.starts_with("veröffentlicht") || GENERIC.contains(&lower.as_str()) {
        return None;
    }
    if lower.split(|letter: char| !letter.is_alphanumeric()).any(|word| BUTTONS.contains(&word)) {
        return None;
    }
    let letters = text.chars().filter(|letter| letter.is_alphabetic()).count();
    (letters >= 2).then(|| text.to_owned())
}

fn is_hangul(letter: char) -> bool {
    ('가'..='힣').contains(&letter)
}

fn trimmed(text: &str) -> &str {
    let text =
        text.trim_matches(|letter: char| !letter.is_alphanumeric() && !matches!(letter, '.' | ')' | '"'));
    text.trim_start_matches(['.', ')', '"']).trim_end_matches('"')
}

/// Whether a text has the shape of a name: one to five words, each with a capital or a script without
/// any, small words only inside.
pub(super) fn is_name(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_word = |word: &&str| {
        let Some(first) = word.trim_start_matches(['\'', '’', '(', '"']).chars().next() else {
            return false;
        };
        first.is_alphabetic() && !first.is_lowercase() && !word.chars().any(|letter| letter.is_ascii_digit())
    };
    let ends_as_name = |word: &&str| {
        let is_short = word.chars().count() <= 3;
        !word.ends_with([',', ';', '?', '!']) && (!word.ends_with('.') || is_short)
    };
    (1..=MAX_NAME_WORDS).contains(&words.len())
        && words.first().is_some_and(is_word)
        && words.last().is_some_and(|word| is_word(word) && ends_as_name(word))
        && words.iter().all(|word| is_word(word) || PARTICLES.contains(word))
}

/// A name of several words.
pub(super) fn is_full_name(text: &str) -> bool {
    is_name(text) && text.contains(char::is_whitespace)
}

/// The name of a news agency.
pub(super) fn is_agency(text: &str) -> bool {
    AGENCIES.contains(&text.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_out_of_what_stands_around() {
        let check =
            |text: &str, expected: Option<&str>| assert_eq!(clean(text).as_deref(), expected, "{text}");
        check("By Jane Doe", Some("Jane Doe"));
        check("Von Jürgen Groß | 12. März 2024", Some("Jürgen Groß"));
        check("Jane Doe, Senior Editor", Some("Jane Doe"));
        check("Jane Doe Chefredakteurin", Some("Jane Doe"));
        check("Jane Doe (jd)", Some("Jane Doe"));
        check("Jane Doe am", Some("Jane Doe"));
        check("Jane Doe am Samstag, 7 Uhr", Some("Jane Doe"));
        check("Jane Doe, 07 Dezember", Some("Jane Doe"));
        check("12.03.2024 - Jane Doe", Some("Jane Doe"));
        check("21. Jan 2022 // Jane Doe", Some("Jane Doe"));
        check("Posted on March 12, 2024 by Jane Doe", Some("Jane Doe"));
        check("Example staff reporter", Some("Example staff reporter"));
        check("jane@example.com", None);
        check("https://example.com/jane", None);
        check("admin", None);
        check("12", None);
        check("", None);
    }

    #[test]
    fn several_names_are_parted() {
        let check = |text: &str, expected: &[&str]| assert_eq!(split(text), expected, "{text}");
        check("Jane Doe og John Roe", &["Jane Doe", "John Roe"]);
        check("Jane Doe, John Roe and Jim Poe", &["Jane Doe", "John Roe", "Jim Poe"]);
        check("Doe, Jane", &["Doe, Jane"]);
        check("Reuters and agencies", &["Reuters and agencies"]);
    }

    #[test]
    fn names_have_a_shape() {
        let check = |text: &str, expected: bool| assert_eq!(is_full_name(text), expected, "{text}");
        check("Jane Doe", true);
        check("Dr. Jane van der Doe", true);
        check("J.R. Stone", true);
        check("JANE DOE", true);
        check("Jane", false);
        check("Jane went home.", false);
        check("The sea and the sky", false);
        check("Jane Doe 12", false);
        check("", false);
    }

    proptest::proptest! {
        #[test]
        fn nothing_panics(text in ".{0,200}") {
            let _ = (clean(&text), split(&text), is_name(&text), says_by(&text));
        }
    }
}
