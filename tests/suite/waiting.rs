//! What waits for another run of `collect`: over a limit, put off by its host, or too old by then.

use std::collections::BTreeMap;

use storyturn::store::{AddressRecord, AddressState, OpenOptions, Store};

use crate::{
    collecting::{configured, desk, feed, host, masked, page, source},
    server::{Answer, Server},
    tool::{Ran, Tool},
};

#[test]
fn more_than_the_limit_waits_for_the_next_run() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/robots.txt" => Answer::status(404),
        "/feed" => {
            let paths = ["/news/1", "/news/2", "/news/3", "/news/4", "/news/5"];
            Answer::new(200, "application/rss+xml", feed(&host(asked), &paths)).with("ETag", "\"1\"")
        }
        path => Answer::html(page(&format!("Story {path}"))),
    });
    let tool = Tool::new();
    configured(&tool, &source("desk", "feed", &server.url("/feed"), "limit = 2"));
    let told = |ran: &Ran| ran.out.lines().nth(1).unwrap().to_owned();
    let run = || told(&tool.done(&["collect", "--format", "csv"]));
    assert!(run().starts_with("desk,3,0,2,0,0,3,0,"));
    assert!(run().starts_with("desk,3,0,2,2,0,1,0,"));
    assert!(run().starts_with("desk,2,0,1,4,0,0,0,"));
    assert!((1..=5).all(|page| server.count(&format!("/news/{page}")) == 1));
}

/// Addresses in the store by their paths.
fn addresses(tool: &Tool) -> BTreeMap<String, AddressRecord> {
    let store = Store::open(&tool.path("storyturn.db"), &OpenOptions::default()).unwrap();
    let path = |url: &str| format!("/{}", url.splitn(4, '/').nth(3).unwrap());
    store.addresses().map(Result::unwrap).map(|record| (path(&record.url), record)).collect()
}

#[test]
fn what_may_not_be_asked_takes_no_place_under_the_limit() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/robots.txt" => Answer::text("User-agent: *\nDisallow: /private/\n"),
        "/feed" => {
            let at = host(asked);
            let mut text = feed(&at, &["/private/1", "/private/2", "/news/1"]);
            text.push_str(&feed("http://10.0.0.1", &["/news/inside"]));
            text.push_str(&feed(&at, &["/private/3", "/news/2", "/news/3"]));
            let text =
                text.replace("</channel></rss><?xml version=\"1.0\"?><rss version=\"2.0\"><channel>", "");
            Answer::new(200, "application/rss+xml", text)
        }
        path => Answer::html(page(&format!("Story {path}"))),
    });
    let tool = Tool::new();
    configured(&tool, &source("desk", "feed", &server.url("/feed"), "limit = 2"));
    let ran = tool.run(&["collect", "--format", "csv"]);
    assert!(ran.out.contains("\ndesk,3,0,2,0,0,1,4,"), "{}", masked(&ran, &server));
    assert_eq!(server.paths(), ["/robots.txt", "/feed", "/news/1", "/news/2"]);
}

#[test]
fn a_page_whose_host_could_not_be_asked_has_failed_in_nothing() {
    let server = Server::start(|_| Answer::status(500));
    let tool = Tool::new();
    configured(&tool, &source("page", "page", &server.url("/news/page"), ""));
    let ran = tool.run(&["collect"]);
    assert_eq!((ran.status, server.count("/news/page")), (3, 0), "{}", ran.err);
    let record = &addresses(&tool)["/news/page"];
    assert_eq!((record.state, record.tries), (AddressState::Waiting, 0));
    let reason = record.reason.as_deref().unwrap();
    assert!(reason.starts_with("its robots.txt could not be read"), "{reason}");
    assert!(record.not_before.is_some());
}

#[test]
fn sitemaps_beyond_the_limit_are_read_by_the_next_run() {
    const CHILDREN: usize = 125;
    let server = Server::start(|asked| {
        let at = host(asked);
        let items = |item: &str, paths: Vec<String>| -> String {
            paths
                .iter()
                .map(|path| {
                    format!("<{item}><loc>{at}{path}</loc><lastmod>2026-01-02T00:00:00Z</lastmod></{item}>")
                })
                .collect()
        };
        let map = |root: &str, items: String| {
            Answer::new(200, "application/xml", format!("<?xml version=\"1.0\"?><{root}>{items}</{root}>"))
        };
        match asked.path.as_str() {
            "/robots.txt" => Answer::status(404),
            "/index.xml" => {
                let named = (0..CHILDREN).map(|child| format!("/maps/{child}.xml")).collect();
                map("sitemapindex", items("sitemap", named))
            }
            path if path.starts_with("/maps/") => map("urlset", items("url", vec![format!("/video{path}")])),
            _ => Answer::status(404),
        }
    });
    let tool = Tool::new();
    configured(&tool, &source("map", "sitemap", &server.url("/index.xml"), "exclude = [\"/video/\"]"));
    let ran = tool.done(&["collect", "--format", "csv"]);
    assert!(ran.out.contains("sitemaps beyond the limit 5"), "{}", ran.out);
    let ran = tool.done(&["collect", "--format", "csv"]);
    assert!(ran.out.contains("\nmap,6,120,0,"), "{}", ran.out);
    assert!((0..CHILDREN).all(|child| server.count(&format!("/maps/{child}.xml")) == 1));
}

#[test]
fn what_became_too_old_while_it_waited_is_asked_when_older_articles_are_wanted() {
    let server = Server::start(desk);
    let tool = Tool::new();
    let write = || {
        let more = "limit = 1\ninclude = [\"/news/\"]";
        configured(&tool, &source("desk", "feed", &server.url("/feed"), more));
    };
    let young = || {
        let text = tool.read("storyturn.toml").replace("max_age_days = 100000\n", "max_age_days = 7\n");
        tool.write("storyturn.toml", text);
    };
    write();
    tool.done(&["collect"]);
    young();
    let ran = tool.done(&["collect", "--format", "csv"]);
    assert!(ran.out.contains("too old"), "{}", ran.out);
    assert_eq!(addresses(&tool)["/news/silver"].state, AddressState::Refused);
    tool.done(&["collect", "--retry"]);
    assert_eq!(server.count("/news/silver"), 0);
    write();
    tool.done(&["collect", "--retry"]);
    assert_eq!(server.count("/news/silver"), 1);
}

#[test]
fn what_waits_for_a_source_of_another_name_is_taken_over() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/robots.txt" => Answer::status(404),
        "/feed" if asked.header("if-none-match") == Some("\"1\"") => Answer::status(304),
        "/feed" => {
            let text = feed(&host(asked), &["/news/1", "/news/2", "/news/3"]);
            Answer::new(200, "application/rss+xml", text).with("ETag", "\"1\"")
        }
        path => Answer::html(page(&format!("Story {path}"))),
    });
    let tool = Tool::new();
    let run = |name: &str| {
        configured(&tool, &source(name, "feed", &server.url("/feed"), "limit = 1"));
        tool.done(&["collect", "--format", "csv"]).out
    };
    assert!(run("desk").contains("\ndesk,2,0,1,0,0,2,0,"));
    let told = run("the desk");
    assert!(told.contains("\nthe desk,2,0,1,1,0,1,0,"), "{told}");
    let told = run("the desk");
    assert!(told.contains("\nthe desk,1,1,1,0,0,0,0,"), "{told}");
    assert!((1..=3).all(|page| server.count(&format!("/news/{page}")) == 1));
}
