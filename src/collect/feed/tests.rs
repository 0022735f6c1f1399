//! Behaviour of the whole reader, from bytes to entries.

use super::*;

const BASE: &str = "https://desk.example/feeds/all.xml";

fn read(feed: &str) -> Feed {
    read_feed(feed.as_bytes(), None, BASE).unwrap()
}

/// An entry's fields in one line, those that are missing left out.
fn told(entry: &Entry) -> String {
    let published = entry.published.map(|at| at.in_utc().to_string());
    let updated = entry.updated.map(|at| at.in_utc().to_string());
    let fields = [
        ("url", Some(&entry.url).filter(|url| !url.is_empty())),
        ("title", entry.title.as_ref()),
        ("published", published.as_ref()),
        ("updated", updated.as_ref()),
        ("summary", entry.summary.as_ref()),
        ("text", entry.text.as_ref()),
        ("author", entry.author.as_ref()),
        ("language", entry.language.as_ref()),
        ("id", entry.id.as_ref()),
    ];
    let told = fields.iter().filter_map(|(name, value)| Some(format!("{name}={}", (*value)?)));
    told.collect::<Vec<_>>().join(" | ")
}

fn check(feed: &str, expected: &[&str]) {
    let told: Vec<String> = read(feed).entries.iter().map(told).collect();
    assert_eq!(told, expected, "{feed}");
}

/// One item inside RSS 2.0 with the usual names bound.
fn check_item(item: &str, expected: &str) {
    let feed = format!(
        "<rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/' \
         xmlns:content='http://purl.org/rss/1.0/modules/content/' \
         xmlns:media='http://search.yahoo.com/mrss/'><channel><item>{item}</item></channel></rss>"
    );
    check(&feed, &[expected]);
}

#[test]
fn rss_is_read_with_its_companions() {
    check_item(
        "<title>Gold &amp; silver</title><link> /a?b=1&amp;c=2 </link><guid isPermaLink='false'>x-1</guid>\
         <description>&lt;p&gt;One&lt;/p&gt;&lt;p&gt;Two&lt;br&gt;three&lt;/p&gt;</description>\
         <content:encoded><![CDATA[<p>All <b>of</b> it.</p><script>no()</script>]]></content:encoded>\
         <dc:creator>Ada Quill</dc:creator><pubDate>Fri, 23 Jan 26 8:00 EST</pubDate>\
         <media:title>Picture</media:title><media:content url='x.jpg'><media:title>P</media:title></media:content>",
        "url=https://desk.example/a?b=1&c=2 | title=Gold & silver | published=2026-01-23T13:00:00Z | \
         summary=One\nTwo\nthree | text=All of it. | author=Ada Quill | id=x-1",
    );
    check_item("<guid>https://a.example/1</guid>", "url=https://a.example/1 | id=https://a.example/1");
    check_item(
        "<author>desk@a.example (The Desk)</author><title>a &lt; b</title>",
        "title=a < b | author=The Desk",
    );
    check_item("<title>Fed <i>holds</i></title>", "title=Fed holds");
    check_item(
        "<enclosure><title>No</title></enclosure><x:y><link>no</link></x:y><title>T</title>",
        "title=T",
    );
    check_item("<image><url>u</url><z><title>No</title></z></image><title>T</title>", "title=T");
    check_item("<source url='x'>Elsewhere</source><title>T</title>", "title=T");
    check_item("<link>javascript:alert(1)</link><title>T</title>", "title=T");
    check_item("<dc:date>2026-01-23</dc:date>", "published=2026-01-23 | updated=2026-01-23");
    check_item("<pubDate>yesterday</pubDate><title>T</title>", "title=T");
}

#[test]
fn rss_1_has_its_items_beside_the_channel() {
    let feed = "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/' \
        xmlns:d='http://purl.org/dc/elements/1.1/'><channel rdf:about='https://a.example/'><title>A</title>\
        <link>https://a.example/</link><d:language>en</d:language></channel><image><title>No</title></image>\
        <item rdf:about='https://a.example/1'><title>One</title><d:date>2026-01-23T08:00Z</d:date></item></rdf:RDF>";
    check(
        feed,
        &["url=https://a.example/1 | title=One | published=2026-01-23T08:00:00Z | \
           updated=2026-01-23T08:00:00Z | id=https://a.example/1"],
    );
    let feed = read(feed);
    assert_eq!(
        (feed.title.as_deref(), feed.link.as_deref(), feed.language.as_deref()),
        (Some("A"), Some("https://a.example/"), Some("en"))
    );
}

#[test]
fn atom_says_how_its_texts_are_written() {
    let feed = "<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='en-GB' xml:base='/n/'><title type='html'>The &lt;b&gt;Desk&lt;/b&gt;</title>\
        <link rel='self' href='feed.xml'/><link href='..'/>\
        <entry xml:base='2026/'><title>1 &lt;b&gt; 2</title><id>urn:1</id><link rel='edit' href='e'/><link href='one'/>\
        <published>2026-01-23T08:00:00Z</published><updated>2026-01-24T08:00:00Z</updated>\
        <author><email>a@b.example</email><name>Ada</name><uri>u</uri></author>\
        <content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>a &lt; b</p><p>c</p></div></content>\
        <summary type='html'>&amp;lt;x&amp;gt;</summary><source><title>Other</title><link href='o'/></source></entry>\
        <entry><title type='text/html' mode='base64'>PGI+Ym9sZDwvYj4=</title><content type='image/png'>aGk=</content></entry></feed>";
    check(
        feed,
        &[
            "url=https://desk.example/n/2026/one | title=1 <b> 2 | published=2026-01-23T08:00:00Z | \
             updated=2026-01-24T08:00:00Z | summary=<x> | text=a < b\nc | author=Ada | language=en-GB | id=urn:1",
            "title=bold | text=hi | language=en-GB",
        ],
    );
    let feed = read(feed);
    assert_eq!(
        (feed.title.as_deref(), feed.link.as_deref()),
        (Some("The Desk"), Some("https://desk.example/"))
    );
}

#[test]
fn json_feeds_are_read_whatever_kinds_their_values_have() {
    let feed = r#"{"version":"https://jsonfeed.org/version/1.1","title":"T","home_page_url":"/","language":"en",
        "items":[{"id":7,"url":"a","title":null,"content_html":"<p>x &amp; y</p>","summary":"s",
        "date_published":"2026-01-23T08:00:00Z","authors":[{"name":"Ada"},{"name":"Bo"}],"tags":["a",{"b":[1]}]},
        5, "no", [1], {"id":"https://b.example/2","content_text":"1\n\n2","author":{"name":"Cy"},"title":{"a":1}}]}"#;
    check(
        feed,
        &[
            "url=https://desk.example/feeds/a | published=2026-01-23T08:00:00Z | summary=s | text=x & y | author=Ada | id=7",
            "url=https://b.example/2 | text=1\n2 | author=Cy | id=https://b.example/2",
        ],
    );
    let cut = read(&feed[..feed.len() - 40]);
    assert_eq!(cut.entries.len(), 2, "{cut:?}");
    assert!(cut.notes[0].starts_with("the JSON is broken at line"), "{:?}", cut.notes);
}

#[test]
fn what_is_broken_costs_a_note_and_not_the_feed() {
    let check = |feed: &str, expected: &[&str], note: &str| {
        check(feed, expected);
        assert!(read(feed).notes.iter().any(|found| found.contains(note)), "{feed}: {:?}", read(feed).notes);
    };
    check("<rss><item><title>A &bogus; b</title></item>", &["title=A &bogus; b"], "unknown");
    check("<rss><item><title>A</title><description>b <i>c", &["title=A | summary=b c"], "cut off");
    check("<rss><item><title>A</titel><link>u</link></item></rss>", &["title=Au"], "no start tag");
    check("<rss><item><title><![CDATA[A", &["title=A"], "broken");
    check(
        "<rss><item><title>A</title><foo a='b><x></foo></item><item><title>B</title></item></rss>",
        &["title=A", "title=B"],
        "",
    );
    check(
        "<foo:rss xmlns:foo='urn:x'><foo:channel><foo:item><foo:title>A</foo:title></foo:item></foo:channel></foo:rss>",
        &["title=A"],
        "namespace",
    );
    check(
        "<rss><item><title>A</title><pubDate>01/02/2026</pubDate></item></rss>",
        &["title=A"],
        "\"01/02/2026\" cannot be read",
    );
}

#[test]
fn a_page_or_anything_else_is_said_to_be_none() {
    let check = |bytes: &str, message: &str, hint: Option<&str>| {
        let error = read_feed(bytes.as_bytes(), None, BASE).unwrap_err();
        assert_eq!(error.to_string(), format!("{message} where a feed was expected"), "{bytes:?}");
        assert_eq!(error.hint().as_deref(), hint, "{bytes:?}");
    };
    check("<!DOCTYPE html><p>Robot?", "HTML", None);
    check(
        "<html><head><base href='/x/'><link rel='stylesheet' href='s'><LINK REL='Alternate' \
         TYPE=application/rss+xml title='a>b' HREF='feed?a=1&amp;b=2'><link rel=alternate type=text/html href=no></html>",
        "HTML",
        Some("the page announces https://desk.example/x/feed?a=1&b=2"),
    );
    check("", "an empty answer", None);
    check("{\"error\":\"no\"}", "JSON", None);
    check("[1]", "JSON", None);
    check("<rss a='", "a broken feed", None);
    check("<tv><channel><title>One</title></channel></tv>", "XML with the root \"tv\"", None);
    check("<html><rss><item><title>A</title></item></rss></html>", "HTML", None);
    check("<opml/>", "XML with the root \"opml\"", None);
    check("<urlset><url/></urlset>", "a sitemap", None);
}

#[test]
fn the_encoding_is_found_where_it_is_said() {
    let check = |bytes: &[u8], content_type: Option<&str>, title: &str, charset: &str| {
        let feed = read_feed(bytes, content_type, BASE).unwrap();
        assert_eq!((feed.title.as_deref(), feed.charset), (Some(title), charset), "{bytes:?}");
    };
    let feed = |declared: &str| {
        format!("<?xml version='1.0'{declared}?><rss><channel><title>Zürich</title></channel></rss>")
    };
    let wide = |order: fn(u16) -> [u8; 2]| feed("").encode_utf16().flat_map(order).collect::<Vec<_>>();
    let (latin, _, _) = encoding_rs::WINDOWS_1252
        .encode("<?xml version='1.0' encoding='latin1'?><rss><channel><title>Zürich</title></channel></rss>");
    check(feed("").as_bytes(), None, "Zürich", "UTF-8");
    check(&latin, None, "Zürich", "windows-1252");
    check(&latin[37..], Some("text/xml; charset=\"ISO-8859-1\""), "Zürich", "windows-1252");
    check(feed(" encoding='latin1'").as_bytes(), None, "Zürich", "UTF-8");
    check(feed(" encoding='utf-16'").as_bytes(), None, "Zürich", "UTF-8");
    check(feed(" encoding='bogus'").as_bytes(), None, "Zürich", "UTF-8");
    check(&wide(u16::to_le_bytes), None, "Zürich", "UTF-16LE");
    check(&wide(u16::to_be_bytes), Some("text/xml; charset=latin1"), "Zürich", "UTF-16BE");
    check(&[&[0xff, 0xfe][..], &wide(u16::to_le_bytes)].concat(), None, "Zürich", "UTF-16LE");
    check(
        &feed("").chars().flat_map(|char| u32::from(char).to_be_bytes()).collect::<Vec<_>>(),
        None,
        "Zürich",
        "UTF-32",
    );
}

mod hostile;
