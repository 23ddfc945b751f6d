//! What a click on each option is worth, with how sure that is: a rate of conversions (Gamma-Poisson) times a
//! value of a conversion (Gamma), for each segment. A segment leans on the option's rate elsewhere, and on how
//! well the segment does with all options, by two conversions' worth: enough to start from, and soon outweighed.
//!
//! Sources: Gelman et al., Bayesian Data Analysis, 3rd ed., 2.6 (Gamma-Poisson) and 5 (hierarchies);
//! OPTIMISER.md 4 and 5 for the strengths.

use super::{
    Chance, Figures, Grid, Kpi,
    chance::Shape,
    recency::{OPTION_PRIOR, PRIOR_CLICKS, Sums, level},
};

/// For how many conversions the prior of a segment's own rate counts.
const CELL_PRIOR: f64 = 2.0;
/// Dear conversions are rarer: rates are expected to fall with the value's square root.
const VALUE_POWER: f64 = 0.5;

/// What a conversion of an option is worth.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Worth {
    mean: f64,
    /// Of the gamma distribution around the mean, with its number; none where it is sure.
    spread: Option<(Shape, f64)>,
}

/// The parameters of one memory's rates.
#[derive(Clone, PartialEq, Debug)]
enum Rates {
    /// One segment: a shape and a rate an option.
    Whole(Vec<(Shape, f64)>),
    /// Several: what the option does elsewhere, then the cell itself.
    Cells(Vec<Cell>),
}

#[derive(Clone, Copy, PartialEq, Debug)]
struct Cell {
    /// Of the option's rate, by the other segments.
    elsewhere: Shape,
    rate: f64,
    /// How the segment does with all options, 1 as everywhere.
    level: f64,
    own: Shape,
    exposure: f64,
}

/// What a cell tells the others of its option.
#[derive(Clone, Copy)]
struct Told {
    shape: f64,
    rate: f64,
    level: f64,
}

/// What is known, ready to be drawn from.
#[derive(Clone, PartialEq, Debug)]
pub struct Posterior {
    /// Memories with the probability of each.
    memories: Vec<(f64, Rates)>,
    worths: Vec<Worth>,
    segments: usize,
}

/// One way that things may be.
#[derive(Clone, PartialEq, Debug)]
pub struct Draw {
    /// Conversions a click.
    pub rates: Grid,
    /// The value of a conversion, an option each.
    pub values: Vec<f64>,
}

impl Draw {
    /// What a click brings of what a KPI counts.
    pub(super) fn worth(&self, kpi: Kpi, segment: usize, option: usize) -> f64 {
        let value = if kpi == Kpi::Conversions { 1.0 } else { self.values[option] };
        self.rates.row(segment)[option] * value
    }

    /// What that is divided by: the conversions of the click where the KPI is by conversion, else the click.
    pub(super) fn over(&self, kpi: Kpi, segment: usize, option: usize) -> f64 {
        if kpi == Kpi::ValuePerConversion { self.rates.row(segment)[option] } else { 1.0 }
    }
}

impl Posterior {
    /// From the sums by each memory with its probability, the first of which tells the values.
    /// `is_money`: the KPI is an amount, so that dear conversions may be expected to be rarer.
    pub(super) fn of(figures: &Figures, memories: &[(f64, Sums)], is_money: bool) -> Self {
        let worths = memories.first().map_or_else(Vec::new, |(_, sums)| worths(figures, sums));
        let rates = memories.iter().map(|(share, sums)| {
            let priors = priors(sums, is_money.then_some(worths.as_slice()));
            (*share, Rates::of(sums, &priors))
        });
        Self { memories: rates.collect(), worths, segments: figures.segments }
    }

    /// Room for a draw.
    #[must_use]
    pub fn room(&self) -> Draw {
        let options = self.worths.len();
        Draw { rates: Grid::zero(self.segments, options), values: vec![0.0; options] }
    }

    /// Draws from it.
    pub fn draw(&self, chance: &mut Chance, draw: &mut Draw) {
        let Some((_, last)) = self.memories.last() else { return };
        let mut left = if self.memories.len() > 1 { chance.between(0.0, 1.0) } else { 0.0 };
        let mut chosen = last;
        for (share, rates) in &self.memories {
            if left < *share {
                chosen = rates;
                break;
            }
            left -= share;
        }
        chosen.draw(chance, &mut draw.rates);
        for (value, worth) in draw.values.iter_mut().zip(&self.worths) {
            *value = match &worth.spread {
                Some((shape, number)) => worth.mean * chance.gamma(shape) / number,
                None => worth.mean,
            };
        }
    }
}

/// The value of a conversion of each option, by all segments.
fn worths(figures: &Figures, sums: &Sums) -> Vec<Worth> {
    let (count, value): (f64, f64) = (sums.counts.iter().sum(), sums.value.iter().sum());
    let usual = figures.usual_worth((count, value));
    let of = |option: usize| {
        let (count, value, squares) = (sums.counts[option], sums.value[option], sums.squares[option]);
        let (mean, known) = figures.worth(option, (count, value), usual);
        let spread = (squares - value * value / count.max(1e-9)).max(0.0);
        let unsure = if figures.hints[option].is_some() { 0.0 } else { 0.5 };
        let variation = (spread / mean.max(1e-9).powi(2) + unsure) / (count + 2.0);
        let shape = ((count + known) / variation.max(1e-9)).clamp(1e-3, 1e8);
        Worth { mean, spread: (variation >= 1e-6).then(|| (Shape::of(shape), shape)) }
    };
    (0..figures.options()).map(of).collect()
}

/// The rate that each option starts from.
fn priors(sums: &Sums, worths: Option<&[Worth]>) -> Vec<f64> {
    let Some(worths) = worths else { return vec![sums.rate(); sums.counts.len()] };
    let clicks = sums.exposure.total() + PRIOR_CLICKS;
    let powers: Vec<f64> = worths.iter().map(|worth| worth.mean.max(1e-9).powf(VALUE_POWER)).collect();
    let mean = powers.iter().sum::<f64>() / powers.len().max(1) as f64;
    let raised: f64 = sums.counts.iter().zip(&powers).map(|(count, power)| count * power).sum();
    powers.iter().map(|power| ((raised + mean) / clicks / power).clamp(1e-6, 0.5)).collect()
}

impl Rates {
    fn of(sums: &Sums, priors: &[f64]) -> Self {
        let options = sums.options(priors);
        if sums.exposure.segments() <= 1 {
            return Self::Whole(options.map(|(shape, rate)| (Shape::of(shape), rate)).collect());
        }
        let usual: Vec<f64> = options.map(|(shape, rate)| shape / rate).collect();
        Self::Cells(cells(sums, priors, &usual))
    }

    fn draw(&self, chance: &mut Chance, rates: &mut Grid) {
        match self {
            Self::Whole(options) => {
                for (drawn, (shape, rate)) in rates.cells_mut().iter_mut().zip(options) {
                    *drawn = chance.gamma(shape) / rate;
                }
            }
            Self::Cells(cells) => {
                for (drawn, cell) in rates.cells_mut().iter_mut().zip(cells) {
                    let elsewhere = chance.gamma(&cell.elsewhere) / cell.rate;
                    let prior = CELL_PRIOR / (elsewhere * cell.level).max(1e-12);
                    *drawn = chance.gamma(&cell.own) / (cell.exposure + prior);
                }
            }
        }
    }
}

/// The cells, each with what the option does in the others: a cell informs them by at most as many
/// conversions as its own prior counts for, so that one large segment does not speak for all.
fn cells(sums: &Sums, priors: &[f64], usual: &[f64]) -> Vec<Cell> {
    let rows = || sums.conversions.rows().zip(sums.exposure.rows());
    let mut told: Vec<Told> = Vec::with_capacity(sums.exposure.cells().len());
    let mut all = vec![(0.0, 0.0); priors.len()];
    for (counts, exposures) in rows() {
        let level = level(counts, exposures, usual);
        for (option, (count, exposure)) in counts.iter().zip(exposures).enumerate() {
            let part = CELL_PRIOR / (CELL_PRIOR + exposure * usual[option] * level);
            let cell = Told { shape: count * part, rate: exposure * level * part, level };
            all[option].0 += cell.shape;
            all[option].1 += cell.rate;
            told.push(cell);
        }
    }
    let cells = rows().flat_map(|(counts, exposures)| counts.iter().zip(exposures).enumerate());
    cells
        .zip(told)
        .map(|((option, (count, exposure)), told)| Cell {
            elsewhere: Shape::of((all[option].0 - told.shape).max(0.0) + OPTION_PRIOR),
            rate: (all[option].1 - told.rate).max(0.0) + OPTION_PRIOR / priors[option],
            level: told.level,
            own: Shape::of(count + CELL_PRIOR),
            exposure: *exposure,
        })
        .collect()
}
