//! Labels side by side: pushed apart until none covers another, none outside, each as near to its place as
//! that leaves it.

/// Places for labels that want to be at `wanted`, `apart` from each other, within `low` and `high`; in the
/// order given. Where there is no room for all, they share what there is.
pub(super) fn spread(wanted: &[f64], apart: f64, low: f64, high: f64) -> Vec<f64> {
    let count = wanted.len();
    if count == 0 {
        return Vec::new();
    }
    let apart = if count > 1 { apart.min((high - low).max(0.0) / (count - 1) as f64) } else { apart };
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|one, other| wanted[*one].total_cmp(&wanted[*other]));
    // Blocks of labels that touch; each lies where its labels would lie on average.
    let mut blocks: Vec<(f64, usize)> = Vec::new();
    let inside = |centre: f64, size: usize| {
        let half = apart * (size - 1) as f64 / 2.0;
        centre.clamp(low + half, (high - half).max(low + half))
    };
    for place in &order {
        let mut block = (inside(wanted[*place], 1), 1);
        while let Some(before) = blocks.last().copied() {
            let touching = apart * (before.1 + block.1) as f64 / 2.0;
            if block.0 - before.0 >= touching - 1e-9 {
                break;
            }
            let all = before.1 + block.1;
            let centre = (before.0 * before.1 as f64 + block.0 * block.1 as f64) / all as f64;
            blocks.pop();
            block = (inside(centre, all), all);
        }
        blocks.push(block);
    }
    let mut places = vec![0.0; count];
    let mut next = order.into_iter();
    for (centre, size) in &blocks {
        for (at, place) in next.by_ref().take(*size).enumerate() {
            places[place] = centre + apart * (at as f64 - (*size as f64 - 1.0) / 2.0);
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn labels_give_way_and_stay_inside() {
        let check = |wanted: &[f64], expected: &[f64]| {
            assert_eq!(spread(wanted, 10.0, 0.0, 100.0), expected, "{wanted:?}");
        };
        check(&[], &[]);
        check(&[50.0], &[50.0]);
        check(&[50.0, 10.0], &[50.0, 10.0]);
        check(&[50.0, 50.0], &[45.0, 55.0]);
        check(&[98.0, 99.0], &[90.0, 100.0]);
        check(&[-5.0, 1.0, 2.0], &[0.0, 10.0, 20.0]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn none_covers_another(wanted in prop::collection::vec(-50.0..150.0_f64, 0..14)) {
            let places = spread(&wanted, 10.0, 0.0, 100.0);
            let room = 10.0_f64.min(100.0 / (wanted.len().max(2) - 1) as f64);
            let mut sorted = places.clone();
            sorted.sort_by(f64::total_cmp);
            prop_assert!(sorted.windows(2).all(|pair| pair[1] - pair[0] >= room - 1e-6), "{wanted:?} {places:?}");
            prop_assert!(sorted.iter().all(|place| (-1e-6..=100.0 + 1e-6).contains(place)), "{places:?}");
        }
    }
}
