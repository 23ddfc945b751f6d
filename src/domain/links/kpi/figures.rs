//! From the sums of the roll-ups to what the optimiser learns from.

use super::{
    HOUR_MILLIS, KpiMetric,
    segments::{Segment, Segments},
};
use crate::{
    links::optimizer::{Figures, Kpi},
    shared::{Condition, LandingPageId, Measures, Micros, OfferId, RowId},
};
use std::collections::BTreeMap;

/// A row that the weights are for.
#[derive(Clone, PartialEq, Debug)]
pub struct KpiRow {
    pub id: RowId,
    pub offer: OfferId,
    pub page: Option<LandingPageId>,
    /// What one conversion is known to pay partners and to bring from advertisers, where it is a fixed amount.
    pub payout: Option<Micros>,
    pub revenue: Option<Micros>,
    /// Whom the row and its offer take.
    pub targeting: Vec<Condition>,
}

/// The sums of one hour, row and kind of visitors.
#[derive(Clone, PartialEq, Debug)]
pub struct KpiCell {
    /// The hour's beginning, in hours since 1970 UTC.
    pub hour: f64,
    pub row: RowId,
    pub offer: OfferId,
    pub segment: Segment,
    /// Clicks, and what came of them so far, whenever it came.
    pub measures: Measures,
    /// What the clicks themselves earned: part of the money of `measures`.
    pub of_clicks: Measures,
}

/// What a cell counts for a metric.
struct Counted {
    /// Conversions and other occasions at which something is earned.
    count: f64,
    value: f64,
}

impl KpiCell {
    /// When the hour begins, in milliseconds since 1970 UTC.
    #[must_use]
    pub fn begins_at(&self) -> i64 {
        (self.hour * HOUR_MILLIS as f64).round() as i64
    }

    /// Paid clicks are occasions too, each as soon as it is made.
    fn paid_clicks(&self, metric: KpiMetric) -> f64 {
        let earned = money(metric, &self.of_clicks).unwrap_or(Micros::ZERO);
        if earned == Micros::ZERO { 0.0 } else { self.measures.unique as f64 }
    }

    fn counted(&self, metric: KpiMetric) -> Counted {
        // One that waits counts, and leaves again where it is rejected.
        let conversions = self.measures.unrejected() as f64;
        match money(metric, &self.measures) {
            Some(earned) => Counted {
                count: conversions + self.measures.events as f64 + self.paid_clicks(metric),
                value: units(earned),
            },
            None if metric == KpiMetric::Evr => {
                Counted { count: conversions, value: self.measures.events as f64 }
            }
            None => Counted { count: conversions, value: conversions },
        }
    }
}

/// The amount of a metric in sums, with what is pending; none where it counts no money.
pub(super) fn money(metric: KpiMetric, measures: &Measures) -> Option<Micros> {
    of_money(metric, || Some(measures.payout_with_pending()), || Some(measures.revenue_with_pending()))
}

/// What a metric counts of a payout and a revenue; none where it counts no money, or what it counts is unknown.
fn of_money(
    metric: KpiMetric,
    payout: impl Fn() -> Option<Micros>,
    revenue: impl Fn() -> Option<Micros>,
) -> Option<Micros> {
    match metric {
        KpiMetric::Payout | KpiMetric::Cpc | KpiMetric::Epc => payout(),
        KpiMetric::Revenue | KpiMetric::Rpc => revenue(),
        KpiMetric::Profit => Some(revenue()? - payout()?),
        KpiMetric::Cv | KpiMetric::Cvr | KpiMetric::Evr => None,
    }
}

/// An amount in whole units of the currency.
pub(super) fn units(amount: Micros) -> f64 {
    amount.0 as f64 / 1e6
}

/// The value of a metric in sums, in its own unit (percent as a share); none where there is nothing to divide by.
pub(super) fn kpi_of(metric: KpiMetric, measures: &Measures) -> Option<f64> {
    let conversions = measures.unrejected() as f64;
    let earned = money(metric, measures).map(units);
    let (count, over) = match metric {
        KpiMetric::Evr => (measures.events as f64, conversions),
        KpiMetric::Cv | KpiMetric::Cvr => (conversions, measures.unique as f64),
        _ => (earned?, measures.unique as f64),
    };
    if metric.is_total() {
        return Some(count);
    }
    (over > 0.0).then(|| count / over)
}

/// What one conversion of a row is known to be worth, in the unit of the metric.
fn hint(metric: KpiMetric, row: &KpiRow) -> Option<f64> {
    if metric.kpi() == Kpi::Conversions {
        return Some(1.0);
    }
    of_money(metric, || row.payout, || row.revenue).map(units).filter(|hint| *hint > 0.0)
}

/// What the optimiser is given: figures by segment and row, and which row may take whose clicks.
pub(super) struct Learnt {
    pub figures: Figures,
    pub segments: Segments,
    pub may: Vec<Vec<bool>>,
}

impl Learnt {
    /// `cells` by their hours, the oldest first.
    pub fn of(metric: KpiMetric, rows: &[KpiRow], cells: &[KpiCell]) -> Self {
        let mut clicks: BTreeMap<Segment, f64> = BTreeMap::new();
        for cell in cells {
            *clicks.entry(cell.segment.clone()).or_default() += cell.measures.unique as f64;
        }
        let segments = Segments::of(&clicks);
        let figures = figures_of(metric, rows, cells, &segments);
        let may = segments
            .all
            .iter()
            .enumerate()
            .map(|(place, _)| rows.iter().map(|row| may_take(row, place, &segments, &clicks)).collect());
        Self { may: may.collect(), segments, figures }
    }
}

/// What cells count for a metric, all visitors in one segment.
pub(in crate::links) fn figures_in_one(metric: KpiMetric, rows: &[KpiRow], cells: &[KpiCell]) -> Figures {
    figures_of(metric, rows, cells, &Segments::of(&BTreeMap::new()))
}

/// What cells count for a metric, by segment and row.
pub(super) fn figures_of(
    metric: KpiMetric,
    rows: &[KpiRow],
    cells: &[KpiCell],
    segments: &Segments,
) -> Figures {
    let hints = rows.iter().map(|row| hint(metric, row)).collect();
    let mut figures = Figures::new(hints, segments.all.len());
    for cell in cells {
        let Some(option) = rows.iter().position(|row| row.id == cell.row && row.offer == cell.offer) else {
            continue;
        };
        add(&mut figures, (segments.place(&cell.segment), option), metric, cell);
    }
    figures
}

fn add(figures: &mut Figures, (segment, option): (usize, usize), metric: KpiMetric, cell: &KpiCell) {
    let Counted { count, value } = cell.counted(metric);
    let cohort = figures.cohort(cell.hour);
    cohort.clicks.add(segment, option, cell.measures.unique as f64);
    cohort.conversions.add(segment, option, count);
    cohort.value.add(segment, option, value);
    // The sums keep no squares: within a cell, which seldom has more than a few, all count as alike.
    cohort.squares.add(segment, option, if count > 0.0 { value * value / count } else { 0.0 });
    let reports = &mut figures.reports[option];
    reports.count += (cell.measures.approved - cell.measures.untimed) as f64 + cell.paid_clicks(metric);
    reports.hours += cell.measures.delta_seconds as f64 / 3600.0;
}

/// Whether a row may take clicks of a segment: of those that are gathered in it, where it takes most of them.
fn may_take(row: &KpiRow, place: usize, segments: &Segments, clicks: &BTreeMap<Segment, f64>) -> bool {
    let (mut taken, mut all) = (0.0, 0.0);
    for (segment, count) in clicks.iter().filter(|(segment, _)| segments.place(segment) == place) {
        all += count;
        if segment.is_let_in(row.targeting.iter()) {
            taken += count;
        }
    }
    taken * 2.0 >= all
}
