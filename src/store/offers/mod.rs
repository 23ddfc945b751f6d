//! Offers, their landing pages and their events, as managed objects.

mod coupons;
mod names;

pub use coupons::CouponOf;
pub use names::{Choices, Named, Names, choices, event_names};

use crate::{
    Error,
    shared::{Actor, Document, Managed, Scope, Stored, all, create_in, folded, number_of_rows, rows},
};
use domain::{
    offers::{Destination, LandingPage, Offer, OfferEvent, Stop},
    shared::{OfferId, SmartLinkId},
};
use sea_orm::{FromQueryResult, Value};
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
        let monitor = self.monitor_id.map(|monitor| ("monitor_id".into(), "monitors", monitor.0));
        let failing = self.fail_traffic.rows.iter().enumerate();
        let failing = failing.map(|(place, row)| (format!("fail_traffic.rows[{place}]"), &row.destination));
        let forwarded = self.forwarding.iter().enumerate();
        let forwarded = forwarded.map(|(place, row)| (format!("forwarding[{place}]"), &row.destination));
        let destinations = failing.chain(forwarded).filter_map(|(row, destination)| {
            let (table, id) = match destination {
                Destination::Offer(offer) => ("offers", offer.0),
                Destination::SmartLink(link) => ("smart_links", link.0),
                Destination::Campaign(_) | Destination::Url(_) => return None,
            };
            Some((format!("{row}.destination").into(), table, id))
        });
        let partners = self.forwarding.iter().enumerate().flat_map(|(place, row)| {
            let named = row.partners.iter().enumerate();
            named.map(move |(at, partner)| {
                (format!("forwarding[{place}].partners[{at}]").into(), "partners", partner.0)
            })
        });
        std::iter::once(advertiser).chain(monitor).chain(destinations).chain(partners).collect()
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

/// Every way on that offers and Smart Links hand a click, where one stop leads where `changed` says.
///
/// # Errors
/// What the database said.
pub async fn ways(scope: Scope<'_>, changed: (Stop, Vec<Stop>)) -> Result<Vec<(Stop, Vec<Stop>)>, Error> {
    let offers = all::<Offer>(scope.database().read(), scope.network()).await?;
    let offers = offers.into_iter().map(|offer| (Stop::Offer(OfferId(offer.id)), offer.body.next_stops()));
    let mut ways: Vec<_> = catch_alls(scope).await?.into_iter().chain(offers).collect();
    ways.retain(|(stop, _)| *stop != changed.0);
    ways.push(changed);
    Ok(ways)
}

#[derive(FromQueryResult)]
struct CatchAll {
    id: i64,
    catch_all_id: i64,
}

/// Of each Smart Link the stop that it may hand a click to, beside its rows: those hand none on.
async fn catch_alls(scope: Scope<'_>) -> Result<Vec<(Stop, Vec<Stop>)>, Error> {
    let sql = "SELECT id, catch_all_id FROM smart_links WHERE network_id = $1 AND catch_all_id <> 0";
    let found: Vec<CatchAll> = rows(scope.database().read(), sql, vec![scope.network().0.into()]).await?;
    let way =
        |row: CatchAll| (Stop::SmartLink(SmartLinkId(row.id)), vec![Stop::Offer(OfferId(row.catch_all_id))]);
    Ok(found.into_iter().map(way).collect())
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
