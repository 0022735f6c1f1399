//! How well the tagger reads the stance of rate setters, who argue instead of announcing: sentences of the
//! Federal Open Market Committee labelled dovish, hawkish or neutral (Shah, Paturi and Chava 2023).
//!
//! Read without training: dovish is `liquidity` asserted, hawkish reversed, neutral neither or both alike.
//! The measure is macro-F1, floors a little under what is reached. The sentences lie beside the project
//! (`../shared/data/news`, or where `STORYTURN_DATA` points); says loudly when they do not. Left out on
//! purpose: training on them. Print the figures with
//! `cargo test --test suite stance -- --nocapture`.

use std::{cmp::Ordering, collections::HashMap, io::Write};

use sha2::{Digest, Sha256};
use storyturn::{lexicon::Lexicons, tag::Tagger};

use crate::tool::shared_data;

/// What a reader and the tagger make of a sentence: 0 dovish, 1 hawkish, 2 neutral, as in the tables.
struct Read {
    label: usize,
    told: usize,
    /// In the half of the sentences nobody looked at while writing entries.
    unseen: bool,
}

#[test]
fn rate_setters_are_read_as_readers_read_them() {
    let tables = [("minutes", "news/fomc_stance_mm.csv"), ("press conferences", "news/fomc_stance_pc.csv")];
    let tagger = Tagger::new(Lexicons::built_in());
    let liquidity = Lexicons::built_in().narrative("liquidity").unwrap();
    let mut all = Vec::new();
    for (name, table) in tables {
        let Some(path) = shared_data(table) else { return };
        let from = all.len();
        for row in csv::Reader::from_path(path).unwrap().deserialize() {
            let row: HashMap<String, String> = row.unwrap();
            let counts = tagger.count(&row["sentence"], "", Some("en"));
            let count = &counts.narratives[liquidity];
            all.push(Read {
                label: row["label"].parse().unwrap(),
                told: match count.asserted.cmp(&count.reversed) {
                    Ordering::Greater => 0,
                    Ordering::Less => 1,
                    Ordering::Equal => 2,
                },
                unseen: Sha256::digest(&row["sentence"])[0] % 2 == 1,
            });
        }
        report(name, &all[from..]);
    }
    report("both", &all);
    let unseen: Vec<&Read> = all.iter().filter(|read| read.unseen).collect();
    for (what, reads, floor) in [("all", all.iter().collect(), 0.59), ("unseen", unseen, 0.57)] {
        let reached = macro_f1(&reads);
        assert!(reached >= floor, "{what}: macro-F1 {reached:.3} is under the floor of {floor}");
    }
}

/// Written past the test runner, which would keep a passing test's words to itself.
fn report(name: &str, reads: &[Read]) {
    let unseen: Vec<&Read> = reads.iter().filter(|read| read.unseen).collect();
    let all: Vec<&Read> = reads.iter().collect();
    let said = format!(
        "stance, {name}: macro-F1 {:.3} of {} sentences, {:.3} of the {} unseen\n",
        macro_f1(&all),
        all.len(),
        macro_f1(&unseen),
        unseen.len()
    );
    std::io::stderr().write_all(said.as_bytes()).unwrap();
}

/// The mean of the F1 of the three stances.
fn macro_f1(reads: &[&Read]) -> f64 {
    let f1 = |stance: usize| {
        let count = |test: &dyn Fn(&Read) -> bool| reads.iter().filter(|read| test(read)).count() as f64;
        let hit = count(&|read| read.label == stance && read.told == stance);
        2.0 * hit / (count(&|read| read.label == stance) + count(&|read| read.told == stance)).max(1.0)
    };
    (0..3).map(f1).sum::<f64>() / 3.0
}
