//! What the demo's past hands to the spool: records in groups, postbacks when they are due, and no
//! more than the drain can follow.

use super::{ADVERTISER, GROUP, History};
use crate::{
    demo::{DemoError, outcome::Due},
    tracking::records::postcard_of,
};
use domain::shared::NetworkId;
use std::{cmp::Reverse, sync::atomic::Ordering};
use store::tracking::{PostbackRecord, Record};

/// The spool holds no more than about so many.
const MOST: u64 = 60_000;
/// After so many hours no offer of the catalogue knows a visitor again.
const MEMORY_HOURS: i64 = 48;
const HOUR: i64 = 3_600_000;
/// Postbacks that are due so soon after the history's end are left for the present.
const LEFT: i64 = HOUR;

impl History {
    /// Appends the postbacks that are due.
    pub(super) fn postbacks_until(&mut self, at: i64) -> Result<(), DemoError> {
        while self.due.peek().is_some_and(|Reverse(due)| due.at <= at) {
            let Some(Reverse(due)) = self.due.pop() else { break };
            let id = self.tracker.ids.next(NetworkId(0), due.at);
            let record = PostbackRecord {
                id: id.0,
                at: due.at,
                ip: ADVERTISER,
                user_agent: "advertiser/1.0",
                query: &due.query,
            };
            self.bodies.extend(postcard_of(&Record::Postback(Box::new(record))));
            self.append_when_full()?;
        }
        Ok(())
    }

    pub(super) fn append_when_full(&mut self) -> Result<(), DemoError> {
        if self.bodies.len() < GROUP { Ok(()) } else { self.append() }
    }

    /// Appends what is gathered, and waits where the drain is far behind.
    pub(super) fn append(&mut self) -> Result<(), DemoError> {
        let bodies = std::mem::take(&mut self.bodies);
        if !bodies.is_empty() {
            let appended = self.tracker.spool.append_all(bodies.iter().map(Vec::as_slice));
            self.handle.block_on(appended).map_err(|error| DemoError(error.to_string()))?;
        }
        while self.tracker.drain.depth() > MOST && !self.signs.failed.load(Ordering::Acquire) {
            std::thread::sleep(super::MOMENT);
        }
        Ok(())
    }

    /// Between two days: everything is drained, so that caps on conversions see the day before whole,
    /// and who was seen long ago is forgotten.
    pub(super) fn settle(&mut self, now: i64) -> Result<(), DemoError> {
        self.append()?;
        self.signs.flush.store(true, Ordering::Release);
        while self.tracker.drain.depth() > 0 && !self.signs.failed.load(Ordering::Acquire) {
            std::thread::sleep(super::MOMENT);
        }
        self.signs.flush.store(false, Ordering::Release);
        let oldest = (now - MEMORY_HOURS * HOUR).div_euclid(1_000);
        self.tracker.keys.forget_before(u32::try_from(oldest).unwrap_or(0));
        Ok(())
    }

    /// What is due soon after the end.
    pub(super) fn left(&mut self, until: i64) -> Vec<Due> {
        let due = std::mem::take(&mut self.due).into_iter().map(|Reverse(due)| due);
        due.filter(|due| due.at <= until + LEFT).collect()
    }
}
