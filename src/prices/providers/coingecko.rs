//! CoinGecko: `{"prices":[[ms,p],…]}`, at most the last 365 days.
//!
//! A point stamped 00:00 is the close of the day before; the last point is live and has another time. A
//! time of day anywhere else says that the answer is not daily.

use jiff::{SignedDuration, Timestamp};

use super::{
    Bars,
    json::{Fault, Field},
};
use crate::{calendar::Day, prices::checks::Row};

/// A daily point that is made some seconds late is still the midnight's.
const MIDNIGHT: SignedDuration = SignedDuration::from_mins(1);

pub(super) fn read(root: &Field<'_>, at: Timestamp) -> Result<Bars, Fault> {
    let prices = root.key("prices")?;
    let points = prices.array()?.len();
    let mut bars = Bars::default();
    for line in 0..points {
        let point = prices.at(line)?;
        let time = point.at(0)?;
        let stamp = super::instant(time.integer()?).ok_or_else(|| time.fault("is no instant"))?;
        let close = point.at(1)?.close()?;
        let today = Day::containing(stamp);
        let is_midnight = stamp.duration_since(today.start()) < MIDNIGHT;
        let day = today - 1;
        let is_live = line + 1 == points
            && (!is_midnight || bars.rows.last().is_some_and(|before: &Row| before.day == day));
        if is_live || day.end() > at {
            bars.open.push(today);
        } else if is_midnight {
            bars.rows.push(Row { line: line as u64 + 1, day, close });
        } else {
            return Err(time.fault(format!("is {stamp}, not midnight: ask for interval=daily")));
        }
    }
    Ok(bars)
}
