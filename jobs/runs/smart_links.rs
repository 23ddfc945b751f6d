//! Runs of Smart Links on a KPI.

use super::{Noted, Runs};
use domain::shared::SmartLinkId;
use store::{
    Database, Error,
    links::{SMART_LINK_RUNS, schedule_runs},
    shared::{ClaimedRun, RunTable, now_millis},
    tracking::Claimed,
};

/// Runs of Smart Links.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct SmartLinkRuns;

impl Runs for SmartLinkRuns {
    const QUEUE: &'static str = "smart-link-runs";
    const TABLE: RunTable = SMART_LINK_RUNS;
    type Owner = SmartLinkId;

    async fn note(database: &Database, now: i64, noted: &mut Noted<Self>) -> Result<(), Error> {
        schedule_runs(database, now, noted).await
    }

    async fn work(database: &Database, run: ClaimedRun) -> Result<(), Error> {
        let (id, link) = (run.id, SmartLinkId(run.owner));
        if let Some(record) = (Claimed { run, link }).work(database, now_millis()).await? {
            let outcome = record.outcome.name();
            tracing::info!(run = id, smart_link = link.0, outcome, "a Smart Link's run is done");
        }
        Ok(())
    }
}
