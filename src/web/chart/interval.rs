//! Estimates with how sure they are: a row each, the value as a dot on the reach of its 95 % interval,
//! its name before it and its figures behind; a dashed mark where all are compared with one value.

use super::{
    Scale, Unit, drawable,
    figure::{begun, empty, ended, label, put_text},
    path::number,
    table::table,
};
use crate::web::{
    format::NO_VALUE,
    markup::{Markup, put},
};

/// The height of a row, in the drawing's own letters.
const ROW: usize = 3;

/// An estimate. Where a number can't be drawn, the row says that there is no value.
#[derive(Clone, PartialEq, Debug)]
pub struct Interval {
    pub name: String,
    pub value: f64,
    /// The lower end of the interval.
    pub low: f64,
    /// The upper end of the interval.
    pub high: f64,
}

impl Interval {
    /// An estimate between `low` and `high`.
    pub fn new(name: impl Into<String>, value: f64, low: f64, high: f64) -> Self {
        Self { name: name.into(), value, low, high }
    }

    /// Value, lower and upper end, where all three can be drawn.
    fn known(&self) -> Option<[f64; 3]> {
        Some([drawable(self.value)?, drawable(self.low)?, drawable(self.high)?])
    }
}

/// What a chart of intervals shows.
#[derive(Clone, Copy, Debug)]
pub struct Intervals<'a> {
    /// Unique on the page; the element's id.
    pub id: &'a str,
    /// What it shows: `CVR by offer with its 95 % interval`.
    pub title: &'a str,
    /// What a row is: `Offer`.
    pub row: &'a str,
    pub rows: &'a [Interval],
    pub unit: Unit,
    /// What all rows are compared with, and its name.
    pub mark: Option<(&'a str, f64)>,
}

/// Draws the rows, in their order.
#[must_use]
pub fn intervals(plot: &Intervals<'_>) -> Markup {
    let known = || plot.rows.iter().filter_map(Interval::known);
    if known().next().is_none() {
        return empty(plot.title);
    }
    let mark = plot.mark.and_then(|(name, value)| Some((name, drawable(value)?)));
    let scale = Scale::around(known().flatten().chain(mark.map(|(_, value)| value)));
    let height = format!(r#" height="{}em""#, ROW * plot.rows.len() + 4);
    let mut svg = begun(plot.id, plot.title, &told(plot), "chart-intervals chart-rows", &height);
    ticks(&mut svg, plot.unit, &scale);
    if let Some((name, value)) = mark {
        let x = number(scale.along(value));
        put(&mut svg, format_args!(r#"<line class="mark" x1="{x}%" x2="{x}%" y2="100%"/>"#));
        put_text(&mut svg, "mark-name", scale.along(value), 0.0, &label(name));
    }
    for (place, row) in plot.rows.iter().enumerate() {
        put_row(&mut svg, plot, &scale, place, row);
    }
    ended(svg, &table_of(plot))
}

fn ticks(svg: &mut String, unit: Unit, scale: &Scale) {
    for (place, tick) in scale.ticks.iter().enumerate() {
        let x = number(scale.along(*tick));
        put(svg, format_args!(r#"<line class="grid" x1="{x}%" x2="{x}%" y2="100%"/>"#));
        let class = if place % 2 == 1 { "name minor" } else { "name" };
        put_text(svg, class, scale.along(*tick), 100.0, &unit.short(*tick));
    }
}

#[allow(clippy::cast_precision_loss, reason = "rows are few")]
fn put_row(svg: &mut String, plot: &Intervals<'_>, scale: &Scale, place: usize, row: &Interval) {
    let y = (place as f64 + 0.5) / plot.rows.len() as f64 * 100.0;
    put_text(svg, "row-name", 0.0, y, &label(&row.name));
    let Some([value, low, high]) = row.known() else {
        put_text(svg, "row-value", 100.0, y, NO_VALUE);
        return;
    };
    let at = |value: f64| number(scale.along(value));
    let (from, to, dot, y_text) = (at(low.min(high)), at(low.max(high)), at(value), number(y));
    put(svg, format_args!(r#"<line class="reach" x1="{from}%" x2="{to}%" y1="{y_text}%" y2="{y_text}%"/>"#));
    put(svg, format_args!(r#"<circle class="present" cx="{dot}%" cy="{y_text}%" r="5"/>"#));
    put_text(svg, "row-value", 100.0, y, &plot.unit.full(value));
}

fn told(plot: &Intervals<'_>) -> String {
    let row = |row: &Interval| {
        let [value, low, high] = row.known()?.map(|value| plot.unit.full(value));
        Some(format!("{}: {value}, between {low} and {high}.", row.name))
    };
    plot.rows.iter().filter_map(row).collect::<Vec<_>>().join(" ")
}

fn table_of(plot: &Intervals<'_>) -> String {
    let rows = plot.rows.iter().map(|row| {
        let figures = row.known().map(|known| known.map(|value| plot.unit.full(value)));
        let figures = figures.unwrap_or_else(|| std::array::from_fn(|_| NO_VALUE.to_owned()));
        std::iter::once(row.name.clone()).chain(figures).collect()
    });
    table(plot.title, &[plot.row, "Value", "At least", "At most"], rows)
}
