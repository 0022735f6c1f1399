//! What on a page is not article: navigation, related links, newsletter boxes, notices, captions,
//! comments, share bars, advertisements, author boxes.
//!
//! Between `block` and `body`. An element is judged by its name, its role and the words of its class
//! and id, whole words only ("ad" must not fire in "lead"). The words lie now and then, so nothing is
//! removed that holds a good part of the page's prose; where the article is, is for `body` to say.

use std::{collections::HashMap, sync::LazyLock};

use scraper::node::Element;

use super::{
    Look,
    page::{Node, Page, Tag},
};

/// What the words of an element's class and id say of it.
#[derive(Debug, Clone, Copy)]
enum Hint {
    /// Names a summary above it: `standfirst`.
    Summary,
    /// Names furniture that might be a careless name for more.
    Furniture,
    /// Names furniture, but under a headline its summary: `teaser`.
    Teaser,
    /// Names what readers wrote.
    Comments,
    /// Names what lawyers wrote.
    Notice,
}

/// An element named as furniture is kept when it holds this share of the page's prose.
const FURNITURE_SHARE: f32 = 0.3;
/// A box is a quote when this share of its prose is quoted.
const QUOTED_SHARE: f32 = 0.9;
/// Comments and legal notices can be longer than the article, but are not all there is.
const FOREIGN_SHARE: f32 = 0.85;

/// Single words that name furniture.
const FURNITURE: &str = "nav navbar navigation navi menu submenu breadcrumb breadcrumbs pagination pager pagenav sitemap skip \
    masthead topbar footer foot sidebar sidebars rail aside widget widgets toolbar ticker marquee \
    share sharing shares sharebar sharer sharethis addthis addtoany sharedaddy social socials socialmedia follow followus \
    related relateds recommended recommendation recommendations readmore trending popular mostread outbrain taboola zergnet \
    promo promos promotion promotions promobox linklist linkbox crosslinks \
    newsletter newsletters subscribe subscription subscriptions signup optin mailchimp paywall piano login signin register \
    registration modal popup lightbox tooltip rollover popover hovercard \
    ad ads adv advert adverts advertisement advertisements advertising adsense adslot adbox adblock sponsor sponsored \
    sponsors dfp googletag commercial anzeige werbung publicidad pub publicite reklama banner banners \
    caption captions figcaption credit credits copyright legende bildunterschrift gallery slideshow carousel slider lightgallery \
    byline bylines author authors authorbox bio contributor contributors timestamp pubdate dateline postmeta metadata \
    tags taglist tagcloud topics keywords disclaimer disclosure disclosures correction jumpto toc \
    legend relatedlinks recirculation recirc \
    print printonly screenreader srOnly hidden noprint feedback rating ratings poll survey vote donate donation \
    infobox factbox infocard playlist player mejs jwplayer video videos audio podcast apps download downloads \
    livefyre toolbox utility utilities actions action buttons button cta message alert notification notice";

/// Words that name the teaser of another article, or in German newsrooms the summary of this one.
const TEASERS: &str = "teaser teasers teasertext anreisser";

/// Words that name legal notices.
const NOTICES: &str = "cookie cookies consent gdpr ccpa onetrust optanon didomi usercentrics cookielaw cmp";

/// Words that name comments.
const COMMENTS: &str = "comment comments commentlist commentarea commentaires commenti kommentare kommentar comentarios \
    disqus respond reply replies responses discussion livefyre trackback trackbacks pingback reactions";

/// Two words in a row that name furniture.
const PAIRS: [(&str, &str); 26] = [
    ("read", "more"),
    ("read", "also"),
    ("read", "next"),
    ("more", "from"),
    ("more", "on"),
    ("more", "stories"),
    ("more", "news"),
    ("more", "articles"),
    ("see", "also"),
    ("also", "read"),
    ("also", "like"),
    ("most", "read"),
    ("most", "popular"),
    ("up", "next"),
    ("next", "article"),
    ("latest", "news"),
    ("top", "stories"),
    ("post", "meta"),
    ("entry", "meta"),
    ("article", "meta"),
    ("article", "info"),
    ("sr", "only"),
    ("visually", "hidden"),
    ("screen", "reader"),
    ("mit", "license"),
    ("mailing", "list"),
];

/// Two words in a row that name a summary.
const SUMMARY_PAIRS: [(&str, &str); 4] =
    [("sub", "headline"), ("sub", "head"), ("sub", "heading"), ("sub", "title")];

/// Names of the article's body, as words in a row.
const BODIES: [(&str, &str); 30] = [
    ("article", "body"),
    ("article", "content"),
    ("article", "text"),
    ("article", "copy"),
    ("article", "main"),
    ("article", "paragraphs"),
    ("articlebody", ""),
    ("articletext", ""),
    ("articlecontent", ""),
    ("entry", "content"),
    ("entry", "body"),
    ("post", "content"),
    ("post", "body"),
    ("post", "text"),
    ("postcontent", ""),
    ("postbody", ""),
    ("story", "body"),
    ("story", "content"),
    ("story", "text"),
    ("storybody", ""),
    ("storytext", ""),
    ("body", "text"),
    ("body", "copy"),
    ("body", "content"),
    ("bodytext", ""),
    ("news", "text"),
    ("news", "content"),
    ("news", "body"),
    ("rich", "text"),
    ("main", "text"),
];

/// Words that name a summary between headline and body.
const SUMMARIES: &str = "standfirst summary lead lede leadtext intro introduction dek deck subtitle subheadline subhead \
    subheading excerpt chapo chapeau sapo strapline kicker subtext vorspann einleitung entradilla bajada copete ingress anleser description";

static WORDS: LazyLock<HashMap<&'static str, Hint>> = LazyLock::new(|| {
    let of = |words: &'static str, hint| words.split_ascii_whitespace().map(move |word| (word, hint));
    of(FURNITURE, Hint::Furniture)
        .chain(of(SUMMARIES, Hint::Summary))
        .chain(of(TEASERS, Hint::Teaser))
        .chain(of(COMMENTS, Hint::Comments))
        .chain(of(NOTICES, Hint::Notice))
        .collect()
});

/// The hints of an element, strongest of each kind once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Hints {
    pub body: bool,
    pub summary: bool,
    pub teaser: bool,
    pub furniture: bool,
    pub comments: bool,
    pub notice: bool,
}

/// Reads the words of class, id and test names.
pub(super) fn hints(node: &Node) -> Hints {
    let mut hints = Hints::default();
    if let Some(itemprop) = node.attribute("itemprop") {
        hints.body |= itemprop.contains("articleBody");
        hints.summary |= itemprop == "description" || itemprop == "alternativeHeadline";
        hints.furniture |= itemprop == "author" || itemprop == "publisher";
        hints.comments |= itemprop == "comment";
    }
    for name in ["class", "id", "data-testid", "data-component", "data-qa", "data-type"] {
        if let Some(value) = node.attribute(name) {
            read_words(value, &mut hints);
        }
    }
    hints
}

fn read_words(value: &str, hints: &mut Hints) {
    // Generated names can be very long; the telling words come early.
    let value = value.get(..400).unwrap_or(value);
    let mut previous = [0_u8; 24];
    let mut previous_length = 0;
    let mut word = [0_u8; 24];
    let mut length = 0;
    let bytes = value.as_bytes();
    for at in 0..=bytes.len() {
        let byte = bytes.get(at).copied().unwrap_or(b' ');
        let starts_hump = byte.is_ascii_uppercase() && at > 0 && bytes[at - 1].is_ascii_lowercase();
        if (!byte.is_ascii_alphabetic() || starts_hump) && length > 0 {
            if let (Ok(first), Ok(second)) =
                (std::str::from_utf8(&previous[..previous_length]), std::str::from_utf8(&word[..length]))
            {
                judge(first, second, hints);
            }
            previous = word;
            previous_length = length;
            length = 0;
        }
        if byte == b' ' {
            previous_length = 0;
        }
        if byte.is_ascii_alphabetic() && length < word.len() {
            word[length] = byte.to_ascii_lowercase();
            length += 1;
        }
    }
}

fn judge(previous: &str, word: &str, hints: &mut Hints) {
    match WORDS.get(word) {
        Some(Hint::Furniture) => hints.furniture = true,
        Some(Hint::Teaser) => (hints.furniture, hints.teaser) = (true, true),
        Some(Hint::Summary) => hints.summary = true,
        Some(Hint::Comments) => hints.comments = true,
        Some(Hint::Notice) => hints.notice = true,
        None => {}
    }
    if matches!(word, "body" | "content" | "text" | "copy" | "main" | "paragraphs")
        || word.len() > 7 && (word.ends_with("body") || word.ends_with("text") || word.ends_with("content"))
    {
        hints.body |= BODIES.contains(&(previous, word)) || BODIES.contains(&(word, ""));
    }
    hints.furniture |= PAIRS.contains(&(previous, word));
    hints.summary |= SUMMARY_PAIRS.contains(&(previous, word));
}

/// Whether an element can hold nothing to read: never looked into.
pub(super) fn is_silent(node: &Node, look: Look) -> bool {
    let Some(element) = node.element else {
        return false;
    };
    matches!(node.tag, Tag::Head | Tag::Control) || look == Look::Strict && is_hidden(element)
}

fn is_hidden(element: &Element) -> bool {
    element.attr("hidden").is_some_and(|value| value != "until-found")
        || element.attr("aria-hidden") == Some("true")
        || element.attr("style").is_some_and(|style| {
            style
                .split_once("display")
                .is_some_and(|(_, rest)| rest.trim_start_matches([' ', ':']).starts_with("none"))
        })
}

/// What is known of every element before the article is looked for.
#[derive(Debug)]
pub(super) struct Pruned {
    /// For each node: whether it or an element around it is no article.
    pub dead: Vec<bool>,
    /// For each node: the words of its class and id.
    pub hints: Vec<Hints>,
}

impl Pruned {
    /// Whether a node that is no article was left out for being named a teaser and for nothing else.
    pub fn is_teaser(&self, page: &Page, index: u32) -> bool {
        let mut at = index;
        let mut teaser = false;
        while at != 0 && self.dead[at as usize] {
            let hints = self.hints[at as usize];
            // Below a dead node no names are read: the one that was left out decides.
            teaser = hints.teaser;
            at = page.node(at).parent;
        }
        teaser
    }
}

/// Marks what is not article. `prose` holds for each node the words of prose in its subtree, `quoted`
/// those in quotes.
pub(super) fn prune(page: &Page, prose: &[f32], quoted: &[f32], look: Look) -> Pruned {
    let whole = prose.first().copied().unwrap_or_default().max(1.0);
    let mut pruned =
        Pruned { dead: vec![false; page.nodes.len()], hints: vec![Hints::default(); page.nodes.len()] };
    for (index, node) in page.elements() {
        let at = index as usize;
        if pruned.dead[node.parent as usize] {
            pruned.dead[at] = true;
            continue;
        }
        let hints = hints(node);
        pruned.hints[at] = hints;
        let share = prose[at] / whole;
        // The frame of the page carries classes of everything that is on it, and the names of rows
        // and cells are those of what they count.
        let exempt = matches!(node.tag, Tag::Body | Tag::Main | Tag::Article | Tag::Row | Tag::Cell)
            || node.name() == "html";
        // A quoted post sits in boxes with all kinds of names.
        let is_quote = quoted[at] > 0.0 && quoted[at] > QUOTED_SHARE * prose[at];
        let furniture = hints.furniture && !hints.body && !exempt && !is_quote || by_element(node);
        let foreign = (hints.comments && look == Look::Strict || hints.notice) && !exempt;
        pruned.dead[at] = furniture && share < FURNITURE_SHARE || foreign && share < FOREIGN_SHARE;
    }
    for at in 0..page.nodes.len() {
        pruned.dead[at] |= pruned.dead[page.nodes[at].parent as usize];
    }
    pruned
}

fn by_element(node: &Node) -> bool {
    matches!(node.tag, Tag::Nav | Tag::Footer | Tag::Aside | Tag::Form | Tag::Caption | Tag::Figure)
        || node.attribute("role").is_some_and(|role| {
            matches!(
                role,
                "navigation"
                    | "complementary"
                    | "banner"
                    | "contentinfo"
                    | "dialog"
                    | "alertdialog"
                    | "menu"
                    | "menubar"
                    | "search"
                    | "toolbar"
                    | "tablist"
                    | "alert"
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: &str, expected: &str) {
        let mut hints = Hints::default();
        read_words(value, &mut hints);
        let mut found = Vec::new();
        for (set, name) in [
            (hints.body, "body"),
            (hints.summary, "summary"),
            (hints.furniture, "furniture"),
            (hints.comments, "comments"),
        ] {
            if set {
                found.push(name);
            }
        }
        assert_eq!(found.join(" "), expected, "{value}");
    }

    #[test]
    fn names_are_read_as_whole_words() {
        check("lead", "summary");
        check("c-article-body", "body");
        check("articleBody", "body");
        check("entry content", "");
        check("entry-content", "body");
        check("header adjacent shadow", "");
        check("article__ad-slot", "furniture");
        check("relatedPosts", "furniture");
        check("read-more", "furniture");
        check("spread more", "");
        check("comments-area", "comments");
        check("standfirst", "summary");
    }

    #[test]
    fn long_names_do_not_overrun() {
        check(&"x".repeat(10_000), "");
        check(&"é".repeat(500), "");
    }
}
