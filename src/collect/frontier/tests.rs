//! Addresses that are twins, addresses that are none.

use proptest::prelude::*;

use super::*;

fn check(url: &str, expected: &str) {
    assert_eq!(canonical_url(url).as_deref(), Some(expected), "{url:?}");
}

#[test]
fn twins_of_an_address_become_one() {
    check("https://Example.COM", "https://example.com/");
    check("HTTPS://example.com:443/a/B#part", "https://example.com/a/B");
    check("http://example.com:80/?", "http://example.com/");
    check("http://example.com:8080/a", "http://example.com:8080/a");
    check("https://example.com:/a", "https://example.com/a");
    check("https://example.com./a", "https://example.com/a");
    check("https://user:secret@example.com/a", "https://example.com/a");
    check("https://example.com?id=7", "https://example.com/?id=7");
    check("  https://example.com/a b\n", "https://example.com/a%20b");
    check("https://[2001:DB8::1]:443/a", "https://[2001:db8::1]/a");
    check("https://Bücher.example/ü", "https://bücher.example/ü");
}

#[test]
fn tracking_parameters_are_dropped_and_others_keep_their_order() {
    check("https://e.com/a?utm_source=x&b=2&UTM_Medium=y&a=1", "https://e.com/a?b=2&a=1");
    check("https://e.com/a?fbclid=1&gclid=2", "https://e.com/a");
    check("https://e.com/a?b=2&&a", "https://e.com/a?b=2&a");
    check("https://e.com/a?ref=7&id=utm_source", "https://e.com/a?ref=7&id=utm_source");
    check("https://e.com/a?next=/b?utm_x=1", "https://e.com/a?next=/b?utm_x=1");
    check("https://e.com/2019/a.html?rref=collection%2Fx", "https://e.com/2019/a.html");
}

#[test]
fn what_is_no_web_address_is_none() {
    for url in [
        "",
        "n/a",
        "example.com/a",
        "/a/b",
        "ftp://example.com/",
        "javascript://x",
        "https://",
        "https:///a",
        "https://a b/",
        "https://example.com:port/",
        "https://example.com:99999/",
        "https://[::1",
        "https://?",
        "https://e\u{0}.com/",
        "https://trusted.example\\@evil.example/",
        "https://..",
        "mailto:a@b.example",
    ] {
        assert_eq!(canonical_url(url), None, "{url:?}");
    }
    assert_eq!(canonical_url(&format!("https://e.com/{}", "a".repeat(9000))), None);
}

#[test]
fn a_source_is_the_host_without_www() {
    let check = |url: &str, expected: Option<&str>| {
        assert_eq!(source_of_url(url).as_deref(), expected, "{url}");
    };
    check("https://www.Example.com/a", Some("example.com"));
    check("https://news.example.com:8443/a", Some("news.example.com"));
    check("https://www.com/", Some("www.com"));
    check("https://[::1]:80/", Some("[::1]"));
    check("n/a", None);
}

proptest! {
    #[test]
    fn the_canonical_form_is_its_own_canonical_form(url in "(https?://[a-zA-Z.@:\\[\\]]{0,12})?[ -~é\u{a0}]{0,40}") {
        if let Some(once) = canonical_url(&url) {
            prop_assert_eq!(canonical_url(&once), Some(once.clone()));
            prop_assert!(source_of_url(&once).is_some());
        }
    }

    #[test]
    fn any_text_is_an_address_or_none(url in any::<String>()) {
        let _ = canonical_url(&url);
    }
}
