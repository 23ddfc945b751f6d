//! What rotators have learnt, as decisions see it: a small table of weights a rotator, swapped whole when a
//! refresh was stored, and how many views each option has had. A swap of its own: no plan is compiled for it.

use arc_swap::ArcSwap;
use chrono::{DateTime, Utc};
use domain::shared::RowId;
use rustc_hash::FxHashMap;
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};
use store::tracking::{ROTATOR_TABLE_HOLDS, RotatorTable};

/// The tables of one network's rotators.
#[derive(Debug, Default)]
pub struct Rotations {
    tables: ArcSwap<Tables>,
}

/// What one look at them sees.
#[derive(Debug, Default)]
pub struct Tables {
    rotators: FxHashMap<RowId, Table>,
    views: FxHashMap<RowId, AtomicU64>,
}

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
        let before = self.tables.load();
        let mut tables = Tables::default();
        for table in stored {
            for option in &table.options {
                let views = option.views.max(before.views(option.id));
                tables.views.insert(option.id, AtomicU64::new(views));
            }
            let weights = table.options.iter().map(|option| (option.id, option.weight)).collect();
            tables.rotators.insert(table.rotator, Table { until: table.at + ROTATOR_TABLE_HOLDS, weights });
        }
        self.tables.store(Arc::new(tables));
    }

    /// Counts a view of an option. One that is new has no place before the next refresh, which counts it too.
    pub fn count(&self, option: RowId) {
        if let Some(views) = self.tables.load().views.get(&option) {
            views.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Tables {
    /// What a rotator's options weigh; none without a table, or where it is too old.
    #[must_use]
    pub fn weights(&self, rotator: RowId, now: DateTime<Utc>) -> Option<&[(RowId, u32)]> {
        let table = self.rotators.get(&rotator).filter(|table| now < table.until)?;
        Some(&table.weights)
    }

    /// The views of an option.
    #[must_use]
    pub fn views(&self, option: RowId) -> u64 {
        self.views.get(&option).map_or(0, |views| views.load(Ordering::Relaxed))
    }
}
