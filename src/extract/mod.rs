//! Capture to article, or a stated rejection.
//!
//! ```text
//! charset -> guard -> (scraper) -> page -> metadata
//!  text      bounded     DOM       flat    block -> prune -> body, else baseline, state
//!                                          kind
//! ```
//! A page that shows next to nothing is looked at again: for what scripts would show and what their
//! data holds.
//!
//! Invariants: nothing here fails but with a [`Rejection`]; the same bytes give the same article on
//! every platform; every step is linear in the page and none recurses, so a hostile page costs at most
//! time and memory in proportion to [`ExtractOptions::max_bytes`]. Hostile bytes can make the text
//! wrong; they cannot panic, hang or reach the network. Judging what a text says is left to `tag`, and
//! when it became available to `pipeline`.
//!
//! ```
//! use storyturn::{document::{Basis, Capture}, extract};
//!
//! let page = format!("<html lang=en><h1>Silver rises</h1><article>{}</article>", "<p>Silver rose to a record on Friday as investors sought safety.".repeat(9));
//! let capture = Capture {
//!     subject: "silver.html".into(), url: Some("https://www.example.com/silver".into()), content_type: None,
//!     captured_at: None, basis: Basis::Claimed, body: page.into_bytes(),
//! };
//! let article = extract::extract(&capture, &extract::ExtractOptions { min_words: 5, ..Default::default() })?;
//! assert_eq!((article.title.as_str(), article.source.as_str()), ("Silver rises", "example.com"));
//! # Ok::<(), extract::Rejection>(())
//! ```

mod baseline;
mod block;
mod body;
mod charset;
mod fingerprint;
mod guard;
mod kind;
mod lines;
mod metadata;
mod page;
mod prune;
mod state;
#[cfg(test)]
mod tests;

use scraper::Html;

use crate::document::{Article, Capture};

pub use fingerprint::{fingerprint, headline_words};

/// Why a page gives no article.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// Nothing in it.
    #[error("the page is empty")]
    Empty,
    /// Not text.
    #[error("the page is not text")]
    Binary,
    /// Over the limit.
    #[error("it has more than {}, the limit", size(*limit))]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// No main text was found.
    #[error("no article was found on the page")]
    NoArticle,
}

/// A size as people say it, where it is a round one.
fn size(bytes: usize) -> String {
    if bytes >= 1 << 20 && bytes.is_multiple_of(1 << 20) {
        format!("{} MiB", bytes >> 20)
    } else {
        format!("{bytes} bytes")
    }
}

/// What a caller may decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtractOptions {
    /// Fewest words an article body must have.
    pub min_words: usize,
    /// Largest page in bytes.
    pub max_bytes: usize,
}

impl Default for ExtractOptions {
    fn default() -> Self {
        // Below 25 words a page is a title with a caption. Saved pages reach 5 MB; 16 MiB leaves room.
        Self { min_words: 25, max_bytes: 16 << 20 }
    }
}

/// A title line of a note has at most this many words.
const MAX_TITLE_WORDS: usize = 20;
/// The body a page's own metadata carries replaces what was found when it is this many times longer:
/// the page was drawn by a script, or shows only the start.
const LINKED_BODY_GAIN: usize = 2;
/// With fewer words than these it is worth looking where articles seldom stand,
const LOOK_AGAIN_WORDS: usize = 60;
/// and what is found there must be this many times longer: it may be a menu or a notice.
const SECOND_LOOK_GAIN: usize = 3;
/// With fewer words the page's scripts are searched for the article.
const STATE_WORDS: usize = 150;

/// How much of a page is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    /// What a reader sees who runs scripts and reads no comments.
    Strict,
    /// What is hidden until a script shows it, too, what is printed for those who run none, and what
    /// is named as comments: on some pages each of these is the article.
    Lenient,
}

/// Reads an HTML page. `article.source` is the host of the URL without `www.`, else the site's name, else empty.
pub fn extract(capture: &Capture, options: &ExtractOptions) -> Result<Article, Rejection> {
    let (article, rejection) = describe(capture, options);
    rejection.map_or(Ok(article), Err)
}

/// What an HTML page says of itself, and why it gives no article if it gives none: a page whose text is
/// refused still has a title, an author and a date, and the article then holds these, without a text.
pub fn describe(capture: &Capture, options: &ExtractOptions) -> (Article, Option<Rejection>) {
    if capture.body.len() > options.max_bytes {
        let rejection = Rejection::TooLarge { bytes: capture.body.len(), limit: options.max_bytes };
        return (Article::default(), Some(rejection));
    }
    let source = match text_of(capture) {
        Ok(source) => source,
        Err(rejection) => return (Article::default(), Some(rejection)),
    };
    let Reading { metadata, mut lines, plain, signs } = first_look(&source, capture, options);
    let gains = |more: &[String], lines: &[String], times: usize| {
        baseline::words(more) > times * baseline::words(lines)
    };
    if baseline::words(&lines) < LOOK_AGAIN_WORDS {
        let second = second_look(&source, &metadata);
        if baseline::prose_words(&second) > SECOND_LOOK_GAIN * baseline::words(&lines) {
            lines = second;
        }
    }
    if baseline::words(&lines) < options.min_words && gains(&plain, &lines, 1) {
        lines = plain;
    }
    if let Some(body) = &metadata.linked_body {
        let declared = baseline::linked_body(body);
        if gains(&declared, &lines, LINKED_BODY_GAIN) {
            lines = declared;
        }
    }
    if baseline::words(&lines) < STATE_WORDS {
        let state = state::body(&source, &metadata.headlines);
        if gains(&state, &lines, LINKED_BODY_GAIN) {
            lines = state;
        }
    }
    let is_article = baseline::words(&lines) >= options.min_words;
    let kind = signs.kind(baseline::words(&lines));
    let host = metadata.url.as_deref().and_then(host).or_else(|| capture.url.as_deref().and_then(host));
    let text = if is_article { lines.join("\n") } else { String::new() };
    let detected = || metadata::language::detected(&text).map(str::to_owned);
    let language = metadata.language.or_else(detected);
    let article = Article {
        title: metadata.title,
        text,
        source: host.map(str::to_ascii_lowercase).or_else(|| metadata.site.clone()).unwrap_or_default(),
        url: metadata.url,
        byline: metadata.byline,
        site: metadata.site,
        language,
        published: metadata.published.map(|(published, _)| published),
        published_basis: metadata.published.map(|(_, basis)| basis),
        modified: metadata.modified,
        kind,
    };
    (article, (!is_article).then_some(Rejection::NoArticle))
}

/// What a page gives when it is read as it stands.
struct Reading {
    metadata: metadata::Metadata,
    lines: Vec<String>,
    /// All its paragraphs, where there is next to nothing else.
    plain: Vec<String>,
    signs: kind::Signs,
}

/// Reads a page as it stands. The parsed page, many times the size of the source, ends here.
fn first_look(source: &str, capture: &Capture, options: &ExtractOptions) -> Reading {
    let guard::Guarded { html, linked_data } = guard::guard(source);
    let parsed = Html::parse_document(&html);
    drop(html);
    let page = page::Page::new(&parsed);
    let url = capture.url.as_deref();
    let mut metadata = metadata::metadata(&page, &linked_data, source, url, capture.captured_at);
    let signs = kind::Signs::read(&page, &linked_data, metadata.url.as_deref().or(url));
    if signs.is_live {
        metadata.modified = metadata.last_entry(&page, &linked_data, capture.captured_at);
    }
    let lines = body::body(&page, &metadata.headlines, &metadata.summaries, Look::Strict);
    let is_little = baseline::words(&lines) < options.min_words;
    let plain = if is_little { baseline::paragraphs(&page) } else { Vec::new() };
    Reading { metadata, lines, plain, signs }
}

/// Reads what a page hides from those who run scripts.
fn second_look(source: &str, metadata: &metadata::Metadata) -> Vec<String> {
    let parsed = Html::parse_document(&guard::guard_for(source, Look::Lenient).html);
    let page = page::Page::new(&parsed);
    body::body(&page, &metadata.headlines, &metadata.summaries, Look::Lenient)
}

/// Reads plain text: the first line is the title when it is short and a body follows.
pub fn plain_text(capture: &Capture) -> Result<Article, Rejection> {
    let source = text_of(capture)?;
    let mut lines: Vec<String> = Vec::new();
    for line in source.lines() {
        let mut collapsed = String::new();
        page::push_collapsed(&mut collapsed, line);
        collapsed.truncate(collapsed.trim_end().len());
        if !collapsed.is_empty() {
            lines.push(collapsed);
        }
    }
    if lines.len() > 1
        && lines.last().is_some_and(|line| line.trim_end_matches(':').eq_ignore_ascii_case("comments"))
    {
        lines.pop();
    }
    let is_title = |line: &str| block::count_words(line) <= MAX_TITLE_WORDS && !line.ends_with('.');
    let title = if lines.len() > 1 && is_title(&lines[0]) { lines.remove(0) } else { String::new() };
    if lines.is_empty() {
        return Err(Rejection::Empty);
    }
    Ok(Article {
        title,
        text: lines.join("\n"),
        url: capture.url.clone(),
        source: capture.url.as_deref().and_then(host).map(str::to_ascii_lowercase).unwrap_or_default(),
        ..Article::default()
    })
}

fn text_of(capture: &Capture) -> Result<std::borrow::Cow<'_, str>, Rejection> {
    let text = charset::decode(&capture.body, capture.content_type.as_deref()).ok_or(Rejection::Binary)?;
    if text.trim().is_empty() { Err(Rejection::Empty) } else { Ok(text) }
}

/// The language of a text whose source declares none, as pages are told apart: by its small words or its
/// script. `None` where the text is short or two languages come close.
pub fn detected_language(text: &str) -> Option<&'static str> {
    metadata::language::detected(text)
}

/// The host of an address, without user, port and `www.`.
fn host(url: &str) -> Option<&str> {
    let rest = url.split_once("://")?.1;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    let host = host
        .rsplit_once(':')
        .filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()))
        .map_or(host, |(host, _)| host);
    let host = host.strip_prefix("www.").unwrap_or(host);
    (!host.is_empty()).then_some(host)
}
