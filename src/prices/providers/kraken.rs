//! Kraken: `{"error":[],"result":{"XXBTZUSD":[[t,"o","h","l","c","vwap","v",n]],"last":t}}`.
//!
//! The newest 720 days whatever is asked for; errors come with status 200; the last row is not yet
//! committed, also just after midnight, and is left out always.

use jiff::Timestamp;

use super::{
    Bars,
    candle::Columns,
    json::{Fault, Field, shortened},
};

const COLUMNS: Columns = Columns { time: 0, low: 3, high: 2, close: 4 };

pub(super) fn read(root: &Field<'_>, at: Timestamp) -> Result<Bars, Fault> {
    let errors = root.key("error")?;
    if let Some(first) = errors.array()?.first() {
        return Err(Fault::Said(first.as_str().map_or_else(|| "an error".to_owned(), shortened)));
    }
    let result = root.key("result")?;
    result.key("last")?;
    let names = result.value().as_object().into_iter().flat_map(|pairs| pairs.keys());
    let pairs: Vec<&String> = names.filter(|name| *name != "last").collect();
    let [pair] = pairs[..] else {
        return Err(result.fault(format!("has {} pairs where one is expected", pairs.len())));
    };
    let candles = result.key(pair)?;
    let rows = candles.array()?.len();
    let mut bars = Bars::default();
    for line in 0..rows {
        COLUMNS.read(&candles.at(line)?, line, line + 1 == rows, at, &mut bars)?;
    }
    Ok(bars)
}
