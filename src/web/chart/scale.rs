//! Scales with round ticks (1, 2 or 5 times a power of ten): from zero for what is counted, around the
//! values for estimates.

/// A scale with its ticks, lowest first. Its span is never zero.
#[derive(Clone, PartialEq, Debug)]
pub struct Scale {
    pub low: f64,
    pub high: f64,
    pub ticks: Vec<f64>,
}

/// How many steps a scale should have.
const STEPS: f64 = 4.0;

impl Scale {
    /// The scale that holds zero and every finite value. `is_whole` forbids steps under 1, for counts.
    pub fn of(values: impl Iterator<Item = f64>, is_whole: bool) -> Self {
        let (low, high) = values
            .filter(|value| value.is_finite())
            .fold((0.0_f64, 0.0_f64), |(low, high), value| (low.min(value), high.max(value)));
        let high = if high - low > f64::EPSILON { high } else { 1.0 };
        let step = round_step((high - low) / STEPS);
        Self::stepped(low, high, if is_whole { step.max(1.0) } else { step })
    }

    /// The scale that holds every finite value, and zero only where it lies near.
    pub fn around(values: impl Iterator<Item = f64>) -> Self {
        let (low, high) = values
            .filter(|value| value.is_finite())
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
        let span = high - low;
        // Values that are all the same, and those that lie far from zero beside their span of nothing.
        if !span.is_finite() || span <= f64::EPSILON * low.abs().max(1.0) {
            return Self::of([low, high].into_iter(), false);
        }
        let low = if low > 0.0 && low < span { 0.0 } else { low };
        Self::stepped(low, high, round_step((high - low) / STEPS))
    }

    fn stepped(low: f64, high: f64, step: f64) -> Self {
        // A hair of tolerance: shares that add up to 1.0000000002 don't need another step.
        let first = (low / step + 1e-6).floor();
        let last = (high / step - 1e-6).ceil().max(first + 1.0);
        let ticks = counted(first, last).map(|number| number * step).collect();
        Self { low: first * step, high: last * step, ticks }
    }

    /// Where a value stands, in percent of the width from the left.
    #[must_use]
    pub fn along(&self, value: f64) -> f64 {
        100.0 - self.place(value)
    }

    /// Where a value stands, in percent of the height from the top.
    #[must_use]
    pub fn place(&self, value: f64) -> f64 {
        ((self.high - value) / (self.high - self.low) * 100.0).clamp(0.0, 100.0)
    }
}

fn counted(first: f64, last: f64) -> impl Iterator<Item = f64> {
    std::iter::successors(Some(first), |number| Some(number + 1.0)).take_while(move |number| *number <= last)
}

/// The one of 1, 2, 5 × 10ⁿ that comes nearest to `step`, so that a scale has three to seven steps.
fn round_step(step: f64) -> f64 {
    let power = 10_f64.powf(step.log10().floor());
    let lead = step / power;
    let round = match lead {
        ..=1.5 => 1.0,
        ..=2.8 => 2.0,
        ..=7.0 => 5.0,
        _ => 10.0,
    };
    round * power
}
