//! A heat map: a value a row and column, such as clicks by weekday and hour, as strong as it is high.
//! The highest is named, the one under the pointer is read out, and a map of few columns carries its
//! values in its cells.

use super::{
    Unit, drawable,
    figure::{begun, empty, ended, name_step, put_text},
    path::number,
    table::table,
};
use crate::web::{
    format::NO_VALUE,
    markup::{Markup, put},
};

/// The height of a row, in the drawing's own letters.
const ROW: usize = 2;

/// The strengths that the style sheet knows, above nothing.
const STEPS: f64 = 6.0;

/// With more columns than this, values in the cells would not be read.
const MOST_VALUES: usize = 12;

/// With more cells than this, a readout a cell would weigh more than it tells.
const MOST_READOUTS: usize = 400;

/// What a heat map shows.
#[derive(Clone, Copy, Debug)]
pub struct Heat<'a> {
    /// Unique on the page; the element's id.
    pub id: &'a str,
    /// What it shows: `Clicks by weekday and hour`.
    pub title: &'a str,
    /// What a row is: `Day`.
    pub row: &'a str,
    pub rows: &'a [String],
    pub columns: &'a [String],
    /// The values of a row, one a column. What is missing or below zero counts as nothing.
    pub values: &'a [Vec<Option<f64>>],
    pub unit: Unit,
}

impl Heat<'_> {
    fn at(&self, row: usize, column: usize) -> Option<f64> {
        self.values.get(row)?.get(column).copied().flatten().and_then(drawable).filter(|value| *value >= 0.0)
    }

    /// Row, column and value of every cell that has one.
    fn known(&self) -> impl Iterator<Item = (usize, usize, f64)> {
        let columns = self.columns.len();
        (0..self.rows.len()).flat_map(move |row| {
            (0..columns).filter_map(move |column| Some((row, column, self.at(row, column)?)))
        })
    }

    fn words(&self, row: usize, column: usize, value: f64) -> String {
        format!("{} {} · {}", self.rows[row], self.columns[column], self.unit.full(value))
    }
}

/// Draws the map.
#[must_use]
pub fn heat(plot: &Heat<'_>) -> Markup {
    let Some(peak) = plot.known().reduce(|one, other| if other.2 > one.2 { other } else { one }) else {
        return empty(plot.title);
    };
    let told = format!("Most: {}.", plot.words(peak.0, peak.1, peak.2));
    let height = format!(r#" height="{}em""#, ROW * plot.rows.len() + 4);
    let mut svg = begun(plot.id, plot.title, &told, "chart-heat chart-rows", &height);
    for (row, name) in plot.rows.iter().enumerate() {
        put_text(&mut svg, "row-name", 0.0, middle(row, plot.rows.len()), name);
        (0..plot.columns.len()).for_each(|column| cell(&mut svg, plot, row, column, peak.2));
    }
    for (shown, column) in (0..plot.columns.len()).step_by(name_step(plot.columns.len())).enumerate() {
        let class = if shown % 2 == 1 { "name minor" } else { "name" };
        put_text(&mut svg, class, middle(column, plot.columns.len()), 100.0, &plot.columns[column]);
    }
    put_text(&mut svg, "readout peak", 100.0, 0.0, told.trim_end_matches('.'));
    ended(svg, &table_of(plot))
}

#[allow(clippy::cast_precision_loss, reason = "rows and columns are few")]
fn middle(place: usize, count: usize) -> f64 {
    (place as f64 + 0.5) / count.max(1) as f64 * 100.0
}

#[allow(clippy::cast_precision_loss, reason = "rows and columns are few")]
fn cell(svg: &mut String, plot: &Heat<'_>, row: usize, column: usize, peak: f64) {
    let (rows, columns) = (plot.rows.len(), plot.columns.len());
    let (width, height) = (100.0 / columns as f64, 100.0 / rows as f64);
    let (x, y) = (number(column as f64 * width), number(row as f64 * height));
    let (width, height) = (number(width), number(height));
    let value = plot.at(row, column);
    let step = value.map_or(0, |value| step(value, peak));
    put(
        svg,
        format_args!(
            r#"<g class="hit heat-{step}"><rect x="{x}%" y="{y}%" width="{width}%" height="{height}%"/>"#
        ),
    );
    if let Some(value) = value {
        if columns <= MOST_VALUES {
            put_text(svg, "in-cell", middle(column, columns), middle(row, rows), &plot.unit.short(value));
        }
        if rows * columns <= MOST_READOUTS {
            put_text(svg, "readout", 100.0, 0.0, &plot.words(row, column, value));
        }
    }
    svg.push_str("</g>");
}

/// How strong a cell is: 0 for nothing, else 1 to 6.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the few steps")]
fn step(value: f64, peak: f64) -> usize {
    if value <= 0.0 || peak <= 0.0 {
        return 0;
    }
    (value / peak * STEPS).ceil().clamp(1.0, STEPS) as usize
}

fn table_of(plot: &Heat<'_>) -> String {
    let heads: Vec<&str> = std::iter::once(plot.row).chain(plot.columns.iter().map(String::as_str)).collect();
    let value = |row: usize, column: usize| {
        plot.at(row, column).map_or_else(|| NO_VALUE.to_owned(), |value| plot.unit.full(value))
    };
    let rows = plot.rows.iter().enumerate().map(|(row, name)| {
        let values = (0..plot.columns.len()).map(|column| value(row, column));
        std::iter::once(name.clone()).chain(values).collect()
    });
    table(plot.title, &heads, rows)
}
