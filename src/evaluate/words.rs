//! What the numbers come to, in sentences that need no statistics, and what cannot be said.
//!
//! A sentence says no more than its record's verdict: where chance is not excluded, it says so first and
//! gives the numbers after. Percentages are plain changes, not logarithms. Left out: tables, and `unsaid`.

use super::{
    EvaluateOptions, Evaluation, EventStudy, FlagPath, LeadLag, RankCorrelation, Record, Verdict,
    events::{PATH_AFTER, PATH_BEFORE},
    options::{HORIZONS, MAIN_HORIZON},
    record::P_LIMIT,
    subject::Kind,
};
use crate::calendar::Day;
use crate::signal::{SignalOptions, State, StateBasis};

/// A correlation, or an absence, is called weak below this: a hundredth of what varies.
const WEAK: f64 = 0.1;

pub(super) fn findings(found: &Evaluation, signal: &SignalOptions, options: &EvaluateOptions) -> Vec<String> {
    let main = |subject: &str| {
        found.records.iter().find(|record| record.subject == subject && record.horizon == MAIN_HORIZON)
    };
    let mut says = Vec::new();
    says.extend(
        found.span.zip(main("flag")).and_then(|(span, record)| flag(span, &found.flags, record, options)),
    );
    says.extend(
        main(State::BtcFavourable.as_str())
            .and_then(|record| compared("Days in the state BTC_FAVOURABLE", record, options)),
    );
    says.extend(gap(found));
    says.extend(turn(found, main("story turning"), options));
    says.extend(found.lead_lag.as_ref().map(leads));
    says.extend(granger(found));
    says.extend(main("dollar falling").and_then(|record| dollar(found, record, signal, options)));
    says.extend(main("recent cut").and_then(|record| {
        let name = format!("An actual Fed cut within the last {} days", signal.recent_cut_days);
        compared(&name, record, options)
    }));
    says.extend(around(found, options));
    says.extend((found.variants > 0).then(|| counted(found)));
    says
}

/// What the paths around events show.
fn around(found: &Evaluation, options: &EvaluateOptions) -> Option<String> {
    let told: Vec<(&EventStudy, f64)> = found
        .studies
        .iter()
        .filter(|study| study.kind == Kind::Event)
        .filter_map(|study| Some((study, study.p?)))
        .collect();
    let (least, least_p) = told.iter().min_by(|one, other| one.1.total_cmp(&other.1))?;
    let names = either(told.iter().map(|(study, _)| study.subject.as_str()));
    let path = format!("from {} days before to {PATH_AFTER} days after", -PATH_BEFORE);
    let stands: Vec<String> = told
        .iter()
        .filter(|(study, p)| *p <= P_LIMIT && study.events >= options.min_episodes)
        .map(|(study, p)| format!("{} (p {}, {} events)", study.subject, chance(*p), study.events))
        .collect();
    if !stands.is_empty() {
        // As everywhere, the verdict is by p; what it owes to the number of questions is said with it.
        let kept = told.iter().any(|(study, _)| study.q.is_some_and(|q| q <= P_LIMIT));
        let all = if kept { "" } else { " Allowing for all tests made, it is no finding." };
        return Some(format!(
            "Of Bitcoin's average paths around {names}, {path}, these go further than luck would: {}.{all}",
            stands.join("; ")
        ));
    }
    let few = if *least_p <= P_LIMIT {
        format!(", but {} where {} are needed", times(least.events, "event", "events"), options.min_episodes)
    } else {
        String::new()
    };
    Some(format!(
        "Around {names}, {path}, Bitcoin's average path is not distinguishable from that around any day (smallest p {}, {}{few}).",
        chance(*least_p),
        least.subject
    ))
}

/// How many questions were asked, and which answers stand when that is allowed for.
fn counted(found: &Evaluation) -> String {
    let kept = |record: &&Record| record.q.is_some_and(|q| q <= P_LIMIT);
    let kept: Vec<&Record> = found.records.iter().filter(kept).collect();
    let mut standing: Vec<String> = kept
        .iter()
        .filter(|record| matches!(record.verdict, Verdict::Above | Verdict::Below))
        .map(|record| format!("{} over {} days, {}", record.subject, record.horizon, record.verdict.as_str()))
        .collect();
    let few = kept.len() - standing.len();
    let correlations = found.correlations.iter().filter(|found| found.q.is_some_and(|q| q <= P_LIMIT));
    standing.extend(correlations.map(|found| format!("{} over {} days", found.measure, found.horizon)));
    let mut left = match standing.len() {
        0 => "nothing asked of later returns is left standing".to_owned(),
        1..=4 => format!("there remain: {}", standing.join("; ")),
        more => format!("there remain: {}; and {} more", standing[..4].join("; "), more - 4),
    };
    if few > 0 {
        left.push_str(&format!(", apart from {} of too few episodes", times(few, "answer", "answers")));
    }
    format!(
        "{} tests were made, and one in twenty stands out at p .05 by luck. Allowing for that (false discovery at 5 %), {left}.",
        found.variants
    )
}

/// A logarithmic return as a plain change.
fn percent(value: f64) -> String {
    let change = 100.0 * value.exp_m1();
    // A broken close can make a number of three hundred digits.
    let text = if change >= 1e6 { format!("{change:+.0e} %") } else { format!("{change:+.0} %") };
    if matches!(text.as_str(), "+0 %" | "-0 %") { "0 %".to_owned() } else { text }
}

/// p or a correlation, never written as an exact zero.
fn chance(p: f64) -> String {
    if p < 0.001 { "below .001".to_owned() } else { format!("{p:.3}").trim_start_matches('0').to_owned() }
}

fn signed(value: f64) -> String {
    format!("{value:+.2}")
}

/// Names in a row, neighbours that are the same once: `a, b or c`.
fn either<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let mut names: Vec<&str> = names.collect();
    names.dedup();
    match names.split_last() {
        Some((last, names)) if !names.is_empty() => format!("{} or {last}", names.join(", ")),
        _ => names.concat(),
    }
}

fn times(n: usize, one: &str, many: &str) -> String {
    if n == 1 { format!("one {one}") } else { format!("{n} {many}") }
}

/// What the flags were worth, over the record's horizon.
pub(super) fn flag(
    (first, last): (Day, Day),
    flags: &[FlagPath],
    record: &Record,
    options: &EvaluateOptions,
) -> Option<String> {
    if flags.is_empty() {
        return None;
    }
    let raised = if flags.len() == 1 { "once".to_owned() } else { format!("{} times", flags.len()) };
    let basis = match flags.iter().filter(|path| path.basis == StateBasis::PriceOnly).count() {
        0 => "",
        alone if alone == flags.len() => ", on prices alone, so this says nothing of the narrative",
        _ => ", some of them on prices alone",
    };
    let mut says = format!("The flag was raised {raised} from {first} to {last}{basis}.");
    let (Some(mean), Some(base)) = (record.mean, record.base) else {
        return Some(format!("{says} None is old enough to have a return over {MAIN_HORIZON} days."));
    };
    let worst = flags.iter().filter_map(|path| path.deepest).map(|(fall, _)| fall).fold(0.0, f64::min);
    // A fall may come after the record's horizon, so its own is named.
    let longest = HORIZONS.into_iter().max().unwrap_or(MAIN_HORIZON);
    says.push_str(&format!(
        " {} days after it Bitcoin was at {} on average, against {} after any day, and higher after {} of {} independent ones; within {longest} days of one it fell by up to {:.0} %. {}",
        record.horizon,
        percent(mean),
        percent(base),
        record.hits,
        record.episodes,
        -100.0 * worst,
        verdict(record, options),
    ));
    Some(says)
}

/// The verdict as a sentence.
fn verdict(record: &Record, options: &EvaluateOptions) -> String {
    let by_luck = record.p.map_or_else(String::new, |p| format!("p {}", chance(p)));
    match record.verdict {
        Verdict::Above => format!("That is more than luck would do ({by_luck}); it is still the past."),
        Verdict::Below => format!("That is worse than luck would do ({by_luck})."),
        Verdict::Unsaid => format!("Whether that is luck cannot be said: {}.", record.why),
        Verdict::NotDistinguishable => {
            let small = if record.episodes < options.min_episodes {
                format!(
                    ", {} where {} are needed",
                    times(record.episodes, "episode", "episodes"),
                    options.min_episodes
                )
            } else {
                String::new()
            };
            // One that shows has been shown.
            let hidden = record.detectable.filter(|_| record.p.is_none_or(|p| p > P_LIMIT));
            let could = hidden.zip(record.base).map_or_else(String::new, |(least, base)| {
                format!(
                    "; a history of this length could only tell it from luck at {} or more, or at {} or less",
                    percent(base + least),
                    percent(base - least)
                )
            });
            format!("Not distinguishable from the base rate ({by_luck}{small}{could}).")
        }
    }
}

fn compared(name: &str, record: &Record, options: &EvaluateOptions) -> Option<String> {
    let (mean, base) = (record.mean?, record.base?);
    Some(format!(
        "{name}: Bitcoin {} on average over the {} days after, against {} after any day. {}",
        percent(mean),
        record.horizon,
        percent(base),
        verdict(record, options)
    ))
}

/// The smallest and the largest of the correlations, as one figure or as a span.
fn span_of(values: &[f64]) -> String {
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if signed(low) == signed(high) { signed(low) } else { format!("{} to {}", signed(low), signed(high)) }
}

pub(super) fn of_measure<'a>(found: &'a Evaluation, name: &str) -> Vec<&'a RankCorrelation> {
    found.correlations.iter().filter(|found| found.measure == name && found.value.is_some()).collect()
}

fn is_clear(found: &RankCorrelation) -> bool {
    found.interval.is_some_and(|(low, high)| low > 0.0 || high < 0.0) && found.p.is_some_and(|p| p <= P_LIMIT)
}

fn over(found: &[&RankCorrelation]) -> String {
    let days: Vec<String> = found.iter().map(|found| found.horizon.to_string()).collect();
    days.join(", ")
}

fn gap(found: &Evaluation) -> Option<String> {
    let known = of_measure(found, "divergence_60d");
    let values: Vec<f64> = known.iter().filter_map(|found| found.value).collect();
    if values.is_empty() {
        return None;
    }
    let what = "The gap between metals and Bitcoin, by itself,";
    let figures = format!(
        "rank correlation with Bitcoin's later return {} over {} days",
        span_of(&values),
        over(&known)
    );
    if certainty(&known) == NOTHING {
        return Some(format!("{what} says next to nothing ({figures}), and luck does as much."));
    }
    let mut says = if values.iter().all(|value| *value < 0.0) {
        format!("{what} points the wrong way: the wider it was, the less Bitcoin did afterwards ({figures}).")
    } else if values.iter().all(|value| *value > 0.0) {
        format!(
            "{what} points the way the idea has it: the wider it was, the more Bitcoin did afterwards ({figures})."
        )
    } else {
        format!("{what} points no one way ({figures}).")
    };
    says.push_str(certainty(&known));
    // Half of the years or more on the other side: the sign is one between years, which is worth knowing.
    let main = known.iter().filter(|found| found.horizon == MAIN_HORIZON);
    let years: Vec<f64> = main.flat_map(|found| found.years.iter().map(|year| year.2)).collect();
    let whole = values.iter().sum::<f64>();
    let other = years.iter().filter(|value| **value * whole < 0.0).count();
    if whole < 0.0 && other * 2 >= years.len() && !years.is_empty() {
        says.push_str(&format!(
            " It is a difference between years, strong years of Bitcoin having had narrow gaps: within single years the sign was the other in {other} of {}.",
            years.len()
        ));
    }
    Some(says)
}

/// What is said of correlations that are weak and could be luck.
const NOTHING: &str = " That is next to nothing, and luck does as much.";

fn certainty(known: &[&RankCorrelation]) -> &'static str {
    let clear = known.iter().filter(|found| is_clear(found)).count();
    let weak = known.iter().filter_map(|found| found.value).all(|value| value.abs() < WEAK);
    match clear {
        0 if weak => NOTHING,
        0 => " Luck does as much in so short a history, so the sign is all there is.",
        all if all == known.len() => " That is more than luck would do.",
        _ => " Over some of these spans that is more than luck would do.",
    }
}

fn turn(found: &Evaluation, record: Option<&Record>, options: &EvaluateOptions) -> Option<String> {
    let known = of_measure(found, "turn");
    let values: Vec<f64> = known.iter().filter_map(|found| found.value).collect();
    let mut says = String::new();
    if !values.is_empty() {
        says = format!(
            "The narrative's turn has a rank correlation of {} with Bitcoin's return over the {} days after.{}",
            span_of(&values),
            over(&known),
            certainty(&known)
        );
    }
    let turning =
        record.and_then(|record| compared("Days on which the story turned to debasement", record, options));
    says.extend(turning.map(|turning| if says.is_empty() { turning } else { format!(" {turning}") }));
    (!says.is_empty()).then_some(says)
}

fn leads(found: &LeadLag) -> String {
    let tested: Vec<_> = found.leads.iter().filter(|lead| lead.p.is_some()).collect();
    let outside: Vec<_> = tested.iter().filter(|lead| lead.p.is_some_and(|p| p <= P_LIMIT)).collect();
    let most = tested.iter().map(|lead| lead.seen.lag).max().unwrap_or(0);
    let metals = either(tested.iter().map(|lead| lead.metal));
    let band = format!("±{:.2}", found.band);
    if outside.is_empty() {
        let largest = tested
            .iter()
            .max_by(|one, other| one.seen.correlation.abs().total_cmp(&other.seen.correlation.abs()));
        let largest = largest.map_or_else(String::new, |lead| {
            format!(
                "; the largest, {} {} weeks ahead, is {}",
                lead.metal,
                lead.seen.lag,
                signed(lead.seen.correlation)
            )
        });
        return format!(
            "Bitcoin does not follow {metals} at any fixed distance: of {} correlations, 1 to {most} weeks apart, none leaves the band of {band} that luck keeps within 95 times of 100{largest}.",
            tested.len()
        );
    }
    let named: Vec<String> = outside
        .iter()
        .map(|lead| {
            format!("{} {} weeks ahead ({})", lead.metal, lead.seen.lag, signed(lead.seen.correlation))
        })
        .collect();
    format!(
        "Of {} correlations of {metals} with Bitcoin 1 to {most} weeks later, {} outside the band of {band} that luck keeps within 95 times of 100: {}.",
        tested.len(),
        if outside.len() == 1 { "one is".to_owned() } else { format!("{} are", outside.len()) },
        named.join(", ")
    )
}

fn granger(found: &Evaluation) -> Option<String> {
    let tests = found.granger.len();
    if tests == 0 {
        return None;
    }
    let mut helped: Vec<String> = Vec::new();
    for record in found.granger.iter().filter(|record| record.q <= P_LIMIT) {
        let way = format!("{} helps to tell {}", record.cause, record.effect);
        if !helped.contains(&way) {
            helped.push(way);
        }
    }
    let most = found.granger.iter().map(|record| record.test.lags).max().unwrap_or(0);
    let causes = found.granger.iter().filter(|record| record.effect == "btc").map(|record| record.cause);
    Some(if helped.is_empty() {
        format!(
            "The past weeks of {} do not help to tell Bitcoin's next week, nor Bitcoin's theirs (none of {tests} Granger tests with 1 to {most} weeks stands after allowing for their number).",
            either(causes)
        )
    } else {
        format!(
            "Of {tests} Granger tests with 1 to {most} weeks, some stand after allowing for their number: {}.",
            helped.join("; ")
        )
    })
}

fn dollar(
    found: &Evaluation,
    record: &Record,
    signal: &SignalOptions,
    options: &EvaluateOptions,
) -> Option<String> {
    let (mean, base) = (record.mean?, record.base?);
    let supported = record.p.is_some_and(|p| p <= P_LIMIT) && mean > base;
    let name = if signal.flag_dollar_60d == 0.0 {
        "The dollar lower than 60 days before".to_owned()
    } else {
        format!("The dollar's 60-day change below {}", percent(signal.flag_dollar_60d))
    };
    let mut says = compared(&name, record, options)?;
    if supported {
        says.push_str(" It has support as a background, not as a trigger: a falling dollar lasts for months and says nothing of the day.");
        let rival = |other: &&Record| {
            other.horizon == MAIN_HORIZON
                && other.kind != Kind::State
                && other.subject != record.subject
                && other.difference.is_some_and(|difference| difference > 0.0)
                && other.p.zip(record.p).is_some_and(|(p, least)| p <= least)
        };
        if !found.records.iter().any(|other| rival(&other)) {
            says.push_str(" No other condition or event asked about has as much.");
        }
    }
    Some(says)
}
