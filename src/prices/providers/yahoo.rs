//! Yahoo's chart: `chart.result[0].timestamp[]`, `.indicators.quote[0].close[]`, `.meta.gmtoffset`.
//!
//! Unofficial. A stamp is the beginning of a session: its date is that of the exchange, so gmtoffset is
//! added first. Prices in another currency than dollars (GBp: pence) are refused unless the configuration
//! names it; an answer that names none is taken. The bar of the exchange's present day is live and left out; a close may be null.

use jiff::{SignedDuration, Timestamp};

use super::{
    Bars,
    json::{Fault, Field, shortened},
};
use crate::{calendar::Day, prices::checks::Row};

/// The offset is that of today, which summer time moves by an hour: a session that began at midnight
/// then would fall on the day before. No session begins in the hour before midnight.
const SUMMER_TIME: SignedDuration = SignedDuration::from_hours(1);
/// The largest offset there is, with summer time.
const MOST_OFFSET: i64 = 15 * 3600;

/// The currency of an answer, where the configuration names no other: all thresholds are in dollars.
const DOLLARS: &str = "USD";

/// Whether a configuration may name this currency: three letters, their case meant, since GBp are pence.
pub fn is_currency(name: &str) -> bool {
    name.len() == 3 && name.chars().all(|char| char.is_ascii_alphabetic())
}

pub(super) fn read(root: &Field<'_>, currency: Option<&str>, at: Timestamp) -> Result<Bars, Fault> {
    let chart = root.key("chart")?;
    if let Some(words) = chart.value().get("error").and_then(|error| error.get("description")) {
        return Err(Fault::Said(shortened(words.as_str().unwrap_or("an error"))));
    }
    let results = chart.key("result")?;
    let result = results.at(0)?;
    let meta = result.key("meta")?;
    let wanted = currency.unwrap_or(DOLLARS);
    if meta.value().get("currency").is_some_and(|given| !given.is_null()) {
        let given = meta.key("currency")?;
        let text = given.text()?;
        if text != wanted {
            let text = shortened(text);
            return Err(given.fault(format!("is {text}, not {wanted}: close = {text} says that it is meant")));
        }
    }
    let offset = meta.key("gmtoffset")?;
    let seconds = offset.integer()?;
    if seconds.abs() > MOST_OFFSET {
        return Err(offset.fault(format!("is {seconds}, no offset in seconds")));
    }
    let here = SignedDuration::from_secs(seconds);
    let (indicators, stamps) = (result.key("indicators")?, result.key("timestamp")?);
    let quotes = indicators.key("quote")?;
    let quote = quotes.at(0)?;
    let closes = quote.key("close")?;
    let (days, prices) = (stamps.array()?.len(), closes.array()?.len());
    if days != prices {
        return Err(closes.fault(format!("has {prices} values for {days} timestamps")));
    }
    let date = |stamp: Timestamp, more: SignedDuration| {
        stamp.checked_add(here).and_then(|local| local.checked_add(more)).ok().map(Day::containing)
    };
    let today = date(at, SignedDuration::ZERO).unwrap_or_else(|| Day::containing(at));
    let mut bars = Bars::default();
    for line in 0..days {
        let time = stamps.at(line)?;
        let stamp = Timestamp::from_second(time.integer()?).ok();
        let day = stamp.and_then(|stamp| date(stamp, SUMMER_TIME));
        let day = day.ok_or_else(|| time.fault("is no instant in seconds"))?;
        let close = closes.at(line)?.close()?;
        if day >= today {
            bars.open.push(day);
        } else {
            bars.rows.push(Row { line: line as u64 + 1, day, close });
        }
    }
    Ok(bars)
}
