//! What all large charts share: the figure with its title and description, grid, ticks, slot names,
//! and the readout under the pointer.

use super::{
    Plot, Scale, Series,
    path::{across, number},
    table::table,
};
use crate::web::format::NO_VALUE;
use crate::web::markup::{Markup, escape, put, put_escaped};

/// The most names along the horizontal axis.
const MOST_NAMES: usize = 8;

/// With more slots than this, a readout a slot would weigh more than it tells.
const MOST_READOUTS: usize = 120;

/// The most letters of a direct label; the whole name stands in the table.
const MOST_LETTERS: usize = 22;

/// Where a slot stands across, and how wide its band is, in percent.
pub(super) struct Band {
    pub centre: f64,
    pub left: f64,
    pub width: f64,
}

impl Band {
    /// The band around a point of a line.
    pub fn around(slot: usize, slots: usize) -> Self {
        let centre = across(slot, slots);
        let half = across(1, slots) / if slots < 2 { 1.0 } else { 2.0 };
        let (left, right) = ((centre - half).max(0.0), (centre + half).min(100.0));
        Self { centre, left, width: right - left }
    }

    /// The band of a bar.
    #[allow(clippy::cast_precision_loss, reason = "slots are few")]
    pub fn of(slot: usize, slots: usize) -> Self {
        let width = 100.0 / slots.max(1) as f64;
        let left = slot as f64 * width;
        Self { centre: left + width / 2.0, left, width }
    }
}

/// A drawing in the making.
pub(super) struct Figure<'a> {
    plot: &'a Plot<'a>,
    svg: String,
}

impl<'a> Figure<'a> {
    /// Begins the drawing. `kind` is its class; it tells the style sheet which margins to leave.
    pub fn new(plot: &'a Plot<'a>, kind: &str) -> Self {
        Self { plot, svg: begun(plot.id, plot.title, &description(plot), kind, "") }
    }

    /// Appends finished SVG.
    pub fn put(&mut self, piece: std::fmt::Arguments<'_>) {
        put(&mut self.svg, piece);
    }

    /// Lines and words of the vertical scale.
    pub fn grid(&mut self, scale: &Scale) {
        for tick in &scale.ticks {
            let y = number(scale.place(*tick));
            let class = if *tick == 0.0 { "grid base" } else { "grid" };
            self.put(format_args!(r#"<line class="{class}" x2="100%" y1="{y}%" y2="{y}%"/>"#));
            self.text("tick", 0.0, scale.place(*tick), &self.plot.unit.short(*tick));
        }
    }

    /// Names along the horizontal axis: as many as have room; every second one gives way on phones,
    /// and beside wide labels every second one of those.
    pub fn names(&mut self, band: impl Fn(usize) -> Band) {
        let step = name_step(self.plot.slots.len());
        for (shown, slot) in (0..self.plot.slots.len()).step_by(step).enumerate() {
            let class = ["name", "name minor", "name lesser", "name minor"][shown % 4];
            self.text(class, band(slot).centre, 100.0, &self.plot.slots[slot]);
        }
    }

    /// Lines and areas on a grid of 100 by 100, stretched over the plot.
    pub fn shapes(&mut self, paths: &str) {
        self.put(format_args!(
            r#"<svg viewBox="0 0 100 100" preserveAspectRatio="none" width="100%" height="100%" overflow="visible">{paths}</svg>"#
        ));
    }

    /// A word at a place; the class says on which side of it.
    pub fn text(&mut self, class: &str, x: f64, y: f64, text: &str) {
        put_text(&mut self.svg, class, x, y, text);
    }

    /// What the pointer reads at each slot; shown by the style sheet alone.
    pub fn readouts(&mut self, band: impl Fn(usize) -> Band) {
        if self.plot.slots.len() > MOST_READOUTS {
            return;
        }
        for slot in 0..self.plot.slots.len() {
            let Band { centre, left, width } = band(slot);
            let (x, left, width) = (number(centre), number(left), number(width));
            self.put(format_args!(r#"<g class="hit"><rect x="{left}%" width="{width}%" height="100%"/>"#));
            self.put(format_args!(r#"<line x1="{x}%" x2="{x}%" y2="100%"/>"#));
            self.text("readout", 100.0, 0.0, &readout(self.plot, slot));
            self.svg.push_str("</g>");
        }
    }

    /// Ends the drawing and puts the table beside it.
    pub fn finish(self) -> Markup {
        ended(self.svg, &table_of(self.plot))
    }
}

/// The begin of every drawing: its class, its name and what it tells. `height` may be an attribute, for
/// drawings that grow by the row.
pub(super) fn begun(id: &str, title: &str, told: &str, kind: &str, height: &str) -> String {
    let mut svg = String::with_capacity(4096);
    let id = escape(id);
    put(
        &mut svg,
        format_args!(
            r#"<svg class="chart-plot {kind}"{height} role="img" aria-labelledby="{id}-title {id}-desc">"#
        ),
    );
    put(&mut svg, format_args!(r#"<title id="{id}-title">"#));
    put_escaped(&mut svg, title);
    put(&mut svg, format_args!(r#"</title><desc id="{id}-desc">"#));
    put_escaped(&mut svg, told);
    svg.push_str("</desc>");
    svg
}

/// A drawing with the table beside it.
pub(super) fn ended(svg: String, table: &str) -> Markup {
    Markup::trusted(format!(r#"<figure class="chart">{svg}</svg>{table}</figure>"#))
}

/// A word at a place, in percent; the class says on which side of it.
pub(super) fn put_text(svg: &mut String, class: &str, x: f64, y: f64, text: &str) {
    put(svg, format_args!(r#"<text class="{class}" x="{}%" y="{}%">"#, number(x), number(y)));
    put_escaped(svg, text);
    svg.push_str("</text>");
}

/// What stands where there is nothing to draw.
pub(super) fn empty(title: &str) -> Markup {
    let title = escape(title);
    Markup::trusted(format!(
        r#"<figure class="chart chart-empty"><p>No figures yet <span class="visually-hidden">for {title}</span></p></figure>"#
    ))
}

/// A direct label's words, cut where they would not fit.
pub(super) fn label(text: &str) -> String {
    shortened(text, MOST_LETTERS)
}

/// Words of so many letters at most.
pub(super) fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most - 1).collect();
    format!("{}…", kept.trim_end())
}

/// Moves labels apart, so that each has `gap` percent of the height; in the order given.
pub(super) fn spread(places: &mut [(usize, f64)], gap: f64) {
    places.sort_by(|one, other| one.1.total_cmp(&other.1));
    let mut floor = f64::NEG_INFINITY;
    for place in places.iter_mut() {
        place.1 = place.1.max(floor);
        floor = place.1 + gap;
    }
    let mut ceiling = 100.0;
    for place in places.iter_mut().rev() {
        place.1 = place.1.min(ceiling);
        ceiling = place.1 - gap;
    }
}

/// A round step between names, so that at most [`MOST_NAMES`] are shown.
pub(super) fn name_step(slots: usize) -> usize {
    [1, 2, 3, 4, 6, 7, 12, 14, 24, 30]
        .into_iter()
        .find(|step| slots.div_ceil(*step) <= MOST_NAMES)
        .unwrap_or(slots.div_ceil(MOST_NAMES))
}

fn readout(plot: &Plot<'_>, slot: usize) -> String {
    let mut parts = vec![plot.slots[slot].clone()];
    for series in plot.series {
        if let Some(value) = series.at(slot) {
            parts.push(format!("{} {}", label(&series.name), plot.unit.full(value)));
        }
    }
    parts.join(" · ")
}

fn description(plot: &Plot<'_>) -> String {
    let sentences: Vec<_> = plot.series.iter().filter_map(|series| described(plot, series)).collect();
    sentences.join(" ")
}

fn described(plot: &Plot<'_>, series: &Series) -> Option<String> {
    let (slot, last) = series.last(plot.slots.len())?;
    let values = || (0..plot.slots.len()).filter_map(|slot| series.at(slot));
    let write = |value: f64| plot.unit.full(value);
    let (low, high) = (values().fold(last, f64::min), values().fold(last, f64::max));
    Some(format!(
        "{}: between {} and {}, at last {} ({}).",
        series.name,
        write(low),
        write(high),
        write(last),
        plot.slots[slot]
    ))
}

fn table_of(plot: &Plot<'_>) -> String {
    let heads: Vec<&str> =
        std::iter::once(plot.slot).chain(plot.series.iter().map(|series| series.name.as_str())).collect();
    let value = |series: &Series, slot: usize| {
        series.at(slot).map_or_else(|| NO_VALUE.to_owned(), |value| plot.unit.full(value))
    };
    let rows = plot.slots.iter().enumerate().map(|(slot, name)| {
        std::iter::once(name.clone()).chain(plot.series.iter().map(|series| value(series, slot))).collect()
    });
    table(plot.title, &heads, rows)
}
