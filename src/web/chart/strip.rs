//! A strip of slots along time: in which of them checks were good and in which some failed. Good is a low
//! block and failed a high one, so that the shape says it without the colour; without a check there is a line.

use super::{
    figure::{Band, begun, empty, ended, name_step, put_text},
    path::number,
    table::table,
};
use crate::web::{
    format::{NO_VALUE, count, counted},
    markup::{Markup, put},
};

/// How high the blocks are, in percent.
const NONE: f64 = 4.0;
const GOOD: f64 = 40.0;
const FAILED: f64 = 100.0;

/// What a strip shows.
#[derive(Clone, Copy, Debug)]
pub struct Strip<'a> {
    /// Unique on the page; the element's id.
    pub id: &'a str,
    /// What it shows: `When checks failed, 24 hours`.
    pub title: &'a str,
    /// What a slot is: `Half hour`.
    pub slot: &'a str,
    pub slots: &'a [String],
    /// Good and failed checks, one pair a slot; none where there was no check.
    pub checks: &'a [Option<(i64, i64)>],
}

impl Strip<'_> {
    fn at(&self, slot: usize) -> Option<(i64, i64)> {
        self.checks.get(slot).copied().flatten()
    }

    fn words(&self, slot: usize) -> String {
        let said = match self.at(slot) {
            None => "no check".to_owned(),
            Some((good, 0)) => format!("{} good", count(good)),
            Some((good, failed)) => format!("{} good, {} failed", count(good), count(failed)),
        };
        format!("{} · {said}", self.slots[slot])
    }
}

/// Draws the strip.
#[must_use]
pub fn strip(plot: &Strip<'_>) -> Markup {
    let all = 0..plot.slots.len();
    if all.clone().all(|slot| plot.at(slot).is_none()) {
        return empty(plot.title);
    }
    let failed: i64 = all.clone().filter_map(|slot| plot.at(slot)).map(|(_, failed)| failed).sum();
    let told = match failed {
        0 => "No check failed.".to_owned(),
        failed => format!("{} failed.", counted(failed, "check")),
    };
    let mut svg = begun(plot.id, plot.title, &told, "chart-strip chart-rows", r#" height="7em""#);
    all.clone().for_each(|slot| block(&mut svg, plot, slot));
    for (shown, slot) in all.step_by(name_step(plot.slots.len())).enumerate() {
        let class = if shown % 2 == 1 { "name minor" } else { "name" };
        put_text(&mut svg, class, Band::of(slot, plot.slots.len()).centre, 100.0, &plot.slots[slot]);
    }
    put_text(&mut svg, "readout peak", 100.0, 0.0, told.trim_end_matches('.'));
    ended(svg, &table_of(plot))
}

fn block(svg: &mut String, plot: &Strip<'_>, slot: usize) {
    let (class, height) = match plot.at(slot) {
        None => ("none", NONE),
        Some((_, 0)) => ("good", GOOD),
        Some(_) => ("failed", FAILED),
    };
    let Band { left, width, .. } = Band::of(slot, plot.slots.len());
    let (x, width, y, height) = (number(left), number(width), number(100.0 - height), number(height));
    put(svg, format_args!(r#"<g class="hit"><rect x="{x}%" width="{width}%" height="100%"/>"#));
    put(
        svg,
        format_args!(
            r#"<rect class="check-{class}" x="{x}%" y="{y}%" width="{width}%" height="{height}%"/>"#
        ),
    );
    put_text(svg, "readout", 100.0, 0.0, &plot.words(slot));
    svg.push_str("</g>");
}

fn table_of(plot: &Strip<'_>) -> String {
    let row = |(slot, name): (usize, &String)| {
        let cell = |of: fn((i64, i64)) -> i64| {
            plot.at(slot).map_or_else(|| NO_VALUE.to_owned(), |checks| count(of(checks)))
        };
        vec![name.clone(), cell(|(good, _)| good), cell(|(_, failed)| failed)]
    };
    table(plot.title, &[plot.slot, "Good", "Failed"], plot.slots.iter().enumerate().map(row))
}
