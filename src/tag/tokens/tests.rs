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
    check_written(text, Writing::Spaced, expected);
}

#[track_caller]
fn check_written(text: &str, writing: Writing, expected: &str) {
    let mut transcript = Transcript { text, told: String::new() };
    scan(text, 0, Extent::Several, writing, &mut transcript);
    // A mark and the gap it leaves may both end a clause, which ends it once.
    let told =
        if writing == Writing::Spaced { transcript.told } else { transcript.told.replace("| | ", "| ") };
    assert_eq!(told.trim_end_matches(" / ").trim_end_matches("/ ").trim_end(), expected, "{text:?}");
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
    scan(&text, 0, Extent::Several, Writing::Spaced, &mut transcript);
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

#[test]
fn characters_are_words_where_a_language_is_written_so() {
    let check = |text: &str, expected: &str| check_written(text, Writing::Characters, expected);
    check("避险情绪", "避 险 情 绪");
    check("Fed降息25bp", "fed 降 息 #25bp");
    check("A股大跌", "a 股 大 跌");
    check("39万亿美元", "#39 万 亿 美 元");
    check("ＱＥ２重启，５０％", "qe2 重 启 | #５０％");
    check("U.S.降息", "us 降 息");
    check("Fed's降息", "fed 降 息");
    check("升温。金价", "升 温 / 金 价");
    check("升温；金价！涨", "升 温 / 金 价 / 涨");
    check("升温.金价!涨? 跌", "升 温 / 金 价 / 涨 / 跌");
    check("升温，金价、银价：涨", "升 温 | 金 价 | 银 价 | 涨");
    // A space between characters is a comma, one beside other letters is none.
    check("局势缓和 金价\u{3000}回落", "局 势 缓 和 | 金 价 | 回 落");
    check("Fed 降息 25 个基点", "fed 降 息 #25 个 基 点");
    // Signs part, marks of quotation do not, those of a long quotation end a clause.
    check("下降/息差·恐🚀慌", "下 降 | 息 差 | 恐 | 慌");
    check("「恐慌」情緒", "恐 慌 情 緒");
    check("“恐慌”情绪", "恐 慌 情 绪");
    check("他称“现在没有任何恐慌的理由”而已", "他 称 现 在 没 有 任 何 恐 慌 的 理 由 ~ 而 已");
    check("【快讯】美股（见图）跌", "[ 快 讯 ] 美 股 [ 见 图 ] 跌");
    check("恐\u{200b}慌", "恐 慌");
    check("の恐慌", "の 恐 慌");
}

#[test]
fn characters_stay_one_word_elsewhere() {
    check("the 恐慌情绪 index", "the 恐慌情绪 index");
    check("Fed降息25bp", "fed降息25bp");
    check("ＱＥ", "ｑｅ");
}
