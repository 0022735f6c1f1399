//! One pane of a time chart: its title, unit and legend, its grid, its lines, and their names at their ends.
//!
//! The pane is planned before it is drawn, because all panes of a chart share the margins that the widest of
//! their figures and names need.

use super::{
    Line, Pane, Width,
    labels::spread,
    scale::{Axis, Tick, figure, unit_words},
    svg::{Anchor, LETTER, Svg, fit, text_width, unit},
    time::Frame,
    trace::{Trace, trace},
};

/// Distance of the lines of a text, units.
const ROW: f64 = 18.0;

/// Length of the sample in a legend.
const SAMPLE: f64 = 26.0;

/// Widest names at line ends.
const WIDEST_NAME: f64 = 150.0;

/// Heights beyond which a pane is cut: a page, not a wall.
const HEIGHTS: (f64, f64) = (40.0, 1200.0);

/// Values this share of the days before the last are still at the end of the chart.
const ENDED: f64 = 0.03;

/// A pane with its axis.
pub(super) struct Plan<'a> {
    pane: &'a Pane<'a>,
    axis: Axis,
    ticks: Vec<Tick>,
    ends: Vec<Option<End>>,
    /// Room for the figures of the axis.
    pub left: f64,
    /// Room for the names at the ends of lines.
    pub right: f64,
}

/// The last value of a line.
struct End {
    day: usize,
    value: f64,
    words: String,
}

impl<'a> Plan<'a> {
    pub(super) fn new(pane: &'a Pane<'a>, width: Width) -> Self {
        let values = pane.lines.iter().flat_map(|line| line.values.iter().flatten().copied());
        let mut axis = Axis::new(pane.scale, pane.unit, values, pane.reference);
        let ticks = axis.ticks(height(pane), if width == Width::Wide { 44.0 } else { 38.0 });
        let ends: Vec<Option<End>> =
            pane.lines.iter().map(|line| End::of(line, pane, &axis, width)).collect();
        let widest = |texts: &mut dyn Iterator<Item = &String>| {
            texts.map(|text| text_width(text, LETTER)).fold(0.0, f64::max)
        };
        let left = widest(&mut ticks.iter().map(|tick| &tick.label)) + 8.0;
        let right = widest(&mut ends.iter().flatten().map(|end| &end.words));
        let right = if right > 0.0 { right.min(WIDEST_NAME) + 12.0 } else { 0.0 };
        Self { pane, axis, ticks, ends, left, right }
    }

    /// Draws the pane from `top` on; `behind` draws what lies behind the lines. Gives the top and the bottom
    /// of the plot.
    pub(super) fn draw(
        &self,
        svg: &mut Svg,
        frame: &Frame,
        top: f64,
        behind: impl FnOnce(&mut Svg, f64, f64),
    ) -> (f64, f64) {
        let top = self.header(svg, frame, top) + 8.0;
        let bottom = top + height(self.pane);
        let place = |value: f64| self.axis.at(value).map(|at| bottom - at * (bottom - top));
        behind(svg, top, bottom);
        frame.grid(svg, top, bottom);
        let mut grid = String::new();
        for tick in &self.ticks {
            let Some(y) = place(tick.value) else { continue };
            grid.push_str(&format!("M{} {}H{}", unit(frame.left), unit(y), unit(frame.right)));
            svg.text("tick", Anchor::End, (frame.left - 6.0, y + 4.5), &tick.label);
        }
        svg.path("grid", &grid);
        let reference = self.pane.reference.and_then(place);
        if let Some(y) = reference {
            svg.line("reference", (frame.left, y), (frame.right, y));
        }
        svg.line("axis", (frame.left, bottom), (frame.right, bottom));
        let traces: Vec<Trace> = self
            .pane
            .lines
            .iter()
            .map(|line| {
                let floor = is_balance(line).then_some(reference).flatten();
                let length = line.values.len().min(frame.days);
                let columns = (frame.columns() as f64 * length as f64 / frame.days as f64).ceil() as usize;
                trace(&line.values[..length], columns, floor, |day, value| {
                    Some((frame.middle(day), place(value)?))
                })
            })
            .collect();
        for trace in &traces {
            svg.path("area", &trace.area);
        }
        // What is composed of the others lies above them.
        let (above, below): (Vec<_>, Vec<_>) =
            self.pane.lines.iter().zip(&traces).partition(|(line, _)| is_balance(line));
        for (line, trace) in below.into_iter().chain(above) {
            let class = class(line);
            svg.path(&format!("line {class}"), &trace.line);
            svg.path(&format!("line dots {class}"), &trace.dots);
        }
        if self.ends.iter().all(Option::is_none) {
            let middle = (frame.left + frame.right) / 2.0;
            svg.text("absent", Anchor::Middle, (middle, (top + bottom) / 2.0), "no values in these days");
        }
        self.sides(svg, frame, (top, bottom), reference);
        self.names(svg, frame, (top, bottom), &place);
        (top, bottom)
    }

    /// Title, unit and legend; gives their bottom.
    fn header(&self, svg: &mut Svg, frame: &Frame, top: f64) -> f64 {
        let across = frame.width.units();
        let (end, mut y) = svg.title(self.pane.title, top + 14.0, across);
        let unit = unit_words(self.pane.unit, self.pane.scale);
        let mut x = end + 12.0;
        if x + text_width(unit, LETTER) > across {
            (x, y) = (0.0, y + ROW);
        }
        svg.text("unit", Anchor::Start, (x, y), unit);
        x += text_width(unit, LETTER) + 24.0;
        // A single line that the title names needs none.
        let named = |line: &Line<'_>| self.pane.title.to_lowercase().contains(&line.name.to_lowercase());
        let legend: &[Line<'_>] = match self.pane.lines.as_slice() {
            [line] if named(line) => &[],
            lines => lines,
        };
        // The legend beside title and unit where it has room, otherwise below.
        let entries: Vec<(String, f64)> = legend
            .iter()
            .map(|line| {
                let name = fit(line.name, LETTER, across - SAMPLE - 24.0);
                let room = SAMPLE + 6.0 + text_width(&name, LETTER) + 16.0;
                (name, room)
            })
            .collect();
        if !entries.is_empty() && x + entries.iter().map(|entry| entry.1).sum::<f64>() > across {
            x = 0.0;
            y += ROW;
        }
        for ((name, room), line) in entries.iter().zip(legend) {
            if x > 0.0 && x + room - 16.0 > across {
                x = 0.0;
                y += ROW;
            }
            svg.line(&format!("line {}", class(line)), (x, y - 4.5), (x + SAMPLE, y - 4.5));
            svg.text("name", Anchor::Start, (x + SAMPLE + 6.0, y), name);
            x += room;
        }
        y
    }

    /// What lies above and what below the reference, in words.
    fn sides(&self, svg: &mut Svg, frame: &Frame, (top, bottom): (f64, f64), reference: Option<f64>) {
        let (Some(reference), Some((above, below))) =
            (reference, self.pane.lines.iter().find_map(side_words))
        else {
            return;
        };
        let x = frame.left + 6.0;
        if reference - top > 2.0 * ROW {
            svg.text("side", Anchor::Start, (x, top + 13.0), &format!("↑ {above}"));
        }
        if bottom - reference > 2.0 * ROW {
            svg.text("side", Anchor::Start, (x, bottom - 6.0), &format!("↓ {below}"));
        }
    }

    /// Names and last values at the ends of the lines.
    fn names(
        &self,
        svg: &mut Svg,
        frame: &Frame,
        (top, bottom): (f64, f64),
        place: &impl Fn(f64) -> Option<f64>,
    ) {
        let ends: Vec<(&Line<'_>, &End, f64)> = self
            .pane
            .lines
            .iter()
            .zip(&self.ends)
            .filter_map(|(line, end)| end.as_ref().and_then(|end| Some((line, end, place(end.value)?))))
            .collect();
        let wanted: Vec<f64> = ends.iter().map(|(_, _, y)| *y).collect();
        let places = spread(&wanted, LETTER + 3.0, top + 4.0, bottom - 4.0);
        let x = frame.right + 8.0;
        for ((line, end, y), at) in ends.into_iter().zip(places) {
            let from = frame.middle(end.day);
            // A line that ends early, or whose name gave way, is led to its name.
            if frame.days - end.day.min(frame.days) > (ENDED * frame.days as f64) as usize + 1
                || (at - y).abs() > 4.0
            {
                let path = format!(
                    "M{} {}L{} {}L{} {}",
                    unit(from + 2.0),
                    unit(y),
                    unit(frame.right.max(from + 2.0)),
                    unit(y),
                    unit(x - 2.0),
                    unit(at)
                );
                svg.path("leader", &path);
            }
            svg.circle(&format!("end {}", class(line)), (from, y), 2.8);
            let words = fit(&end.words, LETTER, frame.width.units() - x);
            svg.text(&format!("end-name {}", class(line)), Anchor::Start, (x, at + 4.5), &words);
        }
    }
}

impl End {
    fn of(line: &Line<'_>, pane: &Pane<'_>, axis: &Axis, width: Width) -> Option<Self> {
        let (day, value) = line.values.iter().enumerate().rev().find_map(|(day, value)| {
            let value = (*value)?;
            axis.at(value).map(|_| (day, value))
        })?;
        let figure = figure(value, pane.unit);
        let words = format!("{} {figure}", line.name);
        // On a phone the lines need the room: the name stands in the legend.
        let short = width == Width::Narrow || text_width(&words, LETTER) > WIDEST_NAME;
        let words = if short { figure } else { words };
        Some(Self { day, value, words })
    }
}

fn height(pane: &Pane<'_>) -> f64 {
    f64::from(pane.height).clamp(HEIGHTS.0, HEIGHTS.1)
}

/// Sums of the other lines, or differences: drawn stronger, with an area.
fn is_balance(line: &Line<'_>) -> bool {
    matches!(line.class, "narrative" | "gap")
}

fn side_words(line: &Line<'_>) -> Option<(&'static str, &'static str)> {
    match line.class {
        "narrative" => Some(("debasement louder", "fear louder")),
        "gap" => Some(("metals ahead of Bitcoin", "Bitcoin ahead of metals")),
        _ => None,
    }
}

/// The class of a line; what is unknown to the style is drawn plain.
pub(super) fn class(line: &Line<'_>) -> &'static str {
    known_class(line.class)
}

pub(super) fn known_class(class: &'static str) -> &'static str {
    let known = ["fear", "debasement", "narrative", "btc", "gold", "silver", "gap", "dollar"];
    known.into_iter().find(|known| *known == class).unwrap_or("other")
}
