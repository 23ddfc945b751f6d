//! A rotator: each option gets the share of the visitors that is the probability of its being best. To serve by
//! these shares is Thompson sampling with the posterior of the last refresh.
//!
//! Source: Thompson 1933; Chapelle and Li 2011 (an empirical evaluation of Thompson sampling).

use super::{Chance, Figures, Grid, Memories, Posterior, delay::means, memory, recency::Sums};
use serde::{Deserialize, Serialize};

/// How many draws the shares that are served are made of.
pub const SERVING_DRAWS: u32 = 512;

/// What a rotator has learnt beside its figures; kept from one refresh to the next.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Rotation {
    delays: Vec<f64>,
    memories: Memories,
}

impl Rotation {
    /// What is known at an hour of the figures' clock. `is_money`: conversions count by their value.
    pub fn learn(&mut self, figures: &Figures, now: f64, is_money: bool) -> Posterior {
        let is_due = self.memories.is_due(figures, now);
        if is_due || self.delays.len() != figures.options() {
            self.delays = means(figures, now, &self.delays);
        }
        let sums = Sums::of(figures, now, memory::ALL, &self.delays);
        if is_due {
            self.memories.learn(figures, now, &sums, &self.delays);
        }
        let memories: Vec<(f64, Sums)> = self.memories.shares().into_iter().zip(sums).collect();
        Posterior::of(figures, &memories, is_money)
    }
}

/// The share of the draws in which each option is the best of those that may take a click, by segment.
/// `may(segment, option)`; a segment without any is 0 throughout.
#[must_use]
pub fn best_shares(
    posterior: &Posterior,
    draws: u32,
    chance: &mut Chance,
    may: impl Fn(usize, usize) -> bool,
) -> Grid {
    let mut draw = posterior.room();
    let (segments, options) = (draw.rates.segments(), draw.rates.options());
    let mut shares = Grid::zero(segments, options);
    let allowed: Vec<Vec<usize>> =
        (0..segments).map(|segment| (0..options).filter(|option| may(segment, *option)).collect()).collect();
    let each = 1.0 / f64::from(draws.max(1));
    for _ in 0..draws {
        posterior.draw(chance, &mut draw);
        for (segment, allowed) in allowed.iter().enumerate() {
            let row = draw.rates.row(segment);
            let worth = |option: &usize| row[*option] * draw.values[*option];
            let best = allowed.iter().copied().max_by(|one, other| worth(one).total_cmp(&worth(other)));
            if let Some(best) = best {
                shares.add(segment, best, each);
            }
        }
    }
    shares
}
