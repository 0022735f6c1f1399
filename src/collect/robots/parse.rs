//! Lines of robots.txt to groups of rules.
//!
//! Lenient where the reference parser is: any mixture of line ends, a byte order mark, comments,
//! capitals, blanks before the colon, a colon forgotten between two words, the misspellings that
//! webmasters really make. A file in UTF-16 is not what the RFC asks, but its author meant it: it is
//! decoded by its mark. Everything else that is no rule is passed over.

use std::{borrow::Cow, time::Duration};

use super::{Agent, Delay, Group, MAX_BYTES, Pattern, Robots, Rule, pattern::push_encoded};

/// The reference parser cuts lines here (eight times the longest address of a known browser).
const MAX_LINE_BYTES: usize = 2083 * 8 - 1;

/// Longer is a mistake or a way to say "never"; the caller caps lower.
const MAX_DELAY: Duration = Duration::from_secs(24 * 60 * 60);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Key {
    Agent,
    Allow,
    Disallow,
    Delay,
}

/// Keys by how they begin, as the reference parser compares them.
const KEYS: &[(&str, Key)] = &[
    ("user-agent", Key::Agent),
    ("useragent", Key::Agent),
    ("user agent", Key::Agent),
    ("allow", Key::Allow),
    ("disallow", Key::Disallow),
    ("dissallow", Key::Disallow),
    ("dissalow", Key::Disallow),
    ("disalow", Key::Disallow),
    ("diasllow", Key::Disallow),
    ("disallaw", Key::Disallow),
    ("crawl-delay", Key::Delay),
    ("crawldelay", Key::Delay),
    ("crawl delay", Key::Delay),
];

pub(super) fn parse(bytes: &[u8]) -> Robots {
    let mut robots = Robots::default();
    // A rule ends the list of agents; the next agent opens a group. A delay does so for delays alone.
    let mut agents_open = false;
    let mut delay_agents_open = false;

    let text = text_of(bytes);
    for (number, line) in lines(&text).enumerate() {
        let Some((key, value)) = key_and_value(line) else { continue };
        match key {
            Key::Agent => {
                if !agents_open {
                    robots.groups.push(Group::default());
                    agents_open = true;
                }
                if !delay_agents_open {
                    robots.delays.push(Delay::default());
                    delay_agents_open = true;
                }
                if let (Some(agent), Some(group), Some(delay)) =
                    (agent_of(value), robots.groups.last_mut(), robots.delays.last_mut())
                {
                    delay.agents.push(agent.clone());
                    group.agents.push(agent);
                }
            }
            Key::Allow | Key::Disallow => {
                // Rules before any agent belong to nobody.
                let Some(group) = robots.groups.last_mut() else { continue };
                agents_open = false;
                delay_agents_open = false;
                let rule = Rule { allow: key == Key::Allow, line: number + 1, pattern: Pattern::new(value) };
                let folder = rule.pattern.folder_of_index().filter(|_| rule.allow);
                group.rules.extend(folder.map(|pattern| Rule { pattern, ..rule.clone() }));
                group.rules.push(rule);
            }
            Key::Delay => {
                delay_agents_open = false;
                if let Some(delay) = robots.delays.last_mut() {
                    delay.longest = delay.longest.max(delay_of(value));
                }
            }
        }
    }
    robots
}

/// The text within the limit; a line cut by the limit is left out, since half a rule is another rule.
fn text_of(bytes: &[u8]) -> Cow<'_, str> {
    let within = match bytes.get(..MAX_BYTES) {
        Some(within) => &within[..within.iter().rposition(|byte| b"\r\n".contains(byte)).unwrap_or(0)],
        None => bytes,
    };
    match within {
        [0xff, 0xfe, ..] => encoding_rs::UTF_16LE.decode(within).0,
        [0xfe, 0xff, ..] => encoding_rs::UTF_16BE.decode(within).0,
        _ => {
            // Half a mark is a mark that some editor broke.
            let marks = [0xef, 0xbb, 0xbf].iter().zip(within).take_while(|(mark, byte)| mark == byte).count();
            utf8_or_encoded(&within[marks..])
        }
    }
}

/// Bytes that are not UTF-8 percent-encoded, as they stand in addresses of sites in older encodings.
fn utf8_or_encoded(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            push_encoded(&mut text, *byte);
        }
    }
    Cow::Owned(text)
}

/// Lines ended by CR, LF or both, so that numbers are those of an editor.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let all = rest?;
        let Some(end) = all.find(['\r', '\n']) else { return rest.take() };
        let next = if all[end..].starts_with("\r\n") { end + 2 } else { end + 1 };
        rest = Some(&all[next..]);
        Some(&all[..end])
    })
}

fn key_and_value(line: &str) -> Option<(Key, &str)> {
    let line = match line.len() {
        // The cut falls between letters, at most three bytes earlier.
        MAX_LINE_BYTES.. => (MAX_LINE_BYTES - 3..=MAX_LINE_BYTES).rev().find_map(|end| line.get(..end))?,
        _ => line,
    };
    let line = line.split_once('#').map_or(line, |(before, _)| before).trim_matches(is_blank);
    let (key, value) = match line.split_once(':') {
        Some(parts) => parts,
        // A forgotten colon is forgiven between exactly two words.
        None => line
            .split_once(is_blank)
            .map(|(key, value)| (key, value.trim_start_matches(is_blank)))
            .filter(|(_, value)| !value.contains(is_blank))?,
    };
    let key = key.trim_matches(is_blank);
    let begins = |name: &str| key.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
    let (_, key) = KEYS.iter().find(|(name, _)| begins(name))?;
    Some((*key, value.trim_matches(is_blank)))
}

/// Blanks of any script, and the invisible ones that are pasted from web pages with a rule.
fn is_blank(char: char) -> bool {
    char.is_whitespace() || "\0\u{200b}\u{feff}".contains(char)
}

/// A star, or the product token at the start of the value: `Foo/1.2 (bar)` is `Foo`.
fn agent_of(value: &str) -> Option<Agent> {
    if value == "*" || value.strip_prefix('*').is_some_and(|rest| rest.starts_with(is_blank)) {
        return Some(Agent::All);
    }
    let is_token = |char: char| char.is_ascii_alphabetic() || char == '-' || char == '_';
    let end = value.find(|char| !is_token(char)).unwrap_or(value.len());
    (end > 0).then(|| Agent::Named(value[..end].to_owned()))
}

/// Seconds, perhaps with a fraction and something after it (`10 sec`).
fn delay_of(value: &str) -> Option<Duration> {
    let end = value.find(|char: char| !(char.is_ascii_digit() || char == '.')).unwrap_or(value.len());
    let secs: f64 = value[..end].parse().ok()?;
    Some(Duration::try_from_secs_f64(secs).map_or(MAX_DELAY, |delay| delay.min(MAX_DELAY)))
}
