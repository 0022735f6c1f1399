//! The week's stories: headline, who told it, the sentence that tells most with the words that counted marked.
//!
//! Everything here was written by strangers. It passes `escape`, is isolated from the reading direction
//! around it, and is a link only where its address is one of the web.

use super::{
    Counted, Piece, Report, Story,
    escape::{Html, address, cut, html},
    view::{counted, listed, long_day, section, share, short_day, time},
};

/// Sources named of a story.
const SOURCES_SHOWN: usize = 4;

/// Characters of a name that came from outside.
const NAME_CHARS: usize = 60;

/// The section.
pub(super) fn week(report: &Report<'_>) -> Html {
    let mut html = section("week", "The week’s stories");
    let Some(week) = &report.week else {
        html!(html; "<p>No commentary is loaded that counts for a day up to " {time(report.as_of)} ", so there is no story to tell. The state above rests on prices alone.</p>\n</section>\n");
        return html;
    };
    let days = format!("{} to {}", long_day(week.first), long_day(week.last));
    html!(html; "<p>From " (days) ": " (counted(week.docs as u64, "article or headline", "articles and headlines")) " telling " (counted(week.stories as u64, "story", "stories")) ", of which " (counted(week.telling as u64, "spoke", "spoke")) " of fear or of debasement. ");
    if week.chosen.is_empty() {
        html!(html; "There is none to show.</p>\n</section>\n");
        return html;
    }
    html!(html; "These weigh most, by how much of the text says so and by how many told it. Marked are the words that counted");
    html!(html; ": <mark class=\"fear\">fear and flight to safety</mark>, <mark class=\"debasement\">debasement and liquidity</mark>, <mark class=\"context\">other</mark>; <mark class=\"fear reversed\">struck through</mark> where they say that it goes.</p>\n");
    let behind = report.rows.last().map_or(0, |row| row.day - week.last);
    if behind > 7 {
        html!(html; "<p class=\"callout\">The news ends on " {time(week.last)} ": this is its last week, not the last week of the prices.</p>\n");
    }
    for (pole, title) in [(0, "Told as fear"), (1, "Told as debasement")] {
        let own: Vec<&Story> =
            week.chosen.iter().filter(|story| usize::from(story.poles[1] > story.poles[0]) == pole).collect();
        html!(html; "<h3>" (title) "</h3>\n");
        if own.is_empty() {
            html!(html; "<p>No story of the week was.</p>\n");
            continue;
        }
        html.markup("<ul class=\"stories\">\n");
        for story in own {
            html.add(&told(story, pole));
        }
        html.markup("</ul>\n");
    }
    html!(html; "<p class=\"fine\">The share is that of the sentences that tell it, the headline counting as two. <code>storyturn explain ID</code> shows every word that counted.</p>\n</section>\n");
    html
}

fn told(story: &Story, pole: usize) -> Html {
    let mut html = Html::new();
    html.markup("<li class=\"story\">\n<h4>");
    let title = pieces(&story.title);
    let title = if title.is_empty() { untitled() } else { title };
    match story.url.as_deref().and_then(address) {
        Some(url) => {
            html!(html; "<a href=\"" (url) "\" rel=\"noopener noreferrer nofollow\">" {title} "</a>");
        }
        None => html.add(&title),
    }
    html.markup("</h4>\n");
    if let Some(telling) = &story.telling {
        html!(html; "<blockquote><p>" {pieces(telling)} "</p></blockquote>\n");
    }
    html.markup("<p class=\"by\">");
    html!(html; {sources(story)} ". ");
    let days = if story.first == story.last {
        short_day(story.first)
    } else {
        format!("{} to {}", short_day(story.first), short_day(story.last))
    };
    let poles = ["fear", "debasement"];
    html!(html; (days) ". " (share(story.poles[pole], 0)) " " (poles[pole]));
    if story.poles[1 - pole] > 0.0 {
        html!(html; ", " (share(story.poles[1 - pole], 0)) " " (poles[1 - pole]));
    }
    if !story.narratives.is_empty() {
        let names: Vec<String> = story.narratives.iter().map(|name| name.replace('_', " ")).collect();
        html!(html; "; tells of " (listed(&names)));
    }
    html!(html; ". <code>" (story.id.get(..8).unwrap_or(&story.id)) "</code></p>\n</li>\n");
    html
}

fn untitled() -> Html {
    let mut html = Html::new();
    html.markup("(no headline)");
    html
}

/// Who told it, each name isolated: the article's own source first.
fn sources(story: &Story) -> Html {
    let mut html = Html::new();
    let mut names: Vec<&str> = vec![&story.source];
    names.extend(story.sources.iter().map(String::as_str).filter(|name| *name != story.source));
    let more = names.len().saturating_sub(SOURCES_SHOWN);
    for (place, name) in names.iter().take(SOURCES_SHOWN).enumerate() {
        if place > 0 {
            html.markup(", ");
        }
        html!(html; "<bdi>" (cut(name, NAME_CHARS)) "</bdi>");
    }
    if more > 0 {
        html!(html; " and " (more) " more");
    }
    if story.docs > names.len() {
        html!(html; " (" (counted(story.docs as u64, "article", "articles")) ")");
    }
    html
}

/// A text with what counted in it marked, isolated from what is around it; empty where there is no text.
fn pieces(pieces: &[Piece]) -> Html {
    let mut html = Html::new();
    if pieces.iter().all(|piece| piece.text.trim().is_empty()) {
        return html;
    }
    html.markup("<bdi>");
    for Piece { text, counted } in pieces {
        match counted {
            None => html.text(text),
            Some(Counted { pole, narrative, is_reversed }) => {
                let class = ["fear", "debasement"].get(pole.unwrap_or(2)).copied().unwrap_or("context");
                let reversed = if *is_reversed { " reversed" } else { "" };
                let says = if *is_reversed { ", said to go" } else { "" };
                let narrative = narrative.replace('_', " ");
                html!(html; "<mark class=\"" (class) (reversed) "\" title=\"" (narrative) (says) "\">" (text) "</mark>");
            }
        }
    }
    html.markup("</bdi>");
    html
}
