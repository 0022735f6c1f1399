//! First version: the frame with its text alternative.

use super::{BarChart, Width, svg::Svg};

pub(super) fn draw(chart: &BarChart<'_>, width: Width) -> String {
    let id = format!("{}-{}", chart.id, width.suffix());
    Svg::default().finish(&id, width.suffix(), "", (width.units(), 200.0), chart.title, chart.about)
}
