//! The plan: everything that a network's clicks are decided by, compiled when somebody saves.
//! Compiling never fails; what is broken or can never happen is reported as a flaw.

mod compile;

use super::{
    Template,
    matching::{Branches, Targeting},
};
use crate::{
    accounts::{AccountStatus, Advertiser, Partner, PartnerOffer},
    offers::{Cap, LandingPage, Offer, OfferEvent},
    shared::{AdvertiserId, Calendar, Currency, EventId, LandingPageId, NetworkId, OfferId, PartnerId},
};
use chrono_tz::Tz;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// An offer's place in one plan. It means nothing in another.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct OfferIndex(pub u32);

/// The place in one plan of a partner's share of an offer. It means nothing in another.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct ShareIndex(pub u32);

/// All documents of one network that its clicks are decided by, deleted ones included: their links
/// are still followed, and answered with 410.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Configuration {
    pub network: NetworkId,
    pub currency: Currency,
    /// The zone that cuts the days of caps and reports.
    pub zone: Tz,
    pub suspended: bool,
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
}

/// The compiled configuration of one network.
#[derive(Debug)]
pub struct Plan {
    version: u64,
    network: NetworkId,
    currency: Currency,
    calendar: Calendar,
    suspended: bool,
    partners: FxHashMap<PartnerId, CompiledPartner>,
    partner_codes: FxHashMap<Box<str>, PartnerId>,
    advertisers: FxHashMap<AdvertiserId, Advertiser>,
    offers: Vec<CompiledOffer>,
    offer_codes: FxHashMap<Box<str>, OfferIndex>,
    offer_indexes: FxHashMap<OfferId, OfferIndex>,
    shares: Vec<CompiledShare>,
    share_indexes: FxHashMap<(PartnerId, OfferIndex), ShareIndex>,
}

/// A partner in the plan.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CompiledPartner {
    pub code: Box<str>,
    pub name: Box<str>,
    pub status: AccountStatus,
}

/// An offer in the plan.
#[derive(Debug)]
pub struct CompiledOffer {
    id: OfferId,
    code: Box<str>,
    document: Offer,
    landing_pages: Vec<CompiledPage>,
    events: Vec<(EventId, OfferEvent)>,
    pub(super) targeting: Targeting,
    /// Where the rows of its fail traffic lead; their other settings are in the document, at the same places.
    pub(super) ways: Vec<Way>,
    /// Whom the rows let in.
    pub(super) branches: Branches,
}

/// A landing page in the plan.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CompiledPage {
    pub id: LandingPageId,
    pub template: Template,
    pub weight: u32,
    /// Whether visitors can be sent there: it is switched on, and its URL is one.
    pub active: bool,
}

/// Where a row leads.
#[derive(Debug)]
pub(super) enum Way {
    Offer(OfferIndex),
    Url(Template),
    /// Nowhere that this plan knows; the row takes nothing.
    Nowhere,
}

/// A partner's terms for one offer, in the plan.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CompiledShare {
    offer: OfferIndex,
    document: PartnerOffer,
}

impl Plan {
    /// The version of the configuration that this was compiled from.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Whose plan it is.
    #[must_use]
    pub fn network(&self) -> NetworkId {
        self.network
    }

    /// The network's one currency.
    #[must_use]
    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// The network's hours and days.
    #[must_use]
    pub fn calendar(&self) -> Calendar {
        self.calendar
    }

    /// Whether the network is suspended, so that nothing of it takes traffic.
    #[must_use]
    pub fn suspended(&self) -> bool {
        self.suspended
    }

    /// The partner that a tracking link's code names.
    #[must_use]
    pub fn partner_by_code(&self, code: &str) -> Option<PartnerId> {
        self.partner_codes.get(code).copied()
    }

    /// A partner.
    #[must_use]
    pub fn partner(&self, partner: PartnerId) -> Option<&CompiledPartner> {
        self.partners.get(&partner)
    }

    /// An advertiser.
    #[must_use]
    pub fn advertiser(&self, advertiser: AdvertiserId) -> Option<&Advertiser> {
        self.advertisers.get(&advertiser)
    }

    /// All advertisers, in no order.
    pub fn advertisers(&self) -> impl Iterator<Item = (AdvertiserId, &Advertiser)> {
        self.advertisers.iter().map(|(id, advertiser)| (*id, advertiser))
    }

    /// The offer that a tracking link's code names.
    #[must_use]
    pub fn offer_by_code(&self, code: &str) -> Option<OfferIndex> {
        self.offer_codes.get(code).copied()
    }

    /// The place of an offer.
    #[must_use]
    pub fn offer_index(&self, offer: OfferId) -> Option<OfferIndex> {
        self.offer_indexes.get(&offer).copied()
    }

    /// The offer at a place; none where the place is of another plan.
    #[must_use]
    pub fn offer(&self, index: OfferIndex) -> Option<&CompiledOffer> {
        self.offers.get(index.0 as usize)
    }

    /// All offers, by their places.
    #[must_use]
    pub fn offers(&self) -> &[CompiledOffer] {
        &self.offers
    }

    /// The place of a partner's share of an offer; none where the partner has no terms of its own.
    #[must_use]
    pub fn share_index(&self, partner: PartnerId, offer: OfferIndex) -> Option<ShareIndex> {
        self.share_indexes.get(&(partner, offer)).copied()
    }

    /// The share at a place; none where the place is of another plan.
    #[must_use]
    pub fn share(&self, index: ShareIndex) -> Option<&CompiledShare> {
        self.shares.get(index.0 as usize)
    }

    /// All shares, by their places.
    #[must_use]
    pub fn shares(&self) -> &[CompiledShare] {
        &self.shares
    }
}

impl CompiledOffer {
    /// The offer's id.
    #[must_use]
    pub fn id(&self) -> OfferId {
        self.id
    }

    /// The code that tracking links carry.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The document that it was compiled from.
    #[must_use]
    pub fn document(&self) -> &Offer {
        &self.document
    }

    /// The offer's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.document.name
    }

    /// Who pays for it.
    #[must_use]
    pub fn advertiser(&self) -> AdvertiserId {
        self.document.advertiser_id
    }

    /// Its landing pages, inactive ones too, in the order of their ids; a decision's `option` is the place here.
    #[must_use]
    pub fn landing_pages(&self) -> &[CompiledPage] {
        &self.landing_pages
    }

    /// Its named events.
    #[must_use]
    pub fn events(&self) -> &[(EventId, OfferEvent)] {
        &self.events
    }

    /// Its caps.
    #[must_use]
    pub fn caps(&self) -> &[Cap] {
        &self.document.caps
    }

    /// The URL of a row of its fail traffic, where the row leads to one.
    #[must_use]
    pub fn fail_url(&self, row: u16) -> Option<&Template> {
        match self.ways.get(usize::from(row))? {
            Way::Url(template) => Some(template),
            Way::Offer(_) | Way::Nowhere => None,
        }
    }
}

impl CompiledShare {
    /// Whose share it is.
    #[must_use]
    pub fn partner(&self) -> PartnerId {
        self.document.partner_id
    }

    /// The offer's place.
    #[must_use]
    pub fn offer(&self) -> OfferIndex {
        self.offer
    }

    /// The document that it was compiled from.
    #[must_use]
    pub fn document(&self) -> &PartnerOffer {
        &self.document
    }

    /// The share's own caps.
    #[must_use]
    pub fn caps(&self) -> &[Cap] {
        &self.document.caps
    }
}
