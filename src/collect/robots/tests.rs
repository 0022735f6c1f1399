//! The rules of RFC 9309 and of the reference parser, one behaviour a test.

use proptest::prelude::*;

use super::*;

fn check(robots: &str, agent: &str, url: &str, allowed: bool) {
    let parsed = Robots::parse(robots.as_bytes());
    assert_eq!(parsed.allows(agent, url), allowed, "{agent} {url}\n{robots}");
}

#[test]
fn the_longest_pattern_wins_and_allow_wins_ties() {
    for (rules, url, allowed) in [
        ("Disallow: /x/page.html\nAllow: /x/", "/x/page.html", false),
        ("Allow: /x/page.html\nDisallow: /x/", "/x/page.html", true),
        ("Allow: /x/page.html\nDisallow: /x/", "/x/", false),
        ("Disallow: \nAllow: ", "/x", true),
        ("Disallow: /\nAllow: /", "/x", true),
        ("Allow: /page\nDisallow: /*.html", "/page.html", false),
        ("Allow: /x/page.\nDisallow: /*.html", "/x/page.html", true),
        ("Disallow: foo", "/foo", true),
        ("Disallow: *", "/foo", false),
        ("Disallow: /X/", "/x/", true),
    ] {
        check(&format!("User-agent: *\n{rules}\n"), "storyturn", url, allowed);
    }
}

#[test]
fn stars_and_a_final_dollar_are_wild() {
    for (pattern, url, matches) in [
        ("/fish*.php", "/fishheads/catfish.php?x", true),
        ("/fish*.php", "/Fish.PHP", false),
        ("/*.php$", "/a.php", true),
        ("/*.php$", "/a.php.php", true),
        ("/*.php$", "/a.php5", false),
        ("/a*b*c$", "/abbcbc", true),
        ("/a*b*c$", "/acb", false),
        ("/**a", "/xa", true),
        ("/a$b", "/a$b", true),
        ("/a$b", "/a", false),
        ("/$", "/", true),
        ("/$", "/x", false),
        ("/a*$", "/abc", true),
        ("/ab*ba$", "/aba", false),
    ] {
        check(&format!("User-agent: *\nDisallow: {pattern}\n"), "storyturn", url, !matches);
    }
}

#[test]
fn groups_for_one_agent_are_merged() {
    let robots = "allow: /nobody/\nuser-agent: a\ndisallow: /\nuser-agent: b\ndisallow: /b/\n\n\nallow: /b/w/\n\
                  user-agent: c\nuser-agent: A\nallow: /z/\ndisallow: /zz/\nsitemap: /s.xml\nuser-agent: *\ndisallow: /all/";
    for (agent, url, allowed) in [
        ("a", "/z/1", true),
        ("a", "/nobody/", false),
        ("b", "/b/w/", true),
        ("b", "/b/x", false),
        ("b", "/all/", true),
        ("c", "/zz/", false),
        ("other", "/all/", false),
        ("other", "/z", true),
    ] {
        check(robots, agent, url, allowed);
    }
}

#[test]
fn a_sitemap_or_an_unknown_line_ends_no_group() {
    for between in ["Sitemap: https://a.b/s", "Unknown: x", "Crawl-delay: 9", ""] {
        let robots = format!("User-agent: a\n{between}\nUser-agent: *\nDisallow: /\n");
        check(&robots, "a", "/", false);
        check(&robots, "b", "/", false);
    }
}

#[test]
fn agents_are_product_tokens_without_regard_to_case() {
    for (line, agent, named) in [
        ("User-agent: StoryTurn", "storyturn", true),
        ("user-agent:storyturn/1.0 (+https://a.b)", "storyturn", true),
        ("USERAGENT: storyturn bot", "storyturn", true),
        ("user agent : storyturn", "storyturn", true),
        ("user-agent storyturn", "storyturn", true),
        ("User-agent: story", "storyturn", false),
        ("User-agent: storyturnbot", "storyturn", false),
        ("User-agent: * # all", "storyturn", true),
        ("User-agent: * storyturn", "other", true),
        ("User-agent: *bot", "bot", false),
        ("User-agent:", "", false),
    ] {
        check(&format!("{line}\nDisallow: /\n"), agent, "/", !named);
    }
}

#[test]
fn lines_end_as_they_like_and_keys_are_written_as_people_write() {
    for robots in [
        "User-agent: *\rDisallow: /x\r",
        "User-agent: *\r\n\r\nDisallow: /x",
        "\u{feff}User-agent: *\n\nDisallow: /x",
        "  User-agent:*\n\tDISALLOW\t:\t/x  # why",
        "user-agent: *\ndisallow /x",
        "user-agent: *\u{a0}\ndisallow: \u{200b}/x\u{2002}",
        "user-agent: *\ndissalow: /x",
        "user-agent: *\nDisallow: /x#y",
    ] {
        check(robots, "storyturn", "http://a.b/x/y", false);
        check(robots, "storyturn", "http://a.b/y", true);
    }
    check("user-agent: *\ndisallow /x y", "storyturn", "/x", true);
    check("<html><p>User-agent: *</p>\n<b>Disallow: /</b>", "storyturn", "/x", true);
}

#[test]
fn marks_of_utf_8_and_utf_16_are_no_part_of_the_first_line() {
    let text = "User-agent: *\nDisallow: /x\n";
    let wide: Vec<u16> = std::iter::once(0xfeff).chain(text.encode_utf16()).collect();
    let (little, big): (Vec<u8>, Vec<u8>) = (
        wide.iter().flat_map(|unit| unit.to_le_bytes()).collect(),
        wide.iter().flat_map(|unit| unit.to_be_bytes()).collect(),
    );
    for bytes in [little, big, [b"\xef\xbb", text.as_bytes()].concat(), [b"\xef", text.as_bytes()].concat()] {
        assert!(!Robots::parse(&bytes).allows("storyturn", "/x"), "{bytes:x?}");
    }
    let latin = b"User-agent: *\nDisallow: /caf\xe9\n";
    assert!(!Robots::parse(latin).allows("storyturn", "/caf%E9"));
}

#[test]
fn percent_signs_are_read_twice_and_both_must_permit() {
    for (rule, url, allowed) in [
        ("Disallow: /ツ", "/%E3%83%84", false),
        ("Disallow: /%e3%83%84", "/%E3%83%84", false),
        ("Disallow: /%E3%83%84", "/%e3%83%84", false),
        ("Disallow: /ツ", "/ツ", false),
        ("Disallow: /%7Efoo", "/~foo", false),
        ("Disallow: /~foo", "/%7efoo", false),
        ("Disallow: /\nAllow: /%62%61%7A", "/baz", false),
        ("Disallow: /\nAllow: /%62%61%7A", "/%62%61%7A", true),
        ("Disallow: /\nAllow: /ツ", "/%e3%83%84", true),
        ("Disallow: /a%2Fb", "/a/b", true),
        ("Disallow: /a%2Ab", "/a*b", false),
        ("Disallow: /a%2Ab", "/axb", true),
        ("Disallow: /a*b", "/a%2Ab", false),
        ("Disallow: /100%", "/100%", false),
        ("Disallow: /100%zz", "/100%zz", false),
    ] {
        check(&format!("User-agent: *\n{rule}\n"), "storyturn", url, allowed);
    }
}

#[test]
fn the_path_of_an_address_is_what_is_compared() {
    for (url, expected) in [
        ("http://a.b", "/"),
        ("http://a.b/x/y?q=1#f", "/x/y?q=1"),
        ("http://a.b?q", "/?q"),
        ("/x?u=http://c.d/e", "/x?u=http://c.d/e"),
        ("//x", "//x"),
        ("", "/"),
        ("http://a.b#/x", "/"),
    ] {
        assert_eq!(path_of(url), expected, "{url}");
    }
}

#[test]
fn an_index_page_permits_its_folder_and_robots_txt_is_always_permitted() {
    let robots = "User-agent: *\nAllow: /a/index.html\nDisallow: /\n";
    check(robots, "storyturn", "/a/", true);
    check(robots, "storyturn", "/a/b", false);
    check(robots, "storyturn", "/a/index.htm", false);
    check(robots, "storyturn", "http://a.b/robots.txt", true);
    check("User-agent: *\nDisallow: /a/index.html\n", "storyturn", "/a/", true);
}

#[test]
fn the_rule_that_decided_is_told() {
    let robots = Robots::parse(b"User-agent: *\nDisallow: /s\n\nUser-agent: a\nAllow: /s\nDisallow: /\n");
    let told = |agent: &str, url: &str| robots.rule(agent, url).map(|rule| rule.to_string());
    assert_eq!(told("b", "/s/1").unwrap(), "robots.txt line 2: Disallow: /s, for all agents");
    assert_eq!(told("a", "/s/1").unwrap(), "robots.txt line 5: Allow: /s, for this agent");
    assert_eq!(told("b", "/x"), None);
}

#[test]
fn delays_belong_to_the_agents_above_them() {
    let robots = Robots::parse(
        b"User-agent: a\nCrawl-delay: 10\nUser-agent: b\nDisallow: /p\nUser-agent: *\nCrawl-delay: 0.5\n\
          User-agent: c\nDisallow:\nCrawl-delay: 3 sec\ncrawl-delay: -1\nUser-agent: d\ncrawl-delay: 9e99999999999999999999\n\
          User-agent: e\nCrawl-delay: 99999999999999999999999999999",
    );
    let delay = |agent: &str| robots.crawl_delay(agent).map(|delay| delay.as_millis());
    assert_eq!(delay("a"), Some(10_000));
    assert_eq!(delay("b"), None);
    assert_eq!(delay("other"), Some(500));
    assert_eq!(delay("c"), Some(3_000));
    assert_eq!(delay("d"), Some(9_000));
    assert_eq!(delay("e"), Some(86_400_000));
    assert!(!robots.allows("a", "/p"));
}

#[test]
fn what_lies_beyond_the_limit_is_not_read() {
    let mut long = b"User-agent: *\n".to_vec();
    while long.len() < MAX_BYTES - 8 {
        long.extend_from_slice(b"#filler\n");
    }
    let mut cut = long.clone();
    cut.extend_from_slice(b"Disallow: /deep\n");
    assert!(Robots::parse(&cut).allows("storyturn", "/x"), "half a rule counts");
    let mut whole = b"User-agent: *\nDisallow: /deep\n".to_vec();
    whole.extend_from_slice(&long);
    assert!(!Robots::parse(&whole).allows("storyturn", "/deep"));
    assert!(Robots::parse(&vec![b'a'; 2 * MAX_BYTES]).allows("storyturn", "/"));
}

/// Star by star, as slow as it likes: what the matcher must agree with.
fn slowly(pattern: &[u8], path: &[u8]) -> bool {
    match pattern {
        [] => true,
        [b'$'] => path.is_empty(),
        [b'*', rest @ ..] => (0..=path.len()).any(|skip| slowly(rest, &path[skip..])),
        [byte, rest @ ..] => path.first() == Some(byte) && slowly(rest, &path[1..]),
    }
}

proptest! {
    #[test]
    fn matching_agrees_with_its_definition(pattern in "/[ab*$]{0,8}", path in "/[ab$]{0,8}") {
        let (letter, _) = Target::both(&path);
        let matched = Pattern::new(&pattern).matches(&letter).is_some();
        prop_assert_eq!(matched, slowly(pattern.as_bytes(), path.as_bytes()), "{} {}", pattern, path);
    }

    #[test]
    fn any_bytes_give_an_answer(bytes in proptest::collection::vec(any::<u8>(), 0..400), url in ".{0,60}") {
        let robots = Robots::parse(&bytes);
        let rule = robots.rule("storyturn", &url);
        prop_assert_eq!(robots.allows("storyturn", &url), rule.is_none_or(|rule| rule.allowed));
        robots.crawl_delay("storyturn");
    }

    #[test]
    fn any_lines_give_an_answer(
        text in "((user-agent|allow|disallow|crawl-delay|sitemap|é)[: ]{0,2}[/a*$%2é.\\-]{0,9}[\\r\\n]{1,2}){0,12}",
        url in "/[a*$%2é/]{0,12}",
    ) {
        Robots::parse(text.as_bytes()).rule("a", &url);
    }
}
