//! Offers, their landing pages and their events, as managed objects.

mod coupons;
mod names;

pub use coupons::CouponOf;
pub use names::{Choices, Named, Names, choices};

use crate::{
    Error,
    shared::{Actor, Document, Managed, Scope, Stored, create_in, folded, number_of_rows},
};
use domain::{
    offers::{Destination, LandingPage, Offer, OfferEvent},
    shared::OfferId,
};
use sea_orm::Value;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

impl Managed for Offer {
    const TABLE: &'static str = "offers";
    const OBJECT: &'static str = "offer";
    const CODED: bool = true;
    const SEARCHED: bool = true;

    fn columns(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("name", self.name.as_str().into()),
            ("search_name", folded(&self.name).into()),
            ("status", self.status.name().into()),
            ("advertiser_id", self.advertiser_id.0.into()),
            ("visibility", self.visibility.name().into()),
        ]
    }

    fn references(&self) -> Vec<(Cow<'static, str>, &'static str, i64)> {
        let advertiser = ("advertiser_id".into(), "advertisers", self.advertiser_id.0);
        let rows = self.fail_traffic.rows.iter().enumerate();
        let destinations = rows.filter_map(|(place, row)| match row.destination {
            Destination::Offer(offer) => {
                Some((format!("fail_traffic.rows[{place}].destination").into(), "offers", offer.0))
            }
            Destination::SmartLink(_) | Destination::Campaign(_) | Destination::Url(_) => None,
        });
        std::iter::once(advertiser).chain(destinations).collect()
    }
}

/// A landing page with its offer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LandingPageOf {
    pub offer_id: OfferId,
    #[serde(flatten)]
    pub page: LandingPage,
}

impl Managed for LandingPageOf {
    const TABLE: &'static str = "landing_pages";
    const OBJECT: &'static str = "landing_page";

    fn columns(&self) -> Vec<(&'static str, Value)> {
        vec![("offer_id", self.offer_id.0.into())]
    }

    fn references(&self) -> Vec<(Cow<'static, str>, &'static str, i64)> {
        vec![("offer_id".into(), "offers", self.offer_id.0)]
    }
}

/// An event with its offer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EventOf {
    pub offer_id: OfferId,
    #[serde(flatten)]
    pub event: OfferEvent,
}

impl Managed for EventOf {
    const TABLE: &'static str = "offer_events";
    const OBJECT: &'static str = "offer_event";

    fn columns(&self) -> Vec<(&'static str, Value)> {
        vec![("offer_id", self.offer_id.0.into()), ("name", self.event.name.to_ascii_lowercase().into())]
    }

    fn references(&self) -> Vec<(Cow<'static, str>, &'static str, i64)> {
        vec![("offer_id".into(), "offers", self.offer_id.0)]
    }
}

/// An offer that is to be, with its parts.
#[derive(Clone, Debug)]
pub struct NewOffer {
    pub document: Document<Offer>,
    pub pages: Vec<LandingPage>,
    pub events: Vec<OfferEvent>,
}

/// Stores an offer with its landing pages and events, all or none, and announces it once.
///
/// # Errors
/// [`Error::Conflict`] where the code or an event's name is taken, or a named row is not the network's own.
pub async fn create_offer(scope: Scope<'_>, actor: &Actor, new: NewOffer) -> Result<Stored<Offer>, Error> {
    let save = scope.save().await?;
    let offer = create_in(&save, actor, new.document).await?;
    let offer_id = OfferId(offer.id);
    for page in new.pages {
        let document = Document { body: LandingPageOf { offer_id, page }, code: String::new() };
        create_in(&save, actor, document).await?;
    }
    for event in new.events {
        let document = Document { body: EventOf { offer_id, event }, code: String::new() };
        create_in(&save, actor, document).await?;
    }
    save.commit().await?;
    Ok(offer)
}

/// Whether an event of an offer has conversions.
///
/// # Errors
/// What the database said.
pub async fn has_conversions(scope: Scope<'_>, offer: OfferId, event: i64) -> Result<bool, Error> {
    let sql = "SELECT id FROM conversions WHERE network_id = $1 AND offer_id = $2 AND event_id = $3 LIMIT 1";
    let values = vec![scope.network().0.into(), offer.0.into(), event.into()];
    Ok(number_of_rows(scope.database().read(), sql, values).await? > 0)
}
