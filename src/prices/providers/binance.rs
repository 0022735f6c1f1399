//! Binance: `[[ms,"o","h","l","c","v",…],…]`, oldest first, at most 1000 an answer, in USDT.
//!
//! The last candle is open until its day is over. Stamps are milliseconds, in bulk files since 2025
//! microseconds: both are told by their size.

use jiff::Timestamp;

use super::{
    Bars,
    candle::Columns,
    json::{Fault, Field},
};

const COLUMNS: Columns = Columns { time: 0, low: 3, high: 2, close: 4 };

pub(super) fn read(root: &Field<'_>, at: Timestamp) -> Result<Bars, Fault> {
    let mut bars = Bars::default();
    for line in 0..root.array()?.len() {
        COLUMNS.read(&root.at(line)?, line, false, at, &mut bars)?;
    }
    Ok(bars)
}
