//! Hashes that never change, headlines that say the same, bodies that were rewritten.
//!
//! What counts as one story is tested in `index::story`.

use super::*;

#[test]
fn the_hash_never_changes() {
    assert_eq!(fnv(b""), 0xcbf2_9ce4_8422_2325);
    assert_eq!(fnv(b"foobar"), 0x8594_4171_f739_67e8);
    assert_eq!(fingerprint("Silver", "").title, [folded(fnv(b"silver")) & !0b11]);
    assert_eq!(fingerprint("Rising", "").title, [folded(fnv(b"ris")) | 0b11 & !0b01]);
    assert!(sketch(&"gold silver ".repeat(30)).is_empty());
    let text: String = (0..45).map(|number| format!("word{number} ")).collect();
    assert_eq!(sketch(&text).len(), 44);
    assert_eq!(sketch(&text)[0], 10_655_660);
}

#[test]
fn headlines_that_say_the_same_have_the_same_words() {
    let check = |left: &str, right: &str| {
        assert_eq!(headline_words(left), headline_words(right), "{left} / {right}");
    };
    check("Silver hits a record", "A RECORD: silver hit");
    check("Fed’s cuts", "The Fed cut");
    check("", "  the ");
    check("Prices surged, slipping later", "Price surges; slip later");
    check("UPDATE 2-Gold rallied", "Just In: gold rallies");
    check("CORRECTED-UPDATE 1-Gold", "Gold");
    check("$15 billion, 1,000.50 and 3 percent", "15bn and 1000.5 and 3");
    check("BTC above $90,000", "Bitcoin above 90000");
    assert!(STOP_WORDS.is_sorted() && MARKERS.is_sorted() && UP.is_sorted() && DOWN.is_sorted());
    assert!(SPELLINGS.is_sorted());
    let differ = |left: &str, right: &str| assert_ne!(headline_words(left), headline_words(right));
    differ("Gas falls", "Ga falls");
    differ("US-China talks", "China talks");
    differ("Gold 2-3 pct up", "3 pct up");
}

#[test]
fn words_say_of_what_kind_they_are() {
    let kinds = |headline: &str| {
        let mut kinds: Vec<u32> = headline_words(headline).iter().map(|word| word & 0b11).collect();
        kinds.sort_unstable();
        kinds
    };
    assert_eq!(kinds("Gold surges 3 percent as dollar slips"), [0, 0, 1, 2, 3]);
    // Every word of the lists is a stem, or it would never be met.
    for word in UP.iter().chain(DOWN) {
        assert_eq!(stem((*word).to_owned()), *word);
    }
}

#[test]
fn rewrites_have_sketches_that_meet() {
    let words: Vec<String> = (0..300).map(|number| format!("word{}", number * 7919 % 1000)).collect();
    let mut turned = words.clone();
    turned.chunks_mut(5).for_each(|part| part.reverse());
    turned.rotate_left(100);
    let shared = |left: &str, right: &str| {
        let (left, right) = (sketch(left), sketch(right));
        left.iter().filter(|hash| right.contains(hash)).count()
    };
    let (text, rewrite) = (words.join(" "), turned.join(", "));
    let far: String = (0..300).map(|number| format!("term{number} ")).collect();
    assert!(shared(&text, &rewrite) > 64 && shared(&text, &far) < 2);
    assert_eq!(sketch(&text).len(), SKETCH_HASHES);
    assert!(sketch("").is_empty());
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
