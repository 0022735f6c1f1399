//! One request and its answer, within limits of time and size.
//!
//! Stands between `crew`, which decides what is asked when, and the client. A server can be slow, lie
//! about lengths and types, send without end or nonsense: it costs at most the total time-out and a
//! little more than twice the size limit in memory, and ends as a [`Failure`] with a clause. Statuses
//! are judged here, redirects are only reported, nothing is remembered.

use std::{error::Error, future::Future, io, time::Duration};

use jiff::Timestamp;
use reqwest::{
    Response, StatusCode,
    header::{self, HeaderMap, HeaderName, HeaderValue},
};
use tokio::time::timeout;
use url::Url;

use super::{
    CollectorOptions, FetchError, KeyHeader, Wants,
    client::{Http, Unasked},
    error::tame,
};
use crate::collect::{CodingError, coding::decode, host::parse_retry_after};

/// What is asked.
pub(super) struct Ask {
    pub url: Url,
    pub wants: Wants,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
    /// Most bytes of the body, packed or unpacked.
    pub limit: usize,
    pub overflow: Overflow,
    pub key: Option<KeyHeader>,
    /// JSON to be sent.
    pub post: Option<Vec<u8>>,
}

/// What a body over the limit means.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Overflow {
    /// The answer is refused.
    Refuse,
    /// The rest is not read.
    Ignore,
}

/// What came, when something of use did.
pub(super) struct Answer {
    /// When its head came.
    pub at: Timestamp,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
    pub content: Content,
}

pub(super) enum Content {
    Body { content_type: Option<String>, bytes: Vec<u8> },
    Unchanged,
    Redirect { to: Url, permanent: bool },
}

/// What came when nothing of use did.
#[derive(Debug)]
pub(super) struct Failure {
    pub error: FetchError,
    pub again: Again,
}

/// Whether asking again can help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Again {
    /// Not in this run.
    No,
    /// After a while: this answer was in trouble, which says nothing about other pages.
    Page,
    /// After a rest of the whole host, of so long if it says: it is overloaded, or out of reach.
    Host(Option<Duration>),
}

/// A header that is stored and sent back; a real one is far shorter.
const LONGEST_VALIDATOR: usize = 1024;
/// An address in a `Location`; the frontier takes no longer ones either.
const LONGEST_LOCATION: usize = 8 << 10;

/// Asks once. The connection is given back to the client, or closed where the answer was not read whole.
pub(super) async fn exchange(http: &Http, options: &CollectorOptions, ask: &Ask) -> Result<Answer, Failure> {
    if let Some(why) = http.no_certificates.as_ref().filter(|_| ask.url.scheme() == "https") {
        let why = format!("this machine has no certificates of authorities to check its own with: {why}");
        return Err(Failure { error: FetchError::Connect { why }, again: Again::No });
    }
    let limit = options.total_timeout;
    let whole = timeout(limit, converse(http, options, ask)).await;
    let late = Failure { error: FetchError::Timeout { what: "it was not done", limit }, again: Again::Page };
    whole.unwrap_or(Err(late))
}

async fn converse(http: &Http, options: &CollectorOptions, ask: &Ask) -> Result<Answer, Failure> {
    let asking = match &ask.post {
        None => http.client.get(ask.url.clone()),
        Some(json) => {
            let sending = http.client.post(ask.url.clone());
            sending.header(header::CONTENT_TYPE, "application/json").body(json.clone())
        }
    };
    let mut request = asking
        .header(header::ACCEPT, ask.wants.accept())
        .header(header::ACCEPT_ENCODING, "gzip, deflate, br, zstd");
    for (name, validator) in
        [(header::IF_NONE_MATCH, &ask.etag), (header::IF_MODIFIED_SINCE, &ask.last_modified)]
    {
        if let Some(value) = validator.as_deref().and_then(|value| HeaderValue::from_str(value).ok()) {
            request = request.header(name, value);
        }
    }
    if let Some(KeyHeader { name, value }) = &ask.key {
        let name = HeaderName::from_bytes(name.as_bytes()).ok();
        if let Some((name, mut value)) = name.zip(HeaderValue::from_str(value).ok()) {
            value.set_sensitive(true);
            request = request.header(name, value);
        }
    }
    // Connecting has its own time-out; the head must follow within the idle one, dripped or not.
    let patience = options.connect_timeout.saturating_add(options.idle_timeout);
    let response = within(patience, "it sent no answer", request.send())
        .await?
        .map_err(|error| unanswered(&error, options))?;
    let at = now();
    let status = response.status();
    let headers = response.headers();
    let etag = validator(headers, header::ETAG);
    let last_modified = validator(headers, header::LAST_MODIFIED);
    let answer = |content| Answer { at, etag, last_modified, content };

    if status == StatusCode::NOT_MODIFIED && (ask.etag.is_some() || ask.last_modified.is_some()) {
        return Ok(answer(Content::Unchanged));
    }
    if matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) {
        let to = location(&ask.url, headers)?;
        let permanent = matches!(status.as_u16(), 301 | 308);
        return Ok(answer(Content::Redirect { to, permanent }));
    }
    // It was taken; what is said to that is of no use here, however long it is.
    if ask.post.is_some() && status.is_success() {
        return Ok(answer(Content::Body { content_type: None, bytes: Vec::new() }));
    }
    // 203 is a page changed on the way by a proxy, the other successes are no pages.
    if !matches!(status.as_u16(), 200 | 203) {
        let error = FetchError::Status { status: status.as_u16() };
        let again = match status.as_u16() {
            429 | 503 => {
                let asked = text(headers, header::RETRY_AFTER);
                Again::Host(asked.and_then(|asked| parse_retry_after(&asked, at)))
            }
            408 | 425 | 500.. => Again::Page,
            _ => Again::No,
        };
        return Err(Failure { error, again });
    }
    let content_type = text(headers, header::CONTENT_TYPE);
    if let Some(content_type) = content_type.as_deref().filter(|content_type| !ask.wants.takes(content_type))
    {
        let (content_type, wanted) = (tame(content_type), ask.wants.noun());
        return Err(Failure { error: FetchError::Type { content_type, wanted }, again: Again::No });
    }
    let encodings: Vec<_> =
        headers.get_all(header::CONTENT_ENCODING).iter().filter_map(|value| value.to_str().ok()).collect();
    let encodings = encodings.join(",");
    let packed = receive(response, options, ask).await?;
    let bytes = match encodings.is_empty() {
        true => packed,
        false => unpack(&encodings, &packed, ask.limit)?,
    };
    Ok(answer(Content::Body { content_type, bytes }))
}

/// The body as it was sent.
async fn receive(mut response: Response, options: &CollectorOptions, ask: &Ask) -> Result<Vec<u8>, Failure> {
    let too_large = || Failure {
        error: FetchError::TooLarge { limit: ask.limit, decompressed: false },
        again: Again::No,
    };
    let expected = response.content_length();
    if ask.overflow == Overflow::Refuse && expected.is_some_and(|length| length > ask.limit as u64) {
        return Err(too_large());
    }
    let mut received = Vec::new();
    loop {
        let chunk = within(options.idle_timeout, "it stopped sending", response.chunk()).await?;
        let chunk = chunk.map_err(|_| Failure {
            error: FetchError::Cut { received: received.len() as u64, expected },
            again: Again::Page,
        })?;
        let Some(chunk) = chunk else { return Ok(received) };
        let room = ask.limit - received.len();
        if chunk.len() > room {
            if ask.overflow == Overflow::Refuse {
                return Err(too_large());
            }
            received.extend_from_slice(&chunk[..room]);
            return Ok(received);
        }
        received.extend_from_slice(&chunk);
    }
}

fn unpack(encodings: &str, packed: &[u8], limit: usize) -> Result<Vec<u8>, Failure> {
    let failure = |error, again| Err(Failure { error, again });
    match decode(encodings, packed, limit) {
        Ok(decoded) if decoded.truncated => {
            let received = packed.len() as u64;
            failure(FetchError::Cut { received, expected: None }, Again::Page)
        }
        Ok(decoded) => Ok(decoded.bytes),
        Err(CodingError::TooLarge { limit }) => {
            failure(FetchError::TooLarge { limit, decompressed: true }, Again::No)
        }
        Err(error) => failure(FetchError::Coding { why: tame(&error.to_string()) }, Again::No),
    }
}

async fn within<T>(
    limit: Duration,
    what: &'static str,
    future: impl Future<Output = T>,
) -> Result<T, Failure> {
    let late = |_| Failure { error: FetchError::Timeout { what, limit }, again: Again::Page };
    timeout(limit, future).await.map_err(late)
}

/// Why there was no head: told from the innermost cause outwards, for only there is it named.
fn unanswered(error: &reqwest::Error, options: &CollectorOptions) -> Failure {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    let mut innermost = String::new();
    let (mut known, mut hyper_error) = (None, None);
    while let Some(one) = cause {
        innermost = one.to_string();
        known = known.or_else(|| one.downcast_ref::<Unasked>().map(|refused| refused.0.clone()));
        hyper_error = one.downcast_ref::<hyper::Error>().or(hyper_error);
        // An `io::Error` hides what it carries from the chain it stands in.
        let carried = one.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        cause = carried.map(|carried| carried as &(dyn Error + 'static)).or_else(|| one.source());
    }
    let innermost = tame(&innermost);
    let failure = |error, again| Failure { error, again };
    match known {
        Some(refused @ FetchError::Address { .. }) => return failure(refused, Again::No),
        Some(unknown) => return failure(unknown, Again::Host(None)),
        None => {}
    }
    if error.is_connect() && error.is_timeout() {
        let limit = options.connect_timeout;
        return failure(FetchError::Timeout { what: "no connection", limit }, Again::Host(None));
    }
    if error.is_connect() {
        let why = match innermost.strip_prefix("invalid peer certificate: ") {
            Some(why) => format!("its certificate is not valid: {why}"),
            None => format!("no connection: {innermost}"),
        };
        return failure(FetchError::Connect { why }, Again::Host(None));
    }
    let (why, again) = match hyper_error {
        // hyper tells this one apart in its words only.
        Some(error) if error.is_parse() && innermost.contains("too large") => {
            ("the head of its answer is too large".to_owned(), Again::No)
        }
        Some(error) if error.is_parse() => (format!("it did not answer in HTTP: {innermost}"), Again::Page),
        Some(error) if error.is_incomplete_message() => {
            ("it closed the connection without an answer".to_owned(), Again::Page)
        }
        _ => (format!("the connection broke: {innermost}"), Again::Page),
    };
    failure(FetchError::Protocol { why }, again)
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

fn validator(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    text(headers, name).filter(|value| !value.is_empty() && value.len() <= LONGEST_VALIDATOR)
}

fn location(base: &Url, headers: &HeaderMap) -> Result<Url, Failure> {
    let failure =
        |why: &str| Failure { error: FetchError::Redirect { why: why.to_owned() }, again: Again::No };
    let value =
        headers.get(header::LOCATION).ok_or_else(|| failure("it redirects without saying where to"))?;
    if value.len() > LONGEST_LOCATION {
        return Err(failure("it redirects to an address of more than 8 KiB"));
    }
    // Some servers send letters beyond ASCII as they are; `url` encodes them.
    let to = base.join(&String::from_utf8_lossy(value.as_bytes()));
    to.map_err(|_| failure("it redirects to what is no address"))
}

/// The instant, for what is kept of an answer.
#[expect(
    clippy::disallowed_methods,
    reason = "collect is where the clock enters: when something was first seen"
)]
pub(super) fn now() -> Timestamp {
    Timestamp::now()
}
