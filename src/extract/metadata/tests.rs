//! Each question's sources in their order of trust.

use scraper::Html;

use super::{super::guard::guard, *};

fn read(source: &str) -> Metadata {
    let guarded = guard(source);
    let html = Html::parse_document(&guarded.html);
    let captured_at = "2026-02-01T00:00:00Z".parse().unwrap();
    metadata(
        &Page::new(&html),
        &guarded.linked_data,
        source,
        Some("https://www.example.com/2026/01/23/silver"),
        Some(captured_at),
    )
}

const LINKED: &str = "<script type=application/ld+json>{\"@type\":\"NewsArticle\",\"headline\":\"Silver rises\",\
    \"datePublished\":\"2026-01-20T10:00:00Z\",\"author\":[{\"name\":\"Jane Doe\"},{\"name\":\"John Roe\"}]}</script>";
const GRAPH: &str = "<meta property=article:published_time content=2026-01-19T10:00:00+01:00>";

fn check_date(html: &str, expected: &str, basis: &str) {
    let (published, found) = read(html).published.unwrap();
    assert_eq!((published.to_string().as_str(), found), (expected, basis), "{html}");
}

#[test]
fn dates_in_order_of_trust() {
    check_date(&format!("{LINKED}{GRAPH}"), "2026-01-20T10:00:00Z", "json-ld");
    check_date(
        &format!("{GRAPH}<meta name=date content=2026-01-18>"),
        "2026-01-19T10:00:00+01:00",
        "opengraph",
    );
    check_date(
        "<meta name=pubdate content=2026-01-18><time datetime=2026-01-17>x</time>",
        "2026-01-18",
        "meta",
    );
    // A meta that says only "date" is often the last change.
    check_date("<meta name=date content=2026-01-18><time datetime=2026-01-17>x</time>", "2026-01-17", "time");
    check_date(
        "<meta name=date content=2026-01-18><title>Silver rises</title><h1>Silver rises</h1><p>17 January 2026 | Jane Doe</p>",
        "2026-01-17",
        "text",
    );
    check_date("<meta name=date content=2026-01-18><p>17 January 2026</p>", "2026-01-18", "meta");
    check_date("<span itemprop=datePublished content=2026-01-18>x</span>", "2026-01-18", "meta");
    check_date("<time datetime=2026-01-17>x</time>", "2026-01-17", "time");
    check_date("<p>no date</p>", "2026-01-23", "url");
}

#[test]
fn updated_is_not_published() {
    check_date("<time class=updated datetime=2026-01-17>x</time>", "2026-01-23", "url");
    check_date("<p>Updated: <time datetime=2026-01-17>x</time></p>", "2026-01-23", "url");
    assert_eq!(
        read("<meta property=article:modified_time content=2026-01-17>").modified.unwrap().to_string(),
        "2026-01-17"
    );
}

#[test]
fn the_day_is_the_publishers() {
    let utc = "<meta property=article:published_time content=2026-01-22T23:30:00Z>";
    // The address of the page says 23 January.
    check_date(utc, "2026-01-23T00:30:00+01:00", "opengraph");
    check_date(
        &format!("{utc}<meta name=pubdate content=2026-01-23T04:30:00+05:00>"),
        "2026-01-23T04:30:00+05:00",
        "opengraph",
    );
    // No zone is that far from UTC.
    check_date(&utc.replace("T23:30", "T09:30"), "2026-01-22T09:30:00Z", "opengraph");
    check_date(&utc.replace("T23:30", "T00:00"), "2026-01-22T00:00:00Z", "opengraph");
    check_date(&utc.replace("-22T", "-20T"), "2026-01-20T23:30:00Z", "opengraph");
}

#[test]
fn the_future_is_passed_over() {
    check_date("<meta name=date content=2026-02-02><time datetime=2026-01-17>x</time>", "2026-01-17", "time");
}

#[test]
fn visible_dates() {
    let check = |line: &str, expected: &str| {
        let guarded = guard(line);
        let html = Html::parse_document(&guarded.html);
        let page = Page::new(&html);
        let found = metadata(&page, &[], line, None, None).published;
        assert_eq!(
            found.map(|(date, basis)| format!("{date} {basis}")).unwrap_or_default(),
            expected,
            "{line}"
        );
    };
    check("<html lang=en><p class=date>March 12, 2024</p>", "2024-03-12 text");
    check("<html lang=de><span class=datum>12.03.2024</span>", "2024-03-12 text");
    check("<p>12 March 2024, updated 14 March 2024</p>", "2024-03-12 text");
    check("<p>Updated 14 March 2024</p>", "");
    let headed = |rest: &str| {
        format!("<title>Silver rises</title><p class=date>1 May 2024</p><h1>Silver rises</h1>{rest}")
    };
    check(&headed("<ul><li>12 March 2024</ul>"), "2024-03-12 text");
    check(&headed("<p>Jane Doe <b>12 March 2024</b></p>"), "2024-03-12 text");
    check(&headed("<p><a href=/b>Bulletin of 12 March 2024</a></p>"), "2024-05-01 text");
    check(&headed(&format!("<p>On 12 March 2024, {}</p>", "silver rose. ".repeat(20))), "2024-05-01 text");
    check(
        &headed(&format!("<p>London, 12 March 2024 - {}</p>", "silver rose. ".repeat(20))),
        "2024-03-12 text",
    );
    check(&headed(&format!("<p><b>12 March 2024</b> {}</p>", "silver rose. ".repeat(20))), "2024-03-12 text");
    check(&headed("<p>Member since 12 March 2024</p>"), "2024-05-01 text");
    check("<html lang=en-GB><p class=date>03/04/2024</p>", "2024-04-03 text");
    check("<html lang=en><p class=date>03/04/2024</p>", "2024-03-04 text");
    check(
        "<script>var page = {\"datePublished\": \"2024-03-12T10:30:00+01:00\"};</script>",
        "2024-03-12T10:30:00+01:00 text",
    );
}

proptest::proptest! {
    #[test]
    fn nothing_panics_and_nothing_is_from_the_future(
        parts in proptest::collection::vec(proptest::prop_oneof![
            ".{0,12}",
            "(<[a-z]{1,6}( (class|itemprop|content|name|datetime|href)=[^ >]{0,16})?>){1,3}",
            "[0-9]{1,4}[-/. ][0-9A-Za-zµé]{1,9}[-/. ][0-9]{1,4}([T ][0-9:]{4,8}([+-][0-9]{2}:?[0-9]{2})?)?",
            "<script type=application/ld\\+json>[\\[\\]{}\":,a-z@0-9\\\\]{0,40}</script>",
        ], 0..24)
    ) {
        let html = parts.concat();
        let found = read(&html);
        let captured_at: Timestamp = "2026-02-01T00:00:00Z".parse().unwrap();
        for date in found.published.map(|(date, _)| date).into_iter().chain(found.modified) {
            match date.instant() {
                Some(at) => assert!(at <= captured_at, "{date} of {html}"),
                None => assert!(date.date() <= jiff::civil::date(2026, 2, 1), "{date} of {html}"),
            }
        }
    }
}

fn check_title(html: &str, expected: &str) {
    assert_eq!(read(html).title, expected, "{html}");
}

#[test]
fn titles_without_the_site() {
    check_title(
        "<title>Silver rises | Example News</title><meta property=og:site_name content='Example News'>",
        "Silver rises",
    );
    check_title("<title>Silver rises - Example</title>", "Silver rises");
    check_title("<title>Example: Silver rises | Markets</title><h1>Silver rises</h1>", "Silver rises");
    check_title("<meta property=og:title content='Gold - and silver - rise'>", "Gold - and silver - rise");
    check_title("<meta property=og:title content='Gold &amp;amp; silver'>", "Gold & silver");
    check_title("<h1>Example</h1><h1>Silver rises</h1><title>Silver rises – Example</title>", "Silver rises");
    check_title(LINKED, "Silver rises");
    check_title("<title>Silver rises ‹ Example</title>", "Silver rises");
}

#[test]
fn titles_without_a_kicker() {
    for kicked in ["Metals: Silver rises", "Metals - Silver rises"] {
        let data = format!(
            r#"<script type=application/ld+json>{{"@type":"Article","headline":"{kicked}"}}</script>"#
        );
        check_title(&format!("{data}<meta property=og:title content='Silver rises'>"), "Silver rises");
        check_title(&data, kicked);
    }
}

#[test]
fn the_headline_is_what_a_reader_sees() {
    // Open Graph has another headline; the page's own is near enough to be one.
    check_title(
        "<meta property=og:title content='Why silver rises so fast'><h1>Silver rises so fast</h1>",
        "Silver rises so fast",
    );
    check_title(
        "<meta property=og:title content='Silver rises so fast'><h1>News</h1><title>News</title>",
        "Silver rises so fast",
    );
    check_title(
        "<meta property=og:title content='Press'><h1>Silver rises so fast</h1><title>X: Silver rises so fast</title>",
        "Silver rises so fast",
    );
    // What the heading has more is a kicker.
    check_title(
        "<meta property=og:title content='Silver rises so fast'><h1>Metals <b>Silver rises so fast</b></h1>",
        "Silver rises so fast",
    );
    check_title(&format!("{LINKED}<h1>Silver soars, bulls cheer</h1>"), "Silver rises");
    check_title(
        "<script type=application/ld+json>{\"@type\":\"Article\",\"headline\":\"Silver rises so very...\"}</script><h1>Silver rises so very fast</h1>",
        "Silver rises so very fast",
    );
    check_title(
        "<script type=application/ld+json>{\"@type\":\"Article\",\"headline\":\"Metals: Silver rises\"}</script><meta property=og:title content='Silver rises'>",
        "Silver rises",
    );
}

fn check_byline(html: &str, expected: Option<&str>) {
    assert_eq!(read(html).byline.as_deref(), expected, "{html}");
}

#[test]
fn bylines_are_names() {
    check_byline(LINKED, Some("Jane Doe, John Roe"));
    check_byline("<meta name=author content='Jane Doe'>", Some("Jane Doe"));
    check_byline(
        "<meta name=author content='https://example.com/jane'><a rel=author>Jane Doe</a>",
        Some("Jane Doe"),
    );
    check_byline("<p class=byline>By Jane Doe | March 12, 2024</p>", Some("Jane Doe"));
    check_byline("<p class=author>Von Jürgen Groß</p>", Some("Jürgen Groß"));
    check_byline("<meta name=author content=admin>", None);
    check_byline("<p>By the sea</p>", None);
    check_byline("<meta name=author content='Jane Doe og John Roe'>", Some("Jane Doe, John Roe"));
    check_byline("<meta name=author content='Jane Doe, professor of economics in London'>", Some("Jane Doe"));
    check_byline(
        "<meta name=twitter:label1 content='Written by'><meta name=twitter:data1 content='Jane Doe'>",
        Some("Jane Doe"),
    );
    check_byline("<p class=articleAuthor>Jane Doe</p>", Some("Jane Doe"));
}

#[test]
fn a_full_name_is_better_than_an_account_or_the_house() {
    let site = "<meta property=og:site_name content='Example News'>";
    check_byline("<meta name=author content=jdoe><p class=author>Jane Doe</p>", Some("Jane Doe"));
    check_byline("<meta name=author content=jdoe><p class=author>jd</p>", Some("jdoe"));
    check_byline(
        &format!("{site}<meta name=author content='Example News'><p class=author>Jane Doe</p>"),
        Some("Jane Doe"),
    );
    check_byline(&format!("{site}<meta name=author content='Example News'>"), Some("Example News"));
    check_byline("<meta name=author content=dpa><p class=author>Jane Doe</p>", Some("dpa"));
}

#[test]
fn bylines_beside_the_headline() {
    let check = |line: &str, expected: Option<&str>| {
        check_byline(&format!("<title>Silver rises</title><h1>Silver rises</h1>{line}"), expected);
    };
    check("<p>By Jane Doe</p>", Some("Jane Doe"));
    check("<p>von <a href=/x>Dr. Jane Doe</a></p>", Some("Dr. Jane Doe"));
    check("<p>12 March 2024 - Jane Doe</p>", Some("Jane Doe"));
    check("<p>Jane Doe | 12.03.2024</p>", Some("Jane Doe"));
    check("<ul><li><a href=/author/jane>Jane Doe</a></ul>", Some("Jane Doe"));
    check("<p>By the end of March silver had doubled.</p>", None);
    check("<p>Share on Twitter | 12.03.2024</p>", None);
    check("<p>Jane Doe</p>", None);
    check("<meta name=description content='Jane Doe LONDON Silver rose'><p>Jane Doe</p>", Some("Jane Doe"));
    check(&format!("<p>By Jane Doe {}</p>", "silver rose. ".repeat(20)), None);
}

#[test]
fn addresses_and_languages() {
    let check = |html: &str, url: &str, language: Option<&str>| {
        let found = read(html);
        assert_eq!((found.url.as_deref(), found.language.as_deref()), (Some(url), language), "{html}");
    };
    check(
        "<html lang=en-US><link rel=canonical href=/silver#top>",
        "https://www.example.com/silver",
        Some("en"),
    );
    check(
        "<link rel=canonical href=https://example.com/><meta property=og:locale content=de_DE>",
        "https://www.example.com/2026/01/23/silver",
        Some("de"),
    );
    check("<meta property=og:url content=//example.com/a>", "https://example.com/a", None);
}
