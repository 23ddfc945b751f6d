//! Campaigns as they stand in the plan.

use super::{
    super::{
        Template,
        matching::{Branches, Signals},
    },
    OfferIndex,
};
use crate::{
    links::{Campaign, CapTest},
    shared::{CampaignId, CapPeriod, MonitorId},
};

/// A campaign in the plan.
#[derive(Debug)]
pub struct CompiledCampaign {
    pub(super) id: CampaignId,
    pub(super) document: Campaign,
    /// In the order in which they are asked.
    pub(super) rules: Vec<CompiledRule>,
    /// Whom they let in, at the same places.
    pub(super) branches: Branches,
    pub(super) defaults: CompiledBranch,
    /// The URLs of its landing pages, at the document's places; none where it is no URL.
    pub(super) pages: Vec<Option<Template>>,
    /// At the document's places.
    pub(super) rotators: Vec<CompiledRotator>,
    /// Whether an offer that it can lead to knows visitors by their cookie.
    pub(super) wants_cookie: bool,
}

/// A rule.
#[derive(Debug)]
pub(in super::super) struct CompiledRule {
    /// Its place in the document.
    pub(in super::super) place: u16,
    /// What its conditions ask beside the visitor, each with its place among them.
    pub(in super::super) live: Vec<(usize, Live)>,
    pub(in super::super) to: CompiledBranch,
}

/// What a condition asks beside the visitor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in super::super) enum Live {
    Cap {
        offer: OfferIndex,
        test: CapTest,
    },
    Site {
        monitor: MonitorId,
        down: bool,
    },
    /// It can't be read, or names nothing known: it never holds.
    Never,
}

/// Where a rule, or the defaults, lead.
#[derive(Debug, Default)]
pub(in super::super) struct CompiledBranch {
    /// The rotator's place in the document; pages and offers don't count with it.
    pub(in super::super) rotator: Option<u16>,
    /// Places of landing pages that can be shown, with their weights above 0.
    pub(in super::super) pages: Vec<(u16, u32)>,
    /// With their weights above 0.
    pub(in super::super) offers: Vec<SplitOffer>,
}

/// An offer of a split.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct SplitOffer {
    /// Its place in the document.
    pub(in super::super) place: u16,
    pub(in super::super) index: OfferIndex,
    pub(in super::super) weight: u32,
}

/// A rotator's options, at the document's places.
#[derive(Debug)]
pub(in super::super) struct CompiledRotator {
    pub(in super::super) options: Vec<CompiledOption>,
}

/// An option of a rotator.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct CompiledOption {
    /// None where it leads to no offer.
    pub(in super::super) offer: Option<OfferIndex>,
    /// The place of its landing page, where that can be shown.
    pub(in super::super) page: Option<u16>,
}

impl CompiledCampaign {
    /// The campaign's id.
    #[must_use]
    pub fn id(&self) -> CampaignId {
        self.id
    }

    /// The document that it was compiled from.
    #[must_use]
    pub fn document(&self) -> &Campaign {
        &self.document
    }

    /// The URL of a landing page, by its place in the document.
    #[must_use]
    pub fn page(&self, place: u16) -> Option<&Template> {
        self.pages.get(usize::from(place))?.as_ref()
    }

    /// Whether a visitor who comes in here may end at an offer that knows visitors by their cookie.
    #[must_use]
    pub fn wants_cookie(&self) -> bool {
        self.wants_cookie
    }

    /// The offers and periods whose conversions its rules ask for.
    pub fn counted(&self) -> impl Iterator<Item = (OfferIndex, CapPeriod)> {
        self.rules.iter().flat_map(|rule| &rule.live).filter_map(|(_, live)| match live {
            Live::Cap { offer, test: CapTest::AtLeast(period, _) | CapTest::AtMost(period, _) } => {
                Some((*offer, *period))
            }
            Live::Cap { test: CapTest::Reached(_), .. } | Live::Site { .. } | Live::Never => None,
        })
    }

    /// The offers that it can lead to.
    pub(super) fn leads_to(&self) -> impl Iterator<Item = OfferIndex> {
        let branches = self.rules.iter().map(|rule| &rule.to).chain([&self.defaults]);
        let split = branches.flat_map(|branch| branch.offers.iter().map(|offer| offer.index));
        let options = self.rotators.iter().flat_map(|rotator| &rotator.options);
        split.chain(options.filter_map(|option| option.offer))
    }

    /// The rules whose conditions on the visitor hold, in the order in which they are asked.
    pub(in super::super) fn letting_in<'p: 's, 's>(
        &'p self,
        signals: &'s Signals<'_>,
    ) -> impl Iterator<Item = &'p CompiledRule> + 's {
        self.branches.letting_in(signals).filter_map(|at| self.rules.get(at))
    }

    /// Its rules, in the order in which they are asked.
    pub(in super::super) fn rules(&self) -> &[CompiledRule] {
        &self.rules
    }

    pub(in super::super) fn defaults(&self) -> &CompiledBranch {
        &self.defaults
    }

    pub(in super::super) fn rotator(&self, place: u16) -> Option<&CompiledRotator> {
        self.rotators.get(usize::from(place))
    }
}
