//! Section pages: the links of a page of HTML, for sources that have neither feed nor sitemap.
//!
//! Bytes and the page's address in, links in their order out, each once, with its longest words. Which
//! of them are articles is decided by the source's patterns, outside; links to the next page are left
//! out, and so is everything a script would have to write. Addresses are resolved here for all formats:
//! see [`Base`].
//!
//! A tree builder can be made quadratic by a hostile page. So one linear pass keeps nothing but links
//! and their words, flat, at most [`MAX_LINKS`] of them, and only that is given to the HTML parser.

use std::collections::HashMap;

use scraper::{Html, Selector};
use url::Url;

use super::{Entry, Parsed, SourceError, charset::decode, entry::what_is};

/// A front page has a few hundred links; more is a site map in disguise, or bait.
pub const MAX_LINKS: usize = 5_000;

/// Longer addresses are refused, as the frontier does.
const MAX_URL_BYTES: usize = 8 << 10;

/// The words of a link that are kept: a headline with its teaser.
const MAX_WORDS_BYTES: usize = 2 << 10;

/// Reads the links of a page. `title` of an entry is what the link says.
pub fn read_links(bytes: &[u8], base: &str) -> Result<Parsed, SourceError> {
    let html = decode(bytes, None).text;
    let found = what_is(html.as_bytes());
    // Fragments without a root are pages too, as long as they link.
    let loose = found.starts_with("XML with") || found.starts_with("the text");
    let (flat, cut) = flattened(&html);
    if found != "HTML" && !(loose && flat.contains("<a ")) {
        return Err(SourceError::NotThis { expected: "a page of HTML", found });
    }

    let html = Html::parse_fragment(&flat);
    let selector = |css: &str| Selector::parse(css).expect("a constant selector");
    let first_base = html.select(&selector("base")).find_map(|element| element.attr("href"));
    let base = Base::new(base);
    let base = first_base.and_then(|href| base.resolve(href)).map_or(base, |href| Base::new(&href));

    let mut parsed = Parsed::default();
    let mut places: HashMap<String, usize> = HashMap::new();
    for element in html.select(&selector("a")) {
        let Some(url) = element.attr("href").and_then(|href| base.resolve(href)) else {
            // Mail addresses, scripts and the like are on every page.
            continue;
        };
        let words = element.text().collect::<String>();
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        let place = *places.entry(url.clone()).or_insert_with(|| {
            parsed.entries.push(Entry { url, ..Entry::default() });
            parsed.entries.len() - 1
        });
        let title = &mut parsed.entries[place].title;
        // A picture and a headline often lead to the same place: the headline says more.
        if words.len() > title.as_ref().map_or(0, String::len) {
            *title = Some(words);
        }
    }
    if cut {
        parsed.notes.push(format!("more than {MAX_LINKS} links: the rest is left out"));
    }
    Ok(parsed)
}

/// The address against which others are resolved.
#[derive(Debug, Clone)]
pub struct Base(Option<Url>);

impl Base {
    /// Anything but an absolute address serves as no base: then only absolute addresses resolve.
    pub fn new(base: &str) -> Self {
        Self(Url::parse(base).ok())
    }

    /// The absolute form of an address, as it goes on the wire, without fragment and user name. `None`
    /// for what leads to no web page: other schemes, fragments alone, nonsense, more than 8 KiB.
    pub fn resolve(&self, href: &str) -> Option<String> {
        let href = href.trim_matches(|char: char| char <= ' ');
        if href.is_empty() || href.starts_with('#') || href.len() > MAX_URL_BYTES {
            return None;
        }
        let mut url = match &self.0 {
            Some(base) => base.join(href).ok()?,
            None => Url::parse(href).ok()?,
        };
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
            return None;
        }
        url.set_fragment(None);
        // These fail only for addresses without a host.
        url.set_username("").ok()?;
        url.set_password(None).ok()?;
        (url.as_str().len() <= MAX_URL_BYTES).then(|| url.into())
    }
}

/// Elements whose content is not markup, or not of the page.
const OPAQUE: &[&str] = &["script", "style", "textarea", "title", "template", "iframe", "xmp", "noembed"];

/// The page reduced to `<base>`, `<a href>` and their words, and whether links were left out.
fn flattened(html: &str) -> (String, bool) {
    let mut flat = String::new();
    let mut links = 0;
    // Where the words of the open link begin.
    let mut open: Option<usize> = None;
    let mut closers = Closers::default();
    let mut at = 0;
    while let Some(step) = html[at..].find('<') {
        let tag_at = at + step;
        push_words(&mut flat, open, &html[at..tag_at]);
        let Some(tag) = Tag::at(html, tag_at) else {
            push_words(&mut flat, open, "&lt;");
            at = tag_at + 1;
            continue;
        };
        at = tag.end;
        if tag.is("a") {
            flat.push_str(open.take().map_or("", |_| "</a>"));
            if tag.closes {
                continue;
            }
            let turns_pages = tag.attribute("rel").is_some_and(|rel| {
                rel.split_ascii_whitespace()
                    .any(|word| ["next", "prev"].iter().any(|turn| word.eq_ignore_ascii_case(turn)))
            });
            if let Some(href) = tag.attribute("href").filter(|_| !turns_pages) {
                if links == MAX_LINKS {
                    return (flat, true);
                }
                links += 1;
                push_tag(&mut flat, "a", href);
                open = Some(flat.len());
            }
        } else if tag.is("base") && !tag.closes {
            if let Some(href) = tag.attribute("href") {
                push_tag(&mut flat, "base", href);
            }
        } else if let Some(name) = OPAQUE.iter().find(|name| tag.is(name) && !tag.closes) {
            at = closers.after(html, at, name);
        } else if !tag.name.is_empty() {
            // Tags part words; those within a word are rare in links.
            push_words(&mut flat, open, " ");
        }
    }
    push_words(&mut flat, open, &html[at..]);
    flat.push_str(open.map_or("", |_| "</a>"));
    (flat, false)
}

fn push_tag(flat: &mut String, name: &str, href: &str) {
    if href.len() > MAX_URL_BYTES {
        return;
    }
    flat.push('<');
    flat.push_str(name);
    flat.push_str(" href=\"");
    flat.push_str(&href.replace('"', "&quot;"));
    flat.push_str("\">");
}

fn push_words(flat: &mut String, open: Option<usize>, words: &str) {
    let Some(from) = open else { return };
    let room = MAX_WORDS_BYTES.saturating_sub(flat.len() - from);
    let end = (0..=room.min(words.len())).rev().find(|end| words.is_char_boundary(*end)).unwrap_or(0);
    flat.push_str(&words[..end]);
}

/// One tag or comment of the source; slices of it, nothing decoded.
struct Tag<'a> {
    closes: bool,
    /// Empty for comments and declarations.
    name: &'a str,
    attributes: &'a str,
    /// The byte after it.
    end: usize,
}

impl<'a> Tag<'a> {
    /// The tag that begins with the `<` at `at`; `None` for a `<` that begins none.
    fn at(html: &'a str, at: usize) -> Option<Self> {
        let inside = &html[at + 1..];
        let blank = |end| Self { closes: false, name: "", attributes: "", end };
        if let Some(comment) = inside.strip_prefix("!--") {
            // These two are whole comments.
            if let Some(short) = [">", "->"].iter().find(|short| comment.starts_with(**short)) {
                return Some(blank(at + 4 + short.len()));
            }
            return Some(blank(comment.find("-->").map_or(html.len(), |end| at + 4 + end + 3)));
        }
        if inside.starts_with(['!', '?']) {
            return Some(blank(inside.find('>').map_or(html.len(), |end| at + 1 + end + 1)));
        }
        let closes = inside.starts_with('/');
        let named = if closes { &inside[1..] } else { inside };
        if !named.starts_with(|char: char| char.is_ascii_alphabetic()) {
            return None;
        }
        let name_end = named.find(|char: char| char.is_ascii_whitespace() || "/>".contains(char));
        let (name, rest) = named.split_at(name_end.unwrap_or(named.len()));
        // Quotes hide the end of the tag only where a value begins.
        let mut quote = None;
        let mut before = ' ';
        let end = rest.char_indices().find_map(|(index, char)| {
            match (quote, char) {
                (Some(open), _) if open == char => quote = None,
                (Some(_), _) => {}
                (None, '>') => return Some(index),
                (None, '"' | '\'') if before == '=' => quote = Some(char),
                (None, _) => {}
            }
            if !char.is_ascii_whitespace() {
                before = char;
            }
            None
        });
        let attributes = &rest[..end.unwrap_or(rest.len())];
        let end = end.map_or(html.len(), |end| html.len() - rest.len() + end + 1);
        // `rest` is the tail of `html`, so lengths from the end are places.
        Some(Self { closes, name, attributes, end })
    }

    fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// The raw value of the first attribute of a name.
    fn attribute(&self, wanted: &str) -> Option<&'a str> {
        let mut rest = self.attributes;
        loop {
            rest = rest.trim_start_matches(|char: char| char.is_ascii_whitespace() || char == '/');
            if rest.is_empty() {
                return None;
            }
            let name_end = rest
                .char_indices()
                .skip(1)
                .find(|(_, char)| char.is_ascii_whitespace() || "/=".contains(*char))
                .map_or(rest.len(), |(index, _)| index);
            let (name, after) = rest.split_at(name_end);
            let after = after.trim_start_matches(|char: char| char.is_ascii_whitespace());
            let (value, next) = match after.strip_prefix('=').map(str::trim_ascii_start) {
                None => ("", after),
                Some(value) => match value.chars().next() {
                    Some(quote @ ('"' | '\'')) => value[1..].split_once(quote).unwrap_or((&value[1..], "")),
                    _ => value
                        .split_at(value.find(|char: char| char.is_ascii_whitespace()).unwrap_or(value.len())),
                },
            };
            if name.eq_ignore_ascii_case(wanted) {
                return Some(value);
            }
            rest = next;
        }
    }
}

/// Looks for the ends of opaque elements, and remembers which will not come, so that a page full of
/// openings is not searched to its end for each.
#[derive(Default)]
struct Closers<'a> {
    missing: Vec<&'a str>,
}

impl<'a> Closers<'a> {
    /// The place from which markup goes on after an opaque element; its own content where it never ends.
    fn after(&mut self, html: &str, from: usize, name: &'a str) -> usize {
        if self.missing.contains(&name) {
            return from;
        }
        let mut at = from;
        while let Some(step) = html[at..].find("</") {
            let place = at + step;
            let closing = html[place + 2..].get(..name.len());
            if closing.is_some_and(|closing| closing.eq_ignore_ascii_case(name)) {
                return place;
            }
            at = place + 2;
        }
        self.missing.push(name);
        from
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(html: &str) -> Vec<String> {
        let parsed = read_links(html.as_bytes(), "https://a.b/news/index.html").unwrap();
        parsed
            .entries
            .into_iter()
            .map(|each| format!("{} {}", each.url, each.title.unwrap_or_default()))
            .collect()
    }

    fn check(html: &str, expected: &[&str]) {
        assert_eq!(links(&format!("<!doctype html>{html}")), expected, "{html}");
    }

    #[test]
    fn links_are_absolute_with_their_words() {
        check("<a href=/x>Gold <b>rallies</b>\n again</a>", &["https://a.b/x Gold rallies again"]);
        check("<A HREF = 'y.html#top' >y &amp; z</A>", &["https://a.b/news/y.html y & z"]);
        check("<a href=\"?a=1&amp;b=2\">q</a>", &["https://a.b/news/index.html?a=1&b=2 q"]);
        check("<a class=x href=//c.d/é>e</a>", &["https://c.d/%C3%A9 e"]);
        check("<a href=/x>one<a href=/y>two", &["https://a.b/x one", "https://a.b/y two"]);
        check("<a href=/x>1 < 2 > 0</a>", &["https://a.b/x 1 < 2 > 0"]);
        check("<a title='a>b' href=/x>t</a>", &["https://a.b/x t"]);
        check("<a data-x=\"'\" href='/\"x'>t</a>", &["https://a.b/%22x t"]);
        check("<a href>t</a>", &[]);
    }

    #[test]
    fn a_base_counts_once_and_against_the_page() {
        check("<base href='/s/'><base href='/t/'><a href=x>x</a>", &["https://a.b/s/x x"]);
        check("<base target=_top><base href='https://c.d/'><a href=x>x</a>", &["https://c.d/x x"]);
        check("<base href='javascript:1'><a href=x>x</a>", &["https://a.b/news/x x"]);
    }

    #[test]
    fn a_link_counts_once_with_its_longest_words() {
        let html = "<a href=/x><img></a><a href=/y>y</a><a href=/x#c>Headline</a><a href=/x>more</a>";
        check(html, &["https://a.b/x Headline", "https://a.b/y y"]);
    }

    #[test]
    fn what_leads_to_no_page_and_to_the_next_page_is_left_out() {
        let html = "<a href='mailto:a@b'>m</a><a href='javascript:x()'>j</a><a href='#t'>t</a>\
                    <a href='http://[::'>n</a><a href=/2 rel='nofollow NEXT'>next</a><a href=/x>x</a>";
        check(html, &["https://a.b/x x"]);
        let parsed = read_links(html.as_bytes(), "https://a.b/").unwrap();
        assert!(parsed.notes.is_empty(), "{:?}", parsed.notes);
        check("<a href=https://user:secret@c.d/>u</a>", &["https://c.d/ u"]);
    }

    #[test]
    fn scripts_and_comments_have_no_links() {
        let html = "<!-- <a href=/c>c</a> --><!--><a href=/d>d</a><!-- --><script>'<a href=/s>s</a>'</SCRIPT><style><a href=/t></style>\
                    <template><a href=/m>m</a></template><a href=/x>x</a><script>never closed <a href=/y>y</a>";
        check(html, &["https://a.b/d d", "https://a.b/x x", "https://a.b/y y"]);
    }

    #[test]
    fn what_is_no_page_is_told_by_name() {
        for (bytes, found) in [
            (&b""[..], "an empty answer"),
            (b"{}", "JSON"),
            (b"<rss><item><a href='/x'>x</a></item></rss>", "an RSS feed"),
            (b"not found", "the text \"not found\""),
        ] {
            let error = read_links(bytes, "https://a.b/").unwrap_err();
            assert_eq!(error.to_string(), format!("{found} where a page of HTML was expected"));
        }
        assert!(read_links(b"<section><a href='https://a.b/x'>x</a>", "").is_ok());
    }

    #[test]
    fn hostile_pages_take_linear_time() {
        let many = "<a href=/x>".repeat(100_000);
        assert_eq!(links(&format!("<html>{many}")).len(), 1);
        for part in ["<b><p>", "<script>", "<!--", "<a ", "<", "</", "<a href='", "<svg><a x=y "] {
            let html = format!("<html>{}", part.repeat(200_000));
            read_links(html.as_bytes(), "https://a.b/").unwrap();
        }
        let attributes: String = (0..200_000).map(|number| format!(" a{number}=1")).collect();
        read_links(format!("<html><a{attributes} href=/x>x</a>").as_bytes(), "https://a.b/").unwrap();
        let distinct: String = (0..6_000).map(|number| format!("<a href=/{number}>x</a>")).collect();
        let parsed = read_links(format!("<html>{distinct}").as_bytes(), "https://a.b/").unwrap();
        assert_eq!((parsed.entries.len(), parsed.notes.len()), (MAX_LINKS, 1));
    }

    proptest::proptest! {
        #[test]
        fn any_text_gives_absolute_links(text in "(<a href=|<base href='|</a>|<!--|<script|>|é|'|\"|/x| ){0,30}") {
            if let Ok(parsed) = read_links(format!("<html>{text}").as_bytes(), "https://a.b/") {
                assert!(parsed.entries.iter().all(|entry| entry.url.starts_with("http")));
            }
        }

        #[test]
        fn any_bytes_are_survived(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            let _ = read_links(&bytes, "https://a.b/");
        }
    }
}
