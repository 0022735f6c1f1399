//! `signal --check`: whether the state changed on the last day, for cron.
//!
//! Looks at the table as it is computed now and remembers nothing: the same day found twice is a change
//! twice. Hooks, which `run` tells once, are the other way.

use storyturn::{
    pipeline::Joined,
    signal::{Change, State, changes},
};

use crate::console::{Console, plain};

/// The change of the last day, as hooks hear of it: days on which inputs are missing are a pause.
pub fn changed(joined: &Joined) -> Option<Change> {
    let last = joined.rows.last()?.day;
    let states = joined.rows.iter().map(|row| (row.day, row.state));
    changes(states).pop().filter(|change| change.day == last)
}

/// What `--check` found, beside the page.
pub fn say(joined: &Joined, found: Option<&Change>, console: &Console) {
    let Some(row) = joined.rows.last() else { return };
    match found {
        Some(Change { day, from, to }) => console.say(format_args!("check: {from} became {to} on {day}")),
        None if row.state == State::Unknown => console.say(format_args!(
            "check: inputs are missing on {}, and the state before is kept: no change",
            row.day
        )),
        None => console.say(format_args!("check: no change on {}", row.day)),
    }
}

/// A change in one line.
pub fn line(joined: &Joined, Change { day, from, to }: &Change) -> String {
    let reason = joined.rows.last().map_or("", |row| row.reason.as_str());
    format!("{day} {from} → {to}: {}\n", plain(reason))
}
