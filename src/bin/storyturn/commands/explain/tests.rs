//! How the lines of mentions fit the page; what the page says is tested in the suite.

use super::*;

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
