//! The `[hooks]` table, or several `[[hooks]]`: who is told when the state changes.
//!
//! What a key means is said in `example.toml`; a hook that cannot be meant (a command that is a line for a
//! shell, an address that is none, two hooks of one name) is refused with its line. A token is never in the
//! file: only the name of the environment variable that holds it. No message tells an address or a command
//! back: many an address is itself the secret.

use std::{collections::BTreeSet, fmt, ops::Range, path::Path, path::PathBuf, time::Duration};

use serde::{
    Deserialize, Deserializer,
    de::{
        Error, MapAccess, SeqAccess, Visitor,
        value::{MapAccessDeserializer, SeqAccessDeserializer},
    },
};
use toml::Spanned;

use super::{sources::seconds, tables::Positive};
use crate::{
    collect::canonical_url,
    signal::{Change, State},
};

/// Somebody who is told when the state changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    /// Its name: what it was told is remembered by it.
    pub name: String,
    /// How it is told.
    pub target: HookTarget,
    /// Only changes that enter or leave one of these; every change where it is empty.
    pub on: Vec<State>,
    /// Longest time for being told once.
    pub timeout: Duration,
    /// Days after which a change that it could not be told of is no news any more.
    pub max_age_days: u32,
}

/// How a hook is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HookTarget {
    /// A program with its arguments, which reads the change on standard input. No shell sees it.
    Command(Vec<String>),
    /// An address that the change is sent to.
    Webhook {
        /// The address; `{token}` stands for the token.
        url: String,
        /// The token it asks for.
        token: Option<TokenSource>,
    },
}

/// Where a token is and where it goes; never the token itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenSource {
    /// The environment variable that holds it.
    pub variable: String,
    /// Where it goes.
    pub place: TokenPlace,
}

/// Where a token goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenPlace {
    /// `Authorization: Bearer TOKEN`.
    Bearer,
    /// A header of this name, the token alone.
    Header(String),
    /// Into the address, at `{token}`.
    Address,
}

impl Hook {
    /// Whether it wants to hear of a change.
    pub fn hears(&self, change: &Change) -> bool {
        self.on.is_empty() || self.on.contains(&change.from) || self.on.contains(&change.to)
    }
}

impl HookTarget {
    /// Where a token stands in an address.
    pub const TOKEN: &str = "{token}";
}

impl fmt::Display for HookTarget {
    /// The program without its arguments, or the host of the address: the rest may be a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Command(words) => f.write_str(words.first().map_or("", String::as_str)),
            Self::Webhook { url, .. } => {
                let host = url.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
                f.write_str(host.split(['?', '#']).next().unwrap_or_default())
            }
        }
    }
}

/// Half a minute does for sending a message, and a run must end.
const TIMEOUT: Duration = Duration::from_secs(30);
/// A fortnight covers a holiday; an older change is history, which `signal --changes` tells.
const MAX_AGE_DAYS: u32 = 14;
/// Longer names are typing errors, and are shown in tables.
const MAX_NAME_BYTES: usize = 64;

/// One hook, or several.
pub(super) enum HookTables {
    One(Box<HookTable>),
    Several(Vec<Spanned<HookTable>>),
}

/// One table.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct HookTable {
    name: Option<String>,
    #[serde(deserialize_with = "command")]
    command: Option<Vec<String>>,
    #[serde(deserialize_with = "webhook")]
    webhook: Option<String>,
    webhook_token_env: Option<String>,
    webhook_token_header: Option<String>,
    #[serde(deserialize_with = "states")]
    on: Vec<State>,
    #[serde(deserialize_with = "seconds")]
    timeout_secs: Option<Duration>,
    max_age_days: Option<Positive<u32>>,
}

/// Every key of the table.
#[cfg(test)]
pub(super) const HOOK_KEYS: &[&str] = &[
    "name",
    "command",
    "webhook",
    "webhook_token_env",
    "webhook_token_header",
    "on",
    "timeout_secs",
    "max_age_days",
];

impl<'de> Deserialize<'de> for HookTables {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Tables;
        impl<'de> Visitor<'de> for Tables {
            type Value = HookTables;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("one [hooks] table or several [[hooks]]")
            }

            fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<HookTables, M::Error> {
                let table = HookTable::deserialize(MapAccessDeserializer::new(map))?;
                Ok(HookTables::One(Box::new(table)))
            }

            fn visit_seq<S: SeqAccess<'de>>(self, tables: S) -> Result<HookTables, S::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(tables)).map(HookTables::Several)
            }
        }
        from.deserialize_any(Tables)
    }
}

fn command<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Vec<String>>, D::Error> {
    struct Words;
    impl<'de> Visitor<'de> for Words {
        type Value = Vec<String>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(
                "the program and its arguments, each a text of its own: [\"notify\", \"--to\", \"me\"]",
            )
        }

        fn visit_seq<S: SeqAccess<'de>>(self, words: S) -> Result<Vec<String>, S::Error> {
            Vec::deserialize(SeqAccessDeserializer::new(words))
        }

        fn visit_str<E: Error>(self, _: &str) -> Result<Vec<String>, E> {
            Err(E::custom(
                "a command is not a line for a shell: use [\"program\", \"argument\"], each a text of its own",
            ))
        }
    }
    let words = from.deserialize_any(Words)?;
    if words.first().is_none_or(|program| program.trim().is_empty()) {
        return Err(D::Error::custom("the command names no program"));
    }
    Ok(Some(words))
}

/// An address, which is not told back: it may hold a secret.
fn webhook<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    let url = String::deserialize(from)?.trim().to_owned();
    let Some(canonical) = canonical_url(&url.replace(HookTarget::TOKEN, "token")) else {
        return Err(D::Error::custom("webhook is no http or https address"));
    };
    let authority = canonical.split('/').nth(2).unwrap_or_default();
    // There it would be asked of name servers, and stand in every message of a failure.
    let host_ends = url.find("://").map_or(0, |at| at + 3);
    let host_ends = url[host_ends..].find(['/', '?', '#']).map_or(url.len(), |at| host_ends + at);
    if url[..host_ends].contains(HookTarget::TOKEN) {
        return Err(D::Error::custom("webhook has the token in its host: a path or a query can hold it"));
    }
    if authority.contains('@') || url.split('/').nth(2).is_some_and(|host| host.contains('@')) {
        return Err(D::Error::custom(
            "webhook holds a user name or password, which are never sent: use webhook_token_env",
        ));
    }
    Ok(Some(url))
}

fn states<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<State>, D::Error> {
    let names = Vec::<String>::deserialize(from)?;
    let states: Vec<State> = State::ALL.into_iter().filter(|state| *state != State::Unknown).collect();
    let known = || states.iter().map(|state| state.as_str()).collect::<Vec<_>>().join(", ");
    if names.is_empty() {
        return Err(D::Error::custom("on names no state: leave it out to hear of every change"));
    }
    let state = |name: &String| match states.iter().find(|state| state.as_str() == name) {
        Some(state) => Ok(*state),
        None if name == State::Unknown.as_str() => Err(D::Error::custom(
            "UNKNOWN is a pause, in which no state is entered or left: NO_DATA tells of a longer one",
        )),
        None => Err(D::Error::custom(format!("{name:?} is no state: use {}", known()))),
    };
    names.iter().map(state).collect()
}

/// The hooks, each checked as a whole; an error carries the place of its table.
pub(super) fn hooks(
    tables: Option<Spanned<HookTables>>,
    folder: &Path,
) -> Result<Vec<Hook>, (Range<usize>, String)> {
    let Some(tables) = tables else { return Ok(Vec::new()) };
    let span = tables.span();
    let tables = match tables.into_inner() {
        HookTables::One(table) => vec![(span, *table)],
        HookTables::Several(tables) => {
            tables.into_iter().map(|table| (table.span(), table.into_inner())).collect()
        }
    };
    let mut names = BTreeSet::new();
    let mut hooks = Vec::new();
    for (span, table) in tables {
        for hook in hooks_of(table, folder).map_err(|what| (span.clone(), what))? {
            if !names.insert(hook.name.clone()) {
                let what = format!("two hooks are called {:?}: give each a name of its own", hook.name);
                return Err((span, what));
            }
            hooks.push(hook);
        }
    }
    Ok(hooks)
}

/// A command and a webhook in one table are a hook each: one may fail where the other does not.
fn hooks_of(table: HookTable, folder: &Path) -> Result<Vec<Hook>, String> {
    let HookTable {
        name,
        command,
        webhook,
        webhook_token_env,
        webhook_token_header,
        on,
        timeout_secs,
        max_age_days,
    } = table;
    let is_plain = |name: &String| {
        !name.is_empty()
            && name.len() <= MAX_NAME_BYTES
            && name.trim() == name
            && !name.chars().any(char::is_control)
    };
    if let Some(name) = name.as_ref().filter(|name| !is_plain(name)) {
        return Err(format!("{name:?} is no name for a hook"));
    }
    if timeout_secs.is_some_and(|time| time.is_zero()) {
        return Err("timeout_secs = 0 gives a hook no time at all".to_owned());
    }
    let token = token(webhook.as_deref(), webhook_token_env, webhook_token_header)?;
    let has_both = command.is_some() && webhook.is_some();
    let called = |kind: &str| match &name {
        Some(name) if has_both => format!("{name} {kind}"),
        Some(name) => name.clone(),
        None => kind.to_owned(),
    };
    let timeout = timeout_secs.unwrap_or(TIMEOUT);
    let max_age_days = max_age_days.map_or(MAX_AGE_DAYS, Into::into);
    let hook = |kind: &str, target: HookTarget| Hook {
        name: called(kind),
        target,
        on: on.clone(),
        timeout,
        max_age_days,
    };
    let program = |mut words: Vec<String>| {
        words[0] = beside(&words[0], folder);
        hook("command", HookTarget::Command(words))
    };
    let address = |url: String| hook("webhook", HookTarget::Webhook { url, token: token.clone() });
    let hooks: Vec<Hook> = command.map(program).into_iter().chain(webhook.map(address)).collect();
    if hooks.is_empty() {
        return Err("a hook needs a command or a webhook".to_owned());
    }
    Ok(hooks)
}

/// A program given by a path lies where the file says, a bare name where the system finds it.
fn beside(program: &str, folder: &Path) -> String {
    if PathBuf::from(program).components().count() < 2 && !program.contains('/') {
        return program.to_owned();
    }
    folder.join(program).to_string_lossy().into_owned()
}

/// Headers that say where and how a message is sent.
fn is_reserved(header: &str) -> bool {
    ["host", "content-length", "content-type", "connection", "transfer-encoding", "upgrade", "te", "trailer"]
        .contains(&header.to_ascii_lowercase().as_str())
}

fn token(
    webhook: Option<&str>,
    variable: Option<String>,
    header: Option<String>,
) -> Result<Option<TokenSource>, String> {
    let has_place = webhook.is_some_and(|url| url.contains(HookTarget::TOKEN));
    let is_word = |text: &str, also: char| {
        !text.is_empty() && text.chars().all(|char| char.is_ascii_alphanumeric() || char == also)
    };
    let place = match (variable.is_some(), header) {
        (false, None) if !has_place => return Ok(None),
        (false, _) => return Err("a token needs webhook_token_env".to_owned()),
        _ if webhook.is_none() => return Err("webhook_token_env needs a webhook".to_owned()),
        (true, Some(_)) if has_place => {
            return Err("the token goes into the address: leave webhook_token_header out".to_owned());
        }
        (true, Some(header)) if is_reserved(&header) => {
            return Err(format!("{header:?} is a header of the connection: no token goes into it"));
        }
        (true, Some(header)) if is_word(&header, '-') => TokenPlace::Header(header),
        (true, Some(header)) => return Err(format!("{header:?} is no name of a header")),
        (true, None) if has_place => TokenPlace::Address,
        (true, None) => TokenPlace::Bearer,
    };
    let variable = variable.filter(|variable| {
        is_word(variable, '_') && !variable.starts_with(|first: char| first.is_ascii_digit())
    });
    // It is not told back: somebody may have put the token itself here.
    let what = "webhook_token_env is the name of an environment variable, such as MY_TOKEN; the token stays out \
                of this file";
    let variable = variable.ok_or_else(|| what.to_owned())?;
    Ok(Some(TokenSource { variable, place }))
}

#[cfg(test)]
mod tests;
