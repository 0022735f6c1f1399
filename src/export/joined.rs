//! The joined table of `export` and `signal`: one row a day, columns in the order of the contract.
//!
//! The columns with their units and meanings are the data dictionary of the product; the
//! documentation is tested against them. Returns are logarithms: they add up over time and over legs.

use super::{Cell, Column, Table};
use crate::{
    lexicon::LexiconId,
    panel::{Panel, PanelRow},
    signal::{High, SignalRow},
};

/// Every column in order.
pub const JOINED_COLUMNS: &[Column] = &[
    Column::new(
        "day",
        "date",
        "UTC calendar day; what became available after its cut-off counts for the next",
    ),
    Column::new("docs", "count", "documents that count for the day; empty where no news is loaded"),
    Column::new("sources", "count", "their distinct sources"),
    Column::new("stories", "count", "distinct stories they tell, repeats counted once"),
    Column::new("coverage", "text", "enough, thin or none: whether the documents are enough to be believed"),
    Column::new("fear", "share", "mean share of the day's texts that tell of fear, war or flight to safety"),
    Column::new("debasement", "share", "mean share that tell of debasement, liquidity or fiscal worry"),
    Column::new("fear_z", "z", "fear against each source's own past, sources combined to unit variance"),
    Column::new(
        "debasement_z",
        "z",
        "debasement against each source's own past, sources combined to unit variance",
    ),
    Column::new(
        "narrative",
        "z",
        "(debasement_z - fear_z) / 2 on days with enough coverage; above 0 leans to debasement",
    ),
    Column::new("narrative_7d", "z", "exponential mean of narrative with a half-life of 7 days"),
    Column::new("narrative_28d", "z", "exponential mean of narrative with a half-life of 28 days"),
    Column::new("turn", "z", "narrative_7d - narrative_28d: above 0 the story moves to debasement"),
    Column::new("narrative_z", "z", "narrative_7d against its own last 180 days"),
    Column::new(
        "btc_framing",
        "-1 to 1",
        "Bitcoin spoken of as a hedge (1) or as a risk asset (-1); empty when as neither",
    ),
    Column::new("silver", "USD/oz", "last close known at the cut-off; unknown after 7 days"),
    Column::new("gold", "USD/oz", "last close known at the cut-off; unknown after 7 days"),
    Column::new("btc", "USD", "last close known at the cut-off; unknown after 2 days"),
    Column::new("dollar", "index", "trade-weighted dollar as known at the cut-off"),
    Column::new("real_yield", "percent", "ten-year real yield as known at the cut-off"),
    Column::new("fed_upper", "percent", "upper bound of the Fed's target range"),
    Column::new("silver_60d", "log return", "silver over 60 calendar days"),
    Column::new("gold_60d", "log return", "gold over 60 calendar days"),
    Column::new("btc_60d", "log return", "Bitcoin over 60 calendar days"),
    Column::new("metals_60d", "log return", "mean of silver_60d and gold_60d"),
    Column::new(
        "divergence_60d",
        "log return",
        "metals_60d - btc_60d; mostly Bitcoin's own weakness, read both legs",
    ),
    Column::new(
        "divergence_rank",
        "share",
        "share of strictly earlier days with a divergence_60d at or below today's",
    ),
    Column::new("divergence_z", "z", "divergence_60d against the last 252 sessions"),
    Column::new(
        "silver_high",
        "text",
        "high made by silver's close of the day: none, 252-session, all-time or loaded-history",
    ),
    Column::new("gold_high", "text", "the same for gold; empty on days without a new close"),
    Column::new("silver_gold_60d", "log return", "silver_60d - gold_60d: above 0 silver leads"),
    Column::new("dollar_60d", "log return", "dollar over 60 calendar days"),
    Column::new("btc_20d", "log return", "Bitcoin over 20 calendar days"),
    Column::new(
        "btc_range_60d",
        "log ratio",
        "highest over lowest Bitcoin close of 60 days: small is consolidation",
    ),
    Column::new(
        "last_cut_days",
        "days",
        "days since fed_upper last fell; empty before the first fall in the loaded history",
    ),
    Column::new(
        "state",
        "text",
        "NEUTRAL, METALS_LEAD (SAFE_HAVEN or DEBASEMENT), TURNING, BTC_FAVOURABLE, SPENT, UNKNOWN, NO_DATA",
    ),
    Column::new("state_days", "days", "days under this state's name, today included"),
    Column::new("flag", "0 or 1", "1 on the day BTC_FAVOURABLE is entered"),
    Column::new("reason", "text", "why the state was entered, or what holds it and what is missing"),
    Column::new("lexicon", "text", "language, version and hash of the lexicons behind the narrative columns"),
];

/// The joined table; `rows` belong to the rows of the panel, one by one.
pub fn joined_table(panel: &Panel, rows: &[SignalRow], lexicons: &[LexiconId]) -> Table {
    let lexicons = lexicons.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    Table {
        columns: JOINED_COLUMNS.to_vec(),
        rows: panel.rows.iter().zip(rows).map(|(day, row)| cells(day, row, &lexicons)).collect(),
    }
}

fn cells(panel: &PanelRow, row: &SignalRow, lexicons: &str) -> Vec<Cell> {
    let news = panel.news.as_ref();
    let high = |high: Option<High>| high.map_or(Cell::Missing, |high| Cell::text(high.as_str()));
    vec![
        Cell::day(row.day),
        Cell::count(news.map(|news| news.docs)),
        Cell::count(news.map(|news| news.sources)),
        Cell::count(news.map(|news| news.stories)),
        Cell::text(news.map_or("", |news| news.coverage.as_str())),
        Cell::number(row.fear),
        Cell::number(row.debasement),
        Cell::number(row.fear_z),
        Cell::number(row.debasement_z),
        Cell::number(row.narrative),
        Cell::number(row.narrative_7d),
        Cell::number(row.narrative_28d),
        Cell::number(row.turn),
        Cell::number(row.narrative_z),
        Cell::number(row.btc_framing),
        Cell::number(row.silver),
        Cell::number(row.gold),
        Cell::number(row.btc),
        Cell::number(row.dollar),
        Cell::number(row.real_yield),
        Cell::number(row.fed_upper),
        Cell::number(row.silver_60d),
        Cell::number(row.gold_60d),
        Cell::number(row.btc_60d),
        Cell::number(row.metals_60d),
        Cell::number(row.divergence_60d),
        Cell::number(row.divergence_rank),
        Cell::number(row.divergence_z),
        high(row.silver_high),
        high(row.gold_high),
        Cell::number(row.silver_gold_60d),
        Cell::number(row.dollar_60d),
        Cell::number(row.btc_20d),
        Cell::number(row.btc_range_60d),
        Cell::count(row.last_cut_days),
        Cell::text(row.state.as_str()),
        Cell::Count(row.state_days.into()),
        Cell::Count(row.flag.into()),
        Cell::text(row.reason.as_str()),
        Cell::text(if news.is_some() { lexicons } else { "" }),
    ]
}
