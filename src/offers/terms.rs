//! What a partner may do with an offer, and on which terms of its own: one record a pair, made by the
//! first that says anything about it. Pages and the API set it here.

use super::schemas::STATES;
use crate::web::{
    Access, Failure,
    objects::{Compared, Object, acts},
};
use domain::{
    accounts::{ApprovalState, Partner, PartnerOffer},
    identity::Section,
    shared::{OfferId, PartnerId, Problems},
};
use store::{
    offers::EventOf,
    shared::{Filter, Page, Stored},
};

impl Object for PartnerOffer {
    type Input = Self;
    const SECTION: Section = Section::Partners;
    const SCHEMA: &'static str = "PartnerOffer";
    const COLLECTION: &'static str = "/api/v1/partners/{partner_id}/offers";
    const ID: &'static str = "offer_id";
    const PARENT: Option<&'static str> = Some("partner_id");
    const MONEY: bool = true;
    const FILTERS: &'static [(&'static str, Compared)] =
        &[("state", Compared::Word(&STATES)), ("offer_id", Compared::Id)];

    fn input(&self) -> Self {
        self.clone()
    }

    fn of_input(input: Self, partner: i64) -> Self {
        Self { partner_id: PartnerId(partner), ..input }
    }

    fn parent(&self) -> Option<i64> {
        Some(self.partner_id.0)
    }

    fn problems(&self) -> Problems {
        Self::problems(self)
    }

    async fn find_parent(access: &Access, partner: i64) -> Result<(), Failure> {
        access.scope().get::<Partner>(partner).await?;
        Ok(())
    }

    /// Own payouts are for the offer's own events.
    async fn check(&self, access: &Access, _: Option<i64>) -> Result<(), Failure> {
        if self.event_payouts.is_empty() {
            return Ok(());
        }
        let of_offer = Filter::exactly([("offer_id", self.offer_id.0)]);
        let events = access.scope().list::<EventOf>(&of_offer, Page::ALL).await?;
        let mut problems = Problems::default();
        for (index, own) in self.event_payouts.iter().enumerate() {
            let is_known = events.iter().any(|event| event.id == own.event_id.0);
            problems.check(is_known, &format!("event_payouts[{index}].event_id"), "is no event of the offer");
        }
        Ok(problems.into_result(())?)
    }
}

/// What has been said about a pair so far.
///
/// # Errors
/// What the database said.
pub async fn find(
    access: &Access,
    partner: PartnerId,
    offer: OfferId,
) -> Result<Option<Stored<PartnerOffer>>, Failure> {
    let pair = Filter::exactly([("partner_id", partner.0), ("offer_id", offer.0)]);
    let found = access.scope().list(&pair, Page { before: None, limit: 1 }).await?;
    Ok(found.into_iter().next())
}

/// Says what holds for a pair from now on, whatever held before; `expected` is the version that it
/// was thought for.
///
/// # Errors
/// [`Failure::Invalid`] or [`Failure::Conflict`] at the fields that are wrong; at `version` where
/// somebody else has saved since `expected`.
pub async fn set(
    access: &Access,
    expected: Option<i64>,
    terms: PartnerOffer,
) -> Result<Stored<PartnerOffer>, Failure> {
    let (partner, offer) = (terms.partner_id, terms.offer_id);
    if let Some(before) = find(access, partner, offer).await? {
        return acts::save(access, &before, expected, terms).await;
    }
    match acts::create::<PartnerOffer>(access, partner.0, terms.clone()).await {
        // Somebody else was first: theirs is replaced, as it would have been a moment later.
        Err(Failure::Conflict(error)) if error.field == "partner_id" => {
            let before = find(access, partner, offer).await?.ok_or(Failure::NotFound)?;
            acts::save(access, &before, expected, terms).await
        }
        other => other,
    }
}

/// Sets the state alone and leaves the terms.
///
/// # Errors
/// As [`set`].
pub async fn set_state(
    access: &Access,
    partner: PartnerId,
    offer: OfferId,
    state: ApprovalState,
) -> Result<Stored<PartnerOffer>, Failure> {
    let before = find(access, partner, offer).await?;
    let expected = before.as_ref().map(|before| before.version);
    let terms = before.map_or_else(|| none(partner, offer), |before| before.body);
    set(access, expected, PartnerOffer { state, ..terms }).await
}

/// The terms where nothing was ever said.
#[must_use]
pub fn none(partner_id: PartnerId, offer_id: OfferId) -> PartnerOffer {
    PartnerOffer {
        partner_id,
        offer_id,
        state: ApprovalState::None,
        payout: None,
        event_payouts: Vec::new(),
        caps: Vec::new(),
    }
}
