//! What gates nothing and yet belongs beside a state: highs, legs, range, yields, dollar, cuts, fiscal
//! worry, framing, and how much of the gap is closed. Every item is always there; what is not known
//! says so. The figures travel in the rows, the words are made for the row that is looked at.
//!
//! Left out: cuts that news expects, which articles tell and days do not (`pipeline`).

use super::SignalRow;
use super::figures::{Unit, figure, plain, signed};
use super::words::gap_closed;
use crate::calendar::Day;
use crate::panel::High;

/// Closer to the middle than this, neither framing leads.
const EVEN_FRAMING: f64 = 0.05;

/// One item of evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// What it is: a column of the table where there is one, else a word of its own.
    pub name: &'static str,
    /// The figure, in the column's units; `None` where it is not known.
    pub value: Option<f64>,
    /// The item in words.
    pub words: String,
}

/// Figures behind the evidence that are no columns of the table.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Facts {
    /// The last close of silver that made a high: its day, the high, and the closes since. The outer
    /// `None` is a history too short to tell, the inner one a history without a high.
    pub silver_high: Option<Option<(Day, High, u32)>>,
    /// The same of gold.
    pub gold_high: Option<Option<(Day, High, u32)>>,
    /// Share of strictly earlier days on which Bitcoin's 60-day range was at or below today's.
    pub btc_range_rank: Option<f64>,
    /// Bitcoin's highest close of 60 days.
    pub btc_high: Option<f64>,
    /// How far Bitcoin's close lies below the highest of its loaded history, as a share at most 0.
    pub btc_drawdown: Option<f64>,
    /// The fiscal narrative, standardised.
    pub fiscal_z: Option<f64>,
    /// The largest gap of the running episode; outside one, of the days that a lead may last.
    pub peak: Option<f64>,
    /// Whether an episode is running.
    pub in_episode: bool,
    /// Days within which a cut counts as recent: the setting in force.
    pub recent_cut_days: u32,
}

/// The evidence beside a row, in the order in which it is read.
pub(super) fn evidence(row: &SignalRow) -> Vec<Evidence> {
    let facts = &row.facts;
    vec![
        item("divergence_60d", row.divergence_60d, gap(row)),
        high("silver_high", "silver", facts.silver_high, row.day),
        high("gold_high", "gold", facts.gold_high, row.day),
        item("silver_gold_60d", row.silver_gold_60d, row.silver_gold_60d.map(leader)),
        item("btc_range_60d", row.btc_range_60d, range(row)),
        item("real_yield", row.real_yield, real_yield(row)),
        item("dollar_60d", row.dollar_60d, row.dollar_60d.map(dollar)),
        item("last_cut_days", row.last_cut_days.map(f64::from), cut(row)),
        item("fiscal_z", facts.fiscal_z, facts.fiscal_z.map(fiscal)),
        item("btc_framing", row.btc_framing, row.btc_framing.map(framing)),
        closed(row),
    ]
}

/// An item, or what is not known of it.
fn item(name: &'static str, value: Option<f64>, words: Option<String>) -> Evidence {
    let words = words.unwrap_or_else(|| {
        let unknown = match name {
            "divergence_60d" => {
                "the gap is unknown: silver, gold or Bitcoin lacks a close today or 60 days ago"
            }
            "silver_gold_60d" => {
                "silver against gold is unknown: one of them lacks a close today or 60 days ago"
            }
            "btc_range_60d" => "Bitcoin's 60-day range is unknown: too few of its closes are known",
            "real_yield" => "real yields are unknown: the series real_yield has no fresh value",
            "dollar_60d" => "the dollar is unknown: the series dollar lacks a value today or 60 days ago",
            "last_cut_days" => "actual cuts are unknown: the series fed_upper has no fresh value or no cut",
            "fiscal_z" => "fiscal worry is unknown: no news of the day, or too little before it",
            "btc_framing" => "Bitcoin is spoken of neither as a hedge nor as a risk asset",
            _ => "unknown",
        };
        unknown.to_owned()
    });
    Evidence { name, value, words }
}

/// Both legs: most of the gap is Bitcoin's own weakness, and a reader must see that.
fn gap(row: &SignalRow) -> Option<String> {
    let (metals, btc, gap) = (row.metals_60d?, row.btc_60d?, row.divergence_60d?);
    let rank = row.divergence_rank.map_or_else(String::new, |rank| {
        format!(", at or above {} % of earlier days", plain(100.0 * rank, 0))
    });
    let (metals, btc) = (figure(metals, Unit::Change), figure(btc, Unit::Change));
    Some(format!("metals {metals}, Bitcoin {btc} in 60 days: gap {}{rank}", signed(gap, 2)))
}

fn high(name: &'static str, metal: &str, last: Option<Option<(Day, High, u32)>>, today: Day) -> Evidence {
    let words = match last {
        None => format!("{metal}'s highs are unknown: it has no fresh close, or fewer than 253 of them"),
        Some(None) => format!("{metal} has made no 252-session high in its loaded history"),
        Some(Some((day, high, since))) => {
            let kind = match high {
                High::AllTime => "an all-time high",
                High::LoadedHistory => "a high of the loaded history",
                High::YearHigh | High::None => "a 252-session high",
            };
            let sessions = if since == 1 { "session" } else { "sessions" };
            match today - day {
                0 => format!("{metal} at {kind} today"),
                _ => format!("{metal} last at {kind} {since} {sessions} ago, on {day}"),
            }
        }
    };
    Evidence { name, value: last.flatten().map(|(_, _, since)| f64::from(since)), words }
}

fn leader(lead: f64) -> String {
    let (ahead, behind) = if lead >= 0.0 { ("silver", "gold") } else { ("gold", "silver") };
    format!("{ahead} ahead of {behind} by {:.1} % in 60 days", 100.0 * lead.abs().exp_m1())
}

/// A narrow range is consolidation; how narrow, its own history tells.
fn range(row: &SignalRow) -> Option<String> {
    let range = row.btc_range_60d?;
    let mut words = format!("Bitcoin's 60-day range is {:.1} % wide", 100.0 * range.exp_m1());
    if let Some(rank) = row.facts.btc_range_rank {
        words.push_str(&format!(", narrower than on {} % of earlier days", plain(100.0 * (1.0 - rank), 0)));
    }
    if let (Some(btc), Some(high)) = (row.btc, row.facts.btc_high) {
        words.push_str(&match 1.0 - btc / high {
            below if below <= 0.0 => "; it is at its top".to_owned(),
            below => format!("; {} below its top", figure(below, Unit::Distance)),
        });
    }
    if let Some(drawdown) = row.facts.btc_drawdown.filter(|drawdown| *drawdown < 0.0) {
        words.push_str(&format!(", {} below its highest close", figure(-drawdown, Unit::Distance)));
    }
    Some(words)
}

fn real_yield(row: &SignalRow) -> Option<String> {
    let change = match row.real_yield_60d {
        Some(change) => format!("{} points in 60 days", signed(change, 2)),
        None => "its change in 60 days is unknown".to_owned(),
    };
    Some(format!("ten-year real yield {} %, {change}", plain(row.real_yield?, 2)))
}

fn dollar(change: f64) -> String {
    format!("dollar {} in 60 days", figure(change, Unit::Change))
}

fn cut(row: &SignalRow) -> Option<String> {
    let rate = row.fed_upper.map_or_else(String::new, |rate| format!(", to at most {} %", plain(rate, 2)));
    let rise = row.last_rise_days.filter(|days| row.last_cut_days.is_none_or(|cut| *days < cut));
    let mut words = match row.last_cut_days {
        Some(days) => {
            let stale = if days > row.facts.recent_cut_days { ", too long ago to count" } else { "" };
            let rate = if rise.is_none() { rate } else { String::new() };
            format!("last actual cut {}{rate}{stale}", days_ago(days))
        }
        None => {
            rise?;
            "no actual cut in the loaded history".to_owned()
        }
    };
    if let Some(days) = rise {
        words.push_str(&format!("; the policy rate rose since, {}", days_ago(days)));
    }
    Some(words)
}

fn days_ago(days: u32) -> String {
    match days {
        0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        days => format!("{days} days ago"),
    }
}

fn fiscal(z: f64) -> String {
    format!("fiscal worry {} standard deviations from its usual", signed(z, 1))
}

fn framing(framing: f64) -> String {
    let spoken_of = match framing {
        _ if framing.abs() < EVEN_FRAMING => "as a hedge and as a risk asset alike",
        _ if framing > 0.0 => "rather as a hedge",
        _ => "rather as a risk asset",
    };
    format!("Bitcoin is spoken of {spoken_of} ({} of -1 to 1)", signed(framing, 2))
}

/// How much is priced in.
fn closed(row: &SignalRow) -> Evidence {
    let of = row.divergence_60d.zip(row.facts.peak.filter(|peak| *peak > 0.0));
    let value = of.map(|(gap, peak)| 1.0 - gap / peak);
    let words = match of {
        Some((gap, peak)) if row.facts.in_episode => format!("priced in: {}", gap_closed(gap, peak, "")),
        Some((gap, peak)) => format!("priced in: {}", gap_closed(gap, peak, " within half a year")),
        None if row.divergence_60d.is_some() => "priced in: there has been no gap to close".to_owned(),
        None => "priced in: unknown, as the gap is".to_owned(),
    };
    Evidence { name: "gap_closed", value, words }
}

impl SignalRow {
    /// What speaks for or against the state and gates nothing, every item each time.
    pub fn evidence(&self) -> Vec<Evidence> {
        evidence(self)
    }
}
