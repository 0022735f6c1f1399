//! The tables of numbers in a configuration file, each the image of one room's options.
//!
//! A table has the room's own field names, every one optional: what is not given stays as the room has
//! it. One macro makes the table, its keys and the way into the options, so that the three cannot
//! drift apart.

use std::{ffi::OsStr, fmt::Display, path::PathBuf, str::FromStr};

use serde::{Deserialize, Deserializer, de::Error};

use super::Changed;
use crate::{
    calendar::{CutOff, Day},
    evaluate::EvaluateOptions,
    extract::ExtractOptions,
    index::IndexOptions,
    panel::PanelOptions,
    signal::{Mode, SignalOptions},
};

/// Reads a value from its text form.
pub(super) fn parsed<'de, T: FromStr<Err: Display>, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<T>, D::Error> {
    String::deserialize(from)?.parse().map(Some).map_err(D::Error::custom)
}

/// A path whose ending names a form that can be written.
pub(super) fn export_path<'de, D: Deserializer<'de>>(from: D) -> Result<PathBuf, D::Error> {
    let path = PathBuf::deserialize(from)?;
    match path.extension().and_then(OsStr::to_str) {
        Some("csv" | "json" | "jsonl" | "ndjson") => Ok(path),
        _ => Err(D::Error::custom(format!("{path:?} names no form: end it in .csv, .json or .jsonl"))),
    }
}

/// A path whose ending names a page.
pub(super) fn page_path<'de, D: Deserializer<'de>>(from: D) -> Result<Option<PathBuf>, D::Error> {
    let path = PathBuf::deserialize(from)?;
    match path.extension().and_then(OsStr::to_str) {
        Some("html" | "htm") => Ok(Some(path)),
        _ => Err(D::Error::custom(format!("{path:?} names no page: end it in .html"))),
    }
}

/// `auto` or `price-only`.
fn mode<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Mode>, D::Error> {
    match String::deserialize(from)?.as_str() {
        "auto" => Ok(Some(Mode::Auto)),
        "price-only" => Ok(Some(Mode::PriceOnly)),
        other => Err(D::Error::custom(format!("{other:?} is no mode: use \"auto\" or \"price-only\""))),
    }
}

/// Draws enough for the ends of a 95 % interval, and few enough to end today.
fn draws<'de, D: Deserializer<'de>>(from: D) -> Result<Option<usize>, D::Error> {
    match usize::deserialize(from)? {
        draws @ 100..=1_000_000 => Ok(Some(draws)),
        other => Err(D::Error::custom(format!("{other} draws: use 100 to 1000000"))),
    }
}

/// Weeks up to a year.
fn weeks<'de, D: Deserializer<'de>>(from: D) -> Result<Option<usize>, D::Error> {
    match usize::deserialize(from)? {
        weeks @ 1..=52 => Ok(Some(weeks)),
        other => Err(D::Error::custom(format!("{other} weeks: use 1 to 52"))),
    }
}

/// A share above nothing and below all.
fn share<'de, D: Deserializer<'de>>(from: D) -> Result<Option<f64>, D::Error> {
    match f64::deserialize(from)? {
        share if share > 0.0 && share < 1.0 => Ok(Some(share)),
        other => Err(D::Error::custom(format!("{other} is no share to move by: use 0.01 to 0.99"))),
    }
}

/// A number that can be compared with: TOML also knows `nan` and `inf`, which no threshold can be.
struct Finite(f64);

impl<'de> Deserialize<'de> for Finite {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match f64::deserialize(from)? {
            number if number.is_finite() => Ok(Self(number)),
            number => Err(D::Error::custom(format!("{number} is no threshold: use a finite number"))),
        }
    }
}

impl From<Finite> for f64 {
    fn from(number: Finite) -> Self {
        number.0
    }
}

macro_rules! bounded {
    ($($(#[$doc:meta])* $name:ident: $range:expr, $says:literal;)*) => {$(
        $(#[$doc])*
        struct $name(f64);

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let Finite(number) = Finite::deserialize(from)?;
                if $range.contains(&number) {
                    return Ok(Self(number));
                }
                Err(D::Error::custom(format!(concat!("{} is ", $says), number)))
            }
        }

        impl From<$name> for f64 {
            fn from(number: $name) -> Self {
                number.0
            }
        }
    )*};
}

bounded! {
    /// A rank or a share: outside of 0 to 1 a comparison with it is always true or never.
    Share: 0.0..=1.0, "no share: use 0 to 1";
    /// A logarithmic return: who writes 2 means 2 %, which is 0.02.
    Return: -1.0..=1.0, "no return to compare with: 0.02 is 2 %, use -1 to 1";
    /// A loss as a share, below zero.
    Loss: -1.0..0.0, "no loss: -0.2 is 20 % down, use -1 to below 0";
    /// A weight in days: below none a mean would fall outside of what it is the mean of.
    Weight: 0.0..=MAX_DAYS as f64, "no number of days to believe by half: use 0 to 36500";
    /// A distance in standard deviations, beyond which nothing lies.
    Deviations: -10.0..=10.0, "no number of standard deviations to wait for: use -10 to 10";
}

/// A century: who writes more has lost a blank or a line.
const MAX_DAYS: usize = 36_500;

/// A number of days or sessions from `FIRST` to `LAST`.
pub(super) struct Days<const FIRST: usize, const LAST: usize>(usize);

impl<'de, const FIRST: usize, const LAST: usize> Deserialize<'de> for Days<FIRST, LAST> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let days = usize::deserialize(from)?;
        if (FIRST..=LAST).contains(&days) {
            return Ok(Self(days));
        }
        Err(D::Error::custom(match days {
            0 => format!("0 would switch the rule off: use {FIRST} or more"),
            _ => format!("{days} is no number of days for it: use {FIRST} to {LAST}"),
        }))
    }
}

impl<const FIRST: usize, const LAST: usize> From<Days<FIRST, LAST>> for usize {
    fn from(days: Days<FIRST, LAST>) -> Self {
        days.0
    }
}

impl<const FIRST: usize, const LAST: usize> From<Days<FIRST, LAST>> for u32 {
    fn from(days: Days<FIRST, LAST>) -> Self {
        days.0 as u32
    }
}

/// Days of a rule.
type Span = Days<1, MAX_DAYS>;
/// Days or sessions of which a deviation is taken: one has none.
type Spread = Days<2, MAX_DAYS>;

/// A whole number of days, sessions, documents or bytes: none of them makes sense at zero.
pub(super) struct Positive<T>(T);

impl<'de, T: Deserialize<'de> + Default + PartialEq> Deserialize<'de> for Positive<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let number = T::deserialize(from)?;
        if number == T::default() {
            return Err(D::Error::custom("0 would switch the rule off: use 1 or more"));
        }
        Ok(Self(number))
    }
}

impl From<Positive<u16>> for u16 {
    fn from(number: Positive<u16>) -> Self {
        number.0
    }
}

impl From<Positive<u32>> for u32 {
    fn from(number: Positive<u32>) -> Self {
        number.0
    }
}

impl From<Positive<usize>> for usize {
    fn from(number: Positive<usize>) -> Self {
        number.0
    }
}

/// A setting as the file writes it.
trait Written {
    fn written(&self) -> String;
}

macro_rules! written {
    ($($type:ty),*) => {$(
        impl Written for $type {
            fn written(&self) -> String {
                self.to_string()
            }
        }
    )*};
}

written!(f64, u16, u32, u64, usize, CutOff, Day);

impl Written for Mode {
    fn written(&self) -> String {
        match self {
            Self::Auto => "auto",
            Self::PriceOnly => "price-only",
        }
        .to_owned()
    }
}

macro_rules! tables {
    ($($table:ident $name:literal into $options:ident { $($(#[$attribute:meta])* $field:ident: $type:ty,)* })*) => {
        $(
            #[derive(Deserialize, Default)]
            #[serde(deny_unknown_fields, default, expecting = "a table of keys")]
            pub(super) struct $table {
                $($(#[$attribute])* $field: Option<$type>,)*
            }

            impl $table {
                pub(super) fn apply(self, options: &mut $options) {
                    $(if let Some(value) = self.$field { options.$field = value.into(); })*
                }

                /// The settings that differ from what they usually are.
                pub(super) fn changed(options: &$options) -> Vec<Changed> {
                    let usual = $options::default();
                    let mut found = Vec::new();
                    $(if options.$field != usual.$field {
                        found.push(Changed {
                            key: concat!($name, ".", stringify!($field)).to_owned(),
                            value: options.$field.written(),
                            usual: usual.$field.written(),
                        });
                    })*
                    found
                }
            }
        )*

        /// Every key of every table.
        #[cfg(test)]
        pub(super) const KEYS: &[&[&str]] = &[$(&[$(stringify!($field)),*]),*];
    };
}

tables! {
    ExtractTable "extract" into ExtractOptions {
        min_words: Positive<usize>,
        max_bytes: Positive<usize>,
    }
    DaysTable "days" into IndexOptions {
        story_days: Days<1, 31>,
        min_docs: Positive<u32>,
        min_sources: Positive<u32>,
        // As many as the sums of a window have room for.
        window_days: Days<1, 16_384>,
        min_history_days: Days<1, 31>,
        weekday_prior_days: Weight,
        spread_prior_days: Weight,
    }
    PanelTable "panel" into PanelOptions {
        #[serde(deserialize_with = "parsed")]
        cut_off: CutOff,
        stale_days: Positive<u16>,
        btc_stale_days: Positive<u16>,
    }
    SignalTable "signal" into SignalOptions {
        #[serde(deserialize_with = "mode")]
        mode: Mode,
        rank_min_days: Span,
        z_sessions: Spread,
        z_min_sessions: Spread,
        coverage_window_days: Span,
        coverage_min_days: Span,
        narrative_z_days: Spread,
        narrative_z_min_days: Spread,
        enter_days: Span,
        lead_rank: Share,
        lead_metals_60d: Return,
        lead_high_sessions: Span,
        leave_rank: Share,
        lead_max_days: Span,
        turn: Deviations,
        turn_narrative_z: Deviations,
        turn_lost: Deviations,
        turn_lost_days: Span,
        flag_dollar_60d: Return,
        flag_btc_20d: Return,
        flag_days: Span,
        spent_gap_share: Share,
        spent_gap: Return,
        hot_narrative_z: Deviations,
        hot_days: Span,
        hot_below_high: Share,
        spent_dollar_60d: Return,
        flag_max_days: Span,
        failed_change: Loss,
        spent_days: Span,
        spent_rank: Share,
        unknown_days: Span,
        recent_cut_days: Span,
    }
    EvaluateTable "evaluate" into EvaluateOptions {
        #[serde(deserialize_with = "parsed")]
        from: Day,
        #[serde(deserialize_with = "draws")]
        draws: usize,
        seed: u64,
        block_days: Positive<usize>,
        block_weeks: Positive<usize>,
        episode_gap_days: Positive<usize>,
        min_episodes: Positive<usize>,
        #[serde(deserialize_with = "weeks")]
        lead_weeks: usize,
        #[serde(deserialize_with = "weeks")]
        granger_weeks: usize,
        #[serde(deserialize_with = "share")]
        scan_share: f64,
    }
}
