//! Sitemaps as the protocol has them, as sites write them, and as nobody should.

use proptest::prelude::*;

use super::*;

const BASE: &str = "https://a.b/sitemap.xml";

fn told(entries: &[Entry]) -> Vec<String> {
    let date = |date: Option<Published>| date.map_or("-".to_owned(), |date| date.in_utc().to_string());
    entries
        .iter()
        .map(|entry| {
            let text = |text: &Option<String>| text.clone().unwrap_or("-".to_owned());
            let (published, updated) = (date(entry.published), date(entry.updated));
            format!("{} {published} {updated} {} {}", entry.url, text(&entry.language), text(&entry.title))
        })
        .collect()
}

fn pages(xml: &str) -> Parsed {
    match read_sitemap(xml.as_bytes(), BASE).unwrap() {
        Sitemap::Pages(parsed) => parsed,
        Sitemap::Index(_) => panic!("an index: {xml}"),
    }
}

fn check(items: &str, expected: &[&str]) {
    let parsed = pages(&format!("<?xml version='1.0'?>\n<urlset xmlns='x'>{items}</urlset>"));
    assert_eq!(told(&parsed.entries), expected, "{items}");
    assert_eq!(parsed.notes, [""; 0], "{items}");
}

#[test]
fn pages_have_addresses_and_dates() {
    check("<url><loc>https://a.b/1</loc></url>", &["https://a.b/1 - - - -"]);
    check(
        "<url>\n <loc>\n https://a.b/1?x=1&amp;y=2\n</loc><lastmod>2026-01-23</lastmod><priority>1</priority></url>",
        &["https://a.b/1?x=1&y=2 - 2026-01-23 - -"],
    );
    check(
        "<s:url><s:loc><![CDATA[https://a.b/é]]></s:loc><s:lastmod>2026-01-23T08:00+02:00</s:lastmod></s:url>",
        &["https://a.b/%C3%A9 - 2026-01-23T06:00:00Z - -"],
    );
    check(
        "<url><loc>/1</loc></url><url><loc>https://a.b/&#50;</loc></url>",
        &["https://a.b/1 - - - -", "https://a.b/2 - - - -"],
    );
    check("<url><loc>https://a.b/?a&lang=en&x;</loc></url>", &["https://a.b/?a&lang=en&x; - - - -"]);
}

#[test]
fn news_has_headline_date_and_language() {
    check(
        "<url><loc>https://a.b/1</loc><news:news><news:publication><news:name>N</news:name><news:language>en\
         </news:language></news:publication><news:publication_date>2026-01-23T08:00:00+00:00\
         </news:publication_date><news:title>Gold &amp; silver\n rally</news:title></news:news>\
         <image:image><image:loc>https://a.b/1.jpg</image:loc><image:title>no</image:title></image:image>\
         <video:video><video:title>no</video:title><video:publication_date>2001-01-01</video:publication_date>\
         </video:video></url>",
        &["https://a.b/1 2026-01-23T08:00:00Z - en Gold & silver rally"],
    );
}

#[test]
fn an_index_names_further_sitemaps() {
    let xml = "<sitemapindex><sitemap><loc>https://a.b/1.xml.gz</loc><lastmod>2026-01-23</lastmod></sitemap>\
               <sitemap>\nhttps://a.b/2?a=1&amp;b=2\n</sitemap></sitemapindex>";
    let Sitemap::Index(parsed) = read_sitemap(xml.as_bytes(), BASE).unwrap() else { panic!("no index") };
    assert_eq!(
        told(&parsed.entries),
        ["https://a.b/1.xml.gz - 2026-01-23 - -", "https://a.b/2?a=1&b=2 - - - -"]
    );
}

#[test]
fn a_list_of_addresses_is_a_sitemap() {
    let parsed = pages("\u{feff}https://a.b/1\r\n\r\nhttps://a.b/2\nnot an address\n");
    assert_eq!(told(&parsed.entries), ["https://a.b/1 - - - -", "https://a.b/2 - - - -"]);
    assert_eq!(parsed.notes, ["1 items have no usable address"]);
}

#[test]
fn what_is_no_sitemap_is_told_by_name() {
    for (bytes, found) in [
        (&b""[..], "an empty answer"),
        (b"<!DOCTYPE html><html>", "HTML"),
        (b"<?xml version='1.0'?><rss version='2.0'>", "an RSS feed"),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'>", "an Atom feed"),
        (b"{}", "JSON"),
        (b"\x1f\x8b\x08\0", "gzip"),
        (b"gone", "the text \"gone\""),
        (
            b"<Error><Code>AccessDenied</Code></Error>",
            "an error answer (\"<Error><Code>AccessDenied</Code></Error>\")",
        ),
    ] {
        let error = read_sitemap(bytes, BASE).unwrap_err();
        assert_eq!(error.to_string(), format!("{found} where a sitemap was expected"));
    }
}

#[test]
fn what_can_be_read_is_read() {
    let cut = pages("<urlset><url><loc>https://a.b/1</loc></url><url><loc>https://a.b/2</loc><lastm");
    assert_eq!(told(&cut.entries), ["https://a.b/1 - - - -", "https://a.b/2 - - - -"]);
    assert!(cut.notes[0].starts_with("the XML breaks at byte "), "{:?}", cut.notes);

    let unclosed =
        pages("<urlset><url><loc>https://a.b/1<url></lastmod><loc>https://a.b/2</loc></x></urlset>");
    assert_eq!(told(&unclosed.entries), ["https://a.b/1 - - - -", "https://a.b/2 - - - -"]);

    let broken_off = pages("<urlset><url><loc>https://a.b/1</loc></url><url><loc>https://a.b/2");
    assert_eq!(told(&broken_off.entries), ["https://a.b/1 - - - -"]);
    assert_eq!(broken_off.notes, ["it breaks off before its end"]);

    let odd = pages(
        "<urlset><url><loc>ftp://a.b/1</loc></url><url/><url></url><url><loc>https://a.b/2</loc>\
         <lastmod>yesterday</lastmod></url></urlset>",
    );
    assert_eq!(told(&odd.entries), ["https://a.b/2 - - - -"]);
    assert_eq!(odd.notes, ["2 items have no usable address", "1 dates cannot be read"]);
}

#[test]
fn other_encodings_are_read() {
    let wide: Vec<u8> = "\u{feff}<urlset><url><loc>https://a.b/1</loc></url></urlset>"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert!(matches!(read_sitemap(&wide, BASE), Ok(Sitemap::Pages(parsed)) if parsed.entries.len() == 1));
}

#[test]
fn bombs_stay_small() {
    let entities: String =
        (1..30).map(|each| format!("<!ENTITY e{each} '&e{};&e{};'>", each - 1, each - 1)).collect();
    let bomb = format!(
        "<!DOCTYPE urlset [<!ENTITY e0 'x'>{entities}]><urlset><url><loc>https://a.b/&e29;</loc></url></urlset>"
    );
    assert_eq!(told(&pages(&bomb).entries), ["https://a.b/&e29; - - - -"]);

    let deep = format!("<urlset>{}", "<a>".repeat(500_000));
    assert_eq!(pages(&deep).notes, ["elements nest deeper than 64: the rest is left out"]);
    let ends = format!("<urlset><url>{}", "</a>".repeat(500_000));
    assert_eq!(pages(&ends).entries, []);

    let many = format!("<urlset>{}", "<url><loc>https://a.b/</loc></url>".repeat(MAX_ADDRESSES + 10));
    let parsed = pages(&many);
    assert_eq!(parsed.entries.len(), MAX_ADDRESSES);
    assert_eq!(parsed.notes, ["more than 50000 addresses: the rest is left out"]);
    let lines = pages(&"https://a.b/\n".repeat(MAX_ADDRESSES + 10));
    assert_eq!((lines.entries.len(), lines.notes.len()), (MAX_ADDRESSES, 1));

    let long = format!("<urlset><url><loc>https://a.b/{}</loc></url></urlset>", "a".repeat(1 << 20));
    assert_eq!(pages(&long).notes, ["1 items have no usable address"]);
}

proptest! {
    #[test]
    fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = read_sitemap(&bytes, BASE);
    }

    #[test]
    fn any_markup_is_survived(text in "(<urlset>|<url>|</url>|<loc>|</loc>|<news:news>|<!\\[CDATA\\[|\\]\\]>|<!--|&|&#x41;|;|/1|é|<|>|\"){0,40}") {
        if let Ok(Sitemap::Pages(parsed)) = read_sitemap(format!("<urlset>{text}").as_bytes(), BASE) {
            prop_assert!(parsed.entries.iter().all(|entry| entry.url.starts_with("http")));
        }
    }

    #[test]
    fn a_cut_sitemap_gives_a_beginning_of_the_whole(cut in 0_usize..200) {
        let whole = "<urlset><url><loc>https://a.b/1</loc><lastmod>2026-01-23</lastmod></url>\
                     <url><loc>https://a.b/2</loc></url><url><loc>https://a.b/3</loc></url></urlset>";
        if let Ok(Sitemap::Pages(parsed)) = read_sitemap(&whole.as_bytes()[..cut.min(whole.len())], BASE) {
            let complete = pages(whole).entries;
            let whole_urls = parsed.entries.iter().map(|entry| &entry.url);
            prop_assert!(whole_urls.eq(complete.iter().map(|entry| &entry.url).take(parsed.entries.len())));
        }
    }
}
