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

/// An address fit for messages and records: without user name, password and fragment.
pub(super) fn bare(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_fragment(None);
    // Only addresses without a host refuse this; they are refused before.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url
}
