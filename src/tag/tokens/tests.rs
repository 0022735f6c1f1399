//! Words, clauses and sentences, written out: words between spaces, `|` for a clause's end, `[` and
//! `]` for brackets, `~` for the end of a quotation, `#` before numbers, ` / ` between sentences.

use super::*;

struct Transcript<'a> {
    text: &'a str,
    told: String,
}

impl Sink for Transcript<'_> {
    fn word(&mut self, start: usize, end: usize, packed: Packed) {
        let mut buffer = [0; PACKED_BYTES];
        let lower = unpack(packed, &mut buffer).to_owned();
        assert_eq!(lower, self.text[start..end].to_lowercase());
        self.told += &format!("{lower} ");
    }

    fn number(&mut self, start: usize, end: usize) {
        self.told += &format!("#{} ", &self.text[start..end]);
    }

    fn unusual(&mut self, start: usize, end: usize, lower: &str, exact: &str) {
        assert_eq!(lower, exact.to_lowercase());
        assert!(self.text.get(start..end).is_some());
        self.told += &format!("{lower} ");
    }

    fn boundary(&mut self, boundary: Boundary) {
        self.told += match boundary {
            Boundary::Soft => "~ ",
            Boundary::Hard => "| ",
            Boundary::Open => "[ ",
            Boundary::Close => "] ",
        };
    }

    fn sentence(&mut self, _end: usize) {
        self.told += "/ ";
    }
}

#[track_caller]
fn check(text: &str, expected: &str) {
    let mut transcript = Transcript { text, told: String::new() };
    scan(text, 0, Extent::Several, &mut transcript);
    assert_eq!(
        transcript.told.trim_end_matches(" / ").trim_end_matches("/ ").trim_end(),
        expected,
        "{text:?}"
    );
}

#[test]
fn words_are_parted() {
    check("Fear rises", "fear rises");
    check("safe-haven demand", "safe haven demand");
    check("Überraschung für Anleger", "überraschung für anleger");
    check("caf\u{e9}s and na\u{ef}ve", "cafés and naïve");
    check("internationalisation of counterrevolutionaries", "internationalisation of counterrevolutionaries");
    check("exactlysixteenle exactlyfifteenl eightlet", "exactlysixteenle exactlyfifteenl eightlet");
    check("G20 covid19 S&P", "g20 covid19 s p");
    check("ВОЙНА и мир", "война и мир");
    check("see https://a.bc/war-on-drugs?x=1 now", "see https now");
    check("\u{feff}fear in\u{ad}flation", "fear inflation");
}

#[test]
fn apostrophes_hold_words_together_but_possessives_do_not_count() {
    check("Fed's Fed\u{2019}s banks' FED'S", "fed fed banks fed");
    check("don't don\u{2019}t O'Neil's", "don't don't o'neil");
    check("'quoted' it's 'tis", "quoted it tis");
    check("2020's", "#2020");
}

#[test]
fn numbers_are_one_word() {
    check("25 0.25 1,000.5 25bps 3.5% $39T 2nd", "#25 #0.25 #1,000.5 #25bps #3.5% #39T #2nd");
    check("10-year 2025-26 1/2", "#10 year #2025 #26 #1 #2");
    check("rose 5. Then 6, 7", "rose #5 / then #6 | #7");
}

#[test]
fn sentences_end_where_they_end() {
    check("Fear rose. Gold fell! Why? None knows.", "fear rose / gold fell / why / none knows");
    check("One line\nanother line\n\nthird", "one line / another line / third");
    check("Mr. Powell and J. Dimon vs. Dr. No. 5 spoke.", "mr powell and j dimon vs dr no #5 spoke");
    check("The U.S. Treasury sold. The U.S. The Fed too.", "the us treasury sold / the us / the fed too");
    check(
        "Acme Inc. Shares fell. Acme Inc. The rest rose.",
        "acme inc shares fell / acme inc / the rest rose",
    );
    check("at 9 a.m. today, i.e. now", "at #9 am today | ie now");
    check("He said \u{201c}no.\u{201d} Then he left.", "he said no / then he left");
    check("It fell today.The rest rose", "it fell today / the rest rose");
    check("on x.com and yahoo!finance", "on x com and yahoo | finance");
    check("wait... what", "wait | what");
    check("Wait\u{2026} What", "wait / what");
    check("jan. 5 fell 3.5 pct. Gold rose", "jan #5 fell #3.5 pct / gold rose");
    check("恐慌。黄金", "恐慌 / 黄金");
}

#[test]
fn clauses_end_at_punctuation() {
    check("fear, gold; war: peace", "fear | gold | war | peace");
    check("fear - gold -- war \u{2013} peace\u{2014}end", "fear | gold | | war | peace | end");
    check("US\u{2013}China 2010\u{2013}20", "us china #2010 #20");
    check("fear (of war) rises", "fear [ of war ] rises");
    check("he said \"there is no more fear\" again", "he said there is no more fear ~ again");
    check("the \"fear\" trade, the 'fear' trade", "the fear trade | the fear trade");
    check("\u{2018}there is no more fear\u{2019} again", "there is no more fear ~ again");
    check("10:30", "#10 | #30");
}

#[test]
fn a_sentence_without_end_is_cut() {
    let text = "word ".repeat(MOST_WORDS + 1);
    let mut transcript = Transcript { text: &text, told: String::new() };
    scan(&text, 0, Extent::Several, &mut transcript);
    assert_eq!(transcript.told.matches('/').count(), 2);
}

#[test]
fn packing_keeps_words_apart() {
    for word in ["", "a", "eightlet", "ninelette", "exactlysixteenle", "ü"] {
        let packed = pack(word).expect("it is short");
        assert_eq!(unpack(packed, &mut [0; PACKED_BYTES]), word);
    }
    assert_eq!(pack("exactlyseventeenl"), None);
}
