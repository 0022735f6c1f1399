//! Bars to both sides of zero, row by row: hatched to the left, full to the right, each with its figure.
//!
//! The hatching tells the sides apart without colour. A row without a value keeps its label and says so.

use super::{
    Bar, BarChart, Scale, Width,
    hatch::{Hatch, hatch},
    pane::known_class,
    scale::{Axis, figure},
    svg::{Anchor, LETTER, Svg, fit, name, text_width, unit},
};

/// Height of a bar and of a row, units.
const BAR: f64 = 13.0;
const ROW: f64 = 24.0;
const ROW_WITH_NOTE: f64 = 40.0;

/// Most rows: a week, a month, not a year.
const MOST_ROWS: usize = 62;

pub(super) fn draw(chart: &BarChart<'_>, width: Width) -> String {
    let id = format!("{}-{}", name(chart.id), width.suffix());
    let bars = &chart.bars[..chart.bars.len().min(MOST_ROWS)];
    let across = width.units();
    let labels = bars.iter().map(|bar| text_width(bar.label, LETTER)).fold(30.0, f64::max).min(across / 3.0);
    let notes = bars.iter().map(|bar| text_width(bar.note, LETTER)).fold(0.0, f64::max).min(across / 3.0);
    // Room for the figures at the ends of the longest bars.
    let figures =
        bars.iter().filter_map(|bar| bar.value).map(|value| text_width(&figure(value, chart.unit), LETTER));
    let figures = figures.fold(0.0, f64::max).min(80.0) + 8.0;
    let left = labels + 12.0 + figures;
    let right = if width == Width::Wide { across - notes - 24.0 - figures } else { across - figures };
    let values = bars.iter().filter_map(|bar| bar.value).flat_map(|value| [value, -value]);
    let axis = Axis::new(Scale::Linear, chart.unit, values, [0.0]);
    let x = |value: f64| axis.at(value).map(|at| left + at.clamp(0.0, 1.0) * (right - left));
    let zero = x(0.0).unwrap_or((left + right) / 2.0);
    let mut svg = Svg::default();
    // Beside zero where both have room, otherwise at the ends.
    let (one, other) = (format!("← {}", chart.left.0), format!("{} →", chart.right.0));
    let room = text_width(&one, LETTER).max(text_width(&other, LETTER)) + 8.0;
    if room <= zero && room <= across - zero {
        svg.text("side", Anchor::End, (zero - 8.0, 14.0), &one);
        svg.text("side", Anchor::Start, (zero + 8.0, 14.0), &other);
    } else {
        svg.text("side", Anchor::Start, (0.0, 14.0), &fit(&one, LETTER, across / 2.0 - 4.0));
        svg.text("side", Anchor::End, (across, 14.0), &fit(&other, LETTER, across / 2.0 - 4.0));
    }
    let top = 22.0;
    let mut y = top;
    for bar in bars {
        let row = Row { bar, middle: y + ROW / 2.0, zero };
        svg.text("name", Anchor::Start, (0.0, row.middle + 4.5), &fit(bar.label, LETTER, labels + 4.0));
        row.draw(&mut svg, chart, &x);
        let noted = !bar.note.is_empty();
        match width {
            Width::Wide if noted => {
                svg.text(
                    "unit",
                    Anchor::Start,
                    (across - notes, row.middle + 4.5),
                    &fit(bar.note, LETTER, notes + 4.0),
                );
                y += ROW;
            }
            Width::Narrow if noted => {
                svg.text("unit", Anchor::Start, (0.0, row.middle + 20.0), &fit(bar.note, LETTER, across));
                y += ROW_WITH_NOTE;
            }
            _ => y += ROW,
        }
    }
    svg.line("reference", (zero, top), (zero, y));
    svg.finish(&id, width.suffix(), "", (across, y + 6.0), chart.title, chart.about)
}

struct Row<'a> {
    bar: &'a Bar<'a>,
    middle: f64,
    zero: f64,
}

impl Row<'_> {
    fn draw(&self, svg: &mut Svg, chart: &BarChart<'_>, x: &impl Fn(f64) -> Option<f64>) {
        let Some((value, at)) = self.bar.value.and_then(|value| Some((value, x(value)?))) else {
            svg.text("absent", Anchor::Start, (self.zero + 8.0, self.middle + 4.5), "no value");
            return;
        };
        let (top, bottom) = (unit(self.middle - BAR / 2.0), unit(self.middle + BAR / 2.0));
        let path = format!("M{} {top}H{}V{bottom}H{}Z", unit(self.zero), unit(at), unit(self.zero));
        let words = figure(value, chart.unit);
        if value < 0.0 {
            let class = known_class(chart.left.1);
            svg.path(&format!("bar hollow {class}"), &path);
            let (from, to) = ((at, self.middle - BAR / 2.0), (self.zero, self.middle + BAR / 2.0));
            svg.path(&format!("stripe {class}"), &hatch(Hatch::Single, from, to, 4.0));
            svg.text("name over", Anchor::End, (at - 6.0, self.middle + 4.5), &words);
        } else {
            svg.path(&format!("bar {}", known_class(chart.right.1)), &path);
            svg.text("name over", Anchor::Start, (at + 6.0, self.middle + 4.5), &words);
        }
    }
}
