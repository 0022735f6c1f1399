//! Sources: where commentary is announced, and which of it is wanted.
//!
//! A [`Source`] is what one `[[source]]` table of the configuration says. [`Source::admits`] decides
//! about one announced article before anything of it is fetched, and says in a [`Outside`] why it is
//! left aside. Patterns run in linear time whatever the address; nothing here does I/O or reads a clock.

use std::{fmt, time::Duration};

use jiff::Timestamp;
use regex::{Regex, RegexBuilder};

use super::{Entry, canonical_url, frontier::source_of_url};
use crate::document::Published;

/// One place that announces articles, and what is wanted of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// How messages and scores call it; unique in a configuration.
    pub name: String,
    /// What lies at its address.
    pub kind: SourceKind,
    /// Its address.
    pub url: String,
    /// Whether it is asked at all.
    pub enabled: bool,
    /// Patterns of which an article's address must match one; none means all.
    pub include: Vec<Pattern>,
    /// Patterns of which an article's address must match none.
    pub exclude: Vec<Pattern>,
    /// Words of which the title, summary or address must hold one; none means all.
    pub topics: Topics,
    /// Most pages fetched in one run; the rest waits for the next.
    pub limit: usize,
    /// Articles that were this old when first seen are no news.
    pub max_age_days: u32,
    /// What is done with those.
    pub older: Older,
    /// Where an article's text is read.
    pub read: Reading,
    /// Pause between two requests to its host, where it shall differ from that of all.
    pub pause: Option<Duration>,
}

/// What lies at a source's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceKind {
    /// RSS, Atom or JSON Feed.
    Feed,
    /// A sitemap, a news sitemap or an index of them, also compressed.
    Sitemap,
    /// A page whose links lead to articles.
    Section,
    /// An article list of the GDELT DOC 2.0 interface.
    Gdelt,
    /// One article.
    Page,
}

impl SourceKind {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Feed, Self::Sitemap, Self::Section, Self::Gdelt, Self::Page];

    /// The word for it in the configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Feed => "feed",
            Self::Sitemap => "sitemap",
            Self::Section => "section",
            Self::Gdelt => "gdelt",
            Self::Page => "page",
        }
    }
}

impl fmt::Display for SourceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What is done with articles older than [`Source::max_age_days`] when first seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Older {
    /// They are left aside: what everybody knew last week is not today's story.
    #[default]
    Skip,
    /// They count on the day their publisher claims, marked as claimed: history is filled in.
    Claimed,
}

/// Where an article's text is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reading {
    /// On its page.
    #[default]
    Page,
    /// In the feed itself; its page is not fetched.
    Entry,
}

/// Most pages of a source in one run: an hour or so at two seconds a page.
pub const USUAL_LIMIT: usize = 500;
/// A week: a feed that was out of reach for some days still counts.
pub const USUAL_MAX_AGE_DAYS: u32 = 7;

impl Source {
    /// A source about which nothing but name, kind and address is said.
    pub fn new(name: impl Into<String>, kind: SourceKind, url: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            kind,
            url: url.into(),
            enabled: true,
            include: Vec::new(),
            exclude: Vec::new(),
            topics: Topics::default(),
            limit: USUAL_LIMIT,
            max_age_days: USUAL_MAX_AGE_DAYS,
            older: Older::Skip,
            read: Reading::Page,
            pause: None,
        }
    }

    /// How its articles' source is called: its own name, but for a list that gathers many publishers.
    pub fn publisher(&self, article_url: Option<&str>) -> String {
        match self.kind {
            SourceKind::Gdelt => article_url.and_then(source_of_url).unwrap_or_else(|| self.name.clone()),
            _ => self.name.clone(),
        }
    }

    /// Decides about an announced article, seen now; gives the form of its address that is compared.
    pub fn admits(&self, entry: &Entry, now: Timestamp) -> Result<String, Outside> {
        let url = canonical_url(&entry.url).ok_or(Outside::NoAddress)?;
        if !self.takes(&url) {
            return Err(Outside::Pattern);
        }
        let texts = [entry.title.as_deref(), entry.summary.as_deref(), entry.text.as_deref(), Some(&url)];
        if !self.topics.touch(texts.into_iter().flatten()) {
            return Err(Outside::Topic);
        }
        if entry.published.or(entry.updated).is_some_and(|published| self.leaves_aside(published, now)) {
            return Err(Outside::Old);
        }
        Ok(url)
    }

    /// Whether its patterns let an address in.
    pub fn takes(&self, url: &str) -> bool {
        let any = |patterns: &[Pattern]| patterns.iter().any(|pattern| pattern.matches(url));
        (self.include.is_empty() || any(&self.include)) && !any(&self.exclude)
    }

    /// Whether what appeared then is old now, and therefore not wanted.
    pub fn leaves_aside(&self, published: Published, now: Timestamp) -> bool {
        self.older == Older::Skip && self.is_old(published, now)
    }

    /// A number for what is wanted of it: a listing that was read for another scope is read again,
    /// whether it has changed or not.
    pub fn scope(&self) -> u64 {
        use sha2::{Digest, Sha256};
        let Self { kind, include, exclude, topics, max_age_days, older, read, .. } = self;
        let told =
            format!("{kind} {include:?} {exclude:?} {:?} {max_age_days} {older:?} {read:?}", topics.words);
        let mut first = [0; 8];
        first.copy_from_slice(&Sha256::digest(told)[..8]);
        u64::from_be_bytes(first)
    }

    /// Whether what appeared then is no news now.
    pub fn is_old(&self, published: Published, now: Timestamp) -> bool {
        // A date without a time may lie anywhere in its day.
        let at = published.instant().map(|at| at.as_second()).or_else(|| {
            let begun = published.date().to_zoned(jiff::tz::TimeZone::UTC).ok()?;
            Some(begun.timestamp().as_second() + SECONDS_PER_DAY)
        });
        at.is_some_and(|at| now.as_second() - at > i64::from(self.max_age_days) * SECONDS_PER_DAY)
    }
}

const SECONDS_PER_DAY: i64 = 24 * 60 * 60;

/// Why an announced article is left aside; no error of anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outside {
    /// Its address matches no pattern asked for, or one ruled out.
    Pattern,
    /// It has none of the words asked for.
    Topic,
    /// It was old when first seen.
    Old,
    /// It has no address that can be fetched.
    NoAddress,
}

impl Outside {
    /// The reason in a few words: what summaries count by.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pattern => "outside the patterns",
            Self::Topic => "off topic",
            Self::Old => "too old",
            Self::NoAddress => "without an address",
        }
    }
}

impl fmt::Display for Outside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A regular expression for addresses, case told apart.
#[derive(Debug, Clone)]
pub struct Pattern(Regex);

/// Largest compiled pattern: a hundred times what a page of alternatives takes.
const PATTERN_BYTES: usize = 1 << 20;

impl Pattern {
    /// Compiles it; the error is one line.
    pub fn new(text: &str) -> Result<Self, String> {
        let compiled = RegexBuilder::new(text).size_limit(PATTERN_BYTES).build();
        compiled.map(Self).map_err(|error| {
            let reason = error.to_string();
            let last = reason.lines().last().unwrap_or_default();
            format!("{text:?} is no pattern: {}", last.strip_prefix("error: ").unwrap_or(last))
        })
    }

    fn matches(&self, url: &str) -> bool {
        self.0.is_match(url)
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_str() == other.0.as_str()
    }
}

/// Words and phrases, as whole words without regard to case.
#[derive(Debug, Clone, Default)]
pub struct Topics {
    words: Vec<String>,
    any: Option<Regex>,
}

impl Topics {
    /// Compiles them; words of no letters are refused.
    pub fn new(words: Vec<String>) -> Result<Self, String> {
        if let Some(empty) = words.iter().find(|word| !word.contains(char::is_alphanumeric)) {
            return Err(format!("{empty:?} is no word"));
        }
        let choices: Vec<String> = words
            .iter()
            .map(|word| {
                let parts: Vec<String> = word.split_whitespace().map(regex::escape).collect();
                // In an address the words of a phrase are joined by hyphens.
                parts.join(r"[\s_-]+")
            })
            .collect();
        if choices.is_empty() {
            return Ok(Self::default());
        }
        // Letters and digits only, so that the hyphens and underscores of an address divide words.
        let text = format!(r"(?i)(?:^|[^\pL\pN])(?:{})(?:[^\pL\pN]|$)", choices.join("|"));
        let any = RegexBuilder::new(&text).size_limit(PATTERN_BYTES).build();
        Ok(Self { words, any: Some(any.map_err(|_| "these are too many words".to_owned())?) })
    }

    fn touch<'a>(&self, texts: impl Iterator<Item = &'a str>) -> bool {
        let Some(any) = &self.any else { return true };
        let mut texts = texts;
        texts.any(|text| any.is_match(text))
    }
}

impl PartialEq for Topics {
    fn eq(&self, other: &Self) -> bool {
        self.words == other.words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feed() -> Source {
        Source::new("desk", SourceKind::Feed, "https://desk.example/rss")
    }

    fn check(source: &Source, entry: &Entry, expected: Result<&str, Outside>) {
        let now = "2026-01-23T12:00:00Z".parse().unwrap();
        assert_eq!(source.admits(entry, now).as_deref(), expected.as_ref().map(|url| &**url), "{entry:?}");
    }

    fn entry(url: &str) -> Entry {
        Entry { url: url.to_owned(), ..Entry::default() }
    }

    #[test]
    fn addresses_are_compared_in_one_form() {
        let source = feed();
        check(&source, &entry("HTTPS://Desk.example:443/a?utm_source=x#top"), Ok("https://desk.example/a"));
        check(&source, &entry("mailto:desk@desk.example"), Err(Outside::NoAddress));
    }

    #[test]
    fn patterns_let_in_and_rule_out() {
        let mut source = feed();
        source.include = vec![Pattern::new("/news/").unwrap(), Pattern::new(r"/\d{4}/").unwrap()];
        source.exclude = vec![Pattern::new("/video/").unwrap()];
        check(&source, &entry("https://desk.example/news/a"), Ok("https://desk.example/news/a"));
        check(&source, &entry("https://desk.example/2026/a"), Ok("https://desk.example/2026/a"));
        check(&source, &entry("https://desk.example/about"), Err(Outside::Pattern));
        check(&source, &entry("https://desk.example/news/video/a"), Err(Outside::Pattern));
        assert!(Pattern::new("(").unwrap_err().starts_with("\"(\" is no pattern: unclosed group"));
    }

    #[test]
    fn topics_are_whole_words_in_title_summary_text_or_address() {
        let mut source = feed();
        source.topics = Topics::new(vec!["gold".into(), "federal reserve".into()]).unwrap();
        let titled = |title: &str| Entry { title: Some(title.to_owned()), ..entry("https://desk.example/1") };
        check(&source, &titled("Gold jumps"), Ok("https://desk.example/1"));
        check(&source, &titled("The Federal  Reserve's minutes"), Ok("https://desk.example/1"));
        check(&source, &titled("Golden retrievers"), Err(Outside::Topic));
        let url = "https://desk.example/federal-reserve-holds";
        check(&source, &entry(url), Ok(url));
        assert!(Topics::new(vec!["--".into()]).is_err());
    }

    #[test]
    fn what_was_old_when_first_seen_is_left_aside_unless_history_is_wanted() {
        let mut source = feed();
        let dated = |on: &str| Entry { published: Published::parse(on), ..entry("https://desk.example/1") };
        check(&source, &dated("2026-01-16T12:00:00Z"), Ok("https://desk.example/1"));
        check(&source, &dated("2026-01-16T11:59:59Z"), Err(Outside::Old));
        check(&source, &dated("2026-01-16"), Ok("https://desk.example/1"));
        check(&source, &dated("2026-01-15"), Err(Outside::Old));
        source.older = Older::Claimed;
        check(&source, &dated("2007-01-14"), Ok("https://desk.example/1"));
    }

    #[test]
    fn a_list_of_many_publishers_names_each_by_its_host() {
        let list = Source::new("world", SourceKind::Gdelt, "https://list.example/");
        assert_eq!(list.publisher(Some("https://www.kitco.example/a")), "kitco.example");
        assert_eq!(feed().publisher(Some("https://www.kitco.example/a")), "desk");
    }
}
