//! Charts as our own SVG, drawn on the server: no script, no inline style, one drawing for both
//! themes (classes, never colours), round ticks, direct labels instead of legends, the figures in a
//! table beside it.
//!
//! A drawing has no fixed size. Places are percentages of the plot, and lines are stretched without
//! their strokes, so a chart fills whatever card it stands in while its words keep their size; the
//! margins for those words are the padding that `static/css/charts.css` gives `.chart-plot`.

mod area;
mod bars;
mod figure;
mod heat;
mod interval;
mod line;
mod path;
mod scale;
mod small;
mod stacked;
mod strip;
mod table;

pub use area::area;
pub use bars::bars;
pub use heat::{Heat, heat};
pub use interval::{Interval, Intervals, intervals};
pub use line::line;
pub use scale::Scale;
pub use small::{cell_bar, meter, sparkline};
pub use stacked::stacked;
pub use strip::{Strip, strip};

use super::format;
use domain::shared::Currency;

/// The largest magnitude that is drawn; beyond it a value counts as missing.
const LARGEST: f64 = 1e15;

/// What a chart's values are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    /// Things counted.
    Count,
    /// Shares, 1 = all; written in percent.
    Share,
    /// Units (not micro-units) of a currency.
    Money(Currency),
    /// Milliseconds.
    Millis,
}

impl Unit {
    /// The value as it stands in a table.
    #[must_use]
    pub fn full(self, value: f64) -> String {
        match self {
            Self::Count => format::decimal(value, 0),
            Self::Share => format::percent(Some(value)),
            Self::Money(currency) => with_currency(currency, &format::decimal(value, 2)),
            Self::Millis => format!("{} ms", format::decimal(value, 0)),
        }
    }

    /// The value as it stands at an axis.
    #[must_use]
    pub fn short(self, value: f64) -> String {
        match self {
            Self::Count => format::short(value),
            Self::Share => format!("{} %", format::short(value * 100.0)),
            Self::Money(currency) => with_currency(currency, &format::short(value)),
            Self::Millis => format!("{} ms", format::short(value)),
        }
    }
}

fn with_currency(currency: Currency, number: &str) -> String {
    // The sign stands before the currency, as everywhere.
    let (sign, size) = number.strip_prefix('−').map_or(("", number), |size| ("−", size));
    match currency.code() {
        "USD" => format!("{sign}$ {size}"),
        code => format!("{sign}{code} {size}"),
    }
}

/// A value that can be drawn.
fn drawable(value: f64) -> Option<f64> {
    Some(value).filter(|value| value.is_finite() && value.abs() <= LARGEST)
}

/// A row of values, one a slot. `None` is "not yet" or "no value", and so is what is not finite.
#[derive(Clone, PartialEq, Debug)]
pub struct Series {
    pub name: String,
    pub values: Vec<Option<f64>>,
    /// Whether it only stands there to compare with, such as yesterday: drawn dashed and grey.
    pub is_compared: bool,
}

impl Series {
    /// A row of values.
    pub fn new(name: impl Into<String>, values: Vec<Option<f64>>) -> Self {
        Self { name: name.into(), values, is_compared: false }
    }

    /// The row as one to compare with.
    #[must_use]
    pub fn compared(self) -> Self {
        Self { is_compared: true, ..self }
    }

    /// The value of a slot, where there is one that can be drawn.
    fn at(&self, slot: usize) -> Option<f64> {
        self.values.get(slot).copied().flatten().and_then(drawable)
    }

    /// The last slot with a value, and the value.
    fn last(&self, slots: usize) -> Option<(usize, f64)> {
        (0..slots).rev().find_map(|slot| self.at(slot).map(|value| (slot, value)))
    }
}

/// What a chart shows.
#[derive(Clone, Copy, Debug)]
pub struct Plot<'a> {
    /// Unique on the page; the element's id.
    pub id: &'a str,
    /// What it shows, for those who don't see it: `Clicks by hour, 21 Nov`.
    pub title: &'a str,
    /// What a slot is: `Hour`, `Day`.
    pub slot: &'a str,
    /// The slots along the horizontal axis, by name.
    pub slots: &'a [String],
    /// The first one is the one that matters.
    pub series: &'a [Series],
    pub unit: Unit,
}

impl Plot<'_> {
    fn is_empty(&self) -> bool {
        self.series.iter().all(|series| series.last(self.slots.len()).is_none())
    }

    /// Every value that is drawn.
    fn values(&self) -> impl Iterator<Item = f64> {
        self.series.iter().flat_map(|series| (0..self.slots.len()).filter_map(|slot| series.at(slot)))
    }
}
