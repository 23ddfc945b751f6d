//! Partners, offers and shares as they stand in the plan.

use super::super::{
    Template,
    matching::{Branches, Targeting},
};
use super::{OfferIndex, SmartLinkIndex};
use crate::{
    accounts::PartnerOffer,
    offers::{Cap, Offer, OfferEvent},
    shared::{AdvertiserId, EventId, LandingPageId, OfferId, PartnerId, Status},
};

/// A partner in the plan.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CompiledPartner {
    pub code: Box<str>,
    pub name: Box<str>,
    pub status: Status,
}

/// An offer in the plan.
#[derive(Debug)]
pub struct CompiledOffer {
    pub(super) id: OfferId,
    pub(super) code: Box<str>,
    pub(super) document: Offer,
    pub(super) landing_pages: Vec<CompiledPage>,
    pub(super) events: Vec<(EventId, OfferEvent)>,
    pub(in super::super) targeting: Targeting,
    /// Where the rows of its fail traffic lead; their other settings are in the document, at the same places.
    pub(in super::super) ways: Vec<Way>,
    /// Whom the rows let in.
    pub(in super::super) branches: Branches,
    /// Where the rows of its forwarding lead, and whom they let in.
    pub(in super::super) forward_ways: Vec<Way>,
    pub(in super::super) forward_branches: Branches,
    /// Whether it, or an offer that its fail traffic can lead to, knows visitors by their cookie.
    pub(super) wants_cookie: bool,
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
pub(in super::super) enum Way {
    Offer(OfferIndex),
    SmartLink(SmartLinkIndex),
    Url(Template),
    /// Nowhere that this plan knows; the row takes nothing.
    Nowhere,
}

impl Way {
    fn url(&self) -> Option<&Template> {
        match self {
            Self::Url(template) => Some(template),
            Self::Offer(_) | Self::SmartLink(_) | Self::Nowhere => None,
        }
    }
}

/// A partner's terms for one offer, in the plan.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CompiledShare {
    pub(super) offer: OfferIndex,
    pub(super) document: PartnerOffer,
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

    /// Whether a visitor who comes in here may end at an offer that knows visitors by their cookie.
    #[must_use]
    pub fn wants_cookie(&self) -> bool {
        self.wants_cookie
    }

    /// The URL of a row of its fail traffic, where the row leads to one.
    #[must_use]
    pub fn fail_url(&self, row: u16) -> Option<&Template> {
        self.ways.get(usize::from(row))?.url()
    }

    /// The URL of a row of its forwarding, where the row leads to one.
    #[must_use]
    pub fn forward_url(&self, row: u16) -> Option<&Template> {
        self.forward_ways.get(usize::from(row))?.url()
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
