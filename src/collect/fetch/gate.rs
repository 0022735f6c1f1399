//! What each origin's robots.txt permits, as far as it is known.
//!
//! `crew` asks here before every request and brings here what a robots.txt answered. An answer serves
//! for a day, one that could not be read for an hour; jobs of an origin that is being asked wait here.
//! Reading the rules is `robots`'. A robots.txt can forbid its own site and slow it down to the cap;
//! it cannot do more.

use std::{collections::HashMap, sync::mpsc, time::Duration};

use jiff::{SignedDuration, Timestamp};
use url::{Position, Url};

use super::{CollectorOptions, FetchError, RobotsAnswer, RobotsBody};
use crate::collect::Robots;

/// RFC 9309: a cached answer should not be used for longer.
const SERVES: SignedDuration = SignedDuration::from_hours(24);
/// A host in trouble is often well again within the hour; a day without it would lose news.
const UNREAD_SERVES: SignedDuration = SignedDuration::from_hours(1);

/// A host whose robots.txt was asked for with all retries is not asked for it again at once.
const LEAST_UNREAD: SignedDuration = SignedDuration::from_mins(1);

/// Answers of robots.txt, and jobs (`J`) that wait for one.
pub(super) struct Gate<J> {
    agent: String,
    origins: HashMap<String, Origin<J>>,
    fetched: mpsc::Sender<RobotsAnswer>,
}

enum Origin<J> {
    Asked(Vec<J>),
    Known { until: Timestamp, said: Said },
}

enum Said {
    Rules(Robots),
    NoRules { status: u16 },
    Unread(FetchError),
}

/// Whether an address may be asked.
pub(super) enum Verdict {
    Allowed { why: String, crawl_delay: Option<Duration> },
    Refused(FetchError),
    Unread { error: FetchError, not_before: Timestamp },
    Unknown,
}

impl<J> Gate<J> {
    pub(super) fn new(
        options: &CollectorOptions,
        kept: Vec<RobotsAnswer>,
        fetched: mpsc::Sender<RobotsAnswer>,
    ) -> Self {
        let mut gate = Self { agent: options.agent_token.clone(), origins: HashMap::new(), fetched };
        for answer in kept {
            let (said, serves) = match answer.answer {
                RobotsBody::Rules(text) => (Said::Rules(Robots::parse(&text)), SERVES),
                RobotsBody::AllowAll { status } => (Said::NoRules { status }, SERVES),
                RobotsBody::DisallowAll { why } => {
                    (Said::Unread(FetchError::RobotsUnread { why }), UNREAD_SERVES)
                }
            };
            let until = answer.fetched_at.saturating_add(serves).unwrap_or(Timestamp::MIN);
            gate.origins.insert(answer.origin, Origin::Known { until, said });
        }
        gate
    }

    /// What is known about an address.
    pub(super) fn verdict(&mut self, url: &Url, now: Timestamp) -> Verdict {
        let Some(Origin::Known { until, said }) = self.origins.get(&origin_of(url)) else {
            return Verdict::Unknown;
        };
        // An answer from the future was kept by a clock that was wrong.
        if *until <= now || *until > now.saturating_add(SERVES).unwrap_or(Timestamp::MAX) {
            self.origins.remove(&origin_of(url));
            return Verdict::Unknown;
        }
        match said {
            Said::Rules(rules) => {
                let rule = rules.rule(&self.agent, url.as_str());
                if rule.as_ref().is_none_or(|rule| rule.allowed) {
                    let why = rule
                        .map_or_else(|| "its robots.txt allows it".to_owned(), |rule| format!("its {rule}"));
                    return Verdict::Allowed { why, crawl_delay: self.crawl_delay(url) };
                }
                let path = url[Position::BeforePath..Position::AfterQuery].chars().take(200).collect();
                Verdict::Refused(FetchError::Robots { path })
            }
            Said::NoRules { status } => {
                Verdict::Allowed { why: format!("it has no robots.txt ({status})"), crawl_delay: None }
            }
            Said::Unread(error @ FetchError::RobotsUnread { .. }) => {
                Verdict::Unread { error: error.clone(), not_before: *until }
            }
            Said::Unread(error) => Verdict::Refused(error.clone()),
        }
    }

    /// The pause an origin asks for.
    pub(super) fn crawl_delay(&self, url: &Url) -> Option<Duration> {
        let Some(Origin::Known { said: Said::Rules(rules), .. }) = self.origins.get(&origin_of(url)) else {
            return None;
        };
        rules.crawl_delay(&self.agent)
    }

    /// Lets a job wait; whether its origin has yet to be asked.
    pub(super) fn wait(&mut self, origin: &str, job: J) -> bool {
        match self.origins.get_mut(origin) {
            Some(Origin::Asked(waiting)) => {
                waiting.push(job);
                false
            }
            _ => {
                self.origins.insert(origin.to_owned(), Origin::Asked(vec![job]));
                true
            }
        }
    }

    /// Takes rules; the jobs that waited for them.
    pub(super) fn read(&mut self, origin: &str, at: Timestamp, text: Vec<u8>) -> Vec<J> {
        let said = Said::Rules(Robots::parse(&text));
        self.know(origin, at, SERVES, said, Some(RobotsBody::Rules(text)))
    }

    /// Takes the reason for which there are no rules; the jobs that waited for them.
    ///
    /// A status from 400 to 499 and redirects without end mean that there are none; everything else
    /// that the host or the way to it is in trouble, and nothing is allowed until it is asked again.
    /// Only what the host itself answered is kept for the next run: a network that was away is none of
    /// its doing. `not_before` is what the host asked for.
    pub(super) fn unread(
        &mut self,
        origin: &str,
        at: Timestamp,
        error: &FetchError,
        not_before: Option<Timestamp>,
    ) -> Vec<J> {
        match error {
            FetchError::Status { status: status @ (200..=299 | 400..=499) } if not_before.is_none() => {
                let (said, status) = (Said::NoRules { status: *status }, *status);
                self.know(origin, at, SERVES, said, Some(RobotsBody::AllowAll { status }))
            }
            FetchError::Redirect { .. } => {
                let said = Said::NoRules { status: REDIRECTED };
                self.know(origin, at, SERVES, said, Some(RobotsBody::AllowAll { status: REDIRECTED }))
            }
            // Not its robots.txt is refused, but the host.
            FetchError::Address { .. } => self.know(origin, at, SERVES, Said::Unread(error.clone()), None),
            _ => {
                let why = error.to_string();
                let said = Said::Unread(FetchError::RobotsUnread { why: why.clone() });
                match (error, not_before) {
                    (_, Some(until)) => {
                        let serves = until.duration_since(at).max(LEAST_UNREAD);
                        self.know(origin, at, serves, said, None)
                    }
                    (FetchError::Status { .. }, None) => {
                        self.know(origin, at, UNREAD_SERVES, said, Some(RobotsBody::DisallowAll { why }))
                    }
                    (_, None) => self.know(origin, at, LEAST_UNREAD, said, None),
                }
            }
        }
    }

    fn know(
        &mut self,
        origin: &str,
        at: Timestamp,
        serves: SignedDuration,
        said: Said,
        keep: Option<RobotsBody>,
    ) -> Vec<J> {
        if let Some(answer) = keep {
            // A caller that has gone keeps nothing.
            let _ = self.fetched.send(RobotsAnswer { origin: origin.to_owned(), fetched_at: at, answer });
        }
        let until = at.saturating_add(serves).unwrap_or(at);
        match self.origins.insert(origin.to_owned(), Origin::Known { until, said }) {
            Some(Origin::Asked(waiting)) => waiting,
            _ => Vec::new(),
        }
    }
}

/// The status under which a robots.txt that redirects too often is kept.
const REDIRECTED: u16 = 302;

/// Scheme, host and port.
pub(super) fn origin_of(url: &Url) -> String {
    url[..Position::BeforePath].to_owned()
}

/// Where an origin keeps its robots.txt.
pub(super) fn robots_url(url: &Url) -> Url {
    let mut robots = url.clone();
    robots.set_path("/robots.txt");
    robots.set_query(None);
    robots
}
