//! What a decision is told beside plan and visitor: counts and memories that live elsewhere.

use super::plan::{OfferIndex, ShareIndex};
use crate::shared::MonitorId;

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
    /// Whether the site of a monitor is known to be down at this moment.
    fn site_down(&self, monitor: MonitorId) -> bool;
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

    fn site_down(&self, _monitor: MonitorId) -> bool {
        false
    }
}
