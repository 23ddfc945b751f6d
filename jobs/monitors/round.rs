//! A round: all checks that are due, of each network so many at a time. A site that hangs keeps its own place
//! busy and no other's, and the next round begins a second later whether this one has ended or not.

use super::check::made;
use crate::{Error, queue::Task, work::Worker};
use domain::{links::Check, shared::NetworkId};
use futures::future::join_all;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::{
    links::{ClaimedCheck, claim_checks, networks_due, settle_checks},
    shared::now_millis,
};
use tokio::task::JoinSet;

/// How many checks of a network a round has under way.
const AT_ONCE: usize = 32;

/// What is due in a second.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Round {
    /// Since 1970 UTC: however many processes tick in it, it is one round.
    pub second: i64,
}

impl Task for Round {
    const QUEUE: &'static str = "monitors";
    /// One comes a second, so that they are forgotten sooner than other tasks.
    const KEPT: Duration = Duration::from_secs(3_600);

    fn key(&self) -> String {
        self.second.to_string()
    }

    async fn work(self, worker: &Worker) -> Result<(), Error> {
        let networks = networks_due(&worker.database, now_millis()).await?;
        let rounds = networks.into_iter().map(async |network| {
            if let Err(error) = of_network(worker, network).await {
                tracing::warn!(%network, %error, "checks of monitors were not kept; they are made again");
            }
        });
        join_all(rounds).await;
        Ok(())
    }
}

/// Makes the checks of a network until none is due.
async fn of_network(worker: &Worker, network: NetworkId) -> Result<(), Error> {
    let database = &worker.database;
    // Dropped it ends those that are under way; their claims end by themselves.
    let mut under_way = JoinSet::new();
    let mut are_due = true;
    loop {
        // Half a round at a time, so that claims are few.
        if are_due && under_way.len() <= AT_ONCE / 2 {
            let claimed = claim_checks(database, network, now_millis(), AT_ONCE - under_way.len()).await?;
            are_due = !claimed.is_empty();
            for each in claimed {
                let outgoing = worker.outgoing.clone();
                under_way.spawn(async move {
                    let check = made(&outgoing, &each.monitor).await;
                    (each, check)
                });
            }
        }
        let done = ended(&mut under_way).await;
        if !done.is_empty() {
            settle_checks(database, done, now_millis()).await?;
        } else if under_way.is_empty() {
            return Ok(());
        }
    }
}

/// Those that have ended, one at least where any are under way; kept together.
async fn ended(under_way: &mut JoinSet<(ClaimedCheck, Check)>) -> Vec<(ClaimedCheck, Check)> {
    let mut done = Vec::new();
    let mut next = under_way.join_next().await;
    while let Some(joined) = next {
        match joined {
            Ok(check) => done.push(check),
            Err(error) => tracing::error!(%error, "a check did not end cleanly; it is made again"),
        }
        next = if done.len() < AT_ONCE { under_way.try_join_next() } else { None };
    }
    done
}
