//! How mentions are drawn and wrapped; what they say is tested where they are found.

use anstream::adapter::strip_str;
use storyturn::tag::Field;

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
fn chinese_is_wrapped_between_characters() {
    let mut pieces = Vec::new();
    words("避险情绪，升温 QE2", None, false, &mut pieces);
    let shown: Vec<(&str, bool)> = pieces.iter().map(|one| (one.text.as_str(), one.is_glued)).collect();
    let glued = |text| (text, true);
    assert_eq!(
        shown,
        [("避", false), glued("险"), glued("情"), glued("绪，"), glued("升"), glued("温"), ("QE2", false)]
    );
}

#[test]
fn text_stays_together_where_a_mention_begins_or_ends_inside_a_word() {
    let lexicons = Lexicons::built_in();
    let name = &lexicons.narratives[0];
    let check = |text: &str, words: &str, tags, room, expected: &str| {
        let at = text.find(words).unwrap();
        let found = [mention(at + 7, at + words.len() + 7, None)];
        let found: Vec<&Mention> = found.iter().collect();
        let shown = wrapped(&pieces(text, 7, &found, &lexicons, tags), room, 2);
        assert_eq!(strip_str(&shown).to_string(), expected.replace('@', name));
    };
    check("a post–war panic, they say", "war panic", Tags::Shown, 90, "a post–war panic [+@], they say");
    check("a post–war panic, they say", "war panic", Tags::LeftOut, 90, "a post–war panic, they say");
    check("panic (again)", "panic", Tags::Shown, 90, "panic [+@] (again)");
    check("避险情绪升温", "情绪", Tags::LeftOut, 90, "避险情绪升温");
    check("避险情绪升温", "情绪", Tags::LeftOut, 5, "避险\n  情绪\n  升温");
}

#[test]
fn colours_tell_the_pole_and_what_does_not_count() {
    let lexicons = Lexicons::built_in();
    let of = |name: &str| lexicons.narratives.iter().position(|other| other == name).unwrap();
    let check = |change: &dyn Fn(&mut Mention), expected: Style| {
        let mut mention = mention(0, 3, None);
        change(&mut mention);
        assert_eq!(style(&mention, &lexicons), expected);
    };
    check(&|one| one.narrative = of("fear"), POLES[0]);
    check(&|one| one.narrative = of("liquidity"), POLES[1]);
    check(&|one| one.narrative = of("btc_risk"), CONTEXT);
    check(
        &|one| {
            one.narrative = of("fear");
            one.direction = Direction::Reversed;
        },
        POLES[0].strikethrough(),
    );
    check(&|one| one.suppressed = Some("needs".to_owned()), DIM);
}
