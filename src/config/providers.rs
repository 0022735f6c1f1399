//! The `[[provider]]` tables: where prices are fetched.
//!
//! What a key means is said in `providers.toml`; what cannot be meant (a place in the address that is
//! none, a currency that the provider does not give, two providers of one name) is refused with its line.
//! A key is never in the file: only the name of the environment variable that holds it.

use std::{collections::BTreeSet, ops::Range, time::Duration};

use serde::{Deserialize, Deserializer};
use toml::Spanned;

use super::{
    sources::{seconds, word, yes},
    tables::{Positive, parsed},
};
use crate::{
    calendar::{Clock, Day},
    collect::canonical_url,
    prices::{Columns, Format, KeySource, Provider, UrlTemplate, is_lbma_currency, is_yahoo_currency},
};

/// One `[[provider]]` table.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table of keys")]
pub(super) struct ProviderTable {
    name: String,
    series: String,
    url: String,
    #[serde(deserialize_with = "format")]
    format: Format,
    date: Option<String>,
    close: Option<String>,
    #[serde(default, deserialize_with = "parsed")]
    clock: Option<Clock>,
    #[serde(default = "yes")]
    enabled: bool,
    #[serde(default, deserialize_with = "parsed")]
    since: Option<Day>,
    overlap_days: Option<u16>,
    days_per_request: Option<Positive<u16>>,
    history_days: Option<Positive<u16>>,
    #[serde(default, deserialize_with = "seconds")]
    pause_secs: Option<Duration>,
    key_env: Option<String>,
    key_header: Option<String>,
}

/// Revisions of a close come within days; series that are revised for longer say so.
const OVERLAP_DAYS: u16 = 7;
/// Before the first close of anything this tool looks at.
const SINCE: &str = "1968-01-01";
/// Longer names are typing errors, and are shown in tables.
const MAX_NAME_BYTES: usize = 64;

fn format<'de, D: Deserializer<'de>>(from: D) -> Result<Format, D::Error> {
    word(from, &Format::ALL.map(|format| (format.as_str(), format)))
}

/// The providers, each checked as a whole; an error carries the place of its table.
pub(super) fn providers(
    tables: Vec<Spanned<ProviderTable>>,
) -> Result<Vec<Provider>, (Range<usize>, String)> {
    let mut names = BTreeSet::new();
    let checked = |table: Spanned<ProviderTable>| {
        let span = table.span();
        let provider = provider(table.into_inner()).map_err(|what| (span.clone(), what))?;
        if !names.insert(provider.name.clone()) {
            return Err((span, format!("two providers are called {:?}", provider.name)));
        }
        Ok(provider)
    };
    tables.into_iter().map(checked).collect()
}

fn provider(table: ProviderTable) -> Result<Provider, String> {
    let is_plain = |name: &str| {
        !name.is_empty()
            && name.len() <= MAX_NAME_BYTES
            && name.trim() == name
            && !name.chars().any(char::is_control)
    };
    let ProviderTable { name, series, format, date, close, .. } = table;
    if !is_plain(&name) {
        return Err(format!("{name:?} is no name for a provider"));
    }
    // `@` sets a second provider's closes apart from the first one's.
    if !is_plain(&series) || series.contains('@') {
        return Err(format!("{series:?} is no name for a series"));
    }
    let url: UrlTemplate = table.url.parse()?;
    let example: Day = SINCE.parse().expect("the constant is a date");
    if canonical_url(&url.fill(example, example)).is_none() {
        return Err(format!("{:?} is no http or https address", url.as_str()));
    }
    match (format, &date, &close) {
        (Format::Csv, ..) | (_, None, None) => {}
        (Format::Lbma, None, Some(currency)) if is_lbma_currency(currency) => {}
        (Format::Lbma, None, Some(currency)) => {
            return Err(format!("{currency:?} is no currency of LBMA: use usd, gbp or eur"));
        }
        (Format::Yahoo, None, Some(currency)) if is_yahoo_currency(currency) => {}
        (Format::Yahoo, None, Some(currency)) => {
            return Err(format!(
                "{currency:?} is no currency of Yahoo: use USD, GBp or others of three letters"
            ));
        }
        _ => return Err(format!("{name:?} answers as {format}, where date and close cannot be chosen")),
    }
    if table.days_per_request.is_some() && !url.has_places() {
        return Err("days_per_request needs {from} and {to}, or others of their kind, in the url".to_owned());
    }
    let is_word = |text: &str, also: char| {
        !text.is_empty() && text.chars().all(|char| char.is_ascii_alphanumeric() || char == also)
    };
    let key = match (table.key_env, table.key_header) {
        (None, None) if !url.has_key() => None,
        (Some(variable), header) if header.is_some() != url.has_key() => {
            if !is_word(&variable, '_') || variable.starts_with(|first: char| first.is_ascii_digit()) {
                // It is not told back: somebody may have put the key itself here.
                return Err(
                    "key_env is the name of an environment variable, such as MY_KEY; the key stays out of \
                            this file"
                        .to_owned(),
                );
            }
            if let Some(header) = header.as_ref().filter(|header| !is_word(header, '-')) {
                return Err(format!("{header:?} is no name of a header"));
            }
            Some(KeySource { variable, header })
        }
        _ => return Err("a key needs key_env, and either key_header or {key} in the url".to_owned()),
    };
    Ok(Provider {
        name,
        series,
        url,
        format,
        columns: Columns { date, close },
        clock: table.clock,
        enabled: table.enabled,
        since: table.since.unwrap_or(example),
        overlap_days: table.overlap_days.unwrap_or(OVERLAP_DAYS),
        days_per_request: table.days_per_request.map(Into::into),
        history_days: table.history_days.map(Into::into),
        pause: table.pause_secs,
        key,
    })
}
