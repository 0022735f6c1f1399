//! How fast text is tagged, in megabytes a second on one thread, beside a plain search for the same
//! literal phrases. The text is generated here: words of commentary in sentences, one in ten words
//! from the lexicon's own phrases, which is more than real text has.
//!
//! The peer finds literal phrases, ten word sequences of each entry at most, and does nothing else:
//! no words, sentences, gaps, stems, cues or counts.

use divan::{Bencher, counter::BytesCount};
use storyturn::lexicon::{Lexicons, Step, WordPattern};
use storyturn::tag::Tagger;

fn main() {
    divan::main();
}

/// About 2 MB of sentences, the same at every run.
fn text() -> String {
    const PLAIN: &str = "the a of to and in that for on with said year company percent new its was has would \
        billion shares quarter analysts government president people week month million group report Tuesday \
        data growth sales business according economy while more about which last between during country \
        technology management announced production customers development international performance";
    let plain: Vec<&str> = PLAIN.split_whitespace().collect();
    let telling: Vec<String> = literals(1).into_iter().step_by(7).collect();
    // A linear congruential generator: repeatable, and nothing depends on its quality.
    let mut state = 1_u64;
    let mut next = |bound: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % bound
    };
    let mut text = String::new();
    while text.len() < 2_000_000 {
        let words = 8 + next(20);
        for word in 0..words {
            let word_text =
                if next(10) == 0 { &telling[next(telling.len())] } else { plain[next(plain.len())] };
            text.push_str(word_text);
            text.push_str(match (word + 1 == words, next(12)) {
                (true, 0) => ".\n",
                (true, _) => ". ",
                (false, 0) => ", ",
                _ => " ",
            });
        }
    }
    text
}

/// Phrases without gaps, globs, stems and numbers, as plain strings, so many of each entry at most.
fn literals(most: usize) -> Vec<String> {
    let lexicons = Lexicons::built_in();
    let mut literals = Vec::new();
    for entry in &lexicons.for_language(None).entries {
        for reading in entry.phrase.readings.iter().take(most) {
            let longest =
                reading.iter().map(|step| if let Step::Word(any) = step { any.len() } else { 0 }).max();
            for nth in 0..longest.unwrap_or(0).min(most) {
                let words: Option<Vec<&str>> = reading
                    .iter()
                    .map(|step| match step {
                        Step::Word(any) => match &any[nth % any.len()] {
                            WordPattern::Form(form) | WordPattern::Case(form) => Some(form.as_str()),
                            _ => None,
                        },
                        Step::Gap(_) => None,
                    })
                    .collect();
                literals.extend(words.map(|words| words.join(" ")));
            }
        }
    }
    literals
}

#[divan::bench]
fn count(bencher: Bencher<'_, '_>) {
    let (tagger, text) = (Tagger::new(Lexicons::built_in()), text());
    bencher.counter(BytesCount::of_str(&text)).bench(|| tagger.count("", &text, None));
}

#[divan::bench]
fn tag(bencher: Bencher<'_, '_>) {
    let (tagger, text) = (Tagger::new(Lexicons::built_in()), text());
    bencher.counter(BytesCount::of_str(&text)).bench(|| tagger.tag("", &text, None));
}

/// Every sentence as an article of its own, a headline.
#[divan::bench]
fn count_headlines(bencher: Bencher<'_, '_>) {
    let (tagger, text) = (Tagger::new(Lexicons::built_in()), text());
    let headlines: Vec<&str> = text.split(". ").collect();
    bencher.counter(BytesCount::of_str(&text)).bench(|| {
        headlines.iter().map(|headline| tagger.count(headline, "", None).poles[0].asserted).sum::<u32>()
    });
}

#[divan::bench]
fn peer_aho_corasick(bencher: Bencher<'_, '_>) {
    let text = text();
    let search = aho_corasick::AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .match_kind(aho_corasick::MatchKind::LeftmostLongest)
        .build(literals(10))
        .expect("the phrases are few");
    bencher.counter(BytesCount::of_str(&text)).bench(|| search.find_iter(&text).count());
}

#[divan::bench]
fn compile() -> Tagger {
    Tagger::new(Lexicons::built_in())
}
