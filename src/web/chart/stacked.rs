//! Areas on top of each other: how a whole is shared, over time. The first series is the lowest and
//! the strongest; each has its name and its last value at its right end.

use super::{
    Plot, Scale, Unit,
    figure::{Band, Figure, empty, shortened, spread},
    path::{Point, across, area},
};
use crate::web::markup::{Markup, put};

/// The room that a label needs, in percent of the usual height.
const LABEL_GAP: f64 = 10.0;

/// The letters that a name and its value have room for beside the plot.
const MOST_LETTERS: usize = 19;

/// The tints that the style sheet knows; further series begin again.
const TINTS: usize = 6;

/// Draws the areas. A missing or negative value counts as nothing.
#[must_use]
pub fn stacked(plot: &Plot<'_>) -> Markup {
    if plot.is_empty() {
        return empty(plot.title);
    }
    let sums = sums(plot);
    let scale = Scale::of(sums.iter().flatten().copied(), plot.unit == Unit::Count);
    let mut figure = Figure::new(plot, "chart-stacked");
    figure.grid(&scale);
    figure.names(|slot| Band::around(slot, plot.slots.len()));
    figure.shapes(&paths(&sums, &scale));
    labels(&mut figure, plot, &sums, &scale);
    figure.readouts(|slot| Band::around(slot, plot.slots.len()));
    figure.finish()
}

/// The heights of the borders: the floor first, then each series on top of those before it.
fn sums(plot: &Plot<'_>) -> Vec<Vec<f64>> {
    let mut sums = vec![vec![0.0; plot.slots.len()]];
    for series in plot.series {
        let below = &sums[sums.len() - 1];
        let above = below.iter().enumerate().map(|(slot, sum)| sum + series.at(slot).unwrap_or(0.0).max(0.0));
        let above = above.collect();
        sums.push(above);
    }
    sums
}

fn paths(sums: &[Vec<f64>], scale: &Scale) -> String {
    let mut paths = String::new();
    for (place, borders) in sums.windows(2).enumerate() {
        let outline = area(&points(&borders[1], scale), &points(&borders[0], scale));
        let tint = place % TINTS + 1;
        put(
            &mut paths,
            format_args!(
                r#"<path class="share series-{tint}" vector-effect="non-scaling-stroke" d="{outline}"/>"#
            ),
        );
    }
    paths
}

/// A border's points; a single slot is drawn as wide as the plot.
fn points(border: &[f64], scale: &Scale) -> Vec<Point> {
    match border {
        [only] => vec![(0.0, scale.place(*only)), (100.0, scale.place(*only))],
        border => border
            .iter()
            .enumerate()
            .map(|(slot, sum)| (across(slot, border.len()), scale.place(*sum)))
            .collect(),
    }
}

fn labels(figure: &mut Figure<'_>, plot: &Plot<'_>, sums: &[Vec<f64>], scale: &Scale) {
    let Some(last) = plot.slots.len().checked_sub(1) else { return };
    let middle = |place: usize| scale.place(f64::midpoint(sums[place][last], sums[place + 1][last]));
    let mut places: Vec<_> = (0..plot.series.len()).map(|place| (place, middle(place))).collect();
    spread(&mut places, LABEL_GAP);
    for (place, y) in places {
        let series = &plot.series[place];
        let value = plot.unit.short(series.at(last).unwrap_or(0.0).max(0.0));
        let tint = place % TINTS + 1;
        let name = shortened(&series.name, MOST_LETTERS - value.chars().count());
        figure.text(&format!("label beside share-{tint}"), 100.0, y, &format!("{name} {value}"));
    }
}
