//! Correlations by lag: one pane for each series, stems from zero, and the band that luck keeps within.
//!
//! What lies outside the band is larger, filled and carries its lag; a sentence above each pane says how many
//! there are. A lag the band says nothing about is a square.

use super::{
    LagChart, LagSeries, Scale, Unit, Width,
    labels::spread,
    pane::known_class,
    scale::{Axis, Tick, figure, unit_words},
    svg::{Anchor, LETTER, Svg, name, text_width, unit, wrap},
};

/// Steps of the ticks, from the finest: weeks, months of weeks, quarters.
const STEPS: [i64; 9] = [1, 2, 4, 8, 13, 26, 52, 104, 520];

/// Most lines of the words below the axis.
const MOST_LINES: usize = 3;

/// How much higher a name reaches than its point.
const NAMED: f64 = 1.35;

/// Longest span of lags drawn: beyond, stems would be a surface.
const MOST_LAGS: i64 = 1000;

/// What all panes share.
struct Frame<'a> {
    chart: &'a LagChart<'a>,
    axis: Axis,
    ticks: Vec<Tick>,
    band: Option<f64>,
    first: i64,
    last: i64,
    left: f64,
    right: f64,
    across: f64,
    height: f64,
    /// Lags from one tick to the next.
    step: i64,
}

impl Frame<'_> {
    fn x(&self, lag: i64) -> f64 {
        let cells = (self.last - self.first + 1) as f64;
        self.left + (self.right - self.left) * ((lag - self.first) as f64 + 0.5) / cells
    }
}

pub(super) fn draw(chart: &LagChart<'_>, width: Width) -> String {
    let id = format!("{}-{}", name(chart.id), width.suffix());
    let points = || chart.series.iter().flat_map(|series| &series.points);
    let lags = || points().map(|(lag, _)| i64::from(*lag));
    let (first, last) = (lags().min().unwrap_or(0), lags().max().unwrap_or(0));
    let last = last.min(first + MOST_LAGS);
    let band = chart.band.filter(|band| band.is_finite() && *band >= 0.0);
    let ends = band.into_iter().flat_map(|band| [band, -band]);
    // Room for the names of what lies outside.
    let beyond =
        points().filter_map(|point| point.1).filter(|value| band.is_some_and(|band| value.abs() > band));
    let named = beyond.map(|value| NAMED * value);
    let mut axis = Axis::new(
        Scale::Linear,
        Unit::Correlation,
        points().filter_map(|point| point.1).chain(named),
        ends.chain([0.0]),
    );
    let height = if width == Width::Wide { 150.0 } else { 120.0 };
    let ticks = axis.ticks(height, 34.0);
    let left = ticks.iter().map(|tick| text_width(&tick.label, LETTER)).fold(20.0, f64::max) + 8.0;
    let across = width.units();
    let right = across - 8.0;
    let room = text_width("000", LETTER) + 4.0;
    let cell = (right - left) / (last - first + 1) as f64;
    let step = STEPS.into_iter().find(|step| *step as f64 * cell >= room).unwrap_or(MOST_LAGS);
    let frame = Frame { chart, axis, ticks, band, first, last, left, right, across, height, step };
    let mut svg = Svg::default();
    let mut y = 0.0;
    for series in &chart.series {
        y = frame.pane(&mut svg, series, y) + 14.0;
    }
    for line in wrap(chart.axis, LETTER, across - 40.0, MOST_LINES) {
        svg.text("unit", Anchor::Middle, (across / 2.0, y + 6.0), &line);
        y += 17.0;
    }
    svg.finish(&id, width.suffix(), "", (across, y + 4.0), chart.title, chart.about)
}

impl Frame<'_> {
    /// One series; gives the bottom of its dates.
    fn pane(&self, svg: &mut Svg, series: &LagSeries<'_>, top: f64) -> f64 {
        let outside = self.outside(series);
        let top = self.header(svg, series, &outside, top) + 10.0;
        let bottom = top + self.height;
        let place = |value: f64| self.axis.at(value).map(|at| bottom - at.clamp(0.0, 1.0) * self.height);
        if let Some((high, low)) = self.band.and_then(|band| place(band).zip(place(-band))) {
            svg.rect("band", self.left, high, self.right - self.left, low - high);
            let ends = format!(
                "M{l} {}H{r}M{l} {}H{r}",
                unit(high),
                unit(low),
                l = unit(self.left),
                r = unit(self.right)
            );
            svg.path("band-end", &ends);
        }
        let mut grid = String::new();
        for tick in &self.ticks {
            let Some(y) = place(tick.value) else { continue };
            grid.push_str(&format!("M{} {}H{}", unit(self.left), unit(y), unit(self.right)));
            svg.text("tick", Anchor::End, (self.left - 6.0, y + 4.5), &tick.label);
        }
        svg.path("grid", &grid);
        let zero = place(0.0).unwrap_or(bottom);
        svg.line("reference", (self.left, zero), (self.right, zero));
        svg.line("axis", (self.left, bottom), (self.right, bottom));
        for lag in (self.first..=self.last).filter(|lag| lag.rem_euclid(self.step) == 0) {
            svg.text(
                "tick",
                Anchor::Middle,
                (self.x(lag), bottom + 17.0),
                &super::scale::grouped(lag as f64, 0),
            );
        }
        self.stems(svg, series, zero, &place);
        self.names(svg, &outside, (top, bottom), &place);
        bottom + 22.0
    }

    /// Points beyond the band, with their lags.
    fn outside(&self, series: &LagSeries<'_>) -> Vec<(i64, f64)> {
        let Some(band) = self.band else { return Vec::new() };
        series
            .points
            .iter()
            .filter(|(lag, _)| Some(*lag) != self.chart.exempt && i64::from(*lag) <= self.last)
            .filter_map(|(lag, value)| Some((i64::from(*lag), (*value).filter(|value| value.is_finite())?)))
            .filter(|(_, value)| value.abs() > band)
            .collect()
    }

    fn header(&self, svg: &mut Svg, series: &LagSeries<'_>, outside: &[(i64, f64)], top: f64) -> f64 {
        let (end, mut y) = svg.title(series.name, top + 14.0, self.across);
        let mut words = unit_words(Unit::Correlation, Scale::Linear).to_owned();
        if let Some(band) = self.band {
            let plain = super::scale::grouped(band, 2);
            words = format!("{words}; {} ±{plain}", self.chart.band_name);
        }
        let found = match outside.len() {
            _ if self.band.is_none() => String::new(),
            0 => "none outside".to_owned(),
            1 => "1 outside".to_owned(),
            many => format!("{many} outside"),
        };
        let mut x = end + 14.0;
        for (class, words) in [("unit", words), ("name strong", found)] {
            if x > 0.0 && x + text_width(&words, 1.1 * LETTER) > self.across {
                (x, y) = (0.0, y + 18.0);
            }
            if !words.is_empty() {
                svg.text(class, Anchor::Start, (x, y), &super::svg::fit(&words, LETTER, self.across - x));
            }
            x += text_width(&words, LETTER) + 14.0;
        }
        y
    }

    fn stems(&self, svg: &mut Svg, series: &LagSeries<'_>, zero: f64, place: &impl Fn(f64) -> Option<f64>) {
        let class = known_class(series.class);
        let mut stems = String::new();
        let mut marks: Vec<(f64, f64, &str, bool)> = Vec::new();
        for (lag, value) in &series.points {
            let Some((y, value)) = value.and_then(|value| Some((place(value)?, value))) else { continue };
            if i64::from(*lag) > self.last {
                continue;
            }
            let x = self.x(i64::from(*lag));
            stems.push_str(&format!("M{} {}V{}", unit(x), unit(zero), unit(y)));
            let exempt = Some(*lag) == self.chart.exempt;
            let beyond = self.band.is_some_and(|band| value.abs() > band) && !exempt;
            marks.push((x, y, if beyond { "out" } else { "in" }, exempt));
        }
        svg.path(&format!("stem {class}"), &stems);
        for (x, y, look, exempt) in marks {
            let class = format!("mark {look} {class}");
            if exempt {
                svg.rect(&class, x - 3.5, y - 3.5, 7.0, 7.0);
            } else if look == "out" {
                svg.path(&class, &format!("M{} {}l6 6l-6 6l-6 -6Z", unit(x), unit(y - 6.0)));
            } else {
                svg.circle(&class, (x, y), 3.0);
            }
        }
    }

    /// Lags outside the band, named beside each other above or below their points.
    fn names(
        &self,
        svg: &mut Svg,
        outside: &[(i64, f64)],
        (top, bottom): (f64, f64),
        place: &impl Fn(f64) -> Option<f64>,
    ) {
        let words: Vec<String> = outside
            .iter()
            .map(|(lag, value)| format!("{lag}: {}", figure(*value, Unit::Correlation)))
            .collect();
        let room = words.iter().map(|words| text_width(words, LETTER)).fold(0.0, f64::max) + 6.0;
        // More than have room would cover each other; the stems and the count say it then.
        if room * words.len() as f64 > self.right - self.left {
            return;
        }
        let wanted: Vec<f64> = outside.iter().map(|(lag, _)| self.x(*lag)).collect();
        let places = spread(&wanted, room, self.left + room / 2.0, self.right - room / 2.0);
        for (((_, value), words), x) in outside.iter().zip(words).zip(places) {
            let Some(y) = place(*value) else { continue };
            let y = if *value > 0.0 { y - 10.0 } else { y + 19.0 };
            svg.text("number over", Anchor::Middle, (x, y.clamp(top - 2.0, bottom - 3.0)), &words);
        }
    }
}
