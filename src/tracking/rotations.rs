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
    views: RwLock<FxHashMap<RowId, Views>>,
}

/// How many views an option has had.
#[derive(Debug, Default)]
struct Views {
    /// As far as this node knows.
    known: AtomicU64,
    /// As it was stored last, and what was known after that was taken over.
    stored: u64,
    taken_over: u64,
}

impl Views {
    /// Takes over what was stored. What this node has counted beyond it stays; only where less is stored than before,
    /// as a window has moved on or the option has another offer, what is known becomes less.
    fn take_over(&mut self, stored: u64) {
        let known = self.known.get_mut();
        let own = known.saturating_sub(self.taken_over);
        *known = if stored < self.stored { stored + own } else { stored.max(*known) };
        (self.stored, self.taken_over) = (stored, *known);
    }
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

    /// Takes over what was stored.
    pub fn take_over(&self, stored: Vec<RotatorTable>) {
        let mut views = self.views.write();
        let mut tables = FxHashMap::default();
        for table in stored {
            for option in &table.options {
                views.entry(option.id).or_default().take_over(option.views);
            }
            let weights = table.options.iter().map(|option| (option.id, option.weight)).collect();
            tables.insert(table.rotator, Table { until: table.at + ROTATOR_TABLE_HOLDS, weights });
        }
        self.tables.store(Arc::new(Tables(tables)));
    }

    /// Counts a view of an option.
    pub fn count(&self, option: RowId) {
        if let Some(views) = self.views.read().get(&option) {
            views.known.fetch_add(1, Ordering::Relaxed);
            return;
        }
        self.views.write().entry(option).or_default().known.fetch_add(1, Ordering::Relaxed);
    }

    /// The views of an option.
    #[must_use]
    pub fn views(&self, option: RowId) -> u64 {
        self.views.read().get(&option).map_or(0, |views| views.known.load(Ordering::Relaxed))
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

#[cfg(test)]
mod tests {
    use super::Views;

    #[test]
    fn what_a_node_counted_stays_until_less_is_stored_than_before() {
        let mut views = Views::default();
        *views.known.get_mut() += 5;
        views.take_over(3);
        assert_eq!(*views.known.get_mut(), 5, "two are not stored yet");
        *views.known.get_mut() += 2;
        views.take_over(9);
        assert_eq!(*views.known.get_mut(), 9, "another node counted as well");
        *views.known.get_mut() += 1;
        views.take_over(0);
        assert_eq!(*views.known.get_mut(), 1, "the option begins anew, but for what came since");
    }
}
