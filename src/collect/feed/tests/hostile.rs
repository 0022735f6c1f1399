//! Nothing panics, hangs or grows: bombs, depth, length, random and mutated bytes.

use proptest::{collection::vec, prelude::*};

use super::*;

/// What every reading must keep to, whatever the bytes.
fn holds(bytes: &[u8]) {
    let Ok(feed) = read_feed(bytes, None, BASE) else { return };
    assert!(feed.notes.len() <= MAX_NOTES && feed.entries.len() <= MAX_ENTRIES);
    let kept: usize = feed.entries.iter().map(|entry| told(entry).len()).sum();
    // Fields, dates and names told; a base may be joined to every short reference.
    assert!(kept <= 4 * bytes.len() + 300 * feed.entries.len() + (64 << 10), "{kept} of {}", bytes.len());
    for entry in &feed.entries {
        let texts = [&entry.title, &entry.summary, &entry.text, &entry.author, &entry.id, &entry.language];
        for text in texts.into_iter().flatten() {
            assert!(!text.contains(|char: char| char.is_control() && char != '\n'), "{text:?}");
        }
        assert!(!entry.url.contains(char::is_control));
    }
}

#[test]
fn declared_entities_serve_abbreviations_and_no_bombs() {
    let feed = |declarations: &str, text: &str| {
        format!("<!DOCTYPE rss [{declarations}]><rss><item><title>{text}</title></item></rss>")
    };
    check(&feed("<!ENTITY desk 'The Desk'><!ENTITY x \"&#65;\">", "&desk; &x;"), &["title=The Desk A"]);
    check(&feed("<!ENTITY a 'b'><!ENTITY c '&a;&a;'>", "&c;"), &["title=&a;&a;"]);
    check(&feed("<!ENTITY e SYSTEM 'file:///etc/passwd'>", "x &e;"), &["title=x &e;"]);
    check(&feed("<!ENTITY % p SYSTEM 'http://a.example/'>%p;", "x"), &["title=x"]);
    let quadratic = feed(&format!("<!ENTITY a '{}'>", "x".repeat(1000)), &"&a;".repeat(1000));
    let title = read(&quadratic).entries[0].title.clone().unwrap();
    assert!(title.len() < 80_000, "{}", title.len());
}

#[test]
fn depth_and_number_are_bounded() {
    let many = 100_000;
    for feed in [
        format!("<rss>{}<item><title>A", "<a>".repeat(many)),
        format!("<rss><item><title>{}A{}</title></item></rss>", "<b>".repeat(many), "</b>".repeat(many)),
        format!("<rss><item><description>{}</description>", "&lt;div&gt;".repeat(many)),
        format!("<rss><item><description><![CDATA[{}]]>", "<a b='".repeat(many)),
        format!("<rss><item><description><![CDATA[{}]]>", "<object><!-- <![CDATA[ <? &# &".repeat(many)),
        format!("<rss><item>{}", "<a xmlns:b='c' xml:base='d/'>".repeat(many)),
        format!("<rss>{}", "<item/>".repeat(many)),
        format!("<rss {}>", "a='b' ".repeat(many)),
        format!("<rss>{}", "<![CDATA[".repeat(many)),
        format!("<rss>{}", "<!--".repeat(many)),
        format!("<rss>{}", "<a b=\"".repeat(many)),
        format!("<rss>{}", "&a".repeat(many)),
        format!("<rss>{}", "</a>".repeat(many)),
        format!("<html>{}", "<link rel=alternate type=application/rss+xml ".repeat(many)),
        format!("<html><link {}>", "a ".repeat(many)),
        format!("<!DOCTYPE rss [{}]><rss>", "<!ENTITY a ".repeat(many)),
        format!("<rss>{}", "<!DOCTYPE rss [<!ENTITY a 'b'>]>".repeat(many)),
        (0..many).map(|number| format!("<!DOCTYPE a [<!ENTITY a{number} 'b'>]><rss>&a{number};")).collect(),
        (0..many).map(|number| format!("<a{number} xmlns:b{number}='c'></b{number}>")).collect(),
        format!("<rss>{}{}", "<a>".repeat(900), "<b></c>".repeat(many)),
        format!("{{\"items\":{}", "[".repeat(many)),
        format!("{{\"items\":[{}", "{\"a\":".repeat(many)),
        format!("{{\"items\":[{}", "{\"id\":1},".repeat(many)),
    ] {
        holds(feed.as_bytes());
    }
    let feed = read(&format!("<rss>{}", "<item/>".repeat(many)));
    assert_eq!((feed.entries.len(), feed.notes[0].as_str()), (MAX_ENTRIES, "more entries than are read"));
}

/// Pieces from which markup is made, whole and broken.
fn markup() -> impl Strategy<Value = String> {
    let pieces = [
        "<rss>",
        "<feed xmlns='http://www.w3.org/2005/Atom'>",
        "<channel>",
        "<item>",
        "</item>",
        "<entry>",
        "</entry>",
        "<title>",
        "</title>",
        "<title type='html'>",
        "<content type='xhtml'>",
        "</content>",
        "<link>",
        "</link>",
        "<link href='a' rel='",
        "<description>",
        "</description>",
        "<pubDate>",
        "</pubDate>",
        "<author><name>",
        "</name>",
        "</author>",
        "<![CDATA[",
        "]]>",
        "<!--",
        "-->",
        "<!DOCTYPE a [<!ENTITY b '",
        "'>]>",
        "<?xml encoding='",
        "?>",
        "&b;",
        "&#x80;",
        "&#0;",
        "&amp",
        "&lt;br&gt;",
        "<br/>",
        "<",
        ">",
        "'",
        "\"",
        "é",
        "\u{0}",
        "1 Jan 2026",
        "{\"items\":[",
        "x",
        " ",
        "\n",
        "http://a.example/",
        "xml:base='",
        "<a:b xmlns:a='urn:x'>",
        "</a:b>",
        "AAAA",
        "mode='base64'",
    ];
    vec(prop::sample::select(pieces.to_vec()), 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in vec(any::<u8>(), 0..400)) {
        holds(&bytes);
    }

    #[test]
    fn any_markup_is_read_or_refused(text in markup()) {
        holds(text.as_bytes());
        holds(format!("<rss><channel><item>{text}").as_bytes());
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        holds(&wide);
    }

    #[test]
    fn any_words_are_a_date_or_none(
        words in vec(prop::sample::select(vec!["1", "31", "Jan", "2026", "26", "10:00", "EST", "+", "-", "T", "Z", ":", ",", "W", "(", "é", "pm"]), 0..8),
        gap in "[ -]?",
    ) {
        date::date(&words.join(&gap));
    }
}
