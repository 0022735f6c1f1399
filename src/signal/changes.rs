//! Changes of state, as a reader counts them.
//!
//! The machine freezes its state while inputs are missing and calls those days `UNKNOWN`: a pause, in which
//! nothing is entered or left. What is told to somebody is the way from the last known state to the next,
//! whatever lies between. `NO_DATA` is a state: after a week without inputs there is no signal any more,
//! and who waits for one must hear of it.

use super::State;
use crate::calendar::Day;

/// A state left for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// The day of the new state.
    pub day: Day,
    /// The last known state before.
    pub from: State,
    /// The new one.
    pub to: State,
}

/// Every change among the states of ascending days. The first known state of all is none.
pub fn changes(states: impl IntoIterator<Item = (Day, State)>) -> Vec<Change> {
    let mut known = None;
    let mut found = Vec::new();
    for (day, to) in states.into_iter().filter(|(_, state)| *state != State::Unknown) {
        if let Some(from) = known.replace(to).filter(|from| *from != to) {
            found.push(Change { day, from, to });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// States by their first letters, a day each.
    fn check(states: &str, expected: &str) {
        let named = |word: &str| {
            State::ALL.into_iter().find(|state| state.as_str().starts_with(word)).expect("a state")
        };
        let days = states.split_whitespace().zip(0..).map(|(word, day)| (Day(day), named(word)));
        let found = changes(days);
        let told: Vec<String> =
            found.iter().map(|change| format!("{}:{}>{}", change.day.0, change.from, change.to)).collect();
        assert_eq!(told.join(" "), expected, "{states}");
    }

    #[test]
    fn a_pause_changes_nothing() {
        check("", "");
        check("NEU NEU", "");
        check("NEU TUR TUR SPE", "1:NEUTRAL>TURNING 3:TURNING>SPENT");
        check("TUR UNK UNK TUR", "");
        check("TUR UNK BTC", "2:TURNING>BTC_FAVOURABLE");
        check("UNK UNK NEU", "");
        check("UNK NEU UNK", "");
        check("NO_ NEU UNK NO_ UNK NEU", "1:NO_DATA>NEUTRAL 3:NEUTRAL>NO_DATA 5:NO_DATA>NEUTRAL");
    }
}
