//! First version: the frame with its text alternative.

use super::{Meter, svg::Svg};

pub(super) fn draw(meter: &Meter<'_>) -> String {
    Svg::default().finish(meter.id, "meter", "", (320.0, 44.0), meter.title, meter.value_words)
}
