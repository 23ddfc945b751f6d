//! What a run knew of each option and what it expected of it: the grounds of its move, told in the Run Record.

use super::{Chance, Kpi, Posterior, evolution::TOLD_DRAWS, recency::Sums, traffic::Traffic};
use serde::{Deserialize, Serialize};

/// The part of the draws that lies below the range that is told, and as much above: four of five lie within.
const OUTSIDE: f64 = 0.1;

/// What was known of clicks of one kind, and what one of them is expected to bring.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Expected {
    /// Clicks as they count: as far as what comes of them has had time to come, older ones by their part.
    pub clicks: f64,
    /// What has come of them, older ones by their part: conversions, and whatever else earns.
    pub conversions: f64,
    /// The KPI of a click, or for a KPI by conversion that of a conversion, on average over the draws.
    pub mean: f64,
    /// Between these lies four of five draws.
    pub low: f64,
    pub high: f64,
}

/// What a run knew and expected.
#[derive(Clone, PartialEq, Debug)]
pub struct Expectations {
    /// Of each option over the segments that it may take, by their shares of the traffic; none where there is no such.
    pub options: Vec<Option<Expected>>,
    /// Of each segment and option; none where it may not take its clicks.
    pub cells: Vec<Vec<Option<Expected>>>,
}

/// The draws of one option in one segment: what its clicks bring, over what that is divided.
#[derive(Clone, Default)]
struct Draws {
    worths: Vec<f64>,
    over: Vec<f64>,
}

impl Expectations {
    /// Draws what is expected; `sums` are those that the posterior is made of.
    pub(super) fn drawn(
        sums: &Sums,
        traffic: &Traffic,
        posterior: &Posterior,
        kpi: Kpi,
        chance: &mut Chance,
    ) -> Self {
        let mut draw = posterior.room();
        let none = vec![Draws::default(); draw.values.len()];
        let (mut options, mut cells) = (none.clone(), vec![none; traffic.segments.len()]);
        for _ in 0..TOLD_DRAWS {
            posterior.draw(chance, &mut draw);
            let mut whole = vec![(0.0, 0.0); options.len()];
            for (segment, share, option) in traffic.taken() {
                let (worth, over) = (draw.worth(kpi, segment, option), draw.over(kpi, segment, option));
                cells[segment][option].push(worth, over);
                whole[option].0 += share * worth;
                whole[option].1 += share * over;
            }
            for (option, (worth, over)) in options.iter_mut().zip(whole) {
                if over > 0.0 {
                    option.push(worth, over);
                }
            }
        }
        let mut of_all = vec![(0.0, 0.0); options.len()];
        for (segment, _, option) in traffic.taken() {
            of_all[option].0 += sums.exposure.row(segment)[option];
            of_all[option].1 += sums.conversions.row(segment)[option];
        }
        let row = |(segment, draws): (usize, Vec<Draws>)| {
            let counted = sums.exposure.row(segment).iter().zip(sums.conversions.row(segment));
            draws
                .into_iter()
                .zip(counted)
                .map(|(draws, (clicks, came))| draws.expected((*clicks, *came)))
                .collect()
        };
        Self {
            options: options
                .into_iter()
                .zip(of_all)
                .map(|(draws, counted)| draws.expected(counted))
                .collect(),
            cells: cells.into_iter().enumerate().map(row).collect(),
        }
    }
}

impl Draws {
    fn push(&mut self, worth: f64, over: f64) {
        self.worths.push(worth);
        self.over.push(over);
    }

    fn expected(self, (clicks, conversions): (f64, f64)) -> Option<Expected> {
        let mut each: Vec<f64> =
            self.worths.iter().zip(&self.over).map(|(worth, over)| worth / over.max(1e-300)).collect();
        each.sort_by(f64::total_cmp);
        let last = each.len().checked_sub(1)?;
        let at = |part: f64| each[(part * last as f64).round() as usize];
        let mean = each.iter().sum::<f64>() / each.len() as f64;
        Some(Expected { clicks, conversions, mean, low: at(OUTSIDE), high: at(1.0 - OUTSIDE) })
    }
}
