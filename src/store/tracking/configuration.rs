//! Everything of one network that the plan is compiled from.

use crate::links::learnt_weights;
use crate::offers::{EventOf, LandingPageOf};
use crate::{
    Error, identity,
    shared::{Database, Executor, Managed, Stored, all, all_at},
};
use domain::{
    accounts::{Advertiser, Partner, PartnerOffer},
    links::{Campaign, PartnerRules, SmartLink},
    offers::{LandingPage, Offer, OfferEvent},
    shared::{
        AdvertiserId, CampaignId, EventId, LandingPageId, NetworkId, OfferId, PartnerId, SmartLinkId,
        SourceBlockId, TrafficControlId,
    },
    smartswitch::{SourceBlock, TrafficControl},
    tracking::Configuration,
};

/// The configuration of `network` as it stands now.
///
/// # Errors
/// [`Error::Missing`] where there is no such network.
pub async fn configuration(database: &Database, network: NetworkId) -> Result<Configuration, Error> {
    let snapshot = database.snapshot().await?;
    let configuration = At { executor: &snapshot, network, plan_version: None }.configuration().await?;
    snapshot.rollback().await?;
    Ok(configuration)
}

/// The configuration of `network` as it stood under a plan version. Whether the network is suspended, its
/// zone and its currency are those of today.
///
/// # Errors
/// [`Error::Missing`] where there is no such network.
pub async fn configuration_at(
    database: &Database,
    network: NetworkId,
    plan_version: i64,
) -> Result<Configuration, Error> {
    let snapshot = database.snapshot().await?;
    let at = At { executor: &snapshot, network, plan_version: Some(plan_version) };
    let configuration = at.configuration().await?;
    snapshot.rollback().await?;
    Ok(configuration)
}

/// A network now, or under a plan version.
struct At<'a, E> {
    executor: &'a E,
    network: NetworkId,
    plan_version: Option<i64>,
}

impl<E: Executor> At<'_, E> {
    async fn all<T: Managed>(&self) -> Result<Vec<Stored<T>>, Error> {
        match self.plan_version {
            None => all(self.executor, self.network).await,
            Some(version) => all_at(self.executor, self.network, version).await,
        }
    }

    async fn configuration(&self) -> Result<Configuration, Error> {
        let (read, network) = (self.executor, self.network);
        let row = identity::network_in(read, network).await?;
        let fallback_url = match self.plan_version {
            None => row.fallback_url,
            Some(version) => {
                let url = identity::fallback_at(read, network, version).await?;
                Some(url).filter(|url| !url.is_empty())
            }
        };
        Ok(Configuration {
            network: row.id,
            currency: row.currency,
            zone: row.zone,
            suspended: row.suspended,
            fallback_url,
            version: self.plan_version.map_or(row.plan_version, i64::unsigned_abs),
            partners: coded(self.all::<Partner>().await?, PartnerId),
            advertisers: plain(self.all::<Advertiser>().await?, AdvertiserId),
            offers: coded(self.all::<Offer>().await?, OfferId),
            landing_pages: self.landing_pages().await?,
            events: self.events().await?,
            partner_offers: bodies(self.all::<PartnerOffer>().await?),
            smart_links: coded(self.all::<SmartLink>().await?, SmartLinkId),
            partner_rules: bodies(self.all::<PartnerRules>().await?),
            learnt_weights: learnt_weights(read, network, self.plan_version.unwrap_or(i64::MAX)).await?,
            campaigns: coded(self.all::<Campaign>().await?, CampaignId),
            source_blocks: plain(self.all::<SourceBlock>().await?, SourceBlockId),
            traffic_controls: plain(self.all::<TrafficControl>().await?, TrafficControlId),
        })
    }

    async fn landing_pages(&self) -> Result<Vec<(LandingPageId, OfferId, LandingPage)>, Error> {
        let pages = self.all::<LandingPageOf>().await?.into_iter();
        Ok(pages.map(|page| (LandingPageId(page.id), page.body.offer_id, page.body.page)).collect())
    }

    async fn events(&self) -> Result<Vec<(EventId, OfferId, OfferEvent)>, Error> {
        let events = self.all::<EventOf>().await?.into_iter();
        Ok(events.map(|event| (EventId(event.id), event.body.offer_id, event.body.event)).collect())
    }
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
