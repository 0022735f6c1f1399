//! A provider of prices as the configuration declares it, and what it is asked: a template of an
//! address, filled in window by window, never for more than is wanted.
//!
//! Which days are wanted is the pipeline's to say, which bytes mean what is `providers`'; who asks, and
//! how politely, is the collector's. Nothing here keeps a key: only the name of the variable that holds
//! it, and whether it goes into a header or the address.

use std::{fmt, str::FromStr, time::Duration};

use crate::calendar::{Clock, Day};

/// One place that answers with one series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// What it is called in messages, on the command line and beside every row it gave.
    pub name: String,
    /// The series it feeds.
    pub series: String,
    /// Where it is asked.
    pub url: UrlTemplate,
    /// In what shape it answers.
    pub format: Format,
    /// Which columns are meant, where the shape leaves a choice.
    pub columns: Columns,
    /// When its rows become available; as the series usually is where it is not said.
    pub clock: Option<Clock>,
    /// Whether it is asked unless named.
    pub enabled: bool,
    /// The first day that is asked for when nothing is stored.
    pub since: Day,
    /// Days before the last stored one that are asked for again, for revisions.
    pub overlap_days: u16,
    /// The most days one request may ask for; all at once where it is not said.
    pub days_per_request: Option<u16>,
    /// How many days back it answers at all.
    pub history_days: Option<u16>,
    /// A pause between two requests, in place of the collector's own.
    pub pause: Option<Duration>,
    /// Where a key goes, and which environment variable holds it.
    pub key: Option<KeySource>,
}

/// Which columns of an answer are meant; names without regard to case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Columns {
    /// The column of dates of a table.
    pub date: Option<String>,
    /// The column of closes of a table; the currency of LBMA's or Yahoo's prices.
    pub close: Option<String>,
}

/// Where a key is and where it goes; never the key itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeySource {
    /// The environment variable that holds it.
    pub variable: String,
    /// The header it is sent in; where there is none, it stands in the address at `{key}`.
    pub header: Option<String>,
}

/// In what shape a provider answers. One file below `providers` reads each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// LBMA's arrays of three currencies.
    Lbma,
    /// Coinbase Exchange's candles.
    Coinbase,
    /// Binance's klines.
    Binance,
    /// Kraken's OHLC.
    Kraken,
    /// CoinGecko's market chart.
    Coingecko,
    /// Yahoo's chart.
    Yahoo,
    /// A table with a date and a close: FRED's graph, Stooq, and any other.
    Csv,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 7] =
        [Self::Lbma, Self::Coinbase, Self::Binance, Self::Kraken, Self::Coingecko, Self::Yahoo, Self::Csv];

    /// The word used in the configuration and in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Lbma => "lbma",
            Self::Coinbase => "coinbase",
            Self::Binance => "binance",
            Self::Kraken => "kraken",
            Self::Coingecko => "coingecko",
            Self::Yahoo => "yahoo",
            Self::Csv => "csv",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An address with places for the days that are asked for: `{from}` and `{to}` as dates, `{from_secs}`,
/// `{to_secs}`, `{from_ms}` and `{to_ms}` as the instants at which the first day begins and the last one
/// ends, `{days}` as their number; and `{key}` for a key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct UrlTemplate {
    parts: Vec<Part>,
    text: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Part {
    Text(String),
    Place(Place),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Place {
    From,
    To,
    FromSecs,
    ToSecs,
    FromMs,
    ToMs,
    Days,
    Key,
}

const PLACES: [(&str, Place); 8] = [
    ("from", Place::From),
    ("to", Place::To),
    ("from_secs", Place::FromSecs),
    ("to_secs", Place::ToSecs),
    ("from_ms", Place::FromMs),
    ("to_ms", Place::ToMs),
    ("days", Place::Days),
    ("key", Place::Key),
];

impl UrlTemplate {
    /// The template as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it says which days are asked for; if not, every answer is the whole history.
    pub fn has_places(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Place(place) if *place != Place::Key))
    }

    /// Whether a key stands in it.
    pub fn has_key(&self) -> bool {
        self.parts.contains(&Part::Place(Place::Key))
    }

    /// The address for these days, both included, without a key: as it may be shown.
    pub fn fill(&self, from: Day, to: Day) -> String {
        self.fill_with(from, to, None)
    }

    /// The same with a key. It is not to be shown.
    pub fn fill_with(&self, from: Day, to: Day, key: Option<&str>) -> String {
        let mut url = String::with_capacity(self.text.len() + 16);
        for part in &self.parts {
            match part {
                Part::Text(text) => url.push_str(text),
                Part::Place(place) => url.push_str(&match place {
                    Place::From => from.to_string(),
                    Place::To => to.to_string(),
                    Place::FromSecs => from.start().as_second().to_string(),
                    Place::ToSecs => to.end().as_second().to_string(),
                    Place::FromMs => from.start().as_millisecond().to_string(),
                    Place::ToMs => to.end().as_millisecond().to_string(),
                    Place::Days => (to - from + 1).to_string(),
                    Place::Key => key.map_or_else(|| "{key}".to_owned(), encoded),
                }),
            }
        }
        url
    }
}

/// A text as it can stand in a query.
fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
    let encode = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(encode).collect()
}

impl FromStr for UrlTemplate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = || PLACES.map(|(name, _)| format!("{{{name}}}")).join(", ");
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) =
                after.split_once('}').ok_or_else(|| format!("{text:?} has a {{ without a }}"))?;
            let place = PLACES.iter().find(|(known, _)| *known == name);
            let (_, place) = place.ok_or_else(|| format!("{{{name}}} is no place: use {}", known()))?;
            parts.extend([Part::Text(before.to_owned()), Part::Place(*place)]);
            rest = after;
        }
        parts.push(Part::Text(rest.to_owned()));
        Ok(Self { parts, text: text.to_owned() })
    }
}

impl Provider {
    /// The days to ask for, in the order to ask them, oldest first: so that what is stored never has a
    /// hole that a later run would not fill. `wanted` is the first day wanted, `to` the last.
    pub fn windows(&self, wanted: Day, to: Day) -> Vec<(Day, Day)> {
        let reach = self.history_days.map(|days| to - (i32::from(days.max(1)) - 1));
        let mut from = wanted.max(reach.unwrap_or(wanted)).min(to);
        let most = self.days_per_request.filter(|_| self.url.has_places()).map(|days| i32::from(days.max(1)));
        let mut windows = Vec::new();
        while from <= to {
            let last = most.map_or(to, |most| to.min(from + (most - 1)));
            windows.push((from, last));
            from = last + 1;
        }
        windows
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    pub(in crate::prices) fn provider(format: Format) -> Provider {
        Provider {
            name: format.to_string(),
            series: "btc".to_owned(),
            url: "https://prices.example/{from}".parse().unwrap(),
            format,
            columns: Columns::default(),
            clock: None,
            enabled: true,
            since: day("2015-01-01"),
            overlap_days: 7,
            days_per_request: None,
            history_days: None,
            pause: None,
            key: None,
        }
    }

    #[test]
    fn an_address_is_filled_in() {
        let check = |template: &str, expected: &str| {
            let template: UrlTemplate = template.parse().unwrap();
            assert_eq!(template.fill(day("2026-01-22"), day("2026-01-23")), expected);
        };
        check("https://a.example/x.json", "https://a.example/x.json");
        check(
            "https://a.example/?a={from}&b={to}T00:00:00Z",
            "https://a.example/?a=2026-01-22&b=2026-01-23T00:00:00Z",
        );
        check("https://a.example/?k={key}", "https://a.example/?k={key}");
        let keyed: UrlTemplate = "https://a.example/?k={key}".parse().unwrap();
        assert!(keyed.has_key() && !keyed.has_places());
        let day = day("2026-01-22");
        assert_eq!(keyed.fill_with(day, day, Some("a&b=c/1")), "https://a.example/?k=a%26b%3Dc%2F1");
        check("{from_secs}-{to_secs}", "1769040000-1769212800");
        check("{from_ms}-{to_ms}-{days}", "1769040000000-1769212800000-2");
    }

    #[test]
    fn an_unknown_place_is_refused() {
        let check = |template: &str, says: &str| {
            let error = template.parse::<UrlTemplate>().unwrap_err();
            assert!(error.contains(says), "{error}");
        };
        check("https://a.example/{start}", "{start} is no place");
        check("https://a.example/{from", "without a }");
    }

    #[test]
    fn windows_cover_every_day_once() {
        let check = |per_request: Option<u16>, reach: Option<u16>, from: &str, to: &str, expected: &str| {
            let provider =
                Provider { days_per_request: per_request, history_days: reach, ..provider(Format::Coinbase) };
            let windows = provider.windows(day(from), day(to));
            let shown: Vec<String> = windows.iter().map(|(from, to)| format!("{from}..{to}")).collect();
            assert_eq!(shown.join(" "), expected);
        };
        check(None, None, "2026-01-01", "2026-01-10", "2026-01-01..2026-01-10");
        check(
            Some(4),
            None,
            "2026-01-01",
            "2026-01-10",
            "2026-01-01..2026-01-04 2026-01-05..2026-01-08 2026-01-09..2026-01-10",
        );
        check(Some(5), None, "2026-01-01", "2026-01-10", "2026-01-01..2026-01-05 2026-01-06..2026-01-10");
        check(None, Some(3), "2026-01-01", "2026-01-10", "2026-01-08..2026-01-10");
        // The future is not asked for.
        check(None, None, "2026-01-11", "2026-01-10", "2026-01-10..2026-01-10");
    }
}
