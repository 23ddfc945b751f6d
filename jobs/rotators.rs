//! Refreshes of rotators: every half minute a task a network learns anew what its rotators serve by. A task is
//! known by its network and the half minute, so that it is there once, however many processes tick; one that is
//! missed is not caught up, as the next one knows all that it knew.

use crate::{
    Error,
    queue::{Queue, Task},
    work::Worker,
};
use domain::shared::NetworkId;
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use store::{
    Database,
    shared::now_millis,
    tracking::{networks_with_rotators, refresh_rotators},
};
use tokio::sync::watch;

/// How often what rotators serve by is learnt anew, in milliseconds.
const EVERY: i64 = 30_000;
/// How often it is looked whether that is due.
const EACH: Duration = Duration::from_secs(1);

/// A network's rotators are to be refreshed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Refresh {
    pub network: i64,
    /// When, in milliseconds since 1970 UTC: the beginning of a half minute.
    pub at: i64,
}

/// The networks whose rotators this process refreshes at the moment.
#[derive(Default)]
pub(crate) struct Refreshing(Mutex<BTreeSet<i64>>);

/// A network's turn; it ends when this is dropped.
struct Turn<'a> {
    all: &'a Refreshing,
    network: i64,
}

impl Refreshing {
    /// The network's turn; none while it has one.
    fn enter(&self, network: i64) -> Option<Turn<'_>> {
        let is_new = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(network);
        is_new.then_some(Turn { all: self, network })
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.all.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.network);
    }
}

impl Task for Refresh {
    const QUEUE: &'static str = "rotator-refreshes";

    fn key(&self) -> String {
        format!("{}:{}", self.network, self.at)
    }

    async fn work(self, worker: &Worker) -> Result<(), Error> {
        // One that waited too long would only do again what a later one has done.
        if now_millis() - self.at >= 2 * EVERY {
            return Ok(());
        }
        let network = NetworkId(self.network);
        // Where a refresh takes longer than from one half minute to the next, the later one knows no more.
        let Some(_only_one) = worker.refreshing.enter(self.network) else { return Ok(()) };
        match refresh_rotators(&worker.database, network, self.at).await {
            Ok(count) => tracing::debug!(%network, count, "rotators are refreshed"),
            Err(error) => tracing::warn!(%network, %error, "rotators serve by what they had learnt"),
        }
        Ok(())
    }
}

/// Makes the tasks until it is told to stop.
pub(crate) async fn schedule(database: Database, queue: Queue<Refresh>, mut stopped: watch::Receiver<bool>) {
    let mut last = 0;
    while !*stopped.borrow() {
        let slot = now_millis() / EVERY * EVERY;
        if slot > last {
            match tick(&database, &queue, slot).await {
                Ok(()) => last = slot,
                Err(error) => tracing::warn!(%error, "refreshes of rotators wait"),
            }
        }
        // Ended by the time, or by being told to stop.
        let _told = tokio::time::timeout(EACH, stopped.changed()).await;
    }
}

async fn tick(database: &Database, queue: &Queue<Refresh>, at: i64) -> Result<(), Error> {
    for network in networks_with_rotators(database).await? {
        queue.push(Refresh { network: network.0, at }, Duration::ZERO).await?;
    }
    Ok(())
}
