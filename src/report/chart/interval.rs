//! A forest plot: one row for each value, with its interval, beside the base rate of its group.
//!
//! Everything drawn is written beside it too, so that the picture can be read as a table. A filled point is
//! one that the verdict tells from the base rate, a hollow one is not.

use super::{
    Interval, IntervalChart, IntervalGroup, Scale, Width,
    scale::{Axis, figure},
    svg::{Anchor, LETTER, Svg, name, text_width, unit, wrap},
};

/// Distance of lines of text, units.
const ROW: f64 = 17.0;

/// Room between rows.
const BETWEEN: f64 = 11.0;

/// Lines of text a row may take in a column: a label is no essay.
const MOST_LINES: usize = 4;

/// Where the columns lie, for each width: labels, plot and words.
struct Columns {
    label: f64,
    left: f64,
    right: f64,
    words: f64,
    across: f64,
}

impl Columns {
    const fn of(width: Width) -> Self {
        match width {
            Width::Wide => Self { label: 210.0, left: 230.0, right: 640.0, words: 664.0, across: 960.0 },
            Width::Narrow => Self { label: 360.0, left: 8.0, right: 352.0, words: 0.0, across: 360.0 },
        }
    }
}

/// A row with its texts broken into lines.
struct Row<'a> {
    interval: &'a Interval<'a>,
    label: Vec<String>,
    words: Vec<String>,
}

pub(super) fn draw(chart: &IntervalChart<'_>, width: Width) -> String {
    let columns = Columns::of(width);
    let id = format!("{}-{}", name(chart.id), width.suffix());
    let rows = || chart.groups.iter().flat_map(|group| &group.rows);
    let values = rows().flat_map(|row| [row.low, row.mid, row.high].into_iter().flatten());
    let bases = chart.groups.iter().filter_map(|group| group.base);
    let mut axis = Axis::new(Scale::Linear, chart.unit, values.chain(bases), [0.0]);
    let length = columns.right - columns.left;
    let ticks = axis.ticks(length, if width == Width::Wide { 70.0 } else { 64.0 });
    let x = |value: f64| axis.at(value).map(|at| columns.left + at.clamp(0.0, 1.0) * length);
    let mut svg = Svg::default();
    let mut y = legend(&mut svg, chart, &columns);
    let top = y;
    let mut body = Svg::default();
    for group in &chart.groups {
        y = heading(&mut body, chart, group, y);
        let start = y;
        for interval in &group.rows {
            let row = Row::new(interval, chart, &columns, width);
            y = row.draw(&mut body, &columns, width, y, &x);
        }
        if let Some(x) = group.base.and_then(x) {
            body.line("base", (x, start - 4.0), (x, y - BETWEEN / 2.0));
        }
        y += 6.0;
    }
    let mut grid = String::new();
    for tick in &ticks {
        let Some(x) = x(tick.value) else { continue };
        let class = if tick.value == 0.0 { "reference" } else { "grid" };
        if tick.value == 0.0 {
            svg.line(class, (x, top), (x, y));
        } else {
            grid.push_str(&format!("M{} {}V{}", unit(x), unit(top), unit(y)));
        }
        let half = text_width(&tick.label, LETTER) / 2.0;
        svg.text("tick", Anchor::Middle, (x.clamp(half, columns.across - half), y + 17.0), &tick.label);
    }
    svg.path("grid", &grid);
    svg.line("axis", (columns.left, y), (columns.right, y));
    svg.append(body);
    y += 20.0;
    for line in wrap(chart.axis, LETTER, if width == Width::Wide { length + 120.0 } else { columns.across }) {
        y += ROW;
        svg.text("unit", Anchor::Middle, ((columns.left + columns.right) / 2.0, y), &line);
    }
    svg.finish(&id, width.suffix(), "", (columns.across, y + 6.0), chart.title, chart.about)
}

/// What the marks mean; gives the bottom.
fn legend(svg: &mut Svg, chart: &IntervalChart<'_>, columns: &Columns) -> f64 {
    let entries = ["told apart from the base rate", "not told apart", "95 % interval", chart.base_name];
    let (mut x, mut y) = (0.0, 14.0);
    for (place, words) in entries.into_iter().enumerate() {
        let room = 30.0 + text_width(words, LETTER);
        if x > 0.0 && x + room > columns.across {
            (x, y) = (0.0, y + ROW + 2.0);
        }
        let middle = y - 4.5;
        match place {
            0 => svg.circle("point told", (x + 10.0, middle), 5.0),
            1 => svg.circle("point", (x + 10.0, middle), 5.0),
            2 => whisker(svg, x, x + 20.0, middle),
            _ => svg.line("base", (x + 10.0, y - 13.0), (x + 10.0, y + 3.0)),
        }
        svg.text("name", Anchor::Start, (x + 26.0, y), words);
        x += room + 18.0;
    }
    y + 12.0
}

/// The group's name and its base rate; gives where its rows begin.
fn heading(svg: &mut Svg, chart: &IntervalChart<'_>, group: &IntervalGroup<'_>, top: f64) -> f64 {
    let y = top + 16.0;
    svg.text("title", Anchor::Start, (0.0, y), group.heading);
    if let Some(base) = group.base {
        let words = format!("{} {}", chart.base_name, figure(base, chart.unit));
        svg.text("unit", Anchor::Start, (super::svg::title_width(group.heading) + 14.0, y), &words);
    }
    y + 12.0
}

impl<'a> Row<'a> {
    fn new(interval: &'a Interval<'a>, chart: &IntervalChart<'_>, columns: &Columns, width: Width) -> Self {
        let figure = |value: f64| figure(value, chart.unit);
        let value = match (interval.mid, interval.low, interval.high) {
            (Some(mid), Some(low), Some(high)) => {
                format!("{} ({} to {})", figure(mid), figure(low), figure(high))
            }
            (Some(mid), ..) => format!("{}, no interval", figure(mid)),
            _ => String::new(),
        };
        let rest = [interval.count, interval.verdict].into_iter().filter(|text| !text.is_empty());
        let rest = rest.collect::<Vec<&str>>().join(" · ");
        let room = columns.across - columns.words;
        let mut words = wrap(&value, LETTER, room);
        words.extend(wrap(&rest, LETTER, room));
        words.truncate(MOST_LINES);
        let mut label = wrap(interval.label, LETTER, columns.label);
        label.truncate(if width == Width::Wide { MOST_LINES } else { 2 });
        Self { interval, label, words }
    }

    /// Draws the row and gives its bottom.
    fn draw(
        &self,
        svg: &mut Svg,
        columns: &Columns,
        width: Width,
        top: f64,
        x: &impl Fn(f64) -> Option<f64>,
    ) -> f64 {
        let text = |svg: &mut Svg, class: &str, x: f64, top: f64, lines: &[String]| {
            for (place, line) in lines.iter().enumerate() {
                svg.text(class, Anchor::Start, (x, top + 12.0 + ROW * place as f64), line);
            }
        };
        let height = |lines: &[String]| ROW * lines.len() as f64;
        let (middle, bottom) = match width {
            Width::Wide => {
                let tall = height(&self.label).max(height(&self.words)).max(ROW);
                let middle = top + tall / 2.0 - 1.0;
                text(svg, "name", 0.0, middle - height(&self.label) / 2.0, &self.label);
                text(svg, "name", columns.words, middle - height(&self.words) / 2.0, &self.words);
                (middle, top + tall)
            }
            Width::Narrow => {
                text(svg, "name strong", 0.0, top, &self.label);
                let middle = top + height(&self.label) + 11.0;
                text(svg, "unit", 0.0, middle + 8.0, &self.words);
                (middle, middle + 8.0 + height(&self.words))
            }
        };
        let Interval { low, mid, high, told, .. } = *self.interval;
        if let (Some(low), Some(high)) = (low.and_then(x), high.and_then(x)) {
            whisker(svg, low.min(high), low.max(high), middle);
        }
        if let Some(at) = mid.and_then(x) {
            svg.circle(if told { "point told" } else { "point" }, (at, middle), 5.0);
        }
        bottom + BETWEEN
    }
}

fn whisker(svg: &mut Svg, low: f64, high: f64, y: f64) {
    let (low, high, top) = (unit(low), unit(high), unit(y - 4.0));
    svg.path("whisker", &format!("M{low} {top}v8M{high} {top}v8M{low} {}H{high}", unit(y)));
}
