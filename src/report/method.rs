//! Method and limits, for a reader who has never seen the tool: how a sentence becomes a score, a score a day,
//! a day a state, and what none of it can tell.

use super::{
    Report,
    escape::{Html, html},
    view::{counted, section, share, signed},
};

/// The section.
pub(super) fn method(report: &Report<'_>) -> Html {
    let mut html = section("method", "Method and limits");
    let (signal, evaluate) = (report.signal, report.evaluate);
    html!(html; "<p>The idea put to the test: in stress capital runs first to gold and silver, and Bitcoin lags; when fear gives way to worry about debasement and easy money, Bitcoin is said to catch up, weeks to months later. This page is <strong>a description of what was said and paid, not a forecast</strong>, and no advice.</p>\n");
    html.markup("<h3>How it is made</h3>\n<ol>\n");
    html!(html; "<li>Phrases of open lexicons are found in each article. Words around them turn a mention around (“tensions ease”), take it away (“no sign of panic”) or mark it as expected or doubted.</li>\n");
    html!(html; "<li>An article’s score for fear or debasement is the share of its sentences that assert it, less those that reverse it; the headline counts as two.</li>\n");
    html!(html; "<li>Articles that tell one story within " (counted(3, "day", "days")) " count as one by default, no source carries more than a quarter of a day, and each source is measured against its own past.</li>\n");
    html!(html; "<li>The balance of the story is half the difference of debasement and fear, in standard deviations; its turn is the mean of a week less that of four weeks (exponential, half-lives of 7 and 28 days).</li>\n");
    html!(html; "<li>Metals are the mean of silver and gold over 60 days; the gap is metals less Bitcoin. Most of it is Bitcoin’s own weakness, so both legs stand beside it.</li>\n");
    html!(html; "<li>Metals lead when the gap is wider than on " (share(signal.lead_rank, 0)) " of all earlier days, metals have risen and one of them made a one-year high. The story turns when its turn has reached " (signed(signal.turn, 2)) " and its week stands " (signed(signal.turn_narrative_z, 2)) " standard deviations from the mean of its last half year. The flag goes up when the dollar is lower than 60 days before and Bitcoin higher than 20 days before, for " (counted(signal.flag_days.into(), "day", "days")) " in a row.</li>\n");
    html!(html; "<li>Every input counts only from the instant it could be known, and a day sees nothing that came later; <code>storyturn signal --prove</code> shows it on the store itself.</li>\n");
    html!(html; "<li>What followed is compared with what followed any day. Chance is asked in ways that keep neighbouring days together; below " (evaluate.min_episodes) " independent episodes nothing is called distinguishable, whatever the mean.</li>\n</ol>\n");
    html.markup("<h3>What it cannot do</h3>\n<ul>\n");
    html!(html; "<li>The record of flags is a handful of episodes in one market’s rise. It is a hypothesis under test.</li>\n");
    html!(html; "<li>Lexicons read headlines better than long prose; they miss irony and what is said across sentences.</li>\n");
    html!(html; "<li>Which outlets are read decides what story is heard; a change in their mix looks like a change of story.</li>\n");
    html!(html; "<li>Imported history rests on dates that publishers claim. Missing days are left missing, never filled in.</li>\n");
    html!(html; "<li>Thresholds were set by reasoning and are no optimum; <code>storyturn evaluate --scan</code> shows what hangs on each.</li>\n</ul>\n");
    html.markup("<h3>Words</h3>\n<dl class=\"words\">\n");
    for (word, about) in WORDS {
        html!(html; "<div><dt>" (word) "</dt><dd>" (about) "</dd></div>\n");
    }
    html.markup("</dl>\n</section>\n");
    html
}

const WORDS: [(&str, &str); 11] = [
    ("Base rate", "what Bitcoin did after any day of the same years: what a signal must beat."),
    (
        "Episode",
        "days of a condition so close that they are one event; only separate episodes are independent.",
    ),
    (
        "Interval",
        "where the true difference lies in 95 of 100 such histories, if the past is a guide at all.",
    ),
    (
        "p",
        "how often luck alone would have shown a difference as large; q is p when the number of tests is allowed for.",
    ),
    ("Rank of the gap", "the share of all earlier days on which the gap was at most as wide."),
    (
        "Standard deviation",
        "the usual distance from the usual: about one day in six lies more than one above it, one in forty more than two. Means of a week stray less.",
    ),
    (
        "Rank correlation",
        "whether more of one went with more of the other: +1 always, −1 always with less, 0 neither.",
    ),
    (
        "Granger test",
        "whether the past weeks of one help to tell the next week of the other better than its own past does.",
    ),
    (
        "Circular block bootstrap",
        "the same history drawn again thousands of times in stretches of months, so that neighbouring days stay together; the interval is where 95 of 100 draws lie.",
    ),
    (
        "Names in reasons",
        "divergence_60d is the gap, divergence_rank its rank from 0 to 1, narrative_z the week’s balance against its last half year, dollar_60d and btc_20d changes over so many days.",
    ),
    (
        "Log points",
        "differences of logarithms: 0.10 is about 10 %. On the page they are given as percent where they can be.",
    ),
];
