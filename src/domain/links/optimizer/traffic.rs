//! Who comes to a link: its segments with their shares of the clicks, and the options that may take them.

use super::Figures;

/// Over how many hours the segments' shares of the traffic are taken.
const TRAFFIC: f64 = 24.0;

/// The clicks of a link: the share of each segment, and the options that may take its clicks.
pub(super) struct Traffic {
    pub segments: Vec<(f64, Vec<usize>)>,
}

impl Traffic {
    /// Those of the last hours at `now`, an hour of the figures' clock; `may(segment, option)`.
    pub fn of(figures: &Figures, now: f64, may: impl Fn(usize, usize) -> bool) -> Self {
        let shares = figures.traffic(now - TRAFFIC).into_iter().enumerate();
        let allowed = |segment| (0..figures.options()).filter(|option| may(segment, *option)).collect();
        Self { segments: shares.map(|(segment, share)| (share, allowed(segment))).collect() }
    }

    /// A number for each cell that may take clicks, segment by segment.
    pub fn cells(&self, number: impl Fn(usize, usize) -> f64) -> Vec<f64> {
        let mut cells = Vec::with_capacity(self.size());
        for (segment, (_, allowed)) in self.segments.iter().enumerate() {
            cells.extend(allowed.iter().map(|option| number(segment, *option)));
        }
        cells
    }

    /// Each segment and option that may take its clicks, with the segment's share of them.
    pub fn taken(&self) -> impl Iterator<Item = (usize, f64, usize)> {
        let segments = self.segments.iter().enumerate();
        segments.flat_map(|(segment, (share, allowed))| {
            allowed.iter().map(move |option| (segment, *share, *option))
        })
    }

    fn size(&self) -> usize {
        self.segments.iter().map(|(_, allowed)| allowed.len()).sum()
    }

    /// The share of the clicks that weights send to each of these cells.
    pub fn shares(&self, weights: &[f64]) -> Vec<f64> {
        let mut shares = Vec::with_capacity(self.size());
        for (share, allowed) in &self.segments {
            let total: f64 = allowed.iter().map(|option| weights[*option]).sum();
            if total > 0.0 {
                shares.extend(allowed.iter().map(|option| share / total * weights[*option]));
            } else {
                shares.extend(allowed.iter().map(|_| share / allowed.len() as f64));
            }
        }
        shares
    }
}
