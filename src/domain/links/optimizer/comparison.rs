//! How options compare, for people: rates with their 95 % intervals, the probability of each of being the best, and
//! what it would cost to choose it if it were not. By quadrature: each option's score is a value times a Beta
//! rate, taken at nodes of equal probability.
//!
//! Sources: Gelman et al., Bayesian Data Analysis, 3rd ed., 2.4 (Beta-Binomial); Stucchio, Bayesian A/B Testing
//! (2015) for the expected loss; OPTIMISER.md, "What the experiments taught", 2, 5 and 6.

use super::{Figures, delay};
use statrs::distribution::{Beta, ContinuousCDF};

/// Nodes of each option.
const NODES: usize = 256;
/// The lower and the upper end of an interval of 95 %.
const ENDS: (f64, f64) = (0.025, 0.975);
/// From which probability on an option counts as the best.
pub const SETTLED: f64 = 0.99;
/// How many times what is known may have to be repeated before it settles; beyond that nobody should wait.
const MOST_REPEATS: f64 = 64.0;

/// What is known of one option.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Compared {
    pub views: f64,
    pub conversions: f64,
    /// Conversions a view, of views that have had the time to convert.
    pub rate: f64,
    /// The interval that holds the rate with a probability of 95 %.
    pub low: f64,
    pub high: f64,
    /// What a conversion is worth, in the unit of the KPI; none where nothing is known of any.
    pub worth: Option<f64>,
    /// The probability of being the best, 0 to 1.
    pub best: f64,
    /// What a view is expected to lose by this option against the best one, in the unit of the KPI; none where
    /// it is not known what a conversion is worth.
    pub loss: Option<f64>,
}

/// How far the options are from being told apart.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Settlement {
    /// One of them, by its place, is the best with [`SETTLED`].
    Settled(usize),
    /// About so many more conversions of the leader and the one behind it would tell, if they came as before.
    After { leader: usize, conversions: f64 },
    /// They are too close for any number that is worth waiting for, or nothing has converted.
    TooClose,
}

/// One option's score: a value times a Beta rate.
#[derive(Clone, Copy)]
struct Score {
    converted: f64,
    not: f64,
    worth: f64,
}

impl Score {
    fn beta(&self) -> Option<Beta> {
        Beta::new(1.0 + self.converted, 1.0 + self.not).ok()
    }

    fn repeated(self, times: f64) -> Self {
        Self { converted: self.converted * times, not: self.not * times, ..self }
    }
}

/// Compares the options at `now`, an hour of the figures' clock, in their order, and tells what would settle it.
#[must_use]
pub fn compare(figures: &Figures, now: f64) -> (Vec<Compared>, Settlement) {
    let (scores, is_known) = scores(figures, now);
    let (best, losses) = best_of(&scores);
    let settlement = settlement(&scores, &best);
    let sums = figures.cohorts.iter().fold(vec![(0.0, 0.0); figures.options()], |mut sums, cohort| {
        let of_cohort = cohort.clicks.by_option().into_iter().zip(cohort.conversions.by_option());
        sums.iter_mut().zip(of_cohort).for_each(|(sum, (clicks, conversions))| {
            sum.0 += clicks;
            sum.1 += conversions;
        });
        sums
    });
    let options = scores.iter().zip(best.iter().zip(losses)).zip(sums);
    let compared = options.map(|((score, (best, loss)), (views, conversions))| {
        let ends = score.beta().map(|beta| (beta.inverse_cdf(ENDS.0), beta.inverse_cdf(ENDS.1)));
        let (low, high) = ends.unwrap_or((0.0, 1.0));
        let exposed = score.converted + score.not;
        let rate = if exposed > 0.0 { score.converted / exposed } else { 0.0 };
        // What is seen lies within, though what was believed before draws the interval away from it.
        let (low, high) = if exposed > 0.0 { (low.min(rate), high.max(rate)) } else { (low, high) };
        let (worth, loss) = (is_known.then_some(score.worth), is_known.then_some(loss));
        Compared { views, conversions, rate, low, high, worth, best: *best, loss }
    });
    (compared.collect(), settlement)
}

/// How many more conversions would tell the options apart, if they came as before; `best` are their
/// probabilities as things stand.
fn settlement(scores: &[Score], best: &[f64]) -> Settlement {
    let mut ranked: Vec<usize> = (0..scores.len()).collect();
    ranked.sort_by(|one, other| best[*other].total_cmp(&best[*one]));
    let Some((&leader, behind)) = ranked.split_first() else { return Settlement::TooClose };
    // It is between the leader and the one behind it: what others convert tells nothing of that.
    let conversions: f64 =
        [Some(&leader), behind.first()].into_iter().flatten().map(|place| scores[*place].converted).sum();
    if behind.is_empty() || (conversions > 0.0 && best[leader] >= SETTLED) {
        return Settlement::Settled(leader);
    }
    let settles = |times: f64| {
        let repeated: Vec<Score> = scores.iter().map(|score| score.repeated(times)).collect();
        best_of(&repeated).0.into_iter().any(|probability| probability >= SETTLED)
    };
    if conversions <= 0.0 || !settles(MOST_REPEATS) {
        return Settlement::TooClose;
    }
    let (mut few, mut enough) = (1.0, MOST_REPEATS);
    for _ in 0..12 {
        let middle = (few + enough) / 2.0;
        if settles(middle) { enough = middle } else { few = middle }
    }
    Settlement::After { leader, conversions: ((enough - 1.0) * conversions).ceil().max(1.0) }
}

/// Conversions against views that have had the time to convert, and whether it is known what they are worth.
fn scores(figures: &Figures, now: f64) -> (Vec<Score>, bool) {
    let means = delay::means(figures, now, &[]);
    let mut sums = vec![(0.0, 0.0, 0.0); figures.options()];
    for cohort in &figures.cohorts {
        let (clicks, conversions) = (cohort.clicks.by_option(), cohort.conversions.by_option());
        let values = cohort.value.by_option();
        for (option, sum) in sums.iter_mut().enumerate() {
            sum.0 += clicks[option] * (1.0 - delay::unreported(cohort, now, means[option]));
            sum.1 += conversions[option];
            sum.2 += values[option];
        }
    }
    let usual = figures.usual_worth(sums.iter().fold((0.0, 0.0), |all, sum| (all.0 + sum.1, all.1 + sum.2)));
    let scores = sums.into_iter().enumerate().map(|(option, (exposed, converted, value))| {
        let (worth, _) = figures.worth(option, (converted, value), usual);
        Score { converted, not: (exposed - converted).max(0.0), worth: worth.max(0.0) }
    });
    (scores.collect(), usual.is_some())
}

/// The probability of each of being the best, and what choosing it is expected to lose.
fn best_of(scores: &[Score]) -> (Vec<f64>, Vec<f64>) {
    let betas: Vec<Option<Beta>> = scores.iter().map(Score::beta).collect();
    let below = |option: usize, score: f64| match (&betas[option], scores[option].worth) {
        (Some(beta), worth) if worth > 0.0 => beta.cdf((score / worth).clamp(0.0, 1.0)),
        (_, _) => 1.0,
    };
    let mut best = vec![0.0; scores.len()];
    let (mut means, mut most) = (vec![0.0; scores.len()], 0.0);
    for (option, score) in scores.iter().enumerate() {
        let Some(beta) = &betas[option] else { continue };
        for node in 0..NODES {
            let value = score.worth * beta.inverse_cdf((node as f64 + 0.5) / NODES as f64);
            let others = (0..scores.len()).filter(|other| *other != option);
            let is_best: f64 = others.map(|other| below(other, value)).product();
            best[option] += is_best / NODES as f64;
            means[option] += value / NODES as f64;
            most += value * is_best / NODES as f64;
        }
    }
    let total: f64 = best.iter().sum();
    best.iter_mut().for_each(|probability| *probability /= total.max(1e-9));
    let losses = means.into_iter().map(|mean| (most - mean).max(0.0)).collect();
    (best, losses)
}

#[cfg(test)]
mod tests {
    use super::{Compared, Settlement};
    use crate::links::optimizer::{Chance, Figures};

    /// Views and conversions of each option in one hour long ago, each conversion worth as much as its hint.
    fn figures(options: &[(f64, f64, f64)]) -> Figures {
        let mut figures = Figures::new(options.iter().map(|(_, _, worth)| Some(*worth)).collect(), 1);
        let cohort = figures.cohort(0.0);
        for (option, (views, conversions, worth)) in options.iter().enumerate() {
            cohort.clicks.add(0, option, *views);
            cohort.conversions.add(0, option, *conversions);
            cohort.value.add(0, option, conversions * worth);
            cohort.squares.add(0, option, conversions * worth * worth);
        }
        figures
    }

    #[test]
    fn what_nothing_is_known_of_is_worth_what_others_are() {
        let mut figures = figures(&[(100.0, 0.0, 4.0), (100.0, 0.0, 2.0), (100.0, 0.0, 0.0)]);
        figures.hints[2] = None;
        let worth =
            |figures: &Figures| compare(figures, 100.0).iter().map(|one| one.worth).collect::<Vec<_>>();
        assert_eq!(
            worth(&figures),
            [Some(4.0), Some(2.0), Some(3.0)],
            "none has converted: as the hints say"
        );
        figures.cohorts[0].conversions.add(0, 0, 1.0);
        figures.cohorts[0].value.add(0, 0, 4.0);
        assert_eq!(worth(&figures), [Some(4.0), Some(2.0), Some(4.0)], "then as what came");
        let unknown = Figures { hints: vec![None; 3], ..self::figures(&[(100.0, 0.0, 0.0); 3]) };
        assert_eq!(worth(&unknown), [None; 3]);
        assert_eq!(compare(&unknown, 100.0)[0].loss, None);
    }

    fn compare(figures: &Figures, now: f64) -> Vec<Compared> {
        super::compare(figures, now).0
    }

    fn settlement(figures: &Figures, now: f64) -> Settlement {
        super::compare(figures, now).1
    }

    #[test]
    fn an_option_that_converts_better_is_the_best_and_its_choice_loses_little() {
        let compared = compare(&figures(&[(1_000.0, 20.0, 1.0), (1_000.0, 45.0, 1.0)]), 1_000.0);
        assert!(compared[1].best > 0.99 && (compared[0].best + compared[1].best - 1.0).abs() < 1e-9);
        assert!((compared[0].rate - 0.02).abs() < 1e-4 && compared[0].low < 0.02 && compared[0].high > 0.02);
        let loss = |place: usize| compared[place].loss.expect("what one is worth is known");
        assert!(loss(1) < 1e-4 && (loss(0) - 0.025).abs() < 0.002, "{compared:?}");
    }

    #[test]
    fn a_dear_conversion_outweighs_a_frequent_one() {
        let compared = compare(&figures(&[(1_000.0, 20.0, 10.0), (1_000.0, 45.0, 1.0)]), 1_000.0);
        assert!(compared[0].best > 0.99, "{compared:?}");
    }

    #[test]
    fn the_probabilities_are_those_of_many_draws() {
        let compared =
            compare(&figures(&[(400.0, 12.0, 1.0), (500.0, 21.0, 1.0), (90.0, 2.0, 1.5)]), 1_000.0);
        let mut chance = Chance::of_seed(3);
        let mut beta = |a: f64, b: f64| {
            let (one, other) = (super::super::chance::Shape::of(a), super::super::chance::Shape::of(b));
            let (one, other) = (chance.gamma(&one), chance.gamma(&other));
            one / (one + other)
        };
        let mut hits = [0.0; 3];
        for _ in 0..40_000 {
            let drawn = [beta(13.0, 389.0), beta(22.0, 480.0), 1.5 * beta(3.0, 89.0)];
            let best = (0..3).max_by(|one, other| drawn[*one].total_cmp(&drawn[*other])).expect("three");
            hits[best] += 1.0 / 40_000.0;
        }
        for (option, hit) in compared.iter().zip(hits) {
            assert!((option.best - hit).abs() < 0.015, "{compared:?} {hits:?}");
        }
    }

    #[test]
    fn what_would_settle_it_is_told_in_conversions() {
        let far = figures(&[(5_000.0, 100.0, 1.0), (5_000.0, 300.0, 1.0)]);
        assert_eq!(settlement(&far, 1_000.0), Settlement::Settled(1));
        let near = figures(&[(500.0, 15.0, 1.0), (500.0, 22.0, 1.0)]);
        let Settlement::After { leader, conversions } = settlement(&near, 1_000.0) else { panic!("open") };
        assert!(leader == 1 && (20.0..400.0).contains(&conversions), "{conversions}");
        let alike = figures(&[(500.0, 20.0, 1.0), (500.0, 20.0, 1.0)]);
        assert_eq!(settlement(&alike, 1_000.0), Settlement::TooClose);
        assert_eq!(settlement(&figures(&[(9.0, 0.0, 1.0), (9.0, 0.0, 1.0)]), 1_000.0), Settlement::TooClose);
    }
}
