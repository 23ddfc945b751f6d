//! Offers, their landing pages and their events, as managed objects.

mod names;

pub use names::{Choices, Named, Names, choices};

use crate::shared::Managed;
use domain::{
    offers::{Destination, LandingPage, Offer, OfferEvent, OfferStatus},
    shared::OfferId,
};
use sea_orm::Value;
use serde::{Deserialize, Serialize};

impl Managed for Offer {
    const TABLE: &'static str = "offers";
    const OBJECT: &'static str = "offer";
    const CODED: bool = true;

    fn columns(&self) -> Vec<(&'static str, Value)> {
        let status = match self.status {
            OfferStatus::Active => "active",
            OfferStatus::Paused => "paused",
            OfferStatus::Pending => "pending",
            OfferStatus::Deleted => "deleted",
        };
        vec![
            ("name", self.name.as_str().into()),
            ("status", status.into()),
            ("advertiser_id", self.advertiser_id.0.into()),
        ]
    }

    fn references(&self) -> Vec<(&'static str, &'static str, i64)> {
        let advertiser = ("advertiser_id", "advertisers", self.advertiser_id.0);
        let destinations = self.fail_traffic.rows.iter().filter_map(|row| match row.destination {
            Destination::Offer(offer) => Some(("fail_traffic", "offers", offer.0)),
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

    fn references(&self) -> Vec<(&'static str, &'static str, i64)> {
        vec![("offer_id", "offers", self.offer_id.0)]
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

    fn references(&self) -> Vec<(&'static str, &'static str, i64)> {
        vec![("offer_id", "offers", self.offer_id.0)]
    }
}
