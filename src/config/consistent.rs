//! Settings that make sense each and none together: refused, at the line of the later one.
//!
//! Every rule here is one that would otherwise switch a state off, or enter and leave it on the same day,
//! without a word. Where two may be equal they may: that is a choice.

use toml::de::DeTable;

use super::{ConfigError, line_of};
use crate::{index::IndexOptions, signal::SignalOptions};

/// Two keys of one table, whether they go together, and what follows where they do not.
struct Pair {
    table: &'static str,
    low: (&'static str, f64),
    high: (&'static str, f64),
    follows: &'static str,
}

/// Refuses the first pair that does not go together. `text` has been read as a configuration.
pub(super) fn check(text: &str, index: &IndexOptions, signal: &SignalOptions) -> Result<(), ConfigError> {
    let wrong = days(index).into_iter().chain(states(signal)).find(|pair| pair.low.1 > pair.high.1);
    let Some(Pair { table, low, high, follows }) = wrong else { return Ok(()) };
    let what = format!("{} {} is above {} {}: {follows}", low.0, low.1, high.0, high.1);
    let line = [low.0, high.0].into_iter().filter_map(|key| line_of_key(text, table, key)).max();
    Err(ConfigError { line: line.unwrap_or(1), what })
}

fn days(index: &IndexOptions) -> Vec<Pair> {
    let table = "days";
    vec![
        Pair {
            table,
            low: ("min_sources", index.min_sources.into()),
            high: ("min_docs", index.min_docs.into()),
            follows: "so many sources take as many documents, so write that number for both",
        },
        Pair {
            table,
            low: ("min_history_days", index.min_history_days.into()),
            high: ("window_days", index.window_days.into()),
            follows: "no source would ever be heard",
        },
    ]
}

fn states(signal: &SignalOptions) -> Vec<Pair> {
    let never = "it would never be known";
    let pair = |low, high, follows| Pair { table: "signal", low, high, follows };
    vec![
        pair(
            ("z_min_sessions", signal.z_min_sessions as f64),
            ("z_sessions", signal.z_sessions as f64),
            never,
        ),
        pair(
            ("coverage_min_days", signal.coverage_min_days.into()),
            ("coverage_window_days", signal.coverage_window_days.into()),
            "the narrative would never count",
        ),
        pair(
            ("narrative_z_min_days", signal.narrative_z_min_days as f64),
            ("narrative_z_days", signal.narrative_z_days as f64),
            never,
        ),
        pair(
            ("leave_rank", signal.leave_rank),
            ("lead_rank", signal.lead_rank),
            "a lead would be over as it begins",
        ),
        pair(
            ("enter_days", signal.enter_days.into()),
            ("lead_max_days", signal.lead_max_days.into()),
            "a lead would be over before it can turn",
        ),
        pair(("turn_lost", signal.turn_lost), ("turn", signal.turn), "a turn would be lost as it begins"),
        pair(
            ("turn_narrative_z", signal.turn_narrative_z),
            ("hot_narrative_z", signal.hot_narrative_z),
            "the story would be overheated before it turns",
        ),
        pair(
            ("flag_dollar_60d", signal.flag_dollar_60d),
            ("spent_dollar_60d", signal.spent_dollar_60d),
            "a flag would be spent as it is raised",
        ),
        pair(
            ("hot_days", signal.hot_days.into()),
            ("flag_max_days", signal.flag_max_days.into()),
            "a flag would be old before its story is overheated",
        ),
        pair(
            ("spent_rank", signal.spent_rank),
            ("lead_rank", signal.lead_rank),
            "one episode could raise a second flag",
        ),
    ]
}

fn line_of_key(text: &str, table: &str, key: &str) -> Option<usize> {
    let file = DeTable::parse(text).ok()?;
    let table = file.get_ref().get(table)?.get_ref().as_table()?;
    let (key, _) = table.get_key_value(key)?;
    Some(line_of(text, key.span().start))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::config::Config;

    fn check_refused(text: &str, line: usize, says: &str) {
        let error = Config::parse(text, Path::new("")).unwrap_err();
        assert_eq!(error.line, line, "{text}: {error}");
        assert!(error.what.contains(says), "{error}");
    }

    #[test]
    fn settings_that_exclude_each_other_are_refused_at_the_later_one() {
        check_refused("[signal]\nleave_rank = 0.9\n", 2, "leave_rank 0.9 is above lead_rank 0.8: a lead");
        check_refused("[signal]\nlead_rank = 0.4\nspent_rank = 0.4\n", 2, "leave_rank 0.5 is above");
        check_refused("[signal]\nleave_rank = 0.7\nturn = 0\nlead_rank = 0.6\n", 4, "over as it begins");
        check_refused("[signal]\nlead_rank = 0.7\n", 2, "spent_rank 0.8 is above lead_rank 0.7");
        check_refused("[signal]\nturn = -0.5\n", 2, "turn_lost 0 is above turn -0.5");
        check_refused("signal.turn_narrative_z = 3.0\n", 1, "overheated before it turns");
        check_refused("[signal]\nflag_dollar_60d = 0.03\n", 2, "spent as it is raised");
        check_refused("[signal]\n\nz_sessions = 100\n", 3, "z_min_sessions 126 is above z_sessions 100");
        check_refused("[signal]\nnarrative_z_days = 30\n", 2, "never be known");
        check_refused("[signal]\ncoverage_min_days = 15\n", 2, "never count");
        check_refused("[signal]\nflag_max_days = 9\n", 2, "old before");
        check_refused("[signal]\nlead_max_days = 2\n", 2, "before it can turn");
        check_refused("[days]\nmin_docs = 2\n", 2, "min_sources 3 is above min_docs 2");
        check_refused("[signal]\nturn = 0.3\n[days]\nwindow_days = 7\n", 4, "no source would ever be heard");
    }

    #[test]
    fn equal_ones_are_a_choice() {
        let text = "[signal]\nlead_rank = 0.6\nleave_rank = 0.6\nspent_rank = 0.6\nturn = 0\n";
        assert!(Config::parse(text, Path::new("")).is_ok());
    }
}
