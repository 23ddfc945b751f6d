//! The document of a campaign: a link whose way is a flow (DOMAIN.md, section 6). Rules send visitors to
//! landing pages and offers, each drawn by itself, or to a rotator; whom no rule wins takes the defaults.

mod check;
mod flow;
mod learning;
mod rotator;
#[cfg(test)]
mod tests;

pub use flow::{CapTest, FlowTest, flow_test};
pub use learning::Refreshed;
pub use rotator::{Rotator, RotatorGoal, RotatorOption};

use crate::shared::{Condition, DomainId, OfferId, RowId, Status};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A campaign. Rules, landing pages, rotators and options have ids that no other of the campaign has.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Campaign {
    pub name: String,
    #[serde(default)]
    pub status: Status,
    /// The tracking domain that it is shown with; the network's default one without.
    #[serde(default)]
    pub domain_id: Option<DomainId>,
    /// Whether partners see it in their portal.
    #[serde(default)]
    pub visible_to_partners: bool,
    /// Words to find it by.
    #[serde(default)]
    pub labels: Vec<String>,
    /// Pages that visitors see before an offer; their way on is `/out/{clickid}`.
    #[serde(default)]
    pub landing_pages: Vec<CampaignPage>,
    #[serde(default)]
    pub rotators: Vec<Rotator>,
    /// In the order of the page; the one with more conditions is asked first.
    #[serde(default)]
    pub rules: Vec<FlowRule>,
    /// Where those go whom no rule wins, and those whom the winning rule's offers don't take.
    #[serde(default)]
    pub defaults: Branch,
}

/// A page of the campaign's own.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CampaignPage {
    /// Names it within its campaign; 0 where it has none yet.
    #[serde(default)]
    pub id: RowId,
    pub name: String,
    /// May hold macros, never in scheme or host.
    pub url: String,
}

/// A rule of the flow: it wins where every one of its conditions holds.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FlowRule {
    /// Names the rule within its campaign, wherever it is moved to; 0 where it has none yet.
    #[serde(default)]
    pub id: RowId,
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub conditions: Vec<Condition>,
    #[serde(default)]
    pub to: Branch,
}

/// Where a rule, or the defaults, lead: to a rotator, else to a page and an offer, drawn one without the other.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Branch {
    /// A rotator of the campaign; pages and offers don't count with it.
    #[serde(default)]
    pub rotator_id: Option<RowId>,
    /// None sends visitors straight to the offer.
    #[serde(default)]
    pub landing_pages: Vec<PageShare>,
    #[serde(default)]
    pub offers: Vec<OfferShare>,
}

/// A landing page of the campaign in a split.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageShare {
    pub landing_page_id: RowId,
    /// 0 to 1,000,000; 0 is never drawn.
    #[serde(default = "one")]
    pub weight: u32,
}

/// An offer in a split.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfferShare {
    pub offer_id: OfferId,
    /// 0 to 1,000,000; 0 is never drawn.
    #[serde(default = "one")]
    pub weight: u32,
}

fn one() -> u32 {
    1
}

impl Campaign {
    /// The ids of its rules, landing pages, rotators and options, in that order; 0 for those that have none yet.
    pub fn ids(&self) -> impl Iterator<Item = RowId> {
        let rules = self.rules.iter().map(|rule| rule.id);
        let pages = self.landing_pages.iter().map(|page| page.id);
        let rotators = self.rotators.iter().map(|rotator| rotator.id);
        let options = self.rotators.iter().flat_map(|rotator| &rotator.options).map(|option| option.id);
        rules.chain(pages).chain(rotators).chain(options)
    }

    /// Gives everything without an id one: `fresh` is asked until it gives one that is free.
    pub fn number(&mut self, mut fresh: impl FnMut() -> u32) {
        let mut taken: BTreeSet<RowId> = self.ids().collect();
        for id in self.ids_mut().filter(|id| id.0 == 0) {
            while id.0 == 0 || !taken.insert(*id) {
                *id = RowId(i64::from(fresh()));
            }
        }
    }

    /// Gives everything another id, and names it by that where it is named.
    pub fn number_anew(&mut self, mut fresh: impl FnMut() -> u32) {
        let mut taken: BTreeSet<RowId> = self.ids().collect();
        let mut next = || loop {
            let id = RowId(i64::from(fresh()));
            if id.0 != 0 && taken.insert(id) {
                return id;
            }
        };
        let ids: BTreeMap<RowId, RowId> = self.ids().map(|id| (id, next())).collect();
        let renamed = |id: &mut RowId| *id = ids.get(id).copied().unwrap_or(*id);
        self.ids_mut().for_each(renamed);
        let rules = self.rules.iter_mut().map(|rule| &mut rule.to);
        for branch in rules.chain([&mut self.defaults]) {
            branch.rotator_id.iter_mut().for_each(renamed);
            branch.landing_pages.iter_mut().for_each(|share| renamed(&mut share.landing_page_id));
        }
        for option in self.rotators.iter_mut().flat_map(|rotator| &mut rotator.options) {
            option.landing_page_id.iter_mut().for_each(renamed);
        }
    }

    /// Where the ids stand in the document, in the order of [`Self::ids`].
    pub fn id_paths(&self) -> impl Iterator<Item = String> {
        let rules = (0..self.rules.len()).map(|at| format!("rules[{at}].id"));
        let pages = (0..self.landing_pages.len()).map(|at| format!("landing_pages[{at}].id"));
        let rotators = (0..self.rotators.len()).map(|at| format!("rotators[{at}].id"));
        let options = self.rotators.iter().enumerate().flat_map(|(at, rotator)| {
            (0..rotator.options.len()).map(move |option| format!("rotators[{at}].options[{option}].id"))
        });
        rules.chain(pages).chain(rotators).chain(options)
    }

    fn ids_mut(&mut self) -> impl Iterator<Item = &mut RowId> {
        let rules = self.rules.iter_mut().map(|rule| &mut rule.id);
        let pages = self.landing_pages.iter_mut().map(|page| &mut page.id);
        let rotators = self.rotators.iter_mut().flat_map(|rotator| {
            let options = rotator.options.iter_mut().map(|option| &mut option.id);
            std::iter::once(&mut rotator.id).chain(options)
        });
        rules.chain(pages).chain(rotators)
    }

    /// Where it leads: the branches of its rules in their order, then the defaults, each with its path.
    pub fn branches(&self) -> impl Iterator<Item = (String, &Branch)> {
        let rules = self.rules.iter().enumerate().map(|(at, rule)| (format!("rules[{at}].to"), &rule.to));
        rules.chain([("defaults".to_owned(), &self.defaults)])
    }

    /// The offers that its splits and rotators name.
    pub fn offers_mut(&mut self) -> impl Iterator<Item = &mut OfferId> {
        let rules = self.rules.iter_mut().map(|rule| &mut rule.to);
        let splits = rules.chain([&mut self.defaults]).flat_map(|branch| &mut branch.offers);
        let options = self.rotators.iter_mut().flat_map(|rotator| &mut rotator.options);
        splits.map(|share| &mut share.offer_id).chain(options.map(|option| &mut option.offer_id))
    }

    /// The rule of an id.
    #[must_use]
    pub fn rule(&self, id: RowId) -> Option<&FlowRule> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// The landing page of an id.
    #[must_use]
    pub fn landing_page(&self, id: RowId) -> Option<&CampaignPage> {
        self.landing_pages.iter().find(|page| page.id == id)
    }

    /// The rotator of an id.
    #[must_use]
    pub fn rotator(&self, id: RowId) -> Option<&Rotator> {
        self.rotators.iter().find(|rotator| rotator.id == id)
    }

    /// The places of its rules in the order in which they are asked: more conditions first, then as they stand.
    #[must_use]
    pub fn asked_order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.rules.len()).collect();
        order.sort_by_key(|at| std::cmp::Reverse(self.rules[*at].conditions.len()));
        order
    }
}
