//! On which terms a call is judged, who may call, and by what a conversion is known again.

use super::{Call, ConversionCode};
use crate::{
    accounts::{Advertiser, PartnerOffer},
    offers::{Offer, OfferEvent},
    shared::{AddressRange, AdvertiserId, ClickId, EventId, OfferId, PartnerId},
    tracking::{CompiledOffer, Plan, Verdict},
};
use chrono::{DateTime, Utc};

/// What a conversion is credited by.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Credit {
    #[default]
    Click,
    /// An impression without a click.
    View,
    /// A code of a partner and an offer.
    Coupon,
}

/// What is known of the click that a call names, or of what stands for it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ClickFacts {
    pub id: ClickId,
    pub credit: Credit,
    pub at: DateTime<Utc>,
    pub offer: Option<OfferId>,
    pub partner: Option<PartnerId>,
    pub verdict: Verdict,
    pub is_bot: bool,
    /// Whether the partner is paid for what comes of this click.
    pub paid: bool,
}

/// On which terms a click's conversions are judged: those in force now.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    plan: &'a Plan,
    offer: &'a CompiledOffer,
    share: Option<&'a PartnerOffer>,
}

/// By what a conversion is known again: unique within a network. A named event without an order id
/// has none, as it may repeat.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Identity {
    pub offer: OfferId,
    /// None for the base conversion.
    pub event: Option<EventId>,
    /// `t:` and the advertiser's order id, or `c:` and the click id.
    pub key: String,
}

impl<'a> Terms<'a> {
    /// The terms of a click, in the plan as it is now.
    ///
    /// # Errors
    /// 13 where there is no click, 14 where it belongs to no offer of this plan.
    pub fn of(plan: &'a Plan, click: Option<&ClickFacts>) -> Result<Self, ConversionCode> {
        let click = click.ok_or(ConversionCode::ClickNotFound)?;
        let index =
            click.offer.and_then(|offer| plan.offer_index(offer)).ok_or(ConversionCode::OfferMismatch)?;
        let offer = plan.offer(index).ok_or(ConversionCode::OfferMismatch)?;
        let share = click.partner.and_then(|partner| plan.share_index(partner, index));
        let share = share.and_then(|share| plan.share(share)).map(|share| share.document());
        Ok(Self { plan, offer, share })
    }

    /// The offer.
    #[must_use]
    pub fn offer(&self) -> &'a Offer {
        self.offer.document()
    }

    /// The partner's own terms, where it has some.
    #[must_use]
    pub fn share(&self) -> Option<&'a PartnerOffer> {
        self.share
    }

    /// A named event of the offer.
    #[must_use]
    pub fn event_document(&self, event: EventId) -> Option<&'a OfferEvent> {
        self.offer.events().iter().find(|(id, _)| *id == event).map(|(_, document)| document)
    }

    /// The event that a call is about; none for the base conversion.
    ///
    /// # Errors
    /// 25 where the offer has no such event.
    pub fn event(&self, call: &Call) -> Result<Option<EventId>, ConversionCode> {
        if call.event.is_empty() {
            return Ok(None);
        }
        let named = |(_, event): &&(EventId, OfferEvent)| event.name.eq_ignore_ascii_case(&call.event);
        self.offer.events().iter().find(named).map(|(id, _)| Some(*id)).ok_or(ConversionCode::UnknownEvent)
    }

    /// Whether the call comes from the offer's advertiser.
    ///
    /// # Errors
    /// 3, 14 or 21.
    pub fn check_caller(&self, call: &Call) -> Result<(), ConversionCode> {
        let Some(advertiser) = self.plan.advertiser(self.offer.advertiser()) else {
            return Err(ConversionCode::BadToken);
        };
        if !is_listed(advertiser, call) {
            return Err(ConversionCode::AddressNotAllowed);
        }
        if !advertiser.require_token || is_token_of(advertiser, &call.token) {
            return Ok(());
        }
        let anothers = caller(self.plan, &call.token).is_some();
        Err(if anothers { ConversionCode::OfferMismatch } else { ConversionCode::BadToken })
    }
}

fn is_listed(advertiser: &Advertiser, call: &Call) -> bool {
    let holds = |entry: &String| entry.parse::<AddressRange>().is_ok_and(|range| range.holds(call.from));
    advertiser.ip_list.is_empty() || advertiser.ip_list.iter().any(holds)
}

/// The advertiser of a plan that a verification token belongs to.
#[must_use]
pub fn caller(plan: &Plan, token: &str) -> Option<AdvertiserId> {
    plan.advertisers().find(|(_, advertiser)| is_token_of(advertiser, token)).map(|(id, _)| id)
}

/// Compares every byte, so that the time it takes does not tell how many were right.
fn is_token_of(advertiser: &Advertiser, token: &str) -> bool {
    let (right, given) = (advertiser.verification_token.as_bytes(), token.as_bytes());
    let difference = right.iter().zip(given).fold(0, |all, (a, b)| all | (a ^ b));
    !right.is_empty() && right.len() == given.len() && difference == 0
}

impl Identity {
    /// By what the call's conversion is known again.
    ///
    /// # Errors
    /// 25 where the offer has no such event.
    pub fn of(call: &Call, terms: &Terms<'_>) -> Result<Option<Self>, ConversionCode> {
        let event = terms.event(call)?;
        let key = match (call.txn_id.as_str(), event) {
            ("", Some(_)) => return Ok(None),
            ("", None) => format!("c:{}", call.click.unwrap_or(ClickId(0))),
            (order, _) => format!("t:{order}"),
        };
        Ok(Some(Self { offer: terms.offer.id(), event, key }))
    }
}
