//! Values to places on an axis: the range, where the ticks lie, and how figures are written.
//!
//! A few ticks at round numbers, few digits, a unit. Logarithmic returns keep their place and are written as
//! the plain change, so that +100 % and -50 % lie equally far from zero. Left out: time (`dates`).

use super::{Scale, Unit};

/// Beyond this a value is missing: sums and differences of such would overflow.
const HUGE: f64 = 1e300;

/// Least distance of two ticks, units.
const TICK_ROOM: f64 = 22.0;

/// Least distance of two ticks whose labels stand side by side, and what is aimed at.
const ACROSS_ROOM: f64 = 58.0;
const ACROSS_AIM: f64 = 72.0;

/// With fewer ticks nobody sees the scale: then the step is about half.
const LEAST_TICKS: usize = 3;

/// Highest over lowest below which equal steps serve an axis of ratios; beyond, round ratios.
const EVEN_RATIO: f64 = 3.0;

/// The same for changes, whose round figures lie apart by even steps for longer.
const EVEN_CHANGE: f64 = 5.0;

/// Share of the range that stays empty above and below the values.
const MARGIN: f64 = 0.05;

/// Where values lie, from the bottom of the plot to its top.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Axis {
    scale: Scale,
    unit: Unit,
    low: f64,
    high: f64,
    /// Distance of ticks; decides decimals.
    step: f64,
}

/// A round value, and how it is written.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tick {
    pub value: f64,
    pub label: String,
}

impl Axis {
    /// An axis for values and those that must be in view. Without values, one around zero.
    pub(super) fn new(
        scale: Scale,
        unit: Unit,
        values: impl Iterator<Item = f64>,
        in_view: impl IntoIterator<Item = f64>,
    ) -> Self {
        let mut range: Option<(f64, f64)> = None;
        for value in values.chain(in_view).filter_map(|value| place(scale, value)) {
            let (low, high) = range.unwrap_or((value, value));
            range = Some((low.min(value), high.max(value)));
        }
        let (mut low, mut high) = range.unwrap_or((-1.0, 1.0));
        if high - low <= 1e-9 * high.abs().max(low.abs()).max(1e-9) {
            let around = if scale == Scale::Log { 0.1 } else { (0.1 * high.abs()).max(1e-6) };
            (low, high) = (low - around, high + around);
        } else {
            let margin = MARGIN * (high - low);
            // A price below zero is no place for anything.
            let floor = unit == Unit::Dollars && scale == Scale::Linear;
            low = if floor && low >= 0.0 { (low - margin).max(0.0) } else { low - margin };
            high += margin;
        }
        Self { scale, unit, low, high, step: 0.0 }
    }

    /// Where a value lies: 0 at the bottom, 1 at the top; `None` where it is missing or not on this axis.
    pub(super) fn at(&self, value: f64) -> Option<f64> {
        place(self.scale, value).map(|place| ((place - self.low) / (self.high - self.low)).clamp(-1.0, 2.0))
    }

    /// Round values, about `aim` apart, of an axis that stands, from the bottom.
    pub(super) fn ticks(&mut self, length: f64, aim: f64) -> Vec<Tick> {
        self.apart(length, aim, TICK_ROOM)
    }

    /// The same of an axis that lies: labels side by side.
    pub(super) fn ticks_across(&mut self, length: f64) -> Vec<Tick> {
        self.apart(length, ACROSS_AIM, ACROSS_ROOM)
    }

    fn apart(&mut self, length: f64, aim: f64, room: f64) -> Vec<Tick> {
        let wanted = (length / aim.max(1.0)).clamp(2.0, 12.0);
        let plain = |value: f64| written_place(self.scale, self.unit, value);
        let (low, high) = (plain(self.low), plain(self.high));
        let ratio = match (self.scale, self.unit) {
            (Scale::Log, _) => high / low,
            (_, Unit::Change) => (1.0 + high) / (1.0 + low),
            _ => 1.0,
        };
        let even = if self.scale == Scale::Log { EVEN_RATIO } else { EVEN_CHANGE };
        let candidates = if ratio.is_finite() && ratio < even {
            self.step = self.even_step(low, high, wanted, (length, room));
            let mut even = steps(low, high, self.step);
            // Losses lie further apart than gains: what stands between them has room where gains have none.
            if self.scale == Scale::Linear && self.unit == Unit::Change && self.step == 0.5 {
                even.extend([-0.25, 0.25]);
            }
            even
        } else {
            self.step = if self.scale == Scale::Log { low } else { 0.1 };
            ratios(self.scale, self.low, self.high, wanted)
        };
        let mut ticks: Vec<Tick> = Vec::new();
        let mut taken: Vec<f64> = Vec::new();
        // Zero first, so that it is never the one to give way.
        let mut order: Vec<f64> = candidates;
        order.sort_by_key(|value| *value != 0.0);
        for plain in order {
            let value = self.value_of(plain);
            let Some(at) = self.at(value).filter(|at| (0.0..=1.0).contains(at)) else { continue };
            let at = at * length;
            if taken.iter().all(|other| (other - at).abs() >= room) {
                taken.push(at);
                ticks.push(Tick { value, label: self.tick_label(plain) });
            }
        }
        ticks.sort_by(|one, other| one.value.total_cmp(&other.value));
        ticks
    }

    /// The smallest round step whose ticks all have room, where equal steps may have unequal lengths.
    fn even_step(&self, low: f64, high: f64, wanted: f64, (length, room): (f64, f64)) -> f64 {
        let bent = self.scale == Scale::Log || self.unit == Unit::Change;
        if !bent {
            let step = round_step((high - low) / wanted);
            let few = steps(low, high, step).len() < LEAST_TICKS;
            return if few { round_step((high - low) / (2.0 * wanted)) } else { step };
        }
        let finest = 10.0_f64.powi(((high - low) / 40.0).log10().floor().clamp(-307.0, 300.0) as i32);
        let mut rounds =
            (0..4).flat_map(|power| [1.0, 2.0, 2.5, 5.0].map(|factor| factor * 10.0_f64.powi(power)));
        let spacious = |step: f64| {
            let places: Vec<f64> = steps(low, high, step)
                .into_iter()
                .filter_map(|plain| self.at(self.value_of(plain)))
                .map(|at| at * length)
                .collect();
            places.windows(2).all(|pair| pair[1] - pair[0] >= room)
        };
        rounds
            .find(|round| spacious(round * finest) && (high - low) / (round * finest) <= 12.0)
            .unwrap_or(1000.0)
            * finest
    }

    /// The value behind a number as written.
    fn value_of(&self, plain: f64) -> f64 {
        if self.scale == Scale::Linear && self.unit == Unit::Change { plain.ln_1p() } else { plain }
    }

    /// A tick; `plain` is the number as written, a change as a share.
    fn tick_label(&self, plain: f64) -> String {
        let step = if self.scale == Scale::Log || self.unit == Unit::Change {
            if plain == 0.0 { self.step } else { self.step.min(plain.abs()) }
        } else {
            self.step
        };
        match self.unit {
            Unit::Change => format!("{}\u{a0}%", signed(100.0 * plain, decimals(100.0 * step))),
            Unit::Deviations | Unit::Correlation | Unit::LogPoints => signed(plain, decimals(step)),
            Unit::Dollars | Unit::Index => grouped(plain, decimals(step)),
        }
    }
}

/// Words for the unit of an axis.
pub(super) const fn unit_words(unit: Unit, scale: Scale) -> &'static str {
    match (unit, scale) {
        (Unit::Deviations, _) => "standard deviations",
        (Unit::Change, _) => "change in %",
        (Unit::Dollars, Scale::Linear) => "US dollars",
        (Unit::Dollars, Scale::Log) => "US dollars, log scale",
        (Unit::Index, Scale::Linear) => "index",
        (Unit::Index, Scale::Log) => "index, log scale",
        (Unit::Correlation, _) => "correlation, −1 to +1",
        (Unit::LogPoints, _) => "log points",
    }
}

/// One value as a reader sees it: at most three figures that matter.
pub(super) fn figure(value: f64, unit: Unit) -> String {
    let three = |value: f64| match value.abs() {
        size if size >= 99.95 => 0,
        size if size >= 9.995 => 1,
        _ => 2,
    };
    match unit {
        Unit::Change => {
            let plain = 100.0 * value.exp_m1();
            format!("{}\u{a0}%", signed(plain, if plain.abs() < 9.95 { 1 } else { 0 }))
        }
        Unit::Deviations | Unit::Correlation | Unit::LogPoints => signed(value, 2),
        Unit::Dollars | Unit::Index => grouped(value, three(value)),
    }
}

/// The place on the axis before it is stretched; `None` where a value has none.
fn place(scale: Scale, value: f64) -> Option<f64> {
    let known = value.is_finite() && value.abs() <= HUGE;
    match scale {
        Scale::Linear => known.then_some(value),
        Scale::Log => (known && value >= f64::MIN_POSITIVE).then(|| value.ln()),
    }
}

/// The number written at a place.
fn written_place(scale: Scale, unit: Unit, place: f64) -> f64 {
    match (scale, unit) {
        (Scale::Log, _) => place.exp(),
        (Scale::Linear, Unit::Change) => place.exp_m1(),
        (Scale::Linear, _) => place,
    }
}

/// The next of 1, 2, 5 times a power of ten.
fn round_step(step: f64) -> f64 {
    if !(step.is_finite() && step > 0.0) {
        return 1.0;
    }
    let power = 10.0_f64.powi(step.log10().floor().clamp(-307.0, 300.0) as i32);
    let factor = [1.0, 2.0, 5.0].into_iter().find(|factor| factor * power >= step * 0.999).unwrap_or(10.0);
    factor * power
}

/// Multiples of a step; at most a few dozen.
fn steps(low: f64, high: f64, step: f64) -> Vec<f64> {
    let (first, last) = ((low / step).ceil(), (high / step).floor());
    if !(last - first).is_finite() || last - first > 40.0 {
        return Vec::new();
    }
    // Adding zero takes the sign from a zero.
    (0..=(last - first).max(-1.0) as i64).map(|count| (first + count as f64) * step + 0.0).collect()
}

/// Round numbers equal ratios apart: 1, 2, 5, or 1, or every so many powers of ten.
fn ratios(scale: Scale, low: f64, high: f64, wanted: f64) -> Vec<f64> {
    let decades = (high - low) / std::f64::consts::LN_10;
    let factors: &[f64] = match wanted / decades {
        many if many >= 4.0 && scale == Scale::Log => &[1.0, 1.5, 2.0, 3.0, 5.0, 7.0],
        some if some >= 2.0 => &[1.0, 2.0, 5.0],
        _ => &[1.0],
    };
    let every = ((decades / wanted).ceil().max(1.0)) as i32;
    let first = (low / std::f64::consts::LN_10).floor().clamp(-307.0, 300.0) as i32;
    let last = (high / std::f64::consts::LN_10).ceil().clamp(-307.0, 300.0) as i32;
    let powers = (first..=last).filter(|power| power.rem_euclid(every) == 0);
    let multiples = powers.flat_map(|power| factors.iter().map(move |factor| factor * 10.0_f64.powi(power)));
    match scale {
        Scale::Log => multiples.collect(),
        // A change is one less than the ratio.
        Scale::Linear => multiples.map(|ratio| ratio - 1.0).collect(),
    }
}

/// Decimals that tell multiples of a step apart.
fn decimals(step: f64) -> usize {
    if step > 0.0 { (-(step * 1.0001).log10().floor()).clamp(0.0, 6.0) as usize } else { 0 }
}

/// A number with its sign, the sign that printers use; none before zero.
pub(super) fn signed(value: f64, decimals: usize) -> String {
    let text = grouped(value, decimals);
    let positive = value > 0.0 && text.bytes().any(|byte| (b'1'..=b'9').contains(&byte));
    if positive { format!("+{text}") } else { text }
}

/// A number with thousands set apart; in words or powers from a million on.
pub(super) fn grouped(value: f64, decimals: usize) -> String {
    let size = value.abs();
    let (scaled, decimals, word) = match size {
        _ if !size.is_finite() => return "–".to_owned(),
        _ if size >= 1e15 => return format!("{value:.0e}").replace('-', "−"),
        _ if size >= 0.999_95e12 => (value / 1e12, 1, "\u{a0}trn"),
        _ if size >= 0.999_95e9 => (value / 1e9, 1, "\u{a0}bn"),
        _ if size >= 0.999_95e6 => (value / 1e6, 1, "\u{a0}m"),
        _ if size > 0.0 && size < 1e-6 => return format!("{value:.0e}").replace('-', "−"),
        _ => (value, decimals, ""),
    };
    let text = format!("{:.decimals$}", scaled.abs());
    let (whole, part) =
        text.split_once('.').map_or((text.as_str(), None), |(whole, part)| (whole, Some(part)));
    let mut out = String::new();
    if value < 0.0 && text.bytes().any(|byte| (b'1'..=b'9').contains(&byte)) {
        out.push('−');
    }
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(part) = part.filter(|_| word.is_empty() || !part_is_zero(&text)) {
        out.push('.');
        out.push_str(part);
    }
    out.push_str(word);
    out
}

fn part_is_zero(text: &str) -> bool {
    text.split_once('.').is_some_and(|(_, part)| part.bytes().all(|byte| byte == b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(scale: Scale, unit: Unit, values: &[f64], length: f64) -> Vec<String> {
        let mut axis = Axis::new(scale, unit, values.iter().copied(), []);
        axis.ticks(length, 44.0).into_iter().map(|tick| tick.label).collect()
    }

    #[test]
    fn ticks_are_round_and_few() {
        let check = |scale, unit, values: &[f64], expected: &[&str]| {
            assert_eq!(labels(scale, unit, values, 200.0), expected, "{values:?}");
        };
        check(Scale::Linear, Unit::Deviations, &[-1.7, 2.2], &["−1", "0", "+1", "+2"]);
        check(Scale::Linear, Unit::Deviations, &[-0.3, 0.4], &["−0.2", "0.0", "+0.2", "+0.4"]);
        check(
            Scale::Linear,
            Unit::Change,
            &[-0.6, 0.6],
            &["−25\u{a0}%", "0\u{a0}%", "+25\u{a0}%", "+50\u{a0}%", "+75\u{a0}%"],
        );
        check(Scale::Log, Unit::Dollars, &[250.0, 110_000.0], &["1,000", "10,000", "100,000"]);
        check(Scale::Log, Unit::Dollars, &[50_000.0, 110_000.0], &["60,000", "80,000", "100,000"]);
        check(Scale::Linear, Unit::Index, &[5.0, 5.0], &["4.5", "5.0", "5.5"]);
        check(Scale::Linear, Unit::LogPoints, &[-0.3, 0.4], &["−0.2", "0.0", "+0.2", "+0.4"]);
    }

    #[test]
    fn figures_are_short() {
        let check = |value: f64, unit, expected: &str| assert_eq!(figure(value, unit), expected);
        check(0.7, Unit::Change, "+101\u{a0}%");
        check(-0.05, Unit::Change, "−4.9\u{a0}%");
        check(0.0, Unit::Change, "0.0\u{a0}%");
        check(-0.001, Unit::Deviations, "0.00");
        check(65_050.1, Unit::Dollars, "65,050");
        check(29.336, Unit::Dollars, "29.3");
        check(1_250_000.0, Unit::Index, "1.2\u{a0}m");
        check(1e300, Unit::Index, "1e300");
        check(0.357, Unit::LogPoints, "+0.36");
        check(700.0, Unit::Change, "+1e306\u{a0}%");
    }

    #[test]
    fn extremes_have_places() {
        for values in
            [[1e300, -1e300], [1e-300, 0.0], [f64::MAX, f64::MIN], [f64::NAN, f64::INFINITY], [0.0, 0.0]]
        {
            for scale in [Scale::Linear, Scale::Log] {
                for unit in [Unit::Change, Unit::Dollars, Unit::Deviations] {
                    let mut axis = Axis::new(scale, unit, values.into_iter(), [0.0]);
                    assert!(axis.high > axis.low && (axis.high - axis.low).is_finite());
                    assert!(axis.ticks(300.0, 44.0).len() < 20);
                    assert!(values.iter().filter_map(|value| axis.at(*value)).all(f64::is_finite));
                }
            }
        }
    }
}
