//! Which language an article is read in, or that no lexicon reads it.
//!
//! Asked before an article is tagged, on import and outside the store alike: read by the lexicon of another
//! language it would give zeros, which are no scores but missing ones, and dilute its day. What is declared
//! decides; else the script; else, in a long text, its small words. A short text in Latin letters is taken as
//! English: headlines are too short to tell. Judged by a text's start, in bounded time.

use crate::{
    document::{Article, language_by_script, other_script},
    extract::detected_language,
    lexicon::Lexicons,
};

/// A text of fewer letters is not asked for its small words: a headline may have three that mislead.
const LONG_TEXT_LETTERS: usize = 200;

/// What is assumed of Latin letters.
const USUAL: &str = "en";

/// Why an article cannot be scored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
    /// It is declared or known to be in a language without a lexicon.
    #[error("no lexicon reads its language, {0}")]
    Language(String),
    /// Its letters belong to languages without a lexicon, or to several with one.
    #[error("it declares no language, and no lexicon or more than one reads its script, {0}")]
    Script(&'static str),
}

/// The language an article is to be read in; `None` is the usual one. Which of several lexicons a script
/// belongs to cannot be told of a short text.
pub fn language_of<'a>(article: &'a Article, lexicons: &Lexicons) -> Result<Option<&'a str>, Unread> {
    let Article { title, text, .. } = article;
    let told = article.language.as_deref().or_else(|| language_by_script(title, text));
    let told = told.or_else(|| detected_language(text).filter(|told| *told != USUAL && is_long(text)));
    match (told, other_script(title, text)) {
        (Some(told), _) if lexicons.reads(told) => Ok(Some(told)),
        (Some(told), _) => Err(Unread::Language(told.to_owned())),
        (None, None) => Ok(None),
        (None, Some(script)) => {
            let mut reading = script.languages.iter().filter(|language| lexicons.reads(language));
            match (reading.next(), reading.next()) {
                (Some(language), None) => Ok(Some(language)),
                _ => Err(Unread::Script(script.name)),
            }
        }
    }
}

fn is_long(text: &str) -> bool {
    text.chars().filter(|letter| letter.is_alphabetic()).take(LONG_TEXT_LETTERS).count() == LONG_TEXT_LETTERS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(title: &str, text: &str, language: Option<&str>, lexicons: &Lexicons) -> String {
        let article = Article {
            title: title.to_owned(),
            text: text.to_owned(),
            language: language.map(str::to_owned),
            ..Article::default()
        };
        match language_of(&article, lexicons) {
            Ok(language) => language.unwrap_or("usual").to_owned(),
            Err(Unread::Language(language)) => format!("no {language}"),
            Err(Unread::Script(script)) => format!("no {script}"),
        }
    }

    #[test]
    fn what_no_lexicon_reads_is_not_read_as_english() {
        let lexicons = Lexicons::built_in();
        let check = |title: &str, language: Option<&str>, expected: &str| {
            assert_eq!(told(title, "", language, &lexicons), expected, "{title}");
            assert_eq!(told("", title, language, &lexicons), expected, "{title}");
        };
        check("Gold jumps as fear grips markets", None, "usual");
        check("Gold jumps", Some("en-GB"), "en-GB");
        check("Gold jumps", Some("ja"), "no ja");
        check("Goldpreis steigt", Some("de"), "no de");
        check("避险情绪升温", None, "zh");
        check("米国の関税懸念で円高、安全資産に買い", None, "no ja");
        check("미 연준 금리 인하", None, "no ko");
        check("Золото дорожает", None, "no Cyrillic");
        check("ذهب", None, "no Arabic");
        // Too short to tell, and so English; what has no letters is no language.
        check("Goldpreis steigt auf Rekordhoch", None, "usual");
        check("25%", None, "usual");
        check("", None, "usual");
    }

    #[test]
    fn a_long_text_tells_its_language() {
        let lexicons = Lexicons::built_in();
        let german = "Der Goldpreis ist am Freitag auf ein Rekordhoch gestiegen, weil die Anleger nach Sicherheit \
                      suchen und der Dollar seit drei Tagen fällt. ";
        let english = "Gold rose to a record on Friday as investors sought safety, and the dollar fell for the \
                       third day in a row. ";
        let check =
            |text: &str, expected: &str| assert_eq!(told("Gold", text, None, &lexicons), expected, "{text}");
        check(german, "usual");
        check(&german.repeat(2), "no de");
        check(&english.repeat(3), "usual");
        check(&format!("{german}{}", english.repeat(3)), "usual");
        check(&"Золото подорожало, и это не предел, так как ставка была снижена. ".repeat(5), "no ru");
    }

    #[test]
    fn a_lexicon_for_a_script_reads_it() {
        let lexicons = |languages: &[&str]| {
            let mut lexicons = Lexicons::built_in();
            let russian = |language: &&str| {
                let mut one = lexicons.languages[0].clone();
                (*language).clone_into(&mut one.id.language);
                one
            };
            let more: Vec<_> = languages.iter().map(russian).collect();
            lexicons.languages.extend(more);
            lexicons
        };
        assert_eq!(told("Золото дорожает", "", None, &lexicons(&["ru"])), "ru");
        assert_eq!(told("Золото дорожает", "", None, &lexicons(&["ru", "uk"])), "no Cyrillic");
        assert_eq!(told("Золото дорожает", "", Some("uk"), &lexicons(&["ru", "uk"])), "uk");
    }
}
