//! Extraction as its users see it: whole pages in, articles or rejections out.

use proptest::prelude::*;

use crate::document::{Article, Basis, Capture, PageKind, Published};

use super::{ExtractOptions, Rejection, extract, plain_text};

const PROSE: [&str; 4] = [
    "Silver rose to a record on Friday as investors sought safety from falling currencies.",
    "Analysts said, however, that Bitcoin had not followed the metals so far this month.",
    "The central bank is expected to cut its rates, which would make holding metals cheaper.",
    "Mines cannot raise their output quickly, because silver is won beside other metals.",
];

fn capture(body: impl Into<Vec<u8>>) -> Capture {
    Capture {
        subject: "page".into(),
        url: Some("https://www.example.com/markets/silver".into()),
        content_type: None,
        captured_at: Some("2026-02-01T00:00:00Z".parse().unwrap()),
        basis: Basis::Observed,
        body: body.into(),
    }
}

fn read(html: &str) -> Result<Article, Rejection> {
    extract(&capture(html), &ExtractOptions::default())
}

/// `{}` in the page stands for two paragraphs, each time the next two.
fn page(html: &str) -> String {
    let paragraphs = |pair: &[&str]| pair.iter().map(|text| format!("<p>{text}</p>")).collect::<String>();
    html.replacen("{}", &paragraphs(&PROSE[..2]), 1).replacen("{}", &paragraphs(&PROSE[2..]), 1)
}

/// The text must be the prose with these lines after the second sentence.
fn check_between(html: &str, expected: &[&str]) {
    let mut lines = PROSE[..2].to_vec();
    lines.extend(expected);
    lines.extend(&PROSE[2..]);
    let article = read(&page(html)).unwrap();
    assert_eq!(article.text.lines().collect::<Vec<_>>(), lines, "{html}");
}

#[test]
fn paragraphs_items_and_quotes_stay_in_order() {
    check_between("<h1>T</h1><article>{}<h2>Why now</h2>{}</article>", &["Why now"]);
    check_between(
        "<article>{}<ul><li>First, supply is short.<li>Second</ul>{}</article>",
        &["First, supply is short.", "Second"],
    );
    check_between("<div class=x>{}<blockquote>It is a run.</blockquote>{}</div>", &["It is a run."]);
    check_between(
        "<div>{}<table><tr><td>Gold<td>5,000<tr><td>Silver<td>101</table>{}</div>",
        &["Gold 5,000", "Silver 101"],
    );
}

#[test]
fn what_is_not_article_is_left_out() {
    for furniture in [
        "<nav><ul><li><a href=/>Home</a><li><a href=/m>Markets</a></ul></nav>",
        "<aside><p>Our editors choose the stories that they think matter to you most.</p></aside>",
        "<div class='related-articles'><p>Gold rose yesterday, too, as the dollar fell again.</p></div>",
        "<div class='newsletter-box'><p>Get our letter every morning before the market opens.</p></div>",
        "<div id='cookie-notice'><p>We use cookies to make this page as good as we can.</p></div>",
        "<figure><img><figcaption>A bar of silver lies on a table in a vault.</figcaption></figure>",
        "<p class=wp-caption-text>A bar of silver lies on a table in a vault.</p>",
        "<div class='social-share'><a href=#>Share</a> <a href=#>Tweet</a></div>",
        "<p><a href=/x>Also read: Gold rises to a record as well</a></p>",
        "<p>Advertisement</p>",
        "<p>Photo: Jane Doe / Agency</p>",
        "<p>Source: Agency</p>",
        "<div class=image><div class=legend>A bar of silver lies on a table in a vault.</div></div>",
        "<p>Follow The Example on Twitter and Instagram for all that is new.</p>",
        "<p>Suscríbete a nuestro canal de YouTube.</p>",
        "<h3>Weiterführende Links</h3>",
        "<p>Read more:</p>",
        "<p hidden>Nobody sees this sentence, so nobody should have to read it.</p>",
        "<p style='display: none'>Nobody sees this sentence, so nobody should read it.</p>",
        "<script>var text = '<p>This is a string in a program, not a sentence.</p>';</script>",
        "<noscript>Please turn on scripts to read this page as it was meant.</noscript>",
        "<button>Load more of these</button>",
    ] {
        check_between(&format!("<article>{{}}{furniture}{{}}</article>"), &[]);
    }
}

#[test]
fn what_follows_the_article_is_left_out() {
    for tail in [
        "<h3>Comments</h3><p>First! I have said this for years and years, everyone.</p>",
        "<div class=comments><p>First! I have said this for years and years, everyone.</p></div>",
        "<h4>Explore further</h4><div><p>Gold rose too.</p></div>",
        "<h2>Related articles</h2><p>Gold rose yesterday, too, as the dollar fell.</p>",
        "<footer><p>Copyright of all the texts is with the publisher of this page.</p></footer>",
    ] {
        check_between(&format!("<article>{{}}{{}}{tail}</article>"), &[]);
    }
}

#[test]
fn quoted_posts_and_tables_keep_their_place() {
    let post = "<div class='video-container'><blockquote class=tweet><p>It is a run on the metal.</p></blockquote></div>";
    check_between(&format!("<article>{{}}{post}{{}}</article>"), &["It is a run on the metal."]);
    let row = "<table><tr class='player-1'><td>1<td>Silver</tr></table>";
    check_between(&format!("<article>{{}}{row}{{}}</article>"), &["1 Silver"]);
}

#[test]
fn teasers_of_other_articles_are_left_out() {
    let teaser = "<div><a href=/x><h3>Gold rises as well</h3></a><p>Gold rose yesterday, as the dollar fell.</p></div>";
    check_between(&format!("<main><div>{{}}{{}}</div>{}</main>", teaser.repeat(2)), &[]);
    // A heading that is a link inside the article leads nowhere else.
    check_between("<article>{}<h3><a href=/x>Why now</a></h3>{}</article>", &["Why now"]);
}

#[test]
fn the_article_with_the_headline_is_the_article() {
    let prose = |times: usize| format!("<p>{}</p>", PROSE.join(" ")).repeat(times);
    let other = PROSE.map(|text| format!("<p>Elsewhere, {text}</p>")).concat().repeat(9);
    let html = format!(
        "<title>Silver rises</title><article><h1>Silver rises</h1>{}</article><article><h1>Gold</h1>{other}</article>",
        prose(2)
    );
    assert!(!read(&html).unwrap().text.contains("Elsewhere"));
}

#[test]
fn a_summary_above_the_body_is_kept() {
    let summary = "The metal has never cost as much as on this Friday";
    for html in [
        format!("<h1>T</h1><p class=standfirst>{summary}</p><div class=entry-content>{{}}{{}}</div>"),
        format!("<h1>T</h1><h2>{summary}</h2><div class=entry-content>{{}}{{}}</div>"),
        format!("<h1>T</h1><div class=entry-content><h4>{summary}</h4><p>By Jane Doe</p>{{}}{{}}</div>"),
        format!(
            "<h1>T</h1><header class=article-teaser><p>{summary}</p></header><article>{{}}{{}}</article>"
        ),
        format!("<h1>T</h1><p class=kicker>Why T</p><p>{summary}.</p><article>{{}}{{}}</article>"),
        format!(
            "<meta name=description content='{summary}'><div class=teaser>{summary}</div><article>{{}}{{}}</article>"
        ),
    ] {
        let article = read(&page(&html)).unwrap();
        let mut lines = article.text.lines();
        assert_eq!(lines.next().map(|line| line.trim_end_matches('.')), Some(summary), "{html}");
        assert_eq!(lines.next(), Some(PROSE[0]), "{html}");
    }
}

#[test]
fn the_headline_is_not_repeated() {
    let html = page("<title>Silver rises | Example</title><article><p>Silver rises</p>{}{}</article>");
    let article = read(&html).unwrap();
    assert_eq!((article.title.as_str(), article.text.lines().next()), ("Silver rises", Some(PROSE[0])));
}

#[test]
fn the_source_is_the_host_or_the_site() {
    let html = page("<meta property=og:site_name content='Example News'>{}{}");
    let mut capture = capture(html);
    let source = |capture: &Capture| extract(capture, &ExtractOptions::default()).unwrap().source;
    assert_eq!(source(&capture), "example.com");
    capture.url = None;
    assert_eq!(source(&capture), "Example News");
    capture.body = page("{}{}").into_bytes();
    assert_eq!(source(&capture), "");
}

#[test]
fn a_body_in_metadata_is_the_last_resort() {
    let body = PROSE.join(" ");
    let html = format!(
        "<script type=application/ld+json>{{\"@type\":\"Article\",\"articleBody\":\"{body}\"}}</script><div id=app></div>"
    );
    assert_eq!(read(&html).unwrap().text, body);
}

#[test]
fn a_page_that_hides_its_article_is_looked_at_again() {
    for hidden in [
        "<div class=post-body><noscript>{}{}</noscript></div>",
        "<div class=slides><div style='display:none'>{}</div><div style='display:none'>{}</div></div>",
        "<div class=live-match-comments>{}{}</div>",
    ] {
        let html = format!("<h1>Silver rises</h1>{}", page(hidden));
        let article = read(&html).unwrap();
        assert_eq!(article.text.lines().collect::<Vec<_>>(), PROSE, "{hidden}");
    }
    let state = format!(
        "<title>Silver rises</title><div id=root></div><script id=__NEXT_DATA__>{{\"p\":{{\"title\":\"Silver rises\",\"body\":\"{}\"}}}}</script>",
        PROSE.map(|text| format!("<p>{text}</p>")).concat().repeat(2)
    );
    assert!(read(&state).unwrap().text.starts_with(PROSE[0]));
}

#[test]
fn pages_without_article_are_refused() {
    let check = |html: &str, expected: Rejection| assert_eq!(read(html), Err(expected), "{html}");
    check("", Rejection::Empty);
    check(" \n\t ", Rejection::Empty);
    check("%PDF-1.7", Rejection::Binary);
    check("<title>Silver rises</title><h1>Silver rises</h1>", Rejection::NoArticle);
    let links: String = (0..50).map(|n| format!("<li><a href=/{n}>Silver rises to record {n}</a>")).collect();
    check(&format!("<h1>Markets</h1><ul>{links}</ul>"), Rejection::NoArticle);
    let small = ExtractOptions { max_bytes: 3, ..ExtractOptions::default() };
    assert_eq!(extract(&capture("<p>x"), &small), Err(Rejection::TooLarge { bytes: 4, limit: 3 }));
}

#[test]
fn notes_have_a_title_when_the_first_line_is_one() {
    let check = |text: &str, title: &str, body: &str| {
        let article = plain_text(&capture(text)).unwrap();
        assert_eq!((article.title.as_str(), article.text.as_str()), (title, body));
    };
    check("Silver rises\n\nIt rose.\r\nMore.", "Silver rises", "It rose.\nMore.");
    check("It rose again.\nMore.", "", "It rose again.\nMore.");
    check(
        "\n\n\nOne huge paragraph. It has no title.\nComments\n",
        "",
        "One huge paragraph. It has no title.",
    );
    check("Only a line", "", "Only a line");
    check("\u{feff}Grüße\nText", "Grüße", "Text");
    assert_eq!(plain_text(&capture(" \n ")), Err(Rejection::Empty));
}

#[test]
fn nothing_nests_too_deep() {
    for (open, close) in
        [("<div>", "</div>"), ("<span>", ""), ("<b>", ""), ("<ul><li>", ""), ("<table><tr><td>", "")]
    {
        let html = format!("{}{}{}", open.repeat(100_000), page("{}{}"), close.repeat(100_000));
        assert!(read(&html).unwrap().text.contains(PROSE[2]), "{open}");
    }
    let json = format!("<script type=application/ld+json>{}</script>{}", "[".repeat(100_000), page("{}{}"));
    assert!(read(&json).is_ok());
    // Names and descriptions hold markup too.
    let deep = "<div>".repeat(100_000);
    let meta = format!("<meta name=description content='{deep}'><meta property=og:title content='{deep}'>");
    let linked =
        format!(r#"<script type=application/ld+json>{{"@type":"Article","headline":"{deep}"}}</script>"#);
    assert!(read(&format!("{meta}{linked}{}", page("{}{}"))).unwrap().text.contains(PROSE[2]));
}

#[test]
fn dates_never_lie_after_the_capture() {
    let meta = "<meta property=article:published_time content=2026-03-01T10:00:00Z><meta name=date content=2026-01-23>";
    let article = read(&page(&format!("{meta}{{}}{{}}"))).unwrap();
    assert_eq!(article.published, Some(Published::On("2026-01-23".parse().unwrap())));
    assert_eq!(article.published_basis, Some("meta"));
}

#[test]
fn a_live_blog_was_changed_when_its_last_entry_was_written() {
    let check = |head: &str, times: &str, kind: PageKind, modified: Option<&str>| {
        let html = format!("<head>{head}</head>{}{times}", page("{}{}"));
        let article = read(&html).unwrap();
        let told = article.modified.map(|modified| modified.to_string());
        assert_eq!((article.kind, told.as_deref()), (kind, modified), "{head} {times}");
    };
    let published = r#""datePublished":"2026-01-23T08:00:00Z","dateModified":"2026-01-23T09:00:00Z""#;
    let entry = r#""liveBlogUpdate":[{"@type":"BlogPosting","datePublished":"2026-01-23T21:30:00Z"}]"#;
    let data = |kind: &str, more: &str| {
        format!(r#"<script type=application/ld+json>{{"@type":"{kind}",{published}{more}}}</script>"#)
    };
    let times = "<time datetime=2026-01-23T20:00:00Z>20:00</time><time datetime=2026-03-23>later</time>";
    let live = data("LiveBlogPosting", "");
    check(&live, "", PageKind::LiveBlog, Some("2026-01-23T09:00:00Z"));
    check(&live, times, PageKind::LiveBlog, Some("2026-01-23T20:00:00Z"));
    let entries = data("LiveBlogPosting", &format!(",{entry}"));
    check(&entries, times, PageKind::LiveBlog, Some("2026-01-23T21:30:00Z"));
    check(&data("NewsArticle", ""), times, PageKind::Article, Some("2026-01-23T09:00:00Z"));
}

proptest! {
    #[test]
    fn bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let _ = extract(&capture(bytes.clone()), &ExtractOptions::default());
        let _ = plain_text(&capture(bytes));
    }

    #[test]
    fn markup_never_panics(parts in proptest::collection::vec(
        prop_oneof![
            Just("<p>"), Just("</p>"), Just("<div class='"), Just("'>"), Just("<a href="), Just("</a>"), Just("<!--"), Just("-->"),
            Just("<script type=application/ld+json>"), Just("</script>"), Just("{\"@type\":\"Article\",\"datePublished\":\""), Just("\"}"),
            Just("<title>"), Just("<time>"), Just("12.03.2024"), Just("<h1>"), Just("<table><td>"), Just("<svg>"), Just("<template>"),
            Just("ü\u{301} "), Just("<br>"), Just("&amp;"), Just("<"), Just("By Jane Doe on 12 March 2024 "), Just("\0"), Just("=\""),
            Just("Silver rose to a record on Friday as investors sought safety. "), Just("<meta name=date content="), Just(" | "),
        ], 0..60)) {
        let options = ExtractOptions { min_words: 1, ..ExtractOptions::default() };
        if let Ok(article) = extract(&capture(parts.concat()), &options) {
            prop_assert!(article.text.lines().all(|line| !line.trim().is_empty()));
        }
    }
}
