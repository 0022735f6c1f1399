//! Whether the day's voices are still those of before: the shift in the mix of sources.
//!
//! Each source is measured against its own past, so a new mix does not by itself move a score; but when
//! other voices are heard, the score speaks of another market. The shift is the part of the last week's
//! documents that came from elsewhere than before (total variation distance of the shares by source):
//! 0 where nothing changed, 1 where every source is another. Counted in whole numbers, so that the order
//! of sources never matters; days after the one asked about take no part. Whether to warn is the
//! caller's.

use std::collections::{BTreeMap, VecDeque};

use super::DayIndex;

/// From here on users are warned: a quarter of what is read comes from elsewhere, as much as one source can
/// carry of a day. Five months of headlines from forty outlets stay below 0.14, turn of the year included.
pub const MIX_SHIFT: f64 = 0.25;

/// A week holds every weekday once.
const RECENT_DAYS: i64 = 7;

/// Fewer days with documents before that week are no past to shift from.
const MIN_PAST_DAYS: usize = 28;

/// Documents by source in the last week and in the window before it.
pub(super) struct Mix<'a> {
    window_days: i64,
    recent: Side<'a>,
    past: Side<'a>,
}

#[derive(Default)]
struct Side<'a> {
    days: VecDeque<&'a DayIndex>,
    by_source: BTreeMap<&'a str, u64>,
    docs: u64,
}

impl<'a> Side<'a> {
    fn push(&mut self, day: &'a DayIndex) {
        self.days.push_back(day);
        for source in &day.sources {
            *self.by_source.entry(&source.source).or_default() += u64::from(source.docs);
            self.docs += u64::from(source.docs);
        }
    }

    /// The first day, if it is so many days or more before this one.
    fn pop_if(&mut self, today: &DayIndex, days: i64) -> Option<&'a DayIndex> {
        self.days.front().filter(|first| i64::from(today.day - first.day) >= days)?;
        let first = self.days.pop_front()?;
        for source in &first.sources {
            self.docs -= u64::from(source.docs);
            if let Some(docs) = self.by_source.get_mut(source.source.as_str()) {
                *docs -= u64::from(source.docs);
                if *docs == 0 {
                    self.by_source.remove(source.source.as_str());
                }
            }
        }
        Some(first)
    }
}

impl<'a> Mix<'a> {
    pub(super) fn new(window_days: i64) -> Self {
        Self { window_days, recent: Side::default(), past: Side::default() }
    }

    /// One day with documents on: its shift, `None` while the past is too short.
    pub(super) fn step(&mut self, today: &'a DayIndex) -> Option<f64> {
        self.recent.push(today);
        while let Some(day) = self.recent.pop_if(today, RECENT_DAYS) {
            self.past.push(day);
        }
        while self.past.pop_if(today, RECENT_DAYS + self.window_days).is_some() {}
        let (recent, past) = (&self.recent, &self.past);
        if past.days.len() < MIN_PAST_DAYS || past.docs == 0 || recent.docs == 0 {
            return None;
        }
        let of = |side: &Side<'_>, source: &str| i128::from(side.by_source.get(source).copied().unwrap_or(0));
        let (all_recent, all_past) = (i128::from(recent.docs), i128::from(past.docs));
        // What left is as much as what came.
        let came = recent
            .by_source
            .keys()
            .map(|source| (of(recent, source) * all_past - of(past, source) * all_recent).max(0));
        Some(came.sum::<i128>() as f64 / (all_recent * all_past) as f64)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{calendar::Day, index::SourceDay};

    fn day(day: i32, docs: &[(&str, u32)]) -> DayIndex {
        let source = |(source, docs): &(&str, u32)| SourceDay {
            source: (*source).to_owned(),
            docs: *docs,
            weight: 1.0,
            means: vec![0.0],
        };
        DayIndex {
            day: Day(day),
            docs: docs.iter().map(|(_, docs)| docs).sum(),
            words: 0,
            stories: 0,
            by_basis: [0; 3],
            sources: docs.iter().map(source).collect(),
        }
    }

    fn shifts(days: &[DayIndex], window: i64) -> Vec<Option<f64>> {
        let mut mix = Mix::new(window);
        days.iter().map(|day| mix.step(day)).collect()
    }

    #[test]
    fn a_new_voice_shifts_the_mix_by_its_share() {
        let mut days: Vec<_> = (0..40).map(|at| day(at, &[("a", 3), ("b", 1)])).collect();
        assert_eq!(shifts(&days, 365)[33], None);
        assert_eq!(shifts(&days, 365)[34..], [Some(0.0); 6]);
        days.push(day(40, &[("a", 3), ("b", 1), ("c", 4)]));
        assert_eq!(shifts(&days, 365)[40], Some(4.0 / 32.0));
        // All voices are others after a week, and usual after a year.
        days.truncate(40);
        days.extend((40..440).map(|at| day(at, &[("c", 2)])));
        let shifts = shifts(&days, 365);
        assert_eq!(shifts[46], Some(1.0));
        assert_eq!(shifts[439], Some(0.0));
    }

    #[test]
    fn a_gap_leaves_what_is_left_of_the_past() {
        let mut days: Vec<_> = (0..40).map(|at| day(at, &[("a", 1)])).collect();
        days.push(day(100, &[("b", 1)]));
        assert_eq!(shifts(&days, 365)[40], Some(1.0));
        assert_eq!(shifts(&days, 60)[40], None);
        assert_eq!(shifts(&[], 365), []);
    }

    proptest! {
        #[test]
        fn a_shift_is_a_share(docs in proptest::collection::vec((0_u32..4, 0_u32..4, 0_u32..4), 0..80)) {
            let days: Vec<_> = (0..)
                .zip(&docs)
                .map(|(at, (a, b, c))| day(at, &[("a", *a), ("b", *b), ("c", *c)]))
                .collect();
            let all = shifts(&days, 30);
            prop_assert!(all.iter().flatten().all(|shift| (0.0..=1.0).contains(shift)));
            let half = docs.len() / 2;
            prop_assert_eq!(&shifts(&days[..half], 30), &all[..half]);
        }
    }
}
