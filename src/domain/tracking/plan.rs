//! The plan: everything that a network's clicks are decided by, compiled when somebody saves.
//! Compiling never fails; what is broken or can never happen is reported as a flaw.

mod campaign_flaws;
mod circles;
mod compared;
mod compile;
mod compile_campaign;
mod compile_link;
mod compiled;
mod compiled_campaign;
mod compiled_link;
mod configuration;
mod controls;
mod cookies;
mod kinds;
mod link_flaws;

pub(super) use compiled::Way;
pub use compiled::{CompiledOffer, CompiledPage, CompiledPartner, CompiledShare};
pub use compiled_campaign::CompiledCampaign;
pub(super) use compiled_campaign::{
    CompiledBranch, CompiledOption, CompiledRotator, CompiledRule, Live, SplitOffer,
};
pub use compiled_link::CompiledSmartLink;
pub use configuration::{Configuration, Flaw, FlawedObject};
pub use controls::Control;
use controls::Controls;

use super::Template;
use crate::{
    accounts::Advertiser,
    shared::{AdvertiserId, Calendar, CampaignId, Currency, NetworkId, OfferId, PartnerId, SmartLinkId},
};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// An offer's place in one plan. It means nothing in another.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct OfferIndex(pub u32);

/// A Smart Link's place in one plan. It means nothing in another.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct SmartLinkIndex(pub u32);

/// A campaign's place in one plan. It means nothing in another.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct CampaignIndex(pub u32);

/// What a tracking link leads to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Target {
    Offer(OfferIndex),
    SmartLink(SmartLinkIndex),
    Campaign(CampaignIndex),
    /// Nothing that this network knows.
    Unknown,
}

/// The place in one plan of a partner's share of an offer. It means nothing in another.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct ShareIndex(pub u32);

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
    /// Where those go whom no row of a Smart Link, or no branch of a campaign, takes.
    fallback: Option<Template>,
    targets: FxHashMap<Box<str>, Target>,
    offer_indexes: FxHashMap<OfferId, OfferIndex>,
    shares: Vec<CompiledShare>,
    share_indexes: FxHashMap<(PartnerId, OfferIndex), ShareIndex>,
    smart_links: Vec<CompiledSmartLink>,
    smart_link_indexes: FxHashMap<SmartLinkId, SmartLinkIndex>,
    campaigns: Vec<CompiledCampaign>,
    campaign_indexes: FxHashMap<CampaignId, CampaignIndex>,
    /// Source blocks and traffic controls.
    pub(super) controls: Controls,
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

    /// What a tracking link's code names.
    #[must_use]
    pub fn target_by_code(&self, code: &str) -> Option<Target> {
        self.targets.get(code).copied()
    }

    /// The codes of all targets, in no order, with what they name.
    pub fn targets(&self) -> impl Iterator<Item = (&str, Target)> {
        self.targets.iter().map(|(code, target)| (&**code, *target))
    }

    /// Whether another plan has the same codes for the same places, as after most saves.
    #[must_use]
    pub fn has_the_targets_of(&self, other: &Self) -> bool {
        self.targets == other.targets
    }

    /// Where those go whom no row of a Smart Link takes.
    #[must_use]
    pub fn fallback(&self) -> Option<&Template> {
        self.fallback.as_ref()
    }

    /// The Smart Link at a place; none where the place is of another plan.
    #[must_use]
    pub fn smart_link(&self, index: SmartLinkIndex) -> Option<&CompiledSmartLink> {
        self.smart_links.get(index.0 as usize)
    }

    /// The place of a Smart Link.
    #[must_use]
    pub fn smart_link_index(&self, link: SmartLinkId) -> Option<SmartLinkIndex> {
        self.smart_link_indexes.get(&link).copied()
    }

    /// The campaign at a place; none where the place is of another plan.
    #[must_use]
    pub fn campaign(&self, index: CampaignIndex) -> Option<&CompiledCampaign> {
        self.campaigns.get(index.0 as usize)
    }

    /// All campaigns, by their places.
    #[must_use]
    pub fn campaigns(&self) -> &[CompiledCampaign] {
        &self.campaigns
    }

    /// The place of a campaign.
    #[must_use]
    pub fn campaign_index(&self, campaign: CampaignId) -> Option<CampaignIndex> {
        self.campaign_indexes.get(&campaign).copied()
    }

    /// Whether a visitor of this target may end at an offer that knows visitors by their cookie.
    #[must_use]
    pub fn wants_cookie(&self, target: Target) -> bool {
        match target {
            Target::Offer(index) => self.offer(index).is_some_and(CompiledOffer::wants_cookie),
            Target::SmartLink(index) => self.smart_link(index).is_some_and(CompiledSmartLink::wants_cookie),
            Target::Campaign(index) => self.campaign(index).is_some_and(CompiledCampaign::wants_cookie),
            Target::Unknown => false,
        }
    }

    /// The place of an offer.
    #[must_use]
    pub fn offer_index(&self, offer: OfferId) -> Option<OfferIndex> {
        self.offer_indexes.get(&offer).copied()
    }

    /// The offer of an id; none where it is unknown.
    #[must_use]
    pub fn offer_of(&self, offer: OfferId) -> Option<&CompiledOffer> {
        self.offer(self.offer_index(offer)?)
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
