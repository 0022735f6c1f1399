//! What a text is about, in a few numbers, for telling repeats and rewrites of one story.
//!
//! Compared by `index`, kept by `store`: the hashes must be the same on every platform and in every
//! release, so they are written down here and never taken from a library. FNV-1a with 64 bits (offset
//! basis 0xcbf29ce484222325, prime 0x100000001b3) over the UTF-8 bytes of the word's stem, then
//! for title words folded to 32 bits by xor of the halves, for bodies mixed by the finaliser of
//! MurmurHash3, because the high bits of FNV on short input are poor. The lowest two bits of a title
//! word give way to its kind ([`Fingerprint::title`]). A sketch keeps the smallest hashes of a body's
//! word pairs: two sketches share about as large a part as their texts do (Broder, "On the resemblance
//! and containment of documents", 1997). Deciding what counts as a repeat is left to `index::story`.
//! Text of any kind and length gives some fingerprint, in time linear in its length.

use crate::document::{Fingerprint, WordKind};

/// Fewer words give a similarity hash that says nothing.
const MIN_BODY_WORDS: usize = 20;
/// A first sentence serves as headline up to here.
const MAX_SENTENCE_WORDS: usize = 40;
/// The story is told in the first words; what follows them is background and the house's own paragraph,
/// which all texts of a house share. The two commentaries this was made for tell theirs to the end, in 380
/// and 520 telling words.
const SKETCHED_WORDS: usize = 400;
/// Hashes kept of a body. A hundred and twenty-eight tell a shared part of a tenth to within a fourth of
/// it, in half a kilobyte.
const SKETCH_HASHES: usize = 128;
/// Fewer pairs are a headline or a stub.
const MIN_SKETCH_HASHES: usize = 40;
/// Words before a headline that say how often it was sent, not what it says.
const MARKERS: &[&str] = &[
    "breaking",
    "corrected",
    "correction",
    "exclusive",
    "in",
    "just",
    "recast",
    "refile",
    "repeat",
    "report",
    "rpt",
    "update",
    "updated",
    "wrapup",
];
/// Names and amounts that are written in more than one way.
const SPELLINGS: &[(&str, &str)] = &[
    ("billion", "b"),
    ("bln", "b"),
    ("bn", "b"),
    ("btc", "bitcoin"),
    ("dlr", "dollar"),
    ("dlrs", "dollar"),
    ("eth", "ethereum"),
    ("ether", "ethereum"),
    ("million", "m"),
    ("mln", "m"),
    ("mn", "m"),
    ("sol", "solana"),
    ("thousand", "k"),
    ("trillion", "t"),
    ("trln", "t"),
    ("trn", "t"),
];
/// Stems of words that say a price or figure goes up.
const UP: &[&str] = &[
    "advanc", "climb", "gain", "higher", "jump", "lift", "rally", "rebound", "recover", "ris", "ros", "soar",
    "spik", "surg", "up",
];
/// Stems of words that say it goes down.
const DOWN: &[&str] = &[
    "crash", "declin", "dip", "down", "drop", "fall", "fell", "los", "loss", "lower", "plung", "retreat",
    "sink", "slid", "slip", "slump", "tumbl",
];

/// Words that say nothing of what a headline is about.
const STOP_WORDS: &[&str] = &[
    "a", "about", "after", "again", "all", "also", "am", "an", "and", "any", "are", "as", "at", "be", "been",
    "before", "but", "by", "can", "could", "did", "do", "does", "for", "from", "had", "has", "have", "he",
    "her", "here", "his", "how", "i", "if", "in", "into", "is", "it", "its", "just", "may", "more", "most",
    "my", "new", "not", "of", "on", "or", "our", "out", "over", "said", "say", "she", "should", "so", "some",
    "than", "that", "the", "their", "them", "then", "there", "these", "they", "this", "to", "up", "was",
    "we", "were", "what", "when", "where", "which", "while", "who", "why", "will", "with", "would", "you",
    "your",
];

/// See [`Fingerprint`]. An empty title is replaced by the first sentence of the text.
pub fn fingerprint(title: &str, text: &str) -> Fingerprint {
    let headline = if title.trim().is_empty() { first_sentence(text) } else { title };
    Fingerprint { title: headline_words(headline), body: simhash(text), sketch: sketch(text) }
}

/// The headline's part of a [`Fingerprint`].
pub fn headline_words(headline: &str) -> Vec<u32> {
    let mut found: Vec<u32> = Vec::new();
    let mut stems = words(without_markers(headline)).filter_map(|word| significant(&word)).peekable();
    while let Some(mut stem) = stems.next() {
        if is_number(&stem) {
            // "$15 billion" and "15bn" are one amount, and per cent goes without saying.
            if let Some(unit) = stems.next_if(|next| matches!(next.as_str(), "b" | "m" | "k" | "t")) {
                stem.push_str(&unit);
            }
            stems.next_if(|next| matches!(next.as_str(), "pct" | "percent"));
        }
        found.push(marked(folded(fnv(stem.as_bytes())), kind_of(&stem)));
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// A hash with its lowest two bits saying of what kind the word is.
fn marked(hash: u32, kind: WordKind) -> u32 {
    hash & !0b11 | kind as u32
}

fn kind_of(stem: &str) -> WordKind {
    match stem {
        _ if is_number(stem) => WordKind::Number,
        _ if UP.binary_search(&stem).is_ok() => WordKind::Up,
        _ if DOWN.binary_search(&stem).is_ok() => WordKind::Down,
        _ => WordKind::Plain,
    }
}

fn is_number(stem: &str) -> bool {
    stem.starts_with(|letter: char| letter.is_ascii_digit())
}

/// The headline after "UPDATE 2-", "RPT-", "Just-In:" and the like.
fn without_markers(headline: &str) -> &str {
    let mut rest = headline.trim_start();
    while let Some(at) = rest.find(['-', ':']) {
        let (mut marks, mut numbers) = (0, 0);
        let told = rest[..at].split_whitespace().all(|word| {
            let marker = MARKERS.binary_search(&word.to_lowercase().as_str()).is_ok();
            let number = word.len() < 3 && word.bytes().all(|byte| byte.is_ascii_digit());
            marks += usize::from(marker);
            numbers += usize::from(number);
            marker || number
        });
        if !told || marks == 0 || numbers > 1 {
            break;
        }
        rest = rest[at + 1..].trim_start();
    }
    rest
}

/// Runs of letters, digits and apostrophes, in lower case; points and commas inside a number stay in it.
fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    let mut rest = text;
    std::iter::from_fn(move || {
        let start = rest.find(char::is_alphanumeric)?;
        rest = &rest[start..];
        let mut end = rest.len();
        let mut before = ' ';
        let mut letters = rest.char_indices().peekable();
        while let Some((at, letter)) = letters.next() {
            let within_number = matches!(letter, '.' | ',')
                && before.is_ascii_digit()
                && letters.peek().is_some_and(|(_, next)| next.is_ascii_digit());
            if !letter.is_alphanumeric() && !matches!(letter, '\'' | '’') && !within_number {
                end = at;
                break;
            }
            before = letter;
        }
        let word = &rest[..end];
        rest = &rest[end..];
        Some(word.to_lowercase().replace('’', "'"))
    })
}

/// The word's stem; `None` for a stop word.
fn significant(word: &str) -> Option<String> {
    let word = word.trim_matches('\'');
    let word = word.strip_suffix("'s").unwrap_or(word);
    if word.is_empty() || STOP_WORDS.binary_search(&word).is_ok() {
        return None;
    }
    let word = word.replace([',', '\''], "");
    if is_number(&word) {
        return Some(amount(&word));
    }
    match SPELLINGS.binary_search_by_key(&word.as_str(), |(from, _)| from) {
        Ok(at) => Some(SPELLINGS[at].1.to_owned()),
        Err(_) => Some(stem(word)),
    }
}

/// "90k", "15bn" and "2.0" as they are compared.
fn amount(word: &str) -> String {
    let unit = word.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == '.');
    let number = &word[..word.len() - unit.len()];
    let unit = SPELLINGS.iter().find(|(from, _)| *from == unit).map_or(unit, |(_, to)| to);
    let number =
        if number.contains('.') { number.trim_end_matches('0').trim_end_matches('.') } else { number };
    format!("{number}{unit}")
}

/// A light stem: "surge", "surges", "surged" and "surging" are one word. Endings go where
/// enough letters stay, then a doubled consonant is undone and a last "i" is the "y" it was.
fn stem(mut word: String) -> String {
    const ENDINGS: &[(&str, usize)] =
        &[("edly", 3), ("ing", 3), ("ed", 3), ("es", 3), ("ly", 4), ("e", 3), ("s", 3)];
    if word.chars().count() <= 3 || !word.is_ascii() {
        return word;
    }
    // "losses" keeps its stem's s, "gas" and "us" are too short to be plurals.
    let keeps = |word: &str| word.ends_with("ss") || word.ends_with("us") || word.ends_with("is");
    if let Some((ending, least)) = ENDINGS.iter().find(|(ending, _)| word.ends_with(*ending))
        && word.len() - ending.len() >= *least
        && !(*ending == "s" && keeps(&word))
    {
        word.truncate(word.len() - ending.len());
        let [.., before, last] = *word.as_bytes() else { return word };
        if before == last && !matches!(last, b'l' | b's' | b'z' | b'e') && word.len() > 3 {
            word.pop();
        } else if last == b'i' {
            word.pop();
            word.push('y');
        }
    }
    word
}

/// The smallest hashes of pairs of neighbouring stems, in whichever order the two stand.
fn sketch(text: &str) -> Vec<u32> {
    let stems: Vec<u64> = words(text)
        .filter_map(|word| significant(&word))
        .map(|stem| fnv(stem.as_bytes()))
        .take(SKETCHED_WORDS)
        .collect();
    let pair = |pair: &[u64]| {
        let (low, high) = (pair[0].min(pair[1]), pair[0].max(pair[1]));
        (mixed(low ^ mixed(high)) >> 32) as u32
    };
    let mut hashes: Vec<u32> = stems.windows(2).map(pair).collect();
    hashes.sort_unstable();
    hashes.dedup();
    if hashes.len() < MIN_SKETCH_HASHES {
        return Vec::new();
    }
    hashes.truncate(SKETCH_HASHES);
    hashes
}

fn first_sentence(text: &str) -> &str {
    let line = text.trim_start().lines().next().unwrap_or_default();
    // A full stop inside a number or an abbreviation is not followed by a space and a capital.
    let ends =
        line.char_indices().filter(|(_, letter)| matches!(letter, '.' | '!' | '?')).map(|(at, _)| at + 1);
    let mut sentence = line;
    for end in ends {
        let mut after = line[end..].chars();
        if after.next().is_none_or(char::is_whitespace)
            && after.next().is_none_or(|letter| !letter.is_lowercase())
            && end > 20
        {
            sentence = &line[..end];
            break;
        }
    }
    let cut = sentence.split_inclusive(char::is_whitespace).take(MAX_SENTENCE_WORDS).map(str::len).sum();
    &sentence[..cut]
}

/// Runs of letters, digits and apostrophes, in lower case, as the first release cut them: the similarity
/// hashes of stored bodies were made of these.
fn plain_words(text: &str) -> impl Iterator<Item = String> + '_ {
    let part = |letter: char| !letter.is_alphanumeric() && letter != '\'' && letter != '’';
    text.split(part)
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .map(|word| word.to_lowercase().replace('’', "'"))
}

/// Charikar's similarity hash over word triples: near texts differ in few bits.
fn simhash(text: &str) -> u64 {
    let hashes: Vec<u64> = plain_words(text).map(|word| fnv(word.as_bytes())).collect();
    if hashes.len() < MIN_BODY_WORDS {
        return 0;
    }
    let mut votes = [0_i32; 64];
    for triple in hashes.windows(3) {
        let bytes: Vec<u8> = triple.iter().flat_map(|hash| hash.to_be_bytes()).collect();
        let hash = mixed(fnv(&bytes));
        for (bit, vote) in votes.iter_mut().enumerate() {
            *vote += if hash >> bit & 1 == 1 { 1 } else { -1 };
        }
    }
    let hash =
        votes.iter().enumerate().filter(|(_, vote)| **vote > 0).fold(0, |hash, (bit, _)| hash | 1 << bit);
    // Zero means "too short".
    if hash == 0 { 1 } else { hash }
}

fn fnv(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

fn folded(hash: u64) -> u32 {
    (hash >> 32) as u32 ^ hash as u32
}

fn mixed(mut hash: u64) -> u64 {
    hash = (hash ^ hash >> 33).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash = (hash ^ hash >> 33).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ hash >> 33
}

#[cfg(test)]
mod tests;
