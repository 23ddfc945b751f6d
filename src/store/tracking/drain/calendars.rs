//! The networks' calendars: hours of roll-ups are cut by them.

use crate::{Database, Error, tracking::Record};
use domain::shared::{Calendar, ClickId, NetworkId};
use parking_lot::RwLock;
use rustc_hash::FxHashMap;
use std::{collections::hash_map::Entry, sync::Arc};

/// The calendars of a few networks.
pub type Known = FxHashMap<NetworkId, Calendar>;

/// Every network's calendar, asked for once; cheap to clone.
#[derive(Clone, Debug)]
pub struct Calendars {
    database: Database,
    known: Arc<RwLock<Known>>,
}

impl Calendars {
    /// Those of the networks in `database`.
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self { database, known: Arc::default() }
    }

    /// The calendar of a network.
    ///
    /// # Errors
    /// What the database said.
    pub async fn of(&self, network: NetworkId) -> Result<Calendar, Error> {
        if let Some(calendar) = self.known.read().get(&network) {
            return Ok(*calendar);
        }
        let calendar = crate::identity::calendar(&self.database, network).await?;
        self.known.write().insert(network, calendar);
        Ok(calendar)
    }

    /// The calendars that clicks and impressions among the records are counted by.
    ///
    /// # Errors
    /// What the database said.
    pub async fn of_all(&self, records: &[Record<'_>]) -> Result<Known, Error> {
        let mut known = Known::default();
        for record in records {
            let id = match record {
                Record::Click(click) => click.id,
                Record::Impression(impression) => impression.id,
                Record::Postback(_) => continue,
            };
            let network = ClickId(id).parts().network;
            if let Entry::Vacant(entry) = known.entry(network) {
                entry.insert(self.of(network).await?);
            }
        }
        Ok(known)
    }
}
