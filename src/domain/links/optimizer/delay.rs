//! Conversions that have not had time to be reported: the mean delay of each option, and how much of the
//! clicks of an hour could have been reported by now. Delays are taken as exponential.
//!
//! Source: the maximum of the likelihood under right truncation (a delay is only seen where it was
//! shorter than the click is old): E[d | d ≤ t] = μ − t / (e^(t/μ) − 1).

use super::{Cohort, Figures};

/// What is assumed before anything is known, in hours, and for how many reports it stands.
const USUAL: f64 = 2.0;
const USUAL_COUNT: f64 = 2.0;
/// For how many reports of an option those of the others stand.
const OTHERS_COUNT: f64 = 8.0;
/// The bounds of a mean, in hours.
const BOUNDS: (f64, f64) = (0.02, 96.0);
/// How often the estimate is improved from the one before.
const STEPS: usize = 3;

/// The mean delay of each option, in hours, improved from what it was taken for before.
pub(super) fn means(figures: &Figures, now: f64, before: &[f64]) -> Vec<f64> {
    let mut means = before.to_vec();
    means.resize(figures.options(), USUAL);
    let aged: Vec<(f64, Vec<f64>)> =
        figures.cohorts.iter().map(|cohort| (cohort.age(now), cohort.conversions.by_option())).collect();
    let count: f64 = figures.reports.iter().map(|reports| reports.count).sum();
    // Of conversions that have no time, such as those that still wait for approval, none was cut off.
    let mut conversions = vec![0.0; means.len()];
    for (_, of_cohort) in &aged {
        conversions.iter_mut().zip(of_cohort).for_each(|(sum, count)| *sum += count);
    }
    let timed: Vec<f64> = figures
        .reports
        .iter()
        .zip(&conversions)
        .map(|(reports, all)| if *all > 0.0 { (reports.count / all).min(1.0) } else { 1.0 })
        .collect();
    for _ in 0..STEPS {
        let mut hours: Vec<f64> = figures.reports.iter().map(|reports| reports.hours).collect();
        for (age, conversions) in &aged {
            let options = hours.iter_mut().zip(conversions).zip(means.iter().zip(&timed));
            for ((hours, conversions), (mean, timed)) in options {
                if *conversions > 0.0 {
                    *hours += conversions * timed * cut_off(*age, *mean);
                }
            }
        }
        let pooled = (hours.iter().sum::<f64>() + USUAL * USUAL_COUNT) / (count + USUAL_COUNT);
        for ((mean, hours), reports) in means.iter_mut().zip(hours).zip(&figures.reports) {
            let estimate = (hours + OTHERS_COUNT * pooled) / (reports.count + OTHERS_COUNT);
            *mean = estimate.clamp(BOUNDS.0, BOUNDS.1);
        }
    }
    means
}

/// By how much a delay that was seen of a click of an age is shorter than one unseen, on average.
fn cut_off(age: f64, mean: f64) -> f64 {
    let age = age.max(1e-6);
    age / (age / mean).min(50.0).exp_m1()
}

/// Which share of the conversions of a cohort's clicks has not been reported yet.
pub(super) fn unreported(cohort: &Cohort, now: f64, mean: f64) -> f64 {
    let (young, old) = cohort.ages(now);
    if old - young < 1e-9 {
        return (-old / mean).exp();
    }
    mean * ((-young / mean).exp() - (-old / mean).exp()) / (old - young)
}

#[cfg(test)]
mod tests {
    use super::{means, unreported};
    use crate::links::optimizer::{Cohort, Figures};

    #[test]
    fn a_young_option_is_not_taken_for_a_quick_one() {
        // 1,000 conversions an hour of a mean delay of 10 hours, seen for 5 hours.
        let mut figures = Figures::new(vec![None], 1);
        for hour in 0..5 {
            for minute in 0..60 {
                let age = 5.0 - f64::from(hour) - (f64::from(minute) + 0.5) / 60.0;
                let seen = 1000.0 / 60.0 * (1.0 - (-age / 10.0_f64).exp());
                let mean = 10.0 - age / (age / 10.0).exp_m1();
                figures.reports[0].count += seen;
                figures.reports[0].hours += seen * mean;
                figures.cohort(f64::from(hour)).conversions.add(0, 0, seen);
            }
        }
        let mut found = Vec::new();
        for _ in 0..60 {
            found = means(&figures, 5.0, &found);
        }
        assert!((8.5..11.5).contains(&found[0]), "{found:?}");
    }

    #[test]
    fn conversions_without_a_time_stretch_no_delay() {
        let mut figures = Figures::new(vec![None, None], 1);
        for hour in 0..72 {
            let cohort = figures.cohort(f64::from(hour));
            cohort.clicks.add(0, 0, 500.0);
            cohort.conversions.add(0, 0, 20.0);
        }
        let found = means(&figures, 72.0, &[]);
        assert!((1.5..2.5).contains(&found[0]), "as long as nothing is timed it is the usual: {found:?}");
        figures.reports[0] = crate::links::optimizer::Reports { count: 72.0, hours: 144.0 };
        let mut found = Vec::new();
        for _ in 0..30 {
            found = means(&figures, 72.0, &found);
        }
        assert!((1.5..2.8).contains(&found[0]), "one in twenty is timed: {found:?}");
    }

    #[test]
    fn what_is_unreported_is_the_average_over_the_hour() {
        let cohort = Cohort::empty(10.0, 1, 1);
        let sampled: f64 =
            (0..1000).map(|at| (-(2.0 + (f64::from(at) + 0.5) / 1000.0) / 3.0_f64).exp()).sum();
        assert!((unreported(&cohort, 13.0, 3.0) - sampled / 1000.0).abs() < 1e-6);
        assert!((unreported(&cohort, 10.0, 3.0) - 1.0).abs() < 1e-12, "nothing of what comes now");
        assert!(unreported(&cohort, 500.0, 3.0) < 1e-12, "everything of what is long past");
    }
}
