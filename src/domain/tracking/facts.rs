//! What a decision is told beside plan and visitor: counts and memories that live elsewhere.

use super::{
    Visit,
    plan::{OfferIndex, ShareIndex},
};
use crate::{
    shared::{CapPeriod, MonitorId, PartnerId, RowId},
    smartswitch::Met,
};

/// Facts as they stand at the moment of the decision. Each answer must be immediate (memory only).
///
/// A fact that can't be had answers with what lets the click through: traffic never stops for a hiccup.
pub trait Facts {
    /// Whether one more click of this offer, or of this partner's share of it, would go over a cap.
    fn capped(&self, offer: OfferIndex, share: Option<ShareIndex>) -> bool;
    /// Whether `key` was seen on the offer within its duplicate filter's duration.
    fn seen(&self, offer: OfferIndex, key: u64) -> bool;
    /// Whether `key` has converted on the offer.
    fn converted(&self, offer: OfferIndex, key: u64) -> bool;
    /// What a partner's visitor meets at an offer by SmartSwitch, as one of its sources is kept out; none where it is
    /// let through. Asked again about the same, the answer is the same: a decision sees one state of the blocks.
    fn met(&self, offer: OfferIndex, partner: PartnerId, visit: &Visit<'_>) -> Option<Met>;
    /// Whether the site of a monitor is known to be down at this moment.
    fn site_down(&self, monitor: MonitorId) -> bool;
    /// How many conversions the offer has had in the running period, those that wait included; none where
    /// that can't be told.
    fn conversions(&self, offer: OfferIndex, period: CapPeriod) -> Option<u64>;
    /// What the options of a rotator weigh by its last refresh; none where it has none that still holds,
    /// so that all weigh the same.
    fn rotation(&self, rotator: RowId) -> Option<&[(RowId, u32)]>;
    /// How many views an option of a rotator has had.
    fn views(&self, option: RowId) -> u64;
    /// Whether it can be asked for what the decision did not ask: not where only that was kept.
    fn is_whole(&self) -> bool {
        true
    }
}

/// No memory and no counts: what a made-up visitor meets, and a yardstick for benches.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoFacts;

impl Facts for NoFacts {
    fn capped(&self, _offer: OfferIndex, _share: Option<ShareIndex>) -> bool {
        false
    }

    fn seen(&self, _offer: OfferIndex, _key: u64) -> bool {
        false
    }

    fn converted(&self, _offer: OfferIndex, _key: u64) -> bool {
        false
    }

    fn met(&self, _offer: OfferIndex, _partner: PartnerId, _visit: &Visit<'_>) -> Option<Met> {
        None
    }

    fn site_down(&self, _monitor: MonitorId) -> bool {
        false
    }

    fn conversions(&self, _offer: OfferIndex, _period: CapPeriod) -> Option<u64> {
        None
    }

    fn rotation(&self, _rotator: RowId) -> Option<&[(RowId, u32)]> {
        None
    }

    fn views(&self, _option: RowId) -> u64 {
        0
    }
}
