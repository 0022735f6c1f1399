//! A news site of two thousand articles on loopback, made for the test that collects it.
//!
//! It announces them by a feed, an index of sitemaps (one compressed, one broken), a list in GDELT's
//! form, two section pages and one address, with overlaps. It forbids some, sends some elsewhere, and
//! answers some as busy, failing, hostile or broken servers do. Everything is made from numbers, so each
//! run serves the same bytes. [`Fate`] says what becomes of each article, and so what is to be collected.

use std::{collections::BTreeMap, io::Write as _};

use flate2::{Compression, write::GzEncoder};

use crate::server::{Answer, Asked, Part, Server};

/// Articles on the site.
pub const ARTICLES: usize = 2000;
/// What a body that never ends is made of.
const ENDLESS_PIECE: usize = 64 * 1024;

/// What happens to one who asks for an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// It comes.
    Served,
    /// It comes from another address than the one announced.
    Moved,
    /// The first answer is a failure of the server; the second is the article.
    FailsOnce,
    /// The first answer asks to come again in a second.
    BusyOnce,
    /// The first answer ends in the middle.
    CutOnce,
    /// It is not there.
    Missing,
    /// It was there.
    Gone,
    /// It is no page.
    Pdf,
    /// The answer is no answer.
    Garbage,
    /// The answer does not come.
    Hangs,
    /// The body does not end.
    Endless,
    /// It leads in a circle.
    Loop,
    /// It leads to where robots.txt forbids to go.
    LeadsToForbidden,
    /// It leads to a private address.
    LeadsInside,
}

impl Fate {
    /// Of an article by its number. Slow fates are few: each costs the test a pause.
    pub fn of(number: usize) -> Self {
        match number {
            113 | 913 | 1513 => Self::FailsOnce,
            221 => Self::BusyOnce,
            331 | 1331 => Self::CutOnce,
            437 => Self::Garbage,
            461 => Self::Hangs,
            541 => Self::Missing,
            543 => Self::Gone,
            547 => Self::Pdf,
            571 => Self::Endless,
            581 => Self::Loop,
            591 => Self::LeadsToForbidden,
            593 => Self::LeadsInside,
            _ if number % 50 == 7 => Self::Moved,
            _ => Self::Served,
        }
    }

    /// Whether the article can be had.
    pub fn is_good(self) -> bool {
        matches!(self, Self::Served | Self::Moved | Self::FailsOnce | Self::BusyOnce | Self::CutOnce)
    }

    /// Whether another run might have it, as far as a collector can tell.
    pub fn may_pass(self) -> bool {
        matches!(self, Self::Garbage | Self::Hangs)
    }
}

/// The site, and a second server that nothing leads to but links out of scope.
pub struct Site {
    pub server: Server,
    pub elsewhere: Server,
}

impl Site {
    /// Starts it; `on_request` sees every request before it is answered.
    pub fn start(on_request: impl Fn(&Asked) + Send + Sync + 'static) -> Self {
        let elsewhere = Server::start(|_| Answer::html("<p>nobody should come here"));
        let outside = elsewhere.port();
        let numbers: BTreeMap<String, usize> = (0..ARTICLES).map(|number| (path(number), number)).collect();
        // The site does not know its own port before it runs; requests tell it.
        let server = Server::start(move |asked| {
            on_request(asked);
            let host = asked.header("host").unwrap_or_default().to_owned();
            answer(asked, &format!("http://{host}"), outside, &numbers)
        });
        Self { server, elsewhere }
    }

    /// The configuration that collects the whole of it, so many sitemap pages in a run.
    pub fn config(&self, sitemap_limit: usize) -> String {
        let base = self.server.url("");
        let scope = format!("^{}/(news|go)/", regex::escape(&base));
        let mut config =
            "[collect]\ncontact = \"desk@example.org\"\npause_secs = 0\ncrawl_delay_max_secs = 0.002\n\
             retries = 1\nidle_timeout_secs = 0.5\ntotal_timeout_secs = 10\nmax_bytes = 400_000\n\
             allow_hosts = [\"127.0.0.1\"]\n"
                .to_owned();
        for (name, kind, path, limit) in [
            ("wire", "feed", "/feed.xml", 500),
            ("archive", "sitemap", "/sitemap.xml", sitemap_limit),
            ("world", "gdelt", "/api/v2/doc/doc?query=gold&mode=artlist&format=json", 500),
            ("markets", "section", "/markets/", 500),
            ("metals", "section", "/metals/", 500),
            ("letter", "page", &path(ARTICLES - 1), 500),
        ] {
            config.push_str(&format!(
                "\n[[source]]\nname = \"{name}\"\nkind = \"{kind}\"\nurl = \"{base}{path}\"\n\
                 include = ['{scope}']\nlimit = {limit}\nmax_age_days = 36500\n"
            ));
        }
        config
    }
}

/// Articles by the listing that announces them, the one asked first first.
pub const FEED: std::ops::Range<usize> = 0..40;
pub const SITEMAPS: [std::ops::Range<usize>; 3] = [0..800, 800..1500, 1500..1880];
const LIST: std::ops::Range<usize> = 1875..1890;
const SECTIONS: [std::ops::Range<usize>; 2] = [1885..1945, 1945..ARTICLES - 1];

/// What no one may ask for.
pub fn is_forbidden(path: &str) -> bool {
    path.starts_with("/news/private/") || path.ends_with("/print") || path.starts_with("/private/")
}

const ROBOTS: &str = "\
# For everybody
User-agent: *
Disallow: /private/
Disallow: /news/private/
Disallow: /*/print$
Crawl-delay: 10

User-agent: otherbot
Disallow: /

Sitemap: /sitemap.xml
";

fn answer(asked: &Asked, base: &str, outside: u16, numbers: &BTreeMap<String, usize>) -> Answer {
    let listing = |content_type: &str, body: Vec<u8>| {
        let etag = format!("\"{}-1\"", body.len());
        if asked.header("if-none-match") == Some(&etag) {
            return Answer::status(304).with("ETag", &etag);
        }
        Answer::new(200, content_type, body).with("ETag", &etag).with("Set-Cookie", "visitor=1; Path=/")
    };
    let xml = |body: String| listing("application/xml", body.into_bytes());
    match asked.path.as_str() {
        "/robots.txt" => Answer::text(ROBOTS),
        "/feed.xml" => listing("application/rss+xml", feed(base, outside).into_bytes()),
        "/sitemap.xml" => xml(index(base)),
        "/sitemaps/0.xml" => xml(sitemap(base, SITEMAPS[0].clone(), outside)),
        "/sitemaps/1.xml.gz" => {
            let packed = gzip(sitemap(base, SITEMAPS[1].clone(), outside).as_bytes());
            listing("application/gzip", packed)
        }
        "/sitemaps/2.xml" => xml(sitemap(base, SITEMAPS[2].clone(), outside)),
        "/sitemaps/broken.xml" => xml("\u{0}\u{1}<<<urlset".to_owned()),
        "/markets/" => {
            listing("text/html; charset=utf-8", section(SECTIONS[0].clone(), outside).into_bytes())
        }
        "/metals/" => listing("text/html; charset=utf-8", section(SECTIONS[1].clone(), outside).into_bytes()),
        path if path.starts_with("/api/v2/doc/doc?") => listing("application/json", list(base).into_bytes()),
        path => {
            if let Some(number) = numbers.get(path) {
                return article(asked, base, outside, *number);
            }
            let moved = path.strip_prefix("/go/").and_then(|number| number.parse::<usize>().ok());
            match moved.filter(|number| *number < ARTICLES) {
                Some(number) => Answer::redirect([301, 302, 307, 308][number % 4], &self::path(number)),
                None if path == "/news/round" => Answer::redirect(302, "/news/about"),
                None if path == "/news/about" => Answer::redirect(302, "/news/round"),
                None => Answer::status(404),
            }
        }
    }
}

fn article(asked: &Asked, base: &str, outside: u16, number: usize) -> Answer {
    let first = asked.before == 0;
    let body = page(base, number);
    match Fate::of(number) {
        Fate::FailsOnce if first => Answer::status(503),
        Fate::BusyOnce if first => Answer::status(429).with("Retry-After", "1"),
        Fate::CutOnce if first => {
            let part = body.as_bytes()[..body.len() / 2].to_vec();
            Answer::parts(Some(body.len() as u64), vec![Part::Bytes(part)])
        }
        Fate::Missing => Answer::status(404),
        Fate::Gone => Answer::status(410),
        Fate::Pdf => Answer::new(200, "application/pdf", "%PDF-1.7\n\u{1}\u{2}"),
        Fate::Garbage => Answer::raw(vec![Part::Bytes(b"\x00\xff\x13 no such thing\r\n\r\n".to_vec())]),
        Fate::Hangs => Answer::parts(None, vec![Part::Hang]),
        Fate::Endless => Answer::parts(None, vec![Part::Endless(vec![b'a'; ENDLESS_PIECE])]),
        Fate::Loop => Answer::redirect(302, "/news/round"),
        Fate::LeadsToForbidden => Answer::redirect(302, "/news/private/vault"),
        Fate::LeadsInside => Answer::redirect(302, &format!("http://localhost:{outside}/news/inside")),
        _ if number % 10 == 3 => Answer::html(gzip(body.as_bytes())).with("Content-Encoding", "gzip"),
        _ if number % 10 == 4 => {
            let pieces: Vec<&[u8]> = body.as_bytes().chunks(1500).collect();
            Answer::chunked("text/html; charset=utf-8", &pieces)
        }
        _ => Answer::html(body).with("ETag", &format!("\"a{number}\"")).with("Set-Cookie", "seen=1"),
    }
}

/// Where an article lies.
pub fn path(number: usize) -> String {
    let title = title(number).to_lowercase().replace(' ', "-");
    format!("/news/2026/{:02}/{number:04}-{title}", 1 + number / 200)
}

/// Where it is announced to lie.
pub fn announced(number: usize) -> String {
    if Fate::of(number) == Fate::Moved { format!("/go/{number}") } else { path(number) }
}

/// Its headline: no two are alike.
pub fn title(number: usize) -> String {
    const WHAT: [&str; 8] =
        ["Gold", "Silver", "Bitcoin", "The dollar", "Bond yields", "Oil", "Bullion", "Miners"];
    const DID: [&str; 9] =
        ["rose", "fell", "paused", "climbed", "slipped", "held", "rallied", "eased", "surged"];
    const AS: [&str; 7] = [
        "as fear spread",
        "as liquidity grew",
        "before the Fed met",
        "after a quiet week",
        "on haven demand",
        "on talk of debasement",
        "in thin trade",
    ];
    format!("{} {} {} in note {number}", WHAT[number % 8], DID[number / 8 % 9], AS[number / 72 % 7])
}

fn date(number: usize) -> String {
    format!("2026-{:02}-{:02}", 1 + number / 200, 1 + number % 28)
}

/// Sentences of which each article has its own choice.
const SENTENCES: [&str; 12] = [
    "Investors fled to gold as fear of a wider war spread through the markets.",
    "The central bank left its rate unchanged and said it would wait for more data.",
    "Safe-haven demand lifted bullion while shares fell in every market that was open.",
    "Few traders expected the move, and fewer still had prepared their books for it.",
    "Money printing on such a scale debases the currency, a fund manager wrote to his clients.",
    "Liquidity is expanding again after the treasury drew down its account.",
    "Miners reported higher costs for power, labour and explosives in the quarter.",
    "Deficits without end will be paid for in cheaper money, the letter argued.",
    "Exports of refined metal to the east rose for the third month running.",
    "Bitcoin hardly moved, and those who watch it spoke of a market that waits.",
    "Quantitative easing would return sooner than most believe, the former governor warned.",
    "None of this changes the long view, which rests on savings and on trust.",
];

/// An article in one of three looks.
fn page(base: &str, number: usize) -> String {
    let mut state = number as u64 + 1;
    let mut next = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize
    };
    let mut paragraphs = String::new();
    for place in 0..5 + next() % 4 {
        paragraphs.push_str("<p>");
        for _ in 0..4 {
            paragraphs.push_str(SENTENCES[next() % SENTENCES.len()]);
            paragraphs.push(' ');
        }
        paragraphs.push_str(&format!("This was paragraph {} of note {number}.</p>\n", place + 1));
    }
    let (title, date, own) = (title(number), date(number), format!("{base}{}", path(number)));
    let links: String = (1..6)
        .map(|step| (number + step * 17) % ARTICLES)
        .map(|other| format!("<li><a href=\"{}\">{}</a></li>\n", path(other), self::title(other)))
        .collect();
    let foot = format!(
        "<ul class=\"related\">\n{links}</ul>\n<div id=\"footer\"><p>The Loopback Courier. \
         <a href=\"/news/private/vault\">Members</a> <a href=\"{own}/print\">Print</a></p></div>"
    );
    let dated = "2026-01-01T00:00:00Z".replace("2026-01-01", &date).replace("T00:00", "T09:30");
    match number % 3 {
        0 => format!(
            "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title} | The Loopback Courier</title>\n\
             <link rel=\"canonical\" href=\"{own}\"><meta property=\"og:type\" content=\"article\">\n\
             <meta property=\"article:published_time\" content=\"{dated}\"></head>\n\
             <body><header><nav><a href=\"/markets/\">Markets</a></nav></header>\n<main><article><h1>{title}</h1>\n\
             {paragraphs}</article></main>\n{foot}</body></html>\n"
        ),
        1 => format!(
            "<html lang=\"en\"><head><title>{title}</title>\n<script type=\"application/ld+json\">\
             {{\"@context\":\"https://schema.org\",\"@type\":\"NewsArticle\",\"headline\":\"{title}\",\"datePublished\":\"{dated}\"}}\
             </script></head>\n<body><div id=\"wrapper\"><div id=\"content\"><h1>{title}</h1>\n<div class=\"entry\">\n\
             {paragraphs}</div></div>\n{foot}</div></body></html>\n"
        ),
        _ => format!(
            "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title></head>\n\
             <body><div class=\"story\"><h1>{title}</h1><time datetime=\"{dated}\">{date}</time>\n\
             {paragraphs}</div>\n{foot}</body></html>\n"
        ),
    }
}

fn feed(base: &str, outside: u16) -> String {
    let mut items = String::new();
    for number in FEED {
        let (title, link) = (title(number), announced(number));
        // What readers of feeds are counted by is no part of an address.
        let counted = if number % 2 == 0 { "?utm_source=feed#top" } else { "" };
        items.push_str(&format!(
            "<item><title>{title}</title><link>{base}{link}{counted}</link>\
             <pubDate>{} 2026 09:30:00 GMT</pubDate></item>\n",
            format_args!("{:02} Jan", 1 + number % 28)
        ));
    }
    for stray in [
        format!("{base}/news/private/vault"),
        format!("http://127.0.0.1:{outside}/news/stray"),
        format!("{base}/about"),
        "mailto:desk@example.org".to_owned(),
    ] {
        items.push_str(&format!("<item><title>Gold elsewhere</title><link>{stray}</link></item>\n"));
    }
    format!(
        "<?xml version=\"1.0\"?>\n<rss version=\"2.0\"><channel><title>The Loopback Courier</title>\n{items}</channel></rss>\n"
    )
}

fn index(base: &str) -> String {
    let named: String = ["0.xml", "1.xml.gz", "2.xml", "broken.xml"]
        .map(|child| format!("<sitemap><loc>{base}/sitemaps/{child}</loc></sitemap>\n"))
        .concat();
    format!("<?xml version=\"1.0\"?>\n<sitemapindex xmlns=\"{SITEMAP_SPACE}\">\n{named}</sitemapindex>\n")
}

const SITEMAP_SPACE: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";

fn sitemap(base: &str, articles: std::ops::Range<usize>, outside: u16) -> String {
    let mut urls = String::new();
    for number in articles {
        let (link, day) = (announced(number), date(number));
        urls.push_str(&format!("<url><loc>{base}{link}</loc><lastmod>{day}</lastmod></url>\n"));
        if number % 100 == 50 {
            urls.push_str(&format!("<url><loc>{base}{}/print</loc></url>\n", path(number)));
            urls.push_str(&format!("<url><loc>{base}/news/private/{number}</loc></url>\n"));
            urls.push_str(&format!("<url><loc>http://127.0.0.1:{outside}/news/{number}</loc></url>\n"));
        }
    }
    format!("<?xml version=\"1.0\"?>\n<urlset xmlns=\"{SITEMAP_SPACE}\">\n{urls}</urlset>\n")
}

fn list(base: &str) -> String {
    let articles: Vec<String> = LIST
        .map(|number| {
            let day = date(number).replace('-', "");
            format!(
                "{{\"url\":\"{base}{}\",\"title\":\"{}\",\"seendate\":\"{day}T093000Z\",\"domain\":\"127.0.0.1\",\"language\":\"English\"}}",
                announced(number),
                title(number)
            )
        })
        .collect();
    format!("{{\"articles\":[{}]}}", articles.join(","))
}

fn section(articles: std::ops::Range<usize>, outside: u16) -> String {
    let links: String = articles
        .map(|number| format!("<li><h2><a href=\"{}\">{}</a></h2></li>\n", announced(number), title(number)))
        .collect();
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><title>Markets</title></head><body>\n\
         <nav><a href=\"/\">Home</a> <a href=\"/about\">About</a> <a href=\"#top\">Top</a> \
         <a href=\"/news/private/vault\">Members</a> <a href=\"javascript:void(0)\">Menu</a> \
         <a href=\"http://127.0.0.1:{outside}/news/partner\">Partner</a></nav>\n<ul>\n{links}</ul></body></html>\n"
    )
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}
