//! What a record says, to an article: cleaning of text, dates, the source, the address.
//!
//! Stands between the formats (`table`, `jsonl`) and the room's front door, so that both understand
//! the same words in the same way. Hostile text loses what is no text (control characters, invisible
//! marks that hide a word from the tagger, marks that turn a terminal's reading direction); it keeps
//! everything else. Whether a record is new is left to the store.

use std::{
    borrow::Cow,
    io::{BufReader, Chain, Cursor, ErrorKind, Read},
};

use crate::document::{Article, Cleaning, Given, GivenText, PageKind, Published, Skip};

use super::{CollectError, Record, canonical_url, frontier::source_of_url};

/// What a format found in one record; absent and empty mean the same.
#[derive(Debug, Default)]
pub(super) struct Fields<'a> {
    pub id: Option<Cow<'a, str>>,
    pub title: Option<Cow<'a, str>>,
    pub text: Option<Cow<'a, str>>,
    pub published: Option<Cow<'a, str>>,
    pub published_basis: Option<Cow<'a, str>>,
    pub modified: Option<Cow<'a, str>>,
    pub source: Option<Cow<'a, str>>,
    pub url: Option<Cow<'a, str>>,
    pub byline: Option<Cow<'a, str>>,
    pub site: Option<Cow<'a, str>>,
    pub language: Option<Cow<'a, str>>,
    pub kind: Option<Cow<'a, str>>,
}

/// How a date in a file of records is known when the record does not say: someone gave it.
const GIVEN: &str = "given";

/// The other words for where a date was read, as `extract` writes them: kept when its records return.
const READ_FROM: &[&str] = &["json-ld", "opengraph", "meta", "time", "url", "text"];

impl Fields<'_> {
    /// The record, or why it is none. The source is the one named, else the address's host, else the
    /// site's name, else the default.
    pub fn into_record(self, subject: String, default_source: Option<&str>) -> Result<Record, Skip> {
        let skip = |reason: String| Skip { subject: subject.clone(), reason };
        let (title, given_title) = self.title.as_deref().map(cleaned_line).unwrap_or_default();
        let (text, given_text) = self.text.as_deref().map(cleaned).unwrap_or_default();
        if title.is_empty() && text.is_empty() {
            return Err(skip("neither title nor text".to_owned()));
        }
        let published = match line(self.published.as_deref()) {
            None => None,
            Some(given) => {
                let read = Published::parse(&given);
                Some(read.ok_or_else(|| skip(format!("unreadable date {:?}", shorten(&given))))?)
            }
        };
        let basis =
            self.published_basis.as_deref().and_then(|basis| READ_FROM.iter().find(|known| **known == basis));
        let url = self.url.as_deref().and_then(canonical_url);
        let site = line(self.site.as_deref());
        let source = line(self.source.as_deref())
            .or_else(|| url.as_deref().and_then(source_of_url))
            .or_else(|| site.clone())
            .or_else(|| default_source.map(str::to_owned))
            .unwrap_or_default();
        let article = Article {
            title,
            text,
            url,
            source,
            byline: line(self.byline.as_deref()),
            site,
            language: self.language.as_deref().and_then(language),
            published,
            published_basis: published.map(|_| basis.copied().unwrap_or(GIVEN)),
            modified: line(self.modified.as_deref()).and_then(|given| Published::parse(&given)),
            kind: self.kind.as_deref().and_then(PageKind::named).unwrap_or_default(),
        };
        let given = Given { title: given_title, text: given_text };
        Ok(Record { subject, article, id: line(self.id.as_deref()), given })
    }
}

/// Text in paragraphs: line ends become one newline, no-break spaces become spaces, what cannot be
/// seen is dropped, and so is white space around the whole. And the text as it was given where that is another.
fn cleaned(text: &str) -> (String, Option<GivenText>) {
    let mut cleaning = Cleaning::of(text);
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        let kept = kept(char, chars.peek());
        // White space counts once something stands before it.
        cleaning.push(char, kept.filter(|kept| !(kept.is_whitespace() && cleaning.cleaned().is_empty())));
    }
    cleaning.finish()
}

/// Cleaned text in one line, white space folded, and the text as it was given where that is another.
fn cleaned_line(text: &str) -> (String, Option<GivenText>) {
    let mut cleaning = Cleaning::of(text);
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        let mut kept = kept(char, chars.peek());
        if kept.is_some_and(char::is_whitespace) {
            let so_far = cleaning.cleaned();
            kept = (!so_far.is_empty() && !so_far.ends_with(' ')).then_some(' ');
        }
        cleaning.push(char, kept);
    }
    cleaning.finish()
}

/// What is kept of a character that stands before that one.
fn kept(char: char, next: Option<&char>) -> Option<char> {
    match char {
        '\r' if next == Some(&'\n') => None,
        // Ends of lines and pages of other systems still part words.
        '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some('\n'),
        '\n' | '\t' => Some(char),
        '\u{a0}' | '\u{2007}' | '\u{202f}' => Some(' '),
        char if char.is_control() || is_invisible(char) => None,
        char => Some(char),
    }
}

/// Soft hyphens, zero-width spaces and marks, bidirectional controls. Joiners (U+200C, U+200D) stay:
/// Persian, Indic scripts and emoji are spelled with them.
fn is_invisible(char: char) -> bool {
    matches!(
        char,
        '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
    )
}

/// Cleaned text in one line, white space folded; `None` when nothing is left.
fn line(text: Option<&str>) -> Option<String> {
    text.map(|text| cleaned_line(text).0).filter(|line| !line.is_empty())
}

/// The two-letter language of a tag such as `en`, `EN-us`, `de_AT`.
fn language(tag: &str) -> Option<String> {
    let primary = tag.trim().split(['-', '_']).next()?;
    let two_letters = primary.len() == 2 && primary.bytes().all(|byte| byte.is_ascii_alphabetic());
    two_letters.then(|| primary.to_ascii_lowercase())
}

/// At most forty characters of what was given, for a message.
pub(super) fn shorten(given: &str) -> String {
    const LONGEST: usize = 40;
    let mut short: String = given.chars().take(LONGEST).collect();
    if short.len() < given.len() {
        short.push('…');
    }
    short
}

/// A reader of text whose byte order mark is behind it.
pub(super) type Text<R> = BufReader<Chain<Cursor<Vec<u8>>, R>>;

/// First bytes of files that are often mistaken for text.
const OTHER_FORMATS: &[(&[u8], &str)] = &[
    (&[0xff, 0xfe], "UTF-16"),
    (&[0xfe, 0xff], "UTF-16"),
    (&[0x1f, 0x8b], "compressed (gzip)"),
    (&[0x28, 0xb5, 0x2f, 0xfd], "compressed (zstd)"),
    (b"PK\x03\x04", "an archive (zip, or a spreadsheet)"),
    (b"PAR1", "Parquet"),
];

/// Looks at the first bytes: refuses other formats, drops a byte order mark.
pub(super) fn open<R: Read>(name: &str, mut reader: R) -> Result<Text<R>, CollectError> {
    const LONGEST_MARK: u64 = 4;
    let mut head = Vec::new();
    let read = reader.by_ref().take(LONGEST_MARK).read_to_end(&mut head);
    read.map_err(|source| CollectError::Read { name: name.to_owned(), source })?;
    if let Some((_, what)) = OTHER_FORMATS.iter().find(|(mark, _)| head.starts_with(mark)) {
        return Err(CollectError::NotText { name: name.to_owned(), what });
    }
    if head.starts_with("\u{feff}".as_bytes()) {
        head.drain(..3);
    }
    Ok(BufReader::with_capacity(64 << 10, Cursor::new(head).chain(reader)))
}

/// `fill_buf` that outlives interruptions.
pub(super) fn fill<R: std::io::BufRead>(reader: &mut R) -> std::io::Result<&[u8]> {
    loop {
        match reader.fill_buf() {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            // Asked again because the borrow of a loop's answer cannot leave the loop.
            Ok(_) => return reader.fill_buf(),
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn clean(text: &str) -> String {
        cleaned(text).0
    }

    #[test]
    fn text_loses_what_is_no_text() {
        let check = |text: &str, expected: &str| assert_eq!(clean(text), expected, "{text:?}");
        check(" a\u{0}b\u{7}c \r\n", "abc");
        check("a\r\nb\rc\u{2028}d\u{c}e\tf", "a\nb\nc\nd\ne\tf");
        check("5\u{a0}000\u{202f}€", "5 000 €");
        check("de\u{ad}base\u{200b}ment\u{feff}", "debasement");
        check("\u{202e}evil\u{2066}", "evil");
        check("\u{9b}31m", "31m");
        check("👩\u{200d}🚀", "👩\u{200d}🚀");
    }

    proptest! {
        #[test]
        fn a_cleaned_text_is_found_where_it_was_given(
            text in "[ab é避\\r\\n\\t\u{a0}\u{ad}\u{200b}\u{202e}\u{2028}\u{3000}\u{0}]{0,30}",
            start in 0_usize..40,
            chars in 0_usize..8,
        ) {
            let whole = clean(&text);
            let folded: Vec<&str> = whole.split_whitespace().collect();
            for (cleaned, given) in [cleaned(&text), cleaned_line(&text)] {
                prop_assert!(cleaned == whole || cleaned == folded.join(" "));
                let Some(given) = given else {
                    prop_assert_eq!(&cleaned, &text);
                    continue;
                };
                prop_assert_eq!(given.text(), &text);
                let part: String = cleaned.chars().skip(start).take(chars).collect();
                let from: usize = cleaned.chars().take(start).map(char::len_utf8).sum();
                let place = given.place(from..from + part.len());
                // What is read at that place is the part, but for the white space that ended it.
                let found = &text[place];
                let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
                prop_assert_eq!(words(&clean(found)), words(&part));
                let ends = |text: &str| [text.chars().next(), text.chars().next_back()];
                for (found, part) in ends(found).into_iter().zip(ends(&part)) {
                    prop_assert!(found == part || part.is_some_and(char::is_whitespace), "{found:?} {part:?}");
                }
            }
        }
    }

    fn given(title: &str) -> Fields<'_> {
        Fields { title: Some(title.into()), ..Fields::default() }
    }

    fn source(source: &str, url: &str, site: &str, default: Option<&str>) -> String {
        let fields = Fields {
            source: Some(source.into()),
            url: Some(url.into()),
            site: Some(site.into()),
            ..given("a")
        };
        fields.into_record("f line 1".to_owned(), default).unwrap().article.source
    }

    #[test]
    fn the_source_is_the_most_telling_name_there_is() {
        assert_eq!(source(" Desk\n A ", "https://www.e.com/", "E", Some("d")), "Desk A");
        assert_eq!(source("", "https://www.e.com/", "E", Some("d")), "e.com");
        assert_eq!(source("", "n/a", "E", Some("d")), "E");
        assert_eq!(source("", "", "", Some("d")), "d");
        assert_eq!(source("", "", "", None), "");
    }

    #[test]
    fn dates_say_how_they_are_known() {
        let basis = |published: &str, basis: &str| {
            let fields = Fields {
                published: Some(published.into()),
                published_basis: Some(basis.into()),
                ..given("a")
            };
            fields.into_record("f line 1".to_owned(), None).map(|record| record.article.published_basis)
        };
        assert_eq!(basis("2026-01-23", ""), Ok(Some("given")));
        assert_eq!(basis("2026-01-23", "json-ld"), Ok(Some("json-ld")));
        assert_eq!(basis("2026-01-23", "invented"), Ok(Some("given")));
        assert_eq!(basis(" ", "json-ld"), Ok(None));
        assert_eq!(basis("yesterday", "json-ld").unwrap_err().reason, "unreadable date \"yesterday\"");
    }

    #[test]
    fn a_live_blog_stays_one() {
        let kind = |kind: &str| {
            let fields = Fields { kind: Some(kind.into()), ..given("a") };
            fields.into_record("f line 1".to_owned(), None).unwrap().article.kind
        };
        assert_eq!(kind("live blog"), PageKind::LiveBlog);
        assert_eq!(kind("paywalled stub"), PageKind::Stub);
        assert_eq!(kind("invented"), PageKind::Article);
    }

    #[test]
    fn languages_are_two_letters() {
        let check = |tag: &str, expected: Option<&str>| {
            assert_eq!(language(tag).as_deref(), expected, "{tag}");
        };
        check("en", Some("en"));
        check(" EN-us", Some("en"));
        check("pt_BR", Some("pt"));
        check("english", None);
        check("", None);
    }

    #[test]
    fn other_formats_are_named() {
        let what = |bytes: &[u8]| match open("f", bytes) {
            Err(error) => error.to_string(),
            Ok(mut reader) => {
                let mut rest = String::new();
                reader.read_to_string(&mut rest).unwrap();
                rest
            }
        };
        assert_eq!(what(b"\xff\xfea\0"), "f is UTF-16, not text in UTF-8");
        assert_eq!(what(b"\x1f\x8b\x08"), "f is compressed (gzip), not text in UTF-8");
        assert_eq!(what("\u{feff}ab".as_bytes()), "ab");
        assert_eq!(what(b"a"), "a");
        assert_eq!(what(b""), "");
    }
}
