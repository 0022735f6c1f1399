//! Numbers to labelled text, and the few parts of a page that everything is made of: days, tables, figures.
//!
//! Returns are logarithms inside and plain changes in percent here. A minus is a minus sign, a number and its
//! unit stay on one line, nothing is written as a signed zero. Left out: which numbers (the sections), and
//! colours (`style.css`).

use super::{
    chart::Width,
    escape::{Html, html},
    states::name as state_name,
};
use crate::calendar::Day;
use crate::signal::State;

/// A value that is not there.
pub(super) const MISSING: &str = "–";

/// A number with its sign, unless it is written as zero.
pub(super) fn signed(value: f64, decimals: usize) -> String {
    let text = plain(value, decimals);
    let is_zero = text.chars().all(|letter| matches!(letter, '0' | '.'));
    if is_zero || text.starts_with('−') { text } else { format!("+{text}") }
}

/// A number with a minus sign at most.
pub(super) fn plain(value: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", value.abs());
    let is_zero = text.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    if value < 0.0 && !is_zero { format!("−{text}") } else { text }
}

/// A logarithmic return as a plain change.
pub(super) fn change(log: f64, decimals: usize) -> String {
    format!("{}\u{a0}%", signed(100.0 * log.exp_m1(), decimals))
}

/// A share in percent.
pub(super) fn share(share: f64, decimals: usize) -> String {
    format!("{}\u{a0}%", plain(100.0 * share, decimals))
}

/// What is there, or the dash that says that nothing is.
pub(super) fn or_missing(text: Option<String>) -> String {
    text.unwrap_or_else(|| MISSING.to_owned())
}

/// A price: with cents where these matter, thousands apart.
pub(super) fn price(value: f64) -> String {
    if value.abs() >= 1000.0 { grouped(&format!("{value:.0}")) } else { format!("{value:.2}") }
}

/// A count, thousands apart.
pub(super) fn count(count: u64) -> String {
    grouped(&count.to_string())
}

fn grouped(digits: &str) -> String {
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) && digit.is_ascii_digit() {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A probability, never written as an exact zero.
pub(super) fn chance(p: f64) -> String {
    match p {
        p if p < 0.001 => "below .001".to_owned(),
        p if p >= 0.9995 => "1".to_owned(),
        p => format!("{p:.3}").trim_start_matches('0').to_owned(),
    }
}

/// So many of something.
pub(super) fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// A day for a reader.
pub(super) fn long_day(day: Day) -> String {
    day.date().strftime("%-d %B %Y").to_string()
}

/// A day for a table.
pub(super) fn short_day(day: Day) -> String {
    day.date().strftime("%-d\u{a0}%b\u{a0}%Y").to_string()
}

/// A day for readers and machines.
pub(super) fn time(day: Day) -> Html {
    let mut html = Html::new();
    html!(html; "<time datetime=\"" (day) "\">" (long_day(day)) "</time>");
    html
}

/// Names in a row: `a, b and c`.
pub(super) fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// A sentence made for a terminal as one of the page: minus signs, relations, numbers with their units, and
/// states and days as readers write them.
pub(super) fn prose(text: &str) -> String {
    let text = text.replace(" %", "\u{a0}%").replace(">= ", "≥\u{a0}").replace("<= ", "≤\u{a0}");
    let text = State::ALL
        .into_iter()
        .fold(text, |text, state| text.replace(state.as_str(), &format!("“{}”", state_name(state))));
    let text = thousands(&dated(&text));
    let mut shown = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    let mut before = ' ';
    while let Some(letter) = letters.next() {
        let is_minus = letter == '-'
            && !before.is_alphanumeric()
            && letters.peek().is_some_and(|next| next.is_ascii_digit() || *next == '.');
        shown.push(if is_minus { '−' } else { letter });
        before = letter;
    }
    shown
}

/// The text with its long numbers as the page writes them; four digits may be a year and stay.
fn thousands(text: &str) -> String {
    let runs =
        text.as_bytes().chunk_by(|one, other| one.is_ascii_alphanumeric() == other.is_ascii_alphanumeric());
    let ends = runs.scan(0, |end, run| {
        let start = *end;
        *end += run.len();
        Some((start, *end))
    });
    ends.map(|(start, end)| {
        let run = &text[start..end];
        let is_whole = run.bytes().all(|byte| byte.is_ascii_digit()) && !text[..start].ends_with('.');
        if run.len() > 4 && is_whole { grouped(run) } else { run.to_owned() }
    })
    .collect()
}

/// The text with its days written out.
fn dated(text: &str) -> String {
    const LENGTH: usize = "2026-01-23".len();
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let day = rest.get(..LENGTH).filter(|_| !shown.ends_with(|before: char| before.is_alphanumeric()));
        match day.and_then(|day| day.parse().ok()) {
            Some(day) => {
                shown.push_str(&short_day(day));
                rest = &rest[LENGTH..];
            }
            None => {
                shown.push(letter);
                rest = &rest[letter.len_utf8()..];
            }
        }
    }
    shown
}

/// The same with a capital at its start and a full stop at its end.
pub(super) fn sentence(clause: &str) -> String {
    // A series' name is no word to begin a sentence with.
    let clause = clause.trim();
    let named = clause.strip_prefix("btc ").map(|rest| format!("Bitcoin {rest}"));
    let mut letters = named.as_deref().unwrap_or(clause).chars();
    let mut text: String = letters.next().map(|first| first.to_uppercase().collect()).unwrap_or_default();
    text.push_str(letters.as_str());
    if !text.ends_with(['.', '!', '?', '…']) {
        text.push('.');
    }
    prose(&text)
}

/// The head of a section that ends with `</section>`.
pub(super) fn section(id: &'static str, title: &str) -> Html {
    let mut html = Html::new();
    html!(html; "<section id=\"" (id) "\" aria-labelledby=\"" (id) "-title\">\n<h2 id=\"" (id) "-title\">" (title) "</h2>\n");
    html
}

/// A drawing for both widths, and what there is to read below it.
pub(super) fn figure(draw: impl Fn(Width) -> String, caption: &str) -> Html {
    let mut html = Html::new();
    html!(html; "<figure class=\"picture\">\n<div class=\"wide\">" {Html::drawn(draw(Width::Wide))} "</div>\n<div class=\"narrow\">");
    html!(html; {Html::drawn(draw(Width::Narrow))} "</div>\n<figcaption>" (caption) "</figcaption>\n</figure>\n");
    html
}

/// A table in a box of its own that scrolls where it is too wide.
pub(super) struct Table {
    id: &'static str,
    caption: String,
    /// Name, and whether its cells are numbers.
    columns: Vec<(String, bool)>,
    rows: Vec<Vec<Html>>,
}

impl Table {
    /// With these columns; those that start with `#` hold numbers. The first names the row.
    pub(super) fn new(id: &'static str, caption: impl Into<String>, columns: &[&str]) -> Self {
        let columns = columns.iter().map(|name| match name.strip_prefix('#') {
            Some(name) => (name.to_owned(), true),
            None => ((*name).to_owned(), false),
        });
        Self { id, caption: caption.into(), columns: columns.collect(), rows: Vec::new() }
    }

    /// Adds a row of text.
    pub(super) fn row<T: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = T>) {
        let cell = |text: T| {
            let mut html = Html::new();
            html.text(text.as_ref());
            html
        };
        self.rows.push(cells.into_iter().map(cell).collect());
    }

    /// Adds a row of parts.
    pub(super) fn parts(&mut self, cells: Vec<Html>) {
        self.rows.push(cells);
    }

    /// The markup.
    pub(super) fn html(&self) -> Html {
        let mut html = Html::new();
        html!(html; "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-labelledby=\"" (self.id) "-caption\">\n");
        html!(html; "<table id=\"" (self.id) "\">\n<caption id=\"" (self.id) "-caption\"><span>" (self.caption) "</span></caption>\n<thead><tr>");
        for (name, is_number) in &self.columns {
            html.markup(if *is_number { "<th scope=\"col\" class=\"n\">" } else { "<th scope=\"col\">" });
            html!(html; (name) "</th>");
        }
        html.markup("</tr></thead>\n<tbody>\n");
        for row in &self.rows {
            html.markup("<tr>");
            for (place, cell) in row.iter().enumerate() {
                let is_number = self.columns.get(place).is_some_and(|(_, is_number)| *is_number);
                match (place, is_number) {
                    (0, _) => html!(html; "<th scope=\"row\">" {cell} "</th>"),
                    (_, true) => html!(html; "<td class=\"n\">" {cell} "</td>"),
                    (_, false) => html!(html; "<td>" {cell} "</td>"),
                }
            }
            html.markup("</tr>\n");
        }
        html.markup("</tbody>\n</table>\n</div>\n");
        html
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_their_signs_and_units() {
        let check = |shown: String, expected: &str| assert_eq!(shown, expected);
        check(signed(0.04, 1), "0.0");
        check(signed(-0.04, 1), "0.0");
        check(signed(-0.06, 1), "−0.1");
        check(signed(1.25, 2), "+1.25");
        check(change(0.5_f64.ln(), 0), "−50\u{a0}%");
        check(change(0.0, 1), "0.0\u{a0}%");
        check(share(0.943, 0), "94\u{a0}%");
        check(price(89_512.4), "89,512");
        check(price(103.186), "103.19");
        check(count(51_429), "51,429");
        check(count(7), "7");
        check(count(1_000_000), "1,000,000");
        check(chance(0.0004), "below .001");
        check(chance(0.0436), ".044");
        check(chance(1.0), "1");
        check(counted(1, "day", "days"), "1 day");
    }

    #[test]
    fn sentences_of_the_terminal_become_those_of_a_page() {
        let check = |text: &str, expected: &str| assert_eq!(prose(text), expected);
        check("Bitcoin -22.5 % <= -20.0 %", "Bitcoin −22.5\u{a0}% ≤\u{a0}−20.0\u{a0}%");
        check("from 2014-09-17, 60-day", "from 17\u{a0}Sep\u{a0}2014, 60-day");
        check("id2014-09-17 2014-13-17 é", "id2014-09-17 2014-13-17 é");
        check("(-.13 to -.17)", "(−.13 to −.17)");
        check(
            "rest on 51429 articles, 1458 é ab12345 0.123456",
            "rest on 51,429 articles, 1458 é ab12345 0.123456",
        );
        check("no longer METALS_LEAD", "no longer “Metals lead”");
        check("days in BTC_FAVOURABLE, FAILED", "days in “Flag up”, FAILED");
        assert_eq!(sentence("no news since 2026-01-31"), "No news since 31\u{a0}Jan\u{a0}2026.");
        assert_eq!(sentence("btc has had no close"), "Bitcoin has had no close.");
        assert_eq!(sentence(""), ".");
        assert_eq!(listed(&["a".into(), "b".into(), "c".into()]), "a, b and c");
    }

    #[test]
    fn days_are_written_for_readers() {
        let day: Day = "2026-01-03".parse().unwrap();
        assert_eq!((long_day(day), short_day(day)), ("3 January 2026".into(), "3\u{a0}Jan\u{a0}2026".into()));
        assert_eq!(time(day).as_str(), "<time datetime=\"2026-01-03\">3 January 2026</time>");
    }
}
