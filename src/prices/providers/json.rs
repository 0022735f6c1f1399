//! Looking into an answer in JSON, with a path for every complaint: `chart.result[0].meta.gmtoffset`.
//!
//! Any bytes give a value or a [`Fault`]. An answer costs memory up to some thirty times its bytes
//! while it is looked at, which the limit on an answer's bytes keeps in bounds; nesting ends at 128.

use std::fmt::Write as _;

use serde_json::Value;

use crate::prices::fields::{Number, number};

/// What is wrong with an answer.
#[derive(Debug, PartialEq)]
pub(super) enum Fault {
    /// It has another shape: the field, and a clause about it.
    Shape { field: String, what: String },
    /// It is an error of the provider's own, in its words.
    Said(String),
}

/// A place in an answer.
#[derive(Clone, Copy)]
pub(super) struct Field<'a> {
    value: &'a Value,
    above: Option<&'a Field<'a>>,
    step: Step<'a>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Root,
    Key(&'a str),
    At(usize),
}

/// Words of a provider that are repeated.
const LONGEST_WORDS: usize = 120;

impl<'a> Field<'a> {
    pub(super) fn root(value: &'a Value) -> Self {
        Self { value, above: None, step: Step::Root }
    }

    pub(super) fn value(&self) -> &'a Value {
        self.value
    }

    /// A complaint about this place.
    pub(super) fn fault(&self, what: impl Into<String>) -> Fault {
        Fault::Shape { field: self.path(), what: what.into() }
    }

    /// What stands under a name.
    pub(super) fn key(&'a self, name: &'a str) -> Result<Self, Fault> {
        let step = Step::Key(name);
        let Value::Object(object) = self.value else {
            return Err(self.fault(format!("is {} where an object is expected", kind(self.value))));
        };
        let value = object.get(name);
        let missing = || Self { value: &Value::Null, above: Some(self), step }.fault("is missing");
        Ok(Self { value: value.ok_or_else(missing)?, above: Some(self), step })
    }

    /// What stands at a place of an array.
    pub(super) fn at(&'a self, index: usize) -> Result<Self, Fault> {
        let step = Step::At(index);
        let missing = || Self { value: &Value::Null, above: Some(self), step }.fault("is missing");
        let value = self.array()?.get(index).ok_or_else(missing)?;
        Ok(Self { value, above: Some(self), step })
    }

    pub(super) fn array(&self) -> Result<&'a [Value], Fault> {
        match self.value {
            Value::Array(items) => Ok(items),
            other => Err(self.fault(format!("is {} where an array is expected", kind(other)))),
        }
    }

    pub(super) fn text(&self) -> Result<&'a str, Fault> {
        let wrong = || self.fault(format!("is {} where a text is expected", kind(self.value)));
        self.value.as_str().ok_or_else(wrong)
    }

    pub(super) fn integer(&self) -> Result<i64, Fault> {
        // Some clients write whole numbers as 1.0 or "1".
        let whole = |number: f64| (number.fract() == 0.0 && number.abs() < 9e15).then_some(number as i64);
        let found = match self.value {
            Value::Number(found) => found.as_i64().or_else(|| found.as_f64().and_then(whole)),
            Value::String(text) => text.parse().ok(),
            _ => None,
        };
        found.ok_or_else(|| self.fault(format!("is {} where a whole number is expected", kind(self.value))))
    }

    /// A close: a number, or a text of one; `None` where the provider says that there is none.
    pub(super) fn close(&self) -> Result<Option<f64>, Fault> {
        match self.value {
            Value::Null => Ok(None),
            Value::Number(found) => Ok(found.as_f64().filter(|number| number.is_finite())),
            Value::String(text) => match number(text.trim()) {
                Number::Given(close) => Ok(Some(close)),
                Number::Missing => Ok(None),
                Number::Text => Err(self.fault(format!("is {} where a price is expected", shortened(text)))),
            },
            other => Err(self.fault(format!("is {} where a price is expected", kind(other)))),
        }
    }

    fn path(&self) -> String {
        let mut steps = Vec::new();
        let mut place = Some(self);
        while let Some(field) = place {
            steps.push(field.step);
            place = field.above;
        }
        let mut path = String::new();
        for step in steps.iter().rev() {
            match step {
                Step::Root => {}
                Step::Key(name) if path.is_empty() => path.push_str(name),
                // Writing to a string cannot fail.
                Step::Key(name) => drop(write!(path, ".{name}")),
                Step::At(index) => drop(write!(path, "[{index}]")),
            }
        }
        if path.is_empty() { "the answer".to_owned() } else { path }
    }
}

/// What an error of the usual forms says: `{"message":…}`, `{"msg":…}`, `{"error":…}`, and the like.
pub(super) fn said(value: &Value) -> Option<String> {
    let object = value.as_object()?;
    for name in ["error", "status", "message", "msg", "error_message", "description", "Note", "Information"] {
        match object.get(name) {
            Some(Value::String(words)) if !words.is_empty() => return Some(shortened(words)),
            Some(inner @ Value::Object(_)) => {
                if let Some(words) = said(inner) {
                    return Some(words);
                }
            }
            _ => {}
        }
    }
    None
}

/// Words from outside, quoted and bounded.
pub(super) fn shortened(words: &str) -> String {
    let words: String = words.chars().filter(|char| !char.is_control()).take(LONGEST_WORDS).collect();
    format!("{words:?}")
}

pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
