//! Chance that follows from a seed alone: the same seed gives the same draws on every machine.

use rand::{Rng, RngExt, SeedableRng, rngs::Xoshiro256PlusPlus};
use rand_distr::{Distribution, Gamma, StandardNormal};

/// A stream of draws.
#[derive(Clone, Debug)]
pub struct Chance(Xoshiro256PlusPlus);

/// The gamma distribution of a shape and of scale 1, ready to be drawn from many times.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Shape(Gamma<f64>);

impl Shape {
    /// A shape that is 0, less or no number counts as almost 0.
    pub fn of(shape: f64) -> Self {
        let shape = if shape > 1e-9 { shape } else { 1e-9 };
        Self(Gamma::new(shape, 1.0).expect("the shape is above 0"))
    }
}

impl Chance {
    /// The stream of a seed.
    #[must_use]
    pub fn of_seed(seed: u64) -> Self {
        Self(Xoshiro256PlusPlus::seed_from_u64(seed))
    }

    /// The seed of another stream, for what comes later.
    #[must_use]
    pub fn next_seed(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// From a gamma distribution.
    pub(super) fn gamma(&mut self, shape: &Shape) -> f64 {
        shape.0.sample(&mut self.0)
    }

    /// From the normal distribution around 0.
    pub(super) fn normal(&mut self, deviation: f64) -> f64 {
        let standard: f64 = StandardNormal.sample(&mut self.0);
        standard * deviation
    }

    /// Evenly from `from` to before `to`.
    pub(super) fn between(&mut self, from: f64, to: f64) -> f64 {
        from + (to - from) * self.0.random::<f64>()
    }

    /// Whether something of this probability happens.
    pub(super) fn happens(&mut self, probability: f64) -> bool {
        self.0.random::<f64>() < probability
    }

    /// A place below `count`, which must be above 0.
    pub(super) fn place(&mut self, count: usize) -> usize {
        self.0.random_range(0..count)
    }
}
