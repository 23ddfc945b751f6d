//! Charts inside other things: a figure's shape in a tile, a bar in a cell.

use super::{
    Unit, drawable,
    path::{Point, across, area, number, stroke},
};
use crate::web::markup::{Markup, escape};

/// A figure's shape over time, without axes: from its lowest to its highest value. Nothing where
/// there is no value. `name` says what it is the shape of.
#[must_use]
pub fn sparkline(name: &str, values: &[Option<f64>], unit: Unit) -> Markup {
    let known =
        || values.iter().enumerate().filter_map(|(slot, value)| Some((slot, value.and_then(drawable)?)));
    let (low, high) = known().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), (_, value)| {
        (low.min(value), high.max(value))
    });
    if low > high {
        return Markup::default();
    }
    // A flat line lies in the middle, not on the floor: it is no zero.
    let place = |value: f64| if high > low { (high - value) / (high - low) * 88.0 + 6.0 } else { 50.0 };
    let run: Vec<Point> = known().map(|(slot, value)| (across(slot, values.len()), place(value))).collect();
    let floor: Vec<Point> = run.iter().map(|(x, _)| (*x, 100.0)).collect();
    let words = format!("{name}: between {} and {}", unit.full(low), unit.full(high));
    Markup::trusted(format!(
        concat!(
            r#"<svg class="spark" role="img" aria-label="{}" viewBox="0 0 100 100" preserveAspectRatio="none">"#,
            r#"<path class="area" d="{}"/><path class="line" vector-effect="non-scaling-stroke" d="{}"/>"#,
            r#"<path class="line now" vector-effect="non-scaling-stroke" d="{}"/></svg>"#
        ),
        escape(&words),
        area(&run, &floor),
        stroke(&run),
        // The present: a stroke of no length, which its round cap shows as a dot of any stretch.
        stroke(&run[run.len() - 1..])
    ))
}

/// A bar as long as `part` of `whole`, for a cell beside its number; empty where there is no whole.
#[must_use]
pub fn cell_bar(part: f64, whole: f64) -> Markup {
    let share = (part / whole).clamp(0.0, 1.0);
    let width = number(if share.is_finite() { share * 100.0 } else { 0.0 });
    Markup::trusted(format!(
        r#"<svg class="cell-bar" aria-hidden="true"><rect width="{width}%" height="100%" rx="3"/></svg>"#
    ))
}

/// From this share on, what fills up is warned of.
const NEARLY: f64 = 0.8;

/// How full something is, such as a cap: a bar that warns from 80 % and stops at the whole. Its words
/// stand beside it.
#[must_use]
pub fn meter(part: f64, whole: f64) -> Markup {
    let share = part / whole;
    let state = match share {
        1.0.. => "full",
        NEARLY.. => "near",
        _ => "free",
    };
    let width = number(if share.is_finite() { share.clamp(0.0, 1.0) * 100.0 } else { 0.0 });
    Markup::trusted(format!(
        r#"<svg class="meter meter-{state}" aria-hidden="true"><rect class="whole" width="100%" height="100%" rx="3"/><rect width="{width}%" height="100%" rx="3"/></svg>"#
    ))
}
