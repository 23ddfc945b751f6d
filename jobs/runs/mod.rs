//! Runs that rows stand for: a tick notes those that the clock makes due and makes a task of each that waits, and the
//! task does it. The row is the truth and the task only its carrier: whoever claims the row does the run, however
//! many processes tick and however often a task is begun.

mod smart_links;
mod smart_switch;

pub(crate) use smart_links::SmartLinkRuns;
pub(crate) use smart_switch::{SmartSwitchRuns, act};

use crate::{
    Error,
    queue::{Queue, Task},
    work::Worker,
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt::Debug, marker::PhantomData, time::Duration};
use store::{
    Database,
    shared::{ClaimedRun, RunTable, now_millis},
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

/// The due times that are known to be noted, by whose runs they are.
pub(crate) type Noted<K> = BTreeMap<<K as Runs>::Owner, i64>;

/// A kind of runs.
pub(crate) trait Runs: Clone + Debug + Send + Sync + Unpin + 'static {
    /// The name of the queue.
    const QUEUE: &'static str;
    /// Where the rows are.
    const TABLE: RunTable;
    /// Whose runs they are.
    type Owner: Ord + Send;

    /// Notes the runs that the clock makes due at `now`, in milliseconds since 1970 UTC.
    fn note(
        database: &Database,
        now: i64,
        noted: &mut Noted<Self>,
    ) -> impl Future<Output = Result<(), store::Error>> + Send;

    /// Does a run.
    fn work(database: &Database, run: ClaimedRun) -> impl Future<Output = Result<(), store::Error>> + Send;
}

/// A run that is to be done.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(bound = "")]
pub(crate) struct Due<K> {
    pub run: i64,
    /// How often it was begun before: each attempt is a task of its own.
    pub attempts: i64,
    /// The minute in which it was made: a task that ended without the run is followed by another.
    pub minute: i64,
    kind: PhantomData<K>,
}

impl<K: Runs> Task for Due<K> {
    const QUEUE: &'static str = K::QUEUE;

    fn key(&self) -> String {
        format!("{}:{}:{}", self.run, self.attempts, self.minute)
    }

    async fn work(self, worker: &Worker) -> Result<(), Error> {
        let database = &worker.database;
        let Some(claimed) = K::TABLE.claim(database, self.run).await? else { return Ok(()) };
        let Err(error) = K::work(database, claimed.clone()).await else { return Ok(()) };
        tracing::warn!(run = self.run, of = K::QUEUE, %error, "a run failed");
        Ok(claimed.fail(database, &error.to_string()).await?)
    }
}

/// Looks for what is due until it is told to stop.
pub(crate) async fn schedule<K: Runs>(
    database: Database,
    queue: Queue<Due<K>>,
    mut stopped: watch::Receiver<bool>,
) {
    let (mut noted, mut ticks) = (Noted::<K>::new(), 0);
    while !*stopped.borrow() {
        if let Err(error) = tick(&database, &queue, &mut noted, ticks % CLOCK == 0).await {
            tracing::warn!(%error, of = K::QUEUE, "runs wait");
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

async fn tick<K: Runs>(
    database: &Database,
    queue: &Queue<Due<K>>,
    noted: &mut Noted<K>,
    asks_clock: bool,
) -> Result<(), Error> {
    let now = now_millis();
    if asks_clock {
        K::note(database, now, noted).await?;
    }
    for (run, attempts) in K::TABLE.due(database, now, AT_ONCE).await? {
        let due = Due { run, attempts, minute: now / 60_000, kind: PhantomData };
        queue.push(due, Duration::ZERO).await?;
    }
    Ok(())
}
