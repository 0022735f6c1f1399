//! What the guard drops, keeps and caps.

use super::*;

fn check(source: &str, expected: &str) {
    assert_eq!(guard(source).html, expected, "{source}");
}

#[test]
fn what_nobody_reads_is_dropped() {
    check("a<script>if (a < b) { '<p>' }</script>b", "ab");
    check("a<!-- <p> -->b<!---->c<?xml x?>d", "abcd");
    check(
        "<p onclick='x > y' class=lead data-x=\"1\">a <b>bold</b> word</p>",
        "<p class=\"lead\">a bold word</p>",
    );
    check(
        "<div style=\"color: red\"></div><div style='display:none'></div>",
        "<div></div><div style=\"display:none\"></div>",
    );
    check("<svg><path/></svg>a<svg/>b", "ab");
    check("<p class=a class=b>", "<p class=\"a\">");
}

#[test]
fn what_only_looks_like_a_tag_is_text() {
    check("1 < 2 <<script></script>p>", "1 &lt; 2 &lt;p>");
    check("<title>a <b> c</title>", "<title>a &lt;b> c</title>");
    check("</ p>x", "x");
    check("<", "&lt;");
}

#[test]
fn cut_tags_and_missing_ends() {
    check("<p>a<script>b", "<p>a");
    check("<p>a<iframe>b", "<p>ab");
    check("<p>a<div class='x", "<p>a<div class=\"x\">");
    check("<p", "<p>");
}

#[test]
fn a_lenient_look_reads_what_is_for_those_without_scripts() {
    assert_eq!(guard_for("<noscript><p>a</noscript>b", Look::Lenient).html, "<p>ab");
}

#[test]
fn linked_data_is_set_aside() {
    let guarded = guard("<script type='application/ld+json'>{\"a\": 1}</script>x");
    assert_eq!((guarded.html.as_str(), guarded.linked_data), ("x", vec!["{\"a\": 1}"]));
}

#[test]
fn depth_and_open_formatting_are_capped() {
    let deep = format!("{}text{}after", "<div>".repeat(5000), "</div>".repeat(5000));
    let guarded = guard(&deep).html;
    assert_eq!(guarded.matches("<div>").count(), MAX_DEPTH);
    assert_eq!(guarded.matches("</div>").count(), MAX_DEPTH);
    assert!(guarded.contains("text") && guarded.ends_with("after"));
    let links: String = (0..500).map(|number| format!("<a id={number}>")).collect();
    assert_eq!(guard(&links).html.matches("<a ").count(), MAX_FORMATTING);
    assert!(guard(&"<p>".repeat(3 * BUDGET)).html.len() < 4 * BUDGET);
}
