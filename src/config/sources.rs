//! The `[collect]` and `[[source]]` tables.
//!
//! What a key means is said in `example.toml` and `sources.toml`; a value that cannot be meant (a pattern
//! that does not compile, a section page without patterns, two sources of one name) is refused with its
//! line.

use std::{collections::BTreeSet, ops::Range, time::Duration};

use serde::{Deserialize, Deserializer, de::Error};
use toml::Spanned;
use url::Url;

use crate::collect::{
    CollectorOptions, GdeltQuery, GdeltWindow, Older, Pattern, Reading, Source, SourceKind, Topics,
    canonical_url, user_agent,
};

/// The `[collect]` table.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default, expecting = "a table of keys")]
pub(super) struct CollectTable {
    #[serde(deserialize_with = "contact")]
    contact: Option<String>,
    #[serde(deserialize_with = "seconds")]
    pause_secs: Option<Duration>,
    #[serde(deserialize_with = "seconds")]
    crawl_delay_max_secs: Option<Duration>,
    connections: Option<super::tables::Positive<usize>>,
    retries: Option<u32>,
    #[serde(deserialize_with = "seconds")]
    retry_pause_secs: Option<Duration>,
    #[serde(deserialize_with = "seconds")]
    patience_secs: Option<Duration>,
    #[serde(deserialize_with = "seconds")]
    connect_timeout_secs: Option<Duration>,
    #[serde(deserialize_with = "seconds")]
    idle_timeout_secs: Option<Duration>,
    #[serde(deserialize_with = "seconds")]
    total_timeout_secs: Option<Duration>,
    max_bytes: Option<super::tables::Positive<usize>>,
    allow_hosts: Option<BTreeSet<String>>,
    #[serde(deserialize_with = "proxy")]
    proxy: Option<String>,
}

/// Every key of the table.
#[cfg(test)]
pub(super) const COLLECT_KEYS: &[&str] = &[
    "contact",
    "pause_secs",
    "crawl_delay_max_secs",
    "connections",
    "retries",
    "retry_pause_secs",
    "patience_secs",
    "connect_timeout_secs",
    "idle_timeout_secs",
    "total_timeout_secs",
    "max_bytes",
    "allow_hosts",
    "proxy",
];

impl CollectTable {
    /// Sets what is given; returns the contact.
    pub(super) fn apply(self, options: &mut CollectorOptions) -> Option<String> {
        let Self {
            contact,
            pause_secs,
            crawl_delay_max_secs,
            connections,
            retries,
            retry_pause_secs,
            patience_secs,
            connect_timeout_secs,
            idle_timeout_secs,
            total_timeout_secs,
            max_bytes,
            allow_hosts,
            proxy,
        } = self;
        fn set<T, U: Into<T>>(into: &mut T, value: Option<U>) {
            if let Some(value) = value {
                *into = value.into();
            }
        }
        set(&mut options.pause, pause_secs);
        set(&mut options.crawl_delay_max, crawl_delay_max_secs);
        set(&mut options.connections, connections);
        set(&mut options.retries, retries);
        set(&mut options.retry_pause, retry_pause_secs);
        set(&mut options.patience, patience_secs);
        set(&mut options.connect_timeout, connect_timeout_secs);
        set(&mut options.idle_timeout, idle_timeout_secs);
        set(&mut options.total_timeout, total_timeout_secs);
        set(&mut options.max_bytes, max_bytes);
        set(&mut options.allowed_hosts, allow_hosts);
        options.proxy = proxy.or(options.proxy.take());
        options.user_agent = user_agent(contact.as_deref());
        contact
    }
}

/// An address a person reads: a page or a mail box.
fn contact<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(from)?;
    let text = text.trim();
    let is_address = text.contains('@') || text.starts_with("https://") || text.starts_with("http://");
    match text {
        // As `init` writes it: not filled in yet.
        "" => Ok(None),
        _ if is_address && text.chars().all(|char| char.is_ascii_graphic()) => Ok(Some(text.to_owned())),
        _ => Err(D::Error::custom(format!(
            "{text:?} is no contact: use an e-mail address or an https:// page"
        ))),
    }
}

/// An address of a proxy, which is not told back: it may hold a password.
fn proxy<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(from)?;
    let is_proxy = |url: &Url| matches!(url.scheme(), "http" | "https") && matches!(url.path(), "" | "/");
    match Url::parse(&text).ok().filter(is_proxy) {
        Some(_) => Ok(Some(text)),
        None => Err(D::Error::custom("this is no address of a proxy: use http://host:port")),
    }
}

/// What a day's run asks of GDELT: two days, so that one that was missed is made up for.
const GDELT_HOURS: u16 = 48;
/// The most it gives at once.
const MAX_RECORDS: u16 = 250;

/// Longest time that can be meant: a day.
const MOST_SECONDS: f64 = 86_400.0;

/// Seconds, also parts of one.
pub(super) fn seconds<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Duration>, D::Error> {
    let seconds = f64::deserialize(from)?;
    if (0.0..=MOST_SECONDS).contains(&seconds) {
        Ok(Some(Duration::from_secs_f64(seconds)))
    } else {
        Err(D::Error::custom(format!("{seconds} is no time to wait: use 0 to {MOST_SECONDS} seconds")))
    }
}

/// One `[[source]]` table.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table of keys")]
pub(super) struct SourceTable {
    name: String,
    #[serde(deserialize_with = "kind")]
    kind: SourceKind,
    url: Option<String>,
    query: Option<String>,
    #[serde(default = "yes")]
    enabled: bool,
    #[serde(default, deserialize_with = "patterns")]
    include: Vec<Pattern>,
    #[serde(default, deserialize_with = "patterns")]
    exclude: Vec<Pattern>,
    #[serde(default, deserialize_with = "topics")]
    topics: Topics,
    limit: Option<super::tables::Positive<usize>>,
    max_age_days: Option<super::tables::Positive<u32>>,
    #[serde(default, deserialize_with = "older")]
    older: Older,
    #[serde(default, deserialize_with = "reading")]
    read: Reading,
    #[serde(default, deserialize_with = "seconds")]
    pause_secs: Option<Duration>,
}

pub(super) fn yes() -> bool {
    true
}

/// One of the words a key can have.
pub(super) fn word<'de, T: Copy, D: Deserializer<'de>>(from: D, words: &[(&str, T)]) -> Result<T, D::Error> {
    let given = String::deserialize(from)?;
    let found = words.iter().find(|(word, _)| *word == given);
    found.map(|(_, value)| *value).ok_or_else(|| {
        let words: Vec<String> = words.iter().map(|(word, _)| format!("{word:?}")).collect();
        D::Error::custom(format!("{given:?} is not known here: use {}", words.join(", ")))
    })
}

fn kind<'de, D: Deserializer<'de>>(from: D) -> Result<SourceKind, D::Error> {
    word(from, &SourceKind::ALL.map(|kind| (kind.as_str(), kind)))
}

fn older<'de, D: Deserializer<'de>>(from: D) -> Result<Older, D::Error> {
    word(from, &[("skip", Older::Skip), ("claimed", Older::Claimed)])
}

fn reading<'de, D: Deserializer<'de>>(from: D) -> Result<Reading, D::Error> {
    word(from, &[("page", Reading::Page), ("entry", Reading::Entry)])
}

fn patterns<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Pattern>, D::Error> {
    let texts = Vec::<String>::deserialize(from)?;
    texts.iter().map(|text| Pattern::new(text).map_err(D::Error::custom)).collect()
}

fn topics<'de, D: Deserializer<'de>>(from: D) -> Result<Topics, D::Error> {
    Topics::new(Vec::deserialize(from)?).map_err(D::Error::custom)
}

/// The sources, each checked as a whole; an error carries the place of its table.
pub(super) fn sources(tables: Vec<Spanned<SourceTable>>) -> Result<Vec<Source>, (Range<usize>, String)> {
    let (mut names, mut urls) = (BTreeSet::new(), BTreeSet::new());
    let checked = |table: Spanned<SourceTable>| {
        let span = table.span();
        let source = source(table.into_inner()).map_err(|what| (span.clone(), what))?;
        // It names rows of the store and columns of reports.
        if source.name.trim().is_empty() || source.name.chars().any(char::is_control) {
            return Err((span, "a source needs a name".to_owned()));
        }
        if !names.insert(source.name.clone()) {
            return Err((span, format!("two sources are called {:?}", source.name)));
        }
        if !urls.insert(canonical_url(&source.url)) {
            return Err((span, format!("another source has the url {:?} already", source.url)));
        }
        Ok(source)
    };
    tables.into_iter().map(checked).collect()
}

fn source(table: SourceTable) -> Result<Source, String> {
    let SourceTable {
        name,
        kind,
        url,
        query,
        enabled,
        include,
        exclude,
        topics,
        limit,
        max_age_days,
        older,
        read,
        pause_secs,
    } = table;
    let url = match (kind, url, query) {
        (SourceKind::Gdelt, Some(url), None) => url,
        (SourceKind::Gdelt, url, Some(query)) => {
            let window = GdeltWindow::LastHours(GDELT_HOURS);
            let query = GdeltQuery { query, window, max_records: MAX_RECORDS };
            let endpoint = url.as_deref().unwrap_or(GdeltQuery::ENDPOINT);
            query.url(endpoint).ok_or_else(|| format!("{endpoint:?} is no http or https address"))?
        }
        (SourceKind::Gdelt, None, None) => {
            return Err(format!("{name:?} needs a query: the words GDELT is asked for"));
        }
        (_, _, Some(_)) => return Err(format!("{name:?} is a {kind}: only gdelt has a query")),
        (_, Some(url), None) => url,
        (_, None, None) => return Err(format!("{name:?} needs a url")),
    };
    if canonical_url(&url).is_none() {
        return Err(format!("{url:?} is no http or https address"));
    }
    if kind == SourceKind::Section && include.is_empty() {
        return Err(format!("{name:?} needs include: which of the page's links lead to articles"));
    }
    if read == Reading::Entry && !matches!(kind, SourceKind::Feed) {
        return Err(format!("{name:?} is a {kind}: only a feed gives texts to read = \"entry\""));
    }
    let usual = Source::new(name, kind, url);
    Ok(Source {
        enabled,
        include,
        exclude,
        topics,
        limit: limit.map_or(usual.limit, Into::into),
        max_age_days: max_age_days.map_or(usual.max_age_days, Into::into),
        older,
        read,
        pause: pause_secs,
        ..usual
    })
}
