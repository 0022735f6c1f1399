//! The head of a page: `<meta>`, `<link>`, `<title>`, and the address and language they declare.
//!
//! Looked up by name by the rest of `metadata`, which knows what each name is worth.

use super::{super::host, Page, Tag, linked::Linked};

/// What stands in the head, in document order.
pub(super) struct Head<'a> {
    metas: Vec<(String, &'a str)>,
    canonical: Option<&'a str>,
    html_language: Option<&'a str>,
    /// The content of `<title>`.
    pub title: String,
}

impl<'a> Head<'a> {
    /// Collects; some pages put these elements in the body, and they count there too.
    pub fn read(page: &Page<'a>) -> Self {
        let html = page.elements().find(|(_, node)| node.name() == "html");
        let mut head = Self {
            metas: Vec::new(),
            canonical: None,
            html_language: html.and_then(|(_, node)| node.attribute("lang")),
            title: String::new(),
        };
        for (index, node) in page.elements().filter(|(_, node)| node.tag == Tag::Head) {
            match node.name() {
                "meta" => {
                    let content = node.attribute("content").unwrap_or_default().trim();
                    for key in ["property", "name", "itemprop", "http-equiv"] {
                        if let Some(name) = node.attribute(key).filter(|_| !content.is_empty()) {
                            head.metas.push((name.to_ascii_lowercase(), content));
                        }
                    }
                }
                "link" if node.attribute("rel").is_some_and(|rel| rel.eq_ignore_ascii_case("canonical")) => {
                    head.canonical = head.canonical.or(node.attribute("href"));
                }
                "title" if head.title.is_empty() => head.title = page.text_of(index),
                _ => {}
            }
        }
        head
    }

    /// The first value of the first name that has one.
    pub fn meta(&self, names: &[&str]) -> Option<&'a str> {
        names.iter().find_map(|wanted| self.all(wanted).next())
    }

    /// Every value of a name.
    pub fn all<'s>(&'s self, wanted: &'s str) -> impl Iterator<Item = &'a str> + 's {
        self.metas.iter().filter(move |(name, _)| name == wanted).map(|(_, content)| *content)
    }

    /// The canonical address, absolute; the fetched one where the page names none or only its front page.
    pub fn canonical(&self, url: Option<&str>) -> Option<String> {
        let named =
            self.canonical.into_iter().chain(self.meta(&["og:url"])).filter_map(|link| absolute(link, url));
        let mut named =
            named.filter(|link| host(link).is_some() && (!is_front(link) || url.is_none_or(is_front)));
        named.next().or_else(|| url.map(|url| without_fragment(unarchived(url))))
    }

    /// As declared; a guess would hide that a page declares nothing.
    pub fn language(&self, linked: &Linked) -> Option<String> {
        self.languages(linked).find_map(|text| {
            let letters = text.trim().chars().take_while(char::is_ascii_alphabetic);
            let code = letters.collect::<String>().to_ascii_lowercase();
            (code.len() == 2).then_some(code)
        })
    }

    /// The region a declared language belongs to: `GB` of `en-GB`.
    pub fn region<'s>(&'s self, linked: &'s Linked) -> Option<&'s str> {
        self.languages(linked).find_map(|text| {
            let region = text.trim().split(['-', '_']).nth(1)?;
            (region.len() == 2).then_some(region)
        })
    }

    fn languages<'s>(&'s self, linked: &'s Linked) -> impl Iterator<Item = &'s str> {
        let meta = self.meta(&["content-language", "language", "dc.language", "og:locale"]);
        [self.html_language, meta, linked.language.as_deref()].into_iter().flatten()
    }
}

/// The front page of a host, which is no article's address.
fn is_front(url: &str) -> bool {
    url.split("://").nth(1).is_some_and(|rest| !rest.trim_end_matches('/').contains(['/', '?']))
}

fn without_fragment(url: &str) -> String {
    url.split('#').next().unwrap_or_default().to_owned()
}

/// The address a web archive's copy was made of: `https://web.archive.org/web/20200101000000/https://...`.
fn unarchived(link: &str) -> &str {
    let copy = link.split_once("://web.archive.org/web/").map(|(_, copy)| copy);
    copy.and_then(|copy| copy.split_once('/')).map_or(link, |(_, original)| original)
}

/// A link as an address of its own, read beside the address of the page.
fn absolute(link: &str, url: Option<&str>) -> Option<String> {
    let link = without_fragment(unarchived(link.trim()));
    if link.starts_with("http://") || link.starts_with("https://") {
        Some(link)
    } else if let Some(rest) = link.strip_prefix("//") {
        Some(format!("https://{rest}"))
    } else if link.starts_with('/') {
        let (scheme, rest) = url?.split_once("://")?;
        Some(format!("{scheme}://{}{link}", rest.split(['/', '?', '#']).next()?))
    } else {
        None
    }
}
