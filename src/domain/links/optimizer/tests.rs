//! What the optimisers promise, in small worlds; how well they do in large ones is the referee's to say.

use super::{Chance, Evolution, Figures, Kpi, Lookback, Rotation, SERVING_DRAWS, Terms, best_shares};
use proptest::prelude::{ProptestConfig, any, prop::collection::vec, prop_assert, prop_assert_eq, proptest};

/// Hours of clicks and conversions: `rates[segment][option]`, 1,000 clicks an hour and cell, all reported after
/// half an hour.
fn figures(hints: &[Option<f64>], rates: &[&[f64]], hours: u32) -> Figures {
    let mut figures = Figures::new(hints.to_vec(), rates.len());
    for hour in 0..hours {
        for (segment, row) in rates.iter().enumerate() {
            for (option, rate) in row.iter().enumerate() {
                let conversions = 1_000.0 * rate;
                let value = hints[option].unwrap_or(10.0);
                let cohort = figures.cohort(f64::from(hour));
                cohort.clicks.add(segment, option, 1_000.0);
                cohort.conversions.add(segment, option, conversions);
                cohort.value.add(segment, option, conversions * value);
                cohort.squares.add(segment, option, conversions * value * value);
                figures.reports[option].count += conversions;
                figures.reports[option].hours += conversions * 0.5;
            }
        }
    }
    figures
}

fn shares(figures: &Figures, now: f64, seed: u64, may: impl Fn(usize, usize) -> bool) -> Vec<Vec<f64>> {
    let posterior = Rotation::default().learn(figures, now, true);
    let shares = best_shares(&posterior, SERVING_DRAWS, &mut Chance::of_seed(seed), may);
    (0..figures.segments).map(|segment| shares.row(segment).to_vec()).collect()
}

fn everywhere(_: usize, _: usize) -> bool {
    true
}

#[test]
fn the_option_that_earns_most_gets_the_traffic_not_the_one_that_converts_most() {
    let figures = figures(&[Some(2.0), Some(50.0)], &[&[0.10, 0.01]], 24);
    let shares = shares(&figures, 24.0, 1, everywhere);
    assert!(shares[0][1] > 0.99, "0.50 a click against 0.20: {shares:?}");
}

#[test]
fn each_segment_has_its_own_best_option() {
    let figures = figures(&[Some(10.0), Some(10.0)], &[&[0.05, 0.01], &[0.01, 0.05]], 24);
    let shares = shares(&figures, 24.0, 1, everywhere);
    assert!(shares[0][0] > 0.99 && shares[1][1] > 0.99, "{shares:?}");
}

#[test]
fn what_is_unknown_is_tried() {
    let nothing = Figures::new(vec![Some(10.0), Some(10.0), None], 1);
    for share in &shares(&nothing, 0.0, 7, everywhere)[0] {
        assert!(*share > 0.1, "{share}");
    }
}

#[test]
fn an_option_that_may_not_take_a_click_has_no_share() {
    let figures = figures(&[Some(10.0), Some(10.0)], &[&[0.05, 0.01], &[0.05, 0.01]], 24);
    let shares = shares(&figures, 24.0, 1, |segment, option| segment == 0 && option == 1);
    assert_eq!(shares, [[0.0, 1.0], [0.0, 0.0]], "none at all in the second segment");
}

#[test]
fn slow_conversions_are_not_held_against_an_option() {
    // The second converts better, 20 hours later: after 4 hours hardly any has come.
    let mut figures = Figures::new(vec![Some(10.0), Some(10.0)], 1);
    for hour in 0..40 {
        let age = 40.0 - f64::from(hour) - 0.5;
        let seen = 1.0 - (-age / 20.0_f64).exp();
        let slow = 1_000.0 * 0.03 * seen;
        let cohort = figures.cohort(f64::from(hour));
        for (option, conversions) in [(0, 15.0), (1, slow)] {
            cohort.clicks.add(0, option, 1_000.0);
            cohort.conversions.add(0, option, conversions);
            cohort.value.add(0, option, conversions * 10.0);
            cohort.squares.add(0, option, conversions * 100.0);
        }
        let delay = 20.0 - age / (age / 20.0).exp_m1();
        figures.reports[0].count += 15.0;
        figures.reports[0].hours += 15.0 * 0.1;
        figures.reports[1].count += slow;
        figures.reports[1].hours += slow * delay;
    }
    let shares = shares(&figures, 40.0, 3, everywhere);
    assert!(shares[0][1] > 0.9, "{shares:?}");
}

#[test]
fn after_a_change_the_short_memories_are_believed() {
    let mut figures = figures(&[Some(10.0), Some(10.0)], &[&[0.05, 0.03]], 200);
    let mut rotation = Rotation::default();
    rotation.learn(&figures, 200.0, true);
    for hour in 200..240 {
        for (option, rate) in [(0, 0.01), (1, 0.03)] {
            let cohort = figures.cohort(f64::from(hour));
            cohort.clicks.add(0, option, 1_000.0);
            cohort.conversions.add(0, option, 1_000.0 * rate);
            cohort.value.add(0, option, 10_000.0 * rate);
            cohort.squares.add(0, option, 100_000.0 * rate);
            figures.reports[option].count += 1_000.0 * rate;
            figures.reports[option].hours += 500.0 * rate;
        }
        let posterior = rotation.learn(&figures, f64::from(hour + 1), true);
        if hour == 239 {
            let shares = best_shares(&posterior, SERVING_DRAWS, &mut Chance::of_seed(1), everywhere);
            assert!(shares.row(0)[1] > 0.95, "by all 240 hours the first is better: {:?}", shares.row(0));
        }
    }
}

fn evolved(figures: &Figures, now: f64, terms: &Terms, may: impl Fn(usize, usize) -> bool) -> Vec<f64> {
    let equal = vec![1.0 / figures.options() as f64; figures.options()];
    Evolution::default().run((figures, now), terms, &equal, 5, may).weights
}

#[test]
fn one_vector_serves_segments_that_take_different_offers() {
    // The first earns most but is for the first segment alone; of the others the second is better.
    let rates: [&[f64]; 2] = [&[0.09, 0.04, 0.02], &[0.0, 0.04, 0.02]];
    let figures = figures(&[Some(10.0); 3], &rates, 24);
    let weights = evolved(&figures, 24.0, &Terms::default(), |segment, option| segment == 0 || option > 0);
    assert!(weights[0] > 0.9 && weights[1] > 10.0 * weights[2], "{weights:?}");
}

#[test]
fn a_goal_is_come_near_not_passed() {
    let figures = figures(&[Some(1.0), Some(1.0)], &[&[0.02, 0.06]], 48);
    let terms = Terms { kpi: Kpi::Conversions, goal: Some(0.03), ..Terms::default() };
    let weights = evolved(&figures, 48.0, &terms, everywhere);
    let rate = 0.02 * weights[0] + 0.06 * weights[1];
    assert!((rate - 0.03).abs() < 0.001, "{weights:?} leads to {rate}");
}

#[test]
fn every_option_has_at_least_the_floor() {
    let figures = figures(&[Some(10.0), Some(10.0)], &[&[0.05, 0.01]], 24);
    let weights = evolved(&figures, 24.0, &Terms { floor: 0.05, ..Terms::default() }, everywhere);
    assert!(weights.iter().all(|weight| *weight >= 0.05), "{weights:?}");
}

#[test]
fn a_run_tells_what_it_expects_to_gain() {
    let figures = figures(&[Some(10.0), Some(10.0)], &[&[0.05, 0.01]], 24);
    let run = Evolution::default().run((&figures, 24.0), &Terms::default(), &[0.5, 0.5], 1, everywhere);
    assert!((run.fitness_before - 0.3).abs() < 0.02 && (run.fitness - 0.5).abs() < 0.02, "{run:?}");
}

#[test]
fn what_lies_behind_the_lookback_counts_in_part() {
    let lookback = Lookback::Hours { hours: 24.0, older: 0.3 };
    assert_eq!([1.0, 24.0, 25.0].map(|age| lookback.weight(age)), [1.0, 1.0, 0.3]);
    assert_eq!(Lookback::All.weight(1e6).to_bits(), 1.0_f64.to_bits());
    assert!((Lookback::HalfLife(12.0).weight(24.0) - 0.25).abs() < 1e-12);
}

proptest! {
    // A case runs the genetic algorithm six times.
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn any_figures_give_shares_and_weights_and_the_same_ones_again(
        cells in vec((0_u32..5_000, 0_u32..400, 0.0_f64..1e6), 12),
        hints in vec(proptest::option::of(0.0_f64..1e6), 3),
        now in 2.0_f64..5_000.0,
        seed in any::<u64>(),
    ) {
        let mut figures = Figures::new(hints, 2);
        for (place, (clicks, conversions, value)) in cells.into_iter().enumerate() {
            let (hour, segment, option) = ((place / 6) as f64, place / 3 % 2, place % 3);
            let conversions = f64::from(conversions);
            let cohort = figures.cohort(hour);
            cohort.clicks.add(segment, option, f64::from(clicks));
            cohort.conversions.add(segment, option, conversions);
            cohort.value.add(segment, option, conversions * value);
            cohort.squares.add(segment, option, conversions * value * value);
            figures.reports[option].count += conversions;
            figures.reports[option].hours += conversions * 0.1;
        }
        let first = shares(&figures, now, seed, everywhere);
        prop_assert_eq!(&first, &shares(&figures, now, seed, everywhere));
        for row in &first {
            prop_assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-6, "{row:?}");
        }
        for kpi in [Kpi::Conversions, Kpi::Value, Kpi::ValuePerConversion] {
            let terms = Terms { kpi, ..Terms::default() };
            let weights = evolved(&figures, now, &terms, everywhere);
            prop_assert!((weights.iter().sum::<f64>() - 1.0).abs() < 1e-6, "{weights:?}");
            prop_assert!(weights.iter().all(|weight| (0.0..=1.0).contains(weight)), "{weights:?}");
            prop_assert_eq!(&weights, &evolved(&figures, now, &terms, everywhere));
        }
    }
}
