//! How fast text is tagged, in megabytes a second, beside aho-corasick on the same text and words.
//!
//! Three inputs: real articles and real headlines from beside the project (`../shared/data/news`, or
//! where `STORYTURN_DATA` points; without them the corpus stands in and is too small to judge by), and
//! a generated text in which every tenth word is from the lexicon, far more than real text has. A
//! sample reads an input once, so eight samples read some 90 MB of articles.
//!
//! Four jobs on one thread: `matching` (the built-in entries without cues, groups and exceptions: words,
//! sentences, the longest entry of each narrative, sums), `count` (all rules), `tag` (all rules, every
//! mention kept and explained), `aho_corasick` (the peer). The peer searches every word sequence that
//! the entries spell out, leftmost-longest, ASCII letters of either case, hits inside words dropped;
//! gaps, globs, stems, numbers, exact case and hyphens are spared it, as are sentences and sums.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use aho_corasick::{AhoCorasick, MatchKind};
use divan::{Bencher, counter::BytesCount};
use flate2::read::MultiGzDecoder;
use storyturn::lexicon::{Lexicons, Step, WordPattern};
use storyturn::tag::Tagger;

fn main() {
    divan::main();
}

#[derive(Debug, Clone, Copy)]
enum Input {
    Articles,
    Headlines,
    Dense,
}

const INPUTS: [Input; 3] = [Input::Articles, Input::Headlines, Input::Dense];

/// A title and a text.
type Piece = (String, String);

impl Input {
    fn read(self) -> Vec<Piece> {
        let pieces = match self {
            Self::Articles => table("articles_with_bodies.csv.gz"),
            Self::Headlines => table("headlines_2025-08_2026-01.csv.gz"),
            Self::Dense => return vec![(String::new(), dense())],
        };
        pieces.unwrap_or_else(|| corpus(self))
    }
}

/// Rows of a shared table, where it is there.
fn table(name: &str) -> Option<Vec<Piece>> {
    let shared = std::env::var_os("STORYTURN_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from);
    let file = File::open(shared.join("news").join(name)).ok()?;
    let mut rows = csv::Reader::from_reader(MultiGzDecoder::new(file));
    let column = |row: &csv::StringRecord, at: usize| row.get(at).unwrap_or_default().to_owned();
    let rows = rows.records().map(|row| row.expect("the table is sound"));
    Some(rows.map(|row| (column(&row, 2), column(&row, 4))).collect())
}

/// The letters of the corpus, or its wire.
fn corpus(input: Input) -> Vec<Piece> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    if matches!(input, Input::Headlines) {
        let wire = fs::read_to_string(corpus.join("wire.csv")).expect("the corpus has a wire");
        return wire.lines().map(|line| (line.to_owned(), String::new())).collect();
    }
    let letters = fs::read_dir(corpus.join("letters")).expect("the corpus has letters");
    letters
        .map(|letter| fs::read_to_string(letter.expect("it is listed").path()).expect("it is text"))
        .map(|text| (String::new(), text))
        .collect()
}

/// About 2 MB of sentences, the same at every run.
fn dense() -> String {
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

/// The phrases that entries spell out, as plain strings, so many of each reading at most.
fn literals(most: usize) -> Vec<String> {
    let lexicons = Lexicons::built_in();
    let entries = &lexicons.for_language(None).entries;
    let mut literals = Vec::new();
    for reading in entries.iter().flat_map(|entry| &entry.phrase.readings) {
        let mut spelled = vec![String::new()];
        for step in reading {
            let forms: Vec<&str> = match step {
                Step::Gap(_) => Vec::new(),
                Step::Word(patterns) => patterns.iter().filter_map(form).collect(),
            };
            let longer = |start: &String| {
                let space = if start.is_empty() { "" } else { " " };
                forms.iter().map(|form| format!("{start}{space}{form}")).collect::<Vec<_>>()
            };
            spelled = spelled.iter().flat_map(longer).take(most).collect();
        }
        literals.extend(spelled);
    }
    literals.sort_unstable();
    literals.dedup();
    literals
}

fn form(pattern: &WordPattern) -> Option<&str> {
    match pattern {
        WordPattern::Form(form) | WordPattern::Case(form) => Some(form),
        _ => None,
    }
}

/// The built-in entries with nothing that bends or suppresses them.
fn entries_only() -> Lexicons {
    let mut lexicons = Lexicons::built_in();
    for lexicon in &mut lexicons.languages {
        lexicon.cues.clear();
        lexicon.groups.clear();
        for family in &mut lexicon.families {
            family.unless.clear();
            family.needs = None;
        }
    }
    lexicons
}

fn bytes(pieces: &[Piece]) -> BytesCount {
    BytesCount::new(pieces.iter().map(|(title, text)| title.len() + text.len()).sum::<usize>())
}

/// A number of the counts, so that none is spared.
fn count_all(tagger: &Tagger, pieces: &[Piece]) -> u32 {
    pieces.iter().map(|(title, text)| tagger.count(title, text, None).poles[0].asserted).sum()
}

#[divan::bench(args = INPUTS, sample_count = 8, sample_size = 1)]
fn aho_corasick(bencher: Bencher<'_, '_>, input: Input) {
    let pieces = input.read();
    let search = AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::LeftmostLongest)
        .build(literals(1000))
        .expect("the phrases are few");
    let found = |text: &str| {
        let apart = |at: Option<&u8>| at.is_none_or(|byte| !byte.is_ascii_alphanumeric());
        let bytes = text.as_bytes();
        let whole = |at: &aho_corasick::Match| {
            apart(at.start().checked_sub(1).map(|before| &bytes[before])) && apart(bytes.get(at.end()))
        };
        search.find_iter(text).filter(whole).count()
    };
    let all = || pieces.iter().map(|(title, text)| found(title) + found(text)).sum::<usize>();
    bencher.counter(bytes(&pieces)).bench(all);
}

#[divan::bench(args = INPUTS, sample_count = 8, sample_size = 1)]
fn matching(bencher: Bencher<'_, '_>, input: Input) {
    let (tagger, pieces) = (Tagger::new(entries_only()), input.read());
    bencher.counter(bytes(&pieces)).bench(|| count_all(&tagger, &pieces));
}

#[divan::bench(args = INPUTS, sample_count = 8, sample_size = 1)]
fn count(bencher: Bencher<'_, '_>, input: Input) {
    let (tagger, pieces) = (Tagger::new(Lexicons::built_in()), input.read());
    bencher.counter(bytes(&pieces)).bench(|| count_all(&tagger, &pieces));
}

#[divan::bench(args = [Input::Articles, Input::Headlines], sample_count = 8, sample_size = 1)]
fn count_on_two_threads(bencher: Bencher<'_, '_>, input: Input) {
    let (tagger, pieces) = (Tagger::new(Lexicons::built_in()), input.read());
    let (one, other) = pieces.split_at(pieces.len() / 2);
    bencher.counter(bytes(&pieces)).bench(|| {
        std::thread::scope(|scope| {
            let beside = scope.spawn(|| count_all(&tagger, one));
            count_all(&tagger, other) + beside.join().expect("counting does not panic")
        })
    });
}

#[divan::bench(args = INPUTS, sample_count = 8, sample_size = 1)]
fn tag(bencher: Bencher<'_, '_>, input: Input) {
    let (tagger, pieces) = (Tagger::new(Lexicons::built_in()), input.read());
    let mentions = |(title, text): &Piece| tagger.tag(title, text, None).mentions.len();
    bencher.counter(bytes(&pieces)).bench(|| pieces.iter().map(mentions).sum::<usize>());
}

#[divan::bench]
fn compile() -> Tagger {
    Tagger::new(Lexicons::built_in())
}
