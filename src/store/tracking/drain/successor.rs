//! What a later room does inside the drain's transaction: postbacks are judged behind the clicks that
//! they name, and their figures join the batch's roll-ups.

use crate::{
    Error,
    shared::Transaction,
    tracking::{Basis, Deltas, PostbackRecord, RollupKey, SeenKey},
};
use chrono::DateTime;
use domain::shared::{Calendar, ClickId, Dimension, Measures, NetworkId};
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// A postback that waits for its judgement.
#[derive(Clone, Debug)]
pub struct Waiting {
    pub id: ClickId,
    /// Milliseconds since 1970 UTC.
    pub at: i64,
    pub ip: IpAddr,
    pub user_agent: String,
    pub query: String,
    /// Whether the visitor's browser called, by its cookie, rather than the advertiser.
    pub is_pixel: bool,
}

impl From<&PostbackRecord<'_>> for Waiting {
    fn from(record: &PostbackRecord<'_>) -> Self {
        Self {
            id: ClickId(record.id),
            at: record.at,
            ip: record.ip,
            user_agent: record.user_agent.to_owned(),
            query: record.query.to_owned(),
            is_pixel: false,
        }
    }
}

/// Figures that something else than a click adds to the roll-ups.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Contribution {
    pub network: NetworkId,
    /// By which moment they count, in milliseconds since 1970 UTC.
    pub at: i64,
    pub basis: Basis,
    pub partner: i64,
    pub offer: i64,
    pub smart_link: i64,
    pub campaign: i64,
    pub landing_page: i64,
    pub values: Vec<(Dimension, String)>,
    pub measures: Measures,
}

impl Contribution {
    /// Adds the figures, at their hour of `calendar`.
    pub fn add_to<'a>(&'a self, deltas: &mut Deltas<'a>, calendar: Calendar) {
        deltas.add(self.base(calendar), &self.values(), &self.measures);
    }

    /// The first half of [`Self::add_to`]: what caps and totals read.
    pub fn add_base_to<'a>(&'a self, deltas: &mut Deltas<'a>, calendar: Calendar) {
        deltas.add_base(self.base(calendar), &self.measures);
    }

    /// The other half: the figures by country, device and so on.
    pub fn add_values_to<'a>(&'a self, deltas: &mut Deltas<'a>, calendar: Calendar) {
        deltas.add_values(self.base(calendar), &self.values(), &self.measures);
    }

    fn base(&self, calendar: Calendar) -> RollupKey<'_> {
        RollupKey {
            network: self.network,
            dimension: Dimension::None,
            hour: calendar.hour(DateTime::from_timestamp_millis(self.at).unwrap_or_default()),
            partner: self.partner,
            offer: self.offer,
            smart_link: self.smart_link,
            campaign: self.campaign,
            landing_page: self.landing_page,
            basis: self.basis,
            value: "",
        }
    }

    fn values(&self) -> Vec<(Dimension, &str)> {
        self.values.iter().map(|(dimension, value)| (*dimension, value.as_str())).collect()
    }
}

/// What a later room did.
#[derive(Default)]
pub struct Taken {
    pub contributions: Vec<Contribution>,
    /// Keys to be kept on disk before the records may go.
    pub keys: Vec<SeenKey>,
    /// What is told once it is committed.
    pub committed: Option<Box<dyn FnOnce() + Send + Sync>>,
}

/// A later room.
pub trait Successor: Send + Sync {
    /// Takes the postbacks of a batch, in their order, in its transaction.
    fn take<'a>(
        &'a self,
        transaction: &'a Transaction,
        postbacks: Vec<Waiting>,
    ) -> BoxFuture<'a, Result<Taken, Error>>;

    /// Those that had to wait for another node's click, and wait no longer; held so that no other node
    /// takes them. Asked about once a second.
    fn due<'a>(&'a self, transaction: &'a Transaction) -> BoxFuture<'a, Result<Vec<Waiting>, Error>>;

    /// Takes those, which wait no longer.
    fn take_again<'a>(
        &'a self,
        transaction: &'a Transaction,
        due: &'a [Waiting],
    ) -> BoxFuture<'a, Result<Taken, Error>>;

    /// Lets one of them go that can't be taken.
    fn let_go<'a>(
        &'a self,
        transaction: &'a Transaction,
        waiting: &'a Waiting,
    ) -> BoxFuture<'a, Result<(), Error>>;
}
