//! Data to inline SVG: plain functions, no state, the same input gives the same bytes.
//!
//! ```text
//! TimeChart, IntervalChart, LagChart, Meter, BarChart -> one <svg role="img"> with <title> and <desc> each
//! ```
//!
//! No plotting crate: those we know draw with colours in attributes and text in fixed pixels, which neither
//! follows a dark page, nor the page's content policy, nor a screen reader. Here every colour is a class
//! (`colours.css`), nothing has a `style`, and nothing is told by colour alone: lines differ in their dashes
//! and carry their names, states have lanes and names, what is met has a shape and a word.
//!
//! What is not finite is missing; whatever the numbers, the markup is well-formed and bounded: a line has
//! at most two points for each column of pixels. Labels are escaped. Left out: which figures to show, and
//! the page's words (`view`, `page`).

mod bars;
mod dates;
mod hatch;
mod interval;
mod labels;
mod lag;
mod meter;
mod pane;
mod scale;
mod states;
mod svg;
mod time;
mod trace;

use crate::calendar::Day;
use crate::index::Coverage;
use crate::signal::State;

/// Every colour, as variables: light, dark and print.
pub(super) const COLOURS_CSS: &str = include_str!("colours.css");
/// How the classes of the charts look.
pub(super) const CHART_CSS: &str = include_str!("chart.css");

/// How wide a drawing is. Each is drawn for its own place: one drawing scaled would be unreadable on a phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Width {
    /// 960 units, for screens and paper.
    Wide,
    /// 360 units, for phones.
    Narrow,
}

/// What an axis counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// Standard deviations, or a balance of such.
    Deviations,
    /// Logarithmic returns, written as the plain change in percent.
    Change,
    /// US dollars.
    Dollars,
    /// An index; 100 on its first day where it says so.
    Index,
    /// Correlations, -1 to 1.
    Correlation,
    /// Logarithms as they stand: differences of returns, which are no change of anything.
    LogPoints,
}

/// How values lie on an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scale {
    /// Equal steps, equal lengths.
    Linear,
    /// Equal ratios, equal lengths; what is not above zero is missing.
    Log,
}

/// One line of a pane.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line<'a> {
    /// Its name, in the legend and at its end.
    pub name: &'a str,
    /// Its look: `fear`, `debasement`, `narrative`, `btc`, `gold`, `silver`, `gap` or `dollar`.
    pub class: &'static str,
    /// One value a day from the chart's first day on; `None` leaves a gap.
    pub values: &'a [Option<f64>],
}

/// One of the drawings that lie above each other and share the time axis.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pane<'a> {
    /// What it shows, above it.
    pub title: &'a str,
    /// What its axis counts.
    pub unit: Unit,
    /// How its values lie.
    pub scale: Scale,
    /// Its lines.
    pub lines: Vec<Line<'a>>,
    /// Height of the plot, without titles and legend.
    pub height: u32,
    /// A value worth a stronger line, such as zero; always in view.
    pub reference: Option<f64>,
}

/// Days in one state, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
    /// The state.
    pub state: State,
}

/// A flag: a vertical line through all panes, a triangle and its label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark<'a> {
    /// The day.
    pub day: Day,
    /// A number or another short name.
    pub label: &'a str,
}

/// A thin strip that says of each day how much news was behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Strip<'a> {
    /// What it shows, above it.
    pub title: &'a str,
    /// One entry a day from the chart's first day on.
    pub days: &'a [Coverage],
}

/// Panes above each other with one time axis, states and flags.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct TimeChart<'a> {
    /// Letters, digits and hyphens; unique on the page. The two widths tell themselves apart.
    pub id: &'a str,
    /// What it shows, for those who hear the page.
    pub title: &'a str,
    /// What there is to see in it, in sentences, likewise.
    pub about: &'a str,
    /// The first day.
    pub first: Day,
    /// The panes, from the top.
    pub panes: Vec<Pane<'a>>,
    /// Coverage, below the panes.
    pub strips: Vec<Strip<'a>>,
    /// The states; what lies outside the chart's days is cut.
    pub spans: Vec<Span>,
    /// The flags; what lies outside is left out.
    pub marks: Vec<Mark<'a>>,
}

/// One row of an interval chart. Returns are logarithmic.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Interval<'a> {
    /// What it is about.
    pub label: &'a str,
    /// Lower end; `None` where there is no interval.
    pub low: Option<f64>,
    /// The value.
    pub mid: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// What it stands on, such as `7 episodes`.
    pub count: &'a str,
    /// The verdict, short.
    pub verdict: &'a str,
    /// Whether the verdict tells it from the base rate: drawn filled, otherwise hollow.
    pub told: bool,
}

/// Rows that share a base rate.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct IntervalGroup<'a> {
    /// Heading.
    pub heading: &'a str,
    /// What is compared with: a mark on every row of the group.
    pub base: Option<f64>,
    /// The rows.
    pub rows: Vec<Interval<'a>>,
}

/// Values with their intervals, row by row.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct IntervalChart<'a> {
    /// As of [`TimeChart`].
    pub id: &'a str,
    /// As of [`TimeChart`].
    pub title: &'a str,
    /// As of [`TimeChart`].
    pub about: &'a str,
    /// Words below the axis, such as `Bitcoin's change over the horizon`.
    pub axis: &'a str,
    /// What the mark of the base rate means, such as `after any day`.
    pub base_name: &'a str,
    /// What the axis counts.
    pub unit: Unit,
    /// The groups, from the top.
    pub groups: Vec<IntervalGroup<'a>>,
}

/// The correlations of one series, by lag.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct LagSeries<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its look, as of [`Line`].
    pub class: &'static str,
    /// Lag and correlation.
    pub points: Vec<(i32, Option<f64>)>,
}

/// Correlations for each lag and the band that luck keeps within.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct LagChart<'a> {
    /// As of [`TimeChart`].
    pub id: &'a str,
    /// As of [`TimeChart`].
    pub title: &'a str,
    /// As of [`TimeChart`].
    pub about: &'a str,
    /// Words below the axis, such as `weeks by which Bitcoin comes later`.
    pub axis: &'a str,
    /// What the band means, such as `luck stays within`.
    pub band_name: &'a str,
    /// Half the height of the band.
    pub band: Option<f64>,
    /// Lags the band says nothing about, such as 0, the same week.
    pub exempt: Option<i32>,
    /// The series, each in a pane of its own.
    pub series: Vec<LagSeries<'a>>,
}

/// A condition: where the value stands, and from where it is met.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Meter<'a> {
    /// As of [`TimeChart`]; a meter has one width for all places.
    pub id: &'a str,
    /// The condition in words.
    pub title: &'a str,
    /// Today's value.
    pub value: Option<f64>,
    /// The same in words, with its unit.
    pub value_words: &'a str,
    /// The threshold.
    pub threshold: f64,
    /// The same in words, with its unit.
    pub threshold_words: &'a str,
    /// Met above the threshold, or below it.
    pub above: bool,
    /// Met today; `None` where the value is unknown.
    pub met: Option<bool>,
    /// Ends of the scale, where it has natural ones; otherwise it is chosen around value and threshold.
    pub range: Option<(f64, f64)>,
}

/// One bar.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Bar<'a> {
    /// At its left.
    pub label: &'a str,
    /// Its length; `None` says why in the note.
    pub value: Option<f64>,
    /// Beside it, such as the coverage behind it.
    pub note: &'a str,
}

/// Bars to both sides of zero.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct BarChart<'a> {
    /// As of [`TimeChart`].
    pub id: &'a str,
    /// As of [`TimeChart`].
    pub title: &'a str,
    /// As of [`TimeChart`].
    pub about: &'a str,
    /// What the axis counts.
    pub unit: Unit,
    /// What bars to the left of zero mean, and their look as of [`Line`].
    pub left: (&'a str, &'static str),
    /// What bars to the right of zero mean, likewise.
    pub right: (&'a str, &'static str),
    /// The bars, from the top.
    pub bars: Vec<Bar<'a>>,
}

/// Panes with a shared time axis, states shaded and flags marked.
pub(super) fn time_chart(chart: &TimeChart<'_>, width: Width) -> String {
    time::draw(chart, width)
}

/// Values with their intervals beside a base rate: a forest plot.
pub(super) fn interval_chart(chart: &IntervalChart<'_>, width: Width) -> String {
    interval::draw(chart, width)
}

/// Correlations by lag, with the band that luck keeps within.
pub(super) fn lag_chart(chart: &LagChart<'_>, width: Width) -> String {
    lag::draw(chart, width)
}

/// A value against its threshold.
pub(super) fn meter(meter: &Meter<'_>) -> String {
    meter::draw(meter)
}

/// Bars to both sides of zero.
pub(super) fn bar_chart(chart: &BarChart<'_>, width: Width) -> String {
    bars::draw(chart, width)
}

#[cfg(test)]
mod colour_tests;
#[cfg(test)]
mod tests;
