//! A forest plot: one row for each value, with its interval, beside the base rate of its group.
//!
//! Everything drawn is written beside it too, so that the picture can be read as a table. A filled point is
//! one that the verdict tells from the base rate, a hollow one is not. Wide, label, plot and words stand side
//! by side; on a phone they stand below each other, and the grid keeps to the bars so that no line runs
//! through words.

use super::{
    Interval, IntervalChart, IntervalGroup, Scale, Width,
    scale::{Axis, Tick, figure},
    svg::{Anchor, LETTER, Svg, fit, name, text_width, unit, wrap},
};

/// Distance of lines of text, units.
const ROW: f64 = 17.0;

/// Room between rows.
const BETWEEN: f64 = 11.0;

/// How far the grid reaches above and below the bars where it keeps to them.
const REACH: f64 = 9.0;

/// Most lines of a label or a verdict: neither is an essay.
const MOST_LINES: usize = 4;

/// Size of a point.
const POINT: f64 = 5.0;

/// What all rows share.
struct Plot<'a> {
    chart: &'a IntervalChart<'a>,
    width: Width,
    axis: Axis,
    ticks: Vec<Tick>,
    /// Ends of the plot.
    left: f64,
    right: f64,
    /// Room for labels, and where words begin.
    label: f64,
    words: f64,
}

pub(super) fn draw(chart: &IntervalChart<'_>, width: Width) -> String {
    let (left, right, label, words) = match width {
        Width::Wide => (226.0, 620.0, 206.0, 648.0),
        Width::Narrow => (8.0, 352.0, 360.0, 0.0),
    };
    let rows = chart.groups.iter().flat_map(|group| &group.rows);
    let values = rows.flat_map(|row| [row.low, row.mid, row.high].into_iter().flatten());
    let bases = chart.groups.iter().filter_map(|group| group.base);
    let mut axis = Axis::new(Scale::Linear, chart.unit, values.chain(bases), [0.0]);
    let ticks = axis.ticks_across(right - left);
    let plot = Plot { chart, width, axis, ticks, left, right, label, words };
    // What is drawn in front is kept apart until it is known how far the grid reaches.
    let (mut behind, mut front) = (Svg::default(), Svg::default());
    let mut y = plot.legend(&mut front);
    for group in &chart.groups {
        y = plot.group(&mut behind, &mut front, group, y);
    }
    let bottom = plot.scale(&mut front, y);
    behind.append(&front);
    let id = format!("{}-{}", name(chart.id), width.suffix());
    behind.finish(&id, width.suffix(), "", (width.units(), bottom), chart.title, chart.about)
}

impl Plot<'_> {
    fn x(&self, value: f64) -> Option<f64> {
        self.axis.at(value).map(|at| self.left + at.clamp(0.0, 1.0) * (self.right - self.left))
    }

    /// What the marks mean; gives the bottom.
    fn legend(&self, svg: &mut Svg) -> f64 {
        let entries =
            ["differs from the base rate", "not distinguishable", "95 % interval", self.chart.base_name];
        let (mut x, mut y) = (0.0, 14.0);
        for (place, words) in entries.into_iter().enumerate() {
            let words = fit(words, LETTER, self.width.units() - 30.0);
            let room = 30.0 + text_width(&words, LETTER);
            if x > 0.0 && x + room > self.width.units() {
                (x, y) = (0.0, y + ROW + 2.0);
            }
            let middle = y - 4.5;
            match place {
                0 => svg.circle("point told", (x + 10.0, middle), POINT),
                1 => svg.circle("point", (x + 10.0, middle), POINT),
                2 => whisker(svg, x, x + 20.0, middle),
                _ => svg.line("base", (x + 10.0, y - 12.0), (x + 10.0, y + 3.0)),
            }
            svg.text("name", Anchor::Start, (x + 26.0, y), &words);
            x += room + 18.0;
        }
        y + 12.0
    }

    /// Heading and rows of a group; gives their bottom.
    fn group(&self, behind: &mut Svg, front: &mut Svg, group: &IntervalGroup<'_>, top: f64) -> f64 {
        let across = self.width.units();
        let (end, mut y) = front.title(group.heading, top + 16.0, across);
        if let Some(base) = group.base {
            let words = format!("{} {}", self.chart.base_name, figure(base, self.chart.unit));
            let mut x = end + 14.0;
            if x + text_width(&words, LETTER) > across {
                (x, y) = (0.0, y + ROW);
            }
            front.text("unit", Anchor::Start, (x, y), &fit(&words, LETTER, across));
        }
        y += 12.0;
        let start = y;
        for interval in &group.rows {
            let (middle, bottom) = self.row(front, interval, y);
            if let (Width::Narrow, Some(middle)) = (self.width, middle) {
                self.grid(behind, group.base, middle - REACH, middle + REACH);
            }
            y = bottom + BETWEEN;
        }
        if self.width == Width::Wide {
            self.grid(behind, group.base, start - 4.0, y - BETWEEN / 2.0);
        }
        y + 6.0
    }

    /// Ticks, zero and the base rate behind bars.
    fn grid(&self, svg: &mut Svg, base: Option<f64>, top: f64, bottom: f64) {
        let upright = |x: f64| format!("M{} {}V{}", unit(x), unit(top), unit(bottom));
        let ticks = self.ticks.iter().filter(|tick| tick.value != 0.0).filter_map(|tick| self.x(tick.value));
        svg.path("grid", &ticks.map(upright).collect::<String>());
        svg.path("reference", &self.x(0.0).map(upright).unwrap_or_default());
        svg.path("base", &base.and_then(|base| self.x(base)).map(upright).unwrap_or_default());
    }

    /// One row; gives the middle of its bar, where it has one, and its bottom.
    fn row(&self, svg: &mut Svg, interval: &Interval<'_>, top: f64) -> (Option<f64>, f64) {
        let lines = |svg: &mut Svg, class: &str, x: f64, top: f64, lines: &[String]| {
            for (place, line) in lines.iter().enumerate() {
                svg.text(class, Anchor::Start, (x, top + 13.0 + ROW * place as f64), line);
            }
        };
        let high = |lines: &[String]| ROW * lines.len() as f64;
        let (label, words) = (self.label(interval), self.words(interval));
        let (middle, bottom) = match self.width {
            Width::Wide => {
                let tall = high(&label).max(high(&words)).max(ROW);
                let middle = top + tall / 2.0;
                lines(svg, "name", 0.0, middle - high(&label) / 2.0, &label);
                lines(svg, "name", self.words, middle - high(&words) / 2.0, &words);
                (middle, top + tall)
            }
            Width::Narrow => {
                lines(svg, "name strong", 0.0, top, &label);
                let below = top + high(&label);
                let bar =
                    if interval.mid.and_then(|mid| self.x(mid)).is_some() { 2.0 * REACH + 4.0 } else { 0.0 };
                lines(svg, "unit", 0.0, below + bar, &words);
                (below + bar / 2.0 + 1.0, below + bar + high(&words))
            }
        };
        let place = |value: Option<f64>| value.and_then(|value| self.x(value));
        let Some(at) = place(interval.mid) else { return (None, bottom) };
        if let Some((low, high)) = place(interval.low).zip(place(interval.high)) {
            whisker(svg, low.min(high), low.max(high), middle);
        }
        svg.circle(if interval.told { "point told" } else { "point" }, (at, middle), POINT);
        (Some(middle), bottom)
    }

    fn label(&self, interval: &Interval<'_>) -> Vec<String> {
        // Strong letters are wider.
        let size = if self.width == Width::Narrow { 1.14 * LETTER } else { LETTER };
        wrap(interval.label, size, self.label, MOST_LINES)
    }

    /// The value with its interval and what it stands on, then the verdict.
    fn words(&self, interval: &Interval<'_>) -> Vec<String> {
        let figure = |value: f64| figure(value, self.chart.unit);
        let value = match (interval.mid, interval.low, interval.high) {
            (Some(mid), Some(low), Some(high)) => {
                format!("{} ({} to {})", figure(mid), figure(low), figure(high))
            }
            (Some(mid), ..) => format!("{}, no interval", figure(mid)),
            _ => String::new(),
        };
        let first = [value.as_str(), interval.count].into_iter().filter(|text| !text.is_empty());
        let room = self.width.units() - self.words;
        let mut lines = wrap(&first.collect::<Vec<&str>>().join(" · "), LETTER, room, MOST_LINES);
        lines.extend(wrap(interval.verdict, LETTER, room, MOST_LINES));
        lines
    }

    /// Axis, figures and words below it; gives the bottom.
    fn scale(&self, svg: &mut Svg, top: f64) -> f64 {
        svg.line("axis", (self.left, top), (self.right, top));
        for tick in &self.ticks {
            let Some(x) = self.x(tick.value) else { continue };
            let half = text_width(&tick.label, LETTER) / 2.0;
            svg.line("axis", (x, top), (x, top + 5.0));
            let x = x.clamp(half, (self.width.units() - half).max(half));
            svg.text("tick", Anchor::Middle, (x, top + 19.0), &tick.label);
        }
        let mut y = top + 22.0;
        let middle = (self.left + self.right) / 2.0;
        for line in wrap(self.chart.axis, LETTER, 2.0 * middle.min(self.width.units() - middle), MOST_LINES) {
            y += ROW;
            svg.text("unit", Anchor::Middle, (middle, y), &line);
        }
        y + 6.0
    }
}

fn whisker(svg: &mut Svg, low: f64, high: f64, y: f64) {
    let (low, high, top) = (unit(low), unit(high), unit(y - 4.0));
    svg.path("whisker", &format!("M{low} {top}v8M{high} {top}v8M{low} {}H{high}", unit(y)));
}
