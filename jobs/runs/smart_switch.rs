//! Runs of SmartSwitch rules, and what becomes of the sources that they found: what waits for its time is looked at
//! twice a second. A source changes its state by whoever is first, however many processes look.

use super::{EACH, Noted, Runs};
use domain::shared::SmartSwitchRuleId;
use store::{
    Database, Error,
    shared::{ClaimedRun, RunTable, now_millis},
    smartswitch::{SMART_SWITCH_RUNS, schedule_runs},
    tracking::{end_blocks, run_rule, settle_due},
};
use tokio::sync::watch;

/// Runs of SmartSwitch rules.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct SmartSwitchRuns;

impl Runs for SmartSwitchRuns {
    const QUEUE: &'static str = "smart-switch-runs";
    const TABLE: RunTable = SMART_SWITCH_RUNS;
    type Owner = SmartSwitchRuleId;

    async fn note(database: &Database, now: i64, noted: &mut Noted<Self>) -> Result<(), Error> {
        schedule_runs(database, now, noted).await
    }

    async fn work(database: &Database, run: ClaimedRun) -> Result<(), Error> {
        let (id, rule) = (run.id, run.owner);
        if let Some(record) = run_rule(database, &run, now_millis()).await? {
            tracing::info!(
                run = id,
                rule,
                hits = record.hits,
                found = record.found,
                "a SmartSwitch run is done"
            );
        }
        Ok(())
    }
}

/// Acts on sources whose delay has ended and lets those through whose block has, until it is told to stop.
pub(crate) async fn act(database: Database, mut stopped: watch::Receiver<bool>) {
    while !*stopped.borrow() {
        let now = now_millis();
        if let Err(error) = settle_due(&database, now).await {
            tracing::warn!(%error, "sources wait for what is to be done with them");
        }
        if let Err(error) = end_blocks(&database, now).await {
            tracing::warn!(%error, "blocks that have ended wait to be lifted");
        }
        // Ended by the time, or by being told to stop.
        let _told = tokio::time::timeout(EACH, stopped.changed()).await;
    }
}
