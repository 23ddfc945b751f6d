//! Checks of monitors: a tick makes a task of what is due, the task claims the checks and makes them, and what
//! they find is kept. The rows of the monitors are the truth and the task only its carrier: a claim makes each
//! check once, however many processes tick and however often a task is begun.

mod check;
mod round;

pub(crate) use round::Round;

use crate::{Error, queue::Queue};
use std::time::Duration;
use store::{
    Database,
    links::{networks_due, prune_checks},
    shared::now_millis,
};
use tokio::sync::watch;

/// How often it is looked for what is due.
const EACH: Duration = Duration::from_secs(1);
/// How many ticks pass between two looks for what has had its time.
const TIDY: u32 = 600;
/// For how long checks are kept, in milliseconds: 30 days.
const KEPT: i64 = 30 * 86_400_000;

/// Looks for what is due until it is told to stop.
pub(crate) async fn schedule(database: Database, queue: Queue<Round>, mut stopped: watch::Receiver<bool>) {
    let mut ticks = 0;
    while !*stopped.borrow() {
        if let Err(error) = tick(&database, &queue).await {
            tracing::warn!(%error, "checks of monitors wait");
        }
        if ticks == 0
            && let Err(error) = tidy(&database, &queue).await
        {
            tracing::warn!(%error, "old checks of monitors were not removed");
        }
        ticks = (ticks + 1) % TIDY;
        // Ended by the time, or by being told to stop.
        let _told = tokio::time::timeout(EACH, stopped.changed()).await;
    }
}

async fn tick(database: &Database, queue: &Queue<Round>) -> Result<(), Error> {
    let now = now_millis();
    if networks_due(database, now).await?.is_empty() {
        return Ok(());
    }
    queue.push(Round { second: now / 1_000 }, Duration::ZERO).await
}

/// Removes old checks and ended tasks, slice by slice, so that nobody waits for it.
async fn tidy(database: &Database, queue: &Queue<Round>) -> Result<(), Error> {
    queue.prune().await?;
    while prune_checks(database, now_millis() - KEPT).await? {
        tokio::task::yield_now().await;
    }
    Ok(())
}
