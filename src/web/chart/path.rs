//! Lines and areas as SVG paths on a grid of 100 by 100.

use super::{Scale, Series};
use crate::web::markup::put;

/// A point: percent from the left, percent from the top.
pub(super) type Point = (f64, f64);

/// A coordinate as text: two places, and never anything but a number.
pub(super) fn number(coordinate: f64) -> String {
    let safe = if coordinate.is_finite() { coordinate } else { 0.0 };
    let text = format!("{safe:.2}");
    let short = text.trim_end_matches('0').trim_end_matches('.');
    if matches!(short, "-0" | "") { "0".to_owned() } else { short.to_owned() }
}

/// Where the points of `count` slots stand; a single one in the middle.
#[allow(clippy::cast_precision_loss, reason = "slots are few")]
pub(super) fn across(slot: usize, count: usize) -> f64 {
    if count < 2 { 50.0 } else { slot as f64 / (count - 1) as f64 * 100.0 }
}

/// A series' points in runs that are unbroken by missing values.
pub(super) fn runs(series: &Series, slots: usize, scale: &Scale) -> Vec<Vec<Point>> {
    let mut runs = vec![Vec::new()];
    for slot in 0..slots {
        match (series.at(slot), runs.last_mut()) {
            (Some(value), Some(run)) => run.push((across(slot, slots), scale.place(value))),
            (None, Some(run)) if !run.is_empty() => runs.push(Vec::new()),
            (None | Some(_), _) => {}
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
}

/// The line through a run's points. A single point is a stroke of no length, which a round cap shows.
pub(super) fn stroke(run: &[Point]) -> String {
    let mut path = String::new();
    for (place, (x, y)) in run.iter().enumerate() {
        let letter = if place == 0 { 'M' } else { 'L' };
        put(&mut path, format_args!("{letter}{} {}", number(*x), number(*y)));
    }
    if run.len() == 1 {
        path.push_str("h0");
    }
    path
}

/// The area between a run and its floor, which has the same places across.
pub(super) fn area(run: &[Point], floor: &[Point]) -> String {
    let mut outline = run.to_vec();
    outline.extend(floor.iter().rev());
    stroke(&outline) + "Z"
}
