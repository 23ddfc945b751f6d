//! What a plan is compiled from, and what is found wrong on the way.

use crate::{
    accounts::{Advertiser, Partner, PartnerOffer},
    links::{Campaign, PartnerRules, SmartLink, kpi::LearntWeights},
    offers::{LandingPage, Offer, OfferEvent},
    shared::{
        AdvertiserId, CampaignId, Currency, EventId, LandingPageId, NetworkId, OfferId, PartnerId,
        SmartLinkId, SourceBlockId, TrafficControlId,
    },
    smartswitch::{SourceBlock, TrafficControl},
};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// All documents of one network that its clicks are decided by, deleted ones included: their links
/// are still followed, and answered with 410.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Configuration {
    pub network: NetworkId,
    pub currency: Currency,
    /// The zone that cuts the days of caps and reports.
    pub zone: Tz,
    pub suspended: bool,
    /// Where those go whom no row of a Smart Link takes.
    #[serde(default)]
    pub fallback_url: Option<String>,
    /// Raised by every save.
    pub version: u64,
    /// With the code that tracking links carry.
    pub partners: Vec<(PartnerId, String, Partner)>,
    pub advertisers: Vec<(AdvertiserId, Advertiser)>,
    /// With the code that tracking links carry.
    pub offers: Vec<(OfferId, String, Offer)>,
    pub landing_pages: Vec<(LandingPageId, OfferId, LandingPage)>,
    pub events: Vec<(EventId, OfferId, OfferEvent)>,
    pub partner_offers: Vec<PartnerOffer>,
    /// With the code that tracking links carry.
    #[serde(default)]
    pub smart_links: Vec<(SmartLinkId, String, SmartLink)>,
    #[serde(default)]
    pub partner_rules: Vec<PartnerRules>,
    /// What the optimiser has learnt of Smart Links on a KPI; at most one a link.
    #[serde(default)]
    pub learnt_weights: Vec<LearntWeights>,
    /// With the code that tracking links carry.
    #[serde(default)]
    pub campaigns: Vec<(CampaignId, String, Campaign)>,
    #[serde(default)]
    pub source_blocks: Vec<(SourceBlockId, SourceBlock)>,
    #[serde(default)]
    pub traffic_controls: Vec<(TrafficControlId, TrafficControl)>,
}

/// What is broken, or can never happen, in a configuration.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Flaw {
    pub object: FlawedObject,
    /// The path within the document, such as `targeting[2]`.
    pub field: String,
    pub message: String,
}

/// Whose flaw it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FlawedObject {
    Offer(OfferId),
    LandingPage(LandingPageId),
    Event(EventId),
    Partner(PartnerId),
    PartnerOffer(PartnerId, OfferId),
    SmartLink(SmartLinkId),
    PartnerRules(PartnerId, SmartLinkId),
    Campaign(CampaignId),
    SourceBlock(SourceBlockId),
    TrafficControl(TrafficControlId),
    Network(NetworkId),
}
