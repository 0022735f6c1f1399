//! `collect` and `run` against sites on loopback: what is asked, what is kept, what is said.

use insta::assert_snapshot;

use crate::{
    server::{Answer, Asked, Server},
    tool::{Ran, Tool},
};

const TEXT: &str = "Gold rose to a record on Friday as investors sought safety from the widening conflict. \
    Traders said the flight to safety would go on while the fears of war last, and silver followed.";

/// An article's page.
pub fn page(title: &str) -> String {
    format!(
        "<html lang=en><head><title>{title}</title><meta property=article:published_time \
         content=2026-01-23T08:00:00Z></head><body><article><h1>{title}</h1><p>{TEXT}</p><p>{TEXT}</p>\
         </article></body></html>"
    )
}

/// A feed of these paths, each titled by its path.
pub fn feed(server: &str, paths: &[&str]) -> String {
    let items: String = paths
        .iter()
        .map(|path| {
            format!(
                "<item><title>About {path}</title><link>{server}{path}</link>\
                 <pubDate>Fri, 23 Jan 2026 08:00:00 GMT</pubDate>\
                 <description>Gold rose on fears of war.</description></item>"
            )
        })
        .collect();
    format!("<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Desk</title>{items}</channel></rss>")
}

/// Where the request came to, for links to itself.
pub fn host(asked: &Asked) -> String {
    format!("http://{}", asked.header("host").unwrap())
}

/// A configuration that may ask loopback, quickly, and takes articles of any age.
pub fn configured(tool: &Tool, sources: &str) {
    let head = "[collect]\ncontact = \"desk@example.org\"\npause_secs = 0\nretry_pause_secs = 0.001\n\
                retries = 1\nallow_hosts = [\"127.0.0.1\"]\n";
    let sources = sources.replace("[[source]]\n", "[[source]]\nmax_age_days = 100000\n");
    tool.write("storyturn.toml", format!("{head}{sources}"));
}

pub fn source(name: &str, kind: &str, url: &str, more: &str) -> String {
    format!("[[source]]\nname = \"{name}\"\nkind = \"{kind}\"\nurl = \"{url}\"\n{more}\n")
}

/// Output without the port, which differs from run to run.
pub fn masked(ran: &Ran, server: &Server) -> String {
    let told = format!("exit {}\n{}{}", ran.status, ran.out, ran.err);
    told.replace(&format!("127.0.0.1:{}", server.port()), "HOST")
}

/// A desk with a feed, a robots.txt and a few pages that answer in different ways.
pub fn desk(asked: &Asked) -> Answer {
    let at = host(asked);
    match asked.path.as_str() {
        "/robots.txt" => Answer::text("User-agent: *\nDisallow: /private/\n"),
        "/feed" if asked.header("if-none-match") == Some("\"1\"") => Answer::status(304),
        "/feed" => {
            let paths =
                ["/news/gold", "/news/silver", "/private/note", "/gone", "/picture", "/short", "/video/a"];
            Answer::new(200, "application/rss+xml", feed(&at, &paths)).with("ETag", "\"1\"")
        }
        "/news/gold" => Answer::html(page("Gold at a record")),
        "/news/silver" => Answer::redirect(301, "/news/silver-moved"),
        "/news/silver-moved" => Answer::html(page("Silver follows")),
        "/picture" => Answer::new(200, "image/png", "\u{89}PNG"),
        "/short" => Answer::html("<html><title>Short</title><p>Too short.</p></html>"),
        _ => Answer::status(404),
    }
}

#[test]
fn a_feed_is_collected_politely_and_told_source_by_source() {
    let server = Server::start(desk);
    let tool = Tool::new();
    configured(&tool, &source("desk", "feed", &server.url("/feed"), "exclude = [\"/video/\"]"));
    let ran = tool.run(&["collect"]);
    assert_snapshot!(masked(&ran, &server), @r"
    exit 3
    source  fetched  unchanged  new  known  left_aside  waiting  skipped  why
    desk          4          0    2      0           1        0        4  answered 404 1, no article was found on the page 1, robots.txt 1, wrong type 1; left aside: outside the patterns 1
    skipped: desk: http://HOST/private/note: its robots.txt disallows /private/note
    skipped: desk: http://HOST/gone: it answered 404 Not Found
    skipped: desk: http://HOST/picture: it sent image/png where a page was asked for
    skipped: desk: http://HOST/short: no article was found on the page
    hint: what is first seen today counts for today; `storyturn days` shows it once the day is over (UTC)
    ");
    assert_eq!(server.count("/private/note"), 0, "robots.txt disallows it");
    assert_eq!(server.count("/video/a"), 0, "it is excluded");
    let agent = server.log()[0].header("user-agent").unwrap().to_owned();
    assert!(agent.starts_with("storyturn/") && agent.ends_with("(+desk@example.org)"), "{agent}");
    assert_eq!(server.most_at_once(), 1);

    // Again: one conditional request, nothing else.
    let before = server.log().len();
    let ran = tool.done(&["collect", "--format", "json"]);
    assert_snapshot!(ran.out, @r#"
    [
      {
        "source": "desk",
        "fetched": 0,
        "unchanged": 1,
        "new": 0,
        "known": 0,
        "left_aside": 0,
        "waiting": 0,
        "skipped": 0,
        "left_aside_why": {},
        "skipped_why": {}
      }
    ]
    "#);
    assert_eq!(server.paths()[before..], ["/feed"]);
    let stats = tool.done(&["store", "stats"]);
    assert!(stats.out.contains("availability observed            2"), "{}", stats.out);
}

#[test]
fn a_dry_run_asks_robots_txt_and_nothing_else() {
    let server = Server::start(desk);
    let tool = Tool::new();
    let sources = source("desk", "feed", &server.url("/feed"), "")
        + &source("note", "page", &server.url("/private/note"), "")
        + &source("inside", "feed", "http://10.0.0.1/feed", "");
    configured(&tool, &sources);
    let ran = tool.run(&["collect", "--dry-run", "--format", "csv"]);
    assert_snapshot!(masked(&ran, &server), @r"
    exit 0
    source,what,url,allowed,conditional,pause_secs,why
    desk,feed,http://HOST/feed,yes,no,0,its robots.txt allows it
    note,page,http://HOST/private/note,no,no,0,its robots.txt disallows /private/note
    inside,feed,http://10.0.0.1/feed,no,no,0,10.0.0.1 is a private address
    ");
    assert_eq!(server.paths(), ["/robots.txt"]);
    assert!(!tool.path("storyturn.db").exists(), "it makes no store");

    // What has been read is asked for changes, but not for another scope; a page is asked once.
    tool.run(&["collect"]);
    let told = |ran: Ran| masked(&ran, &server).lines().skip(2).take(2).collect::<Vec<_>>().join("\n");
    let planned = || told(tool.run(&["collect", "--dry-run", "--format", "csv"]));
    assert_snapshot!(planned(), @r"
    desk,feed,http://HOST/feed,yes,yes,0,its robots.txt allows it
    note,page,http://HOST/private/note,no,no,0,it was refused before: its robots.txt disallows /private/note
    ");
    configured(&tool, &sources.replace("kind = \"feed\"\n", "kind = \"feed\"\ntopics = [\"gold\"]\n"));
    assert_snapshot!(planned(), @r"
    desk,feed,http://HOST/feed,yes,no,0,its robots.txt allows it
    note,page,http://HOST/private/note,no,no,0,it was refused before: its robots.txt disallows /private/note
    ");
}

#[test]
fn what_is_no_feed_is_said_by_name() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/robots.txt" if asked.header("host").is_some() => Answer::status(403),
        "/feed" | "/feed?map" => {
            Answer::html("<html><head><title>Welcome</title></head><body><p>Hello</p></body></html>")
        }
        _ => Answer::status(403),
    });
    let tool = Tool::new();
    let sources = source("front page", "feed", &server.url("/feed"), "")
        + &source("walled", "feed", &server.url("/walled"), "")
        + &source("map", "sitemap", &server.url("/feed?map"), "");
    configured(&tool, &sources);
    let ran = tool.run(&["collect", "--format", "csv"]);
    let told = masked(&ran, &server);
    // When the warning comes depends on which answer comes first.
    let (warnings, rest): (Vec<&str>, Vec<&str>) = told.lines().partition(|line| line.starts_with("warning"));
    assert_snapshot!(warnings.join("\n"), @"warning: front page, walled, map: http://HOST/robots.txt answered 403, which counts as no rules (RFC 9309); the host may refuse collectors");
    assert_snapshot!(rest.join("\n"), @r"
    exit 3
    source,fetched,unchanged,new,known,left_aside,waiting,skipped,why
    front page,1,0,0,0,0,0,1,HTML where a feed was expected 1
    walled,0,0,0,0,0,0,1,answered 403 1
    map,1,0,0,0,0,0,1,HTML where a sitemap was expected 1
    skipped: front page: http://HOST/feed: HTML where a feed was expected
    skipped: walled: http://HOST/walled: it answered 403 Forbidden
    skipped: map: http://HOST/feed?map: HTML where a sitemap was expected
    ");
}

#[test]
fn the_text_of_a_feed_can_serve_in_place_of_its_pages() {
    let server = Server::start(desk);
    let tool = Tool::new();
    configured(&tool, &source("desk", "feed", &server.url("/feed"), "read = \"entry\"\ntopics = [\"gold\"]"));
    let ran = tool.done(&["collect", "--format", "jsonl"]);
    assert!(ran.out.contains("\"new\":7"), "{}", ran.out);
    assert_eq!(server.paths(), ["/robots.txt", "/feed"]);
    assert_eq!(tool.done(&["collect"]).status, 0);
    assert_eq!(server.paths(), ["/robots.txt", "/feed", "/feed"], "its robots.txt is known for a day");
}

#[test]
fn what_was_old_when_first_seen_is_left_aside_unless_history_is_wanted() {
    let server = Server::start(desk);
    let tool = Tool::new();
    let week = |older: &str| {
        let table = source("desk", "feed", &server.url("/feed"), older);
        configured(&tool, &table);
        let text = tool.read("storyturn.toml").replace("max_age_days = 100000\n", "");
        tool.write("storyturn.toml", text);
    };
    week("");
    let ran = tool.done(&["collect", "--format", "csv"]);
    assert!(ran.out.contains("left aside: too old 7"), "{}", ran.out);
    // Another scope: the unchanged feed is read again.
    week("older = \"claimed\"\ninclude = [\"/news/\"]");
    let ran = tool.done(&["collect", "--format", "csv"]);
    assert!(ran.out.contains("desk,3,0,2,"), "{}", ran.out);
    let days = tool.done(&["days", "--format", "csv"]);
    assert!(days.out.contains("\n2026-01-23,2,1,"), "{}", days.out);
    let stats = tool.done(&["store", "stats"]);
    assert!(stats.out.contains("availability claimed             2"), "{}", stats.out);
}

#[test]
fn sitemaps_sections_lists_and_single_pages_lead_to_articles() {
    let server = Server::start(|asked| {
        let at = host(asked);
        match asked.path.as_str() {
            "/robots.txt" => Answer::status(404),
            "/index.xml" => Answer::new(
                200,
                "application/xml",
                format!(
                    "<?xml version=\"1.0\"?><sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\
                     <sitemap><loc>{at}/map.xml</loc></sitemap></sitemapindex>"
                ),
            ),
            "/map.xml" => Answer::new(
                200,
                "application/xml",
                format!(
                    "<?xml version=\"1.0\"?><urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\
                     <url><loc>{at}/news/map</loc></url></urlset>"
                ),
            ),
            "/section" => Answer::html(
                "<html><body><a href=/about>About</a><a href='/news/section?utm_source=front'>Gold again</a></body></html>",
            ),
            path if path.starts_with("/doc?") => Answer::new(
                200,
                "application/json",
                format!(
                    "{{\"articles\":[{{\"url\":\"{at}/news/list\",\"title\":\"Listed\",\
                     \"seendate\":\"20260123T081500Z\",\"domain\":\"desk.example\",\"language\":\"English\"}}]}}"
                ),
            ),
            path => Answer::html(page(&format!("Story {path}"))),
        }
    });
    let tool = Tool::new();
    let sources = source("map", "sitemap", &server.url("/index.xml"), "")
        + &source("section", "section", &server.url("/section"), "include = [\"/news/\"]")
        + &source("list", "gdelt", &server.url("/doc"), "query = \"gold\"")
        + &source("page", "page", &server.url("/news/page"), "");
    configured(&tool, &sources);
    let ran = tool.done(&["collect", "--format", "csv"]);
    for name in ["map", "section", "list", "page"] {
        assert_eq!(server.count(&format!("/news/{name}")), 1, "{name}\n{}{}", ran.out, ran.err);
    }
    let stats = tool.done(&["store", "stats"]);
    assert!(stats.out.contains("articles                           4"), "{}", stats.out);
}

#[test]
fn nobody_is_asked_without_saying_who_asks() {
    let tool = Tool::new();
    tool.write("storyturn.toml", source("desk", "feed", "https://desk.example/feed", ""));
    let refuses = |command: &str| {
        let ran = tool.run(&[command]);
        assert_eq!(ran.status, 2);
        assert!(ran.err.contains("needs a contact") && ran.err.contains("hint: set contact"), "{}", ran.err);
    };
    refuses("collect");
    refuses("run");
    let ran = tool.run(&["run", "--offline"]);
    assert!(ran.status == 0 && !ran.err.contains("warning:"), "{}", ran.err);
    // Now there is a store, and something to do beside collecting.
    let ran = tool.run(&["run"]);
    assert!(
        ran.status == 0 && ran.err.contains("warning: nothing is collected: [collect] has no contact"),
        "{}",
        ran.err
    );
    refuses("collect");
    tool.write("empty.toml", "");
    let ran = tool.run(&["collect", "--config", "empty.toml"]);
    assert!(ran.status == 2 && ran.err.contains("no source is configured"), "{}", ran.err);
    let ran = tool.run(&["collect", "--source", "desks"]);
    assert!(ran.status == 2 && ran.err.contains("no source is called \"desks\""), "{}", ran.err);
    let ran = tool.run(&["collect", "--as-of", "2024-03-01"]);
    assert!(ran.status == 2 && ran.err.contains("--as-of") && ran.err.contains("hint:"), "{}", ran.err);
}

#[test]
fn run_collects_before_it_joins() {
    let server = Server::start(desk);
    let tool = Tool::new();
    configured(&tool, &source("desk", "feed", &server.url("/feed"), "include = [\"/news/\"]"));
    let ran = tool.run(&["run"]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert!(ran.err.contains("collected from 1 source: 3 fetched, 2 new articles, 0 known"), "{}", ran.err);
}

#[test]
fn on_its_first_day_the_store_says_what_it_waits_for() {
    let server = Server::start(desk);
    let tool = Tool::new();
    configured(&tool, &source("desk", "feed", &server.url("/feed"), "include = [\"/news/\"]"));
    let check = |args: &[&str]| {
        let ran = tool.done(args);
        let said = (ran.out + &ran.err).split_whitespace().collect::<Vec<_>>().join(" ");
        let told = said.contains("2 articles, the first of ")
            && said.contains(", a day that is not over: scores per day begin on ")
            && !said.contains("storyturn import");
        assert!(told, "{args:?} {said}");
    };
    check(&["run"]);
    for command in ["run --offline", "days", "signal", "signal --last 3", "export"] {
        check(&command.split(' ').collect::<Vec<_>>());
    }
    let ran = tool.done(&["days", "--as-of", "2024-03-01"]);
    assert!(ran.err.contains(": none by 2024-03-01"), "{}", ran.err);
}
