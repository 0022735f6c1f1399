//! LBMA: `[{"d":"2026-01-29","v":[118.45,85.89,99.15]}]`, v being dollars, pounds and euros an ounce.
//!
//! Null and 0 are missing. The auction (AM, PM) is the address's to choose; one series takes one.

use super::{
    Bars,
    json::{Fault, Field, shortened},
};
use crate::prices::{checks::Row, fields};

const CURRENCIES: [&str; 3] = ["usd", "gbp", "eur"];

pub(super) fn read(root: &Field<'_>, currency: Option<&str>) -> Result<Bars, Fault> {
    let wanted = currency.unwrap_or(CURRENCIES[0]);
    let place = CURRENCIES.iter().position(|known| known.eq_ignore_ascii_case(wanted));
    // The configuration admits no other.
    let place = place.unwrap_or_default();
    let mut bars = Bars::default();
    for line in 0..root.array()?.len() {
        let fix = root.at(line)?;
        let date = fix.key("d")?;
        let text = date.text()?;
        let day = fields::day(text).ok_or_else(|| date.fault(format!("is {}, no date", shortened(text))))?;
        let values = fix.key("v")?;
        let close = if values.value().is_null() { None } else { values.at(place)?.close()? };
        bars.rows.push(Row { line: line as u64 + 1, day, close: close.filter(|close| *close != 0.0) });
    }
    Ok(bars)
}

/// Whether a configuration may name this currency.
pub fn is_currency(name: &str) -> bool {
    CURRENCIES.iter().any(|known| known.eq_ignore_ascii_case(name))
}
