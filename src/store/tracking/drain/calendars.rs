//! The networks' calendars: hours of roll-ups are cut by them.

use crate::{Database, Error, tracking::Record};
use domain::shared::{Calendar, NetworkId};
use parking_lot::RwLock;
use rustc_hash::FxHashMap;
use std::{collections::hash_map::Entry, sync::Arc};

/// The calendars of a few networks.
pub type Known = FxHashMap<NetworkId, Calendar>;

/// Every network's calendar, asked for once until it changes; cheap to clone.
#[derive(Clone, Debug)]
pub struct Calendars {
    database: Database,
    kept: Arc<RwLock<Kept>>,
}

#[derive(Debug, Default)]
struct Kept {
    known: Known,
    /// Raised whenever one is forgotten: what was read before that is not kept.
    forgotten: u64,
}

impl Calendars {
    /// Those of the networks in `database`.
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self { database, kept: Arc::default() }
    }

    /// The calendar of a network.
    ///
    /// # Errors
    /// What the database said.
    pub async fn of(&self, network: NetworkId) -> Result<Calendar, Error> {
        let forgotten = {
            let kept = self.kept.read();
            if let Some(calendar) = kept.known.get(&network) {
                return Ok(*calendar);
            }
            kept.forgotten
        };
        let calendar = crate::identity::calendar(&self.database, network).await?;
        let mut kept = self.kept.write();
        if kept.forgotten == forgotten {
            kept.known.insert(network, calendar);
        }
        Ok(calendar)
    }

    /// Forgets a network's calendar: it is asked for anew.
    pub fn forget(&self, network: NetworkId) {
        let mut kept = self.kept.write();
        kept.forgotten += 1;
        kept.known.remove(&network);
    }

    /// The calendars that clicks and impressions among the records are counted by.
    ///
    /// # Errors
    /// What the database said.
    pub async fn of_all(&self, records: &[Record<'_>]) -> Result<Known, Error> {
        let mut known = Known::default();
        for record in records {
            let Some(network) = record.counted_in() else { continue };
            if let Entry::Vacant(entry) = known.entry(network) {
                entry.insert(self.of(network).await?);
            }
        }
        Ok(known)
    }
}
