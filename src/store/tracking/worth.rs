//! What one conversion of an offer is known to be worth before any has come: where it is a fixed amount.

use crate::{
    Error,
    offers::EventOf,
    shared::{Filter, Page, Scope},
};
use domain::{
    offers::{Offer, RevenueType},
    shared::{Micros, OfferId, PayoutType},
};

/// What a conversion pays partners and brings from advertisers; none of what differs from one to the next.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Worth {
    pub payout: Option<Micros>,
    pub revenue: Option<Micros>,
}

impl Worth {
    /// That of an offer.
    ///
    /// # Errors
    /// What the database said.
    pub async fn of(scope: Scope<'_>, id: OfferId, offer: &Offer) -> Result<Self, Error> {
        // Events earn by themselves, so that no one amount is known.
        let events = Filter::exactly([("offer_id", id.0)]);
        if !scope.list::<EventOf>(&events, Page { limit: 1, ..Page::default() }).await?.is_empty() {
            return Ok(Self::default());
        }
        let pays = offer.payout.kind == PayoutType::Cpa;
        let earns = offer.revenue.kind == RevenueType::Rpa;
        Ok(Self {
            payout: pays.then_some(offer.payout.amount),
            revenue: earns.then_some(offer.revenue.amount),
        })
    }
}
