//! The statistics of `evaluate` against values from pandas, scipy and statsmodels.
//!
//! The synthetic set lies in `tests/golden` with what each value means written inside; the same values
//! on real prices lie with the shared data, and are skipped out loud without it. Gap, rank, highs and the
//! dollar's change are the signal's own columns (`golden`), so that what is checked is what is shown. The grid
//! (01), the gap and its standard score (02, 03) and highs (09) are checked in the rooms that make them.

mod golden;

use std::path::Path;

use serde_json::Value;
use storyturn::evaluate::{
    Draws, SplitMix64, average_ranks, binomial_p, bucket_edges, circular_shift, correlation,
    difference_draws, drawdown, drawdowns, episodes, expected_best, f_chance, false_discovery, granger,
    interval, lag_correlation, mean, newey_west, normal_quantile, pairs, probabilistic_sharpe, quantile,
    quantile_table, rank_correlation, rank_correlation_draws, smallest_detectable, wilson,
};
use storyturn::panel::High;

use self::golden::{cases, close_to, day, fields, horizon, json, list, near, number, numbers};

#[test]
fn weekly_cross_correlations_are_those_of_pandas_and_statsmodels() {
    for case in cases() {
        let golden = case.golden("04_ccf_weekly");
        for (metal, expected) in fields(&golden["metals"]) {
            let weekly = case.weekly(metal);
            let weeks = list(&golden["weeks"]);
            assert_eq!(weekly.weeks[0], day(&weeks[0]));
            assert_eq!(*weekly.weeks.last().unwrap(), day(&weeks[1]));
            assert_eq!(weekly.weeks.len() as u64, weeks[2].as_u64().unwrap(), "{}", case.name);
            let [btc, metal_returns] = &weekly.returns[..] else { panic!() };
            assert_eq!(btc.len() as u64, expected["n"].as_u64().unwrap());
            for pair in list(&expected["pearson_overlap"]) {
                let lag = pair[0].as_i64().unwrap() as i32;
                let seen = lag_correlation(metal_returns, btc, lag).unwrap();
                assert_eq!(seen.pairs, btc.len() - lag.unsigned_abs() as usize);
                close_to(&format!("{} {metal} {lag}", case.name), seen.correlation, &pair[1], 1e-9);
            }
            for pair in list(&expected["statsmodels_ccf"]) {
                let lag = pair[0].as_i64().unwrap() as i32;
                let seen = lag_correlation(metal_returns, btc, lag).unwrap();
                close_to(&format!("{} {metal} {lag}", case.name), seen.whole_sample, &pair[1], 1e-9);
            }
        }
    }
}

#[test]
fn granger_tests_are_those_of_statsmodels() {
    for case in cases() {
        for (direction, tests) in fields(&case.golden("05_granger")) {
            let (cause, effect) = direction.split_once("->").unwrap();
            let weekly = case.weekly(if cause == "btc" { effect } else { cause });
            let (btc, other) = (&weekly.returns[0], &weekly.returns[1]);
            let (cause, effect) = if cause == "btc" { (btc, other) } else { (other, btc) };
            for test in list(tests) {
                let lags = test["lag"].as_u64().unwrap() as usize;
                let seen = granger(cause, effect, lags).unwrap();
                let what = format!("{} {direction} {lags}", case.name);
                assert_eq!(seen.freedom as u64, test["df_denom"].as_u64().unwrap());
                near(&what, seen.f, &test["F"], 1e-7);
                near(&what, seen.p, &test["p"], 1e-7);
                near(&what, seen.chi2[0], &test["chi2"], 1e-7);
                near(&what, seen.chi2[1], &test["chi2_p"], 1e-7);
                near(&what, seen.likelihood_ratio[0], &test["lr"], 1e-7);
                near(&what, seen.likelihood_ratio[1], &test["lr_p"], 1e-7);
            }
        }
    }
}

#[test]
fn rank_correlations_are_those_of_scipy() {
    for case in cases() {
        let gap = case.divergence();
        for (days, expected) in fields(&case.golden("06_ic")) {
            let known = pairs(&gap, &case.forward(horizon(days)));
            let of = |known: &[(usize, f64, f64)]| {
                known.iter().map(|(_, gap, after)| (*gap, *after)).unzip::<f64, f64, Vec<_>, Vec<_>>()
            };
            let (left, right) = of(&known);
            assert_eq!(known.len() as u64, expected["n"].as_u64().unwrap());
            close_to(days, rank_correlation(&left, &right).unwrap(), &expected["spearman"], 1e-9);
            close_to(days, correlation(&left, &right).unwrap(), &expected["pearson"], 1e-9);
            for (year, expected) in fields(&expected["by_year"]) {
                let year: i16 = year.parse().unwrap();
                let inside = known.iter().filter(|(at, ..)| (case.from + *at as i32).year() == year);
                let (left, right) = of(&inside.copied().collect::<Vec<_>>());
                assert_eq!(left.len() as u64, expected[0].as_u64().unwrap());
                close_to(days, rank_correlation(&left, &right).unwrap(), &expected[1], 1e-9);
            }
        }
    }
}

#[test]
fn quantile_tables_are_those_of_pandas() {
    for case in cases() {
        let golden = case.golden("07_quantiles");
        let gap = case.divergence();
        let edges = bucket_edges(&gap, 5);
        for (edge, expected) in edges.iter().zip(list(&golden["edges"])) {
            close_to("edge", *edge, expected, 1e-9);
        }
        for (days, buckets) in fields(&golden["buckets"]) {
            let seen = quantile_table(&gap, &edges, &case.forward(horizon(days)));
            assert_eq!(seen.len(), list(buckets).len());
            for (seen, expected) in seen.iter().zip(list(buckets)) {
                assert_eq!(seen.bucket as u64, expected["bucket"].as_u64().unwrap());
                assert_eq!(seen.days as u64, expected["n"].as_u64().unwrap());
                close_to("mean", seen.mean.unwrap(), &expected["mean"], 1e-9);
                close_to("median", seen.median.unwrap(), &expected["median"], 1e-9);
                close_to("hit", seen.hit_rate.unwrap(), &expected["hit"], 1e-9);
                close_to("sd", seen.deviation.unwrap(), &expected["sd"], 1e-9);
            }
        }
        for pair in list(&golden["pit_percentile"]) {
            let seen = case.rows[(day(&pair[0]) - case.first) as usize].divergence_rank;
            match &pair[1] {
                Value::Null => assert_eq!(seen, None),
                expected => close_to("share", seen.unwrap(), expected, 1e-9),
            }
        }
    }
}

#[test]
fn the_block_bootstrap_draws_the_same_blocks() {
    for case in cases() {
        let golden = case.golden("08_block_bootstrap");
        let known = pairs(&case.divergence(), &case.forward(30));
        let gap: Vec<f64> = known.iter().map(|(_, gap, _)| *gap).collect();
        let after: Vec<f64> = known.iter().map(|(.., after)| *after).collect();
        assert_eq!(known.len() as u64, golden["n"].as_u64().unwrap());
        let mut stream = SplitMix64::new(20_260_123, 0);
        for expected in list(&golden["splitmix64_first5_seed20260123"]) {
            assert_eq!(stream.next_u64().to_string(), expected.as_str().unwrap());
        }
        let draws = Draws { seed: 20_260_123, count: 1000, block: 90 };
        for (draw, expected) in list(&golden["first_starts"]).iter().enumerate() {
            let starts = draws.blocks(draw, known.len()).map(|(start, _)| start as f64);
            assert_eq!(starts.take(list(expected).len()).collect::<Vec<_>>(), numbers(expected));
        }
        let edge = quantile(&gap, 0.8).unwrap();
        close_to("q80", edge, &golden["q80"], 1e-9);
        let top: Vec<bool> = gap.iter().map(|gap| *gap > edge).collect();
        let ic = rank_correlation_draws(&gap, &after, draws);
        let difference = difference_draws(&after, &top, draws);
        for (name, seen) in [("ic", &ic), ("diff", &difference)] {
            for (seen, expected) in seen.iter().zip(list(&golden["first5"][name])) {
                close_to(name, seen.unwrap(), expected, 1e-9);
            }
            let (low, high) = interval(seen).unwrap();
            close_to(name, low, &golden["ci95"][name][0], 1e-9);
            close_to(name, high, &golden["ci95"][name][1], 1e-9);
        }
        let without = difference.iter().filter(|draw| draw.is_none()).count() as u64;
        assert_eq!(without, golden["replicates_without_top"].as_u64().unwrap());
    }
}

#[test]
fn falls_from_a_high_are_dated_and_measured() {
    for case in cases() {
        for (series, expected) in fields(&case.golden("10_drawdown")) {
            let rows = &case.own[series.as_str()];
            let inside: Vec<_> = rows.iter().filter(|row| (case.from..=case.to).contains(&row.0)).collect();
            let closes: Vec<f64> = inside.iter().map(|row| row.1).collect();
            let seen = drawdown(&closes).unwrap();
            close_to(series, seen.deepest, &expected["max_drawdown"], 1e-9);
            assert_eq!(inside[seen.peak].0, day(&expected["peak"]), "{series}");
            assert_eq!(inside[seen.trough].0, day(&expected["trough"]), "{series}");
            let recovery = seen.recovery.map(|at| inside[at].0.to_string());
            assert_eq!(recovery.as_deref(), expected["recovery"].as_str(), "{series}");
            let below = drawdowns(&closes);
            close_to(series, *below.last().unwrap(), &expected["last_drawdown"], 1e-9);
            for pair in list(&expected["series"]) {
                let at = inside.iter().position(|row| row.0 == day(&pair[0])).unwrap();
                close_to(series, below[at], &pair[1], 1e-9);
            }
        }
    }
}

#[test]
fn what_followed_silvers_highs_is_compared_with_every_rotation() {
    for case in cases() {
        let is_high = |high: Option<High>| high.is_some_and(|high| high != High::None);
        let inside = case.column(|row| is_high(row.silver_high));
        let starts = episodes(&inside, 90);
        for (days, expected) in fields(&case.golden("11_event_study")) {
            let after = case.forward(horizon(days));
            let known: Vec<usize> = (0..after.len()).filter(|at| after[*at].is_some()).collect();
            assert_eq!(known.len() as u64, expected["n_days"].as_u64().unwrap());
            let returns: Vec<f64> = known.iter().map(|at| after[*at].unwrap()).collect();
            let events: Vec<bool> = known.iter().map(|at| starts.contains(at)).collect();
            let found: Vec<(usize, f64)> = starts.iter().filter_map(|at| Some((*at, after[*at]?))).collect();
            assert_eq!(found.len(), list(&expected["events"]).len());
            for ((at, seen), expected) in found.iter().zip(list(&expected["events"])) {
                assert_eq!(case.from + *at as i32, day(&expected[0]));
                close_to(days, *seen, &expected[1], 1e-9);
            }
            let found: Vec<f64> = found.into_iter().map(|(_, after)| after).collect();
            close_to("mean", mean(&found).unwrap(), &expected["mean"], 1e-9);
            close_to("median", quantile(&found, 0.5).unwrap(), &expected["median"], 1e-9);
            close_to("base", mean(&returns).unwrap(), &expected["baseline_mean"], 1e-9);
            let shifted = circular_shift(&returns, &events).unwrap();
            close_to("diff", shifted.difference, &expected["diff"], 1e-9);
            close_to("p", shifted.p, &expected["p_circular_shift"], 1e-9);
            close_to("null", shifted.middle.0, &expected["null95"][0], 1e-9);
            close_to("null", shifted.middle.1, &expected["null95"][1], 1e-9);
        }
    }
}

#[test]
fn overlapping_returns_get_the_errors_of_newey_and_west() {
    for case in cases() {
        let golden = case.golden("12_hac_dollar");
        let dollar = case.column(|row| row.dollar_60d);
        let known = pairs(&dollar, &case.forward(90));
        let (measure, after): (Vec<f64>, Vec<f64>) =
            known.iter().map(|(_, dollar, after)| (*dollar, *after)).unzip();
        let seen = newey_west(&measure, &after, 135).unwrap();
        assert_eq!(seen.n as u64, golden["n"].as_u64().unwrap());
        near("alpha", seen.intercept[0], &golden["alpha"], 1e-7);
        near("beta", seen.slope[0], &golden["beta"], 1e-7);
        near("r2", seen.explained, &golden["r2"], 1e-7);
        near("se", seen.intercept[1], &golden["se_hac"][0], 1e-7);
        near("se", seen.slope[1], &golden["se_hac"][1], 1e-7);
        near("p", seen.p[0], &golden["p_hac"][0], 1e-7);
        near("p", seen.p[1], &golden["p_hac"][1], 1e-7);
        near("ols", seen.plain_errors[0], &golden["se_ols"][0], 1e-7);
        near("ols", seen.plain_errors[1], &golden["se_ols"][1], 1e-7);
    }
}

#[test]
fn scalars_are_those_of_scipy_and_statsmodels() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/common_13_scalars.json");
    let golden = &json(&path)["values"];
    let size = |value: &Value| value.as_u64().unwrap() as usize;
    for row in list(&golden["wilson95"]) {
        let (low, high) = wilson(size(&row["k"]), size(&row["n"])).unwrap();
        close_to("wilson", low, &row["lo"], 1e-9);
        close_to("wilson", high, &row["hi"], 1e-9);
    }
    for row in list(&golden["binom_two_sided"]) {
        let p = binomial_p(size(&row["k"]) as u64, size(&row["n"]) as u64, number(&row["p0"])).unwrap();
        close_to("binomial", p, &row["p"], 1e-9);
    }
    let rates = false_discovery(&numbers(&golden["bh"]["p"]));
    for (rate, expected) in rates.iter().zip(list(&golden["bh"]["q"])) {
        close_to("bh", *rate, expected, 1e-9);
    }
    for row in list(&golden["psr"]) {
        let [sharpe, benchmark, skewness, kurtosis] =
            ["sr", "sr0", "skew", "kurt"].map(|key| number(&row[key]));
        let seen = probabilistic_sharpe(sharpe, benchmark, size(&row["n"]), skewness, kurtosis);
        close_to("psr", seen, &row["psr"], 1e-9);
    }
    for row in list(&golden["expected_max_sr"]) {
        close_to(
            "best",
            expected_best(number(&row["var"]), size(&row["trials"])).unwrap(),
            &row["sr0"],
            1e-9,
        );
    }
    for row in list(&golden["mde80"]) {
        close_to("mde", smallest_detectable(number(&row["sd"]), size(&row["n"])).unwrap(), &row["mde"], 1e-9);
    }
    let sample = &golden["quantile_type7"];
    for (at, expected) in list(&sample["q"]).iter().zip(list(&sample["v"])) {
        close_to("quantile", quantile(&numbers(&sample["x"]), number(at)).unwrap(), expected, 1e-9);
    }
    let digits = [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0, 5.0, 3.0, 5.0];
    assert_eq!(average_ranks(&digits), numbers(&golden["rank_average_ties"]));
    for row in list(&golden["f_sf"]) {
        let [f, up, down] = ["F", "d1", "d2"].map(|key| number(&row[key]));
        close_to("F", f_chance(f, up, down).unwrap(), &row["p"], 1e-9);
    }
    for pair in list(&golden["norm_ppf"]) {
        close_to("ppf", normal_quantile(number(&pair[0])), &pair[1], 1e-9);
    }
}
