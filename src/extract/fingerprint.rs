//! What a text is about, in a few numbers, for telling repeats of one story.
//!
//! Compared by `index`, kept by `store`: the hash must be the same on every platform and in every
//! release, so it is written down here and never taken from a library. FNV-1a with 64 bits (offset
//! basis 0xcbf29ce484222325, prime 0x100000001b3) over the UTF-8 bytes of the lower-case word, then
//! for title words folded to 32 bits by xor of the halves, for the body mixed by the finaliser of
//! MurmurHash3, because the high bits of FNV on short input are poor and simhash needs every bit.
//! Deciding what counts as a repeat is left to `index::story`.

use crate::document::Fingerprint;

/// Fewer words give a similarity hash that says nothing.
const MIN_BODY_WORDS: usize = 20;
/// A first sentence serves as headline up to here.
const MAX_SENTENCE_WORDS: usize = 40;

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
    let mut words: Vec<u32> = words(headline)
        .filter_map(|word| significant(&word))
        .map(|word| folded(fnv(word.as_bytes())))
        .collect();
    words.sort_unstable();
    words.dedup();
    Fingerprint { title: words, body: simhash(text) }
}

/// Runs of letters, digits and apostrophes, in lower case.
fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    let part = |letter: char| !letter.is_alphanumeric() && letter != '\'' && letter != '’';
    text.split(part)
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .map(|word| word.to_lowercase().replace('’', "'"))
}

/// The word without possessive and plural s; `None` for a stop word.
fn significant(word: &str) -> Option<String> {
    let word = word.trim_matches('\'');
    let word = word.strip_suffix("'s").unwrap_or(word);
    if STOP_WORDS.binary_search(&word).is_ok() {
        return None;
    }
    // "losses" keeps its stem's s, "gas" and "us" are too short to be plurals.
    let singular =
        word.strip_suffix('s').filter(|stem| stem.chars().count() > 2 && !stem.ends_with(['s', 'u', 'i']));
    Some(singular.unwrap_or(word).replace('\'', ""))
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

/// Charikar's similarity hash over word triples: near texts differ in few bits.
fn simhash(text: &str) -> u64 {
    let hashes: Vec<u64> = words(text).map(|word| fnv(word.as_bytes())).collect();
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
mod tests {
    use super::*;

    #[test]
    fn the_hash_never_changes() {
        assert_eq!(fnv(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv(b"foobar"), 0x8594_4171_f739_67e8);
        assert_eq!(fingerprint("Silver", "").title, [folded(fnv(b"silver"))]);
    }

    #[test]
    fn headlines_that_say_the_same_have_the_same_words() {
        let check = |left: &str, right: &str| {
            assert_eq!(fingerprint(left, "").title, fingerprint(right, "").title, "{left} / {right}");
        };
        check("Silver hits a record", "A RECORD: silver hit");
        check("Fed’s cuts", "The Fed cut");
        check("", "  the ");
        assert!(STOP_WORDS.is_sorted());
        assert_ne!(fingerprint("Gas falls", "").title, fingerprint("Ga falls", "").title);
    }

    #[test]
    fn an_empty_title_is_replaced_by_the_first_sentence() {
        let text = "Silver rose 3.5 percent in the U.S. on Friday. Gold did not.";
        assert_eq!(
            fingerprint("", text).title,
            fingerprint("Silver rose 3.5 percent in the U.S. on Friday.", "").title
        );
    }

    #[test]
    fn near_texts_have_near_hashes() {
        let text: String = (0..300).map(|number| format!("word{} ", number * 7919 % 1000)).collect();
        let near = text.replacen("word0 ", "other ", 1);
        let far: String = (0..300).map(|number| format!("term{number} ")).collect();
        let distance =
            |left: &str, right: &str| (fingerprint("", left).body ^ fingerprint("", right).body).count_ones();
        assert!(distance(&text, &near) <= 6 && distance(&text, &far) > 16);
        assert_eq!(fingerprint("", "too short to tell").body, 0);
        assert_ne!(fingerprint("", &text).body, 0);
    }
}
