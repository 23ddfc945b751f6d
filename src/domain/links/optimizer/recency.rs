//! How much the past counts: not at all behind a window, less and less by a half-life, or at a part behind a
//! lookback.

use super::{Figures, Grid, delay::unreported};

/// For how many conversions the prior of an option's rate counts.
pub(super) const OPTION_PRIOR: f64 = 1.0;
/// From how many clicks without a conversion nothing would be known of the rate.
pub(super) const PRIOR_CLICKS: f64 = 100.0;
/// How many conversions it takes to say that a segment is better or worse than others.
const SEGMENT_PRIOR: f64 = 5.0;

/// How the past counts.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub enum Lookback {
    /// All of it alike.
    #[default]
    All,
    /// Half as much every so many hours.
    HalfLife(f64),
    /// What is older than so many hours counts by the part `older`, from 0 to 1.
    Hours { hours: f64, older: f64 },
}

impl Lookback {
    /// The weight of what is so many hours old; 0 to 1.
    pub(super) fn weight(self, age: f64) -> f64 {
        match self {
            Self::All => 1.0,
            Self::HalfLife(hours) => (-age / hours).exp2(),
            Self::Hours { hours, older } => {
                if age <= hours {
                    1.0
                } else {
                    older
                }
            }
        }
    }
}

/// Sums over the past, each hour by its weight.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Sums {
    /// Clicks as far as their conversions could have been reported.
    pub exposure: Grid,
    pub conversions: Grid,
    /// Over all segments, an option each.
    pub counts: Vec<f64>,
    pub value: Vec<f64>,
    pub squares: Vec<f64>,
}

impl Sums {
    /// Adds up once for each lookback; `delays` is the mean delay of each option in hours.
    pub fn of<const COUNT: usize>(
        figures: &Figures,
        now: f64,
        lookbacks: [Lookback; COUNT],
        delays: &[f64],
    ) -> [Self; COUNT] {
        let options = figures.options();
        let mut cells = vec![([0.0; COUNT], [0.0; COUNT]); figures.segments * options];
        let mut worths = vec![([0.0; COUNT], [0.0; COUNT]); options];
        for cohort in &figures.cohorts {
            let age = cohort.age(now);
            let weights = lookbacks.map(|lookback| lookback.weight(age));
            for (option, mean) in delays.iter().enumerate() {
                let seen = 1.0 - unreported(cohort, now, *mean);
                for place in (option..cells.len()).step_by(options) {
                    let (exposure, conversions) = &mut cells[place];
                    add(exposure, cohort.clicks.cells()[place] * seen, &weights);
                    add(conversions, cohort.conversions.cells()[place], &weights);
                    let (value, squares) = &mut worths[option];
                    add(value, cohort.value.cells()[place], &weights);
                    add(squares, cohort.squares.cells()[place], &weights);
                }
            }
        }
        std::array::from_fn(|place| {
            let mut sums = Self {
                exposure: Grid::zero(figures.segments, options),
                conversions: Grid::zero(figures.segments, options),
                counts: Vec::new(),
                value: worths.iter().map(|(value, _)| value[place]).collect(),
                squares: worths.iter().map(|(_, squares)| squares[place]).collect(),
            };
            let into = sums.exposure.cells_mut().iter_mut().zip(sums.conversions.cells_mut());
            for ((exposure, conversions), (clicks, came)) in into.zip(&cells) {
                (*exposure, *conversions) = (clicks[place], came[place]);
            }
            sums.counts = sums.conversions.by_option();
            sums
        })
    }

    /// The rate of all options together.
    pub fn rate(&self) -> f64 {
        (self.counts.iter().sum::<f64>() + 1.0) / (self.exposure.total() + PRIOR_CLICKS)
    }

    /// The shape and rate of each option's rate over all segments, from the rates that they start from.
    pub fn options(&self, priors: &[f64]) -> impl Iterator<Item = (f64, f64)> {
        let exposures = self.exposure.by_option();
        let of = self.counts.iter().zip(exposures).zip(priors);
        of.map(|((count, exposure), prior)| (count + OPTION_PRIOR, exposure + OPTION_PRIOR / prior))
    }
}

/// How well a segment does with all options, by what it would have brought at their usual rates; 1 is as usual.
pub(super) fn level(counts: &[f64], exposures: &[f64], usual: &[f64]) -> f64 {
    let expected: f64 = exposures.iter().zip(usual).map(|(exposure, rate)| exposure * rate).sum();
    (counts.iter().sum::<f64>() + SEGMENT_PRIOR) / (expected + SEGMENT_PRIOR)
}

fn add<const COUNT: usize>(sums: &mut [f64; COUNT], number: f64, weights: &[f64; COUNT]) {
    for (sum, weight) in sums.iter_mut().zip(weights) {
        *sum += number * weight;
    }
}
