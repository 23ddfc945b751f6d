//! Lines over time: the first series solid, with a tint below it, a dot at its present end and its
//! name there; what it is compared with dashed.

use super::{
    Plot, Scale, Series, Unit,
    figure::{Band, Figure, empty, label, spread},
    path::{across, area, number, runs, stroke},
};
use crate::web::markup::{Markup, put};

/// The room that a label at the end of a line needs, in percent of the usual height.
const LABEL_GAP: f64 = 9.0;

/// From here on a label stands in the margin at the right, in percent across.
const MARGIN_FROM: f64 = 88.0;

/// Draws the lines.
#[must_use]
pub fn line(plot: &Plot<'_>) -> Markup {
    if plot.is_empty() {
        return empty(plot);
    }
    let scale = Scale::of(plot.values(), plot.unit == Unit::Count);
    let mut figure = Figure::new(plot, "chart-line");
    figure.grid(&scale);
    figure.names(|slot| Band::around(slot, plot.slots.len()));
    figure.shapes(&paths(plot, &scale));
    ends(&mut figure, plot, &scale);
    figure.readouts(|slot| Band::around(slot, plot.slots.len()));
    figure.finish()
}

fn paths(plot: &Plot<'_>, scale: &Scale) -> String {
    let mut paths = String::new();
    // Compared lines first, so that the one that matters lies on top.
    for (place, series) in plot.series.iter().enumerate().rev() {
        for run in runs(series, plot.slots.len(), scale) {
            if place == 0 {
                let floor: Vec<_> = run.iter().map(|(x, _)| (*x, scale.place(0.0))).collect();
                put(&mut paths, format_args!(r#"<path class="area" d="{}"/>"#, area(&run, &floor)));
            }
            let class = if place == 0 { "line" } else { "line compared" };
            put(
                &mut paths,
                format_args!(
                    r#"<path class="{class}" vector-effect="non-scaling-stroke" d="{}"/>"#,
                    stroke(&run)
                ),
            );
        }
    }
    paths
}

/// The dot of the present and the names at the lines' ends.
fn ends(figure: &mut Figure<'_>, plot: &Plot<'_>, scale: &Scale) {
    let slots = plot.slots.len();
    let end =
        |series: &Series| series.last(slots).map(|(slot, value)| (across(slot, slots), scale.place(value)));
    let found: Vec<_> =
        plot.series.iter().enumerate().filter_map(|(place, series)| Some((place, end(series)?))).collect();
    let mut beside: Vec<_> =
        found.iter().filter(|(_, (x, _))| *x >= MARGIN_FROM).map(|(place, (_, y))| (*place, *y)).collect();
    spread(&mut beside, LABEL_GAP);
    for (place, (x, y)) in found {
        let class = if place == 0 { "label" } else { "label compared" };
        let name = label(&plot.series[place].name);
        match beside.iter().find(|(other, _)| *other == place) {
            Some((_, y)) => figure.text(&format!("{class} beside"), 100.0, *y, &name),
            None => figure.text(&format!("{class} above"), x, y, &name),
        }
        if place == 0 {
            figure.put(format_args!(
                r#"<circle class="present" cx="{}%" cy="{}%" r="4"/>"#,
                number(x),
                number(y)
            ));
        }
    }
}
