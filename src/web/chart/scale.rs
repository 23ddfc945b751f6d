//! The vertical scale: from zero, with round ticks (1, 2 or 5 times a power of ten).

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
        let step = if is_whole { step.max(1.0) } else { step };
        // A hair of tolerance: shares that add up to 1.0000000002 don't need another step.
        let first = (low / step + 1e-6).floor();
        let last = (high / step - 1e-6).ceil().max(first + 1.0);
        let ticks = counted(first, last).map(|number| number * step).collect();
        Self { low: first * step, high: last * step, ticks }
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
