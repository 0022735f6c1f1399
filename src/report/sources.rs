//! What all of it rests on: who was read, how it is known since when, price files with their hashes, the
//! lexicons, and settings that are not as they come.

use super::{
    Report,
    escape::{Html, cut, html},
    view::{Table, count, counted, listed, or_missing, section, share, short_day, time},
};

/// Sources of news that are listed; the others are counted.
const SOURCES_SHOWN: usize = 25;

/// Names of other series that are listed.
const OTHERS_SHOWN: usize = 20;

/// Files or providers named of a series.
const GIVERS_SHOWN: usize = 3;

/// Characters of a name that came from outside.
const NAME_CHARS: usize = 60;

/// Digits of a hash that are shown: enough to compare by eye.
const HASH_DIGITS: usize = 16;

/// The section.
pub(super) fn sources(report: &Report<'_>) -> Html {
    let mut html = section("sources", "What this rests on");
    html.markup("<h3>Commentary</h3>\n");
    html.add(&news(report));
    html.markup("<h3>Prices</h3>\n");
    html.add(&prices(report));
    html.markup("<h3>Lexicons and settings</h3>\n");
    html.add(&settings(report));
    html.markup("</section>\n");
    html
}

fn name(text: &str) -> Html {
    let mut html = Html::new();
    html!(html; "<bdi>" (cut(text, NAME_CHARS)) "</bdi>");
    html
}

fn text(text: &str) -> Html {
    let mut html = Html::new();
    html.text(text);
    html
}

fn news(report: &Report<'_>) -> Html {
    let mut html = Html::new();
    let docs: u64 = report.by_basis.iter().sum();
    if report.sources.is_empty() || docs == 0 {
        html!(html; "<p>None: everything on this page is said of prices alone.</p>\n");
        return html;
    }
    let [observed, archived, claimed] = report.by_basis.map(|part| part as f64 / docs as f64);
    let sources = report.sources.len();
    html!(html; "<p>" (counted(docs, "article or headline", "articles and headlines")) " of " (counted(sources as u64, "source", "sources")) ". Since when each could be read is <strong>observed</strong> by this tool for " (share(observed, 0)) ", <strong>archived</strong> by others for " (share(archived, 0)) " and <strong>claimed</strong> by the publishers themselves for " (share(claimed, 0)) ".");
    if claimed > 0.5 {
        html.markup(" Most of the story’s past therefore rests on dates that nobody else saw: read it as reconstructed, not as witnessed.");
    }
    html.markup("</p>\n");
    let shown = sources.min(SOURCES_SHOWN);
    let mut table = Table::new(
        "news",
        "Who was read, most articles first",
        &["Source", "#Articles", "#Share", "First day", "Last day"],
    );
    for source in &report.sources[..shown] {
        table.parts(vec![
            name(&source.name),
            text(&count(source.docs)),
            text(&share(source.docs as f64 / docs as f64, 1)),
            text(&short_day(source.first)),
            text(&short_day(source.last)),
        ]);
    }
    let rest = &report.sources[shown..];
    html!(html; "<details><summary>" (if rest.is_empty() { "The sources".to_owned() } else { format!("The {shown} largest sources") }) "</summary>\n" {table.html()});
    if !rest.is_empty() {
        let docs = rest.iter().map(|source| source.docs).sum();
        html!(html; "<p class=\"fine\">And " (counted(rest.len() as u64, "other", "others")) " with " (counted(docs, "article", "articles")) ": <code>storyturn store stats -v</code>.</p>\n");
    }
    html.markup("</details>\n");
    html
}

/// A file without its folders, which are the maker's own and no reader's business; a provider as it is.
fn file_name(giver: &str) -> &str {
    giver.rsplit(['/', '\\']).find(|part| !part.is_empty()).unwrap_or(giver)
}

/// When a close counts, in words.
fn clock(clock: &str) -> String {
    match clock {
        "next-business-day" => "next business day".to_owned(),
        "24:00" => "end of its day, UTC".to_owned(),
        later if later.starts_with('+') => {
            let (number, unit) = later[1..].split_at(later.len().saturating_sub(2));
            format!("{number} {} later", if unit == "m" { "months" } else { "days" })
        }
        time => format!("{time} UTC on its day"),
    }
}

fn prices(report: &Report<'_>) -> Html {
    let mut html = Html::new();
    if report.series.is_empty() {
        html!(html; "<p>None that were known by " {time(report.as_of)} ".</p>\n");
        return html;
    }
    let caption = "Price series the signal uses. A close counts only from the instant it could be known. From: file or provider, and the closes it gave. Changed later: closes that were given again with another value. Seen to arrive: closes that came in while this tool was watching; the others are dated by the series’ clock.";
    let columns = [
        "Series",
        "#Days",
        "First",
        "Last",
        "Counts from",
        "From",
        "#Changed later",
        "#Seen to arrive",
        "Last file’s SHA-256",
    ];
    let mut table = Table::new("prices", caption, &columns);
    for series in &report.series {
        let mut givers = Html::new();
        let more = series.givers.len().saturating_sub(GIVERS_SHOWN);
        for (place, (giver, closes)) in series.givers.iter().take(GIVERS_SHOWN).enumerate() {
            if place > 0 {
                givers.markup(", ");
            }
            html!(givers; {name(file_name(giver))} " (" (count(*closes)) ")");
        }
        if more > 0 {
            html!(givers; " and " (more) " more");
        }
        let hash = series.sha256.as_ref().map(|hash| hash.chars().take(HASH_DIGITS).collect::<String>());
        let mut shown_hash = Html::new();
        html!(shown_hash; "<code>" (or_missing(hash)) "</code>");
        table.parts(vec![
            text(&series.name.replace('_', " ")),
            text(&count(series.days)),
            text(&short_day(series.first)),
            text(&short_day(series.last)),
            text(&clock(&series.clock)),
            givers,
            text(&count(series.revisions)),
            text(&count(series.observed)),
            shown_hash,
        ]);
    }
    html.add(&table.html());
    let lacking: Vec<String> = crate::panel::Leg::ALL
        .into_iter()
        .filter(|leg| report.series.iter().all(|series| series.name != leg.name()))
        .map(|leg| leg.name().replace('_', " "))
        .collect();
    if !lacking.is_empty() {
        html!(html; "<p>Not loaded: " (listed(&lacking)) ". What they would add is left out, never guessed.</p>\n");
    }
    if !report.other_series.is_empty() {
        let more = report.other_series.len().saturating_sub(OTHERS_SHOWN);
        html.markup("<p class=\"fine\">In the store and not used: ");
        for (place, other) in report.other_series.iter().take(OTHERS_SHOWN).enumerate() {
            if place > 0 {
                html.markup(", ");
            }
            html.add(&name(other));
        }
        if more > 0 {
            html!(html; " and " (more) " more");
        }
        html.markup(".</p>\n");
    }
    html
}

fn settings(report: &Report<'_>) -> Html {
    let mut html = Html::new();
    html.markup("<ul>\n");
    for lexicon in &report.lexicons.languages {
        let entries = counted(lexicon.entries.len() as u64, "entry", "entries");
        html!(html; "<li>Lexicon <code>" (lexicon.id) "</code>, " (entries) "</li>\n");
    }
    html!(html; "<li>Storyturn " (report.version) "; days end at " (report.cut_off) " UTC; " (count(report.evaluate.draws as u64)) " draws of the bootstrap, seed " (report.evaluate.seed) "</li>\n</ul>\n");
    if report.settings.is_empty() {
        html!(html; "<p>All thresholds and limits are as they come.</p>\n");
        return html;
    }
    let caption = "Settings that are not as they come. Each changed threshold is one more variant tried.";
    let mut table = Table::new("settings", caption, &["Setting", "#Here", "#Usual"]);
    for setting in &report.settings {
        table.row([&setting.key, &setting.value, &setting.usual]);
    }
    html.add(&table.html());
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_are_told_in_words() {
        let check = |given: &str, expected: &str| assert_eq!(clock(given), expected);
        check("24:00", "end of its day, UTC");
        check("19:00", "19:00 UTC on its day");
        check("+7d", "7 days later");
        check("+2m", "2 months later");
        check("next-business-day", "next business day");
    }

    #[test]
    fn a_file_is_named_without_its_folders() {
        let check = |given: &str, expected: &str| assert_eq!(file_name(given), expected);
        check("/home/somebody/prices/btc.csv", "btc.csv");
        check("C:\\prices\\btc.csv", "btc.csv");
        check("btc.csv", "btc.csv");
        check("coinbase", "coinbase");
        check("/", "/");
        check("", "");
    }
}
