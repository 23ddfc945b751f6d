//! Runs of Smart Links on a KPI: a tick notes those that the clock makes due and makes a task of each that waits,
//! and the task does it. The row is the truth and the task only its carrier: whoever claims the row does the
//! run, however many processes tick and however often a task is begun.

use crate::{
    Error,
    queue::{Queue, Task},
    work::Worker,
};
use domain::shared::{RunId, SmartLinkId};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, time::Duration};
use store::{
    Database,
    links::{due_runs, schedule_runs},
    shared::now_millis,
    tracking::claim_run,
};
use tokio::sync::watch;

/// How often it is looked for what is due.
const EACH: Duration = Duration::from_millis(500);
/// How many ticks pass between two looks at the clock: runs are due on full hours, and may begin seconds later.
const CLOCK: u32 = 10;
/// How many tasks are made at a time.
const AT_ONCE: u64 = 100;
/// How many ticks pass between two looks for tasks that have had their time.
const TIDY: u32 = 1_200;

/// A run that is to be done.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Due {
    pub run: i64,
    /// How often it was begun before: each attempt is a task of its own.
    pub attempts: i64,
    /// The minute in which it was made: a task that ended without the run is followed by another.
    pub minute: i64,
}

impl Task for Due {
    const QUEUE: &'static str = "smart-link-runs";

    fn key(&self) -> String {
        format!("{}:{}:{}", self.run, self.attempts, self.minute)
    }

    async fn work(self, worker: &Worker) -> Result<(), Error> {
        let database = &worker.database;
        let Some(claimed) = claim_run(database, RunId(self.run)).await? else { return Ok(()) };
        match claimed.work(database, now_millis()).await {
            Ok(Some(record)) => {
                let outcome = record.outcome.name();
                tracing::info!(
                    run = self.run,
                    smart_link = claimed.link.0,
                    outcome,
                    "a Smart Link's run is done"
                );
                Ok(())
            }
            Ok(None) => Ok(()),
            Err(error) => {
                tracing::warn!(run = self.run, %error, "a Smart Link's run failed");
                Ok(claimed.fail(database, &error.to_string()).await?)
            }
        }
    }
}

/// Looks for what is due until it is told to stop.
pub(crate) async fn schedule(database: Database, queue: Queue<Due>, mut stopped: watch::Receiver<bool>) {
    let (mut noted, mut ticks) = (BTreeMap::new(), 0);
    while !*stopped.borrow() {
        if let Err(error) = tick(&database, &queue, &mut noted, ticks % CLOCK == 0).await {
            tracing::warn!(%error, "runs of Smart Links wait");
        }
        if ticks == 0
            && let Err(error) = queue.prune().await
        {
            tracing::warn!(%error, "ended tasks were not removed");
        }
        ticks = (ticks + 1) % TIDY;
        // Ended by the time, or by being told to stop.
        let _told = tokio::time::timeout(EACH, stopped.changed()).await;
    }
}

async fn tick(
    database: &Database,
    queue: &Queue<Due>,
    noted: &mut BTreeMap<SmartLinkId, i64>,
    asks_clock: bool,
) -> Result<(), Error> {
    let now = now_millis();
    if asks_clock {
        schedule_runs(database, now, noted).await?;
    }
    for (run, attempts) in due_runs(database, now, AT_ONCE).await? {
        queue.push(Due { run: run.0, attempts, minute: now / 60_000 }, Duration::ZERO).await?;
    }
    Ok(())
}
