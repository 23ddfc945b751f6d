//! Bars: one a slot for the first series; what it is compared with as a mark across the bar.

use super::{
    Plot, Scale, Unit,
    figure::{Band, Figure, empty, label},
    path::number,
};
use crate::web::markup::Markup;

/// The share of a slot's width that the bar takes.
const WIDTH: f64 = 0.68;

/// With more bars than this, values on top of them would run into each other.
const MOST_VALUES: usize = 12;

/// Draws the bars.
#[must_use]
pub fn bars(plot: &Plot<'_>) -> Markup {
    if plot.is_empty() {
        return empty(plot.title);
    }
    let scale = Scale::of(plot.values(), plot.unit == Unit::Count);
    let mut figure =
        Figure::new(plot, if plot.series.len() > 1 { "chart-bars is-compared" } else { "chart-bars" });
    figure.grid(&scale);
    figure.names(|slot| Band::of(slot, plot.slots.len()));
    for slot in 0..plot.slots.len() {
        bar(&mut figure, plot, &scale, slot);
        marks(&mut figure, plot, &scale, slot);
    }
    mark_names(&mut figure, plot, &scale);
    figure.readouts(|slot| Band::of(slot, plot.slots.len()));
    figure.finish()
}

fn bar(figure: &mut Figure<'_>, plot: &Plot<'_>, scale: &Scale, slot: usize) {
    let Some(value) = plot.series.first().and_then(|series| series.at(slot)) else { return };
    let Band { centre, width, .. } = Band::of(slot, plot.slots.len());
    let (top, bottom) = (scale.place(value.max(0.0)), scale.place(value.min(0.0)));
    let (x, y) = (number(centre - width * WIDTH / 2.0), number(top));
    let (width, height) = (number(width * WIDTH), number(bottom - top));
    let class = if value < 0.0 { "bar below" } else { "bar" };
    figure.put(format_args!(
        r#"<rect class="{class}" x="{x}%" y="{y}%" width="{width}%" height="{height}%" rx="2"/>"#
    ));
    if plot.slots.len() <= MOST_VALUES && plot.series.len() == 1 {
        figure.text("value", centre, top, &plot.unit.short(value));
    }
}

fn marks(figure: &mut Figure<'_>, plot: &Plot<'_>, scale: &Scale, slot: usize) {
    let Band { left, width, .. } = Band::of(slot, plot.slots.len());
    let (x1, x2) = (number(left + width * 0.08), number(left + width * 0.92));
    for value in plot.series.iter().skip(1).filter_map(|series| series.at(slot)) {
        let y = number(scale.place(value));
        figure.put(format_args!(r#"<line class="compared" x1="{x1}%" x2="{x2}%" y1="{y}%" y2="{y}%"/>"#));
    }
}

fn mark_names(figure: &mut Figure<'_>, plot: &Plot<'_>, scale: &Scale) {
    for series in plot.series.iter().skip(1) {
        if let Some((_, value)) = series.last(plot.slots.len()) {
            figure.text("label compared beside", 100.0, scale.place(value), &label(&series.name));
        }
    }
}
