//! One thing to be asked, hop by hop, until it can be answered.
//!
//! `crew` moves jobs between queues; what a job asks at each hop and what its end means to whoever
//! waits for it is said here. Servers choose where a job is redirected to, `target` says whether it
//! may go there.

use std::{mem, sync::mpsc, time::Duration};

use jiff::Timestamp;
use url::Url;

use super::{
    CollectorOptions, FetchError, Fetched, Outcome, Permit, Reply, Request, RobotsUse, Wants,
    error::bare,
    exchange::{Answer, Ask, Content, Overflow},
    target,
};
use crate::{
    collect::robots::MAX_BYTES,
    document::{Basis, Capture},
};

/// One thing to be asked.
pub(super) struct Job {
    pub purpose: Purpose,
    /// Where it has got to.
    pub url: Url,
    /// Tries that failed.
    pub failed: u32,
    /// Why the last of them did.
    pub trouble: Option<FetchError>,
    /// Where it has been.
    passed: Vec<Url>,
    permanently: bool,
}

pub(super) enum Purpose {
    Page(Request),
    Permit(mpsc::Sender<Permit>),
    Robots { origin: String },
}

/// How a job ends without an answer.
#[derive(Clone, Copy)]
pub(super) enum End {
    Refused,
    Later(Option<Timestamp>),
}

impl Job {
    pub(super) fn new(purpose: Purpose, url: Url) -> Self {
        Self { purpose, url, failed: 0, trouble: None, passed: Vec::new(), permanently: false }
    }

    pub(super) fn ask(&self, options: &CollectorOptions) -> Ask {
        let url = self.url.clone();
        match &self.purpose {
            Purpose::Page(request) => Ask {
                url,
                wants: request.wants,
                etag: request.etag.clone(),
                last_modified: request.last_modified.clone(),
                limit: options.max_bytes,
                overflow: Overflow::Refuse,
                key: request.key.clone().filter(|_| self.is_at_its_origin()),
                post: request.post.clone(),
            },
            Purpose::Permit(_) | Purpose::Robots { .. } => Ask {
                url,
                wants: Wants::Anything,
                etag: None,
                last_modified: None,
                limit: MAX_BYTES,
                overflow: Overflow::Ignore,
                key: None,
                post: None,
            },
        }
    }

    /// Whether no redirect has led it away from where it began.
    fn is_at_its_origin(&self) -> bool {
        self.passed.iter().all(|passed| passed.origin() == self.url.origin())
    }

    /// Whether robots.txt must permit it.
    pub(super) fn obeys_robots(&self) -> bool {
        match &self.purpose {
            Purpose::Page(request) => request.robots == RobotsUse::Obey,
            Purpose::Permit(_) => true,
            Purpose::Robots { .. } => false,
        }
    }

    pub(super) fn is_page(&self) -> bool {
        matches!(self.purpose, Purpose::Page(_))
    }

    /// The pause its source has of its own.
    pub(super) fn pause(&self) -> Option<Duration> {
        if let Purpose::Page(request) = &self.purpose { request.pause } else { None }
    }

    /// Turns it to where it was redirected, if it may go there.
    pub(super) fn turn(
        &mut self,
        to: &Url,
        permanent: bool,
        options: &CollectorOptions,
    ) -> Result<(), FetchError> {
        self.permanently = permanent && (self.permanently || self.passed.is_empty());
        self.passed.push(mem::replace(&mut self.url, bare(to)));
        if let Purpose::Page(Request { post: Some(_), .. }) = &self.purpose {
            let why = "it redirects, and what is sent to it goes nowhere else".to_owned();
            return Err(FetchError::Redirect { why });
        }
        let robots = matches!(self.purpose, Purpose::Robots { .. });
        target::redirected(&self.passed, &self.url, robots, options)
    }

    /// The reply of a page that was answered.
    pub(super) fn answered(self, answer: Answer) -> Option<Reply> {
        let Answer { at, etag, last_modified, content } = answer;
        let asked = self.asked();
        let Purpose::Page(request) = self.purpose else { return None };
        let outcome = match content {
            Content::Body { content_type, bytes } => {
                let url = String::from(self.url);
                let capture = Capture {
                    subject: url.clone(),
                    url: Some(url),
                    content_type,
                    captured_at: Some(at),
                    basis: Basis::Observed,
                    body: bytes,
                };
                let redirected = self.passed.into_iter().map(String::from).collect();
                let moved_permanently = self.permanently;
                Outcome::Fetched(Fetched { capture, redirected, moved_permanently, etag, last_modified })
            }
            Content::Unchanged | Content::Redirect { .. } => Outcome::Unchanged {
                at,
                etag: etag.or(request.etag),
                last_modified: last_modified.or(request.last_modified),
            },
        };
        Some(Reply { ticket: request.ticket, url: asked, requested: true, outcome })
    }

    /// The reply of a page that was not; a question about permission is answered at once.
    pub(super) fn unanswered(self, error: FetchError, end: End) -> Option<Reply> {
        let url = self.asked();
        // Unless it was refused before the first try, or its name turned out to be a private address.
        let is_inside = matches!(error, FetchError::Address { .. });
        let requested = !self.passed.is_empty() || self.failed > 0 && !is_inside;
        match self.purpose {
            Purpose::Page(request) => {
                let outcome = match end {
                    End::Refused => Outcome::Refused(error),
                    End::Later(not_before) => Outcome::Later { error, not_before },
                };
                return Some(Reply { ticket: request.ticket, url, requested, outcome });
            }
            Purpose::Permit(answer) => permit(&answer, false, error.to_string(), None),
            Purpose::Robots { .. } => {}
        }
        None
    }

    /// The address that was asked for in the first place.
    pub(super) fn asked(&self) -> String {
        self.passed.first().unwrap_or(&self.url).to_string()
    }
}

/// Answers a question about permission.
pub(super) fn permit(
    answer: &mpsc::Sender<Permit>,
    allowed: bool,
    why: String,
    crawl_delay: Option<Duration>,
) {
    // Whoever asked may have gone.
    let _ = answer.send(Permit { allowed, why, crawl_delay });
}
