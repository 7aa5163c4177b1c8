//! Calibration, risk and spread against plainer ways to compute them.

use eval::{
    Concentration, Forecast, Run, abstention_recall, area_under_risk_coverage, brier_score, calibration_bins,
    expected_calibration_error, holm, risk_coverage,
};
use proptest::prelude::*;

fn forecasts() -> impl Strategy<Value = Vec<Forecast>> {
    let one = (0..=20_u8, any::<bool>());
    let forecast =
        |(probability, came_true)| Forecast { probability: f64::from(probability) / 20.0, came_true };
    prop::collection::vec(one.prop_map(forecast), 1..60)
}

fn close(left: f64, right: f64) -> bool {
    (left - right).abs() < 1e-9
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_figure_is_between_0_and_1_and_no_order_changes_it(forecasts in forecasts(), bins in 1_usize..15) {
        let mut reversed = forecasts.clone();
        reversed.reverse();
        let figures = |forecasts: &[Forecast]| {
            [
                brier_score(forecasts),
                expected_calibration_error(forecasts, bins),
                area_under_risk_coverage(forecasts),
            ]
        };
        for (here, there) in figures(&forecasts).into_iter().zip(figures(&reversed)) {
            let (here, there) = (here.unwrap_or(-1.0), there.unwrap_or(-2.0));
            prop_assert!((-1e-12..=1.0 + 1e-12).contains(&here) && close(here, there));
        }
    }

    #[test]
    fn bins_hold_every_forecast_once_and_ascend(forecasts in forecasts(), n_bins in 1_usize..15) {
        let bins = calibration_bins(&forecasts, n_bins);
        prop_assert!(!bins.is_empty() && bins.len() <= n_bins);
        prop_assert_eq!(bins.iter().map(|bin| bin.n).sum::<usize>(), forecasts.len());
        for (lower, higher) in bins.iter().zip(bins.iter().skip(1)) {
            prop_assert!(lower.mean_probability < higher.mean_probability);
        }
        let trues: f64 = bins.iter().map(|bin| bin.n as f64 * bin.share_true).sum();
        prop_assert!(close(trues, forecasts.iter().filter(|forecast| forecast.came_true).count() as f64));
    }

    #[test]
    fn one_bin_is_off_by_the_difference_of_the_means(forecasts in forecasts()) {
        let n = forecasts.len() as f64;
        let stated = forecasts.iter().map(|forecast| forecast.probability).sum::<f64>() / n;
        let came_true = forecasts.iter().filter(|forecast| forecast.came_true).count() as f64 / n;
        let off = expected_calibration_error(&forecasts, 1).unwrap_or(-1.0);
        prop_assert!(close(off, (stated - came_true).abs()));
    }

    #[test]
    fn the_area_is_the_mean_risk_where_no_two_are_equally_sure(outcomes in prop::collection::vec(any::<bool>(), 1..40)) {
        let forecasts: Vec<Forecast> = outcomes
            .iter()
            .enumerate()
            .map(|(place, came_true)| Forecast { probability: 1.0 - place as f64 / 100.0, came_true: *came_true })
            .collect();
        let curve = risk_coverage(&forecasts);
        let mean = curve.iter().map(|point| point.risk).sum::<f64>() / curve.len() as f64;
        prop_assert!(close(area_under_risk_coverage(&forecasts).unwrap_or(-1.0), mean));
        let last = curve.last().map_or(-1.0, |point| point.risk);
        prop_assert!(close(last, outcomes.iter().filter(|came_true| !**came_true).count() as f64 / outcomes.len() as f64));
    }

    #[test]
    fn silence_keeps_its_false_rate_and_grows_with_it(
        answerable in prop::collection::vec(0.0..1.0_f64, 1..40),
        nobody in prop::collection::vec(0.0..1.0_f64, 1..40),
        rate in 0.0..1.0_f64,
    ) {
        let recall = |rate| abstention_recall(&answerable, &nobody, rate).unwrap_or(-1.0);
        prop_assert!(recall(rate) <= recall((rate + 0.1).min(1.0)));
        prop_assert!(close(recall(1.0), 1.0));
        // The plain way: every threshold that keeps the rate, the best of their recalls.
        let thresholds = answerable.iter().chain(&nobody).copied().chain([2.0]);
        let below = |list: &[f64], threshold: f64| {
            list.iter().filter(|sure| **sure < threshold).count() as f64 / list.len() as f64
        };
        let best = thresholds
            .filter(|threshold| below(&answerable, *threshold) <= rate + 1e-9)
            .map(|threshold| below(&nobody, threshold))
            .fold(0.0, f64::max);
        prop_assert!(close(recall(rate), best), "{} is not {best}", recall(rate));
    }

    #[test]
    fn corrected_p_values_keep_their_order_and_only_grow(p_values in prop::collection::vec(0.0..=1.0_f64, 0..12)) {
        let corrected = holm(&p_values);
        prop_assert_eq!(corrected.len(), p_values.len());
        for (before, after) in p_values.iter().zip(&corrected) {
            prop_assert!(after >= before && *after <= 1.0);
            for (other_before, other_after) in p_values.iter().zip(&corrected) {
                prop_assert!(before > other_before || after <= other_after);
            }
        }
    }

    #[test]
    fn the_gini_coefficient_is_half_the_mean_difference_over_the_mean(
        named in prop::collection::vec(0..12_u16, 1..60), more in 0_usize..20,
    ) {
        let mut run = Run::default();
        for (number, person) in named.iter().enumerate() {
            run.insert(format!("q{number}"), vec![vec![format!("c:{person}")]]);
        }
        let mut counts: Vec<f64> = (0..12_u16)
            .map(|person| named.iter().filter(|named| **named == person).count() as f64)
            .filter(|count| *count > 0.0)
            .collect();
        let population = counts.len() + more;
        counts.resize(population, 0.0);
        let n = population as f64;
        let differences: f64 = counts.iter().flat_map(|a| counts.iter().map(move |b| (a - b).abs())).sum();
        let plain = differences / (n * n) / 2.0 / (counts.iter().sum::<f64>() / n);
        let found = Concentration::of(&run, 1, population).map_or(-1.0, |found| found.gini);
        prop_assert!(close(found, plain), "{found} is not {plain}");
    }
}
