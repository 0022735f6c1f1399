//! Any bytes as a page and as a note: no panic, no hang, and an article that keeps its promises.
//!
//! Time and memory are bounded by the fuzzer's own `-timeout` and `-rss_limit_mb`.

#![no_main]

use libfuzzer_sys::fuzz_target;
use storyturn::{
    document::{Basis, Capture},
    extract::{self, ExtractOptions},
};

fuzz_target!(|bytes: &[u8]| {
    let capture = Capture {
        subject: "fuzz".into(),
        url: Some("https://www.example.com/2024/03/12/silver".into()),
        content_type: None,
        captured_at: Some("2026-02-01T00:00:00Z".parse().expect("the instant is constant")),
        basis: Basis::Observed,
        body: bytes.to_vec(),
    };
    // Short bodies count too, or small inputs would all end in the same rejection.
    let options = ExtractOptions { min_words: 1, ..ExtractOptions::default() };
    for article in [extract::extract(&capture, &options).ok(), extract::plain_text(&capture).ok()]
        .into_iter()
        .flatten()
    {
        assert!(!article.text.is_empty() && article.text.lines().all(|line| !line.trim().is_empty()));
        assert!(!article.title.contains('\n'));
        let _ = extract::fingerprint(&article.title, &article.text);
    }
});
