//! Landing pages and events of an offer in the API.

use crate::web::{
    Access, Failure, Route,
    objects::{Compared, Object, calls},
};
use domain::{
    accounts::PartnerOffer,
    identity::Section,
    offers::{LandingPage, Offer, OfferEvent},
    shared::{FieldError, OfferId, Problems},
};
use store::{
    offers::{EventOf, LandingPageOf, has_conversions},
    shared::{Filter, Page, Stored},
};

/// Landing pages stay for the clicks that went there; `active` takes one out of the draw.
pub fn routes() -> Vec<Route> {
    let mut routes = calls::routes::<LandingPageOf>();
    routes.extend(calls::routes::<EventOf>());
    routes.push(calls::removal_route::<EventOf>());
    routes
}

async fn find_offer(access: &Access, offer: i64) -> Result<(), Failure> {
    access.scope().get::<Offer>(offer).await?;
    Ok(())
}

impl Object for LandingPageOf {
    type Input = LandingPage;
    const SECTION: Section = Section::Offers;
    const SCHEMA: &'static str = "LandingPage";
    const COLLECTION: &'static str = "/api/v1/offers/{offer_id}/landing-pages";
    const ID: &'static str = "landing_page_id";
    const PARENT: Option<&'static str> = Some("offer_id");
    const FILTERS: &'static [(&'static str, Compared)] = &[];

    fn input(&self) -> LandingPage {
        self.page.clone()
    }

    fn of_input(page: LandingPage, offer: i64) -> Self {
        Self { offer_id: OfferId(offer), page }
    }

    fn parent(&self) -> Option<i64> {
        Some(self.offer_id.0)
    }

    fn problems(&self) -> Problems {
        self.page.problems()
    }

    async fn find_parent(access: &Access, offer: i64) -> Result<(), Failure> {
        find_offer(access, offer).await
    }
}

impl Object for EventOf {
    type Input = OfferEvent;
    const SECTION: Section = Section::Offers;
    const SCHEMA: &'static str = "Event";
    const COLLECTION: &'static str = "/api/v1/offers/{offer_id}/events";
    const ID: &'static str = "event_id";
    const PARENT: Option<&'static str> = Some("offer_id");
    const MONEY: bool = true;
    const FILTERS: &'static [(&'static str, Compared)] = &[("name", Compared::Text)];

    fn input(&self) -> OfferEvent {
        self.event.clone()
    }

    fn of_input(event: OfferEvent, offer: i64) -> Self {
        Self { offer_id: OfferId(offer), event }
    }

    fn parent(&self) -> Option<i64> {
        Some(self.offer_id.0)
    }

    fn problems(&self) -> Problems {
        self.event.problems()
    }

    async fn find_parent(access: &Access, offer: i64) -> Result<(), Failure> {
        find_offer(access, offer).await
    }

    /// An event that conversions or a partner's terms name stays: they would no longer be understood.
    async fn check_removal(access: &Access, stored: &Stored<Self>) -> Result<(), Failure> {
        let conflict = |message: &str| {
            Failure::Conflict(FieldError { field: "id".to_owned(), message: message.to_owned() })
        };
        if has_conversions(access.scope(), stored.body.offer_id, stored.id).await? {
            return Err(conflict("has conversions; it can't be removed any more"));
        }
        let of_offer = Filter::exactly([("offer_id", stored.body.offer_id.0)]);
        let terms = access.scope().whole().list::<PartnerOffer>(&of_offer, Page::ALL).await?;
        let named = terms
            .iter()
            .any(|own| own.body.event_payouts.iter().any(|payout| payout.event_id.0 == stored.id));
        if named {
            Err(conflict("is named in a partner's own payouts; take it out there first"))
        } else {
            Ok(())
        }
    }
}
