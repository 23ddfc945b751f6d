//! What a rotator learns: from the hourly figures of its options to the weights that serve the next visitors,
//! the probability of each of being best (OPTIMISER.md).

use super::{Rotator, RotatorGoal};
use crate::{
    links::{
        kpi::{KpiCell, KpiMetric, KpiRow, figures_in_one},
        optimizer::{Chance, Compared, Rotation, SERVING_DRAWS, Settlement, Stopped, best_shares, compare},
    },
    shared::RowId,
};

/// Milliseconds of an hour.
const HOUR_MILLIS: f64 = 3_600_000.0;
/// The whole of the weights.
const WHOLE: f64 = 1_000_000.0;

/// What a refresh came to.
#[derive(Clone, PartialEq, Debug)]
pub struct Refreshed {
    /// What each option weighs, in the order of `options`, in millionths; none where the weights before stay,
    /// as conversions have stopped.
    pub weights: Option<Vec<u32>>,
    /// The views of each option within the window.
    pub views: Vec<u64>,
    /// Why the weights are held.
    pub stopped: Option<Stopped>,
}

impl RotatorGoal {
    /// The metric that it stands for.
    #[must_use]
    pub fn metric(self) -> KpiMetric {
        match self {
            Self::Epc => KpiMetric::Epc,
            Self::Cr => KpiMetric::Cvr,
        }
    }
}

impl Rotator {
    /// The cells that count at `now`, in milliseconds since 1970 UTC.
    pub fn within_window<'c>(&self, cells: &'c [KpiCell], now: i64) -> impl Iterator<Item = &'c KpiCell> {
        let from = self.window_hours.map_or(f64::MIN, |hours| now as f64 / HOUR_MILLIS - f64::from(hours));
        cells.iter().filter(move |cell| cell.hour >= from)
    }

    /// How its options compare at `now`, in milliseconds since 1970 UTC, and what would settle it. `rows` and
    /// `cells` as for [`Self::refresh`].
    #[must_use]
    pub fn compare(&self, rows: &[KpiRow], cells: &[KpiCell], now: i64) -> (Vec<Compared>, Settlement) {
        let counted: Vec<KpiCell> = self.within_window(cells, now).cloned().collect();
        let figures = figures_in_one(self.goal.metric(), rows, &counted);
        compare(&figures, now as f64 / HOUR_MILLIS)
    }

    /// Learns from the figures of the options, which are at `rows` in the order of the rotator's. `cells` are by
    /// their hours, the oldest first; `rotation` is what was learnt beside them and is kept for the next refresh.
    pub fn refresh(
        &self,
        rows: &[KpiRow],
        cells: &[KpiCell],
        rotation: &mut Rotation,
        now: i64,
        seed: u64,
    ) -> Refreshed {
        let counted: Vec<KpiCell> = self.within_window(cells, now).cloned().collect();
        let views = rows.iter().map(|row| views(row.id, row, &counted)).collect();
        let figures = figures_in_one(self.goal.metric(), rows, &counted);
        let hour = now as f64 / HOUR_MILLIS;
        if let Some(stopped) = Stopped::find(&figures, hour) {
            return Refreshed { weights: None, views, stopped: Some(stopped) };
        }
        let posterior = rotation.learn(&figures, hour, self.goal == RotatorGoal::Epc);
        let shares = best_shares(&posterior, SERVING_DRAWS, &mut Chance::of_seed(seed), |_, _| true);
        let weights = shares.row(0).iter().map(|share| (share * WHOLE).round() as u32).collect();
        Refreshed { weights: Some(weights), views, stopped: None }
    }
}

fn views(option: RowId, row: &KpiRow, cells: &[KpiCell]) -> u64 {
    let own = cells.iter().filter(|cell| cell.row == option && cell.offer == row.offer);
    own.map(|cell| u64::try_from(cell.measures.unique).unwrap_or(0)).sum()
}

#[cfg(test)]
mod tests {
    use super::{Refreshed, Rotator};
    use crate::{
        links::{
            kpi::{KpiCell, KpiRow, Segment},
            optimizer::Rotation,
        },
        shared::{Measures, Micros, OfferId, RowId},
    };
    use serde_json::json;

    const NOW: i64 = 500_000 * 3_600_000;

    fn rotator(more: serde_json::Value) -> Rotator {
        let mut document = json!({"id": "1", "name": "R", "options": []});
        let fields = more.as_object().expect("an object").clone();
        document.as_object_mut().expect("an object").extend(fields);
        serde_json::from_value(document).expect("a rotator")
    }

    fn rows() -> Vec<KpiRow> {
        let row = |id: i64, payout: i64| KpiRow {
            id: RowId(id),
            offer: OfferId(id),
            page: None,
            payout: Some(Micros(payout * 1_000_000)),
            revenue: None,
            targeting: Vec::new(),
        };
        vec![row(1, 10), row(2, 2)]
    }

    /// So many views and conversions of each option an hour, `hours` long.
    fn cells(hours: i32, each: [(i64, i64); 2]) -> Vec<KpiCell> {
        let hour = |ago: i32| {
            each.into_iter().zip(rows()).map(move |((views, conversions), row)| {
                let payout = Micros(row.payout.map_or(0, |payout| payout.0) * conversions);
                KpiCell {
                    hour: 500_000.0 - f64::from(ago),
                    row: row.id,
                    offer: row.offer,
                    segment: Segment::default(),
                    measures: Measures {
                        unique: views,
                        approved: conversions,
                        payout,
                        delta_seconds: conversions * 600,
                        ..Measures::default()
                    },
                    of_clicks: Measures::default(),
                }
            })
        };
        (1..=hours).rev().flat_map(hour).collect()
    }

    fn learnt(rotator: &Rotator, cells: &[KpiCell]) -> Refreshed {
        rotator.refresh(&rows(), cells, &mut Rotation::default(), NOW, 7)
    }

    #[test]
    fn traffic_goes_to_what_a_view_earns_or_to_what_converts_as_the_goal_says() {
        // The second converts three times as often, at a fifth of the payout.
        let figures = cells(48, [(100, 2), (100, 6)]);
        let by_epc = learnt(&rotator(json!({"goal": "epc"})), &figures).weights.expect("weights");
        let by_cr = learnt(&rotator(json!({"goal": "cr"})), &figures).weights.expect("weights");
        assert!(by_epc[0] > 950_000, "{by_epc:?}");
        assert!(by_cr[1] > 950_000, "{by_cr:?}");
    }

    #[test]
    fn what_is_not_known_yet_is_shared_and_the_same_figures_give_the_same_weights() {
        let nothing = learnt(&rotator(json!({"goal": "cr"})), &[]);
        let weights = nothing.weights.clone().expect("weights");
        assert!(weights.iter().all(|weight| (300_000..700_000).contains(weight)), "{weights:?}");
        assert_eq!(nothing, learnt(&rotator(json!({"goal": "cr"})), &[]));
        assert_eq!(nothing.views, [0, 0]);
    }

    #[test]
    fn a_window_leaves_out_what_is_older() {
        let mut figures = cells(100, [(100, 0), (100, 8)]);
        figures.retain(|cell| cell.hour < 499_970.0);
        figures.extend(cells(24, [(100, 8), (100, 0)]));
        let day = learnt(&rotator(json!({"goal": "cr", "window_hours": 24})), &figures);
        assert_eq!(day.views, [2_400, 2_400]);
        assert!(day.weights.expect("weights")[0] > 900_000);
    }

    #[test]
    fn weights_are_held_where_conversions_have_stopped() {
        let mut figures = cells(72, [(200, 10), (200, 10)]);
        for cell in figures.iter_mut().filter(|cell| cell.hour > 499_988.0) {
            (cell.measures.approved, cell.measures.payout) = (0, Micros::ZERO);
            cell.measures.delta_seconds = 0;
        }
        let held = learnt(&rotator(json!({"goal": "cr"})), &figures);
        assert!(held.weights.is_none() && held.stopped.is_some(), "{held:?}");
    }
}
