//! Coinbase Exchange: `[[time,low,high,open,close,volume],…]`, newest first, at most 300 an answer.
//!
//! Days without a trade have no candle. What the order of rows and holes mean is left to `checks`.

use jiff::Timestamp;

use super::{
    Bars,
    candle::Columns,
    json::{Fault, Field},
};

const COLUMNS: Columns = Columns { time: 0, low: 1, high: 2, close: 4 };

pub(super) fn read(root: &Field<'_>, at: Timestamp) -> Result<Bars, Fault> {
    let mut bars = Bars::default();
    for line in 0..root.array()?.len() {
        COLUMNS.read(&root.at(line)?, line, false, at, &mut bars)?;
    }
    Ok(bars)
}
