//! Which sites of monitors are down, as this process knows it: a swap of its own beside the plans. Everything
//! that breaks opens: a site counts as down only as long as its state does, and only while this process hears
//! from the database. A decision finds both out by itself, from memory and its own time.

use arc_swap::ArcSwap;
use domain::shared::MonitorId;
use rustc_hash::FxHashMap;
use std::sync::Arc;
use store::{Database, Error, links::sites_down};
use tokio::sync::Mutex;

/// For how long what was read counts, in milliseconds: ten looks of a second each that failed.
const HEARD: i64 = 10_000;

/// The sites that are down. Times are in milliseconds since 1970 UTC.
#[derive(Debug, Default)]
struct Down {
    /// When it was read.
    read_at: i64,
    /// Each with the moment until which that counts.
    until: FxHashMap<MonitorId, i64>,
}

/// Which sites are down.
#[derive(Debug)]
pub struct Sites {
    database: Database,
    down: ArcSwap<Down>,
    /// One look at a time, so that none puts what was before in place of what is.
    looking: Mutex<()>,
}

impl Sites {
    /// None until the first look.
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self { database, down: ArcSwap::default(), looking: Mutex::default() }
    }

    /// Looks at `now`.
    ///
    /// # Errors
    /// What the database said; what was read before counts for a while.
    pub async fn refresh(&self, now: i64) -> Result<(), Error> {
        let _one_at_a_time = self.looking.lock().await;
        let until = sites_down(&self.database, now).await?.into_iter().collect();
        self.down.store(Arc::new(Down { read_at: now, until }));
        Ok(())
    }

    /// Whether the site of a monitor is known to be down at `now`.
    #[must_use]
    pub fn is_down(&self, monitor: MonitorId, now: i64) -> bool {
        let down = self.down.load();
        now - down.read_at <= HEARD && down.until.get(&monitor).is_some_and(|until| now <= *until)
    }
}
