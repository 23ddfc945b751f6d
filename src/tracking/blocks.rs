//! Which sources SmartSwitch keeps out, as decisions see it: one table a network, beside its plan, that is changed
//! source by source. No plan is compiled for it, and nobody who answers waits for longer than one change.

use domain::{shared::NetworkId, smartswitch::Blocks};
use parking_lot::{RwLock, RwLockReadGuard};
use std::sync::atomic::{AtomicI64, Ordering};
use store::{
    Database, Error,
    smartswitch::{BlockChange, blocks_since},
};
use tokio::sync::Mutex;

/// What one network keeps out.
#[derive(Debug, Default)]
pub struct LiveBlocks {
    table: RwLock<Blocks>,
    /// Everything up to this version is in the table.
    known: AtomicI64,
    /// One reading at a time, so that none puts what was before in place of what is.
    reading: Mutex<()>,
}

impl LiveBlocks {
    /// The table as it stands; for one decision, no longer.
    pub fn now(&self) -> RwLockReadGuard<'_, Blocks> {
        self.table.read()
    }

    /// Whether everything up to a version is known.
    #[must_use]
    pub fn knows(&self, version: i64) -> bool {
        self.known.load(Ordering::Acquire) >= version
    }

    /// Takes over what has changed. `stored` is a version that was stored before, 0 where none is told.
    ///
    /// # Errors
    /// What the database said; the table stays as it is.
    pub async fn catch_up(&self, database: &Database, network: NetworkId, stored: i64) -> Result<(), Error> {
        let _one_at_a_time = self.reading.lock().await;
        let changes = blocks_since(database, network, self.known.load(Ordering::Acquire)).await?;
        let last = changes.iter().map(|change| change.version).max().unwrap_or(0);
        changes.iter().for_each(|change| self.take_over(change));
        self.known.fetch_max(last.max(stored), Ordering::AcqRel);
        Ok(())
    }

    fn take_over(&self, change: &BlockChange) {
        let mut table = self.table.write();
        match change.met {
            Some(action) => table.insert(change.id, change.place, &change.value, (action, change.rule)),
            None => table.remove(change.id),
        }
    }
}
