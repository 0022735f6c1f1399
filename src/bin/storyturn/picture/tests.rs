//! What is drawn, and what no value whatever may do to a picture.

use proptest::prelude::*;

use super::*;
use crate::columns::columns_of;

const INKS: [Ink; 2] = [Ink::Blocks, Ink::Ascii];

#[test]
fn sparks_rise_with_their_values() {
    let check = |values: &[Option<f64>], blocks: &str, ascii: &str| {
        let scale = range(values.iter().copied()).unwrap_or_default();
        assert_eq!(spark(values, scale, Ink::Blocks), blocks);
        assert_eq!(spark(values, scale, Ink::Ascii), ascii);
    };
    let known = |values: &[f64]| values.iter().copied().map(Some).collect::<Vec<_>>();
    check(&known(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]), "▁▂▃▄▅▆▇█", "_.:-=+*#");
    check(&[Some(-1.0), None, Some(1.0), Some(f64::NAN), Some(0.1)], "▁ █ ▅", "_ # =");
    check(&known(&[2.5, 2.5, 2.5]), "▄▄▄", "---");
    check(&[None, Some(f64::INFINITY)], "  ", "  ");
    check(&known(&[f64::MIN, 0.0, f64::MAX]), "▁▅█", "_=#");
    check(&[], "", "");
}

#[test]
fn more_values_than_columns_are_gathered_into_means() {
    let check = |values: &[f64], width, expected: &[Option<f64>]| {
        let values: Vec<Option<f64>> =
            values.iter().map(|value| Some(*value).filter(|v| !v.is_nan())).collect();
        assert_eq!(gathered(&values, width), expected);
    };
    check(&[1.0, 3.0, f64::NAN, 5.0, f64::NAN, f64::NAN], 3, &[Some(2.0), Some(5.0), None]);
    check(&[1.0, 2.0], 2, &[Some(1.0), Some(2.0)]);
    check(&[1.0, 2.0, 6.0], 2, &[Some(1.0), Some(4.0)]);
    check(&[1.0], 0, &[]);
}

#[test]
fn bars_are_as_long_as_their_share() {
    let check = |share, blocks: &str, ascii: &str| {
        assert_eq!(
            (bar(share, 4, Ink::Blocks).as_str(), bar(share, 4, Ink::Ascii).as_str()),
            (blocks, ascii)
        );
    };
    check(1.0, "████", "####");
    check(0.5, "██", "##");
    check(0.53, "██▏", "###");
    check(0.001, "▏", "#");
    check(0.0, "", "");
    check(f64::NAN, "", "");
    check(7.0, "████", "####");
}

#[test]
fn balances_lean_to_the_side_of_their_sign() {
    let check = |value, blocks: &str, ascii: &str| {
        assert_eq!(balance(value, 2.0, 4, Ink::Blocks), blocks);
        assert_eq!(balance(value, 2.0, 4, Ink::Ascii), ascii);
    };
    check(0.0, "    │    ", "    |    ");
    check(0.5, "    │█   ", "    |#   ");
    check(-0.75, "  ▐█│    ", "  :#|    ");
    check(0.75, "    │█▌  ", "    |#:  ");
    check(2.0, "    │████", "    |####");
    check(2.1, "    │███▸", "    |###>");
    check(f64::NEG_INFINITY, "◂███│    ", "<###|    ");
    check(f64::NAN, "    │    ", "    |    ");
}

#[test]
fn meters_are_full_where_the_way_is_done() {
    let check = |share, blocks: &str, ascii: &str| {
        assert_eq!(
            (meter(share, 4, Ink::Blocks).as_str(), meter(share, 4, Ink::Ascii).as_str()),
            (blocks, ascii)
        );
    };
    check(0.0, "────", "....");
    check(0.5, "━━──", "==..");
    check(0.7, "━━╸─", "==-.");
    check(0.999, "━━━╸", "===-");
    check(1.0, "━━━━", "====");
    check(f64::NAN, "────", "....");
    assert_eq!(pips(2, 3, Ink::Blocks), "●●○");
    assert_eq!(pips(9, 3, Ink::Ascii), "ooo");
    assert_eq!(pips(2, 30, Ink::Ascii), "");
}

fn any_value() -> impl Strategy<Value = Option<f64>> {
    prop_oneof![
        4 => (-3.0..3.0).prop_map(Some),
        2 => any::<f64>().prop_map(Some),
        1 => Just(None),
    ]
}

proptest! {
    #[test]
    fn no_picture_is_wider_than_asked_for(
        values in prop::collection::vec(any_value(), 0..60),
        width in 0_usize..40,
        limit in any::<f64>(),
        low in any::<f64>(),
        high in any::<f64>(),
    ) {
        for ink in INKS {
            let shown = gathered(&values, width);
            let drawn = spark(&shown, (low, high), ink);
            prop_assert_eq!(drawn.chars().count(), shown.len());
            prop_assert!(columns_of(&drawn) <= width);
            for value in values.iter().flatten() {
                prop_assert!(columns_of(&bar(*value, width, ink)) <= width);
                prop_assert_eq!(columns_of(&balance(*value, limit, width, ink)), 2 * width + 1);
                prop_assert_eq!(columns_of(&meter(*value, width, ink)), width);
            }
        }
    }

    #[test]
    fn what_is_missing_is_a_gap_and_what_is_known_is_not(values in prop::collection::vec(any_value(), 0..40)) {
        let scale = range(values.iter().copied()).unwrap_or_default();
        for ink in INKS {
            for (value, drawn) in values.iter().zip(spark(&values, scale, ink).chars()) {
                prop_assert_eq!(value.is_none_or(|value| !value.is_finite()), drawn == ' ');
            }
        }
    }

    #[test]
    fn more_is_never_drawn_as_less(one in any::<f64>(), other in any::<f64>(), low in any::<f64>(), high in any::<f64>()) {
        prop_assume!([one, other, low, high].iter().all(|value| value.is_finite()));
        let (less, more) = (one.min(other), one.max(other));
        for ink in INKS {
            let level = |value| {
                let drawn = spark(&[Some(value)], (low, high), ink).chars().next();
                LEVELS.iter().flatten().position(|level| Some(*level) == drawn)
            };
            prop_assert!(level(less) <= level(more));
            prop_assert!(columns_of(&bar(less, 20, ink)) <= columns_of(&bar(more, 20, ink)));
            let reached = |value| meter(value, 20, ink).chars().filter(|drawn| ['━', '='].contains(drawn)).count();
            prop_assert!(reached(less) <= reached(more));
        }
    }
}
