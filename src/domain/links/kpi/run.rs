//! One run: the gate of the threshold, the check that conversions still come, the genetic algorithm, and
//! what it did.

use super::{
    HOUR_MILLIS, KpiCell, KpiMetric, KpiRow, KpiSettings, RunOutcome, RunRecord, RunRow, RunSegment, WHOLE,
    figures::{Learnt, figures_of, kpi_of},
};
use crate::{
    links::optimizer::{Evolution, Expectations, Stopped},
    shared::Measures,
};
use std::collections::BTreeMap;

/// By how much a share must move for it to count as moved.
const LEAST_MOVE: u32 = WHOLE / 1_000;
/// The floor of every row: it is never wholly out, as it may be the only one that takes some visitor.
const LEAST: u32 = 1;

/// What a run is made of.
#[derive(Clone, Debug)]
pub struct KpiRun<'a> {
    pub settings: KpiSettings,
    pub rows: &'a [KpiRow],
    /// Of the epoch alone, by their hours, the oldest first.
    pub cells: &'a [KpiCell],
    /// Milliseconds since 1970 UTC.
    pub epoch_began: i64,
    pub now: i64,
    /// The weights in force, one a row, in millionths of the whole.
    pub current: Vec<u32>,
    /// What evolved in the run before; of another epoch it is not given.
    pub evolution: Evolution,
    pub seed: u64,
}

/// Makes a run. What evolved is given back where the algorithm ran, for the next one.
#[must_use]
pub fn run(run: KpiRun<'_>) -> (RunRecord, Option<Evolution>) {
    let learnt = Learnt::of(run.settings.metric, run.rows, run.cells);
    let mut record = run.record(&learnt);
    if record.clicks < i64::from(run.settings.threshold) {
        record.outcome = RunOutcome::SkippedThreshold;
        return (record, None);
    }
    let now = run.now as f64 / HOUR_MILLIS as f64;
    // Paid clicks report themselves: only conversions tell whether conversions come.
    let conversions = figures_of(KpiMetric::Cv, run.rows, run.cells, &learnt.segments);
    record.stopped = Stopped::find(&conversions, now);
    if record.stopped.is_some() {
        record.outcome = RunOutcome::Held;
        return (record, None);
    }
    // Where nothing has come of any click only the prior would speak.
    if learnt.figures.conversions() <= 0.0 {
        return (record, None);
    }
    let terms = run.settings.terms(record.clicks_of_lookback());
    let current: Vec<f64> = run.current.iter().map(|weight| f64::from(*weight) / f64::from(WHOLE)).collect();
    let mut evolution = run.evolution;
    let may = |segment: usize, option: usize| learnt.may[segment][option];
    let evolved = evolution.run((&learnt.figures, now), &terms, &current, run.seed, may);
    evolution.rest();
    (record.fitness_before, record.fitness) = (Some(evolved.fitness_before), Some(evolved.fitness_before));
    record.expect(&evolved.expectations, &learnt);
    let weights = in_millionths(&evolved.weights);
    let is_moved = |row: &RunRow, weight: &u32| row.weight_before.abs_diff(*weight) >= LEAST_MOVE;
    // Towards a goal there is nothing to learn by going away from it.
    let is_away = terms.goal.is_some() && evolved.fitness < evolved.fitness_before;
    if !is_away && record.rows.iter().zip(&weights).any(|(row, weight)| is_moved(row, weight)) {
        record.outcome = RunOutcome::Applied;
        record.fitness = Some(evolved.fitness);
        for (row, weight) in record.rows.iter_mut().zip(weights) {
            row.weight = weight;
        }
    }
    (record, Some(evolution))
}

impl KpiRun<'_> {
    /// The record as it is as long as nothing moves.
    fn record(&self, learnt: &Learnt) -> RunRecord {
        let lookback = i64::from(self.settings.lookback_hours.hours()) * HOUR_MILLIS;
        let from = self.whole_hours((self.now - lookback).max(self.epoch_began));
        let mut sums: BTreeMap<_, (Measures, Measures)> = BTreeMap::new();
        for cell in self.cells {
            let (of_lookback, of_epoch) = sums.entry((cell.row, cell.offer)).or_default();
            *of_epoch += cell.measures;
            if cell.begins_at() >= from {
                *of_lookback += cell.measures;
            }
        }
        let rows = self.rows.iter().zip(&self.current).map(|(row, weight)| {
            let (lookback, epoch) = sums.get(&(row.id, row.offer)).copied().unwrap_or_default();
            RunRow {
                row_id: row.id,
                offer_id: row.offer,
                landing_page_id: row.page,
                kpi: kpi_of(self.settings.metric, &lookback),
                lookback,
                epoch,
                expected: None,
                weight_before: *weight,
                weight: *weight,
            }
        });
        let rows: Vec<RunRow> = rows.collect();
        RunRecord {
            outcome: RunOutcome::NoChange,
            settings: self.settings,
            epoch_began: self.epoch_began,
            from,
            to: self.now,
            clicks: rows.iter().map(|row| row.epoch.unique).sum(),
            rows,
            segments: self.segments(learnt),
            fitness_before: None,
            fitness: None,
            stopped: None,
            seed: self.seed,
        }
    }

    /// The beginning of the hour that a moment lies in, where there are figures of it: hours are not divided.
    fn whole_hours(&self, from: i64) -> i64 {
        let around = self.cells.iter().map(KpiCell::begins_at).find(|begin| begin + HOUR_MILLIS > from);
        around.map_or(from, |begin| begin.min(from))
    }

    fn segments(&self, learnt: &Learnt) -> Vec<RunSegment> {
        let clicks = |cell: &KpiCell| cell.measures.unique as f64;
        let total: f64 = self.cells.iter().map(clicks).sum();
        let of = |place: usize| -> f64 {
            let of_place = self.cells.iter().filter(|cell| learnt.segments.place(&cell.segment) == place);
            of_place.map(clicks).sum()
        };
        let segments = learnt.segments.all.iter().enumerate().map(|(place, segment)| RunSegment {
            segment: segment.clone(),
            share: of(place) / total.max(1.0),
            row_ids: self
                .rows
                .iter()
                .enumerate()
                .filter(|(option, _)| learnt.may[place][*option])
                .map(|(_, row)| row.id)
                .collect(),
            expected: Vec::new(),
        });
        segments.filter(|segment| segment.share > 0.0).collect()
    }
}

impl RunRecord {
    /// Notes what the algorithm went by.
    fn expect(&mut self, expectations: &Expectations, learnt: &Learnt) {
        for (row, expected) in self.rows.iter_mut().zip(&expectations.options) {
            row.expected = *expected;
        }
        for (segment, expected) in learnt.segments.all.iter().zip(&expectations.cells) {
            let told = self.segments.iter_mut().find(|told| told.segment == *segment);
            if let Some(told) = told {
                told.expected = expected.iter().copied().flatten().collect();
            }
        }
    }
}

/// Shares as whole millionths that add up to the whole, none below the floor.
fn in_millionths(weights: &[f64]) -> Vec<u32> {
    let whole = f64::from(WHOLE);
    let mut rounded: Vec<u32> =
        weights.iter().map(|weight| ((weight * whole).round() as u32).clamp(LEAST, WHOLE)).collect();
    let sum: i64 = rounded.iter().map(|weight| i64::from(*weight)).sum();
    if let Some(largest) = rounded.iter_mut().max() {
        let fitted = i64::from(*largest) + i64::from(WHOLE) - sum;
        *largest = u32::try_from(fitted).unwrap_or(LEAST).max(LEAST);
    }
    rounded
}
