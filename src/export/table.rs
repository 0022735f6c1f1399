//! Tables: columns with their meaning, rows of cells. No format is known here.

use std::borrow::Cow;

use crate::calendar::Day;

/// One column: its name is a contract, its unit and meaning are the data dictionary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The header.
    pub name: Cow<'static, str>,
    /// The unit: `date`, `count`, `share`, `z`, `log return`, `USD`, `percent`, `days`, `text`.
    pub unit: &'static str,
    /// One clause for a reader.
    pub about: Cow<'static, str>,
}

impl Column {
    /// A column known when compiling.
    pub const fn new(name: &'static str, unit: &'static str, about: &'static str) -> Self {
        Self { name: Cow::Borrowed(name), unit, about: Cow::Borrowed(about) }
    }
}

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Not known; never zero.
    Missing,
    /// A whole number.
    Count(i64),
    /// A measured number; written with at most six decimals, enough for every unit used here.
    Number(f64),
    /// Text, possibly from outside.
    Text(String),
}

impl Cell {
    /// A number, or missing. What is not finite is not known.
    pub fn number(value: Option<f64>) -> Self {
        value.filter(|value| value.is_finite()).map_or(Self::Missing, Self::Number)
    }

    /// A whole number, or missing.
    pub fn count(value: Option<impl Into<i64>>) -> Self {
        value.map_or(Self::Missing, |value| Self::Count(value.into()))
    }

    /// A text; an empty one is missing.
    pub fn text(value: impl Into<String>) -> Self {
        let value = value.into();
        if value.is_empty() { Self::Missing } else { Self::Text(value) }
    }

    /// The value as files have it; `None` where missing.
    pub fn written(&self) -> Option<String> {
        match self {
            Self::Missing => None,
            Self::Count(count) => Some(count.to_string()),
            Self::Number(number) => Some(rounded(*number).to_string()),
            Self::Text(text) => Some(text.clone()),
        }
    }

    /// The value of a column as [`Cell::written`] wrote it.
    pub fn read(column: &Column, written: Option<&str>) -> Self {
        let Some(text) = written else { return Self::Missing };
        if matches!(column.unit, "text" | "date") {
            return Self::text(text);
        }
        let number = || text.parse().ok().filter(|number: &f64| number.is_finite()).map(Self::Number);
        text.parse().ok().map(Self::Count).or_else(number).unwrap_or_else(|| Self::text(text))
    }

    /// A date.
    pub fn day(day: Day) -> Self {
        Self::Text(day.to_string())
    }
}

/// The number rounded to six decimals, without a negative zero.
pub(super) fn rounded(value: f64) -> f64 {
    let scaled = (value * 1e6).round();
    // Beyond 2^53 millionths the value has no decimals left to round.
    if scaled.abs() < 9e15 { scaled / 1e6 + 0.0 } else { value }
}

/// A published table.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// The columns in order.
    pub columns: Vec<Column>,
    /// Rows as wide as the columns.
    pub rows: Vec<Vec<Cell>>,
}
