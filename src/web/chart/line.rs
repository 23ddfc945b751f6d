//! Lines over time, each with its name at its end; the first one has a dot at its present end, and
//! what it is compared with is dashed.

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

/// Up to here all names fit over the plot itself, and no margin is left for them, in percent across.
const FREE_UNTIL: f64 = 65.0;

/// The strokes that the style sheet knows; further series begin again.
const STROKES: usize = 4;

/// What lies below the first line.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Below {
    Nothing,
    Tinted,
}

/// Draws the lines.
#[must_use]
pub fn line(plot: &Plot<'_>) -> Markup {
    draw(plot, Below::Nothing)
}

pub(super) fn draw(plot: &Plot<'_>, below: Below) -> Markup {
    if plot.is_empty() {
        return empty(plot.title);
    }
    let scale = Scale::of(plot.values(), plot.unit == Unit::Count);
    let mut figure = Figure::new(plot, if is_free(plot) { "chart-line chart-free" } else { "chart-line" });
    figure.grid(&scale);
    figure.names(|slot| Band::around(slot, plot.slots.len()));
    figure.shapes(&paths(plot, &scale, below));
    ends(&mut figure, plot, &scale);
    figure.readouts(|slot| Band::around(slot, plot.slots.len()));
    figure.finish()
}

fn is_free(plot: &Plot<'_>) -> bool {
    let slots = plot.slots.len();
    let ends = plot.series.iter().filter_map(|series| series.last(slots));
    ends.map(|(slot, _)| across(slot, slots)).all(|x| x <= FREE_UNTIL)
}

fn paths(plot: &Plot<'_>, scale: &Scale, below: Below) -> String {
    let mut paths = String::new();
    // The first line last, so that the one that matters lies on top.
    for (place, series) in plot.series.iter().enumerate().rev() {
        let class = line_class(plot, place);
        for run in runs(series, plot.slots.len(), scale) {
            if place == 0 && below == Below::Tinted {
                let floor: Vec<_> = run.iter().map(|(x, _)| (*x, scale.place(0.0))).collect();
                put(&mut paths, format_args!(r#"<path class="area" d="{}"/>"#, area(&run, &floor)));
            }
            let line = stroke(&run);
            put(
                &mut paths,
                format_args!(r#"<path class="{class}" vector-effect="non-scaling-stroke" d="{line}"/>"#),
            );
        }
    }
    paths
}

fn line_class(plot: &Plot<'_>, place: usize) -> String {
    match plot.series[place].is_compared {
        true => "line compared".to_owned(),
        false if place == 0 => "line".to_owned(),
        false => format!("line stroke-{}", stroke_of(plot, place)),
    }
}

/// Which stroke a line has, from 1; those that are compared have none of their own.
fn stroke_of(plot: &Plot<'_>, place: usize) -> usize {
    plot.series[..place].iter().filter(|series| !series.is_compared).count() % STROKES + 1
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
        let class = match plot.series[place].is_compared {
            true => "label compared".to_owned(),
            false => format!("label ink-{}", stroke_of(plot, place)),
        };
        let name = label(&plot.series[place].name);
        match beside.iter().find(|(other, _)| *other == place) {
            Some((_, y)) => figure.text(&format!("{class} beside"), 100.0, *y, &name),
            None => figure.text(&format!("{class} above"), x, y, &name),
        }
        if place == 0 {
            let (x, y) = (number(x), number(y));
            figure.put(format_args!(r#"<circle class="present" cx="{x}%" cy="{y}%" r="4"/>"#));
        }
    }
}
