//! One candle of an exchange: the day it is of, whether that day is over, and a close that lies within
//! its own low and high. A close outside says that the columns are not where they are looked for.

use jiff::Timestamp;

use super::{
    Bars,
    json::{Fault, Field},
};
use crate::{calendar::Day, prices::checks::Row};

/// Where the figures of a candle stand in its array.
pub(super) struct Columns {
    pub time: usize,
    pub low: usize,
    pub high: usize,
    pub close: usize,
}

/// Slack for closes that were rounded to fewer digits than their lows and highs.
const SLACK: f64 = 1e-6;

impl Columns {
    /// Adds one candle; `is_open` says that it is not over whatever its day.
    pub(super) fn read(
        &self,
        candle: &Field<'_>,
        line: usize,
        is_open: bool,
        at: Timestamp,
        bars: &mut Bars,
    ) -> Result<(), Fault> {
        let time = candle.at(self.time)?;
        let stamp = super::instant(time.integer()?).ok_or_else(|| time.fault("is no instant"))?;
        let day = Day::containing(stamp);
        if day.start() != stamp {
            return Err(time.fault(format!("is {stamp}, not the start of a day")));
        }
        let field = candle.at(self.close)?;
        let close = field.close()?;
        let [low, high] = [candle.at(self.low)?.close()?, candle.at(self.high)?.close()?];
        if let (Some(low), Some(close), Some(high)) = (low, close, high)
            && !(low * (1.0 - SLACK)..=high * (1.0 + SLACK)).contains(&close)
        {
            return Err(field.fault(format!(
                "is a close of {close} outside its low {low} and high {high}: the columns have another order"
            )));
        }
        if is_open || day.end() > at {
            bars.open.push(day);
        } else {
            bars.rows.push(Row { line: line as u64 + 1, day, close });
        }
        Ok(())
    }
}
