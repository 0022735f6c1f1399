//! The states of a time chart: shading behind the lines, one lane for each state that occurs, and a strip for
//! the coverage of each day.
//!
//! A lane says by its place and its name what the shading says by colour; days without a valid state are
//! hatched, which needs no colour at all. Neighbouring days that share a column of pixels are one rectangle,
//! so the size is bounded.

use super::{
    Span, Strip, TimeChart, Width,
    hatch::{Hatch, hatch},
    svg::{Anchor, LETTER, Svg, text_width, unit},
    time::Frame,
};
use crate::index::Coverage;
use crate::report::states::{class, name as state_name};
use crate::signal::State;

/// The lanes from the top: the order in which a story runs, and what is no state at the end.
const LANES: [State; 9] = [
    State::Neutral,
    State::MetalsLead,
    State::SafeHaven,
    State::Debasement,
    State::Turning,
    State::BtcFavourable,
    State::Spent,
    State::Unknown,
    State::NoData,
];

/// Height of a lane's bar, units.
const BAR: f64 = 9.0;

/// Distance of lanes whose names lie beside them, and of those whose names lie above.
const BESIDE: f64 = 17.0;
const BELOW: f64 = 26.0;

/// Distance of the lines of hatching, in bars and behind lines.
const STEP: f64 = 5.0;
const FAINT_STEP: f64 = 10.0;

/// Width of a sample in a legend.
const SWATCH: f64 = 18.0;

/// Least width of a rectangle, so that one day of ten years can be seen.
const LEAST: f64 = 1.0;

/// The class of a state in a drawing, where the plain word is that of a line.
const fn state_class(state: State) -> &'static str {
    match state {
        State::Debasement => "state-debasement",
        other => class(other),
    }
}

/// What the lanes and strips show.
pub(super) struct Lanes<'a> {
    pub spans: &'a [Span],
    pub strips: &'a [Strip<'a>],
    pub flagged: bool,
}

/// Room for the names of the lanes beside them.
pub(super) fn names_room(chart: &TimeChart<'_>) -> f64 {
    let states = chart.spans.iter().map(|span| state_name(span.state));
    let widest = states.map(|name| text_width(name, LETTER)).fold(0.0, f64::max);
    if widest > 0.0 { widest + 10.0 } else { 0.0 }
}

/// Shading behind the lines.
pub(super) fn shade(svg: &mut Svg, frame: &Frame, spans: &[Span], top: f64, bottom: f64) {
    for state in LANES {
        let runs = runs(frame, days_of(frame, spans, state), 0.5);
        match hatching(state) {
            Some(kind) => svg.path("hatch faint", &hatched(&runs, kind, top, bottom, FAINT_STEP)),
            None if state == State::Neutral => {}
            None => svg.path(&format!("shade {}", state_class(state)), &boxes(&runs, top, bottom)),
        }
    }
}

/// How a state that is none is hatched.
const fn hatching(state: State) -> Option<Hatch> {
    match state {
        State::Unknown => Some(Hatch::Single),
        State::NoData => Some(Hatch::Double),
        _ => None,
    }
}

impl Lanes<'_> {
    /// Draws what there is and gives its bottom; `None` where there is nothing.
    pub(super) fn draw(&self, svg: &mut Svg, frame: &Frame, top: f64) -> Option<f64> {
        let mut y = top;
        let states: Vec<State> =
            LANES.into_iter().filter(|state| !days_of(frame, self.spans, *state).is_empty()).collect();
        if !states.is_empty() {
            let title =
                if self.flagged { "State of each day; ▼ marks a flag" } else { "State of each day" };
            y = heading(svg, frame, y, title);
            for state in states {
                let days = days_of(frame, self.spans, state);
                y = lane(svg, frame, y, state_name(state), |svg, top| {
                    let runs = runs(frame, days, LEAST);
                    let path = boxes(&runs, top, top + BAR);
                    match hatching(state) {
                        Some(kind) => {
                            svg.path("boxed empty", &path);
                            svg.path("hatch", &hatched(&runs, kind, top, top + BAR, STEP));
                        }
                        None => svg.path(&format!("lane {}", state_class(state)), &path),
                    }
                });
            }
            y += 6.0;
        }
        for strip in self.strips {
            y = self.strip(svg, frame, y + 6.0, strip);
        }
        (y > top).then_some(y)
    }
}

impl Lanes<'_> {
    /// One row of coverage with its legend; gives its bottom.
    fn strip(&self, svg: &mut Svg, frame: &Frame, top: f64, strip: &Strip<'_>) -> f64 {
        let across = frame.width.units();
        let (end, mut y) = svg.title(strip.title, top + 14.0, across);
        let kinds = [Coverage::Enough, Coverage::Thin, Coverage::None];
        let rooms = kinds.map(|kind| SWATCH + 22.0 + text_width(coverage_name(kind), LETTER));
        let mut x = end + 16.0;
        if x + rooms.iter().sum::<f64>() > across {
            (x, y) = (0.0, y + 18.0);
        }
        for (kind, room) in kinds.into_iter().zip(rooms) {
            cover(svg, kind, &[(x, x + SWATCH)], y - BAR);
            svg.text("name", Anchor::Start, (x + SWATCH + 6.0, y), coverage_name(kind));
            x += room;
        }
        let bar = y + 8.0;
        for kind in kinds {
            cover(svg, kind, &runs(frame, covered(frame, strip, kind), LEAST), bar);
        }
        bar + BAR + 6.0
    }
}

/// Full, hatched, empty: three looks without a colour.
fn cover(svg: &mut Svg, kind: Coverage, runs: &[(f64, f64)], top: f64) {
    let path = boxes(runs, top, top + BAR);
    match kind {
        Coverage::Enough => svg.path("boxed enough", &path),
        Coverage::Thin => {
            svg.path("boxed empty", &path);
            svg.path("hatch", &hatched(runs, Hatch::Single, top, top + BAR, STEP));
        }
        Coverage::None => svg.path("boxed empty", &path),
    }
}

const fn coverage_name(kind: Coverage) -> &'static str {
    match kind {
        Coverage::Enough => "enough",
        Coverage::Thin => "thin",
        Coverage::None => "none",
    }
}

fn heading(svg: &mut Svg, frame: &Frame, top: f64, title: &str) -> f64 {
    svg.title(title, top + 14.0, frame.width.units()).1 + 10.0
}

/// One lane with its name; gives its bottom.
fn lane(svg: &mut Svg, frame: &Frame, top: f64, name: &str, bar: impl FnOnce(&mut Svg, f64)) -> f64 {
    let (above, height) = match frame.width {
        Width::Wide => (4.0, BESIDE),
        Width::Narrow => (BELOW - BAR - 1.0, BELOW),
    };
    let middle = top + above + BAR / 2.0;
    svg.line("lane-line", (frame.left, middle), (frame.right, middle));
    bar(svg, top + above);
    match frame.width {
        Width::Wide => svg.text("name", Anchor::Start, (frame.right + 8.0, middle + 4.5), name),
        Width::Narrow => svg.text("name", Anchor::Start, (frame.left, top + above - 4.0), name),
    }
    top + height
}

/// Days of a state, as numbers: from, and one past the last.
fn days_of(frame: &Frame, spans: &[Span], state: State) -> Vec<(usize, usize)> {
    spans
        .iter()
        .filter(|span| span.state == state)
        .filter_map(|span| frame.numbers(span.from, span.to))
        .collect()
}

fn covered(frame: &Frame, strip: &Strip<'_>, kind: Coverage) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    for (day, _) in strip.days.iter().take(frame.days).enumerate().filter(|(_, coverage)| **coverage == kind)
    {
        match found.last_mut() {
            Some(last) if last.1 == day => last.1 = day + 1,
            _ => found.push((day, day + 1)),
        }
    }
    found
}

/// Left and right of each run of days, runs that touch on the screen joined.
fn runs(frame: &Frame, mut days: Vec<(usize, usize)>, least: f64) -> Vec<(f64, f64)> {
    days.sort_unstable();
    let mut joined: Vec<(f64, f64)> = Vec::new();
    for (from, to) in days {
        let (from, to) = (frame.edge(from), frame.edge(to));
        let missing = (least - (to - from)).max(0.0) / 2.0;
        let (from, to) = (from - missing, to + missing);
        match joined.last_mut() {
            Some(last) if from <= last.1 + 0.3 => last.1 = last.1.max(to),
            _ => joined.push((from, to)),
        }
    }
    joined
}

/// One rectangle for each run.
fn boxes(runs: &[(f64, f64)], top: f64, bottom: f64) -> String {
    let (top, height) = (unit(top), unit((bottom - top).max(0.0)));
    runs.iter()
        .map(|(from, to)| format!("M{} {top}H{}v{height}H{}Z", unit(*from), unit(*to), unit(*from)))
        .collect()
}

/// Hatching of each run.
fn hatched(runs: &[(f64, f64)], kind: Hatch, top: f64, bottom: f64, step: f64) -> String {
    runs.iter().map(|(from, to)| hatch(kind, (*from, top), (*to, bottom), step)).collect()
}
