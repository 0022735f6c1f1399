//! How mentions are drawn and wrapped on a page of `explain`; what the page says is tested in the suite.

use super::*;

fn mention(start: usize, end: usize, suppressed: Option<&str>) -> Mention {
    Mention {
        field: Field::Text,
        start,
        end,
        narrative: 0,
        entry: 0,
        direction: Direction::Asserted,
        modality: Modality::Realised,
        weight: 1000,
        sentence: 1,
        cue: None,
        suppressed: suppressed.map(str::to_owned),
    }
}

#[test]
fn what_counts_marks_its_words_before_what_is_left_out() {
    let check = |mentions: &[Mention], expected: &[(usize, usize, usize)]| {
        let mentions: Vec<&Mention> = mentions.iter().collect();
        let drawn = drawn(&mentions);
        let found: Vec<_> = drawn.iter().map(|(one, others)| (one.start, one.end, others.len())).collect();
        assert_eq!(found, expected);
    };
    let out = Some("unless");
    check(&[mention(0, 9, out), mention(5, 9, None)], &[(5, 9, 1)]);
    check(&[mention(0, 4, out), mention(5, 9, None), mention(7, 12, out)], &[(0, 4, 0), (5, 9, 1)]);
    check(&[mention(0, 4, None), mention(0, 9, None), mention(5, 9, None)], &[(0, 4, 1), (5, 9, 0)]);
    check(&[], &[]);
}

#[test]
fn lines_of_mentions_fit_the_terminal() {
    let check = |words: &str, why: &str, width: usize, expected: &[&str]| {
        let line = mention_line(7, [words, "[+fear] weight 1.00", why], width);
        assert_eq!(line.lines().collect::<Vec<_>>(), expected);
    };
    let head = format!("   7  “war”{}[+fear] weight 1.00", " ".repeat(28));
    check("“war”", "reversed by \"ease\"", 100, &[&format!("{head}  reversed by \"ease\"")]);
    check("“war”", "", 100, &[&head]);
    check("“war”", "reversed by \"ease\"", 60, &[&head, "      reversed by \"ease\""]);
    check("“war”", "", 40, &["   7  “war”", "      [+fear] weight 1.00"]);
    let wide = format!("   7  “避险”{}[+fear] weight 1.00", " ".repeat(27));
    check("“避险”", "", 100, &[&wide]);
}

#[test]
fn chinese_is_wrapped_between_characters() {
    let mut pieces = Vec::new();
    words("避险情绪，升温 QE2", None, &mut pieces);
    let shown: Vec<(&str, bool)> = pieces.iter().map(|one| (one.text.as_str(), one.is_glued)).collect();
    let glued = |text| (text, true);
    assert_eq!(
        shown,
        [("避", false), glued("险"), glued("情"), glued("绪，"), glued("升"), glued("温"), ("QE2", false)]
    );
}
