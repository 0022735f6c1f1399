//! The states of a time chart: shading behind the lines, one lane for each state that occurs, and a strip for
//! the coverage of each day.
//!
//! A lane says by its place and its name what the shading says by colour; days without a valid state are
//! hatched, which needs no colour at all. Neighbouring days that share a column of pixels are one rectangle,
//! so the size is bounded.

use super::{
    Span, Strip, TimeChart, Width,
    svg::{Anchor, LETTER, Svg, text_width, unit},
    time::Frame,
};
use crate::index::Coverage;
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

/// Width of a sample in a legend.
const SWATCH: f64 = 18.0;

/// Least width of a rectangle, so that one day of ten years can be seen.
const LEAST: f64 = 1.0;

/// The name of a state as a reader sees it.
pub(super) const fn state_name(state: State) -> &'static str {
    match state {
        State::NoData => "No data",
        State::Unknown => "Unknown",
        State::Neutral => "Neutral",
        State::MetalsLead => "Metals lead",
        State::SafeHaven => "Safe haven",
        State::Debasement => "Debasement",
        State::Turning => "Turning",
        State::BtcFavourable => "Flag up",
        State::Spent => "Spent",
    }
}

/// The class of a state.
const fn state_class(state: State) -> &'static str {
    match state {
        State::NoData => "no-data",
        State::Unknown => "unknown",
        State::Neutral => "neutral",
        State::MetalsLead => "metals-lead",
        State::SafeHaven => "safe-haven",
        State::Debasement => "state-debasement",
        State::Turning => "turning",
        State::BtcFavourable => "btc-favourable",
        State::Spent => "spent",
    }
}

/// What the lanes and strips show.
pub(super) struct Lanes<'a> {
    pub spans: &'a [Span],
    pub strips: &'a [Strip<'a>],
    pub flagged: bool,
}

/// Patterns for what is no state, and for thin coverage.
pub(super) fn patterns(svg: &mut Svg, id: &str) {
    let pattern = |name: &str, size: f64, inside: &str| {
        let size = unit(size);
        format!(
            r#"<pattern id="{id}-{name}" width="{size}" height="{size}" patternUnits="userSpaceOnUse">{inside}</pattern>"#
        )
    };
    svg.raw("<defs>");
    svg.raw(&pattern("unknown", 6.0, r#"<path class="hatch" d="M-1 1 1 -1M0 6 6 0M5 7 7 5"/>"#));
    svg.raw(&pattern("no-data", 6.0, r#"<path class="hatch" d="M0 0 6 6M6 0 0 6"/>"#));
    svg.raw(&pattern(
        "faint-unknown",
        9.0,
        r#"<path class="hatch faint" d="M-1 1 1 -1M0 9 9 0M8 10 10 8"/>"#,
    ));
    svg.raw(&pattern("faint-no-data", 9.0, r#"<path class="hatch faint" d="M0 0 9 9M9 0 0 9"/>"#));
    svg.raw("</defs>");
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
        let path = rectangles(frame, days_of(frame, spans, state), top, bottom, 0.5);
        match state {
            State::Neutral => {}
            State::Unknown | State::NoData => {
                svg.filled("hatched", &format!("{}-faint-{}", frame.id, state_class(state)), &path);
            }
            _ => svg.path(&format!("shade {}", state_class(state)), &path),
        }
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
                    let path = rectangles(frame, days, top, top + BAR, LEAST);
                    match state {
                        State::Unknown | State::NoData => {
                            svg.filled("boxed", &format!("{}-{}", frame.id, state_class(state)), &path);
                        }
                        _ => svg.path(&format!("lane {}", state_class(state)), &path),
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
            let swatch =
                format!("M{} {}h{}v{}h-{}Z", unit(x), unit(y - BAR), unit(SWATCH), unit(BAR), unit(SWATCH));
            cover(svg, frame, kind, &swatch);
            svg.text("name", Anchor::Start, (x + SWATCH + 6.0, y), coverage_name(kind));
            x += room;
        }
        let bar = y + 8.0;
        for kind in kinds {
            cover(svg, frame, kind, &rectangles(frame, covered(frame, strip, kind), bar, bar + BAR, LEAST));
        }
        bar + BAR + 6.0
    }
}

/// Full, hatched, empty: three looks without a colour.
fn cover(svg: &mut Svg, frame: &Frame, kind: Coverage, path: &str) {
    match kind {
        Coverage::Enough => svg.path("boxed enough", path),
        Coverage::Thin => svg.filled("boxed", &format!("{}-unknown", frame.id), path),
        Coverage::None => svg.path("boxed empty", path),
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

/// One rectangle for each run of days, runs that touch on the screen joined.
fn rectangles(frame: &Frame, mut days: Vec<(usize, usize)>, top: f64, bottom: f64, least: f64) -> String {
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
    let (top, height) = (unit(top), unit((bottom - top).max(0.0)));
    joined
        .into_iter()
        .map(|(from, to)| format!("M{} {top}H{}v{height}H{}Z", unit(from), unit(to), unit(from)))
        .collect()
}
