//! A condition as a picture: the side on which it is met is hatched, the threshold is a line with its figure,
//! today's value a mark with its figure, and a word says whether it is met.
//!
//! The mark is filled where the condition is met and hollow where it is not; between a hollow mark and the
//! threshold runs the distance that is missing.

use super::{
    Meter,
    hatch::{Hatch, hatch},
    svg::{Anchor, LETTER, Svg, fit, name, text_width, unit},
};

/// Size of the drawing, the same in every place: a phone shows it whole.
const ACROSS: f64 = 340.0;
const DOWN: f64 = 62.0;

/// Ends of the scale; the word stands right of it. It has room in the widest of the usual sans-serifs.
const LEFT: f64 = 8.0;
const RIGHT: f64 = 240.0;

/// Top and bottom of the scale.
const TOP: f64 = 24.0;
const BOTTOM: f64 = 36.0;

/// Share of the distance of value and threshold that a chosen scale adds at both ends.
const AROUND: f64 = 0.45;

pub(super) fn draw(meter: &Meter<'_>) -> String {
    let id = name(meter.id);
    let known = |value: f64| value.is_finite() && value.abs() < 1e300;
    let value = meter.value.filter(|value| known(*value));
    let threshold = known(meter.threshold).then_some(meter.threshold);
    let (low, high) = range(meter.range, value, threshold);
    let x = |value: f64| LEFT + (RIGHT - LEFT) * ((value - low) / (high - low)).clamp(0.0, 1.0);
    let mut svg = Svg::default();
    svg.rect("track", LEFT, TOP, RIGHT - LEFT, BOTTOM - TOP);
    if let Some(threshold) = threshold {
        let at = x(threshold);
        let (from, to) = if meter.above { (at, RIGHT) } else { (LEFT, at) };
        svg.path("hatch", &hatch(Hatch::Single, (from, TOP), (to, BOTTOM), 6.0));
        svg.line("threshold", (at, TOP - 5.0), (at, BOTTOM + 6.0));
        label(&mut svg, "unit", at, BOTTOM + 19.0, meter.threshold_words);
    }
    let word = match (value, meter.met) {
        (None, _) | (_, None) => "unknown",
        (_, Some(true)) => "met",
        (_, Some(false)) => "not met",
    };
    if let Some(value) = value {
        let at = x(value);
        let middle = (TOP + BOTTOM) / 2.0;
        if let Some(threshold) = threshold.filter(|_| word == "not met") {
            svg.line("distance", (at, middle), (x(threshold), middle));
        }
        let class = if word == "met" { "point told" } else { "point" };
        svg.path(class, &format!("M{} {}l7 7l-7 7l-7 -7Z", unit(at), unit(middle - 7.0)));
        label(&mut svg, "value", at, TOP - 9.0, meter.value_words);
    }
    let sign = match word {
        "met" => "✓ ",
        "not met" => "✗ ",
        _ => "? ",
    };
    let class = match word {
        "met" => "word met",
        "not met" => "word unmet",
        _ => "word",
    };
    svg.text(class, Anchor::Start, (RIGHT + 12.0, BOTTOM - 1.0), &format!("{sign}{word}"));
    let about = format!("{word}; value {}, threshold {}", meter.value_words, meter.threshold_words);
    svg.finish(&id, "meter", "", (ACROSS, DOWN), meter.title, &about)
}

/// A label over its place, pushed inside.
fn label(svg: &mut Svg, class: &str, x: f64, y: f64, words: &str) {
    // Values are written strong, and wider.
    let words = fit(words, 1.14 * LETTER, RIGHT);
    let half = 1.14 * text_width(&words, LETTER) / 2.0;
    svg.text(class, Anchor::Middle, (x.clamp(half, (ACROSS - half).max(half)), y), &words);
}

/// The ends of the scale: those given, or around value and threshold.
fn range(given: Option<(f64, f64)>, value: Option<f64>, threshold: Option<f64>) -> (f64, f64) {
    if let Some((low, high)) = given
        && low.is_finite()
        && high.is_finite()
        && low < high
        && (high - low).is_finite()
    {
        return (low, high);
    }
    let both: Vec<f64> = value.into_iter().chain(threshold).collect();
    let (low, high) = both
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(*value), high.max(*value)));
    if both.is_empty() {
        return (0.0, 1.0);
    }
    let distance = high - low;
    let around = if distance > 1e-9 * low.abs().max(high.abs()) {
        AROUND * distance
    } else {
        (0.5 * high.abs()).max(1e-6)
    };
    (low - around, high + around)
}
