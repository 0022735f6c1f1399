//! What JSON-LD says, in the shapes publishers give it.

use super::*;

#[test]
fn the_article_is_found_wherever_it_stands() {
    for block in [
        r#"{"@type":"NewsArticle","headline":"H","datePublished":"2024-03-12","author":{"name":"Jane Doe"}}"#,
        r#"[{"@type":"BreadcrumbList"},{"@type":["Article","X"],"headline":"H","datePublished":"2024-03-12","author":["Jane Doe"]}]"#,
        r##"{"@graph":[{"@type":"BlogPosting","headline":"H","datePublished":"2024-03-12","author":{"@id":"#j"}},{"@id":"#j","name":"Jane Doe"}]}"##,
        "<!-- {\"@type\":\"Article\",\"headline\":\"H\",\"datePublished\":\"2024-03-12\",\"x\":\"a\nb\",\"author\":\"Jane Doe\"}; -->",
    ] {
        let linked = read(&[block], &About::default());
        assert_eq!(linked.headline.as_deref(), Some("H"), "{block}");
        assert_eq!(linked.published.as_deref(), Some("2024-03-12"), "{block}");
        assert_eq!(linked.authors, ["Jane Doe"], "{block}");
    }
}

#[test]
fn what_is_no_article_is_left() {
    let linked =
        read(&[r#"{"@type":"JobPosting","headline":"H"}"#, "{broken", "[[[[]]]]", ""], &About::default());
    assert_eq!(linked.headline, None);
    assert!(read(&[&"[".repeat(100_000)], &About::default()).headline.is_none());
}

#[test]
fn the_pages_own_article_counts() {
    let about =
        About { titles: vec![folded("Silver rises | Example")], address: Some(bare("https://www.e.com/a/")) };
    let check = |block: &str, expected: Option<&str>| {
        assert_eq!(read(&[block], &about).published.as_deref(), expected, "{block}");
    };
    let other = r#"{"@type":"NewsArticle","headline":"Gold falls again","datePublished":"2024-03-01"}"#;
    check(other, Some("2024-03-01"));
    check(
        &format!(r#"[{other},{{"@type":"Article","headline":"Silver rises","datePublished":"2024-03-12"}}]"#),
        Some("2024-03-12"),
    );
    check(
        &format!(
            r#"[{other},{{"@type":"Article","url":"http://e.com/a?x=1","datePublished":"2024-03-12"}}]"#
        ),
        Some("2024-03-12"),
    );
    check(&format!(r#"{{"@type":"ItemList","itemListElement":[{{"item":{other}}}]}}"#), None);
    check(r#"{"@type":"Recipe","name":"Silver rises","datePublished":"2024-03-12"}"#, Some("2024-03-12"));
}

#[test]
fn what_is_broken_is_repaired() {
    let check = |block: &str| {
        let read = read(&[block], &About::default());
        assert_eq!(read.headline.as_deref(), Some("It's silver"), "{block}");
    };
    check(r#"{"@type":"Article","headline":"It\'s silver",}"#);
    check("{\"@type\":\"Article\",\"x\":\"a\nb\",\"y\":[1,2, ],\"headline\":\"It's silver\"}");
}

#[test]
fn people_are_named_in_many_ways() {
    let check = |authors: &str, expected: &[&str]| {
        let block = format!(
            r##"{{"@graph":[{{"@type":"Article","headline":"H","author":{authors}}},{{"@id":"#j","@type":"Person","name":"Jane Doe"}}]}}"##
        );
        assert_eq!(read(&[&block], &About::default()).authors, expected, "{authors}");
    };
    check(r#""John Roe""#, &["John Roe"]);
    check(r#"[["John Roe"],{"name":"Jim Poe"}]"#, &["John Roe", "Jim Poe"]);
    check(r##"{"@id":"#j"}"##, &["Jane Doe"]);
    check(r#"{"givenName":"John","familyName":"Roe"}"#, &["John Roe"]);
    check(r#"{"name":["John Roe","Jim Poe"]}"#, &["John Roe", "Jim Poe"]);
    check(r#"[{"@type":"Organization","name":"Agency"}]"#, &["Agency"]);
    check("null", &["Jane Doe"]);
}

#[test]
fn entities_are_read() {
    assert_eq!(plain("Gold &amp; silver <b>rise</b>"), "Gold & silver rise");
}
