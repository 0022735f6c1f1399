//! What holds of every drawing, whatever the numbers and the words: it is well-formed, named
//! for readers who see nothing, and carries neither numbers that are none, nor styles, nor addresses.

use std::collections::BTreeSet;

use proptest::prelude::*;
use quick_xml::{Reader, events::Event};

use super::*;

/// Well-formed, bounded, without anything the page's policy refuses, and no number that is none.
fn check(svg: &str) {
    let mut reader = Reader::from_str(svg);
    let (mut depth, mut ids, mut used) = (0, BTreeSet::new(), Vec::new());
    loop {
        let event = reader.read_event().unwrap_or_else(|error| panic!("{error}: {svg}"));
        match &event {
            Event::Start(tag) | Event::Empty(tag) => {
                depth += i32::from(matches!(event, Event::Start(_)));
                for attribute in tag.attributes() {
                    let attribute = attribute.unwrap_or_else(|error| panic!("{error}: {svg}"));
                    let name = attribute.key.as_ref().to_owned();
                    let value = attribute.value.to_string();
                    attribute_holds(&name, &value);
                    if name == "id" {
                        assert!(ids.insert(value.clone()), "{value} twice");
                    }
                    if name == "aria-labelledby" {
                        used.extend(value.split(' ').map(str::to_owned));
                    }
                }
            }
            Event::End(_) => depth -= 1,
            Event::Text(text) => {
                let text: &str = text;
                assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
                assert!(!text.chars().any(|letter| letter.is_control() || letter == '\u{202e}'), "{text:?}");
            }
            Event::GeneralRef(_) => {}
            Event::Eof => break,
            other => panic!("{other:?} has no place in {svg}"),
        }
    }
    assert_eq!(depth, 0);
    assert!(used.iter().all(|id| ids.contains(id)), "{used:?} in {ids:?}");
    assert!(svg.starts_with("<svg ") && svg.contains(r#"role="img""#));
}

fn attribute_holds(name: &str, value: &str) {
    assert!(name != "style" && !name.starts_with("on") && !name.contains("href"), "{name}");
    let numbers = match name {
        "x" | "y" | "x1" | "y1" | "x2" | "y2" | "cx" | "cy" | "viewBox" | "d" => true,
        "width" | "height" | "r" => {
            assert!(!value.starts_with('-'), "{name}={value}");
            true
        }
        _ => false,
    };
    if numbers {
        let plain = |letter: char| letter.is_ascii_digit() || " -.MLHVZhvlqz".contains(letter);
        assert!(value.chars().all(plain), "{name}={value}");
    }
    assert!(!value.contains("url(") && name != "fill" && name != "stroke", "{name}={value}");
}

/// Numbers as they come, and those that come from elsewhere.
fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        6 => -3.0..3.0_f64,
        1 => 1.0..1e5_f64,
        1 => prop::sample::select(vec![
            0.0, -0.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, f64::MIN, 1e300, -1e300, 1e-300, 5e-324,
        ]),
        1 => any::<f64>(),
    ]
}

fn values() -> impl Strategy<Value = Vec<Option<f64>>> {
    prop_oneof![
        prop::collection::vec(prop::option::of(number()), 0..40),
        prop::collection::vec(prop::option::weighted(0.97, number()), 0..3000),
        (number(), 0..400_usize).prop_map(|(value, count)| vec![Some(value); count]),
    ]
}

fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("gold".to_owned()),
        Just("</title><script>alert(1)</script>\u{202e}\u{0}\"'&amp; ]]>".to_owned()),
        Just("long ".repeat(2000)),
        ".{0,40}",
    ]
}

const CLASSES: [&str; 4] = ["fear", "btc", "gap", "no such class\"><"];
const UNITS: [Unit; 6] =
    [Unit::Deviations, Unit::Change, Unit::Dollars, Unit::Index, Unit::Correlation, Unit::LogPoints];

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn time_charts_are_whole(
        series in prop::collection::vec(values(), 0..5),
        (unit, log, height) in (prop::sample::select(UNITS.to_vec()), any::<bool>(), any::<u32>()),
        reference in prop::option::of(number()),
        first in prop_oneof![Just(Day(20_000)), any::<i32>().prop_map(Day)],
        spans in prop::collection::vec((-50..4000_i32, -20..900_i32, prop::sample::select(State::ALL.to_vec())), 0..40),
        marks in prop::collection::vec(-5..3000_i32, 0..90),
        coverage in prop::collection::vec(prop::sample::select(vec![Coverage::None, Coverage::Thin, Coverage::Enough]), 0..500),
        words in words(),
    ) {
        let day = |offset: i32| Day(first.0.saturating_add(offset));
        let lines = |from: usize| series.iter().skip(from).enumerate()
            .map(|(place, values)| Line { name: &words, class: CLASSES[place % CLASSES.len()], values })
            .collect::<Vec<_>>();
        let scale = if log { Scale::Log } else { Scale::Linear };
        let pane = |from| Pane { title: &words, unit, scale, lines: lines(from), height, reference };
        let chart = TimeChart {
            id: "a", title: &words, about: &words, first, panes: vec![pane(0), pane(1)],
            strips: vec![Strip { title: &words, days: &coverage }],
            spans: spans.iter().map(|(from, length, state)| Span { from: day(*from), to: day(from + length), state: *state }).collect(),
            marks: marks.iter().map(|at| Mark { day: day(*at), label: &words }).collect(),
        };
        for width in [Width::Wide, Width::Narrow] {
            let svg = time_chart(&chart, width);
            check(&svg);
            prop_assert!(svg.len() < 400_000, "{} bytes", svg.len());
        }
    }

    #[test]
    fn other_charts_are_whole(
        numbers in prop::collection::vec(prop::option::of(number()), 0..40),
        threshold in number(),
        range in prop::option::of((number(), number())),
        unit in prop::sample::select(UNITS.to_vec()),
        lags in prop::collection::vec((prop_oneof![0..27_i32, any::<i32>()], prop::option::of(number())), 0..60),
        words in words(),
    ) {
        let at = |place: usize| numbers.get(place).copied().flatten();
        let row = |place: usize| Interval {
            label: &words, low: at(place), mid: at(place + 1), high: at(place + 2), count: &words, verdict: &words, told: place.is_multiple_of(2),
        };
        let group = |from: usize| IntervalGroup { heading: &words, base: at(from), rows: (from..from + numbers.len() / 4).map(row).collect() };
        let intervals = IntervalChart { id: "a", title: &words, about: &words, axis: &words, base_name: &words, unit, groups: vec![group(0), group(3)] };
        let series = LagSeries { name: &words, class: "gold", points: lags.clone() };
        let leads = LagChart { id: "b", title: &words, about: "", axis: &words, band_name: &words, band: at(0), exempt: Some(0), series: vec![series.clone(), series] };
        let bars = BarChart {
            id: "c", title: &words, about: &words, unit, left: (&words, "fear"), right: (&words, "debasement"),
            bars: numbers.iter().map(|value| Bar { label: &words, value: *value, note: &words }).collect(),
        };
        for width in [Width::Wide, Width::Narrow] {
            check(&interval_chart(&intervals, width));
            check(&lag_chart(&leads, width));
            check(&bar_chart(&bars, width));
        }
        for met in [None, Some(true), Some(false)] {
            check(&meter(&Meter {
                id: "d", title: &words, value: at(0), value_words: &words, threshold, threshold_words: &words, above: lags.is_empty(), met, range,
            }));
        }
    }
}

/// One line of noise, every second day missing for a while, over so many days.
fn noise(days: usize) -> Vec<Option<f64>> {
    let mut seed = 1_u64;
    (0..days)
        .map(|day| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let gap = day % 2 == 1 && day % 1000 < 300;
            (!gap).then_some((seed >> 40) as f64 / f64::from(1 << 24) - 0.5)
        })
        .collect()
}

fn plain_chart<'a>(first: &str, values: &'a [Option<f64>]) -> TimeChart<'a> {
    let line = |name, class| Line { name, class, values };
    let lines = vec![line("silver", "silver"), line("gold", "gold"), line("Bitcoin", "btc")];
    let pane = Pane {
        title: "Change",
        unit: Unit::Change,
        scale: Scale::Linear,
        lines,
        height: 180,
        reference: Some(0.0),
    };
    TimeChart {
        id: "year",
        title: "Title",
        about: "About.",
        first: first.parse().unwrap(),
        panes: vec![pane],
        strips: Vec::new(),
        spans: Vec::new(),
        marks: Vec::new(),
    }
}

#[test]
fn fifty_years_are_no_larger_than_the_screen() {
    let values = noise(50 * 365);
    let (wide, narrow) = (
        time_chart(&plain_chart("1976-01-01", &values), Width::Wide),
        time_chart(&plain_chart("1976-01-01", &values), Width::Narrow),
    );
    check(&wide);
    check(&narrow);
    assert!(wide.len() < 70_000 && narrow.len() < 30_000, "{} and {}", wide.len(), narrow.len());
}

#[test]
fn a_day_alone_and_no_day_are_drawn() {
    for values in [vec![], vec![None], vec![Some(0.1)], vec![Some(0.1); 2]] {
        for width in [Width::Wide, Width::Narrow] {
            let svg = time_chart(&plain_chart("2026-01-23", &values), width);
            check(&svg);
            assert!(svg.contains("23 Jan"), "{svg}");
            assert_eq!(svg.contains("no values in these days"), values.iter().all(Option::is_none));
        }
    }
}

#[test]
fn a_drawing_says_what_it_shows() {
    let values = noise(400);
    let mut chart = plain_chart("2025-01-01", &values);
    chart.marks = vec![Mark { day: "2025-06-01".parse().unwrap(), label: "1" }];
    chart.spans = vec![Span {
        from: "2025-06-01".parse().unwrap(),
        to: "2025-07-01".parse().unwrap(),
        state: State::BtcFavourable,
    }];
    let svg = time_chart(&chart, Width::Wide);
    check(&svg);
    for part in [
        r#"aria-labelledby="year-wide-title year-wide-about""#,
        r#"<title id="year-wide-title">Title</title><desc id="year-wide-about">About.</desc>"#,
        ">change in %</text>",
        ">silver</text>",
        ">Flag up</text>",
        r#"class="triangle""#,
        r#"data-first="2025-01-01" data-days="400""#,
    ] {
        assert!(svg.contains(part), "{part} is not in {svg}");
    }
}
