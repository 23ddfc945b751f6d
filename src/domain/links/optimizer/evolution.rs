//! A Smart Link on a KPI: a genetic algorithm over vectors of weights, one for all of the link's traffic.
//! Genes are logits and weights their softmax, so that a vector can say "this one wherever it may, else that
//! one" as well as "half and half". Each island evolves towards a few ways that things may be, draws from the
//! posterior, and the champions are averaged: what is unsure is tried in proportion. With a goal there is one
//! island, and fitness is how near the KPI comes on average over many draws.
//!
//! Source: Eiben and Smith, Introduction to Evolutionary Computing, 2nd ed., 4.4 (blend crossover, Gaussian
//! mutation) and 5 (tournaments, elitism); OPTIMISER.md 8 for the sizes.

use super::{
    Chance, Expectations, Figures, Lookback, Posterior, delay::means, recency::Sums, traffic::Traffic,
};
use serde::{Deserialize, Serialize};

/// The sizes where the KPI is to be as large as possible: islands, vectors on each, generations.
const ISLANDS: (usize, usize, usize) = (16, 24, 25);
/// How many ways that things may be each of them weighs. One tries most and pays for it where older data
/// count in part; twelve sometimes stay with what began well (L2: 90 instead of 94 % in one of ten).
const ISLAND_DRAWS: usize = 4;
/// The same where it is to come near a goal, and how many draws tell how near it comes.
const NEARING: (usize, usize, usize) = (1, 60, 40);
const NEARING_DRAWS: usize = 96;
/// How many draws what is told in the Run Record is the mean of: it errs by a sixteenth of what it may lie off
/// anyway.
pub(super) const TOLD_DRAWS: usize = 256;
const TOURNAMENT: usize = 3;
const CROSSOVER: f64 = 0.8;
/// How far a child may lie outside of its parents, as a part of what lies between them.
const BLEND: f64 = 0.25;
/// How many genes of a vector change, on average, and by how much.
const MUTATIONS: f64 = 1.5;
const MUTATION: f64 = 1.5;
const ELITE: usize = 2;
/// The spread of genes that are made up, and how far they may go.
const SPREAD: f64 = 2.0;
const FARTHEST: f64 = 12.0;

/// What a KPI counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kpi {
    /// Conversions a click.
    Conversions,
    /// The value of conversions a click.
    Value,
    /// The value a conversion, such as events.
    ValuePerConversion,
}

/// Whether it is to be as large as possible, or to come near this.
pub type Goal = Option<f64>;

/// What a run is asked for.
#[derive(Clone, PartialEq, Debug)]
pub struct Terms {
    pub kpi: Kpi,
    pub goal: Goal,
    pub lookback: Lookback,
    /// The least weight of every option, 0 to 1 / options.
    pub floor: f64,
    /// How many clicks there must be before the first run.
    pub threshold: f64,
}

impl Default for Terms {
    /// Those of a new Smart Link.
    fn default() -> Self {
        let lookback = Lookback::Hours { hours: 48.0, older: 0.3 };
        Self { kpi: Kpi::Value, goal: None, lookback, floor: 0.0, threshold: 500.0 }
    }
}

/// What evolved so far; kept from one run to the next.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Evolution {
    delays: Vec<f64>,
    /// The vectors of each island, the fittest first.
    islands: Vec<Vec<Vec<f64>>>,
}

/// What a run came to.
#[derive(Clone, PartialEq, Debug)]
pub struct Evolved {
    /// One an option; their sum is 1.
    pub weights: Vec<f64>,
    /// The KPI that is expected of the weights before and of these; with a goal, minus the distance to it.
    pub fitness_before: f64,
    pub fitness: f64,
    /// What each option is expected to bring.
    pub expectations: Expectations,
}

/// What vectors are judged by: ways that things may be, cell by cell as the traffic lists them.
struct World<'a> {
    traffic: &'a Traffic,
    kpi: Kpi,
    goal: Goal,
    draws: usize,
    /// What a click leads to, cell by cell in each draw: so that sums over cells go on side by side.
    worths: Vec<f64>,
    /// The conversions that this is divided by; empty where it is not.
    rates: Vec<f64>,
}

impl Evolution {
    /// One run at an hour of the figures' clock. `current` are the weights in force.
    pub fn run(
        &mut self,
        (figures, now): (&Figures, f64),
        terms: &Terms,
        current: &[f64],
        seed: u64,
        may: impl Fn(usize, usize) -> bool,
    ) -> Evolved {
        let mut chance = Chance::of_seed(seed);
        self.delays = means(figures, now, &self.delays);
        let [sums] = Sums::of(figures, now, [terms.lookback], &self.delays);
        let memories = [(1.0, sums)];
        let posterior = Posterior::of(figures, &memories, terms.kpi == Kpi::Value);
        let options = figures.options();
        let traffic = Traffic::of(figures, now, may);
        let ((islands, vectors, generations), draws) =
            if terms.goal.is_some() { (NEARING, NEARING_DRAWS) } else { (ISLANDS, ISLAND_DRAWS) };
        self.islands.truncate(islands);
        self.islands.resize(islands, Vec::new());
        let mut weights = vec![0.0; options];
        for island in &mut self.islands {
            let world = World::drawn(&traffic, terms, &posterior, draws, &mut chance);
            settle(island, vectors, current, &mut chance);
            for _ in 0..generations {
                *island = next_generation(island, &world, &mut chance);
            }
            let (_, order) = world.ranked(island);
            *island = order.into_iter().map(|place| std::mem::take(&mut island[place])).collect();
            for (weight, share) in weights.iter_mut().zip(softmax(&island[0])) {
                *weight += share / islands as f64;
            }
        }
        let weights = floored(&weights, terms.floor);
        // The same draws, so that what is expected of all together is what is expected of each, weighted.
        let world = World::drawn(&traffic, terms, &posterior, TOLD_DRAWS, &mut chance.clone());
        let (fitness_before, fitness) = (world.fitness(current), world.fitness(&weights));
        let [(_, sums)] = &memories;
        let expectations = Expectations::drawn(sums, &traffic, &posterior, terms.kpi, &mut chance);
        Evolved { weights, fitness_before, fitness, expectations }
    }

    /// Drops what the next run would: the less fit half of each island.
    pub fn rest(&mut self) {
        for island in &mut self.islands {
            island.truncate(island.len() / 2);
        }
    }
}

/// Fills an island: the fitter half of the last run, the weights in force, equal ones, nearly all on one option
/// each, and the rest made up.
fn settle(island: &mut Vec<Vec<f64>>, vectors: usize, current: &[f64], chance: &mut Chance) {
    let options = current.len();
    island.retain(|genes| genes.len() == options);
    island.truncate(vectors / 2);
    let in_force = current.iter().map(|weight| weight.max(1e-6).ln().clamp(-FARTHEST, FARTHEST)).collect();
    let single = (0..options).map(|option| {
        let mut genes = vec![0.0; options];
        genes[option] = 5.0;
        genes
    });
    let given: Vec<Vec<f64>> = [in_force, vec![0.0; options]].into_iter().chain(single).collect();
    let room = vectors - island.len();
    island.extend(given.into_iter().take(room / 2));
    while island.len() < vectors {
        island.push((0..options).map(|_| chance.normal(SPREAD)).collect());
    }
}

fn next_generation(island: &[Vec<f64>], world: &World<'_>, chance: &mut Chance) -> Vec<Vec<f64>> {
    let (fitness, order) = world.ranked(island);
    let mut next: Vec<Vec<f64>> = order.iter().take(ELITE).map(|place| island[*place].clone()).collect();
    while next.len() < island.len() {
        let (one, other) = (winner(&fitness, chance), winner(&fitness, chance));
        next.push(child(&island[one], &island[other], chance));
    }
    next
}

/// The fittest of a few drawn ones.
fn winner(fitness: &[f64], chance: &mut Chance) -> usize {
    let mut best = chance.place(fitness.len());
    for _ in 1..TOURNAMENT {
        let other = chance.place(fitness.len());
        if fitness[other] > fitness[best] {
            best = other;
        }
    }
    best
}

fn child(one: &[f64], other: &[f64], chance: &mut Chance) -> Vec<f64> {
    let is_crossed = chance.happens(CROSSOVER);
    let rate = MUTATIONS / one.len().max(1) as f64;
    let mut gene = |(one, other): (&f64, &f64)| {
        let mut gene = *one;
        if is_crossed {
            gene += chance.between(-BLEND, 1.0 + BLEND) * (other - one);
        }
        if chance.happens(rate) {
            gene += chance.normal(MUTATION);
        }
        gene.clamp(-FARTHEST, FARTHEST)
    };
    one.iter().zip(other).map(&mut gene).collect()
}

fn softmax(genes: &[f64]) -> Vec<f64> {
    let highest = genes.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let raised: Vec<f64> = genes.iter().map(|gene| (gene - highest).exp()).collect();
    let total: f64 = raised.iter().sum();
    raised.iter().map(|weight| weight / total).collect()
}

fn floored(weights: &[f64], floor: f64) -> Vec<f64> {
    let left = 1.0 - floor * weights.len() as f64;
    weights.iter().map(|weight| floor + left * weight).collect()
}

impl<'a> World<'a> {
    fn drawn(
        traffic: &'a Traffic,
        terms: &Terms,
        posterior: &Posterior,
        count: usize,
        chance: &mut Chance,
    ) -> Self {
        let Terms { kpi, goal, .. } = *terms;
        let is_ratio = kpi == Kpi::ValuePerConversion;
        let mut draw = posterior.room();
        let (mut worths, mut rates) = (Vec::new(), Vec::new());
        for _ in 0..count {
            posterior.draw(chance, &mut draw);
            worths.push(traffic.cells(|segment, option| draw.worth(kpi, segment, option)));
            if is_ratio {
                rates.push(traffic.cells(|segment, option| draw.over(kpi, segment, option)));
            }
        }
        // The mean of what is linear in the weights is that of one world.
        if !is_ratio && goal.is_none() {
            worths = vec![mean(&worths)];
        }
        Self { traffic, kpi, goal, draws: worths.len(), worths: by_cell(&worths), rates: by_cell(&rates) }
    }

    /// The fitness of each vector, and their places, the fittest first.
    fn ranked(&self, island: &[Vec<f64>]) -> (Vec<f64>, Vec<usize>) {
        let fitness: Vec<f64> = island.iter().map(|genes| self.fitness(&softmax(genes))).collect();
        let mut order: Vec<usize> = (0..island.len()).collect();
        order.sort_by(|one, other| fitness[*other].total_cmp(&fitness[*one]));
        (fitness, order)
    }

    /// The KPI that weights lead to on average over the draws, or minus its distance to the goal.
    fn fitness(&self, weights: &[f64]) -> f64 {
        let shares = self.traffic.shares(weights);
        let mut kpis = self.sums(&shares, &self.worths);
        if self.kpi == Kpi::ValuePerConversion {
            for (kpi, conversions) in kpis.iter_mut().zip(self.sums(&shares, &self.rates)) {
                *kpi /= conversions.max(1e-300);
            }
        }
        let each = kpis.iter().map(|kpi| self.goal.map_or(*kpi, |goal| -(kpi - goal).abs()));
        each.sum::<f64>() / self.draws.max(1) as f64
    }

    /// The sum over the cells of each draw.
    fn sums(&self, shares: &[f64], cells: &[f64]) -> Vec<f64> {
        let mut sums = vec![0.0; self.draws];
        for (share, row) in shares.iter().zip(cells.chunks_exact(self.draws.max(1))) {
            for (sum, number) in sums.iter_mut().zip(row) {
                *sum += share * number;
            }
        }
        sums
    }
}

/// Lists of the cells of each draw as one of the draws of each cell.
fn by_cell(draws: &[Vec<f64>]) -> Vec<f64> {
    let cells = draws.first().map_or(0, Vec::len);
    (0..cells).flat_map(|cell| draws.iter().map(move |draw| draw[cell])).collect()
}

fn mean(lists: &[Vec<f64>]) -> Vec<f64> {
    let mut sums = vec![0.0; lists.first().map_or(0, Vec::len)];
    for list in lists {
        for (sum, number) in sums.iter_mut().zip(list) {
            *sum += number / lists.len() as f64;
        }
    }
    sums
}
