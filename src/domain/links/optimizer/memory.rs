//! How far back it is right to look: several memories side by side, each weighted by how well it foretold
//! the reports of the next hour. Where nothing drifts the long one wins; where something does, a shorter one.
//!
//! Source: Bayesian model averaging with forgetting (Raftery et al. 2010, dynamic model averaging); the
//! score is the negative-binomial predictive likelihood of the Gamma-Poisson model.

use super::{
    Figures, Grid, Lookback,
    delay::unreported,
    recency::{OPTION_PRIOR, Sums, level},
};
use serde::{Deserialize, Serialize};
use statrs::function::gamma::ln_gamma;

/// The memories, in hours by which the past counts half.
pub(super) const ALL: [Lookback; 4] =
    [Lookback::All, Lookback::HalfLife(120.0), Lookback::HalfLife(36.0), Lookback::HalfLife(12.0)];
/// What each is given before anything was foretold: most things drift little.
const PRIOR: [f64; 4] = [0.95, 0.03, 0.015, 0.005];
/// By what time a score counts half, in hours.
const SCORE_HALF_LIFE: f64 = 48.0;
/// How often is foretold, in hours.
const EVERY: f64 = 1.0;

/// What the memories have foretold so far; kept from one refresh to the next.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Memories {
    /// The logarithm of each one's likelihood.
    scores: [f64; ALL.len()],
    foretold: Option<Foretold>,
}

/// What was expected at an hour.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
struct Foretold {
    at: f64,
    /// The mean delays, and the conversions reported until then.
    delays: Vec<f64>,
    conversions: Grid,
    /// Shape and rate of each memory's rates.
    shapes: Vec<Grid>,
    rates: Vec<Grid>,
}

impl Memories {
    /// How probable each memory is.
    pub(super) fn shares(&self) -> [f64; ALL.len()] {
        let raised: [f64; ALL.len()] = std::array::from_fn(|place| self.scores[place] + PRIOR[place].ln());
        let highest = raised.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let shares = raised.map(|score| (score - highest).exp());
        let total: f64 = shares.iter().sum();
        shares.map(|share| share / total)
    }

    /// What was foretold of these options.
    fn foretold(&self, figures: &Figures) -> Option<&Foretold> {
        let cells = figures.segments * figures.options();
        self.foretold.as_ref().filter(|foretold| foretold.conversions.cells().len() == cells)
    }

    /// Whether an hour has passed since something was foretold of these options.
    pub(super) fn is_due(&self, figures: &Figures, now: f64) -> bool {
        self.foretold(figures).is_none_or(|foretold| now - foretold.at >= EVERY - 1e-9)
    }

    /// Holds what has come against what was foretold, and foretells anew; called when it is due.
    pub(super) fn learn(&mut self, figures: &Figures, now: f64, sums: &[Sums], delays: &[f64]) {
        if let Some(foretold) = self.foretold(figures) {
            let kept = 0.5_f64.powf((now - foretold.at) / SCORE_HALF_LIFE);
            let exposure = foretold.exposure(figures, now);
            self.scores = std::array::from_fn(|place| {
                self.scores[place] * kept + foretold.likelihood(place, &sums[0].conversions, &exposure)
            });
        }
        self.foretold = Some(Foretold::of(now, sums, delays));
    }
}

impl Foretold {
    fn of(at: f64, sums: &[Sums], delays: &[f64]) -> Self {
        let (shapes, rates) = sums.iter().map(expected).unzip();
        Self { at, delays: delays.to_vec(), conversions: sums[0].conversions.clone(), shapes, rates }
    }

    /// How many clicks could have been reported since, in whole clicks.
    fn exposure(&self, figures: &Figures, now: f64) -> Grid {
        let mut exposure = Grid::zero(figures.segments, figures.options());
        for cohort in &figures.cohorts {
            let is_new = cohort.hour >= self.at.floor();
            let seen: Vec<f64> = self
                .delays
                .iter()
                .map(|mean| {
                    let before = if is_new { 1.0 } else { unreported(cohort, self.at, *mean) };
                    (before - unreported(cohort, now, *mean)).max(0.0)
                })
                .collect();
            for (sums, row) in exposure.rows_mut().zip(cohort.clicks.rows()) {
                for ((sum, clicks), seen) in sums.iter_mut().zip(row).zip(&seen) {
                    *sum += clicks * seen;
                }
            }
        }
        exposure
    }

    fn likelihood(&self, memory: usize, conversions: &Grid, exposure: &Grid) -> f64 {
        let (shapes, rates) = (self.shapes[memory].cells(), self.rates[memory].cells());
        let came = conversions.cells().iter().zip(self.conversions.cells());
        came.zip(exposure.cells())
            .zip(shapes.iter().zip(rates))
            .map(|(((now, before), exposure), (shape, rate))| {
                let count = (now - before).max(0.0);
                ln_gamma(shape + count) - ln_gamma(*shape)
                    + shape * (rate / (rate + exposure)).ln()
                    + count * (exposure.max(1e-9) / (rate + exposure)).ln()
            })
            .sum()
    }
}

/// The shape and rate of each cell by one memory.
fn expected(sums: &Sums) -> (Grid, Grid) {
    let priors = vec![sums.rate(); sums.counts.len()];
    let rates: Vec<f64> = sums.options(&priors).map(|(shape, rate)| shape / rate).collect();
    let (mut shapes, mut inverse) = (sums.conversions.clone(), sums.exposure.clone());
    let is_cut = sums.exposure.segments() > 1;
    for (shapes, exposures) in shapes.rows_mut().zip(inverse.rows_mut()) {
        let level = if is_cut { level(shapes, exposures, &rates) } else { 1.0 };
        for ((shape, exposure), rate) in shapes.iter_mut().zip(exposures.iter_mut()).zip(&rates) {
            *shape += OPTION_PRIOR;
            *exposure += OPTION_PRIOR / (rate * level).max(1e-9);
        }
    }
    (shapes, inverse)
}
