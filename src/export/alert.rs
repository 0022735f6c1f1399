//! The record that a hook gets: one change of state, with all that a reader needs to judge it.
//!
//! Field names are a contract, and the figures have the names of the joined table's columns. Numbers are
//! rounded as files have them; missing is `null`. Text may come from outside: it is escaped as JSON is.

use jiff::Timestamp;
use serde::{Serialize, Serializer, ser::SerializeMap};

use super::{Cell, JOINED_COLUMNS};
use crate::{
    calendar::Day,
    signal::{Condition, State, StateBasis},
};

/// A change of state, to be written by [`alert_json`].
#[derive(Debug, Clone, PartialEq)]
pub struct Alert<'a> {
    /// What tells it from every other change; the same whenever it is told again.
    pub id: &'a str,
    /// Whether it is sent to try a hook, and nothing has changed.
    pub test: bool,
    /// The day of the new state.
    pub day: Day,
    /// The state before.
    pub from: State,
    /// The new state.
    pub to: State,
    /// What the new state rests on.
    pub basis: StateBasis,
    /// Whether the flag was raised.
    pub flag: bool,
    /// When the day was published; `None` in a test on a day that was not.
    pub published_at: Option<Timestamp>,
    /// Whether, computed with what is known now, the day has no such change.
    pub revised: bool,
    /// The day's row as it was published, in the order of [`JOINED_COLUMNS`].
    pub cells: &'a [Cell],
    /// What would move the state on from there.
    pub conditions: &'a [Condition],
    /// What past flags were worth; to be there with every flag.
    pub track_record: Option<&'a str>,
    /// What the record is and is not.
    pub note: &'a str,
}

/// One condition as it is published.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ConditionRecord<'a> {
    to: &'static str,
    rule: &'static str,
    name: &'static str,
    value: Option<f64>,
    relation: &'static str,
    threshold: f64,
    met: Option<bool>,
    distance: Option<f64>,
    held_days: u32,
    needed_days: u32,
    words: &'a str,
}

impl<'a> From<&'a Condition> for ConditionRecord<'a> {
    fn from(condition: &'a Condition) -> Self {
        Self {
            to: condition.to.as_str(),
            rule: condition.rule,
            name: condition.name,
            value: condition.value,
            relation: condition.relation.as_str(),
            threshold: condition.threshold,
            met: condition.met,
            distance: condition.distance(),
            held_days: condition.streak_days,
            needed_days: condition.needed_days,
            words: &condition.words,
        }
    }
}

/// One object on one line, with a line end.
pub fn alert_json(alert: &Alert<'_>) -> Vec<u8> {
    let mut json = serde_json::to_vec(&AlertRecord::new(alert)).expect("it has only texts for keys");
    json.push(b'\n');
    json
}

#[derive(Serialize)]
struct AlertRecord<'a> {
    id: &'a str,
    test: bool,
    day: String,
    from: &'static str,
    to: &'static str,
    basis: &'static str,
    flag: bool,
    reason: &'a str,
    published_at: Option<String>,
    revised: bool,
    text: String,
    figures: Figures<'a>,
    conditions: Vec<ConditionRecord<'a>>,
    track_record: Option<&'a str>,
    note: &'a str,
    version: &'static str,
}

impl<'a> AlertRecord<'a> {
    fn new(alert: &Alert<'a>) -> Self {
        let place = JOINED_COLUMNS.iter().position(|column| column.name == "reason");
        let reason = match place.and_then(|place| alert.cells.get(place)) {
            Some(Cell::Text(reason)) => reason.as_str(),
            _ => "",
        };
        let Alert { day, from, to, .. } = alert;
        let test = if alert.test { "test: " } else { "" };
        let because = if reason.is_empty() { String::new() } else { format!(": {reason}") };
        Self {
            id: alert.id,
            test: alert.test,
            day: day.to_string(),
            from: from.as_str(),
            to: to.as_str(),
            basis: alert.basis.as_str(),
            flag: alert.flag,
            reason,
            published_at: alert.published_at.map(|at| format!("{at:.0}")),
            revised: alert.revised,
            text: format!("{test}{day} {from} → {to}{because}"),
            figures: Figures(alert.cells),
            conditions: alert.conditions.iter().map(ConditionRecord::from).collect(),
            track_record: alert.track_record,
            note: alert.note,
            version: env!("CARGO_PKG_VERSION"),
        }
    }
}

/// The row, but for what stands beside it already.
struct Figures<'a>(&'a [Cell]);

impl Serialize for Figures<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (column, cell) in JOINED_COLUMNS.iter().zip(self.0) {
            if matches!(column.name.as_ref(), "day" | "flag" | "reason") {
                continue;
            }
            map.serialize_entry(&column.name, cell)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_stays_text() {
        let mut cells = vec![Cell::Missing; JOINED_COLUMNS.len()];
        let place = JOINED_COLUMNS.iter().position(|column| column.name == "reason").unwrap();
        let reason = "\"}\n\u{1b}[31m</script>\u{202e}";
        cells[place] = Cell::text(reason);
        let alert = Alert {
            id: "0123456789abcdef",
            test: true,
            day: Day(20_000),
            from: State::Neutral,
            to: State::NoData,
            basis: StateBasis::PriceOnly,
            flag: false,
            published_at: None,
            revised: false,
            cells: &cells,
            conditions: &[],
            track_record: None,
            note: "",
        };
        let json = alert_json(&alert);
        // One line, whatever it holds.
        assert_eq!(json.iter().position(|byte| *byte == b'\n'), Some(json.len() - 1));
        let read: serde_json::Value = serde_json::from_slice(&json).unwrap();
        assert_eq!(read["reason"], reason);
        assert_eq!(
            (&read["published_at"], &read["track_record"]),
            (&serde_json::Value::Null, &serde_json::Value::Null)
        );
        assert_eq!(read["figures"].as_object().unwrap().len(), JOINED_COLUMNS.len() - 3);
    }
}
