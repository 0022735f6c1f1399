//! Any text as title and body, in English and in Chinese: places inside the text, numbers in their bounds,
//! and the same counts with mentions and without.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use storyturn::{
    lexicon::Lexicons,
    tag::{Field, Tagger},
};

static TAGGER: LazyLock<Tagger> = LazyLock::new(|| Tagger::new(Lexicons::built_in()));

fuzz_target!(|bytes: &[u8]| {
    let whole = String::from_utf8_lossy(bytes);
    // The first line is the title, as in a file of plain text.
    let (title, text) = whole.split_once('\n').unwrap_or((whole.as_ref(), ""));
    for language in ["en", "zh"] {
        let tagged = TAGGER.tag(title, text, Some(language));
        assert_eq!(tagged.counts, TAGGER.count(title, text, Some(language)));
        for mention in &tagged.mentions {
            let field = if mention.field == Field::Title { title } else { text };
            assert!(field.get(mention.start..mention.end).is_some_and(|words| !words.is_empty()));
        }
        let counts = &tagged.counts;
        for count in counts.narratives.iter().chain(&counts.poles) {
            assert!((0.0..=1.0).contains(&count.score(counts.sentences)));
        }
    }
});
