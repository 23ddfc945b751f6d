//! What rotators have learnt, as decisions see it: a small table of weights a rotator, swapped whole when a
//! refresh was stored, and how many views each option has had. A swap of its own: no plan is compiled for it.

use arc_swap::ArcSwap;
use chrono::{DateTime, Utc};
use domain::shared::RowId;
use parking_lot::RwLock;
use rustc_hash::FxHashMap;
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};
use store::tracking::{ROTATOR_TABLE_HOLDS, RotatorTable};

/// What is known of one network's rotators.
#[derive(Debug, Default)]
pub struct Rotations {
    tables: ArcSwap<Tables>,
    /// Of each option that was ever drawn or refreshed; a cold start serves who has the fewest.
    views: RwLock<FxHashMap<RowId, AtomicU64>>,
}

/// The tables of one network's rotators.
#[derive(Debug, Default)]
pub struct Tables(FxHashMap<RowId, Table>);

#[derive(Clone, Debug)]
struct Table {
    until: DateTime<Utc>,
    weights: Vec<(RowId, u32)>,
}

impl Rotations {
    /// The tables as they stand.
    #[must_use]
    pub fn now(&self) -> Arc<Tables> {
        self.tables.load_full()
    }

    /// Takes over what was stored. Views that this node has counted beyond it stay.
    pub fn take_over(&self, stored: Vec<RotatorTable>) {
        let mut views = self.views.write();
        let mut tables = FxHashMap::default();
        for table in stored {
            for option in &table.options {
                views.entry(option.id).or_default().fetch_max(option.views, Ordering::Relaxed);
            }
            let weights = table.options.iter().map(|option| (option.id, option.weight)).collect();
            tables.insert(table.rotator, Table { until: table.at + ROTATOR_TABLE_HOLDS, weights });
        }
        self.tables.store(Arc::new(Tables(tables)));
    }

    /// Counts a view of an option.
    pub fn count(&self, option: RowId) {
        if let Some(views) = self.views.read().get(&option) {
            views.fetch_add(1, Ordering::Relaxed);
            return;
        }
        self.views.write().entry(option).or_default().fetch_add(1, Ordering::Relaxed);
    }

    /// The views of an option.
    #[must_use]
    pub fn views(&self, option: RowId) -> u64 {
        self.views.read().get(&option).map_or(0, |views| views.load(Ordering::Relaxed))
    }
}

impl Tables {
    /// What a rotator's options weigh; none without a table, or where it is too old.
    #[must_use]
    pub fn weights(&self, rotator: RowId, now: DateTime<Utc>) -> Option<&[(RowId, u32)]> {
        let table = self.0.get(&rotator).filter(|table| now < table.until)?;
        Some(&table.weights)
    }
}
