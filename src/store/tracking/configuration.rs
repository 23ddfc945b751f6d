//! Everything of one network that the plan is compiled from.

use crate::links::learnt_weights;
use crate::offers::{EventOf, LandingPageOf};
use crate::{
    Error, identity,
    shared::{Database, Managed, Stored, all},
};
use domain::{
    accounts::{Advertiser, Partner, PartnerOffer},
    links::{Campaign, PartnerRules, SmartLink},
    offers::{LandingPage, Offer, OfferEvent},
    shared::{AdvertiserId, CampaignId, EventId, LandingPageId, NetworkId, OfferId, PartnerId, SmartLinkId},
    tracking::Configuration,
};

/// The configuration of `network` as it stands under one plan version.
///
/// # Errors
/// [`Error::Missing`] where there is no such network.
pub async fn configuration(database: &Database, network: NetworkId) -> Result<Configuration, Error> {
    let snapshot = database.snapshot().await?;
    let read = &snapshot;
    let row = identity::network_in(read, network).await?;
    let configuration = Configuration {
        network: row.id,
        currency: row.currency,
        zone: row.zone,
        suspended: row.suspended,
        fallback_url: row.fallback_url,
        version: row.plan_version,
        partners: coded(all::<Partner>(read, network).await?, PartnerId),
        advertisers: plain(all::<Advertiser>(read, network).await?, AdvertiserId),
        offers: coded(all::<Offer>(read, network).await?, OfferId),
        landing_pages: all::<LandingPageOf>(read, network)
            .await?
            .into_iter()
            .map(|page| (LandingPageId(page.id), page.body.offer_id, page.body.page))
            .collect::<Vec<(LandingPageId, OfferId, LandingPage)>>(),
        events: all::<EventOf>(read, network)
            .await?
            .into_iter()
            .map(|event| (EventId(event.id), event.body.offer_id, event.body.event))
            .collect::<Vec<(EventId, OfferId, OfferEvent)>>(),
        partner_offers: bodies(all::<PartnerOffer>(read, network).await?),
        smart_links: coded(all::<SmartLink>(read, network).await?, SmartLinkId),
        partner_rules: bodies(all::<PartnerRules>(read, network).await?),
        learnt_weights: learnt_weights(read, network).await?,
        campaigns: coded(all::<Campaign>(read, network).await?, CampaignId),
    };
    snapshot.rollback().await?;
    Ok(configuration)
}

fn coded<I, T: Managed>(rows: Vec<Stored<T>>, id: impl Fn(i64) -> I) -> Vec<(I, String, T)> {
    rows.into_iter().map(|row| (id(row.id), row.code, row.body)).collect()
}

fn bodies<T: Managed>(rows: Vec<Stored<T>>) -> Vec<T> {
    rows.into_iter().map(|row| row.body).collect()
}

fn plain<I, T: Managed>(rows: Vec<Stored<T>>, id: impl Fn(i64) -> I) -> Vec<(I, T)> {
    rows.into_iter().map(|row| (id(row.id), row.body)).collect()
}
