//! Panes above each other with one time axis: flags on top, then the panes, then states and coverage.
//!
//! A day is a cell of the axis, so that one day of a state has a width; values lie in the middle of their
//! cells. The dates stand below every pane, because a phone shows one at a time. Left out: what is inside a
//! pane (`pane`) and the lanes of the states (`states`).

use super::{
    TimeChart, Width,
    dates::{self, DateTick},
    labels::spread,
    pane,
    states::{self, Lanes},
    svg::{Anchor, LETTER, Svg, name, text_width, unit},
};
use crate::calendar::Day;

/// Room between two of the things that lie above each other.
const GAP: f64 = 16.0;

/// Room for the numbers of the flags and their triangles.
const FLAGS: f64 = 30.0;

/// Most flags drawn: beyond, their lines would be a surface.
const MOST_FLAGS: usize = 60;

/// The time axis, and what all panes share.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    pub width: Width,
    /// Prefix of every id.
    pub id: String,
    /// Left and right end of the plots.
    pub left: f64,
    pub right: f64,
    /// The first day, and how many there are.
    pub first: Day,
    pub days: usize,
    pub ticks: Vec<DateTick>,
}

impl Frame {
    pub(super) fn length(&self) -> f64 {
        self.right - self.left
    }

    /// Columns of pixels.
    pub(super) fn columns(&self) -> usize {
        self.length().max(1.0) as usize
    }

    /// Where the cell of a day begins, by its number.
    pub(super) fn edge(&self, day: usize) -> f64 {
        self.left + self.length() * (day.min(self.days) as f64 / self.days.max(1) as f64)
    }

    /// The middle of a day's cell.
    pub(super) fn middle(&self, day: usize) -> f64 {
        self.left + self.length() * ((day as f64 + 0.5) / self.days.max(1) as f64).min(1.0)
    }

    /// Number of a day, where it lies inside.
    pub(super) fn number(&self, day: Day) -> Option<usize> {
        let number = i64::from(day.0) - i64::from(self.first.0);
        usize::try_from(number).ok().filter(|number| *number < self.days)
    }

    /// First and one past the last number of the days that lie inside.
    pub(super) fn numbers(&self, from: Day, to: Day) -> Option<(usize, usize)> {
        let bounded = |day: i64| day.clamp(0, self.days as i64) as usize;
        let from = bounded(i64::from(from.0) - i64::from(self.first.0));
        let to = bounded(i64::from(to.0) - i64::from(self.first.0) + 1);
        (from < to).then_some((from, to))
    }

    /// Vertical lines where the dates are.
    pub(super) fn grid(&self, svg: &mut Svg, top: f64, bottom: f64) {
        let mut path = String::new();
        for number in self.ticks.iter().filter_map(|tick| self.number(tick.day)) {
            path.push_str(&format!("M{} {}V{}", unit(self.edge(number)), unit(top), unit(bottom)));
        }
        svg.path("grid", &path);
    }

    /// The dates, and how much room they take.
    pub(super) fn dates(&self, svg: &mut Svg, top: f64) -> f64 {
        let mut path = String::new();
        let mixed = self.ticks.iter().any(|tick| !tick.is_year);
        let years = self.ticks.iter().any(|tick| tick.year.is_some());
        for tick in &self.ticks {
            let Some(number) = self.number(tick.day) else { continue };
            let x = self.edge(number);
            path.push_str(&format!("M{} {}v5", unit(x), unit(top)));
            // At the left edge a centred label would hang over the figures of the axis.
            let half = text_width(&tick.label, LETTER) / 2.0;
            let at = x.clamp(self.left + half - 6.0, (self.right - half + 6.0).max(self.left + half - 6.0));
            let class = if tick.is_year && mixed { "tick year" } else { "tick" };
            svg.text(class, Anchor::Middle, (at, top + 17.0), &tick.label);
            if let Some(year) = &tick.year {
                svg.text("tick year", Anchor::Middle, (at, top + 31.0), year);
            }
        }
        svg.path("axis", &path);
        if years { 34.0 } else { 20.0 }
    }
}

pub(super) fn draw(chart: &TimeChart<'_>, width: Width) -> String {
    let values = chart.panes.iter().flat_map(|pane| &pane.lines).map(|line| line.values.len());
    let days = values.chain(chart.strips.iter().map(|strip| strip.days.len())).max().unwrap_or(0).max(1);
    let panes: Vec<pane::Plan<'_>> = chart.panes.iter().map(|pane| pane::Plan::new(pane, width)).collect();
    let left = panes.iter().map(|plan| plan.left).fold(24.0, f64::max);
    let lane_room = if width == Width::Wide { states::names_room(chart) } else { 0.0 };
    let right = panes.iter().map(|plan| plan.right).fold(lane_room, f64::max).max(14.0);
    let mut frame = Frame {
        width,
        id: format!("{}-{}", name(chart.id), width.suffix()),
        left,
        right: width.units() - right,
        first: dates::inside(chart.first),
        days,
        ticks: Vec::new(),
    };
    frame.ticks = dates::ticks(frame.first, days, frame.length());
    let mut svg = Svg::default();
    let mut y = 4.0;
    let flags: Vec<(f64, &str)> = chart
        .marks
        .iter()
        .filter_map(|mark| Some((frame.middle(frame.number(mark.day)?), mark.label)))
        .take(MOST_FLAGS)
        .collect();
    if !flags.is_empty() {
        y += FLAGS;
        draw_flags(&mut svg, &frame, &flags, y);
    }
    for plan in &panes {
        let (top, bottom) = plan.draw(&mut svg, &frame, y, |svg, top, bottom| {
            states::shade(svg, &frame, &chart.spans, top, bottom);
            let path: String =
                flags.iter().map(|(x, _)| format!("M{} {}V{}", unit(*x), unit(top), unit(bottom))).collect();
            svg.path("flag", &path);
        });
        debug_assert!(bottom >= top);
        y = bottom + frame.dates(&mut svg, bottom) + GAP;
    }
    let lanes = Lanes { spans: &chart.spans, strips: &chart.strips, flagged: !flags.is_empty() };
    if let Some(bottom) = lanes.draw(&mut svg, &frame, y) {
        y = bottom + frame.dates(&mut svg, bottom) + GAP;
    }
    let facts = format!(
        r#" data-first="{}" data-days="{days}" data-left="{}" data-right="{}""#,
        frame.first,
        unit(frame.left),
        unit(frame.right)
    );
    let dense = if days as f64 > 1.5 * frame.length() { " dense" } else { "" };
    let class = format!("{}{dense}", width.suffix());
    svg.finish(
        &frame.id,
        &class,
        &facts,
        (width.units(), (y - GAP).max(20.0) + 4.0),
        chart.title,
        chart.about,
    )
}

/// Triangles that point at their days, and their numbers beside each other above.
fn draw_flags(svg: &mut Svg, frame: &Frame, flags: &[(f64, &str)], bottom: f64) {
    let mut path = String::new();
    for (x, _) in flags {
        path.push_str(&format!("M{} {}l-5.5 -10h11Z", unit(*x), unit(bottom)));
    }
    svg.path("triangle", &path);
    let widest = flags.iter().map(|(_, label)| text_width(label, LETTER)).fold(0.0, f64::max) + 4.0;
    // Numbers that have no room beside each other would be unreadable: then the triangles stand alone.
    if widest * flags.len() as f64 <= frame.length() {
        let wanted: Vec<f64> = flags.iter().map(|(x, _)| *x).collect();
        let places = spread(&wanted, widest, frame.left, frame.right);
        for ((_, label), x) in flags.iter().zip(places) {
            svg.text("number", Anchor::Middle, (x, bottom - 14.0), label);
        }
    }
}
