//! Why an address gave nothing: the reasons of `fetch`, in words that can stand in a summary.
//!
//! Each reason is one lower-case clause about the server ("it answered 403 Forbidden"); the address is
//! told beside it. Words a server chose are shortened and stripped before they get in, addresses lose
//! user name and password.

use std::time::Duration;

use url::Url;

/// Why an address gave nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// No address that may be asked at all: another scheme, a bad port, a password in it.
    #[error("{why}")]
    Url {
        /// The clause.
        why: String,
    },
    /// An address inside the reader's network, or otherwise special.
    #[error("{address} is {kind}")]
    Address {
        /// The literal address, or a name and the address it stands for.
        address: String,
        /// Its kind, as a noun phrase: `a loopback address`.
        kind: &'static str,
    },
    /// The host's robots.txt disallows the address.
    #[error("its robots.txt disallows {path}")]
    Robots {
        /// Path and query.
        path: String,
    },
    /// The host's robots.txt could not be read, which disallows everything for now.
    #[error("its robots.txt could not be read: {why}")]
    RobotsUnread {
        /// The clause.
        why: String,
    },
    /// A status that is no answer.
    #[error("it answered {status}{}", reason(*.status))]
    Status {
        /// The HTTP status.
        status: u16,
    },
    /// Redirects that lead nowhere, in circles, or where they must not.
    #[error("{why}")]
    Redirect {
        /// The clause.
        why: String,
    },
    /// Another type of content than was asked for.
    #[error("it sent {content_type} where {wanted} was asked for")]
    Type {
        /// What it says it is.
        content_type: String,
        /// What was wanted, as a noun phrase.
        wanted: &'static str,
    },
    /// More bytes than the limit allows.
    #[error("it sent more than {}{}", mebibytes(*.limit), if *.decompressed { " after decompression" } else { "" })]
    TooLarge {
        /// The limit in bytes.
        limit: usize,
        /// Whether they were counted after decompression.
        decompressed: bool,
    },
    /// A body that cannot be decompressed.
    #[error("its body cannot be decompressed: {why}")]
    Coding {
        /// The clause.
        why: String,
    },
    /// A body that ended early: what came is not the whole and is dropped.
    #[error("its body broke off after {received} bytes{}", expected.map_or(String::new(), |all| format!(" of {all}")))]
    Cut {
        /// Bytes received.
        received: u64,
        /// Bytes announced, where they were.
        expected: Option<u64>,
    },
    /// An answer that is no HTTP, or breaks the limits of its head.
    #[error("{why}")]
    Protocol {
        /// The clause.
        why: String,
    },
    /// No connection: the name, the network, the certificate.
    #[error("{why}")]
    Connect {
        /// The clause.
        why: String,
    },
    /// Too slow.
    #[error("{what} within {}", seconds(*.limit))]
    Timeout {
        /// What did not happen: `it sent nothing`.
        what: &'static str,
        /// The time-out.
        limit: Duration,
    },
    /// The host has been given up for now: too many failures in a row, or it asked for a long wait.
    #[error("its host is left alone for now: {why}")]
    HostResting {
        /// The clause that says why.
        why: String,
    },
}

impl FetchError {
    /// The reason in a word or two, without particulars: what summaries count by.
    pub fn kind(&self) -> String {
        let kind = match self {
            Self::Url { .. } => "no usable address",
            Self::Address { .. } => "private address",
            Self::Robots { .. } => "robots.txt",
            Self::RobotsUnread { .. } => "robots.txt not readable",
            Self::Status { status } => return format!("answered {status}"),
            Self::Redirect { .. } => "redirects",
            Self::Type { .. } => "wrong type",
            Self::TooLarge { .. } => "too large",
            Self::Coding { .. } => "not decompressible",
            Self::Cut { .. } => "broken off",
            Self::Protocol { .. } => "no HTTP",
            Self::Connect { .. } => "no connection",
            Self::Timeout { .. } => "too slow",
            Self::HostResting { .. } => "host resting",
        };
        kind.to_owned()
    }
}

fn reason(status: u16) -> String {
    let known = reqwest::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    known.map_or(String::new(), |reason| format!(" {reason}"))
}

fn mebibytes(bytes: usize) -> String {
    match bytes {
        bytes if bytes >= 1 << 20 && bytes % (1 << 20) == 0 => format!("{} MiB", bytes >> 20),
        bytes if bytes >= 1 << 10 && bytes % (1 << 10) == 0 => format!("{} KiB", bytes >> 10),
        bytes => format!("{bytes} bytes"),
    }
}

fn seconds(time: Duration) -> String {
    match time.as_secs_f64() {
        1.0 => "1 second".to_owned(),
        seconds => format!("{seconds} seconds"),
    }
}

/// Words of a server, fit for a message: printable ASCII, and not many.
pub(super) fn tame(text: &str) -> String {
    const LONGEST: usize = 80;
    text.chars().filter(|char| (' '..='~').contains(char)).take(LONGEST).collect()
}

/// An address fit for requests, messages and records: without user name, password and fragment, and
/// without the final dot of a name, which some resolvers and servers do not know.
pub(super) fn bare(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_fragment(None);
    // Only addresses without a host refuse this; they are refused before.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    if let Some(name) = url.domain().and_then(|name| name.strip_suffix('.')).map(str::to_owned) {
        let _ = url.set_host(Some(&name));
    }
    url
}

/// The same for what need not be an address.
pub(super) fn bare_text(text: &str) -> String {
    let stripped = |(scheme, rest): (&str, &str)| {
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let host = rest[..end].rfind('@').map_or(0, |at| at + 1);
        format!("{scheme}://{}", &rest[host..])
    };
    match Url::parse(text) {
        Ok(url) => bare(&url).into(),
        Err(_) => text.split_once("://").map_or_else(|| text.to_owned(), stripped),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_read_as_clauses() {
        let limit = 16 << 20;
        for (error, expected) in [
            (FetchError::Status { status: 403 }, "it answered 403 Forbidden"),
            (FetchError::Status { status: 799 }, "it answered 799"),
            (FetchError::Robots { path: "/x".to_owned() }, "its robots.txt disallows /x"),
            (
                FetchError::TooLarge { limit, decompressed: true },
                "it sent more than 16 MiB after decompression",
            ),
            (FetchError::TooLarge { limit: 500 << 10, decompressed: false }, "it sent more than 500 KiB"),
            (FetchError::TooLarge { limit: 1001, decompressed: false }, "it sent more than 1001 bytes"),
            (FetchError::Cut { received: 4, expected: Some(8) }, "its body broke off after 4 bytes of 8"),
            (
                FetchError::Timeout { what: "no connection", limit: Duration::from_secs(1) },
                "no connection within 1 second",
            ),
            (
                FetchError::Timeout { what: "it stopped sending", limit: Duration::from_millis(1500) },
                "it stopped sending within 1.5 seconds",
            ),
        ] {
            assert_eq!(error.to_string(), expected);
        }
    }

    #[test]
    fn credentials_and_control_characters_stay_out_of_messages() {
        for (text, expected) in [
            ("https://me:secret@example.org/a#b", "https://example.org/a"),
            ("https://me:secret@exa mple.org/a@b", "https://exa mple.org/a@b"),
            ("http://a:b@c@:0x/", "http://:0x/"),
            ("n/a", "n/a"),
        ] {
            assert_eq!(bare_text(text), expected);
        }
        assert_eq!(tame("text/\u{1b}[31mhtml\u{202e}"), "text/[31mhtml");
        assert_eq!(tame(&"a".repeat(500)).len(), 80);
    }
}
