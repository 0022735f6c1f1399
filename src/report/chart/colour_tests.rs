//! Colours against their background and against each other, computed from `colours.css` as it is shipped.
//!
//! Contrast as of WCAG 2.2 (relative luminance). What colour-blind readers see is simulated with the matrices
//! of Machado, Oliveira and Fernandes, "A Physiologically-based Model for Simulation of Color Vision
//! Deficiency", IEEE TVCG 15 (2009), severity 1.0, on linear RGB; distances are of CIE 1976 L*a*b*, D65.

use std::collections::BTreeMap;

use super::{CHART_CSS, COLOURS_CSS};

/// Least contrast of text (WCAG 1.4.3), and of what is drawn (1.4.11).
const TEXT: f64 = 4.5;
const DRAWN: f64 = 3.0;

/// Least distance of two lines of one pane, for every reader: a difference of 2.3 is just seen, of 20 named.
const APART: f64 = 18.0;

/// Written on the page, in their colour.
const WRITTEN: [&str; 15] = [
    "ink",
    "muted",
    "link",
    "fear",
    "debasement",
    "narrative",
    "gold",
    "silver",
    "btc",
    "gap",
    "dollar",
    "other",
    "btc-favourable",
    "met",
    "unmet",
];

/// Drawn on it.
const LINES: [&str; 8] =
    ["control", "neutral", "metals-lead", "safe-haven", "state-debasement", "turning", "spent", "focus"];

/// Lines that share a pane somewhere.
const PANES: [&[&str]; 3] =
    [&["fear", "debasement", "narrative"], &["silver", "gold", "btc", "gap"], &["btc", "gap", "dollar"]];

const NORMAL: [[f64; 3]; 3] = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
const PROTANOPIA: [[f64; 3]; 3] =
    [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]];
const DEUTERANOPIA: [[f64; 3]; 3] =
    [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]];

type Colours = BTreeMap<String, [f64; 3]>;

/// Light, dark and print, each with its variables in linear RGB.
fn schemes() -> Vec<(&'static str, Colours)> {
    let (light, rest) = COLOURS_CSS.split_once("@media (prefers-color-scheme: dark)").unwrap();
    let (dark, rest) = rest.split_once("@media print").unwrap();
    let print = rest.split("@media").next().unwrap();
    [("light", light), ("dark", dark), ("print", print)].map(|(name, text)| (name, variables(text))).into()
}

fn variables(css: &str) -> Colours {
    let lines =
        css.lines().filter_map(|line| line.trim().strip_prefix("--")?.strip_suffix(';')?.split_once(": #"));
    lines
        .map(|(name, hex)| {
            assert_eq!(hex.len(), 6, "{name}");
            let part = |at: usize| f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0;
            (name.to_owned(), [0, 2, 4].map(|at| linear(part(at))))
        })
        .collect()
}

fn linear(part: f64) -> f64 {
    if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
}

fn luminance([red, green, blue]: [f64; 3]) -> f64 {
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
    let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
    one.max(other) / one.min(other)
}

fn dot(row: [f64; 3], colour: [f64; 3]) -> f64 {
    row.iter().zip(colour).map(|(weight, part)| weight * part).sum()
}

fn lab(colour: [f64; 3]) -> [f64; 3] {
    let root = |t: f64| if t > 216.0 / 24389.0 { t.cbrt() } else { (24389.0 / 27.0 * t + 16.0) / 116.0 };
    let x = root(dot([0.4124564, 0.3575761, 0.1804375], colour) / 0.95047);
    let y = root(dot([0.2126729, 0.7151522, 0.0721750], colour));
    let z = root(dot([0.0193339, 0.1191920, 0.9503041], colour) / 1.08883);
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

fn distance(one: [f64; 3], other: [f64; 3], eye: [[f64; 3]; 3]) -> f64 {
    let seen = |colour| lab(eye.map(|row| dot(row, colour).clamp(0.0, 1.0)));
    let (one, other) = (seen(one), seen(other));
    one.iter().zip(other).map(|(one, other)| (one - other).powi(2)).sum::<f64>().sqrt()
}

#[test]
fn the_arithmetic_is_right() {
    let (black, white) = ([0.0; 3], [1.0; 3]);
    assert!((contrast(black, white) - 21.0).abs() < 1e-9);
    assert!((distance(black, white, NORMAL) - 100.0).abs() < 0.01);
    // #777777 on white is the well-known grey that just fails.
    assert!((contrast([linear(119.0 / 255.0); 3], white) - 4.478).abs() < 0.001);
    // Greys stay greys for every eye.
    for eye in [PROTANOPIA, DEUTERANOPIA] {
        assert!(distance([0.2; 3], [0.2; 3], eye) < 1e-9);
        assert!(eye.iter().all(|row| (row.iter().sum::<f64>() - 1.0).abs() < 1e-5));
    }
}

#[test]
fn text_and_lines_stand_out() {
    for (scheme, colours) in schemes() {
        for ground in ["page", "panel"] {
            for (names, least) in [(WRITTEN.as_slice(), TEXT), (LINES.as_slice(), DRAWN)] {
                for name in names {
                    let found = contrast(colours[*name], colours[ground]);
                    assert!(found >= least, "{scheme}: {name} on {ground} has {found:.2}");
                }
            }
        }
        for (ink, ground) in [("mark-ink", "mark"), ("warn-ink", "warn")] {
            let found = contrast(colours[ink], colours[ground]);
            assert!(found >= TEXT, "{scheme}: {ink} on {ground} has {found:.2}");
        }
    }
}

#[test]
fn lines_of_one_pane_differ_for_every_eye() {
    for (scheme, colours) in schemes() {
        for (eye, matrix) in [("normal", NORMAL), ("protan", PROTANOPIA), ("deutan", DEUTERANOPIA)] {
            for pane in PANES {
                for (place, one) in pane.iter().enumerate() {
                    for other in &pane[place + 1..] {
                        let found = distance(colours[*one], colours[*other], matrix);
                        assert!(found >= APART, "{scheme}, {eye}: {one} and {other} are {found:.1} apart");
                    }
                }
            }
        }
    }
}

/// In grey, on paper, dashes tell lines apart.
#[test]
fn lines_of_one_pane_differ_without_colour() {
    let dashes = |class: &str| {
        let rule = CHART_CSS
            .lines()
            .find(|line| line.starts_with(&format!(".chart .line.{class} {{ stroke:")))
            .unwrap();
        let width = CHART_CSS
            .lines()
            .find(|line| line.contains(&format!(".line.{class}")) && line.contains("stroke-width: 2"));
        (rule.split_once("stroke-dasharray").map(|(_, dashes)| dashes.to_owned()), width.is_some())
    };
    for pane in PANES {
        let mut looks: Vec<_> = pane.iter().map(|class| dashes(class)).collect();
        looks.sort();
        looks.dedup();
        assert_eq!(looks.len(), pane.len(), "{pane:?}");
    }
}

#[test]
fn every_scheme_has_every_variable_and_every_use_a_variable() {
    let schemes = schemes();
    let names: Vec<&String> = schemes[0].1.keys().collect();
    for (scheme, colours) in &schemes {
        assert_eq!(colours.keys().collect::<Vec<_>>(), names, "{scheme}");
    }
    for used in CHART_CSS.split("var(--").skip(1) {
        let used = used.split(')').next().unwrap();
        assert!(schemes[0].1.contains_key(used), "{used}");
    }
    // No colour is named anywhere else.
    assert!(!CHART_CSS.contains('#') && !CHART_CSS.contains("rgb"));
}
