//! What a host permits: robots.txt by RFC 9309.
//!
//! Bytes in, answers out: the fetcher asks before each request, `--dry-run` prints the rule that
//! decided. Fetching the file, and what its absence means, stay outside. Read as the reference parser
//! reads: groups for one agent are merged, the longest matching pattern wins and `Allow` wins ties,
//! common misspellings count, an agent is a product token compared whole. Two readings of percent
//! signs exist, by the letter and by the RFC's equivalence (`%7E` is `~`); a page is fetched only when
//! both permit it. `Sitemap`, `Request-rate` and the other extensions are left out, `Crawl-delay` is kept apart
//! from the rules so that it never ends a group.
//!
//! Hostile input can refuse the whole host, nothing else: only the first [`MAX_BYTES`] are read, memory
//! is a few times that, a rule is matched in time linear in pattern and address.

use std::{borrow::Cow, fmt, time::Duration};

mod parse;
mod pattern;

use pattern::{Pattern, Target};

/// What RFC 9309 asks a crawler to read at least, and what others read at most.
pub(super) const MAX_BYTES: usize = 500 << 10;

/// The rules of one host.
#[derive(Debug, Clone, Default)]
pub struct Robots {
    groups: Vec<Group>,
    delays: Vec<Delay>,
}

/// The rule that decided, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RobotsRule {
    /// Whether the page may be fetched.
    pub allowed: bool,
    /// The line in the file, from 1.
    pub line: usize,
    /// The pattern as written.
    pub pattern: String,
    /// Whether the group names the agent; otherwise it is the group for all.
    pub named: bool,
}

#[derive(Debug, Clone, Default)]
struct Group {
    agents: Vec<Agent>,
    rules: Vec<Rule>,
}

/// Agents whose lines stand directly above a delay; a delay is no rule, so it groups on its own.
#[derive(Debug, Clone, Default)]
struct Delay {
    agents: Vec<Agent>,
    longest: Option<Duration>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Agent {
    All,
    Named(String),
}

#[derive(Debug, Clone)]
struct Rule {
    allow: bool,
    line: usize,
    pattern: Pattern,
}

impl Robots {
    /// Reads a file, whatever is in it. Lines that are no rules are passed over; a file that is not
    /// robots.txt at all (a page of HTML) permits everything, as the RFC has it.
    pub fn parse(bytes: &[u8]) -> Self {
        parse::parse(bytes)
    }

    /// Whether an agent (a product token such as `storyturn`) may fetch an address: absolute, or path
    /// and query. The address should be percent-encoded, as on the wire; one with raw letters beyond
    /// ASCII is permitted only if it is so both raw and encoded.
    pub fn allows(&self, agent: &str, url: &str) -> bool {
        self.rule(agent, url).is_none_or(|rule| rule.allowed)
    }

    /// The rule that decides on an address; `None` when no rule touches it, and it may be fetched.
    pub fn rule(&self, agent: &str, url: &str) -> Option<RobotsRule> {
        let path = path_of(url);
        if path == "/robots.txt" {
            return None;
        }
        let named = self.names(agent);
        let rules: Vec<&Rule> = self
            .groups
            .iter()
            .filter(|group| group.agents.iter().any(|each| each.applies(agent, named)))
            .flat_map(|group| &group.rules)
            .collect();
        let (letter, equivalent) = Target::both(&path);
        let by_letter = decide(&rules, |pattern| pattern.matches(&letter));
        let by_equivalence = match (&equivalent, rules.iter().any(|rule| rule.pattern.has_two_readings())) {
            (None, false) => None,
            _ => {
                let target = equivalent.as_ref().unwrap_or(&letter);
                Some(decide(&rules, |pattern| pattern.matches_equivalent(target)))
            }
        };
        // The stricter of two readings; where they agree, the words of the first.
        let decided = match by_equivalence {
            Some(Some(rule)) if !rule.allow && by_letter.is_none_or(|first| first.allow) => Some(rule),
            _ => by_letter,
        };
        decided.map(|rule| RobotsRule {
            allowed: rule.allow,
            line: rule.line,
            pattern: rule.pattern.written().to_owned(),
            named,
        })
    }

    /// The pause between requests that the file asks of an agent, as written: not capped here. The
    /// longest, where several apply.
    pub fn crawl_delay(&self, agent: &str) -> Option<Duration> {
        let named = self.names(agent);
        self.delays
            .iter()
            .filter(|delay| delay.agents.iter().any(|each| each.applies(agent, named)))
            .filter_map(|delay| delay.longest)
            .max()
    }

    fn names(&self, agent: &str) -> bool {
        self.groups.iter().any(|group| group.agents.iter().any(|each| each.names(agent)))
    }
}

/// The longest pattern that matches; `Allow` wins ties, then the first.
fn decide<'a>(rules: &[&'a Rule], matches: impl Fn(&Pattern) -> Option<usize>) -> Option<&'a Rule> {
    let mut best: Option<(usize, &Rule)> = None;
    for rule in rules {
        let Some(length) = matches(&rule.pattern).filter(|length| *length > 0) else { continue };
        if best.is_none_or(|(longest, winner)| (length, rule.allow) > (longest, winner.allow)) {
            best = Some((length, rule));
        }
    }
    best.map(|(_, rule)| rule)
}

impl Agent {
    fn names(&self, agent: &str) -> bool {
        matches!(self, Self::Named(name) if name.eq_ignore_ascii_case(agent))
    }

    /// A group for all counts only where no group names the agent.
    fn applies(&self, agent: &str, named: bool) -> bool {
        if named { self.names(agent) } else { *self == Self::All }
    }
}

impl fmt::Display for RobotsRule {
    /// `robots.txt line 12: Disallow: /search, for all agents`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = if self.allowed { "Allow" } else { "Disallow" };
        let whom = if self.named { "for this agent" } else { "for all agents" };
        write!(f, "robots.txt line {}: {verb}: {}, {whom}", self.line, self.pattern)
    }
}

/// Path and query of an address, without fragment; at least `/`.
fn path_of(url: &str) -> Cow<'_, str> {
    let url = url.split_once('#').map_or(url, |(before, _)| before);
    // A `://` inside a path or query is no scheme.
    let after_scheme =
        url.split_once("://").filter(|(scheme, _)| !scheme.contains(['/', '?', ';'])).map(|(_, rest)| rest);
    let from_path = match after_scheme {
        Some(rest) => &rest[rest.find(['/', '?', ';']).unwrap_or(rest.len())..],
        None => url,
    };
    if from_path.starts_with('/') { Cow::Borrowed(from_path) } else { Cow::Owned(format!("/{from_path}")) }
}

#[cfg(test)]
mod tests;
