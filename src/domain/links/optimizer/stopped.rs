//! Conversions that have stopped: where hardly any comes of clicks that should have brought many by now, the
//! way that they are reported on is broken, and nothing may be learnt from their absence (OPTIMISER.md,
//! "Guardrails").

use super::{Figures, delay};
use serde::{Deserialize, Serialize};

/// The stretches that are looked at, in hours back from now.
const STRETCHES: [f64; 5] = [1.0, 3.0, 6.0, 12.0, 24.0];
/// How many conversions must have been expected: fewer may be missing by chance.
const EXPECTED: f64 = 20.0;
/// Below which part of the expected ones they count as stopped.
const PART: f64 = 0.05;

/// A stretch in which conversions have stopped.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Stopped {
    /// Its length, up to now.
    pub hours: f64,
    /// How many conversions its clicks should have brought by now, and how many they have.
    pub expected: f64,
    pub reported: f64,
}

impl Stopped {
    /// The shortest stretch up to `now`, an hour of the figures' clock, in which conversions have stopped, by
    /// what each option brought before it.
    #[must_use]
    pub fn find(figures: &Figures, now: f64) -> Option<Self> {
        let means = delay::means(figures, now, &[]);
        STRETCHES
            .into_iter()
            .map(|hours| Self::of(figures, now, hours, &means))
            .find(|stretch| stretch.expected >= EXPECTED && stretch.reported < PART * stretch.expected)
    }

    fn of(figures: &Figures, now: f64, hours: f64, means: &[f64]) -> Self {
        let mut before = vec![(0.0, 0.0); figures.options()];
        let mut within = before.clone();
        for cohort in &figures.cohorts {
            let sums = if cohort.age(now) <= hours { &mut within } else { &mut before };
            let clicks = cohort.clicks.by_option().into_iter().zip(cohort.conversions.by_option());
            for ((sum, (clicks, conversions)), mean) in sums.iter_mut().zip(clicks).zip(means) {
                sum.0 += clicks * (1.0 - delay::unreported(cohort, now, *mean));
                sum.1 += conversions;
            }
        }
        let expected =
            within.iter().zip(&before).map(
                |((exposure, _), (clicks, conversions))| {
                    if *clicks > 0.0 { exposure * conversions / clicks } else { 0.0 }
                },
            );
        Self {
            hours,
            expected: expected.sum(),
            reported: within.iter().map(|(_, conversions)| conversions).sum(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Stopped;
    use crate::links::optimizer::Figures;

    /// Two days of 1,000 clicks an hour at 2 %, conversions for the first `hours` of them.
    fn figures(hours: u32) -> Figures {
        let mut figures = Figures::new(vec![None], 1);
        for hour in 0..48 {
            let cohort = figures.cohort(f64::from(hour));
            cohort.clicks.add(0, 0, 1000.0);
            if hour < hours {
                cohort.conversions.add(0, 0, 20.0);
                figures.reports[0].count += 20.0;
                figures.reports[0].hours += 1.0;
            }
        }
        figures
    }

    #[test]
    fn conversions_that_stop_are_found_and_those_that_come_are_not() {
        assert_eq!(Stopped::find(&figures(48), 48.0), None);
        let stopped = Stopped::find(&figures(45), 48.0).expect("nothing came for three hours");
        assert!(stopped.hours <= 3.0 && stopped.reported < 1.0 && stopped.expected >= 20.0, "{stopped:?}");
        assert_eq!(Stopped::find(&figures(0), 48.0), None, "what never came has not stopped");
    }

    #[test]
    fn a_few_that_are_missing_may_be_chance() {
        let mut figures = figures(48);
        let last = figures.cohort(48.0);
        last.clicks.add(0, 0, 400.0);
        assert_eq!(Stopped::find(&figures, 48.9), None);
    }
}
