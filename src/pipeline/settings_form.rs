//! The written form of the settings behind a published row, and its hash.
//!
//! The journal keeps the hash for ever, so the form is fixed: each setting by its room and name, whole
//! numbers in decimal, others by their bits. Options are taken apart field by field, so that a field that
//! is added does not compile until it is written here. One that comes later is written only where it
//! differs from what held before it came: rows that were published then keep their hash.
//!
//! Publications of the first months hashed what `Debug` printed of the same fields; that text is written
//! from the same list, so that they do not all seem to have been made with other settings.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::TableSettings;
use crate::{
    calendar::Day,
    index::IndexOptions,
    panel::PanelOptions,
    signal::{Mode, SignalOptions},
};

/// Whether a publication was made with these settings.
pub(super) fn is_made_with(settings: TableSettings<'_>, published: u64) -> bool {
    let rooms = rooms(settings);
    published == hash(&written(&rooms)) || published == hash(&as_first_written(&rooms))
}

/// The hash a publication made with these settings bears.
pub(super) fn settings_hash(settings: TableSettings<'_>) -> u64 {
    hash(&written(&rooms(settings)))
}

fn hash(form: &str) -> u64 {
    Sha256::digest(form).iter().take(8).fold(0, |hash, byte| hash << 8 | u64::from(*byte))
}

/// One setting: as it is written, and as it was first.
#[derive(Debug, Clone, Copy)]
enum Value {
    Whole(u64),
    Number(f64),
    /// Minutes after midnight.
    CutOff(u64),
    /// A code, and the word that stood for it.
    Choice(u64, &'static str),
}

/// A room's options: their room, the type's name, the fields in their order.
type Room = (&'static str, &'static str, Vec<(&'static str, Value)>);

fn written(rooms: &[Room]) -> String {
    let mut form = String::new();
    for (room, _, fields) in rooms {
        for (name, value) in fields {
            // Zero has two forms and one meaning.
            let value = match value {
                Value::Whole(number) | Value::CutOff(number) | Value::Choice(number, _) => number.to_string(),
                Value::Number(number) => format!("{:016x}", (number + 0.0).to_bits()),
            };
            let _ = writeln!(form, "{room}.{name}={value}");
        }
    }
    form
}

fn as_first_written(rooms: &[Room]) -> String {
    let options = rooms.iter().map(|(_, options, fields)| {
        let mut fields: Vec<String> = fields
            .iter()
            .map(|(name, value)| match value {
                Value::Whole(number) => format!("{name}: {number}"),
                Value::Number(number) => format!("{name}: {number:?}"),
                Value::CutOff(minutes) => format!("{name}: CutOff {{ minutes: {minutes} }}"),
                Value::Choice(_, word) => format!("{name}: {word}"),
            })
            .collect();
        if *options == "SignalOptions" {
            fields.push("fiscal_column: None".to_owned());
        }
        format!("{options} {{ {} }}", fields.join(", "))
    });
    options.collect::<Vec<_>>().join(" ")
}

macro_rules! fields {
    ($($name:ident: $value:expr),* $(,)?) => { vec![$((stringify!($name), $value)),*] };
}

/// Every setting; the lexicons are named by themselves.
fn rooms(settings: TableSettings<'_>) -> [Room; 3] {
    let TableSettings { lexicons: _, index, panel, signal } = settings;
    [
        ("days", "IndexOptions", index_fields(index)),
        ("panel", "PanelOptions", panel_fields(panel)),
        ("signal", "SignalOptions", signal_fields(signal)),
    ]
}

fn index_fields(index: &IndexOptions) -> Vec<(&'static str, Value)> {
    let IndexOptions {
        story_days,
        min_docs,
        min_sources,
        window_days,
        min_history_days,
        weekday_prior_days,
        spread_prior_days,
    } = *index;
    let whole = |number: u32| Value::Whole(number.into());
    fields! {
        story_days: whole(story_days),
        min_docs: whole(min_docs),
        min_sources: whole(min_sources),
        window_days: whole(window_days),
        min_history_days: whole(min_history_days),
        weekday_prior_days: Value::Number(weekday_prior_days),
        spread_prior_days: Value::Number(spread_prior_days),
    }
}

fn panel_fields(panel: &PanelOptions) -> Vec<(&'static str, Value)> {
    let PanelOptions { cut_off, stale_days, btc_stale_days } = *panel;
    let minutes = cut_off.of(Day(0)).as_second() / 60;
    fields! {
        cut_off: Value::CutOff(minutes as u64),
        stale_days: Value::Whole(stale_days.into()),
        btc_stale_days: Value::Whole(btc_stale_days.into()),
    }
}

fn signal_fields(signal: &SignalOptions) -> Vec<(&'static str, Value)> {
    use Value::{Choice, Number};
    let whole = |number: u32| Value::Whole(number.into());
    let length = |number: usize| Value::Whole(number as u64);
    let SignalOptions {
        mode,
        rank_min_days,
        z_sessions,
        z_min_sessions,
        coverage_window_days,
        coverage_min_days,
        narrative_z_days,
        narrative_z_min_days,
        enter_days,
        lead_rank,
        lead_metals_60d,
        lead_high_sessions,
        leave_rank,
        lead_max_days,
        turn,
        turn_narrative_z,
        turn_lost,
        turn_lost_days,
        flag_dollar_60d,
        flag_btc_20d,
        flag_days,
        spent_gap_share,
        spent_gap,
        hot_narrative_z,
        hot_days,
        hot_below_high,
        spent_dollar_60d,
        flag_max_days,
        failed_change,
        spent_days,
        spent_rank,
        unknown_days,
        recent_cut_days,
        // Follows from the lexicons.
        fiscal_column: _,
    } = *signal;
    let mode = match mode {
        Mode::Auto => Choice(0, "Auto"),
        Mode::PriceOnly => Choice(1, "PriceOnly"),
    };
    fields! {
        mode: mode,
        rank_min_days: whole(rank_min_days),
        z_sessions: length(z_sessions),
        z_min_sessions: length(z_min_sessions),
        coverage_window_days: whole(coverage_window_days),
        coverage_min_days: whole(coverage_min_days),
        narrative_z_days: length(narrative_z_days),
        narrative_z_min_days: length(narrative_z_min_days),
        enter_days: whole(enter_days),
        lead_rank: Number(lead_rank),
        lead_metals_60d: Number(lead_metals_60d),
        lead_high_sessions: whole(lead_high_sessions),
        leave_rank: Number(leave_rank),
        lead_max_days: whole(lead_max_days),
        turn: Number(turn),
        turn_narrative_z: Number(turn_narrative_z),
        turn_lost: Number(turn_lost),
        turn_lost_days: whole(turn_lost_days),
        flag_dollar_60d: Number(flag_dollar_60d),
        flag_btc_20d: Number(flag_btc_20d),
        flag_days: whole(flag_days),
        spent_gap_share: Number(spent_gap_share),
        spent_gap: Number(spent_gap),
        hot_narrative_z: Number(hot_narrative_z),
        hot_days: whole(hot_days),
        hot_below_high: Number(hot_below_high),
        spent_dollar_60d: Number(spent_dollar_60d),
        flag_max_days: whole(flag_max_days),
        failed_change: Number(failed_change),
        spent_days: whole(spent_days),
        spent_rank: Number(spent_rank),
        unknown_days: whole(unknown_days),
        recent_cut_days: whole(recent_cut_days),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::Lexicons;

    struct Options(Lexicons, IndexOptions, PanelOptions, SignalOptions);

    impl Options {
        fn usual() -> Self {
            let lexicons = Lexicons::built_in();
            Self(lexicons, IndexOptions::default(), PanelOptions::default(), SignalOptions::default())
        }

        fn settings(&self) -> TableSettings<'_> {
            TableSettings { lexicons: &self.0, index: &self.1, panel: &self.2, signal: &self.3 }
        }
    }

    /// A change here makes every published row seem to have been made with other settings. Where a
    /// default changes, that is so; where a field comes in, see the head of this file.
    #[test]
    fn the_hash_of_the_usual_settings_stays() {
        let usual = Options::usual();
        assert_eq!(format!("{:016x}", settings_hash(usual.settings())), "050072ced6b8f60c");
    }

    #[test]
    fn every_setting_is_in_the_form_and_a_publication_before_it_is_known() {
        let Options(lexicons, index, panel, signal) = Options::usual();
        let price_only = SignalOptions { mode: Mode::PriceOnly, turn: -0.0, ..signal.clone() };
        let evening = PanelOptions { cut_off: "22:00".parse().unwrap(), ..panel };
        for (panel, signal) in [(panel, signal), (evening, price_only)] {
            let options = Options(lexicons.clone(), index.clone(), panel, signal);
            let Options(_, index, panel, signal) = &options;
            // `Debug` names every field of a type, and so tells one that was left out.
            assert_eq!(
                as_first_written(&rooms(options.settings())),
                format!("{index:?} {panel:?} {signal:?}")
            );
            assert!(is_made_with(options.settings(), hash(&format!("{index:?} {panel:?} {signal:?}"))));
            assert!(is_made_with(options.settings(), settings_hash(options.settings())));
        }
    }

    #[test]
    fn another_value_of_any_setting_is_another_hash() {
        let usual = Options::usual();
        let all = rooms(usual.settings());
        let mut hashes = vec![hash(&written(&all))];
        for room in 0..all.len() {
            for field in 0..all[room].2.len() {
                let mut changed = all.clone();
                let value = &mut changed[room].2[field].1;
                *value = match *value {
                    Value::Whole(number) => Value::Whole(number + 1),
                    Value::CutOff(minutes) => Value::CutOff(minutes - 1),
                    Value::Choice(code, word) => Value::Choice(code + 1, word),
                    Value::Number(number) => Value::Number(f64::from_bits((number + 0.0).to_bits() + 1)),
                };
                hashes.push(hash(&written(&changed)));
                assert!(!is_made_with(usual.settings(), hash(&written(&changed))));
            }
        }
        let count = hashes.len();
        hashes.sort_unstable();
        hashes.dedup();
        assert_eq!(hashes.len(), count);
    }
}
