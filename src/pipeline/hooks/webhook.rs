//! Sends records to one address: the collector's door, with the address rules, retries and limits of
//! collecting.
//!
//! robots.txt is not asked: nothing is crawled, the user names an address of his own. A server can refuse,
//! redirect, be slow or send without end; it gets a clause, and costs the time-outs.

use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;

use crate::{
    collect::{Collector, CollectorOptions, KeyHeader, Outcome, Request, RobotsUse, Wants},
    config::{HookTarget, TokenPlace, TokenSource},
    pipeline::PipelineError,
};

/// Why a record was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NotTaken {
    /// The clause.
    pub(super) why: String,
    /// When the host may be asked again at the earliest, where it said so.
    pub(super) not_before: Option<Timestamp>,
}

impl From<String> for NotTaken {
    fn from(why: String) -> Self {
        Self { why, not_before: None }
    }
}

/// Sends one record.
pub(super) fn send(
    url: &str,
    token: Option<&TokenSource>,
    tokens: &BTreeMap<String, String>,
    json: &[u8],
    (collector, timeout): (&CollectorOptions, Duration),
) -> Result<Result<(), NotTaken>, PipelineError> {
    let (url, key) = match addressed(url, token, tokens) {
        Ok(addressed) => addressed,
        Err(why) => return Ok(Err(why.into())),
    };
    let options = CollectorOptions {
        connect_timeout: collector.connect_timeout.min(timeout),
        idle_timeout: collector.idle_timeout.min(timeout),
        total_timeout: collector.total_timeout.min(timeout),
        ..collector.clone()
    };
    let mut collector = Collector::start(options, Vec::new())?;
    collector.submit(Request {
        url,
        wants: Wants::Anything,
        robots: RobotsUse::Skip,
        key,
        post: Some(json.to_vec()),
        ..Request::default()
    });
    Ok(match collector.next()?.map(|reply| reply.outcome) {
        Some(Outcome::Fetched(_) | Outcome::Unchanged { .. }) => Ok(()),
        Some(Outcome::Refused(error)) => Err(error.to_string().into()),
        Some(Outcome::Later { error, not_before }) => Err(NotTaken { why: error.to_string(), not_before }),
        None => Err("there was no reply".to_owned().into()),
    })
}

/// The address and the header with the token in its place.
fn addressed(
    url: &str,
    token: Option<&TokenSource>,
    tokens: &BTreeMap<String, String>,
) -> Result<(String, Option<KeyHeader>), String> {
    let Some(TokenSource { variable, place }) = token else { return Ok((url.to_owned(), None)) };
    let value = tokens.get(variable).ok_or_else(|| format!("it wants a token: set {variable}"))?;
    // What is no word would end the header, or the address, where somebody else likes.
    if value.is_empty() || !value.chars().all(|char| char.is_ascii_graphic()) {
        return Err(format!("{variable} holds no token"));
    }
    let header = |name: &str, value: String| Some(KeyHeader { name: name.to_owned(), value });
    Ok(match place {
        TokenPlace::Address => (url.replace(HookTarget::TOKEN, value), None),
        TokenPlace::Bearer => (url.to_owned(), header("Authorization", format!("Bearer {value}"))),
        TokenPlace::Header(name) => (url.to_owned(), header(name, value.clone())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, place: TokenPlace, value: Option<&str>, expected: &str) {
        let token = TokenSource { variable: "T".to_owned(), place };
        let tokens = value.map(|value| ("T".to_owned(), value.to_owned())).into_iter().collect();
        let told = match addressed(url, Some(&token), &tokens) {
            Ok((url, key)) => key.map_or(url.clone(), |key| format!("{url} {}: {}", key.name, key.value)),
            Err(why) => why,
        };
        assert_eq!(told, expected);
    }

    #[test]
    fn a_token_goes_where_it_belongs_or_nowhere() {
        let (plain, place) = ("https://a.example/b", "https://a.example/{token}/b");
        check(plain, TokenPlace::Bearer, Some("s3"), "https://a.example/b Authorization: Bearer s3");
        check(plain, TokenPlace::Header("X-Key".to_owned()), Some("s3"), "https://a.example/b X-Key: s3");
        check(place, TokenPlace::Address, Some("T0/B0"), "https://a.example/T0/B0/b");
        check(plain, TokenPlace::Bearer, None, "it wants a token: set T");
        for value in ["", "a b", "a\r\nX: y", "é"] {
            check(plain, TokenPlace::Bearer, Some(value), "T holds no token");
        }
    }
}
