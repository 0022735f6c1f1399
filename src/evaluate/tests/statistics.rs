//! The statistics where no other library has a value to compare with: planted leads, rotations by hand,
//! blocks that add up, fits that are refused.

use proptest::prelude::*;

use crate::evaluate::*;

fn noise(seed: u64, n: usize) -> Vec<f64> {
    let mut stream = SplitMix64::new(seed, 0);
    let mut unit = || stream.next_u64() as f64 / u64::MAX as f64 - 0.5;
    (0..n).map(|_| unit() + unit() + unit()).collect()
}

const DRAWS: Draws = Draws { seed: 7, count: 400, block: 8 };

#[test]
fn a_planted_lead_is_found_and_none_is_made_up() {
    let silver = noise(1, 400);
    let gold = noise(2, 400);
    let alone = noise(3, 400);
    let after = |at: usize| at.checked_sub(3).map_or(0.0, |before| silver[before]);
    let led: Vec<f64> = (0..400).map(|at| alone[at] + 0.5 * after(at)).collect();
    let outside = |following: &[f64]| -> Vec<(usize, i32)> {
        let (leads, band) = lead_band(&[&silver, &gold], following, 26, DRAWS).expect("long enough");
        assert_eq!(leads.len(), 52);
        assert!((0.1..0.25).contains(&band), "{band}");
        leads.iter().filter(|lead| lead.p <= 0.05).map(|lead| (lead.series, lead.seen.lag)).collect()
    };
    assert_eq!(outside(&led), [(0, 3)]);
    assert_eq!(outside(&alone), []);
    assert!(granger(&silver, &led, 3).expect("long enough").p < 1e-6);
    assert!(granger(&led, &silver, 3).expect("long enough").p > 0.01);
}

#[test]
fn luck_alone_leaves_the_band_about_one_time_in_twenty() {
    let left = (0..100).filter(|seed| {
        let (metal, btc) = (noise(1000 + seed, 150), noise(5000 + seed, 150));
        let draws = Draws { seed: *seed, count: 199, block: 4 };
        let (leads, _) = lead_band(&[&metal], &btc, 10, draws).expect("long enough");
        leads.iter().any(|lead| lead.p <= 0.05)
    });
    let left = left.count();
    assert!((1..=12).contains(&left), "{left} of 100");
}

#[test]
fn too_short_or_flat_series_have_no_answer() {
    let flat = vec![1.0; 100];
    let some = noise(4, 100);
    assert_eq!(granger(&flat, &some, 2), None);
    assert_eq!(granger(&some, &some, 2), None, "a series says nothing beside itself");
    assert_eq!(granger(&some[..6], &some[..6], 2), None);
    assert_eq!(granger(&some, &some, 0), None);
    assert_eq!(newey_west(&flat, &some, 5), None);
    assert_eq!(least_squares(&[flat.clone(), flat.clone()], &some), None);
    assert_eq!(least_squares(&[], &some).map(|fit| fit.coefficients.len()), Some(0));
    assert_eq!(lag_correlation(&flat, &some, 3), None);
    assert_eq!(lag_correlation(&some, &some, 200), None);
    assert_eq!(lead_band(&[&some[..2]], &some, 26, DRAWS), None);
    assert_eq!(circular_shift(&[], &[]), None);
    assert_eq!(circular_shift(&some, &[false; 100]), None);
    assert_eq!(shifted_correlation_p(&flat, &some), None);
    assert!(
        difference_draws(&[], &[], DRAWS).is_empty() && rank_correlation_draws(&[], &[], DRAWS).is_empty()
    );
    assert_eq!(interval(&[None, None, Some(1.0)]), None);
    assert_eq!((wilson(0, 0), smallest_detectable(1.0, 0), expected_best(1.0, 1)), (None, None, None));
    assert_eq!((mean(&[]), deviation(&[1.0]), quantile(&[], 0.5), drawdown(&[])), (None, None, None, None));
    assert_eq!(weekly(Day(0), &[]).weeks, []);
    assert!(false_discovery(&[]).is_empty());
}

#[test]
fn days_apart_by_no_more_than_the_gap_are_one_episode() {
    let check = |days: &[usize], gap: usize, expected: &[usize]| {
        let inside: Vec<bool> = (0..60).map(|at| days.contains(&at)).collect();
        assert_eq!(episodes(&inside, gap), expected, "{days:?}, {gap}");
    };
    check(&[], 5, &[]);
    check(&[3, 4, 5], 5, &[3]);
    check(&[3, 8, 13], 5, &[3]);
    check(&[3, 9], 5, &[3, 9]);
    check(&[0, 20, 21, 40], 10, &[0, 20, 40]);
}

#[test]
fn weeks_end_on_fridays_and_a_week_without_a_close_is_left_out() {
    // 2024-01-01 is a Monday.
    let first: Day = "2024-01-01".parse().expect("a date");
    let mut closes: Vec<Option<f64>> = (0..26).map(|at| Some(f64::from(at) + 1.0)).collect();
    closes[4] = None;
    closes[5..=11].fill(None);
    let found = weekly(first, &[&closes]);
    assert_eq!(found.weeks, [first + 4, first + 18, first + 25]);
    assert_eq!(found.returns, [vec![(19.0_f64 / 4.0).ln(), (26.0_f64 / 19.0).ln()]]);
}

fn rotated(values: &[f64], inside: &[bool], shift: usize) -> f64 {
    let n = values.len();
    let at: Vec<f64> = (0..n).filter(|at| inside[(at + n - shift) % n]).map(|at| values[at]).collect();
    at.iter().sum::<f64>() / at.len() as f64 - values.iter().sum::<f64>() / n as f64
}

proptest! {
    #[test]
    fn every_rotation_is_counted(
        pairs in proptest::collection::vec((-1.0_f64..1.0, any::<bool>()), 1..60)
    ) {
        let (values, inside): (Vec<f64>, Vec<bool>) = pairs.into_iter().unzip();
        let Some(seen) = circular_shift(&values, &inside) else {
            prop_assert!(!inside.contains(&true));
            return Ok(());
        };
        let all: Vec<f64> = (0..values.len()).map(|shift| rotated(&values, &inside, shift)).collect();
        prop_assert!((seen.difference - all[0]).abs() < 1e-12);
        // Rotations as good as equal may fall on either side by rounding.
        let share = |slack: f64| {
            let as_far = all.iter().filter(|other| other.abs() >= all[0].abs() + slack).count();
            as_far as f64 / all.len() as f64
        };
        prop_assert!(seen.p <= share(-1e-11) && seen.p >= share(1e-11));
    }

    #[test]
    fn blocks_add_up_and_a_stream_can_be_entered_anywhere(
        n in 1_usize..500, block in 1_usize..600, draw in 0_usize..50, seed in any::<u64>()
    ) {
        let draws = Draws { seed, count: 50, block };
        let blocks: Vec<(usize, usize)> = draws.blocks(draw, n).collect();
        prop_assert_eq!(blocks.iter().map(|(_, length)| length).sum::<usize>(), n);
        prop_assert!(blocks.iter().all(|(start, length)| *start < n && *length > 0));
        let mut whole = SplitMix64::new(seed, 0);
        for _ in 0..draw {
            whole.next_u64();
        }
        prop_assert_eq!(whole.next_u64(), SplitMix64::new(seed, draw as u64).next_u64());
    }

    #[test]
    fn a_draw_is_the_mean_of_its_days(
        pairs in proptest::collection::vec((-1.0_f64..1.0, any::<bool>()), 2..80), block in 1_usize..20
    ) {
        let (values, inside): (Vec<f64>, Vec<bool>) = pairs.into_iter().unzip();
        let draws = Draws { seed: 3, count: 5, block };
        for (draw, seen) in difference_draws(&values, &inside, draws).into_iter().enumerate() {
            let n = values.len();
            let days: Vec<usize> = draws
                .blocks(draw, n)
                .flat_map(|(start, length)| (start..start + length).map(|at| at % n).collect::<Vec<_>>())
                .collect();
            let all = mean(&days.iter().map(|at| values[*at]).collect::<Vec<_>>());
            let within = mean(&days.iter().filter(|at| inside[**at]).map(|at| values[*at]).collect::<Vec<_>>());
            let expected = within.zip(all).map(|(within, all)| within - all);
            prop_assert_eq!(seen.is_some(), expected.is_some());
            prop_assert!(seen.zip(expected).is_none_or(|(seen, expected)| (seen - expected).abs() < 1e-9));
        }
    }

    #[test]
    fn ranks_and_quantiles_stay_within_the_sample(
        values in proptest::collection::vec(-5.0_f64..5.0, 1..60), at in 0.0_f64..1.0
    ) {
        let ranks = average_ranks(&values);
        let n = values.len() as f64;
        prop_assert!((ranks.iter().sum::<f64>() - n * (n + 1.0) / 2.0).abs() < 1e-9);
        let found = quantile(&values, at).expect("there are values");
        let below = values.iter().copied().fold(f64::INFINITY, f64::min);
        let above = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        prop_assert!(below <= found && found <= above);
    }

    #[test]
    fn a_fit_leaves_nothing_that_its_columns_explain(
        rows in proptest::collection::vec((-1.0_f64..1.0, -1.0_f64..1.0, -1.0_f64..1.0), 8..60)
    ) {
        let n = rows.len();
        let columns = [
            vec![1.0; n],
            rows.iter().map(|row| row.0).collect::<Vec<f64>>(),
            rows.iter().map(|row| row.1).collect(),
        ];
        let target: Vec<f64> = rows.iter().map(|row| row.2).collect();
        if let Some(fit) = least_squares(&columns, &target) {
            for column in &columns {
                let product: f64 = column.iter().zip(&fit.residuals).map(|(one, other)| one * other).sum();
                prop_assert!(product.abs() < 1e-6, "{}", product);
            }
        }
    }
}
