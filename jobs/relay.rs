//! From facts to tasks: reads what the outbox holds for mail, and makes a task of each. A fact is settled
//! by its task alone, so that one which was relayed and lost is relayed again by the next start.

use crate::{queue::Queue, work::Post};
use std::time::Duration;
use store::{Database, shared::facts_to_mail};
use tokio::sync::watch;

/// How often the outbox is looked into.
const EACH: Duration = Duration::from_millis(500);
/// How many facts at a time.
const AT_ONCE: u64 = 100;
/// After how many looks it begins at the oldest again: another node's facts can be committed late, with
/// ids below those that were seen. Tasks that are there already stay as they are.
const LOOKS: u32 = 120;

/// Relays until it is told to stop.
pub(crate) async fn run(database: Database, queue: Queue<Post>, mut stopped: watch::Receiver<bool>) {
    let (mut seen, mut looks) = (0, 0);
    while !*stopped.borrow() {
        match relay(&database, &queue, seen).await {
            Ok(last) => seen = last,
            Err(error) => tracing::warn!(%error, "facts wait to become mail"),
        }
        looks = (looks + 1) % LOOKS;
        if looks == 0 {
            seen = 0;
            if let Err(error) = queue.prune().await {
                tracing::warn!(%error, "ended tasks were not removed");
            }
        }
        // Ended by the time, or by being told to stop.
        let _told = tokio::time::timeout(EACH, stopped.changed()).await;
    }
}

/// Makes tasks of the facts behind `seen`; gives the last.
async fn relay(database: &Database, queue: &Queue<Post>, seen: i64) -> Result<i64, crate::Error> {
    let mut last = seen;
    for fact in facts_to_mail(database, seen, AT_ONCE).await? {
        queue.push(Post { fact, attempt: 1 }, Duration::ZERO).await?;
        last = fact;
    }
    Ok(last)
}
